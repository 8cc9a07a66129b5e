//! `/inquiries/{id}/draft`: the draft in writing. Left the text, right its true pages, the questions, the contributions, what was said and the
//! versions. Whoever may write the draft has the editor on the shared working text; whoever may only speak reads it, and may suggest.

use actix_web::{HttpResponse, HttpResponseBuilder, web};
use inquiry::state::ContributionStatus;
use inquiry::{CommandName, Dossier, InquiryId};
use letter::model::Block;
use letter::provenance::Sourced;
use letter::{markdown, preview};
use serde::{Deserialize, Serialize};

use super::super::commands::build::Desk;
use super::super::commands::written::lying;
use super::super::earlier::Row;
use super::super::editing::sources::{self, Stretch, stretches};
use super::super::fields::Form;
use super::super::inquiry::head::Head;
use super::super::inquiry::inquiry_of;
use super::super::inquiry::joined::Joined;
use super::super::wording::{self, Ministry, People};
use super::super::{PAGE, text};
use super::comments::{self, Thread, Unsaid};
use super::suggestions::{self, Group, Hand, Suggested};
use super::{Read, Visit, may_speak};
use crate::desk::standing::{Standing, standing};
use crate::desk::table::Place;
use crate::desk::text::Text;
use crate::office::at_work;
use crate::office::drafts::{source_of, versions};
use crate::office::earlier::like::{self, Sketch};
use crate::office::letters::{self, Form as Medium};
use crate::office::seeing::Seen;
use crate::permission::STAFF;
use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Words;
use crate::{Caller, Speaks, State};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/inquiries/{id}/draft", "draft_page", STAFF, page)
            .summary("The draft in writing: the text, its true pages, questions, contributions, comments, versions.")
            .answer(PAGE),
    ]
}

/// How somebody comes here.
#[derive(Debug, Default, Deserialize)]
struct How {
    /// `yes`: to suggest and not to write.
    suggest: Option<String>,
    /// `yes`: two texts were laid together.
    merged: Option<String>,
    /// How many paragraphs were taken over from an earlier answer.
    taken: Option<u16>,
}

#[derive(Debug, Serialize)]
struct Facts {
    head: Head,
    /// `write`, `suggest` or `read`.
    mode: &'static str,
    may_write: bool,
    may_speak: bool,
    has_merged: bool,
    /// How many paragraphs were just taken over.
    taken: Option<u16>,
    /// Where the text as it stands came from.
    stretches: Vec<Stretch>,
    /// Earlier inquiries that ask nearly the same.
    earlier: Vec<Row>,
    /// Which version the text was begun from, and which there is now, where that is another one.
    behind: Option<Behind>,
    form: Option<Form>,
    /// The text as it stands, for reading.
    text: Read,
    questions: Vec<Question>,
    /// What those that joined it ask.
    joined: Vec<Joined>,
    question_language: &'static str,
    contributions: Vec<Contribution>,
    versions: Vec<Version>,
    /// The places of the last version's pages.
    pages: Vec<usize>,
    threads: Vec<Thread>,
    /// A comment that cannot be taken.
    unsaid: Option<Unsaid>,
    open_threads: usize,
    suggestions: Vec<Suggested>,
    /// All of each author where there are several, and all.
    groups: Vec<Group>,
    key: String,
}

#[derive(Debug, Serialize)]
struct Behind {
    base: u32,
    current: u32,
}

/// A question of the inquiry and the paragraphs that answer it.
#[derive(Debug, Serialize)]
struct Question {
    no: u16,
    text: String,
    places: String,
}

/// A contribution, block by block.
#[derive(Debug, Serialize)]
struct Contribution {
    source: String,
    from: String,
    ministry: Ministry,
    state: String,
    tone: &'static str,
    reason: Option<String>,
    /// None: it is no letter's text.
    pieces: Option<Vec<Piece>>,
}

#[derive(Debug, Serialize)]
struct Piece {
    index: usize,
    place: usize,
    blocks: Vec<Block>,
}

#[derive(Debug, Serialize)]
struct Version {
    version: String,
    author: String,
    at: String,
    comment: Option<String>,
    is_current: bool,
}

async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    path: web::Path<String>,
    how: web::Query<How>,
) -> Result<HttpResponse, Problem> {
    let visit = Visit { state, caller, language };
    shown(&visit, inquiry_of(&path)?, &how, None, HttpResponse::Ok()).await
}

/// The page again, with what was wrong with a comment beside its field.
pub(super) async fn not_said(
    visit: &Visit,
    id: InquiryId,
    is_suggesting: bool,
    unsaid: Unsaid,
) -> Result<HttpResponse, Problem> {
    let how = How { suggest: is_suggesting.then(|| "yes".to_owned()), ..How::default() };
    shown(visit, id, &how, Some(unsaid), HttpResponse::UnprocessableEntity()).await
}

async fn shown(
    visit: &Visit,
    id: InquiryId,
    how: &How,
    unsaid: Option<Unsaid>,
    start: HttpResponseBuilder,
) -> Result<HttpResponse, Problem> {
    let seen = visit.seen(id).await?;
    let people = People::of(&visit.state).await?;
    let may_write = visit.may(&seen, CommandName::ReviseDraft);
    let may_speak = may_speak(&seen, visit.actor()).is_ok();
    let mode = match (how.suggest.as_deref() == Some("yes"), may_write, may_speak) {
        (false, true, _) => "write",
        (true, _, true) => "suggest",
        _ => "read",
    };
    let standing = standing(&visit.state, &seen, &Place::Draft).await?;
    let behind = standing.is_behind().then_some(Behind { base: standing.base, current: standing.current });
    let form =
        if may_write && mode != "read" && behind.is_none() { form(visit, &seen, &people, &standing) } else { None };
    let hand = Hand { own: &visit.actor().name, may_settle: may_write, may_speak };
    let suggestions = suggestions::of(&standing.text, &people, &hand);
    let threads = comments::threads(visit, id, &people).await?;
    let facts = Facts {
        head: visit.head(&seen),
        mode,
        may_write,
        may_speak,
        has_merged: how.merged.as_deref() == Some("yes"),
        taken: how.taken,
        stretches: stretches(&visit.state, visit.actor(), &standing.text.words, visit.language).await?,
        earlier: nearly_the_same(visit, &seen).await,
        behind,
        form,
        text: Read { blocks: standing.text.words.body.blocks.clone() },
        questions: questions(&seen.dossier, &standing.text),
        joined: Joined::of(&visit.state, visit.actor(), &seen.dossier, &seen.dossier).await?,
        question_language: seen.dossier.intake.language.code(),
        contributions: contributions(visit, &seen.dossier)?,
        versions: written(&seen, &people)?,
        pages: pages(visit, &seen).await,
        open_threads: threads.iter().filter(|thread| thread.is_open()).count(),
        threads: threads.into_iter().map(|thread| thread.with(unsaid.as_ref())).collect(),
        unsaid: unsaid.filter(Unsaid::is_new),
        groups: suggestions::groups(&suggestions),
        suggestions,
        key: uuid::Uuid::now_v7().to_string(),
    };
    let title = Words::new("Жауап жобасы", "Проект ответа", "Draft of the reply");
    visit.answer(start, "draft", title, &facts)
}

/// What was answered when nearly the same was asked. A desk without it is better than none.
async fn nearly_the_same(visit: &Visit, seen: &Seen) -> Vec<Row> {
    let found =
        like::find(&visit.state, visit.actor(), &Sketch::of(&seen.dossier), like::MOST).await.unwrap_or_else(|error| {
            tracing::warn!(error = %error, "earlier answers could not be looked for");
            Vec::new()
        });
    let id = seen.dossier.inquiry;
    found.into_iter().map(|one| Row::of(&visit.state, one, Some(id), visit.language)).collect()
}

/// The ordinary form of a new version, with the text as it stands on the desk.
fn form(visit: &Visit, seen: &Seen, people: &People, standing: &Standing) -> Option<Form> {
    let desk = Desk {
        state: &visit.state,
        seen,
        actor: visit.actor(),
        people,
        language: visit.language,
        today: visit.state.today(),
        pdf_sha256: None,
        loads: None,
    };
    let mut form = desk.form(CommandName::ReviseDraft, &lying(standing.revision))?;
    form.links.clear();
    if standing.revision > 0 {
        form = form.put("body", markdown::write_typed(&standing.text.words).trim_end());
        for question in &seen.dossier.intake.questions {
            form = form.put(&format!("answers[{}]", question.no), &places(&standing.text, question.no.0));
        }
    }
    Some(form)
}

fn places(text: &Text, question: u16) -> String {
    let links = text.answers.iter().filter(|link| link.question.0 == question);
    links.map(|link| link.block.to_string()).collect::<Vec<_>>().join(", ")
}

fn questions(dossier: &Dossier, standing: &Text) -> Vec<Question> {
    let question = |question: &inquiry::intake::Question| Question {
        no: question.no.0,
        text: question.text.clone(),
        places: places(standing, question.no.0),
    };
    dossier.intake.questions.iter().map(question).collect()
}

fn contributions(visit: &Visit, dossier: &Dossier) -> Result<Vec<Contribution>, Problem> {
    let mut rows = Vec::new();
    for one in &dossier.contributions {
        let source = source_of(&one.ministry, one.version)?;
        let (state, tone) = wording::contribution(&one.status, visit.language);
        let reason =
            if let ContributionStatus::Returned { reason } = &one.status { Some(reason.clone()) } else { None };
        let piece = |(index, block): (usize, &Block)| Piece { index, place: index + 1, blocks: vec![block.clone()] };
        let pieces = |text: Sourced| text.body.blocks.iter().enumerate().map(piece).collect();
        rows.push(Contribution {
            source: source.to_string(),
            from: sources::contribution(&visit.state, &source, visit.language),
            ministry: wording::ministry(&visit.state, &one.ministry, visit.language),
            state,
            tone,
            reason,
            pieces: text::kept(&one.body).map(pieces),
        });
    }
    Ok(rows)
}

fn written(seen: &Seen, people: &People) -> Result<Vec<Version>, Problem> {
    let all = versions(seen)?;
    let current = all.last().map(|written| written.version);
    let version = |written: crate::office::drafts::Written| Version {
        version: written.version.to_string(),
        author: people.name(&written.author).to_owned(),
        at: written.at.to_string(),
        comment: written.comment,
        is_current: Some(written.version) == current,
    };
    Ok(all.into_iter().rev().map(version).collect())
}

/// The last version's pages, which stand there until the editor shows those of the text in writing.
async fn pages(visit: &Visit, seen: &Seen) -> Vec<usize> {
    if seen.dossier.draft.is_none() {
        return Vec::new();
    }
    let counted = async {
        let copy = letters::copy(&visit.state, &seen.dossier, Medium::Pdf).await?;
        at_work("count the pages of a letter", move || {
            preview::count(&copy.bytes).map_err(|error| Problem::failure("count the pages of a letter", error))
        })
        .await
    };
    // A letter that cannot be set is mended here: everything else on the page is needed for that.
    (1..=counted.await.unwrap_or(0)).collect()
}

//! `/approvals`: an approver's deck: the letters on which a visa of theirs is missing. What changed since they last decided on one, what was
//! remarked on the versions before, the question beside the true pages, whose contributions it was made from, who else approves it; then visa,
//! remarks, return or later.
//!
//! Whoever is named for several kinds ticks those they decide on now: each is a command of its own, bound to the content that was read.

use actix_web::{HttpResponse, HttpResponseBuilder, web};
use directory::Role;
use inquiry::command::{RefuseVisa, ReturnDraft, Visa};
use inquiry::state::{Draft, Stage};
use inquiry::terms::VisaKind;
use inquiry::{Ask, CommandName, ContentHash, DraftVersion, InquiryId, allowed};
use serde::Serialize;

use super::super::commands::build::VISAS;
use super::super::fields::Typed;
use super::super::inquiry::inquiry_of;
use super::super::keeping::{self, Notice};
use super::super::visas::{self, VisaRow};
use super::super::wording::People;
use super::super::{ONWARD, PAGE};
use super::paper::{self, Paper};
use super::remarks::{self, Remark};
use super::{Deck, Place, Tried, Visit, place_of, see, undecided, unread};
use crate::address::query;
use crate::kept;
use crate::office::seeing::{self, Seen};
use crate::office::{ordering, to_the_end};
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Words;
use crate::{Caller, Speaks, State};

/// Who has this deck.
pub(crate) const APPROVES: Permission = Permission::AnyOf(&[Role::Approver]);

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/approvals", "approvals_page", APPROVES, next)
            .summary("On to the next letter that awaits a visa of the caller's, or a page that says that none does.")
            .answer(ONWARD)
            .answer(PAGE),
        Route::get("/approvals/letter/{id}", "approvals_letter_page", APPROVES, page)
            .summary("One letter that awaits a visa, with everything that an approver should know.")
            .answer(PAGE),
        Route::post("/approvals/letter/{id}", "approvals_letter_by_form", APPROVES, send)
            .summary("Puts visas on the version that was read, refuses them with remarks, or returns it; and goes on to the next.")
            .form()
            .answer(ONWARD)
            .answer(PAGE),
    ]
}

#[derive(Debug, Serialize)]
struct Facts {
    paper: Paper,
    /// What the form says back of what was read.
    read: String,
    /// The caller's own kinds that are not decided.
    kinds: Vec<Kind>,
    has_many: bool,
    may_return: bool,
    visas: Vec<VisaRow>,
    remarked: Vec<Remark>,
    place: Option<usize>,
    all: usize,
    done: Option<String>,
    /// Why the last try was not taken.
    refused: Option<String>,
    remarks: String,
    key: String,
    /// The row that keeps what is typed.
    mark: String,
    kept: Option<Notice>,
}

#[derive(Debug, Serialize)]
struct Kind {
    code: &'static str,
    words: &'static str,
    is_chosen: bool,
}

const fn visit(state: State, caller: Caller, language: directory::Language) -> Visit {
    Visit { state, caller, language, deck: Deck::Approvals }
}

async fn next(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    place: web::Query<Place>,
) -> Result<HttpResponse, Problem> {
    visit(state, caller, language).next(&place).await
}

async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    path: web::Path<String>,
    place: web::Query<Place>,
    asked: web::Query<keeping::Asked>,
) -> Result<HttpResponse, Problem> {
    let visit = visit(state, caller, language);
    let id = inquiry_of(&path)?;
    let (tried, typed) = Tried::opened(&visit, kept::Place::Approval(id), &asked, "remarks").await?;
    let tried = Tried { done: visit.said(&place), ..tried };
    // What was ticked then is ticked again, and everything where nothing was typed.
    let ticked = if typed.0.is_empty() { VISAS.to_vec() } else { chosen(&typed) };
    show(HttpResponse::Ok(), &visit, id, tried, &ticked).await
}

/// The kinds that are awaited of this person: missing, and not refused on this version, which would be the lead's turn.
fn awaited(visit: &Visit, seen: &Seen, draft: &Draft) -> Vec<VisaKind> {
    let own = visit.actor().stands_for();
    let is_refused =
        |kind: VisaKind| draft.refusals.iter().any(|refused| refused.kind == kind && refused.approver == own);
    let missing = seen.dossier.missing_visas().into_iter().filter(|visa| visa.approver == own);
    missing.map(|visa| visa.kind).filter(|kind| !is_refused(*kind)).collect()
}

/// `chosen` are the kinds that were ticked.
async fn show(
    start: HttpResponseBuilder,
    visit: &Visit,
    id: InquiryId,
    tried: Tried,
    chosen: &[Ticked],
) -> Result<HttpResponse, Problem> {
    let seen = seeing::now(&visit.state, visit.actor(), id).await?;
    let (Stage::Approval { required }, Some(draft)) = (&seen.dossier.stage, &seen.dossier.draft) else {
        return visit.gone(start, &seen, tried);
    };
    let awaited = awaited(visit, &seen, draft);
    if awaited.is_empty() {
        return visit.gone(start, &seen, tried);
    }
    let people = People::of(&visit.state).await?;
    let before = remarks::before(visit, &seen, draft.version)?;
    let deck = visit.waiting().await?;
    let kinds = VISAS.iter().filter(|(_, kind)| awaited.contains(kind));
    let facts = Facts {
        paper: paper::of(visit, &seen, draft, &people, before).await?,
        read: format!("{} {} {}", seen.version, draft.version, draft.content_hash),
        kinds: kinds
            .map(|(code, kind)| Kind {
                code,
                words: kind.words(visit.language),
                is_chosen: chosen.contains(&(code, *kind)),
            })
            .collect(),
        has_many: awaited.len() > 1,
        may_return: allowed(&seen.inquiry, visit.actor()).contains(&CommandName::ReturnDraft),
        visas: visas::standing(&seen, draft, &draft.missing(required), &people, visit.language)?,
        remarked: remarks::earlier(visit, &seen, draft.version, &people)?,
        place: place_of(&deck, id),
        all: deck.len(),
        key: tried.key(),
        mark: tried.mark(),
        kept: tried.kept,
        done: tried.done,
        refused: tried.refused,
        remarks: tried.typed,
    };
    visit.answer(start, "approval", &facts)
}

/// What was read.
struct Read {
    inquiry_version: u64,
    version: DraftVersion,
    content_hash: ContentHash,
}

/// Reads the hidden field of a letter's form, written as `version draft content_hash`.
fn read(text: &str) -> Result<Read, Problem> {
    let parts: Vec<&str> = text.split(' ').collect();
    let [version, draft, content_hash] = parts.as_slice() else { return Err(unread()) };
    Ok(Read {
        inquiry_version: version.parse().map_err(|_| unread())?,
        version: DraftVersion(draft.parse().map_err(|_| unread())?),
        content_hash: content_hash.parse().map_err(|_| unread())?,
    })
}

/// A kind that was ticked, with its code in forms.
type Ticked = (&'static str, VisaKind);

/// The kinds that were ticked, each once.
fn chosen(typed: &Typed) -> Vec<Ticked> {
    let is_ticked = |code: &str| typed.0.iter().any(|(name, value)| name == "kind" && value == code);
    VISAS.into_iter().filter(|(code, _)| is_ticked(code)).collect()
}

fn nothing_chosen() -> Problem {
    Problem::BadField {
        field: "kind".to_owned(),
        what: Words::new(
            "Қай визаны беретініңізді белгілеңіз.",
            "Отметьте, какую визу вы даёте.",
            "Tick the visa that you decide on.",
        ),
    }
}

/// One command of a decision: its name, what tells it from the others of the same form, and what is asked.
type Step = (&'static str, String, Ask);

/// The commands that a decision is made of.
fn steps(what: &str, read: &Read, kinds: &[Ticked], remarks: &str) -> Result<Vec<Step>, Problem> {
    let Read { version, content_hash, .. } = *read;
    let ask = |kind: VisaKind| match what {
        "visa" => Ok(("visa", Ask::from(Visa { version, content_hash, kind }))),
        "refuse" => Ok(("refuse-visa", RefuseVisa { version, content_hash, kind, remarks: remarks.to_owned() }.into())),
        _ => Err(undecided()),
    };
    if what == "return" {
        let ask = ReturnDraft { version, reason: remarks.to_owned() };
        return Ok(vec![("return-draft", String::new(), ask.into())]);
    }
    kinds.iter().map(|(code, kind)| ask(*kind).map(|(name, ask)| (name, format!("-{code}"), ask))).collect()
}

async fn send(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    path: web::Path<String>,
    web::Form(typed): web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let visit = visit(state, caller, language);
    let id = inquiry_of(&path)?;
    let typed = Typed(typed);
    let key = typed.key()?.to_owned();
    let held = keeping::hold(&visit.state, &visit.caller, kept::Place::Approval(id), &typed).await;
    let read = read(typed.get("read"))?;
    let kinds = chosen(&typed);
    let remarks = typed.get("remarks").trim().to_owned();
    let what = typed.get("do").to_owned();
    let steps = steps(&what, &read, &kinds, &remarks)?;
    let done =
        if steps.is_empty() { Err(nothing_chosen()) } else { take(&visit, id, &key, &read, steps, &remarks).await };
    match done {
        Ok(()) => {
            keeping::done(&visit.state, &visit.caller, held).await;
            let seen = seeing::now(&visit.state, visit.actor(), id).await?;
            let is_left = matches!(&seen.dossier.stage, Stage::Approval { .. })
                && seen.dossier.draft.as_ref().is_some_and(|draft| !awaited(&visit, &seen, draft).is_empty());
            if is_left {
                // Another kind of theirs is missing on the same letter.
                let query = query(&[("done", &what), ("number", &seen.dossier.intake.number.shown())]);
                return Ok(see(format!("/approvals/letter/{id}?{query}")));
            }
            Ok(see(visit.onward(&seen, &what)))
        }
        Err(problem @ (Problem::Failure { .. } | Problem::NoSuchInquiry)) => Err(problem),
        Err(problem) => {
            show(problem.start(), &visit, id, visit.tried(&problem, key, remarks).held(held.as_ref()), &kinds).await
        }
    }
}

/// Carries the steps out, one after the other. The first is held against the version of the inquiry that was on the screen; those behind it
/// follow it, and are held against the content.
async fn take(
    visit: &Visit,
    id: InquiryId,
    key: &str,
    read: &Read,
    steps: Vec<Step>,
    remarks: &str,
) -> Result<(), Problem> {
    let body = format!("{} {}\n{remarks}", read.version, read.content_hash);
    let mut seen = Some(read.inquiry_version);
    let asked: Vec<_> = steps
        .into_iter()
        .map(|(name, mark, ask)| (visit.asked(id, name, &format!("{key}{mark}"), &body, seen.take()), ask))
        .collect();
    let office = visit.state.clone();
    to_the_end(async move {
        for (asked, ask) in asked {
            ordering::order_known(&office, &asked, id, ask).await?;
        }
        Ok(())
    })
    .await
}

//! `/inquiries/{id}/answer`: what was asked and what was answered, side by side; for whoever writes a draft with boxes beside the paragraphs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use actix_web::{HttpResponse, web};
use directory::Language;
use inquiry::allowed::gate;
use inquiry::{BlobHash, CommandName, Dossier, EarlierAnswer, InquiryId};
use jiff::civil::Date;
use letter::model::Block;
use letter::provenance::Sourced;
use readmodel::letters::{SourceLetter, by_codes};
use serde::{Deserialize, Serialize};

use super::super::PAGE;
use super::super::editing::sources::over;
use super::super::fields::say;
use super::super::inquiry::head::Head;
use super::super::inquiry::inquiry_of;
use super::Row;
use crate::desk::standing::{Standing, standing};
use crate::desk::table::Place;
use crate::desk::text::Text;
use crate::office::earlier::like::Earlier;
use crate::office::earlier::{self, Answer};
use crate::office::seeing::{self, Seen};
use crate::pages::Page;
use crate::permission::STAFF;
use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Words;
use crate::state::AppState;
use crate::{Caller, Speaks, State};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/inquiries/{id}/answer", "answer_page", STAFF, page)
            .summary("What was asked and what was answered, side by side.")
            .answer(PAGE),
    ]
}

/// Which answer is meant, and for which draft.
#[derive(Debug, Default, Deserialize)]
struct Wanted {
    /// The draft that paragraphs can be taken over into.
    #[serde(default)]
    into: String,
    /// The letter, by the hash of its file; the last one without it.
    #[serde(default)]
    letter: String,
}

/// What is shown of an inquiry's answers.
pub(super) struct Shown<'a> {
    /// The letter, by the hash of its file; the last one without it.
    pub letter: &'a str,
    /// The draft that paragraphs can be taken over into, as it was when the choice was looked at.
    pub draft: Option<Draft>,
    /// What became of the choice.
    pub choice: Choice,
}

/// A draft with the text that paragraphs would be put behind.
pub(super) struct Draft {
    into: Into,
    text: Sourced,
}

impl Draft {
    /// As it stands.
    pub(super) fn of(seen: &Seen, standing: Standing) -> Self {
        Self::with(seen, standing.text.words, standing.revision)
    }

    fn with(seen: &Seen, text: Sourced, writing: u64) -> Self {
        let (id, number) = (seen.dossier.inquiry, seen.dossier.intake.number.shown());
        Self { into: Into { id, number, writing }, text }
    }
}

/// What became of a choice that was not taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Choice {
    /// Nothing was pressed yet.
    Open,
    /// Nothing was ticked.
    Empty,
    /// Of what was ticked, which these are, something stands in the draft already.
    Standing(BTreeSet<u32>),
    /// Somebody else wrote in the draft whenever these, which were ticked, were to be put into it.
    Missed(BTreeSet<u32>),
}

/// The hidden field that names the paragraphs of which it was told that the draft has them.
pub(super) const AGAIN: &str = "again";
/// The hidden field that names the writing of the working text of which that was told.
pub(super) const WRITING: &str = "writing";

/// A question, and the places of the paragraphs that answer it.
#[derive(Debug, Serialize)]
struct Question {
    no: u16,
    text: String,
    places: String,
}

/// A paragraph of the answer.
#[derive(Debug, Serialize)]
struct Paragraph {
    place: u32,
    blocks: Vec<Block>,
    /// Which questions it answers.
    answers: String,
    /// Its place in the draft that it would be taken over into, where it stands there already.
    stands: Option<usize>,
    is_chosen: bool,
}

/// The draft that paragraphs are taken over into.
#[derive(Debug, Serialize)]
struct Into {
    id: InquiryId,
    number: String,
    /// Which writing of its working text was looked at.
    writing: u64,
}

/// Another letter of the same inquiry.
#[derive(Debug, Serialize)]
struct Other {
    number: String,
    dated: Date,
    href: String,
}

#[derive(Debug, Serialize)]
struct Facts {
    head: Head,
    row: Row,
    questions: Vec<Question>,
    question_language: &'static str,
    paragraphs: Vec<Paragraph>,
    letter_language: &'static str,
    number: String,
    dated: Date,
    file: String,
    /// It is no longer in force, and why.
    warning: Option<String>,
    /// The letter that took its place, where that was sent.
    in_force: Option<Other>,
    others: Vec<Other>,
    into: Option<Into>,
    /// Nothing was chosen.
    is_empty_choice: bool,
    /// Somebody else wrote at the same moment.
    is_missed: bool,
    /// What was chosen and stands in the draft already, as [`AGAIN`] says it; none where nothing does.
    again: Option<String>,
}

async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    path: web::Path<String>,
    wanted: web::Query<Wanted>,
) -> Result<HttpResponse, Problem> {
    let seen = seeing::now(&state, &caller.account.actor, inquiry_of(&path)?).await?;
    let draft = match wanted.into.parse::<InquiryId>() {
        Ok(into) => draft(&state, &caller, into).await?,
        Err(_) => None,
    };
    let open = Shown { letter: &wanted.letter, draft, choice: Choice::Open };
    shown(&state, &caller, language, &seen, open).await
}

/// The page, with what is said of a choice. Nothing is looked at anew: whoever was refused is shown what the refusal saw, whatever the draft has become
/// since.
pub(super) async fn shown(
    state: &State,
    caller: &Caller,
    language: Language,
    seen: &Seen,
    Shown { letter, draft, choice }: Shown<'_>,
) -> Result<HttpResponse, Problem> {
    let id = seen.dossier.inquiry;
    let all = earlier::answers(seen)?;
    let answer = chosen(&all, letter)?;
    let (into, text) = draft.map(|Draft { into, text }| (into, text)).unzip();
    let paragraphs = answer.paragraphs(seen)?;
    let there = text.map(|text: Sourced| earlier::standing_in(&text, &paragraphs)).unwrap_or_default();
    let again = match &choice {
        Choice::Standing(chosen) => Some(joined(there.keys().filter(|place| chosen.contains(*place)))),
        Choice::Open | Choice::Empty | Choice::Missed(_) => None,
    };
    let href = |other: &Answer| {
        let into = into.as_ref().map(|into| format!("&into={}", into.id)).unwrap_or_default();
        format!("/inquiries/{id}/answer?letter={}{into}", other.letter.pdf)
    };
    let shown =
        |other: &Answer| Other { number: other.letter.number.clone(), dated: other.letter.dated, href: href(other) };
    let others = all.iter().filter(|other| other.letter.pdf != answer.letter.pdf).map(shown);
    let in_force = all.iter().find(|other| !other.is_replaced).filter(|_| answer.is_replaced);
    let content = &answer.written.content;
    let facts = Facts {
        row: Row::of(state, Earlier::of(seen), None, language),
        questions: questions(&seen.dossier, answer),
        question_language: seen.dossier.intake.language.code(),
        paragraphs: shown_paragraphs(answer, paragraphs, &there, &choice),
        letter_language: content.language.code(),
        number: answer.letter.number.clone(),
        dated: answer.letter.dated,
        file: answer.letter.pdf.to_string(),
        warning: warning(state, id, answer, in_force.is_some(), language).await?,
        in_force: in_force.map(shown),
        others: others.collect(),
        head: Head::of(state, seen, state.today(), language),
        into,
        is_empty_choice: choice == Choice::Empty,
        is_missed: matches!(choice, Choice::Missed(_)),
        again,
    };
    let title = Words::new("Сауал мен жауап", "Запрос и ответ", "Inquiry and answer");
    let page = Page { template: "answer", title, caller: Some(caller), language };
    let start = match choice {
        Choice::Open => HttpResponse::Ok(),
        Choice::Empty | Choice::Standing(_) | Choice::Missed(_) => HttpResponse::UnprocessableEntity(),
    };
    state.pages.answer_with(start, state, &page, &facts)
}

/// The letter with that hash, or the last one.
pub(super) fn chosen<'a>(all: &'a [Answer], letter: &str) -> Result<&'a Answer, Problem> {
    let found = match letter.parse::<BlobHash>() {
        Ok(file) => all.iter().find(|answer| answer.letter.pdf == file),
        Err(_) => all.first(),
    };
    found.ok_or_else(|| Problem::NotThereYet {
        what: Words::new(
            "Бұл сауалға жауап жөнелтілмеген.",
            "Ответ на этот запрос не отправлен.",
            "No answer to this inquiry has been sent.",
        ),
    })
}

/// The draft, where the caller may write it.
pub(super) async fn draft(state: &AppState, caller: &Caller, into: InquiryId) -> Result<Option<Draft>, Problem> {
    let actor = &caller.account.actor;
    let seen = match seeing::now(state, actor, into).await {
        Ok(seen) => seen,
        Err(Problem::NoSuchInquiry) => return Ok(None),
        Err(problem) => return Err(problem),
    };
    if gate(&seen.inquiry, actor, CommandName::ReviseDraft).is_err() {
        return Ok(None);
    }
    match standing(state, &seen, &Place::Draft).await {
        Ok(standing) => Ok(Some(Draft::of(&seen, standing))),
        // What cannot be read as a text has nothing of any answer.
        Err(Problem::LetterRefused { .. } | Problem::TextRefused { .. }) => {
            Ok(Some(Draft::with(&seen, Text::empty().words, 0)))
        }
        Err(problem) => Err(problem),
    }
}

/// Numbers as they stand beside each other.
fn joined(numbers: impl Iterator<Item = impl Display>) -> String {
    numbers.map(|number| number.to_string()).collect::<Vec<_>>().join(", ")
}

fn questions(dossier: &Dossier, answer: &Answer) -> Vec<Question> {
    let places = |no| {
        let links = answer.written.content.answers.iter().filter(|link| link.question == no);
        joined(links.map(|link| link.block))
    };
    let question = |question: &inquiry::intake::Question| Question {
        no: question.no.0,
        text: question.text.clone(),
        places: places(question.no),
    };
    dossier.intake.questions.iter().map(question).collect()
}

fn shown_paragraphs(
    answer: &Answer,
    paragraphs: Vec<earlier::Paragraph>,
    there: &BTreeMap<u32, usize>,
    choice: &Choice,
) -> Vec<Paragraph> {
    let answered = |place: u32| {
        let links = answer.written.content.answers.iter().filter(|link| link.block == place);
        joined(links.map(|link| link.question))
    };
    let shown = |one: earlier::Paragraph| {
        let place = one.answer.paragraph;
        Paragraph {
            place,
            answers: answered(place),
            stands: there.get(&place).copied(),
            is_chosen: matches!(choice, Choice::Standing(chosen) | Choice::Missed(chosen) if chosen.contains(&place)),
            blocks: one.body.blocks,
        }
    };
    paragraphs.into_iter().map(shown).collect()
}

async fn warning(
    state: &AppState,
    inquiry: InquiryId,
    answer: &Answer,
    has_other: bool,
    language: Language,
) -> Result<Option<String>, Problem> {
    if answer.is_replaced && !has_other {
        return Ok(Some(say(
            language,
            "Назар аударыңыз: бұл жауап кейін ауыстырылған, оның орнына жаңа хат әлі жөнелтілмеген.",
            "Внимание: этот ответ потом был заменён, новое письмо вместо него ещё не отправлено.",
            "Take care: this answer was replaced since; the new letter in its place is not sent yet.",
        )));
    }
    let code = EarlierAnswer::code_of(inquiry, &answer.letter.pdf);
    let found = by_codes(&state.house(), &[code]).await.map_err(|error| Problem::failure("look up a letter", error))?;
    let is_it = |letter: &&SourceLetter| letter.inquiry == inquiry && letter.file == answer.letter.pdf;
    let over_now = found.iter().filter(is_it).find(|letter| earlier::is_over(letter));
    Ok(over_now.map(|letter| over(letter, language)))
}

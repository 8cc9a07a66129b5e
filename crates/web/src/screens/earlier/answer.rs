//! `/inquiries/{id}/answer`: what was asked and what was answered, side by side; for whoever writes a draft with boxes beside the paragraphs.

use actix_web::{HttpResponse, web};
use directory::Language;
use inquiry::allowed::gate;
use inquiry::{BlobHash, CommandName, Dossier, EarlierAnswer, InquiryId};
use jiff::civil::Date;
use letter::model::Block;
use readmodel::letters::{SourceLetter, by_codes};
use serde::{Deserialize, Serialize};

use super::super::PAGE;
use super::super::editing::sources::over;
use super::super::inquiry::head::Head;
use super::super::inquiry::inquiry_of;
use super::Row;
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
pub(super) struct Wanted {
    /// The draft that paragraphs can be taken over into.
    #[serde(default)]
    pub into: String,
    /// The letter, by the hash of its file; the last one without it.
    #[serde(default)]
    pub letter: String,
}

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
}

/// The draft that paragraphs are taken over into.
#[derive(Debug, Serialize)]
struct Into {
    id: InquiryId,
    number: String,
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
    others: Vec<Other>,
    into: Option<Into>,
    /// Nothing was chosen.
    is_empty_choice: bool,
}

async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    path: web::Path<String>,
    wanted: web::Query<Wanted>,
) -> Result<HttpResponse, Problem> {
    shown(&state, &caller, language, inquiry_of(&path)?, &wanted, false).await
}

/// The page; `is_empty_choice` says that boxes have to be ticked first.
pub(super) async fn shown(
    state: &State,
    caller: &Caller,
    language: Language,
    id: InquiryId,
    wanted: &Wanted,
    is_empty_choice: bool,
) -> Result<HttpResponse, Problem> {
    let actor = &caller.account.actor;
    let seen = seeing::now(state, actor, id).await?;
    let all = earlier::answers(&seen)?;
    let answer = chosen(&all, &wanted.letter)?;
    let into = match wanted.into.parse::<InquiryId>() {
        Ok(into) => draft(state, caller, into).await?,
        Err(_) => None,
    };
    let href = |other: &Answer| {
        let into = into.as_ref().map(|into| format!("&into={}", into.id)).unwrap_or_default();
        format!("/inquiries/{id}/answer?letter={}{into}", other.letter.pdf)
    };
    let others = all.iter().filter(|other| other.letter.pdf != answer.letter.pdf);
    let others =
        others.map(|other| Other { number: other.letter.number.clone(), dated: other.letter.dated, href: href(other) });
    let content = &answer.written.content;
    let facts = Facts {
        row: Row::of(state, Earlier::of(&seen), None, language),
        questions: questions(&seen.dossier, answer),
        question_language: seen.dossier.intake.language.code(),
        paragraphs: paragraphs(answer, &seen)?,
        letter_language: content.language.code(),
        number: answer.letter.number.clone(),
        dated: answer.letter.dated,
        file: answer.letter.pdf.to_string(),
        warning: warning(state, id, answer, language).await?,
        others: others.collect(),
        head: Head::of(state, &seen, state.today(), language),
        into,
        is_empty_choice,
    };
    let title = Words::new("Сауал мен жауап", "Запрос и ответ", "Inquiry and answer");
    let page = Page { template: "answer", title, caller: Some(caller), language };
    let start = if is_empty_choice { HttpResponse::UnprocessableEntity() } else { HttpResponse::Ok() };
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
async fn draft(state: &AppState, caller: &Caller, into: InquiryId) -> Result<Option<Into>, Problem> {
    let actor = &caller.account.actor;
    let seen = match seeing::now(state, actor, into).await {
        Ok(seen) => seen,
        Err(Problem::NoSuchInquiry) => return Ok(None),
        Err(problem) => return Err(problem),
    };
    let may_write = gate(&seen.inquiry, actor, CommandName::ReviseDraft).is_ok();
    Ok(may_write.then(|| Into { id: into, number: seen.dossier.intake.number.shown() }))
}

fn questions(dossier: &Dossier, answer: &Answer) -> Vec<Question> {
    let places = |no| {
        let links = answer.written.content.answers.iter().filter(|link| link.question == no);
        links.map(|link| link.block.to_string()).collect::<Vec<_>>().join(", ")
    };
    let question = |question: &inquiry::intake::Question| Question {
        no: question.no.0,
        text: question.text.clone(),
        places: places(question.no),
    };
    dossier.intake.questions.iter().map(question).collect()
}

fn paragraphs(answer: &Answer, seen: &Seen) -> Result<Vec<Paragraph>, Problem> {
    let answered = |place: u32| {
        let links = answer.written.content.answers.iter().filter(|link| link.block == place);
        links.map(|link| link.question.to_string()).collect::<Vec<_>>().join(", ")
    };
    let paragraphs = answer.paragraphs(seen)?.into_iter();
    Ok(paragraphs
        .map(|one| Paragraph {
            place: one.answer.paragraph,
            answers: answered(one.answer.paragraph),
            blocks: one.body.blocks,
        })
        .collect())
}

async fn warning(
    state: &AppState,
    inquiry: InquiryId,
    answer: &Answer,
    language: Language,
) -> Result<Option<String>, Problem> {
    let code = EarlierAnswer::code_of(inquiry, &answer.letter.pdf);
    let found = by_codes(&state.house(), &[code]).await.map_err(|error| Problem::failure("look up a letter", error))?;
    let is_it = |letter: &&SourceLetter| letter.inquiry == inquiry && letter.file == answer.letter.pdf;
    let over_now = found.iter().filter(is_it).find(|letter| earlier::is_over(letter));
    Ok(over_now.map(|letter| over(letter, language)))
}

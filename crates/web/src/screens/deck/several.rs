//! Several letters signed with one confirmation. Each is named with the hash of its own bytes, signed on its own, and answered on its own: one
//! that was changed meanwhile holds up no other.

use actix_web::{HttpResponse, web};
use inquiry::InquiryId;
use serde::Serialize;

use super::super::PAGE;
use super::super::fields::{Typed, say};
use super::super::wording::{self, Due, People};
use super::signing::{SIGNS, laid, read, visit};
use super::{Visit, unread};
use crate::office::{seeing, signing, to_the_end};
use crate::problem::Problem;
use crate::routes::Route;
use crate::{Caller, Speaks, State};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/signing/several", "deck_several_page", SIGNS, page)
            .summary("Everything that waits for a signature, to be signed with one confirmation.")
            .answer(PAGE),
        Route::post("/signing/several", "deck_several_by_form", SIGNS, send)
            .summary("Signs each of the letters that were chosen, and says what became of each.")
            .form()
            .answer(PAGE),
    ]
}

/// How many letters a page has: each is set to be hashed.
const MOST: usize = 25;

#[derive(Debug, Serialize)]
struct Facts {
    rows: Vec<Row>,
    /// How many wait beyond those of this page.
    more: usize,
    key: String,
    /// What became of those that were signed just now.
    outcomes: Vec<Outcome>,
    signed: usize,
}

#[derive(Debug, Serialize)]
struct Row {
    id: String,
    number: String,
    subject: String,
    subject_language: &'static str,
    due: Option<Due>,
    recipients: usize,
    visas: usize,
    pages: usize,
    pdf_sha256: String,
    /// What the form says back: the inquiry and what was read of it.
    value: String,
}

#[derive(Debug, Serialize)]
struct Outcome {
    id: String,
    number: String,
    is_signed: bool,
    words: String,
}

async fn page(state: State, caller: Caller, Speaks(language): Speaks) -> Result<HttpResponse, Problem> {
    show(&visit(state, caller, language), Vec::new()).await
}

async fn show(visit: &Visit, outcomes: Vec<Outcome>) -> Result<HttpResponse, Problem> {
    let deck = visit.waiting().await?;
    let people = People::of(&visit.state).await?;
    let mut rows = Vec::new();
    for entry in deck.iter().take(MOST) {
        let seen = seeing::now(&visit.state, visit.actor(), entry.inquiry).await?;
        // One that cannot be set today has a page of its own that says why.
        let Ok(Some((paper, read))) = laid(visit, &seen, &people).await else { continue };
        rows.push(Row {
            value: format!("{} {read}", paper.id),
            id: paper.id,
            number: paper.number,
            subject: paper.subject,
            subject_language: paper.subject_language,
            due: paper.due,
            recipients: paper.recipients,
            visas: paper.visas.len(),
            pages: paper.pages.len(),
            pdf_sha256: paper.pdf_sha256,
        });
    }
    let facts = Facts {
        more: deck.len().saturating_sub(MOST),
        rows,
        key: uuid::Uuid::now_v7().to_string(),
        signed: outcomes.iter().filter(|outcome| outcome.is_signed).count(),
        outcomes,
    };
    visit.answer(HttpResponse::Ok(), "deck_several", &facts)
}

async fn send(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    web::Form(typed): web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let visit = visit(state, caller, language);
    let typed = Typed(typed);
    let key = typed.key()?.to_owned();
    let chosen: Vec<String> =
        typed.0.iter().filter(|(name, _)| name == "letter").map(|(_, value)| value.clone()).take(MOST).collect();
    let mut outcomes = Vec::new();
    for value in chosen {
        let (id, what_was_read) = value.split_once(' ').ok_or_else(unread)?;
        let id: InquiryId = id.parse().map_err(|_| unread())?;
        outcomes.push(one(&visit, id, &key, what_was_read).await?);
    }
    show(&visit, outcomes).await
}

async fn one(visit: &Visit, id: InquiryId, key: &str, what_was_read: &str) -> Result<Outcome, Problem> {
    let (state, language) = (&visit.state, visit.language);
    let read = read(what_was_read)?;
    let asked = visit.asked(id, "sign", &format!("{key}-{id}"), what_was_read, Some(read.inquiry_version));
    let office = state.clone();
    let done = to_the_end(async move { signing::sign(&office, &asked, id, read.ask).await }).await;
    let number = match seeing::now(state, visit.actor(), id).await {
        Ok(seen) => seen.dossier.intake.number.printed().to_owned(),
        Err(Problem::NoSuchInquiry) => id.to_string(),
        Err(problem) => return Err(problem),
    };
    let words = match &done {
        Ok(_) => say(language, "қол қойылды", "подписано", "signed"),
        Err(problem) => wording::named(state, &problem.body(language).detail, language),
    };
    if let Err(problem) = &done {
        tracing::info!(code = problem.code(), "one of several letters was not signed");
    }
    Ok(Outcome { id: id.to_string(), number, is_signed: done.is_ok(), words })
}

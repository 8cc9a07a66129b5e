//! Several letters signed with one confirmation. Each is named with the hash of its own bytes, signed on its own, and answered on its own: one
//! that was changed meanwhile holds up no other.

use actix_web::{HttpResponse, web};
use inquiry::InquiryId;
use serde::Serialize;

use super::super::fields::{Typed, say};
use super::super::signatory::Signatory;
use super::super::wording::{self, Due, People};
use super::super::{ONWARD, PAGE, proof};
use super::device;
use super::signing::{Laid, SIGNS, laid, read, visit};
use super::{Visit, see, unread};
use crate::address::query;
use crate::office::{seeing, signing, to_the_end};
use crate::problem::Problem;
use crate::routes::Route;
use crate::signing::Signing;
use crate::{Caller, Speaks, State};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/signing/several", "deck_several_page", SIGNS, page)
            .summary("Everything that waits for a signature, to be signed with one confirmation.")
            .answer(PAGE),
        Route::post("/signing/several", "deck_several_by_form", SIGNS, send)
            .summary("Signs each of the letters that were chosen, and says what became of each.")
            .form()
            .answer(ONWARD)
            .answer(PAGE),
    ]
}

/// How many letters a page has: each is set to be hashed.
const MOST: usize = 25;

#[derive(Debug, Serialize)]
struct Facts {
    rows: Vec<Row>,
    /// Devices sign, one letter at a time.
    on_devices: bool,
    /// This account may sign one of them at least.
    may_sign: bool,
    /// How many wait beyond those of this page.
    more: usize,
    key: String,
    /// What became of those that were signed just now.
    outcomes: Vec<Outcome>,
    signed: usize,
    /// The form was sent, and no letter was ticked.
    is_unchosen: bool,
    done: Option<String>,
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
    unanswered: Option<String>,
    signatory: Signatory,
    pdf_sha256: String,
    /// What the form says back: the inquiry and what was read of it.
    value: String,
    /// Where it is signed on the signatory's own device: there each is signed alone.
    device: Option<String>,
    /// It was ticked before, and is the same letter still.
    is_ticked: bool,
}

#[derive(Debug, Serialize)]
struct Outcome {
    id: String,
    number: String,
    is_signed: bool,
    words: String,
}

/// What was ticked before somebody had to prove who they are: the inquiry and the beginning of the hash that stood beside it.
#[derive(Debug, Default)]
struct Ticked(Vec<String>);

impl Ticked {
    /// The mark of one letter, as the address carries it.
    fn mark(id: &str, pdf_sha256: &str) -> String {
        format!("{id}.{}", pdf_sha256.get(..16).unwrap_or_default())
    }

    /// The page with these letters ticked, as far as they are still the same.
    fn place(values: &[String]) -> String {
        let marks = values.iter().filter_map(|value| {
            let (id, read) = value.split_once(' ')?;
            Some(Self::mark(id, read.rsplit(' ').next()?))
        });
        let marks: Vec<String> = marks.map(|mark| query(&[("ticked", &mark)])).collect();
        format!("/signing/several?{}", marks.join("&"))
    }
}

async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    asked: web::Query<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let is_proved = asked.iter().any(|(name, _)| name == "proved");
    let ticked = asked.into_inner().into_iter().filter(|(name, _)| name == "ticked").map(|(_, mark)| mark);
    let back = Back { ticked: Ticked(ticked.take(MOST).collect()), is_proved, ..Back::default() };
    show(&visit(state, caller, language), back).await
}

/// What somebody comes back to the page with.
#[derive(Debug, Default)]
struct Back {
    outcomes: Vec<Outcome>,
    is_unchosen: bool,
    ticked: Ticked,
    is_proved: bool,
}

async fn show(visit: &Visit, back: Back) -> Result<HttpResponse, Problem> {
    let Back { outcomes, is_unchosen, ticked, is_proved } = back;
    let deck = visit.waiting().await?;
    let people = People::of(&visit.state).await?;
    let mut rows = Vec::new();
    for entry in deck.iter().take(MOST) {
        let seen = seeing::now(&visit.state, visit.actor(), entry.inquiry).await?;
        // One that cannot be set today has a page of its own that says why.
        let Ok(Some(Laid { paper, signatory, read })) = laid(visit, &seen, &people).await else { continue };
        rows.push(Row {
            value: format!("{} {read}", paper.id),
            device: device::of(&visit.state, &paper),
            is_ticked: ticked.0.contains(&Ticked::mark(&paper.id, &paper.pdf_sha256)),
            id: paper.id,
            number: paper.number,
            subject: paper.subject,
            subject_language: paper.subject_language,
            due: paper.due,
            recipients: paper.recipients,
            visas: paper.visas.len(),
            pages: paper.pages.len(),
            unanswered: paper.unanswered,
            signatory,
            pdf_sha256: paper.pdf_sha256,
        });
    }
    let facts = Facts {
        may_sign: rows.iter().any(|row| row.signatory.may_sign()),
        more: deck.len().saturating_sub(MOST),
        rows,
        on_devices: visit.state.config.signing != Signing::ServerSeal,
        key: uuid::Uuid::now_v7().to_string(),
        signed: outcomes.iter().filter(|outcome| outcome.is_signed).count(),
        outcomes,
        is_unchosen,
        done: is_proved.then(|| proof::done(visit.language)),
    };
    let start = if is_unchosen { HttpResponse::UnprocessableEntity() } else { HttpResponse::Ok() };
    visit.answer(start, "deck_several", &facts)
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
    if chosen.is_empty() {
        return show(&visit, Back { is_unchosen: true, ..Back::default() }).await;
    }
    let mut outcomes = Vec::new();
    for value in &chosen {
        let (id, what_was_read) = value.split_once(' ').ok_or_else(unread)?;
        let id: InquiryId = id.parse().map_err(|_| unread())?;
        match one(&visit, id, &key, what_was_read).await {
            Ok(outcome) => outcomes.push(outcome),
            // Whoever has to prove who they are comes back to their ticks.
            Err(Problem::ProofTooOld) => {
                return Ok(see(format!("/proof?{}", query(&[("next", &Ticked::place(&chosen))]))));
            }
            Err(problem) => return Err(problem),
        }
    }
    show(&visit, Back { outcomes, ..Back::default() }).await
}

async fn one(visit: &Visit, id: InquiryId, key: &str, what_was_read: &str) -> Result<Outcome, Problem> {
    let (state, language) = (&visit.state, visit.language);
    let read = read(what_was_read)?;
    let asked = visit.asked(id, "sign", &format!("{key}-{id}"), what_was_read, Some(read.inquiry_version));
    let office = state.clone();
    let done = to_the_end(async move { signing::sign(&office, &asked, id, read.ask).await }).await;
    if matches!(done, Err(Problem::ProofTooOld)) {
        return Err(Problem::ProofTooOld);
    }
    let number = match seeing::now(state, visit.actor(), id).await {
        Ok(seen) => seen.dossier.intake.number.shown(),
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

//! The evidence of one delivery: a page to be printed, and a file with the journal's proofs.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use directory::Language;
use inquiry::RecipientNo;
use inquiry::event::EventName;
use inquiry::terms::ReceiptProof;
use serde::Serialize;

use super::super::inquiry::head::Head;
use super::super::wording::People;
use super::Visit;
use super::told::{self, Attempted, Noticed};
use crate::address::escaped;
use crate::office::evidence::{self, Evidence};
use crate::office::letters::file_name;
use crate::problem::Problem;
use crate::{Caller, Speaks, State};

#[derive(Serialize)]
struct Facts {
    head: Head,
    evidence: Evidence,
    /// The same as in the evidence, in the reader's words.
    orders: Vec<Order>,
    /// How the receipt became known, and through whom.
    receipt_how: Option<String>,
    receipt_by: Option<String>,
    events: Vec<Told>,
    proofs: usize,
}

#[derive(Serialize)]
struct Order {
    order: u32,
    at: String,
    by: String,
    address: Option<String>,
    message_id: String,
    position: i64,
    message_held_back: Option<String>,
    attempts: Vec<Attempted>,
    notices: Vec<Noticed>,
}

/// An event as people call it; the file calls it and whoever asked for it by the names that its proof has.
#[derive(Serialize)]
struct Told {
    at: String,
    words: &'static str,
    by: String,
    position: i64,
}

fn in_words(order: &evidence::Order, people: &People, language: Language) -> Order {
    Order {
        order: order.order,
        at: order.at.to_string(),
        by: people.or_worker(&order.by, language).to_owned(),
        address: order.address.clone(),
        message_id: order.message_id.clone(),
        position: order.position,
        message_held_back: order.message_held_back.clone(),
        attempts: order.attempts.iter().cloned().map(|step| told::attempted(step, language)).collect(),
        notices: order.notices.iter().cloned().map(|came| told::noticed(came, language)).collect(),
    }
}

/// What the file says by its name.
fn how(code: &str, language: Language) -> String {
    match serde_json::from_value::<ReceiptProof>(code.into()) {
        Ok(proof) => proof.words(language).to_owned(),
        // The one way that leads past the mail.
        Err(_) => EventName::DeliveredByHand.words(language).to_owned(),
    }
}

async fn gathered(visit: &Visit, no: &str) -> Result<Evidence, Problem> {
    let recipient = no.parse().map(RecipientNo).map_err(|_| Problem::UnknownAddress)?;
    evidence::of(&visit.state, &visit.seen, recipient, visit.language).await
}

pub(super) async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (id, no) = path.into_inner();
    let visit = Visit::of(state, caller, language, &id).await?;
    let evidence = gathered(&visit, &no).await?;
    let people = People::of(&visit.state).await?;
    let named = |account: &str| people.or_worker(account, language).to_owned();
    let told = |event: &evidence::Told| Told {
        at: event.at.to_string(),
        words: event.words,
        by: named(&event.by),
        position: event.position,
    };
    let facts = Facts {
        head: visit.head(),
        proofs: evidence.proofs.len(),
        orders: evidence.orders.iter().map(|order| in_words(order, &people, language)).collect(),
        receipt_how: evidence.receipt.as_ref().map(|receipt| how(&receipt.how, language)),
        receipt_by: evidence.receipt.as_ref().map(|receipt| named(&receipt.by)),
        events: evidence.events.iter().map(told).collect(),
        evidence,
    };
    visit.answer(HttpResponse::Ok(), "evidence", &facts)
}

pub(super) async fn file(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (id, no) = path.into_inner();
    let visit = Visit::of(state, caller, language, &id).await?;
    let evidence = gathered(&visit, &no).await?;
    let json = serde_json::to_vec_pretty(&evidence)
        .map_err(|error| Problem::failure("write the evidence of a delivery as JSON", error))?;
    let name = file_name(&visit.seen.dossier, &format!("{}.evidence.json", evidence.recipient.no));
    let name = escaped(&visit.state.config.file_name(&name));
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/json"))
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename*=UTF-8''{name}")))
        .body(json))
}

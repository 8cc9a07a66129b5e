//! The evidence of one delivery: a page to be printed, and a file with the journal's proofs.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use inquiry::RecipientNo;
use serde::Serialize;

use super::super::inquiry::head::Head;
use super::Visit;
use crate::address::escaped;
use crate::office::evidence::{self, Evidence};
use crate::office::letters::file_name;
use crate::problem::Problem;
use crate::{Caller, Speaks, State};

#[derive(Serialize)]
struct Facts {
    head: Head,
    evidence: Evidence,
    proofs: usize,
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
    let facts = Facts { head: visit.head(), proofs: evidence.proofs.len(), evidence };
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
    let name = escaped(&file_name(&visit.seen.dossier, &format!("{}.evidence.json", evidence.recipient.no)));
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/json"))
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename*=UTF-8''{name}")))
        .body(json))
}

//! `/signing/letter/{id}/device`: a letter is signed on the signatory's own device. The page hands its bytes to NCALayer by a script; beside that, and without
//! scripts, the file is signed with any program and its signature is sent as a file. What comes is checked by [`signing`] before anything is recorded.

use actix_multipart::Multipart;
use actix_web::http::header;
use actix_web::{HttpResponse, HttpResponseBuilder, web};
use inquiry::InquiryId;
use serde::{Deserialize, Serialize};

use super::super::fields::Typed;
use super::super::inquiry::inquiry_of;
use super::super::signatory::Signatory;
use super::super::wording::People;
use super::super::{ONWARD, PAGE, proof};
use super::paper::Paper;
use super::signing::{Laid, SIGNS, laid, read, visit};
use super::{Tried, Visit, see};
use crate::address::query;
use crate::doors::headers::page_policy_with;
use crate::doors::upload::{self, Bounds};
use crate::office::signing::LONGEST_SIGNATURE;
use crate::office::{seeing, signing, to_the_end};
use crate::problem::Problem;
use crate::routes::Route;
use crate::signing::Signing;
use crate::speech::Words;
use crate::state::AppState;
use crate::{Caller, Speaks, State};

const PATH: &str = "/signing/letter/{id}/device";

/// What a form sends: the signature stands in it as text where a script put it there, and is a file where a person chose one.
const BOUNDS: Bounds = Bounds { parts: 20, field: LONGEST_SIGNATURE, file: LONGEST_SIGNATURE };

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(PATH, "deck_device_page", SIGNS, page)
            .summary("One letter to be signed on the signatory's own device.")
            .answer(ONWARD)
            .answer(PAGE),
        Route::post(PATH, "deck_device_by_form", SIGNS, send)
            .summary(
                "Takes the signature that was made over the letter, checks and records it, and goes on to the next.",
            )
            .upload()
            .answer(ONWARD)
            .answer(PAGE),
    ]
}

/// Where a letter is signed, where devices sign.
pub(super) fn of(state: &AppState, paper: &Paper) -> Option<String> {
    match state.config.signing {
        Signing::ServerSeal => None,
        Signing::Device(_) => Some(place(&paper.id, &paper.pdf_sha256)),
    }
}

fn place(id: &str, pdf_sha256: &str) -> String {
    format!("/signing/letter/{id}/device?{}", query(&[("read", pdf_sha256)]))
}

#[derive(Debug, Serialize)]
struct Facts {
    id: String,
    number: String,
    subject: String,
    subject_language: &'static str,
    version: String,
    recipients: usize,
    unanswered: Option<String>,
    signatory: Signatory,
    pdf_sha256: String,
    /// Where NCALayer listens.
    layer: String,
    /// What the form says back of what was read.
    read: String,
    key: String,
    /// The letter is not the one that was read in the deck.
    is_other: bool,
    done: Option<String>,
    /// Why the last try was not taken.
    refused: Option<String>,
}

/// What somebody comes with.
#[derive(Debug, Deserialize)]
struct Asked {
    /// SHA-256 of the letter that was read.
    read: Option<String>,
    /// They come back from proving who they are.
    proved: Option<String>,
}

async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    path: web::Path<String>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, Problem> {
    let visit = visit(state, caller, language);
    let id = inquiry_of(&path)?;
    if visit.state.config.signing == Signing::ServerSeal {
        return Ok(see(format!("/signing/letter/{id}")));
    }
    // Whoever would be asked for a proof afterwards would have signed in vain.
    if proof::of_late(&visit.state, &visit.caller).is_err() {
        let here = match &asked.read {
            Some(read) => place(&id.to_string(), read),
            None => format!("/signing/letter/{id}/device"),
        };
        return Ok(see(format!("/proof?{}", query(&[("next", &here)]))));
    }
    let done = asked.proved.as_ref().map(|_| proof::done(language));
    show(HttpResponse::Ok(), &visit, id, asked.read.as_deref(), Tried { done, ..Tried::default() }).await
}

async fn show(
    mut start: HttpResponseBuilder,
    visit: &Visit,
    id: InquiryId,
    was_read: Option<&str>,
    tried: Tried,
) -> Result<HttpResponse, Problem> {
    let Signing::Device(layer) = &visit.state.config.signing else { return Ok(see(format!("/signing/letter/{id}"))) };
    let seen = seeing::now(&visit.state, visit.actor(), id).await?;
    let people = People::of(&visit.state).await?;
    let Some(Laid { paper, signatory, read }) = laid(visit, &seen, &people).await? else {
        return visit.gone(start, &seen, tried);
    };
    let facts = Facts {
        is_other: was_read.is_some_and(|read| read != paper.pdf_sha256),
        id: paper.id,
        number: paper.number,
        subject: paper.subject,
        subject_language: paper.subject_language,
        version: paper.version,
        recipients: paper.recipients,
        unanswered: paper.unanswered,
        signatory,
        pdf_sha256: paper.pdf_sha256,
        layer: layer.to_string(),
        read,
        key: tried.key(),
        done: tried.done,
        refused: tried.refused,
    };
    // This page alone may speak to the program on the signatory's own machine.
    start.insert_header((header::CONTENT_SECURITY_POLICY, page_policy_with(layer)));
    visit.answer(start, "device", &facts)
}

fn nothing_sent() -> Problem {
    Problem::BadField {
        field: "file".to_owned(),
        what: Words::new(
            "Қолтаңба файлын (.p7s немесе .cms) таңдаңыз.",
            "Выберите файл подписи (.p7s или .cms).",
            "Choose the file with the signature (.p7s or .cms).",
        ),
    }
}

async fn send(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    path: web::Path<String>,
    form: Multipart,
) -> Result<HttpResponse, Problem> {
    let visit = visit(state, caller, language);
    let id = inquiry_of(&path)?;
    let upload = upload::read(form, &BOUNDS).await?;
    let typed = Typed(upload.fields);
    let key = typed.key()?.to_owned();
    let was_read = read(typed.get("read"))?;
    let pdf_sha256 = was_read.ask.pdf_sha256.to_string();
    // What a script put into the form comes before a file that was chosen earlier.
    let signature = match (typed.get("signature"), upload.file) {
        ("", None) => None,
        ("", Some(file)) => Some(signing::as_text(&file.bytes)),
        (text, _) => Some(text.to_owned()),
    };
    // A letter that is signed again has another signature, and is the same request all the same.
    let asked = visit.asked(id, "sign", &key, typed.get("read"), Some(was_read.inquiry_version));
    let office = visit.state.clone();
    let done = match signature {
        None => Err(nothing_sent()),
        signature => {
            let ask = signing::AskToSign { signature, ..was_read.ask };
            to_the_end(async move { signing::sign(&office, &asked, id, ask).await }).await
        }
    };
    match done {
        Ok(_) => {
            let seen = seeing::now(&visit.state, visit.actor(), id).await?;
            Ok(see(visit.onward(&seen, "sign")))
        }
        Err(problem @ (Problem::Failure { .. } | Problem::NoSuchInquiry | Problem::ProofTooOld)) => Err(problem),
        Err(problem) => {
            let tried = visit.tried(&problem, key, String::new());
            show(problem.start(), &visit, id, Some(&pdf_sha256), tried).await
        }
    }
}

//! `/signing`: the signatory's deck. The question beside the true pages, what changed since the letter last lay here, who wrote and who approved
//! it, whom it goes to; then sign, return or later. What is signed goes the way of the ordinary form, through [`signing`]: the bytes are made
//! again and compared with the hash that was on the screen.

use actix_web::{HttpResponse, HttpResponseBuilder, web};
use directory::Role;
use inquiry::command::ReturnDraft;
use inquiry::event::Event;
use inquiry::state::Stage;
use inquiry::{DraftVersion, InquiryId};
use serde::Serialize;

use super::super::fields::Typed;
use super::super::inquiry::inquiry_of;
use super::super::keeping::{self, Notice};
use super::super::signatory::Signatory;
use super::super::wording::People;
use super::super::{ONWARD, PAGE};
use super::device;
use super::paper::{self, Before, Paper};
use super::{Deck, Place, Tried, Visit, place_of, see, undecided, unread};
use crate::kept;
use crate::office::seeing::{self, Seen, events_of};
use crate::office::signing::{self, AskToSign};
use crate::office::{ordering, to_the_end};
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::Route;
use crate::{Caller, Speaks, State};

/// Who has this deck.
pub(crate) const SIGNS: Permission = Permission::AnyOf(&[Role::Signatory]);

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/signing", "deck_page", SIGNS, next)
            .summary("On to the next letter that waits for a signature, or a page that says that none does.")
            .answer(ONWARD)
            .answer(PAGE),
        Route::get("/signing/letter/{id}", "deck_letter_page", SIGNS, page)
            .summary("One letter that waits for a signature, with everything that a signatory should know.")
            .answer(PAGE),
        Route::post("/signing/letter/{id}", "deck_letter_by_form", SIGNS, send)
            .summary("Signs or returns the letter that was read, and goes on to the next.")
            .form()
            .answer(ONWARD)
            .answer(PAGE),
    ]
}

#[derive(Debug, Serialize)]
struct Facts {
    paper: Paper,
    /// Whom the letter names.
    signatory: Signatory,
    /// What the form says back of what was read.
    read: String,
    by_server: bool,
    /// Where it is signed on the signatory's own device; none where the server's seal stands in.
    device: Option<String>,
    place: Option<usize>,
    all: usize,
    done: Option<String>,
    /// Why the last try was not taken.
    refused: Option<String>,
    reason: String,
    key: String,
    /// The row that keeps what is typed.
    mark: String,
    kept: Option<Notice>,
}

/// A signatory at the deck.
pub(super) const fn visit(state: State, caller: Caller, language: directory::Language) -> Visit {
    Visit { state, caller, language, deck: Deck::Signing }
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
    let (tried, _) = Tried::opened(&visit, kept::Place::Signing(id), &asked, "reason").await?;
    let tried = Tried { done: visit.said(&place), ..tried };
    show(HttpResponse::Ok(), &visit, id, tried).await
}

/// A letter that lies before the signatory.
pub(super) struct Laid {
    pub paper: Paper,
    pub signatory: Signatory,
    /// What a form says back of it.
    pub read: String,
}

/// The letter that lies before the signatory; none when none does.
pub(super) async fn laid(visit: &Visit, seen: &Seen, people: &People) -> Result<Option<Laid>, Problem> {
    let (Stage::ForSignature(laid), Some(draft)) = (&seen.dossier.stage, &seen.dossier.draft) else { return Ok(None) };
    let signatory = Signatory::of(&visit.state, &seen.dossier, laid, &visit.caller, visit.language);
    let title = visit.t("Соңғы көргеніңізден бері", "С прошлого раза", "Since you saw it last");
    let before = Before { version: lay_here(seen, draft.version)?, title };
    let paper = paper::of(visit, seen, draft, people, before).await?;
    let read = format!("{} {} {} {}", seen.version, draft.version, draft.content_hash, paper.pdf_sha256);
    Ok(Some(Laid { paper, signatory, read }))
}

/// The version before this one that lay before the signatory.
fn lay_here(seen: &Seen, current: DraftVersion) -> Result<Option<DraftVersion>, Problem> {
    let mut before = None;
    for recorded in &seen.history {
        for event in events_of(recorded)? {
            match event {
                Event::SubmittedForSignature(laid) if laid.version < current => before = Some(laid.version),
                // A letter that was sent has its own beginning.
                Event::ReplyReplaced(_) => before = None,
                _ => {}
            }
        }
    }
    Ok(before)
}

async fn show(start: HttpResponseBuilder, visit: &Visit, id: InquiryId, tried: Tried) -> Result<HttpResponse, Problem> {
    let seen = seeing::now(&visit.state, visit.actor(), id).await?;
    let people = People::of(&visit.state).await?;
    let Some(Laid { paper, signatory, read }) = laid(visit, &seen, &people).await? else {
        return visit.gone(start, &seen, tried);
    };
    let deck = visit.waiting().await?;
    let facts = Facts {
        device: device::of(&visit.state, &paper),
        paper,
        signatory,
        read,
        by_server: visit.state.config.seal_stands_in,
        place: place_of(&deck, id),
        all: deck.len(),
        key: tried.key(),
        mark: tried.mark(),
        kept: tried.kept,
        done: tried.done,
        refused: tried.refused,
        reason: tried.typed,
    };
    visit.answer(start, "deck", &facts)
}

/// What was read: the version of the inquiry, and what is asked of the one who signs.
pub(super) struct Read {
    pub inquiry_version: u64,
    pub ask: AskToSign,
}

/// Reads the hidden fields of a letter's form, written as `version draft content_hash pdf_sha256`.
pub(super) fn read(text: &str) -> Result<Read, Problem> {
    let parts: Vec<&str> = text.split(' ').collect();
    let [version, draft, content_hash, pdf] = parts.as_slice() else { return Err(unread()) };
    Ok(Read {
        inquiry_version: version.parse().map_err(|_| unread())?,
        ask: AskToSign {
            version: DraftVersion(draft.parse().map_err(|_| unread())?),
            content_hash: content_hash.parse().map_err(|_| unread())?,
            pdf_sha256: pdf.parse().map_err(|_| unread())?,
            signature: None,
        },
    })
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
    let held = keeping::hold(&visit.state, &visit.caller, kept::Place::Signing(id), &typed).await;
    let read = read(typed.get("read"))?;
    let seen = Some(read.inquiry_version);
    let reason = typed.get("reason").trim().to_owned();
    let office = visit.state.clone();
    let (what, done) = match typed.get("do") {
        "sign" => {
            let asked = visit.asked(id, "sign", &key, typed.get("read"), seen);
            ("sign", to_the_end(async move { signing::sign(&office, &asked, id, read.ask).await }).await)
        }
        "return" => {
            let body = format!("{}\n{reason}", typed.get("read"));
            let asked = visit.asked(id, "return-draft", &key, &body, seen);
            let ask = ReturnDraft { version: read.ask.version, reason: reason.clone() };
            ("return", to_the_end(async move { ordering::order_known(&office, &asked, id, ask.into()).await }).await)
        }
        _ => return Err(undecided()),
    };
    match done {
        Ok(_) => {
            keeping::done(&visit.state, &visit.caller, held).await;
            let seen = seeing::now(&visit.state, visit.actor(), id).await?;
            Ok(see(visit.onward(&seen, what)))
        }
        Err(problem @ (Problem::Failure { .. } | Problem::NoSuchInquiry | Problem::ProofTooOld)) => Err(problem),
        Err(problem) => show(problem.start(), &visit, id, visit.tried(&problem, key, reason).held(held.as_ref())).await,
    }
}

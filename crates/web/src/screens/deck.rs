//! `/signing`: the signatory's deck. One letter a screen: the question beside the true pages, what changed since it last lay here, who wrote
//! and who approved it, whom it goes to; then sign, return or later, and the next one comes. Several are signed with one confirmation,
//! each on its own bytes.
//!
//! [`paper`] is what is shown of one letter, [`several`] the page with many. What is signed goes the way of the ordinary form, through
//! [`signing`]: the bytes are made again and compared with the hash that was on the screen.

mod paper;
mod several;

use actix_web::http::header;
use actix_web::{HttpResponse, HttpResponseBuilder, web};
use directory::{Language, Role};
use inquiry::command::ReturnDraft;
use inquiry::{DraftVersion, InquiryId, StageName};
use readmodel::register::{self, Entry, Filter, Order};
use serde::{Deserialize, Serialize};

use super::fields::{Typed, say};
use super::inquiry::inquiry_of;
use super::wording::People;
use super::{ONWARD, PAGE};
use crate::office::signing::{self, AskToSign};
use crate::office::{Asked, ordering, seeing, to_the_end};
use crate::pages::Page;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Words;
use crate::{Caller, Speaks, State};
use paper::Paper;

/// Who has a deck.
pub(crate) const SIGNS: Permission = Permission::AnyOf(&[Role::Signatory]);

/// How many letters a deck holds; the rest comes when these are done.
const DECK: u16 = 100;

pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![
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
    ];
    routes.extend(several::routes());
    routes
}

#[derive(Debug, Deserialize)]
struct Place {
    /// The letter that was looked at: the next one behind it is wanted.
    after: Option<String>,
    /// What was done with it: `sign` or `return`.
    done: Option<String>,
    /// Its number.
    number: Option<String>,
}

/// What waits for a signature, what is due first standing first.
async fn waiting(state: &State) -> Result<Vec<Entry>, Problem> {
    let filter = Filter { stages: vec![StageName::ForSignature], ..Filter::all() };
    let found = register::list(&state.pool, &filter, Order::Due, None, DECK).await;
    Ok(found.map_err(|error| Problem::failure("list what waits for a signature", error))?.entries)
}

/// The one behind `after` in the deck's order, or the first; never `after` itself.
fn following<'a>(deck: &'a [Entry], after: Option<&str>) -> Option<&'a Entry> {
    let is = |entry: &&Entry| Some(entry.inquiry.to_string().as_str()) == after;
    let place = deck.iter().position(|entry| is(&entry));
    let behind = place.and_then(|place| deck.get(place + 1));
    behind.or_else(|| deck.iter().find(|entry| !is(entry)))
}

#[derive(Debug, Serialize)]
struct Nothing {
    done: Option<String>,
}

async fn next(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    place: web::Query<Place>,
) -> Result<HttpResponse, Problem> {
    let deck = waiting(&state).await?;
    // Whoever puts the only letter off comes back to it.
    let found = following(&deck, place.after.as_deref()).or_else(|| deck.first().filter(|_| place.done.is_none()));
    if let Some(entry) = found {
        let mut onward = format!("/signing/letter/{}", entry.inquiry);
        if let (Some(done), Some(number)) = (&place.done, &place.number) {
            let query = [("done", done), ("number", number)];
            onward.push('?');
            onward.push_str(&query_of(&query));
        }
        return Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, onward)).finish());
    }
    let facts = Nothing { done: said(place.done.as_deref(), place.number.as_deref(), language) };
    answer(HttpResponse::Ok(), &state, &caller, language, "deck_empty", &facts)
}

/// Pairs as the query of an address.
fn query_of(pairs: &[(&str, &String)]) -> String {
    let encode = |text: &str| -> String {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        text.bytes()
            .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
            .collect()
    };
    pairs.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect::<Vec<_>>().join("&")
}

/// What was done with the letter before, as a sentence.
fn said(done: Option<&str>, number: Option<&str>, language: Language) -> Option<String> {
    let number: String = number?.chars().take(60).collect();
    let words = match done? {
        "sign" => say(language, "қол қойылды.", "подписан.", "is signed."),
        "return" => say(language, "пысықтауға қайтарылды.", "возвращён на доработку.", "was returned."),
        _ => return None,
    };
    Some(format!("{number} {words}"))
}

fn answer(
    start: HttpResponseBuilder,
    state: &State,
    caller: &Caller,
    language: Language,
    template: &'static str,
    facts: &impl Serialize,
) -> Result<HttpResponse, Problem> {
    let title = Words::new("Қол қою", "На подпись", "To be signed");
    let page = Page { template, title, caller: Some(caller), language };
    state.pages.answer_with(start, state, &page, facts)
}

#[derive(Debug, Serialize)]
struct Facts {
    paper: Paper,
    /// Its place in the deck, from 1; none when it is no longer there.
    place: Option<usize>,
    all: usize,
    done: Option<String>,
    /// Why the last try was not taken.
    refused: Option<String>,
    reason: String,
    key: String,
}

/// What a try leaves behind when it was not taken.
#[derive(Default)]
struct Tried {
    refused: Option<String>,
    reason: String,
    key: Option<String>,
    done: Option<String>,
}

async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    path: web::Path<String>,
    place: web::Query<Place>,
) -> Result<HttpResponse, Problem> {
    let done = said(place.done.as_deref(), place.number.as_deref(), language);
    let tried = Tried { done, ..Tried::default() };
    show(HttpResponse::Ok(), &state, &caller, language, inquiry_of(&path)?, tried).await
}

async fn show(
    start: HttpResponseBuilder,
    state: &State,
    caller: &Caller,
    language: Language,
    id: InquiryId,
    tried: Tried,
) -> Result<HttpResponse, Problem> {
    let seen = seeing::now(state, &caller.account.actor, id).await?;
    let people = People::of(state).await?;
    let Some(paper) = paper::of(state, &caller.account.actor, &seen, &people, language).await? else {
        // Somebody else was faster, or it was sent back: the deck goes on.
        let onward = format!("/signing?after={id}");
        return Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, onward)).finish());
    };
    let deck = waiting(state).await?;
    let facts = Facts {
        place: deck.iter().position(|entry| entry.inquiry == id).map(|place| place + 1),
        all: deck.len(),
        paper,
        done: tried.done,
        refused: tried.refused,
        reason: tried.reason,
        key: tried.key.unwrap_or_else(|| uuid::Uuid::now_v7().to_string()),
    };
    answer(start, state, caller, language, "deck", &facts)
}

/// What was read: the version, what it says, and the bytes.
struct Read {
    inquiry_version: u64,
    ask: AskToSign,
}

/// Reads the hidden fields of a letter's form, written as `version draft content_hash pdf_sha256`.
fn read(text: &str) -> Result<Read, Problem> {
    let bad = || Problem::BadForm { hint: "the form does not say what was read".to_owned() };
    let parts: Vec<&str> = text.split(' ').collect();
    let [version, draft, content_hash, pdf] = parts.as_slice() else { return Err(bad()) };
    Ok(Read {
        inquiry_version: version.parse().map_err(|_| bad())?,
        ask: AskToSign {
            version: DraftVersion(draft.parse().map_err(|_| bad())?),
            content_hash: content_hash.parse().map_err(|_| bad())?,
            pdf_sha256: pdf.parse().map_err(|_| bad())?,
        },
    })
}

fn asked(state: &State, caller: &Caller, id: InquiryId, what: &str, key: &str, body: &str, version: u64) -> Asked {
    let (actor, at) = (caller.account.actor.clone(), state.clock.now());
    Asked::new(actor, at, caller.account.id, key, &format!("{what}\n{id}"), body.as_bytes(), Some(version))
}

async fn send(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    path: web::Path<String>,
    web::Form(typed): web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let id = inquiry_of(&path)?;
    let typed = Typed(typed);
    let key = typed.key()?.to_owned();
    let read = read(typed.get("read"))?;
    let reason = typed.get("reason").trim().to_owned();
    let office = state.clone();
    let (what, done) = match typed.get("do") {
        "sign" => {
            let asked = asked(&state, &caller, id, "sign", &key, typed.get("read"), read.inquiry_version);
            ("sign", to_the_end(async move { signing::sign(&office, &asked, id, read.ask).await }).await)
        }
        "return" => {
            let body = format!("{}\n{reason}", typed.get("read"));
            let asked = asked(&state, &caller, id, "return-draft", &key, &body, read.inquiry_version);
            let ask = ReturnDraft { version: read.ask.version, reason: reason.clone() };
            ("return", to_the_end(async move { ordering::order_known(&office, &asked, id, ask.into()).await }).await)
        }
        _ => return Err(Problem::BadForm { hint: "the form does not say what to do".to_owned() }),
    };
    match done {
        Ok(_) => {
            let seen = seeing::now(&state, &caller.account.actor, id).await?;
            let number = seen.dossier.intake.number.printed().to_owned();
            let after = id.to_string();
            let query = query_of(&[("after", &after), ("done", &what.to_owned()), ("number", &number)]);
            Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, format!("/signing?{query}"))).finish())
        }
        Err(problem @ (Problem::Failure { .. } | Problem::NoSuchInquiry)) => Err(problem),
        Err(problem) => {
            let unsure =
                matches!(problem, Problem::OutcomeUnknown { .. } | Problem::Unavailable { .. } | Problem::Busy);
            let refused = super::wording::named(&state, &problem.body(language).detail, language);
            // The same key finds out whether it was recorded.
            let tried = Tried { refused: Some(refused), reason, key: unsure.then_some(key), done: None };
            show(problem.start(), &state, &caller, language, id, tried).await
        }
    }
}

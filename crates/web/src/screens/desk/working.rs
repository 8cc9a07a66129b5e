//! The working text as the editor asks for it, and keeps it: JSON under the pages' own addresses, on the revision that was seen.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::header;
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use inquiry::content::AnswerLink;
use inquiry::{CommandName, InquiryId};
use jiff::{Timestamp, ToSpan};
use letter::provenance::{Source, Sourced};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::editing::sources::Told;
use super::super::inquiry::inquiry_of;
use super::super::wording::People;
use super::{CONTRIBUTES, JSON, Visit, may_speak, own_contribution};
use crate::api::conditions::{if_match, json};
use crate::desk::standing::{Standing, known_sources, standing};
use crate::desk::suggested::Author;
use crate::desk::table::{self, New, Place};
use crate::desk::text::{Text, Written, document};
use crate::office::drafts::{body_of, source_of};
use crate::office::earlier;
use crate::office::seeing::Seen;
use crate::permission::STAFF;
use crate::problem::Problem;
use crate::routes::Route;
use crate::{Caller, Speaks, State};

/// Whoever wrote so lately is writing just now.
const JUST_NOW: i64 = 20;

/// Which text is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    Draft,
    Contribution,
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/inquiries/{id}/draft/working", "working_text", STAFF, get_draft)
            .summary("The draft as it is being written.")
            .answer(JSON),
        Route::put("/inquiries/{id}/draft/working", "keep_working_text", STAFF, put_draft)
            .summary(
                "Keeps the draft as it is being written, on the revision in `If-Match`. Whoever may not write it may suggest in it: everything else \
                 has to be as it was.",
            )
            .json::<Sent>()
            .answer(JSON),
        Route::get("/inquiries/{id}/contribution/working", "working_contribution", CONTRIBUTES, get_contribution)
            .summary("The contribution of the caller's ministry as it is being written.")
            .answer(JSON),
        Route::put("/inquiries/{id}/contribution/working", "keep_working_contribution", CONTRIBUTES, put_contribution)
            .summary("Keeps the contribution of the caller's ministry as it is being written.")
            .json::<Sent>()
            .answer(JSON),
    ]
}

/// What the editor sends.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Sent {
    /// The version that the text was begun from.
    base: u32,
    /// The rich editor's document.
    text: Value,
    /// Which block answers which question.
    #[serde(default)]
    answers: Vec<AnswerLink>,
}

/// What the editor opens.
#[derive(Debug, Serialize)]
struct Opened {
    revision: u64,
    base: u32,
    current: u32,
    #[serde(flatten)]
    written: Written,
    /// Whose each suggestion is.
    authors: Vec<By>,
    /// Somebody else who is writing just now.
    writing: Option<String>,
    /// What contributions are called.
    names: BTreeMap<String, String>,
    contributions: Vec<Contributed>,
}

/// Whose a suggestion is.
#[derive(Debug, Serialize)]
struct By {
    id: String,
    by: String,
    name: String,
    at: Timestamp,
    is_mine: bool,
}

/// A contribution whose blocks can be put into the text.
#[derive(Debug, Serialize)]
struct Contributed {
    source: String,
    blocks: Value,
}

#[derive(Debug, Serialize)]
struct Kept {
    revision: u64,
    at: Timestamp,
}

impl Which {
    fn place(self, visit: &Visit, seen: &Seen) -> Result<Place, Problem> {
        match self {
            Self::Draft => Ok(Place::Draft),
            Self::Contribution => own_contribution(seen, visit.actor()),
        }
    }

    /// Refuses whoever may not write there now; `Suggests` are those who may only suggest.
    fn may_write(self, visit: &Visit, seen: &Seen) -> Result<Hand, Problem> {
        let gate = |command| inquiry::allowed::gate(&seen.inquiry, visit.actor(), command).map_err(Problem::from);
        match self {
            Self::Draft => match gate(CommandName::ReviseDraft) {
                Ok(()) => Ok(Hand::Writes),
                Err(refused) => may_speak(seen, visit.actor()).map(|()| Hand::Suggests(refused)),
            },
            Self::Contribution => gate(CommandName::SubmitContribution).map(|()| Hand::Writes),
        }
    }
}

/// What somebody may do to a text.
enum Hand {
    Writes,
    /// Only suggest; what they hear who do more.
    Suggests(Problem),
}

/// What a text is known by to whoever watches it: its revision, and the version that there is.
fn tag(revision: u64, current: u32) -> String {
    format!("W/\"{revision}-{current}\"")
}

async fn open(visit: Visit, request: HttpRequest, id: InquiryId, which: Which) -> Result<HttpResponse, Problem> {
    let seen = visit.seen(id).await?;
    let standing = standing(&visit.state, &seen, &which.place(&visit, &seen)?).await?;
    let tag = tag(standing.revision, standing.current);
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|known| known.to_str().ok());
    if known == Some(tag.as_str()) {
        return Ok(HttpResponse::NotModified().insert_header((header::ETAG, tag)).finish());
    }
    let opened = opened(&visit, &seen, standing, which).await?;
    Ok(HttpResponse::Ok().insert_header((header::ETAG, tag)).json(opened))
}

async fn opened(visit: &Visit, seen: &Seen, standing: Standing, which: Which) -> Result<Opened, Problem> {
    let Standing { text, base, current, revision, last } = standing;
    let people = People::of(&visit.state).await?;
    let since = visit.state.wall.now() - JUST_NOW.seconds();
    let other = last.filter(|(by, at)| *by != visit.actor().name && *at > since);
    let writing = other.map(|(by, _)| people.name(&by).to_owned());
    let contributions = if which == Which::Contribution { Vec::new() } else { contributed(seen)? };
    let sources = contributions.iter().filter_map(|one| one.source.parse().ok());
    let all: BTreeSet<Source> = text.words.contributions().into_iter().cloned().chain(sources).collect();
    let letters = earlier::letters(&visit.state, visit.actor(), &all).await?;
    let told = Told { state: &visit.state, letters: &letters, language: visit.language };
    let names = all.iter().map(|one| (one.to_string(), told.words(one))).collect();
    let author = |author: &Author| By {
        id: author.id.clone(),
        by: author.by.clone(),
        name: people.name(&author.by).to_owned(),
        at: author.at,
        is_mine: author.by == visit.actor().name,
    };
    let authors = text.authors.iter().map(author).collect();
    Ok(Opened { revision, base, current, written: text.written(), authors, writing, names, contributions })
}

fn contributed(seen: &Seen) -> Result<Vec<Contributed>, Problem> {
    let mut found = Vec::new();
    for one in &seen.dossier.contributions {
        // What is no letter's text cannot be put into one.
        let Ok(body) = body_of(&one.body) else { continue };
        let mut document = document(&Sourced::from(body));
        let source = source_of(&one.ministry, one.version)?.to_string();
        found.push(Contributed { source, blocks: document["content"].take() });
    }
    Ok(found)
}

async fn keep(
    visit: Visit,
    request: HttpRequest,
    body: Bytes,
    id: InquiryId,
    which: Which,
) -> Result<HttpResponse, Problem> {
    let revision = if_match(&request)?;
    let (_, sent) = json::<Sent>(&request, &body)?;
    let seen = visit.seen(id).await?;
    let place = which.place(&visit, &seen)?;
    let hand = which.may_write(&visit, &seen)?;
    let standing = standing(&visit.state, &seen, &place).await?;
    // A text that was begun from another version than the one here is another text, whatever its number.
    if standing.revision != revision || standing.base != sent.base {
        return Err(Problem::Stale { current: standing.revision });
    }
    let (by, at) = (&visit.actor().name, visit.state.wall.now());
    let text = Text::read(&Written { text: sent.text, answers: sent.answers, suggested: Vec::new() })?;
    let text = match which {
        Which::Contribution => text.words.body.into(),
        Which::Draft => {
            let known = known_sources(&visit.state, visit.actor(), &seen, &text).await?;
            text.believed(&seen.dossier, &known).named(&standing.text.authors, by, at)
        }
    };
    if let Hand::Suggests(refused) = hand
        && !text.only_suggests(&standing.text, by)?
    {
        return Err(refused);
    }
    let body = text.to_value();
    let new = New { base: standing.base, body: &body, by, at };
    let revision = table::keep(&visit.state, id, &place, revision, new).await?;
    let tag = tag(revision, standing.current);
    Ok(HttpResponse::Ok().insert_header((header::ETAG, tag)).json(Kept { revision, at }))
}

macro_rules! handlers {
    ($($get:ident, $put:ident for $which:ident;)*) => {
        $(
            async fn $get(
                state: State,
                request: HttpRequest,
                caller: Caller,
                Speaks(language): Speaks,
                path: Path<String>,
            ) -> Result<HttpResponse, Problem> {
                open(Visit { state, caller, language }, request, inquiry_of(&path)?, Which::$which).await
            }

            async fn $put(
                state: State,
                request: HttpRequest,
                caller: Caller,
                Speaks(language): Speaks,
                path: Path<String>,
                body: Bytes,
            ) -> Result<HttpResponse, Problem> {
                keep(Visit { state, caller, language }, request, body, inquiry_of(&path)?, Which::$which).await
            }
        )*
    };
}

handlers! {
    get_draft, put_draft for Draft;
    get_contribution, put_contribution for Contribution;
}

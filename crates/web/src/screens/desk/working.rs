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

use super::super::editing::sources;
use super::super::inquiry::inquiry_of;
use super::super::wording::People;
use super::{CONTRIBUTES, JSON, Visit, may_speak, own_contribution};
use crate::api::conditions::{if_match, json};
use crate::desk::standing::{Standing, known_sources, standing};
use crate::desk::table::{self, New, Place};
use crate::desk::text::{Text, Written, document};
use crate::office::drafts::{body_of, source_of};
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
    Suggestion,
    Contribution,
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/inquiries/{id}/draft/working", "working_text", STAFF, get_draft)
            .summary("The draft as it is being written.")
            .answer(JSON),
        Route::put("/inquiries/{id}/draft/working", "keep_working_text", STAFF, put_draft)
            .summary("Keeps the draft as it is being written, on the revision in `If-Match`.")
            .json::<Sent>()
            .answer(JSON),
        Route::get("/inquiries/{id}/draft/suggestion", "suggested_text", STAFF, get_suggestion)
            .summary("What the caller suggests for the draft, or the draft as it is being written.")
            .answer(JSON),
        Route::put("/inquiries/{id}/draft/suggestion", "keep_suggested_text", STAFF, put_suggestion)
            .summary("Keeps what the caller suggests for the draft.")
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
    /// A suggestion's first writing: the text that it was begun from.
    began: Option<Written>,
}

/// What the editor opens.
#[derive(Debug, Serialize)]
struct Opened {
    revision: u64,
    base: u32,
    current: u32,
    #[serde(flatten)]
    written: Written,
    /// Somebody else who is writing just now.
    writing: Option<String>,
    /// What contributions are called.
    names: BTreeMap<String, String>,
    contributions: Vec<Contributed>,
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
            Self::Suggestion => Ok(Place::Suggestion(visit.actor().name.clone())),
            Self::Contribution => own_contribution(seen, visit.actor()),
        }
    }

    /// Refuses whoever may not write there now.
    fn may_write(self, visit: &Visit, seen: &Seen) -> Result<(), Problem> {
        let gate = |command| inquiry::allowed::gate(&seen.inquiry, visit.actor(), command).map_err(Problem::from);
        match self {
            Self::Draft => gate(CommandName::ReviseDraft),
            Self::Suggestion => may_speak(seen, visit.actor()),
            Self::Contribution => gate(CommandName::SubmitContribution),
        }
    }
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
    let since = visit.state.wall.now() - JUST_NOW.seconds();
    let other = last.filter(|(by, at)| *by != visit.actor().name && *at > since);
    let writing = match other {
        Some((by, _)) => Some(People::of(&visit.state).await?.name(&by).to_owned()),
        None => None,
    };
    let contributions = if which == Which::Contribution { Vec::new() } else { contributed(seen)? };
    let sources = contributions.iter().filter_map(|one| one.source.parse().ok());
    let all: BTreeSet<Source> = text.words.contributions().into_iter().cloned().chain(sources).collect();
    let names = all.iter().map(|one| (one.to_string(), sources::words(&visit.state, one, visit.language))).collect();
    Ok(Opened { revision, base, current, written: text.written(), writing, names, contributions })
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
    which.may_write(&visit, &seen)?;
    let standing = standing(&visit.state, &seen, &place).await?;
    // A text that was begun from another version than the one here is another text, whatever its number.
    if standing.revision != revision || standing.base != sent.base {
        return Err(Problem::Stale { current: standing.revision });
    }
    let text = Text::read(&Written { text: sent.text, answers: sent.answers })?;
    let text = match which {
        Which::Contribution => Text { words: text.words.body.into(), answers: Vec::new() },
        Which::Draft | Which::Suggestion => text.believed(&seen.dossier, &known_sources(&seen)?),
    };
    let began = match (which, sent.began) {
        (Which::Suggestion, Some(began)) => Some(Text::read(&began)?.to_value()),
        (Which::Suggestion, None) => Some(standing.text.to_value()),
        (Which::Draft | Which::Contribution, _) => None,
    };
    let (body, at) = (text.to_value(), visit.state.wall.now());
    let new = New { base: standing.base, began: began.as_ref(), body: &body, by: &visit.actor().name, at };
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
    get_suggestion, put_suggestion for Suggestion;
    get_contribution, put_contribution for Contribution;
}

//! The journal for auditors: every event in one order, the head, and the proof of one event.

use actix_web::HttpResponse;
use actix_web::web::{Path, Query};
use directory::{Language, Role};
use eventstore::Recorded;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::events::EventBody;
use crate::office::unread;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Words;
use crate::{Speaks, State};

const AUDITORS: Permission = Permission::AnyOf(&[Role::Auditor, Role::Admin]);
/// Events of a page when nobody says how many.
const USUAL_LIMIT: i64 = 100;
/// The most events of one page.
const MOST: i64 = 1_000;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/journal", "read_journal", AUDITORS, read)
            .summary("The events after a position, in order.")
            .query::<AfterQuery>()
            .gives::<JournalBody>(200, "Events."),
        Route::get("/api/v1/journal/head", "journal_head", AUDITORS, head)
            .summary("Where the journal stands: its last event, its last block and that block's hash.")
            .gives::<HeadBody>(200, "The head."),
        Route::get("/api/v1/journal/proof/{position}", "journal_proof", AUDITORS, proof)
            .summary("The proof that one event stands in the journal: its block and the path to the block's root (RFC 6962).")
            .gives::<ProofBody>(200, "The proof."),
    ]
}

/// From where, and how many.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AfterQuery {
    /// The last position that is known already; 0 without it.
    #[schemars(range(min = 0))]
    after: Option<i64>,
    /// How many, 1 to 1000; 100 without it.
    #[schemars(range(min = 1, max = 1000))]
    limit: Option<i64>,
}

/// A page of the journal.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Journal")]
struct JournalBody {
    /// The events, in order.
    events: Vec<JournalEventBody>,
    /// The position to ask after for the next page; none: this was the last.
    next_after: Option<i64>,
}

/// An event with the exact text that is hashed.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "JournalEvent")]
struct JournalEventBody {
    /// The event.
    #[serde(flatten)]
    event: EventBody,
    /// The stored text, to the byte; personal texts in it are sealed.
    payload_text: String,
    /// The hash of what its command asked.
    request: String,
}

async fn read(state: State, Speaks(language): Speaks, query: Query<AfterQuery>) -> Result<HttpResponse, Problem> {
    let after = query.after.unwrap_or(0);
    let limit = query.limit.unwrap_or(USUAL_LIMIT);
    if after < 0 || !(1..=MOST).contains(&limit) {
        let expected = Words::new(
            format!("after 0-ден басталады, limit 1-ден {MOST}-ге дейін."),
            format!("after от 0, limit от 1 до {MOST}."),
            format!("after from 0, limit from 1 to {MOST}."),
        );
        return Err(Problem::BadParameter { name: "limit", expected });
    }
    let recorded = state.journal.read_after(after, limit).await.map_err(unread)?;
    let next_after = recorded.last().filter(|_| recorded.len() as i64 == limit).map(|last| last.position);
    let events = recorded.iter().map(|recorded| exact(recorded, language)).collect::<Result<_, Problem>>()?;
    Ok(HttpResponse::Ok().json(JournalBody { events, next_after }))
}

fn exact(recorded: &Recorded, language: Language) -> Result<JournalEventBody, Problem> {
    Ok(JournalEventBody {
        event: EventBody::of(recorded, language)?,
        payload_text: recorded.payload.clone(),
        request: hex::encode(recorded.request),
    })
}

/// Where the journal stands.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Head")]
struct HeadBody {
    /// The position of the last event; 0 when there is none.
    position: i64,
    /// The number of the last block.
    block: i64,
    /// The hash of that block, in hexadecimal.
    hash: String,
    /// When it was recorded.
    recorded: String,
}

async fn head(state: State) -> Result<HttpResponse, Problem> {
    let head = state.journal.head().await.map_err(unread)?;
    Ok(HttpResponse::Ok().json(HeadBody {
        position: head.position,
        block: head.block,
        hash: hex::encode(head.hash),
        recorded: head.recorded.to_string(),
    }))
}

/// The proof of one event. All hashes are SHA-256 in hexadecimal.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Proof")]
struct ProofBody {
    /// The event with every hashed field.
    event: JournalEventBody,
    /// Which leaf of its block it is, from 0.
    leaf: u32,
    /// The hashes to join on the way up, the lowest first (RFC 6962, 2.1.1).
    path: Vec<String>,
    /// The block.
    block: BlockBody,
}

/// A block of the journal.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Block")]
struct BlockBody {
    /// Its number, from 1.
    block: i64,
    /// The position of its first event.
    first_position: i64,
    /// How many events it holds.
    events: u32,
    /// How many files it holds.
    blobs: u32,
    /// When it was recorded.
    recorded: String,
    /// The root of the tree over its leaves.
    merkle_root: String,
    /// The hash of the block before it.
    previous_hash: String,
    /// Its hash.
    hash: String,
}

async fn proof(state: State, Speaks(language): Speaks, path: Path<String>) -> Result<HttpResponse, Problem> {
    let position: i64 = path.parse().ok().filter(|position| *position > 0).ok_or_else(|| Problem::BadParameter {
        name: "position",
        expected: Words::new("1-ден басталатын сан.", "Число от 1.", "A number from 1."),
    })?;
    let found = state.journal.proof(position).await.map_err(unread)?;
    let proof = found.ok_or_else(|| Problem::NotThereYet {
        what: Words::new(
            "Журналда мұндай орын әлі жоқ.",
            "В журнале ещё нет такого места.",
            "The journal has no such position yet.",
        ),
    })?;
    let block = proof.block;
    Ok(HttpResponse::Ok().json(ProofBody {
        event: exact(&proof.event, language)?,
        leaf: proof.leaf,
        path: proof.path.iter().map(hex::encode).collect(),
        block: BlockBody {
            block: block.block,
            first_position: block.first_position,
            events: block.events,
            blobs: block.blobs,
            recorded: block.recorded.to_string(),
            merkle_root: hex::encode(block.merkle_root),
            previous_hash: hex::encode(block.previous_hash),
            hash: hex::encode(block.hash),
        },
    }))
}

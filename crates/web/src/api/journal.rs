//! The journal for auditors: every event in one order, the head, and the proof of one event.

use actix_web::HttpResponse;
use actix_web::web::{Path, Query};
use directory::{Language, Role};
use eventstore::{Recorded, SignedHead, Unprovable};
use readmodel::entries::{self, Entry};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::events::EventBody;
use crate::office::evidence::REACH;
use crate::office::{seeing, unread};
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::Route;
use crate::screens::journal::about;
use crate::screens::journal::filter::{Question, cursor};
use crate::speech::Words;
use crate::{Caller, Speaks, State};

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
        Route::get("/api/v1/journal/entries", "search_journal", AUDITORS, entries)
            .summary("How the events that are looked for stand in the journal, in pages; what they say is read by their position.")
            .query::<Question>()
            .gives::<EntriesBody>(200, "A page of entries."),
        Route::get("/api/v1/journal/head", "journal_head", AUDITORS, head)
            .summary("Where the journal stands: its last event, its last block with root and hash, and the newest signed head.")
            .gives::<HeadBody>(200, "The head."),
        Route::get("/api/v1/journal/proof/{position}", "journal_proof", AUDITORS, proof)
            .summary(
                "The proof that one event stands in the journal: the path to its block's root (RFC 6962), the block's path to the root of the \
                 tree over blocks that the next signed head signs, and that head.",
            )
            .gives::<ProofBody>(200, "The proof."),
        Route::get("/api/v1/journal/consistency", "journal_consistency", AUDITORS, consistency)
            .summary("The proof that the journal up to a block begins with what it was up to an earlier one (RFC 6962, 2.1.2).")
            .query::<ConsistencyQuery>()
            .gives::<ConsistencyBody>(200, "The proof."),
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

/// A page of what was looked for.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "JournalEntries")]
struct EntriesBody {
    /// The entries, in the order that was asked for.
    entries: Vec<EntryBody>,
    /// What to send as `after` for the next page; none: this was the last.
    after: Option<String>,
    /// So many events were looked through that the page stops short: more may follow behind `after`.
    is_short: bool,
}

/// How an event stands in the journal.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "JournalEntry")]
struct EntryBody {
    /// Its place in the one order of everything, from 1.
    position: i64,
    /// The inquiry whose stream it is of.
    #[serde(skip_serializing_if = "Option::is_none")]
    inquiry: Option<String>,
    /// The stream, where it is no inquiry's.
    #[serde(skip_serializing_if = "Option::is_none")]
    stream: Option<String>,
    /// Its place in its stream, from 1.
    version: i64,
    /// Its stable stored name.
    r#type: String,
    /// What happened, in the caller's language; none for a kind that this program does not know.
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<&'static str>,
    /// Who acted.
    actor: String,
    /// When, by the office's clock.
    at: String,
    /// The ministries that it concerns: named by it, or leading when it happened; of a change of the records, those that it is of.
    ministries: Vec<String>,
    /// The records that it changed, each by its kind and its code: `deputies/…`.
    records: Vec<String>,
    /// The id of the command that led to it.
    command: String,
    /// The conversation it belongs to.
    correlation: String,
}

async fn entries(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    question: Query<Question>,
) -> Result<HttpResponse, Problem> {
    let asked = question.read(&state, &caller).await?;
    let reader = state.reader(&caller.account.actor);
    let page = entries::list(&reader, &asked.wanted, asked.direction, asked.after, USUAL_LIMIT).await;
    let page = page.map_err(|error| Problem::failure("look through the journal", error))?;
    let changes = state.records.ledger();
    let body = |entry: &Entry| EntryBody {
        position: entry.position,
        inquiry: entry.inquiry.map(|id| id.to_string()),
        stream: entry.stream.clone(),
        version: entry.version,
        words: seeing::words_of_entry(entry, language),
        r#type: entry.kind.clone(),
        actor: entry.actor.clone(),
        at: entry.at.to_string(),
        ministries: entry.ministries.iter().map(ToString::to_string).collect(),
        records: about::records(&changes, entry),
        command: entry.command.to_string(),
        correlation: entry.correlation.to_string(),
    };
    Ok(HttpResponse::Ok().json(EntriesBody {
        entries: page.entries.iter().map(body).collect(),
        after: page.next.as_ref().map(cursor),
        is_short: page.is_short,
    }))
}

/// Where the journal stands.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Head")]
struct HeadBody {
    /// The position of the last event; 0 when there is none.
    position: i64,
    /// The number of the last block.
    block: i64,
    /// The root of the tree over that block's leaves, in hexadecimal; none while there is no block.
    root: Option<String>,
    /// The hash of that block, in hexadecimal.
    hash: String,
    /// When it was recorded.
    recorded: String,
    /// The newest head that was signed, if any was.
    signed: Option<SignedHeadBody>,
}

/// A signed head: that a block was the journal's last one. The signed bytes stand in `crates/eventstore/src/hash.rs`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SignedHead")]
struct SignedHeadBody {
    /// The block.
    block: i64,
    /// The position of the last event in it or before it.
    position: i64,
    /// The block's hash.
    hash: String,
    /// The root of the tree over the blocks up to this one, in hexadecimal; heads of before that tree have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    root: Option<String>,
    /// When it was signed.
    signed: String,
    /// The key's short name: the first 8 bytes of the SHA-256 of the public key.
    key: String,
    /// The public key: 32 bytes (Ed25519, RFC 8032).
    public_key: String,
    /// The signature: 64 bytes.
    signature: String,
}

impl SignedHeadBody {
    fn of(head: &SignedHead) -> Self {
        Self {
            block: head.block,
            position: head.position,
            hash: hex::encode(head.hash),
            root: head.root.map(hex::encode),
            signed: head.signed.to_string(),
            key: head.public_key.id().to_string(),
            public_key: hex::encode(head.public_key.0),
            signature: hex::encode(head.signature),
        }
    }
}

async fn head(state: State) -> Result<HttpResponse, Problem> {
    let head = state.journal.head().await.map_err(unread)?;
    let block = state.journal.block(head.block).await.map_err(unread)?;
    let signed = state.journal.newest_signed_head().await.map_err(unread)?;
    Ok(HttpResponse::Ok().json(HeadBody {
        position: head.position,
        block: head.block,
        root: block.map(|block| hex::encode(block.merkle_root)),
        hash: hex::encode(head.hash),
        recorded: head.recorded.to_string(),
        signed: signed.as_ref().map(SignedHeadBody::of),
    }))
}

/// The proof of one event, as `eventstore` writes it. All hashes are SHA-256 in hexadecimal.
#[derive(JsonSchema)]
#[schemars(rename = "Proof")]
#[expect(
    dead_code,
    reason = "it describes what the journal's own document has; a test holds the one against the other"
)]
struct ProofBody {
    /// `saual proof 2`; `saual proof 1` where only heads of before the tree over blocks are signed.
    format: String,
    /// The event with every hashed field and no other.
    event: ProvedEventBody,
    /// Which leaf of its block it is, from 0.
    leaf: u32,
    /// The hashes to join on the way up, the lowest first (RFC 6962, 2.1.1).
    path: Vec<String>,
    /// The block.
    block: BlockBody,
    /// In `saual proof 1`: the blocks behind it, up to the one whose head is signed.
    chain: Option<Vec<BlockBody>>,
    /// In `saual proof 2`: the hashes that lead from the block to the root that the head signs, the lowest first (RFC 6962, 2.1.1).
    block_path: Option<Vec<String>>,
    /// The next signed head.
    signed_head: Option<SignedHeadBody>,
    /// Why no signed head is given, if none is.
    unsigned: Option<String>,
}

/// An event as it is hashed.
#[derive(JsonSchema)]
#[schemars(rename = "ProvedEvent")]
#[expect(
    dead_code,
    reason = "it describes what the journal's own document has; a test holds the one against the other"
)]
struct ProvedEventBody {
    /// Its place in the one order of everything, from 1.
    position: i64,
    /// Its block.
    block: i64,
    /// Its stream.
    stream: String,
    /// Its place in its stream, from 1.
    version: u64,
    /// Its stable stored name.
    r#type: String,
    /// The version of its shape.
    schema_version: u16,
    /// Who acted.
    actor: String,
    /// When, by the office's clock.
    at: String,
    /// The id of the command that led to it.
    command: String,
    /// The hash of what that command asked.
    request: String,
    /// The conversation it belongs to.
    correlation: String,
    /// What led to it.
    causation: Option<String>,
    /// The stored text, to the byte.
    payload_text: String,
}

/// A block of the journal.
#[derive(JsonSchema)]
#[schemars(rename = "Block")]
#[expect(
    dead_code,
    reason = "it describes what the journal's own document has; a test holds the one against the other"
)]
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

async fn proof(state: State, path: Path<String>) -> Result<HttpResponse, Problem> {
    let position: i64 = path.parse().ok().filter(|position| *position > 0).ok_or_else(|| Problem::BadParameter {
        name: "position",
        expected: Words::new("1-ден басталатын сан.", "Число от 1.", "A number from 1."),
    })?;
    let found = state.journal.proof_document(position, REACH).await.map_err(unread)?;
    let proof = found.ok_or_else(|| Problem::NotThereYet {
        what: Words::new(
            "Журналда мұндай орын әлі жоқ.",
            "В журнале ещё нет такого места.",
            "The journal has no such position yet.",
        ),
    })?;
    Ok(HttpResponse::Ok().json(proof))
}

/// From which block, and to which.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ConsistencyQuery {
    /// The block of the older head, from 1.
    #[schemars(range(min = 1))]
    from: i64,
    /// The block of the newer one; the newest signed head without it.
    #[schemars(range(min = 1))]
    to: Option<i64>,
}

/// The proof that two heads are of one history, as `eventstore` writes it. All hashes are SHA-256 in hexadecimal.
#[derive(JsonSchema)]
#[schemars(rename = "Consistency")]
#[expect(
    dead_code,
    reason = "it describes what the journal's own document has; a test holds the one against the other"
)]
struct ConsistencyBody {
    /// `saual consistency 1`.
    format: String,
    /// The block of the older head: so many leaves has the older tree.
    from: i64,
    /// The block of the newer one.
    to: i64,
    /// The root of the older tree.
    from_root: String,
    /// The root of the newer one.
    to_root: String,
    /// The hashes that lead from the one to the other (RFC 6962, 2.1.2).
    path: Vec<String>,
    /// The head that was signed at the older block, if one was.
    from_head: Option<SignedHeadBody>,
    /// The head that was signed at the newer block, if one was.
    to_head: Option<SignedHeadBody>,
}

async fn consistency(state: State, query: Query<ConsistencyQuery>) -> Result<HttpResponse, Problem> {
    match state.journal.consistency(query.from, query.to).await {
        Ok(document) => Ok(HttpResponse::Ok().json(document)),
        Err(Unprovable::Range { last }) => Err(Problem::BadParameter {
            name: "from",
            expected: Words::new(
                format!("from 1-ден to-ға дейін, to {last}-ден аспайды: бұл – басына қол қойылған соңғы блок."),
                format!("from от 1 до to, to не больше {last}: это последний блок, голова которого подписана."),
                format!("from 1 to to, and to up to {last}: the last block whose head is signed."),
            ),
        }),
        Err(Unprovable::Store(error)) => Err(unread(error)),
    }
}

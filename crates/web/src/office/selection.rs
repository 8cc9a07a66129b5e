//! Events that were looked for in the journal, as one archive: what stands there to the byte, for each the proof up to one signed head, the same as a table, and
//! a script that checks all of it without this program (ADR 0037).
//!
//! It is bounded in the number of events, and memory never holds more than a portion of them. A selection proves that its events stand in the journal, not
//! that they are all that fit; only of a stream the versions show whether one between them was left out, and the archive says so itself.

use std::collections::BTreeMap;

use directory::Actor;
use eventstore::{ProofDocument, SignedHead};
use inquiry::InquiryId;
use readmodel::entries::{self, Direction, Entry, Place, Wanted};
use readmodel::{Reader, register};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;

use super::archive::pack::{Listed, Pack};
use super::archive::{self, Piece};
use super::unread;
use crate::State;
use crate::problem::Problem;
use crate::speech::Words;

/// The most events of one archive.
pub const MOST: usize = 5_000;
/// Events of one file in it.
const PORTION: usize = 200;
/// Rows that are asked for at once.
const PAGE: i64 = 500;
/// How often so many are looked for: where several conditions are given, each look tries 20,000 events, and a million are tried at most.
const MOST_LOOKS: usize = 50;
/// How many pieces may wait for whoever takes them.
const WAITING: usize = 4;

const README: &[u8] = include_bytes!("../../evidence/README.selection.txt");
const CHECK: &[u8] = include_bytes!("../../evidence/check_selection.py");
const EVIDENCE: &[u8] = include_bytes!("../../evidence/check.py");
const VERIFY_PROOF: &[u8] = include_bytes!("../../evidence/verify_proof.py");

/// What is looked for, and by whom.
#[derive(Debug, Clone)]
pub struct Sought {
    /// The question.
    pub wanted: Wanted,
    /// Behind this event, in the order in which they happened; none: from the first on.
    pub after: Option<Place>,
    /// As it was put, name by name.
    pub told: BTreeMap<String, String>,
    /// Who asks.
    pub by: Actor,
}

/// What the Office's seal is put on.
#[derive(Serialize)]
struct Manifest<'a> {
    format: &'static str,
    /// How many events there are: none can be taken out unseen.
    events: usize,
    made: &'a str,
    seal: &'a str,
    files: &'a [Listed],
}

/// Packs the events that are found, the oldest first; the pieces in their order are a zip. It is made on a thread of its own, which waits for whoever takes
/// the pieces and ends when they have gone. After an error nothing follows.
#[must_use]
pub fn packed(state: State, sought: Sought) -> mpsc::Receiver<Result<Piece, Problem>> {
    let (to, pieces) = mpsc::channel(WAITING);
    let runtime = tokio::runtime::Handle::current();
    tokio::task::spawn_blocking(move || {
        runtime.block_on(async {
            if let Err(problem) = gather(&state, &sought, to.clone()).await {
                // Whoever has gone is told nothing.
                let _gone = to.send(Err(problem)).await;
            }
        });
    });
    pieces
}

async fn gather(state: &State, sought: &Sought, to: mpsc::Sender<Result<Piece, Problem>>) -> Result<(), Problem> {
    let now = state.wall.now();
    let made = now.round(jiff::Unit::Second).unwrap_or(now).to_string();
    // So that what happened in the last minute is proved too; where that fails, the last head that was signed reaches as far as it does.
    if let Err(error) = state.heads.sign().await {
        tracing::error!(error, "no head could be signed for an export of the journal");
    }
    let head = state.journal.newest_tree_head().await.map_err(unread)?.ok_or_else(unsigned)?;
    let found = found(state, sought, &head).await?;
    let mut pack = Pack::new(to, found.entries.len().div_ceil(PORTION) + 10);
    let mut told = Told::of(state, sought, &found).await?;
    for (number, portion) in (1..).zip(found.entries.chunks(PORTION)) {
        let mut lines = String::new();
        for entry in portion {
            let proof = state.journal.proof_up_to(entry.position, &head).await.map_err(unread)?;
            let proof = proof.ok_or_else(|| Problem::failure("prove an event", "the journal gives no proof of it"))?;
            told.add(entry, &proof)?;
            lines.push_str(&line(&proof)?);
        }
        pack.add(&format!("events/{number:04}.jsonl"), lines.as_bytes()).await?;
    }
    let selection = told.selection(sought, &found, &made);
    pack.add("events.csv", told.table.as_bytes()).await?;
    pack.add("selection.json", &archive::json(&selection)?).await?;
    pack.add("head.json", &archive::json(&of_head(&found, &head))?).await?;
    pack.add(&format!("keys/{}.pub", head.public_key.id()), head.public_key.to_pem().as_bytes()).await?;
    let readme = archive::readme(state, README);
    for (name, bytes) in [
        ("README.txt", readme.as_slice()),
        ("check.py", CHECK),
        ("evidence.py", EVIDENCE),
        ("verify_proof.py", VERIFY_PROOF),
    ] {
        pack.add(name, bytes).await?;
    }
    let certificate = archive::seal_certificate(state)?;
    let seal = certificate.fingerprint().map_err(|error| Problem::failure("read the seal's certificate", error))?;
    let pem = certificate.to_pem().map_err(|error| Problem::failure("write a certificate", error))?;
    pack.add(&format!("certificates/{seal}.pem"), pem.as_bytes()).await?;
    let events = found.entries.len();
    let manifest = |files: &[Listed]| {
        archive::json(&Manifest { format: "saual selection 1", events, made: &made, seal: &seal, files })
    };
    pack.sealed(state, &made, manifest).await
}

/// What was found, as far as the head reaches.
struct Found {
    entries: Vec<Entry>,
    /// Everything that fits is here.
    is_whole: bool,
    head: i64,
}

async fn found(state: &State, sought: &Sought, head: &SignedHead) -> Result<Found, Problem> {
    let (entries, next) = walked(&state.reader(&sought.by), &sought.wanted, sought.after, head.position).await?;
    Ok(Found { entries, is_whole: next.is_none(), head: head.position })
}

/// Behind which place the archive after one begins; none: that one takes all that is left. It is walked to its end, as its making would.
///
/// # Errors
/// A failure.
pub async fn behind(reader: &Reader, wanted: &Wanted, after: Option<Place>) -> Result<Option<Place>, Problem> {
    walked(reader, wanted, after, i64::MAX).await.map(|(_, next)| next)
}

/// The events of one archive up to a position, and where the next one begins, if more may follow.
async fn walked(
    reader: &Reader,
    wanted: &Wanted,
    mut after: Option<Place>,
    up_to: i64,
) -> Result<(Vec<Entry>, Option<Place>), Problem> {
    let mut all: Vec<Entry> = Vec::new();
    for _ in 0..MOST_LOOKS {
        let page = entries::list(reader, wanted, Direction::OldestFirst, after, PAGE).await;
        let page = page.map_err(|error| Problem::failure("look through the journal", error))?;
        // What has come since the head was signed is proved by the next one.
        all.extend(page.entries.into_iter().filter(|entry| entry.position <= up_to));
        after = page.next;
        if all.len() > MOST {
            all.truncate(MOST);
            after = all.last().map(Entry::place);
        }
        if after.is_none() || all.len() == MOST {
            break;
        }
    }
    Ok((all, after))
}

/// The proof of one event in a line, without the head that all of them share.
fn line(proof: &ProofDocument) -> Result<String, Problem> {
    let mut proof = serde_json::to_value(proof).map_err(unwritten)?;
    if let Some(fields) = proof.as_object_mut() {
        fields.remove("signed_head");
    }
    Ok(format!("{proof}\n"))
}

/// The head as a proof has it.
fn of_head(found: &Found, head: &SignedHead) -> Value {
    json!({
        "block": head.block,
        "position": found.head,
        "hash": hex::encode(head.hash),
        "root": head.root.map(hex::encode),
        "signed": head.signed.to_string(),
        "key": head.public_key.id().to_string(),
        "public_key": hex::encode(head.public_key.0),
        "signature": hex::encode(head.signature),
    })
}

/// What is told of the events besides their proofs.
struct Told {
    table: String,
    numbers: BTreeMap<InquiryId, String>,
    /// The versions that are here, stream by stream.
    streams: BTreeMap<String, Vec<u64>>,
}

impl Told {
    async fn of(state: &State, sought: &Sought, found: &Found) -> Result<Self, Problem> {
        let mut ids: Vec<InquiryId> = found.entries.iter().filter_map(|entry| entry.inquiry).collect();
        ids.sort_unstable();
        ids.dedup();
        let numbers = register::numbers_of(&state.reader(&sought.by), &ids).await;
        let numbers = numbers.map_err(|error| Problem::failure("name the inquiries of the journal", error))?;
        Ok(Self {
            table: format!("\u{feff}{}\r\n", HEADS.join(BETWEEN)),
            numbers: numbers.into_iter().collect(),
            streams: BTreeMap::new(),
        })
    }

    fn add(&mut self, entry: &Entry, proof: &ProofDocument) -> Result<(), Problem> {
        let proof = serde_json::to_value(proof).map_err(unwritten)?;
        let event = &proof["event"];
        let text = |field: &str| event[field].as_str().unwrap_or_default().to_owned();
        let number = entry.inquiry.and_then(|id| self.numbers.get(&id)).cloned().unwrap_or_default();
        let payload = hex::encode(Sha256::digest(text("payload_text")));
        let cells = [
            entry.position.to_string(),
            text("at"),
            text("actor"),
            text("type"),
            text("stream"),
            event["version"].to_string(),
            text("command"),
            text("correlation"),
            payload,
            number,
        ];
        self.table.push_str(&format!("{}\r\n", cells.each_ref().map(|cell| quoted(cell)).join(BETWEEN)));
        self.streams.entry(text("stream")).or_default().extend(event["version"].as_u64());
        Ok(())
    }

    fn selection(&self, sought: &Sought, found: &Found, made: &str) -> Value {
        let streams = self.streams.iter().map(|(stream, versions)| {
            let last = versions.iter().max().copied().unwrap_or_default();
            // From the first one on without a hole; what came after the last one no selection can know.
            let is_unbroken = versions.len() as u64 == last;
            (stream.clone(), json!({ "events": versions.len(), "last": last, "unbroken": is_unbroken }))
        });
        json!({
            "format": "saual journal selection 1",
            "made": made,
            "by": sought.by.name,
            "question": sought.told,
            "events": found.entries.len(),
            "whole": found.is_whole,
            "up_to": found.head,
            "streams": streams.collect::<serde_json::Map<String, Value>>(),
        })
    }
}

/// The columns of the table; all but the last are what the events say.
const HEADS: [&str; 10] =
    ["position", "at", "actor", "type", "stream", "version", "command", "correlation", "payload_sha256", "number"];

/// What stands between cells, as in every table that leaves the house.
const BETWEEN: &str = ";";

/// A cell quoted as in RFC 4180; what a program would take for a formula is given a mark in front (OWASP, «CSV Injection»).
fn quoted(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let marked = if is_formula { format!("'{text}") } else { text.to_owned() };
    if marked.contains([';', '"', '\n', '\r']) { format!("\"{}\"", marked.replace('"', "\"\"")) } else { marked }
}

fn unwritten(error: serde_json::Error) -> Problem {
    Problem::failure("write events as JSON", error)
}

fn unsigned() -> Problem {
    Problem::NotThereYet {
        what: Words::new(
            "Журналдың басына әлі қол қойылмаған, сондықтан оқиғаларды дәлелдеу мүмкін емес.",
            "Голова журнала ещё не подписана, поэтому события пока нельзя доказать.",
            "No head of the journal has been signed yet, so that events cannot be proved.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_never_a_formula_and_never_two_cells() {
        assert_eq!(quoted("labour"), "labour");
        assert_eq!(quoted("=1+1"), "'=1+1");
        assert_eq!(quoted("a;\"b\""), "\"a;\"\"b\"\"\"");
    }
}

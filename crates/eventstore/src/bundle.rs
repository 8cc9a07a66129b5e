//! The whole journal as one file that can be checked with no database and no network.
//!
//! JSON, one object a line:
//!
//! ```text
//! {"bundle":"saual journal","format":1,"head":{"position":…,"block":…,"hash":"…"}}
//! {"block":{"block":…,"first_position":…,"events":…,"blobs":…,"recorded_us":…,"merkle_root":"…","previous_hash":"…","hash":"…"}}
//! {"event":{"position":…,"block":…,"stream":"…","version":…,"event_type":"…","schema_version":…,"actor":"…","at_us":…,
//!           "command":"…","request":"…","correlation":"…","causation":null,"payload":"…","leaf_hash":"…"}}
//! {"blob":{"leaf":…,"sha256":"…","media_type":"…","bytes":"(Base64)"}}
//! {"end":{"events":…,"blocks":…,"blobs":…}}
//! ```
//!
//! Each block is followed by its events and then its blobs. Hashes are hexadecimal, times are microseconds since 1970, and
//! `payload` is the stored text as a JSON string. What the hashes are taken over stands in [`crate::hash`].

use std::io::{self, BufRead, Read as _, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use deadpool_postgres::Pool;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio_postgres::{IsolationLevel, Transaction};
use uuid::Uuid;

use crate::audit::{Audit, Entry, Found, Verdict};
use crate::error::StoreError;
use crate::event::{CommandId, Recorded, StreamId};
use crate::hash::{Block, Hash};
use crate::rows;
use crate::stretch::Edge;
use crate::walk::{Read, Walk};

/// The longest line a bundle may have: a blob of the largest size in Base64, with room to spare.
const LONGEST_LINE: u64 = 256 << 20;

/// Why a bundle could not be written or read through. What is wrong inside one is in the verdict.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// The file could not be written or read.
    #[error("the bundle could not be written or read")]
    Io(#[from] io::Error),
    /// The file does not begin as a bundle does.
    #[error("this is not a journal's bundle: {0}")]
    NotABundle(String),
    /// The journal could not be read, or is damaged so that it cannot be written down: `saual verify` names where.
    #[error("the journal could not be exported")]
    Store(#[from] StoreError),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Title {
    bundle: String,
    format: u32,
    head: HeadLine,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeadLine {
    position: i64,
    block: i64,
    #[serde(with = "hex::serde")]
    hash: Hash,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Line {
    Block(BlockLine),
    Event(EventLine),
    Blob(BlobLine),
    End(End),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BlockLine {
    block: i64,
    first_position: i64,
    events: u32,
    blobs: u32,
    recorded_us: i64,
    #[serde(with = "hex::serde")]
    merkle_root: Hash,
    #[serde(with = "hex::serde")]
    previous_hash: Hash,
    #[serde(with = "hex::serde")]
    hash: Hash,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EventLine {
    position: i64,
    block: i64,
    stream: String,
    version: u64,
    event_type: String,
    schema_version: u16,
    actor: String,
    at_us: i64,
    command: Uuid,
    #[serde(with = "hex::serde")]
    request: Hash,
    correlation: Uuid,
    causation: Option<Uuid>,
    payload: String,
    #[serde(with = "hex::serde")]
    leaf_hash: Hash,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BlobLine {
    leaf: i32,
    #[serde(with = "hex::serde")]
    sha256: Hash,
    media_type: String,
    bytes: String,
}

#[derive(Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
struct End {
    events: u64,
    blocks: u64,
    blobs: u64,
}

/// Writes the whole journal, as it stands at this moment, with the bytes of all blobs.
///
/// # Errors
/// [`BundleError::Store`] when the database cannot answer or a row cannot be read; [`BundleError::Io`] when the file cannot
/// be written.
pub async fn export(pool: &Pool, writer: &mut (impl Write + Send)) -> Result<(), BundleError> {
    let doing = || StoreError::doing("read the journal for its export");
    let mut client = pool.get().await.map_err(StoreError::from)?;
    let tx = client
        .build_transaction()
        .isolation_level(IsolationLevel::RepeatableRead)
        .read_only(true)
        .start()
        .await
        .map_err(doing())?;
    write_line(writer, &title(&tx).await.map_err(doing())?)?;
    let mut end = End { events: 0, blocks: 0, blobs: 0 };
    let mut walk = Walk::open(&tx, Edge::START).await.map_err(doing())?;
    while let Some(step) = walk.next().await.map_err(doing())? {
        whole(&step.strays)?;
        whole(&step.stray_entries)?;
        end.blocks += 1;
        write_line(writer, &Line::Block(block_line(&readable(step.block)?)))?;
        for event in step.events {
            end.events += 1;
            write_line(writer, &Line::Event(event_line(readable(event)?)))?;
        }
        for entry in step.entries {
            end.blobs += 1;
            let line = blob_line(&tx, readable(entry)?).await?;
            write_line(writer, &Line::Blob(line))?;
        }
    }
    let (strays, _) = walk.rest().await.map_err(doing())?;
    whole(&strays)?;
    whole(&walk.rest_entries().await.map_err(doing())?)?;
    write_line(writer, &Line::End(end))?;
    writer.flush()?;
    tx.rollback().await.map_err(doing())?;
    Ok(())
}

async fn title(tx: &Transaction<'_>) -> Result<Title, tokio_postgres::Error> {
    let row = tx.query_one("SELECT position, block, hash FROM journal_head", &[]).await?;
    let head = HeadLine { position: row.try_get(0)?, block: row.try_get(1)?, hash: rows::hash(&row, 2)? };
    Ok(Title { bundle: "saual journal".to_owned(), format: 1, head })
}

fn readable<T>(read: Read<T>) -> Result<T, StoreError> {
    read.map_err(|fault| StoreError::Row(fault.to_string()))
}

/// A journal with rows outside of its blocks is damaged; a bundle could not say so.
fn whole<T>(strays: &[Read<T>]) -> Result<(), StoreError> {
    match strays.len() {
        0 => Ok(()),
        n => Err(StoreError::Row(format!("{n} rows of the journal belong to no block"))),
    }
}

async fn blob_line(tx: &Transaction<'_>, entry: Entry) -> Result<BlobLine, StoreError> {
    let gone = || StoreError::Row(format!("blob {} is gone", hex::encode(entry.sha256)));
    let media_type = entry.media_type.clone().ok_or_else(gone)?;
    let doing = || StoreError::doing("read a blob for the export");
    let row = tx.query_one("SELECT bytes FROM blobs WHERE sha256 = $1", &[&entry.sha256.as_slice()]).await;
    let row = row.map_err(doing())?;
    let bytes: &[u8] = row.try_get(0).map_err(doing())?;
    Ok(BlobLine { leaf: entry.leaf, sha256: entry.sha256, media_type, bytes: STANDARD.encode(bytes) })
}

fn block_line(block: &Block) -> BlockLine {
    let Block { block, first_position, events, blobs, recorded, merkle_root, previous_hash, hash } = *block;
    let recorded_us = recorded.as_microsecond();
    BlockLine { block, first_position, events, blobs, recorded_us, merkle_root, previous_hash, hash }
}

fn event_line(Found { event, leaf_hash }: Found) -> EventLine {
    EventLine {
        position: event.position,
        block: event.block,
        stream: event.stream.to_string(),
        version: event.version,
        event_type: event.event_type,
        schema_version: event.schema_version,
        actor: event.actor,
        at_us: event.at.as_microsecond(),
        command: event.command.0,
        request: event.request,
        correlation: event.correlation,
        causation: event.causation,
        payload: event.payload,
        leaf_hash,
    }
}

fn write_line(writer: &mut impl Write, line: &impl Serialize) -> Result<(), BundleError> {
    serde_json::to_writer(&mut *writer, line).map_err(io::Error::from)?;
    writer.write_all(b"\n")?;
    Ok(())
}

/// Checks a bundle by the rules of [`crate::verify()`], as far as it holds what they are about. A line that cannot be read
/// is a fault; so is a missing end.
///
/// # Errors
/// [`BundleError::Io`] when the file cannot be read, [`BundleError::NotABundle`] when it does not begin as one.
pub fn check_bundle(mut reader: impl BufRead) -> Result<Verdict, BundleError> {
    let mut line = Vec::new();
    read_line(&mut reader, &mut line)?;
    let title: Title =
        serde_json::from_slice(&line).map_err(|_| BundleError::NotABundle("its first line is no title".to_owned()))?;
    if title.bundle != "saual journal" || title.format != 1 {
        return Err(BundleError::NotABundle(format!("it says {:?}, format {}", title.bundle, title.format)));
    }
    let mut check = Check { audit: Audit::new(), current: None, end: None };
    for number in 2_u64.. {
        if !read_line(&mut reader, &mut line)? {
            break;
        }
        if let Err(what) = check.line(&line) {
            check.audit.plain_fault(format!("line {number} of the bundle {what}"));
        }
    }
    Ok(check.finish(&title.head))
}

/// Reads a line without its end; false when there is none.
fn read_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> Result<bool, BundleError> {
    line.clear();
    let read = reader.take(LONGEST_LINE).read_until(b'\n', line)?;
    if line.last() == Some(&b'\n') {
        line.pop();
    } else if line.len() as u64 >= LONGEST_LINE {
        return Err(BundleError::NotABundle("it has a line that is too long".to_owned()));
    }
    Ok(read > 0)
}

struct Check {
    audit: Audit,
    current: Option<(Block, Vec<Found>, Vec<Entry>)>,
    end: Option<End>,
}

impl Check {
    fn line(&mut self, line: &[u8]) -> Result<(), String> {
        if self.end.is_some() {
            return Err("stands behind the end".to_owned());
        }
        match serde_json::from_slice(line).map_err(|error| format!("cannot be read: {error}"))? {
            Line::Block(line) => {
                let block = line.block()?;
                self.finish_block();
                self.current = Some((block, Vec::new(), Vec::new()));
            }
            Line::Event(line) => {
                let found = line.found()?;
                match &mut self.current {
                    Some((_, events, entries)) if entries.is_empty() => events.push(found),
                    Some(_) | None => return Err("holds an event where none may be".to_owned()),
                }
            }
            Line::Blob(line) => {
                let Some((block, _, entries)) = &mut self.current else {
                    return Err("holds a blob in front of all blocks".to_owned());
                };
                let BlobLine { leaf, sha256, media_type, bytes } = line;
                let number = block.block;
                entries.push(Entry { sha256, leaf, media_type: Some(media_type) });
                let bytes = STANDARD.decode(bytes).map_err(|error| format!("holds no Base64: {error}"))?;
                self.audit.blob(Some(number), &sha256, &bytes);
            }
            Line::End(end) => self.end = Some(end),
        }
        Ok(())
    }

    fn finish_block(&mut self) {
        if let Some((block, events, entries)) = self.current.take() {
            self.audit.block(&block, &events, &entries);
        }
    }

    fn finish(mut self, head: &HeadLine) -> Verdict {
        self.finish_block();
        self.audit.head(head.position, head.block, &head.hash);
        let end = self.end.take();
        let verdict = self.audit.verdict();
        let counted = End { events: verdict.events, blocks: verdict.blocks, blobs: verdict.blobs };
        let what = match end {
            Some(end) if end == counted => return verdict,
            Some(_) => "the end of the bundle counts other events, blocks or blobs than it holds",
            None => "the bundle has no end: it was cut off",
        };
        let mut verdict = verdict;
        verdict.add(what);
        verdict
    }
}

impl BlockLine {
    fn block(self) -> Result<Block, String> {
        let Self { block, first_position, events, blobs, recorded_us, merkle_root, previous_hash, hash } = self;
        let recorded = moment(recorded_us)?;
        Ok(Block { block, first_position, events, blobs, recorded, merkle_root, previous_hash, hash })
    }
}

impl EventLine {
    fn found(self) -> Result<Found, String> {
        let event = Recorded {
            position: self.position,
            block: self.block,
            stream: StreamId::stored(self.stream),
            version: self.version,
            event_type: self.event_type,
            schema_version: self.schema_version,
            payload: self.payload,
            actor: self.actor,
            at: moment(self.at_us)?,
            command: CommandId(self.command),
            request: self.request,
            correlation: self.correlation,
            causation: self.causation,
        };
        Ok(Found { event, leaf_hash: self.leaf_hash })
    }
}

fn moment(microseconds: i64) -> Result<Timestamp, String> {
    Timestamp::from_microsecond(microseconds).map_err(|error| format!("holds no time: {error}"))
}

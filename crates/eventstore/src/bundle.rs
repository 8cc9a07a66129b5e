//! The whole journal as one file that can be checked with no database and no network.
//!
//! JSON, one object a line:
//!
//! ```text
//! {"bundle":"saual journal","format":4,"head":{"position":…,"block":…,"hash":"…"}}
//! {"block":{"block":…,"first_position":…,"events":…,"blobs":…,"recorded_us":…,"merkle_root":"…","previous_hash":"…","hash":"…"}}
//! {"event":{"position":…,"block":…,"stream":"…","version":…,"event_type":"…","schema_version":…,"actor":"…","at_us":…,
//!           "command":"…","request":"…","correlation":"…","causation":null,"payload":"…","leaf_hash":"…"}}
//! {"blob":{"leaf":…,"sha256":"…","media_type":"…","bytes":"(Base64)"}}
//! {"signed_head":{"block":…,"position":…,"hash":"…","signed":"…","key":"…","public_key":"…","signature":"…"}}
//! {"end":{"events":…,"blocks":…,"blobs":…,"signed_heads":…}}
//! ```
//!
//! Each block is followed by its events, then its blobs, then the heads that were signed when it was the last one. Hashes are hexadecimal, times are microseconds since 1970, and
//! `payload` is the stored text as a JSON string; when a head was signed is told by RFC 3339. Format 1 had no signed heads, format 2 none with the root of the tree over blocks; 3 was never given out, for a single bit makes 2 of it. What the hashes are taken over stands in [`crate::hash`].

use std::borrow::Cow;
use std::io;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::audit::Found;
use crate::error::StoreError;
use crate::event::{CommandId, Recorded, StreamId};
use crate::hash::{Block, Hash};
use crate::heads::HeadLine as SignedHeadLine;

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
pub(crate) struct Title {
    pub(crate) bundle: String,
    pub(crate) format: u32,
    pub(crate) head: HeadLine,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HeadLine {
    pub(crate) position: i64,
    pub(crate) block: i64,
    #[serde(with = "hex::serde")]
    pub(crate) hash: Hash,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Line<'a> {
    Block(BlockLine),
    Event(EventLine),
    #[serde(borrow)]
    Blob(BlobLine<'a>),
    SignedHead(SignedHeadLine),
    End(End),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BlockLine {
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
pub(crate) struct EventLine {
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
pub(crate) struct BlobLine<'a> {
    pub(crate) leaf: i32,
    #[serde(with = "hex::serde")]
    pub(crate) sha256: Hash,
    pub(crate) media_type: String,
    /// Base64. It may be long and is not copied.
    #[serde(borrow)]
    pub(crate) bytes: Cow<'a, str>,
}

#[derive(Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct End {
    pub(crate) events: u64,
    pub(crate) blocks: u64,
    pub(crate) blobs: u64,
    #[serde(default)]
    pub(crate) signed_heads: u64,
}

pub(crate) fn block_line(block: &Block) -> BlockLine {
    let Block { block, first_position, events, blobs, recorded, merkle_root, previous_hash, hash } = *block;
    let recorded_us = recorded.as_microsecond();
    BlockLine { block, first_position, events, blobs, recorded_us, merkle_root, previous_hash, hash }
}

pub(crate) fn event_line(Found { event, leaf_hash }: Found) -> EventLine {
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

impl BlockLine {
    pub(crate) fn block(self) -> Result<Block, String> {
        let Self { block, first_position, events, blobs, recorded_us, merkle_root, previous_hash, hash } = self;
        let recorded = moment(recorded_us)?;
        Ok(Block { block, first_position, events, blobs, recorded, merkle_root, previous_hash, hash })
    }
}

impl EventLine {
    pub(crate) fn found(self) -> Result<Found, String> {
        let event = Recorded {
            position: self.position,
            block: self.block,
            stream: StreamId::stored(self.stream),
            version: self.version,
            event_type: self.event_type,
            schema_version: self.schema_version,
            payload: self.payload,
            opened: None,
            current: None,
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

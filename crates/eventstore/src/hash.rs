//! The bytes that are hashed, exactly. Whoever wants to check a journal without this program needs only this page.
//!
//! All hashes are SHA-256. Numbers are big-endian. `text` is its length in bytes (4 bytes) and then its UTF-8 bytes.
//! Times are microseconds since 1970-01-01T00:00:00Z as a signed number of 8 bytes.
//!
//! An event's leaf is
//!
//! ```text
//! 01                      1 byte   this is an event
//! position                8 bytes
//! block                   8 bytes
//! stream                  text
//! version                 8 bytes
//! event type              text
//! schema version          4 bytes
//! actor                   text
//! at                      8 bytes
//! command                16 bytes  the UUID
//! request                32 bytes
//! correlation            16 bytes
//! causation              00, or 01 and 16 bytes
//! payload                 text     the stored bytes, never re-written JSON
//! ```
//!
//! and a blob's leaf is
//!
//! ```text
//! 02                      1 byte   this is a blob
//! block                   8 bytes
//! SHA-256 of the bytes   32 bytes
//! media type              text
//! ```
//!
//! Leaves and nodes are hashed as in RFC 6962, section 2.1: a leaf is `SHA-256(00 ‖ leaf)`, a node is
//! `SHA-256(01 ‖ left ‖ right)`, and a list of n > 1 leaves is split after the largest power of two below n. The leaves
//! of a block are its events by position and then its blobs by their leaf number.
//!
//! A block's hash is
//!
//! ```text
//! SHA-256( 02 ‖ block (8) ‖ first position (8) ‖ number of events (4) ‖ number of blobs (4) ‖ recorded (8)
//!             ‖ Merkle root (32) ‖ hash of the block before (32, zeros before block 1) )
//! ```
//!
//! The first position of a block without events is the position the next event would have.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::event::Recorded;

/// A SHA-256.
pub type Hash = [u8; 32];

/// What stands before block 1.
pub const NOTHING: Hash = [0; 32];

/// A block's row: what is proved, when it was recorded and what came before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// 1, 2, 3 … without gaps.
    pub block: i64,
    /// The position of its first event (or of the next one, if it has none).
    pub first_position: i64,
    /// How many events it holds.
    pub events: u32,
    /// How many blobs it holds.
    pub blobs: u32,
    /// When it was recorded, by the server's clock.
    pub recorded: Timestamp,
    /// The root of the tree over its leaves.
    pub merkle_root: Hash,
    /// The hash of the block before; zeros before block 1.
    pub previous_hash: Hash,
    /// The hash of all of the above.
    pub hash: Hash,
}

impl Block {
    /// The hash as the fields demand it; an intact block has it in `hash`.
    #[must_use]
    pub fn computed_hash(&self) -> Hash {
        let mut hasher = Sha256::new();
        hasher.update([2]);
        hasher.update(self.block.to_be_bytes());
        hasher.update(self.first_position.to_be_bytes());
        hasher.update(self.events.to_be_bytes());
        hasher.update(self.blobs.to_be_bytes());
        hasher.update(self.recorded.as_microsecond().to_be_bytes());
        hasher.update(self.merkle_root);
        hasher.update(self.previous_hash);
        hasher.finalize().into()
    }

    /// The position after its last event.
    #[must_use]
    pub fn end(&self) -> i64 {
        self.first_position.saturating_add(i64::from(self.events))
    }
}

/// The hash of an event's leaf.
#[must_use]
pub fn event_leaf(event: &Recorded) -> Hash {
    let mut leaf = Leaf::new(1);
    leaf.number(event.position);
    leaf.number(event.block);
    leaf.text(event.stream.as_str());
    leaf.bytes(&event.version.to_be_bytes());
    leaf.text(&event.event_type);
    leaf.bytes(&u32::from(event.schema_version).to_be_bytes());
    leaf.text(&event.actor);
    leaf.number(event.at.as_microsecond());
    leaf.bytes(event.command.0.as_bytes());
    leaf.bytes(&event.request);
    leaf.bytes(event.correlation.as_bytes());
    match event.causation {
        None => leaf.bytes(&[0]),
        Some(cause) => {
            leaf.bytes(&[1]);
            leaf.bytes(cause.as_bytes());
        }
    }
    leaf.text(&event.payload);
    leaf.finish()
}

/// The hash of a blob's leaf.
#[must_use]
pub fn blob_leaf(block: i64, sha256: &Hash, media_type: &str) -> Hash {
    let mut leaf = Leaf::new(2);
    leaf.number(block);
    leaf.bytes(sha256);
    leaf.text(media_type);
    leaf.finish()
}

/// A leaf's bytes go straight into the hash: payloads are not copied.
struct Leaf(Sha256);

impl Leaf {
    fn new(kind: u8) -> Self {
        let mut hasher = Sha256::new();
        hasher.update([0, kind]);
        Self(hasher)
    }

    fn number(&mut self, number: i64) {
        self.0.update(number.to_be_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn text(&mut self, text: &str) {
        // Every text is far below 4 GiB: PostgreSQL holds none above 1 GiB, and the door refuses sooner.
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
        self.0.update(length.to_be_bytes());
        self.0.update(text.as_bytes());
    }

    fn finish(self) -> Hash {
        self.0.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::event::{CommandId, StreamId};

    fn event(causation: Option<Uuid>) -> Recorded {
        Recorded {
            position: 7,
            block: 3,
            stream: StreamId::new("inquiry-1").unwrap(),
            version: 2,
            event_type: "reply_signed".to_owned(),
            schema_version: 1,
            payload: r#"{"n":1.00, "ә":"\\"}"#.to_owned(),
            opened: None,
            current: None,
            actor: "Ә. Смайылов".to_owned(),
            at: Timestamp::from_microsecond(1_697_787_000_123_456).unwrap(),
            command: CommandId(Uuid::from_bytes([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15])),
            request: [9; 32],
            correlation: Uuid::max(),
            causation,
        }
    }

    /// The expected hashes were computed from this page's description by a few lines of Python. A change here means that
    /// journals which exist can no longer be checked.
    #[test]
    fn the_hashed_bytes_are_those_of_the_description() {
        assert_eq!(
            hex::encode(event_leaf(&event(None))),
            "7c193460b69681db243efa47a2669e2087116d861ec4b03cdc49dc41ed3e34bd"
        );
        assert_eq!(
            hex::encode(event_leaf(&event(Some(Uuid::from_bytes([1; 16]))))),
            "01c50ac2d5299dfba1fb527dfb54abfb47a3ba73cd14cb8f2ad005ad27ab6c8e"
        );
        assert_eq!(
            hex::encode(blob_leaf(3, &[5; 32], "application/pdf")),
            "9d55515672e3e9666bd33db430560594a38d683816a8d1cc62cb7300719d924a"
        );
        let block = Block {
            block: 3,
            first_position: 7,
            events: 1,
            blobs: 1,
            recorded: Timestamp::from_microsecond(-1).unwrap(),
            merkle_root: event_leaf(&event(None)),
            previous_hash: blob_leaf(3, &[5; 32], "application/pdf"),
            hash: NOTHING,
        };
        assert_eq!(
            hex::encode(block.computed_hash()),
            "072f269cd1c867f52487daa9299ccad84654c89c64958ca8dc20e86c9a19bc9c"
        );
        assert_eq!(block.end(), 8);
    }
}

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
//!
//! A signed head is an Ed25519 signature (RFC 8032) over these 77 bytes:
//!
//! ```text
//! "saual signed head v1"  20 bytes  ASCII
//! 00                       1 byte
//! block                    8 bytes
//! position                 8 bytes  the last event's, in this block or before it
//! hash                    32 bytes  the block's
//! signed                   8 bytes  when
//! ```
//!
//! Blocks are leaves of a tree too, the same tree of RFC 6962, so that any two heads are provably one history: leaf number n - 1
//! is `SHA-256(00 ‖ hash of block n)`, and the tree up to block n has n leaves. A head that signs the root of this tree besides is an
//! Ed25519 signature over these 109 bytes:
//!
//! ```text
//! "saual signed head v2"  20 bytes  ASCII
//! 00                       1 byte
//! block                    8 bytes  the size of the tree
//! position                 8 bytes
//! hash                    32 bytes
//! signed                   8 bytes
//! root                    32 bytes  of the tree over blocks 1 to this one
//! ```
//!
//! When a key of heads gives way to another, both sign these 101 bytes:
//!
//! ```text
//! "saual heads handover"  20 bytes  ASCII
//! 00                       1 byte
//! block                    8 bytes  the last one whose head the old key signs
//! passed                   8 bytes  when
//! old public key          32 bytes
//! new public key          32 bytes
//! ```
//!
//! A key's short name is the first 8 bytes of the SHA-256 of its 32 public bytes.

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
        let mut fields = [2; 97];
        fields[1..9].copy_from_slice(&self.block.to_be_bytes());
        fields[9..17].copy_from_slice(&self.first_position.to_be_bytes());
        fields[17..21].copy_from_slice(&self.events.to_be_bytes());
        fields[21..25].copy_from_slice(&self.blobs.to_be_bytes());
        fields[25..33].copy_from_slice(&self.recorded.as_microsecond().to_be_bytes());
        fields[33..65].copy_from_slice(&self.merkle_root);
        fields[65..].copy_from_slice(&self.previous_hash);
        Sha256::digest(fields).into()
    }

    /// The position after its last event.
    #[must_use]
    pub fn end(&self) -> i64 {
        self.first_position.saturating_add(i64::from(self.events))
    }
}

/// The bytes of a head that are signed; the time is in microseconds since 1970.
#[must_use]
pub fn head_bytes(block: i64, position: i64, hash: &Hash, signed_us: i64) -> [u8; 77] {
    let mut bytes = [0; 77];
    bytes[..20].copy_from_slice(b"saual signed head v1");
    bytes[21..29].copy_from_slice(&block.to_be_bytes());
    bytes[29..37].copy_from_slice(&position.to_be_bytes());
    bytes[37..69].copy_from_slice(hash);
    bytes[69..].copy_from_slice(&signed_us.to_be_bytes());
    bytes
}

/// The bytes of a head that signs the root of the tree over blocks besides.
#[must_use]
pub fn tree_head_bytes(block: i64, position: i64, hash: &Hash, signed_us: i64, root: &Hash) -> [u8; 109] {
    let mut bytes = [0; 109];
    bytes[..77].copy_from_slice(&head_bytes(block, position, hash, signed_us));
    bytes[19] = b'2';
    bytes[77..].copy_from_slice(root);
    bytes
}

/// The bytes that two keys of heads sign when the one gives way to the other.
#[must_use]
pub fn handover_bytes(block: i64, passed_us: i64, old: &[u8; 32], new: &[u8; 32]) -> [u8; 101] {
    let mut bytes = [0; 101];
    bytes[..20].copy_from_slice(b"saual heads handover");
    bytes[21..29].copy_from_slice(&block.to_be_bytes());
    bytes[29..37].copy_from_slice(&passed_us.to_be_bytes());
    bytes[37..69].copy_from_slice(old);
    bytes[69..].copy_from_slice(new);
    bytes
}

/// The leaf of a block in the tree over blocks.
#[must_use]
pub fn block_leaf(hash: &Hash) -> Hash {
    let mut leaf = [0; 33];
    leaf[1..].copy_from_slice(hash);
    Sha256::digest(leaf).into()
}

/// What an event's leaf is made of, as bytes that lie wherever they lie: in a [`Recorded`], or in what the server has sent.
pub(crate) struct EventLeaf<'a> {
    pub(crate) position: i64,
    pub(crate) block: i64,
    pub(crate) stream: &'a [u8],
    pub(crate) version: u64,
    pub(crate) event_type: &'a [u8],
    pub(crate) schema_version: u16,
    pub(crate) actor: &'a [u8],
    pub(crate) at_us: i64,
    pub(crate) command: &'a [u8; 16],
    pub(crate) request: &'a Hash,
    pub(crate) correlation: &'a [u8; 16],
    pub(crate) causation: Option<&'a [u8; 16]>,
    pub(crate) payload: &'a [u8],
}

impl EventLeaf<'_> {
    /// The leaf's hash; `room` is memory to work in, and what is in it is lost.
    pub(crate) fn hash(&self, room: &mut Vec<u8>) -> Hash {
        // One run of bytes before the payload: feeding a hash field by field costs more than hashing them.
        room.clear();
        room.extend_from_slice(&[0, 1]);
        room.extend_from_slice(&self.position.to_be_bytes());
        room.extend_from_slice(&self.block.to_be_bytes());
        text(room, self.stream);
        room.extend_from_slice(&self.version.to_be_bytes());
        text(room, self.event_type);
        room.extend_from_slice(&u32::from(self.schema_version).to_be_bytes());
        text(room, self.actor);
        room.extend_from_slice(&self.at_us.to_be_bytes());
        room.extend_from_slice(self.command);
        room.extend_from_slice(self.request);
        room.extend_from_slice(self.correlation);
        match self.causation {
            None => room.push(0),
            Some(cause) => {
                room.push(1);
                room.extend_from_slice(cause);
            }
        }
        room.extend_from_slice(&length(self.payload));
        // The payload is not copied: it may be long.
        Sha256::new().chain_update(room).chain_update(self.payload).finalize().into()
    }
}

fn text(room: &mut Vec<u8>, text: &[u8]) {
    room.extend_from_slice(&length(text));
    room.extend_from_slice(text);
}

fn length(text: &[u8]) -> [u8; 4] {
    // Every text is far below 4 GiB: PostgreSQL holds none above 1 GiB, and the door refuses sooner.
    u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes()
}

/// The hash of an event's leaf.
#[must_use]
pub fn event_leaf(event: &Recorded) -> Hash {
    let leaf = EventLeaf {
        position: event.position,
        block: event.block,
        stream: event.stream.as_str().as_bytes(),
        version: event.version,
        event_type: event.event_type.as_bytes(),
        schema_version: event.schema_version,
        actor: event.actor.as_bytes(),
        at_us: event.at.as_microsecond(),
        command: event.command.0.as_bytes(),
        request: &event.request,
        correlation: event.correlation.as_bytes(),
        causation: event.causation.as_ref().map(uuid::Uuid::as_bytes),
        payload: event.payload.as_bytes(),
    };
    leaf.hash(&mut Vec::with_capacity(256))
}

/// The hash of a blob's leaf.
#[must_use]
pub fn blob_leaf(block: i64, sha256: &Hash, media_type: &str) -> Hash {
    let mut leaf = vec![0, 2];
    leaf.extend_from_slice(&block.to_be_bytes());
    leaf.extend_from_slice(sha256);
    text(&mut leaf, media_type.as_bytes());
    Sha256::digest(leaf).into()
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

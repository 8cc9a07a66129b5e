//! Judges the proof of one event, with nothing but the document: the same rules as `crates/web/evidence/verify_proof.py`, which shares no code with it.

use jiff::Timestamp;
use uuid::Uuid;

use crate::document::{BlockFields, CHAINED, EventFields, FORMAT, ProofDocument};
use crate::hash::{Block, EventLeaf, Hash, block_leaf};
use crate::heads::SignedHead;
use crate::merkle;
use crate::witnesses::Witnesses;

/// An event of which a document has proved that it stands in a journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proved {
    /// Its position.
    pub position: i64,
    /// Its stream.
    pub stream: String,
    /// Which of its stream it is, from 1.
    pub version: u64,
    /// Its stored name.
    pub event_type: String,
    /// Whoever asked for it.
    pub actor: String,
    /// When.
    pub at: Timestamp,
    /// The stored text, to the byte.
    pub payload: String,
    /// The signed head that reaches it; none: the document proves that it belongs to its block, and no more.
    pub signed: Option<SignedHead>,
}

impl ProofDocument {
    /// Checks it: the event leads to its block's root, the block by the tree over blocks, or by each block to the next, to a signed head.
    ///
    /// # Errors
    /// What does not fit, in one sentence.
    pub fn check(&self, witnesses: &Witnesses) -> Result<Proved, String> {
        let block = self.block.read()?;
        let at = moment(&self.event.at)?;
        let position = block.first_position.checked_add(i64::from(self.leaf));
        if self.event.block != block.block || position != Some(self.event.position) || self.leaf >= block.events {
            return Err("the event does not belong to this block and leaf".to_owned());
        }
        let path: Vec<Hash> = self.path.iter().map(|text| hash(text)).collect::<Result<_, _>>()?;
        let leaves = block.events as usize + block.blobs as usize;
        if merkle::root_from_path(self.leaf as usize, leaves, self.event.leaf(at)?, &path) != Some(block.merkle_root) {
            return Err("the event's leaf does not lead to the block's root".to_owned());
        }
        let signed = self.signed_head.as_ref().map(|line| line.head()).transpose()?;
        match (self.format.as_str(), &self.chain, &self.block_path) {
            (CHAINED, Some(chain), None) => chained(block, chain, signed.as_ref())?,
            (FORMAT, None, Some(path)) => in_tree(&block, path, signed.as_ref())?,
            _ => return Err("this is no proof of an event".to_owned()),
        }
        match &signed {
            Some(head) if !head.is_signed() => return Err("the head's signature is not its key's".to_owned()),
            Some(head) if witnesses.nobody_else && !witnesses.trusts(head) => {
                return Err(format!("the head is signed by {}", witnesses.distrust(head)));
            }
            None if witnesses.nobody_else => return Err("no signed head reaches the event".to_owned()),
            Some(_) | None => {}
        }
        Ok(Proved {
            position: self.event.position,
            stream: self.event.stream.clone(),
            version: self.event.version,
            event_type: self.event.r#type.clone(),
            actor: self.event.actor.clone(),
            at,
            payload: self.event.payload_text.clone(),
            signed,
        })
    }
}

/// Each block leads to the next, and the last one is the head's.
fn chained(block: Block, chain: &[BlockFields], head: Option<&SignedHead>) -> Result<(), String> {
    let mut last = block;
    for next in chain {
        let next = next.read()?;
        if next.block != last.block + 1 || next.previous_hash != last.hash {
            return Err(format!("block {} does not follow on block {}", next.block, last.block));
        }
        if next.first_position != last.end() {
            return Err(format!("block {} begins elsewhere", next.block));
        }
        last = next;
    }
    match head {
        Some(head) if (head.block, head.hash, head.position) != (last.block, last.hash, last.end() - 1) => {
            Err("the signed head is not that of the last block".to_owned())
        }
        Some(_) | None => Ok(()),
    }
}

/// The block's leaf leads to the root that the head signs.
fn in_tree(block: &Block, path: &[String], head: Option<&SignedHead>) -> Result<(), String> {
    let path: Vec<Hash> = path.iter().map(|text| hash(text)).collect::<Result<_, _>>()?;
    let Some(head) = head else {
        return if path.is_empty() { Ok(()) } else { Err("a path leads to no signed head".to_owned()) };
    };
    let root = head.root.ok_or_else(|| "the signed head has no root of the tree over blocks".to_owned())?;
    let (Some(Ok(index)), Ok(size)) = (block.block.checked_sub(1).map(usize::try_from), usize::try_from(head.block))
    else {
        return Err("blocks are counted from 1".to_owned());
    };
    if merkle::root_from_path(index, size, block_leaf(&block.hash), &path) == Some(root) {
        Ok(())
    } else {
        Err("the block does not lead to the root that the head signs".to_owned())
    }
}

impl EventFields {
    fn leaf(&self, at: Timestamp) -> Result<Hash, String> {
        let [command, correlation] = [&self.command, &self.correlation].map(|text| uuid(text));
        let (command, correlation) = (command?, correlation?);
        let causation = self.causation.as_deref().map(uuid).transpose()?;
        let leaf = EventLeaf {
            position: self.position,
            block: self.block,
            stream: self.stream.as_bytes(),
            version: self.version,
            event_type: self.r#type.as_bytes(),
            schema_version: self.schema_version,
            actor: self.actor.as_bytes(),
            at_us: at.as_microsecond(),
            command: command.as_bytes(),
            request: &hash(&self.request)?,
            correlation: correlation.as_bytes(),
            causation: causation.as_ref().map(Uuid::as_bytes),
            payload: self.payload_text.as_bytes(),
        };
        Ok(leaf.hash(&mut Vec::new()))
    }
}

impl BlockFields {
    fn read(&self) -> Result<Block, String> {
        let block = Block {
            block: self.block,
            first_position: self.first_position,
            events: self.events,
            blobs: self.blobs,
            recorded: moment(&self.recorded)?,
            merkle_root: hash(&self.merkle_root)?,
            previous_hash: hash(&self.previous_hash)?,
            hash: hash(&self.hash)?,
        };
        if block.computed_hash() == block.hash {
            Ok(block)
        } else {
            Err(format!("the fields of block {} do not have its hash", block.block))
        }
    }
}

/// What is hashed has one spelling, so that nothing stands in a document unproved.
fn moment(text: &str) -> Result<Timestamp, String> {
    text.parse::<Timestamp>()
        .ok()
        .filter(|moment| moment.to_string() == text)
        .ok_or_else(|| format!("{text} is no time as it must be written"))
}

pub(crate) fn hash(text: &str) -> Result<Hash, String> {
    let mut hash = [0; 32];
    match hex::decode_to_slice(text, &mut hash) {
        Ok(()) if !text.bytes().any(|byte| byte.is_ascii_uppercase()) => Ok(hash),
        Ok(()) | Err(_) => Err(format!("{text} is no hash as it must be written")),
    }
}

fn uuid(text: &str) -> Result<Uuid, String> {
    text.parse::<Uuid>()
        .ok()
        .filter(|id| id.to_string() == text)
        .ok_or_else(|| format!("{text} is no id as it must be written"))
}

//! The proof of one event as one JSON document, for whoever trusts neither this program nor its database: the event, its way to the block's
//! root, the block's way in the tree over blocks to the next signed head, that head and its key. Where only heads of before that tree are
//! signed yet, the blocks up to the next of them stand instead: the document's first form, which is read as well.
//! `crates/web/evidence/verify_proof.py` checks it with
//! nothing but Python; the hashed bytes stand in [`crate::hash`].

use serde::{Deserialize, Serialize};

use crate::consistency::path_of;
use crate::error::StoreError;
use crate::event::Recorded;
use crate::hash::Block;
use crate::heads::{HeadLine, SignedHead};
use crate::journal::Journal;
use crate::proof::Proof;
use crate::rows::{self, BLOCK_COLUMNS};

/// The document whose block is proved by its path in the tree over blocks.
pub(crate) const FORMAT: &str = "saual proof 2";
/// The document of before, whose block is proved by all blocks up to a signed head.
pub(crate) const CHAINED: &str = "saual proof 1";

/// Everything that is needed to check one event. Hashes are hexadecimal, times by RFC 3339 in UTC.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofDocument {
    /// [`FORMAT`], or [`CHAINED`] with the blocks in between.
    pub format: String,
    pub(crate) event: EventFields,
    pub(crate) leaf: u32,
    pub(crate) path: Vec<String>,
    pub(crate) block: BlockFields,
    /// In the first form: the blocks behind that one, up to the one whose head is signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) chain: Option<Vec<BlockFields>>,
    /// Otherwise: the hashes that lead from the block's leaf to the root that the head signs, the lowest first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) block_path: Option<Vec<String>>,
    /// None: see `unsigned`.
    pub(crate) signed_head: Option<HeadLine>,
    /// Why no signed head is given.
    pub unsigned: Option<String>,
}

/// An event with every hashed field and no other.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventFields {
    pub(crate) position: i64,
    pub(crate) block: i64,
    pub(crate) stream: String,
    pub(crate) version: u64,
    pub(crate) r#type: String,
    pub(crate) schema_version: u16,
    pub(crate) actor: String,
    pub(crate) at: String,
    pub(crate) command: String,
    pub(crate) request: String,
    pub(crate) correlation: String,
    pub(crate) causation: Option<String>,
    /// The stored text, to the byte.
    pub(crate) payload_text: String,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BlockFields {
    pub(crate) block: i64,
    pub(crate) first_position: i64,
    pub(crate) events: u32,
    pub(crate) blobs: u32,
    pub(crate) recorded: String,
    pub(crate) merkle_root: String,
    pub(crate) previous_hash: String,
    pub(crate) hash: String,
}

impl Journal {
    /// The proof of the event at a position, up to the next signed head; `None` when there is no such event.
    ///
    /// Where no head with the root of the tree over blocks is signed yet, one of before is given if it is not more than `reach` blocks away; otherwise
    /// none is, and the document says so.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn proof_document(&self, position: i64, reach: u32) -> Result<Option<ProofDocument>, StoreError> {
        let Some(proof) = self.proof(position).await? else { return Ok(None) };
        let block = proof.block.block;
        if let Some(head) = self.tree_head_from(block).await? {
            let way = path_of((block - 1).unsigned_abs(), head.block.unsigned_abs());
            let way = way.ok_or_else(|| StoreError::Row(format!("block {block} lies behind its head")))?;
            let path = self.subtrees(&way).await?.iter().map(hex::encode).collect();
            return Ok(Some(document(proof, Reached::ByTree(path, Box::new(head)))));
        }
        let reached = match self.signed_head_from(block).await? {
            None => Reached::Not("no head has been signed in this block or behind it yet".to_owned()),
            Some(head) if head.block - block > i64::from(reach) => {
                let away = head.block - block;
                Reached::Not(format!("the next signed head is {away} blocks away, and {reach} at most are given here"))
            }
            Some(head) => Reached::ByChain(self.blocks_between(block, head.block).await?, Box::new(head)),
        };
        Ok(Some(document(proof, reached)))
    }

    /// The proof of the event at a position up to this head, which signs the tree over blocks: so that many events share one head. `None` when there is
    /// no such event at or before it.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn proof_up_to(&self, position: i64, head: &SignedHead) -> Result<Option<ProofDocument>, StoreError> {
        let Some(proof) = self.proof(position).await?.filter(|proof| proof.block.block <= head.block) else {
            return Ok(None);
        };
        let way = path_of((proof.block.block - 1).unsigned_abs(), head.block.unsigned_abs());
        let way = way.ok_or_else(|| StoreError::Row(format!("block {} lies behind its head", proof.block.block)))?;
        let path = self.subtrees(&way).await?.iter().map(hex::encode).collect();
        Ok(Some(document(proof, Reached::ByTree(path, Box::new(head.clone())))))
    }

    async fn blocks_between(&self, after: i64, last: i64) -> Result<Vec<Block>, StoreError> {
        let doing = || StoreError::doing("read the chain of blocks");
        let client = self.pool().get().await?;
        let sql = format!("SELECT {BLOCK_COLUMNS} FROM blocks WHERE block > $1 AND block <= $2 ORDER BY block");
        let statement = client.prepare_cached(&sql).await.map_err(doing())?;
        let rows = client.query(&statement, &[&after, &last]).await.map_err(doing())?;
        rows.iter().map(rows::block).collect::<Result<_, _>>().map_err(doing())
    }
}

impl ProofDocument {
    /// How many hashes lead from the event to its block's root, and from there to a signed root, where the tree over blocks leads there.
    #[must_use]
    pub fn steps(&self) -> (usize, Option<usize>) {
        let in_tree = self.block_path.as_ref().filter(|_| self.signed_head.is_some()).map(Vec::len);
        (self.path.len(), in_tree)
    }
}

/// How the block of an event leads to a signed head.
enum Reached {
    ByTree(Vec<String>, Box<SignedHead>),
    ByChain(Vec<Block>, Box<SignedHead>),
    /// It does not, and why.
    Not(String),
}

fn document(proof: Proof, reached: Reached) -> ProofDocument {
    let Proof { event, block, leaf, path } = proof;
    let (format, chain, block_path, head, unsigned) = match reached {
        Reached::ByTree(way, head) => (FORMAT, None, Some(way), Some(head), None),
        Reached::ByChain(chain, head) => {
            (CHAINED, Some(chain.iter().map(block_fields).collect()), None, Some(head), None)
        }
        Reached::Not(why) => (FORMAT, None, Some(Vec::new()), None, Some(why)),
    };
    ProofDocument {
        format: format.to_owned(),
        event: event_fields(event),
        leaf,
        path: path.iter().map(hex::encode).collect(),
        block: block_fields(&block),
        chain,
        block_path,
        signed_head: head.map(|head| HeadLine::of(&head)),
        unsigned,
    }
}

fn event_fields(event: Recorded) -> EventFields {
    EventFields {
        position: event.position,
        block: event.block,
        stream: event.stream.to_string(),
        version: event.version,
        r#type: event.event_type,
        schema_version: event.schema_version,
        actor: event.actor,
        at: event.at.to_string(),
        command: event.command.to_string(),
        request: hex::encode(event.request),
        correlation: event.correlation.to_string(),
        causation: event.causation.map(|cause| cause.to_string()),
        payload_text: event.payload,
    }
}

fn block_fields(block: &Block) -> BlockFields {
    BlockFields {
        block: block.block,
        first_position: block.first_position,
        events: block.events,
        blobs: block.blobs,
        recorded: block.recorded.to_string(),
        merkle_root: hex::encode(block.merkle_root),
        previous_hash: hex::encode(block.previous_hash),
        hash: hex::encode(block.hash),
    }
}

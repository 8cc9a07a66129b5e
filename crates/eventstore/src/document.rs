//! The proof of one event as one JSON document, for whoever trusts neither this program nor its database: the event, its way
//! to the block's root, the blocks up to the next signed head, that head and its key. `crates/web/evidence/verify_proof.py` checks it with
//! nothing but Python; the hashed bytes stand in [`crate::hash`].

use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::event::Recorded;
use crate::hash::Block;
use crate::heads::{HeadLine, SignedHead};
use crate::journal::Journal;
use crate::proof::Proof;
use crate::rows::{self, BLOCK_COLUMNS};

/// Everything that is needed to check one event. Hashes are hexadecimal, times by RFC 3339 in UTC.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofDocument {
    /// `saual proof 1`.
    pub format: String,
    pub(crate) event: EventFields,
    pub(crate) leaf: u32,
    pub(crate) path: Vec<String>,
    pub(crate) block: BlockFields,
    /// The blocks behind that one, up to the one whose head is signed.
    pub(crate) chain: Vec<BlockFields>,
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
    /// The proof of the event at a position, up to the next signed head; `None` when there is no such event. A head that is more
    /// than `reach` blocks away is not given, and the document says so.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn proof_document(&self, position: i64, reach: u32) -> Result<Option<ProofDocument>, StoreError> {
        let Some(proof) = self.proof(position).await? else { return Ok(None) };
        let block = proof.block.block;
        let (head, unsigned) = match self.signed_head_from(block).await? {
            None => (None, Some("no head has been signed in this block or behind it yet".to_owned())),
            Some(head) if head.block - block > i64::from(reach) => {
                let away = head.block - block;
                (None, Some(format!("the next signed head is {away} blocks away, and {reach} at most are given here")))
            }
            Some(head) => (Some(head), None),
        };
        let chain = match &head {
            None => Vec::new(),
            Some(head) => self.blocks_between(block, head.block).await?,
        };
        Ok(Some(document(proof, chain, head, unsigned)))
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

fn document(proof: Proof, chain: Vec<Block>, head: Option<SignedHead>, unsigned: Option<String>) -> ProofDocument {
    let Proof { event, block, leaf, path } = proof;
    ProofDocument {
        format: "saual proof 1".to_owned(),
        event: event_fields(event),
        leaf,
        path: path.iter().map(hex::encode).collect(),
        block: block_fields(&block),
        chain: chain.iter().map(block_fields).collect(),
        signed_head: head.as_ref().map(HeadLine::of),
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

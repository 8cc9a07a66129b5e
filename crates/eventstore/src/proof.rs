//! The proof that one event stands in the journal: its block and the path to the block's root. Whoever trusts the block's
//! hash (from a head that was kept outside, through the chain) needs nothing else.

use crate::error::StoreError;
use crate::event::Recorded;
use crate::hash::{Block, Hash, event_leaf};
use crate::journal::Journal;
use crate::merkle;
use crate::rows;

/// One event, its block, and the hashes that join the one to the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The event with every hashed field.
    pub event: Recorded,
    /// The block it stands in.
    pub block: Block,
    /// Which leaf of the block it is, from 0.
    pub leaf: u32,
    /// The hashes to join on the way up, the lowest first (RFC 6962, section 2.1.1).
    pub path: Vec<Hash>,
}

/// Why a proof proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unproved {
    /// The event's block or position is not that of the proof.
    #[error("the event does not belong to this block and leaf")]
    Place,
    /// The path leads to another root.
    #[error("the event's leaf does not lead to the block's root")]
    Root,
    /// The block's fields have another hash.
    #[error("the block's fields do not have its hash")]
    Block,
}

impl Proof {
    /// Checks the proof with nothing but itself, and answers the block's hash, which is to be compared with a trusted one.
    ///
    /// # Errors
    /// [`Unproved`] with what does not fit.
    pub fn check(&self) -> Result<Hash, Unproved> {
        let Self { event, block, leaf, path } = self;
        let position = block.first_position.checked_add(i64::from(*leaf));
        if event.block != block.block || position != Some(event.position) || *leaf >= block.events {
            return Err(Unproved::Place);
        }
        let leaves = block.events as usize + block.blobs as usize;
        let root = merkle::root_from_path(*leaf as usize, leaves, event_leaf(event), path);
        if root != Some(block.merkle_root) {
            return Err(Unproved::Root);
        }
        if block.computed_hash() == block.hash { Ok(block.hash) } else { Err(Unproved::Block) }
    }
}

impl Journal {
    /// The proof of the event at a position; `None` when there is no such event.
    ///
    /// The proof is made from what is stored: if that was changed, [`Proof::check`] says so.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn proof(&self, position: i64) -> Result<Option<Proof>, StoreError> {
        let found = self.read_after(position.saturating_sub(1), 1).await?;
        let Some(event) = found.into_iter().find(|event| event.position == position) else { return Ok(None) };
        let Some(block) = self.block(event.block).await? else {
            return Err(StoreError::Row(format!("event {position} names block {}, which is missing", event.block)));
        };
        let leaves = self.leaves(&block).await?;
        let leaf = position - block.first_position;
        let path = usize::try_from(leaf).ok().and_then(|leaf| merkle::path(leaf, &leaves));
        let (Some(path), Ok(leaf)) = (path, u32::try_from(leaf)) else {
            return Err(StoreError::Row(format!("event {position} does not lie in block {}", block.block)));
        };
        Ok(Some(Proof { event, block, leaf, path }))
    }

    /// The stored leaf hashes of a block's events, then those of its blobs.
    async fn leaves(&self, block: &Block) -> Result<Vec<Hash>, StoreError> {
        let doing = || StoreError::doing("read a block's leaves");
        let client = self.pool().get().await?;
        let events = "SELECT leaf_hash FROM events WHERE position >= $1 AND position < $2 ORDER BY position";
        let events = client.query(events, &[&block.first_position, &block.end()]).await.map_err(doing())?;
        let blobs =
            "SELECT sha256, media_type FROM blob_entries JOIN blobs USING (sha256) WHERE block = $1 ORDER BY leaf";
        let blobs = client.query(blobs, &[&block.block]).await.map_err(doing())?;
        let of_event = events.iter().map(|row| rows::hash(row, 0));
        let of_blob = blobs.iter().map(|row| {
            let media_type: String = row.try_get(1)?;
            Ok(crate::hash::blob_leaf(block.block, &rows::hash(row, 0)?, &media_type))
        });
        of_event.chain(of_blob).collect::<Result<_, tokio_postgres::Error>>().map_err(doing())
    }
}

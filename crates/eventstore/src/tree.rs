//! The tree over blocks as it is stored: whole subtrees of 256 blocks and more, from which any root and any proof is made by a handful of keys
//! and less than 256 neighbouring blocks at each end.
//!
//! It is kept where heads are signed ([`Journal::sign_head`]), follows from the blocks alone, and can be made again ([`Journal::rebuild_tree`]).
//! For 10,000,000 blocks it has some 78,000 rows.

use std::collections::HashMap;

use deadpool_postgres::Client;
use tokio_postgres::Transaction;

use crate::consistency::Leaves;
use crate::error::StoreError;
use crate::hash::{Hash, block_leaf};
use crate::journal::Journal;
use crate::merkle::{Growing, node};
use crate::rows;

/// The lowest level that is stored: subtrees of 2^8 leaves.
pub(crate) const LOWEST: u32 = 8;
/// How many leaves such a subtree has.
pub(crate) const TILE: u64 = 1 << LOWEST;
/// How many of them are made in one transaction.
const TILES_AT_ONCE: u64 = 256;

/// One stored subtree: which of those with 2^level leaves, from 0.
pub(crate) type Place = (i16, i64);

/// Subtrees as they become whole, the lowest first. Fed with the roots of tiles, one after the other.
#[derive(Default)]
pub(crate) struct Rising {
    /// The largest whole subtrees so far, left to right; their sizes are the binary digits of the number of tiles.
    whole: Vec<Hash>,
    tiles: u64,
}

impl Rising {
    /// Takes the next tile's root, and tells every subtree that is whole by it.
    pub(crate) fn push(&mut self, tile: Hash, mut told: impl FnMut(Place, Hash)) {
        let (mut here, mut level, mut place) = (tile, LOWEST, self.tiles);
        told(of(level, place), here);
        while place & 1 == 1 {
            let Some(left) = self.whole.pop() else { break };
            here = node(&left, &here);
            level += 1;
            place >>= 1;
            told(of(level, place), here);
        }
        self.whole.push(here);
        self.tiles += 1;
    }
}

/// Levels end at 62 and places at 2^54: both fit.
fn of(level: u32, place: u64) -> Place {
    (i16::try_from(level).unwrap_or(i16::MAX), i64::try_from(place).unwrap_or(i64::MAX))
}

/// How a range of leaves that is a subtree of some tree is put together: stored subtrees from the left, then single leaves.
fn pieces(range: &Leaves) -> (Vec<Place>, Leaves) {
    let mut stored = Vec::new();
    let mut at = range.start;
    while range.end - at >= TILE && at.is_multiple_of(TILE) {
        let level = (range.end - at).ilog2().min(at.trailing_zeros());
        stored.push(of(level, at >> level));
        at += 1 << level;
    }
    (stored, at..range.end)
}

impl Journal {
    /// The roots of some subtrees of the tree over blocks, as [`crate::consistency`] names them. The tree has to be kept that far.
    pub(crate) async fn subtrees(&self, ranges: &[Leaves]) -> Result<Vec<Hash>, StoreError> {
        let client = self.pool().get().await?;
        let parts: Vec<(Vec<Place>, Leaves)> = ranges.iter().map(pieces).collect();
        let nodes = stored(&**client, parts.iter().flat_map(|(stored, _)| stored.iter().copied())).await?;
        let leaves = leaves(&client, parts.iter().map(|(_, rest)| rest)).await?;
        parts.iter().map(|part| joined(part, &nodes, &leaves)).collect()
    }

    /// The root of the tree over the first blocks. The tree has to be kept that far.
    pub(crate) async fn root_of_blocks(&self, size: i64) -> Result<Hash, StoreError> {
        let roots = self.subtrees(std::slice::from_ref(&(0..size.unsigned_abs()))).await?;
        roots.first().copied().ok_or_else(|| StoreError::Row("the tree over blocks has no root".to_owned()))
    }

    /// Keeps the tree up to a block. What is there already is not looked at again.
    pub(crate) async fn keep_tree(&self, block: i64) -> Result<(), StoreError> {
        let mut client = self.pool().get().await?;
        while {
            let tx = client.transaction().await.map_err(keeping())?;
            let more = grow(&tx, block.unsigned_abs()).await?;
            tx.commit().await.map_err(keeping())?;
            more
        } {}
        Ok(())
    }

    /// Makes the stored tree again from the blocks, up to the last one; how many rows it has. Proofs that are asked for meanwhile wait for it.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer; the tree of before then stays.
    pub async fn rebuild_tree(&self) -> Result<i64, StoreError> {
        let head = self.head().await?;
        let mut client = self.pool().get().await?;
        let tx = client.transaction().await.map_err(keeping())?;
        tx.execute("DELETE FROM block_tree", &[]).await.map_err(keeping())?;
        while grow(&tx, head.block.unsigned_abs()).await? {}
        let rows = tx.query_one("SELECT count(*) FROM block_tree", &[]).await.map_err(keeping())?.get(0);
        tx.commit().await.map_err(keeping())?;
        Ok(rows)
    }
}

fn keeping() -> impl FnOnce(tokio_postgres::Error) -> StoreError {
    StoreError::doing("keep the tree over the blocks")
}

/// Adds the next tiles below a block, with everything above them that is whole by them; whether there are more. Another node that does so at
/// the same time writes the same rows.
async fn grow(tx: &Transaction<'_>, block: u64) -> Result<bool, StoreError> {
    let sql = "SELECT coalesce(max(place) + 1, 0) FROM block_tree WHERE level = 8";
    let have: i64 = tx.query_one(sql, &[]).await.map_err(keeping())?.get(0);
    let have = have.unsigned_abs();
    let until = (block / TILE).min(have + TILES_AT_ONCE);
    if until <= have {
        return Ok(false);
    }
    let mut rising = standing(tx, have).await?;
    let (first, last) = ((have * TILE + 1).cast_signed(), (until * TILE).cast_signed());
    let sql = "SELECT block, hash FROM blocks WHERE block BETWEEN $1 AND $2 ORDER BY block";
    let found = tx.query(sql, &[&first, &last]).await.map_err(keeping())?;
    let (mut levels, mut places, mut hashes) = (Vec::new(), Vec::new(), Vec::new());
    let mut tile = Growing::default();
    for (expected, row) in (first..).zip(&found) {
        if row.try_get::<_, i64>(0).map_err(keeping())? != expected {
            return Err(StoreError::Row(format!("block {expected} is missing")));
        }
        tile.push(block_leaf(&rows::hash(row, 1).map_err(keeping())?));
        if expected.unsigned_abs().is_multiple_of(TILE) {
            rising.push(tile.root(), |(level, place), hash| {
                levels.push(level);
                places.push(place);
                hashes.push(hash.to_vec());
            });
            tile.clear();
        }
    }
    if found.len() as u64 != (until - have) * TILE {
        return Err(StoreError::Row(format!("blocks up to {last} are missing")));
    }
    let sql =
        "INSERT INTO block_tree (level, place, hash) SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::bytea[])
               ON CONFLICT DO NOTHING";
    tx.execute(sql, &[&levels, &places, &hashes]).await.map_err(keeping())?;
    Ok(until < block / TILE)
}

/// The whole subtrees over the first so many tiles.
async fn standing(tx: &Transaction<'_>, tiles: u64) -> Result<Rising, StoreError> {
    let (places, _) = pieces(&(0..tiles * TILE));
    let nodes = stored(tx, places.iter().copied()).await?;
    let whole = places.iter().map(|place| nodes.get(place).copied().ok_or_else(|| missing(*place)));
    Ok(Rising { whole: whole.collect::<Result<_, _>>()?, tiles })
}

fn missing((level, place): Place) -> StoreError {
    StoreError::Row(format!(
        "the tree over the blocks lacks subtree {place} of level {level}; `saual heads rebuild` makes it again"
    ))
}

/// The root over stored subtrees and single leaves: the smaller ones stand to the right, and are joined first.
fn joined(
    (places, rest): &(Vec<Place>, Leaves),
    nodes: &HashMap<Place, Hash>,
    leaves: &HashMap<i64, Hash>,
) -> Result<Hash, StoreError> {
    let mut tail = Growing::default();
    for leaf in rest.clone() {
        let block = leaf.cast_signed() + 1;
        let hash = leaves.get(&block).ok_or_else(|| StoreError::Row(format!("block {block} is missing")))?;
        tail.push(block_leaf(hash));
    }
    let mut here = (!rest.is_empty()).then(|| tail.root());
    for place in places.iter().rev() {
        let left = nodes.get(place).copied().ok_or_else(|| missing(*place))?;
        here = Some(here.map_or(left, |right| node(&left, &right)));
    }
    Ok(here.unwrap_or_else(|| tail.root()))
}

async fn stored(
    client: &impl tokio_postgres::GenericClient,
    places: impl Iterator<Item = Place>,
) -> Result<HashMap<Place, Hash>, StoreError> {
    let doing = || StoreError::doing("read the tree over the blocks");
    let (levels, places): (Vec<i16>, Vec<i64>) = places.unzip();
    let sql = "SELECT level, place, hash FROM block_tree
               JOIN unnest($1::smallint[], $2::bigint[]) AS asked (level, place) USING (level, place)";
    let mut nodes = HashMap::new();
    for row in client.query(sql, &[&levels, &places]).await.map_err(doing())? {
        let place = (row.try_get(0).map_err(doing())?, row.try_get(1).map_err(doing())?);
        nodes.insert(place, rows::hash(&row, 2).map_err(doing())?);
    }
    Ok(nodes)
}

async fn leaves<'a>(
    client: &Client,
    ranges: impl Iterator<Item = &'a Leaves>,
) -> Result<HashMap<i64, Hash>, StoreError> {
    let doing = || StoreError::doing("read blocks of the tree over them");
    let (firsts, lasts): (Vec<i64>, Vec<i64>) = ranges
        .filter(|range| !range.is_empty())
        .map(|range| (range.start.cast_signed() + 1, range.end.cast_signed()))
        .unzip();
    let sql = "SELECT found.block, found.hash FROM unnest($1::bigint[], $2::bigint[]) AS span (first, last)
               CROSS JOIN LATERAL (SELECT block, hash FROM blocks WHERE block BETWEEN span.first AND span.last) AS found";
    let mut hashes = HashMap::new();
    for row in client.query(sql, &[&firsts, &lasts]).await.map_err(doing())? {
        hashes.insert(row.try_get(0).map_err(doing())?, rows::hash(&row, 1).map_err(doing())?);
    }
    Ok(hashes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consistency::{consistency_of, path_of};
    use crate::merkle::root;

    /// Hashes of blocks 1, 2 …, their leaves, and what a kept tree has stored of them.
    fn kept(count: u64) -> (HashMap<i64, Hash>, Vec<Hash>, HashMap<Place, Hash>) {
        let blocks: HashMap<i64, Hash> =
            (1..=count.cast_signed()).map(|block| (block, block_leaf(&[block as u8; 32]))).collect();
        let leaves: Vec<Hash> = (1..=count.cast_signed()).map(|block| block_leaf(&blocks[&block])).collect();
        let (mut rising, mut nodes) = (Rising::default(), HashMap::new());
        for tile in leaves.chunks_exact(TILE as usize) {
            rising.push(root(tile), |place, hash| {
                assert!(nodes.insert(place, hash).is_none(), "{place:?} twice");
            });
        }
        (blocks, leaves, nodes)
    }

    #[test]
    fn every_subtree_that_a_proof_asks_for_is_put_together_from_what_is_stored() {
        let count = 5 * TILE + 77;
        let (blocks, leaves, nodes) = kept(count);
        let mut asked: Vec<Leaves> = (1..=count).map(|size| 0..size).collect();
        for old in [1, 2, 255, 256, 257, 511, 512, 513, 768, 1023, 1024, 1025, 1280, 1300, count] {
            for new in [old, (old + 1).min(count), 1024, 1025, 1281, count] {
                asked.extend(consistency_of(old, new).into_iter().flatten());
                asked.extend(path_of(old - 1, new).into_iter().flatten());
            }
        }
        for range in asked {
            let part = pieces(&range);
            assert!(part.0.len() < 12 && part.1.end - part.1.start < TILE, "{range:?}: {part:?}");
            let expected = root(&leaves[range.start as usize..range.end as usize]);
            assert_eq!(joined(&part, &nodes, &blocks).unwrap(), expected, "{range:?}");
        }
    }

    #[test]
    fn a_subtree_that_is_not_there_is_named() {
        let (blocks, _, mut nodes) = kept(2 * TILE);
        nodes.remove(&(9, 0));
        let told = joined(&pieces(&(0..2 * TILE)), &nodes, &blocks).unwrap_err().to_string();
        assert!(told.contains("subtree 0 of level 9") && told.contains("saual heads rebuild"), "{told}");
    }
}

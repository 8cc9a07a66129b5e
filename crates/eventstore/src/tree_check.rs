//! The tree over blocks, made anew from the blocks in order, and the stored subtrees held against it.

use tokio_postgres::Transaction;

use crate::audit::Audit;
use crate::hash::{Hash, block_leaf};
use crate::merkle::Growing;
use crate::rows;
use crate::tree::{Place, Rising, TILE};
use crate::walk::Rows;
use crate::witness::Stands;

/// How many blocks are fetched at once.
const PAGE: i32 = 8192;

/// One pass over the blocks' hashes.
pub(crate) struct Climb<'a> {
    blocks: Rows<'a>,
    /// The stored subtrees, in the order in which they become whole.
    nodes: Rows<'a>,
    tree: Growing,
    tile: Growing,
    rising: Rising,
    taken: u64,
    /// Subtrees that are not as the blocks make them; the first is named.
    wrong: u64,
    /// The stored ones ended where one may.
    is_over: bool,
}

/// A block that was passed.
pub(crate) struct Passed {
    pub(crate) block: i64,
    hash: Hash,
    position: i64,
}

impl<'a> Climb<'a> {
    pub(crate) async fn open(tx: &'a Transaction<'a>) -> Result<Self, tokio_postgres::Error> {
        let blocks = "SELECT block, hash, first_position + events - 1 FROM blocks ORDER BY block";
        // As numeric: a row that somebody wrote in may name a place that no bigint holds.
        let nodes =
            "SELECT level, place, hash FROM block_tree ORDER BY (place::numeric + 1) * power(2::numeric, level), level";
        Ok(Self {
            blocks: Rows::open(tx, blocks, PAGE).await?,
            nodes: Rows::open(tx, nodes, PAGE).await?,
            tree: Growing::default(),
            tile: Growing::default(),
            rising: Rising::default(),
            taken: 0,
            wrong: 0,
            is_over: false,
        })
    }

    /// The next block; subtrees that are whole by it are compared on the way.
    pub(crate) async fn next(&mut self, audit: &mut Audit) -> Result<Option<Passed>, tokio_postgres::Error> {
        let Some(row) = self.blocks.next().await? else { return Ok(None) };
        let passed = Passed { block: row.try_get(0)?, hash: rows::hash(&row, 1)?, position: row.try_get(2)? };
        let leaf = block_leaf(&passed.hash);
        self.tree.push(leaf);
        self.tile.push(leaf);
        self.taken += 1;
        if self.taken.is_multiple_of(TILE) {
            let mut whole: Vec<(Place, Hash)> = Vec::new();
            self.rising.push(self.tile.root(), |place, hash| whole.push((place, hash)));
            self.tile.clear();
            for (nth, expected) in whole.into_iter().enumerate() {
                self.compare(audit, expected, nth == 0).await?;
            }
        }
        Ok(Some(passed))
    }

    /// The tree is kept when heads are signed: behind the last one there is nothing yet, and that is no fault. What is whole by one tile is
    /// kept together.
    async fn compare(
        &mut self,
        audit: &mut Audit,
        (place, hash): (Place, Hash),
        may_be_last: bool,
    ) -> Result<(), tokio_postgres::Error> {
        let found = match self.nodes.next().await? {
            Some(row) => Some(((row.try_get(0)?, row.try_get(1)?), rows::hash(&row, 2)?)),
            None if may_be_last || self.is_over => {
                self.is_over = true;
                return Ok(());
            }
            None => None,
        };
        if found != Some((place, hash)) {
            self.wrong += 1;
            if self.wrong == 1 {
                let (level, place) = place;
                audit.plain_fault(format!(
                    "the stored tree over the blocks is not theirs from subtree {place} of level {level} on; \
                     if nothing else is wrong, `saual heads rebuild` makes it again"
                ));
            }
        }
        Ok(())
    }

    /// What a signed head is compared with, right after its block was passed.
    pub(crate) fn stands(&self, passed: &Passed) -> Stands {
        Stands { hash: passed.hash, position: passed.position, root: self.tree.root() }
    }

    /// After the last block.
    pub(crate) async fn end(mut self, audit: &mut Audit) -> Result<(), tokio_postgres::Error> {
        if self.wrong == 0 && self.nodes.next().await?.is_some() {
            audit.plain_fault("the stored tree over the blocks has subtrees of blocks that there are not");
        }
        Ok(())
    }
}

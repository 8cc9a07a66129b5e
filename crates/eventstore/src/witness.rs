//! Signed heads against the blocks as they stand now.

use tokio_postgres::Transaction;

use crate::audit::Audit;
use crate::hash::{Block, Hash};
use crate::heads::SignedHead;
use crate::sign::signed_head;
use crate::tree_check::Climb;
use crate::walk::Rows;
use crate::witnesses::{Kept, Witnesses};

/// A block as it stands now, for comparison: its hash, the position it ends with, and the root of the tree over the blocks up to it.
#[derive(Clone, Copy)]
pub(crate) struct Stands {
    pub(crate) hash: Hash,
    pub(crate) position: i64,
    pub(crate) root: Hash,
}

impl Stands {
    pub(crate) fn of(block: &Block, root: Hash) -> Self {
        Self { hash: block.hash, position: block.end().saturating_sub(1), root }
    }
}

/// Signed heads that come from one place, in the order of their blocks.
pub(crate) struct Series<'a> {
    witnesses: &'a Witnesses,
    /// Where they come from, if that is not the journal itself.
    file: Option<&'a str>,
    /// The last block that agreed.
    agreed: i64,
    /// How many have not agreed with the journal.
    rewritten: u64,
}

impl<'a> Series<'a> {
    /// Those that stand in the journal's own table, or in a bundle.
    pub(crate) fn stored(witnesses: &'a Witnesses) -> Self {
        Self { witnesses, file: None, agreed: 0, rewritten: 0 }
    }

    /// Those of a file. Lines of it that cannot be read are told first.
    pub(crate) fn kept(witnesses: &'a Witnesses, kept: &'a Kept, audit: &mut Audit) -> Self {
        for (line, why) in &kept.unreadable {
            audit.plain_fault(format!("line {line} of {} {why}", kept.name));
        }
        Self { file: Some(&kept.name), ..Self::stored(witnesses) }
    }

    /// Judges a head by the block it names, if there is one.
    pub(crate) fn judge(&mut self, audit: &mut Audit, head: &SignedHead, stands: Option<Stands>) {
        let SignedHead { block, position, hash, signed, public_key, .. } = head;
        let key = public_key.id();
        let place = self.file.map(|file| format!(" in {file}")).unwrap_or_default();
        if !head.is_signed() {
            audit.block_fault(*block, format!("its signed head{place} does not have the signature of key {key}"));
            return;
        }
        let trusted = self.witnesses.trusts(head);
        audit.count_head(self.file.is_some(), trusted);
        // A key that gave way and signs all the same is in somebody else's hands.
        if !trusted && (self.witnesses.nobody_else || self.witnesses.has_given_way(public_key)) {
            let distrust = self.witnesses.distrust(head);
            audit.block_fault(*block, format!("its head{place} is signed by key {distrust}"));
        }
        let what = match stands {
            Some(now) if (now.hash, now.position) == (*hash, *position) => {
                self.agreed = *block;
                if head.root.is_some_and(|root| root != now.root) {
                    audit.block_fault(
                        *block,
                        format!(
                            "its head{place} (key {key}) signs another root of the tree over the blocks than they have"
                        ),
                    );
                }
                return;
            }
            Some(now) => format!(
                "the journal was rewritten: block {block} had hash {} and ended with event {position} when its head{place} was \
                 signed ({signed}, key {key}); now it has hash {} and ends with event {}",
                hex::encode(hash),
                hex::encode(now.hash),
                now.position
            ),
            None => format!(
                "the journal was rewritten: block {block} had hash {} and ended with event {position} when its head{place} was \
                 signed ({signed}, key {key}); now there is no such block",
                hex::encode(hash)
            ),
        };
        self.rewritten += 1;
        if self.rewritten == 1 {
            let before = match self.agreed {
                0 => "no signed head before it agrees".to_owned(),
                agreed => format!("up to block {agreed} the journal is as it was signed"),
            };
            audit.block_fault(*block, format!("{what}; {before}"));
        }
    }

    /// After the last one.
    pub(crate) fn end(self, audit: &mut Audit) {
        let more = self.rewritten.saturating_sub(1);
        if more > 0 {
            let place = self.file.map(|file| format!(" in {file}")).unwrap_or_default();
            audit.plain_fault(format!("{more} later signed heads{place} do not agree with the journal either"));
        }
    }
}

/// What is wrong with the handovers themselves: two that a key has signed cannot both be the office's.
pub(crate) fn judge_handovers(audit: &mut Audit, witnesses: &Witnesses) {
    for (one, other) in witnesses.torn() {
        audit.plain_fault(format!(
            "key {} gave way twice, to {} on {} and to {} on {}: it is in somebody else's hands",
            one.old.id(),
            one.new.id(),
            one.passed,
            other.new.id(),
            other.passed
        ));
    }
}

/// The heads in the database and those that were kept outside, and the stored tree over blocks, against the database's blocks: one pass over
/// the blocks' hashes, in order.
pub(crate) async fn check(
    tx: &Transaction<'_>,
    audit: &mut Audit,
    witnesses: &Witnesses,
) -> Result<(), tokio_postgres::Error> {
    judge_handovers(audit, witnesses);
    let mut kept: Vec<(Series<'_>, &[SignedHead])> = Vec::new();
    for one in &witnesses.kept {
        kept.push((Series::kept(witnesses, one, audit), one.heads.as_slice()));
    }
    let mut series = Series::stored(witnesses);
    let mut heads = Rows::open(tx, &stored_heads("blocks.block"), PAGE).await?;
    let mut next = next_head(&mut heads, audit).await?;
    let mut climb = Climb::open(tx).await?;
    while let Some(step) = climb.next(audit).await? {
        while let Some(head) = next.take_if(|head| head.block <= step.block) {
            series.judge(audit, &head, (head.block == step.block).then(|| climb.stands(&step)));
            next = next_head(&mut heads, audit).await?;
        }
        for (series, heads) in &mut kept {
            while let Some((head, rest)) = heads.split_first().filter(|(head, _)| head.block <= step.block) {
                *heads = rest;
                series.judge(audit, head, (head.block == step.block).then(|| climb.stands(&step)));
            }
        }
    }
    climb.end(audit).await?;
    while let Some(head) = next {
        series.judge(audit, &head, None);
        next = next_head(&mut heads, audit).await?;
    }
    series.end(audit);
    for (mut series, heads) in kept {
        for head in heads {
            series.judge(audit, head, None);
        }
        series.end(audit);
    }
    Ok(())
}

/// How many rows are fetched at once.
const PAGE: i32 = 1000;

/// The next head that can be read; of every other row, a fault.
async fn next_head(heads: &mut Rows<'_>, audit: &mut Audit) -> Result<Option<SignedHead>, tokio_postgres::Error> {
    while let Some(row) = heads.next().await? {
        match signed_head(&row) {
            Ok(head) => return Ok(Some(head)),
            Err(_) => audit.plain_fault("a signed head cannot be read"),
        }
    }
    Ok(None)
}

/// The signed heads in the order of their blocks, with some columns of the block.
pub(crate) fn stored_heads(and: &str) -> String {
    format!(
        "SELECT head.block, head.position, head.hash, head.signed_at, head.public_key, head.signature, head.root, {and}
         FROM signed_heads AS head LEFT JOIN blocks USING (block) ORDER BY head.block, head.public_key"
    )
}

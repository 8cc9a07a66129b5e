//! Signed heads against the blocks as they stand now.

use std::collections::HashMap;

use tokio_postgres::Transaction;

use crate::audit::Audit;
use crate::copied::{Columns, Copied};
use crate::hash::{Block, Hash};
use crate::heads::{Kept, PublicKey, SignedHead, Witnesses};
use crate::rows;

/// How many blocks are looked up at once for heads that were kept outside.
const AT_ONCE: usize = 1000;

/// A block as it stands now, for comparison: its hash and the position it ends with.
#[derive(Clone, Copy)]
pub(crate) struct Stands {
    pub(crate) hash: Hash,
    pub(crate) position: i64,
}

impl Stands {
    pub(crate) fn of(block: &Block) -> Self {
        Self { hash: block.hash, position: block.end().saturating_sub(1) }
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
        let trusted = self.witnesses.trusts(public_key);
        audit.count_head(self.file.is_some(), trusted);
        if !trusted && self.witnesses.nobody_else {
            audit.block_fault(*block, format!("its head{place} is signed by key {key}, which is not trusted here"));
        }
        let what = match stands {
            Some(now) if (now.hash, now.position) == (*hash, *position) => {
                self.agreed = *block;
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

/// The heads in the database and those that were kept outside, against the database's blocks.
pub(crate) async fn check(
    tx: &Transaction<'_>,
    audit: &mut Audit,
    witnesses: &Witnesses,
) -> Result<(), tokio_postgres::Error> {
    stored(tx, audit, witnesses).await?;
    for kept in &witnesses.kept {
        let mut series = Series::kept(witnesses, kept, audit);
        for some in kept.heads.chunks(AT_ONCE) {
            let blocks: Vec<i64> = some.iter().map(|head| head.block).collect();
            let sql = "SELECT block, hash, first_position + events - 1 FROM blocks WHERE block = ANY ($1)";
            let mut found = HashMap::new();
            for row in tx.query(sql, &[&blocks]).await? {
                let block: i64 = row.try_get(0)?;
                found.insert(block, Stands { hash: rows::hash(&row, 1)?, position: row.try_get(2)? });
            }
            for head in some {
                series.judge(audit, head, found.get(&head.block).copied());
            }
        }
        series.end(audit);
    }
    Ok(())
}

async fn stored(tx: &Transaction<'_>, audit: &mut Audit, witnesses: &Witnesses) -> Result<(), tokio_postgres::Error> {
    let mut heads = Copied::open(tx, &stored_heads("blocks.hash, blocks.first_position + blocks.events - 1")).await?;
    let mut series = Series::stored(witnesses);
    while let Some(row) = heads.next().await? {
        match with_block(row.as_ref()) {
            Some((head, stands)) => series.judge(audit, &head, stands),
            None => audit.plain_fault("a signed head cannot be read"),
        }
    }
    series.end(audit);
    Ok(())
}

/// The signed heads in the order of their blocks, with some columns of the block.
pub(crate) fn stored_heads(and: &str) -> String {
    format!(
        "SELECT head.block, head.position, head.hash, head.signed_at, head.public_key, head.signature, {and}
         FROM signed_heads AS head LEFT JOIN blocks USING (block) ORDER BY head.block, head.public_key"
    )
}

fn with_block(row: &[u8]) -> Option<(SignedHead, Option<Stands>)> {
    let mut columns = Columns::of(row, 8)?;
    let head = head(&mut columns)?;
    let stands = match (columns.nullable()?, columns.nullable()?) {
        (Some(hash), Some(position)) => {
            Some(Stands { hash: hash.try_into().ok()?, position: i64::from_be_bytes(position.try_into().ok()?) })
        }
        (None, _) | (_, None) => None,
    };
    columns.end().map(|()| (head, stands))
}

/// The first six columns of [`stored_heads`].
pub(crate) fn head(columns: &mut Columns<'_>) -> Option<SignedHead> {
    Some(SignedHead {
        block: columns.bigint()?,
        position: columns.bigint()?,
        hash: *columns.exactly()?,
        signed: jiff::Timestamp::from_microsecond(columns.microseconds()?).ok()?,
        public_key: PublicKey(*columns.exactly()?),
        signature: *columns.exactly()?,
    })
}

//! Checks the whole journal of a database: one pass over one snapshot, while the program goes on.
//!
//! The journal is dealt out in stretches of whole blocks. Each is read by itself ([`stretch`]), on as many connections as there
//! are cores to spare, all of which see the same snapshot; what must be continuous from one stretch to the next (the chain,
//! positions, versions) is joined here in order. A stretch that is not clean, or does not continue what came before it, is
//! gone through again block by block ([`walk`]) by the rules that name what is wrong ([`crate::audit`]).
//!
//! Memory: 30 to 60 bytes for each stream of the journal, and for each connection a few stretches, which hold their blocks (150
//! bytes each) and their streams, and the longest blob.

use deadpool_postgres::Pool;
use tokio_postgres::Transaction;

use crate::audit::{Audit, Verdict};
use crate::error::StoreError;
use crate::indexes::{self, Blobs};
use crate::share::{self, Crew};
use crate::stretch::{self, Clean, Edge, Stretched};
use crate::told::{self, Share, Sum, Told};
use crate::versions::Keys;
use crate::walk::{self, Walk};
use crate::witness;
use crate::witnesses::Witnesses;

/// How a check goes about its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// How many connections read at once, beside the one that joins what they find. With none, that one reads too.
    pub readers: usize,
    /// How many events, or blocks, one stretch has, or a few more.
    pub stretch: u32,
}

impl Effort {
    /// What one connection can do.
    pub const ALONE: Self = Self { readers: 0, stretch: 1 << 14 };

    /// A reader for each core of this machine.
    #[must_use]
    pub fn of_this_machine() -> Self {
        Self { readers: std::thread::available_parallelism().map_or(1, usize::from), ..Self::ALONE }
    }
}

/// How far a check has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Events that were checked.
    pub events: u64,
    /// Events there are, as far as could be told before.
    pub of: u64,
}

/// Checks everything: each event's content against its leaf, the leaves against their block's root, the blocks' hashes and
/// chain, positions and versions without gaps, blobs, the head, the streams' heads, command results, numbers, signed heads.
/// One connection of the pool does it, beside whatever else the program does.
///
/// # Errors
/// [`StoreError`] when the database cannot answer. What is wrong with the journal is in the verdict.
pub async fn verify(pool: &Pool) -> Result<Verdict, StoreError> {
    let mut client = pool.get().await?;
    let tx = share::begin(&mut client).await.map_err(StoreError::doing(BEGIN))?;
    check(&tx, None, Effort::ALONE, &Witnesses::NONE, &|_| ()).await
}

/// The same by connections of its own, as fast as the effort allows, with what is known from outside.
///
/// # Errors
/// As [`verify`].
pub async fn verify_by(
    config: &tokio_postgres::Config,
    effort: Effort,
    witnesses: &Witnesses,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Verdict, StoreError> {
    let mut client = share::connect(config).await?;
    let tx = share::begin(&mut client).await.map_err(StoreError::doing(BEGIN))?;
    check(&tx, Some(config), effort, witnesses, progress).await
}

const BEGIN: &str = "begin the check of the journal";

/// One piece of a check that can be done by itself.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Piece {
    Stretch(Stretched),
    Blobs(Share),
    Commands(Share),
}

/// What a piece showed.
pub(crate) enum Shown {
    Stretch(Stretched, Option<Box<Clean>>),
    Blobs(Blobs),
    Commands(Option<Sum>),
}

/// What all readers of one check must agree on.
#[derive(Clone)]
pub(crate) struct Secrets {
    keys: Keys,
    told: Told,
}

impl Piece {
    pub(crate) async fn read(self, tx: &Transaction<'_>, secrets: &Secrets) -> Result<Shown, StoreError> {
        let doing = || StoreError::doing("read the journal for its check");
        Ok(match self {
            Self::Stretch(stretched) => {
                let clean = stretch::read(tx, stretched, &secrets.keys, &secrets.told).await.map_err(doing())?;
                Shown::Stretch(stretched, clean.map(Box::new))
            }
            Self::Blobs(share) => Shown::Blobs(indexes::blobs(tx, share).await.map_err(doing())?),
            Self::Commands(share) => Shown::Commands(told::stored(tx, share, &secrets.told).await.map_err(doing())?),
        })
    }
}

async fn check(
    tx: &Transaction<'_>,
    readers: Option<&tokio_postgres::Config>,
    effort: Effort,
    witnesses: &Witnesses,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Verdict, StoreError> {
    let doing = || StoreError::doing("read the journal for its check");
    let (pieces, of) = pieces(tx, effort).await.map_err(doing())?;
    let mut joined = Joined::new(tx);
    let secrets = Secrets { keys: joined.audit.keys(), told: Told::default() };
    let report = |joined: &Joined<'_>| progress(Progress { events: joined.audit.events(), of });
    match readers.filter(|_| effort.readers > 0) {
        None => {
            for piece in pieces {
                joined.join(piece.read(tx, &secrets).await?).await?;
                report(&joined);
            }
        }
        Some(config) => {
            let mut crew = Crew::hire(tx, config, effort.readers, pieces, secrets).await?;
            while let Some(shown) = crew.next().await {
                joined.join(shown?).await?;
                report(&joined);
            }
            crew.dismiss().await;
        }
    }
    let Joined { mut audit, told, stored, .. } = joined;
    indexes::heads(tx, &mut audit).await.map_err(doing())?;
    indexes::results(tx, &mut audit, told, stored).await?;
    witness::check(tx, &mut audit, witnesses).await.map_err(doing())?;
    Ok(audit.verdict())
}

/// Deals the journal out, and says how many events it has.
async fn pieces(tx: &Transaction<'_>, effort: Effort) -> Result<(Vec<Piece>, u64), tokio_postgres::Error> {
    let end = "SELECT coalesce((SELECT max(position) FROM events), 0), coalesce((SELECT max(block) FROM blocks), 0)";
    let row = tx.query_one(end, &[]).await?;
    let (position, block): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
    let step = i64::from(effort.stretch.max(1));
    // An edge is where a block begins: the block of every so-manieth event, and every so-manieth block. Each is found by its
    // key.
    let edges = "SELECT block, first_position
                 FROM blocks
                 JOIN (SELECT events.block FROM generate_series($1::bigint, $2, $1) AS nth JOIN events ON events.position = nth
                       UNION SELECT generate_series($1::bigint, $3, $1)) AS edge USING (block)
                 ORDER BY block";
    let mut from = Edge::START;
    let mut pieces = Vec::new();
    for row in tx.query(edges, &[&step, &position, &block]).await? {
        let until = Edge { block: row.try_get(0)?, position: row.try_get(1)? };
        // Where a block says that it begins before one in front of it, no edge can be.
        if until.block > from.block && until.position >= from.position {
            pieces.push(Piece::Stretch(Stretched { from, until }));
            from = until;
        }
    }
    pieces.push(Piece::Stretch(Stretched { from, until: Edge::END }));
    let shares = u8::try_from((pieces.len()).clamp(1, 64)).unwrap_or(64);
    pieces.extend(Share::of_all(shares).map(Piece::Blobs));
    pieces.extend(Share::of_all(shares).map(Piece::Commands));
    Ok((pieces, position.unsigned_abs()))
}

/// What was found, joined in order.
struct Joined<'a> {
    tx: &'a Transaction<'a>,
    audit: Audit,
    /// The walk through stretches that are not clean, while it lasts.
    walk: Option<Walk<'a>>,
    told: Option<Sum>,
    stored: Option<Sum>,
}

impl<'a> Joined<'a> {
    fn new(tx: &'a Transaction<'a>) -> Self {
        Self { tx, audit: Audit::new(), walk: None, told: Some(Sum::default()), stored: Some(Sum::default()) }
    }

    async fn join(&mut self, shown: Shown) -> Result<(), StoreError> {
        let doing = || StoreError::doing("read the journal for its check");
        match shown {
            Shown::Stretch(stretched, clean) => self.stretch(stretched, clean).await.map_err(doing())?,
            Shown::Blobs(blobs) => self.audit.blobs(blobs.read, blobs.wrong),
            Shown::Commands(sum) => add(&mut self.stored, sum),
        }
        Ok(())
    }

    /// The walk, where what lies before an edge is not all taken, or something behind it is.
    async fn still_walking(&mut self, edge: Edge) -> Result<Option<Walk<'a>>, tokio_postgres::Error> {
        let Some(mut walk) = self.walk.take() else { return Ok(None) };
        Ok(if walk.stands_at(edge).await? { None } else { Some(walk) })
    }

    async fn stretch(&mut self, stretched: Stretched, clean: Option<Box<Clean>>) -> Result<(), tokio_postgres::Error> {
        let mut walk = match self.still_walking(stretched.from).await? {
            Some(walk) => walk,
            None => {
                if let Some(clean) = clean.filter(|clean| self.audit.take(clean)) {
                    add(&mut self.told, Some(clean.commands));
                    return Ok(());
                }
                Walk::open(self.tx, stretched.from).await?
            }
        };
        self.told = None;
        while walk.has_block_before(stretched.until).await? {
            if let Some(step) = walk.next().await? {
                walk::judge(&mut self.audit, step);
            }
        }
        if stretched.until == Edge::END {
            walk::judge_rest(&mut self.audit, &mut walk).await?;
        }
        self.walk = Some(walk);
        Ok(())
    }
}

fn add(to: &mut Option<Sum>, sum: Option<Sum>) {
    *to = to.zip(sum).map(|(mut to, sum)| {
        to.join(sum);
        to
    });
}

//! Fills the new table: one reader deals events to workers by their stream, each worker folds in memory and writes rows and
//! its place together.

use std::sync::Arc;
use std::time::{Duration, Instant};

use deadpool_postgres::{Pool, Transaction};
use eventstore::{Journal, Line, lines};
use futures_util::StreamExt as _;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::culprit;
use super::{RebuildError, Work};
use crate::folding::{Fold, Sheet, Tidings, Told, read};

/// Into how many parts streams are dealt, whatever the number of workers: a part's place stays good for any of them.
pub(super) const PARTS: u8 = 32;
/// How many events, and how many bytes of them, are dealt at once.
const DEAL_EVENTS: usize = 2_000;
const DEAL_BYTES: usize = 4 << 20;
/// How many deals may wait for a worker.
const WAITING: usize = 4;
/// How many events a worker lets pass for each row that it might keep, before it writes.
const EVENTS_A_ROW: usize = 20;
/// How long a worker keeps what it has folded, while deals come in: about what a kill costs.
const KEEP: Duration = Duration::from_secs(20);
/// How many inquiries' rows the workers together remember once they are written, at least.
const REMEMBERED: usize = 100_000;

/// What a worker is given: its events up to a position of the log.
struct Deal {
    lines: Vec<Line>,
    upto: i64,
}

impl Work<'_> {
    /// The position before which every part is done.
    pub(super) async fn place(&self) -> Result<i64, RebuildError> {
        Ok(self.places().await?.into_iter().min().unwrap_or(0))
    }

    async fn places(&self) -> Result<Vec<i64>, RebuildError> {
        let doing = || RebuildError::doing("read the places of a rebuild");
        let client = self.pool.get().await?;
        let sql = "SELECT position FROM rebuild_places WHERE follower = $1 AND epoch = $2 ORDER BY part";
        let rows = client.query(sql, &[&self.table.name(), &self.claim.epoch]).await.map_err(doing())?;
        if rows.len() != usize::from(PARTS) {
            return Err(RebuildError::Overtaken);
        }
        rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>().map_err(doing())
    }

    /// Folds everything up to `upto` that is not in the table yet; `heard` is told how far the reading is.
    pub(super) async fn fill<F: Fold>(&self, upto: i64, heard: &(dyn Fn(i64) + Sync)) -> Result<(), RebuildError> {
        let places = self.places().await?;
        let count = self.options.workers.clamp(1, usize::from(PARTS));
        let mut workers = JoinSet::new();
        let mut inboxes = Vec::new();
        for number in 0..count {
            let (inbox, deals) = mpsc::channel(WAITING);
            inboxes.push(inbox);
            let parts = (0..PARTS).filter(|part| usize::from(*part) % count == number).map(i16::from).collect();
            let written = places.iter().copied().min().unwrap_or(0);
            workers.spawn(self.worker::<F>(count, parts, written).run(deals));
        }
        let read = self.deal(&places, upto, inboxes, heard).await;
        // A worker that failed has closed its inbox, which stops the reading: its failure is the cause.
        while let Some(ended) = workers.join_next().await {
            ended??;
        }
        read
    }

    async fn deal(
        &self,
        places: &[i64],
        upto: i64,
        inboxes: Vec<mpsc::Sender<Deal>>,
        heard: &(dyn Fn(i64) + Sync),
    ) -> Result<(), RebuildError> {
        let client = self.pool.get().await?;
        let after = places.iter().copied().min().unwrap_or(0);
        let mut hands: Vec<Vec<Line>> = inboxes.iter().map(|_| Vec::new()).collect();
        let (mut events, mut bytes) = (0, 0);
        let mut lines = lines(&**client, after, upto, self.options.portion).await?;
        while let Some(line) = lines.next().await {
            let line = line?;
            let (position, part) = (line.position, part(line.stream()));
            if places.get(part).is_some_and(|place| position > *place) {
                events += 1;
                bytes += line.bytes();
                if let Some(hand) = hands.get_mut(part % inboxes.len()) {
                    hand.push(line);
                }
            }
            if events >= self.options.portion.clamp(1, DEAL_EVENTS) || bytes >= DEAL_BYTES {
                (events, bytes) = (0, 0);
                if !hand_out(&inboxes, &mut hands, position).await {
                    return Ok(());
                }
                heard(position);
            }
        }
        hand_out(&inboxes, &mut hands, upto).await;
        heard(upto);
        Ok(())
    }

    /// One of so many.
    fn worker<F: Fold>(&self, count: usize, parts: Vec<i16>, written: i64) -> Worker<F> {
        let path = format!("SET LOCAL synchronous_commit = off; {}", self.site.path());
        Worker {
            journal: self.journal.clone(),
            pool: self.pool.clone(),
            name: self.table.name(),
            epoch: self.claim.epoch,
            path: path.into(),
            parts,
            rows: (self.options.rows / F::WEIGHT / count).max(1),
            remembered: REMEMBERED / F::WEIGHT / count,
            sheet: Sheet::of_rebuild(),
            written,
        }
    }
}

/// False when a worker has gone, which it does only with an error.
async fn hand_out(inboxes: &[mpsc::Sender<Deal>], hands: &mut [Vec<Line>], upto: i64) -> bool {
    for (inbox, hand) in inboxes.iter().zip(hands) {
        if inbox.send(Deal { lines: std::mem::take(hand), upto }).await.is_err() {
            return false;
        }
    }
    true
}

/// The part of a stream: FNV-1a over its name. Kept places depend on it.
fn part(stream: &str) -> usize {
    let hash = stream
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    usize::try_from((hash ^ (hash >> 32)) % u64::from(PARTS)).unwrap_or(0)
}

/// Folds some of the parts.
struct Worker<F: Fold> {
    journal: Journal,
    pool: Pool,
    name: &'static str,
    epoch: i64,
    /// What makes the table's name mean the new one. A place that is lost with the server is lost with its rows, so nobody
    /// waits for the disk.
    path: Arc<str>,
    parts: Vec<i16>,
    rows: usize,
    remembered: usize,
    sheet: Sheet<F>,
    /// The position up to which everything of these parts is written.
    written: i64,
}

impl<F: Fold> Worker<F> {
    async fn run(mut self, mut deals: mpsc::Receiver<Deal>) -> Result<(), RebuildError> {
        let mut since = Instant::now();
        let mut upto = self.written;
        while let Some(mut deal) = deals.recv().await {
            self.journal.open_lines(&mut deal.lines).await?;
            self.take(&deal).await?;
            upto = deal.upto;
            // Where few rows change the place is worth keeping all the same.
            let far =
                usize::try_from(upto - self.written).unwrap_or(usize::MAX) >= self.rows.saturating_mul(EVENTS_A_ROW);
            if self.sheet.unwritten() >= self.rows || far || since.elapsed() >= KEEP {
                self.write(upto).await?;
                since = Instant::now();
            }
        }
        if upto > self.written { self.write(upto).await } else { Ok(()) }
    }

    async fn take(&mut self, deal: &Deal) -> Result<(), RebuildError> {
        let mut told: Vec<Told<F::About>> = Vec::with_capacity(deal.lines.len());
        for line in &deal.lines {
            match read::<F>(line.into())? {
                Tidings::Told(one) => told.push(one),
                Tidings::Passed => {}
                Tidings::Unknown => {
                    let event_type = line.event_type().chars().take(80).collect();
                    return Err(RebuildError::Unknown { position: line.position, event_type });
                }
            }
        }
        let missing = self.sheet.missing(&told);
        if !missing.is_empty() {
            let mut client = self.pool.get().await?;
            let tx = client.transaction().await.map_err(RebuildError::doing("read rows again"))?;
            tx.batch_execute(&self.path).await.map_err(RebuildError::doing("read rows again"))?;
            self.sheet.load(&tx, &missing).await?;
        }
        told.iter().for_each(|told| self.sheet.fold(told));
        Ok(())
    }

    /// Writes rows and places together.
    async fn write(&mut self, upto: i64) -> Result<(), RebuildError> {
        let doing = || RebuildError::doing("write rows again");
        let mut client = self.pool.get().await?;
        let tx = client.transaction().await.map_err(doing())?;
        tx.batch_execute(&self.path).await.map_err(doing())?;
        if let Err(error) = self.sheet.store(&tx).await {
            drop(tx);
            let changed = self.sheet.changed();
            return Err(culprit::name::<F>(&self.journal, &mut client, &self.path, &changed, upto, error).await);
        }
        self.move_on(&tx, upto).await?;
        tx.commit().await.map_err(doing())?;
        self.written = upto;
        self.sheet.forget(self.remembered);
        Ok(())
    }

    async fn move_on(&self, tx: &Transaction<'_>, upto: i64) -> Result<(), RebuildError> {
        let moved = tx
            .execute(
                "UPDATE rebuild_places SET position = greatest(position, $4)
                 WHERE follower = $1 AND epoch = $2 AND part = ANY($3)",
                &[&self.name, &self.epoch, &self.parts, &upto],
            )
            .await
            .map_err(RebuildError::doing("move a rebuild's place"))?;
        if moved == self.parts.len() as u64 { Ok(()) } else { Err(RebuildError::Overtaken) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_spread_over_all_parts_and_stay_there() {
        let mut counts = [0; PARTS as usize];
        for n in 0..32_000_u64 {
            counts[part(&format!("inquiry-{:032x}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15)))] += 1;
        }
        assert!(counts.iter().all(|count| (800..1_200).contains(count)), "{counts:?}");
        assert_eq!(part("inquiry-018f3c1e-7a55-7cc1-9d3b-4c2a70b0a001"), 28, "kept places depend on it");
    }
}

//! The loop: take the lease, read a page, digest it, go on; narrow down to one event when a page fails, and park what does
//! not pass.

use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::time::timeout;
use uuid::Uuid;

use super::lease::Lease;
use super::page::{Ended, Page, PageError};
use super::state::Told;
use super::{Concern, Follower, Pace};
use crate::event::Recorded;
use crate::journal::Journal;

/// How often one event is tried before it is parked.
const ATTEMPTS: i32 = 3;
/// How many events without concern are passed over at most before the cursor is written.
const STRIDE: i64 = 10_000;

pub(super) struct Work<'a, F> {
    pub(super) journal: &'a Journal,
    pub(super) follower: &'a F,
    pub(super) pace: &'a Pace,
    pub(super) owner: Uuid,
    /// The lease, while we have it.
    pub(super) held: Option<Lease>,
    told: Told,
    pause: Duration,
    /// The event that failed alone, and how often.
    failed: (i64, i32),
}

impl<'a, F: Follower> Work<'a, F> {
    pub(super) fn new(journal: &'a Journal, follower: &'a F, pace: &'a Pace) -> Self {
        let owner = Uuid::now_v7();
        Self {
            journal,
            follower,
            pace,
            owner,
            held: None,
            told: Told::new(journal.followed().clone(), follower.name(), owner),
            pause: pace.first_pause,
            failed: (0, 0),
        }
    }

    pub(super) async fn run(&mut self) {
        loop {
            match self.acquire().await {
                Ok(Some(lease)) => {
                    self.have(lease);
                    self.hold(lease).await;
                    self.held = None;
                }
                Ok(None) => tokio::time::sleep(self.pace.look()).await,
                Err(error) => {
                    tracing::warn!(%error, follower = self.follower.name(), "a follower cannot reach its row");
                    self.rest().await;
                }
            }
        }
    }

    /// Notes how far we are, for ourselves and for whoever waits for us in this process.
    fn have(&mut self, lease: Lease) {
        self.held = Some(lease);
        self.told.tell(lease.seen);
    }

    /// Follows under a lease until it is lost.
    async fn hold(&mut self, mut lease: Lease) {
        let mut positions = self.journal.positions();
        let mut limit = self.follower.page().max(1);
        let mut renewed = Instant::now();
        loop {
            positions.mark_unchanged();
            if renewed.elapsed() > self.pace.renewal() || lease.unkept() >= STRIDE {
                match self.keep(lease).await {
                    Ok(Some(kept)) => {
                        lease = kept;
                        self.have(lease);
                        renewed = Instant::now();
                    }
                    Ok(None) => return self.lost(),
                    Err(error) => {
                        tracing::warn!(%error, follower = self.follower.name(), "a follower's lease could not be renewed");
                        self.rest().await;
                    }
                }
            }
            let events = match self.journal.read_after(lease.seen, i64::from(limit)).await {
                Ok(events) => events,
                Err(error) => {
                    self.stand_still(lease, &error.into()).await;
                    continue;
                }
            };
            let Some(last) = events.last().map(|event| event.position) else {
                self.wait(&mut positions).await;
                continue;
            };
            let page = self.sift(events, last);
            if page.mine.is_empty() {
                lease = Lease { seen: last, unknown: lease.unknown + page.unknown, ..lease };
                self.have(lease);
                continue;
            }
            // An event that fails alone is parked: it is wanted again then.
            let alone = if limit == 1 { page.mine.first().cloned() } else { None };
            match self.digest_or_park(lease, page, alone).await {
                Ok(Ended::Committed(next)) => {
                    lease = next;
                    self.have(lease);
                    renewed = Instant::now();
                    limit = limit.saturating_mul(2).min(self.follower.page().max(1));
                    self.pause = self.pace.first_pause;
                }
                Ok(Ended::Fenced) => return self.lost(),
                Err(error) => {
                    // One by one until the page at fault is passed, so that the failure names one event.
                    if limit > 1 && error.lasting().is_some() {
                        tracing::debug!(%error, follower = self.follower.name(), "a follower looks for the event at fault");
                    } else {
                        self.stand_still(lease, &error).await;
                    }
                    limit = 1;
                }
            }
        }
    }

    fn lost(&self) {
        tracing::info!(follower = self.follower.name(), "another owner follows now, or the follower's place was moved");
    }

    /// Takes out what is not of concern.
    fn sift(&self, mut events: Vec<Recorded>, last: i64) -> Page {
        let mut unknown = 0;
        events.retain(|event| match self.follower.concern(event) {
            Concern::Mine => true,
            Concern::None => false,
            Concern::Unknown => {
                unknown += 1;
                false
            }
        });
        Page { mine: events, last, unknown }
    }

    /// Digests a page. One event alone that has failed for a lasting reason as often as is allowed is parked.
    async fn digest_or_park(&mut self, lease: Lease, page: Page, alone: Option<Recorded>) -> Result<Ended, PageError> {
        let failure = match (self.digest(lease, page).await, alone) {
            (Err(error), Some(event)) => match error.lasting() {
                Some(why) => (error, event, why),
                None => return Err(error),
            },
            (ended, _) => return ended,
        };
        let (error, event, why) = failure;
        let attempts = if self.failed.0 == event.position { self.failed.1 + 1 } else { 1 };
        self.failed = (event.position, attempts);
        if attempts < ATTEMPTS {
            return Err(error);
        }
        let ended = self.park(lease, &event, &why, attempts).await?;
        if matches!(ended, Ended::Committed(_)) {
            let (follower, key, position) = (self.follower.name(), self.follower.key(&event), event.position);
            tracing::error!(
                follower, key, position, error = %why,
                "An event could not be digested and is parked, and so is all of its key that follows; the other keys go on. \
                 When the cause is removed, `saual followers retry` with the follower's name applies them."
            );
        }
        Ok(ended)
    }

    async fn stand_still(&mut self, lease: Lease, error: &PageError) {
        tracing::error!(%error, follower = self.follower.name(), "a follower stands still");
        if let Err(error) = self.note_failure(lease, &error.to_string()).await {
            tracing::warn!(%error, "a follower's failure could not be noted");
        }
        self.rest().await;
    }

    /// Waits for a signal, and looks in any case: the signal may be lost.
    async fn wait(&self, positions: &mut watch::Receiver<i64>) {
        let wait = self.journal.settings().poll.min(self.pace.lease / 4);
        if let Ok(Err(_)) = timeout(wait, positions.changed()).await {
            tokio::time::sleep(wait).await;
        }
    }

    async fn rest(&mut self) {
        // A pause longer than a third of the lease would lose it; the lease is renewed after each.
        tokio::time::sleep(self.pause.min(self.pace.renewal())).await;
        self.pause = (self.pause * 2).min(self.pace.longest_pause);
    }
}

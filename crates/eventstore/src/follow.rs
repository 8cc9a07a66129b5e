//! Readers that keep their place: a follower's rows and its cursor are committed in one transaction, so each event has its
//! effect exactly once, whatever crashes and whenever.
//!
//! One owner at a time follows under a name. It holds a lease in a row and an epoch that rises with every new owner; a page
//! is committed only under the epoch it was read in, so an owner that was thought dead and wakes late changes nothing.
//!
//! An event that a follower cannot digest stops it there: the failure stands in its row and in the log, and it is tried
//! again at growing intervals. Nothing is ever skipped.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::time::timeout;
use tokio_postgres::Transaction;
use uuid::Uuid;

use crate::append::Invalid;
use crate::error::StoreError;
use crate::event::Recorded;
use crate::journal::Journal;
use crate::validate;

/// Why a follower could not digest a page.
pub type FollowerError = Box<dyn std::error::Error + Send + Sync>;

/// Whoever turns the log into rows: a projection or a reaction.
pub trait Follower: Send + Sync {
    /// The name under which its place is kept.
    fn name(&self) -> &str;

    /// How many events it takes in one transaction at most.
    fn page(&self) -> u32 {
        500
    }

    /// Writes what follows from these events, in this transaction and nowhere else. The cursor moves in the same one. An
    /// event of an unknown type is for the follower to pass over.
    fn apply(&self, tx: &Transaction<'_>, page: &[Recorded]) -> impl Future<Output = Result<(), FollowerError>> + Send;
}

/// How followers wait.
#[derive(Clone, Debug)]
pub struct Pace {
    /// How long an owner may be silent before another takes over.
    pub lease: Duration,
    /// The first pause after a failure; it doubles up to `longest_pause`.
    pub first_pause: Duration,
    /// The longest pause after a failure.
    pub longest_pause: Duration,
}

impl Pace {
    /// What suits a program with few nodes.
    pub const USUAL: Self = Self {
        lease: Duration::from_secs(15),
        first_pause: Duration::from_millis(200),
        longest_pause: Duration::from_secs(30),
    };
}

/// Why a follower's place could not be told, or was not reached.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// Not a name.
    #[error("not a name for a follower")]
    Name(#[from] Invalid),
    /// The follower did not come so far in time.
    #[error("follower {name} stands at {position}, before {wanted}{}", .failure.as_ref().map(|why| format!("; it stopped: {why}")).unwrap_or_default())]
    Behind {
        /// Who.
        name: String,
        /// Where it stands.
        position: i64,
        /// Where it was waited for.
        wanted: i64,
        /// Why it stopped, if it did.
        failure: Option<String>,
    },
    /// The database could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A follower's row, for people and for readiness checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowerState {
    /// The name.
    pub name: String,
    /// The last position it has digested.
    pub position: i64,
    /// How often the next page has failed since.
    pub failures: i32,
    /// Why, the last time.
    pub last_failure: Option<String>,
}

/// Follows until `stop` becomes true (or its sender is gone), at the usual pace.
///
/// # Errors
/// [`FollowError::Name`]; everything else is met by trying again.
pub async fn follow<F: Follower>(
    journal: &Journal,
    follower: &F,
    stop: watch::Receiver<bool>,
) -> Result<(), FollowError> {
    follow_at(journal, follower, stop, &Pace::USUAL).await
}

/// Follows at a given pace.
///
/// # Errors
/// As [`follow`].
pub async fn follow_at<F: Follower>(
    journal: &Journal,
    follower: &F,
    mut stop: watch::Receiver<bool>,
    pace: &Pace,
) -> Result<(), FollowError> {
    validate::follower(follower.name())?;
    let mut work = Work { journal, follower, pace, owner: Uuid::now_v7(), pause: pace.first_pause };
    tokio::select! {
        biased;
        () = stopped(&mut stop) => {}
        () = work.run() => {}
    }
    // A page that was interrupted is rolled back with its connection; the lease is given back so that the next owner need
    // not wait it out.
    if let Err(error) = work.give_back().await {
        tracing::debug!(%error, follower = follower.name(), "a follower's lease runs out by itself");
    }
    Ok(())
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    // An error means that the sender is gone: nobody is left to stop us later.
    if stop.wait_for(|stop| *stop).await.is_err() {
        tracing::debug!("whoever could stop a follower has gone, so it stops");
    }
}

/// The right to follow, as of the moment it was taken.
#[derive(Clone, Copy, Debug)]
struct Lease {
    epoch: i64,
    position: i64,
}

/// How a page ended.
enum Page {
    Committed(Lease),
    /// Another owner has the lease.
    Fenced,
}

#[derive(Debug, thiserror::Error)]
enum PageError {
    #[error("follower {name} cannot digest positions {first} to {last}: {source}")]
    Digest { name: String, first: i64, last: i64, source: FollowerError },
    #[error(transparent)]
    Store(#[from] StoreError),
}

struct Work<'a, F> {
    journal: &'a Journal,
    follower: &'a F,
    pace: &'a Pace,
    owner: Uuid,
    pause: Duration,
}

impl<F: Follower> Work<'_, F> {
    async fn run(&mut self) {
        loop {
            match self.acquire().await {
                Ok(Some(lease)) => self.hold(lease).await,
                Ok(None) => tokio::time::sleep(self.pace.lease / 3).await,
                Err(error) => {
                    tracing::warn!(%error, follower = self.follower.name(), "a follower cannot reach its row");
                    self.rest().await;
                }
            }
        }
    }

    /// Follows under a lease until it is lost.
    async fn hold(&mut self, mut lease: Lease) {
        let mut positions = self.journal.positions();
        let mut limit = self.follower.page().max(1);
        let mut renewed = Instant::now();
        loop {
            positions.mark_unchanged();
            let page = self.journal.read_after(lease.position, i64::from(limit)).await;
            let step = match page {
                Ok(page) if page.is_empty() => {
                    if renewed.elapsed() > self.pace.lease / 3 {
                        renewed = Instant::now();
                        match self.renew(lease).await {
                            Ok(true) => {}
                            Ok(false) => return,
                            Err(error) => tracing::warn!(%error, "a follower's lease could not be renewed"),
                        }
                    }
                    // A signal, or a look in any case: the signal may be lost.
                    let wait = self.journal.settings().poll.min(self.pace.lease / 4);
                    if let Ok(Err(_)) = timeout(wait, positions.changed()).await {
                        tokio::time::sleep(wait).await;
                    }
                    continue;
                }
                Ok(page) => self.digest(lease, &page).await,
                Err(error) => Err(error.into()),
            };
            match step {
                Ok(Page::Committed(next)) => {
                    lease = next;
                    renewed = Instant::now();
                    limit = limit.saturating_mul(2).min(self.follower.page().max(1));
                    self.pause = self.pace.first_pause;
                    self.journal.followed().send_modify(|count| *count = count.wrapping_add(1));
                }
                Ok(Page::Fenced) => {
                    tracing::info!(follower = self.follower.name(), "another owner follows now");
                    return;
                }
                Err(error) => {
                    // One by one until the page at fault is passed, so that the failure names one event.
                    let narrow = limit > 1;
                    limit = 1;
                    tracing::error!(%error, follower = self.follower.name(), "a follower stands still");
                    if !matches!(error, PageError::Digest { .. } if narrow) {
                        if let Err(error) = self.note_failure(lease, &error.to_string()).await {
                            tracing::warn!(%error, "a follower's failure could not be noted");
                        }
                        self.rest().await;
                    }
                    renewed = Instant::now();
                    match self.renew(lease).await {
                        Ok(true) | Err(_) => {}
                        Ok(false) => return,
                    }
                }
            }
        }
    }

    async fn rest(&mut self) {
        // A pause longer than a third of the lease would lose it; the lease is renewed after each.
        tokio::time::sleep(self.pause.min(self.pace.lease / 3)).await;
        self.pause = (self.pause * 2).min(self.pace.longest_pause);
    }

    async fn acquire(&self) -> Result<Option<Lease>, StoreError> {
        let doing = || StoreError::doing("take a follower's lease");
        let client = self.journal.pool().get().await?;
        let name = self.follower.name();
        client
            .execute("INSERT INTO followers (name) VALUES ($1) ON CONFLICT DO NOTHING", &[&name])
            .await
            .map_err(doing())?;
        let taken = client
            .query_opt(
                "UPDATE followers
                 SET owner = $2, epoch = epoch + 1, lease_until = clock_timestamp() + $3::float8 * interval '1 second'
                 WHERE name = $1 AND (lease_until <= clock_timestamp() OR owner = $2)
                 RETURNING epoch, position",
                &[&name, &self.owner, &self.pace.lease.as_secs_f64()],
            )
            .await
            .map_err(doing())?;
        let Some(row) = taken else { return Ok(None) };
        let lease = || -> Result<Lease, tokio_postgres::Error> {
            Ok(Lease { epoch: row.try_get(0)?, position: row.try_get(1)? })
        };
        lease().map(Some).map_err(doing())
    }

    /// The follower's rows and its cursor, together or not at all.
    async fn digest(&self, lease: Lease, page: &[Recorded]) -> Result<Page, PageError> {
        let (Some(first), Some(last)) = (page.first(), page.last()) else { return Ok(Page::Committed(lease)) };
        let doing = || StoreError::doing("commit a follower's page");
        let name = self.follower.name();
        let mut client = self.journal.pool().get().await.map_err(StoreError::from)?;
        let tx = client.transaction().await.map_err(doing())?;
        // The row is locked until the page is committed. Should this owner fall silent meanwhile, the server ends its
        // transaction, so that a lock never outlives the lease.
        let silence = self.pace.lease.as_millis().to_string();
        let fenced = "SELECT set_config('idle_in_transaction_session_timeout', $4, true)
                      FROM followers WHERE name = $1 AND epoch = $2 AND position = $3 FOR UPDATE";
        let held = tx.query_opt(fenced, &[&name, &lease.epoch, &lease.position, &silence]).await.map_err(doing())?;
        if held.is_none() {
            return Ok(Page::Fenced);
        }
        self.follower.apply(&tx, page).await.map_err(|source| PageError::Digest {
            name: name.to_owned(),
            first: first.position,
            last: last.position,
            source,
        })?;
        // Were the transaction broken by an error that the follower kept to itself, this statement would say so; COMMIT
        // would not.
        let moved = tx
            .execute(
                "UPDATE followers
                 SET position = $4, lease_until = clock_timestamp() + $5::float8 * interval '1 second',
                     failures = 0, last_failure = NULL, failed_at = NULL
                 WHERE name = $1 AND epoch = $2 AND position = $3",
                &[&name, &lease.epoch, &lease.position, &last.position, &self.pace.lease.as_secs_f64()],
            )
            .await
            .map_err(doing())?;
        if moved != 1 {
            return Ok(Page::Fenced);
        }
        tx.commit().await.map_err(doing())?;
        Ok(Page::Committed(Lease { position: last.position, ..lease }))
    }

    async fn renew(&self, lease: Lease) -> Result<bool, StoreError> {
        let client = self.journal.pool().get().await?;
        let renewed = client
            .execute(
                "UPDATE followers SET lease_until = clock_timestamp() + $3::float8 * interval '1 second'
                 WHERE name = $1 AND epoch = $2",
                &[&self.follower.name(), &lease.epoch, &self.pace.lease.as_secs_f64()],
            )
            .await
            .map_err(StoreError::doing("renew a follower's lease"))?;
        Ok(renewed == 1)
    }

    async fn note_failure(&self, lease: Lease, why: &str) -> Result<(), StoreError> {
        // Texts of PostgreSQL hold no U+0000, and a failure's text may quote anything.
        let why: String = why.chars().filter(|sign| *sign != '\0').take(2000).collect();
        let client = self.journal.pool().get().await?;
        client
            .execute(
                "UPDATE followers SET failures = failures + 1, last_failure = $3, failed_at = clock_timestamp()
                 WHERE name = $1 AND epoch = $2",
                &[&self.follower.name(), &lease.epoch, &why],
            )
            .await
            .map_err(StoreError::doing("note a follower's failure"))?;
        Ok(())
    }

    async fn give_back(&self) -> Result<(), StoreError> {
        let client = self.journal.pool().get().await?;
        client
            .execute(
                "UPDATE followers SET lease_until = 'epoch', owner = NULL WHERE name = $1 AND owner = $2",
                &[&self.follower.name(), &self.owner],
            )
            .await
            .map_err(StoreError::doing("give back a follower's lease"))?;
        Ok(())
    }
}

impl Journal {
    /// The last position a follower has digested; 0 for one that has never run.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn follower_position(&self, name: &str) -> Result<i64, StoreError> {
        Ok(self.follower_state(name).await?.map_or(0, |state| state.position))
    }

    async fn follower_state(&self, name: &str) -> Result<Option<FollowerState>, StoreError> {
        Ok(self.follower_rows("WHERE name = $1", &[&name]).await?.pop())
    }

    /// All followers that have ever run, by name.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn followers(&self) -> Result<Vec<FollowerState>, StoreError> {
        self.follower_rows("ORDER BY name", &[]).await
    }

    async fn follower_rows(
        &self,
        which: &str,
        params: &[&(dyn tokio_postgres::types::ToSql + Sync)],
    ) -> Result<Vec<FollowerState>, StoreError> {
        let doing = || StoreError::doing("read followers");
        let client = self.pool().get().await?;
        let sql = format!("SELECT name, position, failures, last_failure FROM followers {which}");
        let statement = client.prepare_cached(&sql).await.map_err(doing())?;
        let rows = client.query(&statement, params).await.map_err(doing())?;
        let state = |row: &tokio_postgres::Row| -> Result<FollowerState, tokio_postgres::Error> {
            Ok(FollowerState {
                name: row.try_get(0)?,
                position: row.try_get(1)?,
                failures: row.try_get(2)?,
                last_failure: row.try_get(3)?,
            })
        };
        rows.iter().map(state).collect::<Result<_, _>>().map_err(doing())
    }

    /// Waits until a follower has digested everything up to `position`, for `patience` at most: whoever must see its own
    /// write in a projection calls this first.
    ///
    /// # Errors
    /// [`FollowError::Behind`] when the time is over, with what stopped the follower, if anything did.
    pub async fn wait_for(&self, name: &str, position: i64, patience: Duration) -> Result<(), FollowError> {
        let until = Instant::now() + patience;
        let mut followed = self.followed().subscribe();
        loop {
            followed.mark_unchanged();
            let state = self.follower_state(name).await?;
            let reached = state.as_ref().map_or(0, |state| state.position);
            if reached >= position {
                return Ok(());
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let failure = state.and_then(|state| state.last_failure);
                return Err(FollowError::Behind {
                    name: name.to_owned(),
                    position: reached,
                    wanted: position,
                    failure,
                });
            }
            // Followers of this process say when they have moved; those of others are looked at.
            let look = left.min(Duration::from_millis(100));
            if let Ok(Err(_)) = timeout(look, followed.changed()).await {
                tokio::time::sleep(look).await;
            }
        }
    }
}

impl<F: Follower> Follower for Arc<F> {
    fn name(&self) -> &str {
        (**self).name()
    }

    fn page(&self) -> u32 {
        (**self).page()
    }

    fn apply(&self, tx: &Transaction<'_>, page: &[Recorded]) -> impl Future<Output = Result<(), FollowerError>> + Send {
        (**self).apply(tx, page)
    }
}

//! How far followers have come: for people, for readiness checks, and for whoever waits for one.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::time::timeout;
use uuid::Uuid;

use super::FollowError;
use crate::error::StoreError;
use crate::journal::Journal;

/// A follower's row, for people and for readiness checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowerState {
    /// The name.
    pub name: String,
    /// The last position it has digested, parked or passed over.
    pub position: i64,
    /// How many events the journal has after that.
    pub lag: i64,
    /// Who has the lease, or had it last and fell silent; none when it was given back.
    pub owner: Option<Uuid>,
    /// How often the owner has changed.
    pub epoch: i64,
    /// Until when the owner may be silent; none when the lease was given back.
    pub lease_until: Option<Timestamp>,
    /// Somebody follows: the lease has not run out, by the database's clock.
    pub followed: bool,
    /// How often the next page has failed since.
    pub failures: i32,
    /// Why, the last time.
    pub last_failure: Option<String>,
    /// When, the last time.
    pub failed_at: Option<Timestamp>,
    /// How many events are set aside.
    pub parked: i64,
    /// How many events of unknown kinds were passed over.
    pub unknown: i64,
}

impl FollowerState {
    /// Failures in a row at one place after which a follower counts as standing still.
    pub const STANDS_STILL: i32 = 3;

    /// It fails at one place again and again, or there is something to follow and nobody does.
    #[must_use]
    pub fn stands_still(&self) -> bool {
        self.failures >= Self::STANDS_STILL || (self.lag > 0 && !self.followed)
    }
}

/// How far the followers of this process are, by name: whose word it is, and the position. Events without concern move it
/// before they move the row.
pub(crate) type Seen = HashMap<String, (Uuid, i64)>;

/// What a follower tells the rest of its process; taken back when it ends.
pub(super) struct Told {
    seen: watch::Sender<Seen>,
    name: String,
    owner: Uuid,
}

impl Told {
    pub(super) fn new(seen: watch::Sender<Seen>, name: &str, owner: Uuid) -> Self {
        Self { seen, name: name.to_owned(), owner }
    }

    pub(super) fn tell(&self, position: i64) {
        self.seen.send_modify(|seen| {
            seen.insert(self.name.clone(), (self.owner, position));
        });
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        self.seen.send_modify(|seen| {
            if seen.get(&self.name).is_some_and(|(owner, _)| *owner == self.owner) {
                seen.remove(&self.name);
            }
        });
    }
}

impl Journal {
    /// The last position a follower has digested; 0 for one that has never run.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn follower_position(&self, name: &str) -> Result<i64, StoreError> {
        Ok(self.place(name).await?.0)
    }

    /// The position, and the last failure.
    async fn place(&self, name: &str) -> Result<(i64, Option<String>), StoreError> {
        let doing = || StoreError::doing("read a follower's place");
        let client = self.pool().get().await?;
        let sql = "SELECT position, last_failure FROM followers WHERE name = $1";
        let statement = client.prepare_cached(sql).await.map_err(doing())?;
        let row = client.query_opt(&statement, &[&name]).await.map_err(doing())?;
        let Some(row) = row else { return Ok((0, None)) };
        let place = || -> Result<_, tokio_postgres::Error> { Ok((row.try_get::<_, i64>(0)?, row.try_get(1)?)) };
        let (position, failure) = place().map_err(doing())?;
        Ok((position.max(self.seen(name)), failure))
    }

    /// How far a follower of this process says that it is; 0 for one that runs elsewhere. Nobody is asked for it.
    #[must_use]
    pub fn seen(&self, name: &str) -> i64 {
        self.followed().borrow().get(name).map_or(0, |(_, position)| *position)
    }

    /// All followers that have ever run, by name.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn followers(&self) -> Result<Vec<FollowerState>, StoreError> {
        let doing = || StoreError::doing("read followers");
        let client = self.pool().get().await?;
        let sql = "SELECT f.name, f.position, h.position, f.owner, f.epoch, nullif(f.lease_until, 'epoch'),
                          f.lease_until > clock_timestamp(), f.failures, f.last_failure, f.failed_at,
                          (SELECT count(*) FROM parked_events p WHERE p.follower = f.name), f.unknown_events
                   FROM followers f, journal_head h ORDER BY f.name";
        let statement = client.prepare_cached(sql).await.map_err(doing())?;
        let rows = client.query(&statement, &[]).await.map_err(doing())?;
        let state = |row: &tokio_postgres::Row| -> Result<FollowerState, tokio_postgres::Error> {
            let name: String = row.try_get(0)?;
            let position = row.try_get::<_, i64>(1)?.max(self.seen(&name));
            Ok(FollowerState {
                name,
                position,
                lag: (row.try_get::<_, i64>(2)? - position).max(0),
                owner: row.try_get(3)?,
                epoch: row.try_get(4)?,
                lease_until: row.try_get(5)?,
                followed: row.try_get(6)?,
                failures: row.try_get(7)?,
                last_failure: row.try_get(8)?,
                failed_at: row.try_get(9)?,
                parked: row.try_get(10)?,
                unknown: row.try_get(11)?,
            })
        };
        rows.iter().map(state).collect::<Result<_, _>>().map_err(doing())
    }

    /// Waits until a follower has digested everything up to `position`, for `patience` at most: whoever must see its own
    /// write in a projection calls this first. What is parked holds nobody up.
    ///
    /// # Errors
    /// [`FollowError::Behind`] when the time is over, with what stopped the follower, if anything did.
    pub async fn wait_for(&self, name: &str, position: i64, patience: Duration) -> Result<(), FollowError> {
        let until = Instant::now() + patience;
        let mut followed = self.followed().subscribe();
        loop {
            followed.mark_unchanged();
            if self.seen(name) >= position {
                return Ok(());
            }
            let (reached, failure) = self.place(name).await?;
            if reached >= position {
                return Ok(());
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let name = name.to_owned();
                return Err(FollowError::Behind { name, position: reached, wanted: position, failure });
            }
            // Followers of this process say when they have moved; those of others are looked at.
            let look = left.min(Duration::from_millis(100));
            if let Ok(Err(_)) = timeout(look, followed.changed()).await {
                tokio::time::sleep(look).await;
            }
        }
    }
}

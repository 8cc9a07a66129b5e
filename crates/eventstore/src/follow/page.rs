//! The one transaction of a page: the follower's rows, what waits behind a parked event, and the cursor, together or not at
//! all, under the lock on the follower's row.

use std::collections::HashSet;

use deadpool_postgres::Transaction;
use futures_util::future::try_join;

use super::lease::{Lease, cut};
use super::work::Work;
use super::{Follower, FollowerError};
use crate::error::StoreError;
use crate::event::Recorded;
use crate::passing::is_passing;

/// Events that were read together, without those that are not of concern.
pub(super) struct Page {
    /// What is to be applied.
    pub(super) mine: Vec<Recorded>,
    /// The last position that was read.
    pub(super) last: i64,
    /// How many were of a kind that is not known.
    pub(super) unknown: i64,
}

/// How a page ended.
pub(super) enum Ended {
    Committed(Lease),
    /// Another owner has the lease, or the place was moved.
    Fenced,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum PageError {
    #[error("follower {name} cannot digest positions {first} to {last}: {}", chain(.source.as_ref()))]
    Digest { name: String, first: i64, last: i64, source: FollowerError },
    #[error("{}", chain(.0))]
    Store(#[from] StoreError),
}

/// An error with its causes, in one line: what PostgreSQL has to say stands in the last of them.
pub(super) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !said.contains(&more) {
            said = format!("{said}: {more}");
        }
        cause = error.source();
    }
    said
}

impl PageError {
    /// The failure that lies with the events, if it does not pass.
    pub(super) fn lasting(&self) -> Option<String> {
        match self {
            Self::Digest { source, .. } if !is_passing(source.as_ref()) => Some(chain(source.as_ref())),
            Self::Digest { .. } | Self::Store(_) => None,
        }
    }
}

impl<F: Follower> Work<'_, F> {
    /// The follower's rows and its cursor, together or not at all.
    pub(super) async fn digest(&self, lease: Lease, page: Page) -> Result<Ended, PageError> {
        let Page { mine, last, unknown } = page;
        let doing = || StoreError::doing("commit a follower's page");
        let (first, name) = (mine.first().map_or(last, |event| event.position), self.follower.name());
        let digesting = |source| PageError::Digest { name: name.to_owned(), first, last, source };
        let mut client = self.journal.pool().get().await.map_err(StoreError::from)?;
        let tx = client.transaction().await.map_err(doing())?;
        let keys: HashSet<&str> = mine.iter().map(|event| self.follower.key(event)).collect();
        let Some(parked) = self.fence(&tx, lease, &keys.into_iter().collect::<Vec<_>>()).await? else {
            return Ok(Ended::Fenced);
        };
        if parked.is_empty() {
            self.follower.apply(&tx, &mine).await.map_err(digesting)?;
        } else {
            let is_parked = |event: &Recorded| parked.contains(self.follower.key(event));
            let (waiting, ready): (Vec<_>, Vec<_>) = mine.into_iter().partition(is_parked);
            self.line_up(&tx, &waiting).await?;
            if !ready.is_empty() {
                self.follower.apply(&tx, &ready).await.map_err(digesting)?;
            }
        }
        let next = Lease { seen: last, unknown: lease.unknown + unknown, ..lease };
        match self.move_cursor(&tx, next).await? {
            Some(lease) => {
                // What is checked at the end of a transaction lies with its events as well.
                tx.commit().await.map_err(|error| digesting(Box::new(error)))?;
                Ok(Ended::Committed(lease))
            }
            None => Ok(Ended::Fenced),
        }
    }

    /// Sets an event aside with its failure, and goes past it.
    pub(super) async fn park(
        &self,
        lease: Lease,
        event: &Recorded,
        why: &str,
        attempts: i32,
    ) -> Result<Ended, StoreError> {
        let doing = || StoreError::doing("park an event");
        let mut client = self.journal.pool().get().await?;
        let tx = client.transaction().await.map_err(doing())?;
        let key = self.follower.key(event);
        if self.fence(&tx, lease, &[]).await?.is_none() {
            return Ok(Ended::Fenced);
        }
        tx.execute(
            "INSERT INTO parked_events (follower, key, position, failure, attempts, parked_at)
             VALUES ($1, $2, $3, $4, $5, clock_timestamp())",
            &[&self.follower.name(), &key, &event.position, &cut(why), &attempts],
        )
        .await
        .map_err(doing())?;
        match self.move_cursor(&tx, Lease { seen: event.position, ..lease }).await? {
            Some(lease) => {
                tx.commit().await.map_err(doing())?;
                Ok(Ended::Committed(lease))
            }
            None => Ok(Ended::Fenced),
        }
    }

    /// Locks the follower's row and says which of the keys are parked; none when the lease is another's.
    async fn fence(
        &self,
        tx: &Transaction<'_>,
        lease: Lease,
        keys: &[&str],
    ) -> Result<Option<HashSet<String>>, StoreError> {
        let doing = || StoreError::doing("lock a follower's row");
        let name = self.follower.name();
        // The row is locked until the page is committed. Should this owner fall silent meanwhile, the server ends its
        // transaction, so that a lock never outlives the lease.
        let silence = self.pace.lease.as_millis().to_string();
        let lock = tx.prepare_cached(
            "SELECT set_config('idle_in_transaction_session_timeout', $4, true)
             FROM followers WHERE name = $1 AND epoch = $2 AND position = $3 FOR UPDATE",
        );
        // A statement of its own: it sees what was parked, or taken back, while the lock was waited for.
        let look = tx.prepare_cached("SELECT DISTINCT key FROM parked_events WHERE follower = $1 AND key = ANY($2)");
        let (lock, look) = try_join(lock, look).await.map_err(doing())?;
        let (held, parked) = try_join(
            tx.query_opt(&lock, &[&name, &lease.epoch, &lease.position, &silence]),
            tx.query(&look, &[&name, &keys]),
        )
        .await
        .map_err(doing())?;
        if held.is_none() {
            return Ok(None);
        }
        parked.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>().map(Some).map_err(doing())
    }

    /// Sets events aside that wait for an earlier one of their key.
    async fn line_up(&self, tx: &Transaction<'_>, waiting: &[Recorded]) -> Result<(), StoreError> {
        let keys: Vec<&str> = waiting.iter().map(|event| self.follower.key(event)).collect();
        let positions: Vec<i64> = waiting.iter().map(|event| event.position).collect();
        tx.execute(
            "INSERT INTO parked_events (follower, key, position, attempts, parked_at)
             SELECT $1, key, position, 0, clock_timestamp() FROM unnest($2::text[], $3::bigint[]) AS new (key, position)",
            &[&self.follower.name(), &keys, &positions],
        )
        .await
        .map_err(StoreError::doing("park events behind an earlier one"))?;
        Ok(())
    }

    /// Were the transaction broken by an error that the follower kept to itself, this statement would say so; COMMIT would
    /// not.
    async fn move_cursor(&self, tx: &Transaction<'_>, lease: Lease) -> Result<Option<Lease>, StoreError> {
        let doing = || StoreError::doing("move a follower's cursor");
        let sql = "UPDATE followers
                   SET position = $4, unknown_events = unknown_events + $6,
                       lease_until = clock_timestamp() + $5::float8 * interval '1 second',
                       failures = 0, last_failure = NULL, failed_at = NULL
                   WHERE name = $1 AND epoch = $2 AND position = $3";
        let statement = tx.prepare_cached(sql).await.map_err(doing())?;
        let moved = tx
            .execute(
                &statement,
                &[
                    &self.follower.name(),
                    &lease.epoch,
                    &lease.position,
                    &lease.seen,
                    &self.pace.lease.as_secs_f64(),
                    &lease.unknown,
                ],
            )
            .await
            .map_err(doing())?;
        Ok((moved == 1).then(|| Lease::at(lease.epoch, lease.seen)))
    }
}

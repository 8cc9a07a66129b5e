//! Whose turn it is to follow: a lease in the follower's row, and the epoch that fences off whoever had it before.

use uuid::Uuid;

use super::Follower;
use super::work::Work;
use crate::error::StoreError;

/// The right to follow, and how far its holder has come.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lease {
    /// Everything is committed under it.
    pub(super) epoch: i64,
    /// The place as it stands in the row.
    pub(super) position: i64,
    /// Up to here nothing is left to do; after `position` there was nothing of concern.
    pub(super) seen: i64,
    /// Events of unknown kinds between the two.
    pub(super) unknown: i64,
}

impl Lease {
    pub(super) fn at(epoch: i64, position: i64) -> Self {
        Self { epoch, position, seen: position, unknown: 0 }
    }

    /// How much would be read again if we were killed now.
    pub(super) fn unkept(&self) -> i64 {
        self.seen - self.position
    }
}

impl<F: Follower> Work<'_, F> {
    /// Takes the lease when nobody has it, or renews our own after a loss.
    pub(super) async fn acquire(&self) -> Result<Option<Lease>, StoreError> {
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
        let lease = || -> Result<Lease, tokio_postgres::Error> { Ok(Lease::at(row.try_get(0)?, row.try_get(1)?)) };
        lease().map(Some).map_err(doing())
    }

    /// Renews the lease and keeps the place; none when it is another's, or the place was moved.
    pub(super) async fn keep(&self, lease: Lease) -> Result<Option<Lease>, StoreError> {
        let client = self.journal.pool().get().await?;
        let kept = client
            .execute(
                "UPDATE followers
                 SET lease_until = clock_timestamp() + $4::float8 * interval '1 second',
                     position = $5, unknown_events = unknown_events + $6
                 WHERE name = $1 AND epoch = $2 AND position = $3",
                &[
                    &self.follower.name(),
                    &lease.epoch,
                    &lease.position,
                    &self.pace.lease.as_secs_f64(),
                    &lease.seen,
                    &lease.unknown,
                ],
            )
            .await
            .map_err(StoreError::doing("renew a follower's lease"))?;
        Ok((kept == 1).then(|| Lease::at(lease.epoch, lease.seen)))
    }

    pub(super) async fn note_failure(&self, lease: Lease, why: &str) -> Result<(), StoreError> {
        let client = self.journal.pool().get().await?;
        client
            .execute(
                "UPDATE followers SET failures = failures + 1, last_failure = $3, failed_at = clock_timestamp()
                 WHERE name = $1 AND epoch = $2",
                &[&self.follower.name(), &lease.epoch, &cut(why)],
            )
            .await
            .map_err(StoreError::doing("note a follower's failure"))?;
        Ok(())
    }

    /// Leaves the lease to the next one, and the place as far as we have seen.
    pub(super) async fn give_back(&self) -> Result<(), StoreError> {
        let client = self.journal.pool().get().await?;
        if let Some(lease) = self.held {
            // Should the place have been moved, it stays where it was moved to.
            client
                .execute(
                    "UPDATE followers SET position = $4, unknown_events = unknown_events + $5
                     WHERE name = $1 AND epoch = $2 AND position = $3 AND position < $4",
                    &[&self.follower.name(), &lease.epoch, &lease.position, &lease.seen, &lease.unknown],
                )
                .await
                .map_err(StoreError::doing("keep a follower's place"))?;
        }
        let nobody: Option<Uuid> = None;
        client
            .execute(
                "UPDATE followers SET lease_until = 'epoch', owner = $3 WHERE name = $1 AND owner = $2",
                &[&self.follower.name(), &self.owner, &nobody],
            )
            .await
            .map_err(StoreError::doing("give back a follower's lease"))?;
        Ok(())
    }
}

/// Texts of PostgreSQL hold no U+0000, and a failure's text may quote anything.
pub(super) fn cut(why: &str) -> String {
    why.chars().filter(|sign| *sign != '\0').take(2000).collect()
}

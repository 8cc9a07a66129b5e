//! One rebuild of a table at a time: a lease in a row, renewed while the program lives, and an epoch that fences off an owner
//! that wakes too late.

use std::time::Duration;

use deadpool_postgres::Pool;
use jiff::Timestamp;
use tokio::task::JoinHandle;

use super::RebuildError;
use crate::followers::Table;

/// The right to rebuild a table.
pub(super) struct Claim {
    pool: Pool,
    name: &'static str,
    /// Everything that is committed is committed under it.
    pub(super) epoch: i64,
    beat: JoinHandle<()>,
}

impl Claim {
    /// Takes it; from one that fell silent, when its lease has run out.
    pub(super) async fn take(pool: &Pool, table: Table, lease: Duration) -> Result<Self, RebuildError> {
        let name = table.name();
        let mut seen: Vec<Timestamp> = Vec::new();
        loop {
            if let Some(epoch) = attempt(pool, name, lease).await? {
                let beat = tokio::spawn(beat(pool.clone(), name, epoch, lease));
                return Ok(Self { pool: pool.clone(), name, epoch, beat });
            }
            // Whoever renews its lease again and again lives; whoever does not is waited out. One renewal may be the last word
            // of a program that was killed: the server carries out what had reached it.
            seen.extend(lease_until(pool, name).await?);
            seen.dedup();
            if seen.len() > 2 {
                return Err(RebuildError::Running { table: name });
            }
            tokio::time::sleep(lease / 4).await;
        }
    }

    /// Lets the next one begin at once.
    pub(super) async fn give_back(&self) {
        self.beat.abort();
        let give = async {
            let client = self.pool.get().await?;
            let sql = "UPDATE rebuilds SET lease_until = 'epoch' WHERE follower = $1 AND epoch = $2";
            client.execute(sql, &[&self.name, &self.epoch]).await.map_err(RebuildError::doing("end a rebuild"))?;
            Ok::<_, RebuildError>(())
        };
        if let Err(error) = give.await {
            tracing::debug!(%error, follower = self.name, "a rebuild's lease runs out by itself");
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.beat.abort();
    }
}

async fn attempt(pool: &Pool, name: &str, lease: Duration) -> Result<Option<i64>, RebuildError> {
    let doing = || RebuildError::doing("claim a rebuild");
    let mut client = pool.get().await?;
    let tx = client.transaction().await.map_err(doing())?;
    tx.execute(
        "INSERT INTO rebuilds (follower, made_of, epoch, lease_until, begun_at)
         VALUES ($1, '', 0, 'epoch', clock_timestamp()) ON CONFLICT DO NOTHING",
        &[&name],
    )
    .await
    .map_err(doing())?;
    let taken = tx
        .query_opt(
            "UPDATE rebuilds
             SET epoch = epoch + 1, lease_until = clock_timestamp() + $2::float8 * interval '1 second'
             WHERE follower = $1 AND lease_until <= clock_timestamp()
             RETURNING epoch",
            &[&name, &lease.as_secs_f64()],
        )
        .await
        .map_err(doing())?;
    let Some(row) = taken else { return Ok(None) };
    let epoch: i64 = row.try_get(0).map_err(doing())?;
    // A worker of the one before, should it live on, finds its places taken.
    let fence = "UPDATE rebuild_places SET epoch = $2 WHERE follower = $1";
    tx.execute(fence, &[&name, &epoch]).await.map_err(doing())?;
    tx.commit().await.map_err(doing())?;
    Ok(Some(epoch))
}

async fn lease_until(pool: &Pool, name: &str) -> Result<Option<Timestamp>, RebuildError> {
    let doing = || RebuildError::doing("look at a rebuild");
    let client = pool.get().await?;
    let row = client.query_opt("SELECT lease_until FROM rebuilds WHERE follower = $1", &[&name]).await;
    row.map_err(doing())?.map(|row| row.try_get(0)).transpose().map_err(doing())
}

/// Says every now and then that we live. A failure is met by the next one, or by whoever finds the lease run out.
async fn beat(pool: Pool, name: &'static str, epoch: i64, lease: Duration) {
    loop {
        tokio::time::sleep(lease / 5).await;
        let renew = async {
            let client = pool.get().await?;
            let sql = "UPDATE rebuilds SET lease_until = clock_timestamp() + $3::float8 * interval '1 second'
                       WHERE follower = $1 AND epoch = $2";
            let renewed = client.execute(sql, &[&name, &epoch, &lease.as_secs_f64()]).await;
            renewed.map_err(RebuildError::doing("renew a rebuild's lease"))
        };
        match renew.await {
            Ok(1) => {}
            Ok(_) => return,
            Err(error) => tracing::debug!(%error, follower = name, "a rebuild's lease was not renewed"),
        }
    }
}

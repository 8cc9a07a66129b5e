//! Relays that are left in peace, for whoever looks after them: the workers themselves remember it, and start anew without it.

use deadpool_postgres::Pool;
use jiff::Timestamp;

use crate::error::{DispatchError, database};

/// A relay that a worker leaves in peace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedRelay {
    /// The relay.
    pub relay: String,
    /// Since when.
    pub since: Timestamp,
    /// When one mail tries it again.
    pub until: Timestamp,
    /// The stage and the words of the failure that was one too many.
    pub why: String,
}

pub(crate) async fn relay_closed(
    pool: &Pool,
    relay: &str,
    worker: &str,
    now: Timestamp,
    until: Timestamp,
    why: &str,
) -> Result<(), DispatchError> {
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    client
        .execute(
            "insert into mail_relay (relay, worker, since, until, why) values ($1, $2, $3, $4, $5)
             on conflict (relay, worker) do update set until = excluded.until, why = excluded.why",
            &[&relay, &worker, &now, &until, &why],
        )
        .await
        .map_err(database("note that a relay is left in peace"))?;
    Ok(())
}

pub(crate) async fn relay_opened(pool: &Pool, relay: &str, worker: &str) -> Result<(), DispatchError> {
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    client
        .execute("delete from mail_relay where relay = $1 and worker = $2", &[&relay, &worker])
        .await
        .map_err(database("note that a relay works again"))?;
    Ok(())
}

/// What an earlier worker of this name knew of relays, a new one finds out for itself.
pub(crate) async fn forget_relays(pool: &Pool, worker: &str) -> Result<(), DispatchError> {
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    client
        .execute("delete from mail_relay where worker = $1", &[&worker])
        .await
        .map_err(database("forget what is known of relays"))?;
    Ok(())
}

/// The relays that are left in peace, whichever worker does so.
///
/// # Errors
/// [`DispatchError`] when the database does not answer.
pub async fn closed_relays(pool: &Pool) -> Result<Vec<ClosedRelay>, DispatchError> {
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    let rows = client
        .query("select distinct on (relay) relay, since, until, why from mail_relay order by relay, until desc", &[])
        .await
        .map_err(database("list relays that are left in peace"))?;
    let read = |row: &tokio_postgres::Row| ClosedRelay {
        relay: row.get(0),
        since: row.get(1),
        until: row.get(2),
        why: row.get(3),
    };
    Ok(rows.iter().map(read).collect())
}

//! Relays that are left in peace, for whoever looks after them (`readmodel::deliveries::closed_relays`): the workers themselves remember it,
//! and start anew without it.

use deadpool_postgres::Pool;
use jiff::{SignedDuration, Timestamp};

use crate::error::{DispatchError, database};
use crate::wire::Stage;

/// So long after a relay could have been tried again, that it was left in peace says nothing any more: its worker may be gone for good.
const STALE_AFTER: SignedDuration = SignedDuration::from_mins(15);

/// The failure that was one too many.
pub(crate) struct Closing<'a> {
    pub(crate) until: Timestamp,
    pub(crate) stage: Stage,
    /// Without the address of the mail.
    pub(crate) why: &'a str,
}

pub(crate) async fn relay_closed(
    pool: &Pool,
    relay: &str,
    worker: &str,
    closing: &Closing<'_>,
) -> Result<(), DispatchError> {
    let Closing { until, stage, why } = closing;
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    client
        .execute(
            "insert into mail_relay (relay, worker, until, stale_at, stage, why) values ($1, $2, $3, $4, $5, $6)
             on conflict (relay, worker) do update
                set until = excluded.until, stale_at = excluded.stale_at, stage = excluded.stage, why = excluded.why",
            &[&relay, &worker, until, &(*until + STALE_AFTER), &stage.code(), why],
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

/// What an earlier worker of this name knew of relays, a new one finds out for itself; what is stale nobody needs.
pub(crate) async fn forget_relays(pool: &Pool, worker: &str, now: Timestamp) -> Result<(), DispatchError> {
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    client
        .execute("delete from mail_relay where worker = $1 or stale_at <= $2", &[&worker, &now])
        .await
        .map_err(database("forget what is known of relays"))?;
    Ok(())
}

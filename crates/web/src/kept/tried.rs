//! What was said of a form that was sent and not taken: it stays with the text as it was sent, and goes when something else is typed.

use deadpool_postgres::Pool;
use serde_json::Value;
use uuid::Uuid;

use super::table::{failed, read};
use super::{Kept, Mark, Place};
use crate::problem::Problem;

/// Puts it beside the text that was sent. False: that text is not there any more.
///
/// # Errors
/// The database cannot.
pub(crate) async fn tell(pool: &Pool, account: Uuid, mark: Mark, said: &Value) -> Result<bool, Problem> {
    let client = pool.get().await?;
    let told = client
        .execute(
            "update kept_form set tried = $4
              where account = $1 and slot = $2 and revision = $3 and gone_at is null",
            &[&account, &mark.slot, &mark.revision, said],
        )
        .await
        .map_err(failed)?;
    Ok(told == 1)
}

/// A text that was sent, with what was said of it; none once something else was typed.
///
/// # Errors
/// The database cannot.
pub(crate) async fn told(
    pool: &Pool,
    account: Uuid,
    place: &Place,
    slot: Uuid,
) -> Result<Option<(Kept, Value)>, Problem> {
    let client = pool.get().await?;
    let row = client
        .query_opt(
            "select slot, revision, place, fields, unsent, passed, saved_at, tried from kept_form
              where account = $1 and slot = $2 and place = $3 and gone_at is null and tried is not null",
            &[&account, &slot, &place.to_string()],
        )
        .await
        .map_err(failed)?;
    row.map(|row| Ok((read(&row)?, row.get(7)))).transpose()
}

//! Sessions that are over: for a day it is still known whose they were, so that a text that was typed in one is kept for its person.
//! Nothing can be read or done by them.

use jiff::{Timestamp, ToSpan as _};
use tokio_postgres::Client;
use uuid::Uuid;

use super::AccountError;
use super::secret::Secret;

/// The account whose session this was, when it went idle or reached its end during the last day. One that its person ended, or whose
/// account is closed, is nobody's any more.
///
/// # Errors
/// [`AccountError::Database`].
pub async fn account(client: &Client, presented: &str, now: Timestamp) -> Result<Option<Uuid>, AccountError> {
    if presented.len() > 100 {
        return Ok(None);
    }
    let hash = Secret::presented(presented).hash();
    let found = client
        .query_opt(
            "select account.id
               from session join account on account.id = session.account
              where id_hash = $1 and revoked_at is null and disabled_at is null and least(idle_until, dies_at) > $2",
            &[&hash.as_slice(), &(now - 24.hours())],
        )
        .await?;
    Ok(found.map(|row| row.get(0)))
}

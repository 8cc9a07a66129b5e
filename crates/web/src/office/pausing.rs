//! Holding the mail of the house back: nothing is gathered and nothing that was gathered goes until the pause is ended. Every pause stays
//! written down, with who began and who ended it.

use deadpool_postgres::Client;
use jiff::Timestamp;

use crate::problem::Problem;

/// A pause, begun and perhaps ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// When it began.
    pub paused_at: Timestamp,
    /// The account that began it.
    pub paused_by: String,
    /// Why.
    pub reason: String,
    /// When and by whom it was ended; none while it lasts.
    pub resumed: Option<(Timestamp, String)>,
}

/// The pauses, the last one first.
///
/// # Errors
/// The database does not answer.
pub async fn pauses(client: &Client, most: i64) -> Result<Vec<Pause>, Problem> {
    let rows = client
        .query(
            "select paused_at, paused_by, reason, resumed_at, resumed_by from office_mail_pause order by id desc limit $1",
            &[&most],
        )
        .await
        .map_err(|error| Problem::failure("list the pauses of the mail", error))?;
    let read = |row: &tokio_postgres::Row| {
        let (at, by): (Option<Timestamp>, Option<String>) = (row.get(3), row.get(4));
        Pause { paused_at: row.get(0), paused_by: row.get(1), reason: row.get(2), resumed: at.zip(by) }
    };
    Ok(rows.iter().map(read).collect())
}

/// Holds the mail of the house back. Where it is held back already nothing changes, and the first pause goes on.
///
/// # Errors
/// The database does not answer.
pub async fn pause(client: &Client, by: &str, reason: &str, now: Timestamp) -> Result<(), Problem> {
    let sql = "insert into office_mail_pause (paused_at, paused_by, reason) values ($1, $2, $3) on conflict do nothing";
    client
        .execute(sql, &[&now, &by, &reason])
        .await
        .map_err(|error| Problem::failure("hold the mail of the house back", error))?;
    tracing::warn!("the mail of the house is held back");
    Ok(())
}

/// Ends the pause, if there is one.
///
/// # Errors
/// The database does not answer.
pub async fn resume(client: &Client, by: &str, now: Timestamp) -> Result<(), Problem> {
    let sql = "update office_mail_pause set resumed_at = $1, resumed_by = $2 where resumed_at is null";
    client
        .execute(sql, &[&now, &by])
        .await
        .map_err(|error| Problem::failure("let the mail of the house go on", error))?;
    tracing::warn!("the mail of the house goes on");
    Ok(())
}

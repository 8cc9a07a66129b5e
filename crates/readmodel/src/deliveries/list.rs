//! The deliveries of one inquiry, joined with what the mail worker knows beyond the events.

use deadpool_postgres::Pool;
use inquiry::InquiryId;
use jiff::Timestamp;
use tokio_postgres::Row;

use super::Delivery;
use super::follow::{COLUMNS, read};
use crate::ReadError;

/// A delivery and its mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// What the events tell.
    pub delivery: Delivery,
    /// What the mail worker knows; none: no mail was ordered, or the worker has not taken the order yet.
    pub mail: Option<Mail>,
}

/// Where one mail stands with the worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// `queued`, `transmitting`, `written`, `accepted`, `deferred`, `refused`, `unknown`, `dead` or `cancelled`.
    pub state: String,
    /// Attempts begun, also the one under way.
    pub attempts: u32,
    /// When the next attempt is due, while one is to come.
    pub next_attempt_at: Option<Timestamp>,
    /// The relay of the last attempt; `file` where mails are only written.
    pub relay: Option<String>,
    /// What it answered last.
    pub answer: Option<String>,
}

/// The deliveries of one inquiry as the events tell them, in the order of its list; none before the reply is signed.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn of_inquiry(pool: &Pool, inquiry: InquiryId) -> Result<Vec<Delivery>, ReadError> {
    Ok(with_mail(pool, inquiry).await?.into_iter().map(|listed| listed.delivery).collect())
}

/// The same, each with its mail.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn with_mail(pool: &Pool, inquiry: InquiryId) -> Result<Vec<Listed>, ReadError> {
    // The next attempt is said only while there is one: the worker leaves the old time standing otherwise.
    let sql = format!(
        "select {COLUMNS},
                mail.state, mail.attempts,
                case when mail.state in ('queued', 'deferred') then mail.next_attempt_at end,
                mail.relay, mail.answer
           from delivery left join mail on mail.message_id = delivery.message_id
          where delivery.inquiry = $1
          order by delivery.recipient"
    );
    let client = pool.get().await?;
    let rows = client.query(&sql, &[&inquiry.0]).await.map_err(ReadError::doing("list deliveries"))?;
    rows.iter().map(|row| Ok(Listed { delivery: read(row)?, mail: mail(row)? })).collect()
}

fn mail(row: &Row) -> Result<Option<Mail>, ReadError> {
    let doing = || ReadError::doing("read where a mail stands");
    let Some(state) = row.try_get::<_, Option<String>>(17).map_err(doing())? else {
        return Ok(None);
    };
    let attempts: i32 = row.try_get(18).map_err(doing())?;
    Ok(Some(Mail {
        state,
        attempts: attempts.cast_unsigned(),
        next_attempt_at: row.try_get(19).map_err(doing())?,
        relay: row.try_get(20).map_err(doing())?,
        answer: row.try_get(21).map_err(doing())?,
    }))
}

//! Every attempt to send the mails of one inquiry, as the mail worker has written them down.

use deadpool_postgres::Pool;
use inquiry::{InquiryId, RecipientNo};
use jiff::Timestamp;
use tokio_postgres::Row;

use crate::ReadError;

/// One step of one attempt: that it was begun, or what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Whose mail it was.
    pub recipient: RecipientNo,
    /// The order that it carried out.
    pub order: u32,
    /// The mail's identity.
    pub message_id: String,
    /// Which attempt, from 1.
    pub attempt: u32,
    /// `transmitting` before MAIL FROM; then `written`, `accepted`, `deferred`, `refused`, `not_sent`, `unknown` or `config`.
    pub step: String,
    /// When, by the office's clock.
    pub at: Timestamp,
    /// The relay; `file` where mails are only written.
    pub relay: String,
    /// How far it came, where it failed.
    pub stage: Option<String>,
    /// The server's code.
    pub code: Option<i32>,
    /// The server's words, without the address.
    pub answer: Option<String>,
    /// SHA-256 of the mail's bytes, where it was begun.
    pub sha256: Option<Vec<u8>>,
    /// How many bytes those are.
    pub bytes: Option<i32>,
}

/// Every step, in the order of orders, list and time.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn attempts(pool: &Pool, inquiry: InquiryId) -> Result<Vec<Attempt>, ReadError> {
    let sql =
        "select mail.recipient, mail.order_no, mail.message_id, a.attempt, a.step, a.at, a.relay, a.stage, a.code,
                      a.answer, a.sha256, a.bytes
                 from mail join mail_attempt a on a.mail = mail.id
                where mail.inquiry = $1
                order by mail.order_no, mail.recipient, a.attempt, a.step <> 'transmitting', a.at";
    let client = pool.get().await?;
    let rows = client.query(sql, &[&inquiry.0]).await.map_err(ReadError::doing("list attempts to send mail"))?;
    rows.iter().map(|row| try_read(row).ok_or(ReadError::Row { table: "mail_attempt" })).collect()
}

fn try_read(row: &Row) -> Option<Attempt> {
    Some(Attempt {
        recipient: RecipientNo(u16::try_from(row.try_get::<_, i32>(0).ok()?).ok()?),
        order: row.try_get::<_, i32>(1).ok()?.cast_unsigned(),
        message_id: row.try_get(2).ok()?,
        attempt: row.try_get::<_, i32>(3).ok()?.cast_unsigned(),
        step: row.try_get(4).ok()?,
        at: row.try_get(5).ok()?,
        relay: row.try_get(6).ok()?,
        stage: row.try_get(7).ok()?,
        code: row.try_get(8).ok()?,
        answer: row.try_get(9).ok()?,
        sha256: row.try_get(10).ok()?,
        bytes: row.try_get(11).ok()?,
    })
}

//! An address that was erased goes from the rows as well.

use std::path::{Path, PathBuf};

use deadpool_postgres::Pool;
use deadpool_postgres::Transaction;
use inquiry::{InquiryId, RecipientNo};
use jiff::Timestamp;

use super::call_back;
use crate::error::{DispatchError, database};
use crate::file;

/// Takes the address out of every settled mail of these recipients. One that still waits is called back first. One that is on its
/// way keeps its address until it has settled: an erasure is not begun while there is one ([`under_way`]).
pub(crate) async fn forget(
    tx: &Transaction<'_>,
    inquiry: InquiryId,
    recipients: &[RecipientNo],
    at: Timestamp,
) -> Result<(), DispatchError> {
    for recipient in recipients {
        call_back(tx, inquiry, Some(*recipient), at).await?;
    }
    tx.execute(
        "update mail set address = null, changed_at = $3
          where inquiry = $1 and recipient = any($2) and address is not null
            and state not in ('queued', 'deferred', 'transmitting')",
        &[&inquiry.0, &numbers(recipients), &at],
    )
    .await
    .map_err(database("take an erased address out of the mails"))?;
    // What came about them bears the address too: reports in what they hand back, answers in `From:`.
    tx.execute(
        "update inbound_mail set raw = null, sender = null, subject = null, body = null
          where mail in (select id from mail where inquiry = $1 and recipient = any($2))",
        &[&inquiry.0, &numbers(recipients)],
    )
    .await
    .map_err(database("take an erased address out of what came about the mails"))?;
    Ok(())
}

/// How many mails to these recipients have not settled.
///
/// # Errors
/// [`DispatchError`] when the database does not answer.
pub async fn under_way(pool: &Pool, inquiry: InquiryId, recipients: &[RecipientNo]) -> Result<i64, DispatchError> {
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    let row = client
        .query_one(
            "select count(*) from mail
              where inquiry = $1 and recipient = any($2) and state in ('queued', 'deferred', 'transmitting')",
            &[&inquiry.0, &numbers(recipients)],
        )
        .await
        .map_err(database("count mails under way"))?;
    Ok(row.get(0))
}

/// A mail that was written to a file, which has the address in its head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    name: String,
}

impl Written {
    /// Where it stands in the outbox.
    #[must_use]
    pub fn path(&self, outbox: &Path) -> PathBuf {
        outbox.join(&self.name)
    }
}

/// The files of all mails to these recipients that were written to the outbox.
///
/// # Errors
/// [`DispatchError`] when the database does not answer.
pub async fn written(
    pool: &Pool,
    inquiry: InquiryId,
    recipients: &[RecipientNo],
) -> Result<Vec<Written>, DispatchError> {
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    let rows = client
        .query(
            "select o.inquiry_number, m.order_no, m.recipient, m.message_id
               from mail m join mail_order o using (inquiry, order_no)
              where m.inquiry = $1 and m.recipient = any($2) and m.relay = 'file'",
            &[&inquiry.0, &numbers(recipients)],
        )
        .await
        .map_err(database("look for written mails"))?;
    let file = |row: &tokio_postgres::Row| {
        let (order, recipient): (i32, i32) = (row.get(1), row.get(2));
        let number = |_| DispatchError::Row(format!("order {order}, recipient {recipient}"));
        let (order, recipient) = (u32::try_from(order).map_err(number)?, u16::try_from(recipient).map_err(number)?);
        Ok(Written { name: file::name(row.get(0), order, recipient, row.get(3)) })
    };
    rows.iter().map(file).collect()
}

fn numbers(recipients: &[RecipientNo]) -> Vec<i32> {
    recipients.iter().map(|recipient| i32::from(recipient.0)).collect()
}

/// How many answers of mail servers still say this address: those of before answers were kept without it.
///
/// # Errors
/// [`DispatchError`] when the database does not answer.
pub async fn answers_with(pool: &Pool, address: &str) -> Result<i64, DispatchError> {
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    let row = client
        .query_one(
            "select (select count(*) from mail_attempt where strpos(lower(answer), lower($1)) > 0)
                  + (select count(*) from mail_report where strpos(lower(answer), lower($1)) > 0)
                  + (select count(*) from mail where strpos(lower(answer), lower($1)) > 0)
                  + (select count(*) from mail_notice where strpos(lower(words), lower($1)) > 0)
                  + (select count(*) from inbound_mail where strpos(lower(encode(raw, 'escape')), lower($1)) > 0)",
            &[&address],
        )
        .await
        .map_err(database("look for an address in the servers' answers"))?;
    Ok(row.get(0))
}

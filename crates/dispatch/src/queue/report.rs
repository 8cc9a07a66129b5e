//! Outcomes that the inquiries have not been told yet.

use deadpool_postgres::Pool;
use inquiry::terms::ServerReport;
use inquiry::{BlobHash, InquiryId, RecipientNo};
use jiff::Timestamp;
use uuid::Uuid;

use crate::error::{DispatchError, database};

/// One outcome to be told.
#[derive(Debug, Clone)]
pub(crate) struct Report {
    pub(crate) id: i64,
    pub(crate) command: Uuid,
    pub(crate) inquiry: InquiryId,
    pub(crate) order: u32,
    pub(crate) recipient: RecipientNo,
    pub(crate) attempt: u32,
    pub(crate) accepted: bool,
    pub(crate) permanent: bool,
    pub(crate) relay: String,
    pub(crate) stage: String,
    pub(crate) answer: String,
    pub(crate) at: Timestamp,
    /// SHA-256 of the mail as that attempt began with it; none where it was not begun.
    pub(crate) message_sha256: Option<BlobHash>,
    /// What a server reported, when it is about that and not about an attempt.
    pub(crate) notice: Option<ServerReport>,
    pub(crate) correlation: Uuid,
    pub(crate) causation: Uuid,
}

/// The oldest reports that are due, in the order in which they came about.
pub(crate) async fn unreported(pool: &Pool, limit: i64) -> Result<Vec<Report>, DispatchError> {
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    let rows = client
        .query(
            "select r.id, r.command, m.inquiry, m.order_no, m.recipient, r.attempt, r.accepted, r.permanent,
                    r.relay, r.stage, r.answer, r.at, o.correlation, o.causation, r.notice, begun.sha256
               from mail_report r
               join mail m on m.id = r.mail
               join mail_order o using (inquiry, order_no)
               left join mail_attempt begun
                 on (begun.mail, begun.attempt, begun.step) = (r.mail, r.attempt, 'transmitting')
              where r.reported_at is null
              order by r.id
              limit $1",
            &[&limit],
        )
        .await
        .map_err(database("read what is to be reported"))?;
    let count = |value: i32| u32::try_from(value).map_err(|_| DispatchError::Row(format!("count {value}")));
    rows.iter()
        .map(|row| {
            let recipient: i32 = row.get(4);
            Ok(Report {
                id: row.get(0),
                command: row.get(1),
                inquiry: InquiryId(row.get(2)),
                order: count(row.get(3))?,
                recipient: RecipientNo(
                    u16::try_from(recipient).map_err(|_| DispatchError::Row(format!("recipient {recipient}")))?,
                ),
                attempt: count(row.get(5))?,
                accepted: row.get(6),
                permanent: row.get(7),
                relay: row.get(8),
                stage: row.get(9),
                answer: row.get(10),
                at: row.get(11),
                correlation: row.get(12),
                causation: row.get(13),
                notice: row.get::<_, Option<&str>>(14).and_then(ServerReport::from_code),
                message_sha256: row.get::<_, Option<&[u8]>>(15).and_then(|bytes| bytes.try_into().ok()).map(BlobHash),
            })
        })
        .collect()
}

/// The inquiry has been told, or has said why it does not take it.
pub(crate) async fn reported(pool: &Pool, id: i64, now: Timestamp, refused: Option<&str>) -> Result<(), DispatchError> {
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    client
        .execute("update mail_report set reported_at = $2, refused = $3 where id = $1", &[&id, &now, &refused])
        .await
        .map_err(database("note a report as made"))?;
    Ok(())
}

//! What somebody does about a mail by hand: it is tried now, or not at all. Who and why is kept beside it.

use deadpool_postgres::{Pool, Transaction};
use inquiry::{InquiryId, RecipientNo};
use jiff::Timestamp;

use crate::error::{DispatchError, database};
use crate::text::one_line;
use crate::wire::Stage;

/// A mail in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// By which it is named.
    pub id: i64,
    /// The inquiry's number.
    pub number: String,
    /// Whose mail it is.
    pub recipient: i32,
    /// Which order.
    pub order: i32,
    /// Where it stands.
    pub state: String,
    /// Attempts begun.
    pub attempts: i32,
    /// When it is tried next, if it is.
    pub next_attempt_at: Option<Timestamp>,
    /// How far the last attempt came, where it failed.
    pub stage: Option<String>,
    /// What was answered last, without the address.
    pub answer: Option<String>,
}

/// Who does something, and why.
#[derive(Debug, Clone, Copy)]
pub struct Act<'a> {
    /// Who.
    pub by: &'a str,
    /// Why.
    pub reason: &'a str,
    /// When.
    pub at: Timestamp,
}

/// What came of an act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Acted {
    /// It is done.
    Done,
    /// The mail has ended, and only another order of the letter to this deputy sends it again.
    NeedsOrder {
        /// The inquiry.
        inquiry: InquiryId,
        /// Whose mail it was.
        recipient: RecipientNo,
        /// Where it went; none once the address was erased.
        address: Option<String>,
        /// The mail's identity.
        message_id: String,
    },
    /// A worker is at it at this moment.
    UnderWay,
    /// It stands so, and nothing of the kind can be done any more.
    Stands(String),
    /// No letter's mail has this number.
    Absent,
}

/// The mails that wait or that somebody has to look at; with `all`, those that have gone too.
///
/// # Errors
/// [`DispatchError`] when the database does not answer.
pub async fn listed(pool: &Pool, all: bool) -> Result<Vec<Listed>, DispatchError> {
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    let rows = client
        .query(
            "select m.id, o.inquiry_number, m.recipient, m.order_no, m.state, m.attempts,
                    case when m.state in ('queued', 'deferred') then m.next_attempt_at end, m.stage, m.answer
               from mail m join mail_order o using (inquiry, order_no)
              where $1 or m.state not in ('accepted', 'written', 'cancelled')
              order by m.id",
            &[&all],
        )
        .await
        .map_err(database("list mails"))?;
    let read = |row: &tokio_postgres::Row| Listed {
        id: row.get(0),
        number: row.get(1),
        recipient: row.get(2),
        order: row.get(3),
        state: row.get(4),
        attempts: row.get(5),
        next_attempt_at: row.get(6),
        stage: row.get(7),
        answer: row.get(8),
    };
    Ok(rows.iter().map(read).collect())
}

/// Has a waiting mail tried at once. One that has ended is not touched: [`Acted::NeedsOrder`] says what would send it again.
///
/// # Errors
/// [`DispatchError`] when the database does not answer.
pub async fn hasten(pool: &Pool, id: i64, act: Act<'_>) -> Result<Acted, DispatchError> {
    let mut client = pool.get().await.map_err(DispatchError::Pool)?;
    let tx = client.transaction().await.map_err(database("have a mail tried"))?;
    let found = match waiting(&tx, id).await? {
        Found::Waiting { .. } => {
            // Due since its order, whatever this machine's clock says.
            tx.execute(
                "update mail set next_attempt_at = least(next_attempt_at, o.ordered_at)
                   from mail_order o
                  where id = $1 and o.inquiry = mail.inquiry and o.order_no = mail.order_no",
                &[&id],
            )
            .await
            .map_err(database("have a mail tried"))?;
            note(&tx, id, "retry", act).await?;
            Acted::Done
        }
        Found::Ended(acted) => acted,
    };
    tx.commit().await.map_err(database("have a mail tried"))?;
    Ok(found)
}

/// Takes a waiting mail back. The inquiry hears of it as of a delivery that failed for good, so that a clerk decides what comes instead.
///
/// # Errors
/// [`DispatchError`] when the database does not answer.
pub async fn cancel(pool: &Pool, id: i64, act: Act<'_>) -> Result<Acted, DispatchError> {
    let mut client = pool.get().await.map_err(DispatchError::Pool)?;
    let tx = client.transaction().await.map_err(database("take a mail back"))?;
    let found = match waiting(&tx, id).await? {
        Found::Waiting { message_id, attempts } => {
            let answer = one_line(&format!("taken back by {}: {}", act.by, act.reason), 500);
            tx.execute(
                "update mail
                    set state = 'cancelled', called_back = true, stage = $3, code = null, answer = $4, changed_at = $2
                  where id = $1",
                &[&id, &act.at, &Stage::Before.code(), &answer],
            )
            .await
            .map_err(database("take a mail back"))?;
            note(&tx, id, "cancel", act).await?;
            // Attempts count from 1, also where none was made.
            let attempt = attempts.max(1);
            tx.execute(
                "insert into mail_report (mail, attempt, command, accepted, permanent, relay, stage, answer, at)
                 values ($1, $2, $3, false, true, 'outbox', $4, $5, $6)",
                &[
                    &id,
                    &attempt,
                    &super::complete::report_id(&message_id, attempt, "cancelled"),
                    &Stage::Before.code(),
                    &answer,
                    &act.at,
                ],
            )
            .await
            .map_err(database("keep a report for the inquiry"))?;
            Acted::Done
        }
        // Nothing of it is to be sent again.
        Found::Ended(Acted::NeedsOrder { .. }) => Acted::Stands("ended".to_owned()),
        Found::Ended(acted) => acted,
    };
    tx.commit().await.map_err(database("take a mail back"))?;
    Ok(found)
}

/// Keeps who had an ended mail sent again, and why.
///
/// # Errors
/// [`DispatchError`] when the database does not answer.
pub async fn ordered_again(pool: &Pool, id: i64, act: Act<'_>) -> Result<(), DispatchError> {
    let mut client = pool.get().await.map_err(DispatchError::Pool)?;
    let tx = client.transaction().await.map_err(database("note who had a mail sent again"))?;
    note(&tx, id, "retry", act).await?;
    tx.commit().await.map_err(database("note who had a mail sent again"))
}

enum Found {
    Waiting { message_id: String, attempts: i32 },
    Ended(Acted),
}

/// The mail, locked while it is acted on.
async fn waiting(tx: &Transaction<'_>, id: i64) -> Result<Found, DispatchError> {
    let row = tx
        .query_opt(
            "select m.state, m.message_id, m.attempts, m.inquiry, m.recipient, m.address,
                    coalesce(m.lease_until > clock_timestamp(), false)
               from mail m join mail_order using (inquiry, order_no)
              where m.id = $1
                for update of m",
            &[&id],
        )
        .await
        .map_err(database("look for a mail"))?;
    let Some(row) = row else { return Ok(Found::Ended(Acted::Absent)) };
    let (state, message_id): (String, String) = (row.get(0), row.get(1));
    let recipient: i32 = row.get(4);
    Ok(match state.as_str() {
        "transmitting" => Found::Ended(Acted::UnderWay),
        "queued" | "deferred" if row.get(6) => Found::Ended(Acted::UnderWay),
        "queued" | "deferred" => Found::Waiting { message_id, attempts: row.get(2) },
        "refused" | "unknown" | "dead" => Found::Ended(Acted::NeedsOrder {
            inquiry: InquiryId(row.get(3)),
            recipient: RecipientNo(
                u16::try_from(recipient).map_err(|_| DispatchError::Row(format!("recipient {recipient}")))?,
            ),
            address: row.get(5),
            message_id,
        }),
        _ => Found::Ended(Acted::Stands(state)),
    })
}

async fn note(tx: &Transaction<'_>, id: i64, what: &str, act: Act<'_>) -> Result<(), DispatchError> {
    let (by, reason) = (one_line(act.by, 200), one_line(act.reason, 1000));
    tx.execute(
        "insert into mail_act (mail, act, by, reason, at) values ($1, $2, $3, $4, $5)",
        &[&id, &what, &by, &reason, &act.at],
    )
    .await
    .map_err(database("note what was done about a mail"))?;
    Ok(())
}

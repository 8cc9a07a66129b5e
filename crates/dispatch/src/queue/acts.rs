//! What somebody does about a mail by hand: it is tried now, or not at all. Who and why is kept beside it.

use deadpool_postgres::{Pool, Transaction};
use inquiry::email::names_one;
use inquiry::{InquiryId, RecipientNo};
use jiff::Timestamp;
use jiff::civil::Date;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::error::{DispatchError, database};
use crate::text::{one_line, without_address};
use crate::wire::Stage;

/// A mail in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// By which it is named.
    pub id: i64,
    /// What it brings.
    pub brings: Brings,
    /// Where it stands.
    pub state: String,
    /// It brought a letter, does not go any more, and no later order has taken its place. A digest that has ended is over.
    pub needs_a_person: bool,
    /// Attempts begun.
    pub attempts: i32,
    /// When it is tried next, if it is.
    pub next_attempt_at: Option<Timestamp>,
    /// How far the last attempt came, where it failed.
    pub stage: Option<String>,
    /// What was answered last, without the address.
    pub answer: Option<String>,
}

/// What a listed mail brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Brings {
    /// A letter to a deputy.
    Letter {
        /// The inquiry's number.
        number: String,
        /// Whose mail it is.
        recipient: i32,
        /// Which order.
        order: i32,
    },
    /// A head of the journal to a place outside.
    Head {
        /// Its block.
        block: i64,
        /// The place.
        place: String,
    },
    /// A digest to somebody of the house.
    Digest {
        /// Of which day.
        day: Date,
        /// Whose.
        name: String,
    },
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

impl Act<'_> {
    /// The mail's own address is taken out of what is kept; of another nobody knows whose it is, and under whose key it could be sealed.
    fn names_another(&self, address: &str) -> bool {
        [self.by, self.reason].iter().any(|text| names_one(&without_address(text, address)))
    }
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
    /// The reason names an address that is not this mail's: nothing would take it out of the journal again.
    NamesAnother,
    /// No mail has this number.
    Absent,
}

/// The mails that wait or that somebody has to look at; with `all`, those too that have gone, or whose letter was ordered out again.
///
/// # Errors
/// [`DispatchError`] when the database does not answer.
pub async fn listed(pool: &Pool, all: bool) -> Result<Vec<Listed>, DispatchError> {
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    let rows = client
        .query(
            "with known as (
                 select m.*, m.state in ('refused', 'unknown', 'dead', 'bounced') and m.digest is null
                             and not exists (select from mail later
                                              where later.inquiry = m.inquiry and later.recipient = m.recipient
                                                and later.order_no > m.order_no) as needs_a_person
                   from mail m
             )
             select k.id, k.state, k.attempts, case when k.state in ('queued', 'deferred') then k.next_attempt_at end,
                    k.stage, k.answer, d.day, k.name, o.inquiry_number, k.recipient, k.order_no, k.needs_a_person, d.head_block
               from known k
               left join mail_order o using (inquiry, order_no)
               left join digest d on d.id = k.digest
              where $1 or k.needs_a_person or k.state in ('queued', 'transmitting', 'deferred')
              order by k.id",
            &[&all],
        )
        .await
        .map_err(database("list mails"))?;
    Ok(rows.iter().map(read).collect())
}

fn read(row: &Row) -> Listed {
    let brings = match row.get::<_, Option<Date>>(6) {
        Some(_) if row.get::<_, Option<i64>>(12).is_some() => Brings::Head { block: row.get(12), place: row.get(7) },
        Some(day) => Brings::Digest { day, name: row.get(7) },
        None => Brings::Letter { number: row.get(8), recipient: row.get(9), order: row.get(10) },
    };
    Listed {
        id: row.get(0),
        brings,
        state: row.get(1),
        needs_a_person: row.get(11),
        attempts: row.get(2),
        next_attempt_at: row.get(3),
        stage: row.get(4),
        answer: row.get(5),
    }
}

/// Has a waiting mail tried at once. One that has ended is not touched: [`Acted::NeedsOrder`] says what would send it again.
///
/// # Errors
/// [`DispatchError`] when the database does not answer.
pub async fn hasten(pool: &Pool, id: i64, act: Act<'_>) -> Result<Acted, DispatchError> {
    let mut client = pool.get().await.map_err(DispatchError::Pool)?;
    let tx = client.transaction().await.map_err(database("have a mail tried"))?;
    let found = match waiting(&tx, id).await? {
        Found::Waiting { address, .. } if act.names_another(&address) => Acted::NamesAnother,
        Found::Ended(Acted::NeedsOrder { address, .. })
            if act.names_another(address.as_deref().unwrap_or_default()) =>
        {
            Acted::NamesAnother
        }
        Found::Waiting { address, .. } => {
            // Due since it was asked for, whatever this machine's clock says.
            tx.execute(
                "update mail
                    set next_attempt_at = least(next_attempt_at, coalesce(
                            (select ordered_at from mail_order o
                              where o.inquiry = mail.inquiry and o.order_no = mail.order_no),
                            (select gathered_at from digest where digest.id = mail.digest)))
                  where id = $1",
                &[&id],
            )
            .await
            .map_err(database("have a mail tried"))?;
            note(&tx, id, "retry", act, &address).await?;
            Acted::Done
        }
        Found::Ended(acted) => acted,
    };
    tx.commit().await.map_err(database("have a mail tried"))?;
    Ok(found)
}

/// Takes a waiting mail back. The inquiry of a letter hears of it as of a delivery that failed for good, so that a clerk decides what comes
/// instead.
///
/// # Errors
/// [`DispatchError`] when the database does not answer.
pub async fn cancel(pool: &Pool, id: i64, act: Act<'_>) -> Result<Acted, DispatchError> {
    let mut client = pool.get().await.map_err(DispatchError::Pool)?;
    let tx = client.transaction().await.map_err(database("take a mail back"))?;
    let found = match waiting(&tx, id).await? {
        Found::Waiting { address, .. } if act.names_another(&address) => Acted::NamesAnother,
        Found::Waiting { message_id, attempts, is_letter, address } => {
            // It goes into the journal, where nothing is ever erased.
            let answer =
                one_line(&without_address(&format!("taken back by {}: {}", act.by, act.reason), &address), 500);
            tx.execute(
                "update mail
                    set state = 'cancelled', called_back = true, stage = $3, code = null, answer = $4, changed_at = $2,
                        address = case when digest is null then address end
                  where id = $1",
                &[&id, &act.at, &Stage::Before.code(), &answer],
            )
            .await
            .map_err(database("take a mail back"))?;
            note(&tx, id, "cancel", act, &address).await?;
            if is_letter {
                report(&tx, id, &message_id, attempts, &answer, act.at).await?;
            }
            Acted::Done
        }
        // Nothing of it is to be sent again.
        Found::Ended(Acted::NeedsOrder { .. }) => Acted::Stands("ended".to_owned()),
        Found::Ended(acted) => acted,
    };
    tx.commit().await.map_err(database("take a mail back"))?;
    Ok(found)
}

/// What the inquiry is to hear of a letter's mail that was taken back.
async fn report(
    tx: &Transaction<'_>,
    id: i64,
    message_id: &str,
    attempts: i32,
    answer: &str,
    at: Timestamp,
) -> Result<(), DispatchError> {
    // Attempts count from 1, also where none was made.
    let attempt = attempts.max(1);
    let command = super::complete::report_id(message_id, attempt, "cancelled");
    tx.execute(
        "insert into mail_report (mail, attempt, command, accepted, permanent, relay, stage, answer, at)
         values ($1, $2, $3, false, true, 'outbox', $4, $5, $6)",
        &[&id, &attempt, &command, &Stage::Before.code(), &answer, &at],
    )
    .await
    .map_err(database("keep a report for the inquiry"))?;
    Ok(())
}

/// Keeps who had an ended mail sent again, and why.
///
/// # Errors
/// [`DispatchError`] when the database does not answer.
pub async fn ordered_again(pool: &Pool, id: i64, act: Act<'_>) -> Result<(), DispatchError> {
    let mut client = pool.get().await.map_err(DispatchError::Pool)?;
    let tx = client.transaction().await.map_err(database("note who had a mail sent again"))?;
    let row = tx.query_one("select coalesce(address, '') from mail where id = $1", &[&id]).await;
    let address: String = row.map_err(database("note who had a mail sent again"))?.get(0);
    note(&tx, id, "retry", act, &address).await?;
    tx.commit().await.map_err(database("note who had a mail sent again"))
}

enum Found {
    /// The address is empty once it was erased.
    Waiting {
        message_id: String,
        attempts: i32,
        is_letter: bool,
        address: String,
    },
    Ended(Acted),
}

/// The mail, locked while it is acted on.
async fn waiting(tx: &Transaction<'_>, id: i64) -> Result<Found, DispatchError> {
    let row = tx
        .query_opt(
            "select state, message_id, attempts, inquiry, recipient, address,
                    coalesce(lease_until > clock_timestamp(), false),
                    exists (select from mail later
                             where later.inquiry = mail.inquiry and later.recipient = mail.recipient
                               and later.order_no > mail.order_no)
               from mail
              where id = $1
                for update",
            &[&id],
        )
        .await
        .map_err(database("look for a mail"))?;
    let Some(row) = row else { return Ok(Found::Ended(Acted::Absent)) };
    let (state, message_id): (String, String) = (row.get(0), row.get(1));
    let whose: Option<(Uuid, i32)> = row.get::<_, Option<Uuid>>(3).zip(row.get(4));
    Ok(match (state.as_str(), whose) {
        ("transmitting", _) => Found::Ended(Acted::UnderWay),
        ("queued" | "deferred", _) if row.get(6) => Found::Ended(Acted::UnderWay),
        ("queued" | "deferred", whose) => {
            let address = row.get::<_, Option<String>>(5).unwrap_or_default();
            Found::Waiting { message_id, attempts: row.get(2), is_letter: whose.is_some(), address }
        }
        // Where the letter went later is known better, and a corrected address is not undone.
        ("refused" | "unknown" | "dead" | "bounced", Some(_)) if row.get(7) => {
            Found::Ended(Acted::Stands(format!("{state}, and its letter was ordered out again")))
        }
        ("refused" | "unknown" | "dead" | "bounced", Some((inquiry, recipient))) => Found::Ended(Acted::NeedsOrder {
            inquiry: InquiryId(inquiry),
            recipient: RecipientNo(
                u16::try_from(recipient).map_err(|_| DispatchError::Row(format!("recipient {recipient}")))?,
            ),
            address: row.get(5),
            message_id,
        }),
        _ => Found::Ended(Acted::Stands(state)),
    })
}

/// Without the mail's address, for the row never changes.
async fn note(tx: &Transaction<'_>, id: i64, what: &str, act: Act<'_>, address: &str) -> Result<(), DispatchError> {
    let told = |text, most| one_line(&without_address(text, address), most);
    let (by, reason) = (told(act.by, 200), told(act.reason, 1000));
    tx.execute(
        "insert into mail_act (mail, act, by, reason, at) values ($1, $2, $3, $4, $5)",
        &[&id, &what, &by, &reason, &act.at],
    )
    .await
    .map_err(database("note what was done about a mail"))?;
    Ok(())
}

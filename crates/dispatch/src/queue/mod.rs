//! The mail tables: what waits, who has taken it, and what became of it. Every function is one statement or one transaction.

mod acts;
mod complete;
mod enqueue;
mod forget;
mod lease;
mod relays;
mod report;
mod rows;

pub use acts::{Act, Acted, Brings, Listed, cancel, hasten, listed, ordered_again};
pub(crate) use complete::{Attempt, Next, complete, report_id};
pub(crate) use enqueue::{call_back, enqueue};
pub(crate) use forget::forget;
pub use forget::{Written, answers_with, under_way, written};
pub(crate) use lease::{Beginning, begin, lease, letter_of, postpone, put_back, recover, take_back};
pub(crate) use relays::{Closing, forget_relays, relay_closed, relay_opened};
pub(crate) use report::{Report, reported, unreported};
pub(crate) use rows::{Cargo, Errand, Letter};

use deadpool_postgres::Pool;

use crate::error::{DispatchError, database};

/// How many mails stand where: by it somebody who sends knows whether anything is still to be done. Pages and metrics have
/// `readmodel::deliveries::outbox`, which also knows which mails are late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Wait for their first attempt.
    pub queued: i64,
    /// Are on their way to the relay.
    pub transmitting: i64,
    /// Stand as files.
    pub written: i64,
    /// The relay has taken them.
    pub accepted: i64,
    /// Wait for another attempt.
    pub deferred: i64,
    /// The relay will not take them: a person has to look.
    pub refused: i64,
    /// Nobody knows whether the relay took them: a person has to look.
    pub unknown: i64,
    /// Given up after a day: a person has to look.
    pub dead: i64,
    /// Called back before they went.
    pub cancelled: i64,
    /// A server says that they lie in the mailbox.
    pub delivered: i64,
    /// Handed on to a server that sends no reports.
    pub relayed: i64,
    /// Came back: a person has to look.
    pub bounced: i64,
    /// Outcomes the inquiries have not been told yet.
    pub unreported: i64,
}

/// Counts the mails by their state.
pub async fn counts(pool: &Pool) -> Result<Counts, DispatchError> {
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    let rows =
        client.query("select state, count(*) from mail group by state", &[]).await.map_err(database("count mails"))?;
    let mut counts = Counts::default();
    for row in rows {
        let (state, number): (String, i64) = (row.get(0), row.get(1));
        let place = match state.as_str() {
            "queued" => &mut counts.queued,
            "transmitting" => &mut counts.transmitting,
            "written" => &mut counts.written,
            "accepted" => &mut counts.accepted,
            "deferred" => &mut counts.deferred,
            "refused" => &mut counts.refused,
            "unknown" => &mut counts.unknown,
            "dead" => &mut counts.dead,
            "cancelled" => &mut counts.cancelled,
            "delivered" => &mut counts.delivered,
            "relayed" => &mut counts.relayed,
            "bounced" => &mut counts.bounced,
            other => return Err(DispatchError::Row(format!("a mail is {other}"))),
        };
        *place = number;
    }
    let row = client
        .query_one("select count(*) from mail_report where reported_at is null", &[])
        .await
        .map_err(database("count reports"))?;
    counts.unreported = row.get(0);
    Ok(counts)
}

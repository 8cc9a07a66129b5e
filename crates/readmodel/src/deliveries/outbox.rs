//! The outbox as a whole: how many mails stand where, which are late, which relays are left in peace. For the pages and for /metrics.

use deadpool_postgres::Pool;
use inquiry::{InquiryId, RecipientNo};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::{ReadError, Reader, Sitting};

/// After so long on its way a mail is late.
const AN_HOUR: SignedDuration = SignedDuration::from_hours(1);
/// So many days before the reply is due, a mail that has not gone presses.
const DAYS_BEFORE_DUE: i64 = 1;
/// How many late mails are listed; more of them have one cause.
const MOST: i64 = 200;

/// The letters' mails that have not gone. They are few and have an index; the register, which may be behind them, is asked of them alone.
const WAITING: &str = "from mail
                       join mail_order using (inquiry, order_no)
                       left join register on register.inquiry = mail.inquiry
                      where mail.state in ('queued', 'deferred', 'transmitting')";
/// Which of them are late, when [`Patience`] is handed in as $1 and $2: as [`Patience::is_over`] has it.
const LATE: &str = "(mail_order.ordered_at <= $1 or coalesce(register.due <= $2, false))";

/// From when on a mail that has not gone is told of: an hour after its order, or the day before its reply is due if that is earlier, while
/// there is time to carry the letter over; then until it has gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    ordered_by: Timestamp,
    due_by: Date,
}

impl Patience {
    /// At this moment of this day.
    #[must_use]
    pub fn at(now: Timestamp, today: Date) -> Self {
        Self { ordered_by: now - AN_HOUR, due_by: today.saturating_add(DAYS_BEFORE_DUE.days()) }
    }

    /// Is a mail that was ordered then, for a reply that is due then, and has not gone yet, late?
    #[must_use]
    pub fn is_over(&self, ordered_at: Timestamp, due: Option<Date>) -> bool {
        ordered_at <= self.ordered_by || due.is_some_and(|due| due <= self.due_by)
    }
}

/// A mail that has not gone yet and should have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LateMail {
    /// The inquiry.
    pub inquiry: InquiryId,
    /// Its number.
    pub number: String,
    /// Whose mail it is.
    pub recipient: RecipientNo,
    /// Their name.
    pub name: String,
    /// When it was ordered.
    pub ordered_at: Timestamp,
    /// When the reply is due, once the register knows.
    pub due: Option<Date>,
    /// When it is tried next.
    pub next_attempt_at: Timestamp,
    /// What came of the last attempt.
    pub answer: Option<String>,
}

/// What has not gone yet and should have, the longest first.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn late(reader: &Reader, patience: Patience) -> Result<Vec<LateMail>, ReadError> {
    let sql = format!(
        "select mail.inquiry, mail_order.inquiry_number, mail.recipient, mail.name, mail_order.ordered_at, register.due,
                mail.next_attempt_at, mail.answer
           {WAITING} and {LATE}
          order by mail_order.ordered_at, mail.inquiry, mail.recipient
          limit $3"
    );
    let doing = || ReadError::doing("list late mails");
    let asked: [&(dyn tokio_postgres::types::ToSql + Sync); 3] = [&patience.ordered_by, &patience.due_by, &MOST];
    let rows = reader.rows(&sql, &asked, "list late mails").await?;
    let read = |row: &tokio_postgres::Row| {
        let recipient: i32 = row.try_get(2).map_err(doing())?;
        Ok(LateMail {
            inquiry: InquiryId(row.try_get(0).map_err(doing())?),
            number: row.try_get(1).map_err(doing())?,
            recipient: RecipientNo(u16::try_from(recipient).map_err(|_| ReadError::Row { table: "mail" })?),
            name: row.try_get(3).map_err(doing())?,
            ordered_at: row.try_get(4).map_err(doing())?,
            due: row.try_get(5).map_err(doing())?,
            next_attempt_at: row.try_get(6).map_err(doing())?,
            answer: row.try_get(7).map_err(doing())?,
        })
    };
    rows.iter().map(read).collect()
}

impl Sitting {
    /// How many mails have not gone and should have.
    ///
    /// # Errors
    /// [`ReadError`] when the database cannot answer.
    pub async fn late_mails(&self, patience: Patience) -> Result<i64, ReadError> {
        let sql = format!("select count(*) {WAITING} and {LATE}");
        let asked: [&(dyn tokio_postgres::types::ToSql + Sync); 2] = [&patience.ordered_by, &patience.due_by];
        let rows = self.rows(&sql, &asked, "count late mails").await?;
        rows.first().map_or(Ok(0), |row| row.try_get(0).map_err(ReadError::doing("count late mails")))
    }
}

/// A relay that a mail worker leaves in peace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedRelay {
    /// Its name.
    pub relay: String,
    /// When one mail tries it again.
    pub until: Timestamp,
    /// How far the last mail came: the wire's name of the stage.
    pub stage: String,
    /// The relay's words, or what happened; without an address.
    pub why: String,
}

/// The relays that are left in peace at this moment, whichever worker does so.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn closed_relays(pool: &Pool, now: Timestamp) -> Result<Vec<ClosedRelay>, ReadError> {
    let client = pool.get().await?;
    let sql = "select distinct on (relay) relay, until, stage, why
                 from mail_relay
                where stale_at > $1
                order by relay, until desc";
    let rows = client.query(sql, &[&now]).await.map_err(ReadError::doing("list relays that are left in peace"))?;
    let read = |row: &tokio_postgres::Row| ClosedRelay {
        relay: row.get(0),
        until: row.get(1),
        stage: row.get(2),
        why: row.get(3),
    };
    Ok(rows.iter().map(read).collect())
}

/// How the outbox stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outbox {
    /// How many mails stand in each state that any is in.
    pub states: Vec<(String, i64)>,
    /// Outcomes that the inquiries have not been told.
    pub untold: i64,
    /// Since when the oldest mail that has not gone waits.
    pub waiting_since: Option<Timestamp>,
    /// How many that have not gone should have.
    pub late: i64,
}

/// Counts it.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn outbox(pool: &Pool, patience: Patience) -> Result<Outbox, ReadError> {
    let client = pool.get().await?;
    let doing = || ReadError::doing("count mails");
    let states = client.query("select state, count(*) from mail group by state order by state", &[]);
    let waiting = format!(
        "select min(mail_order.ordered_at), count(*) filter (where {LATE}),
                (select count(*) from mail_report where reported_at is null)
           {WAITING}"
    );
    let states = states.await.map_err(doing())?;
    let waiting = client.query_one(&waiting, &[&patience.ordered_by, &patience.due_by]).await.map_err(doing())?;
    Ok(Outbox {
        states: states.iter().map(|row| (row.get(0), row.get(1))).collect(),
        untold: waiting.get(2),
        waiting_since: waiting.get(0),
        late: waiting.get(1),
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_mail_is_late_after_an_hour_or_the_day_before_its_reply_is_due() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let patience = Patience::at(at("2023-10-18T10:00:00Z"), date(2023, 10, 18));
        assert!(patience.is_over(at("2023-10-18T09:00:00Z"), Some(date(2023, 12, 1))));
        assert!(!patience.is_over(at("2023-10-18T09:00:01Z"), Some(date(2023, 10, 20))));
        assert!(
            patience.is_over(at("2023-10-18T09:59:59Z"), Some(date(2023, 10, 19))),
            "before the deadline and not after"
        );
        assert!(!patience.is_over(at("2023-10-18T09:59:59Z"), None));
    }
}

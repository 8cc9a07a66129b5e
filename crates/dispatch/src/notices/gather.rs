//! One mail for one person: what waits for them is taken together, written down with the mail that tells it, once.
//!
//! A person's digest is a row under (account, day, part). Whoever dies before it is committed has made nothing, and whoever dies afterwards
//! has left a mail that waits; a second worker meets the row and goes on to the next person.

use std::collections::BTreeMap;

use deadpool_postgres::{Pool, Transaction};
use inquiry::InquiryId;
use inquiry::terms::Owed;
use inquiry::time::day_of;
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::content::{Content, Line, Section};
use super::due;
use super::follow::code;
use super::reading::{self, PERSON, Person, WRITTEN_TO};
use crate::config::Notices;
use crate::error::{DispatchError, database};

/// What is gathered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    /// Everything that presses, with the reminders that wait.
    Digest,
    /// The reminders that wait.
    Reminders,
}

/// Gathers what is due now; how many mails it made. While the mail of the house is paused nothing is gathered, and what waits goes on waiting.
pub(crate) async fn gather(pool: &Pool, now: Timestamp, settings: &Notices) -> Result<u64, DispatchError> {
    let day = due::digest_day(now, settings);
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    let row = client
        .query_one(
            "select exists (select from office_mail_pause where resumed_at is null),
                    $1::date is not null and not exists (select from digest_day where day = $1),
                    exists (select from notice where ended_at is null and noted_at <= $2)",
            &[&day, &due::reminded_before(now, settings)],
        )
        .await
        .map_err(database("see what is to be gathered"))?;
    drop(client);
    let (is_paused, is_digest_due, has_reminders): (bool, bool, bool) = (row.get(0), row.get(1), row.get(2));
    let mut mails = 0;
    if is_paused {
        return Ok(mails);
    }
    if let Some(day) = day.filter(|_| is_digest_due) {
        mails += digests(pool, day, now, settings).await?;
    }
    if has_reminders {
        mails += reminders(pool, now, settings).await?;
    }
    Ok(mails)
}

/// The digests of a day. It counts as gathered when everybody has theirs; until then a restart goes through all of them again.
async fn digests(pool: &Pool, day: Date, now: Timestamp, settings: &Notices) -> Result<u64, DispatchError> {
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    let people = reading::people(&client).await?;
    drop(client);
    let mut mails = 0;
    for person in &people {
        mails += u64::from(one(pool, person, What::Digest, now, settings).await?);
    }
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    client
        .execute(
            "insert into digest_day (day, gathered_at) values ($1, $2) on conflict (day) do nothing",
            &[&day, &now],
        )
        .await
        .map_err(database("note that a day's digests are gathered"))?;
    tracing::info!(%day, mails, people = people.len(), "the digests of a day were gathered");
    Ok(mails)
}

async fn reminders(pool: &Pool, now: Timestamp, settings: &Notices) -> Result<u64, DispatchError> {
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    // Whoever cannot be written to any more need not be waited for.
    let sql = format!(
        "update notice set ended_at = $1 from account
          where account.id = notice.account and notice.ended_at is null and not ({WRITTEN_TO})"
    );
    client.execute(&sql, &[&now]).await.map_err(database("end notices that reach nobody"))?;
    let sql = format!(
        "select {PERSON} from account
          where {WRITTEN_TO}
            and exists (select from notice where account = account.id and ended_at is null and noted_at <= $1)
            and not exists (select from digest where account = account.id and part > 0 and gathered_at > $2)
          order by name"
    );
    let rows = client
        .query(&sql, &[&due::reminded_before(now, settings), &due::told_after(now)])
        .await
        .map_err(database("list who waits for reminders"))?;
    drop(client);
    let mut mails = 0;
    for row in &rows {
        mails += u64::from(one(pool, &Person::read(row)?, What::Reminders, now, settings).await?);
    }
    Ok(mails)
}

/// One person's mail, in one transaction; false when there is nothing to tell, or somebody else has just made it.
async fn one(
    pool: &Pool,
    person: &Person,
    what: What,
    now: Timestamp,
    settings: &Notices,
) -> Result<bool, DispatchError> {
    let today = day_of(now);
    let mut client = pool.get().await.map_err(DispatchError::Pool)?;
    let tx = client.transaction().await.map_err(database("gather a digest"))?;
    // Held back or put off until now: it goes with this one, so that nobody finds two of them at once.
    let unsent = unsent(&tx, person).await?;
    let waiting = waiting(&tx, person, what, today).await?;
    let content = Content {
        reminders: Section::of(lines(&waiting)),
        ..match (what, unsent) {
            (What::Digest, _) => reading::pressing(&tx, person, today, settings).await?,
            (What::Reminders, Some(unsent)) => unsent,
            (What::Reminders, None) => Content::default(),
        }
    };
    if !content.is_empty() {
        let Some(digest) = insert(&tx, person, what, today, now, &content).await? else { return Ok(false) };
        supersede(&tx, person, &digest, now).await?;
        mail(&tx, person, &digest, now, settings).await?;
        let told: Vec<i64> = waiting.iter().filter(|one| one.line.is_some()).map(|one| one.reminder).collect();
        tx.execute(
            "update notice set digest = $3, ended_at = $4 where account = $1 and reminder = any($2)",
            &[&person.account, &told, &digest.id, &now],
        )
        .await
        .map_err(database("note what a digest tells"))?;
    }
    let over: Vec<i64> = waiting.iter().filter(|one| one.line.is_none()).map(|one| one.reminder).collect();
    tx.execute(
        "update notice set ended_at = coalesce(ended_at, $3) where account = $1 and reminder = any($2)",
        &[&person.account, &over, &now],
    )
    .await
    .map_err(database("end reminders of what is not owed any more"))?;
    tx.commit().await.map_err(database("gather a digest"))?;
    Ok(!content.is_empty())
}

/// What the person's last mail of today would have told that has not gone yet.
async fn unsent(tx: &Transaction<'_>, person: &Person) -> Result<Option<Content>, DispatchError> {
    let row = tx
        .query_opt(
            "select digest.content from digest join mail on mail.digest = digest.id
              where digest.account = $1 and mail.state in ('queued', 'deferred')
              order by digest.id desc limit 1",
            &[&person.account],
        )
        .await
        .map_err(database("look for a digest that has not gone"))?;
    row.map(|row| serde_json::from_value(row.get(0))).transpose().map_err(|error| DispatchError::Row(error.to_string()))
}

/// A reminder that waits for somebody; without a line when it is not owed any more.
struct Waiting {
    reminder: i64,
    line: Option<Line>,
}

/// What was never told, what stands in a mail that has not gone, and, for a digest, what stands in one of which nobody knows whether it
/// arrived: that one is not sent again, but its reminders are not lost.
async fn waiting(
    tx: &Transaction<'_>,
    person: &Person,
    what: What,
    today: Date,
) -> Result<Vec<Waiting>, DispatchError> {
    let rows = tx
        .query(
            "select notice.reminder, reminder.noted, owed.inquiry, owed.kind, owed.number, owed.subject, owed.due
               from notice
               join reminder on reminder.position = notice.reminder
               left join owed on owed.inquiry = reminder.inquiry and owed.kind = reminder.owed
                             and owed.ministry = reminder.ministry
               left join mail on mail.digest = notice.digest
              where notice.account = $1
                and (notice.ended_at is null or mail.state in ('queued', 'deferred') or ($2 and mail.state = 'unknown'))
              order by notice.reminder
                for update of notice",
            &[&person.account, &(what == What::Digest)],
        )
        .await
        .map_err(database("read the reminders that wait"))?;
    let line = |row: &tokio_postgres::Row| {
        let inquiry: Option<Uuid> = row.get(2);
        inquiry.map(|inquiry| {
            let (kind, due): (&str, Date) = (row.get(3), row.get(6));
            Line {
                inquiry: InquiryId(inquiry),
                number: row.get(4),
                subject: row.get(5),
                owed: [Owed::Contribution, Owed::Draft].into_iter().find(|owed| code(*owed) == kind),
                due,
                is_late: due < today,
                is_noted: row.get(1),
            }
        })
    };
    Ok(rows.iter().map(|row| Waiting { reminder: row.get(0), line: line(row) }).collect())
}

/// Whoever was reminded of one inquiry on two days reads it once.
fn lines(waiting: &[Waiting]) -> Vec<Line> {
    let lines = waiting.iter().filter_map(|one| one.line.clone());
    let last: BTreeMap<InquiryId, Line> = lines.map(|line| (line.inquiry, line)).collect();
    let mut lines: Vec<Line> = last.into_values().collect();
    // 9 before 10.
    lines.sort_by(|a, b| (a.due, a.number.len(), &a.number).cmp(&(b.due, b.number.len(), &b.number)));
    lines
}

/// A digest that was made just now.
struct Made {
    id: i64,
    day: Date,
    part: i32,
}

/// None when there is one of that day and part: another worker was faster.
async fn insert(
    tx: &Transaction<'_>,
    person: &Person,
    what: What,
    day: Date,
    now: Timestamp,
    content: &Content,
) -> Result<Option<Made>, DispatchError> {
    let content = serde_json::to_value(content).map_err(|error| DispatchError::Row(error.to_string()))?;
    let row = tx
        .query_opt(
            "insert into digest (account, day, part, language, content, gathered_at)
             select $1, $2, case when $3 then 0 else 1 + coalesce(max(part), 0) end, $4, $5, $6
               from digest where account = $1 and day = $2
             on conflict (account, day, part) do nothing
             returning id, part",
            &[&person.account, &day, &(what == What::Digest), &person.language.code(), &content, &now],
        )
        .await
        .map_err(database("keep a digest"))?;
    Ok(row.map(|row| Made { id: row.get(0), day, part: row.get(1) }))
}

/// The person's earlier mails that have not gone do not go any more. One that a worker has taken, and not begun to send, is among them.
async fn supersede(tx: &Transaction<'_>, person: &Person, made: &Made, now: Timestamp) -> Result<(), DispatchError> {
    tx.execute(
        "update mail set state = 'cancelled', called_back = true, address = null, changed_at = $3
          where state in ('queued', 'deferred')
            and digest in (select id from digest where account = $1 and id <> $2)",
        &[&person.account, &made.id, &now],
    )
    .await
    .map_err(database("call an earlier digest back"))?;
    Ok(())
}

async fn mail(
    tx: &Transaction<'_>,
    person: &Person,
    made: &Made,
    now: Timestamp,
    settings: &Notices,
) -> Result<(), DispatchError> {
    let Made { id, day, part } = made;
    let message_id = format!("<digest.{}.{day}.{part}@{}>", person.account.simple(), settings.domain);
    tx.execute(
        "insert into mail (digest, name, address, message_id, next_attempt_at, changed_at) values ($1, $2, $3, $4, $5, $5)",
        &[id, &person.name, &person.address, &message_id, &now],
    )
    .await
    .map_err(database("queue a digest"))?;
    Ok(())
}

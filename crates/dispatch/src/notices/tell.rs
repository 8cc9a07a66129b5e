//! What one person is told in one mail: gathered once, and looked at again when its turn to be sent has come, so that nothing is told that is
//! true no longer.
//!
//! A person's mails are made one at a time: whoever makes one holds the row of the account. A digest is a row under (account, day, part): whoever
//! dies before it is committed has made nothing, and whoever dies afterwards has left a mail that waits.

use std::collections::BTreeMap;

use deadpool_postgres::{Pool, Transaction};
use inquiry::InquiryId;
use inquiry::terms::Owed;
use inquiry::time::day_of;
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::content::{Content, Line, Section};
use super::follow::code;
use super::reading::{self, Person};
use crate::config::Notices;
use crate::error::{DispatchError, database};
use crate::message::DigestFacts;

/// What is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// Everything that presses, with the reminders that wait.
    Digest,
    /// The reminders that wait.
    Reminders,
}

/// A new mail for one person, in one transaction; false when there is nothing to tell, or somebody else has just made it.
pub(super) async fn anew(
    pool: &Pool,
    account: Uuid,
    what: What,
    now: Timestamp,
    settings: &Notices,
) -> Result<bool, DispatchError> {
    let mut client = pool.get().await.map_err(DispatchError::Pool)?;
    let tx = client.transaction().await.map_err(database("gather a digest"))?;
    let Some(person) = reading::held(&tx, account).await? else { return Ok(false) };
    let truth = Truth::of(&tx, &person, what, now, settings).await?;
    if !truth.content.is_empty() {
        let Some(digest) = insert(&tx, &person, what, now, &truth.content).await? else { return Ok(false) };
        mail(&tx, &person, &digest, now, settings).await?;
        truth.tell(&tx, &person, digest.id, now).await?;
    }
    truth.forget(&tx, &person, now).await?;
    tx.commit().await.map_err(database("gather a digest"))?;
    Ok(!truth.content.is_empty())
}

/// A digest as it is true now that its turn has come, kept so; none when nothing of it is true any more, its person cannot be written to, or it
/// is whoever holds this token no longer who sends it. What is still the same is left as it was, so that every attempt says it in the same bytes.
pub(crate) async fn as_it_is_now(
    pool: &Pool,
    mail: i64,
    token: Uuid,
    now: Timestamp,
    settings: &Notices,
) -> Result<Option<DigestFacts>, DispatchError> {
    let mut client = pool.get().await.map_err(DispatchError::Pool)?;
    let tx = client.transaction().await.map_err(database("look at a digest again"))?;
    let Some(kept) = Kept::of(&tx, mail, token).await? else { return Ok(None) };
    let Some(person) = reading::held(&tx, kept.account).await? else {
        drop_mail(&tx, mail, token, now).await?;
        tx.commit().await.map_err(database("look at a digest again"))?;
        return Ok(None);
    };
    let what = if kept.part == 0 { What::Digest } else { What::Reminders };
    let truth = Truth::of(&tx, &person, what, now, settings).await?;
    truth.forget(&tx, &person, now).await?;
    if truth.content.is_empty() {
        drop_mail(&tx, mail, token, now).await?;
        tx.commit().await.map_err(database("look at a digest again"))?;
        tracing::info!(mail, "nothing of a digest is true any more, and it is not sent");
        return Ok(None);
    }
    truth.tell(&tx, &person, kept.digest, now).await?;
    let is_same = kept.content == truth.content && kept.language == person.language.code();
    let gathered_at = if is_same && day_of(kept.gathered_at) == day_of(now) { kept.gathered_at } else { now };
    let content = serde_json::to_value(&truth.content).map_err(|error| DispatchError::Row(error.to_string()))?;
    tx.execute(
        "update digest set content = $2, language = $3, gathered_at = $4 where id = $1",
        &[&kept.digest, &content, &person.language.code(), &gathered_at],
    )
    .await
    .map_err(database("keep a digest as it is now"))?;
    let ours = tx
        .execute(
            "update mail set name = $3, address = $4
              where id = $1 and lease_token = $2 and state in ('queued', 'deferred')",
            &[&mail, &token, &person.name, &person.address],
        )
        .await
        .map_err(database("keep where a digest goes"))?;
    if ours == 0 {
        return Ok(None);
    }
    tx.commit().await.map_err(database("look at a digest again"))?;
    Ok(Some(DigestFacts {
        name: person.name,
        address: person.address,
        message_id: kept.message_id,
        language: person.language,
        day: kept.day,
        part: u32::try_from(kept.part).map_err(|_| DispatchError::Row("a digest's part is negative".to_owned()))?,
        gathered_at,
        content: truth.content,
    }))
}

/// A digest as it was gathered.
struct Kept {
    digest: i64,
    account: Uuid,
    day: Date,
    part: i32,
    language: String,
    content: Content,
    gathered_at: Timestamp,
    message_id: String,
}

impl Kept {
    async fn of(tx: &Transaction<'_>, mail: i64, token: Uuid) -> Result<Option<Self>, DispatchError> {
        let row = tx
            .query_opt(
                "select digest.id, digest.account, digest.day, digest.part, digest.language, digest.content,
                        digest.gathered_at, mail.message_id
                   from mail join digest on digest.id = mail.digest
                  where mail.id = $1 and mail.lease_token = $2 and mail.state in ('queued', 'deferred')",
                &[&mail, &token],
            )
            .await
            .map_err(database("read a digest"))?;
        let Some(row) = row else { return Ok(None) };
        let content = serde_json::from_value(row.get(5));
        Ok(Some(Self {
            digest: row.get(0),
            account: row.get(1),
            day: row.get(2),
            part: row.get(3),
            language: row.get(4),
            content: content.map_err(|error| DispatchError::Row(format!("the content of a digest: {error}")))?,
            gathered_at: row.get(6),
            message_id: row.get(7),
        }))
    }
}

/// What one person is to be told now, and the reminders that this follows from.
struct Truth {
    content: Content,
    waiting: Vec<Waiting>,
}

impl Truth {
    async fn of(
        tx: &Transaction<'_>,
        person: &Person,
        what: What,
        now: Timestamp,
        settings: &Notices,
    ) -> Result<Self, DispatchError> {
        let today = day_of(now);
        let waiting = waiting(tx, person, what, today).await?;
        let reminders = Section::of(lines(&waiting));
        // What was held back or put off goes with this mail, so that nobody finds two of them at once.
        let content = if what == What::Digest || speaks_of_more(tx, person).await? {
            Content { reminders, ..reading::pressing(tx, person, today, settings).await? }
        } else {
            Content { reminders, ..Content::default() }
        };
        Ok(Self { content, waiting })
    }

    /// The person's other mails that have not gone do not go any more, and the reminders are told by this one. A mail that a worker has taken, and
    /// not begun to send, is among the others.
    async fn tell(
        &self,
        tx: &Transaction<'_>,
        person: &Person,
        digest: i64,
        now: Timestamp,
    ) -> Result<(), DispatchError> {
        tx.execute(
            "update mail set state = 'cancelled', called_back = true, address = null, changed_at = $3
              where state in ('queued', 'deferred')
                and digest in (select id from digest where account = $1 and id <> $2 and report is null)",
            &[&person.account, &digest, &now],
        )
        .await
        .map_err(database("call an earlier digest back"))?;
        let told: Vec<i64> = self.waiting.iter().filter(|one| one.line.is_some()).map(|one| one.reminder).collect();
        tx.execute(
            "update notice set digest = $3, ended_at = coalesce(ended_at, $4) where account = $1 and reminder = any($2)",
            &[&person.account, &told, &digest, &now],
        )
        .await
        .map_err(database("note what a digest tells"))?;
        Ok(())
    }

    /// A reminder of what is owed no more is over, and no later mail takes it up.
    async fn forget(&self, tx: &Transaction<'_>, person: &Person, now: Timestamp) -> Result<(), DispatchError> {
        let over: Vec<i64> = self.waiting.iter().filter(|one| one.line.is_none()).map(|one| one.reminder).collect();
        tx.execute(
            "update notice set digest = null, ended_at = coalesce(ended_at, $3)
              where account = $1 and reminder = any($2)",
            &[&person.account, &over, &now],
        )
        .await
        .map_err(database("end reminders of what is not owed any more"))?;
        Ok(())
    }
}

/// Does a mail to them that has not gone speak of more than reminders? One that cannot be read is taken to.
async fn speaks_of_more(tx: &Transaction<'_>, person: &Person) -> Result<bool, DispatchError> {
    let rows = tx
        .query(
            "select digest.part, digest.content from digest join mail on mail.digest = digest.id
              where digest.account = $1 and digest.report is null and mail.state in ('queued', 'deferred')",
            &[&person.account],
        )
        .await
        .map_err(database("look for a digest that has not gone"))?;
    let speaks = |row: &tokio_postgres::Row| {
        let content: Result<Content, _> = serde_json::from_value(row.get(1));
        row.get::<_, i32>(0) == 0 || content.map_or(true, |content| !content.is_of_reminders())
    };
    Ok(rows.iter().any(speaks))
}

/// A reminder that waits for somebody; without a line when it is not owed any more.
struct Waiting {
    reminder: i64,
    line: Option<Line>,
}

/// What was never told, what stands in a mail that has not gone, and, for a digest, what stands in one that did not arrive, or of which nobody
/// knows: that one is not sent again, but its reminders are not lost.
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
                and (notice.ended_at is null or mail.state in ('queued', 'deferred')
                     or ($2 and mail.state in ('unknown', 'refused', 'dead')))
              order by notice.reminder",
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
    now: Timestamp,
    content: &Content,
) -> Result<Option<Made>, DispatchError> {
    let content = serde_json::to_value(content).map_err(|error| DispatchError::Row(error.to_string()))?;
    let day = day_of(now);
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

/// It does not go, and no other mail has taken its place.
pub(crate) async fn drop_mail(
    tx: &Transaction<'_>,
    mail: i64,
    token: Uuid,
    now: Timestamp,
) -> Result<(), DispatchError> {
    tx.execute(
        "update mail
            set state = 'cancelled', address = null, changed_at = $3,
                lease_owner = null, lease_until = null, lease_token = null
          where id = $1 and lease_token = $2 and state in ('queued', 'deferred')",
        &[&mail, &token, &now],
    )
    .await
    .map_err(database("drop a digest"))?;
    Ok(())
}

//! Who is written to now: the digests of a morning, and the reminders that have been gathered long enough. What one person's mail says is
//! [`super::tell`]'s.

use deadpool_postgres::Pool;
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::due;
use super::reading::{self, WRITTEN_TO};
use super::tell::{self, What};
use crate::config::Notices;
use crate::error::{DispatchError, database};

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
    if is_paused {
        return Ok(0);
    }
    // Neither waits for the other: what fails is met again in the next round.
    let digests = match day.filter(|_| is_digest_due) {
        Some(day) => digests(pool, day, now, settings).await,
        None => Ok(0),
    };
    let reminders = if has_reminders { reminders(pool, now, settings).await } else { Ok(0) };
    Ok(digests? + reminders?)
}

/// The digests of a day. It counts as gathered when everybody has theirs; until then the next round goes through all of them again.
async fn digests(pool: &Pool, day: Date, now: Timestamp, settings: &Notices) -> Result<u64, DispatchError> {
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    let people = reading::people(&client, now).await?;
    drop(client);
    let mails = each(pool, &people, What::Digest, now, settings).await?;
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
        "select account.id from account
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
    let people: Vec<Uuid> = rows.iter().map(|row| row.get(0)).collect();
    each(pool, &people, What::Reminders, now, settings).await
}

/// One mail for each; how many were made. Whoever cannot be served holds nobody else up.
async fn each(
    pool: &Pool,
    people: &[Uuid],
    what: What,
    now: Timestamp,
    settings: &Notices,
) -> Result<u64, DispatchError> {
    let (mut mails, mut failure) = (0, None);
    for person in people {
        match tell::anew(pool, *person, what, now, settings).await {
            Ok(made) => mails += u64::from(made),
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "somebody's digest could not be gathered");
                failure = Some(error);
            }
        }
    }
    failure.map_or(Ok(mails), Err)
}

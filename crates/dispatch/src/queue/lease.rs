//! Taking errands: a lease, committed before anything is done about it, and the mark that stands before MAIL FROM.

use std::time::Duration;

use deadpool_postgres::{Client, Pool};
use jiff::Timestamp;
use tokio_postgres::Row;
use uuid::Uuid;

use super::rows::{Errand, Letter, errand, letter};
use crate::error::{DispatchError, database};
use crate::wire::Stage;

const FELL_SILENT: &str =
    "our own program stopped while the mail was on its way; nobody knows whether the relay took it";

/// Takes up to `limit` due mails: new ones before retries, then the one that has waited longest; none only when none is due.
///
/// What cannot be read is given up, with words that say why, and holds nothing else up. While the mail of the house is paused, its digests stay
/// where they are. The lease is committed when this returns. Others pass over rows that are just being taken and over those that are.
pub(crate) async fn lease(
    pool: &Pool,
    worker: &str,
    now: Timestamp,
    length: Duration,
    limit: usize,
) -> Result<Vec<Errand>, DispatchError> {
    let mut client = pool.get().await.map_err(DispatchError::Pool)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    loop {
        let rows = take(&client, worker, now, length, limit).await?;
        let is_over = rows.is_empty();
        let mut errands = Vec::with_capacity(rows.len());
        for row in &rows {
            match errand(row) {
                Ok(errand) => errands.push(errand),
                Err(unreadable) => give_up(&mut client, row, &unreadable, worker, now).await?,
            }
        }
        if is_over || !errands.is_empty() {
            return Ok(errands);
        }
    }
}

async fn take(
    client: &Client,
    worker: &str,
    now: Timestamp,
    length: Duration,
    limit: i64,
) -> Result<Vec<Row>, DispatchError> {
    client
        .query(
            "with due as (
                 select id
                   from mail
                  where state in ('queued', 'deferred')
                    and next_attempt_at <= $2
                    and (lease_until is null or lease_until < clock_timestamp())
                    and (digest is null or not exists (select from office_mail_pause where resumed_at is null))
                  order by (failures > 0), next_attempt_at, id
                  limit $4
                    for update skip locked
             ), taken as (
                 update mail
                    set lease_owner = $1,
                        lease_until = clock_timestamp() + $3 * interval '1 second',
                        lease_token = gen_random_uuid()
                   from due
                  where mail.id = due.id
              returning mail.*
             )
             select taken.id, taken.inquiry, taken.order_no, taken.recipient, taken.attempts, taken.failures,
                    taken.first_failed_at, taken.lease_token, coalesce(taken.relay, '') as relay, taken.name, taken.address, taken.message_id,
                    o.pdf, o.language, o.number, o.dated, o.file_name, o.inquiry_number, o.inquiry_dated, o.subject,
                    o.ordered_at, taken.digest, d.day, d.part, d.language as digest_language, d.content, d.gathered_at,
                    d.head_block, d.report
               from taken
               left join mail_order o using (inquiry, order_no)
               left join digest d on d.id = taken.digest
              order by (taken.failures > 0), taken.next_attempt_at, taken.id",
            &[&worker, &now, &length.as_secs_f64(), &limit],
        )
        .await
        .map_err(database("take due mails"))
}

/// Gives up a mail of which what is stored cannot be read: a person sees it with these words, and an inquiry is told.
async fn give_up(
    client: &mut Client,
    row: &Row,
    unreadable: &DispatchError,
    worker: &str,
    now: Timestamp,
) -> Result<(), DispatchError> {
    let (id, message_id, relay): (i64, &str, &str) = (row.get("id"), row.get("message_id"), row.get("relay"));
    let (stage, answer) = (Stage::Before.code(), unreadable.to_string());
    tracing::error!(mail = id, error = unreadable as &dyn std::error::Error, "a mail cannot be read and is given up");
    let tx = client.transaction().await.map_err(database("give a mail up"))?;
    let given_up = tx
        .query_opt(
            "update mail
                set state = 'dead', attempts = attempts + 1, stage = $3, code = null, answer = $4, changed_at = $5,
                    address = case when digest is null then address end,
                    lease_owner = null, lease_until = null, lease_token = null
              where id = $1 and lease_token = $2 and state in ('queued', 'deferred')
          returning attempts, digest is null",
            &[&id, &row.get::<_, Uuid>("lease_token"), &stage, &answer, &now],
        )
        .await
        .map_err(database("give a mail up"))?;
    let Some(given_up) = given_up else { return Ok(()) };
    let (attempt, is_letter): (i32, bool) = (given_up.get(0), given_up.get(1));
    tx.execute(
        "insert into mail_attempt (mail, attempt, step, at, worker, relay, stage, answer)
         values ($1, $2, 'not_sent', $3, $4, $5, $6, $7)",
        &[&id, &attempt, &now, &worker, &relay, &stage, &answer],
    )
    .await
    .map_err(database("write an attempt down"))?;
    // No inquiry is waiting to hear of a digest.
    if is_letter {
        let command = super::complete::report_id(message_id, attempt, "not_sent");
        tx.execute(
            "insert into mail_report (mail, attempt, command, accepted, permanent, relay, stage, answer, at)
             values ($1, $2, $3, false, true, $4, $5, $6, $7)",
            &[&id, &attempt, &command, &relay, &stage, &answer, &now],
        )
        .await
        .map_err(database("keep a report for the inquiry"))?;
    }
    tx.commit().await.map_err(database("give a mail up"))
}

/// The letter of a mail, whatever has become of it; none where its address was erased.
pub(crate) async fn letter_of(pool: &Pool, message_id: &str) -> Result<Option<Letter>, DispatchError> {
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    let row = client
        .query_opt(
            "select mail.id, mail.inquiry, mail.order_no, mail.recipient, mail.name, mail.address, mail.message_id,
                    o.pdf, o.language, o.number, o.dated, o.file_name, o.inquiry_number, o.inquiry_dated, o.subject,
                    o.ordered_at
               from mail
               join mail_order o using (inquiry, order_no)
              where mail.message_id = $1 and mail.address is not null",
            &[&message_id],
        )
        .await
        .map_err(database("look for a mail"))?;
    row.as_ref().map(letter).transpose()
}

/// Gives untouched errands back, for whoever comes next.
pub(crate) async fn put_back(pool: &Pool, errands: &[Errand]) -> Result<(), DispatchError> {
    let tokens: Vec<Uuid> = errands.iter().map(|errand| errand.token).collect();
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    client
        .execute(
            "update mail
                set lease_owner = null, lease_until = null, lease_token = null
              where lease_token = any($1) and state in ('queued', 'deferred')",
            &[&tokens],
        )
        .await
        .map_err(database("give mails back"))?;
    Ok(())
}

/// Gives an untouched errand back until then: as much as may go in a minute has gone. Nothing is charged.
pub(crate) async fn postpone(pool: &Pool, errand: &Errand, until: Timestamp) -> Result<(), DispatchError> {
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    client
        .execute(
            "update mail
                set next_attempt_at = greatest(next_attempt_at, $3),
                    lease_owner = null, lease_until = null, lease_token = null
              where id = $1 and lease_token = $2 and state in ('queued', 'deferred')",
            &[&errand.id, &errand.token, &until],
        )
        .await
        .map_err(database("let a mail wait"))?;
    Ok(())
}

/// What an attempt is begun with.
pub(crate) struct Beginning<'a> {
    pub(crate) worker: &'a str,
    pub(crate) relay: &'a str,
    pub(crate) now: Timestamp,
    pub(crate) lease: Duration,
    pub(crate) bytes: usize,
    pub(crate) sha256: [u8; 32],
    /// Does the office's mailbox get a copy in the same transaction?
    pub(crate) has_copy: bool,
}

/// Marks the mail as on its way, durably: if we die after this, nobody sends it again by himself.
///
/// False when the mail is ours no longer: the lease ran out and somebody else has it, or it was called back.
pub(crate) async fn begin(pool: &Pool, errand: &Errand, beginning: &Beginning<'_>) -> Result<bool, DispatchError> {
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    let bytes = i32::try_from(beginning.bytes).unwrap_or(i32::MAX);
    let begun = client
        .execute(
            "with mine as (
                 update mail
                    set state = 'transmitting',
                        attempts = attempts + 1,
                        relay = $3,
                        sha256 = $4,
                        has_copy = $9,
                        copy_missing_at = null,
                        changed_at = $5,
                        lease_until = clock_timestamp() + $6 * interval '1 second'
                  where id = $1
                    and lease_token = $2
                    and lease_until > clock_timestamp()
                    and state in ('queued', 'deferred')
              returning id, attempts
             )
             insert into mail_attempt (mail, attempt, step, at, worker, relay, bytes, sha256)
             select id, attempts, 'transmitting', $5, $7, $3, $8, $4 from mine",
            &[
                &errand.id,
                &errand.token,
                &beginning.relay,
                &beginning.sha256.as_slice(),
                &beginning.now,
                &beginning.lease.as_secs_f64(),
                &beginning.worker,
                &bytes,
                &beginning.has_copy,
            ],
        )
        .await
        .map_err(database("mark a mail as on its way"))?;
    Ok(begun == 1)
}

/// What the dead have left, taken up again. Run by every worker before it looks for due mail.
///
/// A mail that was only being written to a file is due again: the same file would be written with the same bytes. One that was on
/// its way to a relay is `unknown`: only a person, or evidence, may have it sent again.
pub(crate) async fn recover(pool: &Pool, now: Timestamp) -> Result<u64, DispatchError> {
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    client
        .execute(
            "update mail
                set state = case when called_back then 'cancelled' else 'queued' end,
                    lease_owner = null, lease_until = null, lease_token = null, changed_at = $1
              where state = 'transmitting' and relay = 'file' and lease_until < clock_timestamp()",
            &[&now],
        )
        .await
        .map_err(database("take up files that were being written"))?;
    mark_unknown(pool, now).await
}

async fn mark_unknown(pool: &Pool, now: Timestamp) -> Result<u64, DispatchError> {
    let mut client = pool.get().await.map_err(DispatchError::Pool)?;
    let tx = client.transaction().await.map_err(database("mark mails whose worker fell silent"))?;
    // The token stays: should the worker after all come back with an answer, it is about this very attempt and welcome.
    let lost = tx
        .query(
            "update mail
                set state = 'unknown', stage = $2, code = null, answer = $3, changed_at = $1,
                    address = case when digest is null then address end
              where state = 'transmitting' and relay <> 'file' and lease_until < clock_timestamp()
          returning id, attempts, relay, coalesce(lease_owner, ''), message_id, digest is not null",
            &[&now, &Stage::AfterDot.code(), &FELL_SILENT],
        )
        .await
        .map_err(database("mark mails whose worker fell silent"))?;
    for row in &lost {
        let (id, attempt): (i64, i32) = (row.get(0), row.get(1));
        let (relay, worker, message_id): (&str, &str, &str) = (row.get(2), row.get(3), row.get(4));
        tx.execute(
            "insert into mail_attempt (mail, attempt, step, at, worker, relay, stage, answer)
             values ($1, $2, 'unknown', $3, $4, $5, $6, $7)",
            &[&id, &attempt, &now, &worker, &relay, &Stage::AfterDot.code(), &FELL_SILENT],
        )
        .await
        .map_err(database("write a lost attempt down"))?;
        // No inquiry is waiting to hear of a digest.
        if row.get(5) {
            continue;
        }
        tx.execute(
            "insert into mail_report (mail, attempt, command, accepted, permanent, relay, stage, answer, at)
             values ($1, $2, $3, false, true, $4, $5, $6, $7)",
            &[
                &id,
                &attempt,
                &super::complete::report_id(message_id, attempt, "unknown"),
                &relay,
                &Stage::AfterDot.code(),
                &FELL_SILENT,
                &now,
            ],
        )
        .await
        .map_err(database("keep a report for the inquiry"))?;
    }
    tx.commit().await.map_err(database("mark mails whose worker fell silent"))?;
    Ok(lost.len() as u64)
}

/// Ends the leases of an earlier worker of this name at once; `recover` does the rest.
pub(crate) async fn take_back(pool: &Pool, worker: &str) -> Result<(), DispatchError> {
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    client
        .execute(
            "update mail
                set lease_until = '-infinity'
              where lease_owner = $1 and state in ('queued', 'deferred', 'transmitting')",
            &[&worker],
        )
        .await
        .map_err(database("take an earlier worker's mails back"))?;
    Ok(())
}

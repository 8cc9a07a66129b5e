//! What the office's own copies say of mails whose fate is unknown. Both are recipients of one transaction: where the copy is, the relay has taken the
//! mail; where none came although the mailbox was read, it has not.

use deadpool_postgres::{Pool, Transaction};

use super::Moment;
use crate::config::Copies;
use crate::error::{DispatchError, database};
use crate::queue::report_id;
use crate::wire::Stage;

/// Who writes the attempts' ends here.
const WORKER: &str = "inbound";
const FOUND: &str = "the office's mailbox has a copy: the relay took the mail";

/// Mails of unknown fate of which there is a copy by a mark that nobody else knows: the relay has them. So it has one that was about to go again, or was put off when it went again, when the
/// copy of the first came after all. How many those were.
pub(super) async fn found(pool: &Pool, now: Moment) -> Result<u64, DispatchError> {
    let mut client = pool.get().await.map_err(DispatchError::Pool)?;
    let tx = client.transaction().await.map_err(database("look for copies"))?;
    let rows = tx
        .query(
            "update mail
                set state = 'accepted', stage = null, answer = $1, accepted_at = $2, changed_at = $2,
                    copy_missing_at = null, lease_owner = null, lease_until = null, lease_token = null
              where (state = 'unknown'
                     or (state in ('queued', 'deferred')
                         and (copy_missing_at is not null
                              or exists (select from mail_attempt a where a.mail = mail.id and a.step = 'unknown'))))
                and exists (select from mail_notice n where n.mail = mail.id and n.kind = 'copy' and n.found_by = 'mark')
          returning id, attempts, coalesce(relay, ''), message_id",
            &[&FOUND, &now],
        )
        .await
        .map_err(database("look for copies"))?;
    for row in &rows {
        let (mail, attempt, relay, message_id): (i64, i32, &str, &str) =
            (row.get(0), row.get(1), row.get(2), row.get(3));
        taken(&tx, mail, attempt, relay, message_id, now).await?;
    }
    tx.commit().await.map_err(database("look for copies"))?;
    if !rows.is_empty() {
        tracing::info!(mails = rows.len(), "mails whose fate was unknown had gone: there are copies of them");
    }
    Ok(rows.len() as u64)
}

async fn taken(
    tx: &Transaction<'_>,
    mail: i64,
    attempt: i32,
    relay: &str,
    message_id: &str,
    now: Moment,
) -> Result<(), DispatchError> {
    tx.execute(
        "insert into mail_attempt (mail, attempt, step, at, worker, relay, answer)
         values ($1, $2, 'accepted', $3, $4, $5, $6)
         on conflict (mail, attempt, step) do nothing",
        &[&mail, &attempt, &now, &WORKER, &relay, &FOUND],
    )
    .await
    .map_err(database("write an attempt down"))?;
    tx.execute(
        "insert into mail_report (mail, attempt, command, accepted, permanent, relay, stage, answer, at)
         values ($1, $2, $3, true, false, $4, 'accepted', $5, $6)
         on conflict (command) do nothing",
        &[&mail, &attempt, &report_id(message_id, attempt, "accepted"), &relay, &FOUND, &now],
    )
    .await
    .map_err(database("keep a report for the inquiry"))?;
    Ok(())
}

/// Mails of unknown fate of which there is no copy, although the mailbox was read long enough afterwards. They go once more, with the same identity,
/// where the settings allow it and nobody has done anything about them; otherwise a person is told. How many those were.
pub(super) async fn missing(pool: &Pool, copies: &Copies, mailbox: &str, now: Moment) -> Result<u64, DispatchError> {
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    let missing = client
        .execute(
            "with missing as (
                 select mail.id,
                        $4 and not mail.called_back and mail.address is not null
                           and not exists (select from mail newer
                                            where newer.inquiry = mail.inquiry and newer.recipient = mail.recipient
                                              and newer.order_no > mail.order_no) as goes_again
                   from mail
                   join inbound_mailbox box on box.mailbox = $1
                  where mail.state = 'unknown' and mail.has_copy
                    and box.read_at > mail.changed_at + $2 * interval '1 second'
                    and not exists (select from mail_notice n where n.mail = mail.id and n.kind = 'copy')
                    for update of mail skip locked
             )
             update mail
                set state = case when goes_again then 'queued' else 'unknown' end,
                    next_attempt_at = case when goes_again then $3 else next_attempt_at end,
                    changed_at = case when goes_again then $3 else changed_at end,
                    stage = case when goes_again then null else $5 end,
                    copy_missing_at = coalesce(copy_missing_at, $3),
                    lease_owner = null, lease_until = null, lease_token = null
               from missing
              where mail.id = missing.id and (goes_again or copy_missing_at is null)",
            &[&mailbox, &copies.grace.as_secs_f64(), &now, &copies.resend, &Stage::AfterDot.code()],
        )
        .await
        .map_err(database("look for copies that did not come"))?;
    if missing > 0 {
        tracing::warn!(
            mails = missing,
            sent_again = copies.resend,
            "mails whose fate was unknown have no copy: the relay did not take them"
        );
    }
    Ok(missing)
}

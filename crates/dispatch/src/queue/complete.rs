//! What an attempt leads to, and writing it down together with what the inquiry is to be told.

use std::time::Duration;

use deadpool_postgres::Pool;
use jiff::Timestamp;
use uuid::Uuid;

use super::{Cargo, Errand};
use crate::error::{DispatchError, database};
use crate::schedule::pause_after;
use crate::text::without_address;
use crate::wire::{Outcome, Stage};

/// An attempt that is over.
#[derive(Debug)]
pub(crate) struct Attempt<'a> {
    pub(crate) worker: &'a str,
    pub(crate) relay: &'a str,
    /// Did the mail become a file, and not go to a relay?
    pub(crate) is_file: bool,
    pub(crate) outcome: &'a Outcome,
    pub(crate) at: Timestamp,
    pub(crate) give_up_after: Duration,
}

/// Where the mail stands after an attempt. A function of values: the table of docs/adr/0003-outbox.md.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// The relay has it.
    Accepted,
    /// The file stands.
    Written,
    /// Another attempt at this time.
    Deferred(Timestamp),
    /// The relay will not have it.
    Refused,
    /// Nobody knows.
    Unknown,
    /// Given up.
    Dead,
    /// As before the attempt: it said nothing about the mail.
    AsBefore,
}

impl Next {
    pub(crate) fn after(errand: &Errand, attempt: &Attempt<'_>) -> Self {
        match attempt.outcome {
            Outcome::Accepted(_) if attempt.is_file => Self::Written,
            Outcome::Accepted(_) => Self::Accepted,
            Outcome::Refused { .. } => Self::Refused,
            Outcome::Unknown { .. } => Self::Unknown,
            Outcome::Config { .. } => Self::AsBefore,
            Outcome::Deferred { .. } | Outcome::NotSent { .. } => {
                let pause = pause_after(errand.failures.saturating_add(1), errand.message_id());
                let next = attempt.at + pause;
                let since = errand.first_failed_at.unwrap_or(attempt.at);
                if next > since + attempt.give_up_after { Self::Dead } else { Self::Deferred(next) }
            }
        }
    }

    const fn state(self, errand: &Errand) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Written => "written",
            Self::Deferred(_) => "deferred",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
            Self::Dead => "dead",
            Self::AsBefore if errand.failures > 0 => "deferred",
            Self::AsBefore => "queued",
        }
    }
}

/// What is written down of an outcome.
struct Words {
    step: &'static str,
    stage: Option<&'static str>,
    code: Option<i32>,
    answer: String,
    queue_id: Option<String>,
}

fn words(outcome: &Outcome, is_file: bool) -> Words {
    let told = |step, stage: Stage, answer: &crate::wire::Answer| Words {
        step,
        stage: Some(stage.code()),
        code: Some(i32::from(answer.code)),
        answer: answer.to_string(),
        queue_id: None,
    };
    let seen = |step, stage: Stage, why: &str| Words {
        step,
        stage: Some(stage.code()),
        code: None,
        answer: why.to_owned(),
        queue_id: None,
    };
    match outcome {
        Outcome::Accepted(answer) if is_file => {
            Words { step: "written", stage: None, code: None, answer: answer.text.clone(), queue_id: None }
        }
        Outcome::Accepted(answer) => Words {
            step: "accepted",
            stage: None,
            code: Some(i32::from(answer.code)),
            answer: answer.to_string(),
            queue_id: answer.queue_id().map(str::to_owned),
        },
        Outcome::Deferred { stage, answer } => told("deferred", *stage, answer),
        Outcome::Refused { stage, answer } => told("refused", *stage, answer),
        Outcome::NotSent { stage, why } => seen("not_sent", *stage, why),
        Outcome::Unknown { why } => seen("unknown", Stage::AfterDot, why),
        Outcome::Config { stage, why } => seen("config", *stage, why),
    }
}

/// Writes down what became of an attempt: the row, the attempt, and the report to the inquiry, all or none.
///
/// Nothing is written when the mail is ours no longer; then `None` is returned.
pub(crate) async fn complete(
    pool: &Pool,
    errand: &Errand,
    attempt: &Attempt<'_>,
) -> Result<Option<Next>, DispatchError> {
    let next = Next::after(errand, attempt);
    let mut words = words(attempt.outcome, attempt.is_file);
    // Servers like to repeat the address, and what they say goes into the journal and into rows that never change.
    words.answer = without_address(&words.answer, errand.address());
    let state = next.state(errand);
    let charged = matches!(next, Next::Deferred(_) | Next::Dead);
    let next_at = match next {
        Next::Deferred(at) => Some(at),
        Next::Accepted | Next::Written | Next::Refused | Next::Unknown | Next::Dead | Next::AsBefore => None,
    };
    let taken = matches!(next, Next::Accepted | Next::Written);

    let mut client = pool.get().await.map_err(DispatchError::Pool)?;
    let tx = client.transaction().await.map_err(database("write an outcome down"))?;
    // An attempt that ended before its mark is counted here. One whose lease ran out has become `unknown` under the same token:
    // an answer that still comes is better than none. A mail called back while it was under way does not wait for another try.
    let row = tx
        .query_opt(
            "update mail
                set state = case when called_back and $3 in ('queued', 'deferred') then 'cancelled' else $3 end,
                    attempts = attempts + case when state = any(array['transmitting', 'unknown']) then 0 else 1 end,
                    failures = failures + case when $4 then 1 else 0 end,
                    first_failed_at = case when $4 then coalesce(first_failed_at, $5) else first_failed_at end,
                    next_attempt_at = coalesce($6, next_attempt_at),
                    accepted_at = case when $7 then $5 else accepted_at end,
                    relay = $8, stage = $9, code = $10, answer = $11, queue_id = $12, changed_at = $5,
                    -- What has settled of the house's own mail needs no address any more; the account has it.
                    address = case when digest is null or ($3 in ('queued', 'deferred') and not called_back) then address end,
                    lease_owner = null, lease_until = null, lease_token = null
              where id = $1
                and lease_token = $2
                and (state in ('queued', 'deferred', 'transmitting') or (state = 'unknown' and $7))
          returning attempts",
            &[
                &errand.id,
                &errand.token,
                &state,
                &charged,
                &attempt.at,
                &next_at,
                &taken,
                &attempt.relay,
                &words.stage,
                &words.code,
                &words.answer,
                &words.queue_id,
            ],
        )
        .await
        .map_err(database("write an outcome down"))?;
    let Some(row) = row else { return Ok(None) };
    let number: i32 = row.get(0);
    tx.execute(
        "insert into mail_attempt (mail, attempt, step, at, worker, relay, stage, code, answer)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            &errand.id,
            &number,
            &words.step,
            &attempt.at,
            &attempt.worker,
            &attempt.relay,
            &words.stage,
            &words.code,
            &words.answer,
        ],
    )
    .await
    .map_err(database("write an attempt down"))?;

    // What is only our own settings' fault is nothing for the inquiry's history, and a digest has no inquiry.
    if next != Next::AsBefore && matches!(errand.cargo, Cargo::Letter(_)) {
        let command = report_id(errand.message_id(), number, words.step);
        let permanent = matches!(next, Next::Refused | Next::Unknown | Next::Dead);
        let stage = words.stage.unwrap_or("accepted");
        tx.execute(
            "insert into mail_report (mail, attempt, command, accepted, permanent, relay, stage, answer, at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            &[&errand.id, &number, &command, &taken, &permanent, &attempt.relay, &stage, &words.answer, &attempt.at],
        )
        .await
        .map_err(database("keep a report for the inquiry"))?;
    }
    tx.commit().await.map_err(database("write an outcome down"))?;
    Ok(Some(next))
}

/// The id of the command that tells of an outcome: the same for the same outcome of the same attempt of the same mail.
pub(crate) fn report_id(message_id: &str, attempt: i32, step: &str) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("mid:{message_id}?attempt={attempt}&outcome={step}").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_has_one_id_for_ever() {
        let id = report_id("<a.1.3@saual.kz>", 1, "accepted");
        assert_eq!(id, report_id("<a.1.3@saual.kz>", 1, "accepted"));
        assert_ne!(id, report_id("<a.1.3@saual.kz>", 2, "accepted"));
        assert_ne!(id, report_id("<a.1.3@saual.kz>", 1, "unknown"));
    }
}

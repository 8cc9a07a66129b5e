//! Tells the inquiries what became of their mails, as commands whose ids follow from the outcome: twice told is once recorded.

use eventstore::{CommandId, ExecuteError, Guards, Journal, Origin, StreamId};
use inquiry::command::{RecordAcceptance, RecordDeliveryReport, RecordFailure};
use inquiry::terms::FailureStage;
use inquiry::{Actor, Ask, Command, Inquiry};
use sha2::{Digest, Sha256};

use crate::Clock;
use crate::error::DispatchError;
use crate::queue::{self, Report};

/// The name in the journal of whoever tells.
const ACTOR: &str = "dispatch";

/// Tells everything that is due; how many were told.
///
/// # Errors
/// [`DispatchError`] when the database or the journal does not answer. What was told stays told.
pub async fn report_all(journal: &Journal, clock: &Clock) -> Result<u64, DispatchError> {
    let mut told = 0;
    loop {
        let due = queue::unreported(journal.pool(), 100).await?;
        if due.is_empty() {
            return Ok(told);
        }
        for report in due {
            let refused = tell(journal, &report).await?;
            queue::reported(journal.pool(), report.id, clock(), refused.as_deref()).await?;
            told += 1;
        }
    }
}

/// Some words when the inquiry does not take the report: it has moved on, and the row remembers why.
async fn tell(journal: &Journal, report: &Report) -> Result<Option<String>, DispatchError> {
    let failed = |source: Box<dyn std::error::Error + Send + Sync>| DispatchError::Journal {
        doing: "record what became of a mail",
        source,
    };
    let stream = StreamId::new(report.inquiry.stream_id()).map_err(|error| failed(Box::new(error)))?;
    let ask = ask(report);
    let words = serde_json::to_vec(&ask).map_err(|error| failed(Box::new(error)))?;
    let origin = Origin {
        actor: ACTOR.to_owned(),
        at: report.at,
        command: CommandId(report.command),
        request: Sha256::digest(&words).into(),
        correlation: report.correlation,
        causation: Some(report.causation),
    };
    let command = Command { by: Actor::system(ACTOR), at: report.at, seen: None, ask };
    match journal.execute::<Inquiry>(&stream, command, origin, Guards::default(), None).await {
        Ok(_) => Ok(None),
        Err(ExecuteError::Refused(refusal)) => {
            tracing::warn!(
                inquiry = %report.inquiry,
                recipient = report.recipient.0,
                refusal = refusal.code(),
                "an inquiry did not take what became of a mail"
            );
            Ok(Some(refusal.code().to_owned()))
        }
        Err(ExecuteError::Append(error)) => Err(failed(Box::new(error))),
    }
}

fn ask(report: &Report) -> Ask {
    let (order, recipient, attempt) = (report.order, report.recipient, report.attempt);
    if let Some(what) = report.notice {
        return RecordDeliveryReport { order, recipient, what, answer: report.answer.clone() }.into();
    }
    if report.accepted {
        let relay = crate::text::one_line(&report.relay, 200);
        return RecordAcceptance { order, recipient, attempt, relay, answer: report.answer.clone() }.into();
    }
    RecordFailure {
        order,
        recipient,
        attempt,
        stage: stage(&report.stage),
        answer: report.answer.clone(),
        permanent: report.permanent,
    }
    .into()
}

/// The stages of the wire in the inquiry's words.
fn stage(stored: &str) -> FailureStage {
    match stored {
        "connect" | "tls" | "auth" => FailureStage::Connecting,
        "mail" | "rcpt" => FailureStage::Addressing,
        "data" | "body" | "after_dot" => FailureStage::Sending,
        "bounced" => FailureStage::Bounced,
        // `before` and `file`: it never became a mail that could be sent.
        _ => FailureStage::Composing,
    }
}

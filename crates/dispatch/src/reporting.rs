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
    let words = request(report).map_err(|error| failed(Box::new(error)))?;
    let origin = Origin {
        actor: ACTOR.to_owned(),
        at: report.at,
        command: CommandId(report.command),
        request: Sha256::digest(&words).into(),
        correlation: report.correlation,
        causation: Some(report.causation),
    };
    let command = Command { by: Actor::system(ACTOR), at: report.at, seen: None, ask: ask(report) };
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

/// By which a command that is told again is known for the same one. The mail's hash is no part of it: it follows from the attempt, and what was
/// asked before it was told along may be asked again after.
fn request(report: &Report) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(&ask(&Report { message_sha256: None, ..report.clone() }))
}

fn ask(report: &Report) -> Ask {
    let (order, recipient, attempt) = (report.order, report.recipient, report.attempt);
    if let Some(what) = report.notice {
        return RecordDeliveryReport { order, recipient, what, answer: report.answer.clone() }.into();
    }
    if report.accepted {
        return RecordAcceptance {
            order,
            recipient,
            attempt,
            relay: crate::text::one_line(&report.relay, 200),
            answer: report.answer.clone(),
            message_sha256: report.message_sha256,
        }
        .into();
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

#[cfg(test)]
mod tests {
    use inquiry::{BlobHash, InquiryId, RecipientNo};
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn the_mails_hash_is_told_and_does_not_make_another_request_of_it() {
        let hash = BlobHash([0xab; 32]);
        let report = Report {
            id: 1,
            command: Uuid::nil(),
            inquiry: InquiryId(Uuid::nil()),
            order: 1,
            recipient: RecipientNo(3),
            attempt: 2,
            accepted: true,
            permanent: false,
            relay: "mail.example".to_owned(),
            stage: "accepted".to_owned(),
            answer: "250 OK".to_owned(),
            at: jiff::Timestamp::UNIX_EPOCH,
            message_sha256: Some(hash),
            notice: None,
            correlation: Uuid::nil(),
            causation: Uuid::nil(),
        };
        let Ask::RecordAcceptance(told) = ask(&report) else { panic!("{:?}", ask(&report)) };
        assert_eq!(told.message_sha256, Some(hash));
        let words: serde_json::Value = serde_json::from_slice(&request(&report).unwrap()).unwrap();
        let before = json!({ "order": 1, "recipient": 3, "attempt": 2, "relay": "mail.example", "answer": "250 OK" });
        assert_eq!(words["record-acceptance"], before, "{words}");
    }
}

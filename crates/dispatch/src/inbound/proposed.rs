//! What follows for a clerk: an answer to a mail of ours, or anything else that is no report, becomes a proposal. Nothing is registered from here.

use deadpool_postgres::Pool;
use eventstore::{CommandId, ExecuteError, Guards, Journal, Origin, StreamId};
use inquiry::proposal::command::{ProposalAsk, ProposalCommand};
use inquiry::proposal::refusal::ProposalRefusal;
use inquiry::proposal::{Proposal, ProposalId, Source};
use inquiry::{Actor, BlobHash, InquiryId, RecipientNo};
use uuid::Uuid;

use super::Moment;
use super::kept::Kept;
use super::parsed::Parsed;
use super::sorted::{About, Sorted};
use crate::error::{DispatchError, database};

/// The name in the journal of whoever hands mails in.
const ACTOR: &str = "dispatch";
/// The most proposals that mails become in a day. What comes beyond waits outside of the journal, which never forgets.
const MOST_A_DAY: i64 = 300;

/// May a mail become a proposal today? Clerks are told how many wait.
pub(super) async fn has_room(pool: &Pool, now: Moment) -> Result<bool, DispatchError> {
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    let day = now.as_second() - 86_400;
    let today: i64 = client
        .query_one(
            "select count(*) from inbound_mail where proposal is not null and processed_at > to_timestamp($1::bigint)",
            &[&day],
        )
        .await
        .map_err(database("count what came today"))?
        .get(0);
    Ok(today < MOST_A_DAY)
}

/// Hands it in and writes that down; false when it has to wait.
pub(super) async fn propose(
    journal: &Journal,
    kept: &Kept,
    sorted: &Sorted,
    parsed: &Parsed,
    now: Moment,
) -> Result<bool, DispatchError> {
    let about = if let Sorted::Answer(about) = sorted { Some(*about) } else { None };
    if !has_room(journal.pool(), now).await? {
        return Ok(false);
    }
    let client = journal.pool().get().await.map_err(DispatchError::Pool)?;
    let mail = <[u8; 32]>::try_from(kept.sha256.as_slice())
        .map(BlobHash)
        .map_err(|_| DispatchError::Row("the hash of a mail that came".to_owned()))?;
    let source = match about {
        None => Source::Mail { mail },
        Some(about) => {
            let row = client
                .query_one("select inquiry, recipient from mail where id = $1", &[&about.mail])
                .await
                .map_err(database("read the mail that was answered"))?;
            let recipient: i32 = row.get(1);
            let recipient = u16::try_from(recipient)
                .map(RecipientNo)
                .map_err(|_| DispatchError::Row(format!("recipient {recipient}")))?;
            Source::Answer { inquiry: InquiryId(row.get(0)), recipient, mail }
        }
    };
    let proposal = hand_in(journal, source, mail, now).await?;
    let class = if about.is_some() { "answer" } else { "inquiry" };
    let done = client
        .execute(
            "with done as (
                 update inbound_mail
                    set class = $2, mail = $3, sender = $4, subject = $5, body = $6, proposal = $7, processed_at = $8
                  where id = $1 and processed_at is null
              returning id
             )
             insert into mail_notice (inbound, n, mail, kind, words, found_by, at)
             select id, 1, $3, 'answer', '', $9, $8 from done where $3::bigint is not null
             on conflict (inbound, n) do nothing",
            &[
                &kept.id,
                &class,
                &about.map(|about| about.mail),
                &parsed.sender,
                &parsed.subject,
                &parsed.body,
                &proposal.0,
                &now,
                &about.map(|About { by, .. }| by.code()),
            ],
        )
        .await
        .map_err(database("write down what a mail has become"))?;
    tracing::debug!(done, class, "a mail became a proposal");
    Ok(true)
}

/// The proposal's id and its command follow from the mail, so that handing it in twice is handing it in once.
async fn hand_in(journal: &Journal, source: Source, mail: BlobHash, now: Moment) -> Result<ProposalId, DispatchError> {
    let failed = |source: Box<dyn std::error::Error + Send + Sync>| DispatchError::Journal {
        doing: "take in what came by mail",
        source,
    };
    let id = |what: &str| Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("inbound:{mail}/{what}").as_bytes());
    let proposal = ProposalId(id("proposal"));
    let stream = StreamId::new(proposal.stream_id()).map_err(|error| failed(Box::new(error)))?;
    let command = id("receive");
    let origin = Origin {
        actor: ACTOR.to_owned(),
        at: now,
        command: CommandId(command),
        request: mail.0,
        correlation: command,
        causation: None,
    };
    let ask = ProposalAsk::Receive { proposal, source, questions: Vec::new(), waiting: 0 };
    let command = ProposalCommand { by: Actor::system(ACTOR), ask };
    match journal.execute::<Proposal>(&stream, command, origin, Guards::none(), None).await {
        Ok(_) | Err(ExecuteError::Refused(ProposalRefusal::AlreadyReceived)) => Ok(proposal),
        Err(ExecuteError::Refused(refusal)) => Err(failed(Box::new(refusal))),
        Err(ExecuteError::Append(error)) => Err(failed(Box::new(error))),
    }
}

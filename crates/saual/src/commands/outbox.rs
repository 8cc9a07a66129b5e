//! `saual outbox`: the mails that wait or that somebody has to look at; one tried now, or taken back, with a reason that stays.

use anyhow::Context;
use directory::Role;
use dispatch::queue::{self, Act, Acted, Brings, Listed};
use eventstore::{CommandId, ExecuteError, Guards, Journal, Origin, StreamId};
use inquiry::command::Resend;
use inquiry::{Actor, Ask, Command, Inquiry, InquiryId, RecipientNo};
use jiff::Timestamp;
use readmodel::deliveries::{ClosedRelay, closed_relays};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{print, without_addresses, wrong_use};
use crate::cli::{Outbox, OutboxAct};
use crate::config::Config;
use crate::exit::{Answer, Stop};
use crate::installation::{Database, journal};

/// Connections of these commands.
const CONNECTIONS: usize = 2;

pub(super) async fn run(config: &Config, database: &Database, asked: &Outbox) -> Result<Answer, Stop> {
    let pool = eventstore::pool(&database.config, CONNECTIONS).context("the database cannot be reached")?;
    let journal = journal::open(config, &pool, &database.config).await?;
    let answer = match asked {
        Outbox::List { all } => list(&journal, *all).await,
        Outbox::Retry(asked) => retry(&journal, asked).await,
        Outbox::Cancel(asked) => cancel(&journal, asked).await,
    };
    journal.close().await;
    answer
}

/// No, when somebody has to look at one of them.
async fn list(journal: &Journal, all: bool) -> Result<Answer, Stop> {
    let mails = queue::listed(journal.pool(), all).await.context("the mails cannot be listed")?;
    let closed = closed_relays(journal.pool(), Timestamp::now()).await.context("the relays cannot be listed")?;
    for closed in closed {
        let ClosedRelay { relay, until, stage, why } = closed;
        print(&format!("relay {relay} is left in peace until {until:.0}: {stage}: {why}"));
    }
    mails.iter().for_each(|mail| print(&line(mail)));
    if mails.is_empty() {
        print("no mail waits, and nobody has to look at one");
    }
    let troubled = mails.iter().any(|mail| mail.needs_a_person);
    Ok(if troubled { Answer::No } else { Answer::Yes })
}

fn line(mail: &Listed) -> String {
    let next = mail.next_attempt_at.map_or(String::new(), |at| format!("  next {at:.0}"));
    let stage = mail.stage.as_deref().map_or(String::new(), |stage| format!("  {stage}"));
    let answer = mail.answer.as_deref().map_or(String::new(), |answer| format!(": {answer}"));
    let what = match &mail.brings {
        Brings::Letter { number, recipient, order } => format!("{number} № {recipient}, order {order}"),
        Brings::Head { block, place } => format!("head of the journal, block {block}, to {place}"),
        Brings::Digest { day, name } => format!("digest of {day} to {name}"),
    };
    let Listed { id, state, attempts, .. } = mail;
    format!("{id:>6}  {what}  {state}  attempts {attempts}{next}{stage}{answer}")
}

fn act(asked: &OutboxAct) -> Result<Act<'_>, Stop> {
    let fits =
        |text: &str, most| (1..=most).contains(&text.trim().chars().count()) && !text.chars().any(char::is_control);
    if !fits(&asked.reason, 1000) || !fits(&asked.by, 200) {
        return Err(wrong_use("this needs a reason of 1 to 1000 characters and a name of 1 to 200, on one line each"));
    }
    // It becomes the actor of what the inquiry records. What a reason may say depends on the mail.
    without_addresses("--by", &asked.by)?;
    Ok(Act { by: &asked.by, reason: &asked.reason, at: Timestamp::now() })
}

/// What waits is tried at once. What has ended goes out by another order of the letter, which the inquiry records.
async fn retry(journal: &Journal, asked: &OutboxAct) -> Result<Answer, Stop> {
    let act = act(asked)?;
    match queue::hasten(journal.pool(), asked.mail, act).await.context("the mail could not be tried again")? {
        Acted::Done => {
            print(&format!("mail {} is due now, and goes when relays, limits and pauses let it", asked.mail));
            Ok(Answer::Yes)
        }
        Acted::NeedsOrder { inquiry, recipient, address, message_id } => {
            let Some(address) = address else {
                print(&format!("mail {}: its address was erased; the letter can only be handed over", asked.mail));
                return Ok(Answer::No);
            };
            let again = Again { inquiry, recipient, address, message_id };
            again.order(journal, asked.mail, act).await
        }
        other => Ok(told(asked.mail, &other)),
    }
}

/// Another order of a letter to one deputy.
struct Again {
    inquiry: InquiryId,
    recipient: RecipientNo,
    address: String,
    message_id: String,
}

impl Again {
    /// The command's id follows from the mail, so that asking twice orders once.
    async fn order(self, journal: &Journal, mail: i64, act: Act<'_>) -> Result<Answer, Stop> {
        let address =
            self.address.parse().map_err(|_| wrong_use("the address cannot be used; correct it on the page"))?;
        let ask: Ask = Resend { recipient: self.recipient, address }.into();
        let words = serde_json::to_vec(&ask).context("the command cannot be written")?;
        let stream = StreamId::new(self.inquiry.stream_id()).context("the inquiry cannot be named")?;
        let id = Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("mid:{}?again", self.message_id).as_bytes());
        let origin = Origin {
            actor: act.by.to_owned(),
            at: act.at,
            command: CommandId(id),
            request: Sha256::digest(&words).into(),
            correlation: self.inquiry.0,
            causation: None,
        };
        let command = Command { by: Actor::new(act.by, [Role::Clerk]), at: act.at, seen: None, ask };
        match journal.execute::<Inquiry>(&stream, command, origin, Guards::none(), None).await {
            Ok(_) => {
                queue::ordered_again(journal.pool(), mail, act).await.context("the reason could not be kept")?;
                print(&format!("mail {mail}: the letter was ordered out again, as a mail of its own"));
                Ok(Answer::Yes)
            }
            Err(ExecuteError::Refused(refusal)) => {
                print(&format!("mail {mail}: {}", refusal.words(directory::Language::En)));
                Ok(Answer::No)
            }
            Err(ExecuteError::Append(error)) => {
                Err(anyhow::Error::new(error).context("the order could not be recorded").into())
            }
        }
    }
}

async fn cancel(journal: &Journal, asked: &OutboxAct) -> Result<Answer, Stop> {
    let act = act(asked)?;
    match queue::cancel(journal.pool(), asked.mail, act).await.context("the mail could not be taken back")? {
        Acted::Done => {
            let clock: dispatch::Clock = std::sync::Arc::new(Timestamp::now);
            dispatch::report_all(journal, &clock)
                .await
                .context("the inquiry could not be told; the worker tells it")?;
            print(&format!("mail {} is taken back; where it brought a letter, the inquiry knows", asked.mail));
            Ok(Answer::Yes)
        }
        other => Ok(told(asked.mail, &other)),
    }
}

fn told(mail: i64, acted: &Acted) -> Answer {
    print(&match acted {
        Acted::Absent => format!("no mail is numbered {mail}; `saual outbox list` has the numbers"),
        Acted::UnderWay => format!("mail {mail} is on its way at this moment"),
        Acted::Stands(state) => format!("mail {mail} is {state}: nothing of it waits"),
        Acted::NamesAnother => format!(
            "mail {mail} stays as it is: the reason names an e-mail address that is not the mail's own, and is kept for ever; say whose it is instead"
        ),
        Acted::Done | Acted::NeedsOrder { .. } => format!("mail {mail}"),
    });
    Answer::No
}

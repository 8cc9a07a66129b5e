//! What proves one delivery: the letter, every order with the mail that carried it, what servers said, the receipt, and for each event about this
//! recipient the proof that it stands in the journal. Made for whoever trusts neither this program nor its database.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use directory::Language;
use eventstore::{ProofDocument, Recorded};
use inquiry::RecipientNo;
use inquiry::event::Event;
use inquiry::link::PersonalLink;
use jiff::Timestamp;
use jiff::civil::Date;
use readmodel::deliveries::{self, Attempt};
use readmodel::inbound::{self, Notice};
use readmodel::letters::printed_code;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::seeing::{Seen, events_of};
use super::unread;
use crate::problem::Problem;
use crate::speech::Words;
use crate::state::AppState;

/// The most block headers of one proof, some 3.5 MB. A head is signed after 4,096 events at the latest, so this is reached only
/// when signing has failed for long; `saual verify --prove` goes further.
pub const REACH: u32 = 10_000;

/// The evidence of one delivery. Hashes are SHA-256 in hexadecimal, times by RFC 3339.
#[derive(Serialize)]
pub struct Evidence {
    /// `saual delivery evidence 3`.
    pub format: &'static str,
    /// The inquiry's id.
    pub inquiry: String,
    /// Its number and date.
    pub number: String,
    /// Its date.
    pub dated: Date,
    /// The letter that was sent.
    pub letter: Letter,
    /// Whose delivery it is.
    pub recipient: Recipient,
    /// Every order that named them.
    pub orders: Vec<Order>,
    /// How and when the receipt became known.
    pub receipt: Option<Receipt>,
    /// The last version of the inquiry's stream when this was taken.
    pub stream_version: u64,
    /// The versions of all events about this delivery until then, so that one that is left out is missed.
    pub versions: Vec<u64>,
    /// Every event about this delivery.
    pub events: Vec<Told>,
    /// Its proofs, one an event; each holds the event to the byte, with what is personal in it sealed.
    pub proofs: Vec<ProofDocument>,
}

/// The letter that was sent.
#[derive(Debug, Serialize)]
pub struct Letter {
    /// Its outgoing number.
    pub number: String,
    /// The date of that number.
    pub dated: Date,
    /// The registered PDF.
    pub pdf_sha256: String,
    /// The Office's seal over it.
    pub seal_sha256: String,
    /// The code printed on it.
    pub code: String,
}

/// A recipient.
#[derive(Debug, Serialize)]
pub struct Recipient {
    /// Their place on the list.
    pub no: u16,
    /// Their name as the list prints it.
    pub name: String,
}

/// An order of dispatch, as far as it concerns one recipient.
#[derive(Debug, Serialize)]
pub struct Order {
    /// Which.
    pub order: u32,
    /// When it was given.
    pub at: Timestamp,
    /// By which account.
    pub by: String,
    /// Where the mail was to go; none without an address, or once it was erased.
    pub address: Option<String>,
    /// The mail's identity.
    pub message_id: String,
    /// Where the order stands in the journal.
    pub position: i64,
    /// What the mail worker has written down of it.
    pub attempts: Vec<Step>,
    /// What came about its mail to the office's mailbox.
    pub notices: Vec<Came>,
    /// The mail as it was sent, in Base64; none where none was begun, where it cannot be made again to the byte, or where it is held back.
    pub message: Option<String>,
    /// Why the mail is held back, and until when: the personal link in it is the deputy's key (ADR 0019).
    pub message_held_back: Option<String>,
}

/// One step of an attempt.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    /// Which attempt, from 1.
    pub attempt: u32,
    /// What was done, or what came of it.
    pub step: String,
    /// When.
    pub at: Timestamp,
    /// The relay.
    pub relay: String,
    /// How far it came.
    pub stage: Option<String>,
    /// The server's code.
    pub code: Option<i32>,
    /// The server's words.
    pub answer: Option<String>,
    /// SHA-256 of the mail.
    pub message_sha256: Option<String>,
    /// Its length in bytes.
    pub message_bytes: Option<i32>,
}

impl Step {
    /// As the mail worker has written it down.
    #[must_use]
    pub fn of(attempt: &Attempt) -> Self {
        Self {
            attempt: attempt.attempt,
            step: attempt.step.clone(),
            at: attempt.at,
            relay: attempt.relay.clone(),
            stage: attempt.stage.clone(),
            code: attempt.code,
            answer: attempt.answer.clone(),
            message_sha256: attempt.sha256.as_ref().map(hex::encode),
            message_bytes: attempt.bytes,
        }
    }
}

/// What came about a mail.
#[derive(Debug, Clone, Serialize)]
pub struct Came {
    /// `delivered` (into the mailbox), `relayed`, `delayed`, `failed`, `auto_reply`, `answer` or `copy`.
    pub kind: String,
    /// When.
    pub at: Timestamp,
    /// The enhanced status code.
    pub status: Option<String>,
    /// The server's words.
    pub words: String,
    /// By what it was known which mail it is about.
    pub found_by: String,
    /// SHA-256 of the mail that said it.
    pub mail_sha256: String,
}

impl Came {
    /// As the office's mailbox has it.
    #[must_use]
    pub fn of(notice: &Notice) -> Self {
        Self {
            kind: notice.kind.clone(),
            at: notice.at,
            status: notice.status.clone(),
            words: notice.words.clone(),
            found_by: notice.found_by.clone(),
            mail_sha256: notice.sha256.to_string(),
        }
    }
}

/// How the receipt became known.
#[derive(Debug, Serialize)]
pub struct Receipt {
    /// How.
    pub how: String,
    /// When it was recorded.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// Where it stands in the journal.
    pub position: i64,
}

/// An event about the delivery.
#[derive(Debug, Serialize)]
pub struct Told {
    /// Its stored name.
    pub event: String,
    /// In words.
    pub words: &'static str,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// Its place in the journal.
    pub position: i64,
}

/// Gathers the evidence of one delivery.
///
/// # Errors
/// [`Problem::NotThereYet`] when no letter was sent to that place; a failure.
pub async fn of(
    state: &AppState,
    seen: &Seen,
    recipient: RecipientNo,
    language: Language,
) -> Result<Evidence, Problem> {
    let mut evidence = Ground::read(state, seen).await?.unproved(recipient, language).await?;
    for told in &evidence.events {
        evidence.proofs.extend(state.journal.proof_document(told.position, REACH).await.map_err(unread)?);
    }
    Ok(evidence)
}

/// What is known of all deliveries of an inquiry, read once.
pub(super) struct Ground<'a> {
    state: &'a AppState,
    seen: &'a Seen,
    steps: Vec<Attempt>,
    came: Vec<Notice>,
    history: Vec<(&'a Recorded, Vec<Event>)>,
}

impl<'a> Ground<'a> {
    pub(super) async fn read(state: &'a AppState, seen: &'a Seen) -> Result<Self, Problem> {
        let inquiry = seen.dossier.inquiry;
        let steps = deliveries::attempts(&state.pool, inquiry).await;
        let came = inbound::notices(&state.pool, inquiry).await;
        let history = seen.history.iter().map(|recorded| Ok((recorded, events_of(recorded)?)));
        Ok(Self {
            state,
            seen,
            steps: steps.map_err(|error| Problem::failure("list attempts to send mail", error))?,
            came: came.map_err(|error| Problem::failure("list what came about mails", error))?,
            history: history.collect::<Result<_, Problem>>()?,
        })
    }

    /// The evidence of one delivery, still without the journal's proofs.
    pub(super) async fn unproved(&self, recipient: RecipientNo, language: Language) -> Result<Evidence, Problem> {
        let dossier = &self.seen.dossier;
        let sent = dossier.dispatched().and_then(|sent| Some((sent, sent.delivery(recipient)?)));
        let (sent, delivery) = sent.ok_or_else(nothing_sent)?;
        let (mut orders, mut receipt, mut events, mut versions) = (Vec::new(), None, Vec::new(), Vec::new());
        for (recorded, today) in &self.history {
            for event in today.iter().filter(|event| concerns(event, recipient)) {
                orders.extend(order(recorded, event, recipient, &self.steps, &self.came));
                receipt = received(recorded, event).or(receipt);
                versions.push(recorded.version);
                events.push(Told {
                    event: recorded.event_type.clone(),
                    words: event.words(language),
                    at: recorded.at,
                    by: recorded.actor.clone(),
                    position: recorded.position,
                });
            }
        }
        for order in &mut orders {
            let link = PersonalLink { inquiry: dossier.inquiry, recipient, order: order.order };
            if dossier.opens(&link) {
                order.message_held_back = Some(held_back().in_language(language).to_owned());
            } else {
                order.message = sent_message(self.state, order).await;
            }
        }
        let letter = &sent.letter;
        Ok(Evidence {
            format: "saual delivery evidence 3",
            inquiry: dossier.inquiry.to_string(),
            number: dossier.intake.number.printed().to_owned(),
            dated: dossier.intake.dated,
            letter: Letter {
                number: letter.number.clone(),
                dated: letter.dated,
                pdf_sha256: letter.pdf.to_string(),
                seal_sha256: letter.seal.to_string(),
                code: printed_code(dossier.inquiry, letter.signed.version, letter.signed.code.as_ref()),
            },
            recipient: Recipient { no: recipient.0, name: delivery.name.clone() },
            orders,
            receipt,
            stream_version: self.seen.history.last().map_or(0, |recorded| recorded.version),
            versions,
            events,
            proofs: Vec::new(),
        })
    }
}

/// The bytes that an attempt began with, and no others.
async fn sent_message(state: &AppState, order: &Order) -> Option<String> {
    let begun = order.attempts.iter().rev().find_map(|step| step.message_sha256.as_deref())?;
    let message = state.mails.again(&order.message_id).await?;
    (hex::encode(Sha256::digest(&message)) == begun).then(|| STANDARD.encode(message))
}

/// Whoever has the mail speaks for the deputy while its link opens their page.
fn held_back() -> Words {
    Words::new(
        "Хаттағы жеке сілтеме әлі жұмыс істейді, ол – депутаттың кілті, сондықтан хаттың өзі бұл файлда жоқ. Сілтеме тоқтатылған соң файлды қайта алыңыз.",
        "Личная ссылка в письме ещё действует, это ключ депутата, поэтому самого письма в файле нет. Возьмите файл снова, когда ссылка будет отозвана.",
        "The personal link in the mail still works and is the deputy's key, so the mail itself is not in the file. Take the file again once the link was revoked.",
    )
}

fn nothing_sent() -> Problem {
    Problem::NotThereYet {
        what: Words::new(
            "Бұл депутатқа хат әлі жөнелтілмеген.",
            "Этому депутату письмо ещё не отправлено.",
            "No letter has been sent to this deputy yet.",
        ),
    }
}

/// The signature and the number concern everybody on the list.
fn concerns(event: &Event, recipient: RecipientNo) -> bool {
    match event {
        Event::ReplySigned(_) | Event::OutgoingNumberAssigned(_) => true,
        Event::DispatchOrdered(order) => order.recipients.iter().any(|to| to.recipient == recipient),
        Event::ReplyAccepted(event) => event.recipient == recipient,
        Event::DeliveryFailed(event) => event.recipient == recipient,
        Event::DeliveryReported(event) => event.recipient == recipient,
        Event::DeliveryConfirmed(event) => event.recipient == recipient,
        Event::DeliveredByHand(event) => event.recipient == recipient,
        Event::LinkRevoked(event) => event.recipient == recipient,
        Event::AddressErased(event) => event.recipients.contains(&recipient),
        Event::DeputyResponded(event) => event.recipient == recipient,
        _ => false,
    }
}

fn order(
    recorded: &Recorded,
    event: &Event,
    recipient: RecipientNo,
    steps: &[Attempt],
    came: &[Notice],
) -> Option<Order> {
    let Event::DispatchOrdered(order) = event else { return None };
    let to = order.recipients.iter().find(|to| to.recipient == recipient)?;
    let own = steps.iter().filter(|step| step.recipient == recipient && step.order == order.order);
    let about = came.iter().filter(|one| one.recipient == recipient && one.order == order.order);
    Some(Order {
        order: order.order,
        at: recorded.at,
        by: recorded.actor.clone(),
        address: to.email.as_ref().map(ToString::to_string),
        message_id: to.message_id.to_string(),
        position: recorded.position,
        attempts: own.map(Step::of).collect(),
        notices: about.map(Came::of).collect(),
        message: None,
        message_held_back: None,
    })
}

fn received(recorded: &Recorded, event: &Event) -> Option<Receipt> {
    let how = match event {
        Event::DeliveryConfirmed(event) => serde_json::to_value(event.how).ok()?.as_str()?.to_owned(),
        Event::DeliveredByHand(_) => "delivered_by_hand".to_owned(),
        _ => return None,
    };
    Some(Receipt { how, at: recorded.at, by: recorded.actor.clone(), position: recorded.position })
}

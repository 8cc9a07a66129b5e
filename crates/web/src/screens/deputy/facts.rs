//! What a deputy's page says.

use std::sync::Arc;

use directory::number::{bare, shown};
use directory::{Language, dates};
use eventstore::Recorded;
use inquiry::event::{Event, EventName};
use inquiry::link::PersonalLink;
use inquiry::state::{DeliveryState, Stage, names};
use inquiry::{CommandName, Dossier, StageName, allowed};
use jiff::civil::Date;
use letter::Fingerprint;
use readmodel::Sight;
use readmodel::letters::printed_code;
use readmodel::proposals::{self, State as ProposalState};
use readmodel::register::{self, Filter, Order};
use serde::Serialize;
use signature::{Verdict, signer_of, verify_detached};
use uuid::Uuid;

use super::super::fields::{Fault, Typed};
use super::super::wording;
use super::Visit;
use crate::office::at_work;
use crate::office::letters::blob_bytes;
use crate::office::seeing::events_of;
use crate::problem::Problem;
use crate::time::local_date;

/// How many other inquiries of the same deputy are listed.
const OTHERS: u16 = 20;

/// What can be said on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// The letter was received.
    Receipt,
    /// It satisfies, or does not.
    Response,
    /// Something is asked again.
    Questions,
}

impl Act {
    pub(super) fn of(code: &str) -> Option<Self> {
        [Self::Receipt, Self::Response, Self::Questions].into_iter().find(|act| act.code() == code)
    }

    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Receipt => "receipt",
            Self::Response => "response",
            Self::Questions => "questions",
        }
    }
}

/// A form that comes back: what is wrong with it, and what was typed.
#[derive(Default)]
pub(super) struct Back {
    refused: Option<(Act, String)>,
    key: Option<String>,
    satisfied: String,
    comment: String,
    questions: String,
}

impl Back {
    pub(super) fn refused(act: Act, problem: &Problem, typed: &Typed, language: Language) -> Self {
        // It may have been recorded: the same key finds out.
        let is_open = matches!(problem, Problem::OutcomeUnknown { .. } | Problem::Unavailable { .. } | Problem::Busy);
        Self {
            refused: Some((act, Fault::of(problem, language).what)),
            key: is_open.then(|| typed.get("key").to_owned()),
            satisfied: typed.get("satisfied").to_owned(),
            comment: typed.get("comment").to_owned(),
            questions: typed.get("questions").to_owned(),
        }
    }

    fn of(&self, act: Act) -> Option<String> {
        self.refused.as_ref().filter(|(refused, _)| *refused == act).map(|(_, what)| what.clone())
    }
}

#[derive(Debug, Serialize)]
pub(super) struct Facts {
    /// Where files lie.
    base: String,
    /// Where forms go.
    place: String,
    number: String,
    dated: Date,
    subject: String,
    subject_language: &'static str,
    name: String,
    stage: &'static str,
    tone: &'static str,
    steps: Vec<Step>,
    letter: Letter,
    done: Option<&'static str>,
    receipt: Receipt,
    response: Response,
    questions: Questions,
    others: Vec<Other>,
    key: String,
}

/// One thing that happened, as far as it is the deputy's to know.
#[derive(Debug, Serialize)]
struct Step {
    words: String,
    day: Date,
    detail: Option<String>,
}

#[derive(Debug, Serialize)]
struct Letter {
    number: String,
    dated: Date,
    signatory: String,
    signed_at: String,
    language: &'static str,
    sha256: String,
    /// What was approved, signed and sent, in short and whole.
    fingerprint_short: String,
    fingerprint: String,
    code: String,
    by_server: bool,
    /// The seal over exactly these bytes was checked just now, and is good.
    is_genuine: bool,
    certificate: Option<String>,
    pages: Vec<usize>,
    /// A new letter is being prepared in its place.
    is_replaced: bool,
}

#[derive(Debug, Serialize)]
struct Receipt {
    refused: Option<String>,
    can_confirm: bool,
    /// When it was confirmed, and how that is known.
    at: Option<String>,
    how: Option<&'static str>,
    /// Where it stands in the journal.
    position: Option<i64>,
    /// On which day it was handed over.
    handed_on: Option<Date>,
}

#[derive(Debug, Serialize)]
struct Response {
    refused: Option<String>,
    can_respond: bool,
    satisfied: Option<bool>,
    comment: Option<String>,
    typed_satisfied: String,
    typed_comment: String,
}

#[derive(Debug, Serialize)]
struct Questions {
    refused: Option<String>,
    typed: String,
    asked: Vec<Asked>,
}

/// What was asked again, and what became of it.
#[derive(Debug, Serialize)]
struct Asked {
    at: String,
    questions: Vec<String>,
    state: String,
    tone: &'static str,
    /// The inquiry's number, or the reason.
    detail: Option<String>,
}

#[derive(Debug, Serialize)]
struct Other {
    number: String,
    dated: Date,
    subject: String,
    subject_language: &'static str,
    stage: &'static str,
    tone: &'static str,
    due: Option<Date>,
}

impl Visit {
    fn dossier(&self) -> &Dossier {
        &self.opened.seen.dossier
    }

    pub(super) async fn facts(&self, done: Option<Act>, back: Back) -> Result<Facts, Problem> {
        let intake = &self.dossier().intake;
        let recipient = self.dossier().recipients().find(|known| known.no == self.opened.link.recipient);
        let stage = self.dossier().stage.name();
        let may = allowed(&self.opened.seen.inquiry, &self.opened.actor);
        Ok(Facts {
            base: format!("{}{}", crate::doors::headers::PERSONAL, self.token),
            place: self.place(),
            number: bare(intake.number.printed()).to_owned(),
            dated: intake.dated,
            subject: intake.subject.clone(),
            subject_language: intake.language.code(),
            name: recipient.map_or_else(String::new, |known| known.name.clone()),
            stage: self.stage(stage),
            tone: wording::stage_tone(stage),
            steps: self.steps()?,
            letter: self.shown_letter().await?,
            done: done.map(Act::code),
            receipt: self.receipt(may.contains(&CommandName::ConfirmDelivery), &back)?,
            response: self.response(may.contains(&CommandName::RecordResponse), &back),
            questions: self.asked_again(&back).await?,
            others: self.others().await?,
            key: back.key.unwrap_or_else(|| Uuid::new_v4().to_string()),
        })
    }

    /// Where it stands. Whose desk a draft lies on is the Office's own affair.
    fn stage(&self, stage: StageName) -> &'static str {
        match stage {
            StageName::Approval | StageName::ForSignature => StageName::Drafting.words(self.language),
            stage => stage.words(self.language),
        }
    }

    fn steps(&self) -> Result<Vec<Step>, Problem> {
        let mut steps = Vec::new();
        for recorded in &self.opened.seen.history {
            for event in events_of(recorded)? {
                steps.extend(self.step(recorded, &event));
            }
        }
        Ok(steps)
    }

    /// What happened inside (drafts, remarks, visas, what servers said of other deputies' mails) is not told here.
    fn step(&self, recorded: &Recorded, event: &Event) -> Option<Step> {
        let day = local_date(recorded.at);
        let (words, day, detail) = match event {
            Event::InquiryReceived(event) => (EventName::InquiryReceived, event.intake.received, None),
            Event::InquiryRegistered(event) => {
                (EventName::InquiryRegistered, day, Some(format!("№ {}", event.incoming_number)))
            }
            Event::ControlSet(event) => (EventName::ControlSet, day, Some(self.until(event.deadline.due))),
            Event::ExtensionGranted(event) => (EventName::ExtensionGranted, day, Some(self.until(event.new_due))),
            Event::DeadlinesRecounted(event) => {
                let reply = event.reply.as_ref()?;
                (EventName::DeadlinesRecounted, day, Some(self.until(reply.new_due)))
            }
            Event::MinistriesAssigned(event) => {
                let lead = wording::ministry(&self.state, &event.lead, self.language).name;
                (EventName::MinistriesAssigned, day, Some(lead))
            }
            Event::ReplySigned(event) => {
                (EventName::ReplySigned, local_date(event.signed_at), Some(names(&event.cosigned, &event.signatory)))
            }
            Event::OutgoingNumberAssigned(event) => {
                (EventName::OutgoingNumberAssigned, event.dated, Some(format!("№ {}", event.number)))
            }
            Event::DispatchOrdered(event)
                if event.recipients.iter().any(|to| to.recipient == self.opened.link.recipient) =>
            {
                (EventName::DispatchOrdered, day, None)
            }
            Event::DeliveryConfirmed(event) if event.recipient == self.opened.link.recipient => {
                (EventName::DeliveryConfirmed, day, Some(event.how.words(self.language).to_owned()))
            }
            Event::DeliveredByHand(event) if event.recipient == self.opened.link.recipient => {
                (EventName::DeliveredByHand, event.on, None)
            }
            Event::ReplyReplaced(_) => (EventName::ReplyReplaced, day, None),
            Event::RepeatInquiryLinked(event) => (EventName::RepeatInquiryLinked, day, Some(shown(&event.number))),
            Event::InquiryClosed(_) => (EventName::InquiryClosed, day, None),
            _ => return None,
        };
        Some(Step { words: words.words(self.language).to_owned(), day, detail })
    }

    fn until(&self, due: Date) -> String {
        let due = dates::words(due, self.language);
        match self.language {
            Language::Kk => format!("мерзімі: {due}"),
            Language::Ru => format!("срок: {due}"),
            Language::En => format!("due {due}"),
        }
    }

    async fn shown_letter(&self) -> Result<Letter, Problem> {
        let letter = self.letter()?;
        let signed = &letter.signed;
        let (pdf, seal) = (blob_bytes(&self.state, letter.pdf).await?, blob_bytes(&self.state, letter.seal).await?);
        let sealing = Arc::clone(&self.state.sealing);
        let (verdict, is_ours, pages) = at_work("check the letter of a deputy's page", move || {
            let pages = letter::preview::count(&pdf);
            let pages = pages.map_err(|error| Problem::failure("count the pages of a letter", error))?;
            let is_ours = signer_of(&seal).is_some_and(|by| sealing.known().contains(&by));
            Ok((verify_detached(&seal, &pdf), is_ours, pages))
        })
        .await?;
        let certificate = match &verdict {
            Verdict::Valid { subject, certificate, .. } => Some(format!("{subject}, SHA-256 {certificate}")),
            Verdict::Invalid(_) | Verdict::NotChecked(_) => None,
        };
        Ok(Letter {
            number: letter.number.clone(),
            dated: letter.dated,
            signatory: signed.names(),
            signed_at: signed.signed_at.to_string(),
            language: signed.language.code(),
            sha256: letter.pdf.to_string(),
            fingerprint_short: Fingerprint(signed.content_hash.0).short(),
            fingerprint: signed.content_hash.to_string(),
            code: printed_code(self.opened.link.inquiry, signed.version, signed.code.as_ref()),
            by_server: signed.sealed_by_server,
            is_genuine: verdict.is_valid() && is_ours,
            certificate,
            pages: (1..=pages).collect(),
            is_replaced: !matches!(self.dossier().stage, Stage::Dispatched(_) | Stage::Closed(_)),
        })
    }

    /// The event by which the receipt of the letter that the page shows was confirmed.
    pub(super) fn confirmed(&self) -> Result<Option<&Recorded>, Problem> {
        let PersonalLink { recipient, .. } = self.opened.link;
        let mut found = None;
        for recorded in &self.opened.seen.history {
            for event in events_of(recorded)? {
                match event {
                    Event::DeliveryConfirmed(event) if event.recipient == recipient => found = Some(recorded),
                    Event::DispatchOrdered(event) if event.recipients.iter().any(|to| to.recipient == recipient) => {
                        found = None;
                    }
                    _ => {}
                }
            }
        }
        Ok(found)
    }

    fn receipt(&self, can_confirm: bool, back: &Back) -> Result<Receipt, Problem> {
        let sent = self.opened.held.dispatched();
        let delivery = sent.and_then(|sent| sent.delivery(self.opened.link.recipient));
        let (how, handed_on) = match delivery.map(|delivery| &delivery.state) {
            Some(DeliveryState::Confirmed { how }) => (Some(how.words(self.language)), None),
            Some(DeliveryState::ByHand { on, .. }) => (None, Some(*on)),
            _ => (None, None),
        };
        let confirmed = self.confirmed()?;
        Ok(Receipt {
            refused: back.of(Act::Receipt),
            can_confirm,
            at: confirmed.map(|recorded| recorded.at.to_string()),
            how,
            position: confirmed.map(|recorded| recorded.position),
            handed_on,
        })
    }

    fn response(&self, can_respond: bool, back: &Back) -> Response {
        let responses = &self.dossier().responses;
        let known = responses.iter().find(|response| response.recipient == self.opened.link.recipient);
        Response {
            refused: back.of(Act::Response),
            can_respond,
            satisfied: known.map(|response| response.satisfied),
            comment: known.and_then(|response| response.comment.clone()),
            typed_satisfied: back.satisfied.clone(),
            typed_comment: back.comment.clone(),
        }
    }

    async fn asked_again(&self, back: &Back) -> Result<Questions, Problem> {
        let failed = |error| Problem::failure("list what was asked again", error);
        let PersonalLink { inquiry, recipient, .. } = self.opened.link;
        let entries = proposals::of_place(&self.state.pool, inquiry, recipient).await.map_err(failed)?;
        let became: Vec<_> = entries
            .iter()
            .filter_map(|entry| match &entry.state {
                ProposalState::Taken { inquiry, .. } => Some(*inquiry),
                ProposalState::Waiting | ProposalState::Dismissed { .. } => None,
            })
            .collect();
        let numbers = register::numbers_of(&self.state.house(), &became).await.map_err(failed)?;
        let asked = entries.into_iter().map(|entry| {
            let (state, tone, detail) = match entry.state {
                ProposalState::Waiting => (self.t("қаралуда", "рассматривается", "being looked at"), "info", None),
                ProposalState::Taken { inquiry, .. } => {
                    let words =
                        self.t("сауал ретінде тіркелді", "зарегистрирован как запрос", "registered as an inquiry");
                    (words, "ok", numbers.get(&inquiry).map(|number| shown(number)))
                }
                ProposalState::Dismissed { reason, .. } => {
                    (self.t("қабылданбады", "отклонено", "dismissed"), "warn", Some(reason))
                }
            };
            Asked { at: entry.received_at.to_string(), questions: entry.questions, state, tone, detail }
        });
        Ok(Questions { refused: back.of(Act::Questions), typed: back.questions.clone(), asked: asked.collect() })
    }

    /// Where the directory knows the deputy: what else they have asked.
    async fn others(&self) -> Result<Vec<Other>, Problem> {
        let recipient = self.dossier().recipients().find(|known| known.no == self.opened.link.recipient);
        let Some(deputy) = recipient.and_then(|known| known.deputy) else { return Ok(Vec::new()) };
        let own = Sight::Own { ministry: None, deputy: Some(deputy) };
        let reader = self.state.reader_of(own.clone());
        let filter = Filter { sight: own, ..Filter::all() };
        let page = register::list(&reader, &filter, Order::Received, None, OTHERS)
            .await
            .map_err(|error| Problem::failure("list a deputy's other inquiries", error))?;
        let others = page.entries.into_iter().filter(|entry| entry.inquiry != self.opened.link.inquiry);
        let other = |entry: register::Entry| Other {
            dated: entry.dated,
            subject_language: entry.language.code(),
            stage: self.stage(entry.stage),
            tone: wording::stage_tone(entry.stage),
            due: Some(entry.due).filter(|_| entry.on_control && entry.stage.is_unsigned()),
            number: shown(&entry.number),
            subject: entry.subject,
        };
        Ok(others.map(other).collect())
    }
}

//! Who owes what by when: of an inquiry's whole state only what the mail of the house speaks of, small enough to be kept for every inquiry.
//!
//! [`Duties`] follows the events as [`crate::Inquiry`] does, and a law says that both give the same answer (`tests/specs/laws.rs`). Below
//! stand the rules of the digest that a person gets on the morning of a working day: how far ahead it looks, and who is told what.

use directory::calendar::WorkingCalendar;
use directory::{MinistryCode, Role};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::allowed::at_work;
use crate::event::{Event, MinistriesAssigned, MinistryReassigned};
use crate::state::{Owing, StageName};
use crate::terms::{MergeSide, Owed, Place};

/// A reply that is due within so many days presses: the worklist, the colours of days and the digest mean the same by it.
pub const SOON: u16 = 4;

/// A digest names the inner deadlines of so many working days after today.
const WORKING_DAYS_AHEAD: u32 = 2;

/// What is owed on one inquiry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duties {
    /// Its number, as the deputies' letter prints it.
    pub number: String,
    /// What it is about.
    pub subject: String,
    stage: StageName,
    on_control: bool,
    due: Option<Date>,
    lead: Option<Lead>,
    co_executors: Vec<Helping>,
    /// Since when the letter lies before the signatory.
    laid_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Lead {
    ministry: MinistryCode,
    due: Date,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Helping {
    ministry: MinistryCode,
    due: Date,
    /// The last contribution; none before the first.
    sent: Option<u32>,
    /// The lead has returned it.
    is_returned: bool,
}

/// Something that somebody owes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Duty {
    /// A ministry owes its part.
    Part(Owing),
    /// The Office owes the reply by this day.
    Reply(Date),
    /// A letter waits for its signature since then.
    Signature(Timestamp),
}

impl Duties {
    /// What is owed after an event that was recorded at that moment; none while nothing but a receipt could begin it.
    #[must_use]
    pub fn after(known: Option<Self>, event: &Event, at: Timestamp) -> Option<Self> {
        match (known, event) {
            (None, Event::InquiryReceived(event)) => Some(Self {
                number: event.intake.number.printed().to_owned(),
                subject: event.intake.subject.clone(),
                stage: StageName::Received,
                on_control: false,
                due: None,
                lead: None,
                co_executors: Vec::new(),
                laid_at: None,
            }),
            (None, _) => None,
            (Some(mut duties), event) => {
                duties.apply(event, at);
                Some(duties)
            }
        }
    }

    /// Everything that is owed now: the ministries' parts, the reply, the signature.
    #[must_use]
    pub fn owed(&self) -> Vec<Duty> {
        let mut owed: Vec<Duty> = self.owing().into_iter().map(Duty::Part).collect();
        if !self.on_control {
            return owed;
        }
        if !matches!(self.stage, StageName::Dispatched | StageName::Closed) {
            owed.extend(self.due.map(Duty::Reply));
        }
        if self.stage == StageName::ForSignature {
            owed.extend(self.laid_at.map(Duty::Signature));
        }
        owed
    }

    fn owing(&self) -> Vec<Owing> {
        let Some(lead) = self.lead.as_ref().filter(|_| self.on_control && at_work(self.stage)) else {
            return Vec::new();
        };
        let lead = Owing { ministry: lead.ministry.clone(), owed: Owed::Draft, due: lead.due };
        let helping = self.co_executors.iter().filter(|co| co.sent.is_none() || co.is_returned);
        let helping = helping.map(|co| Owing { ministry: co.ministry.clone(), owed: Owed::Contribution, due: co.due });
        std::iter::once(lead).chain(helping).collect()
    }

    fn apply(&mut self, event: &Event, at: Timestamp) {
        match event {
            Event::InquiryRegistered(_) => self.stage = StageName::Registered,
            Event::ControlSet(event) => {
                self.due = Some(event.deadline.due);
                self.on_control = true;
                self.stage = StageName::OnControl;
            }
            Event::MinistriesAssigned(event) => self.assigned(event),
            Event::MinistryReassigned(event) => self.reassigned(event),
            Event::ContributionSubmitted(event) => self.of(&event.ministry, |co| {
                co.sent = Some(event.version);
                co.is_returned = false;
            }),
            Event::ContributionAccepted(event) => self.decided(&event.ministry, event.version, false),
            Event::ContributionReturned(event) => self.decided(&event.ministry, event.version, true),
            Event::DraftRevised(_) | Event::DraftReturned(_) | Event::SigningDeclined(_) => {
                self.stage = StageName::Drafting;
            }
            Event::DraftSubmittedForApproval(_) => self.stage = StageName::Approval,
            Event::SubmittedForSignature(_) => {
                self.stage = StageName::ForSignature;
                self.laid_at = Some(at);
            }
            Event::ReplySigned(_) => self.stage = StageName::Signed,
            Event::OutgoingNumberAssigned(_) => self.stage = StageName::Numbered,
            // A later order sends the same letter to one of the list again.
            Event::DispatchOrdered(_) if self.stage == StageName::Numbered => self.stage = StageName::Dispatched,
            Event::ExtensionGranted(event) if self.on_control => self.due = Some(event.new_due),
            Event::ControlRemoved(_) => self.on_control = false,
            Event::InquiryClosed(_) => self.stage = StageName::Closed,
            Event::InquiriesMerged(event) => match event.merge {
                MergeSide::Leads { .. } => {}
                MergeSide::Joins { .. } => self.ended(StageName::Merged),
            },
            Event::InquiryWithdrawn(_) => self.ended(StageName::Withdrawn),
            Event::InquiryRedirected(_) => self.ended(StageName::Redirected),
            Event::ReplyReplaced(_) => self.stage = StageName::Drafting,
            // A second receipt, and what changes nobody's duty.
            Event::InquiryReceived(_)
            | Event::AssignmentContested(_)
            | Event::MinistryReminded(_)
            | Event::DraftVisaed(_)
            | Event::VisaRefused(_)
            | Event::DispatchOrdered(_)
            | Event::ReplyAccepted(_)
            | Event::DeliveryFailed(_)
            | Event::DeliveryConfirmed(_)
            | Event::DeliveredByHand(_)
            | Event::LinkRevoked(_)
            | Event::ExtensionRequested(_)
            | Event::ExtensionGranted(_)
            | Event::ExtensionRefused(_)
            | Event::InterimReplySent(_)
            | Event::RepeatInquiryLinked(_)
            | Event::DeputyResponded(_)
            | Event::AddressErased(_) => {}
        }
    }

    /// Whoever stays a co-executor in a later resolution has sent what they have sent.
    fn assigned(&mut self, event: &MinistriesAssigned) {
        self.lead = Some(Lead { ministry: event.lead.clone(), due: event.lead_due });
        let before = std::mem::take(&mut self.co_executors);
        let co = |asked: &crate::terms::CoExecutor| {
            let known = before.iter().find(|co| co.ministry == asked.ministry);
            Helping {
                ministry: asked.ministry.clone(),
                due: asked.due,
                sent: known.and_then(|co| co.sent),
                is_returned: known.is_some_and(|co| co.is_returned),
            }
        };
        self.co_executors = event.co_executors.iter().map(co).collect();
        if self.stage == StageName::OnControl {
            self.stage = StageName::Assigned;
        }
    }

    fn reassigned(&mut self, event: &MinistryReassigned) {
        match event.place {
            Place::Lead => {
                self.co_executors.retain(|co| co.ministry != event.to);
                self.lead = Some(Lead { ministry: event.to.clone(), due: event.due });
            }
            Place::CoExecutor => self.of(&event.from, |co| {
                *co = Helping { ministry: event.to.clone(), due: event.due, sent: None, is_returned: false };
            }),
        }
    }

    fn decided(&mut self, ministry: &MinistryCode, version: u32, is_returned: bool) {
        self.of(ministry, |co| {
            if co.sent == Some(version) {
                co.is_returned = is_returned;
            }
        });
    }

    fn of(&mut self, ministry: &MinistryCode, change: impl FnOnce(&mut Helping)) {
        if let Some(co) = self.co_executors.iter_mut().find(|co| &co.ministry == ministry) {
            change(co);
        }
    }

    fn ended(&mut self, stage: StageName) {
        self.on_control = false;
        self.stage = stage;
    }
}

/// The last day whose inner deadlines the digest of that day names.
#[must_use]
pub fn looks_ahead_to(today: Date, calendar: &WorkingCalendar) -> Date {
    let onward = std::iter::successors(Some(today), |day| day.tomorrow().ok());
    // A calendar has no stretch of so many days off; were there one, two ordinary days are looked ahead.
    onward
        .take(60)
        .find(|day| calendar.working_days(today, *day) >= WORKING_DAYS_AHEAD)
        .unwrap_or_else(|| today.saturating_add(i64::from(WORKING_DAYS_AHEAD).days()))
}

/// The last day on which a reply that is due presses today.
#[must_use]
pub fn presses_until(today: Date) -> Date {
    today.saturating_add(i64::from(SOON).days())
}

/// What somebody is told of in a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Concern {
    /// The parts that their own ministry owes.
    Parts,
    /// The replies that the Office owes.
    Replies,
    /// The letters that wait for a signature.
    Pile,
}

impl Concern {
    /// What the holders of a role are told of.
    #[must_use]
    pub const fn of(role: Role) -> Option<Self> {
        match role {
            Role::Executor => Some(Self::Parts),
            Role::Head | Role::Control => Some(Self::Replies),
            Role::Signatory => Some(Self::Pile),
            Role::Clerk | Role::Approver | Role::Deputy | Role::Auditor | Role::Admin | Role::System => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use directory::Directory;
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_digest_looks_two_working_days_ahead_over_weekends_and_holidays() {
        let directory = Directory::embedded().unwrap();
        let ahead = |day| looks_ahead_to(day, directory.calendar());
        assert_eq!(ahead(date(2023, 9, 20)), date(2023, 9, 22));
        assert_eq!(ahead(date(2023, 9, 21)), date(2023, 9, 25), "a weekend lies between");
        // 25 October is Republic Day.
        assert_eq!(ahead(date(2023, 10, 24)), date(2023, 10, 27));
        assert_eq!(presses_until(date(2023, 10, 16)), date(2023, 10, 20));
    }
}

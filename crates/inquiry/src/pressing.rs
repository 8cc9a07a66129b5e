//! What presses on an inquiry: of its whole state only what the mail of the house speaks of, small enough to be kept for every inquiry.
//!
//! [`Pressing`] follows the events as [`crate::Inquiry`] does, and a law says that both give the same answer (`tests/specs/laws.rs`); what
//! ministries owe is the rule of [`mod@crate::duty`]. Below stand the rules of the digest that a person gets on the morning of a working
//! day: how far ahead it looks, and who is told what.

use directory::calendar::WorkingCalendar;
use directory::{PersonId, Role};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::duty::{self, Owing, Work};
use crate::event::{Event, EventName};

/// A reply that is due within so many days, today not counted, presses: the worklist, the load, the colours of days and the digest mean the
/// same by it.
pub const SOON: u16 = 4;

/// A digest names the inner deadlines of so many working days after today.
const WORKING_DAYS_AHEAD: u32 = 2;

/// What presses on one inquiry, or will.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pressing {
    /// Its number, as the deputies' letter prints it.
    pub number: String,
    /// What it is about.
    pub subject: String,
    work: Work,
    /// Since when the letter that the signatory was last given lies there.
    laid_at: Option<Timestamp>,
    /// Who has signed it, where others are still to sign.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    signed_by: Vec<PersonId>,
    /// The letter went out, and none was written in its place.
    is_sent: bool,
}

/// Something that is awaited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Awaited {
    /// A ministry's part of the reply.
    Part(Owing),
    /// The reply, from the Office, by this day.
    Reply(Date),
    /// The signature, for a letter that lies there since then; of everybody but those who have signed.
    Signature(Timestamp, Vec<PersonId>),
}

/// Does what an event of this kind says change what is awaited?
#[must_use]
pub const fn reads(name: EventName) -> bool {
    duty::reads(name)
        || matches!(name, EventName::InquiryReceived | EventName::ReplyCosigned | EventName::DispatchOrdered)
}

impl Pressing {
    /// What is known after an event that was recorded at that moment; none while nothing but a receipt could begin it.
    #[must_use]
    pub fn after(known: Option<Self>, event: &Event, at: Timestamp) -> Option<Self> {
        match (known, event) {
            (None, Event::InquiryReceived(event)) => Some(Self {
                number: event.intake.number.printed().to_owned(),
                subject: event.intake.subject.clone(),
                work: Work::default(),
                laid_at: None,
                signed_by: Vec::new(),
                is_sent: false,
            }),
            (None, _) => None,
            (Some(known), event) => Some(known.evolve(event, at)),
        }
    }

    /// Everything that is awaited now: the ministries' parts, the reply, the signature.
    #[must_use]
    pub fn awaited(&self) -> Vec<Awaited> {
        let mut awaited: Vec<Awaited> = self.work.owing().into_iter().map(Awaited::Part).collect();
        let Some(due) = self.work.reply_due() else { return awaited };
        if !self.is_sent {
            awaited.push(Awaited::Reply(due));
        }
        if self.work.is_before_signatory() {
            awaited.extend(self.laid_at.map(|at| Awaited::Signature(at, self.signed_by.clone())));
        }
        awaited
    }

    fn evolve(mut self, event: &Event, at: Timestamp) -> Self {
        if matches!(event, Event::SubmittedForSignature(_)) {
            self.laid_at = Some(at);
            self.signed_by.clear();
        }
        if let Event::ReplyCosigned(event) = event {
            self.signed_by.push(event.given.authority.person);
        }
        if matches!(event, Event::DispatchOrdered(_)) {
            self.is_sent = true;
        }
        if matches!(event, Event::ReplyReplaced(_)) {
            self.is_sent = false;
        }
        self.work = self.work.evolve(event);
        self
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

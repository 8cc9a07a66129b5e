//! How a duty ends: done by whoever owed it, or answered by whoever was waited for. What ends otherwise (withdrawn, given to another
//! ministry, overtaken) leaves nothing behind.

use directory::MinistryCode;
use jiff::civil::Date;

use super::{Duty, DutyKind};
use crate::event::Event;

/// What came of a duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// What happened.
    pub end: End,
    /// The new day, where time was given.
    pub day: Option<Date>,
    /// Why, in the words of whoever decided.
    pub note: Option<String>,
}

/// What happened to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End {
    /// The contribution was handed in.
    HandedIn,
    /// The contribution was accepted.
    Accepted,
    /// The contribution was sent back.
    Returned,
    /// A version of the draft was written.
    Written,
    /// The draft went out for visas.
    SentOut,
    /// The reply was signed.
    Signed,
    /// More time was given.
    Granted,
    /// More time was refused.
    Refused,
    /// Another ministry took the place.
    Replaced,
}

impl End {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::HandedIn,
        Self::Accepted,
        Self::Returned,
        Self::Written,
        Self::SentOut,
        Self::Signed,
        Self::Granted,
        Self::Refused,
        Self::Replaced,
    ];

    /// The name in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::HandedIn => "handed_in",
            Self::Accepted => "accepted",
            Self::Returned => "returned",
            Self::Written => "written",
            Self::SentOut => "sent_out",
            Self::Signed => "signed",
            Self::Granted => "granted",
            Self::Refused => "refused",
            Self::Replaced => "replaced",
        }
    }

    /// The end of that name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|end| end.code() == code)
    }
}

impl Duty {
    /// What came of it, if this event ended it that way.
    #[must_use]
    pub fn ended_by(&self, event: &Event) -> Option<Outcome> {
        let plain = |end| Some(Outcome { end, day: None, note: None });
        let is_about = |ministry: &MinistryCode| self.about.as_ref() == Some(ministry);
        match (self.kind, event) {
            (DutyKind::Contribution | DutyKind::ContributionReturned, Event::ContributionSubmitted(event))
                if event.ministry == self.ministry =>
            {
                plain(End::HandedIn)
            }
            (DutyKind::Acceptance, Event::ContributionAccepted(event)) if is_about(&event.ministry) => {
                plain(End::Accepted)
            }
            (DutyKind::Acceptance, Event::ContributionReturned(event)) if is_about(&event.ministry) => {
                Some(Outcome { end: End::Returned, day: None, note: Some(event.reason.clone()) })
            }
            (DutyKind::AcceptanceAwaited, Event::ContributionAccepted(event)) if event.ministry == self.ministry => {
                plain(End::Accepted)
            }
            (DutyKind::Draft | DutyKind::DraftReturned | DutyKind::VisaRefused, Event::DraftRevised(_)) => {
                plain(End::Written)
            }
            // Declined for its date or its signatory, a draft may go out again as it is.
            (DutyKind::Approval | DutyKind::DraftReturned, Event::DraftSubmittedForApproval(_)) => plain(End::SentOut),
            (DutyKind::SignatureAwaited, Event::ReplySigned(_)) => plain(End::Signed),
            (DutyKind::ExtensionAwaited, Event::ExtensionGranted(event)) => {
                Some(Outcome { end: End::Granted, day: Some(event.new_due), note: None })
            }
            (DutyKind::ExtensionAwaited, Event::ExtensionRefused(event)) => {
                Some(Outcome { end: End::Refused, day: None, note: Some(event.reason.clone()) })
            }
            (DutyKind::ReplacementAwaited, Event::MinistryReassigned(event)) if event.from == self.ministry => {
                Some(Outcome { end: End::Replaced, day: None, note: Some(event.reason.clone()) })
            }
            (
                DutyKind::Contribution
                | DutyKind::ContributionReturned
                | DutyKind::Acceptance
                | DutyKind::Draft
                | DutyKind::Approval
                | DutyKind::DraftReturned
                | DutyKind::VisaRefused
                | DutyKind::AcceptanceAwaited
                | DutyKind::ContributionAwaited
                | DutyKind::VisasAwaited
                | DutyKind::SignatureAwaited
                | DutyKind::ExtensionAwaited
                | DutyKind::ReplacementAwaited,
                _,
            ) => None,
        }
    }
}

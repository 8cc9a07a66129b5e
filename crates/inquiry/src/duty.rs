//! Which ministry owes what on an inquiry, and which waits for what: told by the state alone, so that the page of duties, reminders and
//! digests agree.
//!
//! [`Work`] is the little of an inquiry's state that this follows from. It is taken from a [`Dossier`], or kept along with the events by
//! whoever has no dossier; both ways give the same. `owing` says which duties a ministry is reminded of, `outcome` what came of a duty
//! that is no more.

mod outcome;
mod owing;
mod work;

use directory::MinistryCode;
use jiff::civil::Date;

use crate::command::CommandName;
use crate::state::{ContributionStatus, Dossier};

pub use outcome::{End, Outcome};
pub use owing::Owing;
pub(crate) use work::Standing;
use work::{Asked, Lead};
pub use work::{Work, reads};

/// Something that a ministry owes, or waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// Who owes it or waits.
    pub ministry: MinistryCode,
    /// What it is.
    pub kind: DutyKind,
    /// The other ministry, where there is one: whose contribution it is, or who is waited for.
    pub about: Option<MinistryCode>,
    /// By when; none while nobody watches the clock.
    pub due: Option<Date>,
    /// What is asked for, or why it came back, in the words of whoever wrote it.
    pub note: Option<String>,
}

/// What a ministry owes, or waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DutyKind {
    /// A co-executor was asked for a contribution.
    Contribution,
    /// The lead returned the contribution.
    ContributionReturned,
    /// A contribution waits for the lead to accept or return it.
    Acceptance,
    /// The lead has to write the draft.
    Draft,
    /// The draft is written, and nobody has been asked for a visa yet.
    Approval,
    /// The draft was sent back.
    DraftReturned,
    /// A visa was refused.
    VisaRefused,
    /// A co-executor has handed in, and waits for the lead.
    AcceptanceAwaited,
    /// The lead waits for a co-executor.
    ContributionAwaited,
    /// The draft is with the approvers.
    VisasAwaited,
    /// The approved draft waits for the signatory.
    SignatureAwaited,
    /// The lead asked for more time.
    ExtensionAwaited,
    /// A ministry asked to be replaced.
    ReplacementAwaited,
}

impl DutyKind {
    /// All of them, what is owed first.
    pub const ALL: [Self; 13] = [
        Self::Contribution,
        Self::ContributionReturned,
        Self::Acceptance,
        Self::Draft,
        Self::Approval,
        Self::DraftReturned,
        Self::VisaRefused,
        Self::AcceptanceAwaited,
        Self::ContributionAwaited,
        Self::VisasAwaited,
        Self::SignatureAwaited,
        Self::ExtensionAwaited,
        Self::ReplacementAwaited,
    ];

    /// The one next step of whoever owes it; none: nothing is owed, somebody else is waited for.
    #[must_use]
    pub const fn step(self) -> Option<CommandName> {
        match self {
            Self::Contribution | Self::ContributionReturned => Some(CommandName::SubmitContribution),
            Self::Acceptance => Some(CommandName::AcceptContribution),
            Self::Draft | Self::DraftReturned | Self::VisaRefused => Some(CommandName::ReviseDraft),
            Self::Approval => Some(CommandName::SubmitForApproval),
            Self::AcceptanceAwaited
            | Self::ContributionAwaited
            | Self::VisasAwaited
            | Self::SignatureAwaited
            | Self::ExtensionAwaited
            | Self::ReplacementAwaited => None,
        }
    }

    /// Is it owed, or is somebody else waited for?
    #[must_use]
    pub const fn is_owed(self) -> bool {
        self.step().is_some()
    }

    /// The name in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Contribution => "contribution",
            Self::ContributionReturned => "contribution_returned",
            Self::Acceptance => "acceptance",
            Self::Draft => "draft",
            Self::Approval => "approval",
            Self::DraftReturned => "draft_returned",
            Self::VisaRefused => "visa_refused",
            Self::AcceptanceAwaited => "acceptance_awaited",
            Self::ContributionAwaited => "contribution_awaited",
            Self::VisasAwaited => "visas_awaited",
            Self::SignatureAwaited => "signature_awaited",
            Self::ExtensionAwaited => "extension_awaited",
            Self::ReplacementAwaited => "replacement_awaited",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// What is owed on this inquiry now, and by whom.
#[must_use]
pub fn owed(dossier: &Dossier) -> Vec<Duty> {
    Work::of(dossier).duties().into_iter().filter(|duty| duty.kind.is_owed()).collect()
}

impl Work {
    /// What is owed and what is waited for. What is owed can be done: its next step is one that the gate opens.
    #[must_use]
    pub fn duties(&self) -> Vec<Duty> {
        let (Some(lead), true) = (&self.lead, self.standing != Standing::Idle) else { return Vec::new() };
        let mut duties = Vec::new();
        // While visas are gathered nobody hands in, and nobody is replaced.
        if self.standing.is_at_work() {
            duties.extend(self.asked.iter().flat_map(|asked| self.of_contribution(lead, asked)));
            duties.extend(self.contests.iter().map(|(ministry, reason)| Duty {
                ministry: ministry.clone(),
                kind: DutyKind::ReplacementAwaited,
                about: None,
                due: None,
                note: Some(reason.clone()),
            }));
        }
        let (kind, note) = match &self.standing {
            Standing::Idle => return Vec::new(),
            Standing::ToWrite => (DutyKind::Draft, None),
            Standing::Written => (DutyKind::Approval, None),
            Standing::SentBack { reason } => (DutyKind::DraftReturned, Some(reason.clone())),
            Standing::InApproval if self.remarks.is_empty() => (DutyKind::VisasAwaited, None),
            Standing::InApproval => {
                let remarks: Vec<&str> = self.remarks.iter().map(|refused| refused.remarks.as_str()).collect();
                (DutyKind::VisaRefused, Some(remarks.join("\n")))
            }
            Standing::BeforeSignatory => (DutyKind::SignatureAwaited, None),
        };
        duties.push(Duty { ministry: lead.ministry.clone(), kind, about: None, due: self.watched(lead.due), note });
        duties.extend(self.more_time.map(|until| Duty {
            ministry: lead.ministry.clone(),
            kind: DutyKind::ExtensionAwaited,
            about: None,
            due: Some(until),
            note: None,
        }));
        duties
    }

    /// One contribution, as its ministry and as the lead see it.
    fn of_contribution(&self, lead: &Lead, asked: &Asked) -> Vec<Duty> {
        let (own, leads, note) = match &asked.contribution {
            None => (DutyKind::Contribution, DutyKind::ContributionAwaited, Some(asked.task.clone())),
            Some(ContributionStatus::Returned { reason }) => {
                (DutyKind::ContributionReturned, DutyKind::ContributionAwaited, Some(reason.clone()))
            }
            Some(ContributionStatus::Submitted) => (DutyKind::AcceptanceAwaited, DutyKind::Acceptance, None),
            Some(ContributionStatus::Accepted) => return Vec::new(),
        };
        // Whoever has handed in is waited for no longer, and a draft cannot be finished before its parts are looked at.
        let due = self.watched(if leads == DutyKind::Acceptance { lead.due } else { asked.due });
        let duty = |ministry: &MinistryCode, kind, about: &MinistryCode| Duty {
            ministry: ministry.clone(),
            kind,
            about: Some(about.clone()),
            due,
            note: note.clone(),
        };
        vec![duty(&asked.ministry, own, &lead.ministry), duty(&lead.ministry, leads, &asked.ministry)]
    }

    fn watched(&self, day: Date) -> Option<Date> {
        self.reply_due.map(|_| day)
    }
}

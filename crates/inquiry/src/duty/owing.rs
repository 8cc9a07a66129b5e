//! What of the reply is awaited from a ministry, so that it is reminded of it: the duties that hold a part of the reply back, while the
//! clock runs.

use directory::MinistryCode;
use jiff::civil::Date;

use super::{DutyKind, Work};
use crate::state::Dossier;
use crate::terms::Owed;

/// A ministry with what is awaited from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owing {
    /// Who owes it.
    pub ministry: MinistryCode,
    /// What.
    pub owed: Owed,
    /// By when.
    pub due: Date,
}

impl DutyKind {
    /// The part of the reply that this duty holds back.
    #[must_use]
    pub const fn holds_back(self) -> Option<Owed> {
        match self {
            Self::Contribution | Self::ContributionReturned => Some(Owed::Contribution),
            // Written, sent back or refused, the draft lies with the lead until it is with the approvers.
            Self::Draft | Self::Approval | Self::DraftReturned | Self::VisaRefused => Some(Owed::Draft),
            // Whoever has to look at a contribution owes the draft as well, and is reminded of that.
            Self::Acceptance
            | Self::AcceptanceAwaited
            | Self::ContributionAwaited
            | Self::VisasAwaited
            | Self::SignatureAwaited
            | Self::ExtensionAwaited
            | Self::ReplacementAwaited => None,
        }
    }
}

impl Work {
    /// The ministries from which a part of the reply is awaited, the lead first; nobody while the clock does not run.
    #[must_use]
    pub fn owing(&self) -> Vec<Owing> {
        let part =
            |duty: super::Duty| Some(Owing { owed: duty.kind.holds_back()?, due: duty.due?, ministry: duty.ministry });
        let mut owing: Vec<Owing> = self.duties().into_iter().filter_map(part).collect();
        owing.sort_by_key(|owing| owing.owed != Owed::Draft);
        owing
    }
}

impl Dossier {
    /// The ministries from which a part of the reply is awaited now, the lead first.
    #[must_use]
    pub fn owing(&self) -> Vec<Owing> {
        Work::of(self).owing()
    }
}

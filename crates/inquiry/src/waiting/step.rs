//! What is waited for, and who holds it: a role of the Office or a ministry, never a person.

use directory::{MinistryCode, Role};
use serde::{Deserialize, Serialize};

use crate::terms::VisaKind;

/// What is being waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// It came in and is to be registered and put on control.
    Registration,
    /// The head's resolution.
    Resolution,
    /// The lead's first version of the draft.
    Draft,
    /// A version is written, and nobody was asked for a visa yet.
    SendingOut,
    /// The visas that are still missing.
    Visas,
    /// What was sent back or refused lies with the lead.
    Rework,
    /// Every visa is there; the letter is to be laid before the signatory.
    Laying,
    /// The signature, or those of several.
    Signature,
    /// The outgoing number.
    Numbering,
    /// The order to send it.
    Dispatch,
    /// Receipts of those to whom it went.
    Delivery,
    /// Everybody has it; control is to end.
    Closing,
    /// It was closed, and its reply replaced later: nobody had anything to do in between.
    Closed,
    /// Beside the line: a co-executor's contribution.
    Contribution,
    /// Beside: a contribution that was returned.
    ContributionRework,
    /// Beside: a contribution waits for the lead to accept or return it.
    Acceptance,
    /// Beside: one approver's visa.
    Visa(VisaKind),
    /// Beside: a decision about more time.
    Extension,
    /// Beside: a decision about another ministry.
    Replacement,
}

impl Step {
    /// Those of the main line, in the order of the story.
    pub const LINE: [Self; 13] = [
        Self::Registration,
        Self::Resolution,
        Self::Draft,
        Self::SendingOut,
        Self::Visas,
        Self::Rework,
        Self::Laying,
        Self::Signature,
        Self::Numbering,
        Self::Dispatch,
        Self::Delivery,
        Self::Closing,
        Self::Closed,
    ];

    /// The name in tables and in the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Registration => "registration",
            Self::Resolution => "resolution",
            Self::Draft => "draft",
            Self::SendingOut => "sending_out",
            Self::Visas => "visas",
            Self::Rework => "rework",
            Self::Laying => "laying",
            Self::Signature => "signature",
            Self::Numbering => "numbering",
            Self::Dispatch => "dispatch",
            Self::Delivery => "delivery",
            Self::Closing => "closing",
            Self::Closed => "closed",
            Self::Contribution => "contribution",
            Self::ContributionRework => "contribution_rework",
            Self::Acceptance => "acceptance",
            Self::Visa(VisaKind::Legal) => "visa_legal",
            Self::Visa(VisaKind::Language) => "visa_language",
            Self::Visa(VisaKind::Finance) => "visa_finance",
            Self::Visa(VisaKind::Office) => "visa_office",
            Self::Extension => "extension",
            Self::Replacement => "replacement",
        }
    }

    /// Is it a step after the reply went out, which can make it late no more?
    #[must_use]
    pub const fn is_after_sending(self) -> bool {
        match self {
            Self::Delivery | Self::Closing | Self::Closed => true,
            Self::Registration
            | Self::Resolution
            | Self::Draft
            | Self::SendingOut
            | Self::Visas
            | Self::Rework
            | Self::Laying
            | Self::Signature
            | Self::Numbering
            | Self::Dispatch
            | Self::Contribution
            | Self::ContributionRework
            | Self::Acceptance
            | Self::Visa(_)
            | Self::Extension
            | Self::Replacement => false,
        }
    }
}

/// Who holds it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    /// Those who have a role in the Office.
    Role(Role),
    /// A ministry.
    Ministry(MinistryCode),
    /// It is on its way to the deputies.
    Deputies,
    /// Nobody.
    Nobody,
}

//! What comes from outside and waits for a clerk's decision: an aggregate of its own beside the inquiry, with a stream each.
//!
//! Read in this order: [`Source`] (where it came from), [`command`] (what is asked), [`event`] (what happened), [`Proposal`] (where it stands),
//! [`mod@decide`] (the rules), [`refusal`] (why not). A proposal is no inquiry and promises nothing: a clerk takes it, which makes an inquiry of it, or
//! dismisses it with a reason that whoever sent it is told.

pub mod aggregate;
pub mod command;
pub mod decide;
pub mod event;
pub mod refusal;

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ids::{BlobHash, InquiryId, RecipientNo};
use event::{ProposalEvent, ProposalReceived};

/// One proposal. Made at the edge; this crate draws none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct ProposalId(pub Uuid);

impl ProposalId {
    /// The journal's stream of this proposal.
    #[must_use]
    pub fn stream_id(self) -> String {
        format!("proposal-{}", self.0.hyphenated())
    }

    /// The proposal whose stream this is; none for streams of other things.
    #[must_use]
    pub fn of_stream(stream: &str) -> Option<Self> {
        stream.strip_prefix("proposal-").and_then(|id| Uuid::try_parse(id).ok()).map(Self)
    }
}

impl fmt::Display for ProposalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl FromStr for ProposalId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        Uuid::try_parse(text).map(Self)
    }
}

/// Where a proposal came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Source {
    /// A deputy asked again on the page that the personal link in a reply's mail leads to.
    DeputyPage {
        /// The inquiry that was answered.
        inquiry: InquiryId,
        /// Whose page it was.
        recipient: RecipientNo,
    },
    /// A mail came to the office's mailbox. Its words stay outside of the journal, which anybody who has the address could fill otherwise: the
    /// hash says which mail it was.
    Mail {
        /// SHA-256 of the mail as it came.
        mail: BlobHash,
    },
    /// A mail came that answers one of ours, by what it says itself: who has written it, nobody knows.
    Answer {
        /// The inquiry whose reply it answers.
        inquiry: InquiryId,
        /// To whom that mail of ours went.
        recipient: RecipientNo,
        /// SHA-256 of the answer as it came.
        mail: BlobHash,
    },
}

impl Source {
    /// The inquiry that was answered before, if it says one.
    #[must_use]
    pub const fn inquiry(&self) -> Option<InquiryId> {
        match self {
            Self::DeputyPage { inquiry, .. } | Self::Answer { inquiry, .. } => Some(*inquiry),
            Self::Mail { .. } => None,
        }
    }

    /// The place on that inquiry's list.
    #[must_use]
    pub const fn recipient(&self) -> Option<RecipientNo> {
        match self {
            Self::DeputyPage { recipient, .. } | Self::Answer { recipient, .. } => Some(*recipient),
            Self::Mail { .. } => None,
        }
    }

    /// The mail that it came by.
    #[must_use]
    pub const fn mail(&self) -> Option<BlobHash> {
        match self {
            Self::Mail { mail } | Self::Answer { mail, .. } => Some(*mail),
            Self::DeputyPage { .. } => None,
        }
    }
}

/// A proposal, from before it came.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Proposal {
    /// Nothing is known of it.
    #[default]
    NotReceived,
    /// It waits for a clerk.
    Waiting(ProposalReceived),
    /// A clerk made an inquiry of it.
    Taken {
        /// What came.
        received: ProposalReceived,
        /// The inquiry.
        inquiry: InquiryId,
    },
    /// A clerk dismissed it.
    Dismissed {
        /// What came.
        received: ProposalReceived,
        /// Why, as whoever sent it is told.
        reason: String,
    },
}

impl Proposal {
    /// What came, whatever became of it.
    #[must_use]
    pub const fn received(&self) -> Option<&ProposalReceived> {
        match self {
            Self::NotReceived => None,
            Self::Waiting(received) | Self::Taken { received, .. } | Self::Dismissed { received, .. } => Some(received),
        }
    }

    /// The state after an event. Total: what does not fit changes nothing.
    #[must_use]
    pub fn evolve(self, event: &ProposalEvent) -> Self {
        match (self, event) {
            (Self::NotReceived, ProposalEvent::ProposalReceived(event)) => Self::Waiting(event.clone()),
            (Self::Waiting(received), ProposalEvent::ProposalTaken(event)) => {
                Self::Taken { received, inquiry: event.inquiry }
            }
            (Self::Waiting(received), ProposalEvent::ProposalDismissed(event)) => {
                Self::Dismissed { received, reason: event.reason.clone() }
            }
            (
                state,
                ProposalEvent::ProposalReceived(_)
                | ProposalEvent::ProposalTaken(_)
                | ProposalEvent::ProposalDismissed(_),
            ) => state,
        }
    }
}

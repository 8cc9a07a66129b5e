//! What has happened to a proposal, kept for ever and read as strictly as an inquiry's events are.

use directory::Language;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ProposalId, Source};
use crate::event::UnknownEvent;
use crate::ids::InquiryId;

/// It came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposalReceived {
    /// Which proposal this is.
    pub proposal: ProposalId,
    /// Where it came from.
    pub source: Source,
    /// What it asks, point by point; empty when it came by mail.
    pub questions: Vec<String>,
}

/// A clerk made an inquiry of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposalTaken {
    /// The inquiry that it became.
    pub inquiry: InquiryId,
    /// The account that took it.
    pub taken_by: String,
}

/// A clerk dismissed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposalDismissed {
    /// Why, as whoever sent it is told.
    pub reason: String,
    /// The account that dismissed it.
    pub dismissed_by: String,
}

/// Something that happened to a proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProposalEvent {
    /// It came in.
    #[serde(rename = "proposal_received")]
    ProposalReceived(ProposalReceived),
    /// A clerk made an inquiry of it.
    #[serde(rename = "proposal_taken")]
    ProposalTaken(ProposalTaken),
    /// A clerk dismissed it.
    #[serde(rename = "proposal_dismissed")]
    ProposalDismissed(ProposalDismissed),
}

/// The kinds of events, without what they say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProposalEventName {
    /// It came in.
    ProposalReceived,
    /// A clerk made an inquiry of it.
    ProposalTaken,
    /// A clerk dismissed it.
    ProposalDismissed,
}

impl ProposalEventName {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::ProposalReceived, Self::ProposalTaken, Self::ProposalDismissed];

    /// The version of the shape in which events of every kind are written today.
    pub const SCHEMA_VERSION: u16 = 1;

    /// The stored name.
    #[must_use]
    pub const fn stored(self) -> &'static str {
        match self {
            Self::ProposalReceived => "proposal_received",
            Self::ProposalTaken => "proposal_taken",
            Self::ProposalDismissed => "proposal_dismissed",
        }
    }

    /// The kind of that stored name.
    #[must_use]
    pub fn from_stored(stored: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|name| name.stored() == stored)
    }

    /// The event as a line of the journal.
    #[must_use]
    pub const fn words(self, language: Language) -> &'static str {
        let (kk, ru, en) = match self {
            Self::ProposalReceived => ("өтініш келіп түсті", "поступило обращение", "a proposal came in"),
            Self::ProposalTaken => {
                ("өтініш сауал ретінде тіркелді", "обращение зарегистрировано", "a proposal became an inquiry")
            }
            Self::ProposalDismissed => ("өтініш қабылданбады", "обращение отклонено", "a proposal was dismissed"),
        };
        match language {
            Language::Kk => kk,
            Language::Ru => ru,
            Language::En => en,
        }
    }
}

impl ProposalEvent {
    /// Its kind.
    #[must_use]
    pub const fn name(&self) -> ProposalEventName {
        match self {
            Self::ProposalReceived(_) => ProposalEventName::ProposalReceived,
            Self::ProposalTaken(_) => ProposalEventName::ProposalTaken,
            Self::ProposalDismissed(_) => ProposalEventName::ProposalDismissed,
        }
    }

    /// Reads what was stored.
    ///
    /// # Errors
    /// [`UnknownEvent`] when the name, the version of the shape or the text is not one that this program reads.
    pub fn from_stored(name: &str, schema_version: u16, payload: &str) -> Result<Self, UnknownEvent> {
        let Some(kind) = ProposalEventName::from_stored(name) else {
            return Err(UnknownEvent::Name { name: name.chars().take(80).collect() });
        };
        let (name, known) = (kind.stored(), ProposalEventName::SCHEMA_VERSION);
        if schema_version != known {
            return Err(UnknownEvent::Shape { name, stored: schema_version, known });
        }
        let event: Self = serde_json::from_str(payload).map_err(|source| UnknownEvent::Payload { name, source })?;
        if event.name() == kind {
            Ok(event)
        } else {
            Err(UnknownEvent::Mismatch { name, found: event.name().stored() })
        }
    }
}

//! The names of the kinds.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A kind of letter by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// The reply to an inquiry.
    Reply,
    /// What can be said before the reply; the inquiry stays on control.
    InterimReply,
    /// That the reply will come later, until when and why.
    ExtensionNotice,
    /// That the inquiry has come and was registered.
    Acknowledgement,
    /// What a ministry is asked to contribute.
    ContributionRequest,
    /// What an inquiry is sent to a ministry with.
    CoverNote,
    /// That a contribution is due, or overdue.
    Reminder,
}

/// Whose letterhead a form bears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Office {
    /// The Prime Minister, who answers deputies.
    PrimeMinister,
    /// The Government's Office, which keeps the register and writes to ministries.
    GovernmentOffice,
}

impl Form {
    /// Every kind, in the order in which the house lists them.
    pub const ALL: [Self; 7] = [
        Self::Reply,
        Self::InterimReply,
        Self::ExtensionNotice,
        Self::Acknowledgement,
        Self::ContributionRequest,
        Self::CoverNote,
        Self::Reminder,
    ];

    /// The name, as it stands in facts and on the command line; the folder of the kind's wording bears it too.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reply => "reply",
            Self::InterimReply => "interim_reply",
            Self::ExtensionNotice => "extension_notice",
            Self::Acknowledgement => "acknowledgement",
            Self::ContributionRequest => "contribution_request",
            Self::CoverNote => "cover_note",
            Self::Reminder => "reminder",
        }
    }

    /// The kind of that name; a hyphen counts as an underscore.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let name = name.replace('-', "_");
        Self::ALL.into_iter().find(|form| form.name() == name)
    }

    pub(crate) const fn office(self) -> Office {
        match self {
            Self::Reply | Self::InterimReply => Office::PrimeMinister,
            Self::ExtensionNotice
            | Self::Acknowledgement
            | Self::ContributionRequest
            | Self::CoverNote
            | Self::Reminder => Office::GovernmentOffice,
        }
    }
}

impl Office {
    pub(crate) const ALL: [Self; 2] = [Self::PrimeMinister, Self::GovernmentOffice];

    /// The file of its letterhead.
    pub(crate) const fn file(self) -> &'static str {
        match self {
            Self::PrimeMinister => "letterheads/prime_minister.hbs",
            Self::GovernmentOffice => "letterheads/government_office.hbs",
        }
    }
}

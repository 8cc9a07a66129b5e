//! What a change is about: a record of one of five kinds, whose history it belongs to.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::event::Change;

/// The kinds of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "RecordKind")]
pub enum SubjectKind {
    /// Ministries.
    Ministries,
    /// Deputies.
    Deputies,
    /// Factions and convocations.
    Factions,
    /// Offices and who holds them.
    Offices,
    /// Days.
    Calendar,
}

impl SubjectKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Ministries, Self::Deputies, Self::Factions, Self::Offices, Self::Calendar];

    /// Its name in addresses.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ministries => "ministries",
            Self::Deputies => "deputies",
            Self::Factions => "factions",
            Self::Offices => "offices",
            Self::Calendar => "calendar",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// A record that a change is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    /// Of which kind.
    pub kind: SubjectKind,
    /// Its code or identity; the day itself in the calendar.
    pub code: String,
}

impl Change {
    /// Of which kind of records it speaks.
    #[must_use]
    pub const fn kind(&self) -> SubjectKind {
        match self {
            Self::MinistryFounded(_)
            | Self::MinistryRenamed(_)
            | Self::MinistryMerged(_)
            | Self::MinistrySplit(_)
            | Self::MinistryAbolished(_) => SubjectKind::Ministries,
            Self::ConvocationBegun(_) | Self::ConvocationEnded(_) | Self::FactionFormed(_) | Self::FactionEnded(_) => {
                SubjectKind::Factions
            }
            Self::DeputyEntered(_) | Self::DeputyCorrected(_) | Self::DeputyChangedFaction(_) | Self::DeputyLeft(_) => {
                SubjectKind::Deputies
            }
            Self::OfficeFounded(_) | Self::OfficeTaken(_) | Self::OfficeLeft(_) => SubjectKind::Offices,
            Self::CalendarChanged(_) => SubjectKind::Calendar,
            Self::ChangeTakenBack(event) => event.kind,
        }
    }

    /// The records whose history it belongs to.
    #[must_use]
    pub fn subjects(&self) -> Vec<Subject> {
        let codes: Vec<String> = match self {
            Self::MinistryFounded(event) => vec![event.code.to_string()],
            Self::MinistryRenamed(event) => vec![event.code.to_string()],
            Self::MinistryMerged(event) => vec![event.code.to_string(), event.into.to_string()],
            Self::MinistrySplit(event) => {
                std::iter::once(&event.code).chain(&event.into).map(ToString::to_string).collect()
            }
            Self::MinistryAbolished(event) => vec![event.code.to_string()],
            Self::ConvocationBegun(event) => vec![format!("{}-{}", event.chamber, event.number)],
            Self::ConvocationEnded(event) => vec![format!("{}-{}", event.chamber, event.number)],
            Self::FactionFormed(event) => vec![event.code.to_string()],
            Self::FactionEnded(event) => vec![event.code.to_string()],
            Self::DeputyEntered(event) => vec![event.id.to_string()],
            Self::DeputyCorrected(event) => vec![event.id.to_string()],
            Self::DeputyChangedFaction(event) => vec![event.id.to_string()],
            Self::DeputyLeft(event) => vec![event.id.to_string()],
            Self::OfficeFounded(event) => vec![event.code.to_string()],
            Self::OfficeTaken(event) => vec![event.office.to_string()],
            Self::OfficeLeft(event) => vec![event.office.to_string()],
            Self::CalendarChanged(event) => event.days.iter().map(|day| day.date.to_string()).collect(),
            Self::ChangeTakenBack(event) => event.codes.clone(),
        };
        codes.into_iter().map(|code| Subject { kind: self.kind(), code }).collect()
    }

    /// The day on which it takes effect; none where it has none of its own.
    #[must_use]
    pub fn since(&self) -> Option<Date> {
        match self {
            Self::MinistryFounded(event) => Some(event.since),
            Self::MinistryRenamed(event) => Some(event.since),
            Self::MinistryMerged(event) => Some(event.on),
            Self::MinistrySplit(event) => Some(event.on),
            Self::MinistryAbolished(event) => Some(event.on),
            Self::ConvocationBegun(event) => Some(event.since),
            Self::ConvocationEnded(event) => Some(event.on),
            Self::FactionFormed(event) => Some(event.since),
            Self::FactionEnded(event) => Some(event.on),
            Self::DeputyEntered(event) => Some(event.since),
            Self::DeputyChangedFaction(event) => Some(event.since),
            Self::DeputyLeft(event) => Some(event.on),
            Self::OfficeTaken(event) => Some(event.since.date()),
            Self::OfficeLeft(event) => Some(event.until.date()),
            Self::DeputyCorrected(_) | Self::OfficeFounded(_) | Self::CalendarChanged(_) | Self::ChangeTakenBack(_) => {
                None
            }
        }
    }
}

//! What was set.

use cqrs_es::DomainEvent;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::Language;
use crate::deadline::InnerRule;
use crate::series::{NumberFormat, Purpose, Scope};

/// A term is counted otherwise from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TermAdopted {
    /// How: code, length, what a day off does, the law; and the least number of working days.
    pub rule: InnerRule,
    /// From which day on.
    pub since: Date,
    /// The account that set it.
    pub by: String,
    /// Why.
    pub why: String,
}

/// Our own numbers are written otherwise from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeriesAdopted {
    /// What is counted.
    pub purpose: Purpose,
    /// How a value is written.
    pub format: NumberFormat,
    /// When the count begins anew.
    pub scope: Scope,
    /// With which value.
    pub first: i64,
    /// From which day on.
    pub since: Date,
    /// The account that set it.
    pub by: String,
    /// Why.
    pub why: String,
}

/// What was set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum SettingsEvent {
    /// A term.
    #[serde(rename = "term_adopted")]
    Term(TermAdopted),
    /// A series of numbers.
    #[serde(rename = "series_adopted")]
    Series(SeriesAdopted),
}

impl SettingsEvent {
    /// Every stored name.
    pub const STORED: [&'static str; 2] = ["term_adopted", "series_adopted"];

    /// From which day on.
    #[must_use]
    pub const fn since(&self) -> Date {
        match self {
            Self::Term(event) => event.since,
            Self::Series(event) => event.since,
        }
    }

    /// The account that set it.
    #[must_use]
    pub fn by(&self) -> &str {
        match self {
            Self::Term(event) => &event.by,
            Self::Series(event) => &event.by,
        }
    }

    /// Why.
    #[must_use]
    pub fn why(&self) -> &str {
        match self {
            Self::Term(event) => &event.why,
            Self::Series(event) => &event.why,
        }
    }

    /// What the journal says of events with that stored name; none when it is not one of these.
    #[must_use]
    pub fn words(stored: &str, language: Language) -> Option<&'static str> {
        let (kk, ru, en) = match stored {
            "term_adopted" => ("мерзім ережесі қойылды", "задано правило срока", "a rule for a term was set"),
            "series_adopted" => ("нөмірлер қатары қойылды", "задан ряд номеров", "a series of numbers was set"),
            _ => return None,
        };
        Some(match language {
            Language::Kk => kk,
            Language::Ru => ru,
            Language::En => en,
        })
    }
}

impl DomainEvent for SettingsEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Term(_) => "term_adopted".to_owned(),
            Self::Series(_) => "series_adopted".to_owned(),
        }
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

//! By what right somebody signs for an office: because they hold it, or because an order lets them act for its holder.

use jiff::civil::{Date, DateTime};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::dates;
use crate::ids::{OfficeCode, PersonId};
use crate::language::Language;

/// The order by which somebody acts for the holder of an office (бұйрық, распоряжение), as papers name it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActingOrder {
    /// Its number, as it is printed.
    pub number: String,
    /// Its date.
    pub dated: Date,
}

impl ActingOrder {
    /// As screens name it: «2023 жылғы 16 қазан, № 14-р бұйрық».
    #[must_use]
    pub fn words(&self, language: Language) -> String {
        let (number, dated) = (&self.number, dates::words(self.dated, language));
        match language {
            Language::Kk => format!("{dated}, № {number} бұйрық"),
            Language::Ru => format!("приказ № {number} от {dated}"),
            Language::En => format!("order No. {number} of {dated}"),
        }
    }
}

/// By what right an office is filled.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Ground {
    /// The person holds the office.
    Holds,
    /// The person acts for its holder (м.а., и.о.).
    Acts {
        /// By which order; none where the directory does not name it.
        order: Option<ActingOrder>,
    },
}

impl Ground {
    /// Does the person act, without holding the office?
    #[must_use]
    pub const fn is_acting(&self) -> bool {
        matches!(self, Self::Acts { .. })
    }

    /// The order by which the person acts, if one is named.
    #[must_use]
    pub const fn order(&self) -> Option<&ActingOrder> {
        match self {
            Self::Holds => None,
            Self::Acts { order } => order.as_ref(),
        }
    }
}

/// Who may sign for an office, and by what right.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Authority {
    /// The office.
    pub office: OfficeCode,
    /// Who fills it.
    pub person: PersonId,
    /// By what right.
    pub ground: Ground,
}

/// Why a person may not sign for an office at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoAuthority {
    /// No record gives them the office at any time.
    Never,
    /// They will, from a later moment on.
    NotYet {
        /// The moment.
        from: DateTime,
        /// By what right.
        ground: Ground,
    },
    /// They did, until then.
    Ended {
        /// The first moment at which they no longer did.
        until: DateTime,
        /// By what right they had.
        ground: Ground,
    },
}

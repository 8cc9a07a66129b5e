//! How long a signature can be checked: the four levels.

use std::fmt;
use std::str::FromStr;

/// A level of ETSI EN 319 142-1; each has all that those before it have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The signature.
    B,
    /// A timestamp over it: it existed then.
    T,
    /// What tells that its certificate was not revoked then.
    Lt,
    /// A timestamp over all of it, which can be renewed for ever.
    Lta,
}

impl Level {
    /// Its name in settings: `b-b`, `b-t`, `b-lt`, `b-lta`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::B => "b-b",
            Self::T => "b-t",
            Self::Lt => "b-lt",
            Self::Lta => "b-lta",
        }
    }
}

impl FromStr for Level {
    type Err = NoLevel;

    fn from_str(text: &str) -> Result<Self, NoLevel> {
        let all = [Self::B, Self::T, Self::Lt, Self::Lta];
        all.into_iter().find(|level| level.name() == text).ok_or(NoLevel)
    }
}

/// No level has this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the levels are b-b, b-t, b-lt and b-lta")]
pub struct NoLevel;

impl fmt::Display for Level {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "PAdES {}", self.name().to_uppercase())
    }
}

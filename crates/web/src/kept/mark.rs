//! The row that an opened form writes, and how often it was written when the form saw it: one hidden field, `slot/revision`.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

/// See the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    /// The row.
    pub slot: Uuid,
    /// How often it was written; 0 before the first time.
    pub revision: i64,
}

impl Mark {
    /// Of a form that was just opened.
    pub(crate) fn new() -> Self {
        Self { slot: Uuid::new_v4(), revision: 0 }
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.slot, self.revision)
    }
}

/// It is no mark of ours.
#[derive(Debug)]
pub(crate) struct NoMark;

impl FromStr for Mark {
    type Err = NoMark;

    fn from_str(text: &str) -> Result<Self, NoMark> {
        let (slot, revision) = text.split_once('/').ok_or(NoMark)?;
        let revision = revision.parse().map_err(|_| NoMark)?;
        let slot = slot.parse().map_err(|_| NoMark)?;
        if revision < 0 { Err(NoMark) } else { Ok(Self { slot, revision }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_goes_into_a_page_and_comes_back() {
        let mark = Mark { slot: Uuid::from_u128(7), revision: 3 };
        assert_eq!(mark.to_string().parse::<Mark>().ok(), Some(mark));
        for bad in ["", "7/1", "/", "00000000-0000-0000-0000-000000000007", "00000000-0000-0000-0000-000000000007/-1"] {
            assert!(bad.parse::<Mark>().is_err(), "{bad}");
        }
    }
}

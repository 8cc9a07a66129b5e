//! The register as it stood: one row for each stretch of time in which the worklist would have shown an inquiry the same (docs/adr/0036-the-past.md).
//!
//! [`mod@fold`] says how an event ends one row and begins the next (a pure function, over the register's own), `follow` keeps the table, `asking`
//! lets every question that the register answers be asked as of a moment, `between` compares two moments.
//!
//! A row holds what changes. What is the same from the receipt on (number, subject, chamber) is the register's, and so are the words by which an
//! inquiry is found and who may know of it: these are today's.

mod asking;
mod between;
mod fold;
mod follow;

use inquiry::InquiryId;
use jiff::Timestamp;

use crate::register::Entry;

pub use asking::AsOf;
pub(crate) use asking::Part;
pub use between::{Became, Between, Difference, Glimpse, MOST_COMPARED};
pub use fold::Versions;
pub(crate) use follow::Past;

/// How an inquiry stood for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// The version of the inquiry's stream with which it began.
    pub begun: u64,
    /// The moment from which on it stood so.
    pub since: Timestamp,
    /// The position of the event with which it began.
    pub position: i64,
    /// The moment and the position at which it stood so no more; none: it still does.
    pub until: Option<(Timestamp, i64)>,
    /// How it stood. What never changes, the words, and who may know of it are left empty: they are the register's.
    pub entry: Entry,
}

impl Version {
    /// Whose.
    #[must_use]
    pub const fn inquiry(&self) -> InquiryId {
        self.entry.inquiry
    }
}

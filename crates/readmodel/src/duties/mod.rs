//! Duties: what a ministry owes on an inquiry, what it waits for, and what came of either; one row a duty, and one an inquiry for the work that
//! they follow from.
//!
//! The rule is [`inquiry::duty`]'s. [`mod@fold`] carries it along with the events, [`follow`] keeps the table, [`mod@list`] asks it.

mod fold;
mod follow;
mod list;

use inquiry::InquiryId;
use inquiry::duty::{Duty, Outcome, Work};
use jiff::Timestamp;

pub(crate) use follow::Duties;
pub use list::{Cursor, Listed, Owed, Page, Which, count, list};

/// Which row of an inquiry: the event that began it, and which of those that it began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// The version of the inquiry.
    begun: i64,
    nth: i32,
}

impl Place {
    /// The row that holds the work; no event is the zeroth.
    const WORK: Self = Self { begun: 0, nth: 0 };
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    inquiry: InquiryId,
    place: Place,
    kept: Kept,
    /// The position of the last event that changed it.
    position: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kept {
    /// What the duties of the inquiry follow from.
    Work(Work),
    /// One of them.
    Duty { duty: Duty, since: Timestamp, ended: Option<Ended> },
}

/// When a duty ended, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// When, by the office's clock.
    pub at: Timestamp,
    /// What came of it.
    pub outcome: Outcome,
}

//! What one person is told in one mail: values, gathered once, and again when it is sent.
//!
//! Of personal data there is none in it: an inquiry's number and subject, what is owed, and the day.

use super::news::News;
use inquiry::InquiryId;
use inquiry::terms::Owed;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The most lines under one heading; whoever owes more reads the rest in the system.
pub(crate) const MOST: u16 = 50;

/// What one person is told.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Content {
    /// Somebody of the Office reminded their ministry of these.
    pub reminders: Section,
    /// What their ministry owes within the next working days, today, or since before.
    pub parts: Section,
    /// Replies that the Office owes and whose day has gone by.
    pub overdue: Section,
    /// Replies that are due soon.
    pub pressing: Section,
    /// What waits for a signature.
    pub pile: Option<Pile>,
    /// What is new of the searches that they keep.
    #[serde(default)]
    pub searches: Vec<News>,
}

/// Lines under one heading.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Section {
    /// What is due first stands first.
    pub lines: Vec<Line>,
    /// How many more there are.
    pub more: u64,
}

/// One inquiry with what is owed on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Which.
    pub inquiry: InquiryId,
    /// Its number.
    pub number: String,
    /// What it is about.
    pub subject: String,
    /// What a ministry owes; none: the reply itself.
    pub owed: Option<Owed>,
    /// By when.
    pub due: Date,
    /// The day has gone by.
    pub is_late: bool,
    /// The reminder says something besides, which is read in the system.
    pub is_noted: bool,
}

/// Letters that wait for a signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pile {
    /// How many.
    pub letters: u64,
    /// The number of the inquiry whose letter waits longest.
    pub oldest: String,
    /// Since when.
    pub since: Date,
}

impl Section {
    /// Is there nothing under the heading?
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Keeps as many lines as a mail holds.
    pub(crate) fn of(mut lines: Vec<Line>) -> Self {
        let more = lines.len().saturating_sub(MOST.into());
        lines.truncate(MOST.into());
        Self { lines, more: more as u64 }
    }

    /// How many inquiries it speaks of.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.more.saturating_add(self.lines.len() as u64)
    }
}

impl Content {
    /// Has it nothing to say? Then it is not sent.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.reminders.is_empty()
            && self.parts.is_empty()
            && self.overdue.is_empty()
            && self.pressing.is_empty()
            && self.pile.is_none()
            && self.searches.is_empty()
    }

    /// Does it speak of reminders alone?
    #[must_use]
    pub const fn is_of_reminders(&self) -> bool {
        self.parts.is_empty()
            && self.overdue.is_empty()
            && self.pressing.is_empty()
            && self.pile.is_none()
            && self.searches.is_empty()
    }

    /// Does it tell the same? How far the index has come meanwhile is no news.
    pub(crate) fn tells_as(&self, other: &Self) -> bool {
        let without = |content: &Self| {
            let mut content = content.clone();
            content.searches.iter_mut().for_each(|news| news.until = 0);
            content
        };
        without(self) == without(other)
    }
}

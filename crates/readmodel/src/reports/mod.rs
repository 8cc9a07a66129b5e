//! What each inquiry counts as in a report, since when and until when; and who held it at which step.
//!
//! [`Case`] is a state of an inquiry that some figure can tell from the one before; `fold` makes them from events, `follow` keeps them. [`question`]
//! says which cases are wanted and what a figure counts, [`mod@count`] counts them, [`mod@list`] shows exactly those, [`mod@steps`] measures who held
//! them for how long, [`forecast`] says from that which replies will probably be late. A figure and its list share one condition, and a report as of
//! another moment is the same question with that moment in it.

pub mod count;
mod fold;
mod follow;
pub mod forecast;
mod history;
pub mod list;
pub mod question;
mod step_rows;
pub mod steps;

use directory::{ChamberCode, DeputyId, MinistryCode, TopicCode};
use inquiry::InquiryId;
use jiff::Timestamp;
use jiff::civil::Date;

pub use count::{Counted, Line, count};
pub use history::{Coming, Tried, coming, tried};
pub use list::{Cursor, Listed, Page, list};
pub use question::{By, Figure, Key, Membership, Question};
pub use steps::{Held, StepLine, steps};

pub(crate) use follow::Cases;
pub(crate) use step_rows::Steps;

/// A state of an inquiry, with the time for which it held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Case {
    inquiry: InquiryId,
    /// Which of its states, counted from 1.
    nth: i32,
    since: Timestamp,
    /// None: it holds now.
    until: Option<Timestamp>,
    what: What,
    position: i64,
}

/// What an inquiry counts as.
#[derive(Debug, Clone, PartialEq, Eq)]
struct What {
    number: String,
    chamber: ChamberCode,
    dated: Date,
    received: Date,
    topic: Option<TopicCode>,
    lead: Option<MinistryCode>,
    co_executors: Vec<MinistryCode>,
    took_part: Vec<MinistryCode>,
    deputies: Vec<DeputyId>,
    due: Option<Date>,
    extensions: i16,
    returns: i16,
    repeats: i16,
    satisfied: Vec<i32>,
    unsatisfied: Vec<i32>,
    answered: Option<Date>,
    closed: Option<Date>,
    outcome: Option<&'static str>,
    ending: Option<&'static str>,
}

/// The outcomes as rows name them.
pub(crate) const OUTCOMES: [&str; 3] = ["answered", "in_part", "refused"];
/// The ways to end without a reply of one's own, as rows name them.
pub(crate) const ENDINGS: [&str; 3] = ["withdrawn", "redirected", "merged"];

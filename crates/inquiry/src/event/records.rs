//! What the records do to an inquiry: a ministry that ended hands its place on, and a calendar that changed moves a day. Nobody asks for these
//! as a command: they follow from an act that was recorded in the directory, and name it.

use directory::MinistryCode;
use directory::deadline::Deadline;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::terms::Place;

/// The place of a ministry that ended went to its successor, with its day, its task and what it had handed in. Unlike a replacement it
/// may come while visas are gathered or the letter is signed, and the successor may have a place of its own already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PartCarriedOver {
    /// Which ended.
    pub from: MinistryCode,
    /// Its successor.
    pub to: MinistryCode,
    /// The place that went over.
    pub place: Place,
    /// By which act.
    pub act: String,
}

/// The day of the reply was counted anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplyRecounted {
    /// When it had been due.
    pub old_due: Date,
    /// When it is due now.
    pub new_due: Date,
    /// How that day was found: rule, calendar and steps; none where a day that somebody had named is worked no longer and moved.
    pub deadline: Option<Deadline>,
}

/// The day of a ministry's part moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PartRecounted {
    /// Whose.
    pub ministry: MinistryCode,
    /// Its place.
    pub place: Place,
    /// When it had been due.
    pub old_due: Date,
    /// When it is due now.
    pub new_due: Date,
}

/// The calendar was changed after deadlines had been set, and the office decided that they follow it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeadlinesRecounted {
    /// The reply's day, where it moved.
    pub reply: Option<ReplyRecounted>,
    /// The days of ministries' parts that moved.
    pub parts: Vec<PartRecounted>,
    /// The calendar that was used.
    pub calendar_version: String,
    /// By which act the calendar was changed.
    pub act: String,
}

//! How an inquiry begins, and the clock that runs over it.

use directory::deadline::Deadline;
use directory::{MinistryCode, TopicCode};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{BlobHash, InquiryId};
use crate::intake::Intake;

/// The letter came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InquiryReceived {
    /// Which inquiry this is from now on.
    pub inquiry: InquiryId,
    /// The letter, its list and its questions.
    pub intake: Intake,
}

/// It got its incoming number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InquiryRegistered {
    /// The Office's incoming number.
    pub incoming_number: String,
}

/// It was put on control.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ControlSet {
    /// When the reply is due, and how that day was found: rule, calendar and steps.
    pub deadline: Deadline,
}

/// It was said what it is about, by the rubricator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TopicSet {
    /// The topic under which it is counted.
    pub topic: TopicCode,
    /// The one under which it was counted until now.
    pub before: Option<TopicCode>,
    /// Why it was changed.
    pub reason: Option<String>,
}

/// The lead asked for more time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtensionRequested {
    /// The ministry that asks.
    pub ministry: MinistryCode,
    /// Why.
    pub ground: String,
    /// The day asked for.
    pub until: Date,
}

/// More time was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtensionGranted {
    /// Why, as the lead had put it.
    pub ground: String,
    /// When the reply had been due.
    pub old_due: Date,
    /// When it is due now.
    pub new_due: Date,
}

/// More time was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtensionRefused {
    /// The day that had been asked for.
    pub until: Date,
    /// Why it was refused.
    pub reason: String,
}

/// An interim reply went out; the inquiry stays on control.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InterimReplySent {
    /// What it says, in a few sentences.
    pub summary: String,
    /// Its number, when it got one.
    pub number: Option<String>,
    /// Its date.
    pub dated: Date,
    /// Its bytes, when they are kept.
    pub pdf: Option<BlobHash>,
}

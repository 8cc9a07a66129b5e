//! How an inquiry begins, and the clock that runs over it.

use directory::TopicCode;
use directory::deadline::Deadline;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{BlobHash, InquiryId};
use crate::intake::Intake;

/// Take an inquiry in, number it, put it on control. By a clerk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// Its identity, drawn at the edge.
    pub inquiry: InquiryId,
    /// What came in.
    pub intake: Intake,
    /// The Office's incoming number, taken from its series.
    pub incoming_number: String,
    /// When the reply is due, counted at the edge from the day of receipt.
    pub deadline: Deadline,
    /// What it is about, by the rubricator, where the clerk has said so.
    #[serde(default)]
    pub topic: Option<TopicCode>,
}

/// Say what it is about, by the rubricator. By a clerk or a control officer, at any time: reports count it so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetTopic {
    /// The topic, such as `social`.
    pub topic: TopicCode,
    /// Why, when another one is named than before.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Ask for more time. By the lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestExtension {
    /// Why.
    pub ground: String,
    /// Until when; later than the day in force.
    pub until: Date,
}

/// Give more time. By a control officer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantExtension {
    /// Until when; later than the day in force, and not necessarily the day asked for.
    pub until: Date,
}

/// Refuse more time. By a control officer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RefuseExtension {
    /// Why.
    pub reason: String,
}

/// Record an interim reply. By a control officer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SendInterimReply {
    /// What it says, in a few sentences.
    pub summary: String,
    /// Its number, when it got one.
    #[serde(default)]
    pub number: Option<String>,
    /// Its date.
    pub dated: Date,
    /// Its bytes, when they are kept.
    #[serde(default)]
    pub pdf: Option<BlobHash>,
}

//! How an inquiry ends, and what may still follow.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{InquiryId, RecipientNo};
use crate::terms::{MergedInquiry, Outcome};

/// Take an answered inquiry off control. By a control officer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveFromControl {
    /// On what ground.
    #[serde(default)]
    pub note: Option<String>,
}

/// Close an inquiry; takes it off control if that was not done. By a control officer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Close {
    /// With what outcome.
    pub outcome: Outcome,
}

/// Link a repeat inquiry. By a clerk, at any time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkRepeat {
    /// The repeat inquiry.
    pub repeat: InquiryId,
    /// Its number as it prints it.
    pub number: String,
}

/// Let other inquiries join this one, so that one reply answers all. By a clerk. The edge hands in the others' lists and due
/// dates, and asks each of the others to [`JoinMerge`] in the same append.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Merge {
    /// The inquiries that join. Their recipients are numbered anew, behind those of this one.
    pub others: Vec<MergedInquiry>,
}

/// Let this inquiry join another one, which answers it. By a clerk, together with the other's [`Merge`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JoinMerge {
    /// The inquiry that leads.
    pub into: InquiryId,
    /// Its number as it prints it.
    pub number: String,
}

/// Withdraw an inquiry that is not yet answered. By the deputy who alone asked, or by a clerk on the deputies' word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Withdraw {
    /// Why, and on whose word.
    pub reason: String,
}

/// Send an inquiry on to whom it concerns. By a clerk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Redirect {
    /// To whom.
    pub to: String,
    /// Why.
    pub reason: String,
}

/// Replace the reply: the work on a new letter begins, which will get a new number. By a signatory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceReply {
    /// Why.
    pub reason: String,
}

/// Say whether the reply satisfies. By the deputy, or by a clerk who was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordResponse {
    /// Who.
    pub recipient: RecipientNo,
    /// Is the deputy satisfied?
    pub satisfied: bool,
    /// In the deputy's words.
    #[serde(default)]
    pub comment: Option<String>,
}

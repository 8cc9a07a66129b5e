//! How an inquiry ends, and what may still follow.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{InquiryId, RecipientNo};
use crate::terms::{MergeSide, Outcome};

/// It was taken off control.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ControlRemoved {
    /// On what ground, when one was given.
    pub note: Option<String>,
}

/// It was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InquiryClosed {
    /// With what outcome.
    pub outcome: Outcome,
}

/// A repeat inquiry was linked to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RepeatInquiryLinked {
    /// The repeat inquiry.
    pub repeat: InquiryId,
    /// Its number as it prints it.
    pub number: String,
}

/// It was merged with others. Each of the inquiries records its own side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InquiriesMerged {
    /// On which side this one stands.
    pub merge: MergeSide,
}

/// Its authors withdrew it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InquiryWithdrawn {
    /// Why, and on whose word.
    pub reason: String,
}

/// It was sent on to whom it concerns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InquiryRedirected {
    /// To whom.
    pub to: String,
    /// Why.
    pub reason: String,
}

/// The reply is replaced: a new letter with a new number follows, the old one stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplyReplaced {
    /// The number of the letter that is replaced.
    pub replaced: String,
    /// Why.
    pub reason: String,
}

/// A deputy said whether the reply satisfies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeputyResponded {
    /// Who.
    pub recipient: RecipientNo,
    /// Is the deputy satisfied?
    pub satisfied: bool,
    /// In the deputy's words.
    pub comment: Option<String>,
}

/// The e-mail address of one person was erased: what the events before this one said of it is gone, and no table keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddressErased {
    /// All places of that person, in ascending order.
    pub recipients: Vec<RecipientNo>,
    /// On what ground.
    pub ground: String,
}

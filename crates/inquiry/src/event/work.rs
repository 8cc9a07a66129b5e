//! From the resolution to the visas: who works on a reply, what they write, who agrees.

use directory::MinistryCode;
use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::content::DraftContent;
use crate::ids::{ContentHash, DraftVersion, QuestionNo};
use crate::intake::Attachment;
use crate::provenance::BlockSource;
use crate::terms::{CoExecutor, Owed, Place, RequiredVisa, VisaKind, VoidedVisa};

/// The head resolved it. A later resolution takes the place of the earlier one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MinistriesAssigned {
    /// The words of the resolution.
    pub resolution: String,
    /// The one lead.
    pub lead: MinistryCode,
    /// The day by which the lead's draft is due.
    pub lead_due: Date,
    /// Those who help the lead; never the lead itself.
    pub co_executors: Vec<CoExecutor>,
}

/// A ministry asked to be replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignmentContested {
    /// Who asks.
    pub ministry: MinistryCode,
    /// Why.
    pub reason: String,
    /// Whom it proposes instead.
    pub propose: Option<MinistryCode>,
}

/// The head replaced a ministry by another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MinistryReassigned {
    /// Who leaves.
    pub from: MinistryCode,
    /// Who takes the place.
    pub to: MinistryCode,
    /// The place that changes hands.
    pub place: Place,
    /// The day by which the newcomer's part is due.
    pub due: Date,
    /// Why.
    pub reason: String,
}

/// A co-executor sent its contribution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ContributionSubmitted {
    /// Whose it is.
    pub ministry: MinistryCode,
    /// Which of this ministry's contributions, counted from 1.
    pub version: u32,
    /// Its text, as the letter's content model writes blocks in JSON.
    pub body: Value,
    /// The questions it answers.
    pub answers: Vec<QuestionNo>,
    /// What is attached.
    pub files: Vec<Attachment>,
    /// The account that sent it.
    pub author: String,
}

/// The lead accepted a contribution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ContributionAccepted {
    /// Whose it is.
    pub ministry: MinistryCode,
    /// Which of them.
    pub version: u32,
}

/// The lead returned a contribution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ContributionReturned {
    /// Whose it is.
    pub ministry: MinistryCode,
    /// Which of them.
    pub version: u32,
    /// What is missing.
    pub reason: String,
}

/// A ministry was reminded of what it owes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MinistryReminded {
    /// Who was reminded.
    pub ministry: MinistryCode,
    /// Of what.
    pub owed: Owed,
    /// The day by which it is due.
    pub due: Date,
    /// What the reminder says besides.
    pub note: Option<String>,
    /// When: no ministry is reminded of one inquiry twice on a day.
    pub reminded_at: Timestamp,
    /// The account that reminded it.
    pub reminded_by: String,
}

/// The lead wrote a version of the draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftRevised {
    /// Which version.
    pub version: DraftVersion,
    /// What it says.
    pub content: DraftContent,
    /// The hash of what it says.
    pub content_hash: ContentHash,
    /// For every block of the body, in order, the contribution or the earlier answer that it came from; empty when nobody said. It is not printed, so it is
    /// not part of what is hashed.
    pub sources: Vec<Option<BlockSource>>,
    /// The visas on the version before, which no longer count.
    pub voided: Vec<VoidedVisa>,
    /// The account that wrote it.
    pub author: String,
    /// What was changed, in the author's words.
    pub comment: Option<String>,
}

/// A version went out for visas.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftSubmittedForApproval {
    /// Which version.
    pub version: DraftVersion,
    /// The hash of what it says.
    pub content_hash: ContentHash,
    /// The visas without which it is not signed.
    pub required: Vec<RequiredVisa>,
}

/// An approver put a visa on a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftVisaed {
    /// Which version.
    pub version: DraftVersion,
    /// The hash of what the approver read.
    pub content_hash: ContentHash,
    /// From which side it was looked at.
    pub kind: VisaKind,
    /// Whose visa it is.
    pub approver: String,
}

/// An approver refused the visa.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VisaRefused {
    /// Which version.
    pub version: DraftVersion,
    /// The hash of what the approver read.
    pub content_hash: ContentHash,
    /// From which side it was looked at.
    pub kind: VisaKind,
    /// Who refused.
    pub approver: String,
    /// What has to change.
    pub remarks: String,
}

/// An approver or the signatory returned the draft to the lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftReturned {
    /// Which version.
    pub version: DraftVersion,
    /// What has to change.
    pub reason: String,
    /// The account that returned it.
    pub returned_by: String,
}

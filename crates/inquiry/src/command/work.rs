//! From the resolution to the visas.

use directory::MinistryCode;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::content::DraftContent;
use crate::ids::{ContentHash, DraftVersion, QuestionNo};
use crate::intake::Attachment;
use crate::provenance::BlockSource;
use crate::terms::{CoExecutor, RequiredVisa, VisaKind};

/// Resolve an inquiry to a lead and co-executors. By the head of the Office. Inner deadlines are counted at the edge
/// ([`directory::deadline::inner`]); a later resolution takes the place of the earlier one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignMinistries {
    /// The words of the resolution.
    pub resolution: String,
    /// The one lead.
    pub lead: MinistryCode,
    /// The day by which the lead's draft is due.
    pub lead_due: Date,
    /// Those who help the lead; never the lead itself, nobody twice.
    #[serde(default)]
    pub co_executors: Vec<CoExecutor>,
}

/// Ask to be replaced. By an executor of an assigned ministry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ContestAssignment {
    /// Why.
    pub reason: String,
    /// Whom the ministry proposes instead.
    #[serde(default)]
    pub propose: Option<MinistryCode>,
}

/// Replace a ministry by another. By the head of the Office. A co-executor may take the lead's place; the lead takes nobody's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reassign {
    /// Who leaves.
    pub from: MinistryCode,
    /// Who takes the place.
    pub to: MinistryCode,
    /// Why.
    pub reason: String,
    /// The day by which the newcomer's part is due.
    pub due: Date,
}

/// Send a contribution to the lead. By an executor of a co-executor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SubmitContribution {
    /// The text, as the letter's content model writes blocks in JSON.
    pub body: Value,
    /// The questions it answers.
    #[serde(default)]
    pub answers: Vec<QuestionNo>,
    /// What is attached.
    #[serde(default)]
    pub files: Vec<Attachment>,
}

/// Accept a contribution. By an executor of the lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptContribution {
    /// Whose.
    pub ministry: MinistryCode,
}

/// Return a contribution, also one that was accepted. By an executor of the lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnContribution {
    /// Whose.
    pub ministry: MinistryCode,
    /// What is missing.
    pub reason: String,
}

/// Remind a ministry of what it owes. By the head of the Office, the control officer or a clerk; once a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RemindMinistry {
    /// Whom.
    pub ministry: MinistryCode,
    /// What the reminder says besides.
    #[serde(default)]
    pub note: Option<String>,
}

/// Write a version of the draft. By an executor of the lead. It voids the visas on the version before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviseDraft {
    /// What the draft says now.
    pub content: DraftContent,
    /// For every block of the body, in order, the contribution or the earlier answer that it came from; empty when nobody says.
    #[serde(default)]
    pub sources: Vec<Option<BlockSource>>,
    /// What was changed.
    #[serde(default)]
    pub comment: Option<String>,
}

/// Send the current version out for visas. By an executor of the lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SubmitForApproval {
    /// The version on the asker's screen.
    pub version: DraftVersion,
    /// The visas without which it is not signed.
    pub required: Vec<RequiredVisa>,
}

/// Put a visa on a version. By the approver named for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Visa {
    /// The version that was read.
    pub version: DraftVersion,
    /// The hash of what was read.
    pub content_hash: ContentHash,
    /// From which side.
    pub kind: VisaKind,
}

/// Refuse the visa. By the approver named for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RefuseVisa {
    /// The version that was read.
    pub version: DraftVersion,
    /// The hash of what was read.
    pub content_hash: ContentHash,
    /// From which side.
    pub kind: VisaKind,
    /// What has to change.
    pub remarks: String,
}

/// Return the draft to the lead. By a named approver while visas are gathered, by a signatory while it lies before them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnDraft {
    /// The version that was read.
    pub version: DraftVersion,
    /// What has to change.
    pub reason: String,
}

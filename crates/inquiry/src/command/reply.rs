//! From the signatory's desk to the deputies.

use directory::{ActingOrder, Authority, PersonId};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::email::Email;
use crate::ids::{BlobHash, CertificateFingerprint, ContentHash, DraftVersion, RecipientNo, VerificationCode};
use crate::same::Found;
use crate::terms::{
    CertificateHolder, Cosignatory, FailureStage, MadeFrom, ReceiptProof, ServerReport, SignatoryBlock,
};

/// Lay the approved version before the signatory. By a clerk or a control officer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SubmitForSignature {
    /// The version on the asker's screen.
    pub version: DraftVersion,
    /// Who is to sign, as the letter prints it.
    pub signatory: SignatoryBlock,
    /// Which person of the directory that is.
    pub person: PersonId,
    /// The order by which they act, where they do and the directory names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<ActingOrder>,
    /// Who is to sign besides, in the order in which the letter prints them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Cosignatory>,
    /// The date of the document.
    pub document_date: Date,
    /// The code that the letter will print, drawn at the edge.
    pub code: VerificationCode,
}

/// Sign the exact bytes. By a signatory; the edge renders the letter, keeps it and has it signed before it asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sign {
    /// The version that was read.
    pub version: DraftVersion,
    /// The hash of what was read.
    pub content_hash: ContentHash,
    /// The PDF that was signed.
    pub pdf: BlobHash,
    /// Its length in bytes.
    pub pdf_bytes: u64,
    /// The detached signature over it.
    pub signature: BlobHash,
    /// What it was made from.
    pub made_from: MadeFrom,
    /// The certificate of the key that signed.
    pub certificate: CertificateFingerprint,
    /// The seal of the server stood in for a personal signature.
    pub sealed_by_server: bool,
    /// Whom the certificate names; none where the server's seal stands in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signer: Option<CertificateHolder>,
    /// The kept report of the signature's check, if it was checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked: Option<BlobHash>,
    /// Who signs, and by what right at this minute.
    pub authority: Authority,
}

/// Decline to sign. By a signatory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclineSigning {
    /// Why.
    pub reason: String,
}

/// Give the signed letter its number. By a clerk; the edge takes the number from its series and puts it on the letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignOutgoingNumber {
    /// The series it is taken from.
    pub series: String,
    /// Its place in the series, from 1.
    pub value: i64,
    /// The number as it is printed.
    pub number: String,
    /// The date of the number; not before the day of the signature.
    pub dated: Date,
    /// The registered PDF.
    pub pdf: BlobHash,
    /// The Office's seal over the registered PDF.
    pub seal: BlobHash,
}

/// Order the letter out to everybody on its list. By a clerk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dispatch {
    /// The name of the attached file, such as `ДС-326.pdf`.
    pub file_name: String,
    /// The office's mail domain, from which the mails' identities are made.
    pub mail_domain: String,
    /// What the edge found in the letter's kept files.
    pub found: Found,
}

/// Record that a mail server took a mail. By our own worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordAcceptance {
    /// The order that was carried out.
    pub order: u32,
    /// For whom.
    pub recipient: RecipientNo,
    /// At which attempt, from 1.
    pub attempt: u32,
    /// The server that took it.
    pub relay: String,
    /// Its answer; cut to [`crate::bounds::ANSWER`] characters.
    pub answer: String,
    /// SHA-256 of the mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_sha256: Option<BlobHash>,
}

/// Record that a transmission failed. By our own worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordFailure {
    /// The order that could not be carried out.
    pub order: u32,
    /// For whom.
    pub recipient: RecipientNo,
    /// At which attempt, from 1.
    pub attempt: u32,
    /// Where it failed.
    pub stage: FailureStage,
    /// The server's answer, or what we saw; cut to [`crate::bounds::ANSWER`] characters.
    pub answer: String,
    /// No further attempt will be made.
    pub permanent: bool,
}

/// Record what a mail server reported of a mail that it had taken. By our own worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordDeliveryReport {
    /// The order whose mail it was.
    pub order: u32,
    /// For whom.
    pub recipient: RecipientNo,
    /// What the server did with it.
    pub what: ServerReport,
    /// Its words; cut to [`crate::bounds::ANSWER`] characters.
    pub answer: String,
}

/// Record that a recipient has the letter. By the deputy, a clerk or our own worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmDelivery {
    /// Who.
    pub recipient: RecipientNo,
    /// How it is known.
    pub how: ReceiptProof,
}

/// Record that the letter was delivered by other means. By a clerk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordDeliveryByHand {
    /// To whom.
    pub recipient: RecipientNo,
    /// On which day; not before the letter's date and not in the future.
    pub on: Date,
    /// How, and who took it.
    pub note: String,
}

/// End the links in the mails that went to one recipient. By a clerk, at any time; another mail brings another link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RevokeLink {
    /// Whose.
    pub recipient: RecipientNo,
}

/// Send the letter to one recipient again. By a clerk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Resend {
    /// To whom.
    pub recipient: RecipientNo,
    /// Where to.
    pub address: Email,
}

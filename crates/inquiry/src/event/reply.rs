//! From the signatory's desk to the deputies: signed bytes, the number, the mails and what became of them.

use directory::{ActingOrder, Authority, Language, PersonId};
use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{BlobHash, CertificateFingerprint, ContentHash, DraftVersion, RecipientNo, VerificationCode};
use crate::intake::RecipientGroup;
use crate::terms::{
    Addressee, CertificateHolder, Cosignatory, Cosignature, FailureStage, LetterRef, MadeFrom, ReceiptProof,
    ServerReport, SignatoryBlock,
};

/// The approved version was laid before the signatory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SubmittedForSignature {
    /// Which version.
    pub version: DraftVersion,
    /// The hash of what it says.
    pub content_hash: ContentHash,
    /// Who is to sign, as the letter prints it.
    pub signatory: SignatoryBlock,
    /// Which person of the directory that is; nobody wrote that down of the first letters.
    pub person: Option<PersonId>,
    /// The order by which they act, where they do and the directory names it.
    pub order: Option<ActingOrder>,
    /// Who is to sign besides, in the order in which the letter prints them.
    pub also: Vec<Cosignatory>,
    /// The date of the document.
    pub document_date: Date,
    /// The code under which a holder of a paper copy finds the letter; that of the first letters was derived from other things.
    pub code: Option<VerificationCode>,
}

/// One of several signatories signed the exact bytes; others are still to sign the same ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplyCosigned {
    /// Which version.
    pub version: DraftVersion,
    /// The hash of what it says.
    pub content_hash: ContentHash,
    /// The signed PDF: the others sign these bytes, which are not set again.
    pub pdf: BlobHash,
    /// Its length in bytes.
    pub pdf_bytes: u64,
    /// What it was made from.
    pub made_from: MadeFrom,
    /// The signature.
    pub given: Cosignature,
}

/// The exact bytes were signed by the last who had to; the recipients are frozen with them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplySigned {
    /// Which version.
    pub version: DraftVersion,
    /// The hash of what it says.
    pub content_hash: ContentHash,
    /// The signed PDF, still without number and date.
    pub pdf: BlobHash,
    /// Its length in bytes.
    pub pdf_bytes: u64,
    /// The detached signature over it.
    pub signature: BlobHash,
    /// What it was made from; nobody kept that of the first letters.
    pub made_from: Option<MadeFrom>,
    /// The certificate of the key that signed.
    pub certificate: CertificateFingerprint,
    /// The seal of the server stood in for a personal signature.
    pub sealed_by_server: bool,
    /// Whom the certificate names; none where the server's seal stood in, and of the first letters.
    pub signer: Option<CertificateHolder>,
    /// The kept report of the signature's check, with what it was checked against; none where nothing was checked.
    pub checked: Option<BlobHash>,
    /// Who signed, as the letter prints it.
    pub signatory: SignatoryBlock,
    /// Who that is and by what right they signed at that minute; nobody wrote that down of the first letters.
    pub authority: Option<Authority>,
    /// The signatures that others had put on the same bytes before, in the order of time.
    pub cosigned: Vec<Cosignature>,
    /// The account that signed.
    pub signed_by: String,
    /// When.
    pub signed_at: Timestamp,
    /// The date of the document.
    pub document_date: Date,
    /// The language of the letter.
    pub language: Language,
    /// Whom the letter goes to, in the groups that it prints.
    pub recipients: Vec<RecipientGroup>,
    /// The code that the letter prints; that of the first letters was derived from other things.
    pub code: Option<VerificationCode>,
}

/// The signatory declined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SigningDeclined {
    /// Which version.
    pub version: DraftVersion,
    /// Why.
    pub reason: String,
    /// The account that declined.
    pub declined_by: String,
}

/// The signed letter got its outgoing number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OutgoingNumberAssigned {
    /// The series it was taken from.
    pub series: String,
    /// Its place in the series.
    pub value: i64,
    /// The number as it is printed.
    pub number: String,
    /// The date of the number.
    pub dated: Date,
    /// The registered PDF: the signed one, with number and date added behind its last byte.
    pub pdf: BlobHash,
    /// The Office's seal over the registered PDF.
    pub seal: BlobHash,
}

/// The letter was ordered out. A second order for one recipient sends it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DispatchOrdered {
    /// Which order of this inquiry, counted from 1 and never used twice.
    pub order: u32,
    /// What is sent.
    pub letter: LetterRef,
    /// To whom.
    pub recipients: Vec<Addressee>,
    /// The office's mail domain, from which the mails' identities are made.
    pub mail_domain: String,
}

/// A mail server took the mail of one recipient. That is not yet a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplyAccepted {
    /// The order that was carried out.
    pub order: u32,
    /// For whom.
    pub recipient: RecipientNo,
    /// At which attempt, counted from 1.
    pub attempt: u32,
    /// The server that took it.
    pub relay: String,
    /// Its answer.
    pub answer: String,
    /// SHA-256 of the mail that it took, every byte of it; none where that was not recorded yet.
    pub message_sha256: Option<BlobHash>,
}

impl ReplyAccepted {
    /// What stands for the server where mails are only written to files.
    pub const FILE: &'static str = "file";

    /// Was the mail written to a file, so that no server has seen it?
    #[must_use]
    pub fn is_file(&self) -> bool {
        self.relay == Self::FILE
    }
}

/// A transmission to one recipient failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliveryFailed {
    /// The order that could not be carried out.
    pub order: u32,
    /// For whom.
    pub recipient: RecipientNo,
    /// At which attempt, counted from 1.
    pub attempt: u32,
    /// Where it failed.
    pub stage: FailureStage,
    /// The server's answer, or what we saw.
    pub answer: String,
    /// No further attempt will be made.
    pub permanent: bool,
}

/// A mail server reported later what it had done with the mail of one recipient. That is not yet a receipt either; that it could do nothing
/// with it is a [`DeliveryFailed`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliveryReported {
    /// The order whose mail it was.
    pub order: u32,
    /// For whom.
    pub recipient: RecipientNo,
    /// What it did.
    pub what: ServerReport,
    /// Its words.
    pub answer: String,
}

/// A recipient has received the letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliveryConfirmed {
    /// Who.
    pub recipient: RecipientNo,
    /// How it is known.
    pub how: ReceiptProof,
}

/// The links in the mails to one recipient end: they open the deputy's page no more. The next mail carries a new one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkRevoked {
    /// Whose.
    pub recipient: RecipientNo,
}

/// A clerk delivered the letter by other means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliveredByHand {
    /// To whom.
    pub recipient: RecipientNo,
    /// On which day.
    pub on: Date,
    /// How, and who took it.
    pub note: String,
}

//! The values that commands, events and the state share.

use directory::{ActingOrder, Authority, Iin, Language, MinistryCode, OfficeCode, PersonId};
use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::email::Email;
use crate::ids::{BlobHash, CertificateFingerprint, DraftVersion, InquiryId, MessageId, RecipientNo};
use crate::intake::RecipientGroup;

/// A ministry that helps the lead: what it is asked for, and by when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CoExecutor {
    /// The ministry.
    pub ministry: MinistryCode,
    /// The day by which its contribution is due.
    pub due: Date,
    /// What it is asked to contribute.
    pub task: String,
}

/// The place a ministry holds in a resolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Consolidates the contributions and writes the draft. There is exactly one.
    Lead,
    /// Sends a contribution to the lead.
    CoExecutor,
}

/// What a ministry owes the reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Owed {
    /// A co-executor owes its contribution: none was sent, or it was returned.
    Contribution,
    /// The lead owes the draft: there is none, or it lies with the lead.
    Draft,
}

/// What a letter was made from, both kept as files: with them the same bytes can be made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MadeFrom {
    /// The facts, as JSON.
    pub facts: BlobHash,
    /// The edition of the forms: wording, layout and typeface of that day.
    pub edition: BlobHash,
}

/// From which side a draft is looked at before it is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VisaKind {
    /// The law.
    Legal,
    /// The state language.
    Language,
    /// Money.
    Finance,
    /// The Office itself.
    Office,
}

impl VisaKind {
    /// All four, in the order in which a form offers them.
    pub const ALL: [Self; 4] = [Self::Legal, Self::Language, Self::Finance, Self::Office];
}

/// A visa without which nothing is signed, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequiredVisa {
    /// The side from which the draft is looked at.
    pub kind: VisaKind,
    /// The account of the approver named for it.
    pub approver: String,
}

/// A visa that a newer version made void.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VoidedVisa {
    /// The side from which the draft had been looked at.
    pub kind: VisaKind,
    /// Whose it was.
    pub approver: String,
    /// The version it had been put on.
    pub version: DraftVersion,
}

/// Who signs, as the letter prints it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SignatoryBlock {
    /// The office held.
    pub office: OfficeCode,
    /// Initials and surname, as printed: «Ә. Смайылов».
    pub name: String,
    /// The post, line by line: «Қазақстан Республикасының», «Премьер-Министрі».
    pub post_lines: Vec<String>,
    /// Signs for the holder of the office.
    pub acting: bool,
}

/// Somebody who is to sign a letter besides the first one it names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cosignatory {
    /// Who is to sign, as the letter prints it.
    pub signatory: SignatoryBlock,
    /// Which person of the directory that is.
    pub person: PersonId,
    /// The order by which they act, where they do and the directory names it.
    #[serde(default)]
    pub order: Option<ActingOrder>,
}

/// A signature over a letter that others sign too; the last one freezes the letter and is told by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cosignature {
    /// Who signed, as the letter prints it.
    pub signatory: SignatoryBlock,
    /// Who that is and by what right they signed at that minute.
    pub authority: Authority,
    /// The account that signed.
    pub signed_by: String,
    /// When.
    pub signed_at: Timestamp,
    /// The detached signature over the letter's bytes.
    pub signature: BlobHash,
    /// The certificate of the key that signed.
    pub certificate: CertificateFingerprint,
    /// The seal of the server stood in for a personal signature.
    pub sealed_by_server: bool,
    /// Whom the certificate names; none where the server's seal stood in.
    pub signer: Option<CertificateHolder>,
    /// The kept report of the signature's check; none where nothing was checked.
    pub checked: Option<BlobHash>,
}

/// Whom a certificate names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CertificateHolder {
    /// The common name, as the certificate writes it: «СМАЙЫЛОВ ӘЛИХАН».
    pub name: String,
    /// The identification number; personal, so that the journal seals it, and none where the certificate has none.
    pub iin: Option<Iin>,
}

/// The letter that a mail carries, with everything that the mail says about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LetterRef {
    /// The outgoing number.
    pub number: String,
    /// The date of the number.
    pub dated: Date,
    /// The registered PDF, with number and date on it.
    pub pdf: BlobHash,
    /// The name of the attached file.
    pub file_name: String,
    /// The language of the letter, and so of the mail.
    pub language: Language,
    /// The inquiry's own number, as it prints it.
    pub inquiry_number: String,
    /// The date of the inquiry.
    pub inquiry_dated: Date,
    /// What the inquiry is about.
    pub subject: String,
}

/// One mail of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Addressee {
    /// Whose it is.
    pub recipient: RecipientNo,
    /// Their name as the list prints it.
    pub name: String,
    /// Where it goes; without an address the letter is delivered by hand and no mail is sent.
    pub email: Option<Email>,
    /// The mail's own identity, the same at every attempt.
    pub message_id: MessageId,
}

/// Where a transmission failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FailureStage {
    /// The mail could not be made: a letter or a file was missing.
    Composing,
    /// No server could be reached, or no agreement on encryption or sign-in.
    Connecting,
    /// The server took neither sender nor recipient.
    Addressing,
    /// The server refused the mail itself.
    Sending,
    /// The server had taken the mail and reported later that it could not be delivered.
    Bounced,
}

/// What a mail server says of a mail that was taken, in a report of its own (RFC 3464, 2.3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ServerReport {
    /// It lies in the recipient's mailbox.
    Delivered,
    /// It went on to a server that sends no reports: nothing more will be heard.
    Relayed,
    /// It could not be handed on yet; the server goes on trying.
    Delayed,
}

impl ServerReport {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Delivered, Self::Relayed, Self::Delayed];

    /// The name in rows and in the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Relayed => "relayed",
            Self::Delayed => "delayed",
        }
    }

    /// The report of that name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|report| report.code() == code)
    }

    /// How near to the recipient the mail has come: a report that says less is an older one that was slower.
    const fn nearness(self) -> u8 {
        match self {
            Self::Delayed => 0,
            Self::Relayed => 1,
            Self::Delivered => 2,
        }
    }

    /// Does it take back what another one has said?
    #[must_use]
    pub const fn is_weaker_than(self, other: Self) -> bool {
        self.nearness() < other.nearness()
    }
}

/// How it is known that a deputy has received the reply. By the law on electronic documents (art. 7) a letter counts as received only
/// when that is recorded with the addressee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptProof {
    /// The deputy opened it under their own account.
    OpenedHere,
    /// Somebody who held the personal link in the deputy's mail said so on the page it leads to.
    ByPersonalLink,
    /// The addressee's server sent a delivery notice.
    DeliveryNotice,
    /// The deputy or the secretariat answered by mail.
    AnsweredByMail,
    /// The deputy or the secretariat said so by telephone.
    SaidByTelephone,
}

impl ReceiptProof {
    /// All of them, the deputy's own acts first.
    pub const ALL: [Self; 5] =
        [Self::OpenedHere, Self::ByPersonalLink, Self::DeliveryNotice, Self::AnsweredByMail, Self::SaidByTelephone];
}

/// How an inquiry ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Outcome {
    /// Every question was answered.
    Answered,
    /// Some questions were answered.
    AnsweredInPart {
        /// What was left open, and why.
        ground: String,
    },
    /// What was asked for was refused.
    Refused {
        /// The ground of the refusal.
        ground: String,
    },
}

/// Another inquiry that this one answers too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MergedInquiry {
    /// The other inquiry.
    pub inquiry: InquiryId,
    /// Its number as it prints it.
    pub number: String,
    /// Its date.
    pub dated: Date,
    /// When its reply is due.
    pub due: Date,
    /// Its own list. The numbers continue those of the leading inquiry, so that every deputy has one place on the reply.
    pub groups: Vec<RecipientGroup>,
}

/// On which side of a merger an inquiry stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "side", rename_all = "snake_case", deny_unknown_fields)]
pub enum MergeSide {
    /// Its reply answers these as well.
    Leads {
        /// The inquiries that joined.
        others: Vec<MergedInquiry>,
    },
    /// The reply to another inquiry answers it; its own work ends.
    Joins {
        /// The inquiry that leads.
        into: InquiryId,
        /// Its number as it prints it.
        number: String,
    },
}

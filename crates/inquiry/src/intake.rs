//! What came in: the inquiry's letter as Parliament sent it, with its own list of deputies and its own questions.
//!
//! Groups and labels are kept as the inquiry spells them, because the reply's list copies them: a faction once protested in
//! plenary when a reply called it "a group of deputies".

use directory::{ChamberCode, DeputyId, InquiryNumber, Language};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::email::Email;
use crate::ids::{BlobHash, QuestionNo, RecipientNo};

/// The inquiry as it was received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Intake {
    /// Its number, as printed and in the normal form.
    pub number: InquiryNumber,
    /// The chamber whose deputies ask.
    pub chamber: ChamberCode,
    /// The convocation, such as 8; none for a chamber that counts none.
    pub convocation: Option<u8>,
    /// The date on the letter.
    pub dated: Date,
    /// The day on which the Office received it: the deadline counts from here.
    pub received: Date,
    /// How it arrived.
    pub channel: Channel,
    /// The language it is written in; the reply is written in it too.
    pub language: Language,
    /// What it is about, in one phrase.
    pub subject: String,
    /// What it asks, point by point. May be empty when the letter has no numbered points.
    pub questions: Vec<Question>,
    /// Who asks, in the groups and the order of the letter's own list.
    pub groups: Vec<RecipientGroup>,
    /// The letter itself and what came with it.
    pub attachments: Vec<Attachment>,
}

impl Intake {
    /// Everybody on the list, in its order.
    pub fn recipients(&self) -> impl Iterator<Item = &Recipient> {
        self.groups.iter().flat_map(|group| &group.deputies)
    }
}

/// How an inquiry arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// On paper.
    Paper,
    /// By e-mail.
    Email,
    /// From Parliament's system through the API.
    Api,
    /// Read out and handed over at a plenary sitting.
    Plenary,
}

/// One numbered point of an inquiry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Its place, counted from 1.
    pub no: QuestionNo,
    /// Its words.
    pub text: String,
}

/// A group of the inquiry's own list: «"AMANAT" партиясының фракция мүшелері, депутаттар» and the names beneath it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecipientGroup {
    /// The label, line by line, exactly as the inquiry spells it.
    pub label_lines: Vec<String>,
    /// What kind of group it is, for statistics.
    pub kind: GroupKind,
    /// The deputies beneath the label.
    pub deputies: Vec<Recipient>,
}

/// What binds the deputies of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GroupKind {
    /// Several members of one faction.
    FactionMembers,
    /// One member of a faction.
    FactionMember,
    /// Deputies of single-mandate districts.
    SingleMandate,
    /// Anything else: a committee, a list without a heading.
    Other,
}

/// A deputy who asked and will be answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Recipient {
    /// Their place in the whole list, counted from 1.
    pub no: RecipientNo,
    /// Who this is in the directory, when that is known. Initials and a surname are not an identity.
    pub deputy: Option<DeputyId>,
    /// The name as the inquiry prints it.
    pub name: String,
    /// Where their mail goes; without it the reply is delivered by hand.
    pub email: Option<Email>,
}

impl Recipient {
    /// Is that the same person in another place? The directory says so; failing that, one name at one mailbox does, because nobody could
    /// tell two mails to it apart.
    #[must_use]
    pub fn is_same_person(&self, other: &Self) -> bool {
        let known = self.deputy.is_some() && self.deputy == other.deputy;
        let reached = self.email.is_some() && self.email == other.email && self.name.trim() == other.name.trim();
        known || reached
    }
}

/// A file that came with a letter or a contribution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    /// The name its sender gave it.
    pub name: String,
    /// Its media type, such as `application/pdf`.
    pub media_type: String,
    /// Its bytes.
    pub blob: BlobHash,
}

//! The shapes of an inquiry as the API shows it.

use std::collections::BTreeMap;

use directory::deadline::Deadline;
use directory::{ActingOrder, Authority, Language, MinistryCode, PersonId, TopicCode};
use inquiry::StageName;
use inquiry::content::DraftContent;
use inquiry::intake::Intake;
use inquiry::terms::{
    CoExecutor, Cosignatory, Cosignature, MadeFrom, MergedInquiry, Outcome, ReceiptProof, RequiredVisa, SignatoryBlock,
    VisaKind,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

/// One inquiry.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Dossier")]
pub struct DossierBody {
    /// The inquiry.
    pub id: String,
    /// Its version: what `If-Match` is compared with.
    pub version: u64,
    /// The moment as of which it was asked, with the journal's position: asked for again, the answer is the same for ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// Where it stands.
    pub state: StageName,
    /// The same in the caller's language.
    pub state_words: &'static str,
    /// The Office's incoming number.
    pub incoming_number: Option<String>,
    /// What it is about, by the rubricator.
    pub topic: Option<TopicCode>,
    /// What came in.
    pub intake: Intake,
    /// The clock.
    pub control: ControlBody,
    /// Who works on it.
    pub assignment: Option<AssignmentBody>,
    /// The last contribution of each co-executor.
    pub contributions: Vec<ContributionBody>,
    /// The current version of the draft.
    pub draft: Option<DraftBody>,
    /// The visas that are required and not given, while that is a question.
    pub missing_visas: Vec<RequiredVisa>,
    /// What lies before the signatory.
    pub submission: Option<SubmissionBody>,
    /// The letter, from the signature on.
    pub letter: Option<LetterBody>,
    /// What became of each recipient's letter, from the dispatch on.
    pub deliveries: Vec<DeliveryStateBody>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// Letters that were replaced by later ones.
    pub replaced: Vec<ReplacedBody>,
    /// Interim replies.
    pub interim_replies: Vec<InterimBody>,
    /// Repeat inquiries, by id, with their numbers.
    pub repeats: BTreeMap<String, String>,
    /// Inquiries that this one answers too.
    pub merged: Vec<MergedInquiry>,
    /// The inquiry whose reply answers this one.
    pub merged_into: Option<String>,
    /// To whom it was sent on.
    pub redirected_to: Option<String>,
    /// What deputies said about the reply.
    pub responses: Vec<ResponseBody>,
    /// The commands that whoever asks may give now; empty for a past state.
    pub allowed: Vec<&'static str>,
}

/// The clock over an inquiry.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ControlBody {
    /// It runs.
    pub on: bool,
    /// The day in force.
    pub due: Option<Date>,
    /// Is a reply owed and the day gone by?
    pub overdue: bool,
    /// The deadline as it was counted last, with rule, calendar and steps: as it was set, or anew by a calendar that changed afterwards. Extensions stand
    /// beside it.
    pub deadline: Option<Deadline>,
    /// The steps as sentences, and each recount in its order.
    pub explained: Vec<String>,
    /// Each time the reply's day was counted anew.
    pub recounts: Vec<RecountBody>,
    /// A request for more time that nobody has decided yet.
    pub asked: Option<ExtensionAskedBody>,
    /// Extensions that were granted.
    pub extensions: Vec<ExtensionBody>,
}

/// The reply's day was counted anew by a calendar that had changed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RecountBody {
    /// When it had been due.
    pub old_due: Date,
    /// When it was due from then on.
    pub new_due: Date,
    /// The calendar that was used.
    pub calendar_version: String,
    /// By which act that was changed.
    pub act: String,
}

/// A request for more time.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ExtensionAskedBody {
    /// Why.
    pub ground: String,
    /// The day asked for.
    pub until: Date,
}

/// An extension.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ExtensionBody {
    /// Why.
    pub ground: String,
    /// The day before.
    pub old_due: Date,
    /// The day after.
    pub new_due: Date,
}

/// Who works on an inquiry.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AssignmentBody {
    /// The words of the resolution; to whoever is no part of the house they are not shown, nor are the tasks.
    pub resolution: Option<String>,
    /// The one lead.
    pub lead: MinistryCode,
    /// When the lead's draft is due.
    pub lead_due: Date,
    /// Those who help.
    pub co_executors: Vec<CoExecutor>,
    /// Requests to be replaced that the head has not followed.
    pub contests: Vec<ContestBody>,
}

/// A request to be replaced.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ContestBody {
    /// Who asks.
    pub ministry: MinistryCode,
    /// Why.
    pub reason: String,
    /// Whom it proposes.
    pub propose: Option<MinistryCode>,
}

/// A co-executor's contribution.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ContributionBody {
    /// Whose.
    pub ministry: MinistryCode,
    /// Which of theirs, from 1.
    pub version: u32,
    /// `submitted`, `accepted` or `returned`.
    pub status: &'static str,
    /// What is missing, when it was returned.
    pub reason: Option<String>,
    /// Its text, in the letter's content model.
    pub body: serde_json::Value,
    /// The questions it answers.
    pub answers: Vec<inquiry::QuestionNo>,
    /// What is attached.
    pub files: Vec<inquiry::intake::Attachment>,
}

/// The current version of a draft.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DraftBody {
    /// Which version.
    pub version: u32,
    /// What it says.
    pub content: DraftContent,
    /// The hash that visas and the signature are bound to.
    pub content_hash: String,
    /// For every block of the body the contribution or the earlier answer it came from; empty when none came from any. No visa binds to it.
    pub sources: Vec<Option<inquiry::BlockSource>>,
    /// Everybody who wrote a version of it.
    pub authors: Vec<String>,
    /// The visas on this version.
    pub visas: Vec<VisaBody>,
    /// The refusals of this version.
    pub refusals: Vec<RefusalBody>,
    /// Why it goes no further, if somebody sent it back.
    pub sent_back: Option<String>,
}

/// A visa.
#[derive(Debug, Serialize, JsonSchema)]
pub struct VisaBody {
    /// From which side.
    pub kind: VisaKind,
    /// Whose.
    pub approver: String,
    /// The version it stands on.
    pub version: u32,
}

/// A refused visa.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RefusalBody {
    /// From which side.
    pub kind: VisaKind,
    /// By whom.
    pub approver: String,
    /// What has to change.
    pub remarks: String,
}

/// What lies before the signatory.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SubmissionBody {
    /// Which version.
    pub version: u32,
    /// Who is to sign, as the letter prints it.
    pub signatory: SignatoryBlock,
    /// Which person of the directory that is; none of letters that were laid before one long ago.
    pub person: Option<PersonId>,
    /// The order by which they act, where one is named.
    pub order: Option<ActingOrder>,
    /// Who is to sign besides, in the order in which the letter prints them.
    pub also: Vec<Cosignatory>,
    /// The signatures that it has by now, in the order of time.
    pub signed: Vec<GivenBody>,
    /// The names of those whose signature is missing.
    pub awaited: Vec<String>,
    /// The date of the document.
    pub document_date: Date,
}

/// A signature over a letter that others sign too.
#[derive(Debug, Serialize, JsonSchema)]
pub struct GivenBody {
    /// Who signed, as the letter prints it.
    pub signatory: SignatoryBlock,
    /// Who that is, and by what right they signed at that minute.
    pub authority: Authority,
    /// When.
    pub signed_at: String,
    /// SHA-256 of the signature.
    pub signature: String,
    /// SHA-256 of the certificate.
    pub certificate: String,
    /// The server's seal stood in for a personal signature.
    pub sealed_by_server: bool,
}

impl From<&Cosignature> for GivenBody {
    fn from(given: &Cosignature) -> Self {
        Self {
            signatory: given.signatory.clone(),
            authority: given.authority.clone(),
            signed_at: given.signed_at.to_string(),
            signature: given.signature.to_string(),
            certificate: given.certificate.to_string(),
            sealed_by_server: given.sealed_by_server,
        }
    }
}

/// A signed letter.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LetterBody {
    /// The version that was signed.
    pub version: u32,
    /// Who signed, as the letter prints it.
    pub signatory: SignatoryBlock,
    /// Who that is, and by what right they signed at that minute; none of the first letters.
    pub authority: Option<Authority>,
    /// The signatures that others had put on the same file before.
    pub cosigned: Vec<GivenBody>,
    /// When.
    pub signed_at: String,
    /// The date of the document.
    pub document_date: Date,
    /// The language.
    pub language: Language,
    /// SHA-256 of the signed PDF.
    pub signed_pdf: String,
    /// SHA-256 of the signature over it.
    pub signature: String,
    /// The files that it was made from: its facts, and the forms of that day. `saual letter render` makes the same bytes of them.
    pub made_from: Option<MadeFrom>,
    /// The outgoing number.
    pub number: Option<String>,
    /// The date of the number.
    pub dated: Option<Date>,
    /// SHA-256 of the PDF with its number.
    pub registered_pdf: Option<String>,
    /// SHA-256 of the Office's seal over that.
    pub registration_seal: Option<String>,
    /// The code under which a holder of a paper copy finds it.
    pub verification_code: String,
}

/// What became of one recipient's letter.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DeliveryStateBody {
    /// The recipient's number in the list.
    pub recipient: u16,
    /// The name as the list prints it.
    pub name: String,
    /// Where it was sent.
    pub email: Option<String>,
    /// The identity of the last order's mail.
    pub message_id: String,
    /// `needs_hand`, `ordered`, `accepted`, `delivered` (a server says: into the mailbox), `relayed`, `delayed`, `failed`, `confirmed` or `by_hand`.
    pub state: &'static str,
    /// What the server or the clerk said.
    pub answer: Option<String>,
    /// How the receipt is known.
    pub proof: Option<ReceiptProof>,
    /// On which day somebody carried it.
    pub handed_on: Option<Date>,
}

/// A letter that a later one replaced.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReplacedBody {
    /// Its outgoing number.
    pub number: String,
    /// The date of the number.
    pub dated: Date,
    /// SHA-256 of its PDF.
    pub pdf: String,
    /// Why it was replaced.
    pub reason: String,
}

/// An interim reply.
#[derive(Debug, Serialize, JsonSchema)]
pub struct InterimBody {
    /// What it says.
    pub summary: String,
    /// Its number.
    pub number: Option<String>,
    /// Its date.
    pub dated: Date,
}

/// What a deputy said about the reply.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ResponseBody {
    /// The recipient's number in the list.
    pub recipient: u16,
    /// Satisfied?
    pub satisfied: bool,
    /// In the deputy's words.
    pub comment: Option<String>,
}

//! Everything known of one inquiry.

use std::collections::BTreeSet;
use std::iter;
use std::sync::Arc;

use directory::deadline::Deadline;
use directory::{MinistryCode, TopicCode};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::content::DraftContent;
use crate::ids::{BlobHash, ContentHash, DraftVersion, InquiryId, QuestionNo, RecipientNo};
use crate::intake::{Attachment, Intake, Recipient, RecipientGroup};
use crate::provenance::BlockSource;
use crate::state::links::MailLinks;
use crate::state::reminder::Reminder;
use crate::state::stage::{DispatchedReply, NumberedReply, RejectedBy, Rejection, ReplacedReply, Stage};
use crate::terms::{CoExecutor, MergedInquiry, Place, RequiredVisa, VisaKind};

/// Everything known of one inquiry. What is long stands behind an [`Arc`]: a command is decided on a copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dossier {
    /// Which inquiry this is.
    pub inquiry: InquiryId,
    /// How many events led here; equals the stream's version.
    pub revision: u64,
    /// What came in.
    pub intake: Arc<Intake>,
    /// The Office's incoming number.
    pub incoming_number: Option<String>,
    /// What it is about, by the rubricator.
    pub topic: Option<TopicCode>,
    /// The clock.
    pub control: Control,
    /// Who works on it.
    pub assignment: Option<Assignment>,
    /// Every ministry that has or had a part in it: whoever worked on it may look at what became of it.
    pub took_part: BTreeSet<MinistryCode>,
    /// The last contribution of each co-executor.
    pub contributions: Vec<Contribution>,
    /// The last reminder of each ministry.
    pub reminders: Vec<Reminder>,
    /// The current version of the draft.
    pub draft: Option<Draft>,
    /// Where it stands.
    pub stage: Stage,
    /// Letters that were replaced by later ones.
    pub replaced: Vec<ReplacedReply>,
    /// The number of the last order of dispatch; 0 before the first.
    pub last_order: u32,
    /// The personal links that mails have carried, by recipient.
    pub links: Vec<MailLinks>,
    /// Interim replies.
    pub interim_replies: Vec<InterimReply>,
    /// Repeat inquiries.
    pub repeats: Vec<RepeatLink>,
    /// Inquiries that this one answers too.
    pub merged: Vec<MergedInquiry>,
    /// The last response of each deputy.
    pub responses: Vec<Response>,
}

/// The clock over an inquiry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Control {
    /// No deadline was set yet.
    NotSet,
    /// It runs.
    On(Watch),
    /// It was stopped.
    Off(Watch),
}

/// A deadline and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watch {
    /// The deadline as it was set.
    pub deadline: Deadline,
    /// The day in force.
    pub due: Date,
    /// A request for more time that nobody has decided yet.
    pub asked: Option<ExtensionAsked>,
    /// Extensions that were granted.
    pub extensions: Vec<Extension>,
}

/// A request for more time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtensionAsked {
    /// Why.
    pub ground: String,
    /// The day asked for.
    pub until: Date,
}

/// An extension that was granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// Why.
    pub ground: String,
    /// The day before.
    pub old_due: Date,
    /// The day after.
    pub new_due: Date,
}

/// Who works on an inquiry, by the last resolution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// The words of the resolution.
    pub resolution: String,
    /// The one lead.
    pub lead: MinistryCode,
    /// When the lead's draft is due: the day of the resolution, or the reply's new day once an extension was granted.
    pub lead_due: Date,
    /// Those who help.
    pub co_executors: Vec<CoExecutor>,
    /// Requests to be replaced that the head has not followed.
    pub contests: Vec<Contest>,
}

/// A request to be replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contest {
    /// Who asks.
    pub ministry: MinistryCode,
    /// Why.
    pub reason: String,
    /// Whom it proposes.
    pub propose: Option<MinistryCode>,
}

impl Assignment {
    /// The place a ministry holds, if any.
    #[must_use]
    pub fn place(&self, ministry: &MinistryCode) -> Option<Place> {
        if &self.lead == ministry {
            Some(Place::Lead)
        } else if self.co_executors.iter().any(|co| &co.ministry == ministry) {
            Some(Place::CoExecutor)
        } else {
            None
        }
    }

    /// Everybody who holds a place, the lead first.
    pub(crate) fn holders(&self) -> impl Iterator<Item = &MinistryCode> {
        iter::once(&self.lead).chain(self.co_executors.iter().map(|co| &co.ministry))
    }
}

/// A co-executor's contribution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contribution {
    /// Whose.
    pub ministry: MinistryCode,
    /// Which of theirs, counted from 1.
    pub version: u32,
    /// Its text.
    pub body: Arc<Value>,
    /// The questions it answers.
    pub answers: Vec<QuestionNo>,
    /// What is attached.
    pub files: Vec<Attachment>,
    /// What the lead made of it.
    pub status: ContributionStatus,
}

/// What the lead made of a contribution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ContributionStatus {
    /// Nothing yet.
    Submitted,
    /// It was accepted.
    Accepted,
    /// It was returned.
    Returned {
        /// What is missing.
        reason: String,
    },
}

/// The current version of the draft, with the visas on it. Visas on earlier versions are in the journal only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Which version.
    pub version: DraftVersion,
    /// What it says.
    pub content: Arc<DraftContent>,
    /// The hash of what it says.
    pub content_hash: ContentHash,
    /// For every block of the body the contribution or the earlier answer that it came from; empty when nobody said.
    pub sources: Arc<Vec<Option<BlockSource>>>,
    /// Everybody who wrote a version of this draft.
    pub authors: BTreeSet<String>,
    /// The visas on this version.
    pub visas: Vec<GivenVisa>,
    /// The refusals of this version that no visa of the same approver followed.
    pub refusals: Vec<RefusedVisa>,
}

/// A visa that was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenVisa {
    /// From which side.
    pub kind: VisaKind,
    /// Whose.
    pub approver: String,
    /// The version it stands on.
    pub version: DraftVersion,
    /// What that version said.
    pub content_hash: ContentHash,
}

/// A visa that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedVisa {
    /// From which side.
    pub kind: VisaKind,
    /// By whom.
    pub approver: String,
    /// What has to change.
    pub remarks: String,
}

impl Draft {
    /// Does a visa of that kind and approver stand on exactly this version?
    #[must_use]
    pub fn has_visa(&self, required: &RequiredVisa) -> bool {
        self.visas.iter().any(|visa| {
            visa.kind == required.kind
                && visa.approver == required.approver
                && visa.version == self.version
                && visa.content_hash == self.content_hash
        })
    }

    /// The required visas that do not stand on this version.
    #[must_use]
    pub fn missing(&self, required: &[RequiredVisa]) -> Vec<RequiredVisa> {
        required.iter().filter(|visa| !self.has_visa(visa)).cloned().collect()
    }
}

/// An interim reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InterimReply {
    /// What it says.
    pub summary: String,
    /// Its number.
    pub number: Option<String>,
    /// Its date.
    pub dated: Date,
    /// Its bytes.
    pub pdf: Option<BlobHash>,
}

/// A repeat inquiry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepeatLink {
    /// Which.
    pub repeat: InquiryId,
    /// Its number.
    pub number: String,
}

/// What a deputy said about the reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// Who.
    pub recipient: RecipientNo,
    /// Satisfied?
    pub satisfied: bool,
    /// In the deputy's words.
    pub comment: Option<String>,
    /// How many replies had been replaced then: it was said of the one that came after them.
    pub replaced: usize,
}

impl Dossier {
    /// The list that a reply goes to: the inquiry's own groups, then those of the inquiries that joined it.
    #[must_use]
    pub fn groups(&self) -> Vec<RecipientGroup> {
        let joined = self.merged.iter().flat_map(|other| &other.groups);
        self.intake.groups.iter().chain(joined).cloned().collect()
    }

    /// Everybody on that list.
    pub fn recipients(&self) -> impl Iterator<Item = &Recipient> {
        let joined = self.merged.iter().flat_map(|other| &other.groups).flat_map(|group| &group.deputies);
        self.intake.recipients().chain(joined)
    }

    /// Those on that list whose last word is that the reply does not satisfy them.
    pub fn unsatisfied(&self) -> impl Iterator<Item = &Recipient> {
        let is_so = move |no: RecipientNo| {
            self.responses.iter().any(|response| response.recipient == no && !response.satisfied)
        };
        self.recipients().filter(move |recipient| is_so(recipient.no))
    }

    /// Did a deputy say their last word of a reply that was replaced since?
    #[must_use]
    pub fn spoke_of_earlier(&self, no: RecipientNo) -> bool {
        self.responses.iter().any(|response| response.recipient == no && response.replaced < self.replaced.len())
    }

    /// The clock, while it runs.
    #[must_use]
    pub fn watch(&self) -> Option<&Watch> {
        match &self.control {
            Control::On(watch) => Some(watch),
            Control::NotSet | Control::Off(_) => None,
        }
    }

    /// The day in force, also when the clock was stopped; none before it was set.
    #[must_use]
    pub fn due(&self) -> Option<Date> {
        match &self.control {
            Control::On(watch) | Control::Off(watch) => Some(watch.due),
            Control::NotSet => None,
        }
    }

    /// Is a reply owed and its day gone by? Derived, never an event that somebody did.
    #[must_use]
    pub fn is_overdue(&self, today: Date) -> bool {
        self.watch().is_some_and(|watch| watch.due < today) && self.dispatched().is_none()
    }

    /// The letter that has a number, from the number on.
    #[must_use]
    pub fn letter(&self) -> Option<&NumberedReply> {
        match &self.stage {
            Stage::Numbered(letter) => Some(letter),
            Stage::Dispatched(sent) => Some(&sent.letter),
            Stage::Closed(closed) => Some(&closed.dispatched.letter),
            Stage::Received
            | Stage::Registered
            | Stage::OnControl
            | Stage::Assigned
            | Stage::Drafting { .. }
            | Stage::Approval { .. }
            | Stage::ForSignature(_)
            | Stage::Signed(_)
            | Stage::Withdrawn
            | Stage::Redirected { .. }
            | Stage::Merged { .. } => None,
        }
    }

    /// The letter and its deliveries, from the dispatch on.
    #[must_use]
    pub fn dispatched(&self) -> Option<&DispatchedReply> {
        match &self.stage {
            Stage::Dispatched(sent) => Some(sent),
            Stage::Closed(closed) => Some(&closed.dispatched),
            Stage::Received
            | Stage::Registered
            | Stage::OnControl
            | Stage::Assigned
            | Stage::Drafting { .. }
            | Stage::Approval { .. }
            | Stage::ForSignature(_)
            | Stage::Signed(_)
            | Stage::Numbered(_)
            | Stage::Withdrawn
            | Stage::Redirected { .. }
            | Stage::Merged { .. } => None,
        }
    }

    /// The last contribution of a ministry.
    #[must_use]
    pub fn contribution(&self, ministry: &MinistryCode) -> Option<&Contribution> {
        self.contributions.iter().find(|contribution| &contribution.ministry == ministry)
    }

    /// The visas that are required and not yet given, while that is a question.
    #[must_use]
    pub fn missing_visas(&self) -> Vec<RequiredVisa> {
        let required = match &self.stage {
            Stage::Approval { required } => required,
            Stage::ForSignature(submission) => &submission.required,
            Stage::Drafting { rejected: Some(Rejection { by: RejectedBy::Declined { required }, .. }) } => required,
            Stage::Received
            | Stage::Registered
            | Stage::OnControl
            | Stage::Assigned
            | Stage::Drafting { .. }
            | Stage::Signed(_)
            | Stage::Numbered(_)
            | Stage::Dispatched(_)
            | Stage::Closed(_)
            | Stage::Withdrawn
            | Stage::Redirected { .. }
            | Stage::Merged { .. } => return Vec::new(),
        };
        match &self.draft {
            Some(draft) => draft.missing(required),
            None => required.clone(),
        }
    }
}

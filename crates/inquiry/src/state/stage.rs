//! The stages of the main line, each with what belongs to it.

use directory::{ActingOrder, Authority, Language, PersonId};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::email::Email;
use crate::ids::{BlobHash, ContentHash, DraftVersion, InquiryId, MessageId, RecipientNo, VerificationCode};
use crate::intake::{Recipient, RecipientGroup};
use crate::terms::{
    CertificateHolder, Cosignatory, Cosignature, MadeFrom, Outcome, ReceiptProof, RequiredVisa, ServerReport,
    SignatoryBlock,
};

/// Where an inquiry stands on the main line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// The letter came in.
    Received,
    /// It has its incoming number.
    Registered,
    /// The deadline runs; the head has not resolved it yet.
    OnControl,
    /// Ministries are at work; there is no draft yet.
    Assigned,
    /// There is a draft, and the lead has it.
    Drafting {
        /// Why the current version goes no further, if somebody sent it back.
        rejected: Option<Rejection>,
    },
    /// Visas are gathered on the current version.
    Approval {
        /// The visas without which it is not signed.
        required: Vec<RequiredVisa>,
    },
    /// The approved version lies before the signatory.
    ForSignature(Submission),
    /// Signed, not yet numbered.
    Signed(SignedReply),
    /// Signed and numbered, not yet sent.
    Numbered(NumberedReply),
    /// Sent; deliveries are awaited.
    Dispatched(DispatchedReply),
    /// Done.
    Closed(ClosedReply),
    /// Its authors withdrew it.
    Withdrawn,
    /// It was sent on.
    Redirected {
        /// To whom.
        to: String,
    },
    /// Another inquiry's reply answers it.
    Merged {
        /// That inquiry.
        into: InquiryId,
    },
}

/// The stages without what belongs to them, for refusals, tables and screens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StageName {
    /// See [`Stage::Received`].
    Received,
    /// See [`Stage::Registered`].
    Registered,
    /// See [`Stage::OnControl`].
    OnControl,
    /// See [`Stage::Assigned`].
    Assigned,
    /// See [`Stage::Drafting`].
    Drafting,
    /// See [`Stage::Approval`].
    Approval,
    /// See [`Stage::ForSignature`].
    ForSignature,
    /// See [`Stage::Signed`].
    Signed,
    /// See [`Stage::Numbered`].
    Numbered,
    /// See [`Stage::Dispatched`].
    Dispatched,
    /// See [`Stage::Closed`].
    Closed,
    /// See [`Stage::Withdrawn`].
    Withdrawn,
    /// See [`Stage::Redirected`].
    Redirected,
    /// See [`Stage::Merged`].
    Merged,
}

impl StageName {
    /// Every stage, in the order of the main line.
    pub const ALL: [Self; 14] = [
        Self::Received,
        Self::Registered,
        Self::OnControl,
        Self::Assigned,
        Self::Drafting,
        Self::Approval,
        Self::ForSignature,
        Self::Signed,
        Self::Numbered,
        Self::Dispatched,
        Self::Closed,
        Self::Withdrawn,
        Self::Redirected,
        Self::Merged,
    ];

    /// The name in tables and in the API's `state=`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Registered => "registered",
            Self::OnControl => "on_control",
            Self::Assigned => "assigned",
            Self::Drafting => "drafting",
            Self::Approval => "approval",
            Self::ForSignature => "for_signature",
            Self::Signed => "signed",
            Self::Numbered => "numbered",
            Self::Dispatched => "dispatched",
            Self::Closed => "closed",
            Self::Withdrawn => "withdrawn",
            Self::Redirected => "redirected",
            Self::Merged => "merged",
        }
    }

    /// The stage of that name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.code() == code)
    }

    /// Does somebody still owe work on it?
    #[must_use]
    pub const fn is_open(self) -> bool {
        match self {
            Self::Received
            | Self::Registered
            | Self::OnControl
            | Self::Assigned
            | Self::Drafting
            | Self::Approval
            | Self::ForSignature
            | Self::Signed
            | Self::Numbered
            | Self::Dispatched => true,
            Self::Closed | Self::Withdrawn | Self::Redirected | Self::Merged => false,
        }
    }

    /// Is it open, and nothing signed yet?
    #[must_use]
    pub const fn is_unsigned(self) -> bool {
        match self {
            Self::Received
            | Self::Registered
            | Self::OnControl
            | Self::Assigned
            | Self::Drafting
            | Self::Approval
            | Self::ForSignature => true,
            Self::Signed
            | Self::Numbered
            | Self::Dispatched
            | Self::Closed
            | Self::Withdrawn
            | Self::Redirected
            | Self::Merged => false,
        }
    }
}

impl Stage {
    /// The stage without what belongs to it.
    #[must_use]
    pub const fn name(&self) -> StageName {
        match self {
            Self::Received => StageName::Received,
            Self::Registered => StageName::Registered,
            Self::OnControl => StageName::OnControl,
            Self::Assigned => StageName::Assigned,
            Self::Drafting { .. } => StageName::Drafting,
            Self::Approval { .. } => StageName::Approval,
            Self::ForSignature(_) => StageName::ForSignature,
            Self::Signed(_) => StageName::Signed,
            Self::Numbered(_) => StageName::Numbered,
            Self::Dispatched(_) => StageName::Dispatched,
            Self::Closed(_) => StageName::Closed,
            Self::Withdrawn => StageName::Withdrawn,
            Self::Redirected { .. } => StageName::Redirected,
            Self::Merged { .. } => StageName::Merged,
        }
    }
}

/// Why the current version of a draft goes no further.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// The version that was sent back.
    pub version: DraftVersion,
    /// By what act.
    pub by: RejectedBy,
    /// What has to change.
    pub reason: String,
}

/// By what act a version was sent back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RejectedBy {
    /// An approver or the signatory returned it.
    Returned,
    /// The signatory declined to sign it. Its visas still stand, so that it may be laid before a signatory again as it is.
    Declined {
        /// The visas without which it is not signed.
        required: Vec<RequiredVisa>,
    },
    /// It had been signed and sent, and is now replaced.
    Replaced,
}

/// An approved version before the signatory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    /// The version laid before the signatory.
    pub version: DraftVersion,
    /// The visas without which it is not signed.
    pub required: Vec<RequiredVisa>,
    /// Who is to sign, as the letter prints it.
    pub signatory: SignatoryBlock,
    /// Which person of the directory that is; not known of letters that were laid before one long ago.
    pub person: Option<PersonId>,
    /// The order by which they act, where one is named.
    pub order: Option<ActingOrder>,
    /// Who is to sign besides, in the order in which the letter prints them.
    pub also: Vec<Cosignatory>,
    /// What some have signed already, and the others are to sign.
    pub partly: Option<PartlySigned>,
    /// The date of the document.
    pub document_date: Date,
    /// The code that the letter prints; none where it is derived, as it was long ago.
    pub code: Option<VerificationCode>,
}

/// A letter that some of its signatories have signed. Its bytes are not set again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartlySigned {
    /// The signed PDF.
    pub pdf: BlobHash,
    /// Its length in bytes.
    pub pdf_bytes: u64,
    /// What it was made from.
    pub made_from: MadeFrom,
    /// The signatures so far, in the order of time.
    pub given: Vec<Cosignature>,
}

/// One of those whom a letter names as its signatories.
#[derive(Debug, Clone, Copy)]
pub struct NamedSignatory<'a> {
    /// As the letter prints them.
    pub block: &'a SignatoryBlock,
    /// Which person of the directory that is; not known of letters of long ago.
    pub person: Option<PersonId>,
    /// The order by which they act, where one is named.
    pub order: Option<&'a ActingOrder>,
}

impl Submission {
    /// Everybody who is to sign, in the order in which the letter prints them.
    pub fn signatories(&self) -> impl Iterator<Item = NamedSignatory<'_>> {
        let first = NamedSignatory { block: &self.signatory, person: self.person, order: self.order.as_ref() };
        std::iter::once(first).chain(self.also.iter().map(|other| NamedSignatory {
            block: &other.signatory,
            person: Some(other.person),
            order: other.order.as_ref(),
        }))
    }

    /// The signatures that it has, in the order of time.
    #[must_use]
    pub fn given(&self) -> &[Cosignature] {
        self.partly.as_ref().map_or(&[], |partly| &partly.given)
    }

    /// The signature of that person, if they have signed.
    #[must_use]
    pub fn given_by(&self, person: PersonId) -> Option<&Cosignature> {
        self.given().iter().find(|given| given.authority.person == person)
    }

    /// Those whose signature is missing.
    pub fn awaited(&self) -> impl Iterator<Item = NamedSignatory<'_>> {
        self.signatories().filter(|named| named.person.is_none_or(|person| self.given_by(person).is_none()))
    }

    /// Their names, as the letter prints them.
    #[must_use]
    pub fn awaited_names(&self) -> String {
        self.awaited().map(|named| named.block.name.as_str()).collect::<Vec<_>>().join(", ")
    }
}

/// A signed letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedReply {
    /// The version that was signed.
    pub version: DraftVersion,
    /// The hash of what it says.
    pub content_hash: ContentHash,
    /// The signed PDF.
    pub pdf: BlobHash,
    /// The detached signature over it.
    pub signature: BlobHash,
    /// What it was made from; nobody kept that of the first letters.
    pub made_from: Option<MadeFrom>,
    /// Whom the certificate names, if that is known.
    pub signer: Option<CertificateHolder>,
    /// The kept report of the signature's check, if there is one.
    pub checked: Option<BlobHash>,
    /// The server's seal stood in for a personal signature.
    pub sealed_by_server: bool,
    /// Who signed, as the letter prints it.
    pub signatory: SignatoryBlock,
    /// Who that is and by what right they signed, if that was written down.
    pub authority: Option<Authority>,
    /// The signatures that others had put on the same bytes before, in the order of time.
    pub cosigned: Vec<Cosignature>,
    /// When.
    pub signed_at: Timestamp,
    /// The date of the document.
    pub document_date: Date,
    /// The language of the letter.
    pub language: Language,
    /// Whom it goes to, frozen.
    pub recipients: Vec<RecipientGroup>,
    /// The code that the letter prints; none where it is derived, as it was long ago.
    pub code: Option<VerificationCode>,
}

impl SignedReply {
    /// The names of everybody who signed, in the order of time.
    #[must_use]
    pub fn names(&self) -> String {
        names(&self.cosigned, &self.signatory)
    }

    /// Everybody once, in the order of the list, at the first address that is known of them. A deputy may stand on the lists of several
    /// inquiries that one reply answers.
    #[must_use]
    pub fn addressees(&self) -> Vec<(&Recipient, Option<&Email>)> {
        let mut places: Vec<(&Recipient, Option<&Email>)> = Vec::new();
        for again in self.recipients.iter().flat_map(|group| &group.deputies) {
            match places.iter_mut().find(|(first, _)| first.is_same_person(again)) {
                Some((_, email)) => *email = email.or(again.email.as_ref()),
                None => places.push((again, again.email.as_ref())),
            }
        }
        places
    }
}

/// The names of everybody who signed, in the order of time.
#[must_use]
pub fn names(cosigned: &[Cosignature], last: &SignatoryBlock) -> String {
    let blocks = cosigned.iter().map(|given| &given.signatory).chain(std::iter::once(last));
    blocks.map(|block| block.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// A signed letter with its number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberedReply {
    /// What was signed.
    pub signed: SignedReply,
    /// The number as it is printed.
    pub number: String,
    /// The date of the number.
    pub dated: Date,
    /// The registered PDF.
    pub pdf: BlobHash,
    /// The Office's seal over it.
    pub seal: BlobHash,
}

/// A letter on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DispatchedReply {
    /// What was sent.
    pub letter: NumberedReply,
    /// The name of the attached file.
    pub file_name: String,
    /// The domain of the mails' identities.
    pub mail_domain: String,
    /// One delivery per recipient, in the order of the list.
    pub deliveries: Vec<Delivery>,
}

impl DispatchedReply {
    /// The delivery to one recipient.
    #[must_use]
    pub fn delivery(&self, recipient: RecipientNo) -> Option<&Delivery> {
        self.deliveries.iter().find(|delivery| delivery.recipient == recipient)
    }

    /// Who has not received it, as far as we know.
    #[must_use]
    pub fn undelivered(&self) -> Vec<RecipientNo> {
        self.deliveries.iter().filter(|d| !d.state.is_delivered()).map(|d| d.recipient).collect()
    }
}

/// One recipient's delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Whose.
    pub recipient: RecipientNo,
    /// Their name as the list prints it.
    pub name: String,
    /// Where the last order sent it; none while it can only be delivered by hand.
    pub email: Option<Email>,
    /// The identity of the last order's mail.
    pub message_id: MessageId,
    /// The orders that named this recipient, the last one last.
    pub orders: Vec<u32>,
    /// What became of it.
    pub state: DeliveryState,
}

/// What became of a delivery. Sent, taken by a server, and received are three different facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeliveryState {
    /// There is no address; somebody has to carry it.
    NeedsHand,
    /// A mail was ordered.
    Ordered,
    /// A server took the mail.
    Accepted {
        /// By which order.
        order: u32,
        /// Which server.
        relay: String,
    },
    /// A server that had taken the mail said what it did with it.
    Reported {
        /// Which order's mail.
        order: u32,
        /// What it did.
        what: ServerReport,
        /// Its words.
        answer: String,
    },
    /// The last attempt failed.
    Failed {
        /// By which order.
        order: u32,
        /// At which attempt.
        attempt: u32,
        /// No further attempt will be made.
        permanent: bool,
        /// The server's answer.
        answer: String,
    },
    /// The recipient has it.
    Confirmed {
        /// How that is known.
        how: ReceiptProof,
    },
    /// Somebody carried it.
    ByHand {
        /// On which day.
        on: Date,
        /// How, and who took it.
        note: String,
    },
}

impl DeliveryState {
    /// Does a report about that order's mail say something new? What is known is never taken back by a weaker one, in whichever order they come.
    #[must_use]
    pub fn is_moved_by(&self, order: u32, what: ServerReport) -> bool {
        match self {
            Self::Reported { order: known, what: said, .. } => {
                !what.is_weaker_than(*said) && (what != *said || *known != order)
            }
            Self::Confirmed { .. } | Self::ByHand { .. } => false,
            Self::NeedsHand | Self::Ordered | Self::Accepted { .. } | Self::Failed { .. } => true,
        }
    }

    /// Is it known that the recipient has the letter?
    #[must_use]
    pub const fn is_delivered(&self) -> bool {
        match self {
            Self::Confirmed { .. } | Self::ByHand { .. } => true,
            Self::NeedsHand | Self::Ordered | Self::Accepted { .. } | Self::Reported { .. } | Self::Failed { .. } => {
                false
            }
        }
    }
}

/// A closed inquiry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosedReply {
    /// What was sent, and what became of it.
    pub dispatched: DispatchedReply,
    /// How it ended.
    pub outcome: Outcome,
}

/// A letter that a later one replaced. It stays as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplacedReply {
    /// The letter.
    pub letter: NumberedReply,
    /// Why it was replaced.
    pub reason: String,
}

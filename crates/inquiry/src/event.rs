//! What has happened to an inquiry, in the past tense, kept for ever.
//!
//! Every event is a struct; [`Event`] lists them with their stored names and the version of their shape. The stored text is
//! `{"stored_name":{…}}`, written once with the fields in the order of the struct, and read strictly: a field that the
//! shape does not know is an error, because writing the event again would lose it. A shape that must change gets a new schema
//! version, and the old one stays readable for ever (`tests/stored_events.rs`).

mod after;
mod arrival;
mod records;
mod reply;
mod work;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::upcast::{self, NotUpcast, RULES, Rule, Shape};

pub use after::{
    AddressErased, ControlRemoved, DeputyResponded, InquiriesMerged, InquiryClosed, InquiryRedirected,
    InquiryWithdrawn, RepeatInquiryLinked, ReplyReplaced,
};
pub use arrival::{
    ControlSet, ExtensionGranted, ExtensionRefused, ExtensionRequested, InquiryReceived, InquiryRegistered,
    InterimReplySent, TopicSet,
};
pub use records::{DeadlinesRecounted, PartCarriedOver, PartRecounted, ReplyRecounted};
pub use reply::{
    DeliveredByHand, DeliveryConfirmed, DeliveryFailed, DeliveryReported, DispatchOrdered, LinkRevoked,
    OutgoingNumberAssigned, ReplyAccepted, ReplyCosigned, ReplySigned, SigningDeclined, SubmittedForSignature,
};
pub use work::{
    AssignmentContested, ContributionAccepted, ContributionReturned, ContributionSubmitted, DraftReturned,
    DraftRevised, DraftSubmittedForApproval, DraftVisaed, MinistriesAssigned, MinistryReassigned, MinistryReminded,
    VisaRefused,
};

macro_rules! events {
    ($($(#[$doc:meta])* $name:ident = $stored:literal v $version:literal,)*) => {
        /// Something that happened to an inquiry.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        pub enum Event {
            $($(#[$doc])* #[serde(rename = $stored)] $name($name),)*
        }

        /// The kinds of events, without what they say.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum EventName {
            $($(#[$doc])* $name,)*
        }

        impl EventName {
            /// Every kind, in the order of the story.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stored name.
            #[must_use]
            pub const fn stored(self) -> &'static str {
                match self {
                    $(Self::$name => $stored,)*
                }
            }

            /// The version of the shape in which events of this kind are written today.
            #[must_use]
            pub const fn schema_version(self) -> u16 {
                match self {
                    $(Self::$name => $version,)*
                }
            }
        }

        impl Event {
            /// Its kind.
            #[must_use]
            pub const fn name(&self) -> EventName {
                match self {
                    $(Self::$name(_) => EventName::$name,)*
                }
            }
        }

        $(impl From<$name> for Event {
            fn from(event: $name) -> Self {
                Self::$name(event)
            }
        })*
    };
}

events! {
    /// The letter came in.
    InquiryReceived = "inquiry_received" v 1,
    /// It got its incoming number; the clock starts.
    InquiryRegistered = "inquiry_registered" v 1,
    /// It was put on control with a deadline.
    ControlSet = "control_set" v 1,
    /// It was said what it is about.
    TopicSet = "topic_set" v 1,
    /// The head resolved it to a lead and co-executors.
    MinistriesAssigned = "ministries_assigned" v 1,
    /// A ministry asked to be replaced.
    AssignmentContested = "assignment_contested" v 1,
    /// The head replaced a ministry by another.
    MinistryReassigned = "ministry_reassigned" v 1,
    /// The place of a ministry that ended went to its successor.
    PartCarriedOver = "part_carried_over" v 1,
    /// A co-executor sent its contribution.
    ContributionSubmitted = "contribution_submitted" v 1,
    /// The lead accepted a contribution.
    ContributionAccepted = "contribution_accepted" v 1,
    /// The lead returned a contribution.
    ContributionReturned = "contribution_returned" v 1,
    /// A ministry was reminded of what it owes.
    MinistryReminded = "ministry_reminded" v 1,
    /// The lead wrote a version of the draft.
    DraftRevised = "draft_revised" v 3,
    /// A version went out for visas.
    DraftSubmittedForApproval = "draft_submitted_for_approval" v 1,
    /// An approver put a visa on a version.
    DraftVisaed = "draft_visaed" v 1,
    /// An approver refused the visa.
    VisaRefused = "visa_refused" v 1,
    /// An approver or the signatory returned the draft.
    DraftReturned = "draft_returned" v 1,
    /// The approved version was laid before the signatory.
    SubmittedForSignature = "submitted_for_signature" v 2,
    /// One of several signatories signed the exact bytes.
    ReplyCosigned = "reply_cosigned" v 1,
    /// The exact bytes were signed.
    ReplySigned = "reply_signed" v 3,
    /// The signatory declined.
    SigningDeclined = "signing_declined" v 1,
    /// The signed letter got its outgoing number.
    OutgoingNumberAssigned = "outgoing_number_assigned" v 1,
    /// The letter was ordered out to its recipients.
    DispatchOrdered = "dispatch_ordered" v 1,
    /// A mail server took the mail of one recipient.
    ReplyAccepted = "reply_accepted" v 2,
    /// A transmission to one recipient failed.
    DeliveryFailed = "delivery_failed" v 1,
    /// A mail server reported later what it had done with a mail it had taken.
    DeliveryReported = "delivery_reported" v 1,
    /// A recipient has received the letter, and it is known how.
    DeliveryConfirmed = "delivery_confirmed" v 1,
    /// A clerk delivered the letter by other means.
    DeliveredByHand = "delivered_by_hand" v 1,
    /// The personal links of a recipient ended.
    LinkRevoked = "link_revoked" v 1,
    /// The lead asked for more time.
    ExtensionRequested = "extension_requested" v 1,
    /// More time was given.
    ExtensionGranted = "extension_granted" v 1,
    /// More time was refused.
    ExtensionRefused = "extension_refused" v 1,
    /// Deadlines follow a calendar that was changed.
    DeadlinesRecounted = "deadlines_recounted" v 1,
    /// An interim reply went out; control goes on.
    InterimReplySent = "interim_reply_sent" v 1,
    /// It was taken off control.
    ControlRemoved = "control_removed" v 1,
    /// It was closed with an outcome.
    InquiryClosed = "inquiry_closed" v 1,
    /// A repeat inquiry was linked to it.
    RepeatInquiryLinked = "repeat_inquiry_linked" v 1,
    /// It was merged with others: one reply to several.
    InquiriesMerged = "inquiries_merged" v 1,
    /// Its authors withdrew it.
    InquiryWithdrawn = "inquiry_withdrawn" v 1,
    /// It was sent on to whom it concerns.
    InquiryRedirected = "inquiry_redirected" v 1,
    /// The reply is replaced by a new letter; the old one stays as it is.
    ReplyReplaced = "reply_replaced" v 1,
    /// A deputy said whether the reply satisfies.
    DeputyResponded = "deputy_responded" v 1,
    /// The e-mail address of a recipient was erased.
    AddressErased = "address_erased" v 1,
}

impl EventName {
    /// The kind of that stored name.
    #[must_use]
    pub fn from_stored(stored: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|name| name.stored() == stored)
    }
}

/// A stored event that this program cannot read.
#[derive(Debug, thiserror::Error)]
pub enum UnknownEvent {
    /// No event has that name.
    #[error("no event of an inquiry is stored as {name:?}")]
    Name {
        /// The stored name.
        name: String,
    },
    /// The shape is of a version that this program does not know.
    #[error("the event {name} is stored in the shape {stored}, and this program reads {known}")]
    Shape {
        /// The stored name.
        name: &'static str,
        /// The version it was stored in.
        stored: u16,
        /// The version read here.
        known: u16,
    },
    /// The text is not the JSON of that shape.
    #[error("the text of the event {name} could not be read")]
    Payload {
        /// The stored name.
        name: &'static str,
        /// What is wrong with it, and where.
        #[source]
        source: serde_json::Error,
    },
    /// The shape is an old one, and its text could not be read as one of today.
    #[error("the old event {name} could not be read")]
    Upcast {
        /// The stored name.
        name: String,
        /// Why.
        #[source]
        source: NotUpcast,
    },
    /// The text is of another event than its name says.
    #[error("the text stored as {name} is of the event {found}")]
    Mismatch {
        /// The stored name.
        name: &'static str,
        /// The event that the text holds.
        found: &'static str,
    },
}

impl Event {
    /// The name under which it is stored.
    #[must_use]
    pub const fn stored_name(&self) -> &'static str {
        self.name().stored()
    }

    /// The version of the shape in which it is written.
    #[must_use]
    pub const fn schema_version(&self) -> u16 {
        self.name().schema_version()
    }

    /// The exact text that is stored.
    #[must_use]
    #[expect(clippy::expect_used, reason = "structs of texts, numbers, dates and JSON values always become JSON")]
    pub fn to_payload(&self) -> String {
        serde_json::to_string(self).expect("an event becomes JSON")
    }

    /// Reads what was stored, as events of today: one, unless the shape has become none or several.
    ///
    /// # Errors
    /// [`UnknownEvent`] when the name, the version of the shape or the text is not one that this program reads.
    pub fn from_stored(name: &str, schema_version: u16, payload: &str) -> Result<Vec<Self>, UnknownEvent> {
        Self::read(RULES, name, schema_version, payload)
    }

    /// Is that a shape of before, which is read by the rules for old shapes?
    #[must_use]
    pub fn is_old_shape(name: &str, schema_version: u16) -> bool {
        upcast::is_old(RULES, name, schema_version)
    }

    /// The same by other rules than those of today, which is how a change of rules is tried.
    ///
    /// # Errors
    /// As [`Event::from_stored`].
    pub fn read(rules: &[Rule], name: &str, schema_version: u16, payload: &str) -> Result<Vec<Self>, UnknownEvent> {
        if !upcast::is_old(rules, name, schema_version) {
            return Ok(vec![Self::of_today(name, schema_version, payload)?]);
        }
        let unread = |source: NotUpcast| UnknownEvent::Upcast { name: name.to_owned(), source };
        let unfit = |what: String| NotUpcast::Unfit { name: name.to_owned(), version: schema_version, what };
        let mut stored: BTreeMap<String, Value> =
            serde_json::from_str(payload).map_err(|error| unread(unfit(error.to_string())))?;
        let inside = match (stored.remove(name), stored.is_empty()) {
            (Some(inside), true) => inside,
            _ => return Err(unread(unfit("the text is of another event".to_owned()))),
        };
        let shape = Shape { name: name.to_owned(), version: schema_version, inside };
        let today = upcast::current(rules, shape).map_err(unread)?;
        let read = |shape: Shape| {
            let payload = Value::from_iter([(shape.name.clone(), shape.inside)]).to_string();
            Self::of_today(&shape.name, shape.version, &payload)
        };
        today.into_iter().map(read).collect()
    }

    fn of_today(name: &str, schema_version: u16, payload: &str) -> Result<Self, UnknownEvent> {
        let Some(kind) = EventName::from_stored(name) else {
            return Err(UnknownEvent::Name { name: name.chars().take(80).collect() });
        };
        let name = kind.stored();
        if schema_version != kind.schema_version() {
            return Err(UnknownEvent::Shape { name, stored: schema_version, known: kind.schema_version() });
        }
        let event: Self = serde_json::from_str(payload).map_err(|source| UnknownEvent::Payload { name, source })?;
        if event.name() == kind { Ok(event) } else { Err(UnknownEvent::Mismatch { name, found: event.stored_name() }) }
    }
}

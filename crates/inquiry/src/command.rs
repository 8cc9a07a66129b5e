//! What somebody asks for, in the imperative. Every fact that a decision needs is handed in with it.
//!
//! [`Ask`] lists the commands; each is a struct of the same name. Those that people fill in read from JSON as they stand here and
//! refuse fields they do not know. A [`Command`] adds who asks, when, and which revision was on the asker's screen.

mod after;
mod arrival;
mod reply;
mod work;

use directory::Actor;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use after::{
    Close, JoinMerge, LinkRepeat, Merge, RecordResponse, Redirect, RemoveFromControl, ReplaceReply, Withdraw,
};
pub use arrival::{GrantExtension, RefuseExtension, Register, RequestExtension, SendInterimReply, SetTopic};
pub use reply::{
    AssignOutgoingNumber, ConfirmDelivery, DeclineSigning, Dispatch, RecordAcceptance, RecordDeliveryByHand,
    RecordDeliveryReport, RecordFailure, Resend, RevokeLink, Sign, SubmitForSignature,
};
pub use work::{
    AcceptContribution, AssignMinistries, ContestAssignment, Reassign, RefuseVisa, RemindMinistry, ReturnContribution,
    ReturnDraft, ReviseDraft, SubmitContribution, SubmitForApproval, Visa,
};

/// A command with its envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Who asks, with the roles held at that moment.
    pub by: Actor,
    /// When, by the office's clock.
    pub at: Timestamp,
    /// The revision that was on the asker's screen; the edge compares it with the stream's, this crate does not.
    pub seen: Option<u64>,
    /// What is asked.
    pub ask: Ask,
}

macro_rules! commands {
    ($($(#[$doc:meta])* $name:ident = $path:literal,)*) => {
        /// What is asked.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        pub enum Ask {
            $($(#[$doc])* #[serde(rename = $path)] $name($name),)*
        }

        /// The kinds of commands, without what they say.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum CommandName {
            $($(#[$doc])* $name,)*
        }

        impl CommandName {
            /// Every kind, in the order of the story.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its name in the API's paths.
            #[must_use]
            pub const fn path(self) -> &'static str {
                match self {
                    $(Self::$name => $path,)*
                }
            }
        }

        impl Ask {
            /// Its kind.
            #[must_use]
            pub const fn name(&self) -> CommandName {
                match self {
                    $(Self::$name(_) => CommandName::$name,)*
                }
            }

            /// Reads the JSON body of a command: an object.
            ///
            /// # Errors
            /// The place and the cause, when the body is not of that command's shape.
            pub fn from_json(name: CommandName, body: &str) -> Result<Self, serde_json::Error> {
                match name {
                    $(CommandName::$name => serde_json::from_str(object(body)?).map(Self::$name),)*
                }
            }
        }

        $(impl From<$name> for Ask {
            fn from(ask: $name) -> Self {
                Self::$name(ask)
            }
        })*
    };
}

/// Serde would read a list of values as a struct too; nobody who sends one means it.
fn object(body: &str) -> Result<&str, serde_json::Error> {
    if body.trim_start().starts_with('{') {
        Ok(body)
    } else {
        Err(serde::de::Error::custom("the body of a command is a JSON object"))
    }
}

commands! {
    /// Take an inquiry in, number it, put it on control.
    Register = "register",
    /// Resolve it to a lead and co-executors.
    AssignMinistries = "assign-ministries",
    /// Ask to be replaced.
    ContestAssignment = "contest-assignment",
    /// Replace a ministry by another.
    Reassign = "reassign",
    /// Send a contribution to the lead.
    SubmitContribution = "submit-contribution",
    /// Accept a contribution.
    AcceptContribution = "accept-contribution",
    /// Return a contribution.
    ReturnContribution = "return-contribution",
    /// Remind a ministry of what it owes.
    RemindMinistry = "remind-ministry",
    /// Write a version of the draft.
    ReviseDraft = "revise-draft",
    /// Send the current version out for visas.
    SubmitForApproval = "submit-for-approval",
    /// Put a visa on a version.
    Visa = "visa",
    /// Refuse the visa.
    RefuseVisa = "refuse-visa",
    /// Return the draft to the lead.
    ReturnDraft = "return-draft",
    /// Lay the approved version before the signatory.
    SubmitForSignature = "submit-for-signature",
    /// Sign the exact bytes.
    Sign = "sign",
    /// Decline to sign.
    DeclineSigning = "decline-signing",
    /// Give the signed letter its number.
    AssignOutgoingNumber = "assign-outgoing-number",
    /// Order the letter out.
    Dispatch = "dispatch",
    /// Record that a mail server took a mail.
    RecordAcceptance = "record-acceptance",
    /// Record that a transmission failed.
    RecordFailure = "record-failure",
    /// Record what a mail server reported of a mail that it had taken.
    RecordDeliveryReport = "record-delivery-report",
    /// Record that a recipient has the letter.
    ConfirmDelivery = "confirm-delivery",
    /// Record that the letter was delivered by other means.
    RecordDeliveryByHand = "record-delivery-by-hand",
    /// Send the letter to one recipient again.
    Resend = "resend",
    /// End the personal links of one recipient.
    RevokeLink = "revoke-link",
    /// Ask for more time.
    RequestExtension = "request-extension",
    /// Give more time.
    GrantExtension = "grant-extension",
    /// Refuse more time.
    RefuseExtension = "refuse-extension",
    /// Record an interim reply.
    SendInterimReply = "send-interim-reply",
    /// Take it off control.
    RemoveFromControl = "remove-from-control",
    /// Close it with an outcome.
    Close = "close",
    /// Link a repeat inquiry.
    LinkRepeat = "link-repeat",
    /// Let other inquiries join this one.
    Merge = "merge",
    /// Let this one join another inquiry.
    JoinMerge = "join-merge",
    /// Withdraw it.
    Withdraw = "withdraw",
    /// Send it on to whom it concerns.
    Redirect = "redirect",
    /// Replace the reply by a new letter.
    ReplaceReply = "replace-reply",
    /// Say whether the reply satisfies.
    RecordResponse = "record-response",
    /// Say what it is about.
    SetTopic = "set-topic",
}

impl CommandName {
    /// The kind of that name in the API's paths.
    #[must_use]
    pub fn from_path(path: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|name| name.path() == path)
    }
}

//! Deliveries: one row per recipient of a signed reply. Ordered, taken by a server and received are three different facts, and
//! each has its own time.
//!
//! [`mod@fold`] says how an event changes the rows of its inquiry (a pure function), [`follow`] keeps the table, [`list`] asks it.

mod attempts;
mod fold;
mod follow;
mod list;
mod outbox;

use inquiry::terms::ServerReport;
use inquiry::{InquiryId, RecipientNo};
use jiff::Timestamp;
use jiff::civil::Date;

pub use attempts::{Attempt, attempts};
pub use fold::fold;
pub(crate) use follow::Deliveries;
pub use list::{Listed, Mail, SentLetter, SentMail, letters_sent, of_inquiry, with_mail};
pub use outbox::{ClosedRelay, LateMail, Outbox, Patience, closed_relays, late, outbox};

/// What is known of one recipient's letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The inquiry.
    pub inquiry: InquiryId,
    /// The recipient's number in the inquiry's list.
    pub recipient: RecipientNo,
    /// The label of the recipient's group, as the inquiry spells it, lines joined by a space.
    pub label: String,
    /// The name as the list prints it.
    pub name: String,
    /// Where the last order sent it; none: no address, to be delivered by hand.
    pub address: Option<String>,
    /// The outgoing number of the letter that was ordered last.
    pub letter: Option<String>,
    /// The order that the row speaks of.
    pub order: Option<u32>,
    /// The identity of that order's mail.
    pub message_id: Option<String>,
    /// What became of it.
    pub state: State,
    /// When the last order was given.
    pub ordered_at: Option<Timestamp>,
    /// When a server took the mail.
    pub accepted_at: Option<Timestamp>,
    /// When the last attempt failed.
    pub failed_at: Option<Timestamp>,
    /// When the receipt was recorded.
    pub confirmed_at: Option<Timestamp>,
    /// On which day somebody carried it.
    pub handed_on: Option<Date>,
    /// How many attempts were made for the last order, as far as events tell.
    pub attempts: u32,
    /// What the receiving side said last.
    pub answer: Option<String>,
    /// The position of the last event folded in.
    pub position: i64,
}

/// What became of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Signed, not yet ordered out.
    NotOrdered,
    /// There is no address; somebody has to carry it.
    NeedsHand,
    /// A mail was ordered.
    Ordered,
    /// The last attempt failed; another one follows.
    Retrying,
    /// A server took the mail.
    Accepted,
    /// A server says that it lies in the mailbox.
    InMailbox,
    /// A server says that it went on to one that sends no reports.
    PassedOn,
    /// A server says that it is late.
    Delayed,
    /// No further attempt will be made.
    Failed,
    /// The recipient has it.
    Confirmed,
    /// Somebody carried it.
    ByHand,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 11] = [
        Self::NotOrdered,
        Self::NeedsHand,
        Self::Ordered,
        Self::Retrying,
        Self::Accepted,
        Self::InMailbox,
        Self::PassedOn,
        Self::Delayed,
        Self::Failed,
        Self::Confirmed,
        Self::ByHand,
    ];

    /// The name in the table and in the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotOrdered => "not_ordered",
            Self::NeedsHand => "needs_hand",
            Self::Ordered => "ordered",
            Self::Retrying => "retrying",
            Self::Accepted => "accepted",
            Self::InMailbox => "in_mailbox",
            Self::PassedOn => "passed_on",
            Self::Delayed => "delayed",
            Self::Failed => "failed",
            Self::Confirmed => "confirmed",
            Self::ByHand => "by_hand",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// The state after a server's report.
    const fn reported(what: ServerReport) -> Self {
        match what {
            ServerReport::Delivered => Self::InMailbox,
            ServerReport::Relayed => Self::PassedOn,
            ServerReport::Delayed => Self::Delayed,
        }
    }

    /// The report that it says.
    fn report(self) -> Option<ServerReport> {
        ServerReport::ALL.into_iter().find(|what| Self::reported(*what) == self)
    }

    /// Is it known that the recipient has the letter?
    #[must_use]
    pub const fn is_delivered(self) -> bool {
        matches!(self, Self::Confirmed | Self::ByHand)
    }
}

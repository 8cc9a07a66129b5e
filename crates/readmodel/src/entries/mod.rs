//! How events stand in the journal: who, when, of what kind, about which inquiry, concerning which ministries. What an event says is not here.
//!
//! `fold` says whom an event concerns, `follow` keeps the table, [`mod@list`] answers auditors; `stream` is whatever an event is of. A list never costs more
//! than a bounded look: one condition leads by an index, the others are tried on [`REACH`] of its rows at most, and where these are used up the
//! answer says how far it has come.

mod fold;
mod follow;
mod list;
mod stream;

use directory::MinistryCode;
use inquiry::InquiryId;
use jiff::Timestamp;
use uuid::Uuid;

pub(crate) use follow::Entries;
pub use list::{Counted, Page, Stretch, count, list, reached, stretch};

/// See [`Entry::variant`].
pub const FILE: &str = "file";
/// How many rows one list looks through where several conditions are given.
pub const REACH: i64 = 20_000;
/// What is counted at most.
pub const MOST_COUNTED: u64 = 1_000;
/// The most rows of a page.
pub const MAX_LIMIT: i64 = 1_000;

/// An event as it stands in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place in the one order of everything.
    pub position: i64,
    /// The inquiry whose stream it is of.
    pub inquiry: Option<InquiryId>,
    /// The stream, where it is no inquiry's.
    pub stream: Option<String>,
    /// Its place in its stream.
    pub version: i64,
    /// Its stored name.
    pub kind: String,
    /// [`FILE`] where the kind says that a mail was accepted and it was only written to a file.
    pub variant: Option<String>,
    /// Who acted.
    pub actor: String,
    /// When, by the office's clock.
    pub at: Timestamp,
    /// The ministries that it concerns.
    pub ministries: Vec<MinistryCode>,
    /// The id of the command that led to it.
    pub command: Uuid,
    /// The conversation it belongs to.
    pub correlation: Uuid,
}

/// What is asked for. What is left out narrows nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// These events alone, by their positions; none of them: nothing.
    pub positions: Option<Vec<i64>>,
    /// Of these inquiries; none of them: nothing.
    pub inquiries: Option<Vec<InquiryId>>,
    /// By any of these accounts and workers; none of them: nothing.
    pub actors: Option<Vec<String>>,
    /// Concerning this ministry.
    pub ministry: Option<MinistryCode>,
    /// Of these kinds of events, by their stored names; none of them: nothing.
    pub kinds: Option<Vec<&'static str>>,
    /// Led to by this command, or of this conversation.
    pub conversation: Option<Uuid>,
    /// From this moment on.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
    /// Down from this entry, which is the first of the list then.
    pub down_from: Option<Place>,
    /// Up from this entry.
    pub up_from: Option<Place>,
}

/// Where a page begins: behind this entry, in the direction of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// When it happened.
    pub at: Timestamp,
    /// Its position.
    pub position: i64,
}

/// Which way a list goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Direction {
    /// What happened last stands first.
    #[default]
    NewestFirst,
    /// As it happened.
    OldestFirst,
}

impl Entry {
    /// Where the page behind it begins.
    #[must_use]
    pub const fn place(&self) -> Place {
        Place { at: self.at, position: self.position }
    }
}

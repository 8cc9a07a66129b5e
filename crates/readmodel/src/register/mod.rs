//! The register: one row per inquiry, as the worklist and `GET /inquiries` show it.
//!
//! [`mod@fold`] says how an event changes a row (a pure function), [`follow`] keeps the table, [`search`] asks it for what
//! a [`Filter`] wants, `numbered` for whose own number was typed, [`mod@load`] for how much each ministry has to do, `alike` for what another inquiry looks
//! like, `standing` for what a change of the records touches, `mark` for whether a list has become another one.

mod alike;
mod filter;
mod fold;
mod follow;
mod load;
mod mark;
mod numbered;
mod search;
mod standing;
mod walk;
pub(crate) mod words;

use directory::{ChamberCode, DeputyId, Language, MinistryCode, PersonId};
use inquiry::{InquiryId, StageName};
use jiff::Timestamp;
use jiff::civil::Date;

pub use alike::{Alike, Looks, alike};
pub(crate) use filter::{Condition, Way};
pub use filter::{Filter, Owes};
pub use fold::fold;
pub(crate) use fold::reads;
pub(crate) use follow::{COLUMNS, Register, joined, ministries, read};
pub use inquiry::pressing::SOON;
pub use load::{Load, Loads, loads, monday};
pub use numbered::{FoundBy, Sought};
pub use search::{
    Count, Cursor, MAX_LIMIT, MOST_AT_ONCE, MOST_COUNTED, Order, Page, Totals, find_by_number, list, numbers_of,
};
pub use standing::{Days, MOST_STANDING, between, count_named_since, count_naming, count_with_place, with_place};
pub(crate) use walk::Walk;

/// One inquiry as the register knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The inquiry.
    pub inquiry: InquiryId,
    /// Its number as the deputies' letter prints it.
    pub number: String,
    /// The number as every spelling of it is compared.
    pub number_normal: String,
    /// The Office's incoming number.
    pub incoming_number: Option<String>,
    /// The chamber whose deputies ask.
    pub chamber: ChamberCode,
    /// The date on the letter.
    pub dated: Date,
    /// The day of receipt.
    pub received: Date,
    /// The day in force on which the reply is due; the day of receipt until a deadline was set.
    pub due: Date,
    /// The clock runs.
    pub on_control: bool,
    /// Where it stands.
    pub stage: StageName,
    /// The lead executor.
    pub lead: Option<MinistryCode>,
    /// The day on which the lead's draft is due now.
    pub lead_due: Option<Date>,
    /// Those who help.
    pub co_executors: Vec<CoExecutor>,
    /// Those of them whose contribution has come in and was not returned.
    pub handed_in: Vec<MinistryCode>,
    /// Those of them whose contribution the lead accepted, in the order in which it did.
    pub contributed: Vec<MinistryCode>,
    /// Every ministry that has or had a part in it, in order.
    pub took_part: Vec<MinistryCode>,
    /// What it is about.
    pub subject: String,
    /// The language it is written in.
    pub language: Language,
    /// How many deputies will be answered.
    pub recipients: u32,
    /// Those of them whose identity is known, each once, in order.
    pub deputies: Vec<DeputyId>,
    /// The current version of the draft.
    pub draft_version: Option<u32>,
    /// Who has signed the letter that lies before its signatories.
    pub cosigned: Vec<PersonId>,
    /// The outgoing number of the letter in force.
    pub outgoing_number: Option<String>,
    /// The date of that number.
    pub outgoing_dated: Option<Date>,
    /// The version of the inquiry's stream.
    pub version: u64,
    /// When it last changed, by the office's clock.
    pub changed_at: Timestamp,
    /// The position of the last event folded in.
    pub position: i64,
    /// The words it is found by, in lower case, each once, in order.
    pub words: Vec<String>,
}

/// A ministry that helps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoExecutor {
    /// Which.
    pub ministry: MinistryCode,
    /// The day on which its contribution is due.
    pub due: Date,
}

impl Entry {
    /// Does this ministry help?
    fn is_helped_by(&self, ministry: &MinistryCode) -> bool {
        self.co_executors.iter().any(|co| &co.ministry == ministry)
    }

    /// Everybody who has a place now, the lead first.
    fn holders(&self) -> impl Iterator<Item = &MinistryCode> {
        self.lead.iter().chain(self.co_executors.iter().map(|co| &co.ministry))
    }

    /// Is a reply owed and its day gone by?
    #[must_use]
    pub fn is_overdue(&self, today: Date) -> bool {
        self.on_control && self.due < today && !matches!(self.stage, StageName::Dispatched | StageName::Closed)
    }
}

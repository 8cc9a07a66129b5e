//! All followers of this crate, in one place: what runs them, rebuilds them and waits for them goes through this list.

use eventstore::{Concern, Follower, FollowerError, Recorded, Transaction};

use crate::ReadError;
use crate::approvals::Approvals;
use crate::deliveries::Deliveries;
use crate::duties::Duties;
use crate::entries::Entries;
use crate::folding::{concern, take};
use crate::letters::Letters;
use crate::past::Past;
use crate::proposals::Proposals;
use crate::register::Register;
use crate::reports::{Cases, Steps};
use crate::search::Search;

/// A table that follows the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Table {
    /// One row per inquiry.
    Register,
    /// One row per recipient.
    Deliveries,
    /// One row per signed letter.
    Letters,
    /// One row per letter whose visas are asked for.
    Approvals,
    /// One row per proposal.
    Proposals,
    /// One row per duty of a ministry.
    Duties,
    /// One row per inquiry with everything that is written in it.
    Search,
    /// One row per state of an inquiry that a report can tell from another.
    ReportCases,
    /// One row per stay of an inquiry with somebody.
    ReportSteps,
    /// One row per stretch of time in which an inquiry stood the same.
    Past,
    /// One row per event, and one more for each further ministry that it concerns.
    Entries,
}

impl Table {
    /// Every table.
    pub const ALL: [Self; 11] = [
        Self::Register,
        Self::Deliveries,
        Self::Letters,
        Self::Approvals,
        Self::Proposals,
        Self::Duties,
        Self::Search,
        Self::ReportCases,
        Self::ReportSteps,
        Self::Past,
        Self::Entries,
    ];

    /// The follower's name, under which its place in the journal is kept.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Deliveries => "deliveries",
            Self::Letters => "letters",
            Self::Approvals => "approvals",
            Self::Proposals => "proposals",
            Self::Duties => "duties",
            Self::Search => "search",
            Self::ReportCases => "report_cases",
            Self::ReportSteps => "report_steps",
            Self::Past => "past",
            Self::Entries => "entries",
        }
    }

    /// The table of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.name() == name)
    }

    /// The table's name in the database.
    #[must_use]
    pub const fn relation(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Deliveries => "delivery",
            Self::Letters => "letter",
            Self::Approvals => "approval",
            Self::Proposals => "proposal",
            Self::Duties => "duty",
            Self::Search => "search",
            Self::ReportCases => "report_case",
            Self::ReportSteps => "report_step",
            Self::Past => "register_past",
            Self::Entries => "journal_entry",
        }
    }

    /// The column that says what a row is of.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Register
            | Self::Deliveries
            | Self::Letters
            | Self::Approvals
            | Self::Duties
            | Self::Search
            | Self::ReportCases
            | Self::ReportSteps
            | Self::Past => "inquiry",
            Self::Proposals => "proposal",
            Self::Entries => "position",
        }
    }

    /// The views through which readers ask for the rows they may see: they go over to a table made again.
    pub(crate) const fn views(self) -> &'static [&'static str] {
        match self {
            Self::Register => &["own_register", "ministry_register"],
            Self::Search => &["own_search"],
            Self::Deliveries
            | Self::Letters
            | Self::Approvals
            | Self::Proposals
            | Self::Duties
            | Self::ReportCases
            | Self::ReportSteps
            | Self::Past
            | Self::Entries => &[],
        }
    }

    /// The index, besides the primary key, by which the rows of an inquiry are found: a rebuild cannot do without it.
    pub(crate) const fn needed_index(self) -> Option<&'static str> {
        match self {
            Self::Register
            | Self::Deliveries
            | Self::Approvals
            | Self::Proposals
            | Self::Duties
            | Self::Search
            | Self::ReportCases
            | Self::ReportSteps
            | Self::Past => None,
            Self::Letters => Some("letter_by_inquiry"),
            Self::Entries => Some("journal_entry_by_inquiry"),
        }
    }

    /// The statement that empties the table, for making it again.
    const fn emptying(self) -> &'static str {
        match self {
            Self::Register => "delete from register",
            Self::Deliveries => "delete from delivery",
            Self::Letters => "delete from letter",
            Self::Approvals => "delete from approval",
            Self::Proposals => "delete from proposal",
            Self::Duties => "delete from duty",
            Self::Search => "delete from search",
            Self::ReportCases => "delete from report_case",
            Self::ReportSteps => "delete from report_step",
            Self::Past => "delete from register_past",
            Self::Entries => "delete from journal_entry",
        }
    }

    /// Folds a page of the journal into the table.
    ///
    /// # Errors
    /// [`ReadError`]; the transaction is then to be given up.
    pub async fn take(self, tx: &Transaction<'_>, page: &[Recorded]) -> Result<(), ReadError> {
        match self {
            Self::Register => take::<Register>(tx, page).await,
            Self::Deliveries => take::<Deliveries>(tx, page).await,
            Self::Letters => take::<Letters>(tx, page).await,
            Self::Approvals => take::<Approvals>(tx, page).await,
            Self::Proposals => take::<Proposals>(tx, page).await,
            Self::Duties => take::<Duties>(tx, page).await,
            Self::Search => take::<Search>(tx, page).await,
            Self::ReportCases => take::<Cases>(tx, page).await,
            Self::ReportSteps => take::<Steps>(tx, page).await,
            Self::Past => take::<Past>(tx, page).await,
            Self::Entries => take::<Entries>(tx, page).await,
        }
    }

    /// Empties the table, before it is made again within the same transaction.
    ///
    /// # Errors
    /// [`ReadError`] when the database refuses.
    pub async fn empty(self, tx: &Transaction<'_>) -> Result<(), ReadError> {
        tx.execute(self.emptying(), &[]).await.map_err(ReadError::doing("empty a table"))?;
        Ok(())
    }
}

impl Follower for Table {
    fn name(&self) -> &str {
        Self::name(*self)
    }

    fn concern(&self, event: &Recorded) -> Concern {
        match self {
            Self::Register => concern::<Register>(event),
            Self::Deliveries => concern::<Deliveries>(event),
            Self::Letters => concern::<Letters>(event),
            Self::Approvals => concern::<Approvals>(event),
            Self::Proposals => concern::<Proposals>(event),
            Self::Duties => concern::<Duties>(event),
            Self::Search => concern::<Search>(event),
            Self::ReportCases => concern::<Cases>(event),
            Self::ReportSteps => concern::<Steps>(event),
            Self::Past => concern::<Past>(event),
            Self::Entries => concern::<Entries>(event),
        }
    }

    async fn apply(&self, tx: &Transaction<'_>, page: &[Recorded]) -> Result<(), FollowerError> {
        Ok(self.take(tx, page).await?)
    }
}

//! What changes in the records: a stream of its own, with one event for each act that founds a ministry, ends a mandate or moves a day off.
//!
//! Read in this order: [`event`] (what happened), [`mod@decide`] (the rules), [`refusal`] (why not), [`import`] (a table as changes). What is compiled
//! into this crate is the seed beneath; the directory of a moment is the seed with every change of the stream up to it ([`Ledger::directory`]).
//! Whoever asks hands the changes in as they would be recorded: all of them are recorded or none, and what the records say already is not recorded again.
//! Nothing is erased: a change whose day has not come is taken back by a later one, and the fold passes over both.

mod aggregate;
pub mod decide;
pub mod event;
pub mod import;
mod naming;
pub mod refusal;
mod resting;
mod subject;

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

use crate::ids::DeputyId;
use crate::records::Directory;

pub use event::Change;
pub use refusal::{ChangeRefusal, Refused};
pub use subject::{Subject, SubjectKind};

/// The journal's stream of the records.
pub const STREAM: &str = "directory";

/// The longest list of changes in one request: a whole chamber elected anew, with room to spare.
pub const MOST: usize = 1_000;

/// Record these changes, all of them or none.
#[derive(Debug, Clone)]
pub struct RecordChanges {
    /// The records beneath the stream.
    pub seed: Arc<Directory>,
    /// Today, at the office.
    pub today: Date,
    /// When the last letter was signed, as the clocks in Astana show it: what its signatory was then is not changed any more.
    pub last_signed: Option<DateTime>,
    /// What is to be recorded, in this order.
    pub changes: Vec<Change>,
}

/// Everything that was recorded, in order: the change at place `n` is the stream's version `n + 1`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger(Vec<Change>);

impl Ledger {
    /// The changes, the first one first.
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        &self.0
    }

    /// The records after all changes.
    #[must_use]
    pub fn directory(&self, seed: &Directory) -> Directory {
        self.directory_at(seed, self.0.len())
    }

    /// The records after the first so many changes.
    #[must_use]
    pub fn directory_at(&self, seed: &Directory, version: usize) -> Directory {
        let mut directory = seed.clone();
        valid(&self.0[..version.min(self.0.len())]).for_each(|(_, change)| directory.evolve(change));
        directory
    }

    /// The changes that hold or will, each with its version: without what was taken back, and without the taking back.
    pub fn valid(&self) -> impl Iterator<Item = (u64, &Change)> {
        valid(&self.0)
    }

    /// The change of that version, and whether it still holds or will.
    #[must_use]
    pub fn at_version(&self, version: u64) -> Option<(&Change, bool)> {
        let nth = usize::try_from(version.checked_sub(1)?).ok()?;
        let change = self.0.get(nth)?;
        Some((change, !taken_back(&self.0).contains(&version)))
    }

    /// Takes one more.
    pub fn evolve(&mut self, change: Change) {
        self.0.push(change);
    }
}

/// The versions of what was taken back.
fn taken_back(changes: &[Change]) -> BTreeSet<u64> {
    let version = |change: &Change| match change {
        Change::ChangeTakenBack(event) => Some(event.version),
        _ => None,
    };
    changes.iter().filter_map(version).collect()
}

fn valid(changes: &[Change]) -> impl Iterator<Item = (u64, &Change)> {
    let gone = taken_back(changes);
    (1_u64..)
        .zip(changes)
        .filter(move |(version, change)| !gone.contains(version) && !matches!(change, Change::ChangeTakenBack(_)))
}

/// The personal text of a change: whose, and where it stands in what is stored (a JSON pointer, RFC 6901). A deputy's mailbox is sealed under
/// the deputy's own key; names are public.
#[must_use]
pub fn personal(change: &Change) -> Option<(DeputyId, String)> {
    let name = change.stored_name();
    match change {
        Change::DeputyEntered(event) => event.email.as_ref().map(|_| (event.id, format!("/{name}/email"))),
        Change::DeputyCorrected(event) => event.email.as_ref().map(|_| (event.id, format!("/{name}/email"))),
        Change::MinistryFounded(_)
        | Change::MinistryRenamed(_)
        | Change::MinistryMerged(_)
        | Change::MinistrySplit(_)
        | Change::MinistryAbolished(_)
        | Change::ConvocationBegun(_)
        | Change::ConvocationEnded(_)
        | Change::FactionFormed(_)
        | Change::FactionEnded(_)
        | Change::DeputyChangedFaction(_)
        | Change::DeputyLeft(_)
        | Change::OfficeFounded(_)
        | Change::OfficeTaken(_)
        | Change::OfficeLeft(_)
        | Change::CalendarChanged(_)
        | Change::ChangeTakenBack(_) => None,
    }
}

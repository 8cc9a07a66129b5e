//! Settings of the office that are in force from a day on: how days are counted, and how our own numbers are written. What is built in stands beneath;
//! each change is an event of one stream, says which law or order it rests on, and touches nothing that was set before.
//!
//! Read [`event`], then [`decide`] (the rules), then [`Directory::adopt`](crate::Directory::adopt) (what follows for the records).

mod adopt;
pub mod decide;
pub mod event;
pub mod refusal;

use serde::{Deserialize, Serialize};

pub use decide::{AdoptSeries, AdoptTerm, Ask, Former};
pub use event::{SeriesAdopted, SettingsEvent, TermAdopted};
pub use refusal::SettingsRefusal;

/// The journal's stream of the settings.
pub const STREAM: &str = "settings";

/// The terms that are set: of a reply, of an instruction to a ministry, of the lead's draft, of an extension.
pub const TERMS: [&str; 4] = ["reply", "inner", "draft", "extension"];

/// Everything that was set, in its order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger(Vec<SettingsEvent>);

impl Ledger {
    /// What was set, the first first.
    #[must_use]
    pub fn events(&self) -> &[SettingsEvent] {
        &self.0
    }

    /// Takes one more.
    pub fn evolve(&mut self, event: SettingsEvent) {
        self.0.push(event);
    }
}

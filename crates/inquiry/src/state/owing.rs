//! What is awaited of ministries, and when they were last reminded of it.

use directory::MinistryCode;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::allowed::at_work;
use crate::state::dossier::{ContributionStatus, Dossier};
use crate::terms::Owed;

/// A ministry was reminded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reminder {
    /// Which.
    pub ministry: MinistryCode,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
}

/// A ministry with what is awaited from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owing {
    /// Who owes it.
    pub ministry: MinistryCode,
    /// What.
    pub owed: Owed,
    /// By when.
    pub due: Date,
}

impl Dossier {
    /// The last reminder of a ministry.
    #[must_use]
    pub fn reminder(&self, ministry: &MinistryCode) -> Option<&Reminder> {
        self.reminders.iter().find(|reminder| &reminder.ministry == ministry)
    }

    /// The ministries from which something is awaited, the lead first: while they are at work and the clock runs.
    #[must_use]
    pub fn owing(&self) -> Vec<Owing> {
        let (Some(assignment), Some(_)) = (&self.assignment, self.watch()) else { return Vec::new() };
        if !at_work(self.stage.name()) {
            return Vec::new();
        }
        let has_sent = |ministry: &MinistryCode| match self.contribution(ministry).map(|sent| &sent.status) {
            Some(ContributionStatus::Submitted | ContributionStatus::Accepted) => true,
            Some(ContributionStatus::Returned { .. }) | None => false,
        };
        let lead = Owing { ministry: assignment.lead.clone(), owed: Owed::Draft, due: assignment.lead_due };
        let helping = assignment.co_executors.iter().filter(|co| !has_sent(&co.ministry));
        let helping = helping.map(|co| Owing { ministry: co.ministry.clone(), owed: Owed::Contribution, due: co.due });
        std::iter::once(lead).chain(helping).collect()
    }
}

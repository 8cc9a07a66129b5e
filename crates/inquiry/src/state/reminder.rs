//! When ministries were last reminded of what they owe.

use directory::MinistryCode;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::state::dossier::Dossier;
use crate::time::day_of;

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

impl Dossier {
    /// The last reminder of a ministry.
    #[must_use]
    pub fn reminder(&self, ministry: &MinistryCode) -> Option<&Reminder> {
        self.reminders.iter().find(|reminder| &reminder.ministry == ministry)
    }

    /// The reminder after which a ministry is not reminded again on that day of the office.
    #[must_use]
    pub fn reminded_on(&self, ministry: &MinistryCode, day: Date) -> Option<&Reminder> {
        self.reminder(ministry).filter(|reminder| day_of(reminder.at) >= day)
    }
}

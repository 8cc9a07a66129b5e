//! The button beside a ministry that owes something: remind it, or when it was reminded today.

use directory::MinistryCode;
use inquiry::duty::Owing;
use inquiry::{CommandName, Dossier, allowed};
use serde::Serialize;
use uuid::Uuid;

use super::Reading;
use crate::office::seeing::Seen;
use crate::screens::commands::reminded_words;

/// The button, or what stands in its place.
#[derive(Debug, Serialize)]
pub(super) struct Remind {
    action: String,
    key: String,
    version: u64,
    ministry: String,
    short: String,
    may: bool,
    /// It was reminded today, and at what time.
    reminded: Option<String>,
    /// Nobody of the ministry has an address.
    is_silent: bool,
}

/// Who may be reminded on this page.
pub(super) struct Reminding<'r> {
    reading: &'r Reading<'r>,
    dossier: &'r Dossier,
    version: u64,
    owing: Vec<Owing>,
    may: bool,
}

impl<'r> Reminding<'r> {
    pub(super) fn of(reading: &'r Reading<'r>, seen: &'r Seen) -> Self {
        let may = allowed(&seen.inquiry, reading.actor).contains(&CommandName::RemindMinistry);
        Self { reading, dossier: &seen.dossier, version: seen.version, owing: seen.dossier.owing(), may }
    }

    /// None beside a ministry that owes nothing.
    pub(super) fn button(&self, ministry: &MinistryCode) -> Option<Remind> {
        self.owing.iter().find(|owing| &owing.ministry == ministry)?;
        let Reading { people, language, today, is_past, .. } = *self.reading;
        if is_past {
            return None;
        }
        let last = self.dossier.reminded_on(ministry, today);
        if last.is_none() && !self.may {
            return None;
        }
        let name = CommandName::RemindMinistry.path();
        Some(Remind {
            action: format!("/inquiries/{}/commands/{name}", self.dossier.inquiry),
            key: Uuid::new_v4().to_string(),
            version: self.version,
            ministry: ministry.to_string(),
            short: self.reading.ministry(ministry).short,
            may: self.may,
            reminded: last.map(|reminder| reminded_words(reminder.at, language)),
            is_silent: self.may && !people.can_be_written_to(ministry),
        })
    }
}

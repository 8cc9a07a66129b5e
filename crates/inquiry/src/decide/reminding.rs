//! Reminding a ministry of what it owes: a fact of its own, so that the history shows who was chased, and when.

use super::{Case, one};
use crate::bounds::{self, Field};
use crate::command::RemindMinistry;
use crate::event::{Event, MinistryReminded};
use crate::refusal::Refusal;

impl Case<'_> {
    /// Only who owes something is reminded, and of one inquiry once a day, whoever asks: twenty reminders are read as none.
    pub(super) fn remind_ministry(&self, ask: &RemindMinistry) -> Result<Vec<Event>, Refusal> {
        let RemindMinistry { ministry, note } = ask;
        bounds::optional(Field::Comment, note.as_deref())?;
        if self.assignment()?.place(ministry).is_none() {
            return Err(Refusal::NoPart { ministry: ministry.clone() });
        }
        let owing = self.dossier.owing();
        let Some(owing) = owing.iter().find(|owing| &owing.ministry == ministry) else {
            return Err(Refusal::OwesNothing { ministry: ministry.clone() });
        };
        if let Some(earlier) = self.dossier.reminded_on(ministry, self.today) {
            return Err(Refusal::RemindedToday { ministry: ministry.clone(), at: earlier.at });
        }
        one(MinistryReminded {
            ministry: ministry.clone(),
            owed: owing.owed,
            due: owing.due,
            note: note.clone(),
            reminded_at: self.at,
            reminded_by: self.by.name.clone(),
        })
    }
}

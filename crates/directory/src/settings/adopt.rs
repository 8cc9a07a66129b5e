//! What follows from a setting for the records: what was in force until its day ends there, and what was set for a later day stays.

use jiff::civil::Date;

use super::event::{SeriesAdopted, SettingsEvent, TermAdopted};
use crate::period::Period;
use crate::records::{DatedRule, Directory};
use crate::series::NumberSeries;

impl Directory {
    /// The records after something was set.
    pub fn adopt(&mut self, event: &SettingsEvent) {
        match event {
            SettingsEvent::Term(TermAdopted { rule, since, .. }) => {
                let own = self.rules_mut().iter_mut().filter(|known| known.rule.rule.code == rule.rule.code);
                let period = room(own.map(|known| &mut known.period), *since);
                self.rules_mut().push(DatedRule { rule: rule.clone(), period });
            }
            SettingsEvent::Series(SeriesAdopted { purpose, format, scope, first, since, .. }) => {
                let own = self.series_mut().iter_mut().filter(|known| known.purpose == *purpose);
                let period = room(own.map(|known| &mut known.period), *since);
                let series =
                    NumberSeries { purpose: *purpose, format: format.clone(), scope: *scope, first: *first, period };
                self.series_mut().push(series);
            }
        }
    }
}

/// Ends on that day whatever is in force on it; the time that is left for what takes its place.
fn room<'a>(known: impl Iterator<Item = &'a mut Period>, since: Date) -> Period {
    let mut until: Option<Date> = None;
    let mut sooner = |day: Option<Date>| {
        until = match (until, day) {
            (Some(known), Some(day)) => Some(known.min(day)),
            (known, day) => known.or(day),
        };
    };
    for period in known {
        if period.contains(since) {
            sooner(period.until);
            period.until = Some(since);
        } else if period.from.is_some_and(|from| from > since) && !period.is_empty() {
            sooner(period.from);
        }
    }
    Period { from: Some(since), until }
}

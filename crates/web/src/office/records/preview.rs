//! What a change would do to open inquiries, told before it is recorded.

use std::collections::BTreeMap;
use std::time::Duration;

use directory::calendar::WorkingCalendar;
use directory::changes::event::DaySet;
use directory::{Directory, MinistryCode};
use inquiry::InquiryId;
use inquiry::recount::{Calendars, Moved, Standing, has_parts};
use inquiry::terms::Place;
use jiff::civil::Date;
use readmodel::followers::Table;
use readmodel::register::{self, Days, Entry};
use readmodel::{ReadError, Reader};

use super::super::unread;
use crate::problem::Problem;
use crate::state::AppState;

/// The most inquiries that a page shows before a ministry ends.
pub const MOST_SHOWN: u16 = 500;

/// How long to wait for the register.
const PATIENCE: Duration = Duration::from_secs(30);

/// An open inquiry that would go over.
#[derive(Debug, Clone)]
pub struct Going {
    /// As the register has it.
    pub entry: Entry,
    /// The place of the ministry that ends.
    pub place: Place,
}

/// The open inquiries of a ministry, [`MOST_SHOWN`] at most, and how many there are.
///
/// # Errors
/// A failure.
pub async fn of_ministry(state: &AppState, ministry: &MinistryCode) -> Result<(Vec<Going>, u64), Problem> {
    let failed = |error| Problem::failure("list the open inquiries of a ministry", error);
    let reader = state.house();
    let entries = register::with_place(&reader, ministry, None, MOST_SHOWN).await.map_err(failed)?;
    let all = register::count_with_place(&reader, ministry).await.map_err(failed)?;
    let going = entries.into_iter().map(|entry| {
        let place = if entry.lead.as_ref() == Some(ministry) { Place::Lead } else { Place::CoExecutor };
        Going { entry, place }
    });
    Ok((going.collect(), all))
}

/// An inquiry whose days would move.
#[derive(Debug, Clone)]
pub struct Affected {
    /// As the register has it.
    pub days: Days,
    /// What moves.
    pub moved: Moved,
}

/// Waits until the register has everything that is recorded now: what is shown is what a decision rests on.
///
/// # Errors
/// [`Problem::Unavailable`] when the register does not come along.
pub async fn caught_up(state: &AppState) -> Result<(), Problem> {
    let head = state.journal.head().await.map_err(unread)?.position;
    let come = state.journal.wait_for(Table::Register.name(), head, PATIENCE).await;
    come.map_err(|error| Problem::Unavailable { source: Box::new(error) })
}

/// The inquiries whose days would move if the calendar became another one. Only those are counted whose time touches one of the days.
///
/// # Errors
/// A failure.
pub async fn of_days(state: &AppState, days: &[DaySet]) -> Result<Vec<Affected>, Problem> {
    let affected = moving(&state.directory(), state.today(), &state.house(), days).await;
    affected.map_err(|error| Problem::failure("list the days that a calendar decides", error))
}

/// As [`of_days`], for whoever has the records and the register and no running program.
///
/// # Errors
/// [`ReadError`] when the register cannot be read.
pub async fn moving(
    directory: &Directory,
    today: Date,
    reader: &Reader,
    days: &[DaySet],
) -> Result<Vec<Affected>, ReadError> {
    let before = directory.calendar();
    let now = before.with(days);
    let Some((first, last)) = span(before, &now, days) else { return Ok(Vec::new()) };
    let standing = register::between(reader, first, last).await?;
    let calendars = Calendars { before, now: &now, today };
    let mut rules = BTreeMap::new();
    let mut affected = Vec::new();
    for days in standing {
        let rule = rules.entry(days.received).or_insert_with(|| directory.at(days.received).reply_rule().cloned());
        let Some(rule) = rule else { continue };
        let works = has_parts(days.stage);
        let standing = Standing {
            counted_from: days.received,
            rule: rule.clone(),
            due: days.due,
            lead: days.lead.clone().filter(|_| works),
            co_executors: if works { days.co_executors.clone() } else { Vec::new() },
        };
        if let Some(moved) = standing.moved(calendars) {
            affected.push(Affected { days, moved });
        }
    }
    Ok(affected)
}

/// From the first to the last of the days that are worked otherwise; none when all are worked as before.
pub(super) fn span(before: &WorkingCalendar, now: &WorkingCalendar, days: &[DaySet]) -> Option<(Date, Date)> {
    let is_other = |day: &&DaySet| before.is_working(day.date).0 != now.is_working(day.date).0;
    let others = || days.iter().filter(is_other).map(|day| day.date);
    Some((others().min()?, others().max()?))
}

/// The inquiries by which a list of them is named.
#[must_use]
pub fn ids(affected: &[Affected]) -> Vec<InquiryId> {
    affected.iter().map(|one| one.days.inquiry).collect()
}

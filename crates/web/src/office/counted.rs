//! How the day in force was counted: as it was set, or anew where the calendar changed afterwards and the office decided that it follows.

use directory::deadline::Deadline;
use inquiry::event::{DeadlinesRecounted, Event};
use inquiry::state::Watch;
use jiff::civil::Date;

use super::seeing::{Seen, events_of};
use crate::problem::Problem;

/// The deadline that was counted last, and how it came to that.
#[derive(Debug)]
pub struct Counted {
    /// With rule, calendar and steps. Days that somebody named, and extensions, have none, and stand beside it.
    pub deadline: Deadline,
    /// Each time it was counted anew.
    pub recounts: Vec<Recount>,
}

/// The reply's day was counted anew.
#[derive(Debug)]
pub struct Recount {
    /// When it had been due.
    pub old_due: Date,
    /// When it was due from then on.
    pub new_due: Date,
    /// The calendar that was used.
    pub calendar: String,
    /// By which act that was changed.
    pub act: String,
}

/// From the history of an inquiry.
///
/// # Errors
/// A failure where an event is of a kind that this program does not know.
pub fn counted(seen: &Seen, watch: &Watch) -> Result<Counted, Problem> {
    let mut counted = Counted { deadline: watch.deadline.clone(), recounts: Vec::new() };
    for recorded in &seen.history {
        for event in events_of(recorded)? {
            let Event::DeadlinesRecounted(DeadlinesRecounted { reply: Some(reply), act, calendar_version, .. }) = event
            else {
                continue;
            };
            let (old_due, new_due) = (reply.old_due, reply.new_due);
            counted.recounts.push(Recount { old_due, new_due, calendar: calendar_version, act });
            counted.deadline = reply.deadline.unwrap_or(counted.deadline);
        }
    }
    Ok(counted)
}

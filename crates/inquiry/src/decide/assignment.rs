//! The second chapter: the head resolves an inquiry to ministries, and ministries ask to be replaced.

use std::collections::BTreeSet;

use directory::MinistryCode;
use jiff::ToSpan;
use jiff::civil::Date;

use super::{Case, one};
use crate::bounds::{self, Field};
use crate::command::{AssignMinistries, ContestAssignment, Reassign};
use crate::event::{AssignmentContested, Event, MinistriesAssigned, MinistryReassigned};
use crate::refusal::Refusal;
use crate::state::{Assignment, Dossier, Watch};
use crate::terms::Place;

impl Case<'_> {
    /// Exactly one lead, who is never also a co-executor.
    pub(super) fn assign_ministries(&self, ask: &AssignMinistries) -> Result<Vec<Event>, Refusal> {
        let AssignMinistries { resolution, lead, lead_due, co_executors } = ask;
        bounds::text(Field::Resolution, resolution)?;
        bounds::list(Field::CoExecutors, co_executors)?;
        self.not_past(*lead_due)?;
        self.before_control(*lead_due)?;
        let mut seen = BTreeSet::new();
        for co in co_executors {
            let ministry = co.ministry.clone();
            if &ministry == lead {
                return Err(Refusal::LeadAmongCoExecutors { lead: ministry });
            }
            if !seen.insert(&co.ministry) {
                return Err(Refusal::CoExecutorTwice { ministry });
            }
            bounds::text(Field::Task, &co.task)?;
            self.not_past(co.due)?;
            contribution_before_draft(&co.ministry, co.due, *lead_due)?;
        }
        seen.insert(lead);
        bounds::places(&seen.into_iter().chain(&self.dossier.took_part).collect())?;
        one(MinistriesAssigned {
            resolution: resolution.clone(),
            lead: lead.clone(),
            lead_due: *lead_due,
            co_executors: co_executors.clone(),
        })
    }

    pub(super) fn contest_assignment(&self, ask: &ContestAssignment) -> Result<Vec<Event>, Refusal> {
        bounds::text(Field::Reason, &ask.reason)?;
        let ministry = self.own_ministry()?;
        // Whoever asks to be replaced may propose a co-executor for the lead, but not itself.
        if ask.propose.as_ref() == Some(&ministry) {
            return Err(Refusal::HasPart { ministry });
        }
        one(AssignmentContested { ministry, reason: ask.reason.clone(), propose: ask.propose.clone() })
    }

    pub(super) fn reassign(&self, ask: &Reassign) -> Result<Vec<Event>, Refusal> {
        let Reassign { from, to, reason, due } = ask;
        bounds::text(Field::Reason, reason)?;
        self.not_past(*due)?;
        let assignment = self.assignment()?;
        let place = assignment.place(from).ok_or_else(|| Refusal::NoPart { ministry: from.clone() })?;
        match (place, assignment.place(to)) {
            (_, None) => {}
            // A co-executor is promoted; its own place falls away with it, so that the lead is never also a co-executor.
            (Place::Lead, Some(Place::CoExecutor)) => {}
            (Place::CoExecutor, Some(Place::Lead)) => return Err(Refusal::LeadAmongCoExecutors { lead: to.clone() }),
            (Place::Lead, Some(Place::Lead)) | (Place::CoExecutor, Some(Place::CoExecutor)) => {
                return Err(Refusal::HasPart { ministry: to.clone() });
            }
        }
        match place {
            Place::Lead => self.before_control(*due)?,
            Place::CoExecutor => match assignment.latest_contribution(self.today) {
                Some(lead_due) => contribution_before_draft(to, *due, lead_due)?,
                None => self.before_control(*due)?,
            },
        }
        bounds::places(&std::iter::once(to).chain(&self.dossier.took_part).collect())?;
        one(MinistryReassigned { from: from.clone(), to: to.clone(), place, due: *due, reason: reason.clone() })
    }

    /// While the draft is with approvers and the signatory nobody is replaced: whoever asked for it is answered before. The head answers with
    /// the replacement, or with the resolution anew, after which everybody stays.
    pub(super) fn nobody_contests(&self) -> Result<(), Refusal> {
        if self.assignment()?.contests.is_empty() { Ok(()) } else { Err(Refusal::ContestOpen) }
    }

    /// The ministry of the executor who asks; the gate has seen that there is one.
    pub(super) fn own_ministry(&self) -> Result<MinistryCode, Refusal> {
        self.by.ministry.clone().ok_or(Refusal::ExecutorWithoutMinistry)
    }

    /// A draft is due no later than the reply. Once that day is past, or nobody watches the clock after a replacement, something still has
    /// to be possible: today in the one case, a year in the other.
    fn before_control(&self, due: Date) -> Result<(), Refusal> {
        self.dossier.before_control(due, self.today)
    }

    fn not_past(&self, due: Date) -> Result<(), Refusal> {
        not_past(due, self.today)
    }
}

impl Watch {
    /// The last day on which a draft may be due: the reply's own, or today once that is past.
    #[must_use]
    pub fn latest_draft(&self, today: Date) -> Date {
        self.due.max(today)
    }
}

impl Assignment {
    /// The last day on which a contribution may be due: that of the draft it belongs to. A draft's day that is past bounds nothing: then a contribution may
    /// be as late as a draft.
    #[must_use]
    pub fn latest_contribution(&self, today: Date) -> Option<Date> {
        Some(self.lead_due).filter(|due| *due >= today)
    }
}

impl Dossier {
    /// The same where nobody may watch the clock: then any day of the year that comes.
    pub(crate) fn latest_draft(&self, today: Date) -> Date {
        match self.watch() {
            Some(watch) => watch.latest_draft(today),
            None => today.saturating_add(bounds::EXTENSION_YEARS.years()),
        }
    }

    /// A draft is due no later than that.
    pub(crate) fn before_control(&self, due: Date, today: Date) -> Result<(), Refusal> {
        let latest = self.latest_draft(today);
        if due <= latest { Ok(()) } else { Err(Refusal::DueAfterControl { due, latest }) }
    }
}

/// Nothing is due on a day that is over.
pub(crate) fn not_past(due: Date, today: Date) -> Result<(), Refusal> {
    if due < today { Err(Refusal::DueInThePast { due, today }) } else { Ok(()) }
}

/// A contribution is due no later than the draft that is made from it.
pub(crate) fn contribution_before_draft(ministry: &MinistryCode, due: Date, lead_due: Date) -> Result<(), Refusal> {
    if due > lead_due {
        return Err(Refusal::ContributionDueAfterDraft { ministry: ministry.clone(), due, lead_due });
    }
    Ok(())
}

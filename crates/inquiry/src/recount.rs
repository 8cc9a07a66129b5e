//! What a calendar that was changed late makes of deadlines that had been set: asked before anybody decides, and once more when it is done.
//!
//! A deadline that was set stays as it is until an event says otherwise. A reply's day that the rule gave by the calendar of before is counted
//! again by that of now. A day that a person had named (an extension, a draft, a contribution) moves only when it is worked no longer: to the
//! next working day, or to the one before where the next would be later than what waits for it. No day moves to one that is over.

use directory::MinistryCode;
use directory::calendar::WorkingCalendar;
use directory::deadline::{self, Deadline, Rule};
use jiff::civil::Date;

use crate::event::{DeadlinesRecounted, PartRecounted, ReplyRecounted};
use crate::state::{Dossier, StageName};
use crate::terms::Place;

/// The calendars of before and of now, and the day on which it is asked.
#[derive(Debug, Clone, Copy)]
pub struct Calendars<'a> {
    /// By which the days were set.
    pub before: &'a WorkingCalendar,
    /// Which is in force.
    pub now: &'a WorkingCalendar,
    /// Today, at the office.
    pub today: Date,
}

/// The days of one inquiry whose reply is owed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The day the counting began from.
    pub counted_from: Date,
    /// The rule that set the reply's day.
    pub rule: Rule,
    /// The day in force.
    pub due: Date,
    /// The lead and the day of its draft, while ministries have something to do.
    pub lead: Option<(MinistryCode, Date)>,
    /// The co-executors and the days of their contributions.
    pub co_executors: Vec<(MinistryCode, Date)>,
}

/// What moves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Moved {
    /// The reply's day.
    pub reply: Option<ReplyRecounted>,
    /// The days of ministries' parts.
    pub parts: Vec<PartRecounted>,
}

/// May ministries still have a day to keep? Once a reply is signed they have none.
#[must_use]
pub const fn has_parts(stage: StageName) -> bool {
    matches!(stage, StageName::Assigned | StageName::Drafting | StageName::Approval | StageName::ForSignature)
}

/// Is a reply still owed in this stage, as far as the stage tells?
#[must_use]
pub const fn owes_reply(stage: StageName) -> bool {
    match stage {
        StageName::OnControl
        | StageName::Assigned
        | StageName::Drafting
        | StageName::Approval
        | StageName::ForSignature
        | StageName::Signed
        | StageName::Numbered => true,
        StageName::Received
        | StageName::Registered
        | StageName::Dispatched
        | StageName::Closed
        | StageName::Withdrawn
        | StageName::Redirected
        | StageName::Merged => false,
    }
}

impl Standing {
    /// The days of an inquiry; none where no reply is owed or nobody watches the clock.
    #[must_use]
    pub fn of(dossier: &Dossier) -> Option<Self> {
        let watch = dossier.watch()?;
        let stage = dossier.stage.name();
        if !owes_reply(stage) {
            return None;
        }
        let assignment = dossier.assignment.as_ref().filter(|_| has_parts(stage));
        let co_executors = assignment.iter().flat_map(|known| &known.co_executors);
        Some(Self {
            counted_from: watch.deadline.counted_from,
            rule: watch.deadline.rule.clone(),
            due: watch.due,
            lead: assignment.map(|known| (known.lead.clone(), known.lead_due)),
            co_executors: co_executors.map(|co| (co.ministry.clone(), co.due)).collect(),
        })
    }

    /// What the calendar of now makes of these days; nothing where they stay.
    #[must_use]
    pub fn moved(&self, calendars: Calendars<'_>) -> Option<Moved> {
        let reply = self.reply(calendars);
        let due = reply.as_ref().map_or(self.due, |reply| reply.new_due);
        let mut parts = Vec::new();
        let mut limit = due;
        if let Some((ministry, old)) = &self.lead {
            // A draft that was due together with the reply goes on being so.
            let new = if *old == self.due { due } else { calendars.named(*old, due.max(*old)) };
            let new = if due < self.due { new.min(due.max(calendars.today)) } else { new };
            limit = new;
            parts.extend(part(ministry, Place::Lead, *old, new));
        }
        for (ministry, old) in &self.co_executors {
            let new = calendars.named(*old, limit.max(*old)).min(limit.max(calendars.today));
            parts.extend(part(ministry, Place::CoExecutor, *old, new));
        }
        (reply.is_some() || !parts.is_empty()).then_some(Moved { reply, parts })
    }

    fn reply(&self, calendars: Calendars<'_>) -> Option<ReplyRecounted> {
        let by = |calendar| deadline::due(self.counted_from, &self.rule, calendar).ok();
        let is_counted = by(calendars.before).is_some_and(|deadline| deadline.due == self.due);
        let (new_due, deadline): (Date, Option<Deadline>) = if is_counted {
            let deadline = by(calendars.now)?;
            (deadline.due, Some(deadline))
        } else {
            (calendars.named(self.due, Date::MAX), None)
        };
        let is_over = new_due < calendars.today && new_due < self.due;
        (new_due != self.due && !is_over).then_some(ReplyRecounted { old_due: self.due, new_due, deadline })
    }
}

impl Calendars<'_> {
    /// Where a day goes that somebody had named: it stays, unless it was worked and is no longer.
    fn named(&self, day: Date, latest: Date) -> Date {
        if !self.before.is_working(day).0 || self.now.is_working(day).0 {
            return day;
        }
        let works = |day: &Date| self.now.is_working(*day).0;
        let after = std::iter::successors(day.tomorrow().ok(), |day| day.tomorrow().ok());
        let before = std::iter::successors(day.yesterday().ok(), |day| day.yesterday().ok());
        after
            .take_while(|day| *day <= latest)
            .find(works)
            .or_else(|| before.take_while(|day| *day >= self.today).find(works))
            .unwrap_or(day)
    }
}

fn part(ministry: &MinistryCode, place: Place, old_due: Date, new_due: Date) -> Option<PartRecounted> {
    (old_due != new_due).then(|| PartRecounted { ministry: ministry.clone(), place, old_due, new_due })
}

/// What is recorded in an inquiry whose days follow the calendar; nothing where they stay.
#[must_use]
pub fn recount(dossier: &Dossier, calendars: Calendars<'_>, act: &str) -> Option<DeadlinesRecounted> {
    let Moved { reply, parts } = Standing::of(dossier)?.moved(calendars)?;
    Some(DeadlinesRecounted { reply, parts, calendar_version: calendars.now.version().to_owned(), act: act.to_owned() })
}

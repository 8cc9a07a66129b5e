//! What made a reply late, told from its [`Waiting`]: each reason with the events that show it. It says who held the paper and for how long, and judges nobody.
//!
//! The chain up to the first letter that went out is the critical path by itself, for at every moment one holder has the paper. A stretch of it counts as
//! a reason when it went beyond its inner day, or took longer than such stretches usually do, or longer than any other; what stood in the way besides is
//! told with it: returns and what each cost, a contribution that the draft waited for, days that were left too few, a calendar that has changed.

use std::collections::BTreeMap;

use directory::MinistryCode;
use directory::calendar::WorkingCalendar;
use directory::deadline::{self, Deadline};
use jiff::Timestamp;
use jiff::civil::Date;

use super::{Holder, Interval, Lasted, Mark, Step, Waiting, lasted};
use crate::event::EventName;
use crate::time;

/// What the explanation rests on besides the chain.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The moment at which it is asked.
    pub now: Timestamp,
    /// Which days are worked, as it is known at that moment.
    pub calendar: &'a WorkingCalendar,
    /// The deadline as it was set, with the rule and the calendar that it was counted by.
    pub deadline: Option<&'a Deadline>,
    /// How long steps usually take.
    pub usual: &'a Usual,
}

/// How many working days a step usually takes: half of those that were looked at took no longer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Usual {
    steps: BTreeMap<Step, u32>,
    /// How many inquiries were looked at.
    pub inquiries: usize,
}

impl Usual {
    /// Of so few nothing is said to be usual.
    const FEWEST: usize = 5;

    /// What is usual among these inquiries. Steps that fewer than five of them went through are left out.
    pub fn of<'a>(all: impl IntoIterator<Item = &'a Waiting>, calendar: &WorkingCalendar) -> Self {
        let (mut took, mut inquiries) = (BTreeMap::<Step, Vec<u32>>::new(), 0);
        for waiting in all {
            inquiries += 1;
            for one in &waiting.line {
                if let Some(until) = one.until {
                    took.entry(one.step).or_default().push(lasted(one.from, until, calendar).working_days);
                }
            }
        }
        let median = |mut days: Vec<u32>| {
            days.sort_unstable();
            days.get(days.len().saturating_sub(1) / 2).copied().unwrap_or(0)
        };
        let enough = took.into_iter().filter(|(_, days)| days.len() >= Self::FEWEST);
        Self { steps: enough.map(|(step, days)| (step, median(days))).collect(), inquiries }
    }

    /// What is usual for a step; none where too few went through it.
    #[must_use]
    pub fn days(&self, step: Step) -> Option<u32> {
        self.steps.get(&step).copied()
    }
}

/// Was it late?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nobody watched a clock.
    NotWatched,
    /// It ended without a letter that went out: withdrawn, sent on, joined to another.
    NoReply,
    /// Nothing has gone out, and the day has not passed.
    Running {
        /// The reply's day.
        due: Date,
        /// The working days that are left after today.
        left: u32,
    },
    /// The first letter went out in time.
    InTime {
        /// The reply's day.
        due: Date,
        /// The day on which it went out.
        sent: Date,
    },
    /// It went out after its day, or the day has passed and nothing has gone out.
    Late {
        /// The reply's day.
        due: Date,
        /// The day on which it went out; none: not yet.
        sent: Option<Date>,
        /// By how many days of the calendar, until it went out or until today.
        days: i32,
        /// By how many working days.
        working_days: u32,
    },
}

/// Something that made the reply late, or where its time went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// A stretch of the chain.
    Held {
        /// The stretch.
        interval: Box<Interval>,
        /// How long it lasted.
        lasted: Lasted,
        /// The working days of it beyond its inner day.
        beyond_inner: u32,
        /// What is usual for it, where it took longer than that.
        usual: Option<u32>,
        /// No other stretch took longer.
        is_longest: bool,
    },
    /// It was sent back, and took so long to come to the same place again.
    Returned {
        /// By which event.
        by: Mark,
        /// What it had been waiting for.
        from: Step,
        /// The event with which it came there again; none: it has not.
        again: Option<Mark>,
        /// What that cost.
        cost: Lasted,
    },
    /// A contribution came after its day, or has not come.
    LateContribution {
        /// Whose.
        ministry: MinistryCode,
        /// Its day.
        due: Date,
        /// With which event it was asked for.
        asked: Mark,
        /// The event with which it came; none: it has not, or was overtaken.
        came: Option<Mark>,
        /// By how many working days it was late.
        late: u32,
        /// The draft was written only afterwards: it may have waited for it.
        draft_waited: bool,
    },
    /// The work was given to another ministry.
    Passed {
        /// From whom.
        from: MinistryCode,
        /// To whom.
        to: MinistryCode,
        /// By which event.
        by: Mark,
        /// The working days that the first one had had it.
        after: u32,
    },
    /// Between the lead's inner day and the reply's day fewer working days were left than the steps after the draft took.
    Tight {
        /// The lead's inner day.
        inner: Date,
        /// The reply's day.
        due: Date,
        /// The working days in between.
        left: u32,
        /// The working days that the steps after the draft took.
        took: u32,
        /// The event that began them.
        since: Mark,
    },
    /// More time was given, or the day was counted anew by a changed calendar; the event says which.
    Extended {
        /// By which event.
        by: Mark,
        /// From which day.
        old_due: Date,
        /// To which.
        new_due: Date,
    },
    /// By the calendar as it is known now another day would have been set.
    CalendarChanged {
        /// The day that was set.
        set: Date,
        /// The day that it would be.
        today: Date,
        /// The event that set it.
        by: Mark,
    },
}

impl Reason {
    /// The events that show it.
    #[must_use]
    pub fn marks(&self) -> Vec<Mark> {
        let marks = match self {
            Self::Held { interval, .. } => vec![Some(interval.begun_by), interval.ended_by],
            Self::Returned { by, again, .. } => vec![Some(*by), *again],
            Self::LateContribution { asked, came, .. } => vec![Some(*asked), *came],
            Self::Passed { by, .. } | Self::Extended { by, .. } | Self::CalendarChanged { by, .. } => vec![Some(*by)],
            Self::Tight { since, .. } => vec![Some(*since)],
        };
        marks.into_iter().flatten().collect()
    }

    fn begins(&self) -> (Timestamp, i64) {
        let mark = match self {
            Self::Held { interval, .. } => return (interval.from, interval.begun_by.position),
            Self::Returned { by, .. }
            | Self::Passed { by, .. }
            | Self::Extended { by, .. }
            | Self::CalendarChanged { by, .. } => by,
            Self::LateContribution { asked, .. } => asked,
            Self::Tight { since, .. } => since,
        };
        (mark.at, mark.position)
    }
}

/// The whole answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// Was it late?
    pub verdict: Verdict,
    /// From the receipt until the first letter went out, or until now.
    pub took: Option<Lasted>,
    /// What made it so, in the order of time.
    pub reasons: Vec<Reason>,
}

/// Says what of an inquiry's time made its reply late; of one that is not late, where the time went.
#[must_use]
pub fn explain(waiting: &Waiting, facts: &Facts<'_>) -> Explanation {
    let end = waiting.sent.map(|sent| sent.by.at).or(waiting.ended().map(|end| end.at)).unwrap_or(facts.now);
    let verdict = verdict(waiting, facts);
    let mut reasons = held(waiting, facts);
    reasons.extend(returned(waiting, facts));
    reasons.extend(contributions(waiting, facts));
    reasons.extend(passed(waiting, facts));
    reasons.extend(waiting.moved.iter().map(|moved| Reason::Extended {
        by: moved.by,
        old_due: moved.old_due,
        new_due: moved.new_due,
    }));
    if matches!(verdict, Verdict::Late { .. }) {
        reasons.extend(tight(waiting, facts));
    }
    reasons.extend(calendar_changed(waiting, facts));
    reasons.sort_by_key(Reason::begins);
    let took = waiting.begins().map(|begin| lasted(begin, end.max(begin), facts.calendar));
    Explanation { verdict, took, reasons }
}

fn verdict(waiting: &Waiting, facts: &Facts<'_>) -> Verdict {
    let today = time::day_of(facts.now);
    let late = |due: Date, sent: Option<Date>| {
        let day = sent.unwrap_or(today);
        let days = day.since(due).map_or(0, |span| span.get_days());
        Verdict::Late { due, sent, days, working_days: facts.calendar.working_days(due, day) }
    };
    match (waiting.sent, waiting.due) {
        (Some(sent), _) => match (sent.due, time::day_of(sent.by.at)) {
            (None, _) => Verdict::NotWatched,
            (Some(due), sent) if sent > due => late(due, Some(sent)),
            (Some(due), sent) => Verdict::InTime { due, sent },
        },
        (None, _) if waiting.ended().is_some() => Verdict::NoReply,
        (None, Some(due)) if today > due => late(due, None),
        (None, Some(due)) => Verdict::Running { due, left: facts.calendar.working_days(today, due) },
        (None, None) => Verdict::NotWatched,
    }
}

/// The stretches that went beyond their day or what is usual, and the longest one.
fn held(waiting: &Waiting, facts: &Facts<'_>) -> Vec<Reason> {
    let measured: Vec<(&Interval, Lasted)> =
        waiting.before_sending().map(|one| (one, one.lasted(facts.now, facts.calendar))).collect();
    let longest = measured.iter().max_by_key(|(_, lasted)| (lasted.working_days, lasted.time)).map(|(one, _)| *one);
    let reason = |(one, lasted): &(&Interval, Lasted)| {
        let beyond_inner = one.beyond(facts.now, facts.calendar);
        let usual = facts.usual.days(one.step).filter(|usual| lasted.working_days > *usual);
        let is_longest = lasted.working_days > 0 && longest.is_some_and(|longest| std::ptr::eq(longest, *one));
        let counts = beyond_inner > 0 || is_longest || usual.is_some();
        counts.then(|| Reason::Held {
            interval: Box::new((*one).clone()),
            lasted: *lasted,
            beyond_inner,
            usual,
            is_longest,
        })
    };
    measured.iter().filter_map(reason).collect()
}

/// Each time it was sent back: from there until it came to the same place again.
fn returned(waiting: &Waiting, facts: &Facts<'_>) -> Vec<Reason> {
    let line: Vec<&Interval> = waiting.before_sending().collect();
    let back = line.iter().enumerate().skip(1).filter(|(_, one)| one.step == Step::Rework);
    back.filter_map(|(place, rework)| {
        let from = line.get(place.checked_sub(1)?)?.step;
        // Given to another ministry it lies in rework still: that is no return.
        if !matches!(from, Step::Visas | Step::Laying | Step::Signature) {
            return None;
        }
        let from = if from == Step::Signature { Step::Signature } else { Step::Visas };
        let again = line.iter().skip(place + 1).find(|one| one.step == from).map(|one| one.begun_by);
        let until =
            again.map_or_else(|| line.last().map_or(facts.now, |last| last.until_or(facts.now)), |mark| mark.at);
        let cost = lasted(rework.from, until.max(rework.from), facts.calendar);
        Some(Reason::Returned { by: rework.begun_by, from, again, cost })
    })
    .collect()
}

/// Contributions that came after their day while the reply was being written.
fn contributions(waiting: &Waiting, facts: &Facts<'_>) -> Vec<Reason> {
    let late = |one: &Interval| {
        let (Step::Contribution | Step::ContributionRework, Holder::Ministry(ministry), Some(due)) =
            (one.step, &one.holder, one.due)
        else {
            return None;
        };
        let late = one.beyond(facts.now, facts.calendar);
        let came = one.ended_by.filter(|mark| mark.name == EventName::ContributionSubmitted);
        let until = one.until_or(facts.now);
        // The lead had the paper when it came, and wrote afterwards.
        let draft_waited = waiting.line.iter().any(|held| {
            matches!(held.step, Step::Draft | Step::Rework) && held.from <= until && until <= held.until_or(facts.now)
        });
        (late > 0).then(|| Reason::LateContribution {
            ministry: ministry.clone(),
            due,
            asked: one.begun_by,
            came,
            late,
            draft_waited: draft_waited && came.is_some(),
        })
    };
    waiting.beside.iter().filter_map(late).collect()
}

/// Where the lead was replaced.
fn passed(waiting: &Waiting, facts: &Facts<'_>) -> Vec<Reason> {
    let line: Vec<&Interval> = waiting.before_sending().collect();
    let change = |pair: &[&Interval]| {
        let [first, second] = pair else { return None };
        let (Holder::Ministry(from), Holder::Ministry(to)) = (&first.holder, &second.holder) else { return None };
        (from != to).then(|| Reason::Passed {
            from: from.clone(),
            to: to.clone(),
            by: second.begun_by,
            after: first.lasted(facts.now, facts.calendar).working_days,
        })
    };
    line.windows(2).filter_map(change).collect()
}

/// The draft was there by its inner day, and what came after it took more than was left.
fn tight(waiting: &Waiting, facts: &Facts<'_>) -> Option<Reason> {
    let line: Vec<&Interval> = waiting.before_sending().collect();
    let draft = line.iter().rposition(|one| one.step == Step::Draft)?;
    let inner = line.get(draft)?.due?;
    let after = line.get(draft + 1)?;
    if line.get(draft)?.is_beyond(facts.now) {
        return None;
    }
    let due = waiting.sent.map_or(waiting.due, |sent| sent.due)?;
    let end = line.last()?.until_or(facts.now);
    let took = lasted(after.from, end, facts.calendar).working_days;
    let left = facts.calendar.working_days(inner, due);
    (took > left).then_some(Reason::Tight { inner, due, left, took, since: after.begun_by })
}

/// The deadline stands as it was set; whether another one would be set today is told all the same.
fn calendar_changed(waiting: &Waiting, facts: &Facts<'_>) -> Option<Reason> {
    let set = facts.deadline?;
    let today = deadline::due(set.counted_from, &set.rule, facts.calendar).ok()?;
    let by = waiting.line.iter().filter_map(|one| one.ended_by).find(|mark| mark.name == EventName::ControlSet)?;
    (today.due != set.due).then_some(Reason::CalendarChanged { set: set.due, today: today.due, by })
}

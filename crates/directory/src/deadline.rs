//! When something is due, and why: arithmetic that explains itself.
//!
//! A reply is due one month after receipt, counted to the same day number of the next month or to that month's last day; a last
//! day that is a day off moves by the rule's [`Policy`]. Lengths, policies and the law they stand on are dated settings
//! (`data/deadline-rules.csv`), because the act's clause could not be read at the source. Inner deadlines are counted in working days.
//! Every answer lists its [`Step`]s, so that a screen can show how the day was found and an auditor can follow it.

mod step;

use jiff::ToSpan;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::calendar::WorkingCalendar;
use crate::language::Language;
use crate::text::Multilingual;

pub use step::{Direction, Step};

/// What happens to a last day that is a day off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// It moves to the next working day (the office's setting).
    NextWorkingDay,
    /// It moves to the working day before, but never before the day the counting began.
    PreviousWorkingDay,
    /// It stays.
    AsIs,
}

/// How long a deadline runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "unit", rename_all = "snake_case", deny_unknown_fields)]
pub enum Length {
    /// So many months, to the same day number or the month's last day.
    Months {
        /// At least one.
        count: u8,
    },
    /// So many working days after the first day.
    WorkingDays {
        /// At least one.
        count: u16,
    },
    /// So many days of any kind after the first day.
    CalendarDays {
        /// At least one.
        count: u16,
    },
    /// Until a day that somebody named.
    Until {
        /// That day.
        date: Date,
    },
}

/// A rule of counting: how long, what a day off does, and which act says so.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The rule's stable name in settings and events, such as `reply`.
    pub code: String,
    /// How long.
    pub length: Length,
    /// What a day off does to the last day.
    pub policy: Policy,
    /// The act, as a screen cites it.
    pub law: Multilingual,
}

impl Rule {
    /// The same rule with another length: an inner deadline of five days, an extension until a named day.
    #[must_use]
    pub fn with_length(&self, length: Length) -> Self {
        Self { length, ..self.clone() }
    }
}

/// What is asked of an inner deadline, whatever its length.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InnerRule {
    /// Code, policy, law and the length that is offered when nobody names one.
    pub rule: Rule,
    /// No instruction is shorter than this many working days (setting: two).
    pub minimum_working_days: u16,
}

/// A day by which something is due, and how it was found. Kept in the event that set it: a calendar that changes later
/// never rewrites it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Deadline {
    /// The last day on which it is still in time.
    pub due: Date,
    /// The day the counting ended on, before any day off moved it.
    pub nominal: Date,
    /// The day the counting began from: the receipt, the giving of an instruction, or the old due date of an extension.
    pub counted_from: Date,
    /// The rule that was used.
    pub rule: Rule,
    /// The calendar that was used, as [`WorkingCalendar::version`] names it.
    pub calendar_version: String,
    /// How the day was found.
    pub steps: Vec<Step>,
}

impl Deadline {
    /// The steps as sentences, for a screen.
    #[must_use]
    pub fn words(&self, language: Language) -> Vec<String> {
        self.steps.iter().map(|step| step.words(language)).collect()
    }

    /// Were all the days that decided covered by the calendar, or did somewhere only weekends count?
    #[must_use]
    pub fn calendar_known(&self) -> bool {
        !self.steps.iter().any(|step| matches!(step, Step::CalendarNotKnown { .. }))
    }
}

/// Why no deadline can be set like that.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeadlineRefusal {
    /// The length is zero.
    #[error("a deadline runs for at least one day")]
    NoLength,
    /// The named day lies before the counting begins.
    #[error("a deadline of {until} lies before its first day, {from}")]
    BeforeItBegins {
        /// The first day.
        from: Date,
        /// The day that was named.
        until: Date,
    },
    /// Shorter than the office allows.
    #[error("{working_days} working days are too few: an instruction has at least {minimum}")]
    TooShort {
        /// The working days between the giving and the day asked for.
        working_days: u32,
        /// The least number.
        minimum: u16,
    },
    /// An inner deadline after the inquiry's own.
    #[error("{due} is later than {limit}, the day the reply itself is due")]
    AfterTheReply {
        /// The inner due date.
        due: Date,
        /// The reply's due date.
        limit: Date,
    },
    /// An extension that does not extend.
    #[error("an extension to {due} is not later than {current}")]
    NotLater {
        /// The due date in force.
        current: Date,
        /// The due date asked for.
        due: Date,
    },
    /// Beyond the last day a date can name (31 December 9999).
    #[error("the deadline lies beyond the last day that can be written")]
    OutOfRange,
}

/// Counts a deadline from `from` by `rule`. The due date is never before `from`.
///
/// # Errors
/// [`DeadlineRefusal`] when the rule has no length, names a day before `from`, or leads beyond the year 9999.
pub fn due(from: Date, rule: &Rule, calendar: &WorkingCalendar) -> Result<Deadline, DeadlineRefusal> {
    let mut steps = Steps { calendar, steps: Vec::new() };
    let nominal = steps.count(from, rule.length)?;
    let due = steps.settle(from, nominal, rule.policy)?;
    Ok(Deadline {
        due,
        nominal,
        counted_from: from,
        rule: rule.clone(),
        calendar_version: calendar.version().to_owned(),
        steps: steps.steps,
    })
}

/// An instruction to a ministry, as far as its deadline goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Instruction {
    /// The day it is given.
    pub given: Date,
    /// How long it may take; none takes the rule's own length.
    pub length: Option<Length>,
    /// The day the reply itself is due, which no instruction may pass.
    pub limit: Option<Date>,
}

/// Counts an inner deadline from the day an instruction is given.
///
/// # Errors
/// [`DeadlineRefusal`] as for [`due`], and when it leaves fewer working days than the minimum or passes the limit.
pub fn inner(
    instruction: &Instruction,
    inner: &InnerRule,
    calendar: &WorkingCalendar,
) -> Result<Deadline, DeadlineRefusal> {
    let Instruction { given, length, limit } = *instruction;
    let rule = inner.rule.with_length(length.unwrap_or(inner.rule.length));
    let deadline = due(given, &rule, calendar)?;
    let working_days = calendar.working_days(given, deadline.due);
    if working_days < u32::from(inner.minimum_working_days) {
        return Err(DeadlineRefusal::TooShort { working_days, minimum: inner.minimum_working_days });
    }
    match limit {
        Some(limit) if deadline.due > limit => Err(DeadlineRefusal::AfterTheReply { due: deadline.due, limit }),
        Some(_) | None => Ok(deadline),
    }
}

/// The inner deadline that is offered when nobody names one: the rule's own, or, where the reply is due sooner, the last working day up to
/// that. `limit` is the last day that can be named at all; a day that leaves fewer working days than the rule's minimum says so.
///
/// # Errors
/// [`DeadlineRefusal`] as for [`inner`], and when no working day is left.
pub fn offered(
    given: Date,
    limit: Option<Date>,
    rule: &InnerRule,
    calendar: &WorkingCalendar,
) -> Result<Deadline, DeadlineRefusal> {
    let (wanted, limit) = match inner(&Instruction { given, length: None, limit }, rule, calendar) {
        Err(DeadlineRefusal::AfterTheReply { due, limit }) => (due, limit),
        found => return found,
    };
    let mut steps = Steps { calendar, steps: vec![Step::ReplyIsSooner { wanted, limit }] };
    if steps.last_working_day(given, limit).is_none() {
        return Err(DeadlineRefusal::AfterTheReply { due: wanted, limit });
    }
    let mut deadline = due(
        given,
        &Rule { policy: Policy::PreviousWorkingDay, ..rule.rule.with_length(Length::Until { date: limit }) },
        calendar,
    )?;
    // That the day was named is not so: it follows from the reply's.
    steps.steps.extend(deadline.steps.into_iter().filter(|step| !matches!(step, Step::Counted { .. })));
    let working_days = calendar.working_days(given, deadline.due);
    if working_days < u32::from(rule.minimum_working_days) {
        steps.steps.push(Step::LeavesLittle { working_days, minimum: rule.minimum_working_days });
    }
    deadline.steps = steps.steps;
    Ok(deadline)
}

/// The inner days of a resolution: contributions first, then the draft that is made from them, then the reply itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shares {
    /// When the co-executors' contributions are due.
    pub contribution: Deadline,
    /// When the lead's draft is due.
    pub draft: Deadline,
}

/// The inner days that are offered when nobody names any, each as [`offered`] finds it: the draft's a working day before the reply is due at the latest, the
/// contributions' before the draft's, as far as there is room for that.
///
/// # Errors
/// As [`offered`].
pub fn shares(
    given: Date,
    limit: Option<Date>,
    contribution: &InnerRule,
    draft: &InnerRule,
    calendar: &WorkingCalendar,
) -> Result<Shares, DeadlineRefusal> {
    let before = |day: Date, rule: &InnerRule| {
        let last =
            day.yesterday().ok().and_then(|day| Steps { calendar, steps: Vec::new() }.last_working_day(given, day));
        let fits = |last: &Date| calendar.working_days(given, *last) >= u32::from(rule.minimum_working_days);
        last.filter(fits).unwrap_or(day)
    };
    let draft = offered(given, limit.map(|limit| before(limit, draft)), draft, calendar)?;
    let contribution = offered(given, Some(before(draft.due, contribution)), contribution, calendar)?;
    Ok(Shares { contribution, draft })
}

/// Counts an extension from the due date in force.
///
/// # Errors
/// [`DeadlineRefusal`] as for [`due`], and when the new day is not later than `current`.
pub fn extend(current: Date, rule: &Rule, calendar: &WorkingCalendar) -> Result<Deadline, DeadlineRefusal> {
    if let Length::Until { date } = rule.length
        && date <= current
    {
        return Err(DeadlineRefusal::NotLater { current, due: date });
    }
    let deadline = due(current, rule, calendar)?;
    if deadline.due > current { Ok(deadline) } else { Err(DeadlineRefusal::NotLater { current, due: deadline.due }) }
}

/// The counting while it goes on.
struct Steps<'a> {
    calendar: &'a WorkingCalendar,
    steps: Vec<Step>,
}

impl Steps<'_> {
    fn count(&mut self, from: Date, length: Length) -> Result<Date, DeadlineRefusal> {
        let to = match length {
            Length::Months { count: 0 } | Length::WorkingDays { count: 0 } | Length::CalendarDays { count: 0 } => {
                return Err(DeadlineRefusal::NoLength);
            }
            Length::Until { date } if date < from => {
                return Err(DeadlineRefusal::BeforeItBegins { from, until: date });
            }
            Length::Until { date } => date,
            Length::Months { count } => add(from, i32::from(count).months())?,
            Length::CalendarDays { count } => add(from, i32::from(count).days())?,
            Length::WorkingDays { count } => return self.count_working_days(from, count),
        };
        self.steps.push(Step::Counted { from, length, to });
        if matches!(length, Length::Months { .. }) && to.day() < from.day() {
            self.steps.push(Step::MonthEnd { wanted: from.day(), to });
        }
        Ok(to)
    }

    fn count_working_days(&mut self, from: Date, count: u16) -> Result<Date, DeadlineRefusal> {
        let mut passed = Vec::new();
        let mut weekend_days = 0;
        let mut left = count;
        let mut day = from;
        while left > 0 {
            day = tomorrow(day)?;
            match self.calendar.is_working(day) {
                (true, _) => left -= 1,
                (false, crate::calendar::Why::Weekend) => weekend_days += 1,
                (false, why) => passed.push(Step::PassedOver { date: day, why }),
            }
        }
        self.steps.push(Step::Counted { from, length: Length::WorkingDays { count }, to: day });
        if weekend_days > 0 {
            self.steps.push(Step::WeekendsPassedOver { days: weekend_days });
        }
        self.steps.append(&mut passed);
        for year in from.year()..=day.year() {
            self.doubt(year);
        }
        Ok(day)
    }

    /// Moves the last day off days off, as the policy says.
    fn settle(&mut self, from: Date, nominal: Date, policy: Policy) -> Result<Date, DeadlineRefusal> {
        self.doubt(nominal.year());
        let due = match policy {
            Policy::NextWorkingDay => self.forward(nominal)?,
            Policy::PreviousWorkingDay => match self.last_working_day(from, nominal) {
                Some(_) => self.back(nominal)?,
                // No working day lies between the first day and the last: going back would end before the beginning.
                None => self.forward(nominal)?,
            },
            Policy::AsIs => {
                let (working, why) = self.calendar.is_working(nominal);
                if !working {
                    self.steps.push(Step::LeftAsIs { date: nominal, why });
                }
                nominal
            }
        };
        let (_, why) = self.calendar.is_working(due);
        self.steps.push(Step::Settled { due, why });
        Ok(due)
    }

    fn last_working_day(&self, from: Date, nominal: Date) -> Option<Date> {
        std::iter::successors(Some(nominal), |day| day.yesterday().ok())
            .take_while(|day| *day >= from)
            .find(|day| self.calendar.is_working(*day).0)
    }

    fn forward(&mut self, nominal: Date) -> Result<Date, DeadlineRefusal> {
        self.walk(nominal, Direction::Forward, tomorrow)
    }

    fn back(&mut self, nominal: Date) -> Result<Date, DeadlineRefusal> {
        self.walk(nominal, Direction::Back, |day| day.yesterday().map_err(|_| DeadlineRefusal::OutOfRange))
    }

    fn walk(
        &mut self,
        nominal: Date,
        direction: Direction,
        step: impl Fn(Date) -> Result<Date, DeadlineRefusal>,
    ) -> Result<Date, DeadlineRefusal> {
        let mut day = nominal;
        loop {
            self.doubt(day.year());
            match self.calendar.is_working(day) {
                (true, _) => return Ok(day),
                (false, why) => self.steps.push(Step::Moved { date: day, why, direction }),
            }
            day = step(day)?;
        }
    }

    /// Says once for a year that its calendar is not known.
    fn doubt(&mut self, year: i16) {
        let unknown = Step::CalendarNotKnown { year };
        if !self.calendar.years().any(|known| known == year) && !self.steps.contains(&unknown) {
            self.steps.push(unknown);
        }
    }
}

fn add(from: Date, span: jiff::Span) -> Result<Date, DeadlineRefusal> {
    from.checked_add(span).map_err(|_| DeadlineRefusal::OutOfRange)
}

fn tomorrow(day: Date) -> Result<Date, DeadlineRefusal> {
    day.tomorrow().map_err(|_| DeadlineRefusal::OutOfRange)
}

//! The register's questions, asked as of a moment: the same filters over the rows that stood then.
//!
//! A row stands in one of ten steps by how long it stood so. What stood at a moment is in each step among the rows that began before it and no
//! longer ago than the step is long: an index walks there, and reads at most about twice what it finds, however long ago that was.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::register::{COLUMNS, Condition, Cursor, Entry, Filter, Order, Walk, Way, read};
use crate::{ReadError, Sitting};

/// As of when the register is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsOf {
    /// The moment, by the office's clock.
    pub at: Timestamp,
    /// The journal's position at which somebody looked back. Of the last [`SETTLING`] hours before the moment nothing is taken into account that was
    /// recorded behind it: what is dated by several clocks comes in late, and a link shows the same for ever.
    pub position: i64,
}

/// For so many hours before a moment the position decides too. An event that is recorded later than that belongs to the moment's past for everybody.
const SETTLING: i64 = 1;

/// How many hours rows of each step stood at most; those of the step behind them stood longer, or still do. As `migrations/0036_register_past.sql` has it.
const STEPS: [i64; 9] = [24, 48, 96, 192, 384, 768, 1_536, 6_144, 24_576];

impl AsOf {
    /// Before this nothing is unsettled.
    fn settled(self) -> Timestamp {
        self.hours_before(SETTLING)
    }

    fn hours_before(self, hours: i64) -> Timestamp {
        // No office kept a journal before that.
        self.at.checked_sub(hours.hours()).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// No inquiry that stood then was received later, in whatever zone the day was.
    fn last_day(self) -> Date {
        self.at.to_zoned(TimeZone::UTC).date().saturating_add(1.day())
    }

    /// What the rows that stood then have in common.
    fn stood(self, condition: &mut Condition) -> String {
        let (at, settled) = (condition.value(self.at), condition.value(self.settled()));
        let position = condition.value(self.position);
        let mut steps = format!("span = {}", STEPS.len());
        for (step, hours) in STEPS.into_iter().enumerate() {
            let begun = condition.value(self.hours_before(SETTLING + hours));
            steps.push_str(&format!(" or span = {step} and since > ${begun}"));
        }
        format!(
            "since <= ${at} and (since_position <= ${position} or since <= ${settled}) and until > ${settled}
             and (until > ${at} or until_position > ${position}) and ({steps})"
        )
    }
}

/// Which part of the register a question is of. An index knows one or the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Whole,
    Open,
    Ended,
}

impl Part {
    /// What a filter can only find there.
    pub(crate) fn of(filter: &Filter) -> Self {
        let all = |open: bool| !filter.stages.is_empty() && filter.stages.iter().all(|stage| stage.is_open() == open);
        let is_pressing = filter.watched || filter.soon.is_some() || matches!(filter.overdue, Some((true, _)));
        if filter.open == Some(true) || is_pressing || filter.owes.is_some() || all(true) {
            Self::Open
        } else if filter.open == Some(false) || all(false) {
            Self::Ended
        } else {
            Self::Whole
        }
    }

    const fn sql(self) -> &'static str {
        match self {
            Self::Whole => "",
            Self::Open => " and open",
            Self::Ended => " and not open",
        }
    }
}

impl Sitting {
    /// What stands behind `from` in a question to the register; the values that it needs are added to the condition's.
    pub(crate) fn source(&self, condition: &mut Condition, part: Part) -> String {
        let register = self.register;
        match self.as_of {
            None => register.to_owned(),
            Some(as_of) => {
                format!("(select * from {register} where {}{}) as past", as_of.stood(condition), part.sql())
            }
        }
    }

    /// A page of the rows that stood then. Their places in the list are found first, from the past alone where that is enough, and of those few the
    /// register says the rest.
    pub(crate) async fn fetch_past(
        &self,
        as_of: AsOf,
        filter: &Filter,
        order: Order,
        after: Option<Cursor>,
        limit: u16,
    ) -> Result<Vec<Entry>, ReadError> {
        let walk = Walk::of(order, self.register);
        let mut condition = walk.behind(Condition::of(filter, Way::Content), after);
        let stood = as_of.stood(&mut condition);
        let ordered = walk.ordered(limit);
        let (register, key) = (self.register, walk.key());
        let received = condition.value(as_of.last_day());
        let part = |part: Part| {
            format!(
                "(select inquiry, {key} from {register} where {stood}{} and received <= ${received} and {} {ordered})",
                part.sql(),
                condition.sql(),
            )
        };
        let places = match (Part::of(filter), order) {
            // The one index of receipts has both; the days when something is due are walked apart.
            (Part::Whole, Order::Due) => format!("{} union all {}", part(Part::Open), part(Part::Ended)),
            (one, _) => part(one),
        };
        let sql = format!(
            "select {COLUMNS} from {register}
              where {stood} and number is not null
                and inquiry in (select inquiry from (select * from ({places}) as part {ordered}) as page) {ordered}"
        );
        let rows = self.rows(&sql, &condition.values(), "list the register as it stood").await?;
        rows.iter().map(read).collect()
    }
}

#[cfg(test)]
mod tests {
    use inquiry::StageName;

    use super::*;

    #[test]
    fn what_stood_then_is_asked_of_every_step() {
        let mut condition = Condition::of(&Filter::all(), Way::Content);
        let at = "2023-10-05T12:00:00Z".parse().unwrap();
        let sql = AsOf { at, position: 9 }.stood(&mut condition);
        assert_eq!(condition.values().len(), 3 + STEPS.len());
        for step in 0..STEPS.len() {
            assert!(sql.contains(&format!("span = {step} and since > ${}", step + 4)), "{sql}");
        }
        assert!(sql.contains("span = 9 or"), "{sql}");
        let migration = include_str!("../../../../migrations/0036_register_past.sql");
        for (step, hours) in STEPS.into_iter().enumerate() {
            assert!(migration.contains(&format!("interval '{hours} hours' then {step}")), "{hours}");
        }
    }

    #[test]
    fn a_question_that_can_only_find_open_ones_looks_among_them() {
        let of = |stages: Vec<StageName>| Part::of(&Filter { stages, ..Filter::all() });
        assert_eq!(of(vec![StageName::Approval, StageName::Dispatched]), Part::Open);
        assert_eq!(of(vec![StageName::Closed, StageName::Withdrawn]), Part::Ended);
        assert_eq!(of(vec![StageName::Closed, StageName::Approval]), Part::Whole);
        assert_eq!(of(Vec::new()), Part::Whole);
        let today = jiff::civil::date(2023, 10, 5);
        for filter in [
            Filter { open: Some(true), ..Filter::all() },
            Filter { overdue: Some((true, today)), ..Filter::all() },
            Filter { soon: Some(today), ..Filter::all() },
            Filter { watched: true, ..Filter::all() },
        ] {
            assert_eq!(Part::of(&filter), Part::Open);
        }
        assert_eq!(Part::of(&Filter { overdue: Some((false, today)), ..Filter::all() }), Part::Whole);
        assert_eq!(Part::of(&Filter { open: Some(false), ..Filter::all() }), Part::Ended);
    }
}

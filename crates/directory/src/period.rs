//! A span of days in which a record was in force, and a span of minutes for whoever fills an office.

use std::str::FromStr;

use jiff::civil::{Date, DateTime, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The days from `from` up to, but not including, `until`. An open end means that no such day is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// The first day; none when the record began before our knowledge does.
    pub from: Option<Date>,
    /// The first day on which the record no longer holds; none while it does.
    pub until: Option<Date>,
}

impl Period {
    /// Is the record in force on `date`?
    #[must_use]
    pub fn contains(&self, date: Date) -> bool {
        self.from.is_none_or(|from| from <= date) && self.until.is_none_or(|until| date < until)
    }

    /// Is there a day that belongs to both?
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        !self.is_empty()
            && !other.is_empty()
            && begins_before_end(self.from, other.until)
            && begins_before_end(other.from, self.until)
    }

    /// Does the period end before it begins, so that it holds no day at all?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!((self.from, self.until), (Some(from), Some(until)) if until <= from)
    }
}

/// The moments from `from` up to, but not including, `until`, as the clocks in Astana show them. An open end means that no such moment is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// The first moment; none when the record began before our knowledge does.
    pub from: Option<DateTime>,
    /// The first moment at which the record no longer holds; none while it does.
    pub until: Option<DateTime>,
}

impl Term {
    /// Is the record in force at that moment?
    #[must_use]
    pub fn contains(&self, at: DateTime) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }

    /// Is the record in force for a part of the day at least?
    #[must_use]
    pub fn touches(&self, date: Date) -> bool {
        let (begins, ends) = (date.to_datetime(Time::midnight()), date.to_datetime(Time::MAX));
        self.from.is_none_or(|from| from <= ends) && self.until.is_none_or(|until| begins < until)
    }

    /// Is there a moment that belongs to both?
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        !self.is_empty()
            && !other.is_empty()
            && begins_before_end(self.from, other.until)
            && begins_before_end(other.from, self.until)
    }

    /// Does the term end before it begins, so that it holds no moment at all?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!((self.from, self.until), (Some(from), Some(until)) if until <= from)
    }
}

/// A moment as a table writes it: `2024-02-05T14:00`, or `2024-02-05` for the beginning of that day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Minute(pub(crate) DateTime);

impl TryFrom<String> for Minute {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl FromStr for Minute {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || format!("{text:?} is neither a day (2024-02-05) nor a minute of it (2024-02-05T14:00)");
        let at = match text.len() {
            10 => text.parse::<Date>().map(|day| day.to_datetime(Time::midnight())),
            16 if text.as_bytes()[10] == b'T' => text.parse::<DateTime>(),
            _ => return Err(bad()),
        };
        at.map(Self).map_err(|_| bad())
    }
}

/// Does what begins there begin before what ends there? An open end is never in the way.
fn begins_before_end<T: Ord>(from: Option<T>, until: Option<T>) -> bool {
    match (from, until) {
        (Some(from), Some(until)) => from < until,
        (None, _) | (_, None) => true,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn period(from: Option<Date>, until: Option<Date>) -> Period {
        Period { from, until }
    }

    #[test]
    fn the_last_day_belongs_to_the_successor() {
        let first = period(Some(date(2022, 1, 11)), Some(date(2024, 2, 5)));
        let second = period(Some(date(2024, 2, 5)), None);
        assert!(first.contains(date(2024, 2, 4)) && !first.contains(date(2024, 2, 5)));
        assert!(second.contains(date(2024, 2, 5)));
        assert!(!first.overlaps(&second) && !second.overlaps(&first));
    }

    #[test]
    fn open_ends_overlap_with_everything_on_their_side() {
        let before = period(None, Some(date(2023, 9, 1)));
        let after = period(Some(date(2023, 9, 1)), None);
        let always = period(None, None);
        assert!(always.overlaps(&before) && after.overlaps(&always) && !before.overlaps(&after));
    }

    #[test]
    fn a_period_that_ends_where_it_begins_holds_no_day() {
        let none = period(Some(date(2023, 9, 1)), Some(date(2023, 9, 1)));
        assert!(none.is_empty() && !none.contains(date(2023, 9, 1)) && !none.overlaps(&period(None, None)));
    }

    #[test]
    fn a_term_ends_with_its_minute_and_a_day_is_its_beginning() {
        let minute = |text: &str| text.parse::<Minute>().unwrap().0;
        let term = Term { from: Some(minute("2024-02-05")), until: Some(minute("2024-02-05T14:00")) };
        assert!(term.contains(date(2024, 2, 5).at(0, 0, 0, 0)) && term.contains(date(2024, 2, 5).at(13, 59, 59, 0)));
        assert!(!term.contains(date(2024, 2, 5).at(14, 0, 0, 0)));
        assert!(term.touches(date(2024, 2, 5)) && !term.touches(date(2024, 2, 4)) && !term.touches(date(2024, 2, 6)));
        let next = Term { from: term.until, until: None };
        assert!(!term.overlaps(&next) && next.touches(date(2024, 2, 5)));
        for bad in [
            "",
            "2024-02-30",
            "2024-02-05 14:00",
            "2024-02-05T14",
            "2024-02-05T14:00:30",
            "2024-02-05T24:00",
            "05.02.2024",
        ] {
            assert!(bad.parse::<Minute>().is_err(), "{bad}");
        }
    }
}

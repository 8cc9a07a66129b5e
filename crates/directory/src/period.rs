//! A span of days in which a record was in force.

use jiff::civil::Date;
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
        let begins_before_end = |a: &Self, b: &Self| match (a.from, b.until) {
            (Some(from), Some(until)) => from < until,
            (None, _) | (_, None) => true,
        };
        !self.is_empty() && !other.is_empty() && begins_before_end(self, other) && begins_before_end(other, self)
    }

    /// Does the period end before it begins, so that it holds no day at all?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!((self.from, self.until), (Some(from), Some(until)) if until <= from)
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
}

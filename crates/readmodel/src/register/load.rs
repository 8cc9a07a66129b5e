//! How much each ministry has to do, of what is open and on control. One pass over that, which is a small part of the register whatever its
//! size; every figure has a [`Filter`] that finds the rows behind it.

use std::collections::BTreeMap;

use directory::MinistryCode;
use inquiry::pressing::presses_until;
use jiff::ToSpan;
use jiff::civil::Date;
use tokio_postgres::Row;

use super::filter::{AT_WORK, Condition, Filter, OWED, WATCHED, Way};
use crate::past::Part;
use crate::{ReadError, Reader, Sitting};

/// What one ministry has to do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Load {
    /// Open inquiries on control that it leads.
    pub leads: u64,
    /// Open inquiries on control in which it is a co-executor.
    pub helps: u64,
    /// Of those that it leads: a reply is owed and its day gone by.
    pub overdue: u64,
    /// Of those that it leads: a reply is owed within [`SOON`](super::SOON) days.
    pub soon: u64,
    /// Contributions that are still to come in.
    pub contributions: u64,
    /// Drafts and contributions whose own day is gone by.
    pub late: u64,
    /// Drafts and contributions by the Monday of the week in which they are due, from today on.
    pub weeks: BTreeMap<Date, u64>,
    /// How many days half of those that it leads have been here for, at least.
    pub median_days: Option<i32>,
}

impl Load {
    /// Drafts and contributions that are due in the week of a day, today or later.
    #[must_use]
    pub fn in_week_of(&self, day: Date) -> u64 {
        self.weeks.get(&monday(day)).copied().unwrap_or_default()
    }
}

/// What everybody has to do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Loads {
    ministries: BTreeMap<MinistryCode, Load>,
    /// What nobody has been given yet.
    pub unassigned: Load,
}

impl Loads {
    /// What a ministry has to do; nothing where no open inquiry names it.
    #[must_use]
    pub fn of(&self, ministry: &MinistryCode) -> Load {
        self.ministries.get(ministry).cloned().unwrap_or_default()
    }

    /// The ministries that open inquiries name.
    pub fn ministries(&self) -> impl Iterator<Item = &MinistryCode> {
        self.ministries.keys()
    }
}

/// The Monday of a day's week.
#[must_use]
pub fn monday(day: Date) -> Date {
    day.saturating_sub(i64::from(day.weekday().to_monday_zero_offset()).days())
}

impl Sitting {
    /// What everybody has to do on this day.
    ///
    /// # Errors
    /// [`ReadError`] when the database cannot answer.
    pub async fn loads(&self, today: Date) -> Result<Loads, ReadError> {
        // Each such row is read once and taken apart into its places, the lead's first. Two small tables are counted from them at once: by
        // the week in which a part is due, and by the day of receipt, from which the median is found.
        let mut condition = Condition::of(&Filter::all(), Way::Days);
        let (first, last) = (condition.value(today), condition.value(presses_until(today)));
        debug_assert_eq!((first, last), (1, 2), "as the text has them");
        let register = self.source(&mut condition, &Filter::all(), Part::Open);
        let sql = format!(
            "with part as (
                 select ministry, n = 1 as leads,
                        n = 1 and {OWED} and due < $1 as overdue,
                        n = 1 and {OWED} and due >= $1 and due <= $2 as soon,
                        {AT_WORK} and (n = 1 or ministry <> all (handed_in)) as owes,
                        day, received
                   from {register}, unnest(array_prepend(lead, co_executors), array_prepend(lead_due, co_due))
                                  with ordinality as part (ministry, day, n)
                  where {WATCHED}
             ), dated as (
                 select *, case when owes and day >= $1 then day - (extract(isodow from day)::int - 1) end as week from part
             )
             select ministry, week, received, grouping(week) = 1, count(*) filter (where leads),
                    count(*) filter (where not leads), count(*) filter (where overdue), count(*) filter (where soon),
                    count(*) filter (where owes and not leads), count(*) filter (where owes and day < $1), count(*)
               from dated group by grouping sets ((ministry, week), (ministry, received))"
        );
        let rows = self.rows(&sql, &condition.values(), "count what ministries have to do").await?;
        let mut counted: BTreeMap<Option<MinistryCode>, (Load, Ages)> = BTreeMap::new();
        for row in &rows {
            let one = Counted::read(row).ok_or(ReadError::Row { table: "register" })?;
            let (load, ages) = counted.entry(one.ministry.clone()).or_default();
            one.add(load, ages, today);
        }
        let mut loads = Loads::default();
        for (ministry, (load, ages)) in counted {
            let load = Load { median_days: median(&ages), ..load };
            match ministry {
                Some(ministry) => drop(loads.ministries.insert(ministry, load)),
                None => loads.unassigned = load,
            }
        }
        Ok(loads)
    }
}

/// [`Sitting::loads`] where nothing else is asked.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn loads(reader: &Reader, today: Date) -> Result<Loads, ReadError> {
    let sitting = reader.sit().await?;
    let loads = sitting.loads(today).await?;
    sitting.rise().await?;
    Ok(loads)
}

/// How many days ago what is led came in, and how often.
type Ages = BTreeMap<i32, u64>;

/// A row of the answer.
struct Counted {
    ministry: Option<MinistryCode>,
    by: By,
    leads: u64,
    helps: u64,
    overdue: u64,
    soon: u64,
    contributions: u64,
    late: u64,
    parts: u64,
}

/// What a row counts by.
enum By {
    /// The week in which parts are due; none: they are owed no more, or late.
    Week(Option<Date>),
    /// The day of receipt.
    Received(Date),
}

impl Counted {
    fn read(row: &Row) -> Option<Self> {
        let ministry: Option<String> = row.try_get(0).ok()?;
        let is_by_receipt: bool = row.try_get(3).ok()?;
        let count = |n: usize| row.try_get::<_, i64>(n).ok().map(i64::cast_unsigned);
        Some(Self {
            ministry: ministry.map(MinistryCode::new).transpose().ok()?,
            by: if is_by_receipt { By::Received(row.try_get(2).ok()?) } else { By::Week(row.try_get(1).ok()?) },
            leads: count(4)?,
            helps: count(5)?,
            overdue: count(6)?,
            soon: count(7)?,
            contributions: count(8)?,
            late: count(9)?,
            parts: count(10)?,
        })
    }

    fn add(self, load: &mut Load, ages: &mut Ages, today: Date) {
        match self.by {
            By::Received(received) => {
                let days = received.until(today).map_or(0, |span| span.get_days());
                *ages.entry(days).or_default() += self.leads;
            }
            By::Week(week) => {
                load.leads += self.leads;
                load.helps += self.helps;
                load.overdue += self.overdue;
                load.soon += self.soon;
                load.contributions += self.contributions;
                load.late += self.late;
                if let Some(week) = week {
                    *load.weeks.entry(week).or_default() += self.parts;
                }
            }
        }
    }
}

/// The age that half of them have reached: the lower of the two in the middle.
fn median(ages: &Ages) -> Option<i32> {
    let all: u64 = ages.values().sum();
    let mut passed = 0;
    ages.iter()
        .find(|(_, count)| {
            passed += **count;
            passed > 0 && passed * 2 >= all
        })
        .map(|(days, _)| *days)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_median_is_the_age_that_half_have_reached() {
        let of = |ages: &[(i32, u64)]| median(&ages.iter().copied().collect());
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[(3, 0)]), None, "helping ages nobody");
        assert_eq!(of(&[(3, 1)]), Some(3));
        assert_eq!(of(&[(3, 1), (9, 1)]), Some(3));
        assert_eq!(of(&[(3, 1), (9, 1), (40, 1)]), Some(9));
        assert_eq!(of(&[(0, 1), (3, 5), (40, 4)]), Some(3));
    }

    #[test]
    fn a_week_begins_on_monday() {
        for day in [2, 5, 8] {
            assert_eq!(monday(date(2023, 10, day)), date(2023, 10, 2), "{day}");
        }
        assert_eq!(monday(date(2023, 10, 1)), date(2023, 9, 25));
    }
}

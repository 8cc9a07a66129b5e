//! What became of a list between two moments. Each of them is asked once, for what a comparison needs of its rows; the comparison is a pure function.

use std::collections::BTreeMap;

use inquiry::{InquiryId, StageName};
use jiff::civil::Date;

use super::asking::Part;
use crate::register::{Condition, Filter, Way};
use crate::{ReadError, Sitting};

/// The most rows of a moment that are compared. What is open of a country's inquiries is more than this only where nobody answers any.
pub const MOST_COMPARED: usize = 100_000;

/// Of a row what is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glimpse {
    /// Whose.
    pub inquiry: InquiryId,
    /// Where it stood.
    pub stage: StageName,
    /// When it was due.
    pub due: Date,
    /// A reply was owed.
    pub is_owed: bool,
}

/// What became of an inquiry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Became {
    /// It is in the list and was not.
    Came,
    /// It was in the list and is not.
    Left,
    /// It stands elsewhere.
    Moved,
    /// It is due on another day.
    Redated,
    /// Its day has gone by.
    Overdue,
}

impl Became {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 5] = [Self::Came, Self::Left, Self::Moved, Self::Redated, Self::Overdue];

    /// As addresses and programs write it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Came => "came",
            Self::Left => "left",
            Self::Moved => "moved",
            Self::Redated => "redated",
            Self::Overdue => "overdue",
        }
    }

    /// That of this name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|became| became.code() == code)
    }
}

/// One inquiry then and later; none where it was not in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Difference {
    /// Which.
    pub inquiry: InquiryId,
    /// How it stood at the first moment.
    pub before: Option<Glimpse>,
    /// How it stood at the second.
    pub after: Option<Glimpse>,
}

/// What became of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Between(BTreeMap<Became, Vec<Difference>>);

impl Between {
    /// Compares the list of one moment, on its day, with that of a later one.
    #[must_use]
    pub fn of(before: &[Glimpse], first: Date, after: &[Glimpse], second: Date) -> Self {
        let mut pairs: BTreeMap<InquiryId, (Option<Glimpse>, Option<Glimpse>)> =
            before.iter().map(|glimpse| (glimpse.inquiry, (Some(*glimpse), None))).collect();
        for glimpse in after {
            pairs.entry(glimpse.inquiry).or_default().1 = Some(*glimpse);
        }
        let mut between = Self::default();
        for (inquiry, (before, after)) in pairs {
            let overdue = |glimpse: Option<Glimpse>, day: Date| glimpse.is_some_and(|one| one.is_owed && one.due < day);
            let both = before.zip(after);
            for (became, is_so) in [
                (Became::Came, before.is_none()),
                (Became::Left, after.is_none()),
                (Became::Moved, both.is_some_and(|(before, after)| before.stage != after.stage)),
                (Became::Redated, both.is_some_and(|(before, after)| before.due != after.due)),
                (Became::Overdue, overdue(after, second) && !overdue(before, first)),
            ] {
                if is_so {
                    between.0.entry(became).or_default().push(Difference { inquiry, before, after });
                }
            }
        }
        between
    }

    /// Those of which this became, in the order of their ids: that in which they came.
    #[must_use]
    pub fn of_which(&self, became: Became) -> &[Difference] {
        self.0.get(&became).map_or(&[], Vec::as_slice)
    }
}

impl Sitting {
    /// What is compared of the rows that a filter wants, [`MOST_COMPARED`] at most; and whether there are more.
    ///
    /// # Errors
    /// [`ReadError`] when the database cannot answer.
    pub async fn glimpses(&self, filter: &Filter) -> Result<(Vec<Glimpse>, bool), ReadError> {
        let filter = &self.narrowed(filter).await?;
        let mut condition = Condition::of(filter, Way::Past);
        let source = self.source(&mut condition, filter, Part::of(filter));
        let sql = format!(
            "select inquiry, stage, due, on_control and stage <> all (array['dispatched', 'closed'])
               from {source} where {} limit {}",
            condition.sql(),
            MOST_COMPARED + 1
        );
        let rows = self.rows(&sql, &condition.values(), "compare what stood in the register").await?;
        let read = |row: &tokio_postgres::Row| {
            Some(Glimpse {
                inquiry: InquiryId(row.try_get(0).ok()?),
                stage: StageName::from_code(row.try_get(1).ok()?)?,
                due: row.try_get(2).ok()?,
                is_owed: row.try_get(3).ok()?,
            })
        };
        let mut found: Vec<Glimpse> = rows
            .iter()
            .map(|row| read(row).ok_or(ReadError::Row { table: "register_past" }))
            .collect::<Result<_, _>>()?;
        let more = found.len() > MOST_COMPARED;
        found.truncate(MOST_COMPARED);
        Ok((found, more))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use uuid::Uuid;

    use super::*;

    fn glimpse(id: u128, stage: StageName, day: i8) -> Glimpse {
        Glimpse { inquiry: InquiryId(Uuid::from_u128(id)), stage, due: date(2023, 10, day), is_owed: true }
    }

    #[test]
    fn two_moments_differ_by_what_came_left_moved_was_dated_anew_and_became_overdue() {
        let before = [
            glimpse(1, StageName::Drafting, 20),
            glimpse(2, StageName::Drafting, 20),
            glimpse(3, StageName::Drafting, 9),
            glimpse(4, StageName::Assigned, 5),
            Glimpse { is_owed: false, ..glimpse(6, StageName::Dispatched, 1) },
        ];
        let after = [
            glimpse(2, StageName::Approval, 25),
            glimpse(3, StageName::Drafting, 9),
            glimpse(4, StageName::Assigned, 5),
            glimpse(5, StageName::Received, 10),
            Glimpse { is_owed: false, ..glimpse(6, StageName::Dispatched, 1) },
        ];
        let between = Between::of(&before, date(2023, 10, 9), &after, date(2023, 10, 10));
        let ids = |became| {
            let of = between.of_which(became).iter();
            of.map(|one| one.inquiry.0.as_u128()).collect::<Vec<_>>()
        };
        assert_eq!(ids(Became::Came), [5]);
        assert_eq!(ids(Became::Left), [1]);
        assert_eq!(ids(Became::Moved), [2]);
        assert_eq!(ids(Became::Redated), [2]);
        // What is due today is not overdue, and what was overdue already does not become so.
        assert_eq!(ids(Became::Overdue), [3]);
        assert_eq!(Between::of(&after, date(2023, 10, 10), &after, date(2023, 10, 10)), Between::default());
    }
}

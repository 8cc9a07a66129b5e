//! What became of a list between two moments. Each of them is asked once, for what a comparison needs of its rows; the comparison is a pure function.

use std::collections::BTreeMap;

use directory::MinistryCode;
use inquiry::{InquiryId, StageName};
use jiff::civil::Date;
use tokio_postgres::Row;

use super::asking::Part;
use crate::register::{Condition, Filter, Way, ministries};
use crate::{ReadError, Sitting};

/// The most rows of a moment that are compared. What is open of a country's inquiries is more than this only where nobody answers any.
pub const MOST_COMPARED: usize = 100_000;

/// Of a row what is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glimpse {
    /// Whose.
    pub inquiry: InquiryId,
    /// Where it stood.
    pub stage: StageName,
    /// When it was due.
    pub due: Date,
    /// A reply was owed.
    pub is_owed: bool,
    /// Who led it.
    pub lead: Option<MinistryCode>,
    /// Who helped, in the order of their codes.
    pub co_executors: Vec<MinistryCode>,
}

impl Glimpse {
    /// Had it passed to others by then? Whoever is assigned first takes it from nobody: its stage says that.
    fn is_passed_on(&self, after: &Self) -> bool {
        self.lead.is_some() && (self.lead != after.lead || self.co_executors != after.co_executors)
    }
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
    /// Others work on it: another lead, or other co-executors.
    Reassigned,
    /// It is due on another day.
    Redated,
    /// Its day has gone by.
    Overdue,
}

impl Became {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 6] = [Self::Came, Self::Left, Self::Moved, Self::Reassigned, Self::Redated, Self::Overdue];

    /// As addresses and programs write it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Came => "came",
            Self::Left => "left",
            Self::Moved => "moved",
            Self::Reassigned => "reassigned",
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
#[derive(Debug, Clone, PartialEq, Eq)]
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
        let mut pairs: BTreeMap<InquiryId, (Option<&Glimpse>, Option<&Glimpse>)> =
            before.iter().map(|glimpse| (glimpse.inquiry, (Some(glimpse), None))).collect();
        for glimpse in after {
            pairs.entry(glimpse.inquiry).or_default().1 = Some(glimpse);
        }
        let mut between = Self::default();
        for (inquiry, (before, after)) in pairs {
            let overdue =
                |glimpse: Option<&Glimpse>, day: Date| glimpse.is_some_and(|one| one.is_owed && one.due < day);
            let both = before.zip(after);
            for (became, is_so) in [
                (Became::Came, before.is_none()),
                (Became::Left, after.is_none()),
                (Became::Moved, both.is_some_and(|(before, after)| before.stage != after.stage)),
                (Became::Reassigned, both.is_some_and(|(before, after)| before.is_passed_on(after))),
                (Became::Redated, both.is_some_and(|(before, after)| before.due != after.due)),
                (Became::Overdue, overdue(after, second) && !overdue(before, first)),
            ] {
                if is_so {
                    let difference = Difference { inquiry, before: before.cloned(), after: after.cloned() };
                    between.0.entry(became).or_default().push(difference);
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
            "select inquiry, stage, due, on_control and stage <> all (array['dispatched', 'closed']), lead, co_executors
               from {source} where {} limit {}",
            condition.sql(),
            MOST_COMPARED + 1
        );
        let rows = self.rows(&sql, &condition.values(), "compare what stood in the register").await?;
        let mut found: Vec<Glimpse> = rows
            .iter()
            .map(|row| read(row).ok_or(ReadError::Row { table: "register_past" }))
            .collect::<Result<_, _>>()?;
        let more = found.len() > MOST_COMPARED;
        found.truncate(MOST_COMPARED);
        Ok((found, more))
    }
}

fn read(row: &Row) -> Option<Glimpse> {
    let lead: Option<String> = row.try_get(4).ok()?;
    let mut co_executors = ministries(row.try_get(5).ok()?)?;
    co_executors.sort_unstable();
    Some(Glimpse {
        inquiry: InquiryId(row.try_get(0).ok()?),
        stage: StageName::from_code(row.try_get(1).ok()?)?,
        due: row.try_get(2).ok()?,
        is_owed: row.try_get(3).ok()?,
        lead: lead.map(MinistryCode::new).transpose().ok()?,
        co_executors,
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use uuid::Uuid;

    use super::*;

    fn glimpse(id: u128, stage: StageName, day: i8) -> Glimpse {
        let (inquiry, due) = (InquiryId(Uuid::from_u128(id)), date(2023, 10, day));
        Glimpse { inquiry, stage, due, is_owed: true, lead: None, co_executors: Vec::new() }
    }

    #[test]
    fn another_lead_and_other_helpers_are_a_change_and_the_first_ones_are_none() {
        let of = |id: u128, lead: Option<&str>, helps: &[&str]| Glimpse {
            lead: lead.map(|code| MinistryCode::new(code).unwrap()),
            co_executors: helps.iter().map(|code| MinistryCode::new(*code).unwrap()).collect(),
            ..glimpse(id, StageName::Assigned, 20)
        };
        let before =
            [of(1, Some("mlsp"), &[]), of(2, Some("mlsp"), &["mfa"]), of(3, None, &[]), of(4, Some("mof"), &["mfa"])];
        let after =
            [of(1, Some("mof"), &[]), of(2, Some("mlsp"), &["moj"]), of(3, Some("mlsp"), &["mfa"]), before[3].clone()];
        let day = date(2023, 10, 10);
        let between = Between::of(&before, day, &after, day);
        let ids: Vec<u128> = between.of_which(Became::Reassigned).iter().map(|one| one.inquiry.0.as_u128()).collect();
        assert_eq!(ids, [1, 2]);
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

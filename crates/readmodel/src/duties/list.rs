//! The duties of one ministry, a page at a time: each list walks an index in its own order and stops when the page is full.

use directory::{Language, MinistryCode};
use inquiry::InquiryId;
use inquiry::duty::Duty;
use jiff::Timestamp;
use jiff::civil::Date;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::follow::{COLUMNS, read};
use super::{Ended, Place};
use crate::register::{MAX_LIMIT, MOST_COUNTED};
use crate::{ReadError, Reader, Sitting};

/// Which of a ministry's duties.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// What it owes; what is due first stands first.
    Owed,
    /// What it waits for; what is due first stands first.
    Awaited,
    /// What it had asked for and was answered; what was answered last stands first.
    Answered,
    /// What ended; what ended last stands first.
    Ended,
}

/// A duty with what a line about it says of its inquiry. Where the register has no row of it yet, or has set it aside, the inquiry is called by
/// its id: nobody's duty is left out, and every list has as many rows as are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The inquiry.
    pub inquiry: InquiryId,
    /// Its number as the deputies' letter prints it.
    pub number: String,
    /// What it is about.
    pub subject: String,
    /// The language that is written in.
    pub language: Language,
    /// The duty.
    pub duty: Duty,
    /// When it began, by the office's clock.
    pub since: Timestamp,
    /// When it ended, and how.
    pub ended: Option<Ended>,
}

/// Behind which row the next page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// The day it is due, as the table has it.
    due: Date,
    /// When it ended; the beginning of time for one that stands.
    ended: Timestamp,
    inquiry: InquiryId,
    place: Place,
}

impl Cursor {
    /// As an address says it.
    #[must_use]
    pub fn text(&self) -> String {
        let Self { due, ended, inquiry, place } = self;
        format!("{due}_{}_{inquiry}_{}_{}", ended.as_microsecond(), place.begun, place.nth)
    }

    /// Read back; none for what is no place in a list.
    #[must_use]
    pub fn of_text(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('_').collect();
        let [due, ended, inquiry, begun, nth] = parts.as_slice() else { return None };
        Some(Self {
            due: due.parse().ok()?,
            ended: Timestamp::from_microsecond(ended.parse().ok()?).ok()?,
            inquiry: inquiry.parse().ok()?,
            place: Place { begun: begun.parse().ok()?, nth: nth.parse().ok()? },
        })
    }
}

/// A page of duties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The rows.
    pub rows: Vec<Listed>,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
}

/// A page of a ministry's duties, `limit` at most (1 to [`MAX_LIMIT`]).
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn list(
    sitting: &Sitting,
    ministry: &MinistryCode,
    which: Which,
    after: Option<Cursor>,
    limit: u16,
) -> Result<Page, ReadError> {
    let limit = usize::from(limit.clamp(1, MAX_LIMIT));
    // One text a list, so that its plan is made for its own index; the first page begins before every row.
    let (condition, order) = match which {
        Which::Owed => ("ended_at is null and begun > 0 and is_owed", ORDER_BY_DAY),
        Which::Awaited => ("ended_at is null and begun > 0 and not is_owed", ORDER_BY_DAY),
        Which::Answered => {
            ("ended_at is not null and kind in ('extension_awaited', 'replacement_awaited')", ORDER_BY_END)
        }
        Which::Ended => ("ended_at is not null", ORDER_BY_END),
    };
    let behind = match (which, after.is_some()) {
        (_, false) => "true",
        (Which::Owed | Which::Awaited, true) => "(duty.due, duty.inquiry, duty.begun, duty.nth) > ($2, $3, $4, $5)",
        (Which::Answered | Which::Ended, true) => {
            "(duty.ended_at, duty.inquiry, duty.begun, duty.nth) < ($2, $3, $4, $5)"
        }
    };
    let sql = format!(
        "select {COLUMNS}, duty.begun, duty.nth, duty.due, coalesce(register.number, duty.inquiry::text),
                coalesce(register.subject, ''), coalesce(register.language, '{}')
           from (select * from duty where ministry = $1 and {condition} and {behind} order by {order} limit {}) duty
           left join register on register.inquiry = duty.inquiry
          order by {order}",
        Language::Kk.code(),
        limit + 1
    );
    let doing = "list the duties of a ministry";
    let ministry = ministry.as_str();
    let mut values: Vec<&(dyn ToSql + Sync)> = vec![&ministry];
    if let Some(Cursor { due, ended, inquiry, place }) = &after {
        match which {
            Which::Owed | Which::Awaited => values.push(due),
            Which::Answered | Which::Ended => values.push(ended),
        }
        values.extend([&inquiry.0 as &(dyn ToSql + Sync), &place.begun, &place.nth]);
    }
    let rows = sitting.rows(&sql, &values, doing).await?;
    let mut rows: Vec<(Listed, Cursor)> =
        rows.iter().map(|row| listed(row).ok_or(ReadError::Row { table: "duty" })).collect::<Result<_, _>>()?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|(_, place)| *place);
    Ok(Page { rows: rows.into_iter().map(|(listed, _)| listed).collect(), next })
}

const ORDER_BY_DAY: &str = "duty.due, duty.inquiry, duty.begun, duty.nth";
const ORDER_BY_END: &str = "duty.ended_at desc, duty.inquiry desc, duty.begun desc, duty.nth desc";

fn listed(row: &Row) -> Option<(Listed, Cursor)> {
    let (inquiry, duty, since, ended) = read(row)?;
    let cursor = Cursor {
        due: row.try_get(13).ok()?,
        ended: ended.as_ref().map_or(Timestamp::UNIX_EPOCH, |ended| ended.at),
        inquiry,
        place: Place { begun: row.try_get(11).ok()?, nth: row.try_get(12).ok()? },
    };
    let (number, subject) = (row.try_get(14).ok()?, row.try_get(15).ok()?);
    let language = row.try_get::<_, &str>(16).ok()?.parse().ok()?;
    Some((Listed { inquiry, number, subject, language, duty, since, ended }, cursor))
}

/// How much a ministry owes, [`MOST_COUNTED`] at most: beyond that nobody counts one by one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Owed {
    /// In all.
    pub all: u64,
    /// Whose day has gone by.
    pub overdue: u64,
}

/// Counts what a ministry owes.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn count(reader: &Reader, ministry: &MinistryCode, today: Date) -> Result<Owed, ReadError> {
    let sql = format!(
        "select count(*), count(*) filter (where due < $2)
           from (select due from duty
                  where ministry = $1 and is_owed and ended_at is null and begun > 0
                  order by due limit {MOST_COUNTED}) owed"
    );
    let row = reader.row(&sql, &[&ministry.as_str(), &today], "count what a ministry owes", "duty").await?;
    let count = |n: usize| -> Result<u64, ReadError> {
        Ok(row.try_get::<_, i64>(n).map_err(ReadError::doing("count what a ministry owes"))?.cast_unsigned())
    };
    Ok(Owed { all: count(0)?, overdue: count(1)? })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_place_in_a_list_goes_into_an_address_and_comes_back() {
        let cursor = Cursor {
            due: Date::constant(2023, 10, 6),
            ended: Timestamp::from_microsecond(1_696_000_000_123_456).unwrap(),
            inquiry: InquiryId(Uuid::from_u128(0x326)),
            place: Place { begun: 7, nth: 2 },
        };
        assert_eq!(Cursor::of_text(&cursor.text()), Some(cursor));
        for bad in ["", "2023-10-06", "a_b_c_d_e", "2023-10-06_1_x_1_1"] {
            assert_eq!(Cursor::of_text(bad), None, "{bad}");
        }
    }
}

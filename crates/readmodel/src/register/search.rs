//! The questions that the register answers.

use std::collections::HashMap;

use directory::InquiryNumber;
use inquiry::InquiryId;
use jiff::civil::Date;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::Entry;
use super::filter::{Filter, Parameters, WANTED, last_soon};
use super::follow::{COLUMNS, read};
use crate::{ReadError, Reader};

/// The most rows of one page.
pub const MAX_LIMIT: u16 = 100;
/// The most rows that leave the register at once.
pub const MOST_AT_ONCE: u16 = 5_000;

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// What is due first stands first.
    Due,
    /// What was received last stands first.
    Received,
}

/// Where the next page begins: behind the row with this day and id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// The last row's day, due or received as the order has it.
    pub day: Date,
    /// The last row's inquiry.
    pub inquiry: InquiryId,
}

/// A page of the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The rows.
    pub entries: Vec<Entry>,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
}

/// A page of the rows that a filter wants, `limit` at most (1 to [`MAX_LIMIT`]).
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn list(
    reader: &Reader,
    filter: &Filter,
    order: Order,
    after: Option<Cursor>,
    limit: u16,
) -> Result<Page, ReadError> {
    let limit = limit.clamp(1, MAX_LIMIT);
    let mut entries = fetch(reader, filter, order, after, i64::from(limit) + 1).await?;
    let more = entries.len() > usize::from(limit);
    entries.truncate(usize::from(limit));
    let next = entries.last().filter(|_| more).map(|last| Cursor {
        day: match order {
            Order::Due => last.due,
            Order::Received => last.received,
        },
        inquiry: last.inquiry,
    });
    Ok(Page { entries, next })
}

/// The rows that a filter wants, without pages: `limit` at most (1 to [`MOST_AT_ONCE`]).
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn at_once(reader: &Reader, filter: &Filter, order: Order, limit: u16) -> Result<Vec<Entry>, ReadError> {
    fetch(reader, filter, order, None, i64::from(limit.clamp(1, MOST_AT_ONCE))).await
}

async fn fetch(
    reader: &Reader,
    filter: &Filter,
    order: Order,
    after: Option<Cursor>,
    limit: i64,
) -> Result<Vec<Entry>, ReadError> {
    let (key, than, direction) = match order {
        Order::Due => ("due", ">", "asc"),
        Order::Received => ("received", "<", "desc"),
    };
    // The row comparison is what the index is walked by.
    let behind = if after.is_some() { format!("and ({key}, inquiry) {than} ($16, $17)") } else { String::new() };
    let sql = format!(
        "select {COLUMNS} from register
          where {WANTED} {behind}
          order by {key} {direction}, inquiry {direction}
          limit $15"
    );
    let parameters = Parameters::of(filter);
    let mut values = parameters.values();
    values.push(&limit);
    if let Some(cursor) = &after {
        values.extend([&cursor.day as &(dyn ToSql + Sync), &cursor.inquiry.0]);
    }
    let rows = reader.rows(&sql, &values, "list the register").await?;
    rows.iter().map(read).collect()
}

/// How many rows a filter wants.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn count(reader: &Reader, filter: &Filter) -> Result<u64, ReadError> {
    let sql = format!("select count(*) from register where {WANTED}");
    let parameters = Parameters::of(filter);
    let doing = || ReadError::doing("count the register");
    let row = reader.row(&sql, &parameters.values(), "count the register", "register").await?;
    Ok(row.try_get::<_, i64>(0).map_err(doing())?.cast_unsigned())
}

/// How many inquiries there are, for the tiles above a worklist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// Open.
    pub open: u64,
    /// Overdue.
    pub overdue: u64,
    /// Owed and due today or within [`SOON`](super::SOON) days.
    pub soon: u64,
    /// Before the signatory.
    pub for_signature: u64,
    /// Sent, deliveries awaited.
    pub dispatched: u64,
}

/// Counts what a filter wants, by what presses.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn totals(reader: &Reader, filter: &Filter, today: Date) -> Result<Totals, ReadError> {
    let sql = format!(
        "select count(*) filter (where open),
                count(*) filter (where on_control and due < $15::date and stage <> all (array['dispatched', 'closed'])),
                count(*) filter (where on_control and due between $15::date and $16::date
                                   and stage <> all (array['dispatched', 'closed'])),
                count(*) filter (where stage = 'for_signature'),
                count(*) filter (where stage = 'dispatched')
           from register
          where {WANTED}"
    );
    let parameters = Parameters::of(filter);
    let mut values = parameters.values();
    let soon = last_soon(today);
    values.extend([&today as &(dyn ToSql + Sync), &soon]);
    let row = reader.row(&sql, &values, "count the register", "register").await?;
    let count = |n: usize| -> Result<u64, ReadError> {
        Ok(row.try_get::<_, i64>(n).map_err(ReadError::doing("count the register"))?.cast_unsigned())
    };
    Ok(Totals { open: count(0)?, overdue: count(1)?, soon: count(2)?, for_signature: count(3)?, dispatched: count(4)? })
}

/// The numbers of these inquiries as they are printed; what the register has not taken in yet is left out.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn numbers_of(reader: &Reader, inquiries: &[InquiryId]) -> Result<HashMap<InquiryId, String>, ReadError> {
    let ids: Vec<Uuid> = inquiries.iter().map(|inquiry| inquiry.0).collect();
    let doing = || ReadError::doing("look up the numbers of inquiries");
    let sql = "select inquiry, number from register where inquiry = any($1)";
    let rows = reader.rows(sql, &[&ids], "look up the numbers of inquiries").await?;
    rows.iter().map(|row| Ok((InquiryId(row.try_get(0).map_err(doing())?), row.try_get(1).map_err(doing())?))).collect()
}

/// The inquiries with this number, whichever chamber and date, the last received first.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn find_by_number(reader: &Reader, number: &InquiryNumber) -> Result<Vec<Entry>, ReadError> {
    let sql = format!(
        "select {COLUMNS} from register where number_normal = $1 order by received desc, inquiry limit {MAX_LIMIT}"
    );
    let rows = reader.rows(&sql, &[&number.normal()], "look up a number").await?;
    rows.iter().map(read).collect()
}

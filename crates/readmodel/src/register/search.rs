//! The questions that the register answers.

use std::collections::HashMap;

use deadpool_postgres::Pool;
use directory::{DeputyId, InquiryNumber, MinistryCode};
use inquiry::{InquiryId, StageName};
use jiff::civil::Date;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::follow::{COLUMNS, read};
use super::{Entry, words};
use crate::ReadError;

/// The most rows of one page.
pub const MAX_LIMIT: u16 = 100;

/// Which rows are wanted. What is `None` does not narrow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// Standing at one of these stages; empty: at any.
    pub stages: Vec<StageName>,
    /// Open or ended.
    pub open: Option<bool>,
    /// With this ministry as its lead.
    pub lead: Option<MinistryCode>,
    /// With this ministry as lead or co-executor: an executor sees no others.
    pub ministry: Option<MinistryCode>,
    /// Asked by this deputy: a deputy sees no others.
    pub deputy: Option<DeputyId>,
    /// Overdue on this day, or not.
    pub overdue: Option<(bool, Date)>,
    /// Due before this day.
    pub due_before: Option<Date>,
    /// A number in any spelling, or beginnings of words of number, subject and deputies' names.
    pub question: Option<String>,
}

impl Filter {
    /// Everything.
    #[must_use]
    pub const fn all() -> Self {
        Self {
            stages: Vec::new(),
            open: None,
            lead: None,
            ministry: None,
            deputy: None,
            overdue: None,
            due_before: None,
            question: None,
        }
    }
}

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

/// The condition that a filter puts on rows, over parameters $1 to $10. One text for all filters: a parameter that is null narrows
/// nothing.
const WANTED: &str = "(cardinality($1::text[]) = 0 or stage = any($1))
       and ($2::boolean is null or open = $2)
       and ($3::text is null or lead = $3)
       and ($4::text is null or lead = $4 or $4 = any(co_executors))
       and ($5::boolean is null
            or (on_control and due < $6::date and stage <> all (array['dispatched', 'closed'])) = $5)
       and ($7::date is null or due < $7)
       and ($8::text is null or number_normal = $9 or words_index @@ $8::tsquery)
       and ($10::uuid is null or deputies @> array[$10])";

/// A filter as parameters $1 to $10.
struct Parameters {
    stages: Vec<&'static str>,
    open: Option<bool>,
    lead: Option<String>,
    ministry: Option<String>,
    overdue: Option<bool>,
    today: Option<Date>,
    due_before: Option<Date>,
    words: Option<String>,
    number: Option<String>,
    deputy: Option<Uuid>,
}

impl Parameters {
    fn of(filter: &Filter) -> Self {
        let question = filter.question.as_deref().map(str::trim).filter(|question| !question.is_empty());
        Self {
            stages: filter.stages.iter().map(|stage| stage.code()).collect(),
            open: filter.open,
            lead: filter.lead.as_ref().map(ToString::to_string),
            ministry: filter.ministry.as_ref().map(ToString::to_string),
            overdue: filter.overdue.map(|(wanted, _)| wanted),
            today: filter.overdue.map(|(_, today)| today),
            due_before: filter.due_before,
            // A question without a single word finds nothing, rather than everything.
            words: question.map(|question| words::query(question).unwrap_or_else(|| "'\u{1f}'".to_owned())),
            number: question
                .and_then(|question| InquiryNumber::parse(question).ok())
                .map(|number| number.normal().to_owned()),
            deputy: filter.deputy.map(DeputyId::uuid),
        }
    }

    fn values(&self) -> Vec<&(dyn ToSql + Sync)> {
        vec![
            &self.stages,
            &self.open,
            &self.lead,
            &self.ministry,
            &self.overdue,
            &self.today,
            &self.due_before,
            &self.words,
            &self.number,
            &self.deputy,
        ]
    }
}

/// A page of the rows that a filter wants, `limit` at most (1 to [`MAX_LIMIT`]).
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn list(
    pool: &Pool,
    filter: &Filter,
    order: Order,
    after: Option<Cursor>,
    limit: u16,
) -> Result<Page, ReadError> {
    let limit = limit.clamp(1, MAX_LIMIT);
    let (key, than, direction) = match order {
        Order::Due => ("due", ">", "asc"),
        Order::Received => ("received", "<", "desc"),
    };
    // The row comparison is what the index is walked by.
    let behind = if after.is_some() { format!("and ({key}, inquiry) {than} ($12, $13)") } else { String::new() };
    let sql = format!(
        "select {COLUMNS} from register
          where {WANTED} {behind}
          order by {key} {direction}, inquiry {direction}
          limit $11"
    );
    let parameters = Parameters::of(filter);
    let one_more = i64::from(limit) + 1;
    let mut values = parameters.values();
    values.push(&one_more);
    if let Some(cursor) = &after {
        values.extend([&cursor.day as &(dyn ToSql + Sync), &cursor.inquiry.0]);
    }
    let client = pool.get().await?;
    let rows = client.query(&sql, &values).await.map_err(ReadError::doing("list the register"))?;
    let mut entries: Vec<Entry> = rows.iter().map(read).collect::<Result<_, _>>()?;
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

/// How many inquiries there are, for the tiles above a worklist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// Open.
    pub open: u64,
    /// Overdue.
    pub overdue: u64,
    /// Due within four days, today included, and not overdue.
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
pub async fn totals(pool: &Pool, filter: &Filter, today: Date) -> Result<Totals, ReadError> {
    let sql = format!(
        "select count(*) filter (where open),
                count(*) filter (where on_control and due < $11::date and stage <> all (array['dispatched', 'closed'])),
                count(*) filter (where on_control and due between $11::date and $11::date + 4
                                   and stage <> all (array['dispatched', 'closed'])),
                count(*) filter (where stage = 'for_signature'),
                count(*) filter (where stage = 'dispatched')
           from register
          where {WANTED}"
    );
    let parameters = Parameters::of(filter);
    let mut values = parameters.values();
    values.push(&today);
    let client = pool.get().await?;
    let row = client.query_one(&sql, &values).await.map_err(ReadError::doing("count the register"))?;
    let count = |n: usize| -> Result<u64, ReadError> {
        Ok(row.try_get::<_, i64>(n).map_err(ReadError::doing("count the register"))?.cast_unsigned())
    };
    Ok(Totals { open: count(0)?, overdue: count(1)?, soon: count(2)?, for_signature: count(3)?, dispatched: count(4)? })
}

/// The numbers of these inquiries as they are printed; what the register has not taken in yet is left out.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn numbers_of(pool: &Pool, inquiries: &[InquiryId]) -> Result<HashMap<InquiryId, String>, ReadError> {
    let ids: Vec<Uuid> = inquiries.iter().map(|inquiry| inquiry.0).collect();
    let client = pool.get().await?;
    let doing = || ReadError::doing("look up the numbers of inquiries");
    let rows =
        client.query("select inquiry, number from register where inquiry = any($1)", &[&ids]).await.map_err(doing())?;
    rows.iter().map(|row| Ok((InquiryId(row.try_get(0).map_err(doing())?), row.try_get(1).map_err(doing())?))).collect()
}

/// The inquiries with this number, whichever chamber and date, the last received first.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn find_by_number(pool: &Pool, number: &InquiryNumber) -> Result<Vec<Entry>, ReadError> {
    let sql = format!(
        "select {COLUMNS} from register where number_normal = $1 order by received desc, inquiry limit {MAX_LIMIT}"
    );
    let client = pool.get().await?;
    let rows = client.query(&sql, &[&number.normal()]).await.map_err(ReadError::doing("look up a number"))?;
    rows.iter().map(read).collect()
}

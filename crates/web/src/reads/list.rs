//! What an auditor asks: who looked at this inquiry, what this person looked at, what happened on this day. Newest first, in pages.

use inquiry::InquiryId;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row};
use uuid::Uuid;

use super::noted::Outcome;
use crate::time::beginning_of;

/// Which rows are wanted. What is `None` does not narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// By this account.
    pub account: Option<String>,
    /// At one of these inquiries.
    pub inquiries: Option<Vec<InquiryId>>,
    /// On this day in Astana.
    pub day: Option<Date>,
    /// From this moment on.
    pub from: Option<Timestamp>,
    /// At this moment or before.
    pub until: Option<Timestamp>,
    /// Older than this row.
    pub before: Option<i64>,
}

/// A row as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its place: later rows have higher ones.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// Who; none: nobody was signed in.
    pub account: Option<String>,
    /// `session` or `token`.
    pub through: Option<String>,
    /// From where.
    pub address: String,
    /// The route's name.
    pub route: String,
    /// At which inquiry.
    pub inquiry: Option<InquiryId>,
    /// What was asked.
    pub question: Option<String>,
    /// How it ended.
    pub outcome: Outcome,
}

/// Rows that could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The database said no.
    #[error("who looked cannot be read")]
    Statement(#[from] tokio_postgres::Error),
    /// A row holds what this program never writes.
    #[error("a row of who looked has the unknown outcome {0}")]
    Outcome(String),
}

/// The rows that are wanted, the newest first, `limit` at most.
///
/// # Errors
/// [`ListError`].
pub async fn list(client: &Client, wanted: &Wanted, limit: u16) -> Result<Vec<Kept>, ListError> {
    let sql = "select id, at, account, through, address, route, inquiry, question, outcome from reading
                where ($1::text is null or account = $1)
                  and ($2::uuid[] is null or inquiry = any($2))
                  and ($3::timestamptz is null or at >= $3 and at < $4)
                  and ($5::bigint is null or id < $5)
                  and ($7::timestamptz is null or at >= $7)
                  and ($8::timestamptz is null or at <= $8)
                order by id desc
                limit $6";
    let from = wanted.day.map(beginning_of);
    let until = wanted.day.map(|day| beginning_of(day.saturating_add(1.day())));
    let inquiries = wanted.inquiries.as_ref().map(|ids| ids.iter().map(|id| id.0).collect::<Vec<Uuid>>());
    // Prepared for these values and not for all: a parameter that is null narrows nothing, and the plan should know.
    let limit = i64::from(limit);
    let values: [&(dyn ToSql + Sync); 8] =
        [&wanted.account, &inquiries, &from, &until, &wanted.before, &limit, &wanted.from, &wanted.until];
    let rows = client.query(sql, &values).await?;
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Kept, ListError> {
    let outcome: String = row.try_get(8)?;
    Ok(Kept {
        id: row.try_get(0)?,
        at: row.try_get(1)?,
        account: row.try_get(2)?,
        through: row.try_get(3)?,
        address: row.try_get(4)?,
        route: row.try_get(5)?,
        inquiry: row.try_get::<_, Option<Uuid>>(6)?.map(InquiryId),
        question: row.try_get(7)?,
        outcome: Outcome::from_code(&outcome).ok_or(ListError::Outcome(outcome))?,
    })
}

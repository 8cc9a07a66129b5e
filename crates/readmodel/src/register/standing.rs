//! What a change of the records touches: the open inquiries in which a ministry has a place, and those whose days a calendar decides.

use directory::{DeputyId, MinistryCode};
use inquiry::{InquiryId, StageName, time};
use jiff::civil::Date;
use tokio_postgres::Row;
use uuid::Uuid;

use super::filter::OWED;
use super::search::MOST_COUNTED;
use super::{Entry, follow};
use crate::{ReadError, Reader};

/// More open replies than any office owes at once; a change of the calendar looks at no more.
pub const MOST_STANDING: i64 = 50_000;

/// The open inquiries in which a ministry has a place, in the order of their ids, after one of them; `limit` at most.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn with_place(
    reader: &Reader,
    ministry: &MinistryCode,
    after: Option<InquiryId>,
    limit: u16,
) -> Result<Vec<Entry>, ReadError> {
    let sql = format!(
        "select {} from register
          where open and ministries @> array[$1] and ($2::uuid is null or inquiry > $2)
          order by inquiry limit $3",
        follow::COLUMNS
    );
    let (ministry, after, limit) = (ministry.as_str(), after.map(|id| id.0), i64::from(limit));
    let rows = reader.rows(&sql, &[&ministry, &after, &limit], "list the inquiries with a ministry").await?;
    rows.iter().map(follow::read).collect()
}

/// How many those are, [`MOST_COUNTED`] at most.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn count_with_place(reader: &Reader, ministry: &MinistryCode) -> Result<u64, ReadError> {
    let sql = format!(
        "select count(*) from (select from register where open and ministries @> array[$1] limit {MOST_COUNTED}) one"
    );
    let doing = "count the inquiries with a ministry";
    let row = reader.row(&sql, &[&ministry.as_str()], doing, "register").await?;
    Ok(row.try_get::<_, i64>(0).map_err(ReadError::doing(doing))?.cast_unsigned())
}

/// How many open inquiries name a deputy, [`MOST_COUNTED`] at most.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn count_naming(reader: &Reader, deputy: DeputyId) -> Result<u64, ReadError> {
    let sql = format!(
        "select count(*) from (select from register where open and deputies @> array[$1::uuid] limit {MOST_COUNTED}) one"
    );
    let doing = "count the inquiries that name a deputy";
    let row = reader.row(&sql, &[&deputy.uuid()], doing, "register").await?;
    Ok(row.try_get::<_, i64>(0).map_err(ReadError::doing(doing))?.cast_unsigned())
}

/// In how many inquiries, open or not, a ministry has a place and something happened on that day or later, [`MOST_COUNTED`] at most.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn count_named_since(reader: &Reader, ministry: &MinistryCode, on: Date) -> Result<u64, ReadError> {
    // A day that no clock knows has nothing after it.
    let Some(since) = time::begin_of(on) else { return Ok(0) };
    let sql = format!(
        "select count(*) from (select from register where ministries @> array[$1]
            and changed_at >= $2 limit {MOST_COUNTED}) one"
    );
    let doing = "count what names a ministry";
    let row = reader.row(&sql, &[&ministry.as_str(), &since], doing, "register").await?;
    Ok(row.try_get::<_, i64>(0).map_err(ReadError::doing(doing))?.cast_unsigned())
}

/// The days of an inquiry whose reply is owed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Days {
    /// Which.
    pub inquiry: InquiryId,
    /// Its number as it prints it.
    pub number: String,
    /// What it is about.
    pub subject: String,
    /// The day of receipt.
    pub received: Date,
    /// The day in force.
    pub due: Date,
    /// Where it stands.
    pub stage: StageName,
    /// The lead and the day of its draft.
    pub lead: Option<(MinistryCode, Date)>,
    /// The co-executors and the days of their contributions.
    pub co_executors: Vec<(MinistryCode, Date)>,
}

/// The inquiries whose reply is owed and whose time, from the receipt to the day in force, touches these days; what is due first standing first.
/// Whatever else happened to the calendar does not concern them.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn between(reader: &Reader, first: Date, last: Date) -> Result<Vec<Days>, ReadError> {
    let sql = format!(
        "select inquiry, number, subject, received, due, stage, lead, lead_due, co_executors, co_due from register
          where open and {OWED} and due >= $1 and received <= $2
          order by due, inquiry limit {MOST_STANDING}"
    );
    let rows = reader.rows(&sql, &[&first, &last], "list the days that a calendar decides").await?;
    rows.iter().map(|row| read(row).ok_or(ReadError::Row { table: "register" })).collect()
}

fn read(row: &Row) -> Option<Days> {
    let lead: Option<String> = row.try_get(6).ok()?;
    let lead_due: Option<Date> = row.try_get(7).ok()?;
    let ministries: Vec<String> = row.try_get(8).ok()?;
    let days: Vec<Date> = row.try_get(9).ok()?;
    let co_executors = ministries.into_iter().map(MinistryCode::new).zip(days);
    Some(Days {
        inquiry: InquiryId(row.try_get::<_, Uuid>(0).ok()?),
        number: row.try_get(1).ok()?,
        subject: row.try_get(2).ok()?,
        received: row.try_get(3).ok()?,
        due: row.try_get(4).ok()?,
        stage: StageName::from_code(row.try_get(5).ok()?)?,
        lead: lead.map(MinistryCode::new).transpose().ok()?.zip(lead_due),
        co_executors: co_executors.map(|(code, day)| Some((code.ok()?, day))).collect::<Option<_>>()?,
    })
}

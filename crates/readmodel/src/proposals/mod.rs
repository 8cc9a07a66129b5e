//! Proposals: what came from outside and waits for a clerk, and what became of the rest. One row per proposal.
//!
//! [`mod@fold`] says how an event changes a row (a pure function), [`follow`] keeps the table, here stand the questions that it answers.

mod fold;
mod follow;

use deadpool_postgres::Pool;
use inquiry::proposal::Source;
use inquiry::{InquiryId, ProposalId, RecipientNo};
use jiff::Timestamp;

pub use fold::fold;
pub(crate) use follow::Proposals;

use crate::ReadError;
use follow::{COLUMNS, read};

/// What is known of a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Which.
    pub proposal: ProposalId,
    /// Where it came from.
    pub source: Source,
    /// What it asks, point by point; nothing of what came by mail.
    pub questions: Vec<String>,
    /// When it came.
    pub received_at: Timestamp,
    /// What became of it.
    pub state: State,
    /// The position of the last event folded in.
    pub position: i64,
}

/// What became of a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It waits for a clerk.
    Waiting,
    /// An inquiry was made of it.
    Taken {
        /// When.
        at: Timestamp,
        /// By which account.
        by: String,
        /// The inquiry.
        inquiry: InquiryId,
    },
    /// It was dismissed.
    Dismissed {
        /// When.
        at: Timestamp,
        /// By which account.
        by: String,
        /// Why.
        reason: String,
    },
}

impl State {
    /// The name in the table.
    const fn code(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Taken { .. } => "taken",
            Self::Dismissed { .. } => "dismissed",
        }
    }
}

/// Those that wait, the one that came first standing first, `most` at most.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn waiting(pool: &Pool, most: u16) -> Result<Vec<Entry>, ReadError> {
    let sql = format!("select {COLUMNS} from proposal where state = 'waiting' order by received_at, proposal limit $1");
    let client = pool.get().await?;
    let rows = client.query(&sql, &[&i64::from(most)]).await.map_err(ReadError::doing("list proposals"))?;
    rows.iter().map(read).collect()
}

/// Those that were decided last, `most` at most.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn decided(pool: &Pool, most: u16) -> Result<Vec<Entry>, ReadError> {
    let sql =
        format!("select {COLUMNS} from proposal where state <> 'waiting' order by decided_at desc, proposal limit $1");
    let client = pool.get().await?;
    let rows = client.query(&sql, &[&i64::from(most)]).await.map_err(ReadError::doing("list proposals"))?;
    rows.iter().map(read).collect()
}

/// Everything that was asked again on the page of one place, the last first. What came by mail nobody knows to be theirs.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn of_place(pool: &Pool, inquiry: InquiryId, recipient: RecipientNo) -> Result<Vec<Entry>, ReadError> {
    let sql = format!(
        "select {COLUMNS} from proposal where inquiry = $1 and recipient = $2 and source = 'deputy_page'
          order by received_at desc, proposal"
    );
    let client = pool.get().await?;
    let place = client.query(&sql, &[&inquiry.0, &i32::from(recipient.0)]).await;
    place.map_err(ReadError::doing("list the proposals of a place"))?.iter().map(read).collect()
}

/// The inquiry that another one asks about again, when that one was registered from a proposal which says so.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn followed_by(pool: &Pool, inquiry: InquiryId) -> Result<Option<InquiryId>, ReadError> {
    let doing = || ReadError::doing("look up what an inquiry follows");
    let client = pool.get().await?;
    let sql = "select inquiry from proposal where became = $1 and inquiry is not null order by position limit 1";
    let row = client.query_opt(sql, &[&inquiry.0]).await.map_err(doing())?;
    row.map(|row| row.try_get(0).map(InquiryId).map_err(doing())).transpose()
}

/// How many wait.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn count_waiting(pool: &Pool) -> Result<u64, ReadError> {
    let doing = || ReadError::doing("count proposals");
    let client = pool.get().await?;
    let row = client.query_one("select count(*) from proposal where state = 'waiting'", &[]).await.map_err(doing())?;
    Ok(row.try_get::<_, i64>(0).map_err(doing())?.cast_unsigned())
}

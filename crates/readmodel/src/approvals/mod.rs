//! Approvals: whose visa is awaited now, one row per inquiry whose letter is being approved or waits for its signature.
//!
//! [`mod@fold`] says how an event changes a row, [`follow`] keeps the table. The table follows on its own: what stands in it is true of its place
//! in the journal, and whoever shows a letter asks the inquiry itself.

mod fold;
mod follow;

use directory::PersonId;
use inquiry::InquiryId;
use inquiry::terms::RequiredVisa;
use serde_json::json;

use crate::register::{self, Entry, MAX_LIMIT, MOST_COUNTED};
use crate::{ReadError, Reader};

pub(crate) use follow::Approvals;

/// What is known of a letter's visas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Approval {
    inquiry: InquiryId,
    /// Required, and not decided on this version.
    awaited: Vec<RequiredVisa>,
    /// The visas on this version.
    given: Vec<RequiredVisa>,
    /// The refusals of this version that no visa of the same approver followed.
    refused: Vec<RequiredVisa>,
    /// The position of the last event folded in.
    position: i64,
}

/// The condition for a row in which a visa of that approver is awaited, as the index is asked.
fn of(approver: &str) -> String {
    json!([{ "approver": approver }]).to_string()
}

/// The inquiries whose letters await a visa of that approver, what is due first standing first; `limit` at most (1 to [`MAX_LIMIT`]).
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn awaiting(reader: &Reader, approver: &str, limit: u16) -> Result<Vec<Entry>, ReadError> {
    let sql = format!(
        "select {} from register
          where inquiry in (select inquiry from approval where awaited @> $1::text::jsonb)
          order by due, inquiry
          limit $2",
        register::COLUMNS
    );
    let limit = i64::from(limit.clamp(1, MAX_LIMIT));
    let rows = reader.rows(&sql, &[&of(approver), &limit], "list what awaits a visa").await?;
    rows.iter().map(register::read).collect()
}

/// How many letters wait for somebody, [`MOST_COUNTED`] at most: beyond that nobody counts them one by one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// For a visa of the approver who was asked for.
    pub for_visa: u64,
    /// For the signatory.
    pub for_signature: u64,
}

/// Counts both kinds by one query.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn waiting(reader: &Reader, approver: &str, person: Option<PersonId>) -> Result<Waiting, ReadError> {
    let sql = format!(
        "select (select count(*) from (select from approval where awaited @> $1::text::jsonb limit {MOST_COUNTED}) one),
                (select count(*) from (select from register
                  where open and stage = 'for_signature' and ($2::uuid is null or $2 <> all (cosigned)) limit {MOST_COUNTED}) one)"
    );
    // What this person has signed waits for others.
    let person = person.map(|person| person.uuid());
    let row = reader.row(&sql, &[&of(approver), &person], "count what waits", "approval").await?;
    let count = |n: usize| -> Result<u64, ReadError> {
        Ok(row.try_get::<_, i64>(n).map_err(ReadError::doing("count what waits"))?.cast_unsigned())
    };
    Ok(Waiting { for_visa: count(0)?, for_signature: count(1)? })
}

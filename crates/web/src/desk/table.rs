//! The table of working texts. A text is written on the revision that was seen, or not at all.

use directory::MinistryCode;
use inquiry::InquiryId;
use jiff::Timestamp;
use serde_json::Value;
use tokio_postgres::Row;

use super::{connected, failed};
use crate::problem::Problem;
use crate::state::AppState;

/// Where a text lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The draft's own working text, shared by whoever may write it.
    Draft,
    /// A ministry's contribution.
    Contribution(MinistryCode),
}

impl Place {
    fn name(&self) -> String {
        match self {
            Self::Draft => "draft".to_owned(),
            Self::Contribution(ministry) => format!("contribution/{ministry}"),
        }
    }
}

/// A text that lies on the desk.
#[derive(Debug, Clone)]
pub struct Working {
    /// The version that it was begun from; 0 when there was none.
    pub base: u32,
    /// What it says ([`super::text`]).
    pub body: Value,
    /// Which writing of it this is; never 0, and never the same twice.
    pub revision: u64,
    /// The account that wrote last.
    pub by: String,
    /// When, by the wall's clock.
    pub at: Timestamp,
}

const COLUMNS: &str = "base, body, revision, by, at";

fn read(row: &Row) -> Result<Working, Problem> {
    let whole = |error| Problem::failure("read a working text", error);
    let (base, revision): (i32, i64) = (row.try_get(0).map_err(failed)?, row.try_get(2).map_err(failed)?);
    Ok(Working {
        base: u32::try_from(base).map_err(whole)?,
        body: row.try_get(1).map_err(failed)?,
        revision: u64::try_from(revision).map_err(whole)?,
        by: row.try_get(3).map_err(failed)?,
        at: row.try_get(4).map_err(failed)?,
    })
}

/// The text that lies at a place, if one does.
///
/// # Errors
/// The database could not be asked.
pub async fn find(state: &AppState, inquiry: InquiryId, place: &Place) -> Result<Option<Working>, Problem> {
    let sql = format!("select {COLUMNS} from working_text where inquiry = $1 and desk = $2");
    let client = connected(&state.pool).await?;
    let found = client.query_opt(&sql, &[&inquiry.0, &place.name()]).await.map_err(failed)?;
    found.as_ref().map(read).transpose()
}

/// A text to be kept.
#[derive(Debug)]
pub struct New<'a> {
    /// The version that it was begun from.
    pub base: u32,
    /// What it says.
    pub body: &'a Value,
    /// The account that writes.
    pub by: &'a str,
    /// When.
    pub at: Timestamp,
}

/// Writes a text on the revision `seen`, 0 where none lay there, and answers its new revision.
///
/// # Errors
/// [`Problem::Stale`] with the present revision when somebody else wrote meanwhile; a failure.
pub async fn keep(
    state: &AppState,
    inquiry: InquiryId,
    place: &Place,
    seen: u64,
    new: New<'_>,
) -> Result<u64, Problem> {
    let client = connected(&state.pool).await?;
    let (desk, base) = (place.name(), i32::try_from(new.base).unwrap_or(i32::MAX));
    let written = if seen == 0 {
        let sql = "insert into working_text (inquiry, desk, base, body, by, at)
                   values ($1, $2, $3, $4, $5, $6)
                   on conflict (inquiry, desk) do nothing returning revision";
        let values: [&(dyn tokio_postgres::types::ToSql + Sync); 6] =
            [&inquiry.0, &desk, &base, &new.body, &new.by, &new.at];
        client.query_opt(sql, &values).await.map_err(failed)?
    } else {
        let seen = i64::try_from(seen).unwrap_or(i64::MAX);
        let sql = "update working_text
                      set base = $4, body = $5, by = $6, at = $7, revision = nextval('working_text_revision')
                    where inquiry = $1 and desk = $2 and revision = $3 returning revision";
        let values: [&(dyn tokio_postgres::types::ToSql + Sync); 7] =
            [&inquiry.0, &desk, &seen, &base, &new.body, &new.by, &new.at];
        client.query_opt(sql, &values).await.map_err(failed)?
    };
    drop(client);
    match written {
        Some(row) => {
            let revision: i64 = row.try_get(0).map_err(failed)?;
            u64::try_from(revision).map_err(|error| Problem::failure("read a working text", error))
        }
        None => {
            let current = find(state, inquiry, place).await?.map_or(0, |working| working.revision);
            Err(Problem::Stale { current })
        }
    }
}

/// Takes a text off the desk, if it is still the one that was seen: it has become a version, or was decided on.
///
/// # Errors
/// The database could not be asked.
pub async fn take_away(state: &AppState, inquiry: InquiryId, place: &Place, seen: u64) -> Result<bool, Problem> {
    let client = connected(&state.pool).await?;
    let seen = i64::try_from(seen).unwrap_or(i64::MAX);
    let sql = "delete from working_text where inquiry = $1 and desk = $2 and revision = $3";
    let taken = client.execute(sql, &[&inquiry.0, &place.name(), &seen]).await.map_err(failed)?;
    Ok(taken > 0)
}

//! What people say about a text while it is written: a comment at words of it, answers to it, and that it is resolved.

use inquiry::InquiryId;
use jiff::Timestamp;
use uuid::Uuid;

use super::{connected, failed};
use crate::problem::Problem;
use crate::speech::Words;
use crate::state::AppState;

/// The longest quotation and the longest comment, in characters.
pub const QUOTE: usize = 500;
/// See [`QUOTE`].
pub const SAID: usize = 4_000;
/// The most comments of one inquiry that are shown.
const MOST: i64 = 1_000;

/// One comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Its id.
    pub id: Uuid,
    /// The comment that it answers.
    pub answers: Option<Uuid>,
    /// The words of the text that it is about.
    pub quote: String,
    /// What is said.
    pub said: String,
    /// The account that says it.
    pub by: String,
    /// When, by the wall's clock.
    pub at: Timestamp,
    /// Who resolved it.
    pub resolved_by: Option<String>,
}

/// Everything that was said about the texts of an inquiry, in its order.
///
/// # Errors
/// The database could not be asked.
pub async fn all(state: &AppState, inquiry: InquiryId) -> Result<Vec<Comment>, Problem> {
    let client = connected(&state.pool).await?;
    let sql = "select id, answers, quote, said, by, at, resolved_by from working_comment
                where inquiry = $1 order by at, id limit $2";
    let rows = client.query(sql, &[&inquiry.0, &MOST]).await.map_err(failed)?;
    let read = |row: &tokio_postgres::Row| -> Result<Comment, tokio_postgres::Error> {
        Ok(Comment {
            id: row.try_get(0)?,
            answers: row.try_get(1)?,
            quote: row.try_get(2)?,
            said: row.try_get(3)?,
            by: row.try_get(4)?,
            at: row.try_get(5)?,
            resolved_by: row.try_get(6)?,
        })
    };
    rows.iter().map(|row| read(row).map_err(failed)).collect()
}

/// Says something about a text. The same id says it once.
///
/// # Errors
/// [`Problem::BadField`] when it says nothing or too much; [`Problem::NotThereYet`] when there is nothing to answer; a failure.
pub async fn add(state: &AppState, inquiry: InquiryId, comment: &Comment) -> Result<(), Problem> {
    bounded("said", &comment.said, 1, SAID)?;
    bounded("quote", &comment.quote, 0, QUOTE)?;
    let client = connected(&state.pool).await?;
    // An answer answers a comment of the same inquiry, and no other answer.
    let sql = "insert into working_comment (id, inquiry, answers, quote, said, by, at)
               select $1, $2, $3, $4, $5, $6, $7
                where $3::uuid is null
                   or exists (select from working_comment where id = $3 and inquiry = $2 and answers is null)
               on conflict (id) do nothing";
    let Comment { id, answers, quote, said, by, at, .. } = comment;
    let written = client.execute(sql, &[id, &inquiry.0, answers, quote, said, by, at]).await.map_err(failed)?;
    let is_there = written > 0
        || client
            .query_opt("select from working_comment where id = $1 and inquiry = $2", &[id, &inquiry.0])
            .await
            .map_err(failed)?
            .is_some();
    if is_there { Ok(()) } else { Err(gone()) }
}

/// Resolves a comment, or takes it up again.
///
/// # Errors
/// [`Problem::NotThereYet`] when there is none; a failure.
pub async fn resolve(
    state: &AppState,
    inquiry: InquiryId,
    id: Uuid,
    by: Option<&str>,
    at: Timestamp,
) -> Result<(), Problem> {
    let client = connected(&state.pool).await?;
    let sql = "update working_comment
                  set resolved_by = $3, resolved_at = case when $3::text is null then null else $4::timestamptz end
                where id = $1 and inquiry = $2 and answers is null";
    let changed = client.execute(sql, &[&id, &inquiry.0, &by, &at]).await.map_err(failed)?;
    if changed > 0 { Ok(()) } else { Err(gone()) }
}

fn bounded(field: &str, text: &str, least: usize, most: usize) -> Result<(), Problem> {
    let length = text.chars().count();
    let is_plain = !text.chars().any(|sign| sign == '\0');
    if (least..=most).contains(&length) && is_plain {
        return Ok(());
    }
    Err(Problem::BadField {
        field: field.to_owned(),
        what: Words::new(
            format!("{least}-ден {most}-ге дейін таңба жазыңыз."),
            format!("Напишите от {least} до {most} знаков."),
            format!("Write {least} to {most} characters."),
        ),
    })
}

fn gone() -> Problem {
    Problem::NotThereYet {
        what: Words::new("Мұндай ескертпе жоқ.", "Такого примечания нет.", "There is no such comment."),
    }
}

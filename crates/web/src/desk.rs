//! The desk: texts that people are writing just now, before any of them is recorded.
//!
//! What lies here is nobody's statement yet. It is shared by everybody who writes on it, kept a second after typing stops, and gone when it has
//! become a version; the journal knows nothing of it (docs/adr/0018-working-text.md). Read [`table`] (how it is kept), [`text`] (what it says),
//! [`suggested`] (what people suggest in it), [`standing`] (what somebody finds who sits down), [`merging`] (two texts become one), [`comments`] (what is said about it) and [`papers`] (the
//! pages of a text that nobody has saved).

pub mod comments;
pub mod merging;
pub mod papers;
pub mod standing;
pub mod suggested;
pub mod table;
pub mod text;

use deadpool_postgres::Pool;
use inquiry::InquiryId;

use crate::problem::Problem;

/// Clears everything that lies on the desk of an inquiry: whoever erases a person's data there asks for it.
///
/// # Errors
/// The database could not be asked.
pub async fn clear(client: &tokio_postgres::Client, inquiry: InquiryId) -> Result<u64, tokio_postgres::Error> {
    let texts = client.execute("delete from working_text where inquiry = $1", &[&inquiry.0]).await?;
    let comments = client.execute("delete from working_comment where inquiry = $1", &[&inquiry.0]).await?;
    Ok(texts + comments)
}

/// A connection for the desk's tables.
async fn connected(pool: &Pool) -> Result<deadpool_postgres::Object, Problem> {
    Ok(pool.get().await?)
}

fn failed(error: tokio_postgres::Error) -> Problem {
    Problem::failure("use the desk", error)
}

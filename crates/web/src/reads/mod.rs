//! Who looked: every answer that shows an inquiry, a letter, a file, a draft or a list leaves a row, and so do refusals and every
//! signing in and out. What was shown is not in the row.
//!
//! [`looks`] says what an answer shows, [`noted`] makes the row from a request and its answer, [`writer`] keeps rows in batches, [`list`]
//! is what an auditor asks, `words` names for people what was looked at. The why is in docs/adr/0016-reads.md.

pub mod list;
pub mod looks;
pub mod noted;
pub(crate) mod words;
mod writer;

use std::time::Duration;

use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;

use crate::problem::Problem;
use crate::routes::Route;
use crate::state::AppState;
use looks::Looks;

pub use writer::Writer;

/// How long an answer waits for the row that tells of it, and whoever looks at the rows for the last of them.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// Who looked could not be written down, so nothing is shown.
#[derive(Debug, thiserror::Error)]
#[error("who looked could not be written down in time")]
struct Unwritten;

/// Writes down what an answer shows, before it leaves. Bytes that can be carried away wait until the row stands in the database, everything
/// else until the writer has it.
///
/// # Errors
/// [`Problem::Unavailable`] when the writer does not keep up: then nothing is shown.
pub(crate) async fn keep(
    state: &AppState,
    answered: &ServiceResponse<BoxBody>,
    route: &'static Route,
) -> Result<(), Problem> {
    let looks = Looks::of(route);
    let Some(reading) = noted::reading(state, answered, route, looks) else { return Ok(()) };
    let is_carried_away = looks == Looks::Bytes && answered.status().is_success();
    let kept =
        async { if is_carried_away { state.reads.write(reading).await } else { state.reads.hand_over(reading).await } };
    match tokio::time::timeout(PATIENCE, kept).await {
        Ok(true) => Ok(()),
        Ok(false) | Err(_) => Err(Problem::Unavailable { source: Unwritten.into() }),
    }
}

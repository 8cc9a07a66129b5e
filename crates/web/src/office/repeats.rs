//! Has this request been carried out already? Asked before work that should not be done twice: a repeat is answered with the first
//! result even where the inquiry has moved on and the work could not be done any more.

use inquiry::InquiryId;

use super::{Asked, Done, unrecorded};
use crate::problem::Problem;
use crate::state::AppState;

/// The first result of a request that was carried out before.
pub(super) async fn first_result(state: &AppState, inquiry: InquiryId, asked: &Asked) -> Result<Option<Done>, Problem> {
    let recorded = state.journal.recorded(&asked.origin(inquiry)).await.map_err(unrecorded)?;
    Ok(recorded.map(|executed| Done::of(inquiry, executed)))
}

/// What a request led to, or what its twin led to: the same request, sent twice at the same moment, may find the inquiry changed by
/// itself, and is then answered like any repeat.
pub(super) async fn or_of_twin(
    state: &AppState,
    inquiry: InquiryId,
    asked: &Asked,
    outcome: Result<Done, Problem>,
) -> Result<Done, Problem> {
    match outcome {
        Err(
            problem @ (Problem::Stale { .. }
            | Problem::Refused(_)
            | Problem::Busy
            | Problem::AlreadyRegistered { .. }
            | Problem::BadField { .. }),
        ) => first_result(state, inquiry, asked).await?.ok_or(problem),
        outcome => outcome,
    }
}

//! Any command that needs no more facts than its asker gives.

use eventstore::Guards;
use inquiry::{Ask, Inquiry, InquiryId};

use super::{Asked, Done, repeats, seeing, stream, unexecuted};
use crate::problem::Problem;
use crate::state::AppState;

/// Asks the inquiry and records what follows.
///
/// # Errors
/// The inquiry's refusal, a newer version than the asker saw, or a failure.
pub async fn order(state: &AppState, asked: &Asked, inquiry: InquiryId, ask: Ask) -> Result<Done, Problem> {
    let (command, origin) = (asked.asks(ask), asked.origin(inquiry));
    let executed =
        state.journal.execute::<Inquiry>(&stream(inquiry)?, command, origin, Guards::none(), asked.seen).await;
    let outcome = executed.map(|executed| Done::of(inquiry, executed)).map_err(unexecuted);
    repeats::or_of_twin(state, inquiry, asked, outcome).await
}

/// Refuses somebody who may not know of the inquiry as if there were none, before anything else is said about it.
pub(super) async fn known(state: &AppState, asked: &Asked, inquiry: InquiryId) -> Result<seeing::Seen, Problem> {
    seeing::now(state, &asked.by, inquiry).await
}

/// [`order`] for somebody who must be allowed to know of the inquiry: what the API and the pages ask.
///
/// # Errors
/// As [`order`], and [`Problem::NoSuchInquiry`].
pub async fn order_known(state: &AppState, asked: &Asked, inquiry: InquiryId, ask: Ask) -> Result<Done, Problem> {
    known(state, asked, inquiry).await?;
    order(state, asked, inquiry, ask).await
}

//! Has this request been carried out already? Asked before work that should not be done twice: a repeat is answered with the first
//! result even where the inquiry has moved on and the work could not be done any more.

use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use eventstore::{ExecuteError, Guards};
use inquiry::InquiryId;
use inquiry::event::Event;
use serde::{Deserialize, Serialize};

use super::{Asked, Done, stream, unrecorded};
use crate::problem::Problem;
use crate::state::AppState;

/// An aggregate that carries out nothing: the journal looks for the command first, and only then asks it.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Nothing;

/// The command was not recorded before.
#[derive(Debug, thiserror::Error)]
#[error("the command was not recorded before")]
struct New;

impl Aggregate for Nothing {
    const TYPE: &'static str = "nothing";
    type Command = ();
    type Event = Event;
    type Error = New;
    type Services = ();

    async fn handle(&mut self, (): (), (): &(), _: &EventSink<Self>) -> Result<(), New> {
        Err(New)
    }

    fn apply(&mut self, _: Event) {}
}

/// The first result of a request that was carried out before.
pub(super) async fn first_result(state: &AppState, inquiry: InquiryId, asked: &Asked) -> Result<Option<Done>, Problem> {
    let origin = asked.origin(inquiry);
    match state.journal.execute::<Nothing>(&stream(inquiry)?, (), origin, Guards::none(), None).await {
        Ok(executed) => Ok(Some(Done::of(inquiry, executed))),
        Err(ExecuteError::Refused(New)) => Ok(None),
        Err(ExecuteError::Append(error)) => Err(unrecorded(error)),
    }
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

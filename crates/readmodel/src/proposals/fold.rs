//! How an event changes the row of its proposal. A pure function, and total.

use inquiry::proposal::event::{ProposalEvent, ProposalEventName};

use super::{Entry, State};
use crate::folding::{Reads, Stamp};

/// Everything that happens to a proposal is told.
pub(super) const fn reads(name: ProposalEventName) -> Reads {
    match name {
        ProposalEventName::ProposalReceived
        | ProposalEventName::ProposalTaken
        | ProposalEventName::ProposalDismissed => Reads::Content,
    }
}

/// The row after an event; none before the proposal came.
#[must_use]
pub fn fold(row: Option<Entry>, event: &ProposalEvent, stamp: Stamp) -> Option<Entry> {
    let decided = |row: Option<Entry>, state: State| row.map(|row| Entry { state, position: stamp.position, ..row });
    match event {
        ProposalEvent::ProposalReceived(event) => Some(Entry {
            proposal: event.proposal,
            source: event.source.clone(),
            questions: event.questions.clone(),
            received_at: stamp.at,
            state: State::Waiting,
            position: stamp.position,
        }),
        ProposalEvent::ProposalTaken(event) => {
            decided(row, State::Taken { at: stamp.at, by: event.taken_by.clone(), inquiry: event.inquiry })
        }
        ProposalEvent::ProposalDismissed(event) => {
            let (by, reason) = (event.dismissed_by.clone(), event.reason.clone());
            decided(row, State::Dismissed { at: stamp.at, by, reason })
        }
    }
}

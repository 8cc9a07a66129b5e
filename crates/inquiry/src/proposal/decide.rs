//! The rules of proposals: state and command in, an event or a refusal out.

use directory::{Actor, Role};

use super::command::{MOST_WAITING, ProposalAsk, ProposalCommand};
use super::event::{ProposalDismissed, ProposalEvent, ProposalReceived, ProposalTaken};
use super::refusal::ProposalRefusal;
use super::{Proposal, ProposalId, Source};
use crate::bounds::{self, Field};
use crate::ids::InquiryId;
use crate::link::PersonalLink;

/// Decides a command. No event means that the fact is recorded already.
///
/// # Errors
/// [`ProposalRefusal`].
pub fn decide(proposal: &Proposal, command: &ProposalCommand) -> Result<Option<ProposalEvent>, ProposalRefusal> {
    let by = &command.by;
    match &command.ask {
        ProposalAsk::Receive { proposal: id, source, questions, waiting } => {
            receive(proposal, by, *id, source, questions, *waiting)
        }
        ProposalAsk::Take { inquiry } => take(proposal, by, *inquiry),
        ProposalAsk::Dismiss { reason } => dismiss(proposal, by, reason),
    }
}

fn receive(
    proposal: &Proposal,
    by: &Actor,
    id: ProposalId,
    source: &Source,
    questions: &[String],
    waiting: usize,
) -> Result<Option<ProposalEvent>, ProposalRefusal> {
    let Source::DeputyPage { inquiry, recipient } = source;
    let speaks = |link: PersonalLink| link.inquiry == *inquiry && link.recipient == *recipient;
    if !by.holds.map(PersonalLink::from).is_some_and(speaks) {
        return Err(ProposalRefusal::NotYours);
    }
    match proposal {
        Proposal::NotReceived => {}
        Proposal::Waiting(_) | Proposal::Taken { .. } | Proposal::Dismissed { .. } => {
            return Err(ProposalRefusal::AlreadyReceived);
        }
    }
    if questions.is_empty() {
        bounds::text(Field::Question, "")?;
    }
    bounds::list(Field::Questions, questions)?;
    questions.iter().try_for_each(|question| bounds::text(Field::Question, question))?;
    if waiting >= MOST_WAITING {
        return Err(ProposalRefusal::TooManyWaiting);
    }
    let received = ProposalReceived { proposal: id, source: source.clone(), questions: questions.to_vec() };
    Ok(Some(ProposalEvent::ProposalReceived(received)))
}

fn take(proposal: &Proposal, by: &Actor, inquiry: InquiryId) -> Result<Option<ProposalEvent>, ProposalRefusal> {
    clerks_only(by)?;
    match proposal {
        Proposal::NotReceived => Err(ProposalRefusal::NotReceived),
        Proposal::Waiting(_) => {
            let taken = ProposalTaken { inquiry, taken_by: by.name.clone() };
            Ok(Some(ProposalEvent::ProposalTaken(taken)))
        }
        // Told once more after a crash, it is as it was.
        Proposal::Taken { inquiry: known, .. } if *known == inquiry => Ok(None),
        Proposal::Taken { .. } | Proposal::Dismissed { .. } => Err(ProposalRefusal::Decided),
    }
}

fn dismiss(proposal: &Proposal, by: &Actor, reason: &str) -> Result<Option<ProposalEvent>, ProposalRefusal> {
    clerks_only(by)?;
    match proposal {
        Proposal::NotReceived => return Err(ProposalRefusal::NotReceived),
        Proposal::Waiting(_) => {}
        Proposal::Taken { .. } | Proposal::Dismissed { .. } => return Err(ProposalRefusal::Decided),
    }
    bounds::text(Field::Reason, reason)?;
    let dismissed = ProposalDismissed { reason: reason.to_owned(), dismissed_by: by.name.clone() };
    Ok(Some(ProposalEvent::ProposalDismissed(dismissed)))
}

fn clerks_only(by: &Actor) -> Result<(), ProposalRefusal> {
    if by.has(Role::Clerk) { Ok(()) } else { Err(ProposalRefusal::ClerksOnly) }
}

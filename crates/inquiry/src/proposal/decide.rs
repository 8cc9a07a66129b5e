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
    let may = match source {
        Source::DeputyPage { inquiry, recipient } => {
            let speaks = |link: PersonalLink| link.inquiry == *inquiry && link.recipient == *recipient;
            by.holds.map(PersonalLink::from).is_some_and(speaks)
        }
        Source::Mail { .. } | Source::Answer { .. } => by.has(Role::System),
    };
    if !may {
        return Err(ProposalRefusal::NotYours);
    }
    match proposal {
        Proposal::NotReceived => {}
        Proposal::Waiting(_) | Proposal::Taken { .. } | Proposal::Dismissed { .. } => {
            return Err(ProposalRefusal::AlreadyReceived);
        }
    }
    let questions = match source {
        Source::DeputyPage { .. } => {
            asked(questions)?;
            if waiting >= MOST_WAITING {
                return Err(ProposalRefusal::TooManyWaiting);
            }
            questions.to_vec()
        }
        // Its words are in the mail, which a clerk reads.
        Source::Mail { .. } | Source::Answer { .. } => Vec::new(),
    };
    let received = ProposalReceived { proposal: id, source: source.clone(), questions };
    Ok(Some(ProposalEvent::ProposalReceived(received)))
}

fn asked(questions: &[String]) -> Result<(), ProposalRefusal> {
    if questions.is_empty() {
        bounds::text(Field::Question, "")?;
    }
    bounds::list(Field::Questions, questions)?;
    Ok(questions.iter().try_for_each(|question| bounds::text(Field::Question, question))?)
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

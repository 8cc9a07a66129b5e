//! The rules: state and command in, events or a refusal out. Nothing is done here, nothing is looked up, nothing is guessed.
//!
//! Every command passes [`mod@crate::allowed`] first: may this person ask for that now? The chapters then hold what a command says against the
//! rules of the office. An answer without events means that the fact is recorded already.

mod after;
mod approval;
mod assignment;
mod control;
mod dispatch;
mod drafting;
pub mod erasure;
mod intake;
mod reminding;
mod signing;
pub mod succession;

use directory::Actor;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::allowed;
use crate::bounds::Field;
use crate::command::{Ask, Command, CommandName};
use crate::event::Event;
use crate::refusal::Refusal;
use crate::state::{Assignment, Dossier, Draft, Inquiry};
use crate::time;

pub(crate) use assignment::{contribution_before_draft, not_past};
pub use intake::{IntakeFault, faults as faults_of_intake};

/// Decides a command.
///
/// # Errors
/// [`Refusal`] says why not, and what to do.
pub fn decide(inquiry: &Inquiry, command: &Command) -> Result<Vec<Event>, Refusal> {
    let Command { by, at, seen: _, ask } = command;
    let name = ask.name();
    allowed::gate(inquiry, by, name)?;
    match inquiry {
        Inquiry::NotReceived => {
            let Ask::Register(ask) = ask else { return Err(Refusal::NotReceived) };
            intake::register(ask, time::day_of(*at))
        }
        Inquiry::Received(dossier) => Case { dossier, by, at: *at, today: time::day_of(*at), name }.decide(ask),
    }
}

/// One command to one inquiry, with what every chapter needs.
struct Case<'a> {
    dossier: &'a Dossier,
    by: &'a Actor,
    at: Timestamp,
    today: Date,
    name: CommandName,
}

impl Case<'_> {
    fn decide(&self, ask: &Ask) -> Result<Vec<Event>, Refusal> {
        match ask {
            Ask::Register(_) => Err(Refusal::AlreadyReceived),
            Ask::SetTopic(ask) => self.set_topic(ask),
            Ask::AssignMinistries(ask) => self.assign_ministries(ask),
            Ask::ContestAssignment(ask) => self.contest_assignment(ask),
            Ask::Reassign(ask) => self.reassign(ask),
            Ask::SubmitContribution(ask) => self.submit_contribution(ask),
            Ask::AcceptContribution(ask) => self.accept_contribution(ask),
            Ask::ReturnContribution(ask) => self.return_contribution(ask),
            Ask::RemindMinistry(ask) => self.remind_ministry(ask),
            Ask::ReviseDraft(ask) => self.revise_draft(ask),
            Ask::SubmitForApproval(ask) => self.submit_for_approval(ask),
            Ask::Visa(ask) => self.visa(ask),
            Ask::RefuseVisa(ask) => self.refuse_visa(ask),
            Ask::ReturnDraft(ask) => self.return_draft(ask),
            Ask::SubmitForSignature(ask) => self.submit_for_signature(ask),
            Ask::Sign(ask) => self.sign(ask),
            Ask::DeclineSigning(ask) => self.decline_signing(ask),
            Ask::AssignOutgoingNumber(ask) => self.assign_outgoing_number(ask),
            Ask::Dispatch(ask) => self.dispatch(ask),
            Ask::RecordAcceptance(ask) => self.record_acceptance(ask),
            Ask::RecordFailure(ask) => self.record_failure(ask),
            Ask::RecordDeliveryReport(ask) => self.record_delivery_report(ask),
            Ask::ConfirmDelivery(ask) => self.confirm_delivery(ask),
            Ask::RecordDeliveryByHand(ask) => self.record_delivery_by_hand(ask),
            Ask::Resend(ask) => self.resend(ask),
            Ask::RevokeLink(ask) => self.revoke_link(ask),
            Ask::RequestExtension(ask) => self.request_extension(ask),
            Ask::GrantExtension(ask) => self.grant_extension(ask),
            Ask::RefuseExtension(ask) => self.refuse_extension(ask),
            Ask::SendInterimReply(ask) => self.send_interim_reply(ask),
            Ask::RemoveFromControl(ask) => self.remove_from_control(ask),
            Ask::Close(ask) => self.close(ask),
            Ask::LinkRepeat(ask) => self.link_repeat(ask),
            Ask::Merge(ask) => self.merge(ask),
            Ask::JoinMerge(ask) => self.join_merge(ask),
            Ask::Withdraw(ask) => self.withdraw(ask),
            Ask::Redirect(ask) => self.redirect(ask),
            Ask::ReplaceReply(ask) => self.replace_reply(ask),
            Ask::RecordResponse(ask) => self.record_response(ask),
        }
    }

    /// The gate has looked already; this is the answer where a type cannot say so.
    fn wrong_stage(&self) -> Refusal {
        Refusal::WrongStage { command: self.name, stage: self.dossier.stage.name() }
    }

    fn assignment(&self) -> Result<&Assignment, Refusal> {
        self.dossier.assignment.as_ref().ok_or_else(|| self.wrong_stage())
    }

    fn draft(&self) -> Result<&Draft, Refusal> {
        self.dossier.draft.as_ref().ok_or_else(|| self.wrong_stage())
    }
}

/// Is the day one of those from `earliest` to `latest`?
fn within(field: Field, date: Date, earliest: Date, latest: Date) -> Result<(), Refusal> {
    if (earliest..=latest).contains(&date) {
        Ok(())
    } else {
        Err(Refusal::DateOutside { field, date, earliest, latest })
    }
}

fn one(event: impl Into<Event>) -> Result<Vec<Event>, Refusal> {
    Ok(vec![event.into()])
}

//! Who may ask for what, and when: the gate that every command passes first, and the buttons that a screen draws.
//!
//! Both are the same function, so that what a screen offers is not refused for lack of permission or because it is not the time for it, and
//! what it does not offer is refused. What remains for [`mod@crate::decide`] are rules about what a command says.

use directory::{Actor, MinistryCode, Role};

use crate::authority::named_signatory;
use crate::command::CommandName;
use crate::ids::RecipientNo;
use crate::intake::Recipient;
use crate::link::PersonalLink;
use crate::refusal::Refusal;
use crate::state::{
    Assignment, Contest, Contribution, ContributionStatus, DispatchedReply, Dossier, Inquiry, MailLinks, RejectedBy,
    Rejection, Stage, StageName, Watch,
};
use crate::terms::Place;

/// What this person may ask of this inquiry now, in the order of the story.
#[must_use]
pub fn allowed(inquiry: &Inquiry, actor: &Actor) -> Vec<CommandName> {
    CommandName::ALL.iter().copied().filter(|name| gate(inquiry, actor, *name).is_ok()).collect()
}

/// May this person ask for that now? Permission is looked at first: whoever may not ask learns nothing of the state.
///
/// # Errors
/// The [`Refusal`] that any command of that name would meet, whatever it says.
pub fn gate(inquiry: &Inquiry, actor: &Actor, name: CommandName) -> Result<(), Refusal> {
    match inquiry {
        Inquiry::NotReceived => {
            role(actor, name)?;
            if name == CommandName::Register { Ok(()) } else { Err(Refusal::NotReceived) }
        }
        Inquiry::Received(dossier) => {
            role(actor, name)?;
            part(dossier, actor, name)?;
            time(dossier, actor, name)
        }
    }
}

/// The roles that a command belongs to.
#[must_use]
pub const fn roles(name: CommandName) -> &'static [Role] {
    match name {
        CommandName::Register
        | CommandName::AssignOutgoingNumber
        | CommandName::Dispatch
        | CommandName::RecordDeliveryByHand
        | CommandName::Resend
        | CommandName::RevokeLink
        | CommandName::LinkRepeat
        | CommandName::Merge
        | CommandName::JoinMerge
        | CommandName::Redirect => &[Role::Clerk],
        CommandName::AssignMinistries | CommandName::Reassign => &[Role::Head],
        CommandName::RemindMinistry => &[Role::Head, Role::Control, Role::Clerk],
        CommandName::SetTopic => &[Role::Clerk, Role::Control],
        CommandName::ContestAssignment
        | CommandName::SubmitContribution
        | CommandName::AcceptContribution
        | CommandName::ReturnContribution
        | CommandName::ReviseDraft
        | CommandName::SubmitForApproval
        | CommandName::RequestExtension => &[Role::Executor],
        CommandName::Visa | CommandName::RefuseVisa => &[Role::Approver],
        CommandName::ReturnDraft => &[Role::Approver, Role::Signatory],
        CommandName::SubmitForSignature => &[Role::Clerk, Role::Control],
        CommandName::Sign | CommandName::DeclineSigning | CommandName::ReplaceReply => &[Role::Signatory],
        CommandName::RecordAcceptance | CommandName::RecordFailure | CommandName::RecordDeliveryReport => {
            &[Role::System]
        }
        CommandName::ConfirmDelivery => &[Role::Clerk, Role::Deputy, Role::System],
        CommandName::GrantExtension
        | CommandName::RefuseExtension
        | CommandName::SendInterimReply
        | CommandName::RemoveFromControl
        | CommandName::Close => &[Role::Control],
        CommandName::Withdraw | CommandName::RecordResponse => &[Role::Clerk, Role::Deputy],
    }
}

fn role(actor: &Actor, command: CommandName) -> Result<(), Refusal> {
    let roles = roles(command);
    if roles.iter().any(|role| actor.has(*role)) {
        Ok(())
    } else {
        Err(Refusal::RoleNeeded { command, roles: roles.to_vec() })
    }
}

/// Roles that are bound to a ministry, a named visa or a mandate need that binding to this inquiry too.
fn part(dossier: &Dossier, actor: &Actor, name: CommandName) -> Result<(), Refusal> {
    match name {
        CommandName::ContestAssignment => match &dossier.assignment {
            Some(assignment) => ministry_with_part(assignment, actor).map(|_| ()),
            None => ministry(actor).map(|_| ()),
        },
        CommandName::SubmitContribution => match &dossier.assignment {
            Some(assignment) => match ministry_with_part(assignment, actor)? {
                Place::CoExecutor => Ok(()),
                Place::Lead => Err(Refusal::LeadWritesTheDraft),
            },
            None => ministry(actor).map(|_| ()),
        },
        CommandName::AcceptContribution
        | CommandName::ReturnContribution
        | CommandName::ReviseDraft
        | CommandName::SubmitForApproval
        | CommandName::RequestExtension => match &dossier.assignment {
            Some(assignment) => match ministry_with_part(assignment, actor)? {
                Place::Lead => Ok(()),
                Place::CoExecutor => Err(Refusal::LeadOnly { lead: assignment.lead.clone() }),
            },
            None => ministry(actor).map(|_| ()),
        },
        CommandName::Visa | CommandName::RefuseVisa => named_while_visas_are_gathered(dossier, actor),
        CommandName::ReturnDraft => {
            if matches!(dossier.stage, Stage::ForSignature(_)) && !actor.has(Role::Signatory) {
                return Err(Refusal::RoleNeeded { command: name, roles: vec![Role::Signatory] });
            }
            named_while_visas_are_gathered(dossier, actor)
        }
        CommandName::Sign => {
            let Stage::ForSignature(paper) = &dossier.stage else { return Ok(()) };
            named_signatory(paper, actor).map(|_| ())
        }
        CommandName::ConfirmDelivery => {
            if actor.has(Role::Clerk) || actor.has(Role::System) {
                Ok(())
            } else {
                on_the_list(dossier, actor)
            }
        }
        CommandName::RecordResponse => {
            if actor.has(Role::Clerk) {
                Ok(())
            } else {
                on_the_list(dossier, actor)
            }
        }
        CommandName::Withdraw => {
            if actor.has(Role::Clerk) {
                return Ok(());
            }
            on_the_list(dossier, actor)?;
            let deputies = dossier.recipients().count();
            if deputies > 1 { Err(Refusal::JointInquiry { deputies }) } else { Ok(()) }
        }
        CommandName::Register
        | CommandName::AssignMinistries
        | CommandName::Reassign
        | CommandName::RemindMinistry
        | CommandName::SubmitForSignature
        | CommandName::DeclineSigning
        | CommandName::AssignOutgoingNumber
        | CommandName::Dispatch
        | CommandName::RecordAcceptance
        | CommandName::RecordFailure
        | CommandName::RecordDeliveryReport
        | CommandName::RecordDeliveryByHand
        | CommandName::Resend
        | CommandName::RevokeLink
        | CommandName::GrantExtension
        | CommandName::RefuseExtension
        | CommandName::SendInterimReply
        | CommandName::RemoveFromControl
        | CommandName::Close
        | CommandName::LinkRepeat
        | CommandName::Merge
        | CommandName::JoinMerge
        | CommandName::Redirect
        | CommandName::ReplaceReply
        | CommandName::SetTopic => Ok(()),
    }
}

fn ministry(actor: &Actor) -> Result<&MinistryCode, Refusal> {
    actor.ministry.as_ref().ok_or(Refusal::ExecutorWithoutMinistry)
}

fn ministry_with_part(assignment: &Assignment, actor: &Actor) -> Result<Place, Refusal> {
    let ministry = ministry(actor)?;
    assignment.place(ministry).ok_or_else(|| Refusal::MinistryNotAssigned { ministry: ministry.clone() })
}

/// While visas are gathered, only an approver whose visa is required has a say.
fn named_while_visas_are_gathered(dossier: &Dossier, actor: &Actor) -> Result<(), Refusal> {
    let Stage::Approval { required } = &dossier.stage else { return Ok(()) };
    let named = actor.has(Role::Approver) && required.iter().any(|visa| visa.approver == actor.stands_for());
    if named { Ok(()) } else { Err(Refusal::NotNamedApprover) }
}

fn on_the_list(dossier: &Dossier, actor: &Actor) -> Result<(), Refusal> {
    if own_places(dossier, actor).next().is_some() { Ok(()) } else { Err(Refusal::NotOnTheList) }
}

/// The places that a deputy holds on the list; none for somebody who is no deputy. Whoever came by a personal link holds the one place that it was
/// made for, as long as it works.
pub(crate) fn own_places<'a>(dossier: &'a Dossier, actor: &'a Actor) -> impl Iterator<Item = RecipientNo> + 'a {
    let held = actor.holds.map(PersonalLink::from).filter(|link| dossier.opens(link)).map(|link| link.recipient);
    let own = move |recipient: &&Recipient| {
        let known = recipient.deputy.is_some() && recipient.deputy == actor.deputy;
        actor.has(Role::Deputy) && (known || held == Some(recipient.no))
    };
    dossier.recipients().filter(own).map(|recipient| recipient.no)
}

/// Is it the time for it?
fn time(dossier: &Dossier, actor: &Actor, name: CommandName) -> Result<(), Refusal> {
    let stage = dossier.stage.name();
    let wrong_stage = || Refusal::WrongStage { command: name, stage };
    let when = |fits: bool| if fits { Ok(()) } else { Err(wrong_stage()) };
    if name == CommandName::Register {
        return Err(Refusal::AlreadyReceived);
    }
    after_the_end(stage, name)?;
    match name {
        CommandName::Register => Err(Refusal::AlreadyReceived),
        CommandName::AssignMinistries => {
            when(matches!(stage, StageName::OnControl | StageName::Assigned | StageName::Drafting))
        }
        CommandName::ContestAssignment => {
            when(at_work(stage))?;
            let contests = dossier.assignment.iter().flat_map(|assignment| &assignment.contests);
            nothing_contested(contests.filter(|contest| Some(&contest.ministry) == actor.ministry.as_ref()))
        }
        CommandName::Reassign | CommandName::SubmitContribution => when(at_work(stage)),
        CommandName::AcceptContribution => {
            when(at_work(stage))?;
            some_contribution(dossier, |contribution| contribution.status == ContributionStatus::Submitted)
        }
        CommandName::ReturnContribution => {
            when(at_work(stage))?;
            some_contribution(dossier, |contribution| is_returnable(&contribution.status))
        }
        // While a ministry is at work the lead at least owes something, as long as the clock runs; while visas are gathered, once one was refused.
        CommandName::RemindMinistry => {
            when(at_work(stage) || stage == StageName::Approval)?;
            running(dossier)?;
            when(!dossier.owing().is_empty())
        }
        CommandName::ReviseDraft => when(at_work(stage) || stage == StageName::Approval),
        CommandName::SubmitForApproval => {
            let Stage::Drafting { rejected } = &dossier.stage else { return Err(wrong_stage()) };
            match rejected {
                // Declined for its date or its signatory, a text may be right as it is.
                Some(Rejection { by: RejectedBy::Declined { .. }, .. }) | None => Ok(()),
                Some(Rejection { by: RejectedBy::Returned | RejectedBy::Replaced, version, .. }) => {
                    Err(Refusal::VersionSentBack { version: *version })
                }
            }
        }
        CommandName::Visa | CommandName::RefuseVisa => {
            when(stage == StageName::Approval)?;
            let awaited = dossier.missing_visas().iter().any(|visa| visa.approver == actor.stands_for());
            if awaited { Ok(()) } else { Err(Refusal::NoVisaAwaited) }
        }
        CommandName::ReturnDraft => when(matches!(stage, StageName::Approval | StageName::ForSignature)),
        CommandName::SubmitForSignature => {
            when(stage == StageName::Approval || was_declined(dossier))?;
            all_visas(dossier)
        }
        CommandName::Sign => {
            when(stage == StageName::ForSignature)?;
            all_visas(dossier)
        }
        CommandName::DeclineSigning => when(stage == StageName::ForSignature),
        CommandName::AssignOutgoingNumber => {
            if stage.is_unsigned() {
                Err(Refusal::NotSignedYet)
            } else {
                when(stage == StageName::Signed)
            }
        }
        CommandName::Dispatch => {
            if stage.is_unsigned() || stage == StageName::Signed {
                return Err(Refusal::NotNumberedYet);
            }
            when(stage == StageName::Numbered)
        }
        CommandName::RecordAcceptance | CommandName::RecordFailure | CommandName::RecordDeliveryReport => {
            when(stage == StageName::Dispatched)
        }
        CommandName::ConfirmDelivery => {
            let sent = sent(dossier).ok_or_else(wrong_stage)?;
            let speaks_for_all = actor.has(Role::Clerk) || actor.has(Role::System);
            // To whom no mail went, nobody but they themselves can say that they have it; a clerk records a delivery by hand.
            let by_mail = |no: &RecipientNo| sent.delivery(*no).is_some_and(|delivery| delivery.email.is_some());
            let own = |no: &RecipientNo| {
                (speaks_for_all && by_mail(no)) || own_places(dossier, actor).any(|place| place == *no)
            };
            if sent.undelivered().iter().any(own) { Ok(()) } else { Err(Refusal::NobodyWaits) }
        }
        CommandName::RecordDeliveryByHand | CommandName::Resend => {
            let sent = sent(dossier).ok_or_else(wrong_stage)?;
            if sent.undelivered().is_empty() { Err(Refusal::NobodyWaits) } else { Ok(()) }
        }
        CommandName::RevokeLink => {
            if dossier.links.iter().any(MailLinks::work) {
                Ok(())
            } else {
                Err(Refusal::NoLink)
            }
        }
        CommandName::RequestExtension => {
            when(at_work(stage) || matches!(stage, StageName::Approval | StageName::ForSignature))?;
            match running(dossier)?.asked {
                Some(ref asked) => Err(Refusal::ExtensionPending { until: asked.until }),
                None => Ok(()),
            }
        }
        CommandName::GrantExtension | CommandName::RefuseExtension => match running(dossier)?.asked {
            Some(_) => Ok(()),
            None => Err(Refusal::NoExtensionRequested),
        },
        CommandName::SendInterimReply => {
            when(stage.is_unsigned())?;
            running(dossier).map(|_| ())
        }
        CommandName::RemoveFromControl => {
            delivered(dossier)?;
            running(dossier).map(|_| ())
        }
        CommandName::Close => delivered(dossier),
        CommandName::LinkRepeat | CommandName::SetTopic => Ok(()),
        CommandName::Merge => when(stage == StageName::OnControl || at_work(stage)),
        CommandName::JoinMerge => {
            when(stage == StageName::OnControl || at_work(stage))?;
            nobody_joined(dossier)
        }
        CommandName::Withdraw | CommandName::Redirect => {
            when(stage.is_unsigned())?;
            nothing_went_out(dossier)?;
            nobody_joined(dossier)
        }
        CommandName::ReplaceReply => {
            when(matches!(stage, StageName::Numbered | StageName::Dispatched | StageName::Closed))
        }
        CommandName::RecordResponse => when(matches!(stage, StageName::Dispatched | StageName::Closed)),
    }
}

/// Nothing after closing but repeat links, the deputies' responses and a replacement; nothing after another end but repeat links. A personal link
/// that fell into wrong hands is ended at any time, and what an inquiry is about is no work on it.
fn after_the_end(stage: StageName, command: CommandName) -> Result<(), Refusal> {
    let follows = match stage {
        StageName::Closed => matches!(
            command,
            CommandName::LinkRepeat
                | CommandName::RecordResponse
                | CommandName::ReplaceReply
                | CommandName::RevokeLink
                | CommandName::SetTopic
        ),
        StageName::Withdrawn | StageName::Redirected | StageName::Merged => {
            matches!(command, CommandName::LinkRepeat | CommandName::RevokeLink | CommandName::SetTopic)
        }
        StageName::Received
        | StageName::Registered
        | StageName::OnControl
        | StageName::Assigned
        | StageName::Drafting
        | StageName::Approval
        | StageName::ForSignature
        | StageName::Signed
        | StageName::Numbered
        | StageName::Dispatched => true,
    };
    match (follows, stage) {
        (true, _) => Ok(()),
        (false, StageName::Closed) => Err(Refusal::InquiryClosed { command }),
        (false, _) => Err(Refusal::InquiryEnded { command, stage }),
    }
}

/// Are ministries at work?
pub(crate) const fn at_work(stage: StageName) -> bool {
    matches!(stage, StageName::Assigned | StageName::Drafting)
}

/// A contribution that waits for the lead, or that the lead had accepted and now finds wanting.
pub(crate) const fn is_returnable(status: &ContributionStatus) -> bool {
    match status {
        ContributionStatus::Submitted | ContributionStatus::Accepted => true,
        ContributionStatus::Returned { .. } => false,
    }
}

fn some_contribution(dossier: &Dossier, fits: impl Fn(&Contribution) -> bool) -> Result<(), Refusal> {
    if dossier.contributions.iter().any(fits) { Ok(()) } else { Err(Refusal::NoContribution) }
}

fn all_visas(dossier: &Dossier) -> Result<(), Refusal> {
    let missing = dossier.missing_visas();
    if missing.is_empty() { Ok(()) } else { Err(Refusal::VisasMissing { missing }) }
}

/// One request to be replaced of each ministry waits for the head.
fn nothing_contested<'a>(mut own: impl Iterator<Item = &'a Contest>) -> Result<(), Refusal> {
    if own.next().is_none() { Ok(()) } else { Err(Refusal::ContestPending) }
}

/// Did the signatory decline the current version, which had every visa?
fn was_declined(dossier: &Dossier) -> bool {
    matches!(&dossier.stage, Stage::Drafting { rejected: Some(Rejection { by: RejectedBy::Declined { .. }, .. }) })
}

/// Whoever has been answered is owed the replacement that was begun.
fn nothing_went_out(dossier: &Dossier) -> Result<(), Refusal> {
    if dossier.last_order == 0 { Ok(()) } else { Err(Refusal::ReplyWentOut) }
}

fn sent(dossier: &Dossier) -> Option<&DispatchedReply> {
    if let Stage::Dispatched(sent) = &dossier.stage { Some(sent) } else { None }
}

fn delivered(dossier: &Dossier) -> Result<(), Refusal> {
    let Some(sent) = sent(dossier) else { return Err(Refusal::NotDispatchedYet) };
    let recipients = sent.undelivered();
    if recipients.is_empty() { Ok(()) } else { Err(Refusal::Undelivered { recipients }) }
}

fn running(dossier: &Dossier) -> Result<&Watch, Refusal> {
    dossier.watch().ok_or(Refusal::NotOnControl)
}

fn nobody_joined(dossier: &Dossier) -> Result<(), Refusal> {
    if dossier.merged.is_empty() {
        return Ok(());
    }
    Err(Refusal::OthersJoined { numbers: dossier.merged.iter().map(|other| other.number.clone()).collect() })
}

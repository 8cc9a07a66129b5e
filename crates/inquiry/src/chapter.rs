//! The chapters of the story that events belong to, and who does what they tell: for whoever looks through the journal by kinds.

use directory::Role;

use crate::allowed;
use crate::command::CommandName;
use crate::event::EventName;

/// A part of the story.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Chapter {
    /// It came in, was registered and put on control.
    Arrival,
    /// Who works on it.
    Assignment,
    /// What co-executors send.
    Contributions,
    /// What the lead writes.
    Drafting,
    /// Visas, refusals, returns.
    Approval,
    /// The signatory and the number.
    Signing,
    /// The letter on its way, and what became of it.
    Delivery,
    /// More time, reminders, interim replies.
    Deadlines,
    /// How it ended, and what followed.
    Ending,
}

impl Chapter {
    /// All of them, in the order of the story.
    pub const ALL: [Self; 9] = [
        Self::Arrival,
        Self::Assignment,
        Self::Contributions,
        Self::Drafting,
        Self::Approval,
        Self::Signing,
        Self::Delivery,
        Self::Deadlines,
        Self::Ending,
    ];

    /// The name in addresses.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Arrival => "arrival",
            Self::Assignment => "assignment",
            Self::Contributions => "contributions",
            Self::Drafting => "drafting",
            Self::Approval => "approval",
            Self::Signing => "signing",
            Self::Delivery => "delivery",
            Self::Deadlines => "deadlines",
            Self::Ending => "ending",
        }
    }

    /// The chapter of that name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|chapter| chapter.code() == code)
    }

    /// Its kinds of events.
    pub fn kinds(self) -> impl Iterator<Item = EventName> {
        EventName::ALL.iter().copied().filter(move |name| name.chapter() == self)
    }
}

impl EventName {
    /// The chapter that it belongs to.
    #[must_use]
    pub const fn chapter(self) -> Chapter {
        self.told().0
    }

    /// May somebody in that role do what such an event tells? What no command leads to is told by whoever keeps accounts, where an address was
    /// erased, and otherwise by the program, which follows a change of the records.
    #[must_use]
    pub fn is_done_by(self, role: Role) -> bool {
        let commands = self.told().1;
        if commands.is_empty() {
            let teller = if self == Self::AddressErased { Role::Admin } else { Role::System };
            return role == teller;
        }
        commands.iter().any(|command| allowed::roles(*command).contains(&role))
    }

    /// Its chapter, and the commands that lead to it.
    const fn told(self) -> (Chapter, &'static [CommandName]) {
        use CommandName as By;
        match self {
            Self::InquiryReceived | Self::InquiryRegistered | Self::ControlSet => (Chapter::Arrival, &[By::Register]),
            Self::MinistriesAssigned => (Chapter::Assignment, &[By::AssignMinistries]),
            Self::AssignmentContested => (Chapter::Assignment, &[By::ContestAssignment]),
            Self::MinistryReassigned => (Chapter::Assignment, &[By::Reassign]),
            Self::ContributionSubmitted => (Chapter::Contributions, &[By::SubmitContribution]),
            Self::ContributionAccepted => (Chapter::Contributions, &[By::AcceptContribution]),
            Self::ContributionReturned => (Chapter::Contributions, &[By::ReturnContribution]),
            Self::MinistryReminded => (Chapter::Deadlines, &[By::RemindMinistry]),
            Self::DraftRevised => (Chapter::Drafting, &[By::ReviseDraft]),
            Self::DraftSubmittedForApproval => (Chapter::Approval, &[By::SubmitForApproval]),
            Self::DraftVisaed => (Chapter::Approval, &[By::Visa]),
            Self::VisaRefused => (Chapter::Approval, &[By::RefuseVisa]),
            Self::DraftReturned => (Chapter::Approval, &[By::ReturnDraft]),
            Self::SubmittedForSignature => (Chapter::Signing, &[By::SubmitForSignature]),
            Self::ReplyCosigned | Self::ReplySigned => (Chapter::Signing, &[By::Sign]),
            Self::SigningDeclined => (Chapter::Signing, &[By::DeclineSigning]),
            Self::OutgoingNumberAssigned => (Chapter::Signing, &[By::AssignOutgoingNumber]),
            Self::DispatchOrdered => (Chapter::Delivery, &[By::Dispatch, By::Resend]),
            Self::ReplyAccepted => (Chapter::Delivery, &[By::RecordAcceptance]),
            Self::DeliveryFailed => (Chapter::Delivery, &[By::RecordFailure]),
            Self::DeliveryReported => (Chapter::Delivery, &[By::RecordDeliveryReport]),
            Self::DeliveryConfirmed => (Chapter::Delivery, &[By::ConfirmDelivery]),
            Self::DeliveredByHand => (Chapter::Delivery, &[By::RecordDeliveryByHand]),
            Self::LinkRevoked => (Chapter::Delivery, &[By::RevokeLink]),
            Self::ExtensionRequested => (Chapter::Deadlines, &[By::RequestExtension]),
            Self::ExtensionGranted => (Chapter::Deadlines, &[By::GrantExtension]),
            Self::ExtensionRefused => (Chapter::Deadlines, &[By::RefuseExtension]),
            Self::InterimReplySent => (Chapter::Deadlines, &[By::SendInterimReply]),
            Self::ControlRemoved => (Chapter::Ending, &[By::RemoveFromControl, By::Close]),
            Self::InquiryClosed => (Chapter::Ending, &[By::Close]),
            Self::RepeatInquiryLinked => (Chapter::Ending, &[By::LinkRepeat]),
            Self::InquiriesMerged => (Chapter::Ending, &[By::Merge, By::JoinMerge]),
            Self::InquiryWithdrawn => (Chapter::Ending, &[By::Withdraw]),
            Self::InquiryRedirected => (Chapter::Ending, &[By::Redirect]),
            Self::ReplyReplaced => (Chapter::Ending, &[By::ReplaceReply]),
            Self::DeputyResponded => (Chapter::Ending, &[By::RecordResponse]),
            Self::AddressErased => (Chapter::Ending, &[]),
            Self::TopicSet => (Chapter::Arrival, &[By::Register, By::SetTopic]),
            Self::PartCarriedOver => (Chapter::Assignment, &[]),
            Self::DeadlinesRecounted => (Chapter::Deadlines, &[]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_chapter_has_kinds_and_every_role_that_acts_has_some() {
        assert_eq!(Chapter::ALL.into_iter().flat_map(Chapter::kinds).count(), EventName::ALL.len());
        for chapter in Chapter::ALL {
            assert!(chapter.kinds().next().is_some(), "{}", chapter.code());
            assert_eq!(Chapter::from_code(chapter.code()), Some(chapter));
        }
        let done = |role: Role| EventName::ALL.iter().filter(|name| name.is_done_by(role)).count();
        for role in Role::ALL {
            assert_eq!(done(role) == 0, role == Role::Auditor, "{}", role.code());
        }
        assert!(EventName::ReplySigned.is_done_by(Role::Signatory) && !EventName::ReplySigned.is_done_by(Role::Clerk));
        for (name, role) in [
            (EventName::PartCarriedOver, Role::System),
            (EventName::DeadlinesRecounted, Role::System),
            (EventName::AddressErased, Role::Admin),
        ] {
            assert!(Role::ALL.into_iter().all(|one| name.is_done_by(one) == (one == role)), "{}", name.stored());
        }
    }
}

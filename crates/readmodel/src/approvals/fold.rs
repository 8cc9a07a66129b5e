//! How an event changes what is awaited. A pure function, and total: it keeps of the inquiry's own state what decides whether somebody is
//! waited for.

use inquiry::InquiryId;
use inquiry::event::{Event, EventName};
use inquiry::terms::{MergeSide, RequiredVisa};

use super::Approval;
use crate::folding::{Reads, Stamp};

/// Visas are asked for, decided, and made void.
pub(super) const fn reads(name: EventName) -> Reads {
    match name {
        EventName::DraftRevised
        | EventName::DraftSubmittedForApproval
        | EventName::DraftVisaed
        | EventName::VisaRefused
        | EventName::DraftReturned
        | EventName::ReplySigned
        | EventName::InquiriesMerged
        | EventName::InquiryWithdrawn
        | EventName::InquiryRedirected => Reads::Content,
        EventName::InquiryReceived
        | EventName::InquiryRegistered
        | EventName::ControlSet
        | EventName::MinistriesAssigned
        | EventName::AssignmentContested
        | EventName::MinistryReassigned
        | EventName::PartCarriedOver
        | EventName::ContributionSubmitted
        | EventName::ContributionAccepted
        | EventName::ContributionReturned
        | EventName::MinistryReminded
        | EventName::SubmittedForSignature
        | EventName::ReplyCosigned
        | EventName::SigningDeclined
        | EventName::OutgoingNumberAssigned
        | EventName::DispatchOrdered
        | EventName::ReplyAccepted
        | EventName::DeliveryFailed
        | EventName::DeliveryReported
        | EventName::DeliveryConfirmed
        | EventName::DeliveredByHand
        | EventName::LinkRevoked
        | EventName::ExtensionRequested
        | EventName::ExtensionGranted
        | EventName::ExtensionRefused
        | EventName::DeadlinesRecounted
        | EventName::InterimReplySent
        | EventName::ControlRemoved
        | EventName::InquiryClosed
        | EventName::RepeatInquiryLinked
        | EventName::ReplyReplaced
        | EventName::DeputyResponded
        | EventName::AddressErased
        | EventName::TopicSet => Reads::Nothing,
    }
}

/// The row after an event; none while nothing is asked of anybody.
pub(super) fn fold(row: Option<Approval>, inquiry: InquiryId, event: &Event, stamp: Stamp) -> Option<Approval> {
    let mut row = match event {
        Event::DraftSubmittedForApproval(event) => {
            // Declined by the signatory, a version may be submitted once more with what was decided on it.
            let (given, refused) = row.map(|row| (row.given, row.refused)).unwrap_or_default();
            let is_open = |visa: &&RequiredVisa| !given.contains(visa) && !refused.contains(visa);
            let awaited = event.required.iter().filter(is_open).cloned().collect();
            Approval { inquiry, awaited, given, refused, position: stamp.position }
        }
        // Another version is another letter, what was sent back is not submitted again, and what is signed waits for nobody.
        Event::DraftRevised(_)
        | Event::DraftReturned(_)
        | Event::ReplySigned(_)
        | Event::InquiryWithdrawn(_)
        | Event::InquiryRedirected(_) => return None,
        Event::InquiriesMerged(event) => match event.merge {
            MergeSide::Joins { .. } => return None,
            MergeSide::Leads { .. } => row?,
        },
        Event::DraftVisaed(event) => {
            let mut row = row?;
            let visa = row.decided(RequiredVisa { kind: event.kind, approver: event.approver.clone() });
            row.given.push(visa);
            row
        }
        Event::VisaRefused(event) => {
            let mut row = row?;
            let visa = row.decided(RequiredVisa { kind: event.kind, approver: event.approver.clone() });
            row.refused.push(visa);
            row
        }
        // What `reads` does not ask for.
        _ => row?,
    };
    row.position = stamp.position;
    Some(row)
}

impl Approval {
    /// Takes a visa from where it stood until now.
    fn decided(&mut self, visa: RequiredVisa) -> RequiredVisa {
        self.awaited.retain(|known| *known != visa);
        self.refused.retain(|known| *known != visa);
        visa
    }
}

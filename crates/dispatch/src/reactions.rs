//! From events to errands: what dispatch has to do about each event, and the rows that follow from it.

use eventstore::{Concern, Follower, FollowerError, Recorded, Transaction};
use inquiry::event::{
    DeliveredByHand, DeliveryConfirmed, DispatchOrdered, InquiryRedirected, InquiryWithdrawn, ReplyReplaced,
};
use inquiry::{Event, EventName, InquiryId, RecipientNo};

use crate::concern;
use crate::error::DispatchError;
use crate::queue;

/// The name under which the follower keeps its place.
pub const FOLLOWER: &str = "dispatch";

/// What dispatch has to do about an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Errand<'e> {
    /// One mail for each recipient who has an address. An earlier one of theirs that still waits gives way to it.
    Send(&'e DispatchOrdered),
    /// Whatever of this inquiry has not gone yet shall not go any more.
    CallBackAll,
    /// The same for one recipient, who has the letter already.
    CallBack(RecipientNo),
    /// The address of whoever stands in these places is to be gone from what is settled.
    Forget(&'e [RecipientNo]),
    /// Nothing.
    None,
}

/// Every event has its answer here by name; a new one does not compile until somebody has given it one.
#[must_use]
pub const fn errand(event: &Event) -> Errand<'_> {
    match event {
        Event::DispatchOrdered(order) => Errand::Send(order),
        // The deputies no longer wait for this letter, or wait for another one.
        Event::InquiryWithdrawn(InquiryWithdrawn { .. })
        | Event::InquiryRedirected(InquiryRedirected { .. })
        | Event::ReplyReplaced(ReplyReplaced { .. }) => Errand::CallBackAll,
        Event::DeliveryConfirmed(DeliveryConfirmed { recipient, .. })
        | Event::DeliveredByHand(DeliveredByHand { recipient, .. }) => Errand::CallBack(*recipient),
        Event::AddressErased(erased) => Errand::Forget(erased.recipients.as_slice()),
        // Our own reports: the rows knew first.
        Event::ReplyAccepted(_) | Event::DeliveryFailed(_) | Event::DeliveryReported(_) => Errand::None,
        // A mail that is still to go carries its link, which opens nothing; the clerk who ended it sends another or none.
        Event::LinkRevoked(_) => Errand::None,
        // Before there is a letter to send.
        Event::InquiryReceived(_)
        | Event::InquiryRegistered(_)
        | Event::ControlSet(_)
        | Event::MinistriesAssigned(_)
        | Event::AssignmentContested(_)
        | Event::MinistryReassigned(_)
        | Event::PartCarriedOver(_)
        | Event::ContributionSubmitted(_)
        | Event::ContributionAccepted(_)
        | Event::ContributionReturned(_)
        | Event::MinistryReminded(_)
        | Event::DraftRevised(_)
        | Event::DraftSubmittedForApproval(_)
        | Event::DraftVisaed(_)
        | Event::VisaRefused(_)
        | Event::DraftReturned(_)
        | Event::SubmittedForSignature(_)
        | Event::ReplyCosigned(_)
        | Event::ReplySigned(_)
        | Event::SigningDeclined(_)
        | Event::OutgoingNumberAssigned(_)
        | Event::ExtensionRequested(_)
        | Event::ExtensionGranted(_)
        | Event::ExtensionRefused(_)
        | Event::DeadlinesRecounted(_)
        | Event::InterimReplySent(_) => Errand::None,
        // After everybody has it.
        Event::ControlRemoved(_)
        | Event::InquiryClosed(_)
        | Event::RepeatInquiryLinked(_)
        | Event::InquiriesMerged(_)
        | Event::DeputyResponded(_)
        | Event::TopicSet(_) => Errand::None,
    }
}

/// Does an errand follow from this kind of event? As [`errand`], before the event is read.
const fn concerns(name: EventName) -> bool {
    match name {
        EventName::DispatchOrdered
        | EventName::InquiryWithdrawn
        | EventName::InquiryRedirected
        | EventName::ReplyReplaced
        | EventName::DeliveryConfirmed
        | EventName::DeliveredByHand
        | EventName::AddressErased => true,
        EventName::ReplyAccepted
        | EventName::DeliveryFailed
        | EventName::DeliveryReported
        | EventName::LinkRevoked
        | EventName::InquiryReceived
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
        | EventName::DraftRevised
        | EventName::DraftSubmittedForApproval
        | EventName::DraftVisaed
        | EventName::VisaRefused
        | EventName::DraftReturned
        | EventName::SubmittedForSignature
        | EventName::ReplyCosigned
        | EventName::ReplySigned
        | EventName::SigningDeclined
        | EventName::OutgoingNumberAssigned
        | EventName::ExtensionRequested
        | EventName::ExtensionGranted
        | EventName::ExtensionRefused
        | EventName::DeadlinesRecounted
        | EventName::InterimReplySent
        | EventName::ControlRemoved
        | EventName::InquiryClosed
        | EventName::RepeatInquiryLinked
        | EventName::InquiriesMerged
        | EventName::DeputyResponded
        | EventName::TopicSet => false,
    }
}

/// The follower of the journal that turns events into rows of mail.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reactions(());

impl Follower for Reactions {
    fn name(&self) -> &str {
        FOLLOWER
    }

    fn concern(&self, event: &Recorded) -> Concern {
        concern::of_inquiry(event, concerns)
    }

    async fn apply(&self, tx: &Transaction<'_>, page: &[Recorded]) -> Result<(), FollowerError> {
        for recorded in page {
            let Some(inquiry) = InquiryId::of_stream(recorded.stream.as_str()) else { continue };
            for event in Event::from_stored(&recorded.event_type, recorded.schema_version, recorded.text())? {
                react(tx, inquiry, &event, recorded).await?;
            }
        }
        Ok(())
    }
}

async fn react(
    tx: &Transaction<'_>,
    inquiry: InquiryId,
    event: &Event,
    recorded: &Recorded,
) -> Result<(), DispatchError> {
    match errand(event) {
        Errand::Send(order) => queue::enqueue(tx, inquiry, order, recorded).await,
        Errand::CallBackAll => queue::call_back(tx, inquiry, None, recorded.at).await,
        Errand::CallBack(recipient) => queue::call_back(tx, inquiry, Some(recipient), recorded.at).await,
        Errand::Forget(recipients) => queue::forget(tx, inquiry, recipients, recorded.at).await,
        Errand::None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_of_event_concerns_dispatch_exactly_when_an_errand_follows_from_it() {
        for line in include_str!("../../inquiry/tests/stored_events.txt").lines() {
            let mut parts = line.splitn(3, '\t');
            let mut part = || parts.next().unwrap_or_default();
            let (name, version, payload) = (part(), part(), part());
            let events = Event::from_stored(name, version.parse().unwrap_or(0), payload);
            let fits = |event: &Event| concerns(event.name()) == (errand(event) != Errand::None);
            assert!(events.is_ok_and(|events| events.iter().all(fits)), "{name} is read or passed over wrongly");
        }
    }
}

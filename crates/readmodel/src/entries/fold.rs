//! Which ministries an event concerns: those that it names, or whoever leads at that moment; of a delivery, none.

use directory::MinistryCode;
use inquiry::event::{Event, EventName};
use inquiry::terms::Place;

use crate::folding::Reads;

/// Only of events that name ministries it matters what they say. Of what is no inquiry's, or known to a newer program alone, that it happened.
pub(super) const fn reads(name: Option<EventName>) -> Reads {
    match name {
        // Whether anybody accepted it, or it was only written to a file.
        Some(EventName::ReplyAccepted) => Reads::Content,
        Some(name) => match rule(name) {
            Rule::Named => Reads::Content,
            Rule::Lead | Rule::Nobody => Reads::Stamp,
        },
        None => Reads::Stamp,
    }
}

/// Whom events of a kind concern.
enum Rule {
    /// The ministries that they name.
    Named,
    /// The lead of that moment.
    Lead,
    /// No ministry: they are about a deputy, or about a paper that nobody works on.
    Nobody,
}

const fn rule(name: EventName) -> Rule {
    match name {
        EventName::MinistriesAssigned
        | EventName::AssignmentContested
        | EventName::MinistryReassigned
        | EventName::PartCarriedOver
        | EventName::ContributionSubmitted
        | EventName::ContributionAccepted
        | EventName::ContributionReturned
        | EventName::MinistryReminded
        | EventName::ExtensionRequested
        | EventName::DeadlinesRecounted => Rule::Named,
        EventName::InquiryReceived
        | EventName::InquiryRegistered
        | EventName::ControlSet
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
        | EventName::DispatchOrdered
        | EventName::ExtensionGranted
        | EventName::ExtensionRefused
        | EventName::InterimReplySent
        | EventName::ControlRemoved
        | EventName::InquiryClosed
        | EventName::InquiriesMerged
        | EventName::InquiryWithdrawn
        | EventName::InquiryRedirected
        | EventName::ReplyReplaced
        | EventName::TopicSet => Rule::Lead,
        EventName::ReplyAccepted
        | EventName::DeliveryFailed
        | EventName::DeliveryReported
        | EventName::DeliveryConfirmed
        | EventName::DeliveredByHand
        | EventName::LinkRevoked
        | EventName::RepeatInquiryLinked
        | EventName::DeputyResponded
        | EventName::AddressErased => Rule::Nobody,
    }
}

/// What its kind alone says too much of: a mail that was written to a file was accepted by nobody.
pub(super) fn variant(events: &[Event]) -> Option<&'static str> {
    let is_file = events.iter().any(|event| matches!(event, Event::ReplyAccepted(event) if event.is_file()));
    is_file.then_some(super::FILE)
}

/// The ministries that an event concerns, each once, and who leads after it.
pub(super) fn concerned(
    lead: Option<&MinistryCode>,
    kind: &str,
    events: &[Event],
) -> (Vec<MinistryCode>, Option<MinistryCode>) {
    let mut after = lead.cloned();
    let mut ministries: Vec<MinistryCode> = Vec::new();
    for event in events {
        ministries.extend(named(event, after.as_ref()));
        match event {
            Event::MinistriesAssigned(event) => after = Some(event.lead.clone()),
            Event::MinistryReassigned(event) if event.place == Place::Lead => after = Some(event.to.clone()),
            Event::PartCarriedOver(event) if event.place == Place::Lead => after = Some(event.to.clone()),
            // Nothing else says who leads.
            _ => {}
        }
    }
    if let Some(Rule::Lead) = EventName::from_stored(kind).map(rule) {
        ministries.extend(after.clone());
    }
    let mut once = Vec::new();
    for ministry in ministries {
        if !once.contains(&ministry) {
            once.push(ministry);
        }
    }
    (once, after)
}

fn named(event: &Event, lead: Option<&MinistryCode>) -> Vec<MinistryCode> {
    match event {
        Event::MinistriesAssigned(event) => {
            let others = event.co_executors.iter().map(|co| co.ministry.clone());
            std::iter::once(event.lead.clone()).chain(others).collect()
        }
        Event::AssignmentContested(event) => {
            std::iter::once(event.ministry.clone()).chain(event.propose.clone()).collect()
        }
        Event::MinistryReassigned(event) => vec![event.from.clone(), event.to.clone()],
        Event::PartCarriedOver(event) => vec![event.from.clone(), event.to.clone()],
        // The reply's day is the lead's.
        Event::DeadlinesRecounted(event) => {
            let parts = event.parts.iter().map(|part| part.ministry.clone());
            event.reply.iter().filter_map(|_| lead.cloned()).chain(parts).collect()
        }
        Event::ContributionSubmitted(event) => vec![event.ministry.clone()],
        // Whoever accepts or returns is concerned as well.
        Event::ContributionAccepted(event) => std::iter::once(event.ministry.clone()).chain(lead.cloned()).collect(),
        Event::ContributionReturned(event) => std::iter::once(event.ministry.clone()).chain(lead.cloned()).collect(),
        Event::MinistryReminded(event) => vec![event.ministry.clone()],
        Event::ExtensionRequested(event) => vec![event.ministry.clone()],
        // What `reads` does not ask for.
        _ => Vec::new(),
    }
}

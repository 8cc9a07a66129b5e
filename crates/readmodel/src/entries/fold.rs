//! Which ministries an event concerns: those that it names, or whoever leads at that moment; of a delivery, none. Of a change in the records, those
//! whose records it changes.

use directory::MinistryCode;
use directory::changes::{Change, SubjectKind};
use inquiry::event::{Event, EventName};
use inquiry::terms::Place;

use super::stream::{Kind, Said, Stream};
use crate::folding::Reads;

/// Only of events that name ministries it matters what they say. Of others, or what is known to a newer program alone, that it happened.
pub(super) const fn reads(kind: Kind) -> Reads {
    match kind {
        // Whether anybody accepted it, or it was only written to a file.
        Kind::OfInquiry(EventName::ReplyAccepted) | Kind::OfMinistries => Reads::Content,
        Kind::OfInquiry(name) => match rule(name) {
            Rule::Named => Reads::Content,
            Rule::Lead | Rule::Nobody => Reads::Stamp,
        },
        Kind::Other => Reads::Stamp,
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
pub(super) fn variant(events: &[Said]) -> Option<&'static str> {
    let is_file = |said: &Said| match said {
        Said::Inquiry(event) => matches!(&**event, Event::ReplyAccepted(event) if event.is_file()),
        Said::Records(_) => false,
    };
    events.iter().any(is_file).then_some(super::FILE)
}

/// The ministries that an event of a stream concerns, each once, and who leads after it.
pub(super) fn concerned(
    stream: &Stream,
    lead: Option<&MinistryCode>,
    kind: &str,
    events: &[Said],
) -> (Vec<MinistryCode>, Option<MinistryCode>) {
    let mut after = lead.cloned();
    let mut ministries: Vec<MinistryCode> = Vec::new();
    for said in events {
        let event = match said {
            Said::Inquiry(event) => &**event,
            Said::Records(change) => {
                ministries.extend(changed(change));
                continue;
            }
        };
        ministries.extend(named(event, after.as_ref()));
        match event {
            Event::MinistriesAssigned(event) => after = Some(event.lead.clone()),
            Event::MinistryReassigned(event) if event.place == Place::Lead => after = Some(event.to.clone()),
            Event::PartCarriedOver(event) if event.place == Place::Lead => after = Some(event.to.clone()),
            // Nothing else says who leads.
            _ => {}
        }
    }
    match EventName::from_stored(kind).map(rule) {
        Some(Rule::Lead) => ministries.extend(after.clone()),
        Some(Rule::Named | Rule::Nobody) => {}
        None => ministries.extend(stream.blanks()),
    }
    let mut once = Vec::new();
    for ministry in ministries {
        if !once.contains(&ministry) {
            once.push(ministry);
        }
    }
    (once, after)
}

/// The ministries whose records a change is of: those that begin, bear another name or end by it, and those whose duties it moves.
fn changed(change: &Change) -> Vec<MinistryCode> {
    match change {
        Change::MinistryFounded(event) => std::iter::once(&event.code).chain(&event.predecessors).cloned().collect(),
        Change::MinistryRenamed(event) => vec![event.code.clone()],
        Change::MinistryMerged(event) => vec![event.code.clone(), event.into.clone()],
        Change::MinistrySplit(event) => std::iter::once(&event.code).chain(&event.into).cloned().collect(),
        Change::MinistryAbolished(event) => vec![event.code.clone()],
        Change::OfficeFounded(event) => event.ministry.iter().cloned().collect(),
        Change::ChangeTakenBack(event) => match event.kind {
            SubjectKind::Ministries => event.codes.iter().filter_map(|code| code.parse().ok()).collect(),
            SubjectKind::Deputies | SubjectKind::Factions | SubjectKind::Offices | SubjectKind::Calendar => Vec::new(),
        },
        Change::ConvocationBegun(_)
        | Change::ConvocationEnded(_)
        | Change::FactionFormed(_)
        | Change::FactionEnded(_)
        | Change::DeputyEntered(_)
        | Change::DeputyCorrected(_)
        | Change::DeputyChangedFaction(_)
        | Change::DeputyLeft(_)
        | Change::OfficeTaken(_)
        | Change::OfficeLeft(_)
        | Change::CalendarChanged(_) => Vec::new(),
    }
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

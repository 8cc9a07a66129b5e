//! How an event changes what its inquiry counts as. A pure function, and total.
//!
//! A state that lasted no time at all is none: what one append records together, and what a clock that stands says of several, is one row.

use std::collections::BTreeMap;

use directory::MinistryCode;
use inquiry::event::{Event, EventName, InquiryReceived, MinistriesAssigned, MinistryReassigned, PartCarriedOver};
use inquiry::terms::{MergeSide, Outcome, Place};
use inquiry::time::day_of;
use inquiry::{InquiryId, RecipientNo};

use super::{Case, What};
use crate::folding::{Reads, Stamp};

/// What some figure can tell apart.
pub(super) const fn reads(name: EventName) -> Reads {
    match name {
        EventName::InquiryReceived
        | EventName::ControlSet
        | EventName::TopicSet
        | EventName::MinistriesAssigned
        | EventName::MinistryReassigned
        | EventName::PartCarriedOver
        | EventName::DeadlinesRecounted
        | EventName::ExtensionGranted
        | EventName::VisaRefused
        | EventName::DraftReturned
        | EventName::SigningDeclined
        | EventName::DispatchOrdered
        | EventName::InquiryClosed
        | EventName::RepeatInquiryLinked
        | EventName::InquiriesMerged
        | EventName::InquiryWithdrawn
        | EventName::InquiryRedirected
        | EventName::DeputyResponded => Reads::Content,
        EventName::InquiryRegistered
        | EventName::AssignmentContested
        | EventName::ContributionSubmitted
        | EventName::ContributionAccepted
        | EventName::ContributionReturned
        | EventName::MinistryReminded
        | EventName::DraftRevised
        | EventName::DraftSubmittedForApproval
        | EventName::DraftVisaed
        | EventName::SubmittedForSignature
        | EventName::ReplyCosigned
        | EventName::ReplySigned
        | EventName::OutgoingNumberAssigned
        | EventName::ReplyAccepted
        | EventName::DeliveryFailed
        | EventName::DeliveryReported
        | EventName::DeliveryConfirmed
        | EventName::DeliveredByHand
        | EventName::LinkRevoked
        | EventName::ExtensionRequested
        | EventName::ExtensionRefused
        | EventName::InterimReplySent
        | EventName::ControlRemoved
        | EventName::ReplyReplaced
        | EventName::AddressErased => Reads::Nothing,
    }
}

/// The states of one inquiry that are at hand: the one that holds, and those that have just ended.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    pub(super) rows: BTreeMap<i32, Case>,
}

impl Rows {
    fn last(&self) -> Option<&Case> {
        self.rows.values().next_back()
    }

    /// The position of the last event that changed anything.
    pub(super) fn position(&self) -> Option<i64> {
        self.last().map(|case| case.position)
    }
}

/// Changes the states of an inquiry; says which changed.
pub(super) fn fold(rows: &mut Rows, inquiry: InquiryId, events: &[Event], stamp: Stamp) -> Vec<i32> {
    let last = rows.last().cloned();
    let before = last.as_ref().map(|case| &case.what);
    let mut what = before.cloned();
    for event in events {
        match (&mut what, event) {
            (None, Event::InquiryReceived(received)) => what = Some(opened(received)),
            (None, _) => {}
            (Some(what), event) => apply(what, event, stamp),
        }
    }
    let Some(what) = what.filter(|what| before != Some(what)) else { return Vec::new() };
    let position = stamp.position;
    match last {
        None => {
            let case = Case { inquiry, nth: 1, since: stamp.at, until: None, what, position };
            rows.rows.insert(case.nth, case);
            vec![1]
        }
        // A clock that was put back does not make a state end before it began.
        Some(last) if last.since >= stamp.at => {
            let nth = last.nth;
            rows.rows.insert(nth, Case { what, position, ..last });
            vec![nth]
        }
        Some(last) => {
            let nth = last.nth.saturating_add(1);
            let case = Case { inquiry, nth, since: stamp.at, until: None, what, position };
            let ended = last.nth;
            rows.rows.insert(ended, Case { until: Some(stamp.at), position, ..last });
            rows.rows.insert(nth, case);
            vec![ended, nth]
        }
    }
}

fn opened(event: &InquiryReceived) -> What {
    let intake = &event.intake;
    let mut deputies: Vec<_> = intake.recipients().filter_map(|recipient| recipient.deputy).collect();
    deputies.sort_unstable();
    deputies.dedup();
    What {
        number: intake.number.printed().to_owned(),
        chamber: intake.chamber.clone(),
        dated: intake.dated,
        received: intake.received,
        topic: None,
        lead: None,
        co_executors: Vec::new(),
        took_part: Vec::new(),
        deputies,
        due: None,
        extensions: 0,
        returns: 0,
        repeats: 0,
        satisfied: Vec::new(),
        unsatisfied: Vec::new(),
        answered: None,
        closed: None,
        outcome: None,
        ending: None,
    }
}

fn apply(what: &mut What, event: &Event, stamp: Stamp) {
    let today = || day_of(stamp.at);
    match event {
        Event::ControlSet(event) => what.due = Some(event.deadline.due),
        Event::TopicSet(event) => what.topic = Some(event.topic.clone()),
        Event::MinistriesAssigned(event) => assigned(what, event),
        Event::MinistryReassigned(event) => reassigned(what, event),
        Event::PartCarriedOver(event) => carried_over(what, event),
        Event::DeadlinesRecounted(event) if what.answered.is_none() => {
            what.due = event.reply.as_ref().map(|reply| reply.new_due).or(what.due);
        }
        // What was given after the answer had gone makes no late answer a timely one.
        Event::ExtensionGranted(event) if what.answered.is_none() => {
            what.due = Some(event.new_due);
            what.extensions = what.extensions.saturating_add(1);
        }
        Event::DraftReturned(_) | Event::VisaRefused(_) | Event::SigningDeclined(_) => {
            what.returns = what.returns.saturating_add(1);
        }
        // The first letter is the answer; one that replaces it, or goes out again to one deputy, answers nothing sooner or later.
        Event::DispatchOrdered(_) => {
            what.answered.get_or_insert_with(today);
        }
        Event::InquiryClosed(event) => {
            what.closed = Some(today());
            what.outcome = Some(match event.outcome {
                Outcome::Answered => "answered",
                Outcome::AnsweredInPart { .. } => "in_part",
                Outcome::Refused { .. } => "refused",
            });
        }
        Event::RepeatInquiryLinked(_) => what.repeats = what.repeats.saturating_add(1),
        Event::InquiriesMerged(event) => match event.merge {
            // The deputies of those that join have inquiries of their own, which count for them.
            MergeSide::Leads { .. } => {}
            MergeSide::Joins { .. } => what.ending = Some("merged"),
        },
        Event::InquiryWithdrawn(_) => what.ending = Some("withdrawn"),
        Event::InquiryRedirected(_) => what.ending = Some("redirected"),
        Event::DeputyResponded(event) => responded(what, event.recipient, event.satisfied),
        // A second receipt, and what no figure shows.
        Event::InquiryReceived(_)
        | Event::ExtensionGranted(_)
        | Event::DeadlinesRecounted(_)
        | Event::InquiryRegistered(_)
        | Event::AssignmentContested(_)
        | Event::ContributionSubmitted(_)
        | Event::ContributionAccepted(_)
        | Event::ContributionReturned(_)
        | Event::MinistryReminded(_)
        | Event::DraftRevised(_)
        | Event::DraftSubmittedForApproval(_)
        | Event::DraftVisaed(_)
        | Event::SubmittedForSignature(_)
        | Event::ReplyCosigned(_)
        | Event::ReplySigned(_)
        | Event::OutgoingNumberAssigned(_)
        | Event::ReplyAccepted(_)
        | Event::DeliveryFailed(_)
        | Event::DeliveryReported(_)
        | Event::DeliveryConfirmed(_)
        | Event::DeliveredByHand(_)
        | Event::LinkRevoked(_)
        | Event::ExtensionRequested(_)
        | Event::ExtensionRefused(_)
        | Event::InterimReplySent(_)
        | Event::ControlRemoved(_)
        | Event::ReplyReplaced(_)
        | Event::AddressErased(_) => {}
    }
}

fn responded(what: &mut What, recipient: RecipientNo, satisfied: bool) {
    let no = i32::from(recipient.0);
    what.satisfied.retain(|known| *known != no);
    what.unsatisfied.retain(|known| *known != no);
    let side = if satisfied { &mut what.satisfied } else { &mut what.unsatisfied };
    side.push(no);
    side.sort_unstable();
}

fn assigned(what: &mut What, event: &MinistriesAssigned) {
    what.lead = Some(event.lead.clone());
    what.co_executors = event.co_executors.iter().map(|co| co.ministry.clone()).collect();
    takes_part(what, [&event.lead].into_iter().chain(event.co_executors.iter().map(|co| &co.ministry)));
}

/// As the inquiry's own state has it.
fn reassigned(what: &mut What, event: &MinistryReassigned) {
    if what.lead.is_none() {
        return;
    }
    match event.place {
        Place::Lead => {
            what.co_executors.retain(|co| *co != event.to);
            what.lead = Some(event.to.clone());
            takes_part(what, [&event.to]);
        }
        Place::CoExecutor => {
            let mut is_there = false;
            for co in what.co_executors.iter_mut().filter(|co| **co == event.from) {
                *co = event.to.clone();
                is_there = true;
            }
            if is_there {
                takes_part(what, [&event.to]);
            }
        }
    }
}

/// As the inquiry's own state: whoever has a place already keeps that one, and the lead's is the greater.
fn carried_over(what: &mut What, event: &PartCarriedOver) {
    match event.place {
        Place::Lead => {
            what.co_executors.retain(|co| *co != event.to);
            what.lead = Some(event.to.clone());
        }
        Place::CoExecutor => {
            let has_place = what.lead.as_ref() == Some(&event.to) || what.co_executors.contains(&event.to);
            if has_place {
                what.co_executors.retain(|co| *co != event.from);
            }
            for co in what.co_executors.iter_mut().filter(|co| **co == event.from) {
                *co = event.to.clone();
            }
        }
    }
    takes_part(what, [&event.to]);
}

fn takes_part<'a>(what: &mut What, ministries: impl IntoIterator<Item = &'a MinistryCode>) {
    what.took_part.extend(ministries.into_iter().cloned());
    what.took_part.sort_unstable();
    what.took_part.dedup();
}

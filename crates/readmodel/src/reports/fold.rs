//! How an event changes what its inquiry counts as. A pure function, and total.
//!
//! A state that lasted no time at all is none: what one append records together, and what a clock that stands says of several, is one row.

use std::collections::BTreeMap;

use inquiry::event::{Event, EventName, InquiryReceived, MinistriesAssigned};
use inquiry::passing::Passing;
use inquiry::terms::{MergeSide, Outcome};
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
        Event::MinistryReassigned(event) => pass(what, Passing::replaced(event)),
        // Who was late stays who was late, whatever becomes of the ministry afterwards.
        Event::PartCarriedOver(event) if what.answered.is_none() => {
            let passing = Passing::carried(event, what.lead.iter().chain(&what.co_executors));
            pass(what, passing);
        }
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
        | Event::PartCarriedOver(_)
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
    takes_part(what);
}

fn pass(what: &mut What, passing: Passing<'_>) {
    what.lead.iter_mut().for_each(|lead| passing.lead(lead));
    what.co_executors.retain_mut(|co| passing.co_executor(co));
    takes_part(what);
}

fn takes_part(what: &mut What) {
    what.took_part.extend(what.lead.iter().chain(&what.co_executors).cloned());
    what.took_part.sort_unstable();
    what.took_part.dedup();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passing;

    #[test]
    fn a_place_that_passes_is_the_inquirys() {
        passing::shows(|events| {
            let mut rows = Rows::default();
            for (nth, event) in events.iter().enumerate() {
                let id = InquiryId(uuid::Uuid::from_u128(0x326));
                fold(&mut rows, id, std::slice::from_ref(event), passing::stamp(nth));
            }
            let what = rows.last().unwrap().what.clone();
            (what.lead, what.co_executors.into_iter().collect(), what.took_part.into_iter().collect())
        });
    }

    #[test]
    fn who_answered_late_stays_so_when_their_ministry_goes_into_another_afterwards() {
        let is_carried = |told: &str| told.contains("carried over");
        for (told, events, _) in passing::histories().into_iter().filter(|(told, ..)| is_carried(told)) {
            let (last, before) = events.split_last().unwrap();
            let id = InquiryId(uuid::Uuid::from_u128(0x326));
            let mut rows = Rows::default();
            fold(&mut rows, id, before, passing::stamp(0));
            let case = rows.rows.values_mut().next_back().unwrap();
            case.what.answered = Some(jiff::civil::date(2023, 11, 1));
            let answered = case.what.clone();
            assert!(fold(&mut rows, id, std::slice::from_ref(last), passing::stamp(1)).is_empty(), "{told}");
            assert_eq!(rows.last().unwrap().what, answered, "{told}");
        }
    }
}

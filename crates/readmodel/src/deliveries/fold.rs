//! How an event changes the delivery rows of its inquiry. A pure function, and total.

use std::collections::BTreeMap;

use inquiry::event::{DispatchOrdered, Event, EventName, ReplySigned};
use inquiry::intake::Recipient;
use inquiry::terms::ServerReport;
use inquiry::{InquiryId, RecipientNo};

use super::{Delivery, State};
use crate::folding::{Reads, Stamp};

/// The rows of one inquiry, by recipient.
pub(crate) type Rows = BTreeMap<RecipientNo, Delivery>;

/// Only what is signed, ordered and delivered changes a row.
pub(super) const fn reads(name: EventName) -> Reads {
    match name {
        EventName::ReplySigned
        | EventName::DispatchOrdered
        | EventName::ReplyAccepted
        | EventName::DeliveryFailed
        | EventName::DeliveryReported
        | EventName::DeliveryConfirmed
        | EventName::DeliveredByHand
        | EventName::AddressErased => Reads::Content,
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
        | EventName::DraftRevised
        | EventName::DraftSubmittedForApproval
        | EventName::DraftVisaed
        | EventName::VisaRefused
        | EventName::DraftReturned
        | EventName::SubmittedForSignature
        | EventName::ReplyCosigned
        | EventName::SigningDeclined
        | EventName::OutgoingNumberAssigned
        | EventName::LinkRevoked
        | EventName::ExtensionRequested
        | EventName::ExtensionGranted
        | EventName::ExtensionRefused
        | EventName::DeadlinesRecounted
        | EventName::InterimReplySent
        | EventName::ControlRemoved
        | EventName::InquiryClosed
        | EventName::RepeatInquiryLinked
        | EventName::InquiriesMerged
        | EventName::InquiryWithdrawn
        | EventName::InquiryRedirected
        | EventName::ReplyReplaced
        | EventName::DeputyResponded
        | EventName::TopicSet => Reads::Nothing,
    }
}

/// Changes the rows of `inquiry`; says which recipients' rows changed, or are no more.
pub fn fold(rows: &mut Rows, inquiry: InquiryId, event: &Event, recorded: Stamp) -> Vec<RecipientNo> {
    match event {
        Event::ReplySigned(event) => signed(rows, inquiry, event, recorded),
        Event::DispatchOrdered(event) => ordered(rows, event, recorded),
        Event::ReplyAccepted(event) => change(rows, event.recipient, recorded, |row| {
            row.accepted_at = Some(recorded.at);
            if !row.state.is_delivered() {
                row.state = State::Accepted;
                row.attempts = event.attempt;
                row.answer = Some(event.answer.clone());
            }
        }),
        Event::DeliveryFailed(event) => change(rows, event.recipient, recorded, |row| {
            // The failure of an earlier order says nothing of the last one.
            if !row.state.is_delivered() && row.order == Some(event.order) {
                row.state = if event.permanent { State::Failed } else { State::Retrying };
                row.failed_at = Some(recorded.at);
                row.attempts = event.attempt;
                row.answer = Some(event.answer.clone());
            }
        }),
        Event::DeliveryReported(event) => change(rows, event.recipient, recorded, |row| {
            // That an earlier order's mail arrived is good to know; that it is late says nothing of the last one.
            let is_news = event.what != ServerReport::Delayed || row.order == Some(event.order);
            // What is known is never taken back by a weaker report, in whichever order they come.
            let is_weaker = row.state.report().is_some_and(|said| event.what.is_weaker_than(said));
            if is_news && !is_weaker && !row.state.is_delivered() {
                row.state = State::reported(event.what);
                row.answer = Some(event.answer.clone());
            }
        }),
        Event::DeliveryConfirmed(event) => change(rows, event.recipient, recorded, |row| {
            row.state = State::Confirmed;
            row.confirmed_at = Some(recorded.at);
        }),
        Event::DeliveredByHand(event) => change(rows, event.recipient, recorded, |row| {
            row.state = State::ByHand;
            row.handed_on = Some(event.on);
            row.answer = Some(event.note.clone());
        }),
        Event::AddressErased(event) => erased(rows, &event.recipients, recorded),
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
        | Event::SigningDeclined(_)
        | Event::OutgoingNumberAssigned(_)
        | Event::LinkRevoked(_)
        | Event::ExtensionRequested(_)
        | Event::ExtensionGranted(_)
        | Event::ExtensionRefused(_)
        | Event::DeadlinesRecounted(_)
        | Event::InterimReplySent(_)
        | Event::ControlRemoved(_)
        | Event::InquiryClosed(_)
        | Event::RepeatInquiryLinked(_)
        | Event::InquiriesMerged(_)
        | Event::InquiryWithdrawn(_)
        | Event::InquiryRedirected(_)
        | Event::ReplyReplaced(_)
        | Event::DeputyResponded(_)
        | Event::TopicSet(_) => Vec::new(),
    }
}

/// The signature freezes the recipients: a row for each, also when an earlier letter is replaced. Whoever stands on the lists of several
/// inquiries that one letter answers gets one mail, and has one row.
fn signed(rows: &mut Rows, inquiry: InquiryId, event: &ReplySigned, recorded: Stamp) -> Vec<RecipientNo> {
    let mut changed = Vec::new();
    let mut known: Vec<&Recipient> = Vec::new();
    for group in &event.recipients {
        for deputy in &group.deputies {
            if known.iter().any(|first| first.is_same_person(deputy)) {
                continue;
            }
            known.push(deputy);
            let fresh = Delivery {
                inquiry,
                recipient: deputy.no,
                label: group.label_lines.join(" "),
                name: deputy.name.clone(),
                address: deputy.email.as_ref().map(ToString::to_string),
                letter: None,
                order: None,
                message_id: None,
                state: State::NotOrdered,
                ordered_at: None,
                accepted_at: None,
                failed_at: None,
                confirmed_at: None,
                handed_on: None,
                attempts: 0,
                answer: None,
                position: recorded.position,
            };
            rows.insert(deputy.no, fresh);
            changed.push(deputy.no);
        }
    }
    changed
}

fn ordered(rows: &mut Rows, event: &DispatchOrdered, recorded: Stamp) -> Vec<RecipientNo> {
    let mut changed = Vec::new();
    for addressee in &event.recipients {
        changed.extend(change(rows, addressee.recipient, recorded, |row| {
            row.name = addressee.name.clone();
            row.address = addressee.email.as_ref().map(ToString::to_string);
            row.letter = Some(event.letter.number.clone());
            row.order = Some(event.order);
            row.message_id = Some(addressee.message_id.to_string());
            row.state = if addressee.email.is_some() { State::Ordered } else { State::NeedsHand };
            row.ordered_at = Some(recorded.at);
            row.accepted_at = None;
            row.failed_at = None;
            row.confirmed_at = None;
            row.handed_on = None;
            row.attempts = 0;
            row.answer = None;
        }));
    }
    changed
}

/// All places of one person lose the address. Read anew after the erasure, two places without an address can no longer be told for one
/// person's when the letter is signed; the event says that they are, and the first one is theirs, as it was before.
fn erased(rows: &mut Rows, places: &[RecipientNo], recorded: Stamp) -> Vec<RecipientNo> {
    let mut theirs = places.iter().filter(|place| rows.contains_key(place)).copied();
    let Some(first) = theirs.next() else { return Vec::new() };
    let doubled: Vec<RecipientNo> = theirs.collect();
    rows.retain(|place, _| !doubled.contains(place));
    let mut changed = change(rows, first, recorded, |row| {
        row.address = None;
        // As the order itself reads once its address is gone.
        if row.state == State::Ordered {
            row.state = State::NeedsHand;
        }
    });
    changed.extend(doubled);
    changed
}

fn change(
    rows: &mut Rows,
    recipient: RecipientNo,
    recorded: Stamp,
    change: impl FnOnce(&mut Delivery),
) -> Vec<RecipientNo> {
    let Some(row) = rows.get_mut(&recipient) else {
        return Vec::new();
    };
    change(row);
    row.position = recorded.position;
    vec![recipient]
}

#[cfg(test)]
mod tests {
    use inquiry::event::DeliveryReported;
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_weaker_report_takes_nothing_back_in_whichever_order_they_come() {
        let (inquiry, recipient) = (InquiryId(Uuid::from_u128(1)), RecipientNo(1));
        let row = Delivery {
            inquiry,
            recipient,
            label: String::new(),
            name: String::new(),
            address: None,
            letter: None,
            order: Some(1),
            message_id: None,
            state: State::Accepted,
            ordered_at: None,
            accepted_at: None,
            failed_at: None,
            confirmed_at: None,
            handed_on: None,
            attempts: 1,
            answer: None,
            position: 1,
        };
        let stamp = Stamp { position: 2, version: 2, at: Timestamp::UNIX_EPOCH };
        let ranked = [ServerReport::Delayed, ServerReport::Relayed, ServerReport::Delivered];
        for (i, first) in ranked.into_iter().enumerate() {
            for (j, second) in ranked.into_iter().enumerate() {
                let mut rows = Rows::from([(recipient, row.clone())]);
                for what in [first, second] {
                    let event = DeliveryReported { order: 1, recipient, what, answer: String::new() };
                    fold(&mut rows, inquiry, &event.into(), stamp);
                }
                assert_eq!(rows[&recipient].state.report(), Some(ranked[i.max(j)]), "{first:?}, then {second:?}");
            }
        }
    }
}

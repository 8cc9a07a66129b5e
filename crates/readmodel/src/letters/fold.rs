//! How an event changes the letters of its inquiry. A pure function, and total.

use std::collections::BTreeMap;

use inquiry::InquiryId;
use inquiry::event::{Event, EventName, ReplySigned};
use inquiry::state::names;

use super::{SignedLetter, printed_code};
use crate::folding::{Reads, Stamp};

/// The letters of one inquiry, by the version of the draft that was signed.
pub(crate) type Rows = BTreeMap<u32, SignedLetter>;

/// A letter is signed, gets its number, and may be replaced.
pub(super) const fn reads(name: EventName) -> Reads {
    match name {
        EventName::ReplySigned | EventName::OutgoingNumberAssigned | EventName::ReplyReplaced => Reads::Content,
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
        // A letter is a row once everybody has signed it.
        | EventName::ReplyCosigned
        | EventName::SigningDeclined
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
        | EventName::InquiriesMerged
        | EventName::InquiryWithdrawn
        | EventName::InquiryRedirected
        | EventName::DeputyResponded
        | EventName::AddressErased
        | EventName::TopicSet => Reads::Nothing,
    }
}

/// Changes the letters of `inquiry`; says which of them changed. A letter that has seen the event stays as it is.
pub(super) fn fold(rows: &mut Rows, inquiry: InquiryId, event: &Event, stamp: Stamp) -> Vec<u32> {
    if let Event::ReplySigned(event) = event {
        let version = event.version.0;
        if rows.contains_key(&version) {
            return Vec::new();
        }
        rows.insert(version, signed(inquiry, event, stamp));
        return vec![version];
    }
    let mut changed = Vec::new();
    for (version, letter) in rows.iter_mut().filter(|(_, letter)| letter.position < stamp.position) {
        if let Event::OutgoingNumberAssigned(event) = event {
            // The letter that was signed last and has no number: an inquiry has one at a time.
            if letter.number.is_some() || letter.replaced_at.is_some() {
                continue;
            }
            letter.number = Some(event.number.clone());
            letter.dated = Some(event.dated);
            letter.registered_pdf = Some(event.pdf);
        } else if let Event::ReplyReplaced(event) = event {
            if letter.number.as_ref() != Some(&event.replaced) {
                continue;
            }
            letter.replaced_at = Some(stamp.at);
        } else {
            continue;
        }
        letter.position = stamp.position;
        changed.push(*version);
    }
    changed
}

fn signed(inquiry: InquiryId, event: &ReplySigned, stamp: Stamp) -> SignedLetter {
    SignedLetter {
        code: printed_code(inquiry, event.version, event.code.as_ref()),
        inquiry,
        version: event.version.0,
        language: event.language,
        signatory: names(&event.cosigned, &event.signatory),
        signed_at: event.signed_at,
        by_server: event.sealed_by_server,
        signed_pdf: event.pdf,
        number: None,
        dated: None,
        registered_pdf: None,
        replaced_at: None,
        position: stamp.position,
    }
}

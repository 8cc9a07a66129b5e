//! How an event changes the row of its inquiry. A pure function, and total: what does not fit changes nothing but version and time,
//! exactly as the inquiry's own state does.

use std::collections::BTreeSet;

use directory::{DeputyId, MinistryCode};
use inquiry::StageName;
use inquiry::event::{
    DeadlinesRecounted, Event, EventName, InquiryReceived, MinistriesAssigned, MinistryReassigned, PartCarriedOver,
};
use inquiry::intake::Recipient;
use inquiry::passing::Passing;
use inquiry::terms::{self, MergeSide, Place};
use jiff::civil::Date;

use super::{CoExecutor, Entry, words};
use crate::folding::{Reads, Stamp};

/// The register shows the version and the time of every event, and what only these say is not read further.
pub(crate) const fn reads(name: EventName) -> Reads {
    match name {
        EventName::InquiryReceived
        | EventName::InquiryRegistered
        | EventName::ControlSet
        | EventName::MinistriesAssigned
        | EventName::MinistryReassigned
        | EventName::PartCarriedOver
        | EventName::ContributionSubmitted
        | EventName::ContributionAccepted
        | EventName::ContributionReturned
        | EventName::DraftRevised
        | EventName::DraftSubmittedForApproval
        | EventName::DraftReturned
        | EventName::SigningDeclined
        | EventName::SubmittedForSignature
        | EventName::ReplyCosigned
        | EventName::ReplySigned
        | EventName::OutgoingNumberAssigned
        | EventName::DispatchOrdered
        | EventName::ExtensionGranted
        | EventName::DeadlinesRecounted
        | EventName::ControlRemoved
        | EventName::InquiryClosed
        | EventName::InquiriesMerged
        | EventName::InquiryWithdrawn
        | EventName::InquiryRedirected
        | EventName::ReplyReplaced => Reads::Content,
        EventName::AssignmentContested
        | EventName::MinistryReminded
        | EventName::DraftVisaed
        | EventName::VisaRefused
        | EventName::ReplyAccepted
        | EventName::DeliveryFailed
        | EventName::DeliveryReported
        | EventName::DeliveryConfirmed
        | EventName::DeliveredByHand
        | EventName::LinkRevoked
        | EventName::ExtensionRequested
        | EventName::ExtensionRefused
        | EventName::InterimReplySent
        | EventName::RepeatInquiryLinked
        | EventName::DeputyResponded
        | EventName::AddressErased
        | EventName::TopicSet => Reads::Stamp,
    }
}

/// The row after what was recorded once, as the events of today that it is; none while nothing but a receipt could begin it. Where [`reads`]
/// asks for the stamp alone there is none, and so it is with what says nothing today: version and time move all the same.
#[must_use]
pub fn fold(entry: Option<Entry>, today: &[Event], stamp: Stamp) -> Option<Entry> {
    let mut entry = entry;
    for event in today {
        match (&mut entry, event) {
            (None, Event::InquiryReceived(received)) => entry = Some(opened(received, stamp)),
            (None, _) => {}
            (Some(entry), event) => apply(entry, event),
        }
    }
    let mut entry = entry?;
    entry.version = stamp.version;
    entry.changed_at = stamp.at;
    entry.position = stamp.position;
    Some(entry)
}

fn opened(event: &InquiryReceived, recorded: Stamp) -> Entry {
    let intake = &event.intake;
    let names = intake.recipients().map(|recipient| recipient.name.as_str());
    let numbers = [intake.number.printed(), intake.number.normal(), intake.subject.as_str()];
    Entry {
        inquiry: event.inquiry,
        number: intake.number.printed().to_owned(),
        number_normal: intake.number.normal().to_owned(),
        incoming_number: None,
        chamber: intake.chamber.clone(),
        dated: intake.dated,
        received: intake.received,
        due: intake.received,
        on_control: false,
        stage: StageName::Received,
        lead: None,
        lead_due: None,
        co_executors: Vec::new(),
        handed_in: Vec::new(),
        contributed: Vec::new(),
        took_part: Vec::new(),
        subject: intake.subject.clone(),
        language: intake.language,
        recipients: count(intake.recipients().count()),
        deputies: known(intake.recipients()),
        draft_version: None,
        cosigned: Vec::new(),
        outgoing_number: None,
        outgoing_dated: None,
        version: recorded.version,
        changed_at: recorded.at,
        position: recorded.position,
        words: words::cut(numbers.into_iter().chain(names)),
    }
}

fn apply(entry: &mut Entry, event: &Event) {
    match event {
        Event::InquiryRegistered(event) => {
            entry.incoming_number = Some(event.incoming_number.clone());
            also_found_by(entry, [event.incoming_number.as_str()]);
            entry.stage = StageName::Registered;
        }
        Event::ControlSet(event) => {
            entry.due = event.deadline.due;
            entry.on_control = true;
            entry.stage = StageName::OnControl;
        }
        Event::MinistriesAssigned(event) => assigned(entry, event),
        Event::MinistryReassigned(event) => reassigned(entry, event),
        Event::PartCarriedOver(event) => carried_over(entry, event),
        Event::DeadlinesRecounted(event) => recounted(entry, event),
        // A new version of a contribution has to be accepted anew.
        Event::ContributionSubmitted(event) => {
            entry.contributed.retain(|ministry| ministry != &event.ministry);
            if entry.is_helped_by(&event.ministry) && !entry.handed_in.contains(&event.ministry) {
                entry.handed_in.push(event.ministry.clone());
            }
        }
        // What went back is owed again.
        Event::ContributionReturned(event) => {
            entry.contributed.retain(|ministry| ministry != &event.ministry);
            entry.handed_in.retain(|ministry| ministry != &event.ministry);
        }
        Event::ContributionAccepted(event) => {
            if entry.is_helped_by(&event.ministry) && !entry.contributed.contains(&event.ministry) {
                entry.contributed.push(event.ministry.clone());
            }
        }
        Event::DraftRevised(event) => {
            entry.draft_version = Some(event.version.0);
            entry.stage = StageName::Drafting;
        }
        Event::DraftSubmittedForApproval(_) => entry.stage = StageName::Approval,
        Event::DraftReturned(_) | Event::SigningDeclined(_) => entry.stage = StageName::Drafting,
        Event::SubmittedForSignature(_) => {
            entry.cosigned.clear();
            advance(entry, StageName::Approval, StageName::ForSignature);
            // Once more, as it is, after the signatory declined.
            advance(entry, StageName::Drafting, StageName::ForSignature);
        }
        Event::ReplyCosigned(event) => entry.cosigned.push(event.given.authority.person),
        Event::ReplySigned(_) => entry.stage = StageName::Signed,
        Event::OutgoingNumberAssigned(event) => {
            if entry.stage == StageName::Signed {
                entry.outgoing_number = Some(event.number.clone());
                entry.outgoing_dated = Some(event.dated);
                also_found_by(entry, [event.number.as_str()]);
                entry.stage = StageName::Numbered;
            }
        }
        Event::DispatchOrdered(_) => advance(entry, StageName::Numbered, StageName::Dispatched),
        Event::ExtensionGranted(event) => {
            if entry.on_control {
                entry.due = event.new_due;
                // The lead asked for itself: its own day moves with the reply's, as its duty says (`inquiry::duty`).
                entry.lead_due.iter_mut().for_each(|day| *day = event.new_due);
            }
        }
        Event::ControlRemoved(_) => entry.on_control = false,
        Event::InquiryClosed(_) => advance(entry, StageName::Dispatched, StageName::Closed),
        Event::InquiriesMerged(event) => match &event.merge {
            MergeSide::Leads { others } => {
                for other in others {
                    let deputies = || other.groups.iter().flat_map(|group| &group.deputies);
                    entry.recipients = entry.recipients.saturating_add(count(deputies().count()));
                    entry.deputies.extend(known(deputies()));
                    entry.deputies.sort_unstable();
                    entry.deputies.dedup();
                    let names = deputies().map(|deputy| deputy.name.as_str());
                    also_found_by(entry, names.chain([other.number.as_str()]));
                }
            }
            MergeSide::Joins { .. } => ended(entry, StageName::Merged),
        },
        Event::InquiryWithdrawn(_) => ended(entry, StageName::Withdrawn),
        Event::InquiryRedirected(_) => ended(entry, StageName::Redirected),
        Event::ReplyReplaced(_) => {
            if entry.outgoing_number.is_some() {
                entry.outgoing_number = None;
                entry.outgoing_dated = None;
                entry.stage = StageName::Drafting;
            }
        }
        // A second receipt, and what the register does not show.
        Event::InquiryReceived(_)
        | Event::AssignmentContested(_)
        | Event::MinistryReminded(_)
        | Event::DraftVisaed(_)
        | Event::VisaRefused(_)
        | Event::ReplyAccepted(_)
        | Event::DeliveryFailed(_)
        | Event::DeliveryReported(_)
        | Event::DeliveryConfirmed(_)
        | Event::DeliveredByHand(_)
        | Event::LinkRevoked(_)
        | Event::ExtensionRequested(_)
        | Event::ExtensionRefused(_)
        | Event::InterimReplySent(_)
        | Event::RepeatInquiryLinked(_)
        | Event::DeputyResponded(_)
        | Event::AddressErased(_)
        | Event::TopicSet(_) => {}
    }
}

fn assigned(entry: &mut Entry, event: &MinistriesAssigned) {
    entry.lead = Some(event.lead.clone());
    entry.lead_due = Some(event.lead_due);
    let asked = |co: &terms::CoExecutor| CoExecutor { ministry: co.ministry.clone(), due: co.due };
    entry.co_executors = event.co_executors.iter().map(asked).collect();
    takes_part(entry);
    forget_contributions_of_others(entry);
    advance(entry, StageName::OnControl, StageName::Assigned);
}

/// A contribution counts only while its ministry is a co-executor, as in the inquiry's own state.
fn forget_contributions_of_others(entry: &mut Entry) {
    let Entry { contributed, handed_in, co_executors, .. } = entry;
    let helps = |ministry: &MinistryCode| co_executors.iter().any(|co| &co.ministry == ministry);
    contributed.retain(helps);
    handed_in.retain(helps);
}

fn reassigned(entry: &mut Entry, event: &MinistryReassigned) {
    due_on(entry, event.place, &event.from, event.due);
    pass(entry, Passing::replaced(event));
    forget_contributions_of_others(entry);
}

fn carried_over(entry: &mut Entry, event: &PartCarriedOver) {
    let passing = Passing::carried(event, entry.holders());
    pass(entry, passing);
    entry.contributed.retain_mut(|ministry| passing.co_executor(ministry));
    entry.handed_in.retain_mut(|ministry| passing.co_executor(ministry));
}

fn pass(entry: &mut Entry, passing: Passing<'_>) {
    entry.lead.iter_mut().for_each(|lead| passing.lead(lead));
    entry.co_executors.retain_mut(|co| passing.co_executor(&mut co.ministry));
    takes_part(entry);
}

fn recounted(entry: &mut Entry, event: &DeadlinesRecounted) {
    if let Some(reply) = &event.reply
        && entry.on_control
    {
        entry.due = reply.new_due;
    }
    for part in &event.parts {
        due_on(entry, part.place, &part.ministry, part.new_due);
    }
}

fn due_on(entry: &mut Entry, place: Place, ministry: &MinistryCode, day: Date) {
    match place {
        Place::Lead => entry.lead_due = entry.lead_due.map(|_| day),
        Place::CoExecutor => {
            for co in entry.co_executors.iter_mut().filter(|co| co.ministry == *ministry) {
                co.due = day;
            }
        }
    }
}

/// Whoever has a place has had a part, and keeps it, as in the inquiry's own state.
fn takes_part(entry: &mut Entry) {
    let holders: Vec<_> = entry.holders().cloned().collect();
    entry.took_part.extend(holders);
    entry.took_part.sort_unstable();
    entry.took_part.dedup();
}

fn advance(entry: &mut Entry, from: StageName, to: StageName) {
    if entry.stage == from {
        entry.stage = to;
    }
}

fn ended(entry: &mut Entry, stage: StageName) {
    entry.on_control = false;
    entry.stage = stage;
}

fn also_found_by<'a>(entry: &mut Entry, texts: impl IntoIterator<Item = &'a str>) {
    entry.words = words::and(std::mem::take(&mut entry.words), words::cut(texts));
}

fn known<'a>(recipients: impl Iterator<Item = &'a Recipient>) -> Vec<DeputyId> {
    let known: BTreeSet<DeputyId> = recipients.filter_map(|recipient| recipient.deputy).collect();
    known.into_iter().collect()
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use inquiry::state::{Contribution, ContributionStatus};

    use super::*;
    use crate::passing;

    fn row(events: &[Event]) -> Entry {
        let fold = |entry, (nth, event)| fold(entry, std::slice::from_ref(event), passing::stamp(nth));
        events.iter().enumerate().fold(None, fold).unwrap()
    }

    #[test]
    fn a_place_that_passes_is_the_inquirys() {
        passing::shows(|events| {
            let row = row(events);
            let helps = row.co_executors.into_iter().map(|co| co.ministry).collect();
            (row.lead, helps, row.took_part.into_iter().collect())
        });
    }

    #[test]
    fn days_and_contributions_pass_with_the_place_as_the_inquirys() {
        for (told, events, dossier) in passing::histories() {
            let (row, assignment) = (row(&events), dossier.assignment.unwrap());
            let days = |co: &terms::CoExecutor| CoExecutor { ministry: co.ministry.clone(), due: co.due };
            assert_eq!(row.lead_due, Some(assignment.lead_due), "{told}");
            assert_eq!(row.co_executors, assignment.co_executors.iter().map(days).collect::<Vec<_>>(), "{told}");
            let of = |one: &Contribution| one.ministry.clone();
            assert_eq!(row.handed_in, dossier.contributions.iter().map(of).collect::<Vec<_>>(), "{told}");
            let accepted = dossier.contributions.iter().filter(|one| one.status == ContributionStatus::Accepted);
            assert_eq!(row.contributed, accepted.map(of).collect::<Vec<_>>(), "{told}");
        }
    }
}

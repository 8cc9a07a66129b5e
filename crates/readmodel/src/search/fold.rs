//! How an event changes what is written in an inquiry. A pure function, and total.

use std::collections::BTreeSet;
use std::mem;

use inquiry::content::DraftContent;
use inquiry::event::{Event, EventName, InquiryReceived};
use inquiry::intake::{Attachment, RecipientGroup};
use inquiry::passing::Passing;
use inquiry::terms::MergeSide;
use serde_json::Value;

use super::faction;
use super::written::{FileOf, FileRef, Passage, Place, Written};
use crate::folding::{Reads, Stamp};

/// The most characters of one text that are kept; a letter has some thousands.
const LONGEST: usize = 60_000;

/// What is written, who may read it, and which numbers it gets.
pub(super) const fn reads(name: EventName) -> Reads {
    match name {
        EventName::InquiryReceived
        | EventName::InquiryRegistered
        | EventName::MinistriesAssigned
        | EventName::MinistryReassigned
        | EventName::PartCarriedOver
        | EventName::ContributionSubmitted
        | EventName::DraftRevised
        | EventName::ReplySigned
        | EventName::OutgoingNumberAssigned
        | EventName::DispatchOrdered
        | EventName::InterimReplySent
        | EventName::InquiriesMerged
        | EventName::DeputyResponded => Reads::Content,
        EventName::ControlSet
        | EventName::AssignmentContested
        | EventName::ContributionAccepted
        | EventName::ContributionReturned
        | EventName::MinistryReminded
        | EventName::DraftSubmittedForApproval
        | EventName::DraftVisaed
        | EventName::VisaRefused
        | EventName::DraftReturned
        | EventName::SubmittedForSignature
        | EventName::ReplyCosigned
        | EventName::SigningDeclined
        | EventName::ReplyAccepted
        | EventName::DeliveryFailed
        | EventName::DeliveryReported
        | EventName::DeliveryConfirmed
        | EventName::DeliveredByHand
        | EventName::LinkRevoked
        | EventName::ExtensionRequested
        | EventName::ExtensionGranted
        | EventName::ExtensionRefused
        | EventName::ControlRemoved
        | EventName::InquiryClosed
        | EventName::RepeatInquiryLinked
        | EventName::InquiryWithdrawn
        | EventName::InquiryRedirected
        | EventName::ReplyReplaced
        | EventName::AddressErased
        | EventName::TopicSet
        | EventName::DeadlinesRecounted => Reads::Nothing,
    }
}

/// What is written after an event; nothing while nothing but a receipt could begin it.
pub(super) fn fold(row: Option<Written>, event: &Event, stamp: Stamp) -> Option<Written> {
    let mut row = match (row, event) {
        (None, Event::InquiryReceived(received)) => received_as(received),
        (None, _) => return None,
        (Some(mut row), event) => {
            apply(&mut row, event);
            row
        }
    };
    row.position = stamp.position;
    Some(row)
}

fn received_as(event: &InquiryReceived) -> Written {
    let intake = &event.intake;
    let mut row = Written {
        inquiry: event.inquiry,
        chamber: intake.chamber.clone(),
        dated: intake.dated,
        received: intake.received,
        language: intake.language,
        lead: None,
        helps: BTreeSet::new(),
        took_part: BTreeSet::new(),
        deputies: BTreeSet::new(),
        factions: BTreeSet::new(),
        numbers: vec![intake.number.printed().to_owned()],
        files: Vec::new(),
        passages: vec![Passage::new(Place::Subject, cut(&intake.subject))],
        position: 0,
    };
    for question in &intake.questions {
        row.passages.push(Passage::new(Place::Question { no: question.no.0.into() }, cut(&question.text)));
    }
    asked_by(&mut row, &intake.groups);
    came_with(&mut row, &intake.attachments, &FileOf::Inquiry);
    row
}

fn apply(row: &mut Written, event: &Event) {
    match event {
        Event::InquiryRegistered(event) => row.numbers.push(event.incoming_number.clone()),
        Event::MinistriesAssigned(event) => {
            row.lead = Some(event.lead.clone());
            row.helps = event.co_executors.iter().map(|co| co.ministry.clone()).collect();
            takes_part(row);
            put(row, Passage::new(Place::Resolution, cut(&event.resolution)), |at| *at == Place::Resolution);
        }
        Event::MinistryReassigned(event) => pass(row, Passing::replaced(event)),
        Event::PartCarriedOver(event) => {
            let passing = Passing::carried(event, row.lead.iter().chain(&row.helps));
            pass(row, passing);
        }
        Event::ContributionSubmitted(event) => {
            let at = Place::Contribution { ministry: event.ministry.clone(), version: event.version };
            let same = |at: &Place| matches!(at, Place::Contribution { ministry, .. } if *ministry == event.ministry);
            put(row, Passage::new(at, body(&event.body)), same);
            let of = FileOf::Contribution { ministry: event.ministry.clone() };
            row.files.retain(|file| file.of != of);
            came_with(row, &event.files, &of);
        }
        Event::DraftRevised(event) => {
            let at = Place::Draft { version: event.version.0 };
            put(row, Passage::new(at, content(&event.content)), |at| matches!(at, Place::Draft { .. }));
        }
        // The draft is the letter now: its words are kept once.
        Event::ReplySigned(event) => {
            for passage in &mut row.passages {
                if passage.at == (Place::Draft { version: event.version.0 }) {
                    passage.at = Place::Letter { version: event.version.0, number: None };
                }
            }
        }
        Event::OutgoingNumberAssigned(event) => {
            row.numbers.push(event.number.clone());
            let letters = row.passages.iter_mut().rev().map(|passage| &mut passage.at);
            let number = letters.into_iter().find_map(|at| match at {
                Place::Letter { number: number @ None, .. } => Some(number),
                _ => None,
            });
            if let Some(number) = number {
                *number = Some(event.number.clone());
            }
        }
        Event::DispatchOrdered(event) => {
            for passage in &mut row.passages {
                let is_it = |at: &Place| matches!(at, Place::Letter { number: Some(number), .. } if *number == event.letter.number);
                passage.sent |= is_it(&passage.at);
            }
        }
        Event::InterimReplySent(event) => {
            row.numbers.extend(event.number.clone());
            row.passages.push(Passage::new(Place::Interim { number: event.number.clone() }, cut(&event.summary)));
        }
        Event::InquiriesMerged(event) => match &event.merge {
            MergeSide::Leads { others } => {
                for other in others {
                    row.numbers.push(other.number.clone());
                    asked_by(row, &other.groups);
                }
            }
            MergeSide::Joins { .. } => {}
        },
        Event::DeputyResponded(event) => {
            if let Some(comment) = &event.comment {
                let at = Place::Response { recipient: event.recipient.0.into() };
                put(row, Passage::new(at.clone(), cut(comment)), |known| *known == at);
            }
        }
        // What `reads` does not ask for, and a second receipt.
        _ => {}
    }
}

/// Puts a passage in the place of the one that it follows on.
fn put(row: &mut Written, passage: Passage, follows: impl Fn(&Place) -> bool) {
    row.passages.retain(|known| !follows(&known.at));
    row.passages.push(passage);
}

fn pass(row: &mut Written, passing: Passing<'_>) {
    row.lead.iter_mut().for_each(|lead| passing.lead(lead));
    let helps = mem::take(&mut row.helps).into_iter();
    row.helps = helps.filter_map(|mut ministry| passing.co_executor(&mut ministry).then_some(ministry)).collect();
    takes_part(row);
}

fn takes_part(row: &mut Written) {
    row.took_part.extend(row.lead.iter().chain(&row.helps).cloned());
}

/// Who asks: names in one text, identities and factions by themselves.
fn asked_by(row: &mut Written, groups: &[RecipientGroup]) {
    let names: Vec<&str> = groups.iter().flat_map(|group| &group.deputies).map(|one| one.name.as_str()).collect();
    row.passages.push(Passage::new(Place::Deputy, cut(&names.join(", "))));
    row.deputies.extend(groups.iter().flat_map(|group| &group.deputies).filter_map(|one| one.deputy));
    row.factions.extend(groups.iter().filter_map(|group| faction::named(&group.label_lines)));
}

fn came_with(row: &mut Written, files: &[Attachment], of: &FileOf) {
    let named = |file: &Attachment| FileRef { blob: file.blob, name: cut(&file.name), of: of.clone() };
    row.files.extend(files.iter().map(named));
}

/// A draft's words in all its languages, and who prepared it.
fn content(content: &DraftContent) -> String {
    let bodies = std::iter::once(&content.body).chain(content.translations.iter().map(|one| &one.body));
    let mut texts: Vec<String> = bodies.map(body).collect();
    texts.push(content.executor.name.clone());
    cut(&texts.join("\n"))
}

/// The words of a body, a line for each of its blocks. What is no text says nothing to be found by.
fn body(body: &Value) -> String {
    let mut text = String::new();
    words(body, &mut text);
    cut(text.trim())
}

fn words(value: &Value, text: &mut String) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| words(item, text)),
        Value::Object(fields) => {
            if let Some(Value::String(said)) = fields.get("text") {
                text.push_str(said);
            }
            fields.values().filter(|field| field.is_array() || field.is_object()).for_each(|field| words(field, text));
            // A block, a cell and a line end what stands before them; parts of a line go on.
            let goes_on =
                matches!(fields.get("type").and_then(Value::as_str), Some("text" | "bold" | "italic" | "footnote"));
            if !goes_on && !text.is_empty() && !text.ends_with('\n') {
                text.push('\n');
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// No longer than is kept, and without what a text of the database cannot hold.
fn cut(text: &str) -> String {
    text.chars().filter(|c| *c != '\0').take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::passing;

    #[test]
    fn a_place_that_passes_is_the_inquirys() {
        passing::shows(|events| {
            let after = |row, (nth, event)| fold(row, event, passing::stamp(nth));
            let row = events.iter().enumerate().fold(None, after).unwrap();
            (row.lead, row.helps, row.took_part)
        });
    }

    #[test]
    fn the_words_of_a_body_are_all_there_block_by_block() {
        let text = |words: &str| json!({ "type": "text", "text": words });
        let whole = json!({ "blocks": [
            { "type": "heading", "level": 1, "content": [text("Жол")] },
            { "type": "paragraph", "content": [text("Бюд"), { "type": "bold", "content": [text("жет")] }, text(" бар")] },
            { "type": "list", "ordered": true, "items": [{ "blocks": [{ "type": "paragraph", "content": [text("бір")] }] }] },
            { "type": "table", "columns": [], "head": [{ "content": [text("жыл")] }], "rows": [[{ "content": [text("2023")] }]] },
        ]});
        assert_eq!(body(&whole), "Жол\nБюджет бар\nбір\nжыл\n2023");
        assert_eq!(body(&json!("жол")), "");
    }
}

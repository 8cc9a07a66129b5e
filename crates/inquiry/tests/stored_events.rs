//! What was stored stays readable for ever, to the byte. `stored_events.txt` has a line for every shape that was ever written: stored name,
//! version of the shape, payload, with tabs between them. A line is added when a shape is, and none is ever changed.
#![expect(clippy::unwrap_used, reason = "a test that stops here says where")]

use std::collections::BTreeSet;

use inquiry::event::UnknownEvent;
use inquiry::upcast::{RULES, is_old};
use inquiry::{Event, EventName, InquiryId, personal};
use serde_json::Value;

struct Line {
    name: &'static str,
    version: u16,
    payload: &'static str,
}

fn lines() -> Vec<Line> {
    let line = |line: &'static str| {
        let mut parts = line.splitn(3, '\t');
        let [name, version, payload] = [parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap()];
        Line { name, version: version.parse().unwrap(), payload }
    };
    include_str!("stored_events.txt").lines().map(line).collect()
}

fn read(line: &Line) -> Vec<Event> {
    match Event::from_stored(line.name, line.version, line.payload) {
        Ok(events) => events,
        Err(error) => panic!("{}: {error:?}", line.name),
    }
}

/// What an old shape becomes stands in `old_events.txt` (tests/upcasting.rs).
#[test]
fn every_stored_line_is_read_and_written_again_to_the_byte() {
    for line in lines() {
        let events = read(&line);
        if is_old(RULES, line.name, line.version) {
            continue;
        }
        let [event] = &events[..] else { panic!("{} became {events:?}", line.name) };
        assert_eq!((event.stored_name(), event.schema_version()), (line.name, line.version));
        assert_eq!(event.to_payload(), line.payload);
    }
}

/// Whatever in an event looks like an address or an identification number is named as personal: it is sealed, or it cannot be erased.
#[test]
fn no_stored_line_has_an_address_or_a_number_of_a_person_that_is_not_said_to_be_personal() {
    let (inquiry, mut sealed) = (InquiryId(uuid::Uuid::from_u128(0x326)), 0);
    for line in lines() {
        let mut stored: Value = serde_json::from_str(line.payload).unwrap();
        for event in read(&line) {
            for text in personal::texts(inquiry, &event) {
                let place =
                    stored.pointer_mut(&text.pointer).unwrap_or_else(|| panic!("{}: {}", line.name, text.pointer));
                assert_eq!(*place, Value::from(text.text));
                *place = Value::Null;
                sealed += 1;
            }
        }
        let erased = stored.to_string();
        // A mail's own identity has the form of an address, and is the office's: its number at its domain.
        let addresses = erased.matches('@').count() - erased.matches("@saual.example").count();
        assert_eq!(addresses, 0, "{}: {erased}", line.name);
        assert!(!erased.contains(r#""iin":""#), "{}: {erased}", line.name);
        let read = Event::from_stored(line.name, line.version, &erased);
        assert!(read.is_ok(), "{} cannot be read after an erasure: {read:?}", line.name);
    }
    assert!(sealed >= 10, "{sealed}");
}

#[test]
fn every_event_has_a_stored_line_in_every_version_of_its_shape() {
    let stored: BTreeSet<(&str, u16)> = lines().iter().map(|line| (line.name, line.version)).collect();
    for name in EventName::ALL {
        for version in 1..=name.schema_version() {
            assert!(stored.contains(&(name.stored(), version)), "no line for {} version {version}", name.stored());
        }
    }
}

#[test]
fn every_choice_inside_an_event_has_a_stored_line() {
    let all = include_str!("stored_events.txt");
    for choice in [
        r#""channel":"paper""#,
        r#""channel":"email""#,
        r#""channel":"api""#,
        r#""channel":"plenary""#,
        r#""kind":"faction_members""#,
        r#""kind":"faction_member""#,
        r#""kind":"single_mandate""#,
        r#""kind":"other""#,
        r#""place":"lead""#,
        r#""place":"co_executor""#,
        r#""kind":"legal""#,
        r#""kind":"language""#,
        r#""kind":"finance""#,
        r#""kind":"office""#,
        r#""stage":"composing""#,
        r#""stage":"connecting""#,
        r#""stage":"addressing""#,
        r#""stage":"sending""#,
        r#""stage":"bounced""#,
        r#""how":"opened_here""#,
        r#""how":"by_personal_link""#,
        r#""how":"delivery_notice""#,
        r#""how":"answered_by_mail""#,
        r#""how":"said_by_telephone""#,
        r#""kind":"holds""#,
        r#""kind":"acts""#,
        r#""kind":"answered""#,
        r#""kind":"answered_in_part""#,
        r#""kind":"refused""#,
        r#""side":"leads""#,
        r#""side":"joins""#,
    ] {
        assert!(all.contains(choice), "no line with {choice}");
    }
}

#[test]
fn the_hash_of_a_stored_draft_is_still_the_hash_of_its_content() {
    let mut drafts = 0;
    for line in lines() {
        for event in read(&line) {
            if let Event::DraftRevised(revised) = event {
                assert_eq!(revised.content.hash(), revised.content_hash);
                drafts += 1;
            }
        }
    }
    assert!(drafts >= 2);
}

#[test]
fn what_this_program_cannot_read_is_an_error_and_no_guess() {
    let first = &lines()[0];
    let read = |name: &str, version: u16, payload: &str| Event::from_stored(name, version, payload).unwrap_err();
    assert!(matches!(read("inquiry_deleted", 1, first.payload), UnknownEvent::Name { .. }));
    assert!(matches!(read(first.name, 2, first.payload), UnknownEvent::Shape { stored: 2, known: 1, .. }));
    assert!(matches!(read(first.name, 0, first.payload), UnknownEvent::Shape { .. }));
    assert!(matches!(read("control_set", 1, first.payload), UnknownEvent::Mismatch { found: "inquiry_received", .. }));
    assert!(matches!(read(first.name, 1, "{"), UnknownEvent::Payload { .. }));
    let line = r#"{"inquiry_closed":{"outcome":{"kind":"answered"},"colour":"red"}}"#;
    assert!(matches!(read("inquiry_closed", 1, line), UnknownEvent::Payload { .. }), "an unknown field was dropped");
}

//! What was stored stays readable for ever, to the byte. `stored_events.txt` has a line for every shape that was ever written: stored name,
//! version of the shape, payload, with tabs between them. A line is added when a shape is, and none is ever changed.
#![expect(clippy::unwrap_used, reason = "a test that stops here says where")]

use std::collections::BTreeSet;

use inquiry::event::UnknownEvent;
use inquiry::{Event, EventName};

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

fn read(line: &Line) -> Event {
    match Event::from_stored(line.name, line.version, line.payload) {
        Ok(event) => event,
        Err(error) => panic!("{}: {error:?}", line.name),
    }
}

#[test]
fn every_stored_line_is_read_and_written_again_to_the_byte() {
    for line in lines() {
        let event = read(&line);
        assert_eq!(event.stored_name(), line.name);
        if event.schema_version() == line.version {
            assert_eq!(event.to_payload(), line.payload);
        }
    }
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
        r#""how":"delivery_notice""#,
        r#""how":"answered_by_mail""#,
        r#""how":"said_by_telephone""#,
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
        if let Event::DraftRevised(revised) = read(&line) {
            assert_eq!(revised.content.hash(), revised.content_hash);
            drafts += 1;
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

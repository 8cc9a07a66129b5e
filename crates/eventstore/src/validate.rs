//! The door: what could never be recorded, or would hurt its neighbours in a block, is refused before it gets there.

use std::collections::HashSet;

use crate::append::{Append, Invalid};
use crate::event::{NewEvent, to_microsecond};
use crate::settings::Settings;

/// Checks an append and cuts its time to what PostgreSQL keeps.
pub(crate) fn append(mut append: Append, settings: &Settings) -> Result<Append, Invalid> {
    let Append { origin, writes, guards } = &mut append;
    name("an actor", &origin.actor, 200, is_printable)?;
    origin.at = to_microsecond(origin.at)?;
    let mut streams = HashSet::new();
    let mut bytes = 0_usize;
    for write in &*writes {
        if !streams.insert(&write.stream) {
            return Err(Invalid::StreamTwice(write.stream.clone()));
        }
        let last = write.expected.checked_add(write.events.len() as u64);
        if last.is_none_or(|last| i64::try_from(last).is_err()) {
            return Err(Invalid::TooLarge(write.expected));
        }
        for event in &write.events {
            check_event(event, settings)?;
            bytes = bytes.saturating_add(event.payload.len());
        }
    }
    if bytes > settings.append_bytes {
        return Err(Invalid::AppendTooLong { bytes, limit: settings.append_bytes });
    }
    let mut keys = HashSet::new();
    for claim in &guards.claims {
        name("a claim", &claim.key, 500, is_printable)?;
        if !keys.insert(&claim.key) {
            return Err(Invalid::GuardTwice(claim.key.clone()));
        }
    }
    let mut series = HashSet::new();
    for number in &guards.numbers {
        name("a number series", &number.series, 200, is_printable)?;
        if number.value == i64::MAX {
            return Err(Invalid::TooLarge(number.value.unsigned_abs()));
        }
        if !series.insert(&number.series) {
            return Err(Invalid::GuardTwice(number.series.clone()));
        }
    }
    let no_events = writes.iter().all(|write| write.events.is_empty());
    if no_events && !(guards.claims.is_empty() && guards.numbers.is_empty()) {
        return Err(Invalid::GuardsAlone);
    }
    Ok(append)
}

fn check_event(event: &NewEvent, settings: &Settings) -> Result<(), Invalid> {
    let event_type = || event.event_type.clone();
    name("an event type", &event.event_type, 100, |c| c.is_ascii_alphanumeric() || "_.:-".contains(c))?;
    if event.schema_version == 0 {
        return Err(Invalid::SchemaVersion { event_type: event_type() });
    }
    let bytes = event.payload.len();
    if bytes > settings.payload_bytes {
        let limit = settings.payload_bytes;
        return Err(Invalid::PayloadTooLong { event_type: event_type(), bytes, limit });
    }
    if holds_nul(&event.payload) {
        return Err(Invalid::Nul { event_type: event_type() });
    }
    // Parsed and thrown away, without building a value and without a limit of depth.
    match serde_json::from_str::<serde::de::IgnoredAny>(&event.payload) {
        Ok(_) => Ok(()),
        Err(_) => Err(Invalid::NotJson { event_type: event_type() }),
    }
}

/// Whether the text holds U+0000, as itself or as the escape that JSON has for it. The escape would be kept exactly here,
/// but no follower could put it into a text column.
fn holds_nul(json: &str) -> bool {
    let bytes = json.as_bytes();
    if bytes.contains(&0) {
        return true;
    }
    let mut at = 0;
    while let Some(found) = bytes.get(at..).and_then(|rest| rest.iter().position(|b| *b == b'\\')) {
        let escape = at + found + 1;
        if bytes.get(escape..escape + 5) == Some(b"u0000") {
            return true;
        }
        at = escape + 1; // Past the escaped sign, so that `\\u0000` (a backslash and five signs) is no escape.
    }
    false
}

/// Checks a media type such as `application/pdf`.
pub(crate) fn media_type(given: &str) -> Result<(), Invalid> {
    name("a media type", given, 200, |c| c.is_ascii_graphic() || c == ' ')
}

/// Checks the name of a number series.
pub(crate) fn series(given: &str) -> Result<(), Invalid> {
    name("a number series", given, 200, is_printable)
}

/// Checks the name of a follower.
pub(crate) fn follower(given: &str) -> Result<(), Invalid> {
    name("a follower", given, 100, is_printable)
}

fn is_printable(sign: char) -> bool {
    !sign.is_control()
}

fn name(what: &'static str, given: &str, most: usize, fits: impl Fn(char) -> bool) -> Result<(), Invalid> {
    if (1..=most).contains(&given.len()) && given.chars().all(fits) {
        Ok(())
    } else {
        Err(Invalid::Name { what, given: given.chars().take(80).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::append::{Claim, Guards, StreamWrite, TakeNumber};
    use crate::event::{CommandId, Origin, StreamId};
    use jiff::Timestamp;
    use uuid::Uuid;

    fn one(payload: &str) -> Append {
        Append {
            origin: Origin {
                actor: "clerk".into(),
                at: Timestamp::from_nanosecond(1_700_000_000_123_456_789).unwrap(),
                command: CommandId(Uuid::nil()),
                request: [0; 32],
                correlation: Uuid::nil(),
                causation: None,
            },
            writes: vec![StreamWrite {
                stream: StreamId::new("s-1").unwrap(),
                expected: 0,
                events: vec![NewEvent { event_type: "noted".into(), schema_version: 1, payload: payload.into() }],
            }],
            guards: Guards::none(),
        }
    }

    fn check(append: Append) -> Result<Append, Invalid> {
        super::append(append, &Settings::MEASURED)
    }

    #[test]
    fn time_is_cut_to_the_microsecond() {
        let kept = check(one("{}")).unwrap();
        assert_eq!(kept.origin.at.as_nanosecond(), 1_700_000_000_123_456_000);
    }

    #[test]
    fn what_is_not_json_or_holds_nul_is_refused() {
        for broken in ["", "{", "{} {}", "nope", "{\"a\":}", "\u{feff}{}"] {
            assert!(matches!(check(one(broken)), Err(Invalid::NotJson { .. })), "{broken:?}");
        }
        for nul in ["\"\u{0}\"", r#""\u0000""#, r#"{"a\u0000":1}"#, r#""\\\u0000""#, "\u{0}"] {
            assert!(matches!(check(one(nul)), Err(Invalid::Nul { .. })), "{nul:?}");
        }
        for fine in [r#""\\u0000""#, r#""u0000""#, r#""\u0001""#, "9223372036854775808", " {\"b\":1,\"b\":2} "] {
            assert!(check(one(fine)).is_ok(), "{fine:?}");
        }
        let deep = "[".repeat(20_000) + &"]".repeat(20_000);
        assert!(check(one(&deep)).is_ok());
    }

    #[test]
    fn names_are_checked() {
        let mut bad = one("{}");
        bad.origin.actor = "a\u{0}b".into();
        assert!(matches!(check(bad), Err(Invalid::Name { what: "an actor", .. })));
        let mut bad = one("{}");
        bad.writes[0].events[0].event_type = "құжат".into();
        assert!(matches!(check(bad), Err(Invalid::Name { what: "an event type", .. })));
        let mut bad = one("{}");
        bad.guards.claims = vec![Claim { key: "k".repeat(501) }];
        assert!(matches!(check(bad), Err(Invalid::Name { what: "a claim", .. })));
        for stream in ["", "Inquiry-1", "a b", "a/b", &"x".repeat(201)] {
            assert!(StreamId::new(stream).is_err(), "{stream}");
        }
    }

    #[test]
    fn what_cannot_be_counted_or_stands_twice_is_refused() {
        let mut bad = one("{}");
        bad.writes[0].expected = u64::MAX;
        assert_eq!(check(bad), Err(Invalid::TooLarge(u64::MAX)));
        let mut bad = one("{}");
        bad.writes.push(bad.writes[0].clone());
        assert!(matches!(check(bad), Err(Invalid::StreamTwice(_))));
        let mut bad = one("{}");
        bad.guards.claims = vec![Claim { key: "k".into() }, Claim { key: "k".into() }];
        assert!(matches!(check(bad), Err(Invalid::GuardTwice(_))));
        let mut bad = one("{}");
        bad.writes[0].events.clear();
        bad.guards.numbers = vec![TakeNumber { series: "out".into(), value: 1 }];
        assert_eq!(check(bad), Err(Invalid::GuardsAlone));
        let mut bad = one("{}");
        bad.writes[0].events[0].payload = format!("\"{}\"", "x".repeat(Settings::MEASURED.payload_bytes));
        assert!(matches!(check(bad), Err(Invalid::PayloadTooLong { .. })));
    }
}

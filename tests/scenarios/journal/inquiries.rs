//! Many inquiries with real histories: those that are kept as stored lines for ever, told again under other identities.

use eventstore::{Append, Guards, Journal, NewEvent, StreamId, StreamWrite};
use uuid::Uuid;

use super::origin;

/// The identity in the stored lines.
const TOLD_OF: &str = "00000000-0000-0000-0000-000000000326";

/// The `n`th inquiry.
pub(super) fn inquiry(n: u64) -> Uuid {
    // Spread over the parts of a rebuild.
    Uuid::from_u64_pair(0x018f_3c1e_7a55_7cc1, 0x9d3b_0000_0000_0000 | (n.wrapping_mul(0x9e37_79b9) & 0xffff_ffff))
}

pub(super) fn stream(n: u64) -> StreamId {
    StreamId::new(format!("inquiry-{}", inquiry(n))).unwrap()
}

/// The stored lines of one inquiry: a history for the folds, which take any.
pub(super) fn history(n: u64) -> Vec<NewEvent> {
    let told = inquiry(n).to_string();
    let line = |line: &str| {
        let mut parts = line.splitn(3, '\t');
        let [name, version, payload] = [parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap()];
        NewEvent {
            event_type: name.to_owned(),
            schema_version: version.parse().unwrap(),
            payload: payload.replace(TOLD_OF, &told),
        }
    };
    let lines = include_str!("../../../crates/inquiry/tests/stored_events.txt");
    // Each ends somewhere else, so that rows stand at every stage.
    lines.lines().map(line).take(5 + usize::try_from(n * 7 % 62).unwrap()).collect()
}

/// What was asked again about an inquiry: it waits, was taken, or was dismissed.
fn proposal(n: u64) -> Append {
    let id = Uuid::from_u128(inquiry(n).as_u128() ^ 0xd001);
    let wanted: &[usize] = [&[0][..], &[0, 1], &[0, 2]][usize::try_from(n % 3).unwrap()];
    let lines: Vec<&str> = include_str!("../../../crates/inquiry/tests/stored_proposals.txt").lines().collect();
    let event = |n_th: &usize| {
        let mut parts = lines[*n_th].splitn(3, '\t');
        let [name, version, payload] = [parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap()];
        let payload = payload.replace("00000000-0000-0000-0000-00000000d001", &id.to_string());
        NewEvent { event_type: name.to_owned(), schema_version: version.parse().unwrap(), payload }
    };
    let stream = StreamId::new(format!("proposal-{id}")).unwrap();
    let write = StreamWrite { stream, expected: 0, events: wanted.iter().map(event).collect() };
    Append { origin: origin(), writes: vec![write], guards: Guards::none() }
}

/// Appends the histories of these inquiries and what was asked again about them, all of them side by side.
pub(super) async fn tell(journal: &Journal, which: std::ops::Range<u64>) {
    for n in which.clone() {
        journal.append(proposal(n)).await.unwrap();
    }
    let mut histories: Vec<(u64, u64, std::vec::IntoIter<NewEvent>)> =
        which.map(|n| (n, 0, history(n).into_iter())).collect();
    while !histories.is_empty() {
        let mut asked = Vec::new();
        for (n, version, rest) in &mut histories {
            let events: Vec<NewEvent> = rest.take(1 + usize::try_from((*n + *version) % 3).unwrap()).collect();
            let told = events.len() as u64;
            asked.push(journal.append(one(*n, *version, events)));
            *version += told;
        }
        for appended in futures_util::future::join_all(asked).await {
            appended.unwrap();
        }
        histories.retain(|(.., rest)| rest.len() > 0);
    }
}

pub(super) fn one(n: u64, expected: u64, events: Vec<NewEvent>) -> Append {
    Append {
        origin: origin(),
        writes: vec![StreamWrite { stream: stream(n), expected, events }],
        guards: Guards::none(),
    }
}

//! Laws of the plan: whatever is asked in whatever order, what is planned could have been asked one by one.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use proptest::prelude::*;
use uuid::Uuid;

use crate::append::{Append, Claim, Guards, StreamWrite, TakeNumber};
use crate::event::{CommandId, NewEvent, Origin, StreamId};
use crate::hash::NOTHING;
use crate::merkle;
use crate::plan::{Asked, HeadRow, Outcome, Rows, Seen, plan};

/// What the database would hold: rows are carried over as the SQL of a block does it.
fn after(seen: &Seen, rows: Option<&Rows>) -> Seen {
    let mut next = seen.clone();
    let Some(rows) = rows else { return next };
    let block = &rows.block;
    next.head = HeadRow {
        position: seen.head.position + i64::from(block.events),
        block: block.block,
        hash: block.hash,
        recorded: block.recorded,
    };
    for (stream, before, version, _) in &rows.streams {
        assert_eq!(next.streams.insert(stream.clone(), *version).unwrap_or(0), *before);
    }
    for (command, row) in &rows.commands {
        assert_eq!(next.commands.insert(*command, row.clone()), None);
    }
    for (key, stream, _) in &rows.claims {
        assert_eq!(next.claims.insert(key.clone(), stream.clone()), None);
    }
    for (series, before, now) in &rows.series {
        assert_eq!(next.series.insert(series.clone(), *now), *before);
    }
    for sha256 in &rows.entries {
        assert!(next.entered.insert(*sha256));
    }
    next
}

fn nothing() -> Seen {
    Seen {
        head: HeadRow { position: 0, block: 0, hash: NOTHING, recorded: Timestamp::UNIX_EPOCH },
        now: Timestamp::UNIX_EPOCH,
        streams: HashMap::new(),
        commands: HashMap::new(),
        claims: HashMap::new(),
        series: HashMap::new(),
        entered: HashSet::new(),
    }
}

fn asked() -> impl Strategy<Value = Asked> {
    let write = (0..3_u8, 0..4_u64, 0..3_usize);
    let append = (
        0..12_u128,
        0..2_u8,
        prop::collection::vec(write, 1..3),
        prop::option::weighted(0.3, 0..2_u8),
        prop::option::weighted(0.3, 1..4_i64),
    );
    let append = append.prop_map(|(command, request, writes, claim, number)| {
        let mut streams = HashSet::new();
        let writes: Vec<StreamWrite> = writes
            .into_iter()
            .filter(|(stream, ..)| streams.insert(*stream))
            .map(|(stream, expected, events)| StreamWrite {
                stream: StreamId::new(format!("s-{stream}")).unwrap(),
                expected,
                events: vec![NewEvent { event_type: "noted".into(), schema_version: 1, payload: "1".into() }; events],
            })
            .collect();
        Asked::Append(Append {
            origin: Origin {
                actor: "law".into(),
                at: Timestamp::UNIX_EPOCH,
                command: CommandId(Uuid::from_u128(command)),
                request: [request; 32],
                correlation: Uuid::nil(),
                causation: None,
            },
            writes,
            guards: Guards {
                claims: claim.map(|key| Claim { key: format!("k-{key}") }).into_iter().collect(),
                numbers: number.map(|value| TakeNumber { series: "n".into(), value }).into_iter().collect(),
            },
        })
    });
    // The door lets no append without events pass, and so the plan need not know them.
    let append = append.prop_filter("has events", |asked| match asked {
        Asked::Append(append) => append.writes.iter().any(|write| !write.events.is_empty()),
        Asked::Keep { .. } => true,
    });
    let keep = (0..3_u8).prop_map(|n| Asked::Keep { sha256: [n; 32], media_type: "text/plain".into() });
    prop_oneof![5 => append, 1 => keep]
}

/// What a caller is told, without the block it happened to be in.
fn told(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Recorded(appended) => format!("recorded {} {}", appended.last_position, appended.version),
        Outcome::Repeated(row) => format!("repeated {} {}", row.last_position(), row.version),
        Outcome::Refused(error) => error.to_string(),
        Outcome::Kept => "kept".to_owned(),
    }
}

proptest! {
    #[test]
    fn requests_in_one_block_are_answered_as_if_each_had_a_block_of_its_own(
        first in prop::collection::vec(asked(), 0..6),
        then in prop::collection::vec(asked(), 0..14),
    ) {
        let before = {
            let rows = plan(&first, &nothing()).rows;
            after(&nothing(), rows.as_ref())
        };
        let together = plan(&then, &before);
        let mut alone = before.clone();
        let mut singly = Vec::new();
        for one in &then {
            let plan = plan(std::slice::from_ref(one), &alone);
            singly.extend(plan.outcomes.iter().map(told));
            alone = after(&alone, plan.rows.as_ref());
        }
        prop_assert_eq!(together.outcomes.iter().map(told).collect::<Vec<_>>(), singly);
        let joined = after(&before, together.rows.as_ref());
        prop_assert_eq!(joined.head.position, alone.head.position);
        prop_assert_eq!(joined.streams, alone.streams);
        prop_assert_eq!(joined.commands, alone.commands);
        prop_assert_eq!(joined.claims, alone.claims);
        prop_assert_eq!(joined.series, alone.series);
        prop_assert_eq!(joined.entered, alone.entered);
    }

    #[test]
    fn a_block_continues_the_head_and_proves_each_of_its_events(
        all in prop::collection::vec(asked(), 1..14),
    ) {
        let seen = nothing();
        let Some(rows) = plan(&all, &seen).rows else { return Ok(()) };
        let block = &rows.block;
        prop_assert_eq!(block.previous_hash, seen.head.hash);
        prop_assert_eq!(block.hash, block.computed_hash());
        prop_assert_eq!(block.first_position, 1);
        prop_assert!(rows.events.iter().map(|(event, _)| event.position).eq(1..=i64::from(block.events)));
        let leaves: Vec<_> = rows
            .events
            .iter()
            .map(|(_, leaf)| *leaf)
            .chain(rows.entries.iter().map(|id| crate::hash::blob_leaf(block.block, id, "text/plain")))
            .collect();
        prop_assert_eq!(merkle::root(&leaves), block.merkle_root);
        for (leaf, (event, _)) in (0_u32..).zip(&rows.events) {
            let path = merkle::path(leaf as usize, &leaves).unwrap();
            let proof = crate::Proof { event: event.clone(), block: block.clone(), leaf, path };
            prop_assert_eq!(proof.check(), Ok(block.hash));
        }
    }
}

//! What the writer remembers between blocks, and what it dares to assume from it instead of asking.
//!
//! Nothing here is relied on: a block written from memory is compared with the database by the statement that writes it,
//! and fails as a whole where memory was wrong. So it may forget at any time, and does after a second ([`crate::Settings::memory`]).

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use crate::event::{StreamId, to_microsecond};
use crate::hash::Block;
use crate::plan::{Asked, HeadRow, Seen};

/// The most blocks that are written carefully after a surprise; surprises that follow each other double the number.
const MOST_CAUTION: u32 = 64;

/// The last block of this connection, unless it is forgotten.
#[derive(Debug)]
pub(crate) struct Memory {
    lasts: Duration,
    last: Option<Last>,
    /// How many blocks are to be written carefully yet.
    caution: u32,
    /// How many they were to be after the last surprise.
    burnt: u32,
}

#[derive(Debug)]
struct Last {
    head: HeadRow,
    server_time: Timestamp,
    seen: Instant,
}

impl Memory {
    /// That of a new connection.
    pub(crate) fn none(lasts: Duration) -> Self {
        Self { lasts, last: None, caution: 0, burnt: 0 }
    }

    /// The head that was read under its lock, or left behind there.
    pub(crate) fn learned(&mut self, head: HeadRow, server_time: Timestamp) {
        self.caution = self.caution.saturating_sub(1);
        self.last = Some(Last { head, server_time, seen: Instant::now() });
    }

    /// A block that was written from memory stands.
    pub(crate) fn went_well(&mut self, block: &Block, server_time: Timestamp) {
        self.burnt /= 2;
        self.learned(HeadRow::after(block), server_time);
    }

    /// A block that was to be written from memory does not stand: another node wrote, a caller was not up to date, or a
    /// command is a repeat. Where such things are frequent, asking first is cheaper.
    pub(crate) fn surprised(&mut self) {
        self.burnt = (self.burnt * 2).clamp(1, MOST_CAUTION);
        self.caution = self.burnt;
        self.last = None;
    }

    /// What the database would hold if everybody who asks were right. None when memory is old or burnt, or when
    /// something is asked that one statement does not compare: claims, numbers, blobs, and streams that are only to
    /// stand at a version.
    pub(crate) fn assume(&self, asked: &[Asked]) -> Option<Seen> {
        let last = self.last.as_ref().filter(|last| self.caution == 0 && last.seen.elapsed() < self.lasts)?;
        let mut streams: HashMap<StreamId, u64> = HashMap::with_capacity(asked.len());
        for one in asked {
            let Asked::Append(append) = one else { return None };
            let guarded = !(append.guards.claims.is_empty() && append.guards.numbers.is_empty());
            if guarded || append.writes.iter().any(|write| write.events.is_empty()) {
                return None;
            }
            for write in &append.writes {
                // The first of a block who names a stream is believed; the others are measured by the plan.
                if !streams.contains_key(&write.stream) {
                    streams.insert(write.stream.clone(), write.expected);
                }
            }
        }
        let gone = SignedDuration::try_from(last.seen.elapsed()).ok()?;
        // To the microsecond, like a time that the server says: what is hashed must be what is stored.
        let now = to_microsecond(last.server_time.checked_add(gone).ok()?).ok()?;
        Some(Seen {
            head: last.head.clone(),
            now,
            streams,
            commands: HashMap::new(),
            claims: HashMap::new(),
            series: HashMap::new(),
            entered: HashSet::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::append::{Append, Claim, Guards, StreamWrite};
    use crate::event::{CommandId, NewEvent, Origin};

    fn append(stream: &str, expected: u64, events: usize) -> Asked {
        let event = NewEvent { event_type: "noted".into(), schema_version: 1, payload: "{}".into() };
        Asked::Append(Append {
            origin: Origin {
                actor: "clerk".into(),
                at: Timestamp::UNIX_EPOCH,
                command: CommandId(Uuid::new_v4()),
                request: [0; 32],
                correlation: Uuid::nil(),
                causation: None,
            },
            writes: vec![StreamWrite { stream: StreamId::new(stream).unwrap(), expected, events: vec![event; events] }],
            guards: Guards::none(),
        })
    }

    fn head() -> HeadRow {
        HeadRow { position: 7, block: 3, hash: [1; 32], recorded: Timestamp::UNIX_EPOCH }
    }

    fn fresh() -> Memory {
        let mut memory = Memory::none(Duration::from_secs(3600));
        memory.learned(head(), Timestamp::UNIX_EPOCH);
        memory
    }

    #[test]
    fn the_first_who_names_a_stream_is_believed() {
        let seen = fresh().assume(&[append("a", 4, 1), append("b", 0, 2), append("a", 5, 1)]).unwrap();
        assert_eq!(seen.head, head());
        let versions = ["a", "b"].map(|name| seen.streams[&StreamId::new(name).unwrap()]);
        assert_eq!(versions, [4, 0]);
    }

    #[test]
    fn the_server_s_clock_goes_on_while_it_is_not_looked_at() {
        let mut memory = fresh();
        let gone = Duration::from_secs(10);
        memory.last.as_mut().unwrap().seen = Instant::now().checked_sub(gone).unwrap();
        let now = memory.assume(&[append("a", 0, 1)]).unwrap().now;
        assert!(now.as_second() >= 10 && now.as_second() < 3600, "{now}");
    }

    #[test]
    fn nothing_is_assumed_without_a_memory_or_with_an_old_one() {
        let asked = [append("a", 0, 1)];
        assert!(Memory::none(Duration::from_secs(3600)).assume(&asked).is_none());
        let mut forgetful = Memory::none(Duration::ZERO);
        forgetful.learned(head(), Timestamp::UNIX_EPOCH);
        assert!(forgetful.assume(&asked).is_none());
    }

    #[test]
    fn what_the_statement_does_not_compare_is_asked_for() {
        let mut guarded = append("a", 0, 1);
        if let Asked::Append(append) = &mut guarded {
            append.guards.claims.push(Claim { key: "k".into() });
        }
        let kept = Asked::Keep { sha256: [0; 32], media_type: "text/plain".into() };
        for asked in [guarded, kept, append("b", 2, 0)] {
            assert!(fresh().assume(&[append("a", 0, 1), asked.clone()]).is_none(), "{asked:?}");
        }
    }

    #[test]
    fn surprises_that_follow_each_other_make_it_ever_more_careful_and_good_blocks_make_it_bold_again() {
        let asked = [append("a", 0, 1)];
        let careful_blocks = |memory: &mut Memory| {
            let mut blocks = 0;
            while memory.assume(&asked).is_none() {
                memory.learned(head(), Timestamp::UNIX_EPOCH);
                blocks += 1;
            }
            blocks
        };
        let mut memory = fresh();
        let mut lengths = Vec::new();
        for _ in 0..9 {
            memory.surprised();
            lengths.push(careful_blocks(&mut memory));
        }
        assert_eq!(lengths, [1, 2, 4, 8, 16, 32, 64, 64, 64]);
        let block = Block {
            block: 4,
            first_position: 8,
            events: 2,
            blobs: 0,
            recorded: Timestamp::UNIX_EPOCH,
            merkle_root: [0; 32],
            previous_hash: [1; 32],
            hash: [2; 32],
        };
        for _ in 0..7 {
            memory.went_well(&block, Timestamp::UNIX_EPOCH);
        }
        assert_eq!(memory.assume(&asked).unwrap().head, HeadRow { position: 9, block: 4, hash: [2; 32], ..head() });
        memory.surprised();
        assert_eq!(careful_blocks(&mut memory), 1);
    }
}

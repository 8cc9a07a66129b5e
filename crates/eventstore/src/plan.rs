//! What goes into the next block: a function of what was asked and of what the database held under the head's lock.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use uuid::Uuid;

use crate::append::{Append, AppendError, Appended};
use crate::event::{CommandId, Recorded, StreamId};
use crate::hash::{Block, Hash, blob_leaf, event_leaf};
use crate::merkle;

/// One request to the writer.
#[derive(Clone, Debug)]
pub(crate) enum Asked {
    /// Record these events.
    Append(Append),
    /// Enter a blob, whose bytes are stored already, into a block.
    Keep { sha256: Hash, media_type: String },
}

/// The journal's last block.
#[derive(Clone, Debug)]
pub(crate) struct HeadRow {
    pub(crate) position: i64,
    pub(crate) block: i64,
    pub(crate) hash: Hash,
    pub(crate) recorded: Timestamp,
}

/// Where the result of a recorded command stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CommandRow {
    pub(crate) request: Hash,
    pub(crate) first_position: i64,
    pub(crate) events: u32,
    pub(crate) version: u64,
}

impl CommandRow {
    pub(crate) fn last_position(&self) -> i64 {
        self.first_position + i64::from(self.events) - 1
    }
}

/// What the database held, for everything that was asked about.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) head: HeadRow,
    pub(crate) now: Timestamp,
    pub(crate) streams: HashMap<StreamId, u64>,
    pub(crate) commands: HashMap<Uuid, CommandRow>,
    pub(crate) claims: HashMap<String, StreamId>,
    pub(crate) series: HashMap<String, i64>,
    pub(crate) entered: HashSet<Hash>,
}

/// What the writer tells one caller.
#[derive(Debug)]
pub(crate) enum Outcome {
    Recorded(Appended),
    Repeated(CommandRow),
    Refused(AppendError),
    Kept,
}

/// The rows of one block.
#[derive(Debug)]
pub(crate) struct Rows {
    pub(crate) block: Block,
    pub(crate) events: Vec<(Recorded, Hash)>,
    /// Stream, version seen, version now, last position.
    pub(crate) streams: Vec<(StreamId, u64, u64, i64)>,
    pub(crate) commands: Vec<(Uuid, CommandRow)>,
    pub(crate) claims: Vec<(String, StreamId, i64)>,
    pub(crate) numbers: Vec<(String, i64, i64)>,
    /// Series, the next number seen (none: the series is new), the next number now.
    pub(crate) series: Vec<(String, Option<i64>, i64)>,
    pub(crate) entries: Vec<Hash>,
}

/// One outcome for each request, in order, and the block to write, unless nothing is to be written.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) rows: Option<Rows>,
}

/// Decides every request in turn; a later one sees what an earlier one of the same block will have written.
pub(crate) fn plan(asked: &[Asked], seen: &Seen) -> Plan {
    let mut draft = Draft {
        seen,
        block: seen.head.block + 1,
        next_position: seen.head.position + 1,
        streams: HashMap::new(),
        commands: HashMap::new(),
        claims: HashMap::new(),
        series: HashMap::new(),
        events: Vec::new(),
        command_order: Vec::new(),
        numbers: Vec::new(),
        entries: Vec::new(),
        blob_leaves: Vec::new(),
    };
    let outcomes = asked
        .iter()
        .map(|one| match one {
            Asked::Append(append) => match draft.refusal(append) {
                Some(outcome) => outcome,
                None => Outcome::Recorded(draft.record(append)),
            },
            Asked::Keep { sha256, media_type } => {
                draft.keep(sha256, media_type);
                Outcome::Kept
            }
        })
        .collect();
    Plan { outcomes, rows: draft.rows() }
}

struct Draft<'a> {
    seen: &'a Seen,
    block: i64,
    next_position: i64,
    /// Version and last position of the streams this block moves.
    streams: HashMap<&'a StreamId, (u64, i64)>,
    commands: HashMap<Uuid, CommandRow>,
    claims: HashMap<&'a str, (&'a StreamId, i64)>,
    series: HashMap<&'a str, i64>,
    events: Vec<(Recorded, Hash)>,
    command_order: Vec<Uuid>,
    numbers: Vec<(String, i64, i64)>,
    entries: Vec<Hash>,
    blob_leaves: Vec<Hash>,
}

impl<'a> Draft<'a> {
    fn version(&self, stream: &StreamId) -> u64 {
        let moved = self.streams.get(stream).map(|(version, _)| *version);
        moved.or_else(|| self.seen.streams.get(stream).copied()).unwrap_or(0)
    }

    /// The next number of a series; a series that nobody has used begins at 1.
    fn next_number(&self, series: &str) -> i64 {
        let moved = self.series.get(series).copied();
        moved.or_else(|| self.seen.series.get(series).copied()).unwrap_or(1)
    }

    /// Why the append is not recorded now, if it is not. A repeat is answered before anything else is looked at.
    fn refusal(&self, append: &Append) -> Option<Outcome> {
        let command = append.origin.command;
        if let Some(row) = self.commands.get(&command.0).or_else(|| self.seen.commands.get(&command.0)) {
            return Some(if row.request == append.origin.request {
                Outcome::Repeated(row.clone())
            } else {
                Outcome::Refused(AppendError::CommandReused { command })
            });
        }
        for write in &append.writes {
            let actual = self.version(&write.stream);
            if actual != write.expected {
                let (stream, expected) = (write.stream.clone(), write.expected);
                return Some(Outcome::Refused(AppendError::Conflict { stream, expected, actual }));
            }
        }
        for claim in &append.guards.claims {
            let here = self.claims.get(claim.key.as_str()).map(|(stream, _)| *stream);
            if let Some(stream) = here.or_else(|| self.seen.claims.get(&claim.key)) {
                let (key, stream) = (claim.key.clone(), stream.clone());
                return Some(Outcome::Refused(AppendError::Claimed { key, stream }));
            }
        }
        for number in &append.guards.numbers {
            let next = self.next_number(&number.series);
            if number.value != next {
                let series = number.series.clone();
                return Some(Outcome::Refused(AppendError::NumberTaken { series, next }));
            }
        }
        None
    }

    fn record(&mut self, append: &'a Append) -> Appended {
        let origin = &append.origin;
        let first_position = self.next_position;
        let mut recorded = Vec::new();
        for write in append.writes.iter().filter(|write| !write.events.is_empty()) {
            let mut version = write.expected;
            for event in &write.events {
                version += 1;
                let event = Recorded {
                    position: self.next_position,
                    block: self.block,
                    stream: write.stream.clone(),
                    version,
                    event_type: event.event_type.clone(),
                    schema_version: event.schema_version,
                    payload: event.payload.clone(),
                    opened: None,
                    current: None,
                    actor: origin.actor.clone(),
                    at: origin.at,
                    command: origin.command,
                    request: origin.request,
                    correlation: origin.correlation,
                    causation: origin.causation,
                };
                self.next_position += 1;
                self.events.push((event.clone(), event_leaf(&event)));
                recorded.push(event);
            }
            self.streams.insert(&write.stream, (version, self.next_position - 1));
        }
        let version = append.writes.first().map_or(0, |write| self.version(&write.stream));
        let events = u32::try_from(recorded.len()).unwrap_or(u32::MAX);
        let row = CommandRow { request: origin.request, first_position, events, version };
        self.commands.insert(origin.command.0, row);
        self.command_order.push(origin.command.0);
        if let Some(first) = append.writes.first() {
            for claim in &append.guards.claims {
                self.claims.insert(&claim.key, (&first.stream, first_position));
            }
        }
        for number in &append.guards.numbers {
            self.series.insert(&number.series, number.value + 1);
            self.numbers.push((number.series.clone(), number.value, first_position));
        }
        Appended { last_position: self.next_position - 1, version, events: recorded, repeated: false }
    }

    fn keep(&mut self, sha256: &Hash, media_type: &str) {
        if !self.seen.entered.contains(sha256) && !self.entries.contains(sha256) {
            self.entries.push(*sha256);
            self.blob_leaves.push(blob_leaf(self.block, sha256, media_type));
        }
    }

    fn rows(mut self) -> Option<Rows> {
        if self.events.is_empty() && self.entries.is_empty() {
            return None;
        }
        let head = &self.seen.head;
        let mut leaves: Vec<Hash> = self.events.iter().map(|(_, leaf)| *leaf).collect();
        leaves.append(&mut self.blob_leaves);
        let mut block = Block {
            block: self.block,
            first_position: head.position + 1,
            events: u32::try_from(self.events.len()).unwrap_or(u32::MAX),
            blobs: u32::try_from(self.entries.len()).unwrap_or(u32::MAX),
            // The server's clock may be set back; the journal's time never goes back.
            recorded: self.seen.now.max(head.recorded),
            merkle_root: merkle::root(&leaves),
            previous_hash: head.hash,
            hash: head.hash,
        };
        block.hash = block.computed_hash();
        let seen = self.seen;
        let mut commands = self.commands;
        Some(Rows {
            block,
            events: self.events,
            streams: self
                .streams
                .into_iter()
                .map(|(stream, (version, last))| {
                    (stream.clone(), seen.streams.get(stream).copied().unwrap_or(0), version, last)
                })
                .collect(),
            commands: self
                .command_order
                .into_iter()
                .filter_map(|command| commands.remove(&command).map(|row| (command, row)))
                .collect(),
            claims: self
                .claims
                .into_iter()
                .map(|(key, (stream, position))| (key.to_owned(), stream.clone(), position))
                .collect(),
            numbers: self.numbers,
            series: self
                .series
                .into_iter()
                .map(|(series, next)| (series.to_owned(), seen.series.get(series).copied(), next))
                .collect(),
            entries: self.entries,
        })
    }
}

/// The command ids, streams, claims, series and blobs that the database must be asked about.
#[derive(Debug, Default)]
pub(crate) struct Questions {
    pub(crate) commands: Vec<Uuid>,
    pub(crate) streams: Vec<String>,
    pub(crate) claims: Vec<String>,
    pub(crate) series: Vec<String>,
    pub(crate) blobs: Vec<Vec<u8>>,
}

impl Questions {
    pub(crate) fn of(asked: &[Asked]) -> Self {
        let mut all = Self::default();
        for one in asked {
            match one {
                Asked::Append(append) => {
                    all.commands.push(append.origin.command.0);
                    all.streams.extend(append.writes.iter().map(|write| write.stream.to_string()));
                    all.claims.extend(append.guards.claims.iter().map(|claim| claim.key.clone()));
                    all.series.extend(append.guards.numbers.iter().map(|number| number.series.clone()));
                }
                Asked::Keep { sha256, .. } => all.blobs.push(sha256.to_vec()),
            }
        }
        all
    }
}

impl From<CommandId> for Uuid {
    fn from(id: CommandId) -> Self {
        id.0
    }
}

//! A stretch of the journal, made in memory: events in one order, their blocks and proofs, and what stands beside them.

use std::collections::BTreeMap;

use eventstore::hash::event_leaf;
use eventstore::{Block, Hash, Head, Recorded, merkle};
use jiff::Timestamp;
use uuid::Uuid;

use crate::error::Error;
use crate::maker::Placed;

/// The result of one command.
#[derive(Debug)]
pub(crate) struct CommandRow {
    pub(crate) command: Uuid,
    pub(crate) request: Hash,
    pub(crate) first_position: i64,
    pub(crate) events: i32,
    pub(crate) version: i64,
}

/// What is written in one transaction.
pub(crate) struct Portion {
    pub(crate) before: Head,
    pub(crate) head: Head,
    pub(crate) events: Vec<Recorded>,
    pub(crate) leaves: Vec<Hash>,
    pub(crate) blocks: Vec<Block>,
    pub(crate) commands: Vec<CommandRow>,
    /// Stream, version and last position.
    pub(crate) streams: BTreeMap<String, (i64, i64)>,
    /// Key, stream and position.
    pub(crate) claims: Vec<(String, String, i64)>,
    /// Series, value and position.
    pub(crate) numbers: Vec<(String, i64, i64)>,
    /// Of each series the first value there is, and the next one.
    pub(crate) series: BTreeMap<String, (i64, i64)>,
    pub(crate) begun: u64,
}

impl Portion {
    pub(crate) fn after(head: &Head) -> Self {
        Self {
            before: head.clone(),
            head: head.clone(),
            events: Vec::new(),
            leaves: Vec::new(),
            blocks: Vec::new(),
            commands: Vec::new(),
            streams: BTreeMap::new(),
            claims: Vec::new(),
            numbers: Vec::new(),
            series: BTreeMap::new(),
            begun: 0,
        }
    }

    /// Adds a block of these commands, hashed for the place it will have.
    pub(crate) fn add(&mut self, placed: Vec<Placed>) -> Result<(), Error> {
        let first = self.events.len();
        for command in placed {
            let position = command.row.first_position;
            self.claims.extend(command.claim);
            for (series, first, value) in command.numbers {
                self.series.insert(series.clone(), (first, value + 1));
                self.numbers.push((series, value, position));
            }
            self.begun += command.begun;
            self.commands.push(command.row);
            for event in command.events {
                let event = Recorded { block: self.head.block + 1, ..event };
                let version = i64::try_from(event.version).map_err(Error::story)?;
                self.streams.insert(event.stream.to_string(), (version, event.position));
                self.leaves.push(event_leaf(&event));
                self.events.push(event);
            }
        }
        self.close(first)
    }

    fn close(&mut self, first: usize) -> Result<(), Error> {
        let leaves = self.leaves.get(first..).unwrap_or_default();
        let now = Timestamp::from_microsecond(Timestamp::now().as_microsecond()).map_err(Error::story)?;
        let mut block = Block {
            block: self.head.block + 1,
            first_position: self.head.position + 1,
            events: u32::try_from(leaves.len()).map_err(Error::story)?,
            blobs: 0,
            recorded: now.max(self.head.recorded),
            merkle_root: merkle::root(leaves),
            previous_hash: self.head.hash,
            hash: self.head.hash,
        };
        block.hash = block.computed_hash();
        let position = block.end() - 1;
        self.head = Head { position, block: block.block, hash: block.hash, recorded: block.recorded };
        self.blocks.push(block);
        Ok(())
    }
}

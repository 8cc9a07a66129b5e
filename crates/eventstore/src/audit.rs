//! The check itself, over blocks as they come: from the database's tables or from a bundle, the rules are the same.

use std::fmt;

use jiff::Timestamp;

use crate::event::Recorded;
use crate::hash::{Block, Hash, NOTHING, blob_leaf, event_leaf};
use crate::merkle::Growing;
use crate::stretch::Clean;
use crate::versions::{Keys, Versions};

/// How many faults are kept; those beyond are counted.
const KEPT: usize = 100;

/// One thing that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Fault {
    /// The block, if one can be named.
    pub block: Option<i64>,
    /// The event's position, if one can be named.
    pub position: Option<i64>,
    /// The event's stream, if one can be named.
    pub stream: Option<String>,
    /// The event's version in its stream, if one can be named.
    pub version: Option<u64>,
    /// What is wrong, as a sentence.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut between = "";
        if let Some(block) = self.block {
            write!(f, "block {block}")?;
            between = ", ";
        }
        if let Some(position) = self.position {
            write!(f, "{between}event {position}")?;
            between = ", ";
        }
        if let (Some(stream), version) = (&self.stream, self.version) {
            write!(f, "{between}stream {stream}")?;
            if let Some(version) = version {
                write!(f, " version {version}")?;
            }
            between = ", ";
        }
        if !between.is_empty() {
            f.write_str(": ")?;
        }
        f.write_str(&self.what)
    }
}

/// What a check of the whole journal found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// How many events were read.
    pub events: u64,
    /// How many blocks.
    pub blocks: u64,
    /// How many blobs.
    pub blobs: u64,
    /// The hash of the last block: what to compare with a head that was kept outside.
    pub head: Hash,
    /// The signed heads that were compared.
    pub heads: HeadsSeen,
    /// What is wrong, in the order it was met: the first hundred.
    pub faults: Vec<Fault>,
    /// How many faults there are in all.
    pub fault_count: u64,
}

/// Signed heads whose signature is that of the key they name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct HeadsSeen {
    /// Those that stand in the journal, or in its bundle.
    pub stored: u64,
    /// How many of those are signed by a key that was said to be trusted.
    pub stored_trusted: u64,
    /// Those that were kept outside.
    pub kept: u64,
    /// How many of those are signed by a key that was said to be trusted.
    pub kept_trusted: u64,
}

impl fmt::Display for HeadsSeen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { stored, stored_trusted, kept, kept_trusted } = self;
        write!(f, "signed heads: {stored} in the journal ({stored_trusted} by trusted keys)")?;
        write!(f, ", {kept} kept outside of it ({kept_trusted} by trusted keys)")
    }
}

impl Verdict {
    /// Whether nothing was found.
    #[must_use]
    pub fn is_intact(&self) -> bool {
        self.fault_count == 0
    }

    /// A fault of the whole.
    pub(crate) fn add(&mut self, what: &str) {
        self.note(Fault { what: what.to_owned(), ..Fault::default() });
    }

    fn note(&mut self, fault: Fault) {
        self.fault_count += 1;
        if self.faults.len() < KEPT {
            self.faults.push(fault);
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (events, blocks, faults) = (self.events, self.blocks, self.fault_count);
        if self.is_intact() {
            return write!(f, "{events} events, {blocks} blocks: intact");
        }
        write!(f, "{events} events, {blocks} blocks: {faults} faults")?;
        for fault in &self.faults {
            write!(f, "\n{fault}")?;
        }
        let more = faults.saturating_sub(self.faults.len() as u64);
        if more > 0 {
            write!(f, "\nand {more} more")?;
        }
        Ok(())
    }
}

/// An event as it was found, with the leaf hash that is stored beside it. A row that cannot be read has none of it.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) event: Recorded,
    pub(crate) leaf_hash: Hash,
}

/// A blob's entry in a block, as it was found. Without a media type the blob itself is gone.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) sha256: Hash,
    pub(crate) leaf: i32,
    pub(crate) media_type: Option<String>,
}

/// A block whose events and blobs are still coming.
pub(crate) struct Open {
    pub(crate) block: Block,
    /// Whether its fields are those that were hashed.
    trusted: bool,
    tree: Growing,
    events: u64,
    entries: i32,
    all_events: bool,
}

impl Open {
    /// Whether a blob has come; then no event may.
    pub(crate) fn has_entries(&self) -> bool {
        self.entries > 0
    }
}

/// The beginning of a text that somebody else may have written, for a sentence.
pub(crate) fn beginning(text: &str) -> String {
    match text.char_indices().nth(300) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// Takes blocks in order and remembers what the next one must continue.
pub(crate) struct Audit {
    verdict: Verdict,
    next_block: i64,
    next_position: i64,
    previous: Hash,
    recorded: Timestamp,
    keys: Keys,
    streams: Versions,
}

impl Audit {
    pub(crate) fn new() -> Self {
        Self {
            verdict: Verdict {
                events: 0,
                blocks: 0,
                blobs: 0,
                head: NOTHING,
                heads: HeadsSeen::default(),
                faults: Vec::new(),
                fault_count: 0,
            },
            next_block: 1,
            next_position: 1,
            previous: NOTHING,
            recorded: Timestamp::MIN,
            keys: Keys::default(),
            streams: Versions::default(),
        }
    }

    /// What streams are called in this audit.
    pub(crate) fn keys(&self) -> Keys {
        self.keys.clone()
    }

    /// How many events were judged so far.
    pub(crate) fn events(&self) -> u64 {
        self.verdict.events
    }

    /// Takes a stretch that is clean in itself, if it continues what was judged so far. If not, nothing has happened, and
    /// it must be judged block by block, which says what is wrong between the two.
    pub(crate) fn take(&mut self, stretch: &Clean) -> bool {
        let Clean { first, last, .. } = stretch;
        let continues = first.block == self.next_block
            && first.first_position == self.next_position
            && first.previous_hash == self.previous
            && first.recorded >= self.recorded;
        if !continues || !self.streams.go_on(&stretch.versions) {
            return false;
        }
        self.verdict.blocks += stretch.blocks;
        self.verdict.events += stretch.events;
        self.verdict.head = last.hash;
        self.next_block = last.block.saturating_add(1);
        self.next_position = last.end();
        self.previous = last.hash;
        self.recorded = last.recorded;
        true
    }

    pub(crate) fn fault(&mut self, fault: Fault) {
        self.verdict.note(fault);
    }

    pub(crate) fn block_fault(&mut self, block: i64, what: impl Into<String>) {
        self.fault(Fault { block: Some(block), what: what.into(), ..Fault::default() });
    }

    fn event_fault(&mut self, block: i64, event: &Recorded, what: impl Into<String>) {
        self.fault(Fault {
            block: Some(block),
            position: Some(event.position),
            stream: Some(beginning(event.stream.as_str())),
            version: Some(event.version),
            what: what.into(),
        });
    }

    pub(crate) fn plain_fault(&mut self, what: impl Into<String>) {
        self.fault(Fault { what: what.into(), ..Fault::default() });
    }

    /// The next block with the events and blobs that claim to be in it.
    pub(crate) fn block(&mut self, block: &Block, events: &[Found], entries: &[Entry]) {
        let mut open = self.open(block);
        for found in events {
            self.add_event(&mut open, found);
        }
        for entry in entries {
            self.add_entry(&mut open, entry);
        }
        self.close(open);
    }

    /// The next block, whose events and blobs follow one by one. Of each only its hash is kept, and not even that for long.
    pub(crate) fn open(&mut self, block: &Block) -> Open {
        let trusted = self.header(block);
        Open { block: block.clone(), trusted, tree: Growing::default(), events: 0, entries: 0, all_events: false }
    }

    pub(crate) fn add_event(&mut self, open: &mut Open, found: &Found) {
        open.events += 1;
        let leaf = self.event(&open.block, found);
        open.tree.push(leaf);
    }

    pub(crate) fn add_entry(&mut self, open: &mut Open, entry: &Entry) {
        self.end_of_events(open);
        let leaf = self.entry(open.block.block, open.entries, entry);
        open.entries = open.entries.saturating_add(1);
        open.tree.push(leaf);
    }

    fn end_of_events(&mut self, open: &mut Open) {
        if std::mem::replace(&mut open.all_events, true) {
            return;
        }
        let block = &open.block;
        if open.trusted {
            self.missing_until(block.block, block.end());
        } else if open.events != u64::from(block.events) {
            // What such a block says about its length moves nothing behind it.
            let (found, stated) = (open.events, block.events);
            self.block_fault(block.block, format!("it has {found} events and says {stated}"));
        }
    }

    /// The block has no more events and blobs.
    pub(crate) fn close(&mut self, mut open: Open) {
        self.end_of_events(&mut open);
        let Open { block, tree, entries, .. } = open;
        if i64::from(entries) != i64::from(block.blobs) {
            let stated = block.blobs;
            self.block_fault(block.block, format!("it has {entries} blobs and says {stated}"));
        }
        let root = tree.root();
        if root != block.merkle_root {
            let last = block.end() - 1;
            let what = format!(
                "the Merkle root over its events ({} to {last}) and blobs is {}, not the stored {}",
                block.first_position,
                hex::encode(root),
                hex::encode(block.merkle_root)
            );
            self.block_fault(block.block, what);
        }
    }

    /// Checks a block's own fields and answers whether they are those that were hashed.
    fn header(&mut self, block: &Block) -> bool {
        let number = block.block;
        self.verdict.blocks += 1;
        match number - self.next_block {
            0 => {}
            1 => self.block_fault(self.next_block, "it is missing"),
            _ if number > self.next_block => {
                self.block_fault(self.next_block, format!("it and all up to {} are missing", number - 1));
            }
            _ => self.block_fault(number, "it comes out of order"),
        }
        let trusted = block.computed_hash() == block.hash;
        if !trusted {
            self.block_fault(number, "its fields do not have the hash that stands beside them");
        }
        if block.previous_hash != self.previous {
            self.block_fault(number, "it does not continue the block before: the chain is broken");
        }
        if block.first_position != self.next_position {
            let (first, next) = (block.first_position, self.next_position);
            self.block_fault(number, format!("it begins at position {first} instead of {next}"));
        }
        if block.recorded < self.recorded {
            self.block_fault(number, "it was recorded before the block in front of it");
        }
        self.next_block = number.saturating_add(1);
        self.previous = block.hash;
        self.recorded = block.recorded;
        self.verdict.head = block.hash;
        trusted
    }

    /// Checks one event and answers its leaf as its content demands it.
    fn event(&mut self, block: &Block, found: &Found) -> Hash {
        let Found { event, leaf_hash } = found;
        let number = block.block;
        self.verdict.events += 1;
        self.missing_until(number, event.position);
        if event.position < self.next_position {
            self.event_fault(number, event, "its position is taken or lies before the block");
        }
        self.next_position = self.next_position.max(event.position.saturating_add(1));
        if event.block != number {
            self.event_fault(number, event, format!("it says that it belongs to block {}", event.block));
        }
        let leaf = event_leaf(event);
        if leaf != *leaf_hash {
            self.event_fault(number, event, "its content does not have the leaf hash that stands beside it");
        }
        self.version(number, event);
        leaf
    }

    fn missing_until(&mut self, block: i64, position: i64) {
        let what = match position - self.next_position {
            ..=0 => return,
            1 => "it is missing".to_owned(),
            _ => format!("it and all up to {} are missing", position - 1),
        };
        let missing = Some(self.next_position);
        self.fault(Fault { block: Some(block), position: missing, what, ..Fault::default() });
        self.next_position = position;
    }

    fn version(&mut self, block: i64, event: &Recorded) {
        let key = self.keys.of(event.stream.as_str().as_bytes());
        let due = self.streams.due(key);
        if event.version != due {
            self.event_fault(block, event, format!("version {due} of its stream is due here"));
        }
        self.streams.set(key, event.version);
    }

    fn entry(&mut self, block: i64, due: i32, entry: &Entry) -> Hash {
        let id = hex::encode(entry.sha256);
        if entry.leaf != due {
            self.block_fault(block, format!("blob {id} is its leaf {}, not {due}", entry.leaf));
        }
        if let Some(media_type) = &entry.media_type {
            blob_leaf(block, &entry.sha256, media_type)
        } else {
            self.block_fault(block, format!("blob {id} is gone"));
            NOTHING
        }
    }

    /// What the bytes of a blob hash to; its entry comes with its block.
    pub(crate) fn blob(&mut self, block: Option<i64>, sha256: &Hash, found: Hash) {
        self.verdict.blobs += 1;
        if found != *sha256 {
            let what = format!("blob {} does not have the bytes of its name", hex::encode(sha256));
            self.fault(Fault { block, what, ..Fault::default() });
        }
    }

    /// What the bytes of some blobs showed.
    pub(crate) fn blobs(&mut self, read: u64, wrong: Vec<Fault>) {
        self.verdict.blobs += read;
        for fault in wrong {
            self.fault(fault);
        }
    }

    /// An event outside of every block.
    pub(crate) fn stray(&mut self, event: &Recorded) {
        self.verdict.events += 1;
        self.event_fault(event.block, event, "no block proves it");
        self.next_position = self.next_position.max(event.position.saturating_add(1));
        self.streams.set(self.keys.of(event.stream.as_str().as_bytes()), event.version);
    }

    /// What a stream's head row says, against what its events said.
    pub(crate) fn stream_head(&mut self, stream: &str, version: u64) {
        let told = self.streams.take(self.keys.of(stream.as_bytes()));
        if told != version {
            let what = format!("its head row says version {version}, its events end at {told}");
            let stream = Some(beginning(stream));
            self.fault(Fault { stream, version: Some(version), what, ..Fault::default() });
        }
    }

    /// After all head rows of streams: whatever is left has none.
    pub(crate) fn streams_without_head(&mut self) {
        let left = self.streams.len();
        if left > 0 {
            self.plain_fault(format!("{left} streams have events but no head row"));
        }
    }

    /// What the journal's head says, against the last block.
    pub(crate) fn head(&mut self, position: i64, block: i64, hash: &Hash) {
        let (last_block, last_position) = (self.next_block - 1, self.next_position - 1);
        if (position, block) != (last_position, last_block) {
            let what = format!(
                "the head says that the journal ends with event {position} in block {block}, but it ends with event {last_position} in block {last_block}"
            );
            self.block_fault(block.max(last_block), what);
        } else if *hash != self.previous {
            self.block_fault(block, "the head has another hash for it");
        }
    }

    /// One more signed head.
    pub(crate) fn count_head(&mut self, kept: bool, trusted: bool) {
        let heads = &mut self.verdict.heads;
        let (all, by_trusted) = match kept {
            true => (&mut heads.kept, &mut heads.kept_trusted),
            false => (&mut heads.stored, &mut heads.stored_trusted),
        };
        *all += 1;
        *by_trusted += u64::from(trusted);
    }

    pub(crate) fn verdict(self) -> Verdict {
        self.verdict
    }
}

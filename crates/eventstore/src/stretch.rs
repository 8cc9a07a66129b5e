//! A stretch of whole blocks, read as the server sends it and found clean, or not.
//!
//! This is the fast way through what nobody has touched: no value is made of an event, its leaf is hashed from the bytes of the
//! server's answer. It names nothing. Where anything is not as it must be, the stretch is unclean, and [`crate::audit`] goes
//! through it slowly and says what is wrong; so there is one set of rules, and here is its shadow: whatever that would find
//! fault with must be unclean here.

use tokio_postgres::Transaction;

use crate::copied::{Columns, Copied};
use crate::hash::{Block, EventLeaf, Hash, blob_leaf};
use crate::merkle::Growing;
use crate::told::{CommandRow, Sum, Told};
use crate::versions::{Key, Keys, Stretch};

/// Whole blocks that follow each other, and the positions of their events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stretched {
    /// The first block and the position its events begin at.
    pub(crate) from: Edge,
    /// What follows the last block; the last stretch of all is open.
    pub(crate) until: Edge,
}

/// Where one block ends and the next begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Edge {
    pub(crate) block: i64,
    pub(crate) position: i64,
}

impl Edge {
    /// In front of everything.
    pub(crate) const START: Self = Self { block: i64::MIN, position: i64::MIN };
    /// Behind everything.
    pub(crate) const END: Self = Self { block: i64::MAX, position: i64::MAX };
}

/// What a clean stretch says, for whoever joins it to those before.
pub(crate) struct Clean {
    pub(crate) first: Block,
    pub(crate) last: Block,
    pub(crate) blocks: u64,
    pub(crate) events: u64,
    pub(crate) versions: Stretch,
    pub(crate) commands: Sum,
}

/// Reads a stretch. `None`: it is not clean.
pub(crate) async fn read(
    tx: &Transaction<'_>,
    stretch: Stretched,
    keys: &Keys,
    told: &Told,
) -> Result<Option<Clean>, tokio_postgres::Error> {
    let Some(blocks) = blocks(tx, stretch).await? else { return Ok(None) };
    let (Some(first), Some(last)) = (blocks.first().cloned(), blocks.last().cloned()) else { return Ok(None) };
    let Some(entries) = entries(tx, stretch).await? else { return Ok(None) };
    let mut entries = entries.iter().peekable();
    let mut reading = Reading::new(keys, told, first.first_position);
    let (Edge { position: from, .. }, Edge { position: until, .. }) = (stretch.from, stretch.until);
    let sql = format!(
        "SELECT position, block, stream, version, event_type, schema_version, actor, at, command, request, correlation,
                causation, leaf_hash, payload
         FROM events WHERE position >= {from} AND position < {until} ORDER BY position"
    );
    let mut events = Copied::open(tx, &sql).await?;
    let mut before: Option<&Block> = None;
    for block in &blocks {
        if !follows(before, block) {
            return Ok(None);
        }
        reading.tree.clear();
        for _ in 0..block.events {
            let Some(row) = events.next().await? else { return Ok(None) };
            if reading.event(row.as_ref(), block.block).is_none() {
                return Ok(None);
            }
        }
        for due in 0..block.blobs {
            let Some(entry) = entries.next_if(|entry| (entry.block, entry.leaf) == (block.block, i64::from(due)))
            else {
                return Ok(None);
            };
            reading.tree.push(entry.hash);
        }
        if reading.tree.root() != block.merkle_root {
            return Ok(None);
        }
        before = Some(block);
    }
    if events.next().await?.is_some() || entries.next().is_some() {
        return Ok(None);
    }
    Ok(Some(reading.clean(first, last, blocks.len() as u64)))
}

/// Whether a block's hash is that of its fields and, after the first of the stretch, whether it continues the one before.
fn follows(before: Option<&Block>, block: &Block) -> bool {
    let continues = |before: &Block| {
        before.block.checked_add(1) == Some(block.block)
            && before.hash == block.previous_hash
            && before.end() == block.first_position
            && before.recorded <= block.recorded
    };
    block.computed_hash() == block.hash && before.is_none_or(continues)
}

struct Reading<'a> {
    keys: &'a Keys,
    told: &'a Told,
    next_position: i64,
    events: u64,
    versions: Stretch,
    /// The stream of the event before and its key: events of one append come together.
    stream: (Vec<u8>, Key),
    /// The command whose events are being read.
    command: Option<CommandRow>,
    commands: Sum,
    tree: Growing,
    room: Vec<u8>,
}

impl<'a> Reading<'a> {
    fn new(keys: &'a Keys, told: &'a Told, next_position: i64) -> Self {
        Self {
            keys,
            told,
            next_position,
            events: 0,
            versions: Stretch::default(),
            stream: (Vec::new(), keys.of(b"")),
            command: None,
            commands: Sum::default(),
            tree: Growing::default(),
            room: Vec::with_capacity(1024),
        }
    }

    /// The next event, which must be the next of its block and of its stream, and have its leaf's hash beside it.
    fn event(&mut self, row: &[u8], block: i64) -> Option<()> {
        let mut columns = Columns::of(row, 14)?;
        let leaf = EventLeaf {
            position: columns.bigint()?,
            block: columns.bigint()?,
            stream: columns.bytes()?,
            version: columns.bigint()?.cast_unsigned(),
            event_type: columns.bytes()?,
            schema_version: columns.integer()?.try_into().ok()?,
            actor: columns.bytes()?,
            at_us: columns.microseconds()?,
            command: columns.exactly()?,
            request: columns.exactly()?,
            correlation: columns.exactly()?,
            causation: match columns.nullable()? {
                None => None,
                Some(cause) => Some(cause.try_into().ok()?),
            },
            payload: &[],
        };
        let stored: &Hash = columns.exactly()?;
        let leaf = EventLeaf { payload: columns.bytes()?, ..leaf };
        columns.end()?;
        let hash = leaf.hash(&mut self.room);
        if hash != *stored || leaf.position != self.next_position || leaf.block != block {
            return None;
        }
        self.next_position = self.next_position.checked_add(1)?;
        if self.stream.0 != leaf.stream {
            leaf.stream.clone_into(&mut self.stream.0);
            self.stream.1 = self.keys.of(leaf.stream);
        }
        if !self.versions.event(self.stream.1, leaf.version) {
            return None;
        }
        self.command(&leaf);
        self.events += 1;
        self.tree.push(hash);
        Some(())
    }

    fn command(&mut self, leaf: &EventLeaf<'_>) {
        match &mut self.command {
            Some(row) if row.command == *leaf.command && row.request == *leaf.request => row.events += 1,
            held => {
                let next = CommandRow {
                    command: *leaf.command,
                    request: *leaf.request,
                    first_position: leaf.position,
                    events: 1,
                };
                if let Some(row) = held.replace(next) {
                    self.commands.add(self.told, &row);
                }
            }
        }
    }

    fn clean(mut self, first: Block, last: Block, blocks: u64) -> Clean {
        if let Some(row) = self.command.take() {
            self.commands.add(self.told, &row);
        }
        Clean { first, last, blocks, events: self.events, versions: self.versions, commands: self.commands }
    }
}

async fn blocks(tx: &Transaction<'_>, stretch: Stretched) -> Result<Option<Vec<Block>>, tokio_postgres::Error> {
    let sql = format!(
        "SELECT block, first_position, events, blobs, recorded, merkle_root, previous_hash, hash
         FROM blocks WHERE block >= {} AND block < {} ORDER BY block",
        stretch.from.block, stretch.until.block
    );
    let (mut rows, mut blocks) = (Copied::open(tx, &sql).await?, Vec::new());
    while let Some(row) = rows.next().await? {
        let Some(block) = block(row.as_ref()) else { return Ok(None) };
        blocks.push(block);
    }
    Ok(Some(blocks))
}

fn block(row: &[u8]) -> Option<Block> {
    let mut columns = Columns::of(row, 8)?;
    let block = Block {
        block: columns.bigint()?,
        first_position: columns.bigint()?,
        events: columns.integer()?.try_into().ok()?,
        blobs: columns.integer()?.try_into().ok()?,
        recorded: jiff::Timestamp::from_microsecond(columns.microseconds()?).ok()?,
        merkle_root: *columns.exactly()?,
        previous_hash: *columns.exactly()?,
        hash: *columns.exactly()?,
    };
    columns.end().map(|()| block)
}

/// A blob's leaf and its place.
struct EntryLeaf {
    block: i64,
    leaf: i64,
    hash: Hash,
}

async fn entries(tx: &Transaction<'_>, stretch: Stretched) -> Result<Option<Vec<EntryLeaf>>, tokio_postgres::Error> {
    let sql = format!(
        "SELECT entry.block, entry.leaf, entry.sha256, blobs.media_type
         FROM blob_entries AS entry LEFT JOIN blobs USING (sha256)
         WHERE entry.block >= {} AND entry.block < {} ORDER BY entry.block, entry.leaf",
        stretch.from.block, stretch.until.block
    );
    let (mut rows, mut entries) = (Copied::open(tx, &sql).await?, Vec::new());
    while let Some(row) = rows.next().await? {
        let Some(entry) = entry(row.as_ref()) else { return Ok(None) };
        entries.push(entry);
    }
    Ok(Some(entries))
}

fn entry(row: &[u8]) -> Option<EntryLeaf> {
    let mut columns = Columns::of(row, 4)?;
    let (block, leaf) = (columns.bigint()?, columns.integer()?.into());
    let sha256 = columns.exactly()?;
    // Without a media type the blob is gone.
    let hash = blob_leaf(block, sha256, columns.text()?);
    columns.end().map(|()| EntryLeaf { block, leaf, hash })
}

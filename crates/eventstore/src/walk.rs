//! Blocks with what belongs to them, row by row: the careful way through the journal, which can say what is wrong.

use std::collections::VecDeque;

use tokio_postgres::{Portal, Row, Transaction};

use crate::audit::{Audit, Entry, Fault, Found};
use crate::event::Recorded;
use crate::hash::Block;
use crate::rows::{self, BLOCK_COLUMNS, EVENT_COLUMNS};
use crate::stretch::Edge;

/// Rows of a query, fetched a page at a time and looked at one by one.
pub(crate) struct Rows<'a> {
    tx: &'a Transaction<'a>,
    portal: Portal,
    page: i32,
    waiting: VecDeque<Row>,
    done: bool,
}

impl<'a> Rows<'a> {
    pub(crate) async fn open(tx: &'a Transaction<'a>, sql: &str, page: i32) -> Result<Self, tokio_postgres::Error> {
        let portal = tx.bind(sql, &[]).await?;
        Ok(Self { tx, portal, page, waiting: VecDeque::new(), done: false })
    }

    async fn peek(&mut self) -> Result<Option<&Row>, tokio_postgres::Error> {
        if self.waiting.is_empty() && !self.done {
            self.waiting = self.tx.query_portal(&self.portal, self.page).await?.into();
            self.done = self.waiting.is_empty();
        }
        Ok(self.waiting.front())
    }

    pub(crate) async fn next(&mut self) -> Result<Option<Row>, tokio_postgres::Error> {
        self.peek().await?;
        Ok(self.waiting.pop_front())
    }

    /// Whether there is another row and its first column is below `end`.
    async fn is_next_below(&mut self, end: i64) -> Result<bool, tokio_postgres::Error> {
        match self.peek().await? {
            Some(row) => Ok(row.try_get::<_, i64>(0)? < end),
            None => Ok(false),
        }
    }

    /// The next row, if its first column is below `end`.
    pub(crate) async fn next_below(&mut self, end: i64) -> Result<Option<Row>, tokio_postgres::Error> {
        Ok(if self.is_next_below(end).await? { self.waiting.pop_front() } else { None })
    }
}

/// Blocks with what belongs to them, in order; the database's side of a check and of an export.
pub(crate) struct Walk<'a> {
    blocks: Rows<'a>,
    events: Rows<'a>,
    entries: Rows<'a>,
    /// The position after the last event that was taken.
    taken: i64,
}

/// A row of the walk, or what is wrong with it when it cannot be read.
pub(crate) type Read<T> = Result<T, Fault>;

/// One block with what belongs to it.
pub(crate) struct Step {
    pub(crate) block: Read<Block>,
    pub(crate) strays: Vec<Read<Recorded>>,
    pub(crate) events: Vec<Read<Found>>,
    pub(crate) entries: Vec<Read<Entry>>,
    pub(crate) stray_entries: Vec<Read<(i64, Entry)>>,
}

impl<'a> Walk<'a> {
    /// A walk that begins at an edge and goes on to the end.
    pub(crate) async fn open(tx: &'a Transaction<'a>, from: Edge) -> Result<Self, tokio_postgres::Error> {
        let Edge { block, position } = from;
        let blocks = format!("SELECT {BLOCK_COLUMNS} FROM blocks WHERE block >= {block} ORDER BY block");
        let events =
            format!("SELECT {EVENT_COLUMNS}, leaf_hash FROM events WHERE position >= {position} ORDER BY position");
        // Whatever joins, so that an entry whose blob was taken away is still seen.
        let entries = format!(
            "SELECT entry.block, entry.leaf, entry.sha256, blobs.media_type
             FROM blob_entries AS entry LEFT JOIN blobs USING (sha256)
             WHERE entry.block >= {block} ORDER BY entry.block, entry.leaf"
        );
        Ok(Self {
            blocks: Rows::open(tx, &blocks, 500).await?,
            events: Rows::open(tx, &events, 2000).await?,
            entries: Rows::open(tx, &entries, 500).await?,
            taken: position,
        })
    }

    /// Whether everything in front of an edge was taken and nothing behind it: from there a stretch can be read by itself.
    pub(crate) async fn stands_at(&mut self, edge: Edge) -> Result<bool, tokio_postgres::Error> {
        if self.taken > edge.position {
            return Ok(false);
        }
        for (rows, end) in
            [(&mut self.blocks, edge.block), (&mut self.events, edge.position), (&mut self.entries, edge.block)]
        {
            if rows.is_next_below(end).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether another block stands in front of an edge.
    pub(crate) async fn has_block_before(&mut self, edge: Edge) -> Result<bool, tokio_postgres::Error> {
        self.blocks.is_next_below(edge.block).await
    }

    pub(crate) async fn next(&mut self) -> Result<Option<Step>, tokio_postgres::Error> {
        let Some(row) = self.blocks.next().await? else { return Ok(None) };
        let number: i64 = row.try_get(0)?;
        let unreadable =
            |error| Fault { block: Some(number), what: format!("it cannot be read: {error}"), ..Fault::default() };
        let block = rows::block(&row).map_err(unreadable);
        let mut step =
            Step { block, strays: Vec::new(), events: Vec::new(), entries: Vec::new(), stray_entries: Vec::new() };
        self.take_events(number, &mut step).await?;
        while let Some(row) = self.entries.next_below(number).await? {
            step.stray_entries.push(stray_entry(&row));
        }
        while let Some(row) = self.entries.next_below(number + 1).await? {
            step.entries.push(entry(&row));
        }
        Ok(Some(step))
    }

    /// The events between the block's first position and its end. If the block's fields are not those that were hashed,
    /// they cannot say where it ends: then the events that name the block are taken.
    async fn take_events(&mut self, number: i64, step: &mut Step) -> Result<(), tokio_postgres::Error> {
        let trusted = step.block.as_ref().ok().filter(|block| block.computed_hash() == block.hash);
        if let Some((first, end)) = trusted.map(|block| (block.first_position, block.end())) {
            while let Some(row) = self.event_below(first).await? {
                step.strays.push(event(&row));
            }
            while let Some(row) = self.event_below(end).await? {
                step.events.push(found(&row));
            }
            return Ok(());
        }
        while let Some(row) = self.events.peek().await? {
            let named: i64 = row.try_get(1)?;
            if named > number {
                break;
            }
            if let Some(row) = self.event_below(i64::MAX).await? {
                step.events.push(found(&row));
            }
        }
        Ok(())
    }

    async fn event_below(&mut self, end: i64) -> Result<Option<Row>, tokio_postgres::Error> {
        let row = self.events.next_below(end).await?;
        if let Some(row) = &row {
            self.taken = self.taken.max(row.try_get::<_, i64>(0)?.saturating_add(1));
        }
        Ok(row)
    }

    /// What no block has taken.
    pub(crate) async fn rest(&mut self) -> Result<(Vec<Read<Recorded>>, u64), tokio_postgres::Error> {
        // Kept short: the first ones are named, the others counted.
        let (mut first, mut more) = (Vec::new(), 0);
        while let Some(row) = self.events.next().await? {
            if first.len() < 100 {
                first.push(event(&row));
            } else {
                more += 1;
            }
        }
        Ok((first, more))
    }

    pub(crate) async fn rest_entries(&mut self) -> Result<Vec<Read<(i64, Entry)>>, tokio_postgres::Error> {
        let mut all = Vec::new();
        while let Some(row) = self.entries.next().await? {
            all.push(stray_entry(&row));
        }
        Ok(all)
    }
}

fn event(row: &Row) -> Read<Recorded> {
    rows::event(row).map_err(|error| unreadable_event(row, &error))
}

fn found(row: &Row) -> Read<Found> {
    let event = event(row)?;
    let leaf_hash = rows::hash(row, 13).map_err(|error| unreadable_event(row, &error))?;
    Ok(Found { event, leaf_hash })
}

fn unreadable_event(row: &Row, error: &impl std::fmt::Display) -> Fault {
    Fault { block: row.try_get(1).ok(), position: row.try_get(0).ok(), what: error.to_string(), ..Fault::default() }
}

fn entry(row: &Row) -> Read<Entry> {
    let read = || -> Result<Entry, tokio_postgres::Error> {
        Ok(Entry { leaf: row.try_get(1)?, sha256: rows::hash(row, 2)?, media_type: row.try_get(3)? })
    };
    read().map_err(|error| {
        let what = format!("the entry of a blob cannot be read: {error}");
        Fault { block: row.try_get(0).ok(), what, ..Fault::default() }
    })
}

fn stray_entry(row: &Row) -> Read<(i64, Entry)> {
    let entry = entry(row)?;
    // The walk has read this column before, to find the row's place.
    Ok((row.try_get(0).unwrap_or(0), entry))
}

/// Judges one block with all that was found with it.
pub(crate) fn judge(audit: &mut Audit, step: Step) {
    for stray in step.strays {
        judge_stray(audit, stray);
    }
    for stray in step.stray_entries {
        judge_stray_entry(audit, stray);
    }
    let events = readable(audit, step.events);
    let entries = readable(audit, step.entries);
    match step.block {
        Ok(block) => audit.block(&block, &events, &entries),
        Err(fault) => audit.fault(fault),
    }
}

/// Judges what no block has taken.
pub(crate) async fn judge_rest(audit: &mut Audit, walk: &mut Walk<'_>) -> Result<(), tokio_postgres::Error> {
    let (rest, more) = walk.rest().await?;
    for stray in rest {
        judge_stray(audit, stray);
    }
    if more > 0 {
        audit.plain_fault(format!("{more} more events lie behind the last block"));
    }
    for stray in walk.rest_entries().await? {
        judge_stray_entry(audit, stray);
    }
    Ok(())
}

fn readable<T>(audit: &mut Audit, read: Vec<Read<T>>) -> Vec<T> {
    let mut all = Vec::with_capacity(read.len());
    for one in read {
        match one {
            Ok(one) => all.push(one),
            Err(fault) => audit.fault(fault),
        }
    }
    all
}

fn judge_stray(audit: &mut Audit, stray: Read<Recorded>) {
    match stray {
        Ok(event) => audit.stray(&event),
        Err(fault) => audit.fault(fault),
    }
}

fn judge_stray_entry(audit: &mut Audit, stray: Read<(i64, Entry)>) {
    match stray {
        Ok((block, entry)) => {
            audit.block_fault(block, format!("blob {} names it, but it is not there", hex::encode(entry.sha256)));
        }
        Err(fault) => audit.fault(fault),
    }
}

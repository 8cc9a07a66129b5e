//! Checks the whole journal of a database: one pass over one snapshot, while the program goes on.

use std::collections::VecDeque;

use deadpool_postgres::Pool;
use tokio_postgres::{IsolationLevel, Portal, Row, Transaction};

use crate::audit::{Audit, Entry, Fault, Found, Verdict};
use crate::error::StoreError;
use crate::event::Recorded;
use crate::hash::{Block, Hash};
use crate::rows::{self, BLOCK_COLUMNS, EVENT_COLUMNS};

/// Checks everything: each event's content against its leaf, the leaves against their block's root, the blocks' hashes and
/// chain, positions and versions without gaps, blobs, the head, the streams' heads, command results, numbers.
///
/// # Errors
/// [`StoreError`] when the database cannot answer. What is wrong with the journal is in the verdict.
pub async fn verify(pool: &Pool) -> Result<Verdict, StoreError> {
    let doing = || StoreError::doing("read the journal for its check");
    let mut client = pool.get().await?;
    let tx = client
        .build_transaction()
        .isolation_level(IsolationLevel::RepeatableRead)
        .read_only(true)
        .start()
        .await
        .map_err(doing())?;
    let mut audit = Audit::new();
    blocks(&tx, &mut audit).await?;
    blobs(&tx, &mut audit).await?;
    heads(&tx, &mut audit).await.map_err(doing())?;
    indexes(&tx, &mut audit).await.map_err(doing())?;
    tx.rollback().await.map_err(doing())?;
    Ok(audit.verdict())
}

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

    /// The next row, if its first column is below `end`.
    async fn next_below(&mut self, end: i64) -> Result<Option<Row>, tokio_postgres::Error> {
        match self.peek().await? {
            Some(row) if row.try_get::<_, i64>(0)? < end => Ok(self.waiting.pop_front()),
            _ => Ok(None),
        }
    }
}

/// Blocks with what belongs to them, in order; the database's side of a check and of an export.
pub(crate) struct Walk<'a> {
    blocks: Rows<'a>,
    events: Rows<'a>,
    entries: Rows<'a>,
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
    pub(crate) async fn open(tx: &'a Transaction<'a>) -> Result<Self, tokio_postgres::Error> {
        let blocks = format!("SELECT {BLOCK_COLUMNS} FROM blocks ORDER BY block");
        let events = format!("SELECT {EVENT_COLUMNS}, leaf_hash FROM events ORDER BY position");
        // Whatever joins, so that an entry whose blob was taken away is still seen.
        let entries = "SELECT entry.block, entry.leaf, entry.sha256, blobs.media_type
                       FROM blob_entries AS entry LEFT JOIN blobs USING (sha256) ORDER BY entry.block, entry.leaf";
        Ok(Self {
            blocks: Rows::open(tx, &blocks, 500).await?,
            events: Rows::open(tx, &events, 2000).await?,
            entries: Rows::open(tx, entries, 500).await?,
        })
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
            while let Some(row) = self.events.next_below(first).await? {
                step.strays.push(event(&row));
            }
            while let Some(row) = self.events.next_below(end).await? {
                step.events.push(found(&row));
            }
            return Ok(());
        }
        while let Some(row) = self.events.peek().await? {
            let named: i64 = row.try_get(1)?;
            if named > number {
                break;
            }
            if let Some(row) = self.events.next().await? {
                step.events.push(found(&row));
            }
        }
        Ok(())
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

async fn blocks(tx: &Transaction<'_>, audit: &mut Audit) -> Result<(), StoreError> {
    let doing = || StoreError::doing("read the journal for its check");
    let mut walk = Walk::open(tx).await.map_err(doing())?;
    while let Some(step) = walk.next().await.map_err(doing())? {
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
    let (rest, more) = walk.rest().await.map_err(doing())?;
    for stray in rest {
        judge_stray(audit, stray);
    }
    if more > 0 {
        audit.plain_fault(format!("{more} more events lie behind the last block"));
    }
    for stray in walk.rest_entries().await.map_err(doing())? {
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

/// Bytes against their names. A few at a time: a blob may be long.
async fn blobs(tx: &Transaction<'_>, audit: &mut Audit) -> Result<(), StoreError> {
    let doing = || StoreError::doing("read the journal's blobs for their check");
    let sql = "SELECT entry.block, blobs.sha256, blobs.bytes
               FROM blobs LEFT JOIN blob_entries AS entry USING (sha256) ORDER BY sha256";
    let mut rows = Rows::open(tx, sql, 4).await.map_err(doing())?;
    while let Some(row) = rows.next().await.map_err(doing())? {
        let read = || -> Result<(Option<i64>, Hash, &[u8]), tokio_postgres::Error> {
            Ok((row.try_get(0)?, rows::hash(&row, 1)?, row.try_get(2)?))
        };
        let (block, sha256, bytes) = read().map_err(doing())?;
        audit.blob(block, &sha256, bytes);
    }
    Ok(())
}

/// The rows that say how far the journal and each stream have come.
async fn heads(tx: &Transaction<'_>, audit: &mut Audit) -> Result<(), tokio_postgres::Error> {
    let mut streams = Rows::open(tx, "SELECT stream, version FROM streams", 5000).await?;
    while let Some(row) = streams.next().await? {
        audit.stream_head(row.try_get(0)?, row.try_get::<_, i64>(1)?.cast_unsigned());
    }
    audit.streams_without_head();
    match tx.query_opt("SELECT position, block, hash FROM journal_head", &[]).await? {
        Some(row) => audit.head(row.try_get(0)?, row.try_get(1)?, &rows::hash(&row, 2)?),
        None => audit.plain_fault("the journal has no head row"),
    }
    Ok(())
}

/// What can be told again from the events: command results and numbers. Each query answers what disagrees.
async fn indexes(tx: &Transaction<'_>, audit: &mut Audit) -> Result<(), tokio_postgres::Error> {
    for sql in [COMMANDS_DISAGREE, NUMBERS_DISAGREE] {
        for row in tx.query(sql, &[]).await? {
            let what: String = row.try_get(0)?;
            audit.plain_fault(what);
        }
    }
    Ok(())
}

/// The answer of a command must point at its own events, all of them, and know what it asked.
const COMMANDS_DISAGREE: &str = "
    SELECT 'command ' || command || ': its stored result is not that of its events'
    FROM (SELECT command, encode(request, 'hex') AS request, first_position, events FROM commands) AS kept
    FULL JOIN (
        SELECT command, min(encode(request, 'hex')) AS request, min(position) AS first_position, count(*) AS events
        FROM events GROUP BY command
    ) AS told USING (command)
    WHERE (kept.request, kept.first_position, kept.events)
          IS DISTINCT FROM (told.request, told.first_position, told.events)
    LIMIT 100";

/// A series has taken every number from its first to the one before its next, each once.
const NUMBERS_DISAGREE: &str = "
    SELECT 'number series ' || series || ': it says first ' || first || ' and next ' || next || ', but '
           || coalesce(taken.numbers, 0) || ' numbers from ' || coalesce(taken.lowest::text, 'none')
           || ' to ' || coalesce(taken.highest::text, 'none') || ' were taken'
    FROM number_series
    LEFT JOIN (
        SELECT series, min(value) AS lowest, max(value) AS highest, count(*) AS numbers
        FROM numbers GROUP BY series
    ) AS taken USING (series)
    WHERE coalesce(taken.numbers, 0) <> next - first
       OR coalesce(taken.highest, next - 1) <> next - 1
       OR coalesce(taken.lowest, first) <> first
    LIMIT 100";

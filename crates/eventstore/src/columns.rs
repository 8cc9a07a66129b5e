//! The rows of a block as columns: one array a column, so that a block of any size is one statement with one plan.

use jiff::Timestamp;
use tokio_postgres::{Client, Statement};
use uuid::Uuid;

use crate::plan::{HeadRow, Rows};
use crate::rows::{count, moment};

/// The rows of a block as columns.
pub(crate) struct Columns<'a> {
    head: &'a HeadRow,
    rows: &'a Rows,
    position: Vec<i64>,
    version: Vec<i64>,
    at: Vec<Timestamp>,
    command: Vec<Uuid>,
    correlation: Vec<Uuid>,
    causation: Vec<Option<Uuid>>,
    schema_version: Vec<i32>,
    stream: Vec<&'a str>,
    event_type: Vec<&'a str>,
    actor: Vec<&'a str>,
    request: Vec<&'a [u8]>,
    leaf_hash: Vec<&'a [u8]>,
    payload: Vec<&'a str>,
}

impl<'a> Columns<'a> {
    pub(crate) fn of(head: &'a HeadRow, rows: &'a Rows) -> Self {
        let events = || rows.events.iter().map(|(event, _)| event);
        Self {
            head,
            rows,
            position: events().map(|e| e.position).collect(),
            version: events().map(|e| count(e.version)).collect(),
            at: events().map(|e| e.at).collect(),
            command: events().map(|e| e.command.0).collect(),
            correlation: events().map(|e| e.correlation).collect(),
            causation: events().map(|e| e.causation).collect(),
            schema_version: events().map(|e| i32::from(e.schema_version)).collect(),
            stream: events().map(|e| e.stream.as_str()).collect(),
            event_type: events().map(|e| e.event_type.as_str()).collect(),
            actor: events().map(|e| e.actor.as_str()).collect(),
            request: events().map(|e| e.request.as_slice()).collect(),
            leaf_hash: rows.events.iter().map(|(_, leaf)| leaf.as_slice()).collect(),
            payload: events().map(|e| e.payload.as_str()).collect(),
        }
    }

    /// Sends the block. The server's time, if the head stood where the block goes; nothing was written otherwise.
    pub(crate) async fn write(
        &self,
        client: &Client,
        statement: &Statement,
    ) -> Result<Option<Timestamp>, tokio_postgres::Error> {
        let Rows { block, streams, commands, .. } = self.rows;
        let opened = || streams.iter().filter(|(_, seen, ..)| *seen == 0);
        let moved = || streams.iter().filter(|(_, seen, ..)| *seen > 0);
        let last_position = self.head.position + i64::from(block.events);
        let row = client
            .query_opt(
                statement,
                &[
                    &block.block,
                    &self.position,
                    &self.version,
                    &self.at,
                    &self.command,
                    &self.correlation,
                    &self.causation,
                    &self.schema_version,
                    &self.stream,
                    &self.event_type,
                    &self.actor,
                    &self.request,
                    &self.leaf_hash,
                    &self.payload,
                    &opened().map(|(stream, ..)| stream.as_str()).collect::<Vec<_>>(),
                    &opened().map(|(_, _, version, _)| count(*version)).collect::<Vec<_>>(),
                    &opened().map(|(.., last)| *last).collect::<Vec<_>>(),
                    &moved().map(|(stream, ..)| stream.as_str()).collect::<Vec<_>>(),
                    &moved().map(|(_, seen, ..)| count(*seen)).collect::<Vec<_>>(),
                    &moved().map(|(_, _, version, _)| count(*version)).collect::<Vec<_>>(),
                    &moved().map(|(.., last)| *last).collect::<Vec<_>>(),
                    &commands.iter().map(|(command, _)| *command).collect::<Vec<_>>(),
                    &commands.iter().map(|(_, row)| row.request.as_slice()).collect::<Vec<_>>(),
                    &commands.iter().map(|(_, row)| row.first_position).collect::<Vec<_>>(),
                    &commands.iter().map(|(_, row)| row.events.cast_signed()).collect::<Vec<_>>(),
                    &commands.iter().map(|(_, row)| count(row.version)).collect::<Vec<_>>(),
                    &block.first_position,
                    &block.events.cast_signed(),
                    &block.blobs.cast_signed(),
                    &block.recorded,
                    &block.merkle_root.as_slice(),
                    &block.previous_hash.as_slice(),
                    &block.hash.as_slice(),
                    &last_position,
                ],
            )
            .await?;
        row.map(|row| moment(&row, 0)).transpose()
    }
}

pub(crate) struct Claims<'a> {
    pub(crate) keys: Vec<&'a str>,
    pub(crate) streams: Vec<&'a str>,
    pub(crate) positions: Vec<i64>,
}

impl<'a> Claims<'a> {
    pub(crate) fn of(rows: &'a Rows) -> Self {
        Self {
            keys: rows.claims.iter().map(|(key, ..)| key.as_str()).collect(),
            streams: rows.claims.iter().map(|(_, stream, _)| stream.as_str()).collect(),
            positions: rows.claims.iter().map(|(.., position)| *position).collect(),
        }
    }
}

pub(crate) struct Numbers<'a> {
    pub(crate) series: Vec<&'a str>,
    pub(crate) values: Vec<i64>,
    pub(crate) positions: Vec<i64>,
}

impl<'a> Numbers<'a> {
    pub(crate) fn of(rows: &'a Rows) -> Self {
        Self {
            series: rows.numbers.iter().map(|(series, ..)| series.as_str()).collect(),
            values: rows.numbers.iter().map(|(_, value, _)| *value).collect(),
            positions: rows.numbers.iter().map(|(.., position)| *position).collect(),
        }
    }
}

/// Series that begin with this block, and series that move.
#[derive(Default)]
pub(crate) struct Series<'a> {
    pub(crate) opened: Vec<&'a str>,
    pub(crate) opened_next: Vec<i64>,
    pub(crate) moved: Vec<&'a str>,
    pub(crate) seen: Vec<i64>,
    pub(crate) next: Vec<i64>,
}

impl<'a> Series<'a> {
    pub(crate) fn of(rows: &'a Rows) -> Self {
        let mut all = Self::default();
        for (series, seen, next) in &rows.series {
            match seen {
                None => {
                    all.opened.push(series);
                    all.opened_next.push(*next);
                }
                Some(seen) => {
                    all.moved.push(series);
                    all.seen.push(*seen);
                    all.next.push(*next);
                }
            }
        }
        all
    }
}

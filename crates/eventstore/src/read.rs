//! Reading: a stream, the log in order, the head, what a command led to.

use jiff::Timestamp;
use tokio_postgres::types::ToSql;

use crate::error::StoreError;
use crate::event::{CommandId, Recorded, StreamId};
use crate::hash::{Block, Hash};
use crate::journal::Journal;
use crate::plan::CommandRow;
use crate::privacy::erase::SUBJECT_ERASED;
use crate::rows::{self, BLOCK_COLUMNS, EVENT_COLUMNS};
use crate::session::command_row;
use crate::upcast::upcast;

/// The journal's last block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The position of the last event; 0 when there is none.
    pub position: i64,
    /// The number of the last block; 0 when there is none.
    pub block: i64,
    /// The hash of the last block; zeros when there is none.
    pub hash: Hash,
    /// When it was recorded.
    pub recorded: Timestamp,
}

/// How a series of numbers stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeriesState {
    /// The value it began with.
    pub first: i64,
    /// The value that is given next.
    pub next: i64,
    /// How many of the values given last were counted.
    pub counted: i64,
    /// How many of those the journal says by which event they were given: all, or there is a gap.
    pub given: i64,
}

impl Journal {
    /// All events of a stream, in order; none if there is no such stream.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn load(&self, stream: &StreamId) -> Result<Vec<Recorded>, StoreError> {
        let sql = format!("SELECT {EVENT_COLUMNS} FROM events WHERE stream = $1 ORDER BY version");
        self.events(&sql, &[&stream.as_str()]).await
    }

    /// The events of a stream up to the first one that happened after `until` by the office's clock.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn load_until(&self, stream: &StreamId, until: Timestamp) -> Result<Vec<Recorded>, StoreError> {
        // A beginning of the stream, even where an event was dated before its predecessor: a state is folded from it.
        let sql = format!(
            "SELECT {EVENT_COLUMNS} FROM events
             WHERE stream = $1
               AND version < coalesce(
                   (SELECT min(version) FROM events WHERE stream = $1 AND at > $2), 9223372036854775807)
             ORDER BY version"
        );
        self.events(&sql, &[&stream.as_str(), &until]).await
    }

    /// The events after a position, in order, `limit` at most.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn read_after(&self, position: i64, limit: i64) -> Result<Vec<Recorded>, StoreError> {
        let sql = format!("SELECT {EVENT_COLUMNS} FROM events WHERE position > $1 ORDER BY position LIMIT $2");
        self.events(&sql, &[&position, &limit.max(0)]).await
    }

    /// The streams that got an event of one of these kinds after a position, `limit` at most. No event is read for it.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn streams_after(&self, position: i64, kinds: &[&str], limit: i64) -> Result<Vec<String>, StoreError> {
        let doing = || StoreError::doing("read the streams after a position");
        let client = self.pool().get().await?;
        let sql = "SELECT DISTINCT stream FROM events WHERE position > $1 AND event_type = ANY($2) LIMIT $3";
        let statement = client.prepare_cached(sql).await.map_err(doing())?;
        let rows = client.query(&statement, &[&position, &kinds, &limit.max(0)]).await.map_err(doing())?;
        rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>().map_err(doing())
    }

    async fn events(&self, sql: &str, params: &[&(dyn ToSql + Sync)]) -> Result<Vec<Recorded>, StoreError> {
        let rows = {
            let client = self.pool().get().await?;
            let statement = client.prepare_cached(sql).await.map_err(StoreError::doing("prepare to read events"))?;
            client.query(&statement, params).await.map_err(StoreError::doing("read events"))?
        };
        let mut events = rows.iter().map(rows::event).collect::<Result<Vec<_>, _>>()?;
        self.make_readable(&mut events).await?;
        Ok(events)
    }

    /// Opens what is sealed in events that came from the database by another way than this journal's own reading, and notes
    /// what old shapes are today.
    ///
    /// # Errors
    /// [`StoreError`] when the keys cannot be read, or a text does not open.
    pub async fn make_readable(&self, events: &mut [Recorded]) -> Result<(), StoreError> {
        if let Some(privacy) = self.privacy() {
            // Whoever follows the journal learns at once what other processes see within seconds.
            if events.iter().any(|event| event.event_type == SUBJECT_ERASED) {
                privacy.forget();
                self.states().forget_all();
            }
            privacy.open(self.pool(), events).await?;
        }
        if let Some(rules) = self.rules() {
            upcast(rules, events)?;
        }
        Ok(())
    }

    /// Where the journal stands.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn head(&self) -> Result<Head, StoreError> {
        let client = self.pool().get().await?;
        let sql = "SELECT position, block, hash, recorded FROM journal_head";
        let doing = || StoreError::doing("read the journal's head");
        let statement = client.prepare_cached(sql).await.map_err(doing())?;
        let row = client.query_one(&statement, &[]).await.map_err(doing())?;
        let head = || -> Result<Head, tokio_postgres::Error> {
            Ok(Head {
                position: row.try_get(0)?,
                block: row.try_get(1)?,
                hash: rows::hash(&row, 2)?,
                recorded: row.try_get(3)?,
            })
        };
        head().map_err(doing())
    }

    /// The version of a stream; 0 if there is no such stream.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn version(&self, stream: &StreamId) -> Result<u64, StoreError> {
        let sql = "SELECT version FROM streams WHERE stream = $1";
        let version: Option<i64> = self.one(sql, &[&stream.as_str()], "read a stream's version").await?;
        Ok(version.map_or(0, i64::cast_unsigned))
    }

    /// The next number of a series; 1 for a series that nobody has created or used.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn next_number(&self, series: &str) -> Result<i64, StoreError> {
        let sql = "SELECT next FROM number_series WHERE series = $1";
        let next: Option<i64> = self.one(sql, &[&series], "read a number series").await?;
        Ok(next.unwrap_or(1))
    }

    /// How a series stands; none for one that nobody has created or used. Of a long one the last `most` values are counted.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn series_state(&self, series: &str, most: i64) -> Result<Option<SeriesState>, StoreError> {
        let doing = "read how a number series stands";
        let client = self.pool().get().await?;
        let sql = "SELECT first, next,
                          (SELECT count(*) FROM numbers
                            WHERE series = $1 AND value >= greatest(number_series.first, number_series.next - $2))
                     FROM number_series WHERE series = $1";
        let row = client.query_opt(sql, &[&series, &most]).await.map_err(StoreError::doing(doing))?;
        Ok(row.map(|row| {
            let (first, next, given): (i64, i64, i64) = (row.get(0), row.get(1), row.get(2));
            SeriesState { first, next, counted: (next - first).min(most), given }
        }))
    }

    /// The stream that has claimed a key, if any has.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn claimed_by(&self, key: &str) -> Result<Option<StreamId>, StoreError> {
        let sql = "SELECT stream FROM claims WHERE key = $1";
        let stream: Option<String> = self.one(sql, &[&key], "read a claim").await?;
        Ok(stream.map(StreamId::stored))
    }

    async fn one<T>(
        &self,
        sql: &str,
        params: &[&(dyn ToSql + Sync)],
        doing: &'static str,
    ) -> Result<Option<T>, StoreError>
    where
        T: for<'a> tokio_postgres::types::FromSql<'a>,
    {
        let client = self.pool().get().await?;
        let statement = client.prepare_cached(sql).await.map_err(StoreError::doing(doing))?;
        let row = client.query_opt(&statement, params).await.map_err(StoreError::doing(doing))?;
        row.map(|row| row.try_get(0)).transpose().map_err(StoreError::doing(doing))
    }

    /// What a command led to, if it was recorded.
    pub(crate) async fn command(&self, command: CommandId) -> Result<Option<CommandRow>, StoreError> {
        let client = self.pool().get().await?;
        let sql = "SELECT command, request, first_position, events, version FROM commands WHERE command = $1";
        let doing = || StoreError::doing("look for a command");
        let statement = client.prepare_cached(sql).await.map_err(doing())?;
        let row = client.query_opt(&statement, &[&command.0]).await.map_err(doing())?;
        row.as_ref().map(command_row).transpose().map(|found| found.map(|(_, row)| row)).map_err(doing())
    }

    /// One block.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn block(&self, block: i64) -> Result<Option<Block>, StoreError> {
        let client = self.pool().get().await?;
        let sql = format!("SELECT {BLOCK_COLUMNS} FROM blocks WHERE block = $1");
        let doing = || StoreError::doing("read a block");
        let statement = client.prepare_cached(&sql).await.map_err(doing())?;
        let row = client.query_opt(&statement, &[&block]).await.map_err(doing())?;
        row.as_ref().map(rows::block).transpose().map_err(doing())
    }
}

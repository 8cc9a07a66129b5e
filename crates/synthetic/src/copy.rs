//! Portions into the journal's tables, by COPY in its binary form, each in one transaction under the head's lock.

use std::pin::pin;

use eventstore::{Hash, Head};
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Transaction};

use crate::error::Error;
use crate::portion::Portion;

/// A transaction that has the journal for itself.
pub(crate) struct Alone<'a> {
    tx: Transaction<'a>,
    /// Where the journal stands.
    pub(crate) head: Head,
}

/// Locks the head.
pub(crate) async fn begin(client: &mut Client) -> Result<Alone<'_>, Error> {
    let tx = client.transaction().await?;
    // The triggers refuse changes, not additions; nothing here needs more than any writer has.
    let row = tx.query_one("SELECT position, block, hash, recorded FROM journal_head FOR UPDATE", &[]).await?;
    let hash: &[u8] = row.try_get(2)?;
    let hash = Hash::try_from(hash).map_err(Error::story)?;
    let head = Head { position: row.try_get(0)?, block: row.try_get(1)?, hash, recorded: row.try_get(3)? };
    Ok(Alone { tx, head })
}

const EVENTS: &str = "COPY events (position, block, version, at, command, correlation, schema_version, stream, event_type, \
     actor, request, leaf_hash, payload) FROM STDIN (FORMAT binary)";
const BLOCKS: &str = "COPY blocks (block, first_position, events, blobs, recorded, merkle_root, previous_hash, hash) \
     FROM STDIN (FORMAT binary)";
const COMMANDS: &str = "COPY commands (command, request, first_position, events, version) FROM STDIN (FORMAT binary)";
const CLAIMS: &str = "COPY claims (key, stream, position) FROM STDIN (FORMAT binary)";
const NUMBERS: &str = "COPY numbers (series, value, position) FROM STDIN (FORMAT binary)";

impl Alone<'_> {
    /// Ends it with nothing written.
    pub(crate) async fn give_up(self) -> Result<Head, Error> {
        self.tx.rollback().await?;
        Ok(self.head)
    }

    /// Writes all of it.
    pub(crate) async fn write(&mut self, portion: &Portion) -> Result<(), Error> {
        self.events(portion).await?;
        self.blocks(portion).await?;
        self.commands(portion).await?;
        self.guards(portion).await?;
        self.streams(portion).await?;
        let Head { position, block, hash, recorded } = &portion.head;
        let sql = "UPDATE journal_head SET position = $1, block = $2, hash = $3, recorded = $4";
        self.tx.execute(sql, &[position, block, &hash.as_slice(), recorded]).await?;
        Ok(())
    }

    /// Makes it stand. The statements before have each been answered without an error.
    pub(crate) async fn commit(self) -> Result<(), Error> {
        Ok(self.tx.commit().await?)
    }

    async fn copy(&self, sql: &str, types: &[Type], rows: impl Iterator<Item = Row<'_>>) -> Result<(), Error> {
        let sink = self.tx.copy_in(sql).await?;
        let mut writer = pin!(BinaryCopyInWriter::new(sink, types));
        for row in rows {
            writer.as_mut().write(&row.iter().map(|value| &**value as &(dyn ToSql + Sync)).collect::<Vec<_>>()).await?;
        }
        writer.finish().await?;
        Ok(())
    }

    async fn events(&self, portion: &Portion) -> Result<(), Error> {
        let types = [
            Type::INT8,
            Type::INT8,
            Type::INT8,
            Type::TIMESTAMPTZ,
            Type::UUID,
            Type::UUID,
            Type::INT4,
            Type::TEXT,
            Type::TEXT,
            Type::TEXT,
            Type::BYTEA,
            Type::BYTEA,
            Type::TEXT,
        ];
        let sink = self.tx.copy_in(EVENTS).await?;
        let mut writer = pin!(BinaryCopyInWriter::new(sink, &types));
        for (event, leaf) in portion.events.iter().zip(&portion.leaves) {
            let (version, schema_version) = (event.version.cast_signed(), i32::from(event.schema_version));
            let row: [&(dyn ToSql + Sync); 13] = [
                &event.position,
                &event.block,
                &version,
                &event.at,
                &event.command.0,
                &event.correlation,
                &schema_version,
                &event.stream.as_str(),
                &event.event_type,
                &event.actor,
                &event.request.as_slice(),
                &leaf.as_slice(),
                &event.payload,
            ];
            writer.as_mut().write(&row).await?;
        }
        writer.finish().await?;
        Ok(())
    }

    async fn blocks(&self, portion: &Portion) -> Result<(), Error> {
        let types =
            [Type::INT8, Type::INT8, Type::INT4, Type::INT4, Type::TIMESTAMPTZ, Type::BYTEA, Type::BYTEA, Type::BYTEA];
        let rows = portion.blocks.iter().map(|block| -> Row<'_> {
            vec![
                Box::new(block.block),
                Box::new(block.first_position),
                Box::new(block.events.cast_signed()),
                Box::new(block.blobs.cast_signed()),
                Box::new(block.recorded),
                Box::new(block.merkle_root.as_slice()),
                Box::new(block.previous_hash.as_slice()),
                Box::new(block.hash.as_slice()),
            ]
        });
        self.copy(BLOCKS, &types, rows).await
    }

    async fn commands(&self, portion: &Portion) -> Result<(), Error> {
        let types = [Type::UUID, Type::BYTEA, Type::INT8, Type::INT4, Type::INT8];
        let rows = portion.commands.iter().map(|row| -> Row<'_> {
            vec![
                Box::new(row.command),
                Box::new(row.request.as_slice()),
                Box::new(row.first_position),
                Box::new(row.events),
                Box::new(row.version),
            ]
        });
        self.copy(COMMANDS, &types, rows).await
    }

    async fn guards(&self, portion: &Portion) -> Result<(), Error> {
        let claims = portion.claims.iter().map(|(key, stream, position)| -> Row<'_> {
            vec![Box::new(key.as_str()), Box::new(stream.as_str()), Box::new(*position)]
        });
        self.copy(CLAIMS, &[Type::TEXT, Type::TEXT, Type::INT8], claims).await?;
        let next = "INSERT INTO number_series (series, first, next) VALUES ($1, $2, $3)
                    ON CONFLICT (series) DO UPDATE SET next = excluded.next";
        for (series, (first, next_value)) in &portion.series {
            self.tx.execute(next, &[&series.as_str(), first, next_value]).await?;
        }
        let numbers = portion.numbers.iter().map(|(series, value, position)| -> Row<'_> {
            vec![Box::new(series.as_str()), Box::new(*value), Box::new(*position)]
        });
        self.copy(NUMBERS, &[Type::TEXT, Type::INT8, Type::INT8], numbers).await
    }

    /// Whoever reacts to events with something that leaves the house has seen these: nothing is sent on account of them.
    pub(crate) async fn passed(&self, followers: &[&str], position: i64) -> Result<(), Error> {
        let sql = "INSERT INTO followers (name, position) VALUES ($1, $2)
                   ON CONFLICT (name) DO UPDATE SET position = excluded.position";
        for follower in followers {
            self.tx.execute(sql, &[follower, &position]).await?;
        }
        Ok(())
    }

    async fn streams(&self, portion: &Portion) -> Result<(), Error> {
        let names: Vec<&str> = portion.streams.keys().map(String::as_str).collect();
        let (versions, positions): (Vec<i64>, Vec<i64>) = portion.streams.values().copied().unzip();
        let sql = "INSERT INTO streams (stream, version, last_position)
                   SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[])
                   ON CONFLICT (stream) DO UPDATE SET version = excluded.version, last_position = excluded.last_position";
        self.tx.execute(sql, &[&names, &versions, &positions]).await?;
        Ok(())
    }
}

/// The values of one row.
type Row<'a> = Vec<Box<dyn ToSql + Sync + Send + 'a>>;

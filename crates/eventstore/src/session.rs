//! The writer's own connection: one exchange reads what the block needs under the head's lock, a second one writes the
//! block and commits it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future;
use jiff::Timestamp;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, NoTls, Row, Statement};
use uuid::Uuid;

use crate::error::StoreError;
use crate::event::StreamId;
use crate::plan::{Asked, CommandRow, HeadRow, Outcome, Questions, Rows, Seen, plan};
use crate::rows::{count, hash, moment};

/// Why a block was not written, or is not known to be.
#[derive(Debug)]
pub(crate) enum FlushError {
    /// The connection is gone or silent. With `committing`, the block may stand all the same.
    Lost { committing: bool, source: StoreError },
    /// The server refused a statement: nothing of the block stands.
    Rejected(StoreError),
}

/// A connection with its statements prepared.
pub(crate) struct Session {
    client: Client,
    driver: JoinHandle<()>,
    statements: Statements,
    deadline: Duration,
}

struct Statements {
    head: Statement,
    now: Statement,
    commands: Statement,
    streams: Statement,
    claims: Statement,
    series: Statement,
    entries: Statement,
    write_block: Statement,
    write_claims: Statement,
    open_series: Statement,
    advance_series: Statement,
    write_numbers: Statement,
    write_entries: Statement,
}

impl Drop for Session {
    fn drop(&mut self) {
        // An abandoned exchange must not leave its transaction, and with it the head's lock, on an open connection.
        self.driver.abort();
    }
}

impl Session {
    pub(crate) async fn connect(config: &tokio_postgres::Config, deadline: Duration) -> Result<Self, StoreError> {
        match timeout(deadline, Self::connect_now(config, deadline)).await {
            Ok(session) => session,
            Err(_) => Err(StoreError::Deadline),
        }
    }

    async fn connect_now(config: &tokio_postgres::Config, deadline: Duration) -> Result<Self, StoreError> {
        let lost = |source| StoreError::Connection(Arc::new(source));
        let (client, connection) = config.connect(NoTls).await.map_err(lost)?;
        let driver = tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "the journal writer's connection ended");
            }
        });
        client.batch_execute(&session_settings(deadline)).await.map_err(StoreError::doing("set up the writer"))?;
        let bound = client.query_one(MAY_BE_BOUND, &[]).await.map_err(StoreError::doing("look for saual_app"))?;
        if bound.get(0) {
            client.batch_execute("SET ROLE saual_app").await.map_err(StoreError::doing("become saual_app"))?;
        }
        let statements = Statements::prepare(&client).await.map_err(StoreError::doing("prepare the writer"))?;
        Ok(Self { client, driver, statements, deadline })
    }

    /// Writes one block with everything of `asked` that can be recorded.
    pub(crate) async fn flush(&self, asked: &[Asked]) -> Result<Vec<Outcome>, FlushError> {
        let committing = AtomicBool::new(false);
        let committing_now = || committing.load(Ordering::Relaxed);
        match timeout(self.deadline, self.flush_now(asked, &committing)).await {
            Ok(Ok(outcomes)) => Ok(outcomes),
            Ok(Err(error)) if is_lost(&error) => {
                Err(FlushError::Lost { committing: committing_now(), source: StoreError::Connection(Arc::new(error)) })
            }
            Ok(Err(error)) if is_passing(&error) => {
                Err(FlushError::Lost { committing: false, source: StoreError::doing("record a block")(error) })
            }
            Ok(Err(error)) => Err(FlushError::Rejected(StoreError::doing("record a block")(error))),
            Err(_) => Err(FlushError::Lost { committing: committing_now(), source: StoreError::Deadline }),
        }
    }

    async fn flush_now(&self, asked: &[Asked], committing: &AtomicBool) -> Result<Vec<Outcome>, tokio_postgres::Error> {
        let seen = self.look(&Questions::of(asked)).await?;
        let plan = plan(asked, &seen);
        match plan.rows {
            Some(rows) => {
                committing.store(true, Ordering::Relaxed);
                self.write(&seen.head, &rows).await?;
            }
            None => self.client.batch_execute("ROLLBACK").await?,
        }
        Ok(plan.outcomes)
    }

    /// Locks the head and reads what the plan needs, all in one exchange. Each statement sees what was committed when it
    /// began (READ COMMITTED), so those behind the lock see everything of the writer that held it before.
    async fn look(&self, ask: &Questions) -> Result<Seen, tokio_postgres::Error> {
        let (client, st) = (&self.client, &self.statements);
        let (begun, head, now, commands, streams, claims, series, entries) = tokio::join!(
            biased;
            client.batch_execute("BEGIN ISOLATION LEVEL READ COMMITTED"),
            async { client.query_one(&st.head, &[]).await },
            async { client.query_one(&st.now, &[]).await },
            async { client.query(&st.commands, &[&ask.commands]).await },
            async { client.query(&st.streams, &[&ask.streams]).await },
            unless(ask.claims.is_empty(), async { client.query(&st.claims, &[&ask.claims]).await }),
            unless(ask.series.is_empty(), async { client.query(&st.series, &[&ask.series]).await }),
            unless(ask.blobs.is_empty(), async { client.query(&st.entries, &[&ask.blobs]).await }),
        );
        begun?;
        let head = head?;
        Ok(Seen {
            head: HeadRow {
                position: head.try_get(0)?,
                block: head.try_get(1)?,
                hash: hash(&head, 2)?,
                recorded: head.try_get(3)?,
            },
            now: moment(&now?, 0)?,
            commands: commands?.iter().map(command_row).collect::<Result<_, _>>()?,
            streams: stream_versions(&streams?)?,
            claims: pairs::<String, String>(&claims?)?.map(|(key, stream)| (key, StreamId::stored(stream))).collect(),
            series: pairs::<String, i64>(&series?)?.collect(),
            entered: entries?.iter().map(|row| hash(row, 0)).collect::<Result<HashSet<_>, _>>()?,
        })
    }

    /// Writes the rows and commits, in one exchange. A statement that fails makes the COMMIT behind it a ROLLBACK, which
    /// answers without an error: so every answer is looked at, not only the last.
    async fn write(&self, head: &HeadRow, rows: &Rows) -> Result<(), tokio_postgres::Error> {
        let (client, st) = (&self.client, &self.statements);
        let columns = Columns::of(head, rows);
        let claims = Claims::of(rows);
        let series = Series::of(rows);
        let numbers = Numbers::of(rows);
        let entries: Vec<&[u8]> = rows.entries.iter().map(<[u8; 32]>::as_slice).collect();
        let (block, claimed, opened, advanced, numbered, entered, committed) = tokio::join!(
            biased;
            columns.write(client, &st.write_block),
            unless(claims.keys.is_empty(), async {
                client.query(&st.write_claims, &[&claims.keys, &claims.streams, &claims.positions]).await
            }),
            unless(series.opened.is_empty(), async {
                client.query(&st.open_series, &[&series.opened, &series.opened_next]).await
            }),
            unless(series.moved.is_empty(), async {
                client.query(&st.advance_series, &[&series.moved, &series.seen, &series.next]).await
            }),
            unless(numbers.series.is_empty(), async {
                client.query(&st.write_numbers, &[&numbers.series, &numbers.values, &numbers.positions]).await
            }),
            unless(entries.is_empty(), async {
                client.query(&st.write_entries, &[&rows.block.block, &entries]).await
            }),
            client.batch_execute("COMMIT"),
        );
        block?;
        for answer in [claimed, opened, advanced, numbered, entered] {
            answer?;
        }
        committed
    }
}

/// An exchange that is left out when there is nothing to ask. The request is sent when this is first polled, which
/// `join!` does in the order they are written in.
async fn unless(
    nothing: bool,
    question: impl Future<Output = Result<Vec<Row>, tokio_postgres::Error>>,
) -> Result<Vec<Row>, tokio_postgres::Error> {
    if nothing { future::ready(Ok(Vec::new())).await } else { question.await }
}

/// Whether the connection can no longer be trusted: closed, being shut down, or leading to a server that takes no writes.
fn is_lost(error: &tokio_postgres::Error) -> bool {
    let Some(state) = error.code() else { return true };
    let code = state.code();
    code.starts_with("08") || code.starts_with("57P") || code == "25006" || code == "25P03"
}

/// Whether the server undid the block for a reason that will pass: somebody else held the head for too long.
fn is_passing(error: &tokio_postgres::Error) -> bool {
    let passing = [SqlState::QUERY_CANCELED, SqlState::LOCK_NOT_AVAILABLE, SqlState::T_R_DEADLOCK_DETECTED];
    error.code().is_some_and(|code| passing.contains(code))
}

/// Generic plans: with arrays as parameters PostgreSQL would plan every call anew, at six times the cost. No sequential
/// scans: a plan made while the tables are young would keep them. The timeout frees the head should this program stop in
/// the middle of a block.
fn session_settings(deadline: Duration) -> String {
    let milliseconds = deadline.as_millis();
    format!(
        "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET synchronous_commit = on;
         SET idle_in_transaction_session_timeout = {milliseconds}; SET statement_timeout = {milliseconds};
         SET application_name = 'saual journal writer'"
    )
}

const MAY_BE_BOUND: &str = "
    SELECT EXISTS (
        SELECT FROM pg_roles
        WHERE rolname = 'saual_app'
          AND pg_has_role(current_user, oid, 'MEMBER')
          -- made by another database of this server, it may have no rights here
          AND has_table_privilege(oid, 'events', 'INSERT')
    )";

impl Statements {
    async fn prepare(client: &Client) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            head: client
                .prepare("SELECT position, block, hash, recorded FROM journal_head WHERE only_row FOR UPDATE")
                .await?,
            now: client.prepare("SELECT clock_timestamp()").await?,
            commands: client
                .prepare(
                    "SELECT command, request, first_position, events, version
                     FROM commands WHERE command = ANY ($1::uuid[])",
                )
                .await?,
            streams: client.prepare("SELECT stream, version FROM streams WHERE stream = ANY ($1::text[])").await?,
            claims: client.prepare("SELECT key, stream FROM claims WHERE key = ANY ($1::text[])").await?,
            series: client.prepare("SELECT series, next FROM number_series WHERE series = ANY ($1::text[])").await?,
            entries: client.prepare("SELECT sha256 FROM blob_entries WHERE sha256 = ANY ($1::bytea[])").await?,
            write_block: client.prepare(WRITE_BLOCK).await?,
            write_claims: client
                .prepare(
                    "INSERT INTO claims (key, stream, position)
                     SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[])",
                )
                .await?,
            open_series: client
                .prepare(
                    "INSERT INTO number_series (series, first, next)
                     SELECT series, 1, next FROM unnest($1::text[], $2::bigint[]) AS new (series, next)",
                )
                .await?,
            advance_series: client
                .prepare(
                    "WITH moved AS (
                         UPDATE number_series SET next = new.next
                         FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS new (series, seen, next)
                         WHERE number_series.series = new.series AND number_series.next = new.seen
                         RETURNING 1
                     )
                     SELECT journal_expect((SELECT count(*) FROM moved) = cardinality($1::text[]), 'number_series')",
                )
                .await?,
            write_numbers: client
                .prepare(
                    "INSERT INTO numbers (series, value, position)
                     SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[])",
                )
                .await?,
            write_entries: client
                .prepare(
                    "INSERT INTO blob_entries (sha256, block, leaf)
                     SELECT sha256, $1::bigint, number - 1
                     FROM unnest($2::bytea[]) WITH ORDINALITY AS kept (sha256, number)",
                )
                .await?,
        })
    }
}

/// The block, its events, the streams it moves, the commands it answers and the new head, as one statement: one exchange,
/// one plan. Whatever was read under the lock is compared once more; a difference means that somebody changed the tables
/// by hand, and nothing is written.
const WRITE_BLOCK: &str = "
    WITH written AS (
        INSERT INTO events (position, block, version, at, command, correlation, causation, schema_version,
                            stream, event_type, actor, request, leaf_hash, payload)
        SELECT position, $1::bigint, version, at, command, correlation, causation, schema_version,
               stream, event_type, actor, request, leaf_hash, payload
        FROM unnest($2::bigint[], $3::bigint[], $4::timestamptz[], $5::uuid[], $6::uuid[], $7::uuid[], $8::integer[],
                    $9::text[], $10::text[], $11::text[], $12::bytea[], $13::bytea[], $14::text[])
          AS new (position, version, at, command, correlation, causation, schema_version,
                  stream, event_type, actor, request, leaf_hash, payload)
    ), opened AS (
        INSERT INTO streams (stream, version, last_position)
        SELECT * FROM unnest($15::text[], $16::bigint[], $17::bigint[])
    ), advanced AS (
        UPDATE streams SET version = new.version, last_position = new.last_position
        FROM unnest($18::text[], $19::bigint[], $20::bigint[], $21::bigint[])
          AS new (stream, seen, version, last_position)
        WHERE streams.stream = new.stream AND streams.version = new.seen
        RETURNING 1
    ), answered AS (
        INSERT INTO commands (command, request, first_position, events, version)
        SELECT * FROM unnest($22::uuid[], $23::bytea[], $24::bigint[], $25::integer[], $26::bigint[])
    ), proved AS (
        INSERT INTO blocks (block, first_position, events, blobs, recorded, merkle_root, previous_hash, hash)
        VALUES ($1::bigint, $27::bigint, $28::integer, $29::integer, $30::timestamptz, $31::bytea, $32::bytea, $33::bytea)
    ), moved AS (
        UPDATE journal_head SET position = $34::bigint, block = $1::bigint, hash = $33::bytea, recorded = $30::timestamptz
        WHERE only_row AND block = $1::bigint - 1 AND hash = $32::bytea
        RETURNING 1
    )
    SELECT journal_expect((SELECT count(*) FROM advanced) = cardinality($18::text[]), 'streams'),
           journal_expect((SELECT count(*) FROM moved) = 1, 'journal_head'),
           pg_notify('journal', ($34::bigint)::text)";

/// The rows of a block as columns.
struct Columns<'a> {
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
    fn of(head: &'a HeadRow, rows: &'a Rows) -> Self {
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

    async fn write(&self, client: &Client, statement: &Statement) -> Result<(), tokio_postgres::Error> {
        let Rows { block, streams, commands, .. } = self.rows;
        let opened = || streams.iter().filter(|(_, seen, ..)| *seen == 0);
        let moved = || streams.iter().filter(|(_, seen, ..)| *seen > 0);
        let last_position = self.head.position + i64::from(block.events);
        client
            .query_one(
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
        Ok(())
    }
}

struct Claims<'a> {
    keys: Vec<&'a str>,
    streams: Vec<&'a str>,
    positions: Vec<i64>,
}

impl<'a> Claims<'a> {
    fn of(rows: &'a Rows) -> Self {
        Self {
            keys: rows.claims.iter().map(|(key, ..)| key.as_str()).collect(),
            streams: rows.claims.iter().map(|(_, stream, _)| stream.as_str()).collect(),
            positions: rows.claims.iter().map(|(.., position)| *position).collect(),
        }
    }
}

struct Numbers<'a> {
    series: Vec<&'a str>,
    values: Vec<i64>,
    positions: Vec<i64>,
}

impl<'a> Numbers<'a> {
    fn of(rows: &'a Rows) -> Self {
        Self {
            series: rows.numbers.iter().map(|(series, ..)| series.as_str()).collect(),
            values: rows.numbers.iter().map(|(_, value, _)| *value).collect(),
            positions: rows.numbers.iter().map(|(.., position)| *position).collect(),
        }
    }
}

/// Series that begin with this block, and series that move.
#[derive(Default)]
struct Series<'a> {
    opened: Vec<&'a str>,
    opened_next: Vec<i64>,
    moved: Vec<&'a str>,
    seen: Vec<i64>,
    next: Vec<i64>,
}

impl<'a> Series<'a> {
    fn of(rows: &'a Rows) -> Self {
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

/// One row of `command, request, first_position, events, version`.
pub(crate) fn command_row(row: &Row) -> Result<(Uuid, CommandRow), tokio_postgres::Error> {
    Ok((
        row.try_get(0)?,
        CommandRow {
            request: hash(row, 1)?,
            first_position: row.try_get(2)?,
            events: row.try_get::<_, i32>(3)?.cast_unsigned(),
            version: row.try_get::<_, i64>(4)?.cast_unsigned(),
        },
    ))
}

fn stream_versions(rows: &[Row]) -> Result<HashMap<StreamId, u64>, tokio_postgres::Error> {
    let pairs = pairs::<String, i64>(rows)?;
    Ok(pairs.map(|(stream, version)| (StreamId::stored(stream), version.cast_unsigned())).collect())
}

fn pairs<A, B>(rows: &[Row]) -> Result<impl Iterator<Item = (A, B)>, tokio_postgres::Error>
where
    A: for<'a> tokio_postgres::types::FromSql<'a>,
    B: for<'a> tokio_postgres::types::FromSql<'a>,
{
    let read = |row: &Row| Ok((row.try_get(0)?, row.try_get(1)?));
    Ok(rows.iter().map(read).collect::<Result<Vec<_>, tokio_postgres::Error>>()?.into_iter())
}

//! The writer's own connection, and the two ways to write a block over it.
//!
//! *Carefully*: one exchange locks the head and reads what the block needs, a second one writes the block and commits it.
//! *Boldly*: one statement, a transaction in itself, that writes the block which follows if nothing has changed behind this
//! writer and everybody expects what is so. It fails as a whole if that was wrong, and the careful way finds out for whom.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, NoTls, Row};
use uuid::Uuid;

use crate::columns::{Claims, Columns, Numbers, Series};
use crate::error::StoreError;
use crate::event::StreamId;
use crate::memory::Memory;
use crate::plan::{Asked, CommandRow, HeadRow, Outcome, Questions, Rows, Seen, plan};
use crate::rows::{hash, moment};
use crate::settings::Settings;
use crate::statements::{MAY_BE_BOUND, Statements, session_settings};

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
    memory: Memory,
}

impl Drop for Session {
    fn drop(&mut self) {
        // An abandoned exchange must not leave its transaction, and with it the head's lock, on an open connection.
        self.driver.abort();
    }
}

impl Session {
    pub(crate) async fn connect(config: &tokio_postgres::Config, settings: &Settings) -> Result<Self, StoreError> {
        match timeout(settings.deadline, Self::connect_now(config, settings)).await {
            Ok(session) => session,
            Err(_) => Err(StoreError::Deadline),
        }
    }

    async fn connect_now(config: &tokio_postgres::Config, settings: &Settings) -> Result<Self, StoreError> {
        let lost = |source| StoreError::Connection(Arc::new(source));
        let (client, connection) = config.connect(NoTls).await.map_err(lost)?;
        let driver = tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "the journal writer's connection ended");
            }
        });
        let deadline = settings.deadline;
        client.batch_execute(&session_settings(deadline)).await.map_err(StoreError::doing("set up the writer"))?;
        let bound = client.query_one(MAY_BE_BOUND, &[]).await.map_err(StoreError::doing("look for saual_app"))?;
        if bound.get(0) {
            client.batch_execute("SET ROLE saual_app").await.map_err(StoreError::doing("become saual_app"))?;
        }
        let statements = Statements::prepare(&client).await.map_err(StoreError::doing("prepare the writer"))?;
        Ok(Self { client, driver, statements, deadline, memory: Memory::none(settings.memory) })
    }

    /// Whether the server is known to have gone; what is asked then would never leave.
    pub(crate) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Writes one block with everything of `asked` that can be recorded.
    pub(crate) async fn flush(&mut self, asked: &[Asked]) -> Result<Vec<Outcome>, FlushError> {
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

    async fn flush_now(
        &mut self,
        asked: &[Asked],
        committing: &AtomicBool,
    ) -> Result<Vec<Outcome>, tokio_postgres::Error> {
        match self.boldly(asked, committing).await? {
            Some(outcomes) => Ok(outcomes),
            None => self.carefully(asked, committing).await,
        }
    }

    /// One exchange: the block that follows from what this writer remembers and its callers expect. None when that is not
    /// known, or was wrong: nothing of it stands then, and nobody has been told anything.
    async fn boldly(
        &mut self,
        asked: &[Asked],
        committing: &AtomicBool,
    ) -> Result<Option<Vec<Outcome>>, tokio_postgres::Error> {
        let Some(seen) = self.memory.assume(asked) else { return Ok(None) };
        let plan = plan(asked, &seen);
        // A refusal is told from what the database holds, not from what somebody assumed.
        let all_recorded = plan.outcomes.iter().all(|outcome| matches!(outcome, Outcome::Recorded(_)));
        let Some(rows) = plan.rows.filter(|_| all_recorded) else { return Ok(None) };
        // The statement is a transaction of its own: its answer ends with the commit, or says that there was none.
        committing.store(true, Ordering::Relaxed);
        match Columns::of(&seen.head, &rows).write(&self.client, &self.statements.write_block).await {
            Ok(Some(now)) => {
                self.memory.went_well(&rows.block, now);
                Ok(Some(plan.outcomes))
            }
            Err(error) if is_lost(&error) => Err(error),
            surprise => {
                committing.store(false, Ordering::Relaxed);
                self.memory.surprised();
                if let Err(error) = surprise {
                    tracing::debug!(%error, "a block was not what it seemed; it is written carefully");
                }
                Ok(None)
            }
        }
    }

    /// Two exchanges: look, under the head's lock, then write what can be recorded.
    async fn carefully(
        &mut self,
        asked: &[Asked],
        committing: &AtomicBool,
    ) -> Result<Vec<Outcome>, tokio_postgres::Error> {
        let seen = self.look(&Questions::of(asked)).await?;
        let plan = plan(asked, &seen);
        match plan.rows {
            Some(rows) => {
                committing.store(true, Ordering::Relaxed);
                self.write(&seen.head, &rows).await?;
                self.memory.learned(HeadRow::after(&rows.block), seen.now);
            }
            None => {
                self.client.batch_execute("ROLLBACK").await?;
                self.memory.learned(seen.head, seen.now);
            }
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
        let hash = rows.block.hash.as_slice();
        let (block, headed, claimed, opened, advanced, numbered, entered, committed) = tokio::join!(
            biased;
            columns.write(client, &st.write_block),
            async { client.query(&st.expect_head, &[&rows.block.block, &hash]).await },
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
        for answer in [headed, claimed, opened, advanced, numbered, entered] {
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

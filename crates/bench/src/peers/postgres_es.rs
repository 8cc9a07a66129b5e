//! postgres-es, the backend that comes with cqrs-es: the stream is read for every command, the events are inserted one by one.

use std::sync::Arc;
use std::time::Duration;

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use postgres_es::{PostgresCqrs, postgres_cqrs};
use serde::{Deserialize, Serialize};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Pool, Postgres};

use crate::ground::{Ground, connect};
use crate::load::{AsyncWork, Caller, Round, Streams, closed_loop, payload};

/// The table it asks for, as its documentation gives it.
const SETUP: &str = "
    CREATE TABLE events (
        aggregate_type text   NOT NULL,
        aggregate_id   text   NOT NULL,
        sequence       bigint NOT NULL CHECK (sequence >= 0),
        event_type     text   NOT NULL,
        event_version  text   NOT NULL,
        payload        json   NOT NULL,
        metadata       json   NOT NULL,
        PRIMARY KEY (aggregate_type, aggregate_id, sequence)
    )";

/// An aggregate that takes a note; it decides nothing, so that only the backend is measured.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Notes {
    taken: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Noted(serde_json::Value);

#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("a note is never refused")]
struct Never;

impl DomainEvent for Noted {
    fn event_type(&self) -> String {
        "noted".to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

impl Aggregate for Notes {
    const TYPE: &'static str = "notes";
    type Command = Noted;
    type Event = Noted;
    type Error = Never;
    type Services = ();

    async fn handle(&mut self, note: Noted, (): &(), sink: &EventSink<Self>) -> Result<(), Never> {
        sink.write(note, self).await;
        Ok(())
    }

    fn apply(&mut self, _: Noted) {
        self.taken += 1;
    }
}

/// The peer on a database of its own.
pub(crate) struct PostgresEs {
    options: PgConnectOptions,
    notes: Arc<[Noted]>,
}

impl PostgresEs {
    pub(crate) async fn new(ground: &Ground) -> anyhow::Result<Self> {
        let config = ground.database("bench_postgres_es").await?;
        connect(&config).await?.batch_execute(SETUP).await?;
        let options =
            PgConnectOptions::new().socket(ground.sockets()?).username("postgres").database("bench_postgres_es");
        let notes: Vec<Noted> =
            (0..64).map(|seed| Ok(Noted(serde_json::from_str(&payload(seed))?))).collect::<anyhow::Result<_>>()?;
        Ok(Self { options, notes: notes.into() })
    }

    /// A round with that many callers and as many connections, without any view.
    pub(crate) async fn round(&self, ground: &Ground, callers: usize, time: Duration) -> anyhow::Result<Round> {
        let connections = u32::try_from(callers)?;
        let pool = PgPoolOptions::new().max_connections(connections).connect_with(self.options.clone()).await?;
        let framework = Arc::new(postgres_cqrs::<Notes>(pool.clone(), Vec::new(), ()));
        let work = Work { framework, notes: Arc::clone(&self.notes) };
        closed_loop(callers, Duration::from_millis(200), work.clone()).await?;
        let before = ground.wal().await?;
        let (latencies, took) = closed_loop(callers, time, work).await?;
        close(pool).await;
        let after = ground.wal().await?;
        Ok(Round::of(latencies, took, before, after))
    }
}

/// The sessions publish what they flushed when they end, a moment after the pool has let go of them.
async fn close(pool: Pool<Postgres>) {
    pool.close().await;
    tokio::time::sleep(Duration::from_millis(200)).await;
}

#[derive(Clone)]
struct Work {
    framework: Arc<PostgresCqrs<Notes>>,
    notes: Arc<[Noted]>,
}

impl AsyncWork for Work {
    type Caller = Noter;

    fn caller(&self, _: usize) -> Noter {
        Noter { work: self.clone(), streams: Streams::new(), count: 0 }
    }
}

struct Noter {
    work: Work,
    streams: Streams,
    count: usize,
}

impl Caller for Noter {
    async fn call(&mut self) -> anyhow::Result<()> {
        let (stream, _) = self.streams.next()?;
        let note = self.work.notes.get(self.count % self.work.notes.len()).cloned();
        self.count += 1;
        if let Some(note) = note {
            self.work.framework.execute(stream.as_str(), note).await?;
        }
        Ok(())
    }
}

//! Callers of the journal that ask again as soon as they are answered, and what a round of them came to.

use std::sync::Arc;
use std::time::{Duration, Instant};

use eventstore::{Append, CommandId, Guards, Journal, NewEvent, Origin, Settings, StreamId, StreamWrite};
use jiff::Timestamp;
use tokio_postgres::Config;
use uuid::Uuid;

use crate::ground::{Ground, Wal};

/// How many bytes the payload of the event has that is appended.
pub(crate) const PAYLOAD: usize = 600;
/// How many events a stream gets before its writer begins another one. Short, so that peers which read the stream for every
/// command are not made to look slower than an office would see them.
pub(crate) const STREAM_EVENTS: u64 = 10;

/// What one round of one side came to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Round {
    /// Events (or commands) a second.
    pub(crate) rate: f64,
    /// Median latency of one caller.
    pub(crate) p50: Duration,
    /// The latency that 1 in 100 callers saw exceeded.
    pub(crate) p99: Duration,
    /// Events that one flush of the log made durable.
    pub(crate) per_sync: f64,
    /// Bytes of log for one event.
    pub(crate) wal_bytes: f64,
}

impl Round {
    /// From the moments of all callers and what the log grew by.
    pub(crate) fn of(mut latencies: Vec<Duration>, took: Duration, before: Wal, after: Wal) -> Self {
        latencies.sort_unstable();
        let done = latencies.len();
        Self {
            p50: quantile(&latencies, 0.50),
            p99: quantile(&latencies, 0.99),
            ..Self::counted(done as f64, took, before, after)
        }
    }

    /// From a count alone, where the peer measures itself.
    pub(crate) fn counted(done: f64, took: Duration, before: Wal, after: Wal) -> Self {
        Self {
            rate: done / took.as_secs_f64(),
            p50: Duration::ZERO,
            p99: Duration::ZERO,
            per_sync: done / ((after.syncs - before.syncs).max(1) as f64),
            wal_bytes: (after.bytes - before.bytes) as f64 / done.max(1.0),
        }
    }

    /// The round whose rate is the median.
    pub(crate) fn median(mut rounds: Vec<Self>) -> Option<Self> {
        rounds.sort_by(|a, b| a.rate.total_cmp(&b.rate));
        rounds.get(rounds.len() / 2).copied()
    }
}

/// The value below which that share of a sorted list lies.
pub(crate) fn quantile(sorted: &[Duration], share: f64) -> Duration {
    let last = sorted.len().saturating_sub(1);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an index below the length of a list in memory"
    )]
    let at = (last as f64 * share).round() as usize;
    sorted.get(at.min(last)).copied().unwrap_or_default()
}

/// Opens a journal as the program does.
pub(crate) async fn open(config: &Config, connections: usize) -> anyhow::Result<Journal> {
    let pool = eventstore::pool(config, connections)?;
    Ok(Journal::open(pool, config.clone(), Settings::MEASURED).await?)
}

/// Opens a journal whose writer remembers nothing: what its memory is worth is the difference.
pub(crate) async fn open_careful(config: &Config) -> anyhow::Result<Journal> {
    let settings = Settings { memory: Duration::ZERO, ..Settings::MEASURED };
    Ok(Journal::open(eventstore::pool(config, 2)?, config.clone(), settings).await?)
}

/// Opens a journal that remembers no state, so that every command reads its stream.
pub(crate) async fn open_forgetful(config: &Config) -> anyhow::Result<Journal> {
    let settings = Settings { states: 0, ..Settings::MEASURED };
    Ok(Journal::open(eventstore::pool(config, 16)?, config.clone(), settings).await?)
}

/// JSON of exactly [`PAYLOAD`] bytes, different from its neighbours.
pub(crate) fn payload(seed: u64) -> String {
    let head = format!("{{\"noted\":{{\"number\":{seed},\"text\":\"");
    let tail = "\"}}";
    let letters = (0..PAYLOAD - head.len() - tail.len()).map(|at| {
        let turn = seed.wrapping_mul(0x9E37_79B9).wrapping_add(at as u64 * 7) % 26;
        char::from(b'a' + u8::try_from(turn).unwrap_or(0))
    });
    head.clone() + &letters.collect::<String>() + tail
}

/// Who asks: a new command each time.
pub(crate) fn origin() -> Origin {
    let command = Uuid::new_v4();
    Origin {
        actor: "bench".to_owned(),
        at: Timestamp::now(),
        command: CommandId(command),
        request: [7; 32],
        correlation: command,
        causation: None,
    }
}

/// One event for one stream.
pub(crate) fn one(stream: StreamId, expected: u64, payload: String) -> Append {
    let event = NewEvent { event_type: "noted".to_owned(), schema_version: 1, payload };
    let writes = vec![StreamWrite { stream, expected, events: vec![event] }];
    Append { origin: origin(), writes, guards: Guards::none() }
}

/// One writer's way through streams of its own.
pub(crate) struct Streams {
    prefix: String,
    asked: u64,
}

impl Streams {
    /// Nobody else has these: they carry an id drawn for this writer and this round.
    pub(crate) fn new() -> Self {
        Self { prefix: format!("bench-{}", Uuid::new_v4().simple()), asked: 0 }
    }

    /// The next stream and the version it stands at.
    pub(crate) fn next(&mut self) -> anyhow::Result<(StreamId, u64)> {
        let (stream, version) = (self.asked / STREAM_EVENTS, self.asked % STREAM_EVENTS);
        self.asked += 1;
        Ok((StreamId::new(format!("{}-{stream}", self.prefix))?, version))
    }
}

/// Runs `writers` callers until the time is over; each runs `work` again and again and keeps how long each took.
pub(crate) async fn closed_loop<W>(writers: usize, time: Duration, work: W) -> anyhow::Result<(Vec<Duration>, Duration)>
where
    W: AsyncWork,
{
    let since = Instant::now();
    let tasks: Vec<_> = (0..writers)
        .map(|writer| {
            let mut caller = work.caller(writer);
            tokio::spawn(async move {
                let mut latencies = Vec::with_capacity(1 << 14);
                while since.elapsed() < time {
                    let asked = Instant::now();
                    caller.call().await?;
                    latencies.push(asked.elapsed());
                }
                anyhow::Ok(latencies)
            })
        })
        .collect();
    let mut all = Vec::new();
    for task in tasks {
        all.extend(task.await??);
    }
    Ok((all, since.elapsed()))
}

/// What makes callers.
pub(crate) trait AsyncWork {
    /// A caller of this kind.
    type Caller: Caller;

    /// The caller with that number, from 0.
    fn caller(&self, number: usize) -> Self::Caller;
}

/// One caller in a closed loop.
pub(crate) trait Caller: Send + 'static {
    /// Asks once and waits for the answer.
    fn call(&mut self) -> impl Future<Output = anyhow::Result<()>> + Send;
}

/// Appends of one event each.
#[derive(Clone)]
pub(crate) struct Appends {
    journal: Journal,
    payloads: Arc<[String]>,
}

impl Appends {
    pub(crate) fn new(journal: &Journal) -> Self {
        Self { journal: journal.clone(), payloads: (0..64).map(payload).collect() }
    }

    /// A round of them, with the flushes it took.
    pub(crate) async fn round(&self, ground: &Ground, writers: usize, time: Duration) -> anyhow::Result<Round> {
        let before = ground.wal().await?;
        let (latencies, took) = closed_loop(writers, time, self.clone()).await?;
        self.publish().await?;
        let after = ground.wal().await?;
        Ok(Round::of(latencies, took, before, after))
    }

    /// The writer's session lives on, and publishes what it flushed with the first block after a second.
    pub(crate) async fn publish(&self) -> anyhow::Result<()> {
        tokio::time::sleep(Duration::from_millis(1100)).await;
        self.caller(0).call().await
    }
}

impl AsyncWork for Appends {
    type Caller = Appender;

    fn caller(&self, _: usize) -> Appender {
        Appender { work: self.clone(), streams: Streams::new(), count: 0 }
    }
}

pub(crate) struct Appender {
    work: Appends,
    streams: Streams,
    count: usize,
}

impl Caller for Appender {
    async fn call(&mut self) -> anyhow::Result<()> {
        let (stream, version) = self.streams.next()?;
        let payload = self.work.payloads.get(self.count % self.work.payloads.len()).cloned().unwrap_or_default();
        self.count += 1;
        self.work.journal.append(one(stream, version, payload)).await?;
        Ok(())
    }
}

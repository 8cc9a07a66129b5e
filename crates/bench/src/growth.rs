//! Whether appends and reads cost the same in a journal of ten thousand events and in one of a million.

use std::sync::Arc;
use std::time::Duration;

use eventstore::{Journal, StreamId};
use tokio::sync::Mutex;
use tokio_postgres::Config;

use crate::cli::Pace;
use crate::generate::generate;
use crate::ground::{Ground, connect};
use crate::load::{AsyncWork, Caller, Round, closed_loop, one, open, payload};
use crate::report::{Ratio, Report, Table, figure, ms, progress};

/// How many callers append; how many read.
const WRITERS: usize = 8;
/// How many events a page has.
const PAGE: i64 = 500;
/// The smallest journal, by which the others are measured.
const SMALL: u64 = 10_000;

/// A journal of some size, with streams of it that events can be added to.
struct OfSize {
    label: &'static str,
    events: u64,
    journal: Journal,
    streams: Arc<[Mutex<(StreamId, u64)>]>,
}

impl OfSize {
    async fn of(label: &'static str, config: &Config, most: i64) -> anyhow::Result<Self> {
        let journal = open(config, 8).await?;
        let sql = "SELECT stream, version FROM streams ORDER BY hashtext(stream) LIMIT $1";
        let rows = connect(config).await?.query(sql, &[&most]).await?;
        let streams = rows
            .iter()
            .map(|row| {
                Ok(Mutex::new((
                    StreamId::new(row.try_get::<_, String>(0)?)?,
                    row.try_get::<_, i64>(1)?.cast_unsigned(),
                )))
            })
            .collect::<anyhow::Result<Vec<_>>>()?;
        let events = journal.head().await?.position.cast_unsigned();
        Ok(Self { label, events, journal, streams: streams.into() })
    }
}

/// Measures a journal of ten thousand beside the large one that was read, and beside one of ten million if asked.
pub(crate) async fn run(
    ground: &Ground,
    pace: &Pace,
    large: &Config,
    ten_million: bool,
    report: &mut Report,
) -> anyhow::Result<()> {
    progress("growth: a journal of ten thousand events");
    let small = ground.journal_database("bench_small").await?;
    generate(&mut connect(&small).await?, 7, SMALL).await?;
    // As many streams from each, so that a caller meets a stream again equally soon.
    let streams = 250;
    let mut sizes =
        vec![OfSize::of("growth-10k", &small, streams).await?, OfSize::of("growth", large, streams * 20).await?];
    if ten_million {
        progress("growth: a journal of ten million events; this takes minutes");
        let huge = ground.journal_database("bench_huge").await?;
        generate(&mut connect(&huge).await?, 9, 10_000_000).await?;
        sizes.push(OfSize::of("growth-10m", &huge, streams * 20).await?);
    }
    let mut rounds: Vec<(Vec<Round>, Vec<Round>)> = sizes.iter().map(|_| (Vec::new(), Vec::new())).collect();
    for number in 0..=pace.rounds {
        progress(&format!("growth: round {number} of {} (0 warms up)", pace.rounds));
        for (size, (appends, reads)) in sizes.iter().zip(&mut rounds) {
            let time = if number == 0 { pace.warm_up() } else { pace.round };
            let append = round(ground, time, Adds::of(size)).await?;
            let read = round(ground, time, Pages::of(size)).await?;
            if number > 0 {
                appends.push(append);
                reads.push(read);
            }
        }
    }
    let mut table =
        Table::new(&["events", "appends/s", "p50 ms", "p99 ms", "pages of 500 events/s", "p50 ms", "p99 ms"]);
    let mut first: Option<(Round, Round)> = None;
    for (size, (appends, reads)) in sizes.iter().zip(rounds) {
        let (Some(append), Some(read)) = (Round::median(appends), Round::median(reads)) else { continue };
        table.row(&[
            figure(size.events as f64),
            figure(append.rate),
            ms(append.p50),
            ms(append.p99),
            figure(read.rate),
            ms(read.p50),
            ms(read.p99),
        ]);
        match first {
            None => first = Some((append, read)),
            Some((small_append, small_read)) => {
                let ratio =
                    Ratio { ours: append.rate, peer: small_append.rate, unit: "appends/s, large and 10k events" };
                report.ratio(&format!("{}-append", size.label), &ratio);
                let ratio = Ratio { ours: read.rate, peer: small_read.rate, unit: "pages/s, large and 10k events" };
                report.ratio(&format!("{}-read", size.label), &ratio);
            }
        }
        size.journal.close().await;
    }
    let about = format!(
        "{WRITERS} callers append one event each to streams that exist, spread over the whole journal; {WRITERS} others read pages of \
         {PAGE} events at random places. Medians of {} interleaved rounds.",
        pace.rounds
    );
    report.table("Growth", &about, &table);
    ground.drop("bench_small").await?;
    ground.drop("bench_huge").await
}

async fn round<W: AsyncWork>(ground: &Ground, time: Duration, work: W) -> anyhow::Result<Round> {
    let before = ground.wal().await?;
    let (latencies, took) = closed_loop(WRITERS, time, work).await?;
    let after = ground.wal().await?;
    Ok(Round::of(latencies, took, before, after))
}

/// Appends to streams that exist, at random.
#[derive(Clone)]
struct Adds {
    journal: Journal,
    streams: Arc<[Mutex<(StreamId, u64)>]>,
}

impl Adds {
    fn of(size: &OfSize) -> Self {
        Self { journal: size.journal.clone(), streams: Arc::clone(&size.streams) }
    }
}

impl AsyncWork for Adds {
    type Caller = Self;

    fn caller(&self, _: usize) -> Self {
        self.clone()
    }
}

impl Caller for Adds {
    async fn call(&mut self) -> anyhow::Result<()> {
        let Some(stream) = self.streams.get(somewhere(self.streams.len())) else { return Ok(()) };
        let mut stream = stream.lock().await;
        let append = one(stream.0.clone(), stream.1, payload(stream.1));
        stream.1 = self.journal.append(append).await?.version;
        Ok(())
    }
}

/// Reads of pages at random places.
#[derive(Clone)]
struct Pages {
    journal: Journal,
    events: u64,
}

impl Pages {
    fn of(size: &OfSize) -> Self {
        Self { journal: size.journal.clone(), events: size.events }
    }
}

impl AsyncWork for Pages {
    type Caller = Self;

    fn caller(&self, _: usize) -> Self {
        self.clone()
    }
}

impl Caller for Pages {
    async fn call(&mut self) -> anyhow::Result<()> {
        let last = usize::try_from(self.events)?.saturating_sub(usize::try_from(PAGE)?);
        let page = self.journal.read_after(i64::try_from(somewhere(last))?, PAGE).await?;
        anyhow::ensure!(!page.is_empty(), "a page of the journal is empty");
        Ok(())
    }
}

/// A place below `end`, anywhere.
fn somewhere(end: usize) -> usize {
    let drawn = uuid::Uuid::new_v4().as_u64_pair().1;
    usize::try_from(drawn >> 16).unwrap_or(0).checked_rem(end).unwrap_or(0)
}

//! `saual-bench rebuild`: a journal of real inquiries, read and made into the register again, beside COPY of the same rows.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context;
use eventstore::Journal;
use futures_util::TryStreamExt;
use inquiry::event::UnknownEvent;
use readmodel::followers::Table as Projection;
use readmodel::rebuild::Options;
use tokio::sync::mpsc;
use tokio_postgres::Config;

use crate::cli::Cli;
use crate::generate::generate;
use crate::ground::{Ground, connect};
use crate::load::open;
use crate::report::{Ratio, Report, Table, figure, progress};
use crate::{growth, size};

/// How many events are read at a time.
const PAGE: i64 = 2000;

/// All columns, in the order of the log, as anybody would take them out.
const COPY: &str = "COPY (SELECT position, block, stream, version, event_type, schema_version, payload, actor, at, command, \
     request, correlation, causation FROM events ORDER BY position) TO STDOUT";

/// What was done with all events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Recorded,
    Typed,
    Register,
    Copy,
    Psql,
}

impl Way {
    const ALL: [Self; 5] = [Self::Copy, Self::Recorded, Self::Typed, Self::Register, Self::Psql];

    fn title(self) -> &'static str {
        match self {
            Self::Copy => "COPY … TO STDOUT, bytes thrown away",
            Self::Recorded => "read the log (`Recorded`)",
            Self::Typed => "read the log, typed events of inquiries",
            Self::Register => "make the register again, as `saual rebuild register` does",
            Self::Psql => "psql -c 'COPY … TO STDOUT' > /dev/null",
        }
    }
}

/// Measures, and adds tables and lines to the report.
pub(crate) async fn run(ground: &Ground, cli: &Cli, report: &mut Report) -> anyhow::Result<()> {
    let pace = cli.pace();
    let events = cli.log();
    progress(&format!("a journal of {events} events is made"));
    let config = ground.journal_database("bench_log").await?;
    let made = generate(&mut connect(&config).await?, 1, events).await?;
    let verdict = eventstore::verify(&eventstore::pool(&config, 4)?).await?;
    anyhow::ensure!(verdict.is_intact(), "the journal that was made does not verify: {verdict}");
    let journal = open(&config, 8).await?;
    let mut took: Vec<(Way, Vec<Duration>)> = Way::ALL.iter().map(|way| (*way, Vec::new())).collect();
    for round in 1..=pace.rounds {
        for (way, times) in &mut took {
            progress(&format!("{}: round {round} of {}", way.title(), pace.rounds));
            times.extend(one(*way, ground, &journal, &config).await?);
        }
    }
    journal.close().await;
    let rates: Vec<(Way, f64)> = took
        .into_iter()
        .filter_map(|(way, mut times)| {
            times.sort_unstable();
            times.get(times.len() / 2).map(|time| (way, made.events as f64 / time.as_secs_f64()))
        })
        .collect();
    table(report, &rates, &made, pace.rounds);
    let about = "Histories of inquiries as the generator makes them.";
    size::of(&config, "inquiries", about, report).await?;
    growth::run(ground, &pace, &config, cli.ten_million && !cli.quick, report).await?;
    ground.drop("bench_log").await
}

async fn one(way: Way, ground: &Ground, journal: &Journal, config: &Config) -> anyhow::Result<Option<Duration>> {
    let since = Instant::now();
    match way {
        Way::Copy => copy(config).await?,
        Way::Recorded => recorded(journal).await?,
        Way::Typed => typed(journal).await?,
        Way::Register => {
            let options = Options::usual("saual-bench");
            readmodel::rebuild::rebuild(journal, config, Projection::Register, &options, &|_| ()).await?;
        }
        Way::Psql => match ground.program("psql") {
            Some(psql) => {
                let mut command = Command::new(psql);
                command.arg("--host").arg(ground.sockets()?).args(["--username", "postgres", "--no-psqlrc", "--quiet"]);
                command.args(["--command", COPY, "bench_log"]).stdin(Stdio::null()).stdout(Stdio::null());
                let ended = tokio::task::spawn_blocking(move || command.status()).await??;
                anyhow::ensure!(ended.success(), "psql could not copy the journal");
            }
            None => return Ok(None),
        },
    }
    Ok(Some(since.elapsed()))
}

async fn copy(config: &Config) -> anyhow::Result<()> {
    let client = connect(config).await?;
    let mut rows = std::pin::pin!(client.copy_out(COPY).await?);
    let mut bytes = 0;
    while let Some(chunk) = rows.try_next().await? {
        bytes += chunk.len();
    }
    anyhow::ensure!(bytes > 0, "COPY answered nothing");
    Ok(())
}

async fn recorded(journal: &Journal) -> anyhow::Result<()> {
    let mut position = 0;
    loop {
        let page = journal.read_after(position, PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        position = last.position;
    }
}

/// One task reads, another makes events of what was read: as a program with two cores does it.
async fn typed(journal: &Journal) -> anyhow::Result<()> {
    let mut pages = pages(journal);
    while let Some(page) = pages.recv().await {
        for event in page? {
            match inquiry::Event::from_stored(&event.event_type, event.schema_version, &event.payload) {
                Ok(_) | Err(UnknownEvent::Name { .. }) => {}
                Err(error) => return Err(error).context(format!("event {}", event.position)),
            }
        }
    }
    Ok(())
}

/// The pages of the log, read ahead.
fn pages(journal: &Journal) -> mpsc::Receiver<Result<Vec<eventstore::Recorded>, eventstore::StoreError>> {
    let (ready, pages) = mpsc::channel(2);
    let journal = journal.clone();
    tokio::spawn(async move {
        let mut position = 0;
        loop {
            let page = journal.read_after(position, PAGE).await;
            let next = page.as_ref().ok().and_then(|page| page.last()).map(|event| event.position);
            let at_end = next.is_none();
            let empty = page.as_ref().is_ok_and(Vec::is_empty);
            position = next.unwrap_or(position);
            if empty || ready.send(page).await.is_err() || at_end {
                return;
            }
        }
    });
    pages
}

fn table(report: &mut Report, rates: &[(Way, f64)], made: &synthetic::Made, rounds: u64) {
    let of = |way: Way| rates.iter().find(|(one, _)| *one == way).map(|(_, rate)| *rate);
    let Some(peer) = of(Way::Copy) else { return };
    let mut table = Table::new(&["what", "events/s", "÷ COPY"]);
    for (way, rate) in rates {
        table.row(&[way.title().to_owned(), figure(*rate), figure(rate / peer)]);
    }
    let about = format!(
        "{} events of {} inquiries, {} bytes of payload each; made, hashed, brought in and analysed at {} events/s, and verified. \
         Medians of {rounds} interleaved rounds.",
        figure(made.events as f64),
        figure(made.inquiries as f64),
        figure(made.payload_bytes as f64 / made.events as f64),
        figure(made.events as f64 / made.took.as_secs_f64()),
    );
    report.table("Reading and rebuilding", &about, &table);
    for (name, way) in [("read", Way::Recorded), ("read-typed", Way::Typed)] {
        if let Some(ours) = of(way) {
            report.ratio(name, &Ratio { ours, peer, unit: "events/s" });
        }
    }
    if let Some(ours) = of(Way::Register) {
        report.headline("rebuild", &Ratio { ours, peer, unit: "events/s" });
    }
}

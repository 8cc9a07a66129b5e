//! `saual-bench screens`: the worklist and the search as a clerk, an executor and a signatory ask for them, at a fixed rate, over offices of growing size.
//!
//! The real doors on loopback, with sessions, database and templates; [`open_loop`] asks, [`house`] is what is asked. Client, server and
//! database share the machine.

mod house;
mod line;
mod open_loop;

use std::time::Duration;

use crate::cli::Cli;
use crate::ground::{Ground, connect};
use crate::report::{Ratio, Report, Table, progress};
use crate::screens::house::House;
use crate::screens::open_loop::{Question, Times, at_rate};

/// Only to see that it runs.
const QUICK: u64 = 300;
/// How many inquiries the offices have that growth is told by.
const SMALL: u64 = 10_000;
const MIDDLE: u64 = 100_000;
const LARGE: u64 = 1_000_000;
/// Of so many looks at the worklist one is a search: whole texts are gone through, and people look at their list more often.
const SEARCHES: u32 = 5;

/// What one register came to.
struct Measured {
    inquiries: u64,
    /// Each question by itself.
    questions: Vec<(&'static str, Times)>,
    worklist: Times,
    search: Times,
    /// The list's bare rows by one connection, at the same rate.
    bare: Times,
    /// An answer that asks nobody, at the same rate.
    healthz: Times,
}

/// Measures, and adds tables and lines to the report.
pub(crate) async fn run(ground: &Ground, cli: &Cli, report: &mut Report) -> anyhow::Result<()> {
    let sizes: &[u64] = match (cli.quick, cli.million) {
        (true, _) => &[QUICK],
        (false, false) => &[SMALL, MIDDLE],
        (false, true) => &[SMALL, MIDDLE, LARGE],
    };
    let mut measured = Vec::new();
    for inquiries in sizes {
        measured.push(one(ground, cli, *inquiries).await?);
    }
    tables(cli, &measured, report);
    let (first, last) = (&measured[0], &measured[measured.len() - 1]);
    let ratio = |ours: Duration, peer: Duration| Ratio {
        ours: millis(ours),
        peer: millis(peer),
        unit: "ms at the 95th percentile; lower is better",
    };
    for one in &measured[1..] {
        report.ratio(&format!("screens-growth-{}", one.inquiries), &ratio(one.worklist.p95(), first.worklist.p95()));
        report.ratio(&format!("screens-search-growth-{}", one.inquiries), &ratio(one.search.p95(), first.search.p95()));
    }
    report.ratio("screens-healthz", &ratio(last.worklist.p95(), last.healthz.p95()));
    report.headline("screens", &ratio(last.worklist.p95(), last.bare.p95()));
    Ok(())
}

async fn one(ground: &Ground, cli: &Cli, inquiries: u64) -> anyhow::Result<Measured> {
    progress(&format!("screens: an office of {inquiries} inquiries"));
    let name = format!("bench_screens_{inquiries}");
    let kept = if cli.keep { ground.kept(&name).await? } else { None };
    let config = match &kept {
        Some(config) => config.clone(),
        None => house::fill(ground, &name, inquiries).await?,
    };
    let house = House::open(&config, &cli.data.join("screens")).await?;
    let (worklist, search) = house.questions().await?;
    let time = if cli.quick { Duration::from_millis(400) } else { Duration::from_secs(cli.seconds) };
    let searches = cli.rate.div_ceil(SEARCHES);
    let mut measured = Measured {
        inquiries,
        questions: worklist.iter().chain(&search).map(|one| (one.name, Times::default())).collect(),
        worklist: Times::default(),
        search: Times::default(),
        bare: Times::default(),
        healthz: Times::default(),
    };
    // Plans, caches and statements are what they are in an office that has been at work for a while.
    at_rate(&house.address, &worklist, cli.rate, time).await?;
    at_rate(&house.address, &search, searches, time).await?;
    let client = connect(&config).await?;
    for round in 1..=cli.rounds() {
        progress(&format!("screens: {inquiries} inquiries, round {round} of {}", cli.rounds()));
        for (n, took) in at_rate(&house.address, &worklist, cli.rate, time).await? {
            measured.questions[n].1.add(took);
            measured.worklist.add(took);
        }
        for (n, took) in at_rate(&house.address, &search, searches, time).await? {
            measured.questions[worklist.len() + n].1.add(took);
            measured.search.add(took);
        }
        measured.bare.extend(house::bare(&client, cli.rate, time).await?);
        let probe = [Question::probe(&house.address)];
        let probed = at_rate(&house.address, &probe, cli.rate, time).await?;
        measured.healthz.extend(probed.into_iter().map(|(_, took)| took));
    }
    drop(client);
    house.close().await?;
    if !cli.keep {
        ground.drop(&name).await?;
    }
    Ok(measured)
}

fn tables(cli: &Cli, measured: &[Measured], report: &mut Report) {
    let mut table = Table::new(&["inquiries", "what", "p50 ms", "p95 ms", "p99 ms", "longest ms"]);
    for one in measured {
        let peers = [
            ("**the worklist, all questions in turn**", &one.worklist),
            ("**search, all questions in turn**", &one.search),
            ("the list's bare rows, one connection", &one.bare),
            ("`/healthz`", &one.healthz),
        ];
        let rows = peers.into_iter().chain(one.questions.iter().map(|(name, times)| (*name, times)));
        for (name, times) in rows {
            let [half, most, nearly, all] = times.figures().map(|time| format!("{:.2}", millis(time)));
            table.row(&[one.inquiries.to_string(), name.to_owned(), half, most, nearly, all]);
        }
    }
    let profile =
        if cfg!(debug_assertions) { "a development build, dependencies optimised" } else { "a release build" };
    let about = format!(
        "{} requests a second of the worklist, {} of the search, each sent when it is its turn, whatever became of those before, and its time counted \
         from then; {} rounds of {} s; signed in as a clerk, an executor of a large ministry and a signatory; {profile}.",
        cli.rate,
        cli.rate.div_ceil(SEARCHES),
        cli.rounds(),
        cli.seconds,
    );
    report.table("The worklist and the search", &about, &table);
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

//! `saual-bench dispatch`: mails a second into Postfix's smtp-sink, ours beside smtp-source and the mail library's own pooled transport; and
//! the whole way, with a real Postfix over STARTTLS.
//!
//! [`servers`] are what mail goes to, [`sides`] who sends it, [`whole`] the way from an order in the journal to the last acceptance. All of
//! it shares one machine, on loopback.

mod servers;
mod sides;
mod whole;

use std::time::Duration;

use crate::cli::Cli;
use crate::ground::Ground;
use crate::report::{Ratio, Report, Table, figure, progress};
use servers::{Postfix, Sink};
use sides::{Load, Side};

/// Bytes of a mail on the wire.
const SIZES: [(&str, usize); 3] = [("5 kB", 5_000), ("100 kB", 100_000), ("1 MB", 1_000_000)];
/// Connections at once.
const CONNECTIONS: [usize; 3] = [1, 4, 16];
/// The letters of a large dispatch, and their size with everything around them.
const LETTERS: usize = 150;
const LETTER: usize = 1_400_000;
/// The recipients of the whole way: the Mazhilis and its secretaries.
const RECIPIENTS: u16 = 145;

/// Medians of one kind of load.
struct Row {
    size: &'static str,
    load: Load,
    ours: f64,
    source: f64,
    pool: f64,
}

/// Measures, and adds tables and lines to the report.
pub(crate) async fn run(ground: &Ground, cli: &Cli, report: &mut Report) -> anyhow::Result<()> {
    let sink = Sink::start()?;
    let mut rows = Vec::new();
    for (size, bytes) in SIZES {
        for connections in CONNECTIONS {
            progress(&format!("{size} over {connections} connections"));
            rows.push(measured(&sink, cli, size, Load { bytes, connections }).await?);
        }
    }
    drop(sink);
    tables(&rows, report);
    let found = Postfix::start(&cli.data)?;
    let (letters, orders) = if cli.quick { (4, 2) } else { (LETTERS, RECIPIENTS) };
    match &found {
        Err(why) => progress(&format!("without a real Postfix: {why}")),
        Ok(postfix) => {
            progress(&format!("{letters} letters to a real Postfix, then the whole way"));
            let mut table = Table::new(&["to a real Postfix, over STARTTLS", "seconds", "aim"]);
            let many = sides::into_postfix(postfix, letters, LETTER).await?;
            table.row(&[format!("{letters} letters of 1.4 MB, 4 connections"), seconds(many), "under 5".to_owned()]);
            let way = whole::way(ground, postfix, orders).await?;
            let what =
                format!("from `dispatch_ordered` in the journal to {orders} acceptances in the journal, 1 MB each");
            table.row(&[what, seconds(way), "under 10".to_owned()]);
            let about = "Durable queues on both sides; the worker has its two connections, as the program has.";
            report.table("The whole way", about, &table);
            let ratio = |ours: Duration, aim: f64| Ratio {
                ours: ours.as_secs_f64(),
                peer: aim,
                unit: "seconds, beside the aim; lower is better",
            };
            report.ratio("dispatch-150-letters", &ratio(many, 5.0));
            report.ratio("dispatch-whole-way", &ratio(way, 10.0));
        }
    }
    Ok(())
}

/// Each side once in each round, one after the other.
async fn measured(sink: &Sink, cli: &Cli, size: &'static str, load: Load) -> anyhow::Result<Row> {
    let time = if cli.quick { Duration::from_millis(300) } else { Duration::from_secs(cli.seconds) };
    let mut rates: [Vec<f64>; 3] = Default::default();
    // Connections, buffers and the processor's caches are what they are in every round that counts.
    sides::rate(Side::Ours, sink.port(), load, time / 4, 0.0).await?;
    for _ in 0..cli.rounds() {
        let ours = sides::rate(Side::Ours, sink.port(), load, time, 0.0).await?;
        // smtp-source is told how many mails, and not how long: as many as ours sent in the same time.
        let source = sides::rate(Side::Source, sink.port(), load, time, ours * time.as_secs_f64()).await?;
        let pool = sides::rate(Side::Pool, sink.port(), load, time, 0.0).await?;
        for (all, rate) in rates.iter_mut().zip([ours, source, pool]) {
            all.push(rate);
        }
    }
    let [ours, source, pool] = rates.map(median);
    Ok(Row { size, load, ours, source, pool })
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or_default()
}

fn tables(rows: &[Row], report: &mut Report) {
    let columns =
        ["mail", "connections", "ours, mails/s", "smtp-source", "ours : it", "the library's pool", "ours : it"];
    let mut table = Table::new(&columns);
    for row in rows {
        let times = |peer: f64| format!("{:.2}", row.ours / peer);
        table.row(&[
            row.size.to_owned(),
            row.load.connections.to_string(),
            figure(row.ours),
            figure(row.source),
            times(row.source),
            figure(row.pool),
            times(row.pool),
        ]);
    }
    let about = "Into one smtp-sink, which throws everything away. Medians of the rounds; each side runs once in each round. Aims: 0.6 of \
                 smtp-source, ten times the pool at 5 kB over one connection.";
    report.table("Mails a second", about, &table);
    let ratio = |ours: f64, peer: f64| Ratio { ours, peer, unit: "mails/s" };
    for row in rows {
        let name = format!("{}-{}", row.size.replace(' ', "").to_lowercase(), row.load.connections);
        report.ratio(&format!("dispatch-{name}-pool"), &ratio(row.ours, row.pool));
        report.ratio(&format!("dispatch-{name}-smtp-source"), &ratio(row.ours, row.source));
    }
    if let Some(first) = rows.first() {
        report.headline("dispatch", &ratio(first.ours, first.source));
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.2}", time.as_secs_f64())
}

//! Whether a search costs the same among ten thousand inquiries and among a million.

use std::time::Instant;

use readmodel::search::{Asked, search};
use readmodel::{Guard, Reader, Sight};

use super::{LOOKED_AT, Measured, fill, queries, sizes};
use crate::cli::Cli;
use crate::ground::{Ground, connect};
use crate::report::{Ratio, Report, Table, progress};

/// Among how many.
const SIZES: [u64; 3] = [10_000, 100_000, 1_000_000];

/// Measures, and adds a table and lines to the report.
pub(super) async fn run(ground: &Ground, cli: &Cli, report: &mut Report) -> anyhow::Result<()> {
    let mut table = Table::new(&[
        "inquiries",
        "mean reciprocal rank",
        "p50 ms",
        "p95 ms",
        "longest ms",
        "longest of all",
        "tables",
    ]);
    let mut p95 = Vec::new();
    for inquiries in SIZES.into_iter().filter(|size| *size <= cli.inquiries.max(SIZES[0])) {
        let (mut measured, sizes) = one(ground, cli, inquiries).await?;
        let [half, most, all] = [50, 95, 100].map(|percent| format!("{:.1}", measured.quantile(percent)));
        let slowest = measured.slowest.map_or("", |(_, text)| text);
        let rank = format!("{:.3}", measured.mean(None));
        table.row(&[inquiries.to_string(), rank, half, most, all, format!("«{slowest}»"), sizes]);
        p95.push((inquiries, measured.quantile(95)));
    }
    let profile =
        if cfg!(debug_assertions) { "a development build, dependencies optimised" } else { "a release build" };
    let about = format!(
        "{} questions, one after the other, {} rounds; whole answers with counts, facets and marked pieces; {profile}.",
        queries().len(),
        cli.rounds()
    );
    report.table("Search over growing registers", &about, &table);
    let (_, first) = p95[0];
    for (inquiries, last) in &p95[1..] {
        let unit = "ms at the 95th percentile; lower is better";
        report.ratio(&format!("search-growth-{inquiries}"), &Ratio { ours: *last, peer: first, unit });
    }
    Ok(())
}

async fn one(ground: &Ground, cli: &Cli, inquiries: u64) -> anyhow::Result<(Measured, String)> {
    let name = format!("bench_search_{inquiries}");
    let kept = if cli.keep { ground.kept(&name).await? } else { None };
    let config = match kept {
        Some(config) => config,
        None => {
            let config = ground.journal_database(&name).await?;
            fill(&config, inquiries).await?;
            ground.keep(&name).await?;
            config
        }
    };
    let reader = Reader::new(eventstore::pool(&config, 2)?, Guard::Server, Sight::Whole);
    let mut measured = Measured::default();
    for round in 0..=cli.rounds() {
        progress(&format!("search: {inquiries} inquiries, round {round} of {}", cli.rounds()));
        for query in &queries() {
            let since = Instant::now();
            let found = search(&reader, &Asked { limit: LOOKED_AT, ..Asked::text(query.text) }).await?;
            let took = since.elapsed();
            // The first round fills what is kept in memory.
            if round > 0 {
                let hits: Vec<_> = found.hits.iter().map(|hit| hit.inquiry).collect();
                measured.add(query, &hits, took);
            }
            if took.as_millis() > 200 {
                progress(&format!("search: {} ms «{}»", took.as_millis(), query.text));
            }
        }
    }
    drop(reader);
    let sizes = sizes(&connect(&config).await?).await?;
    if !cli.keep {
        ground.drop(&name).await?;
    }
    Ok((measured, sizes))
}

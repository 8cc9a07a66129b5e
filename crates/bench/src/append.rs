//! `saual-bench append`: one event of 600 bytes from 1, 8, 32 and 128 writers, ours and each peer in turn.

use anyhow::Context;

use crate::cli::Pace;
use crate::ground::Ground;
use crate::load::{Appends, PAYLOAD, Round, open, open_careful};
use crate::peers::message_db;
use crate::peers::pgbench::Pgbench;
use crate::peers::postgres_es::PostgresEs;
use crate::report::{Ratio, Report, Table, figure, ms, progress};
use crate::{commands, follow, size};

/// How many callers at once.
const WRITERS: [usize; 4] = [1, 8, 32, 128];
/// The number of callers at which peers other than `pgbench` are compared, and which the headline stands for.
const MANY: usize = 32;

/// The rounds of one number of callers, each side's median.
struct Row {
    ours: Round,
    careful: Round,
    pgbench: Option<Round>,
    postgres_es: Option<Round>,
    message_db: Option<Round>,
}

struct Sides {
    ours: Appends,
    careful: Appends,
    pgbench: Option<Pgbench>,
    postgres_es: PostgresEs,
    message_db: Option<Pgbench>,
}

/// Measures, and adds tables and lines to the report.
pub(crate) async fn run(ground: &Ground, pace: &Pace, report: &mut Report) -> anyhow::Result<()> {
    let config = ground.journal_database("bench_append").await?;
    let journal = open(&config, 8).await?;
    let careful = open_careful(&config).await?;
    let sides = Sides {
        ours: Appends::new(&journal),
        careful: Appends::new(&careful),
        pgbench: Pgbench::inserts(ground).await?,
        postgres_es: PostgresEs::new(ground).await?,
        message_db: message_db::writes(ground).await?,
    };
    if !pace.quick {
        progress("appends: a warm-up of every side");
        sides.round(ground, 8, pace.warm_up()).await?;
    }
    let mut rows = Vec::new();
    for writers in WRITERS.into_iter().filter(|writers| !pace.quick || [1, MANY].contains(writers)) {
        rows.push((writers, sides.rounds(ground, pace, writers).await?));
    }
    table(report, ground, pace, &rows)?;
    ratios(report, &rows);
    size::of(&config, "appends", "After the rounds above.", report).await?;
    let many = rows.iter().find(|(writers, _)| *writers == MANY).map(|(_, row)| row.ours);
    if let Some(many) = many {
        follow::run(&journal, pace, many.rate, report).await?;
    }
    journal.close().await;
    careful.close().await;
    commands::run(ground, pace, report).await?;
    for database in ["bench_append", "bench_yardstick", "bench_message_db", "bench_postgres_es"] {
        ground.drop(database).await?;
    }
    Ok(())
}

impl Sides {
    /// Ours, peer, ours, peer …: whatever else the machine does meets all of them.
    async fn rounds(&self, ground: &Ground, pace: &Pace, writers: usize) -> anyhow::Result<Row> {
        let (mut ours, mut careful) = (Vec::new(), Vec::new());
        let (mut pgbench, mut postgres_es, mut message_db) = (Vec::new(), Vec::new(), Vec::new());
        for round in 1..=pace.rounds {
            progress(&format!("appends: {writers} writers, round {round} of {}", pace.rounds));
            let one = self.round(ground, writers, pace.round).await?;
            ours.push(one.ours);
            careful.push(one.careful);
            pgbench.extend(one.pgbench);
            postgres_es.extend(one.postgres_es);
            message_db.extend(one.message_db);
        }
        Ok(Row {
            ours: Round::median(ours).context("no round was run")?,
            careful: Round::median(careful).context("no round was run")?,
            pgbench: Round::median(pgbench),
            postgres_es: Round::median(postgres_es),
            message_db: Round::median(message_db),
        })
    }

    async fn round(&self, ground: &Ground, writers: usize, time: std::time::Duration) -> anyhow::Result<Row> {
        let ours = self.ours.round(ground, writers, time).await?;
        let careful = self.careful.round(ground, writers, time).await?;
        let pgbench = match &self.pgbench {
            Some(pgbench) => Some(pgbench.round(ground, writers, time).await?),
            None => None,
        };
        let postgres_es = Some(self.postgres_es.round(ground, writers, time).await?);
        let message_db = match &self.message_db {
            Some(message_db) => Some(message_db.round(ground, writers, time).await?),
            None => None,
        };
        Ok(Row { ours, careful, pgbench, postgres_es, message_db })
    }
}

fn table(report: &mut Report, ground: &Ground, pace: &Pace, rows: &[(usize, Row)]) -> anyhow::Result<()> {
    let columns =
        ["who", "writers", "events/s", "ours ÷ it", "events per flush", "p50 ms", "p99 ms", "WAL bytes per event"];
    let mut table = Table::new(&columns);
    for (writers, row) in rows {
        let sides = [
            ("ours", Some(row.ours)),
            ("ours, always asking first", Some(row.careful)),
            ("pgbench, one INSERT", row.pgbench),
            ("postgres-es", row.postgres_es),
            ("message-db-like", row.message_db),
        ];
        for (who, round) in sides {
            let Some(round) = round else { continue };
            table.row(&[
                who.to_owned(),
                writers.to_string(),
                figure(round.rate),
                figure(row.ours.rate / round.rate),
                figure(round.per_sync),
                ms(round.p50),
                ms(round.p99),
                figure(round.wal_bytes),
            ]);
        }
    }
    let about = format!(
        "One event of {PAYLOAD} bytes an append; medians of {} interleaved rounds of {} s. pgbench and message-db-like are called by \
         pgbench (prepared; its p50 is the mean). A flush takes {:.2} ms after the rounds.",
        pace.rounds,
        pace.round.as_secs_f64(),
        ground.flush_time()?.as_secs_f64() * 1e3,
    );
    report.table("Appends", &about, &table);
    Ok(())
}

fn ratios(report: &mut Report, rows: &[(usize, Row)]) {
    let of = |ours: Round, peer: Round| Ratio { ours: ours.rate, peer: peer.rate, unit: "events/s" };
    for (writers, row) in rows {
        if let Some(peer) = row.pgbench {
            let ratio = of(row.ours, peer);
            report.ratio(&format!("append-{writers}-pgbench"), &ratio);
            if *writers == MANY {
                report.headline("append", &ratio);
            }
        }
        if let Some(peer) = row.postgres_es {
            report.ratio(&format!("append-{writers}-postgres-es"), &of(row.ours, peer));
        }
        if let Some(peer) = row.message_db {
            report.ratio(&format!("append-{writers}-message-db"), &of(row.ours, peer));
        }
    }
}

//! From the answer of an append to the commit of a follower that has seen it, while others append at half the peak.

use std::time::{Duration, Instant};

use eventstore::{Follower, FollowerError, Journal, Recorded, Transaction};
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

use crate::cli::Pace;
use crate::load::{Appends, AsyncWork, Caller, Streams, one, payload, quantile};
use crate::report::{Ratio, Report, Table, figure, ms, progress};

/// How many callers make the load.
const WRITERS: u32 = 32;
/// The follower's name.
const NAME: &str = "bench";

/// A follower with next to no work of its own: one row a page.
struct Counts;

impl Follower for Counts {
    fn name(&self) -> &str {
        NAME
    }

    async fn apply(&self, tx: &Transaction<'_>, page: &[Recorded]) -> Result<(), FollowerError> {
        let seen = i64::try_from(page.len())?;
        let statement = tx.prepare_cached("UPDATE bench_followed SET events = events + $1").await?;
        tx.execute(&statement, &[&seen]).await?;
        Ok(())
    }
}

/// Measures, and adds a table and a line to the report. `peak` is the rate of appends without a pause.
pub(crate) async fn run(journal: &Journal, pace: &Pace, peak: f64, report: &mut Report) -> anyhow::Result<()> {
    progress("followers: appends at half the peak");
    let client = journal.pool().get().await?;
    client
        .batch_execute("CREATE TABLE bench_followed (events bigint NOT NULL); INSERT INTO bench_followed VALUES (0)")
        .await?;
    // What was written before is not this follower's to see: it begins here.
    let head = journal.head().await?.position;
    client.execute("INSERT INTO followers (name, position) VALUES ($1, $2)", &[&NAME, &head]).await?;
    drop(client);
    let (stop, stopped) = watch::channel(false);
    let following = tokio::spawn({
        let journal = journal.clone();
        async move { eventstore::follow(&journal, &Counts, stopped).await }
    });
    let load = spread(journal, peak / 2.0, pace.round * u32::try_from(pace.rounds).unwrap_or(1));
    let sampled = sample(journal, pace.round * u32::try_from(pace.rounds).unwrap_or(1)).await;
    let mut appended = 0;
    for caller in load {
        appended += caller.await??;
    }
    stop.send_replace(true);
    following.await??;
    let (mut commits, mut follows) = sampled?;
    commits.sort_unstable();
    follows.sort_unstable();
    let mut table = Table::new(&["what", "samples", "p50 ms", "p99 ms"]);
    for (what, times) in [("an append is answered", &commits), ("then a follower has committed it", &follows)] {
        table.row(&[what.to_owned(), times.len().to_string(), ms(quantile(times, 0.50)), ms(quantile(times, 0.99))]);
    }
    let seconds = pace.round.as_secs_f64() * pace.rounds as f64;
    let about = format!(
        "One caller appends, waits for the answer and then for a follower's commit, again and again, while {WRITERS} others append \
         {} events a second together (half the peak). The line compares the follower's p99 with the median commit.",
        figure(appended as f64 / seconds),
    );
    report.table("From commit to follower", &about, &table);
    let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
    let ratio = Ratio {
        ours: milliseconds(quantile(&follows, 0.99)),
        peer: milliseconds(quantile(&commits, 0.50)),
        unit: "ms: p99 to follower, p50 to commit; lower is better",
    };
    report.ratio("follow", &ratio);
    Ok(())
}

/// Callers that append at a steady rate together, each at moments of its own.
fn spread(journal: &Journal, rate: f64, time: Duration) -> Vec<tokio::task::JoinHandle<anyhow::Result<u64>>> {
    let every = Duration::from_secs_f64(f64::from(WRITERS) / rate.max(1.0));
    let appends = Appends::new(journal);
    (0..WRITERS)
        .map(|writer| {
            let mut caller = appends.caller(0);
            tokio::spawn(async move {
                let first = tokio::time::Instant::now() + every * writer / WRITERS;
                let mut ticks = tokio::time::interval_at(first, every);
                ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
                let since = Instant::now();
                let mut appended = 0;
                while since.elapsed() < time {
                    ticks.tick().await;
                    caller.call().await?;
                    appended += 1;
                }
                Ok(appended)
            })
        })
        .collect()
}

/// How long the answers took, and how long after them the follower had committed.
async fn sample(journal: &Journal, time: Duration) -> anyhow::Result<(Vec<Duration>, Vec<Duration>)> {
    let (mut commits, mut follows) = (Vec::new(), Vec::new());
    let mut streams = Streams::new();
    let since = Instant::now();
    while since.elapsed() < time {
        let (stream, version) = streams.next()?;
        let asked = Instant::now();
        let appended = journal.append(one(stream, version, payload(1))).await?;
        let answered = Instant::now();
        journal.wait_for(NAME, appended.last_position, Duration::from_secs(30)).await?;
        commits.push(answered - asked);
        follows.push(answered.elapsed());
    }
    Ok((commits, follows))
}

//! A randomised check of our store: many clients on several programs, while lines are cut, connections ended and the server
//! killed; then a checker that believes only what was answered and what the log holds.
//!
//! Read `history` (what is written down), `check` (the rules), `clients` and `faults` (what is done), `world` (to whom).
//!
//! `SAUAL_MODEL_SECONDS` says how long (30 if nothing does), in rounds of some ten seconds, each on a server of its own.
//! Each round has a seed, which is printed. `SAUAL_MODEL_SEED` runs one round of that seed: the same clients mean to do the
//! same, and the same faults come in the same order after the same pauses. What cannot be repeated is the rest: how fast the
//! machine is, in which order the tasks run, and so what a cut hits and who is faster. A failure that hangs on such a moment
//! comes again only after several runs of its seed.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot go on ends with the place where it could not, and tells its seed"
)]

mod chance;
mod check;
mod clients;
mod faults;
mod followers;
mod history;
mod world;
mod wrong;

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::chance::Chance;
use crate::clients::Client;
use crate::followers::Followers;
use crate::history::{Answer, Broken, Entry};
use crate::world::World;

const ROUND: Duration = Duration::from_secs(10);
const CLIENTS: u64 = 16;

fn number(variable: &str) -> Option<u64> {
    let given = std::env::var(variable).ok()?;
    Some(given.parse().unwrap_or_else(|_| panic!("{variable}={given} is not a number")))
}

#[test]
fn whatever_breaks_the_log_holds_what_was_acknowledged_once_and_in_order() {
    let length = Duration::from_secs(number("SAUAL_MODEL_SECONDS").unwrap_or(30));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    if let Some(seed) = number("SAUAL_MODEL_SEED") {
        return runtime.block_on(round(seed, length.min(ROUND)));
    }
    let began = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let mut seeds = Chance::of(u64::try_from(began.as_nanos() & u128::from(u64::MAX)).unwrap(), 0);
    let since = Instant::now();
    loop {
        let left = length.saturating_sub(since.elapsed());
        // Short enough to be typed.
        runtime.block_on(round(seeds.next() >> 24, left.min(ROUND)));
        if since.elapsed() + Duration::from_secs(2) > length {
            return;
        }
    }
}

/// One round: a new server, clients and faults until the time is over, everything settled, everything checked.
async fn round(seed: u64, length: Duration) {
    println!("seed {seed}: clients and faults for {length:?}");
    let world = World::new().await;
    let followers = Followers::start(&world).await;
    let reader = tokio::spawn(read_along(world.clone()));
    let faults = tokio::spawn(faults::inject(world.clone(), seed));
    let clients: Vec<_> = (0..CLIENTS).map(|n| tokio::spawn(Client::new(world.clone(), seed, n).run())).collect();
    tokio::time::sleep(length).await;
    world.end();
    let faults = faults.await.unwrap();
    for client in clients {
        client.await.unwrap();
    }
    reader.await.unwrap();
    let doubts = settle(&world).await;
    let log = whole_log(&world).await;
    let mut broken = world.history.broken();
    let asked = world.history.so_far();
    broken.extend(check::check(&asked, &log));
    broken.extend(seen_and_gone(&world, &log));
    broken.extend(followers.check(&world, &log).await);
    let pool = eventstore::pool(&world.config, 1).unwrap();
    let verdict = eventstore::verify(&pool).await.unwrap();
    if !verdict.is_intact() {
        broken.push(Broken { rule: "the journal proves itself", story: verdict.to_string() });
    }
    let answered = |is: fn(&Answer) -> bool| {
        asked.iter().flat_map(|one| &one.attempts).filter(|attempt| attempt.answer.as_ref().is_some_and(is)).count()
    };
    println!(
        "seed {seed}: {} appends asked {} times, {} acknowledged, {} refused, {} failed, {} in doubt ({doubts} settled at the \
         end); {} events in {} blocks; {} faults, the server killed {} times",
        asked.len(),
        answered(|_| true),
        answered(|answer| matches!(answer, Answer::Done { .. })),
        answered(Answer::is_refusal),
        answered(|answer| matches!(answer, Answer::Failed(_))),
        answered(|answer| *answer == Answer::Unknown),
        verdict.events,
        verdict.blocks,
        faults.len(),
        faults.iter().filter(|fault| matches!(fault, faults::Fault::KillServer { .. })).count(),
    );
    let told: Vec<String> = broken.iter().take(5).map(|one| format!("{}:\n{}", one.rule, one.story)).collect();
    assert!(
        broken.is_empty(),
        "seed {seed}: {} rules are broken (SAUAL_MODEL_SEED={seed} cargo test -p stores --test model, several times if need be)\n\n{}",
        broken.len(),
        told.join("\n\n")
    );
    assert!(!log.is_empty(), "seed {seed}: nothing was recorded, so nothing was checked");
}

/// A reader by position, who goes on where it was; and now and then from somewhere in the past.
async fn read_along(world: Arc<World>) {
    let (mut after, mut turn) = (0, 0_usize);
    while !world.is_over() {
        turn += 1;
        let from = if turn % 20 == 0 { after / 2 } else { after };
        if let Some(page) = world.read(turn % world.nodes.len(), from, 50).await
            && from == after
        {
            after = page.last().map_or(after, |event| event.position);
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Asks again whatever nobody knows, until somebody does; how many there were.
async fn settle(world: &World) -> usize {
    let doubts = world.history.unsettled();
    let since = Instant::now();
    for (no, expected) in &doubts {
        let mut node = 0;
        loop {
            let answer = world.attempt(*no, node, expected, false).await;
            if !matches!(answer, Answer::Unknown | Answer::Failed(_)) {
                break;
            }
            assert!(since.elapsed() < Duration::from_secs(60), "nothing works although nothing is broken: {answer:?}");
            node = (node + 1) % world.nodes.len();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    doubts.len()
}

/// By a straight line and SQL, not by the store's own reading.
async fn whole_log(world: &World) -> Vec<Entry> {
    let client = world.connect().await.unwrap();
    let sql = "SELECT position, block, stream, version, payload, command FROM events ORDER BY position";
    let entry = |row: &tokio_postgres::Row| Entry {
        position: row.get(0),
        block: row.get(1),
        stream: row.get(2),
        version: row.get::<_, i64>(3).cast_unsigned(),
        payload: row.get(4),
        command: row.get(5),
    };
    client.query(sql, &[]).await.unwrap().iter().map(entry).collect()
}

/// What anybody has ever seen at a position still stands there.
fn seen_and_gone(world: &World, log: &[Entry]) -> Option<Broken> {
    let seen = world.history.seen();
    let stands = |entry: &Entry| usize::try_from(entry.position - 1).ok().and_then(|index| log.get(index));
    let gone = seen.iter().find(|entry| stands(entry) != Some(entry))?;
    let story = format!("there was read {gone:?}\nthe log holds {:?}", stands(gone));
    Some(Broken { rule: "what stands at a position stands there for ever", story })
}

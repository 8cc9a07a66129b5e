//! A kill without warning at any moment: told again on the same folder, the story is whole, and nothing happened twice.

use std::collections::BTreeSet;
use std::io::Read;
use std::time::{Duration, Instant};

use crate::program::{demo, folder, lines, outbox, run, start};

/// Kills in a row before the story is let to its end. They fall into every part of it: the cluster being made, migrations, the
/// middle of a command, between a mail and its report, the files at the end.
const KILLS: u64 = 14;

#[test]
fn killed_at_any_moment_and_run_again_it_loses_and_doubles_nothing() {
    let seed = seed();
    // Printed, so that a failure can be run again with the same moments: SAUAL_TEST_SEED=…
    println!("seed {seed}");
    let folder = folder();
    let data = folder.path().join("demo");
    let undisturbed = measured();
    let mut random = seed;
    for kill in 0..KILLS {
        // xorshift: any spread of moments will do, as long as it can be repeated.
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let mut child = start(&data);
        let until = Instant::now() + undisturbed * u32::try_from(random % 1000).unwrap() / 1000;
        while Instant::now() < until && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(5));
        }
        child.kill().unwrap();
        let mut errors = String::new();
        child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
        // Either it was killed, or it had told the whole story before; what it never does is fail on what an earlier kill left behind.
        let ended = child.wait().unwrap();
        assert!(ended.code().is_none_or(|code| code == 0), "kill {kill}: {ended}\n{errors}");
        println!("kill {kill} done");
    }
    let told = lines(&run(&mut demo(&data)));
    let events: Vec<(&str, u64)> =
        told.iter().filter_map(|line| Some((line["event"].as_str()?, line["version"].as_u64()?))).collect();
    assert_eq!(events.len(), 39, "{events:?}");
    assert!(events.iter().enumerate().all(|(place, (_, version))| *version == place as u64 + 1), "{events:?}");
    let accepted: BTreeSet<u64> = told
        .iter()
        .filter(|line| line["event"] == "reply_accepted")
        .filter_map(|line| line["recipient"].as_u64())
        .collect();
    assert_eq!(accepted, (1..=8).collect());
    assert_eq!(outbox(&data).len(), 8, "no mail is missing, doubled or half written");
    assert_eq!(told.last().unwrap()["journal"], "intact");
}

/// How long the story takes on this machine today, so that the kills fall within it.
fn measured() -> Duration {
    let folder = folder();
    let since = Instant::now();
    run(&mut demo(&folder.path().join("demo")));
    since.elapsed()
}

fn seed() -> u64 {
    match std::env::var("SAUAL_TEST_SEED") {
        Ok(seed) => seed.parse().unwrap(),
        Err(_) => std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos() as u64 | 1,
    }
}

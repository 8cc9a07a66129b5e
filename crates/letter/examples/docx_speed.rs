//! How long a Word file takes: `cargo run --release -p letter --example docx_speed`.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program that prints its measurement and has nobody to answer to"
)]

use std::time::{Duration, Instant};

use letter::kinds::reply::ReplyFacts;
use letter::{Engine, docx};

/// The median of many runs.
fn median(mut run: impl FnMut()) -> Duration {
    const RUNS: usize = 1_001;
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let started = Instant::now();
            run();
            started.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[RUNS / 2]
}

fn main() {
    let engine = Engine::new().unwrap();
    let facts = serde_json::from_str(include_str!("../data/ds-326.facts.json")).unwrap();
    let letter = engine.compose_reply(&ReplyFacts::parse(&facts).unwrap()).unwrap();
    let file = engine.docx(&letter).unwrap();
    let write = median(|| drop(engine.docx(&letter).unwrap()));
    let read = median(|| drop(docx::read(&file).unwrap()));
    println!("ДС-326, {} bytes: written in {write:?}, read in {read:?} (medians)", file.len());
}

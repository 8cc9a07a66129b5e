//! What the tree over blocks costs: on a migrated database (`DATABASE_URL`) of its own, filled with so many blocks that lead nowhere (their hashes alone
//! matter here), it makes the stored tree, signs heads, and proves.
//!
//! `tree_cost [BLOCKS]`

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement that cannot go on ends, and its output is the result"
)]

use std::time::Instant;

use eventstore::{HeadKey, Journal, Settings, Witnesses};
use jiff::Timestamp;
use tokio_postgres::Config;

#[tokio::main]
async fn main() {
    let blocks: i64 = std::env::args().nth(1).map_or(1_000_000, |number| number.parse().unwrap());
    let config: Config = std::env::var("DATABASE_URL").unwrap().parse().unwrap();
    let pool = eventstore::pool(&config, 4).unwrap();
    let client = pool.get().await.unwrap();
    let fill = format!(
        "INSERT INTO blocks SELECT n, n, 1, 0, 'epoch', sha256(n::text::bytea), sha256((n - 1)::text::bytea), sha256(n::text::bytea)
           FROM generate_series(1, {blocks}::bigint) AS n ON CONFLICT DO NOTHING;
         UPDATE journal_head SET position = {blocks}, block = {blocks}, hash = sha256('{blocks}'), recorded = now();
         ANALYZE blocks"
    );
    client.batch_execute(&fill).await.unwrap();
    let journal = Journal::open(pool.clone(), config, Settings::MEASURED).await.unwrap();

    let began = Instant::now();
    let rows = journal.rebuild_tree().await.unwrap();
    let seconds = began.elapsed().as_secs_f64();
    let size =
        "SELECT pg_size_pretty(pg_total_relation_size('block_tree')), pg_size_pretty(pg_total_relation_size('blocks'))";
    let size = client.query_one(size, &[]).await.unwrap();
    println!(
        "tree over {blocks} blocks: {rows} rows, {} beside {} of blocks, made in {seconds:.2} s, {:.2} µs a block",
        size.get::<_, &str>(0),
        size.get::<_, &str>(1),
        seconds * 1e6 / blocks as f64
    );
    // As an office signs: a key each, because a key signs a block once.
    let mut times: Vec<f64> = Vec::new();
    for secret in 1..=200_u8 {
        let key = HeadKey::new([secret; 32]).unwrap();
        let began = Instant::now();
        journal.sign_head(&key, Timestamp::now(), |_| Ok(())).await.unwrap().unwrap();
        times.push(began.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    println!("a signature with its root: median {:.2} ms, slowest of 200 {:.2} ms", times[100], times[199]);
    for from in [1, blocks / 3, blocks - 1] {
        let began = Instant::now();
        let proof = journal.consistency(from, None).await.unwrap();
        let milliseconds = began.elapsed().as_secs_f64() * 1e3;
        proof.check(&Witnesses::NONE).map_or_else(|why| println!("({why})"), |_| ());
        let text = serde_json::to_value(&proof).unwrap();
        let hashes = text["path"].as_array().unwrap().len();
        println!(
            "consistency from block {from}: {hashes} hashes, {} bytes, {milliseconds:.2} ms",
            text.to_string().len()
        );
    }
    journal.close().await;
}

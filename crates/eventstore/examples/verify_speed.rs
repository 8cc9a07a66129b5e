//! How fast a journal is checked: fills an empty, migrated database (`DATABASE_URL`) with events of some 600 bytes, then checks it and a
//! bundle of it, and prints the time and this process's own part of the processors' time.
//!
//! `verify_speed [EVENTS] [EVENTS A BLOCK] [EVENTS A STREAM]`; a database that holds events already is only checked.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement that cannot go on ends, and its output is the result"
)]

use std::fmt::Write as _;
use std::time::Instant;

use eventstore::hash::{NOTHING, event_leaf};
use eventstore::{Block, CommandId, Effort, Recorded, StreamId, Verdict, Witnesses};
use futures_util::SinkExt as _;
use jiff::Timestamp;
use tokio_postgres::{Client, Config, NoTls};
use uuid::Uuid;

#[tokio::main]
async fn main() {
    let numbers: Vec<i64> = std::env::args().skip(1).map(|number| number.parse().unwrap()).collect();
    let number = |at: usize, usual| numbers.get(at).copied().unwrap_or(usual);
    let (events, per_block, per_stream) = (number(0, 1_000_000), number(1, 50), number(2, 40));
    let config: Config = std::env::var("DATABASE_URL").unwrap().parse().unwrap();
    let (client, connection) = config.connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    if client.query_one("SELECT position FROM journal_head", &[]).await.unwrap().get::<_, i64>(0) == 0 {
        fill(&client, events, per_block, per_stream).await;
    }
    for readers in [0, 1, 2, 2] {
        let effort = Effort { readers, ..Effort::ALONE };
        let (began, cpu) = (Instant::now(), own_cpu());
        let verdict = eventstore::verify_by(&config, effort, &Witnesses::NONE, &|_| ()).await.unwrap();
        told(&format!("verify, {readers} readers"), began, cpu, &verdict, 0);
    }
    let pool = eventstore::pool(&config, 2).unwrap();
    let (began, cpu, mut bundle) = (Instant::now(), own_cpu(), Vec::new());
    eventstore::export(&pool, &mut bundle).await.unwrap();
    let megabytes = bundle.len() / 1_000_000;
    println!("export: {megabytes} MB in {:.2} s, own CPU {:.2} s", began.elapsed().as_secs_f64(), own_cpu() - cpu);
    let (began, cpu) = (Instant::now(), own_cpu());
    let verdict = eventstore::check_bundle(bundle.as_slice()).unwrap();
    told("bundle", began, cpu, &verdict, megabytes);
}

fn told(what: &str, began: Instant, cpu: f64, verdict: &Verdict, megabytes: usize) {
    let (wall, cpu, events) = (began.elapsed().as_secs_f64(), own_cpu() - cpu, verdict.events as f64);
    println!(
        "{what}: {verdict}; {wall:.2} s, {:.0} events/s, own CPU {:.0} ns/event, {:.0} MB/s",
        events / wall,
        cpu / events * 1e9,
        megabytes as f64 / wall
    );
}

/// Seconds of the processors that this process has used, its threads and the kernel's work for them included.
fn own_cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    // Linux counts in hundredths for everybody who asks here.
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}

async fn fill(client: &Client, events: i64, per_block: i64, per_stream: i64) {
    let payload = format!("{{\"noted\":{{\"text\":\"{}\"}}}}", "Құжат келісілді. ".repeat(19));
    let mut rows = Rows::default();
    let (mut previous, mut block) = (NOTHING, 0);
    for first in (1..=events).step_by(usize::try_from(per_block).unwrap()) {
        block += 1;
        let recorded = Timestamp::from_microsecond(1_700_000_000_000_000 + block).unwrap();
        let mut leaves = Vec::new();
        for position in first..(first + per_block).min(events + 1) {
            let event = event(position, block, per_stream, events, &payload);
            leaves.push(event_leaf(&event));
            rows.event(&event, leaves.last().unwrap());
        }
        let mut row = Block {
            block,
            first_position: first,
            events: u32::try_from(leaves.len()).unwrap(),
            blobs: 0,
            recorded,
            merkle_root: eventstore::merkle::root(&leaves),
            previous_hash: previous,
            hash: NOTHING,
        };
        row.hash = row.computed_hash();
        previous = row.hash;
        rows.block(&row);
        if rows.events.len() > 32 << 20 {
            std::mem::take(&mut rows).send(client).await;
        }
    }
    rows.send(client).await;
    let sql = format!(
        "INSERT INTO streams SELECT stream, max(version), max(position) FROM events GROUP BY stream;
         UPDATE journal_head SET position = {events}, block = {block}, hash = '\\x{}'; ANALYZE",
        hex::encode(previous)
    );
    client.batch_execute(&sql).await.unwrap();
}

/// Streams take turns, as inquiries of an office do.
fn event(position: i64, block: i64, per_stream: i64, events: i64, payload: &str) -> Recorded {
    let streams = (events / per_stream).max(1);
    let (stream, version) = ((position - 1) % streams, (position - 1) / streams + 1);
    Recorded {
        position,
        block,
        stream: StreamId::new(format!("inquiry-{}", Uuid::from_u128(stream.unsigned_abs().into()))).unwrap(),
        version: version.unsigned_abs(),
        event_type: "draft_revised".to_owned(),
        schema_version: 1,
        payload: payload.to_owned(),
        actor: "executor lead".to_owned(),
        at: Timestamp::from_microsecond(1_700_000_000_000_000 + position).unwrap(),
        command: CommandId(Uuid::from_u128(
            u128::from(position.unsigned_abs()).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835),
        )),
        request: [9; 32],
        correlation: Uuid::max(),
        causation: None,
        opened: None,
        current: None,
    }
}

/// Rows in the text form of COPY.
#[derive(Default)]
struct Rows {
    events: String,
    blocks: String,
    commands: String,
}

impl Rows {
    fn event(&mut self, event: &Recorded, leaf: &[u8; 32]) {
        let Recorded { position, block, stream, version, event_type, actor, at, command, correlation, payload, .. } =
            event;
        let (request, leaf) = (hex::encode(event.request), hex::encode(leaf));
        writeln!(
            self.events,
            "{position}\t{block}\t{version}\t{at}\t{command}\t{correlation}\t\\N\t1\t{stream}\t{event_type}\t{actor}\t\\\\x{request}\t\\\\x{leaf}\t{payload}"
        )
        .unwrap();
        writeln!(self.commands, "{command}\t\\\\x{request}\t{position}\t1\t{version}").unwrap();
    }

    fn block(&mut self, block: &Block) {
        let Block { block: number, first_position, events, blobs, recorded, .. } = block;
        let hashes = [block.merkle_root, block.previous_hash, block.hash].map(hex::encode).join("\t\\\\x");
        writeln!(self.blocks, "{number}\t{first_position}\t{events}\t{blobs}\t{recorded}\t\\\\x{hashes}").unwrap();
    }

    async fn send(self, client: &Client) {
        for (table, rows) in [("events", self.events), ("blocks", self.blocks), ("commands", self.commands)] {
            let sink = client.copy_in(&format!("COPY {table} FROM STDIN")).await.unwrap();
            let mut sink = std::pin::pin!(sink);
            sink.send(std::io::Cursor::new(rows)).await.unwrap();
            sink.finish().await.unwrap();
        }
    }
}

//! Two owners of one follower, which contend for it while everything breaks; its rows must be a fold of the log.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use eventstore::{FollowError, Follower, FollowerError, Pace, Recorded, Transaction, follow_at};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::history::{Broken, Entry};
use crate::world::{World, journal};

const PACE: Pace = Pace {
    lease: Duration::from_millis(700),
    first_pause: Duration::from_millis(10),
    longest_pause: Duration::from_millis(100),
};

/// Neither table has anything that would hide an event applied twice.
const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS model_rows (number bigserial, position bigint, stream text, version bigint);
    CREATE TABLE IF NOT EXISTS model_counts (stream text PRIMARY KEY, events bigint, last bigint)";

struct Folding;

impl Follower for Folding {
    fn name(&self) -> &str {
        "folding"
    }

    fn page(&self) -> u32 {
        40
    }

    async fn apply(&self, tx: &Transaction<'_>, page: &[Recorded]) -> Result<(), FollowerError> {
        for event in page {
            let (stream, version) = (event.stream.as_str(), event.version.cast_signed());
            let row = "INSERT INTO model_rows (position, stream, version) VALUES ($1, $2, $3)";
            tx.execute(row, &[&event.position, &stream, &version]).await?;
            let count = "INSERT INTO model_counts VALUES ($1, 1, $2) ON CONFLICT (stream)
                         DO UPDATE SET events = model_counts.events + 1, last = $2";
            tx.execute(count, &[&stream, &version]).await?;
        }
        Ok(())
    }
}

pub(crate) struct Followers {
    stop: watch::Sender<bool>,
    owners: Vec<JoinHandle<Result<(), FollowError>>>,
}

impl Followers {
    pub(crate) async fn start(world: &Arc<World>) -> Self {
        world.connect().await.unwrap().batch_execute(TABLES).await.unwrap();
        let (stop, stopped) = watch::channel(false);
        let mut owners = Vec::new();
        for _ in 0..2 {
            let (journal, stopped) = (journal(&world.config, &world.config).await, stopped.clone());
            owners.push(tokio::spawn(async move { follow_at(&journal, &Folding, stopped, &PACE).await }));
        }
        Self { stop, owners }
    }

    /// Waits until it has come to the log's end, and compares.
    pub(crate) async fn check(self, world: &World, log: &[Entry]) -> Vec<Broken> {
        let client = world.connect().await.unwrap();
        let since = Instant::now();
        let look = "SELECT coalesce(max(position), 0) FROM followers WHERE name = 'folding'";
        loop {
            let position: i64 = client.query_one(look, &[]).await.unwrap().get(0);
            if position >= log.len() as i64 {
                break;
            }
            if since.elapsed() > Duration::from_secs(40) {
                let story = format!("it stands at {position} of {} since {:?}", log.len(), since.elapsed());
                return vec![Broken { rule: "a follower catches up", story }];
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.stop.send_replace(true);
        for owner in self.owners {
            owner.await.unwrap().unwrap();
        }
        let mut broken = Vec::new();
        let rows = client.query("SELECT position, stream, version FROM model_rows ORDER BY number", &[]).await.unwrap();
        let rows = rows
            .iter()
            .map(|row| (row.get::<_, i64>(0), row.get::<_, String>(1), row.get::<_, i64>(2).cast_unsigned()));
        let due = log.iter().map(|entry| (entry.position, entry.stream.clone(), entry.version));
        if let Some((row, due)) = rows.clone().zip(due.clone()).find(|(row, due)| row != due) {
            let story = format!("the follower wrote {row:?} where {due:?} was due");
            broken.push(Broken { rule: "a follower applies each event once and in order", story });
        } else if rows.len() != log.len() {
            let story = format!("{} rows of {} events", rows.len(), log.len());
            broken.push(Broken { rule: "a follower applies each event once and in order", story });
        }
        let mut fold: BTreeMap<String, (i64, i64)> = BTreeMap::new();
        for entry in log {
            let counted = fold.entry(entry.stream.clone()).or_default();
            *counted = (counted.0 + 1, entry.version.cast_signed());
        }
        let counts = client.query("SELECT stream, events, last FROM model_counts", &[]).await.unwrap();
        let counts: BTreeMap<String, (i64, i64)> =
            counts.iter().map(|row| (row.get(0), (row.get(1), row.get(2)))).collect();
        if counts != fold {
            let differing = fold.iter().find(|(stream, counted)| counts.get(*stream) != Some(counted));
            let story =
                format!("of {differing:?} the table holds {:?}", differing.map(|(stream, _)| counts.get(stream)));
            broken.push(Broken { rule: "a follower's table is a fold of the log", story });
        }
        broken
    }
}

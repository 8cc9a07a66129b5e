//! Two nodes: when the one that follows is killed, the other follows within seconds.

use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use eventstore::{Follower, FollowerError, Journal, Recorded, Settings, Transaction, follow};
use testkit::TestDatabase;
use tokio::sync::watch;

use super::{append_blindly, office};

/// The variable that makes this binary play the other node: the database's address.
const NODE: &str = "SAUAL_TEST_NODE_OF";
const THIS: &str = "journal::handover::a_node_that_is_killed_is_succeeded_within_seconds";
/// Nobody waits longer for a lease of five seconds and a look every second; a busy machine may.
const WITHIN: Duration = Duration::from_secs(15);

struct Copying;

impl Follower for Copying {
    fn name(&self) -> &str {
        "copying"
    }

    async fn apply(&self, tx: &Transaction<'_>, page: &[Recorded]) -> Result<(), FollowerError> {
        for event in page {
            tx.execute("INSERT INTO copied (position) VALUES ($1)", &[&event.position]).await?;
        }
        Ok(())
    }
}

/// The other process: follows until it is killed, or the test that started it is gone.
async fn be_the_other_node(address: &str) {
    let config: tokio_postgres::Config = address.parse().unwrap();
    let pool = eventstore::pool(&config, 4).unwrap();
    let journal = Journal::open(pool, config, Settings::MEASURED).await.unwrap();
    let (_stop, stopped) = watch::channel(false);
    tokio::spawn(async move { follow(&journal, &Copying, stopped).await });
    let gone = tokio::task::spawn_blocking(|| std::io::Read::read_to_end(&mut std::io::stdin(), &mut Vec::new()));
    gone.await.unwrap().unwrap();
}

fn start_the_other_node(database: &TestDatabase) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", THIS, "--nocapture", "--test-threads=1"])
        .env(NODE, database.url())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[tokio::test]
async fn a_node_that_is_killed_is_succeeded_within_seconds() {
    if let Ok(address) = std::env::var(NODE) {
        return be_the_other_node(&address).await;
    }
    let office = office().await;
    office.database.connect().await.batch_execute("CREATE TABLE copied (position bigint)").await.unwrap();
    let mut other = start_the_other_node(&office.database);
    append_blindly(&office.journal, "inquiry-1", "1").await;
    office.journal.wait_for("copying", 1, Duration::from_secs(60)).await.unwrap();
    let first = office.journal.followers().await.unwrap().remove(0);

    let (stop, stopped) = watch::channel(false);
    let (journal, follower) = (office.journal.clone(), Arc::new(Copying));
    let here = tokio::spawn(async move { follow(&journal, &follower, stopped).await });
    for _ in 0..5 {
        append_blindly(&office.journal, "inquiry-1", "2").await;
    }
    office.journal.wait_for("copying", 6, WITHIN).await.unwrap();
    let still = office.journal.followers().await.unwrap().remove(0);
    assert_eq!((still.owner, still.epoch, still.followed), (first.owner, 1, true), "one follows at a time");

    // `kill -9`: it gives nothing back.
    other.kill().unwrap();
    other.wait().unwrap();
    let killed = Instant::now();
    append_blindly(&office.journal, "inquiry-1", "3").await;
    office.journal.wait_for("copying", 7, WITHIN).await.unwrap();
    assert!(killed.elapsed() < WITHIN);
    let now = office.journal.followers().await.unwrap().remove(0);
    assert!(now.owner != first.owner && now.epoch == 2, "{now:?}");
    stop.send(true).unwrap();
    here.await.unwrap().unwrap();
    let rows = office.database.connect().await.query("SELECT position FROM copied ORDER BY 1", &[]).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.get(0)).collect::<Vec<i64>>(), (1..=7).collect::<Vec<_>>(), "once each");
}

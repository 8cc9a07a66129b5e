//! Followers that few events concern: what does not concern them costs no transaction, and is lost to nobody.

use std::sync::Arc;
use std::time::Duration;

use eventstore::{Concern, FollowError, Follower, FollowerError, Journal, Pace, Recorded, Transaction, follow_at};
use tokio::sync::watch;

use super::following::{PATIENCE, QUICK};
use super::{Office, append, append_blindly, office};

/// Follows inquiries only, and knows no event named `from_tomorrow`.
struct Choosy;

impl Follower for Choosy {
    fn name(&self) -> &str {
        "choosy"
    }

    fn concern(&self, event: &Recorded) -> Concern {
        match (event.stream.as_str().starts_with("inquiry-"), event.event_type.as_str()) {
            (false, _) => Concern::None,
            (true, "from_tomorrow") => Concern::Unknown,
            (true, _) => Concern::Mine,
        }
    }

    async fn apply(&self, tx: &Transaction<'_>, page: &[Recorded]) -> Result<(), FollowerError> {
        assert!(page.iter().all(|event| self.concern(event) == Concern::Mine));
        for event in page {
            tx.execute("INSERT INTO chosen (position) VALUES ($1)", &[&event.position]).await?;
        }
        Ok(())
    }
}

struct Running {
    stop: watch::Sender<bool>,
    task: tokio::task::JoinHandle<Result<(), FollowError>>,
}

fn start(journal: &Journal, pace: &Pace) -> Running {
    let (stop, stopped) = watch::channel(false);
    let (journal, pace) = (journal.clone(), pace.clone());
    let task = tokio::spawn(async move { follow_at(&journal, &Arc::new(Choosy), stopped, &pace).await });
    Running { stop, task }
}

impl Running {
    async fn stop(self) {
        self.stop.send(true).unwrap();
        self.task.await.unwrap().unwrap();
    }
}

/// Counts every time the cursor is moved in the follower's row.
async fn choosy_office() -> Office {
    let office = office().await;
    let counting = "CREATE TABLE chosen (number bigserial, position bigint);
        CREATE TABLE moved (position bigint);
        CREATE FUNCTION moved() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO moved VALUES (NEW.position); RETURN NULL; END $$;
        CREATE TRIGGER moved AFTER UPDATE ON followers
        FOR EACH ROW WHEN (OLD.position <> NEW.position) EXECUTE FUNCTION moved()";
    office.database.connect().await.batch_execute(counting).await.unwrap();
    office
}

impl Office {
    async fn numbers(&self, sql: &str) -> Vec<i64> {
        let client = self.database.pool.get().await.unwrap();
        client.query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
    }

    async fn chosen(&self) -> Vec<i64> {
        self.numbers("SELECT position FROM chosen ORDER BY number").await
    }

    /// Two hundred events of others, one block each at most.
    async fn others(&self, stream: &str) {
        for n in 0..200 {
            self.journal.append(append(stream, n, &["1"])).await.unwrap();
        }
    }
}

#[tokio::test]
async fn what_does_not_concern_a_follower_costs_no_transaction_and_nobody_waits_for_it() {
    let office = choosy_office().await;
    // So long a lease is not renewed within this test.
    let running = start(&office.journal, &Pace { lease: Duration::from_secs(60), ..QUICK });
    append_blindly(&office.journal, "inquiry-1", "1").await;
    office.journal.wait_for("choosy", 1, PATIENCE).await.unwrap();
    office.others("account-1").await;
    office.journal.wait_for("choosy", 201, PATIENCE).await.unwrap();
    let state = office.journal.followers().await.unwrap().remove(0);
    assert_eq!((state.position, state.lag), (201, 0), "whoever asks here is told how far it has come");
    assert_eq!(office.numbers("SELECT position FROM moved").await, [1], "once, for the event of its concern");
    append_blindly(&office.journal, "inquiry-1", "2").await;
    office.others("account-2").await;
    office.journal.wait_for("choosy", 402, PATIENCE).await.unwrap();
    running.stop().await;
    assert_eq!(office.numbers("SELECT position FROM moved").await, [1, 202, 402], "and where it stopped");
    assert_eq!(office.chosen().await, [1, 202]);
}

#[tokio::test]
async fn the_cursor_is_kept_with_the_lease_so_that_other_processes_see_it() {
    let office = choosy_office().await;
    let running = start(&office.journal, &QUICK);
    office.others("account-1").await;
    // Another node has no signal from our follower: it reads the row.
    office.second_node().await.wait_for("choosy", 200, PATIENCE).await.unwrap();
    running.stop().await;
}

#[tokio::test]
async fn a_killed_follower_reads_again_what_it_had_passed_over_and_counts_it_once() {
    let office = choosy_office().await;
    let long = Pace { lease: Duration::from_secs(60), ..QUICK };
    for round in 0..4_u64 {
        append_blindly(&office.journal, "inquiry-1", "1").await;
        for n in 0..10 {
            let mut tomorrow = append(&format!("inquiry-from-{round}"), n, &["1"]);
            tomorrow.writes[0].events[0].event_type = "from_tomorrow".to_owned();
            office.journal.append(tomorrow).await.unwrap();
        }
        let head = office.journal.head().await.unwrap().position;
        let running = start(&office.journal, if round == 3 { &QUICK } else { &long });
        office.journal.wait_for("choosy", head, PATIENCE).await.unwrap();
        if round == 3 {
            running.stop().await;
        } else {
            running.task.abort();
            assert!(running.task.await.unwrap_err().is_cancelled());
            // Its lease has run out by now.
            office.numbers("UPDATE followers SET lease_until = 'epoch' RETURNING position").await;
        }
    }
    assert_eq!(office.chosen().await, [1, 12, 23, 34]);
    let state = office.journal.followers().await.unwrap().remove(0);
    assert_eq!((state.unknown, state.position), (40, 44), "{state:?}");
}

//! Followers: exactly once through restarts, fenced when late, past what they cannot digest.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use eventstore::{FollowError, Follower, FollowerError, Journal, Pace, Recorded, Transaction, follow_at};
use tokio::sync::{Notify, watch};

use super::{Office, append, append_blindly, office};

pub(super) const PATIENCE: Duration = Duration::from_secs(20);

pub(super) const QUICK: Pace = Pace {
    lease: Duration::from_millis(400),
    first_pause: Duration::from_millis(10),
    longest_pause: Duration::from_millis(100),
};

/// Writes each event's position into a table, and each stream's count into another.
#[derive(Default)]
struct Copying {
    /// Fails at this position.
    poison: AtomicI64,
    /// Meets an error of the database and keeps it to itself.
    swallow: AtomicBool,
    /// Waits inside its transaction, once.
    hold: AtomicBool,
    holding: Notify,
    go_on: Notify,
}

impl Follower for Copying {
    fn name(&self) -> &str {
        "copying"
    }

    fn page(&self) -> u32 {
        7
    }

    async fn apply(&self, tx: &Transaction<'_>, page: &[Recorded]) -> Result<(), FollowerError> {
        if self.hold.swap(false, Ordering::SeqCst) {
            self.holding.notify_one();
            self.go_on.notified().await;
        }
        if self.swallow.load(Ordering::SeqCst) && tx.execute("SELECT 1 / 0", &[]).await.is_err() {
            return Ok(());
        }
        for event in page {
            let stream = event.stream.as_str();
            tx.execute("INSERT INTO copied (position, stream) VALUES ($1, $2)", &[&event.position, &stream]).await?;
            if event.position == self.poison.load(Ordering::SeqCst) {
                return Err(format!("position {} is indigestible", event.position).into());
            }
        }
        Ok(())
    }
}

/// The table has no key on purpose: an event that was applied twice stands twice.
async fn following_office() -> Office {
    let office = office().await;
    let owner = office.database.connect().await;
    owner.batch_execute("CREATE TABLE copied (number bigserial, position bigint, stream text)").await.unwrap();
    office
}

impl Office {
    async fn copied(&self) -> Vec<i64> {
        let client = self.database.pool.get().await.unwrap();
        let rows = client.query("SELECT position FROM copied ORDER BY number", &[]).await.unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }
}

/// Waits for the follower, though connections of the pool may be found dead on the way.
async fn caught_up(office: &Office, position: i64) {
    while let Err(error) = office.journal.wait_for("copying", position, PATIENCE).await {
        assert!(matches!(error, FollowError::Store(_)), "{error}");
    }
}

struct Running {
    stop: watch::Sender<bool>,
    task: tokio::task::JoinHandle<Result<(), FollowError>>,
}

fn start(journal: &Journal, follower: &Arc<Copying>) -> Running {
    let (stop, stopped) = watch::channel(false);
    let (journal, follower) = (journal.clone(), follower.clone());
    let task = tokio::spawn(async move { follow_at(&journal, &follower, stopped, &QUICK).await });
    Running { stop, task }
}

impl Running {
    async fn stop(self) {
        self.stop.send(true).unwrap();
        self.task.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn history_and_then_what_comes_is_followed_without_gap_or_double() {
    let office = following_office().await;
    for n in 0..30 {
        append_blindly(&office.journal, &format!("inquiry-{}", n % 4), "1").await;
    }
    let running = start(&office.journal, &Arc::default());
    office.journal.wait_for("copying", 30, PATIENCE).await.unwrap();
    for _ in 0..30 {
        append_blindly(&office.journal, "inquiry-9", "2").await;
    }
    office.journal.wait_for("copying", 60, PATIENCE).await.unwrap();
    running.stop().await;
    assert_eq!(office.copied().await, (1..=60).collect::<Vec<_>>());
    let given_back = "SELECT owner IS NULL AND lease_until <= clock_timestamp() FROM followers";
    let client = office.database.connect().await;
    assert!(client.query_one(given_back, &[]).await.unwrap().get::<_, bool>(0), "the next owner need not wait");
    assert_eq!(office.journal.follower_position("copying").await.unwrap(), 60);
    assert_eq!(office.journal.follower_position("nobody").await.unwrap(), 0);
}

#[tokio::test]
async fn a_follower_that_is_stopped_and_killed_again_and_again_applies_each_event_once() {
    let office = following_office().await;
    let admin = office.database.connect().await;
    let follower = Arc::new(Copying::default());
    for round in 0..12 {
        for n in 0..40 {
            // Nothing is read through the connections that are about to be killed.
            let asked = append(&format!("inquiry-{n}"), round, &["1"]);
            office.journal.append(asked).await.unwrap();
        }
        let running = start(&office.journal, &follower);
        caught_up(&office, round.cast_signed() * 41 + 1).await;
        match round % 3 {
            0 => running.stop().await,
            1 => running.task.abort(),
            _ => {
                // All of the program's connections but the writer's, in the middle of whatever they do.
                let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                            WHERE datname = current_database() AND pid <> pg_backend_pid()
                              AND application_name NOT LIKE 'saual journal%'";
                admin.batch_execute(kill).await.unwrap();
                running.task.abort();
            }
        }
    }
    let running = start(&office.journal, &follower);
    caught_up(&office, 480).await;
    running.stop().await;
    assert_eq!(office.copied().await, (1..=480).collect::<Vec<_>>());
}

#[tokio::test]
async fn an_owner_that_wakes_late_is_fenced_off() {
    let office = following_office().await;
    for _ in 0..5 {
        append_blindly(&office.journal, "inquiry-1", "1").await;
    }
    // The first owner has its row locked and falls asleep in the middle of a page.
    let late = Arc::new(Copying::default());
    late.hold.store(true, Ordering::SeqCst);
    let first = start(&office.journal, &late);
    late.holding.notified().await;

    let second = start(&office.journal, &Arc::default());
    office.journal.wait_for("copying", 5, PATIENCE).await.unwrap();
    let admin = office.database.connect().await;
    let epoch: i64 = admin.query_one("SELECT epoch FROM followers", &[]).await.unwrap().get(0);
    assert_eq!(epoch, 2);
    late.go_on.notify_one();
    for _ in 0..5 {
        append_blindly(&office.journal, "inquiry-1", "1").await;
    }
    office.journal.wait_for("copying", 10, PATIENCE).await.unwrap();
    assert_eq!(office.copied().await, (1..=10).collect::<Vec<_>>());
    first.stop().await;
    second.stop().await;
}

#[tokio::test]
async fn a_page_read_under_an_old_epoch_is_not_committed() {
    let office = following_office().await;
    append_blindly(&office.journal, "inquiry-1", "1").await;
    let follower = Arc::new(Copying::default());
    let running = start(&office.journal, &follower);
    office.journal.wait_for("copying", 1, PATIENCE).await.unwrap();
    // Somebody else has taken over.
    let admin = office.database.connect().await;
    append_blindly(&office.journal, "inquiry-1", "2").await;
    office.journal.wait_for("copying", 2, PATIENCE).await.unwrap();
    let taken = "UPDATE followers SET epoch = epoch + 1, owner = gen_random_uuid(),
                 lease_until = clock_timestamp() + interval '1 hour'";
    admin.batch_execute(taken).await.unwrap();
    append_blindly(&office.journal, "inquiry-1", "3").await;
    append_blindly(&office.journal, "inquiry-1", "4").await;
    let behind = office.journal.wait_for("copying", 4, Duration::from_millis(600)).await;
    assert!(matches!(behind, Err(FollowError::Behind { position: 2, wanted: 4, .. })), "{behind:?}");
    assert_eq!(office.copied().await, [1, 2]);
    // The other one has come to 3 when its lease ends: from there it goes on.
    admin.batch_execute("UPDATE followers SET position = 3, lease_until = 'epoch'").await.unwrap();
    office.journal.wait_for("copying", 4, PATIENCE).await.unwrap();
    assert_eq!(office.copied().await, [1, 2, 4]);
    running.stop().await;
}

#[tokio::test]
async fn what_follows_an_indigestible_event_waits_for_it_and_nobody_waits_for_that() {
    let office = following_office().await;
    let follower = Arc::new(Copying::default());
    follower.poison.store(12, Ordering::SeqCst);
    for _ in 0..20 {
        append_blindly(&office.journal, "inquiry-1", "1").await;
    }
    let running = start(&office.journal, &follower);
    office.journal.wait_for("copying", 20, PATIENCE).await.unwrap();
    assert_eq!(office.copied().await, (1..=11).collect::<Vec<_>>(), "what it wrote before it failed is undone");
    let parked = office.journal.parked("copying", None).await.unwrap();
    assert_eq!(parked.iter().map(|parked| parked.position).collect::<Vec<_>>(), (12..=20).collect::<Vec<_>>());

    follower.poison.store(0, Ordering::SeqCst);
    office.journal.retry_parked(&follower, None).await.unwrap();
    running.stop().await;
    assert_eq!(office.copied().await, (1..=20).collect::<Vec<_>>());
    let state = office.journal.followers().await.unwrap().remove(0);
    assert_eq!((state.failures, state.last_failure, state.parked), (0, None, 0));
}

#[tokio::test]
async fn a_follower_that_keeps_an_error_to_itself_does_not_move_on() {
    let office = following_office().await;
    let follower = Arc::new(Copying::default());
    follower.swallow.store(true, Ordering::SeqCst);
    append_blindly(&office.journal, "inquiry-1", "1").await;
    let running = start(&office.journal, &follower);
    let behind = office.journal.wait_for("copying", 1, Duration::from_millis(500)).await.unwrap_err().to_string();
    assert!(behind.contains("stands at 0, before 1; it stopped: "), "{behind}");
    follower.swallow.store(false, Ordering::SeqCst);
    office.journal.wait_for("copying", 1, PATIENCE).await.unwrap();
    running.stop().await;
    assert_eq!(office.copied().await, [1]);
}

#[tokio::test]
async fn what_another_node_appends_is_followed_here() {
    let office = following_office().await;
    let other = office.second_node().await;
    let running = start(&office.journal, &Arc::default());
    let mut positions = office.journal.positions();
    other.append(append("inquiry-1", 0, &["1"])).await.unwrap();
    tokio::time::timeout(PATIENCE, positions.wait_for(|position| *position == 1)).await.unwrap().unwrap();
    office.journal.wait_for("copying", 1, PATIENCE).await.unwrap();
    // Without the listener's connection, looking goes on.
    let admin = office.database.connect().await;
    let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND application_name = 'saual journal listener'";
    admin.batch_execute(kill).await.unwrap();
    other.append(append("inquiry-1", 1, &["2"])).await.unwrap();
    office.journal.wait_for("copying", 2, PATIENCE).await.unwrap();
    running.stop().await;
}

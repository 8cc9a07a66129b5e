//! What a follower cannot digest is set aside with its key, in order; the others go on, and what passes is waited out.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use eventstore::{FollowError, Follower, FollowerError, Parked, Recorded, Transaction, follow_at};
use tokio::sync::watch;

use super::following::{PATIENCE, QUICK};
use super::{Office, append_blindly, office};

/// Writes each event's position and stream into a table, and fails where it is told to.
#[derive(Default)]
struct Fussy {
    /// Cannot digest these positions.
    poison: Mutex<BTreeSet<i64>>,
    /// Fails at this position with this SQLSTATE, as the server says it.
    state: Mutex<Option<(i64, &'static str)>>,
    tries: AtomicI64,
    /// Waits at each event, so that others come between.
    slow: AtomicBool,
}

impl Follower for Fussy {
    fn name(&self) -> &str {
        "fussy"
    }

    fn page(&self) -> u32 {
        8
    }

    async fn apply(&self, tx: &Transaction<'_>, page: &[Recorded]) -> Result<(), FollowerError> {
        for event in page {
            let stream = event.stream.as_str();
            if self.slow.load(Ordering::SeqCst) {
                tokio::task::yield_now().await;
            }
            tx.execute("INSERT INTO eaten (position, stream) VALUES ($1, $2)", &[&event.position, &stream]).await?;
            let state = *self.state.lock().unwrap();
            if let Some((_, state)) = state.filter(|(position, _)| *position == event.position) {
                self.tries.fetch_add(1, Ordering::SeqCst);
                tx.batch_execute(&format!("DO $$ BEGIN RAISE EXCEPTION 'said so' USING ERRCODE = '{state}'; END $$"))
                    .await?;
            }
            if self.poison.lock().unwrap().contains(&event.position) {
                self.tries.fetch_add(1, Ordering::SeqCst);
                return Err(format!("position {} is indigestible", event.position).into());
            }
        }
        Ok(())
    }
}

struct Running {
    follower: Arc<Fussy>,
    stop: watch::Sender<bool>,
    task: tokio::task::JoinHandle<Result<(), FollowError>>,
}

impl Running {
    async fn stop(self) {
        self.stop.send(true).unwrap();
        self.task.await.unwrap().unwrap();
    }
}

/// The table has no key on purpose: an event that was applied twice stands twice.
async fn fussy_office(poison: &[i64]) -> (Office, Running) {
    let office = office().await;
    let owner = office.database.connect().await;
    owner.batch_execute("CREATE TABLE eaten (number bigserial, position bigint, stream text)").await.unwrap();
    let follower = Arc::new(Fussy::default());
    follower.poison.lock().unwrap().extend(poison);
    let (stop, stopped) = watch::channel(false);
    let (journal, following) = (office.journal.clone(), follower.clone());
    let task = tokio::spawn(async move { follow_at(&journal, &following, stopped, &QUICK).await });
    (office, Running { follower, stop, task })
}

impl Office {
    /// What was eaten of a stream, in the order in which it was.
    async fn eaten(&self, stream: &str) -> Vec<i64> {
        let client = self.database.pool.get().await.unwrap();
        let sql = "SELECT position FROM eaten WHERE stream = $1 ORDER BY number";
        client.query(sql, &[&stream]).await.unwrap().iter().map(|row| row.get(0)).collect()
    }

    async fn parked(&self) -> Vec<Parked> {
        self.journal.parked("fussy", None).await.unwrap()
    }

    async fn fussy(&self) -> eventstore::FollowerState {
        self.journal.followers().await.unwrap().remove(0)
    }
}

fn places(parked: &[Parked]) -> Vec<(&str, i64, bool)> {
    parked.iter().map(|one| (one.key.as_str(), one.position, one.failure.is_some())).collect()
}

#[tokio::test]
async fn an_event_that_cannot_be_digested_is_parked_with_its_key_and_the_others_go_on() {
    let (office, running) = fussy_office(&[5]).await;
    for n in 1..=24 {
        append_blindly(&office.journal, &format!("inquiry-{}", n % 2), "1").await;
    }
    office.journal.wait_for("fussy", 24, PATIENCE).await.unwrap();
    // Odd positions are of inquiry-1: 5 is at fault, what follows waits; inquiry-0 has everything.
    assert_eq!(office.eaten("inquiry-1").await, [1, 3], "what it wrote before it failed is undone");
    assert_eq!(office.eaten("inquiry-0").await, (1..=12).map(|n| n * 2).collect::<Vec<_>>());
    let parked = office.parked().await;
    let waiting = (7..=23).step_by(2).map(|position| ("inquiry-1", position, false));
    assert_eq!(places(&parked), [("inquiry-1", 5, true)].into_iter().chain(waiting).collect::<Vec<_>>());
    assert_eq!(parked[0].failure.as_deref(), Some("position 5 is indigestible"));
    assert_eq!((parked[0].attempts, parked[1].attempts), (3, 0));
    let state = office.fussy().await;
    assert_eq!((state.parked, state.failures, state.lag, state.stands_still()), (10, 0, 0, false), "{state:?}");

    // Tried again while nothing has changed, it stays with a new failure, and everything behind it.
    let retried = office.journal.retry_parked(&running.follower, None).await.unwrap();
    assert_eq!((retried.digested, retried.left.len()), (0, 10));
    assert_eq!(retried.left[0].attempts, 4);

    running.follower.poison.lock().unwrap().clear();
    let retried = office.journal.retry_parked(&running.follower, None).await.unwrap();
    assert_eq!((retried.digested, retried.left), (10, Vec::new()));
    append_blindly(&office.journal, "inquiry-1", "1").await;
    office.journal.wait_for("fussy", 25, PATIENCE).await.unwrap();
    assert_eq!(office.eaten("inquiry-1").await, (0..=12).map(|n| n * 2 + 1).collect::<Vec<_>>(), "in order, once each");
    running.stop().await;
}

#[tokio::test]
async fn a_retry_goes_as_far_as_it_can_and_touches_no_other_key() {
    let (office, running) = fussy_office(&[1, 2, 7]).await;
    for n in 1..=10 {
        append_blindly(&office.journal, &format!("inquiry-{}", n % 2), "1").await;
    }
    office.journal.wait_for("fussy", 10, PATIENCE).await.unwrap();
    assert_eq!(office.parked().await.len(), 10);
    running.follower.poison.lock().unwrap().remove(&1);
    running.follower.poison.lock().unwrap().remove(&2);

    let retried = office.journal.retry_parked(&running.follower, Some("inquiry-1")).await.unwrap();
    assert_eq!(retried.digested, 3);
    assert_eq!(places(&retried.left), [("inquiry-1", 7, true), ("inquiry-1", 9, false)]);
    assert_eq!(retried.left[0].failure.as_deref(), Some("position 7 is indigestible"));
    assert_eq!(office.eaten("inquiry-1").await, [1, 3, 5]);
    assert!(office.eaten("inquiry-0").await.is_empty());
    assert_eq!(office.journal.retry_parked(&running.follower, Some("nobody")).await.unwrap().digested, 0);

    running.follower.poison.lock().unwrap().clear();
    assert_eq!(office.journal.retry_parked(&running.follower, None).await.unwrap().digested, 7);
    assert_eq!(office.eaten("inquiry-1").await, [1, 3, 5, 7, 9]);
    assert_eq!(office.eaten("inquiry-0").await, [2, 4, 6, 8, 10]);
    running.stop().await;
}

#[tokio::test]
async fn a_failure_that_passes_is_waited_out_and_parks_nothing() {
    let (office, running) = fussy_office(&[]).await;
    // A deadlock, a statement timeout, a full disk, a missing table, a server on its way out.
    for (round, state) in (0..).zip(["40P01", "57014", "53100", "42P01", "57P01"]) {
        let position = round * 3 + 2;
        *running.follower.state.lock().unwrap() = Some((position, state));
        running.follower.tries.store(0, Ordering::SeqCst);
        for _ in 0..3 {
            append_blindly(&office.journal, "inquiry-1", "1").await;
        }
        // Many more tries than would park an event.
        let mut look = tokio::time::interval(Duration::from_millis(10));
        while running.follower.tries.load(Ordering::SeqCst) < 8 {
            look.tick().await;
        }
        let standing = office.fussy().await;
        assert_eq!((standing.position, standing.parked), (position - 1, 0), "{state}: {standing:?}");
        assert!(standing.stands_still() && standing.lag == 2, "{state}: {standing:?}");
        assert!(standing.last_failure.as_ref().is_some_and(|why| why.contains("said so")), "{state}: {standing:?}");
        *running.follower.state.lock().unwrap() = None;
        office.journal.wait_for("fussy", position + 1, PATIENCE).await.unwrap();
        let state = office.fussy().await;
        assert_eq!((state.failures, state.last_failure, state.failed_at), (0, None, None));
    }
    assert_eq!(office.eaten("inquiry-1").await, (1..=15).collect::<Vec<_>>());
    running.stop().await;
}

#[tokio::test]
async fn what_the_database_refuses_about_one_event_is_parked() {
    let (office, running) = fussy_office(&[]).await;
    // Data, a constraint, a trigger's exception.
    for (round, state) in (0..).zip(["22003", "23514", "P0001"]) {
        let position = round * 2 + 1;
        *running.follower.state.lock().unwrap() = Some((position, state));
        append_blindly(&office.journal, &format!("inquiry-{state}").to_lowercase(), "1").await;
        append_blindly(&office.journal, "inquiry-1", "1").await;
        office.journal.wait_for("fussy", position + 1, PATIENCE).await.unwrap();
        assert_eq!(office.eaten("inquiry-1").await.len(), round as usize + 1);
        let last = office.parked().await.into_iter().find(|parked| parked.position == position).unwrap();
        assert!(last.failure.as_ref().is_some_and(|why| why.contains("said so")), "{last:?}");
    }
    running.stop().await;
}

#[tokio::test]
async fn pages_parking_and_retries_never_come_between_each_other() {
    let (office, running) = fussy_office(&[]).await;
    running.follower.slow.store(true, Ordering::SeqCst);
    let appending = async {
        for n in 1..=200_i64 {
            // Now and then an event is at fault for a while.
            if n % 20 == 3 {
                running.follower.poison.lock().unwrap().insert(n);
            }
            append_blindly(&office.journal, &format!("inquiry-{}", n % 5), "1").await;
        }
        running.follower.poison.lock().unwrap().clear();
    };
    let retrying = async {
        for round in 0..40 {
            office.journal.retry_parked(&running.follower, None).await.unwrap();
            if round % 8 == 7 {
                running.follower.poison.lock().unwrap().clear();
            }
        }
    };
    tokio::join!(appending, retrying);
    office.journal.wait_for("fussy", 200, PATIENCE).await.unwrap();
    office.journal.retry_parked(&running.follower, None).await.unwrap();
    assert_eq!(office.parked().await, []);
    for n in 0..5 {
        let eaten = office.eaten(&format!("inquiry-{n}")).await;
        let all: Vec<i64> = (1..=200).filter(|position| position % 5 == n).collect();
        assert_eq!(eaten, all, "each once and in order");
    }
    running.stop().await;
}

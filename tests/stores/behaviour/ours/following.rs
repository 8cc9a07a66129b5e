//! Followers of our journal: tasks of this process, and processes of their own.

use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use eventstore::{
    Concern, FollowError, Follower, FollowerError, Journal, Pace, Recorded, Settings, Transaction, follow_at,
};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio_postgres::{Client, Config};

use super::{Ours, connect};
use crate::store::{Followers, Running};

const NAME: &str = "copying";
const PATIENCE: Duration = Duration::from_secs(20);

/// Names the database that a second process of this test binary is to follow; see [`as_a_process`].
const PART: &str = "STORES_TEST_FOLLOW";

const QUICK: Pace = Pace {
    lease: Duration::from_millis(400),
    first_pause: Duration::from_millis(10),
    longest_pause: Duration::from_millis(100),
};

/// Writes each event's position into a table without a key.
#[derive(Default)]
pub(crate) struct Copying {
    /// Waits inside its transaction, once.
    sleepy: AtomicBool,
    asleep: Notify,
    wake: Notify,
    /// Cannot digest payloads with `poison` in them.
    chokes: bool,
    /// Only streams named `mine-…` concern it.
    sparse: bool,
}

impl Follower for Copying {
    fn name(&self) -> &str {
        NAME
    }

    fn page(&self) -> u32 {
        7
    }

    fn concern(&self, event: &Recorded) -> Concern {
        if self.sparse && !event.stream.as_str().starts_with("mine-") { Concern::None } else { Concern::Mine }
    }

    async fn apply(&self, tx: &Transaction<'_>, page: &[Recorded]) -> Result<(), FollowerError> {
        if self.sleepy.swap(false, Ordering::SeqCst) {
            self.asleep.notify_one();
            self.wake.notified().await;
        }
        for event in page {
            if self.chokes && event.payload.contains("poison") {
                return Err(format!("position {} is poison", event.position).into());
            }
            tx.execute("INSERT INTO copied (position) VALUES ($1)", &[&event.position]).await?;
        }
        Ok(())
    }
}

/// A row for each event, and one for each time that the follower's place is written.
const TABLES: &str = "
    CREATE TABLE copied (number bigserial, position bigint);
    CREATE TABLE place_writes (position bigint);
    CREATE FUNCTION count_place() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO place_writes VALUES (NEW.position);
        RETURN NULL;
    END
    $$;
    CREATE TRIGGER count_place AFTER UPDATE ON followers
        FOR EACH ROW WHEN (OLD.position <> NEW.position) EXECUTE FUNCTION count_place()";

pub(crate) struct OurFollowers {
    config: Config,
    /// How a process of its own finds it; none where nobody needs that.
    url: Option<String>,
}

impl OurFollowers {
    pub(super) async fn of(store: &Ours) -> Self {
        let owner = store.connect().await;
        owner.batch_execute(TABLES).await.unwrap();
        let url = match &store.home {
            super::Home::Shared(database) => Some(database.url()),
            super::Home::Alone(_) | super::Home::Restored(_) => None,
        };
        Self { config: store.config().clone(), url }
    }

    async fn client(&self) -> Client {
        connect(&self.config).await
    }

    async fn begin(&self, follower: Copying, pace: Pace) -> OurRunning {
        let follower = Arc::new(follower);
        let (stop, stopped) = watch::channel(false);
        let (journal, following) = (journal(&self.config).await, follower.clone());
        let task = tokio::spawn(async move { follow_at(&journal, &following, stopped, &pace).await });
        OurRunning::Task { stop, task, follower }
    }
}

/// A program with connections of its own, which can be told apart from those of others.
async fn journal(config: &Config) -> Journal {
    let mut own = config.clone();
    own.application_name("a follower");
    Journal::open(eventstore::pool(&own, 4).unwrap(), config.clone(), Settings::MEASURED).await.unwrap()
}

impl Followers for OurFollowers {
    type Running = OurRunning;

    async fn start(&self) -> OurRunning {
        self.begin(Copying::default(), QUICK).await
    }

    async fn start_sleepy(&self) -> OurRunning {
        self.begin(Copying { sleepy: AtomicBool::new(true), ..Copying::default() }, QUICK).await
    }

    async fn start_choking(&self) -> OurRunning {
        self.begin(Copying { chokes: true, ..Copying::default() }, QUICK).await
    }

    async fn parked(&self) -> Vec<i64> {
        let parked = journal(&self.config).await.parked(NAME, None).await.unwrap();
        parked.iter().map(|parked| parked.position).collect()
    }

    async fn retry(&self, chokes: bool) {
        let again = Copying { chokes, ..Copying::default() };
        journal(&self.config).await.retry_parked(&again, None).await.unwrap();
    }

    async fn start_sparse(&self) -> OurRunning {
        // At the pace of the program: the place is kept with the lease, and a short lease is renewed often.
        self.begin(Copying { sparse: true, ..Copying::default() }, Pace::USUAL).await
    }

    async fn place_writes(&self) -> u64 {
        let count = "SELECT count(*) FROM place_writes";
        self.client().await.query_one(count, &[]).await.unwrap().get::<_, i64>(0).cast_unsigned()
    }

    async fn start_process(&self) -> OurRunning {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "a_process_that_follows_until_it_is_killed", "--nocapture"]);
        command.env(PART, self.url.as_ref().unwrap()).stdout(Stdio::null()).stderr(Stdio::null());
        OurRunning::Process(Killed(command.spawn().unwrap()))
    }

    async fn begin_after(&self, position: i64) {
        let begin = "INSERT INTO followers (name, position) VALUES ($1, $2)";
        self.client().await.execute(begin, &[&NAME, &position]).await.unwrap();
    }

    async fn taken_over(&self) {
        let taken = "UPDATE followers SET epoch = epoch + 1, owner = gen_random_uuid(),
                     lease_until = clock_timestamp() + interval '1 hour'";
        self.client().await.batch_execute(taken).await.unwrap();
    }

    async fn reached(&self, position: i64) {
        let since = Instant::now();
        let client = self.client().await;
        let look = "SELECT coalesce(max(position), 0) FROM followers WHERE name = $1";
        while client.query_one(look, &[&NAME]).await.unwrap().get::<_, i64>(0) < position {
            assert!(since.elapsed() < PATIENCE, "the follower does not come to {position}");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    async fn position(&self) -> i64 {
        let look = "SELECT coalesce(max(position), 0) FROM followers WHERE name = $1";
        self.client().await.query_one(look, &[&NAME]).await.unwrap().get(0)
    }

    async fn rows(&self) -> Vec<i64> {
        let rows = self.client().await.query("SELECT position FROM copied ORDER BY number", &[]).await.unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }

    async fn kill_connections(&self) {
        let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND application_name = 'a follower'";
        self.client().await.batch_execute(kill).await.unwrap();
    }

    async fn kill_listeners(&self) {
        let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND application_name = 'saual journal listener'";
        self.client().await.batch_execute(kill).await.unwrap();
    }
}

pub(crate) enum OurRunning {
    Task { stop: watch::Sender<bool>, task: JoinHandle<Result<(), FollowError>>, follower: Arc<Copying> },
    Process(Killed),
}

/// A process that does not outlive the test.
pub(crate) struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        // SIGKILL; it may have been sent before.
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Running for OurRunning {
    async fn stop(self) {
        match self {
            Self::Task { stop, task, .. } => {
                stop.send(true).unwrap();
                task.await.unwrap().unwrap();
            }
            Self::Process(process) => drop(process),
        }
    }

    async fn die(self) {
        match self {
            Self::Task { task, .. } => {
                task.abort();
                assert!(task.await.is_err_and(|error| error.is_cancelled()), "it was still at work");
            }
            Self::Process(process) => drop(process),
        }
    }

    async fn asleep(&self) {
        if let Self::Task { follower, .. } = self {
            follower.asleep.notified().await;
        }
    }

    fn wake(&self) {
        if let Self::Task { follower, .. } = self {
            follower.wake.notify_one();
        }
    }
}

/// The second process of [`Followers::start_process`]; returns at once in every other one.
pub(crate) fn as_a_process() {
    let Ok(url) = std::env::var(PART) else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let journal = journal(&url.parse().unwrap()).await;
        let (_never, stopped) = watch::channel(false);
        follow_at(&journal, &Copying::default(), stopped, &QUICK).await.unwrap();
    });
}

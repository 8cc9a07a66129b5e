//! Our store: `eventstore` on a real PostgreSQL.

mod following;
mod moving;
mod tampering;

use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use eventstore::{
    Append, AppendError, Claim, CommandId, Effort, ExecuteError, Guards, HeadKey, Journal, NewEvent, Origin, Recorded,
    Settings, SignedHead, StreamId, StreamWrite, TakeNumber, Verdict, Witnesses,
};
use jiff::Timestamp;
use testkit::TestDatabase;
use testkit::cut::Cut;
use testkit::mortal::Mortal;
use tokio_postgres::{Client, Config, NoTls};
use uuid::Uuid;

use self::following::OurFollowers;
pub(crate) use self::following::as_a_process;
use crate::notebook::{Closed, Notebook};
use crate::store::{Ask, Command, Done, Found, Heal, Kept, KillServer, No, Node, Power, Store, Tamper, When};

pub(crate) struct Ours {
    home: Home,
}

/// Where its database is.
enum Home {
    /// On the server that all tests share.
    Shared(TestDatabase),
    /// On a server of its own, which somebody else may kill.
    Alone(Config),
    /// On a server of its own, which ends with it.
    Restored(Mortal),
}

/// A program on it.
#[derive(Clone)]
pub(crate) struct OurNode {
    journal: Journal,
}

impl Ours {
    fn config(&self) -> &Config {
        match &self.home {
            Home::Shared(database) => &database.config,
            Home::Alone(config) => config,
            Home::Restored(server) => server.config(),
        }
    }

    async fn journal(&self) -> Journal {
        let pool = eventstore::pool(self.config(), 6).unwrap();
        Journal::open(pool, self.config().clone(), Settings::MEASURED).await.unwrap()
    }

    /// As the database's owner.
    async fn connect(&self) -> Client {
        connect(self.config()).await
    }
}

async fn connect(config: &Config) -> Client {
    let (client, connection) = config.connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

fn stream(name: &str) -> StreamId {
    StreamId::new(name).unwrap()
}

fn append(ask: Ask) -> Append {
    let request = ask.request();
    let event = |payload| NewEvent { event_type: "noted".to_owned(), schema_version: 1, payload };
    let writes = ask.writes.into_iter().map(|(name, expected, payloads)| StreamWrite {
        stream: stream(&name),
        expected,
        events: payloads.into_iter().map(event).collect(),
    });
    Append {
        origin: origin(ask.command, request),
        writes: writes.collect(),
        guards: Guards {
            claims: ask.claim.into_iter().map(|key| Claim { key }).collect(),
            numbers: ask.number.into_iter().map(|(series, value)| TakeNumber { series, value }).collect(),
        },
    }
}

fn origin(command: Uuid, request: [u8; 32]) -> Origin {
    Origin {
        actor: "clerk".to_owned(),
        at: Timestamp::from_microsecond(1_695_184_200_123_456).unwrap(),
        command: CommandId(command),
        request,
        correlation: command,
        causation: None,
    }
}

fn no(error: AppendError) -> No {
    match error {
        AppendError::Conflict { .. } => No::Conflict,
        AppendError::Claimed { .. } => No::Claimed,
        AppendError::NumberTaken { next, .. } => No::NotNext(next),
        AppendError::CommandReused { .. } => No::Reused,
        AppendError::Invalid(_) => No::Never,
        AppendError::OutcomeUnknown(_) => No::Unknown,
        AppendError::Failure(error) => No::Failed(format!("{error:?}")),
    }
}

fn kept(event: Recorded) -> Kept {
    let stream = event.stream.to_string();
    Kept { position: Some(event.position), stream, version: event.version, payload: event.payload }
}

impl Node for OurNode {
    async fn append(&self, ask: Ask) -> Result<Done, No> {
        let done = self.journal.append(append(ask)).await.map_err(no)?;
        Ok(Done { version: done.version, position: Some(done.last_position), repeated: done.repeated })
    }

    async fn stream(&self, name: &str) -> Result<Vec<Kept>, No> {
        let events = self.journal.load(&stream(name)).await.map_err(|error| No::Failed(format!("{error:?}")))?;
        Ok(events.into_iter().map(kept).collect())
    }

    async fn execute(&self, name: &str, command: Command) -> Result<(), No> {
        let id = Uuid::new_v4();
        let origin = origin(id, [0; 32]);
        match self.journal.execute::<Notebook>(&stream(name), command, origin, Guards::none(), None).await {
            Ok(_) => Ok(()),
            Err(ExecuteError::Refused(Closed)) => Err(No::Refused),
            Err(ExecuteError::Append(error)) => Err(no(error)),
        }
    }

    async fn log(&self, after: i64, limit: i64) -> Vec<Kept> {
        self.journal.read_after(after, limit).await.unwrap().into_iter().map(kept).collect()
    }

    async fn next_number(&self, series: &str) -> i64 {
        self.journal.next_number(series).await.unwrap()
    }
}

impl Store for Ours {
    const NAME: &str = "ours";
    type Node = OurNode;
    type Followers = OurFollowers;

    fn lacks(_power: Power) -> Option<&'static str> {
        None
    }

    async fn open() -> Self {
        Self { home: Home::Shared(testkit::database().await) }
    }

    async fn node(&self) -> OurNode {
        OurNode { journal: self.journal().await }
    }

    async fn breaking(&self, marker: &str, when: When) -> (OurNode, Heal) {
        let cut = Cut::before(self.config()).await;
        let pool = eventstore::pool(self.config(), 6).unwrap();
        let settings = Settings { patience: Duration::from_millis(300), ..Settings::MEASURED };
        let journal = Journal::open(pool, cut.config().clone(), settings).await.unwrap();
        cut.arm(marker, when);
        (OurNode { journal }, Box::new(move || cut.heal()))
    }

    async fn kill_connections(&self) -> u64 {
        let kill = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                    WHERE datname = current_database() AND application_name = 'saual journal writer'";
        self.connect().await.query_one(kill, &[]).await.unwrap().get::<_, i64>(0).cast_unsigned()
    }

    async fn slow_down(&self) -> Heal {
        let held = self.connect().await;
        held.batch_execute(SLOW).await.unwrap();
        let let_go = Arc::new(tokio::sync::Notify::new());
        let told = let_go.clone();
        let heal: Heal = Box::new(move || told.notify_one());
        tokio::spawn(async move {
            let_go.notified().await;
            // The lock ends with its connection.
            drop(held);
        });
        heal
    }

    async fn busy_neighbour(&self) -> Box<dyn Send> {
        let database = testkit::empty_database().await;
        let busy = database.connect().await;
        busy.batch_execute("CREATE TABLE t (n int); BEGIN; INSERT INTO t VALUES (1); SELECT pg_current_xact_id()")
            .await
            .unwrap();
        Box::new((busy, database))
    }

    async fn open_alone() -> (Self, Box<dyn KillServer>) {
        let server = tokio::task::spawn_blocking(Mortal::start).await.unwrap();
        (Self { home: Home::Alone(server.config().clone()) }, Box::new(moving::Killed::new(server)))
    }

    async fn dumped_and_restored(&self) -> Self {
        let config = self.config().clone();
        let server = tokio::task::spawn_blocking(move || moving::carried_over(&config)).await.unwrap();
        Self { home: Home::Restored(server) }
    }

    async fn followers(&self) -> OurFollowers {
        OurFollowers::of(self).await
    }

    async fn tamper(&self, how: Tamper) {
        tampering::tamper(self, how).await;
    }

    async fn found(&self) -> Vec<Found> {
        let pool = eventstore::pool(self.config(), 1).unwrap();
        found(&eventstore::verify(&pool).await.unwrap())
    }

    async fn signed_head(&self) -> Vec<u8> {
        let mut kept = Vec::new();
        let keep = |head: &SignedHead| writeln!(kept, "{head}");
        self.journal().await.sign_head(&head_key(), Timestamp::now(), keep).await.unwrap().unwrap();
        kept
    }

    async fn found_against(&self, head: &[u8]) -> Vec<Found> {
        let kept = vec![eventstore::Kept::read("a file outside", head).unwrap()];
        let witnesses =
            Witnesses { trusted: vec![head_key().public()], nobody_else: false, kept, handovers: Vec::new() };
        found(&eventstore::verify_by(self.config(), Effort::ALONE, &witnesses, &|_| ()).await.unwrap())
    }
}

fn found(verdict: &Verdict) -> Vec<Found> {
    assert_eq!(verdict.fault_count == 0, verdict.faults.is_empty());
    verdict.faults.iter().map(|fault| Found { block: fault.block, event: fault.position }).collect()
}

fn head_key() -> HeadKey {
    HeadKey::new([7; 32]).unwrap()
}

/// Inserting an event whose payload says so waits until the lock is let go, or fails.
const SLOW: &str = "
    SELECT pg_advisory_lock(4711);
    CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.payload LIKE '%slow%' THEN PERFORM pg_advisory_xact_lock_shared(4711); END IF;
        IF NEW.payload LIKE '%doomed%' THEN RAISE EXCEPTION 'doomed'; END IF;
        RETURN NEW;
    END
    $$;
    CREATE TRIGGER slow BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION slow();";

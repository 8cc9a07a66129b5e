//! The journal keeps what it was given: once, in order, provably, whatever breaks around it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod appending;
mod bundle;
mod commands;
mod following;
mod guards;
mod handover;
mod heads;
mod inquiries;
mod outage;
mod parking;
mod past;
mod privacy;
mod published;
mod rebuilding;
mod sparse;
mod synthetic;
mod tampering;
mod together;
mod upcasting;
mod verbs;

use eventstore::{
    Append, AppendError, Appended, CommandId, Guards, Journal, NewEvent, Origin, Settings, StreamId, StreamWrite,
};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use testkit::TestDatabase;
use uuid::Uuid;

/// An open journal on a database of its own.
struct Office {
    journal: Journal,
    database: TestDatabase,
}

async fn office() -> Office {
    office_with(Settings::MEASURED).await
}

async fn office_with(settings: Settings) -> Office {
    let database = testkit::database().await;
    let journal = Journal::open(database.pool.clone(), database.config.clone(), settings).await.unwrap();
    Office { journal, database }
}

impl Office {
    /// A second node on the same database.
    async fn second_node(&self) -> Journal {
        Journal::open(self.database.pool.clone(), self.database.config.clone(), Settings::MEASURED).await.unwrap()
    }

    async fn count(&self, table: &str) -> i64 {
        let client = self.database.pool.get().await.unwrap();
        client.query_one(&format!("SELECT count(*) FROM {table}"), &[]).await.unwrap().get(0)
    }

    /// The verdict of the check, as the program prints it.
    async fn verdict(&self) -> String {
        eventstore::verify(&self.database.pool).await.unwrap().to_string()
    }
}

fn stream(name: &str) -> StreamId {
    StreamId::new(name).unwrap()
}

fn event(payload: &str) -> NewEvent {
    NewEvent { event_type: "noted".to_owned(), schema_version: 1, payload: payload.to_owned() }
}

fn origin() -> Origin {
    Origin {
        actor: "clerk Ә".to_owned(),
        at: Timestamp::from_microsecond(1_695_184_200_123_456).unwrap(),
        command: CommandId(Uuid::new_v4()),
        request: Sha256::digest(b"what was asked").into(),
        correlation: Uuid::new_v4(),
        causation: None,
    }
}

/// One stream's worth of plain events.
fn append(name: &str, expected: u64, payloads: &[&str]) -> Append {
    Append {
        origin: origin(),
        writes: vec![StreamWrite {
            stream: stream(name),
            expected,
            events: payloads.iter().map(|payload| event(payload)).collect(),
        }],
        guards: Guards::none(),
    }
}

/// Appends one event, whatever the stream's version is.
async fn append_blindly(journal: &Journal, name: &str, payload: &str) -> Appended {
    loop {
        let expected = journal.version(&stream(name)).await.unwrap();
        match journal.append(append(name, expected, &[payload])).await {
            Err(AppendError::Conflict { .. }) => {}
            answer => return answer.unwrap(),
        }
    }
}

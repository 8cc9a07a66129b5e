//! Commands go through cqrs-es' aggregates: by the journal's own executor, and by the framework unchanged.

use std::collections::HashMap;

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, AggregateError, CqrsFramework, DomainEvent, EventStore as _};
use eventstore::{AppendError, ExecuteError, Guards, Journal, PgEventStore};
use serde::{Deserialize, Serialize};

use super::{append, office, origin, stream};

/// Counts upwards and refuses to pass a hundred.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Counter {
    total: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Counted {
    Increased { by: u32 },
    Emptied,
}

impl DomainEvent for Counted {
    fn event_type(&self) -> String {
        match self {
            Self::Increased { .. } => "increased".to_owned(),
            Self::Emptied => "emptied".to_owned(),
        }
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

#[derive(Debug)]
struct TooFar;

impl std::fmt::Display for TooFar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a counter ends at a hundred")
    }
}

impl std::error::Error for TooFar {}

/// Increase by each of these, one event each.
#[derive(Clone, Debug)]
struct Increase(Vec<u32>);

impl Aggregate for Counter {
    const TYPE: &'static str = "counter";
    type Command = Increase;
    type Event = Counted;
    type Error = TooFar;
    type Services = ();

    async fn handle(&mut self, command: Increase, (): &(), sink: &EventSink<Self>) -> Result<(), TooFar> {
        for by in command.0 {
            if self.total + by > 100 {
                return Err(TooFar);
            }
            sink.write(Counted::Increased { by }, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: Counted) {
        match event {
            Counted::Increased { by } => self.total += by,
            Counted::Emptied => self.total = 0,
        }
    }
}

#[tokio::test]
async fn a_command_is_decided_on_the_stream_and_its_events_are_recorded() {
    let office = office().await;
    let journal = &office.journal;
    let id = stream("counter-1");
    let done = journal.execute::<Counter>(&id, Increase(vec![3, 4]), origin(), Guards::none(), None).await.unwrap();
    assert_eq!((done.version, done.position, done.events.len(), done.repeated), (2, 2, 2, false));
    assert_eq!(done.events[1].payload, r#"{"kind":"increased","by":4}"#);
    let loaded = journal.aggregate::<Counter>(&id).await.unwrap();
    assert_eq!((loaded.aggregate, loaded.version, loaded.position), (Counter { total: 7 }, 2, 2));

    let refused = journal.execute::<Counter>(&id, Increase(vec![90, 90]), origin(), Guards::none(), None).await;
    assert!(matches!(refused, Err(ExecuteError::Refused(TooFar))), "{refused:?}");
    assert_eq!(journal.version(&id).await.unwrap(), 2, "a command that is refused half-way leaves nothing");

    let nothing = journal.execute::<Counter>(&id, Increase(vec![]), origin(), Guards::none(), None).await.unwrap();
    assert_eq!((nothing.version, nothing.events.len()), (2, 0));
}

#[tokio::test]
async fn a_command_seen_before_is_answered_with_its_first_result_whatever_is_expected() {
    let office = office().await;
    let id = stream("counter-1");
    let asked = origin();
    let execute =
        |origin, expected| office.journal.execute::<Counter>(&id, Increase(vec![1]), origin, Guards::none(), expected);
    let first = execute(asked.clone(), Some(0)).await.unwrap();
    execute(origin(), Some(1)).await.unwrap();
    let again = execute(asked.clone(), Some(0)).await.unwrap();
    assert!(again.repeated);
    assert_eq!((again.version, again.position, again.events), (1, 1, first.events));
    let mut other = asked;
    other.request = [9; 32];
    let reused = execute(other, None).await;
    assert!(matches!(reused, Err(ExecuteError::Append(AppendError::CommandReused { .. }))), "{reused:?}");
    let stale = execute(origin(), Some(1)).await;
    assert!(
        matches!(stale, Err(ExecuteError::Append(AppendError::Conflict { expected: 1, actual: 2, .. }))),
        "{stale:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commands_without_an_expected_version_are_decided_again_until_they_land() {
    let office = office().await;
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let journal = office.journal.clone();
            tokio::spawn(async move {
                let id = stream("counter-1");
                journal.execute::<Counter>(&id, Increase(vec![1]), origin(), Guards::none(), None).await.unwrap()
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let loaded = office.journal.aggregate::<Counter>(&stream("counter-1")).await.unwrap();
    assert_eq!((loaded.aggregate.total, loaded.version), (20, 20));
}

#[tokio::test]
async fn a_command_on_a_stream_that_was_written_last_needs_no_reading() {
    let office = office().await;
    let execute = |name: &str, by| {
        let (journal, id) = (office.journal.clone(), stream(name));
        async move { journal.execute::<Counter>(&id, Increase(vec![by]), origin(), Guards::none(), None).await }
    };
    execute("counter-1", 3).await.unwrap();
    // From here on nothing can be read; the writer has a connection of its own.
    office.journal.pool().close();
    let done = execute("counter-1", 4).await.unwrap();
    assert_eq!((done.version, done.position, done.events.len(), done.repeated), (2, 2, 1, false));
    assert_eq!(execute("counter-1", 93).await.unwrap().version, 3);
    for (name, by) in [("counter-1", 1), ("counter-2", 1)] {
        let unread = execute(name, by).await;
        let failed = matches!(unread, Err(ExecuteError::Append(AppendError::Failure(_))));
        assert!(failed, "a refusal and a stream that is not known are told from what can be read: {unread:?}");
    }
}

#[tokio::test]
async fn what_another_node_did_meanwhile_decides_and_not_what_is_remembered() {
    let office = office().await;
    let (here, there) = (office.journal.clone(), office.second_node().await);
    let id = stream("counter-1");
    let increase = |journal: &Journal, by, expected| {
        let (journal, id) = (journal.clone(), id.clone());
        async move { journal.execute::<Counter>(&id, Increase(vec![by]), origin(), Guards::none(), expected).await }
    };
    increase(&here, 10, None).await.unwrap();
    increase(&there, 85, None).await.unwrap();
    let refused = increase(&here, 10, None).await;
    assert!(matches!(refused, Err(ExecuteError::Refused(TooFar))), "10 are remembered here, but 95 stand: {refused:?}");
    let stale = increase(&here, 1, Some(1)).await;
    assert!(matches!(stale, Err(ExecuteError::Append(AppendError::Conflict { actual: 2, .. }))), "{stale:?}");

    increase(&here, 5, None).await.unwrap();
    there.append(append("counter-1", 3, &[r#"{"kind":"emptied"}"#])).await.unwrap();
    let done = increase(&here, 60, None).await.unwrap();
    assert_eq!(done.version, 5, "100 are remembered here, but nothing stands");
    assert_eq!(increase(&here, 40, Some(5)).await.unwrap().version, 6);
    assert_eq!(here.aggregate::<Counter>(&id).await.unwrap().aggregate, Counter { total: 100 });
    there.close().await;
}

#[tokio::test]
async fn the_framework_of_cqrs_es_works_on_the_journal_unchanged() {
    let office = office().await;
    let store = PgEventStore::<Counter>::new(office.journal.clone());
    let framework = CqrsFramework::new(store.clone(), Vec::new(), ());
    framework.execute("counter-1", Increase(vec![1, 2])).await.unwrap();
    let metadata = HashMap::from([
        ("actor".to_owned(), "Ә. Смайылов".to_owned()),
        ("at".to_owned(), "2023-10-20T10:00:00Z".to_owned()),
    ]);
    framework.execute_with_metadata("counter-1", Increase(vec![3]), metadata).await.unwrap();
    let refused = framework.execute("counter-1", Increase(vec![200])).await;
    assert!(matches!(refused, Err(AggregateError::UserError(TooFar))), "{refused:?}");

    let envelopes = store.load_events("counter-1").await.unwrap();
    assert!(envelopes.iter().map(|envelope| envelope.sequence).eq(1..=3));
    assert_eq!(envelopes[2].payload, Counted::Increased { by: 3 });
    assert_eq!(envelopes[2].metadata["actor"], "Ә. Смайылов");
    assert_eq!(envelopes[2].metadata["at"], "2023-10-20T10:00:00Z");
    let context = store.load_aggregate("counter-1").await.unwrap();
    assert_eq!((context.aggregate.total, context.current_sequence), (6, 3));

    // Two who loaded the same state: the second to commit is told.
    let (one, two) =
        (store.load_aggregate("counter-1").await.unwrap(), store.load_aggregate("counter-1").await.unwrap());
    let event = || vec![Counted::Increased { by: 1 }];
    store.commit(event(), one, HashMap::new()).await.unwrap();
    let late = store.commit(event(), two, HashMap::new()).await;
    assert!(matches!(late, Err(AggregateError::AggregateConflict)), "{late:?}");

    let strange = HashMap::from([("at".to_owned(), "yesterday".to_owned())]);
    let context = store.load_aggregate("counter-1").await.unwrap();
    let refused = store.commit(event(), context, strange).await;
    assert!(matches!(refused, Err(AggregateError::UnexpectedError(_))), "{refused:?}");
    assert!(store.load_events("Not A Stream").await.is_err());
    assert_eq!(office.verdict().await, "4 events, 3 blocks: intact");
}

#[tokio::test]
async fn an_event_that_cannot_be_read_is_an_error_and_not_a_shorter_stream() {
    let office = office().await;
    office.journal.append(append("counter-1", 0, &[r#"{"kind":"increased","by":1}"#, "\"strange\""])).await.unwrap();
    let error = office.journal.aggregate::<Counter>(&stream("counter-1")).await.unwrap_err();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(cause, "position 2 (noted version 1) could not be read");
}

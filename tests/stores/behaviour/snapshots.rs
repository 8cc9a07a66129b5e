//! Why there are no snapshots by cqrs-es here: its snapshot and aggregate stores apply every event twice, in memory and on
//! PostgreSQL alike. These tests pin the fault; should they fail one day, the framework was repaired and ADR 0002 can be read
//! again.

use std::collections::HashMap;
use std::sync::Mutex;

use cqrs_es::event_sink::EventSink;
use cqrs_es::mem_store::MemStore;
use cqrs_es::persist::{
    PersistedEventRepository, PersistedEventStore, PersistenceError, ReplayStream, SerializedEvent, SerializedSnapshot,
};
use cqrs_es::{Aggregate, CqrsFramework, EventStore};
use postgres_es::PostgresEventRepository;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::notebook::Noted;
use crate::peers::postgres::{PostgresEs, pool};
use crate::store::Store as _;

/// Counts its events.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Counter {
    total: u32,
}

impl Aggregate for Counter {
    const TYPE: &'static str = "counter";
    /// So many events at once.
    type Command = u32;
    type Event = Noted;
    type Error = std::convert::Infallible;
    type Services = ();

    async fn handle(&mut self, events: u32, (): &(), sink: &EventSink<Self>) -> Result<(), Self::Error> {
        for n in 0..events {
            sink.write(Noted(n.into()), self).await;
        }
        Ok(())
    }

    fn apply(&mut self, _: Noted) {
        self.total += 1;
    }
}

/// Keeps the events and the last snapshot in memory, as the framework hands them over.
#[derive(Default)]
struct Memory {
    kept: Mutex<(Vec<SerializedEvent>, Option<SerializedSnapshot>)>,
}

impl PersistedEventRepository for &Memory {
    async fn get_events<A: Aggregate>(&self, _: &str) -> Result<Vec<SerializedEvent>, PersistenceError> {
        Ok(self.kept.lock().unwrap().0.clone())
    }

    async fn get_last_events<A: Aggregate>(
        &self,
        _: &str,
        last: usize,
    ) -> Result<Vec<SerializedEvent>, PersistenceError> {
        Ok(self.kept.lock().unwrap().0.iter().filter(|event| event.sequence > last).cloned().collect())
    }

    async fn get_snapshot<A: Aggregate>(&self, _: &str) -> Result<Option<SerializedSnapshot>, PersistenceError> {
        let kept = self.kept.lock().unwrap();
        Ok(kept.1.as_ref().map(|snapshot| SerializedSnapshot {
            aggregate_id: snapshot.aggregate_id.clone(),
            aggregate: snapshot.aggregate.clone(),
            current_sequence: snapshot.current_sequence,
            current_snapshot: snapshot.current_snapshot,
        }))
    }

    async fn persist<A: Aggregate>(
        &self,
        events: &[SerializedEvent],
        snapshot: Option<(String, Value, usize)>,
    ) -> Result<(), PersistenceError> {
        let mut kept = self.kept.lock().unwrap();
        kept.0.extend_from_slice(events);
        let current_sequence = kept.0.len();
        if let Some((aggregate_id, aggregate, current_snapshot)) = snapshot {
            kept.1 = Some(SerializedSnapshot { aggregate_id, aggregate, current_sequence, current_snapshot });
        }
        Ok(())
    }

    async fn stream_events<A: Aggregate>(&self, _: &str) -> Result<ReplayStream, PersistenceError> {
        Ok(ReplayStream::new(1).1)
    }

    async fn stream_all_events<A: Aggregate>(&self) -> Result<ReplayStream, PersistenceError> {
        Ok(ReplayStream::new(1).1)
    }
}

type Events<R> = PersistedEventStore<R, Counter>;

/// Three commands of one event each through a store, then what another one of the same kind loads.
async fn total_after_three<ES: EventStore<Counter>>(store: ES, total: impl AsyncFnOnce() -> u32) -> u32 {
    let framework = CqrsFramework::new(store, Vec::new(), ());
    for _ in 0..3 {
        framework.execute("counter-1", 1).await.unwrap();
    }
    total().await
}

async fn loaded<R: PersistedEventRepository>(store: Events<R>) -> u32 {
    store.load_aggregate("counter-1").await.unwrap().aggregate.total
}

#[tokio::test]
async fn the_snapshot_store_of_cqrs_es_counts_three_as_six() {
    let memory = Memory::default();
    let again = || Events::new_snapshot_store(&memory, 1);
    assert_eq!(total_after_three(again(), async || loaded(again()).await).await, 6);

    let store = PostgresEs::open().await;
    let again = || Events::new_snapshot_store(PostgresEventRepository::new(pool(&store.database.config)), 1);
    assert_eq!(total_after_three(again(), async || loaded(again()).await).await, 6);
}

#[tokio::test]
async fn the_aggregate_store_of_cqrs_es_counts_three_as_six() {
    let memory = Memory::default();
    let again = || Events::new_aggregate_store(&memory);
    assert_eq!(total_after_three(again(), async || loaded(again()).await).await, 6);

    let store = PostgresEs::open().await;
    let again = || Events::new_aggregate_store(PostgresEventRepository::new(pool(&store.database.config)));
    assert_eq!(total_after_three(again(), async || loaded(again()).await).await, 6);
}

#[tokio::test]
async fn without_snapshots_cqrs_es_counts_three_as_three() {
    let memory = Memory::default();
    let again = || Events::new_event_store(&memory);
    assert_eq!(total_after_three(again(), async || loaded(again()).await).await, 3);

    let store = PostgresEs::open().await;
    let again = || Events::new_event_store(PostgresEventRepository::new(pool(&store.database.config)));
    assert_eq!(total_after_three(again(), async || loaded(again()).await).await, 3);

    let store = MemStore::<Counter>::default();
    let total = async || store.load_aggregate("counter-1").await.unwrap().aggregate.total;
    assert_eq!(total_after_three(store.clone(), total).await, 3);
}

#[tokio::test]
async fn what_is_applied_twice_stands_once_in_the_events() {
    let store = PostgresEs::open().await;
    let snapshots = Events::new_snapshot_store(PostgresEventRepository::new(pool(&store.database.config)), 1);
    let framework = CqrsFramework::new(snapshots, Vec::new(), ());
    framework.execute_with_metadata("counter-1", 3, HashMap::new()).await.unwrap();
    let events = Events::new_event_store(PostgresEventRepository::new(pool(&store.database.config)));
    assert_eq!(events.load_events("counter-1").await.unwrap().len(), 3, "the fault is in the snapshot, not in the log");
}

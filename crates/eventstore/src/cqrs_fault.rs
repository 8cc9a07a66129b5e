//! Why there are no snapshots by cqrs-es here: its snapshot and aggregate stores apply every event twice. This test pins the
//! fault; should it fail one day, the framework was repaired and ADR 0002 can be read again.

use std::sync::Mutex;

use cqrs_es::event_sink::EventSink;
use cqrs_es::persist::{
    PersistedEventRepository, PersistedEventStore, PersistenceError, ReplayStream, SerializedEvent, SerializedSnapshot,
};
use cqrs_es::{Aggregate, CqrsFramework, DomainEvent, EventStore as _};
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Counter {
    total: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Increased;

impl DomainEvent for Increased {
    fn event_type(&self) -> String {
        "increased".to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

impl Aggregate for Counter {
    const TYPE: &'static str = "counter";
    type Command = ();
    type Event = Increased;
    type Error = std::convert::Infallible;
    type Services = ();

    async fn handle(&mut self, (): (), (): &(), sink: &EventSink<Self>) -> Result<(), Self::Error> {
        sink.write(Increased, self).await;
        Ok(())
    }

    fn apply(&mut self, Increased: Increased) {
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

async fn total_after_three(store: PersistedEventStore<&Memory, Counter>, memory: &Memory) -> u32 {
    let framework = CqrsFramework::new(store, Vec::new(), ());
    for _ in 0..3 {
        framework.execute("counter-1", ()).await.unwrap();
    }
    let by_snapshot = PersistedEventStore::<&Memory, Counter>::new_snapshot_store(memory, 1);
    by_snapshot.load_aggregate("counter-1").await.unwrap().aggregate.total
}

#[tokio::test]
async fn the_snapshot_store_of_cqrs_es_counts_three_as_six() {
    let memory = Memory::default();
    let store = PersistedEventStore::new_snapshot_store(&memory, 1);
    assert_eq!(total_after_three(store, &memory).await, 6);

    let memory = Memory::default();
    let store = PersistedEventStore::new_aggregate_store(&memory);
    assert_eq!(total_after_three(store, &memory).await, 6);
}

#[tokio::test]
async fn without_snapshots_cqrs_es_counts_three_as_three() {
    let memory = Memory::default();
    let store = PersistedEventStore::new_event_store(&memory);
    assert_eq!(total_after_three(store, &memory).await, 3);
    let context = PersistedEventStore::<&Memory, Counter>::new_event_store(&memory).load_aggregate("counter-1").await;
    assert_eq!(context.unwrap().aggregate.total, 3);
}

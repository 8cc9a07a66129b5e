//! What our users would otherwise pick: the stores of cqrs-es, asked the same.

pub(crate) mod memory;
pub(crate) mod postgres;

use std::collections::HashMap;
use std::sync::Arc;

use cqrs_es::mem_store::MemStoreAggregateContext;
use cqrs_es::persist::EventStoreAggregateContext;
use cqrs_es::{AggregateError, CqrsFramework, EventStore};
use serde_json::Value;

use crate::notebook::{Closed, Notebook, Noted};
use crate::store::{Ask, Command, Done, Followers, Kept, No, Node, Running};

/// One program with a store of cqrs-es.
pub(crate) struct Cqrs<ES: EventStore<Notebook, AC: Seen>> {
    store: Arc<ES>,
    framework: Arc<CqrsFramework<Notebook, Shared<ES>>>,
}

impl<ES: EventStore<Notebook, AC: Seen>> Clone for Cqrs<ES> {
    fn clone(&self) -> Self {
        Self { store: self.store.clone(), framework: self.framework.clone() }
    }
}

impl<ES: EventStore<Notebook, AC: Seen>> Cqrs<ES> {
    fn new(store: ES) -> Self {
        let store = Arc::new(store);
        let framework = CqrsFramework::new(Shared(store.clone()), Vec::new(), ());
        Self { store, framework: Arc::new(framework) }
    }
}

/// The framework wants to own its store, and we want to look into it.
struct Shared<ES>(Arc<ES>);

impl<ES: EventStore<Notebook, AC: Seen>> EventStore<Notebook> for Shared<ES> {
    type AC = ES::AC;

    async fn load_events(&self, id: &str) -> Result<Vec<cqrs_es::EventEnvelope<Notebook>>, AggregateError<Closed>> {
        self.0.load_events(id).await
    }

    async fn load_aggregate(&self, id: &str) -> Result<Self::AC, AggregateError<Closed>> {
        self.0.load_aggregate(id).await
    }

    async fn commit(
        &self,
        events: Vec<Noted>,
        context: Self::AC,
        metadata: HashMap<String, String>,
    ) -> Result<Vec<cqrs_es::EventEnvelope<Notebook>>, AggregateError<Closed>> {
        self.0.commit(events, context, metadata).await
    }
}

/// What a commit is handed: an aggregate as somebody has seen it at a version.
pub(crate) trait Seen: Sized + Send {
    fn at(id: &str, version: u64) -> Self;
}

impl Seen for MemStoreAggregateContext<Notebook> {
    fn at(id: &str, version: u64) -> Self {
        let current_sequence = usize::try_from(version).unwrap();
        Self { aggregate_id: id.to_owned(), aggregate: Notebook::default(), current_sequence }
    }
}

impl Seen for EventStoreAggregateContext<Notebook> {
    fn at(id: &str, version: u64) -> Self {
        let current_sequence = usize::try_from(version).unwrap();
        let aggregate_id = id.to_owned();
        Self { aggregate_id, aggregate: Notebook::default(), current_sequence, current_snapshot: None }
    }
}

fn no(error: AggregateError<Closed>) -> No {
    match error {
        AggregateError::UserError(Closed) => No::Refused,
        AggregateError::AggregateConflict => No::Conflict,
        AggregateError::DatabaseConnectionError(_) => No::Unknown,
        AggregateError::DeserializationError(error) | AggregateError::UnexpectedError(error) => {
            No::Failed(error.to_string())
        }
    }
}

/// JSON of any depth: brackets around it are peeled off, because serde_json stops at 128 levels.
fn value(text: &str) -> Value {
    let depth = text.bytes().take_while(|byte| *byte == b'[').count();
    let inner = serde_json::from_str(&text[depth..text.len() - depth]).unwrap();
    (0..depth).fold(inner, |inner, _| Value::Array(vec![inner]))
}

impl<ES: EventStore<Notebook, AC: Seen> + 'static> Node for Cqrs<ES> {
    async fn append(&self, ask: Ask) -> Result<Done, No> {
        let [(stream, expected, payloads)] = &ask.writes[..] else { unreachable!("one stream an append") };
        let events = payloads.iter().map(|payload| Noted(value(payload))).collect();
        let written = self.store.commit(events, ES::AC::at(stream, *expected), HashMap::new()).await.map_err(no)?;
        let version = written.last().map_or(*expected, |event| event.sequence as u64);
        Ok(Done { version, position: None, repeated: false })
    }

    async fn stream(&self, name: &str) -> Result<Vec<Kept>, No> {
        let events = self.store.load_events(name).await.map_err(no)?;
        let kept = events.into_iter().map(|event| Kept {
            position: None,
            stream: event.aggregate_id,
            version: event.sequence as u64,
            payload: event.payload.0.to_string(),
        });
        Ok(kept.collect())
    }

    async fn execute(&self, stream: &str, command: Command) -> Result<(), No> {
        self.framework.execute(stream, command).await.map_err(no)
    }
}

/// These stores have no followers.
pub(crate) enum Nobody {}

impl Followers for Nobody {
    type Running = Self;

    async fn start(&self) -> Self {
        match *self {}
    }

    async fn start_sleepy(&self) -> Self {
        match *self {}
    }

    async fn begin_after(&self, _position: i64) {
        match *self {}
    }

    async fn taken_over(&self) {
        match *self {}
    }

    async fn reached(&self, _position: i64) {
        match *self {}
    }

    async fn position(&self) -> i64 {
        match *self {}
    }

    async fn rows(&self) -> Vec<i64> {
        match *self {}
    }
}

impl Running for Nobody {
    async fn stop(self) {
        match self {}
    }

    async fn die(self) {
        match self {}
    }

    async fn asleep(&self) {
        match *self {}
    }

    fn wake(&self) {
        match *self {}
    }
}

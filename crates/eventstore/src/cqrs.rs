//! The journal as an event store of `cqrs-es`, so that its `CqrsFramework` works on it unchanged.

use std::collections::{BTreeMap, HashMap};
use std::marker::PhantomData;

use cqrs_es::persist::EventStoreAggregateContext;
use cqrs_es::{Aggregate, AggregateError, EventEnvelope, EventStore};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::append::{Append, AppendError, Guards, StreamWrite};
use crate::error::StoreError;
use crate::event::{CommandId, NewEvent, Origin, Recordable, Recorded, StreamId};
use crate::execute::stored;
use crate::journal::Journal;

/// The streams of one kind of aggregate. The stream's name is the aggregate's id as it is given.
///
/// Metadata that `commit` understands, all optional: `actor`, `at` (RFC 3339), `command`, `correlation`, `causation`
/// (UUIDs). Without `command` every commit is a new one, and so a repeat is not noticed: [`Journal::execute`] is the
/// better door.
#[derive(Clone, Debug)]
pub struct PgEventStore<A> {
    journal: Journal,
    aggregate: PhantomData<fn() -> A>,
}

impl<A> PgEventStore<A> {
    /// A store over an open journal.
    #[must_use]
    pub fn new(journal: Journal) -> Self {
        Self { journal, aggregate: PhantomData }
    }
}

impl<A: Aggregate> EventStore<A> for PgEventStore<A>
where
    A::Error: 'static,
{
    type AC = EventStoreAggregateContext<A>;

    async fn load_events(&self, aggregate_id: &str) -> Result<Vec<EventEnvelope<A>>, AggregateError<A::Error>> {
        let stream = stream(aggregate_id)?;
        let events = self.journal.load(&stream).await.map_err(failure)?;
        envelopes(&events)
    }

    async fn load_aggregate(&self, aggregate_id: &str) -> Result<Self::AC, AggregateError<A::Error>> {
        let stream = stream(aggregate_id)?;
        let loaded = self.journal.aggregate::<A>(&stream).await.map_err(failure)?;
        Ok(EventStoreAggregateContext {
            aggregate_id: aggregate_id.to_owned(),
            aggregate: loaded.aggregate,
            current_sequence: usize::try_from(loaded.version).unwrap_or(usize::MAX),
            current_snapshot: None,
        })
    }

    async fn commit(
        &self,
        events: Vec<A::Event>,
        context: Self::AC,
        metadata: HashMap<String, String>,
    ) -> Result<Vec<EventEnvelope<A>>, AggregateError<A::Error>> {
        // `context.aggregate` has these events applied already (`EventSink::write` does); applying them again here is the
        // fault of the framework's own snapshot store.
        let events = stored(&events).map_err(failure)?;
        let origin = origin(&metadata, &events).map_err(|error| AggregateError::UnexpectedError(error.into()))?;
        let stream = stream(&context.aggregate_id)?;
        let write = StreamWrite { stream, expected: context.current_sequence as u64, events };
        let append = Append { origin, writes: vec![write], guards: Guards::none() };
        match self.journal.append(append).await {
            Ok(appended) => envelopes(&appended.events),
            Err(AppendError::Conflict { .. }) => Err(AggregateError::AggregateConflict),
            Err(AppendError::Failure(error)) => Err(failure(error)),
            Err(error) => Err(AggregateError::UnexpectedError(error.into())),
        }
    }
}

fn stream<E: std::error::Error>(aggregate_id: &str) -> Result<StreamId, AggregateError<E>> {
    StreamId::new(aggregate_id).map_err(|error| AggregateError::UnexpectedError(error.into()))
}

fn failure<E: std::error::Error>(error: StoreError) -> AggregateError<E> {
    match error {
        StoreError::Payload(_) | StoreError::Row(_) | StoreError::Upcast { .. } => {
            AggregateError::DeserializationError(error.into())
        }
        _ => AggregateError::DatabaseConnectionError(error.into()),
    }
}

/// One envelope for each event of today. Those that one stored event has become share its sequence.
fn envelopes<A: Aggregate>(events: &[Recorded]) -> Result<Vec<EventEnvelope<A>>, AggregateError<A::Error>> {
    let mut all = Vec::new();
    for event in events {
        let today = A::Event::from_recorded(event).map_err(|error| failure(error.into()))?;
        all.extend(today.into_iter().map(|payload| envelope(event, payload)));
    }
    Ok(all)
}

fn envelope<A: Aggregate>(event: &Recorded, payload: A::Event) -> EventEnvelope<A> {
    let mut metadata = HashMap::from([
        ("actor".to_owned(), event.actor.clone()),
        ("at".to_owned(), event.at.to_string()),
        ("command".to_owned(), event.command.to_string()),
        ("correlation".to_owned(), event.correlation.to_string()),
        ("position".to_owned(), event.position.to_string()),
    ]);
    if let Some(causation) = event.causation {
        metadata.insert("causation".to_owned(), causation.to_string());
    }
    EventEnvelope {
        aggregate_id: event.stream.to_string(),
        sequence: usize::try_from(event.version).unwrap_or(usize::MAX),
        payload,
        metadata,
    }
}

/// Metadata that says something which cannot be understood.
#[derive(Debug, thiserror::Error)]
#[error("the metadata {key:?} says {given:?}, which cannot be read")]
struct Unreadable {
    key: &'static str,
    given: String,
}

fn origin(metadata: &HashMap<String, String>, events: &[NewEvent]) -> Result<Origin, Unreadable> {
    let command = read(metadata, "command")?.unwrap_or_else(Uuid::now_v7);
    Ok(Origin {
        actor: metadata.get("actor").cloned().unwrap_or_else(|| "cqrs-es".to_owned()),
        at: read(metadata, "at")?.unwrap_or_else(Timestamp::now),
        command: CommandId(command),
        request: request(metadata, events),
        correlation: read(metadata, "correlation")?.unwrap_or(command),
        causation: read(metadata, "causation")?,
    })
}

fn read<T: std::str::FromStr>(metadata: &HashMap<String, String>, key: &'static str) -> Result<Option<T>, Unreadable> {
    let Some(given) = metadata.get(key) else { return Ok(None) };
    given.parse().map(Some).map_err(|_| Unreadable { key, given: given.clone() })
}

/// What was asked, as far as this door knows it: the metadata in a fixed order and the events.
fn request(metadata: &HashMap<String, String>, events: &[NewEvent]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    let mut part = |text: &str| {
        hasher.update((text.len() as u64).to_be_bytes());
        hasher.update(text);
    };
    for (key, value) in metadata.iter().collect::<BTreeMap<_, _>>() {
        part(key);
        part(value);
    }
    for event in events {
        part(&event.event_type);
        part(&event.payload);
    }
    hasher.finalize().into()
}

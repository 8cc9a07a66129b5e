//! Old shapes in a real journal: renamed, dropped, split, led through three shapes, by every way in which events are read.

use std::sync::Arc;

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent, EventStore as _};
use eventstore::{
    AppendError, Domain, ExecuteError, Guards, Journal, NewEvent, PgEventStore, Settings, Shape, StoreError, Upcast,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{append, origin, stream};

/// Money of today: put in and taken out, always in whole tenge.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Moved {
    PutIn { tenge: i64 },
    TakenOut { tenge: i64 },
}

impl DomainEvent for Moved {
    fn event_type(&self) -> String {
        match self {
            Self::PutIn { .. } => "put_in".to_owned(),
            Self::TakenOut { .. } => "taken_out".to_owned(),
        }
    }

    fn event_version(&self) -> String {
        "3".to_owned()
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Purse {
    tenge: i64,
}

#[derive(Debug)]
struct TooLittle(i64);

impl std::fmt::Display for TooLittle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the purse holds {}", self.0)
    }
}

impl std::error::Error for TooLittle {}

impl Aggregate for Purse {
    const TYPE: &'static str = "purse";
    type Command = i64;
    type Event = Moved;
    type Error = TooLittle;
    type Services = ();

    async fn handle(&mut self, take: i64, (): &(), sink: &EventSink<Self>) -> Result<(), TooLittle> {
        if take > self.tenge {
            return Err(TooLittle(self.tenge));
        }
        sink.write(Moved::TakenOut { tenge: take }, self).await;
        Ok(())
    }

    fn apply(&mut self, event: Moved) {
        match event {
            Moved::PutIn { tenge } => self.tenge += tenge,
            Moved::TakenOut { tenge } => self.tenge -= tenge,
        }
    }
}

/// `put_in` 1 counted tiyn in a text, 2 in a number, 3 counts tenge; `changed` was both moves at once; `paid` is called `taken_out`
/// now; `looked_at` says nothing any more.
struct Rules;

impl Rules {
    fn step(shape: &Shape) -> Option<Result<Vec<Shape>, String>> {
        let read = || serde_json::from_str::<Value>(&shape.payload).map_err(|error| error.to_string());
        let inside = || Ok::<_, String>(read()?[&shape.event_type].clone());
        let make = |name: &str, version: u16, inside: Value| Shape {
            event_type: name.to_owned(),
            schema_version: version,
            payload: json!({ name: inside }).to_string(),
        };
        Some(match (shape.event_type.as_str(), shape.schema_version) {
            ("put_in", 1) => inside().and_then(|inside| {
                let tiyn = inside["tiyn"].as_str().and_then(|text| text.parse::<i64>().ok());
                let tiyn = tiyn.ok_or("the tiyn are no number")?;
                Ok(vec![make("put_in", 2, json!({ "tiyn": tiyn }))])
            }),
            ("put_in", 2) => inside().and_then(|inside| {
                let tiyn = inside["tiyn"].as_i64().ok_or("there are no tiyn")?;
                Ok(vec![make("put_in", 3, json!({ "tenge": tiyn / 100 }))])
            }),
            ("changed", 1) => inside().map(|inside| {
                let tenge = |field: &str| json!({ "tenge": inside[field] });
                vec![make("put_in", 3, tenge("in")), make("taken_out", 3, tenge("out"))]
            }),
            ("paid", 1) => inside().map(|inside| vec![make("taken_out", 3, inside)]),
            ("looked_at", 1) => Ok(Vec::new()),
            _ => return None,
        })
    }
}

impl Upcast for Rules {
    fn is_current(&self, event_type: &str, schema_version: u16) -> bool {
        schema_version == 3 && ["put_in", "taken_out"].contains(&event_type)
    }

    fn current(&self, shape: Shape) -> Result<Vec<Shape>, Box<dyn std::error::Error + Send + Sync>> {
        let mut today = Vec::new();
        let mut waiting = vec![shape];
        while let Some(shape) = waiting.pop() {
            match Self::step(&shape) {
                Some(made) => waiting.extend(made?.into_iter().rev()),
                None => today.push(shape),
            }
        }
        Ok(today)
    }
}

fn stored(name: &str, version: u16, inside: Value) -> NewEvent {
    let payload = json!({ name: inside }).to_string();
    NewEvent { event_type: name.to_owned(), schema_version: version, payload }
}

async fn journal(database: &testkit::TestDatabase) -> Journal {
    let domain = Domain { sealing: None, upcast: Some(Arc::new(Rules)) };
    Journal::open_for(database.pool.clone(), database.config.clone(), Settings::MEASURED, domain).await.unwrap()
}

async fn keep(journal: &Journal, events: Vec<NewEvent>) {
    let mut old = append("purse-1", 0, &[]);
    old.writes[0].events = events;
    journal.append(old).await.unwrap();
}

#[tokio::test]
async fn old_shapes_are_read_as_those_of_today_by_every_way_and_never_written_again() {
    let database = testkit::database().await;
    let journal = journal(&database).await;
    let old = vec![
        stored("put_in", 1, json!({ "tiyn": "10000" })),
        stored("looked_at", 1, json!({})),
        stored("changed", 1, json!({ "in": 50, "out": 20 })),
        stored("put_in", 2, json!({ "tiyn": 700 })),
        stored("paid", 1, json!({ "tenge": 30 })),
        stored("put_in", 3, json!({ "tenge": 3 })),
    ];
    keep(&journal, old.clone()).await;
    let today = [
        (1, Moved::PutIn { tenge: 100 }),
        (3, Moved::PutIn { tenge: 50 }),
        (3, Moved::TakenOut { tenge: 20 }),
        (4, Moved::PutIn { tenge: 7 }),
        (5, Moved::TakenOut { tenge: 30 }),
        (6, Moved::PutIn { tenge: 3 }),
    ];

    // The executor: decided on the state of today, recorded behind the last stored event.
    let id = stream("purse-1");
    let loaded = journal.aggregate::<Purse>(&id).await.unwrap();
    assert_eq!((loaded.aggregate, loaded.version, loaded.position), (Purse { tenge: 110 }, 6, 6));
    let refused = journal.execute::<Purse>(&id, 111, origin(), Guards::none(), None).await;
    assert!(matches!(refused, Err(ExecuteError::Refused(TooLittle(110)))), "{refused:?}");
    let done = journal.execute::<Purse>(&id, 110, origin(), Guards::none(), Some(6)).await.unwrap();
    assert_eq!((done.version, done.events[0].text()), (7, r#"{"taken_out":{"tenge":110}}"#));

    // The face of cqrs-es: what one stored event has become shares its sequence.
    let store = PgEventStore::<Purse>::new(journal.clone());
    let envelopes = store.load_events("purse-1").await.unwrap();
    let seen: Vec<_> = envelopes.into_iter().map(|envelope| (envelope.sequence, envelope.payload)).collect();
    assert_eq!(seen[..6], today);
    let context = store.load_aggregate("purse-1").await.unwrap();
    assert_eq!((context.aggregate.tenge, context.current_sequence), (0, 7));

    // A follower's page.
    let page = journal.read_after(2, 1).await.unwrap();
    assert_eq!(page[0].current.as_ref().unwrap().len(), 2);
    let page = journal.read_after(1, 1).await.unwrap();
    assert_eq!(page[0].current, Some(Vec::new()), "it says nothing, and is counted all the same");

    // What is stored is what was stored.
    let kept = journal.load(&id).await.unwrap();
    assert!(
        kept.iter()
            .zip(&old)
            .all(|(kept, old)| kept.payload == old.payload && kept.schema_version == old.schema_version)
    );
    assert_eq!(eventstore::verify(&database.pool).await.unwrap().to_string(), "7 events, 2 blocks: intact");
}

#[tokio::test]
async fn an_old_text_that_does_not_fit_its_rule_is_an_error_that_names_its_place() {
    let database = testkit::database().await;
    let journal = journal(&database).await;
    keep(&journal, vec![stored("put_in", 3, json!({ "tenge": 1 })), stored("put_in", 1, json!({ "tiyn": "ten" }))])
        .await;
    let error = journal.aggregate::<Purse>(&stream("purse-1")).await.unwrap_err();
    assert!(matches!(&error, StoreError::Upcast { position: 2, schema_version: 1, .. }), "{error:?}");
    assert!(error.to_string().contains("position 2 (put_in version 1)"), "{error}");
    let executed = journal.execute::<Purse>(&stream("purse-1"), 1, origin(), Guards::none(), None).await;
    assert!(matches!(executed, Err(ExecuteError::Append(AppendError::Failure(StoreError::Upcast { .. })))));
}

//! The reference: what a store should do, in memory, under one lock, as plainly as it can be written.

mod following;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use uuid::Uuid;

use crate::store::{Ask, Command, Done, Found, Heal, Kept, No, Node, Power, Store, Tamper, When};
use following::{Follower, ModelFollowers};

/// An event with the append that brought it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Event {
    kept: Kept,
    block: i64,
    actor: &'static str,
}

#[derive(Default, Clone)]
struct State {
    events: Vec<Event>,
    /// What was written, in a place where nobody tampers.
    written: Vec<Event>,
    blocks: i64,
    commands: HashMap<Uuid, ([u8; 32], Done)>,
    claims: HashMap<String, String>,
    series: HashMap<String, i64>,
    /// So many answers get lost on their way.
    answers_to_lose: u64,
    follower: Follower,
}

impl State {
    fn version(&self, stream: &str) -> u64 {
        self.events.iter().filter(|event| event.kept.stream == stream).count() as u64
    }

    fn append(&mut self, ask: &Ask) -> Result<Done, No> {
        let payloads = || ask.writes.iter().flat_map(|(_, _, payloads)| payloads);
        if payloads().any(|payload| holds_nul(payload)) {
            return Err(No::Never);
        }
        let (first, expected, _) = &ask.writes[0];
        if payloads().next().is_none() {
            return Ok(Done { version: *expected, position: None, repeated: false });
        }
        if let Some((request, done)) = self.commands.get(&ask.command) {
            let again = Done { repeated: true, ..done.clone() };
            return if *request == ask.request() { Ok(again) } else { Err(No::Reused) };
        }
        if ask.writes.iter().any(|(stream, expected, _)| self.version(stream) != *expected) {
            return Err(No::Conflict);
        }
        if ask.claim.as_ref().is_some_and(|key| self.claims.contains_key(key)) {
            return Err(No::Claimed);
        }
        if let Some((series, number)) = &ask.number {
            let next = self.next_number(series);
            if *number != next {
                return Err(No::NotNext(next));
            }
            self.series.insert(series.clone(), number + 1);
        }
        if let Some(key) = &ask.claim {
            self.claims.insert(key.clone(), first.clone());
        }
        self.blocks += 1;
        for (stream, _, payloads) in &ask.writes {
            for payload in payloads {
                let position = self.events.len() + 1;
                let kept = Kept {
                    position: i64::try_from(position).ok(),
                    stream: stream.clone(),
                    version: self.version(stream) + 1,
                    payload: payload.clone(),
                };
                self.events.push(Event { kept, block: self.blocks, actor: "clerk" });
            }
        }
        self.written = self.events.clone();
        let position = self.events.last().and_then(|event| event.kept.position);
        let done = Done { version: self.version(first), position, repeated: false };
        self.commands.insert(ask.command, (ask.request(), done.clone()));
        Ok(done)
    }

    fn next_number(&self, series: &str) -> i64 {
        self.series.get(series).copied().unwrap_or(1)
    }
}

/// The store.
#[derive(Clone, Default)]
pub(crate) struct Model {
    state: Arc<Mutex<State>>,
}

impl Model {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A program on it, perhaps behind a line that will break.
#[derive(Clone)]
pub(crate) struct ModelNode {
    model: Model,
    line: Arc<Mutex<Line>>,
}

#[derive(Clone, Default)]
struct Line {
    armed: Option<(String, When)>,
    down: bool,
}

impl Node for ModelNode {
    async fn append(&self, ask: Ask) -> Result<Done, No> {
        // Others come in between, as they would.
        tokio::task::yield_now().await;
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        if line.down {
            return Err(No::Failed("the line is down".to_owned()));
        }
        let mut state = self.model.state();
        let holds =
            |marker: &str| ask.writes.iter().flat_map(|(.., payloads)| payloads).any(|one| one.contains(marker));
        if let Some((_, when)) = line.armed.take_if(|(marker, _)| holds(marker)) {
            line.down = true;
            if when == When::After {
                drop(state.append(&ask));
            }
            return Err(No::Unknown);
        }
        if state.answers_to_lose > 0 {
            state.answers_to_lose -= 1;
            drop(state.append(&ask));
        }
        state.append(&ask)
    }

    async fn stream(&self, name: &str) -> Result<Vec<Kept>, No> {
        tokio::task::yield_now().await;
        let state = self.model.state();
        Ok(state.events.iter().map(|event| &event.kept).filter(|kept| kept.stream == name).cloned().collect())
    }

    async fn execute(&self, stream: &str, command: Command) -> Result<(), No> {
        tokio::task::yield_now().await;
        let mut state = self.model.state();
        let closed = Value::from("closed").to_string();
        if state.events.iter().any(|event| event.kept.stream == stream && event.kept.payload == closed) {
            return Err(No::Refused);
        }
        let payload = match command {
            Command::Note(value) => value.to_string(),
            Command::Close => closed,
        };
        let expected = state.version(stream);
        state.append(&Ask::new(stream, expected, &[&payload])).map(drop)
    }

    async fn log(&self, after: i64, limit: i64) -> Vec<Kept> {
        tokio::task::yield_now().await;
        let state = self.model.state();
        let from = usize::try_from(after).unwrap_or(0);
        let page = state.events.iter().skip(from).take(usize::try_from(limit).unwrap_or(0));
        page.map(|event| event.kept.clone()).collect()
    }

    async fn next_number(&self, series: &str) -> i64 {
        self.model.state().next_number(series)
    }
}

impl Store for Model {
    const NAME: &str = "model";
    type Node = ModelNode;
    type Followers = ModelFollowers;

    fn lacks(power: Power) -> Option<&'static str> {
        match power {
            Power::Transactions => Some("it appends in an instant and has no neighbours"),
            Power::Server => Some("it has no server process"),
            Power::Listening => Some("its followers look all the time"),
            Power::Processes => Some("it lives in one process"),
            Power::Log
            | Power::Commands
            | Power::Nodes
            | Power::Blocks
            | Power::SeveralStreams
            | Power::Bytes
            | Power::Claims
            | Power::Numbers
            | Power::Connections
            | Power::Dump
            | Power::Followers
            | Power::Parking
            | Power::Sparing
            | Power::Verifying
            | Power::SignedHeads => None,
        }
    }

    async fn open() -> Self {
        Self::default()
    }

    async fn node(&self) -> ModelNode {
        ModelNode { model: self.clone(), line: Arc::default() }
    }

    async fn breaking(&self, marker: &str, when: When) -> (ModelNode, Heal) {
        let line = Arc::new(Mutex::new(Line { armed: Some((marker.to_owned(), when)), down: false }));
        let node = ModelNode { model: self.clone(), line: line.clone() };
        (node, Box::new(move || *line.lock().unwrap_or_else(PoisonError::into_inner) = Line::default()))
    }

    async fn kill_connections(&self) -> u64 {
        self.state().answers_to_lose += 1;
        1
    }

    async fn dumped_and_restored(&self) -> Self {
        Self { state: Arc::new(Mutex::new(self.state().clone())) }
    }

    async fn followers(&self) -> ModelFollowers {
        ModelFollowers::of(self.clone())
    }

    async fn tamper(&self, how: Tamper) {
        let mut state = self.state();
        match how {
            Tamper::Payload => state.events[2].kept.payload = "\"x\"".to_owned(),
            Tamper::Actor => state.events[2].actor = "clerc",
            Tamper::Version => state.events[3].kept.version = 7,
            Tamper::Swap => {
                let first = state.events[0].kept.payload.clone();
                state.events[0].kept.payload = state.events[1].kept.payload.clone();
                state.events[1].kept.payload = first;
            }
            Tamper::Tail => state.events.truncate(4),
            Tamper::Insert => {
                let mut another = state.events[5].clone();
                another.kept.position = Some(7);
                state.events.push(another);
            }
            Tamper::RewrittenTail => {
                state.events[5].kept.payload = "\"x\"".to_owned();
                state.written = state.events.clone();
            }
        }
    }

    async fn found(&self) -> Vec<Found> {
        let state = self.state();
        differences(&state.events, &state.written)
    }

    async fn signed_head(&self) -> Vec<u8> {
        digest(&self.state().written)
    }

    async fn found_against(&self, head: &[u8]) -> Vec<Found> {
        let state = self.state();
        let mut found = differences(&state.events, &state.written);
        if digest(&state.written) != head {
            found.push(Found { block: Some(state.blocks), event: None });
        }
        found
    }
}

/// The character U+0000, raw or escaped; a backslash that is itself escaped begins no escape.
fn holds_nul(json: &str) -> bool {
    json.contains('\0') || json.replace("\\\\", "").contains("\\u0000")
}

/// A head that is kept outside needs no hash here: it is everything.
fn digest(events: &[Event]) -> Vec<u8> {
    format!("{events:?}").into_bytes()
}

fn differences(stands: &[Event], written: &[Event]) -> Vec<Found> {
    let mut found = Vec::new();
    for n in 0..stands.len().max(written.len()) {
        match (stands.get(n), written.get(n)) {
            (Some(here), Some(there)) if here == there => {}
            (Some(_), Some(there)) => found.push(Found { block: Some(there.block), event: there.kept.position }),
            (Some(here), None) => found.push(Found { block: None, event: here.kept.position }),
            (None, Some(there)) => found.push(Found { block: Some(there.block), event: there.kept.position }),
            (None, None) => {}
        }
    }
    found
}

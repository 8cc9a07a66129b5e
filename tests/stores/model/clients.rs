//! Clients: what each means to do follows from the seed; what it expects depends on what it was answered.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use eventstore::StreamId;

use crate::chance::Chance;
use crate::history::{Answer, Ask, AskNo};
use crate::world::World;

/// How many streams are everybody's.
const SHARED: u64 = 6;

pub(crate) struct Client {
    world: Arc<World>,
    chance: Chance,
    number: u64,
    /// The versions of streams as this client knows them.
    versions: HashMap<String, u64>,
    next_number: i64,
    steps: u64,
    /// Asks of its own, to be repeated now and then.
    asked: Vec<(AskNo, Vec<u64>)>,
}

impl Client {
    pub(crate) fn new(world: Arc<World>, seed: u64, number: u64) -> Self {
        let chance = Chance::of(seed, number + 1);
        Self { world, chance, number, versions: HashMap::new(), next_number: 1, steps: 0, asked: Vec::new() }
    }

    pub(crate) async fn run(mut self) {
        while !self.world.is_over() {
            self.steps += 1;
            match self.chance.below(100) {
                0..25 => self.append_to_its_own().await,
                25..55 => self.append_to_a_shared_one().await,
                55..62 => self.append_to_two().await,
                62..70 => self.claim().await,
                70..78 => self.take_a_number().await,
                78..84 => self.repeat().await,
                84..88 => self.reuse_an_id().await,
                88..93 => self.ask_two_nodes_at_once().await,
                93..97 => self.ask_three_at_once().await,
                _ => self.read().await,
            }
            // A client that was told that nothing works waits a little, as a person would.
            tokio::time::sleep(Duration::from_millis(self.chance.below(4))).await;
        }
    }

    fn node(&mut self) -> usize {
        self.chance.index(self.world.nodes.len())
    }

    fn payloads(&mut self) -> Vec<String> {
        let events = if self.chance.one_in(12) { 2 + self.chance.below(20) } else { 1 };
        (0..events).map(|n| format!("{{\"of\":{},\"step\":{},\"n\":{n}}}", self.number, self.steps)).collect()
    }

    fn ask(&mut self, writes: Vec<(String, Vec<String>)>) -> Ask {
        Ask { command: self.chance.uuid(), writes, claim: None, number: None }
    }

    fn shared(&mut self) -> String {
        format!("shared-{}", self.chance.below(SHARED))
    }

    /// What this client expects a stream to be at: what it knows, now and then something else.
    fn expected(&mut self, stream: &str) -> u64 {
        let known = self.versions.get(stream).copied().unwrap_or(0);
        match self.chance.below(30) {
            0 => known + 1,
            1 => known.saturating_sub(1),
            _ => known,
        }
    }

    fn learn(&mut self, ask: &Ask, answer: &Answer) {
        match answer {
            Answer::Done { version, .. } => {
                let known = self.versions.entry(ask.writes[0].0.clone()).or_insert(0);
                *known = (*known).max(*version);
            }
            Answer::Conflict { stream, actual } => drop(self.versions.insert(stream.clone(), *actual)),
            Answer::NotNext(next) => self.next_number = *next,
            Answer::Claimed | Answer::Reused | Answer::Unknown | Answer::Failed(_) => {}
        }
    }

    /// Asks until somebody knows, on whatever node; a plain failure is sometimes taken for an answer.
    async fn settle(&mut self, ask: Ask, expected: &[u64], sure: bool) -> Option<Answer> {
        let no = self.world.history.mean(ask.clone());
        self.asked.push((no, expected.to_owned()));
        let mut in_doubt = false;
        loop {
            let node = self.node();
            let answer = self.world.attempt(no, node, expected, sure).await;
            self.learn(&ask, &answer);
            match answer {
                Answer::Unknown => in_doubt = true,
                Answer::Failed(_) if !in_doubt && self.chance.one_in(3) => return Some(answer),
                Answer::Failed(_) => {}
                answer => {
                    if self.chance.one_in(4) {
                        let node = self.node();
                        self.world.read_back(node, &answer).await;
                    }
                    return Some(answer);
                }
            }
            if self.world.is_over() {
                return None;
            }
            tokio::time::sleep(Duration::from_millis(5 + self.chance.below(40))).await;
        }
    }

    async fn append_to_its_own(&mut self) {
        let stream = format!("own-{}", self.number);
        let payloads = self.payloads();
        let expected = self.versions.get(&stream).copied().unwrap_or(0);
        let ask = self.ask(vec![(stream, payloads)]);
        // Whoever alone writes to a stream, and has settled everything before, meets no conflict.
        drop(self.settle(ask, &[expected], true).await);
    }

    async fn append_to_a_shared_one(&mut self) {
        let stream = self.shared();
        let (payloads, expected) = (self.payloads(), self.expected(&stream));
        let ask = self.ask(vec![(stream, payloads)]);
        drop(self.settle(ask, &[expected], false).await);
    }

    async fn append_to_two(&mut self) {
        let one = self.chance.below(SHARED);
        let two = (one + 1 + self.chance.below(SHARED - 1)) % SHARED;
        let (one, two) = (format!("shared-{one}"), format!("shared-{two}"));
        let expected = [self.expected(&one), self.expected(&two)];
        let (first, second) = (self.payloads(), self.payloads());
        let ask = self.ask(vec![(one, first), (two, second)]);
        drop(self.settle(ask, &expected, false).await);
    }

    async fn claim(&mut self) {
        let stream = format!("claiming-{}-{}", self.number, self.steps);
        let key = format!("№ДС-{}", self.chance.below(150));
        let payloads = self.payloads();
        let ask = Ask { claim: Some(key), ..self.ask(vec![(stream, payloads)]) };
        drop(self.settle(ask, &[0], false).await);
    }

    async fn take_a_number(&mut self) {
        for attempt in 0..4 {
            let stream = format!("numbered-{}-{}-{attempt}", self.number, self.steps);
            let (payloads, number) = (self.payloads(), self.next_number);
            let ask = Ask { number: Some(("outgoing".to_owned(), number)), ..self.ask(vec![(stream, payloads)]) };
            match self.settle(ask, &[0], false).await {
                Some(Answer::NotNext(_)) => {}
                Some(Answer::Done { .. }) => return self.next_number = number + 1,
                _ => return,
            }
        }
    }

    /// An old command once more, at the version it expected then, or at what is known now.
    async fn repeat(&mut self) {
        if self.asked.is_empty() {
            return;
        }
        let chosen = self.chance.index(self.asked.len());
        let (no, mut expected) = self.asked[chosen].clone();
        let ask = self.world.history.ask(no);
        // What only this client writes to is left as it is: repeated anew it would stand where the client does not expect it.
        if self.chance.one_in(2) && !ask.writes[0].0.starts_with("own-") {
            for ((stream, _), expected) in ask.writes.iter().zip(&mut expected) {
                *expected = self.versions.get(stream).copied().unwrap_or(*expected);
            }
        }
        if ask.writes[0].0.starts_with("own-") && !self.is_recorded(no) {
            return;
        }
        let node = self.node();
        let answer = self.world.attempt(no, node, &expected, false).await;
        self.learn(&ask, &answer);
    }

    fn is_recorded(&self, no: AskNo) -> bool {
        self.world.history.is_recorded(no)
    }

    /// One id for two things, at once, perhaps on two nodes: one of them at most stands.
    async fn reuse_an_id(&mut self) {
        let (one, two) = (self.shared(), self.shared());
        let expected = [[self.expected(&one)], [self.expected(&two)]];
        let (first, second) = (self.payloads(), self.payloads());
        let first = self.ask(vec![(one, first)]);
        let second = Ask { command: first.command, ..self.ask(vec![(two, [second, vec!["0".to_owned()]].concat())]) };
        let nodes = [self.node(), self.node()];
        let (history, world) = (&self.world.history, &self.world);
        let (a, b) = (history.mean(first.clone()), history.mean(second.clone()));
        let (x, y) = tokio::join!(
            world.attempt(a, nodes[0], &expected[0], false),
            world.attempt(b, nodes[1], &expected[1], false)
        );
        self.learn(&first, &x);
        self.learn(&second, &y);
    }

    async fn ask_two_nodes_at_once(&mut self) {
        let stream = self.shared();
        let expected = [self.expected(&stream)];
        let payloads = self.payloads();
        let ask = self.ask(vec![(stream, payloads)]);
        let no = self.world.history.mean(ask.clone());
        let one = self.node();
        let two = (one + 1) % self.world.nodes.len();
        let world = &self.world;
        let (x, y) = tokio::join!(world.attempt(no, one, &expected, false), world.attempt(no, two, &expected, false));
        self.learn(&ask, &x);
        self.learn(&ask, &y);
        self.asked.push((no, expected.to_vec()));
    }

    /// One that is twice in the block, and between them one that will conflict.
    async fn ask_three_at_once(&mut self) {
        let stream = self.shared();
        let expected = [self.expected(&stream)];
        let payloads = [self.payloads(), self.payloads()];
        let [first, second] = payloads.map(|payloads| self.ask(vec![(stream.clone(), payloads)]));
        let node = self.node();
        let (history, world) = (&self.world.history, &self.world);
        let (a, b) = (history.mean(first.clone()), history.mean(second.clone()));
        let (x, y, z) = tokio::join!(
            world.attempt(a, node, &expected, false),
            world.attempt(b, node, &expected, false),
            world.attempt(a, node, &expected, false),
        );
        for (ask, answer) in [(&first, x), (&second, y), (&first, z)] {
            self.learn(ask, &answer);
        }
        self.asked.push((a, expected.to_vec()));
    }

    async fn read(&mut self) {
        let node = self.node();
        if self.chance.one_in(2) {
            let known = self.world.history.known();
            let after = i64::try_from(self.chance.below(known.unsigned_abs() + 1)).unwrap();
            drop(self.world.read(node, after, 100).await);
        } else {
            let stream = self.shared();
            let id = StreamId::new(stream.as_str()).unwrap();
            // Who cannot read now reads another time.
            let Ok(events) = self.world.journal(node).await.load(&id).await else { return };
            if !events.iter().zip(1..).all(|(event, due)| event.version == due) {
                let versions: Vec<u64> = events.iter().map(|event| event.version).collect();
                self.world
                    .history
                    .break_rule("each stream's versions are dense", format!("{stream} was read as {versions:?}"));
            }
            self.world.history.see("a reader of a stream", &events);
            self.versions.insert(stream, events.len() as u64);
        }
    }
}

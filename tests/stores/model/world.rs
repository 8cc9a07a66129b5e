//! The server that dies, the programs on it, and the lines between them that are cut.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deadpool_postgres::Pool;
use eventstore::{
    Append, AppendError, Claim, CommandId, Guards, Journal, NewEvent, Origin, Recorded, Settings, StreamId,
    StreamWrite, TakeNumber,
};
use jiff::Timestamp;
use testkit::cut::Cut;
use testkit::mortal::Mortal;
use tokio::sync::RwLock;
use tokio_postgres::{Client, Config, NoTls};

use crate::history::{Answer, Ask, AskNo, History};

/// A small installation: little patience, so that callers meet doubt, and a short deadline, so that silence is noticed.
const SETTINGS: Settings = Settings {
    deadline: Duration::from_millis(1500),
    patience: Duration::from_millis(400),
    poll: Duration::from_millis(200),
    ..Settings::MEASURED
};

/// One program with a journal of its own, perhaps behind a line that can be cut.
pub(crate) struct Node {
    journal: RwLock<Journal>,
    pub(crate) line: Option<Cut>,
}

pub(crate) struct World {
    pub(crate) history: History,
    pub(crate) nodes: Vec<Node>,
    pub(crate) server: tokio::sync::Mutex<Mortal>,
    pub(crate) config: Config,
    /// Clients begin nothing new.
    over: AtomicBool,
}

impl World {
    /// Three programs: one with a straight line to the server, two behind lines that are cut.
    pub(crate) async fn new() -> Arc<Self> {
        let server = tokio::task::spawn_blocking(Mortal::start).await.unwrap();
        let config = server.config().clone();
        let mut nodes = Vec::new();
        for line in [None, Some(Cut::before(&config).await), Some(Cut::before(&config).await)] {
            let writer = line.as_ref().map_or(&config, Cut::config);
            nodes.push(Node { journal: RwLock::new(journal(&config, writer).await), line });
        }
        let server = tokio::sync::Mutex::new(server);
        Arc::new(Self { history: History::default(), nodes, server, config, over: AtomicBool::new(false) })
    }

    pub(crate) fn is_over(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }

    pub(crate) fn end(&self) {
        self.over.store(true, Ordering::SeqCst);
    }

    pub(crate) async fn journal(&self, node: usize) -> Journal {
        self.nodes[node].journal.read().await.clone()
    }

    /// A straight line of its own.
    pub(crate) async fn connect(&self) -> Result<Client, tokio_postgres::Error> {
        let (client, connection) = self.config.connect(NoTls).await?;
        tokio::spawn(connection);
        Ok(client)
    }

    /// The program ends in order and starts again; what it was asked meanwhile is refused or in doubt.
    pub(crate) async fn restart(&self, node: usize) {
        self.journal(node).await.close().await;
        let writer = self.nodes[node].line.as_ref().map_or(&self.config, Cut::config);
        let opened = journal(&self.config, writer).await;
        *self.nodes[node].journal.write().await = opened;
    }

    /// Asks once, and writes down what is answered.
    pub(crate) async fn attempt(&self, no: AskNo, node: usize, expected: &[u64], sure: bool) -> Answer {
        let ask = self.history.ask(no);
        let journal = self.journal(node).await;
        let append = append(&ask, expected);
        let attempt = self.history.begin(no, node, expected, sure);
        let answered = journal.append(append).await;
        let answer = match answered {
            Ok(done) => {
                let place = (done.events.first(), done.events.last());
                let (Some(first), Some(last)) = (place.0.map(|e| e.position), place.1.map(|e| e.position)) else {
                    panic!("an append with events was answered without: {done:?}")
                };
                self.history.see("the answer to an append", &done.events);
                Answer::Done { first, last, version: done.version, repeated: done.repeated }
            }
            Err(AppendError::Conflict { stream, actual, .. }) => {
                Answer::Conflict { stream: stream.to_string(), actual }
            }
            Err(AppendError::Claimed { .. }) => Answer::Claimed,
            Err(AppendError::NumberTaken { next, .. }) => Answer::NotNext(next),
            Err(AppendError::CommandReused { .. }) => Answer::Reused,
            Err(AppendError::OutcomeUnknown(_)) => Answer::Unknown,
            Err(AppendError::Failure(error)) => Answer::Failed(sentence(&error)),
            Err(AppendError::Invalid(why)) => panic!("a client asked what can never be recorded: {why}"),
        };
        self.history.end(attempt, answer.clone());
        answer
    }

    /// Reads a page of the log; what is read must be in order and as it was.
    pub(crate) async fn read(&self, node: usize, after: i64, limit: i64) -> Option<Vec<Recorded>> {
        let page = self.journal(node).await.read_after(after, limit).await.ok()?;
        let is_dense = page.iter().zip(after + 1..).all(|(event, due)| event.position == due);
        if !is_dense {
            let positions: Vec<i64> = page.iter().map(|event| event.position).collect();
            self.history
                .break_rule("positions are contiguous from 1", format!("after {after} there was read {positions:?}"));
        }
        self.history.see("a reader of the log", &page);
        Some(page)
    }

    /// What was acknowledged can be read at once, by anybody.
    pub(crate) async fn read_back(&self, node: usize, answer: &Answer) {
        let Answer::Done { first, last, .. } = answer else { return };
        if let Some(page) = self.read(node, first - 1, last - first + 1).await
            && page.last().map(|event| event.position) != Some(*last)
        {
            let story = format!("positions {first} to {last} were acknowledged, and node {node} reads {page:?}");
            self.history.break_rule("what was acknowledged can be read at once", story);
        }
    }
}

/// Opens a journal, however long that takes.
pub(crate) async fn journal(reading: &Config, writing: &Config) -> Journal {
    loop {
        match Journal::open(pool(reading), writing.clone(), SETTINGS).await {
            Ok(journal) => return journal,
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

fn pool(config: &Config) -> Pool {
    eventstore::pool(config, 4).unwrap()
}

fn append(ask: &Ask, expected: &[u64]) -> Append {
    let event =
        |payload: &String| NewEvent { event_type: "noted".to_owned(), schema_version: 1, payload: payload.clone() };
    let writes = ask.writes.iter().zip(expected).map(|((stream, payloads), expected)| StreamWrite {
        stream: StreamId::new(stream.as_str()).unwrap(),
        expected: *expected,
        events: payloads.iter().map(event).collect(),
    });
    Append {
        origin: Origin {
            actor: "a client".to_owned(),
            at: Timestamp::UNIX_EPOCH,
            command: CommandId(ask.command),
            request: ask.request(),
            correlation: ask.command,
            causation: None,
        },
        writes: writes.collect(),
        guards: Guards {
            claims: ask.claim.iter().map(|key| Claim { key: key.clone() }).collect(),
            numbers: ask
                .number
                .iter()
                .map(|(series, value)| TakeNumber { series: series.clone(), value: *value })
                .collect(),
        },
    }
}

/// An error with its causes.
fn sentence(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |said, cause| format!("{said}: {cause}"))
}

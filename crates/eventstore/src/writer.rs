//! The one task of a node that appends: it takes all requests that are waiting and commits them as one block.

use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot, watch};

use crate::append::{AppendError, Appended};
use crate::error::StoreError;
use crate::event::CommandId;
use crate::plan::{Asked, CommandRow, Outcome};
use crate::session::{FlushError, Session};
use crate::settings::Settings;

/// What a caller is told. A repeated command's events are read by the caller, not by the writer.
#[derive(Debug)]
pub(crate) enum Told {
    Recorded(Appended),
    Repeated(CommandRow),
    Kept,
}

/// One request with the way back to its caller.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) asked: Asked,
    pub(crate) answer: oneshot::Sender<Result<Told, AppendError>>,
}

/// What is sent to the writer.
#[derive(Debug)]
pub(crate) enum Message {
    Job(Box<Job>),
    /// Finish what is waiting, take nothing more.
    Close,
}

impl Asked {
    fn bytes(&self) -> usize {
        match self {
            Self::Append(append) => append.writes.iter().flat_map(|w| &w.events).map(|e| e.payload.len()).sum(),
            Self::Keep { .. } => 0,
        }
    }

    fn command(&self) -> Option<CommandId> {
        match self {
            Self::Append(append) => Some(append.origin.command),
            Self::Keep { .. } => None,
        }
    }
}

pub(crate) struct Writer {
    pub(crate) config: tokio_postgres::Config,
    pub(crate) settings: Settings,
    pub(crate) session: Option<Session>,
    pub(crate) inbox: mpsc::Receiver<Message>,
    /// How many callers were waiting for this writer, in its hands or in its inbox, when it last answered.
    pub(crate) company: usize,
    pub(crate) positions: watch::Sender<i64>,
}

impl Writer {
    pub(crate) async fn run(mut self) {
        loop {
            let jobs = self.collect().await;
            if jobs.is_empty() {
                return;
            }
            self.settle(jobs).await;
        }
    }

    /// Waits for a first request and then, shortly, for those that are on their way. Without the short wait, callers who
    /// come back as soon as they are answered would alternate between a block of one and a block of all the others. As many
    /// are waited for as there were the last time: a caller who is alone never waits, and a crowd leaves as soon as it is
    /// complete.
    async fn collect(&mut self) -> Vec<Job> {
        let mut jobs = Vec::new();
        let mut bytes = 0;
        while jobs.is_empty() {
            match self.inbox.recv().await {
                Some(message) => self.take(message, &mut jobs, &mut bytes),
                None => return jobs,
            }
        }
        let since = Instant::now();
        loop {
            let before = jobs.len();
            while jobs.len() < self.settings.block_appends && bytes < self.settings.block_bytes {
                match self.inbox.try_recv() {
                    Ok(message) => self.take(message, &mut jobs, &mut bytes),
                    Err(_) => break,
                }
            }
            let full = jobs.len() >= self.settings.block_appends || bytes >= self.settings.block_bytes;
            let complete = jobs.len() >= self.company;
            let waited = since.elapsed();
            let quiet = jobs.len() == before && waited > self.settings.linger / 4;
            if full || complete || quiet || waited > self.settings.linger {
                return jobs;
            }
            for _ in 0..8 {
                tokio::task::yield_now().await;
            }
        }
    }

    fn take(&mut self, message: Message, jobs: &mut Vec<Job>, bytes: &mut usize) {
        match message {
            Message::Job(job) => {
                *bytes += job.asked.bytes();
                jobs.push(*job);
            }
            Message::Close => self.inbox.close(),
        }
    }

    /// Writes the jobs as one block. If the server refuses the block, its members are tried one by one, so that only the
    /// one at fault is told so.
    async fn settle(&mut self, jobs: Vec<Job>) {
        let (asked, answers): (Vec<_>, Vec<_>) = jobs.into_iter().map(|job| (job.asked, job.answer)).unzip();
        let written = self.write(&asked).await;
        self.company = asked.len() + self.inbox.len();
        match written {
            Ok(outcomes) => {
                for (outcome, answer) in outcomes.into_iter().zip(answers) {
                    tell(answer, outcome);
                }
            }
            Err(Unwritten::Rejected(error)) if asked.len() > 1 => {
                tracing::warn!(%error, members = asked.len(), "a block was refused; its members are tried one by one");
                for (one, answer) in asked.into_iter().zip(answers) {
                    match self.write(std::slice::from_ref(&one)).await {
                        Ok(outcomes) => outcomes.into_iter().zip([answer]).for_each(|(o, a)| tell(a, o)),
                        Err(unwritten) => refuse(answer, &one, &unwritten),
                    }
                }
            }
            Err(unwritten) => {
                for (one, answer) in asked.iter().zip(answers) {
                    refuse(answer, one, &unwritten);
                }
            }
        }
    }

    /// Writes one block, over a new connection if the old one is lost. Trying again after a lost COMMIT is safe: the new
    /// attempt waits for the head's lock until the old one has ended, and then finds its commands recorded, or not.
    async fn write(&mut self, asked: &[Asked]) -> Result<Vec<Outcome>, Unwritten> {
        let since = Instant::now();
        let mut in_doubt = false;
        let mut pause = Duration::from_millis(5);
        loop {
            let failure = match self.session().await {
                Err(error) => error,
                Ok(session) => match session.flush(asked).await {
                    Ok(outcomes) => {
                        self.announce(&outcomes);
                        return Ok(outcomes);
                    }
                    Err(FlushError::Rejected(error)) => {
                        self.session = None;
                        return Err(if in_doubt { Unwritten::InDoubt } else { Unwritten::Rejected(error) });
                    }
                    Err(FlushError::Lost { committing, source }) => {
                        tracing::warn!(error = %source, committing, "the journal writer lost its connection");
                        in_doubt |= committing;
                        self.session = None;
                        source
                    }
                },
            };
            if since.elapsed() >= self.settings.patience {
                return Err(if in_doubt { Unwritten::InDoubt } else { Unwritten::Unreachable(failure) });
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_millis(500));
        }
    }

    async fn session(&mut self) -> Result<&mut Session, StoreError> {
        let session = match self.session.take() {
            Some(session) if !session.is_closed() => session,
            Some(_) | None => Session::connect(&self.config, &self.settings).await?,
        };
        Ok(self.session.insert(session))
    }

    fn announce(&self, outcomes: &[Outcome]) {
        let last = outcomes.iter().filter_map(|outcome| match outcome {
            Outcome::Recorded(appended) => Some(appended.last_position),
            Outcome::Repeated(row) => Some(row.last_position()),
            Outcome::Refused(_) | Outcome::Kept => None,
        });
        if let Some(last) = last.max() {
            advance(&self.positions, last);
        }
    }
}

/// Moves the signal forward, never back.
pub(crate) fn advance(positions: &watch::Sender<i64>, to: i64) {
    positions.send_if_modified(|position| {
        let forward = to > *position;
        *position = to.max(*position);
        forward
    });
}

/// Why a block does not stand, or is not known to.
enum Unwritten {
    Rejected(StoreError),
    Unreachable(StoreError),
    InDoubt,
}

fn tell(answer: oneshot::Sender<Result<Told, AppendError>>, outcome: Outcome) {
    let told = match outcome {
        Outcome::Recorded(appended) => Ok(Told::Recorded(appended)),
        Outcome::Repeated(row) => Ok(Told::Repeated(row)),
        Outcome::Kept => Ok(Told::Kept),
        Outcome::Refused(error) => Err(error),
    };
    send(answer, told);
}

fn refuse(answer: oneshot::Sender<Result<Told, AppendError>>, asked: &Asked, why: &Unwritten) {
    let error = match why {
        Unwritten::Rejected(error) | Unwritten::Unreachable(error) => AppendError::Failure(error.clone()),
        Unwritten::InDoubt => match asked.command() {
            Some(command) => AppendError::OutcomeUnknown(command),
            // Keeping a blob can be repeated at will, so doubt and failure ask the same of its caller.
            None => AppendError::Failure(StoreError::Deadline),
        },
    };
    send(answer, Err(error));
}

fn send(answer: oneshot::Sender<Result<Told, AppendError>>, told: Result<Told, AppendError>) {
    if answer.send(told).is_err() {
        tracing::debug!("a caller of the journal had gone before it was answered");
    }
}

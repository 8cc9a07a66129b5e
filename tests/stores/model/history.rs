//! What was asked, when, and what was answered: all that the checker may use besides the log itself.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};
use uuid::Uuid;

/// An append as a client means it; the versions it expects belong to each attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ask {
    pub(crate) command: Uuid,
    /// Streams with the payloads of their events.
    pub(crate) writes: Vec<(String, Vec<String>)>,
    pub(crate) claim: Option<String>,
    pub(crate) number: Option<(String, i64)>,
}

impl Ask {
    pub(crate) fn request(&self) -> [u8; 32] {
        Sha256::digest(format!("{:?} {:?} {:?}", self.writes, self.claim, self.number)).into()
    }
}

/// What one attempt was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It stands, from this position to that, and its first stream has this version.
    Done { first: i64, last: i64, version: u64, repeated: bool },
    /// The stream stands elsewhere.
    Conflict { stream: String, actual: u64 },
    /// The key is another's.
    Claimed,
    /// Another number is the next.
    NotNext(i64),
    /// The id was used for something else.
    Reused,
    /// Nobody knows.
    Unknown,
    /// It does not stand.
    Failed(String),
}

impl Answer {
    /// The domain's no, which says that the command is not recorded.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(self, Self::Conflict { .. } | Self::Claimed | Self::NotNext(_) | Self::Reused)
    }

    /// The command may have been recorded by the attempt that is answered so.
    pub(crate) fn may_have_recorded(&self) -> bool {
        matches!(self, Self::Done { .. } | Self::Unknown)
    }
}

/// One time that an append was asked of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attempt {
    pub(crate) node: usize,
    pub(crate) expected: Vec<u64>,
    /// The history's clock when it was sent and when it was answered; unanswered when the run ended, if it is zero.
    pub(crate) begun: u64,
    pub(crate) ended: u64,
    /// A position that somebody had seen in the log before it was sent: what it records stands behind.
    pub(crate) known: i64,
    /// Nobody else writes to these streams, and everything before was settled: a conflict would be a lie.
    pub(crate) sure: bool,
    pub(crate) answer: Option<Answer>,
}

/// An append with all its attempts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) ask: Ask,
    pub(crate) attempts: Vec<Attempt>,
}

/// An event as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) position: i64,
    pub(crate) block: i64,
    pub(crate) stream: String,
    pub(crate) version: u64,
    pub(crate) payload: String,
    pub(crate) command: Uuid,
}

impl From<&eventstore::Recorded> for Entry {
    fn from(event: &eventstore::Recorded) -> Self {
        Self {
            position: event.position,
            block: event.block,
            stream: event.stream.to_string(),
            version: event.version,
            payload: event.payload.clone(),
            command: event.command.0,
        }
    }
}

/// A rule that was broken, with the shortest story that shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Broken {
    pub(crate) rule: &'static str,
    pub(crate) story: String,
}

/// Everything that happened so far, written down by whoever did it.
#[derive(Debug, Default)]
pub(crate) struct History {
    clock: AtomicU64,
    known: AtomicI64,
    asked: Mutex<Vec<Asked>>,
    /// What anybody has ever read at a position.
    seen: Mutex<std::collections::HashMap<i64, Entry>>,
    broken: Mutex<Vec<Broken>>,
}

/// Which of the history's appends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct AskNo(usize);

/// Which attempt of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AttemptNo(AskNo, usize);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl History {
    fn now(&self) -> u64 {
        self.clock.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// A new append; nothing is sent yet.
    pub(crate) fn mean(&self, ask: Ask) -> AskNo {
        let mut asked = lock(&self.asked);
        asked.push(Asked { ask, attempts: Vec::new() });
        AskNo(asked.len() - 1)
    }

    pub(crate) fn ask(&self, no: AskNo) -> Ask {
        lock(&self.asked)[no.0].ask.clone()
    }

    /// Right before an attempt is sent.
    pub(crate) fn begin(&self, no: AskNo, node: usize, expected: &[u64], sure: bool) -> AttemptNo {
        let attempt = Attempt {
            node,
            expected: expected.to_owned(),
            begun: self.now(),
            ended: 0,
            known: self.known.load(Ordering::SeqCst),
            sure,
            answer: None,
        };
        let mut asked = lock(&self.asked);
        let attempts = &mut asked[no.0].attempts;
        attempts.push(attempt);
        AttemptNo(no, attempts.len() - 1)
    }

    /// Right after it was answered.
    pub(crate) fn end(&self, AttemptNo(ask, attempt): AttemptNo, answer: Answer) {
        if let Answer::Done { last, .. } = answer {
            self.known.fetch_max(last, Ordering::SeqCst);
        }
        let now = self.now();
        let mut asked = lock(&self.asked);
        let attempt = &mut asked[ask.0].attempts[attempt];
        (attempt.ended, attempt.answer) = (now, Some(answer));
    }

    /// Somebody has read these. What was read before must be read again.
    pub(crate) fn see<'e>(&self, by: &str, events: impl IntoIterator<Item = &'e eventstore::Recorded>) {
        let mut seen = lock(&self.seen);
        for event in events {
            let now = Entry::from(event);
            self.known.fetch_max(now.position, Ordering::SeqCst);
            match seen.get(&now.position) {
                Some(before) if *before != now => self.break_rule(
                    "what stands at a position stands there for ever",
                    format!("{by} reads {now:?}\nbefore, there was read {before:?}"),
                ),
                Some(_) => {}
                None => drop(seen.insert(now.position, now)),
            }
        }
    }

    /// Somebody was told that it stands.
    pub(crate) fn is_recorded(&self, no: AskNo) -> bool {
        let is_done = |attempt: &Attempt| matches!(attempt.answer, Some(Answer::Done { .. }));
        lock(&self.asked)[no.0].attempts.iter().any(is_done)
    }

    pub(crate) fn break_rule(&self, rule: &'static str, story: String) {
        lock(&self.broken).push(Broken { rule, story });
    }

    pub(crate) fn known(&self) -> i64 {
        self.known.load(Ordering::SeqCst)
    }

    /// What was broken while it went on.
    pub(crate) fn broken(&self) -> Vec<Broken> {
        lock(&self.broken).clone()
    }

    /// As it stands now.
    pub(crate) fn so_far(&self) -> Vec<Asked> {
        lock(&self.asked).clone()
    }

    /// Everything that anybody has seen, by position.
    pub(crate) fn seen(&self) -> Vec<Entry> {
        let mut seen: Vec<Entry> = lock(&self.seen).values().cloned().collect();
        seen.sort_by_key(|entry| entry.position);
        seen
    }

    /// Appends of which nobody knows whether they stand: no attempt was answered with a yes or a no after the last doubt.
    pub(crate) fn unsettled(&self) -> Vec<(AskNo, Vec<u64>)> {
        let asked = lock(&self.asked);
        let open = asked.iter().enumerate().filter(|(_, asked)| !is_settled(asked));
        let last = |asked: &Asked| asked.attempts.last().map(|attempt| attempt.expected.clone()).unwrap_or_default();
        open.map(|(no, asked)| (AskNo(no), last(asked))).collect()
    }
}

fn is_settled(asked: &Asked) -> bool {
    let is_done = |attempt: &Attempt| matches!(attempt.answer, Some(Answer::Done { .. }));
    let doubts = asked.attempts.iter().filter(|attempt| matches!(attempt.answer, None | Some(Answer::Unknown)));
    let Some(last_doubt) = doubts.map(|attempt| if attempt.ended == 0 { u64::MAX } else { attempt.ended }).max() else {
        return true;
    };
    let told_no =
        |attempt: &Attempt| attempt.begun > last_doubt && attempt.answer.as_ref().is_some_and(Answer::is_refusal);
    asked.attempts.iter().any(|attempt| is_done(attempt) || told_no(attempt))
}

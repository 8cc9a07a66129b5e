//! The worker: takes due mails, carries them out, writes down what became of them, and tells the inquiries.
//!
//! It takes no input. Whatever there is to do stands in the tables, so that a poke, the timer and the next start all do the same.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deadpool_postgres::Pool;
use eventstore::Journal;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::Clock;
use crate::carrier::{Carried, Carrier, Line};
use crate::config::Config;
use crate::error::DispatchError;
use crate::notices;
use crate::queue::{self, Attempt, Cargo, Errand, Next};
use crate::reactions::FOLLOWER;
use crate::reporting;
use crate::reports;
use crate::schedule::Admission;
use crate::wire::{Outcome, Stage};

/// How many errands one line takes at a time: enough to spare the database, few enough that the last one's lease is still young.
const BATCH: usize = 8;

/// How long a poke waits for the follower to have made rows of the event that poked.
const FOLLOWER_PATIENCE: Duration = Duration::from_secs(2);

/// What one round did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Round {
    /// Taken by the relay, or written to files.
    pub delivered: u64,
    /// To be tried again.
    pub deferred: u64,
    /// Refused, given up, or of unknown fate: a person has to look.
    pub troubled: u64,
    /// Outcomes told to the inquiries.
    pub reported: u64,
    /// Digests and reminders made into mails for the people of the house.
    pub gathered: u64,
}

impl Round {
    /// Did the round find nothing to do?
    #[must_use]
    pub fn is_idle(&self) -> bool {
        *self == Self::default()
    }
}

/// Sends what is due.
#[derive(Clone)]
pub struct Worker {
    inner: Arc<Inner>,
}

struct Inner {
    journal: Journal,
    carrier: Carrier,
    config: Config,
    clock: Clock,
    /// Held by the line that tells the inquiries; the others go on sending meanwhile.
    telling: tokio::sync::Mutex<()>,
    /// Has this worker taken back what an earlier one of its name left?
    settled_in: AtomicBool,
}

impl std::fmt::Debug for Worker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Worker({})", self.inner.config.worker)
    }
}

impl Worker {
    /// Checks the settings, reads certificates and compiles the templates; nothing is sent yet.
    pub fn new(journal: Journal, config: Config, clock: Clock) -> Result<Self, DispatchError> {
        if config.lease < Duration::from_millis(1) {
            return Err(DispatchError::Settings("the lease of a mail must last".to_owned()));
        }
        let carrier = Carrier::new(journal.clone(), &config, Arc::clone(&clock))?;
        let inner = Inner {
            journal,
            carrier,
            config,
            clock,
            telling: tokio::sync::Mutex::new(()),
            settled_in: AtomicBool::new(false),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Works until told to stop, woken by the journal and by the timer. A failure is logged and met by trying again.
    ///
    /// A mail that is on its way when the word comes is finished first; the rest waits for the next start.
    pub async fn run(&self, mut stop: watch::Receiver<bool>) {
        let mut positions = self.inner.journal.positions();
        let mut failures = 0_u32;
        loop {
            match self.round(Some(&stop)).await {
                Ok(round) => {
                    failures = 0;
                    if !round.is_idle() {
                        tracing::info!(
                            delivered = round.delivered,
                            deferred = round.deferred,
                            troubled = round.troubled,
                            reported = round.reported,
                            gathered = round.gathered,
                            "mail went out"
                        );
                    }
                }
                Err(error) => {
                    failures = failures.saturating_add(1);
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        failures,
                        "mail could not be worked on; it will be tried again"
                    );
                }
            }
            let pause = self.inner.config.poll * 2_u32.pow(failures.min(4));
            tokio::select! {
                biased;
                // An error means that whoever could stop us is gone, and so is the program.
                _ = stop.wait_for(|stop| *stop) => return,
                () = self.poked(&mut positions), if failures == 0 => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Returns when the journal has grown and the follower has made rows of what came.
    async fn poked(&self, positions: &mut watch::Receiver<i64>) {
        if positions.changed().await.is_err() {
            // The journal is closed; only the timer is left.
            return std::future::pending().await;
        }
        let position = *positions.borrow_and_update();
        // If the follower is behind, the timer finds the mail a little later.
        if let Err(error) = self.inner.journal.wait_for(FOLLOWER, position, FOLLOWER_PATIENCE).await {
            tracing::debug!(%error, "the mail follower is behind the journal");
        }
    }

    /// Does everything that is due now, and no more: one round for tests and for the end of a story.
    pub async fn run_once(&self) -> Result<Round, DispatchError> {
        self.round(None).await
    }

    async fn round(&self, stop: Option<&watch::Receiver<bool>>) -> Result<Round, DispatchError> {
        let inner = &self.inner;
        // One look at the clock for what comes before the mails themselves.
        let now = (inner.clock)();
        if !inner.settled_in.load(Ordering::Relaxed) {
            queue::take_back(inner.pool(), &inner.config.worker).await?;
            queue::forget_relays(inner.pool(), &inner.config.worker, now).await?;
            inner.settled_in.store(true, Ordering::Relaxed);
        }
        let mut round = Round { troubled: queue::recover(inner.pool(), now).await?, ..Round::default() };
        if round.troubled > 0 {
            tracing::warn!(
                mails = round.troubled,
                "mails were on their way when a worker stopped; a person has to look at them"
            );
        }
        // A fault of the house's own mail keeps no letter to a deputy waiting.
        let mut failure = None;
        match notices::gather(inner.pool(), now, &inner.config.notices).await {
            Ok(gathered) => round.gathered = gathered,
            Err(error) => failure = Some(error),
        }
        // What an earlier round could not tell comes before new outcomes of the same mails.
        round.reported += inner.tell().await?;
        let mut lines = JoinSet::new();
        let wanted = if inner.carrier.writes_files() { 1 } else { inner.config.connections.max(1) };
        for _ in 0..wanted {
            lines.spawn(line(Arc::clone(inner), stop.cloned()));
        }
        while let Some(ended) = lines.join_next().await {
            match ended {
                Ok((done, failed)) => {
                    round.delivered += done.delivered;
                    round.deferred += done.deferred;
                    round.troubled += done.troubled;
                    round.reported += done.reported;
                    failure = failed.or(failure);
                }
                Err(error) => failure = Some(DispatchError::Broke(error)),
            }
        }
        // What did go out is told even when a line failed.
        round.reported += inner.tell().await?;
        failure.map_or(Ok(round), Err)
    }
}

/// One line to the relay: batch after batch, until nothing is due, the breaker opens, or we are told to stop. What it did, and what failed last.
async fn line(inner: Arc<Inner>, stop: Option<watch::Receiver<bool>>) -> (Round, Option<DispatchError>) {
    let mut round = Round::default();
    let mut failure = None;
    let mut open: Line = None;
    loop {
        let stopped = stop.as_ref().is_some_and(|stop| *stop.borrow());
        let limit = if stopped { 0 } else { inner.admitted() };
        if limit == 0 {
            break;
        }
        match inner.batch(limit, &mut open, &mut round, &mut failure).await {
            Ok(0) => break,
            Ok(_) => {}
            Err(error) => {
                failure = Some(error);
                break;
            }
        }
        // The inquiries hear of each batch, and not only of the end of a long list to a slow relay.
        match inner.tell_unless_told().await {
            Ok(told) => round.reported += told,
            Err(error) => {
                failure = Some(error);
                break;
            }
        }
    }
    if let Some((_, connection)) = open {
        connection.quit().await;
    }
    (round, failure)
}

impl Inner {
    fn pool(&self) -> &Pool {
        self.journal.pool()
    }

    async fn tell(&self) -> Result<u64, DispatchError> {
        let _telling = self.telling.lock().await;
        reporting::report_all(&self.journal, &self.clock).await
    }

    async fn tell_unless_told(&self) -> Result<u64, DispatchError> {
        match self.telling.try_lock() {
            Ok(_telling) => reporting::report_all(&self.journal, &self.clock).await,
            // Somebody is at it, and the round tells the rest at its end.
            Err(_) => Ok(0),
        }
    }

    fn admitted(&self) -> usize {
        match self.carrier.admits() {
            Admission::All => BATCH,
            Admission::One => 1,
            Admission::NoneBefore(_) => 0,
        }
    }

    /// Takes up to `limit` mails and carries them out; how many were taken. One that fails is tried again when its lease has run out, and holds
    /// none of the others up.
    async fn batch(
        &self,
        limit: usize,
        open: &mut Line,
        round: &mut Round,
        failure: &mut Option<DispatchError>,
    ) -> Result<usize, DispatchError> {
        let errands = queue::lease(self.pool(), &self.config.worker, (self.clock)(), self.config.lease, limit).await?;
        for (done, errand) in errands.iter().enumerate() {
            if done > 0 && self.admitted() == 0 {
                queue::put_back(self.pool(), &errands[done..]).await?;
                return Ok(done);
            }
            if let Err(error) = self.carry(errand, open, round).await {
                tracing::error!(
                    mail = errand.id,
                    error = &error as &dyn std::error::Error,
                    "a mail could not be worked on"
                );
                *failure = Some(error);
            }
        }
        Ok(errands.len())
    }

    /// Carries one mail out and writes down what became of it. A digest says what is true by then.
    async fn carry(&self, errand: &Errand, open: &mut Line, round: &mut Round) -> Result<(), DispatchError> {
        let told;
        let errand = match &errand.cargo {
            Cargo::Letter(_) | Cargo::Head(_) => errand,
            Cargo::Digest(_) => {
                let (at, settings) = ((self.clock)(), &self.config.notices);
                let Some(facts) = notices::as_it_is_now(self.pool(), errand.id, errand.token, at, settings).await?
                else {
                    return Ok(());
                };
                told = Errand { cargo: Cargo::Digest(Box::new(facts)), ..errand.clone() };
                &told
            }
            Cargo::Report(report) => {
                let (at, report) = ((self.clock)(), (**report).clone());
                let Some(facts) = reports::as_allowed(self.pool(), errand.id, errand.token, report, at).await? else {
                    return Ok(());
                };
                told = Errand { cargo: Cargo::Report(Box::new(facts)), ..errand.clone() };
                &told
            }
        };
        match self.carrier.carry(errand, open).await? {
            Carried::Done { outcome, relay } => self.note(errand, &outcome, &relay, round).await,
            Carried::Later(until) => queue::postpone(self.pool(), errand, until).await,
            Carried::NotOurs => {
                tracing::info!(mail = errand.id, "a mail was no longer ours when its turn came");
                Ok(())
            }
        }
    }

    async fn note(
        &self,
        errand: &Errand,
        outcome: &Outcome,
        relay: &str,
        round: &mut Round,
    ) -> Result<(), DispatchError> {
        let now = (self.clock)();
        let attempt = Attempt {
            worker: &self.config.worker,
            relay,
            is_file: self.carrier.writes_files(),
            outcome,
            at: now,
            give_up_after: self.config.give_up_after,
        };
        let next = queue::complete(self.pool(), errand, &attempt).await?;
        match next {
            Some(Next::Accepted | Next::Written) => round.delivered += 1,
            Some(Next::Deferred(_)) => round.deferred += 1,
            Some(Next::Refused | Next::Unknown | Next::Dead) => round.troubled += 1,
            Some(Next::AsBefore) => {}
            None => tracing::warn!(mail = errand.id, "a mail's outcome came after its lease was lost"),
        }
        if !matches!(next, Some(Next::Accepted | Next::Written)) {
            log(errand, outcome, relay);
        }
        Ok(())
    }
}

/// Never the address: the row has it, for whoever may see it.
fn log(errand: &Errand, outcome: &Outcome, relay: &str) {
    let code = match outcome {
        Outcome::Accepted(answer) | Outcome::Deferred { answer, .. } | Outcome::Refused { answer, .. } => {
            Some(answer.code)
        }
        Outcome::NotSent { .. } | Outcome::Config { .. } | Outcome::Unknown { .. } => None,
    };
    let (attempt, stage) = (errand.attempt(), outcome.reached().map_or("", Stage::code));
    match &errand.cargo {
        Cargo::Letter(letter) => tracing::warn!(
            inquiry = %letter.inquiry,
            order = letter.order,
            recipient = letter.recipient.0,
            attempt,
            relay,
            stage,
            code,
            "a mail did not go out"
        ),
        Cargo::Digest(_) => {
            tracing::warn!(mail = errand.id, attempt, relay, stage, code, "a digest did not go out");
        }
        Cargo::Report(_) => {
            tracing::warn!(mail = errand.id, attempt, relay, stage, code, "a report did not go out");
        }
        Cargo::Head(_) => {
            tracing::warn!(mail = errand.id, attempt, relay, stage, code, "a head of the journal did not go out");
        }
    }
}

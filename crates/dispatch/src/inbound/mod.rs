//! What comes to the office's mailbox: reports of other servers, answers, new inquiries, and copies of our own mails.
//!
//! Read in this order: [`source`] (what a mailbox can do), [`maildir`] and [`imap`] (the two that there are), [`kept`] (the raw bytes, before anything is
//! decided), [`parsed`] and [`report`] (bytes as a mail), [`sorted`] (what it is about), [`settled`] (what follows for a mail of ours), [`proposed`] (what
//! follows for a clerk), [`copies`] (what a copy, or its absence, says of a mail whose fate is unknown). The why is in docs/adr/0024-inbound-mail.md.
//!
//! Every step can be repeated: the bytes are kept under their hash, what follows is written in one transaction with "it is done", and only then is the
//! mail put away in the mailbox. Nothing is ever answered, sent or registered from here.

mod check;
mod copies;
mod imap;
mod kept;
mod maildir;
#[cfg(test)]
mod mutations;
mod parsed;
mod proposed;
mod report;
mod settled;
mod sorted;
mod source;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use eventstore::Journal;
use inquiry::link::LinkKeys;
use jiff::Timestamp;
use tokio::sync::watch;

use crate::Clock;
use crate::address;
use crate::config::{Config, Copies, Inbound, Mailbox as Place};
use crate::error::DispatchError;

pub use check::check_mailbox;
pub use kept::forget_from;
pub use letter::incoming::mail::{MOST_BYTES, MOST_DEPTH, MOST_PARTS};

use kept::{Begun, Kept, WaitsFor};
use parsed::Unreadable;
use sorted::Sorted;
use source::{Folder, Mailbox};

/// What one reading of the mailbox led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reading {
    /// Copies of our own mails.
    pub copies: u64,
    /// Reports of servers.
    pub reports: u64,
    /// Automatic replies.
    pub auto_replies: u64,
    /// Answers to mails of ours, for a clerk.
    pub answers: u64,
    /// Anything else, for a clerk.
    pub inquiries: u64,
    /// Mails that could not be read.
    pub unreadable: u64,
    /// Mails that have to wait for something, those of earlier readings included.
    pub waiting: u64,
    /// Mails of unknown fate of which it is known now that the relay took them.
    pub found: u64,
    /// Mails of unknown fate of which the mailbox has no copy.
    pub missing: u64,
    /// Mails that a fault of ours kept from being worked on; the next reading tries again.
    pub faults: u64,
    /// Mails that the mailbox did not give out; the next reading asks again.
    pub skipped: u64,
    /// Mails that were worked on and could not be put away.
    pub left: u64,
}

impl Reading {
    /// Was there nothing new?
    #[must_use]
    pub fn is_idle(&self) -> bool {
        Self { waiting: 0, skipped: 0, left: 0, ..*self } == Self::default()
    }
}

/// Reads the office's mailbox.
#[derive(Clone)]
pub struct Inbox {
    inner: Arc<Inner>,
}

struct Inner {
    journal: Journal,
    keys: Arc<LinkKeys>,
    config: Inbound,
    copies: Option<Copies>,
    /// Our own addresses whose deliveries say nothing of a deputy's mail.
    copies_to: Option<lettre::Address>,
    clock: Clock,
    /// The place of the mail at which the last reading ended before its end.
    stuck: Mutex<Option<String>>,
}

impl std::fmt::Debug for Inbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Inbox({})", self.inner.config.mailbox.name())
    }
}

impl Inbox {
    /// The mailbox of the settings; none when they name none.
    ///
    /// # Errors
    /// [`DispatchError::Settings`].
    pub fn new(journal: Journal, config: &Config, clock: Clock) -> Result<Option<Self>, DispatchError> {
        let Some(inbound) = config.inbound.clone() else { return Ok(None) };
        check::settings(&inbound).map_err(DispatchError::Settings)?;
        let copies_to = match &config.copies {
            Some(copies) => Some(
                address::parse(&copies.to)
                    .map_err(|why| DispatchError::Settings(format!("the journal address in the settings: {why}")))?,
            ),
            None => None,
        };
        let keys = Arc::clone(&config.links.keys);
        let inner = Inner {
            journal,
            keys,
            config: inbound,
            copies: config.copies.clone(),
            copies_to,
            clock,
            stuck: Mutex::default(),
        };
        Ok(Some(Self { inner: Arc::new(inner) }))
    }

    /// Reads again and again until told to stop. A mailbox that cannot be read is tried again later, and more and more seldom.
    pub async fn run(&self, mut stop: watch::Receiver<bool>) {
        let mut failures = 0_u32;
        loop {
            match self.inner.reading(Some(&stop)).await {
                Ok(reading) => {
                    failures = 0;
                    if !reading.is_idle() {
                        tracing::info!(?reading, "the mailbox was read");
                    }
                }
                Err(error) => {
                    failures = failures.saturating_add(1);
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        failures,
                        "the mailbox could not be read; it will be tried again"
                    );
                }
            }
            let pause = self.inner.config.poll * 2_u32.pow(failures.min(4));
            tokio::select! {
                biased;
                // An error means that whoever could stop us is gone, and so is the program.
                _ = stop.wait_for(|stop| *stop) => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Reads what is there now.
    ///
    /// # Errors
    /// [`DispatchError`] when the mailbox or the database does not answer.
    pub async fn run_once(&self) -> Result<Reading, DispatchError> {
        self.inner.reading(None).await
    }
}

impl Inner {
    fn pool(&self) -> &deadpool_postgres::Pool {
        self.journal.pool()
    }

    async fn reading(&self, stop: Option<&watch::Receiver<bool>>) -> Result<Reading, DispatchError> {
        let began = (self.clock)();
        let mut walk = Walk::default();
        let read = match &self.config.mailbox {
            Place::Maildir(folder) => match maildir::Maildir::open(folder).await {
                Ok(mailbox) => self.through(mailbox, stop, &mut walk).await,
                Err(error) => Err(error),
            },
            Place::Imap(settings) => match imap::Session::open(settings).await {
                Ok(mailbox) => self.through(mailbox, stop, &mut walk).await,
                Err(error) => Err(error),
            },
        };
        let name = self.config.mailbox.name();
        let came_to_its_end = match read {
            Ok(came_to_its_end) => came_to_its_end,
            Err(error) => {
                kept::was_not_read(self.pool(), &name, (self.clock)(), &error).await?;
                // The copies that came before it ended say what they say all the same.
                copies::found(self.pool(), (self.clock)()).await?;
                return Err(error);
            }
        };
        let Walk { mut reading, why, .. } = walk;
        if came_to_its_end {
            let whole_from = (reading.faults == 0 && reading.skipped == 0).then_some(began);
            let skipped = reading.skipped + reading.left + reading.faults;
            kept::was_read(self.pool(), &name, whole_from, skipped, why.as_deref()).await?;
        }
        reading.waiting = kept::count_waiting(self.pool()).await?;
        reading.found = copies::found(self.pool(), (self.clock)()).await?;
        if let Some(copies) = &self.copies {
            reading.missing = copies::missing(self.pool(), copies, &name, (self.clock)()).await?;
        }
        Ok(reading)
    }

    /// Every mail of the mailbox; false when there was not enough time for all.
    async fn through<M: Mailbox>(
        &self,
        mut mailbox: M,
        stop: Option<&watch::Receiver<bool>>,
        walk: &mut Walk,
    ) -> Result<bool, DispatchError> {
        let is_over = || stop.is_some_and(|stop| *stop.borrow());
        walk.has_room = proposed::has_room(self.pool(), (self.clock)()).await?;
        // What was kept by somebody who did not come to the end of it, wherever the mail itself is by now.
        for kept in kept::waiting(self.pool(), walk.has_room).await? {
            if is_over() {
                return Ok(false);
            }
            walk.tried.insert(kept.id);
            if let Err(error) = self.work_on(&kept, &mut walk.reading).await {
                walk.stumbles(error, &kept.id.to_string())?;
            }
        }
        let mut places = mailbox.places().await?;
        // One over which the mailbox fell silent is asked for last, or nobody would come past it.
        let stuck = self.stuck.lock().unwrap_or_else(PoisonError::into_inner).take();
        places.sort_by_key(|place| Some(place) == stuck.as_ref());
        for place in places {
            if is_over() {
                return Ok(false);
            }
            if let Err(error) = self.one(&mut mailbox, &place, walk).await
                && let Err(error) = walk.stumbles(error, &place)
            {
                *self.stuck.lock().unwrap_or_else(PoisonError::into_inner) = Some(place);
                return Err(error);
            }
        }
        mailbox.close().await;
        Ok(true)
    }

    /// Keeps a mail, works on it, and puts it away.
    async fn one<M: Mailbox>(&self, mailbox: &mut M, place: &str, walk: &mut Walk) -> Result<(), DispatchError> {
        let name = self.config.mailbox.name();
        let kept = match kept::at(self.pool(), &name, mailbox.generation(), place).await? {
            Some(kept) => kept,
            None => {
                // Gone since it was listed: somebody else has put it away.
                let Some(head) = mailbox.head(place).await? else { return Ok(()) };
                let is_copy = self.copy_of(&head.bytes).is_some();
                let is_whole = !is_copy && head.size <= MOST_BYTES;
                let raw = if is_whole { mailbox.whole(place).await? } else { Some(head.bytes) };
                let Some(raw) = raw else { return Ok(()) };
                let come = kept::Come { mailbox: &name, generation: mailbox.generation(), place, raw, is_whole };
                let now = (self.clock)();
                match kept::keep(self.pool(), &come, now).await {
                    // It would be refused every time. A copy stays all the same: what is put aside counts as not having come.
                    Err(error) if error.is_refusal_of_data() && !is_copy => {
                        tracing::error!(error = %error.whole(), place, "the database does not keep a mail");
                        walk.reading.unreadable += 1;
                        kept::keep_nothing(self.pool(), &come, Unreadable::Unkeepable, now).await?
                    }
                    kept => kept?,
                }
            }
        };
        // Once in a reading is enough.
        if !kept.is_processed && (walk.tried.contains(&kept.id) || (kept.waits_for_clerks && !walk.has_room)) {
            return Ok(());
        }
        let Some(folder) = self.work_on(&kept, &mut walk.reading).await? else { return Ok(()) };
        match mailbox.put_away(place, folder).await {
            Err(error) if !error.is_of_the_mailbox() => {
                walk.reading.left += 1;
                walk.says(&error, place);
                Ok(())
            }
            done => done,
        }
    }

    /// What follows from a mail that is kept; where to put it away then, and nothing when it has to wait.
    async fn work_on(&self, kept: &Kept, reading: &mut Reading) -> Result<Option<Folder>, DispatchError> {
        if kept.is_processed {
            return Ok(Some(kept.folder()));
        }
        match self.follow(kept, reading).await {
            // It would be refused the next time too, and every time.
            Err(error) if error.is_refusal_of_data() => {
                tracing::error!(error = %error.whole(), mail = kept.id, "the database does not take what a mail says");
                self.unreadable(kept, Unreadable::Unkeepable, reading).await
            }
            followed => followed,
        }
    }

    async fn follow(&self, kept: &Kept, reading: &mut Reading) -> Result<Option<Folder>, DispatchError> {
        let raw = match kept::begin(self.pool(), kept.id).await? {
            Begun::Raw(raw) => raw,
            Begun::TooOften => return self.unreadable(kept, Unreadable::Tried, reading).await,
            Begun::Gone => return Ok(Some(kept.folder())),
        };
        let parsed = parsed::parse_apart(raw, kept.is_whole).await;
        kept::survived(self.pool(), kept.id).await?;
        let parsed = match parsed {
            Ok(parsed) => parsed,
            Err(why) => return self.unreadable(kept, why, reading).await,
        };
        let sorted = sorted::sort(&self.journal, &self.keys, &parsed).await?;
        let now = (self.clock)();
        let (is_done, waits_for) = match &sorted {
            Sorted::Answer { .. } | Sorted::Inquiry => {
                (proposed::propose(&self.journal, kept, &sorted, &parsed, now).await?, WaitsFor::Clerks)
            }
            Sorted::Copy(_) | Sorted::Report { .. } | Sorted::AutoReply(_) => {
                let ours = self.copies_to.as_ref();
                (settled::settle(self.pool(), kept.id, &sorted, &parsed, ours, now).await?, WaitsFor::Attempt)
            }
        };
        if !is_done {
            kept::wait(self.pool(), kept.id, waits_for).await?;
            return Ok(None);
        }
        match sorted {
            Sorted::Copy(_) => reading.copies += 1,
            Sorted::Report { .. } => reading.reports += 1,
            Sorted::AutoReply(_) => reading.auto_replies += 1,
            Sorted::Answer { .. } => reading.answers += 1,
            Sorted::Inquiry => reading.inquiries += 1,
        }
        Ok(Some(Folder::Processed))
    }

    /// It cannot be read; a person may look.
    async fn unreadable(
        &self,
        kept: &Kept,
        why: Unreadable,
        reading: &mut Reading,
    ) -> Result<Option<Folder>, DispatchError> {
        settled::unreadable(self.pool(), kept.id, why, (self.clock)()).await?;
        reading.unreadable += 1;
        Ok(Some(Folder::Failed))
    }

    /// The mail of ours that this head is a copy of.
    fn copy_of(&self, head: &[u8]) -> Option<i64> {
        parsed::mark_of_head(head).and_then(|mark| self.keys.marked(&mark))
    }
}

/// How far a reading has come.
#[derive(Default)]
struct Walk {
    reading: Reading,
    /// Is there room for more proposals today?
    has_room: bool,
    /// The mails that were worked on before the mailbox was looked into.
    tried: HashSet<i64>,
    /// The last reason for which a mail was skipped, or left where it was.
    why: Option<String>,
}

impl Walk {
    /// One mail that brings us to a stop would keep all others from being read. What is wrong with all of them is given back.
    fn stumbles(&mut self, error: DispatchError, mail: &str) -> Result<(), DispatchError> {
        match error {
            DispatchError::Mail { .. } => self.reading.skipped += 1,
            error if error.is_of_the_mailbox() => return Err(error),
            _ => self.reading.faults += 1,
        }
        self.says(&error, mail);
        Ok(())
    }

    fn says(&mut self, error: &DispatchError, mail: &str) {
        let why = error.whole();
        tracing::error!(error = why, mail, "a mail could not be worked on");
        self.why = Some(why);
    }
}

/// A moment as the database's columns have it.
type Moment = Timestamp;

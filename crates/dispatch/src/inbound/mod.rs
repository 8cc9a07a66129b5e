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

use std::sync::Arc;

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
pub use parsed::{MOST_BYTES, MOST_DEPTH, MOST_PARTS};

use kept::Kept;
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
    /// Mails that have to wait for something.
    pub waiting: u64,
    /// Mails of unknown fate of which it is known now that the relay took them.
    pub found: u64,
    /// Mails of unknown fate of which the mailbox has no copy.
    pub missing: u64,
    /// Mails that a fault of ours kept from being worked on; the next reading tries again.
    pub faults: u64,
}

impl Reading {
    /// Was there nothing new?
    #[must_use]
    pub fn is_idle(&self) -> bool {
        Self { waiting: 0, ..*self } == Self::default()
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
        let inner = Inner { journal, keys, config: inbound, copies: config.copies.clone(), copies_to, clock };
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
        let mut reading = Reading::default();
        let read = match &self.config.mailbox {
            Place::Maildir(folder) => match maildir::Maildir::open(folder).await {
                Ok(mailbox) => self.through(mailbox, stop, &mut reading).await,
                Err(error) => Err(error),
            },
            Place::Imap(settings) => match imap::Session::open(settings).await {
                Ok(mailbox) => self.through(mailbox, stop, &mut reading).await,
                Err(error) => Err(error),
            },
        };
        let name = self.config.mailbox.name();
        let came_to_its_end = match read {
            Ok(came_to_its_end) => came_to_its_end,
            Err(error) => {
                kept::was_not_read(self.pool(), &name, (self.clock)(), &error).await?;
                return Err(error);
            }
        };
        if came_to_its_end && reading.faults == 0 {
            kept::was_read(self.pool(), &name, began).await?;
        }
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
        reading: &mut Reading,
    ) -> Result<bool, DispatchError> {
        // What was kept by somebody who did not come to the end of it, wherever the mail itself is by now.
        for kept in kept::waiting(self.pool()).await? {
            self.work_on(&kept, reading).await?;
        }
        for place in mailbox.places().await? {
            if stop.is_some_and(|stop| *stop.borrow()) {
                return Ok(false);
            }
            match self.one(&mut mailbox, &place, reading).await {
                Ok(()) => {}
                // One mail that brings us to a stop would keep all others from being read.
                Err(error) if !error.is_of_the_mailbox() => {
                    reading.faults += 1;
                    tracing::error!(error = &error as &dyn std::error::Error, place, "a mail could not be worked on");
                }
                Err(error) => return Err(error),
            }
        }
        mailbox.close().await;
        Ok(true)
    }

    /// Keeps a mail, works on it, and puts it away.
    async fn one<M: Mailbox>(&self, mailbox: &mut M, place: &str, reading: &mut Reading) -> Result<(), DispatchError> {
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
                kept::keep(self.pool(), come, (self.clock)()).await?
            }
        };
        if let Some(folder) = self.work_on(&kept, reading).await? {
            mailbox.put_away(place, folder).await?;
        }
        Ok(())
    }

    /// What follows from a mail that is kept; where to put it away then, and nothing when it has to wait.
    async fn work_on(&self, kept: &Kept, reading: &mut Reading) -> Result<Option<Folder>, DispatchError> {
        let Some(raw) = &kept.raw else { return Ok(Some(kept.folder())) };
        if kept.is_processed {
            return Ok(Some(kept.folder()));
        }
        let parsed = match parsed::parse_apart(raw.clone(), kept.is_whole).await {
            Ok(parsed) => parsed,
            Err(why) => {
                settled::unreadable(self.pool(), kept.id, why, (self.clock)()).await?;
                reading.unreadable += 1;
                return Ok(Some(Folder::Failed));
            }
        };
        let sorted = sorted::sort(self.pool(), &self.keys, &parsed).await?;
        let now = (self.clock)();
        let is_done = match &sorted {
            Sorted::Answer { .. } | Sorted::Inquiry => {
                proposed::propose(&self.journal, kept, &sorted, &parsed, now).await?
            }
            Sorted::Copy(_) | Sorted::Report { .. } | Sorted::AutoReply(_) => {
                let ours = self.copies_to.as_ref();
                settled::settle(self.pool(), kept.id, &sorted, &parsed, ours, now).await?
            }
        };
        if !is_done {
            reading.waiting += 1;
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

    /// The mail of ours that this head is a copy of.
    fn copy_of(&self, head: &[u8]) -> Option<i64> {
        parsed::mark_of_head(head).and_then(|mark| self.keys.marked(&mark))
    }
}

/// A moment as the database's columns have it.
type Moment = Timestamp;

//! One errand carried out: the mail made, handed to the relay or written to its file, and what came of it.

use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

use deadpool_postgres::Pool;
use eventstore::Journal;
use inquiry::event::ReplyAccepted;
use jiff::Timestamp;

use crate::Clock;
use crate::config::{Config, Mode};
use crate::error::DispatchError;
use crate::file;
use crate::message::{Attachment, Composer, Message, MessageError};
use crate::queue::{self, Beginning, Cargo, Closing, Errand, Letter};
use crate::relays::{Relays, Turn};
use crate::schedule::Admission;
use crate::text::without_address;
use crate::wire::{Answer, Connection, Outcome, Stage};

/// Carries errands out, each on the line it is given.
pub(crate) struct Carrier {
    journal: Journal,
    composer: Composer,
    road: Road,
    worker: String,
    lease: Duration,
    clock: Clock,
    /// The letter encoded last: the copies of one order come one after the other, and encoding a megabyte takes longer than
    /// sending it.
    encoded: Mutex<Option<(String, Attachment)>>,
}

/// Where mail goes.
enum Road {
    Folder(PathBuf),
    Relays(Relays),
}

/// What became of an errand on the way.
pub(crate) enum Carried {
    /// There is an outcome to be written down, and this is the way it went.
    Done { outcome: Outcome, relay: String },
    /// As much as may go in a minute has gone: it comes again then, and nothing is charged.
    Later(Timestamp),
    /// It was no longer ours before anything was sent.
    NotOurs,
}

/// A line to one of the relays, kept from one errand to the next while it is clean.
pub(crate) type Line = Option<(usize, Connection)>;

impl Carrier {
    pub(crate) fn new(journal: Journal, config: &Config, clock: Clock) -> Result<Self, DispatchError> {
        let settings = |why: &dyn std::fmt::Display| DispatchError::Settings(why.to_string());
        let composer = Composer::new(config).map_err(|error| settings(&error))?;
        let road = match &config.mode {
            Mode::File { outbox } => Road::Folder(outbox.clone()),
            Mode::Redirect { relay, .. } | Mode::Smtp { relay } => Road::Relays(Relays::new(relay, config)?),
        };
        Ok(Self {
            journal,
            composer,
            road,
            worker: config.worker.clone(),
            lease: config.lease,
            clock,
            encoded: Mutex::new(None),
        })
    }

    /// How many mails may be tried now.
    pub(crate) fn admits(&self) -> Admission {
        match &self.road {
            Road::Folder(_) => Admission::All,
            Road::Relays(relays) => relays.admits((self.clock)()),
        }
    }

    /// What rows call the way that a mail would have gone.
    fn way(&self) -> &str {
        match &self.road {
            Road::Folder(_) => ReplyAccepted::FILE,
            Road::Relays(relays) => relays.name(0),
        }
    }

    /// Is mail only written to files?
    pub(crate) const fn writes_files(&self) -> bool {
        matches!(self.road, Road::Folder(_))
    }

    /// Makes the mail and sends it. An error is our database's; whatever the relay does is an outcome.
    pub(crate) async fn carry(&self, errand: &Errand, line: &mut Line) -> Result<Carried, DispatchError> {
        let message = match self.compose(errand).await? {
            Ok(message) => message,
            Err(outcome) => return Ok(Carried::Done { outcome, relay: self.way().to_owned() }),
        };
        match &self.road {
            Road::Folder(folder) => self.write(errand, folder.clone(), message).await,
            Road::Relays(relays) => self.transmit(errand, relays, message, line).await,
        }
    }

    async fn compose(&self, errand: &Errand) -> Result<Result<Message, Outcome>, DispatchError> {
        let composed = match &errand.cargo {
            Cargo::Letter(letter) => match self.attachment(&letter.pdf).await? {
                Ok(attachment) => self.composer.compose(&letter.facts, &letter.copy, &attachment),
                Err(outcome) => return Ok(Err(outcome)),
            },
            Cargo::Digest(digest) => self.composer.digest(digest),
            Cargo::Report(report) => self.composer.report(report),
            Cargo::Head(head) => self.composer.head(head),
        };
        Ok(composed.map_err(|error| match error {
            MessageError::Recipient(_) | MessageError::MessageId => Outcome::refused_here(Stage::Before, &error),
            MessageError::OwnAddress { .. }
            | MessageError::Signature(_)
            | MessageError::Personal(_)
            | MessageError::Template(_)
            | MessageError::Assembly(_) => {
                tracing::error!(mail = errand.id, error = &error as &dyn std::error::Error, "a mail could not be made");
                Outcome::not_sent(Stage::Before, &error)
            }
        }))
    }

    async fn attachment(&self, blob: &str) -> Result<Result<Attachment, Outcome>, DispatchError> {
        if let Some((id, attachment)) = &*self.encoded.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
            && id == blob
        {
            return Ok(Ok(attachment.clone()));
        }
        let found = self
            .journal
            .blob(blob)
            .await
            .map_err(|source| DispatchError::Journal { doing: "give out a letter", source: Box::new(source) })?;
        let Some(pdf) = found else {
            // It was stored before it was signed. Were it ever gone, a person has a day to find out.
            tracing::error!(blob, "the letter of a mail is not in the journal");
            return Ok(Err(Outcome::not_sent(Stage::Before, &"the letter is not in the journal")));
        };
        match Attachment::new(pdf.bytes) {
            Ok(attachment) => {
                *self.encoded.lock().unwrap_or_else(std::sync::PoisonError::into_inner) =
                    Some((blob.to_owned(), attachment.clone()));
                Ok(Ok(attachment))
            }
            Err(error) => Ok(Err(Outcome::not_sent(Stage::Before, &error))),
        }
    }

    async fn write(&self, errand: &Errand, folder: PathBuf, message: Message) -> Result<Carried, DispatchError> {
        if !self.begin(errand, ReplyAccepted::FILE, &message).await? {
            return Ok(Carried::NotOurs);
        }
        let (folder, name) = match &errand.cargo {
            Cargo::Letter(letter) => {
                let Letter { order, recipient, facts, copy, .. } = &**letter;
                (folder, file::name(&facts.inquiry_number, *order, recipient.0, &copy.message_id))
            }
            // Beside the deputies' mails, not among them.
            Cargo::Digest(digest) => {
                (folder.join(file::OFFICE), file::digest_name(digest.day, digest.part, &digest.message_id))
            }
            Cargo::Report(report) => {
                (folder.join(file::OFFICE), file::report_name(report.content.from, &report.every, &report.message_id))
            }
            Cargo::Head(head) => (folder.join(file::OFFICE), file::head_name(head.block, &head.message_id)),
        };
        let outcome = match file::write(folder, name.clone(), message.bytes).await {
            Ok(()) => Outcome::Accepted(Answer::new(250, &format!("written to {name}"))),
            Err(error) => Outcome::not_sent(Stage::File, &error),
        };
        Ok(Carried::Done { outcome, relay: ReplyAccepted::FILE.to_owned() })
    }

    /// Over the first relay whose door opens. One that cannot be reached, or does not want us, gives way to the next before anything
    /// of the mail has left; from MAIL FROM on there is no other way for this attempt.
    async fn transmit(
        &self,
        errand: &Errand,
        relays: &Relays,
        message: Message,
        line: &mut Line,
    ) -> Result<Carried, DispatchError> {
        let mut failed: Option<(usize, Outcome)> = None;
        for relay in relays.open_ones((self.clock)()) {
            match self.connected(relays, relay, line).await {
                Ok(connection) => return self.deliver(errand, relays, relay, message, connection, line).await,
                Err(outcome) => {
                    self.record(relays, relay, &outcome, errand).await?;
                    // That one relay does not want us says nothing of the mail when another one was only not there.
                    if matches!(failed, None | Some((_, Outcome::Config { .. }))) {
                        failed = Some((relay, outcome));
                    }
                }
            }
        }
        Ok(match failed {
            Some((relay, outcome)) => Carried::Done { outcome, relay: relays.name(relay).to_owned() },
            // The last door was closed by another line a moment ago.
            None => Carried::Later((self.clock)()),
        })
    }

    /// The line that is open already, if it leads there, or a new one.
    async fn connected(&self, relays: &Relays, relay: usize, line: &mut Line) -> Result<Connection, Outcome> {
        match line.take() {
            Some((known, connection)) if known == relay && connection.is_reusable() => return Ok(connection),
            Some((_, connection)) if connection.is_reusable() => connection.quit().await,
            Some(_) | None => {}
        }
        match relays.client(relay) {
            Some(client) => client.open().await,
            None => Err(Outcome::not_sent(Stage::Before, &"there is no such relay")),
        }
    }

    async fn deliver(
        &self,
        errand: &Errand,
        relays: &Relays,
        relay: usize,
        message: Message,
        mut connection: Connection,
        line: &mut Line,
    ) -> Result<Carried, DispatchError> {
        let name = relays.name(relay).to_owned();
        // Only now: a mail that finds no door open has taken nothing from what may go in a minute.
        let domain = message.to.domain();
        if let Err(again) = relays.takes(relay, domain, (self.clock)()) {
            *line = Some((relay, connection));
            return Ok(Carried::Later(again));
        }
        let begun = self.begin(errand, &name, &message).await;
        if !matches!(begun, Ok(true)) {
            relays.give_back(relay, domain);
            *line = Some((relay, connection));
            return begun.map(|_| Carried::NotOurs);
        }
        // Each stage has its own time of silence; a relay that drips a byte a minute must not outlive our lease all the same.
        let outcome = match tokio::time::timeout(self.lease.mul_f32(0.8), connection.deliver(&message)).await {
            Ok(outcome) => outcome,
            Err(_) => connection.abandoned(),
        };
        if connection.is_reusable() {
            *line = Some((relay, connection));
        }
        self.record(relays, relay, &outcome, errand).await?;
        Ok(Carried::Done { outcome, relay: name })
    }

    /// What the attempt says of the relay, for us and for whoever looks after it: without the address, which is the mail's.
    async fn record(
        &self,
        relays: &Relays,
        relay: usize,
        outcome: &Outcome,
        errand: &Errand,
    ) -> Result<(), DispatchError> {
        let now = (self.clock)();
        let (name, worker) = (relays.name(relay), self.worker.as_str());
        match relays.record(relay, outcome, now) {
            Turn::Closed(until) => {
                let why = without_address(&outcome.words(), errand.address());
                let closing = Closing { until, stage: outcome.reached().unwrap_or(Stage::Connect), why: &why };
                queue::relay_closed(self.pool(), name, worker, &closing).await
            }
            Turn::Opened => queue::relay_opened(self.pool(), name, worker).await,
            Turn::None => Ok(()),
        }
    }

    async fn begin(&self, errand: &Errand, relay: &str, message: &Message) -> Result<bool, DispatchError> {
        let beginning = Beginning {
            worker: &self.worker,
            relay,
            now: (self.clock)(),
            lease: self.lease,
            bytes: message.bytes.len(),
            sha256: message.sha256(),
            has_copy: message.copy_to.is_some() && !self.writes_files(),
        };
        queue::begin(self.pool(), errand, &beginning).await
    }

    fn pool(&self) -> &Pool {
        self.journal.pool()
    }
}

//! One errand carried out: the mail made, handed to the relay or written to its file, and what came of it.

use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

use deadpool_postgres::Pool;
use eventstore::Journal;
use inquiry::event::ReplyAccepted;

use crate::Clock;
use crate::config::{Config, Mode};
use crate::error::DispatchError;
use crate::file;
use crate::message::{Attachment, Composer, Message, MessageError};
use crate::queue::{self, Beginning, Cargo, Errand, Letter};
use crate::wire::{Answer, Client, Connection, Outcome, Stage};

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
    Relay { client: Box<Client>, name: String },
}

/// What became of an errand on the way.
pub(crate) enum Carried {
    /// There is an outcome to be written down.
    Done(Outcome),
    /// It was no longer ours before anything was sent.
    NotOurs,
}

/// A line to the relay, kept from one errand to the next while it is clean.
pub(crate) type Line = Option<Connection>;

impl Carrier {
    pub(crate) fn new(journal: Journal, config: &Config, clock: Clock) -> Result<Self, DispatchError> {
        let settings = |why: &dyn std::fmt::Display| DispatchError::Settings(why.to_string());
        let composer = Composer::new(config).map_err(|error| settings(&error))?;
        let road = match &config.mode {
            Mode::File { outbox } => Road::Folder(outbox.clone()),
            Mode::Redirect { relay, .. } => Road::Relay {
                client: Box::new(Client::new(relay).map_err(|why| settings(&why))?),
                name: format!("{} (redirected to a test address)", relay.name()),
            },
            Mode::Smtp { relay } => {
                Road::Relay { client: Box::new(Client::new(relay).map_err(|why| settings(&why))?), name: relay.name() }
            }
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

    /// What rows, events and logs call the way mail goes.
    pub(crate) fn relay(&self) -> &str {
        match &self.road {
            Road::Folder(_) => ReplyAccepted::FILE,
            Road::Relay { name, .. } => name,
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
            Err(outcome) => return Ok(Carried::Done(outcome)),
        };
        match &self.road {
            Road::Folder(folder) => self.write(errand, folder.clone(), message).await,
            Road::Relay { client, .. } => self.transmit(errand, client, message, line).await,
        }
    }

    async fn compose(&self, errand: &Errand) -> Result<Result<Message, Outcome>, DispatchError> {
        let composed = match &errand.cargo {
            Cargo::Letter(letter) => match self.attachment(&letter.pdf).await? {
                Ok(attachment) => self.composer.compose(&letter.facts, &letter.copy, &attachment),
                Err(outcome) => return Ok(Err(outcome)),
            },
            Cargo::Digest(digest) => self.composer.digest(digest),
        };
        Ok(composed.map_err(|error| match error {
            MessageError::Recipient(_) | MessageError::MessageId => Outcome::refused_here(Stage::Before, &error),
            MessageError::OwnAddress { .. } | MessageError::Template(_) | MessageError::Assembly(_) => {
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
        if !self.begin(errand, &message).await? {
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
        };
        Ok(Carried::Done(match file::write(folder, name.clone(), message.bytes).await {
            Ok(()) => Outcome::Accepted(Answer::new(250, &format!("written to {name}"))),
            Err(error) => Outcome::not_sent(Stage::File, &error),
        }))
    }

    async fn transmit(
        &self,
        errand: &Errand,
        client: &Client,
        message: Message,
        line: &mut Line,
    ) -> Result<Carried, DispatchError> {
        let mut connection = match line.take().filter(Connection::is_reusable) {
            Some(connection) => connection,
            None => match client.open().await {
                Ok(connection) => connection,
                Err(outcome) => return Ok(Carried::Done(outcome)),
            },
        };
        if !self.begin(errand, &message).await? {
            *line = Some(connection);
            return Ok(Carried::NotOurs);
        }
        // Each stage has its own time of silence; a relay that drips a byte a minute must not outlive our lease all the same.
        let outcome = match tokio::time::timeout(self.lease.mul_f32(0.8), connection.deliver(&message)).await {
            Ok(outcome) => outcome,
            Err(_) => connection.abandoned(),
        };
        if connection.is_reusable() {
            *line = Some(connection);
        }
        Ok(Carried::Done(outcome))
    }

    async fn begin(&self, errand: &Errand, message: &Message) -> Result<bool, DispatchError> {
        let beginning = Beginning {
            worker: &self.worker,
            relay: self.relay(),
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

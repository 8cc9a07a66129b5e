//! Carries signed heads to places outside: a file on other storage, a mailbox, an address that takes them. What is published comes from the file
//! beside the key and not from the database, so that nobody who rewrites the one speaks for the other.
//!
//! Each place has a task of its own: one that does not answer delays nobody else. How far each has got stands in the database
//! (`eventstore::PlaceState`), so that a restart goes on, two nodes do not both write, and people can see it.

mod webhook;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::Pool;
use dispatch::heads::{HeadContent, HeadMail, Queued};
use eventstore::{Journal, PlaceKind, PlaceOutcome, SignedHead, TakenPlace};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use web::Clock;

use super::super::Installation;
use super::{append, newest, public_key, rotate};
use crate::config::{Place, Target};
use crate::stop::Stop;

/// How often a place is looked after when no head was signed by this process: another one of this data folder may have.
const LOOK: Duration = Duration::from_secs(15);
/// How long the storage of a file may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// Longer than any attempt may last.
const LEASE: Duration = Duration::from_secs(120);
/// How often the log says again that a place is silent, in attempts: they come every hour by then.
const SAID_AGAIN: i32 = 24;
/// After how many days nobody speaks any more of a place that was taken out of the settings.
const FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_hours(72);

/// Whoever looks after one place.
pub(in crate::installation) struct Publisher {
    journal: Journal,
    pool: Pool,
    data: PathBuf,
    clock: Arc<dyn Clock>,
    place: Place,
    /// Between two mails to it.
    mail_every: SignedDuration,
    mail_domain: String,
}

impl Publisher {
    /// One for each place in the settings.
    pub(in crate::installation) fn all(installation: &Installation) -> Vec<Self> {
        let config = &installation.config;
        let publisher = |place: &Place| Self {
            journal: installation.journal.clone(),
            pool: installation.pool.clone(),
            data: config.data.clone(),
            clock: Arc::clone(&installation.clock),
            place: place.clone(),
            mail_every: SignedDuration::from_hours(config.publish_mail_every.into()),
            mail_domain: config.mail.hello_name.clone(),
        };
        config.publish.iter().map(publisher).collect()
    }

    /// Publishes until told to stop, woken whenever a head is signed.
    pub(in crate::installation) async fn run(self, mut signed: watch::Receiver<i64>, stop: Stop) {
        loop {
            if let Err(error) = self.look().await {
                tracing::warn!(
                    place = self.place.for_the_log(),
                    error = format!("{error:#}"),
                    "A place for the journal's heads was not looked after."
                );
            }
            tokio::select! {
                biased;
                () = stop.pulled() => return,
                () = tokio::time::sleep(LOOK) => {}
                // When the signer is gone, the program ends.
                Ok(()) = signed.changed() => {}
            }
        }
    }

    /// Publishes what this place has not got yet, if it is due; whether it tried.
    pub(in crate::installation) async fn look(&self) -> anyhow::Result<bool> {
        let Some(news) = self.news()? else { return Ok(false) };
        let now = self.clock.now();
        let known = (news.head.block, news.handovers.len());
        let place = (self.place.name.as_str(), self.place.target.kind());
        let Some(taken) = self.journal.take_place(place, known, now, LEASE).await? else { return Ok(false) };
        let outcome = match self.publish(&taken, &news, now).await {
            Ok(outcome) => outcome,
            Err(error) => self.failed(&taken, &error, now),
        };
        self.journal.place_done(&taken, &outcome, now).await?;
        if let Ok(before) = now.checked_sub(FORGOTTEN_AFTER) {
            self.journal.forget_places(before).await?;
        }
        Ok(true)
    }

    fn news(&self) -> anyhow::Result<Option<News>> {
        let Some(head) = newest(&self.data)? else { return Ok(None) };
        let handovers = rotate::handovers(&self.data)?.iter().map(ToString::to_string).collect();
        Ok(Some(News { head, handovers }))
    }

    async fn publish(&self, taken: &TakenPlace, news: &News, now: Timestamp) -> anyhow::Result<PlaceOutcome> {
        let lines = news.lines_after(taken.handovers);
        let next_at = match &self.place.target {
            Target::File(file) => {
                let file = file.clone();
                let appending = tokio::task::spawn_blocking(move || append(&file, &lines));
                // A storage that hangs holds its thread, and nothing else.
                let appended = tokio::time::timeout(PATIENCE, appending).await;
                appended.map_err(|_| anyhow::anyhow!("the file's storage did not answer"))???;
                now
            }
            Target::Webhook(address) => {
                webhook::post(address.clone(), lines).await?;
                now
            }
            Target::Mail(address) => {
                let content = HeadContent {
                    position: news.head.position,
                    signed: news.head.signed,
                    key: news.head.public_key.id().to_string(),
                    key_is_new: lines.len() > 1,
                    lines,
                    public_key: public_key_of(&self.data, &news.head)?,
                };
                let (block, place) = (news.head.block, self.place.name.as_str());
                let mail = HeadMail { place, address, block, domain: &self.mail_domain, content: &content };
                match dispatch::heads::queue(&self.pool, &mail, now).await? {
                    Queued::Yes | Queued::Already => now + self.mail_every,
                    Queued::Paused => return Ok(PlaceOutcome::Later(now + SignedDuration::from_mins(1))),
                }
            }
        };
        Ok(PlaceOutcome::Published { block: news.head.block, handovers: news.handovers.len(), next_at })
    }

    /// Tried again after 1, 2, 4 … 60 minutes. The first failure is told as a warning, and a place that has been silent for a day as an error.
    fn failed(&self, taken: &TakenPlace, error: &anyhow::Error, now: Timestamp) -> PlaceOutcome {
        let why = format!("{error:#}");
        let minutes = 2_i64.pow(taken.failures.clamp(0, 6).unsigned_abs()).min(60);
        let (place, failures) = (self.place.for_the_log(), taken.failures + 1);
        // 1 + 2 + … + 32 minutes, and then hour after hour.
        if failures >= SAID_AGAIN + 6 && (failures - 6) % SAID_AGAIN == 0 {
            tracing::error!(
                place,
                failures,
                error = why,
                "The journal's heads have not been published at a place for a day."
            );
        } else {
            tracing::warn!(
                place,
                failures,
                error = why,
                "A head of the journal could not be published; it will be tried again."
            );
        }
        PlaceOutcome::Failed { why, next_at: now + SignedDuration::from_mins(minutes) }
    }
}

/// What is to be published.
struct News {
    head: SignedHead,
    /// All handovers of keys so far, a line each.
    handovers: Vec<String>,
}

impl News {
    /// The handovers that a place has not got yet, then the head.
    fn lines_after(&self, handovers: usize) -> Vec<String> {
        self.handovers.iter().skip(handovers).cloned().chain([self.head.to_line()]).collect()
    }
}

/// The key of the head, in PEM.
fn public_key_of(data: &Path, head: &SignedHead) -> anyhow::Result<String> {
    let key = public_key(data)?;
    anyhow::ensure!(key == head.public_key, "the last head is not signed by the key that signs now");
    Ok(key.to_pem())
}

impl Target {
    /// What the database calls it.
    pub(crate) fn kind(&self) -> PlaceKind {
        match self {
            Self::File(_) => PlaceKind::File,
            Self::Mail(_) => PlaceKind::Mail,
            Self::Webhook(_) => PlaceKind::Webhook,
        }
    }
}

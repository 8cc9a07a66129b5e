//! An office with one letter ready to go: a database, a journal, a clock to turn, and inquiries that have just been ordered out.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use dispatch::config::{Config, Mode};
use dispatch::{Clock, Reactions, Worker};
use eventstore::{Follower, Journal, Recorded, StreamId, follow};
use inquiry::event::DispatchOrdered;
use inquiry::{BlobHash, Event, InquiryId};
use jiff::{SignedDuration, Timestamp};
use testkit::TestDatabase;
use testkit::mail::order::{self, recipient};
use testkit::smtp::Peer;
use tokio::sync::watch;
use uuid::Uuid;

pub(super) use testkit::mail::order::MORNING;
pub(super) use testkit::mail::settings::settings;
pub(super) use testkit::mail::wire::relay;

/// A letter whose bytes look like text: what a careless mail program would change on the way.
pub(super) const LETTER: &[u8] = b"%PDF-1.7\n% bare lines, a dot alone:\n.\nand bytes: \xff\x00\r\n%%EOF\n";

pub(super) struct Office {
    pub(super) journal: Journal,
    pub(super) folder: tempfile::TempDir,
    now: Arc<AtomicI64>,
    database: TestDatabase,
}

impl Office {
    pub(super) async fn open() -> Self {
        let database = testkit::database().await;
        let config = database.config.clone();
        let pool = eventstore::pool(&config, 8).unwrap();
        let journal = Journal::open(pool, config, eventstore::Settings::MEASURED).await.unwrap();
        let morning: Timestamp = MORNING.parse().unwrap();
        let now = Arc::new(AtomicI64::new(morning.as_second()));
        Self { journal, folder: tempfile::tempdir().unwrap(), now, database }
    }

    pub(super) fn clock(&self) -> Clock {
        let now = Arc::clone(&self.now);
        Arc::new(move || Timestamp::from_second(now.load(Ordering::Relaxed)).unwrap())
    }

    /// The office's time; leases run by the database's.
    pub(super) fn at(&self, moment: &str) {
        self.now.store(moment.parse::<Timestamp>().unwrap().as_second(), Ordering::Relaxed);
    }

    pub(super) fn later(&self, by: SignedDuration) {
        self.now.fetch_add(by.as_secs(), Ordering::Relaxed);
    }

    pub(super) fn outbox(&self) -> PathBuf {
        self.folder.path().join("outbox")
    }

    pub(super) fn config(&self, mode: Mode) -> Config {
        settings(mode)
    }

    /// Where its database is, for another process.
    pub(super) fn database_url(&self) -> String {
        self.database.url()
    }

    pub(super) fn worker(&self, config: Config) -> Worker {
        Worker::new(self.journal.clone(), config, self.clock()).unwrap()
    }

    /// A worker that writes files.
    pub(super) fn file_worker(&self) -> Worker {
        self.worker(self.config(Mode::File { outbox: self.outbox() }))
    }

    /// The settings for a relay that is this peer.
    pub(super) fn to_peer(&self, peer: &Peer) -> Config {
        self.config(Mode::Smtp { relay: relay(peer.port()) })
    }

    /// An inquiry whose reply has just been ordered out to these deputies. `-` stands for a deputy without an address.
    pub(super) async fn order(&self, local_parts: &[&str]) -> InquiryId {
        let inquiry = InquiryId(Uuid::new_v4());
        let letter = self.journal.put_blob("application/pdf", LETTER).await.unwrap();
        self.record(inquiry, 0, history(inquiry, letter.parse().unwrap(), local_parts)).await;
        inquiry
    }

    /// Adds events to an inquiry as they stand.
    pub(super) async fn record(&self, inquiry: InquiryId, expected: u64, events: Vec<Event>) {
        let append = order::append(inquiry, expected, &events, (self.clock())());
        self.journal.append(append).await.unwrap();
    }

    /// Lets the follower make rows of everything the journal holds.
    pub(super) async fn react(&self) {
        self.follow(Reactions::default()).await;
    }

    /// The same for the follower that knows who owes what.
    pub(super) async fn notice(&self) {
        self.follow(dispatch::Notices::default()).await;
    }

    async fn follow<F: Follower + 'static>(&self, follower: F) {
        let (stop, stopped) = watch::channel(false);
        let (journal, name) = (self.journal.clone(), follower.name().to_owned());
        let following = tokio::spawn(async move { follow(&journal, &follower, stopped).await });
        let head = self.journal.head().await.unwrap().position;
        self.journal.wait_for(&name, head, Duration::from_secs(20)).await.unwrap();
        stop.send(true).unwrap();
        following.await.unwrap().unwrap();
    }

    /// The states of an inquiry's mails, by recipient, as the table has them.
    pub(super) async fn states(&self, inquiry: InquiryId) -> Vec<String> {
        let client = self.journal.pool().get().await.unwrap();
        let rows = client
            .query("select state from mail where inquiry = $1 order by order_no, recipient", &[&inquiry.0])
            .await
            .unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }

    /// Waits until the mails stand so.
    pub(super) async fn reaches(&self, inquiry: InquiryId, states: &[&str]) {
        let mut look = tokio::time::interval(Duration::from_millis(20));
        for _ in 0..1000 {
            look.tick().await;
            if self.states(inquiry).await == states {
                return;
            }
        }
        panic!("the mails are {:?} and not {states:?}", self.states(inquiry).await);
    }

    pub(super) async fn sql(&self, statement: &str) {
        self.journal.pool().get().await.unwrap().batch_execute(statement).await.unwrap();
    }

    pub(super) async fn number(&self, query: &str) -> i64 {
        self.journal.pool().get().await.unwrap().query_one(query, &[]).await.unwrap().get(0)
    }

    /// What the inquiry has been told, in order: event name, recipient, attempt.
    pub(super) async fn told(&self, inquiry: InquiryId) -> Vec<(&'static str, u16, u32)> {
        let mut told = Vec::new();
        let read = |recorded: Recorded| {
            Event::from_stored(&recorded.event_type, recorded.schema_version, recorded.text()).unwrap()
        };
        for event in self.events(inquiry).await.into_iter().flat_map(read) {
            match event {
                Event::ReplyAccepted(event) => told.push(("accepted", event.recipient.0, event.attempt)),
                Event::DeliveryFailed(event) if event.permanent => {
                    told.push(("failed", event.recipient.0, event.attempt))
                }
                Event::DeliveryFailed(event) => told.push(("delayed", event.recipient.0, event.attempt)),
                _ => {}
            }
        }
        told.sort_by_key(|(_, recipient, attempt)| (*recipient, *attempt));
        told
    }

    pub(super) async fn events(&self, inquiry: InquiryId) -> Vec<Recorded> {
        self.journal.load(&stream(inquiry)).await.unwrap()
    }
}

pub(super) fn stream(inquiry: InquiryId) -> StreamId {
    StreamId::new(inquiry.stream_id()).unwrap()
}

/// Up to the order. `-` stands for a deputy without an address.
fn history(inquiry: InquiryId, pdf: BlobHash, local_parts: &[&str]) -> Vec<Event> {
    let recipients = local_parts.iter().zip(1..).map(|(local, no)| recipient(no, local)).collect();
    let mut history = order::numbered(inquiry, pdf, LETTER.len() as u64, recipients);
    history.push(ordered(inquiry, 1, pdf, local_parts.iter().zip(1..)).into());
    history
}

/// An order for these recipients.
pub(super) fn ordered<'l>(
    inquiry: InquiryId,
    order: u32,
    pdf: BlobHash,
    recipients: impl Iterator<Item = (&'l &'l str, u16)>,
) -> DispatchOrdered {
    order::ordered(inquiry, order, pdf, recipients.map(|(local, no)| recipient(no, local)))
}

//! An office with one letter ready to go: a database, a journal, a clock to turn, and inquiries that have just been ordered out.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use directory::{ChamberCode, Directory, InquiryNumber, Language, Multilingual, OfficeCode};
use dispatch::config::{Config, Links, Mode, Notices, Rates, Relay, Security, Sender, Timeouts};
use dispatch::{Clock, Reactions, Worker};
use eventstore::{
    Append, CommandId, Follower, Guards, Journal, Origin, Recordable, Recorded, StreamId, StreamWrite, follow,
};
use inquiry::event::{DispatchOrdered, InquiryReceived, OutgoingNumberAssigned, ReplySigned};
use inquiry::ids::{CertificateFingerprint, MessageId};
use inquiry::intake::{Channel, GroupKind, Intake, Recipient, RecipientGroup};
use inquiry::link::LinkKeys;
use inquiry::terms::{Addressee, LetterRef, SignatoryBlock};
use inquiry::{BlobHash, ContentHash, DraftVersion, Event, InquiryId, RecipientNo};
use jiff::civil::{date, time};
use jiff::{SignedDuration, Timestamp};
use testkit::TestDatabase;
use testkit::smtp::Peer;
use tokio::sync::watch;
use uuid::Uuid;

/// Ten in the morning in Astana, some days before the reply is due.
pub(super) const MORNING: &str = "2023-10-18T04:00:00Z";

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
        let origin = Origin {
            actor: "clerk".to_owned(),
            at: (self.clock())(),
            command: CommandId(Uuid::new_v4()),
            request: [7; 32],
            correlation: Uuid::new_v4(),
            causation: None,
        };
        let events = events.iter().map(|event| event.to_new_event().unwrap()).collect();
        let write = StreamWrite { stream: stream(inquiry), expected, events };
        self.journal.append(Append { origin, writes: vec![write], guards: Guards::default() }).await.unwrap();
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

/// The settings of every office here.
pub(super) fn settings(mode: Mode) -> Config {
    let name = Multilingual::new("Үкімет Аппараты", "Аппарат Правительства", None);
    Config {
        mode,
        next_relays: Vec::new(),
        rates: Rates::UNLIMITED,
        from: Sender { name, address: "office@saual.example".to_owned() },
        reply_to: None,
        bounces_to: None,
        copies: None,
        inbound: None,
        dkim: None,
        attach_up_to: 10_000_000,
        links: Links { public_url: "https://saual.example".to_owned(), keys: Arc::new(keys()) },
        sealed_by_server: true,
        worker: "first".to_owned(),
        lease: Duration::from_secs(30),
        connections: 2,
        give_up_after: Duration::from_secs(86_400),
        poll: Duration::from_secs(1),
        notices: Notices {
            at: time(8, 30, 0, 0),
            gather: Duration::from_secs(600),
            domain: "saual.example".to_owned(),
            directory: Arc::new(Directory::embedded().unwrap()),
        },
    }
}

pub(super) fn stream(inquiry: InquiryId) -> StreamId {
    StreamId::new(inquiry.stream_id()).unwrap()
}

pub(super) fn relay(port: u16) -> Relay {
    let long = Duration::from_secs(20);
    Relay {
        host: "127.0.0.1".to_owned(),
        port,
        security: Security::Plain,
        tls_name: None,
        ca_file: None,
        credentials: None,
        hello: "office.test".to_owned(),
        timeouts: Timeouts { connect: long, command: long, data: long, block: long, dot: long },
    }
}

/// Up to the order, leaving out what came before the signature: an inquiry's state takes any history, and dispatch reads no more.
fn history(inquiry: InquiryId, pdf: BlobHash, local_parts: &[&str]) -> Vec<Event> {
    let group = RecipientGroup {
        label_lines: vec!["Депутаттар".to_owned()],
        kind: GroupKind::Other,
        deputies: local_parts.iter().zip(1..).map(|(local, no)| recipient(no, local)).collect(),
    };
    let signatory = SignatoryBlock {
        office: OfficeCode::new("prime_minister").unwrap(),
        name: "Ә. Смайылов".to_owned(),
        post_lines: vec!["Премьер-Министр".to_owned()],
        acting: false,
    };
    let intake = Intake {
        number: InquiryNumber::parse("№ДС-326").unwrap(),
        chamber: ChamberCode::new("mazhilis").unwrap(),
        convocation: Some(8),
        dated: date(2023, 9, 20),
        received: date(2023, 9, 20),
        channel: Channel::Plenary,
        language: Language::Kk,
        subject: "Оңтүстік Кореядағы азаматтар туралы".to_owned(),
        questions: Vec::new(),
        groups: vec![group.clone()],
        attachments: Vec::new(),
    };
    let signed = ReplySigned {
        version: DraftVersion(1),
        content_hash: ContentHash([1; 32]),
        pdf,
        pdf_bytes: LETTER.len() as u64,
        signature: BlobHash([2; 32]),
        made_from: None,
        certificate: CertificateFingerprint([3; 32]),
        sealed_by_server: true,
        signer: None,
        checked: None,
        signatory,
        authority: None,
        signed_by: "premier".to_owned(),
        signed_at: MORNING.parse().unwrap(),
        document_date: date(2023, 10, 18),
        language: Language::Kk,
        recipients: vec![group],
        code: None,
    };
    let number = "12-11/3841 ДС".to_owned();
    let numbered = OutgoingNumberAssigned {
        series: "outgoing-2023".to_owned(),
        value: 3841,
        number: number.clone(),
        dated: date(2023, 10, 18),
        pdf,
        seal: BlobHash([4; 32]),
    };
    vec![
        InquiryReceived { inquiry, intake }.into(),
        signed.into(),
        numbered.into(),
        ordered(inquiry, 1, pdf, local_parts.iter().zip(1..)).into(),
    ]
}

fn keys() -> LinkKeys {
    LinkKeys::parse(&LinkKeys::line(MORNING.parse().unwrap(), &[7; 32])).unwrap()
}

/// An order for these recipients.
pub(super) fn ordered<'l>(
    inquiry: InquiryId,
    order: u32,
    pdf: BlobHash,
    recipients: impl Iterator<Item = (&'l &'l str, u16)>,
) -> DispatchOrdered {
    let addressee = |(local, no): (&&str, u16)| {
        let known = recipient(no, local);
        Addressee {
            recipient: known.no,
            name: known.name,
            email: known.email,
            message_id: MessageId::new(inquiry, order, RecipientNo(no), "saual.example"),
        }
    };
    DispatchOrdered {
        order,
        letter: LetterRef {
            number: "12-11/3841 ДС".to_owned(),
            dated: date(2023, 10, 18),
            pdf,
            file_name: "ДС-326 жауап.pdf".to_owned(),
            language: Language::Kk,
            inquiry_number: "№ДС-326".to_owned(),
            inquiry_dated: date(2023, 9, 20),
            subject: "Оңтүстік Кореядағы азаматтар туралы".to_owned(),
        },
        recipients: recipients.map(addressee).collect(),
        mail_domain: "saual.example".to_owned(),
    }
}

fn recipient(no: u16, local: &str) -> Recipient {
    let email = if local == "-" { None } else { Some(format!("{local}@parlam.test").parse().unwrap()) };
    Recipient { no: RecipientNo(no), deputy: None, name: format!("Ә. Депутат{no}"), email }
}

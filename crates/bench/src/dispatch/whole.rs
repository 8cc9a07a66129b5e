//! The whole way of one dispatch: its order recorded in a journal, rows made of it, mails made, sent, and each acceptance recorded.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use directory::{ChamberCode, Directory, InquiryNumber, Language, Multilingual, OfficeCode};
use dispatch::config::{Config, Links, Mode, Notices, Rates, Sender};
use dispatch::{Reactions, Worker};
use eventstore::{Append, CommandId, Guards, Journal, Origin, Recordable as _, StreamId, StreamWrite, follow};
use inquiry::event::{DispatchOrdered, InquiryReceived, OutgoingNumberAssigned, ReplySigned};
use inquiry::ids::{CertificateFingerprint, MessageId};
use inquiry::intake::{Channel, GroupKind, Intake, Recipient, RecipientGroup};
use inquiry::link::LinkKeys;
use inquiry::terms::{Addressee, LetterRef, SignatoryBlock};
use inquiry::{BlobHash, ContentHash, DraftVersion, Event, InquiryId, RecipientNo};
use jiff::Timestamp;
use jiff::civil::{date, time};
use tokio::sync::watch;
use uuid::Uuid;

use super::servers::Postfix;
use crate::ground::Ground;

/// Bytes of the letter; a third more on the wire.
const LETTER: usize = 1_000_000;
/// After so long the way has no end.
const PATIENCE: Duration = Duration::from_secs(600);

/// How long it takes from the order's record to the last acceptance's.
pub(crate) async fn way(ground: &Ground, postfix: &Postfix, recipients: u16) -> anyhow::Result<Duration> {
    let database = ground.journal_database("dispatch_bench").await?;
    let pool = eventstore::pool(&database, 8)?;
    let journal = Journal::open(pool, database, eventstore::Settings::MEASURED).await?;
    let worker = Worker::new(journal.clone(), config(postfix)?, Arc::new(Timestamp::now))?;
    let (stop, stopped) = watch::channel(false);
    let following = tokio::spawn({
        let (journal, stopped) = (journal.clone(), stopped.clone());
        async move { follow(&journal, &Reactions::default(), stopped).await }
    });
    let working = tokio::spawn(async move { worker.run(stopped).await });
    let inquiry = InquiryId(Uuid::new_v4());
    let stream = StreamId::new(inquiry.stream_id())?;
    let pdf: BlobHash = journal.put_blob("application/pdf", &letter()).await?.parse().context("the blob's id")?;
    let history = history(inquiry, pdf, recipients)?;
    let before = history.len();
    record(&journal, &stream, 0, history).await?;

    let began = Instant::now();
    record(&journal, &stream, before as u64, vec![ordered(inquiry, pdf, recipients).into()]).await?;
    let mut positions = journal.positions();
    let accepted = async {
        loop {
            let events = journal.load(&stream).await?;
            let accepted = events.iter().filter(|event| event.event_type == "reply_accepted").count();
            if accepted == usize::from(recipients) {
                return anyhow::Ok(began.elapsed());
            }
            positions.changed().await?;
        }
    };
    let took =
        tokio::time::timeout(PATIENCE, accepted).await.context("some letters were not accepted in ten minutes")?;
    stop.send_replace(true);
    working.await?;
    following.await??;
    journal.close().await;
    ground.drop("dispatch_bench").await?;
    took
}

/// Bytes that no program can make shorter.
fn letter() -> Vec<u8> {
    let mut state = 0x5a17_u64;
    let noise = std::iter::repeat_with(move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    });
    b"%PDF-1.7\n".iter().copied().chain(noise).take(LETTER).collect()
}

fn config(postfix: &Postfix) -> anyhow::Result<Config> {
    let keys = LinkKeys::parse(&LinkKeys::line("2023-01-01T00:00:00Z".parse()?, &[7; 32]))?;
    Ok(Config {
        mode: Mode::Smtp { relay: postfix.relay() },
        next_relays: Vec::new(),
        rates: Rates::UNLIMITED,
        from: Sender {
            name: Multilingual::new("Үкімет Аппараты", "Аппарат Правительства", None),
            address: "office@saual.example".to_owned(),
        },
        reply_to: None,
        bounces_to: None,
        copies: None,
        inbound: None,
        dkim: None,
        attach_up_to: 10_000_000,
        links: Links { public_url: "https://saual.example".to_owned(), keys: Arc::new(keys) },
        sealed_by_server: true,
        worker: "bench".to_owned(),
        lease: Duration::from_secs(1_500),
        connections: 2,
        give_up_after: Duration::from_secs(86_400),
        poll: Duration::from_secs(5),
        notices: Notices {
            at: time(8, 30, 0, 0),
            gather: Duration::from_secs(600),
            domain: "saual.example".to_owned(),
            directory: Arc::new(Directory::embedded()?),
        },
    })
}

async fn record(journal: &Journal, stream: &StreamId, expected: u64, events: Vec<Event>) -> anyhow::Result<()> {
    let origin = Origin {
        actor: "clerk".to_owned(),
        at: Timestamp::now(),
        command: CommandId(Uuid::new_v4()),
        request: [7; 32],
        correlation: Uuid::new_v4(),
        causation: None,
    };
    let events = events.iter().map(Event::to_new_event).collect::<Result<_, _>>()?;
    let write = StreamWrite { stream: stream.clone(), expected, events };
    journal.append(Append { origin, writes: vec![write], guards: Guards::default() }).await?;
    Ok(())
}

fn recipients(number: u16) -> impl Iterator<Item = Recipient> {
    (1..=number).map(|no| Recipient {
        no: RecipientNo(no),
        deputy: None,
        name: format!("Ә. Депутат{no}"),
        email: format!("deputy{no}@parlam.test").parse().ok(),
    })
}

/// Up to the order: what an inquiry needs of its past to take a dispatch and what becomes of it.
fn history(inquiry: InquiryId, pdf: BlobHash, number: u16) -> anyhow::Result<Vec<Event>> {
    let group = RecipientGroup {
        label_lines: vec!["Депутаттар".to_owned()],
        kind: GroupKind::Other,
        deputies: recipients(number).collect(),
    };
    let intake = Intake {
        number: InquiryNumber::parse("№ДС-326")?,
        chamber: ChamberCode::new("mazhilis")?,
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
        pdf_bytes: LETTER as u64,
        signature: BlobHash([2; 32]),
        made_from: None,
        certificate: CertificateFingerprint([3; 32]),
        sealed_by_server: true,
        signer: None,
        checked: None,
        signatory: SignatoryBlock {
            office: OfficeCode::new("prime_minister")?,
            name: "Ә. Смайылов".to_owned(),
            post_lines: vec!["Премьер-Министр".to_owned()],
            acting: false,
        },
        authority: None,
        signed_by: "premier".to_owned(),
        signed_at: "2023-10-18T04:00:00Z".parse()?,
        document_date: date(2023, 10, 18),
        language: Language::Kk,
        recipients: vec![group],
        code: None,
    };
    let numbered = OutgoingNumberAssigned {
        series: "outgoing-2023".to_owned(),
        value: 3841,
        number: "12-11/3841 ДС".to_owned(),
        dated: date(2023, 10, 18),
        pdf,
        seal: BlobHash([4; 32]),
    };
    Ok(vec![InquiryReceived { inquiry, intake }.into(), signed.into(), numbered.into()])
}

fn ordered(inquiry: InquiryId, pdf: BlobHash, number: u16) -> DispatchOrdered {
    let addressee = |to: Recipient| Addressee {
        message_id: MessageId::new(inquiry, 1, to.no, "saual.example"),
        recipient: to.no,
        name: to.name,
        email: to.email,
    };
    DispatchOrdered {
        order: 1,
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
        recipients: recipients(number).map(addressee).collect(),
        mail_domain: "saual.example".to_owned(),
    }
}

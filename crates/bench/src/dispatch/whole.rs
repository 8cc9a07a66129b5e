//! The whole way of one dispatch: its order recorded in a journal, rows made of it, mails made, sent, and each acceptance recorded.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use dispatch::config::{Config, Mode};
use dispatch::{Reactions, Worker};
use eventstore::{Journal, StreamId, follow};
use inquiry::intake::Recipient;
use inquiry::{BlobHash, InquiryId};
use jiff::Timestamp;
use testkit::mail::order;
use testkit::mail::settings::settings;
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
    let worker = Worker::new(journal.clone(), config(postfix), Arc::new(Timestamp::now))?;
    let (stop, stopped) = watch::channel(false);
    let following = tokio::spawn({
        let (journal, stopped) = (journal.clone(), stopped.clone());
        async move { follow(&journal, &Reactions::default(), stopped).await }
    });
    let working = tokio::spawn(async move { worker.run(stopped).await });
    let inquiry = InquiryId(Uuid::new_v4());
    let stream = StreamId::new(inquiry.stream_id())?;
    let pdf: BlobHash = journal.put_blob("application/pdf", &letter()).await?.parse().context("the blob's id")?;
    let history = order::numbered(inquiry, pdf, LETTER as u64, self::recipients(recipients));
    let before = history.len();
    journal.append(order::append(inquiry, 0, &history, Timestamp::now())).await?;

    let began = Instant::now();
    let order = [order::ordered(inquiry, 1, pdf, self::recipients(recipients)).into()];
    journal.append(order::append(inquiry, before as u64, &order, Timestamp::now())).await?;
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

fn config(postfix: &Postfix) -> Config {
    Config {
        worker: "bench".to_owned(),
        lease: Duration::from_secs(1_500),
        poll: Duration::from_secs(5),
        ..settings(Mode::Smtp { relay: postfix.relay() })
    }
}

fn recipients(number: u16) -> Vec<Recipient> {
    (1..=number).map(|no| order::recipient(no, &format!("deputy{no}"))).collect()
}

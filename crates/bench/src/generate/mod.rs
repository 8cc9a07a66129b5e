//! Histories of real inquiries by the hundred thousand, in a journal that verifies.
//!
//! Some hundreds of stories are told through the domain ([`story`]), cut into templates ([`template`]), filled with the ids,
//! numbers, names and days of as many inquiries as are asked for, laid into one order as they would have come, hashed into
//! blocks with the event store's own functions, and brought in by COPY ([`copy`]). Each portion is one transaction that
//! holds the journal's head, so the journal is whole after each of them.

mod copy;
mod portion;
pub(crate) mod story;
mod template;

use std::time::{Duration, Instant};

use anyhow::Context;
use tokio::sync::mpsc;
use tokio_postgres::Client;

use crate::generate::portion::Maker;
use crate::generate::template::Template;

/// How many events one transaction brings.
const PORTION: usize = 20_000;
/// How many stories are told.
const STORIES: u64 = 400;

/// What was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Made {
    /// Events.
    pub events: u64,
    /// Inquiries that were begun.
    pub inquiries: u64,
    /// Bytes of payload.
    pub payload_bytes: u64,
    /// How long it took.
    pub took: Duration,
}

/// Adds at least `events` events to the journal of a migrated database: histories of inquiries as an office has them.
///
/// It wants the journal for itself: an append of somebody else meanwhile is safe, and ends it.
///
/// # Errors
/// The database refuses or cannot be reached; portions before that stand.
pub async fn generate(client: &mut Client, seed: u64, events: u64) -> anyhow::Result<Made> {
    let templates = (0..STORIES)
        .map(|story| Template::of(&story::tell(&mut crate::chance::Chance::new(seed.wrapping_add(story)))?))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let outgoing = copy::last_number(client).await?;
    fill(client, Maker::new(seed, templates, None, outgoing), events).await
}

/// Adds `inquiries` histories of exactly `length` events each, and answers their streams.
pub(crate) async fn generate_of_length(
    client: &mut Client,
    seed: u64,
    length: usize,
    inquiries: u64,
) -> anyhow::Result<Vec<String>> {
    let template = Template::of(&story::of_length(length)?)?;
    let outgoing = copy::last_number(client).await?;
    let mut maker = Maker::new(seed, vec![template], Some(inquiries), outgoing);
    let mut streams = Vec::new();
    loop {
        let mut tx = copy::begin(client).await?;
        let portion = maker.next(&tx.head, PORTION)?;
        if portion.events.is_empty() {
            return Ok(streams);
        }
        streams.extend(portion.begun.iter().map(|inquiry| inquiry::InquiryId(*inquiry).stream_id()));
        tx.write(&portion).await?;
        tx.commit().await?;
    }
}

/// One task makes portions, this one writes them. A portion is hashed for the place it will have: should somebody else
/// write meanwhile, the next portion does not fit, and nothing of it is written.
async fn fill(client: &mut Client, mut maker: Maker, events: u64) -> anyhow::Result<Made> {
    let since = Instant::now();
    let mut made = Made { events: 0, inquiries: 0, payload_bytes: 0, took: Duration::ZERO };
    let head = copy::begin(client).await?.give_up().await?;
    let (ready, mut portions) = mpsc::channel(2);
    let making = tokio::task::spawn_blocking(move || {
        let mut head = head;
        let mut left = events;
        while left > 0 {
            let portion = maker.next(&head, PORTION.min(usize::try_from(left).unwrap_or(PORTION)))?;
            head = portion.head.clone();
            left = left.saturating_sub(portion.events.len() as u64);
            if portion.events.is_empty() || ready.blocking_send(portion).is_err() {
                break;
            }
        }
        anyhow::Ok(())
    });
    while let Some(portion) = portions.recv().await {
        let mut tx = copy::begin(client).await?;
        portion.follows(&tx.head).context("somebody else wrote into the journal that is being filled")?;
        tx.write(&portion).await?;
        tx.commit().await?;
        made.events += portion.events.len() as u64;
        made.inquiries += portion.begun.len() as u64;
        made.payload_bytes += portion.events.iter().map(|event| event.payload.len() as u64).sum::<u64>();
    }
    making.await??;
    client.batch_execute("ANALYZE events; ANALYZE streams; ANALYZE commands; ANALYZE blocks; ANALYZE claims").await?;
    made.took = since.elapsed();
    Ok(made)
}

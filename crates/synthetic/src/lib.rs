//! Histories of an office that never was: made-up inquiries by the hundred thousand, told through the domain, written as the event store writes.
//!
//! Read [`texts`] (what is asked and answered, as a pure function of a seed), `story` (one inquiry as it goes: every step is a command that a real inquiry
//! took), `maker` (all stories in one order of time), `portion` (blocks and proofs), `copy` (into the journal's tables). Why it is so:
//! docs/adr/0041-synthetic-histories.md.

pub mod chance;
pub mod error;
pub mod office;
pub mod texts;

mod copy;
mod maker;
mod portion;
mod story;

use std::time::{Duration, Instant};

use directory::Directory;
use inquiry::synthetic::{BEGUN, ENDED, Generated};
use jiff::civil::{Date, date};
use tokio::sync::mpsc;
use tokio_postgres::Client;

pub use chance::Chance;
pub use error::Error;
pub use office::{Office, Seat};

use maker::Maker;
use portion::Portion;

/// How a history is written.
#[derive(Debug, Clone, Copy)]
pub struct How<'a> {
    /// The followers that are to have seen all of it, because something leaves the house on account of what they read.
    pub passed: &'a [&'a str],
    /// How many events one transaction brings.
    pub portion: usize,
}

impl Default for How<'_> {
    fn default() -> Self {
        Self { passed: &[], portion: 20_000 }
    }
}

/// The most inquiries of one history: what a country's correspondence is planned for.
pub const MOST: u64 = 10_000_000;
/// No ministry of the directory was another one from that day on.
const EARLIEST: Date = date(2023, 9, 4);

/// How far the making has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Made {
    /// Events that were written by this run.
    pub events: u64,
    /// Inquiries that were begun by it.
    pub inquiries: u64,
    /// Bytes of payload.
    pub payload_bytes: u64,
    /// The last position of the journal.
    pub position: i64,
    /// How long it took.
    pub took: Duration,
}

/// Whether such a history can be made.
///
/// # Errors
/// [`Error::Bounds`] with a sentence that says what can.
pub fn bounds(generated: &Generated, directory: &Directory) -> Result<(), Error> {
    if !(1..=MOST).contains(&generated.inquiries) {
        return Err(Error::Bounds(format!("--inquiries is a number from 1 to {MOST}")));
    }
    let from = generated.until.checked_sub(jiff::Span::new().years(i64::from(generated.years)));
    let fits = generated.years >= 1 && from.is_ok_and(|from| from >= EARLIEST);
    if !fits {
        let most = EARLIEST.until((jiff::Unit::Year, generated.until)).map_or(0, |span| span.get_years());
        return Err(Error::Bounds(format!(
            "--years is a number from 1 to {most} for a history up to {}: the directory knows the ministries from {EARLIEST} on",
            generated.until
        )));
    }
    if !directory.calendar().covers(generated.until) {
        return Err(Error::Bounds(format!("the calendar of working days does not know {}", generated.until)));
    }
    Ok(())
}

/// What a journal holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holds {
    /// Nothing.
    Nothing,
    /// A history that was broken off.
    Begun(Generated),
    /// A history that is whole; people may have worked on since.
    Whole(Generated),
    /// Real inquiries.
    Real,
}

/// Looks into a migrated database.
///
/// # Errors
/// The database refuses, or its first event says that it was made up and not how.
pub async fn holds(client: &Client) -> Result<Holds, Error> {
    let first = client.query_opt("SELECT event_type, payload FROM events WHERE position = 1", &[]).await?;
    let Some(first) = first else { return Ok(Holds::Nothing) };
    let (name, payload): (String, String) = (first.try_get(0)?, first.try_get(1)?);
    if name != BEGUN {
        return Ok(Holds::Real);
    }
    let generated = Generated::from_payload(&payload).map_err(Error::story)?;
    let sql = "SELECT EXISTS (SELECT FROM events WHERE stream = $1 AND event_type = $2)";
    let is_whole: bool = client.query_one(sql, &[&inquiry::synthetic::STREAM, &ENDED]).await?.try_get(0)?;
    Ok(if is_whole { Holds::Whole(generated) } else { Holds::Begun(generated) })
}

/// Makes the history that `generated` names, or what is missing of it, in the journal of a migrated database. `tell` hears after each portion how far it is.
///
/// It wants the journal for itself: an append of somebody else meanwhile is safe, and ends it. Each portion is one transaction that holds the journal's
/// head, so that the journal is whole after each of them, whatever happens.
///
/// # Errors
/// The journal holds something else, the database refuses; portions before that stand.
pub async fn generate(
    client: &mut Client,
    directory: Directory,
    generated: &Generated,
    how: How<'_>,
    tell: impl Fn(&Made),
) -> Result<Made, Error> {
    bounds(generated, &directory)?;
    match holds(client).await? {
        Holds::Nothing => {}
        Holds::Begun(begun) if begun == *generated => {}
        Holds::Begun(_) | Holds::Whole(_) | Holds::Real => {
            return Err(Error::NotOurs("the journal holds another history".to_owned()));
        }
    }
    let office = Office::new(directory, generated.papers, generated.until)?;
    fill(client, Maker::new(office, generated.clone())?, how, tell).await
}

/// Histories of exactly `length` events each, for measurements, in an empty journal; answers their streams.
///
/// # Errors
/// As [`generate`].
pub async fn generate_of_length(
    client: &mut Client,
    directory: Directory,
    generated: &Generated,
    length: usize,
) -> Result<Vec<String>, Error> {
    bounds(generated, &directory)?;
    let office = Office::new(directory, generated.papers, generated.until)?;
    fill(client, Maker::new(office, generated.clone())?.of_length(length), How::default(), |_| ()).await?;
    let rows = client.query("SELECT stream FROM streams WHERE stream LIKE 'inquiry-%' ORDER BY stream", &[]).await?;
    Ok(rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?)
}

/// One task makes portions, this one writes them. A portion is hashed for the place it will have: should somebody else write meanwhile, the next
/// portion does not fit, and nothing of it is written.
async fn fill(client: &mut Client, mut maker: Maker, how: How<'_>, tell: impl Fn(&Made)) -> Result<Made, Error> {
    let since = Instant::now();
    let head = copy::begin(client).await?.give_up().await?;
    let most = how.portion;
    let (ready, mut portions) = mpsc::channel(2);
    let making = tokio::task::spawn_blocking(move || -> Result<(), Error> {
        let mut head = head;
        // What stands already is told once more, and written by nobody.
        while maker.position() < head.position {
            if maker.block()?.is_empty() {
                break;
            }
        }
        if maker.position() != head.position {
            let what =
                format!("the journal was broken off at {}, where this history has no block's end", head.position);
            return Err(Error::NotOurs(what));
        }
        loop {
            let mut portion = Portion::after(&head);
            while portion.events.len() < most {
                let block = maker.block()?;
                if block.is_empty() {
                    break;
                }
                portion.add(block)?;
            }
            head = portion.head.clone();
            if portion.events.is_empty() || ready.blocking_send(portion).is_err() {
                return Ok(());
            }
        }
    });
    let mut made = Made { events: 0, inquiries: 0, payload_bytes: 0, position: 0, took: Duration::ZERO };
    while let Some(portion) = portions.recv().await {
        let mut tx = copy::begin(client).await?;
        if tx.head != portion.before {
            return Err(Error::NotOurs("somebody else wrote into the journal that is being filled".to_owned()));
        }
        tx.write(&portion).await?;
        tx.passed(how.passed, portion.head.position).await?;
        tx.commit().await?;
        made.events += portion.events.len() as u64;
        made.inquiries += portion.begun;
        made.payload_bytes += portion.events.iter().map(|event| event.payload.len() as u64).sum::<u64>();
        made.position = portion.head.position;
        made.took = since.elapsed();
        tell(&made);
    }
    making.await??;
    client.batch_execute("ANALYZE events; ANALYZE streams; ANALYZE commands; ANALYZE blocks; ANALYZE claims").await?;
    made.took = since.elapsed();
    Ok(made)
}

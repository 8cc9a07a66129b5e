//! `saual verify`: the whole journal, or a bundle of it, and the verdict in one line; or the proof of one event.

mod archive;
mod evidence;

use std::fs::File;
use std::io::{BufReader, BufWriter, IsTerminal as _, Read as _, Write as _};
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::Context;
use eventstore::{BundleError, ConsistencyDocument, Effort, Journal, Kept, Progress, PublicKey, Unprovable, Witnesses};

use super::{print, wrong_use};
use crate::cli::Verify;
use crate::config::Config;
use crate::exit::{Answer, Stop};
use crate::installation::{Database, heads};

/// Connections beside those of the check.
const CONNECTIONS: usize = 4;
/// How many block headers a proof may need to reach a signed head of before the tree over blocks; each has some 350 bytes.
const REACH: u32 = 1_000_000;

/// Checks the journal in the database, or proves one of its events.
pub(super) async fn run(config: &Config, database: &Database, asked: &Verify) -> Result<Answer, Stop> {
    match (asked.prove, asked.prove_since) {
        (Some(position), _) => prove(database, position, asked.out.as_deref()).await,
        (None, Some(block)) => prove_since(database, block, asked.out.as_deref()).await,
        (None, None) => journal(config, database, asked).await,
    }
}

/// Checks the journal; with `--export`, writes the bundle first.
async fn journal(config: &Config, database: &Database, asked: &Verify) -> Result<Answer, Stop> {
    let mut witnesses = witnesses(asked)?;
    own(&config.data, &mut witnesses)?;
    if let Some(file) = &asked.export {
        let pool = eventstore::pool(&database.config, CONNECTIONS).context("the database cannot be reached")?;
        write_bundle(&pool, file).await?;
        print(&format!("bundle: {}", file.display()));
    }
    let meter = Meter::new();
    let told = |progress: Progress| meter.show(progress);
    let verdict = eventstore::verify_by(&database.config, Effort::of_this_machine(), &witnesses, &told).await;
    meter.clear();
    Ok(answered(&verdict.context("the journal cannot be read; `saual migrate` prepares a database")?))
}

/// Writes everything that a check needs into one file, complete or not at all.
pub(crate) async fn write_bundle(pool: &deadpool_postgres::Pool, file: &Path) -> anyhow::Result<()> {
    let half = file.with_extension("bundle.half");
    let out = File::create(&half).with_context(|| format!("{} cannot be written", half.display()))?;
    let mut out = BufWriter::with_capacity(1 << 18, out);
    eventstore::export(pool, &mut out).await.context("the journal could not be exported")?;
    let out = out.into_inner().map_err(std::io::IntoInnerError::into_error)?;
    out.sync_all()?;
    std::fs::rename(&half, file).with_context(|| format!("{} cannot be written", file.display()))?;
    Ok(())
}

/// Checks a bundle of the journal, the evidence of one delivery, or that of a whole inquiry: no database, no network.
pub(super) fn bundle(file: &Path, asked: &Verify) -> Result<Answer, Stop> {
    let witnesses = witnesses(asked)?;
    let opened = File::open(file)
        .map_err(|error| wrong_use(format!("the bundle {} cannot be read: {error}", file.display())))?;
    let mut reader = BufReader::with_capacity(1 << 18, opened);
    if archive::is_one(&mut reader).with_context(|| format!("{} cannot be read", file.display()))? {
        let seals = asked.seal.as_deref().map(certificates).transpose()?.unwrap_or_default();
        return Ok(archive::check(reader.into_inner(), &witnesses, &seals));
    }
    if let Some(bytes) = evidence::read(&mut reader).with_context(|| format!("{} cannot be read", file.display()))? {
        return Ok(evidence::check(&bytes, &witnesses));
    }
    match eventstore::check_bundle_by(reader, &witnesses) {
        Ok(verdict) => Ok(answered(&verdict)),
        // Bytes that are no text, or a title that is none, are an answer about the file and not a failure of ours.
        Err(error @ BundleError::NotABundle(_)) => {
            print(&format!("{}: {error}", file.display()));
            Ok(Answer::No)
        }
        Err(BundleError::Io(error)) if error.kind() == std::io::ErrorKind::InvalidData => {
            print(&format!("{}: this is not a journal's bundle: it is no text", file.display()));
            Ok(Answer::No)
        }
        Err(error @ (BundleError::Io(_) | BundleError::Store(_))) => Err(anyhow::Error::new(error).into()),
    }
}

/// The longest proof that two heads are of one history: 64 hashes, two roots, two heads.
const LONGEST_CONSISTENCY: u64 = 1 << 16;

/// Checks the proof that two heads are of one history: no database, no network.
pub(super) fn consistency(file: &Path, asked: &Verify) -> Result<Answer, Stop> {
    let witnesses = witnesses(asked)?;
    let mut text = String::new();
    File::open(file)
        .and_then(|opened| opened.take(LONGEST_CONSISTENCY).read_to_string(&mut text))
        .map_err(|error| wrong_use(format!("the proof {} cannot be read: {error}", file.display())))?;
    let read = serde_json::from_str::<ConsistencyDocument>(&text)
        .map_err(|error| format!("this is no proof that two heads are of one history: {error}"));
    match read.and_then(|document| document.check(&witnesses)) {
        Ok(said) => {
            said.iter().for_each(|line| print(line));
            print(if witnesses.nobody_else {
                "one history"
            } else {
                "one history, if these keys are those that the Office has published"
            });
            Ok(Answer::Yes)
        }
        Err(why) => {
            print(&format!("{}: {why}", file.display()));
            Ok(Answer::No)
        }
    }
}

/// The verdict comes last: others read it there.
fn answered(verdict: &eventstore::Verdict) -> Answer {
    for fault in &verdict.faults {
        print(&fault.to_string());
    }
    print(&verdict.heads.to_string());
    print(&verdict.to_string());
    match verdict.is_intact() {
        true => Answer::Yes,
        false => Answer::No,
    }
}

/// The keys and heads that were named.
fn witnesses(asked: &Verify) -> Result<Witnesses, Stop> {
    let mut witnesses = Witnesses { nobody_else: !asked.key.is_empty(), ..Witnesses::NONE };
    for file in &asked.key {
        witnesses.trusted.push(public_key(file)?);
    }
    for file in &asked.head {
        witnesses.kept.push(kept(file)?);
    }
    Ok(witnesses)
}

/// What this installation itself keeps outside of the database: its key, if no other was named, and its heads.
fn own(data: &Path, witnesses: &mut Witnesses) -> Result<(), Stop> {
    let (key, file) = (heads::public_key_file(data), heads::heads_file(data));
    if !witnesses.nobody_else && key.exists() {
        witnesses.trusted.push(public_key(&key)?);
    }
    if file.exists() {
        witnesses.kept.push(kept(&file)?);
    }
    witnesses.handovers = heads::rotate::handovers(data)?;
    Ok(())
}

fn public_key(file: &Path) -> Result<PublicKey, Stop> {
    let pem = std::fs::read_to_string(file)
        .map_err(|error| wrong_use(format!("the key {} cannot be read: {error}", file.display())))?;
    PublicKey::from_pem(&pem).map_err(|error| wrong_use(format!("{}: {error}", file.display())))
}

fn certificates(file: &Path) -> Result<Vec<signature::Certificate>, Stop> {
    let pem = std::fs::read_to_string(file)
        .map_err(|error| wrong_use(format!("the certificate {} cannot be read: {error}", file.display())))?;
    signature::Certificate::all_from_pem(&pem).map_err(|error| wrong_use(format!("{}: {error}", file.display())))
}

fn kept(file: &Path) -> Result<Kept, Stop> {
    let read = || Kept::read(file.display().to_string(), BufReader::new(File::open(file)?));
    read().map_err(|error| wrong_use(format!("the signed heads {} cannot be read: {error}", file.display())))
}

async fn opened(database: &Database) -> anyhow::Result<Journal> {
    let pool = eventstore::pool(&database.config, CONNECTIONS).context("the database cannot be reached")?;
    let journal = Journal::open(pool, database.config.clone(), eventstore::Settings::MEASURED).await;
    journal.context("the journal cannot be opened; `saual migrate` prepares a database")
}

/// Writes the proof that the journal begins with what it was at a block.
async fn prove_since(database: &Database, block: i64, out: Option<&Path>) -> Result<Answer, Stop> {
    let journal = opened(database).await?;
    let document = journal.consistency(block, None).await;
    journal.close().await;
    let document = match document {
        Ok(document) => document,
        Err(range @ Unprovable::Range { .. }) => {
            print(&range.to_string());
            return Ok(Answer::No);
        }
        Err(Unprovable::Store(error)) => return Err(anyhow::Error::new(error).into()),
    };
    let text = serde_json::to_string_pretty(&document).context("the proof cannot be written as JSON")?;
    write_out(text, out)?;
    Ok(Answer::Yes)
}

fn write_out(text: String, out: Option<&Path>) -> anyhow::Result<()> {
    match out {
        None => print(&text),
        Some(file) => {
            std::fs::write(file, text + "\n").with_context(|| format!("{} cannot be written", file.display()))?;
            print(&format!("proof: {}", file.display()));
        }
    }
    Ok(())
}

/// Writes the proof of one event.
async fn prove(database: &Database, position: i64, out: Option<&Path>) -> Result<Answer, Stop> {
    let journal = opened(database).await?;
    let document = journal.proof_document(position, REACH).await;
    journal.close().await;
    let Some(document) = document.context("the event cannot be proved")? else {
        print(&format!("the journal has no event {position}"));
        return Ok(Answer::No);
    };
    let text = serde_json::to_string_pretty(&document).context("the proof cannot be written as JSON")?;
    write_out(text, out)?;
    if let Some(why) = document.unsigned.filter(|_| out.is_some()) {
        print(&format!("no signature reaches it: {why}"));
    }
    Ok(Answer::Yes)
}

/// How far a long check has come, on a terminal.
struct Meter {
    began: Instant,
    shown: Mutex<Option<Instant>>,
    is_terminal: bool,
}

impl Meter {
    /// A check that takes less is not worth a line.
    const FIRST: Duration = Duration::from_secs(1);
    const NEXT: Duration = Duration::from_millis(250);

    fn new() -> Self {
        Self { began: Instant::now(), shown: Mutex::new(None), is_terminal: std::io::stderr().is_terminal() }
    }

    fn show(&self, progress: Progress) {
        let now = Instant::now();
        let Ok(mut shown) = self.shown.lock() else { return };
        let due = shown.map_or(self.began + Self::FIRST, |last| last + Self::NEXT);
        if !self.is_terminal || now < due {
            return;
        }
        *shown = Some(now);
        let _reader_left = write!(std::io::stderr(), "\r{}\x1b[K", words(progress, now - self.began));
    }

    fn clear(&self) {
        if self.shown.lock().is_ok_and(|shown| shown.is_some()) {
            let _reader_left = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}

fn words(progress: Progress, since: Duration) -> String {
    let Progress { events, of } = progress;
    let millis = since.as_millis().max(1);
    let rate = u128::from(events) * 1000 / millis;
    let left = u128::from(of.saturating_sub(events)).checked_div(rate);
    match left {
        Some(left) if events < of => format!("{events} of {of} events, {rate} a second, {left} s left"),
        Some(_) => format!("{events} events, {rate} a second; letters and indexes"),
        None => format!("{events} of {of} events"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_told_in_events_rate_and_time_left() {
        let told = |events, seconds| words(Progress { events, of: 10_000 }, Duration::from_secs(seconds));
        assert_eq!(told(2_500, 5), "2500 of 10000 events, 500 a second, 15 s left");
        assert_eq!(told(0, 5), "0 of 10000 events");
        assert_eq!(told(10_000, 5), "10000 events, 2000 a second; letters and indexes");
    }
}

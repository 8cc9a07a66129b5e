//! `saual rebuild`: tables made again from the journal, or held against it, while the office works.

use std::io::{IsTerminal, Write};
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use anyhow::Context;
use eventstore::Journal;
use readmodel::followers::Table;
use readmodel::rebuild::{Compared, Options, Progress, RebuildError, Stage, compare, rebuild};
use web::accounts::books;

use super::{print, wrong_use};
use crate::cli::Rebuild;
use crate::config::Config;
use crate::exit::{Answer, Stop};
use crate::installation::{Database, journal};

/// Connections for reading beside those of the rebuild.
const CONNECTIONS: usize = 2;
/// How often a line is said where there is no terminal, and how often the bar is drawn where there is one.
const LINE_EVERY: Duration = Duration::from_secs(5);
const BAR_EVERY: Duration = Duration::from_millis(100);
/// The bar's width in signs.
const BAR: u64 = 30;

/// The followers that make no table of screens.
const NOT_TABLES: [&str; 3] = [dispatch::reactions::FOLLOWER, dispatch::notices::FOLLOWER, books::FOLLOWER];

/// The followers' names in one line, for whoever has mistyped one.
pub(super) fn names() -> String {
    let tables = Table::ALL.map(Table::name).join(", ");
    format!("{tables}, {}", NOT_TABLES.join(", "))
}

/// Which tables are asked for.
///
/// # Errors
/// A name that is none, and the reactions, which are never done again.
pub(super) fn tables(asked: &Rebuild) -> Result<Vec<Table>, Stop> {
    let Some(name) = &asked.name else { return Ok(Table::ALL.to_vec()) };
    if name == books::FOLLOWER {
        return Err(wrong_use(format!(
            "{name} is not rebuilt: passwords and sessions stand in no event; `saual followers retry {name}` tries what it has \
             set aside"
        )));
    }
    if NOT_TABLES.contains(&name.as_str()) {
        return Err(wrong_use(format!(
            "{name} is not rebuilt: mail that was sent cannot be sent again by making a table; `saual followers retry {name}` \
             tries what it has set aside"
        )));
    }
    let table = Table::from_name(name);
    let names = Table::ALL.map(Table::name).join(", ");
    table.map(|table| vec![table]).ok_or_else(|| wrong_use(format!("no table is named {name}; there are {names}")))
}

/// Rebuilds them, one after the other.
pub(super) async fn run(
    config: &Config,
    database: &Database,
    asked: &Rebuild,
    tables: &[Table],
    color: bool,
) -> Result<Answer, Stop> {
    let pool = eventstore::pool(&database.config, CONNECTIONS).context("the database cannot be reached")?;
    let journal = journal::open(config, &pool, &database.config).await?;
    let answer = if asked.compare {
        compare_all(&journal, database, asked.workers, tables, color).await
    } else {
        rebuild_all(&journal, database, asked.workers, tables, color).await
    };
    journal.close().await;
    answer
}

/// Rebuilds them over that journal.
pub(crate) async fn rebuild_all(
    journal: &Journal,
    database: &Database,
    workers: Option<NonZeroUsize>,
    tables: &[Table],
    color: bool,
) -> Result<Answer, Stop> {
    let options = options(workers);
    for table in tables {
        let began = Instant::now();
        let teller = Teller::new(*table, color);
        let done = rebuild(journal, &database.config, *table, &options, &|progress| teller.hear(progress)).await;
        teller.end();
        match done {
            Ok(done) => print(&format!(
                "{}: {} rows from {} events{} in {:.1} s",
                table.name(),
                done.rows,
                done.position,
                if done.from > 0 { format!(" (went on from {})", done.from) } else { String::new() },
                began.elapsed().as_secs_f64()
            )),
            Err(error) if error.is_refusal() => {
                print(&format!("{}: {}; the table in use is as it was", table.name(), sentence(&error)));
                return Ok(Answer::No);
            }
            Err(error) => return Err(anyhow::Error::new(error).into()),
        }
    }
    Ok(Answer::Yes)
}

/// Holds them against the journal, every one, whatever the one before came to.
async fn compare_all(
    journal: &Journal,
    database: &Database,
    workers: Option<NonZeroUsize>,
    tables: &[Table],
    color: bool,
) -> Result<Answer, Stop> {
    let options = options(workers);
    let mut all_agree = true;
    for table in tables {
        let teller = Teller::new(*table, color);
        let done = compare(journal, &database.config, *table, &options, &|progress| teller.hear(progress)).await;
        teller.end();
        match done {
            Ok(compared) => {
                all_agree &= compared.agrees();
                print(&words_of(&compared));
            }
            Err(error) if error.is_refusal() => {
                all_agree = false;
                print(&format!("{}: not compared: {}", table.name(), sentence(&error)));
            }
            Err(error) => return Err(anyhow::Error::new(error).into()),
        }
    }
    Ok(if all_agree { Answer::Yes } else { Answer::No })
}

fn words_of(compared: &Compared) -> String {
    let Compared { table, position, rows, foreign, missing, of, set_aside } = compared;
    let name = table.name();
    if compared.agrees() {
        return format!("{name}: {rows} rows at position {position}, as the journal gives them");
    }
    let aside = if *set_aside == 0 {
        String::new()
    } else {
        format!(" ({set_aside} events are set aside: `saual followers retry {name}` tries them again)")
    };
    format!(
        "{name}: NOT what the journal gives at position {position}: {foreign} rows are otherwise or none of it, {missing} of {rows} are missing, of {}{aside}; \
         `saual rebuild {name}` makes the table again",
        of.join(", ")
    )
}

fn options(workers: Option<NonZeroUsize>) -> Options {
    let mut options = Options::usual(program());
    if let Some(workers) = workers {
        options.workers = workers.get();
    }
    options
}

fn sentence(error: &RebuildError) -> String {
    let mut said = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        said = format!("{said}: {error}");
        cause = error.source();
    }
    said
}

/// Tells this build from any other, so that no table is made half by one and half by another.
fn program() -> String {
    let version = env!("CARGO_PKG_VERSION");
    let built = std::env::current_exe().and_then(std::fs::metadata).and_then(|file| Ok((file.len(), file.modified()?)));
    match built {
        Ok((length, modified)) => format!("saual {version}, {length} bytes of {modified:?}"),
        Err(_) => format!("saual {version}"),
    }
}

/// Tells how far a rebuild has come: a bar on a terminal, lines elsewhere.
struct Teller {
    table: Table,
    terminal: bool,
    color: bool,
    began: Instant,
    last: Mutex<Option<(Stage, Instant)>>,
}

impl Teller {
    fn new(table: Table, color: bool) -> Self {
        let terminal = std::io::stderr().is_terminal();
        Self { table, terminal, color, began: Instant::now(), last: Mutex::new(None) }
    }

    fn hear(&self, progress: Progress) {
        let every = if self.terminal { BAR_EVERY } else { LINE_EVERY };
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.is_some_and(|(stage, at)| stage == progress.stage && at.elapsed() < every) {
            return;
        }
        *last = Some((progress.stage, Instant::now()));
        let line = line(self.table, progress, self.began.elapsed(), self.terminal);
        let mut out = std::io::stderr().lock();
        let _reader_left = match (self.terminal, self.color) {
            (true, true) => write!(out, "\r\x1b[K\x1b[36m{line}\x1b[0m"),
            (true, false) => write!(out, "\r\x1b[K{line}"),
            (false, _) => writeln!(out, "{line}"),
        };
        let _reader_left = out.flush();
    }

    /// Leaves the line to whoever writes next.
    fn end(&self) {
        if self.terminal {
            let mut out = std::io::stderr().lock();
            let _reader_left = write!(out, "\r\x1b[K").and_then(|()| out.flush());
        }
    }
}

/// What is said of a moment: the bar only where there is a terminal.
fn line(table: Table, progress: Progress, took: Duration, bar: bool) -> String {
    let name = table.name();
    let Progress { stage, from, position, head } = progress;
    match stage {
        Stage::Indexing => return format!("{name}: {position} events folded, making the indexes"),
        Stage::Switching => return format!("{name}: {position} events folded, switching to the new table"),
        Stage::Comparing => return format!("{name}: {position} events folded, comparing with the table in use"),
        Stage::Folding => {}
    }
    let seconds = took.as_secs_f64().max(0.001);
    #[expect(clippy::cast_precision_loss, reason = "a rate for people; positions are far below 2^52")]
    let rate = (position - from) as f64 / seconds;
    #[expect(clippy::cast_precision_loss, reason = "a rate for people; positions are far below 2^52")]
    let left =
        if rate > 0.0 { format!("{:.0} s left", (head - position) as f64 / rate) } else { "counting".to_owned() };
    let share = (position.max(0).unsigned_abs() * BAR).checked_div(head.max(0).unsigned_abs()).unwrap_or(BAR).min(BAR);
    let drawn: String = (0..BAR).map(|place| if place < share { '#' } else { '.' }).collect();
    let drawn = if bar { format!("[{drawn}] ") } else { String::new() };
    format!("{name}: {drawn}{position} of {head} events, {rate:.0} a second, {left}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_told_in_one_line() {
        let at = |stage, position| Progress { stage, from: 0, position, head: 1_000 };
        let told = line(Table::Register, at(Stage::Folding, 250), Duration::from_secs(5), false);
        assert_eq!(told, "register: 250 of 1000 events, 50 a second, 15 s left");
        let drawn = line(Table::Register, at(Stage::Folding, 500), Duration::from_secs(5), true);
        assert!(drawn.starts_with("register: [###############...............] 500 of 1000"), "{drawn}");
        let nothing = Progress { stage: Stage::Folding, from: 0, position: 0, head: 0 };
        assert!(line(Table::Letters, nothing, Duration::ZERO, true).contains("0 of 0 events, 0 a second, counting"));
    }
}

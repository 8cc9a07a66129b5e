//! `saual generate`: the history of an office that never was, in a folder of its own, and the office that goes on with it.
//!
//! The bulk is written by the crate `synthetic` through the journal's own tables. What the newest letters need to be whole, their pages, seals and mails,
//! they get through the doors that people use ([`whole`]), once the office is open.

mod accounts;
mod papers;
mod whole;

use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use directory::{Directory, Language};
use dispatch::{notices, reactions};
use inquiry::synthetic::Generated;
use jiff::Timestamp;
use jiff::civil::Date;
use readmodel::followers::Table;
use synthetic::{Holds, How, Made};

use crate::cli;
use crate::commands::{print, rebuild, wrong_use};
use crate::config::Config;
use crate::exit::{self, Answer};
use crate::installation::{Database, Installation, journal, listen};
use crate::stop::Stop;

/// How long followers may take for what was done at the doors.
const PATIENCE: Duration = Duration::from_secs(600);

/// Makes the history, or what is missing of it, checks the journal, and serves the pages until stopped.
///
/// # Errors
/// The folder holds something else; what is asked for cannot be made; something outside failed. Whatever was made stands, and the same command goes on.
pub async fn run(config: &Config, database: &Database, asked: &cli::Generate) -> Result<Answer, exit::Stop> {
    database.migrate().await?;
    let directory = Directory::embedded().context("the reference data is faulty")?;
    let language: Language = asked.lang.into();
    let made = make(config, database, asked, &directory).await?;
    if let Some(made) = &made {
        let rate = made.events as f64 / made.took.as_secs_f64().max(0.001);
        print(&format!(
            "{} inquiries, {} events, {:.0} s, {rate:.0} events a second",
            made.inquiries,
            made.events,
            made.took.as_secs_f64()
        ));
    }
    let client = database.connect().await?;
    if made.is_some() || lacks_tables(&client).await? {
        tables(config, database).await?;
    }
    let people = accounts::open(&client, &directory, &config.data).await?;
    drop(client);
    // Broken off before the first mail was written, the newest letters are still to be finished.
    let is_new = made.is_some() || !config.outbox().exists();
    serve(config, database, asked, &people, is_new, language).await
}

/// The bulk of it; none where it was whole already.
async fn make(
    config: &Config,
    database: &Database,
    asked: &cli::Generate,
    directory: &Directory,
) -> Result<Option<Made>, exit::Stop> {
    let mut client = database.connect().await?;
    let held = synthetic::holds(&client).await.context("the journal cannot be looked into")?;
    let generated = match held {
        Holds::Real => {
            return Err(wrong_use(format!(
                "{} holds real inquiries, and nothing made up is put among them; name a folder of its own with --data",
                config.data.display()
            )));
        }
        Holds::Whole(known) if is_asked(&known, asked) => return Ok(None),
        Holds::Begun(known) if is_asked(&known, asked) => {
            nobody_works(&client).await?;
            known
        }
        Holds::Whole(known) | Holds::Begun(known) => {
            return Err(wrong_use(format!(
                "{} holds another history: --inquiries {} --years {} --seed {} --until {}; ask for that again, or name another folder with --data",
                config.data.display(),
                known.inquiries,
                known.years,
                known.seed,
                known.until
            )));
        }
        Holds::Nothing => {
            nobody_works(&client).await?;
            new(config, database, asked, directory).await?
        }
    };
    let told = Teller::new(generated.inquiries);
    // What leaves the house on account of events has left long ago: nobody is written to about years that never were.
    let how = How { passed: &[reactions::FOLLOWER], ..How::default() };
    let made = synthetic::generate(&mut client, directory.clone(), &generated, how, |made| told.hear(made)).await;
    told.end();
    match made {
        Ok(made) => Ok(Some(made)),
        Err(error @ synthetic::Error::Bounds(_)) => Err(wrong_use(error.to_string())),
        Err(error) => {
            Err(anyhow::Error::new(error).context("the history was broken off; the same command goes on").into())
        }
    }
}

/// Where another program follows the journal, it would react to what is made up as to anything else.
async fn nobody_works(client: &tokio_postgres::Client) -> Result<(), exit::Stop> {
    let sql = "select exists (select from followers where lease_until > now())";
    let works: bool = client.query_one(sql, &[]).await.context("the followers cannot be looked at")?.get(0);
    if works {
        return Err(wrong_use(
            "another saual works on this database; stop it first, or wait a few seconds if it has just ended",
        ));
    }
    Ok(())
}

fn is_asked(known: &Generated, asked: &cli::Generate) -> bool {
    let same = (known.inquiries, known.years, known.seed) == (asked.inquiries, asked.years, asked.seed);
    same && asked.until.is_none_or(|until| until == known.until)
}

async fn new(
    config: &Config,
    database: &Database,
    asked: &cli::Generate,
    directory: &Directory,
) -> Result<Generated, exit::Stop> {
    let until = match asked.until {
        Some(until) => until,
        None => last_day(directory)?,
    };
    let mut generated =
        Generated { seed: asked.seed, inquiries: asked.inquiries, years: asked.years, until, papers: papers::none() };
    // What cannot be made leaves nothing behind.
    synthetic::bounds(&generated, directory).map_err(|error| wrong_use(error.to_string()))?;
    if until > web::time::local_date(Timestamp::now()) {
        return Err(wrong_use("--until is a day that lies ahead; nothing has happened there"));
    }
    generated.papers = papers::kept(config, database).await?;
    Ok(generated)
}

/// Yesterday, or the last day that the calendar of working days knows.
fn last_day(directory: &Directory) -> anyhow::Result<Date> {
    let yesterday = web::time::local_date(Timestamp::now()).yesterday().context("there was no yesterday")?;
    let known = directory.calendar().years().filter(|year| *year < yesterday.year()).max();
    match known {
        Some(year) if !directory.calendar().covers(yesterday) => Ok(jiff::civil::date(year, 12, 31)),
        Some(_) | None => Ok(yesterday),
    }
}

/// Is there a table that has not begun to follow? Then it was broken off while they were made, and the letters to finish would not be found.
async fn lacks_tables(client: &tokio_postgres::Client) -> anyhow::Result<bool> {
    let names: Vec<&str> = Table::ALL.iter().map(|table| table.name()).collect();
    let sql = "select exists (select from unnest($1::text[]) wanted
                               where not exists (select from followers where followers.name = wanted and position > 0))";
    Ok(client.query_one(sql, &[&names]).await.context("the followers cannot be looked at")?.get(0))
}

/// The tables of the pages, made from the journal.
async fn tables(config: &Config, database: &Database) -> Result<(), exit::Stop> {
    let pool = eventstore::pool(&database.config, 2).context("the database cannot be reached")?;
    let journal = journal::open(config, &pool, &database.config).await?;
    let answer = rebuild::rebuild_all(&journal, database, None, &Table::ALL, false).await;
    journal.close().await;
    match answer? {
        Answer::Yes => Ok(()),
        Answer::No => Err(anyhow::anyhow!("a table could not be made; `saual rebuild --all` says why").into()),
    }
}

/// The office opens: the newest letters are finished, the journal is checked, and the pages are served.
async fn serve(
    config: &Config,
    database: &Database,
    asked: &cli::Generate,
    people: &accounts::Accounts,
    is_new: bool,
    language: Language,
) -> Result<Answer, exit::Stop> {
    let stop = Stop::by_signals().context("signals cannot be listened to")?;
    let address = if asked.once { SocketAddr::from(([127, 0, 0, 1], 0)) } else { config.listen };
    let listener = listen(address)?;
    let config = Config { listen: listener.local_addr().context("no address")?, ..config.clone() };
    let installation = Installation::open(&config, database, Arc::new(web::SystemClock)).await?;
    let workers = installation.start_workers(&stop)?;
    let served = installation.serve(listener, &stop);
    let work = async {
        if is_new {
            let letters = whole::finish(&installation, people, language).await?;
            print(&format!("{letters} letters were signed, numbered and sent at the doors of the office"));
        }
        let head = installation.journal.head().await.context("the journal has no head")?.position;
        for follower in Table::ALL.map(Table::name).into_iter().chain([reactions::FOLLOWER, notices::FOLLOWER]) {
            installation
                .journal
                .wait_for(follower, head, PATIENCE)
                .await
                .context("the tables are behind the journal")?;
        }
        let verdict = eventstore::verify(&installation.pool).await.context("the journal could not be checked")?;
        print(&format!("journal: {verdict}"));
        if asked.once {
            stop.pull();
        } else {
            invite(&config, people, language);
        }
        anyhow::Ok(if verdict.is_intact() { Answer::Yes } else { Answer::No })
    };
    let (served, answer) = tokio::join!(served, async {
        let answer = work.await;
        if answer.is_err() {
            stop.pull();
        }
        answer
    });
    served?;
    stop.pull();
    workers.finished().await?;
    installation.close().await;
    let client = database.connect().await?;
    accounts::close(&client).await?;
    Ok(answer?)
}

fn invite(config: &Config, people: &accounts::Accounts, language: Language) {
    let (pages, password, note) = match language {
        Language::Kk => (
            "беттер (тоқтату: Ctrl-C)",
            "барлық тіркелгінің құпиясөзі",
            "Бәрі ойдан шығарылған: әр бет, әр хат солай дейді. Ескі хаттардың орнында соны айтатын бір парақ тұр, ең жаңалары толық. Хаттар файл күйінде: бұл машинадан ештеңе шықпайды.",
        ),
        Language::Ru => (
            "страницы (остановить: Ctrl-C)",
            "пароль всех учётных записей",
            "Всё вымышлено: так говорит каждая страница и каждое письмо. Вместо старых ответов лежит один лист, который об этом говорит, новейшие — полные. Письма пишутся в файлы: за пределы этой машины ничего не уходит.",
        ),
        Language::En => (
            "pages (stop with Ctrl-C)",
            "password of all accounts",
            "All of it is made up, as every page and every mail says. In the place of older replies lies one sheet that says so, the newest are whole. Mails are files: nothing leaves this machine.",
        ),
    };
    print("");
    print(&format!("{pages}: {}", config.public_url));
    print(&format!("{password}: {}", people.password));
    for (name, role, full_name) in accounts::names() {
        print(&format!("   {name:<14} {} · {full_name}", role.words(language)));
    }
    print(note);
}

/// Tells how far it is: a bar on a terminal, a line now and then elsewhere.
struct Teller {
    inquiries: u64,
    terminal: bool,
    last: std::cell::Cell<Option<Instant>>,
}

impl Teller {
    fn new(inquiries: u64) -> Self {
        Self { inquiries, terminal: std::io::stderr().is_terminal(), last: std::cell::Cell::new(None) }
    }

    fn hear(&self, made: &Made) {
        let every = Duration::from_millis(if self.terminal { 200 } else { 5_000 });
        if self.last.get().is_some_and(|last| last.elapsed() < every) {
            return;
        }
        self.last.set(Some(Instant::now()));
        let line = line(made, self.inquiries, self.terminal);
        let mut out = std::io::stderr().lock();
        let _reader_left = if self.terminal { write!(out, "\r\x1b[K{line}") } else { writeln!(out, "{line}") };
        let _reader_left = out.flush();
    }

    fn end(&self) {
        if self.terminal {
            let mut out = std::io::stderr().lock();
            let _reader_left = write!(out, "\r\x1b[K").and_then(|()| out.flush());
        }
    }
}

fn line(made: &Made, inquiries: u64, bar: bool) -> String {
    const BAR: u64 = 30;
    let seconds = made.took.as_secs_f64().max(0.001);
    let rate = made.events as f64 / seconds;
    let share = (made.inquiries * BAR).checked_div(inquiries).unwrap_or(BAR).min(BAR);
    let drawn: String = (0..BAR).map(|place| if place < share { '#' } else { '.' }).collect();
    let drawn = if bar { format!("[{drawn}] ") } else { String::new() };
    format!(
        "generate: {drawn}{} of {inquiries} inquiries, {} events, {rate:.0} a second",
        made.inquiries, made.position
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_told_in_one_line() {
        let made =
            Made { events: 9_000, inquiries: 300, payload_bytes: 1, position: 9_000, took: Duration::from_secs(3) };
        assert_eq!(line(&made, 600, false), "generate: 300 of 600 inquiries, 9000 events, 3000 a second");
        assert!(line(&made, 600, true).contains("[###############...............]"));
    }
}

//! A worker that is killed again and again, without a word, while a real Postfix takes its mails: counted in the mailboxes, none is lost and none
//! comes twice. The worker is this test program itself, started as a process of its own.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use dispatch::config::{Config, Copies, Mode};
use dispatch::{Clock, Inbox, Worker};
use eventstore::Journal;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use testkit::smtp::Authority;
use tokio::sync::watch;

use testkit::mail::postfix::{Postfix, Setup};
use super::office::{Office, relay};
use super::reports::maildir;

/// What the child is told: the database, the relay's port, the office's mailbox.
const DATABASE: &str = "SAUAL_TEST_KILL_DATABASE";
const RELAY: &str = "SAUAL_TEST_KILL_RELAY";
const MAILBOX: &str = "SAUAL_TEST_KILL_MAILBOX";
/// Set to run the long one.
const LONG: &str = "SAUAL_TEST_KILL_LONG";
/// What the child says once it works.
const AT_WORK: &str = "at work";

/// Longer than Postfix needs from the dot to the mailbox, on a machine that has other things to do.
const GRACE: Duration = Duration::from_secs(20);

fn settings(config: Config, mailbox: &Path) -> Config {
    let config = maildir(config, mailbox);
    let copies = config.copies.clone().map(|copies| Copies { grace: GRACE, resend: true, ..copies });
    Config { copies, poll: Duration::from_millis(50), ..config }
}

/// The worker. In a run of all tests nobody has told it anything, and it does nothing.
#[tokio::test(flavor = "multi_thread")]
async fn the_worker_that_is_killed() {
    let Ok(database) = std::env::var(DATABASE) else { return };
    let port = std::env::var(RELAY).unwrap().parse().unwrap();
    let mailbox = PathBuf::from(std::env::var(MAILBOX).unwrap());
    let server: tokio_postgres::Config = database.parse().unwrap();
    let pool = eventstore::pool(&server, 8).unwrap();
    let journal = Journal::open(pool, server, eventstore::Settings::MEASURED).await.unwrap();
    let clock: Clock = Arc::new(Timestamp::now);
    let config = settings(super::office::settings(Mode::Smtp { relay: relay(port) }), &mailbox);
    let inbox = Inbox::new(journal.clone(), &config, Arc::clone(&clock)).unwrap().unwrap();
    let worker = Worker::new(journal, config, clock).unwrap();
    let (_stop, stopped) = watch::channel(false);
    println!("{AT_WORK}");
    tokio::join!(worker.run(stopped.clone()), inbox.run(stopped));
}

/// A child that works, until it is killed.
struct Working(Child);

impl Working {
    fn start(database: &str, port: u16, mailbox: &Path) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "mail::kill::the_worker_that_is_killed", "--nocapture", "--test-threads=1"])
            .env(DATABASE, database)
            .env(RELAY, port.to_string())
            .env(MAILBOX, mailbox)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let is_at_work = lines.any(|line| line.is_ok_and(|line| line.ends_with(AT_WORK)));
        assert!(is_at_work, "the worker did not come to work");
        // What it says later nobody reads, and a full pipe must not stop it.
        std::thread::spawn(move || lines.for_each(drop));
        Self(child)
    }

    /// `kill -9`.
    fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// How often each Message-ID lies in a mailbox.
fn ids(folders: &[PathBuf]) -> BTreeMap<String, u32> {
    let mut ids = BTreeMap::new();
    for folder in folders {
        let Ok(entries) = fs::read_dir(folder) else { continue };
        for entry in entries {
            let mail = String::from_utf8_lossy(&fs::read(entry.unwrap().path()).unwrap()).into_owned();
            let id = super::inbound::header(&mail, "Message-ID").to_owned();
            if id.ends_with("@saual.example>") {
                *ids.entry(id).or_default() += 1;
            }
        }
    }
    ids
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_again_and_again_it_loses_no_letter_and_sends_none_twice() {
    let (letters, kills) = if std::env::var_os(LONG).is_some() { (1_000, 200) } else { (100, 20) };
    let folder = testkit::folder::open_to_others().unwrap();
    let authority = Authority::new(folder.path());
    let mailboxes = "{@parlam.test=all/} {@ministry.test=office/}";
    let setup = Setup { mailboxes, transports: String::new(), tls: "may" };
    let Some(postfix) = Postfix::start(&authority, &setup) else { return };
    let mailbox = postfix.path("mail/office");
    for part in ["new", "cur", "tmp"] {
        postfix.makes(&format!("mail/office/{part}"));
    }
    let office = Office::open().await;
    let deputies: Vec<String> = (1..=50).map(|n| format!("d{n}")).collect();
    let deputies: Vec<&str> = deputies.iter().map(String::as_str).collect();
    for _ in 0..letters / 50 {
        office.order(&deputies).await;
    }
    office.react().await;
    let began = Instant::now();
    let mut killed = 0_u32;
    let open = "select count(*) from mail where state not in ('accepted', 'delivered')";
    while killed < kills {
        let working = Working::start(&office.database_url(), postfix.port, &mailbox);
        let came = Timestamp::now();
        // Drawn from the count. Every other time it is killed anywhere, and else while a mail is on its way, where it matters.
        let draw = u64::from(Sha256::digest(killed.to_be_bytes())[0]);
        if killed.is_multiple_of(2) {
            tokio::time::sleep(Duration::from_millis(draw)).await;
        } else {
            let until = Instant::now() + Duration::from_secs(5);
            // Not what the one before has left.
            let its_own = format!("select count(*) from mail where state = 'transmitting' and changed_at > '{came}'");
            while office.number(&its_own).await == 0 && Instant::now() < until {}
            tokio::time::sleep(Duration::from_micros(draw * 100)).await;
        }
        working.kill();
        killed += 1;
        if office.number("select count(*) from mail where state in ('queued', 'deferred')").await == 0 {
            break;
        }
    }
    let unknown = office.number("select count(*) from mail where state in ('unknown', 'transmitting')").await;
    let working = Working::start(&office.database_url(), postfix.port, &mailbox);
    let mut look = tokio::time::interval(Duration::from_millis(200));
    let deadline = Instant::now() + Duration::from_secs(300);
    while office.number(open).await > 0
        || office.number("select count(*) from mail_report where reported_at is null").await > 0
    {
        look.tick().await;
        assert!(Instant::now() < deadline, "{} are open:\n{}", office.number(open).await, postfix.log());
    }
    working.kill();
    let lost_from_sight = office.number("select count(distinct mail) from mail_attempt where step = 'unknown'").await;
    let resent = office.number("select count(*) from mail where attempts > 1").await;
    // By their copies, or by what Postfix reported of them.
    let found = lost_from_sight - resent;
    println!(
        "{letters} letters, {killed} kills, {unknown} of unknown fate at the end; {lost_from_sight} in all, of which {found} were found to have gone and {resent} were sent again; {:?}",
        began.elapsed()
    );
    assert!(killed >= kills.min(10), "the letters were gone before the worker was killed often enough: {killed}");
    assert!(found > 0, "no kill fell into the moment that all of this is about");

    let all = ids(&["new", "cur"].map(|part| postfix.path("mail/all").join(part)));
    let twice: Vec<&String> = all.iter().filter(|(_, count)| **count != 1).map(|(id, _)| id).collect();
    assert!(twice.is_empty(), "twice: {twice:?}");
    assert_eq!(all.len(), letters, "lost: {}", letters - all.len());
    let copies = ids(&["new", "cur", ".Saual-Processed/cur"].map(|part| mailbox.join(part)));
    assert!(copies.values().all(|count| *count == 1) && copies.len() == letters, "{} copies", copies.len());
    let told =
        "select count(distinct mail) from mail_report where (accepted or notice is not null) and refused is null";
    assert_eq!(office.number(told).await, i64::try_from(letters).unwrap(), "each inquiry has heard of each letter");
}

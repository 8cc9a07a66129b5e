//! A worker that is killed again and again, without a word, while a real Postfix takes its mails: counted in the mailboxes, none is lost and none
//! comes twice; and where no copies are kept, only what a person has sent again, of which nobody knew. The worker is this test program itself,
//! started as a process of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use directory::{Actor, Role};
use dispatch::config::{Config, Copies, Mode};
use dispatch::{Clock, Inbox, Worker};
use eventstore::Journal;
use inquiry::command::Resend;
use inquiry::{InquiryId, RecipientNo};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use testkit::mail::postfix::{Postfix, Setup};
use testkit::smtp::Authority;
use tokio::sync::watch;

use super::office::{Office, relay};
use super::reports::maildir;

/// What the child is told: the database, the relay's port, the office's mailbox where it keeps copies.
const DATABASE: &str = "SAUAL_TEST_KILL_DATABASE";
const RELAY: &str = "SAUAL_TEST_KILL_RELAY";
const MAILBOX: &str = "SAUAL_TEST_KILL_MAILBOX";
/// Set to run the long one.
const LONG: &str = "SAUAL_TEST_KILL_LONG";
/// What the child says once it works.
const AT_WORK: &str = "at work";

/// Longer than Postfix needs from the dot to the mailbox, on a machine that has other things to do.
const GRACE: Duration = Duration::from_secs(20);

fn settings(config: Config, mailbox: Option<&Path>) -> Config {
    let config = match mailbox {
        Some(mailbox) => maildir(config, mailbox),
        None => config,
    };
    let copies = config.copies.clone().map(|copies| Copies { grace: GRACE, resend: true, ..copies });
    Config { copies, poll: Duration::from_millis(50), ..config }
}

/// The worker. In a run of all tests nobody has told it anything, and it does nothing.
#[tokio::test(flavor = "multi_thread")]
async fn the_worker_that_is_killed() {
    let Ok(database) = std::env::var(DATABASE) else { return };
    let port = std::env::var(RELAY).unwrap().parse().unwrap();
    let mailbox = std::env::var(MAILBOX).ok().map(PathBuf::from);
    let server: tokio_postgres::Config = database.parse().unwrap();
    let pool = eventstore::pool(&server, 8).unwrap();
    let journal = Journal::open(pool, server, eventstore::Settings::MEASURED).await.unwrap();
    let clock: Clock = Arc::new(Timestamp::now);
    let config = settings(super::office::settings(Mode::Smtp { relay: relay(port) }), mailbox.as_deref());
    let inbox = Inbox::new(journal.clone(), &config, Arc::clone(&clock)).unwrap();
    let worker = Worker::new(journal, config, clock).unwrap();
    let (_stop, stopped) = watch::channel(false);
    println!("{AT_WORK}");
    let read = async {
        if let Some(inbox) = inbox {
            inbox.run(stopped.clone()).await;
        }
    };
    tokio::join!(worker.run(stopped.clone()), read);
}

/// A child that works, until it is killed.
struct Working(Child);

impl Working {
    fn start(office: &Office, postfix: &Postfix, mailbox: Option<&Path>) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "mail::kill::the_worker_that_is_killed", "--nocapture", "--test-threads=1"])
            .env(DATABASE, office.database_url())
            .env(RELAY, postfix.port.to_string())
            .envs(mailbox.map(|mailbox| (MAILBOX, mailbox)))
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

/// How many letters, and how often the worker is killed meanwhile.
fn measure() -> (usize, u32) {
    if std::env::var_os(LONG).is_some() { (1_000, 200) } else { (100, 20) }
}

/// Orders so many letters out, in lists of fifty.
async fn ordered(letters: usize) -> Office {
    let office = Office::open().await;
    let deputies: Vec<String> = (1..=50).map(|n| format!("d{n}")).collect();
    let deputies: Vec<&str> = deputies.iter().map(String::as_str).collect();
    for _ in 0..letters / 50 {
        office.order(&deputies).await;
    }
    office.react().await;
    office
}

/// Has one worker after the other killed while letters wait: how many.
async fn killed(office: &Office, postfix: &Postfix, mailbox: Option<&Path>, letters: usize, kills: u32) -> u32 {
    let letters_a_life = i64::try_from(letters).unwrap() / i64::from(kills);
    let mut killed = 0_u32;
    while killed < kills {
        let working = Working::start(office, postfix, mailbox);
        let came = Timestamp::now();
        // Drawn from the count. Every other time it is killed anywhere, and else while a mail is on its way, where it matters.
        let draw = u64::from(Sha256::digest(killed.to_be_bytes())[0]);
        if killed.is_multiple_of(2) {
            // And not so late that the letters are gone before all kills are done.
            let until = Instant::now() + Duration::from_millis(draw);
            let begun = format!("select count(*) from mail_attempt where step = 'transmitting' and at > '{came}'");
            while Instant::now() < until && office.number(&begun).await + 1 < letters_a_life {}
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
    killed
}

/// Has a worker go on until nothing of this is left, and every inquiry has heard.
async fn come_to_rest(office: &Office, postfix: &Postfix, mailbox: Option<&Path>, open: &str) {
    let working = Working::start(office, postfix, mailbox);
    let mut look = tokio::time::interval(Duration::from_millis(200));
    let deadline = Instant::now() + Duration::from_secs(300);
    while office.number(open).await > 0
        || office.number("select count(*) from mail_report where reported_at is null").await > 0
        || !postfix.has_delivered()
    {
        look.tick().await;
        assert!(Instant::now() < deadline, "{} are open:\n{}", office.number(open).await, postfix.log());
    }
    working.kill();
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_again_and_again_it_loses_no_letter_and_sends_none_twice() {
    let (letters, kills) = measure();
    let folder = testkit::folder::open_to_others().unwrap();
    let authority = Authority::new(folder.path());
    let mailboxes = "{@parlam.test=all/} {@ministry.test=office/}";
    let setup = Setup { mailboxes, transports: String::new(), tls: "may" };
    let Some(postfix) = Postfix::start(&authority, &setup) else { return };
    let mailbox = postfix.path("mail/office");
    for part in ["new", "cur", "tmp"] {
        postfix.makes(&format!("mail/office/{part}"));
    }
    let office = ordered(letters).await;
    let began = Instant::now();
    let killed = killed(&office, &postfix, Some(&mailbox), letters, kills).await;
    let unknown = office.number("select count(*) from mail where state in ('unknown', 'transmitting')").await;
    let open = "select count(*) from mail where state not in ('accepted', 'delivered')";
    come_to_rest(&office, &postfix, Some(&mailbox), open).await;
    let lost_from_sight = office.number("select count(distinct mail) from mail_attempt where step = 'unknown'").await;
    let resent = office.number("select count(*) from mail where attempts > 1").await;
    // By their copies, or by what Postfix reported of them.
    let found = lost_from_sight - resent;
    println!(
        "{letters} letters, {killed} kills, {unknown} of unknown fate at the end; {lost_from_sight} in all, of which {found} were found to have gone and {resent} were sent again; {:?}",
        began.elapsed()
    );
    assert_eq!(killed, kills, "the letters were gone before the worker was killed often enough");
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

/// The place on an inquiry's list that a mail of ours went to, by its Message-ID.
fn place_of(id: &str) -> (String, u16) {
    let (local, _) = id.trim_start_matches('<').split_once('@').unwrap();
    let mut parts = local.rsplitn(3, '.');
    let (recipient, _order, inquiry) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
    (inquiry.to_owned(), recipient.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_copies_nothing_comes_twice_but_what_a_person_sends_again_of_unknown_fate() {
    let (letters, kills) = measure();
    let folder = testkit::folder::open_to_others().unwrap();
    let authority = Authority::new(folder.path());
    let setup = Setup { mailboxes: "{@parlam.test=all/}", transports: String::new(), tls: "may" };
    let Some(postfix) = Postfix::start(&authority, &setup) else { return };
    let office = ordered(letters).await;
    let killed = killed(&office, &postfix, None, letters, kills).await;
    let waiting = "select count(*) from mail where state in ('queued', 'deferred', 'transmitting')";
    come_to_rest(&office, &postfix, None, waiting).await;
    let arrived = || ids(&["new", "cur"].map(|part| postfix.path("mail/all").join(part)));
    let by_itself = arrived();
    assert!(by_itself.values().all(|count| *count == 1), "twice, and nobody has asked for it: {by_itself:?}");
    let client = office.journal.pool().get().await.unwrap();
    let sql = "select inquiry, recipient, address from mail where state = 'unknown'";
    let unknown: BTreeMap<(String, u16), (InquiryId, String)> = client
        .query(sql, &[])
        .await
        .unwrap()
        .iter()
        .map(|row| {
            let (inquiry, recipient): (InquiryId, i32) = (InquiryId(row.get(0)), row.get(1));
            ((inquiry.to_string(), u16::try_from(recipient).unwrap()), (inquiry, row.get(2)))
        })
        .collect();
    assert!(!unknown.is_empty(), "no kill fell into the moment that all of this is about");
    let there: BTreeSet<(String, u16)> = by_itself.keys().map(|id| place_of(id)).collect();
    assert_eq!(there.union(&unknown.keys().cloned().collect()).count(), letters, "a letter is lost and nobody is told");

    // A person decides about each of them: here, that it goes once more.
    for ((_, recipient), (inquiry, address)) in &unknown {
        let again = Resend { recipient: RecipientNo(*recipient), address: address.parse().unwrap() };
        office.does(*inquiry, Actor::new("clerk", [Role::Clerk]), again).await;
    }
    office.react().await;
    come_to_rest(&office, &postfix, None, waiting).await;
    let mut copies: BTreeMap<(String, u16), u32> = BTreeMap::new();
    for (id, count) in arrived() {
        *copies.entry(place_of(&id)).or_default() += count;
    }
    let twice: Vec<&(String, u16)> = copies.iter().filter(|(_, count)| **count > 1).map(|(place, _)| place).collect();
    println!(
        "{letters} letters, {killed} kills without copies: {} of unknown fate, all sent again by a person; {} came twice",
        unknown.len(),
        twice.len()
    );
    assert_eq!(copies.len(), letters, "lost: {}", letters - copies.len());
    assert!(copies.values().all(|count| *count <= 2) && twice.iter().all(|place| unknown.contains_key(*place)));
}

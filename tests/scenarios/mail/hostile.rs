//! Mails that would keep others from being read, and what has to be found of them again: those that end the program, those that the database or the mailbox refuses,
//! those of programs, and those of a person who is erased.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use dispatch::config::{Config, Copies, Credentials, Imap, Mailbox, Mode, Security};
use dispatch::inbound::forget_from;
use jiff::SignedDuration;
use readmodel::inbound::of_programs;

use super::inbound::{Known, lost_from_sight, peer, report};
use super::office::Office;
use super::reports::with_mailbox;

const OTHER: &[u8] = b"From: z@b.test\r\nSubject: other\r\n\r\ntext\r\n";

fn quiet(office: &Office) -> Config {
    office.reading(office.config(Mode::File { outbox: office.outbox() }))
}

#[tokio::test]
async fn a_mail_that_ended_the_program_three_times_is_not_tried_again() {
    let office = Office::open().await;
    let config = quiet(&office);
    office.comes("1.killer", b"From: a@b.test\r\nSubject: killer\r\n\r\ntext\r\n");
    office.inbox(&config).run_once().await.unwrap();
    assert_eq!(office.number("select max(tries)::bigint from inbound_mail").await, 0, "it was survived");
    let killed = |times: i32| {
        format!("update inbound_mail set processed_at = null, proposal = null, class = null, tries = {times}")
    };
    office.sql(&killed(2)).await;
    assert_eq!(office.inbox(&config).run_once().await.unwrap().inquiries, 1, "a third time it is tried");
    office.sql(&killed(3)).await;
    office.comes("2.other", OTHER);
    let reading = office.inbox(&config).run_once().await.unwrap();
    assert_eq!((reading.unreadable, reading.inquiries), (1, 1), "{reading:?}");
    let tried =
        "select count(*) from inbound_mail where place = '1.killer' and class = 'unreadable' and error = 'tried'";
    assert_eq!(office.number(tried).await, 1);
    assert!(office.inbox(&config).run_once().await.unwrap().is_idle());
}

#[tokio::test]
async fn what_the_database_refuses_is_unreadable_and_the_next_is_read() {
    let office = Office::open().await;
    let config = quiet(&office);
    office.sql("alter table inbound_mail add check (subject <> 'refused')").await;
    office.comes("1.refused", b"From: a@b.test\r\nSubject: refused\r\n\r\ntext\r\n");
    office.comes("2.other", OTHER);
    let inbox = office.inbox(&config);
    let reading = inbox.run_once().await.unwrap();
    assert_eq!((reading.unreadable, reading.inquiries, reading.faults), (1, 1, 0), "{reading:?}");
    assert_eq!(office.number("select count(*) from inbound_mail where error = 'unkeepable'").await, 1);
    // Also when it waited from before: what waits is worked on first.
    office
        .sql("update inbound_mail set processed_at = null, class = null, error = null where place = '1.refused'")
        .await;
    office.comes("3.other", b"From: z@b.test\r\nSubject: third\r\n\r\ntext\r\n");
    let reading = inbox.run_once().await.unwrap();
    assert_eq!((reading.unreadable, reading.inquiries, reading.waiting), (1, 1, 0), "{reading:?}");
}

#[tokio::test]
async fn a_mail_that_cannot_be_kept_is_put_aside_and_the_mailbox_is_read_to_its_end() {
    let office = Office::open().await;
    let config = quiet(&office);
    office.sql("alter table inbound_mail add check (sender <> 'a@b.test')").await;
    office.comes("1.refused", b"From: a@b.test\r\nSubject: refused\r\n\r\ntext\r\n");
    office.comes("2.other", OTHER);
    let inbox = office.inbox(&config);
    let reading = inbox.run_once().await.unwrap();
    assert_eq!((reading.unreadable, reading.inquiries, reading.faults), (1, 1, 0), "{reading:?}");
    assert_eq!(office.lies("new"), 0);
    assert!(office.maildir().join(".Saual-Failed/cur/1.refused:2,S").exists());
    let listed = readmodel::inbound::unreadable(office.journal.pool(), 10).await.unwrap();
    assert!(matches!(listed.as_slice(), [one] if one.error.as_deref() == Some("unkeepable")), "{listed:?}");
    assert_eq!(office.number("select count(*) from inbound_mailbox where read_at is not null").await, 1);
    assert!(inbox.run_once().await.unwrap().is_idle());
}

#[tokio::test]
async fn what_kept_a_mail_from_being_worked_on_is_told_without_its_row() {
    let office = Office::open().await;
    let config = quiet(&office);
    office
        .sql(
            "create function faults() returns trigger language plpgsql as $$
             begin
                 raise exception 'no room' using detail = format('Failing row contains (%s)', new.sender);
             end $$;
             create trigger faults before update of subject on inbound_mail for each row execute function faults();",
        )
        .await;
    office.comes("1.other", OTHER);
    let reading = office.inbox(&config).run_once().await.unwrap();
    assert_eq!((reading.inquiries, reading.faults), (0, 1), "{reading:?}");
    let said = readmodel::inbound::skipped(office.journal.pool()).await.unwrap();
    let why = said[0].why.as_str();
    assert!(why.contains("no room (SQLSTATE P0001)") && !why.contains("z@b.test"), "{why}");
}

#[tokio::test]
async fn a_mail_that_cannot_be_put_away_is_said_and_the_next_is_read() {
    let office = Office::open().await;
    let config = quiet(&office);
    let in_the_way = office.maildir().join(".Saual-Processed/cur/1.stays:2,S/in the way");
    fs::create_dir_all(&in_the_way).unwrap();
    office.comes("1.stays", b"From: a@b.test\r\nSubject: stays\r\n\r\ntext\r\n");
    office.comes("2.other", OTHER);
    let inbox = office.inbox(&config);
    let reading = inbox.run_once().await.unwrap();
    assert_eq!((reading.inquiries, reading.left), (2, 1), "{reading:?}");
    assert_eq!(office.lies("new"), 1);
    let said = readmodel::inbound::skipped(office.journal.pool()).await.unwrap();
    assert!(said.len() == 1 && said[0].mails == 1 && said[0].why.contains("put a mail away"), "{said:?}");
    fs::remove_dir_all(in_the_way.parent().unwrap()).unwrap();
    assert_eq!(inbox.run_once().await.unwrap().left, 0);
    assert!(readmodel::inbound::skipped(office.journal.pool()).await.unwrap().is_empty());
    assert_eq!(office.lies("new"), 0);
}

/// A mailbox behind a server of a few lines, which refuses to give out the first of its two mails.
fn stubborn() -> Mailbox {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || listener.incoming().flatten().for_each(|line| answered(&line)));
    Mailbox::Imap(Imap {
        host: "127.0.0.1".to_owned(),
        port,
        security: Security::Plain,
        tls_name: None,
        ca_file: None,
        credentials: Credentials { user: "office".to_owned(), password: "s3cret".to_owned() },
        folder: "INBOX".to_owned(),
        patience: Duration::from_secs(20),
    })
}

fn answered(mut line: &TcpStream) {
    let other = String::from_utf8(OTHER.to_vec()).unwrap();
    let (head, size) = (other.split_inclusive("\r\n\r\n").next().unwrap(), other.len());
    let literal = |text: &str| format!("{{{}}}\r\n{text}", text.len());
    line.write_all(b"* OK ready\r\n").unwrap();
    for command in BufReader::new(line).lines().map_while(Result::ok) {
        let (tag, command) = command.split_once(' ').unwrap();
        let told = match command {
            "CAPABILITY" => "* CAPABILITY IMAP4rev1 MOVE\r\n".to_owned(),
            "UID SEARCH UNDELETED" => "* SEARCH 1 2\r\n".to_owned(),
            "UID SEARCH UID 1" => "* SEARCH 1\r\n".to_owned(),
            "UID FETCH 2 (UID RFC822.SIZE BODY.PEEK[HEADER]<0.1048576>)" => {
                format!("* 2 FETCH (UID 2 RFC822.SIZE {size} BODY[HEADER]<0> {})\r\n", literal(head))
            }
            "UID FETCH 2 (UID BODY.PEEK[]<0.26214401>)" => {
                format!("* 2 FETCH (UID 2 BODY[]<0> {})\r\n", literal(&other))
            }
            command if command.starts_with("SELECT") => "* 2 EXISTS\r\n* OK [UIDVALIDITY 7] so\r\n".to_owned(),
            command if command.starts_with("STATUS") => "* STATUS \"Saual-Processed\" (MESSAGES 0)\r\n".to_owned(),
            _ => String::new(),
        };
        let end = if command.starts_with("UID FETCH 1 ") { "NO not this one" } else { "OK done" };
        line.write_all(format!("{told}{tag} {end}\r\n").as_bytes()).unwrap();
    }
}

#[tokio::test]
async fn a_mail_that_the_server_does_not_give_out_is_said_and_the_next_is_read() {
    let office = Office::open().await;
    let config = with_mailbox(office.config(Mode::File { outbox: office.outbox() }), stubborn());
    let reading = office.inbox(&config).run_once().await.unwrap();
    assert_eq!((reading.inquiries, reading.skipped), (1, 1), "{reading:?}");
    let said = readmodel::inbound::skipped(office.journal.pool()).await.unwrap();
    assert!(said.len() == 1 && said[0].why.contains("it is there and was not given out"), "{said:?}");
    let whole = "select count(*) from inbound_mailbox where read_at is not null";
    assert_eq!(office.number(whole).await, 0, "what was not given out may be a copy");
}

#[tokio::test]
async fn what_programs_write_about_none_of_ours_is_listed() {
    let office = Office::open().await;
    let config = quiet(&office);
    office.comes("1.bulk", b"From: list@b.test\r\nSubject: to many\r\nPrecedence: bulk\r\n\r\ntext\r\n");
    let foreign = report(&Known::Verp("bounces@ministry.test"), "x@b.test", "failed", "5.1.1", "550 no");
    office.comes("2.report", foreign.as_bytes());
    let reading = office.inbox(&config).run_once().await.unwrap();
    assert_eq!((reading.auto_replies, reading.reports), (1, 1), "{reading:?}");
    let (count, listed) = of_programs(office.journal.pool(), 10).await.unwrap();
    assert_eq!((count, listed.len()), (2, 2));
    let bulk = listed.iter().find(|mail| mail.sender.as_deref() == Some("list@b.test")).unwrap();
    assert!(bulk.is_here && bulk.subject.as_deref() == Some("to many"), "{bulk:?}");
}

fn resending(office: &Office, config: Config) -> Config {
    let asks = office.reading(config);
    let copies = asks.copies.clone().map(|copies| Copies { resend: true, ..copies });
    Config { copies, ..asks }
}

#[tokio::test]
async fn a_late_report_keeps_a_letter_from_going_a_second_time() {
    let office = Office::open().await;
    let peer = peer().await;
    let config = resending(&office, office.to_peer(&peer));
    let inquiry = lost_from_sight(&office, &config).await;
    office.later(SignedDuration::from_mins(20));
    let inbox = office.inbox(&config);
    assert_eq!(inbox.run_once().await.unwrap().missing, 1);
    assert_eq!(office.states(inquiry).await, ["queued"]);
    let from = peer.taken()[0].from.clone();
    let late = report(&Known::Verp(&from), "drop@parlam.test", "delivered", "2.0.0", "250 saved");
    office.comes("1.late", late.as_bytes());
    inbox.run_once().await.unwrap();
    assert_eq!(office.states(inquiry).await, ["delivered"]);
    office.worker(config).run_once().await.unwrap();
    assert_eq!(peer.taken().len(), 1, "it went once");
}

#[tokio::test]
async fn a_late_copy_keeps_a_letter_that_was_put_off_from_going_a_third_time() {
    let office = Office::open().await;
    let peer = peer().await;
    let config = resending(&office, office.to_peer(&peer));
    let inquiry = lost_from_sight(&office, &config).await;
    // It went again, and the relay put it off.
    office.sql("update mail set state = 'deferred', copy_missing_at = null, failures = 1").await;
    let taken = peer.taken()[0].bytes.clone();
    office.comes("1.copy", &[b"Received: from app by mx.test\r\n", taken.as_slice()].concat());
    let reading = office.inbox(&config).run_once().await.unwrap();
    assert_eq!((reading.copies, reading.found), (1, 1), "{reading:?}");
    assert_eq!(office.states(inquiry).await, ["accepted"]);
}

#[tokio::test]
async fn an_erasure_finds_what_waits_and_what_could_not_be_read() {
    let office = Office::open().await;
    let config = quiet(&office);
    let deep = "Content-Type: message/rfc822\r\n\r\n".repeat(50);
    office.comes("1.unreadable", format!("From: =?utf-8?B?0J0=?=\r\n <N.Tau@parlam.test>\r\n{deep}").as_bytes());
    office.comes("2.waits", b"From: n.tau@parlam.test (N)\r\nSubject: waits\r\n\r\ntext\r\n");
    office.comes("3.other", OTHER);
    let inbox = office.inbox(&config);
    inbox.run_once().await.unwrap();
    let waits = "update inbound_mail
                    set processed_at = null, proposal = null, class = null, subject = null, body = null, waits = 'clerks'
                  where place = '2.waits'";
    office.sql(waits).await;
    assert_eq!(office.number("select count(*) from inbound_mail where lower(sender) = 'n.tau@parlam.test'").await, 2);
    let pool = office.journal.pool();
    assert_eq!(forget_from(pool, "n.tau@PARLAM.test").await.unwrap(), 2);
    assert_eq!(office.number("select count(*) from inbound_mail where raw is not null or sender is not null").await, 1);
    let reading = inbox.run_once().await.unwrap();
    assert_eq!((reading.waiting, reading.faults), (0, 0), "what was erased is not waited for: {reading:?}");
}

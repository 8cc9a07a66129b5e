//! What becomes of mails with a relay that takes them, refuses them, is not there, or falls silent; and that each inquiry hears of
//! it once.

use dispatch::config::{Config, Mode, Relay, Timeouts};
use dispatch::counts;
use jiff::SignedDuration;
use std::time::Duration;
use testkit::smtp::{Act, At, Setup};

use super::office::{LETTER, Office, relay};

#[tokio::test]
async fn eight_deputies_have_eight_files_and_the_inquiry_knows() {
    let office = Office::open().await;
    let inquiry = office.order(&["one", "two", "three", "four", "five", "six", "seven", "eight"]).await;
    office.react().await;
    let worker = office.file_worker();
    let round = worker.run_once().await.unwrap();
    assert_eq!((round.delivered, round.reported, round.troubled), (8, 8, 0));
    assert_eq!(office.states(inquiry).await, ["written"; 8]);
    let told = office.told(inquiry).await;
    assert_eq!(told, (1..=8).map(|no| ("accepted", no, 1)).collect::<Vec<_>>());
    let mut names: Vec<String> = std::fs::read_dir(office.outbox())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names.len(), 8);
    assert!(names[0].starts_with("ДС-326-1-01.") && names[7].ends_with(".eml"), "{names:?}");

    assert!(worker.run_once().await.unwrap().is_idle(), "nothing is done twice");
    assert_eq!(office.told(inquiry).await.len(), 8);
    let counts = counts(office.journal.pool()).await.unwrap();
    assert_eq!((counts.written, counts.queued, counts.unreported), (8, 0, 0));
}

#[tokio::test]
async fn each_deputy_has_a_fate_of_their_own() {
    let office = Office::open().await;
    let peer = Setup::plain().listen().await;
    let inquiry = office.order(&["ok", "r550x", "r450x", "d552x", "d451x", "drop", "r421x", "ok8"]).await;
    office.react().await;
    let worker = office.worker(office.to_peer(&peer));
    worker.run_once().await.unwrap();
    let wanted = ["accepted", "refused", "deferred", "refused", "deferred", "unknown", "deferred", "accepted"];
    assert_eq!(office.states(inquiry).await, wanted);
    let told = office.told(inquiry).await;
    let wanted = ["accepted", "failed", "delayed", "failed", "delayed", "failed", "delayed", "accepted"];
    assert_eq!(told.iter().map(|(what, ..)| *what).collect::<Vec<_>>(), wanted);
    let words = office
        .events(inquiry)
        .await
        .into_iter()
        .find(|event| event.payload.contains("550 5.1.1 No such deputy: <(recipient)>"));
    assert!(words.is_some(), "the relay's own words are kept, but for the address");
    for table in ["mail_attempt", "mail_report", "mail"] {
        let leaks = format!("select count(*) from {table} where answer like '%r550x%'");
        assert_eq!(office.number(&leaks).await, 0, "{table}");
    }
    let order: i64 = office.number("select count(*) from mail where queue_id like 'Q%'").await;
    assert_eq!(order, 2);

    // Those who were only put off have their letter at the next try; nobody else is written to again.
    let before = peer.taken().len();
    office.later(SignedDuration::from_secs(30));
    worker.run_once().await.unwrap();
    assert_eq!(peer.taken().len(), before, "not before a minute has passed");
    office.later(SignedDuration::from_mins(3));
    worker.run_once().await.unwrap();
    let wanted = ["accepted", "refused", "deferred", "refused", "deferred", "unknown", "deferred", "accepted"];
    assert_eq!(office.states(inquiry).await, wanted, "the peer has not changed its mind");
    assert_eq!(office.told(inquiry).await.iter().filter(|(what, ..)| *what == "delayed").count(), 6);
    assert_eq!(peer.taken().len(), before);
}

#[tokio::test]
async fn a_greylisted_mail_is_taken_at_the_second_try_with_the_same_bytes() {
    let office = Office::open().await;
    let peer = Setup::plain().listen().await;
    let inquiry = office.order(&["one"]).await;
    office.react().await;
    let worker = office.worker(office.to_peer(&peer));
    peer.at(At::Dot, Act::say("451 4.7.1 Greylisted"));
    assert_eq!(worker.run_once().await.unwrap().deferred, 1);
    let first: Vec<u8> =
        office.journal.pool().get().await.unwrap().query_one("select sha256 from mail", &[]).await.unwrap().get(0);
    peer.behave();
    office.later(SignedDuration::from_mins(2));
    assert_eq!(worker.run_once().await.unwrap().delivered, 1);
    assert_eq!(office.states(inquiry).await, ["accepted"]);
    assert_eq!(office.told(inquiry).await, [("delayed", 1, 1), ("accepted", 1, 2)]);
    let hashes = office.number("select count(distinct sha256) from mail_attempt where sha256 is not null").await;
    assert_eq!(hashes, 1, "the same bytes at every try");
    let second: Vec<u8> =
        office.journal.pool().get().await.unwrap().query_one("select sha256 from mail", &[]).await.unwrap().get(0);
    assert_eq!(first, second);
    assert!(peer.taken()[0].bytes.len() > LETTER.len());
}

#[tokio::test]
async fn a_relay_that_is_gone_is_left_in_peace_and_after_a_day_a_person_is_told() {
    let office = Office::open().await;
    let nobody = { std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port() };
    let inquiry = office.order(&["a", "b", "c", "d", "e", "f", "g"]).await;
    office.react().await;
    let worker = office.worker(Config { connections: 1, ..office.config(Mode::Smtp { relay: relay(nobody) }) });
    let round = worker.run_once().await.unwrap();
    assert_eq!(round.deferred, 5, "five failures open the breaker, and the last two are not charged");
    assert_eq!(office.states(inquiry).await.iter().filter(|state| *state == "queued").count(), 2);
    assert!(worker.run_once().await.unwrap().is_idle(), "left in peace");
    office.later(SignedDuration::from_secs(61));
    assert_eq!(worker.run_once().await.unwrap().deferred, 1, "one mail tries the door");
    assert_eq!(
        office.number("select count(*) from mail_attempt where step = 'transmitting'").await,
        0,
        "nothing was ever under way"
    );

    for _ in 0..400 {
        office.later(SignedDuration::from_mins(16));
        worker.run_once().await.unwrap();
    }
    assert_eq!(office.states(inquiry).await, ["dead"; 7]);
    let told = office.told(inquiry).await;
    assert_eq!(told.iter().filter(|(what, ..)| *what == "failed").count(), 7, "{told:?}");
}

#[tokio::test]
async fn a_relay_that_does_not_want_us_charges_no_mail() {
    let office = Office::open().await;
    let peer = Setup::plain().listen().await;
    peer.at(At::Mail, Act::say("550 5.7.1 Relaying denied"));
    let inquiry = office.order(&["one", "two", "three"]).await;
    office.react().await;
    let worker = office.worker(office.to_peer(&peer));
    worker.run_once().await.unwrap();
    assert_eq!(office.states(inquiry).await, ["queued"; 3]);
    assert!(office.told(inquiry).await.is_empty(), "our settings are no part of the inquiry's history");
    assert_eq!(office.number("select coalesce(sum(failures), 0)::bigint from mail").await, 0);
    peer.behave();
    assert!(worker.run_once().await.unwrap().is_idle(), "left in peace for a minute");
    office.later(SignedDuration::from_secs(61));
    assert_eq!(worker.run_once().await.unwrap().delivered, 3);
}

#[tokio::test]
async fn a_silent_relay_makes_the_mail_unknown_and_it_is_not_sent_again() {
    let office = Office::open().await;
    let peer = Setup::plain().listen().await;
    let inquiry = office.order(&["hang"]).await;
    office.react().await;
    let timeouts = Timeouts { dot: Duration::from_millis(200), ..relay(peer.port()).timeouts };
    let mode = Mode::Smtp { relay: Relay { timeouts, ..relay(peer.port()) } };
    let worker = office.worker(office.config(mode));
    assert_eq!(worker.run_once().await.unwrap().troubled, 1);
    assert_eq!(office.states(inquiry).await, ["unknown"]);
    office.later(SignedDuration::from_hours(30));
    assert!(worker.run_once().await.unwrap().is_idle());
    assert_eq!(peer.taken().len(), 1);
    assert_eq!(office.told(inquiry).await, [("failed", 1, 1)]);
}

#[tokio::test]
async fn in_redirect_mode_no_deputy_is_written_to() {
    let office = Office::open().await;
    let peer = Setup::plain().listen().await;
    let inquiry = office.order(&["one", "two"]).await;
    office.react().await;
    let mode = Mode::Redirect {
        relay: relay(peer.port()),
        to: "test@office.test".to_owned(),
        allowed: vec!["two@parlam.test".to_owned()],
    };
    assert_eq!(office.worker(office.config(mode)).run_once().await.unwrap().delivered, 2);
    let mut recipients: Vec<String> = peer.taken().into_iter().flat_map(|mail| mail.to).collect();
    recipients.sort();
    assert_eq!(recipients, ["test@office.test", "two@parlam.test"]);
    let relays = office.number("select count(*) from mail where relay like '%redirected%'").await;
    assert_eq!(relays, 2, "an acceptance in this mode is not mistaken for the deputy's");
    assert_eq!(office.told(inquiry).await.len(), 2);
}

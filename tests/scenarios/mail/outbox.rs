//! The outbox's part of the behaviour suite (tests/stores).

use dispatch::config::Config;
use jiff::SignedDuration;
use testkit::smtp::{Act, At, Setup};

use super::office::Office;
use crate::told::Sentence;

/// How many different mails the peer has kept, and how many in all.
fn kept(peer: &testkit::smtp::Peer) -> (usize, usize) {
    let ids: Vec<String> = peer.taken().iter().map(|mail| message_id(&mail.bytes)).collect();
    let different: std::collections::BTreeSet<&String> = ids.iter().collect();
    (different.len(), ids.len())
}

fn message_id(mail: &[u8]) -> String {
    let text = String::from_utf8_lossy(mail);
    let line = text.lines().find_map(|line| line.strip_prefix("Message-ID: "));
    line.expect("every mail has a Message-ID").trim().to_owned()
}

#[tokio::test]
async fn while_the_mailer_is_down_mail_waits_and_leaves_once_when_it_is_back() {
    let sentence = Sentence::begins("while_the_mailer_is_down_mail_waits_and_leaves_once_when_it_is_back");
    let office = Office::open().await;
    let peer = Setup::plain().listen().await;
    peer.at(At::Connect, Act::Cut);
    let inquiry = office.order(&["one", "two", "three"]).await;
    office.react().await;
    let worker = office.worker(office.to_peer(&peer));
    assert_eq!(worker.run_once().await.unwrap().delivered, 0);
    office.later(SignedDuration::from_mins(2));
    assert_eq!(worker.run_once().await.unwrap().delivered, 0);
    assert!(peer.taken().is_empty());

    peer.behave();
    office.later(SignedDuration::from_mins(20));
    assert_eq!(worker.run_once().await.unwrap().delivered, 3);
    office.later(SignedDuration::from_hours(5));
    assert!(worker.run_once().await.unwrap().is_idle());
    assert_eq!(office.states(inquiry).await, ["accepted"; 3]);
    assert_eq!(kept(&peer), (3, 3));
    let accepted = office.told(inquiry).await.into_iter().filter(|(what, ..)| *what == "accepted").count();
    assert_eq!(accepted, 3, "and the inquiry has heard of each once");
    sentence.has_passed();
}

#[tokio::test]
async fn a_crash_after_the_mailer_took_a_mail_makes_no_second_one_and_is_counted() {
    let sentence = Sentence::begins("a_crash_after_the_mailer_took_a_mail_makes_no_second_one_and_is_counted");
    let office = Office::open().await;
    let peer = Setup::plain().listen().await;
    let inquiry = office.order(&["hang", "ok"]).await;
    office.react().await;
    let config = Config { connections: 1, ..office.to_peer(&peer) };
    let dying = office.worker(config.clone());
    let dying = tokio::spawn(async move { dying.run_once().await.unwrap().delivered });
    peer.has_taken(1).await;
    // It is waiting for the answer to the dot when it dies.
    dying.abort();
    assert!(dying.await.unwrap_err().is_cancelled());
    assert_eq!(office.states(inquiry).await, ["transmitting", "queued"]);

    // A worker of another name waits for the lease; one of the same name knows that its forerunner is dead.
    let other = office.worker(Config { worker: "other".to_owned(), ..config.clone() });
    assert_eq!(other.run_once().await.unwrap().troubled, 0);
    assert_eq!(office.states(inquiry).await[0], "transmitting");
    let successor = office.worker(config);
    assert_eq!(successor.run_once().await.unwrap().troubled, 1);
    assert_eq!(office.states(inquiry).await, ["unknown", "accepted"]);
    let to_hang = peer.taken().iter().filter(|mail| mail.to[0].starts_with("hang")).count();
    assert_eq!(to_hang, 1, "never sent again by itself");
    assert_eq!(kept(&peer), (2, 2));
    assert_eq!(office.told(inquiry).await, [("failed", 1, 1), ("accepted", 2, 1)]);
    let counts = dispatch::counts(office.journal.pool()).await.unwrap();
    assert_eq!(counts.unknown, 1, "a person sees that nobody knows of one");
    assert!(office.worker(office.to_peer(&peer)).run_once().await.unwrap().is_idle());
    sentence.has_passed();
}

#[tokio::test]
async fn eight_senders_take_no_mail_twice_within_a_lease() {
    let sentence = Sentence::begins("eight_senders_take_no_mail_twice_within_a_lease");
    let office = Office::open().await;
    let peer = Setup::plain().listen().await;
    let names: Vec<String> = (1..=60).map(|no| format!("deputy{no}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let inquiry = office.order(&names).await;
    office.react().await;
    let workers = (1..=8).map(|no| {
        let worker = office.worker(Config { worker: format!("sender {no}"), ..office.to_peer(&peer) });
        tokio::spawn(async move { worker.run_once().await.unwrap().delivered })
    });
    let mut shares = Vec::new();
    for round in workers.collect::<Vec<_>>() {
        shares.push(round.await.unwrap());
    }
    assert_eq!(shares.iter().sum::<u64>(), 60, "{shares:?}");
    let mut recipients: Vec<String> = peer.taken().into_iter().flat_map(|mail| mail.to).collect();
    recipients.sort();
    recipients.dedup();
    assert_eq!(recipients.len(), 60);
    assert_eq!(kept(&peer), (60, 60));
    assert_eq!(office.states(inquiry).await, ["accepted"; 60]);
    assert_eq!(office.told(inquiry).await.len(), 60, "and each was told once, whoever told it");
    sentence.has_passed();
}

#[tokio::test]
async fn a_delivery_told_twice_is_recorded_once_by_its_command_id() {
    let sentence = Sentence::begins("a_delivery_told_twice_is_recorded_once_by_its_command_id");
    let office = Office::open().await;
    let inquiry = office.order(&["one", "two"]).await;
    office.react().await;
    office.file_worker().run_once().await.unwrap();
    // As if it had died after telling and before noting that it had, twice.
    for _ in 0..2 {
        office.sql("update mail_report set reported_at = null").await;
        let round = office.file_worker().run_once().await.unwrap();
        assert_eq!(round.reported, 2);
    }
    assert_eq!(office.told(inquiry).await, [("accepted", 1, 1), ("accepted", 2, 1)]);
    sentence.has_passed();
}

//! Every order becomes one row of mail for each deputy with an address, once.

use std::time::Duration;

use inquiry::event::{DeliveredByHand, InquiryWithdrawn};
use inquiry::{Event, RecipientNo};
use jiff::SignedDuration;
use jiff::civil::date;
use testkit::smtp::{Act, At, Setup};

use super::office::{LETTER, Office, ordered};

#[tokio::test]
async fn an_order_is_queued_once_for_each_deputy_with_an_address_however_often_the_journal_is_read() {
    let office = Office::open().await;
    let inquiry = office.order(&["one", "-", "three"]).await;
    office.react().await;
    assert_eq!(office.states(inquiry).await, ["queued", "queued"]);
    assert_eq!(office.number("select count(*) from mail where recipient = 2").await, 0, "no address, no mail");

    // The follower's place is lost, and it begins again; meanwhile another order has come.
    office.sql("update followers set position = 0 where name = 'dispatch'").await;
    let other = office.order(&["four"]).await;
    office.react().await;
    assert_eq!(office.states(inquiry).await, ["queued", "queued"]);
    assert_eq!(office.states(other).await, ["queued"]);
    assert_eq!(office.number("select count(*) from mail_order").await, 2);
    assert_eq!(office.number("select count(distinct message_id) from mail").await, 3);
}

#[tokio::test]
async fn a_withdrawn_inquiry_sends_no_more_mail() {
    let office = Office::open().await;
    let inquiry = office.order(&["one", "two"]).await;
    let kept = office.order(&["one"]).await;
    office.react().await;
    office.record(inquiry, 4, vec![withdrawn()]).await;
    office.react().await;
    assert_eq!(office.states(inquiry).await, ["cancelled", "cancelled"]);
    let round = office.file_worker().run_once().await.unwrap();
    assert_eq!(round.delivered, 1);
    assert_eq!(office.states(kept).await, ["written"]);
}

#[tokio::test]
async fn a_deputy_who_has_the_letter_by_hand_gets_no_mail_any_more() {
    let office = Office::open().await;
    let inquiry = office.order(&["one", "two"]).await;
    let handed: Event =
        DeliveredByHand { recipient: RecipientNo(2), on: date(2023, 10, 18), note: "Қолма-қол".to_owned() }.into();
    office.record(inquiry, 4, vec![handed]).await;
    office.react().await;
    assert_eq!(office.states(inquiry).await, ["queued", "cancelled"]);
}

#[tokio::test]
async fn a_newer_order_for_a_deputy_replaces_the_one_that_still_waits() {
    let office = Office::open().await;
    let inquiry = office.order(&["old", "two"]).await;
    let letter = office.journal.put_blob("application/pdf", LETTER).await.unwrap().parse().unwrap();
    office.record(inquiry, 4, vec![ordered(inquiry, 2, letter, [(&"new", 1)].into_iter()).into()]).await;
    office.react().await;
    assert_eq!(office.states(inquiry).await, ["cancelled", "queued", "queued"]);
    let round = office.file_worker().run_once().await.unwrap();
    assert_eq!((round.delivered, round.reported), (2, 2));
}

#[tokio::test]
async fn a_mail_called_back_while_the_line_is_being_opened_does_not_go() {
    let office = Office::open().await;
    let peer = Setup::plain().listen().await;
    peer.at(At::Connect, Act::Late(Duration::from_millis(1500)));
    let inquiry = office.order(&["one"]).await;
    office.react().await;
    let worker = office.worker(office.to_peer(&peer));
    let sending = tokio::spawn(async move { worker.run_once().await.unwrap() });
    peer.has_seen(1).await;
    office.record(inquiry, 4, vec![withdrawn()]).await;
    office.react().await;
    assert!(sending.await.unwrap().is_idle());
    assert_eq!(office.states(inquiry).await, ["cancelled"]);
    assert!(peer.taken().is_empty());
}

#[tokio::test]
async fn a_mail_called_back_on_its_way_is_not_tried_again() {
    let office = Office::open().await;
    let peer = Setup::plain().listen().await;
    peer.at(At::Data, Act::Late(Duration::from_millis(1500)));
    let inquiry = office.order(&["d451"]).await;
    office.react().await;
    let worker = office.worker(office.to_peer(&peer));
    let sender = worker.clone();
    let sending = tokio::spawn(async move { sender.run_once().await.unwrap() });
    office.reaches(inquiry, &["transmitting"]).await;
    office.record(inquiry, 4, vec![withdrawn()]).await;
    office.react().await;
    assert_eq!(office.states(inquiry).await, ["transmitting"], "it cannot be held up any more");
    sending.await.unwrap();
    assert_eq!(office.states(inquiry).await, ["cancelled"], "but the relay did not take it, and it stays so");
    office.later(SignedDuration::from_hours(1));
    assert!(worker.run_once().await.unwrap().is_idle());
}

fn withdrawn() -> Event {
    InquiryWithdrawn { reason: "Депутат қайтарып алды".to_owned() }.into()
}

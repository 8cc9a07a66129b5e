//! Several relays: the next one takes over from one that is not there or does not want us, never a mail of unknown fate; and no more go
//! in a minute than may.

use std::num::NonZeroU32;

use directory::{Language, Role};
use dispatch::config::{Config, Mode, Rates};
use jiff::SignedDuration;
use jiff::civil::date;
use readmodel::deliveries::{ClosedRelay, closed_relays};
use testkit::smtp::{Act, At, Peer, Setup};

use super::office::{Office, relay};

/// Two relays, the first preferred, one line.
fn either(office: &Office, first: &Peer, second: &Peer) -> Config {
    Config { next_relays: vec![relay(second.port())], connections: 1, ..office.to_peer(first) }
}

async fn left_in_peace(office: &Office) -> Vec<ClosedRelay> {
    closed_relays(office.journal.pool(), (office.clock())()).await.unwrap()
}

async fn through(office: &Office, peer: &Peer) -> i64 {
    office
        .number(&format!("select count(*) from mail where state = 'accepted' and relay = '127.0.0.1:{}'", peer.port()))
        .await
}

#[tokio::test]
async fn the_next_relay_takes_what_the_first_one_cannot_and_gives_it_back() {
    let office = Office::open().await;
    let (first, second) = (Setup::plain().listen().await, Setup::plain().pipelining().listen().await);
    first.at(At::Connect, Act::Cut);
    let inquiry = office.order(&["a", "b", "c", "d", "e", "f", "g"]).await;
    office.react().await;
    let worker = office.worker(either(&office, &first, &second));
    assert_eq!(worker.run_once().await.unwrap().delivered, 7);
    assert_eq!(office.states(inquiry).await, ["accepted"; 7]);
    assert_eq!((first.taken().len(), second.taken().len()), (0, 7));
    assert_eq!(through(&office, &second).await, 7, "the rows name the relay that took the mail");
    let told = office.told(inquiry).await;
    assert!(told.iter().all(|(what, ..)| *what == "accepted"), "no mail was charged: {told:?}");
    let closed = left_in_peace(&office).await;
    assert!(matches!(closed.as_slice(), [one] if one.relay.ends_with(&first.port().to_string())), "{closed:?}");
    assert_eq!(first.connections(), 5, "then it is left in peace");

    // Back again, it is tried after its minute and preferred from then on.
    first.behave();
    let inquiry = office.order(&["h", "i"]).await;
    office.react().await;
    office.later(SignedDuration::from_secs(61));
    assert_eq!(worker.run_once().await.unwrap().delivered, 2);
    assert_eq!(office.states(inquiry).await, ["accepted"; 2]);
    assert_eq!((first.taken().len(), second.taken().len()), (2, 7));
    assert!(left_in_peace(&office).await.is_empty());
}

#[tokio::test]
async fn the_check_asks_every_relay_also_behind_one_that_is_not_there() {
    let office = Office::open().await;
    let (first, second) = (Setup::plain().listen().await, Setup::plain().listen().await);
    first.at(At::Connect, Act::Cut);
    let either = either(&office, &first, &second);
    let second = format!("127.0.0.1:{} answers", second.port());
    let fault = dispatch::check_relay(&either).await.unwrap_err().to_string();
    assert!(fault.contains(&first.port().to_string()) && fault.contains(&second), "{fault}");
    first.behave();
    let words = dispatch::check_relay(&either).await.unwrap();
    assert_eq!(words.matches("answers").count(), 2, "{words}");
}

#[tokio::test]
async fn a_relay_that_does_not_want_us_gives_way_to_the_next_and_no_mail_is_charged() {
    for at in [At::Ehlo, At::Mail] {
        let office = Office::open().await;
        let (first, second) = (Setup::plain().listen().await, Setup::plain().listen().await);
        first.at(at, Act::say("550 5.7.1 Relaying denied"));
        let inquiry = office.order(&["a", "b", "c"]).await;
        office.react().await;
        let worker = office.worker(either(&office, &first, &second));
        assert_eq!(worker.run_once().await.unwrap().delivered, 3, "{at:?}");
        assert_eq!(second.taken().len(), 3);
        assert_eq!(office.number("select coalesce(sum(failures), 0)::bigint from mail").await, 0);
        assert_eq!(office.told(inquiry).await.len(), 3, "{at:?}");
        let closed = left_in_peace(&office).await;
        assert!(closed.iter().any(|one| one.why.contains("550 5.7.1 Relaying denied")), "{closed:?}");
    }
}

#[tokio::test]
async fn what_closed_a_relay_is_told_without_the_deputys_address() {
    let office = Office::open().await;
    let peer = Setup::plain().listen().await;
    peer.at(At::Rcpt, Act::say("421 4.7.0 <serik.one@parlam.test> came too often"));
    office.order(&["serik.one"; 5]).await;
    office.react().await;
    office.worker(Config { connections: 1, ..office.to_peer(&peer) }).run_once().await.unwrap();
    let closed = left_in_peace(&office).await;
    assert!(matches!(closed.as_slice(), [one] if one.why.contains("421 4.7.0 <(recipient)> came")), "{closed:?}");
}

#[tokio::test]
async fn a_relay_that_nobody_has_tried_for_long_is_not_called_left_in_peace_for_ever() {
    let office = Office::open().await;
    let peer = Setup::plain().listen().await;
    peer.at(At::Ehlo, Act::say("550 5.7.1 Relaying denied"));
    office.order(&["a"]).await;
    office.react().await;
    let gone = Config { worker: "gone".to_owned(), ..office.to_peer(&peer) };
    office.worker(gone).run_once().await.unwrap();
    office.later(SignedDuration::from_mins(15));
    assert_eq!(left_in_peace(&office).await.len(), 1, "its minute and less than a quarter of an hour are over");
    office.later(SignedDuration::from_mins(1));
    assert!(left_in_peace(&office).await.is_empty(), "its worker never came back");
    office.file_worker().run_once().await.unwrap();
    assert_eq!(office.number("select count(*) from mail_relay").await, 0, "the next worker that starts clears it away");
}

#[tokio::test]
async fn a_mail_that_the_first_relay_may_have_taken_is_not_given_to_the_next() {
    let office = Office::open().await;
    let (first, second) = (Setup::plain().listen().await, Setup::plain().listen().await);
    let inquiry = office.order(&["drop", "lost", "r550x", "r450x"]).await;
    office.react().await;
    let worker = office.worker(either(&office, &first, &second));
    worker.run_once().await.unwrap();
    assert_eq!(office.states(inquiry).await, ["unknown", "unknown", "refused", "deferred"]);
    assert!(second.taken().is_empty() && second.connections() == 0, "what one relay says of a mail, it has said");
    office.later(SignedDuration::from_hours(2));
    worker.run_once().await.unwrap();
    assert!(second.taken().is_empty());
}

#[tokio::test]
async fn when_no_relay_is_there_a_mail_waits_and_is_charged_once() {
    let office = Office::open().await;
    let (first, second) = (Setup::plain().listen().await, Setup::plain().listen().await);
    first.at(At::Connect, Act::say("554 5.7.1 Not from you"));
    second.at(At::Connect, Act::Cut);
    let inquiry = office.order(&["a"]).await;
    office.react().await;
    let worker = office.worker(either(&office, &first, &second));
    assert_eq!(worker.run_once().await.unwrap().deferred, 1);
    assert_eq!(office.told(inquiry).await, [("delayed", 1, 1)]);
    let named = format!("select count(*) from mail where relay = '127.0.0.1:{}'", second.port());
    assert_eq!(office.number(&named).await, 1, "what kept it is that the second was not there");
    second.behave();
    office.later(SignedDuration::from_mins(2));
    assert_eq!(worker.run_once().await.unwrap().delivered, 1);
}

#[tokio::test]
async fn no_more_mails_go_in_a_minute_than_the_relay_or_a_domain_may_be_given() {
    let ten = NonZeroU32::new(10);
    for rates in [Rates { relay: ten, domain: None }, Rates { relay: None, domain: ten }] {
        let office = Office::open().await;
        let peer = Setup::plain().listen().await;
        let names: Vec<String> = (1..=25).map(|no| format!("deputy{no}")).collect();
        let inquiry = office.order(&names.iter().map(String::as_str).collect::<Vec<_>>()).await;
        office.react().await;
        let worker = office.worker(Config { rates, ..office.to_peer(&peer) });
        assert_eq!(worker.run_once().await.unwrap().delivered, 10, "{rates:?}");
        assert_eq!(worker.run_once().await.unwrap().delivered, 0);
        office.later(SignedDuration::from_secs(30));
        assert_eq!(worker.run_once().await.unwrap().delivered, 5, "{rates:?}: half a minute later, half as many");
        office.later(SignedDuration::from_secs(60));
        assert_eq!(worker.run_once().await.unwrap().delivered, 10);
        assert_eq!(office.states(inquiry).await, ["accepted"; 25]);
        let told = office.told(inquiry).await;
        assert!(told.iter().all(|told| matches!(told, ("accepted", _, 1))), "waiting is no failure: {told:?}");
    }
}

#[tokio::test]
async fn a_relay_that_may_be_given_no_more_stops_no_relay_before_it() {
    let office = Office::open().await;
    let (first, second) = (Setup::plain().listen().await, Setup::plain().listen().await);
    first.at(At::Ehlo, Act::say("550 5.7.1 Relaying denied"));
    let rates = Rates { relay: NonZeroU32::new(2), domain: None };
    let worker = office.worker(Config { rates, ..either(&office, &first, &second) });
    let sent = async |names: &[&str]| {
        office.order(names).await;
        office.react().await;
        worker.run_once().await.unwrap().delivered
    };
    assert_eq!(sent(&["a"]).await, 1);
    office.later(SignedDuration::from_secs(59));
    assert_eq!(sent(&["b", "c"]).await, 2, "the second has its minute's worth");
    first.behave();
    office.later(SignedDuration::from_secs(2));
    assert_eq!(sent(&["d", "e"]).await, 2, "the first is tried again and may have two");
    assert_eq!((first.taken().len(), second.taken().len()), (2, 3));
}

#[tokio::test]
async fn a_mail_that_finds_no_relay_takes_nothing_from_what_may_go() {
    let one = NonZeroU32::new(1);
    for rates in [Rates { relay: one, domain: None }, Rates { relay: None, domain: one }] {
        let office = Office::open().await;
        let peer = Setup::plain().listen().await;
        peer.at(At::Connect, Act::Cut);
        office.order(&["a"]).await;
        office.react().await;
        let worker = office.worker(Config { rates, ..office.to_peer(&peer) });
        assert_eq!(worker.run_once().await.unwrap().deferred, 1);
        peer.behave();
        office.order(&["b"]).await;
        office.react().await;
        assert_eq!(worker.run_once().await.unwrap().delivered, 1, "{rates:?}");
    }
}

#[tokio::test]
async fn one_domains_limit_keeps_no_other_domain_waiting() {
    let office = Office::open().await;
    let peer = Setup::plain().listen().await;
    let inquiry = office.order(&["a", "b", "c", "d"]).await;
    office.react().await;
    office.sql("update mail set address = 'x@elsewhere.test' where recipient > 2").await;
    let rates = Rates { relay: None, domain: NonZeroU32::new(1) };
    let worker =
        office.worker(Config { rates, mode: Mode::Smtp { relay: relay(peer.port()) }, ..office.to_peer(&peer) });
    assert_eq!(worker.run_once().await.unwrap().delivered, 2);
    let mut domains: Vec<String> =
        peer.taken().iter().map(|mail| mail.to[0].split('@').nth(1).unwrap().to_owned()).collect();
    domains.sort();
    assert_eq!(domains, ["elsewhere.test", "parlam.test"]);
    assert_eq!(office.states(inquiry).await.iter().filter(|state| *state == "queued").count(), 2);
}

#[tokio::test]
async fn digests_go_the_way_of_letters_and_under_the_same_limits() {
    let office = Office::open().await;
    office.at("2023-09-20T03:15:00Z");
    for name in ["anar", "bota", "saule"] {
        office.person(name, Role::Executor, Some("mfa"), Language::Kk).await;
    }
    office.resolved(1, date(2023, 10, 12), date(2023, 10, 6)).await;
    office.notice().await;
    office.at("2023-10-05T03:00:00Z");
    let (first, second) = (Setup::plain().listen().await, Setup::plain().pipelining().listen().await);
    first.at(At::Connect, Act::Cut);
    let rates = Rates { relay: None, domain: NonZeroU32::new(2) };
    let worker = office.worker(Config { rates, ..either(&office, &first, &second) });
    let round = worker.run_once().await.unwrap();
    assert_eq!((round.gathered, round.delivered, round.deferred), (3, 2, 0));
    office.later(SignedDuration::from_secs(30));
    assert_eq!(worker.run_once().await.unwrap().delivered, 1);
    assert_eq!((first.taken().len(), second.taken().len()), (0, 3));
    assert_eq!(office.number("select coalesce(sum(failures), 0)::bigint from mail").await, 0);
}

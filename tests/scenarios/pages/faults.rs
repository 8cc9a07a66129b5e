//! Each way in which a relay can misbehave, and what the clerk sees of it: where the mail stands, what the inquiry has recorded, the
//! words on the page. Every row is tried with a relay that is asked in turn and with one that takes several commands at once.
#![expect(clippy::unwrap_used, reason = "what a page does not show ends the test")]

use std::sync::Arc;
use std::time::Duration;

use dispatch::config::{Config, Mode, Relay, Security, Timeouts};
use inquiry::InquiryId;
use serde_json::{Value, json};
use testkit::app::TestApp;
use testkit::mail::settings::settings;
use testkit::mail::wire;
use testkit::smtp::{Act, At, Authority, Peer, Setup};

use super::browser::Browser;
use super::deputy::{KNOWN, sent};
use super::people::People;
use super::walk::is_whole;
use crate::api::story::Told;

/// What the relay does to one mail, and what has to follow.
struct Row {
    at: At,
    act: Act,
    then: Then,
}

/// What has to follow from a fault.
#[derive(Debug, Clone, Copy)]
struct Then {
    /// Of the mail.
    state: &'static str,
    /// What the inquiry has recorded last: a failure, permanent or not; an acceptance; nothing.
    recorded: Recorded,
    /// What the page says of the delivery.
    is: &'static str,
    /// What it says of the last attempt.
    attempt: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Recorded {
    Accepted,
    Failed { permanent: bool },
    Nothing,
}

const ACCEPTED: Then =
    Then { state: "accepted", recorded: Recorded::Accepted, is: "accepted by the server", attempt: "queued as" };
const DEFERRED: Then = Then {
    state: "deferred",
    recorded: Recorded::Failed { permanent: false },
    is: "retrying",
    attempt: "deferred by the server",
};
const NOT_SENT: Then =
    Then { state: "deferred", recorded: Recorded::Failed { permanent: false }, is: "retrying", attempt: "not sent" };
const REFUSED: Then = Then {
    state: "refused",
    recorded: Recorded::Failed { permanent: true },
    is: "not delivered",
    attempt: "refused by the server",
};
const UNKNOWN: Then = Then {
    state: "unknown",
    recorded: Recorded::Failed { permanent: true },
    is: "nobody knows whether it went",
    attempt: "nobody knows whether it went",
};
const OURS: Then =
    Then { state: "queued", recorded: Recorded::Nothing, is: "waiting", attempt: "the server does not take us" };

/// The table, but for TLS and for the notice that comes back days later (which `deliveries` tells).
fn rows() -> Vec<Row> {
    let row = |at, act, then| Row { at, act, then };
    let says = |text: &str| Act::say(text);
    let mut rows = Vec::new();
    for at in [At::Connect, At::Ehlo, At::Mail, At::Rcpt, At::Data, At::Dot] {
        rows.push(row(at, says("451 4.7.1 Greylisted, try again later"), DEFERRED));
        rows.push(row(at, Act::SayAndClose("421 4.3.2 Service shutting down".to_owned()), DEFERRED));
    }
    for at in [At::Connect, At::Ehlo, At::Mail] {
        rows.push(row(at, says("554 5.7.1 Not from you"), OURS));
    }
    for at in [At::Rcpt, At::Data, At::Dot] {
        rows.push(row(at, says("554 5.7.1 Not to them"), REFUSED));
    }
    rows.push(row(At::Rcpt, says("530 5.7.0 Authentication required"), OURS));
    rows.push(row(At::Mail, says("552 5.3.4 Message size exceeds fixed limit"), REFUSED));
    rows.push(row(At::Dot, says("552 5.3.4 Message size exceeds fixed limit"), REFUSED));
    for at in [At::Connect, At::Ehlo, At::Mail, At::Rcpt, At::Data] {
        rows.push(row(at, Act::Cut, NOT_SENT));
        rows.push(row(at, Act::Silence, NOT_SENT));
    }
    rows.push(row(At::Dot, Act::Cut, UNKNOWN));
    rows.push(row(At::Dot, Act::Silence, UNKNOWN));
    rows.push(row(At::Dot, says("354 Go on"), UNKNOWN));
    rows.push(row(At::Rcpt, says("251 2.1.5 User not local, will forward"), ACCEPTED));
    rows.push(row(At::Dot, Act::Late(Duration::from_millis(300)), ACCEPTED));
    rows
}

/// A letter that was ordered out, and a clerk who looks at one of its deliveries.
struct Desk<'a> {
    app: &'a TestApp,
    told: Told,
    clerk: Browser<'a>,
}

impl Desk<'_> {
    /// Orders the letter out once more, tries it once, and looks.
    async fn tries(&mut self, relay: Relay, then: Then, what: &str) {
        self.told.version = self.told.dossier(self.app).await["version"].as_u64().unwrap();
        self.told.step(self.app, "clerk", "resend", json!({ "recipient": 1, "address": KNOWN })).await;
        self.app.settle().await;
        self.goes(relay, then, what).await;
    }

    /// Tries what is due, and looks.
    async fn goes(&mut self, relay: Relay, then: Then, what: &str) {
        let before = self.events().await.len();
        worker(self.app, relay).run_once().await.unwrap();
        self.app.settle().await;
        let client = self.app.database.connect().await;
        let sql = "select state from mail where recipient = 1 order by order_no desc limit 1";
        let state: String = client.query_one(sql, &[]).await.unwrap().get(0);
        assert_eq!(state, then.state, "{what}");
        let recorded = match self.events().await.get(before..).unwrap() {
            [] => Recorded::Nothing,
            [event] if event["type"] == "reply_accepted" => Recorded::Accepted,
            [event] if event["type"] == "delivery_failed" => {
                Recorded::Failed { permanent: event["payload"]["permanent"].as_bool().unwrap() }
            }
            other => panic!("{what}: {other:?}"),
        };
        assert_eq!(recorded, then.recorded, "{what}");
        let page = self.clerk.open(&format!("/inquiries/{}/deliveries/1", self.told.id)).await;
        let (head, attempts) = page.text.split_once("<ol class=\"attempts\">").unwrap();
        let (_, state) = head.rsplit_once("<article").unwrap();
        let (attempts, _) = attempts.split_once("</ol>").unwrap();
        let (_, last) = attempts.rsplit_once("<li>").unwrap();
        assert!(state.contains(then.is), "{what}: «{}» is not said in: {state}", then.is);
        assert!(last.contains(then.attempt), "{what}: «{}» is not said in: {last}", then.attempt);
    }

    /// The events about the first recipient's mails.
    async fn events(&self) -> Vec<Value> {
        let id: InquiryId = self.told.id.parse().unwrap();
        let stream = eventstore::StreamId::new(id.stream_id()).unwrap();
        let history = self.app.journal().load(&stream).await.unwrap();
        let outcomes = history.iter().filter(|event| event.actor == "dispatch");
        let told = |event: &eventstore::Recorded| {
            let payload: Value = serde_json::from_str(event.text()).unwrap();
            json!({ "type": event.event_type, "payload": payload[&event.event_type] })
        };
        outcomes.map(told).filter(|event| event["payload"]["recipient"] == 1).collect()
    }
}

/// A worker that knows of no earlier failure: each row of the table is tried for itself.
fn worker(app: &TestApp, relay: Relay) -> dispatch::Worker {
    let config = Config {
        worker: "faults".to_owned(),
        lease: Duration::from_secs(60),
        connections: 1,
        ..settings(Mode::Smtp { relay })
    };
    let clock = Arc::clone(&app.clock);
    dispatch::Worker::new(app.journal().clone(), config, Arc::new(move || web::Clock::now(&*clock))).unwrap()
}

/// Patient where something comes, and not for long where nothing does.
fn relay(peer: &Peer, silence: Duration) -> Relay {
    let timeouts = Timeouts { command: silence, data: silence, dot: silence, ..wire::patient() };
    Relay { timeouts, ..wire::relay(peer.port()) }
}

fn patience(act: &Act) -> Duration {
    if *act == Act::Silence { Duration::from_millis(150) } else { Duration::from_secs(20) }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_of_a_relay_has_its_state_its_event_and_its_words_on_the_page() {
    let app = TestApp::start_without_mail().await;
    let told = sent(&app, "ДС-350").await;
    let people = People::of(&app).await;
    let mut desk = Desk { app: &app, told, clerk: people.at_browser("clerk").await };
    // Whoever else is on the list has the letter first.
    let behaved = Setup::plain().listen().await;
    desk.goes(relay(&behaved, Duration::from_secs(20)), ACCEPTED, "the order itself").await;
    for (setup, how) in [(Setup::plain(), "in turn"), (Setup::plain().pipelining(), "at once")] {
        let peer = setup.listen().await;
        for Row { at, act, then } in rows() {
            peer.behave();
            peer.at(at, act.clone());
            let what = format!("{how}, {at:?}: {act:?}");
            desk.tries(relay(&peer, patience(&act)), then, &what).await;
        }
        // A greylist takes the second try, and not before its minute is over.
        peer.behave();
        peer.at(At::Rcpt, Act::say("451 4.7.1 Greylisted, try again later"));
        desk.tries(relay(&peer, Duration::from_secs(20)), DEFERRED, how).await;
        peer.behave();
        worker(&app, relay(&peer, Duration::from_secs(20))).run_once().await.unwrap();
        assert_eq!(desk.events().await.last().unwrap()["type"], "delivery_failed", "not within the minute");
        app.clock.later(Duration::from_secs(90));
        desk.goes(relay(&peer, Duration::from_secs(20)), ACCEPTED, how).await;
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_whose_tls_does_not_fit_or_that_takes_less_than_the_letter_is_told_apart_from_the_deputys_fault() {
    let app = TestApp::start_without_mail().await;
    let told = sent(&app, "ДС-351").await;
    let people = People::of(&app).await;
    let mut desk = Desk { app: &app, told, clerk: people.at_browser("clerk").await };
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (authority, stranger) = (Authority::new(folder.path()), Authority::new(elsewhere.path()));
    for pipelining in [false, true] {
        let way = |setup: Setup| if pipelining { setup.pipelining() } else { setup };
        let peer = way(Setup::plain().starttls(&authority.certificate("relay.test"))).listen().await;
        let bare = way(Setup::plain()).listen().await;
        let small = way(Setup::plain().size(10_000)).listen().await;
        let patient = Duration::from_secs(20);
        let good = Relay {
            security: Security::StartTls,
            tls_name: Some("relay.test".to_owned()),
            ca_file: Some(authority.file()),
            ..relay(&peer, patient)
        };
        desk.tries(good.clone(), ACCEPTED, "over TLS").await;
        let wrong_name = Relay { tls_name: Some("other.test".to_owned()), ..good.clone() };
        desk.tries(wrong_name, OURS, "another name").await;
        let wrong_authority = Relay { ca_file: Some(stranger.file()), ..good.clone() };
        desk.tries(wrong_authority, OURS, "an unknown authority").await;
        desk.tries(Relay { port: bare.port(), ..good }, OURS, "no STARTTLS").await;
        assert!(bare.taken().is_empty(), "nothing goes in the clear");
        desk.tries(relay(&small, patient), REFUSED, "too small a relay").await;
        assert!(small.taken().is_empty());
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_is_late_is_told_of_before_the_deadline_and_counted() {
    let app = TestApp::start_without_mail().await;
    let told = sent(&app, "ДС-352").await;
    let people = People::of(&app).await;
    let mut desk = Desk { app: &app, told, clerk: people.at_browser("clerk").await };
    let peer = Setup::plain().listen().await;
    let patient = Duration::from_secs(20);
    peer.at(At::Rcpt, Act::say("451 4.7.1 Greylisted, try again later"));
    desk.goes(relay(&peer, patient), DEFERRED, "put off").await;
    let deliveries = format!("/inquiries/{}/deliveries", desk.told.id);
    let counted = async |line: &str| {
        let text = app.call("GET", "/metrics").send().await.is(200).text();
        assert!(text.lines().any(|known| known == line), "{line} is missing in\n{text}");
    };
    app.clock.later(Duration::from_secs(59 * 60));
    assert!(!desk.clerk.open("/inquiries").await.words().contains("Mail is late"), "an hour is not over");
    counted("mails_late 0").await;
    app.clock.later(Duration::from_secs(60));
    assert!(desk.clerk.open("/inquiries").await.words().contains("Mail is late: 2"), "three weeks before the deadline");
    let page = desk.clerk.open("/outbox").await;
    is_whole(&page, "/outbox");
    let words = page.words();
    assert!(words.contains("Н. Сәрсенғалиев") && words.contains("Greylisted"), "{words}");
    let urgent = desk.clerk.open(&format!("{deliveries}?show=urgent")).await.words();
    assert!(urgent.contains("Н. Сәрсенғалиев") && urgent.contains("late"), "{urgent}");
    counted("mails_late 2").await;
    counted("mails{state=\"deferred\"} 2").await;
    counted("mail_oldest_waiting_seconds 3600").await;
    counted("mail_relays_closed 0").await;
    assert!(!people.at_browser("lead").await.open("/inquiries").await.words().contains("Mail is late"));

    // The day before the reply is due, no mail has an hour.
    peer.behave();
    desk.goes(relay(&peer, patient), ACCEPTED, "taken").await;
    counted("mails_late 0").await;
    app.clock.set("2023-10-19T05:00:00Z");
    peer.at(At::Mail, Act::say("550 5.7.1 Relaying denied"));
    desk.tries(relay(&peer, patient), OURS, "a relay that does not want us").await;
    assert!(desk.clerk.open("/inquiries").await.words().contains("Mail is late: 1"));
    counted("mail_relays_closed 1").await;
    let words = desk.clerk.open("/outbox").await.words();
    assert!(
        words.contains("does not take our mail") && words.contains("Relaying denied") && words.contains("the sender:"),
        "{words}"
    );
    app.stop().await;
}

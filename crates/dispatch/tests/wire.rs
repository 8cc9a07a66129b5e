//! What a relay can do to a mail, one test for each: the outcome says whether it can have been taken, and the connection is used
//! again only where it is clean.
#![expect(clippy::unwrap_used, reason = "a helper that cannot do its part ends the test")]

// The peer is testkit's; testkit itself stands on the whole program and cannot be a dependency of this crate.
#[path = "../../testkit/src/smtp/mod.rs"]
#[expect(dead_code, unreachable_pub, reason = "the scenarios use the peer as a crate's module, and more of it")]
mod smtp;

#[path = "../../testkit/src/mail/wire.rs"]
#[expect(unreachable_pub, reason = "the scenarios use it as a crate's module")]
mod mail;

#[path = "wire/secured.rs"]
mod secured;
#[path = "wire/together.rs"]
mod together;

use std::time::{Duration, Instant};

use dispatch::config::{Relay, Timeouts};
use dispatch::message::Message;
use dispatch::wire::{Client, Outcome, Stage};
use mail::{mail_to, patient};
use smtp::{Act, At, Peer, Setup};

/// Each relay twice: one that is asked in turn, and one that takes several commands at once. What becomes of a mail is the same.
const BOTH: [fn() -> Setup; 2] = [Setup::plain, || Setup::plain().pipelining()];

fn relay(peer: &Peer) -> Relay {
    mail::relay(peer.port())
}

async fn send(relay: &Relay, message: &Message) -> Outcome {
    match Client::new(relay).unwrap().open().await {
        Ok(mut connection) => connection.deliver(message).await,
        Err(outcome) => outcome,
    }
}

#[track_caller]
fn stage_of(outcome: &Outcome) -> Stage {
    match outcome {
        Outcome::Deferred { stage, .. }
        | Outcome::Refused { stage, .. }
        | Outcome::NotSent { stage, .. }
        | Outcome::Config { stage, .. } => *stage,
        Outcome::Accepted(_) | Outcome::Unknown { .. } => panic!("no stage in {outcome:?}"),
    }
}

#[tokio::test]
async fn an_accepted_mail_arrives_as_it_was_sent_and_bears_the_relays_queue_id() {
    for setup in BOTH {
        let peer = setup().listen().await;
        let mail = mail_to("ok", 100_000);
        let outcome = send(&relay(&peer), &mail).await;
        let Outcome::Accepted(answer) = outcome else { panic!("{outcome:?}") };
        assert_eq!(answer.queue_id(), Some("Q00001"));
        let taken = peer.taken();
        assert_eq!(taken.len(), 1);
        assert_eq!(taken[0].to, ["ok@parlam.test"]);
        assert_eq!(taken[0].from, "office@office.test");
        // The library ends the message with a line break of its own.
        assert_eq!(taken[0].bytes.strip_suffix(b"\r\n").unwrap(), mail.bytes);
    }
}

#[tokio::test]
async fn one_connection_carries_many_mails_and_a_refused_recipient_harms_no_other() {
    for setup in BOTH {
        let peer = setup().listen().await;
        let mut connection = Client::new(&relay(&peer)).unwrap().open().await.unwrap();
        for local in ["ok1", "r550x", "ok2", "r450x", "d451x", "d552x", "ok3"] {
            let outcome = connection.deliver(&mail_to(local, 0)).await;
            match local.get(..4).unwrap_or("ok") {
                "r550" => assert!(
                    matches!(&outcome, Outcome::Refused { stage: Stage::Rcpt, answer } if answer.code == 550 && answer.text.starts_with("5.1.1 No such deputy: <")),
                    "{outcome:?}"
                ),
                "r450" => assert!(
                    matches!(&outcome, Outcome::Deferred { stage: Stage::Rcpt, answer } if answer.code == 450),
                    "{outcome:?}"
                ),
                "d451" => assert!(
                    matches!(&outcome, Outcome::Deferred { stage: Stage::Body, answer } if answer.code == 451),
                    "{outcome:?}"
                ),
                "d552" => assert!(
                    matches!(&outcome, Outcome::Refused { stage: Stage::Body, answer } if answer.code == 552),
                    "{outcome:?}"
                ),
                _ => assert!(matches!(&outcome, Outcome::Accepted(_)), "{outcome:?}"),
            }
            assert!(connection.is_reusable(), "after {local}");
        }
        assert_eq!(peer.connections(), 1);
        let recipients: Vec<String> = peer.taken().into_iter().flat_map(|mail| mail.to).collect();
        assert_eq!(recipients, ["ok1@parlam.test", "ok2@parlam.test", "ok3@parlam.test"]);
    }
}

#[tokio::test]
async fn a_temporary_answer_at_any_stage_is_a_deferral() {
    for setup in BOTH {
        let peer = setup().listen().await;
        for (at, stage) in [
            (At::Connect, Stage::Connect),
            (At::Ehlo, Stage::Connect),
            (At::Mail, Stage::Mail),
            (At::Rcpt, Stage::Rcpt),
            (At::Data, Stage::Data),
            (At::Dot, Stage::Body),
        ] {
            peer.behave();
            peer.at(at, Act::say("451 4.7.1 Greylisted, try again later"));
            let outcome = send(&relay(&peer), &mail_to("ok", 0)).await;
            assert!(matches!(&outcome, Outcome::Deferred { answer, .. } if answer.code == 451), "{at:?}: {outcome:?}");
            assert_eq!(stage_of(&outcome), stage, "{at:?}");
        }
        assert!(peer.taken().is_empty());
    }
}

#[tokio::test]
async fn a_permanent_answer_is_a_refusal_once_the_recipient_is_named_and_our_fault_before() {
    for setup in BOTH {
        let peer = setup().listen().await;
        for (at, stage, ours) in [
            (At::Connect, Stage::Connect, true),
            (At::Ehlo, Stage::Connect, true),
            (At::Mail, Stage::Mail, true),
            (At::Rcpt, Stage::Rcpt, false),
            (At::Data, Stage::Data, false),
            (At::Dot, Stage::Body, false),
        ] {
            peer.behave();
            peer.at(at, Act::say("554 5.7.1 Not from you"));
            let outcome = send(&relay(&peer), &mail_to("ok", 0)).await;
            assert_eq!(matches!(outcome, Outcome::Config { .. }), ours, "{at:?}: {outcome:?}");
            assert_eq!(matches!(outcome, Outcome::Refused { .. }), !ours, "{at:?}: {outcome:?}");
            assert_eq!(stage_of(&outcome), stage, "{at:?}");
        }
        peer.behave();
        peer.at(At::Rcpt, Act::say("530 5.7.0 Authentication required"));
        assert!(matches!(send(&relay(&peer), &mail_to("ok", 0)).await, Outcome::Config { stage: Stage::Rcpt, .. }));
        assert!(peer.taken().is_empty());
    }
}

#[tokio::test]
async fn a_line_cut_before_the_final_dot_is_certainly_not_sent() {
    for setup in BOTH {
        let peer = setup().listen().await;
        for at in [At::Connect, At::Ehlo, At::Mail, At::Rcpt, At::Data] {
            peer.behave();
            peer.at(at, Act::Cut);
            let outcome = send(&relay(&peer), &mail_to("ok", 0)).await;
            assert!(matches!(outcome, Outcome::NotSent { .. }), "{at:?}: {outcome:?}");
        }
        peer.behave();
        peer.at(At::Body, Act::Cut);
        // More than the kernels' buffers hold, so that the cut comes while we are still writing.
        let outcome = send(&relay(&peer), &mail_to("ok", 12_000_000)).await;
        assert!(matches!(outcome, Outcome::NotSent { stage: Stage::Body, .. }), "{outcome:?}");
        assert!(peer.taken().is_empty());
    }
}

#[tokio::test]
async fn a_relay_that_speaks_before_the_final_dot_has_its_word_taken_and_has_not_taken_the_mail() {
    for setup in BOTH {
        let peer = setup().listen().await;
        for (words, code) in [("552 5.3.4 Too big", 552), ("421 4.3.2 Shutting down", 421)] {
            peer.at(At::Body, Act::say(words));
            // More than the buffers hold: its word is there long before our dot.
            let outcome = send(&relay(&peer), &mail_to("ok", 12_000_000)).await;
            match outcome {
                Outcome::Refused { stage: Stage::Body, answer } | Outcome::Deferred { stage: Stage::Body, answer } => {
                    assert_eq!(answer.code, code);
                }
                other => panic!("{other:?}"),
            }
        }
        assert!(peer.taken().is_empty());
    }
}

#[tokio::test]
async fn a_relay_that_hangs_up_while_we_send_gets_no_dot_and_has_not_taken_the_mail() {
    for setup in BOTH {
        let peer = setup().listen().await;
        peer.at(At::Body, Act::HangUp);
        let outcome = send(&relay(&peer), &mail_to("ok", 12_000_000)).await;
        assert!(matches!(outcome, Outcome::NotSent { stage: Stage::Body, .. }), "{outcome:?}");
    }
}

#[tokio::test]
async fn a_line_cut_after_the_final_dot_is_unknown_whether_or_not_the_relay_kept_the_mail() {
    for setup in BOTH {
        let peer = setup().listen().await;
        for local in ["drop", "lost"] {
            let outcome = send(&relay(&peer), &mail_to(local, 50_000)).await;
            assert!(matches!(outcome, Outcome::Unknown { .. }), "{local}: {outcome:?}");
        }
        assert_eq!(peer.taken().len(), 1, "one was kept, one was not, and we could not tell which");
    }
}

#[tokio::test]
async fn silence_is_given_up_at_each_stage_after_that_stages_time() {
    for setup in BOTH {
        let peer = setup().listen().await;
        let short = Duration::from_millis(150);
        for (at, limits) in [
            (At::Connect, Timeouts { command: short, ..patient() }),
            (At::Mail, Timeouts { command: short, ..patient() }),
            (At::Rcpt, Timeouts { command: short, ..patient() }),
            (At::Data, Timeouts { data: short, ..patient() }),
            (At::Body, Timeouts { block: short, ..patient() }),
            (At::Dot, Timeouts { dot: short, ..patient() }),
        ] {
            peer.behave();
            peer.at(at, Act::Silence);
            let began = Instant::now();
            let size = if at == At::Body { 12_000_000 } else { 0 };
            let outcome = send(&Relay { timeouts: limits, ..relay(&peer) }, &mail_to("ok", size)).await;
            assert!(began.elapsed() < Duration::from_secs(15), "{at:?} took {:?}", began.elapsed());
            match at {
                At::Dot => assert!(matches!(outcome, Outcome::Unknown { .. }), "{at:?}: {outcome:?}"),
                _ => assert!(matches!(outcome, Outcome::NotSent { .. }), "{at:?}: {outcome:?}"),
            }
        }
    }
}

#[tokio::test]
async fn a_slow_answer_to_the_dot_is_waited_for_although_every_other_stage_is_given_less_time() {
    for setup in BOTH {
        let peer = setup().listen().await;
        peer.at(At::Dot, Act::Late(Duration::from_millis(900)));
        let short = Duration::from_millis(400);
        let limits = Timeouts { command: short, data: short, block: short, ..patient() };
        let outcome = send(&Relay { timeouts: limits, ..relay(&peer) }, &mail_to("ok", 0)).await;
        assert!(matches!(outcome, Outcome::Accepted(_)), "{outcome:?}");
    }
}

#[tokio::test]
async fn a_relay_that_closes_with_421_is_left_and_its_connection_with_it() {
    for setup in BOTH {
        let peer = setup().listen().await;
        let mut connection = Client::new(&relay(&peer)).unwrap().open().await.unwrap();
        let outcome = connection.deliver(&mail_to("r421x", 0)).await;
        assert!(
            matches!(&outcome, Outcome::Deferred { stage: Stage::Rcpt, answer } if answer.code == 421),
            "{outcome:?}"
        );
        assert!(!connection.is_reusable());
    }
}

#[tokio::test]
async fn an_abandoned_delivery_never_gives_its_answers_to_the_next_mail() {
    for setup in BOTH {
        let peer = setup().listen().await;
        let mut connection = Client::new(&relay(&peer)).unwrap().open().await.unwrap();
        let mail = mail_to("hang", 0);
        let abandoned = tokio::time::timeout(Duration::from_millis(200), connection.deliver(&mail)).await;
        assert!(abandoned.is_err());
        assert!(!connection.is_reusable());
    }
}

#[tokio::test]
async fn a_mail_over_the_relays_limit_is_refused_before_it_is_uploaded() {
    for setup in BOTH {
        let peer = setup().size(10_000).listen().await;
        let outcome = send(&relay(&peer), &mail_to("ok", 20_000)).await;
        assert!(
            matches!(&outcome, Outcome::Refused { stage: Stage::Before, answer } if answer.text.contains("10000")),
            "{outcome:?}"
        );
        assert!(matches!(send(&relay(&peer), &mail_to("ok", 5_000)).await, Outcome::Accepted(_)));
    }
}

#[tokio::test]
async fn an_answer_in_another_alphabet_is_still_an_answer() {
    for setup in BOTH {
        let peer = setup().listen().await;
        peer.at(At::Rcpt, Act::say("550 5.1.1 Нет такого депутата"));
        let outcome = send(&relay(&peer), &mail_to("ok", 0)).await;
        assert!(matches!(&outcome, Outcome::Refused { answer, .. } if answer.code == 550), "{outcome:?}");
    }
}

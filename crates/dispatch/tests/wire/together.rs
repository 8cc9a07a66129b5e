//! What is said before the message, in one piece or in turn: to the deputy, and to the office's own mailbox.

use std::time::Duration;

use dispatch::address;
use dispatch::message::Message;
use dispatch::wire::{Client, Connection, Outcome, Stage};

use super::smtp::{Act, At, Setup};
use super::{BOTH, mail_to, relay, send};

#[tokio::test]
async fn a_relay_that_takes_several_commands_at_once_is_asked_at_once() {
    let peer = Setup::plain().pipelining().listen().await;
    // Answered late, each of three journeys would take its time; one takes it once for each answer, with all commands there already.
    let mut connection = Client::new(&relay(&peer)).unwrap().open().await.unwrap();
    assert!(matches!(connection.deliver(&mail_to("ok", 0)).await, Outcome::Accepted(_)));
    assert_eq!(peer.most_at_once(), 3, "MAIL, RCPT and DATA in one piece");
    let in_turn = Setup::plain().listen().await;
    assert!(matches!(send(&relay(&in_turn), &mail_to("ok", 0)).await, Outcome::Accepted(_)));
    assert_eq!(in_turn.most_at_once(), 1);
}

#[tokio::test]
async fn a_relay_that_waits_for_a_message_without_a_recipient_gets_none_and_the_connection_ends() {
    let peer = Setup::plain().pipelining().eager().listen().await;
    let mut connection = Client::new(&relay(&peer)).unwrap().open().await.unwrap();
    let outcome = turned_down(&mut connection, &mail_to("r550x", 0)).await;
    assert!(matches!(&outcome, Outcome::Refused { stage: Stage::Rcpt, answer } if answer.code == 550), "{outcome:?}");
    assert!(!connection.is_reusable(), "it would take the next mail's commands for the message");
    assert!(peer.taken().is_empty());
}

#[tokio::test]
async fn an_answer_that_nobody_asked_for_is_never_taken_for_the_next_commands() {
    for setup in BOTH {
        let peer = setup().listen().await;
        let two = "354 End data with <CR><LF>.<CR><LF>\r\n250 2.0.0 Ok: queued as Q99999";
        peer.at(At::Data, Act::say(two));
        let outcome = send(&relay(&peer), &mail_to("ok", 0)).await;
        assert!(matches!(&outcome, Outcome::NotSent { stage: Stage::Body, .. }), "no dot had left: {outcome:?}");

        peer.behave();
        peer.at(At::Dot, Act::say("250 2.0.0 Ok: queued as Q1\r\n250 2.0.0 Ok"));
        let mut connection = Client::new(&relay(&peer)).unwrap().open().await.unwrap();
        assert!(matches!(connection.deliver(&mail_to("ok", 0)).await, Outcome::Accepted(_)));
        assert!(!connection.is_reusable(), "it has said more than it was asked");
    }
}

/// What became of a mail that a relay turns down, which is known without waiting for anything: [`super::patient`] waits longer.
async fn turned_down(connection: &mut Connection, mail: &Message) -> Outcome {
    tokio::time::timeout(Duration::from_secs(10), connection.deliver(mail)).await.unwrap()
}

/// A mail with its mark, of which the office's mailbox gets a copy.
fn copied(local: &str, copy: &str) -> Message {
    Message {
        copy_to: Some(address::parse(copy).unwrap()),
        envelope_id: Some("7.0123456789abcdef".to_owned()),
        ..mail_to(local, 0)
    }
}

#[tokio::test]
async fn a_relay_that_reports_is_asked_to_and_our_own_copy_goes_with_the_mail() {
    for setup in BOTH {
        let peer = setup().size(1_000_000).notices().listen().await;
        let mail = copied("ok", "journal+7@office.test");
        assert!(matches!(send(&relay(&peer), &mail).await, Outcome::Accepted(_)));
        let taken = peer.taken();
        assert_eq!(taken[0].to, ["ok@parlam.test", "journal+7@office.test"]);
        let size = mail.bytes.len();
        assert_eq!(
            taken[0].parameters,
            [
                format!("SIZE={size} RET=HDRS ENVID=7.0123456789abcdef"),
                "NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;ok@parlam.test".to_owned(),
                "NOTIFY=NEVER".to_owned()
            ]
        );
        let plain = setup().listen().await;
        assert!(matches!(send(&relay(&plain), &mail).await, Outcome::Accepted(_)));
        assert_eq!(plain.taken()[0].parameters, ["", "", ""], "who does not offer it is not asked");
    }
}

#[tokio::test]
async fn of_the_mail_of_the_house_nothing_is_to_be_reported_and_no_copy_is_kept() {
    for setup in BOTH {
        let peer = setup().notices().listen().await;
        assert!(matches!(send(&relay(&peer), &mail_to("ok", 0)).await, Outcome::Accepted(_)));
        assert_eq!(peer.taken()[0].parameters, ["", ""]);
    }
}

#[tokio::test]
async fn a_mail_and_its_copy_are_announced_in_one_piece_and_data_waits_until_both_are_taken() {
    let peer = Setup::plain().pipelining().listen().await;
    assert!(matches!(send(&relay(&peer), &copied("ok", "journal+7@office.test")).await, Outcome::Accepted(_)));
    assert_eq!(peer.most_at_once(), 3, "MAIL and RCPT twice");
}

#[tokio::test]
async fn refused_deputies_cost_no_connection_where_copies_are_kept() {
    for setup in BOTH {
        let peer = setup().listen().await;
        let mut connection = Client::new(&relay(&peer)).unwrap().open().await.unwrap();
        for local in ["r550a", "ok1", "r450b", "r550c", "ok2"] {
            let outcome = turned_down(&mut connection, &copied(local, "journal+7@office.test")).await;
            assert_eq!(matches!(outcome, Outcome::Accepted(_)), local.starts_with("ok"), "{local}: {outcome:?}");
            assert!(connection.is_reusable(), "after {local}");
        }
        let taken: Vec<String> = peer.taken().into_iter().flat_map(|mail| mail.to).collect();
        assert_eq!(taken, ["ok1@parlam.test", "journal+7@office.test", "ok2@parlam.test", "journal+7@office.test"]);
        assert_eq!(peer.connections(), 1);
    }
}

#[tokio::test]
async fn without_our_own_copy_a_mail_does_not_go_and_that_is_a_matter_of_the_settings() {
    for setup in BOTH {
        let peer = setup().listen().await;
        let mut connection = Client::new(&relay(&peer)).unwrap().open().await.unwrap();
        let refused = ["r550journal@office.test", "r450journal@office.test"].map(|copy| (copied("ok", copy), true));
        // Whoever refuses the deputy refuses the deputy, copy or no copy; and the copy alone does not go either.
        let all = refused.into_iter().chain([(copied("r550x", "journal@office.test"), false)]);
        for (mail, is_ours) in all {
            let outcome = turned_down(&mut connection, &mail).await;
            match &outcome {
                Outcome::Config { stage: Stage::Rcpt, why } if is_ours => assert!(why.contains("mail.journal")),
                Outcome::Refused { stage: Stage::Rcpt, .. } if !is_ours => {}
                _ => panic!("{outcome:?}"),
            }
            assert!(connection.is_reusable(), "DATA was not said, and RSET takes back what was");
        }
        assert!(peer.taken().is_empty());
        assert!(matches!(connection.deliver(&mail_to("ok", 0)).await, Outcome::Accepted(_)));
        assert_eq!(peer.taken()[0].to, ["ok@parlam.test"], "nothing of the mails before is left over");
    }
}

//! TLS and accounts: what does not fit is our settings' fault, and nothing goes in the clear.

use std::path::PathBuf;

use dispatch::config::{Credentials, Relay, Security};
use dispatch::wire::{Client, Outcome, Stage};

use super::smtp::{Act, At, Authority, Peer};
use super::{BOTH, mail_to, relay, send};

fn encrypted(peer: &Peer, security: Security, ca_file: PathBuf) -> Relay {
    Relay {
        security,
        tls_name: Some("relay.test".to_owned()),
        ca_file: Some(ca_file),
        credentials: Some(Credentials { user: "office".to_owned(), password: "құпия".to_owned() }),
        ..relay(peer)
    }
}

#[tokio::test]
async fn mail_goes_over_starttls_and_over_tls_with_a_private_authority_and_an_account() {
    for setup in BOTH {
        let folder = tempfile::tempdir().unwrap();
        let authority = Authority::new(folder.path());
        let certificate = authority.certificate("relay.test");
        let starttls = setup().starttls(&certificate).account("office", "құпия").listen().await;
        let implicit = setup().implicit_tls(&certificate).account("office", "құпия").listen().await;
        for (peer, security) in [(&starttls, Security::StartTls), (&implicit, Security::Implicit)] {
            let outcome = send(&encrypted(peer, security, authority.file()), &mail_to("ok", 300_000)).await;
            assert!(matches!(outcome, Outcome::Accepted(_)), "{security:?}: {outcome:?}");
            let taken = peer.taken();
            assert!(taken[0].encrypted);
            assert_eq!(taken[0].account.as_deref(), Some("office"));
            assert!(taken[0].bytes.len() > 300_000);
            let outcome = send(&encrypted(peer, security, authority.file()), &mail_to("drop", 0)).await;
            assert!(matches!(outcome, Outcome::Unknown { .. }), "{security:?}: {outcome:?}");
        }
    }
}

#[tokio::test]
async fn a_wrong_name_an_unknown_authority_and_a_missing_starttls_are_our_settings_and_nothing_is_sent() {
    for setup in BOTH {
        let folder = tempfile::tempdir().unwrap();
        let authority = Authority::new(folder.path());
        let elsewhere = tempfile::tempdir().unwrap();
        let stranger = Authority::new(elsewhere.path());
        let peer = setup().starttls(&authority.certificate("relay.test")).account("office", "құпия").listen().await;
        let bare = setup().listen().await;
        let good = encrypted(&peer, Security::StartTls, authority.file());
        let wrong_name = Relay { tls_name: Some("other.test".to_owned()), ..good.clone() };
        let wrong_authority = Relay { ca_file: Some(stranger.file()), ..good.clone() };
        let no_tls = encrypted(&bare, Security::StartTls, authority.file());
        for (what, relay) in [("name", wrong_name), ("authority", wrong_authority), ("starttls", no_tls)] {
            let outcome = send(&relay, &mail_to("ok", 0)).await;
            assert!(matches!(outcome, Outcome::Config { stage: Stage::Tls, .. }), "{what}: {outcome:?}");
        }
        assert!(peer.taken().is_empty() && bare.taken().is_empty());
    }
}

#[tokio::test]
async fn a_wrong_password_is_our_setting_and_no_recipients_fault() {
    for setup in BOTH {
        let folder = tempfile::tempdir().unwrap();
        let authority = Authority::new(folder.path());
        let peer = setup().starttls(&authority.certificate("relay.test")).account("office", "other").listen().await;
        let outcome = send(&encrypted(&peer, Security::StartTls, authority.file()), &mail_to("ok", 0)).await;
        assert!(
            matches!(&outcome, Outcome::Config { stage: Stage::Auth, why } if why.starts_with("535")),
            "{outcome:?}"
        );
        let in_the_clear = Relay { security: Security::Plain, ..encrypted(&peer, Security::Plain, authority.file()) };
        assert!(Client::new(&in_the_clear).is_err(), "a password never goes out in the clear");
    }
}

#[tokio::test]
async fn what_is_slipped_in_behind_the_answer_to_starttls_is_not_taken_for_the_relays_word() {
    for setup in BOTH {
        let folder = tempfile::tempdir().unwrap();
        let authority = Authority::new(folder.path());
        let peer = setup().starttls(&authority.certificate("relay.test")).listen().await;
        peer.at(At::StartTls, Act::say("220 2.0.0 Ready\r\n250-relay.test\r\n250 AUTH PLAIN"));
        let outcome = send(&encrypted(&peer, Security::StartTls, authority.file()), &mail_to("ok", 0)).await;
        assert!(
            matches!(&outcome, Outcome::Config { stage: Stage::Tls, why } if why.contains("slipped in")),
            "{outcome:?}"
        );
    }
}

//! A real Postfix takes our mail: STARTTLS with an authority of our own, one mail taken, one put off, one refused.

use std::fs;

use dispatch::config::{Mode, Relay, Security};
use testkit::mail::postfix::{Postfix, Setup};
use testkit::smtp::Authority;

use super::office::{Office, relay};

#[tokio::test]
async fn a_real_postfix_takes_puts_off_and_refuses_over_starttls() {
    let folder = testkit::folder::open_to_others().unwrap();
    let authority = Authority::new(folder.path());
    let mailboxes = "{one@parlam.test=one/} {busy@parlam.test=busy/}";
    let setup = Setup { mailboxes, transports: String::new(), tls: "encrypt" };
    let Some(postfix) = Postfix::start(&authority, &setup) else { return };
    let office = Office::open().await;
    let inquiry = office.order(&["one", "busy", "gone"]).await;
    office.react().await;
    let relay = Relay {
        security: Security::StartTls,
        tls_name: Some("mx.test".to_owned()),
        ca_file: Some(authority.file()),
        ..relay(postfix.port)
    };
    let config = office.config(Mode::Smtp { relay });
    let checked = dispatch::check_relay(&config).await.unwrap();
    assert!(checked.contains("protected by STARTTLS"), "{checked}");
    office.worker(config).run_once().await.unwrap();
    assert_eq!(office.states(inquiry).await, ["accepted", "deferred", "refused"], "{}", postfix.log());
    let queue_ids = office.number("select count(*) from mail where state = 'accepted' and queue_id is not null").await;
    assert_eq!(queue_ids, 1);

    let mail = postfix.delivered("one").await;
    let mail = String::from_utf8(mail).unwrap();
    assert!(mail.contains(&format!("Message-ID: <{inquiry}.1.1@saual.example>")), "{mail}");
    assert!(mail.contains("with ESMTPS"), "it came encrypted: {mail}");
    let file = folder.path().join("delivered.eml");
    fs::write(&file, mail).unwrap();
    super::python::is_whole(&file, inquiry, 1, "one");
}

//! A delivery of years ago: its acceptance was recorded before the journal had the hash of the mail.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use eventstore::{Append, CommandId, Guards, HeadKey, NewEvent, Origin, StreamId, StreamWrite, check_bundle, export};
use inquiry::{Event, InquiryId};
use saual::exit::Answer;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use testkit::app::TestApp;
use uuid::Uuid;

use super::deliveries::verdict;
use super::deputy::sent;
use super::people::People;

/// From here on the worker finds each of its outcomes told already: the test tells it, in the shape of before.
const TOLD_OTHERWISE: &str = "
    create function told_otherwise() returns trigger language plpgsql as
        $$ begin new.reported_at := new.at; return new; end $$;
    create trigger told_otherwise before insert on mail_report
        for each row execute function told_otherwise();";

#[tokio::test(flavor = "multi_thread")]
async fn an_acceptance_of_before_the_hash_is_read_verified_and_proved_and_no_more_is_said_of_its_mail() {
    let app = TestApp::start().await;
    let client = app.database.connect().await;
    client.batch_execute(TOLD_OTHERWISE).await.unwrap();
    let mut told = sent(&app, "ДС-353").await;
    let stream = StreamId::new(told.id.parse::<InquiryId>().unwrap().stream_id()).unwrap();
    let sql = "select a.relay, a.answer from mail_attempt a join mail m on m.id = a.mail
                where m.recipient = 1 and a.step = 'written'";
    let row = client.query_one(sql, &[]).await.unwrap();
    let (relay, answer): (String, String) = (row.get(0), row.get(1));
    // As crates/inquiry/tests/stored_events.txt has it of version 1.
    let payload =
        json!({ "reply_accepted": { "order": 1, "recipient": 1, "attempt": 1, "relay": relay, "answer": answer } })
            .to_string();
    let old = NewEvent { event_type: "reply_accepted".to_owned(), schema_version: 1, payload: payload.clone() };
    let origin = Origin {
        actor: "dispatch".to_owned(),
        at: "2023-09-20T09:42:00Z".parse().unwrap(),
        command: CommandId(Uuid::new_v4()),
        request: [1; 32],
        correlation: Uuid::new_v4(),
        causation: None,
    };
    let write = StreamWrite { stream: stream.clone(), expected: told.version, events: vec![old] };
    app.journal().append(Append { origin, writes: vec![write], guards: Guards::default() }).await.unwrap();
    app.settle().await;

    // What is stored is what was stored, and it reads as an acceptance of today that knows no hash.
    let stored = app.journal().load(&stream).await.unwrap().pop().unwrap();
    assert_eq!((stored.schema_version, stored.payload.as_str()), (1, payload.as_str()));
    match Event::from_stored(&stored.event_type, stored.schema_version, stored.text()).unwrap().as_slice() {
        [Event::ReplyAccepted(accepted)] => assert_eq!((&accepted.answer, accepted.message_sha256), (&answer, None)),
        other => panic!("{other:?}"),
    }
    let people = People::of(&app).await;
    let page = people.at_browser("clerk").await.open(&format!("/inquiries/{}/deliveries/1", told.id)).await;
    assert!(page.words().contains("written to a file"), "{}", page.words());

    told.version += 1;
    told.step(&app, "clerk", "revoke-link", json!({ "recipient": 1 })).await;
    app.settle().await;
    let key = HeadKey::new([7; 32]).unwrap();
    app.journal().sign_head(&key, jiff::Timestamp::now(), |_| Ok(())).await.unwrap().unwrap();
    assert!(eventstore::verify(&app.database.pool).await.unwrap().is_intact());
    let mut bundle = Vec::new();
    export(&app.database.pool, &mut bundle).await.unwrap();
    assert!(check_bundle(bundle.as_slice()).unwrap().is_intact());
    assert!(String::from_utf8_lossy(&bundle).contains(&payload.replace('"', "\\\"")), "it travels as it was stored");

    let folder = tempfile::tempdir().unwrap();
    let public = folder.path().join("heads.pub");
    std::fs::write(&public, key.public().to_pem()).unwrap();
    let place = format!("/inquiries/{}/deliveries/1/evidence.json", told.id);
    let evidence = app.get("auditor", &place).await.is(200).json();
    assert_eq!(verdict(&evidence, Some(&public)).await, Answer::Yes);
    let mut other = evidence.clone();
    other["orders"][0]["attempts"][1]["answer"] = json!("250 2.0.0 Ok: queued as OTHER");
    assert_eq!(verdict(&other, Some(&public)).await, Answer::No, "the server's words are those of the journal");
    let mail = BASE64_STANDARD.decode(evidence["orders"][0]["message"].as_str().unwrap()).unwrap();
    let mail = String::from_utf8(mail).unwrap().replacen("Subject: ", "Subject: RE: ", 1);
    let mut other = evidence.clone();
    other["orders"][0]["message"] = json!(BASE64_STANDARD.encode(&mail));
    assert_eq!(verdict(&other, Some(&public)).await, Answer::No, "its attempt began with other bytes");
    // The hash of the attempt is told beside the proofs: the verdict says so, and cannot say more.
    other["orders"][0]["attempts"][0]["message_sha256"] = json!(hex::encode(Sha256::digest(&mail)));
    other["orders"][0]["attempts"][0]["message_bytes"] = json!(mail.len());
    assert_eq!(verdict(&other, Some(&public)).await, Answer::Yes);
    app.stop().await;
}

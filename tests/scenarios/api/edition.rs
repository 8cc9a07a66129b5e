//! A signed letter names what it was made from, and whoever holds those two files makes the same bytes of them.

use letter::Engine;
use letter::edition::Edition;
use letter::kinds::AnyFacts;
use letter::kinds::reply::OutgoingNumber;
use sha2::{Digest, Sha256};
use testkit::app::TestApp;

use super::story::tell;

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_letter_is_made_again_from_what_is_kept_beside_it() {
    let app = TestApp::start().await;
    let told = tell(&app, "ДС-1").await;
    let place = format!("/api/v1/inquiries/{}", told.id);
    let letter = app.get("auditor", &place).await.is(200).json()["letter"].clone();
    let mut files = Vec::new();
    for what in ["facts", "edition"] {
        let hash = letter["made_from"][what].as_str().unwrap().to_owned();
        let file = app.get("auditor", &format!("{place}/files/{hash}")).await.is(200);
        assert_eq!(file.header("content-type").unwrap(), "application/json");
        assert!(file.header("content-disposition").unwrap().contains(&format!("{what}.json")), "{what}");
        assert_eq!(hex::encode(Sha256::digest(&file.bytes)), hash);
        app.get("deputy", &format!("{place}/files/{hash}")).await.is_problem(403, "not_permitted");
        files.push(file.bytes);
    }
    let engine = Engine::of_edition(&Edition::read(&files[1]).unwrap()).unwrap();
    let facts = AnyFacts::parse(&serde_json::from_slice(&files[0]).unwrap(), None).unwrap();
    let signed = engine.pdf(&engine.compose_any(&facts).unwrap()).unwrap();
    assert_eq!(letter["signed_pdf"], hex::encode(Sha256::digest(&signed)));

    let AnyFacts::Reply(mut facts) = facts else { panic!("a reply was signed") };
    let number = letter["number"].as_str().unwrap().to_owned();
    let dated = letter["dated"].as_str().unwrap().parse().unwrap();
    facts.registration = Some(OutgoingNumber { number, dated });
    let registered = engine.pdf(&engine.compose_reply(&facts).unwrap()).unwrap();
    // Behind number and date stands the Office's seal, and nothing else.
    let sent = app.get("auditor", &format!("{place}/reply.pdf")).await.is(200).bytes;
    assert_eq!(letter["registered_pdf"], hex::encode(Sha256::digest(&sent)));
    assert!(sent.starts_with(&registered), "number and date are not what the forms make");

    let trust = signature::Trust {
        anchors: app.state().sealing.known().to_vec(),
        timestamp_anchors: Vec::new(),
        revocation: signature::Revocation::WhereTold,
    };
    let material = signature::Material::new();
    let question =
        signature::Question { now: jiff::Timestamp::now(), trust: &trust, material: &material, elsewhere: None };
    let report = signature::check_pdf(&sent, &question, &[]);
    assert!(report.is_valid() && report.signatures.len() == 1, "{report:#?}");
    assert_eq!(report.signatures[0].covers, sent.len());
}

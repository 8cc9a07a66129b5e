//! The dispatch screen: what failed stands first, with the server's words; a clerk sends again, corrects, records, and takes the evidence away.
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "what a page does not show ends the test")]

use std::path::Path;
use std::process::Command as Program;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use eventstore::{HeadKey, StreamId};
use inquiry::InquiryId;
use saual::cli::{Cli, Command as CliCommand, Verify};
use saual::config::Environment;
use saual::exit::Answer;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use testkit::app::TestApp;

use super::deputy::{KNOWN, UNKNOWN, sent};
use super::people::People;
use super::walk::is_whole;
use crate::api::story::Told;

/// How many orders the inquiry has given.
async fn orders(app: &TestApp, told: &Told) -> usize {
    let stream = StreamId::new(told.id.parse::<InquiryId>().unwrap().stream_id()).unwrap();
    let history = app.journal().load(&stream).await.unwrap();
    history.iter().filter(|recorded| recorded.event_type == "dispatch_ordered").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_failed_stands_first_with_the_servers_words_and_all_of_it_is_sent_again_at_once() {
    let app = TestApp::start().await;
    let told = sent(&app, "ДС-340").await;
    let place = format!("/inquiries/{}/deliveries", told.id);
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    let page = clerk.open(&place).await;
    is_whole(&page, &place);
    assert!(page.words().contains("written to a file") && page.text.contains("AMANAT"), "{}", page.words());
    assert!(page.find(&place).is_none(), "nothing failed yet");
    for recipient in [1, 2] {
        app.bounced(&told.id, recipient).await;
    }
    let page = clerk.open(&place).await;
    let words = page.words();
    let (urgent, second) = (words.find("Need attention").unwrap(), words.find("Қ. Қонақов").unwrap());
    assert!(urgent < second && words.contains("not delivered"), "{words}");
    let shown = |show: &str| format!("{place}?show={show}");
    let delivered = clerk.open(&shown("delivered")).await.words();
    assert!(!delivered.contains("Қонақов") && delivered.contains("no such delivery"), "{delivered}");
    assert!(clerk.open(&shown("urgent")).await.words().contains("Қ. Қонақов"));
    assert!(people.at_browser("control").await.open(&place).await.find(&place).is_none(), "a clerk's act");
    assert_eq!(people.at_browser("head").await.get(&place).await.status, 403);

    let form = page.form(&place);
    let result = clerk.send(&form).await;
    assert_eq!(result.status, 200, "{}", result.text);
    let words = result.words();
    assert_eq!(words.matches("ordered out again").count(), 2, "{words}");
    assert!(!words.contains("Е. Бейсенбаев"), "who has no address is not sent to: {words}");
    assert_eq!(orders(&app, &told).await, 3);
    let again = clerk.send(&form).await;
    assert_eq!(again.words().matches("ordered out again").count(), 2, "the same answer: {}", again.words());
    assert_eq!(orders(&app, &told).await, 3, "and nothing more is sent");
    app.settle().await;
    assert!(clerk.open(&place).await.find(&place).is_none());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clerk_corrects_an_address_and_records_by_hand_and_pressing_twice_does_it_once() {
    let app = TestApp::start().await;
    let told = sent(&app, "ДС-341").await;
    app.bounced(&told.id, 2).await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    let place = |no: u16| format!("/inquiries/{}/deliveries/{no}", told.id);
    let page = clerk.open(&place(2)).await;
    is_whole(&page, &place(2));
    let form = page.form_with(&place(2), "act", "resend");
    assert_eq!(form.get("address"), UNKNOWN);
    let wrong = clerk.send(&form.clone().with("address", "no address")).await;
    assert_eq!(wrong.status, 422);
    assert_eq!(wrong.form_with(&place(2), "act", "resend").get("address"), "no address", "what was typed is kept");
    let form = form.with("address", "right@kurultai.example");
    for _ in 0..2 {
        let page = clerk.submit(&form).await;
        assert!(page.words().contains("Done"), "{}", page.words());
    }
    assert_eq!(orders(&app, &told).await, 2);
    app.settle().await;
    let page = clerk.open(&place(2)).await;
    assert!(page.text.contains("right@") && !page.words().contains("not delivered"), "{}", page.words());

    let page = clerk.open(&place(3)).await;
    let by_hand = page.form_with(&place(3), "act", "record-delivery-by-hand");
    let unsaid = clerk.send(&by_hand.clone().with("on", "2023-09-20")).await;
    assert_eq!(unsaid.status, 422, "a note is needed");
    let page = clerk.submit(&by_hand.with("on", "2023-09-20").with("note", "Көмекшісіне берілді")).await;
    assert!(page.words().contains("delivered by hand"), "{}", page.words());
    let confirm = clerk.open(&place(1)).await.form_with(&place(1), "act", "confirm-delivery");
    let page = clerk.submit(&confirm.with("how", "said_by_telephone")).await;
    assert!(page.words().contains("Done") && page.form_with(&place(1), "act", "revoke-link").fields.len() > 2);
    for wrong in [place(9), format!("{}x", place(1)), place(1).replace("deliveries", "deliveries/x")] {
        assert_eq!(clerk.get(&wrong).await.status, 404, "{wrong}");
    }
    app.stop().await;
}

/// Has crates/web/evidence/verify_proof.py found the document proved?
fn is_proved(document: &Value, key: &Path) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("proof.json");
    std::fs::write(&file, document.to_string()).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/web/evidence/verify_proof.py");
    let mut python = Program::new("python3");
    python.args(["-I", "-S"]).arg(script).arg(&file).arg(key).env("PYTHONUTF8", "1");
    python.output().expect("python3 is installed (Debian package: python3)").status.success()
}

/// What `saual verify --bundle` answers, on a thread of its own: it needs no database and no runtime of ours.
pub(super) async fn verdict(evidence: &Value, key: Option<&Path>) -> Answer {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("evidence.json");
    std::fs::write(&file, serde_json::to_vec_pretty(evidence).unwrap()).unwrap();
    let (bundle, key) = (Some(file), key.map(Path::to_owned).into_iter().collect());
    let verify = Verify {
        export: None,
        bundle,
        head: Vec::new(),
        key,
        consistency: None,
        prove: None,
        prove_since: None,
        out: None,
        seal: None,
    };
    let run = || saual::commands::run(Cli { command: CliCommand::Verify(verify) }, &Environment::of([]));
    let answer = tokio::task::spawn_blocking(run).await.unwrap().unwrap();
    drop(folder);
    answer
}

/// The evidence is found good, and bad once anything of it is changed.
async fn is_checked_by_the_program(evidence: &Value, key: &Path) {
    assert_eq!(verdict(evidence, Some(key)).await, Answer::Yes);
    let stranger = tempfile::tempdir().unwrap();
    let other = stranger.path().join("other.pub");
    std::fs::write(&other, HeadKey::new([9; 32]).unwrap().public().to_pem()).unwrap();
    assert_eq!(verdict(evidence, Some(&other)).await, Answer::No, "signed by another key than the Office's");
    let message = evidence["orders"][0]["message"].as_str().unwrap();
    let forged = format!("{}{}", if message.starts_with('A') { 'B' } else { 'A' }, &message[1..]);
    for (place, value) in [
        ("/orders/0/message", json!(forged)),
        ("/orders/0/message_id", json!("<another@saual.example>")),
        ("/orders/0/attempts/1/answer", json!("250 2.0.0 Ok: queued as OTHER")),
        ("/orders/0/attempts/0/message_sha256", json!("00".repeat(32))),
        ("/number", json!("№ДС-999")),
        ("/dated", json!("2023-01-01")),
        ("/letter/number", json!("12-11/1 ДС")),
        ("/letter/dated", json!("2023-01-01")),
        ("/letter/pdf_sha256", json!("00".repeat(32))),
        ("/letter/seal_sha256", json!("00".repeat(32))),
        ("/letter/code", json!("00000-00000")),
        ("/recipient/no", json!(2)),
        ("/recipient/name", json!("Н. Біреу")),
        ("/orders", json!([])),
        ("/orders/0/at", json!("2023-09-20T09:41:00Z")),
        ("/orders/0/by", json!("somebody")),
        ("/receipt/at", json!("2023-09-20T09:41:00Z")),
        ("/receipt/how", json!("opened_here")),
        ("/events/0/by", json!("somebody")),
        ("/proofs/0/event/payload_text", json!("{}")),
        ("/proofs/0/path", json!(["00".repeat(32)])),
        ("/proofs/0/block/merkle_root", json!("00".repeat(32))),
        ("/proofs/0/block_path/0", json!("00".repeat(32))),
        ("/proofs/0/signed_head/signature", json!("00".repeat(64))),
        ("/proofs", json!([])),
    ] {
        let mut changed = evidence.clone();
        let Some(told) = changed.pointer_mut(place) else { panic!("the evidence has no {place}: {evidence}") };
        *told = value;
        assert_eq!(verdict(&changed, Some(key)).await, Answer::No, "{place}");
    }
    // Whatever is left out whole, what is told and its proof, is missed by its version; and so is a list of versions that was shortened alone.
    let versions = evidence["versions"].as_array().unwrap().len();
    for left_out in 0..versions {
        let mut changed = evidence.clone();
        for list in ["events", "proofs"] {
            changed[list].as_array_mut().unwrap().remove(left_out);
        }
        assert_eq!(verdict(&changed, Some(key)).await, Answer::No, "without event {left_out}");
        let mut changed = evidence.clone();
        changed["versions"].as_array_mut().unwrap().remove(left_out);
        assert_eq!(verdict(&changed, Some(key)).await, Answer::No, "without version {left_out}");
    }
    let mut changed = evidence.clone();
    changed["stream_version"] = json!(1);
    assert_eq!(verdict(&changed, Some(key)).await, Answer::No, "taken before its own events");
    let mut changed = evidence.clone();
    changed.as_object_mut().unwrap().remove("versions");
    assert_eq!(verdict(&changed, Some(key)).await, Answer::No, "this form states them");
    // The form of before did not, and is still checked; its verdict says so.
    changed["format"] = json!("saual delivery evidence 2");
    assert_eq!(verdict(&changed, Some(key)).await, Answer::Yes);
    // The mail and what is told of its attempt, changed together: the journal has the hash of what was sent.
    assert_eq!(verdict(evidence, None).await, Answer::Yes, "by a key that is named to be compared");
    let mut unsigned = evidence.clone();
    for proof in unsigned["proofs"].as_array_mut().unwrap() {
        proof["signed_head"] = Value::Null;
    }
    assert_eq!(verdict(&unsigned, None).await, Answer::No, "anybody can make a journal that nobody has signed");
    let mut changed = evidence.clone();
    let bytes = BASE64_STANDARD.decode(message).unwrap();
    let other = String::from_utf8(bytes).unwrap().replacen("Subject: ", "Subject: RE: ", 1);
    changed["orders"][0]["message"] = json!(BASE64_STANDARD.encode(&other));
    changed["orders"][0]["attempts"][0]["message_sha256"] = json!(hex::encode(Sha256::digest(&other)));
    changed["orders"][0]["attempts"][0]["message_bytes"] = json!(other.len());
    assert_eq!(verdict(&changed, Some(key)).await, Answer::No, "a mail of one's own with a hash of its own");
}

/// The mail bears the deputy's key: nobody takes it away with the evidence while it opens their page.
async fn is_held_back_while_its_link_works(app: &TestApp, people: &People<'_>, place: &str) {
    let evidence = app.get("auditor", &format!("{place}.json")).await.is(200).json();
    let order = &evidence["orders"][0];
    assert!(order["message"].is_null() && order["message_held_back"].is_string(), "{order}");
    assert!(order["attempts"][0]["message_sha256"].is_string(), "its hash is told all the same: {order}");
    for (language, said) in [
        ("kk", "жеке сілтеме әлі жұмыс істейді"),
        ("ru", "Личная ссылка в письме ещё действует"),
        ("en", "personal link in the mail still works"),
    ] {
        let page = people.at_browser_in("auditor", language).await.open(place).await;
        assert!(page.words().contains(said), "{language}: {}", page.words());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_evidence_of_a_delivery_is_checked_without_us() {
    let app = TestApp::start().await;
    let mut told = sent(&app, "ДС-342").await;
    let link = super::deputy::links(&app)[KNOWN][0].clone();
    app.call("POST", &link).header("Origin", "null").form(&[("act", "receipt")]).send().await.is(303);
    let place = format!("/inquiries/{}/deliveries/1/evidence", told.id);
    let people = People::of(&app).await;
    is_held_back_while_its_link_works(&app, &people, &place).await;
    told.version = told.dossier(&app).await["version"].as_u64().unwrap();
    told.step(&app, "clerk", "revoke-link", json!({ "recipient": 1 })).await;
    app.settle().await;
    let key = HeadKey::new([7; 32]).unwrap();
    app.journal().sign_head(&key, jiff::Timestamp::now(), |_| Ok(())).await.unwrap().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let public = folder.path().join("heads.pub");
    std::fs::write(&public, key.public().to_pem()).unwrap();

    let evidence = app.get("auditor", &format!("{place}.json")).await.is(200).json();
    assert_eq!(evidence["recipient"], json!({ "no": 1, "name": "Н. Сәрсенғалиев" }));
    assert_eq!(evidence["receipt"]["how"], "by_personal_link");
    let order = &evidence["orders"][0];
    assert!(order["message_held_back"].is_null(), "{order}");
    assert_eq!((&order["order"], &order["address"]), (&json!(1), &json!(KNOWN)));
    let steps: Vec<&str> =
        order["attempts"].as_array().unwrap().iter().map(|step| step["step"].as_str().unwrap()).collect();
    assert_eq!(steps, ["transmitting", "written"], "{order}");
    let mails = std::fs::read_dir(app.folder.path().join("outbox")).unwrap();
    let hashes: Vec<String> =
        mails.map(|mail| hex::encode(Sha256::digest(std::fs::read(mail.unwrap().path()).unwrap()))).collect();
    assert!(hashes.contains(&order["attempts"][0]["message_sha256"].as_str().unwrap().to_owned()), "{order}");
    let message = BASE64_STANDARD.decode(order["message"].as_str().unwrap()).unwrap();
    let sha256 = hex::encode(Sha256::digest(message));
    assert_eq!(order["attempts"][0]["message_sha256"], sha256, "the mail as it was sent");
    is_checked_by_the_program(&evidence, &public).await;
    let pdf = app.get("clerk", &format!("/api/v1/inquiries/{}/reply.pdf", told.id)).await.is(200).bytes;
    let sha256 = hex::encode(Sha256::digest(pdf));
    assert_eq!(evidence["letter"]["pdf_sha256"], sha256);
    let events: Vec<&str> =
        evidence["events"].as_array().unwrap().iter().map(|event| event["event"].as_str().unwrap()).collect();
    let wanted = [
        "reply_signed",
        "outgoing_number_assigned",
        "dispatch_ordered",
        "reply_accepted",
        "delivery_confirmed",
        "link_revoked",
    ];
    assert_eq!(events, wanted);
    let proofs = evidence["proofs"].as_array().unwrap();
    assert_eq!(proofs.len(), events.len());
    for (proof, event) in proofs.iter().zip(&events) {
        assert_eq!(proof["event"]["type"], *event);
        assert!(is_proved(proof, &public), "{event}");
    }
    assert!(!evidence["proofs"].to_string().contains(UNKNOWN), "another's address is sealed in the proofs");
    let other = app.get("auditor", &place.replace("/1/", "/2/").replace("evidence", "evidence.json")).await.is(200);
    assert_eq!(other.json()["receipt"], Value::Null);

    let page = people.at_browser("auditor").await.open(&place).await;
    is_whole(&page, &place);
    let words = page.words();
    assert!(
        !words.contains("dispatch_ordered") && !words.contains("reply_accepted"),
        "names of programs are for the file: {words}"
    );
    assert!(
        words.contains(&sha256)
            && words.contains("Сынақ: clerk")
            && words.contains("through the personal link in the mail")
            && words.contains("transmission begun"),
        "{words}"
    );
    assert_eq!(people.at_browser("deputy").await.get(&place).await.status, 403);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_only_written_to_a_file_is_said_so_in_the_readers_language() {
    let app = TestApp::start().await;
    let mut told = sent(&app, "ДС-349").await;
    app.settle().await;
    told.version = told.dossier(&app).await["version"].as_u64().unwrap();
    let confirm = json!({ "recipient": 1, "how": "answered_by_mail" });
    told.step(&app, "clerk", "confirm-delivery", confirm).await;
    app.settle().await;
    let people = People::of(&app).await;
    let place = format!("/inquiries/{}", told.id);
    let places =
        [place.clone(), format!("{place}/deliveries"), format!("{place}/deliveries/1/evidence"), "/outbox".into()];
    for (language, said) in [("ru", "записано в файл"), ("kk", "файлға жазылды")] {
        let control = people.at_browser_in("control", language).await;
        for place in &places {
            let page = control.open(place).await;
            let words = page.words();
            assert!(words.contains(said), "{language} {place}: {words}");
            for foreign in [
                "written to",
                "transmitting",
                "answered_by_mail",
                "принят почтовым сервером",
                "пошта сервері қабылдады",
            ] {
                assert!(!words.contains(foreign), "{language} {place} says {foreign}: {words}");
            }
        }
        let evidence = control.open(&places[2]).await.words();
        let begun = if language == "ru" { "передача начата" } else { "жіберіле бастады" };
        assert!(evidence.contains(begun), "{evidence}");
    }
    // The file for whoever checks it says what it has always said.
    let evidence = app.get("auditor", &format!("{place}/deliveries/1/evidence.json")).await.is(200).json();
    assert_eq!(evidence["orders"][0]["attempts"][1]["step"], "written");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmation_stands_beside_the_mail_after_which_the_letter_was_sent_again() {
    let app = TestApp::start().await;
    let told = sent(&app, "ДС-349").await;
    let link = super::deputy::links(&app)[KNOWN][0].clone();
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    let inquiry = format!("/inquiries/{}", told.id);
    let page = clerk.open(&inquiry).await;
    let resend = page.form(&format!("{inquiry}/commands/resend")).with("recipient", "1").with("address", KNOWN);
    clerk.submit(&resend).await;
    app.settle().await;
    app.call("POST", &link).header("Origin", "null").form(&[("act", "receipt")]).send().await.is(303);
    app.settle().await;
    let outbox = clerk.open("/outbox").await;
    assert_eq!(outbox.words().matches("the deputy confirmed the letter:").count(), 1, "{}", outbox.words());
    let journal = people.at_browser("auditor").await.open("/journal").await.words();
    // The form offers the kind by its name; no event is called so.
    let called = journal.matches("accepted by the mail server").count();
    assert!(journal.contains("written to a file") && called == 1, "{journal}");

    // Of two orders neither can be left out alone, whatever the file states: what came of it names it.
    let key = HeadKey::new([7; 32]).unwrap();
    app.journal().sign_head(&key, jiff::Timestamp::now(), |_| Ok(())).await.unwrap().unwrap();
    let mut evidence = app.get("auditor", &format!("{inquiry}/deliveries/1/evidence.json")).await.is(200).json();
    assert_eq!(verdict(&evidence, None).await, Answer::Yes);
    evidence["format"] = json!("saual delivery evidence 2");
    assert_eq!(verdict(&evidence, None).await, Answer::Yes);
    let ordered = evidence["events"].as_array().unwrap().iter().position(|event| event["event"] == "dispatch_ordered");
    for list in ["events", "proofs"] {
        evidence[list].as_array_mut().unwrap().remove(ordered.unwrap());
    }
    evidence["orders"].as_array_mut().unwrap().remove(0);
    assert_eq!(verdict(&evidence, None).await, Answer::No);
}

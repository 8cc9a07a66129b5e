//! What the answer rests on was touched, or is not there yet: kept files, and the register of letters, which only follows the journal.

use serde_json::{Value, json};
use testkit::app::TestApp;

use super::super::story::{signature, tell, to_the_signatory};
use super::{DOOR, ask, drop_file, hex, letter, upload};

/// Changes kept bytes as somebody can who owns the database.
async fn force(app: &TestApp, sql: &str) {
    let client = app.database.connect().await;
    client
        .batch_execute(&format!(
            "begin; alter table blobs disable trigger all; {sql}; alter table blobs enable trigger all; commit"
        ))
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_whose_kept_files_were_touched_is_not_sent_and_not_called_genuine() {
    let app = TestApp::start().await;
    let mut told = to_the_signatory(&app, "ДС-326").await;
    let pdf = app.get("signatory", &format!("/api/v1/inquiries/{}/reply.pdf", told.id)).await.is(200).bytes;
    told.step(&app, "signatory", "sign", signature(&told, &pdf)).await;
    told.step(&app, "clerk", "assign-outgoing-number", json!({})).await;
    app.settle().await;
    let kept = told.dossier(&app).await["letter"].clone();
    let (code, _, sent) = letter(&app, &told).await;
    for (field, words) in [
        ("signed_pdf", "the kept signed file is gone or was changed"),
        ("signature", "the signature is not over this file"),
        ("registered_pdf", "the file that would be sent is gone or was changed"),
        ("registration_seal", "the Office's seal is not over this file"),
    ] {
        let id = kept[field].as_str().unwrap();
        let one = format!("sha256 = '\\x{id}'");
        force(&app, &format!("update blobs set bytes = bytes || '\\x00'::bytea where {one}")).await;
        let key = format!("{field}-{}", told.version);
        let path = format!("/api/v1/inquiries/{}/commands/dispatch", told.id);
        let call = app.call("POST", &path).by("clerk").key(&key).seen(told.version).header("Accept-Language", "en");
        let refused = call.json(&json!({})).send().await.is_problem(422, "letter_differs");
        assert!(refused["detail"].as_str().unwrap().contains(words), "{field}: {refused}");
        let body = ask(&app, &format!("{DOOR}/{code}"), "en").await.is(200).json();
        assert_eq!(body["verdict"], "kept_copy_differs", "{field}: {body}");
        assert_eq!(drop_file(&app, &sent).await["verdict"], "kept_copy_differs", "{field}");
        force(
            &app,
            &format!("update blobs set bytes = substring(bytes from 1 for octet_length(bytes) - 1) where {one}"),
        )
        .await;
    }
    told.step(&app, "clerk", "dispatch", json!({})).await;
    assert_eq!(drop_file(&app, &sent).await["verdict"], "genuine");
}

/// Somebody who owns the database makes their own file the letter that was sent, in the table that follows the journal: the events say otherwise.
#[tokio::test(flavor = "multi_thread")]
async fn a_register_that_was_changed_makes_no_file_genuine() {
    let app = TestApp::start().await;
    let told = tell(&app, "ДС-326").await;
    app.settle().await;
    let (code, signed, sent) = letter(&app, &told).await;
    let forged = [signed.as_slice(), b"\n% another answer\n%%EOF\n"].concat();
    assert_eq!(drop_file(&app, &forged).await["verdict"], "changed_after");
    let client = app.database.connect().await;
    for (change, back) in [
        (format!("registered_pdf = '{}'", hex(&forged)), format!("registered_pdf = '{}'", hex(&sent))),
        (format!("signed_pdf = '{}'", hex(&forged)), format!("signed_pdf = '{}'", hex(&signed))),
        ("number = '12-11/1 ДС'".to_owned(), "number = '12-11/3841 ДС'".to_owned()),
    ] {
        client.batch_execute(&format!("update letter set {change}")).await.unwrap();
        for file in [&forged, &sent] {
            let body = drop_file(&app, file).await;
            assert_eq!(
                (&body["verdict"], &body["is_genuine"], &body["letter"]),
                (&json!("register_differs"), &json!(false), &Value::Null),
                "{change}: {body}"
            );
            assert!(body["advice"].to_string().contains("tell the Office"), "{body}");
        }
        let body = ask(&app, &format!("{DOOR}/{code}"), "en").await.is(200).json();
        assert_eq!(body["verdict"], "register_differs", "{change}: {body}");
        assert!(body["sentence"].as_str().unwrap().contains("register of letters and the journal disagree"), "{body}");
        let page = app.call("GET", &format!("/v/{code}?lang=en")).header("Accept", "text/html").send().await;
        assert!(page.is(200).text().contains("register of letters and the journal disagree"), "{change}");
        app.call("GET", &format!("/v/{code}/signature.p7s")).send().await.is(404);
        client.batch_execute(&format!("update letter set {back}")).await.unwrap();
    }
    assert_eq!(drop_file(&app, &sent).await["verdict"], "genuine");
}

/// What is asked of a letter that the register of letters does not have yet: the code, the sent file, the signed one.
async fn is_known(app: &TestApp, (code, signed, sent): &(String, Vec<u8>, Vec<u8>)) {
    let body = ask(app, &format!("{DOOR}/{code}"), "en").await.is(200).json();
    assert_eq!((&body["verdict"], &body["letter"]["standing"]), (&json!("issued"), &json!("in_force")), "{body}");
    assert_eq!(drop_file(app, sent).await["verdict"], "genuine");
    assert_eq!(drop_file(app, signed).await["verdict"], "genuine_unnumbered");
    ask(app, &format!("{DOOR}/0000-0000-0000-0000"), "en").await.is_problem(404, "not_there_yet");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_the_register_does_not_have_yet_is_never_called_none_of_ours() {
    let mut app = TestApp::start().await;
    let told = tell(&app, "ДС-326").await;
    app.settle().await;
    let letter = letter(&app, &told).await;
    let client = app.database.connect().await;
    // It knows the signature and not the number: the whole letter was told as one that was changed afterwards.
    let behind = "update letter set number = null, dated = null, registered_pdf = null";
    client.batch_execute(behind).await.unwrap();
    assert_eq!(drop_file(&app, &letter.2).await["verdict"], "genuine");

    // The inquiry is set aside.
    let aside = "delete from letter;
        insert into parked_events (follower, key, position, failure, attempts, parked_at)
        select 'letters', stream, position, 'a fault', 1, clock_timestamp() from events where event_type = 'reply_signed'";
    client.batch_execute(aside).await.unwrap();
    is_known(&app, &letter).await;
    // More are set aside than are read for one question: then nothing is known.
    let many = "insert into parked_events (follower, key, position, failure, attempts, parked_at)
        select 'letters', 'inquiry-' || gen_random_uuid(), 1, 'a fault', 1, clock_timestamp() from generate_series(1, 40)";
    client.batch_execute(many).await.unwrap();
    let answer = ask(&app, &format!("{DOOR}/{}", letter.0), "en").await;
    assert_eq!(answer.header("retry-after"), Some("60"));
    answer.is_problem(503, "not_known_yet");
    let call = app.call("POST", DOOR).body("application/pdf", letter.2.clone());
    call.send().await.is_problem(503, "not_known_yet");
    let page = app.call("GET", &format!("/v/{}?lang=en", letter.0)).header("Accept", "text/html").send().await;
    let page = page.is(503).text();
    assert!(page.contains("Try again in a minute") && page.contains("<form"), "{page}");
    assert!(upload(&app, "en", &letter.2).await.is(503).text().contains("Try again in a minute"));
    client.batch_execute("delete from parked_events where follower = 'letters'").await.unwrap();

    // The program begins anew, and another one that stands still has the table in hand.
    app.restart(|_| ()).await;
    app.settle().await;
    let owner = app.database.connect().await;
    app.restart(move |_| {
        let stands = "update followers set position = 0, owner = gen_random_uuid(), lease_until = clock_timestamp() + interval '1 hour'
            where name = 'letters'";
        tokio::runtime::Handle::current().block_on(owner.batch_execute(stands)).unwrap();
    })
    .await;
    assert_eq!(app.journal().follower_position("letters").await.unwrap(), 0);
    is_known(&app, &letter).await;
}

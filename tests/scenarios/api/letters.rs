//! A letter as a browser keeps it, and a letter that a later one replaces: its recipients hold it, so it stays where it was.

use serde_json::json;
use testkit::app::TestApp;

use super::story::{tell, to_the_signatory};
use super::{command, draft};

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_is_unchanged_stays_in_its_frame() {
    let app = TestApp::start().await;
    let told = to_the_signatory(&app, "ДС-1").await;
    let place = format!("/api/v1/inquiries/{}/reply.pdf", told.id);
    let first = app.get("signatory", &place).await.is(200);
    let again = app.call("GET", &place).by("signatory").header("If-None-Match", first.header("etag").unwrap());
    let again = again.send().await.is(304);
    assert!(again.bytes.is_empty());
    for name in ["content-security-policy", "cache-control", "etag", "vary"] {
        assert!(first.header(name).is_some(), "{name}");
        assert_eq!(again.header(name), first.header(name), "{name}");
    }
    assert!(again.header("content-security-policy").unwrap().contains("frame-ancestors 'self'"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_was_replaced_stays_with_those_who_hold_it() {
    let app = TestApp::start().await;
    let told = tell(&app, "ДС-1").await;
    let place = format!("/api/v1/inquiries/{}", told.id);
    let files = ["reply.pdf", "reply.html", "reply.txt", "signed.pdf", "signature.p7s", "registration.p7s"];
    let mut sent = Vec::new();
    for file in files {
        sent.push(app.get("deputy", &format!("{place}/{file}")).await.is(200).bytes);
    }
    let replaced =
        command(&app, "signatory", &told.id, told.version, "replace-reply", &json!({ "reason": "қате кетті" })).await;
    let version = replaced.is(200).version();
    command(&app, "lead", &told.id, version, "revise-draft", &draft("Түзетілген жауап.")).await.is(200);

    let number = "letter=12-11%2F3841%20%D0%94%D0%A1";
    for (file, sent) in files.iter().zip(&sent) {
        for (account, query) in [("deputy", ""), ("deputy", number), ("clerk", number), ("auditor", number)] {
            let answer = app.get(account, &format!("{place}/{file}?{query}")).await.is(200);
            assert!(&answer.bytes == sent, "{file} for {account} with «{query}» is another one");
        }
    }
    let draft = app.get("clerk", &format!("{place}/reply.txt")).await.is(200).text();
    assert!(draft.contains("Түзетілген жауап."), "{draft}");
    app.get("clerk", &format!("{place}/signed.pdf")).await.is_problem(404, "not_there_yet");
    app.get("clerk", &format!("{place}/reply.pdf?letter=12-11%2F9999")).await.is_problem(404, "not_there_yet");
    app.get("stranger", &format!("{place}/reply.pdf?{number}")).await.is_problem(404, "no_such_inquiry");
}

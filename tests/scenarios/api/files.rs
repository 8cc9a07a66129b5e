//! Files that come with contributions: kept under their hash, named by an inquiry, handed out to whoever may know of it.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use testkit::app::{Answer, TestApp};

use super::{command, registered, resolution};

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn put(app: &TestApp, account: &str, name: &str, media: &str, bytes: &[u8]) -> Answer {
    app.call("PUT", &format!("/api/v1/files/{name}")).by(account).body(media, bytes.to_vec()).send().await
}

fn contribution(files: Value) -> Value {
    let body = json!({ "blocks": [{ "type": "paragraph", "content": [{ "type": "text", "text": "Ұсыныс." }] }] });
    json!({ "body": body, "files": files })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contributions_file_is_kept_named_and_handed_out() {
    let app = TestApp::start().await;
    let (id, version) = registered(&app, "ДС-1").await;
    let version = command(&app, "head", &id, version, "assign-ministries", &resolution()).await.is(200).version();
    let bytes = b"%PDF-1.7\nannex\n%%EOF\n";
    let name = sha256(bytes);
    let file = |media: &str| json!([{ "name": "кесте №1.pdf", "media_type": media, "blob": name }]);

    // Not there yet, and later of another kind than it says: the inquiry never names a file that is not as it says.
    let missing =
        command(&app, "mfa", &id, version, "submit-contribution", &contribution(file("application/pdf"))).await;
    assert_eq!(missing.is_problem(422, "bad_field")["field"], "files[0].blob");
    put(&app, "mfa", &name, "application/pdf", bytes).await.is(204);
    put(&app, "mfa", &name, "application/pdf", bytes).await.is(204);
    command(&app, "mfa", &id, version, "submit-contribution", &contribution(file("image/png")))
        .await
        .is_problem(422, "bad_field");

    let place = format!("/api/v1/inquiries/{id}/files/{name}");
    app.get("clerk", &place).await.is_problem(404, "not_there_yet");
    command(&app, "mfa", &id, version, "submit-contribution", &contribution(file("application/pdf"))).await.is(200);
    let answer = app.get("lead", &place).await.is(200);
    assert_eq!(answer.bytes, bytes);
    assert_eq!(answer.header("content-type"), Some("application/pdf"));
    let disposition = answer.header("content-disposition").unwrap();
    assert!(disposition.starts_with("attachment;") && disposition.contains("%E2%84%961.pdf"), "{disposition}");
    app.get("stranger", &place).await.is_problem(404, "no_such_inquiry");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_what_it_says_it_is_or_it_is_not_kept() {
    let app = TestApp::start().await;
    let pdf = b"%PDF-1.7\n".as_slice();
    for (name, media, bytes) in [
        (sha256(b"other"), "application/pdf", pdf),
        (sha256(b"<script>"), "application/pdf", b"<script>".as_slice()),
        (sha256(b"<html>"), "text/html", b"<html>".as_slice()),
        (sha256(b""), "application/pdf", b"".as_slice()),
        (sha256(pdf), "", pdf),
    ] {
        put(&app, "clerk", &name, media, bytes).await.is_problem(422, "bad_field");
    }
    for name in ["x".to_owned(), sha256(pdf).to_uppercase(), "..%2f..%2fetc".to_owned()] {
        put(&app, "clerk", &name, "application/pdf", pdf).await.is_problem(400, "bad_parameter");
    }
    let mut long = pdf.to_vec();
    long.resize(20 * 1024 * 1024 + 1, b' ');
    let answer = put(&app, "clerk", &sha256(&long), "application/pdf", &long).await;
    answer.is_problem(413, "too_large");
    long.truncate(20 * 1024 * 1024);
    put(&app, "clerk", &sha256(&long), "application/pdf", &long).await.is(204);
}

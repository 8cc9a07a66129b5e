//! What a command names exists: ministries of the day, accounts of approvers, files that are kept.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use testkit::app::TestApp;

use super::{command, draft, registered, resolution};

async fn refused(app: &TestApp, account: &str, id: &str, version: u64, name: &str, body: &Value) -> Value {
    command(app, account, id, version, name, body).await.is_problem(422, "bad_field")["field"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ministry_that_is_none_gets_no_work() {
    let app = TestApp::start().await;
    let (id, version) = registered(&app, "ДС-1").await;
    let with = |pointer: &str, value: &str| {
        let mut body = resolution();
        *body.pointer_mut(pointer).unwrap() = json!(value);
        body
    };
    for (pointer, field) in [("/lead", "lead"), ("/co_executors/0/ministry", "co_executors[0].ministry")] {
        let body = with(pointer, "nowhere");
        assert_eq!(refused(&app, "head", &id, version, "assign-ministries", &body).await, field);
    }
    let version = command(&app, "head", &id, version, "assign-ministries", &resolution()).await.is(200).version();
    let contest = json!({ "reason": "құзыретіміз емес", "propose": "nowhere" });
    assert_eq!(refused(&app, "mfa", &id, version, "contest-assignment", &contest).await, "propose");
    let reassign = json!({ "from": "mfa", "to": "nowhere", "reason": "жөн", "due": "2023-09-29" });
    assert_eq!(refused(&app, "head", &id, version, "reassign", &reassign).await, "to");
    assert_eq!(app.get("head", &format!("/api/v1/inquiries/{id}")).await.version(), version);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approver_is_an_open_account_of_an_approver() {
    let app = TestApp::start().await;
    let (id, version) = registered(&app, "ДС-1").await;
    let version = command(&app, "head", &id, version, "assign-ministries", &resolution()).await.is(200).version();
    let version = command(&app, "lead", &id, version, "revise-draft", &draft("Жауап.")).await.is(200).version();
    let ask = |name: &str| {
        let first = json!({ "kind": "legal", "approver": "legal" });
        json!({ "version": 1, "required": [first, { "kind": "language", "approver": name }] })
    };
    for name in ["nobody", "clerk", "Legal", ""] {
        let field = refused(&app, "lead", &id, version, "submit-for-approval", &ask(name)).await;
        assert_eq!(field, "required[1].approver", "{name}");
    }
    let client = app.database.connect().await;
    client.execute("update account set disabled_at = now() where name = 'language'", &[]).await.unwrap();
    refused(&app, "lead", &id, version, "submit-for-approval", &ask("language")).await;
    client.execute("update account set disabled_at = null where name = 'language'", &[]).await.unwrap();
    command(&app, "lead", &id, version, "submit-for-approval", &ask("language")).await.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interim_reply_names_a_pdf_that_is_kept() {
    let app = TestApp::start().await;
    let (id, version) = registered(&app, "ДС-1").await;
    let version = command(&app, "head", &id, version, "assign-ministries", &resolution()).await.is(200).version();
    let bytes = b"%PDF-1.7\ninterim\n%%EOF\n";
    let name: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let ask = json!({ "summary": "Қаралып жатыр.", "dated": "2023-09-20", "pdf": name });
    assert_eq!(refused(&app, "control", &id, version, "send-interim-reply", &ask).await, "pdf");
    let put = app.call("PUT", &format!("/api/v1/files/{name}")).by("control").body("application/pdf", bytes.to_vec());
    put.send().await.is(204);
    command(&app, "control", &id, version, "send-interim-reply", &ask).await.is(200);
    let kept = app.get("control", &format!("/api/v1/inquiries/{id}/files/{name}")).await.is(200);
    assert_eq!(kept.bytes, bytes);
}

//! An inquiry that joined another is read by whoever works on that one: whichever came first, the joining or the assignment.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use sha2::{Digest, Sha256};
use testkit::app::TestApp;

use super::{command, inquiry, registered, resolution};
use crate::word::{edited, paragraph, replaced};

const ASKED: &str = "Ауылға ауыз су қашан жетеді?";
const LETTER: &[u8] = b"%PDF-1.7\nletter\n%%EOF\n";

/// An inquiry with another question than the leading one's, and with its letter; its id, and the letter's address.
async fn asking(app: &TestApp) -> (String, String) {
    let blob = Sha256::digest(LETTER).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let mut body = inquiry("ДС-2");
    body["subject"] = json!("Ауыз су туралы");
    body["questions"] = json!([ASKED]);
    body["attachments"] =
        json!([{ "name": "letter.pdf", "media_type": "application/pdf", "content": STANDARD.encode(LETTER) }]);
    let answer = app.call("POST", "/api/v1/inquiries").by("clerk").key("joining").json(&body).send().await.is(201);
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    let letter = format!("/api/v1/inquiries/{id}/files/{blob}");
    (id, letter)
}

/// Two inquiries of which the second joined the first; the first one's id and version, the second one's id and its letter's address.
async fn joined(app: &TestApp, assigned_first: bool) -> (String, u64, String, String) {
    let (leading, mut version) = registered(app, "ДС-1").await;
    let (joining, letter) = asking(app).await;
    if assigned_first {
        version = assigned(app, &leading, version).await;
    }
    let merge = json!({ "others": [joining] });
    version = command(app, "clerk", &leading, version, "merge", &merge).await.is(200).version();
    (leading, version, joining, letter)
}

async fn assigned(app: &TestApp, id: &str, version: u64) -> u64 {
    command(app, "head", id, version, "assign-ministries", &resolution()).await.is(200).version()
}

async fn reassigned(app: &TestApp, id: &str, version: u64) {
    let ask = json!({ "from": "mlsp", "to": "mof", "due": "2023-10-06", "reason": "Құзыреті бойынша." });
    command(app, "head", id, version, "reassign", &ask).await.is(200);
}

/// The joined inquiry with its letter, and what it asks where the leading one is worked on.
async fn is_read(app: &TestApp, account: &str, leading: &str, joining: &str, letter: &str) {
    for address in [
        format!("/api/v1/inquiries/{joining}"),
        format!("/inquiries/{joining}"),
        format!("/inquiries/{leading}"),
        format!("/inquiries/{leading}/draft"),
    ] {
        let text = app.get(account, &address).await.is(200).text();
        assert!(text.contains(ASKED), "{account} does not read at {address} what is asked: {text}");
    }
    assert_eq!(app.get(account, letter).await.is(200).bytes, LETTER, "{account}");
}

async fn is_unknown(app: &TestApp, account: &str, joining: &str, letter: &str) {
    app.get(account, &format!("/api/v1/inquiries/{joining}")).await.is_problem(404, "no_such_inquiry");
    app.get(account, letter).await.is_problem(404, "no_such_inquiry");
    assert_eq!(app.get(account, &format!("/inquiries/{joining}")).await.status, 404, "{account}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_assigned_after_a_joining_reads_what_joined() {
    let app = TestApp::start().await;
    let (leading, version, joining, letter) = joined(&app, false).await;
    for account in ["lead", "mfa", "stranger"] {
        is_unknown(&app, account, &joining, &letter).await;
    }
    let version = assigned(&app, &leading, version).await;
    for account in ["lead", "mfa", "clerk"] {
        is_read(&app, account, &leading, &joining, &letter).await;
    }
    let desk = app.get("mfa", &format!("/inquiries/{leading}/contribution")).await.is(200).text();
    assert!(desk.contains(ASKED), "{desk}");
    is_unknown(&app, "stranger", &joining, &letter).await;
    // To read is not to act, and what was is read by the rights of today.
    let extension = json!({ "ground": "Көп", "until": "2023-11-01" });
    let seen = app.get("lead", &format!("/api/v1/inquiries/{joining}")).await.is(200).json();
    let refused =
        command(&app, "lead", &joining, seen["version"].as_u64().unwrap(), "request-extension", &extension).await;
    assert!(matches!(refused.status, 403 | 409), "{} {}", refused.status, refused.text());
    let past = app.get("lead", &format!("/inquiries/{leading}?version={}", version - 1)).await.is(200).text();
    assert!(past.contains(ASKED), "{past}");
    let before = app.get("lead", &format!("/inquiries/{leading}?version=1")).await.is(200).text();
    assert!(!before.contains(ASKED), "nothing had joined yet: {before}");

    reassigned(&app, &leading, version).await;
    for account in ["lead", "stranger"] {
        is_read(&app, account, &leading, &joining, &letter).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_assigned_before_a_joining_reads_what_joined() {
    let app = TestApp::start().await;
    let (leading, version, joining, letter) = joined(&app, true).await;
    for account in ["lead", "mfa", "clerk"] {
        is_read(&app, account, &leading, &joining, &letter).await;
    }
    is_unknown(&app, "stranger", &joining, &letter).await;
    reassigned(&app, &leading, version).await;
    is_read(&app, "stranger", &leading, &joining, &letter).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_word_file_of_a_contribution_has_what_joined_under_its_own_number() {
    let app = TestApp::start().await;
    let (leading, version) = registered(&app, "ДС-1").await;
    let version = assigned(&app, &leading, version).await;
    let place = format!("/api/v1/inquiries/{leading}/contribution.docx");
    let before = document(&app.get("mfa", &place).await.is(200).bytes);
    assert!(before.contains("1. Зейнетақы қашан көтеріледі?") && !before.contains(ASKED), "{before}");

    let (joining, _) = asking(&app).await;
    command(&app, "clerk", &leading, version, "merge", &json!({ "others": [joining] })).await.is(200);
    let file = app.get("mfa", &place).await.is(200).bytes;
    let sheet = document(&file);
    let under = sheet.split("Осыған қосылған сауал: ДС-2, ").nth(1).unwrap_or_else(|| panic!("{sheet}"));
    assert!(under.contains("Ауыз су туралы") && under.contains(&format!("1. {ASKED}")), "{sheet}");
    assert!(!under.contains("1. Зейнетақы"), "its own questions stand before: {sheet}");

    // It stands in front: nothing of it comes back as the text, and a line that was overwritten there is told.
    let empty = paragraph(&sheet, "BodyText").to_owned();
    let written = "<w:p><w:pPr><w:pStyle w:val=\"BodyText\"/></w:pPr><w:r><w:t>Құбыр тартылады.</w:t></w:r></w:p>";
    let returned = edited(&file, |xml| replaced(&replaced(&xml, &empty, written), "қашан жетеді?", "жете ме?"));
    let call = app.call("PUT", &place).by("mfa").key("from-word");
    let media = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    let seen =
        app.get("mfa", &format!("/api/v1/inquiries/{leading}")).await.is(200).json()["version"].as_u64().unwrap();
    let taken = call.seen(seen).body(media, returned).send().await.is(200).json();
    assert_eq!(taken["body"]["blocks"].as_array().map(Vec::len), Some(1), "{taken}");
    assert!(taken["report"]["form"].to_string().contains("жете ме?"), "{taken}");
}

/// What the file's document says.
fn document(file: &[u8]) -> String {
    let said = std::cell::RefCell::new(String::new());
    edited(file, |xml| {
        said.borrow_mut().clone_from(&xml);
        xml
    });
    said.into_inner()
}

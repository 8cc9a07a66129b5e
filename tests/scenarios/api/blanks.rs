//! A ministry's own blank: held against the rules, in force from a day on, and the reply that is put on it.

use std::io::{Cursor, Read};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use testkit::app::{Answer, TestApp};
use zip::ZipArchive;

use super::story::to_the_signatory;
use crate::word::packed;

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
fn labour(title: &str) -> Vec<u8> {
    packed(&[title, "{{salutation}}", "{{body}}", "{{signatory}}", "{{annexes}}"])
}

fn document(file: &[u8]) -> String {
    let mut text = String::new();
    ZipArchive::new(Cursor::new(file))
        .unwrap()
        .by_name("word/document.xml")
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

async fn adopt(app: &TestApp, account: &str, key: &str, query: &str, file: &[u8]) -> Answer {
    let path = format!("/api/v1/ministries/mlsp/blanks?{query}");
    app.call("POST", &path).by(account).key(key).body(DOCX, file.to_vec()).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_is_put_on_the_blank_of_its_day() {
    let app = TestApp::start().await;
    let told = to_the_signatory(&app, "ДС-1").await;
    let reply = format!("/api/v1/inquiries/{}/reply.docx?blank=mlsp", told.id);
    app.get("lead", &reply).await.is_problem(404, "not_there_yet");

    let (now, later) = (labour("Еңбек министрлігі"), labour("Жаңа бланк"));
    let first = adopt(&app, "lead", "one", "name=2023", &now).await.is(201);
    let hash = hex::encode(Sha256::digest(&now));
    assert_eq!(first.json()["file"], json!(hash));
    assert_eq!(first.header("location").unwrap(), format!("/api/v1/ministries/mlsp/blanks/{hash}"));
    adopt(&app, "admin", "two", "name=later&since=2099-01-01", &later).await.is(201);

    let filled = app.get("lead", &reply).await.is(200);
    let text = document(&filled.bytes);
    assert!(text.contains("Еңбек министрлігі") && !text.contains("Жаңа бланк"), "{text}");
    assert!(text.contains("Құрметті депутаттар!") && !text.contains("{{"), "{text}");
    let again = app.get("lead", &reply).await.is(200);
    assert!(again.bytes == filled.bytes, "the same letter on the same blank is the same file");
    app.get("lead", &reply.replace("docx", "pdf")).await.is_problem(400, "bad_parameter");

    let list = app.get("auditor", "/api/v1/ministries/mlsp/blanks").await.is(200).json();
    assert_eq!(list["in_force"], json!(hash));
    let names: Vec<&Value> = list["blanks"].as_array().unwrap().iter().map(|blank| &blank["name"]).collect();
    assert_eq!(names, [&json!("2023"), &json!("later")]);
    let kept = app.get("auditor", &format!("/api/v1/ministries/mlsp/blanks/{hash}")).await.is(200);
    assert!(kept.bytes == now);
    let sample = app.get("auditor", &format!("/api/v1/ministries/mlsp/blanks/{hash}/preview.docx")).await.is(200);
    assert!(document(&sample.bytes).contains("Еңбек министрлігі"));
    app.get("auditor", &format!("/api/v1/ministries/mfa/blanks/{hash}")).await.is_problem(404, "not_there_yet");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blank_that_is_taken_into_use_twice_is_taken_once() {
    let app = TestApp::start().await;
    let file = labour("Бланк");
    let first = adopt(&app, "admin", "one", "name=a", &file).await.is(201);
    let again = adopt(&app, "admin", "one", "name=a", &file).await.is(201);
    assert_eq!(first.json(), again.json());
    adopt(&app, "admin", "one", "name=b", &file).await.is_problem(422, "idempotency_key_reused");
    adopt(&app, "admin", "two", "name=a", &file).await.is_problem(422, "bad_field");
    let events = app.get("auditor", "/api/v1/journal").await.is(200).json();
    let adopted: Vec<&Value> =
        events["events"].as_array().unwrap().iter().filter(|event| event["type"] == "blank_adopted").collect();
    assert_eq!(adopted.len(), 1);
    assert!(adopted[0]["words"].is_string() && adopted[0]["stream"] == "blanks-mlsp", "{adopted:?}");
    // The tables pass it by, and nobody is kept waiting.
    app.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_faulty_blank_is_refused_with_every_fault_and_its_place() {
    let app = TestApp::start().await;
    let faulty = packed(&["{{salutatoin}}", "{{#if executor}}", "{{body}}", "{{body}}"]);
    let problem = adopt(&app, "admin", "one", "name=a", &faulty).await.is_problem(422, "text_refused");
    assert_eq!(problem["faults"].as_array().unwrap().len(), 2, "{problem}");
    let told = problem.to_string();
    for part in ["salutatoin", "#if executor", "word/document.xml"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    for file in [&b""[..], b"PK\x03\x04", b"<html>"] {
        adopt(&app, "admin", "two", "name=a", file).await.is_problem(422, "text_refused");
    }
    adopt(&app, "admin", "three", "name=a", &vec![0; 5 * 1024 * 1024 + 1]).await.is_problem(413, "too_large");
    let sound = labour("Бланк");
    adopt(&app, "admin", "four", "name=a&since=2020-01-01", &sound).await.is_problem(422, "bad_field");
    adopt(&app, "admin", "five", "name=a&since=soon", &sound).await.is_problem(400, "bad_parameter");
    adopt(&app, "admin", "six", "name=", &sound).await.is_problem(422, "bad_field");
    adopt(&app, "mfa", "seven", "name=a", &sound).await.is_problem(422, "bad_field");
    adopt(&app, "clerk", "eight", "name=a", &sound).await.is_problem(403, "not_permitted");
    assert_eq!(app.journal().head().await.unwrap().position, 0);
    let other = app.call("POST", "/api/v1/ministries/nowhere/blanks?name=a").by("admin").key("nine");
    other.body(DOCX, sound).send().await.is_problem(422, "bad_field");
}

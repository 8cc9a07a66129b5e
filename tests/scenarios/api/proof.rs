//! The proof of one event, asked for at a user's door and checked by a program that shares no code with ours.

use std::path::Path;
use std::process::Command;

use eventstore::HeadKey;
use jiff::Timestamp;
use serde_json::{Value, json};
use testkit::app::TestApp;

use super::registered;

/// Runs crates/web/evidence/verify_proof.py, and answers whether it found the document proved, and what it said.
fn checked(document: &Value, key: Option<&Path>) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("proof.json");
    std::fs::write(&file, document.to_string()).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/web/evidence/verify_proof.py");
    // Without the machine's own packages and settings: the standard library alone.
    let mut python = Command::new("python3");
    python.args(["-I", "-S"]).arg(script).arg(&file).args(key).env("PYTHONUTF8", "1");
    let output = python.output().expect("python3 is installed (Debian package: python3)");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    match output.status.code() {
        Some(0) => (true, said),
        Some(1) => (false, said),
        other => panic!("{other:?}: {said}"),
    }
}

/// All values of a document that are no lists and no objects, as JSON pointers.
fn leaves(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| leaves(value, &format!("{at}/{name}"), found)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(n, value)| leaves(value, &format!("{at}/{n}"), found))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => found.push(at.to_owned()),
    }
}

/// Another value of the same kind.
fn other(value: &Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_i64().unwrap() + 1),
        Value::String(text) => {
            let last = text.chars().next_back().unwrap();
            let mut changed = text.clone();
            changed.pop();
            changed.push(if last == '1' { '2' } else { '1' });
            json!(changed)
        }
        _ => json!("018f3c1e-7a55-7cc1-9d3b-4c2a70b0a001"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn python_alone_finds_an_event_proved_and_any_changed_field_not() {
    let app = TestApp::start().await;
    registered(&app, "ДС-1").await;
    let unsigned = app.get("auditor", "/api/v1/journal/proof/2").await.is(200).json();
    assert_eq!(unsigned["signed_head"], Value::Null);
    let (proved, said) = checked(&unsigned, None);
    assert!(proved && said.contains("NOT SIGNED YET"), "{said}");

    registered(&app, "ДС-2").await;
    registered(&app, "ДС-3").await;
    let key = HeadKey::new([7; 32]).unwrap();
    let head = app.journal().sign_head(&key, Timestamp::now(), |_| Ok(())).await.unwrap().unwrap();
    let told = app.get("auditor", "/api/v1/journal/head").await.is(200).json();
    assert_eq!(told["signed"]["signature"], hex::encode(head.signature));
    assert_eq!(told["hash"], hex::encode(head.hash));

    let document = app.get("auditor", "/api/v1/journal/proof/2").await.is(200).json();
    assert_eq!(document["chain"].as_array().unwrap().len(), 2);
    let same = app.journal().proof_document(2, 10).await.unwrap().unwrap();
    assert_eq!(serde_json::to_value(&same).unwrap(), document, "the program's own door gives the same document");
    let folder = tempfile::tempdir().unwrap();
    let public = folder.path().join("heads.pub");
    std::fs::write(&public, key.public().to_pem()).unwrap();
    let (proved, said) = checked(&document, Some(&public));
    assert!(proved, "{said}");
    assert!(
        said.contains("event 2: version 2 of inquiry-") && said.contains("The key is the one in the file."),
        "{said}"
    );

    let mut places = Vec::new();
    leaves(&document, "", &mut places);
    assert!(places.len() > 40, "{places:?}");
    for place in places {
        let mut changed = document.clone();
        let value = changed.pointer_mut(&place).unwrap();
        *value = other(value);
        let (proved, said) = checked(&changed, Some(&public));
        assert!(!proved && said.starts_with("not proved: "), "{place}: {said}");
    }
    for part in ["path", "chain", "signed_head", "event", "block"] {
        let mut without = document.clone();
        without.as_object_mut().unwrap().remove(part);
        assert!(!checked(&without, None).0, "without {part}");
    }
    let mut shorter = document.clone();
    shorter["chain"].as_array_mut().unwrap().remove(0);
    assert!(!checked(&shorter, None).0);

    let stranger = HeadKey::new([8; 32]).unwrap().public().to_pem();
    std::fs::write(&public, stranger).unwrap();
    let (proved, said) = checked(&document, Some(&public));
    assert!(!proved && said.contains("which is not the one in the file"), "{said}");
}

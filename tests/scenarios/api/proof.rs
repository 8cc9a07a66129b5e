//! The proof of one event, asked for at a user's door and checked by a program that shares no code with ours.

use std::path::Path;
use std::process::Command;

use eventstore::{Handover, HeadKey};
use jiff::Timestamp;
use serde_json::{Value, json};
use testkit::app::TestApp;

use super::registered;

/// Runs crates/web/evidence/verify_proof.py, and answers whether it found the document proved, and what it said.
fn checked<'a>(document: &Value, more: impl IntoIterator<Item = &'a Path>) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("proof.json");
    std::fs::write(&file, document.to_string()).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/web/evidence/verify_proof.py");
    // Without the machine's own packages and settings: the standard library alone.
    let mut python = Command::new("python3");
    python.args(["-I", "-S"]).arg(script).arg(&file).args(more).env("PYTHONUTF8", "1");
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
    let (proved, said) = checked(&unsigned, []);
    assert!(proved && said.contains("NOT SIGNED YET"), "{said}");

    registered(&app, "ДС-2").await;
    registered(&app, "ДС-3").await;
    let key = HeadKey::new([7; 32]).unwrap();
    let head = app.journal().sign_head(&key, Timestamp::now(), |_| Ok(())).await.unwrap().unwrap();
    let told = app.get("auditor", "/api/v1/journal/head").await.is(200).json();
    assert_eq!(told["signed"]["signature"], hex::encode(head.signature));
    assert_eq!(told["hash"], hex::encode(head.hash));

    let document = app.get("auditor", "/api/v1/journal/proof/2").await.is(200).json();
    assert_eq!((&document["format"], document["block_path"].as_array().unwrap().len()), (&json!("saual proof 2"), 2));
    let same = app.journal().proof_document(2, 10).await.unwrap().unwrap();
    assert_eq!(serde_json::to_value(&same).unwrap(), document, "the program's own door gives the same document");
    let folder = tempfile::tempdir().unwrap();
    let public = folder.path().join("heads.pub");
    std::fs::write(&public, key.public().to_pem()).unwrap();
    let (proved, said) = checked(&document, [public.as_path()]);
    assert!(proved, "{said}");
    assert!(
        said.contains("event 2: version 2 of inquiry-") && said.contains("The key is the one in the file."),
        "{said}"
    );

    let mut places = Vec::new();
    leaves(&document, "", &mut places);
    assert!(places.len() > 30, "{places:?}");
    for place in places {
        let mut changed = document.clone();
        let value = changed.pointer_mut(&place).unwrap();
        *value = other(value);
        let (proved, said) = checked(&changed, [public.as_path()]);
        assert!(!proved && said.starts_with("not proved: "), "{place}: {said}");
    }
    for part in ["path", "block_path", "signed_head", "event", "block"] {
        let mut without = document.clone();
        without.as_object_mut().unwrap().remove(part);
        assert!(!checked(&without, None).0, "without {part}");
    }
    let mut shorter = document.clone();
    shorter["block_path"].as_array_mut().unwrap().remove(0);
    assert!(!checked(&shorter, None).0);

    let stranger = HeadKey::new([8; 32]).unwrap().public().to_pem();
    std::fs::write(&public, stranger).unwrap();
    let (proved, said) = checked(&document, [public.as_path()]);
    assert!(!proved && said.contains("which is not the one in the file"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn python_alone_follows_a_key_to_the_one_that_took_its_place() {
    let app = TestApp::start().await;
    registered(&app, "ДС-1").await;
    let (old, new) = (HeadKey::new([7; 32]).unwrap(), HeadKey::new([8; 32]).unwrap());
    let head = app.journal().sign_head(&old, Timestamp::now(), |_| Ok(())).await.unwrap().unwrap();
    let document = app.get("auditor", "/api/v1/journal/proof/1").await.is(200).json();
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: String| {
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        file
    };
    let (theirs, ours) = (file("new.pub", new.public().to_pem()), file("old.pub", old.public().to_pem()));
    let stranger = file("stranger.pub", HeadKey::new([9; 32]).unwrap().public().to_pem());
    let passed = |block, at| Handover::sign(block, at, &old, &new).to_string();
    let (day, line) = (jiff::SignedDuration::from_hours(24), passed(head.block, Timestamp::now()));
    let mut forged = line.clone();
    let digit = forged.find("by_new").unwrap() + "by_new\":\"".len();
    forged.replace_range(digit..=digit, if forged[digit..].starts_with('1') { "2" } else { "1" });
    let good = file("good.jsonl", format!("{line}\n"));
    let (proved, said) = checked(&document, [&*theirs, &*good]);
    assert!(proved && said.contains("joined to the one in the file by handovers"), "{said}");
    assert!(checked(&document, [&*stranger, &*ours]).0, "one of several keys is enough");
    for (what, files) in [
        ("the new key alone", vec![theirs.clone()]),
        ("a key that has nothing to do with it", vec![stranger, good]),
        (
            "it gave way before that block",
            vec![theirs.clone(), file("block.jsonl", passed(head.block - 1, Timestamp::now()))],
        ),
        ("it gave way before that day", vec![ours, file("day.jsonl", passed(head.block, head.signed - day))]),
        ("signed by nobody", vec![theirs, file("forged.jsonl", forged)]),
    ] {
        let (proved, said) = checked(&document, files.iter().map(|file| &**file));
        assert!(!proved, "{what}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_form_of_a_proof_is_still_made_and_read() {
    let app = TestApp::start().await;
    for number in ["ДС-1", "ДС-2", "ДС-3"] {
        registered(&app, number).await;
    }
    let key = HeadKey::new([7; 32]).unwrap();
    let head = app.journal().sign_head(&key, Timestamp::now(), |_| Ok(())).await.unwrap().unwrap();
    // As a program of before signed it: no root.
    let old = key.sign(head.block, head.position, head.hash, None, head.signed);
    let client = app.database.connect().await;
    let forced = format!(
        "alter table signed_heads disable trigger all; update signed_heads set root = null, signature = '\\x{}'",
        hex::encode(old.signature)
    );
    client.batch_execute(&forced).await.unwrap();
    let document = app.get("auditor", "/api/v1/journal/proof/2").await.is(200).json();
    assert_eq!((&document["format"], document["chain"].as_array().unwrap().len()), (&json!("saual proof 1"), 2));
    let (proved, said) = checked(&document, []);
    assert!(proved && said.contains("which 2 blocks join to the hash of block 3"), "{said}");
    let mut mixed = document.clone();
    mixed["format"] = json!("saual proof 2");
    assert!(!checked(&mixed, []).0);
    let mut shorter = document;
    shorter["chain"].as_array_mut().unwrap().remove(0);
    assert!(!checked(&shorter, []).0);
}

#[tokio::test(flavor = "multi_thread")]
async fn python_alone_finds_two_heads_of_one_history_and_betrays_a_rewritten_one() {
    let app = TestApp::start().await;
    let folder = tempfile::tempdir().unwrap();
    let (kept, public) = (folder.path().join("kept.jsonl"), folder.path().join("heads.pub"));
    let key = HeadKey::new([7; 32]).unwrap();
    std::fs::write(&public, key.public().to_pem()).unwrap();
    let mut heads = Vec::new();
    for n in 1..=7 {
        registered(&app, &format!("ДС-{n}")).await;
        heads.push(app.journal().sign_head(&key, Timestamp::now(), |_| Ok(())).await.unwrap().unwrap());
    }
    let lines: String = heads.iter().map(|head| format!("{head}\n")).collect();
    std::fs::write(&kept, lines).unwrap();
    for (from, to) in [(1, 7), (3, 7), (4, 7), (5, 6), (7, 7)] {
        let path = format!("/api/v1/journal/consistency?from={from}&to={to}");
        let document = app.get("auditor", &path).await.is(200).json();
        let (proved, said) = checked(&document, [public.as_path(), kept.as_path()]);
        assert!(
            proved && said.contains(&format!("up to block {to} begins with the journal up to block {from}")),
            "{said}"
        );
        let mut places = Vec::new();
        leaves(&document, "", &mut places);
        for place in places {
            let mut changed = document.clone();
            let value = changed.pointer_mut(&place).unwrap();
            *value = other(value);
            assert!(!checked(&changed, [public.as_path()]).0, "{place} of {from} to {to}");
        }
    }
    // Somebody outside has kept a head of a history that is not this one.
    let forged = key.sign(3, 3, [9; 32], Some([9; 32]), Timestamp::now());
    std::fs::write(&kept, format!("{forged}\n")).unwrap();
    let document = app.get("auditor", "/api/v1/journal/consistency?from=3").await.is(200).json();
    let (proved, said) = checked(&document, [kept.as_path()]);
    assert!(!proved && said.contains("the journal was rewritten: the head of block 3 in"), "{said}");
    let stranger = HeadKey::new([8; 32]).unwrap().public().to_pem();
    std::fs::write(&public, stranger).unwrap();
    assert!(!checked(&document, [public.as_path()]).0);
}

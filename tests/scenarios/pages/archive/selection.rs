//! Events that an auditor takes out of the journal: found good by the program and by a script that shares nothing with it, and bad by both once anything is
//! changed, also by the Office itself.

use std::path::Path;

use serde_json::{Value, json};
use testkit::app::TestApp;

use super::{Desk, Files, at, json_at, opened, packed, signed};
use crate::api::registered;
use crate::api::story::to_the_signatory;

/// The checks as they stand in the source, by the names that they have in an archive.
fn tools(desk: &Desk) -> std::path::PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/web/evidence");
    let folder = desk.file("tools");
    std::fs::create_dir(&folder).unwrap();
    for (name, file) in
        [("check.py", "check_selection.py"), ("evidence.py", "check.py"), ("verify_proof.py", "verify_proof.py")]
    {
        std::fs::copy(source.join(file), folder.join(name)).unwrap();
    }
    folder.join("check.py")
}

/// What both say of an archive.
async fn verdict(desk: &Desk, script: &Path, zip: &[u8]) -> (bool, bool, String) {
    let file = desk.file("selection.zip");
    std::fs::write(&file, zip).unwrap();
    let (proved, said) = desk.script_at(script, &file, true);
    (desk.program(file).await, proved, said)
}

/// The first event's line, changed.
fn of_first(files: &mut Files, change: impl FnOnce(&mut Value)) {
    let bytes = at(files, "events/0001.jsonl");
    let text = String::from_utf8(bytes.clone()).unwrap();
    let (first, rest) = text.split_once('\n').unwrap();
    let mut value: Value = serde_json::from_str(first).unwrap();
    change(&mut value);
    *bytes = format!("{value}\n{rest}").into_bytes();
}

type Change = fn(&mut Files);

/// What somebody with the Office's own seal could do.
const CHANGES: [(&str, Change); 8] = [
    ("another text", |files| {
        of_first(files, |line| {
            let text = line["event"]["payload_text"].as_str().unwrap().replacen("inquiry", "Inquiry", 1);
            line["event"]["payload_text"] = json!(text);
        })
    }),
    ("another person", |files| of_first(files, |line| line["event"]["actor"] = json!("premier"))),
    ("another proof", |files| of_first(files, |line| line["block_path"] = json!(["0".repeat(64)]))),
    ("a head of its own", |files| of_first(files, |line| line["signed_head"] = json!(null))),
    ("an event taken out, and not counted", |files| {
        let bytes = at(files, "events/0001.jsonl");
        let end = bytes.iter().position(|byte| *byte == b'\n').unwrap();
        bytes.drain(..=end);
    }),
    ("another table", |files| {
        let bytes = at(files, "events.csv");
        *bytes = String::from_utf8(bytes.clone()).unwrap().replacen(";clerk;", ";premier;", 1).into_bytes();
    }),
    ("a stream said to be whole", |files| {
        json_at(files, "selection.json", |selection| {
            for one in selection["streams"].as_object_mut().unwrap().values_mut() {
                one["unbroken"] = json!(one["unbroken"] != true);
            }
        })
    }),
    ("another head", |files| json_at(files, "head.json", |head| head["position"] = json!(1))),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_selection_is_found_good_by_both_and_bad_by_both_when_anything_of_it_is_changed() {
    let app = TestApp::start().await;
    to_the_signatory(&app, "ДС-380").await;
    registered(&app, "ДС-381").await;
    app.settle().await;
    let key = signed(&app).await;
    let desk = Desk::of(&app, &key);
    let script = tools(&desk);
    let answer = app.get("auditor", "/journal/export.zip?what=arrival").await.is(200);
    assert_eq!(answer.header("content-type"), Some("application/zip"));
    let (zip, files) = (answer.bytes.clone(), opened(&answer.bytes));
    let found = verdict(&desk, &script, &zip).await;
    Desk::holds(&found, true, "as it was taken");
    assert!(found.2.contains("6 events stand in the journal") && found.2.contains("of 2 of 2 streams"), "{}", found.2);
    assert!(found.2.contains("NOT proved, and never by a selection") && found.2.ends_with("\nproved\n"), "{}", found.2);
    // One separator for every table that leaves the house, so that each opens by a double click.
    let table = String::from_utf8(at(&mut files.clone(), "events.csv").clone()).unwrap();
    assert!(table.starts_with("\u{feff}position;at;actor;"), "{table}");
    assert!(table.lines().all(|line| line.split(';').count() == 10), "{table}");
    let selection: Value = serde_json::from_slice(at(&mut files.clone(), "selection.json")).unwrap();
    assert_eq!((&selection["by"], &selection["question"]), (&json!("auditor"), &json!({ "what": "arrival" })));
    let text: String = files.iter().map(|(_, bytes)| String::from_utf8_lossy(bytes)).collect();
    assert!(!text.contains("@mazhilis.example"), "what is personal stays sealed");
    // Somebody from outside: any byte of any file, and any file away.
    for index in 0..files.len() {
        let mut changed = files.clone();
        let (name, bytes) = &mut changed[index];
        let (name, middle) = (name.clone(), bytes.len() / 2);
        bytes[middle] ^= 1;
        Desk::holds(&verdict(&desk, &script, &packed(&changed)).await, false, &name);
        changed.remove(index);
        Desk::holds(&verdict(&desk, &script, &packed(&changed)).await, false, &format!("without {name}"));
    }
    // The Office itself, which seals again what it has changed.
    for (about, change) in CHANGES {
        let mut changed = files.clone();
        change(&mut changed);
        let sealed = desk.sealed_again(&changed);
        Desk::holds(&verdict(&desk, &script, &packed(&sealed)).await, false, about);
    }
    Desk::holds(&verdict(&desk, &script, &packed(&desk.sealed_again(&files))).await, true, "sealed again as it was");
    // Part of a stream is said to be a part.
    let part = app.get("auditor", "/journal/export.zip?what=control_set&who=clerk").await.is(200).bytes;
    let found = verdict(&desk, &script, &part).await;
    Desk::holds(&found, true, "a part");
    assert!(found.2.contains("of 0 of 2 streams"), "{}", found.2);
    // What it begins at narrows it as well: the link that the page offers says so, and so does the question under the seal.
    let begun = "/journal/export.zip?what=arrival&until=2";
    let page = app.get("auditor", "/journal?what=arrival&until=2").await.is(200).text();
    let page = page.replace("&#x3D;", "=").replace("&amp;", "&");
    assert!(page.contains(&format!("href=\"{begun}\"")), "{page}");
    let mut begun = opened(&app.get("auditor", begun).await.is(200).bytes);
    let selection: Value = serde_json::from_slice(at(&mut begun, "selection.json")).unwrap();
    assert_eq!(selection["question"], json!({ "what": "arrival", "until": "2" }));
    assert_eq!(selection["events"], 2, "{selection}");
    // It leaves the house, and so it is told who took it.
    app.state().reads.stand().await;
    let reads = app.get("auditor", "/reads?person=auditor").await.is(200).text();
    assert!(reads.contains("journal_export") && reads.contains("control_set"), "{reads}");
    for account in ["clerk", "lead", "deputy", "head"] {
        app.get(account, "/journal/export.zip").await.is(403);
    }
    app.stop().await;
}

//! The archive of evidence of an inquiry: taken from its page, found good by the program and by a script that shares nothing with it, and bad by both once
//! anything of it is changed, by somebody from outside or by the Office itself.
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "what is not there ends the test")]

use std::io::{Cursor, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command as Program;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use eventstore::HeadKey;
use saual::cli::{Cli, Command as CliCommand, Erase, Verify, Whose};
use saual::config::Environment;
use saual::exit::Answer;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use signature::Seal;
use tempfile::TempDir;
use testkit::app::TestApp;
use testkit::authority::Authority;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

mod big;
mod selection;
mod several;

use super::deputy::{KNOWN, links, sent};
use super::people::People;
use crate::api::device::{PERSON, office};
use crate::api::story::{Told, signature, to_the_signatory};
use crate::api::{draft, registered};

/// The files of an archive, in their order.
type Files = Vec<(String, Vec<u8>)>;

fn opened(zip: &[u8]) -> Files {
    let mut zip = ZipArchive::new(Cursor::new(zip)).unwrap();
    let mut files = Files::new();
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        files.push((entry.name().to_owned(), bytes));
    }
    files
}

fn packed(files: &Files) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn at<'a>(files: &'a mut Files, name: &str) -> &'a mut Vec<u8> {
    &mut files.iter_mut().find(|(known, _)| known == name).unwrap_or_else(|| panic!("no {name}")).1
}

fn json_at(files: &mut Files, name: &str, change: impl FnOnce(&mut Value)) {
    let bytes = at(files, name);
    let mut value: Value = serde_json::from_slice(bytes).unwrap();
    change(&mut value);
    *bytes = serde_json::to_vec_pretty(&value).unwrap();
}

/// Whoever checks, with what they have from the Office another way.
struct Desk {
    folder: TempDir,
    seal: Seal,
}

impl Desk {
    fn of(app: &TestApp, key: &HeadKey) -> Self {
        let folder = TempDir::new().unwrap();
        std::fs::write(folder.path().join("heads.pub"), key.public().to_pem()).unwrap();
        let read = |name: &str| std::fs::read_to_string(app.folder.path().join("seal").join(name)).unwrap();
        std::fs::write(folder.path().join("seal.crt"), read("seal.crt")).unwrap();
        // A machine that has these two programs and no other.
        std::fs::create_dir(folder.path().join("bin")).unwrap();
        // What is called `python3` may be a script that leads to one.
        let python = Program::new("python3").args(["-c", "import sys; print(sys.executable)"]).output();
        let python = String::from_utf8(python.expect("python3 is installed (Debian package: python3)").stdout).unwrap();
        let path = std::env::var_os("PATH").unwrap();
        let mut places = std::env::split_paths(&path).map(|place| place.join("openssl"));
        let openssl = places.find(|place| place.exists()).expect("openssl is installed (Debian package: openssl)");
        for (name, found) in [("python3", Path::new(python.trim())), ("openssl", &openssl)] {
            std::os::unix::fs::symlink(found, folder.path().join("bin").join(name)).unwrap();
        }
        Self { folder, seal: Seal::from_pem(&read("seal.key"), &read("seal.crt")).unwrap() }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The Office itself, with its seal in its hands, puts its name to what was changed.
    fn sealed_again(&self, files: &Files) -> Files {
        let mut files = files.clone();
        let listed: Vec<Value> = files
            .iter()
            .filter(|(name, _)| !name.starts_with("manifest.json"))
            .map(|(name, bytes)| json!({ "name": name, "bytes": bytes.len(), "sha256": hex::encode(Sha256::digest(bytes)) }))
            .collect();
        json_at(&mut files, "manifest.json", |manifest| manifest["files"] = Value::from(listed));
        let manifest = at(&mut files, "manifest.json").clone();
        let made: Value = serde_json::from_slice(&manifest).unwrap();
        let made = made["made"].as_str().unwrap().parse().unwrap();
        *at(&mut files, "manifest.json.p7s") = self.seal.sign_detached(&manifest, made).unwrap();
        files
    }

    /// What `check.py` says, taken from the source and not from the archive.
    fn script(&self, place: &Path, trusted: bool) -> (bool, String) {
        self.script_at(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/web/evidence/check.py"), place, trusted)
    }

    fn script_at(&self, script: &Path, place: &Path, trusted: bool) -> (bool, String) {
        let bin = self.file("bin");
        let mut python = Program::new(bin.join("python3"));
        python.env_clear().env("PATH", &bin).args(["-I", "-S"]).arg(script).arg(place);
        if trusted {
            python.arg("--key").arg(self.file("heads.pub")).arg("--seal").arg(self.file("seal.crt"));
        }
        if self.file("kept.jsonl").exists() {
            python.arg("--heads").arg(self.file("kept.jsonl"));
        }
        let output = python.output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        match output.status.code() {
            Some(code @ (0 | 1)) => (code == 0, said),
            other => panic!("{other:?}: {said}"),
        }
    }

    /// What `saual verify --bundle` answers.
    async fn program(&self, file: PathBuf) -> bool {
        let (key, seal) = (vec![self.file("heads.pub")], Some(self.file("seal.crt")));
        let head: Vec<PathBuf> = [self.file("kept.jsonl")].into_iter().filter(|kept| kept.exists()).collect();
        let verify = Verify {
            export: None,
            bundle: Some(file),
            head,
            key,
            consistency: None,
            prove: None,
            prove_since: None,
            out: None,
            seal,
        };
        let run = || saual::commands::run(Cli { command: CliCommand::Verify(verify) }, &Environment::of([]));
        tokio::task::spawn_blocking(run).await.unwrap().unwrap() == Answer::Yes
    }

    /// Both, and what the script says.
    async fn verdict(&self, zip: &[u8]) -> (bool, bool, String) {
        let file = self.file("archive.zip");
        std::fs::write(&file, zip).unwrap();
        let (proved, said) = self.script(&file, true);
        (self.program(file).await, proved, said)
    }

    #[track_caller]
    fn holds(verdict: &(bool, bool, String), wanted: bool, about: &str) {
        assert!(
            verdict.0 == wanted && verdict.1 == wanted,
            "{about}: program {}, script {}: {}",
            verdict.0,
            verdict.1,
            verdict.2
        );
    }
}

async fn signed(app: &TestApp) -> HeadKey {
    app.sign_head().await.unwrap();
    HeadKey::from_pem(&std::fs::read_to_string(app.folder.path().join("journal/heads.key")).unwrap()).unwrap()
}

/// An answered inquiry: one receipt by the personal link, whose mail may be shown, one by hand, one address that is not there.
async fn answered(app: &TestApp, number: &str) -> Told {
    let mut told = sent(app, number).await;
    let link = links(app)[KNOWN].last().unwrap().clone();
    app.call("POST", &link).header("Origin", "null").form(&[("act", "receipt")]).send().await.is(303);
    told.version = told.dossier(app).await["version"].as_u64().unwrap();
    told.step(app, "clerk", "revoke-link", json!({ "recipient": 1 })).await;
    let by_hand = json!({ "recipient": 3, "on": "2023-09-20", "note": "Қолма-қол берілді." });
    told.step(app, "clerk", "record-delivery-by-hand", by_hand).await;
    app.settle().await;
    told
}

async fn taken(app: &TestApp, told: &Told) -> Vec<u8> {
    let answer = app.get("auditor", &format!("/inquiries/{}/evidence.zip", told.id)).await.is(200);
    assert_eq!(answer.header("content-type"), Some("application/zip"));
    answer.bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_is_found_good_by_both_and_bad_by_both_when_any_file_of_it_is_changed() {
    let app = TestApp::start().await;
    let told = answered(&app, "ДС-360").await;
    let key = signed(&app).await;
    let (zip, desk) = (taken(&app, &told).await, Desk::of(&app, &key));
    let verdict = desk.verdict(&zip).await;
    Desk::holds(&verdict, true, "as it was taken");
    let words = &verdict.2;
    let counted = "3 recipients: 2 mails accepted or written, 2 receipts, 1 mails to the byte";
    assert!(words.contains(counted), "{words}");
    assert!(words.ends_with("\nproved\n"), "{words}");
    let files = opened(&zip);
    Desk::holds(&desk.verdict(&packed(&files)).await, true, "packed by somebody else");
    let stranger = HeadKey::new([9; 32]).unwrap();
    std::fs::write(desk.file("heads.pub"), stranger.public().to_pem()).unwrap();
    Desk::holds(&desk.verdict(&zip).await, false, "another key than the Office's");
    std::fs::write(desk.file("heads.pub"), key.public().to_pem()).unwrap();
    let head: Value = serde_json::from_slice(at(&mut files.clone(), "journal/heads.jsonl")).unwrap();
    let (block, position) = (head["block"].as_i64().unwrap(), head["position"].as_i64().unwrap());
    let own: [u8; 32] = hex::decode(head["hash"].as_str().unwrap()).unwrap().try_into().unwrap();
    for (hash, wanted) in [(own, true), ([9; 32], false)] {
        let kept = key.sign(block, position, hash, None, "2023-09-20T10:00:00Z".parse().unwrap());
        std::fs::write(desk.file("kept.jsonl"), format!("{kept}\n")).unwrap();
        Desk::holds(&desk.verdict(&zip).await, wanted, "a head that was kept elsewhere");
    }
    std::fs::remove_file(desk.file("kept.jsonl")).unwrap();
    assert!(files.len() > 30, "{}", files.len());
    for index in 0..files.len() {
        let mut changed = files.clone();
        let (name, bytes) = &mut changed[index];
        let (name, middle) = (name.clone(), bytes.len() / 2);
        bytes[middle] ^= 1;
        let verdict = desk.verdict(&packed(&changed)).await;
        Desk::holds(&verdict, false, &name);
        assert!(verdict.2.contains(&name) || name.starts_with("manifest"), "{name} is not named: {}", verdict.2);
        changed.remove(index);
        Desk::holds(&desk.verdict(&packed(&changed)).await, false, &format!("without {name}"));
    }
    // Unpacked, it is checked where it lies, by the script that lies in it.
    let place = desk.file("unpacked");
    for (name, bytes) in &files {
        let file = place.join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, bytes).unwrap();
    }
    let (proved, said) = desk.script(&place, false);
    assert!(proved && said.contains("proved, if the Office has published the key "), "{said}");
    std::fs::write(place.join("more.txt"), "x").unwrap();
    assert!(!desk.script(&place, false).0, "a file that nobody knows");
    app.stop().await;
}

type Change = fn(&mut Files, &Files);

/// What somebody with the Office's own seal could do, and in which file it is found.
const CHANGES: [(&str, &str, Change); 17] = [
    ("an event left out", "journal/events/00005.json", |files, _| {
        files.retain(|(name, _)| name != "journal/events/00005.json")
    }),
    ("an event left out and the rest moved up", "journal/events/00005.json", |files, _| {
        files.retain(|(name, _)| name != "journal/events/00005.json");
        for (name, _) in files
            .iter_mut()
            .filter(|(name, _)| name.as_str() > "journal/events/00005.json" && name.starts_with("journal/events/"))
        {
            let version: u32 = name["journal/events/".len()..][..5].parse().unwrap();
            *name = format!("journal/events/{:05}.json", version - 1);
        }
    }),
    ("the last event left out", "manifest.json", |files, _| {
        let last = files.iter().rposition(|(name, _)| name.starts_with("journal/events/")).unwrap();
        files.remove(last);
    }),
    ("a recipient left out", "recipients", |files, _| files.retain(|(name, _)| name != "recipients/0002.json")),
    ("a recipient's event left out", "recipients/0001.json", |files, _| {
        json_at(files, "recipients/0001.json", |told| drop(told["events"].as_array_mut().unwrap().pop()));
    }),
    ("a receipt that nobody gave", "recipients/0002.json", |files, _| {
        json_at(files, "recipients/0002.json", |told| {
            told["receipt"] =
                json!({ "how": "by_personal_link", "at": "2023-09-20T09:40:00Z", "by": "x", "position": 1 });
        });
    }),
    ("a receipt that is kept silent", "recipients/0001.json", |files, _| {
        json_at(files, "recipients/0001.json", |told| told["receipt"] = Value::Null);
    }),
    ("another mail", "recipients/0001.json", |files, _| {
        json_at(files, "recipients/0001.json", |told| told["orders"][0]["message"] = json!("RnJvbTogeA0KDQp4"));
    }),
    ("a certificate swapped", "certificates/", |files, _| {
        let other = Seal::generate(
            [5; 32],
            "Another",
            "2020-01-01T00:00:00Z".parse().unwrap(),
            "2040-01-01T00:00:00Z".parse().unwrap(),
            7,
        )
        .unwrap();
        let name = files.iter().find(|(name, _)| name.starts_with("certificates/")).unwrap().0.clone();
        *at(files, &name) = other.certificate_pem().unwrap().into_bytes();
    }),
    ("another inquiry's proof", "journal/events/00003.json", |files, other| {
        let theirs = other.iter().find(|(name, _)| name == "journal/events/00003.json").unwrap().1.clone();
        *at(files, "journal/events/00003.json") = theirs;
    }),
    ("another inquiry's letter", "letters/1/sent.pdf", |files, other| {
        for name in ["letters/1/sent.pdf", "letters/1/sent.pdf.p7s"] {
            *at(files, name) = other.iter().find(|(known, _)| known == name).unwrap().1.clone();
        }
    }),
    ("another text of an event", "journal/events/00002.json", |files, _| {
        json_at(files, "journal/events/00002.json", |told| told["event"]["actor"] = json!("somebody"));
    }),
    ("a block left out", "journal/blocks.jsonl", |files, _| {
        let blocks = String::from_utf8(at(files, "journal/blocks.jsonl").clone()).unwrap();
        let without: Vec<&str> = blocks.lines().enumerate().filter(|(n, _)| *n != 3).map(|(_, line)| line).collect();
        *at(files, "journal/blocks.jsonl") = (without.join("\n") + "\n").into_bytes();
    }),
    ("a head that nobody signed", "journal/heads.jsonl", |files, _| {
        json_at(files, "journal/heads.jsonl", |head| head["signed"] = json!("2020-01-01T00:00:00Z"));
        let mut line: Value = serde_json::from_slice(at(files, "journal/heads.jsonl")).unwrap();
        *at(files, "journal/heads.jsonl") = format!("{}\n", line.take()).into_bytes();
    }),
    ("another key", "keys/", |files, _| {
        let name = files.iter().find(|(name, _)| name.starts_with("keys/")).unwrap().0.clone();
        *at(files, &name) = HeadKey::new([9; 32]).unwrap().public().to_pem().into_bytes();
    }),
    ("a seal that the report does not know as the Office's", "report.json", |files, _| {
        json_at(files, "report.json", |report| report["seals"] = json!([]));
    }),
    ("a report that tells otherwise", "report.json", |files, _| {
        json_at(files, "report.json", |report| report["events"][0]["by"] = json!("somebody"));
    }),
];

#[tokio::test(flavor = "multi_thread")]
async fn not_even_the_office_can_leave_out_or_put_in_what_the_journal_does_not_say() {
    let app = TestApp::start().await;
    let (told, other) = (answered(&app, "ДС-361").await, answered(&app, "ДС-362").await);
    let key = signed(&app).await;
    let (files, other) = (opened(&taken(&app, &told).await), opened(&taken(&app, &other).await));
    let desk = Desk::of(&app, &key);
    Desk::holds(&desk.verdict(&packed(&desk.sealed_again(&files))).await, true, "sealed again and not changed");
    for (what, place, change) in CHANGES {
        let mut changed = files.clone();
        change(&mut changed, &other);
        let verdict = desk.verdict(&packed(&desk.sealed_again(&changed))).await;
        Desk::holds(&verdict, false, what);
        assert!(verdict.2.contains(place) || what == "a head that nobody signed", "{what}, in {place}: {}", verdict.2);
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_that_leads_out_of_its_folder_or_is_a_bomb_is_refused() {
    let app = TestApp::start().await;
    let (id, version) = registered(&app, "ДС-363").await;
    let told = Told { id, version, content_hash: Value::Null };
    let key = signed(&app).await;
    let (files, desk) = (opened(&taken(&app, &told).await), Desk::of(&app, &key));
    for name in ["../evil.txt", "/etc/evil", "a/../../evil", "C:\\evil", "letters/1/evil\u{0}.pdf"] {
        let mut changed = files.clone();
        changed.push((name.to_owned(), b"x".to_vec()));
        Desk::holds(&desk.verdict(&packed(&desk.sealed_again(&changed))).await, false, name);
    }
    let mut link = ZipWriter::new_append(Cursor::new(packed(&files))).unwrap();
    link.add_symlink("link", "/etc/passwd", SimpleFileOptions::default()).unwrap();
    Desk::holds(&desk.verdict(&link.finish().unwrap().into_inner()).await, false, "a symbolic link");
    // A file is there twice: two programs could read two different ones.
    let twice = packed(&files);
    let mut doubled = files.clone();
    doubled.push(("readme.txt".to_owned(), files[0].1.clone()));
    let doubled: Vec<u8> = packed(&doubled);
    let doubled = replaced(&doubled, b"readme.txt", b"README.txt");
    assert_ne!(doubled, twice);
    Desk::holds(&desk.verdict(&doubled).await, false, "a file that is there twice");
    // A gigabyte of zeros packs into one megabyte; it is refused by what it says of itself, or by what it is.
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in &files {
        zip.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.start_file("files/bomb", SimpleFileOptions::default()).unwrap();
    let zeros = vec![0; 1 << 20];
    for _ in 0..300 {
        zip.write_all(&zeros).unwrap();
    }
    let bomb = zip.finish().unwrap().into_inner();
    assert!(bomb.len() < 4 << 20);
    Desk::holds(&desk.verdict(&bomb).await, false, "a bomb");
    for bytes in [&b"PK\x03\x04"[..], b"PK\x03\x04 and nothing more of it", &twice[..twice.len() / 2]] {
        Desk::holds(&desk.verdict(bytes).await, false, "no archive");
    }
    app.stop().await;
}

fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    while let Some(found) = bytes.windows(from.len()).position(|window| window == from) {
        bytes[found..found + to.len()].copy_from_slice(to);
    }
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inquiry_that_is_not_answered_yet_has_an_archive_of_what_there_is() {
    let app = TestApp::start().await;
    let (id, version) = registered(&app, "ДС-364").await;
    let told = Told { id, version, content_hash: Value::Null };
    let own = app.folder.path().join("journal/heads.key");
    let pem = std::fs::read_to_string(&own).unwrap();
    std::fs::write(&own, "no key").unwrap();
    let zip = taken(&app, &told).await;
    let report: Value = serde_json::from_slice(at(&mut opened(&zip), "report.json")).unwrap();
    assert_eq!((&report["head_not_signed"], &report["unsigned"]), (&json!(true), &json!(3)));
    let unsigned = Desk::of(&app, &HeadKey::new([7; 32]).unwrap()).verdict(&zip).await;
    std::fs::write(&own, &pem).unwrap();
    Desk::holds(&unsigned, false, "no head was signed yet");
    assert!(
        unsigned.2.contains("NOT PROVED, though nothing is wrong: journal/heads.jsonl: no signed head reaches 3"),
        "{}",
        unsigned.2
    );
    let zip = taken(&app, &told).await;
    let key = HeadKey::from_pem(&pem).unwrap();
    let verdict = Desk::of(&app, &key).verdict(&zip).await;
    Desk::holds(&verdict, true, "registered");
    assert!(verdict.2.contains("the inquiry has no signed reply yet"), "{}", verdict.2);
    let report = opened(&zip).into_iter().find(|(name, _)| name == "report.json").unwrap().1;
    let report: Value = serde_json::from_slice(&report).unwrap();
    assert_eq!((&report["letters"], &report["recipients"]), (&json!([]), &json!([])));
    let path = format!("/inquiries/{}/evidence.zip", told.id);
    for (account, status) in [
        ("clerk", 200),
        ("control", 200),
        ("admin", 200),
        ("head", 403),
        ("lead", 403),
        ("deputy", 403),
        ("signatory", 403),
    ] {
        assert_eq!(app.get(account, &path).await.status, status, "{account}");
    }
    assert_eq!(app.get("auditor", &path.replace(&told.id, "x")).await.status, 404);
    let people = People::of(&app).await;
    let page = people.at_browser("auditor").await.open(&format!("/inquiries/{}", told.id)).await;
    assert!(page.text.contains(&path) && page.words().contains("Archive of evidence"), "{}", page.words());
    app.state().reads.stand().await;
    let reads = people.at_browser("auditor").await.open(&format!("/inquiries/{}/reads", told.id)).await;
    assert!(reads.words().contains("Archive of an inquiry's evidence (ZIP)"), "{}", reads.words());
    app.stop().await;
}

/// As after `saual seal rotate`, with a certificate that is valid in the year of the story.
fn another_seal(folder: &Path) {
    let (from, until) = ("2020-01-01T00:00:00Z".parse().unwrap(), "2040-01-01T00:00:00Z".parse().unwrap());
    let seal = Seal::generate([6; 32], "Saual server seal", from, until, 8).unwrap();
    std::fs::write(folder.join("seal/seal.key"), seal.key_pem().unwrap()).unwrap();
    std::fs::write(folder.join("seal/seal.crt"), seal.certificate_pem().unwrap()).unwrap();
}

/// Both letters are there, each with its signatures; the deliveries are those of the letter that stands.
#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_was_replaced_stays_in_the_archive_beside_the_one_that_replaced_it() {
    let mut app = TestApp::start().await;
    let mut told = answered(&app, "ДС-367").await;
    told.version = told.dossier(&app).await["version"].as_u64().unwrap();
    told.step(&app, "signatory", "replace-reply", json!({ "reason": "Қате кетті" })).await;
    let key = signed(&app).await;
    let between = taken(&app, &told).await;
    let verdict = Desk::of(&app, &key).verdict(&between).await;
    Desk::holds(&verdict, true, "while a letter is being replaced");
    assert!(!verdict.2.contains("recipients:"), "the deliveries of a letter that stands no more: {}", verdict.2);
    // The letter that takes its place is sealed with another key, as is the archive then.
    app.restart(another_seal).await;

    told.revised(&app, 2, draft("Түзетілген жауап."), &json!([{ "kind": "legal", "approver": "legal" }])).await;
    let visa = json!({ "version": 2, "content_hash": told.content_hash, "kind": "legal" });
    told.step(&app, "legal", "visa", visa).await;
    told.step(&app, "clerk", "submit-for-signature", json!({ "version": 2 })).await;
    let pdf = app.get("signatory", &format!("/api/v1/inquiries/{}/reply.pdf", told.id)).await.is(200).bytes;
    let mut sign = signature(&told, &pdf);
    sign["version"] = json!(2);
    told.step(&app, "signatory", "sign", sign).await;
    told.step(&app, "clerk", "assign-outgoing-number", json!({})).await;
    told.step(&app, "clerk", "dispatch", json!({})).await;
    app.settle().await;
    let zip = taken(&app, &told).await;
    let verdict = Desk::of(&app, &key).verdict(&zip).await;
    Desk::holds(&verdict, true, "with two letters");
    let report: Value = serde_json::from_slice(at(&mut opened(&zip), "report.json")).unwrap();
    assert_eq!(report["seals"].as_array().map(Vec::len), Some(2), "{report}");
    for letter in report["letters"].as_array().unwrap() {
        let inside = letter["sent"]["inside"].as_array().unwrap();
        assert!(
            inside[0].as_str().unwrap().contains("жарамды"),
            "both seals inside are known as the Office's: {inside:?}"
        );
    }
    let names: Vec<String> = opened(&zip).into_iter().map(|(name, _)| name).collect();
    for name in [
        "letters/1/sent.pdf",
        "letters/1/sent.pdf.p7s",
        "letters/2/signed.pdf",
        "letters/2/sent.pdf.p7s",
        "recipients/0003.json",
    ] {
        assert!(names.iter().any(|known| known == name), "{name}: {names:?}");
    }
    app.stop().await;
}

/// A signature of an algorithm that is unknown here: what was found when it was made is told, and it is not proved by that.
#[tokio::test(flavor = "multi_thread")]
async fn of_a_signature_that_nobody_here_can_check_the_archive_says_what_was_found_when_it_was_made() {
    let authority = Authority::start();
    authority.issue("person", PERSON, "documents");
    let verifier = authority.address().parse().ok();
    let app = office(&authority, |settings| settings.verifier = verifier).await;
    let mut told = to_the_signatory(&app, "ДС-370").await;
    let pdf = app.get("signatory", &format!("/api/v1/inquiries/{}/reply.pdf", told.id)).await.is(200).bytes;
    let mut body = signature(&told, &pdf);
    body["signature"] = json!(STANDARD.encode(Authority::gost_like(&authority.sign("person", &pdf))));
    told.step(&app, "signatory", "sign", body).await;
    told.step(&app, "clerk", "assign-outgoing-number", json!({})).await;
    let key = signed(&app).await;
    let zip = taken(&app, &told).await;
    let desk = Desk::of(&app, &key);
    std::fs::write(desk.file("archive.zip"), &zip).unwrap();
    assert!(!desk.program(desk.file("archive.zip")).await, "not checked is not proved");
    let report: Value = serde_json::from_slice(at(&mut opened(&zip), "report.json")).unwrap();
    let checked = &report["letters"][0]["signed"]["checked_then"];
    assert!(checked["conclusion"] == "valid" && checked["lines"].as_array().is_some_and(|lines| !lines.is_empty()));
    app.stop().await;
}

/// Addresses that were erased stay so, and the archive says it.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_erased_is_not_in_the_archive_and_it_says_so() {
    let app = TestApp::start().await;
    let mut told = answered(&app, "ДС-365").await;
    told.version = told.dossier(&app).await["version"].as_u64().unwrap();
    let by_hand = json!({ "recipient": 2, "on": "2023-09-20", "note": "Қолма-қол берілді." });
    told.step(&app, "clerk", "record-delivery-by-hand", by_hand).await;
    told.step(&app, "control", "close", json!({ "outcome": { "kind": "answered" } })).await;
    app.settle().await;
    let key = signed(&app).await;
    let tells = |files: &Files| -> Vec<String> {
        let telling = files.iter().filter(|(_, bytes)| String::from_utf8_lossy(bytes).contains(KNOWN));
        telling.map(|(name, _)| name.clone()).collect()
    };
    let before = opened(&taken(&app, &told).await);
    assert_eq!(tells(&before), ["recipients/0001.json"], "an address is told of its owner alone");
    let whose = Whose { deputy: None, inquiry: Some("ДС-365".to_owned()), recipient: Some(1) };
    let erase =
        Erase { whose, ground: "Депутаттың өтініші".to_owned(), by: "admin".to_owned(), yes: true };
    let (url, data) = (app.database.url(), app.folder.path().to_str().unwrap().to_owned());
    let work = move || {
        let environment = Environment::of([("DATABASE_URL", url.as_str()), ("SAUAL_DATA", data.as_str())]);
        saual::commands::run(Cli { command: CliCommand::Erase(erase) }, &environment)
    };
    assert_eq!(tokio::task::spawn_blocking(work).await.unwrap().unwrap(), Answer::Yes);
    app.settle().await;
    let zip = taken(&app, &told).await;
    let mut files = opened(&zip);
    assert!(tells(&files).is_empty());
    let report: Value = serde_json::from_slice(at(&mut files, "report.json")).unwrap();
    assert_eq!(report["erased"], json!([1]));
    Desk::holds(&Desk::of(&app, &key).verdict(&zip).await, true, "with an address erased");
    app.stop().await;
}

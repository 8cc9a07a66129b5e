//! `saual letter …` as a stranger runs it: the program itself, its exit codes, what it says and the files it leaves.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends with the place where it could not")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The approved letters of the crate that makes them.
fn approved() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../letter/tests/golden")
}

fn saual(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_saual")).args(arguments).output().unwrap()
}

fn said(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

fn facts(case: &str) -> String {
    approved().join(format!("{case}.facts.json")).to_str().unwrap().to_owned()
}

#[test]
fn a_letter_of_any_kind_is_rendered_in_any_form() {
    for (case, format, begins) in [
        ("reply.one.kk", "pdf", &b"%PDF-1.7"[..]),
        ("reminder.late.ru", "docx", &b"PK"[..]),
        ("cover_note.en", "html", &b"<!DOCTYPE html>"[..]),
        ("reply.bilingual", "pdf", &b"%PDF-1.7"[..]),
    ] {
        let output = saual(&["letter", "render", "--facts", &facts(case), "--format", format]);
        assert!(output.status.success() && output.stdout.starts_with(begins), "{case}: {:?}", said(&output));
    }
    let text = saual(&["letter", "render", "--facts", &facts("acknowledgement.kk"), "--format", "txt"]);
    assert_eq!(said(&text).1, fs::read_to_string(approved().join("acknowledgement.kk.txt")).unwrap());
}

#[test]
fn a_letter_is_made_with_an_edition_that_was_kept() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("edition.json");
    let engine = letter::Engine::new().unwrap();
    fs::write(&kept, engine.edition().to_bytes()).unwrap();
    let render = |edition: &Path| {
        let edition = edition.to_str().unwrap();
        saual(&["letter", "render", "--facts", &facts("reply.one.kk"), "--format", "pdf", "--edition", edition])
    };
    let today = saual(&["letter", "render", "--facts", &facts("reply.one.kk"), "--format", "pdf"]);
    let again = render(&kept);
    assert!(again.status.success() && again.stdout == today.stdout, "{:?}", said(&again).2);
    assert_eq!(said(&again).2, "");

    let mut older: serde_json::Value = serde_json::from_slice(&fs::read(&kept).unwrap()).unwrap();
    older["typesetter"] = "typst 0.1.0".into();
    fs::write(&kept, older.to_string()).unwrap();
    let (code, _, told) = said(&render(&kept));
    assert!(code == Some(0) && told.contains("the bytes may differ") && told.contains("typst 0.1.0"), "{told}");
    fs::write(&kept, "{}").unwrap();
    let (code, _, told) = said(&render(&kept));
    assert!(code == Some(2) && told.contains("edition.json: the file is no edition of the forms"), "{told}");
}

#[test]
fn facts_of_another_kind_are_refused_at_their_kind() {
    let facts = facts("acknowledgement.kk");
    let (code, _, told) =
        said(&saual(&["letter", "render", "--facts", &facts, "--kind", "reminder", "--format", "txt"]));
    assert_eq!(code, Some(2));
    assert!(told.contains("/kind: these are facts of the kind acknowledgement, and reminder was asked for"), "{told}");
    let (code, _, told) = said(&saual(&["letter", "render", "--facts", &facts, "--kind", "memo", "--format", "txt"]));
    assert!(code == Some(2) && told.contains("contribution_request"), "{told}");
}

#[test]
fn a_fault_names_the_schema_of_the_kind_that_the_facts_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("facts.json");
    let text = fs::read_to_string(facts("reminder.late.ru")).unwrap();
    let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
    value["signatory"] = serde_json::json!("А. Смаилов");
    assert_eq!(value["kind"], "reminder");
    for (kind, hint) in [(Some("reminder"), "reminder"), (Some("memo"), "KIND"), (None, "KIND")] {
        value["kind"] = kind.into();
        if kind.is_none() {
            value.as_object_mut().unwrap().remove("kind");
        }
        fs::write(&file, value.to_string()).unwrap();
        let asked = ["letter", "render", "--facts", file.to_str().unwrap(), "--format", "txt"];
        let (code, _, told) = said(&saual(&asked));
        assert!(code == Some(2) && told.contains(&format!("`saual letter facts-schema {hint}`")), "{told}");
    }
}

#[test]
fn a_batch_names_every_fault_and_makes_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let (given, out) = (folder.path().join("in"), folder.path().join("out"));
    fs::create_dir(&given).unwrap();
    for case in ["interim_reply.kk", "extension_notice.ru", "contribution_request.en"] {
        fs::copy(facts(case), given.join(format!("{case}.json"))).unwrap();
    }
    fs::write(given.join("torn.json"), "{").unwrap();
    let refused = fs::read_to_string(facts("extension_notice.kk")).unwrap().replace("2023-11-20", "2023-10-20");
    fs::write(given.join("refused.json"), refused).unwrap();
    let (given, made) = (given.to_str().unwrap(), out.to_str().unwrap());
    let (code, told, faults) =
        said(&saual(&["letter", "render", "--batch", given, "--format", "pdf", "--archive", "--out", made]));
    assert_eq!((code, told.as_str()), (Some(1), "letters: 3 made, 2 refused\n"), "{faults}");
    let mut faults: Vec<&str> = faults.lines().collect();
    faults.sort_unstable();
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(faults[0].contains("refused.json") && faults[0].contains("/extended_to: a day after 2023-10-20 is needed"));
    assert!(faults[1].contains("torn.json is no JSON"), "{faults:?}");
    let mut names: Vec<_> = fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["contribution_request.en.pdf", "extension_notice.ru.pdf", "interim_reply.kk.pdf"]);
}

#[test]
fn a_batch_that_cannot_be_written_is_not_the_facts_fault() {
    let folder = tempfile::tempdir().unwrap();
    let taken = folder.path().join("taken");
    fs::write(&taken, "a file").unwrap();
    let (code, _, told) = said(&saual(&[
        "letter",
        "render",
        "--batch",
        &facts("reply.one.kk"),
        "--format",
        "txt",
        "--out",
        taken.to_str().unwrap(),
    ]));
    assert!(code == Some(3) && told.contains("cannot be made"), "{code:?}: {told}");
}

#[test]
fn only_a_pdf_holds_its_facts_inside() {
    let (code, _, told) =
        said(&saual(&["letter", "render", "--facts", &facts("reply.one.kk"), "--format", "docx", "--archive"]));
    assert!(code == Some(2) && told.contains("only a PDF holds its facts inside"), "{told}");
}

#[test]
fn a_preview_is_a_picture_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let (code, told, faults) =
        said(&saual(&["letter", "preview", "--facts", &facts("reply.bilingual"), "--dots", "30", "--out", out]));
    assert_eq!((code, told.lines().count()), (Some(0), 4), "{faults}");
    for page in told.lines() {
        let png = fs::read(page).unwrap();
        assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"), "{page}");
        // Width in the header, big-endian: A4 is 8.27 inches wide.
        assert_eq!(png[16..20], 248_u32.to_be_bytes(), "{page}");
    }
    let (code, _, told) = said(&saual(&["letter", "preview", "--pdf", &facts("reply.bilingual"), "--out", out]));
    assert!(code == Some(2) && told.contains("cannot be drawn"), "{told}");
}

#[test]
fn question_and_answer_go_out_as_akoma_ntoso() {
    let facts = facts("reply.list.ru");
    let asked = ["letter", "akn", "--facts", &facts, "--question", "Какие меры <принимаются>?"];
    let (code, xml, faults) = said(&saual(&asked));
    assert_eq!(code, Some(0), "{faults}");
    assert!(xml.contains("<akomaNtoso xmlns=\"http://docs.oasis-open.org/legaldocml/ns/akn/3.0\">"), "{xml}");
    assert!(xml.contains("<p>Какие меры &lt;принимаются&gt;?</p>"), "{xml}");
}

#[test]
fn every_kind_has_a_schema() {
    for kind in [
        "reply",
        "interim_reply",
        "extension_notice",
        "acknowledgement",
        "contribution_request",
        "cover_note",
        "reminder",
    ] {
        let (code, schema, faults) = said(&saual(&["letter", "facts-schema", kind]));
        assert_eq!(code, Some(0), "{faults}");
        let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
        assert_eq!(schema["properties"]["kind"]["const"], kind);
    }
}

/// A letter signed inside and beside by a seal that is trusted itself, as a stranger checks it.
#[test]
fn the_signatures_of_a_letter_are_checked_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (from, until) = ("2023-01-01T00:00:00Z".parse().unwrap(), "2053-01-01T00:00:00Z".parse().unwrap());
    let seal = signature::Seal::generate([7; 32], "Saual demo seal (server)", from, until, 1).unwrap();
    let letter = saual(&["letter", "render", "--facts", &facts("reply.one.kk"), "--format", "pdf"]).stdout;
    let signed_at = "2023-10-05T05:00:00Z".parse().unwrap();
    let statement = signature::Statement {
        field: "Signature1".to_owned(),
        at: signed_at,
        name: Some("Ә. Смайылов".to_owned()),
        reason: None,
        room: 8_000,
    };
    let place = signature::prepare(&letter, &statement).unwrap();
    let signed = place.embed(&seal.sign_pades(&place.to_sign(), &[]).unwrap(), None).unwrap();
    let mut damaged = signed.clone();
    damaged[1_000] ^= 1;
    for (name, bytes) in [
        ("letter.pdf", &letter),
        ("bare.pdf", &letter),
        ("letter.pdf.p7s", &seal.sign_detached(&letter, signed_at).unwrap()),
        ("signed.pdf", &signed),
        ("damaged.pdf", &damaged),
        ("seal.pem", &seal.certificate_pem().unwrap().into_bytes()),
    ] {
        fs::write(at(name), bytes).unwrap();
    }
    let (pem, p7s) = (at("seal.pem"), at("letter.pdf.p7s"));
    for (file, more, code, first) in [
        ("signed.pdf", &["--trust", &pem][..], 0, "valid"),
        ("letter.pdf", &["--trust", &pem, "--signature", &p7s], 0, "valid: Saual demo seal (server)"),
        ("signed.pdf", &[], 1, "invalid"),
        ("damaged.pdf", &["--trust", &pem], 1, "invalid"),
        ("bare.pdf", &["--trust", &pem], 1, "invalid"),
        // What was signed is checked by what lies beside it.
        ("letter.pdf", &["--trust", &pem], 0, &format!("{p7s}:")),
        ("signed.pdf", &["--trust", &p7s], 2, ""),
    ] {
        let output = saual(&[&["letter", "check", &at(file), "--lang", "en"], more].concat());
        let (ended, told, _) = said(&output);
        assert_eq!((ended, told.lines().next().unwrap_or("")), (Some(code), first), "{file} {more:?}: {told}");
    }
    let (_, told, _) = said(&saual(&["letter", "check", &at("damaged.pdf"), "--trust", &pem]));
    assert!(told.starts_with("жарамсыз\n") && told.contains("қол қойылған байттар бұлар емес"), "{told}");
}

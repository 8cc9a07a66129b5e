//! `saual letter diff`, `import-docx`, `blank` and `editor-schema` as a person runs them.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends with the place where it could not")]

use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

const FACTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../letter/data/ds-326.facts.json");

/// Exit code, standard output, standard error.
fn saual(arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_saual")).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn yes(arguments: &[&str]) -> String {
    let (code, out, errors) = saual(arguments);
    assert_eq!(code, 0, "{arguments:?}: {out}{errors}");
    out
}

fn rendered(folder: &Path) -> PathBuf {
    let file = folder.join("ДС-326.docx");
    yes(&[
        "letter",
        "render",
        "--kind",
        "reply",
        "--facts",
        FACTS,
        "--format",
        "docx",
        "--out",
        file.to_str().unwrap(),
    ]);
    file
}

/// The file with other words in its document.
fn edited(file: &Path, from: &str, to: &str) -> PathBuf {
    let mut old = ZipArchive::new(Cursor::new(std::fs::read(file).unwrap())).unwrap();
    let mut new = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..old.len() {
        let mut part = old.by_index(index).unwrap();
        let (name, mut bytes) = (part.name().to_owned(), Vec::new());
        part.read_to_end(&mut bytes).unwrap();
        if name == "word/document.xml" {
            let xml = String::from_utf8(bytes).unwrap();
            assert_eq!(xml.matches(from).count(), 1, "{from}");
            bytes = xml.replace(from, to).into_bytes();
        }
        new.start_file(name, SimpleFileOptions::default()).unwrap();
        new.write_all(&bytes).unwrap();
    }
    let path = file.with_file_name("түзетілген.docx");
    std::fs::write(&path, new.finish().unwrap().into_inner()).unwrap();
    path
}

#[test]
fn an_edited_file_comes_back_as_its_edits() {
    let folder = tempfile::tempdir().unwrap();
    let file = rendered(folder.path());
    let facts: Value = serde_json::from_str(&std::fs::read_to_string(FACTS).unwrap()).unwrap();

    let said = yes(&["letter", "import-docx", file.to_str().unwrap(), "--against", FACTS, "--json"]);
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["body"]["blocks"], facts["body"]["blocks"]);
    assert!(said["changes"]["changes"].as_array().unwrap().iter().all(|change| change["change"] == "kept"));

    let changed = edited(&file, "EPS орталығы іске", "EPS орталығы толық іске");
    let out = folder.path().join("body.json");
    let arguments =
        ["letter", "import-docx", changed.to_str().unwrap(), "--against", FACTS, "--out", out.to_str().unwrap()];
    let said = yes(&arguments);
    assert!(said.starts_with("Блоктар: ") && said.contains("{+толық +}"), "{said}");
    let said = yes(&["letter", "diff", FACTS, out.to_str().unwrap(), "--lang", "en"]);
    assert!(said.starts_with("~ ") && said.contains("{+толық +}") && said.lines().count() == 1, "{said}");
    assert_eq!(yes(&["letter", "diff", out.to_str().unwrap(), changed.to_str().unwrap()]), "Екі нұсқа бірдей.\n");
}

#[test]
fn a_file_that_a_letter_cannot_hold_is_answered_no_with_every_place() {
    let folder = tempfile::tempdir().unwrap();
    let changed = edited(
        &rendered(folder.path()),
        "EPS орталығы",
        "EPS</w:t></w:r><w:r><w:drawing/></w:r><w:r><w:t xml:space=\"preserve\"> орталығы",
    );
    let (code, said, _) = saual(&["letter", "import-docx", changed.to_str().unwrap(), "--lang", "ru"]);
    assert_eq!(code, 1);
    assert!(said.contains("картинку письмо не вмещает, удалите её") && said.starts_with("абзац "), "{said}");
    let (code, said, errors) = saual(&["letter", "import-docx", FACTS]);
    assert_eq!((code, said.as_str()), (2, ""));
    assert!(errors.contains("ds-326.facts.json") && errors.contains(".docx"), "{errors}");
}

#[test]
fn versions_are_compared_whichever_editor_wrote_them() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let json = write("a.json", r#"{"blocks":[{"type":"paragraph","content":[{"type":"text","text":"Бір екі."}]}]}"#);
    let markdown = write("b.md", "Бір **үш**.\n");
    assert_eq!(yes(&["letter", "diff", &json, &markdown]), "~ 1, абзац: Бір [-екі-]{+үш+}.\n");
    let change: Value = serde_json::from_str(&yes(&["letter", "diff", &json, &markdown, "--json"])).unwrap();
    assert_eq!(change["changes"][0]["content"]["pieces"][2]["look"]["bold"], true);
    for (name, text, place) in [
        ("c.md", "> дәйексөз", "line 1, column 1: "),
        ("c.json", r#"{"blocks":[{"type":"html"}]}"#, "/blocks/0: "),
        ("d.json", r#"{"body":{"blocks":[]}}"#, "/body/blocks: "),
        ("e.json", "{", "no JSON: "),
    ] {
        let (code, _, errors) = saual(&["letter", "diff", &json, &write(name, text), "--lang", "en"]);
        assert_eq!(code, 2, "{errors}");
        assert!(errors.contains(name) && errors.contains(place), "{errors}");
    }
}

#[test]
fn a_blank_is_checked_and_filled() {
    let folder = tempfile::tempdir().unwrap();
    let file = rendered(folder.path());
    let (code, said, _) = saual(&["letter", "blank", file.to_str().unwrap(), "--lang", "en"]);
    assert_eq!((code, said.as_str()), (1, "{{body}} has to stand once; it stands 0 times\n"));

    let empty = "</w:t></w:r></w:p><w:p><w:r><w:t>{{body}}</w:t></w:r></w:p><w:p><w:r><w:t>{{annexes}}</w:t></w:r></w:p><w:p><w:r><w:t>";
    let blank = edited(&file, "Құрметті депутаттар!", &format!("{{{{salutation}}}}{empty}"));
    let out = folder.path().join("толтырылған.docx");
    let fill = |facts: &str, kind: &str| {
        let (blank, out) = (blank.to_str().unwrap(), out.to_str().unwrap());
        saual(&["letter", "blank", blank, "--lang", "en", "--facts", facts, "--kind", kind, "--out", out])
    };
    let (code, said, errors) = fill(FACTS, "reply");
    assert!(code == 0 && said.starts_with("The blank is sound: sha256 "), "{said}{errors}");
    let first = std::fs::read(&out).unwrap();
    let said = yes(&["letter", "import-docx", out.to_str().unwrap(), "--against", FACTS, "--lang", "en"]);
    assert!(said.contains("What changed:\nnothing changed\n"), "{said}");
    fill(FACTS, "reply");
    assert_eq!(std::fs::read(&out).unwrap(), first);

    let golden = |name| format!("{}/../letter/tests/golden/{name}.facts.json", env!("CARGO_MANIFEST_DIR"));
    let (code, _, errors) = fill(&golden("reminder.late.kk"), "reminder");
    assert_eq!(code, 0, "{errors}");
    assert_ne!(std::fs::read(&out).unwrap(), first);
    let (code, _, errors) = fill(&golden("reply.bilingual"), "reply");
    assert!(code == 2 && errors.contains("two languages"), "{errors}");
}

#[test]
fn both_texts_of_a_letter_in_two_languages_are_compared() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("екі тілде.docx");
    let facts = format!("{}/../letter/tests/golden/reply.bilingual.facts.json", env!("CARGO_MANIFEST_DIR"));
    yes(&["letter", "render", "--facts", &facts, "--format", "docx", "--out", file.to_str().unwrap()]);
    let said = yes(&["letter", "import-docx", file.to_str().unwrap(), "--lang", "en"]);
    assert_eq!(said, "Blocks: 3\nBlocks of the text in the second language: 3\n");
    assert_eq!(yes(&["letter", "diff", &facts, file.to_str().unwrap()]), "Екі нұсқа бірдей.\n");

    let both: Value = serde_json::from_str(&std::fs::read_to_string(&facts).unwrap()).unwrap();
    let words = both[1]["body"]["blocks"][0]["content"][0]["text"].as_str().unwrap();
    let (first, rest) = words.split_once(' ').unwrap();
    let changed = edited(&file, words, &format!("{first} действительно {rest}"));
    let out = folder.path().join("both.json");
    let (changed, out) = (changed.to_str().unwrap(), out.to_str().unwrap());
    let arguments = ["letter", "import-docx", changed, "--against", &facts, "--lang", "ru", "--out", out];
    let said = yes(&arguments);
    assert!(said.contains("Первый текст:\nничего не изменилось\nТекст на втором языке:\n~ 1, "), "{said}");
    assert_eq!(said.matches("{+действительно +}").count(), 1, "{said}");
    for old in [&facts, file.to_str().unwrap()] {
        for new in [changed, out] {
            let said = yes(&["letter", "diff", old, new, "--lang", "ru"]);
            assert!(said.starts_with("Первый текст:\nничего не изменилось\nТекст на втором языке:\n~ 1, "), "{said}");
            assert_eq!(said.matches("{+действительно +}").count(), 1, "{said}");
        }
    }
    assert_eq!(yes(&["letter", "diff", out, changed, "--lang", "en"]), "The two versions are the same.\n");
    let json: Value = serde_json::from_str(&yes(&["letter", "diff", &facts, changed, "--json"])).unwrap();
    assert!(json["changes"].as_array().unwrap().iter().all(|change| change["change"] == "kept"), "{json}");
    assert_eq!(json["second"]["changes"][0]["change"], "changed", "{json}");

    // A text that only one side has is new, or gone.
    let alone = folder.path().join("бірінші.json");
    std::fs::write(&alone, both[0].to_string()).unwrap();
    let said = yes(&["letter", "diff", alone.to_str().unwrap(), &facts, "--lang", "en"]);
    let (first, second) = said.split_once("The text in the second language:\n").unwrap();
    assert_eq!(first, "The first text:\nnothing changed\n");
    assert!(second.lines().filter(|line| line.starts_with("+ ")).count() == 3, "{said}");
}

#[test]
fn the_rich_editors_schema_is_printed() {
    let schema: Value = serde_json::from_str(&yes(&["letter", "editor-schema"])).unwrap();
    assert_eq!(schema["properties"]["type"]["const"], "doc");
}

/// The golden facts of a case.
fn golden(case: &str) -> String {
    format!("{}/../letter/tests/golden/{case}.facts.json", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn a_file_that_nobody_edited_says_nothing_of_the_forms_own_sentences() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.docx");
    let file = file.to_str().unwrap();
    for (case, language) in [("interim_reply.kk", "kk"), ("interim_reply.ru", "ru"), ("interim_reply.en", "en")] {
        let facts = golden(case);
        yes(&["letter", "render", "--facts", &facts, "--format", "docx", "--out", file]);
        let out = yes(&["letter", "import-docx", file, "--against", &facts, "--json", "--lang", language]);
        let said: Value = serde_json::from_str(&out).unwrap();
        let facts: Value = serde_json::from_str(&std::fs::read_to_string(&facts).unwrap()).unwrap();
        assert_eq!(said["body"]["blocks"], facts["body"]["blocks"], "{case}");
        assert_eq!(said["form_changes"], Value::Array(Vec::new()), "{case}");
    }
}

#[test]
fn a_change_of_the_form_is_told_where_the_facts_are_known() {
    let folder = tempfile::tempdir().unwrap();
    let file = edited(&rendered(folder.path()), "Н. Сәрсенғалиев", "Н. Басқа");
    let file = file.to_str().unwrap();
    let out = yes(&["letter", "import-docx", file, "--against", FACTS, "--lang", "ru"]);
    assert!(out.contains("Изменения бланка (не взяты):") && out.contains("Н. Басқа"), "{out}");
    let body = folder.path().join("body.json");
    let facts: Value = serde_json::from_str(&std::fs::read_to_string(FACTS).unwrap()).unwrap();
    std::fs::write(&body, facts["body"].to_string()).unwrap();
    let out = yes(&["letter", "import-docx", file, "--against", body.to_str().unwrap(), "--lang", "ru"]);
    assert!(out.contains("Бланк не сравнивался"), "{out}");
}

#[test]
fn what_has_no_text_or_two_is_said_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let file = rendered(folder.path());
    let (code, _, errors) =
        saual(&["letter", "import-docx", file.to_str().unwrap(), "--against", &golden("acknowledgement.ru")]);
    assert!(code == 2 && errors.contains("no text to edit"), "{code}: {errors}");
    let both = folder.path().join("both.json");
    let facts = std::fs::read_to_string(FACTS).unwrap();
    std::fs::write(&both, format!("[{facts},{facts}]")).unwrap();
    let (code, _, errors) = saual(&["letter", "akn", "--facts", both.to_str().unwrap()]);
    assert!(code == 2 && errors.contains("one language at a time"), "{code}: {errors}");
}

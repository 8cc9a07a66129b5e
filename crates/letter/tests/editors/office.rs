//! Through another program: what LibreOffice has opened and saved reads as it did before.
//!
//! It needs `soffice` (Debian: libreoffice-writer, with fonts-liberation2), which is too large a download for every run; where it is not
//! there, these tests say so and did not run.

use std::path::Path;
use std::process::Command;

use letter::docx::read::report::ChangeKind;
use letter::kinds::AnyFacts;
use letter::model::{Align, Block, Cell, Column, Inline, Letter, ListItem, Table};
use letter::provenance::Sourced;
use letter::runs::settled;
use letter::{Body, docx};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::Value;

use crate::bodies::{ENGINE, saying, seed, sourced};

#[expect(clippy::print_stderr, reason = "who reads the tests' output should know that nothing was tried")]
fn is_here() -> bool {
    let here = Command::new("soffice").arg("--version").output().is_ok_and(|said| said.status.success());
    if !here {
        eprintln!(
            "SKIPPED: soffice is not installed (Debian: libreoffice-writer fonts-liberation2); nothing was tried"
        );
    }
    here
}

/// Files that one run of the program opens; with some hundreds it ends without having saved the last ones.
const AT_ONCE: usize = 100;

/// Opens and saves files as a person would, many in one run of the program.
fn saved(files: &[Vec<u8>]) -> Vec<Vec<u8>> {
    files.chunks(AT_ONCE).flat_map(saved_at_once).collect()
}

fn saved_at_once(files: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let (given, saved) = (folder.path().join("given"), folder.path().join("saved"));
    std::fs::create_dir_all(&given).unwrap();
    let name = |at: usize| format!("{at}.docx");
    for (at, file) in files.iter().enumerate() {
        std::fs::write(given.join(name(at)), file).unwrap();
    }
    let said = Command::new("soffice")
        .arg(format!("-env:UserInstallation=file://{}", folder.path().join("profile").display()))
        .args(["--headless", "--convert-to", "docx:MS Word 2007 XML", "--outdir"])
        .arg(&saved)
        .args((0..files.len()).map(|at| given.join(name(at))))
        .output()
        .unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let read = |path: &Path| std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    (0..files.len()).map(|at| read(&saved.join(name(at)))).collect()
}

fn text(text: &str) -> Inline {
    Inline::text(text)
}

fn paragraph(content: Vec<Inline>) -> Block {
    Block::Paragraph { content }
}

fn item(blocks: Vec<Block>) -> ListItem {
    ListItem { blocks }
}

fn list(ordered: bool, items: Vec<ListItem>) -> Block {
    Block::List { ordered, items }
}

fn said(words: &str) -> Block {
    Block::paragraph(words)
}

/// Every shape that a body can have, once.
fn every_shape() -> Body {
    let bold = |content| Inline::Bold { content };
    let italic = |content| Inline::Italic { content };
    let note = |content| Inline::Footnote { content };
    let cell = |content| Cell { content };
    let column = |share, align| Column { share, align };
    let body = Body {
        blocks: vec![
            Block::heading("Жұмыспен қамту туралы"),
            paragraph(vec![
                text("Заң"),
                note(vec![text("2013 жылғы "), italic(vec![text("21 маусым")]), Inline::LineBreak, text("екінші жол")]),
                text(" бойынша "),
                bold(vec![text("қалың"), italic(vec![text(" екеуі")]), Inline::LineBreak, text("жалғасы")]),
                Inline::LineBreak,
                text("  бос орындар  мен «тырнақшалар» & <белгілер>"),
            ]),
            Block::Heading { level: 2, content: vec![text("Екінші "), italic(vec![text("деңгей")])] },
            Block::Heading { level: 3, content: vec![text("Үшінші деңгей")] },
            list(
                true,
                vec![
                    item(vec![
                        said("бір"),
                        list(false, vec![item(vec![said("ішкі")]), item(vec![said("тағы")])]),
                        said("бірдің жалғасы"),
                    ]),
                    item(vec![list(true, vec![item(vec![said("тізімнен басталған")])])]),
                    item(vec![
                        said("екі"),
                        said("екінің жалғасы"),
                        list(true, vec![item(vec![said("а"), list(false, vec![item(vec![said("үшінші")])])])]),
                    ]),
                ],
            ),
            list(true, vec![item(vec![said("қайтадан бір")])]),
            list(false, vec![item(vec![said("сызықша")])]),
            list(false, vec![item(vec![said("басқа тізім")])]),
            Block::PageBreak,
            said("жаңа бет"),
            Block::PageBreak,
            Block::Table(Table {
                columns: vec![column(1, Align::Center), column(5, Align::Start), column(3, Align::End)],
                head: vec![cell(vec![text("№")]), cell(vec![italic(vec![text("Іс-шара")])]), cell(Vec::new())],
                rows: vec![
                    vec![
                        cell(vec![text("1")]),
                        cell(vec![text("жол"), Inline::LineBreak, bold(vec![text("жөндеу")])]),
                        cell(vec![text("1 000"), note(vec![text("теңге")])]),
                    ],
                    vec![cell(Vec::new()), cell(vec![text("мектеп")]), cell(vec![text("2")])],
                ],
            }),
            Block::Table(Table {
                columns: vec![column(1, Align::Start)],
                head: vec![cell(vec![text("жалғыз")])],
                rows: vec![vec![cell(vec![text("ұяшық")])]],
            }),
            said("соңы"),
        ],
    };
    body.check().unwrap();
    body
}

#[test]
fn what_libreoffice_saves_reads_as_it_was_written() {
    if !is_here() {
        return;
    }
    let mut runner = TestRunner::deterministic();
    let many = std::env::var("SAUAL_OFFICE_CASES").ok().and_then(|many| many.parse().ok()).unwrap_or(24);
    let mut given: Vec<Sourced> = vec![seed().body.into()];
    let shapes = every_shape();
    let sources = shapes.blocks.iter().map(|_| Some("mfa/2".parse().unwrap())).collect();
    given.push(Sourced::new(shapes, sources).unwrap());
    given.extend((0..many).map(|_| sourced().new_tree(&mut runner).unwrap().current()));
    let write = |given: &Sourced| ENGINE.docx_with_sources(&saying(given.body.clone()), given.sources()).unwrap();
    let files: Vec<Vec<u8>> = given.iter().map(write).collect();
    for (given, file) in given.iter().zip(saved(&files)) {
        let back = docx::read(&file).unwrap_or_else(|error| panic!("{error}\n{:#?}", given.body));
        assert_eq!(back.sourced.body, settled(&given.body));
        assert_eq!(back.form_changes(&saying(given.body.clone())), []);
        let edited = given.edited(back.sourced.clone());
        // What did not change is exactly what it was, to the hash that a visa binds to.
        assert_eq!(letter::body::content_hash(&edited.body), letter::body::content_hash(&given.body));
        assert_eq!(edited.sources(), given.sources());
    }
}

/// The letters that were approved, a name each.
fn approved() -> Vec<(String, Letter)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let facts = files.filter(|path| path.to_str().is_some_and(|path| path.ends_with(".facts.json")));
    let letter = |path: std::path::PathBuf| {
        let value: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let read = |value| AnyFacts::parse(value, None).unwrap();
        let letter = match value.as_array().map(Vec::as_slice) {
            Some([first, second]) => ENGINE.compose_bilingual(&read(first), &read(second)).unwrap(),
            _ => ENGINE.compose_any(&read(&value)).unwrap(),
        };
        (path.file_name().unwrap().to_str().unwrap().to_owned(), letter)
    };
    facts.map(letter).collect()
}

#[test]
fn every_approved_letter_reads_as_before_when_libreoffice_has_saved_it() {
    if !is_here() {
        return;
    }
    let letters = approved();
    assert!(letters.len() > 30, "{}", letters.len());
    let files: Vec<Vec<u8>> = letters.iter().map(|(_, letter)| ENGINE.docx(letter).unwrap()).collect();
    for ((name, letter), file) in letters.iter().zip(saved(&files)) {
        let back = docx::read(&file).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(back.sourced.body, settled(&letter.body), "{name}");
        let second = letter.second.as_ref().map(|second| settled(&second.body));
        assert_eq!(back.second.as_ref().map(|second| &second.body), second.as_ref(), "{name}");
        assert_eq!(back.form_changes(letter), [], "{name}");
    }
}

#[test]
fn a_letter_on_a_blank_is_edited_in_libreoffice_and_comes_back() {
    if !is_here() {
        return;
    }
    let bodies = [seed().body, every_shape(), crate::bodies::paragraphs(&["Жалғыз абзац."])];
    let blank = crate::edges::ministry();
    let files: Vec<Vec<u8>> = bodies.iter().map(|body| blank.fill(&saying(body.clone())).unwrap()).collect();
    let once = saved(&files);
    // Saved twice: the second time LibreOffice reads what it wrote itself.
    for (body, file) in bodies.iter().chain(&bodies).zip(once.iter().cloned().chain(saved(&once))) {
        let back = docx::read(&file).unwrap_or_else(|error| panic!("{error}\n{body:#?}"));
        assert_eq!(back.sourced.body, settled(body));
    }
}

#[test]
fn what_was_tracked_and_commented_is_reported_after_libreoffice_too() {
    if !is_here() {
        return;
    }
    let file = saved(&[crate::word::reviewed()]).remove(0);
    let edited = docx::read(&file).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(edited.sourced.body, crate::bodies::paragraphs(&["Бірінші абзац.", "Екінші жаңа абзац."]));
    let told: Vec<(ChangeKind, &str, &str)> =
        edited.changes.iter().map(|change| (change.kind, change.author.as_str(), change.text.as_str())).collect();
    assert_eq!(told, [(ChangeKind::Deleted, "Ж. Даулетханова", " ескі"), (ChangeKind::Inserted, "А. Заңгер", " жаңа")]);
    let comments: Vec<(&str, &str)> =
        edited.comments.iter().map(|comment| (comment.anchor.as_str(), comment.text.as_str())).collect();
    assert_eq!(comments, [("Екінші", "Нақтылаңыз"), ("", "Нүкте")]);
}

//! The facts of ДС-326, the seed's text as oracle, and the tools that read PDF.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use letter::kinds::reply::ReplyFacts;
use letter::model::Letter;
use letter::{Body, Engine, RegistrationMark};

pub(crate) static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new().unwrap());

/// The facts of the reply to ДС-326, as anybody could write them by hand.
pub(crate) fn facts() -> ReplyFacts {
    let text = include_str!("../../data/ds-326.facts.json");
    ReplyFacts::parse(&serde_json::from_str(text).unwrap()).unwrap()
}

/// The letter of these facts, signed or about to be.
pub(crate) fn letter() -> Letter {
    ENGINE.compose_reply(&facts()).unwrap()
}

/// The letter as it is signed: without number and date.
pub(crate) fn unregistered() -> Letter {
    Letter { registration: None, ..letter() }
}

pub(crate) fn mark() -> RegistrationMark {
    letter().registration.unwrap()
}

pub(crate) fn body_of(paragraphs: impl IntoIterator<Item = String>) -> Body {
    Body { blocks: paragraphs.into_iter().map(letter::model::Block::paragraph).collect() }
}

pub(crate) fn templates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../templates/letters")
}

/// Runs a tool on a PDF; `{}` among the arguments stands for its path.
pub(crate) fn tool(name: &str, args: &[&str], pdf: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("letter.pdf");
    std::fs::write(&path, pdf).unwrap();
    let args = args.iter().map(|arg| if *arg == "{}" { path.as_os_str() } else { arg.as_ref() });
    let output = Command::new(name).args(args).output();
    let output =
        output.unwrap_or_else(|error| panic!("`{name}` cannot be run ({error}): scripts/bootstrap installs it"));
    // Poppler prints the titles of headings as they are encoded in the file.
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "`{name}` finds a fault: {said}{complained}");
    said
}

/// The words of a PDF in the order of its content, page by page.
pub(crate) fn pages(pdf: &[u8]) -> Vec<String> {
    let text = tool("pdftotext", &["-raw", "-enc", "UTF-8", "{}", "-"], pdf);
    text.trim_end_matches('\u{c}').split('\u{c}').map(str::to_owned).collect()
}

/// The words of a PDF without its page numbers, which are checked here: none on page 1, then 2, 3, …
pub(crate) fn words(pdf: &[u8]) -> String {
    let mut text = String::new();
    for (index, page) in pages(pdf).iter().enumerate() {
        let page = match index {
            0 => page.as_str(),
            _ => page
                .strip_prefix(&format!("{}\n", index + 1))
                .unwrap_or_else(|| panic!("page {} has no number", index + 1)),
        };
        text.push_str(page);
        text.push('\n');
    }
    normal(&joined(&text))
}

/// White space as one space.
pub(crate) fn normal(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A word broken after its own hyphen is one word; a dash that stands alone at a line's end is not part of a word.
pub(crate) fn joined(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        out.push_str(line.trim_end());
        let mut end = out.chars().rev();
        let in_word = end.next() == Some('-') && end.next().is_some_and(char::is_alphanumeric);
        if !in_word {
            out.push('\n');
        }
    }
    out
}

/// Takes `part` out of `text`, where it has to stand exactly once.
pub(crate) fn without(text: &str, part: &str) -> String {
    assert_eq!(text.matches(part).count(), 1, "«{part}» has to stand exactly once in «{text}»");
    normal(&text.replacen(part, " ", 1))
}

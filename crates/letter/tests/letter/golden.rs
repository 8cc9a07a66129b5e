//! Letters of every kind, each held against what was approved: its words, its reading order and its look.
//!
//! In `tests/golden/` a case is what somebody writes (`<case>.facts.json`), what the letter then says (`<case>.txt`), and for the Kazakh
//! letters how each page looks (`<case>-<page>.png`). With `SAUAL_GOLDEN=write` the words and pictures are written anew: look at them, and
//! at the difference, before they are committed.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use letter::Letter;
use letter::kinds::{AnyFacts, Form};
use letter::model::Language;
use serde_json::Value;

use crate::picture;
use crate::support::{ENGINE, tool, words};

/// A letter that was approved.
struct Case {
    name: String,
    facts: Vec<AnyFacts>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// Whether the approved words and pictures are to be written anew.
pub(crate) fn writing() -> bool {
    std::env::var("SAUAL_GOLDEN").is_ok_and(|asked| asked == "write")
}

fn cases() -> Vec<Case> {
    let files = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = files.filter_map(|file| Some(file.strip_suffix(".facts.json")?.to_owned())).collect();
    names.sort();
    names.into_iter().map(|name| Case { facts: facts(&name), name }).collect()
}

pub(crate) fn facts(name: &str) -> Vec<AnyFacts> {
    let text = fs::read_to_string(folder().join(format!("{name}.facts.json"))).unwrap();
    let read = |value: &Value| AnyFacts::parse(value, None).unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
    match serde_json::from_str(&text).unwrap() {
        Value::Array(both) => both.iter().map(read).collect(),
        one => vec![read(&one)],
    }
}

/// The facts of all approved letters, both texts of a letter in two languages.
pub(crate) fn every_fact() -> Vec<AnyFacts> {
    cases().into_iter().flat_map(|case| case.facts).collect()
}

impl Case {
    fn letter(&self) -> Letter {
        let letter = match self.facts.as_slice() {
            [first, second] => ENGINE.compose_bilingual(first, second),
            [one] => ENGINE.compose_any(one),
            other => panic!("{}: {} facts", self.name, other.len()),
        };
        letter.unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }
}

/// What a letter says behind its letterhead, its date and its number, without white space: media break lines in places of their own.
fn said(text: &str, letter: &Letter) -> String {
    let unbroken = |text: &str| text.replace(char::is_whitespace, "");
    let (text, end_of_head) = (unbroken(text), unbroken(&letter.letterhead.ru.address));
    let (_, said) = text.split_once(&end_of_head).unwrap_or_else(|| panic!("no letterhead in «{text}»"));
    let mark = letter.registration.as_ref().map(|mark| unbroken(&format!("{}№{}", mark.date_text, mark.number)));
    said.strip_prefix(&mark.unwrap()).unwrap_or(said).to_owned()
}

#[test]
fn every_kind_has_a_case_in_every_language() {
    let held: BTreeSet<(&str, &str)> =
        cases().iter().flat_map(|case| case.facts.iter().map(|facts| (facts.form().name(), language(facts)))).collect();
    for form in Form::ALL {
        for language in Language::ALL {
            assert!(
                held.contains(&(form.name(), language.code())),
                "no case of {} in {}",
                form.name(),
                language.code()
            );
        }
    }
}

fn language(facts: &AnyFacts) -> &'static str {
    let code = facts.to_json()["language"].as_str().unwrap().to_owned();
    Language::ALL.map(Language::code).into_iter().find(|known| *known == code).unwrap()
}

#[test]
fn every_letter_says_what_was_approved() {
    for case in cases() {
        let (file, text) = (folder().join(format!("{}.txt", case.name)), ENGINE.text(&case.letter()).unwrap());
        if writing() {
            fs::write(&file, &text).unwrap();
        }
        let approved = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        assert_eq!(text, approved, "{}", case.name);
    }
}

#[test]
fn every_page_says_the_same_words_in_the_same_order() {
    for case in cases() {
        let letter = case.letter();
        let pdf = ENGINE.pdf(&letter).unwrap();
        let wanted = said(&ENGINE.text(&letter).unwrap(), &letter);
        assert_eq!(said(&words(&pdf), &letter), wanted, "{}: on paper", case.name);
        let tree = tool("pdfinfo", &["-struct-text", "{}"], &pdf);
        let texts = tree.lines().filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix('"'));
        assert_eq!(said(&texts.collect::<String>(), &letter), wanted, "{}: for a reader's voice", case.name);
    }
}

#[test]
fn every_letter_is_sound() {
    for case in cases() {
        let pdf = ENGINE.pdf(&case.letter()).unwrap();
        let checked = tool("qpdf", &["--check", "{}"], &pdf);
        assert!(checked.contains("No syntax or stream encoding errors found"), "{}: {checked}", case.name);
        let meta = tool("pdfinfo", &["-meta", "{}"], &pdf);
        for declared in ["<pdfaid:part>2<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<"] {
            assert!(meta.contains(declared), "{}: {declared} is not in {meta}", case.name);
        }
        let fonts = tool("pdffonts", &["{}"], &pdf);
        assert!(fonts.lines().count() > 2, "{}: {fonts}", case.name);
        for font in fonts.lines().skip(2) {
            let columns: Vec<&str> = font.split_whitespace().rev().collect();
            assert_eq!(columns[2..5], ["yes", "yes", "yes"], "{}: {font}", case.name);
        }
    }
}

#[test]
fn every_page_looks_as_approved() {
    for case in cases() {
        if !(case.name.ends_with(".kk") || case.name.ends_with(".bilingual")) {
            continue;
        }
        picture::held(&ENGINE.pdf(&case.letter()).unwrap(), &folder(), &case.name);
    }
}

#[test]
fn facts_of_every_kind_come_back_as_they_went_out() {
    for case in cases() {
        for facts in case.facts {
            assert_eq!(AnyFacts::parse(&facts.to_json(), Some(facts.form())).unwrap(), facts, "{}", case.name);
            let schema = AnyFacts::schema(facts.form());
            let described = schema["properties"].as_object().unwrap();
            assert!(facts.to_json().as_object().unwrap().keys().all(|field| described.contains_key(field)));
            assert_eq!(schema["additionalProperties"], serde_json::json!(false));
        }
    }
}

#[test]
fn every_letter_comes_back_from_word_as_its_facts_say() {
    let mut framed = 0;
    for case in cases() {
        let letter = case.letter();
        let read = letter::docx::read(&ENGINE.docx(&letter).unwrap()).unwrap();
        assert_eq!(read.form_changes(&letter), [], "{}", case.name);
        let texts = [
            (Some(&letter.body), Some(read.sourced)),
            (letter.second.as_ref().map(|second| &second.body), read.second),
        ];
        for (facts, (whole, read)) in case.facts.iter().zip(texts) {
            let Some(body) = facts.to_json().get("body").filter(|body| !body.is_null()).cloned() else { continue };
            let body: letter::Body = serde_json::from_value(body).unwrap();
            let (back, changes) = letter::docx::without_form(whole.unwrap(), &body, read.unwrap());
            assert_eq!(changes, [], "{}", case.name);
            assert_eq!(back.body, letter::runs::settled(&body), "{}", case.name);
            framed += usize::from(whole.unwrap().blocks.len() > body.blocks.len());
        }
    }
    assert!(framed >= 3, "{framed} letters have sentences of the form around their text");
}

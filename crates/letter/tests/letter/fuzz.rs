//! Whatever somebody types into any field of any kind of letter is printed as it was typed, or refused at its place.
//!
//! `SAUAL_FUZZ=200000` tries that many texts; without it, as many as a test may take.

use letter::kinds::AnyFacts;
use letter::{Letter, LetterError};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;

use crate::golden;
use crate::support::{ENGINE, normal, tool};

/// Fields that are no free text: a language, a date, a kind, a chamber, a type, an address.
const FIXED: [&str; 10] =
    ["kind", "language", "dated", "due", "extended_to", "chamber", "type", "url", "align", "body"];

/// Pieces that mean something to Typst, Handlebars, HTML, XML or PDF, or to the eye alone.
const PIECES: [&str; 58] = [
    "#panic()",
    "#{1+1}",
    "#let x = 1",
    "#import \"/x\"",
    "#sys.inputs",
    "$x^2$",
    "@ref",
    "<label>",
    "*b*",
    "_i_",
    "`raw`",
    "```",
    "//",
    "/*",
    "*/",
    "= h",
    "- l",
    "+ n",
    "1. n",
    "~",
    "--",
    "---",
    "...",
    "\\",
    "\\u{41}",
    "\"",
    "'",
    "]",
    "[",
    ")",
    "(",
    "\"]",
    "\")",
    "{{subject}}",
    "{{{subject}}}",
    "{{#each x}}",
    "{{/if}}",
    "{{> lines}}",
    "{{!-- x --}}",
    "[salutation]",
    "<script>alert(1)</script>",
    "<b>",
    "</p>",
    "<!--",
    "&amp;",
    "&#0;",
    "& <",
    "javascript:x",
    "%PDF-1.7",
    "endobj",
    "Ә",
    "№",
    "«Ақ жол»",
    "ﬁ",
    "é",
    "e\u{301}",
    "\u{a0}",
    " ",
];

/// Characters that no letter may hold: invisible ones, those that turn the direction, and those that no font of ours has.
const REFUSED: [&str; 9] = ["\n", "\t", "\u{0}", "\u{200b}", "\u{202e}", "\u{feff}", "\u{ad}", "漢", "😀"];

fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => prop::sample::select(PIECES.to_vec()).prop_map(str::to_owned),
        1 => prop::sample::select(REFUSED.to_vec()).prop_map(str::to_owned),
        2 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 1..6).prop_map(|pieces| pieces.concat())
}

/// The places of a facts' free texts.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::String(_) => found.push(at.to_owned()),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| places(item, &format!("{at}/{index}"), found));
        }
        Value::Object(fields) => {
            let free = fields.iter().filter(|(name, _)| !FIXED.contains(&name.as_str()) || *name == "body");
            free.for_each(|(name, field)| places(field, &format!("{at}/{name}"), found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// What a text is once it is in a letter: lines are trimmed and inner spaces stay.
fn printed(text: &str) -> String {
    text.replace(char::is_whitespace, "")
}

/// What a browser shows of HTML that holds no script: the text without tags, entities read.
fn shown(html: &str) -> String {
    let mut out = String::new();
    let mut in_tag = false;
    for character in html.chars() {
        match character {
            '<' => in_tag = true,
            '>' if in_tag => in_tag = false,
            _ if !in_tag => out.push(character),
            _ => {}
        }
    }
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    entities.iter().fold(out, |text, (entity, character)| text.replace(entity, character))
}

fn tags(html: &str) -> usize {
    html.matches('<').count()
}

/// One text in one place of one letter.
fn tried(facts: &Value, place: &str, text: &str, harmless: &str) -> Result<(), TestCaseError> {
    let with = |text: &str| {
        let mut facts = facts.clone();
        *facts.pointer_mut(place).unwrap() = Value::String(text.to_owned());
        facts
    };
    let composed = AnyFacts::parse(&with(text), None).map_err(LetterError::from).and_then(|facts| {
        let letter = ENGINE.compose_any(&facts)?;
        ENGINE.pdf(&letter).map(|pdf| (letter, pdf))
    });
    let (letter, pdf): (Letter, Vec<u8>) = match composed {
        Ok(made) => made,
        Err(LetterError::Refused(refusal)) => {
            prop_assert!(
                refusal.at.starts_with(place) || place.starts_with(&refusal.at),
                "{text:?} at {place}: {refusal}"
            );
            // What consists of plain signs is refused nowhere, except where a line is short.
            let plain = text.chars().all(|character| character.is_ascii_graphic() || character == ' ');
            let refusable = !plain || text.trim().is_empty() || place == "/registration/number";
            prop_assert!(refusable, "{text:?} at {place}: {refusal}");
            return Ok(());
        }
        Err(other) => return Err(TestCaseError::fail(format!("{text:?} at {place}: {other}"))),
    };
    prop_assert!(pdf.starts_with(b"%PDF-1.7"));
    let plain = ENGINE.compose_any(&AnyFacts::parse(&with(harmless), None).unwrap()).unwrap();
    let (html, plain_html) = (ENGINE.html(&letter).unwrap(), ENGINE.html(&plain).unwrap());
    prop_assert_eq!(tags(&html), tags(&plain_html), "{:?} at {} changed the tags", text, place);
    prop_assert_eq!(
        printed(&shown(&html)),
        printed(&shown(&plain_html)).replace(harmless, &printed(text)),
        "{}",
        place
    );
    let (said, plain_said) = (ENGINE.text(&letter).unwrap(), ENGINE.text(&plain).unwrap());
    prop_assert_eq!(printed(&said), printed(&plain_said).replace(harmless, &printed(text)), "{}", place);
    Ok(())
}

#[test]
fn whatever_is_typed_anywhere_stays_what_it_is() {
    let letters: Vec<(Value, Vec<String>)> = golden::every_fact()
        .into_iter()
        .map(|facts| {
            let mut found = Vec::new();
            let value = facts.to_json();
            places(&value, "", &mut found);
            (value, found)
        })
        .collect();
    let cases = std::env::var("SAUAL_FUZZ").map_or(400, |asked| asked.parse().unwrap());
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let way = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), hostile());
    let outcome = runner.run(&way, |(letter, place, text)| {
        let (facts, places) = letter.get(&letters);
        tried(facts, &places[place.index(places.len())], &text, "зянсыз")
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

/// On paper, in every free place of every kind at once.
#[test]
fn hostile_words_are_printed_in_every_place_of_every_kind() {
    const NASTY: &str = "#panic()*x*_y_`z`$a$@b<script>c</script>[d]//e/*f*/=g\"q\"'r'~\\#{1+1}{{hbs}}{{{t}}}&amp;%h";
    for facts in golden::every_fact() {
        let mut value = facts.to_json();
        let mut found = Vec::new();
        places(&value, "", &mut found);
        // A number is short; it has a test of its own.
        for place in found.iter().filter(|place| *place != "/registration/number") {
            *value.pointer_mut(place).unwrap() = Value::String(NASTY.to_owned());
        }
        let facts = AnyFacts::parse(&value, None).unwrap();
        let letter = ENGINE.compose_any(&facts).unwrap();
        let on_paper =
            printed(&normal(&tool("pdftotext", &["-raw", "-enc", "UTF-8", "{}", "-"], &ENGINE.pdf(&letter).unwrap())));
        let said = ENGINE.text(&letter).unwrap();
        let upper =
            letter.letterhead.kk.lines.iter().chain(&letter.letterhead.ru.lines).filter(|line| *line == NASTY).count();
        assert!(said.matches(NASTY).count() > 5, "{}: {said}", facts.form().name());
        // A letterhead's lines are set in capitals, and a page's end may cut a text in two with the next page's number.
        let missing = said.matches(NASTY).count() - upper - on_paper.matches(NASTY).count();
        assert!(missing <= 1, "{}: {missing} of them are missing: {on_paper}", facts.form().name());
    }
}

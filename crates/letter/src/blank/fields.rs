//! The fields of a letter that a blank may name.

use crate::model::Letter;

/// How many lines a field has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Line,
    Lines,
}

use Kind::{Line, Lines};

/// Every field; one that a letter does not have is empty.
const FIELDS: [(&str, Kind); 21] = [
    ("language", Line),
    ("title", Line),
    ("author", Line),
    ("watermark", Line),
    ("number", Line),
    ("date", Line),
    ("office_kk", Lines),
    ("office_kk_address", Line),
    ("office_ru", Lines),
    ("office_ru_address", Line),
    ("addressee", Lines),
    ("reference", Lines),
    ("salutation", Line),
    ("post", Lines),
    ("signatory", Line),
    ("executor", Line),
    ("verification_code", Line),
    ("verification_url", Line),
    ("verification_note", Line),
    ("body", Line),
    ("annexes", Line),
];

/// The names of all fields, `body` and `annexes` among them.
#[must_use]
pub fn fields() -> Vec<&'static str> {
    FIELDS.iter().map(|(name, _)| *name).collect()
}

pub(super) fn kind(name: &str) -> Option<(&'static str, Kind)> {
    FIELDS.iter().copied().find(|(known, _)| *known == name)
}

/// The lines of a letter's field.
pub(super) fn lines<'a>(letter: &'a Letter, name: &str) -> Vec<&'a str> {
    let one = |line: &'a str| vec![line];
    let all = |lines: &'a [String]| lines.iter().map(String::as_str).collect();
    let maybe = |line: Option<&'a str>| line.into_iter().collect();
    let (head, mark, check) = (&letter.letterhead, letter.registration.as_ref(), letter.verification.as_ref());
    match name {
        "language" => one(letter.language.code()),
        "title" => one(&letter.title),
        "author" => one(&letter.author),
        "watermark" => maybe(letter.watermark.as_deref()),
        "number" => maybe(mark.map(|mark| mark.number.as_str())),
        "date" => maybe(mark.map(|mark| mark.date_text.as_str())),
        "office_kk" => all(&head.kk.lines),
        "office_kk_address" => one(&head.kk.address),
        "office_ru" => all(&head.ru.lines),
        "office_ru_address" => one(&head.ru.address),
        "addressee" => all(&letter.addressee),
        "reference" => all(&letter.reference),
        "salutation" => one(&letter.salutation),
        "post" => all(&letter.signature.post),
        "signatory" => one(&letter.signature.name),
        "executor" => maybe(letter.executor.as_deref()),
        "verification_code" => maybe(check.map(|check| check.code.as_str())),
        "verification_url" => maybe(check.map(|check| check.url.as_str())),
        "verification_note" => maybe(check.and_then(|check| check.note.as_deref())),
        // Asked by `{{#if annexes}}` only: what they say goes in as paragraphs.
        "body" => one("body"),
        "annexes" => {
            if letter.annexes.is_empty() {
                Vec::new()
            } else {
                one("annexes")
            }
        }
        _ => Vec::new(),
    }
}

//! From texts to the words that the database compares: each word of a text stands in the index as it is written and by its stems, at its place.
//!
//! Kazakh letters are compared as their Russian neighbours, in texts and questions alike, so that a keyboard without them finds the same;
//! Latin letters that look like Cyrillic ones are those, within a Cyrillic word.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

use directory::search::{as_russian, look_alike};

use super::written::{Passage, PlaceKind, Written};
use crate::register::words::{forms, short_stem, stems};

/// The longest word kept, in characters; what is longer is cut, in texts and questions alike.
const LONGEST: usize = 40;
/// The last place of a word in a `tsvector`.
const LAST: u32 = 16_383;
/// How often one word is written down.
const MOST_PLACES: usize = 40;
/// How far apart passages stand, so that no phrase goes from one into the next.
const BETWEEN: u32 = 16;
/// A word that stands for a whole number: no text holds it.
const NUMBER: char = '#';

/// A word of a text: what it is compared by, and where in the text it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// In lower case, as written.
    pub(super) word: String,
    /// Its bytes in the text.
    pub(super) at: std::ops::Range<usize>,
}

/// The words of a text, one after the other: runs of letters, and runs of digits.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut begun: Option<(usize, bool)> = None;
    for (at, c) in text.char_indices() {
        let kind = kind(c);
        match (begun, kind) {
            (Some((_, digits)), Some(now)) if digits == now => {}
            (Some((from, _)), _) => {
                tokens.push(token(text, from..at));
                begun = kind.map(|digits| (at, digits));
            }
            (None, _) => begun = kind.map(|digits| (at, digits)),
        }
    }
    if let Some((from, _)) = begun {
        tokens.push(token(text, from..text.len()));
    }
    tokens
}

/// Is it part of a number, or of a word? Marks that stand over letters go on with what they stand on.
fn kind(c: char) -> Option<bool> {
    if c.is_numeric() {
        Some(true)
    } else if c.is_alphabetic() {
        Some(false)
    } else {
        None
    }
}

fn token(text: &str, at: std::ops::Range<usize>) -> Token {
    let word = text[at.clone()].chars().flat_map(char::to_lowercase).take(LONGEST).collect();
    Token { word, at }
}

/// A word in lower case as it is compared.
pub(super) fn folded(word: &str) -> String {
    let is_cyrillic = word.chars().any(|c| matches!(c, '\u{400}'..='\u{52f}'));
    word.chars().map(|c| as_russian(if is_cyrillic { look_alike(c) } else { c })).collect()
}

/// What a word in lower case is found by: itself first, then its stems.
pub(super) fn terms(word: &str) -> Vec<String> {
    let mut terms = vec![folded(word)];
    for stem in stems(word).into_iter().chain(short_stem(word)) {
        let stem = folded(&stem);
        if !terms.contains(&stem) {
            terms.push(stem);
        }
    }
    terms
}

/// What a word in lower case that was typed is looked for by: what it is found by, and its other forms where it is too short for texts to keep a stem.
pub(super) fn asked(word: &str) -> Vec<String> {
    let mut asked = terms(word);
    for form in forms(word) {
        let form = folded(&form);
        if !asked.contains(&form) {
            asked.push(form);
        }
    }
    asked
}

/// Words that come again and again are taken apart once.
#[derive(Debug, Default)]
pub(super) struct Known(HashMap<String, Vec<String>>);

/// How many words are remembered at once.
const REMEMBERED: usize = 50_000;

impl Known {
    fn terms(&mut self, word: &str) -> &[String] {
        if self.0.len() >= REMEMBERED {
            self.0.clear();
        }
        self.0.entry(word.to_owned()).or_insert_with(|| terms(word))
    }
}

/// What the database compares of an inquiry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Indexed {
    /// Everything, as a `tsvector` writes it.
    pub(super) whole: String,
    /// Subject, numbers, names, questions and resolution: short, and what a hit is worth most for.
    pub(super) head: String,
    /// Every number in every form in which it is compared as a whole.
    pub(super) numbers: Vec<String>,
    /// Words as they are written, for finding the nearest one to a word that nobody wrote.
    pub(super) words: BTreeSet<String>,
}

/// Indexes an inquiry; `passages` holds its texts and those of its files.
pub(super) fn index(row: &Written, passages: &[Passage], known: &mut Known) -> Indexed {
    let mut indexed = Indexed::default();
    let mut places: BTreeMap<String, Vec<(u32, PlaceKind)>> = BTreeMap::new();
    let mut at = 1;
    let mut texts: Vec<(PlaceKind, &str)> =
        row.numbers.iter().map(|number| (PlaceKind::Heading, number.as_str())).collect();
    texts.extend(passages.iter().map(|passage| (passage.kind(), passage.text.as_str())));
    texts.extend(row.files.iter().map(|file| {
        let kind = Passage::new(super::files::place(file), "").kind();
        (kind, file.name.as_str())
    }));
    for (kind, text) in texts {
        for token in tokens(text) {
            if is_word(&token.word) {
                indexed.words.insert(token.word.clone());
            }
            for term in known.terms(&token.word) {
                let places = places.entry(term.clone()).or_default();
                if places.len() < MOST_PLACES || !places.iter().any(|(_, known)| *known == kind) {
                    places.push((at.min(LAST), kind));
                }
            }
            at += 1;
        }
        at += BETWEEN;
    }
    indexed.numbers = row.numbers.iter().flat_map(|number| spellings(number)).collect();
    indexed.numbers.sort_unstable();
    indexed.numbers.dedup();
    for (term, places) in &places {
        write(&mut indexed.whole, term, places.iter().copied());
        let head = places.iter().copied().filter(|(_, kind)| matches!(kind, PlaceKind::Heading | PlaceKind::Question));
        write(&mut indexed.head, term, head);
    }
    indexed
}

/// One word as a `tsvector` writes it; nothing where it has no place. A term holds letters and digits only, so nothing in it can end the quotation.
fn write(vector: &mut String, term: &str, places: impl Iterator<Item = (u32, PlaceKind)>) {
    let mut first = true;
    for (at, kind) in places {
        // Writing into a text does not fail.
        let _written = if first {
            write!(vector, "'{term}':{at}{}", kind.weight())
        } else {
            write!(vector, ",{at}{}", kind.weight())
        };
        first = false;
    }
    if !first {
        vector.push(' ');
    }
}

/// A word that may be what somebody meant who mistyped it.
fn is_word(word: &str) -> bool {
    let letters = word.chars().count();
    (3..30).contains(&letters) && word.chars().all(char::is_alphabetic)
}

/// A number as a whole: its normal form, and without the letters before it.
pub(super) fn spellings(printed: &str) -> Vec<String> {
    let Some(normal) = normal(printed) else { return Vec::new() };
    let bare = normal.rsplit(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
    let has_one_run = normal.chars().filter(char::is_ascii_digit).count() == bare.len();
    let mut spellings = vec![format!("{NUMBER}{normal}")];
    if !bare.is_empty() && has_one_run && bare != normal {
        spellings.push(format!("{NUMBER}{bare}"));
    }
    spellings
}

/// The form in which numbers are compared; none where a text is no number.
pub(super) fn normal(text: &str) -> Option<String> {
    directory::InquiryNumber::sought(text).ok().map(|number| number.normal().to_owned())
}

/// A number as [`spellings`] has it.
pub(super) fn number(normal: &str) -> String {
    format!("{NUMBER}{normal}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        tokens(text).into_iter().map(|token| token.word).collect()
    }

    #[test]
    fn words_are_runs_of_letters_and_runs_of_digits() {
        assert_eq!(words("№ДС-326, Зейнетақы!"), ["дс", "326", "зейнетақы"]);
        assert_eq!(words("дс326"), ["дс", "326"]);
        assert_eq!(words(" \u{0}'|&!()<->: "), Vec::<String>::new());
        let text = "Ә. Смайылов";
        for token in tokens(text) {
            assert_eq!(text[token.at].to_lowercase(), token.word);
        }
    }

    #[test]
    fn kazakh_letters_are_their_russian_neighbours_and_latin_ones_what_they_look_like() {
        assert_eq!(folded("тайтуғанов"), "тайтуганов");
        assert_eq!(folded("қарызы"), folded("карызы"));
        // A Latin C and O within a Cyrillic word, and a Latin word that stays one.
        assert_eq!(folded("cауал"), "сауал");
        assert_eq!(folded("budget"), "budget");
    }

    #[test]
    fn a_word_is_found_by_itself_and_by_its_stems() {
        assert_eq!(terms("азаматтарының"), ["азаматтарынын", "азамат"]);
        assert!(terms("дорогами").contains(&"дорог".to_owned()));
        assert_eq!(terms("қоры"), ["коры", "кор"]);
        assert_eq!(terms("тобы"), ["тобы", "топ"]);
        assert_eq!(terms("326"), ["326"]);
    }

    #[test]
    fn a_number_is_compared_as_a_whole_and_without_its_letters() {
        assert_eq!(spellings("№ДC–326"), ["#ДС-326", "#326"]);
        assert_eq!(spellings("12-11/3841"), ["#12-11/3841"]);
        assert_eq!(spellings("туралы"), Vec::<String>::new());
        assert_eq!(normal("ds 326").as_deref(), Some("ДС-326"));
    }
}

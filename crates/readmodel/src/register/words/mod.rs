//! Cutting texts into words to be found by. Done here and not by PostgreSQL, which has no Kazakh dictionary and whose parser depends
//! on the locale of the cluster.
//!
//! A word is found by its beginning while it is typed, and by its other forms: beside each word stands its stem, in Kazakh and in Russian, since a
//! subject may quote one language in the other. A stem is marked, so that «балалар» asks for «бала» and not for «баланс».

mod kazakh;

use std::collections::BTreeSet;

use directory::search::as_russian;
use rust_stemmers::{Algorithm, Stemmer};

/// The longest word kept, in characters; what is longer is cut, in tables and in questions alike.
const LONGEST: usize = 40;
/// How many characters a beginning has at least.
const BEGINNING: usize = 3;
/// The most words of one question that are looked at.
const MOST_ASKED: usize = 12;

/// In front of a stem; no word holds it.
const STEM: char = '~';
/// The shortest word whose Russian stem is looked for, and the shortest stem, in letters.
const SHORTEST_RUSSIAN: usize = 5;
const SHORTEST_STEM: usize = 3;

/// The words of texts in lower case and the stems of those that have endings, each once, in order.
pub(super) fn cut<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut words = BTreeSet::new();
    for word in texts.into_iter().flat_map(pieces) {
        words.extend(stems(&word).into_iter().map(|stem| format!("{STEM}{stem}")));
        words.insert(word);
    }
    words.into_iter().collect()
}

/// What was cut before, and more.
pub(super) fn and(words: Vec<String>, more: Vec<String>) -> Vec<String> {
    let words: BTreeSet<String> = words.into_iter().chain(more).collect();
    words.into_iter().collect()
}

/// The stems of a word in lower case that are not the word itself.
pub(crate) fn stems(word: &str) -> BTreeSet<String> {
    kazakh::stem(word).into_iter().chain(russian(word)).collect()
}

fn russian(word: &str) -> Option<String> {
    let is_russian = |c: char| matches!(c, 'а'..='я' | 'ё');
    if word.chars().count() < SHORTEST_RUSSIAN || !word.chars().all(is_russian) {
        return None;
    }
    let stem = Stemmer::create(Algorithm::Russian).stem(word).into_owned();
    (stem != word && stem.chars().count() >= SHORTEST_STEM).then_some(stem)
}

pub(super) fn pieces(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.to_lowercase().chars().take(LONGEST).collect())
}

/// A word in lower case with Kazakh letters as their Russian neighbours.
pub(super) fn folded(word: &str) -> String {
    word.chars().map(as_russian).collect()
}

/// What the words of a question stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meant {
    /// Beginnings of words, and other forms of them. What is shorter than [`BEGINNING`] begins too much to say anything, and is a word.
    Beginnings,
    /// Words: the parts of a number. Half a register may begin with «ДС» or with 3.
    Words,
}

/// A question as PostgreSQL's `tsquery`: all words. None when it holds no word.
pub(super) fn query(question: &str, meant: Meant) -> Option<String> {
    let word = |word: String| {
        let begins = meant == Meant::Beginnings && word.chars().count() >= BEGINNING;
        if begins { any_form(&word) } else { format!("'{word}'") }
    };
    let words: Vec<String> = pieces(question).take(MOST_ASKED).map(word).collect();
    if words.is_empty() { None } else { Some(words.join(" & ")) }
}

/// The word as a beginning, whatever has its stem, and the stem itself where it is a word. A piece holds letters and digits only, so nothing in it
/// can end the quotation.
fn any_form(word: &str) -> String {
    let mut parts = vec![format!("'{word}':*"), format!("'{STEM}{word}'")];
    for stem in stems(word) {
        parts.extend([format!("'{stem}'"), format!("'{STEM}{stem}'")]);
    }
    format!("({})", parts.join(" | "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_lower_case_and_stand_once() {
        let words = cut(["Зейнетақы жүйесі, ЗЕЙНЕТАҚЫ!", "Ә. Смайылов"]);
        let plain: Vec<_> = words.iter().filter(|word| !word.starts_with(STEM)).collect();
        assert_eq!(plain, ["жүйесі", "зейнетақы", "смайылов", "ә"]);
        assert!(words.is_sorted() && words.contains(&"~жүйе".to_owned()), "{words:?}");
    }

    #[test]
    fn a_question_cannot_leave_its_quotation() {
        let query = |question| query(question, Meant::Beginnings);
        assert_eq!(query("Қазақстан' | !x :*"), Some("('қазақстан':* | '~қазақстан') & 'x'".to_owned()));
        assert_eq!(query(" \\ ' & | ! ( ) <-> \u{0}"), None);
        assert_eq!(query(&"абв ".repeat(100)).map(|query| query.matches(":*").count()), Some(MOST_ASKED));
    }

    #[test]
    fn what_is_short_and_what_is_a_number_means_itself() {
        assert_eq!(query("дс зей", Meant::Beginnings).as_deref(), Some("'дс' & ('зей':* | '~зей')"));
        assert_eq!(query("ДС-326", Meant::Words).as_deref(), Some("'дс' & '326'"));
    }

    /// Whether a text is found by a question, as the index compares them.
    fn finds(question: &str, text: &str) -> bool {
        let words = cut([text]);
        let query = query(question, Meant::Beginnings).unwrap();
        query.split(" & ").all(|group| {
            let parts = group.trim_start_matches('(').trim_end_matches(')').split(" | ");
            parts.into_iter().any(|part| match part.strip_suffix(":*") {
                Some(beginning) => words.iter().any(|word| word.starts_with(beginning.trim_matches('\''))),
                None => words.iter().any(|word| word == part.trim_matches('\'')),
            })
        })
    }

    #[test]
    fn a_word_finds_its_other_forms_in_both_languages_and_no_other_word() {
        for (question, text) in [
            ("азамат", "Азаматтарының құқықтары туралы"),
            ("азаматтарының", "Бір азамат туралы"),
            ("азаматтарға", "Азаматтардың өтініштері"),
            ("еңбек", "Еңбегі үшін төлем"),
            ("мектептерде", "Мектебі жоқ ауыл"),
            ("граждане", "О правах граждан"),
            ("дорогами", "Ремонт дороги Алматы – Өскемен"),
            ("школа", "О строительстве школ"),
            ("министерство", "Ответ министерства"),
        ] {
            assert!(finds(question, text), "{question}: {text}");
        }
        for (question, text) in [("балалар", "Бухгалтерлік баланс"), ("жолдар", "Жолдау"), ("школа", "Школьник")]
        {
            assert!(!finds(question, text), "{question}: {text}");
        }
    }
}

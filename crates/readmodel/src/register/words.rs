//! Cutting texts into words to be found by. Done here and not by PostgreSQL, which has no Kazakh dictionary and whose parser depends
//! on the locale of the cluster. Kazakh builds on suffixes, so questions match beginnings of words.

use std::collections::BTreeSet;

/// The longest word kept, in characters; what is longer is cut, in tables and in questions alike.
const LONGEST: usize = 40;
/// How many characters a beginning has at least.
const BEGINNING: usize = 3;
/// The most words of one question that are looked at.
const MOST_ASKED: usize = 12;

/// The words of a text in lower case, each once, in order.
pub(super) fn cut<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let words: BTreeSet<String> = texts.into_iter().flat_map(pieces).collect();
    words.into_iter().collect()
}

pub(super) fn pieces(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.to_lowercase().chars().take(LONGEST).collect())
}

/// A word in lower case with Kazakh letters as their Russian neighbours.
pub(super) fn folded(word: &str) -> String {
    let fold = |c: char| match c {
        'ә' => 'а',
        'ғ' => 'г',
        'қ' => 'к',
        'ң' => 'н',
        'ө' => 'о',
        'ұ' | 'ү' => 'у',
        'һ' => 'х',
        'і' => 'и',
        'ё' => 'е',
        other => other,
    };
    word.chars().map(fold).collect()
}

/// What the words of a question stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meant {
    /// Beginnings of words. What is shorter than [`BEGINNING`] begins too much to say anything, and is a word.
    Beginnings,
    /// Words: the parts of a number. Half a register may begin with «ДС» or with 3.
    Words,
}

/// A question as PostgreSQL's `tsquery`: all words. None when it holds no word.
pub(super) fn query(question: &str, meant: Meant) -> Option<String> {
    // A piece holds letters and digits only, so nothing in it can end the quotation.
    let word = |word: String| {
        let begins = meant == Meant::Beginnings && word.chars().count() >= BEGINNING;
        format!("'{word}'{}", if begins { ":*" } else { "" })
    };
    let words: Vec<String> = pieces(question).take(MOST_ASKED).map(word).collect();
    if words.is_empty() { None } else { Some(words.join(" & ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_lower_case_and_stand_once() {
        assert_eq!(
            cut(["Зейнетақы жүйесі, ЗЕЙНЕТАҚЫ!", "Ә. Смайылов"]),
            ["ә", "жүйесі", "зейнетақы", "смайылов"]
                .map(str::to_owned)
                .into_iter()
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect::<Vec<_>>()
        );
    }

    #[test]
    fn a_question_cannot_leave_its_quotation() {
        let query = |question| query(question, Meant::Beginnings);
        assert_eq!(query("Зейнет' | !x :*"), Some("'зейнет':* & 'x'".to_owned()));
        assert_eq!(query(" \\ ' & | ! ( ) <-> \u{0}"), None);
        assert_eq!(query(&"абв ".repeat(100)).map(|query| query.matches(":*").count()), Some(MOST_ASKED));
    }

    #[test]
    fn what_is_short_and_what_is_a_number_means_itself() {
        assert_eq!(query("дс зей", Meant::Beginnings).as_deref(), Some("'дс' & 'зей':*"));
        assert_eq!(query("ДС-326", Meant::Words).as_deref(), Some("'дс' & '326'"));
    }
}

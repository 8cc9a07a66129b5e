//! What is shown of a hit: a piece of a text with the words marked that were asked for, in whatever form they stand there.

use std::collections::BTreeSet;
use std::ops::Range;

use super::index::{Token, folded, terms, tokens};
use super::question::Question;
use super::written::Passage;

/// How many bytes of a text are shown around what was found; a Cyrillic letter has two.
const AROUND: usize = 420;
/// How much of them stands before it.
const BEFORE: usize = 120;
/// The most words that are marked in one piece.
const MOST_MARKED: usize = 24;

/// A piece of a text, with the bytes of the words that were asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snippet {
    /// The piece; where it goes on, an ellipsis says so.
    pub text: String,
    /// What is to be marked in it, in order and apart from each other.
    pub marks: Vec<Range<usize>>,
}

impl Snippet {
    /// The pieces of the text in order, each with whether it is to be marked.
    pub fn pieces(&self) -> impl Iterator<Item = (&str, bool)> {
        let mut pieces = Vec::new();
        let mut from = 0;
        for mark in &self.marks {
            pieces.push((&self.text[from..mark.start], false));
            pieces.push((&self.text[mark.clone()], true));
            from = mark.end;
        }
        pieces.push((&self.text[from..], false));
        pieces.into_iter().filter(|(piece, _)| !piece.is_empty())
    }
}

/// What is looked for in texts.
pub(super) struct Marker<'a> {
    /// Of each word or phrase, its rows of words.
    wanted: Vec<&'a [Vec<String>]>,
    /// How the words begin that are worth a look. What endings take away leaves the beginning.
    beginnings: BTreeSet<String>,
}

/// One place at which something stands that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Mark {
    wanted: usize,
    at: Range<usize>,
}

/// Where and how a text answers.
pub(super) struct Match<'a> {
    pub(super) passage: &'a Passage,
    /// Which of the wanted stand in it.
    pub(super) holds: BTreeSet<usize>,
    marks: Vec<Mark>,
}

/// How many letters of a word stay the same when its ending is taken away.
const SAME: usize = 2;

fn beginning(term: &str) -> String {
    term.chars().take(SAME).collect()
}

impl<'a> Marker<'a> {
    pub(super) fn of(question: &'a Question) -> Self {
        let wanted: Vec<&[Vec<String>]> = question.wanted.iter().map(|wanted| wanted.any.as_slice()).collect();
        let beginnings = wanted.iter().copied().flatten().flatten().map(|term| beginning(term)).collect();
        Self { wanted, beginnings }
    }

    /// Everything wanted that stands in a text, in order.
    fn marks(&self, text: &str) -> Vec<Mark> {
        let tokens = tokens(text);
        let comparable: Vec<Option<Vec<String>>> = tokens.iter().map(|token| self.comparable(token)).collect();
        let is = |at: usize, term: &String| {
            comparable.get(at).is_some_and(|known| known.as_ref().is_some_and(|all| all.contains(term)))
        };
        let mut marks = Vec::new();
        for at in 0..tokens.len() {
            if comparable[at].is_none() {
                continue;
            }
            for (wanted, rows) in self.wanted.iter().enumerate() {
                let found = rows
                    .iter()
                    .filter(|row| row.iter().enumerate().all(|(n, term)| is(at + n, term)))
                    .map(Vec::len)
                    .max();
                for token in found.into_iter().flat_map(|words| &tokens[at..at + words]) {
                    marks.push(Mark { wanted, at: token.at.clone() });
                }
            }
        }
        marks.sort_by_key(|mark| (mark.at.start, mark.wanted));
        marks
    }

    /// What a word is compared by; none where it begins otherwise than everything wanted.
    fn comparable(&self, token: &Token) -> Option<Vec<String>> {
        self.beginnings.contains(&beginning(&folded(&token.word))).then(|| terms(&token.word))
    }

    /// How a passage answers; none when it does not.
    pub(super) fn matched<'p>(&self, passage: &'p Passage) -> Option<Match<'p>> {
        let marks = self.marks(&passage.text);
        if marks.is_empty() {
            return None;
        }
        Some(Match { passage, holds: marks.iter().map(|mark| mark.wanted).collect(), marks })
    }

    /// A whole short text with its marks.
    pub(super) fn whole(&self, text: &str) -> Snippet {
        Snippet { text: text.to_owned(), marks: apart(self.marks(text).into_iter().map(|mark| mark.at)) }
    }
}

impl Match<'_> {
    /// The piece in which most of what is wanted stands together.
    pub(super) fn snippet(&self) -> Snippet {
        let text = &self.passage.text;
        let together = |from: &Mark| -> usize {
            let within = self
                .marks
                .iter()
                .filter(|mark| mark.at.start >= from.at.start && mark.at.end <= from.at.start + AROUND - BEFORE);
            within.map(|mark| mark.wanted).collect::<BTreeSet<_>>().len()
        };
        // The first of those that are equally good.
        let best = self.marks.iter().take(200).rev().max_by_key(|mark| together(mark));
        let begin = best.map_or(0, |mark| mark.at.start);
        let from = word_boundary(text, begin.saturating_sub(BEFORE));
        let until = word_boundary(text, (from + AROUND).min(text.len()));
        let until = if until <= begin { text.len().min(floor(text, begin + AROUND)) } else { until };
        piece(text, from..until, &self.marks)
    }
}

fn piece(text: &str, shown: Range<usize>, marks: &[Mark]) -> Snippet {
    const MORE: &str = "…";
    let mut snippet = Snippet::default();
    if shown.start > 0 {
        snippet.text.push_str(MORE);
    }
    let offset = snippet.text.len();
    // Lines of a letter are one line here; a line's end has one byte like the space that stands for it.
    snippet.text.extend(text[shown.clone()].chars().map(|c| if c == '\n' { ' ' } else { c }));
    if shown.end < text.len() {
        snippet.text.push_str(MORE);
    }
    let within = marks.iter().filter(|mark| mark.at.start >= shown.start && mark.at.end <= shown.end);
    snippet.marks = apart(within.map(|mark| mark.at.start - shown.start + offset..mark.at.end - shown.start + offset));
    snippet.marks.truncate(MOST_MARKED);
    snippet
}

/// Marks in order, none twice and none over another.
fn apart(marks: impl Iterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    let mut apart: Vec<Range<usize>> = Vec::new();
    for mark in marks {
        if apart.last().is_none_or(|last| mark.start >= last.end) {
            apart.push(mark);
        }
    }
    apart
}

/// The last beginning of a character that is not behind this byte.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The next beginning of a word behind this byte, or the byte itself where none is near.
fn word_boundary(text: &str, at: usize) -> usize {
    let at = floor(text, at);
    if at == 0 || at == text.len() {
        return at;
    }
    let near = text[at..].char_indices().take(30).find(|(_, c)| c.is_whitespace());
    near.map_or(at, |(behind, c)| at + behind + c.len_utf8())
}

/// The beginning of a text, where nothing in it is to be marked.
pub(super) fn beginning_of(text: &str) -> Snippet {
    piece(text, 0..word_boundary(text, AROUND.min(text.len())), &[])
}

#[cfg(test)]
mod tests {
    use super::super::written::Place;
    use super::*;

    fn marked(question: &str, text: &str) -> Vec<String> {
        let question = Question::read(question);
        let passage = Passage::new(Place::Subject, text);
        let marker = Marker::of(&question);
        let Some(found) = marker.matched(&passage) else { return Vec::new() };
        let snippet = found.snippet();
        snippet.pieces().filter(|(_, marked)| *marked).map(|(piece, _)| piece.to_owned()).collect()
    }

    #[test]
    fn forms_and_look_alikes_are_marked() {
        assert_eq!(marked("азамат", "Азаматтарының құқығы және азаматша"), ["Азаматтарының"]);
        assert_eq!(marked("дороги", "О ремонте дорог и дорогами"), ["дорог", "дорогами"]);
        assert_eq!(marked("тайтуганов", "М. Тайтуғанов"), ["Тайтуғанов"]);
        assert_eq!(marked("\"ауыз су\"", "су және ауыз су"), ["ауыз", "су"]);
        assert_eq!(marked("жоқ", "бұл мәтін"), Vec::<String>::new());
    }

    #[test]
    fn a_piece_is_taken_where_the_words_stand_together() {
        let far = "басқа сөздер ".repeat(80);
        let text = format!("жол {far} жол жөндеу {far}");
        let found = marked("жол жөндеу", &text);
        assert_eq!(found, ["жол", "жөндеу"]);
    }

    proptest::proptest! {
        #[test]
        fn marks_lie_between_characters_in_order_and_within_the_piece(
            text in "[а-яәғқңөұүі \u{301}🙂\n.,-]{0,900}", question in "[а-яәі\" -]{1,12}"
        ) {
            let question = Question::read(&question);
            let passage = Passage::new(Place::Subject, text.clone());
            let marker = Marker::of(&question);
            let snippets = marker.matched(&passage).map(|found| found.snippet()).into_iter()
                .chain([marker.whole(&text), beginning_of(&text)]);
            for snippet in snippets {
                let mut from = 0;
                for mark in &snippet.marks {
                    proptest::prop_assert!(mark.start >= from && mark.end > mark.start && mark.end <= snippet.text.len());
                    proptest::prop_assert!(snippet.text.is_char_boundary(mark.start) && snippet.text.is_char_boundary(mark.end));
                    from = mark.end;
                }
                let whole: String = snippet.pieces().map(|(piece, _)| piece).collect();
                proptest::prop_assert_eq!(whole, snippet.text.clone());
            }
        }
    }
}

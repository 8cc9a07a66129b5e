//! What changed inside a line: words, spaces and signs, line breaks and footnotes.

use similar::DiffOp;

use super::align::{Numbers, steps};
use super::{Piece, State};
use crate::runs::{Look, Run};

/// The least that is compared: a word, a stretch of spaces, a sign, a footnote's mark, a new line.
#[derive(Debug, Clone, Copy)]
enum Token<'a> {
    Word { text: &'a str, look: Look },
    Footnote(&'a [Run]),
    LineBreak,
}

impl Token<'_> {
    fn is_space(self) -> bool {
        matches!(self, Token::Word { text, .. } if text.trim().is_empty())
    }
}

/// Cuts words, spaces and signs apart. Put together again they are the text.
pub(super) fn cut(text: &str) -> impl Iterator<Item = &str> {
    #[derive(PartialEq, Clone, Copy)]
    enum Sort {
        Word,
        Space,
        Sign,
    }
    let sort = |character: char| {
        if character.is_whitespace() {
            Sort::Space
        } else if character.is_alphanumeric() || is_mark(character) {
            Sort::Word
        } else {
            Sort::Sign
        }
    };
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut characters = rest.char_indices();
        let (_, first) = characters.next()?;
        let first = sort(first);
        let end = match first {
            Sort::Sign => characters.next().map_or(rest.len(), |(at, _)| at),
            Sort::Word | Sort::Space => {
                characters.find(|(_, character)| sort(*character) != first).map_or(rest.len(), |(at, _)| at)
            }
        };
        let (word, after) = rest.split_at(end);
        rest = after;
        Some(word)
    })
}

/// An accent that belongs to the letter before it.
const fn is_mark(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}')
}

fn tokens(runs: &[Run]) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    for run in runs {
        match run {
            Run::Text { text, look } => found.extend(cut(text).map(|text| Token::Word { text, look: *look })),
            Run::Footnote { runs } => found.push(Token::Footnote(runs)),
            Run::LineBreak => found.push(Token::LineBreak),
        }
    }
    found
}

/// A footnote stands for a footnote, whatever it says: what changed in it is told inside it.
fn numbered(tokens: &[Token<'_>], numbers: &mut Numbers) -> Vec<u32> {
    tokens
        .iter()
        .map(|token| match token {
            Token::Word { text, .. } => numbers.of(text),
            // No word is empty and none has a line end in it.
            Token::Footnote(_) => numbers.of(""),
            Token::LineBreak => numbers.of("\n"),
        })
        .collect()
}

/// The line as it is now, with what went and what came.
pub(super) fn compare(old: &[Run], new: &[Run]) -> Vec<Piece> {
    let (old, new) = (tokens(old), tokens(new));
    let mut numbers = Numbers::default();
    let (old_numbers, new_numbers) = (numbered(&old, &mut numbers), numbered(&new, &mut numbers));
    let mut pieces = Line::default();
    let steps = steps(&old_numbers, &new_numbers);
    for (at, step) in steps.iter().enumerate() {
        let between_changes = at > 0 && at + 1 < steps.len();
        match *step {
            // A space between two changed words is read with them.
            DiffOp::Equal { old_index, new_index, len }
                if between_changes && old[old_index..old_index + len].iter().all(|token| token.is_space()) =>
            {
                pieces.replace(&old[old_index..old_index + len], &new[new_index..new_index + len]);
            }
            DiffOp::Equal { old_index, new_index, len } => {
                for (old, new) in old[old_index..old_index + len].iter().zip(&new[new_index..new_index + len]) {
                    pieces.keep(*old, *new);
                }
            }
            DiffOp::Delete { old_index, old_len, .. } => pieces.replace(&old[old_index..old_index + old_len], &[]),
            DiffOp::Insert { new_index, new_len, .. } => pieces.replace(&[], &new[new_index..new_index + new_len]),
            DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                pieces.replace(&old[old_index..old_index + old_len], &new[new_index..new_index + new_len]);
            }
        }
    }
    pieces.finish()
}

/// The pieces so far; what went is told before what came in its place.
#[derive(Default)]
struct Line {
    pieces: Vec<Piece>,
    removed: Vec<Piece>,
    added: Vec<Piece>,
}

impl Line {
    fn keep(&mut self, old: Token<'_>, new: Token<'_>) {
        self.settle();
        match (old, new) {
            (Token::Word { look: was, .. }, Token::Word { text, look }) => {
                let was = (was != look).then_some(was);
                push(&mut self.pieces, Piece::Words { state: State::Kept, text: text.to_owned(), look, was });
            }
            (Token::Footnote(old), Token::Footnote(new)) => {
                self.pieces.push(Piece::Footnote { state: State::Kept, pieces: compare(old, new) });
            }
            (_, token) => push(&mut self.pieces, piece(token, State::Kept)),
        }
    }

    fn replace(&mut self, old: &[Token<'_>], new: &[Token<'_>]) {
        old.iter().for_each(|token| push(&mut self.removed, piece(*token, State::Removed)));
        new.iter().for_each(|token| push(&mut self.added, piece(*token, State::Added)));
    }

    fn settle(&mut self) {
        self.pieces.append(&mut self.removed);
        self.pieces.append(&mut self.added);
    }

    fn finish(mut self) -> Vec<Piece> {
        self.settle();
        self.pieces
    }
}

fn piece(token: Token<'_>, state: State) -> Piece {
    match token {
        Token::Word { text, look } => Piece::Words { state, text: text.to_owned(), look, was: None },
        Token::Footnote(runs) => Piece::Footnote {
            state,
            pieces: tokens(runs).into_iter().fold(Vec::new(), |mut pieces, token| {
                push(&mut pieces, piece(token, state));
                pieces
            }),
        },
        Token::LineBreak => Piece::LineBreak { state },
    }
}

fn push(pieces: &mut Vec<Piece>, piece: Piece) {
    if let Piece::Words { state, text, look, was } = &piece
        && let Some(Piece::Words { state: state_before, text: before, look: look_before, was: was_before }) =
            pieces.last_mut()
        && (state, look, was) == (&*state_before, &*look_before, &*was_before)
    {
        before.push_str(text);
        return;
    }
    pieces.push(piece);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_into_words_spaces_and_signs() {
        let cut: Vec<&str> = cut("№ ДС-326,  й\u{306}").collect();
        assert_eq!(cut, ["№", " ", "ДС", "-", "326", ",", "  ", "й\u{306}"]);
    }
}

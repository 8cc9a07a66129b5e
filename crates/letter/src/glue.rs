//! What may not be torn apart at a line's end: «№» and its number, a number and what it counts, initials and a surname.
//!
//! These are the rules of typesetting in Kazakh and Russian alike. They concern the printed page alone: on the way to the typesetter, and
//! nowhere else, such words become a piece of their own, which is set as one. No-break spaces would do the same for the eye, but the
//! typesetter has to write them with a replacement text, at which some programs that read a page aloud lose the rest of the line.

use serde_json::{Value, json};

/// Cuts every text of a view's blocks where a piece has to be kept together, or where a word may be longer than its line.
pub(crate) fn blocks(view: &mut Value) {
    cut(view, false);
}

/// In a table's cells the layout finds the long words itself, because it measures what each column needs.
fn cut(view: &mut Value, in_cell: bool) {
    match view {
        Value::Array(items) => {
            let mut whole = Vec::with_capacity(items.len());
            for mut item in items.drain(..) {
                match text_of(&item) {
                    Some(text) if in_cell => whole.extend(pieces(text).into_iter().map(Piece::seen)),
                    Some(text) => whole.extend(pieces(text).into_iter().flat_map(long_words).map(Piece::seen)),
                    None => {
                        cut(&mut item, in_cell);
                        whole.push(item);
                    }
                }
            }
            *items = whole;
        }
        Value::Object(fields) => {
            let in_cell = in_cell && fields.get("type").is_none_or(|kind| kind != "footnote");
            fields.iter_mut().for_each(|(name, field)| cut(field, in_cell || matches!(name.as_str(), "head" | "rows")));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The words of an inline that is text.
fn text_of(item: &Value) -> Option<&str> {
    (item.get("type")? == "text").then(|| item.get("text")?.as_str()).flatten()
}

/// A piece of a text.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'a> {
    Free(&'a str),
    Kept(&'a str),
    /// A word that may be longer than its line.
    Long(&'a str),
}

/// From how many letters on a word may be longer than a line, be they the widest ones.
const LONG: usize = 22;

/// What is longer than this is not kept together, because it may fit no line.
const KEPT: usize = 30;

impl Piece<'_> {
    fn seen(self) -> Value {
        match self {
            Self::Free(text) => json!({ "type": "text", "text": text }),
            Self::Kept(text) => json!({ "type": "kept", "text": text }),
            Self::Long(text) => json!({ "type": "long", "text": text }),
        }
    }
}

/// The text in pieces. A piece that is kept together begins and ends at a space.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut taken, mut kept_from) = (0, None);
    let mut word = 0;
    while let Some(space) = text[word..].find(' ').map(|at| word + at) {
        let held = holds(&text[word..space], &text[space + 1..]);
        match (held, kept_from) {
            (true, None) => kept_from = Some(word),
            (false, Some(from)) => {
                pieces.push(Piece::Free(&text[taken..from]));
                pieces.push(Piece::Kept(&text[from..space]));
                (taken, kept_from) = (space, None);
            }
            (true, Some(_)) | (false, None) => {}
        }
        word = space + 1;
    }
    match kept_from {
        Some(from) => pieces.extend([Piece::Free(&text[taken..from]), Piece::Kept(&text[from..])]),
        None => pieces.push(Piece::Free(&text[taken..])),
    }
    pieces.retain(|piece| *piece != Piece::Free(""));
    for piece in &mut pieces {
        match *piece {
            Piece::Kept(text) if text.chars().count() > KEPT => *piece = Piece::Free(text),
            _ => {}
        }
    }
    pieces
}

/// A free piece cut around its long words; any other as it is. Where a word has hyphens or slashes of its own, it is broken there first.
fn long_words(piece: Piece<'_>) -> Vec<Piece<'_>> {
    let Piece::Free(text) = piece else { return vec![piece] };
    let mut found = Vec::new();
    let mut taken = 0;
    let mut from = 0;
    for part in text.split_inclusive([' ', '-', '/', '–', '—']) {
        if part.chars().count() >= LONG {
            found.extend([Piece::Free(&text[taken..from]), Piece::Long(part.trim_end_matches(' '))]);
            taken = from + part.trim_end_matches(' ').len();
        }
        from += part.len();
    }
    found.push(Piece::Free(&text[taken..]));
    found.retain(|piece| *piece != Piece::Free(""));
    found
}

/// Whether `word` holds what comes after it.
fn holds(word: &str, after: &str) -> bool {
    let word = word.trim_start_matches(['(', '«', '„', '"']);
    let next = after.chars().next();
    if word == "№" {
        return true;
    }
    let counts = (1..=4).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit());
    if counts {
        let figures = after.split(|character: char| !character.is_ascii_digit()).next().unwrap_or_default();
        return next.is_some_and(char::is_lowercase) || figures.len() == 3;
    }
    is_initial(word) && next.is_some_and(char::is_uppercase)
}

/// `Ә.` or `Ж.Қ.`
fn is_initial(word: &str) -> bool {
    let mut letters = word.split_inclusive('.').peekable();
    letters.peek().is_some()
        && word.chars().count() <= 4
        && letters.all(|piece| {
            let mut characters = piece.chars();
            characters.next().is_some_and(char::is_uppercase)
                && characters.next() == Some('.')
                && characters.next().is_none()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text with `[` and `]` around what is kept together.
    fn shown(text: &str) -> String {
        let show = |piece| match piece {
            Piece::Free(text) => text.to_owned(),
            Piece::Kept(text) => format!("[{text}]"),
            Piece::Long(text) => format!("<{text}>"),
        };
        pieces(text).into_iter().flat_map(long_words).map(show).collect()
    }

    #[test]
    fn what_belongs_together_stays_on_its_line() {
        assert_eq!(
            shown("2023 жылғы 25 қыркүйектегі № 02-11/77 хатпен"),
            "[2023 жылғы] [25 қыркүйектегі] [№ 02-11/77] хатпен"
        );
        assert_eq!(shown("от 25 сентября 2023 года за № 5"), "от [25 сентября] [2023 года] за [№ 5]");
        assert_eq!(shown("барлығы 1 200 000 теңге"), "барлығы [1 200 000 теңге]");
        assert_eq!(shown("министр Ә. Смайылов пен (Ж.Қ. Тау)"), "министр [Ә. Смайылов] пен [(Ж.Қ. Тау)]");
    }

    #[test]
    fn a_word_that_may_be_longer_than_its_line_is_marked() {
        let long = "ғ".repeat(30);
        assert_eq!(shown(&format!("сөз {long} және № 5")), format!("сөз <{long}> және [№ 5]"));
        assert_eq!(shown(&format!("a/{long}/{long}")), format!("a/<{long}/><{long}>"));
    }

    #[test]
    fn what_does_not_is_left_as_it_was() {
        for text in ["осы жылы. Үкімет", "бап 7. Заң", "12345 теңге", "А бабы", "2023 2024", "Т.б. және", " жол ", ""]
        {
            assert_eq!(shown(text), text);
        }
    }
}

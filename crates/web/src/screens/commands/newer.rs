//! A draft that somebody else wrote meanwhile: it is shown whole beside one's own text, and nobody writes over it unread.

use inquiry::content::DraftContent;
use inquiry::event::Event;
use serde::Serialize;

use super::super::fields::{Field, Reader, Typed, say};
use super::super::text;
use super::super::wording::People;
use crate::office::seeing::{Seen, events_of};
use crate::problem::Problem;
use crate::speech::Words;
use directory::Language;

/// The hidden field of a form that would write over somebody's text.
const OVER: &str = "over";
/// The box for having read that text.
const READ: &str = "read_newer";

/// What the other person wrote.
#[derive(Debug, Serialize)]
pub(super) struct Newer {
    version: String,
    author: String,
    comment: Option<String>,
    /// The whole text as it stands.
    text: String,
    /// Paragraphs that are new or were changed.
    added: Vec<String>,
    /// Paragraphs that are gone or were changed.
    removed: Vec<String>,
}

/// The draft that was written after `version`, if one was.
///
/// # Errors
/// [`Problem::Failure`] when an event cannot be read.
pub(super) fn since(seen: &Seen, people: &People, version: u64) -> Result<Option<Newer>, Problem> {
    let (mut before, mut now) = (None, None);
    for recorded in &seen.history {
        for event in events_of(recorded)? {
            if let Event::DraftRevised(revised) = event {
                if recorded.version > version {
                    now = Some(revised);
                } else {
                    before = Some(revised);
                }
            }
        }
    }
    let Some(now) = now else { return Ok(None) };
    let text = typed_text(&now.content);
    let old = before.map_or_else(String::new, |before| typed_text(&before.content));
    Ok(Some(Newer {
        version: now.version.to_string(),
        author: people.name(&now.author).to_owned(),
        comment: now.comment,
        added: only_in(&text, &old),
        removed: only_in(&old, &text),
        text,
    }))
}

/// The text as one types it; what is no letter's text is shown as it is kept.
fn typed_text(content: &DraftContent) -> String {
    text::typed(&content.body).unwrap_or_else(|| content.body.to_string())
}

/// The paragraphs of `text` that `other` has not, each as often as it has it more.
fn only_in(text: &str, other: &str) -> Vec<String> {
    let paragraphs = |text: &str| -> Vec<String> {
        text.split("\n\n").map(|paragraph| paragraph.trim().to_owned()).filter(|text| !text.is_empty()).collect()
    };
    let mut known: std::collections::HashMap<String, usize> = std::collections::HashMap::new();
    for paragraph in paragraphs(other) {
        *known.entry(paragraph).or_default() += 1;
    }
    let mut only = paragraphs(text);
    only.retain(|paragraph| match known.get_mut(paragraph) {
        Some(left @ 1..) => {
            *left -= 1;
            false
        }
        Some(0) | None => true,
    });
    only
}

/// What was typed, as the form asks again for it: a tick for an older text is no tick for this one.
pub(super) fn to_be_read(typed: &Typed) -> Typed {
    let kept = typed.0.iter().filter(|(name, _)| name != READ && name != OVER).cloned();
    Typed(kept.chain([(OVER.to_owned(), "yes".to_owned())]).collect())
}

/// As if a form were asked for that would write over somebody's text.
pub(in crate::screens) fn over() -> Typed {
    Typed(vec![(OVER.to_owned(), "yes".to_owned())])
}

/// The box, where the form would write over somebody's text.
pub(super) fn confirmation(typed: &Typed, language: Language) -> Option<Vec<Field>> {
    if typed.get(OVER).is_empty() {
        return None;
    }
    let label = say(
        language,
        "Жазғаныңыз жаңа нұсқаның орнына сақталады",
        "Ваш текст заменит более новую редакцию",
        "Your text replaces the newer version",
    );
    let read =
        say(language, "Жаңа нұсқаны оқып шықтым", "Я прочитал(а) новую редакцию", "I have read the newer version");
    Some(vec![Field::hidden(OVER, "yes"), Field::checks(READ, label, [("yes".to_owned(), read)]).needed()])
}

/// Blames a form that would write over a text whose reading was not confirmed.
pub(super) fn check(reader: &mut Reader<'_>) {
    if !reader.typed.get(OVER).is_empty() && reader.typed.get(READ) != "yes" {
        let what = Words::new(
            "Алдымен жаңа нұсқаны оқып, белгі қойыңыз.",
            "Сначала прочтите новую редакцию и поставьте отметку.",
            "Read the newer version first, and tick that you have.",
        );
        reader.blame(READ, &what);
    }
}

#[cfg(test)]
mod tests {
    use super::only_in;

    #[test]
    fn a_paragraph_that_was_changed_is_gone_and_new() {
        let (old, new) = ("a\n\nb\n\nb\n\nc", "a\n\nb\n\nx\n\nc");
        assert_eq!(only_in(new, old), ["x"]);
        assert_eq!(only_in(old, new), ["b"]);
        assert!(only_in(old, old).is_empty());
        assert_eq!(only_in(old, ""), ["a", "b", "b", "c"]);
    }
}

//! The forms in which a text goes to an editor and comes back: Markdown, the body as JSON, the rich editor's document, Word.

use letter::docx::read::report::{FormPart, LeftOut, TrackedChange};
use letter::docx::{self, Edited, ImportError};
use letter::provenance::Sourced;
use letter::{Refusal, markdown, rich};
use serde_json::Value;

use crate::office::files::FILE_LIMIT;
use crate::office::letters::{Form, said_of};
use crate::problem::{Problem, TextFault, TextPlace};
use crate::speech::Words;
use crate::state::AppState;

/// A form that an editor reads and writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextForm {
    /// Markdown.
    Markdown,
    /// The body with its sources, as the letter's model writes them.
    Json,
    /// The document of the rich editor (ProseMirror).
    Rich,
    /// The whole letter as a Word file.
    Word,
}

/// What is taken, by media type.
pub const MEDIA_TYPES: &[&str] =
    &["text/markdown", "application/json", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"];

impl TextForm {
    /// The form with that ending.
    ///
    /// # Errors
    /// [`Problem::NoSuchForm`].
    pub fn of_ending(ending: &str) -> Result<Self, Problem> {
        match ending {
            "md" => Ok(Self::Markdown),
            "json" => Ok(Self::Json),
            "rich.json" | "rich" => Ok(Self::Rich),
            "docx" => Ok(Self::Word),
            other => Err(Problem::NoSuchForm { form: other.chars().take(20).collect() }),
        }
    }

    /// Its ending in file names.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Json => "json",
            Self::Rich => "rich.json",
            Self::Word => "docx",
        }
    }

    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::Json | Self::Rich => "application/json",
            Self::Word => Form::Docx.media_type(),
        }
    }
}

/// A text in a form that is nothing but the text; none for Word, which is a whole letter.
///
/// # Errors
/// A failure of ours.
pub fn write(state: &AppState, form: TextForm, text: &Sourced) -> Result<Option<Vec<u8>>, Problem> {
    let json = |value: &Value| {
        serde_json::to_vec_pretty(value).map_err(|error| Problem::failure("write a text as JSON", error))
    };
    Ok(match form {
        TextForm::Markdown => {
            let note = said_of(state).map(markdown::note).unwrap_or_default();
            Some(format!("{note}{}", markdown::write(text)).into_bytes())
        }
        TextForm::Json => {
            let value = serde_json::to_value(text).map_err(|error| Problem::failure("write a text as JSON", error))?;
            Some(json(&value)?)
        }
        TextForm::Rich => Some(json(&rich::write(text))?),
        TextForm::Word => None,
    })
}

/// A text that came in, with what a Word file says besides.
#[derive(Debug)]
pub struct Incoming {
    /// The text; its sources are what the form claims.
    pub text: Sourced,
    /// Everything else that a Word file said.
    pub word: Option<Edited>,
}

impl Incoming {
    /// Tracked changes, comments and looks that were left out.
    #[must_use]
    pub fn said(&self) -> (Vec<TrackedChange>, Vec<docx::read::report::Comment>, Vec<LeftOut>) {
        self.word
            .as_ref()
            .map_or_else(Default::default, |word| (word.changes.clone(), word.comments.clone(), word.left_out.clone()))
    }

    /// What stands around the text.
    #[must_use]
    pub fn form(&self) -> &[FormPart] {
        self.word.as_ref().map_or(&[], |word| word.form.as_slice())
    }
}

/// Reads what somebody sent. It keeps a processor busy; run it where it delays nobody.
///
/// # Errors
/// [`Problem::TextRefused`] with everything that is wrong, [`Problem::TooLarge`], [`Problem::MalformedJson`].
pub fn read(form: TextForm, bytes: &[u8]) -> Result<Incoming, Problem> {
    let plain = |text: Sourced| Incoming { text, word: None };
    match form {
        TextForm::Markdown => {
            let text = std::str::from_utf8(bytes).map_err(|_| not_utf8())?;
            let text = text.strip_prefix('\u{feff}').unwrap_or(text);
            markdown::read(text).map(plain).map_err(|faults| of_markdown(&faults))
        }
        TextForm::Json => Sourced::parse(&parsed(bytes)?).map(plain).map_err(|refusal| of_json(&refusal)),
        TextForm::Rich => rich::read(&parsed(bytes)?).map(plain).map_err(|refusal| of_json(&refusal)),
        TextForm::Word => match docx::read(bytes) {
            Ok(word) => Ok(Incoming { text: word.sourced.clone(), word: Some(word) }),
            Err(error) => Err(of_word(&error, bytes.len())),
        },
    }
}

fn parsed(bytes: &[u8]) -> Result<Value, Problem> {
    serde_json::from_slice(bytes).map_err(|error| Problem::MalformedJson { hint: error.to_string() })
}

/// A sentence that the letter's own crate says in each of the languages.
fn said(words: impl Fn(letter::model::Language) -> String) -> Words {
    use letter::model::Language::{En, Kk, Ru};
    Words::new(words(Kk), words(Ru), words(En))
}

fn not_utf8() -> Problem {
    let said = Words::new("Файл UTF-8 мәтіні емес.", "Файл — не текст в UTF-8.", "The file is no text in UTF-8.");
    Problem::TextRefused { faults: vec![TextFault { place: TextPlace::Whole, said }] }
}

fn of_markdown(faults: &[markdown::Fault]) -> Problem {
    let fault = |fault: &markdown::Fault| TextFault {
        place: TextPlace::Line { line: fault.line, column: fault.column },
        said: said(|language| fault.words(language)),
    };
    Problem::TextRefused { faults: faults.iter().map(fault).collect() }
}

/// What the letter's own crate says of a JSON text.
pub(crate) fn of_json(refusal: &Refusal) -> Problem {
    let at = if refusal.at.is_empty() { "/" } else { &refusal.at };
    let said = said(|language| format!("{at}: {}", refusal.words(language)));
    Problem::TextRefused { faults: vec![TextFault { place: TextPlace::Pointer(refusal.at.clone()), said }] }
}

fn of_word(error: &ImportError, length: usize) -> Problem {
    let faults = match error {
        ImportError::Unheld(unheld) => unheld
            .iter()
            .map(|one| TextFault {
                place: TextPlace::Paragraph(one.spot.paragraph),
                said: said(|language| one.words(language)),
            })
            .collect(),
        _ if length > FILE_LIMIT => return Problem::TooLarge { limit: FILE_LIMIT },
        whole => vec![TextFault { place: TextPlace::Whole, said: said(|language| whole.lines(language).join("; ")) }],
    };
    Problem::TextRefused { faults }
}

#[cfg(test)]
mod tests {
    use directory::Language;

    use super::*;

    fn faults(form: TextForm, bytes: &[u8]) -> Vec<TextFault> {
        match read(form, bytes) {
            Err(Problem::TextRefused { faults }) => faults,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_fault_has_its_place_and_its_words_in_every_language() {
        let found = faults(TextForm::Markdown, "> а\n\n`б`".as_bytes());
        assert_eq!(found.len(), 2);
        assert_eq!(found[1].place, TextPlace::Line { line: 3, column: 1 });
        let found = faults(TextForm::Json, br#"{"blocks":[{"type":"paragraph","content":[]}]}"#);
        assert!(matches!(&found[0].place, TextPlace::Pointer(at) if at.starts_with("/blocks/0")), "{found:?}");
        let found = faults(TextForm::Word, b"PK no zip");
        assert_eq!(found[0].place, TextPlace::Whole);
        for language in Language::ALL {
            assert!(!found[0].body(language).detail.is_empty());
        }
        assert!(matches!(read(TextForm::Json, b"{"), Err(Problem::MalformedJson { .. })));
        assert!(matches!(read(TextForm::Word, &vec![0; FILE_LIMIT + 1]), Err(Problem::TooLarge { .. })));
        faults(TextForm::Markdown, &[0xff, 0xfe]);
    }
}

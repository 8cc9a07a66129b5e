//! The one door to everything that makes bytes.

use std::path::Path;

use serde_json::Value;

use crate::check::check_mark;
use crate::edition::Edition;
use crate::error::{Fault, LetterError, Refusal};
use crate::kinds::reply::ReplyFacts;
use crate::kinds::{self, AnyFacts, Kind};
use crate::model::{Letter, Letterhead, RegistrationMark};
use crate::registration;
use crate::templates::{Files, LAYOUT, Medium, ORNAMENT, Templates};
use crate::typeset::{Attached, Profile, Typesetter};
use crate::{canonical, glue, qr, view};

/// Fonts, templates and the typesetter, read once and shared between threads.
pub struct Engine {
    pub(crate) templates: Templates,
    pub(crate) typesetter: Typesetter,
}

/// A letter as the typesetter reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Markup {
    /// Typst's markup.
    pub text: String,
    /// The picture that the markup shows as `/qr.svg`, if it shows one.
    pub qr: Option<String>,
}

impl Engine {
    /// Reads the fonts and templates that are built into the program.
    ///
    /// # Errors
    /// If a built-in font or template cannot be read.
    pub fn new() -> Result<Self, LetterError> {
        Self::of(Files::built_in())
    }

    /// As [`Engine::new`], with the templates of a folder laid out as `templates/letters` is.
    ///
    /// # Errors
    /// [`LetterError::Template`] if a template is missing, cannot be read or is not known.
    pub fn with_templates(folder: &Path) -> Result<Self, LetterError> {
        Self::of(Files::read(folder)?)
    }

    pub(crate) fn of(files: Files) -> Result<Self, LetterError> {
        let templates = Templates::compile(files)?;
        let edition = Edition::of(&templates.files).hash();
        let typesetter = Typesetter::new(templates.files.get(LAYOUT)?, templates.files.get(ORNAMENT)?, edition)?;
        Ok(Self { templates, typesetter })
    }

    /// From the facts of a reply to the letter, by the wording in `templates/letters/reply/`.
    ///
    /// # Errors
    /// [`LetterError::Refused`] where the facts cannot be printed, [`LetterError::Template`] where the wording is wrong.
    pub fn compose_reply(&self, facts: &ReplyFacts) -> Result<Letter, LetterError> {
        self.compose(facts)
    }

    /// From the facts of any kind of letter to the letter, by the wording of that kind.
    ///
    /// # Errors
    /// As [`Engine::compose_reply`].
    pub fn compose<K: Kind>(&self, facts: &K) -> Result<Letter, LetterError> {
        self.held(kinds::compose(facts, &self.templates.wording)?, facts)
    }

    /// As [`Engine::compose`], where the kind is known only now.
    ///
    /// # Errors
    /// As [`Engine::compose_reply`].
    pub fn compose_any(&self, facts: &AnyFacts) -> Result<Letter, LetterError> {
        self.held(facts.compose(&self.templates.wording)?, &facts.to_json())
    }

    /// One letter in two languages under one signature: the first text with everything that a letter has, and behind it the second.
    ///
    /// # Errors
    /// As [`Engine::compose_reply`]; a refusal also where the two do not say the same of what has to be the same in both. The places are
    /// those of the second facts.
    pub fn compose_bilingual(&self, first: &AnyFacts, second: &AnyFacts) -> Result<Letter, LetterError> {
        kinds::same_letter(first, second)?;
        let letter = kinds::bound(self.compose_any(first)?, self.compose_any(second)?);
        letter.check()?;
        Ok(letter)
    }

    /// The letterhead of the Government's Office, for its papers that answer nobody's letter.
    ///
    /// # Errors
    /// [`LetterError::Template`] where the form is wrong.
    pub fn office_letterhead(&self) -> Result<Letterhead, LetterError> {
        Ok(kinds::letterhead(kinds::Office::GovernmentOffice, &self.templates.wording)?)
    }

    fn held(&self, letter: Letter, facts: &impl serde::Serialize) -> Result<Letter, LetterError> {
        // Asked of the facts and not of the letter, so that the place is one that the writer knows.
        self.printable(&json(facts)?)?;
        letter.check()?;
        Ok(letter)
    }

    /// The letter as PDF/A-2a and PDF/UA-1. A letter without a registration gives the bytes that are signed; one with a
    /// registration gives the same bytes with number and date added as [`Engine::register`] adds them.
    ///
    /// # Errors
    /// As [`Engine::compose_reply`], and [`LetterError::Typesetting`].
    pub fn pdf(&self, letter: &Letter) -> Result<Vec<u8>, LetterError> {
        self.set(letter, None)
    }

    /// As [`Engine::pdf`], with the facts as JSON inside the file: PDF/A-3a and PDF/UA-1, for archives that want the data beside the page.
    /// The facts are written in one way only, so the same facts give the same bytes.
    ///
    /// # Errors
    /// As [`Engine::pdf`].
    pub fn archive(&self, letter: &Letter, facts: &Value) -> Result<Vec<u8>, LetterError> {
        self.set(letter, Some(canonical::to_string(facts)))
    }

    /// What the typesetter is given for [`Engine::pdf`], to look at or to set elsewhere: besides it there are only the layout library
    /// `letter.typ`, its ornament and the fonts.
    ///
    /// # Errors
    /// As [`Engine::compose_reply`].
    pub fn markup(&self, letter: &Letter) -> Result<Markup, LetterError> {
        self.given(letter, false)
    }

    fn given(&self, letter: &Letter, attached: bool) -> Result<Markup, LetterError> {
        letter.check()?;
        self.printable(&json(letter)?)?;
        let mut seen = view::letter(letter, attached);
        glue::blocks(&mut seen);
        let text = self.templates.render(Medium::Typst, "letter.typ.hbs", &seen)?;
        let qr = letter.verification.as_ref().map(|verification| qr::svg(&verification.url)).transpose()?;
        Ok(Markup { text, qr })
    }

    fn set(&self, letter: &Letter, facts: Option<String>) -> Result<Vec<u8>, LetterError> {
        let profile = if facts.is_some() { Profile::Archive } else { Profile::Letter };
        let Markup { text, qr } = self.given(letter, facts.is_some())?;
        let unregistered = self.typesetter.pdf(text, &Attached { qr, facts }, profile)?;
        match &letter.registration {
            Some(mark) => self.register(&unregistered, mark),
            None => Ok(unregistered),
        }
    }

    /// The letter as a complete HTML document without scripts or styles of its own.
    ///
    /// # Errors
    /// As [`Engine::compose_reply`].
    pub fn html(&self, letter: &Letter) -> Result<String, LetterError> {
        letter.check()?;
        self.templates.render(Medium::Html, "letter.html.hbs", &view::letter(letter, false))
    }

    /// The letter as an HTML `article`, to stand inside a page.
    ///
    /// # Errors
    /// As [`Engine::compose_reply`].
    pub fn html_fragment(&self, letter: &Letter) -> Result<String, LetterError> {
        letter.check()?;
        self.templates.render(Medium::Html, "fragment.html.hbs", &view::letter(letter, false))
    }

    /// The letter as plain text.
    ///
    /// # Errors
    /// As [`Engine::compose_reply`].
    pub fn text(&self, letter: &Letter) -> Result<String, LetterError> {
        letter.check()?;
        Ok(tidy(&self.templates.render(Medium::Text, "letter.txt.hbs", &view::letter(letter, false))?))
    }

    /// Adds number and date to page 1 of the signed bytes as an incremental update: the result begins with `signed`, unchanged.
    ///
    /// # Errors
    /// [`LetterError::Registration`] if `signed` is not a letter of ours or has its number already.
    pub fn register(&self, signed: &[u8], mark: &RegistrationMark) -> Result<Vec<u8>, LetterError> {
        check_mark(mark, "")?;
        self.printable(&json(mark)?)?;
        let letter = registration::Signed::read(signed)?;
        let markup = self.templates.render(Medium::Typst, "stamp.typ.hbs", &view::stamp(mark, letter.language()))?;
        letter.with_mark(&self.typesetter.pdf(markup, &Attached::default(), Profile::Stamp)?)
    }

    /// Refuses a character that the fonts do not have, with its place: an empty box is never printed.
    fn printable(&self, value: &Value) -> Result<(), Refusal> {
        self.printable_at(value, &mut String::new())
    }

    fn printable_at(&self, value: &Value, at: &mut String) -> Result<(), Refusal> {
        let length = at.len();
        match value {
            Value::String(text) => {
                if let Some(character) = text.chars().find(|character| !self.typesetter.prints(*character)) {
                    return Err(Refusal { at: at.clone(), fault: Fault::Unprintable { character } });
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    at.push('/');
                    at.push_str(&index.to_string());
                    self.printable_at(item, at)?;
                    at.truncate(length);
                }
            }
            Value::Object(fields) => {
                for (name, field) in fields {
                    at.push('/');
                    at.push_str(name);
                    self.printable_at(field, at)?;
                    at.truncate(length);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
        Ok(())
    }
}

fn json(value: &impl serde::Serialize) -> Result<Value, LetterError> {
    serde_json::to_value(value).map_err(|error| LetterError::Typesetting(error.to_string()))
}

/// Trailing spaces and more than one blank line in a row say nothing in plain text.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = true;
    for line in text.lines().map(str::trim_end) {
        if line.is_empty() && blank {
            continue;
        }
        blank = line.is_empty();
        out.push_str(line);
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

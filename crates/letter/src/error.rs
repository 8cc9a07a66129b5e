//! What can go wrong: content that is refused, templates that are wrong, and failures of the typesetter.

use std::fmt;

use jiff::civil::Date;

/// Content that is refused, with the place it stands at.
///
/// Shown as `/blocks/3/content/1: …`; [`Fault::code`] is for a screen that says it in another language.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Refusal {
    /// The place, as an RFC 6901 JSON pointer from the document's root; empty for the root itself.
    pub at: String,
    /// What is wrong there.
    pub fault: Fault,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = if self.at.is_empty() { "/" } else { &self.at };
        write!(f, "{at}: {}", self.fault)
    }
}

impl Refusal {
    /// The same refusal of content that stands at `place` in something larger.
    #[must_use]
    pub fn below(self, place: &str) -> Self {
        Self { at: format!("{place}{}", self.at), ..self }
    }

    /// What is wrong, without its place, in the words of the office.
    #[must_use]
    pub fn words(&self, language: crate::model::Language) -> String {
        crate::body::words(&self.fault, language)
    }
}

/// What is wrong with a piece of content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// Another kind of JSON value was needed.
    #[error("{expected} is needed here")]
    Shape {
        /// What is needed, in words.
        expected: &'static str,
    },
    /// A field is missing.
    #[error("the field `{field}` is missing")]
    Missing {
        /// Its name.
        field: String,
    },
    /// A field that does not exist.
    #[error("there is no field `{field}` here")]
    Unknown {
        /// Its name.
        field: String,
    },
    /// A `type` that does not exist.
    #[error("there is no type `{found}` here; known: {known}")]
    Type {
        /// What stood there.
        found: String,
        /// What may stand there.
        known: &'static str,
    },
    /// More of something than is allowed.
    #[error("too many {what}: at most {limit}")]
    TooMany {
        /// What.
        what: &'static str,
        /// How many may be.
        limit: usize,
    },
    /// Nested deeper than is allowed.
    #[error("nested too deeply: at most {limit} levels")]
    TooDeep {
        /// How many levels may be.
        limit: usize,
    },
    /// Nothing where something has to be said.
    #[error("this is empty")]
    Empty,
    /// A number outside its range.
    #[error("a number from {from} to {to} is needed")]
    Range {
        /// The least allowed.
        from: usize,
        /// The greatest allowed.
        to: usize,
    },
    /// A control, invisible or direction-changing character.
    #[error("the invisible character U+{:04X} may not stand here", u32::from(*character))]
    Invisible {
        /// Which.
        character: char,
    },
    /// A character that the letter's fonts cannot print.
    #[error("the character «{character}» (U+{:04X}) cannot be printed with the letter's fonts", u32::from(*character))]
    Unprintable {
        /// Which.
        character: char,
    },
    /// Something in a place where it may not stand.
    #[error("{what} may not stand {place}")]
    Misplaced {
        /// What.
        what: &'static str,
        /// Where.
        place: &'static str,
    },
    /// A heading below one that is not there.
    #[error("a heading of level {found} follows level {after}: a level may not be skipped")]
    SkippedLevel {
        /// The heading's level.
        found: u8,
        /// The level before it; 0 if it is the first.
        after: u8,
    },
    /// An address that is neither `https://` nor `http://`.
    #[error("an address beginning with https:// or http:// is needed")]
    Address,
    /// A day that has to come after another and does not.
    #[error("a day after {than} is needed")]
    NotLater {
        /// The day it has to come after.
        than: Date,
    },
    /// Facts of another kind of letter than was asked for.
    #[error("these are facts of the kind {named}, and {asked} was asked for")]
    OtherKind {
        /// The kind the facts name.
        named: &'static str,
        /// The kind asked for.
        asked: &'static str,
    },
    /// The two texts of one letter are in the same language.
    #[error("the second text of a letter has to be in another language than the first")]
    SameLanguage,
    /// The two texts of one letter differ in what has to be the same in both.
    #[error("the two languages of one letter have to say the same here")]
    Differs,
    /// What the JSON reader says of a fact.
    #[error("{0}")]
    Unreadable(String),
}

impl Fault {
    /// A stable name of the kind of fault.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Shape { .. } => "shape",
            Self::Missing { .. } => "missing",
            Self::Unknown { .. } => "unknown_field",
            Self::Type { .. } => "unknown_type",
            Self::TooMany { .. } => "too_many",
            Self::TooDeep { .. } => "too_deep",
            Self::Empty => "empty",
            Self::Range { .. } => "range",
            Self::Invisible { .. } => "invisible_character",
            Self::Unprintable { .. } => "unprintable_character",
            Self::Misplaced { .. } => "misplaced",
            Self::SkippedLevel { .. } => "skipped_level",
            Self::Address => "address",
            Self::NotLater { .. } => "not_later",
            Self::OtherKind { .. } => "other_kind",
            Self::SameLanguage => "same_language",
            Self::Differs => "differs",
            Self::Unreadable(_) => "unreadable",
        }
    }
}

/// Why there is no letter.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LetterError {
    /// The content is refused: whoever wrote it can mend it.
    #[error("the letter's content is refused at {0}")]
    Refused(#[from] Refusal),
    /// A template is wrong: whoever wrote the template can mend it.
    #[error(transparent)]
    Template(#[from] TemplateFault),
    /// The typesetter refused a page that our own templates made.
    #[error("the typesetter refused the letter: {0}")]
    Typesetting(String),
    /// Number and date cannot be put onto these bytes.
    #[error("number and date cannot be put onto this PDF: {0}")]
    Registration(String),
    /// These bytes cannot be drawn.
    #[error("the pages cannot be drawn: {0}")]
    Preview(String),
    /// The fonts in the program are not fonts.
    #[error("the letter's fonts cannot be read")]
    Fonts,
}

/// A fault of a template, with its place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct TemplateFault {
    /// The template's path below `templates/letters`.
    pub template: String,
    /// The line in it, from 1; `None` where the fault is of the whole file.
    pub line: Option<usize>,
    /// The field, where the fault is about one.
    pub field: Option<String>,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for TemplateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.template)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        match &self.field {
            Some(field) => write!(f, ": `{field}`: {}", self.what),
            None => write!(f, ": {}", self.what),
        }
    }
}

//! What is wrong with a text that somebody sent, each thing with its place: a person mends all of it at once.

use directory::Language;
use schemars::JsonSchema;
use serde::Serialize;

use crate::speech::Words;

/// One thing that a letter's text cannot hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextFault {
    /// Where it stands.
    pub place: TextPlace,
    /// What it is and what to do about it, with its place, as a sentence.
    pub said: Words,
}

/// A place in a text, as its form counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextPlace {
    /// The whole of it.
    Whole,
    /// A line and a character in it, both from 1.
    Line {
        /// The line.
        line: usize,
        /// The character.
        column: usize,
    },
    /// A JSON pointer (RFC 6901).
    Pointer(String),
    /// A paragraph of a Word file, from 1.
    Paragraph(usize),
}

/// One thing that a text cannot hold, as the API says it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "TextFault")]
pub struct FaultBody {
    /// What it is, where, and what to do about it, in the caller's language.
    pub detail: String,
    /// Markdown: the line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// Markdown: the character in it, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// JSON: the place as a JSON pointer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// Word: the paragraph of the file, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paragraph: Option<usize>,
}

impl TextFault {
    /// The fault as the API says it.
    #[must_use]
    pub fn body(&self, language: Language) -> FaultBody {
        let detail = self.said.in_language(language).to_owned();
        let mut body = FaultBody { detail, line: None, column: None, pointer: None, paragraph: None };
        match &self.place {
            TextPlace::Whole => {}
            TextPlace::Line { line, column } => (body.line, body.column) = (Some(*line), Some(*column)),
            TextPlace::Pointer(pointer) => body.pointer = Some(pointer.clone()),
            TextPlace::Paragraph(paragraph) => body.paragraph = Some(*paragraph),
        }
        body
    }
}

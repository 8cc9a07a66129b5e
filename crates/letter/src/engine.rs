//! The one door to everything that makes bytes.

use crate::error::LetterError;
use crate::kinds::reply::ReplyFacts;
use crate::model::{Letter, RegistrationMark};

/// Fonts, templates and the typesetter, read once and shared between threads.
pub struct Engine {}

impl Engine {
    /// Reads the fonts and templates that are built into the program.
    ///
    /// # Errors
    /// If a built-in font or template cannot be read.
    pub fn new() -> Result<Self, LetterError> {
        Ok(Self {})
    }

    /// From the facts of a reply to the letter, by the wording in `templates/letters/reply/`.
    ///
    /// # Errors
    /// [`LetterError::Refused`] where the facts cannot be printed, [`LetterError::Template`] where the wording is wrong.
    pub fn compose_reply(&self, _facts: &ReplyFacts) -> Result<Letter, LetterError> {
        Err(LetterError::Fonts)
    }

    /// The letter as PDF/A-2a and PDF/UA-1. A letter without a registration gives the bytes that are signed; one with a
    /// registration gives the same bytes with number and date added as [`Engine::register`] adds them.
    ///
    /// # Errors
    /// As [`Engine::compose_reply`], and [`LetterError::Typesetting`].
    pub fn pdf(&self, _letter: &Letter) -> Result<Vec<u8>, LetterError> {
        Err(LetterError::Fonts)
    }

    /// The letter as a complete HTML document without scripts or styles of its own.
    ///
    /// # Errors
    /// As [`Engine::compose_reply`].
    pub fn html(&self, _letter: &Letter) -> Result<String, LetterError> {
        Err(LetterError::Fonts)
    }

    /// The letter as an HTML `article`, to stand inside a page.
    ///
    /// # Errors
    /// As [`Engine::compose_reply`].
    pub fn html_fragment(&self, _letter: &Letter) -> Result<String, LetterError> {
        Err(LetterError::Fonts)
    }

    /// The letter as plain text.
    ///
    /// # Errors
    /// As [`Engine::compose_reply`].
    pub fn text(&self, _letter: &Letter) -> Result<String, LetterError> {
        Err(LetterError::Fonts)
    }

    /// Adds number and date to page 1 of the signed bytes as an incremental update: the result begins with `signed`, unchanged.
    ///
    /// # Errors
    /// [`LetterError::Registration`] if `signed` is not a letter of ours or has its number already.
    pub fn register(&self, _signed: &[u8], _mark: &RegistrationMark) -> Result<Vec<u8>, LetterError> {
        Err(LetterError::Fonts)
    }
}

//! Personal texts are sealed from the start, each under the key of the person it is about, so that destroying a key erases
//! what stands in a journal whose bytes never change.
//!
//! Read [`Personal`] (which texts, and whose), `token` (how a sealed text stands in a payload), `json` (where the strings of a
//! text stand), `keys` (the keys, wrapped by the master key), `sealing` (on the way in and out), [`erase`] (the end of a
//! key), [`holds`] (what keeps it), `sealed_blobs` (files under a key). Why it is so: docs/adr/0011-erasure.md.
//!
//! The domain never sees any of this: it decides on plain values, and on `null` where a key was destroyed.

pub mod erase;
pub mod holds;

mod json;
mod keys;
mod sealed_blobs;
mod sealing;
mod token;

use std::fmt;
use std::sync::Arc;

use crate::event::{NewEvent, StreamId};

pub use keys::MasterKey;
pub(crate) use sealing::{Privacy, SealedText};
pub use sealing::{hide, is_sealed};

/// Whose a text is, by a name that says nothing of the person: 1 to 150 bytes of `[a-z0-9_-]`, such as `deputy-0190…`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Subject(String);

/// A subject's name was empty, longer than 150 bytes, or had a sign outside `[a-z0-9_-]`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a subject's name has 1 to 150 of the signs a-z 0-9 _ -, and {0:?} is not so")]
pub struct InvalidSubject(pub String);

impl Subject {
    /// Checks the name.
    ///
    /// # Errors
    /// [`InvalidSubject`] with the name as it was given (cut at 80 characters).
    pub fn new(name: impl Into<String>) -> Result<Self, InvalidSubject> {
        let name = name.into();
        let fits = (1..=150).contains(&name.len());
        if fits && name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-')) {
            Ok(Self(name))
        } else {
            Err(InvalidSubject(name.chars().take(80).collect()))
        }
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The stream in which it stands that the subject was erased.
    #[must_use]
    pub fn stream(&self) -> StreamId {
        StreamId::stored(format!("subject-{}", self.0))
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A personal text inside a payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonalText {
    /// Whose it is.
    pub subject: Subject,
    /// Where it stands: a JSON pointer (RFC 6901) to a string. After erasure `null` stands there, so the shape must allow it.
    pub pointer: String,
}

/// What the journal is told of its domain's people: which texts of an event are personal, and whose.
pub trait Personal: Send + Sync {
    /// The personal texts of an event on its way into a stream; none for most.
    fn texts(&self, stream: &StreamId, event: &NewEvent) -> Vec<PersonalText>;
}

/// What it takes to keep personal texts sealed.
#[derive(Clone)]
pub struct Sealing {
    /// Which texts are personal.
    pub personal: Arc<dyn Personal>,
    /// The key that wraps the keys of persons. It is kept outside the database.
    pub master: MasterKey,
}

impl fmt::Debug for Sealing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealing")
    }
}

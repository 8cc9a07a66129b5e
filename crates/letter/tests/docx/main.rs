//! The Word file, opened as Word opens it: a zip of XML parts that name each other.

#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test that reads it")]

mod body;
mod hostile;
mod package;
mod page;
mod support;

//! As much of PDF (ISO 32000-1) as signatures need: reading objects and cross-references strictly, and writing one incremental update.
//!
//! A reader that guesses what a broken file might mean can be led to another document than the next reader. So this one guesses nothing: what it does not expect
//! is [`Unsound`]. It does not know encryption, linearised files and hybrid cross-references.

mod file;
mod object;
mod parse;
mod update;
mod xref;

pub(crate) use file::{File, Revision};
pub(crate) use object::{Dictionary, Object, Reference, is_name};
pub(crate) use parse::Parser;
pub(crate) use update::Update;
pub(crate) use xref::Entry;

/// The file is not as the standard demands, or uses what is not read here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unsound;

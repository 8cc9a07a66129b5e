//! The body as Markdown (CommonMark with tables and footnotes), both ways.
//!
//! What Markdown has no sign for has a notation of its own, each on a line before the block it belongs to or at its place in a line:
//!
//! ```text
//! ---                        a new page
//! <!-- columns 1 5 3 -->     the shares of the next table's columns, where they are not equal
//! <!-- from mfa/2 -->        the contribution the next block came from
//! <!-- note … -->            what is said of the text and is no part of it
//! <br>                       a new line where Markdown has none: in tables, headings, footnotes
//! <b>…</b> <i>…</i>          bold and italic where asterisks would be ambiguous
//! ```
//!
//! [`write()`] of a body, read again, is the body settled ([`crate::runs::settled`]); a line end inside a paragraph is a space, as in
//! every Markdown file. In a field of a page nobody breaks lines for the width of a screen: there a new line is meant
//! ([`read_typed()`], [`write_typed()`]), and a line of dashes beneath words is no heading.
//! [`read()`] refuses by name and place everything else that Markdown can say and a letter cannot, and also what Markdown would drop
//! in silence: link definitions, footnotes that nothing refers to, cells beyond the last column.

mod fault;
mod read;
mod scan;
mod write;

pub use self::fault::{Fault, What};
pub use self::read::{read, read_typed};
pub use self::write::{write, write_typed};

/// Bytes of a text that is read; more than a body can hold, however it is written.
pub const LONGEST: usize = 4 << 20;

/// The notations that begin a comment.
const FROM: &str = "from";
const COLUMNS: &str = "columns";
const NOTE: &str = "note";

/// What is said of a text, to be put before it: whoever reads it in again leaves it out. One line, without `-->`.
#[must_use]
pub fn note(said: &str) -> String {
    format!("<!-- {NOTE} {said} -->\n\n")
}

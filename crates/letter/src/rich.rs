//! The body as the rich editor of the screens holds it: the JSON of a ProseMirror document, both ways.
//!
//! [`SCHEMA`] is the JSON Schema of that document and at the same time the description of the editor's own schema: node and mark
//! names, their attributes, what may stand in what. Looks are marks there, so trees come back settled ([`crate::runs::settled`]).
//! Nothing of HTML is ever read: what the editor has no node for does not come in, and a fault is named by its JSON pointer.
//! A text in writing may have suggestions in it ([`suggested`]); a letter never has.

mod read;
pub mod suggested;
mod write;

use serde_json::Value;

pub use self::read::{read, shape};
pub use self::write::write;

/// The JSON Schema of the editor's document (draft 2020-12).
pub const SCHEMA: &str = include_str!("../schema/rich.schema.json");

/// The JSON Schema as a value.
///
/// # Errors
/// Never in a program that passed its tests: the text is built in.
pub fn schema() -> Result<Value, serde_json::Error> {
    serde_json::from_str(SCHEMA)
}

//! The text of a letter as it comes in from outside: its one reader, its rules and its hash.
//!
//! Whatever a person, a form or another program sends as the text of a draft goes through [`parse`], which names the place of the
//! first fault. [`content_hash`] is what a visa binds to.

mod place;
mod read;
mod rules;
mod words;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::canonical;
use crate::error::Refusal;
use crate::model::{Block, Inline, Table};

pub(crate) use place::Place;
pub(crate) use read::column;
pub(crate) use rules::{check_blocks, check_characters, check_head, check_line, check_lines, check_table};
pub(crate) use words::words;

/// How much a body may hold. The limits keep a hostile body from costing more than a long honest one.
pub mod limits {
    /// Characters in the whole body.
    pub const CHARACTERS: usize = 200_000;
    /// Blocks, list items, table cells and inlines in the whole body.
    pub const NODES: usize = 20_000;
    /// How deep lists stand in lists.
    pub const LIST_DEPTH: usize = 3;
    /// How deep bold, italic and footnote stand in each other.
    pub const INLINE_DEPTH: usize = 5;
    /// Columns of a table.
    pub const COLUMNS: usize = 12;
    /// Footnotes in the whole body.
    pub const FOOTNOTES: usize = 300;
    /// Characters of a single line, such as a name or a line of an addressee.
    pub const LINE: usize = 300;
    /// Lines of a post, a label or one ministry's name.
    pub const LINES: usize = 12;
    /// Lines of an addressee, in which twenty ministries may stand, and of a reference to several inquiries. So long a one goes on on
    /// page 2.
    pub const HEAD_LINES: usize = 60;
    /// Those who sign a letter besides the first.
    pub const COSIGNATORIES: usize = 5;
    /// People on a list of recipients.
    pub const RECIPIENTS: usize = 1_000;
    /// Annexes of a letter.
    pub const ANNEXES: usize = 20;
}

/// Why a body is refused.
pub type BodyError = Refusal;

/// The text of a letter between the greeting and the signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// The blocks in order.
    pub blocks: Vec<Block>,
}

/// Reads a body and holds it against the rules: a body that comes out can be printed in every medium.
///
/// Neighbouring runs of text are joined and empty ones dropped, so that two bodies that read the same are the same.
///
/// # Errors
/// A [`BodyError`] that names the place of the first fault.
pub fn parse(value: &Value) -> Result<Body, BodyError> {
    let mut body = read::body(value)?;
    body.normalise();
    body.check()?;
    Ok(body)
}

/// SHA-256 over the body's canonical JSON (keys sorted, no white space).
#[must_use]
pub fn content_hash(body: &Body) -> [u8; 32] {
    let mut body = body.clone();
    body.normalise();
    // A tree of structs, strings and small numbers always has a JSON form; a failure would have to come from the types themselves.
    let value = serde_json::to_value(&body).unwrap_or(Value::Null);
    Sha256::digest(canonical::to_string(&value)).into()
}

impl Body {
    /// Holds the body against the rules.
    ///
    /// # Errors
    /// A [`BodyError`] that names the place of the first fault.
    pub fn check(&self) -> Result<(), BodyError> {
        check_blocks(&self.blocks, "/blocks")
    }

    pub(crate) fn normalise(&mut self) {
        self.blocks.iter_mut().for_each(normalise_block);
    }
}

impl<'de> Deserialize<'de> for Body {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parse(&Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Table {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let mut table = read::table(&value).map_err(serde::de::Error::custom)?;
        normalise_table(&mut table);
        check_table(&table, "").map_err(serde::de::Error::custom)?;
        Ok(table)
    }
}

fn normalise_block(block: &mut Block) {
    match block {
        Block::Paragraph { content } | Block::Heading { content, .. } => normalise_inlines(content),
        Block::List { items, .. } => items.iter_mut().flat_map(|item| &mut item.blocks).for_each(normalise_block),
        Block::Table(table) => normalise_table(table),
        Block::PageBreak => {}
    }
}

fn normalise_table(table: &mut Table) {
    table.head.iter_mut().chain(table.rows.iter_mut().flatten()).for_each(|cell| normalise_inlines(&mut cell.content));
}

fn normalise_inlines(content: &mut Vec<Inline>) {
    let mut joined: Vec<Inline> = Vec::with_capacity(content.len());
    for mut inline in content.drain(..) {
        match &mut inline {
            Inline::Text { text } => {
                if text.is_empty() {
                    continue;
                }
                if let Some(Inline::Text { text: before }) = joined.last_mut() {
                    before.push_str(text);
                    continue;
                }
            }
            Inline::Bold { content } | Inline::Italic { content } | Inline::Footnote { content } => {
                normalise_inlines(content);
            }
            Inline::LineBreak => {}
        }
        joined.push(inline);
    }
    *content = joined;
}

#[cfg(test)]
mod tests;

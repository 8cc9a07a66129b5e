//! What changed between two versions of a body, as data for screens and as text: «what changed since my visa».
//!
//! Blocks are laid side by side first (`align`), then the words inside those that stand for each other (`words`). A [`Diff`] holds
//! enough to make the new version from the old one ([`Diff::apply`]), so it cannot leave a change out; what it makes is the settled form
//! ([`crate::runs::settled`]), which is printed the same. Read on in `build`, `apply` and `text`.

mod align;
mod apply;
mod build;
mod text;
mod words;

use schemars::JsonSchema;
use serde::Serialize;

pub use self::apply::Misfit;
use crate::Body;
use crate::model::{Block, Cell, Column, ListItem};
use crate::runs::Look;

pub(crate) use self::align::{Numbers, Words};
pub(crate) use self::build::words_of;

/// Everything that differs between two bodies, in the order of the new one; what went stands where it stood before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Diff {
    /// One entry for every block of either body.
    pub changes: Vec<Change>,
}

/// What became of a block. Places count from 0, as in a JSON pointer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "change", rename_all = "snake_case", deny_unknown_fields)]
pub enum Change {
    /// It reads the same.
    Kept {
        /// Its place in the old body.
        old: usize,
        /// Its place in the new body.
        new: usize,
        /// Whether it stands elsewhere among those that stayed.
        moved: bool,
    },
    /// It is new.
    Added {
        /// Its place in the new body.
        new: usize,
        /// What it says.
        block: Block,
    },
    /// It is gone.
    Removed {
        /// Its place in the old body.
        old: usize,
        /// What it said.
        block: Block,
    },
    /// It reads differently.
    Changed {
        /// Its place in the old body.
        old: usize,
        /// Its place in the new body.
        new: usize,
        /// Whether it stands elsewhere as well.
        moved: bool,
        /// What it was, where it has become another kind of block.
        #[serde(skip_serializing_if = "Option::is_none")]
        was: Option<Kind>,
        /// What it is, with what changed in it.
        content: Content,
    },
}

/// A kind of block that can become another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Kind {
    /// A paragraph.
    Paragraph,
    /// A heading of this level.
    Heading {
        /// 1 to 3.
        level: u8,
    },
    /// A list, numbered or not.
    List {
        /// Whether its items are numbered.
        ordered: bool,
    },
}

/// A changed block: what it is now, with every change inside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Content {
    /// A paragraph.
    Paragraph {
        /// Its line.
        pieces: Vec<Piece>,
    },
    /// A heading.
    Heading {
        /// 1 to 3.
        level: u8,
        /// Its line.
        pieces: Vec<Piece>,
    },
    /// A list.
    List {
        /// Whether its items are numbered.
        ordered: bool,
        /// One entry for every item of either version.
        items: Vec<ItemChange>,
    },
    /// A table with as many columns as before.
    Table {
        /// The columns as they are.
        columns: Vec<Column>,
        /// The columns as they were, if widths or alignment changed.
        #[serde(skip_serializing_if = "Option::is_none")]
        columns_before: Option<Vec<Column>>,
        /// The head, cell by cell.
        head: Vec<Vec<Piece>>,
        /// One entry for every row of either version.
        rows: Vec<RowChange>,
    },
}

/// What became of an item of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "change", rename_all = "snake_case", deny_unknown_fields)]
pub enum ItemChange {
    /// It reads the same.
    Kept {
        /// Its place in the old list.
        old: usize,
    },
    /// It is new.
    Added {
        /// What it says.
        item: ListItem,
    },
    /// It is gone.
    Removed {
        /// What it said.
        item: ListItem,
    },
    /// It reads differently.
    Changed {
        /// Its place in the old list.
        old: usize,
        /// What became of its blocks.
        changes: Vec<Change>,
    },
}

/// What became of a row of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "change", rename_all = "snake_case", deny_unknown_fields)]
pub enum RowChange {
    /// It reads the same.
    Kept {
        /// Its place among the old rows.
        old: usize,
    },
    /// It is new.
    Added {
        /// What it says.
        cells: Vec<Cell>,
    },
    /// It is gone.
    Removed {
        /// What it said.
        cells: Vec<Cell>,
    },
    /// It reads differently.
    Changed {
        /// Its place among the old rows.
        old: usize,
        /// Cell by cell.
        cells: Vec<Vec<Piece>>,
    },
}

/// A piece of a changed line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "piece", rename_all = "snake_case", deny_unknown_fields)]
pub enum Piece {
    /// Words.
    Words {
        /// What became of them.
        state: State,
        /// The words.
        text: String,
        /// How they look.
        look: Look,
        /// How they looked, where words that were kept have got another look.
        #[serde(skip_serializing_if = "Option::is_none")]
        was: Option<Look>,
    },
    /// A new line.
    LineBreak {
        /// What became of it.
        state: State,
    },
    /// A footnote, with what changed in it.
    Footnote {
        /// What became of it.
        state: State,
        /// Its line.
        pieces: Vec<Piece>,
    },
}

/// What became of a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It is in both versions.
    Kept,
    /// It is in the new version only.
    Added,
    /// It is in the old version only.
    Removed,
}

/// What changed from `old` to `new`.
#[must_use]
pub fn diff(old: &Body, new: &Body) -> Diff {
    build::diff(old, new)
}

impl Diff {
    /// Whether the two versions are printed the same.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.iter().all(|change| matches!(change, Change::Kept { moved: false, .. }))
    }

    /// The JSON Schema of a diff.
    #[must_use]
    pub fn schema() -> serde_json::Value {
        schemars::schema_for!(Diff).to_value()
    }
}

impl Piece {
    /// What became of the piece.
    #[must_use]
    pub const fn state(&self) -> State {
        match self {
            Self::Words { state, .. } | Self::LineBreak { state } | Self::Footnote { state, .. } => *state,
        }
    }

    /// Whether nothing changed in it.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        match self {
            Self::Words { state, was, .. } => *state == State::Kept && was.is_none(),
            Self::LineBreak { state } => *state == State::Kept,
            Self::Footnote { state, pieces } => *state == State::Kept && pieces.iter().all(Self::is_kept),
        }
    }
}

/// What kind of block it is, among those that can become each other.
pub(crate) const fn kind(block: &Block) -> Option<Kind> {
    match block {
        Block::Paragraph { .. } => Some(Kind::Paragraph),
        Block::Heading { level, .. } => Some(Kind::Heading { level: *level }),
        Block::List { ordered, .. } => Some(Kind::List { ordered: *ordered }),
        Block::Table(_) | Block::PageBreak => None,
    }
}

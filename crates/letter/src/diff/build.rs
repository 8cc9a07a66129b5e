//! From two bodies to what changed between them.

use super::align::{Aligned, Numbers, Pair, align, find_moved};
use super::words::compare;
use super::{Change, Content, Diff, ItemChange, Piece, RowChange, Words, kind};
use crate::Body;
use crate::canonical;
use crate::model::{Block, Cell, Inline, ListItem, Table};
use crate::runs::{self, Run, runs};

pub(super) fn diff(old: &Body, new: &Body) -> Diff {
    let (old, new) = (runs::settled(old), runs::settled(new));
    Diff { changes: blocks(&old.blocks, &new.blocks) }
}

fn blocks(old: &[Block], new: &[Block]) -> Vec<Change> {
    let (a, b) = aligned(old, new, |block, said| said.block(block), kin);
    let mut pairs = align(&a, &b);
    let moved = find_moved(&mut pairs, &a, &b);
    let mut changes = Vec::with_capacity(pairs.len());
    for pair in pairs {
        match pair {
            Pair::Same { old, new } => changes.push(Change::Kept { old, new, moved: moved.contains(&old) }),
            Pair::Alike { old: before, new: after } => match changed(&old[before], &new[after]) {
                Some(content) => changes.push(Change::Changed {
                    old: before,
                    new: after,
                    moved: moved.contains(&before),
                    was: kind(&old[before]).filter(|was| Some(*was) != kind(&new[after])),
                    content,
                }),
                // Only blocks of one kin are laid side by side; were it otherwise, nothing would be lost.
                None => changes.extend([
                    Change::Removed { old: before, block: old[before].clone() },
                    Change::Added { new: after, block: new[after].clone() },
                ]),
            },
            Pair::Old(at) => changes.push(Change::Removed { old: at, block: old[at].clone() }),
            Pair::New(at) => changes.push(Change::Added { new: at, block: new[at].clone() }),
        }
    }
    changes
}

/// Blocks of one kin can stand for each other.
fn kin(block: &Block) -> u32 {
    match block {
        Block::Paragraph { .. } | Block::Heading { .. } => 0,
        Block::List { .. } => 1,
        Block::PageBreak => 2,
        Block::Table(table) => u32::try_from(table.columns.len()).map_or(3, |columns| columns.saturating_add(3)),
    }
}

/// What changed in a block that stands for another of its kin.
fn changed(old: &Block, new: &Block) -> Option<Content> {
    match (old, new) {
        (
            Block::Paragraph { content: before } | Block::Heading { content: before, .. },
            Block::Paragraph { content: after },
        ) => Some(Content::Paragraph { pieces: line(before, after) }),
        (
            Block::Paragraph { content: before } | Block::Heading { content: before, .. },
            Block::Heading { level, content: after },
        ) => Some(Content::Heading { level: *level, pieces: line(before, after) }),
        (Block::List { items: before, .. }, Block::List { ordered, items: after }) => {
            Some(Content::List { ordered: *ordered, items: items(before, after) })
        }
        (Block::Table(before), Block::Table(after)) => table(before, after),
        _ => None,
    }
}

fn line(old: &[Inline], new: &[Inline]) -> Vec<Piece> {
    compare(&runs(old), &runs(new))
}

fn items(old: &[ListItem], new: &[ListItem]) -> Vec<ItemChange> {
    let (a, b) = aligned(old, new, |item, said| item.blocks.iter().for_each(|block| said.block(block)), |_| 0);
    align(&a, &b)
        .into_iter()
        .map(|pair| match pair {
            Pair::Same { old, .. } => ItemChange::Kept { old },
            Pair::Alike { old: before, new: after } => {
                ItemChange::Changed { old: before, changes: blocks(&old[before].blocks, &new[after].blocks) }
            }
            Pair::Old(at) => ItemChange::Removed { item: old[at].clone() },
            Pair::New(at) => ItemChange::Added { item: new[at].clone() },
        })
        .collect()
}

fn table(old: &Table, new: &Table) -> Option<Content> {
    if old.columns.len() != new.columns.len() {
        return None;
    }
    let cells = |old: &[Cell], new: &[Cell]| -> Vec<Vec<Piece>> {
        old.iter().zip(new).map(|(old, new)| line(&old.content, &new.content)).collect()
    };
    let (a, b) = aligned(&old.rows, &new.rows, |row, said| said.cells(row), |row| u32::from(row.is_empty()));
    let rows = align(&a, &b)
        .into_iter()
        .map(|pair| match pair {
            Pair::Same { old, .. } => RowChange::Kept { old },
            Pair::Alike { old: before, new: after } => {
                RowChange::Changed { old: before, cells: cells(&old.rows[before], &new.rows[after]) }
            }
            Pair::Old(at) => RowChange::Removed { cells: old.rows[at].clone() },
            Pair::New(at) => RowChange::Added { cells: new.rows[at].clone() },
        })
        .collect();
    Some(Content::Table {
        columns: new.columns.clone(),
        columns_before: (old.columns != new.columns).then(|| old.columns.clone()),
        head: cells(&old.head, &new.head),
        rows,
    })
}

fn aligned<T: serde::Serialize>(
    old: &[T],
    new: &[T],
    say: impl Fn(&T, &mut Said),
    kin: impl Fn(&T) -> u32,
) -> (Vec<Aligned>, Vec<Aligned>) {
    let (mut keys, mut numbers) = (Numbers::default(), Numbers::default());
    let mut row = |pieces: &[T]| {
        let mut aligned = Vec::with_capacity(pieces.len());
        for piece in pieces {
            // Texts and small numbers always have a JSON form.
            let json = serde_json::to_value(piece).unwrap_or_default();
            let mut said = Said::default();
            say(piece, &mut said);
            aligned.push(Aligned {
                key: keys.of(&canonical::to_string(&json)),
                words: Words::of(&said.0, &mut numbers),
                kin: kin(piece),
            });
        }
        aligned
    };
    (row(old), row(new))
}

/// The words of a block.
pub(crate) fn words_of(block: &Block, numbers: &mut Numbers) -> Words {
    let mut said = Said::default();
    said.block(block);
    Words::of(&said.0, numbers)
}

/// Everything a piece says, footnotes among it.
#[derive(Default)]
struct Said(String);

impl Said {
    fn block(&mut self, block: &Block) {
        match block {
            Block::Paragraph { content } | Block::Heading { content, .. } => self.line(content),
            Block::List { items, .. } => items.iter().flat_map(|item| &item.blocks).for_each(|block| self.block(block)),
            Block::Table(table) => {
                self.cells(&table.head);
                table.rows.iter().for_each(|row| self.cells(row));
            }
            Block::PageBreak => {}
        }
    }

    fn cells(&mut self, cells: &[Cell]) {
        cells.iter().for_each(|cell| self.line(&cell.content));
    }

    fn line(&mut self, content: &[Inline]) {
        self.runs(&runs(content));
        self.0.push('\n');
    }

    fn runs(&mut self, runs: &[Run]) {
        for run in runs {
            match run {
                Run::Text { text, .. } => self.0.push_str(text),
                Run::Footnote { runs } => {
                    self.0.push(' ');
                    self.runs(runs);
                    self.0.push(' ');
                }
                Run::LineBreak => self.0.push('\n'),
            }
        }
    }
}

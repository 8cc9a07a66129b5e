//! From the old body and what changed to the new one. Everything that a diff says of the old body is held against it.

use super::{Change, Content, Diff, ItemChange, Piece, RowChange, State};
use crate::Body;
use crate::model::{Block, Cell, Inline, ListItem, Table};
use crate::runs::{self, Run, inlines, push, runs};

/// The diff was not made from this body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this comparison was made from another body")]
pub struct Misfit;

impl Diff {
    /// The new body, settled: [`crate::runs::settled`].
    ///
    /// # Errors
    /// [`Misfit`] if the diff was made from another body than `old`.
    pub fn apply(&self, old: &Body) -> Result<Body, Misfit> {
        let old = runs::settled(old);
        Ok(Body { blocks: blocks(&self.changes, &old.blocks)? })
    }
}

fn blocks(changes: &[Change], old: &[Block]) -> Result<Vec<Block>, Misfit> {
    let mut used = vec![false; old.len()];
    let mut take = |at: usize| take(old, &mut used, at);
    let mut new = Vec::with_capacity(changes.len());
    for change in changes {
        match change {
            Change::Kept { old, .. } => new.push(take(*old)?.clone()),
            Change::Added { block, .. } => new.push(block.clone()),
            Change::Removed { old, block } => {
                if take(*old)? != block {
                    return Err(Misfit);
                }
            }
            Change::Changed { old, content, .. } => new.push(changed(content, take(*old)?)?),
        }
    }
    all(&used).map(|()| new)
}

/// Takes a piece of the old version; each goes somewhere once.
fn take<'a, T>(old: &'a [T], used: &mut [bool], at: usize) -> Result<&'a T, Misfit> {
    match used.get_mut(at) {
        Some(used) if !*used => *used = true,
        Some(_) | None => return Err(Misfit),
    }
    old.get(at).ok_or(Misfit)
}

fn all(used: &[bool]) -> Result<(), Misfit> {
    if used.iter().all(|used| *used) { Ok(()) } else { Err(Misfit) }
}

fn changed(content: &Content, old: &Block) -> Result<Block, Misfit> {
    match (content, old) {
        (
            Content::Paragraph { pieces },
            Block::Paragraph { content: before } | Block::Heading { content: before, .. },
        ) => Ok(Block::Paragraph { content: line(pieces, before)? }),
        (
            Content::Heading { level, pieces },
            Block::Paragraph { content: before } | Block::Heading { content: before, .. },
        ) => Ok(Block::Heading { level: *level, content: line(pieces, before)? }),
        (Content::List { ordered, items: changes }, Block::List { items: before, .. }) => {
            Ok(Block::List { ordered: *ordered, items: items(changes, before)? })
        }
        (Content::Table { columns, head, rows: changes, .. }, Block::Table(before)) => Ok(Block::Table(Table {
            columns: columns.clone(),
            head: cells(head, &before.head)?,
            rows: rows(changes, &before.rows)?,
        })),
        _ => Err(Misfit),
    }
}

fn items(changes: &[ItemChange], old: &[ListItem]) -> Result<Vec<ListItem>, Misfit> {
    let mut used = vec![false; old.len()];
    let (mut new, mut gone) = (Vec::with_capacity(changes.len()), 0);
    for change in changes {
        match change {
            ItemChange::Kept { old: at } => new.push(take(old, &mut used, *at)?.clone()),
            ItemChange::Added { item } => new.push(item.clone()),
            ItemChange::Removed { .. } => gone += 1,
            ItemChange::Changed { old: at, changes } => {
                let before = take(old, &mut used, *at)?;
                new.push(ListItem { blocks: blocks(changes, &before.blocks)? });
            }
        }
    }
    if used.iter().filter(|used| !**used).count() == gone { Ok(new) } else { Err(Misfit) }
}

fn rows(changes: &[RowChange], old: &[Vec<Cell>]) -> Result<Vec<Vec<Cell>>, Misfit> {
    let mut used = vec![false; old.len()];
    let (mut new, mut gone) = (Vec::with_capacity(changes.len()), 0);
    for change in changes {
        match change {
            RowChange::Kept { old: at } => new.push(take(old, &mut used, *at)?.clone()),
            RowChange::Added { cells } => new.push(cells.clone()),
            RowChange::Removed { .. } => gone += 1,
            RowChange::Changed { old: at, cells: changes } => {
                let before = take(old, &mut used, *at)?;
                new.push(cells(changes, before)?);
            }
        }
    }
    if used.iter().filter(|used| !**used).count() == gone { Ok(new) } else { Err(Misfit) }
}

fn cells(changes: &[Vec<Piece>], old: &[Cell]) -> Result<Vec<Cell>, Misfit> {
    if changes.len() != old.len() {
        return Err(Misfit);
    }
    changes.iter().zip(old).map(|(pieces, old)| Ok(Cell { content: line(pieces, &old.content)? })).collect()
}

fn line(pieces: &[Piece], old: &[Inline]) -> Result<Vec<Inline>, Misfit> {
    if side(pieces, State::Removed) == runs(old) { Ok(inlines(side(pieces, State::Added))) } else { Err(Misfit) }
}

/// The line as it was (`State::Removed`) or as it is (`State::Added`).
fn side(pieces: &[Piece], which: State) -> Vec<Run> {
    let mut found = Vec::with_capacity(pieces.len());
    for piece in pieces.iter().filter(|piece| piece.state() == State::Kept || piece.state() == which) {
        match piece {
            Piece::Words { text, look, was, .. } => {
                let look = if which == State::Removed { was.unwrap_or(*look) } else { *look };
                push(&mut found, Run::Text { text: text.clone(), look });
            }
            Piece::LineBreak { .. } => found.push(Run::LineBreak),
            Piece::Footnote { pieces, .. } => found.push(Run::Footnote { runs: side(pieces, which) }),
        }
    }
    found
}

//! A line as a row of runs: words, each with its look, without the tree that gave it.
//!
//! Word, a rich editor and a comparison know only what is seen: «bold in italic» and «italic in bold» are one look. [`settled`] is the
//! one tree that every row of runs is given back as, so that what comes back from an editor can be compared with what went out.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Body;
use crate::model::{Block, Cell, Column, Inline, ListItem, Table};

/// How words look where they differ from the paragraph around them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Look {
    /// Bold.
    pub bold: bool,
    /// Italic.
    pub italic: bool,
}

/// A piece of a line as it is seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Run {
    Text { text: String, look: Look },
    Footnote { runs: Vec<Run> },
    LineBreak,
}

/// The runs of a line; neighbouring words of one look are one run.
pub(crate) fn runs(content: &[Inline]) -> Vec<Run> {
    let mut found = Vec::with_capacity(content.len());
    collect(content, Look::default(), &mut found);
    found
}

/// Adds a run, to the one before it where both are words of one look.
pub(crate) fn push(runs: &mut Vec<Run>, run: Run) {
    match (run, runs.last_mut()) {
        (Run::Text { text, .. }, _) if text.is_empty() => {}
        (Run::Text { text, look }, Some(Run::Text { text: before, look: same })) if *same == look => {
            before.push_str(&text);
        }
        (run, _) => runs.push(run),
    }
}

fn collect(content: &[Inline], look: Look, found: &mut Vec<Run>) {
    for inline in content {
        match inline {
            Inline::Text { text } => push(found, Run::Text { text: text.clone(), look }),
            Inline::Bold { content } => collect(content, Look { bold: true, ..look }, found),
            Inline::Italic { content } => collect(content, Look { italic: true, ..look }, found),
            Inline::Footnote { content } => found.push(Run::Footnote { runs: runs(content) }),
            Inline::LineBreak => found.push(Run::LineBreak),
        }
    }
}

/// The settled tree of a row of runs: bold outside, italic inside, a line break within words of one look, a footnote's mark in none.
pub(crate) fn inlines(runs: Vec<Run>) -> Vec<Inline> {
    let looks = looks(&runs);
    let mut row: Vec<(Look, Inline)> = Vec::with_capacity(runs.len());
    for (run, look) in runs.into_iter().zip(looks) {
        let inline = match run {
            Run::Text { text, .. } => Inline::Text { text },
            Run::Footnote { runs } => Inline::Footnote { content: inlines(runs) },
            Run::LineBreak => Inline::LineBreak,
        };
        row.push((look, inline));
    }
    grouped(
        row,
        |look| look.bold,
        |content| Inline::Bold { content },
        |row| {
            grouped(
                row,
                |look| look.italic,
                |content| Inline::Italic { content },
                |row| row.into_iter().map(|(_, inline)| inline).collect(),
            )
        },
    )
}

/// What each run is taken to look like: a line break looks as the words on both sides of it do.
fn looks(runs: &[Run]) -> Vec<Look> {
    let own = |run: &Run| match run {
        Run::Text { look, .. } => Some(*look),
        Run::Footnote { .. } => Some(Look::default()),
        Run::LineBreak => None,
    };
    let mut before = Vec::with_capacity(runs.len());
    let mut last = Look::default();
    for run in runs {
        last = own(run).unwrap_or(last);
        before.push(last);
    }
    let mut after = Look::default();
    for (run, look) in runs.iter().zip(&mut before).rev() {
        after = own(run).unwrap_or(after);
        *look = Look { bold: look.bold && after.bold, italic: look.italic && after.italic };
    }
    before
}

/// Puts every stretch of runs that have a look into one node of it.
fn grouped(
    row: Vec<(Look, Inline)>,
    has: impl Fn(Look) -> bool,
    node: impl Fn(Vec<Inline>) -> Inline,
    inside: impl Fn(Vec<(Look, Inline)>) -> Vec<Inline>,
) -> Vec<Inline> {
    let mut found = Vec::new();
    let mut stretch: Vec<(Look, Inline)> = Vec::new();
    let mut within = false;
    for one in row.into_iter().map(Some).chain([None]) {
        let here = one.as_ref().is_some_and(|(look, _)| has(*look));
        if (one.is_none() || here != within) && !stretch.is_empty() {
            let content = inside(std::mem::take(&mut stretch));
            if within {
                found.push(node(content));
            } else {
                found.extend(content);
            }
        }
        within = here;
        stretch.extend(one);
    }
    found
}

/// The body as every editor gives it back: each line's tree settled, columns' shares in lowest terms. It is printed the same.
#[must_use]
pub fn settled(body: &Body) -> Body {
    Body { blocks: body.blocks.iter().map(block).collect() }
}

/// The words of a block, line by line.
pub(crate) fn lines_of_block(block: &Block) -> Vec<String> {
    let line = |content: &[Inline]| {
        let said = runs(content).into_iter().map(|run| match run {
            Run::Text { text, .. } => text,
            Run::LineBreak => " ".to_owned(),
            Run::Footnote { .. } => String::new(),
        });
        said.collect::<String>()
    };
    match block {
        Block::Paragraph { content } | Block::Heading { content, .. } => vec![line(content)],
        Block::List { items, .. } => items.iter().flat_map(|item| &item.blocks).flat_map(lines_of_block).collect(),
        Block::Table(table) => {
            table.head.iter().chain(table.rows.iter().flatten()).map(|cell| line(&cell.content)).collect()
        }
        Block::PageBreak => Vec::new(),
    }
}

/// One block, settled.
pub(crate) fn block(block: &Block) -> Block {
    match block {
        Block::Paragraph { content } => Block::Paragraph { content: line(content) },
        Block::Heading { level, content } => Block::Heading { level: *level, content: line(content) },
        Block::List { ordered, items } => Block::List { ordered: *ordered, items: items.iter().map(item).collect() },
        Block::Table(table) => Block::Table(Table {
            columns: lowest(&table.columns),
            head: cells(&table.head),
            rows: table.rows.iter().map(|row| cells(row)).collect(),
        }),
        Block::PageBreak => Block::PageBreak,
    }
}

/// One item of a list, settled.
pub(crate) fn item(item: &ListItem) -> ListItem {
    ListItem { blocks: item.blocks.iter().map(block).collect() }
}

fn cells(row: &[Cell]) -> Vec<Cell> {
    row.iter().map(|cell| Cell { content: line(&cell.content) }).collect()
}

fn line(content: &[Inline]) -> Vec<Inline> {
    inlines(runs(content))
}

fn lowest(columns: &[Column]) -> Vec<Column> {
    const fn common(a: u8, b: u8) -> u8 {
        if b == 0 { a } else { common(b, a % b) }
    }
    let divisor = columns.iter().fold(0, |divisor, column| common(column.share, divisor)).max(1);
    columns.iter().map(|column| Column { share: column.share / divisor, align: column.align }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bold(content: Vec<Inline>) -> Inline {
        Inline::Bold { content }
    }

    fn italic(content: Vec<Inline>) -> Inline {
        Inline::Italic { content }
    }

    #[test]
    fn two_trees_that_look_alike_settle_to_one() {
        let one = [bold(vec![Inline::text("а"), italic(vec![Inline::text("б")])])];
        let other = [bold(vec![Inline::text("а")]), italic(vec![bold(vec![Inline::text("б")])]), bold(Vec::new())];
        assert_eq!(line(&one), line(&other));
        assert_eq!(line(&other), one);
    }

    #[test]
    fn a_line_break_stays_inside_words_of_one_look_and_a_footnote_does_not() {
        let broken = [bold(vec![Inline::text("а"), Inline::LineBreak, Inline::text("б")])];
        assert_eq!(line(&broken), broken);
        let note = Inline::Footnote { content: vec![Inline::text("с")] };
        let noted = [bold(vec![Inline::text("а"), note.clone(), Inline::LineBreak])];
        assert_eq!(line(&noted), [bold(vec![Inline::text("а")]), note, Inline::LineBreak]);
    }

    #[test]
    fn shares_are_told_in_lowest_terms() {
        let column = |share| Column { share, align: crate::model::Align::Start };
        assert_eq!(lowest(&[column(4), column(6)]), [column(2), column(3)]);
        assert_eq!(lowest(&[column(5)]), [column(1)]);
    }
}

//! A table of the body: its head, its rows, its columns' shares.

use roxmltree::Node;

use super::reading::Reading;
use super::report::{ChangeKind, Look, What};
use super::styles::{Styles, child, value};
use super::{DEPTH, W};
use crate::model::{Align, Cell, Column, Table};
use crate::provenance::Source;
use crate::runs::{Run, inlines};

/// Reads a table; `None` where it cannot be one of a letter, which is reported.
pub(super) fn read<'a>(
    table: Node<'a, 'a>,
    styles: &Styles<'a>,
    reading: &mut Reading<'a>,
) -> Option<(Table, Option<Source>)> {
    let faults = reading.faults.len();
    let mut rows = Vec::new();
    collect_rows(table, 0, &mut rows, reading);
    let mut read = Rows { source: None, heads: 0, rows: Vec::new(), sides: Vec::new() };
    for row in rows {
        self::row(row, styles, reading, &mut read);
    }
    if reading.faults.len() > faults || read.rows.is_empty() {
        return None;
    }
    let width = read.rows[0].len();
    if read.rows.iter().any(|row| row.len() != width) || width == 0 {
        reading.stand_at(table);
        reading.refuse(What::MergedCells);
        return None;
    }
    if read.rows.len() == 1 {
        reading.stand_at(table);
        reading.refuse(What::TableRows);
        return None;
    }
    if read.heads != 1 {
        reading.leave_out(Look::TableHead);
    }
    let shares = shares(&widths(table, width));
    let columns =
        shares.into_iter().enumerate().map(|(at, share)| Column { share, align: read.align(at, reading) }).collect();
    let mut rows = read.rows.into_iter();
    let head = rows.next()?;
    Some((Table { columns, head, rows: rows.collect() }, read.source))
}

struct Rows {
    source: Option<Source>,
    heads: usize,
    rows: Vec<Vec<Cell>>,
    /// Where the text of each cell below the head stands.
    sides: Vec<Vec<Align>>,
}

impl Rows {
    /// Where most cells of a column stand.
    fn align(&self, column: usize, reading: &mut Reading<'_>) -> Align {
        let count = |align: Align| self.sides.iter().filter(|row| row.get(column) == Some(&align)).count();
        let counts = [Align::Start, Align::Center, Align::End].map(|align| (count(align), align));
        if counts.iter().filter(|(count, _)| *count > 0).count() > 1 {
            reading.leave_out(Look::Alignment);
        }
        let most = counts.into_iter().rev().max_by_key(|(count, _)| *count);
        most.filter(|(count, _)| *count > 0).map_or(Align::Start, |(_, align)| align)
    }
}

fn collect_rows<'a>(node: Node<'a, 'a>, depth: usize, rows: &mut Vec<Node<'a, 'a>>, reading: &mut Reading<'a>) {
    if depth > DEPTH {
        reading.refuse(What::TooDeep);
        return;
    }
    for child in node.children().filter(|node| node.tag_name().namespace() == Some(W)) {
        match child.tag_name().name() {
            "tr" => rows.push(child),
            "sdt" | "sdtContent" | "customXml" => collect_rows(child, depth + 1, rows, reading),
            _ => {}
        }
    }
}

fn row<'a>(row: Node<'a, 'a>, styles: &Styles<'a>, reading: &mut Reading<'a>, read: &mut Rows) {
    let properties = child(row, "trPr");
    let has = |name| properties.and_then(|properties| child(properties, name));
    if let Some(change) = has("ins") {
        reading.track(change, ChangeKind::RowInserted, row_text(row));
    }
    if let Some(change) = has("del") {
        reading.track(change, ChangeKind::RowDeleted, row_text(row));
        return;
    }
    if has("gridBefore").is_some() || has("gridAfter").is_some() {
        reading.refuse(What::MergedCells);
    }
    let is_head = has("tblHeader").is_some();
    let first = read.rows.is_empty();
    read.heads += usize::from(is_head);
    let (mut cells, mut sides) = (Vec::new(), Vec::new());
    let mut found = Vec::new();
    collect_cells(row, 0, &mut found);
    for cell in found {
        let (content, side) = self::cell(cell, styles, reading, &mut read.source);
        cells.push(content);
        sides.push(side);
    }
    read.rows.push(cells);
    if !first {
        read.sides.push(sides);
    }
}

fn collect_cells<'a>(node: Node<'a, 'a>, depth: usize, cells: &mut Vec<Node<'a, 'a>>) {
    for child in node.children().filter(|node| node.tag_name().namespace() == Some(W)) {
        match child.tag_name().name() {
            "tc" => cells.push(child),
            "sdt" | "sdtContent" | "customXml" if depth < DEPTH => collect_cells(child, depth + 1, cells),
            _ => {}
        }
    }
}

fn cell<'a>(
    cell: Node<'a, 'a>,
    styles: &Styles<'a>,
    reading: &mut Reading<'a>,
    source: &mut Option<Source>,
) -> (Cell, Align) {
    if let Some(properties) = child(cell, "tcPr") {
        let spans = value(properties, "gridSpan").is_some_and(|span| span != "1");
        let merged = ["vMerge", "hMerge", "cellMerge", "cellIns", "cellDel"];
        if spans || merged.iter().any(|name| child(properties, name).is_some()) {
            reading.stand_at(cell.descendants().find(|node| node.has_tag_name((W, "p"))).unwrap_or(cell));
            reading.refuse(What::MergedCells);
        }
    }
    let (mut runs, mut side): (Vec<Run>, Option<Align>) = (Vec::new(), None);
    let mut joins = false;
    let mut paragraphs = Vec::new();
    collect_paragraphs(cell, 0, &mut paragraphs, reading);
    for paragraph in paragraphs {
        reading.stand_at(paragraph);
        if list_of(paragraph, styles) {
            reading.refuse(What::ListInCell);
        }
        let line = reading.line(paragraph, styles.role(paragraph));
        *source = source.take().or(line.source);
        if line.page_before || line.page_after {
            reading.refuse(What::PageBreakInside);
        }
        side = side.or_else(|| self::side(paragraph));
        // What were two paragraphs in a cell are two lines of it.
        if !joins && !runs.is_empty() && !line.runs.is_empty() {
            runs.push(Run::LineBreak);
        }
        joins = line.joined;
        line.runs.into_iter().for_each(|run| crate::runs::push(&mut runs, run));
    }
    (Cell { content: inlines(runs) }, side.unwrap_or(Align::Start))
}

fn collect_paragraphs<'a>(node: Node<'a, 'a>, depth: usize, found: &mut Vec<Node<'a, 'a>>, reading: &mut Reading<'a>) {
    for child in node.children().filter(Node::is_element) {
        match (child.tag_name().namespace(), child.tag_name().name()) {
            (Some(W), "p") => found.push(child),
            (Some(W), "tbl") => reading.refuse(What::NestedTable),
            (Some(W), "sdt" | "sdtContent" | "customXml") if depth < DEPTH => {
                collect_paragraphs(child, depth + 1, found, reading);
            }
            (Some(W), "bookmarkStart" | "bookmarkEnd" | "commentRangeStart" | "commentRangeEnd") => reading.edge(child),
            (Some(W), "altChunk") => reading.refuse(What::Embedded),
            (Some(W), _) => {}
            (_, _) => reading.refuse(What::Equation),
        }
    }
}

fn list_of<'a>(paragraph: Node<'a, 'a>, styles: &Styles<'a>) -> bool {
    let list = styles.number(paragraph).and_then(|number| value(number, "numId"));
    list.is_some_and(|list| list != "0")
}

fn side(paragraph: Node<'_, '_>) -> Option<Align> {
    let properties = paragraph.children().find(|node| node.has_tag_name((W, "pPr")))?;
    let side = properties.children().find(|node| node.has_tag_name((W, "jc")))?.attribute((W, "val"))?;
    Some(match side {
        "center" => Align::Center,
        "right" | "end" => Align::End,
        _ => Align::Start,
    })
}

fn row_text(row: Node<'_, '_>) -> String {
    let said = row.descendants().filter(|node| node.has_tag_name((W, "t")) || node.has_tag_name((W, "delText")));
    said.filter_map(|node| node.text()).collect::<Vec<_>>().join(" ")
}

/// The columns' widths as the table's grid has them; equal ones where it has none.
fn widths(table: Node<'_, '_>, columns: usize) -> Vec<u32> {
    let grid = table.children().find(|node| node.has_tag_name((W, "tblGrid")));
    let columns_of = |grid: Node<'_, '_>| -> Vec<u32> {
        let column = |node: Node<'_, '_>| node.attribute((W, "w")).and_then(|width| width.parse().ok()).unwrap_or(0);
        grid.children().filter(|node| node.has_tag_name((W, "gridCol"))).map(column).collect()
    };
    let found = grid.map(columns_of).unwrap_or_default();
    let fits = found.len() == columns && found.iter().all(|width| *width > 0);
    if fits { found } else { vec![1; columns] }
}

/// The shares, 1 to 12, that come nearest to the widths: the smallest ones that give them, or else those that miss them least.
fn shares(widths: &[u32]) -> Vec<u8> {
    /// Twentieths of a point that two programs' rounding may differ by.
    const SLACK: f64 = 3.0;
    const WIDTH: f64 = 9354.0;
    let whole: f64 = widths.iter().map(|width| f64::from(*width)).sum();
    let parts: Vec<f64> = widths.iter().map(|width| f64::from(*width) / whole).collect();
    let columns = u32::try_from(widths.len()).unwrap_or(1);
    let mut best: (f64, Vec<u8>) = (f64::INFINITY, vec![1; widths.len()]);
    for sum in columns..=columns * 12 {
        let shares: Vec<u8> = parts.iter().map(|part| share(part * f64::from(sum))).collect();
        let sum: f64 = shares.iter().map(|share| f64::from(*share)).sum();
        let miss =
            parts.iter().zip(&shares).map(|(part, share)| (part - f64::from(*share) / sum).abs()).fold(0.0, f64::max);
        if miss * WIDTH <= SLACK {
            return shares;
        }
        if miss < best.0 {
            best = (miss, shares);
        }
    }
    best.1
}

fn share(part: f64) -> u8 {
    // Rounded and held between 1 and 12, it is exactly one of these.
    (1..=12).min_by(|a, b| (f64::from(*a) - part).abs().total_cmp(&(f64::from(*b) - part).abs())).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lowest(shares: &[u8]) -> Vec<u8> {
        let divisor = (1..=12).rev().find(|by| shares.iter().all(|share| share % by == 0)).unwrap();
        shares.iter().map(|share| share / divisor).collect()
    }

    proptest! {
        #[test]
        fn shares_are_found_again_in_the_widths(shares in prop::collection::vec(1_u8..=12, 1..5), shift in -1_i64..=1) {
            let whole: u32 = shares.iter().map(|share| u32::from(*share)).sum();
            let mut widths: Vec<u32> = shares.iter().map(|share| 9354 * u32::from(*share) / whole).collect();
            widths[0] = u32::try_from(i64::from(widths[0]) + shift).unwrap();
            prop_assert_eq!(super::shares(&widths), lowest(&shares));
        }
    }

    #[test]
    fn widths_that_nobody_made_from_shares_come_near() {
        assert_eq!(shares(&[1000, 1000, 1]), [12, 12, 1]);
        assert_eq!(shares(&[3000, 1010, 6010]), [3, 1, 6]);
    }
}

//! From the tree of blocks to paragraphs and tables in the order of reading, with footnotes and lists counted on the way.

use super::{
    Bookmark, CellView, ColumnView, Footnote, Item, List, Look, Marks, Numbers, Paragraph, Piece, Run, TEXT_WIDTH,
    TableView, list_indent,
};
use crate::docx::bookmark;
use crate::model::{Align, Block, Cell, Column, Inline, ListItem, Table};
use crate::provenance::Source;

/// What has been met so far, in the body and in the annexes after it.
#[derive(Default)]
pub(super) struct Flow<'a> {
    pub(super) footnotes: Vec<Footnote<'a>>,
    pub(super) lists: Vec<List>,
    /// A page break has been met and nothing after it.
    new_page: bool,
    /// The bookmark of the block that is being laid out; its first paragraph takes it.
    bookmark: Option<Bookmark>,
    /// The numbers that others have.
    taken: Numbers,
}

impl<'a> Flow<'a> {
    /// Counting on from numbers that are taken.
    pub(super) fn after(taken: Numbers) -> Self {
        Self { taken, ..Self::default() }
    }

    /// The pieces of a body whose blocks say where they came from.
    pub(super) fn sourced(&mut self, blocks: &'a [Block], sources: &[Option<Source>]) -> Vec<Piece<'a>> {
        let mut pieces = Vec::with_capacity(blocks.len());
        let sources = sources.iter().map(Option::as_ref).chain(std::iter::repeat(None));
        for (number, (block, source)) in blocks.iter().zip(sources).enumerate() {
            let name = source.and_then(|source| bookmark::name(number, source));
            self.bookmark = name.map(|name| Bookmark { number, name });
            self.block(block, &mut pieces);
            self.bookmark = None;
        }
        self.new_page = false;
        pieces
    }

    pub(super) fn pieces(&mut self, blocks: &'a [Block]) -> Vec<Piece<'a>> {
        self.sourced(blocks, &[])
    }

    fn block(&mut self, block: &'a Block, pieces: &mut Vec<Piece<'a>>) {
        match block {
            Block::Paragraph { content } => pieces.push(Piece::Paragraph(self.paragraph("BodyText", content))),
            Block::Heading { level, content } => {
                let paragraph = self.paragraph(heading(*level), content);
                pieces.push(Piece::Paragraph(paragraph));
            }
            Block::List { ordered, items } => self.list(*ordered, items, 0, pieces),
            Block::Table(table) => pieces.push(self.table(table)),
            // Of two page breaks in a row the first one has a page of its own.
            Block::PageBreak if self.new_page => pieces.push(Piece::Paragraph(self.paragraph("Gap", &[]))),
            Block::PageBreak => {}
        }
        self.new_page |= *block == Block::PageBreak;
    }

    pub(super) fn table(&mut self, table: &'a Table) -> Piece<'a> {
        let new_page = std::mem::take(&mut self.new_page);
        let widths = widths(&table.columns);
        let head = self.row(&table.head, &table.columns, &widths);
        let rows = table.rows.iter().map(|row| self.row(row, &table.columns, &widths)).collect();
        let columns = widths.iter().map(|width| ColumnView { width: *width }).collect();
        Piece::Table(TableView { new_page, keep_next: false, width: TEXT_WIDTH, columns, head, rows })
    }

    fn row(&mut self, cells: &'a [Cell], columns: &[Column], widths: &[u32]) -> Vec<CellView<'a>> {
        let places = columns.iter().zip(widths);
        cells
            .iter()
            .zip(places)
            .map(|(cell, (column, width))| CellView {
                width: *width,
                justify: justify(column.align),
                keep_next: false,
                bookmark: self.bookmark.take(),
                runs: self.runs(&cell.content),
            })
            .collect()
    }

    fn list(&mut self, ordered: bool, items: &'a [ListItem], level: u32, pieces: &mut Vec<Piece<'a>>) {
        let list = self.taken.lists + self.lists.len() + 1;
        let marks = self.taken.kinds + if ordered { Marks::NUMBERS } else { Marks::DASHES };
        self.lists.push(List { number: list, marks, level });
        for item in items {
            let mut begun = false;
            for block in &item.blocks {
                match block {
                    Block::List { ordered, items } => {
                        // An item that begins with a list has its mark all the same.
                        if !begun {
                            pieces.push(self.item(list, level, &[]));
                        }
                        self.list(*ordered, items, level + 1, pieces);
                    }
                    Block::Paragraph { content } if !begun => pieces.push(self.item(list, level, content)),
                    Block::Paragraph { content } => {
                        let mut paragraph = self.paragraph("ListContinue", content);
                        paragraph.left = Some(list_indent(level));
                        pieces.push(Piece::Paragraph(paragraph));
                    }
                    // The rules of a body keep these out of a list; should one come in, what it says is not lost.
                    Block::Heading { .. } | Block::Table(_) | Block::PageBreak => {
                        pieces.extend(self.pieces(std::slice::from_ref(block)));
                    }
                }
                begun = true;
            }
        }
    }

    fn item(&mut self, list: usize, level: u32, content: &'a [Inline]) -> Piece<'a> {
        let mut paragraph = self.paragraph("ListParagraph", content);
        paragraph.item = Some(Item { list, level });
        Piece::Paragraph(paragraph)
    }

    fn paragraph(&mut self, style: &'static str, content: &'a [Inline]) -> Paragraph<'a> {
        let new_page = std::mem::take(&mut self.new_page);
        let bookmark = self.bookmark.take();
        Paragraph { style, keep_next: false, new_page, item: None, left: None, bookmark, runs: self.runs(content) }
    }

    fn runs(&mut self, content: &'a [Inline]) -> Vec<Run<'a>> {
        let mut runs = Vec::with_capacity(content.len());
        self.collect(content, Look::default(), &mut runs);
        runs
    }

    fn collect(&mut self, content: &'a [Inline], look: Look, runs: &mut Vec<Run<'a>>) {
        for inline in content {
            match inline {
                Inline::Text { text } => runs.push(Run::Text { text, look: look.seen() }),
                Inline::Bold { content } => self.collect(content, Look { bold: true, ..look }, runs),
                Inline::Italic { content } => self.collect(content, Look { italic: true, ..look }, runs),
                Inline::Footnote { content } => {
                    // The number is taken before the text is read, so that numbers follow the marks.
                    let place = self.footnotes.len();
                    let number = self.taken.footnotes + place + 1;
                    self.footnotes.push(Footnote { number, runs: Vec::new() });
                    let text = self.runs(content);
                    self.footnotes[place].runs = text;
                    runs.push(Run::Footnote { number });
                }
                Inline::LineBreak => runs.push(Run::LineBreak { look: look.seen() }),
            }
        }
    }
}

impl Look {
    /// Itself, unless it is the paragraph's own look.
    fn seen(self) -> Option<Self> {
        (self != Self::default()).then_some(self)
    }
}

/// The columns' widths: shares of the text's width that add up to it exactly.
fn widths(columns: &[Column]) -> Vec<u32> {
    let whole: u32 = columns.iter().map(|column| u32::from(column.share)).sum::<u32>().max(1);
    let mut shares = 0;
    let mut from = 0;
    columns
        .iter()
        .map(|column| {
            shares += u32::from(column.share);
            let to = TEXT_WIDTH * shares / whole;
            let width = to - from;
            from = to;
            width
        })
        .collect()
}

const fn heading(level: u8) -> &'static str {
    match level {
        0 | 1 => "Heading1",
        2 => "Heading2",
        _ => "Heading3",
    }
}

const fn justify(align: Align) -> &'static str {
    match align {
        Align::Start => "left",
        Align::Center => "center",
        Align::End => "right",
    }
}

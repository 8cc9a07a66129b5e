//! The body's blocks in the vocabulary's block elements.

use super::xml::Xml;
use crate::model::{Block, Cell, Inline, Table};

/// Writes blocks in order; each heading begins a titled block, and deeper ones stand inside it.
pub(super) fn write(xml: &mut Xml, blocks: &[Block]) {
    Writer { notes: 0, titled: 0 }.section(xml, blocks);
}

struct Writer {
    notes: usize,
    titled: usize,
}

impl Writer {
    /// The blocks of the body, or those below one of its headings.
    fn section(&mut self, xml: &mut Xml, mut blocks: &[Block]) {
        while let Some((block, rest)) = blocks.split_first() {
            let Block::Heading { level: own, content } = block else {
                self.block(xml, block);
                blocks = rest;
                continue;
            };
            let ends = |block: &Block| matches!(block, Block::Heading { level, .. } if level <= own);
            let (inside, behind) = rest.split_at(rest.iter().position(ends).unwrap_or(rest.len()));
            self.titled += 1;
            let id = format!("answer_1__tblock_{}", self.titled);
            xml.within("tblock", &[("eId", &id)], |xml| {
                xml.within("heading", &[], |xml| self.inlines(xml, content));
                self.section(xml, inside);
                if inside.iter().all(|block| *block == Block::PageBreak) {
                    // A titled block holds at least one block, and a page's end is none.
                    xml.empty("p", &[]);
                }
            });
            blocks = behind;
        }
    }

    fn block(&mut self, xml: &mut Xml, block: &Block) {
        match block {
            Block::Paragraph { content } => xml.within("p", &[], |xml| self.inlines(xml, content)),
            Block::List { ordered, items } => xml.within(if *ordered { "ol" } else { "ul" }, &[], |xml| {
                for item in items {
                    xml.within("li", &[], |xml| item.blocks.iter().for_each(|block| self.block(xml, block)));
                }
            }),
            Block::Table(table) => self.table(xml, table),
            // Headings are sections; where a page ends is a matter of the page.
            Block::Heading { .. } | Block::PageBreak => {}
        }
    }

    fn table(&mut self, xml: &mut Xml, table: &Table) {
        xml.within("table", &[], |xml| {
            self.row(xml, "th", &table.head);
            table.rows.iter().for_each(|row| self.row(xml, "td", row));
        });
    }

    fn row(&mut self, xml: &mut Xml, name: &str, cells: &[Cell]) {
        xml.within("tr", &[], |xml| {
            for cell in cells {
                xml.within(name, &[], |xml| xml.within("p", &[], |xml| self.inlines(xml, &cell.content)));
            }
        });
    }

    fn inlines(&mut self, xml: &mut Xml, content: &[Inline]) {
        for inline in content {
            match inline {
                Inline::Text { text } => xml.words(text),
                Inline::Bold { content } => xml.within("b", &[], |xml| self.inlines(xml, content)),
                Inline::Italic { content } => xml.within("i", &[], |xml| self.inlines(xml, content)),
                Inline::Footnote { content } => {
                    self.notes += 1;
                    let marker = self.notes.to_string();
                    xml.within("authorialNote", &[("marker", &marker), ("placement", "bottom")], |xml| {
                        xml.within("p", &[], |xml| self.inlines(xml, content));
                    });
                }
                Inline::LineBreak => xml.empty("eol", &[]),
            }
        }
    }
}

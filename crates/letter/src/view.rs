//! The letter as the templates of all media see it: the model plus what is counted once for all of them.
//!
//! Footnotes and list items get their numbers here, table cells their column's alignment, and the body's last piece its mark. Every
//! field is always there, `null` where the letter has nothing, so that a template's misspelling never looks like an empty field.

use serde_json::{Value, json};

use crate::model::{Annex, Block, Cell, Inline, Language, Letter, RegistrationMark, Rendition, SignatureBlock, Table};
use crate::words::{self, Label};

/// The view of a whole letter; `attached` says whether its facts go into the file.
pub(crate) fn letter(letter: &Letter, attached: bool) -> Value {
    let mut notes = Notes::default();
    // The signature follows the last text, and one piece of that has to stay with it.
    let blocks = notes.blocks(&letter.body.blocks, letter.second.is_none());
    let second = letter.second.as_ref().map(|second| notes.second(second));
    let mut annexes = notes.annexes(&letter.annexes, letter.language);
    if let Some(second) = &letter.second {
        annexes.extend(notes.annexes(&second.annexes, second.language));
    }
    let label = |label| words::label(label, letter.language);
    json!({
        "language": letter.language.code(),
        "title": letter.title,
        "author": letter.author,
        "dated": {
            "year": letter.dated.year(),
            "month": letter.dated.month(),
            "day": letter.dated.day(),
        },
        "watermark": letter.watermark,
        "letterhead": letter.letterhead,
        "registration": letter.registration,
        "addressee": letter.addressee,
        "reference": letter.reference,
        "salutation": letter.salutation,
        "blocks": blocks,
        "second": second,
        "signature": letter.signature,
        "cosignatures": cosignatures(&letter.cosignatures, letter.second.as_ref()),
        "executor": letter.executor,
        "verification": letter.verification,
        "fingerprint": letter.verification.as_ref().and_then(|verification| verification.fingerprint),
        "annexes": annexes,
        "attached": attached,
        "notes": notes.seen,
        "labels": {
            "footnotes": label(Label::Footnotes),
            "back_to_text": label(Label::BackToText),
            "verification": label(Label::Verification),
            "qr_code": label(Label::QrCode),
            "facts": label(Label::Facts),
        },
    })
}

/// Those who sign besides, each with the block in the second language where there is one.
fn cosignatures(first: &[SignatureBlock], second: Option<&Rendition>) -> Vec<Value> {
    let mut others = second.into_iter().flat_map(|second| &second.cosignatures);
    first.iter().map(|block| json!({ "post": block.post, "name": block.name, "second": others.next() })).collect()
}

/// The view of number and date alone.
pub(crate) fn stamp(mark: &RegistrationMark, language: &str) -> Value {
    json!({ "language": language, "number": mark.number, "date_text": mark.date_text })
}

/// The footnotes seen so far, in reading order.
#[derive(Default)]
struct Notes {
    seen: Vec<Value>,
}

impl Notes {
    /// Blocks in order. Where they are `signed`, the last piece is marked: it stays on the page of the signature.
    fn blocks(&mut self, blocks: &[Block], signed: bool) -> Vec<Value> {
        let last = blocks.len().saturating_sub(1);
        blocks.iter().enumerate().map(|(index, block)| self.block(block, signed && index == last)).collect()
    }

    fn second(&mut self, second: &Rendition) -> Value {
        json!({
            "language": second.language.code(),
            "addressee": second.addressee,
            "reference": second.reference,
            "salutation": second.salutation,
            "blocks": self.blocks(&second.body.blocks, true),
            "signature": second.signature,
        })
    }

    fn block(&mut self, block: &Block, last: bool) -> Value {
        match block {
            Block::Paragraph { content } => {
                json!({ "type": "paragraph", "content": self.inlines(content), "last": last })
            }
            Block::Heading { level, content } => {
                json!({ "type": "heading", "level": level, "content": self.inlines(content) })
            }
            Block::List { ordered, items } => {
                let mut numbered = Vec::with_capacity(items.len());
                for (index, item) in items.iter().enumerate() {
                    // The last piece of a list is the last one of its last item, however deep.
                    let blocks = self.blocks(&item.blocks, last && index + 1 == items.len());
                    numbered.push(json!({ "number": index + 1, "blocks": blocks }));
                }
                json!({ "type": "list", "ordered": ordered, "items": numbered, "last": last })
            }
            Block::Table(table) => self.table(table, last),
            Block::PageBreak => json!({ "type": "page_break" }),
        }
    }

    fn table(&mut self, table: &Table, last: bool) -> Value {
        let head = self.cells(&table.head, table);
        let rows: Vec<Value> = table.rows.iter().map(|row| self.cells(row, table)).collect();
        json!({ "type": "table", "columns": table.columns, "head": head, "rows": rows, "last": last })
    }

    fn cells(&mut self, cells: &[Cell], table: &Table) -> Value {
        let cell = |(cell, column): (&Cell, &crate::model::Column)| json!({ "content": self.inlines(&cell.content), "align": column.align });
        cells.iter().zip(&table.columns).map(cell).collect()
    }

    fn inlines(&mut self, content: &[Inline]) -> Vec<Value> {
        content.iter().map(|inline| self.inline(inline)).collect()
    }

    fn inline(&mut self, inline: &Inline) -> Value {
        match inline {
            Inline::Text { text } => json!({ "type": "text", "text": text }),
            Inline::Bold { content } => json!({ "type": "bold", "content": self.inlines(content) }),
            Inline::Italic { content } => json!({ "type": "italic", "content": self.inlines(content) }),
            Inline::Footnote { content } => {
                // A footnote holds no footnotes, so its own content takes no number.
                let content = self.inlines(content);
                let number = self.seen.len() + 1;
                self.seen.push(json!({ "number": number, "content": content }));
                json!({ "type": "footnote", "number": number, "content": content })
            }
            Inline::LineBreak => json!({ "type": "line_break", "text": "\n" }),
        }
    }

    fn annexes(&mut self, annexes: &[Annex], language: Language) -> Vec<Value> {
        let continued = words::label(Label::Continued, language);
        annexes.iter().map(|annex| self.annex(annex, language.code(), continued)).collect()
    }

    fn annex(&mut self, annex: &Annex, language: &str, continued: &str) -> Value {
        match annex {
            Annex::Deputies { title, groups } => {
                json!({
                    "type": "deputies", "language": language, "title": title, "groups": groups, "continued": continued,
                })
            }
            Annex::Table { title, table } => {
                json!({ "type": "table", "language": language, "title": title, "table": self.table(table, false) })
            }
            Annex::Text { title, body } => {
                let blocks = self.blocks(&body.blocks, false);
                json!({ "type": "text", "language": language, "title": title, "blocks": blocks })
            }
        }
    }
}

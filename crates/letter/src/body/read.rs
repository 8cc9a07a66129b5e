//! From JSON to blocks, by hand: serde's own reader of tagged values cannot say where a fault stands.

use serde_json::{Map, Value};

use super::Body;
use super::place::Place;
use crate::error::{Fault, Refusal};
use crate::model::{Align, Block, Cell, Column, Inline, ListItem, Table};

const BLOCKS: &str = "paragraph, heading, list, table, page_break";
const INLINES: &str = "text, bold, italic, footnote, line_break";

pub(super) fn body(value: &Value) -> Result<Body, Refusal> {
    let root = Place::root(value);
    let fields = root.fields(&["blocks"])?;
    Ok(Body { blocks: root.list(fields, "blocks", block)? })
}

pub(super) fn table(value: &Value) -> Result<Table, Refusal> {
    let root = Place::root(value);
    table_fields(&root, root.fields(&["columns", "head", "rows"])?)
}

fn block(at: &Place<'_>) -> Result<Block, Refusal> {
    let kind = at.kind(BLOCKS)?;
    match kind {
        "paragraph" => {
            let fields = at.fields(&["type", "content"])?;
            Ok(Block::Paragraph { content: at.list(fields, "content", inline)? })
        }
        "heading" => {
            let fields = at.fields(&["type", "level", "content"])?;
            let level = at.number(fields, "level", 1, 3)?;
            Ok(Block::Heading { level, content: at.list(fields, "content", inline)? })
        }
        "list" => {
            let fields = at.fields(&["type", "ordered", "items"])?;
            let ordered = at.boolean(fields, "ordered")?;
            Ok(Block::List { ordered, items: at.list(fields, "items", item)? })
        }
        "table" => Ok(Block::Table(table_fields(at, at.fields(&["type", "columns", "head", "rows"])?)?)),
        "page_break" => {
            at.fields(&["type"])?;
            Ok(Block::PageBreak)
        }
        found => Err(at.unknown_type(found, BLOCKS)),
    }
}

fn item(at: &Place<'_>) -> Result<ListItem, Refusal> {
    let fields = at.fields(&["blocks"])?;
    Ok(ListItem { blocks: at.list(fields, "blocks", block)? })
}

fn table_fields(at: &Place<'_>, fields: &Map<String, Value>) -> Result<Table, Refusal> {
    Ok(Table {
        columns: at.list(fields, "columns", column)?,
        head: at.list(fields, "head", cell)?,
        rows: at.list(fields, "rows", |row| row.items(cell))?,
    })
}

pub(crate) fn column(at: &Place<'_>) -> Result<Column, Refusal> {
    let fields = at.fields(&["share", "align"])?;
    let share = at.number(fields, "share", 1, 12)?;
    let align = at.field(fields, "align")?;
    let align = match align.text()? {
        "start" => Align::Start,
        "center" => Align::Center,
        "end" => Align::End,
        _ => return Err(align.refuse(Fault::Shape { expected: "one of start, center, end" })),
    };
    Ok(Column { share, align })
}

fn cell(at: &Place<'_>) -> Result<Cell, Refusal> {
    let fields = at.fields(&["content"])?;
    Ok(Cell { content: at.list(fields, "content", inline)? })
}

fn inline(at: &Place<'_>) -> Result<Inline, Refusal> {
    let kind = at.kind(INLINES)?;
    match kind {
        "text" => {
            let fields = at.fields(&["type", "text"])?;
            Ok(Inline::Text { text: at.field(fields, "text")?.text()?.to_owned() })
        }
        "bold" | "italic" | "footnote" => {
            let fields = at.fields(&["type", "content"])?;
            let content = at.list(fields, "content", inline)?;
            Ok(match kind {
                "bold" => Inline::Bold { content },
                "italic" => Inline::Italic { content },
                _ => Inline::Footnote { content },
            })
        }
        "line_break" => {
            at.fields(&["type"])?;
            Ok(Inline::LineBreak)
        }
        found => Err(at.unknown_type(found, INLINES)),
    }
}

//! From blocks to the editor's document.

use serde_json::{Value, json};

use crate::model::{Block, Cell, Inline, ListItem, Table};
use crate::provenance::{Source, Sourced, pairs};
use crate::runs::{Look, Run, runs};

/// The body as the editor takes it.
#[must_use]
pub fn write(sourced: &Sourced) -> Value {
    json!({ "type": "doc", "content": pairs(sourced).map(|(one, source)| block(one, source)).collect::<Vec<_>>() })
}

fn block(block: &Block, source: Option<&Source>) -> Value {
    match block {
        Block::Paragraph { content } => paragraph(content, source),
        Block::Heading { level, content } => {
            json!({ "type": "heading", "attrs": { "level": level, "source": source }, "content": line(&runs(content)) })
        }
        Block::List { ordered: true, items } => {
            json!({ "type": "ordered_list", "attrs": { "order": 1, "source": source }, "content": list(items) })
        }
        Block::List { ordered: false, items } => {
            json!({ "type": "bullet_list", "attrs": { "source": source }, "content": list(items) })
        }
        Block::Table(one) => table(one, source),
        Block::PageBreak => json!({ "type": "page_break", "attrs": { "source": source } }),
    }
}

fn paragraph(content: &[Inline], source: Option<&Source>) -> Value {
    let mut paragraph = json!({ "type": "paragraph", "attrs": { "source": source } });
    // As the editor writes it: a node without content has no such field.
    let line = line(&runs(content));
    if !line.is_empty() {
        paragraph["content"] = line.into();
    }
    paragraph
}

fn list(items: &[ListItem]) -> Vec<Value> {
    let item = |item: &ListItem| json!({ "type": "list_item", "content": item.blocks.iter().map(|one| block(one, None)).collect::<Vec<_>>() });
    items.iter().map(item).collect()
}

fn table(table: &Table, source: Option<&Source>) -> Value {
    let head = row("table_header", &table.head);
    let rows: Vec<Value> = [head].into_iter().chain(table.rows.iter().map(|cells| row("table_cell", cells))).collect();
    json!({ "type": "table", "attrs": { "columns": table.columns, "source": source }, "content": rows })
}

fn row(cell: &str, cells: &[Cell]) -> Value {
    let cell = |one: &Cell| {
        json!({
            "type": cell,
            "attrs": { "colspan": 1, "rowspan": 1, "colwidth": null },
            "content": [paragraph(&one.content, None)],
        })
    };
    json!({ "type": "table_row", "content": cells.iter().map(cell).collect::<Vec<_>>() })
}

fn line(runs: &[Run]) -> Vec<Value> {
    runs.iter()
        .map(|run| match run {
            Run::Text { text, look } => marked(json!({ "type": "text", "text": text }), *look),
            Run::Footnote { runs } => json!({ "type": "footnote", "content": line(runs) }),
            Run::LineBreak => json!({ "type": "hard_break" }),
        })
        .collect()
}

fn marked(mut node: Value, look: Look) -> Value {
    let marks = [(look.bold, "strong"), (look.italic, "em")];
    let marks: Vec<Value> =
        marks.into_iter().filter(|(has, _)| *has).map(|(_, mark)| json!({ "type": mark })).collect();
    if !marks.is_empty() {
        node["marks"] = marks.into();
    }
    node
}

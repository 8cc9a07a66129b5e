//! From the editor's document to blocks. Strict: a field or a node that is not in the schema is a fault.

use serde_json::{Map, Value};

use crate::Body;
use crate::body::{Place, check_characters, column};
use crate::error::{Fault, Refusal};
use crate::model::{Block, Cell, Inline, ListItem, Table};
use crate::provenance::{Source, Sourced};
use crate::runs::{Look, Run, inlines, push};

const BLOCKS: &str = "paragraph, heading, bullet_list, ordered_list, table, page_break";
const IN_ITEM: &str = "paragraph, bullet_list, ordered_list";
const INLINES: &str = "text, hard_break, footnote";
const MARKS: &str = "strong, em";

/// Reads the editor's document and holds it against the rules of a body.
///
/// # Errors
/// A [`Refusal`] whose place is a JSON pointer into the document.
pub fn read(document: &Value) -> Result<Sourced, Refusal> {
    let sourced = shape(document)?;
    sourced.body.check().map_err(|refusal| Refusal { at: pointer(&refusal.at), ..refusal })?;
    Ok(sourced)
}

/// Reads the editor's document as one that could become a letter's: every node in its place, nothing of the rules of a body, such as that it says
/// something.
///
/// # Errors
/// As [`read`].
pub fn shape(document: &Value) -> Result<Sourced, Refusal> {
    let root = Place::root(document);
    one_of(&root, "doc", "doc")?;
    let fields = root.fields(&["type", "content"])?;
    let (blocks, sources) = root.list(fields, "content", block)?.into_iter().unzip();
    Sourced::new(Body { blocks }, sources)
}

fn one_of(at: &Place<'_>, wanted: &str, known: &'static str) -> Result<(), Refusal> {
    let found = at.kind(known)?;
    if found == wanted { Ok(()) } else { Err(at.unknown_type(found, known)) }
}

/// The attributes of a node: the object itself and, if the node has one, where it stands.
fn attributes<'b>(
    at: &'b Place<'b>,
    fields: &'b Map<String, Value>,
    known: &[&str],
) -> Result<Option<Place<'b>>, Refusal> {
    if !fields.contains_key("attrs") {
        return Ok(None);
    }
    let attributes = at.field(fields, "attrs")?;
    attributes.fields(known)?;
    Ok(Some(attributes))
}

fn source(attributes: Option<&Place<'_>>) -> Result<Option<Source>, Refusal> {
    let Some(attributes) = attributes else { return Ok(None) };
    let fields = attributes.object()?;
    match fields.get("source") {
        None | Some(Value::Null) => Ok(None),
        Some(_) => {
            let place = attributes.field(fields, "source")?;
            let expected = "a contribution such as mfa/2, or null";
            place.text()?.parse().map(Some).map_err(|_| place.refuse(Fault::Shape { expected }))
        }
    }
}

fn block(at: &Place<'_>) -> Result<(Block, Option<Source>), Refusal> {
    match at.kind(BLOCKS)? {
        "paragraph" => {
            let fields = at.fields(&["type", "attrs", "content"])?;
            let source = source(attributes(at, fields, &["source"])?.as_ref())?;
            Ok((Block::Paragraph { content: line(at, fields, true)? }, source))
        }
        "heading" => {
            let fields = at.fields(&["type", "attrs", "content"])?;
            let attributes = at.field(fields, "attrs")?;
            let level = attributes.number(attributes.fields(&["level", "source"])?, "level", 1, 3)?;
            Ok((Block::Heading { level, content: line(at, fields, true)? }, source(Some(&attributes))?))
        }
        "bullet_list" => {
            let fields = at.fields(&["type", "attrs", "content"])?;
            let source = source(attributes(at, fields, &["source"])?.as_ref())?;
            Ok((Block::List { ordered: false, items: at.list(fields, "content", item)? }, source))
        }
        "ordered_list" => {
            let fields = at.fields(&["type", "attrs", "content"])?;
            let attributes = attributes(at, fields, &["order", "source"])?;
            if let Some(attributes) = &attributes
                && let fields = attributes.object()?
                && fields.contains_key("order")
            {
                // A list of a letter begins at 1.
                attributes.number(fields, "order", 1, 1)?;
            }
            let source = source(attributes.as_ref())?;
            Ok((Block::List { ordered: true, items: at.list(fields, "content", item)? }, source))
        }
        "table" => {
            let fields = at.fields(&["type", "attrs", "content"])?;
            let attributes = at.field(fields, "attrs")?;
            let columns = attributes.list(attributes.fields(&["columns", "source"])?, "columns", column)?;
            let mut rows = at.list(fields, "content", row)?;
            if rows.is_empty() {
                return Err(at.refuse(Fault::Empty));
            }
            let head = rows.remove(0);
            Ok((Block::Table(Table { columns, head, rows }), source(Some(&attributes))?))
        }
        "page_break" => {
            let fields = at.fields(&["type", "attrs"])?;
            Ok((Block::PageBreak, source(attributes(at, fields, &["source"])?.as_ref())?))
        }
        found => Err(at.unknown_type(found, BLOCKS)),
    }
}

/// A block inside another: it comes from where the other comes from.
fn inner(at: &Place<'_>) -> Result<Block, Refusal> {
    match block(at)? {
        (block, None) => Ok(block),
        (_, Some(_)) => Err(at.refuse(Fault::Misplaced { what: "a source of its own", place: "inside another block" })),
    }
}

fn item(at: &Place<'_>) -> Result<ListItem, Refusal> {
    one_of(at, "list_item", "list_item")?;
    let fields = at.fields(&["type", "content"])?;
    let block = |at: &Place<'_>| match at.kind(IN_ITEM)? {
        "paragraph" | "bullet_list" | "ordered_list" => inner(at),
        found => Err(at.unknown_type(found, IN_ITEM)),
    };
    Ok(ListItem { blocks: at.list(fields, "content", block)? })
}

/// A row: the first one of a table has head cells and no other has any.
fn row(at: &Place<'_>) -> Result<Vec<Cell>, Refusal> {
    one_of(at, "table_row", "table_row")?;
    let fields = at.fields(&["type", "content"])?;
    let wanted = if at.index() == Some(0) { "table_header" } else { "table_cell" };
    at.list(fields, "content", |at| cell(at, wanted))
}

fn cell(at: &Place<'_>, wanted: &'static str) -> Result<Cell, Refusal> {
    one_of(at, wanted, wanted)?;
    let fields = at.fields(&["type", "attrs", "content"])?;
    if let Some(attributes) = attributes(at, fields, &["colspan", "rowspan", "colwidth"])? {
        let spans = attributes.object()?;
        for span in ["colspan", "rowspan"].into_iter().filter(|span| spans.contains_key(*span)) {
            // Cells of a letter's table are not merged.
            attributes.number(spans, span, 1, 1)?;
        }
    }
    let paragraph = |at: &Place<'_>| match at.kind("paragraph")? {
        "paragraph" => {
            let fields = at.fields(&["type", "attrs", "content"])?;
            if source(attributes(at, fields, &["source"])?.as_ref())?.is_some() {
                return Err(at.refuse(Fault::Misplaced { what: "a source of its own", place: "inside another block" }));
            }
            line(at, fields, true)
        }
        found => Err(at.unknown_type(found, "paragraph")),
    };
    let mut paragraphs = at.list(fields, "content", paragraph)?;
    match (paragraphs.pop(), paragraphs.is_empty()) {
        (Some(content), true) => Ok(Cell { content }),
        _ => Err(at.refuse(Fault::Shape { expected: "one paragraph a cell" })),
    }
}

/// The line of a node; a node without content says nothing.
fn line(at: &Place<'_>, fields: &Map<String, Value>, notes: bool) -> Result<Vec<Inline>, Refusal> {
    Ok(inlines(runs(at, fields, notes)?))
}

fn runs(at: &Place<'_>, fields: &Map<String, Value>, notes: bool) -> Result<Vec<Run>, Refusal> {
    if !fields.contains_key("content") {
        return Ok(Vec::new());
    }
    let mut runs = Vec::new();
    for run in at.list(fields, "content", |at| inline(at, notes))? {
        push(&mut runs, run);
    }
    Ok(runs)
}

fn inline(at: &Place<'_>, notes: bool) -> Result<Run, Refusal> {
    match at.kind(INLINES)? {
        "text" => {
            let fields = at.fields(&["type", "text", "marks"])?;
            let place = at.field(fields, "text")?;
            let text = place.text()?;
            if text.is_empty() {
                return Err(place.refuse(Fault::Empty));
            }
            check_characters(text, "").map_err(|refusal| place.refuse(refusal.fault))?;
            Ok(Run::Text { text: text.to_owned(), look: look(at, fields)? })
        }
        "hard_break" => {
            look(at, at.fields(&["type", "marks"])?)?;
            Ok(Run::LineBreak)
        }
        "footnote" if !notes => Err(at.refuse(Fault::Misplaced { what: "a footnote", place: "in a footnote" })),
        "footnote" => {
            let fields = at.fields(&["type", "content", "marks"])?;
            look(at, fields)?;
            Ok(Run::Footnote { runs: runs(at, fields, false)? })
        }
        found => Err(at.unknown_type(found, INLINES)),
    }
}

fn look(at: &Place<'_>, fields: &Map<String, Value>) -> Result<Look, Refusal> {
    let mut look = Look::default();
    if fields.contains_key("marks") {
        // A mark is strong or em, and nothing else.
        let is_strong = |at: &Place<'_>| match at.kind(MARKS)? {
            known @ ("strong" | "em") => at.fields(&["type"]).map(|_| known == "strong"),
            found => Err(at.unknown_type(found, MARKS)),
        };
        let marks = at.list(fields, "marks", is_strong)?;
        look = Look { bold: marks.contains(&true), italic: marks.contains(&false) };
    }
    Ok(look)
}

/// Where in the editor's document a place of the body is. A line's inside is named by its node: marks are no places there.
fn pointer(at: &str) -> String {
    let mut out = String::new();
    let mut steps = at.split('/').skip(1);
    while let Some(step) = steps.next() {
        match step {
            "blocks" | "items" => {
                out.push_str("/content");
                match steps.next() {
                    Some(index) => out.push_str(&format!("/{index}")),
                    None => break,
                }
            }
            "rows" => {
                out.push_str("/content");
                match (steps.next().and_then(|row| row.parse::<usize>().ok()), steps.next()) {
                    (Some(row), Some(cell)) => out.push_str(&format!("/{}/content/{cell}", row + 1)),
                    (Some(row), None) => out.push_str(&format!("/{}", row + 1)),
                    (None, _) => break,
                }
            }
            "head" => {
                out.push_str("/content/0");
                if let Some(cell) = steps.next() {
                    out.push_str(&format!("/content/{cell}"));
                }
            }
            "level" => out.push_str("/attrs/level"),
            "columns" => {
                out.push_str("/attrs/columns");
                steps.by_ref().for_each(|step| out.push_str(&format!("/{step}")));
            }
            _ => break,
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::pointer;

    #[test]
    fn a_place_of_the_body_is_found_in_the_document() {
        for (body, document) in [
            ("/blocks", "/content"),
            ("/blocks/3/level", "/content/3/attrs/level"),
            ("/blocks/3/content/1/content/0/text", "/content/3"),
            ("/blocks/0/items/2/blocks/1/content", "/content/0/content/2/content/1"),
            ("/blocks/4/rows/0/2/content/1", "/content/4/content/1/content/2"),
            ("/blocks/4/head/1/content/0", "/content/4/content/0/content/1"),
            ("/blocks/4/rows", "/content/4/content"),
            ("/blocks/4/columns/1/share", "/content/4/attrs/columns/1/share"),
        ] {
            assert_eq!(pointer(body), document, "{body}");
        }
    }
}

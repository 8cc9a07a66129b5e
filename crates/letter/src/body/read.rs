//! From JSON to blocks, by hand: serde's own reader of tagged values cannot say where a fault stands.

use serde_json::{Map, Value};

use super::{Body, limits};
use crate::error::{Fault, Refusal};
use crate::model::{Align, Block, Cell, Column, Inline, ListItem, Table};

const BLOCKS: &str = "paragraph, heading, list, table, page_break";
const INLINES: &str = "text, bold, italic, footnote, line_break";

/// A JSON value and the way that led to it; the way is written out only when something is wrong.
#[derive(Clone, Copy)]
struct Place<'a> {
    value: &'a Value,
    from: Option<&'a Place<'a>>,
    step: Step<'a>,
    depth: usize,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Root,
    Field(&'a str),
    Item(usize),
}

/// Deeper than any body the rules allow; it only keeps this reader's own recursion bounded.
const DEPTH: usize = 64;

pub(super) fn body(value: &Value) -> Result<Body, Refusal> {
    let root = Place { value, from: None, step: Step::Root, depth: 0 };
    let fields = root.fields(&["blocks"])?;
    Ok(Body { blocks: root.list(fields, "blocks", block)? })
}

pub(super) fn table(value: &Value) -> Result<Table, Refusal> {
    let root = Place { value, from: None, step: Step::Root, depth: 0 };
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

fn column(at: &Place<'_>) -> Result<Column, Refusal> {
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

impl<'a> Place<'a> {
    fn refuse(&self, fault: Fault) -> Refusal {
        let mut steps = Vec::new();
        let mut place = Some(self);
        while let Some(here) = place {
            match here.step {
                Step::Root => {}
                Step::Field(name) => steps.push(name.to_owned()),
                Step::Item(index) => steps.push(index.to_string()),
            }
            place = here.from;
        }
        let at = steps.iter().rev().fold(String::new(), |at, step| at + "/" + step);
        Refusal { at, fault }
    }

    fn unknown_type(&self, found: &str, known: &'static str) -> Refusal {
        // A hostile name must not fill a log: the first characters are enough to recognise it.
        self.refuse(Fault::Type { found: found.chars().take(40).collect(), known })
    }

    fn object(&self) -> Result<&'a Map<String, Value>, Refusal> {
        self.value.as_object().ok_or_else(|| self.refuse(Fault::Shape { expected: "an object" }))
    }

    /// The object's fields, if it has no others than `known`.
    fn fields(&self, known: &[&str]) -> Result<&'a Map<String, Value>, Refusal> {
        let fields = self.object()?;
        match fields.keys().find(|name| !known.contains(&name.as_str())) {
            Some(field) => Err(self.refuse(Fault::Unknown { field: field.chars().take(40).collect() })),
            None => Ok(fields),
        }
    }

    fn kind(&self, known: &'static str) -> Result<&'a str, Refusal> {
        let fields = self.object()?;
        let kind = fields.get("type").ok_or_else(|| self.refuse(Fault::Missing { field: "type".to_owned() }))?;
        kind.as_str().ok_or_else(|| self.unknown_type(&kind.to_string(), known))
    }

    fn field<'b>(&'b self, fields: &'b Map<String, Value>, name: &'b str) -> Result<Place<'b>, Refusal> {
        let value = fields.get(name).ok_or_else(|| self.refuse(Fault::Missing { field: name.to_owned() }))?;
        Ok(Place { value, from: Some(self), step: Step::Field(name), depth: self.depth + 1 })
    }

    fn list<T>(
        &self,
        fields: &Map<String, Value>,
        name: &str,
        read: impl Fn(&Place<'_>) -> Result<T, Refusal>,
    ) -> Result<Vec<T>, Refusal> {
        self.field(fields, name)?.items(read)
    }

    fn items<T>(&self, read: impl Fn(&Place<'_>) -> Result<T, Refusal>) -> Result<Vec<T>, Refusal> {
        if self.depth > DEPTH {
            return Err(self.refuse(Fault::TooDeep { limit: limits::INLINE_DEPTH }));
        }
        let items = self.value.as_array().ok_or_else(|| self.refuse(Fault::Shape { expected: "a list" }))?;
        if items.len() > limits::NODES {
            return Err(self.refuse(Fault::TooMany { what: "items", limit: limits::NODES }));
        }
        let place = |(index, value)| Place { value, from: Some(self), step: Step::Item(index), depth: self.depth + 1 };
        items.iter().enumerate().map(place).map(|place| read(&place)).collect()
    }

    fn text(&self) -> Result<&'a str, Refusal> {
        self.value.as_str().ok_or_else(|| self.refuse(Fault::Shape { expected: "a text" }))
    }

    fn boolean(&self, fields: &Map<String, Value>, name: &str) -> Result<bool, Refusal> {
        let place = self.field(fields, name)?;
        place.value.as_bool().ok_or_else(|| place.refuse(Fault::Shape { expected: "true or false" }))
    }

    fn number(&self, fields: &Map<String, Value>, name: &str, from: u8, to: u8) -> Result<u8, Refusal> {
        let place = self.field(fields, name)?;
        let number = place.value.as_u64().and_then(|number| u8::try_from(number).ok());
        number
            .filter(|number| (from..=to).contains(number))
            .ok_or_else(|| place.refuse(Fault::Range { from: usize::from(from), to: usize::from(to) }))
    }
}

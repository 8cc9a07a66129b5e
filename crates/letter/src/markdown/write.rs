//! From blocks to Markdown.

use crate::model::{Align, Block, Cell, Inline, ListItem, Table};
use crate::provenance::{Sourced, pairs};
use crate::runs;

/// The body as Markdown, footnotes at its end.
#[must_use]
pub fn write(sourced: &Sourced) -> String {
    write_with(sourced, "\\\n")
}

/// As [`write()`], for a field where a new line is a new line.
#[must_use]
pub fn write_typed(sourced: &Sourced) -> String {
    write_with(sourced, "\n")
}

fn write_with(sourced: &Sourced, new_line: &'static str) -> String {
    let mut writer = Writer { new_line, ..Writer::default() };
    let mut parts = Vec::new();
    for (block, source) in pairs(sourced) {
        let from = source.map(|source| format!("<!-- {} {source} -->\n", super::FROM)).unwrap_or_default();
        let written = writer.block(&runs::block(block));
        parts.push(from + &written);
    }
    parts.append(&mut writer.notes);
    let mut text = parts.join("\n\n");
    text.push('\n');
    text
}

#[derive(Default)]
struct Writer {
    /// The footnotes so far, each with its mark.
    notes: Vec<String>,
    /// Whether the list before this one, with nothing between them, had the first of two marks; then this one has the second.
    last_list: Option<(bool, bool)>,
    /// How a new line between words of a paragraph is written.
    new_line: &'static str,
}

/// Where a line is written, which decides how a new line inside it is written and what may begin it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A paragraph: it may have several.
    Paragraph,
    /// A heading, a cell or a footnote: it has one line only.
    OneLine,
}

impl Writer {
    fn block(&mut self, block: &Block) -> String {
        let before = self.last_list.take();
        match block {
            Block::Paragraph { content } => self.line(content, Place::Paragraph),
            Block::Heading { level, content } => {
                format!("{} {}", "#".repeat(usize::from(*level)), self.line(content, Place::OneLine))
            }
            Block::List { ordered, items } => {
                let second = before.is_some_and(|(same, second)| same == *ordered && !second);
                let list = self.list(*ordered, second, items);
                self.last_list = Some((*ordered, second));
                list
            }
            Block::Table(table) => self.table(table),
            Block::PageBreak => "---".to_owned(),
        }
    }

    fn list(&mut self, ordered: bool, second: bool, items: &[ListItem]) -> String {
        let mut lines = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let mark = match (ordered, second) {
                (false, false) => "- ".to_owned(),
                (false, true) => "* ".to_owned(),
                (true, false) => format!("{}. ", index + 1),
                (true, true) => format!("{}) ", index + 1),
            };
            let indent = format!("\n{}", " ".repeat(mark.len()));
            self.last_list = None;
            let mut written = String::new();
            for (index, block) in item.blocks.iter().enumerate() {
                if index > 0 {
                    let follows =
                        matches!((&item.blocks[index - 1], block), (Block::Paragraph { .. }, Block::List { .. }));
                    written.push_str(if follows { "\n" } else { "\n\n" });
                }
                written.push_str(&self.block(block));
            }
            // An empty line stays empty; the others stand under the item's first word.
            lines.push(mark + &written.replace('\n', &indent).replace(&format!("{indent}\n"), "\n\n"));
        }
        self.last_list = None;
        lines.join("\n")
    }

    fn table(&mut self, table: &Table) -> String {
        let mut text = String::new();
        if table.columns.iter().any(|column| column.share != 1) {
            let shares: Vec<String> = table.columns.iter().map(|column| column.share.to_string()).collect();
            text.push_str(&format!("<!-- {} {} -->\n", super::COLUMNS, shares.join(" ")));
        }
        text.push_str(&self.row(&table.head));
        let rule = table.columns.iter().map(|column| match column.align {
            Align::Start => " --- |",
            Align::Center => " :---: |",
            Align::End => " ---: |",
        });
        text.push_str("\n|");
        text.extend(rule);
        for row in &table.rows {
            text.push('\n');
            text.push_str(&self.row(row));
        }
        text
    }

    fn row(&mut self, cells: &[Cell]) -> String {
        let mut row = "|".to_owned();
        for cell in cells {
            row.push(' ');
            row.push_str(&self.line(&cell.content, Place::OneLine));
            row.push_str(" |");
        }
        row
    }

    fn line(&mut self, content: &[Inline], place: Place) -> String {
        let mut out = String::new();
        self.inlines(content, place, Inside::default(), &mut out);
        out
    }

    fn inlines(&mut self, content: &[Inline], place: Place, inside: Inside, out: &mut String) {
        for (index, inline) in content.iter().enumerate() {
            let before = index.checked_sub(1).and_then(|index| content.get(index));
            let after = content.get(index + 1);
            match inline {
                Inline::Text { text } => {
                    let edges = Edges {
                        begins: out.is_empty() || out.ends_with('\n') || out.ends_with("<br>"),
                        ends: after == Some(&Inline::LineBreak) || (after.is_none() && inside.is_last_or_alone()),
                    };
                    escape(text, edges, out);
                }
                Inline::Bold { content } => self.marked(content, place, ("**", "b"), inside, out),
                Inline::Italic { content } => self.marked(content, place, ("*", "i"), inside, out),
                Inline::Footnote { content } => {
                    let number = self.notes.len() + 1;
                    self.notes.push(String::new());
                    let note = self.line(content, Place::OneLine);
                    self.notes[number - 1] = format!("[^{number}]: {note}");
                    out.push_str(&format!("[^{number}]"));
                }
                Inline::LineBreak => {
                    let words = |inline: Option<&Inline>| matches!(inline, Some(Inline::Text { text }) if !text.trim().is_empty());
                    let between_words = words(before) && words(after);
                    out.push_str(if place == Place::Paragraph && between_words { self.new_line } else { "<br>" });
                }
            }
        }
    }

    /// Asterisks where they can be read in one way only: between a letter and a letter, none beside another; tags elsewhere.
    fn marked(
        &mut self,
        content: &[Inline],
        place: Place,
        (sign, tag): (&str, &str),
        inside: Inside,
        out: &mut String,
    ) {
        let edge = |inline: Option<&Inline>, last: bool| match inline {
            Some(Inline::Text { text }) => {
                let edge = if last { text.chars().next_back() } else { text.chars().next() };
                edge.is_some_and(char::is_alphanumeric)
            }
            _ => false,
        };
        let clear = edge(content.first(), false) && edge(content.last(), true) && !out.ends_with('*');
        let inside = Inside { depth: inside.depth + 1 };
        if clear {
            out.push_str(sign);
            self.inlines(content, place, inside, out);
            out.push_str(sign);
        } else {
            out.push_str(&format!("<{tag}>"));
            self.inlines(content, place, inside, out);
            out.push_str(&format!("</{tag}>"));
        }
    }
}

/// How deep in bold and italic.
#[derive(Clone, Copy, Default)]
struct Inside {
    depth: usize,
}

impl Inside {
    /// Words inside a mark do not end a line: the mark's own end does.
    const fn is_last_or_alone(self) -> bool {
        self.depth == 0
    }
}

/// Whether a text begins or ends a line: there, signs mean more and spaces are dropped.
#[derive(Clone, Copy)]
struct Edges {
    begins: bool,
    ends: bool,
}

/// Makes words harmless: what could be a sign of Markdown gets a backslash, a space that would be dropped becomes a reference.
fn escape(text: &str, edges: Edges, out: &mut String) {
    let first = if edges.begins { text.len() - text.trim_start().len() } else { 0 };
    let last = if edges.ends { text.trim_end().len() } else { text.len() };
    let mut begins = edges.begins;
    let digits = text[first..].bytes().take_while(u8::is_ascii_digit).count();
    for (at, one) in text.char_indices() {
        let rest = &text[at + one.len_utf8()..];
        if one.is_whitespace() && (at < first || at >= last) {
            out.push_str(&format!("&#{};", u32::from(one)));
            continue;
        }
        let is_sign = match one {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '&' | '|' | '~' | '#' => true,
            '!' => rest.is_empty() || rest.starts_with('['),
            // Behind a footnote's mark they would make a link or a definition of it.
            ':' | '(' if out.ends_with(']') => true,
            '-' | '+' | '=' | '>' | ':' => begins,
            '.' | ')' => edges.begins && digits > 0 && at == first + digits,
            _ => false,
        };
        if is_sign {
            out.push('\\');
        }
        out.push(one);
        begins = false;
    }
}

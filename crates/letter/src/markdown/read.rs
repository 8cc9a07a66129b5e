//! From Markdown to blocks, by comrak's tree with its places.

use std::collections::{BTreeSet, HashMap};

use comrak::nodes::{ListType, Node, NodeValue, TableAlignment};
use comrak::{Arena, Options, parse_document};

use super::fault::{Fault, What};
use super::scan;
use crate::Body;
use crate::body::{check_characters, limits};
use crate::error::Fault as LetterFault;
use crate::model::{Align, Block, Cell, Column, Inline, ListItem, Table};
use crate::provenance::{Source, Sourced};
use crate::runs::{Look, Run, inlines, push};

/// Reads Markdown and holds it against the rules of a body.
///
/// # Errors
/// Every [`Fault`], in the order of the text.
pub fn read(text: &str) -> Result<Sourced, Vec<Fault>> {
    read_with(text, LineEnds::Flow)
}

/// As [`read`], of a text that was typed into a field: a new line is a new line.
///
/// # Errors
/// Every [`Fault`], in the order of the text; also a line of dashes beneath words, which would make a heading of them.
pub fn read_typed(text: &str) -> Result<Sourced, Vec<Fault>> {
    read_with(text, LineEnds::Kept)
}

/// What the end of a line inside a paragraph means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum LineEnds {
    /// A space.
    #[default]
    Flow,
    /// A new line.
    Kept,
}

fn read_with(text: &str, line_ends: LineEnds) -> Result<Sourced, Vec<Fault>> {
    if text.len() > super::LONGEST {
        return Err(vec![Fault { line: 1, column: 1, what: What::TooLong }]);
    }
    if let Some(fault) = scan::too_deep(text) {
        return Err(vec![fault]);
    }
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.footnotes = true;
    options.parse.leave_footnote_definitions = true;
    let arena = Arena::new();
    let root = parse_document(&arena, text, &options);
    let mut reader = Reader { lines: text.lines().collect(), line_ends, ..Reader::default() };
    reader.footnotes(root);
    reader.faults = scan::dropped(text, &reader.notes.keys().cloned().collect::<BTreeSet<_>>());
    let sourced = reader.document(root);
    reader.faults.sort_by_key(|fault| (fault.line, fault.column));
    reader.faults.dedup();
    match sourced {
        Some(sourced) if reader.faults.is_empty() => Ok(sourced),
        _ => Err(reader.faults),
    }
}

/// How deep bold and italic may stand in each other before anybody counts.
const DEPTH: usize = 64;

#[derive(Default)]
struct Reader<'a, 't> {
    lines: Vec<&'t str>,
    line_ends: LineEnds,
    /// The footnotes under their names, those that are referred to.
    notes: HashMap<String, Node<'a>>,
    in_note: bool,
    /// Characters read so far: a footnote may be referred to a thousand times, and would be copied as often.
    characters: usize,
    /// Where the blocks and their inner places stand, by JSON pointer.
    places: Vec<(String, (usize, usize))>,
    faults: Vec<Fault>,
}

/// What notations say of the next block.
#[derive(Default)]
struct Noted {
    source: Option<Source>,
    shares: Option<(Vec<u8>, String)>,
    at: (usize, usize),
}

impl<'a> Reader<'a, '_> {
    fn fault(&mut self, node: Node<'a>, what: What) {
        self.fault_at(place(node), what);
    }

    /// Columns are counted in characters, but only here: for every node of a long line it would take the square of its length.
    fn fault_at(&mut self, (line, column): (usize, usize), what: What) {
        let text = self.lines.get(line - 1).copied().unwrap_or_default();
        let before = text.char_indices().take_while(|(at, _)| *at + 1 < column).count();
        self.faults.push(Fault { line, column: before + 1, what });
    }

    /// Finds the footnotes; one that nothing refers to would be lost.
    fn footnotes(&mut self, root: Node<'a>) {
        for node in root.descendants() {
            let (name, used) = match &node.data().value {
                NodeValue::FootnoteDefinition(note) => (note.name.clone(), note.total_references > 0),
                _ => continue,
            };
            if used {
                self.notes.insert(scan::label(&name), node);
            }
        }
    }

    fn document(&mut self, root: Node<'a>) -> Option<Sourced> {
        for node in root.descendants() {
            let unused = match &node.data().value {
                NodeValue::FootnoteDefinition(note) if note.total_references == 0 => note.name.clone(),
                _ => continue,
            };
            self.fault(node, What::FootnoteUnused(unused));
        }
        let (mut blocks, mut sources) = (Vec::new(), Vec::new());
        let mut noted = Noted::default();
        for node in root.children() {
            if self.is_note(node) {
                continue;
            }
            if let NodeValue::HtmlBlock(html) = &node.data().value {
                let said = html.literal.trim().to_owned();
                self.notation(node, &said, &mut noted);
                continue;
            }
            let at = format!("/blocks/{}", blocks.len());
            self.places.push((at.clone(), place(node)));
            if let Some(block) = self.block(node, &at, &mut noted) {
                blocks.push(block);
                sources.push(noted.source.take());
            }
            self.unused(&mut noted);
        }
        if noted.source.is_some() {
            noted.shares.get_or_insert((Vec::new(), super::FROM.to_owned()));
        }
        self.unused(&mut noted);
        if !self.faults.is_empty() {
            return None;
        }
        let body = Body { blocks };
        if let Err(refusal) = body.check() {
            let within = |(place, _): &&(String, (usize, usize))| {
                refusal.at.strip_prefix(place.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            let found = self.places.iter().filter(within).max_by_key(|(place, _)| place.len());
            let place = found.map_or((1, 1), |(_, place)| *place);
            self.fault_at(place, What::Letter(refusal.fault));
            return None;
        }
        Sourced::new(body, sources).ok()
    }

    fn is_note(&self, node: Node<'a>) -> bool {
        matches!(node.data().value, NodeValue::FootnoteDefinition(_))
    }

    /// Reads a notation: `<!-- from mfa/2 -->`, `<!-- columns 1 5 3 -->`.
    fn notation(&mut self, node: Node<'a>, said: &str, noted: &mut Noted) {
        let Some(inside) = said.strip_prefix("<!--").and_then(|rest| rest.strip_suffix("-->")) else {
            self.fault(node, What::Html(beginning(said)));
            return;
        };
        noted.at = place(node);
        let mut words = inside.split_whitespace();
        match words.next() {
            Some(super::FROM) if noted.source.is_none() => {
                let source = words.next().and_then(|source| source.parse().ok());
                if let (Some(source), None) = (source, words.next()) {
                    noted.source = Some(source);
                    return;
                }
            }
            Some(super::NOTE) => return,
            Some(super::COLUMNS) if noted.shares.is_none() => {
                let shares: Option<Vec<u8>> = words.map(|share| share.parse().ok()).collect();
                if let Some(shares) = shares {
                    noted.shares = Some((shares, beginning(said)));
                    return;
                }
            }
            _ => {}
        }
        self.fault(node, What::Notation(beginning(said)));
    }

    /// Shares that no table took.
    fn unused(&mut self, noted: &mut Noted) {
        if let Some((_, said)) = noted.shares.take() {
            self.fault_at(noted.at, What::Notation(said));
        }
    }

    fn block(&mut self, node: Node<'a>, at: &str, noted: &mut Noted) -> Option<Block> {
        let value = node.data().value.clone();
        match value {
            NodeValue::Paragraph => Some(Block::Paragraph { content: self.line(node) }),
            NodeValue::Heading(heading) if heading.setext && self.line_ends == LineEnds::Kept => {
                self.fault(node, What::Underlined);
                None
            }
            NodeValue::Heading(heading) if heading.level <= 3 => {
                Some(Block::Heading { level: heading.level, content: self.line(node) })
            }
            NodeValue::Heading(heading) => {
                self.fault(node, What::HeadingLevel(heading.level));
                None
            }
            NodeValue::List(_) => self.list(node, at, 1),
            NodeValue::Table(table) => self.table(node, at, &table.alignments, noted),
            NodeValue::ThematicBreak => Some(Block::PageBreak),
            other => {
                self.refuse(node, &other);
                None
            }
        }
    }

    fn refuse(&mut self, node: Node<'a>, value: &NodeValue) {
        let what = match value {
            NodeValue::CodeBlock(_) | NodeValue::Code(_) => What::Code,
            NodeValue::BlockQuote => What::Quotation,
            NodeValue::HtmlBlock(html) => What::Html(beginning(html.literal.trim())),
            NodeValue::HtmlInline(html) => What::Html(beginning(html)),
            NodeValue::Link(_) => What::Link,
            NodeValue::Image(_) => What::Picture,
            other => What::Construct(other.xml_node_name()),
        };
        self.fault(node, what);
    }

    fn list(&mut self, node: Node<'a>, at: &str, depth: usize) -> Option<Block> {
        let NodeValue::List(list) = node.data().value.clone() else { return None };
        if depth > limits::LIST_DEPTH {
            self.fault(node, What::TooDeep);
            return None;
        }
        let ordered = list.list_type == ListType::Ordered;
        if ordered && list.start != 1 {
            self.fault(node, What::ListStart(list.start));
        }
        let mut items = Vec::new();
        for item in node.children() {
            let mut blocks = Vec::new();
            let at = format!("{at}/items/{}/blocks", items.len());
            self.places.push((at.clone(), place(item)));
            for child in item.children().filter(|child| !matches!(child.data().value, NodeValue::FootnoteDefinition(_)))
            {
                let at = format!("{at}/{}", blocks.len());
                self.places.push((at.clone(), place(child)));
                let block = match child.data().value {
                    NodeValue::List(_) => self.list(child, &at, depth + 1),
                    NodeValue::Table(_) => {
                        let fault = LetterFault::Misplaced { what: "a table", place: "in a list" };
                        self.fault(child, What::Letter(fault));
                        None
                    }
                    _ => self.block(child, &at, &mut Noted::default()),
                };
                blocks.extend(block);
            }
            items.push(ListItem { blocks });
        }
        Some(Block::List { ordered, items })
    }

    fn table(&mut self, node: Node<'a>, at: &str, sides: &[TableAlignment], noted: &mut Noted) -> Option<Block> {
        let columns = sides.len();
        let mut shares = vec![1; columns];
        if let Some((said, text)) = noted.shares.take() {
            if said.len() == columns && said.iter().all(|share| (1..=12).contains(share)) {
                shares = said;
            } else {
                self.fault(node, What::Notation(text));
            }
        }
        let align = |side: &TableAlignment| match side {
            TableAlignment::None | TableAlignment::Left => Align::Start,
            TableAlignment::Center => Align::Center,
            TableAlignment::Right => Align::End,
        };
        let columns_of =
            shares.into_iter().zip(sides).map(|(share, side)| Column { share, align: align(side) }).collect();
        let mut rows = Vec::new();
        for row in node.children() {
            let found = self.lines.get(place(row).0 - 1).map_or(0, |line| scan::cells(line));
            if found != columns {
                self.fault(row, What::RowCells { found, columns });
            }
            let at = match rows.len() {
                0 => format!("{at}/head"),
                row => format!("{at}/rows/{}", row - 1),
            };
            let mut cells = Vec::new();
            for cell in row.children() {
                self.places.push((format!("{at}/{}", cells.len()), place(cell)));
                cells.push(Cell { content: self.line(cell) });
            }
            rows.push(cells);
        }
        let mut rows = rows.into_iter();
        let head = rows.next()?;
        Some(Block::Table(Table { columns: columns_of, head, rows: rows.collect() }))
    }

    fn line(&mut self, node: Node<'a>) -> Vec<Inline> {
        inlines(self.runs(node))
    }

    fn runs(&mut self, node: Node<'a>) -> Vec<Run> {
        let mut line = Line::default();
        self.inlines(node, Look::default(), 0, &mut line);
        for (open, tag) in [(line.bold, "<b>"), (line.italic, "<i>")] {
            if open > 0 {
                self.fault(node, What::Unclosed(tag));
            }
        }
        line.runs
    }

    fn inlines(&mut self, node: Node<'a>, look: Look, depth: usize, line: &mut Line) {
        if depth > DEPTH {
            self.fault(node, What::TooDeep);
            return;
        }
        for child in node.children() {
            let value = child.data().value.clone();
            match value {
                NodeValue::Text(text) => {
                    if let Err(refusal) = check_characters(&text, "") {
                        self.fault(child, What::Letter(refusal.fault));
                    }
                    self.characters += text.chars().count();
                    if self.characters > 4 * limits::CHARACTERS {
                        return;
                    }
                    line.text(&text, look);
                }
                NodeValue::SoftBreak => match self.line_ends {
                    LineEnds::Flow => line.text(" ", look),
                    LineEnds::Kept => line.runs.push(Run::LineBreak),
                },
                NodeValue::LineBreak => line.runs.push(Run::LineBreak),
                NodeValue::Strong => self.inlines(child, Look { bold: true, ..look }, depth + 1, line),
                NodeValue::Emph => self.inlines(child, Look { italic: true, ..look }, depth + 1, line),
                NodeValue::HtmlInline(tag) => {
                    if !line.tag(&tag) {
                        self.fault(child, What::Html(beginning(&tag)));
                    }
                }
                NodeValue::FootnoteReference(reference) => self.footnote(child, &reference.name, line),
                other => self.refuse(child, &other),
            }
        }
    }

    /// A footnote that is referred to twice stands twice.
    fn footnote(&mut self, node: Node<'a>, name: &str, line: &mut Line) {
        let Some(note) = self.notes.get(&scan::label(name)).copied() else {
            self.fault(node, What::FootnoteMissing(name.to_owned()));
            return;
        };
        if self.in_note {
            self.fault(node, What::InFootnote);
            return;
        }
        self.characters += 1;
        if self.characters > 4 * limits::CHARACTERS {
            let what = What::Letter(LetterFault::TooMany { what: "characters", limit: limits::CHARACTERS });
            if self.faults.last().is_none_or(|last| last.what != what) {
                self.fault(node, what);
            }
            return;
        }
        self.in_note = true;
        let mut runs: Vec<Run> = Vec::new();
        for paragraph in note.children() {
            if !matches!(paragraph.data().value, NodeValue::Paragraph) {
                self.fault(paragraph, What::InFootnote);
                continue;
            }
            // What were two paragraphs of a footnote are two lines of it.
            if !runs.is_empty() {
                runs.push(Run::LineBreak);
            }
            self.runs(paragraph).into_iter().for_each(|run| push(&mut runs, run));
        }
        self.in_note = false;
        line.runs.push(Run::Footnote { runs });
    }
}

/// A line, and the tags that are open in it.
#[derive(Default)]
struct Line {
    runs: Vec<Run>,
    bold: usize,
    italic: usize,
}

impl Line {
    fn text(&mut self, text: &str, look: Look) {
        let look = Look { bold: look.bold || self.bold > 0, italic: look.italic || self.italic > 0 };
        push(&mut self.runs, Run::Text { text: text.to_owned(), look });
    }

    /// Takes one of the tags that are notations.
    fn tag(&mut self, tag: &str) -> bool {
        let closes = |open: &mut usize| {
            let was_open = *open > 0;
            *open = open.saturating_sub(1);
            was_open
        };
        match tag {
            "<br>" | "<br/>" | "<br />" => self.runs.push(Run::LineBreak),
            "<b>" => self.bold += 1,
            "<i>" => self.italic += 1,
            "</b>" => return closes(&mut self.bold),
            "</i>" => return closes(&mut self.italic),
            _ => return false,
        }
        true
    }
}

fn place(node: Node<'_>) -> (usize, usize) {
    let start = node.data().sourcepos.start;
    (start.line.max(1), start.column.max(1))
}

/// The first characters, enough to recognise it.
fn beginning(text: &str) -> String {
    text.chars().take(40).collect()
}

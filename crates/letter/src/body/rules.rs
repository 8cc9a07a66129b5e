//! What a body, a line and a table may hold, whoever built them.

use super::limits;
use crate::error::{Fault, Refusal};
use crate::model::{Block, Cell, Inline, Table};

/// Counts what has been seen so far of one body.
#[derive(Default)]
struct Measure {
    nodes: usize,
    characters: usize,
    footnotes: usize,
    /// The level of the last heading; 0 before the first.
    level: u8,
}

/// Where an inline stands: what may stand there depends on it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Around {
    Text,
    Heading,
    /// A table's head, which is printed again on every page the table reaches.
    Head,
    Footnote,
}

fn refuse(at: &str, fault: Fault) -> Refusal {
    Refusal { at: at.to_owned(), fault }
}

/// Holds the blocks of one body against the rules.
pub(crate) fn check_blocks(blocks: &[Block], at: &str) -> Result<(), Refusal> {
    if blocks.is_empty() {
        return Err(refuse(at, Fault::Empty));
    }
    let mut measure = Measure::default();
    for (index, block) in blocks.iter().enumerate() {
        measure.block(block, &format!("{at}/{index}"))?;
    }
    // A page that only breaks says nothing, and a break at the end would leave the signature alone on its page.
    match blocks.last() {
        Some(Block::PageBreak) => Err(refuse(
            &format!("{at}/{}", blocks.len() - 1),
            Fault::Misplaced { what: "a page break", place: "at the end" },
        )),
        Some(_) | None => Ok(()),
    }
}

/// Holds a single table against the rules.
pub(crate) fn check_table(table: &Table, at: &str) -> Result<(), Refusal> {
    Measure::default().table(table, at)
}

/// Holds one line, such as a name, against the rules.
pub(crate) fn check_line(line: &str, at: &str) -> Result<(), Refusal> {
    if line.trim().is_empty() {
        return Err(refuse(at, Fault::Empty));
    }
    if line.chars().count() > limits::LINE {
        return Err(refuse(at, Fault::TooMany { what: "characters in a line", limit: limits::LINE }));
    }
    check_characters(line, at)
}

/// Holds several lines, such as a post, against the rules.
pub(crate) fn check_lines(lines: &[String], at: &str) -> Result<(), Refusal> {
    at_most(limits::LINES, lines, at)
}

/// Holds the lines of an addressee or a reference against the rules.
pub(crate) fn check_head(lines: &[String], at: &str) -> Result<(), Refusal> {
    at_most(limits::HEAD_LINES, lines, at)
}

fn at_most(limit: usize, lines: &[String], at: &str) -> Result<(), Refusal> {
    if lines.is_empty() {
        return Err(refuse(at, Fault::Empty));
    }
    if lines.len() > limit {
        return Err(refuse(at, Fault::TooMany { what: "lines", limit }));
    }
    lines.iter().enumerate().try_for_each(|(index, line)| check_line(line, &format!("{at}/{index}")))
}

/// Refuses what a reader cannot see: control characters, zero-width characters and marks that turn the direction of reading. A
/// signed text has to read the same to the eye and to a program.
pub(crate) fn check_characters(text: &str, at: &str) -> Result<(), Refusal> {
    match text.chars().find(|character| is_invisible(*character)) {
        Some(character) => Err(refuse(at, Fault::Invisible { character })),
        None => Ok(()),
    }
}

fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

impl Measure {
    fn count(&mut self, at: &str) -> Result<(), Refusal> {
        self.nodes += 1;
        if self.nodes > limits::NODES {
            return Err(refuse(at, Fault::TooMany { what: "blocks and inlines", limit: limits::NODES }));
        }
        Ok(())
    }

    fn block(&mut self, block: &Block, at: &str) -> Result<(), Refusal> {
        self.count(at)?;
        match block {
            Block::Paragraph { content } => self.said(content, Around::Text, at),
            Block::Heading { level, content } => self.heading(*level, content, at),
            Block::List { .. } => self.list(block, at, 1),
            Block::Table(table) => self.table(table, at),
            Block::PageBreak => Ok(()),
        }
    }

    /// The order of levels is a rule of PDF/UA-1 (ISO 14289-1, 7.4.2): whoever listens to a letter finds their way by it.
    fn heading(&mut self, level: u8, content: &[Inline], at: &str) -> Result<(), Refusal> {
        if !(1..=3).contains(&level) {
            return Err(refuse(&format!("{at}/level"), Fault::Range { from: 1, to: 3 }));
        }
        if level > self.level + 1 {
            return Err(refuse(&format!("{at}/level"), Fault::SkippedLevel { found: level, after: self.level }));
        }
        self.level = level;
        self.said(content, Around::Heading, at)
    }

    fn list(&mut self, list: &Block, at: &str, depth: usize) -> Result<(), Refusal> {
        let Block::List { items, .. } = list else { return Ok(()) };
        if depth > limits::LIST_DEPTH {
            return Err(refuse(at, Fault::TooDeep { limit: limits::LIST_DEPTH }));
        }
        if items.is_empty() {
            return Err(refuse(&format!("{at}/items"), Fault::Empty));
        }
        for (index, item) in items.iter().enumerate() {
            let at = format!("{at}/items/{index}/blocks");
            self.count(&at)?;
            if item.blocks.is_empty() {
                return Err(refuse(&at, Fault::Empty));
            }
            for (index, block) in item.blocks.iter().enumerate() {
                let at = format!("{at}/{index}");
                match block {
                    Block::Paragraph { .. } => self.block(block, &at)?,
                    Block::List { .. } => {
                        self.count(&at)?;
                        self.list(block, &at, depth + 1)?;
                    }
                    Block::Heading { .. } => return Err(refuse(&at, misplaced("a heading", "in a list"))),
                    Block::Table(_) => return Err(refuse(&at, misplaced("a table", "in a list"))),
                    Block::PageBreak => return Err(refuse(&at, misplaced("a page break", "in a list"))),
                }
            }
        }
        Ok(())
    }

    fn table(&mut self, table: &Table, at: &str) -> Result<(), Refusal> {
        let columns = table.columns.len();
        if columns == 0 {
            return Err(refuse(&format!("{at}/columns"), Fault::Empty));
        }
        if columns > limits::COLUMNS {
            return Err(refuse(&format!("{at}/columns"), Fault::TooMany { what: "columns", limit: limits::COLUMNS }));
        }
        for (index, column) in table.columns.iter().enumerate() {
            if !(1..=12).contains(&column.share) {
                return Err(refuse(&format!("{at}/columns/{index}/share"), Fault::Range { from: 1, to: 12 }));
            }
        }
        if table.rows.is_empty() {
            return Err(refuse(&format!("{at}/rows"), Fault::Empty));
        }
        self.row(&table.head, columns, Around::Head, &format!("{at}/head"))?;
        for (index, row) in table.rows.iter().enumerate() {
            self.row(row, columns, Around::Text, &format!("{at}/rows/{index}"))?;
        }
        Ok(())
    }

    fn row(&mut self, cells: &[Cell], columns: usize, around: Around, at: &str) -> Result<(), Refusal> {
        if cells.len() != columns {
            return Err(refuse(at, Fault::Shape { expected: "a cell for every column" }));
        }
        for (index, cell) in cells.iter().enumerate() {
            let at = format!("{at}/{index}/content");
            self.count(&at)?;
            self.inlines(&cell.content, around, &at, 1)?;
        }
        Ok(())
    }

    /// The content of something that has to say something.
    fn said(&mut self, content: &[Inline], around: Around, at: &str) -> Result<(), Refusal> {
        let at = format!("{at}/content");
        if !content.iter().any(says_something) {
            return Err(refuse(&at, Fault::Empty));
        }
        self.inlines(content, around, &at, 1)
    }

    fn inlines(&mut self, content: &[Inline], around: Around, at: &str, depth: usize) -> Result<(), Refusal> {
        if depth > limits::INLINE_DEPTH {
            return Err(refuse(at, Fault::TooDeep { limit: limits::INLINE_DEPTH }));
        }
        for (index, inline) in content.iter().enumerate() {
            let at = format!("{at}/{index}");
            self.count(&at)?;
            match inline {
                Inline::Text { text } => {
                    self.characters += text.chars().count();
                    if self.characters > limits::CHARACTERS {
                        return Err(refuse(&at, Fault::TooMany { what: "characters", limit: limits::CHARACTERS }));
                    }
                    check_characters(text, &format!("{at}/text"))?;
                }
                Inline::Bold { content } | Inline::Italic { content } => {
                    self.inlines(content, around, &format!("{at}/content"), depth + 1)?;
                }
                Inline::Footnote { content } => {
                    self.footnote(around, &at)?;
                    let at = format!("{at}/content");
                    if !content.iter().any(says_something) {
                        return Err(refuse(&at, Fault::Empty));
                    }
                    self.inlines(content, Around::Footnote, &at, depth + 1)?;
                }
                Inline::LineBreak => {}
            }
        }
        Ok(())
    }

    fn footnote(&mut self, around: Around, at: &str) -> Result<(), Refusal> {
        match around {
            Around::Heading => Err(refuse(at, misplaced("a footnote", "in a heading"))),
            Around::Head => Err(refuse(at, misplaced("a footnote", "in a table's head"))),
            Around::Footnote => Err(refuse(at, misplaced("a footnote", "in a footnote"))),
            Around::Text => {
                self.footnotes += 1;
                if self.footnotes > limits::FOOTNOTES {
                    return Err(refuse(at, Fault::TooMany { what: "footnotes", limit: limits::FOOTNOTES }));
                }
                Ok(())
            }
        }
    }
}

const fn misplaced(what: &'static str, place: &'static str) -> Fault {
    Fault::Misplaced { what, place }
}

fn says_something(inline: &Inline) -> bool {
    match inline {
        Inline::Text { text } => !text.trim().is_empty(),
        Inline::Bold { content } | Inline::Italic { content } => content.iter().any(says_something),
        Inline::Footnote { .. } | Inline::LineBreak => false,
    }
}

//! What changed, as text that a person reads: what went in `[-…-]`, what came in `{+…+}`, the rest only around a change.

use std::fmt::Write as _;

use super::{Change, Content, Diff, ItemChange, Kind, Piece, RowChange, State};
use crate::model::{Block, Cell, Inline, Language, ListItem};

/// So much of what did not change stands beside a change.
const BESIDE: usize = 40;

impl Diff {
    /// What changed, in the words of `language`; empty if nothing did.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        let mut text = Text { language, out: String::new() };
        self.changes.iter().for_each(|change| text.change(change, 0));
        text.out
    }
}

struct Text {
    language: Language,
    out: String,
}

/// What a block is called.
#[derive(Clone, Copy)]
enum Name {
    Paragraph,
    Heading,
    List,
    Table,
    PageBreak,
}

impl Name {
    const fn of(block: &Block) -> Self {
        match block {
            Block::Paragraph { .. } => Self::Paragraph,
            Block::Heading { .. } => Self::Heading,
            Block::List { .. } => Self::List,
            Block::Table(_) => Self::Table,
            Block::PageBreak => Self::PageBreak,
        }
    }

    const fn of_content(content: &Content) -> Self {
        match content {
            Content::Paragraph { .. } => Self::Paragraph,
            Content::Heading { .. } => Self::Heading,
            Content::List { .. } => Self::List,
            Content::Table { .. } => Self::Table,
        }
    }

    const fn word(self, language: Language) -> &'static str {
        let (kk, ru, en) = match self {
            Self::Paragraph => ("абзац", "абзац", "paragraph"),
            Self::Heading => ("тақырып", "заголовок", "heading"),
            Self::List => ("тізім", "перечень", "list"),
            Self::Table => ("кесте", "таблица", "table"),
            Self::PageBreak => ("жаңа бет", "новая страница", "new page"),
        };
        say(language, kk, ru, en)
    }
}

const fn say(language: Language, kk: &'static str, ru: &'static str, en: &'static str) -> &'static str {
    match language {
        Language::Kk => kk,
        Language::Ru => ru,
        Language::En => en,
    }
}

impl Text {
    fn line(&mut self, depth: usize, sign: char, text: &str) {
        // Writing to a String cannot fail.
        let _written = writeln!(self.out, "{}{sign} {}", "  ".repeat(depth), text.trim_end());
    }

    fn change(&mut self, change: &Change, depth: usize) {
        match change {
            Change::Kept { moved: false, .. } => {}
            Change::Kept { old, new, moved: true } => {
                let line = format!("{}: {}", new + 1, self.moved(*old));
                self.line(depth, '>', &line);
            }
            Change::Added { new, block } => {
                let line = format!("{}, {}: {}", new + 1, Name::of(block).word(self.language), said(block));
                self.line(depth, '+', &line);
            }
            Change::Removed { old, block } => {
                let line = format!("{}, {}: {}", old + 1, Name::of(block).word(self.language), said(block));
                self.line(depth, '-', &line);
            }
            Change::Changed { old, new, moved, was, content } => {
                let mut line = format!("{}, {}", new + 1, Name::of_content(content).word(self.language));
                if let Some(was) = was {
                    line.push_str(&self.retyped(*was, content));
                }
                if *moved {
                    line.push_str(", ");
                    line.push_str(&self.moved(*old));
                }
                self.content(&line, content, depth);
            }
        }
    }

    fn moved(&self, old: usize) -> String {
        let old = old + 1;
        match self.language {
            Language::Kk => format!("{old}-орыннан ауысты"),
            Language::Ru => format!("перемещено с места {old}"),
            Language::En => format!("moved from place {old}"),
        }
    }

    fn retyped(&self, was: Kind, content: &Content) -> String {
        let name = |level: u8| {
            let word = Name::Heading.word(self.language);
            format!("{word} {level}")
        };
        let numbered = |ordered: bool| {
            let (yes, no) = match self.language {
                Language::Kk => ("нөмірленген", "нөмірсіз"),
                Language::Ru => ("нумерованный", "ненумерованный"),
                Language::En => ("numbered", "not numbered"),
            };
            if ordered { yes } else { no }.to_owned()
        };
        let before = match was {
            Kind::Paragraph => Name::Paragraph.word(self.language).to_owned(),
            Kind::Heading { level } => name(level),
            Kind::List { ordered } => numbered(ordered),
        };
        let after = match content {
            Content::Paragraph { .. } => Name::Paragraph.word(self.language).to_owned(),
            Content::Heading { level, .. } => name(*level),
            Content::List { ordered, .. } => numbered(*ordered),
            Content::Table { .. } => Name::Table.word(self.language).to_owned(),
        };
        format!(" ({before} → {after})")
    }

    fn content(&mut self, line: &str, content: &Content, depth: usize) {
        match content {
            Content::Paragraph { pieces } | Content::Heading { pieces, .. } => {
                let line = format!("{line}: {}", self.pieces(pieces));
                self.line(depth, '~', &line);
            }
            Content::List { items, .. } => {
                self.line(depth, '~', &format!("{line}:"));
                items.iter().for_each(|item| self.item(item, depth + 1));
            }
            Content::Table { columns_before, head, rows, .. } => {
                let looks = say(
                    self.language,
                    "бағандардың ені не туралануы өзгерді",
                    "изменена ширина или выравнивание столбцов",
                    "widths or alignment of columns changed",
                );
                let looks = if columns_before.is_some() { format!(" {looks}") } else { String::new() };
                self.line(depth, '~', &format!("{line}:{looks}"));
                self.cells(head, depth + 1);
                rows.iter().for_each(|row| self.row(row, depth + 1));
            }
        }
    }

    fn item(&mut self, item: &ItemChange, depth: usize) {
        match item {
            ItemChange::Kept { .. } => {}
            ItemChange::Added { item } => self.line(depth, '+', &said_by_item(item)),
            ItemChange::Removed { item } => self.line(depth, '-', &said_by_item(item)),
            ItemChange::Changed { changes, .. } => changes.iter().for_each(|change| self.change(change, depth)),
        }
    }

    fn row(&mut self, row: &RowChange, depth: usize) {
        match row {
            RowChange::Kept { .. } => {}
            RowChange::Added { cells } => self.line(depth, '+', &said_by_cells(cells)),
            RowChange::Removed { cells } => self.line(depth, '-', &said_by_cells(cells)),
            RowChange::Changed { cells, .. } => self.cells(cells, depth),
        }
    }

    fn cells(&mut self, cells: &[Vec<Piece>], depth: usize) {
        if cells.iter().flatten().any(|piece| !piece.is_kept()) {
            let cells: Vec<String> = cells.iter().map(|pieces| self.pieces(pieces)).collect();
            self.line(depth, '~', &format!("| {} |", cells.join(" | ")));
        }
    }

    /// A line with its changes marked.
    fn pieces(&self, pieces: &[Piece]) -> String {
        let mut out = String::new();
        for (at, piece) in pieces.iter().enumerate() {
            match piece {
                Piece::Words { state: State::Kept, text, was: None, .. } => {
                    out.push_str(&shortened(text, at > 0, at + 1 < pieces.len()));
                }
                Piece::Words { state: State::Kept, text, .. } => {
                    let look = say(self.language, "түрі", "вид", "look");
                    out.push_str(&format!("{{{look}: {text}}}"));
                }
                Piece::LineBreak { state } => mark(&mut out, *state, "⏎"),
                Piece::Words { state, text, .. } => mark(&mut out, *state, text),
                Piece::Footnote { state: State::Kept, pieces } => {
                    if pieces.iter().all(Piece::is_kept) {
                        out.push_str("[*]");
                    } else {
                        out.push_str(&format!("[* {}]", self.pieces(pieces)));
                    }
                }
                Piece::Footnote { state, pieces } => {
                    let note: String = pieces.iter().map(words_of).collect();
                    mark(&mut out, *state, &format!("[* {note}]"));
                }
            }
        }
        out
    }
}

fn words_of(piece: &Piece) -> &str {
    match piece {
        Piece::Words { text, .. } => text,
        Piece::LineBreak { .. } => " ",
        Piece::Footnote { .. } => "",
    }
}

fn mark(out: &mut String, state: State, text: &str) {
    let (open, close) = match state {
        State::Kept => ("", ""),
        State::Added => ("{+", "+}"),
        State::Removed => ("[-", "-]"),
    };
    out.push_str(open);
    out.push_str(text);
    out.push_str(close);
}

/// What did not change, cut down to its ends that stand beside a change.
fn shortened(text: &str, before: bool, after: bool) -> String {
    let length = text.chars().count();
    let (head, tail) = (if before { BESIDE } else { 0 }, if after { BESIDE } else { 0 });
    if length <= head + tail + BESIDE / 2 {
        return text.to_owned();
    }
    let head: String = text.chars().take(head).collect();
    let tail: String = text.chars().skip(length - tail).collect();
    format!("{head}…{tail}")
}

fn said(block: &Block) -> String {
    match block {
        Block::Paragraph { content } | Block::Heading { content, .. } => said_by(content),
        Block::List { items, .. } => items.iter().map(said_by_item).collect::<Vec<_>>().join(" • "),
        Block::Table(table) => {
            let rows = [&table.head].into_iter().chain(&table.rows);
            rows.map(|row| said_by_cells(row)).collect::<Vec<_>>().join(" ")
        }
        Block::PageBreak => String::new(),
    }
}

fn said_by_item(item: &ListItem) -> String {
    item.blocks.iter().map(said).collect::<Vec<_>>().join(" ⏎ ")
}

fn said_by_cells(cells: &[Cell]) -> String {
    format!("| {} |", cells.iter().map(|cell| said_by(&cell.content)).collect::<Vec<_>>().join(" | "))
}

fn said_by(content: &[Inline]) -> String {
    let mut out = String::new();
    for inline in content {
        match inline {
            Inline::Text { text } => out.push_str(text),
            Inline::Bold { content } | Inline::Italic { content } => out.push_str(&said_by(content)),
            Inline::Footnote { content } => out.push_str(&format!("[* {}]", said_by(content))),
            Inline::LineBreak => out.push_str(" ⏎ "),
        }
    }
    out
}

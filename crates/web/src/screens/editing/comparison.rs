//! A comparison as a page shows it: every block of either version, what went and what came by word, what stayed folded away.

use directory::Language;
use letter::diff::{Change, Content, Diff, ItemChange, Kind, Piece, RowChange, State};
use letter::model::{Block, Cell, Inline, ListItem};
use letter::provenance::Source;
use letter::runs::Look;
use serde::Serialize;

use super::super::fields::say;
use super::sources::{Told, places};
use crate::office::earlier::Letters;
use crate::state::AppState;

/// A comparison, ready to be printed.
#[derive(Debug, Serialize)]
pub(in crate::screens) struct Shown {
    rows: Vec<Row>,
    is_same: bool,
}

/// A block that changed, or several that did not.
#[derive(Debug, Serialize)]
struct Row {
    /// `kept`, `moved`, `added`, `removed` or `changed`.
    state: &'static str,
    /// What became of it, in words.
    words: String,
    /// Where it stands, or stood.
    places: String,
    /// Which contribution it came from.
    from: Option<String>,
    nodes: Vec<Node>,
}

/// A block, with what changed in it.
#[derive(Debug, Serialize)]
struct Node {
    kind: &'static str,
    bits: Vec<Bit>,
    items: Vec<Item>,
    head: Vec<Vec<Bit>>,
    rows: Vec<TableRow>,
}

impl Node {
    const fn of(kind: &'static str) -> Self {
        Self { kind, bits: Vec::new(), items: Vec::new(), head: Vec::new(), rows: Vec::new() }
    }
}

#[derive(Debug, Serialize)]
struct Item {
    state: &'static str,
    nodes: Vec<Node>,
    /// What became of the item's own blocks.
    inner: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct TableRow {
    state: &'static str,
    cells: Vec<Vec<Bit>>,
}

/// Words that have one state and one look, a new line, or a footnote.
#[derive(Debug, Serialize)]
struct Bit {
    kind: &'static str,
    state: &'static str,
    text: String,
    bold: bool,
    italic: bool,
    /// What the look became, where only that changed.
    look: Option<String>,
    bits: Vec<Bit>,
}

impl Bit {
    const fn of(kind: &'static str, state: &'static str) -> Self {
        Self { kind, state, text: String::new(), bold: false, italic: false, look: None, bits: Vec::new() }
    }
}

const fn state_of(state: State) -> &'static str {
    match state {
        State::Kept => "kept",
        State::Added => "added",
        State::Removed => "removed",
    }
}

/// Who reads, and what the versions are.
pub(in crate::screens) struct Eye<'a> {
    pub state: &'a AppState,
    pub language: Language,
    /// Where the newer version's blocks came from.
    pub sources: &'a [Option<Source>],
    /// The letters of earlier answers among these.
    pub letters: &'a Letters,
}

impl Eye<'_> {
    fn t(&self, kk: &str, ru: &str, en: &str) -> String {
        say(self.language, kk, ru, en)
    }

    /// The comparison of a text whose older version has these blocks.
    pub(in crate::screens) fn shown(&self, changes: &Diff, old: &[Block]) -> Shown {
        Shown { rows: self.rows(&changes.changes, old, true), is_same: changes.is_empty() }
    }

    fn from(&self, place: usize, has_sources: bool) -> Option<String> {
        let source = self.sources.get(place).and_then(Option::as_ref).filter(|_| has_sources)?;
        Some(Told { state: self.state, letters: self.letters, language: self.language }.words(source))
    }

    fn rows(&self, changes: &[Change], old_blocks: &[Block], is_whole: bool) -> Vec<Row> {
        let mut rows: Vec<Row> = Vec::new();
        let mut kept: Option<(usize, usize, Vec<Node>)> = None;
        for change in changes {
            if let Change::Kept { old, new, moved: false } = change {
                let node = old_blocks.get(*old).map(whole);
                let stretch = kept.get_or_insert_with(|| (*new, *new, Vec::new()));
                stretch.1 = *new;
                stretch.2.extend(node);
                continue;
            }
            rows.extend(kept.take().map(|stretch| self.kept(stretch)));
            rows.push(self.row(change, old_blocks, is_whole));
        }
        rows.extend(kept.take().map(|stretch| self.kept(stretch)));
        rows
    }

    fn kept(&self, (first, last, nodes): (usize, usize, Vec<Node>)) -> Row {
        Row {
            state: "kept",
            words: self.t("Өзгермеген", "Без изменений", "Unchanged"),
            places: places(first + 1, last + 1),
            from: None,
            nodes,
        }
    }

    fn row(&self, change: &Change, old_blocks: &[Block], is_whole: bool) -> Row {
        match change {
            Change::Kept { old, new, .. } => Row {
                state: "moved",
                words: self.moved(*old),
                places: (new + 1).to_string(),
                from: self.from(*new, is_whole),
                nodes: old_blocks.get(*old).map(whole).into_iter().collect(),
            },
            Change::Added { new, block } => Row {
                state: "added",
                words: self.t("Қосылған", "Добавлено", "Added"),
                places: (new + 1).to_string(),
                from: self.from(*new, is_whole),
                nodes: vec![whole(block)],
            },
            Change::Removed { old, block } => Row {
                state: "removed",
                words: self.t("Алынған", "Убрано", "Removed"),
                places: (old + 1).to_string(),
                from: None,
                nodes: vec![whole(block)],
            },
            Change::Changed { old, new, moved, was, content } => {
                let mut words = vec![self.t("Өзгерген", "Изменено", "Changed")];
                if *moved {
                    words.push(self.moved(*old));
                }
                words.extend(was.map(|was| self.was(was)));
                Row {
                    state: "changed",
                    words: words.join("; "),
                    places: (new + 1).to_string(),
                    from: self.from(*new, is_whole),
                    nodes: vec![self.changed(content, old_blocks.get(*old))],
                }
            }
        }
    }

    fn moved(&self, old: usize) -> String {
        let place = old + 1;
        match self.language {
            Language::Kk => format!("Жылжытылған: бұрын {place}-орында тұрған"),
            Language::Ru => format!("Перемещено: было на месте {place}"),
            Language::En => format!("Moved: it stood at place {place}"),
        }
    }

    fn was(&self, was: Kind) -> String {
        match was {
            Kind::Paragraph => self.t("бұрын абзац еді", "было абзацем", "it was a paragraph"),
            Kind::Heading { .. } => {
                self.t("бұрын басқа тақырып еді", "было другим заголовком", "it was another heading")
            }
            Kind::List { .. } => self.t("бұрын басқа тізім еді", "было другим перечнем", "it was another list"),
        }
    }

    fn changed(&self, content: &Content, old: Option<&Block>) -> Node {
        match content {
            Content::Paragraph { pieces } => Node { bits: self.bits(pieces), ..Node::of("paragraph") },
            Content::Heading { pieces, .. } => Node { bits: self.bits(pieces), ..Node::of("heading") },
            Content::List { ordered, items } => {
                let before: &[ListItem] = if let Some(Block::List { items, .. }) = old { items } else { &[] };
                let items = items.iter().map(|item| self.item(item, before)).collect();
                Node { items, ..Node::of(list(*ordered)) }
            }
            Content::Table { head, rows, columns_before, .. } => {
                let before: &[Vec<Cell>] = if let Some(Block::Table(table)) = old { &table.rows } else { &[] };
                let rows = rows.iter().map(|row| self.table_row(row, before)).collect();
                let head = head.iter().map(|pieces| self.bits(pieces)).collect();
                let mut node = Node { head, rows, ..Node::of("table") };
                if columns_before.is_some() {
                    let text = self.t(
                        "Бағандардың ені не туралануы өзгерді.",
                        "Изменилась ширина или выравнивание столбцов.",
                        "The columns' widths or alignment changed.",
                    );
                    node.bits.push(Bit { text, ..Bit::of("words", "kept") });
                }
                node
            }
        }
    }

    fn item(&self, item: &ItemChange, before: &[ListItem]) -> Item {
        let nodes = |item: &ListItem| item.blocks.iter().map(whole).collect();
        match item {
            ItemChange::Kept { old } => {
                Item { state: "kept", nodes: before.get(*old).map(nodes).unwrap_or_default(), inner: Vec::new() }
            }
            ItemChange::Added { item } => Item { state: "added", nodes: nodes(item), inner: Vec::new() },
            ItemChange::Removed { item } => Item { state: "removed", nodes: nodes(item), inner: Vec::new() },
            ItemChange::Changed { old, changes } => {
                let blocks = before.get(*old).map_or(&[][..], |item| &item.blocks);
                let inner = self.rows(changes, blocks, false);
                Item { state: "changed", nodes: Vec::new(), inner }
            }
        }
    }

    fn table_row(&self, row: &RowChange, before: &[Vec<Cell>]) -> TableRow {
        let cells = |cells: &Vec<Cell>| cells.iter().map(|cell| line(&cell.content)).collect();
        match row {
            RowChange::Kept { old } => {
                TableRow { state: "kept", cells: before.get(*old).map(cells).unwrap_or_default() }
            }
            RowChange::Added { cells: added } => TableRow { state: "added", cells: cells(added) },
            RowChange::Removed { cells: removed } => TableRow { state: "removed", cells: cells(removed) },
            RowChange::Changed { cells, .. } => {
                TableRow { state: "changed", cells: cells.iter().map(|pieces| self.bits(pieces)).collect() }
            }
        }
    }

    fn bits(&self, pieces: &[Piece]) -> Vec<Bit> {
        let bit = |piece: &Piece| match piece {
            Piece::Words { state, text, look, was } => Bit {
                text: text.clone(),
                bold: look.bold,
                italic: look.italic,
                look: was.map(|was| self.look(was, *look)),
                ..Bit::of("words", state_of(*state))
            },
            Piece::LineBreak { state } => Bit::of("break", state_of(*state)),
            Piece::Footnote { state, pieces } => {
                // Inside a footnote that came or went as a whole, nothing has to be said again.
                let inner = if *state == State::Kept { self.bits(pieces) } else { stilled(self.bits(pieces)) };
                Bit { bits: inner, ..Bit::of("footnote", state_of(*state)) }
            }
        };
        pieces.iter().map(bit).collect()
    }

    fn look(&self, was: Look, is: Look) -> String {
        let mut words = Vec::new();
        if was.bold != is.bold {
            words.push(if is.bold {
                self.t("қалың болды", "стало жирным", "became bold")
            } else {
                self.t("қалың емес болды", "больше не жирное", "no longer bold")
            });
        }
        if was.italic != is.italic {
            words.push(if is.italic {
                self.t("көлбеу болды", "стало курсивом", "became italic")
            } else {
                self.t("көлбеу емес болды", "больше не курсив", "no longer italic")
            });
        }
        words.join(", ")
    }
}

fn stilled(bits: Vec<Bit>) -> Vec<Bit> {
    bits.into_iter().map(|bit| Bit { state: "kept", bits: stilled(bit.bits), ..bit }).collect()
}

const fn list(ordered: bool) -> &'static str {
    if ordered { "ordered" } else { "bullets" }
}

/// A block in which nothing changed.
fn whole(block: &Block) -> Node {
    match block {
        Block::Paragraph { content } => Node { bits: line(content), ..Node::of("paragraph") },
        Block::Heading { content, .. } => Node { bits: line(content), ..Node::of("heading") },
        Block::List { ordered, items } => {
            let item = |item: &ListItem| Item {
                state: "kept",
                nodes: item.blocks.iter().map(whole).collect(),
                inner: Vec::new(),
            };
            Node { items: items.iter().map(item).collect(), ..Node::of(list(*ordered)) }
        }
        Block::Table(table) => {
            let cells = |cells: &Vec<Cell>| cells.iter().map(|cell| line(&cell.content)).collect();
            let rows = table.rows.iter().map(|row| TableRow { state: "kept", cells: cells(row) });
            Node { head: cells(&table.head), rows: rows.collect(), ..Node::of("table") }
        }
        Block::PageBreak => Node::of("page_break"),
    }
}

fn line(content: &[Inline]) -> Vec<Bit> {
    let mut bits = Vec::new();
    into_line(content, Look::default(), &mut bits);
    bits
}

fn into_line(content: &[Inline], look: Look, bits: &mut Vec<Bit>) {
    for inline in content {
        match inline {
            Inline::Text { text } => {
                bits.push(Bit { text: text.clone(), bold: look.bold, italic: look.italic, ..Bit::of("words", "kept") })
            }
            Inline::Bold { content } => into_line(content, Look { bold: true, ..look }, bits),
            Inline::Italic { content } => into_line(content, Look { italic: true, ..look }, bits),
            Inline::LineBreak => bits.push(Bit::of("break", "kept")),
            Inline::Footnote { content } => {
                bits.push(Bit { bits: line(content), ..Bit::of("footnote", "kept") });
            }
        }
    }
}

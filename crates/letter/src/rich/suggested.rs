//! A working text with suggestions in it: marks `insertion` and `deletion` with an id, on words and, outside tables, on whole blocks and items.
//!
//! No letter has them: [`super::read()`] refuses a text with such a mark, so one that nobody settled cannot become a version. [`settled`] says what a
//! text is when some of them are accepted or refused; it is what the editor does in `crates/web/editor/src/settle.js`, and
//! `crates/letter/tests/editors/suggested.rs` holds the two together. What stands where no suggestion may stand is left for the reader to refuse.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// What becomes of a suggestion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// What it inserts stays, what it deletes goes.
    Accept,
    /// What it inserts goes, what it deletes stays.
    Refuse,
}

/// One suggestion: everything that bears its id, in the order of the text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Suggestion {
    /// Its id.
    pub id: String,
    /// The words that would come.
    pub inserted: String,
    /// The words that would go.
    pub deleted: String,
    /// The words of the paragraph before it.
    pub before: String,
    /// The words of the paragraph behind it.
    pub behind: String,
}

/// How many characters of its paragraph are told beside a suggestion.
const BESIDE: usize = 40;
/// The longest id.
const ID: usize = 40;

/// Where a node stands, as far as it decides what may be suggested of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Where {
    /// In the document, a list or an item.
    Blocks,
    /// In a paragraph, a heading or a footnote.
    Line,
    /// In a table: rows, cells, and the paragraph of a cell.
    Table,
}

fn kind(node: &Value) -> &str {
    node.get("type").and_then(Value::as_str).unwrap_or_default()
}

fn children(node: &Value) -> &[Value] {
    node.get("content").and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Where the children of a node stand.
fn inside(node: &Value) -> Where {
    match kind(node) {
        "doc" | "bullet_list" | "ordered_list" | "list_item" => Where::Blocks,
        "paragraph" | "heading" | "footnote" => Where::Line,
        _ => Where::Table,
    }
}

/// The id of a mark that is a suggestion, and whether it inserts.
fn suggestion(mark: &Value) -> Option<(&str, bool)> {
    let inserts = match kind(mark) {
        "insertion" => true,
        "deletion" => false,
        _ => return None,
    };
    let fields = mark.as_object().filter(|fields| fields.len() == 2)?;
    let attributes = fields.get("attrs")?.as_object().filter(|attributes| attributes.len() == 1)?;
    let id = attributes.get("id")?.as_str()?;
    let is_plain = id.bytes().all(|sign| sign.is_ascii_lowercase() || sign.is_ascii_digit());
    (is_plain && (1..=ID).contains(&id.len())).then_some((id, inserts))
}

fn marks(node: &Value) -> &[Value] {
    node.get("marks").and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The suggestions that a node bears where it stands.
fn borne(node: &Value, place: Where) -> impl Iterator<Item = (&str, bool)> {
    let may = place != Where::Table;
    marks(node).iter().filter(move |_| may).filter_map(suggestion)
}

/// The text as it is when some suggestions are settled; those that `decide` says nothing of stay.
#[must_use]
pub fn settled(document: &Value, decide: impl Fn(&str) -> Option<Fate>) -> Value {
    let mut out = document.clone();
    let (_, mut content): (Vec<usize>, Vec<Value>) = left(document, &decide).into_iter().unzip();
    levelled(&mut content);
    if let Some(fields) = out.as_object_mut().filter(|fields| fields.contains_key("content")) {
        fields.insert("content".to_owned(), Value::Array(content));
    }
    out
}

/// Which blocks of a text, counted from 0, are left when some suggestions are settled.
#[must_use]
pub fn places(document: &Value, decide: impl Fn(&str) -> Option<Fate>) -> Vec<usize> {
    left(document, &decide).into_iter().map(|(place, _)| place).collect()
}

fn left(document: &Value, decide: &impl Fn(&str) -> Option<Fate>) -> Vec<(usize, Value)> {
    let made = |(place, child)| {
        Some((place, node(child, Where::Blocks, decide).filter(|made| made == child || speaks(made))?))
    };
    let mut left: Vec<(usize, Value)> = children(document).iter().enumerate().filter_map(made).collect();
    // A page that only breaks says nothing; one that the text had is the reader's to refuse.
    if left.len() < children(document).len() {
        while left.last().is_some_and(|(_, last)| kind(last) == "page_break") {
            left.pop();
        }
    }
    left
}

/// A node when some suggestions are settled; none when it goes.
fn node(given: &Value, place: Where, decide: &impl Fn(&str) -> Option<Fate>) -> Option<Value> {
    let goes = |(id, inserts): (&str, bool)| decide(id).is_some_and(|fate| (fate == Fate::Accept) != inserts);
    if borne(given, place).any(goes) {
        return None;
    }
    let mut out = given.clone();
    let fields = out.as_object_mut()?;
    if place != Where::Table && fields.contains_key("marks") {
        let stays = |mark: &&Value| suggestion(mark).is_none_or(|(id, _)| decide(id).is_none());
        let left: Vec<Value> = marks(given).iter().filter(stays).cloned().collect();
        if left.is_empty() && !marks(given).is_empty() {
            fields.remove("marks");
        } else if !left.is_empty() {
            fields.insert("marks".to_owned(), Value::Array(left));
        }
    }
    let old = children(given);
    if old.is_empty() {
        return Some(out);
    }
    let inner = inside(given);
    let is_cell = matches!(kind(given), "table_cell" | "table_header");
    // What a cell says may be nothing; any other paragraph that is left without words is no part of a letter.
    let content: Vec<Value> = old
        .iter()
        .filter_map(|child| node(child, inner, decide).filter(|made| is_cell || made == child || speaks(made)))
        .collect();
    let is_hollow = matches!(kind(given), "list_item" | "bullet_list" | "ordered_list" | "footnote");
    if content.is_empty() && is_hollow {
        return None;
    }
    out.as_object_mut()?.insert("content".to_owned(), Value::Array(content));
    Some(out)
}

/// Whether a paragraph or a heading says anything; everything else does.
fn speaks(node: &Value) -> bool {
    let says = |inline: &Value| match kind(inline) {
        "text" => inline.get("text").and_then(Value::as_str).is_some_and(|text| !text.trim().is_empty()),
        other => other == "footnote",
    };
    !matches!(kind(node), "paragraph" | "heading") || children(node).iter().any(says)
}

/// Levels of headings follow each other; one that is only suggested counts for nothing until it is accepted.
fn levelled(content: &mut [Value]) {
    let mut last = 0;
    for heading in content.iter_mut().filter(|block| kind(block) == "heading") {
        if borne(heading, Where::Blocks).any(|(_, inserts)| inserts) {
            continue;
        }
        let Some(level) = heading.pointer("/attrs/level").and_then(Value::as_u64) else { continue };
        if level > last + 1 {
            heading["attrs"]["level"] = json!(last + 1);
        }
        last = level.min(last + 1);
    }
}

/// Every suggestion of a text, in its order.
#[must_use]
pub fn suggestions(document: &Value) -> Vec<Suggestion> {
    let mut found = Found::default();
    found.blocks(document);
    let Found { order, mut all } = found;
    order.iter().filter_map(|id| all.remove(id)).collect()
}

/// Whether anything is suggested in a text.
#[must_use]
pub fn is_suggested(document: &Value) -> bool {
    let inner = inside(document);
    children(document).iter().any(|child| borne(child, inner).next().is_some() || is_suggested(child))
}

#[derive(Default)]
struct Found {
    order: Vec<String>,
    all: BTreeMap<String, Suggestion>,
}

impl Found {
    fn of(&mut self, id: &str) -> &mut Suggestion {
        if !self.all.contains_key(id) {
            self.order.push(id.to_owned());
        }
        self.all.entry(id.to_owned()).or_insert_with(|| Suggestion { id: id.to_owned(), ..Suggestion::default() })
    }

    fn say(&mut self, id: &str, inserts: bool, words: &str, between: &str) {
        let suggestion = self.of(id);
        let side = if inserts { &mut suggestion.inserted } else { &mut suggestion.deleted };
        if !side.is_empty() && !words.is_empty() {
            side.push_str(between);
        }
        side.push_str(words);
    }

    fn blocks(&mut self, parent: &Value) {
        let place = inside(parent);
        for child in children(parent) {
            for (id, inserts) in borne(child, place) {
                self.say(id, inserts, &words(child), " ¶ ");
            }
            if inside(child) == Where::Line { self.line(child) } else { self.blocks(child) }
        }
    }

    fn line(&mut self, parent: &Value) {
        let runs = children(parent);
        let mut before = String::new();
        let mut last: BTreeMap<String, usize> = BTreeMap::new();
        for (n, run) in runs.iter().enumerate() {
            for (id, inserts) in borne(run, Where::Line) {
                self.say(id, inserts, &words(run), "");
                if last.insert(id.to_owned(), n).is_none() && self.of(id).before.is_empty() {
                    self.of(id).before = nearest(&before);
                }
            }
            if kind(run) == "footnote" {
                self.line(run);
            }
            before.push_str(&words(run));
        }
        for (id, n) in last {
            self.of(&id).behind = following(&runs[n + 1..]);
        }
    }
}

fn words(node: &Value) -> String {
    match node.get("text").and_then(Value::as_str) {
        Some(text) => text.to_owned(),
        None if kind(node) == "hard_break" => " ".to_owned(),
        None => {
            let between = if inside(node) == Where::Line { "" } else { " " };
            children(node).iter().map(words).collect::<Vec<_>>().join(between)
        }
    }
}

/// The end of what stands before a place of a paragraph.
fn nearest(before: &str) -> String {
    match before.char_indices().rev().nth(BESIDE) {
        Some((cut, sign)) => {
            // Whole words, where there are any.
            let near = &before[cut + sign.len_utf8()..];
            let whole = near.split_once(' ').map_or(near, |(_, whole)| whole);
            format!("… {}", if whole.trim().is_empty() { near } else { whole })
        }
        None => before.to_owned(),
    }
}

/// The beginning of what stands behind it.
fn following(runs: &[Value]) -> String {
    let mut behind = String::new();
    for run in runs {
        behind.push_str(&words(run));
        if let Some((cut, _)) = behind.char_indices().nth(BESIDE) {
            behind.truncate(cut);
            let whole = behind.rsplit_once(' ').map_or(behind.as_str(), |(whole, _)| whole);
            return format!("{} …", if whole.trim().is_empty() { behind.as_str() } else { whole });
        }
    }
    behind
}

/// The one way to write a text down among those that say the same: without what goes without saying, marks in one order, words of one look in one run.
#[must_use]
pub fn canonical(node: &Value) -> Value {
    let mut out = Map::new();
    out.insert("type".to_owned(), json!(kind(node)));
    if let Some(text) = node.get("text") {
        out.insert("text".to_owned(), text.clone());
    }
    let goes_without_saying = |name: &str, value: &Value| {
        value.is_null() || (matches!(name, "colspan" | "rowspan" | "order") && value.as_u64() == Some(1))
    };
    if let Some(attributes) = node.get("attrs").and_then(Value::as_object) {
        let said = attributes.iter().filter(|(name, value)| !goes_without_saying(name, value));
        let said: Map<String, Value> = said.map(|(name, value)| (name.clone(), value.clone())).collect();
        if !said.is_empty() {
            out.insert("attrs".to_owned(), Value::Object(said));
        }
    }
    // A new line and the mark of a footnote have no look.
    let has_look = !matches!(kind(node), "hard_break" | "footnote");
    let mut sorted: Vec<&Value> = marks(node).iter().filter(|mark| has_look || suggestion(mark).is_some()).collect();
    sorted.sort_by_key(|mark| mark.to_string());
    if !sorted.is_empty() {
        out.insert("marks".to_owned(), json!(sorted));
    }
    let mut content: Vec<Value> = Vec::new();
    for child in children(node).iter().map(canonical) {
        match content.last_mut() {
            Some(last) if is_one_run(last, &child) => {
                let joined = words(last) + &words(&child);
                last["text"] = json!(joined);
            }
            _ => content.push(child),
        }
    }
    if !content.is_empty() {
        out.insert("content".to_owned(), Value::Array(content));
    }
    Value::Object(out)
}

fn is_one_run(one: &Value, other: &Value) -> bool {
    kind(one) == "text" && kind(other) == "text" && one.get("marks") == other.get("marks")
}

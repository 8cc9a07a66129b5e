//! The state of reading, which goes through the whole document: where we stand, what was met on the way, and how much of it.

use std::collections::HashMap;

use roxmltree::{Document, Node, NodeId};

use super::W;
use super::line::said;
use super::report::{ChangeKind, Comment, LeftOut, Look, Spot, TrackedChange, Unheld, What};
use super::styles::Styles;
use crate::body::limits;
use crate::docx::bookmark;
use crate::error::Fault;
use crate::provenance::Source;

/// A file that says more than this is no letter; what it says is not even collected. A footnote may be referred to a thousand times.
const CHARACTERS: usize = 4 * limits::CHARACTERS;
/// So many faults are enough to see what is wrong.
const FAULTS: usize = 200;
/// So many comments and sources can be open at one place, and so much of a comment's words is told.
const OPEN: usize = 64;
const ANCHOR: usize = 2_000;

/// A comment whose words are being collected.
struct Open<'a> {
    id: &'a str,
    anchor: String,
    spot: Spot,
}

/// The state of reading, which goes through the whole document.
pub(super) struct Reading<'a> {
    pub(super) styles: &'a Styles<'a>,
    pub(super) notes: HashMap<&'a str, Node<'a, 'a>>,
    said: HashMap<&'a str, Node<'a, 'a>>,
    places: HashMap<NodeId, Spot>,
    spot: Spot,
    open: Vec<Open<'a>>,
    sources: Vec<(&'a str, Source)>,
    /// For every field that is open: whether its instruction is being read, which is no text.
    pub(super) fields: Vec<bool>,
    pub(super) in_note: bool,
    characters: usize,
    /// Whether `_x0000_` is written `_x005F_x0000_`, as LibreOffice does.
    pub(super) unescapes: bool,
    pub(super) faults: Vec<Unheld>,
    pub(super) changes: Vec<TrackedChange>,
    pub(super) comments: Vec<Comment>,
    pub(super) left_out: Vec<LeftOut>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(
        body: Node<'a, 'a>,
        styles: &'a Styles<'a>,
        notes: Option<Node<'a, 'a>>,
        comments: Option<&'a Document<'a>>,
    ) -> Self {
        let by_id = |root: Option<Node<'a, 'a>>, name: &'static str| {
            let nodes =
                root.into_iter().flat_map(|root| root.children()).filter(move |node| node.has_tag_name((W, name)));
            nodes.filter_map(|node| Some((node.attribute((W, "id"))?, node))).collect()
        };
        Self {
            styles,
            notes: by_id(notes, "footnote"),
            said: by_id(comments.map(Document::root_element), "comment"),
            places: places(body),
            spot: Spot::default(),
            open: Vec::new(),
            sources: Vec::new(),
            fields: Vec::new(),
            in_note: false,
            characters: 0,
            unescapes: false,
            faults: Vec::new(),
            changes: Vec::new(),
            comments: Vec::new(),
            left_out: Vec::new(),
        }
    }

    /// From here on, faults are of this paragraph or table.
    pub(super) fn stand_at(&mut self, node: Node<'a, 'a>) {
        let paragraph = if node.has_tag_name((W, "tbl")) {
            node.descendants().find(|node| node.has_tag_name((W, "p")))
        } else {
            Some(node)
        };
        if let Some(spot) = paragraph.and_then(|paragraph| self.places.get(&paragraph.id())) {
            self.spot = spot.clone();
        }
    }

    pub(super) fn spot(&self) -> Spot {
        self.spot.clone()
    }

    pub(super) fn refuse(&mut self, what: What) {
        let fault = Unheld { what, spot: self.spot() };
        if self.faults.len() < FAULTS && !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    pub(super) fn leave_out(&mut self, what: Look) {
        let left = LeftOut { what, spot: self.spot() };
        // Told once a paragraph.
        let told = self.left_out.iter().rev().take_while(|before| before.spot == left.spot);
        if !told.into_iter().any(|before| before.what == left.what) {
            self.left_out.push(left);
        }
    }

    pub(super) fn track(&mut self, change: Node<'a, 'a>, kind: ChangeKind, text: String) {
        let attribute =
            |name| change.attribute((W, name)).map(|value: &str| value.chars().take(200).collect::<String>());
        self.changes.push(TrackedChange {
            kind,
            author: attribute("author").unwrap_or_default(),
            at: attribute("date"),
            text,
            spot: self.spot(),
        });
    }

    /// The edge of something that may reach over paragraphs: a source's bookmark, a comment's words.
    pub(super) fn edge(&mut self, node: Node<'a, 'a>) {
        let Some(id) = node.attribute((W, "id")) else { return };
        match node.tag_name().name() {
            "bookmarkStart" => {
                if let Some(source) = node.attribute((W, "name")).and_then(bookmark::source)
                    && self.sources.len() < OPEN
                {
                    self.sources.push((id, source));
                }
            }
            "bookmarkEnd" => self.sources.retain(|(open, _)| *open != id),
            "commentRangeStart" if self.open.len() < OPEN => {
                self.open.push(Open { id, anchor: String::new(), spot: self.spot() });
            }
            "commentRangeEnd" => {
                if let Some(at) = self.open.iter().position(|open| open.id == id) {
                    let open = self.open.remove(at);
                    self.comment(open);
                }
            }
            _ => {}
        }
    }

    /// The edges inside words that are not read: LibreOffice ends a comment there.
    pub(super) fn edges_in(&mut self, deleted: Node<'a, 'a>) {
        for node in deleted.descendants().filter(|node| node.tag_name().namespace() == Some(W)) {
            match node.tag_name().name() {
                "bookmarkStart" | "bookmarkEnd" | "commentRangeStart" | "commentRangeEnd" => self.edge(node),
                "commentReference" => self.point(node),
                _ => {}
            }
        }
    }

    /// A comment without words of its own stands at a point.
    pub(super) fn point(&mut self, node: Node<'a, 'a>) {
        if let Some(id) = node.attribute((W, "id"))
            && !self.open.iter().any(|open| open.id == id)
        {
            let spot = self.spot();
            self.comment(Open { id, anchor: String::new(), spot });
        }
    }

    /// Words that every open comment is about.
    pub(super) fn commented(&mut self, text: &str) {
        for open in self.open.iter_mut().filter(|open| open.anchor.len() < ANCHOR) {
            open.anchor.extend(text.chars().take(ANCHOR));
        }
    }

    /// The source that is open here, the outermost first.
    pub(super) fn source(&self) -> Option<Source> {
        self.sources.first().map(|(_, source)| source.clone())
    }

    fn comment(&mut self, open: Open<'a>) {
        // Told once, at the end of its words; the reference after them says nothing new.
        let Some(node) = self.said.remove(open.id) else { return };
        let attribute = |name| node.attribute((W, name)).map(|value: &str| value.chars().take(200).collect::<String>());
        self.comments.push(Comment {
            author: attribute("author").unwrap_or_default(),
            at: attribute("date"),
            text: said(node),
            anchor: open.anchor.split_whitespace().collect::<Vec<_>>().join(" "),
            spot: open.spot,
        });
    }

    /// Counts what is read; says no once it is more than any letter holds.
    pub(super) fn counts(&mut self, more: usize) -> bool {
        self.characters = self.characters.saturating_add(more);
        let fits = self.characters <= CHARACTERS;
        if !fits {
            self.refuse(What::Rule(Fault::TooMany { what: "characters", limit: limits::CHARACTERS }));
        }
        fits
    }
}

/// Every paragraph of the document with its number and first words.
fn places(body: Node<'_, '_>) -> HashMap<NodeId, Spot> {
    const WORDS: usize = 48;
    let mut places = HashMap::new();
    let mut last = String::new();
    for (index, paragraph) in body.descendants().filter(|node| node.has_tag_name((W, "p"))).enumerate() {
        let words: String =
            said(paragraph).split_whitespace().collect::<Vec<_>>().join(" ").chars().take(WORDS).collect();
        let after = words.is_empty();
        if !after {
            last = words;
        }
        places.insert(paragraph.id(), Spot { paragraph: index + 1, words: last.clone(), after });
    }
    places
}

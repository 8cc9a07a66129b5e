//! The parts of a blank, cut into what stands there and its tags.
//!
//! Word cuts `{{salutation}}` into runs as it pleases, so a paragraph's words are read as one text; a tag goes wholly where it begins.

use std::ops::Range;

use roxmltree::{Document, Node, NodeId};

use super::fault::{BlankFault, What};
use super::tags::{Condition, Tag, parse};
use crate::docx;
use crate::docx::read::report::Spot;
use crate::docx::read::{W, parse_part, unpack};

/// A part of the file.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) content: Content,
}

#[derive(Debug)]
pub(super) enum Content {
    /// It goes in as it is.
    Fixed(Vec<u8>),
    /// It is filled.
    Form(Vec<Piece>),
}

/// A piece of a part that is filled.
#[derive(Debug)]
pub(super) enum Piece {
    /// XML as it stands there.
    Raw(String),
    Field(&'static str),
    This,
    Body,
    Annexes,
    If {
        condition: Condition,
        wanted: bool,
        then: Vec<Piece>,
        otherwise: Vec<Piece>,
    },
    Each {
        name: &'static str,
        pieces: Vec<Piece>,
    },
}

/// Reads the parts and everything that is wrong with them.
pub(super) fn read(file: &[u8]) -> Result<Vec<Part>, Vec<BlankFault>> {
    let unpacked = unpack(file, |_| true).map_err(|error| vec![error.into()])?;
    let (mut parts, mut faults, mut bodies) = (Vec::with_capacity(unpacked.len()), Vec::new(), 0);
    for (name, bytes) in unpacked {
        foreign(&name, &bytes, &mut faults);
        let content = if is_form(&name) {
            match cut(&name, &bytes) {
                Ok(pieces) => {
                    bodies += count(&pieces);
                    Content::Form(pieces)
                }
                Err(found) => {
                    faults.extend(found);
                    continue;
                }
            }
        } else {
            Content::Fixed(bytes)
        };
        parts.push(Part { name, content });
    }
    if faults.is_empty() && bodies != 1 {
        faults.push(BlankFault::of_file(What::Body(bodies)));
    }
    if faults.is_empty() { Ok(parts) } else { Err(faults) }
}

fn count(pieces: &[Piece]) -> usize {
    let count = |piece: &Piece| match piece {
        Piece::Body => 1,
        Piece::If { then, otherwise, .. } => count(then) + count(otherwise),
        Piece::Each { pieces, .. } => count(pieces),
        Piece::Raw(_) | Piece::Field(_) | Piece::This | Piece::Annexes => 0,
    };
    pieces.iter().map(count).sum()
}

/// Whether people type in this part.
fn is_form(name: &str) -> bool {
    let file = name.strip_prefix("word/").unwrap_or_default();
    let numbered = |kind: &str| file.starts_with(kind) && file.ends_with(".xml");
    file == "document.xml" || numbered("header") || numbered("footer")
}

/// Refuses what would run, or would be fetched, when the letter is opened.
fn foreign(name: &str, bytes: &[u8], faults: &mut Vec<BlankFault>) {
    let lower = name.to_lowercase();
    let runs = ["vbaproject", "activex", "embeddings/", "oleobject", "macro"].iter().any(|word| lower.contains(word));
    if runs {
        faults.push(BlankFault::of_file(What::Foreign(name.to_owned())));
    }
    if lower.ends_with(".rels")
        && let Ok(document) = parse_part(name, bytes)
    {
        let external = document.descendants().filter(|node| node.attribute("TargetMode") == Some("External"));
        for node in external.filter(|node| !node.attribute("Type").is_some_and(|kind| kind.ends_with("/hyperlink"))) {
            let target = node.attribute("Target").unwrap_or_default().chars().take(80).collect();
            faults.push(BlankFault { part: name.to_owned(), spot: None, what: What::Foreign(target) });
        }
    }
}

/// A tag, where it stands, and what it must not leave: the element whose children it stands among.
struct Found {
    tag: Tag,
    typed: String,
    within: NodeId,
    spot: Spot,
}

/// What a part is made of, before blocks are nested.
enum Flat {
    Raw(String),
    Tag(Found),
}

fn cut(name: &str, bytes: &[u8]) -> Result<Vec<Piece>, Vec<BlankFault>> {
    let document = parse_part(name, bytes).map_err(|error| vec![error.into()])?;
    let fault = |spot: Option<Spot>, what: What| BlankFault { part: name.to_owned(), spot, what };
    if document.root_element().lookup_namespace_uri(Some("w")) != Some(W) {
        return Err(vec![fault(None, What::Dialect)]);
    }
    let text = document.input_text();
    let (mut flat, mut faults, mut at) = (Vec::new(), Vec::new(), 0);
    let mut last = String::new();
    for (index, paragraph) in document.descendants().filter(|node| node.has_tag_name((W, "p"))).enumerate() {
        let typed = Typed::of(paragraph);
        let words: String = typed.text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(48).collect();
        let after = words.is_empty();
        if !after {
            last.clone_from(&words);
        }
        let spot = Spot { paragraph: index + 1, words: last.clone(), after };
        if is_tracked(paragraph) {
            faults.push(fault(Some(spot), What::Tracked));
            continue;
        }
        if !typed.text.contains("{{") && !typed.text.contains("}}") {
            continue;
        }
        match typed.pieces(paragraph, &spot) {
            Ok(edits) => {
                for (range, pieces) in edits {
                    flat.push(Flat::Raw(text[at..range.start].to_owned()));
                    flat.extend(pieces);
                    at = range.end;
                }
            }
            Err(found) => faults.extend(found.into_iter().map(|what| fault(Some(spot.clone()), what))),
        }
    }
    flat.push(Flat::Raw(text[at..].to_owned()));
    let pieces = nest(flat).map_err(|(spot, what)| vec![fault(Some(spot), what)]);
    match pieces {
        Ok(pieces) if faults.is_empty() => Ok(pieces),
        Ok(_) => Err(faults),
        Err(found) => {
            faults.extend(found);
            Err(faults)
        }
    }
}

fn is_tracked(paragraph: Node<'_, '_>) -> bool {
    let names = ["ins", "del", "moveFrom", "moveTo", "commentReference", "commentRangeStart"];
    paragraph.descendants().any(|node| names.iter().any(|name| node.has_tag_name((W, *name))))
}

/// The words of a paragraph as one text, and which element each came from.
struct Typed<'a> {
    text: String,
    /// For every `w:t`, where its words begin in the text.
    elements: Vec<(usize, Node<'a, 'a>)>,
}

/// What replaces which bytes of the part.
type Edit = (Range<usize>, Vec<Flat>);

/// From where to where in the text a tag stands, what it is, and how it was typed.
type Place = (usize, usize, Tag, String);

impl<'a> Typed<'a> {
    fn of(paragraph: Node<'a, 'a>) -> Self {
        let mut typed = Self { text: String::new(), elements: Vec::new() };
        let own = |node: &Node<'_, '_>| {
            node.ancestors().skip(1).find(|above| above.has_tag_name((W, "p"))) == Some(paragraph)
        };
        for node in paragraph.descendants().filter(|node| node.tag_name().namespace() == Some(W) && own(node)) {
            match node.tag_name().name() {
                "t" => {
                    typed.elements.push((typed.text.len(), node));
                    node.children().filter_map(|child| child.text()).for_each(|text| typed.text.push_str(text));
                }
                // A tag does not go over a line's end.
                "br" | "cr" | "tab" | "drawing" | "fldChar" => typed.text.push('\n'),
                _ => {}
            }
        }
        typed
    }

    /// The paragraph's words with its tags taken out of them: what replaces which bytes of the part.
    fn pieces(&self, paragraph: Node<'a, 'a>, spot: &Spot) -> Result<Vec<Edit>, Vec<What>> {
        let tags = self.tags()?;
        let is_alone =
            |start: usize, end: usize| self.text[..start].trim().is_empty() && self.text[end..].trim().is_empty();
        let found = |tag: &Tag, typed: &str, within: Node<'_, '_>| {
            Flat::Tag(Found { tag: tag.clone(), typed: typed.to_owned(), within: within.id(), spot: spot.clone() })
        };
        if let [(start, end, tag, typed)] = &tags[..]
            && tag.is_block()
            && is_alone(*start, *end)
        {
            let around = paragraph.parent().unwrap_or(paragraph);
            let whole = match tag {
                Tag::Body | Tag::Annexes if !around.has_tag_name((W, "body")) => Err(What::NotAlone(name_of(tag))),
                _ if around.has_tag_name((W, "tc")) => Err(What::InCell(typed.clone())),
                _ => Ok(vec![(paragraph.range(), vec![found(tag, typed, around)])]),
            };
            return whole.map_err(|what| vec![what]);
        }
        if let Some((_, _, tag, _)) = tags.iter().find(|(_, _, tag, _)| matches!(tag, Tag::Body | Tag::Annexes)) {
            return Err(vec![What::NotAlone(name_of(tag))]);
        }
        let ends = self.elements.iter().skip(1).map(|(start, _)| *start).chain([self.text.len()]);
        let mut edits = Vec::new();
        for ((start, node), end) in self.elements.iter().copied().zip(ends) {
            let name = element_name(node);
            if name != "w:t" {
                return Err(vec![What::Dialect]);
            }
            let mut pieces = vec![Flat::Raw(format!("<{name} xml:space=\"preserve\">"))];
            let mut at = start;
            for (from, to, tag, typed) in &tags {
                let begins_here = (start..end).contains(from);
                if begins_here {
                    pieces.push(Flat::Raw(docx::escape(&self.text[at..*from])));
                    let around = node.parent().and_then(|run| run.parent()).unwrap_or(paragraph);
                    pieces.push(found(tag, typed, around));
                }
                // What of the tag stands in this element is gone from it, wherever the tag began.
                if begins_here || (*from < start && *to > start) {
                    at = (*to).min(end);
                }
            }
            // Between elements stands at most a line's end, which is an element of its own.
            let rest = self.text[at..end].trim_end_matches('\n');
            pieces.push(Flat::Raw(docx::escape(rest)));
            pieces.push(Flat::Raw(format!("</{name}>")));
            edits.push((node.range(), pieces));
        }
        Ok(edits)
    }

    /// The tags with their places in the text.
    fn tags(&self) -> Result<Vec<Place>, Vec<What>> {
        let (mut tags, mut faults, mut at) = (Vec::new(), Vec::new(), 0);
        while let Some(open) = self.text[at..].find("{{") {
            let open = at + open;
            if self.text[at..open].contains("}}") {
                faults.push(What::Stray);
            }
            let inside = &self.text[open + 2..];
            let close = inside
                .find("}}")
                .filter(|close| !inside[..*close].contains(['\n']) && !inside[..*close].contains("{{"));
            let Some(close) = close else {
                faults.push(What::Unclosed(inside.chars().take_while(|one| *one != '\n').take(40).collect()));
                at = open + 2;
                continue;
            };
            let typed = inside[..close].trim();
            match parse(typed) {
                Ok(tag) => tags.push((open, open + close + 4, tag, typed.to_owned())),
                Err(what) => faults.push(what),
            }
            at = open + close + 4;
        }
        if self.text[at..].contains("}}") && faults.is_empty() {
            faults.push(What::Stray);
        }
        if faults.is_empty() { Ok(tags) } else { Err(faults) }
    }
}

const fn name_of(tag: &Tag) -> &'static str {
    match tag {
        Tag::Annexes => "annexes",
        _ => "body",
    }
}

/// The element's name as the part writes it, prefix and all.
fn element_name<'a>(node: Node<'a, '_>) -> &'a str {
    let text = &node.document().input_text()[node.range()];
    let name = text.trim_start_matches('<');
    let end = name.find([' ', '>', '/', '\t', '\n', '\r']).unwrap_or(name.len());
    &name[..end]
}

/// A block that is open, and what it has so far.
struct Open {
    found: Found,
    pieces: Vec<Piece>,
    /// What came before `{{else}}`, once that has been met.
    then: Option<Vec<Piece>>,
}

/// Nests blocks. A block begins and ends among the children of one element, so that what is repeated or left out is whole elements.
fn nest(flat: Vec<Flat>) -> Result<Vec<Piece>, (Spot, What)> {
    let mut open: Vec<Open> = Vec::new();
    let mut done: Vec<Piece> = Vec::new();
    for piece in flat {
        let found = match piece {
            Flat::Raw(text) => {
                open.last_mut().map_or(&mut done, |open| &mut open.pieces).push(Piece::Raw(text));
                continue;
            }
            Flat::Tag(found) => found,
        };
        let in_each = open.iter().any(|open| matches!(open.found.tag, Tag::Each(_)));
        let refuse = |what: What| Err((found.spot.clone(), what));
        match &found.tag {
            Tag::If { condition: Condition::First | Condition::Last, .. } | Tag::This if !in_each => {
                return refuse(What::This);
            }
            Tag::Each(name) if in_each => return refuse(What::Each((*name).to_owned())),
            Tag::If { .. } | Tag::Each(_) => {
                open.push(Open { found, pieces: Vec::new(), then: None });
                continue;
            }
            Tag::Else | Tag::EndIf | Tag::EndUnless | Tag::EndEach => {
                let closes = open.last().is_some_and(|open| match (&open.found.tag, &found.tag) {
                    (Tag::If { .. }, Tag::Else) => open.then.is_none(),
                    (Tag::If { wanted, .. }, Tag::EndIf) => *wanted,
                    (Tag::If { wanted, .. }, Tag::EndUnless) => !*wanted,
                    (Tag::Each(_), Tag::EndEach) => true,
                    _ => false,
                });
                if !closes {
                    return refuse(What::StrayClose(found.typed.clone()));
                }
                if open.last().is_some_and(|open| open.found.within != found.within) {
                    return refuse(What::Crossing(found.typed.clone()));
                }
            }
            Tag::Field(_) | Tag::This | Tag::Body | Tag::Annexes => {}
        }
        if found.tag == Tag::Else {
            if let Some(open) = open.last_mut() {
                open.then = Some(std::mem::take(&mut open.pieces));
            }
            continue;
        }
        let piece = match found.tag {
            Tag::Field(name) => Piece::Field(name),
            Tag::This => Piece::This,
            Tag::Body => Piece::Body,
            Tag::Annexes => Piece::Annexes,
            _ => match open.pop().map(closed) {
                Some(piece) => piece,
                None => continue,
            },
        };
        open.last_mut().map_or(&mut done, |open| &mut open.pieces).push(piece);
    }
    match open.pop() {
        Some(open) => Err((open.found.spot, What::UnclosedBlock(open.found.typed))),
        None => Ok(done),
    }
}

fn closed(open: Open) -> Piece {
    match open.found.tag {
        Tag::Each(name) => Piece::Each { name, pieces: open.pieces },
        Tag::If { condition, wanted } => match open.then {
            Some(then) => Piece::If { condition, wanted, then, otherwise: open.pieces },
            None => Piece::If { condition, wanted, then: open.pieces, otherwise: Vec::new() },
        },
        // Only these two are ever opened.
        _ => Piece::Raw(String::new()),
    }
}

/// For reading a part once more after it was filled.
pub(super) fn sound(name: &str, text: &str) -> Result<(), String> {
    parse_part(name, text.as_bytes()).map(|_: Document<'_>| ()).map_err(|error| error.to_string())
}

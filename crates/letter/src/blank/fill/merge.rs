//! What a letter's paragraphs need of the package around them: styles, footnotes, numbers of lists, properties.
//!
//! A style that the blank has by name is the blank's; others are added. Everything added carries its own name of the namespace, so it
//! does not matter how the blank's program writes.

use std::collections::{BTreeMap, BTreeSet};

use roxmltree::{Document, Node};

use crate::blank::fault::FillError;
use crate::blank::parts::{Content, Part};
use crate::docx::ImportError;
use crate::docx::read::{W, parse_part};
use crate::docx::view::Numbers;

const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const TYPES: &str = "http://schemas.openxmlformats.org/package/2006/content-types";
const KINDS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";

/// The package that a letter is being put into; parts keep their order.
pub(super) struct Package {
    pub(super) parts: Vec<(String, Vec<u8>)>,
}

impl Package {
    pub(super) fn of(parts: &[Part]) -> Self {
        let bytes = |part: &Part| match &part.content {
            Content::Fixed(bytes) => bytes.clone(),
            Content::Form(_) => Vec::new(),
        };
        Self { parts: parts.iter().map(|part| (part.name.clone(), bytes(part))).collect() }
    }

    pub(super) fn set(&mut self, name: &str, text: String) {
        match self.parts.iter_mut().find(|(known, _)| known == name) {
            Some((_, bytes)) => *bytes = text.into_bytes(),
            None => self.parts.push((name.to_owned(), text.into_bytes())),
        }
    }

    fn get(&self, name: &str) -> Option<&[u8]> {
        self.parts.iter().find(|(known, _)| known == name).map(|(_, bytes)| bytes.as_slice())
    }

    fn text(&self, name: &str) -> Result<String, FillError> {
        let missing = || ImportError::Part { part: name.to_owned(), what: "it is missing or no text".to_owned() };
        let bytes = self.get(name).ok_or_else(missing)?;
        Ok(std::str::from_utf8(bytes).map_err(|_| missing())?.trim_start_matches('\u{feff}').to_owned())
    }

    /// The part that the document names as its styles, footnotes and so on.
    fn related(&self, kind: &str) -> Result<Option<String>, FillError> {
        let rels = "word/_rels/document.xml.rels";
        let Some(bytes) = self.get(rels) else { return Ok(None) };
        let document = parse_part(rels, bytes)?;
        let is_it =
            |node: &Node<'_, '_>| node.attribute("Type").is_some_and(|name| name.rsplit('/').next() == Some(kind));
        let target = document.root_element().children().find(is_it).and_then(|node| node.attribute("Target"));
        Ok(target.map(|target| match target.strip_prefix('/') {
            Some(absolute) => absolute.to_owned(),
            None => format!("word/{target}"),
        }))
    }

    /// The numbers of footnotes, lists and kinds of lists that the blank has.
    pub(super) fn taken(&self) -> Result<Numbers, FillError> {
        Ok(Numbers {
            footnotes: self.last("footnotes", "footnote", "id")?,
            lists: self.last("numbering", "num", "numId")?,
            kinds: self.last("numbering", "abstractNum", "abstractNumId")? + 1,
        })
    }

    fn last(&self, kind: &str, element: &str, attribute: &str) -> Result<usize, FillError> {
        let Some(part) = self.related(kind)? else { return Ok(0) };
        let text = self.text(&part)?;
        let document = parse_part(&part, text.as_bytes())?;
        let elements = document.root_element().children().filter(|node| node.has_tag_name((W, element)));
        let numbers = elements.filter_map(|node| node.attribute((W, attribute))?.parse::<i64>().ok());
        Ok(numbers.max().and_then(|last| usize::try_from(last).ok()).unwrap_or(0))
    }

    /// Adds the styles that the blank lacks, and says by which id each of ours is known there.
    pub(super) fn styles(&mut self, ours: &str) -> Result<BTreeMap<String, String>, FillError> {
        let part = self.or_new("styles", "styles.xml", "styles", "styles")?;
        let text = self.text(&part)?;
        let theirs = parse_part(&part, text.as_bytes())?;
        let ours_tree = parse_part("styles.xml", ours.as_bytes())?;
        let (mut by_name, mut ids) = (BTreeMap::new(), BTreeSet::new());
        for style in styles_of(&theirs) {
            by_name.insert(name_of(style), style.attribute((W, "styleId")).unwrap_or_default().to_owned());
            ids.insert(style.attribute((W, "styleId")).unwrap_or_default().to_owned());
        }
        let mut known = BTreeMap::new();
        let mut added = Vec::new();
        for style in styles_of(&ours_tree) {
            let id = style.attribute((W, "styleId")).unwrap_or_default().to_owned();
            match by_name.get(&name_of(style)) {
                Some(theirs) => drop(known.insert(id, theirs.clone())),
                None => {
                    let free = if ids.contains(&id) { format!("Saual{id}") } else { id.clone() };
                    known.insert(id, free);
                    added.push(&ours[style.range()]);
                }
            }
        }
        let added: String = added.into_iter().map(|style| declared(&restyled(style, &known), "<w:style ")).collect();
        // A second default of its type would be one too many.
        let added = added.replace(" w:default=\"1\"", "");
        let merged = before_end(&part, &text, &added)?;
        self.set(&part, merged);
        Ok(known)
    }

    pub(super) fn footnotes(&mut self, ours: &str) -> Result<(), FillError> {
        let tree = parse_part("footnotes.xml", ours.as_bytes())?;
        if self.related("footnotes")?.is_none() {
            self.add_part("footnotes", "footnotes.xml", "footnotes", ours.to_owned())?;
            return Ok(());
        }
        let part = self.or_new("footnotes", "footnotes.xml", "footnotes", "footnotes")?;
        let is_note = |node: &Node<'_, '_>| node.has_tag_name((W, "footnote")) && node.attribute((W, "type")).is_none();
        let notes: String = tree
            .root_element()
            .children()
            .filter(is_note)
            .map(|note| declared(&ours[note.range()], "<w:footnote "))
            .collect();
        let merged = before_end(&part, &self.text(&part)?, &notes)?;
        self.set(&part, merged);
        Ok(())
    }

    pub(super) fn numbering(&mut self, ours: &str) -> Result<(), FillError> {
        let part = self.or_new("numbering", "numbering.xml", "numbering", "numbering")?;
        let tree = parse_part("numbering.xml", ours.as_bytes())?;
        let all = |name: &'static str, open: &str| -> String {
            let nodes = tree.root_element().children().filter(|node| node.has_tag_name((W, name)));
            nodes.map(|node| declared(&ours[node.range()], open)).collect()
        };
        let text = self.text(&part)?;
        let document = parse_part(&part, text.as_bytes())?;
        // Kinds come before lists, and after the lists may come something else.
        let child = |name: &'static str| document.root_element().children().find(|node| node.has_tag_name((W, name)));
        let kinds_at = child("num").or_else(|| child("numIdMacAtCleanup")).map(|node| node.range().start);
        let lists_at = child("numIdMacAtCleanup").map(|node| node.range().start);
        let end = end_of(&part, &text)?;
        let (kinds_at, lists_at) = (kinds_at.unwrap_or(end), lists_at.unwrap_or(end));
        let merged = [
            &text[..kinds_at],
            &all("abstractNum", "<w:abstractNum "),
            &text[kinds_at..lists_at],
            &all("num", "<w:num "),
            &text[lists_at..],
        ];
        let merged = merged.concat();
        self.set(&part, merged);
        Ok(())
    }

    /// The properties are the letter's: title, author, date, and the blank's name.
    pub(super) fn properties(&mut self, ours: String) -> Result<(), FillError> {
        let rels = "_rels/.rels";
        let text = self.text(rels)?;
        let document = parse_part(rels, text.as_bytes())?;
        let is_it = |node: &Node<'_, '_>| node.attribute("Type").is_some_and(|name| name.ends_with("/core-properties"));
        let found = document.root_element().children().find(is_it).and_then(|node| node.attribute("Target"));
        if let Some(target) = found {
            let part = target.trim_start_matches('/').to_owned();
            self.set(&part, ours);
            return Ok(());
        }
        let kind = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties";
        self.relate(rels, kind, "docProps/core.xml")?;
        self.typed("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml")?;
        self.set("docProps/core.xml", ours);
        Ok(())
    }

    /// The document's part of a kind; an empty one is made where there is none.
    fn or_new(&mut self, kind: &str, file: &str, content: &str, root: &str) -> Result<String, FillError> {
        match self.related(kind)? {
            Some(part) => Ok(part),
            None => {
                let empty = format!(
                    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:{root} xmlns:w=\"{W}\"></w:{root}>"
                );
                self.add_part(kind, file, content, empty)
            }
        }
    }

    fn add_part(&mut self, kind: &str, file: &str, content: &str, text: String) -> Result<String, FillError> {
        let part = format!("word/saual_{file}");
        self.relate("word/_rels/document.xml.rels", &format!("{KINDS}/{kind}"), &format!("saual_{file}"))?;
        self.typed(&format!("/{part}"), &format!("{WORD}.{content}+xml"))?;
        self.set(&part, text);
        Ok(part)
    }

    fn relate(&mut self, rels: &str, kind: &str, target: &str) -> Result<(), FillError> {
        let text = match self.get(rels) {
            Some(_) => self.text(rels)?,
            None => format!("<Relationships xmlns=\"{RELATIONS}\"></Relationships>"),
        };
        let id = target.replace(['/', '.'], "_");
        let added =
            format!("<Relationship xmlns=\"{RELATIONS}\" Id=\"saual_{id}\" Type=\"{kind}\" Target=\"{target}\"/>");
        let merged = before_end(rels, &text, &added)?;
        self.set(rels, merged);
        Ok(())
    }

    fn typed(&mut self, part: &str, content: &str) -> Result<(), FillError> {
        let types = "[Content_Types].xml";
        let added = format!("<Override xmlns=\"{TYPES}\" PartName=\"{part}\" ContentType=\"{content}\"/>");
        let merged = before_end(types, &self.text(types)?, &added)?;
        self.set(types, merged);
        Ok(())
    }
}

fn styles_of<'a>(document: &'a Document<'a>) -> impl Iterator<Item = Node<'a, 'a>> {
    document.root_element().children().filter(|node| node.has_tag_name((W, "style")))
}

/// A style's name as Word compares it, and its type: a paragraph's and a character's style may share a name.
fn name_of(style: Node<'_, '_>) -> (String, String) {
    let name = style.children().find(|node| node.has_tag_name((W, "name"))).and_then(|node| node.attribute((W, "val")));
    let kind = style.attribute((W, "type")).unwrap_or("paragraph");
    (kind.to_owned(), name.unwrap_or_default().trim().to_lowercase())
}

/// XML of ours with the ids that our styles have in the blank. A letter's words hold no `<`, so no word is changed.
pub(super) fn restyled(xml: &str, known: &BTreeMap<String, String>) -> String {
    const NAMED: [&str; 5] = ["<w:pStyle", "<w:rStyle", "<w:tblStyle", "<w:basedOn", "<w:next"];
    let mut out = String::with_capacity(xml.len());
    let mut rest = xml;
    loop {
        let places =
            NAMED.iter().filter_map(|name| rest.find(&format!("{name} w:val=\"")).map(|at| at + name.len() + 8));
        let own = rest.find("w:styleId=\"").map(|at| at + 11);
        let Some(at) = places.chain(own).min() else { break };
        let end = rest[at..].find('"').map_or(rest.len(), |end| at + end);
        out.push_str(&rest[..at]);
        let id = &rest[at..end];
        out.push_str(known.get(id).map_or(id, String::as_str));
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

/// An element of ours with the name of its namespace.
fn declared(xml: &str, open: &str) -> String {
    xml.replacen(open, &format!("{open}xmlns:w=\"{W}\" "), 1)
}

/// Where the root element ends; what is added goes before it.
fn end_of(part: &str, text: &str) -> Result<usize, FillError> {
    let document = parse_part(part, text.as_bytes())?;
    let root = document.root_element().range();
    let wrong = || ImportError::Part { part: part.to_owned(), what: "it is empty".to_owned() };
    Ok(text[..root.end].rfind("</").filter(|at| root.contains(at)).ok_or_else(wrong)?)
}

fn before_end(part: &str, text: &str, added: &str) -> Result<String, FillError> {
    let end = end_of(part, text)?;
    Ok([&text[..end], added, &text[end..]].concat())
}

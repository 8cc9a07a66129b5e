//! The package, opened with care: it comes from outside.
//!
//! Sizes are counted while bytes come out, never taken from what the zip says of itself; a document type definition, by which XML can
//! grow without end, is refused by the parser.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};

use roxmltree::{Document, Node, ParsingOptions};
use zip::ZipArchive;

use super::report::ImportError;

/// What a package may hold. An honest letter has a dozen parts and less than a megabyte.
pub(crate) mod limits {
    /// Bytes of the file itself.
    pub(crate) const FILE: usize = 20 << 20;
    /// Parts in it, whatever they are.
    pub(crate) const PARTS: usize = 2_000;
    /// Bytes of one XML part.
    pub(crate) const PART: u64 = 24 << 20;
    /// Bytes of all parts that are read.
    pub(crate) const ALL: u64 = 64 << 20;
    /// How many times larger than in the zip a part may be; small parts may be anything.
    pub(crate) const RATIO: u64 = 400;
    /// Below this a part is small.
    pub(crate) const SMALL: u64 = 1 << 20;
    /// Elements, attributes and texts of one XML part.
    pub(crate) const NODES: u32 = 1_000_000;
    /// How deep elements may stand in each other.
    pub(crate) const DEPTH: usize = 200;
}

const RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

/// Every part that `wanted` asks for, under its name without a leading stroke, in the order of the zip.
pub(crate) fn unpack(bytes: &[u8], wanted: impl Fn(&str) -> bool) -> Result<Vec<(String, Vec<u8>)>, ImportError> {
    if bytes.len() > limits::FILE {
        return Err(ImportError::TooLarge { what: "bytes in the file", limit: limits::FILE as u64 });
    }
    let not_word = |error: zip::result::ZipError| ImportError::NotWord(error.to_string());
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(not_word)?;
    if zip.len() > limits::PARTS {
        return Err(ImportError::TooLarge { what: "parts in the file", limit: limits::PARTS as u64 });
    }
    let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
    let mut all = 0;
    for index in 0..zip.len() {
        let file = zip.by_index(index).map_err(not_word)?;
        let name = file.name().trim_start_matches('/').to_owned();
        if file.is_dir() || !wanted(&name) {
            continue;
        }
        if parts.iter().any(|(known, _)| *known == name) {
            return Err(ImportError::NotWord(format!("the part {name} is there twice")));
        }
        let allowed = limits::PART
            .min(limits::ALL - all)
            .min(file.compressed_size().saturating_mul(limits::RATIO).max(limits::SMALL));
        let mut part = Vec::new();
        file.take(allowed + 1)
            .read_to_end(&mut part)
            .map_err(|error| ImportError::NotWord(format!("the part {name} cannot be unpacked: {error}")))?;
        let size = part.len() as u64;
        if size > allowed {
            return Err(ImportError::TooLarge { what: "bytes in a part of the file, unpacked", limit: allowed });
        }
        all += size;
        parts.push((name, part));
    }
    Ok(parts)
}

/// Parses one part. Nothing in it is fetched or expanded.
pub(crate) fn parse<'a>(name: &str, bytes: &'a [u8]) -> Result<Document<'a>, ImportError> {
    let wrong = |what: String| ImportError::Part { part: name.to_owned(), what };
    let text = std::str::from_utf8(bytes).map_err(|_| wrong("it is not in UTF-8".to_owned()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let options = ParsingOptions { allow_dtd: false, nodes_limit: limits::NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| wrong(error.to_string()))?;
    if is_too_deep(&document) {
        return Err(wrong("elements stand too deep in each other".to_owned()));
    }
    Ok(document)
}

/// Whoever walks the tree goes down with it: so deep that a walk could end badly it is refused before anybody walks.
fn is_too_deep(document: &Document<'_>) -> bool {
    let mut depths: Vec<usize> = Vec::new();
    document.descendants().any(|node| {
        // A parent comes before its children, and ids count up in the order of the document.
        let depth = node.parent().map_or(0, |parent| depths.get(parent.id().get_usize()).map_or(0, |depth| depth + 1));
        depths.resize(node.id().get_usize(), 0);
        depths.push(depth);
        depth > limits::DEPTH
    })
}

/// The XML parts of a Word file, and the way from the document to those beside it.
pub(super) struct Parts {
    parts: BTreeMap<String, Vec<u8>>,
    pub(super) document: String,
}

impl Parts {
    pub(super) fn open(bytes: &[u8]) -> Result<Self, ImportError> {
        let is_read =
            |name: &str| name.ends_with(".rels") || (name.ends_with(".xml") && !name.starts_with("customXml/"));
        let parts: BTreeMap<String, Vec<u8>> = unpack(bytes, is_read)?.into_iter().collect();
        let mut parts = Self { parts, document: String::new() };
        parts.document = parts
            .target("_rels/.rels", "", "officeDocument")?
            .ok_or_else(|| ImportError::NotWord("it names no document".to_owned()))?;
        Ok(parts)
    }

    /// Whether LibreOffice saved it, which writes some words of its own way.
    pub(super) fn is_from_libreoffice(&self) -> bool {
        let about = self.parts.get("docProps/app.xml").map(|about| String::from_utf8_lossy(about));
        about.is_some_and(|about| about.contains("<Application>LibreOffice"))
    }

    pub(super) fn parse(&self, name: &str) -> Result<Document<'_>, ImportError> {
        let bytes = self
            .parts
            .get(name)
            .ok_or_else(|| ImportError::Part { part: name.to_owned(), what: "it is missing".to_owned() })?;
        parse(name, bytes)
    }

    /// The part that the document names as its styles, footnotes and so on, if it has any.
    pub(super) fn related(&self, kind: &str) -> Result<Option<Document<'_>>, ImportError> {
        let (folder, file) = self.document.rsplit_once('/').unwrap_or(("", &self.document));
        let rels = if folder.is_empty() { format!("_rels/{file}.rels") } else { format!("{folder}/_rels/{file}.rels") };
        self.target(&rels, folder, kind)?.map(|part| self.parse(&part)).transpose()
    }

    /// The words of headers and footers, a paragraph a line, each once and in order; page numbers are left out.
    pub(super) fn margins(&self) -> Result<BTreeSet<String>, ImportError> {
        let mut found = BTreeSet::new();
        for name in self.parts.keys() {
            let file = name.rsplit('/').next().unwrap_or(name);
            if !name.ends_with(".xml") || !(file.starts_with("header") || file.starts_with("footer")) {
                continue;
            }
            let document = self.parse(name)?;
            for paragraph in document.descendants().filter(|node| node.has_tag_name((super::W, "p"))) {
                let texts = paragraph.descendants().filter(|node| node.has_tag_name((super::W, "t")));
                let said: String = texts.filter_map(|node| node.text()).flat_map(str::chars).collect();
                let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
                if said.chars().any(|character| !character.is_ascii_digit()) {
                    found.insert(said);
                }
            }
        }
        Ok(found)
    }

    /// The target of the first relationship of a kind: the last word of its type, as the strict and the transitional form share it.
    fn target(&self, rels: &str, folder: &str, kind: &str) -> Result<Option<String>, ImportError> {
        if !self.parts.contains_key(rels) {
            return Ok(None);
        }
        let document = self.parse(rels)?;
        let is_it = |node: &Node<'_, '_>| {
            node.has_tag_name((RELATIONSHIPS, "Relationship"))
                && node.attribute("TargetMode") != Some("External")
                && node.attribute("Type").is_some_and(|name| name.rsplit('/').next() == Some(kind))
        };
        let target = document.root_element().children().find(is_it).and_then(|node| node.attribute("Target"));
        Ok(target.map(|target| resolved(folder, target)))
    }
}

/// A target as a part's name: absolute from the root, or beside the part that names it.
fn resolved(folder: &str, target: &str) -> String {
    let (base, target) = match target.strip_prefix('/') {
        Some(absolute) => ("", absolute),
        None => (folder, target),
    };
    let mut steps: Vec<&str> = base.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(steps.pop()),
            step => steps.push(step),
        }
    }
    steps.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_found_from_the_part_that_names_it() {
        assert_eq!(resolved("word", "styles.xml"), "word/styles.xml");
        assert_eq!(resolved("word", "../docProps/core.xml"), "docProps/core.xml");
        assert_eq!(resolved("word", "/word/styles.xml"), "word/styles.xml");
        assert_eq!(resolved("", "../../../etc/passwd"), "etc/passwd");
    }

    #[test]
    fn elements_that_stand_too_deep_are_refused_before_anybody_walks_them() {
        let nested = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
        assert!(parse("part", nested(limits::DEPTH).as_bytes()).is_ok());
        assert!(parse("part", nested(limits::DEPTH + 1).as_bytes()).is_err());
        assert!(parse("part", nested(200_000).as_bytes()).is_err());
    }

    #[test]
    fn a_document_type_is_refused() {
        let bomb = r#"<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>"#;
        assert!(matches!(parse("part", bomb.as_bytes()), Err(ImportError::Part { .. })));
    }
}

//! The opened package and what is read in it.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::sync::LazyLock;

use letter::kinds::reply::ReplyFacts;
use letter::model::{Align, Block, Cell, Column, Inline, Letter, ListItem, Table};
use letter::{Body, Engine};
use roxmltree::{Document, Node};
use zip::ZipArchive;

pub(crate) const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
pub(crate) const R: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

pub(crate) static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new().unwrap());

/// The letter of ДС-326.
pub(crate) fn seed() -> Letter {
    let facts = serde_json::from_str(include_str!("../../data/ds-326.facts.json")).unwrap();
    ENGINE.compose_reply(&ReplyFacts::parse(&facts).unwrap()).unwrap()
}

/// The letter of ДС-326 with other words in it.
pub(crate) fn saying(blocks: Vec<Block>) -> Letter {
    Letter { body: Body { blocks }, ..seed() }
}

/// The opened package: its parts under their names, the XML ones as text.
pub(crate) struct Package {
    pub(crate) parts: BTreeMap<String, Vec<u8>>,
}

impl Package {
    pub(crate) fn of(letter: &Letter) -> Self {
        let mut zip = ZipArchive::new(Cursor::new(ENGINE.docx(letter).unwrap())).unwrap();
        let mut parts = BTreeMap::new();
        for index in 0..zip.len() {
            let mut file = zip.by_index(index).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            assert!(parts.insert(file.name().to_owned(), bytes).is_none(), "{} is there twice", file.name());
        }
        Self { parts }
    }

    pub(crate) fn xml(&self, part: &str) -> &str {
        std::str::from_utf8(&self.parts[part]).unwrap()
    }

    pub(crate) fn parse(&self, part: &str) -> Document<'_> {
        Document::parse(self.xml(part)).unwrap_or_else(|error| panic!("{part}: {error}"))
    }

    /// Every part that is XML.
    pub(crate) fn documents(&self) -> impl Iterator<Item = (&str, Document<'_>)> {
        let xml = |name: &str| !name.ends_with(".png");
        self.parts.keys().filter(move |name| xml(name)).map(|name| (name.as_str(), self.parse(name)))
    }

    pub(crate) fn document(&self) -> Document<'_> {
        self.parse("word/document.xml")
    }
}

pub(crate) fn all<'a>(document: &'a Document<'a>, name: &'static str) -> Vec<Node<'a, 'a>> {
    document.descendants().filter(|node| node.has_tag_name((W, name))).collect()
}

pub(crate) fn child<'a>(node: Node<'a, 'a>, name: &'static str) -> Option<Node<'a, 'a>> {
    node.children().find(|node| node.has_tag_name((W, name)))
}

/// The value of a property such as `pStyle` or `jc`, wherever it stands below `node`.
pub(crate) fn value<'a>(node: Node<'a, 'a>, name: &'static str) -> Option<&'a str> {
    node.descendants().find(|node| node.has_tag_name((W, name))).and_then(|node| node.attribute((W, "val")))
}

/// What a reader reads below a node: words, new lines as spaces, a footnote's mark as `[1]` as in the plain text.
pub(crate) fn read(node: Node<'_, '_>) -> String {
    let mut said = String::new();
    for node in node.descendants().filter(Node::is_element) {
        match node.tag_name().name() {
            "t" => said.push_str(node.text().unwrap_or_default()),
            "p" | "br" | "tab" => said.push(' '),
            "footnoteReference" => said.push_str(&format!("[{}]", node.attribute((W, "id")).unwrap())),
            _ => {}
        }
    }
    normal(&said)
}

pub(crate) fn normal(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub(crate) fn words(text: &str) -> Vec<Inline> {
    vec![Inline::text(text)]
}

pub(crate) fn cells(texts: &[&str]) -> Vec<Cell> {
    texts.iter().map(|text| Cell { content: words(text) }).collect()
}

pub(crate) fn item(text: &str) -> ListItem {
    ListItem { blocks: vec![Block::paragraph(text)] }
}

pub(crate) fn noted(text: &str, note: &str) -> Vec<Inline> {
    vec![Inline::text(text), Inline::Footnote { content: words(note) }]
}

pub(crate) fn table(head: &[&str], rows: &[&[&str]]) -> Table {
    let align = [Align::Center, Align::Start, Align::End];
    let columns =
        (0..head.len()).map(|index| Column { share: [1, 5, 3][index % 3], align: align[index % 3] }).collect();
    Table { columns, head: cells(head), rows: rows.iter().map(|row| cells(row)).collect() }
}

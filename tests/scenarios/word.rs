//! A Word file in the hands of somebody who edits it: the package is opened, its document changed, and packed again.

use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// The file with its document changed.
pub(crate) fn edited(file: &[u8], change: impl Fn(String) -> String) -> Vec<u8> {
    let mut zip = ZipArchive::new(Cursor::new(file)).unwrap();
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..zip.len() {
        let mut part = zip.by_index(index).unwrap();
        let name = part.name().to_owned();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        if name == "word/document.xml" {
            bytes = change(String::from_utf8(bytes).unwrap()).into_bytes();
        }
        out.start_file(name, SimpleFileOptions::default()).unwrap();
        out.write_all(&bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

/// The document with words put in the place of others that stand there once.
#[track_caller]
pub(crate) fn replaced(xml: &str, from: &str, to: &str) -> String {
    assert_eq!(xml.matches(from).count(), 1, "«{from}» has to stand exactly once in {xml}");
    xml.replace(from, to)
}

/// The whole paragraph in which these words stand.
#[track_caller]
pub(crate) fn paragraph<'a>(xml: &'a str, words: &str) -> &'a str {
    let at = xml.find(words).unwrap_or_else(|| panic!("«{words}» is not in {xml}"));
    let from = xml[..at].rfind("<w:p>").max(xml[..at].rfind("<w:p ")).unwrap();
    let to = at + xml[at..].find("</w:p>").unwrap() + "</w:p>".len();
    &xml[from..to]
}

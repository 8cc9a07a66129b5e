//! The words of a Word file of anybody: paragraphs of the body in their order, those in tables and frames too. What was deleted with changes
//! tracked is gone; a number that Word counts by itself is counted.

use std::collections::HashMap;

use roxmltree::Node;

use super::Unreadable;
use crate::docx::read::report::ImportError;
use crate::docx::read::{W, parse_part, unpack};

const DOCUMENT: &str = "word/document.xml";
const COMPATIBILITY: &str = "http://schemas.openxmlformats.org/markup-compatibility/2006";

pub(super) fn text(bytes: &[u8]) -> Result<String, Unreadable> {
    let parts = unpack(bytes, |name| name == DOCUMENT).map_err(unreadable)?;
    let (name, part) = parts.first().ok_or_else(|| Unreadable::Broken(format!("it has no {DOCUMENT}")))?;
    let document = parse_part(name, part).map_err(unreadable)?;
    let mut counted: HashMap<(String, String), u32> = HashMap::new();
    let mut text = String::new();
    for paragraph in document.descendants().filter(|node| node.has_tag_name((W, "p")) && !is_twice(*node)) {
        let words = words(paragraph);
        if let Some(list) = list_of(paragraph).filter(|_| !words.trim().is_empty()) {
            let number = counted.entry(list).or_insert(0);
            *number += 1;
            text.push_str(&format!("{number}. "));
        }
        text.push_str(&words);
        text.push('\n');
    }
    Ok(text)
}

/// The words of a paragraph, without those of paragraphs inside it (frames), which stand for themselves.
fn words(paragraph: Node<'_, '_>) -> String {
    let mut words = String::new();
    for node in paragraph.descendants() {
        let is_own = node.ancestors().skip(1).find(|above| above.has_tag_name((W, "p"))) == Some(paragraph);
        if !is_own || node.ancestors().any(|above| above.has_tag_name((W, "del"))) {
            continue;
        }
        match node.tag_name().name() {
            "t" if node.tag_name().namespace() == Some(W) => words.push_str(node.text().unwrap_or_default()),
            "tab" if node.parent().is_some_and(|run| run.has_tag_name((W, "r"))) => words.push('\t'),
            "br" | "cr" => words.push('\n'),
            "noBreakHyphen" => words.push('-'),
            _ => {}
        }
    }
    words
}

/// The list and the level that a paragraph is counted in.
fn list_of(paragraph: Node<'_, '_>) -> Option<(String, String)> {
    let child = |node: Node<'_, '_>, name: &str| {
        let found = node.children().find(|child| child.has_tag_name((W, name)))?;
        found.attribute((W, "val")).map(str::to_owned)
    };
    let properties = paragraph.children().find(|child| child.has_tag_name((W, "pPr")))?;
    let number = properties.children().find(|child| child.has_tag_name((W, "numPr")))?;
    let list = child(number, "numId").filter(|list| list != "0")?;
    Some((list, child(number, "ilvl").unwrap_or_default()))
}

/// Is it what older programs are shown instead of what stands before it?
fn is_twice(node: Node<'_, '_>) -> bool {
    node.ancestors().any(|above| above.has_tag_name((COMPATIBILITY, "Fallback")))
}

fn unreadable(error: ImportError) -> Unreadable {
    match error {
        ImportError::TooLarge { what, limit } => Unreadable::TooLarge(format!("more than {limit} {what}")),
        other => Unreadable::Broken(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn package(name: &str, content: &[u8]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
        zip.finish().unwrap().into_inner()
    }

    fn document(body: &str) -> Vec<u8> {
        let xml =
            format!("<w:document xmlns:w=\"{W}\" xmlns:mc=\"{COMPATIBILITY}\"><w:body>{body}</w:body></w:document>");
        package(DOCUMENT, xml.as_bytes())
    }

    #[test]
    fn words_come_out_as_they_are_read() {
        let number = "<w:pPr><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"4\"/></w:numPr></w:pPr>";
        let body = format!(
            "<w:p><w:r><w:t>№ ДС-</w:t></w:r><w:r><w:t>326</w:t><w:br/><w:tab/><w:t>екі</w:t></w:r></w:p>\
             <w:tbl><w:tr><w:tc><w:p>{number}<w:r><w:t>Неге?</w:t></w:r></w:p></w:tc></w:tr></w:tbl>\
             <w:p>{number}<w:r><w:t>Қашан?</w:t></w:r><w:del><w:r><w:t>жоқ</w:t></w:r></w:del></w:p>\
             <mc:AlternateContent><mc:Fallback><w:p><w:r><w:t>қайта</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent>"
        );
        assert_eq!(text(&document(&body)).unwrap(), "№ ДС-326\n\tекі\n1. Неге?\n2. Қашан?\n");
    }

    #[test]
    fn hostile_packages_are_refused() {
        assert!(matches!(text(&package("other.xml", b"<a/>")), Err(Unreadable::Broken(_))));
        let bomb = r#"<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>"#;
        assert!(matches!(text(&package(DOCUMENT, bomb.as_bytes())), Err(Unreadable::Broken(_))));
        let endless = vec![b' '; 30 << 20];
        assert!(matches!(text(&package(DOCUMENT, &endless)), Err(Unreadable::TooLarge(_))));
    }
}

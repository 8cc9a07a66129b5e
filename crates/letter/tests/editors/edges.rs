//! A letter on a ministry's blank comes back: its body is found between the blank's own words.

use std::io::{Cursor, Read, Write};

use letter::blank::Blank;
use letter::docx;
use letter::model::{Language, Letter};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::blank::{W, blank, lines_of, part, said, sound};
use crate::bodies::{paragraphs, seed};

/// A ministry's blank whose parts are tables and plain paragraphs, none of them in a style of ours.
pub(crate) fn ministry() -> Blank {
    let cell = |words: &str| format!("<w:tc>{}</w:tc>", said(words));
    let table = |cells: &[&str]| {
        let cells: String = cells.iter().map(|words| cell(words)).collect();
        format!("<w:tbl><w:tblPr/><w:tblGrid/><w:tr>{cells}</w:tr></w:tbl>")
    };
    blank(
        &[
            table(&["{{office_kk}}", "{{office_ru}}"]),
            said("{{date}} № {{number}}"),
            said("{{addressee}}"),
            said("{{salutation}}"),
            "<w:p/>".to_owned(),
            said("{{body}}"),
            table(&["{{post}}", "{{signatory}}"]),
            said("{{executor}}"),
            said("{{annexes}}"),
        ]
        .concat(),
    )
}

/// The file with other words in its document.
fn edited(file: &[u8], from: &str, to: &str) -> Vec<u8> {
    let mut zip = ZipArchive::new(Cursor::new(file)).unwrap();
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..zip.len() {
        let mut part = zip.by_index(index).unwrap();
        let (name, mut bytes) = (part.name().to_owned(), Vec::new());
        part.read_to_end(&mut bytes).unwrap();
        if name == "word/document.xml" {
            let xml = String::from_utf8(bytes).unwrap();
            assert_eq!(xml.matches(from).count(), 1, "«{from}» has to stand exactly once in {xml}");
            bytes = xml.replace(from, to).into_bytes();
        }
        out.start_file(name, SimpleFileOptions::default()).unwrap();
        out.write_all(&bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

#[test]
fn the_body_is_found_again_between_the_words_of_the_blank() {
    let letter = seed();
    for blank in [blank(&sound()), ministry()] {
        let file = blank.fill(&letter).unwrap();
        let read = docx::read(&file).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(read.sourced.body, letter::runs::settled(&letter.body));
        assert_eq!(read.form_changes(&letter), []);
        assert_eq!((read.second, read.left_out), (None, Vec::new()));
        let form: Vec<&String> = read.form.iter().flat_map(|part| &part.lines).collect();
        assert!(form.contains(&&letter.salutation) && form.iter().any(|line| line.contains(&letter.signature.name)));
        assert!(form.contains(&&"Н. Сәрсенғалиев".to_owned()), "the annex is none of the body: {form:?}");
    }
    // The same letter on the same blank gives the same bytes, and marks nothing that is not there.
    assert_eq!(ministry().fill(&letter).unwrap(), ministry().fill(&letter).unwrap());
    let bare = blank(&said("{{body}}")).fill(&Letter { annexes: Vec::new(), ..letter }).unwrap();
    assert!(!part(&bare, "word/document.xml").contains("_saual_"));
}

#[test]
fn what_is_typed_at_the_edges_of_the_body_is_body() {
    let letter = Letter { body: paragraphs(&["Бірінші.", "Соңғы."]), annexes: Vec::new(), ..seed() };
    let file = ministry().fill(&letter).unwrap();
    let xml = part(&file, "word/document.xml");
    let at = |name: &str| xml.find(name).unwrap();
    assert!(at("_saual_before_2") < at("Бірінші.") && at("Соңғы.") < at("_saual_after_2"), "{xml}");
    let document = roxmltree::Document::parse(&xml).unwrap();
    let paragraph = |words: &str| {
        let of = |node: &roxmltree::Node<'_, '_>| node.has_tag_name((W, "p")) && lines_of(*node) == words;
        let range = document.descendants().find(of).unwrap().range();
        xml[range].to_owned()
    };
    let (first, last) = (paragraph("Бірінші."), paragraph("Соңғы."));
    let typed = edited(&file, &first, &(said("Алдынан жазылған.") + &first));
    let typed = edited(&typed, &last, &(last.clone() + &said("Артынан жазылған.")));
    let read = docx::read(&typed).unwrap();
    assert_eq!(read.sourced.body, paragraphs(&["Алдынан жазылған.", "Бірінші.", "Соңғы.", "Артынан жазылған."]));
}

#[test]
fn a_body_whose_edge_was_deleted_is_not_guessed() {
    let letter = Letter { body: paragraphs(&["Бірінші.", "Соңғы."]), annexes: Vec::new(), ..seed() };
    let file = ministry().fill(&letter).unwrap();
    for edge in ["before", "after"] {
        let xml = part(&file, "word/document.xml");
        let start = xml.find(&format!("_saual_{edge}_2")).unwrap();
        let (from, to) =
            (xml[..start].rfind("<w:bookmarkStart").unwrap(), start + xml[start..].find("/>").unwrap() + 2);
        let error = docx::read(&edited(&file, &xml[from..to], "")).unwrap_err();
        assert!(error.to_string().contains("the blank's paragraph before or after it was deleted"), "{error}");
        for language in Language::ALL {
            assert!(!error.lines(language)[0].is_empty());
        }
    }
}

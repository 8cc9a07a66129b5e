//! The letter of ДС-326: its words, styles, headers and properties.

use std::collections::BTreeMap;

use letter::model::{Block, Letter};

use crate::support::{ENGINE, Package, R, W, all, child, normal, read, saying, seed, table, value};

#[test]
fn the_words_of_ds_326_stand_in_the_order_of_the_plain_text() {
    let letter = seed();
    let package = Package::of(&letter);
    let notes = package.parse("word/footnotes.xml");
    let notes: Vec<String> = all(&notes, "footnote").into_iter().map(read).filter(|note| !note.is_empty()).collect();
    assert_eq!(notes.len(), 1);

    let mut text = ENGINE.text(&letter).unwrap();
    for (index, note) in notes.iter().enumerate() {
        let line = format!("[{}] {note}\n", index + 1);
        assert_eq!(text.matches(&line).count(), 1, "«{line}» has to stand exactly once in «{text}»");
        text = text.replace(&line, "");
    }
    let page = format!("{} {}", read(package.parse("word/header_first.xml").root()), read(package.document().root()));
    assert_eq!(normal(&page), normal(&text));
}

#[test]
fn every_piece_has_a_style_of_its_own_by_which_it_can_be_found() {
    let package = Package::of(&seed());
    let styles = package.parse("word/styles.xml");
    let names: BTreeMap<&str, &str> = all(&styles, "style")
        .into_iter()
        .map(|style| (style.attribute((W, "styleId")).unwrap(), value(style, "name").unwrap()))
        .collect();
    for (part, document) in package.documents() {
        for used in
            document.descendants().filter(|node| ["pStyle", "rStyle", "tblStyle"].contains(&node.tag_name().name()))
        {
            let id = used.attribute((W, "val")).unwrap();
            assert!(names.contains_key(id), "{part} uses the style {id}, which does not exist");
        }
    }
    let document = package.document();
    let said = all(&document, "p").into_iter().filter(|paragraph| !read(*paragraph).is_empty());
    let mut order: Vec<(&str, usize)> = Vec::new();
    for style in said.map(|paragraph| names[value(paragraph, "pStyle").unwrap()]) {
        match order.last_mut() {
            Some((last, count)) if *last == style => *count += 1,
            _ => order.push((style, 1)),
        }
    }
    let expected = "Addressee 1, Reference 1, Salutation 1, Body Text 1, heading 1 1, Body Text 4, heading 1 1, Body Text 6, Signature 1, \
        Signature Name 1, Executor 1, Verification 1, Annex Title 1, Annex Group 1, Annex Member 4, Annex Group 1, Annex Member 1, \
        Annex Group 1, Annex Member 2, Annex Group 1, Annex Member 1";
    let found: Vec<String> = order.iter().map(|(style, count)| format!("{style} {count}")).collect();
    assert_eq!(found.join(", "), normal(expected));
}

#[test]
fn the_page_is_a4_with_a_letterhead_first_and_numbers_afterwards() {
    let package = Package::of(&seed());
    let document = package.document();
    let section = all(&document, "sectPr")[0];
    let size = child(section, "pgSz").unwrap();
    assert_eq!((size.attribute((W, "w")), size.attribute((W, "h"))), (Some("11906"), Some("16838")));
    let margins = child(section, "pgMar").unwrap();
    // 20, 15, 20 and 30 mm in twentieths of a point.
    assert_eq!(
        ["top", "right", "bottom", "left"].map(|side| margins.attribute((W, side)).unwrap()),
        ["1134", "851", "1134", "1701"]
    );
    assert!(child(section, "titlePg").is_some());
    let relations = package.parse("word/_rels/document.xml.rels");
    let headers: Vec<(&str, &str)> = all(&document, "headerReference")
        .into_iter()
        .map(|header| {
            let id = header.attribute((R, "id")).unwrap();
            let relation = relations.descendants().find(|node| node.attribute("Id") == Some(id)).unwrap();
            (header.attribute((W, "type")).unwrap(), relation.attribute("Target").unwrap())
        })
        .collect();
    assert_eq!(headers, [("first", "header_first.xml"), ("default", "header_next.xml")]);
    let first = read(package.parse("word/header_first.xml").root());
    assert!(
        first.starts_with("Қазақстан Республикасының Премьер-Министрі")
            && first.contains("Премьер-Министр Республики Казахстан")
    );
    let next = package.parse("word/header_next.xml");
    assert_eq!(all(&next, "instrText")[0].text().map(str::trim), Some("PAGE"));
    let defaults = package.xml("word/styles.xml");
    assert!(defaults.contains(r#"w:ascii="Times New Roman""#) && defaults.contains(r#"<w:sz w:val="28"/>"#));
    assert!(defaults.contains(r#"<w:lang w:val="kk-KZ""#));
}

#[test]
fn number_and_date_stand_in_the_letterhead_once_they_exist() {
    let registered = seed();
    let mark = registered.registration.clone().unwrap();
    let package = Package::of(&registered);
    let header = read(package.parse("word/header_first.xml").root());
    assert!(header.ends_with(&format!("{} № {}", mark.date_text, mark.number)), "{header}");
    assert!(package.xml("docProps/core.xml").contains(&format!("<dc:identifier>{}</dc:identifier>", mark.number)));

    let package = Package::of(&Letter { registration: None, ..registered });
    let header = read(package.parse("word/header_first.xml").root());
    assert!(!header.contains('№'), "{header}");
    assert!(!package.xml("docProps/core.xml").contains("identifier"));
}

#[test]
fn a_draft_says_so_on_every_page() {
    let draft = Package::of(&Letter { watermark: Some("ЖОБА".to_owned()), ..seed() });
    let clean = Package::of(&seed());
    for header in ["word/header_first.xml", "word/header_next.xml"] {
        assert!(read(draft.parse(header).root()).contains("ЖОБА"), "{header}");
        assert!(!read(clean.parse(header).root()).contains("ЖОБА"), "{header}");
    }
}

#[test]
fn the_document_knows_its_title_author_language_and_date() {
    let letter = seed();
    let package = Package::of(&letter);
    let core = package.parse("docProps/core.xml");
    let property = |name: &str| {
        core.descendants().find(|node| node.tag_name().name() == name).and_then(|node| node.text()).unwrap()
    };
    assert_eq!(property("title"), letter.title);
    assert_eq!(property("creator"), letter.author);
    assert_eq!(property("language"), "kk");
    assert_eq!(property("created"), format!("{}T00:00:00Z", letter.dated));
}

#[test]
fn the_end_of_the_text_stays_on_the_page_of_the_signature() {
    let names: Vec<String> = (1..=20).map(|row| format!("{row}-жол")).collect();
    let rows: Vec<[&str; 1]> = names.iter().map(|name| [name.as_str()]).collect();
    let rows: Vec<&[&str]> = rows.iter().map(|row| &row[..]).collect();
    let table = Block::Table(table(&["Басы"], &rows));
    // The words of the paragraphs that stay with what follows them, from the end of the body.
    let kept = |blocks: Vec<Block>| -> Vec<String> {
        let package = Package::of(&Letter { annexes: Vec::new(), ..saying(blocks) });
        let document = package.document();
        let paragraphs = all(&document, "p").into_iter().filter(|paragraph| {
            child(*paragraph, "pPr").is_some_and(|properties| child(properties, "keepNext").is_some())
        });
        paragraphs.map(read).filter(|words| !words.is_empty()).collect()
    };
    assert_eq!(kept(vec![Block::paragraph("мәтін"), table.clone()]), ["18-жол", "19-жол", "20-жол"]);
    assert_eq!(kept(vec![table, Block::paragraph("бірінші"), Block::paragraph("соңғы")]), ["соңғы"]);
}

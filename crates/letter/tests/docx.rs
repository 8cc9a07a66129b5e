//! The Word file, opened as Word opens it: a zip of XML parts that name each other.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};
use std::sync::LazyLock;

use letter::kinds::reply::ReplyFacts;
use letter::model::{Align, Annex, Block, Cell, Column, Inline, Letter, ListItem, Table};
use letter::{Body, Engine, LetterError};
use proptest::prelude::*;
use roxmltree::{Document, Node};
use zip::ZipArchive;

const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const R: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new().unwrap());

/// The letter of ДС-326.
fn seed() -> Letter {
    let facts = serde_json::from_str(include_str!("../data/ds-326.facts.json")).unwrap();
    ENGINE.compose_reply(&ReplyFacts::parse(&facts).unwrap()).unwrap()
}

/// The letter of ДС-326 with other words in it.
fn saying(blocks: Vec<Block>) -> Letter {
    Letter { body: Body { blocks }, ..seed() }
}

/// The opened package: its parts under their names, the XML ones as text.
struct Package {
    parts: BTreeMap<String, Vec<u8>>,
}

impl Package {
    fn of(letter: &Letter) -> Self {
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

    fn xml(&self, part: &str) -> &str {
        std::str::from_utf8(&self.parts[part]).unwrap()
    }

    fn parse(&self, part: &str) -> Document<'_> {
        Document::parse(self.xml(part)).unwrap_or_else(|error| panic!("{part}: {error}"))
    }

    /// Every part that is XML.
    fn documents(&self) -> impl Iterator<Item = (&str, Document<'_>)> {
        let xml = |name: &str| !name.ends_with(".png");
        self.parts.keys().filter(move |name| xml(name)).map(|name| (name.as_str(), self.parse(name)))
    }

    fn document(&self) -> Document<'_> {
        self.parse("word/document.xml")
    }
}

fn all<'a>(document: &'a Document<'a>, name: &'static str) -> Vec<Node<'a, 'a>> {
    document.descendants().filter(|node| node.has_tag_name((W, name))).collect()
}

fn child<'a>(node: Node<'a, 'a>, name: &'static str) -> Option<Node<'a, 'a>> {
    node.children().find(|node| node.has_tag_name((W, name)))
}

/// The value of a property such as `pStyle` or `jc`, wherever it stands below `node`.
fn value<'a>(node: Node<'a, 'a>, name: &'static str) -> Option<&'a str> {
    node.descendants().find(|node| node.has_tag_name((W, name))).and_then(|node| node.attribute((W, "val")))
}

/// What a reader reads below a node: words, new lines as spaces, a footnote's mark as `[1]` as in the plain text.
fn read(node: Node<'_, '_>) -> String {
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

fn normal(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn words(text: &str) -> Vec<Inline> {
    vec![Inline::text(text)]
}

fn cells(texts: &[&str]) -> Vec<Cell> {
    texts.iter().map(|text| Cell { content: words(text) }).collect()
}

fn item(text: &str) -> ListItem {
    ListItem { blocks: vec![Block::paragraph(text)] }
}

fn noted(text: &str, note: &str) -> Vec<Inline> {
    vec![Inline::text(text), Inline::Footnote { content: words(note) }]
}

fn table(head: &[&str], rows: &[&[&str]]) -> Table {
    let align = [Align::Center, Align::Start, Align::End];
    let columns =
        (0..head.len()).map(|index| Column { share: [1, 5, 3][index % 3], align: align[index % 3] }).collect();
    Table { columns, head: cells(head), rows: rows.iter().map(|row| cells(row)).collect() }
}

#[test]
fn the_same_letter_gives_the_same_bytes() {
    let letter = seed();
    let bytes = ENGINE.docx(&letter).unwrap();
    assert_eq!(bytes, Engine::new().unwrap().docx(&letter.clone()).unwrap());
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    assert_eq!(zip.by_index(0).unwrap().name(), "[Content_Types].xml");
    for index in 0..zip.len() {
        let file = zip.by_index(index).unwrap();
        assert_eq!(file.last_modified(), Some(zip::DateTime::DEFAULT), "{}", file.name());
    }
}

#[test]
fn every_part_is_well_formed_has_a_type_and_is_reached() {
    let package = Package::of(&seed());
    let mut reached: BTreeSet<String> = BTreeSet::from(["[Content_Types].xml".to_owned()]);
    let types = package.parse("[Content_Types].xml");
    let typed = |name: &'static str, key: &'static str| -> BTreeSet<&str> {
        types
            .descendants()
            .filter(|node| node.tag_name().name() == name)
            .map(|node| node.attribute(key).unwrap())
            .collect()
    };
    let (endings, named) = (typed("Default", "Extension"), typed("Override", "PartName"));
    for part in named.iter() {
        assert!(package.parts.contains_key(part.trim_start_matches('/')), "{part} has a type and is not there");
    }
    for (name, document) in package.documents() {
        let ending = name.rsplit('.').next().unwrap();
        assert!(endings.contains(ending), "{name} has no type");
        let Some(owner) = name.strip_suffix(".rels") else {
            let generic = ending == "xml" && name != "[Content_Types].xml";
            assert!(!generic || named.contains(format!("/{name}").as_str()), "{name} has only the general type");
            continue;
        };
        reached.insert(name.to_owned());
        let folder = owner.split("_rels/").next().unwrap();
        let owner = owner.replace("_rels/", "");
        let mut ids = BTreeSet::new();
        for relation in document.root_element().children().filter(Node::is_element) {
            let target = format!("{folder}{}", relation.attribute("Target").unwrap());
            assert!(package.parts.contains_key(&target), "{name} leads to {target}, which is not there");
            reached.insert(target);
            assert!(ids.insert(relation.attribute("Id").unwrap()), "{name} names an id twice");
        }
        if !owner.is_empty() {
            let owner = package.parse(&owner);
            let used = owner
                .descendants()
                .flat_map(|node| node.attributes())
                .filter(|attribute| attribute.namespace() == Some(R));
            for attribute in used {
                assert!(ids.contains(attribute.value()), "{name} does not know {}", attribute.value());
            }
        }
    }
    assert_eq!(reached, package.parts.keys().cloned().collect());
}

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
fn footnotes_are_numbered_in_reading_order_wherever_they_stand() {
    let mut columns = table(&["Көрсеткіш"], &[&["бірінші"]]);
    columns.rows[0][0].content = noted("ұяшық", "үшінші сілтеме");
    let list = Block::List {
        ordered: false,
        items: vec![ListItem {
            blocks: vec![Block::Paragraph { content: noted("тармақ", "екінші сілтеме") }]
        }],
    };
    let bold = Inline::Bold { content: noted("қалың", "бірінші сілтеме") };
    let mut letter = saying(vec![Block::Paragraph { content: vec![bold] }, list, Block::Table(columns)]);
    let annex =
        Body { blocks: vec![Block::Paragraph { content: noted("қосымша", "төртінші сілтеме") }] };
    letter.annexes.push(Annex::Text { title: vec!["Қосымша".to_owned()], body: annex });

    let package = Package::of(&letter);
    let document = package.document();
    let marks: Vec<&str> =
        all(&document, "footnoteReference").iter().map(|mark| mark.attribute((W, "id")).unwrap()).collect();
    assert_eq!(marks, ["1", "2", "3", "4"]);
    let notes = package.parse("word/footnotes.xml");
    let notes: Vec<(String, String)> = all(&notes, "footnote")
        .into_iter()
        .map(|note| (note.attribute((W, "id")).unwrap().to_owned(), read(note)))
        .collect();
    let expected = ["", "", "бірінші сілтеме", "екінші сілтеме", "үшінші сілтеме", "төртінші сілтеме"];
    let expected: Vec<(String, String)> =
        (-1..5).map(|id: i8| id.to_string()).zip(expected.map(str::to_owned)).collect();
    assert_eq!(notes, expected);
}

#[test]
fn every_list_counts_from_one_and_knows_its_level() {
    let inner = Block::List { ordered: false, items: vec![item("ішкі"), item("тағы ішкі")] };
    let first = Block::List {
        ordered: true,
        items: vec![
            ListItem {
                blocks: vec![Block::paragraph("бір"), inner, Block::paragraph("бірдің жалғасы")]
            },
            item("екі"),
        ],
    };
    let second = Block::List { ordered: true, items: vec![item("қайтадан бір")] };
    let package = Package::of(&saying(vec![first, Block::paragraph("арасы"), second]));
    let document = package.document();
    let items: Vec<(String, &str, &str)> = all(&document, "numPr")
        .into_iter()
        .map(|place| {
            let paragraph = place.ancestors().find(|node| node.has_tag_name((W, "p"))).unwrap();
            (read(paragraph), value(place, "numId").unwrap(), value(place, "ilvl").unwrap())
        })
        .collect();
    let items: Vec<(&str, &str, &str)> =
        items.iter().map(|(text, list, level)| (text.as_str(), *list, *level)).collect();
    assert_eq!(
        items,
        [("бір", "1", "0"), ("ішкі", "2", "1"), ("тағы ішкі", "2", "1"), ("екі", "1", "0"), ("қайтадан бір", "3", "0")]
    );

    let numbering = package.parse("word/numbering.xml");
    let marks = |abstract_id: &str, level: &str| {
        let kind = all(&numbering, "abstractNum")
            .into_iter()
            .find(|node| node.attribute((W, "abstractNumId")) == Some(abstract_id))
            .unwrap();
        let level = kind.children().find(|node| node.attribute((W, "ilvl")) == Some(level)).unwrap();
        (value(level, "numFmt").unwrap().to_owned(), value(level, "lvlText").unwrap().to_owned())
    };
    let lists: Vec<_> = all(&numbering, "num")
        .into_iter()
        .map(|list| {
            let start = child(list, "lvlOverride").unwrap();
            assert_eq!(value(start, "startOverride"), Some("1"));
            let (format, mark) = marks(value(list, "abstractNumId").unwrap(), start.attribute((W, "ilvl")).unwrap());
            (list.attribute((W, "numId")).unwrap(), format, mark)
        })
        .collect();
    let expected = [("1", "decimal", "%1)"), ("2", "bullet", "–"), ("3", "decimal", "%1)")];
    assert_eq!(lists, expected.map(|(list, format, mark)| (list, format.to_owned(), mark.to_owned())));
    let continued = all(&document, "p").into_iter().find(|paragraph| read(*paragraph) == "бірдің жалғасы").unwrap();
    assert_eq!(value(continued, "pStyle"), Some("ListContinue"));
}

#[test]
fn a_table_repeats_its_head_and_fills_the_width_of_the_text() {
    let columns = table(&["№", "Іс-шара", "Сомасы"], &[&["1", "жол жөндеу", "250"], &["2", "мектеп", "1 000"]]);
    let package = Package::of(&saying(vec![Block::Table(columns)]));
    let document = package.document();
    let table = all(&document, "tbl").into_iter().find(|table| value(*table, "tblStyle").is_some()).unwrap();
    let heads: Vec<(bool, String)> = table
        .children()
        .filter(|node| node.has_tag_name((W, "tr")))
        .map(|row| (row.descendants().any(|node| node.has_tag_name((W, "tblHeader"))), read(row)))
        .collect();
    let expected = [(true, "№ Іс-шара Сомасы"), (false, "1 жол жөндеу 250"), (false, "2 мектеп 1 000")];
    assert_eq!(heads, expected.map(|(head, text)| (head, text.to_owned())));
    let widths: Vec<u32> = table
        .descendants()
        .filter(|node| node.has_tag_name((W, "gridCol")))
        .map(|column| column.attribute((W, "w")).unwrap().parse().unwrap())
        .collect();
    assert_eq!(widths, [1039, 5197, 9354 - 1039 - 5197]);
    let last = table.children().filter(|node| node.has_tag_name((W, "tr"))).last().unwrap();
    let sides: Vec<&str> = last
        .descendants()
        .filter(|node| node.has_tag_name((W, "jc")))
        .map(|node| node.attribute((W, "val")).unwrap())
        .collect();
    assert_eq!(sides, ["center", "left", "right"]);
}

#[test]
fn a_page_break_moves_what_follows_it() {
    let letter = saying(vec![
        Block::paragraph("бірінші бет"),
        Block::PageBreak,
        Block::paragraph("екінші бет"),
        Block::PageBreak,
        Block::Table(table(&["үшінші бет"], &[&["ұяшық"]])),
        Block::paragraph("соңы"),
    ]);
    let package = Package::of(&letter);
    let document = package.document();
    let moved: Vec<Node<'_, '_>> = all(&document, "pageBreakBefore")
        .into_iter()
        .map(|node| node.ancestors().find(|node| node.has_tag_name((W, "p"))).unwrap())
        .collect();
    assert_eq!(moved.len(), 2);
    assert_eq!(read(moved[0]), "екінші бет");
    let after = moved[1].next_siblings().filter(Node::is_element).nth(1).unwrap();
    assert_eq!((after.tag_name().name(), read(after).as_str()), ("tbl", "үшінші бет ұяшық"));
}

#[test]
fn bold_and_italic_reach_the_words_inside_and_no_others() {
    let both =
        Inline::Bold { content: vec![Inline::text("қалың"), Inline::Italic { content: words("екеуі") }] };
    let package = Package::of(&saying(vec![Block::Paragraph {
        content: vec![Inline::text("жай"), both, Inline::LineBreak, Inline::text("соңы")],
    }]));
    let document = package.document();
    let paragraph =
        all(&document, "p").into_iter().find(|paragraph| value(*paragraph, "pStyle") == Some("BodyText")).unwrap();
    let looks: Vec<(String, bool, bool)> = paragraph
        .children()
        .filter(|node| node.has_tag_name((W, "r")))
        .map(|run| {
            let has = |name| run.descendants().any(|node| node.has_tag_name((W, name)));
            (read(run), has("b"), has("i"))
        })
        .collect();
    let expected = [
        ("жай", false, false),
        ("қалың", true, false),
        ("екеуі", true, true),
        ("", false, false),
        ("соңы", false, false),
    ];
    assert_eq!(looks, expected.map(|(text, bold, italic)| (text.to_owned(), bold, italic)));
}

#[test]
fn a_letter_that_breaks_the_rules_is_refused() {
    let letter = Letter { salutation: "Құрметті\u{0}депутаттар!".to_owned(), ..seed() };
    match ENGINE.docx(&letter) {
        Err(LetterError::Refused(refusal)) => assert_eq!(refusal.at, "/salutation"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn no_template_goes_round_the_escape() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../templates/letters/docx");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "hbs") {
            let template = std::fs::read_to_string(&path).unwrap();
            assert!(!template.contains("{{{") && !template.contains("{{&"), "{}", path.display());
            seen += 1;
        }
    }
    assert_eq!(seen, 10);
}

/// A letter that says `text` in every place where a letter can say something.
fn everywhere(text: &str) -> Letter {
    let mut letter = saying(vec![
        Block::Heading { level: 1, content: words(text) },
        Block::Paragraph { content: noted(text, text) },
        Block::List { ordered: true, items: vec![item(text)] },
        Block::Table(table(&[text], &[&[text]])),
    ]);
    let line = || text.to_owned();
    (letter.title, letter.author, letter.salutation, letter.watermark, letter.executor) =
        (line(), line(), line(), Some(line()), Some(line()));
    (letter.addressee, letter.reference, letter.signature.post, letter.signature.name) =
        (vec![line()], vec![line()], vec![line()], line());
    for side in [&mut letter.letterhead.kk, &mut letter.letterhead.ru] {
        (side.lines, side.address) = (vec![line()], line());
    }
    if let Some(mark) = &mut letter.registration {
        (mark.number, mark.date_text) = (line(), line());
    }
    if let Some(verification) = &mut letter.verification {
        (verification.code, verification.note) = (line(), Some(line()));
    }
    for annex in &mut letter.annexes {
        let Annex::Deputies { title, groups } = annex else { continue };
        *title = vec![line()];
        for group in groups {
            (group.lines, group.members) = (vec![line()], vec![line()]);
        }
    }
    letter
}

/// How many elements of each name every part holds.
fn census(package: &Package) -> BTreeMap<(String, String), usize> {
    let mut census = BTreeMap::new();
    for (part, document) in package.documents() {
        for element in document.descendants().filter(Node::is_element) {
            *census.entry((part.to_owned(), element.tag_name().name().to_owned())).or_insert(0) += 1;
        }
    }
    census
}

/// The text as XML can hold it, without white space: beside other words a space at its end is no longer seen.
fn held(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_whitespace() && !matches!(character, '\u{fffe}' | '\u{ffff}'))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn hostile_words_stay_words(
        pieces in prop::collection::vec(
            prop::sample::select(vec![
                "</w:t>", "<w:br/>", "&amp;", "&#0;", "&", "<", ">", "\"", "'", "]]>", "<![CDATA[", "<!--", "<?x?>", "{{title}}", "{{{title}}}",
                "{{> docx/lines.xml}}", "\\u{0}", "_x0000_", "\u{fffe}", "\u{ffff}", "😀", "漢", "Ә", " ",
            ]),
            1..8,
        )
    ) {
        let text = format!("а{}", pieces.concat());
        let (hostile, harmless) = (Package::of(&everywhere(&text)), Package::of(&everywhere("сөз")));
        prop_assert_eq!(census(&hostile), census(&harmless));
        for part in ["word/document.xml", "word/header_first.xml", "word/header_next.xml", "word/footnotes.xml"] {
            let said = |package: &Package| read(package.parse(part).root());
            prop_assert_eq!(held(&said(&hostile)), held(&said(&harmless).replace("сөз", &text)), "{}", part);
        }
        let core = hostile.parse("docProps/core.xml");
        let title = core.descendants().find(|node| node.tag_name().name() == "title").and_then(|node| node.text());
        prop_assert_eq!(title.map(held), Some(held(&text)));
    }
}

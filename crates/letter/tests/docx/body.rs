//! What a body can hold: footnotes, lists, tables, page breaks and emphasis.

use letter::Body;
use letter::model::{Annex, Block, Inline, ListItem};
use roxmltree::Node;

use crate::support::{Package, W, all, child, item, noted, read, saying, table, value, words};

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
    let last = table.children().rfind(|node| node.has_tag_name((W, "tr"))).unwrap();
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

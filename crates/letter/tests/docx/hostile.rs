//! No word of any letter becomes markup.

use std::collections::BTreeMap;

use letter::LetterError;
use letter::model::{Annex, Block, Letter};
use proptest::prelude::*;
use roxmltree::Node;

use crate::support::{ENGINE, Package, item, noted, read, saying, seed, table, words};

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
    assert_eq!(seen, 13);
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

/// As many pieces as a registration number has room for: it is one of the places where the words stand, and its rule is the tightest.
fn fitting(pieces: &[&str]) -> String {
    const MARK: usize = 60;
    pieces.iter().fold("а".to_owned(), |text, piece| {
        if text.chars().count() + piece.chars().count() <= MARK { text + piece } else { text }
    })
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
        let text = fitting(&pieces);
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

//! Question and answer as Akoma Ntoso: well-formed, in the order of the vocabulary, and true to the word.

use letter::akn;
use letter::kinds::reply::ReplyFacts;
use letter::model::{Block, Inline, ListItem};
use roxmltree::{Document, Node};

use crate::support::{facts, normal};

const NAMESPACE: &str = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0";

fn questions() -> Vec<String> {
    ["Қазақстан қандай шаралар қабылдауда?", "Азаматтардың құқықтары қалай қорғалады?"].map(str::to_owned).to_vec()
}

fn names<'a>(node: Node<'a, '_>) -> Vec<&'a str> {
    node.children().filter(Node::is_element).map(|child| child.tag_name().name()).collect()
}

fn one<'a, 'input>(document: &'a Document<'input>, name: &str) -> Node<'a, 'input> {
    let mut found = document.descendants().filter(|node| node.tag_name().name() == name);
    let node = found.next().unwrap_or_else(|| panic!("no <{name}>"));
    assert!(found.next().is_none(), "<{name}> stands there twice");
    node
}

/// The text of an element, with a space between its pieces.
fn text(node: Node<'_, '_>) -> String {
    normal(&node.descendants().filter(Node::is_text).filter_map(|text| text.text()).collect::<Vec<_>>().join(" "))
}

#[test]
fn the_exchange_has_the_structure_of_the_standard() {
    let xml = akn::exchange(&facts(), &questions()).unwrap();
    let document = Document::parse(&xml).unwrap();
    assert_eq!(document.root_element().tag_name().namespace(), Some(NAMESPACE));
    assert!(document.descendants().filter(Node::is_element).all(|node| node.tag_name().namespace() == Some(NAMESPACE)));
    assert_eq!(names(document.root_element()), ["debate"]);
    assert_eq!(names(one(&document, "debate")), ["meta", "debateBody"]);
    assert_eq!(names(one(&document, "meta")), ["identification", "references"]);
    assert_eq!(names(one(&document, "identification")), ["FRBRWork", "FRBRExpression", "FRBRManifestation"]);
    let identified = ["FRBRthis", "FRBRuri", "FRBRdate", "FRBRauthor"];
    assert_eq!(names(one(&document, "FRBRWork")), [&identified[..], &["FRBRcountry", "FRBRnumber"]].concat());
    assert_eq!(names(one(&document, "FRBRExpression")), [&identified[..], &["FRBRlanguage"]].concat());
    assert_eq!(names(one(&document, "FRBRManifestation")), identified);
    assert_eq!(one(&document, "FRBRlanguage").attribute("language"), Some("kaz"));
    assert_eq!(names(one(&document, "questions")), ["heading", "question", "answer"]);
    assert_eq!(names(one(&document, "question")), ["num", "from", "ol"]);
    assert_eq!(names(one(&document, "answer")), ["num", "from", "p", "tblock", "tblock"]);
    let uri = one(&document, "FRBRWork").children().find(|node| node.tag_name().name() == "FRBRuri").unwrap();
    assert_eq!(uri.attribute("value"), Some("/akn/kz/debate/2023-09-20/ДС-326"));
}

#[test]
fn whoever_is_referred_to_is_named_once() {
    let xml = akn::exchange(&facts(), &questions()).unwrap();
    let document = Document::parse(&xml).unwrap();
    let known: Vec<&str> = document.descendants().filter_map(|node| node.attribute("eId")).collect();
    let mut once = known.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), known.len(), "{known:?}");
    for attribute in ["by", "to", "as", "source"] {
        for value in document.descendants().filter_map(|node| node.attribute(attribute)) {
            assert!(known.contains(&value.trim_start_matches('#')), "{attribute}=\"{value}\" leads nowhere");
        }
    }
    let people = document.descendants().filter(|node| node.tag_name().name() == "TLCPerson");
    let people: Vec<&str> = people.filter_map(|node| node.attribute("showAs")).collect();
    assert_eq!(people.len(), 9, "eight deputies and who signed: {people:?}");
}

#[test]
fn the_answer_says_what_the_letter_says() {
    let xml = akn::exchange(&facts(), &questions()).unwrap();
    let document = Document::parse(&xml).unwrap();
    let note = one(&document, "authorialNote");
    assert!(text(note).ends_with("халықаралық шарттары туралы» Заңы") && note.attribute("marker") == Some("1"));
    let paragraphs = one(&document, "answer").descendants().filter(|node| node.tag_name().name() == "p");
    assert_eq!(paragraphs.count(), 11 + 1, "the letter's paragraphs and its footnote's");
    let headings: Vec<String> =
        one(&document, "answer").descendants().filter(|node| node.tag_name().name() == "heading").map(text).collect();
    assert_eq!(headings[0], "Қазақстанның «Еңбекке рұқсат беру жүйесіне» қосылуға қатысты");
    assert_eq!(headings.len(), 2);
    assert_eq!(text(one(&document, "question")).matches("құқықтары қалай қорғалады?").count(), 1);
}

#[test]
fn no_word_becomes_markup_and_sections_stand_in_sections() {
    const NASTY: &str = "<b>&amp;\"'</answer><!-- ]]> {{x}}";
    let heading = |level| Block::Heading { level, content: vec![Inline::text(NASTY)] };
    let list = Block::List { ordered: false, items: vec![ListItem { blocks: vec![Block::paragraph(NASTY)] }] };
    let body = letter::Body {
        blocks: vec![
            heading(1),
            heading(2),
            Block::paragraph(NASTY),
            list,
            heading(1),
            Block::PageBreak,
            Block::paragraph(NASTY),
        ],
    };
    let facts = ReplyFacts { subject: NASTY.to_owned(), body, ..facts() };
    let xml = akn::exchange(&facts, &[NASTY.to_owned()]).unwrap();
    let document = Document::parse(&xml).unwrap();
    assert_eq!(text(document.root_element()).matches(NASTY).count(), 1 + 1 + 3 + 3);
    let outer = one(&document, "answer").children().filter(|node| node.tag_name().name() == "tblock");
    assert_eq!(outer.map(names).collect::<Vec<_>>(), [vec!["heading", "tblock"], vec!["heading", "p"]]);
    let refusal = akn::exchange(&facts, &["бір\u{202e}екі".to_owned()]).unwrap_err();
    assert_eq!(refusal.at, "/questions/0");
}

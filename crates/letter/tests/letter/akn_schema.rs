//! What the schema of Akoma Ntoso 1.0 says of the elements that we use: which attributes each must and may have, and what may stand in it.
//!
//! The schema itself is large and not ours to keep. `SAUAL_AKN_SCHEMA=/path/akomantoso30.xsd` (with `xml.xsd` beside it) holds everything
//! against it as well, through `xmllint`; ADR 0004 names the file that this was done with.

use std::collections::BTreeSet;
use std::process::Command;

use letter::akn;
use letter::kinds::AnyFacts;
use letter::kinds::reply::ReplyFacts;
use letter::model::{Align, Block, Cell, Column, Inline, ListItem, Table};
use roxmltree::{Document, Node};

use crate::golden;
use crate::support::facts;

const NAMESPACE: &str = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0";

/// Names of which one stands here, and how often: at least, at most.
type Step = (&'static [&'static str], usize, usize);

const ANY: usize = usize::MAX;
const BLOCK: &[&str] = &["p", "ul", "ol", "table", "tblock"];
const INLINES: &[Step] = &[(&["b", "i", "authorialNote", "eol"], 0, ANY)];
const SPEECH: &[Step] = &[(&["num"], 0, 1), (&["heading"], 0, 1), (&["from"], 0, 1), (BLOCK, 1, ANY)];

/// What may stand in an element.
enum Holds {
    /// Elements alone, in this order.
    Elements(&'static [Step]),
    /// Words, and elements among them.
    Words(&'static [Step]),
}

use Holds::{Elements, Words};

/// An element: the attributes that it must have, those that it may have, what it holds.
fn rule(name: &str) -> (&'static [&'static str], &'static [&'static str], Holds) {
    match name {
        "akomaNtoso" => (&[], &[], Elements(&[(&["debate"], 1, 1)])),
        "debate" => (&["name"], &[], Elements(&[(&["meta"], 1, 1), (&["debateBody"], 1, 1)])),
        "meta" => (&[], &[], Elements(&[(&["identification"], 1, 1), (&["references"], 0, ANY)])),
        "identification" => {
            let parts = &[(&["FRBRWork"] as &[_], 1, 1), (&["FRBRExpression"], 1, 1), (&["FRBRManifestation"], 1, 1)];
            (&["source"], &[], Elements(parts))
        }
        "FRBRWork" => {
            const WORK: &[Step] = &[
                (&["FRBRthis"], 1, 1),
                (&["FRBRuri"], 1, ANY),
                (&["FRBRdate"], 1, ANY),
                (&["FRBRauthor"], 1, ANY),
                (&["FRBRcountry"], 1, 1),
                (&["FRBRnumber"], 0, ANY),
            ];
            (&[], &[], Elements(WORK))
        }
        "FRBRExpression" => {
            const EXPRESSION: &[Step] = &[
                (&["FRBRthis"], 1, 1),
                (&["FRBRuri"], 1, ANY),
                (&["FRBRdate"], 1, ANY),
                (&["FRBRauthor"], 1, ANY),
                (&["FRBRlanguage"], 1, ANY),
            ];
            (&[], &[], Elements(EXPRESSION))
        }
        "FRBRManifestation" => {
            const MANIFESTATION: &[Step] =
                &[(&["FRBRthis"], 1, 1), (&["FRBRuri"], 1, ANY), (&["FRBRdate"], 1, ANY), (&["FRBRauthor"], 1, ANY)];
            (&[], &[], Elements(MANIFESTATION))
        }
        "FRBRthis" | "FRBRuri" | "FRBRcountry" | "FRBRnumber" => (&["value"], &[], Elements(&[])),
        "FRBRdate" => (&["date", "name"], &[], Elements(&[])),
        "FRBRauthor" => (&["href"], &["as"], Elements(&[])),
        "FRBRlanguage" => (&["language"], &[], Elements(&[])),
        "references" => (&["source"], &[], Elements(&[(&["TLCOrganization", "TLCPerson", "TLCRole"], 1, ANY)])),
        "TLCOrganization" | "TLCPerson" | "TLCRole" => (&["eId", "href", "showAs"], &[], Elements(&[])),
        "debateBody" => (&[], &[], Elements(&[(&["questions"], 1, ANY)])),
        "questions" => (&["eId"], &[], Elements(&[(&["heading"], 0, 1), (&["question", "answer"], 0, ANY)])),
        "question" | "answer" => (&["by"], &["eId", "as", "to"], Elements(SPEECH)),
        "tblock" => (&["eId"], &[], Elements(&[(&["num"], 0, 1), (&["heading"], 0, 1), (BLOCK, 1, ANY)])),
        "p" | "heading" | "b" | "i" => (&[], &[], Words(INLINES)),
        "num" | "from" => (&[], &[], Words(&[])),
        "authorialNote" => (&[], &["marker", "placement"], Elements(&[(BLOCK, 1, ANY)])),
        "eol" => (&[], &[], Elements(&[])),
        "ul" | "ol" => (&[], &[], Elements(&[(&["li"], 1, ANY)])),
        "li" => (&[], &[], Words(&[(&["p", "ul", "ol"], 0, ANY)])),
        "table" => (&[], &[], Elements(&[(&["tr"], 1, ANY)])),
        "tr" => (&[], &[], Elements(&[(&["th", "td"], 1, ANY)])),
        "th" | "td" => (&[], &[], Elements(&[(BLOCK, 0, ANY)])),
        other => panic!("<{other}> is not among the elements that were looked up in the schema"),
    }
}

/// Holds a document against the rules; says at which element one is broken.
fn held(xml: &str) -> Result<(), String> {
    let document = Document::parse(xml).unwrap();
    let mut known = BTreeSet::new();
    for node in document.descendants().filter(Node::is_element) {
        let name = node.tag_name().name();
        let wrong = |what: &str| Err(format!("<{name}> {what} in {}", &xml[node.range()]));
        if node.tag_name().namespace() != Some(NAMESPACE) {
            return wrong("is of another namespace");
        }
        let (required, optional, holds) = rule(name);
        if let Some(missing) = required.iter().find(|attribute| node.attribute(**attribute).is_none()) {
            return wrong(&format!("has no {missing}"));
        }
        let allowed = |attribute: &str| required.contains(&attribute) || optional.contains(&attribute);
        if let Some(other) = node.attributes().find(|attribute| !allowed(attribute.name())) {
            return wrong(&format!("may not have {}", other.name()));
        }
        if let Some(id) = node.attribute("eId")
            && (id.is_empty() || id.contains(char::is_whitespace) || !known.insert(id))
        {
            return wrong("has an eId that is empty, has spaces or is not the only one");
        }
        if node
            .attribute("placement")
            .is_some_and(|place| !["side", "left", "right", "bottom", "inline"].contains(&place))
        {
            return wrong("stands nowhere");
        }
        let (steps, words) = match holds {
            Elements(steps) => (steps, false),
            Words(steps) => (steps, true),
        };
        if !words && node.children().any(|child| child.is_text() && !child.text().unwrap_or_default().trim().is_empty())
        {
            return wrong("holds no words");
        }
        let children: Vec<&str> =
            node.children().filter(Node::is_element).map(|child| child.tag_name().name()).collect();
        let mut rest = &children[..];
        for (names, least, most) in steps {
            let count = rest.iter().take_while(|child| names.contains(child)).count().min(*most);
            if count < *least {
                return wrong(&format!("lacks one of {names:?}"));
            }
            rest = &rest[count..];
        }
        if let Some(stray) = rest.first() {
            return wrong(&format!("may not hold <{stray}> there"));
        }
    }
    Ok(())
}

/// A reply with every kind of block and inline, and with every place where one of them could be missed.
fn everything() -> ReplyFacts {
    let text = |words: &str| Inline::text(words);
    let note = || Inline::Footnote {
        content: vec![Inline::Italic { content: vec![text("сілтеме")] }, Inline::LineBreak],
    };
    let line =
        || vec![text("мәтін <&> "), Inline::Bold { content: vec![text("қалың"), note()] }, Inline::LineBreak, note()];
    // Where no footnote may stand.
    let short = || vec![text("тақырып "), Inline::Bold { content: vec![text("қалың")] }];
    let heading = |level| Block::Heading { level, content: short() };
    let cell = |content| Cell { content };
    let item = |blocks| ListItem { blocks };
    let list = |ordered, items| Block::List { ordered, items };
    let inner = list(true, vec![item(vec![Block::paragraph("ішкі")])]);
    let table = Table {
        columns: vec![Column { share: 1, align: Align::Start }, Column { share: 2, align: Align::End }],
        head: vec![cell(short()), cell(Vec::new())],
        rows: vec![vec![cell(Vec::new()), cell(line())]],
    };
    let blocks = vec![
        Block::paragraph("басы"),
        heading(1),
        Block::PageBreak,
        heading(1),
        heading(2),
        heading(3),
        Block::Paragraph { content: line() },
        heading(2),
        list(false, vec![item(vec![Block::Paragraph { content: line() }, inner.clone()]), item(vec![inner])]),
        Block::PageBreak,
        Block::Table(table),
        heading(1),
    ];
    let facts = ReplyFacts { body: letter::Body { blocks }, ..facts() };
    facts.check().unwrap();
    facts
}

/// The exchanges of everything that was approved, and of everything that there is.
fn exchanges() -> Vec<String> {
    let approved = golden::every_fact().into_iter().filter_map(|facts| match facts {
        AnyFacts::Reply(facts) => Some(facts),
        _ => None,
    });
    let all: Vec<ReplyFacts> = approved.chain([facts(), everything()]).collect();
    assert!(all.len() > 12, "{}", all.len());
    let questions = ["Қандай шара & қашан?".to_owned(), "Екінші <сұрақ>?".to_owned()];
    all.iter().flat_map(|facts| [&[][..], &questions].map(|asked| akn::exchange(facts, asked).unwrap())).collect()
}

#[test]
fn every_exchange_is_valid_by_the_rules_of_the_schema() {
    for xml in exchanges() {
        held(&xml).unwrap_or_else(|fault| panic!("{fault}"));
    }
}

#[test]
fn the_rules_find_what_the_schema_would_find() {
    let xml = akn::exchange(&everything(), &[]).unwrap();
    held(&xml).unwrap();
    for (from, to) in [
        ("<questions eId=\"questions_1\">", "<questions>"),
        (" by=\"#deputies\"", ""),
        ("<FRBRcountry value=\"kz\"/>", ""),
        ("placement=\"bottom\"", "placement=\"foot\""),
        ("eId=\"answer_1__tblock_1\"", "eId=\"answer_1\""),
        ("eId=\"answer_1__tblock_1\"", "eId=\"answer 1\""),
        ("<p>басы</p>", "басы"),
        ("<p>басы</p>", "<p>басы</p><num>1</num>"),
        ("<p>басы</p>", "<p><p>басы</p></p>"),
        ("<p>басы</p>", "<ul></ul>"),
        ("<p/>", ""),
    ] {
        assert!(xml.contains(from), "{from}");
        assert!(held(&xml.replacen(from, to, 1)).is_err(), "{from} → {to}");
    }
}

#[test]
fn the_schema_itself_finds_no_fault_where_it_is_at_hand() {
    let Ok(schema) = std::env::var("SAUAL_AKN_SCHEMA") else {
        eprintln!("SKIPPED: SAUAL_AKN_SCHEMA does not name akomantoso30.xsd; nothing was tried");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    for (number, xml) in exchanges().into_iter().enumerate() {
        files.push(folder.path().join(format!("{number}.xml")));
        std::fs::write(&files[number], xml).unwrap();
    }
    let said = Command::new("xmllint").args(["--nonet", "--noout", "--schema", &schema]).args(&files).output().unwrap();
    let told = String::from_utf8_lossy(&said.stderr);
    assert!(said.status.success() && told.matches(" validates").count() == files.len(), "{told}");
}

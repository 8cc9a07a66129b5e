//! Bodies of every shape that the rules allow, with words that want to be markup.

use std::sync::LazyLock;

use letter::kinds::reply::ReplyFacts;
use letter::model::{Align, Block, Cell, Column, Inline, Letter, ListItem, Table};
use letter::provenance::{Source, Sourced};
use letter::{Body, Engine};
use proptest::prelude::*;
use serde_json::Value;

pub(crate) static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new().unwrap());

/// The letter of ДС-326.
pub(crate) fn seed() -> Letter {
    let facts = serde_json::from_str(include_str!("../../data/ds-326.facts.json")).unwrap();
    ENGINE.compose_reply(&ReplyFacts::parse(&facts).unwrap()).unwrap()
}

/// The letter of ДС-326 with another body.
pub(crate) fn saying(body: Body) -> Letter {
    Letter { body, ..seed() }
}

pub(crate) fn body(blocks: Value) -> Body {
    letter::body::parse(&serde_json::json!({ "blocks": blocks })).unwrap()
}

/// A body of plain paragraphs.
pub(crate) fn paragraphs(texts: &[&str]) -> Body {
    Body { blocks: texts.iter().map(|text| Block::paragraph(*text)).collect() }
}

/// How many cases a law is tried on: few in an ordinary run, as many as `SAUAL_EDITOR_CASES` says in a long one.
pub(crate) fn cases(few: u32) -> ProptestConfig {
    let many = std::env::var("SAUAL_EDITOR_CASES").ok().and_then(|many| many.parse().ok());
    ProptestConfig { cases: many.unwrap_or(few), failure_persistence: None, ..ProptestConfig::default() }
}

/// Words as people type them, beside everything that means something to Markdown, XML, Handlebars or a browser.
pub(crate) fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => prop::sample::select(vec!["Заң", "сөз", "ДС-326", "жоба", "№ 12-11/3841", "«EPS»", "1 000", "мән", "б", "ә", "12"]).prop_map(String::from),
        4 => Just(" ".to_owned()),
        3 => prop::sample::select(
            "#[]{}()<>@$*_`~=-+/\\\"'.:;,!?&%^|№«»–— \u{a0}йқ9й\u{306}😀漢".chars().collect::<Vec<_>>()
        )
        .prop_map(String::from),
        2 => prop::sample::select(vec![
            "**", "__", "~~", "```", "- ", "1. ", "1) ", "# ", "> ", "---", "===", "| а |", "|---|", "[^1]", "[^1]: х", "[а]: /б", "![а](б)",
            "<br>", "<b>", "</b>", "<i>", "<!-- columns 1 2 -->", "<!-- from mfa/2 -->", "<script>", "&amp;", "&#32;", "\\", "http://e.kz",
            "</w:t>", "]]>", "<![CDATA[", "{{title}}", "{{{x}}}", "{{#each y}}", "_x0000_", "  ", "* * *", ":---:", "+ ", "%PDF", "\"]}", "(б)", ": х",
        ])
        .prop_map(String::from),
    ];
    prop::collection::vec(piece, 1..6).prop_map(|pieces| pieces.concat())
}

fn inline(depth: u32, notes: bool) -> BoxedStrategy<Inline> {
    let leaf = prop_oneof![8 => text().prop_map(Inline::text), 1 => Just(Inline::LineBreak)];
    if depth == 0 {
        return leaf.boxed();
    }
    let note = if notes { 2 } else { 0 };
    prop_oneof![
        6 => leaf,
        2 => line(depth - 1, notes).prop_map(|content| Inline::Bold { content }),
        2 => line(depth - 1, notes).prop_map(|content| Inline::Italic { content }),
        note => line(depth - 1, false).prop_map(|content| Inline::Footnote { content }),
    ]
    .boxed()
}

fn line(depth: u32, notes: bool) -> BoxedStrategy<Vec<Inline>> {
    prop::collection::vec(inline(depth, notes), 1..4).boxed()
}

/// A line that says something.
fn said(notes: bool) -> impl Strategy<Value = Vec<Inline>> {
    (line(2, notes), prop::sample::select(vec!["мәтін", "а", "1", "Құрметті депутаттар"])).prop_map(
        |(mut content, word)| {
            content.push(Inline::text(word));
            content
        },
    )
}

fn items(depth: u32) -> BoxedStrategy<Vec<ListItem>> {
    let paragraph = said(true).prop_map(|content| Block::Paragraph { content });
    let block = if depth == 0 {
        paragraph.boxed()
    } else {
        let list = (any::<bool>(), items(depth - 1)).prop_map(|(ordered, items)| Block::List { ordered, items });
        prop_oneof![3 => paragraph, 1 => list].boxed()
    };
    prop::collection::vec(prop::collection::vec(block, 1..4).prop_map(|blocks| ListItem { blocks }), 1..4).boxed()
}

fn table() -> impl Strategy<Value = Table> {
    let align = prop::sample::select(vec![Align::Start, Align::Center, Align::End]);
    let column = (1_u8..=12, align).prop_map(|(share, align)| Column { share, align });
    prop::collection::vec(column, 1..4).prop_flat_map(|columns| {
        let cells = |notes| {
            let cell = prop_oneof![1 => Just(Vec::new()), 5 => line(2, notes)];
            prop::collection::vec(cell.prop_map(|content| Cell { content }), columns.len())
        };
        let rows = prop::collection::vec(cells(true), 1..4);
        (Just(columns.clone()), cells(false), rows).prop_map(|(columns, head, rows)| Table { columns, head, rows })
    })
}

fn block() -> impl Strategy<Value = Block> {
    prop_oneof![
        6 => said(true).prop_map(|content| Block::Paragraph { content }),
        2 => (1_u8..=3, said(false)).prop_map(|(level, content)| Block::Heading { level, content }),
        2 => (any::<bool>(), items(2)).prop_map(|(ordered, items)| Block::List { ordered, items }),
        2 => table().prop_map(Block::Table),
        1 => Just(Block::PageBreak),
    ]
}

/// A body that the rules allow.
pub(crate) fn bodies() -> impl Strategy<Value = Body> {
    prop::collection::vec(block(), 1..6).prop_filter_map("a body that says something", lawful)
}

/// The blocks with levels of headings that follow each other, and no new page at the end.
fn lawful(mut blocks: Vec<Block>) -> Option<Body> {
    let mut last = 0;
    for block in &mut blocks {
        if let Block::Heading { level, .. } = block {
            *level = (*level).min(last + 1);
            last = *level;
        }
    }
    while blocks.last() == Some(&Block::PageBreak) {
        blocks.pop();
    }
    letter::body::parse(&serde_json::json!({ "blocks": blocks })).ok()
}

/// A body and what an hour of work may have made of it.
pub(crate) fn versions() -> impl Strategy<Value = (Body, Body)> {
    let edit = (0_usize..6, any::<prop::sample::Index>(), any::<prop::sample::Index>(), block());
    (bodies(), prop::collection::vec(edit, 0..4)).prop_filter_map("both versions say something", |(old, edits)| {
        let mut blocks = old.blocks.clone();
        for (what, at, to, block) in edits {
            if blocks.is_empty() {
                break;
            }
            let (at, to) = (at.index(blocks.len()), to.index(blocks.len()));
            match what {
                0 => blocks.insert(at, block),
                1 => drop(blocks.remove(at)),
                2 => blocks[at] = block,
                3 => {
                    let moved = blocks.remove(at);
                    blocks.insert(to.min(blocks.len()), moved);
                }
                4 => {
                    if let Block::Paragraph { content } | Block::Heading { content, .. } = &mut blocks[at] {
                        content.push(Inline::text(" қосылды"));
                    }
                }
                _ => {
                    if let Block::List { items, .. } = &mut blocks[at] {
                        items.reverse();
                    } else if let Block::Table(table) = &mut blocks[at] {
                        let row = table.rows[0].clone();
                        table.rows.push(row);
                    } else if let Block::Paragraph { content } = &blocks[at] {
                        blocks[at] = Block::List {
                            ordered: true,
                            items: vec![ListItem { blocks: vec![Block::Paragraph { content: content.clone() }] }],
                        };
                    }
                }
            }
        }
        lawful(blocks).map(|new| (old, new))
    })
}

/// A body, some of whose blocks came from a contribution.
pub(crate) fn sourced() -> impl Strategy<Value = Sourced> {
    let source = prop::sample::select(vec![None, Some("mfa/1"), Some("mlsp/12"), Some("aq-zhol_2/3")]);
    bodies().prop_flat_map(move |body| {
        let sources = prop::collection::vec(source.clone(), body.blocks.len());
        (Just(body), sources).prop_map(|(body, sources)| {
            let sources = sources.into_iter().map(|source| source.map(|source| source.parse::<Source>().unwrap()));
            Sourced::new(body, sources.collect()).unwrap()
        })
    })
}

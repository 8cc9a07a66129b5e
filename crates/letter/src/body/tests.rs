use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::error::Fault;

fn refused(value: &Value) -> String {
    parse(value).unwrap_err().to_string()
}

fn paragraph(content: Value) -> Value {
    json!({ "blocks": [{ "type": "paragraph", "content": content }] })
}

#[test]
fn a_body_of_every_kind_of_block_comes_back_as_it_went_out() {
    let value = json!({ "blocks": [
        { "type": "heading", "level": 1, "content": [{ "type": "text", "text": "Тақырып" }] },
        { "type": "paragraph", "content": [
            { "type": "text", "text": "Заң" },
            { "type": "footnote", "content": [{ "type": "text", "text": "Қазақстан Республикасының Заңы" }] },
            { "type": "bold", "content": [{ "type": "italic", "content": [{ "type": "text", "text": "талап" }] }] },
            { "type": "line_break" },
        ] },
        { "type": "list", "ordered": true, "items": [{ "blocks": [
            { "type": "paragraph", "content": [{ "type": "text", "text": "бір" }] },
            { "type": "list", "ordered": false, "items": [{ "blocks": [
                { "type": "paragraph", "content": [{ "type": "text", "text": "екі" }] }] }] },
        ] }] },
        { "type": "page_break" },
        { "type": "table", "columns": [{ "share": 2, "align": "start" }], "head": [{ "content": [] }],
          "rows": [[{ "content": [{ "type": "text", "text": "үш" }] }]] },
    ] });
    let body = parse(&value).unwrap();
    assert_eq!(serde_json::to_value(&body).unwrap(), value);
    assert_eq!(serde_json::from_value::<Body>(value).unwrap(), body);
}

#[test]
fn a_fault_is_named_with_its_place() {
    assert_eq!(refused(&json!([])), "/: an object is needed here");
    assert_eq!(refused(&json!({})), "/: the field `blocks` is missing");
    assert_eq!(refused(&json!({ "blocks": [], "html": "<b>" })), "/: there is no field `html` here");
    assert_eq!(refused(&json!({ "blocks": [] })), "/blocks: this is empty");
    assert_eq!(
        refused(&json!({ "blocks": [{ "type": "image" }] })),
        "/blocks/0: there is no type `image` here; known: paragraph, heading, list, table, page_break"
    );
    assert_eq!(
        refused(&paragraph(
            json!([{ "type": "text", "text": "а" }, { "type": "bold", "content": [{ "type": "text" }] }])
        )),
        "/blocks/0/content/1/content/0: the field `text` is missing"
    );
    assert_eq!(
        refused(&json!({ "blocks": [{ "type": "heading", "level": 4, "content": [] }] })),
        "/blocks/0/level: a number from 1 to 3 is needed"
    );
}

#[test]
fn what_a_reader_cannot_see_is_refused() {
    for (text, code) in
        [("а\u{202e}б", "202E"), ("а\nб", "000A"), ("а\u{200b}", "200B"), ("\u{ad}а", "00AD"), ("а\u{0}", "0000")]
    {
        let refusal = parse(&paragraph(json!([{ "type": "text", "text": text }]))).unwrap_err();
        assert_eq!(refusal.at, "/blocks/0/content/0/text");
        assert_eq!(refusal.fault.to_string(), format!("the invisible character U+{code} may not stand here"));
    }
    parse(&paragraph(json!([{ "type": "text", "text": "№\u{a0}5 — «Әә»\u{2011}₸" }]))).unwrap();
}

#[test]
fn what_cannot_stand_in_a_place_is_refused() {
    let text = json!({ "type": "text", "text": "а" });
    let footnote = json!({ "type": "footnote", "content": [text] });
    let in_footnote = json!({ "type": "footnote", "content": [text, footnote] });
    assert_eq!(
        refused(&paragraph(json!([text, in_footnote]))),
        "/blocks/0/content/1/content/1: a footnote may not stand in a footnote"
    );
    let heading = json!({ "blocks": [{ "type": "heading", "level": 1, "content": [text, footnote] }] });
    assert_eq!(refused(&heading), "/blocks/0/content/1: a footnote may not stand in a heading");
    let only_a_note = paragraph(json!([footnote]));
    assert_eq!(refused(&only_a_note), "/blocks/0/content: this is empty");
    let skipped = json!({ "blocks": [{ "type": "heading", "level": 2, "content": [text] }] });
    assert_eq!(refused(&skipped), "/blocks/0/level: a heading of level 2 follows level 0: a level may not be skipped");
    let break_in_list =
        json!({ "blocks": [{ "type": "list", "ordered": true, "items": [{ "blocks": [{ "type": "page_break" }] }] }] });
    assert_eq!(refused(&break_in_list), "/blocks/0/items/0/blocks/0: a page break may not stand in a list");
    let break_at_end = json!({ "blocks": [{ "type": "paragraph", "content": [text] }, { "type": "page_break" }] });
    assert_eq!(refused(&break_at_end), "/blocks/1: a page break may not stand at the end");
}

#[test]
fn a_row_has_a_cell_for_every_column() {
    let table = json!({ "blocks": [{ "type": "table", "columns": [{ "share": 1, "align": "end" }, { "share": 1, "align": "start" }],
        "head": [{ "content": [] }, { "content": [] }], "rows": [[{ "content": [] }]] }] });
    assert_eq!(refused(&table), "/blocks/0/rows/0: a cell for every column is needed here");
}

fn nested(levels: usize) -> Value {
    (0..levels).fold(json!({ "type": "text", "text": "а" }), |inner, _| json!({ "type": "bold", "content": [inner] }))
}

#[test]
fn size_and_depth_have_their_limits() {
    parse(&paragraph(json!([nested(limits::INLINE_DEPTH - 1)]))).unwrap();
    assert_eq!(
        parse(&paragraph(json!([nested(limits::INLINE_DEPTH)]))).unwrap_err().fault,
        Fault::TooDeep { limit: limits::INLINE_DEPTH }
    );
    assert!(matches!(parse(&paragraph(json!([nested(120)]))).unwrap_err().fault, Fault::TooDeep { .. }));
    let long = "а".repeat(limits::CHARACTERS + 1);
    assert!(matches!(
        parse(&paragraph(json!([{ "type": "text", "text": long }]))).unwrap_err().fault,
        Fault::TooMany { what: "characters", .. }
    ));
    let many: Vec<Value> = (0..=limits::NODES).map(|_| json!({ "type": "line_break" })).collect();
    assert!(matches!(parse(&paragraph(json!(many))).unwrap_err().fault, Fault::TooMany { .. }));
}

#[test]
fn bodies_that_read_the_same_have_the_same_hash() {
    let one = parse(&paragraph(json!([{ "type": "text", "text": "бір екі" }]))).unwrap();
    let two = parse(&paragraph(
        json!([{ "type": "text", "text": "бір " }, { "type": "text", "text": "" }, { "text": "екі", "type": "text" }]),
    ))
    .unwrap();
    assert_eq!(content_hash(&one), content_hash(&two));
    let other = parse(&paragraph(json!([{ "type": "text", "text": "бір екі." }]))).unwrap();
    assert_ne!(content_hash(&one), content_hash(&other));
}

#[test]
fn the_hash_is_over_canonical_json_and_stays_what_it_was() {
    let body = Body { blocks: vec![Block::paragraph("Ә")] };
    let canonical = r#"{"blocks":[{"content":[{"text":"Ә","type":"text"}],"type":"paragraph"}]}"#;
    assert_eq!(content_hash(&body), <[u8; 32]>::from(Sha256::digest(canonical)));
}

/// Any JSON, with a liking for the words that the reader knows.
fn any_json() -> impl Strategy<Value = Value> {
    let words = prop::sample::select(vec![
        "type",
        "content",
        "text",
        "blocks",
        "paragraph",
        "heading",
        "list",
        "table",
        "page_break",
        "bold",
        "footnote",
        "level",
        "items",
        "ordered",
        "columns",
        "head",
        "rows",
        "share",
        "align",
        "start",
        "line_break",
        "x",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        words.clone().prop_map(Value::from),
        ".{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::hash_map(words.clone(), inner, 0..6)
                .prop_map(|fields| fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
        ]
    })
}

proptest! {
    #[test]
    fn no_json_brings_the_reader_down_and_what_it_takes_it_takes_again(value in any_json()) {
        if let Ok(body) = parse(&json!({ "blocks": value })) {
            let again = parse(&serde_json::to_value(&body).unwrap()).unwrap();
            prop_assert_eq!(content_hash(&again), content_hash(&body));
            prop_assert_eq!(again, body);
        }
    }
}

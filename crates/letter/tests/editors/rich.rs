//! The rich editor's document.

use std::collections::BTreeSet;

use letter::rich::{read, schema, write};
use letter::runs::settled;
use serde_json::{Value, json};

use crate::bodies::seed;
use crate::in_the_editor::played;

const BODIES: usize = 200;

fn refused(change: impl FnOnce(&mut Value)) -> String {
    let mut document = json!({ "type": "doc", "content": [
        { "type": "paragraph", "content": [
            { "type": "text", "text": "Заң", "marks": [{ "type": "strong" }] },
            { "type": "footnote", "content": [{ "type": "text", "text": "сілтеме" }] },
        ] },
        { "type": "bullet_list", "content": [{ "type": "list_item", "content": [
            { "type": "paragraph", "content": [{ "type": "text", "text": "тармақ" }] },
        ] }] },
        { "type": "table", "attrs": { "columns": [{ "share": 1, "align": "start" }] }, "content": [
            { "type": "table_row", "content": [{ "type": "table_header", "content": [{ "type": "paragraph" }] }] },
            { "type": "table_row", "content": [{ "type": "table_cell", "attrs": { "colspan": 1 }, "content": [{ "type": "paragraph" }] }] },
        ] },
    ] });
    assert!(read(&document).is_ok(), "{:?}", read(&document));
    change(&mut document);
    read(&document).unwrap_err().to_string()
}

#[test]
fn the_body_of_ds_326_comes_back() {
    let given = seed().body;
    assert_eq!(read(&write(&given.clone().into())).unwrap().body, settled(&given));
}

#[test]
fn a_fault_is_named_by_its_place_in_the_document() {
    let at = |place: &str, value: Value| {
        let place = place.to_owned();
        refused(move |document| *document.pointer_mut(&place).unwrap() = value)
    };
    assert_eq!(
        at("/content/0/content/0/marks/0/type", json!("insertion")),
        "/content/0/content/0/marks/0: there is no type `insertion` here; known: strong, em"
    );
    assert_eq!(
        at("/content/0/type", json!("image")),
        "/content/0: there is no type `image` here; known: paragraph, heading, bullet_list, ordered_list, table, page_break"
    );
    assert_eq!(
        at("/content/0/content/0/text", json!("а\u{202e}б")),
        "/content/0/content/0/text: the invisible character U+202E may not stand here"
    );
    assert_eq!(at("/content/0/content/0/text", json!("")), "/content/0/content/0/text: this is empty");
    assert_eq!(
        at("/content/2/content/1/content/0/attrs/colspan", json!(2)),
        "/content/2/content/1/content/0/attrs/colspan: a number from 1 to 1 is needed"
    );
    assert_eq!(
        at("/content/0/content/1/content/0", json!({ "type": "footnote", "content": [] })),
        "/content/0/content/1/content/0: a footnote may not stand in a footnote"
    );
    assert_eq!(
        at(
            "/content/2/content/0/content/0/content/0",
            json!({ "type": "paragraph", "content": [{ "type": "footnote", "content": [{ "type": "text", "text": "а" }] }] })
        ),
        "/content/2/content/0/content/0: a footnote may not stand in a table's head"
    );
    assert_eq!(
        at("/content/1/content/0/content/0", json!({ "type": "heading", "attrs": { "level": 1 } })),
        "/content/1/content/0/content/0: there is no type `heading` here; known: paragraph, bullet_list, ordered_list"
    );
    assert_eq!(
        at(
            "/content/0",
            json!({ "type": "heading", "attrs": { "level": 3 }, "content": [{ "type": "text", "text": "а" }] })
        ),
        "/content/0/attrs/level: a heading of level 3 follows level 0: a level may not be skipped"
    );
    assert_eq!(refused(|document| document["content"] = json!([])), "/content: this is empty");
    assert_eq!(refused(|document| document["html"] = json!("<b>")), "/: there is no field `html` here");
    assert_eq!(
        refused(|document| document["content"][0]["attrs"] = json!({ "source": "МФА" })),
        "/content/0/attrs/source: a contribution such as mfa/2, or null is needed here"
    );
}

/// A small judge of JSON Schema: the keywords that ours uses, and no others.
fn holds(schema: &Value, root: &Value, value: &Value) -> bool {
    let (fields, none) = (schema.as_object().unwrap(), Vec::new());
    // As JSON Schema has it: a keyword for lists says nothing of what is no list; `type` does.
    let list = value.as_array().unwrap_or(&none);
    fields.iter().all(|(keyword, said)| match keyword.as_str() {
        "$schema" | "$id" | "title" | "description" | "default" | "$defs" => true,
        "$ref" => holds(root.pointer(said.as_str().unwrap().trim_start_matches('#')).unwrap(), root, value),
        "const" => value == said,
        "enum" => said.as_array().unwrap().contains(value),
        "type" => match said.as_str().unwrap() {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "integer" => value.is_u64(),
            "null" => value.is_null(),
            other => panic!("{other}"),
        },
        "required" => said.as_array().unwrap().iter().all(|name| value.get(name.as_str().unwrap()).is_some()),
        "properties" => said.as_object().unwrap().iter().all(|(name, schema)| {
            value.get(name).is_none_or(|value| schema == &json!(true) || holds(schema, root, value))
        }),
        "additionalProperties" => {
            let known: BTreeSet<&String> = fields["properties"].as_object().unwrap().keys().collect();
            *said == json!(false)
                && value.as_object().is_none_or(|fields| fields.keys().all(|name| known.contains(name)))
        }
        "oneOf" => said.as_array().unwrap().iter().filter(|schema| holds(schema, root, value)).count() == 1,
        "prefixItems" => said.as_array().unwrap().iter().zip(list).all(|(schema, one)| holds(schema, root, one)),
        "items" => {
            let prefix = fields.get("prefixItems").map_or(0, |prefix| prefix.as_array().unwrap().len());
            list.iter().skip(prefix).all(|one| holds(said, root, one))
        }
        "minItems" => list.len() as u64 >= said.as_u64().unwrap(),
        "maxItems" => list.len() as u64 <= said.as_u64().unwrap(),
        "minimum" => value.as_u64().is_none_or(|number| number >= said.as_u64().unwrap()),
        "maximum" => value.as_u64().is_none_or(|number| number <= said.as_u64().unwrap()),
        "minLength" => value.as_str().is_none_or(|text| text.len() as u64 >= said.as_u64().unwrap()),
        "pattern" => value.as_str().is_none_or(|text| text.parse::<letter::provenance::Source>().is_ok()),
        other => panic!("{other} is not judged here"),
    })
}

mod schema_law {
    use proptest::prelude::*;

    use super::{holds, schema, write};
    use crate::bodies::{cases, sourced};

    proptest! {
        #![proptest_config(cases(64))]

        #[test]
        fn the_schema_holds_for_everything_that_is_written(given in sourced()) {
            let schema = schema().unwrap();
            prop_assert!(holds(&schema, &schema, &write(&given)));
        }
    }
}

#[test]
fn the_schema_refuses_what_the_reader_refuses() {
    let schema = schema().unwrap();
    let document = |node: Value| json!({ "type": "doc", "content": [node] });
    for node in [
        json!({ "type": "image" }),
        json!({ "type": "heading", "attrs": { "level": 4 }, "content": [] }),
        json!({ "type": "paragraph", "content": [{ "type": "text", "text": "" }] }),
        json!({ "type": "paragraph", "attrs": { "source": "МФА/1" } }),
        json!({ "type": "paragraph", "html": "<b>" }),
        json!({ "type": "ordered_list", "attrs": { "order": 3 }, "content": [] }),
    ] {
        let document = document(node);
        assert!(!holds(&schema, &schema, &document) && read(&document).is_err(), "{document}");
    }
}

/// What somebody finds who opens a text in the editor of the pages and keeps it untouched.
#[test]
fn an_untouched_text_comes_back_as_it_was() {
    for (given, came) in played("round.mjs", BODIES).unwrap_or_default() {
        assert_eq!(read(&came).unwrap(), read(&given).unwrap(), "{given}");
    }
}

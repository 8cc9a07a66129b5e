//! The facts as JSON: read strictly, described by a schema.

use letter::kinds::reply::ReplyFacts;
use serde_json::{Value, json};

fn seed() -> Value {
    serde_json::from_str(include_str!("../../data/ds-326.facts.json")).unwrap()
}

fn refused(change: impl FnOnce(&mut Value)) -> String {
    let mut value = seed();
    change(&mut value);
    ReplyFacts::parse(&value).unwrap_err().to_string()
}

#[test]
fn facts_come_back_as_they_went_out() {
    let facts = ReplyFacts::parse(&seed()).unwrap();
    assert_eq!(ReplyFacts::parse(&serde_json::to_value(&facts).unwrap()).unwrap(), facts);
}

#[test]
fn a_letter_comes_back_as_it_went_out() {
    let letter = crate::support::letter();
    assert_eq!(serde_json::from_value::<letter::Letter>(serde_json::to_value(&letter).unwrap()).unwrap(), letter);
}

#[test]
fn a_fault_in_the_facts_is_named_with_its_place() {
    assert_eq!(
        refused(|facts| facts["executor"]["fon"] = json!("1")),
        "/executor/fon: unknown field `fon`, expected `name` or `phone`"
    );
    let missing =
        refused(|facts| drop(facts["recipients"]["list"]["groups"][1].as_object_mut().unwrap().remove("members")));
    assert_eq!(missing, "/recipients/list/groups/1: missing field `members`");
    assert!(refused(|facts| facts["dated"] = json!("5 қазан")).starts_with("/dated: "));
    let wrong = refused(|facts| facts["body"]["blocks"][2]["content"][0] = json!({ "type": "html", "html": "<b>" }));
    assert_eq!(
        wrong,
        "/body/blocks/2/content/0: there is no type `html` here; known: text, bold, italic, footnote, line_break"
    );
}

#[test]
fn the_schema_names_every_field_that_the_facts_have() {
    let schema = ReplyFacts::schema();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!(schema["additionalProperties"], json!(false));
    let described: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
    let used = serde_json::to_value(ReplyFacts::parse(&seed()).unwrap()).unwrap();
    for field in used.as_object().unwrap().keys() {
        assert!(described.contains(&field), "{field}");
    }
    assert_eq!(schema["properties"]["dated"]["format"], "date");
    let blocks = schema["$defs"]["Block"]["oneOf"].as_array().unwrap();
    let kinds: Vec<&Value> = blocks.iter().map(|block| &block["properties"]["type"]["const"]).collect();
    assert_eq!(kinds, ["paragraph", "heading", "list", "table", "page_break"]);
}

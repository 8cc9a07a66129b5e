//! What the doors read: the JSON body of every command, and nothing more than it knows.

use inquiry::{Ask, CommandName};
use serde_json::{Value, json};

use crate::moves::plausible;
use crate::support::*;

/// The body of a command of every kind, as a program would send it.
fn bodies() -> Vec<(CommandName, Ask, Value)> {
    let story = contributed();
    let body = |name: &CommandName| {
        let ask = plausible(&story.inquiry, &clerk(), *name, 11);
        let body = serde_json::to_value(&ask).unwrap()[name.path()].clone();
        (*name, ask, body)
    };
    CommandName::ALL.iter().map(body).collect()
}

#[test]
fn every_command_reads_from_its_json_body() {
    for (name, ask, body) in bodies() {
        assert_eq!(Ask::from_json(name, &body.to_string()).unwrap(), ask);
    }
}

#[test]
fn a_field_that_a_command_does_not_know_is_refused() {
    for (name, _, mut body) in bodies() {
        body["colour"] = json!("red");
        let error = Ask::from_json(name, &body.to_string()).unwrap_err();
        assert!(error.to_string().contains("colour"), "{}: {error}", name.path());
    }
}

#[test]
fn a_body_of_another_shape_is_refused() {
    for name in CommandName::ALL {
        for body in ["", "null", "1", "[]", "\"x\"", "{\"reason\":1}"] {
            assert!(Ask::from_json(*name, body).is_err(), "{} took {body}", name.path());
        }
    }
}

#[test]
fn every_command_publishes_the_schema_of_its_body() {
    let schema = schemars::schema_for!(inquiry::command::ReviseDraft).to_value();
    assert_eq!(schema["additionalProperties"], json!(false));
    assert_eq!(schema["required"], json!(["content"]));
}

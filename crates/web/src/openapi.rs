//! The OpenAPI 3.1 document, made from the table of routes: what is not in the table is not in the document, and what is in the
//! table cannot be missing from it.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::{Method, StatusCode};
use directory::Language;
use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use crate::permission::Permission;
use crate::problem::{PROBLEM_JSON, ProblemBody};
use crate::routes::{self, Condition, Gives, Route, Takes};

/// The document as JSON text.
#[must_use]
pub fn document(public_url: &str) -> String {
    let mut generator =
        SchemaSettings::draft2020_12().with(|s| s.definitions_path = "/components/schemas".into()).into_generator();
    // Named first, so that every problem's answer can refer to it.
    let problem = generator.subschema_for::<ProblemBody>();
    let mut paths: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    for route in routes::all().iter().filter(|route| route.is_documented()) {
        let operation = operation(route, &mut generator, &problem);
        paths.entry(route.path.clone()).or_default().insert(route.method.as_str().to_lowercase(), operation);
    }
    let document = json!({
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": "Saual",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Deputy inquiries to the Government of Kazakhstan, from receipt to the proof of delivery.",
            "description": "Every request that changes something carries `Idempotency-Key`: a repeat answers the first result \
                (with `Idempotent-Replayed: true`), the same key with other content is refused. Commands carry `If-Match: \
                \"VERSION\"`; answers carry `ETag: \"VERSION\"`. Problems are RFC 9457 with a stable `code`; their sentences \
                follow `Accept-Language` (kk, ru, en). Every GET answers HEAD too.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": public_url }],
        "security": [{ "token": [] }],
        "tags": tags(),
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A token from `saual token add`; it acts as the account it was made for.",
                },
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": if public_url.starts_with("https://") { "__Host-sid" } else { "sid" },
                    "description": "The session of a browser that signed in at /login.",
                },
            },
        },
    });
    document.to_string()
}

fn tag_of(route: &Route) -> &'static str {
    let rest = route.path.strip_prefix("/api/v1/").unwrap_or("");
    match rest.split('/').next().unwrap_or("") {
        "inquiries" if rest.contains("/commands/") => "commands",
        "inquiries" | "files" => "inquiries",
        "journal" => "journal",
        "directory" => "directory",
        "verification" => "verification",
        _ => "operations",
    }
}

fn tags() -> Value {
    json!([
        { "name": "inquiries", "description": "The register, the dossiers, the letters, the deliveries." },
        { "name": "commands", "description": "What can be done to an inquiry; the inquiry's own rules decide." },
        { "name": "journal", "description": "Every event in one order, with its proof." },
        { "name": "verification", "description": "Whether a letter is genuine, by its code or its file; open to everybody." },
        { "name": "directory", "description": "Ministries, deputies, working calendar." },
        { "name": "operations", "description": "Liveness, readiness, counters, this document." },
    ])
}

fn operation(route: &Route, generator: &mut SchemaGenerator, problem: &Schema) -> Value {
    let mut responses: BTreeMap<String, Value> = BTreeMap::new();
    for answer in &route.answers {
        let mut response = Map::new();
        response.insert("description".into(), answer.means.into());
        let content = match answer.gives {
            Gives::Nothing => None,
            Gives::Json(schema) => Some(json!({ "application/json": { "schema": schema(generator) } })),
            Gives::Bytes(media) => Some(json!({ media: {} })),
            Gives::AnyOf(medias) => Some(medias.iter().map(|media| ((*media).to_owned(), json!({}))).collect()),
        };
        if let Some(content) = content {
            response.insert("content".into(), content);
        }
        let headers = answer_headers(route, answer.status);
        if !headers.is_empty() {
            response.insert("headers".into(), headers.into());
        }
        responses.insert(answer.status.to_string(), response.into());
    }
    for status in problem_statuses(route) {
        let title = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or("Problem");
        let body = json!({ "description": title, "content": { PROBLEM_JSON: { "schema": problem } } });
        responses.entry(status.to_string()).or_insert(body);
    }
    let mut operation = Map::new();
    operation.insert("operationId".into(), route.name.clone().into());
    operation.insert("summary".into(), route.summary.clone().into());
    operation.insert("tags".into(), json!([tag_of(route)]));
    operation.insert("description".into(), who_may(route.permission).into());
    if route.permission == Permission::Public {
        operation.insert("security".into(), json!([]));
    }
    let parameters = parameters(route, generator);
    if !parameters.is_empty() {
        operation.insert("parameters".into(), parameters.into());
    }
    match route.takes {
        Takes::Nothing => {}
        Takes::Json(schema) => {
            let content = json!({ "application/json": { "schema": schema(generator) } });
            operation.insert("requestBody".into(), json!({ "required": true, "content": content }));
        }
        Takes::Form => {
            let content = json!({ "application/x-www-form-urlencoded": {} });
            operation.insert("requestBody".into(), json!({ "required": true, "content": content }));
        }
        Takes::Upload => {
            let content = json!({ "multipart/form-data": {} });
            operation.insert("requestBody".into(), json!({ "required": true, "content": content }));
        }
        Takes::Text(schema, medias) => {
            let mut content: Map<String, Value> = medias.iter().map(|media| ((*media).to_owned(), json!({}))).collect();
            content.insert("application/json".into(), json!({ "schema": schema(generator) }));
            operation.insert("requestBody".into(), json!({ "required": true, "content": content }));
        }
        Takes::Bytes(medias) => {
            let content: Map<String, Value> = medias.iter().map(|media| ((*media).to_owned(), json!({}))).collect();
            operation.insert("requestBody".into(), json!({ "required": true, "content": content }));
        }
    }
    operation.insert("responses".into(), json!(responses));
    operation.into()
}

fn who_may(permission: Permission) -> String {
    match permission {
        Permission::Public => "Anybody.".to_owned(),
        Permission::SignedIn => "Anybody who is signed in.".to_owned(),
        Permission::AnyOf(roles) => {
            let names: Vec<String> =
                roles.iter().map(|role| format!("`{}` ({})", role.code(), role.words(Language::En))).collect();
            format!("One of the roles {}.", names.join(", "))
        }
    }
}

fn answer_headers(route: &Route, status: u16) -> Map<String, Value> {
    let mut headers = Map::new();
    let text = |means: &str| json!({ "description": means, "schema": { "type": "string" } });
    if route.condition != Condition::None {
        headers.insert("ETag".into(), text("The inquiry's version after the command, in quotation marks."));
        headers.insert("Idempotent-Replayed".into(), text("`true` when this is the first result, told again."));
    }
    if status == 201 {
        headers.insert("Location".into(), text("Where the inquiry is found."));
    }
    headers
}

/// Which statuses of problems a route can answer, from what the row says about it.
fn problem_statuses(route: &Route) -> BTreeSet<u16> {
    let mut statuses: BTreeSet<u16> = route.problems.iter().copied().collect();
    if route.permission != Permission::Public {
        statuses.extend([401, 500, 503]);
    }
    if route.method != Method::GET {
        statuses.insert(429);
    }
    if matches!(route.permission, Permission::AnyOf(_)) {
        statuses.insert(403);
    }
    if route.query.is_some() || route.path.contains('{') {
        statuses.extend([400, 404]);
    }
    match route.takes {
        Takes::Nothing => {}
        Takes::Json(_) => statuses.extend([400, 413, 415, 422]),
        Takes::Form | Takes::Upload => statuses.extend([400, 413]),
        Takes::Bytes(_) | Takes::Text(..) => statuses.extend([400, 413, 422]),
    }
    match route.condition {
        Condition::None => {}
        Condition::Key => statuses.extend([400, 403, 409, 422]),
        Condition::KeyAndVersion => statuses.extend([400, 403, 404, 409, 412, 422, 428]),
    }
    statuses
}

fn parameters(route: &Route, generator: &mut SchemaGenerator) -> Vec<Value> {
    let mut parameters: Vec<Value> = route
        .path
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split(['}', ':']).next())
        .map(|name| {
            let (schema, means) = path_parameter(name, &route.path);
            json!({ "name": name, "in": "path", "required": true, "schema": schema, "description": means })
        })
        .collect();
    if let Some(query) = route.query {
        parameters.extend(query_parameters(query(generator), generator));
    }
    if route.condition != Condition::None {
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": true,
            "schema": { "type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$" },
            "description": "A new one for every new request, the same one for its repeats.",
        }));
    }
    if route.condition == Condition::KeyAndVersion {
        parameters.push(json!({
            "name": "If-Match", "in": "header", "required": true,
            "schema": { "type": "string", "pattern": "^\"[0-9]{1,19}\"$" },
            "description": "The version that the asker saw, in quotation marks.",
        }));
    }
    if route.is_documented() && route.path.starts_with("/api/v1/") {
        parameters.push(json!({
            "name": "Accept-Language", "in": "header", "required": false,
            "schema": { "type": "string" },
            "description": "Language of sentences: kk (default), ru or en.",
        }));
    }
    parameters
}

fn path_parameter(name: &str, path: &str) -> (Value, &'static str) {
    match name {
        "id" => (json!({ "type": "string", "format": "uuid" }), "The inquiry."),
        "position" => (json!({ "type": "integer", "minimum": 1 }), "The event's place in the journal."),
        "form" if path.ends_with("/draft.{form}") => {
            (json!({ "type": "string", "enum": ["md", "json", "rich.json", "docx"] }), "The form of the text.")
        }
        "form" if path.ends_with("/contribution.{form}") => (
            json!({ "type": "string", "enum": ["md", "json", "rich.json", "docx"] }),
            "The form of the text; `docx` only to send.",
        ),
        "form" => (json!({ "type": "string", "enum": ["pdf", "html", "txt", "docx"] }), "The form of the letter."),
        "n" => (json!({ "type": "integer", "minimum": 1 }), "The page, from 1."),
        "sha256" => (json!({ "type": "string", "pattern": "^[0-9a-f]{64}$" }), "SHA-256 of the file's bytes."),
        "which" => (json!({ "type": "string", "enum": ["signature", "registration"] }), "Which of the two seals."),
        _ => (json!({ "type": "string" }), "A name."),
    }
}

/// The fields of a query's schema, one parameter each.
fn query_parameters(schema: Schema, generator: &SchemaGenerator) -> Vec<Value> {
    let schema = schema.to_value();
    // The schema of a named type is a reference into the definitions made so far.
    let resolved = match schema.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next()) {
        Some(name) => generator.definitions().get(name).cloned().unwrap_or(Value::Null),
        None => schema,
    };
    let required: Vec<&str> = resolved["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let properties = resolved["properties"].as_object().cloned().unwrap_or_default();
    properties
        .into_iter()
        .map(|(name, mut schema)| {
            let means = schema.as_object_mut().and_then(|schema| schema.remove("description")).unwrap_or(Value::Null);
            json!({
                "name": name, "in": "query", "required": required.contains(&name.as_str()), "schema": schema,
                "description": means.as_str().unwrap_or_default(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_for_programs_is_described() {
        let document: Value = serde_json::from_str(&document("https://saual.example")).unwrap();
        for route in routes::all().iter().filter(|route| route.is_documented()) {
            let operation = &document["paths"][&route.path][route.method.as_str().to_lowercase()];
            assert_eq!(operation["operationId"], route.name.as_str());
            assert!(!operation["responses"].as_object().unwrap().is_empty(), "{} answers nothing", route.name);
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let text = document("https://saual.example");
        let document: Value = serde_json::from_str(&text).unwrap();
        let mut references = BTreeSet::new();
        collect(&document, &mut references);
        assert!(!references.is_empty());
        for reference in references {
            let pointer = reference.strip_prefix('#').unwrap_or_else(|| panic!("{reference} leads outside"));
            assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
        }
    }

    fn collect(value: &Value, references: &mut BTreeSet<String>) {
        match value {
            Value::Object(map) => {
                for (key, value) in map {
                    if let ("$ref", Value::String(reference)) = (key.as_str(), value) {
                        references.insert(reference.clone());
                    }
                    collect(value, references);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| collect(item, references)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}

//! The OpenAPI document and the manners of HTTP: HEAD, OPTIONS, 405 with Allow, 404, headers.

use std::collections::BTreeSet;

use serde_json::Value;
use testkit::app::TestApp;
use web::routes;

#[tokio::test(flavor = "multi_thread")]
async fn the_document_describes_every_route() {
    let app = TestApp::start().await;
    let answer = app.call("GET", "/api/openapi.json").send().await.is(200);
    assert_eq!(answer.header("content-type"), Some("application/json; charset=utf-8"));
    let document = answer.json();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["info"]["title"], "Saual");
    let mut described = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            described.insert((method.to_uppercase(), path.clone()));
            check_operation(&document, path, operation);
        }
    }
    let wanted: BTreeSet<(String, String)> = routes::all()
        .iter()
        .filter(|route| route.is_documented())
        .map(|route| (route.method.to_string(), route.path.clone()))
        .collect();
    assert_eq!(described, wanted);
    // The routes of the contracts page, by name.
    for path in [
        "/api/v1/inquiries",
        "/api/v1/inquiries/{id}",
        "/api/v1/inquiries/{id}/events",
        "/api/v1/inquiries/{id}/deliveries",
        "/api/v1/inquiries/{id}/reply.{form}",
        "/api/v1/journal",
        "/api/v1/journal/head",
        "/api/v1/journal/proof/{position}",
        "/api/v1/journal/consistency",
        "/api/v1/directory/deputies",
        "/api/v1/directory/ministries",
        "/api/v1/directory/calendar",
        "/healthz",
        "/readyz",
        "/metrics",
    ] {
        assert!(document["paths"][path]["get"].is_object(), "{path} is missing");
    }
    for command in COMMANDS {
        assert!(
            document["paths"][format!("/api/v1/inquiries/{{id}}/commands/{command}")]["post"].is_object(),
            "{command}"
        );
    }
}

/// The commands of the contracts page.
const COMMANDS: [&str; 32] = [
    "assign-ministries",
    "contest-assignment",
    "reassign",
    "submit-contribution",
    "accept-contribution",
    "return-contribution",
    "revise-draft",
    "submit-for-approval",
    "visa",
    "refuse-visa",
    "return-draft",
    "submit-for-signature",
    "sign",
    "decline-signing",
    "assign-outgoing-number",
    "dispatch",
    "confirm-delivery",
    "record-delivery-by-hand",
    "resend",
    "revoke-link",
    "request-extension",
    "grant-extension",
    "refuse-extension",
    "send-interim-reply",
    "remove-from-control",
    "close",
    "link-repeat",
    "merge",
    "withdraw",
    "redirect",
    "replace-reply",
    "record-response",
];

fn check_operation(document: &Value, path: &str, operation: &Value) {
    assert!(operation["operationId"].is_string() && operation["summary"].is_string(), "{path}: {operation}");
    let responses = operation["responses"].as_object().unwrap();
    assert!(responses.keys().any(|status| status.starts_with('2')), "{path} never succeeds");
    for (status, response) in responses {
        assert_eq!(status.len(), 3, "{path}");
        assert!(response["description"].as_str().is_some_and(|text| !text.is_empty()), "{path} {status}");
    }
    let parameters: Vec<(&str, &str)> = operation["parameters"]
        .as_array()
        .map(|list| list.iter().map(|p| (p["in"].as_str().unwrap(), p["name"].as_str().unwrap())).collect())
        .unwrap_or_default();
    let distinct: BTreeSet<_> = parameters.iter().collect();
    assert_eq!(distinct.len(), parameters.len(), "{path} names a parameter twice");
    let in_path: BTreeSet<&str> = path.split('{').skip(1).map(|rest| rest.split('}').next().unwrap()).collect();
    let described: BTreeSet<&str> =
        parameters.iter().filter(|(place, _)| *place == "path").map(|(_, name)| *name).collect();
    assert_eq!(in_path, described, "{path}");
    if operation["security"].is_null() {
        assert!(responses.contains_key("401"), "{path} needs a token and never answers 401");
    }
    for scheme in document["security"].as_array().unwrap().iter().flat_map(|entry| entry.as_object().unwrap().keys()) {
        assert!(document["components"]["securitySchemes"][scheme].is_object(), "{scheme}");
    }
    let json = &operation["requestBody"]["content"]["application/json"];
    if json.is_object() {
        let schema = &json["schema"];
        let reference = schema["$ref"].as_str().unwrap_or_else(|| panic!("{path}: {schema}"));
        let known = document.pointer(reference.strip_prefix('#').unwrap()).unwrap_or_else(|| panic!("{reference}"));
        assert_eq!(known["additionalProperties"], false, "{reference} takes unknown fields");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_have_the_fields_that_the_document_promises() {
    let app = TestApp::start().await;
    let (id, _) = super::registered(&app, "ДС-1").await;
    app.settle().await;
    let document = app.call("GET", "/api/openapi.json").send().await.is(200).json();
    let holds = |name: &str, body: &Value| {
        let schema = &document["components"]["schemas"][name];
        for field in schema["required"].as_array().unwrap_or_else(|| panic!("no schema {name}")) {
            assert!(!body[field.as_str().unwrap()].is_null(), "{name} promises {field}: {body}");
        }
        for field in body.as_object().unwrap().keys() {
            assert!(
                schema["properties"][field].is_object() || schema["properties"][field] == true,
                "{name} hides {field}"
            );
        }
    };
    holds("Problem", &app.call("GET", "/api/v1/inquiries").send().await.is(401).json());
    holds("Problem", &app.get("clerk", "/api/v1/journal").await.is(403).json());
    holds("Dossier", &app.get("clerk", &format!("/api/v1/inquiries/{id}")).await.is(200).json());
    holds("Entry", &app.get("clerk", "/api/v1/inquiries").await.is(200).json()["inquiries"][0]);
    let history = app.get("clerk", &format!("/api/v1/inquiries/{id}/events")).await.is(200).json();
    holds("Event", &history["events"][0]);
    holds("Head", &app.get("auditor", "/api/v1/journal/head").await.is(200).json());
    app.sign_head().await.unwrap();
    holds("Consistency", &app.get("auditor", "/api/v1/journal/consistency?from=1").await.is(200).json());
    holds("Proof", &app.get("auditor", "/api/v1/journal/proof/1").await.is(200).json());
    holds("Calendar", &app.get("clerk", "/api/v1/directory/calendar").await.is(200).json());
}

#[tokio::test(flavor = "multi_thread")]
async fn head_answers_where_get_does() {
    let app = TestApp::start().await;
    for path in ["/healthz", "/api/openapi.json", "/login"] {
        let get = app.call("GET", path).send().await.is(200);
        let head = app.call("HEAD", path).send().await.is(200);
        assert!(head.bytes.is_empty());
        assert_eq!(head.header("content-length"), Some(get.bytes.len().to_string().as_str()), "{path}");
        assert_eq!(head.header("content-type"), get.header("content-type"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_methods_are_told_which_ones_work() {
    let app = TestApp::start().await;
    for (method, path, allow) in [
        ("DELETE", "/api/v1/inquiries", ["GET", "POST"].as_slice()),
        ("PUT", "/api/v1/inquiries/018f3c1e-7a55-7cc1-9d3b-4c2a70b0a001", &["GET", "HEAD"]),
        ("GET", "/api/v1/inquiries/018f3c1e-7a55-7cc1-9d3b-4c2a70b0a001/commands/sign", &["POST"]),
        ("PATCH", "/healthz", &["GET", "HEAD"]),
    ] {
        let answer = app.call(method, path).by("clerk").send().await;
        let told = answer.header("allow").unwrap().to_owned();
        for method in allow {
            assert!(told.split(", ").any(|known| known == *method), "{path}: {told}");
        }
        answer.is_problem(405, "method_not_allowed");
        let options = app.call("OPTIONS", path).send().await.is(204);
        assert_eq!(options.header("allow"), Some(told.as_str()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_exist_is_a_problem_for_programs_and_a_page_for_people() {
    let app = TestApp::start().await;
    for path in ["/api/v1/nothing", "/api/", "/api/v2/inquiries", "/api/v1/inquiries/"] {
        app.call("GET", path).send().await.is_problem(404, "unknown_address");
    }
    let command = "/api/v1/inquiries/018f3c1e-7a55-7cc1-9d3b-4c2a70b0a001/commands/fly";
    app.call("POST", command)
        .by("clerk")
        .key("k")
        .seen(1)
        .json(&serde_json::json!({}))
        .send()
        .await
        .is_problem(404, "unknown_address");
    let page =
        app.call("GET", "/nothing").header("Accept", "text/html").header("Accept-Language", "ru").send().await.is(404);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(page.text().contains("lang=\"ru\"") && page.text().contains("Такого адреса нет"), "{}", page.text());
    for (path, title) in [("/nothing", "No such address"), ("/inquiries/xxx", "No such inquiry")] {
        let ask = app.call("GET", path).by("clerk").header("Accept", "text/html").header("Accept-Language", "en");
        let page = ask.send().await.is(404);
        assert!(page.text().contains(title), "{}", page.text());
        assert!(!page.text().contains("/api/"), "people are sent to programs' addresses: {}", page.text());
    }
    let problem = app.get("clerk", "/api/v1/inquiries/xxx").await.is_problem(404, "no_such_inquiry");
    assert_eq!(problem["hint"], "/api/v1/inquiries?q=");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_says_what_a_browser_may_do_with_it() {
    let app = TestApp::start().await;
    let answers = [
        app.call("GET", "/login").send().await,
        app.call("GET", "/nothing").send().await,
        app.get("clerk", "/api/v1/inquiries").await,
        app.call("GET", "/api/v1/inquiries").send().await,
        app.call("GET", "/healthz").send().await,
    ];
    let mut ids = BTreeSet::new();
    for answer in answers {
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("referrer-policy"), Some("same-origin"));
        assert_eq!(answer.header("cross-origin-opener-policy"), Some("same-origin"));
        assert_eq!(answer.header("cross-origin-resource-policy"), Some("same-origin"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert!(ids.insert(answer.header("x-request-id").unwrap().to_owned()), "a request's number came twice");
        assert_eq!(answer.header("server"), None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_house_says_that_it_is_ready_and_counts() {
    let app = TestApp::start().await;
    app.settle().await;
    let ready = app.call("GET", "/readyz").send().await.is(200).json();
    assert_eq!(ready["ready"], true);
    let names: Vec<&str> = ready["followers"].as_array().unwrap().iter().map(|f| f["name"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        ["approvals", "deliveries", "dispatch", "duties", "letters", "notices", "proposals", "register", "search"]
    );
    let text = app.call("GET", "/metrics").send().await.is(200).text();
    assert!(text.contains("http_server_requests_total{route=\"readyz\",status=\"200\"} 1"), "{text}");
    assert!(text.contains("follower_position{follower=\"register\"} 0"), "{text}");
    // A follower that cannot take an event stands still, and the house says so.
    let client = app.database.connect().await;
    client.execute("update followers set failures = 3 where name = 'register'", &[]).await.unwrap();
    let stuck = app.call("GET", "/readyz").send().await.is(503).json();
    assert_eq!((&stuck["ready"], &stuck["database"]), (&Value::Bool(false), &Value::Bool(true)));
    client.execute("update followers set failures = 0 where name = 'register'", &[]).await.unwrap();
    app.call("GET", "/readyz").send().await.is(200);
    app.state().leave();
    assert_eq!(app.call("GET", "/readyz").send().await.is(503).json()["leaving"], true);
}

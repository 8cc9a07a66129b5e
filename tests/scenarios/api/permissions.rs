//! Every route is tried without a token and as every role: what the table of routes says is what happens.

use serde_json::json;
use testkit::app::TestApp;
use web::Permission;
use web::routes::{self, Route, Takes};

use super::{command, inquiry, registered, resolution};

/// A path of the route with its parameters filled in.
fn path_of(route: &Route, id: &str) -> String {
    let path = route.path.replace("{id}", id).replace("{form}", "pdf").replace("{which}", "signature");
    let path = path.replace("{position}", "1").replace("{file:.*}", "none.css");
    // Pages may have parameters of their own; any value will do to be refused at the door.
    let mut out = String::new();
    let mut inside = false;
    for c in path.chars() {
        match c {
            '{' => {
                inside = true;
                out.push('x');
            }
            '}' => inside = false,
            _ if inside => {}
            c => out.push(c),
        }
    }
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_lets_in_whom_its_row_names_and_nobody_else() {
    let app = TestApp::start().await;
    let (id, _) = registered(&app, "ДС-1").await;
    for route in routes::all().iter().filter(|route| route.is_documented()) {
        let path = path_of(route, &id);
        let method = route.method.as_str();
        let bare = app.call(method, &path).send().await;
        if route.permission == Permission::Public {
            assert!(bare.status < 400, "{} {path} answers {} to the public", route.method, bare.status);
            continue;
        }
        bare.is_problem(401, "not_signed_in");
        for account in app.accounts() {
            let allowed = route.permission.roles().is_empty() || route.permission.roles().contains(&app.role(account));
            // A body that no command takes: whoever comes through the door is refused for it, and nothing is done.
            let mut call = app.call(method, &path).by(account);
            if matches!(route.takes, Takes::Json(_)) {
                call = call.key("k").seen(3).json(&json!({ "nothing": "of the kind" }));
            }
            let answer = call.send().await;
            if allowed {
                assert!(
                    answer.status != 401 && answer.status != 403,
                    "{} {path} by {account}: {}",
                    method,
                    answer.text()
                );
                if matches!(route.takes, Takes::Json(_)) {
                    answer.is_problem(422, "unexpected_content");
                }
            } else {
                let body = answer.is_problem(403, "not_permitted");
                assert!(!body["needs"].as_array().unwrap().is_empty(), "{body}");
            }
        }
    }
    assert_eq!(app.journal().head().await.unwrap().position, 3, "somebody did something");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_send_strangers_to_the_door_and_tell_others_that_they_may_not() {
    let app = TestApp::start().await;
    let (id, _) = registered(&app, "ДС-1").await;
    for route in routes::all().iter().filter(|route| !route.is_documented() && route.permission != Permission::Public) {
        let path = path_of(route, &id);
        let stranger = app.call(route.method.as_str(), &path).header("Accept", "text/html").send().await;
        assert_eq!(stranger.status, 303, "{} {path}", route.method);
        assert!(stranger.header("location").unwrap().starts_with("/login"), "{path}");
        let roles = route.permission.roles();
        let other = app.accounts().find(|account| !roles.is_empty() && !roles.contains(&app.role(account)));
        if let Some(other) = other {
            let answer = app.call(route.method.as_str(), &path).by(other).header("Accept", "text/html").send().await;
            assert_eq!(answer.status, 403, "{} {path} by {other}", route.method);
            assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_none_opens_nothing_not_even_what_is_open() {
    let app = TestApp::start().await;
    for value in ["Bearer saual_forged", "Bearer", "Basic Y2xlcms6eA==", "saual_x", "Bearer  ", "Bearer \u{7f}"] {
        let answer =
            app.call("GET", "/api/v1/inquiries").header("Authorization", value.trim_end_matches('\u{7f}')).send().await;
        assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"saual\""));
        answer.is_problem(401, "not_signed_in");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_executor_knows_only_of_what_their_ministry_works_on() {
    let app = TestApp::start().await;
    let (id, version) = registered(&app, "ДС-1").await;
    let place = format!("/api/v1/inquiries/{id}");
    app.get("lead", &place).await.is_problem(404, "no_such_inquiry");
    command(&app, "lead", &id, version, "request-extension", &json!({ "ground": "x", "until": "2023-11-01" }))
        .await
        .is_problem(404, "no_such_inquiry");
    command(&app, "head", &id, version, "assign-ministries", &resolution()).await.is(200);
    app.settle().await;
    for (account, sees) in [("lead", true), ("mfa", true), ("stranger", false), ("clerk", true), ("auditor", true)] {
        let one = app.get(account, &place).await;
        let list = app.get(account, "/api/v1/inquiries").await.is(200).json();
        assert_eq!(list["inquiries"].as_array().unwrap().len(), usize::from(sees), "{account}");
        if sees {
            one.is(200);
            app.get(account, &format!("{place}/events")).await.is(200);
        } else {
            one.is_problem(404, "no_such_inquiry");
            app.get(account, &format!("{place}/events")).await.is_problem(404, "no_such_inquiry");
            app.get(account, &format!("{place}/reply.pdf")).await.is_problem(404, "no_such_inquiry");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deputy_knows_only_of_what_they_asked() {
    let app = TestApp::start().await;
    let mut own = inquiry("ДС-1");
    own["groups"][0]["deputies"][1]["deputy"] = json!(app.deputy.to_string());
    own["groups"][0]["deputies"][0]["email"] = json!(null);
    let mut other = inquiry("ДС-2");
    other["groups"][0]["deputies"][0]["email"] = json!("somebody@mazhilis.example");
    let mut ids = Vec::new();
    for (key, body) in [("a", &own), ("b", &other)] {
        let answer = app.call("POST", "/api/v1/inquiries").by("clerk").key(key).json(body).send().await.is(201);
        ids.push(answer.json()["id"].as_str().unwrap().to_owned());
    }
    app.settle().await;
    let list = app.get("deputy", "/api/v1/inquiries").await.is(200).json();
    let seen: Vec<&str> = list["inquiries"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(seen, [ids[0].as_str()]);
    app.get("deputy", &format!("/api/v1/inquiries/{}", ids[0])).await.is(200);
    app.get("deputy", &format!("/api/v1/inquiries/{}", ids[1])).await.is_problem(404, "no_such_inquiry");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deputy_reads_the_letter_that_was_sent_and_none_of_the_offices_papers() {
    let app = TestApp::start().await;
    // The account of the tests' deputy is the one whose address stands first on the list.
    let told = super::story::to_the_signatory(&app, "ДС-1").await;
    let place = format!("/api/v1/inquiries/{}", told.id);
    let papers = app.get("deputy", &place).await.is(200).json();
    assert_eq!(papers["state"], "for_signature");
    assert_eq!(papers["assignment"]["lead"], "mlsp");
    for field in ["draft", "submission", "letter"] {
        assert_eq!(papers[field], json!(null), "{field}");
    }
    assert_eq!(papers["contributions"], json!([]));
    assert!(app.get("clerk", &place).await.json()["draft"].is_object());
    for file in ["reply.pdf", "reply.html", "signed.pdf", "signature.p7s"] {
        app.get("deputy", &format!("{place}/{file}")).await.is_problem(404, "not_there_yet");
    }
    let told = super::story::tell(&app, "ДС-2").await;
    let place = format!("/api/v1/inquiries/{}", told.id);
    let papers = app.get("deputy", &place).await.is(200).json();
    assert_eq!(papers["letter"]["number"], "12-11/3841 ДС");
    assert_eq!(papers["deliveries"].as_array().unwrap().len(), 1);
    app.get("deputy", &format!("{place}/reply.pdf")).await.is(200);
    app.get("deputy", &format!("{place}/registration.p7s")).await.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_dossier_offers_is_what_its_reader_may_do() {
    let app = TestApp::start().await;
    let (id, version) = registered(&app, "ДС-1").await;
    let offered = |account: &'static str| {
        let place = format!("/api/v1/inquiries/{id}");
        let app = &app;
        async move { app.get(account, &place).await.is(200).json()["allowed"].clone() }
    };
    assert_eq!(offered("auditor").await, json!([]));
    assert_eq!(offered("head").await, json!(["assign-ministries"]));
    command(&app, "head", &id, version, "assign-ministries", &resolution()).await.is(200);
    let mfa = offered("mfa").await;
    assert!(mfa.as_array().unwrap().contains(&json!("submit-contribution")), "{mfa}");
    assert!(!mfa.as_array().unwrap().contains(&json!("revise-draft")), "{mfa}");
}

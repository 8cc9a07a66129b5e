//! Every route is tried without a token and as every role: what the table of routes says is what happens.

use futures_util::stream::{self, StreamExt as _};
use serde_json::json;
use testkit::app::{Answer, TestApp};
use web::Permission;
use web::routes::{self, Route, Takes};

use super::{command, inquiry, registered, resolution};

/// A path of the route with its parameters filled in.
fn path_of(route: &Route, id: &str) -> String {
    let path = route.path.replace("{id}", id).replace("{form}", "pdf").replace("{which}", "signature");
    let path = path.replace("{position}", "1").replace("{file:.*}", "saual.css");
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

/// One request at one route: what came of it, or nothing where it is as the row says.
async fn tried(app: &TestApp, route: &'static Route, id: &str, account: Option<&'static str>) -> Option<String> {
    let (method, path) = (route.method.as_str(), path_of(route, id));
    // A body that no command takes: whoever comes through the door is refused for it, and nothing is done.
    let mut call = app.call(method, &path);
    let is_for_programs = route.is_documented() || matches!(route.takes, Takes::Json(_));
    if !route.is_documented() && is_for_programs {
        call = call.header("Accept", "application/json");
    } else if !is_for_programs {
        call = call.header("Accept", "text/html");
    }
    if let Some(account) = account {
        call = call.by(account);
    }
    if matches!(route.takes, Takes::Json(_)) {
        call = call.key("k").seen(3).json(&json!({ "nothing": "of the kind" }));
    }
    let answer = call.send().await;
    let is_let_in = match (route.permission, account) {
        (Permission::Public, _) => true,
        (Permission::SignedIn, account) => account.is_some(),
        (Permission::AnyOf(roles), account) => account.is_some_and(|account| roles.contains(&app.role(account))),
    };
    let as_told = match (is_let_in, account) {
        (true, Some(_)) if matches!(route.takes, Takes::Json(_)) => is_problem(&answer, 422, "unexpected_content"),
        // Open doors show something; a file or a letter of that name there may not be.
        (true, _) => !matches!(answer.status, 401 | 403 | 500..),
        (false, None) if is_for_programs => is_problem(&answer, 401, "not_signed_in"),
        (false, None) => answer.status == 303 && answer.header("location").is_some_and(|to| to.starts_with("/login")),
        (false, Some(_)) if is_for_programs => {
            is_problem(&answer, 403, "not_permitted") && !answer.json()["needs"].as_array().unwrap().is_empty()
        }
        (false, Some(_)) => answer.status == 403 && answer.header("content-type") == Some("text/html; charset=utf-8"),
    };
    let who = account.unwrap_or("nobody");
    if as_told { None } else { Some(format!("{method} {path} by {who}: {} {}", answer.status, answer.text())) }
}

fn is_problem(answer: &Answer, status: u16, code: &str) -> bool {
    answer.status == status && answer.json()["code"] == code
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_lets_in_whom_its_row_names_and_nobody_else() {
    let app = TestApp::start().await;
    let (id, _) = registered(&app, "ДС-1").await;
    let askers: Vec<Option<&'static str>> = [None].into_iter().chain(app.accounts().map(Some)).collect();
    let all = routes::all().iter().flat_map(|route| askers.iter().map(move |asker| (route, *asker)));
    let (app, id) = (&app, id.as_str());
    let tried = stream::iter(all).map(|(route, asker)| tried(app, route, id, asker)).buffer_unordered(16);
    let faults: Vec<String> = tried.collect::<Vec<Option<String>>>().await.into_iter().flatten().collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(app.journal().head().await.unwrap().position, 3, "somebody did something");
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

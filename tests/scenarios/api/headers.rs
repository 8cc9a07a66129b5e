//! What every answer carries, whatever it answers: what a browser may do with it, what kind it is, and that nobody keeps it.

use testkit::app::{Answer, TestApp};
use web::routes::{self, Route};

use super::story::tell;

const POLICIES: [&str; 2] = [web::doors::headers::PAGE_POLICY, web::doors::headers::LETTER_POLICY];

/// What is not as it should be with the answer of an address. One that carries a personal link is told to nobody.
fn faults(path: &str, answer: &Answer) -> Vec<String> {
    let mut faults = Vec::new();
    let mut wants = |name: &str, is_right: &dyn Fn(&str) -> bool| {
        if !answer.header(name).is_some_and(is_right) {
            faults.push(format!("{name}: {:?}", answer.header(name)));
        }
    };
    wants("x-content-type-options", &|value| value == "nosniff");
    let referrer = if path.starts_with("/d/") { "no-referrer" } else { "same-origin" };
    wants("referrer-policy", &|value| value == referrer);
    wants("cross-origin-opener-policy", &|value| value == "same-origin");
    wants("cross-origin-resource-policy", &|value| value == "same-origin");
    wants("permissions-policy", &|value| value.contains("camera=()"));
    wants("content-security-policy", &|value| POLICIES.contains(&value));
    wants("cache-control", &|value| {
        value.contains("no-store") || value.contains("no-cache") || value.contains("max-age")
    });
    wants("x-request-id", &|value| value.len() == 36);
    if !answer.bytes.is_empty() {
        let is_text = |kind: &str| kind.starts_with("text/") && !kind.contains("charset=utf-8");
        wants("content-type", &|kind| !is_text(kind));
    }
    if answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html"))
        && !answer.text().contains("letter")
    {
        wants("content-security-policy", &|value| {
            value.contains("frame-ancestors 'none'") && !value.contains("unsafe")
        });
    }
    faults
}

fn path_of(route: &Route, id: &str) -> String {
    let path = route.path.replace("{id}", id).replace("{form}", "html").replace("{which}", "signature");
    let path = path.replace("{position}", "1").replace("{n}", "1").replace("{file:.*}", "saual.css");
    path.replace("{sha256}", &"0".repeat(64))
        .replace("{command}", "close")
        .replace("{code}", "00000-00000")
        .replace("{ministry}", "mlsp")
        .replace("{paper}", &"0".repeat(64))
        .replace("{page}", "1")
        .replace("{account}", "mfa")
        .replace("{token}", "none")
        .replace("{file}", "signature.p7s")
        .replace("{kind}", "ministries")
        .replace("{change}", "set-days")
        .replace("{name}", "clerk")
        .replace("{letter}", "reply")
        .replace("{language}", "kk")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_of_every_route_says_what_a_browser_may_do_with_it() {
    let app = TestApp::start().await;
    let told = tell(&app, "ДС-1").await;
    let mut wrong = Vec::new();
    for route in routes::all() {
        let path = path_of(route, &told.id);
        assert!(!path.contains('{'), "{path}: the test does not know this parameter");
        for account in [None, Some("clerk"), Some("auditor")] {
            for accept in ["text/html", "application/json"] {
                let mut call = app.call(route.method.as_str(), &path).header("Accept", accept);
                if let Some(account) = account {
                    call = call.by(account);
                }
                let answer = call.send().await;
                wrong.extend(
                    faults(&path, &answer)
                        .iter()
                        .map(|fault| format!("{} {path} {}: {fault}", route.method, answer.status)),
                );
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_tls_browsers_stay_there_and_the_cookie_is_of_this_host_alone() {
    let app = TestApp::start_with(|config| config.public_url = "https://saual.example".to_owned()).await;
    let page = app.call("GET", "/login").send().await.is(200);
    assert_eq!(page.header("strict-transport-security"), Some("max-age=31536000; includeSubDomains"));
    let form = [("name", "clerk"), ("password", app.password.as_str()), ("next", "/")];
    let answer = app.call("POST", "/login").header("Origin", "https://saual.example").form(&form).send().await.is(303);
    let cookie = answer.header("set-cookie").unwrap();
    for part in ["__Host-", "Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    let plain = TestApp::start().await;
    assert_eq!(plain.call("GET", "/login").send().await.header("strict-transport-security"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn counters_are_shown_where_the_installation_allows_it_and_nowhere_else() {
    let app = TestApp::start_with(|config| config.metrics_from = Vec::new()).await;
    app.call("GET", "/metrics").send().await.is_problem(404, "unknown_address");
    app.call("GET", "/healthz").send().await.is(200);
    let app = TestApp::start().await;
    let counters = app.call("GET", "/metrics").send().await.is(200).text();
    assert!(counters.contains("reads_written"), "{counters}");
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_takes_along_what_a_browser_has_kept() {
    let app = TestApp::start().await;
    let answer = app.call("POST", "/logout").by("clerk").send().await.is(303);
    let cleared = answer.header("clear-site-data").unwrap();
    assert!(cleared.contains("\"cache\"") && cleared.contains("\"storage\""), "{cleared}");
}

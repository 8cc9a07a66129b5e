//! How often somebody may ask, and from where a request is said to come.

use testkit::app::{Answer, TestApp};
use web::doors::limits::{Rate, Rates};
use web::doors::proxy::{Names, Proxies};

use super::inquiry;

async fn register(app: &TestApp, account: &str, n: u32) -> Answer {
    let call = app.call("POST", "/api/v1/inquiries").by(account).key(&format!("k{n}"));
    call.json(&inquiry(&format!("ДС-{n}"))).send().await
}

async fn sign_in(app: &TestApp, header: Option<(&str, &str)>) -> Answer {
    let mut call = app.call("POST", "/login").header("Origin", &app.base);
    if let Some((name, value)) = header {
        call = call.header(name, value);
    }
    call.form(&[("name", "nobody"), ("password", "wrong wrong wrong"), ("next", "/")]).send().await
}

fn trusted(names: Names) -> Proxies {
    Proxies { trusted: vec!["127.0.0.0/8".parse().unwrap()], names }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_changes_too_much_at_once_waits_and_nobody_else_does() {
    let app = TestApp::start_with(|config| config.rates.changes = Rate::an_hour(3)).await;
    for n in 1..=3 {
        register(&app, "clerk", n).await.is(201);
    }
    let answer = register(&app, "clerk", 4).await;
    let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1_100..=1_200).contains(&wait), "{wait}");
    let body = answer.is_problem(429, "too_often");
    assert!(body["detail"].as_str().unwrap().contains(&format!("{wait} секундтан")), "{body}");
    for (language, words) in [("ru", "Повторите через"), ("en", "Try again in")] {
        let call = app.call("POST", "/inquiries/new").by("clerk").header("Accept", "text/html");
        let page = call.header("Accept-Language", language).form(&[("number", "ДС-9")]).send().await.is(429);
        assert!(page.text().contains(words) && page.header("retry-after").is_some(), "{}", page.text());
    }
    app.get("clerk", "/api/v1/inquiries").await.is(200);
    app.call("POST", "/logout").by("clerk").send().await.is(303);
    // Another one is let through to be told that this is not for them, and has not used anything up by it.
    for n in 5..10 {
        register(&app, "head", n).await.is_problem(403, "not_permitted");
    }
    assert_eq!(app.journal().head().await.unwrap().position, 9);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_leave_the_register_so_many_times_an_hour() {
    let app = TestApp::start_with(|config| config.rates.exports = Rate::an_hour(2)).await;
    for status in [200, 200, 429] {
        app.get("clerk", "/inquiries/export.csv").await.is(status);
    }
    app.get("head", "/inquiries/export.csv").await.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn open_doors_are_tried_so_often_from_one_address_and_a_header_makes_no_other() {
    let rates = |rates: &mut Rates| {
        (rates.logins, rates.checks) = (Rate::an_hour(2), Rate::an_hour(2));
    };
    let app = TestApp::start_with(|config| rates(&mut config.rates)).await;
    for (forwarded, status) in [("198.51.100.1", 401), ("198.51.100.2", 401), ("198.51.100.3", 429)] {
        sign_in(&app, Some(("X-Forwarded-For", forwarded))).await.is(status);
        let check = app.call("GET", "/v/00000-00000").header("Forwarded", &format!("for={forwarded}")).send().await;
        check.is(if status == 401 { 404 } else { 429 });
    }
    app.call("GET", "/login").send().await.is(200);
    app.call("GET", "/healthz").send().await.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_of_ours_is_believed_about_the_address_behind_it() {
    for (names, header, of) in [
        (Names::XForwardedFor, "X-Forwarded-For", "6.6.6.6, {}"),
        (Names::Forwarded, "Forwarded", "for=6.6.6.6, for=\"{}\";proto=https"),
    ] {
        let app = TestApp::start_with(|config| {
            config.rates.logins = Rate::an_hour(1);
            config.proxies = trusted(names);
        })
        .await;
        let by = |address: &str| of.replace("{}", address);
        sign_in(&app, Some((header, &by("198.51.100.1")))).await.is(401);
        sign_in(&app, Some((header, &by("198.51.100.1")))).await.is(429);
        sign_in(&app, Some((header, &by("198.51.100.2")))).await.is(401);
        // The header that our proxy does not write came through it from outside.
        let other =
            if header == "Forwarded" { ("X-Forwarded-For", "198.51.100.9") } else { ("Forwarded", "for=198.51.100.9") };
        sign_in(&app, Some(other)).await.is(401);
        sign_in(&app, Some(other)).await.is(429);
        let client = app.database.connect().await;
        let rows = client.query("select distinct ip from login_failure order by ip", &[]).await.unwrap();
        let addresses: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        assert_eq!(addresses, ["127.0.0.1", "198.51.100.1", "198.51.100.2"]);
    }
}

//! Coming in: sessions, their ends, the brake on guessing, requests from other sites.

use jiff::Timestamp;
use testkit::app::{Answer, TestApp};
use testkit::password;
use web::accounts;

async fn sign_in(app: &TestApp, name: &str, password: &str) -> Answer {
    app.call("POST", "/login")
        .header("Origin", &app.base)
        .form(&[("name", name), ("password", password), ("next", "/healthz")])
        .send()
        .await
}

/// The program with the clerk's password kept as the program keeps it, and not as tests do.
async fn in_earnest() -> TestApp {
    let app = TestApp::start().await;
    password::in_earnest(&app.database.connect().await, "clerk").await;
    app
}

/// The cookie as a browser sends it back.
fn cookie(answer: &Answer) -> String {
    answer.header("set-cookie").expect("a cookie").split(';').next().unwrap().to_owned()
}

/// Whether the session still opens the register.
async fn works(app: &TestApp, cookie: &str) -> bool {
    let answer = app.call("GET", "/api/v1/inquiries").header("Cookie", cookie).send().await;
    match answer.status {
        200 => true,
        401 => false,
        other => panic!("{other}: {}", answer.text()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_gives_a_cookie_that_scripts_cannot_read_and_signing_out_ends_it() {
    let app = in_earnest().await;
    let answer = sign_in(&app, "clerk", &app.password).await.is(303);
    assert_eq!(answer.header("location"), Some("/healthz"));
    let set = answer.header("set-cookie").unwrap();
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax") && set.contains("Path=/"), "{set}");
    let cookie = cookie(&answer);
    assert!(works(&app, &cookie).await);
    let stored: i64 = app
        .database
        .connect()
        .await
        .query_one(
            "select count(*) from session where encode(id_hash, 'hex') = $1 or encode(id_hash, 'base64') = $1",
            &[&cookie],
        )
        .await
        .unwrap()
        .get(0);
    assert_eq!(stored, 0, "a session's id is stored as it is");
    app.call("POST", "/logout").header("Cookie", &cookie).header("Sec-Fetch-Site", "same-origin").send().await.is(303);
    assert!(!works(&app, &cookie).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_when_it_idles_and_when_its_day_is_over() {
    let app = TestApp::start().await;
    let client = app.database.connect().await;
    let one = cookie(&sign_in(&app, "clerk", &app.password).await);
    client.execute("update session set idle_until = now() - interval '1 second'", &[]).await.unwrap();
    assert!(!works(&app, &one).await);
    let two = cookie(&sign_in(&app, "clerk", &app.password).await);
    assert!(works(&app, &two).await);
    client.execute("update session set idle_until = now() + interval '1 minute'", &[]).await.unwrap();
    assert!(works(&app, &two).await);
    let row =
        client.query_one("select max(idle_until) > now() + interval '25 minutes' from session", &[]).await.unwrap();
    assert!(row.get::<_, bool>(0), "using a session does not keep it");
    client.execute("update session set dies_at = now() - interval '1 second'", &[]).await.unwrap();
    assert!(!works(&app, &two).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_an_account_ends_its_sessions_and_its_tokens() {
    let app = TestApp::start().await;
    let session = cookie(&sign_in(&app, "clerk", &app.password).await);
    app.get("clerk", "/api/v1/inquiries").await.is(200);
    accounts::disable(&app.database.connect().await, "clerk", Timestamp::now()).await.unwrap();
    assert!(!works(&app, &session).await);
    app.get("clerk", "/api/v1/inquiries").await.is_problem(401, "not_signed_in");
    assert_eq!(sign_in(&app, "clerk", &app.password).await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_names_and_wrong_passwords_are_answered_alike_and_slowed_down() {
    let app = in_earnest().await;
    let known = sign_in(&app, "clerk", "wrong wrong wrong").await.is(401);
    let unknown = sign_in(&app, "nobody", "wrong wrong wrong").await.is(401);
    let blank = sign_in(&app, "auditor", "wrong wrong wrong").await.is(401);
    let strip = |answer: &Answer, name: &str| answer.text().replace(name, "");
    assert_eq!(strip(&known, "clerk"), strip(&unknown, "nobody"));
    assert_eq!(strip(&known, "clerk"), strip(&blank, "auditor"));
    assert_eq!(known.header("set-cookie"), None);
    for _ in 0..4 {
        sign_in(&app, "clerk", "wrong wrong wrong").await.is(401);
        sign_in(&app, "nobody", "wrong wrong wrong").await.is(401);
    }
    // The right password does not open while the brake is on, and names that do not exist have the same brake.
    let braked = sign_in(&app, "clerk", &app.password).await.is(429);
    assert!(braked.header("retry-after").unwrap().parse::<u64>().unwrap() > 0);
    sign_in(&app, "nobody", "wrong wrong wrong").await.is(429);
    app.database.connect().await.execute("update login_failure set locked_until = now()", &[]).await.unwrap();
    sign_in(&app, "clerk", &app.password).await.is(303);
    let left: i64 = app
        .database
        .connect()
        .await
        .query_one("select count(*) from login_failure where name = 'clerk'", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(left, 0, "the right password forgives");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_guesses_at_once_count_as_a_hundred() {
    let app = in_earnest().await;
    let guesses = (0..30).map(|n| {
        let app = &app;
        async move { sign_in(app, "clerk", &format!("wrong password {n}")).await.status }
    });
    let answers = futures_util::future::join_all(guesses).await;
    let looked_at = answers.iter().filter(|status| **status == 401).count();
    assert!(looked_at <= 5, "{looked_at} passwords were tried before the brake took hold");
    assert!(answers.iter().all(|status| matches!(status, 401 | 429)), "{answers:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_site_cannot_send_in_somebodys_name() {
    let app = TestApp::start().await;
    let cookie = cookie(&sign_in(&app, "clerk", &app.password).await);
    let attempts: [(&str, &str); 4] = [
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
        ("Origin", "https://evil.example"),
        ("X-Nothing", "x"),
    ];
    for (name, value) in attempts {
        let answer = app
            .call("POST", "/api/v1/inquiries")
            .header("Cookie", &cookie)
            .header(name, value)
            .key("k")
            .json(&super::inquiry("ДС-1"))
            .send()
            .await;
        answer.is_problem(403, "cross_site");
    }
    assert_eq!(app.journal().head().await.unwrap().position, 0);
    let own = app.call("POST", "/api/v1/inquiries").header("Cookie", &cookie).header("Origin", &app.base);
    own.key("k").json(&super::inquiry("ДС-1")).send().await.is(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_leads_to_a_place_of_ours() {
    let app = TestApp::start().await;
    for place in ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"] {
        let answer = app
            .call("POST", "/login")
            .header("Origin", &app.base)
            .form(&[("name", "clerk"), ("password", &app.password), ("next", place)])
            .send()
            .await
            .is(303);
        assert_eq!(answer.header("location"), Some("/"), "{place}");
    }
}

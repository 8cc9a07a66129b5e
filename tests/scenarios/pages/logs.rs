//! What opens a door stands in no line of the log: links of deputies, sessions, passwords, codes, tokens. The program's own logging is
//! started in a process of its own, for a process has one log.
#![expect(clippy::print_stdout, reason = "the second process tells the first what it was let in by")]

use std::process::Command as Program;

use saual::config::LogFormat;
use testkit::app::TestApp;

use super::account::{code, forget_used_codes, with_factor};
use super::browser::Browser;
use super::deputy::{KNOWN, UNKNOWN, links, sent, visit};
use super::people::People;

const OPENED: &str = "pages::logs::doors_are_opened_while_the_log_says_all_it_can";
/// Says to the second process that its log is read.
const ALONE: &str = "SAUAL_TEST_OF_THE_LOG";
/// What the second process says before each secret.
const SECRET: &str = "was let in by ";

#[test]
fn what_opens_a_door_stands_in_no_line_of_the_log() {
    let mut tests = Program::new(std::env::current_exe().unwrap());
    let told = tests.args(["--exact", OPENED, "--nocapture"]).env(ALONE, "yes").output().unwrap();
    let (said, log) = (String::from_utf8_lossy(&told.stdout), String::from_utf8_lossy(&told.stderr));
    assert!(told.status.success(), "{said}\n{log}");
    let secrets: Vec<(&str, &str)> =
        said.lines().filter_map(|line| line.strip_prefix(SECRET)?.split_once(": ")).collect();
    assert_eq!(secrets.len(), 9, "{said}");
    // It is a log, and it tells of what was done with them.
    for line in ["a request was answered", "somebody signed in", "a code was refused", "a request failed", "DEBUG"] {
        assert!(log.contains(line), "the log does not say «{line}»: {log}");
    }
    for (what, secret) in secrets {
        for written in [secret.to_owned(), secret.replace([' ', '-'], "")] {
            let line = log.lines().find(|line| says(line, &written));
            assert_eq!(line, None, "{what} stands in the log");
        }
    }
}

/// Does a line say this, anywhere behind its time? Six digits may stand within a longer number by chance.
fn says(line: &str, secret: &str) -> bool {
    let said = line.split_once(' ').map_or(line, |(_, said)| said);
    let is_alone = |from: usize| {
        let (before, after) = (said[..from].chars().next_back(), said[from + secret.len()..].chars().next());
        !before.into_iter().chain(after).any(|sign| sign.is_ascii_alphanumeric())
    };
    said.match_indices(secret).any(|(from, _)| secret.len() > 6 || is_alone(from))
}

/// Says what somebody is let in by.
fn let_in(what: &str, by: &str) {
    assert!(by.len() >= 6, "{what}: {by}");
    println!("{SECRET}{what}: {by}");
}

#[tokio::test(flavor = "multi_thread")]
async fn doors_are_opened_while_the_log_says_all_it_can() {
    if std::env::var_os(ALONE).is_none() {
        return;
    }
    saual::telemetry::start("debug", LogFormat::Text, true);
    let app = TestApp::start().await;
    let told = sent(&app, "ДС-326").await;
    for (what, address) in [("a link", KNOWN), ("another link", UNKNOWN)] {
        let link = links(&app)[address][0].clone();
        let_in(what, &link[3..]);
        for path in ["", "/reply.pdf", "/pages/1.png", "/pages/99.png", "/receipt.json", "/nothing"] {
            visit(&app, &format!("{link}{path}")).await;
        }
        visit(&app, &format!("{link}x")).await.is(404);
        let receipt = app.call("POST", &link).header("Origin", "null").form(&[("act", "receipt")]);
        receipt.send().await.is(303);
        app.call("POST", &link)
            .header("Origin", "https://evil.example")
            .form(&[("act", "receipt")])
            .send()
            .await
            .is(403);
    }
    let_in("a token", app.token("clerk"));
    app.get("clerk", &format!("/api/v1/inquiries/{}", told.id)).await.is(200);

    let people = People::of(&app).await;
    let (name, password) = (people.name("clerk"), people.password());
    let_in("a password", password);
    let mut clerk = people.at_browser("clerk").await;
    let_in("a session", clerk.kept("sid").unwrap());
    let (secret, recovery) = with_factor(&mut clerk).await;
    let_in("the secret of a second factor", &secret);
    let_in("a recovery code", &recovery[0]);
    for typed in [code(&secret), recovery[0].clone()] {
        forget_used_codes(&app).await;
        let mut half = Browser::new(&app);
        let form = half.get("/login").await.form("/login").with("name", name).with("password", password);
        let asked = half.submit(&form).await;
        if typed != recovery[0] {
            let_in("a half-open sign-in", half.kept("half").unwrap());
            half.send(&asked.form("/login/code").with("code", "wrong wrong")).await;
            let_in("a code", &typed);
        }
        let taken = half.send(&asked.form("/login/code").with("code", &typed)).await;
        assert_eq!(taken.status, 303, "{}", taken.text);
    }

    // What fails is told in full.
    app.database.connect().await.execute("alter table proposal rename to gone", &[]).await.unwrap();
    visit(&app, &links(&app)[KNOWN][0]).await.is(500);
    app.stop().await;
}

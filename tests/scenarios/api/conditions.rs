//! Idempotency-Key and If-Match: a repeat changes nothing twice, an old version changes nothing at all.

use serde_json::json;
use testkit::app::TestApp;

use super::{command, inquiry, registered, resolution};

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_registration_answers_the_first_result() {
    let app = TestApp::start().await;
    let ask = || app.call("POST", "/api/v1/inquiries").by("clerk").key("one").json(&inquiry("№ ДС-326"));
    let first = ask().send().await.is(201);
    assert_eq!(first.header("idempotent-replayed"), None);
    let id = first.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(first.header("location"), Some(format!("/api/v1/inquiries/{id}").as_str()));
    assert_eq!(first.json()["due"], "2023-10-20");

    // The inquiry goes on meanwhile; the repeat still tells what was answered then.
    command(&app, "head", &id, first.version(), "assign-ministries", &resolution()).await.is(200);
    let again = ask().send().await.is(201);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.json(), first.json());
    assert_eq!(again.version(), first.version());
    assert_eq!(again.header("location"), first.header("location"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_written_differently_is_the_same_request() {
    let app = TestApp::start().await;
    let first = app.call("POST", "/api/v1/inquiries").by("clerk").key("one").json(&inquiry("№ ДС-326")).send().await;
    let pretty = serde_json::to_vec_pretty(&inquiry("№ ДС-326")).unwrap();
    let ask =
        app.call("POST", "/api/v1/inquiries").by("clerk").key("one").body("application/json; charset=utf-8", pretty);
    let again = ask.send().await.is(201);
    assert_eq!(again.json(), first.is(201).json());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_with_other_content_is_refused() {
    let app = TestApp::start().await;
    app.call("POST", "/api/v1/inquiries").by("clerk").key("one").json(&inquiry("№ ДС-326")).send().await.is(201);
    let other = app.call("POST", "/api/v1/inquiries").by("clerk").key("one").json(&inquiry("№ ДС-327")).send().await;
    other.is_problem(422, "idempotency_key_reused");

    let (id, version) = registered(&app, "№ ДС-328").await;
    let path = format!("/api/v1/inquiries/{id}/commands/redirect");
    let ask = |reason: &str| {
        let body = json!({ "to": "Жоғарғы Сот", "reason": reason });
        app.call("POST", &path).by("clerk").key("two").seen(version).json(&body).send()
    };
    ask("құзыреті бойынша").await.is(200);
    ask("басқа себеп").await.is_problem(422, "idempotency_key_reused");
    // The same key under another command is other content too.
    let path = format!("/api/v1/inquiries/{id}/commands/withdraw");
    let body = json!({ "reason": "құзыреті бойынша" });
    let other = app.call("POST", &path).by("clerk").key("two").seen(version).json(&body).send().await;
    other.is_problem(422, "idempotency_key_reused");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_of_two_people_are_two_keys() {
    let app = TestApp::start().await;
    let (id, version) = registered(&app, "№ ДС-326").await;
    let assign = format!("/api/v1/inquiries/{id}/commands/assign-ministries");
    let done = app.call("POST", &assign).by("head").key("same").seen(version).json(&resolution()).send().await.is(200);
    let contest = format!("/api/v1/inquiries/{id}/commands/contest-assignment");
    let body = json!({ "reason": "құзыретіміз емес" });
    app.call("POST", &contest).by("mfa").key("same").seen(done.version()).json(&body).send().await.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changing_request_carries_its_conditions() {
    let app = TestApp::start().await;
    let (id, version) = registered(&app, "№ ДС-326").await;
    app.call("POST", "/api/v1/inquiries")
        .by("clerk")
        .json(&inquiry("№ ДС-327"))
        .send()
        .await
        .is_problem(400, "idempotency_key_missing");
    for key in ["", "екі", "a b", &"k".repeat(201)] {
        app.call("POST", "/api/v1/inquiries")
            .by("clerk")
            .key(key)
            .json(&inquiry("№ ДС-327"))
            .send()
            .await
            .is_problem(400, "idempotency_key_malformed");
    }
    let path = format!("/api/v1/inquiries/{id}/commands/assign-ministries");
    let ask = || app.call("POST", &path).by("head").key("one").json(&resolution());
    ask().send().await.is_problem(428, "if_match_missing");
    for tag in ["*", "7", "W/\"3\"", "\"3\", \"4\"", "\"x\"", "\"-1\"", "\"18446744073709551616\""] {
        ask().header("If-Match", tag).send().await.is_problem(400, "if_match_malformed");
    }
    // Nothing of all that was recorded.
    assert_eq!(app.get("head", &format!("/api/v1/inquiries/{id}")).await.is(200).version(), version);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_version_changes_nothing_and_learns_the_present_one() {
    let app = TestApp::start().await;
    let (id, version) = registered(&app, "№ ДС-326").await;
    let done = command(&app, "head", &id, version, "assign-ministries", &resolution()).await.is(200);
    let body = json!({ "to": "Жоғарғы Сот", "reason": "құзыреті бойынша" });
    for seen in [0, version, 99] {
        let stale = command(&app, "clerk", &id, seen, "redirect", &body).await;
        assert_eq!(stale.header("etag"), Some(format!("\"{}\"", done.version()).as_str()));
        assert_eq!(stale.is_problem(412, "stale_version")["current_version"], done.version());
    }
    command(&app, "clerk", &id, done.version(), "redirect", &body).await.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_command_with_its_old_version_answers_the_first_result() {
    let app = TestApp::start().await;
    let (id, version) = registered(&app, "№ ДС-326").await;
    let first = command(&app, "head", &id, version, "assign-ministries", &resolution()).await.is(200);
    let contest = json!({ "reason": "құзыретіміз емес" });
    command(&app, "mfa", &id, first.version(), "contest-assignment", &contest).await.is(200);
    let again = command(&app, "head", &id, version, "assign-ministries", &resolution()).await.is(200);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!((again.json(), again.version()), (first.json(), first.version()));
    assert_eq!(app.journal().head().await.unwrap().position, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_registrations_of_one_number_one_wins_and_the_other_learns_which() {
    let app = TestApp::start().await;
    let ask = |key: &str, spelling: &str| {
        app.call("POST", "/api/v1/inquiries").by("clerk").key(key).json(&inquiry(spelling)).send()
    };
    let (one, two) = tokio::join!(ask("one", "№ ДС-326"), ask("two", "N ДC–326"));
    let (won, lost) = if one.status == 201 { (one, two) } else { (two, one) };
    let id = won.is(201).json()["id"].clone();
    assert_eq!(lost.is_problem(409, "already_registered")["inquiry"], id);
    // Later too, and no number is lost on the way.
    ask("three", "ДС 326").await.is_problem(409, "already_registered");
    let next = ask("four", "ДС-327").await.is(201).json();
    assert_eq!((&next["number"], &next["incoming_number"]), (&json!("ДС-327"), &json!("ДС-кір-2")));
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_registrations_at_once_take_twenty_numbers_without_a_gap() {
    let app = TestApp::start().await;
    let calls = (1..=20).map(|n| {
        let number = format!("ДС-{n}");
        app.call("POST", "/api/v1/inquiries").by("clerk").key(&format!("n{n}")).json(&inquiry(&number)).send()
    });
    let answers = futures_util::future::join_all(calls).await;
    let mut numbers: Vec<String> = answers
        .into_iter()
        .map(|answer| answer.is(201).json()["incoming_number"].as_str().unwrap().to_owned())
        .collect();
    numbers.sort_by_key(|number| number.trim_start_matches("ДС-кір-").parse::<u32>().unwrap());
    let wanted: Vec<String> = (1..=20).map(|n| format!("ДС-кір-{n}")).collect();
    assert_eq!(numbers, wanted);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_sent_several_times_at_once_is_done_once() {
    let app = TestApp::start().await;
    let ask = || app.call("POST", "/api/v1/inquiries").by("clerk").key("one").json(&inquiry("№ ДС-326")).send();
    let answers = futures_util::future::join_all((0..8).map(|_| ask())).await;
    let mut fresh = 0;
    let first = answers[0].json();
    for answer in answers {
        fresh += usize::from(answer.header("idempotent-replayed").is_none());
        assert_eq!(answer.is(201).json(), first);
    }
    assert_eq!(fresh, 1);
    let (id, version) = (first["id"].as_str().unwrap().to_owned(), first["version"].as_u64().unwrap());
    let resolution = resolution();
    let again = || command(&app, "head", &id, version, "assign-ministries", &resolution);
    let answers = futures_util::future::join_all((0..8).map(|_| again())).await;
    let first = answers[0].json();
    for answer in answers {
        assert_eq!(answer.is(200).json(), first);
    }
    assert_eq!(app.journal().head().await.unwrap().position, 4);
}

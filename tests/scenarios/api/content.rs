//! What comes in is not trusted: malformed, unknown, oversize, impossible; each is answered with a clear problem and leaves nothing behind.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};
use testkit::app::TestApp;

use super::{command, draft, inquiry, registered, resolution};

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_no_json_is_refused() {
    let app = TestApp::start().await;
    let ask = |media: &str, body: &str| {
        app.call("POST", "/api/v1/inquiries").by("clerk").key("one").body(media, body.as_bytes().to_vec()).send()
    };
    for body in ["{", "", "{\"number\": \"\u{1}\"}", "[1,]", &"[".repeat(5_000), "{} {}"] {
        let problem = ask("application/json", body).await.is_problem(400, "malformed_json");
        assert!(problem["hint"].is_string(), "{problem}");
    }
    for media in ["text/plain", "application/xml", "application/x-www-form-urlencoded", "application/jsonx"] {
        ask(media, &inquiry("ДС-1").to_string()).await.is_problem(415, "not_json");
    }
    assert_eq!(app.journal().head().await.unwrap().position, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_that_are_unknown_missing_or_of_another_kind_are_refused() {
    let app = TestApp::start().await;
    let with = |change: &dyn Fn(&mut Value)| {
        let mut body = inquiry("ДС-1");
        change(&mut body);
        body
    };
    let bodies = [
        with(&|body| body["colour"] = json!("red")),
        with(&|body| body["groups"][0]["deputies"][0]["role"] = json!("admin")),
        with(&|body| body["dated"] = json!("20.09.2023")),
        with(&|body| body["dated"] = json!("2023-02-30")),
        with(&|body| body["channel"] = json!("pigeon")),
        with(&|body| body["chamber"] = json!("МӘЖІЛІС")),
        with(&|body| body["language"] = json!("de")),
        with(&|body| body["questions"] = json!([{ "text": "?", "no": 1 }])),
        with(&|body| body["groups"] = json!({})),
        with(&|body| body["subject"] = json!(null)),
        with(&|body| {
            body.as_object_mut().unwrap().remove("received");
        }),
        json!([]),
        json!("ДС-1"),
    ];
    for body in bodies {
        let answer = app.call("POST", "/api/v1/inquiries").by("clerk").key("one").json(&body).send().await;
        answer.is_problem(422, "unexpected_content");
    }
    let twice = inquiry("ДС-1").to_string().replacen('{', "{\"number\":\"ДС-2\",", 1).into_bytes();
    let answer =
        app.call("POST", "/api/v1/inquiries").by("clerk").key("one").body("application/json", twice).send().await;
    answer.is_problem(422, "unexpected_content");
    assert_eq!(app.journal().head().await.unwrap().position, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn values_that_cannot_be_are_refused_and_the_field_is_named() {
    let app = TestApp::start().await;
    let cases = [
        ("number", json!("ДС"), "number"),
        ("number", json!("ДС-1\n"), "number"),
        ("number", json!(""), "number"),
        ("number", json!("ДС-1\u{200b}"), "number"),
        ("chamber", json!("bundestag"), "chamber"),
        ("dated", json!("9999-12-31"), "dated"),
        ("dated", json!("2023-09-21"), "dated"),
        ("dated", json!("1991-12-15"), "dated"),
        ("received", json!("9999-12-31"), "received"),
        ("received", json!("-009999-01-01"), "received"),
    ];
    for (field, value, named) in cases {
        let mut body = inquiry("ДС-1");
        body[field] = value;
        let answer = app.call("POST", "/api/v1/inquiries").by("clerk").key("one").json(&body).send().await;
        assert_eq!(answer.is_problem(422, "bad_field")["field"], named);
    }
    for email in ["nobody", "a@b@c", "a b@c.example", "a@c.example\r\nBcc: x@y.example", "<a@c.example>"] {
        let mut body = inquiry("ДС-1");
        body["groups"][0]["deputies"][1]["email"] = json!(email);
        let answer = app.call("POST", "/api/v1/inquiries").by("clerk").key("one").json(&body).send().await;
        assert_eq!(answer.is_problem(422, "bad_field")["field"], "groups[0].deputies[1].email");
    }
    for (content, media) in [("не base64", "text/plain"), ("AAAA", "text/plain\r\nX: y"), ("AAAA", "")] {
        let mut body = inquiry("ДС-1");
        body["attachments"] = json!([{ "name": "хат.pdf", "media_type": media, "content": content }]);
        app.call("POST", "/api/v1/inquiries")
            .by("clerk")
            .key("one")
            .json(&body)
            .send()
            .await
            .is_problem(422, "bad_field");
    }
    let mut body = inquiry("ДС-1");
    body["groups"][0]["deputies"][0]["deputy"] = json!("018f3c1e-7a55-7cc1-9d3b-4c2a70b0a001");
    let answer = app.call("POST", "/api/v1/inquiries").by("clerk").key("one").json(&body).send().await;
    assert_eq!(answer.is_problem(422, "bad_field")["field"], "groups[0].deputies[0].deputy");
    assert_eq!(app.journal().head().await.unwrap().position, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_inquirys_own_refusals_come_through_with_their_codes() {
    let app = TestApp::start().await;
    let register = |change: &dyn Fn(&mut Value)| {
        let mut body = inquiry("ДС-1");
        change(&mut body);
        app.call("POST", "/api/v1/inquiries").by("clerk").key("one").json(&body).send()
    };
    register(&|body| body["subject"] = json!("   ")).await.is_problem(422, "empty");
    register(&|body| body["groups"] = json!([])).await.is_problem(422, "empty");
    register(&|body| body["received"] = json!("2023-09-19")).await.is_problem(422, "date_outside");
    register(&|body| body["subject"] = json!("а\u{202e}б")).await.is_problem(422, "hidden_character");

    let (id, version) = registered(&app, "ДС-2").await;
    let mut body = resolution();
    body["co_executors"][0]["ministry"] = json!("mlsp");
    command(&app, "head", &id, version, "assign-ministries", &body).await.is_problem(422, "lead_among_co_executors");
    let early = json!({ "version": 1, "content_hash": "0".repeat(64), "pdf_sha256": "0".repeat(64) });
    command(&app, "signatory", &id, version, "sign", &early).await.is_problem(409, "wrong_stage");
    command(&app, "clerk", &id, version, "assign-outgoing-number", &json!({})).await.is_problem(409, "not_signed_yet");
    command(&app, "clerk", &id, version, "dispatch", &json!({})).await.is_problem(409, "not_numbered_yet");
    let close = json!({ "outcome": { "kind": "answered" } });
    command(&app, "control", &id, version, "close", &close).await.is_problem(409, "not_dispatched_yet");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_speaks_the_callers_language() {
    let app = TestApp::start().await;
    let (id, _) = registered(&app, "ДС-1").await;
    let path = format!("/api/v1/inquiries/{id}/commands/dispatch");
    let mut details = Vec::new();
    for language in ["kk", "ru-RU,ru;q=0.9", "en", "de"] {
        let ask = app.call("POST", &path).by("clerk").key("one").seen(3).json(&json!({}));
        let answer = ask.header("Accept-Language", language).send().await;
        let wanted = if language == "de" { "kk" } else { &language[..2] };
        assert_eq!(answer.header("content-language"), Some(wanted));
        details.push(answer.is_problem(409, "not_numbered_yet")["detail"].as_str().unwrap().to_owned());
    }
    assert_eq!(details[0], details[3]);
    assert!(details[0] != details[1] && details[1] != details[2] && details[0] != details[2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_cannot_be_printed_never_comes_before_an_approver() {
    let app = TestApp::start().await;
    let (id, version) = registered(&app, "ДС-1").await;
    let version = command(&app, "head", &id, version, "assign-ministries", &resolution()).await.is(200).version();
    let mut nested = json!({ "type": "text", "text": "a" });
    for _ in 0..60 {
        nested = json!({ "type": "bold", "content": [nested] });
    }
    let bodies = [
        json!({ "blocks": [{ "type": "script", "content": [] }] }),
        json!({ "blocks": [{ "type": "paragraph", "content": [{ "type": "text", "text": "a\u{200b}b" }] }] }),
        json!({ "blocks": [{ "type": "paragraph", "content": [nested] }] }),
        json!({ "blocks": [], "extra": 1 }),
        json!("текст"),
    ];
    for body in bodies {
        let mut ask = draft("");
        ask["content"]["body"] = body;
        command(&app, "lead", &id, version, "revise-draft", &ask).await.is_problem(422, "letter_refused");
    }
    command(&app, "lead", &id, version, "revise-draft", &draft("Жауап.")).await.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_letter_can_print_is_refused_where_it_is_written() {
    let app = TestApp::start().await;
    for (pointer, value, field, character) in [
        ("/number", "№ 中-326", "number", '中'),
        ("/subject", "Зейнетақы 中文 туралы", "subject", '中'),
        ("/groups/0/label", "Депутаттар\n中", "groups[0].label", '中'),
        ("/groups/0/deputies/1/name", "😀", "groups[0].deputies[1].name", '😀'),
    ] {
        let mut body = inquiry("ДС-1");
        *body.pointer_mut(pointer).unwrap() = json!(value);
        let answer = app.call("POST", "/api/v1/inquiries").by("clerk").key("one").json(&body).send().await;
        let problem = answer.is_problem(422, "bad_field");
        assert_eq!(problem["field"], field);
        if field != "number" {
            assert!(problem["detail"].as_str().unwrap().contains(character), "{problem}");
        }
    }
    assert_eq!(app.journal().head().await.unwrap().position, 0);

    let (id, version) = registered(&app, "ДС-1").await;
    let version = command(&app, "head", &id, version, "assign-ministries", &resolution()).await.is(200).version();
    let text =
        |text: &str| json!({ "blocks": [{ "type": "paragraph", "content": [{ "type": "text", "text": text }] }] });
    for (pointer, value, place) in [
        ("/content/body", text("Жауап 中."), "/body/blocks/0"),
        ("/content/executor/name", json!("😀"), "/executor/name"),
        ("/content/executor/phone", json!("中"), "/executor/phone"),
        ("/content/translations", json!([{ "language": "ru", "body": text("Ответ 中.") }]), "/body/blocks/0"),
    ] {
        let mut ask = draft("Жауап.");
        *ask.pointer_mut(pointer).unwrap() = value;
        let answer = command(&app, "lead", &id, version, "revise-draft", &ask).await;
        let problem = answer.is_problem(422, "letter_refused");
        assert!(problem["hint"].as_str().unwrap().contains(place), "{problem}");
    }
    command(&app, "lead", &id, version, "revise-draft", &draft("Жауап.")).await.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn three_megabytes_are_too_many() {
    let app = TestApp::start().await;
    // Announced as long: refused before it is read.
    let answer = raw(&app, "Content-Length: 3145728\r\n", &[]);
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert!(answer.contains("\"code\":\"too_large\""), "{answer}");
    // Not announced: refused as soon as it is too long.
    let chunk = vec![b'7'; 64 * 1024];
    let answer = raw(&app, "Transfer-Encoding: chunked\r\n", &chunk);
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert_eq!(app.journal().head().await.unwrap().position, 0);
}

/// Sends a registration by hand, with up to 48 chunks, and reads what comes back.
fn raw(app: &TestApp, length: &str, chunk: &[u8]) -> String {
    let host = app.base.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(std::time::Duration::from_secs(10))).unwrap();
    let token = app.token("clerk");
    write!(
        stream,
        "POST /api/v1/inquiries HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: one\r\n\
         Content-Type: application/json\r\nConnection: close\r\n{length}\r\n"
    )
    .unwrap();
    for _ in 0..48 {
        let sent = if chunk.is_empty() {
            break;
        } else {
            write!(stream, "{:x}\r\n", chunk.len())
                .and_then(|()| stream.write_all(chunk))
                .and_then(|()| stream.write_all(b"\r\n"))
        };
        // The server has heard enough and answered.
        if sent.is_err() {
            break;
        }
    }
    let mut answer = Vec::new();
    let mut part = [0; 4096];
    while let Ok(n) = stream.read(&mut part) {
        answer.extend(&part[..n]);
        if n == 0 {
            break;
        }
    }
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_is_none_is_no_inquiry() {
    let app = TestApp::start().await;
    for id in ["326", "018f3c1e-7a55-7cc1-9d3b-4c2a70b0a001", "%2e%2e", "'; drop table register; --", "%00"] {
        let id = id.replace(' ', "%20");
        app.get("clerk", &format!("/api/v1/inquiries/{id}")).await.is_problem(404, "no_such_inquiry");
        let answer = command(&app, "clerk", &id, 1, "dispatch", &json!({})).await;
        answer.is_problem(404, "no_such_inquiry");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_parameter_is_named() {
    let app = TestApp::start().await;
    for (query, name) in [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("state=flying", "state"),
        ("lead=МЕНІКІ", "lead"),
        ("due_before=tomorrow", "due_before"),
        ("cursor=abc", "cursor"),
    ] {
        let query = query.replace("МЕНІКІ", "%D0%9C");
        let answer = app.get("clerk", &format!("/api/v1/inquiries?{query}")).await;
        assert_eq!(answer.is_problem(400, "bad_parameter")["field"], name);
    }
    for query in ["colour=red", "limit=x", "limit=-1", "overdue=maybe", "order=random"] {
        let answer = app.get("clerk", &format!("/api/v1/inquiries?{query}")).await;
        assert_eq!(answer.is_problem(400, "bad_query")["status"], 400);
    }
    let (id, _) = registered(&app, "ДС-1").await;
    let answer = app.get("clerk", &format!("/api/v1/inquiries/{id}?as_of=yesterday")).await;
    assert_eq!(answer.is_problem(400, "bad_parameter")["field"], "as_of");
    for range in ["from=1", "from=0", "from=1&to=9", "to=1", "from=x"] {
        let path = format!("/api/v1/journal/consistency?{range}");
        assert_eq!(app.get("auditor", &path).await.status, 400, "{range}");
    }
    app.get("auditor", "/api/v1/journal/proof/0").await.is_problem(400, "bad_parameter");
    app.get("auditor", "/api/v1/journal?limit=5000").await.is_problem(400, "bad_parameter");
}

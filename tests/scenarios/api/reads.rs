//! Who looked: what leaves a row and what is in it, that a row stays, that bytes wait for theirs, and who may ask.

use futures_util::FutureExt as _;
use serde_json::json;
use testkit::app::{Answer, TestApp};
use tokio_postgres::Client;

use super::story::tell;
use super::{command, inquiry, registered, resolution};

/// The rows as `account through route inquiry question outcome`, oldest first.
async fn rows(client: &Client) -> Vec<String> {
    let sql =
        "select concat_ws(' ', coalesce(account, '-'), coalesce(through, '-'), route, coalesce(inquiry::text, '-'),
                                coalesce(question, '-'), outcome)
                 from reading order by id";
    client.query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

/// The rows once everything stands: what is no file of bytes is written a moment after its answer.
async fn standing(app: &TestApp, client: &Client) -> Vec<String> {
    app.state().reads.stand().await;
    rows(client).await
}

async fn sign_in(app: &TestApp, password: &str) -> Answer {
    let call = app.call("POST", "/login").header("Origin", &app.base);
    call.form(&[("name", "Clerk"), ("password", password), ("next", "/")]).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_looked_at_what_and_who_was_refused_stands_there_and_what_was_shown_does_not() {
    let app = TestApp::start().await;
    let client = app.database.connect().await;
    let (id, _) = registered(&app, "ДС-1").await;
    app.settle().await;
    let place = format!("/api/v1/inquiries/{id}");
    app.get("auditor", &place).await.is(200);
    app.get("legal", &format!("{place}/draft.md?version=2")).await.is(404);
    app.get("stranger", &place).await.is(404);
    app.get("head", "/api/v1/inquiries?q=%D0%B7%D0%B5%D0%B9%D0%BD%D0%B5%D1%82&limit=5").await.is(200);
    app.get("control", "/inquiries/export.csv?q=a").await.is(200);
    app.get("clerk", "/journal").await.is(403);
    command(&app, "clerk", &id, 3, "sign", &json!({})).await.is(403);
    app.get("deputy", "/api/v1/directory/deputies").await.is(200);
    app.call("GET", &place).send().await.is(401);
    sign_in(&app, "wrong wrong wrong").await.is(401);
    let cookie = sign_in(&app, &app.password).await.is(303);
    let cookie = cookie.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let page = app.call("GET", &format!("/inquiries/{id}")).header("Cookie", &cookie).header("Accept", "text/html");
    page.send().await.is(200);
    app.call("POST", "/logout").header("Cookie", &cookie).header("Sec-Fetch-Site", "same-origin").send().await.is(303);
    let wanted = [
        format!("auditor token show_inquiry {id} - done"),
        format!("legal token get_draft {id} form=md · version=2 absent"),
        format!("stranger token show_inquiry {id} - absent"),
        "head token list_inquiries - q=зейнет · limit=5 done".to_owned(),
        "control token register_export - q=a done".to_owned(),
        "clerk token journal_page - - refused".to_owned(),
        format!("clerk token sign {id} - refused"),
        "clerk - login - - refused".to_owned(),
        "clerk - login - - done".to_owned(),
        format!("clerk session inquiry_page {id} - done"),
        "clerk session logout - - done".to_owned(),
    ];
    assert_eq!(standing(&app, &client).await, wanted);
    let row = client.query_one("select string_agg(to_jsonb(reading)::text, ' ') from reading", &[]).await.unwrap();
    let all: String = row.get(0);
    for secret in [app.token("auditor"), &app.password, cookie.split('=').nth(1).unwrap(), "Зейнетақы жүйесін"]
    {
        assert!(!all.contains(secret), "a row holds {secret}");
    }
    assert!(all.contains("\"address\": \"127.0.0.1\""), "{all}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_on_a_letter_leads_to_a_row_of_its_inquiry_and_does_not_stand_in_it() {
    let app = TestApp::start().await;
    let told = tell(&app, "ДС-1").await;
    let client = app.database.connect().await;
    let code = told.dossier(&app).await["letter"]["verification_code"].as_str().unwrap().to_owned();
    app.call("GET", &format!("/v/{code}")).header("Accept", "text/html").send().await.is(200);
    app.call("GET", "/v/00000-00001").header("Accept", "text/html").send().await.is(404);
    let rows = standing(&app, &client).await;
    let told = format!("- - verification_page {} - done", told.id);
    assert!(rows.contains(&told) && rows.contains(&"- - verification_page - - absent".to_owned()), "{rows:#?}");
    assert!(!rows.iter().any(|row| row.contains(&code)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_is_never_changed_and_never_removed() {
    let app = TestApp::start().await;
    let client = app.database.connect().await;
    app.get("auditor", "/api/v1/inquiries").await.is(200);
    let before = standing(&app, &client).await;
    for change in ["update reading set account = 'x'", "delete from reading", "truncate reading"] {
        let error = client.batch_execute(change).await.unwrap_err();
        assert_eq!(error.code().unwrap().code(), "23001", "{change}");
    }
    assert_eq!(rows(&client).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_leave_the_house_when_their_row_stands_and_not_before() {
    let app = TestApp::start().await;
    let (id, _) = registered(&app, "ДС-1").await;
    let client = app.database.connect().await;
    let (mut holder, line) = app.database.config.connect(tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(line);
    let held = holder.transaction().await.unwrap();
    held.batch_execute("lock table reading in exclusive mode").await.unwrap();
    let place = format!("/api/v1/inquiries/{id}");
    let mut bytes = std::pin::pin!(app.get("clerk", &place));
    // A page is handed to the writer and answered; the same moment, bytes are still waiting.
    app.call("GET", &format!("/inquiries/{id}")).by("clerk").header("Accept", "text/html").send().await.is(200);
    assert!((&mut bytes).now_or_never().is_none());
    for _ in 0..10 {
        app.get("clerk", "/api/v1/inquiries").await.is(200);
    }
    assert!((&mut bytes).now_or_never().is_none(), "bytes left before their row stood");
    held.commit().await.unwrap();
    bytes.await.is(200);
    let rows = standing(&app, &client).await;
    assert!(rows.contains(&format!("clerk token show_inquiry {id} - done")), "{rows:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_can_write_down_who_looked_nothing_is_shown() {
    let app = TestApp::start().await;
    let (id, _) = registered(&app, "ДС-1").await;
    let client = app.database.connect().await;
    client.batch_execute("alter table reading rename to reading_gone").await.unwrap();
    app.get("clerk", &format!("/api/v1/inquiries/{id}")).await.is_problem(503, "unavailable");
    client.batch_execute("alter table reading_gone rename to reading").await.unwrap();
    // The row of what was not shown stands too: whoever reads the table sees that it was asked for.
    app.get("clerk", &format!("/api/v1/inquiries/{id}")).await.is(200);
    assert_eq!(standing(&app, &client).await.len(), 2);
    let metrics = app.call("GET", "/metrics").send().await.is(200).text();
    assert!(metrics.contains("reads_written 2\n") && !metrics.contains("reads_failures 0\n"), "{metrics}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_before_the_end_is_written_when_the_program_stops() {
    let app = TestApp::start().await;
    let client = app.database.connect().await;
    let calls = (0..50).map(|_| app.get("auditor", "/api/v1/inquiries"));
    for answer in futures_util::future::join_all(calls).await {
        answer.is(200);
    }
    let config = app.database.config.clone();
    drop(client);
    let rows = app.stop_and(async move {
        let (client, line) = config.connect(tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(line);
        rows(&client).await
    });
    assert_eq!(rows.await.len(), 50);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_auditor_asks_by_person_inquiry_and_day_and_nobody_else_does() {
    let app = TestApp::start().await;
    let (id, version) = registered(&app, "ДС-1").await;
    let mut other = inquiry("ДС-2");
    other["subject"] = json!("Басқа");
    app.call("POST", "/api/v1/inquiries").by("clerk").key("other").json(&other).send().await.is(201);
    command(&app, "head", &id, version, "assign-ministries", &resolution()).await.is(200);
    app.settle().await;
    for _ in 0..60 {
        app.get("lead", &format!("/api/v1/inquiries/{id}")).await.is(200);
    }
    app.get("mfa", &format!("/api/v1/inquiries/{id}")).await.is(200);
    app.get("head", "/api/v1/inquiries?q=%3Cb%3E").await.is(200);
    let page = |address: String| {
        let app = &app;
        async move {
            let call =
                app.call("GET", &address).by("auditor").header("Accept", "text/html").header("Accept-Language", "en");
            call.send().await.is(200).text().replace("&#x3D;", "=")
        }
    };
    let count = |page: &str| page.matches("<tr role=\"row\"><td").count();
    let all = page("/reads".to_owned()).await;
    assert_eq!(count(&all), 50);
    assert!(all.contains("q=&lt;b&gt;") && all.contains(">ДС-1<"), "{all}");
    assert!(all.contains("The register, as data <code"), "in words, and under the route's own name: {all}");
    let older = all.split("href=\"").find_map(|rest| rest.strip_prefix("/reads?before=")).unwrap();
    let older = older.split('"').next().unwrap();
    assert!(count(&page(format!("/reads?before={older}")).await) >= 12);
    assert_eq!(count(&page("/reads?person=mfa".to_owned()).await), 1);
    assert_eq!(count(&page("/reads?person=mfa&inquiry=%D0%B4%D1%81-2".to_owned()).await), 0);
    assert_eq!(count(&page("/reads?person=mfa&inquiry=%D0%B4%D1%81-1&day=2001-01-01".to_owned()).await), 0);
    let today = web::time::local_date(jiff::Timestamp::now());
    assert_eq!(count(&page(format!("/reads?person=mfa&inquiry=%D0%B4%D1%81-1&day={today}")).await), 1);
    let of_one = page(format!("/inquiries/{id}/reads")).await;
    assert_eq!(count(&of_one), 50);
    assert!(of_one.contains(&format!("/inquiries/{id}/reads?before=")), "{of_one}");
    assert!(page(format!("/inquiries/{id}")).await.contains(&format!("href=\"/inquiries/{id}/reads\"")));
    for account in ["clerk", "admin", "lead", "deputy"] {
        let own = app.call("GET", &format!("/inquiries/{id}")).by(account).header("Accept", "text/html").send().await;
        assert!(!own.text().contains("/reads\""), "{account}");
        app.call("GET", "/reads").by(account).header("Accept", "text/html").send().await.is(403);
        app.call("GET", &format!("/inquiries/{id}/reads"))
            .by(account)
            .header("Accept", "text/html")
            .send()
            .await
            .is(403);
    }
}

//! The register: filters, pages, freshness; and that a table made anew is the table that followed.

use readmodel::followers::Table;
use serde_json::{Value, json};
use testkit::app::TestApp;

use super::{command, draft, inquiry, registered, resolution};

async fn list(app: &TestApp, query: &str) -> Vec<String> {
    let body = app.get("clerk", &format!("/api/v1/inquiries?{query}")).await.is(200).json();
    numbers(&body)
}

fn numbers(body: &Value) -> Vec<String> {
    body["inquiries"].as_array().unwrap().iter().map(|row| row["number_normal"].as_str().unwrap().to_owned()).collect()
}

async fn register(app: &TestApp, number: &str, change: impl Fn(&mut Value)) -> (String, u64) {
    let mut body = inquiry(number);
    change(&mut body);
    let key = super::number_key(number);
    let answer = app.call("POST", "/api/v1/inquiries").by("clerk").key(&key).json(&body).send().await.is(201);
    (answer.json()["id"].as_str().unwrap().to_owned(), answer.version())
}

/// Percent-encodes a query's value.
fn q(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inquiry_is_found_by_any_spelling_of_its_number_and_by_its_words() {
    let app = TestApp::start().await;
    register(&app, "№ ДС-326", |_| {}).await;
    register(&app, "ДС-32", |body| body["subject"] = json!("Ауыл мектептері туралы")).await;
    app.settle().await;
    for spelling in ["ДС-326", "№ДС-326", "N ДС-326", "дс 326", "ДC–326"] {
        assert_eq!(list(&app, &format!("q={}", q(spelling))).await, ["ДС-326"], "{spelling}");
    }
    for (words, found) in [
        ("зейнетақы", vec!["ДС-326"]),
        ("ЗЕЙНЕТ жүйе", vec!["ДС-326"]),
        ("мектеп", vec!["ДС-32"]),
        ("сәрсенғалиев", vec!["ДС-32", "ДС-326"]),
        ("жоқсөз", vec![]),
        ("' | !* & :", vec![]),
        ("туралы мектеп", vec!["ДС-32"]),
        // Other forms of the same words, and of names as Russian declines them.
        ("мектептердің", vec!["ДС-32"]),
        ("ауылдағы мектебі", vec!["ДС-32"]),
        ("жүйенің", vec!["ДС-326"]),
        ("мектепке зейнетақы", vec![]),
    ] {
        let mut seen = list(&app, &format!("q={}", q(words))).await;
        seen.sort();
        assert_eq!(seen, found, "{words}");
    }
    assert_eq!(list(&app, "q=%20%20").await.len(), 2, "an empty question narrows nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_narrow_by_stage_lead_and_day() {
    let app = TestApp::start().await;
    let (id, version) = register(&app, "ДС-1", |_| {}).await;
    register(&app, "ДС-2", |body| {
        body["dated"] = json!("2023-09-11");
        body["received"] = json!("2023-09-11");
    })
    .await;
    let (gone, at) = register(&app, "ДС-3", |_| {}).await;
    command(&app, "head", &id, version, "assign-ministries", &resolution()).await.is(200);
    command(&app, "clerk", &gone, at, "withdraw", &json!({ "reason": "хат бойынша" })).await.is(200);
    app.settle().await;
    for (query, wanted) in [
        ("", vec!["ДС-1", "ДС-2", "ДС-3"]),
        ("state=assigned", vec!["ДС-1"]),
        ("state=on_control,assigned", vec!["ДС-1", "ДС-2"]),
        ("state=open", vec!["ДС-1", "ДС-2"]),
        ("state=ended", vec!["ДС-3"]),
        ("lead=mlsp", vec!["ДС-1"]),
        ("lead=mfa", vec![]),
        ("due_before=2023-10-20", vec!["ДС-2"]),
        ("overdue=true", vec![]),
        ("overdue=false", vec!["ДС-1", "ДС-2", "ДС-3"]),
    ] {
        let mut seen = list(&app, query).await;
        seen.sort();
        assert_eq!(seen, wanted, "{query}");
    }
    // Overdue is what the day says, not what somebody did.
    app.clock.set("2023-10-12T04:00:00Z");
    assert_eq!(list(&app, "overdue=true").await, ["ДС-2"]);
    app.clock.set("2023-10-21T04:00:00Z");
    assert_eq!(list(&app, "overdue=true").await, ["ДС-2", "ДС-1"]);
    let row = app.get("clerk", "/api/v1/inquiries?lead=mlsp").await.json()["inquiries"][0].clone();
    assert_eq!(row["overdue"], true);
    assert_eq!(row["co_executors"], json!(["mfa"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_follow_each_other_without_gap_or_double() {
    let app = TestApp::start().await;
    for n in 1..=23 {
        let day = format!("2023-09-{:02}", 11 + n % 4);
        register(&app, &format!("ДС-{n}"), |body| {
            body["dated"] = json!(day);
            body["received"] = json!(day);
        })
        .await;
    }
    app.settle().await;
    for order in ["due", "received"] {
        let mut seen = Vec::new();
        let mut days = Vec::new();
        let mut cursor = String::new();
        loop {
            let body =
                app.get("clerk", &format!("/api/v1/inquiries?limit=5&order={order}{cursor}")).await.is(200).json();
            assert!(body["inquiries"].as_array().unwrap().len() <= 5);
            seen.extend(numbers(&body));
            days.extend(
                body["inquiries"].as_array().unwrap().iter().map(|row| row[order].as_str().unwrap().to_owned()),
            );
            match body["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen.len(), 23, "{order}");
        let mut distinct = seen.clone();
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), 23, "{order}: a row came twice");
        assert!(if order == "due" { days.is_sorted() } else { days.iter().rev().is_sorted() }, "{days:?}");
    }
    // A cursor belongs to its question.
    let body = app.get("clerk", "/api/v1/inquiries?limit=5").await.json();
    let cursor = body["next_cursor"].as_str().unwrap();
    let answer = app.get("clerk", &format!("/api/v1/inquiries?limit=5&state=open&cursor={cursor}")).await;
    assert_eq!(answer.is_problem(400, "bad_parameter")["field"], "cursor");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_writes_sees_it_in_the_list_at_once_when_they_ask_for_it() {
    let app = TestApp::start().await;
    for n in 1..=5 {
        let number = format!("ДС-{n}");
        let ask = app.call("POST", "/api/v1/inquiries").by("clerk").key(&format!("k{n}")).json(&inquiry(&number));
        let position = ask.send().await.is(201).json()["position"].as_i64().unwrap();
        assert!(list(&app, &format!("at_least={position}")).await.contains(&number));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_row_stands_where_the_dossier_stands() {
    let app = TestApp::start().await;
    let (id, mut version) = registered(&app, "ДС-1").await;
    let steps = [
        ("head", "assign-ministries", resolution()),
        ("mfa", "contest-assignment", json!({ "reason": "құзыретіміз емес" })),
        ("head", "reassign", json!({ "from": "mfa", "to": "mof", "reason": "жөн", "due": "2023-09-29" })),
        ("lead", "revise-draft", draft("Жауап.")),
        ("lead", "request-extension", json!({ "ground": "көп", "until": "2023-11-03" })),
        ("control", "grant-extension", json!({ "until": "2023-11-03" })),
        (
            "lead",
            "submit-for-approval",
            json!({ "version": 1, "required": [{ "kind": "legal", "approver": "legal" }] }),
        ),
        ("legal", "return-draft", json!({ "version": 1, "reason": "толықтыру керек" })),
        ("lead", "revise-draft", draft("Жауап, толық.")),
    ];
    for (account, name, body) in steps {
        version = command(&app, account, &id, version, name, &body).await.is(200).version();
        app.settle().await;
        let row = app.get("clerk", "/api/v1/inquiries").await.json()["inquiries"][0].clone();
        let dossier = app.get("clerk", &format!("/api/v1/inquiries/{id}")).await.json();
        assert_eq!(row["state"], dossier["state"], "after {name}");
        assert_eq!(row["version"], dossier["version"], "after {name}");
        assert_eq!(row["due"], dossier["control"]["due"], "after {name}");
        assert_eq!(row["lead"], dossier["assignment"]["lead"], "after {name}");
        let co: Vec<&Value> =
            dossier["assignment"]["co_executors"].as_array().unwrap().iter().map(|co| &co["ministry"]).collect();
        assert_eq!(row["co_executors"], json!(co), "after {name}");
        assert_eq!(row["draft_version"], dossier["draft"]["version"], "after {name}");
    }
}

/// Every row of a table, as text, in an order of its own.
async fn rows(client: &tokio_postgres::Client, table: &str) -> Vec<String> {
    let sql = format!("select t::text from {table} as t order by 1");
    client.query(&sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_made_anew_is_the_table_that_followed_at_any_cut() {
    let app = TestApp::start().await;
    super::story::tell(&app, "ДС-326").await;
    let (gone, at) = registered(&app, "ДС-2").await;
    command(&app, "clerk", &gone, at, "withdraw", &json!({ "reason": "хат бойынша" })).await.is(200);
    app.settle().await;
    let mut client = app.database.pool.get().await.unwrap();
    let names = ["register", "delivery", "letter"];
    let mut followed = Vec::new();
    for name in names {
        followed.push(rows(&client, name).await);
    }
    assert!(followed.iter().all(|rows| !rows.is_empty()), "{followed:?}");
    for cut in [1, 3, 7, 1000] {
        let tx = client.transaction().await.unwrap();
        for table in Table::ALL {
            table.empty(&tx).await.unwrap();
            let mut position = 0;
            loop {
                let page = app.journal().read_after(position, cut).await.unwrap();
                let Some(last) = page.last() else { break };
                position = last.position;
                table.take(&tx, &page).await.unwrap();
                // A page that is taken a second time changes nothing.
                table.take(&tx, &page).await.unwrap();
            }
        }
        tx.commit().await.unwrap();
        for (name, followed) in names.iter().zip(&followed) {
            assert_eq!(&rows(&client, name).await, followed, "{name} in pages of {cut}");
        }
    }
}

//! Who stands in for whom: to the minute, under one's own name, with the absent's work and none of one's own.

use serde_json::json;
use testkit::app::{Answer, TestApp};

use super::browser::{Browser, Page};
use super::people::People;
use super::walk::is_whole;
use crate::api::story::to_the_approvers;

/// The words of a page, whatever marks and spaces stand between them.
fn said(page: &Page) -> String {
    page.words().split_whitespace().collect::<Vec<_>>().join(" ")
}

async fn named(app: &TestApp, by: &str, key: &str, fields: &[(&str, &str)]) -> Answer {
    let mut all = vec![("key", key), ("from", "2023-09-20T16:00"), ("until", "2023-09-20T18:00"), ("why", "Іссапар")];
    all.retain(|(name, _)| !fields.iter().any(|(other, _)| other == name));
    all.extend(fields);
    app.call("POST", "/absences")
        .by(by)
        .header("Accept", "text/html")
        .header("Accept-Language", "en")
        .form(&all)
        .send()
        .await
}

async fn visa(app: &TestApp, told: &crate::api::story::Told, key: &str, instead_of: Option<&str>) -> Answer {
    let path = format!("/api/v1/inquiries/{}/commands/visa", told.id);
    let body = json!({ "version": 1, "content_hash": told.content_hash, "kind": "legal" });
    let call = app.call("POST", &path).by("office").key(key).seen(told.version).json(&body);
    match instead_of {
        Some(absent) => call.header("In-Place-Of", absent).send().await,
        None => call.send().await,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_substitute_gives_the_absents_visa_to_the_minute_and_the_journal_says_in_whose_place() {
    let app = TestApp::start().await;
    let told = to_the_approvers(&app, "ДС-1", &json!([{ "kind": "legal", "approver": "legal" }])).await;
    // Nobody names a substitute for others but the head of the Office and an administrator; nobody hands over what is not theirs.
    let office = [("absent", "legal"), ("substitute", "office"), ("roles", "approver")];
    let for_oneself = named(&app, "language", "key-0001", &office).await;
    assert_eq!(for_oneself.header("location"), Some("/absences?done=yes"), "it is their own work that they hand over");
    app.call("GET", "/api/v1/inquiries")
        .by("office")
        .header("In-Place-Of", "legal")
        .send()
        .await
        .is_problem(400, "bad_parameter");
    let refused =
        named(&app, "head", "key-0002", &[("absent", "legal"), ("substitute", "lead"), ("roles", "approver")]).await;
    assert!(refused.status == 422 && refused.text().contains("somebody of the same house"), "{}", refused.text());
    let refused =
        named(&app, "head", "key-0003", &[("absent", "signatory"), ("substitute", "office"), ("roles", "signatory")])
            .await;
    assert!(refused.status == 422 && refused.text().contains("Nobody stands in for the role"), "{}", refused.text());
    let refused =
        named(&app, "head", "key-0004", &[("until", "2023-09-20T15:00"), office[0], office[1], office[2]]).await;
    assert!(refused.status == 422 && refused.text().contains("ends after it begins"), "{}", refused.text());
    let ever = [("from", "9999-09-20T15:00"), ("until", "9999-09-20T16:00"), office[0], office[1], office[2]];
    let refused = named(&app, "head", "key-0009", &ever).await;
    assert!(refused.status == 422 && refused.text().contains("begins within ten years"), "{}", refused.text());
    named(&app, "head", "key-0005", &office).await.is(303);
    let twice = named(&app, "head", "key-0006", &office).await;
    assert!(twice.status == 422 && twice.text().contains("end that first"), "{}", twice.text());

    // It is 15:40: nothing yet. At 16:00 it holds, and one's own name alone is not enough.
    visa(&app, &told, "early", Some("legal")).await.is_problem(400, "bad_parameter");
    app.clock.set("2023-09-20T10:00:00Z");
    visa(&app, &told, "own", None).await.is_problem(403, "not_named_approver");
    let as_legal = |path: &str| {
        app.call("GET", path).by("office").header("In-Place-Of", "legal").header("Accept", "text/html").send()
    };
    app.settle().await;
    as_legal("/approvals").await.is(303);
    let given = visa(&app, &told, "given", Some("legal")).await.is(200);
    assert_eq!(given.json()["events"][0]["type"], "draft_visaed");
    let event = app.journal().read_after(0, 1_000).await.unwrap().pop().unwrap();
    assert_eq!(event.actor, "office");
    assert!(event.text().contains(r#""approver":"legal""#), "{}", event.text());
    let row = app
        .database
        .connect()
        .await
        .query_one("select id from substitution where absent = 'legal'", &[])
        .await
        .unwrap();
    assert_eq!(event.causation, Some(row.get(0)), "the act names the substitution as its cause");
    app.settle().await;
    let people = People::of(&app).await;
    let history = people.at_browser("auditor").await.open(&format!("/inquiries/{}", told.id)).await.words();
    assert!(history.contains("(in place of Сынақ: legal)"), "{history}");

    // In somebody's place one hands nothing on.
    let page = as_legal("/absences").await.is(200).text();
    assert!(!page.contains("id=\"substitute-substitute\""), "whoever stands in names nobody");
    // Programs are told of it too, and end it as pages do.
    let list = app.get("auditor", "/api/v1/absences").await.is(200).json();
    let ends: Vec<&str> =
        list["absences"].as_array().unwrap().iter().map(|one| one["substitution"]["until"].as_str().unwrap()).collect();
    assert_eq!(ends, ["2023-09-20T12:00:00Z", "2023-09-20T12:00:00Z"]);
    let elsewhere = app.get("stranger", "/api/v1/absences").await.is(200).json();
    assert_eq!(elsewhere["absences"], json!([]), "an executor sees nothing of another house");
    let body = json!({ "substitute": "mfa", "roles": ["executor"], "from": "2023-09-20T10:00:00Z",
                       "until": "2023-09-21T10:00:00Z", "why": "Демалыс" });
    let abroad = app.call("POST", "/api/v1/absences").by("lead").key("abroad").json(&body).send().await;
    assert_eq!(abroad.is_problem(422, "bad_field")["field"], "substitute");
    // At 18:00 it is over by itself.
    app.clock.set("2023-09-20T11:59:59Z");
    as_legal("/absences").await.is(200);
    app.clock.set("2023-09-20T12:00:00Z");
    as_legal("/absences").await.is(400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clerk_takes_the_heads_place_in_their_session_and_gives_it_back() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let (head, clerk) = (people.name("head").to_owned(), people.name("clerk").to_owned());
    let mut at_head = people.at_browser("head").await;
    let page = at_head.open("/absences").await;
    is_whole(&page, "/absences");
    let form = page.form("/absences").with("absent", &head).with("substitute", &clerk).and("roles", "head");
    let form = form.with("from", "20.09.2023 15:00").with("until", "2023-09-21T09:00").with("why", "Демалыс");
    let done = at_head.submit(&form).await;
    assert!(done.words().contains("It is kept"), "{}", done.words());

    let mut at_clerk = people.at_browser("clerk").await;
    let before = at_clerk.open("/inquiries").await;
    assert!(said(&before).contains("You stand in for: Бет: head"), "{}", before.words());
    assert_eq!(at_clerk.get("/inquiries/new").await.status, 200);
    let acting = at_clerk.submit(&before.form("/absences/act")).await;
    is_whole(&acting, "in the head's place");
    let acting = at_clerk.open("/inquiries").await;
    assert!(said(&acting).contains("You work in place of: Бет: head"), "{}", acting.words());
    assert_eq!(
        at_clerk.get("/inquiries/new").await.status,
        403,
        "the clerk's own work waits until they are themselves again"
    );
    assert_eq!(at_clerk.get("/load").await.status, 200);
    // Somebody else does not act by it.
    let id = acting.form("/absences/act").get("substitution").to_owned();
    assert_eq!(id, "", "the first form gives the place back");
    let mut stranger = people.at_browser("control").await;
    let forged = before.form("/absences/act");
    assert_eq!(stranger.send(&forged).await.status, 404);

    let back = at_clerk.submit(&acting.form("/absences/act")).await;
    assert_eq!(at_clerk.get("/inquiries/new").await.status, 200);
    at_clerk.submit(&back.form("/absences/act")).await;
    // The head comes back early and ends it: at once, whatever the session says.
    let list = at_head.open("/absences").await;
    let action = list
        .text
        .split("action=\"")
        .map(|rest| rest.split('"').next().unwrap_or_default())
        .find(|action| action.ends_with("/end"));
    let action = action.unwrap_or_else(|| panic!("no form ends it: {}", list.text)).to_owned();
    app.clock.set("2023-09-20T09:50:00Z");
    at_head.submit(&list.form(&action).with("why", "Оралды")).await;
    assert_eq!(at_clerk.get("/inquiries/new").await.status, 200, "they are themselves again");
    assert!(!at_clerk.open("/inquiries").await.words().contains("in the place of"));
    let told: Vec<String> =
        app.journal().read_after(0, 100).await.unwrap().into_iter().map(|event| event.event_type).collect();
    assert_eq!(told, ["substitute_named", "substitution_ended"]);

    // A ministry's executor sees nothing of the Office's absences.
    let lead: Browser<'_> = people.at_browser("lead").await;
    let seen = lead.open("/absences").await;
    assert!(!seen.text.contains("Бет: head"), "{}", seen.text);
    assert_eq!(people.at_browser("deputy").await.get("/absences").await.status, 403);
}

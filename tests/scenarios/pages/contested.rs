//! A ministry that asks to be replaced, and everybody who has to do with it until the head has answered.

use serde_json::json;
use testkit::app::TestApp;

use super::people::People;
use super::walk::is_whole;
use crate::api::{command, draft, registered, resolution};

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_to_be_replaced_is_answered_before_the_draft_goes_on() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let (id, version) = registered(&app, "ДС-1").await;
    let version = command(&app, "head", &id, version, "assign-ministries", &resolution()).await.is(200).version();
    command(&app, "lead", &id, version, "revise-draft", &draft("Жауап.")).await.is(200);
    let inquiry = format!("/inquiries/{id}");
    let place = |name: &str| format!("{inquiry}/commands/{name}");
    let mut ministry = people.at_browser("mfa").await;
    let page = ministry.open(&inquiry).await;
    let form = page.form(&place("contest-assignment"));
    let (_, from) = page.text.split_once("name=\"propose\"").unwrap();
    let offered = from.split("</select>").next().unwrap();
    assert!(offered.contains("value=\"mof\"") && !offered.contains("value=\"mfa\""), "{offered}");
    ministry.submit(&form.with("reason", "Құзыретіміз емес").with("propose", "mof")).await;
    assert!(ministry.open(&inquiry).await.find(&place("contest-assignment")).is_none(), "it has asked already");

    // The lead is told beforehand, and again when the draft is sent all the same.
    let mut lead = people.at_browser("lead").await;
    let page = lead.open(&place("submit-for-approval")).await;
    is_whole(&page, "the form of a draft that waits");
    assert!(page.words().contains("asks to be replaced: Құзыретіміз емес"), "{}", page.words());
    let submit = page.form(&place("submit-for-approval"));
    let submit = submit.with("visas[0].kind", "legal").with("visas[0].approver", "legal");
    let refused = lead.send(&submit).await;
    assert_eq!(refused.status, 422, "{}", refused.words());
    assert!(refused.words().contains("the head has not decided"), "{}", refused.words());

    // The head has it before everything else, with what is asked for filled in; or keeps the ministry by putting the resolution anew.
    let mut head = people.at_browser("head").await;
    let page = head.open(&inquiry).await;
    let replace = page.form(&place("reassign"));
    assert_eq!((replace.get("from"), replace.get("to")), ("mfa", "mof"));
    let (head_of, _) = page.text.split_once("id=\"assignment-h\"").unwrap();
    assert!(head_of.contains(&format!("href=\"{}\"", place("reassign"))), "the next step: {head_of}");
    let page = head.open(&place("assign-ministries")).await;
    assert!(page.words().contains("puts the resolution anew"), "{}", page.words());
    head.submit(&page.form(&place("assign-ministries"))).await;
    assert!(!head.open(&inquiry).await.words().contains("Құзыретіміз емес ("), "it is answered");
    let form = lead.open(&place("submit-for-approval")).await.form(&place("submit-for-approval"));
    lead.submit(&form.with("visas[0].kind", "legal").with("visas[0].approver", "legal")).await;
    let again = ministry.open(&inquiry).await;
    assert!(again.words().contains("approval"), "{}", again.words());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_day_that_is_offered_in_a_co_executors_place_can_be_taken_before_the_drafts_day_and_after_it() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let (id, version) = registered(&app, "ДС-1").await;
    let version = command(&app, "head", &id, version, "assign-ministries", &resolution()).await.is(200).version();
    let contest = json!({ "reason": "Құзыретіміз емес", "propose": "mof" });
    command(&app, "mfa", &id, version, "contest-assignment", &contest).await.is(200);
    app.settle().await;
    let mut head = people.at_browser("head").await;
    let path = format!("/inquiries/{id}/commands/reassign");

    // The draft is due on 6 October: a rule that gives more days gives none behind it, and the form says so.
    app.clock.set("2023-10-03T05:00:00Z");
    let page = head.open(&path).await;
    is_whole(&page, "a co-executor is replaced");
    let form = page.form(&path);
    assert_eq!((form.get("from"), form.get("to"), form.get("due")), ("mfa", "mof", "2023-10-06"));
    assert!(page.words().contains("not after the draft's day (06.10.2023)"), "{}", page.words());
    let refused = head.send(&form.clone().with("due", "2023-10-09").with("reason", "Құзыреті")).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    assert!(refused.words().contains("after the draft (6 October 2023)"), "{}", refused.words());

    // That day has gone by: the reply's own bounds it.
    app.clock.set("2023-10-09T05:00:00Z");
    let page = head.open(&format!("{path}?kept=none")).await;
    assert!(!page.words().contains("the draft's day"), "{}", page.words());
    let form = page.form(&path).with("reason", "Құзыреті");
    let late = head.send(&form.clone().with("due", "2023-10-23")).await;
    assert_eq!(late.status, 422, "{}", late.text);
    assert!(late.words().contains("after the last possible day (20 October 2023)"), "{}", late.words());
    assert!(form.get("due") > "2023-10-09", "a day is offered: {form:?}");
    head.submit(&form).await;
    let assignment = app.get("head", &format!("/api/v1/inquiries/{id}")).await.is(200).text();
    assert!(assignment.contains(form.get("due")), "{assignment}");
}

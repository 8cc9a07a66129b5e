//! One form for several inquiries: what will happen is shown before, and each is told of by itself.

use serde_json::json;
use testkit::app::TestApp;

use super::browser::{Form, Page};
use super::people::People;
use super::walk::is_whole;
use super::worklist::an_office;
use crate::api::{command, registered, resolution};

const ASSIGN: &str = "/inquiries/assign";
const EXTEND: &str = "/inquiries/extend";

fn asked(path: &str, ids: &[&str]) -> String {
    let ids: Vec<String> = ids.iter().map(|id| format!("&inquiry={id}")).collect();
    format!("{path}?chosen=yes{}", ids.concat())
}

/// The inquiries that a form has ticked, each as `id version …`.
fn ticked(form: &Form) -> Vec<&str> {
    form.fields.iter().filter(|(name, _)| name == "inquiry").map(|(_, value)| value.as_str()).collect()
}

fn filled(page: &Page) -> Form {
    page.form(ASSIGN)
        .with("resolution", "Мерзімінде қаралсын.")
        .with("lead", "mlsp")
        .with("lead_due", "2023-10-06")
        .with("co[0].ministry", "mfa")
        .with("co[0].due", "2023-09-29")
        .with("co[0].task", "Ұсыныс енгізу")
}

async fn state(app: &TestApp, id: &str) -> serde_json::Value {
    app.get("clerk", &format!("/api/v1/inquiries/{id}")).await.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_resolution_is_put_on_several_inquiries_once_however_often_it_is_sent() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let (first, _) = registered(&app, "ДС-1").await;
    let (second, _) = registered(&app, "ДС-2").await;
    let (third, version) = registered(&app, "ДС-3").await;
    command(&app, "head", &third, version, "assign-ministries", &resolution()).await.is(200);
    let (fourth, version) = registered(&app, "ДС-4").await;
    command(&app, "clerk", &fourth, version, "withdraw", &json!({ "reason": "өтініш бойынша" })).await.is(200);
    app.settle().await;
    let mut head = people.at_browser("head").await;
    // The worklist offers it, and names its key.
    let list = head.open("/inquiries").await;
    assert!(list.text.contains("formaction=\"/inquiries/assign\" data-key=\"KeyA\""), "{}", list.text);
    assert!(!list.text.contains(&format!("formaction=\"{EXTEND}\"")), "the head extends nothing");

    let page = head.open(&asked(ASSIGN, &[&first, &second, &fourth])).await;
    is_whole(&page, ASSIGN);
    assert_eq!(ticked(&page.form(ASSIGN)).len(), 2, "{}", page.text);
    let (can, cannot) =
        page.words().split_once("It cannot be done to these").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    assert!(can.contains("ДС-1") && can.contains("ДС-2") && cannot.contains("ДС-4"), "{can} | {cannot}");
    assert!(cannot.trim().len() > "ДС-4".len() + 10, "a reason: {cannot}");

    // Nothing ticked, nothing typed: the form comes back, with what was typed and how it was ticked.
    let mut nothing = filled(&page);
    nothing.fields.retain(|(name, _)| name != "inquiry");
    let back = head.send(&nothing).await;
    assert_eq!(back.status, 422);
    assert_eq!((ticked(&back.form(ASSIGN)).len(), back.form(ASSIGN).get("lead")), (0, "mlsp"));
    let back = head.send(&filled(&page).with("resolution", " ")).await;
    assert_eq!((back.status, ticked(&back.form(ASSIGN)).len()), (422, 2), "{}", back.text);
    let more = head.send(&filled(&page).and("more", "co")).await;
    assert_eq!(
        (more.status, ticked(&more.form(ASSIGN)).len(), more.form(ASSIGN).get("resolution")),
        (200, 2, "Мерзімінде қаралсын.")
    );
    assert_eq!(state(&app, &first).await["state"], "on_control", "nothing has happened yet");

    let form = filled(&page);
    for time in ["first", "again", "once more"] {
        let done = head.send(&form).await;
        is_whole(&done, ASSIGN);
        assert!(
            done.words().contains("Done : 2 / 2") || done.words().contains("Done: 2 / 2"),
            "{time}: {}",
            done.words()
        );
    }
    for id in [&first, &second] {
        let inquiry = state(&app, id).await;
        assert_eq!((&inquiry["state"], &inquiry["assignment"]["lead"]), (&json!("assigned"), &json!("mlsp")));
        let events = app.get("clerk", &format!("/api/v1/inquiries/{id}/events")).await.json();
        assert_eq!(events["events"].as_array().unwrap().len(), 4, "one resolution each: {events}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_replaced_unasked() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let (first, _) = registered(&app, "ДС-1").await;
    let (second, version) = registered(&app, "ДС-2").await;
    command(&app, "head", &second, version, "assign-ministries", &resolution()).await.is(200);
    let mut head = people.at_browser("head").await;
    let both = asked(ASSIGN, &[&first, &second]);
    let page = head.open(&both).await;
    is_whole(&page, ASSIGN);
    let (free, taken) = page.words().split_once("Already have executors: tick to replace them").map(own).unwrap();
    assert!(free.contains("ДС-1") && !free.contains("ДС-2"), "{free}");
    assert!(taken.contains("ДС-2") && taken.contains("lead:") && taken.contains("co-executors:"), "{taken}");
    let done = head.send(&filled(&page).with("lead", "mof")).await;
    assert!(done.words().contains("1 / 1"), "{}", done.words());
    let lead = |inquiry: serde_json::Value| inquiry["assignment"]["lead"].clone();
    assert_eq!((lead(state(&app, &first).await), lead(state(&app, &second).await)), (json!("mof"), json!("mlsp")));

    // Ticked, it is replaced; and it stays ticked in a form that comes back.
    let page = head.open(&asked(ASSIGN, &[&second])).await;
    let form = page.form(ASSIGN);
    assert!(ticked(&form).is_empty());
    let value = form.get("had").to_owned();
    let replacing = filled(&page).with("lead", "mof").and("replaced", &value);
    let back = head.send(&replacing.clone().with("resolution", " ")).await;
    assert_eq!((back.status, back.form(ASSIGN).get("replaced")), (422, value.as_str()));
    let done = head.send(&replacing).await;
    assert!(done.words().contains("1 / 1"), "{}", done.words());
    assert_eq!(lead(state(&app, &second).await), json!("mof"));
}

fn own((one, other): (&str, &str)) -> (String, String) {
    (one.to_owned(), other.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_somebody_changed_meanwhile_holds_up_no_other() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let (first, version) = registered(&app, "ДС-1").await;
    let (second, _) = registered(&app, "ДС-2").await;
    let mut head = people.at_browser("head").await;
    let page = head.open(&asked(ASSIGN, &[&first, &second])).await;
    command(&app, "clerk", &first, version, "withdraw", &json!({ "reason": "өтініш бойынша" })).await.is(200);
    let done = head.send(&filled(&page)).await;
    assert!(done.words().contains("1 / 2") && done.words().contains("not done"), "{}", done.words());
    assert_eq!(
        (state(&app, &first).await["state"].clone(), state(&app, &second).await["state"].clone()),
        (json!("withdrawn"), json!("assigned"))
    );
    // A ministry that there is not: no inquiry has it, and the field is not lost in silence.
    let (third, _) = registered(&app, "ДС-3").await;
    let page = head.open(&asked(ASSIGN, &[&third])).await;
    let refused = head.send(&filled(&page).with("lead", "nobody")).await;
    assert!(refused.words().contains("0 / 1"), "{}", refused.words());
    for bad in ["x", &third, &format!("{third} x")] {
        let mut form = filled(&page);
        form.fields.retain(|(name, _)| name != "inquiry");
        assert_eq!(head.send(&form.and("inquiry", bad)).await.status, 400, "{bad}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_extensions_that_were_asked_for_are_granted_each_as_it_was_asked() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut ids = Vec::new();
    for (number, until) in [("ДС-1", Some("2023-10-27")), ("ДС-2", Some("2023-11-03")), ("ДС-3", None)] {
        let (id, version) = registered(&app, number).await;
        let version = command(&app, "head", &id, version, "assign-ministries", &resolution()).await.is(200).version();
        if let Some(until) = until {
            let body = json!({ "ground": format!("{number} бойынша деректер жиналуда"), "until": until });
            command(&app, "lead", &id, version, "request-extension", &body).await.is(200);
        }
        ids.push(id);
    }
    let mut control = people.at_browser("control").await;
    let page = control.open(&asked(EXTEND, &[&ids[0], &ids[1], &ids[2]])).await;
    is_whole(&page, EXTEND);
    for said in ["27.10.2023", "03.11.2023", "ДС-2 бойынша деректер жиналуда", "It cannot be done to these"]
    {
        assert!(page.words().contains(said), "{said}: {}", page.words());
    }
    let form = page.form(EXTEND);
    for _ in 0..2 {
        let done = control.send(&form).await;
        assert!(done.words().contains("2 / 2"), "{}", done.words());
    }
    for (id, due) in [(&ids[0], "2023-10-27"), (&ids[1], "2023-11-03"), (&ids[2], "2023-10-20")] {
        assert_eq!(state(&app, id).await["control"]["due"], due);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_may_not_do_to_one_they_may_not_do_to_several() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let [first, second, ..] = an_office(&app).await;
    for part in ["clerk", "lead", "deputy", "auditor"] {
        let browser = people.at_browser(part).await;
        for path in [ASSIGN, EXTEND] {
            assert_eq!(browser.get(&asked(path, &[&first])).await.status, 403, "{part} {path}");
        }
        assert!(!browser.open("/inquiries").await.text.contains("formaction=\"/inquiries/assign\""), "{part}");
    }
    let mut clerk = people.at_browser("clerk").await;
    let fields = vec![("key".to_owned(), "12345678".to_owned()), ("inquiry".to_owned(), format!("{second} 5"))];
    let sent = clerk.send(&Form { action: ASSIGN.to_owned(), fields }).await;
    assert_eq!(sent.status, 403);
    let head = people.at_browser("head").await;
    assert_eq!(head.get("/inquiries/assign?chosen=yes").await.status, 400, "nothing chosen is told");
    assert_eq!(head.get("/inquiries/assign").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_form_has_no_room_for_is_said_and_stays_one_press_away() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let (real, _) = registered(&app, "ДС-61").await;
    app.settle().await;
    let mut head = people.at_browser("head").await;
    // Fifty that nobody knows, and one behind them.
    let unknown: Vec<String> = (0..50).map(|n| format!("018f3c1e-7a55-7cc1-9d3b-4c2a70b0a{n:03}")).collect();
    let chosen: Vec<&str> = unknown.iter().map(String::as_str).chain([real.as_str()]).collect();
    let page = head.open(&asked(ASSIGN, &chosen)).await;
    assert!(page.words().contains("so many are left: 1; nothing was done to them"), "{}", page.words());
    let onward = format!("{ASSIGN}?chosen=yes&inquiry={real}");
    assert!(page.text.replace("&amp;", "&").replace("&#x3D;", "=").contains(&onward), "{}", page.text);
    let page = head.open(&onward).await;
    assert!(!page.words().contains("so many are left"), "{}", page.words());
    assert_eq!(ticked(&page.form(ASSIGN)).len(), 1);

    // The form carries them on: whoever sends it, or gets it back, still reads of them.
    let [rest, ..] = unknown.as_slice() else { panic!("there are fifty") };
    let form = filled(&page).and("rest", rest);
    let back = head.send(&form.clone().with("resolution", " ")).await;
    assert_eq!((back.status, back.form(ASSIGN).get("rest")), (422, rest.as_str()));
    assert!(back.words().contains("so many are left: 1"), "{}", back.words());

    // More lines than a form has are refused as a whole, and none of them is done.
    let line = ticked(&form)[0].to_owned();
    let many = (0..200).fold(form.clone(), |form, _| form.and("inquiry", &line));
    let back = head.send(&many).await;
    assert_eq!(back.status, 422);
    assert!(back.words().contains("201 lines are ticked, one form takes 200 at most"), "{}", back.words());
    assert_eq!(state(&app, &real).await["state"], "on_control");

    let done = head.send(&form).await;
    assert!(done.words().contains("so many are left: 1") && done.words().contains("1 / 1"), "{}", done.words());
    assert_eq!(state(&app, &real).await["state"], "assigned");
}

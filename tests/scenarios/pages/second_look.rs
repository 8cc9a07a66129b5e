//! What no rule forbids, and whoever decides or reads should know: closing over a deputy who is not satisfied, and two visas by one hand.

use serde_json::json;
use testkit::app::TestApp;

use super::browser::Page;
use super::people::People;
use super::story::command;
use super::walk::is_whole;
use crate::api::draft;
use crate::api::story::{Told, signature, to_the_approvers, to_the_signatory};

/// What a page says, with single spaces.
fn said(page: &Page) -> String {
    page.words().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An inquiry whose reply everybody has.
async fn delivered(app: &TestApp, number: &str) -> Told {
    let mut told = to_the_signatory(app, number).await;
    to_everybody(app, &mut told, 1).await;
    told
}

/// A version that lies before the signatory is signed and reaches everybody.
async fn to_everybody(app: &TestApp, told: &mut Told, version: u32) {
    let pdf = app.get("signatory", &format!("/api/v1/inquiries/{}/reply.pdf", told.id)).await.is(200).bytes;
    let mut signed = signature(told, &pdf);
    signed["version"] = json!(version);
    told.step(app, "signatory", "sign", signed).await;
    told.step(app, "clerk", "assign-outgoing-number", json!({})).await;
    told.step(app, "clerk", "dispatch", json!({})).await;
    app.settle().await;
    told.version = told.dossier(app).await["version"].as_u64().unwrap();
    told.step(app, "clerk", "confirm-delivery", json!({ "recipient": 1, "how": "answered_by_mail" })).await;
    let by_hand = json!({ "recipient": 2, "on": "2023-09-20", "note": "Қолма-қол берілді." });
    told.step(app, "clerk", "record-delivery-by-hand", by_hand).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inquiry_is_closed_over_an_unsatisfied_deputy_only_by_whoever_says_that_they_know() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut told = delivered(&app, "ДС-1").await;
    let place = format!("/inquiries/{}", told.id);
    let mut control = people.at_browser("control").await;
    let before = control.open(&place).await;
    assert!(!said(&before).contains("Not satisfied with the reply"), "{}", said(&before));
    let unsatisfied = |recipient: u16| json!({ "recipient": recipient, "satisfied": false, "comment": "Жауап жоқ." });
    told.step(&app, "clerk", "record-response", unsatisfied(1)).await;
    // Whoever had the page open is told that something happened.
    let late = control.send(&command(&before, &place, "close")).await;
    assert_eq!(late.status, 412, "{}", late.text);

    // It is said before anything is pressed, and asked about by a box that nobody has ticked.
    let page = control.open(&format!("{place}/commands/close?kept=none")).await;
    is_whole(&page, "closing over an unsatisfied deputy");
    let words = said(&page);
    assert!(words.contains("Not satisfied with the reply: Н. Сәрсенғалиев. No repeat inquiry is linked."), "{words}");
    let form = command(&page, &place, "close");
    assert_eq!(form.get("unsatisfied"), "");
    let asked = control.send(&form).await;
    assert_eq!(asked.status, 422, "{}", asked.text);
    is_whole(&asked, "closing that was not confirmed");
    let words = said(&asked);
    assert!(words.contains("Somebody is not satisfied with the reply: If you know that, tick the box"), "{words}");
    assert!(words.contains("tick the box and press the button again"), "{words}");
    assert!(!words.contains("A deputy is not satisfied with the reply."), "the same is not said twice: {words}");
    assert_eq!(told.dossier(&app).await["state"], "dispatched");

    // A tick for one is none for two.
    told.step(&app, "clerk", "record-response", unsatisfied(2)).await;
    let page = control.open(&format!("{place}/commands/close?kept=none")).await;
    assert!(said(&page).contains("Н. Сәрсенғалиев, Е. Бейсенбаев"), "{}", said(&page));
    let for_one = command(&page, &place, "close").and("unsatisfied", "1");
    assert_eq!(control.send(&for_one).await.status, 422);
    assert_eq!(told.dossier(&app).await["state"], "dispatched");
    let form = command(&page, &place, "close").and("unsatisfied", "1 2");
    let closed = control.submit(&form).await;
    assert!(said(&closed).contains("Closed"), "{}", said(&closed));
    assert_eq!(told.dossier(&app).await["state"], "closed");
    assert_eq!(control.send(&form).await.status, 303, "a second press changes nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_not_satisfied_with_the_reply_before_is_told_as_such_until_they_speak_of_the_new_one() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut told = delivered(&app, "ДС-2").await;
    let unsatisfied = json!({ "recipient": 1, "satisfied": false, "comment": "Жауап жоқ." });
    told.step(&app, "clerk", "record-response", unsatisfied.clone()).await;
    told.step(&app, "signatory", "replace-reply", json!({ "reason": "Қате табылды" })).await;
    told.revised(&app, 2, draft("Түзетілген жауап."), &json!([{ "kind": "legal", "approver": "legal" }])).await;
    let visa = json!({ "version": 2, "content_hash": told.content_hash, "kind": "legal" });
    told.step(&app, "legal", "visa", visa).await;
    told.step(&app, "clerk", "submit-for-signature", json!({ "version": 2 })).await;
    to_everybody(&app, &mut told, 2).await;
    let control = people.at_browser("control").await;
    let form = format!("/inquiries/{}/commands/close?kept=none", told.id);
    for (language, words) in [
        ("kk", "Н. Сәрсенғалиев (алдыңғы жауап туралы)."),
        ("ru", "Н. Сәрсенғалиев (о прежнем ответе)."),
        ("en", "Not satisfied with the reply: Н. Сәрсенғалиев (of the reply before)."),
    ] {
        let page = control.open(&format!("{form}&lang={language}")).await;
        assert!(said(&page).contains(words), "{language}: {}", said(&page));
    }
    // The same word, said of the new reply, is another one.
    let version = told.version;
    told.step(&app, "clerk", "record-response", unsatisfied).await;
    assert!(told.version > version);
    let words = said(&control.open(&format!("{form}&lang=en")).await);
    assert!(words.contains("Not satisfied with the reply: Н. Сәрсенғалиев. No repeat"), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_visas_by_one_hand_are_told_to_whoever_reads_who_agreed() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let required = json!([
        { "kind": "legal", "approver": "legal" },
        { "kind": "language", "approver": "language" },
        { "kind": "office", "approver": "office" },
    ]);
    let told = to_the_approvers(&app, "ДС-1", &required).await;
    let absence = [
        ("key", "one-hand"),
        ("absent", "legal"),
        ("substitute", "language"),
        ("roles", "approver"),
        ("from", "2023-09-20T16:00"),
        ("until", "2023-09-20T18:00"),
        ("why", "Іссапар"),
    ];
    app.call("POST", "/absences").by("head").header("Accept", "text/html").form(&absence).send().await.is(303);
    app.clock.set("2023-09-20T10:00:00Z");

    let (place, path) = (format!("/inquiries/{}", told.id), format!("/api/v1/inquiries/{}/commands/visa", told.id));
    let visa = |kind: &str| json!({ "version": 1, "content_hash": told.content_hash, "kind": kind });
    let call = app.call("POST", &path).by("language").key("instead").seen(told.version).json(&visa("legal"));
    let version = call.header("In-Place-Of", "legal").send().await.is(200).version();
    let auditor = people.at_browser("auditor").await;
    let words = said(&auditor.open(&place).await);
    assert!(words.contains("by the substitute Сынақ: language") && !words.contains("The same person"), "{words}");

    app.call("POST", &path).by("language").key("own").seen(version).json(&visa("language")).send().await.is(200);
    let page = auditor.open(&place).await;
    is_whole(&page, "two visas by one hand");
    let words = said(&page);
    for of in ["Сынақ: legal", "Сынақ: language"] {
        assert_eq!(words.matches(&format!("The same person also gave the visa of {of} (")).count(), 1, "{words}");
    }
    let deck = app.call("GET", &format!("/approvals/letter/{}", told.id)).by("office").header("Accept", "text/html");
    let deck = deck.header("Accept-Language", "en").send().await.is(200).text();
    assert!(deck.contains("The same person also gave the visa of Сынақ: legal"), "{deck}");
}

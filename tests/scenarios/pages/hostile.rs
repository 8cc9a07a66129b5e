//! What hostile people type is shown as they typed it, and is never markup.

use testkit::app::TestApp;

use super::browser::Page;
use super::people::People;
use super::story::{address, command, registration};

const HOSTILE: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{page}}&amp;";

#[track_caller]
fn is_shown_harmlessly(page: &Page) {
    assert!(!page.text.contains("<script>alert") && !page.text.contains("<img src=x"), "{}", page.text);
    assert!(page.words().contains(HOSTILE) || page.text.contains("&lt;script&gt;alert(1)"), "{}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_text_in_every_field_is_shown_as_text() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    let page = clerk.open("/inquiries/new").await;
    let mut form = registration(&page, "ДС-410");
    for name in ["subject", "questions[0]", "groups[0].label", "groups[0].deputies[0].name"] {
        form = form.with(name, HOSTILE);
    }
    is_shown_harmlessly(&clerk.submit(&form).await);
    let inquiry = address(&clerk);
    app.settle().await;
    is_shown_harmlessly(&clerk.open("/inquiries").await);

    // In what comes back with faults too, in every field that there is.
    let mut broken = registration(&clerk.open("/inquiries/new").await, "ДС-411");
    let names: Vec<String> = broken.fields.iter().map(|(name, _)| name.clone()).filter(|name| name != "key").collect();
    for name in &names {
        broken = broken.with(name, HOSTILE);
    }
    let page = clerk.send(&broken).await;
    assert_eq!(page.status, 422);
    is_shown_harmlessly(&page);

    let mut head = people.at_browser("head").await;
    let page = head.open(&inquiry).await;
    let assign = command(&page, &inquiry, "assign-ministries")
        .with("resolution", HOSTILE)
        .with("lead", "mlsp")
        .with("lead_due", "2023-10-06");
    is_shown_harmlessly(&head.submit(&assign).await);
    let mut lead = people.at_browser("lead").await;
    let page = lead.open(&format!("{inquiry}/commands/revise-draft")).await;
    let markup = command(&page, &inquiry, "revise-draft").with("body", HOSTILE);
    let refused = lead.send(&markup).await;
    assert_eq!(refused.status, 422, "markup is told, not dropped: {}", refused.text);
    is_shown_harmlessly(&refused);
    // With its signs taken as they are it is a text like any other.
    let draft = command(&page, &inquiry, "revise-draft")
        .with("body", &HOSTILE.replace('<', "\\<").replace('&', "\\&"))
        .with("executor_name", HOSTILE)
        .with("executor_phone", "1")
        .with("comment", HOSTILE);
    is_shown_harmlessly(&lead.submit(&draft).await);
    is_shown_harmlessly(&lead.open(&format!("{inquiry}/letter")).await);
    is_shown_harmlessly(&lead.open(&format!("{inquiry}/commands/revise-draft")).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_another_site_changes_nothing() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let clerk = people.at_browser("clerk").await;
    let form = registration(&clerk.open("/inquiries/new").await, "ДС-412");
    let fields: Vec<(&str, &str)> = form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let call = app.call("POST", "/inquiries/new").by("clerk").header("Accept", "text/html");
    // A token is no browser's doing and passes; a cookie from elsewhere does not.
    assert_eq!(call.form(&fields).send().await.status, 303);
    let position = app.journal().head().await.expect("the head").position;
    let call =
        app.call("POST", "/inquiries/new").header("Cookie", "sid=whatever").header("Origin", "https://evil.example");
    assert_eq!(call.header("Accept", "text/html").form(&fields).send().await.status, 403);
    assert_eq!(app.journal().head().await.expect("the head").position, position);
}

//! A form that was not taken stands at an address of its own: a browser goes back to it without sending it again, and everything that is wrong with it is
//! told there at once.

use testkit::app::TestApp;

use super::browser::{Browser, Form};
use super::people::People;
use super::story::{registered, registration};
use super::walk::{is_sound, is_whole};

/// Sends a form and answers where its page stands, without going there.
async fn sent(app: &TestApp, browser: &Browser<'_>, form: &Form) -> String {
    let fields: Vec<(&str, &str)> = form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let call = app.call("POST", &form.action).header("Origin", &app.base).header("Accept", "text/html");
    let answer = call.header("Cookie", &browser.cookie()).form(&fields).send().await.is(303);
    answer.header("location").unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registration_tells_all_its_faults_at_once_in_its_readers_language() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser_in("clerk", "ru").await;
    let form = registration(&clerk.open("/inquiries/new").await, "ДС-1!")
        .with("subject", "")
        .with("dated", "2023-09-21")
        .with("questions[1]", "Когда?\u{202e}")
        .with("groups[0].label", "Фракция ☃")
        .with("groups[0].deputies[1].email", "кто-то");
    let page = clerk.send(&form).await;
    assert_eq!(page.status, 422, "{}", page.text);
    is_sound(&page, "a registration with faults");
    for field in ["number", "subject", "dated", "questions-1-", "groups-0--label", "groups-0--deputies-1--email"] {
        assert!(page.text.contains(&format!("id=\"register-{field}-error\"")), "{field}: {}", page.text);
    }
    let words = page.words();
    for said in ["в нём знак «!»", "нужен день от", "имя@домен", "нельзя напечатать"]
    {
        assert!(words.contains(said), "«{said}» is missing: {words}");
    }
    assert!(!words.contains("an e-mail address") && !words.contains("the number holds"), "{words}");
    // Nothing is lost, and what is put right is taken.
    let again = page.form("/inquiries/new");
    assert_eq!((again.get("questions[1]"), again.get("groups[0].label")), ("Когда?\u{202e}", "Фракция ☃"));
    let right = again
        .with("number", "ДС-1")
        .with("subject", "О воде")
        .with("dated", "2023-09-20")
        .with("questions[1]", "Когда?")
        .with("groups[0].label", "Фракция")
        .with("groups[0].deputies[1].email", "");
    clerk.submit(&right).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_goes_back_to_a_form_that_was_not_taken() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    let empty = clerk.open("/inquiries/new").await;
    let place = sent(&app, &clerk, &registration(&empty, "ДС-1").with("subject", "")).await;
    // As often as somebody comes back, it stands there with its faults.
    for _ in 0..2 {
        let page = clerk.get(&place).await;
        assert_eq!(page.status, 422);
        assert!(page.text.contains("id=\"register-subject-error\""), "{}", page.text);
        assert_eq!(page.form("/inquiries/new").get("number"), "ДС-1");
    }
    // A row that is added is no other page, and rows that are still empty stay.
    let page = clerk.get(&place).await;
    let more = sent(&app, &clerk, &page.form("/inquiries/new").and("more", "questions")).await;
    let page = clerk.open(&more).await;
    let more = sent(&app, &clerk, &page.form("/inquiries/new").and("more", "questions")).await;
    let page = clerk.open(&more).await;
    assert!(page.text.contains("name=\"questions[3]\""), "{}", page.text);
    // Taken: whoever goes back then finds an empty form.
    clerk.submit(&page.form("/inquiries/new").with("subject", "Су туралы")).await;
    let gone = clerk.open(&place).await;
    assert_eq!(gone.form("/inquiries/new").get("number"), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn so_do_the_forms_of_an_inquiry() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    let id = registered(&mut clerk, &app, "ДС-1").await;
    let id = id.trim_start_matches("/inquiries/").to_owned();
    let mut head = people.at_browser("head").await;
    let action = format!("/inquiries/{id}/commands/assign-ministries");
    let form = head.open(&format!("/inquiries/{id}")).await.form(&action).with("resolution", "Қаралсын.");
    let place = sent(&app, &head, &form).await;
    let page = head.get(&place).await;
    assert_eq!(page.status, 422);
    assert!(page.text.contains("id=\"assign-ministries-lead-error\""), "{}", page.text);
    assert_eq!(page.form(&action).get("resolution"), "Қаралсын.");
    // What the inquiry refuses stands there as well as what the form does not take.
    let refused = page.form(&action).with("lead", "mlsp").with("lead_due", "2023-09-21");
    let place = sent(&app, &head, &refused).await;
    let page = head.get(&place).await;
    assert!(page.text.contains("id=\"assign-ministries-lead-due-error\""), "{}", page.text);
    head.submit(&page.form(&action).with("lead_due", "2023-10-06")).await;
    // Back, when it is done: a page, and no question whether to send it again.
    let back = head.get(&place).await;
    assert!([200, 409].contains(&back.status), "{}: {}", back.status, back.text);
    // Somebody was faster: that stands at an address too.
    let control = format!("/inquiries/{id}/commands/reassign");
    let stale = head.open(&format!("/inquiries/{id}")).await.form(&control);
    let stale = stale.with("version", "1").with("to", "mof").with("reason", "Қателік");
    let page = head.send(&stale).await;
    assert_eq!(page.status, 412, "{}", page.text);
    is_whole(&page, "somebody was faster");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_try_of_unknown_outcome_has_registered_is_no_other_inquiry() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    let new = "/inquiries/new";
    let form = registration(&clerk.open(new).await, "ДС-905");
    let key = form.get("key").to_owned();
    clerk.submit(&form).await;
    app.settle().await;
    // The same form, kept, with what is said when the answer was lost: it may have been recorded, and its key finds out.
    let empty = registration(&clerk.open(&format!("{new}?kept=none")).await, "ДС-905").with("subject", "");
    let place = sent(&app, &clerk, &empty).await;
    let page = clerk.get(&place).await;
    assert!(page.words().contains("is registered already"), "by another key it is another one: {}", page.words());
    let client = app.journal().pool().get().await.expect("a connection");
    let lost = "update kept_form
                   set tried = jsonb_set(jsonb_set(tried, '{key}', to_jsonb($1::text)), '{status}', '503')
                 where gone_at is null";
    let told = client.execute(lost, &[&key]).await.expect("the row");
    assert_eq!(told, 1);
    let page = clerk.get(&place).await;
    assert_eq!((page.status, page.form(new).get("key")), (503, key.as_str()));
    assert!(!page.words().contains("is registered already"), "{}", page.words());
}

//! Ministries that owe something are reminded: one by a button beside it, several from the worklist; who reads it has one mail.

use jiff::civil::time;
use saual::config::{MailMode, MailTls};
use serde_json::json;
use testkit::app::TestApp;
use testkit::smtp::Setup;

use super::browser::{Form, Page};
use super::people::People;
use super::walk::is_whole;
use crate::api::{command, registered, resolution};

const REMIND: &str = "/inquiries/remind";

async fn resolved(app: &TestApp, number: &str) -> (String, u64) {
    let (id, version) = registered(app, number).await;
    let version = command(app, "head", &id, version, "assign-ministries", &resolution()).await.is(200).version();
    (id, version)
}

/// The events of that name in an inquiry's history.
async fn events(app: &TestApp, id: &str, name: &str) -> Vec<serde_json::Value> {
    let history = app.get("clerk", &format!("/api/v1/inquiries/{id}/events")).await.json();
    let named = history["events"].as_array().unwrap().iter().filter(|event| event["type"] == name);
    named.cloned().collect()
}

fn asked(ids: &[String]) -> String {
    let ids: Vec<String> = ids.iter().map(|id| format!("&inquiry={id}")).collect();
    format!("{REMIND}?chosen=yes{}", ids.concat())
}

/// The lines of a form that are about that ministry, ticked; the others not.
fn only(form: Form, ministry: &str) -> Form {
    let end = format!(" {ministry}");
    let fields = form.fields.into_iter().filter(|(name, value)| name != "inquiry" || value.ends_with(&end));
    Form { fields: fields.collect(), ..form }
}

/// The form of the button beside a ministry.
fn button(page: &Page, id: &str, ministry: &str) -> Form {
    page.form_with(&format!("/inquiries/{id}/commands/remind-ministry"), "ministry", ministry)
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_inquiries_are_reminded_of_at_once_and_their_executor_has_one_mail() {
    let peer = Setup::plain().listen().await;
    let port = peer.port();
    let app = TestApp::start_with(|config| {
        config.mail.mode = MailMode::Smtp;
        config.mail.relay = Some(format!("127.0.0.1:{port}"));
        config.mail.tls = MailTls::None;
        // The digest of the day comes too late to be met.
        config.notices.at = time(23, 59, 0, 0);
    })
    .await;
    let people = People::of(&app).await;
    let mut ids = Vec::new();
    for number in 1..=20 {
        ids.push(resolved(&app, &format!("ДС-{number}")).await.0);
    }
    app.settle().await;
    let mut control = people.at_browser("control").await;
    let list = control.open("/inquiries").await;
    assert!(list.text.contains("formaction=\"/inquiries/remind\" data-key=\"KeyR\""), "{}", list.text);
    let page = control.open(&asked(&ids)).await;
    assert!(page.words().contains("MFA, MLSP: nobody there has an e-mail address"), "{}", page.words());

    // The executor says where they are written to.
    let mut executor = people.at_browser("mfa").await;
    let account = executor.open("/account").await;
    let refused = executor.send(&account.form("/account/email").with("email", "not an address")).await;
    assert_eq!(refused.status, 422);
    assert!(refused.words().contains("The e-mail address cannot be used"), "{}", refused.words());
    let kept = executor.submit(&account.form("/account/email").with("email", "executor@mfa.test")).await;
    assert!(kept.words().contains("The address is kept"), "{}", kept.words());

    let page = control.open(&asked(&ids)).await;
    assert!(page.words().contains("→ MFA: contribution, due 29 September 2023"), "{}", page.words());
    let form = page.form(REMIND);
    assert_eq!(
        form.fields.iter().filter(|(name, _)| name == "inquiry").count(),
        40,
        "the lead of each, and its co-executor"
    );
    let form = only(form, "mfa").with("note", "Жауап күтіп отырмыз");
    for time in ["first", "again", "once more"] {
        let done = control.send(&form).await;
        assert!(done.words().contains("20 / 20"), "{time}: {}", done.words());
    }
    for id in &ids {
        let told = events(&app, id, "ministry_reminded").await;
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(told[0]["payload"]["ministry"], "mfa", "{told:?}");
    }
    // Both ministries of one inquiry by one form: each is a command of its own, on what the other has left.
    let (both, _) = resolved(&app, "ДС-21").await;
    let form = control.open(&asked(std::slice::from_ref(&both))).await.form(REMIND);
    for _ in 0..2 {
        let done = control.send(&form).await;
        assert!(done.words().contains("2 / 2"), "{}", done.words());
    }
    assert_eq!(events(&app, &both, "ministry_reminded").await.len(), 2);
    // By another form they cannot be reminded once more today; the leads still can.
    let page = control.open(&asked(&ids[..2])).await;
    assert_eq!(only(page.form(REMIND), "mfa").fields.iter().filter(|(name, _)| name == "inquiry").count(), 0);
    assert!(page.words().contains("was reminded of this inquiry today at 15:40 already"), "{}", page.words());

    app.settle().await;
    assert!(peer.taken().is_empty(), "they are gathered for ten minutes");
    app.clock.set("2023-09-20T09:51:00Z");
    peer.has_taken(1).await;
    app.settle().await;
    let taken = peer.taken();
    assert_eq!(taken.len(), 1, "one mail and not twenty");
    assert_eq!(taken[0].to, ["executor@mfa.test"]);

    // How it stands is seen by whoever runs the installation, and by nobody else.
    let admin = people.at_browser("admin").await;
    let outbox = admin.open("/outbox").await;
    assert!(outbox.words().contains("Бет: mfa"), "{}", outbox.words());
    assert!(!control.open("/outbox").await.words().contains("Бет: mfa"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_button_stands_beside_who_owes_something_and_the_history_keeps_who_pressed_it() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let (id, version) = resolved(&app, "ДС-326").await;
    let path = format!("/inquiries/{id}");
    let mut head = people.at_browser("head").await;
    let page = head.open(&path).await;
    assert!(page.words().contains("Nobody of this ministry has an e-mail address"), "{}", page.words());
    for part in ["lead", "mfa", "signatory", "auditor"] {
        let browser = people.at_browser(part).await;
        assert!(!browser.open(&path).await.text.contains("remind-ministry"), "{part}");
        assert_eq!(browser.get(&format!("{path}/commands/remind-ministry")).await.status, 403, "{part}");
        assert_eq!(browser.get(&asked(std::slice::from_ref(&id))).await.status, 403, "{part}");
    }
    let sent = button(&page, &id, "mfa");
    button(&page, &id, "mlsp");
    is_whole(&head.open(&asked(std::slice::from_ref(&id))).await, REMIND);
    let done = head.submit(&sent).await;
    is_whole(&done, &path);
    assert!(done.words().contains("Done: Remind a ministry"), "{}", done.words());
    assert!(done.words().contains("reminded today at 15:40"), "{}", done.words());
    assert!(done.words().contains("MFA: contribution, 29 September 2023"), "{}", done.words());
    assert!(!done.text.contains("name=\"ministry\" value=\"mfa\""), "no second button beside it: {}", done.text);
    // Pressed twice, it is recorded once; with another key it is refused in words.
    head.submit(&sent).await;
    assert_eq!(events(&app, &id, "ministry_reminded").await.len(), 1);
    let body = json!({ "ministry": "mfa" });
    let again = command(&app, "control", &id, version + 1, "remind-ministry", &body).await;
    assert_eq!(again.is(422).json()["code"], "reminded_today");

    // The form with a comment, for the lead; a clerk may as well.
    let mut clerk = people.at_browser("clerk").await;
    let page = clerk.open(&format!("{path}/commands/remind-ministry")).await;
    let form = page.form(&format!("{path}/commands/remind-ministry"));
    assert_eq!(form.get("ministry"), "mlsp", "who was reminded today is not offered");
    let done = clerk.submit(&form.with("note", "Жобаны күтеміз")).await;
    assert!(done.words().contains("Жобаны күтеміз"), "{}", done.words());
    let last = events(&app, &id, "ministry_reminded").await;
    assert_eq!(last[1]["payload"]["reminded_by"], people.name("clerk"), "{last:?}");

    // The next day the co-executor has sent its contribution and owes nothing.
    app.clock.set("2023-09-21T04:00:00Z");
    let body =
        json!({ "body": { "blocks": [{ "type": "paragraph", "content": [{ "type": "text", "text": "Ұсыныс" }] }] } });
    command(&app, "mfa", &id, version + 2, "submit-contribution", &body).await.is(200);
    let page = head.open(&path).await;
    assert!(!page.text.contains("name=\"ministry\" value=\"mfa\""), "{}", page.text);
    button(&page, &id, "mlsp");
    let refused = command(&app, "control", &id, version + 3, "remind-ministry", &json!({ "ministry": "mfa" })).await;
    assert_eq!(refused.is(422).json()["code"], "owes_nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_holds_the_mail_of_the_house_back_and_it_stays_written_down() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut admin = people.at_browser("admin").await;
    let page = admin.open("/outbox").await;
    is_whole(&page, "/outbox");
    assert_eq!(admin.send(&page.form("/outbox/pause").with("reason", "  ")).await.status, 422);
    let held = admin.submit(&page.form("/outbox/pause").with("reason", "Пошта көшірілуде")).await;
    is_whole(&held, "/outbox");
    assert!(held.words().contains("held back") && held.words().contains("Пошта көшірілуде"), "{}", held.words());
    let mut clerk = people.at_browser("clerk").await;
    let seen = clerk.open("/outbox").await;
    assert!(seen.words().contains("Пошта көшірілуде"), "whoever sees mail sees that it is held back: {}", seen.words());
    assert!(!seen.text.contains("/outbox/resume"));
    for path in ["/outbox/pause", "/outbox/resume"] {
        let fields = vec![("reason".to_owned(), "x".to_owned())];
        assert_eq!(clerk.send(&Form { action: path.to_owned(), fields }).await.status, 403, "{path}");
    }
    let on = admin.submit(&held.form("/outbox/resume")).await;
    assert!(!on.words().contains("is held back:"), "{}", on.words());
    assert!(on.words().contains("Пошта көшірілуде"), "the pause stays written down: {}", on.words());
    let client = app.database.connect().await;
    let row = client.query_one("select paused_by, resumed_by from office_mail_pause", &[]).await.unwrap();
    assert_eq!((row.get::<_, &str>(0), row.get::<_, &str>(1)), (people.name("admin"), people.name("admin")));
}

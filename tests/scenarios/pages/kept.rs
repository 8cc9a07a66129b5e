//! Nothing that was typed is lost: while it is typed, when a form is given back, when the session ends in the middle of it.
#![expect(clippy::expect_used, reason = "what a page does not show ends the test")]

use testkit::app::{Answer, TestApp};

use super::browser::{Browser, Form, Page};
use super::people::People;
use super::story::{address, command, registered, registration};
use super::walk::is_whole;
use crate::api::story::{to_the_approvers, to_the_signatory};

const NEW: &str = "/inquiries/new";

/// What the page's script does a second after typing stops.
async fn typed(app: &TestApp, browser: &Browser<'_>, place: &str, form: &Form) -> Answer {
    let fields: Vec<(&str, &str)> = form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let call = app.call("POST", &format!("/kept?place={place}")).header("Origin", &app.base);
    call.header("Cookie", &browser.cookie()).header("Accept", "application/json").form(&fields).send().await
}

fn mark(answer: &Answer) -> String {
    answer.json()["mark"].as_str().unwrap_or_default().to_owned()
}

/// The moment before now at which every session went idle.
async fn sessions_end(app: &TestApp, hours_ago: i32) {
    let client = app.database.connect().await;
    let ended = client
        .execute("update session set idle_until = now() - make_interval(hours => $1)", &[&hours_ago])
        .await
        .expect("sessions that end");
    assert!(ended > 0);
}

/// The page with the signs of its addresses as they are.
fn plain(page: &Page) -> String {
    page.text.replace("&amp;", "&").replace("&#x3D;", "=")
}

fn says_kept(page: &Page) -> bool {
    page.words().contains("You had typed this at")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_stands_in_the_form_again_until_it_was_recorded() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let clerk = people.at_browser("clerk").await;
    let empty = clerk.open(NEW).await;
    assert!(!says_kept(&empty));
    let form = registration(&empty, "ДС-701").and("password", "құпия").and("questions[7]", "Сегізінші сұрақ?");
    let answer = typed(&app, &clerk, NEW, &form).await.is(200);
    assert!(answer.json()["at"].as_str().is_some_and(|at| at.len() == 5));

    // Another machine, another day, after a crash.
    let mut elsewhere = people.at_browser("clerk").await;
    let page = elsewhere.open(NEW).await;
    assert!(says_kept(&page), "{}", page.words());
    assert!(!page.text.contains("құпия"), "passwords are never kept");
    let again = page.form(NEW);
    assert_eq!((again.get("number"), again.get("questions[7]")), ("ДС-701", "Сегізінші сұрақ?"));
    assert_eq!(again.get("groups[0].deputies[2].name"), "Е. Бейсенбаев");
    assert_ne!(again.get("key"), form.get("key"), "it is sent as something new");

    elsewhere.submit(&again).await;
    assert!(!says_kept(&clerk.open(NEW).await), "what was recorded is kept no more");
    // A save that was still under way does not bring it back.
    let late = typed(&app, &clerk, NEW, &again).await.is(200);
    assert_eq!(mark(&late), "");
    assert!(!says_kept(&clerk.open(NEW).await));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_of_one_person_destroy_nothing_of_each_other() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let clerk = people.at_browser("clerk").await;
    let first = clerk.open(NEW).await.form(NEW).with("subject", "Бірінші қойынды");
    let first = {
        let kept = mark(&typed(&app, &clerk, NEW, &first).await.is(200));
        first.with("kept", &kept)
    };
    // The second tab opens on what the first has kept, and types over it.
    let second = clerk.open(NEW).await.form(NEW).with("subject", "Екінші қойынды");
    assert_eq!(second.get("kept"), first.get("kept"));
    typed(&app, &clerk, NEW, &second).await.is(200);
    let kept = mark(&typed(&app, &clerk, NEW, &first.clone().with("subject", "Бірінші, толығырақ")).await.is(200));
    assert_ne!(kept.split('/').next(), first.get("kept").split('/').next(), "it has a row of its own now");

    let page = clerk.open(NEW).await;
    assert_eq!(page.form(NEW).get("subject"), "Бірінші, толығырақ", "the later one stands in the form");
    let other = plain(&page).split("?kept=").skip(1).map(str::to_owned).find(|rest| !rest.starts_with("none"));
    let slot = other.and_then(|rest| rest.split('"').next().map(str::to_owned)).expect("the other one is offered");
    let page = clerk.open(&format!("{NEW}?kept={slot}")).await;
    assert_eq!(page.form(NEW).get("subject"), "Екінші қойынды");
    let page = clerk.open(&format!("{NEW}?kept=none")).await;
    assert_eq!(page.form(NEW).get("subject"), "");
    assert_eq!(plain(&page).matches("?kept=").count(), 2, "both are offered: {}", page.words());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_persons_text_is_nobody_elses_and_goes_when_it_is_discarded() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    let inquiry = registered(&mut clerk, &app, "ДС-702").await;
    let mut head = people.at_browser("head").await;
    let place = format!("{inquiry}/commands/assign-ministries");
    let form = command(&head.open(&inquiry).await, &inquiry, "assign-ministries");
    let form = form.with("resolution", "Тыңғылықты қаралсын").with("co[2].task", "Үшінші жол");
    typed(&app, &head, &place, &form).await.is(200);

    let page = head.open(&inquiry).await;
    assert_eq!(page.form(&place).get("co[2].task"), "Үшінші жол", "the inquiry's page shows it");
    assert!(page.text.contains("<details class=\"action\" open>"));
    assert_eq!(head.open(&place).await.form(&place).get("resolution"), "Тыңғылықты қаралсын");
    let control = people.at_browser("control").await;
    assert!(!control.open(&inquiry).await.text.contains("Тыңғылықты"));
    let stranger = app.call("POST", &format!("/kept?place={place}")).header("Origin", &app.base);
    stranger.header("Accept", "application/json").form(&[("kept", "x")]).send().await.is(401);

    let discard = plain(&page);
    let discard = discard.split("formaction=\"").find(|rest| rest.starts_with("/kept/discard"));
    let action = discard.and_then(|rest| rest.split('"').next()).expect("a button").to_owned();
    let discarded = head.send(&Form { action, fields: Vec::new() }).await;
    assert_eq!((discarded.status, discarded.place.as_str()), (303, format!("{place}?kept=none").as_str()));
    assert_eq!(head.open(&place).await.form(&place).get("resolution"), "");
    assert!(!says_kept(&head.open(&inquiry).await));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_given_back_stands_there_again_after_the_back_button() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    let form = registration(&clerk.open(NEW).await, "ДС-703").with("dated", "ертең");
    let given_back = clerk.send(&form).await;
    assert_eq!(given_back.status, 422);
    let page = clerk.open(NEW).await;
    assert_eq!(page.form(NEW).get("dated"), "ертең", "no script kept it");
    assert_eq!(plain(&page).matches("?kept=").count(), 1, "once: {}", page.words());
    // Mended and sent from the answer: nothing stays behind.
    clerk.submit(&given_back.form(NEW).with("dated", "20.09.2023")).await;
    assert!(!says_kept(&clerk.open(NEW).await));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_for_an_older_version_is_shown_what_changed_before_it_is_recorded() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    let inquiry = registered(&mut clerk, &app, "ДС-704").await;
    let mut head = people.at_browser("head").await;
    let place = format!("{inquiry}/commands/assign-ministries");
    let form = command(&head.open(&inquiry).await, &inquiry, "assign-ministries").with("lead", "mlsp");
    typed(&app, &head, &place, &form.clone().with("resolution", "Үйде жазылған")).await.is(200);
    // A colleague was faster.
    let mut other = people.at_browser("head").await;
    other.submit(&form.with("resolution", "Жауап дайындалсын").with("kept", "")).await;

    let kept = head.open(&place).await.form(&place);
    assert_eq!(kept.get("resolution"), "Үйде жазылған");
    let answer = head.send(&kept).await;
    assert_eq!(answer.status, 412, "{}", answer.words());
    assert!(answer.words().contains("Жауап дайындалсын") && answer.text.contains("Үйде жазылған"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_in_the_middle_of_a_form_loses_nothing_and_sends_nothing() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    let form = registration(&clerk.open(NEW).await, "ДС-705");
    sessions_end(&app, 3).await;
    let sent = clerk.send(&form).await;
    assert_eq!((sent.status, sent.place.as_str()), (303, "/login?ended=kept&next=/inquiries/new"));
    let login = clerk.get(&sent.place).await;
    assert!(login.words().contains("is kept and not sent yet"), "{}", login.words());

    // Somebody else signs in at the same desk.
    let head = people.at_browser("control").await;
    assert!(!head.get(NEW).await.text.contains("ДС-705"));
    // The clerk does.
    let mut clerk = people.at_browser("clerk").await;
    app.settle().await;
    assert!(!clerk.open("/inquiries").await.text.contains("ДС-705"), "nothing was sent by itself");
    let page = clerk.open(NEW).await;
    assert!(page.words().contains("Nothing was sent yet"), "{}", page.words());
    let page = clerk.submit(&page.form(NEW)).await;
    assert!(page.words().contains("ДС-705"));
    assert!(address(&clerk).starts_with("/inquiries/"));
    assert!(!says_kept(&clerk.open(NEW).await));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_whose_person_is_not_known_is_shown_to_be_copied() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    let form = registration(&clerk.open(NEW).await, "ДС-706").with("subject", "<b>Кең</b> тақырып");
    for (why, hours) in [("longer than a day ago", 25), ("ended by its person", 0)] {
        sessions_end(&app, hours).await;
        if hours == 0 {
            let client = app.database.connect().await;
            client.execute("update session set revoked_at = now()", &[]).await.expect("sessions that were ended");
        }
        let page = clerk.send(&form).await;
        assert_eq!(page.status, 401, "{why}");
        assert!(page.text.contains("&lt;b&gt;Кең&lt;/b&gt; тақырып") && page.text.contains("ДС-706"), "{why}");
        assert!(page.words().contains("the text could not be kept"), "{why}: {}", page.words());
        assert!(!page.text.contains(form.get("key")), "{why}");
        let words = page.words().split_whitespace().collect::<Vec<_>>().join(" ");
        for label in ["Number ДС-706", "Group of the list 1, Kind of group", "Deputy 1.1, E-mail"] {
            assert!(words.contains(label), "{why}: «{label}» is missing: {words}");
        }
        assert!(!page.text.contains("groups[0]") && !words.contains("faction_members"), "{why}: {words}");
    }
    // What the page had kept before is told of.
    let mark = form.get("kept").replace("/0", "/2");
    let page = clerk.send(&form.with("kept", &mark)).await;
    assert_eq!(page.status, 401);
    assert!(page.words().contains("What was typed before the session ended is kept"), "{}", page.words());
    let clerk = people.at_browser("clerk").await;
    assert!(!says_kept(&clerk.open(NEW).await));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_double_click_registers_once_and_leaves_nothing_behind() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let (mut first, mut second) = (people.at_browser("clerk").await, people.at_browser("clerk").await);
    let form = registration(&first.open(NEW).await, "ДС-707");
    let (one, two) = tokio::join!(first.send(&form), second.send(&form));
    assert_eq!((one.status, two.status), (303, 303), "{} {}", one.text, two.text);
    assert_eq!(one.place, two.place);
    assert!(!says_kept(&first.open(NEW).await));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_account_keeps_has_an_end() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let clerk = people.at_browser("clerk").await;
    let form = clerk.open(NEW).await.form(NEW);
    for n in 1..=32 {
        let empty = clerk.open(&format!("{NEW}?kept=none")).await.form(NEW);
        typed(&app, &clerk, NEW, &empty.with("subject", &format!("Тақырып {n}"))).await.is(200);
    }
    let page = clerk.open(&format!("{NEW}?kept=none")).await;
    assert_eq!(plain(&page).matches("?kept=").count(), 30, "thirty forms of one account at most");
    let client = app.database.connect().await;
    client.execute("update kept_form set saved_at = saved_at - interval '31 days'", &[]).await.expect("a month");
    typed(&app, &clerk, NEW, &form.clone().with("subject", "Бүгінгі")).await.is(200);
    let page = clerk.open(NEW).await;
    assert_eq!((page.form(NEW).get("subject"), plain(&page).matches("?kept=").count()), ("Бүгінгі", 1));
    let endless = "ә".repeat(600_000);
    typed(&app, &clerk, NEW, &form.with("subject", &endless)).await.is(413);
}

/// Where the buttons lead that throw something away.
fn discards(page: &Page) -> Vec<String> {
    let plain = plain(page);
    let buttons = plain.split("formaction=\"").filter(|rest| rest.starts_with("/kept/discard"));
    buttons.filter_map(|rest| rest.split('"').next().map(str::to_owned)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_was_given_up_for_another_stands_in_no_form_by_itself_and_can_be_thrown_away() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    let inquiry = registered(&mut clerk, &app, "ДС-711").await;
    let mut head = people.at_browser("head").await;
    let place = format!("{inquiry}/commands/assign-ministries");
    let form = head.open(&place).await.form(&place).with("lead", "mlsp");
    typed(&app, &head, &place, &form.with("resolution", "Алғашқы ой")).await.is(200);
    // Given up: the empty form is filled in, and that one is recorded.
    let empty = head.open(&format!("{place}?kept=none")).await.form(&place);
    head.submit(&empty.with("resolution", "Жауап дайындалсын").with("lead", "mlsp").with("lead_due", "2023-10-06"))
        .await;
    for at in [&place, &inquiry] {
        let page = head.open(at).await;
        assert_ne!(page.form(&place).get("resolution"), "Алғашқы ой", "{at}");
        assert!(!says_kept(&page), "{at}: {}", page.words());
    }
    // It is not lost, and can be: the button beside it throws it away for good.
    let page = head.open(&place).await;
    assert!(page.words().contains("What you typed here is kept:"), "{}", page.words());
    let [discard] = &discards(&page)[..] else { panic!("one button: {:?}", discards(&page)) };
    head.send(&Form { action: discard.clone(), fields: Vec::new() }).await;
    assert!(!plain(&head.open(&place).await).contains("?kept="));
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_is_kept_at_a_place_is_thrown_away_at_once_and_no_open_tab_brings_it_back() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    let mut open = Vec::new();
    for words in ["Бірінші", "Екінші", "Үшінші"] {
        let form = clerk.open(&format!("{NEW}?kept=none")).await.form(NEW).with("subject", words);
        let kept = mark(&typed(&app, &clerk, NEW, &form).await.is(200));
        open.push(form.with("kept", &kept));
    }
    let page = clerk.open(NEW).await;
    let all = discards(&page).into_iter().find(|action| action.contains("all=yes")).expect("a button for all");
    assert_eq!(discards(&page).len(), 4, "one for each, and one for all");
    clerk.send(&Form { action: all, fields: Vec::new() }).await;
    // Half a day later a tab that stood open all the time still writes.
    let client = app.database.connect().await;
    let later = "update kept_form set gone_at = gone_at - interval '12 hours'";
    assert_eq!(client.execute(later, &[]).await.expect("rows that are gone"), 3);
    let other = clerk.open(NEW).await.form(NEW);
    typed(&app, &clerk, NEW, &other.with("subject", "Жаңа")).await.is(200);
    for form in open {
        assert_eq!(mark(&typed(&app, &clerk, NEW, &form.with("subject", "Қайта")).await.is(200)), "");
    }
    let page = clerk.open(NEW).await;
    assert_eq!((page.form(NEW).get("subject"), discards(&page).len()), ("Жаңа", 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn remarks_on_a_letter_of_a_deck_outlive_the_session_in_which_they_were_typed() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let required = serde_json::json!([{ "kind": "legal", "approver": people.name("legal") }]);
    let told = to_the_approvers(&app, "ДС-712", &required).await;
    let other = to_the_signatory(&app, "ДС-713").await;
    app.settle().await;
    for (part, place, field, what) in [
        ("legal", format!("/approvals/letter/{}", told.id), "remarks", "refuse"),
        ("signatory", format!("/signing/letter/{}", other.id), "reason", "return"),
    ] {
        let mut browser = people.at_browser(part).await;
        let form = browser.open(&place).await.form(&place).with(field, "Бапты көрсету керек.").and("do", what);
        sessions_end(&app, 3).await;
        let sent = browser.send(&form).await;
        assert_eq!((sent.status, sent.place.clone()), (303, format!("/login?ended=kept&next={place}")), "{part}");

        let mut browser = people.at_browser(part).await;
        let page = browser.open(&place).await;
        is_whole(&page, &place);
        assert!(page.words().contains("Nothing was sent yet"), "{part}: {}", page.words());
        let form = page.form(&place);
        assert_eq!(form.get(field), "Бапты көрсету керек.", "{part}");
        // While it is typed, too.
        typed(&app, &browser, &place, &form.clone().with(field, "Бапты көрсету керек!")).await.is(200);
        let page = browser.open(&place).await;
        assert_eq!(page.form(&place).get(field), "Бапты көрсету керек!", "{part}");
        assert!(page.text.contains(&format!("data-keep=\"{place}\"")) && page.text.contains("keep.js"), "{part}");
        let done = browser.send(&page.form(&place).and("do", what)).await;
        assert_eq!(done.status, 303, "{part}: {}", done.text);
        let client = app.database.connect().await;
        let left = "select count(*) from kept_form where gone_at is null and place = $1";
        let left: i64 = client.query_one(left, &[&place]).await.expect("a count").get(0);
        assert_eq!(left, 0, "{part}: what was recorded is kept no more");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_of_a_deck_without_a_remark_is_no_kept_form() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let required = serde_json::json!([{ "kind": "legal", "approver": people.name("legal") }]);
    let told = to_the_approvers(&app, "ДС-714", &required).await;
    let other = to_the_signatory(&app, "ДС-715").await;
    app.settle().await;
    let client = app.database.connect().await;
    for (part, place, field, what) in [
        ("legal", format!("/approvals/letter/{}", told.id), "remarks", "refuse"),
        ("signatory", format!("/signing/letter/{}", other.id), "reason", "return"),
    ] {
        let mut browser = people.at_browser(part).await;
        let form = browser.open(&place).await.form(&place);
        // It asks for a reason that is not there, and is given back.
        let given_back = browser.send(&form.clone().with(field, " ").and("do", what)).await;
        assert_eq!(given_back.status, 422, "{part}: {}", given_back.words());
        // What was typed and taken away again is no text either, and the row of before goes.
        let kept = mark(&typed(&app, &browser, &place, &form.clone().with(field, "Бап")).await.is(200));
        let answer = typed(&app, &browser, &place, &form.clone().with(field, "").with("kept", &kept)).await.is(200);
        assert!(answer.json()["at"].is_null(), "{part}: nothing is said to be kept: {}", answer.text());
        let left: i64 = client
            .query_one("select count(*) from kept_form where place = $1", &[&place])
            .await
            .expect("a count")
            .get(0);
        assert_eq!(left, 0, "{part}");
        // The page that emptied it goes on where it was.
        let again = form.clone().with(field, "Бапты көрсету керек.").with("kept", &mark(&answer));
        typed(&app, &browser, &place, &again).await.is(200);
        assert_eq!(browser.open(&place).await.form(&place).get(field), "Бапты көрсету керек.", "{part}");
        let kept = browser.open(&place).await.form(&place).with(field, "");
        sessions_end(&app, 3).await;
        let sent = browser.send(&kept.and("do", what)).await;
        assert_eq!((sent.status, sent.place), (303, format!("/login?ended=yes&next={place}")), "{part}");
        let browser = people.at_browser(part).await;
        let page = browser.open(&place).await;
        assert!(!says_kept(&page) && page.form(&place).get(field).is_empty(), "{part}: {}", page.words());
    }
}

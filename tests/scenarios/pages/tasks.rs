//! What a ministry owes stands on one page, each with its one next step; what was done goes, and what came of it is told.

use serde_json::{Value, json};
use testkit::app::TestApp;

use super::browser::{Browser, Page};
use super::people::People;
use super::walk::is_whole;
use super::worklist::between;
use crate::api::story::Told;
use crate::api::{command, draft, registered, resolution};

const PATH: &str = "/tasks";

/// An inquiry that was resolved to the lead and the foreign ministry.
async fn resolved(app: &TestApp, number: &str) -> Told {
    let (id, version) = registered(app, number).await;
    let mut told = Told { id, version, content_hash: Value::Null };
    told.step(app, "head", "assign-ministries", resolution()).await;
    app.settle().await;
    told
}

/// One of the page's lists, in words.
fn list(page: &Page, code: &str) -> String {
    let from = format!("aria-labelledby=\"{code}-h\"");
    let section = between(&page.text, &from, "</section>").to_owned();
    let plain = Page { status: 200, text: section, place: String::new(), policy: String::new() };
    plain.words().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Where the steps of the page lead, without what is the same everywhere.
fn steps(page: &Page) -> Vec<String> {
    let steps = page.text.split("class=\"duty-step\"><a class=\"button primary\" href=\"").skip(1);
    let href = |rest: &str| rest.split('"').next().unwrap_or_default().replace("&amp;", "&").replace("&#x3D;", "=");
    steps.map(href).collect()
}

/// The number beside the page's name in the menu.
fn in_menu(page: &Page) -> String {
    let item = between(&page.text, "id=\"side-tasks\"", "</li>");
    between(item, "<span class=\"count", "</span>").split('>').nth(1).unwrap_or_default().to_owned()
}

async fn open(app: &TestApp, browser: &Browser<'_>) -> Page {
    app.settle().await;
    browser.open(PATH).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_register_does_not_have_is_owed_all_the_same() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let told = resolved(&app, "ДС-801").await;
    let client = app.database.connect().await;
    client.execute("delete from register", &[]).await.unwrap();
    let page = people.at_browser("mfa").await.open(PATH).await;
    is_whole(&page, PATH);
    assert!(list(&page, "owed").contains(&told.id), "{}", list(&page, "owed"));
    assert_eq!(in_menu(&page), "1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_co_executor_lands_on_what_it_owes_and_is_led_to_the_text() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let told = resolved(&app, "ДС-801").await;
    let mut mfa = people.at_browser("mfa").await;
    assert_eq!(mfa.get("/").await.place, PATH, "it is the page that opens first");
    let page = open(&app, &mfa).await;
    is_whole(&page, PATH);
    let owed = list(&page, "owed");
    for said in ["Submit a contribution", "ДС-801", "The task: Ұсыныс енгізу", "29.09.2023", "9 days left"]
    {
        assert!(owed.contains(said), "{said}: {owed}");
    }
    assert_eq!(in_menu(&page), "1");
    assert_eq!(in_menu(&mfa.open("/inquiries").await), "1", "the menu says it everywhere");
    let writing = format!("/inquiries/{}/contribution", told.id);
    assert_eq!(steps(&page), [writing.as_str()]);

    let form = mfa.open(&writing).await.form(&format!("/inquiries/{}/commands/submit-contribution", told.id));
    mfa.submit(&form.with("body", "Екіжақты келісім жобасы жіберілді.")).await;
    let page = open(&app, &mfa).await;
    assert!(list(&page, "owed").contains("Nothing is awaited from you"), "{}", list(&page, "owed"));
    assert!(list(&page, "awaited").contains("The contribution waits to be accepted"));
    assert!(list(&page, "ended").contains("the contribution was handed in"), "{}", list(&page, "ended"));
    assert_eq!(in_menu(&page), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lead_reads_a_contribution_and_returns_it_and_both_sides_are_told_what_comes_next() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut told = resolved(&app, "ДС-802").await;
    let paragraph = json!({ "type": "paragraph", "content": [{ "type": "text", "text": "Тараптарға жіберілді." }] });
    let contribution = json!({ "body": { "blocks": [paragraph] }, "answers": [], "files": [] });
    told.step(&app, "mfa", "submit-contribution", contribution.clone()).await;
    let mut lead = people.at_browser("lead").await;
    let page = open(&app, &lead).await;
    let accept = format!("/inquiries/{}/commands/accept-contribution?ministry=mfa", told.id);
    assert_eq!(steps(&page), [format!("/inquiries/{}/draft", told.id), accept.clone()]);
    assert_eq!(in_menu(&page), "2");

    let page = lead.open(&accept).await;
    is_whole(&page, &accept);
    assert!(page.text.contains("Тараптарға жіберілді."), "what is accepted is read here");
    let plain = page.text.replace("&#x3D;", "=");
    let back = accept.replace("accept", "return");
    assert!(plain.contains(&format!("href=\"{back}\"")), "the other answer is one step away");
    let place = format!("/inquiries/{}/commands/return-contribution", told.id);
    let form = lead.open(&back).await.form(&place);
    assert_eq!(form.get("ministry"), "mfa");
    lead.submit(&form.with("reason", "Кестелер көрсетілмеген.")).await;

    let page = open(&app, &lead).await;
    assert!(list(&page, "awaited").contains("A co-executor’s contribution is awaited"), "{}", list(&page, "awaited"));
    assert!(list(&page, "ended").contains("the contribution was sent back"));
    let mfa = people.at_browser("mfa").await;
    let owed = list(&open(&app, &mfa).await, "owed");
    assert!(owed.contains("Rework the returned contribution") && owed.contains("Кестелер көрсетілмеген."), "{owed}");

    told.version = told.dossier(&app).await["version"].as_u64().unwrap_or_default();
    told.step(&app, "mfa", "submit-contribution", contribution).await;
    told.step(&app, "lead", "accept-contribution", json!({ "ministry": "mfa" })).await;
    let page = open(&app, &mfa).await;
    assert!(list(&page, "ended").contains("the contribution was accepted"), "{}", list(&page, "ended"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lead_is_told_what_became_of_its_draft_and_of_the_time_it_asked_for() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut told = resolved(&app, "ДС-803").await;
    let lead = people.at_browser("lead").await;
    told.step(&app, "lead", "request-extension", json!({ "ground": "Деректер күтілуде.", "until": "2023-11-03" }))
        .await;
    let page = open(&app, &lead).await;
    assert!(list(&page, "awaited").contains("A decision on more time is awaited"));
    assert!(list(&page, "awaited").contains("Asked until: 03.11.2023"), "{}", list(&page, "awaited"));
    told.step(&app, "control", "refuse-extension", json!({ "reason": "Мерзім жеткілікті." })).await;
    let page = open(&app, &lead).await;
    let answered = list(&page, "answered");
    assert!(answered.contains("more time was refused") && answered.contains("Мерзім жеткілікті."), "{answered}");
    assert!(!list(&page, "ended").contains("more time was refused"), "it is told once");
    assert!(list(&lead.open("/tasks?list=ended").await, "ended").contains("more time was refused"));

    let required = json!([{ "kind": "legal", "approver": "legal" }]);
    told.step(&app, "lead", "revise-draft", draft("Бірінші нұсқа.")).await;
    let page = open(&app, &lead).await;
    assert!(list(&page, "owed").contains("Submit the draft for approval"));
    assert!(steps(&page).contains(&format!("/inquiries/{}/commands/submit-for-approval", told.id)));
    told.revised(&app, 2, draft("Екінші нұсқа."), &required).await;
    let page = open(&app, &lead).await;
    assert!(list(&page, "awaited").contains("The draft is with the approvers"));
    let refuse = json!({ "version": 2, "content_hash": told.content_hash, "kind": "legal", "remarks": "Бап жоқ." });
    told.step(&app, "legal", "refuse-visa", refuse).await;
    let page = open(&app, &lead).await;
    let owed = list(&page, "owed");
    assert!(owed.contains("Rework the draft that was refused a visa") && owed.contains("Remarks: Бап жоқ."), "{owed}");
    // The inquiry's own page says the same at its head.
    let head = lead.open(&format!("/inquiries/{}", told.id)).await;
    let next = between(&head.text, "class=\"head-next\"", "</p>").replace("&#x3D;", "=");
    assert!(next.contains(&format!("/inquiries/{}/draft", told.id)), "{next}");
    told.step(&app, "legal", "return-draft", json!({ "version": 2, "reason": "Тілі түзетілсін." })).await;
    let owed = list(&open(&app, &lead).await, "owed");
    assert!(owed.contains("Rework the returned draft") && owed.contains("Тілі түзетілсін."), "{owed}");
    told.revised(&app, 3, draft("Үшінші нұсқа."), &required).await;
    let visa = json!({ "version": 3, "content_hash": told.content_hash, "kind": "legal" });
    told.step(&app, "legal", "visa", visa).await;
    told.step(&app, "clerk", "submit-for-signature", json!({ "version": 3 })).await;
    assert!(list(&open(&app, &lead).await, "awaited").contains("The draft is before the signatory"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_late_says_so_in_words_and_nobody_sees_the_duties_of_others() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    resolved(&app, "ДС-804").await;
    app.clock.set("2023-10-02T04:00:00Z");
    let mfa = people.at_browser("mfa").await;
    let page = open(&app, &mfa).await;
    assert!(list(&page, "owed").contains("3 days overdue"), "{}", list(&page, "owed"));
    assert!(page.text.contains("class=\"duty over\"") && page.text.contains("class=\"count over\""));
    assert!(page.words().contains("overdue: 1"), "{}", page.words());
    let stranger = people.at_browser("stranger").await;
    let page = open(&app, &stranger).await;
    assert!(!page.text.contains("ДС-804") && steps(&page).is_empty(), "{}", page.words());
    for part in ["clerk", "legal", "deputy"] {
        assert_eq!(people.at_browser(part).await.get(PATH).await.status, 403, "{part}");
    }
    // The database holds them back as well.
    let ministry = directory::MinistryCode::new("mfa").expect("a code");
    let today = jiff::civil::date(2023, 10, 2);
    for (own, owed) in [("mfa", 1), ("mof", 0)] {
        let actor = directory::Actor::executor("somebody", directory::MinistryCode::new(own).expect("a code"));
        let counted = readmodel::duties::count(&app.state().reader(&actor), &ministry, today).await;
        assert_eq!(counted.expect("counted").all, owed, "{own}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ministry_with_much_to_do_pages_through_it_and_meets_each_duty_once() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    for n in 0..62 {
        let (id, version) = registered(&app, &format!("ДС-{}", 900 + n)).await;
        command(&app, "head", &id, version, "assign-ministries", &resolution()).await.is(200);
    }
    let mfa = people.at_browser("mfa").await;
    let page = open(&app, &mfa).await;
    assert_eq!((steps(&page).len(), in_menu(&page).as_str()), (30, "62"));
    let mut seen = steps(&page);
    let mut page = page;
    while let Some((_, rest)) = page.text.split_once("rel=\"next\" href=\"") {
        let next = rest.split('"').next().unwrap_or_default().replace("&amp;", "&").replace("&#x3D;", "=");
        page = mfa.open(&next).await;
        is_whole(&page, &next);
        seen.extend(steps(&page));
    }
    assert_eq!(seen.len(), 62);
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 62);
    for nonsense in ["/tasks?list=mine", "/tasks?list=owed&after=x"] {
        assert_eq!(mfa.get(nonsense).await.status, 400, "{nonsense}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_that_somebody_opens_first_comes_before_the_duties() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut lead = people.at_browser("lead").await;
    let page = lead.open("/inquiries?state=overdue").await;
    let keep = page.form_with("/inquiries/views", "do", "keep").with("name", "Мерзімі өткені");
    lead.submit(&keep).await;
    let page = lead.open("/inquiries/views").await;
    let form = page.form_with("/inquiries/views", "do", "rename").with("do", "open");
    lead.submit(&form).await;
    assert!(lead.get("/").await.place.starts_with("/inquiries?"), "{}", lead.get("/").await.place);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_says_how_far_its_own_table_has_come() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let told = resolved(&app, "ДС-841").await;
    let mfa = people.at_browser("mfa").await;
    let place = |page: &Page| -> i64 { between(&page.text, "data-at=\"", "\"").parse().unwrap() };
    let before = place(&mfa.open(PATH).await);
    // The duties stand still while the register goes on: whoever opens the page now must hear of what they do not see yet.
    let mut client = app.database.connect().await;
    let held = client.transaction().await.unwrap();
    held.batch_execute("lock table duty in share mode").await.unwrap();
    let ask = json!({ "until": "2023-10-27", "ground": "Келісім созылды" });
    command(&app, "lead", &told.id, told.version, "request-extension", &ask).await.is(200);
    let head = app.journal().head().await.unwrap().position;
    app.journal().wait_for("register", head, std::time::Duration::from_secs(30)).await.unwrap();
    assert!(before < head && place(&mfa.open(PATH).await) < head, "{before} of {head}");
    held.rollback().await.unwrap();
    assert_eq!(place(&open(&app, &mfa).await), head);
}

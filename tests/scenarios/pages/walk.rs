//! Every page for every role: it answers, in a whole page of its own language, with nothing inline in it.

use inquiry::CommandName;
use testkit::app::TestApp;

use super::browser::Page;
use super::people::People;
use super::story::registered;

#[track_caller]
pub(super) fn is_whole(page: &Page, path: &str) {
    is_sound(page, path);
    assert!(
        page.text.contains("nothing leaves this machine") && page.text.contains("stands in for personal"),
        "{path}"
    );
}

/// The same for an installation whose mail goes to a relay.
#[track_caller]
pub(super) fn is_sound(page: &Page, path: &str) {
    assert!(page.text.starts_with("<!doctype html>"), "{path}: {}", page.text);
    assert_eq!(page.text.matches("<h1").count(), 1, "{path} has one heading of the first level: {}", page.text);
    // A page runs files of ours and nothing that stands in it.
    for script in page.text.split("<script").skip(1) {
        let tag = script.split("</script>").next().unwrap_or_default();
        let is_ours = tag.strip_prefix(" src=\"/static/").is_some_and(|rest| rest.ends_with("\" defer>"));
        assert!(is_ours && tag.matches('"').count() == 2, "{path} holds <script{tag}");
    }
    for forbidden in ["<style", " style=", " onclick=", " onload=", "javascript:"] {
        assert!(!page.text.contains(forbidden), "{path} holds {forbidden}");
    }
    assert!(page.policy.contains("default-src 'none'") && !page.policy.contains("unsafe"), "{path}: {}", page.policy);
    for tag in page
        .text
        .split('<')
        .filter(|tag| tag.starts_with("input") || tag.starts_with("select") || tag.starts_with("textarea"))
    {
        let Some(id) = tag.split(" id=\"").nth(1).and_then(|rest| rest.split('"').next()) else {
            // What is hidden or stands inside its label needs no id.
            assert!(tag.contains("type=\"hidden\"") || tag.contains("type=\"checkbox\""), "{path}: {tag}");
            continue;
        };
        assert!(page.text.contains(&format!("for=\"{id}\"")), "{path}: the field {id} has no label");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_answers_every_role() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    let inquiry = registered(&mut clerk, &app, "ДС-420").await;
    app.settle().await;
    let mut paths: Vec<String> = [
        "/account",
        "/proof",
        "/approvals",
        "/inquiries",
        "/inquiries?state=overdue&order=received",
        "/inquiries?co=mfa&owes=mfa&until=2023-10-03",
        "/load",
        "/load?sort=overdue",
        "/load?as_of=2023-09-20",
        "/inquiries?as_of=2023-09-20T09:40:00Z&state=open",
        "/inquiries/between",
        "/inquiries/new",
        "/outbox",
        "/journal",
        "/journal?who=clerk&what=arrival&role=clerk&from=2023-01-01&to=2030-01-01%2012:00&order=oldest&until=1",
        "/journal/people/clerk",
        "/tasks",
        "/proposals",
        "/records",
        "/records?kind=offices&all=yes",
        "/records/calendar/2023-10-25",
        "/records/change/enter-deputy",
        "/records/import",
        "/d/nothing",
    ]
    .map(str::to_owned)
    .into();
    paths.extend([
        inquiry.clone(),
        format!("{inquiry}/deliveries"),
        format!("{inquiry}/deliveries/1"),
        format!("{inquiry}/deliveries/1/evidence"),
        format!("{inquiry}/letter"),
        format!("{inquiry}/waiting"),
        format!("{inquiry}?as_of=2023-09-20"),
        format!("{inquiry}/between"),
        format!("{inquiry}/draft"),
        format!("{inquiry}/draft?suggest=yes"),
        format!("{inquiry}/contribution"),
        format!("{inquiry}/draft/merge"),
        format!("{inquiry}/draft/changes"),
        format!("{inquiry}/draft/file"),
        format!("{inquiry}/contribution/file"),
        format!("{inquiry}x"),
        "/v".to_owned(),
        "/v/00000-00000".to_owned(),
        "/nowhere".to_owned(),
    ]);
    paths.extend(CommandName::ALL.iter().map(|name| format!("{inquiry}/commands/{}", name.path())));
    for part in People::parts() {
        let browser = people.at_browser(part).await;
        for path in &paths {
            let page = browser.get(path).await;
            assert!(matches!(page.status, 200 | 403 | 404 | 409), "{part} {path}: {}", page.status);
            is_whole(&page, path);
        }
        // Whoever writes for a ministry begins with what it owes.
        let first = if ["lead", "mfa", "stranger"].contains(&part) { "/tasks" } else { "/inquiries" };
        assert_eq!(browser.get("/").await.place, first);
    }
    for (part, path, status) in [
        ("clerk", "/inquiries/new", 200),
        ("head", "/inquiries/new", 403),
        ("auditor", "/journal", 200),
        ("clerk", "/journal", 403),
        ("stranger", "/journal?inquiry=%D0%94%D0%A1-420", 403),
        ("auditor", "/journal?what=x", 400),
        ("auditor", "/journal?from=tomorrow", 400),
        ("auditor", "/journal/people/clerk", 200),
        ("admin", "/journal/people/clerk", 403),
        ("lead", "/journal/export.zip", 403),
        ("deputy", "/outbox", 403),
        ("head", "/load", 200),
        ("auditor", "/load", 200),
        ("stranger", "/load", 403),
        ("signatory", "/load", 403),
        ("head", "/load?sort=x", 400),
        ("clerk", "/inquiries?owes=mfa&until=x", 400),
        ("stranger", inquiry.as_str(), 404),
        ("deputy", inquiry.as_str(), 200),
    ] {
        assert_eq!(people.at_browser(part).await.get(path).await.status, status, "{part} {path}");
    }
    let stranger = app.call("GET", &inquiry).header("Accept", "text/html").send().await;
    assert_eq!(
        (stranger.status, stranger.header("location").unwrap_or_default()),
        (303, format!("/login?next={inquiry}").as_str())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_language_that_was_chosen_stays() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    for (code, words) in [("kk", "Депутаттық сауалдар"), ("ru", "Депутатские запросы"), ("en", "Deputy inquiries")]
    {
        let page = clerk.open("/inquiries").await;
        clerk.send(&page.form("/language").and("language", code)).await;
        let page = clerk.open("/inquiries").await;
        assert!(
            page.text.contains(&format!("<html lang=\"{code}\">")) && page.words().contains(words),
            "{}",
            page.text
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_language_chosen_before_signing_in_is_kept() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    people.at_browser_in("clerk", "ru").await;
    // Signed in anew, without choosing: it stayed with the account.
    let clerk = people.at_browser("clerk").await;
    let page = clerk.open("/inquiries").await;
    assert!(page.text.contains("<html lang=\"ru\">"), "{}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_sends_a_form_after_the_session_ended_is_told() {
    let app = TestApp::start().await;
    let sent = app.call("POST", "/inquiries/new").header("Origin", &app.base).header("Accept", "text/html");
    let sent = sent.form(&[("number", "ДС-430")]).send().await;
    let place = sent.header("location").unwrap_or_default().to_owned();
    assert_eq!((sent.status, place.as_str()), (303, "/login?ended=yes&next=/inquiries/new"));
    let page =
        app.call("GET", &place).header("Accept", "text/html").header("Accept-Language", "en").send().await.is(200);
    assert!(page.text().contains("is not saved yet") && page.text().contains("value=\"/inquiries/new\""));
}

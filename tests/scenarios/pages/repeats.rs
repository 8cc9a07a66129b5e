//! What is registered already: told while it is typed, asked about once, linked when it is a repeat.

use testkit::app::TestApp;

use super::browser::{Browser, Form, Page};
use super::people::People;
use super::story::{address, command, registered, registration};

const NEW: &str = "/inquiries/new";

async fn told(app: &TestApp, clerk: &Browser<'_>, form: &Form) -> String {
    let fields: Vec<(&str, &str)> = form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let call = app.call("POST", "/inquiries/alike").header("Origin", &app.base).header("Accept", "text/html");
    call.header("Cookie", &clerk.cookie()).header("Accept-Language", "en").form(&fields).send().await.is(200).text()
}

fn is_told(page: &Page) -> bool {
    page.words().contains("It looks like these")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_looks_like_a_registered_inquiry_is_told_once_and_registered_when_the_button_is_pressed_again() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    let first = registered(&mut clerk, &app, "ДС-901").await;
    app.settle().await;
    let id = first.rsplit('/').next().unwrap_or_default();

    let form = registration(&clerk.open(NEW).await, "ДС-902")
        .with("subject", "Азаматтар құқығының қорғалуы мәселесі")
        .with("dated", "2023-09-20");
    let piece = told(&app, &clerk, &form).await;
    assert!(piece.contains("ДС-901") && piece.contains("a subject near to it"), "{piece}");
    assert!(piece.contains(&format!("href=\"{first}\"")) && !piece.contains("<html"), "a piece of the page: {piece}");

    let page = clerk.send(&form).await;
    assert_eq!(page.status, 409, "{}", page.words());
    assert!(is_told(&page) && page.words().contains("press the button again"), "{}", page.words());
    let page = clerk.submit(&page.form(NEW)).await;
    assert!(page.words().contains("ДС-902"), "it warns and does not stop");

    // Another subject, or the same from others, is nobody's repeat.
    let others = registration(&clerk.open(&format!("{NEW}?kept=none")).await, "ДС-903").with("dated", "2023-09-20");
    let strangers = others
        .clone()
        .with("groups[0].deputies[0].name", "А. Бөтен")
        .with("groups[0].deputies[0].email", "")
        .with("groups[0].deputies[2].name", "Б. Бейтаныс");
    assert!(!told(&app, &clerk, &strangers).await.contains("ДС-901"));
    let piece = told(&app, &clerk, &others.clone().with("subject", "Автомобиль жолдарын жөндеу туралы")).await;
    assert!(!piece.contains("ДС-901"), "{piece}");
    // The same number of another day, whatever it is about.
    let same = strangers.with("number", "№ ДС 901").with("subject", "Басқа мәселе").with("dated", "2023-09-19");
    let piece = told(&app, &clerk, &same).await;
    assert!(piece.contains(id) && piece.contains("the same number"), "{piece}");
    // This very inquiry: said at once, refused when it is sent.
    let again = others.with("number", "ДС-901").with("subject", "Бөлек");
    let piece = told(&app, &clerk, &again).await;
    assert!(piece.contains("is registered already") && !piece.contains("alike_seen"), "{piece}");
    let page = clerk.send(&again).await;
    assert_eq!(page.status, 409);
    assert!(page.words().contains("Open the inquiry that is registered already"), "{}", page.words());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_is_linked_in_the_same_go_and_not_twice() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    let first = registered(&mut clerk, &app, "ДС-911").await;
    app.settle().await;
    let id = first.rsplit('/').next().unwrap_or_default().to_owned();
    let form = registration(&clerk.open(NEW).await, "ДС-912");
    let page = clerk.send(&form).await;
    let form = page.form(NEW).with("repeat_of", &id);
    clerk.submit(&form).await;
    let second = address(&clerk);
    clerk.submit(&form).await;
    assert_eq!(address(&clerk), second, "sent twice, registered once");
    let events = app.get("clerk", &format!("/api/v1{first}/events")).await.is(200).text();
    assert_eq!(events.matches("repeat_inquiry_linked").count(), 1, "{events}");
    assert!(events.contains(second.rsplit('/').next().unwrap_or("?")), "{events}");

    // The first inquiry is gone meanwhile from those that may be chosen: the registration is not.
    let page = clerk.send(&registration(&clerk.open(&format!("{NEW}?kept=none")).await, "ДС-913")).await;
    let nobody = "018b2f5e-0000-7000-8000-000000000326";
    let mut form = page.form(NEW);
    form.fields.retain(|(name, _)| name != "repeat_of");
    let page = clerk.submit(&form.and("repeat_of", nobody)).await;
    assert!(page.words().contains("could not be linked as a repeat"), "{}", page.words());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_resolve_goes_on_where_they_registered() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let client = app.database.connect().await;
    let both =
        client.execute("update account set roles = '{clerk,head}' where name = $1", &[&people.name("clerk")]).await;
    assert!(both.is_ok());
    let mut clerk = people.at_browser("clerk").await;
    let page = clerk.open(NEW).await;
    let page = clerk.submit(&registration(&page, "ДС-921")).await;
    let inquiry = address(&clerk);
    let open = page
        .text
        .find("<details class=\"action\" open>")
        .is_some_and(|at| page.text[at..].starts_with("<details class=\"action\" open><summary>Assign"));
    assert!(open, "{}", page.text);
    assert!(page.text.contains("name=\"resolution\" rows=\"3\" autofocus"), "{}", page.text);
    assert!(page.text.contains("data-note=\"MFA\""), "a ministry is found by its abbreviation: {}", page.text);
    let form = command(&page, &inquiry, "assign-ministries").with("resolution", "Жауап берілсін").with("lead", "mlsp");
    let page = clerk.submit(&form).await;
    assert!(page.words().contains("Жауап берілсін"));
}

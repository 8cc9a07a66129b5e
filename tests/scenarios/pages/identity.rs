//! Signing in through a real identity provider: the whole way there and back, as a browser goes it, and what is refused on it.

mod house;

use saual::cli::{Cli, Command, User, UserLink};
use saual::config::Environment;
use saual::exit::{Answer, Stop};
use testkit::app::TestApp;

use super::browser::{Browser, Page};
use super::people::People;
use super::walk::is_whole;
use crate::api::story::to_the_signatory;
use house::{House, Person};

const SECRET: &str = "between the office and its provider: 100% & more";

/// An office with a provider, which knows it as `client`.
async fn office(house: &House, client: &str, acr: Option<&str>) -> TestApp {
    let acr = acr.unwrap_or_default();
    let app = TestApp::start_in(&Environment::of([
        ("SAUAL_OIDC_ISSUER", house.issuer.as_str()),
        ("SAUAL_OIDC_CLIENT_ID", client),
        ("SAUAL_OIDC_CLIENT_SECRET", if client == "office-ec" { "" } else { SECRET }),
        ("SAUAL_OIDC_NAME", "Үкімет ID"),
        ("SAUAL_OIDC_ACR", acr),
    ]))
    .await;
    house.opens_for(&app.base).await;
    app
}

/// Runs a verb of the command line as the administrator of this office.
async fn verb(app: &TestApp, house: &House, command: Command) -> Result<Answer, Stop> {
    let (url, folder, issuer) = (app.database.url(), app.folder.path().display().to_string(), house.issuer.clone());
    let run = move || {
        let environment = Environment::of([
            ("DATABASE_URL", url.as_str()),
            ("SAUAL_DATA", folder.as_str()),
            ("SAUAL_OIDC_ISSUER", issuer.as_str()),
            ("SAUAL_OIDC_CLIENT_ID", "office"),
        ]);
        saual::commands::run(Cli { command }, &environment)
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

fn of(name: &str, subject: &str) -> UserLink {
    UserLink { name: name.to_owned(), issuer: None, subject: subject.to_owned() }
}

async fn link(app: &TestApp, house: &House, name: &str, subject: &str) {
    assert_eq!(verb(app, house, Command::User(User::Link(of(name, subject)))).await.unwrap(), Answer::Yes);
}

/// From the page for signing in to the provider; where that sends back to, as a path of ours.
async fn comes_back(app: &TestApp, browser: &mut Browser<'_>, from: &str, person: &Person<'_>) -> String {
    let sent = browser.go(from).await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    let back = person.goes(&sent.place).await;
    back.strip_prefix(&app.base).unwrap_or_else(|| panic!("the provider sends to {back}")).to_owned()
}

/// Nobody came in, and the page says why.
#[track_caller]
fn is_refused(page: &Page, words: &str) {
    assert_eq!(page.status, 401, "{}", page.text);
    is_whole(page, "a sign-in that was refused");
    assert!(page.words().contains(words), "{}", page.words());
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_signs_in_at_the_provider_however_it_signs() {
    let house = House::start().await;
    for client in ["office", "office-ps", "office-ec", "office-ed"] {
        let house = if client == "office" { &house } else { &House::start().await };
        let app = office(house, client, None).await;
        let people = People::of(&app).await;
        link(&app, house, people.name("auditor"), "aigul").await;
        let mut browser = Browser::new(&app);
        let login = browser.get("/login?next=/journal").await;
        is_whole(&login, "/login with a provider");
        assert!(login.words().contains("Sign in with Үкімет ID"), "{}", login.words());
        assert!(login.text.contains("href=\"/login/provider?next&#x3D;%2Fjournal\""), "{}", login.text);
        let aigul = house.person("aigul");
        let back = comes_back(&app, &mut browser, "/login/provider?next=/journal", &aigul).await;
        let answered = browser.go(&back).await;
        assert_eq!((answered.status, answered.place.as_str()), (303, "/journal"), "{client}: {}", answered.text);
        assert!(browser.kept("visit").is_none(), "the visit goes on");
        let account = browser.open("/account").await;
        assert!(account.words().contains("aigul") && account.words().contains("Үкімет ID"), "{}", account.words());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_taken_from_the_provider_once_in_the_browser_that_asked() {
    let house = House::start().await;
    let app = office(&house, "office", None).await;
    let people = People::of(&app).await;
    link(&app, &house, people.name("clerk"), "aigul").await;
    let aigul = house.person("aigul");
    let begin = async |browser: &mut Browser<'_>| comes_back(&app, browser, "/login/provider", &aigul).await;

    // Another browser: the one that was lured to somebody else's answer, and one whose own visit is another.
    let mut one = Browser::new(&app);
    let back = begin(&mut one).await;
    is_refused(&Browser::new(&app).go(&back).await, "was not begun in this browser");
    let mut two = Browser::new(&app);
    begin(&mut two).await;
    is_refused(&two.go(&back).await, "was not begun in this browser");
    assert!(two.kept("sid").is_none());

    // The state, the issuer, the code are not what they were.
    let changed = |from: &str, to: &str| {
        let at = back.find(from).unwrap() + from.len();
        let end = back[at..].find('&').map_or(back.len(), |end| at + end);
        format!("{}{to}{}", &back[..at], &back[end..])
    };
    let visit = one.kept("visit").unwrap().to_owned();
    for (path, words) in [
        (changed("state=", "another"), "was not begun in this browser"),
        (changed("iss=", "https%3A%2F%2Fevil.example"), "cannot be believed"),
        (changed("code=", "another"), "provider refused"),
        (back.split("&iss=").next().unwrap().to_owned(), "cannot be believed"),
        ("/login/provider/return".to_owned(), "was not begun in this browser"),
    ] {
        one.keep("visit", &visit);
        is_refused(&one.go(&path).await, words);
        assert!(one.kept("sid").is_none() && one.kept("visit").is_none(), "{path}");
    }

    // A code of one visit in another: the provider knows it by its verifier.
    let mut three = Browser::new(&app);
    let own = begin(&mut three).await;
    let code = back.split("code=").nth(1).unwrap().split('&').next().unwrap();
    let at = own.find("code=").unwrap() + 5;
    let end = at + own[at..].find('&').unwrap();
    is_refused(&three.go(&format!("{}{code}{}", &own[..at], &own[end..])).await, "provider refused");

    // Once is taken, twice is not, even by a browser that kept the visit.
    let mut four = Browser::new(&app);
    let back = begin(&mut four).await;
    let visit = four.kept("visit").unwrap().to_owned();
    assert_eq!(four.go(&back).await.status, 303);
    let mut five = Browser::new(&app);
    five.keep("visit", &visit);
    is_refused(&five.go(&back).await, "provider refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_the_provider_knows_and_nobody_linked_does_not_come_in() {
    let house = House::start().await;
    let app = office(&house, "office", None).await;
    let people = People::of(&app).await;
    let mut browser = Browser::new(&app);
    // The name of an account is no link, and neither is what looks like its address.
    for subject in [people.name("admin").to_owned(), "<b>stranger</b>@office.example".to_owned()] {
        let back = comes_back(&app, &mut browser, "/login/provider", &house.person(&subject)).await;
        let refused = browser.go(&back).await;
        is_refused(&refused, "no account here is linked to you");
        assert!(refused.words().contains(&subject) && !refused.text.contains("<b>"), "{}", refused.text);
        assert!(browser.kept("sid").is_none());
    }
    // Whoever goes away from there again, and whoever's account was closed.
    let sent = browser.go("/login/provider").await;
    let back = house.person("aigul").goes_away(&sent.place).await;
    is_refused(&browser.go(back.strip_prefix(&app.base).unwrap()).await, "The identity provider refused");
    link(&app, &house, people.name("clerk"), "aigul").await;
    let client = app.database.connect().await;
    web::accounts::disable(&client, people.name("clerk"), jiff::Timestamp::now()).await.unwrap();
    let back = comes_back(&app, &mut browser, "/login/provider", &house.person("aigul")).await;
    is_refused(&browser.go(&back).await, "no account here is linked to you");
    // And nobody is led to another site.
    let sent = browser.go("/login/provider?next=//evil.example").await;
    let back = house.person("zhanar").goes(&sent.place).await;
    link(&app, &house, people.name("head"), "zhanar").await;
    assert_eq!(browser.go(back.strip_prefix(&app.base).unwrap()).await.place, "/");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_one_account_s_and_ends_with_its_sessions() {
    let house = House::start().await;
    let app = office(&house, "office", None).await;
    let people = People::of(&app).await;
    link(&app, &house, people.name("clerk"), "aigul").await;
    let taken = verb(&app, &house, Command::User(User::Link(of(people.name("admin"), "aigul")))).await;
    assert!(matches!(taken, Err(Stop::Use(ref said)) if said.contains("already")), "{taken:?}");
    let nobody = verb(&app, &house, Command::User(User::Link(of("nobody", "zhanar")))).await;
    assert!(matches!(nobody, Err(Stop::Use(_))), "{nobody:?}");
    let mut browser = Browser::new(&app);
    let back = comes_back(&app, &mut browser, "/login/provider", &house.person("aigul")).await;
    browser.go(&back).await;
    browser.open("/account").await;
    let unlink = || Command::User(User::Unlink(of(people.name("clerk"), "aigul")));
    assert_eq!(verb(&app, &house, unlink()).await.unwrap(), Answer::Yes);
    assert_eq!(browser.get("/account").await.status, 303);
    let back = comes_back(&app, &mut browser, "/login/provider", &house.person("aigul")).await;
    is_refused(&browser.go(&back).await, "no account here is linked to you");
    assert_eq!(verb(&app, &house, unlink()).await.unwrap(), Answer::No);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_away_keeps_nobody_out_who_has_a_password() {
    let house = House::start().await;
    let app = office(&house, "office", None).await;
    let people = People::of(&app).await;
    // What `saual check` asks and tells.
    let provider = app.state().provider.as_ref().unwrap();
    let said = provider.check().await.unwrap();
    assert!(said.contains(&house.issuer) && said.contains("3 keys"), "{said}");
    house.closes().await;
    let said = provider.check().await.unwrap_err().to_string();
    assert!(said.contains("does not answer as it should"), "{said}");
    let mut browser = Browser::new(&app);
    is_refused(&browser.go("/login/provider").await, "does not answer at the moment");
    people.at_browser("clerk").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_asks_the_provider_for_a_proof_of_this_moment() {
    let house = House::start().await;
    let app = office(&house, "office", Some("urn:office:2 urn:office:3")).await;
    let people = People::of(&app).await;
    link(&app, &house, people.name("signatory"), "alikhan").await;
    link(&app, &house, people.name("clerk"), "aigul").await;
    let alikhan = house.person("alikhan");
    let mut signatory = Browser::new(&app);
    let back = comes_back(&app, &mut signatory, "/login/provider", &alikhan).await;
    signatory.go(&back).await;
    let told = to_the_signatory(&app, "ДС-1").await;
    app.settle().await;
    let place = format!("/signing/letter/{}", told.id);
    let sign = signatory.open(&place).await.form(&place).and("do", "sign");
    app.database
        .connect()
        .await
        .execute("update session set proved_at = now() - interval '1 hour'", &[])
        .await
        .unwrap();
    let sent = signatory.send(&sign).await;
    let proof = signatory.open(&sent.place).await;
    is_whole(&proof, "/proof with a provider");
    assert!(proof.words().contains("Prove it with Үкімет ID"), "{}", proof.words());
    let way = format!("/proof/provider?next={place}");

    // The provider asks anew although it knows the person; somebody else's proof, one of a lower level and none are not taken.
    let asked = signatory.go(&way).await;
    assert!(asked.place.contains("prompt=login") && asked.place.contains("max_age=0"), "{}", asked.place);
    assert!(alikhan.is_asked_at(&asked.place).await.starts_with("who are you? login"));
    for (person, words) in [
        (house.person("aigul").at_level("urn:office:2"), "cannot be believed"),
        (house.person("alikhan").at_level("urn:office:1"), "cannot be believed"),
    ] {
        let back = comes_back(&app, &mut signatory, &way, &person).await;
        is_refused(&signatory.go(&back).await, words);
        assert_eq!(signatory.send(&sign).await.place, sent.place, "a proof that was not taken signs");
    }
    let alikhan = house.person("alikhan").at_level("urn:office:2");
    let back = comes_back(&app, &mut signatory, &way, &alikhan).await;
    let before = signatory.cookie();
    let proved = signatory.go(&back).await;
    assert_eq!(
        (proved.status, proved.place.as_str()),
        (303, format!("{place}?proved=yes").as_str()),
        "{}",
        proved.text
    );
    app.call("GET", "/api/v1/inquiries").header("Cookie", &before).send().await.is(401);
    let signed = signatory.send(&signatory.open(&proved.place).await.form(&place).and("do", "sign")).await;
    assert!(signed.place.starts_with("/signing?"), "{} {}", signed.status, signed.text);

    // A proof that was begun in one session is not taken in another.
    let back = comes_back(&app, &mut signatory, &way, &alikhan).await;
    let visit = signatory.kept("visit").unwrap().to_owned();
    let mut other = people.at_browser("signatory").await;
    other.keep("visit", &visit);
    is_refused(&other.go(&back).await, "was not begun in this browser");
}

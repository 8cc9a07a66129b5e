//! Who may sign: whose name the letter bears, for as long as the office or an order gives them the right. Everybody else is told why before they press.

use directory::records::Sources;
use directory::{Language, Role};
use saual::cli::{Cli, Command, User};
use saual::config::{Config, Environment};
use serde_json::{Value, json};
use testkit::app::{Answer, PREMIER, TestApp};
use testkit::password;
use web::accounts::{self, NewAccount};

use super::browser::{Browser, Page};
use super::people::People;
use super::walk::is_whole;
use crate::api::story::{Told, signature, to_the_signatory};

/// Holds the office after the Prime Minister of the story.
const LATER: &str = "bfd85e6f-43fd-4d14-932e-db65c3d29937";
/// Acts for the Prime Minister by the order of [`with_an_order`].
const ACTING: &str = "6f39efd0-e460-4afe-a5f8-450d2c585b6c";

/// Somebody with the role of a signatory: their token, and their browser.
pub(crate) async fn signatory<'a>(app: &'a TestApp, name: &str, person: Option<&str>) -> (String, Browser<'a>) {
    let client = app.database.connect().await;
    let account = NewAccount {
        name: name.to_owned(),
        full_name: format!("Сынақ: {name}"),
        roles: [Role::Signatory].into(),
        ministry: None,
        deputy: None,
        person: person.map(|id| id.parse().unwrap()),
        email: None,
        language: Language::En,
    };
    password::open(&client, &account).await;
    let token = accounts::token::add(&client, name, "test", jiff::Timestamp::now()).await.unwrap();
    (token.reveal().to_owned(), Browser::sign_in(app, name, password::typed()).await)
}

/// A signature asked for in English by whoever has the token.
pub(crate) async fn sign(app: &TestApp, token: &str, told: &Told, key: &str) -> Answer {
    let place = format!("/api/v1/inquiries/{}", told.id);
    let pdf = app.get("signatory", &format!("{place}/reply.pdf")).await.is(200).bytes;
    app.call("POST", &format!("{place}/commands/sign"))
        .header("Authorization", &format!("Bearer {token}"))
        .header("Accept-Language", "en")
        .key(key)
        .seen(told.version)
        .json(&signature(told, &pdf))
        .send()
        .await
}

pub(crate) fn at(told: &Told) -> String {
    format!("/signing/letter/{}", told.id)
}

pub(crate) fn has_button(page: &Page) -> bool {
    page.text.contains("value=\"sign\"")
}

/// What the API says that this account may do with the inquiry.
async fn offered(app: &TestApp, token: &str, told: &Told) -> Vec<Value> {
    let call = app.call("GET", &format!("/api/v1/inquiries/{}", told.id));
    let dossier = call.header("Authorization", &format!("Bearer {token}")).send().await.is(200).json();
    dossier["allowed"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_is_signed_by_whose_name_it_bears_and_everybody_else_is_told_whose_it_is() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let (token, mut other) = signatory(&app, "bektenov", Some(LATER)).await;
    let told = to_the_signatory(&app, "ДС-1").await;
    app.settle().await;
    let own = people.at_browser("signatory").await.open(&at(&told)).await;
    assert!(has_button(&own) && own.text.contains("<dialog"), "{}", own.text);

    let why = "This letter bears the name of Ә. Смайылов; you are O. Bektenov.";
    let page = other.open(&at(&told)).await;
    is_whole(&page, "a letter of somebody else");
    assert!(page.words().contains(why), "{}", page.words());
    assert!(!has_button(&page) && !page.text.contains("<dialog"), "a button that only refuses: {}", page.text);
    let several = other.open("/signing/several").await;
    is_whole(&several, "letters of somebody else");
    assert!(several.words().contains(why), "{}", several.words());
    assert!(!several.text.contains("name=\"letter\"") && !several.words().contains("I sign the letters"));
    let inquiry = other.open(&format!("/inquiries/{}", told.id)).await;
    assert!(!inquiry.text.contains(&format!("href=\"{}\"", at(&told))), "{}", inquiry.text);
    let may = offered(&app, &token, &told).await;
    assert!(!may.contains(&json!("sign")) && may.contains(&json!("return-draft")), "{may:?}");

    // Asked for all the same, by a program and by a form of one's own making.
    let refused = sign(&app, &token, &told, "others").await.is_problem(403, "signatory_is_another");
    assert!(refused["detail"].as_str().unwrap().starts_with(why), "{refused}");
    let forged = other.send(&page.form(&at(&told)).and("do", "sign")).await;
    assert_eq!(forged.status, 403, "{}", forged.text);
    assert!(forged.words().contains(why), "{}", forged.words());
    assert_eq!(told.dossier(&app).await["state"], "for_signature");

    // The account of nobody signs nothing, and returning is everybody's who has the role.
    let (nobodys, nobody) = signatory(&app, "nobody", None).await;
    sign(&app, &nobodys, &told, "nobodys").await.is_problem(403, "account_without_person");
    let account = nobody.open("/account").await;
    assert!(account.words().contains("It is not said which office holder this is"), "{}", account.words());
    assert!(other.open("/account").await.words().contains("O. Bektenov"));
    let returned = other.send(&page.form(&at(&told)).and("do", "return").with("reason", "Менің хатым емес.")).await;
    assert_eq!(returned.status, 303, "{}", returned.text);
    assert_eq!(told.dossier(&app).await["state"], "drafting");
}

/// An order lets somebody act for the Prime Minister on the day of the story, until four in the afternoon.
fn with_an_order(config: &mut Config) {
    let order = "prime_minister,6f39efd0-e460-4afe-a5f8-450d2c585b6c,Р. Скляр,Р. Скляр,R. Sklyar,,true,14-р,2023-09-20,,2023-09-20T09:00,2023-09-20T16:00";
    let file = config.data.join("office-holders.csv");
    std::fs::write(&file, format!("{}{order}\n", Sources::embedded().holders)).unwrap();
    config.office_holders = Some(file);
}

async fn authority_in_the_journal(app: &TestApp, told: &Told) -> Value {
    let events = app.get("auditor", &format!("/api/v1/inquiries/{}/events", told.id)).await.is(200).json();
    let signed =
        events["events"].as_array().unwrap().iter().find(|event| event["type"] == "reply_signed").unwrap().clone();
    signed["payload"]["authority"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_gives_the_right_to_sign_until_its_last_minute_and_then_the_letter_is_submitted_again() {
    let app = TestApp::start_with(with_an_order).await;
    let (token, acting) = signatory(&app, "acting", Some(ACTING)).await;
    let (in_time, mut late) = (to_the_signatory(&app, "ДС-1").await, to_the_signatory(&app, "ДС-2").await);
    let submission = late.dossier(&app).await["submission"].clone();
    assert_eq!(submission["signatory"]["name"], "Р. Скляр");
    assert_eq!((&submission["signatory"]["acting"], &submission["person"]), (&json!(true), &json!(ACTING)));
    assert_eq!(submission["order"], json!({ "number": "14-р", "dated": "2023-09-20" }));
    app.settle().await;
    let page = acting.open(&at(&late)).await;
    assert!(has_button(&page) && page.words().contains("order No. 14-р of 20 September 2023"), "{}", page.words());

    // One minute before the end.
    app.clock.set("2023-09-20T09:59:00Z");
    sign(&app, &token, &in_time, "in-time").await.is(200);
    let ground = json!({ "kind": "acts", "order": { "number": "14-р", "dated": "2023-09-20" } });
    let authority = json!({ "office": "prime_minister", "person": ACTING, "ground": ground });
    assert_eq!(authority_in_the_journal(&app, &in_time).await, authority);
    assert_eq!(in_time.dossier(&app).await["letter"]["authority"], authority);

    // The minute at which it ended: the page that was open signs nothing any more, and a new one says so.
    app.clock.set("2023-09-20T10:00:00Z");
    let refused = sign(&app, &token, &late, "too-late").await.is_problem(403, "authority_ended");
    let detail = refused["detail"].as_str().unwrap();
    for said in ["(Р. Скляр) ended on 20 September 2023 at 16:00", "order No. 14-р", "it is submitted again"] {
        assert!(detail.contains(said), "«{said}» is missing: {detail}");
    }
    let page = acting.open(&at(&late)).await;
    is_whole(&page, "a letter of an order that ended");
    assert!(!has_button(&page) && page.words().contains("ended on 20 September 2023 at 16:00"), "{}", page.words());
    assert!(!offered(&app, &token, &late).await.contains(&json!("sign")));

    // Returned and submitted again, it bears the name of whoever fills the office now.
    late.step(&app, "signatory", "decline-signing", json!({ "reason": "Бұйрық мерзімі аяқталды." })).await;
    late.step(&app, "clerk", "submit-for-signature", json!({ "version": 1 })).await;
    let pdf = app.get("signatory", &format!("/api/v1/inquiries/{}/reply.pdf", late.id)).await.is(200).bytes;
    late.step(&app, "signatory", "sign", signature(&late, &pdf)).await;
    let holds = json!({ "office": "prime_minister", "person": PREMIER, "ground": { "kind": "holds" } });
    assert_eq!(authority_in_the_journal(&app, &late).await, holds);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_signs_as_another_person_from_the_moment_on_that_an_administrator_says_so() {
    let app = TestApp::start().await;
    let told = to_the_signatory(&app, "ДС-1").await;
    let token = app.token("signatory").to_owned();
    let (url, folder) = (app.database.url(), app.folder.path().display().to_string());
    let says = async |name: &str, person: Option<&str>| {
        let user = User::Person { name: name.to_owned(), person: person.map(str::to_owned) };
        let settings = [("DATABASE_URL", url.as_str()), ("SAUAL_DATA", folder.as_str())];
        let environment = Environment::of(settings);
        let run = move || saual::commands::run(Cli { command: Command::User(user) }, &environment);
        tokio::task::spawn_blocking(run).await.unwrap()
    };
    assert_eq!(says("signatory", Some("О. Бектенов")).await.unwrap(), saual::exit::Answer::Yes);
    sign(&app, &token, &told, "as-another").await.is_problem(403, "signatory_is_another");
    assert_eq!(says("signatory", None).await.unwrap(), saual::exit::Answer::Yes);
    sign(&app, &token, &told, "as-nobody").await.is_problem(403, "account_without_person");
    assert_eq!(says("signatory", Some(&PREMIER.to_string())).await.unwrap(), saual::exit::Answer::Yes);
    sign(&app, &token, &told, "as-oneself").await.is(200);
    for (name, person, said) in [
        ("clerk", "О. Бектенов", "only an account with the role signatory"),
        ("stranger-to-all", "О. Бектенов", "no open account"),
        ("signatory", "Премьер", "as letters print it"),
    ] {
        let stop = says(name, Some(person)).await.unwrap_err();
        assert!(stop.sentence().contains(said), "{}", stop.sentence());
    }
}

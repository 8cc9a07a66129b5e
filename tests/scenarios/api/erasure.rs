//! An address is erased by the administrator's command, while the office is being served; afterwards nobody finds it anywhere.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use readmodel::followers::Table;
use saual::cli::{Cli, Command, Erase, Hold, Lang, Show, Whose};
use saual::config::Environment;
use saual::exit::{Answer, Stop};
use serde_json::{Value, json};
use testkit::app::TestApp;

use super::story::tell;
use super::{command, registered};
use crate::everything_in;

/// As the registration of `super::inquiry` has it.
const ADDRESS: &str = "n.sarsengaliev@mazhilis.example";

/// As a shell would: a program of its own on the same data folder and database.
async fn saual(app: &TestApp, command: Command) -> Result<Answer, Stop> {
    let (url, data) = (app.database.url(), app.folder.path().to_str().unwrap().to_owned());
    let work = move || {
        let environment = Environment::of([("DATABASE_URL", url.as_str()), ("SAUAL_DATA", data.as_str())]);
        saual::commands::run(Cli { command }, &environment)
    };
    tokio::task::spawn_blocking(work).await.unwrap()
}

fn place(inquiry: &str, recipient: u16) -> Whose {
    Whose { deputy: None, inquiry: Some(inquiry.to_owned()), recipient: Some(recipient) }
}

fn erase(whose: Whose) -> Command {
    Command::Erase(Erase {
        whose, ground: "Депутаттың өтініші".to_owned(), by: "admin".to_owned(), yes: true
    })
}

fn hold(whose: Whose) -> Command {
    Command::Hold(Hold::Add { whose, reason: "сот ісі".to_owned(), by: "admin".to_owned() })
}

async fn found(app: &TestApp) -> bool {
    let all = everything_in(&app.database.connect().await).await;
    // In plain text, and in base64 at each of the three places where it may begin within a group.
    let encoded = (0..3).flat_map(|shift| {
        let padded = format!("{}{ADDRESS}", "x".repeat(shift));
        [STANDARD.encode(&padded), URL_SAFE.encode(&padded)].map(|text| text[4..text.len() - 4].to_owned())
    });
    all.to_lowercase().contains(ADDRESS) || encoded.into_iter().any(|text| all.contains(&text))
}

fn outbox(app: &TestApp) -> Vec<String> {
    let files = std::fs::read_dir(app.folder.path().join("outbox")).unwrap();
    files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_address_is_nowhere_any_more_and_everything_else_goes_on() {
    let app = TestApp::start().await;
    let told = tell(&app, "ДС-326").await;
    app.settle().await;
    let inquiry = format!("/api/v1/inquiries/{}", told.id);
    let before = app.get("clerk", &inquiry).await.is(200).json();
    assert!(before.to_string().contains(ADDRESS));
    assert!(found(&app).await, "tables that follow have it in plain text");
    let journal = app.get("auditor", "/api/v1/journal?limit=1000").await.is(200).json();
    let texts: Vec<&str> =
        journal["events"].as_array().unwrap().iter().map(|e| e["payload_text"].as_str().unwrap()).collect();
    assert!(texts.iter().all(|text| !text.contains(ADDRESS)), "the journal never had it in plain text");
    assert!(texts.iter().any(|text| text.contains("sealed:1:")));
    assert_eq!(outbox(&app).len(), 1);
    let recorded = app.journal().head().await.unwrap().position;

    assert_eq!(saual(&app, erase(place("ДС-326", 1))).await.unwrap(), Answer::Yes);
    app.settle().await;

    assert!(!found(&app).await, "the address still stands in the database");
    assert!(outbox(&app).is_empty(), "the mail's file still stands in the outbox");
    assert_eq!(eventstore::verify(&app.database.pool).await.unwrap().faults.len(), 0);
    let after = app.get("clerk", &inquiry).await.is(200).json();
    assert!(!after.to_string().contains(ADDRESS));
    assert_eq!((&after["stage"], &after["number"]), (&before["stage"], &before["number"]));
    let deliveries = app.get("clerk", &format!("{inquiry}/deliveries")).await.is(200).text();
    assert!(deliveries.contains("confirmed") && !deliveries.contains(ADDRESS), "{deliveries}");
    let history = app.get("clerk", &format!("{inquiry}/events")).await.is(200).json();
    let last = history["events"].as_array().or(history.as_array()).unwrap().last().unwrap().clone();
    assert_eq!((&last["type"], &last["actor"]), (&json!("address_erased"), &json!("admin")), "{last}");
    assert_eq!(last["payload"], json!({ "recipients": [1], "ground": "Депутаттың өтініші" }));
    let now = app.get("auditor", "/api/v1/journal?limit=1000").await.is(200).json();
    let same = |n: usize| now["events"][n]["payload_text"] == journal["events"][n]["payload_text"];
    assert!((0..usize::try_from(recorded).unwrap()).all(same), "no stored byte has changed");
    app.get("clerk", &format!("{inquiry}/reply.pdf")).await.is(200);
    for page in [format!("/inquiries/{}", told.id), format!("/inquiries/{}?lang=ru", told.id), "/outbox".to_owned()] {
        let page = app.call("GET", &page).by("clerk").send().await.is(200).text();
        assert!(!page.contains(ADDRESS), "{page}");
    }
    let show = Show { inquiry: "ДС-326".to_owned(), as_of: None, lang: Lang::Kk };
    assert_eq!(saual(&app, Command::Show(show)).await.unwrap(), Answer::Yes);

    // Once more: nothing is left, and nothing is recorded.
    let head = app.journal().head().await.unwrap();
    assert_eq!(saual(&app, erase(place("ДС-326", 1))).await.unwrap(), Answer::Yes);
    assert_eq!(app.journal().head().await.unwrap(), head);
    tables_made_anew_are_those_that_followed(&app).await;
    app.stop().await;
}

async fn tables_made_anew_are_those_that_followed(app: &TestApp) {
    let mut client = app.database.pool.get().await.unwrap();
    let sql = "select to_jsonb(t)::text from delivery t union all select to_jsonb(t)::text from register t order by 1";
    let rows = |rows: Vec<tokio_postgres::Row>| rows.iter().map(|row| row.get(0)).collect::<Vec<String>>();
    let followed = rows(client.query(sql, &[]).await.unwrap());
    let page = app.journal().read_after(0, 1000).await.unwrap();
    let tx = client.transaction().await.unwrap();
    for table in Table::ALL {
        table.empty(&tx).await.unwrap();
        table.take(&tx, &page).await.unwrap();
    }
    assert_eq!(rows(tx.query(sql, &[]).await.unwrap()), followed);
    tx.rollback().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_erased_while_a_reply_is_owed_or_a_hold_stands() {
    let app = TestApp::start().await;
    let (id, version) = registered(&app, "ДС-7").await;
    let head = app.journal().head().await.unwrap();
    app.settle().await;
    assert_eq!(saual(&app, erase(place("ДС-7", 1))).await.unwrap(), Answer::No, "the reply is owed");
    assert_eq!(app.journal().head().await.unwrap(), head);

    command(&app, "clerk", &id, version, "withdraw", &json!({ "reason": "хат бойынша" })).await.is(200);
    app.settle().await;
    let whole = Whose { deputy: None, inquiry: Some("ДС-7".to_owned()), recipient: None };
    assert_eq!(saual(&app, hold(whole)).await.unwrap(), Answer::Yes);
    let head = app.journal().head().await.unwrap();
    assert_eq!(saual(&app, erase(place("ДС-7", 1))).await.unwrap(), Answer::No, "a hold stands");
    assert_eq!(app.journal().head().await.unwrap(), head);

    let [standing] = &app.journal().holds().await.unwrap()[..] else { panic!("one hold") };
    let lift = Hold::Lift { hold: standing.id, reason: "аяқталды".to_owned(), by: "admin".to_owned() };
    assert_eq!(saual(&app, Command::Hold(lift)).await.unwrap(), Answer::Yes);
    assert_eq!(saual(&app, Command::Hold(Hold::List)).await.unwrap(), Answer::Yes);
    // What somebody was writing there may name the address as well.
    let client = app.database.connect().await;
    let written =
        "insert into working_text (inquiry, desk, base, body, by, at) values ($1, 'draft', 0, '{}', 'lead', now())";
    client.execute(written, &[&id.parse::<uuid::Uuid>().unwrap()]).await.unwrap();
    assert_eq!(saual(&app, erase(place("ДС-7", 1))).await.unwrap(), Answer::Yes);
    app.settle().await;
    assert!(!found(&app).await);
    let left = client.query_one("select count(*) from working_text", &[]).await.unwrap();
    assert_eq!(left.get::<_, i64>(0), 0, "and the desk is clear");
    for wrong in [place("ДС-7", 9), place("ДС-8", 1), Whose { deputy: None, inquiry: None, recipient: None }] {
        assert!(matches!(saual(&app, erase(wrong)).await, Err(Stop::Use(_))));
    }
    app.stop().await;
}

/// One deputy of the directory in two inquiries, known by the id in one and by the mailbox in the other.
#[tokio::test(flavor = "multi_thread")]
async fn a_deputy_is_erased_from_every_inquiry_and_writes_again_later() {
    let app = TestApp::start().await;
    let directory = app.state().directory();
    let known = directory.deputies().iter().find(|known| known.id == app.deputy).unwrap().clone();
    let by_id = json!({ "name": known.name.kk, "email": "own@mailbox.example", "deputy": known.id.to_string() });
    let by_mailbox = json!({ "name": known.name.kk, "email": known.email });
    for (number, deputy) in [("ДС-11", by_id.clone()), ("ДС-12", by_mailbox)] {
        let (id, version) = register(&app, number, &deputy).await;
        command(&app, "clerk", &id, version, "withdraw", &json!({ "reason": "хат бойынша" })).await.is(200);
    }
    // Nobody is in the middle of reading what is erased now.
    app.settle().await;
    let deputy = Whose { deputy: Some(known.id.to_string()), inquiry: None, recipient: None };
    assert_eq!(saual(&app, erase(deputy)).await.unwrap(), Answer::Yes);
    app.settle().await;
    let all = everything_in(&app.database.connect().await).await;
    assert!(!all.contains("own@mailbox.example") && !all.contains(&known.email));
    let keys =
        |wanted: &str| all.lines().filter(|line| line.contains("\"generation\"") && line.contains(wanted)).count();
    assert_eq!(keys("\"wrapped\": null"), 1, "one key a person");

    register(&app, "ДС-13", &by_id).await;
    let listed = app.get("clerk", "/api/v1/journal?limit=1000").await.status;
    assert_eq!(listed, 403, "the stored texts are the auditor's");
    // Whoever has followed the journal has forgotten the key that another program destroyed.
    app.settle().await;
    let events = app.get("auditor", "/api/v1/journal?limit=1000").await.is(200).text();
    assert_eq!(events.matches("own@mailbox.example").count(), 1, "what was erased stays erased");
    app.stop().await;
}

/// The journal keeps what was planned, and with it the mailbox of whoever was to enter.
#[tokio::test(flavor = "multi_thread")]
async fn a_deputy_whose_entry_was_taken_back_is_erased_all_the_same() {
    let app = TestApp::start().await;
    let id = "018f3c1e-7a55-7cc1-9d3b-4c2a70b0a0ff";
    let entered = json!({ "deputy_entered": {
        "id": id, "name": { "kk": "Е. Кірмеген", "ru": "Е. Кирмеген" }, "email": ADDRESS, "chamber": "mazhilis",
        "single_mandate": false, "since": "2023-10-02", "act": "Хаттама № 1",
    } });
    let back = json!({ "change_taken_back": { "version": 1, "kind": "deputies", "act": "Хаттама № 2" } });
    for (seen, change) in [(0, entered), (1, back)] {
        let call = app.call("POST", "/api/v1/directory/deputies").by("admin").key(&format!("deputy-{seen}")).seen(seen);
        call.json(&json!({ "changes": [change] })).send().await.is(200);
    }
    app.settle().await;
    // Keys that are destroyed.
    let destroyed = || async {
        let all = everything_in(&app.database.connect().await).await;
        all.lines().filter(|line| line.contains("\"generation\"") && line.contains("\"wrapped\": null")).count()
    };
    assert_eq!(destroyed().await, 0);
    let deputy = Whose { deputy: Some(id.to_owned()), inquiry: None, recipient: None };
    assert_eq!(saual(&app, erase(deputy)).await.unwrap(), Answer::Yes);
    app.settle().await;
    assert_eq!(destroyed().await, 1);
    app.stop().await;
}

async fn register(app: &TestApp, number: &str, deputy: &Value) -> (String, u64) {
    let mut new = super::inquiry(number);
    new["groups"][0]["deputies"] = json!([deputy]);
    let key = super::number_key(number);
    let answer = app.call("POST", "/api/v1/inquiries").by("clerk").key(&key).json(&new).send().await.is(201);
    (answer.json()["id"].as_str().unwrap().to_owned(), answer.version())
}

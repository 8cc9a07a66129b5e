//! Accounts, as an administrator keeps them: every change is told in the journal, nobody locks the last administrator out, and a way in is handed out by
//! whoever has just proved who they are.

use directory::accounts::{AccountEvent, of_stream};
use eventstore::Recorded;
use saual::cli::{Cli, Command, User};
use saual::config::Environment;
use serde_json::json;
use testkit::app::TestApp;

use super::browser::{Browser, Page};
use super::people::People;
use super::walk::is_whole;
use crate::api::{command, inquiry, registered, resolution};

async fn told(app: &TestApp) -> Vec<Recorded> {
    let all = app.journal().read_after(0, 1_000).await.unwrap();
    all.into_iter().filter(|event| of_stream(event.stream.as_str()).is_some()).collect()
}

async fn kinds(app: &TestApp) -> Vec<String> {
    told(app).await.into_iter().map(|event| event.event_type).collect()
}

/// One of the forms of an account's page, with a reason.
fn act(page: &Page, name: &str, act: &str, why: &str) -> super::browser::Form {
    page.form_with(&format!("/admin/users/{name}"), "do", act).with("why", why)
}

async fn forget_proofs(app: &TestApp) {
    let sql = "update session set proved_at = now() - interval '11 minutes'";
    app.database.connect().await.execute(sql, &[]).await.unwrap();
}

fn secret(page: &Page) -> String {
    let rest = page.text.split_once("<dd class=\"secret breakable\">").unwrap_or_else(|| panic!("{}", page.text)).1;
    rest.split_once("</dd>").unwrap().0.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_opened_changed_blocked_and_ended_and_the_journal_tells_who_and_why() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut admin = people.at_browser("admin").await;
    let overview = admin.open("/admin").await;
    is_whole(&overview, "/admin");
    assert!(overview.words().contains("by a password alone"), "{}", overview.words());

    // A name that is none, and roles that do not fit, come back with what was typed.
    let blank = admin.open("/admin/users/new").await;
    is_whole(&blank, "/admin/users/new");
    let form = blank.form("/admin/users/new").with("full_name", "Ж. Сейітова").with("why", "Қызметке қабылданды");
    let refused = admin.send(&form.clone().with("name", "Zhanar").and("roles", "executor")).await;
    assert_eq!(refused.status, 422);
    assert!(refused.words().contains("A ministry executor needs a ministry") && refused.text.contains("Ж. Сейітова"));
    let form = form.with("name", "zhanar").and("roles", "clerk");
    let once = admin.send(&form).await;
    is_whole(&once, "the password, shown once");
    let password = secret(&once);
    // The same form sent twice opens one account, and does not show another password.
    assert_eq!(admin.send(&form).await.place, "/admin/users/zhanar?done=opened");
    let mut zhanar = Browser::sign_in(&app, "zhanar", &password).await;
    assert_eq!(zhanar.get("/inquiries/new").await.status, 200);
    let twin = admin.open("/admin/users/new").await.form("/admin/users/new").with("name", "zhanar");
    let twin = twin.with("full_name", "Басқа").with("why", "x").and("roles", "clerk");
    assert!(admin.send(&twin).await.words().contains("exists already"));

    // Rights are there from the next request on, without a new sign-in; sessions end where they have to.
    let page = admin.open("/admin/users/zhanar").await;
    is_whole(&page, "/admin/users/zhanar");
    let page = admin.submit(&act(&page, "zhanar", "rights", "Басшы болып тағайындалды").and("roles", "head")).await;
    assert!(
        page.words().contains("It was changed") && page.words().contains("clerk → clerk, head of the Office"),
        "{}",
        page.words()
    );
    assert_eq!(zhanar.get("/load").await.status, 200);
    let same = admin.send(&act(&page, "zhanar", "rights", "тағы")).await;
    assert!(same.status == 422 && same.words().contains("Nothing would change"), "{}", same.words());
    let page = admin.submit(&act(&page, "zhanar", "block", "Тексеру жүріп жатыр")).await;
    assert_eq!(zhanar.go("/account").await.status, 303, "whoever is blocked is out at once");
    let page = admin.submit(&act(&page, "zhanar", "unblock", "Тексеру аяқталды")).await;
    Browser::sign_in(&app, "zhanar", &password).await;
    let once = admin.send(&act(&page, "zhanar", "password", "Ұмытып қалды")).await;
    let password = secret(&once);
    Browser::sign_in(&app, "zhanar", &password).await;
    let page = admin.open("/admin/users/zhanar").await;
    let token = secret(&admin.send(&act(&page, "zhanar", "token", "Импорт үшін").with("label", "import")).await);
    let bearer = format!("Bearer {token}");
    let list = || app.call("GET", "/api/v1/inquiries").header("Authorization", &bearer).send();
    list().await.is(200);
    let page = admin.open("/admin/users/zhanar").await;
    let page =
        admin.submit(&act(&page, "zhanar", "mailbox", "Жаңа пошта").with("email", "zhanar@office.example")).await;
    let page = admin.submit(&act(&page, "zhanar", "revoke", "Импорт бітті")).await;
    list().await.is(401);
    let words = admin.send(&act(&page, "zhanar", "sessions", "zhanar@office.example сұрады")).await;
    assert!(words.words().contains("names an e-mail address"), "{}", words.words());
    let page = admin.submit(&act(&page, "zhanar", "end", "Жұмыстан шықты")).await;
    assert!(page.find("/admin/users/zhanar").is_none(), "nothing is done any more to an account that has ended");

    let events = told(&app).await;
    assert_eq!(
        kinds(&app).await,
        [
            "account_opened",
            "account_changed",
            "account_blocked",
            "account_unblocked",
            "account_password_replaced",
            "account_token_made",
            "account_mailbox_changed",
            "account_tokens_revoked",
            "account_ended",
        ]
    );
    let texts: String = events.iter().map(Recorded::text).collect();
    for hidden in [password.as_str(), token.as_str(), "office.example"] {
        assert!(!texts.contains(hidden), "{hidden} stands in the journal");
    }
    assert!(events.iter().all(|event| event.actor == people.name("admin")));
    let seen = people.at_browser("auditor").await.open("/journal").await.words();
    assert!(
        seen.contains("an account was blocked") && seen.contains("the rights of an account were changed"),
        "{seen}"
    );
    app.settle().await;
    let list = admin.open("/admin/users?q=zhanar&life=ended").await;
    is_whole(&list, "/admin/users");
    assert!(list.text.contains("/admin/users/zhanar") && !list.text.contains("/admin/users/page-"));
    assert!(!admin.open("/admin/users?q=zhanar&role=auditor").await.text.contains("/admin/users/zhanar\""));
    assert!(admin.open("/admin/users?ministry=mfa").await.text.contains("/admin/users/page-mfa"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_administrator_stays_and_grave_rights_ask_for_a_proof() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut admin = people.at_browser("admin").await;
    let own = people.name("admin").to_owned();
    let place = |name: &str| format!("/admin/users/{name}");

    // Whoever finds a browser open hands out nothing grave, and may end sessions.
    forget_proofs(&app).await;
    let page = admin.open(&place("clerk")).await;
    for (what, form) in [
        ("rights", act(&page, "clerk", "rights", "x").and("roles", "admin")),
        ("password", act(&page, "clerk", "password", "x")),
        ("mailbox", act(&page, "clerk", "mailbox", "x").with("email", "a@b.example")),
    ] {
        assert_eq!(admin.send(&form).await.place, "/proof?next=%2Fadmin%2Fusers%2Fclerk", "{what}");
    }
    admin.submit(&act(&page, "clerk", "sessions", "Телефон жоғалды")).await;
    assert_eq!(kinds(&app).await, ["account_sessions_ended"], "what was not proved is not done");
    let proof = admin.open("/proof?next=/admin/users/clerk").await.form("/proof").with("proof", people.password());
    let page = admin.submit(&proof).await;
    assert!(page.words().contains("Send the change once more"), "{}", page.words());
    let page = admin.submit(&act(&page, "clerk", "rights", "Екінші әкімші").and("roles", "admin")).await;
    assert!(page.words().contains("clerk → clerk, administrator"), "{}", page.words());

    // Others are let go one by one; the last one who can come in is not.
    admin.submit(&act(&admin.open(&place("admin")).await, "admin", "block", "Ауысты")).await;
    admin.submit(&act(&admin.open(&place("clerk")).await, "clerk", "end", "Кетті")).await;
    let page = admin.open(&place(&own)).await;
    assert!(page.words().contains("This is your own account"));
    for what in ["block", "end"] {
        let refused = admin.send(&act(&page, &own, what, "x")).await;
        assert!(refused.status == 422 && refused.words().contains("the last administrator"), "{}", refused.words());
    }
    let refused = admin.send(&act(&page, &own, "rights", "x").without("roles").and("roles", "clerk")).await;
    assert!(refused.status == 422 && refused.words().contains("the last administrator"), "{}", refused.words());

    // The command line goes the same way, and says so.
    let (url, folder) = (app.database.url(), app.folder.path().display().to_string());
    let run = move || {
        let settings = [("DATABASE_URL", url.as_str()), ("SAUAL_DATA", folder.as_str())];
        let user = User::Email { name: "head".to_owned(), address: None };
        saual::commands::run(Cli { command: Command::User(user) }, &Environment::of(settings))
    };
    tokio::task::spawn_blocking(run).await.unwrap().unwrap();
    let last = told(&app).await.pop().unwrap();
    assert_eq!((last.event_type.as_str(), last.actor.as_str()), ("account_mailbox_changed", "cli:user"));
    let history = admin.open(&place("head")).await.words();
    assert!(history.contains("at the command line"), "{history}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rights_that_were_changed_in_another_tab_are_not_given_back_unseen() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut admin = people.at_browser("admin").await;
    let page = admin.open("/admin/users/clerk").await;
    let first = admin.submit(&act(&page, "clerk", "rights", "Басшы").and("roles", "head")).await;
    let other = admin.open("/admin/users/clerk").await;
    admin.submit(&act(&other, "clerk", "rights", "Қайтарылды").without("roles").and("roles", "clerk")).await;

    // The first tab still has the role ticked: nothing is lost of what it says, and nothing is given back unseen.
    let old = act(&first, "clerk", "rights", "Тілі").with("language", "ru");
    let wordless = admin.send(&old.clone().with("why", "")).await;
    assert_eq!(wordless.status, 422);
    let old = act(&wordless, "clerk", "rights", "Тілі");
    let stale = admin.send(&old).await;
    is_whole(&stale, "a stale form");
    assert!(stale.status == 412 && stale.words().contains("changed while the page was open"), "{}", stale.words());
    assert_eq!(kinds(&app).await, ["account_changed", "account_changed"]);
    let again = act(&stale, "clerk", "rights", "Тілі").without("roles").and("roles", "clerk");
    let done = admin.submit(&again).await;
    assert!(done.words().contains("It was changed"), "{}", done.words());
    // The same sent twice is the same; a session that ended meanwhile changes no rights.
    assert_eq!(admin.send(&again).await.status, 303);
    admin.submit(&act(&done, "clerk", "sessions", "x")).await;
    admin.submit(&act(&done, "clerk", "rights", "Тілі").with("language", "en")).await;
    app.settle().await;
    let journal = people.at_browser("auditor").await.open("/journal").await.words();
    assert!(journal.contains("(clerk)"), "an account is named: {journal}");

    // Whoever lays the administration down is led to where they may be.
    let own = people.name("admin").to_owned();
    let page = admin.open(&format!("/admin/users/{own}")).await;
    let laid = act(&page, &own, "rights", "Ауысты").without("roles").and("roles", "clerk");
    assert_eq!(admin.send(&laid).await.place, "/");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_sent_to_a_ministry_that_is_over_and_a_successor_without_executors_is_told_of() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut admin = people.at_browser("admin").await;
    let (id, version) = registered(&app, "ДС-42").await;
    command(&app, "head", &id, version, "assign-ministries", &resolution()).await.is(200);
    app.settle().await;
    let quiet = admin.open("/admin").await.words();
    assert!(!quiet.contains("no executor's account"), "what came with the program and is not used: {quiet}");
    // The inquiry goes to one successor, the accounts to the other one; of two more nobody writes for either.
    let ground = "Президенттің 2023 жылғы 20 қыркүйектегі № 400 Жарлығы";
    let split = |code: &str, into: [&str; 2], otherwise: &str, chosen: serde_json::Value| {
        json!({ "ministry_split": { "code": code, "into": into, "on": "2023-09-20", "otherwise": otherwise,
                                    "chosen": chosen, "act": ground } })
    };
    let changes = json!([
        split("mlsp", ["moj", "moh"], "moh", json!([{ "inquiry": id, "to": "moj" }])),
        split("mti", ["mne", "moen"], "mne", json!([])),
    ]);
    let call = app.call("POST", "/api/v1/directory/ministries").by("admin").key("split").seen(0);
    call.json(&json!({ "changes": changes })).send().await.is(200);
    app.settle().await;
    let overview = admin.open("/admin").await;
    is_whole(&overview, "/admin");
    let words = overview.words();
    assert!(words.contains("Ministry of Justice: it has open inquiries (1) and no executor's account."), "{words}");
    for name in ["Ministry of National Economy", "Ministry of Energy"] {
        assert!(words.contains(&format!("{name}: it has taken over from another ministry")), "{words}");
    }
    let place = "/admin/users/new?ministry=moj&role=executor";
    let links = overview.text.replace("&#x3D;", "=").replace("&amp;", "&");
    assert!(!words.contains("Ministry of Healthcare") && links.contains(&format!("href=\"{place}\"")), "{links}");
    // The form begins as what it is opened for; what is over or nobody's role is neither offered nor taken from an address.
    let begun = admin.open(place).await;
    is_whole(&begun, "an account for a successor");
    let begun = begun.form("/admin/users/new");
    assert_eq!((begun.get("ministry"), begun.get("roles")), ("moj", "executor"));
    let blank = admin.open("/admin/users/new?ministry=mlsp&role=system").await;
    assert!(!blank.text.contains("value=\"mlsp\""), "{}", blank.text);
    let blank = blank.form("/admin/users/new");
    assert_eq!((blank.get("ministry"), blank.get("roles")), ("", ""));

    // An account is opened for the successor, and not for what is over; nor is anybody moved there.
    let form =
        admin.open("/admin/users/new").await.form("/admin/users/new").with("name", "zhanar").and("roles", "executor");
    let form = form.with("full_name", "Ж. Сейітова").with("why", "Мұрагер министрлік");
    let refused = admin.send(&form.clone().with("ministry", "mlsp")).await;
    assert_eq!(refused.status, 422, "{}", refused.words());
    is_whole(&refused, "an account for a ministry that is over");
    let became = "it became: Ministry of Justice, Ministry of Healthcare.";
    assert!(refused.words().contains(became) && refused.text.contains("Ж. Сейітова"), "{}", refused.words());
    let page = admin.open("/admin/users/page-mfa").await;
    let moved = admin.send(&act(&page, "page-mfa", "rights", "Ауысты").with("ministry", "mlsp")).await;
    assert!(moved.status == 422 && moved.words().contains(became), "{}", moved.words());
    let form = form.with("ministry", "moj");
    assert_eq!(admin.send(&form).await.status, 200);
    let words = admin.open("/admin").await.words();
    assert!(!words.contains("Ministry of Justice") && words.contains("Ministry of Energy"), "{words}");
    // What was opened while its ministry was there is told again when that is over too; anything else is not opened for it any more.
    let merged = json!([{ "ministry_merged": { "code": "moj", "into": "mof", "on": "2023-09-20", "act": ground } }]);
    let call = app.call("POST", "/api/v1/directory/ministries").by("admin").key("merger").seen(2);
    call.json(&json!({ "changes": merged })).send().await.is(200);
    app.settle().await;
    assert_eq!(admin.send(&form).await.place, "/admin/users/zhanar?done=opened");
    let other = admin.open("/admin/users/new").await.form("/admin/users/new").with("name", "zhanar-2");
    let other = other.and("roles", "executor").with("full_name", "Ж. Сейітова").with("why", "Мұрагер министрлік");
    let refused = admin.send(&other.with("ministry", "moj")).await;
    assert!(
        refused.status == 422 && refused.words().contains("it became: Ministry of Finance."),
        "{}",
        refused.words()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_keeps_its_ministry_that_is_over_and_of_one_that_never_came_to_be_that_is_said() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut admin = people.at_browser("admin").await;
    let ground = "Президенттің 2023 жылғы 20 қыркүйектегі № 400 Жарлығы";
    let changes = json!([
        { "ministry_abolished": { "code": "mfa", "on": "2023-09-20", "act": ground } },
        { "ministry_founded": { "code": "mdy", "since": "2023-10-02", "act": ground,
            "name": { "kk": "Жастар істері министрлігі", "ru": "Министерство молодёжи", "en": "Ministry of Youth" },
            "abbreviation": { "kk": "ЖІМ", "ru": "ММол", "en": "MoY" } } },
    ]);
    let call = app.call("POST", "/api/v1/directory/ministries").by("admin").key("two").seen(0);
    call.json(&json!({ "changes": changes })).send().await.is(200);
    app.settle().await;

    // What is over is offered to nobody; who has it keeps it, marked, and what else they are can be changed.
    let page = admin.open("/admin/users/page-mfa").await;
    is_whole(&page, "an account of a ministry that is over");
    assert!(page.words().contains("(is no more)"), "{}", page.words());
    let form = act(&page, "page-mfa", "rights", "Тілі").with("language", "ru");
    assert_eq!(form.get("ministry"), "mfa");
    admin.submit(&form).await;
    let blank = admin.open("/admin/users/new?ministry=mdy&role=executor").await;
    assert!(!blank.text.contains("value=\"mfa\"") && !blank.words().contains("(is no more)"), "{}", blank.text);

    // One that is to come may have accounts before its day, and is not called over.
    let form = blank.form("/admin/users/new").with("name", "zhas").with("full_name", "Ж. Сейітова");
    let once = admin.send(&form.with("why", "Жаңа министрлік")).await;
    assert_eq!(once.status, 200, "{}", once.words());
    let words = admin.open("/admin").await.words();
    assert!(words.contains("(page-mfa): the ministry is no more") && !words.contains("(zhas)"), "{words}");
    // Taken back before its day it never was.
    let back = json!([{ "change_taken_back": { "version": 2, "kind": "ministries", "act": ground } }]);
    let call = app.call("POST", "/api/v1/directory/ministries").by("admin").key("back").seen(2);
    call.json(&json!({ "changes": back })).send().await.is(200);
    app.settle().await;
    let never = "mdy (this ministry never came to be)";
    for place in ["/admin", "/admin/users", "/admin/users/zhas"] {
        let page = admin.open(place).await;
        is_whole(&page, place);
        assert!(page.words().contains(never), "{place}: {}", page.words());
    }
    let page = admin.open("/admin/users/zhas").await;
    let form = act(&page, "zhas", "rights", "Тілі").with("language", "ru");
    assert_eq!(form.get("ministry"), "mdy", "it is not taken away unseen");
    let refused = admin.send(&form).await;
    assert!(refused.status == 422 && refused.words().contains(never), "{}", refused.words());
    admin.submit(&act(&refused, "zhas", "rights", "Басқа министрлік").with("ministry", "moj")).await;
    assert!(!admin.open("/admin").await.words().contains(never));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_null_character_is_refused_in_every_path_and_filter() {
    let app = TestApp::start().await;
    for path in ["/admin/users?q=%00", "/records?q=a%00", "/absences?done=%00"] {
        app.get("admin", path).await.is(400);
    }
    for path in
        ["/journal?who=%00", "/reads?who=%00", "/search?q=%00", "/reports?ministry=%00", "/api/v1/journal?who=%00"]
    {
        app.get("auditor", path).await.is(400);
    }
    app.get("auditor", "/api/v1/journal?who=%00").await.is_problem(400, "bad_parameter");
    let path = app.call("GET", "/admin/users/%00").by("admin").header("Accept", "text/html").send().await;
    assert_eq!(path.status, 404, "{}", path.text());
    app.get("clerk", "/inquiries?q=%2500").await.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_null_character_is_refused_in_every_form_and_every_body() {
    let app = TestApp::start().await;
    let (id, version) = registered(&app, "ДС-7").await;
    let key = ("key", "nul-0001");
    let withdrawal = format!("/inquiries/{id}/commands/withdraw");
    let forms = [
        ("clerk", "/inquiries/views", vec![("do", "keep"), ("name", "a\0b")]),
        ("clerk", "/search/saved", vec![("do", "keep"), ("question", "q=x"), ("name", "a\0")]),
        ("head", "/absences", vec![key, ("substitute", "\0")]),
        ("admin", "/admin/users/head", vec![key, ("do", "block"), ("why", "a\0b")]),
        ("head", "/language", vec![("language", "\0")]),
        ("clerk", &withdrawal, vec![key, ("reason", "a\0b")]),
    ];
    for (who, path, fields) in forms {
        let call = app.call("POST", path).by(who).header("Accept", "text/html").header("Accept-Language", "en");
        let page = call.form(&fields).send().await.is(422).text();
        assert!(page.contains("The text holds the null character (U+0000)"), "{path}: {page}");
    }
    let signing_in = app.call("POST", "/login").header("Origin", &app.base).header("Accept", "text/html");
    signing_in.form(&[("name", "a\0"), ("password", "x")]).send().await.is(422);

    let mut hostile = inquiry("ДС-8");
    hostile["groups"][0]["label"] = json!("a\0b");
    let refused = app.call("POST", "/api/v1/inquiries").by("clerk").key("nul-1").json(&hostile).send().await;
    assert_eq!(refused.is_problem(422, "bad_field")["field"], "groups[0].label");
    let asks = [
        ("clerk", "withdraw", json!({ "reason": "a\0b" }), "reason"),
        ("head", "assign-ministries", json!({ "resolution": "\0", "lead": "mlsp", "co_executors": [] }), "resolution"),
        ("control", "set-topic", json!({ "topic": "\0" }), "topic"),
    ];
    for (who, name, body, field) in asks {
        let refused = command(&app, who, &id, version, name, &body).await.is_problem(422, "bad_field");
        assert_eq!(refused["field"], field, "{refused}");
    }
    let absence = json!({ "absent": "legal", "substitute": "a\0", "roles": ["approver"], "why": "x",
                          "from": "2023-09-20T10:00:00Z", "until": "2023-09-21T10:00:00Z" });
    let refused = app.call("POST", "/api/v1/absences").by("head").key("nul-2").json(&absence).send().await;
    assert_eq!(refused.is_problem(422, "bad_field")["field"], "substitute");
    // What only looks like one is a text as any other.
    let named = [("do", "keep"), ("name", "%00 \\u0000"), ("question", "")];
    app.call("POST", "/inquiries/views").by("clerk").form(&named).send().await.is(303);
    let dossier = app.get("clerk", &format!("/api/v1/inquiries/{id}")).await.is(200).json();
    assert_eq!(dossier["version"], json!(version), "nothing was recorded");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_was_cut_off_behind_its_event_is_made_by_the_follower() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut admin = people.at_browser("admin").await;
    let page = admin.open("/admin/users/head").await;
    admin.submit(&act(&page, "head", "block", "Тексеру")).await;
    app.settle().await;
    // As if the program had died between the event and the row, and the follower had not come so far.
    let config = app.database.config.clone();
    let mut app = app;
    app.restart(move |_| {
        tokio::runtime::Handle::current().block_on(async move {
            let (client, connection) = config.connect(tokio_postgres::NoTls).await.unwrap();
            let connection = tokio::spawn(connection);
            let sql = "update account set disabled_at = null, version = 0 where name = 'head';
                       update followers set position = 0 where name = 'accounts'";
            client.batch_execute(sql).await.unwrap();
            drop(client);
            connection.await.unwrap().unwrap();
        });
    })
    .await;
    app.settle().await;
    app.get("head", "/api/v1/inquiries").await.is_problem(401, "not_signed_in");
    let row = app.database.connect().await.query_one("select version from account where name = 'head'", &[]).await;
    assert_eq!(row.unwrap().get::<_, i64>(0), 1);
    let event: AccountEvent = serde_json::from_str(told(&app).await[0].text()).unwrap();
    assert_eq!(event.noted().why, "Тексеру");
}

#[tokio::test(flavor = "multi_thread")]
async fn templates_are_checked_and_shown() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let admin = people.at_browser("admin").await;
    let list = admin.open("/admin/templates").await;
    is_whole(&list, "/admin/templates");
    assert!(list.words().contains("No faults.") && list.text.contains("/admin/templates/interim_reply/ru"));
    let one = admin.open("/admin/templates/reminder/kk").await;
    is_whole(&one, "/admin/templates/reminder/kk");
    assert!(one.text.contains("/admin/templates/reminder/kk/pages/1"));
    let picture = admin.download("/admin/templates/reminder/kk/pages/1").await.is(200);
    assert!(picture.bytes.starts_with(b"\x89PNG"));
    assert!(admin.download("/admin/templates/reply/ru/letter.pdf").await.is(200).bytes.starts_with(b"%PDF-"));
    for nowhere in ["/admin/templates/tea/kk", "/admin/templates/reply/de", "/admin/templates/reply/kk/pages/99"] {
        assert_eq!(admin.get(nowhere).await.status, 404, "{nowhere}");
    }
}

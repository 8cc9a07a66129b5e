//! What an auditor asks the journal: what was done to a record, by whom and from where on, what of it leaves in one archive; and what things were
//! called when it happened.

use directory::{Language, Role};
use jiff::Timestamp;
use readmodel::entries::{self, Wanted};
use serde_json::{Value, json};
use testkit::app::TestApp;
use web::accounts::NewAccount;

use super::people::People;
use super::walk::is_whole;
use crate::api::story::tell;
use crate::api::{command, registered, resolution};

const ACT: &str = "Президенттің 2023 жылғы 20 қыркүйектегі № 400 Жарлығы";

fn escaped(typed: &str) -> String {
    typed.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// The first page of what a question finds.
async fn found(app: &TestApp, question: &str) -> Vec<Value> {
    let page = app.get("auditor", &format!("/api/v1/journal/entries?{question}")).await.is(200).json();
    page["entries"].as_array().unwrap().clone()
}

async fn kinds(app: &TestApp, question: &str) -> Vec<String> {
    found(app, question).await.iter().map(|entry| entry["type"].as_str().unwrap().to_owned()).collect()
}

async fn page(app: &TestApp, question: &str, status: u16) -> String {
    let page = app.get("auditor", &format!("/journal?{question}")).await.is(status).text();
    page.replace("&#x3D;", "=").replace("&amp;", "&")
}

async fn change(app: &TestApp, kind: &str, seen: u64, change: Value) {
    let call =
        app.call("POST", &format!("/api/v1/directory/{kind}")).by("admin").key(&format!("change-{seen}")).seen(seen);
    call.json(&json!({ "changes": [change] })).send().await.is(200);
    app.settle().await;
}

fn renamed(code: &str, name: &str, since: &str) -> Value {
    json!({ "ministry_renamed": {
        "code": code,
        "name": { "kk": format!("{name} министрлігі"), "ru": format!("Министерство {name}") },
        "abbreviation": { "kk": name, "ru": name },
        "since": since, "act": ACT,
    } })
}

/// The question as it stands under the seal of an archive, and how many events are in it.
async fn sealed(app: &TestApp, href: &str) -> (Value, Value) {
    app.sign_head().await;
    let zip = app.get("auditor", href).await.is(200).bytes;
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(zip)).unwrap();
    let selection: Value = serde_json::from_reader(zip.by_name("selection.json").unwrap()).unwrap();
    (selection["question"].clone(), selection["events"].clone())
}

async fn rows(app: &TestApp) -> String {
    let sql = "select string_agg(e::text, E'\\n' order by position, place) from journal_entry e";
    app.database.connect().await.query_one(sql, &[]).await.unwrap().get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_a_record_says_of_which_and_is_found_by_it() {
    let app = TestApp::start().await;
    let deputy = app.deputy;
    let before = app.state().directory().deputy(deputy).unwrap().name.kk.clone();
    change(&app, "ministries", 0, renamed("mlsp", "Өркен", "2023-09-20")).await;
    let founded = json!({ "ministry_founded": {
        "code": "mnew", "name": { "kk": "Жаңа министрлік", "ru": "Новое министерство" },
        "abbreviation": { "kk": "ЖМ", "ru": "НМ" }, "since": "2023-09-20", "predecessors": ["mof"], "act": ACT,
    } });
    change(&app, "ministries", 1, founded).await;
    let corrected = json!({ "deputy_corrected": {
        "id": deputy.to_string(), "name": { "kk": "Ж. Өзгеше", "ru": "Ж. Озгеше" },
        "email": "zh.ozgeshe@mazhilis.example", "act": ACT,
    } });
    change(&app, "deputies", 2, corrected).await;

    // By the ministry: its own record, and that of one whose duties came from it.
    let one = |kind: &str| vec![kind.to_owned()];
    assert_eq!(kinds(&app, "ministry=mlsp").await, one("ministry_renamed"));
    assert_eq!(kinds(&app, "ministry=mof").await, one("ministry_founded"));
    assert_eq!(kinds(&app, "ministry=mnew&who=admin").await, one("ministry_founded"));
    assert_eq!(kinds(&app, "ministry=mfa").await, Vec::<String>::new());
    let entry = found(&app, "ministry=mof").await[0].clone();
    assert_eq!((&entry["ministries"], &entry["records"]), (&json!(["mnew", "mof"]), &json!(["ministries/mnew"])));
    // By the record: as its page's address has it, by its name of now in any keyboard's letters, and by the one that it had before.
    let address = format!("deputies/{deputy}");
    for typed in [address.as_str(), "Өзгеше", "озгеше", before.as_str()] {
        let typed = escaped(typed);
        assert_eq!(kinds(&app, &format!("record={typed}")).await, one("deputy_corrected"), "{typed}");
        assert_eq!(kinds(&app, &format!("record={typed}&what=ministry_renamed")).await, Vec::<String>::new());
    }
    assert_eq!(kinds(&app, "record=ministries/mlsp").await, one("ministry_renamed"));
    // Of one that nobody has changed there is nothing; of none, and of several, that is said.
    assert_eq!(kinds(&app, "record=ministries/mfa").await, Vec::<String>::new());
    for typed in ["Ешкім", "Министерство"] {
        let asked = format!("/api/v1/journal/entries?record={}", escaped(typed));
        app.get("auditor", &asked).await.is_problem(400, "bad_parameter");
    }
    let none = page(&app, &format!("record={}&lang=ru", escaped("Ешкім")), 400).await;
    assert!(none.contains("В справочнике нет такой записи") && none.contains("value=\"Ешкім\""), "{none}");
    let several = page(&app, &format!("record={}&who=admin&lang=en", escaped("министерство")), 400).await;
    assert!(several.contains("Several fit, choose one:"), "{several}");
    assert!(several.contains("href=\"/journal?who=admin&record=ministries%2F"), "{several}");

    // The row says which record, and leads to it; so does the page of the event.
    let said = page(&app, "ministry=mlsp&lang=ru", 200).await;
    assert!(said.contains("<a href=\"/records/ministries/mlsp\">Справочник: Министерство Өркен</a>"), "{said}");
    let said = page(&app, &format!("record={}&lang=kk", escaped(&address)), 200).await;
    let link = format!("<a href=\"/records/deputies/{deputy}\">Анықтамалық: Ж. Өзгеше</a>");
    assert!(said.contains(&link), "{said}");
    assert!(!said.contains("zh.ozgeshe"), "{said}");
    let event = format!("/journal/events/{}?lang=kk", found(&app, "what=deputy_corrected").await[0]["position"]);
    assert!(app.get("auditor", &event).await.is(200).text().contains(&link));

    // What stood in the table before it named ministries is filled in as its follower writes it.
    let followed = rows(&app).await;
    let client = app.database.connect().await;
    let emptied = "delete from journal_entry where place > 0 and stream = 'directory';
                   update journal_entry set ministry = null, ministries = '{}' where stream = 'directory';";
    client.batch_execute(emptied).await.unwrap();
    assert_ne!(rows(&app).await, followed);
    let migration = schema::migrations().iter().find(|one| one.name == "0043_entries_of_records.sql").unwrap();
    client.batch_execute(migration.sql).await.unwrap();
    assert_eq!(rows(&app).await, followed);

    // A record is found by a name between its first and its last as well.
    let again = json!({ "deputy_corrected": {
        "id": deputy.to_string(), "name": { "kk": "Ж. Басқаша", "ru": "Ж. Баскаша" },
        "email": "zh.ozgeshe@mazhilis.example", "act": ACT,
    } });
    change(&app, "deputies", 3, again).await;
    let named = format!("record={}", escaped("Ж. Өзгеше"));
    assert_eq!(kinds(&app, &named).await.len(), 2);
    // Under the seal it stands as it was meant: a name may mean another record later.
    let (question, events) = sealed(&app, &format!("/journal/export.zip?{named}")).await;
    assert_eq!((question, events), (json!({ "record": address }), json!(2)));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_setting_says_in_the_journal_which_it_is() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut admin = people.at_browser("admin").await;
    let form = admin.open("/admin/terms").await.form("/admin/terms");
    let form = form.with("code", "reply").with("count", "10").with("unit", "working_days").with("since", "2023-09-21");
    let form = form.with("law_kk", "Регламент").with("law_ru", "Регламент").with("why", "Өзгерді");
    admin.submit(&form).await;
    app.settle().await;
    let page = people.at_browser("auditor").await.open("/journal?what=term_adopted").await;
    is_whole(&page, "/journal");
    assert!(page.words().contains("Settings: Reply to an inquiry: 10 working days"), "{}", page.words());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_looked_for_is_found_by_name_and_several_are_offered() {
    let app = TestApp::start().await;
    registered(&app, "ДС-397").await;
    app.settle().await;
    let client = app.database.connect().await;
    for (login, full_name) in [("akhm", "А. Ахметова"), ("akhm-2", "Б. Ахметов"), ("seit", "Н. Сейтқали")]
    {
        let account = NewAccount {
            name: login.to_owned(),
            full_name: full_name.to_owned(),
            roles: [Role::Clerk].into(),
            ministry: None,
            deputy: None,
            person: None,
            email: None,
            language: Language::Kk,
        };
        web::accounts::add(&client, &account, None, Timestamp::now()).await.unwrap();
    }
    let asked = |who: &str| format!("who={}", escaped(who));
    // By the login, in any letters, and by the whole name.
    for who in ["clerk", "CLERK", "Сынақ: clerk"] {
        assert_eq!(kinds(&app, &asked(who)).await.len(), 3, "{who}");
    }
    // One who is the only one called so, whatever keyboard it was typed on, is found and has done nothing yet.
    for who in ["Сейтқали", "сейткали", "Ахметова"] {
        assert_eq!(kinds(&app, &asked(who)).await.len(), 0, "{who}");
    }
    for who in ["Ахмет", "Жоқ Адам"] {
        let path = format!("/api/v1/journal/entries?{}", asked(who));
        app.get("auditor", &path).await.is_problem(400, "bad_parameter");
    }
    for (language, several, none) in [
        ("kk", "Бірнешеуі сәйкес келеді, біреуін таңдаңыз:", "Мұндай адам табылмады"),
        ("ru", "Подходит несколько, выберите одно:", "Такой человек не найден"),
        ("en", "Several fit, choose one:", "Nobody is called so"),
    ] {
        let text = page(&app, &format!("{}&what=arrival&lang={language}", asked("ахмет")), 400).await;
        assert!(text.contains(several), "{text}");
        for login in ["akhm", "akhm-2"] {
            assert!(text.contains(&format!("href=\"/journal?who={login}&what=arrival\"")), "{text}");
        }
        assert!(
            text.contains("А. Ахметова (akhm)</a>") && !text.contains("Сейтқали") && text.contains("value=\"ахмет\"")
        );
        let text = page(&app, &format!("{}&from=2023-09-20&lang={language}", asked("Жоқ Адам")), 400).await;
        assert!(text.contains(none) && text.contains("value=\"Жоқ Адам\"") && text.contains("value=\"2023-09-20\""));
    }
    // A name under which somebody acted who has no account means them, though an account's name begins with it.
    client.execute("update account set name = 'clerk-of-now' where name = 'clerk'", &[]).await.unwrap();
    assert_eq!(kinds(&app, "who=clerk").await.len(), 3);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_program_did_by_itself_is_found_as_lists_call_it() {
    let app = TestApp::start().await;
    tell(&app, "ДС-403").await;
    let (id, version) = registered(&app, "ДС-404").await;
    command(&app, "head", &id, version, "assign-ministries", &resolution()).await.is(200);
    app.settle().await;
    let merged = json!({ "ministry_merged": { "code": "mfa", "into": "mof", "on": "2023-09-20", "act": ACT } });
    change(&app, "ministries", 0, merged).await;
    let carried = vec!["part_carried_over".to_owned()];
    for who in ["system", "SYSTEM", "система", "Жүйе"] {
        let who = format!("who={}", escaped(who));
        let did = found(&app, &who).await;
        for (kind, actor) in [("part_carried_over", "records"), ("reply_accepted", "dispatch")] {
            let is_it = |entry: &Value| entry["type"] == kind && entry["actor"] == actor;
            assert!(did.iter().any(is_it), "{who}: {did:?}");
        }
        assert!(did.iter().all(|entry| entry["actor"] == "records" || entry["actor"] == "dispatch"), "{did:?}");
        let place = |entry: &Value| {
            (entry["at"].as_str().unwrap().parse::<Timestamp>().unwrap(), entry["position"].as_i64().unwrap())
        };
        assert!(did.windows(2).all(|two| place(&two[0]) > place(&two[1])), "what both did is one list: {did:?}");
        assert_eq!(kinds(&app, &format!("{who}&what=part_carried_over")).await, carried, "{who}");
        assert_eq!(kinds(&app, &format!("{who}&what=arrival")).await, Vec::<String>::new(), "{who}");
    }
    let text = page(&app, &format!("who={}&lang=ru", escaped("система")), 200).await;
    assert!(text.contains("part_carried_over</code>") && !text.contains("inquiry_received</code>"), "{text}");
    // By the role as well: what follows a change of the records is the program's, and nobody's who keeps accounts.
    assert_eq!(kinds(&app, "role=system&what=part_carried_over").await, carried);
    assert_eq!(kinds(&app, "role=admin&what=part_carried_over").await, Vec::<String>::new());
    // Under the seal it stands as the events have it.
    let (question, events) = sealed(&app, "/journal/export.zip?who=system&what=part_carried_over").await;
    assert_eq!(question, json!({ "who": "dispatch, records", "what": "part_carried_over" }));
    assert_eq!(events, json!(1));
    // A null character is refused in the language that whoever asks has chosen.
    let people = People::of(&app).await;
    let refused = people.at_browser("auditor").await.get("/journal?who=%00").await;
    assert_eq!(refused.status, 400);
    assert!(refused.words().contains("The address holds %00"), "{}", refused.words());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn days_convocations_and_holders_of_offices_are_found_and_namesakes_are_told_apart() {
    let app = TestApp::start().await;
    let days = json!({ "calendar_changed": {
        "days": [{ "date": "2026-04-07", "kind": "day_off", "note": "Демалыс" }], "recount": { "which": "none" }, "act": ACT,
    } });
    change(&app, "calendar", 0, days).await;
    let ended = json!({ "convocation_ended": { "chamber": "senate", "number": 8, "on": "2023-09-20", "act": ACT } });
    change(&app, "factions", 1, ended).await;
    let taken = json!({ "office_taken": {
        "office": "minister_mfa", "person": "0190f3c1-7a55-7cc1-9d3b-4c2a70b0a002", "deputy": null,
        "name": { "kk": "Б. Жәрдемов", "ru": "Б. Жардемов" }, "ground": { "kind": "holds" },
        "since": "2023-09-20T09:00:00", "until": null, "act": ACT,
    } });
    change(&app, "offices", 2, taken).await;

    let by = |typed: &str| format!("record={}", escaped(typed));
    let words = ["07.04.2026", "2026-04-07", "7 апреля 2026 года", "2026 жылғы 7 сәуір", "7 April 2026"];
    for typed in words.into_iter().chain(["календарь", "calendar", "Күнтізбе", "calendar/2026-04-07"])
    {
        assert_eq!(kinds(&app, &by(typed)).await, ["calendar_changed"], "{typed}");
    }
    // A day that nobody has changed is one all the same.
    assert_eq!(kinds(&app, &by("08.04.2026")).await, Vec::<String>::new());
    for typed in ["Сенат", "senate-8", "Сенат Парламента Республики Казахстан, 8 созыв"]
    {
        assert_eq!(kinds(&app, &by(typed)).await, ["convocation_ended"], "{typed}");
    }
    for typed in ["Жәрдемов", "жардемов", "Б. Жәрдемов", "minister_mfa"] {
        assert_eq!(kinds(&app, &by(typed)).await, ["office_taken"], "{typed}");
    }
    assert_eq!(kinds(&app, &by("Бектенов")).await, Vec::<String>::new(), "an office that nobody has changed");
    let (question, events) = sealed(&app, &format!("/journal/export.zip?{}", by("календарь"))).await;
    assert_eq!((question, events), (json!({ "record": "calendar" }), json!(1)));
    let (question, _) = sealed(&app, &format!("/journal/export.zip?{}", by("07.04.2026"))).await;
    assert_eq!(question, json!({ "record": "calendar/2026-04-07" }));
    // Of a chamber with several convocations each is offered.
    let several = page(&app, &format!("{}&lang=en", by("Мажилис")), 400).await;
    for code in ["mazhilis-7", "mazhilis-8"] {
        assert!(several.contains(&format!("href=\"/journal?record=factions%2F{code}\"")), "{several}");
        assert!(several.contains(&format!("(convocation {code})</a>")), "{several}");
    }

    // Of two that are called so neither is taken for the other.
    let founded = json!({ "ministry_founded": {
        "code": "mnew", "name": { "kk": "Жаңа министрлік", "ru": "Новое министерство" },
        "abbreviation": { "kk": "Жаңа", "ru": "НМ" }, "since": "2023-09-20", "predecessors": [], "act": ACT,
    } });
    change(&app, "ministries", 3, founded).await;
    assert_eq!(kinds(&app, &by("Жаңа")).await, ["ministry_founded"]);
    let formed = json!({ "faction_formed": {
        "code": "jana", "chamber": "mazhilis", "convocation": 8, "name": { "kk": "«Жаңа»", "ru": "«Новая»" },
        "since": "2023-09-20", "act": ACT,
    } });
    change(&app, "factions", 4, formed).await;
    let both = page(&app, &format!("{}&lang=kk", by("Жаңа")), 400).await;
    assert!(both.contains("Жаңа министрлік (министрлік mnew)</a>"), "{both}");
    assert!(both.contains("«Жаңа» (фракция jana)</a>"), "{both}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_position_that_is_none_is_told_and_loses_nothing() {
    let app = TestApp::start().await;
    registered(&app, "ДС-398").await;
    app.settle().await;
    let head = app.journal().head().await.unwrap().position;
    let beyond = (head + 1).to_string();
    for bad in ["0", "-1", "-9223372036854775808", "1.5", beyond.as_str()] {
        let api = format!("/api/v1/journal/entries?until={bad}");
        app.get("auditor", &api).await.is_problem(400, "bad_parameter");
        app.get("auditor", &format!("/journal/export.zip?until={bad}")).await.is(400);
        let text = page(&app, &format!("until={bad}&who=clerk&what=arrival&order=oldest&lang=ru"), 400).await;
        assert!(text.contains("id=\"until-error\"") && text.contains(&format!("value=\"{bad}\"")), "{bad}: {text}");
        assert!(text.contains("value=\"clerk\"") && text.contains("<option value=\"arrival\" selected>"), "{bad}");
        assert!(text.contains("<option value=\"oldest\" selected>") && !text.contains("Найдено"), "{bad}");
    }
    let text = page(&app, &format!("until={beyond}&lang=ru"), 400).await;
    assert!(text.contains(&format!("Последнее событие журнала – № {head}.")), "{text}");
    assert_eq!(kinds(&app, &format!("until={head}")).await.len(), 3);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_says_before_what_it_takes_and_the_next_one_begins_behind_it() {
    let app = TestApp::start().await;
    registered(&app, "ДС-399").await;
    registered(&app, "ДС-400").await;
    app.settle().await;
    let all = found(&app, "what=arrival&order=oldest").await;
    let position = |nth: usize| all[nth]["position"].as_i64().unwrap();
    let last = all.len() - 1;
    let text = page(&app, "what=arrival&lang=en", 200).await;
    assert!(
        text.contains("In the archive") && text.contains(&format!("<strong>{}</strong> events", all.len())),
        "{text}"
    );
    for told in [format!("№ {} (", position(0)), format!("№ {} (", position(last))] {
        assert!(text.contains(&told), "{told}: {text}");
    }
    assert!(!text.contains("The next archive"), "all of it fits: {text}");

    // What is measured stops where an archive does, and says that others follow.
    let reader = app.state().house();
    let wanted =
        Wanted { kinds: Some(vec!["inquiry_received", "inquiry_registered", "control_set"]), ..Wanted::default() };
    let first = entries::stretch(&reader, &wanted, None, 2).await.unwrap();
    assert_eq!((first.counted, first.is_more, first.is_short), (2, true, false));
    let (begin, end) = first.ends.unwrap();
    assert_eq!((begin.position, end.position), (position(0), position(1)));
    let rest = entries::stretch(&reader, &wanted, Some(end), 10).await.unwrap();
    assert_eq!((rest.counted, rest.is_more), (all.len() - 2, false));
    let (second, latest) = rest.ends.unwrap();
    assert_eq!((second.position, latest.position), (position(2), position(last)));
    let nothing = entries::stretch(&reader, &wanted, Some(latest), 10).await.unwrap();
    assert_eq!((nothing.counted, nothing.ends, nothing.is_more, nothing.is_short), (0, None, false, false));

    // The page of the next one offers what stands behind the first, and the archive says under its seal where it begins.
    let cursor = |place: entries::Place| format!("{}.{}", place.at.as_microsecond(), place.position);
    let behind = cursor(end);
    let text = page(&app, &format!("what=arrival&archive={behind}&lang=en"), 200).await;
    let href = format!("/journal/export.zip?what=arrival&after={behind}");
    assert!(text.contains("In the next archive") && text.contains(&format!("href=\"{href}\"")), "{text}");
    assert!(
        text.contains("The first archive") && text.contains(&format!("<strong>{}</strong>", all.len() - 2)),
        "{text}"
    );
    let (question, events) = sealed(&app, &href).await;
    assert_eq!((question, events), (json!({ "what": "arrival", "after": behind }), json!(all.len() - 2)));
    // Behind the last one nothing is offered.
    let text = page(&app, &format!("what=arrival&archive={}&lang=en", cursor(latest)), 200).await;
    assert!(text.contains("Nothing follows") && !text.contains("/journal/export.zip"), "{text}");
    for bad in ["/journal?archive=x", "/journal?archive=nextx", "/journal/export.zip?after=x"] {
        app.get("auditor", bad).await.is(400);
    }
    app.stop().await;
}

/// As many further events of a clerk, a second apart: every ninth of them is of the kind that is looked for.
const MANY: &str = "
    insert into journal_entry (position, place, ministries, inquiry, version, kind, actor, at, command, correlation)
    select 1000 + n, 0, '{}', inquiry, 1000 + n, case when n % 9 = 0 then 'inquiry_registered' else 'inquiry_received' end,
           actor, at + n * interval '1 second', command, correlation
      from journal_entry, generate_series(1, 45000) as n
     where kind = 'inquiry_registered'";

#[tokio::test(flavor = "multi_thread")]
async fn the_next_archive_is_offered_where_one_look_does_not_reach_the_end_of_this_one() {
    let app = TestApp::start().await;
    registered(&app, "ДС-402").await;
    app.settle().await;
    app.database.connect().await.execute(MANY, &[]).await.unwrap();
    // 5,001 fit, one more than an archive holds, and 20,000 events are looked through: where it ends is not claimed.
    let asked = "who=clerk&what=inquiry_registered";
    let about_archive = |text: &str| {
        let begin = text.find("id=\"archive\"").unwrap();
        text[begin..begin + text[begin..].find("</div>").unwrap()].to_owned()
    };
    let told = about_archive(&page(&app, &format!("{asked}&lang=en"), 200).await);
    assert!(told.contains("at least <strong>") && told.contains("the earliest: №"), "{told}");
    assert_eq!(told.matches("№ ").count(), 1, "{told}");
    assert!(told.contains(&format!("href=\"/journal?{asked}&archive=next#archive\"")), "{told}");
    // The next one begins where the making of the first one ends.
    let told = about_archive(&page(&app, &format!("{asked}&archive=next&lang=en"), 200).await);
    assert!(told.contains("In the next archive – <strong>1</strong>") && told.contains("№ 46000 ("), "{told}");
    assert!(told.contains("The first archive") && !told.contains("archive=next"), "{told}");
    let (_, behind) = told.split_once("&after=").unwrap();
    let (behind, _) = behind.split_once('"').unwrap();
    assert!(behind.ends_with(".45991"), "{behind}");
    let told = about_archive(&page(&app, &format!("{asked}&archive=next.{behind}&lang=en"), 200).await);
    assert!(told.contains("Nothing follows") && !told.contains("export.zip"), "{told}");
    // Where a look finds none at all, the archive is offered all the same.
    let client = app.database.connect().await;
    let late =
        "update journal_entry set kind = 'inquiry_received' where kind = 'inquiry_registered' and position < 40000";
    client.execute(late, &[]).await.unwrap();
    let told = about_archive(&page(&app, &format!("{asked}&lang=en"), 200).await);
    assert!(told.contains("5,000 events at most") && told.contains("archive=next#archive"), "{told}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_event_is_told_in_the_names_of_its_day_with_those_of_now_beside_them() {
    let app = TestApp::start().await;
    let (id, version) = registered(&app, "ДС-401").await;
    command(&app, "head", &id, version, "assign-ministries", &resolution()).await.is(200);
    let old = app.state().directory().at(app.state().today()).ministry(&"mlsp".parse().unwrap()).unwrap().clone();
    let (old_kk, old_ru) = (old.abbreviation.kk, old.abbreviation.ru);
    app.clock.set("2023-09-22T05:00:00Z");
    change(&app, "ministries", 0, renamed("mlsp", "Өркен", "2023-09-22")).await;
    let inquiry = format!("/inquiries/{id}");
    for (language, then) in [("kk", format!("{old_kk} (қазір: Өркен)")), ("ru", format!("{old_ru} (сейчас: Өркен)"))]
    {
        let text = app.get("head", &format!("{inquiry}?lang={language}")).await.is(200).text();
        assert_eq!(text.matches(&then).count(), 1, "{language}: {text}");
        let text = page(&app, &format!("what=ministries_assigned&lang={language}"), 200).await;
        assert_eq!(text.matches(&then).count(), 1, "{language}: {text}");
        // What happens from the day on is told by the new name alone.
        let text = page(&app, &format!("what=ministry_renamed&lang={language}"), 200).await;
        assert!(
            text.contains("Өркен") && !text.contains("(қазір:") && !text.contains("(сейчас:"),
            "{language}: {text}"
        );
    }
    // The other ministry bears its name still.
    let mfa = app.state().directory().at(app.state().today()).ministry(&"mfa".parse().unwrap()).unwrap().clone();
    let text = app.get("head", &format!("{inquiry}?lang=ru")).await.is(200).text();
    assert!(!text.contains(&format!("{} (сейчас:", mfa.abbreviation.ru)), "{text}");
    app.stop().await;
}

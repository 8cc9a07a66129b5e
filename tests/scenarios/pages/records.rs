//! The records change by acts, and open inquiries follow: a merger that is killed in the middle, a calendar that changes late, a table.

mod named;
mod told;

use std::time::Duration;

use saual::cli::{Cli, Command, Import, ImportRecount, ImportTable};
use saual::config::Environment;
use saual::exit::{Answer, Stop};
use serde_json::{Value, json};
use testkit::app::TestApp;

use super::people::People;
use super::walk::is_whole;
use crate::api::{command, registered, resolution};

const ACT: &str = "Президенттің 2023 жылғы 20 қыркүйектегі № 400 Жарлығы";
const MERGE: &str = "/records/change/merge-ministry";
const SPLIT: &str = "/records/change/split-ministry";
const FOUND: &str = "/records/change/found-ministry";
const CORRECT: &str = "/records/change/correct-deputy";
const ABOLISH: &str = "/records/change/abolish-ministry";
const DAYS: &str = "/records/change/set-days";

/// Registered and resolved to the ministry of labour, with the ministry of foreign affairs beside it.
async fn assigned(app: &TestApp, number: &str) -> String {
    let (id, version) = registered(app, number).await;
    command(app, "head", &id, version, "assign-ministries", &resolution()).await.is(200);
    id
}

/// The events of that kind in an inquiry.
async fn events(app: &TestApp, id: &str, kind: &str) -> Vec<Value> {
    let told = app.get("clerk", &format!("/api/v1/inquiries/{id}/events")).await.is(200).json();
    let all = told["events"].as_array().unwrap().clone();
    all.into_iter().filter(|event| event["type"] == kind).collect()
}

async fn dossier(app: &TestApp, id: &str) -> Value {
    app.get("clerk", &format!("/api/v1/inquiries/{id}")).await.is(200).json()
}

/// Changes of a kind by a program.
async fn write(app: &TestApp, kind: &str, key: &str, seen: u64, changes: Value) -> testkit::app::Answer {
    let call = app.call("POST", &format!("/api/v1/directory/{kind}")).by("admin").key(key).seen(seen);
    call.json(&json!({ "changes": changes })).send().await
}

/// Waits until so many events of a kind are recorded.
async fn recorded(app: &TestApp, kind: &str, count: i64) {
    let client = app.database.connect().await;
    let mut positions = app.journal().positions();
    loop {
        positions.mark_unchanged();
        let sql = "select count(*) from events where event_type = $1";
        if client.query_one(sql, &[&kind]).await.unwrap().get::<_, i64>(0) >= count {
            return;
        }
        tokio::time::timeout(Duration::from_secs(60), positions.changed()).await.unwrap().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merger_shows_its_open_inquiries_and_carries_each_over_once_though_it_is_killed_in_the_middle() {
    let mut app = TestApp::start().await;
    let mut ids = Vec::new();
    for number in ["ДС-11", "ДС-12", "ДС-13", "ДС-14", "ДС-15"] {
        ids.push(assigned(&app, number).await);
    }
    app.settle().await;
    // What a crash after the second inquiry leaves behind.
    let client = app.database.connect().await;
    client
        .batch_execute(
            "create function broken() returns trigger language plpgsql as $$
             begin if new.done > 2 then raise exception 'killed'; end if; return new; end $$;
             create trigger broken before update on record_errand for each row execute function broken();",
        )
        .await
        .unwrap();
    {
        let people = People::of(&app).await;
        let mut admin = people.at_browser("admin").await;
        let page = admin.open("/records/ministries/mfa").await;
        is_whole(&page, "a ministry");
        assert!(page.text.contains(&format!("href=\"{MERGE}?code")), "{}", page.text);
        let page = admin.open(&format!("{MERGE}?code=mfa")).await;
        is_whole(&page, "a merger");
        let words = page.words();
        assert!(words.contains("ДС-11") && words.contains("ДС-15") && words.contains("co-executor"), "{words}");
        assert!(words.contains("Бет: mfa") && words.contains("Сынақ: mfa"), "accounts are told: {words}");
        // Refused with what to do, and what was typed stands there.
        let form = page.form(MERGE).with("into", "mcs").with("on", "2023-09-20").with("act", ACT);
        let refused = admin.send(&form).await;
        assert_eq!(refused.status, 422);
        assert!(refused.words().contains("is not in force on"), "{}", refused.words());
        assert_eq!(refused.form(MERGE).get("act"), ACT);
        // Nothing takes it back: what it does is told before, and nothing is recorded by the first press.
        let form = refused.form(MERGE).with("into", "mof");
        let told = admin.send(&form).await;
        assert_eq!(told.status, 200, "{}", told.words());
        is_whole(&told, "a merger, told");
        let words = told.words();
        assert!(words.contains("MFA ends on 20.09.2023, and in its place: MoF."), "{words}");
        assert!(
            words.contains("go to the successor at once: 5.") && words.contains("Accounts go with them, MoF:"),
            "{words}"
        );
        assert_eq!(app.state().records.version(), 0, "nothing was recorded");
        // Another successor is another change: that is told, too.
        let other = admin.send(&told.form(MERGE).with("into", "mne")).await;
        assert_eq!(other.status, 200, "{}", other.words());
        assert!(other.words().contains("and in its place: MNE."), "{}", other.words());
        assert_eq!(app.state().records.version(), 0, "nothing was recorded");
        let done = admin.submit_told(&form).await;
        is_whole(&done, "the records");
        assert!(done.words().contains("The change was recorded"), "{}", done.words());
        assert_eq!(people.at_browser("lead").await.get(&format!("{MERGE}?code=mfa")).await.status, 403);
        assert!(people.at_browser("lead").await.open("/records").await.words().contains("The records"));
        assert_eq!(people.at_browser("deputy").await.get("/records").await.status, 403);
    }
    recorded(&app, "part_carried_over", 3).await;
    // And a crash when one of two accounts has gone over.
    client
        .batch_execute(
            "create or replace function broken() returns trigger language plpgsql as $$
             begin if cardinality(new.accounts) > 1 then raise exception 'killed'; end if; return new; end $$;",
        )
        .await
        .unwrap();
    app.restart(|_| ()).await;
    recorded(&app, "account_changed", 1).await;
    app.restart(|_| ()).await;
    client.batch_execute("drop trigger broken on record_errand").await.unwrap();
    app.settle().await;
    for id in &ids {
        let carried = events(&app, id, "part_carried_over").await;
        assert_eq!(carried.len(), 1, "{carried:?}");
        assert!(carried[0].to_string().contains("№ 400"), "the act is named: {carried:?}");
        let assignment = dossier(&app, id).await["assignment"].clone();
        assert_eq!((&assignment["lead"], &assignment["co_executors"][0]["ministry"]), (&json!("mlsp"), &json!("mof")));
        assert_eq!(assignment["co_executors"][0]["due"], "2023-09-29", "the day stays");
    }
    let told = app.get("auditor", "/api/v1/directory/changes").await.is(200).json();
    assert_eq!(told["followed"][0]["finished"], true, "{told}");
    assert_eq!(told["followed"][0]["accounts"], json!(["mfa", "page-mfa"]), "nobody is forgotten: {told}");
    // Whoever wrote for the ministry writes for its successor, and sees what went over.
    app.get("mfa", &format!("/api/v1/inquiries/{}", ids[0])).await.is(200);
    // The account's own history says so too, with the act; nobody but the program did it.
    for name in ["mfa", "page-mfa"] {
        let place = format!("/admin/users/{name}");
        let account = app.call("GET", &place).by("admin").header("Accept-Language", "en").send().await.is(200).text();
        assert_eq!(account.matches("ministry executor, MFA → ministry executor, MoF").count(), 1, "{account}");
        assert!(account.contains(ACT) && account.contains("<td role=\"cell\">system</td>"), "{account}");
    }
    let ended = app.get("clerk", "/api/v1/directory/ministries?on=2023-09-20").await.is(200);
    assert!(!ended.text().contains("\"mfa\",\"name\"") && ended.header("etag") == Some("\"1\""));
    let before = "/api/v1/directory/ministries?on=2023-09-20&known_at=2023-09-20T09:00:00Z";
    assert!(app.get("clerk", before).await.is(200).text().contains("\"code\":\"mfa\""), "as it was known then");
    // The same change again is news to nobody, an ended ministry is given nothing, and a repeat answers as at first.
    let merged = json!([{ "ministry_merged": { "code": "mfa", "into": "mof", "on": "2023-09-20", "act": ACT } }]);
    assert_eq!(write(&app, "ministries", "again", 1, merged.clone()).await.is(200).json()["changes"], json!([]));
    write(&app, "ministries", "stale", 0, merged.clone()).await.is_problem(412, "stale_version");
    write(&app, "deputies", "elsewhere", 1, merged).await.is_problem(422, "bad_field");
    let (id, version) = registered(&app, "ДС-16").await;
    command(&app, "head", &id, version, "assign-ministries", &resolution()).await.is_problem(422, "bad_field");
    assert_eq!(eventstore::verify(&app.database.pool).await.unwrap().faults.len(), 0);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_split_sends_each_inquiry_where_it_was_chosen_to_go_when_the_day_comes() {
    let app = TestApp::start().await;
    let (one, other) = (assigned(&app, "ДС-21").await, assigned(&app, "ДС-22").await);
    app.settle().await;
    let people = People::of(&app).await;
    let mut admin = people.at_browser("admin").await;
    let page = admin.open(&format!("{SPLIT}?code=mlsp")).await;
    is_whole(&page, "a split");
    let form = page.form(SPLIT).with("otherwise", "moh").with("on", "2023-09-25").with("act", ACT);
    let form = form.and("into", "moj").and("into", "moh").with(&format!("to[{other}]"), "moj");
    let told = admin.send(&form).await;
    assert_eq!(told.status, 200, "{}", told.words());
    is_whole(&told, "a split, told");
    let words = told.words();
    assert!(words.contains("MLSP ends on 25.09.2023, and in its place: MoJ, MoH."), "{words}");
    assert!(words.contains("on that day, now there are: 2.") && words.contains("MoJ – 1, MoH – 1."), "{words}");
    assert!(words.contains("Accounts go with them, MoH:"), "{words}");
    assert_eq!(app.state().records.version(), 0, "nothing was recorded");
    admin.submit(&told.form(SPLIT)).await;
    assert_eq!(app.state().records.version(), 1);
    app.settle().await;
    assert_eq!(dossier(&app, &one).await["assignment"]["lead"], "mlsp", "the day has not come");
    app.clock.set("2023-09-25T04:00:00Z");
    app.settle().await;
    assert_eq!(dossier(&app, &one).await["assignment"]["lead"], "moh");
    assert_eq!(dossier(&app, &other).await["assignment"]["lead"], "moj");
    assert_eq!(dossier(&app, &one).await["assignment"]["lead_due"], "2023-10-06");
    // Open inquiries go to a successor: a ministry that has some is refused at the first press.
    let page = admin.open(&format!("{ABOLISH}?code=mfa")).await;
    let refused = admin.send(&page.form(ABOLISH).with("on", "2023-09-20").with("act", ACT)).await;
    assert_eq!(refused.status, 422, "{}", refused.words());
    assert!(refused.words().contains("open inquiries are with Ministry of Foreign Affairs"), "{}", refused.words());
    // Where nobody takes over, the page speaks of no successor.
    for (language, inquiries, executors) in [
        ("kk", "Оның ашық сауалдары", "Оның орындаушылары:"),
        ("ru", "Его открытые запросы", "Его исполнители:"),
        ("en", "Open inquiries it has", "Executors it has:"),
    ] {
        let text = app.get("admin", &format!("{ABOLISH}?code=mfa&lang={language}")).await.is(200).text();
        assert!(text.contains(inquiries) && text.contains(executors), "{language}: {text}");
    }
    // What leaves nothing behind is told first all the same.
    let form = admin.open(&format!("{ABOLISH}?code=mti")).await.form(ABOLISH);
    let told = admin.send(&form.with("on", "2023-10-02").with("act", ACT)).await;
    assert_eq!(told.status, 200, "{}", told.words());
    is_whole(&told, "a ministry without a successor, told");
    assert!(told.words().contains("ends on 02.10.2023 without a successor"), "{}", told.words());
    assert_eq!(app.state().records.version(), 1, "nothing was recorded");
    admin.submit(&told.form(ABOLISH)).await;
    assert_eq!(app.state().records.version(), 2);
    let page = admin.open("/records").await;
    assert!(page.words().contains("finished") && page.words().contains("2 / 2"), "{}", page.words());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_change_of_the_calendar_is_shown_with_every_deadline_and_moves_those_that_were_chosen() {
    let app = TestApp::start().await;
    let mut ids = Vec::new();
    for number in ["ДС-31", "ДС-32", "ДС-33"] {
        ids.push(assigned(&app, number).await);
    }
    app.settle().await;
    let people = People::of(&app).await;
    let mut admin = people.at_browser("admin").await;
    let page = admin.open(DAYS).await;
    let form = page.form(DAYS).with("days[0].date", "2023-10-20").with("days[0].note", "Демалыс").with("act", ACT);
    let form = form.with("days[1].date", "2023-10-06").with("days[1].note", "Демалыс");
    let shown = admin.send(&form).await;
    assert_eq!(shown.status, 200);
    is_whole(&shown, "what the days do");
    let words = shown.words();
    assert!(words.contains("ДС-31") && words.contains("20.10.2023") && words.contains("23.10.2023"), "{words}");
    assert!(words.contains("06.10 → 09.10"), "the lead's own day: {words}");
    assert!(events(&app, &ids[0], "deadlines_recounted").await.is_empty());
    assert!(app.state().directory().calendar().is_working("2023-10-20".parse().unwrap()).0, "nothing was recorded");
    // Somebody registers one that is due on that day: what was shown is shown again, and nothing is recorded.
    ids.push(assigned(&app, "ДС-35").await);
    let shown = admin.send(&shown.form(DAYS)).await;
    assert_eq!(shown.status, 409, "{}", shown.words());
    is_whole(&shown, "what the days do now");
    assert!(shown.words().contains("have changed since") && shown.words().contains("ДС-35"), "{}", shown.words());
    assert!(app.state().directory().calendar().is_working("2023-10-20".parse().unwrap()).0, "nothing was recorded");
    // One of them stays as it was set.
    let mut form = shown.form(DAYS);
    assert_eq!(form.fields.iter().filter(|(name, _)| name == "follow").count(), 4, "all are ticked: {form:?}");
    form.fields.retain(|(name, value)| name != "follow" || *value != ids[2]);
    admin.submit(&form).await;
    app.settle().await;
    for (id, due, lead_due) in [
        (&ids[0], "2023-10-23", "2023-10-09"),
        (&ids[1], "2023-10-23", "2023-10-09"),
        (&ids[2], "2023-10-20", "2023-10-06"),
        (&ids[3], "2023-10-23", "2023-10-09"),
    ] {
        let dossier = dossier(&app, id).await;
        let control = &dossier["control"];
        assert_eq!((&control["due"], &dossier["assignment"]["lead_due"]), (&json!(due), &json!(lead_due)));
        // The day in force is explained, and not the one that was set first; what moved it is named.
        assert_eq!(control["deadline"]["due"], json!(due), "{control}");
        let recounts = control["recounts"].as_array().unwrap();
        assert_eq!(recounts.len(), usize::from(due == "2023-10-23"), "{control}");
        for one in recounts {
            assert_eq!((&one["old_due"], &one["new_due"]), (&json!("2023-10-20"), &json!(due)), "{control}");
            assert_eq!(
                (&one["act"], &one["calendar_version"]),
                (&json!(ACT), &control["deadline"]["calendar_version"])
            );
            let said = control["explained"].as_array().unwrap().last().unwrap().as_str().unwrap();
            assert!(said.contains("20.10.2023 → 23.10.2023") && said.contains(ACT), "{said}");
        }
        let recounted = events(&app, id, "deadlines_recounted").await;
        assert_eq!(recounted.len(), usize::from(due == "2023-10-23"), "{recounted:?}");
    }
    let version = app.state().directory().calendar().version().to_owned();
    assert!(events(&app, &ids[0], "deadlines_recounted").await[0].to_string().contains(&version));
    let page = admin.open(&format!("/inquiries/{}", ids[0])).await;
    let words = page.words();
    assert!(words.contains(&version) && words.contains("Counted anew by the changed calendar"), "{words}");
    let list = app.get("clerk", "/api/v1/inquiries?due_before=2023-10-21").await.is(200).text();
    assert!(list.contains("ДС-33") && !list.contains("ДС-31"), "the register has it too: {list}");
    // New deadlines are counted by the calendar of now.
    let (new, _) = registered(&app, "ДС-34").await;
    assert_eq!(dossier(&app, &new).await["control"]["due"], "2023-10-23");

    // A table of days says what it does to open deadlines, and is not taken before somebody decides.
    let table = "date,kind,note\n2023-10-23,day_off,Демалыс\n";
    let act = [("table", "calendar"), ("act", ACT)];
    let looked = admin.upload_with("/records/import", &act, "calendar.csv", table.as_bytes()).await;
    is_whole(&looked, "a table of days");
    assert!(looked.words().contains("Open deadlines that would move: 4"), "{}", looked.words());
    let undecided = admin.send(&looked.form("/records/import/take")).await;
    assert_eq!(undecided.status, 422);
    is_whole(&undecided, "a table of days that nobody has decided");
    let file = app.folder.path().join("calendar.csv");
    std::fs::write(&file, table).unwrap();
    let brought = |recount, dry_run| import(&app, ImportTable::Calendar, file.clone(), recount, dry_run);
    assert_eq!(brought(None, true).await.unwrap(), Answer::No);
    assert_eq!(brought(None, false).await.unwrap(), Answer::No);
    assert_eq!(brought(Some(ImportRecount::All), true).await.unwrap(), Answer::Yes);
    assert_eq!(app.state().records.version(), 1, "nothing of it was recorded");
    admin.submit(&undecided.form("/records/import/take").with("recount", "all")).await;
    app.settle().await;
    assert_eq!(dossier(&app, &ids[0]).await["control"]["due"], "2023-10-24");

    // Ten thousand open inquiries are looked through at once.
    let client = app.database.connect().await;
    let columns =
        "number, number_normal, incoming_number, chamber, dated, received, due, on_control, stage, open, lead,
        co_executors, subject, language, recipients, deputies, draft_version, outgoing_number, outgoing_dated, version,
        changed_at, position, words, contributed, took_part, lead_due, co_due, handed_in, cosigned";
    let sql = format!(
        "insert into register (inquiry, {columns}) select gen_random_uuid(), {columns}
           from register, generate_series(1, 10000) where number_normal = 'ДС-32'"
    );
    client.execute(&sql, &[]).await.unwrap();
    let days = [directory::changes::event::DaySet {
        date: "2023-10-24".parse().unwrap(),
        kind: directory::changes::event::DayKind::DayOff,
        note: "Демалыс".into(),
    }];
    let began = std::time::Instant::now();
    let affected = web::office::records::preview::of_days(app.state(), &days).await.unwrap();
    let took = began.elapsed();
    println!("{} deadlines before and after in {took:?}", affected.len());
    assert!(affected.len() >= 10_000 && took < Duration::from_secs(2), "{} in {took:?}", affected.len());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_change_two_deputies_at_once_are_both_heard_and_of_two_who_change_one_the_second_is_told() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let (mut one, mut other) = (people.at_browser("admin").await, people.at_browser("admin").await);
    let directory = app.state().directory();
    let [first, second, ..] = directory.deputies() else { panic!("the records know deputies") };
    let place = |deputy: &directory::deputy::Deputy| format!("{CORRECT}?code={}", deputy.id);
    let about_first = one.open(&place(first)).await.form(CORRECT).with("act", ACT);
    let about_second = other.open(&place(second)).await.form(CORRECT).with("act", ACT);
    let late = other.open(&place(first)).await.form(CORRECT).with("act", ACT).with("email", "late@mazhilis.example");
    one.submit(&about_first.with("email", "first@mazhilis.example")).await;
    other.submit(&about_second.clone().with("email", "second@mazhilis.example")).await;
    // The same form sent twice is one change, whoever was faster in between.
    other.submit(&about_second.with("email", "second@mazhilis.example")).await;
    assert_eq!(app.state().records.version(), 2);
    let told = other.send(&late).await;
    assert_eq!(told.status, 412, "{}", told.words());
    is_whole(&told, "a deputy whom somebody else has changed");
    assert!(told.words().contains("Somebody changed it since you looked"), "{}", told.words());
    assert_eq!(told.form(CORRECT).get("email"), "late@mazhilis.example", "nothing that was typed is lost");
    assert_eq!(app.state().directory().deputy(first.id).unwrap().email, "first@mazhilis.example");
    other.submit(&told.form(CORRECT)).await;
    assert_eq!(app.state().directory().deputy(first.id).unwrap().email, "late@mazhilis.example");
    assert_eq!(app.state().directory().deputy(second.id).unwrap().email, "second@mazhilis.example");

    // The end of a ministry concerns every form about ministries, and no deputy. A program that names its version means that version.
    let about_second = one.open(&place(second)).await.form(CORRECT).with("act", ACT);
    let mut founding = other.open(FOUND).await.form(FOUND).with("new_code", "ai").with("act", ACT);
    for (name, text) in
        [("name_kk", "ЖИ министрлігі"), ("name_ru", "Министерство ИИ"), ("short_kk", "ЖИМ"), ("short_ru", "МИИ")]
    {
        founding = founding.with(name, text);
    }
    let merged = json!([{ "ministry_merged": { "code": "mti", "into": "mne", "on": "2023-10-02", "act": ACT } }]);
    write(&app, "ministries", "earlier", 2, merged.clone()).await.is_problem(412, "stale_version");
    write(&app, "ministries", "merged", 3, merged).await.is(200);
    one.submit(&about_second.with("email", "third@mazhilis.example")).await;
    assert_eq!(other.send(&founding).await.status, 412);
    assert_eq!(app.state().records.version(), 5);
    app.stop().await;
}

/// The options of a page's lists that stand for a ministry.
fn offered<'a>(page: &'a str, code: &str) -> Vec<&'a str> {
    let option = format!("<option value=\"{code}\"");
    let ends = |rest: &'a str| rest.split_once("</option>").map_or(rest, |(option, _)| option);
    page.split(&option).skip(1).map(|rest| ends(rest).trim_start_matches(" selected").trim_start_matches('>')).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renamed_ministry_is_offered_once_under_the_name_in_force() {
    let app = TestApp::start().await;
    let renamed = |code: &str, new: &str, since: &str| {
        json!([{ "ministry_renamed": {
            "code": code,
            "name": { "kk": format!("Жаңа {new} министрлігі"), "ru": format!("Новое {new}"), "en": format!("New {new}") },
            "abbreviation": { "kk": "ЖМ", "ru": "НМ", "en": "NM" }, "since": since, "act": ACT,
        } }])
    };
    write(&app, "ministries", "today", 0, renamed("moe", "Ministry", "2023-09-20")).await.is(200);
    write(&app, "ministries", "later", 1, renamed("moh", "Office", "2023-10-02")).await.is(200);
    let page = async |account: &str, place: &str| {
        app.call("GET", place).by(account).header("Accept-Language", "en").send().await.is(200).text()
    };
    let journal = page("auditor", "/journal").await;
    assert_eq!(offered(&journal, "moe"), ["NM – New Ministry"]);
    assert_eq!(offered(&journal, "moh"), ["MoH – Ministry of Healthcare"], "its day has not come");
    assert_eq!(offered(&journal, "mcs").len(), 1, "one that is over stands in the journal");
    let account = page("admin", "/admin/users/new").await;
    assert_eq!(offered(&account, "moe"), ["New Ministry"]);
    assert_eq!(offered(&account, "moh"), ["Ministry of Healthcare"]);
    app.clock.set("2023-10-02T04:00:00Z");
    assert_eq!(offered(&page("auditor", "/journal").await, "moh"), ["NM – New Office"]);
    app.stop().await;
}

/// As a shell would: a program of its own on the same data folder and database.
async fn import(
    app: &TestApp,
    table: ImportTable,
    file: std::path::PathBuf,
    recount: Option<ImportRecount>,
    dry_run: bool,
) -> Result<Answer, Stop> {
    let (url, data) = (app.database.url(), app.folder.path().to_str().unwrap().to_owned());
    let work = move || {
        let environment = Environment::of([("DATABASE_URL", url.as_str()), ("SAUAL_DATA", data.as_str())]);
        let asked = Import { table, file, act: Some(ACT.to_owned()), recount, by: "admin".into(), dry_run };
        saual::commands::run(Cli { command: Command::Import(asked) }, &environment)
    };
    tokio::task::spawn_blocking(work).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_taken_whole_or_not_at_all_and_what_another_process_records_is_seen_here() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut admin = people.at_browser("admin").await;
    is_whole(&admin.open("/records/import").await, "the import");
    let heading = "id,name_kk,name_ru,name_en,dative_kk,dative_ru,email,chamber,faction,single_mandate,mandate_from,mandate_until";
    let row = "0190f3c1-7a55-7cc1-9d3b-4c2a70b0a001,А. Жаңа,А. Новый,,,,a.zhana@mazhilis.example,mazhilis,amanat,false,2023-09-20,";
    let wrong = format!("{heading}\n{row}\n{}\n", row.replace("a001", "a002").replace("amanat", "nobody"));
    let act = [("table", "deputies"), ("act", ACT)];
    let page = admin.upload_with("/records/import", &act, "deputies.csv", wrong.as_bytes()).await;
    is_whole(&page, "a table with a wrong row");
    assert!(page.words().contains("nobody") && page.find("/records/import/take").is_none(), "{}", page.words());
    assert_eq!(app.state().records.version(), 0, "nothing half of it");

    let twice = format!("{heading}\n{row}\n{}\n", row.replace("А. Новый", "Б. Другой"));
    let page = admin.upload_with("/records/import", &act, "deputies.csv", twice.as_bytes()).await;
    is_whole(&page, "a table with one deputy twice");
    assert!(page.words().contains("This id stands in line 2 already"), "{}", page.words());
    let day = format!("{heading}\n{}\n", row.replace("2023-09-20", "20.09.2023"));
    let page = admin.upload_with("/records/import", &act, "deputies.csv", day.as_bytes()).await;
    is_whole(&page, "a table with a day that is none");
    let words = page.words();
    assert!(words.contains("mandate_from") && words.contains("2026-11-30") && !words.contains("CSV des"), "{words}");
    let page = admin.upload_with("/records/import", &act, "deputies.csv", &[0xFF, 0xFE, 0, 1]).await;
    assert_eq!(page.status, 422);
    assert!(page.words().contains("no text table in UTF-8"), "{}", page.words());

    let sound = format!("{heading}\n{row}\n");
    let semicolons = sound.replace(',', ";");
    let page = admin.upload_with("/records/import", &act, "deputies.csv", semicolons.as_bytes()).await;
    is_whole(&page, "a table with semicolons");
    assert!(page.find("/records/import/take").is_some(), "{}", page.words());
    let page = admin.upload_with("/records/import", &act, "deputies.csv", sound.as_bytes()).await;
    let form = page.form("/records/import/take");
    for _ in 0..2 {
        let taken = admin.send(&form).await;
        assert_eq!((taken.status, taken.place.as_str()), (303, "/records?kind=deputies&done=yes"), "{}", taken.words());
    }
    assert_eq!(app.state().records.version(), 1, "the same form twice is one change");
    let page = admin.upload_with("/records/import", &act, "deputies.csv", sound.as_bytes()).await;
    assert!(page.words().contains("The table changes nothing"), "{}", page.words());
    let found = app.get("clerk", "/api/v1/directory/deputies?q=%D0%96%D0%B0%D2%A3%D0%B0").await.is(200).json();
    assert_eq!(found["deputies"][0]["email"], "a.zhana@mazhilis.example");
    let outside = app.get("deputy", "/api/v1/directory/deputies").await.is(200).text();
    assert!(outside.contains("А. Жаңа") && !outside.contains('@'), "mailboxes are the staff's: {outside}");
    let client = app.database.connect().await;
    let stored = client.query_one("select payload from events where event_type = 'deputy_entered'", &[]).await.unwrap();
    assert!(!stored.get::<_, String>(0).contains("a.zhana"), "a mailbox is sealed in the journal");

    let file = app.folder.path().join("deputies.csv");
    let brought = |file| import(&app, ImportTable::Deputies, file, None, false);
    std::fs::write(&file, &wrong).unwrap();
    assert_eq!(brought(file.clone()).await.unwrap(), Answer::No);
    std::fs::write(&file, sound.replace("a001", "a003").replace("А. Жаңа", "Б. Жаңаев")).unwrap();
    assert_eq!(brought(file.clone()).await.unwrap(), Answer::Yes);
    assert_eq!(brought(file).await.unwrap(), Answer::Yes, "the same file twice changes nothing");
    let mut positions = app.journal().positions();
    let until = std::time::Instant::now() + Duration::from_secs(60);
    while app.state().records.version() < 2 {
        assert!(std::time::Instant::now() < until, "the running program does not see what another one recorded");
        let _moved = tokio::time::timeout(Duration::from_millis(50), positions.changed()).await;
    }
    app.settle().await;
    assert!(admin.open("/records?kind=deputies").await.words().contains("Б. Жаңаев"), "the running program sees it");
    let ready = app.call("GET", "/readyz").send().await.is(200).json();
    assert_eq!((&ready["records"], &ready["records_current"]), (&json!(2), &json!(true)));
    let page = admin.open("/records/deputies/0190f3c1-7a55-7cc1-9d3b-4c2a70b0a003").await;
    is_whole(&page, "a deputy");
    assert!(page.words().contains("№ 400") && page.words().contains("mandate began"), "{}", page.words());
    app.stop().await;
}

//! What is told before a ministry changes: what the change does, and what the rules refuse. Nothing is recorded by the first press.

use serde_json::json;
use testkit::app::TestApp;

use super::super::people::People;
use super::super::walk::is_whole;
use super::{ABOLISH, ACT, DAYS, MERGE, assigned, dossier, write};
use crate::api::{command, inquiry};

const RENAME: &str = "/records/change/rename-ministry";
const BACK: &str = "/records/change/take-back";
const CHANGE_FACTION: &str = "/records/change/change-faction";
const FORM_FACTION: &str = "/records/change/form-faction";

#[tokio::test(flavor = "multi_thread")]
async fn a_new_name_and_a_merger_of_a_day_gone_by_are_told_before_anything_is_recorded() {
    let app = TestApp::start().await;
    let id = assigned(&app, "ДС-17").await;
    app.settle().await;
    let people = People::of(&app).await;
    let mut admin = people.at_browser("admin").await;
    // What the rules refuse is refused at once: nobody reads first what it would do.
    for (place, code, fields, said) in [
        (MERGE, "mfa", [("into", "mfa"), ("on", "2023-09-19")], "A ministry does not go into itself"),
        (RENAME, "mcs", [("name_ru", "Министерство вчера"), ("since", "2023-09-20")], "is not in force on"),
        (ABOLISH, "mfa", [("code", "mfa"), ("on", "1990-01-01")], "is too early or too late"),
    ] {
        let mut form = admin.open(&format!("{place}?code={code}")).await.form(place).with("act", ACT);
        for (name, text) in fields {
            form = form.with(name, text);
        }
        let refused = admin.send(&form).await;
        assert_eq!(refused.status, 422, "{place}: {}", refused.words());
        is_whole(&refused, place);
        let words = refused.words();
        assert!(words.contains(said) && !words.contains("at once. There are"), "{place}: {words}");
        assert_eq!(refused.form(place).get("act"), ACT, "nothing that was typed is lost");
    }
    let form = admin.open(&format!("{RENAME}?code=mfa")).await.form(RENAME);
    let form = form.with("name_ru", "Министерство внешних связей").with("since", "2023-10-02").with("act", ACT);
    let told = admin.send(&form).await;
    assert_eq!(told.status, 200, "{}", told.words());
    is_whole(&told, "a new name, told");
    let words = told.words();
    assert!(words.contains("02.10.2023, Russian:") && words.contains("→ Министерство внешних связей"), "{words}");
    assert!(words.contains("Open inquiries stay with the ministry: 1.") && !words.contains("2023, Kazakh:"), "{words}");
    assert_eq!(app.state().records.version(), 0, "nothing was recorded");
    // Another day is another change: that is told too.
    let told = admin.send(&told.form(RENAME).with("since", "2023-09-18")).await;
    assert_eq!(told.status, 200, "{}", told.words());
    let words = told.words();
    assert!(words.contains("18.09.2023, Russian:") && words.contains("changed after that day: 1."), "{words}");
    assert_eq!(app.state().records.version(), 0, "nothing was recorded");
    admin.submit(&told.form(RENAME)).await;
    assert_eq!(app.state().records.version(), 1);
    // A wrong day of it is put right by the same name from another day.
    let form = admin.open(&format!("{RENAME}?code=mfa")).await.form(RENAME);
    let told = admin.send(&form.with("since", "2023-09-17").with("act", ACT)).await;
    assert_eq!(told.status, 200, "{}", told.words());
    assert!(told.words().contains("becomes another: 18.09.2023 → 17.09.2023."), "{}", told.words());
    admin.submit(&told.form(RENAME)).await;
    assert_eq!(app.state().records.version(), 2);

    // An account that the rules let nobody change stays, and the page says so to whoever can put it right.
    let client = app.database.connect().await;
    client.execute("update account set full_name = ' ' where name = 'page-mfa'", &[]).await.unwrap();
    let form = admin.open(&format!("{MERGE}?code=mfa")).await.form(MERGE);
    let told = admin.send(&form.with("into", "mof").with("on", "2023-09-19").with("act", ACT)).await;
    assert_eq!(told.status, 200, "{}", told.words());
    is_whole(&told, "a merger of a day gone by, told");
    let words = told.words();
    assert!(words.contains("go to the successor at once. There are 1."), "{words}");
    assert!(words.contains("→ MoF, 19.09.2023") && words.contains("changed after that day: 1."), "{words}");
    app.settle().await;
    assert_eq!(app.state().records.version(), 2, "nothing was recorded");
    assert_eq!(dossier(&app, &id).await["assignment"]["co_executors"][0]["ministry"], "mfa");
    admin.submit(&told.form(MERGE)).await;
    app.settle().await;
    assert_eq!(dossier(&app, &id).await["assignment"]["co_executors"][0]["ministry"], "mof");
    let changes = app.get("auditor", "/api/v1/directory/changes").await.is(200).json();
    let followed = &changes["followed"][0];
    assert_eq!((&followed["finished"], &followed["accounts"]), (&json!(true), &json!(["mfa"])), "{followed}");
    for (language, said) in [
        ("kk", "бұрынғы министрлікте қалды"),
        ("ru", "остались в прежнем министерстве"),
        ("en", "stayed with the old ministry"),
    ] {
        let text = app.get("admin", &format!("/records?lang={language}")).await.is(200).text();
        assert!(text.contains(&format!("mfa <span class=\"tag warn\">{said}</span> page-mfa</td>")), "{text}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ministry_with_open_inquiries_is_told_at_the_first_press_what_holds_its_end_up() {
    let app = TestApp::start().await;
    let id = assigned(&app, "ДС-18").await;
    app.settle().await;
    let people = People::of(&app).await;
    let mut admin = people.at_browser("admin").await;
    let form = admin.open(&format!("{ABOLISH}?code=mfa")).await.form(ABOLISH);
    let refused = admin.send(&form.with("on", "2023-09-20").with("act", ACT)).await;
    assert_eq!(refused.status, 422, "{}", refused.words());
    is_whole(&refused, "a ministry with an open inquiry");
    let words = refused.words();
    assert!(
        words.contains("1 open inquiries are with Ministry of Foreign Affairs") && words.contains("ДС-18"),
        "{words}"
    );
    assert!(refused.text.contains(&format!("href=\"/inquiries/{id}\"")), "{}", refused.text);
    assert!(!words.contains("without a successor. Once it is recorded"), "nobody reads what it would do: {words}");
    // What it leaves behind is said once nothing is open, and a second press is asked for.
    let version = dossier(&app, &id).await["version"].as_u64().unwrap();
    command(&app, "clerk", &id, version, "withdraw", &json!({ "reason": "хат бойынша" })).await.is(200);
    app.settle().await;
    let warned = admin.send(&refused.form(ABOLISH)).await;
    assert_eq!(warned.status, 200, "{}", warned.words());
    is_whole(&warned, "a ministry that leaves accounts behind");
    let words = warned.words();
    assert!(
        words.contains("Open accounts of the ministry are left") && words.contains("came or changed after"),
        "{words}"
    );
    assert_eq!(app.state().records.version(), 0, "nothing was recorded");
    admin.submit(&warned.form(ABOLISH)).await;
    assert_eq!(app.state().records.version(), 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_another_ministry_bears_is_refused_on_the_page_and_in_a_table() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut admin = people.at_browser("admin").await;
    let form = admin.open(&format!("{RENAME}?code=mfa")).await.form(RENAME).with("act", ACT);
    let refused = admin.send(&form.with("name_ru", "министерство финансов")).await;
    assert_eq!(refused.status, 422, "{}", refused.words());
    assert!(refused.words().contains("is what Ministry of Finance is called at that time"), "{}", refused.words());
    let heading = "code,name_kk,name_ru,name_en,short_kk,short_ru,short_en,valid_from,valid_until,predecessors";
    let table = format!("{heading}\ntwin,Қаржы министрлігі,Министерство казны,,ҚМ,МК,,2023-10-02,,\n");
    let act = [("table", "ministries"), ("act", ACT)];
    let page = admin.upload_with("/records/import", &act, "ministries.csv", table.as_bytes()).await;
    assert!(page.words().contains("is what mof is called") && page.find("/records/import/take").is_none());
    assert_eq!(app.state().records.version(), 0, "nothing was recorded");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_planned_merger_is_taken_back_before_its_day_and_nothing_of_it_comes_to_pass() {
    let app = TestApp::start().await;
    let id = assigned(&app, "ДС-19").await;
    app.settle().await;
    let people = People::of(&app).await;
    let mut admin = people.at_browser("admin").await;
    let form = admin.open(&format!("{MERGE}?code=mfa")).await.form(MERGE);
    let told = admin.send(&form.with("into", "mof").with("on", "2023-09-25").with("act", ACT)).await;
    assert!(told.words().contains("Until that day comes, it can be taken back."), "{}", told.words());
    admin.submit(&told.form(MERGE)).await;
    // Both ministries' pages lead there, for whoever keeps the records.
    for code in ["mfa", "mof"] {
        let place = format!("/records/ministries/{code}");
        let page = admin.open(&place).await;
        is_whole(&page, &place);
        assert!(page.text.contains(&format!("href=\"{BACK}?code")), "{}", page.text);
        assert!(!people.at_browser("clerk").await.open(&place).await.text.contains(BACK));
    }
    for nowhere in [format!("{BACK}?code=mfa&planned=2"), format!("{BACK}?code=mfa"), format!("{BACK}?planned=x")] {
        assert_eq!(admin.get(&nowhere).await.status, 404, "{nowhere}");
    }
    let form = admin.open(&format!("{BACK}?code=mfa&planned=1")).await.form(BACK);
    let told = admin.send(&form.with("act", "№ 401 Жарлық")).await;
    assert_eq!(told.status, 200, "{}", told.words());
    is_whole(&told, "a planned merger, to be taken back");
    let words = told.words();
    assert!(words.contains("This change will not come to pass") && words.contains("MFA → MoF, 25.09.2023"), "{words}");
    assert!(words.contains("MFA goes on, and its open inquiries stay with it: 1."), "{words}");
    assert_eq!(app.state().records.version(), 1, "nothing was recorded");
    for _ in 0..2 {
        let done = admin.submit(&told.form(BACK)).await;
        assert!(done.words().contains("The change was recorded"), "{}", done.words());
        assert_eq!(app.state().records.version(), 2, "the same form twice is one change");
    }
    let page = admin.open("/records/ministries/mfa").await;
    is_whole(&page, "a ministry whose merger was taken back");
    let words = page.words();
    assert!(words.contains("a planned change was taken back") && words.contains("№ 401"), "{words}");
    assert!(words.contains(ACT), "what was planned stays in the history: {words}");
    assert!(!page.text.contains(BACK), "{}", page.text);
    // Its day comes, and nothing goes over.
    app.clock.set("2023-09-25T04:00:00Z");
    app.settle().await;
    assert_eq!(dossier(&app, &id).await["assignment"]["co_executors"][0]["ministry"], "mfa");
    app.get("mfa", &format!("/api/v1/inquiries/{id}")).await.is(200);
    assert!(app.state().directory().at(app.state().today()).ministry(&"mfa".parse().unwrap()).is_some());

    // Programs take back what is planned, too; from the end of its eve on nobody does.
    let merged = json!([{ "ministry_merged": { "code": "mti", "into": "mne", "on": "2023-09-26", "act": ACT } }]);
    write(&app, "ministries", "planned", 2, merged.clone()).await.is(200);
    let back =
        |version: u64| json!([{ "change_taken_back": { "version": version, "kind": "ministries", "act": ACT } }]);
    write(&app, "deputies", "elsewhere", 3, back(3)).await.is_problem(422, "bad_field");
    let recorded = write(&app, "ministries", "taken-back", 3, back(3)).await.is(200).json();
    assert_eq!(recorded["changes"][0]["change_taken_back"]["codes"], json!(["mti", "mne"]), "{recorded}");
    write(&app, "ministries", "again", 4, merged).await.is(200);
    let form = admin.open(&format!("{BACK}?code=mti&planned=5")).await.form(BACK).with("act", ACT);
    app.clock.set("2023-09-25T17:56:00Z");
    let late = admin.send(&form).await;
    assert_eq!(late.status, 422, "{}", late.words());
    assert!(late.words().contains("The day of this change has come (26 September 2023)"), "{}", late.words());
    app.clock.set("2023-09-26T04:00:00Z");
    app.settle().await;
    assert_eq!(admin.send(&form).await.status, 422);
    assert_eq!(app.state().records.version(), 5);
    assert_eq!(eventstore::verify(&app.database.pool).await.unwrap().faults.len(), 0);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn taking_back_promises_nothing_that_does_not_follow_and_keeps_the_name_of_what_was_planned() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut admin = people.at_browser("admin").await;
    for (key, seen, on) in [("first", 0, "2023-09-26"), ("forward", 1, "2023-09-25")] {
        let merged = json!([{ "ministry_merged": { "code": "mti", "into": "mne", "on": on, "act": ACT } }]);
        write(&app, "ministries", key, seen, merged).await.is(200);
    }
    // It ends all the same, by the change that brought its day forward.
    let form = admin.open(&format!("{BACK}?code=mti&planned=1")).await.form(BACK).with("act", ACT);
    let words = admin.send(&form).await.words();
    assert!(words.contains("will not come to pass") && !words.contains("goes on"), "{words}");

    let founded = json!([{ "ministry_founded": {
        "code": "mplan", "name": { "kk": "Жоспар министрлігі", "ru": "Министерство плана" },
        "abbreviation": { "kk": "ЖМ", "ru": "МП" }, "since": "2023-09-30", "predecessors": [], "act": ACT,
    } }]);
    write(&app, "ministries", "founded", 2, founded).await.is(200);
    let client = app.database.connect().await;
    client.execute("update account set ministry = 'mplan' where name = 'page-mfa'", &[]).await.unwrap();
    let form = admin.open(&format!("{BACK}?code=mplan&planned=3")).await.form(BACK).with("act", ACT);
    let told = admin.send(&form).await;
    assert!(told.words().contains("Open accounts of the ministry are left:"), "{}", told.words());
    admin.submit(&told.form(BACK)).await;
    assert_eq!(app.state().records.version(), 4);
    app.settle().await;
    for kind in ["ministry_founded", "change_taken_back"] {
        let text = app.get("auditor", &format!("/journal?what={kind}&lang=kk")).await.is(200).text();
        assert!(text.contains("Анықтамалық: Жоспар министрлігі</a>") && !text.contains("(қазір:"), "{kind}: {text}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn taking_a_deputys_entry_back_tells_which_inquiries_and_accounts_name_them_already() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut admin = people.at_browser("admin").await;
    let id = "018f3c1e-7a55-7cc1-9d3b-4c2a70b0a0fe";
    let entered = json!([{ "deputy_entered": {
        "id": id, "name": { "kk": "Е. Кірер", "ru": "Е. Вступающий" }, "email": "e.kirer@mazhilis.example",
        "chamber": "mazhilis", "single_mandate": false, "since": "2023-10-02", "act": ACT,
    } }]);
    write(&app, "deputies", "entered", 0, entered).await.is(200);
    let form = admin.open(&format!("{BACK}?code={id}&planned=1")).await.form(BACK).with("act", "№ 401 Жарлық");
    let told = admin.send(&form).await;
    let words = told.words();
    assert!(words.contains("will not come to pass") && !words.contains("name this deputy"), "{words}");
    // Meanwhile an inquiry names the deputy, and an account is theirs: what was read is not all any more.
    let mut new = inquiry("ДС-21");
    new["groups"][0]["deputies"] = json!([{ "name": "Е. Кірер", "deputy": id }]);
    app.call("POST", "/api/v1/inquiries").by("clerk").key("names-them").json(&new).send().await.is(201);
    app.settle().await;
    let client = app.database.connect().await;
    let own = format!("update account set deputy = '{id}' where name = 'page-deputy'");
    client.batch_execute(&own).await.unwrap();
    let told = admin.send(&told.form(BACK)).await;
    assert_eq!(told.status, 200, "{}", told.words());
    is_whole(&told, "a deputy's entry, to be taken back");
    let words = told.words();
    assert!(words.contains("Open inquiries that name this deputy: 1."), "{words}");
    assert!(words.contains("Open accounts of the deputy are left: Бет: deputy."), "{words}");
    assert_eq!(app.state().records.version(), 1, "nothing was recorded");
    admin.submit(&told.form(BACK)).await;
    assert_eq!(app.state().records.version(), 2);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_records_say_already_changes_nothing_and_the_first_press_says_so() {
    let app = TestApp::start().await;
    let merged = json!([{ "ministry_merged": { "code": "mti", "into": "mne", "on": "2023-09-20", "act": ACT } }]);
    write(&app, "ministries", "merged", 0, merged.clone()).await.is(200);
    let off = json!({ "days": [{ "date": "2023-10-20", "kind": "day_off", "note": "Демалыс" }], "act": ACT });
    write(&app, "calendar", "off", 1, json!([{ "calendar_changed": off }])).await.is(200);
    app.settle().await;
    let people = People::of(&app).await;
    let mut admin = people.at_browser("admin").await;
    let directory = app.state().directory();
    let sitting = directory.at(app.state().today()).deputies().find(|one| one.faction.is_some()).unwrap();
    let (id, faction) = (sitting.id.to_string(), sitting.faction.as_ref().unwrap().to_string());
    let off = [("days[0].date", "2023-10-20"), ("days[0].kind", "day_off"), ("days[0].note", "Демалыс")];
    let saturday = [("days[0].date", "2023-10-21"), ("days[0].kind", "ordinary")];
    for (place, code, fields) in [
        (ABOLISH, "mti", &[("on", "2023-09-20")][..]),
        (CHANGE_FACTION, id.as_str(), &[("faction", faction.as_str()), ("since", "2023-09-20")][..]),
        (DAYS, "", &off[..]),
        (DAYS, "", &saturday[..]),
    ] {
        let mut form = admin.open(&format!("{place}?code={code}")).await.form(place).with("act", ACT);
        for (name, text) in fields {
            form = form.with(name, text);
        }
        let refused = admin.send(&form).await;
        assert_eq!(refused.status, 422, "{place}: {}", refused.words());
        is_whole(&refused, place);
        let words = refused.words();
        assert!(words.contains("Nothing changes: the records say so already."), "{place}: {words}");
        assert!(!words.contains("The change was recorded"), "{place}: {words}");
        assert_eq!(refused.form(place).get("act"), ACT, "nothing that was typed is lost");
        assert_eq!(app.state().records.version(), 2, "{place}: nothing was recorded");
    }
    // Programs send a list twice, and it is no fault of theirs.
    let again = write(&app, "ministries", "merged-again", 2, merged).await.is(200).json();
    assert_eq!((&again["changes"], &again["version"]), (&json!([]), &json!(2)), "{again}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_twin_of_a_name_in_force_is_refused_and_refusals_speak_in_names() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut admin = people.at_browser("admin").await;
    let form = admin.open(&format!("{RENAME}?code=mfa")).await.form(RENAME).with("act", ACT);
    for twin in ["Министерство\u{a0}финансов", "Министерство «Финансов»", "Минист\u{65}рство финансов"]
    {
        let refused = admin.send(&form.clone().with("name_ru", twin)).await;
        assert_eq!(refused.status, 422, "{twin}: {}", refused.words());
        let words = refused.words();
        assert!(words.contains("is what Ministry of Finance is called at that time"), "{twin}: {words}");
    }
    let mut form = admin.open(FORM_FACTION).await.form(FORM_FACTION).with("act", ACT);
    for (name, text) in
        [("new_code", "auyl-2"), ("chamber", "mazhilis"), ("number", "8"), ("name_kk", "«Aуыл»"), ("name_ru", "«Село»")]
    {
        form = form.with(name, text);
    }
    let refused = admin.send(&form).await;
    assert_eq!(refused.status, 422, "{}", refused.words());
    is_whole(&refused, "a second faction of one name");
    assert!(refused.words().contains("called at that time (“Auyl”)"), "{}", refused.words());

    // What is not in force any more says what became of it; what another change rests on says which one that is.
    let founded = json!([{ "ministry_founded": {
        "code": "mplan", "name": { "kk": "Жоспар министрлігі", "ru": "Министерство плана", "en": "Ministry of Planning" },
        "abbreviation": { "kk": "ЖМ", "ru": "МП" }, "since": "2023-09-25", "predecessors": [], "act": ACT,
    } }]);
    write(&app, "ministries", "founded", 0, founded).await.is(200);
    let merged = json!([{ "ministry_merged": { "code": "mti", "into": "mplan", "on": "2023-09-26", "act": ACT } }]);
    write(&app, "ministries", "merged", 1, merged).await.is(200);
    let form = admin.open(&format!("{MERGE}?code=mfa")).await.form(MERGE);
    let refused = admin.send(&form.with("into", "mti").with("on", "2023-09-28").with("act", ACT)).await;
    assert_eq!(refused.status, 422, "{}", refused.words());
    let words = refused.words();
    let said = "Ministry of Trade and Integration is not in force on 28 September 2023: \
                from 26 September 2023 on its successor is Ministry of Planning; check the day.";
    assert!(words.contains(said), "{words}");
    let form = admin.open(&format!("{BACK}?code=mplan&planned=1")).await.form(BACK).with("act", ACT);
    let refused = admin.send(&form).await;
    assert_eq!(refused.status, 422, "{}", refused.words());
    let words = refused.words();
    let said = "a ministry was merged into another: Ministry of Trade and Integration → Ministry of Planning, 26 September 2023";
    assert!(words.contains(said), "{words}");
    assert_eq!(app.state().records.version(), 2, "nothing was recorded");
    app.stop().await;
}

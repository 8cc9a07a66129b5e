//! What the records call ministries, deputies and factions: by the name of the day that is shown, and what never came to be by the name it was given.

use std::collections::BTreeSet;

use serde_json::json;
use testkit::app::TestApp;

use super::super::people::People;
use super::super::walk::is_whole;
use super::{ABOLISH, ACT, MERGE, SPLIT, assigned, write};

const RENAME: &str = "/records/change/rename-ministry";
const BACK: &str = "/records/change/take-back";

async fn page(app: &TestApp, place: &str) -> String {
    app.call("GET", place).by("admin").header("Accept-Language", "en").send().await.is(200).text()
}

/// The row of a table that has that name.
fn row<'a>(page: &'a str, name: &str) -> &'a str {
    let mark = format!(">{name}</");
    let mut rows = page.split("<tr role=\"row\">").filter(|row| row.contains(&mark));
    let row = rows.next().unwrap_or_else(|| panic!("no row of {name}: {page}"));
    row.split_once("</tr>").map_or(row, |(row, _)| row)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_still_to_come_names_nobody_today_and_a_successor_is_named_once() {
    let app = TestApp::start().await;
    assigned(&app, "ДС-51").await;
    app.settle().await;
    let split = json!([{ "ministry_split": {
        "code": "mlsp", "into": ["moj", "moh"], "otherwise": "moh", "on": "2023-09-20", "act": ACT,
    } }]);
    write(&app, "ministries", "split", 0, split).await.is(200);
    let renamed = json!([{ "ministry_renamed": {
        "code": "moh", "name": { "kk": "Жаңа министрлік", "ru": "Новое министерство", "en": "New Office" },
        "abbreviation": { "kk": "ЖМ", "ru": "НМ", "en": "NM" }, "since": "2023-10-02", "act": ACT,
    } }]);
    write(&app, "ministries", "renamed", 1, renamed).await.is(200);
    let ended = json!([{ "ministry_merged": { "code": "mti", "into": "mne", "on": "2023-10-02", "act": ACT } }]);
    write(&app, "ministries", "ended", 2, ended).await.is(200);
    app.settle().await;

    let own = page(&app, "/records/ministries/moh").await;
    assert!(own.contains("<h1>Ministry of Healthcare</h1>"), "{own}");
    let gone = page(&app, "/records/ministries/mlsp").await;
    assert!(gone.contains("<dd>MoJ, MoH</dd>"), "{gone}");
    assert!(gone.contains("→ MoJ, MoH, 20.09.2023") && !gone.contains("MoJ, NM"), "{gone}");
    assert!(page(&app, "/records").await.contains("MLSP → MoJ, MoH, 20.09.2023"), "what changes do, today");
    let then = page(&app, "/records?on=2023-10-02").await;
    assert!(then.contains("MLSP → MoJ, NM, 20.09.2023"), "and on the day that is shown: {then}");
    let form = page(&app, &format!("{RENAME}?code=moh")).await;
    assert!(
        form.contains(": Ministry of Healthcare</h1>") && form.contains("value=\"Ministry of Healthcare\""),
        "{form}"
    );
    assert!(form.contains("From 02.10.2023 on its name is New Office."), "{form}");

    // What ends on that day is a name of the one and the whole of the other.
    let list = page(&app, "/records?all=yes").await;
    assert!(row(&list, "Ministry of Healthcare").contains("then under another name"), "{list}");
    assert!(!row(&list, "Ministry of Trade and Integration").contains("under another name"), "{list}");
    let known = app.state().directory().ministries().iter().map(|one| one.code.to_string()).collect::<BTreeSet<_>>();
    assert!(list.contains(&format!("<span class=\"sub\">{}</span>", known.len())), "ministries are counted: {list}");
    assert!(list.contains("<span class=\"cell-label\">From</span>"), "a phone says which day it is: {list}");
    let list = page(&app, "/records?all=yes&on=2023-10-02").await;
    assert!(row(&list, "Ministry of Healthcare").contains(">renamed</span>"), "{list}");
    assert!(row(&list, "Ministry of Trade and Integration").contains(">ended</span>"), "{list}");
    for (language, said) in [("kk", "атауы өзгерген"), ("ru", "переименовано")] {
        let place = format!("/records?all=yes&on=2023-10-02&lang={language}");
        let list = app.get("admin", &place).await.is(200).text();
        assert!(list.contains(&format!(">{said}</span>")), "{language}: {list}");
    }

    app.clock.set("2023-10-02T04:00:00Z");
    assert!(page(&app, "/records/ministries/moh").await.contains("<h1>New Office</h1>"));
    assert!(page(&app, "/records/ministries/mlsp").await.contains("<dd>MoJ, NM</dd>"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_entered_ahead_and_taken_back_keeps_a_name_and_factions_go_by_theirs() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut admin = people.at_browser("admin").await;
    let id = "018f3c1e-7a55-7cc1-9d3b-4c2a70b0a0fd";
    let formed = json!([{ "faction_formed": {
        "code": "newg", "chamber": "mazhilis", "convocation": 8, "since": "2023-09-25", "act": ACT,
        "name": { "kk": "«Жаңа топ»", "ru": "«Новая группа»", "en": "“New group”" },
    } }]);
    write(&app, "factions", "formed", 0, formed).await.is(200);
    let deputies = json!([
        { "deputy_entered": {
            "id": id, "name": { "kk": "Е. Кірер", "ru": "Е. Вступающий" }, "email": "e.kirer@mazhilis.example",
            "chamber": "mazhilis", "single_mandate": false, "since": "2023-10-02", "act": ACT,
        } },
        { "deputy_changed_faction": { "id": id, "faction": "newg", "since": "2023-10-03", "act": ACT } },
        { "deputy_changed_faction": { "id": id, "faction": "auyl", "since": "2023-10-05", "act": ACT } },
        { "deputy_left": { "id": id, "on": "2023-10-20", "act": ACT } },
    ]);
    write(&app, "deputies", "planned", 1, deputies).await.is(200);
    let form = admin.open(&format!("{BACK}?code={id}&planned=4")).await.form(BACK).with("act", ACT);
    let told = admin.send(&form).await;
    assert!(told.words().contains("Е. Кірер → “Auyl”, 05.10.2023"), "{}", told.words());
    for (seen, (version, kind)) in
        (5..).zip([(5, "deputies"), (4, "deputies"), (3, "deputies"), (2, "deputies"), (1, "factions")])
    {
        let back = json!([{ "change_taken_back": { "version": version, "kind": kind, "act": ACT } }]);
        write(&app, kind, &format!("back-{version}"), seen, back).await.is(200);
    }
    assert_eq!(app.state().records.version(), 10);

    let page = admin.open(&format!("/records/deputies/{id}")).await;
    is_whole(&page, "a deputy who never came to be");
    assert!(page.text.contains("<h1>Е. Кірер</h1>"), "{}", page.text);
    let words = page.words();
    assert!(words.contains("Е. Кірер → “Auyl”") && words.contains("Е. Кірер → “New group”"), "{words}");
    assert!(words.contains("Е. Кірер, 20.10.2023") && !words.contains("→ auyl") && !words.contains("newg"), "{words}");
    assert!(!page.text.contains("/records/change/"), "nothing is to be changed in it: {}", page.text);
    let page = admin.open("/records/factions/newg").await;
    assert!(page.text.contains("<h1>“New group”</h1>") && !page.text.contains("/records/change/"), "{}", page.text);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_be_refused_is_not_offered_and_what_was_taken_back_says_so() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut admin = people.at_browser("admin").await;
    let merged = json!([{ "ministry_merged": { "code": "mti", "into": "mne", "on": "2023-10-02", "act": ACT } }]);
    write(&app, "ministries", "merged", 0, merged).await.is(200);
    // One that goes to a successor goes to no other one; one that is over goes nowhere; the others may still.
    let all = vec![RENAME, MERGE, SPLIT, ABOLISH];
    for (code, offered) in [("mti", vec![RENAME, MERGE, BACK]), ("mcs", Vec::new()), ("mof", all)] {
        let page = admin.open(&format!("/records/ministries/{code}")).await;
        is_whole(&page, code);
        for form in [RENAME, MERGE, SPLIT, ABOLISH, BACK] {
            let is_offered = page.text.contains(&format!("href=\"{form}?code"));
            assert_eq!(is_offered, offered.contains(&form), "{code}, {form}: {}", page.text);
        }
    }
    // The change of one record is not shown under the name of another.
    assert_eq!(admin.get(&format!("{BACK}?code=mof&planned=1")).await.status, 404);
    let form = admin.open(&format!("{BACK}?code=mti&planned=1")).await.form(BACK).with("act", ACT);
    assert_eq!(admin.send(&form.with("code", "mof")).await.status, 404);

    let back = json!([{ "change_taken_back": { "version": 1, "kind": "ministries", "act": "№ 401 Жарлық" } }]);
    write(&app, "ministries", "back", 1, back).await.is(200);
    let page = admin.open(&format!("{BACK}?code=mti&planned=1")).await;
    is_whole(&page, "what was taken back already");
    let words = page.words();
    assert!(words.contains("This change was taken back already") && words.contains("MTI → MNE, 02.10.2023"), "{words}");
    assert!(words.contains("Сынақ: admin") && words.contains("20.09.2023") && words.contains("№ 401"), "{words}");
    assert!(page.text.contains("href=\"/records/ministries/mti\"") && page.find(BACK).is_none(), "{}", page.text);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_above_the_records_is_asked_for_as_every_form_asks_for_it() {
    let app = TestApp::start().await;
    for (language, said) in [("kk", "КК.АА.ЖЖЖЖ"), ("ru", "ДД.ММ.ГГГГ"), ("en", "DD.MM.YYYY")] {
        let text = app.get("admin", &format!("/records?on=x&lang={language}")).await.is(400).text();
        assert!(text.contains(said), "{text}");
        assert!(!["ЖЖЖЖ-АА-КК", "ГГГГ-ММ-ДД", "YYYY-MM-DD"].iter().any(|other| text.contains(other)), "{text}");
    }
    let text = page(&app, "/records?on=02.10.2023").await;
    assert!(text.contains("name=\"on\" type=\"date\" value=\"2023-10-02\""), "{text}");
    app.stop().await;
}

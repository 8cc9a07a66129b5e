//! Terms and numbers that are set from a day on: what is counted before it stays, what comes after is counted by it, in every process.

use serde_json::json;
use testkit::app::TestApp;

use super::browser::Page;
use super::people::People;
use super::walk::is_whole;
use crate::api::registered;

fn reply_in_working_days(page: &Page, since: &str) -> super::browser::Form {
    let form = page.form("/admin/terms").with("code", "reply").with("count", "10").with("unit", "working_days");
    let form = form.with("law_kk", "Регламент, 7-тармақ").with("law_ru", "Регламент, пункт 7");
    form.with("since", since).with("why", "Регламент өзгерді")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_term_counts_from_its_day_on_and_leaves_what_was_set() {
    let mut app = TestApp::start().await;
    let (first, _) = registered(&app, "ДС-1").await;
    let people = People::of(&app).await;
    let mut admin = people.at_browser("admin").await;
    let page = admin.open("/admin/terms").await;
    is_whole(&page, "/admin/terms");
    let words = page.words().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("one month") && words.contains("10 working days at least 2 working days"), "{words}");
    assert!(words.contains("in force without limit of time"), "{words}");

    // It is told before it is set, with the steps; and what cannot be set is told too.
    let form = reply_in_working_days(&page, "2023-09-21").with("on", "2023-09-21");
    let looked = admin.send(&form.clone().and("do", "look")).await;
    is_whole(&looked, "what a rule comes to");
    let words = looked.words().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains("By the present rule 23.10.2023") && words.contains("By the new rule 05.10.2023"),
        "{words}"
    );
    let past = admin.send(&form.clone().with("since", "2023-09-19")).await;
    assert!(past.status == 422 && past.words().contains("not from 19 September 2023"), "{}", past.words());
    assert!(past.words().contains("what has gone by stays"), "{}", past.words());
    let lawless = admin.send(&form.clone().with("law_ru", "")).await;
    assert!(lawless.status == 422 && lawless.words().contains("Fill this in"), "{}", lawless.words());
    let far = admin.send(&form.clone().with("since", "9999-01-01")).await;
    assert!(far.status == 422 && far.words().contains("for the years up to 2033"), "{}", far.words());
    let long = admin.send(&form.clone().with("law_kk", &"ж".repeat(16_000))).await;
    assert!(long.status == 422 && long.words().contains("in 300 characters at most"), "{}", long.words());
    let endless = admin.send(&form.clone().with("count", "999")).await;
    assert!(endless.status == 422 && endless.words().contains("1 to 24 months"), "{}", endless.words());
    let endless = admin.send(&form.clone().with("count", "999").with("unit", "months")).await;
    assert!(endless.status == 422 && endless.words().contains("1 to 24 months"), "{}", endless.words());
    assert!(app.journal().read_after(3, 10).await.unwrap().is_empty(), "looking sets nothing");
    let done = admin.submit(&form).await;
    assert!(
        done.words().contains("not yet in force") && done.words().contains("Регламент өзгерді"),
        "{}",
        done.words()
    );
    // In words, and not as programs write days; what ends says its last day.
    for (language, ends, begins, set) in [
        (
            "kk",
            "2023 жылғы 20 қыркүйекке дейін (қоса алғанда)",
            "2023 жылғы 21 қыркүйектен бастап",
            "Сауалға жауап: 10 жұмыс күні",
        ),
        ("ru", "по 20 сентября 2023 года", "с 21 сентября 2023 года", "Ответ на запрос: 10 рабочих дней"),
        ("en", "until 20 September 2023", "from 21 September 2023 on", "Reply to an inquiry: 10 working days"),
    ] {
        let page = admin.open(&format!("/admin/terms?lang={language}")).await.words();
        let words = page.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains(ends) && words.contains(&format!("{begins}: {set}")), "{language}: {words}");
    }
    // Its form was opened before: what was set meanwhile is told first.
    let late = admin.send(&form.with("key", "another-key")).await;
    assert_eq!(late.status, 412, "{}", late.words());
    let again = admin.send(&late.form("/admin/terms")).await;
    assert!(again.status == 422 && again.words().contains("what is in force on"), "{}", again.words());

    let due =
        |dossier: serde_json::Value| dossier["control"]["due"].as_str().or(dossier["due"].as_str()).map(str::to_owned);
    let of =
        async |app: &TestApp, id: &str| due(app.get("clerk", &format!("/api/v1/inquiries/{id}")).await.is(200).json());
    // Another process takes it from the journal.
    app.restart(|_| ()).await;
    app.clock.set("2023-09-21T09:00:00Z");
    let mut later = crate::api::inquiry("ДС-2");
    later["received"] = json!("2023-09-21");
    let second =
        app.call("POST", "/api/v1/inquiries").by("clerk").key("second").json(&later).send().await.is(201).json();
    assert_eq!(of(&app, second["id"].as_str().unwrap()).await.as_deref(), Some("2023-10-05"));
    assert_eq!(of(&app, &first).await.as_deref(), Some("2023-10-20"), "what was set stays");
    let told = app.get("auditor", "/api/v1/journal").await.is(200).json();
    let set = told["events"].as_array().unwrap().iter().find(|event| event["type"] == "term_adopted");
    assert!(set.unwrap()["words"].is_string(), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_set_one_term_the_second_is_told_and_two_who_set_two_are_both_heard() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let (mut one, mut other) = (people.at_browser("admin").await, people.at_browser("admin").await);
    let of = |page: &Page, count: &str| reply_in_working_days(page, "2023-09-21").with("count", count);
    let first = of(&one.open("/admin/terms").await, "10");
    let page = other.open("/admin/terms").await;
    let (late, apart) = (of(&page, "12"), of(&page, "5").with("code", "draft").with("key", "of-the-draft"));
    one.submit(&first).await;
    // The other term is none of the first one's business, and the same form sent twice sets one.
    other.submit(&apart).await;
    other.submit(&apart).await;
    one.submit(&first).await;
    assert_eq!(app.journal().head().await.unwrap().position, 2, "two were set");

    // What is wrong with it, or only looked at, changes nothing of what was seen.
    let wordless = other.send(&late.with("why", "")).await;
    assert_eq!(wordless.status, 422, "{}", wordless.words());
    let late = wordless.form("/admin/terms").with("why", "Регламент");
    let told = other.send(&late).await;
    is_whole(&told, "a term that somebody else has set");
    assert_eq!(told.status, 412, "{}", told.words());
    assert!(
        told.words().contains("It is now: Reply to an inquiry: 10 working days, from 21 September 2023 on"),
        "{}",
        told.words()
    );
    assert_eq!(app.journal().head().await.unwrap().position, 2, "nothing was set");
    let again = told.form("/admin/terms");
    assert_eq!((again.get("count"), again.get("why")), ("12", "Регламент"), "nothing that was typed is lost");
    other.submit(&again).await;
    assert_eq!(app.journal().head().await.unwrap().position, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_are_written_otherwise_from_a_day_on_and_none_is_given_twice() {
    let app = TestApp::start().await;
    registered(&app, "ДС-1").await;
    let people = People::of(&app).await;
    let mut admin = people.at_browser("admin").await;
    let page = admin.open("/admin/series").await;
    is_whole(&page, "/admin/series");
    let words = page.words().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("ДС-кір-2, ДС-кір-3, ДС-кір-4") && words.contains("no number is missing"), "{words}");
    assert!(words.contains("in force until 31 December 2023"), "{words}");
    assert!(words.contains("not yet in force from 1 January 2024 on"), "{words}");

    let form =
        page.form("/admin/series").with("purpose", "incoming").with("since", "2023-09-21").with("why", "Номенклатура");
    for (format, first, said) in [
        ("17{n}", "2", "A digit beside"),
        ("17-{n}", "1", "its next number is 2"),
        ("12-11/{n} ДС", "2", "nobody could tell incoming from outgoing"),
        ("17-{m}", "2", "40 characters at most"),
        ("17-{n}", "0", "begins at 1"),
        ("17-{n}", "9223372036854775807", "begins at 1 to 9,999,999"),
        ("12-11/{n}\u{a0}дс", "2", "nobody could tell incoming from outgoing"),
        ("12-11/{n} DS", "2", "nobody could tell incoming from outgoing"),
        ("DS-кір-{n}", "2", "Write all of it in one alphabet"),
    ] {
        let refused = admin.send(&form.clone().with("format", format).with("first", first)).await;
        assert!(refused.status == 422 && refused.words().contains(said), "{format}: {}", refused.words());
    }
    let mixed = form.clone().with("format", "DS-кір-{n}").with("first", "2").and("do", "look");
    let mixed = admin.send(&mixed).await.words();
    assert!(mixed.contains("it cannot be set like that") && mixed.contains("in one alphabet"), "{mixed}");
    // Counted anew by convocations the same numbers would come again within the year.
    let anew = form.clone().with("format", "ДС-кір-{n}").with("scope", "convocation").with("first", "1");
    let refused = admin.send(&anew).await;
    assert!(refused.status == 422 && refused.words().contains("Numbers up to 1 were given"), "{}", refused.words());
    // Which numbers would come is told before it is set; what cannot be set is told as well.
    let journalled = app.journal().head().await.unwrap().position;
    let form = form.with("format", "17-{n}");
    let looked = admin.send(&form.clone().with("first", "2").and("do", "look")).await;
    assert_eq!(looked.status, 200, "{}", looked.words());
    is_whole(&looked, "what a series comes to");
    let words = looked.words().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("Next numbers, from 21.09.2023"), "{words}");
    assert!(words.contains("By the present series ДС-кір-2, ДС-кір-3, ДС-кір-4"), "{words}");
    assert!(words.contains("By the new series 17-2, 17-3, 17-4"), "{words}");
    let wrong = admin.send(&form.clone().with("first", "1").and("do", "look")).await.words();
    assert!(wrong.contains("it cannot be set like that") && wrong.contains("its next number is 2"), "{wrong}");
    assert_eq!(app.journal().head().await.unwrap().position, journalled, "looking sets nothing");
    let done = admin.submit(&form.with("first", "2")).await;
    assert!(done.words().contains("17-{n}") && done.words().contains("not yet in force"), "{}", done.words());

    // A count that has not begun begins elsewhere, on the same day too.
    let replies =
        page.form("/admin/series").with("purpose", "outgoing").with("since", "2023-09-20").with("why", "Кітап");
    // Their page was opened before the incoming numbers were set: that is no matter of theirs. What was set of theirs since is told.
    let replies = replies.with("format", "18/{n}");
    admin.submit(&replies.clone().with("key", "replies-5").with("first", "5")).await;
    let late = admin.send(&replies.with("key", "replies-7").with("first", "7")).await;
    is_whole(&late, "numbers that somebody else has set");
    assert!(late.status == 412 && late.words().contains("It is now: Outgoing: 18/{n}"), "{}", late.words());
    let late = late.form("/admin/series");
    assert_eq!((late.get("first"), late.get("purpose")), ("7", "outgoing"), "nothing that was typed is lost");
    admin.submit(&late).await;
    let words = admin.open("/admin/series").await.words();
    assert!(words.contains("18/7, 18/8, 18/9"), "{words}");

    let number = async |id: &str| {
        let dossier = app.get("clerk", &format!("/api/v1/inquiries/{id}")).await.is(200).json();
        dossier["incoming_number"].as_str().map(str::to_owned).unwrap_or_else(|| panic!("{dossier}"))
    };
    let (second, _) = registered(&app, "ДС-2").await;
    assert_eq!(number(&second).await, "ДС-кір-2");
    app.clock.set("2023-09-21T09:00:00Z");
    let (third, _) = registered(&app, "ДС-3").await;
    assert_eq!(number(&third).await, "17-3", "the count goes on, written otherwise");
    let words = admin.open("/admin/series").await.words();
    assert!(words.contains("17-4, 17-5, 17-6") && words.contains("no number is missing"), "{words}");
    assert_eq!(people.at_browser("head").await.get("/admin/series").await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_calendar_of_a_coming_year_is_missed_told_in_figures_and_doubted_where_it_is_a_part() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let admin = people.at_browser("admin").await;
    let calendar = "/records?kind=calendar";
    assert!(!admin.open(calendar).await.words().contains("is not entered"), "2023 is known, and nothing is due later");
    app.clock.set("2026-12-02T05:00:00Z");
    let mut admin = people.at_browser("admin").await;
    let mut late = crate::api::inquiry("ДС-71");
    (late["dated"], late["received"]) = (json!("2026-12-01"), json!("2026-12-02"));
    let late = app.call("POST", "/api/v1/inquiries").by("clerk").key("of-december").json(&late).send().await;
    let id = late.is(201).json()["id"].as_str().unwrap().to_owned();
    app.settle().await;
    let said = "The calendar of 2027 is not entered";
    let page = admin.open(calendar).await;
    is_whole(&page, "a calendar that is missing");
    let words = page.words();
    assert!(words.contains(said) && words.contains("Open inquiries that are due in it: 1."), "{words}");
    assert!(page.text.contains(&format!("<a href=\"/inquiries/{id}\">ДС-71</a>")), "{}", page.text);
    let first = admin.open("/admin").await;
    assert!(first.words().contains(said) && first.words().contains("due in it: 1."), "{}", first.words());
    assert!(first.text.contains("kind&#x3D;calendar") || first.text.contains("kind=calendar"), "{}", first.text);
    // Whoever sees their own inquiries alone is not told of others.
    let own = people.at_browser("stranger").await.get(calendar).await;
    assert!(own.status == 200 && !own.words().contains(said) && !own.words().contains("ДС-71"), "{}", own.words());

    // A later year that is entered first hides none of it.
    let later = (1..=8).map(|day| json!({ "date": format!("2028-01-0{day}"), "kind": "day_off", "note": "Мереке" }));
    let changed = json!({ "calendar_changed": {
        "days": later.collect::<Vec<_>>(), "recount": { "which": "none" }, "act": "Қаулы № 28",
    } });
    let call = app.call("POST", "/api/v1/directory/calendar").by("admin").key("later-year").seen(0);
    call.json(&json!({ "changes": [changed] })).send().await.is(200);
    let words = admin.open(calendar).await.words();
    assert!(words.contains(said) && words.contains("Open inquiries that are due in it: 1."), "{words}");

    // The last months alone begin no year: it is told what there is and what is missing, with all that is wrong besides.
    let act = [("table", "calendar"), ("act", "Қаулы № 27")];
    let rows = |days: &[&str]| days.iter().map(|day| format!("2027-{day},day_off,Мереке\n")).collect::<String>();
    let few = format!("date,kind,note\n{}2027-12-14,working_day,x\n", rows(&["08-30", "10-25", "12-16"]));
    let few = admin.upload_with("/records/import", &act, "2027.csv", few.as_bytes()).await;
    is_whole(&few, "a calendar with too few days");
    let words = few.words().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("the table has 4 of its days only"), "{words}");
    assert!(words.contains("no day of January, March, May, July.") && words.contains("is worked anyway"), "{words}");
    assert!(words.contains("Refused 2") && few.find("/records/import/take").is_none(), "{words}");

    // The first months alone: it is told what they come to, and that it is hardly all.
    let part = ["01-01", "01-04", "03-08", "03-22", "05-03", "05-07", "05-10", "07-06"];
    let part = format!("date,kind,note\n{}2027-05-15,working_day,Ауыстырылған\n", rows(&part));
    let looked = admin.upload_with("/records/import", &act, "2027.csv", part.as_bytes()).await;
    is_whole(&looked, "a part of a calendar");
    let words = looked.words().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains(
            "2027: days off from Monday to Friday – 8, Saturdays and Sundays that are worked – 1, from 1 January 2027 until 6 July 2027."
        ),
        "{words}"
    );
    assert!(
        words.contains("Working days in the whole year – 254.")
            && words.contains("no day of August, October, December"),
        "{words}"
    );
    // Every day of it can be read before it is recorded, with its note.
    assert!(words.contains("All the days: 9") && looked.text.contains("<time datetime=\"2027-07-06\">"), "{words}");
    let take = |page: &Page| {
        let form = page.form("/records/import/take");
        if form.fields.iter().any(|(name, _)| name == "recount") { form.with("recount", "none") } else { form }
    };
    // Recorded like that, the year is told of until its months are filled.
    let doubt = "Compare the calendar of 2027 with the act";
    let taken = admin.submit(&take(&looked)).await.words();
    assert!(taken.contains("The change was recorded") && taken.contains(doubt) && !taken.contains(said), "{taken}");
    assert!(taken.contains("no day of August, October, December") && taken.contains("due in it: 1."), "{taken}");
    let first = admin.open("/admin").await.words();
    assert!(first.contains(doubt) && first.contains("due in it: 1.") && !first.contains(said), "{first}");
    assert!(!people.at_browser("stranger").await.open(calendar).await.words().contains(doubt));
    let whole = format!("{part}{}", rows(&["08-30", "10-25", "12-16"]));
    let looked = admin.upload_with("/records/import", &act, "2027.csv", whole.as_bytes()).await;
    let words = looked.words();
    assert!(words.contains("days off from Monday to Friday – 11") && !words.contains("only a part"), "{words}");
    let taken = admin.submit(&take(&looked)).await;
    assert!(taken.words().contains("The change was recorded") && !taken.words().contains(said), "{}", taken.words());
    assert!(!taken.words().contains(doubt), "{}", taken.words());
    let first = admin.open("/admin").await.words();
    assert!(!first.contains(said) && !first.contains(doubt), "{first}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_tables_names_their_columns_and_a_day_off_without_a_note_is_marked_at_its_field() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut admin = people.at_browser("admin").await;
    for (language, said) in [
        ("kk", "түсініктеме: day_off пен working_day үшін міндетті"),
        ("ru", "пояснение: для day_off и working_day обязательно"),
        ("en", "a note: needed for day_off and working_day"),
    ] {
        let words = admin.open(&format!("/records/import?lang={language}")).await.words();
        assert!(words.contains(said), "{language}: {words}");
        for column in directory::changes::import::Table::ALL.iter().flat_map(|table| table.columns()) {
            assert!(words.contains(column.name) && words.contains(&column.words(language.parse().unwrap())), "{words}");
        }
    }
    let page = admin.open("/records/import").await;
    is_whole(&page, "/records/import");
    assert!(
        page.text.contains("download=\"calendar.csv\"")
            && page.text.contains("data:text/csv,%EF%BB%BFdate%3Bkind%3Bnote")
    );

    let days = "/records/change/set-days";
    let page = admin.open(days).await;
    assert!(page.words().contains("1. Note (needed for a day off and for a working day)"), "{}", page.words());
    let form = page.form(days).with("days[0].date", "2023-10-20").with("act", "Қаулы № 28");
    let refused = admin.send(&form).await;
    assert_eq!(refused.status, 422, "{}", refused.words());
    is_whole(&refused, "a day off without a note");
    assert!(refused.text.contains("id=\"set-days-days-0--note-error\">Fill this in.</p>"), "{}", refused.text);
    assert_eq!(app.state().records.version(), 0, "nothing was recorded");
    // A day that is as its weekday says again has none.
    let form = refused.form(days).with("days[0].date", "2023-10-25").with("days[0].kind", "ordinary");
    admin.submit(&form).await;
    assert_eq!(app.state().records.version(), 1);
    assert!(app.state().directory().calendar().is_working("2023-10-25".parse().unwrap()).0);

    // A row with a note and no day lacks the day: the other one is not recorded without it, and nothing that was typed is lost.
    let form = admin.open(days).await.form(days).with("days[0].date", "2023-10-26").with("days[0].note", "Демалыс");
    let form = form.with("days[1].note", "Қаулы бойынша").with("act", "Қаулы № 29");
    let refused = admin.send(&form).await;
    assert_eq!(refused.status, 422, "{}", refused.words());
    is_whole(&refused, "a row without its day");
    assert!(refused.text.contains("id=\"set-days-days-1--date-error\">Fill this in.</p>"), "{}", refused.text);
    let kept = refused.form(days);
    assert_eq!((kept.get("days[0].note"), kept.get("days[1].note")), ("Демалыс", "Қаулы бойынша"));
    let noted = admin.send(&kept.with("days[1].note", "").with("days[0].kind", "ordinary")).await;
    assert!(noted.status == 422 && noted.words().contains("has no note: take it out"), "{}", noted.words());
    assert_eq!(app.state().records.version(), 1, "nothing was recorded");
    admin.submit(&noted.form(days).with("days[0].kind", "day_off")).await;
    assert_eq!(app.state().records.version(), 2);
}

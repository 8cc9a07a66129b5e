//! The load of ministries as the head sees it: on a page of its own, where every figure has its list, and beside a resolution while it is
//! written; and why the days that the form speaks of are these.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use testkit::app::TestApp;

use super::browser::{Browser, Page};
use super::people::People;
use super::walk::is_whole;
use super::worklist::{between, rows};
use crate::api::story::{tell, to_the_signatory};
use crate::api::{command, registered, resolution};

/// A figure: what it says, and the list behind it.
type Figure = (String, Option<String>);

/// The rows of the table, by the name at their head: each figure under the words of its column.
fn table(page: &Page) -> BTreeMap<String, BTreeMap<String, Figure>> {
    let body = between(&page.text, "<table class=\"list load\"", "</table>").split("<tbody").nth(1).unwrap_or_default();
    let rows = body.split("<tr ").skip(1).map(|row| {
        let head = between(row, "class=\"c-name\">", "</th>");
        let name =
            head.split("title=").last().and_then(|rest| rest.split('>').nth(usize::from(head.contains("<abbr"))));
        let name = name.and_then(|rest| rest.split('<').next()).unwrap_or_default().trim().to_owned();
        let cells = row.split("<td ").skip(1).map(|cell| {
            let words = between(cell, "cell-label\">", "</span>").to_owned();
            let figure = between(cell, "class=\"figure\">", "<").trim().to_owned();
            let href = cell
                .contains("href=")
                .then(|| between(cell, "href=\"", "\"").replace("&amp;", "&").replace("&#x3D;", "="));
            (words, (figure, href))
        });
        (name, cells.collect())
    });
    rows.collect()
}

/// The figures of a row, in the order of the columns of the page.
fn figures(table: &BTreeMap<String, BTreeMap<String, Figure>>, name: &str) -> Vec<String> {
    let row = table.get(name).unwrap_or_else(|| panic!("no row {name}: {table:?}"));
    let words = [
        "As lead",
        "As co-executor",
        "Overdue",
        "Within 4 days",
        "Contributions awaited",
        "Inner deadline gone by",
        "Days, median",
    ];
    words.iter().map(|words| row[*words].0.clone()).collect()
}

/// Opens the list behind every figure, and counts what stands there.
async fn every_figure_has_its_list(head: &Browser<'_>, page: &Page) {
    let mut followed = 0;
    for (name, row) in table(page) {
        for (words, (figure, href)) in row {
            let Some(href) = href else { continue };
            let list = head.open(&href).await;
            is_whole(&list, &href);
            assert_eq!(rows(&list).len().to_string(), figure, "{name}, {words}: {href}: {}", list.words());
            assert!(list.words().contains(&format!("{figure} found")), "{href}: {}", list.words());
            followed += 1;
        }
    }
    assert!(followed > 5, "{followed} figures had a list: {}", page.words());
}

fn contribution() -> Value {
    json!({ "body": { "blocks": [{ "type": "paragraph", "content": [{ "type": "text", "text": "Ұсыныс." }] }] } })
}

/// ДС-1: led by the labour ministry, the foreign one has not sent its part. ДС-2: it has. ДС-3: led by finance, labour helps. ДС-4: nobody's
/// yet. ДС-5: with the signatory.
async fn an_office(app: &TestApp) -> [(String, u64); 3] {
    let (first, version) = registered(app, "ДС-1").await;
    let first_at = command(app, "head", &first, version, "assign-ministries", &resolution()).await.is(200).version();
    let (second, version) = registered(app, "ДС-2").await;
    let version = command(app, "head", &second, version, "assign-ministries", &resolution()).await.is(200).version();
    let second_at =
        command(app, "mfa", &second, version, "submit-contribution", &contribution()).await.is(200).version();
    let (third, version) = registered(app, "ДС-3").await;
    let other = json!({
        "resolution": "Қаралсын.", "lead": "mof", "lead_due": "2023-10-13",
        "co_executors": [{ "ministry": "mlsp", "due": "2023-10-04", "task": "Есеп беру" }],
    });
    let third_at = command(app, "head", &third, version, "assign-ministries", &other).await.is(200).version();
    registered(app, "ДС-4").await;
    to_the_signatory(app, "ДС-5").await;
    app.settle().await;
    [(first, first_at), (second, second_at), (third, third_at)]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_figure_counts_what_its_list_shows() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let [(first, first_at), (second, second_at), (third, third_at)] = an_office(&app).await;
    let head = people.at_browser("head").await;
    app.clock.set("2023-10-02T04:00:00Z");
    let page = head.open("/load").await;
    is_whole(&page, "/load");
    let known = table(&page);
    assert_eq!(figures(&known, "MLSP"), ["3", "1", "0", "0", "1", "0", "12"], "{}", page.words());
    // Of the three in which it helps, one waits for its part, and that is late.
    assert_eq!(figures(&known, "MFA"), ["0", "3", "0", "0", "1", "1", "–"]);
    assert_eq!(figures(&known, "MoF"), ["1", "0", "0", "0", "0", "0", "12"]);
    assert_eq!(figures(&known, "Not assigned yet"), ["1", "0", "0", "0", "0", "0", "12"]);
    assert_eq!(figures(&known, "All"), ["5", "4", "0", "0", "2", "1", "–"]);
    every_figure_has_its_list(&head, &page).await;

    // What goes back is owed again; whoever leaves owes nothing, and whoever takes the place owes it by the new day.
    let back = json!({ "ministry": "mfa", "reason": "толық емес" });
    command(&app, "lead", &second, second_at, "return-contribution", &back).await.is(200);
    let instead = json!({ "from": "mfa", "to": "moj", "reason": "құзыреті", "due": "2023-10-05" });
    command(&app, "head", &first, first_at, "reassign", &instead).await.is(200);
    let promoted = json!({ "from": "mof", "to": "mlsp", "reason": "құзыреті", "due": "2023-10-10" });
    command(&app, "head", &third, third_at, "reassign", &promoted).await.is(200);
    app.settle().await;
    let page = head.open("/load").await;
    let known = table(&page);
    assert_eq!(figures(&known, "MFA"), ["0", "2", "0", "0", "1", "1", "–"]);
    assert_eq!(figures(&known, "MoJ"), ["0", "1", "0", "0", "1", "0", "–"]);
    assert_eq!(figures(&known, "MLSP"), ["4", "0", "0", "0", "0", "0", "12"]);
    assert_eq!(figures(&known, "MoF"), ["0", "0", "0", "0", "0", "0", "–"]);
    every_figure_has_its_list(&head, &page).await;

    // Days pass: due soon, then overdue, and a draft whose own day is gone by.
    app.clock.set("2023-10-17T04:00:00Z");
    let soon = table(&head.open("/load").await);
    assert_eq!(figures(&soon, "MLSP"), ["4", "0", "0", "4", "0", "3", "27"]);
    app.clock.set("2023-10-23T04:00:00Z");
    let page = head.open("/load").await;
    assert_eq!(figures(&table(&page), "MLSP"), ["4", "0", "4", "0", "0", "3", "33"]);
    every_figure_has_its_list(&head, &page).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_off_control_burdens_nobody_and_stands_in_no_list() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    an_office(&app).await;
    // Answered, and then the reply is replaced: the lead writes again, and nobody's clock runs.
    let mut told = tell(&app, "ДС-6").await;
    let head = people.at_browser("head").await;
    assert_eq!(figures(&table(&head.open("/load").await), "MLSP")[0], "3");
    told.step(&app, "signatory", "replace-reply", json!({ "reason": "Қате" })).await;
    app.settle().await;
    // Long after its inner days: of those that are on control the draft and the part are late, of this one nothing is.
    app.clock.set("2023-11-20T04:00:00Z");
    let page = head.open("/load").await;
    let known = table(&page);
    assert_eq!((figures(&known, "MLSP")[0].as_str(), figures(&known, "MLSP")[5].as_str()), ("3", "3"));
    every_figure_has_its_list(&head, &page).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_counted_once_for_as_long_as_the_register_does_not_move() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    an_office(&app).await;
    let head = people.at_browser("head").await;
    let leads = async || figures(&table(&head.open("/load").await), "MLSP")[0].clone();
    assert_eq!(leads().await, "3");
    // Nobody's event, so that only a second count could know of it.
    let client = app.database.connect().await;
    client.execute("update register set lead = 'mof' where number like '%ДС-1'", &[]).await.unwrap();
    assert_eq!(leads().await, "3", "the register has not moved");
    registered(&app, "ДС-7").await;
    app.settle().await;
    assert_eq!(leads().await, "2");
    client.execute("update register set lead = 'mlsp' where number like '%ДС-1'", &[]).await.unwrap();
    app.clock.set("2023-10-23T04:00:00Z");
    assert_eq!(leads().await, "3", "another day");
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_stand_in_the_order_that_was_asked_for_and_say_everything_without_colour() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    an_office(&app).await;
    app.clock.set("2023-10-23T04:00:00Z");
    let head = people.at_browser_in("head", "ru").await;
    let order = |page: &Page| {
        let names = page.text.split("<abbr title=\"").skip(1).map(|rest| between(rest, ">", "<").to_owned());
        names.collect::<Vec<_>>()
    };
    let pressing = head.open("/load").await;
    assert_eq!(&order(&pressing)[..3], ["МТСЗН", "Минфин", "МИД"], "{}", pressing.words());
    let helps = head.open("/load?sort=helps").await;
    assert_eq!(order(&helps)[0], "МИД");
    assert_eq!(helps.text.matches("aria-sort=\"descending\"").count(), 1);
    for sort in ["name", "leads", "overdue", "soon", "contributions", "late", "days"] {
        let page = head.open(&format!("/load?sort={sort}")).await;
        assert_eq!(page.text.matches("aria-current=\"true\"").count(), 1, "{}", page.text);
    }
    // The menu leads there for whoever may, and for nobody else.
    for (part, leads) in
        [("head", true), ("control", true), ("admin", true), ("auditor", true), ("clerk", false), ("lead", false)]
    {
        let page = people.at_browser(part).await.open("/inquiries").await;
        assert_eq!(page.text.contains("href=\"/load\""), leads, "{part}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_resolves_sees_what_each_ministry_has_and_why_the_days_are_these() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    an_office(&app).await;
    let (id, _) = registered(&app, "ДС-6").await;
    app.clock.set("2023-10-02T04:00:00Z");
    let mut head = people.at_browser("head").await;
    let path = format!("/inquiries/{id}/commands/assign-ministries");
    let page = head.open(&path).await;
    is_whole(&page, &path);
    let words = page.words();
    for said in [
        "The reply is due 20.10.2023: how it was counted",
        "Counted one month from 20 September 2023: 20 October 2023.",
        "Why 09.10.2023 is offered as the inner deadline",
        "Counted 5 working days from 2 October 2023: 9 October 2023.",
        // The draft is made from the contributions.
        "Why 16.10.2023 is offered for the draft",
        "Counted 10 working days from 2 October 2023: 16 October 2023.",
        "The draft is made from the contributions: better due after them, and before the reply",
        "The Office's own rule on instructions (setting)",
        "A working day, not after 20.10.2023",
    ] {
        assert!(words.contains(said), "{said}: {words}");
    }
    assert_eq!((page.form(&path).get("lead_due"), page.form(&path).get("co[0].due")), ("2023-10-16", "2023-10-09"));
    // Beside each name where it is chosen, with what it owes in the weeks that come.
    let option = between(&page.text, "<option value=\"mlsp\" label=", "</option>").replace("&#x3D;", "=");
    assert!(option.contains("data-burden=\"lead 3, co 1\" data-pressing=\"\""), "{option}");
    assert!(option.contains("data-weeks=\"2023-10-02:3\" data-bar=\"brand:750 mute:250\""), "{option}");
    let late = between(&page.text, "<option value=\"mfa\" label=", "</option>");
    assert!(late.contains("data-burden=\"lead 0, co 3\" data-pressing=\"inner deadline gone by 1\""), "{late}");
    // Without scripts a table: the week is that of the day in the form, also of one that was typed.
    assert_eq!(table(&page)["MoF"]["In the week 16.10–22.10"].0, "0");
    let earlier = head.send(&page.form(&path).with("lead_due", "2023-10-09").and("more", "co")).await;
    let known = table(&earlier);
    assert_eq!(known["MoF"]["In the week 09.10–15.10"].0, "1");
    assert_eq!(known["MLSP"]["In the week 09.10–15.10"].0, "0");
    every_figure_has_its_list(&head, &earlier).await;
    let more = head.send(&page.form(&path).with("lead_due", "2023-10-05").and("more", "co")).await;
    let row = &table(&more)["MLSP"];
    assert_eq!(row["In the week 02.10–08.10"].0, "3", "{row:?}");
    let list = head.open(row["In the week 02.10–08.10"].1.as_deref().unwrap_or_default()).await;
    assert_eq!(rows(&list).len(), 3, "{}", list.words());
    // So beside the form on the inquiry's own page, in the one for several, and where a ministry is replaced.
    let known = head.open(&format!("/inquiries/{id}")).await;
    assert!(known.text.contains("class=\"list load\"") && known.text.contains("data-burden"), "{}", known.text);
    let several = head.open(&format!("/inquiries/assign?chosen=yes&inquiry={id}")).await;
    is_whole(&several, "/inquiries/assign");
    for said in ["The first reply is due 20.10.2023 (ДС-6)", "Why 09.10.2023 is offered", "In the week 16.10–22.10"]
    {
        assert!(several.words().contains(said), "{said}: {}", several.words());
    }
    assert!(several.text.contains("data-burden=\"lead 3, co 1\""), "{}", several.text);
    let clerk = people.at_browser("clerk").await.open(&format!("/inquiries/{id}")).await;
    assert!(!clerk.text.contains("data-burden"), "a clerk gives nobody anything to do");

    // The day before the reply is due: a day that can be kept is offered, and it is said that it is little.
    app.clock.set("2023-10-19T04:00:00Z");
    // What was typed before is kept by the page; another has nothing.
    let (id, _) = registered(&app, "ДС-7").await;
    let path = format!("/inquiries/{id}/commands/assign-ministries");
    let late = head.open(&path).await;
    assert_eq!(late.form(&path).get("lead_due"), "2023-10-20");
    for said in ["By the rule it would be 27 October 2023", "leaves 1 working day; an instruction usually has 2"] {
        assert!(late.words().contains(said), "{said}: {}", late.words());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_that_cannot_be_is_told_at_its_field_with_one_that_can() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let (id, version) = registered(&app, "ДС-1").await;
    let (other, _) = registered(&app, "ДС-2").await;
    app.settle().await;
    app.clock.set("2023-10-02T04:00:00Z");
    let mut head = people.at_browser("head").await;
    let single = format!("/inquiries/{id}/commands/assign-ministries");
    let several = format!("/inquiries/assign?chosen=yes&inquiry={id}&inquiry={other}");
    let wrong = [
        ("lead_due", "2023-10-07", "lead-due", "Name a working day, such as 9 October 2023"),
        ("lead_due", "2023-10-23", "lead-due", "after the last possible day (20 October 2023)"),
        ("lead_due", "2023-10-03", "lead-due", "The earliest possible day is 4 October 2023"),
        ("lead_due", "2023-09-29", "lead-due", "is past"),
        ("co[1].due", "2023-10-10", "co-1--due", "after the draft (9 October 2023)"),
        ("co[1].due", "2023-10-08", "co-1--due", "Name a working day"),
        ("co[1].due", "2023-10-03", "co-1--due", "The earliest possible day"),
    ];
    for (place, action, prefix) in
        [(&single, single.as_str(), "assign-ministries"), (&several, "/inquiries/assign", "bulk")]
    {
        for (field, day, at, said) in wrong {
            let page = head.open(place).await;
            let form =
                page.form(action).with("resolution", "Қаралсын.").with("lead", "mlsp").with("lead_due", "2023-10-09");
            // Without a co-executor where the lead's own day is tried: theirs would come after it.
            let co = if field == "lead_due" { "" } else { "mfa" };
            let task = if field == "lead_due" { "" } else { "Ұсыныс" };
            let form = form.with("co[1].ministry", co).with("co[1].due", "2023-10-06").with("co[1].task", task);
            let back = head.send(&form.with(field, day)).await;
            is_whole(&back, place);
            let id = format!("{prefix}-{at}");
            assert!((400..500).contains(&back.status), "{day}: {}", back.status);
            let told = between(&back.text, &format!("id=\"{id}-error\">"), "</p>");
            assert!(told.contains(said), "{place} {field} {day}: «{told}» in {}", back.words());
            assert!(back.text.contains(&format!("<a href=\"#{id}\">")), "the summary leads there: {}", back.text);
            assert_eq!(back.form(action).get(field), day, "what was typed stays");
        }
    }
    for id in [&id, &other] {
        assert_eq!(app.get("clerk", &format!("/api/v1/inquiries/{id}")).await.json()["state"], "on_control");
    }
    // A day that one of them can keep is no fault of the form: it is done to that one, and the other is told of.
    let version = command(&app, "head", &other, version, "assign-ministries", &resolution_by("2023-10-09"))
        .await
        .is(200)
        .version();
    let asked = json!({ "ground": "көп", "until": "2023-10-27" });
    let version = command(&app, "lead", &other, version, "request-extension", &asked).await.is(200).version();
    command(&app, "control", &other, version, "grant-extension", &json!({ "until": "2023-10-27" })).await.is(200);
    app.settle().await;
    // The draft is owed on the day that was granted, as the ministry's own page says.
    let owed = |from: &str| format!("/inquiries?owes=mlsp&from={from}");
    assert!(head.open(&owed("2023-10-27")).await.words().contains("ДС-2"));
    assert!(!head.open(&owed("2023-10-28")).await.words().contains("ДС-2"));
    let page = head.open(&several).await;
    let form = page.form("/inquiries/assign").with("resolution", "Қаралсын.").with("lead", "mlsp");
    // The other has its executors already, and is ticked by hand.
    let had = |(name, value): &&(String, String)| name == "had" && value.starts_with(&other);
    let ticked = form.fields.iter().find(had).expect("it is asked about").1.clone();
    let done = head.send(&form.and("replaced", &ticked).with("lead_due", "2023-10-24")).await;
    assert!(done.words().contains("1 / 2") && done.words().contains("after the last possible day"), "{}", done.words());
}

fn resolution_by(day: &str) -> Value {
    json!({ "resolution": "Қаралсын.", "lead": "mlsp", "lead_due": day, "co_executors": [] })
}

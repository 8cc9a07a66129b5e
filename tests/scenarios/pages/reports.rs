//! Reports: figures counted by hand, each with the list behind it, now and as of a day of the past; and what is to be expected of what is due next.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use testkit::app::TestApp;

use super::browser::{Browser, Page};
use super::people::People;
use super::walk::is_whole;
use super::worklist::{between, lines};
use crate::api::story::{Told, signature, tell, to_the_approvers};
use crate::api::{command, registered};

/// A figure: what it says, and the list behind it.
type Figure = (String, Option<String>);

fn unescaped(href: &str) -> String {
    href.replace("&amp;", "&").replace("&#x3D;", "=")
}

/// The rows of both tables of a report, by the name at their head: each figure under the words of its column.
fn tables(page: &Page) -> BTreeMap<String, BTreeMap<String, Figure>> {
    let mut known: BTreeMap<String, BTreeMap<String, Figure>> = BTreeMap::new();
    for table in page.text.split("<table class=\"list load report\"").skip(1) {
        let body = between(table, "<tbody", "</tbody>");
        for row in body.split("<tr ").skip(1) {
            let head = between(row, "class=\"c-name\">", "</th>");
            let name = if head.contains("<abbr") { between(head, "\">", "</abbr>") } else { head };
            let cells = row.split("<td ").skip(1).map(|cell| {
                let words = between(cell, "cell-label\">", "</span>").to_owned();
                let figure = between(cell, "class=\"figure\">", "<").trim().to_owned();
                (words, (figure, cell.contains("href=").then(|| unescaped(between(cell, "href=\"", "\"")))))
            });
            known.entry(name.trim().to_owned()).or_default().extend(cells);
        }
    }
    known
}

const DEADLINES: [&str; 6] = ["Received", "On time", "Late", "Open", "Overdue", "Ended otherwise"];
const COURSE: [&str; 6] = ["Extended", "Sent back", "Refused", "Asked again", "Satisfied", "Not satisfied"];

fn figures(page: &Page, name: &str, of: [&str; 6]) -> [u64; 6] {
    let known = tables(page);
    let row = known.get(name).unwrap_or_else(|| panic!("no row {name}: {:?}", known.keys()));
    of.map(|words| row[words].0.parse().unwrap())
}

/// Opens the list behind every figure, and counts what stands there.
async fn every_figure_has_its_list(head: &Browser<'_>, page: &Page) -> usize {
    let mut followed = 0;
    for (name, row) in tables(page) {
        for (words, (figure, href)) in row {
            let Some(href) = href else {
                assert!(figure == "0" || !DEADLINES.contains(&words.as_str()), "{name}, {words}: {figure} has no list");
                continue;
            };
            let list = head.open(&href).await;
            is_whole(&list, &href);
            let body = list.text.split("<tbody").nth(1).unwrap_or_default();
            assert_eq!(body.matches("<tr ").count().to_string(), figure, "{name}, {words}: {href}: {}", list.words());
            followed += 1;
        }
    }
    followed
}

/// Signs, numbers and sends what lies before its approvers.
async fn sent(app: &TestApp, told: &mut Told) {
    let visa = json!({ "version": 1, "content_hash": told.content_hash, "kind": "legal" });
    told.step(app, "legal", "visa", visa).await;
    told.step(app, "clerk", "submit-for-signature", json!({ "version": 1 })).await;
    let pdf = app.get("signatory", &format!("/api/v1/inquiries/{}/reply.pdf", told.id)).await.is(200).bytes;
    told.step(app, "signatory", "sign", signature(told, &pdf)).await;
    told.step(app, "clerk", "assign-outgoing-number", json!({})).await;
    told.step(app, "clerk", "dispatch", json!({})).await;
    app.settle().await;
    told.version = told.dossier(app).await["version"].as_u64().unwrap();
}

/// All received on 20 September and due on 20 October. ДС-1: answered at once; a deputy was not satisfied, and its topic was said in the end of
/// October. ДС-2: sent back once, answered on 24 October. ДС-3: led by finance, more time until 20 November. ДС-4: nobody's. ДС-5: withdrawn on 5
/// October.
async fn an_office(app: &TestApp) {
    app.clock.set("2023-09-20T04:00:00Z");
    let mut first = tell(app, "ДС-1").await;
    let visas = json!([{ "kind": "legal", "approver": "legal" }]);
    let mut second = to_the_approvers(app, "ДС-2", &visas).await;
    let (third, version) = registered(app, "ДС-3").await;
    let to_finance = json!({
        "resolution": "Қаралсын.", "lead": "mof", "lead_due": "2023-10-13",
        "co_executors": [{ "ministry": "mlsp", "due": "2023-10-04", "task": "Есеп беру" }],
    });
    let version = command(app, "head", &third, version, "assign-ministries", &to_finance).await.is(200).version();
    registered(app, "ДС-4").await;
    let (fifth, fifth_at) = registered(app, "ДС-5").await;
    app.clock.set("2023-10-05T04:00:00Z");
    command(app, "clerk", &fifth, fifth_at, "withdraw", &json!({ "reason": "Депутаттың өтініші" })).await.is(200);
    app.clock.set("2023-10-16T04:00:00Z");
    let more = json!({ "ground": "Тексеру жүріп жатыр", "until": "2023-11-20" });
    let version = command(app, "stranger", &third, version, "request-extension", &more).await.is(200).version();
    command(app, "control", &third, version, "grant-extension", &json!({ "until": "2023-11-20" })).await.is(200);
    let refusal =
        json!({ "version": 1, "content_hash": second.content_hash, "kind": "legal", "remarks": "Сілтеме жоқ" });
    second.step(app, "legal", "refuse-visa", refusal).await;
    app.clock.set("2023-10-24T04:00:00Z");
    sent(app, &mut second).await;
    app.clock.set("2023-10-30T04:00:00Z");
    first.step(app, "clerk", "record-response", json!({ "recipient": 1, "satisfied": false })).await;
    first.step(app, "control", "set-topic", json!({ "topic": "social" })).await;
    app.clock.set("2023-11-01T04:00:00Z");
    app.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_are_those_counted_by_hand_and_each_leads_to_its_inquiries() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    an_office(&app).await;
    let head = people.at_browser("head").await;
    let page = head.open("/reports").await;
    is_whole(&page, "/reports");
    assert_eq!(figures(&page, "MLSP", DEADLINES), [2, 1, 1, 0, 0, 0], "{}", page.words());
    assert_eq!(figures(&page, "MoF", DEADLINES), [1, 0, 0, 1, 0, 0]);
    assert_eq!(figures(&page, "Not assigned yet", DEADLINES), [2, 0, 0, 0, 1, 1]);
    assert_eq!(figures(&page, "All", DEADLINES), [5, 1, 1, 1, 1, 1]);
    assert_eq!(figures(&page, "MLSP", COURSE), [0, 1, 0, 0, 0, 1]);
    assert_eq!(figures(&page, "MoF", COURSE), [1, 0, 0, 0, 0, 0]);
    let known = tables(&page);
    // One of three whose day has come; 0 days and 34.
    let said = |name: &str, words: &str| known[name][words].0.clone();
    assert_eq!(
        (said("All", "On time, %"), said("All", "Median, days"), said("All", "P90, days")),
        ("33".into(), "0".into(), "34".into())
    );
    assert!(page.text.contains("1/3 few"), "a rate of three says that they are few: {}", page.text);
    assert_eq!(said("All", "Satisfied, %"), "0");
    assert!(every_figure_has_its_list(&head, &page).await > 15);
    assert!(
        page.text.contains("<title id=\"chart-title\">") && page.text.contains("<desc id=\"chart-desc\">Received: 5")
    );

    // The same columns for whatever stands in the rows.
    for (by, name, wanted) in [
        ("co", "MFA", [2, 1, 1, 0, 0, 0]),
        ("co", "MLSP", [1, 0, 0, 1, 0, 0]),
        ("co", "Without co-executors", [2, 0, 0, 0, 1, 1]),
        ("faction", "“AMANAT”", [5, 1, 1, 1, 1, 1]),
        ("deputy", "Н. Сәрсенғалиев", [5, 1, 1, 1, 1, 1]),
        ("topic", "Social protection and pensions", [1, 1, 0, 0, 0, 0]),
        ("topic", "No topic said", [4, 0, 1, 1, 1, 1]),
        ("chamber", "Mazhilis of the Parliament of the Republic of Kazakhstan", [5, 1, 1, 1, 1, 1]),
        ("month", "09.2023", [5, 1, 1, 1, 1, 1]),
    ] {
        let page = head.open(&format!("/reports?by={by}")).await;
        is_whole(&page, by);
        assert_eq!(figures(&page, name, DEADLINES), wanted, "{by}: {}", page.words());
        every_figure_has_its_list(&head, &page).await;
    }
    // Narrowed, and of another period.
    let narrowed = head.open("/reports?by=month&lead=mlsp&faction=amanat&topic=social").await;
    assert_eq!(figures(&narrowed, "All", DEADLINES), [1, 1, 0, 0, 0, 0]);
    every_figure_has_its_list(&head, &narrowed).await;
    let nobody = head.open("/reports?faction=auyl").await;
    assert_eq!(figures(&nobody, "All", DEADLINES), [0; 6]);
    let earlier = head.open("/reports?from=2023-01-01&until=2023-09-19").await;
    assert_eq!(figures(&earlier, "All", DEADLINES), [0; 6]);
    for wrong in ["by=x", "from=x", "figure=x", "as_of=2023-11-02", "as_of=x"] {
        assert_eq!(head.get(&format!("/reports?{wrong}")).await.status, 400, "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn deputies_whom_the_directory_does_not_know_are_counted_and_never_shown_as_ids() {
    const STRANGER: &str = "0190f3c1-7a55-7cc1-9d3b-4c2a70b0dead";
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    an_office(&app).await;
    // As in an office that was made up: the fourth has an author of whom nothing is recorded, the fifth none with an identity.
    let client = app.database.connect().await;
    let sql = format!(
        "update report_case set deputies = array['{STRANGER}'::uuid] where number = 'ДС-4';
         update report_case set deputies = '{{}}' where number = 'ДС-5';"
    );
    client.batch_execute(&sql).await.unwrap();
    let head = people.at_browser("head").await;
    let page = head.open("/reports?by=deputy").await;
    assert_eq!(figures(&page, "A deputy not in the directory", DEADLINES), [1, 0, 0, 0, 1, 0], "{}", page.words());
    assert_eq!(figures(&page, "Not in the directory", DEADLINES), [1, 0, 0, 0, 0, 1], "{}", page.words());
    assert!(!page.words().contains(STRANGER), "{}", page.words());
    assert!(page.text.contains(STRANGER), "figures lead there by the identity all the same");
    every_figure_has_its_list(&head, &page).await;
    for path in ["/reports?by=month", "/reports/inquiries?figure=received"] {
        let narrowed = head.open(&format!("{path}&deputy={STRANGER}")).await;
        let words = narrowed.words();
        assert!(words.contains("Deputy: A deputy not in the directory") && !words.contains(STRANGER), "{words}");
    }
    let file = head.open("/reports/export.csv?by=deputy").await;
    assert!(file.text.contains("A deputy not in the directory") && !file.text.contains(STRANGER), "{}", file.text);

    // Whoever belongs to no faction, or to none that is known, has a row too: the rows make up the same total as every other way to count. The author
    // of the fifth has a single mandate and is known to belong to none.
    let single =
        "update report_case set deputies = array['18dfdec6-4e52-4223-852d-a048f5b489a4'::uuid] where number = 'ДС-5'";
    client.batch_execute(single).await.unwrap();
    let page = head.open("/reports?by=faction").await;
    assert_eq!(figures(&page, "“AMANAT”", DEADLINES), [3, 1, 1, 1, 0, 0], "{}", page.words());
    assert_eq!(figures(&page, "No faction, or none known", DEADLINES), [2, 0, 0, 0, 1, 1], "{}", page.words());
    every_figure_has_its_list(&head, &page).await;
    for (language, said) in [("kk", "Фракциясыз немесе белгісіз"), ("ru", "Без фракции или неизвестна")]
    {
        let text = app.get("head", &format!("/reports?by=faction&lang={language}")).await.is(200).text();
        assert!(text.contains(said), "{text}");
    }
    for by in ["faction", "ministry", "topic", "chamber", "month"] {
        let page = head.open(&format!("/reports?by={by}")).await;
        let known = tables(&page);
        for words in DEADLINES {
            let of = |name: &str| known[name][words].0.parse::<u64>().unwrap();
            let rows: u64 = known.keys().filter(|name| *name != "All").map(|name| of(name)).sum();
            assert_eq!(rows, of("All"), "{by}, {words}: {}", page.words());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_as_of_a_day_is_the_report_of_that_day() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    an_office(&app).await;
    let head = people.at_browser("head").await;
    let page = head.open("/reports?as_of=2023-10-10").await;
    is_whole(&page, "/reports?as_of");
    let words = page.words();
    assert!(words.contains("As it stood:") && words.contains("10.10.2023"), "{words}");
    assert_eq!(figures(&page, "MLSP", DEADLINES), [2, 1, 0, 1, 0, 0]);
    assert_eq!(figures(&page, "MoF", DEADLINES), [1, 0, 0, 1, 0, 0]);
    assert_eq!(figures(&page, "Not assigned yet", DEADLINES), [2, 0, 0, 1, 0, 1]);
    assert_eq!(figures(&page, "All", COURSE), [0; 6], "nothing of that had happened yet");
    assert!(every_figure_has_its_list(&head, &page).await > 8);
    // Between the last day of most and the late answer.
    let overdue = head.open("/reports?as_of=2023-10-23").await;
    assert_eq!(figures(&overdue, "All", DEADLINES), [5, 1, 0, 1, 2, 1]);
    assert_eq!(figures(&overdue, "All", COURSE), [1, 1, 0, 0, 0, 0]);
    every_figure_has_its_list(&head, &overdue).await;
    let topics = head.open("/reports?by=topic&as_of=2023-10-29").await;
    assert_eq!(figures(&topics, "No topic said", DEADLINES)[0], 5);
    let before = head.open("/reports?as_of=2023-09-19&from=2023-01-01&until=2023-12-31").await;
    assert_eq!(figures(&before, "All", DEADLINES), [0; 6]);
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_say_who_holds_and_the_figures_leave_for_a_spreadsheet() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    an_office(&app).await;
    let head = people.at_browser("head").await;
    let page = head.open("/reports?by=steps").await;
    is_whole(&page, "steps");
    let rows: Vec<&str> = between(&page.text, "<tbody", "</tbody>").split("<tr ").skip(1).collect();
    let row = |step: &str, holder: &str| {
        let found =
            rows.iter().find(|row| row.contains(&format!(">{step}</th>")) && row.contains(&format!(">{holder}</td>")));
        *found.unwrap_or_else(|| panic!("no {step} with {holder}: {}", page.words()))
    };
    let shown = |row: &str| -> Vec<String> {
        row.split("class=\"figure\">")
            .skip(1)
            .map(|rest| rest.split('<').next().unwrap_or_default().to_owned())
            .collect()
    };
    // All five waited for the resolution; the fourth still does, the fifth until it was withdrawn on the fifteenth day.
    assert_eq!(shown(row("Resolution", "head of the Office")), ["5", "1", "0.0", "10.5"]);
    assert_eq!(shown(row("Writing the draft", "MoF"))[..2], ["1", "1"]);
    let mut followed = 0;
    for row in &rows {
        let hrefs = row.split("<a href=\"").skip(1).map(|rest| unescaped(rest.split('"').next().unwrap_or_default()));
        for (href, count) in hrefs.zip(shown(row)) {
            let list = head.open(&href).await;
            let body = list.text.split("<tbody").nth(1).unwrap_or_default();
            assert_eq!(body.matches("<tr ").count().to_string(), count, "{href}: {}", list.words());
            followed += 1;
        }
    }
    assert!(followed > 6, "{followed}");
    let then = head.open("/reports?by=steps&as_of=2023-10-10").await;
    assert!(then.words().contains("Visas approver 2 1") || then.words().contains("Visas"), "{}", then.words());

    let file = head.open("/reports/export.csv?by=faction").await;
    let lines = lines(&file);
    assert!(lines[0].starts_with("\"Faction\";\"Received\";\"On time\";\"Late\""), "{lines:?}");
    assert!(lines[1].starts_with("\"“AMANAT”\";\"5\";\"1\";\"1\";\"1\";\"1\";\"1\""), "{lines:?}");
    assert!(lines.last().unwrap().contains("Received: 01.01.2023 – 01.11.2023"), "{lines:?}");
    let book = head.open("/reports/export.xlsx?by=steps&as_of=2023-10-10").await;
    assert_eq!(book.status, 200);
    // Whoever opens the file later reads what it was narrowed by, as the page called it.
    let narrowed = "lead=mlsp&co=-&faction=amanat&topic=social&chamber=mazhilis&as_of=2023-10-10";
    for by in ["month", "steps"] {
        let file = head.open(&format!("/reports/export.csv?by={by}&{narrowed}")).await;
        let all: Vec<&str> = file.text.lines().collect();
        let of = &all[all.len() - 6..];
        assert!(of[0].contains("Received: 01.01.2023 – 10.10.2023; as of 2023-10-10"), "{of:?}");
        for (line, filter) in of[1..].iter().zip(["Lead executor", "Co-executor", "Faction", "Topic", "Chamber"]) {
            assert!(line.starts_with(&format!("\"{filter}: ")), "{filter}: {of:?}");
        }
        assert!(of[2].contains("Without co-executors") && of[3].contains("“AMANAT”"), "{of:?}");
    }
    let russian = app.get("head", &format!("/reports/export.csv?{narrowed}&lang=ru")).await.is(200).text();
    assert!(russian.contains("\"Фракция: ") && russian.contains("\"Соисполнитель: Без соисполнителей\""), "{russian}");
    let whole = app.get("head", &format!("/reports/export.xlsx?{narrowed}")).await.is(200).bytes;
    assert!(whole.starts_with(b"PK"), "a workbook");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ministry_sees_figures_of_its_own_inquiries_alone_and_others_none() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    an_office(&app).await;
    for (part, all) in [("lead", [3, 1, 1, 1, 0, 0]), ("mfa", [2, 1, 1, 0, 0, 0]), ("stranger", [1, 0, 0, 1, 0, 0])] {
        let own = people.at_browser(part).await;
        let page = own.open("/reports?by=deputy").await;
        assert_eq!(figures(&page, "All", DEADLINES), all, "{part}");
        every_figure_has_its_list(&own, &page).await;
        // Nothing of the others by a narrower question either.
        let others = own.open("/reports/inquiries?lead=-").await;
        assert!(!others.text.contains("ДС-4") && !others.text.contains("ДС-5"), "{part}: {}", others.words());
        assert!(own.open("/inquiries").await.text.contains("href=\"/reports\""), "the menu leads there");
    }
    for part in ["auditor", "control", "admin"] {
        let page = people.at_browser(part).await.open("/reports").await;
        assert_eq!(figures(&page, "All", DEADLINES), [5, 1, 1, 1, 1, 1], "{part}");
    }
    for part in ["clerk", "deputy", "legal", "signatory"] {
        for path in ["/reports", "/reports/inquiries", "/reports/forecast", "/reports/export.csv"] {
            assert_eq!(people.at_browser(part).await.get(path).await.status, 403, "{part} {path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ministry_that_ended_within_the_period_is_offered_as_lead_and_one_that_is_chosen_stays_by_its_name() {
    const NAME: &str = "Ministry of Labour and Social Protection of the Population";
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    an_office(&app).await;
    let merged = json!([{ "ministry_merged": { "code": "mlsp", "into": "moh", "on": "2023-11-01", "act": "№ 400" } }]);
    let call = app.call("POST", "/api/v1/directory/ministries").by("admin").key("merged-1").seen(0);
    call.json(&json!({ "changes": merged })).send().await.is(200);
    app.clock.set("2023-11-10T04:00:00Z");
    app.settle().await;
    let head = people.at_browser("head").await;
    let lead = |page: &Page| between(&page.text, "id=\"lead\"", "</select>").to_owned();
    let offered = format!("<option value=\"mlsp\">{NAME}</option>");
    let page = head.open("/reports").await;
    assert!(tables(&page).contains_key("MLSP"), "it has a row: {}", page.words());
    assert_eq!(lead(&page).matches(&offered).count(), 1, "{}", lead(&page));
    // In a later period it has none, and stays where it was chosen.
    let later = "/reports?from=2023-11-02&until=2023-11-10";
    let page = head.open(later).await;
    assert!(!lead(&page).contains("value=\"mlsp\"") && lead(&page).contains("value=\"moh\""), "{}", lead(&page));
    let page = head.open(&format!("{later}&lead=mlsp")).await;
    assert!(lead(&page).contains(&format!("<option value=\"mlsp\" selected>{NAME}</option>")), "{}", lead(&page));
    let page = head.open(&format!("{later}&lead=-")).await;
    assert!(lead(&page).contains("<option value=\"-\" selected>Not assigned yet</option>"), "{}", lead(&page));
    app.stop().await;
}

/// Rows as the journal would have given them: of each of eight months twenty answered by two ministries, one of which takes twenty-five days and the other
/// forty; and two that are due next.
async fn a_past(app: &TestApp) {
    let client = app.database.connect().await;
    let sql = "insert into report_case
            (inquiry, nth, since, until, number, chamber, dated, received, topic, lead, co_executors, took_part, deputies, due,
             extensions, returns, repeats, satisfied, unsatisfied, answered, closed, outcome, ending, position)
        with past as (
            select gen_random_uuid() as inquiry, (date '2023-02-08' + 30 * m)::date as received,
                   case when n % 2 = 0 then 'mof' else 'moj' end as lead, case when n % 2 = 0 then 25 else 40 end as lasted,
                   10000 + m * 100 + n * 2 as place
              from generate_series(0, 7) as m, generate_series(1, 20) as n
        )
        select inquiry, 1, received::timestamptz, (received + lasted)::timestamptz, 'ДС-' || place, 'mazhilis', received, received,
               null::text, lead, '{}'::text[], array[lead], '{}'::uuid[], received + 30, 0, 0, 0, '{}'::int[], '{}'::int[],
               null::date, null::date, null::text, null::text, place
          from past
        union all
        select inquiry, 2, (received + lasted)::timestamptz, null, 'ДС-' || place, 'mazhilis', received, received, null, lead,
               '{}', array[lead], '{}', received + 30, 0, 0, 0, '{}', '{}', received + lasted, null, null, null, place + 1
          from past
        union all
        select gen_random_uuid(), 1, '2023-10-24', null, 'ДС-9' || lead, 'mazhilis', '2023-10-24', '2023-10-24', null, lead, '{}',
               array[lead], '{}', '2023-11-23', 0, 0, 0, '{}', '{}', null, null, null, null, 90000
          from unnest(array['mof', 'moj']) as lead";
    client.execute(sql, &[]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_will_probably_be_late_is_told_with_its_reason_and_how_often_that_was_right() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    app.clock.set("2023-11-12T04:00:00Z");
    let head = people.at_browser("head").await;
    let nothing = head.open("/reports/forecast").await;
    is_whole(&nothing, "/reports/forecast");
    assert!(nothing.words().contains("There is nothing to forecast"), "{}", nothing.words());
    a_past(&app).await;
    let page = head.open("/reports/forecast").await;
    is_whole(&page, "/reports/forecast");
    let words = page.words();
    // Nineteen days old, eleven left: of the one ministry nobody took longer than thirty, of the other everybody did.
    assert!(words.contains("probably late") && words.contains("still unanswered after 19 days"), "{words}");
    let rows: Vec<&str> = between(&page.text, "<tbody", "</tbody>").split("<tr ").skip(1).collect();
    assert_eq!(rows.len(), 2, "{words}");
    assert!(rows[0].contains("ДС-9moj") || rows[0].contains("MoJ"), "the most probable stands first: {words}");
    assert!(rows[0].contains("probably late") && !rows[1].contains("probably late"), "{words}");
    // Who holds them now: of the one its approver, of the other the ministry that writes.
    let held = "insert into report_step (inquiry, nth, step, holder, is_line, since, until, waiting, position)
        select inquiry, known.nth, step, holder, true, known.since, known.until, null, 90001
          from report_case join (values ('ДС-9moj', 1, 'draft', 'moj', timestamptz '2023-10-24', timestamptz '2023-11-01'),
                                        ('ДС-9moj', 2, 'visas', '@approver', '2023-11-01', null),
                                        ('ДС-9mof', 1, 'draft', 'mof', '2023-10-24', null))
                         as known (number, nth, step, holder, since, until) using (number)";
    app.database.connect().await.execute(held, &[]).await.unwrap();
    let page = head.open("/reports/forecast").await;
    is_whole(&page, "a forecast with holders");
    let rows: Vec<&str> = between(&page.text, "<tbody", "</tbody>").split("<tr ").skip(1).collect();
    assert!(page.text.contains(">With whom now</th>"), "{}", page.words());
    assert!(rows[0].contains(">approver</td>") && rows[1].contains(">MoF</td>"), "{}", page.words());
    let accuracy = page.text.split("<tbody").nth(2).unwrap_or_default();
    assert!(accuracy.matches("<tr ").count() >= 3, "{words}");
    let all = accuracy.split("class=\"total\"").nth(1).unwrap_or_default();
    let figure = |words: &str| {
        between(all.split(&format!(">{words}</span>")).nth(1).unwrap_or_default(), "class=\"figure\">", "<").to_owned()
    };
    // Six days of ten late ones each, all of them told; on two of the days the quick ones had waited for as long as any of theirs ever did, and were told
    // as well: 60 of 80.
    assert_eq!((figure("Precision"), figure("Recall")), ("75 %".to_owned(), "100 %".to_owned()), "{words}");
    let number = |words: &str| figure(words).parse::<f64>().unwrap();
    assert!(number("Brier") < number("Brier, usual share") && number("Brier, usual share") > 0.2, "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_is_proposed_from_the_subject_chosen_at_registration_and_corrected_with_a_reason() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    let page = clerk.open("/inquiries/new").await;
    assert!(page.text.contains("<option value=\"social\">Social protection and pensions</option>"), "{}", page.text);
    let letter = "Тақырыбы: Зейнетақы мен жәрдемақы мөлшері туралы\n\nҚұрметті Премьер-Министр!\n\nСұраймыз.";
    let proposed = clerk.send(&page.form("/inquiries/new").with("letter", letter).and("take", "letter")).await;
    let taken = clerk.send(&proposed.form("/inquiries/new").and("take", "topic")).await;
    assert_eq!(taken.form("/inquiries/new").get("topic"), "social", "{}", taken.words());

    let mut body = json!({
        "number": "ДС-7", "dated": "2023-09-20", "received": "2023-09-20", "channel": "plenary", "chamber": "mazhilis",
        "language": "kk", "subject": "Зейнетақы туралы", "topic": "social",
        "groups": [{ "label": "Депутаттар", "kind": "other", "deputies": [{ "name": "Н. Тау" }] }],
    });
    let answer = app.call("POST", "/api/v1/inquiries").by("clerk").key("topic").json(&body).send().await.is(201);
    let (id, version) = (answer.json()["id"].as_str().unwrap().to_owned(), answer.version());
    let dossier: Value = app.get("clerk", &format!("/api/v1/inquiries/{id}")).await.is(200).json();
    assert_eq!(dossier["topic"], "social");
    body["topic"] = json!("nothing");
    body["number"] = json!("ДС-8");
    app.call("POST", "/api/v1/inquiries").by("clerk").key("no-topic").json(&body).send().await.is(422);
    command(&app, "clerk", &id, version, "set-topic", &json!({ "topic": "nothing" })).await.is(422);
    command(&app, "clerk", &id, version, "set-topic", &json!({ "topic": "labour" })).await.is_problem(422, "empty");
    let why = json!({ "topic": "labour", "reason": "Жұмыс өтілі туралы" });
    command(&app, "clerk", &id, version, "set-topic", &why).await.is(200);
    app.settle().await;
    let page = clerk.open(&format!("/inquiries/{id}")).await;
    assert!(page.words().contains("Topic Labour and employment"), "{}", page.words());
    assert!(page.words().contains("Social protection and pensions → Labour and employment. Жұмыс өтілі туралы"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_comes_by_mail_once_a_week_under_the_rights_of_its_reader() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    an_office(&app).await;
    for part in ["head", "stranger"] {
        let mut browser = people.at_browser(part).await;
        let page = browser.open("/account").await;
        let kept = browser.submit(&page.form("/account/email").with("email", &format!("{part}@office.example"))).await;
        let done = browser.submit(&kept.form("/account/reports").and("every", "week")).await;
        assert!(done.text.contains("value=\"week\" checked"), "{}", done.text);
    }
    // A week later than the letters came: of a Sunday nothing, on Monday morning of the week before.
    app.clock.set("2023-09-24T05:00:00Z");
    assert_eq!(app.tells_reports().await, 0, "nobody works");
    app.clock.set("2023-09-25T01:00:00Z");
    assert_eq!(app.tells_reports().await, 0, "it is early");
    app.clock.set("2023-09-25T05:00:00Z");
    assert_eq!(app.tells_reports().await, 2);
    assert_eq!(app.tells_reports().await, 0, "once");
    app.settle().await;
    let client = app.database.connect().await;
    let told = "select content -> 'rows' -> -1 ->> 1, content ->> 'ministry' from digest where report = 'week' order by 1 desc";
    let rows: Vec<(Option<String>, Option<String>)> =
        client.query(told, &[]).await.unwrap().iter().map(|row| (row.get(0), row.get(1))).collect();
    assert_eq!(rows, [(Some("5".to_owned()), None), (Some("1".to_owned()), Some("mof".to_owned()))]);
    let gone = "select count(*) filter (where state = 'written'), count(*) from mail where message_id like '<report.%'";
    let row = client.query_one(gone, &[]).await.unwrap();
    assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1)), (2, 2), "both were written");
    app.clock.set("2023-10-02T05:00:00Z");
    client
        .execute("insert into office_mail_pause (paused_at, paused_by, reason) values (now(), 'admin', 'x')", &[])
        .await
        .unwrap();
    assert_eq!(app.tells_reports().await, 0, "the mail of the house is paused");
}

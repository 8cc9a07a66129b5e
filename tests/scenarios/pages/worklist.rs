//! The worklist as a clerk, a head and an executor use it: tiles and filters that count together, chips that lead out, rows for a spreadsheet.
#![expect(clippy::expect_used, reason = "an account that cannot be opened ends the test")]

use directory::{Language, MinistryCode, Role};
use readmodel::followers::Table;
use serde_json::json;
use testkit::app::TestApp;
use testkit::password;
use web::accounts::NewAccount;

use super::browser::{Browser, Form, Page};
use super::people::People;
use super::walk::is_whole;
use crate::api::story::{Told, tell, to_the_signatory};
use crate::api::{command, registered, resolution};

const HOSTILE: &str = "\"><script>alert(1)</script>' or 1=1; drop table register; -- {{page}} %00 \\ & | ! ( ) :*";

/// A value in a query.
pub(super) fn q(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// What stands between the first of one mark and the next of another; nothing where they are not there.
pub(super) fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    text.split_once(from).map_or("", |(_, rest)| rest.split(to).next().unwrap_or_default())
}

/// The links of a kind: where they lead, and their words.
pub(super) fn links(page: &Page, class: &str) -> Vec<(String, String)> {
    let is_it = |tag: &str| tag.contains(&format!("class=\"{class}"));
    let all = page.text.split("<a ").skip(1).filter(|rest| is_it(rest.split('>').next().unwrap_or_default()));
    all.map(|rest| {
        let href = rest.split("href=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
        let inside = rest.split_once('>').map_or("", |(_, rest)| rest.split("</a>").next().unwrap_or_default());
        let words: String = inside.split('<').map(|part| part.rsplit('>').next().unwrap_or_default()).collect();
        (href.replace("&amp;", "&").replace("&#x3D;", "="), words.split_whitespace().collect::<Vec<_>>().join(" "))
    })
    .collect()
}

/// The form that narrows; the search at the head of every page leads here too.
fn filter(page: &Page) -> Form {
    let from = page.text.find("<form class=\"filter\"").unwrap_or_else(|| panic!("no filter: {}", page.text));
    let (place, policy) = (String::new(), String::new());
    Page { status: page.status, text: page.text[from..].to_owned(), place, policy }.form("/inquiries")
}

/// The numbers on the tiles, in their order.
pub(super) fn counts(page: &Page) -> Vec<u64> {
    let first = |words: &str| words.split(' ').next().and_then(|count| count.parse().ok());
    links(page, "tile")
        .iter()
        .map(|(_, words)| first(words).unwrap_or_else(|| panic!("no count in «{words}»")))
        .collect()
}

/// The numbers of the rows.
pub(super) fn rows(page: &Page) -> Vec<String> {
    let cells = page.text.split("class=\"c-number\"><a href=\"").skip(1);
    cells
        .map(|rest| rest.split('>').nth(1).and_then(|rest| rest.split('<').next()).unwrap_or_default().into())
        .collect()
}

/// One at each place: ДС-1 overdue and new, ДС-2 due in four days and with a ministry, ДС-3 before the signatory, ДС-4 closed.
pub(super) async fn an_office(app: &TestApp) -> [String; 4] {
    let (first, _) = registered(app, "ДС-1").await;
    let (second, version) = registered(app, "ДС-2").await;
    let version = command(app, "head", &second, version, "assign-ministries", &resolution()).await.is(200).version();
    let asked = json!({ "ground": "көп", "until": "2023-10-27" });
    let version = command(app, "lead", &second, version, "request-extension", &asked).await.is(200).version();
    command(app, "control", &second, version, "grant-extension", &json!({ "until": "2023-10-27" })).await.is(200);
    let third: Told = to_the_signatory(app, "ДС-3").await;
    let fourth = tell(app, "ДС-4").await;
    app.settle().await;
    app.clock.set("2023-10-23T04:00:00Z");
    [first, second, third.id, fourth.id]
}

#[tokio::test(flavor = "multi_thread")]
async fn tiles_narrow_and_their_counts_follow_the_other_filters() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    an_office(&app).await;
    let clerk = people.at_browser("clerk").await;
    let page = clerk.open("/inquiries").await;
    is_whole(&page, "/inquiries");
    // Open, overdue, due soon, for signature, dispatched.
    assert_eq!(counts(&page), [3, 2, 1, 1, 0], "{}", page.words());
    assert!(page.words().contains("4 found"), "{}", page.words());
    assert!(links(&page, "chip\"").is_empty(), "{}", page.text);

    let tiles = links(&page, "tile");
    for (n, wanted) in [
        (0, vec!["ДС-1", "ДС-2", "ДС-3"]),
        (1, vec!["ДС-1", "ДС-3"]),
        (2, vec!["ДС-2"]),
        (3, vec!["ДС-3"]),
        (4, vec![]),
    ] {
        let narrowed = clerk.open(&tiles[n].0).await;
        is_whole(&narrowed, &tiles[n].0);
        let mut seen = rows(&narrowed);
        seen.sort();
        assert_eq!(seen, wanted, "{}", tiles[n].1);
        assert!(narrowed.words().contains(&format!("{} found", wanted.len())), "{}", narrowed.words());
        // What a tile counts does not depend on which tile is chosen, and the chosen one leads out.
        assert_eq!(counts(&narrowed), counts(&page));
        assert_eq!(links(&narrowed, "tile")[n].0, "/inquiries");
        assert_eq!(narrowed.text.matches("aria-current=\"true\"").count(), 1, "{}", narrowed.text);
    }

    // By a lead, by words, by both: the tiles count what these leave.
    let led = clerk.open("/inquiries?lead=mlsp").await;
    assert_eq!((counts(&led), rows(&led).len()), (vec![2, 1, 1, 1, 0], 3));
    let found = clerk.open(&format!("/inquiries?q={}", q("дс 2"))).await;
    assert_eq!((counts(&found), rows(&found)), (vec![1, 0, 1, 0, 0], vec!["ДС-2".to_owned()]));
    // Typed on a Latin keyboard it is the same number, as it is for the search.
    for latin in ["DC-2", "ds 2"] {
        assert_eq!(rows(&clerk.open(&format!("/inquiries?q={}", q(latin))).await), ["ДС-2"], "{latin}");
    }
    let nothing = clerk.open(&format!("/inquiries?q={}&lead=mof", q("дс 2"))).await;
    assert_eq!(counts(&nothing), [0; 5]);
    is_whole(&nothing, "a list of nothing");
    // What the list does not know may be written elsewhere.
    let texts = "<a href=\"/search?q=%D0%B4%D1%81%202\">Search the texts too</a>";
    assert!(nothing.text.replace("&#x3D;", "=").contains(texts), "{}", nothing.text);
    assert!(!found.text.contains("Search the texts too"), "something was found");
    let unasked = clerk.open("/inquiries?lead=mof").await;
    assert!(rows(&unasked).is_empty() && !unasked.text.contains("Search the texts too"), "no words to search for");
    // The tiles keep what else narrows.
    assert_eq!(links(&led, "tile")[1].0, "/inquiries?state=overdue&lead=mlsp");
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_own_number_was_typed_stands_first_and_the_others_say_by_which_they_were_found() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    // Of ДС-7 the incoming number ends in 1, of ДС-3 the reply's number holds 3841.
    registered(&app, "ДС-7").await;
    registered(&app, "ДС-3841").await;
    registered(&app, "ДС-1").await;
    tell(&app, "ДС-3").await;
    app.settle().await;
    let clerk = people.at_browser("clerk").await;
    let one = clerk.open("/inquiries?q=1").await;
    is_whole(&one, "a number");
    // Both are due on one day, and ДС-7 came first.
    assert_eq!((rows(&one), counts(&one)[0]), (vec!["ДС-1".to_owned(), "ДС-7".to_owned()], 2), "{}", one.words());
    assert_eq!(one.words().matches("found by").count(), 1, "{}", one.words());
    assert!(one.words().contains("2 found") && one.words().contains("found by incoming No. ДС-кір-1"));
    // In any spelling, with any sign before it, the list and its figures are the same.
    for typed in ["N 3841", "No. 3841", "No 3841", "N3841", "№3841", "12-11/3841 ds", "DC 3841"] {
        let page = clerk.open(&format!("/inquiries?q={}&order=received", q(typed))).await;
        let many = rows(&page).len();
        assert!(many > 0 && page.words().contains(&format!("{many} found")), "{typed}: {many}, {}", page.words());
    }
    // By the day of receipt the last comes first, and that is ДС-3.
    for (part, said) in [
        ("en", "found by outgoing No. 12-11/3841 ДС"),
        ("ru", "найден по исх. № 12-11/3841 ДС"),
        ("kk", "шығыс № 12-11/3841 ДС бойынша табылды"),
    ] {
        let page = people.at_browser_in("clerk", part).await.open("/inquiries?q=3841&order=received").await;
        assert_eq!(rows(&page), ["ДС-3841", "ДС-3"], "{part}");
        assert!(page.words().contains(said), "{part}: {}", page.words());
    }
    let page = clerk.open("/inquiries?q=3841&order=received").await;
    let file = lines(&clerk.get(&links(&page, "chip plain-chip file-csv")[0].0).await);
    assert_eq!(first_cells(&file), ["ДС-3841", "ДС-3"], "rows leave in the order of the page");
    // What else narrows holds for them too, the past, and what somebody may see.
    assert_eq!(rows(&clerk.open("/inquiries?q=3841&state=ended").await), ["ДС-3"]);
    let then = clerk.open("/inquiries?q=1&as_of=2023-09-20").await;
    assert_eq!(rows(&then), ["ДС-1", "ДС-7"], "{}", then.words());
    assert!(rows(&people.at_browser("stranger").await.open("/inquiries?q=1").await).is_empty());
    // Words are no number: nothing is said of them.
    assert!(!clerk.open(&format!("/inquiries?q={}", q("зейнет"))).await.words().contains("found by"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_chip_leads_out_of_what_it_names() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    an_office(&app).await;
    let clerk = people.at_browser("clerk").await;
    let all = format!("/inquiries?q={}&state=overdue&lead=mlsp&order=received", q("зейнет"));
    let page = clerk.open(&all).await;
    is_whole(&page, &all);
    assert_eq!(rows(&page), ["ДС-3"]);
    // The form shows what was asked for and sends it again.
    let form = filter(&page);
    for (name, value) in [("q", "зейнет"), ("state", "overdue"), ("lead", "mlsp"), ("order", "received")] {
        assert_eq!(form.get(name), value);
    }
    let chips = links(&page, "chip\"");
    assert_eq!(chips.len(), 3, "{chips:?}");
    for ((href, words), (named, gone, left)) in chips.iter().zip([
        ("«зейнет»", "q=", vec!["state=overdue", "lead=mlsp", "order=received"]),
        ("overdue", "state=", vec!["q=%D0%B7", "lead=mlsp", "order=received"]),
        ("lead: ", "lead=", vec!["q=%D0%B7", "state=overdue", "order=received"]),
    ]) {
        assert!(words.contains(named), "{words}");
        assert!(!href.contains(gone) && left.iter().all(|part| href.contains(part)), "{words}: {href}");
        clerk.open(href).await;
    }
    for bad in ["state=x", "lead=%3Cb%3E", "after=x"] {
        let refused = clerk.get(&format!("/inquiries?{bad}")).await;
        assert_eq!(refused.status, 400, "{bad}");
        is_whole(&refused, bad);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_words_are_looked_for_and_shown_as_words() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let [first, ..] = an_office(&app).await;
    let clerk = people.at_browser("clerk").await;
    for hostile in [HOSTILE, "%", "'", "\\", "<b>", &"я".repeat(5000)] {
        let path = format!("/inquiries?q={}", q(hostile));
        let page = clerk.open(&path).await;
        is_whole(&page, &path);
        assert!(rows(&page).is_empty() && page.words().contains("0 found"), "{hostile}: {}", page.words());
        // In the field, on the chip and in every link it is a value and nothing else.
        let kept: String = hostile.trim().chars().take(300).collect();
        assert_eq!(filter(&page).get("q"), kept, "{hostile}");
        for (href, words) in links(&page, "tile") {
            assert!(!href.contains(['<', '>', '\'', ' ']), "{words}: {href}");
        }
    }
    // No word holds a null character: the address is refused, and the page says what to take out.
    let refused = clerk.get("/inquiries?q=%00").await;
    is_whole(&refused, "/inquiries?q=%00");
    assert!(refused.status == 400 && refused.words().contains("take it out"), "{}", refused.words());
    // What a chip says was asked for is still there for whoever takes it away.
    assert_eq!(rows(&clerk.open("/inquiries").await).len(), 4);
    clerk.open(&format!("/inquiries/{first}")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn accepted_contributions_are_counted_beside_the_co_executors() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let (id, version) = registered(&app, "ДС-1").await;
    let mut assign = resolution();
    let other = json!({ "ministry": "mof", "due": "2023-09-29", "task": "Есеп беру" });
    assign["co_executors"].as_array_mut().expect("the co-executors").push(other);
    let version = command(&app, "head", &id, version, "assign-ministries", &assign).await.is(200).version();
    let body = json!({ "blocks": [{ "type": "paragraph", "content": [{ "type": "text", "text": "Ұсыныс." }] }] });
    let submitted = json!({ "body": body });
    let reassigned =
        |from: &str, to: &str| json!({ "from": from, "to": to, "reason": "құзыреті", "due": "2023-09-29" });
    let accept = json!({ "ministry": "mfa" });
    let steps = [
        ("mfa", "submit-contribution", submitted.clone(), "0 of 2"),
        ("lead", "accept-contribution", accept.clone(), "1 of 2"),
        // Whoever comes back to an inquiry owes a contribution again.
        ("head", "reassign", reassigned("mfa", "moj"), "0 of 2"),
        ("head", "reassign", reassigned("moj", "mfa"), "0 of 2"),
        ("mfa", "submit-contribution", submitted.clone(), "0 of 2"),
        ("lead", "accept-contribution", accept.clone(), "1 of 2"),
        ("lead", "return-contribution", json!({ "ministry": "mfa", "reason": "толық емес" }), "0 of 2"),
        ("mfa", "submit-contribution", submitted, "0 of 2"),
        ("lead", "accept-contribution", accept, "1 of 2"),
    ];
    let clerk = people.at_browser("clerk").await;
    let mut version = version;
    for (account, name, body, said) in steps {
        version = command(&app, account, &id, version, name, &body).await.is(200).version();
        app.settle().await;
        let page = clerk.open("/inquiries").await;
        assert!(page.words().contains(&format!("{said} contributions accepted")), "{name}: {}", page.words());
        // The row says what the inquiry itself says.
        let row = app.get("clerk", "/api/v1/inquiries").await.json()["inquiries"][0].clone();
        let dossier = app.get("clerk", &format!("/api/v1/inquiries/{id}")).await.json();
        let contributions = dossier["contributions"].as_array().expect("contributions").iter();
        let accepted = contributions.filter(|one| one["status"] == "accepted");
        let accepted: Vec<_> = accepted.map(|one| one["ministry"].clone()).collect();
        assert_eq!(row["contributed"], json!(accepted), "after {name}");
    }
    let row = app.get("clerk", "/api/v1/inquiries").await.json();
    brought_up_to_date(&app).await;
    assert_eq!(app.get("clerk", "/api/v1/inquiries").await.json(), row);
}

/// Takes the column away and brings it by its migration, as an installation of before gets it; then follows from where that left the follower.
async fn brought_up_to_date(app: &TestApp) {
    let brings = schema::migrations().iter().find(|file| file.name == "0011_contributed.sql").expect("the migration");
    let mut client = app.database.pool.get().await.expect("a connection");
    let tx = client.transaction().await.expect("a transaction");
    // The views came later and are nothing that a clerk asks.
    let sql = format!(
        "drop view own_register, ministry_register; alter table register drop column contributed; {}",
        brings.sql
    );
    tx.batch_execute(&sql).await.expect("the migration");
    let place = "select position, (select count(*) from register) from followers where name = 'register'";
    let row = tx.query_one(place, &[]).await.expect("the follower's place");
    assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1)), (0, 0));
    let page = app.journal().read_after(0, 1000).await.expect("the journal");
    Table::Register.take(&tx, &page).await.expect("the events");
    tx.commit().await.expect("a commit");
}

/// The lines of a file for a spreadsheet.
pub(super) fn lines(file: &Page) -> Vec<String> {
    assert_eq!(file.status, 200, "{}", file.text);
    let text = file.text.strip_prefix('\u{feff}').unwrap_or_else(|| panic!("no mark of UTF-8: {}", file.text));
    assert!(text.ends_with("\r\n"), "{text}");
    text.trim_end_matches("\r\n").split("\r\n").map(str::to_owned).collect()
}

fn first_cells(lines: &[String]) -> Vec<&str> {
    lines.iter().skip(1).map(|line| line.split(';').next().unwrap_or_default().trim_matches('"')).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_found_or_chosen_leaves_as_rows_in_the_order_of_the_page() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let [first, _, third, _] = an_office(&app).await;
    let clerk = people.at_browser("clerk").await;
    let page = clerk.open("/inquiries").await;
    let all = links(&page, "chip plain-chip file-csv")[0].0.clone();
    let file = lines(&clerk.get(&all).await);
    assert_eq!(first_cells(&file), rows(&page).iter().map(String::as_str).collect::<Vec<_>>());
    assert!(file[0].starts_with("\"No.\";\"Incoming number\";") && file[0].split(';').count() == 13, "{}", file[0]);
    assert!(file.iter().all(|line| line.split("\";\"").count() == 13), "{file:?}");

    let overdue = clerk.open("/inquiries?state=overdue&order=received").await;
    let narrowed = lines(&clerk.get(&links(&overdue, "chip plain-chip file-csv")[0].0).await);
    assert_eq!(first_cells(&narrowed), rows(&overdue).iter().map(String::as_str).collect::<Vec<_>>());
    assert!(
        narrowed.iter().any(|line| line.contains("\"On control\";\"20.10.2023\";\"3 days overdue\"")),
        "{narrowed:?}"
    );

    // Chosen: what the form holds and what is ticked in it.
    let form = page.form("/inquiries/export.csv");
    assert_eq!((form.get("chosen"), form.get("inquiry")), ("yes", ""), "nothing is ticked at first: {form:?}");
    let two = lines(&clerk.get(&format!("/inquiries/export.csv?chosen=yes&inquiry={third}&inquiry={first}")).await);
    let mut seen = first_cells(&two);
    seen.sort_unstable();
    assert_eq!(seen, ["ДС-1", "ДС-3"]);
    // Nothing ticked is told, and is not everything.
    for bad in ["chosen=yes", "chosen=yes&inquiry=x", "chosen=yes&inquiry="] {
        assert_eq!(clerk.get(&format!("/inquiries/export.csv?{bad}")).await.status, 400, "{bad}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_deputies_wrote_is_never_a_formula_of_a_spreadsheet() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    for (number, subject) in [
        ("ДС-1", "=HYPERLINK(\"http://evil.example\";\"x\")"),
        ("ДС-2", "+1;=2"),
        ("ДС-3", "-2+3\" туралы"),
        ("ДС-4", "@SUM(A1:A9)"),
    ] {
        let page = clerk.open("/inquiries/new").await;
        clerk.submit(&super::story::registration(&page, number).with("subject", subject)).await;
    }
    app.settle().await;
    let file = lines(&clerk.get("/inquiries/export.csv").await);
    assert_eq!(file.len(), 5, "{file:?}");
    for written in [
        "\"'=HYPERLINK(\"\"http://evil.example\"\";\"\"x\"\")\"",
        "\"'+1;=2\"",
        "\"'-2+3\"\" туралы\"",
        "\"'@SUM(A1:A9)\"",
    ] {
        assert!(file.iter().any(|line| line.contains(&format!(";{written};"))), "{written}: {file:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_takes_out_what_they_may_not_see() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let [first, second, third, _] = an_office(&app).await;
    let asked = format!("/inquiries/export.csv?chosen=yes&inquiry={first}&inquiry={second}&inquiry={third}");
    // ДС-1 is nobody's yet; mlsp leads the others, mfa helps, mof has nothing to do with any.
    for (part, seen) in [
        ("clerk", vec!["ДС-1", "ДС-2", "ДС-3"]),
        ("lead", vec!["ДС-2", "ДС-3"]),
        ("mfa", vec!["ДС-2", "ДС-3"]),
        ("stranger", vec![]),
    ] {
        let browser = people.at_browser(part).await;
        let file = lines(&browser.get(&asked).await);
        let mut numbers = first_cells(&file);
        numbers.sort_unstable();
        assert_eq!(numbers, seen, "{part}");
        for all in
            ["/inquiries/export.csv", "/inquiries/export.csv?whose=all&lead=mlsp", "/inquiries/export.csv?whose=all"]
        {
            let file = lines(&browser.get(all).await);
            assert_eq!(first_cells(&file).contains(&"ДС-1"), part == "clerk" && !all.contains("lead"), "{part} {all}");
            assert_eq!(file.len() == 1, part == "stranger", "{part} {all}: {file:?}");
        }
    }
    // Deputies read their own inquiries and take nothing out; strangers sign in first.
    let deputy = people.at_browser("deputy").await;
    assert_eq!(deputy.get("/inquiries/export.csv").await.status, 403);
    let page = deputy.open("/inquiries").await;
    assert!(!page.text.contains("export.csv?") && !page.text.contains("name=\"inquiry\""), "{}", page.text);
    let outside = app.call("GET", &asked).header("Accept", "text/html").send().await;
    assert_eq!(outside.status, 303);
}

/// Somebody with several roles, at a browser.
async fn somebody<'a>(app: &'a TestApp, name: &str, roles: &[Role]) -> Browser<'a> {
    let client = app.database.connect().await;
    let account = NewAccount {
        name: name.to_owned(),
        full_name: "Бірнеше рөлді қызметкер".to_owned(),
        roles: roles.iter().copied().collect(),
        ministry: Some(MinistryCode::new("mfa").expect("a code")),
        deputy: None,
        person: None,
        email: None,
        language: Language::En,
    };
    password::open(&client, &account).await;
    Browser::sign_in(app, name, password::typed()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_executor_begins_with_the_own_ministry_and_a_signatory_with_everything() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    an_office(&app).await;
    let mut executor = somebody(&app, "executor-and-clerk", &[Role::Executor, Role::Clerk]).await;
    let page = executor.open("/inquiries").await;
    assert_eq!(rows(&page).len(), 3, "{}", page.words());
    let chips = links(&page, "chip\"");
    assert!(chips.len() == 1 && chips[0].1.starts_with("my ministry: "), "{chips:?}");
    assert_eq!(chips[0].0, "/inquiries?whose=all");
    let everything = executor.open(&chips[0].0).await;
    assert_eq!((rows(&everything).len(), filter(&everything).get("whose")), (4, "all"));
    let back = links(&everything, "chip plain-chip");
    assert!(back.contains(&("/inquiries".to_owned(), "My ministry only".to_owned())), "{back:?}");
    for (code, words) in [("kk", "өз министрлігім:"), ("ru", "моё министерство:")] {
        executor.send(&page.form("/language").and("language", code)).await;
        let page = executor.open("/inquiries").await;
        assert!(page.words().contains(words), "{}", page.words());
    }

    let signs = somebody(&app, "executor-who-signs", &[Role::Executor, Role::Signatory]).await;
    for browser in [signs, people.at_browser("signatory").await] {
        let page = browser.open("/inquiries").await;
        assert_eq!((rows(&page).len(), links(&page, "chip\"").len()), (4, 0));
    }
    // Who writes for a ministry only sees no others and has nothing to choose.
    let page = people.at_browser("mfa").await.open("/inquiries?whose=all").await;
    assert_eq!((rows(&page).len(), links(&page, "chip\"").len()), (3, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_has_days_numbers_and_texts_that_are_never_formulas() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    for (number, subject) in [("ДС-1", "=HYPERLINK(\"http://evil.example\")"), ("ДС-2", "<b>&_x000D_")] {
        let page = clerk.open("/inquiries/new").await;
        clerk.submit(&super::story::registration(&page, number).with("subject", subject)).await;
    }
    app.settle().await;
    let page = clerk.open("/inquiries").await;
    let answer = clerk.download(&links(&page, "chip plain-chip file-xlsx")[0].0).await.is(200);
    let media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    assert_eq!(answer.header("content-type"), Some(media));
    assert!(answer.header("content-disposition").is_some_and(|name| name.ends_with(".xlsx\"")));
    let sheet = sheet_of(&answer.bytes);
    let text = |place: &str, words: &str| {
        format!("<c r=\"{place}\" s=\"3\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{words}<")
    };
    // Both are due on one day, so that either may stand first.
    let (one, other) = if sheet.contains(&text("A2", "ДС-1")) { (2, 3) } else { (3, 2) };
    // 20.09.2023 and the day a month later, as days; two deputies, as a number.
    for cell in [
        text(&format!("A{one}"), "ДС-1"),
        "<c r=\"C2\" s=\"1\"><v>45189</v></c>".to_owned(),
        text(&format!("D{one}"), "=HYPERLINK(&quot;http://evil.example&quot;)"),
        text(&format!("D{other}"), "&lt;b&gt;&amp;_x005F_x000D_"),
        "<c r=\"J2\" s=\"1\"><v>45219</v></c>".to_owned(),
    ] {
        assert!(sheet.contains(&cell), "{cell}: {sheet}");
    }
    assert!(sheet.contains("<c r=\"E2\" s=\"0\"><v>") && !sheet.contains("<f>"), "{sheet}");
    assert!(sheet.contains("state=\"frozen\"") && sheet.contains("Incoming number"), "{sheet}");
    // In the reader's language; the chosen alone.
    clerk.send(&page.form("/language").and("language", "kk")).await;
    let id = page.text.split("data-id=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a row").to_owned();
    let chosen = clerk.download(&format!("/inquiries/export.xlsx?chosen=yes&inquiry={id}")).await.is(200);
    let sheet = sheet_of(&chosen.bytes);
    assert!(sheet.contains("Кіріс нөмірі") && !sheet.contains("r=\"A3\""), "{sheet}");
    assert_eq!(clerk.download("/inquiries/export.xlsx?chosen=yes").await.status, 400);
    assert_eq!(people.at_browser("deputy").await.download("/inquiries/export.xlsx").await.status, 403);
}

fn sheet_of(book: &[u8]) -> String {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(book)).expect("a zip");
    let sheet = zip.by_name("xl/worksheets/sheet1.xml").expect("a sheet");
    std::io::read_to_string(sheet).expect("the sheet")
}

//! The past as people look at it: what was shown at each step of a story is what is shown of that moment later, by the pages, the lists, the API and the
//! command line; nothing can be pressed there, and who looked back is written down.

use directory::Language;
use inquiry::StageName;
use serde_json::{Value, json};
use testkit::app::TestApp;

use super::browser::{Browser, Page};
use super::people::People;
use super::walk::{is_sound, is_whole};
use super::worklist::{counts, links, rows};
use crate::api::story::{Told, signature};
use crate::api::{command, draft, registered, resolution};

/// What was shown at a moment.
struct Snapshot {
    at: String,
    dossier: Value,
    list: Value,
    stage: String,
    tiles: Vec<u64>,
    load: String,
}

/// Without what only the present has.
fn lasting(mut dossier: Value) -> Value {
    for present in ["allowed", "as_of"] {
        dossier.as_object_mut().unwrap().remove(present);
    }
    dossier
}

fn rows_of(mut list: Value) -> Value {
    for row in list["inquiries"].as_array_mut().unwrap() {
        // The list of then knows of what it shows, and not of every event.
        for every in ["version", "changed_at"] {
            row.as_object_mut().unwrap().remove(every);
        }
    }
    list["inquiries"].take()
}

/// The table of the load, without its links.
fn figures(page: &Page) -> String {
    let table = page.words();
    table.split("As lead").nth(1).unwrap_or_default().split("What is counted").next().unwrap_or_default().to_owned()
}

async fn snapshot(app: &TestApp, head: &Browser<'_>, told: &Told, at: &str) -> Snapshot {
    app.settle().await;
    let dossier = app.get("head", &format!("/api/v1/inquiries/{}", told.id)).await.is(200).json();
    let list = app.get("head", "/api/v1/inquiries?limit=50").await.is(200).json();
    Snapshot {
        at: at.to_owned(),
        stage: StageName::from_code(dossier["state"].as_str().unwrap()).unwrap().words(Language::En).to_owned(),
        dossier: lasting(dossier),
        list: rows_of(list),
        tiles: counts(&head.open("/inquiries").await),
        load: figures(&head.open("/load").await),
    }
}

/// An inquiry from its receipt to its end, a day or more a step, with what was shown after each; another one comes in between.
async fn story(app: &TestApp, head: &Browser<'_>) -> (Told, Vec<Snapshot>) {
    let (id, version) = registered(app, "ДС-1").await;
    let mut told = Told { id, version, content_hash: Value::Null };
    let mut seen = vec![snapshot(app, head, &told, "2023-09-20T09:40:00Z").await];
    let visas = json!([{ "kind": "legal", "approver": "legal" }]);
    let text = json!({ "blocks": [{ "type": "paragraph", "content": [{ "type": "text", "text": "Ұсыныс." }] }] });
    for day in 21..=29 {
        let at = format!("2023-09-{day}T05:00:00Z");
        app.clock.set(&at);
        match day {
            21 => told.step(app, "head", "assign-ministries", resolution()).await,
            22 => drop(registered(app, "ДС-2").await),
            23 => told.step(app, "mfa", "submit-contribution", json!({ "body": text, "files": [] })).await,
            24 => told.step(app, "lead", "accept-contribution", json!({ "ministry": "mfa" })).await,
            25 => told.revised(app, 1, draft("Бірінші мәтін."), &visas).await,
            26 => {
                let back = json!({ "version": 1, "reason": "Толықтыру керек." });
                told.step(app, "legal", "return-draft", back).await;
                told.revised(app, 2, draft("Екінші мәтін, толықтырылған."), &visas).await;
            }
            27 => {
                let asked = json!({ "ground": "Көп", "until": "2023-11-01" });
                told.step(app, "lead", "request-extension", asked).await;
                told.step(app, "control", "grant-extension", json!({ "until": "2023-11-01" })).await;
            }
            28 => {
                let visa = json!({ "version": 2, "content_hash": told.content_hash, "kind": "legal" });
                told.step(app, "legal", "visa", visa).await;
                told.step(app, "clerk", "submit-for-signature", json!({ "version": 2 })).await;
                let pdf = app.get("signatory", &format!("/api/v1/inquiries/{}/reply.pdf", told.id)).await.is(200).bytes;
                let mut signed = signature(&told, &pdf);
                signed["version"] = json!(2);
                told.step(app, "signatory", "sign", signed).await;
            }
            _ => {
                told.step(app, "clerk", "assign-outgoing-number", json!({})).await;
                told.step(app, "clerk", "dispatch", json!({})).await;
            }
        }
        seen.push(snapshot(app, head, &told, &at).await);
    }
    app.clock.set("2023-12-01T05:00:00Z");
    app.settle().await;
    told.version = told.dossier(app).await["version"].as_u64().unwrap();
    told.step(app, "clerk", "confirm-delivery", json!({ "recipient": 1, "how": "answered_by_mail" })).await;
    let by_hand = json!({ "recipient": 2, "on": "2023-11-30", "note": "Қолма-қол берілді." });
    told.step(app, "clerk", "record-delivery-by-hand", by_hand).await;
    told.step(app, "control", "close", json!({ "outcome": { "kind": "answered" } })).await;
    app.settle().await;
    (told, seen)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_shown_at_a_moment_is_what_is_shown_of_it_later() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let head = people.at_browser("head").await;
    let (told, snapshots) = story(&app, &head).await;
    let place = format!("/inquiries/{}", told.id);
    let mut permanent = Vec::new();
    for then in &snapshots {
        let at = &then.at;
        let dossier = app.get("head", &format!("/api/v1{place}?as_of={at}")).await.is(200).json();
        assert_eq!(dossier["allowed"], json!([]));
        let link = dossier["as_of"].as_str().unwrap().to_owned();
        assert_eq!(lasting(dossier), then.dossier, "{at}");
        let list = app.get("head", &format!("/api/v1/inquiries?limit=50&as_of={at}")).await.is(200).json();
        assert_eq!(rows_of(list), then.list, "{at}");

        let page = head.open(&format!("{place}?as_of={at}")).await;
        is_whole(&page, at);
        assert!(
            page.words().contains(&then.stage) && page.text.contains("class=\"moment past\""),
            "{at}: {}",
            page.words()
        );
        // Nothing that acts, and no way into the present but the one that says so.
        assert!(!page.text.contains(&format!("action=\"{place}/")), "{at}: {}", page.text);
        let leaves = page.text.matches(&format!("href=\"{place}\"")).count();
        assert_eq!(leaves, 1, "{at} leads out of the past {leaves} times: {}", page.text);
        let list = head.open(&format!("/inquiries?as_of={at}")).await;
        is_whole(&list, at);
        assert_eq!(counts(&list), then.tiles, "{at}");
        assert_eq!(rows(&list).len(), then.list.as_array().unwrap().len(), "{at}");
        assert!(!list.text.contains("class=\"bulk\"") && !list.text.contains("name=\"inquiry\""), "{at}");
        let load = head.open(&format!("/load?as_of={at}")).await;
        assert_eq!(figures(&load), then.load, "{at}");
        permanent.push((link, then));
    }
    // The draft's text is that of then.
    let first = head.open(&format!("{place}?as_of=2023-09-25")).await;
    assert!(first.text.contains("Бірінші мәтін.") && !first.text.contains("толықтырылған"), "{}", first.words());
    let letter = head.open(&format!("{place}/letter?as_of=2023-09-25")).await;
    assert!(letter.text.contains("Бірінші мәтін.") && letter.text.contains("class=\"moment past\""));
    // A link shows the same for ever, also what is recorded later.
    app.clock.set("2023-12-20T05:00:00Z");
    registered(&app, "ДС-3").await;
    app.settle().await;
    for (link, then) in &permanent {
        let dossier = app.get("head", &format!("/api/v1{place}?as_of={link}")).await.is(200).json();
        assert_eq!((dossier["as_of"].as_str(), &lasting(dossier.clone())), (Some(link.as_str()), &then.dossier));
        let list = app.get("head", &format!("/api/v1/inquiries?limit=50&as_of={link}")).await.is(200).json();
        assert_eq!(rows_of(list), then.list, "{link}");
    }
    // Links of a list of the past stay there, and lead to inquiries of then.
    let list = head.open("/inquiries?as_of=2023-09-25&lead=mlsp").await;
    for (href, words) in links(&list, "tile") {
        assert!(href.contains("as_of=2023-09-25T"), "{words}: {href}");
    }
    assert!(list.text.contains(&format!("href=\"{place}?as_of&#x3D;2023-09-25T")), "{}", list.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_moments_are_compared_and_every_count_has_its_list() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let head = people.at_browser("head").await;
    let (told, _) = story(&app, &head).await;
    let place = format!("/inquiries/{}", told.id);
    let two = app.get("head", &format!("/api/v1{place}/between?from=2023-09-22&until=2023-09-27")).await.is(200).json();
    assert_eq!((&two["was"]["state"], &two["is"]["state"]), (&json!("assigned"), &json!("approval")));
    assert_eq!((&two["was"]["draft_version"], &two["is"]["draft_version"]), (&Value::Null, &json!(2)));
    assert_eq!((&two["is"]["due"], &two["is"]["contributed"]), (&json!("2023-11-01"), &json!(["mfa"])));
    assert_eq!(two["events"].as_array().unwrap().len(), 9, "{two}");
    let page = head.open(&format!("{place}/between?from=2023-09-25&until=2023-09-27")).await;
    is_whole(&page, "between");
    for words in ["толықтырылған", "v1 → v2", "1 November 2023"] {
        assert!(page.words().contains(words), "{words}: {}", page.words());
    }
    // Before it came in there was nothing; without moments it is compared from the receipt to now.
    let all = app.get("head", &format!("/api/v1{place}/between")).await.is(200).json();
    assert_eq!((&all["was"]["state"], &all["is"]["state"]), (&json!("received"), &json!("closed")));

    let list = head.open("/inquiries/between?since=2023-09-21&till=2023-11-25").await;
    is_whole(&list, "between");
    let tiles = links(&list, "tile");
    // ДС-2 came; nothing has left; ДС-1 moved, has the same executors and is due anew; ДС-2's day has gone by.
    let said: Vec<&str> = tiles.iter().map(|(_, words)| words.split(' ').next().unwrap_or_default()).collect();
    assert_eq!(said, ["1", "0", "1", "0", "1", "1"], "{}", list.words());
    for ((href, words), numbers) in
        tiles.iter().zip([vec!["ДС-2"], vec![], vec!["ДС-1"], vec![], vec!["ДС-1"], vec!["ДС-2"]])
    {
        let behind = head.open(href).await;
        assert_eq!(rows(&behind), numbers, "{words}");
    }
    let ended = head.open("/inquiries/between?since=2023-09-29&what=left").await;
    assert_eq!(rows(&ended), ["ДС-1"], "{}", ended.words());
    // Whoever sees a part only compares that.
    let stranger = people.at_browser("stranger").await;
    let nothing = stranger.open("/inquiries/between?since=2023-09-21&till=2023-11-25").await;
    assert!(links(&nothing, "tile").iter().all(|(_, words)| words.starts_with("0 ")), "{}", nothing.words());
    assert_eq!(stranger.get(&format!("{place}/between")).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inquiry_that_passed_to_others_between_two_moments_is_shown_with_both() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let (id, version) = registered(&app, "ДС-1").await;
    let version = command(&app, "head", &id, version, "assign-ministries", &resolution()).await.is(200).version();
    let (other, other_at) = registered(&app, "ДС-2").await;
    app.settle().await;
    app.clock.set("2023-09-22T05:00:00Z");
    renamed(&app).await;
    // Who is assigned first takes it from nobody.
    command(&app, "head", &other, other_at, "assign-ministries", &resolution()).await.is(200);
    app.clock.set("2023-09-25T05:00:00Z");
    let passed = |from: &str, to: &str, due: &str| json!({ "from": from, "to": to, "due": due, "reason": "құзыреті" });
    let lead = passed("mlsp", "mof", "2023-10-06");
    let version = command(&app, "head", &id, version, "reassign", &lead).await.is(200).version();
    command(&app, "head", &id, version, "reassign", &passed("mfa", "moj", "2023-09-29")).await.is(200);
    app.settle().await;
    for (language, tile, helped) in [
        ("en", "1 reassigned", "MLSP → MoF co-executors: MFA → MoJ"),
        ("ru", "1 переданы другим", "МТСЗН → Минфин соисполнители: МИД → Минюст"),
        ("kk", "1 басқаға берілді", "Еңбекмині → Қаржымині бірлесіп орындаушылар: СІМ → Әділетмині"),
    ] {
        let head = people.at_browser_in("head", language).await;
        let list = head.open("/inquiries/between?since=2023-09-21&till=2023-09-25").await;
        let tiles = links(&list, "tile");
        assert_eq!(tiles[3].1, tile);
        let page = head.open(&tiles[3].0).await;
        is_sound(&page, "passed to others");
        assert_eq!(rows(&page), ["ДС-1"], "{}", page.words());
        // The old lead by its name of then, though it is called otherwise by now.
        let words = page.words().split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains(helped), "{words}");
    }
    // Another name of the same lead is no other lead.
    let head = people.at_browser("head").await;
    let before = head.open("/inquiries/between?since=2023-09-20&till=2023-09-22&what=reassigned").await;
    assert!(rows(&before).is_empty(), "{}", before.words());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moment_that_cannot_be_looked_at_is_refused_and_a_look_back_is_written_down() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let (id, version) = registered(&app, "ДС-1").await;
    app.clock.set("2023-09-21T05:00:00Z");
    command(&app, "head", &id, version, "assign-ministries", &resolution()).await.is(200);
    app.settle().await;
    let auditor = people.at_browser("auditor").await;
    for (moment, said) in [
        ("x", "It takes a day or a moment"),
        ("2023-09-22", "has not come yet"),
        ("2023-09-19", "Nothing had been recorded by then"),
        ("2023-09-20T09:40:00Z~99999", "no such position"),
    ] {
        for path in [format!("/inquiries/{id}"), "/inquiries".to_owned(), "/load".to_owned()] {
            let page = auditor.get(&format!("{path}?as_of={moment}")).await;
            assert_eq!(page.status, 400, "{path} {moment}");
            assert!(page.words().contains(said), "{path} {moment}: {}", page.words());
        }
        let answer = app.get("auditor", &format!("/api/v1/inquiries/{id}?as_of={moment}")).await;
        assert_eq!(answer.is_problem(400, "bad_parameter")["field"], "as_of");
    }
    // The page of a wrong moment has its form: what was typed stands in it, what else was asked stays.
    let wrong = auditor.get("/inquiries?q=326&as_of_day=2023-09-19&as_of_time=10:00").await;
    assert_eq!(wrong.status, 400);
    is_whole(&wrong, "a moment before the first event");
    let form = wrong.form("/inquiries");
    let typed = ["q", "as_of_day", "as_of_time"].map(|name| form.get(name));
    assert_eq!(typed, ["326", "2023-09-19", "10:00"]);
    assert!(wrong.text.contains("id=\"moment-now\" href=\"/inquiries?q&#x3D;326\""), "{}", wrong.text);
    let wrong = auditor.get(&format!("/inquiries/{id}/between?from_day=2023-09-19&until_day=2023-09-21")).await;
    assert_eq!(wrong.status, 400);
    is_whole(&wrong, "a moment before the first event, of two");
    let form = wrong.form(&format!("/inquiries/{id}/between"));
    assert_eq!((form.get("from_day"), form.get("until_day")), ("2023-09-19", "2023-09-21"));
    let tomorrow = auditor.get("/load?sort=name&as_of_day=2023-09-22").await;
    let form = tomorrow.form("/load");
    assert_eq!((tomorrow.status, form.get("as_of_day"), form.get("sort")), (400, "2023-09-22", "name"));
    // Another problem has no such form, and no day before the first can be chosen.
    assert!(!auditor.get("/load?sort=nothing").await.text.contains("moment-again"));
    for path in [format!("/inquiries/{id}"), format!("/inquiries/{id}/between"), "/load".to_owned()] {
        let page = auditor.open(&path).await;
        assert!(page.text.contains("min=\"2023-09-20\" max=\"2023-09-21\""), "{path}: {}", page.text);
    }
    // The forms of the bar: a day and a time, and the slider over the events.
    let page = auditor.open(&format!("/inquiries/{id}?as_of_day=2023-09-20&as_of_time=15:40")).await;
    assert!(page.words().contains("20.09.2023 15:40:59"), "{}", page.words());
    let page = auditor.open(&format!("/inquiries/{id}?version=3")).await;
    assert!(
        page.text.contains("value=\"3\" aria-valuetext") && page.words().contains("The next event"),
        "{}",
        page.text
    );
    let beyond = auditor.get(&format!("/inquiries/{id}?version=99")).await;
    assert_eq!(beyond.status, 400);
    is_whole(&beyond, "an event that there is not");
    let form = beyond.form(&format!("/inquiries/{id}"));
    assert_eq!(form.get("version"), "99");
    assert!(beyond.text.contains(&format!("id=\"moment-now\" href=\"/inquiries/{id}\"")), "{}", beyond.text);
    assert!(beyond.words().contains("Number of the event"), "{}", beyond.words());
    let list = auditor.open("/inquiries?as_of_nth=0").await;
    assert_eq!(rows(&list), ["ДС-1"]);
    // A deputy who asked sees the past of it, and no step of the house.
    let deputy = people.at_browser("deputy").await.open(&format!("/inquiries/{id}?as_of=2023-09-20")).await;
    assert!(deputy.text.contains("class=\"moment past\"") && !deputy.text.contains("moment-slider"));
    assert!(!deputy.words().contains("last event"), "{}", deputy.words());

    let reads = auditor.open(&format!("/inquiries/{id}/reads")).await;
    assert!(reads.words().contains("as_of=2023-09-20"), "{}", reads.words());
    let within = auditor.open("/reads?person=auditor&from=2023-01-01&until=2023-01-02").await;
    assert!(within.words().contains("Nothing was found"), "{}", within.words());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_number_of_an_event_and_a_time_without_a_day_come_back_in_their_fields() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let (id, _) = registered(&app, "ДС-1").await;
    app.settle().await;
    let auditor = people.at_browser("auditor").await;
    let place = format!("/inquiries/{id}");
    let back = format!("id=\"moment-now\" href=\"{place}\"");
    for (asked, typed) in [
        ("abc", "abc"),
        ("-1", "-1"),
        ("3.5", "3.5"),
        ("%2B3", "+3"),
        ("0", "0"),
        ("12345678901234567890", "12345678901234567890"),
        ("99999999999999999999", "99999999999999999999"),
    ] {
        let page = auditor.get(&format!("{place}?version={asked}")).await;
        assert_eq!(page.status, 400, "{asked}: {}", page.text);
        is_whole(&page, asked);
        assert_eq!(page.form(&place).get("version"), typed, "{}", page.text);
        assert!(page.text.contains(&back) && page.words().contains("Number of the event"), "{asked}: {}", page.text);
        let is_number = typed.bytes().all(|byte| byte.is_ascii_digit());
        let said = if is_number { "The inquiry has no such event" } else { "the number of the event in digits" };
        assert!(page.words().contains(said), "{asked}: {}", page.words());
    }
    // An empty field asks for nothing, as everywhere in the form of a moment.
    assert!(!auditor.open(&format!("{place}?version=")).await.text.contains("class=\"moment past\""));

    for (path, query, field) in [
        (place.clone(), "as_of_day=&as_of_time=10:00", "as_of_time"),
        ("/inquiries".to_owned(), "q=326&as_of_time=10:00", "as_of_time"),
        ("/inquiries/between".to_owned(), "since=2023-09-20&till_day=&till_time=10:00", "till_time"),
        (format!("{place}/between"), "until_time=10:00", "until_time"),
    ] {
        let page = auditor.get(&format!("{path}?{query}")).await;
        assert_eq!(page.status, 400, "{path}?{query}");
        is_whole(&page, query);
        assert_eq!(page.form(&path).get(field), "10:00", "{}", page.text);
        assert!(page.words().contains("Choose the day as well"), "{path}: {}", page.words());
    }
}

/// The ministry that leads is called otherwise from 22 September on.
async fn renamed(app: &TestApp) {
    let renamed = json!({ "changes": [{ "ministry_renamed": {
        "code": "mlsp",
        "name": { "kk": "Әлеуметтік даму министрлігі", "ru": "Министерство развития", "en": "Ministry of Progress" },
        "abbreviation": { "kk": "ӘДМ", "ru": "МинРазв", "en": "MoProgress" },
        "since": "2023-09-22", "act": "Президенттің 2023 жылғы 22 қыркүйектегі № 401 Жарлығы",
    } }] });
    let rename = app.call("POST", "/api/v1/directory/ministries").by("admin").key("rename").seen(0);
    rename.json(&renamed).send().await.is(200);
    app.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_the_past_keeps_the_names_of_then_and_says_which_event_was_its_last() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let head = people.at_browser("head").await;
    let (id, version) = registered(&app, "ДС-1").await;
    command(&app, "head", &id, version, "assign-ministries", &resolution()).await.is(200);
    app.settle().await;
    app.clock.set("2023-09-22T05:00:00Z");
    renamed(&app).await;
    let (old, new) = (["Ministry of Labour", "MLSP"], ["Ministry of Progress", "MoProgress"]);
    let place = format!("/inquiries/{id}");
    let at = "2023-09-21T05:00:00Z";
    let dossier = app.get("head", &format!("/api/v1{place}?as_of={at}")).await.is(200).json();
    let link = dossier["as_of"].as_str().unwrap();
    let says = |page: &Page, names: [&str; 2]| names.into_iter().any(|name| page.text.contains(name));
    let files = ["/inquiries/export.csv", "/reports/export.csv"];
    for path in [place.as_str(), "/inquiries", "/load", "/reports", files[0], files[1]] {
        // A report's moment has no position.
        let moments = if path.starts_with("/reports") { vec![at] } else { vec![at, link] };
        for moment in moments {
            let then = head.open(&format!("{path}?as_of={moment}")).await;
            assert!(says(&then, old) && !says(&then, new), "{path} {moment}: {}", then.words());
        }
        let mut now = head.open(path).await;
        // The history says what was said then, and beside it what it is called now.
        if path == place {
            assert_eq!(now.text.matches("MLSP (now: MoProgress)").count(), 1, "{}", now.words());
            now.text = now.text.replace("MLSP (now: MoProgress)", "");
        }
        assert!(says(&now, new) && !says(&now, old), "{path}: {}", now.words());
    }
    // Beside each other the two moments go by the names of the later one: the inquiry did not change.
    let two = head.open(&format!("{place}/between?from=2023-09-21&until=2023-09-22T05:00:00Z")).await;
    assert!(two.text.contains("MoProgress") && !two.text.contains("MLSP"), "{}", two.words());

    let events = app.journal().read_after(0, 10_000).await.unwrap();
    let moment: jiff::Timestamp = at.parse().unwrap();
    let known = events.iter().filter(|event| event.at <= moment);
    let last = known.clone().max_by_key(|event| (event.at, event.position)).unwrap().position;
    let own = known.filter(|event| event.stream.as_str().contains(&id)).map(|event| event.position).max().unwrap();
    assert!(last < app.journal().head().await.unwrap().position, "the journal goes on");
    for (path, last) in [(place.as_str(), own), ("/inquiries", last), ("/load", last)] {
        for moment in [at, link] {
            let then = head.open(&format!("{path}?as_of={moment}")).await;
            let words = then.words();
            assert!(
                words.contains("21.09.2023 11:00:00") && words.contains(&format!("last event № {last},")),
                "{words}"
            );
        }
    }
    // A ministry is told which event was the last of an inquiry of its own, and of its list the moment alone: when something happens in the inquiries
    // of others is not for it to find out.
    let ministry = people.at_browser("mfa").await;
    let own_place = ministry.open(&format!("{place}?as_of={at}")).await;
    assert!(own_place.words().contains(&format!("last event № {own},")), "{}", own_place.words());
    for moment in [at, link] {
        let list = ministry.open(&format!("/inquiries?as_of={moment}")).await;
        let words = list.words();
        assert_eq!(rows(&list), ["ДС-1"]);
        assert!(words.contains("21.09.2023 11:00:00") && !words.contains("last event"), "{words}");
    }
}

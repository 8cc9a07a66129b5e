//! Searching on the pages, keeping searches and hearing of what is new; earlier answers read, taken over with where they came from, and warned of.

mod taking;

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use eventstore::{Append, CommandId, Guards, NewEvent, Origin, StreamId, StreamWrite};
use inquiry::InquiryId;
use serde_json::{Value, json};
use testkit::app::TestApp;
use uuid::Uuid;
use web::accounts;

use super::browser::{Browser, Page};
use super::people::People;
use super::walk::is_whole;
use crate::api::story::{Told, signature, tell, to_the_signatory};
use crate::api::{draft, registered, resolution};

/// A text as a value in an address.
fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// What a page says, with single spaces.
fn said(page: &Page) -> String {
    page.words().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Does a page lead there?
fn leads(page: &Page, place: &str) -> bool {
    let text = page.text.replace("&#x3D;", "=").replace("&amp;", "&");
    text.contains(&format!("href=\"{place}\""))
}

/// An inquiry that the lead may write a draft of.
async fn assigned(app: &TestApp, number: &str) -> Told {
    let (id, version) = registered(app, number).await;
    let mut told = Told { id, version, content_hash: Value::Null };
    told.step(app, "head", "assign-ministries", resolution()).await;
    told
}

async fn search(browser: &Browser<'_>, words: &str) -> Page {
    browser.open(&format!("/search?q={}", escaped(words))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_all_there_is_to_a_search_and_each_reader_finds_their_own() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let first = assigned(&app, "№ ДС-326").await;
    app.settle().await;
    let clerk = people.at_browser("clerk").await;

    let empty = clerk.open("/search").await;
    is_whole(&empty, "a search for nothing");
    assert!(clerk.open("/inquiries").await.text.contains("action=\"/search\""), "the box in the head of every page");

    // Another form of the word; the place with a link right there, and the words marked.
    let found = search(&clerk, "зейнетақының").await;
    is_whole(&found, "a search with hits");
    let words = said(&found);
    assert!(words.contains("Found: 1") && words.contains("ДС-326"), "{words}");
    assert!(found.text.contains("<mark>Зейнетақы</mark>"), "{}", found.text);
    assert!(leads(&found, &format!("/inquiries/{}#questions-h", first.id)), "{}", found.text);
    let typed = search(&clerk, "зейнетакы жуйесин").await;
    assert!(said(&typed).contains("ДС-326"), "a keyboard without Kazakh letters: {}", said(&typed));

    // What narrows keeps the words, and leads out again.
    let narrowed = clerk.open(&format!("/search?q={}&ministry=mlsp&place=question", escaped("зейнетақы"))).await;
    assert!(
        said(&narrowed).contains("Found: 1") && said(&narrowed).contains("remove this filter"),
        "{}",
        said(&narrowed)
    );
    assert!(leads(&narrowed, &format!("/search?q={}&ministry=mlsp", escaped("зейнетақы"))), "{}", narrowed.text);
    let nothing = clerk.open(&format!("/search?q={}&ministry=mof", escaped("зейнетақы"))).await;
    is_whole(&nothing, "a search without hits");
    assert!(said(&nothing).contains("Nothing was found") && said(&nothing).contains("Search without what narrows"));
    assert_eq!(clerk.get("/search?q=x&stage=sleeping").await.status, 400);

    // A number leads straight there, with a line how to see all hits.
    for number in ["№ДС-326", "дс 326", "ДC326"] {
        let straight = clerk.get(&format!("/search?q={}", escaped(number))).await;
        assert_eq!(straight.status, 303, "{number}: {}", straight.text);
        assert!(straight.place.starts_with(&format!("/inquiries/{}?sought=", first.id)), "{}", straight.place);
        let page = clerk.open(&straight.place).await;
        let all = format!("/search?q={}&all=yes", escaped(number));
        assert!(leads(&page, &all), "{}", page.text);
        assert!(said(&clerk.open(&all).await).contains("Found: 1"));
    }

    // Whoever may not see it finds nothing by the same address, learns no word of it, and no program tells them more.
    let stranger = people.at_browser("stranger").await;
    for address in [format!("/search?q={}", escaped("зейнетақы")), format!("/search?q={}", escaped("ДС-326"))]
    {
        let page = stranger.get(&address).await;
        assert_eq!(page.status, 200, "{}", page.place);
        let words = said(&page);
        assert!(
            words.contains("Nothing was found") && !words.contains("жүйесін") && !words.contains("ДС-326 Зейнет"),
            "{words}"
        );
    }
    let path = format!("/api/v1/search?q={}", escaped("зейнетақы"));
    let body = app.get("clerk", &path).await.is(200).json();
    assert_eq!((&body["hits"][0]["id"], &body["total"]["counted"]), (&json!(first.id), &json!(1)), "{body}");
    assert!(body["hits"][0]["subject"].as_array().unwrap().iter().any(|piece| piece["marked"] == true), "{body}");
    assert_eq!(app.get("stranger", &path).await.is(200).json()["hits"], json!([]));
    app.get("clerk", "/api/v1/search?limit=51").await.is_problem(400, "bad_parameter");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_more_than_are_listed_the_list_says_where_it_ends_and_what_to_do() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    registered(&app, "ДС-326").await;
    app.settle().await;
    let clerk = people.at_browser("clerk").await;
    let one = said(&search(&clerk, "зейнетақы").await);
    assert!(!one.contains("Narrow the search") && !one.contains("or more"), "all of one is listed: {one}");
    // The same inquiry again and again, as the tables hold it.
    let client = app.database.connect().await;
    for table in ["register", "search"] {
        let written = "select string_agg(quote_ident(column_name), ', ') from information_schema.columns
                        where table_name = $1 and is_generated = 'NEVER'";
        let columns: String = client.query_one(written, &[&table]).await.unwrap().get(0);
        let copies = format!(
            "insert into {table} ({columns}) select {columns} from (
                 select (jsonb_populate_record(one, jsonb_build_object('inquiry', md5(n::text)::uuid))).*
                   from {table} as one, generate_series(1, {}) as n) as copy",
            readmodel::search::MOST
        );
        client.execute(&copies, &[]).await.unwrap();
    }
    let mut page = search(&clerk, "зейнетақы").await;
    // What is counted by are those that are listed: of the others some may have it too.
    let figure = "400<span aria-hidden=\"true\">+</span><span class=\"visually-hidden\"> or more</span>";
    assert!(page.text.contains(figure), "{}", page.text);
    let (mut listed, mut pages) = (0, 0);
    loop {
        assert!(said(&page).contains("Found: 400+"), "{}", said(&page));
        listed += page.text.matches("card hit").count();
        pages += 1;
        let text = page.text.replace("&#x3D;", "=").replace("&amp;", "&");
        let Some(next) = text.split("rel=\"next\" href=\"").nth(1).and_then(|rest| rest.split('"').next()) else {
            break;
        };
        assert!(!said(&page).contains("Narrow the search"), "the list goes on");
        page = clerk.open(next).await;
    }
    assert_eq!((listed, pages), (400, 20));
    is_whole(&page, "the end of what is listed");
    assert!(said(&page).contains("These were the nearest 400 inquiries. Narrow the search"), "{}", said(&page));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_asks_beyond_what_there_is_is_told_how_far_it_goes() {
    let app = TestApp::start().await;
    let (id, _) = registered(&app, "ДС-1").await;
    app.settle().await;
    let head = app.journal().head().await.unwrap().position;
    let to_the_head = format!("A number from 0 to {head}.");
    let positions = [format!("at_least={}", head + 1), "at_least=99999".to_owned(), "at_least=-1".to_owned()];
    let others =
        [("since=99999", &*to_the_head), ("since=-1", &to_the_head), ("year=99999", "A number from 1 to 9999.")];
    let limits = ["limit=0", "limit=51", "limit=99999", "limit=-1"].map(|limit| (limit, "A number from 1 to 50."));
    let positions = positions.iter().map(|asked| (asked.as_str(), &*to_the_head));
    for (asked, said) in positions.chain(others).chain(limits) {
        let call = app.call("GET", &format!("/api/v1/search?{asked}")).by("clerk").header("Accept-Language", "en");
        let problem = call.send().await.is_problem(400, "bad_parameter");
        assert_eq!(Some(problem["field"].as_str().unwrap()), asked.split('=').next(), "{problem}");
        assert!(problem["detail"].as_str().unwrap().contains(said), "{asked}: {problem}");
    }
    for list in ["inquiries".to_owned(), format!("inquiries/{id}/deliveries")] {
        app.get("clerk", &format!("/api/v1/{list}?at_least=99999")).await.is_problem(400, "bad_parameter");
    }
    app.get("clerk", &format!("/api/v1/search?at_least={head}&since={head}&year=2023&limit=50")).await.is(200);
}

async fn saved(browser: &Browser<'_>) -> Page {
    browser.open("/search/saved").await
}

/// The mails to people of the house that lie in the outbox, once there are so many.
async fn digests(app: &TestApp, wanted: usize) -> Vec<String> {
    let folder = app.folder.path().join("outbox/office");
    let mut look = tokio::time::interval(Duration::from_millis(50));
    for _ in 0..600 {
        look.tick().await;
        let files = std::fs::read_dir(&folder).into_iter().flatten().filter_map(Result::ok).map(|file| file.path());
        let mails: Vec<String> = files
            .filter(|path| path.extension().is_some_and(|ending| ending == "eml"))
            .map(|path| String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned())
            .collect();
        if mails.len() >= wanted {
            return mails;
        }
    }
    panic!("no digest came");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_search_tells_what_is_new_on_the_pages_and_by_mail_unless_it_is_muted() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    registered(&app, "ДС-1").await;
    app.settle().await;
    let mut clerk = people.at_browser("clerk").await;
    let keep = |page: &Page, name: &str| page.form_with("/search/saved", "do", "keep").with("name", name);
    let found = search(&clerk, "зейнетақы").await;
    let kept = clerk.send(&keep(&found, "Зейнетақы")).await;
    assert!(kept.status == 303 && kept.place.starts_with("/search?q="), "{} {}", kept.status, kept.text);
    assert!(said(&clerk.open(&kept.place).await).contains("Зейнетақы"));
    let muted = search(&clerk, "жүйесін").await;
    clerk.submit(&keep(&muted, "Үнсіз")).await;
    let unnamed = clerk.send(&keep(&muted, " ")).await;
    assert_eq!(unnamed.status, 422, "{}", unnamed.text);
    let page = saved(&clerk).await;
    is_whole(&page, "kept searches");
    assert!(!said(&page).contains("new: "), "what there was is not new: {}", said(&page));
    let form = |page: &Page, name: &str, what: &str| {
        // The forms of a list are told apart by what their buttons are called for those who do not see them.
        let at = page.text.find(&format!(">{name}</a>")).unwrap();
        let id = page.text[..at].rfind("name=\"search\" value=\"").unwrap() + "name=\"search\" value=\"".len();
        page.form_with("/search/saved", "search", &page.text[id..id + 36]).and("do", what)
    };
    clerk.submit(&form(&page, "Үнсіз", "mute")).await;

    // Something new is found: told beside the search, in the menu, and by a digest to whoever has an address.
    let client = app.database.connect().await;
    accounts::set_mailbox(&client, people.name("clerk"), Some("clerk@office.example")).await.unwrap();
    registered(&app, "ДС-2").await;
    app.settle().await;
    let page = saved(&clerk).await;
    assert_eq!(said(&page).matches("new: 1").count(), 1, "{}", said(&page));
    assert!(said(&page).contains("muted"), "{}", said(&page));
    let menu = clerk.open("/inquiries").await;
    assert!(said(&menu).contains("Saved searches 1"), "{}", said(&menu));
    let look = clerk.send(&form(&page, "Зейнетақы", "look")).await;
    assert!(look.status == 303 && look.place.contains("since="), "{} {}", look.status, look.place);
    let new = said(&clerk.open(&look.place).await);
    assert!(new.contains("ДС-2") && !new.contains("ДС-1 "), "{new}");
    assert!(!said(&saved(&clerk).await).contains("new: "), "it was looked at");

    // The mail tells what is new since the last mail, whether or not somebody looked; the muted one is not in it.
    app.clock.set("2023-09-21T03:00:00Z");
    registered(&app, "ДС-3").await;
    let mails = digests(&app, 1).await;
    let [mail] = &mails[..] else { panic!("{mails:?}") };
    let parts = mail.split("\r\n\r\n").filter_map(|part| {
        let lines = part.lines().take_while(|line| !line.starts_with("--"));
        String::from_utf8(STANDARD.decode(lines.collect::<String>()).ok()?).ok()
    });
    let text = parts.into_iter().find(|text| !text.is_empty()).unwrap();
    assert!(text.contains("New in your saved search «Зейнетақы»") && text.contains("No. ДС-2: "), "{text}");
    assert!(!text.contains("Үнсіз") && !text.contains("No. ДС-1:") && text.contains("/search?q="), "{text}");

    let page = saved(&clerk).await;
    clerk.submit(&form(&page, "Зейнетақы", "remove")).await;
    assert!(!said(&saved(&clerk).await).contains("Зейнетақы"));
    // Others neither see nor touch what somebody keeps.
    let mut other = people.at_browser_in("head", "en").await;
    let page = saved(&other).await;
    assert!(said(&page).contains("There are no searches yet"), "{}", said(&page));
    let strange = keep(&search(&other, "x").await, "x");
    other.submit(&strange).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_another_kept_search_has_is_asked_about_and_replaces_it_only_when_that_is_meant() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    let keep = |page: &Page, name: &str| page.form_with("/search/saved", "do", "keep").with("name", name);
    let kept = async |browser: &Browser<'_>| {
        let page = saved(browser).await;
        let names = page.text.split("<span class=\"view-name\">").skip(1).map(|rest| {
            let link = rest.split("</a>").next().unwrap_or_default();
            link.rsplit('>').next().unwrap_or_default().to_owned()
        });
        (names.collect::<Vec<_>>(), page)
    };
    let first = search(&clerk, "зейнетақы").await;
    clerk.submit(&keep(&first, "Зейнетақы")).await;
    // The same once more is no other search.
    assert_eq!(clerk.send(&keep(&first, "Зейнетақы")).await.status, 303);

    let narrowed = clerk.open(&format!("/search?q={}&ministry=mlsp", escaped("жүйесін"))).await;
    let asked = clerk.send(&keep(&narrowed, "  Зейнетақы ")).await;
    assert_eq!(asked.status, 409, "{}", asked.text);
    is_whole(&asked, "a name that is taken");
    let words = said(&asked);
    assert!(words.contains("Another search is saved under this name: Зейнетақы"), "{words}");
    assert!(words.contains("зейнетақы") && words.contains("жүйесін; ministry: MLSP"), "what is which: {words}");
    let (names, page) = kept(&clerk).await;
    assert_eq!(names, ["Зейнетақы"]);
    assert!(page.text.contains(&escaped("зейнетақы")) && !page.text.contains(&escaped("жүйесін")), "{}", page.text);

    // Another name is offered, and the search that was asked for goes along.
    let both = asked.form_with("/search/saved", "name", "Зейнетақы 2");
    let on = clerk.send(&both).await;
    assert!(on.status == 303 && on.place.contains("ministry=mlsp"), "{} {}", on.status, on.place);
    assert_eq!(kept(&clerk).await.0, ["Зейнетақы", "Зейнетақы 2"]);

    // A second press replaces the one that was named, and no other.
    let replacing = asked.form_with("/search/saved", "name", "Зейнетақы");
    assert_eq!(clerk.send(&replacing).await.status, 303);
    let (names, page) = kept(&clerk).await;
    assert_eq!(names, ["Зейнетақы", "Зейнетақы 2"]);
    assert!(!page.text.contains(&escaped("зейнетақы")), "{}", page.text);
    assert_eq!(clerk.send(&replacing.with("name", "Зейнетақы 2").with("question", "q=x")).await.status, 409);
}

/// A version of the draft, with what its blocks came from.
fn revision(texts: &[&str], sources: Value) -> Value {
    let mut ask = draft(texts[0]);
    let blocks: Vec<Value> = texts
        .iter()
        .map(|text| json!({ "type": "paragraph", "content": [{ "type": "text", "text": text }] }))
        .collect();
    ask["content"]["body"]["blocks"] = json!(blocks);
    ask["content"]["answers"] = json!([]);
    ask["sources"] = sources;
    ask
}

#[tokio::test(flavor = "multi_thread")]
async fn paragraphs_of_an_earlier_answer_are_taken_over_with_where_they_came_from() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut first = tell(&app, "ДС-1").await;
    let mut second = assigned(&app, "ДС-2").await;
    app.settle().await;
    let number = first.dossier(&app).await["letter"]["number"].as_str().unwrap().to_owned();
    let mut lead = people.at_browser("lead").await;
    let desk = format!("/inquiries/{}/draft", second.id);

    // Beside the draft, and on a page of their own, under the rights of whoever looks.
    let page = lead.open(&desk).await;
    is_whole(&page, "a draft with earlier answers");
    let answer = format!("/inquiries/{}/answer?into={}", first.id, second.id);
    assert!(leads(&page, &answer), "{}", page.text);
    let listed = lead.open(&format!("/inquiries/{}/earlier", second.id)).await;
    is_whole(&listed, "earlier answers");
    assert!(said(&listed).contains("ДС-1 20.09.2023 Closed") && said(&listed).contains(&number), "{}", said(&listed));
    let stranger = people.at_browser("stranger").await;
    for path in [format!("/inquiries/{}/earlier", second.id), answer.clone(), format!("/inquiries/{}/answer", first.id)]
    {
        assert_eq!(stranger.get(&path).await.status, 404, "{path}");
    }
    let clerk = people.at_browser("clerk").await;
    let read = clerk.open(&answer).await;
    assert!(read.find(&format!("{desk}/earlier")).is_none(), "whoever writes no draft only reads");

    // Question and answer side by side; nothing chosen is said, what is chosen goes behind the text.
    let page = lead.open(&answer).await;
    is_whole(&page, "question and answer");
    assert!(said(&page).contains("Зейнетақы қашан көтеріледі?") && said(&page).contains("Үкімет сауалды қарап"));
    let form = page.form(&format!("{desk}/earlier"));
    let none = lead.send(&form).await;
    assert_eq!(none.status, 422, "{}", none.text);
    assert!(said(&none).contains("Tick paragraphs first"), "{}", said(&none));
    let taken = lead.submit(&form.and("paragraph", "1").and("paragraph", "99")).await;
    let told = format!("taken over from No. {number} of");
    let words = said(&taken);
    assert!(words.contains("Paragraphs put at the end of the text: 1") && words.contains(&told), "{words}");
    let working =
        app.call("GET", &format!("{desk}/working")).by("lead").header("Accept", "application/json").send().await;
    let working = working.is(200).json();
    let source = working["text"]["content"][0]["attrs"]["source"].as_str().unwrap().to_owned();
    assert!(source.starts_with("answer-") && source.ends_with("/1"), "{working}");
    assert!(working["names"][&source].as_str().unwrap().contains(&number), "the editor's label: {working}");

    // The version says which inquiry, number, date, file and paragraph; the approver and the signatory read it.
    let form = super::story::command(&taken, &format!("/inquiries/{}", second.id), "revise-draft");
    assert!(form.get("body").contains(&format!("<!-- from {source} -->")), "{}", form.get("body"));
    let form = form.with("executor_name", "Ж. Даулетханова").with("executor_phone", "74-53-71");
    lead.submit(&form).await;
    let dossier = second.dossier(&app).await;
    let kept = dossier["draft"]["sources"][0].clone();
    assert_eq!(
        (&kept["inquiry"], &kept["number"], &kept["paragraph"]),
        (&json!(first.id), &json!(number), &json!(1)),
        "{dossier}"
    );
    assert_eq!(kept["letter"].as_str().unwrap().len(), 64, "{kept}");
    second.version = dossier["version"].as_u64().unwrap();

    // Nobody claims what is not so, or of a letter that they may not know of; a text that says so loses only the claim.
    let text = "Үкімет сауалды қарап, келесіні хабарлайды.";
    for (field, value) in [("paragraph", json!(99)), ("number", json!("0-0/0")), ("inquiry", json!(second.id))] {
        let mut false_claim = kept.clone();
        false_claim[field] = value;
        let ask = revision(&[text, "Жаңа."], json!([kept, false_claim]));
        let answer = crate::api::command(&app, "lead", &second.id, second.version, "revise-draft", &ask).await;
        answer.is_problem(422, "bad_field");
    }
    let forged = format!("{}\n\n<!-- from answer-0123456789abcdef/1 -->\n\nЖаңа абзац.", form.get("body"));
    let page = lead.open(&desk).await;
    let again =
        super::story::command(&page, &format!("/inquiries/{}", second.id), "revise-draft").with("body", &forged);
    lead.submit(&again).await;
    let dossier = second.dossier(&app).await;
    assert_eq!(dossier["draft"]["sources"], json!([kept, null]), "{dossier}");
    second.version = dossier["version"].as_u64().unwrap();

    let visas = json!([{ "kind": "legal", "approver": people.name("legal") }]);
    second.step(&app, "lead", "submit-for-approval", json!({ "version": 2, "required": visas })).await;
    app.settle().await;
    let legal = people.at_browser("legal").await;
    let place = format!("/approvals/letter/{}", second.id);
    let page = legal.open(&place).await;
    is_whole(&page, "an approver's letter with an earlier answer");
    assert!(said(&page).contains(&told) && !said(&page).contains("was replaced since"), "{}", said(&page));

    // The answer is replaced: everybody who reads the draft is warned.
    first.version = first.dossier(&app).await["version"].as_u64().unwrap();
    first.step(&app, "signatory", "replace-reply", json!({ "reason": "Қате түзетіледі." })).await;
    app.settle().await;
    for (browser, path) in [(&legal, &place), (&clerk, &format!("/inquiries/{}", second.id)), (&lead, &desk)] {
        let words = said(&browser.open(path).await);
        assert!(words.contains("this answer was replaced since"), "{path}: {words}");
    }
    assert!(said(&lead.open(&answer).await).contains("this answer was replaced since"));

    // Whoever registers one like it is shown what was answered.
    let fields = [("subject", "Зейнетақы жүйесін жетілдіру туралы"), ("key", "earlier-answers")];
    let call = app.call("POST", "/inquiries/alike").header("Origin", &app.base).header("Accept", "text/html");
    let fragment = call.header("Cookie", &clerk.cookie()).form(&fields).send().await.is(200).text();
    assert!(fragment.contains(&format!("/inquiries/{}/answer", first.id)), "{fragment}");
}

/// An inquiry whose letter is signed.
async fn signed(app: &TestApp, number: &str) -> Told {
    let mut told = to_the_signatory(app, number).await;
    let pdf = app.get("signatory", &format!("/api/v1/inquiries/{}/reply.pdf", told.id)).await.is(200).bytes;
    told.step(app, "signatory", "sign", signature(&told, &pdf)).await;
    told
}

/// Sends the letter of one inquiry in answer to another too, under a number of its own: so all old letters of a made-up office have the same bytes.
async fn sent_as_well(app: &TestApp, first: &Told, own: &str, second: &Told, number: &str) {
    let stream = |told: &Told| StreamId::new(told.id.parse::<InquiryId>().unwrap().stream_id()).unwrap();
    let history = app.journal().load(&stream(first)).await.unwrap();
    let sent = history
        .iter()
        .filter(|one| matches!(one.event_type.as_str(), "outgoing_number_assigned" | "dispatch_ordered"))
        .map(|one| NewEvent {
            event_type: one.event_type.clone(),
            schema_version: one.schema_version,
            payload: one.text().replace(own, number).replace(&first.id, &second.id),
        });
    let events: Vec<NewEvent> = sent.collect();
    assert_eq!(events.len(), 2, "a number and an order");
    let origin = Origin {
        actor: "clerk".to_owned(),
        at: "2023-09-20T09:40:00Z".parse().unwrap(),
        command: CommandId(Uuid::new_v4()),
        request: [1; 32],
        correlation: Uuid::new_v4(),
        causation: None,
    };
    let write = StreamWrite { stream: stream(second), expected: second.version, events };
    app.journal().append(Append { origin, writes: vec![write], guards: Guards::default() }).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_letters_with_the_same_bytes_the_one_that_was_taken_from_is_told_and_that_its_words_were_changed() {
    let app = TestApp::start_without_mail().await;
    let people = People::of(&app).await;
    let mut first = signed(&app, "ДС-1").await;
    let second = signed(&app, "ДС-2").await;
    first.step(&app, "clerk", "assign-outgoing-number", json!({})).await;
    first.step(&app, "clerk", "dispatch", json!({})).await;
    let number = first.dossier(&app).await["letter"]["number"].as_str().unwrap().to_owned();
    let other = "12-11/9999 ДС";
    sent_as_well(&app, &first, &number, &second, other).await;
    // A ministry that had no part in either works on the draft too.
    let (id, version) = registered(&app, "ДС-3").await;
    let mut third = Told { id, version, content_hash: Value::Null };
    let mut resolved = resolution();
    resolved["co_executors"][0]["ministry"] = json!("mof");
    third.step(&app, "head", "assign-ministries", resolved).await;
    app.settle().await;

    let mut lead = people.at_browser("lead").await;
    let (place, desk) = (format!("/inquiries/{}", third.id), format!("/inquiries/{}/draft", third.id));
    let told = |number: &str| format!("taken over from No. {number} of");
    let mut taken = String::new();
    // The later letter was found by the hash alone, whichever was taken from.
    for (from, number) in [(&first, number.as_str()), (&second, other)] {
        let page = lead.open(&format!("/inquiries/{}/answer?into={}", from.id, third.id)).await;
        let page = lead.submit(&page.form(&format!("{desk}/earlier")).and("paragraph", "1")).await;
        taken = said(&page);
        assert!(taken.contains(&told(number)), "{number}: {taken}");
    }
    assert!(taken.contains(&told(&number)) && !taken.contains("; changed"), "{taken}");
    let form = super::story::command(&lead.open(&desk).await, &place, "revise-draft");
    let form = form.with("executor_name", "Ж. Даулетханова").with("executor_phone", "74-53-71");
    lead.submit(&form).await;
    let sources = third.dossier(&app).await["draft"]["sources"].clone();
    let kept = |n: usize| (sources[n]["inquiry"].clone(), sources[n]["number"].clone());
    assert_eq!(kept(0), (json!(first.id), json!(number)), "{sources}");
    assert_eq!(kept(1), (json!(second.id), json!(other)), "{sources}");
    assert_eq!(sources[0]["letter"], sources[1]["letter"], "the same bytes");

    // Whoever sees both reads which is which; whoever sees neither reads that it was an earlier answer, and of none which.
    let clerk = people.at_browser("clerk").await;
    let words = said(&clerk.open(&place).await);
    assert!(words.contains(&told(&number)) && words.contains(&told(other)), "{words}");
    let stranger = people.at_browser("stranger").await;
    let page = stranger.open(&place).await;
    assert!(said(&page).contains("taken over from an earlier answer"), "{}", said(&page));
    for hidden in [number.as_str(), other, first.id.as_str(), second.id.as_str()] {
        assert!(!page.text.contains(hidden), "{hidden}: {}", page.text);
    }

    // A paragraph that was changed keeps where it came from, and says that it was.
    let form = super::story::command(&lead.open(&desk).await, &place, "revise-draft");
    let body = form.get("body").replacen("келесіні", "мынаны", 1);
    lead.submit(&form.with("body", &body)).await;
    let draft = third.dossier(&app).await["draft"].clone();
    assert_eq!((&draft["version"], &draft["sources"]), (&json!(2), &sources), "{draft}");
    let words = said(&clerk.open(&place).await);
    let (of_first, of_second) = words.split_once(&told(other)).unwrap();
    assert!(of_first.contains("paragraph 1; changed") && !of_second.contains("paragraph 1; changed"), "{words}");
    let words = said(&stranger.open(&place).await);
    assert_eq!(words.matches("taken over from an earlier answer; changed").count(), 1, "{words}");
}

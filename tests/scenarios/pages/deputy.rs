//! A deputy at their own page: no account, no script, only the link in the mail.
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "what a page does not show ends the test")]

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use directory::Actor;
use inquiry::link::{LinkKeys, PersonalLink};
use inquiry::{InquiryId, RecipientNo};
use serde_json::{Value, json};
use testkit::app::{Answer, TestApp};
use web::office::proposals;
use web::office::registering::{self, NewInquiry};

use super::people::People;
use super::story::{address, registration};
use crate::api::story::{Told, signature};
use crate::api::{draft, resolution};

/// The one whom the directory knows, the one whom it does not, and the one without an address.
pub(super) const KNOWN: &str = "n.sarsengaliev@mazhilis.example";
pub(super) const UNKNOWN: &str = "guest@kurultai.example";

/// A reply that was sent to three.
pub(super) async fn sent(app: &TestApp, number: &str) -> Told {
    let deputies = json!([
        { "name": "Н. Сәрсенғалиев", "email": KNOWN },
        { "name": "Қ. Қонақов", "email": UNKNOWN },
        { "name": "Е. Бейсенбаев" },
    ]);
    sent_to(app, number, &deputies).await
}

/// The same to these deputies.
pub(super) async fn sent_to(app: &TestApp, number: &str, deputies: &Value) -> Told {
    let body = json!({
        "number": number, "dated": "2023-09-20", "received": "2023-09-20", "channel": "plenary",
        "chamber": "mazhilis", "language": "kk", "subject": "Зейнетақы жүйесін жетілдіру туралы",
        "questions": ["Зейнетақы қашан көтеріледі?"],
        "groups": [{ "label": "«AMANAT» партиясының\nфракция мүшелері, депутаттар", "kind": "faction_members", "deputies": deputies }],
        "attachments": [],
    });
    let key = format!("sent-{}", number.bytes().map(|byte| format!("{byte:02x}")).collect::<String>());
    let answer = app.call("POST", "/api/v1/inquiries").by("clerk").key(&key).json(&body).send().await.is(201);
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    let mut told = Told { id, version: answer.version(), content_hash: Value::Null };
    told.step(app, "head", "assign-ministries", resolution()).await;
    let required = json!([{ "kind": "legal", "approver": "legal" }]);
    told.revised(app, 1, draft("Құпия ойсыз жауап мәтіні."), &required).await;
    let visa = json!({ "version": 1, "content_hash": told.content_hash, "kind": "legal" });
    told.step(app, "legal", "visa", visa).await;
    told.step(app, "clerk", "submit-for-signature", json!({ "version": 1 })).await;
    let pdf = app.get("signatory", &format!("/api/v1/inquiries/{}/reply.pdf", told.id)).await.is(200).bytes;
    let signed = signature(&told, &pdf);
    told.step(app, "signatory", "sign", signed).await;
    told.step(app, "clerk", "assign-outgoing-number", json!({})).await;
    told.step(app, "clerk", "dispatch", json!({})).await;
    app.settle().await;
    told.version = told.dossier(app).await["version"].as_u64().unwrap();
    told
}

/// The links in all mails of the outbox, by address, each as its text and its HTML have it; the newest last.
pub(super) fn links(app: &TestApp) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let folder = app.folder.path().join("outbox");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    for file in files {
        let mail = String::from_utf8(std::fs::read(file).unwrap()).unwrap();
        let to = mail.split("\r\nTo: ").nth(1).and_then(|rest| rest.split('<').nth(1)).unwrap();
        let to = to.split('>').next().unwrap().to_owned();
        let parts: Vec<String> = mail
            .split("\r\n\r\n")
            .filter_map(|part| {
                let lines = part.lines().take_while(|line| !line.starts_with("--"));
                let bytes = STANDARD.decode(lines.collect::<String>()).ok()?;
                String::from_utf8(bytes).ok().filter(|text| text.contains("/d/"))
            })
            .collect();
        assert_eq!(parts.len(), 2, "a text and an HTML part lead to the page: {mail}");
        let link = |text: &String| {
            let from = text.find("/d/").unwrap();
            let end = text[from + 3..].find(|c: char| !c.is_ascii_alphanumeric() && !"-_".contains(c));
            text[from..from + 3 + end.unwrap()].to_owned()
        };
        let here: Vec<String> = parts.iter().map(link).collect();
        assert_eq!(here[0], here[1], "both have the same link");
        assert!(parts.iter().all(|part| part.contains(&format!("{}{}", app.base, here[0]))), "{parts:?}");
        found.entry(to).or_default().push(here[0].clone());
    }
    found
}

/// A visit without anything but the link.
pub(super) async fn visit(app: &TestApp, path: &str) -> Answer {
    app.call("GET", path).header("Accept", "text/html").send().await
}

/// A form as a browser sends it from a page that tells nobody its address.
async fn say(app: &TestApp, path: &str, fields: &[(&str, &str)]) -> Answer {
    app.call("POST", path).header("Origin", "null").header("Accept", "text/html").form(fields).send().await
}

async fn position(app: &TestApp) -> i64 {
    app.journal().head().await.unwrap().position
}

/// The key in the form of an act.
fn key(page: &str, act: &str) -> String {
    let form = &page[page.find(&format!("value=\"{act}\"")).expect("the form")..];
    let from = form.find("name=\"key\" value=\"").expect("its key") + 18;
    form[from..].split('"').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_in_the_mail_opens_a_page_with_the_letter_and_nothing_of_the_offices_own_papers() {
    let app = TestApp::start().await;
    let told = sent(&app, "№ ДС-326").await;
    let links = links(&app);
    assert_eq!(links.len(), 2, "{links:?}");
    let link = &links[KNOWN][0];
    let page = visit(&app, link).await.is(200);
    for (header, value) in [
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
        ("x-robots-tag", "noindex, nofollow, noarchive"),
        ("content-language", "kk"),
    ] {
        assert_eq!(page.header(header), Some(value), "{header}");
    }
    let text = page.text();
    for shown in ["ДС-326", "20.09.2023", "Зейнетақы жүйесін", "Н. Сәрсенғалиев", "12-11/3841", "Түпнұсқа", "тіркелді"]
    {
        assert!(text.contains(shown), "{shown} is missing: {text}");
    }
    for hidden in ["@", "Құпия ойсыз", "legal", "Қонақов", "виза", "келісуге", "/inquiries"]
    {
        assert!(!text.contains(hidden), "{hidden} is shown: {text}");
    }
    assert!(visit(&app, &format!("{link}?lang=ru")).await.text().contains("Вы получили ответ?"));
    assert!(visit(&app, &format!("{link}?lang=en")).await.text().contains("Have you received the reply?"));

    let pdf = visit(&app, &format!("{link}/reply.pdf")).await.is(200);
    let kept = app.get("clerk", &format!("/api/v1/inquiries/{}/reply.pdf", told.id)).await.is(200).bytes;
    assert_eq!(pdf.bytes, kept);
    assert_eq!((pdf.header("cache-control"), pdf.header("referrer-policy")), (Some("no-store"), Some("no-referrer")));
    let seal = visit(&app, &format!("{link}/reply.pdf.p7s")).await.is(200).bytes;
    assert!(signature::verify_detached(&seal, &kept).is_valid());
    let picture = visit(&app, &format!("{link}/pages/1.png")).await.is(200);
    assert!(picture.bytes.starts_with(b"\x89PNG"));
    visit(&app, &format!("{link}/pages/99.png")).await.is(404);
    visit(&app, &format!("{link}/receipt.json")).await.is(404);

    // What is counted is counted by the route; the link stands nowhere.
    let metrics = app.call("GET", "/metrics").send().await.is(200).text();
    assert!(metrics.contains("route=\"deputy_page\"") && !metrics.contains(&link[3..]), "{metrics}");
    let everything = crate::everything_in(&app.database.connect().await).await;
    assert!(!everything.contains(&link[3..]), "the link is kept nowhere");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_is_no_receipt_however_often_and_by_whatever() {
    let app = TestApp::start().await;
    let told = sent(&app, "ДС-327").await;
    let link = links(&app)[UNKNOWN][0].clone();
    let before = position(&app).await;
    for path in ["", "?done=receipt", "/reply.pdf", "/reply.pdf.p7s", "/pages/1.png", "/receipt.json"] {
        for method in ["GET", "HEAD", "GET", "OPTIONS"] {
            let call = app.call(method, &format!("{link}{path}")).header("Purpose", "prefetch");
            call.header("User-Agent", "SafeLinks").send().await;
        }
    }
    app.settle().await;
    assert_eq!(position(&app).await, before, "a visit was recorded");
    let deliveries = app.get("clerk", &format!("/api/v1/inquiries/{}/deliveries", told.id)).await.is(200).text();
    assert!(!deliveries.contains("confirmed\""), "{deliveries}");
    let page = visit(&app, &format!("{link}?done=receipt")).await.text();
    assert!(!page.contains("Алғаныңыз расталды"), "an address says nothing that did not happen: {page}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_receipt_is_confirmed_by_a_button_once_also_by_somebody_whom_the_directory_does_not_know() {
    let app = TestApp::start().await;
    let told = sent(&app, "ДС-328").await;
    for (address, place) in [(KNOWN, 1), (UNKNOWN, 2)] {
        let link = links(&app)[address][0].clone();
        let foreign = app.call("POST", &link).header("Origin", "https://evil.example").form(&[("act", "receipt")]);
        foreign.send().await.is(403);
        let before = position(&app).await;
        let twice = tokio::join!(say(&app, &link, &[("act", "receipt")]), say(&app, &link, &[("act", "receipt")]));
        for answer in [twice.0, twice.1, say(&app, &link, &[("act", "receipt")]).await] {
            assert_eq!(
                (answer.status, answer.header("location")),
                (303, Some(format!("{link}?done=receipt#receipt").as_str()))
            );
        }
        assert_eq!(position(&app).await, before + 1, "pressing again records nothing");
        let page = visit(&app, &link).await.text();
        assert!(page.contains("Алғаныңыз расталды") && !page.contains("value=\"receipt\""), "{page}");
        let proof = visit(&app, &format!("{link}/receipt.json")).await.is(200).json();
        assert_eq!(proof["event"]["type"], "delivery_confirmed");
        assert_eq!(proof["event"]["actor"], format!("link:{place}"));
        let said = format!("{{\"delivery_confirmed\":{{\"recipient\":{place},\"how\":\"by_personal_link\"}}}}");
        assert_eq!(proof["event"]["payload_text"], said);
    }
    let people = People::of(&app).await;
    let page = people.at_browser("clerk").await.open(&format!("/inquiries/{}", told.id)).await.words();
    assert!(page.contains("the deputy, through the personal link"), "{page}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_link_that_opens_nothing_is_answered_alike() {
    let app = TestApp::start().await;
    let told = sent(&app, "ДС-329").await;
    let link = links(&app)[KNOWN][0].clone();
    let token = &link[3..];
    let bytes = URL_SAFE_NO_PAD.decode(token).unwrap();
    let mut wrong: Vec<String> = [0, 7, 18, 22, 23, bytes.len() - 1]
        .iter()
        .map(|at| {
            let mut flipped = bytes.clone();
            flipped[*at] ^= 1;
            URL_SAFE_NO_PAD.encode(flipped)
        })
        .collect();
    let id: InquiryId = told.id.parse().unwrap();
    let made = |recipient, order| PersonalLink { inquiry: id, recipient: RecipientNo(recipient), order };
    let elsewhere = LinkKeys::parse(&LinkKeys::line("2020-01-01T00:00:00Z".parse().unwrap(), &[1; 32])).unwrap();
    let now = web::Clock::now(&*app.clock);
    wrong.push(elsewhere.token(made(1, 1), now));
    // Ours, of mails that were never sent: to one without an address, of an order that was not given, of an inquiry that there is not.
    let ours = &app.state().links;
    assert_eq!(ours.token(made(1, 1), now), token, "the test makes links as the program does");
    wrong.extend([made(3, 1), made(1, 2), made(9, 1)].map(|link| ours.token(link, now)));
    wrong.push(ours.token(PersonalLink { inquiry: InquiryId(uuid::Uuid::nil()), ..made(1, 1) }, now));
    wrong.extend(["x".to_owned(), "%D0%94".to_owned(), format!("{token}A")]);
    let first = visit(&app, "/d/nothing").await.is(404).text();
    for words in ["Сілтеме жұмыс істемейді", "Ссылка не действует", "The link does not work"]
    {
        assert!(first.contains(words), "{first}");
    }
    for wrong in wrong {
        for path in ["", "/reply.pdf", "/pages/1.png", "/receipt.json"] {
            let answer = visit(&app, &format!("/d/{wrong}{path}")).await.is(404);
            assert_eq!(answer.text(), first, "{wrong}{path}");
            assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        }
        assert_eq!(say(&app, &format!("/d/{wrong}"), &[("act", "receipt")]).await.is(404).text(), first);
    }
    visit(&app, &link).await.is(200);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_went_astray_ends_with_the_correction_and_a_clerk_ends_any() {
    let app = TestApp::start().await;
    let mut told = sent(&app, "ДС-330").await;
    let old = links(&app)[KNOWN][0].clone();
    let right = "right@mazhilis.example";
    told.step(&app, "clerk", "resend", json!({ "recipient": 1, "address": right })).await;
    app.settle().await;
    visit(&app, &old).await.is(404);
    let new = links(&app)[right][0].clone();
    visit(&app, &new).await.is(200);

    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    let place = format!("/inquiries/{}/deliveries/1", told.id);
    let page = clerk.open(&place).await;
    let page = clerk.submit(&page.form_with(&place, "act", "revoke-link")).await;
    assert!(!page.text.contains("id=\"revoke-link\""), "there is nothing more to end");
    visit(&app, &new).await.is(404);
    say(&app, &new, &[("act", "receipt")]).await.is(404);
    visit(&app, &links(&app)[UNKNOWN][0]).await.is(200);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deputy_says_whether_the_reply_satisfies_and_the_last_word_counts() {
    let app = TestApp::start().await;
    let told = sent(&app, "ДС-331").await;
    let link = links(&app)[UNKNOWN][0].clone();
    let page = visit(&app, &link).await.text();
    let none = say(&app, &link, &[("act", "response"), ("key", &key(&page, "response"))]).await.is(422).text();
    assert!(none.contains("Біреуін таңдаңыз"), "{none}");
    let fields =
        |key, satisfied, comment| [("act", "response"), ("key", key), ("satisfied", satisfied), ("comment", comment)];
    let first = key(&page, "response");
    say(&app, &link, &fields(&first, "no", "Екінші сұраққа\r\nжауап жоқ")).await.is(303);
    let before = position(&app).await;
    say(&app, &link, &fields(&first, "no", "Екінші сұраққа\r\nжауап жоқ")).await.is(303);
    assert_eq!(position(&app).await, before, "the same sending is recorded once");
    let page = visit(&app, &format!("{link}?done=response")).await.text();
    assert!(page.contains("қанағаттанбадым") && page.contains("Екінші сұраққа\nжауап жоқ"), "{page}");
    say(&app, &link, &fields(&key(&page, "response"), "yes", "")).await.is(303);
    let responses = told.dossier(&app).await["responses"].clone();
    assert_eq!(responses, json!([{ "recipient": 2, "satisfied": true, "comment": null }]), "{responses}");
    app.stop().await;
}

/// Asks again through the link; answers the proposal's id as the clerk's page names it.
async fn asked_again(app: &TestApp, link: &str, questions: &str) -> String {
    let page = visit(app, link).await.text();
    let fields = [("act", "questions"), ("key", &key(&page, "questions")), ("questions", questions)];
    say(app, link, &fields).await.is(303);
    let people = app.database.connect().await;
    let row = people.query_one("select proposal::text from proposal where state = 'waiting'", &[]).await.unwrap();
    row.get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_again_waits_for_a_clerk_and_becomes_a_repeat_inquiry() {
    let app = TestApp::start().await;
    let told = sent(&app, "ДС-332").await;
    let link = links(&app)[KNOWN][0].clone();
    let proposal = asked_again(&app, &link, "Бірінші <b>сұрақ</b>?\r\n\r\nЕкінші сұрақ?").await;
    let page = visit(&app, &link).await.text();
    assert!(page.contains("қаралуда") && page.contains("Бірінші &lt;b&gt;сұрақ&lt;/b&gt;?"), "{page}");

    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    let page = clerk.open("/proposals").await;
    let menu = page.text.split("href=\"/proposals\"").nth(1).unwrap().split("</a>").next().unwrap();
    assert!(menu.contains("<span class=\"count\">1</span>"), "{menu}");
    assert!(page.words().contains("Н. Сәрсенғалиев") && page.words().contains("ДС-332"), "{}", page.words());
    assert_eq!(people.at_browser("head").await.get("/proposals").await.status, 403);

    let page = clerk.open(&format!("/inquiries/new?proposal={proposal}")).await;
    let form = page.form("/inquiries/new");
    assert_eq!(form.get("questions[1]"), "Екінші сұрақ?");
    assert_eq!(form.get("groups[0].deputies[0].name"), "Н. Сәрсенғалиев");
    assert_eq!(form.get("groups[0].deputies[0].deputy"), app.deputy.to_string());
    // The first inquiry's own number on another day is asked about once, as with any registration; that it is alike is not.
    let slip = clerk.send(&form.clone().with("number", "ДС-332").with("dated", "2023-09-15")).await;
    assert!(slip.status == 409 && slip.words().contains("the same number"), "{}: {}", slip.status, slip.words());
    let form = form.with("number", "№ ДС-401").with("dated", "2023-09-20");
    let page = clerk.submit(&form).await;
    let repeat = address(&clerk);
    let link_to = |id: &str, number: &str| format!("<a href=\"/inquiries/{id}\">{number}</a>");
    assert!(page.text.contains(&format!("asks again about: {}", link_to(&told.id, "ДС-332"))), "{}", page.text);
    let page = clerk.open(&format!("/inquiries/{}", told.id)).await;
    let id = repeat.trim_start_matches("/inquiries/");
    assert!(page.text.contains(&format!("repeat inquiry: {}", link_to(id, "№ ДС-401"))), "{}", page.text);
    let first = told.dossier(&app).await;
    assert_eq!(first["repeats"], json!({ id: "№ ДС-401" }), "{first}");
    app.settle().await;
    let page = visit(&app, &link).await.text();
    assert!(page.contains("сауал ретінде тіркелді") && page.contains("ДС-401"), "{page}");
    assert!(page.contains("Басқа сауалдарыңыз"), "the deputy's other inquiries are listed: {page}");
    let unknown = visit(&app, &links(&app)[UNKNOWN][0]).await.text();
    assert!(!unknown.contains("Басқа сауалдарыңыз") && !unknown.contains("сұрақ&lt;"), "nobody else's");
    assert!(clerk.open("/proposals").await.text.contains(&repeat), "the clerk's page leads there too");
    assert_eq!(clerk.get(&format!("/inquiries/new?proposal={proposal}")).await.status, 404, "it is decided");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dismissal_is_told_to_the_deputy_and_few_may_wait_at_a_time() {
    let app = TestApp::start().await;
    sent(&app, "ДС-333").await;
    let link = links(&app)[UNKNOWN][0].clone();
    let proposal = asked_again(&app, &link, "Сұрақ?").await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    let action = format!("/proposals/{proposal}/dismiss");
    let form = clerk.open("/proposals").await.form(&action);
    let page = clerk.send(&form).await;
    assert_eq!(page.status, 422, "a reason is needed: {}", page.text);
    clerk.submit(&page.form(&action).with("reason", "Жауаптың екінші бетінде бар")).await;
    let page = visit(&app, &link).await.text();
    assert!(page.contains("қабылданбады") && page.contains("Жауаптың екінші бетінде бар"), "{page}");
    let again = clerk.send(&form.clone().with("reason", "Тағы")).await;
    assert_eq!(again.status, 422, "what is decided is not decided again: {}", again.text);

    let page = visit(&app, &link).await.text();
    fn fields(key: &str) -> [(&str, &str); 3] {
        [("act", "questions"), ("key", key), ("questions", "Тағы сұрақ?")]
    }
    let first = key(&page, "questions");
    for _ in 0..2 {
        say(&app, &link, &fields(&first)).await.is(303);
    }
    for more in 0..2 {
        say(&app, &link, &fields(&format!("{first}{more}"))).await.is(303);
    }
    let refused = say(&app, &link, &fields(&format!("{first}-too-many"))).await.is(422).text();
    assert!(refused.contains("әлі қаралуда") && refused.contains("Тағы сұрақ?"), "{refused}");
    let empty = say(&app, &link, &[("act", "questions"), ("key", "another-key"), ("questions", " \r\n ")]).await;
    empty.is(422);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registration_that_broke_off_is_finished_by_the_next_try() {
    let app = TestApp::start().await;
    let told = sent(&app, "ДС-334").await;
    let link = links(&app)[KNOWN][0].clone();
    let proposal = asked_again(&app, &link, "Сұрақ?").await;
    // The first try registers and dies before it links the inquiry and marks the proposal.
    let clerk = Actor::new("page-clerk", [directory::Role::Clerk]);
    let now = web::Clock::now(&*app.clock);
    let asked = proposals::registration(&clerk, now, proposal.parse().unwrap(), b"typed by whoever was first");
    let new: NewInquiry = serde_json::from_value(json!({
        "number": "ДС-402", "dated": "2023-09-20", "received": "2023-09-20", "channel": "email",
        "chamber": "mazhilis", "language": "kk", "subject": "Қайта", "questions": ["Сұрақ?"],
        "groups": [{ "label": "Депутаттар", "kind": "other", "deputies": [{ "name": "Н. Сәрсенғалиев" }] }],
    }))
    .unwrap();
    let registered = registering::register(app.state(), &asked, new).await.unwrap();
    assert_eq!(told.dossier(&app).await["repeats"], json!({}));

    let people = People::of(&app).await;
    let mut browser = people.at_browser("clerk").await;
    let page = browser.open(&format!("/inquiries/new?proposal={proposal}")).await;
    let form = page.form("/inquiries/new").with("number", "ДС-402").with("dated", "2023-09-20");
    browser.submit(&form).await;
    assert_eq!(address(&browser), format!("/inquiries/{}", registered.done.inquiry), "the same inquiry");
    assert_eq!(told.dossier(&app).await["repeats"].as_object().unwrap().len(), 1);
    app.settle().await;
    assert!(visit(&app, &link).await.text().contains("сауал ретінде тіркелді"));
    let before = position(&app).await;
    browser.submit(&form).await;
    assert_eq!(position(&app).await, before, "and once more changes nothing");
    let page = browser.open("/inquiries/new").await;
    assert!(registration(&page, "ДС-403").get("proposal").is_empty());
    app.stop().await;
}

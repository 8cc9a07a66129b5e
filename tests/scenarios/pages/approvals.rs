//! An approver goes through the deck: reads what changed, gives visas, refuses them with remarks, returns, puts off.

use serde_json::{Value, json};
use testkit::app::TestApp;

use super::browser::{Form, Page};
use super::deck::next;
use super::people::People;
use super::walk::is_whole;
use crate::api::story::{Told, to_the_approvers};
use crate::api::{draft, inquiry, registered, resolution};

fn at(told: &Told) -> String {
    format!("/approvals/letter/{}", told.id)
}

/// Visas of these kinds, each of that part's approver.
fn required(people: &People<'_>, visas: &[(&str, &str)]) -> Value {
    visas.iter().map(|(kind, part)| json!({ "kind": kind, "approver": people.name(part) })).collect()
}

async fn given(app: &TestApp, told: &Told) -> Vec<String> {
    app.settle().await;
    let visas = told.dossier(app).await["draft"]["visas"].clone();
    visas.as_array().unwrap().iter().map(|visa| visa["kind"].as_str().unwrap().to_owned()).collect()
}

/// The number in the menu at the deck of that name.
fn number(page: &Page, deck: &str) -> String {
    let entry = page.text.split(&format!("<a href=\"{deck}\"")).nth(1).unwrap().split("</a>").next().unwrap();
    entry.split("class=\"count\">").nth(1).map_or("", |rest| rest.split('<').next().unwrap()).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_deck_goes_from_letter_to_letter_until_no_visa_is_awaited() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut legal = people.at_browser("legal").await;
    let (_, empty) = next(&legal, "/approvals").await;
    is_whole(&empty, "/approvals");
    assert!(empty.words().contains("No letter awaits your visa"), "{}", empty.words());
    assert_eq!(number(&empty, "/approvals"), "");

    let both = required(&people, &[("legal", "legal"), ("language", "language")]);
    let (first, second) = (to_the_approvers(&app, "ДС-1", &both).await, to_the_approvers(&app, "ДС-2", &both).await);
    // A third is none of theirs.
    to_the_approvers(&app, "ДС-3", &required(&people, &[("finance", "language")])).await;
    app.settle().await;
    let (place, page) = next(&legal, "/approvals").await;
    let (now, later) = if place == at(&first) { (&first, &second) } else { (&second, &first) };
    assert_eq!(place, at(now));
    is_whole(&page, "a letter of the deck");
    assert_eq!(number(&page, "/approvals"), "2");
    let words = page.words();
    for said in ["Зейнетақы қашан көтеріледі?", "1 / 2", "for the first time", "Бет: language", "Үкімет сауалды қарап"]
    {
        assert!(words.contains(said), "«{said}» is missing: {words}");
    }
    let picture = format!("/api/v1/inquiries/{}/reply/pages/1.png?width=1000", now.id);
    assert!(page.text.contains(&format!("src=\"{picture}\"")), "{}", page.text);

    // Later: the other one comes, and behind it this one again.
    assert_eq!(next(&legal, &format!("/approvals?after={}", now.id)).await.0, at(later));
    assert_eq!(next(&legal, &format!("/approvals?after={}", later.id)).await.0, at(now));

    // A visa, given again by a second press of the button: it is one visa, and the next letter comes.
    let visa = page.form(&place).and("do", "visa");
    let (sent, twice) = (legal.send(&visa).await, legal.send(&visa).await);
    assert_eq!((sent.status, twice.status), (303, 303), "{} {}", sent.text, twice.text);
    assert_eq!(given(&app, now).await, ["legal"]);
    let (place, page) = next(&legal, &sent.place).await;
    assert_eq!(place.split('?').next(), Some(at(later).as_str()));
    assert!(page.words().contains("has your visa") && page.words().contains("1 / 1"), "{}", page.words());
    assert_eq!(number(&page, "/approvals"), "1");

    // Returned to its lead; the deck is empty, and the letter of before leads on instead of round.
    let back = page.form(&at(later)).with("remarks", "Екінші сұраққа жауап жоқ.").and("do", "return");
    let sent = legal.send(&back).await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    app.settle().await;
    assert_eq!(later.dossier(&app).await["state"], "drafting");
    let (_, page) = next(&legal, &sent.place).await;
    assert!(page.words().contains("was returned") && page.words().contains("No letter awaits"), "{}", page.words());
    let (_, page) = next(&legal, &at(now)).await;
    assert!(page.words().contains("no longer waits for you"), "{}", page.words());

    // The other approver still has what is theirs, and nobody else has a deck.
    let language = people.at_browser("language").await;
    assert_eq!(number(&language.open("/inquiries").await, "/approvals"), "2");
    assert_eq!(people.at_browser("signatory").await.get("/approvals").await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn remarks_are_needed_kept_and_shown_with_what_changed_since() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut legal = people.at_browser("legal").await;
    let both = required(&people, &[("legal", "legal"), ("language", "language")]);
    let mut told = to_the_approvers(&app, "ДС-1", &both).await;
    app.settle().await;
    let form = legal.open(&at(&told)).await.form(&at(&told));

    let nothing = legal.send(&form.clone().with("remarks", " ").and("do", "refuse")).await;
    assert_eq!(nothing.status, 422, "{}", nothing.text);
    is_whole(&nothing, "remarks that are missing");
    let refuse = nothing.form(&at(&told)).with("remarks", "Заңның бабы көрсетілмеген.").and("do", "refuse");
    let sent = legal.send(&refuse).await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    app.settle().await;
    let dossier = told.dossier(&app).await;
    assert_eq!((&dossier["state"], &dossier["draft"]["refusals"][0]["kind"]), (&json!("approval"), &json!("legal")));
    told.version = dossier["version"].as_u64().unwrap();
    // It is the lead's turn now.
    let (_, page) = next(&legal, &sent.place).await;
    assert!(page.words().contains("your remarks are recorded") && page.words().contains("No letter awaits"));
    assert_eq!(number(&page, "/approvals"), "");

    // Two versions later, a part of it is from a contribution: it comes back with the remarks, and what changed since they were given.
    let paragraph = |text: &str| json!({ "type": "paragraph", "content": [{ "type": "text", "text": text }] });
    let sentence = "Екіжақты келісім жобасы тараптарға жіберілді.";
    told.step(&app, "lead", "revise-draft", draft("Үкімет сауалды қарап шықты.")).await;
    let contribution = json!({ "body": { "blocks": [paragraph(sentence)] }, "answers": [], "files": [] });
    told.step(&app, "mfa", "submit-contribution", contribution).await;
    let mut third = draft("Үкімет сауалды қарап, мыналарды хабарлайды.");
    third["content"]["body"]["blocks"].as_array_mut().unwrap().push(paragraph(sentence));
    third["sources"] = json!([null, "mfa/1"]);
    told.revised(&app, 3, third, &both).await;
    app.settle().await;
    let (place, page) = next(&legal, "/approvals").await;
    assert_eq!(place, at(&told));
    is_whole(&page, "a letter that comes again");
    let words = page.words().split_whitespace().collect::<Vec<_>>().join(" ");
    for said in [
        "Since my remarks",
        "v1 → v3",
        "Remarks on the versions before",
        "Бет: legal legal v1 Заңның бабы көрсетілмеген.",
        "Where the text came from",
        "contribution 1 paragraph 2 «Екіжақты келісім",
    ] {
        assert!(words.contains(said), "«{said}» is missing: {words}");
    }

    assert!(!words.contains("More than the text changed"), "{words}");
    assert!(page.text.contains("[added:] </span>мыналарды"), "{}", page.text);

    // After a visa it is the visa that changes are counted from.
    assert_eq!(legal.send(&page.form(&place).and("do", "visa")).await.status, 303);
    told.version = told.dossier(&app).await["version"].as_u64().unwrap();
    let mut fourth = draft("Үкімет сауалды қарап, мынаны хабарлайды.");
    fourth["content"]["executor"]["name"] = json!("А. Сейітова");
    told.revised(&app, 4, fourth, &both).await;
    let words = legal.open(&at(&told)).await.words();
    assert!(words.contains("Since my last visa") && words.contains("v3 → v4"), "{words}");
    assert!(words.contains("More than the text changed"), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn several_visas_of_one_person_are_given_one_by_one_or_together() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut legal = people.at_browser("legal").await;
    let three =
        required(&people, &[("legal", "legal"), ("finance", "legal"), ("office", "legal"), ("language", "language")]);
    let told = to_the_approvers(&app, "ДС-1", &three).await;
    app.settle().await;
    let page = legal.open(&at(&told)).await;
    is_whole(&page, "a letter with three visas of one person");
    assert_eq!(number(&page, "/approvals"), "1", "a letter is one, however many visas it awaits");
    let form = page.form(&at(&told));
    let ticked = |form: &Form| form.fields.iter().filter(|(name, _)| name == "kind").count();
    assert_eq!(ticked(&form), 3, "all are ticked: {form:?}");
    let only = |kind: &str| {
        let mut form = form.clone();
        form.fields.retain(|(name, value)| name != "kind" || value == kind);
        form
    };
    let none = legal.send(&only("-").and("do", "visa")).await;
    assert_eq!(none.status, 422, "{}", none.text);
    is_whole(&none, "no visa was ticked");
    assert_eq!(ticked(&none.form(&at(&told))), 0, "what was not ticked stays so");

    // One: the same letter stays, with those that are left. Both of these: it is done with, however often they are sent.
    let sent = legal.send(&only("finance").and("do", "visa")).await;
    assert_eq!((sent.status, given(&app, &told).await), (303, vec!["finance".to_owned()]), "{}", sent.text);
    let (place, page) = next(&legal, &sent.place).await;
    assert_eq!(place.split('?').next(), Some(at(&told).as_str()));
    let rest = page.form(&at(&told));
    assert_eq!(ticked(&rest), 2, "{rest:?}");
    let rest = rest.and("do", "visa");
    let (sent, twice) = (legal.send(&rest).await, legal.send(&rest).await);
    assert_eq!((sent.status, twice.status), (303, 303), "{} {}", sent.text, twice.text);
    assert_eq!(given(&app, &told).await, ["finance", "legal", "office"]);
    assert!(next(&legal, &sent.place).await.1.words().contains("No letter awaits your visa"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_page_decides_nothing_and_what_was_typed_on_it_stays() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut legal = people.at_browser("legal").await;
    let both = required(&people, &[("legal", "legal"), ("language", "language")]);
    let mut told = to_the_approvers(&app, "ДС-1", &both).await;
    let old = legal.open(&at(&told)).await.form(&at(&told)).with("remarks", "Заңның бабы көрсетілмеген.");
    told.revised(&app, 2, draft("Үкімет сауалды қарап, мыналарды хабарлайды."), &both).await;
    for what in ["visa", "refuse", "return"] {
        let stale = legal.send(&old.clone().and("do", what)).await;
        assert_eq!(stale.status, 412, "{what}: {}", stale.text);
        is_whole(&stale, "an old page");
        let form = stale.form(&at(&told));
        assert_eq!(form.get("remarks"), "Заңның бабы көрсетілмеген.", "{what}");
        assert!(stale.words().contains("v1 → v2") && form.get("key") != old.get("key"), "{}", stale.words());
    }

    // When it is no longer before them at all, a page keeps what they had typed.
    told.step(&app, "lead", "revise-draft", draft("Үкімет сауалды қарап шықты.")).await;
    let gone = legal.send(&old.and("do", "refuse")).await;
    assert_eq!(gone.status, 412, "{}", gone.text);
    is_whole(&gone, "a letter that is gone");
    assert!(gone.words().contains("no longer waits for you") && gone.words().contains("Заңның бабы көрсетілмеген."));
    let dossier = told.dossier(&app).await;
    assert_eq!((&dossier["draft"]["visas"], &dossier["draft"]["refusals"]), (&json!([]), &json!([])));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_was_declined_and_submitted_once_more_awaits_only_who_has_not_approved_it() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut legal = people.at_browser("legal").await;
    let (language, signatory) = (people.at_browser("language").await, people.at_browser("signatory").await);
    let mut told = to_the_approvers(&app, "ДС-1", &required(&people, &[("legal", "legal")])).await;
    let form = legal.open(&at(&told)).await.form(&at(&told));
    assert_eq!(legal.send(&form.and("do", "visa")).await.status, 303);
    told.version = told.dossier(&app).await["version"].as_u64().unwrap();
    told.step(&app, "clerk", "submit-for-signature", json!({ "version": 1 })).await;
    app.settle().await;
    assert_eq!(number(&signatory.open("/inquiries").await, "/signing"), "1");

    told.step(&app, "signatory", "decline-signing", json!({ "reason": "Тіл маманы қарасын." })).await;
    let both = required(&people, &[("legal", "legal"), ("language", "language")]);
    told.step(&app, "lead", "submit-for-approval", json!({ "version": 1, "required": both })).await;
    app.settle().await;
    assert_eq!(number(&signatory.open("/inquiries").await, "/signing"), "");
    assert_eq!(number(&legal.open("/inquiries").await, "/approvals"), "");
    let (place, page) = next(&language, "/approvals").await;
    assert_eq!((place, number(&page, "/approvals")), (at(&told), "1".to_owned()));
    assert!(page.words().contains("Тіл маманы қарасын."), "{}", page.words());
    let (_, page) = next(&legal, &at(&told)).await;
    assert!(page.words().contains("No letter awaits your visa"), "{}", page.words());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_approves_or_signs_a_letter_reads_what_the_inquiries_that_joined_ask() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let (id, version) = registered(&app, "ДС-1").await;
    let mut joining = inquiry("ДС-2");
    joining["subject"] = json!("Ауыз су туралы");
    joining["questions"] = json!(["Ауылға ауыз су қашан жетеді?"]);
    let answer = app.call("POST", "/api/v1/inquiries").by("clerk").key("joining").json(&joining).send().await.is(201);
    let joining = answer.json()["id"].as_str().unwrap().to_owned();
    let mut told = Told { id, version, content_hash: Value::Null };
    told.step(&app, "clerk", "merge", json!({ "others": [joining] })).await;
    told.step(&app, "head", "assign-ministries", resolution()).await;
    let one = required(&people, &[("legal", "legal")]);
    told.revised(&app, 1, draft("Үкімет сауалды қарап, келесіні хабарлайды."), &one).await;
    app.settle().await;

    let reads = |page: &Page| {
        let words = page.words().split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("This letter answers these as well: ДС-2"), "{words}");
        assert!(words.contains("ДС-2 Ауыз су туралы Ауылға ауыз су қашан жетеді?"), "{words}");
        assert!(page.text.contains(&format!("href=\"/inquiries/{joining}\"")), "{}", page.text);
    };
    let mut legal = people.at_browser("legal").await;
    let page = legal.open(&at(&told)).await;
    is_whole(&page, "a letter that answers two inquiries");
    reads(&page);
    assert_eq!(legal.get(&format!("/inquiries/{joining}")).await.status, 200, "the link leads somewhere");

    assert_eq!(legal.send(&page.form(&at(&told)).and("do", "visa")).await.status, 303);
    told.version = told.dossier(&app).await["version"].as_u64().unwrap();
    told.step(&app, "clerk", "submit-for-signature", json!({ "version": 1 })).await;
    app.settle().await;
    let page = people.at_browser("signatory").await.open(&format!("/signing/letter/{}", told.id)).await;
    is_whole(&page, "a letter to sign that answers two inquiries");
    reads(&page);
}

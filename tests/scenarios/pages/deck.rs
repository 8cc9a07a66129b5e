//! A signatory goes through the deck: reads, signs, returns, puts off; signs several with one confirmation.

use serde_json::json;
use testkit::app::TestApp;

use super::browser::{Browser, Page};
use super::people::People;
use super::walk::is_whole;
use crate::api::story::{Told, to_the_signatory};
use crate::api::{command, draft};

/// The deck's next letter, wherever it leads to.
pub(super) async fn next(browser: &Browser<'_>, place: &str) -> (String, Page) {
    let mut place = place.to_owned();
    for _ in 0..5 {
        let page = browser.get(&place).await;
        if page.status != 303 {
            return (place, page);
        }
        page.place.clone_into(&mut place);
    }
    panic!("the deck goes round in circles at {place}");
}

fn at(told: &Told) -> String {
    format!("/signing/letter/{}", told.id)
}

async fn stage(app: &TestApp, told: &Told) -> serde_json::Value {
    app.settle().await;
    app.get("clerk", &format!("/api/v1/inquiries/{}", told.id)).await.is(200).json()["state"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_deck_goes_from_letter_to_letter_until_nothing_waits() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut signatory = people.at_browser("signatory").await;
    let (_, empty) = next(&signatory, "/signing").await;
    is_whole(&empty, "/signing");
    assert!(empty.words().contains("No letter waits for a signature"), "{}", empty.words());

    let (first, second) = (to_the_signatory(&app, "ДС-1").await, to_the_signatory(&app, "ДС-2").await);
    app.settle().await;
    let (place, page) = next(&signatory, "/signing").await;
    let (now, later) = if place == at(&first) { (&first, &second) } else { (&second, &first) };
    assert_eq!(place, at(now));
    is_whole(&page, "a letter of the deck");
    let words = page.words();
    for said in
        ["Зейнетақы қашан көтеріледі?", "1 / 2", "for the first time", "Н. Сәрсенғалиев", "Үкімет сауалды қарап"]
    {
        assert!(words.contains(said), "«{said}» is missing: {words}");
    }
    // Whom the letter names, and what it leaves open: in what is asked once more.
    let dialog = page.text[page.text.find("<dialog").unwrap()..].to_owned();
    let dialog = Page { status: 200, text: dialog, place: String::new(), policy: String::new() }.words();
    let dialog = dialog.split_whitespace().collect::<Vec<_>>().join(" ");
    for said in [
        "Signatory in the letter: Ә. Смайылов , Қазақстан Республикасының Премьер-Министрі",
        "Questions to which the letter shows no answer: 1, 2.",
    ] {
        assert!(dialog.contains(said), "«{said}» is missing: {dialog}");
    }
    let picture = format!("/api/v1/inquiries/{}/reply/pages/1.png?width=1000", now.id);
    assert!(page.text.contains(&format!("src=\"{picture}\"")), "{}", page.text);
    let png = app.get("signatory", &picture).await.is(200);
    assert!(png.bytes.starts_with(b"\x89PNG"));

    // Later: the other one comes, and behind it this one again.
    let (other, _) = next(&signatory, &format!("/signing?after={}", now.id)).await;
    assert_eq!(other, at(later));
    let (again, _) = next(&signatory, &format!("/signing?after={}", later.id)).await;
    assert_eq!(again, at(now));

    // Without a reason nothing is returned, and the letter stays on the screen.
    let form = page.form(&place);
    let refused = signatory.send(&form.clone().and("do", "return").with("reason", " ")).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    is_whole(&refused, "a letter that was not returned");

    // Signed, and signed again by a second press of the button: it is one signature, and the next letter comes.
    let sign = form.and("do", "sign");
    let (sent, twice) = (signatory.send(&sign).await, signatory.send(&sign).await);
    assert_eq!((sent.status, twice.status), (303, 303), "{} {}", sent.text, twice.text);
    app.settle().await;
    let (place, page) = next(&signatory, &sent.place).await;
    assert_eq!(place.split('?').next(), Some(at(later).as_str()));
    assert!(page.words().contains("is signed") && page.words().contains("1 / 1"), "{}", page.words());
    assert_eq!(stage(&app, now).await, "signed");

    let back = page.form(&at(later)).and("do", "return").with("reason", "Екінші сұраққа жауап жоқ.");
    let sent = signatory.send(&back).await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    assert_eq!(stage(&app, later).await, "drafting");
    let (_, page) = next(&signatory, &sent.place).await;
    assert!(page.words().contains("was returned") && page.words().contains("No letter waits"), "{}", page.words());

    // A letter that is no longer there leads on, and nobody else has a deck.
    assert_eq!(signatory.get(&at(now)).await.status, 303);
    assert_eq!(people.at_browser("clerk").await.get("/signing").await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_since_it_lay_here_last_is_shown_and_an_old_page_signs_nothing() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut signatory = people.at_browser("signatory").await;
    let told = to_the_signatory(&app, "ДС-1").await;
    let old = signatory.open(&at(&told)).await.form(&at(&told));
    let step = async |version: u64, account: &str, name: &str, body: serde_json::Value| {
        command(&app, account, &told.id, version, name, &body).await.is(200).version()
    };
    let version = step(told.version, "signatory", "decline-signing", json!({ "reason": "Қысқа" })).await;
    let version = step(version, "lead", "revise-draft", draft("Үкімет сауалды қарап, мыналарды хабарлайды.")).await;
    let required = json!([{ "kind": "legal", "approver": "legal" }]);
    let version = step(version, "lead", "submit-for-approval", json!({ "version": 2, "required": required })).await;
    let dossier = app.get("clerk", &format!("/api/v1/inquiries/{}", told.id)).await.is(200).json();
    let visa = json!({ "version": 2, "content_hash": dossier["draft"]["content_hash"], "kind": "legal" });
    let version = step(version, "legal", "visa", visa).await;
    step(version, "clerk", "submit-for-signature", json!({ "version": 2 })).await;

    let page = signatory.open(&at(&told)).await;
    is_whole(&page, "a letter that lies here again");
    let words = page.words();
    assert!(words.contains("v1 → v2"), "{words}");
    assert!(page.text.contains("[added:] </span>мыналарды"), "{}", page.text);

    let stale = signatory.send(&old.and("do", "sign")).await;
    assert_eq!(stale.status, 412, "{}", stale.text);
    is_whole(&stale, "an old page");
    assert_eq!(stage(&app, &told).await, "for_signature");
}

#[tokio::test(flavor = "multi_thread")]
async fn several_are_signed_with_one_confirmation_each_on_its_own() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut signatory = people.at_browser("signatory").await;
    let mut letters = Vec::new();
    for number in ["ДС-1", "ДС-2", "ДС-3"] {
        letters.push(to_the_signatory(&app, number).await);
    }
    app.settle().await;
    let page = signatory.open("/signing/several").await;
    is_whole(&page, "/signing/several");
    let chosen: Vec<String> = page
        .text
        .split("name=\"letter\" value=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect();
    assert_eq!(chosen.len(), 3, "{}", page.text);
    let value = |told: &Told| chosen.iter().find(|value| value.starts_with(&told.id)).unwrap().clone();

    // One of the two goes another way meanwhile: it holds up nothing.
    let gone = &letters[1];
    let declined = json!({ "reason": "Қысқа" });
    command(&app, "signatory", &gone.id, gone.version, "decline-signing", &declined).await.is(200);
    let form = page.form("/signing/several").and("letter", &value(&letters[0])).and("letter", &value(gone));
    let page = signatory.send(&form).await;
    assert_eq!(page.status, 200, "{}", page.text);
    is_whole(&page, "what became of each");
    assert!(page.words().contains("Signed : 1 / 2") || page.words().contains("Signed: 1 / 2"), "{}", page.words());
    assert!(page.words().contains("not signed"), "{}", page.words());
    let stages = [stage(&app, &letters[0]).await, stage(&app, gone).await, stage(&app, &letters[2]).await];
    assert_eq!(stages, ["signed", "drafting", "for_signature"]);
    let hash = value(&letters[0]).split(' ').next_back().unwrap().to_owned();
    let dossier = app.get("clerk", &format!("/api/v1/inquiries/{}", letters[0].id)).await.is(200).json();
    assert_eq!(dossier["letter"]["signed_pdf"], hash);

    // The form sent twice tells the same, and signs nothing twice.
    let again = signatory.send(&form).await;
    assert!(again.words().contains("1 / 2"), "{}", again.words());
    let events = app.get("auditor", &format!("/api/v1/inquiries/{}/events", letters[0].id)).await.is(200).json();
    let signed = events["events"].as_array().unwrap().iter().filter(|event| event["type"] == "reply_signed").count();
    assert_eq!(signed, 1);

    let nothing = signatory.send(&page.form("/signing/several")).await;
    assert_eq!(nothing.status, 422);
    assert!(nothing.words().contains("Tick at least one letter"), "{}", nothing.words());
}

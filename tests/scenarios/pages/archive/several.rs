//! A letter that several sign: from the form that lays it before them to the archive that proves each signature, in either order, by pages and by programs.

use directory::records::Sources;
use saual::config::Config;
use serde_json::{Value, json};
use signature::{Verdict, verify_detached};
use testkit::app::{Answer, PREMIER, TestApp};

use super::super::authority::{at, has_button, sign, signatory};
use super::super::browser::Browser;
use super::super::people::People;
use super::super::walk::is_whole;
use super::{Desk, at as file_at, opened, packed, signed, taken};
use crate::api::story::{Told, signature as signing, to_the_approvers};

/// Holds the office of a minister in the days of the story.
const MINISTER: &str = "0d6c1f3e-7a52-4b0e-9c1d-2f5b8e9a7c41";

fn with_a_minister(config: &mut Config) {
    let minister =
        "minister_mlsp,0d6c1f3e-7a52-4b0e-9c1d-2f5b8e9a7c41,С. Жақыпова,С. Жакупова,S. Zhakupova,,false,,,,2022-09-02,";
    let file = config.data.join("office-holders.csv");
    std::fs::write(&file, format!("{}{minister}\n", Sources::embedded().holders)).unwrap();
    config.office_holders = Some(file);
}

/// Up to the letter that has its visas.
async fn approved(app: &TestApp, number: &str) -> Told {
    let mut told = to_the_approvers(app, number, &json!([{ "kind": "legal", "approver": "legal" }])).await;
    let visa = json!({ "version": 1, "content_hash": told.content_hash, "kind": "legal" });
    told.step(app, "legal", "visa", visa).await;
    told
}

async fn before_both(app: &TestApp, number: &str) -> Told {
    let mut told = approved(app, number).await;
    told.step(app, "clerk", "submit-for-signature", json!({ "version": 1, "also": ["minister_mlsp"] })).await;
    told
}

async fn ask(app: &TestApp, told: &Told, key: &str, body: &Value) -> Answer {
    let call = app.call("POST", &format!("/api/v1/inquiries/{}/commands/submit-for-signature", told.id));
    call.by("clerk").key(key).seen(told.version).json(body).send().await
}

async fn pdf(app: &TestApp, told: &Told) -> Vec<u8> {
    app.get("signatory", &format!("/api/v1/inquiries/{}/reply.pdf", told.id)).await.is(200).bytes
}

async fn types(app: &TestApp, told: &Told) -> Vec<String> {
    let events = app.get("auditor", &format!("/api/v1/inquiries/{}/events", told.id)).await.is(200).json();
    events["events"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap().to_owned()).collect()
}

/// What the page of somebody's deck leads to.
async fn deck(browser: &mut Browser<'_>) -> String {
    let page = browser.open("/signing/several").await;
    is_whole(&page, "the letters that wait");
    page.words()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_of_two_signatories_is_signed_by_each_and_proved_for_each() {
    let app = TestApp::start_with(with_a_minister).await;
    let people = People::of(&app).await;
    let (token, mut minister) = signatory(&app, "minister", Some(MINISTER)).await;
    let mut told = approved(&app, "ДС-370").await;
    let twice = json!({ "version": 1, "also": ["minister_mlsp", "minister_mlsp"] });
    ask(&app, &told, "twice", &twice).await.is_problem(422, "office_twice");
    let nobody = json!({ "version": 1, "also": ["minister_mfa"] });
    assert_eq!(ask(&app, &told, "nobody", &nobody).await.status, 422);

    // The clerk's form names who fills each office now.
    let mut clerk = people.at_browser("clerk").await;
    let place = format!("/inquiries/{}/commands/submit-for-signature", told.id);
    let page = clerk.open(&place).await;
    is_whole(&page, "the form that lays a letter before its signatories");
    assert!(page.text.contains("name=\"also\" value=\"minister_mlsp\"") || page.words().contains("С. Жақыпова"));
    let sent = clerk.send(&page.form(&place).and("also", "minister_mlsp")).await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    told.version = told.dossier(&app).await["version"].as_u64().unwrap();
    app.settle().await;

    let submission = told.dossier(&app).await["submission"].clone();
    assert_eq!(submission["awaited"], json!(["Ә. Смайылов", "С. Жақыпова"]));
    let text = app.get("clerk", &format!("/api/v1/inquiries/{}/reply.txt", told.id)).await.is(200).text();
    let (first, other) = (text.find("Ә. Смайылов").unwrap(), text.find("С. Жақыпова").unwrap());
    assert!(first < other, "each stands below the one before: {text}");
    assert!(deck(&mut minister).await.contains("ДС-370"));

    // The minister signs first, by a program; twice with one key is once, and again is refused.
    let before = pdf(&app, &told).await;
    let answer = sign(&app, &token, &told, "ministers").await.is(200);
    let stale = sign(&app, &token, &told, "ministers-stale").await;
    assert_eq!(stale.status, 412, "{}", stale.text());
    sign(&app, &token, &told, "ministers").await.is(200);
    told.version = answer.version();
    let again = sign(&app, &token, &told, "ministers-again").await.is_problem(403, "signed_already");
    assert!(again["detail"].as_str().unwrap().contains("Ә. Смайылов"), "{again}");
    let dossier = told.dossier(&app).await;
    assert_eq!(
        (&dossier["state"], &dossier["submission"]["awaited"]),
        (&json!("for_signature"), &json!(["Ә. Смайылов"]))
    );
    assert_eq!(dossier["submission"]["signed"][0]["authority"]["person"], MINISTER);
    assert!(dossier["submission"]["signed"][0].get("signer").is_none(), "a certificate's holder is nobody's to read");
    assert_eq!(pdf(&app, &told).await, before, "the others sign the same bytes");
    let number = app.call("POST", &format!("/api/v1/inquiries/{}/commands/assign-outgoing-number", told.id));
    let number = number.by("clerk").key("early").seen(told.version).json(&json!({})).send().await;
    number.is_problem(409, "not_signed_yet");

    // Who has signed has it no longer in the deck, and is told for whom it waits; the other one has.
    app.settle().await;
    assert!(!deck(&mut minister).await.contains("ДС-370"));
    let page = minister.open(&at(&told)).await;
    is_whole(&page, "a letter that one has signed");
    assert!(page.words().contains("You have signed this letter. Still awaited: Ә. Смайылов."), "{}", page.words());
    assert!(!has_button(&page));
    let mut premier = people.at_browser("signatory").await;
    assert!(deck(&mut premier).await.contains("ДС-370"));
    let page = premier.open(&at(&told)).await;
    is_whole(&page, "a letter that another one has signed");
    assert!(has_button(&page) && page.words().contains("С. Жақыпова"), "{}", page.words());
    let inquiry = clerk.open(&format!("/inquiries/{}", told.id)).await;
    is_whole(&inquiry, "an inquiry whose letter waits for a signature");
    assert!(inquiry.text.contains("signing-h"), "{}", inquiry.text);

    // The Prime Minister signs last, by the page; a second press of the same form is the same.
    let form = page.form(&at(&told)).and("do", "sign");
    for _ in 0..2 {
        assert_eq!(premier.send(&form).await.status, 303);
    }
    let kinds = types(&app, &told).await;
    assert_eq!(kinds[kinds.len() - 2..], ["reply_cosigned", "reply_signed"]);
    let dossier = told.dossier(&app).await;
    told.version = dossier["version"].as_u64().unwrap();
    assert_eq!(dossier["letter"]["signatory"]["name"], "Ә. Смайылов");
    assert_eq!(dossier["letter"]["cosigned"][0]["signatory"]["name"], "С. Жақыпова");

    // Sent, it is found by its code with both signatures, each of which stands beside it.
    told.step(&app, "clerk", "assign-outgoing-number", json!({})).await;
    told.step(&app, "clerk", "dispatch", json!({})).await;
    app.settle().await;
    let code = dossier["letter"]["verification_code"].as_str().unwrap().to_owned();
    let page = clerk.open(&format!("/v/{code}")).await;
    is_whole(&page, "a letter that two have signed");
    assert!(page.words().contains("Ә. Смайылов") && page.words().contains("С. Жақыпова"), "{}", page.words());
    let letter = app.get("auditor", &format!("/api/v1/inquiries/{}/signed.pdf", told.id)).await.is(200).bytes;
    assert_eq!(letter, before);
    for name in ["cosigned-1.p7s", "signature.p7s"] {
        let cms = app.get("auditor", &format!("/v/{code}/{name}")).await.is(200).bytes;
        assert!(matches!(verify_detached(&cms, &letter), Verdict::Valid { .. }), "{name}");
    }
    assert!(app.get("auditor", &format!("/v/{code}/cosigned-1.pem")).await.is(200).text().contains("CERTIFICATE"));
    assert_eq!(app.get("auditor", &format!("/v/{code}/cosigned-2.p7s")).await.status, 404);

    // The archive proves each of them to both checks, and neither takes another in its place, whoever sealed the archive.
    let key = signed(&app).await;
    let (zip, desk) = (taken(&app, &told).await, Desk::of(&app, &key));
    let verdict = desk.verdict(&zip).await;
    Desk::holds(&verdict, true, "as it was taken");
    assert!(verdict.2.contains("signed too "), "{}", verdict.2);
    let files = opened(&zip);
    let own = files.iter().find(|(name, _)| name == "letters/1/sent.pdf.p7s").unwrap().1.clone();
    let mut changed = files.clone();
    *file_at(&mut changed, "letters/1/cosigned-1.p7s") = own;
    let verdict = desk.verdict(&packed(&desk.sealed_again(&changed))).await;
    Desk::holds(&verdict, false, "another signature in the place of one");
    assert!(verdict.2.contains("cosigned-1.p7s"), "{}", verdict.2);
    changed.retain(|(name, _)| name != "letters/1/cosigned-1.p7s");
    Desk::holds(&desk.verdict(&packed(&desk.sealed_again(&changed))).await, false, "a signature left out");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_signatory_returns_comes_back_for_all_and_is_signed_by_all_anew() {
    let app = TestApp::start_with(with_a_minister).await;
    let (_, mut minister) = signatory(&app, "minister", Some(MINISTER)).await;
    let mut told = before_both(&app, "ДС-371").await;
    let bytes = pdf(&app, &told).await;
    told.step(&app, "signatory", "sign", signing(&told, &bytes)).await;
    app.settle().await;
    let page = minister.open(&at(&told)).await;
    let form = page.form(&at(&told)).and("do", "return").with("reason", "Екінші бөлімі толық емес.");
    assert_eq!(minister.send(&form).await.status, 303);
    let dossier = told.dossier(&app).await;
    assert_eq!(dossier["state"], "drafting");
    // The form that was open before signs nothing any more.
    let late = minister.send(&page.form(&at(&told)).and("do", "sign")).await;
    assert_ne!(late.status, 303, "{}", late.text);

    let mut told = before_both(&app, "ДС-372").await;
    let bytes = pdf(&app, &told).await;
    told.step(&app, "signatory", "sign", signing(&told, &bytes)).await;
    told.step(&app, "signatory", "decline-signing", json!({ "reason": "Қайта қаралсын." })).await;
    told.step(&app, "clerk", "submit-for-signature", json!({ "version": 1, "also": ["minister_mlsp"] })).await;
    let submission = told.dossier(&app).await["submission"].clone();
    assert_eq!(submission["signed"], json!([]), "the signature was void with the letter");
    assert_eq!(submission["person"], json!(PREMIER));
    let bytes = pdf(&app, &told).await;
    told.step(&app, "signatory", "sign", signing(&told, &bytes)).await;
    app.settle().await;

    // The other order: the minister last, with the page of several letters.
    let page = minister.open("/signing/several").await;
    let value = page.text.split("name=\"letter\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let done = minister.send(&page.form("/signing/several").and("letter", &value)).await;
    assert!(done.status == 200 || done.status == 303, "{}", done.text);
    let dossier = told.dossier(&app).await;
    assert_eq!(dossier["state"], "signed", "{}", done.text);
    assert_eq!(dossier["letter"]["signatory"]["name"], "С. Жақыпова");
    assert_eq!(dossier["letter"]["cosigned"][0]["signatory"]["name"], "Ә. Смайылов");
    app.stop().await;
}

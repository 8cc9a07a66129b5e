//! A reply to one deputy alone is addressed to that deputy, and no list is annexed.

use serde_json::{Value, json};
use testkit::app::TestApp;

use super::story::{Told, signature};
use super::{command, draft, inquiry, number_key, resolution};

/// An inquiry of one deputy with a draft of its reply.
async fn drafted(app: &TestApp, number: &str, deputy: Value, language: &str) -> (String, u64) {
    let mut body = inquiry(number);
    body["groups"][0]["deputies"] = json!([deputy]);
    let key = number_key(number);
    let answer = app.call("POST", "/api/v1/inquiries").by("clerk").key(&key).json(&body).send().await.is(201);
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    let assigned = command(app, "head", &id, answer.version(), "assign-ministries", &resolution()).await.is(200);
    let mut text = draft("Үкімет сауалды қарап, мынаны хабарлайды.");
    text["content"]["language"] = json!(language);
    let written = command(app, "lead", &id, assigned.version(), "revise-draft", &text).await.is(200);
    (id, written.version())
}

async fn reply(app: &TestApp, id: &str) -> String {
    let text = app.get("clerk", &format!("/api/v1/inquiries/{id}/reply.txt")).await.is(200).text();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_deputy_is_addressed_by_name_in_every_language() {
    let app = TestApp::start().await;
    let known = || json!({ "name": "Н. Сәрсенғалиев", "email": "n.sarsengaliev@mazhilis.example" });
    for (number, language, said, unsaid) in [
        ("ДС-1", "kk", ["Мәжілісінің депутаты Н. Сәрсенғалиевке", "Құрметті депутат!"], "тізім"),
        ("ДС-2", "ru", ["Парламента Республики Казахстан Н. Сарсенгалиеву", "Уважаемый депутат!"], "списк"),
        ("ДС-3", "en", ["of the Republic of Kazakhstan Н. Сәрсенғалиев", "Dear deputy,"], "list"),
    ] {
        let (id, _) = drafted(&app, number, known(), language).await;
        let text = reply(&app, &id).await;
        assert!(said.iter().all(|said| text.contains(said)), "{language}: {text}");
        assert!(!text.contains(unsaid), "{language}: {text}");
    }
    // Whom the directory does not know: as the name's letters decide, and by list where they do not.
    let (id, _) = drafted(&app, "ДС-4", json!({ "name": "Т. Жақсыбаев" }), "kk").await;
    assert!(reply(&app, &id).await.contains("Т. Жақсыбаевқа"));
    let (id, _) = drafted(&app, "ДС-5", json!({ "name": "М. Әуезов" }), "kk").await;
    let text = reply(&app, &id).await;
    assert!(text.contains("депутатына (тізім бойынша)") && text.contains("М. Әуезов"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_letter_says_what_it_was_made_from() {
    let app = TestApp::start().await;
    let deputy = json!({ "name": "Н. Сәрсенғалиев", "email": "n.sarsengaliev@mazhilis.example" });
    let (id, version) = drafted(&app, "ДС-1", deputy, "kk").await;
    let mut told = Told { id, version, content_hash: Value::Null };
    told.content_hash = told.dossier(&app).await["draft"]["content_hash"].clone();
    let required = json!([{ "kind": "legal", "approver": "legal" }]);
    told.step(&app, "lead", "submit-for-approval", json!({ "version": 1, "required": required })).await;
    let visa = json!({ "version": 1, "content_hash": told.content_hash, "kind": "legal" });
    told.step(&app, "legal", "visa", visa).await;
    told.step(&app, "clerk", "submit-for-signature", json!({ "version": 1 })).await;
    let before = reply(&app, &told.id).await;
    assert!(before.contains("Н. Сәрсенғалиевке"), "{before}");
    let pdf = app.get("signatory", &format!("/api/v1/inquiries/{}/reply.pdf", told.id)).await.is(200).bytes;
    told.step(&app, "signatory", "sign", signature(&told, &pdf)).await;
    assert_eq!(reply(&app, &told.id).await, before);
    told.step(&app, "clerk", "assign-outgoing-number", json!({})).await;
    let numbered = reply(&app, &told.id).await;
    assert!(numbered.contains("Н. Сәрсенғалиевке") && numbered != before, "number and date came to it: {numbered}");
}

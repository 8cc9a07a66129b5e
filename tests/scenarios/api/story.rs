//! The whole story through the API: what is signed is what was read, numbers come after signatures, every deputy has a delivery.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use testkit::app::TestApp;

use super::{command, draft, registered, resolution};

/// Where the story of one inquiry has come to.
pub(crate) struct Told {
    pub(crate) id: String,
    pub(crate) version: u64,
    pub(crate) content_hash: Value,
}

impl Told {
    pub(crate) async fn step(&mut self, app: &TestApp, account: &str, name: &str, body: Value) {
        self.version = command(app, account, &self.id, self.version, name, &body).await.is(200).version();
    }

    /// Writes a version of the draft and sends it out for these visas.
    pub(crate) async fn revised(&mut self, app: &TestApp, version: u32, draft: Value, required: &Value) {
        self.step(app, "lead", "revise-draft", draft).await;
        self.content_hash = self.dossier(app).await["draft"]["content_hash"].clone();
        let ask = json!({ "version": version, "required": required });
        self.step(app, "lead", "submit-for-approval", ask).await;
    }

    pub(crate) async fn dossier(&self, app: &TestApp) -> Value {
        app.get("clerk", &format!("/api/v1/inquiries/{}", self.id)).await.is(200).json()
    }
}

/// Tells it up to the letter before its approvers.
pub(crate) async fn to_the_approvers(app: &TestApp, number: &str, required: &Value) -> Told {
    let (id, version) = registered(app, number).await;
    let mut told = Told { id, version, content_hash: Value::Null };
    told.step(app, "head", "assign-ministries", resolution()).await;
    told.revised(app, 1, draft("Үкімет сауалды қарап, келесіні хабарлайды."), required).await;
    told
}

/// Tells it up to the paper before the signatory.
pub(crate) async fn to_the_signatory(app: &TestApp, number: &str) -> Told {
    let mut told = to_the_approvers(app, number, &json!([{ "kind": "legal", "approver": "legal" }])).await;
    let visa = json!({ "version": 1, "content_hash": told.content_hash, "kind": "legal" });
    told.step(app, "legal", "visa", visa).await;
    told.step(app, "clerk", "submit-for-signature", json!({ "version": 1 })).await;
    told
}

/// Tells it to its end.
pub(crate) async fn tell(app: &TestApp, number: &str) -> Told {
    let mut told = to_the_signatory(app, number).await;
    let pdf = app.get("signatory", &format!("/api/v1/inquiries/{}/reply.pdf", told.id)).await.is(200).bytes;
    told.step(app, "signatory", "sign", signature(&told, &pdf)).await;
    told.step(app, "clerk", "assign-outgoing-number", json!({})).await;
    told.step(app, "clerk", "dispatch", json!({})).await;
    app.settle().await;
    told.version = told.dossier(app).await["version"].as_u64().unwrap();
    told.step(app, "clerk", "confirm-delivery", json!({ "recipient": 1, "how": "answered_by_mail" })).await;
    let by_hand = json!({ "recipient": 2, "on": "2023-09-20", "note": "Қолма-қол берілді." });
    told.step(app, "clerk", "record-delivery-by-hand", by_hand).await;
    told.step(app, "control", "close", json!({ "outcome": { "kind": "answered" } })).await;
    told
}

pub(crate) fn signature(told: &Told, pdf: &[u8]) -> Value {
    json!({ "version": 1, "content_hash": told.content_hash, "pdf_sha256": hex(pdf) })
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_signed_is_what_was_read_and_what_is_sent_begins_with_it() {
    let app = TestApp::start().await;
    let mut told = to_the_signatory(&app, "№ ДС-326").await;
    let place = format!("/api/v1/inquiries/{}", told.id);
    let seen = app.get("signatory", &format!("{place}/reply.pdf")).await.is(200);
    assert_eq!(seen.header("content-type"), Some("application/pdf"));
    assert_eq!(seen.header("etag"), Some(format!("\"{}\"", hex(&seen.bytes)).as_str()));
    assert!(seen.header("content-disposition").unwrap().contains("filename*=UTF-8''%D0%94%D0%A1-326.pdf"));
    assert!(seen.bytes.starts_with(b"%PDF-"));

    told.step(&app, "signatory", "sign", signature(&told, &seen.bytes)).await;
    let signed = app.get("clerk", &format!("{place}/reply.pdf")).await.is(200).bytes;
    assert_eq!(signed, seen.bytes, "what is handed out after the signature is not what was read");
    assert_eq!(app.get("clerk", &format!("{place}/signed.pdf")).await.is(200).bytes, signed);
    let cms = app.get("auditor", &format!("{place}/signature.p7s")).await.is(200).bytes;
    assert!(matches!(signature::verify_detached(&cms, &signed), signature::Verdict::Valid { .. }));
    app.get("clerk", &format!("{place}/registration.p7s")).await.is_problem(404, "not_there_yet");

    told.step(&app, "clerk", "assign-outgoing-number", json!({})).await;
    let numbered = app.get("clerk", &format!("{place}/reply.pdf")).await.is(200).bytes;
    assert!(numbered.starts_with(&signed) && numbered.len() > signed.len());
    let seal = app.get("auditor", &format!("{place}/registration.p7s")).await.is(200).bytes;
    assert!(matches!(signature::verify_detached(&seal, &numbered), signature::Verdict::Valid { .. }));
    assert!(matches!(signature::verify_detached(&cms, &signed), signature::Verdict::Valid { .. }));
    let letter = told.dossier(&app).await["letter"].clone();
    assert_eq!(letter["number"], "12-11/3841 ДС");
    assert_eq!(letter["signed_pdf"], hex(&signed));
    assert_eq!(letter["registered_pdf"], hex(&numbered));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_is_not_the_one_that_was_read_is_not_signed() {
    let app = TestApp::start().await;
    let told = to_the_signatory(&app, "№ ДС-326").await;
    let place = format!("/api/v1/inquiries/{}", told.id);
    let seen = app.get("signatory", &format!("{place}/reply.pdf")).await.is(200).bytes;
    let mut other = seen.clone();
    other.push(b'\n');
    let refused = command(&app, "signatory", &told.id, told.version, "sign", &signature(&told, &other)).await;
    assert_eq!(refused.is_problem(409, "letter_changed")["pdf_sha256"], hex(&seen));
    let mut stale = signature(&told, &seen);
    stale["content_hash"] = json!("0".repeat(64));
    let path = format!("{place}/commands/sign");
    let refused = app.call("POST", &path).by("signatory").key("other").seen(told.version).json(&stale).send().await;
    refused.is_problem(422, "other_content");
    assert_eq!(told.dossier(&app).await["state"], "for_signature");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_signature_and_number_answer_their_first_results() {
    let app = TestApp::start().await;
    let mut told = to_the_signatory(&app, "№ ДС-326").await;
    let place = format!("/api/v1/inquiries/{}", told.id);
    let seen = app.get("signatory", &format!("{place}/reply.pdf")).await.is(200).bytes;
    let (before, body) = (told.version, signature(&told, &seen));
    told.step(&app, "signatory", "sign", body.clone()).await;
    let at_sign = told.version;
    told.step(&app, "clerk", "assign-outgoing-number", json!({})).await;
    let at_number = told.version;
    told.step(&app, "clerk", "dispatch", json!({})).await;
    for (account, seen, name, body, version) in [
        ("signatory", before, "sign", body, at_sign),
        ("clerk", at_sign, "assign-outgoing-number", json!({}), at_number),
    ] {
        let again = command(&app, account, &told.id, seen, name, &body).await.is(200);
        assert_eq!(again.header("idempotent-replayed"), Some("true"), "{name}");
        assert_eq!(again.version(), version, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_a_number_and_a_merger_sent_several_times_at_once_are_done_once() {
    let app = TestApp::start().await;
    let mut told = to_the_signatory(&app, "№ ДС-326").await;
    let seen = app.get("signatory", &format!("/api/v1/inquiries/{}/reply.pdf", told.id)).await.is(200).bytes;
    for (account, name, body) in
        [("signatory", "sign", signature(&told, &seen)), ("clerk", "assign-outgoing-number", json!({}))]
    {
        let calls = (0..4).map(|_| command(&app, account, &told.id, told.version, name, &body));
        let answers = futures_util::future::join_all(calls).await;
        let first = answers[0].json();
        for answer in answers {
            assert_eq!(answer.is(200).json(), first, "{name}");
        }
        told.version = first["version"].as_u64().unwrap();
    }
    let (leader, at) = registered(&app, "ДС-1").await;
    let (joins, _) = registered(&app, "ДС-2").await;
    let ask = json!({ "others": [joins] });
    let calls = (0..4).map(|_| command(&app, "clerk", &leader, at, "merge", &ask));
    let answers = futures_util::future::join_all(calls).await;
    let first = answers[0].json();
    for answer in answers {
        assert_eq!(answer.is(200).json(), first);
    }
    let head = app.journal().head().await.unwrap().position;
    assert_eq!(head, told.version as i64 + 3 + 3 + 2, "something was recorded twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_numbered_at_once_take_numbers_without_a_gap() {
    let app = TestApp::start().await;
    let mut signed = Vec::new();
    for n in 1..=4 {
        let mut told = to_the_signatory(&app, &format!("ДС-{n}")).await;
        let pdf = app.get("signatory", &format!("/api/v1/inquiries/{}/reply.pdf", told.id)).await.is(200).bytes;
        told.step(&app, "signatory", "sign", signature(&told, &pdf)).await;
        signed.push(told);
    }
    let nothing = json!({});
    let calls =
        signed.iter().map(|told| command(&app, "clerk", &told.id, told.version, "assign-outgoing-number", &nothing));
    let answers = futures_util::future::join_all(calls).await;
    let mut numbers: Vec<String> = answers
        .into_iter()
        .map(|answer| answer.is(200).json()["events"][0]["payload"]["number"].as_str().unwrap().to_owned())
        .collect();
    numbers.sort();
    assert_eq!(numbers, ["12-11/3841 ДС", "12-11/3842 ДС", "12-11/3843 ДС", "12-11/3844 ДС"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_letter_comes_in_three_forms_and_a_fourth_is_refused_clearly() {
    let app = TestApp::start().await;
    let (id, version) = registered(&app, "№ ДС-326").await;
    let place = format!("/api/v1/inquiries/{id}");
    app.get("clerk", &format!("{place}/reply.pdf")).await.is_problem(404, "not_there_yet");
    let version = command(&app, "head", &id, version, "assign-ministries", &resolution()).await.is(200).version();
    command(&app, "lead", &id, version, "revise-draft", &draft("Жауап <b>жобасы</b>.")).await.is(200);
    let pdf = app.get("lead", &format!("{place}/reply.pdf")).await.is(200);
    let html = app.get("lead", &format!("{place}/reply.html")).await.is(200);
    let text = app.get("lead", &format!("{place}/reply.txt")).await.is(200);
    assert!(pdf.bytes.starts_with(b"%PDF-"));
    assert_eq!(html.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(html.text().contains("Жауап &lt;b&gt;жобасы&lt;/b&gt;."), "{}", html.text());
    let policy = html.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'self'"), "{policy}");
    assert_eq!(text.header("content-type"), Some("text/plain; charset=utf-8"));
    assert!(text.text().contains("Жауап <b>жобасы</b>."), "{}", text.text());
    // The same letter again is not sent again.
    let tag = pdf.header("etag").unwrap();
    let again = app.call("GET", &format!("{place}/reply.pdf")).by("lead").header("If-None-Match", tag).send().await;
    assert_eq!((again.status, again.bytes.len()), (304, 0));
    let word = app.get("lead", &format!("{place}/reply.docx")).await.is(200);
    assert!(word.bytes.starts_with(b"PK"), "a Word file is a zip archive");
    for form in ["odt", "exe", "PDF"] {
        app.get("lead", &format!("{place}/reply.{form}")).await.is_problem(404, "no_such_form");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_deputy_has_a_delivery_and_the_past_can_be_asked() {
    let app = TestApp::start().await;
    app.clock.set("2023-09-20T10:00:00Z");
    let mut told = to_the_signatory(&app, "№ ДС-326").await;
    let place = format!("/api/v1/inquiries/{}", told.id);
    assert_eq!(app.get("clerk", &format!("{place}/deliveries")).await.is(200).json()["deliveries"], json!([]));
    let pdf = app.get("signatory", &format!("{place}/reply.pdf")).await.is(200).bytes;
    told.step(&app, "signatory", "sign", signature(&told, &pdf)).await;
    app.clock.set("2023-09-21T10:00:00Z");
    told.step(&app, "clerk", "assign-outgoing-number", json!({})).await;
    told.step(&app, "clerk", "dispatch", json!({})).await;
    app.settle().await;

    let rows = app.get("clerk", &format!("{place}/deliveries")).await.is(200).json();
    let rows = rows["deliveries"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!((rows[0]["state"].as_str(), rows[1]["state"].as_str()), (Some("accepted"), Some("needs_hand")));
    assert_eq!(rows[0]["address"], "n.sarsengaliev@mazhilis.example");
    assert_eq!(rows[0]["label"], "«AMANAT» партиясының фракция мүшелері, депутаттар");
    assert_eq!(rows[0]["attempts"], 1);
    assert_eq!(rows[0]["relay"], "file");
    assert!(rows[0]["message_id"].as_str().unwrap().contains(&told.id), "{rows:?}");
    let outbox = std::fs::read_dir(app.folder.path().join("outbox")).unwrap();
    assert_eq!(outbox.filter(|file| file.as_ref().unwrap().path().extension().is_some_and(|e| e == "eml")).count(), 1);

    // As of the evening of the signature nothing was numbered yet, and nothing can be done to the past.
    let past = app.get("auditor", &format!("{place}?as_of=2023-09-20T23:00:00Z")).await.is(200).json();
    assert_eq!(past["state"], "signed");
    assert_eq!(past["letter"]["number"], Value::Null);
    assert_eq!(past["allowed"], json!([]));
    app.get("auditor", &format!("{place}?as_of=2020-01-01T00:00:00Z")).await.is_problem(400, "bad_parameter");

    let history = app.get("auditor", &format!("{place}/events")).await.is(200).json();
    let events = history["events"].as_array().unwrap();
    let versions: Vec<u64> = events.iter().map(|event| event["version"].as_u64().unwrap()).collect();
    assert_eq!(versions, (1..=events.len() as u64).collect::<Vec<_>>());
    for field in ["type", "schema_version", "stream", "actor", "command", "correlation", "at", "payload", "words"] {
        assert!(events.iter().all(|event| !event[field].is_null()), "{field}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merger_writes_all_inquiries_or_none() {
    let app = TestApp::start().await;
    let (leader, at) = registered(&app, "ДС-1").await;
    let (joins, _) = registered(&app, "ДС-2").await;
    let nobody = "018f3c1e-7a55-7cc1-9d3b-4c2a70b0a001";
    let ask = json!({ "others": [joins, nobody] });
    let answer = command(&app, "clerk", &leader, at, "merge", &ask).await;
    assert_eq!(answer.is_problem(422, "bad_field")["field"], "others[1]");
    let path = format!("/api/v1/inquiries/{leader}/commands/merge");
    let merge = || app.call("POST", &path).by("clerk").key("m").seen(at).json(&json!({ "others": [joins] })).send();
    let done = merge().await.is(200);
    let again = merge().await.is(200);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.json(), done.json());
    let other = app.get("clerk", &format!("/api/v1/inquiries/{joins}")).await.is(200).json();
    assert_eq!((other["state"].as_str(), other["merged_into"].as_str()), (Some("merged"), Some(leader.as_str())));
    let merged = app.get("clerk", &format!("/api/v1/inquiries/{leader}")).await.is(200).json()["merged"].clone();
    assert_eq!(merged[0]["groups"][0]["deputies"][0]["no"], 3, "places continue behind those of the leader");

    let (repeat, _) = registered(&app, "ДС-3").await;
    let linked =
        command(&app, "clerk", &leader, done.version(), "link-repeat", &json!({ "repeat": repeat })).await.is(200);
    assert_eq!(linked.json()["events"][0]["payload"]["number"], "ДС-3");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_journal_is_told_in_order_with_proofs() {
    let app = TestApp::start().await;
    registered(&app, "ДС-1").await;
    registered(&app, "ДС-2").await;
    let head = app.get("auditor", "/api/v1/journal/head").await.is(200).json();
    assert_eq!(head["position"], 6);
    let first = app.get("auditor", "/api/v1/journal?limit=4").await.is(200).json();
    assert_eq!(first["next_after"], 4);
    let rest = app.get("auditor", "/api/v1/journal?after=4&limit=4").await.is(200).json();
    assert_eq!(rest["next_after"], Value::Null);
    let positions: Vec<i64> = [&first, &rest]
        .iter()
        .flat_map(|page| page["events"].as_array().unwrap())
        .map(|event| event["position"].as_i64().unwrap())
        .collect();
    assert_eq!(positions, [1, 2, 3, 4, 5, 6]);
    let proof = app.get("auditor", "/api/v1/journal/proof/5").await.is(200).json();
    assert_eq!(proof["event"]["position"], 5);
    assert_eq!(proof["block"]["block"], head["block"]);
    assert_eq!(proof["block"]["hash"], head["hash"]);
    app.get("auditor", "/api/v1/journal/proof/7").await.is_problem(404, "not_there_yet");
}

#[tokio::test(flavor = "multi_thread")]
async fn reference_data_is_told_for_a_day() {
    let app = TestApp::start().await;
    let ministries = app.get("clerk", "/api/v1/directory/ministries").await.is(200).json();
    assert_eq!(ministries["on"], "2023-09-20");
    let codes: Vec<&str> = ministries["ministries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|ministry| ministry["code"].as_str().unwrap())
        .collect();
    assert!(codes.contains(&"mlsp") && codes.contains(&"mfa"), "{codes:?}");
    let found =
        app.get("clerk", "/api/v1/directory/deputies?q=%D1%81%D3%99%D1%80%D1%81%D0%B5%D0%BD").await.is(200).json();
    assert_eq!(found["deputies"][0]["name"]["kk"], "Н. Сәрсенғалиев");
    let calendar = app.get("clerk", "/api/v1/directory/calendar?from=2023-10-01&until=2023-10-31").await.is(200).json();
    assert_eq!(calendar["exceptions"][0]["date"], "2023-10-25");
    app.get("clerk", "/api/v1/directory/calendar?from=2023-10-01&until=2022-10-31")
        .await
        .is_problem(400, "bad_parameter");
}

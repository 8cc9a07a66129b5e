//! Signing on the signatory's own device: what comes is held against the letter's bytes, those whom the office trusts and what they say of it today, and only
//! what was checked and is good is recorded. The signatures are OpenSSL's, the authorities `openssl ocsp` and its revocation lists.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use signature::{Certificate, Revocation};
use testkit::app::{Answer, TestApp};
use testkit::authority::{Authority, Behaviour, Service};
use trust::{Places, Settings};
use web::signing::{LAYER, Signing};

use super::command;
use super::story::{Told, signature, to_the_signatory};

/// The certificate of the Prime Minister of the story, as the national authority writes a person.
pub(crate) const PERSON: &str = "/CN=СМАЙЫЛОВ ӘЛИХАН/serialNumber=IIN720101300123";

/// The program in an office whose letters are signed on devices.
pub(crate) async fn office(authority: &Authority, change: impl FnOnce(&mut Settings)) -> TestApp {
    let mut settings = Settings {
        trusted: Certificate::all_from_pem(&authority.pem("root")).unwrap(),
        timestamps_trusted: Vec::new(),
        tsa: None,
        revocation: Revocation::Required,
        places: Places::Named,
        verifier: None,
        patience: Duration::from_secs(2),
    };
    change(&mut settings);
    TestApp::start_with(|config| {
        config.signing = Signing::Device(LAYER.parse().unwrap());
        config.server_seal_stands_in = false;
        config.authorities = settings;
    })
    .await
}

async fn letter(app: &TestApp, told: &Told) -> Vec<u8> {
    app.get("signatory", &format!("/api/v1/inquiries/{}/reply.pdf", told.id)).await.is(200).bytes
}

/// Hands in a signature, each time as another request.
async fn sent(app: &TestApp, told: &Told, pdf: &[u8], signed: Option<&str>) -> Answer {
    let mut body = signature(told, pdf);
    if let Some(signed) = signed {
        body["signature"] = json!(signed);
    }
    let path = format!("/api/v1/inquiries/{}/commands/sign", told.id);
    let key = format!("sign-{}", uuid::Uuid::now_v7());
    app.call("POST", &path).by("signatory").key(&key).seen(told.version).json(&body).send().await
}

fn text(cms: &[u8]) -> String {
    STANDARD.encode(cms)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_is_signed_by_its_signatory_and_the_report_of_the_check_is_kept_beside_it() {
    let authority = Authority::start();
    authority.issue("person", PERSON, "documents");
    let app = office(&authority, |_| ()).await;
    // In each form in which programs hand signatures out.
    for (number, form) in [("ДС-1", "DER"), ("ДС-2", "PEM"), ("ДС-3", "BER")] {
        let told = to_the_signatory(&app, number).await;
        let pdf = letter(&app, &told).await;
        let given = match form {
            "PEM" => String::from_utf8(authority.sign_as("person", &pdf, "-outform PEM")).unwrap(),
            "BER" => text(&Authority::in_ber(&authority.sign("person", &pdf))),
            _ => text(&authority.sign("person", &pdf)),
        };
        let answer = sent(&app, &told, &pdf, Some(&given)).await.is(200);
        let place = format!("/api/v1/inquiries/{}", told.id);
        let cms = app.get("auditor", &format!("{place}/signature.p7s")).await.is(200).bytes;
        assert!(signature::verify_detached(&cms, &pdf).is_valid(), "{form}");
        let signer = signature::signer_of(&cms).unwrap();
        assert_eq!(signer.fingerprint().unwrap(), fingerprint(&authority, "person"));

        let event = &answer.json()["events"][0];
        assert_eq!((&event["type"], &event["payload"]["sealed_by_server"]), (&json!("reply_signed"), &json!(false)));
        let holder = json!({ "name": "СМАЙЫЛОВ ӘЛИХАН", "iin": "720101300123" });
        assert_eq!(event["payload"]["signer"], holder);
        let kept = app.journal().blob(event["payload"]["checked"].as_str().unwrap()).await.unwrap().unwrap();
        let kept: Value = serde_json::from_slice(&kept.bytes).unwrap();
        assert_eq!((&kept["conclusion"], &kept["signer"]), (&json!("valid"), &holder["name"]));
        assert_eq!(kept["material"]["ocsp"].as_array().unwrap().len(), 1, "what the responder said is kept: {kept}");

        // Whoever holds the code reads what was found then; nobody is asked anew for them.
        app.settle().await;
        let code = told.dossier(&app).await["letter"]["verification_code"].as_str().unwrap().to_owned();
        let asked = authority.asked(Service::Ocsp).len();
        let path = format!("/api/v1/verification/{code}");
        let body = app.call("GET", &path).header("Accept-Language", "en").send().await.is(200).json();
        let by_hand = &body["letter"]["signatures"][0];
        assert_eq!((&by_hand["conclusion"], &by_hand["checked_at"]), (&json!("valid"), &kept["checked_at"]), "{body}");
        let lines = by_hand["lines"].to_string();
        assert!(lines.contains("the kept report of the check") && lines.contains("was not revoked"), "{lines}");
        assert!(!lines.contains("checked again today"), "{lines}");
        assert_eq!((&body["letter"]["sealed_by_server"], authority.asked(Service::Ocsp).len()), (&json!(false), asked));
    }
}

fn fingerprint(authority: &Authority, name: &str) -> String {
    Certificate::all_from_pem(&authority.pem(name)).unwrap()[0].fingerprint().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_good_or_was_not_checked_is_refused_in_words_and_nothing_is_lost() {
    let (authority, stranger) = (Authority::start(), Authority::start());
    for (name, kind) in [
        ("person", "documents"),
        ("revoked", "documents"),
        ("listed", "listed"),
        ("signing_in", "signing_in"),
        ("encipherment", "encipherment"),
    ] {
        authority.issue(name, PERSON, kind);
    }
    authority.issue_expired("expired", PERSON);
    authority.revoke("revoked");
    authority.revoke("listed");
    stranger.issue("person", PERSON, "documents");
    let app = office(&authority, |_| ()).await;
    let told = to_the_signatory(&app, "№ ДС-326").await;
    let pdf = letter(&app, &told).await;
    let before = app.journal().head().await.unwrap().position;
    let good = authority.sign("person", &pdf);
    // Nobody says whether the certificate was revoked: the same signature that is taken at the end is not taken yet.
    for service in [Service::Ocsp, Service::Lists] {
        authority.behave(service, Behaviour::Failing);
    }
    let problem = sent(&app, &told, &pdf, Some(&text(&good))).await.is_problem(422, "signature_not_checked");
    assert!(problem["detail"].as_str().unwrap().contains("saual check"), "{problem}");
    for service in [Service::Ocsp, Service::Lists] {
        authority.behave(service, Behaviour::Honest);
    }
    let mut changed = good.clone();
    *changed.last_mut().unwrap() ^= 1;
    let tried = [
        ("over other bytes", text(&authority.sign("person", b"%PDF-1.7 another letter")), "signature_invalid"),
        ("changed in its last byte", text(&changed), "signature_invalid"),
        ("of another authority", text(&stranger.sign("person", &pdf)), "signature_invalid"),
        ("expired", text(&authority.sign("expired", &pdf)), "signature_invalid"),
        ("revoked, as the responder says", text(&authority.sign("revoked", &pdf)), "signature_invalid"),
        ("revoked, as the list says", text(&authority.sign("listed", &pdf)), "signature_invalid"),
        ("with a key for other uses", text(&authority.sign("encipherment", &pdf)), "signature_invalid"),
        (
            "with another's certificate",
            text(&Authority::swapped(&good, &authority.pem("person"), &stranger.pem("person"))),
            "signature_invalid",
        ),
        ("with the key for signing in", text(&authority.sign("signing_in", &pdf)), "signature_for_signing_in"),
        ("of an unknown algorithm", text(&Authority::gost_like(&good)), "signature_not_checked"),
        (
            "without its certificate",
            text(&authority.sign_as("person", &pdf, "-outform DER -nocerts")),
            "signature_not_checked",
        ),
        (
            "with the letter inside",
            text(&authority.sign_as("person", &pdf, "-outform DER -nodetach")),
            "signature_invalid",
        ),
        ("no signature at all", "qwerty".to_owned(), "signature_unreadable"),
        ("the letter itself", text(&pdf[..3_000]), "signature_unreadable"),
    ];
    for (what, signed, code) in &tried {
        let problem = sent(&app, &told, &pdf, Some(signed)).await.is_problem(422, code);
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains("алдыңызда қалды"), "{what}: it is said that nothing is lost: {detail}");
    }
    // A good signature of somebody else is none of the signatory's.
    authority.issue("another", "/CN=ӘЛИЕВ СЕРІК/serialNumber=IIN800101300999", "documents");
    let another = text(&authority.sign("another", &pdf));
    sent(&app, &told, &pdf, Some(&another)).await.is_problem(403, "certificate_of_another");
    sent(&app, &told, &pdf, None).await.is_problem(422, "signature_missing");
    sent(&app, &told, &pdf, Some(&"A".repeat(600_000))).await.is_problem(413, "too_large");
    assert_eq!(app.journal().head().await.unwrap().position, before, "something was recorded");
    assert_eq!(told.dossier(&app).await["state"], "for_signature");

    sent(&app, &told, &pdf, Some(&text(&good))).await.is(200);
    assert_eq!(told.dossier(&app).await["state"], "signed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_of_the_national_algorithms_is_taken_by_the_word_of_the_office_s_verifier() {
    let authority = Authority::start();
    authority.issue("person", PERSON, "documents");
    let verifier = authority.address().parse().ok();
    let app = office(&authority, |settings| settings.verifier = verifier).await;
    let told = to_the_signatory(&app, "№ ДС-326").await;
    let pdf = letter(&app, &told).await;
    let signed = text(&Authority::gost_like(&authority.sign("person", &pdf)));
    authority.behave(Service::Verifier, Behaviour::Says(r#"{"valid":true,"signers":[]}"#.to_owned()));
    sent(&app, &told, &pdf, Some(&signed)).await.is_problem(422, "signature_not_checked");
    authority.behave(Service::Verifier, Behaviour::Says(r#"{"valid":false,"message":"OCSP: REVOKED"}"#.to_owned()));
    let problem = sent(&app, &told, &pdf, Some(&signed)).await.is_problem(422, "signature_invalid");
    assert!(problem["detail"].as_str().unwrap().contains("REVOKED"), "{problem}");
    authority.behave(Service::Verifier, Behaviour::Honest);
    let event = sent(&app, &told, &pdf, Some(&signed)).await.is(200).json()["events"][0].clone();

    // It is sent by that word, as long as it is kept, and nowhere called valid by us.
    let mut told = told;
    told.version += 1;
    told.step(&app, "clerk", "assign-outgoing-number", json!({})).await;
    app.settle().await;
    let code = told.dossier(&app).await["letter"]["verification_code"].as_str().unwrap().to_owned();
    let checked = async || {
        let path = format!("/api/v1/verification/{code}");
        app.call("GET", &path).header("Accept-Language", "en").send().await.is(200).json()
    };
    let body = checked().await;
    let by_hand = &body["letter"]["signatures"][0];
    assert_eq!((&body["verdict"], &by_hand["conclusion"]), (&json!("issued"), &json!("not_checked")), "{body}");
    let lines = by_hand["lines"].to_string();
    for words in
        ["unknown to this program: not checked here", "the kept report of the check when it was signed", "): valid"]
    {
        assert!(lines.contains(words), "{words}: {lines}");
    }
    assert!(by_hand["checked_at"].is_string(), "{by_hand}");
    let kept = event["payload"]["checked"].as_str().unwrap();
    let force = async |change: &str| {
        let client = app.database.connect().await;
        let sql = format!("update blobs set bytes = {change} where sha256 = '\\x{kept}'");
        let all = format!(
            "begin; alter table blobs disable trigger all; {sql}; alter table blobs enable trigger all; commit"
        );
        client.batch_execute(&all).await.unwrap();
    };
    force("bytes || '\\x00'::bytea").await;
    let path = format!("/api/v1/inquiries/{}/commands/dispatch", told.id);
    let call = app.call("POST", &path).by("clerk").key("without-report").seen(told.version);
    call.json(&json!({})).send().await.is_problem(422, "letter_differs");
    assert_eq!(checked().await["verdict"], "kept_copy_differs");
    force("substring(bytes from 1 for octet_length(bytes) - 1)").await;
    told.step(&app, "clerk", "dispatch", json!({})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_press_is_one_signature_and_a_stale_letter_is_none() {
    let authority = Authority::start();
    authority.issue("person", PERSON, "documents");
    let app = office(&authority, |_| ()).await;
    let told = to_the_signatory(&app, "№ ДС-326").await;
    let pdf = letter(&app, &told).await;
    let mut body = signature(&told, &pdf);
    body["signature"] = json!(text(&authority.sign("person", &pdf)));
    let other = signature(&told, b"another letter");
    let mut stale = other.clone();
    stale["signature"] = body["signature"].clone();
    let path = format!("/api/v1/inquiries/{}/commands/sign", told.id);
    let refused = app.call("POST", &path).by("signatory").key("stale").seen(told.version).json(&stale).send().await;
    refused.is_problem(409, "letter_changed");
    let calls = (0..4).map(|_| command(&app, "signatory", &told.id, told.version, "sign", &body));
    let answers = futures_util::future::join_all(calls).await;
    let first = answers[0].json();
    for answer in answers {
        assert_eq!(answer.is(200).json(), first);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_seal_stands_in_nobody_s_signature_is_taken() {
    let authority = Authority::start();
    authority.issue("person", PERSON, "documents");
    let app = TestApp::start().await;
    let told = to_the_signatory(&app, "№ ДС-326").await;
    let pdf = letter(&app, &told).await;
    let signed = text(&authority.sign("person", &pdf));
    sent(&app, &told, &pdf, Some(&signed)).await.is_problem(422, "signature_not_taken");
    sent(&app, &told, &pdf, None).await.is(200);
}

/// A signatory's program may bring a timestamp with the signature: its authority is one that the Office trusts, and the archive says so.
#[tokio::test(flavor = "multi_thread")]
async fn a_signature_with_a_timestamp_is_valid_to_the_report_of_the_archive() {
    let authority = Authority::start();
    authority.issue("person", PERSON, "documents");
    let root = Certificate::all_from_pem(&authority.pem("root")).unwrap();
    let tsa = format!("{}/tsa", authority.address()).parse().ok();
    let mut asked = None;
    let app = office(&authority, |settings| {
        settings.timestamps_trusted = root;
        settings.tsa = tsa;
        asked = Some(trust::Authorities::new(settings.clone()));
    })
    .await;
    let mut told = to_the_signatory(&app, "ДС-371").await;
    let pdf = letter(&app, &told).await;
    let mut body = signature(&told, &pdf);
    let stamped = asked.unwrap().timestamped(&authority.sign("person", &pdf), jiff::Timestamp::now()).unwrap();
    body["signature"] = json!(text(&stamped));
    told.step(&app, "signatory", "sign", body).await;
    told.step(&app, "clerk", "assign-outgoing-number", json!({})).await;
    app.sign_head().await;
    let zip = app.get("auditor", &format!("/inquiries/{}/evidence.zip", told.id)).await.is(200).bytes;
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(zip)).unwrap();
    let report: Value = serde_json::from_reader(zip.by_name("report.json").unwrap()).unwrap();
    let verdict = &report["letters"][0]["signed"]["verdict"];
    let lines: Vec<&str> = verdict.as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(lines[0].starts_with("жарамды"), "{verdict}");
    assert!(lines.iter().any(|line| line.starts_with("- уақыт белгісі")), "{verdict}");
    app.stop().await;
}

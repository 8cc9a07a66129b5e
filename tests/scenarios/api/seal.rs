//! The Office's seal inside the letter that is sent: what viewers and tools of others say of it, where its key may be, and what happens when that is away.

mod others;

use std::collections::BTreeSet;
use std::fs;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use saual::config::{Config, SealKey, Secret, TokenPlace};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use signature::{Conclusion, Level, Revocation};
use testkit::app::TestApp;
use testkit::authority::{Authority, Behaviour, Service};
use testkit::token::{self, Token};

use self::others::{Issued, Others, judged, said};
use super::story::{Told, signature as signing, tell, to_the_signatory};

/// The letter as it was sent, what was signed, and the seal beside it.
struct Letter {
    signed: Vec<u8>,
    sent: Vec<u8>,
    cms: Vec<u8>,
}

async fn letter(app: &TestApp, told: &Told) -> Letter {
    let place = format!("/api/v1/inquiries/{}", told.id);
    Letter {
        signed: app.get("clerk", &format!("{place}/signed.pdf")).await.is(200).bytes,
        sent: app.get("clerk", &format!("{place}/reply.pdf")).await.is(200).bytes,
        cms: app.get("auditor", &format!("{place}/registration.p7s")).await.is(200).bytes,
    }
}

/// The place of the seal in a letter at B-B.
struct Hole {
    /// The frame before the certificate, which the signature does not protect.
    frame: std::ops::Range<usize>,
    /// The last digits of the signature's value.
    value: usize,
    /// What fills the place, and its end.
    filling: std::ops::RangeInclusive<usize>,
}

fn hole(sent: &[u8]) -> Hole {
    let digits = sent.windows(10).rposition(|window| window == b"/Contents<").unwrap() + 10;
    let end = digits + sent[digits..].iter().position(|byte| *byte == b'>').unwrap();
    // 30 82 and two bytes of length.
    let length = usize::from_str_radix(std::str::from_utf8(&sent[digits + 4..digits + 8]).unwrap(), 16).unwrap();
    let behind = digits + (length + 4) * 2;
    Hole { frame: digits..digits + 120, value: behind - 6, filling: behind..=end }
}

/// A place in every structural region of the letter, and many between them.
fn places(letter: &Letter) -> BTreeSet<usize> {
    let (sent, signed) = (&letter.sent, letter.signed.len());
    let find = |needle: &[u8], from: usize| {
        from + sent[from..].windows(needle.len()).position(|window| window == needle).unwrap()
    };
    // Behind S: number and date, their cross-references and end; behind these the seal.
    let end_of_number = find(b"%%EOF", signed);
    let seal = find(b"/ByteRange", end_of_number);
    let hole = hole(sent);
    let (digits, hole_end) = (hole.frame.start, *hole.filling.end());
    let of_seal =
        [seal, seal + 12, seal + 20, digits - 1, digits, digits + 80, hole.value, hole_end - 1, hole_end, hole_end + 2];
    let of_number = [signed, signed + 30, (signed + end_of_number) / 2, find(b"startxref", signed), end_of_number];
    let behind = [find(b"/Root", hole_end), find(b"startxref", hole_end) + 10, sent.len() - 3];
    let header = [1, 8, 14];
    let even = (0..40).map(|step| step * sent.len() / 40);
    header.into_iter().chain(of_number).chain(of_seal).chain(behind).chain(even).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_letter_that_is_sent_bears_the_offices_seal_and_no_byte_of_it_can_be_changed() {
    let issued = Issued::new();
    let app = TestApp::start_with(|config| config.seal.key = issued.key()).await;
    let told = tell(&app, "ДС-326").await;
    let letter = letter(&app, &told).await;
    assert!(letter.sent.starts_with(&letter.signed));
    assert_eq!(told.dossier(&app).await["letter"]["registered_pdf"], hex::encode(Sha256::digest(&letter.sent)));

    let (root, others) = (issued.path("root.pem"), Others::new(&issued.path("root.pem")));
    let report = judged(&letter.sent, &root);
    assert!(report.is_valid() && report.signatures.len() == 1, "{report:#?}");
    assert_eq!(report.signatures[0].covers, letter.sent.len(), "the seal is over the whole file");
    assert_eq!(report.signatures[0].field, "Үкімет Аппаратының мөрі");
    let seen = others.pdfsig(&letter.sent);
    for words in ["Signature is Valid.", "Certificate is Trusted.", "Total document signed", "Office-seal"] {
        assert!(seen.contains(words), "{words}: {seen}");
    }
    assert!(others.openssl_accepts(&letter.cms, &letter.sent));

    let places: Vec<usize> = places(&letter).into_iter().collect();
    let mut changed = vec![letter.sent.clone()];
    for place in &places {
        let mut pdf = letter.sent.clone();
        pdf[*place] ^= 1;
        assert_ne!(judged(&pdf, &root).conclusion(), Conclusion::Valid, "byte {place} can be changed");
        assert!(!others.openssl_accepts(&letter.cms, &pdf), "byte {place} can be changed for OpenSSL");
        changed.push(pdf);
    }
    let hole = hole(&letter.sent);
    for (index, (good, line)) in others.pyhanko("plain", &changed).into_iter().flatten().enumerate() {
        // Readers do not look at every field of the frame around a signature, nor at what fills the place behind it. This house does, and the seal beside the letter.
        let is_unread =
            index > 0 && (hole.frame.contains(&places[index - 1]) || hole.filling.contains(&places[index - 1]));
        assert!(good == (index == 0) || is_unread, "{:?}: {line}", places.get(index.wrapping_sub(1)));
    }
}

fn in_token(pin: &str, token: &Token) -> SealKey {
    SealKey::Token {
        place: TokenPlace {
            module: Token::module(),
            token: token::LABEL.to_owned(),
            key: token::KEY.to_owned(),
            pin: Some(Secret::new(pin)),
        },
        certificate: token.certificate(),
    }
}

/// Asks for a number, without expecting one.
async fn number(app: &TestApp, told: &Told, key: &str) -> testkit::app::Answer {
    let path = format!("/api/v1/inquiries/{}/commands/assign-outgoing-number", told.id);
    app.call("POST", &path).by("clerk").key(key).seen(told.version).json(&json!({})).send().await
}

async fn signed(app: &TestApp, inquiry: &str) -> Told {
    let mut told = to_the_signatory(app, inquiry).await;
    let pdf = app.get("signatory", &format!("/api/v1/inquiries/{}/reply.pdf", told.id)).await.is(200).bytes;
    told.step(app, "signatory", "sign", signing(&told, &pdf)).await;
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_seals_and_when_it_is_gone_no_number_is_taken_until_it_is_back() {
    let Some(token) = Token::of_this_process() else {
        return tokio::task::block_in_place(|| {
            Token::run_in_child("api::seal::a_token_seals_and_when_it_is_gone_no_number_is_taken_until_it_is_back");
        });
    };
    let app = TestApp::start_with(|config| config.seal.key = in_token(token::PIN, &token)).await;
    let first = tell(&app, "ДС-326").await;
    let letter = letter(&app, &first).await;
    let report = judged(&letter.sent, &token.certificate());
    assert!(report.is_valid(), "{report:#?}");
    assert!(report.signatures[0].report.signer.as_deref() == Some("Үкімет Аппаратының мөрі"), "{report:#?}");

    let mut second = signed(&app, "ДС-327").await;
    let before = second.dossier(&app).await;
    token.take_away();
    for attempt in ["one", "two"] {
        let refused = number(&app, &second, attempt).await;
        let problem = refused.is_problem(503, "seal_unavailable");
        assert!(!problem.to_string().contains("token"), "the inside of the program is told to nobody: {problem}");
        assert_eq!(second.dossier(&app).await, before, "something was recorded");
    }
    token.bring_back();
    second.version = number(&app, &second, "three").await.is(200).version();
    let numbers: Vec<Value> = [first.dossier(&app).await, second.dossier(&app).await]
        .into_iter()
        .map(|dossier| dossier["letter"]["number"].clone())
        .collect();
    assert_eq!(numbers, ["12-11/3841 ДС", "12-11/3842 ДС"], "a number was lost");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_pin_is_told_in_words_and_never_tried_again() {
    let Some(token) = Token::of_this_process() else {
        return tokio::task::block_in_place(|| {
            Token::run_in_child("api::seal::a_wrong_pin_is_told_in_words_and_never_tried_again");
        });
    };
    let app = TestApp::start_with(|config| config.seal.key = in_token("161803", &token)).await;
    let told = to_the_signatory(&app, "ДС-326").await;
    let pdf = app.get("signatory", &format!("/api/v1/inquiries/{}/reply.pdf", told.id)).await.is(200).bytes;
    let sign = super::command(&app, "signatory", &told.id, told.version, "sign", &signing(&told, &pdf)).await;
    sign.is_problem(503, "seal_unavailable");
    let why = |app: &TestApp| app.state().seal.sign_detached(b"a letter", Timestamp::now()).unwrap_err().to_string();
    assert!(why(&app).contains("refused the PIN") && why(&app).contains("seal.pin"), "{}", why(&app));
    // With the PIN that is configured it would open now. Whoever tries again would not know that, and would lock a real one.
    token.change_pin(token::PIN, "161803");
    assert!(why(&app).contains("refused the PIN"), "{}", why(&app));
    app.stop().await;
    let again = TestApp::start_with(|config| config.seal.key = in_token("161803", &token)).await;
    again.state().seal.sign_detached(b"a letter", Timestamp::now()).unwrap();
    again.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pkcs_12_file_seals_and_what_many_may_read_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let issued = Issued::new();
    let (file, at) = (issued.path("seal.p12"), |name: &str| issued.path(name).display().to_string());
    let (key, certificate, out) = (at("seal.key"), at("seal.crt"), at("seal.p12"));
    let export = ["pkcs12", "-export", "-inkey", &key, "-in", &certificate, "-passout", "pass:құпия", "-out", &out];
    assert!(said("openssl", &export).0);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    let set = |config: &mut Config| {
        config.seal.key = SealKey::Pkcs12 { file: file.clone(), password: Some(Secret::new("құпия")) };
    };
    let app = TestApp::start_with(set).await;
    let told = tell(&app, "ДС-326").await;
    let report = judged(&letter(&app, &told).await.sent, &issued.path("root.pem"));
    assert!(report.is_valid(), "{report:#?}");
    assert_eq!(app.state().sealing.level(), Level::B);
}

/// A level that needs an authority where none is named: the number does not wait, and it is told.
#[tokio::test(flavor = "multi_thread")]
async fn without_an_authority_the_letter_is_sealed_as_far_as_it_goes_and_the_journals_page_says_so() {
    let app = TestApp::start_with(|config| config.seal.level = Level::Lta).await;
    let told_short = "The last letter was sealed at less";
    let page = || async {
        app.call("GET", "/journal").by("admin").header("accept-language", "en").send().await.is(200).text()
    };
    assert!(!page().await.contains(told_short));
    let told = tell(&app, "ДС-326").await;
    let text = page().await;
    assert!(
        text.contains(told_short) && text.contains("PAdES B-B") && text.contains("no timestamping authority"),
        "{text}"
    );
    let trusted = app.folder.path().join("seal/seal.crt");
    assert!(judged(&letter(&app, &told).await.sent, &trusted).is_valid());
}

/// An authority with its services, and the Office's seal issued by it.
struct Served {
    authority: Authority,
}

impl Served {
    fn new() -> Self {
        let authority = Authority::start();
        // Not one that names an OCSP responder: pdfsig would ask it in its own way, and the lists say the same.
        authority.issue("seal", "/CN=Office-seal", "listed");
        let chain = authority.pem("seal") + &authority.pem("issuing");
        fs::write(authority.path("seal-chain.pem"), chain).unwrap();
        Self { authority }
    }

    fn set(&self, config: &mut Config, level: Level) {
        config.seal.key =
            SealKey::Files { key: self.authority.path("seal.key"), certificate: self.authority.path("seal-chain.pem") };
        config.seal.level = level;
        config.authorities = self.settings();
    }

    fn settings(&self) -> trust::Settings {
        let root = signature::Certificate::all_from_pem(&self.authority.pem("root")).unwrap();
        trust::Settings {
            trusted: root.clone(),
            timestamps_trusted: root,
            tsa: Some(format!("{}/tsa", self.authority.address()).parse().unwrap()),
            revocation: Revocation::Required,
            places: trust::Places::Named,
            verifier: None,
            patience: Duration::from_millis(1_500),
        }
    }

    fn asked(&self) -> trust::Authorities {
        trust::Authorities::new(self.settings())
    }
}

/// What the report of the archive of evidence says of the signatures inside the letter.
async fn inside(app: &TestApp, told: &Told) -> Vec<String> {
    app.sign_head().await;
    let zip = app.get("auditor", &format!("/inquiries/{}/evidence.zip", told.id)).await.is(200).bytes;
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(zip)).unwrap();
    let report: Value = serde_json::from_reader(zip.by_name("report.json").unwrap()).unwrap();
    serde_json::from_value(report["letters"][0]["sent"]["inside"].clone()).unwrap()
}

/// What the page of verification says of a file, to whoever drops it.
async fn dropped(app: &TestApp, file: Vec<u8>) -> Value {
    let call = app.call("POST", "/api/v1/verification").header("Accept-Language", "en");
    call.body("application/pdf", file).send().await.is(200).json()
}

#[tokio::test(flavor = "multi_thread")]
async fn at_each_level_others_trust_the_letter_and_a_renewed_copy_begins_with_it() {
    let served = Served::new();
    let root = served.authority.path("root.pem");
    let others = Others::new(&root);
    let mut long = Vec::new();
    for (level, fields) in [(Level::T, 1), (Level::Lt, 1), (Level::Lta, 2)] {
        let app = TestApp::start_with(|config| served.set(config, level)).await;
        let told = tell(&app, "ДС-326").await;
        let letter = letter(&app, &told).await;
        assert!(app.state().sealing.short().is_none(), "{:?}", app.state().sealing.short());
        let report = judged(&letter.sent, &root);
        assert!(report.is_valid() && report.signatures.len() == fields, "{level}: {report:#?}");
        assert!(report.signatures.iter().all(|field| field.report.proven_at.is_some()), "{level}: {report:#?}");
        assert_eq!(report.level(), Some(level), "{report:#?}");
        let seen = others.pdfsig(&letter.sent);
        assert!(seen.contains("Signature is Valid.") && seen.contains("Certificate is Trusted."), "{level}: {seen}");
        assert!(others.openssl_accepts(&letter.cms, &letter.sent) && letter.sent.starts_with(&letter.signed));
        if level == Level::T {
            for (good, line) in others.pyhanko("plain", std::slice::from_ref(&letter.sent)).into_iter().flatten() {
                assert!(good, "{line}");
            }
        } else {
            long.push(letter.sent.clone());
        }
        let inside = inside(&app, &told).await;
        assert_eq!(inside[0], "жарамды", "{level}: {inside:?}");
        let renewed = web::office::seal::renewed(&letter.sent, &served.asked(), Timestamp::now()).unwrap();
        assert!(renewed.starts_with(&letter.sent) && renewed.len() > letter.sent.len());
        for (file, verdict) in [
            (letter.sent.clone(), "genuine"),
            (renewed.clone(), "genuine_with_later_proof"),
            ([&renewed[..], b"% more\n%%EOF\n"].concat(), "changed_after"),
        ] {
            let body = dropped(&app, file).await;
            assert_eq!(
                (&body["verdict"], &body["is_genuine"]),
                (&json!(verdict), &json!(verdict != "changed_after")),
                "{level}: {body}"
            );
            if verdict != "changed_after" {
                let signatures = body["signatures"].as_array().unwrap();
                assert!(signatures.iter().all(|one| one["conclusion"] == "valid"), "{level} {verdict}: {body}");
            }
        }
        assert!(judged(&renewed, &root).is_valid(), "{level}: {:#?}", judged(&renewed, &root));
        long.push(renewed);
        app.stop().await;
    }
    // Where nobody trusts that authority its signatures are a stranger's: not checked, and not invalid.
    let elsewhere = TestApp::start().await;
    for file in &long {
        let body = dropped(&elsewhere, file.clone()).await;
        assert_eq!(body["verdict"], "no_such_letter", "{body}");
        for one in body["signatures"].as_array().unwrap() {
            assert_eq!(one["conclusion"], "not_checked", "{body}");
            assert!(one["word"].as_str().unwrap().contains("nobody whom the Office trusts"), "{body}");
        }
    }
    elsewhere.stop().await;
    for (index, (good, line)) in others.pyhanko("long", &long).into_iter().flatten().enumerate() {
        assert!(good, "{index}: {line}");
    }
}

/// Who is silent keeps no letter from its number, and is not waited for more than a while.
#[tokio::test(flavor = "multi_thread")]
async fn an_authority_that_is_silent_or_lies_costs_the_letter_its_level_and_not_its_number() {
    let served = Served::new();
    let root = served.authority.path("root.pem");
    for (service, behaviour, reached) in [
        (Service::Stamps, Behaviour::Silent, Level::B),
        (Service::Stamps, Behaviour::Says("no timestamp".to_owned()), Level::B),
        (Service::Lists, Behaviour::Failing, Level::T),
    ] {
        served.authority.behave(service, behaviour.clone());
        let app = TestApp::start_with(|config| served.set(config, Level::Lta)).await;
        let told = signed(&app, "ДС-326").await;
        let begun = Instant::now();
        number(&app, &told, "one").await.is(200);
        assert!(begun.elapsed() < Duration::from_secs(15), "{behaviour:?}: {:?}", begun.elapsed());
        let short = app.state().sealing.short().unwrap();
        assert_eq!(short.level, reached, "{behaviour:?}: {}", short.why);
        assert!(judged(&letter(&app, &told).await.sent, &root).is_valid(), "{behaviour:?}");
        app.stop().await;
        served.authority.behave(service, Behaviour::Honest);
    }
}

/// Ninety days before its end the administrator is told; behind it no letter gets a number under a seal that nobody could trust.
#[tokio::test(flavor = "multi_thread")]
async fn a_seal_that_ends_soon_is_told_and_one_that_has_ended_numbers_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let now = Timestamp::now();
    for (hours, told, numbers) in
        [(30 * 24 + 1, Some("30. Rotate the seal"), true), (91 * 24 + 1, None, true), (-1, Some("has ended"), false)]
    {
        let (from, until) = ("2023-01-01T00:00:00Z".parse().unwrap(), now + jiff::SignedDuration::from_hours(hours));
        let seal = signature::Seal::generate([9; 32], "Үкімет Аппаратының мөрі", from, until, 3).unwrap();
        let (key, certificate) = (folder.path().join("seal.key"), folder.path().join("seal.crt"));
        fs::write(&key, seal.key_pem().unwrap()).unwrap();
        fs::write(&certificate, seal.certificate_pem().unwrap()).unwrap();
        let app = TestApp::start_with(|config| config.seal.key = SealKey::Files { key, certificate }).await;
        let page = app.call("GET", "/journal").by("admin").header("accept-language", "en").send().await.is(200).text();
        assert_eq!(page.contains("Rotate the seal"), told.is_some(), "{hours}: {page}");
        assert!(told.is_none_or(|words| page.contains(words)), "{hours}: {page}");
        let inquiry = signed(&app, "ДС-326").await;
        let answer = number(&app, &inquiry, "one").await;
        if numbers {
            answer.is(200);
        } else {
            answer.is_problem(503, "seal_unavailable");
        }
        app.stop().await;
    }
}

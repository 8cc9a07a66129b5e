//! Is it genuine? Asked by somebody who has no account: by the code on the paper, by the file, and by programs that share nothing with ours.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use saual::cli::{self, Cli, Command as CliCommand};
use saual::config::Environment;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use testkit::app::{Answer, TestApp};
use web::doors::limits::Rate;

use super::story::{Told, signature, tell, to_the_signatory};

mod doubted;

const DOOR: &str = "/api/v1/verification";

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Asks without an account, in a language.
async fn ask(app: &TestApp, path: &str, language: &str) -> Answer {
    app.call("GET", path).header("Accept-Language", language).send().await
}

async fn drop_file(app: &TestApp, bytes: &[u8]) -> Value {
    let call = app.call("POST", DOOR).header("Accept-Language", "en").body("application/pdf", bytes.to_vec());
    call.send().await.is(200).json()
}

/// The letter of an inquiry: its code, the signed and the sent file.
async fn letter(app: &TestApp, told: &Told) -> (String, Vec<u8>, Vec<u8>) {
    let place = format!("/api/v1/inquiries/{}", told.id);
    let code = told.dossier(app).await["letter"]["verification_code"].as_str().unwrap().to_owned();
    let signed = app.get("clerk", &format!("{place}/signed.pdf")).await.is(200).bytes;
    let sent = app.get("clerk", &format!("{place}/reply.pdf")).await.is(200).bytes;
    (code, signed, sent)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_leads_to_what_its_paper_says_and_to_nothing_more() {
    let app = TestApp::start().await;
    let told = tell(&app, "ДС-326").await;
    app.settle().await;
    let (code, signed, sent) = letter(&app, &told).await;
    assert_eq!((code.len(), code.matches('-').count()), (19, 3), "{code}");

    let answer = ask(&app, &format!("{DOOR}/{code}"), "en").await.is(200);
    let body = answer.json();
    assert_eq!(
        (&body["verdict"], &body["is_genuine"]),
        (&json!("issued"), &json!(false)),
        "a paper is not a file: {body}"
    );
    let letter = &body["letter"];
    for (field, value) in [
        ("standing", json!("in_force")),
        ("inquiry_number", json!("ДС-326")),
        ("signed_sha256", json!(hex(&signed))),
        ("sent_sha256", json!(hex(&sent))),
        ("signed_bytes", json!(signed.len())),
        ("fingerprint", told.content_hash.clone()),
        ("opening", json!("Үкімет сауалды қарап, келесіні хабарлайды.")),
        ("sealed_by_server", json!(true)),
    ] {
        assert_eq!(letter[field], value, "{field}: {body}");
    }
    assert_eq!(letter["signatures"].as_array().unwrap().len(), 2);
    assert!(letter["signatures"].as_array().unwrap().iter().all(|one| one["conclusion"] == "valid"), "{body}");
    let said = answer.text();
    for private in ["Сәрсенғалиев", "Бейсенбаев", "@", "\"clerk\"", "\"legal\"", &told.id] {
        assert!(!said.contains(private), "{private}: {said}");
    }
    // As people type it, and as it is not.
    for typed in [code.to_lowercase(), code.replace('-', ""), code.replace('0', "o").replace('1', "l")] {
        assert_eq!(ask(&app, &format!("{DOOR}/{typed}"), "en").await.is(200).json()["letter"]["code"], code.as_str());
    }
    let mut other: Vec<char> = code.chars().collect();
    other[18] = if other[18] == 'Z' { 'Y' } else { 'Z' };
    let other: String = other.into_iter().collect();
    let neighbour = ask(&app, &format!("{DOOR}/{other}"), "ru").await.is_problem(404, "not_there_yet");
    let nonsense = ask(&app, &format!("{DOOR}/ABCD"), "ru").await.is_problem(404, "not_there_yet");
    assert_eq!(neighbour["detail"], nonsense["detail"], "nothing is said of codes that are near");
    assert!(neighbour["detail"].as_str().unwrap().contains("буквы O в нём не бывает"), "{neighbour}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_told_from_what_was_made_of_it() {
    let app = TestApp::start().await;
    let told = tell(&app, "ДС-326").await;
    app.settle().await;
    let (_, signed, sent) = letter(&app, &told).await;
    let client = app.database.connect().await;
    let kept = "select (select count(*) from blobs), (select count(*) from events), (select count(*) from reading where route like 'verif%')";
    let before = client.query_one(kept, &[]).await.unwrap();
    let before: (i64, i64, i64) = (before.get(0), before.get(1), before.get(2));

    let with = |at: usize| {
        let mut changed = sent.clone();
        changed[at] ^= 1;
        changed
    };
    let added = [sent.as_slice(), b"\n1 0 obj\n<<>>\nendobj\n%%EOF\n"].concat();
    let foreign =
        std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/letter/tests/data/letter.pdf")).unwrap();
    let invented = [foreign.as_slice(), b"% saual-code=7K3M-91C2-00AZ-XY12\n%%EOF\n"].concat();
    for (name, file, verdict, is_genuine) in [
        ("what was sent", sent.clone(), "genuine", true),
        ("what was signed", signed.clone(), "genuine_unnumbered", true),
        ("something added", added.clone(), "changed_after", false),
        ("a byte of the signed part", with(signed.len() / 2), "not_the_file_sent", false),
        ("a byte of the number", with(signed.len() + 40), "changed_after", false),
        ("half of it", sent[..signed.len() / 2].to_vec(), "damaged", false),
        ("another's", foreign, "not_ours", false),
        ("another's that says it is ours", invented, "no_such_letter", false),
        ("a text", b"Dear Sir".to_vec(), "not_a_pdf", false),
        ("nothing", Vec::new(), "not_a_pdf", false),
    ] {
        let body = drop_file(&app, &file).await;
        assert_eq!((&body["verdict"], &body["is_genuine"]), (&json!(verdict), &json!(is_genuine)), "{name}: {body}");
        assert_eq!(body["file"]["sha256"], hex(&file), "{name}");
        assert!(
            body["advice"].as_array().is_some_and(|advice| !advice.is_empty()),
            "{name}: nobody is told what to do"
        );
    }
    let body = drop_file(&app, &added).await;
    assert_eq!(body["file"]["added_bytes"], added.len() - sent.len());
    assert!(body["sentence"].as_str().unwrap().contains(&format!("{} bytes", added.len() - sent.len())), "{body}");
    let after = client.query_one(kept, &[]).await.unwrap();
    assert_eq!((after.get::<_, i64>(0), after.get::<_, i64>(1), after.get::<_, i64>(2)), before, "something was kept");
}

fn openssl(folder: &Path, args: &[&str]) -> bool {
    let output = Command::new("openssl").current_dir(folder).args(args).output().expect("openssl is installed");
    output.status.success()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_handed_out_by_a_code_is_enough_to_check_without_us() {
    let app = TestApp::start().await;
    let told = tell(&app, "ДС-326").await;
    let (code, signed, sent) = letter(&app, &told).await;
    let body = ask(&app, &format!("{DOOR}/{code}"), "kk").await.is(200).json();
    let folder = tempfile::tempdir().unwrap();
    for file in body["letter"]["files"].as_array().unwrap() {
        let path = file["path"].as_str().unwrap();
        let bytes = app.call("GET", path).send().await.is(200).bytes;
        std::fs::write(folder.path().join(path.rsplit('/').next().unwrap()), bytes).unwrap();
    }
    std::fs::write(folder.path().join("letter.pdf"), &sent).unwrap();
    let length = body["letter"]["signed_bytes"].as_u64().unwrap() as usize;
    assert_eq!(sent[..length], signed);
    std::fs::write(folder.path().join("signed.pdf"), &sent[..length]).unwrap();
    let verify = |name: &'static str, content: &'static str| {
        let (cms, pem) = (format!("{name}.p7s"), format!("{name}.pem"));
        let args = ["cms", "-verify", "-binary", "-inform", "DER", "-in", &cms, "-content", content, "-CAfile", &pem];
        // The seal's certificate begins with the real day, the story tells of another year.
        openssl(folder.path(), &[&args[..], &["-purpose", "any", "-no_check_time", "-out", "/dev/null"]].concat())
    };
    assert!(verify("signature", "signed.pdf") && verify("registration", "letter.pdf"));
    assert!(!verify("signature", "letter.pdf") && !verify("registration", "signed.pdf"));
    for (name, hash) in [("signed.json", hex(&signed)), ("numbered.json", hex(&sent))] {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/web/evidence/verify_proof.py");
        let proof = folder.path().join(name);
        let text = std::fs::read_to_string(&proof).unwrap();
        assert!(text.contains(&hash), "{name} does not name the file");
        assert!(!text.contains('@'), "an address leaves with {name}");
        let output = Command::new("python3").args(["-I", "-S"]).arg(script).arg(&proof).output().unwrap();
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stdout));
    }
    for name in ["letter.pdf", "facts.json", "1.json", "signed.json.p7s"] {
        app.call("GET", &format!("/v/{code}/{name}")).header("Accept", "application/json").send().await.is(404);
    }
    app.call("GET", "/v/0000-0000-0000-0000/signature.p7s").send().await.is(404);
}

/// A request whose head alone is sent: what is answered before anything else has come.
fn announced(app: &TestApp, head: &str) -> String {
    let mut line = TcpStream::connect(app.base.strip_prefix("http://").unwrap()).unwrap();
    line.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    line.write_all(head.as_bytes()).unwrap();
    let mut answer = [0; 64];
    let read = line.read(&mut answer).unwrap();
    String::from_utf8_lossy(&answer[..read]).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_is_refused_before_it_has_come_and_whoever_asks_too_often_waits() {
    let app = TestApp::start_with(|config| config.rates.checks = Rate::an_hour(5)).await;
    for (path, kind) in [(DOOR, "application/pdf"), ("/v", "multipart/form-data; boundary=b")] {
        let head =
            format!("POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: {kind}\r\nContent-Length: 209715200\r\n\r\n");
        let answer = tokio::task::block_in_place(|| announced(&app, &head));
        assert!(answer.starts_with("HTTP/1.1 413"), "{path}: {answer}");
    }
    let large = app.call("POST", DOOR).body("application/pdf", vec![b' '; 10 * 1024 * 1024 + 1]).send().await;
    large.is_problem(413, "too_large");
    drop_file(&app, b"%PDF-").await;
    ask(&app, "/v/00000-00000", "en").await.is(404);
    let call = app.call("POST", DOOR).body("application/pdf", b"%PDF-".to_vec());
    call.send().await.is_problem(429, "too_often");
    // The page that asks for a file or a code costs nothing.
    ask(&app, "/v", "en").await.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_files_are_answered_in_a_moment() {
    let app = TestApp::start().await;
    let head = b"%PDF-1.7\n".as_slice();
    let tail = b"\nstartxref\n9\n%%EOF\n".as_slice();
    let keys: String = (0..700_000).map(|key| format!("/K{key} 0")).collect();
    let deep = "[".repeat(4 << 20);
    for (name, middle) in [
        ("many keys", format!("xref\n0 0\ntrailer\n<<{keys}>>").into_bytes()),
        ("deep", format!("xref\n0 0\ntrailer\n<</A {deep}>>").into_bytes()),
        ("ends", b"%%EOF\n".repeat(1_500_000)),
        ("streams", b"stream\n\x78\x9c\x00\x00\x00\xff\xff".repeat(600_000)),
        ("zeros", vec![0; 9 << 20]),
    ] {
        let begun = Instant::now();
        let body = drop_file(&app, &[head, &middle, tail].concat()).await;
        assert_eq!(body["is_genuine"], false, "{name}: {body}");
        assert!(begun.elapsed() < Duration::from_secs(60), "{name}: {:?}", begun.elapsed());
    }
}

/// Rotates the seal of a folder, as the verb does.
fn rotate(folder: &Path) {
    let environment = Environment::of([("SAUAL_DATA", folder.to_str().unwrap())]);
    let done = saual::commands::run(Cli { command: CliCommand::Seal(cli::Seal::Rotate) }, &environment);
    assert_eq!(done.unwrap(), saual::exit::Answer::Yes);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sealed_before_the_seal_was_rotated_stays_the_offices() {
    let mut app = TestApp::start().await;
    let mut told = to_the_signatory(&app, "ДС-326").await;
    let pdf = app.get("signatory", &format!("/api/v1/inquiries/{}/reply.pdf", told.id)).await.is(200).bytes;
    told.step(&app, "signatory", "sign", signature(&told, &pdf)).await;
    told.step(&app, "clerk", "assign-outgoing-number", json!({})).await;
    app.settle().await;
    let (code, _, sent) = letter(&app, &told).await;
    let before = app.state().seal.certificate_fingerprint().unwrap();
    app.restart(rotate).await;
    assert_ne!(app.state().seal.certificate_fingerprint().unwrap(), before, "the seal is another");

    let seal = |body: &Value| body["letter"]["signatures"][1].clone();
    let body = ask(&app, &format!("{DOOR}/{code}"), "en").await.is(200).json();
    assert_eq!((&body["verdict"], &seal(&body)["conclusion"]), (&json!("issued"), &json!("valid")), "{body}");
    assert!(seal(&body)["lines"].to_string().contains("a certificate of the Office's seal of before"), "{body}");
    let body = drop_file(&app, &sent).await;
    assert_eq!(
        (&body["verdict"], &body["signatures"][0]["conclusion"]),
        (&json!("genuine"), &json!("valid")),
        "{body}"
    );
    assert_eq!(body["signatures"][0]["certificate"], before, "{body}");

    // A certificate that has never sealed here is nobody's, though the signature is good: the letter is not sent.
    let known = format!("seal/known/{before}.crt");
    let aside = known.clone();
    app.restart(move |folder| std::fs::rename(folder.join(&aside), folder.join("aside")).unwrap()).await;
    let path = format!("/api/v1/inquiries/{}/commands/dispatch", told.id);
    let call =
        app.call("POST", &path).by("clerk").key("unknown-seal").seen(told.version).header("Accept-Language", "en");
    call.json(&json!({})).send().await.is_problem(422, "letter_differs");
    let body = ask(&app, &format!("{DOOR}/{code}"), "en").await.is(200).json();
    assert_eq!(
        (&body["verdict"], &seal(&body)["conclusion"]),
        (&json!("kept_copy_differs"), &json!("invalid")),
        "{body}"
    );
    app.restart(move |folder| std::fs::rename(folder.join("aside"), folder.join(&known)).unwrap()).await;
    told.step(&app, "clerk", "dispatch", json!({})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_was_taken_back_says_so() {
    let app = TestApp::start().await;
    let mut told = tell(&app, "ДС-326").await;
    let (code, _, sent) = letter(&app, &told).await;
    told.step(&app, "signatory", "replace-reply", json!({ "reason": "Қате түзетіледі." })).await;
    app.settle().await;
    let body = ask(&app, &format!("{DOOR}/{code}"), "en").await.is(200).json();
    assert_eq!(body["letter"]["standing"], "replaced", "{body}");
    assert!(body["sentence"].as_str().unwrap().contains("no longer in force"), "{body}");
    let body = drop_file(&app, &sent).await;
    assert_eq!((&body["verdict"], &body["is_genuine"]), (&json!("genuine"), &json!(false)), "{body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_fingerprint_is_followed_from_the_visa_to_the_mail() {
    let app = TestApp::start().await;
    let told = tell(&app, "ДС-326").await;
    app.settle().await;
    let (code, signed, sent) = letter(&app, &told).await;
    let whole = told.content_hash.as_str().unwrap();
    let fingerprint: letter::Fingerprint = whole.parse().unwrap();
    for pdf in [&signed, &sent] {
        let named = letter::fingerprint::marks(pdf);
        assert_eq!(named.fingerprints.into_iter().collect::<Vec<_>>(), [fingerprint]);
        assert_eq!(named.codes.into_iter().collect::<Vec<_>>(), [code.as_str()]);
    }
    let page = app.call("GET", &format!("/v/{code}")).header("Accept", "text/html").send().await.is(200).text();
    assert!(page.contains(&fingerprint.short()) && page.contains(whole), "{page}");
    let history = app.call("GET", &format!("/inquiries/{}", told.id)).by("clerk").header("Accept", "text/html");
    let history = history.send().await.is(200).text();
    assert!(history.matches(&fingerprint.short()).count() >= 3, "visa, desk and signature name it: {history}");
    let mails: Vec<String> = std::fs::read_dir(app.folder.path().join("outbox"))
        .unwrap()
        .map(|file| bodies(&file.unwrap().path()))
        .filter(|said| said.contains("депутаттық сауалға жауап"))
        .collect();
    assert!(!mails.is_empty());
    for said in mails {
        assert_eq!(said.matches(&fingerprint.short()).count(), 2, "plain and HTML: {said}");
    }
}

/// The texts of a mail, read by a program that shares no code with ours.
fn bodies(mail: &Path) -> String {
    const READER: &str = "import email, email.policy, sys\n\
        mail = email.message_from_binary_file(open(sys.argv[1], 'rb'), policy=email.policy.default)\n\
        print(*(mail.get_body((kind,)).get_content() for kind in ('plain', 'html') if mail.get_body((kind,))))";
    let output = Command::new("python3").env("PYTHONUTF8", "1").args(["-c", READER]).arg(mail).output();
    String::from_utf8(output.expect("python3 is installed").stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_taken_as_it_was_pasted() {
    let app = TestApp::start().await;
    let told = tell(&app, "ДС-326").await;
    app.settle().await;
    let (code, ..) = letter(&app, &told).await;
    for pasted in [
        format!("https://saual.example/v/{code}?lang=kk"),
        format!("https://saual.example/v/{code}/#x"),
        format!("/v?code={code}"),
        format!("«{code}»."),
        format!("Код: {code}"),
    ] {
        let typed: String = pasted.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let onward =
            app.call("GET", &format!("/v?lang=en&code={typed}")).header("Accept", "text/html").send().await.is(303);
        assert_eq!(onward.header("location"), Some(format!("/v/{code}?lang=en").as_str()), "{pasted}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_file_is_not_judged_as_one() {
    let app = TestApp::start().await;
    for media in ["multipart/form-data; boundary=b", "application/x-www-form-urlencoded", "text/plain"] {
        let refused = app.call("POST", DOOR).body(media, b"%PDF-".to_vec()).send().await.is_problem(415, "not_a_pdf");
        assert!(refused["hint"].as_str().unwrap().contains("--data-binary"), "{refused}");
    }
    for media in ["application/octet-stream", "application/PDF; x=y"] {
        app.call("POST", DOOR).body(media, b"%PDF-".to_vec()).send().await.is(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_added_what_is_missing_and_what_was_changed_are_told_apart() {
    let app = TestApp::start().await;
    let told = tell(&app, "ДС-326").await;
    app.settle().await;
    let (_, signed, sent) = letter(&app, &told).await;
    let mut changed = sent.clone();
    changed[signed.len() + 40] ^= 1;
    let cut = sent[..sent.len() - 100].to_vec();
    let added = [sent.as_slice(), b"%%EOF\n"].concat();
    for (file, field, value, words, advice) in [
        (added, "added_bytes", 6, "6 bytes were added", "Do not rely"),
        (cut, "missing_bytes", 100, "100 bytes are missing at its end", "take the file again from the mail"),
        (changed, "changed_from", signed.len() + 40, "differs from it behind", "take the file again from the mail"),
    ] {
        let body = drop_file(&app, &file).await;
        assert_eq!(body["verdict"], "changed_after", "{field}: {body}");
        for one in ["added_bytes", "missing_bytes", "changed_from"] {
            let expected = if one == field { json!(value) } else { Value::Null };
            assert_eq!(body["file"][one], expected, "{field}: {body}");
        }
        assert!(body["sentence"].as_str().unwrap().contains(words), "{body}");
        assert!(body["advice"].to_string().contains(advice), "{body}");
    }
}

/// A form with a file, as a browser without scripts sends it.
async fn upload(app: &TestApp, language: &str, file: &[u8]) -> Answer {
    let head = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"letter.pdf\"\r\nContent-Type: application/pdf\r\n\r\n";
    let body = [head.as_bytes(), file, b"\r\n--b--\r\n"].concat();
    let call =
        app.call("POST", &format!("/v?lang={language}")).header("Origin", &app.base).header("Accept", "text/html");
    call.body("multipart/form-data; boundary=b", body).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_say_the_same_without_scripts_in_three_languages() {
    let app = TestApp::start().await;
    let told = tell(&app, "ДС-326").await;
    app.settle().await;
    let (code, _, sent) = letter(&app, &told).await;
    let page = async |path: String| app.call("GET", &path).header("Accept", "text/html").send().await;
    for (language, start, issued, genuine, unknown) in [
        ("kk", "Хатты тексеру", "хатты берген", "Түпнұсқа", "Мұндай коды бар хат жоқ"),
        ("ru", "Проверка письма", "выдал письмо", "Подлинное", "Письма с таким кодом нет"),
        ("en", "Checking a letter", "issued the letter", "Genuine", "No letter has this code"),
    ] {
        assert!(page(format!("/v?lang={language}")).await.is(200).text().contains(start), "{language}");
        let onward = page(format!("/v?lang={language}&code={}", code.to_lowercase())).await.is(303);
        let place = onward.header("location").unwrap().to_owned();
        assert_eq!(place, format!("/v/{code}?lang={language}"));
        let found = page(place).await.is(200).text();
        assert!(found.contains(issued) && found.contains("12-11/3841 ДС"), "{language}: {found}");
        assert!(!found.contains("Сәрсенғалиев"), "a deputy is named: {found}");
        let missing = page(format!("/v/ABCDE-FGHJK?lang={language}")).await.is(404).text();
        assert!(
            missing.find(unknown) < missing.find("<form class=\"form drop\""),
            "the verdict comes first: {missing}"
        );
        assert!(missing.contains(unknown) && missing.contains("value=\"ABCDE-FGHJK\""), "{language}: {missing}");
        assert!(upload(&app, language, &sent).await.is(200).text().contains(genuine), "{language}");
    }
    let words = upload(&app, "en", &[&sent[..], b"%%EOF\n"].concat()).await.is(200).text();
    assert!(words.contains("6 bytes were added to it afterwards"), "{words}");
    assert!(upload(&app, "en", b"").await.is(422).text().contains("Choose a file"));
    let large = upload(&app, "en", &vec![b' '; 11 << 20]).await.is(413).text();
    let verdict = large.find("At most 10 MB are taken").expect("the limit in words");
    assert!(verdict < large.find("id=\"verification-file\"").unwrap(), "the verdict comes first: {large}");
    assert!(large.contains("<form"), "whoever chose too large a file chooses another one: {large}");
    let typed = page("/v?lang=en&code=%3Cscript%3E".to_owned()).await.is(303);
    let hostile = page(typed.header("location").unwrap().to_owned()).await.is(404).text();
    assert!(!hostile.contains("<script>") && hostile.contains("&lt;script&gt;"), "{hostile}");
    assert!(page("/v?lang=en&code=%20".to_owned()).await.is(422).text().contains("Type the code"));
}

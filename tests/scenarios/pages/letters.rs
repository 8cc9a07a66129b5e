//! A registration from its letter: the file is read, what it seems to say is offered, and only a press of a button takes it.
#![expect(clippy::expect_used, reason = "a package that cannot be made ends the test")]

use std::io::{Cursor, Write as _};

use testkit::app::TestApp;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::browser::{Browser, Form, Page};
use super::people::People;
use super::story::address;

const NEW: &str = "/inquiries/new";
const READ: &str = "/inquiries/new/letter";
const KK: &str = include_str!("../../../crates/web/tests/data/inquiry.kk.txt");
const RU: &str = include_str!("../../../crates/web/tests/data/inquiry.ru.txt");

/// A text as somebody's word processor saves it: a paragraph a line.
pub(super) fn word_file(text: &str) -> Vec<u8> {
    let escaped = |line: &str| line.replace('&', "&amp;").replace('<', "&lt;");
    let paragraphs: String = text
        .lines()
        .map(|line| format!("<w:p><w:r><w:t xml:space=\"preserve\">{}</w:t></w:r></w:p>", escaped(line)))
        .collect();
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{paragraphs}</w:body></w:document>"
    );
    package("word/document.xml", document.as_bytes())
}

fn package(name: &str, content: &[u8]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file(name, SimpleFileOptions::default()).expect("a part");
    zip.write_all(content).expect("its bytes");
    zip.finish().expect("a package").into_inner()
}

/// A mail whose letter is a Word file.
fn mail(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    let encoded = |bytes: &[u8]| base64::engine::general_purpose::STANDARD.encode(bytes);
    format!(
        "From: <apparat@mazhilis.example>\r\nTo: <office@saual.example>\r\nSubject: =?utf-8?B?{}?=\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{}\r\n--b\r\nContent-Type: application/octet-stream; name=\"letter.docx\"\r\n\
         Content-Disposition: attachment; filename=\"letter.docx\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n--b--\r\n",
        encoded("Запрос".as_bytes()),
        encoded("Направляем депутатский запрос.".as_bytes()),
        encoded(&word_file(text)),
    )
    .into_bytes()
}

/// Chooses a file in the form, beside what stands in it and what is typed into it.
async fn read(clerk: &Browser<'_>, typed: &[(&str, &str)], name: &str, file: &[u8]) -> Page {
    let form = clerk.open(&format!("{NEW}?kept=none")).await.form(NEW);
    let form = typed.iter().fold(form, |form, (field, value)| form.with(field, value));
    let fields: Vec<(&str, &str)> = form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let fields: Vec<(&str, &str)> = fields.into_iter().filter(|(name, _)| *name != "file").collect();
    clerk.upload_with(READ, &fields, name, file).await
}

/// Presses a button of the form.
fn press(page: &Page, value: &str) -> Form {
    page.form(NEW).and("take", value)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_file_is_read_and_nothing_of_it_is_taken_without_a_press() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    let page = read(&clerk, &[("subject", "Өзім жаздым")], "Сауал.docx", &word_file(KK)).await;
    assert_eq!(page.status, 200, "{}", page.words());
    let form = page.form(NEW);
    assert_eq!(
        (form.get("number"), form.get("dated"), form.get("questions[0]")),
        ("", "", ""),
        "nothing is taken by itself"
    );
    assert_eq!(form.get("subject"), "Өзім жаздым");
    let words = page.words();
    for offered in [
        "№ ДС-326",
        "20.09.2023",
        "2023 жылғы 20 қыркүйек № ДС-326",
        "Н. Сәрсенғалиев <n.sarsengaliev@mazhilis.example>",
        "Уәкілетті органдар арасындағы деректер алмасуы қашан іске қосылады?",
    ] {
        assert!(words.contains(offered), "{offered} is missing: {words}");
    }

    let page = clerk.send(&press(&page, "number")).await;
    let form = page.form(NEW);
    assert_eq!((form.get("number"), form.get("dated")), ("№ ДС-326", ""), "one is taken by itself");
    let page = clerk.send(&press(&page, "all")).await;
    let form = page.form(NEW);
    assert_eq!((form.get("dated"), form.get("chamber"), form.get("language")), ("2023-09-20", "mazhilis", "kk"));
    assert_eq!(form.get("subject"), "Өзім жаздым", "what a person typed stays");
    assert_eq!(form.get("groups[0].label"), "«AMANAT» партиясының\nфракция мүшелері, депутаттар");
    assert_eq!((form.get("groups[0].kind"), form.get("groups[1].kind")), ("faction_members", "single_mandate"));
    assert_eq!(form.get("groups[0].deputies[2].email"), "m.abenov@mazhilis.example");
    assert!(page.text.contains(" autofocus>Registering an inquiry</button>"), "nothing is missing: {}", page.text);

    let page = clerk.submit(&form).await;
    assert!(page.words().contains("№ ДС-326") && page.words().contains("6 deputies"), "{}", page.words());
    let inquiry = app.get("clerk", &format!("/api/v1{}", address(&clerk))).await.is(200).json();
    let attached = &inquiry["intake"]["attachments"][0];
    assert_eq!(attached["name"], "Сауал.docx", "{inquiry}");
    let path = format!("/api/v1{}/files/{}", address(&clerk), attached["blob"].as_str().expect("a hash"));
    assert_eq!(app.get("clerk", &path).await.is(200).bytes, word_file(KK), "the file is the inquiry's attachment");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_a_pdf_and_a_pasted_text_are_read_alike() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    let page = read(&clerk, &[], "запрос.eml", &mail(RU)).await;
    let page = clerk.send(&press(&page, "all")).await;
    let form = page.form(NEW);
    assert_eq!((form.get("number"), form.get("language")), ("№ ДЗ-118", "ru"), "{}", page.words());
    assert_eq!(form.get("subject"), "О нехватке ученических мест в сельских школах");
    let page = clerk.submit(&form).await;
    assert!(page.words().contains("№ ДЗ-118"));

    let page = clerk.open(&format!("{NEW}?kept=none")).await;
    let page = clerk.send(&page.form(NEW).with("letter", KK).and("take", "letter")).await;
    assert_eq!(page.form(NEW).get("number"), "");
    assert!(page.text.contains("<strong>№ ДС-326</strong>"), "{}", page.words());

    // A reply of ours is a PDF with Kazakh words in it; whatever it proposes, its words are there to be read.
    let pdf = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/letter/tests/data/letter.pdf"));
    let pdf = pdf.expect("a letter printed by a browser");
    let page = read(&clerk, &[], "хат.pdf", &pdf).await;
    assert_eq!(page.status, 200, "{}", page.words());
    assert!(page.form(NEW).get("letter").contains("Шетелде еңбек ететін азаматтардың зейнетақы құқықтары туралы"));
    assert!(page.text.contains("<strong>№ ДС-326</strong>"), "{}", page.words());
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_and_wordless_files_are_told_and_cost_nothing_that_was_typed() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let clerk = people.at_browser("clerk").await;
    let bomb = package("word/document.xml", &vec![b' '; 40 << 20]);
    let doctype = package("word/document.xml", br#"<!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>"#);
    for (name, file, said) in [
        ("a.exe", b"MZ\x90\0".to_vec(), "no Word (.docx), PDF or EML"),
        ("a.docx", b"PK\x03\x04 broken".to_vec(), "cannot be read"),
        ("a.docx", bomb, "too large for a letter"),
        ("a.docx", doctype, "cannot be read"),
        ("a.docx", word_file("  \n "), "holds no text"),
        ("a.pdf", b"%PDF-1.7\n1 0 obj\n<<>>\n".to_vec(), "cannot be read"),
        (
            "<script>.eml",
            b"From: a\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script>".to_vec(),
            "holds no text",
        ),
    ] {
        let page = read(&clerk, &[("subject", "Жазылған"), ("number", "ДС-9")], name, &file).await;
        assert_eq!(page.status, 422, "{name}: {}", page.words());
        assert!(page.words().contains(said), "{name}: {said} is missing: {}", page.words());
        let form = page.form(NEW);
        assert_eq!((form.get("subject"), form.get("number")), ("Жазылған", "ДС-9"), "{name}");
        assert!(!page.text.contains("<script>."), "{name}");
    }
    let page = read(&clerk, &[("subject", "Жазылған")], "", b"").await;
    assert!(page.words().contains("Choose a file"), "{}", page.words());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_never_kept_is_attached_to_nothing() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    let form = super::story::registration(&clerk.open(NEW).await, "ДС-802");
    let invented = format!("{} application/pdf a.pdf", "ab".repeat(32));
    let page = clerk.send(&form.and("attached", &invented)).await;
    assert_eq!(page.status, 422, "{}", page.words());
    assert!(page.words().contains("a.pdf is not there"), "{}", page.words());
}

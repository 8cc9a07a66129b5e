//! A contribution goes to Word with what is asked in front, and comes back: what changed and what was not taken is shown before it is handed in.

use serde_json::{Value, json};
use testkit::app::TestApp;

use super::people::People;
use super::walk::is_whole;
use crate::api::story::Told;
use crate::api::{registered, resolution};
use crate::word::{edited, paragraph, replaced};

async fn resolved(app: &TestApp, number: &str) -> Told {
    let (id, version) = registered(app, number).await;
    let mut told = Told { id, version, content_hash: Value::Null };
    told.step(app, "head", "assign-ministries", resolution()).await;
    told
}

/// What the file's document says.
fn document(file: &[u8]) -> String {
    let said = std::cell::RefCell::new(String::new());
    edited(file, |xml| {
        said.borrow_mut().clone_from(&xml);
        xml
    });
    said.into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_co_executor_begins_in_word_with_the_task_and_the_questions_in_front() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let told = resolved(&app, "ДС-811").await;
    let mut mfa = people.at_browser("mfa").await;
    let (word, upload) = (
        format!("/api/v1/inquiries/{}/contribution.docx", told.id),
        format!("/inquiries/{}/contribution/file", told.id),
    );
    let page = mfa.open(&format!("/inquiries/{}/contribution", told.id)).await;
    for link in [&word, &upload] {
        assert!(page.text.contains(&format!("href=\"{link}\"")), "{link} is missing");
    }
    let asking = mfa.open(&upload).await;
    is_whole(&asking, &upload);
    assert!(asking.text.contains(&format!("href=\"{word}\"")) && !asking.text.contains("contribution.md"));

    let sheet = mfa.download(&word).await.is(200);
    assert!(sheet.header("content-disposition").is_some_and(|name| name.contains("mfa.docx")));
    let xml = document(&sheet.bytes);
    for said in ["Сыртқы істер министрлігі", "Тапсырма: Ұсыныс енгізу", "29 қыркүйек", "1. Зейнетақы қашан көтеріледі?"]
    {
        assert!(xml.contains(said), "{said}: {xml}");
    }
    assert!(!xml.contains("w:val=\"Signature\""), "nobody signs a sheet");

    // Somebody else's sheet is there once something was handed in, and never what they are writing.
    let lead = people.at_browser("lead").await;
    assert_eq!(lead.download(&format!("{word}?ministry=mfa")).await.status, 404);

    let empty = paragraph(&xml, "BodyText").to_owned();
    let written = "<w:p><w:pPr><w:pStyle w:val=\"BodyText\"/></w:pPr><w:r><w:t>Тараптарға жіберілді.</w:t></w:r></w:p>";
    let file = edited(&sheet.bytes, |xml| replaced(&xml, &empty, written));
    let read = mfa.upload(&upload, "ұсыныс.docx", &file).await;
    assert_eq!(read.status, 200, "{}", read.text);
    is_whole(&read, "what the file says");
    let place = format!("/inquiries/{}/commands/submit-contribution", told.id);
    let form = read.form(&place);
    assert_eq!(form.get("body"), "Тараптарға жіберілді.", "nothing of what was asked comes back as text");
    assert!(!read.words().contains("What was not taken"), "{}", read.words());
    mfa.submit(&form).await;

    // Returned, worked on again, a question overwritten by mistake: the change is shown, and what was not taken is told.
    let mut told = Told { version: told.dossier(&app).await["version"].as_u64().unwrap_or_default(), ..told };
    told.step(&app, "lead", "return-contribution", json!({ "ministry": "mfa", "reason": "Күні жоқ." })).await;
    let sheet = mfa.download(&word).await.is(200);
    assert!(document(&sheet.bytes).contains("Қайтару себебі: Күні жоқ."), "{}", document(&sheet.bytes));
    let file = edited(&sheet.bytes, |xml| {
        let xml = replaced(&xml, "Тараптарға жіберілді.", "Тараптарға 5 қазанда жіберілді.");
        replaced(&xml, "қашан көтеріледі?", "көтеріле ме?")
    });
    let read = mfa.upload(&upload, "ұсыныс.docx", &file).await;
    let words = read.words();
    assert!(words.contains("What changed") && read.text.contains("<ins>"), "{words}");
    assert!(words.contains("What was not taken") && words.contains("көтеріле ме?"), "{words}");
    assert_eq!(read.form(&place).get("body"), "Тараптарға 5 қазанда жіберілді.");
    mfa.submit(&read.form(&place)).await;
    let dossier = told.dossier(&app).await;
    assert_eq!(dossier["contributions"][0]["version"], 2);
    let theirs = lead.download(&format!("{word}?ministry=mfa")).await.is(200);
    assert!(document(&theirs.bytes).contains("5 қазанда"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_ministry_is_writing_goes_to_word_for_nobody_else() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let told = resolved(&app, "ДС-812").await;
    let mfa = people.at_browser("mfa").await;
    let place = format!("/inquiries/{}/contribution/working", told.id);
    let paragraph = json!({ "type": "paragraph", "content": [{ "type": "text", "text": "Жазылып жатыр." }] });
    let body = json!({ "base": 0, "text": { "type": "doc", "content": [paragraph] } });
    let call = app.call("PUT", &place).header("Origin", &app.base).header("Cookie", &mfa.cookie());
    call.header("If-Match", "\"0\"").header("Accept", "application/json").json(&body).send().await.is(200);
    let word = format!("/api/v1/inquiries/{}/contribution.docx", told.id);
    assert!(document(&mfa.download(&word).await.is(200).bytes).contains("Жазылып жатыр."));
    for part in ["lead", "clerk"] {
        let other = people.at_browser(part).await;
        assert_eq!(other.download(&format!("{word}?ministry=mfa")).await.status, 404, "{part}");
    }
}

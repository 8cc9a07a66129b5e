//! A ministry's executor takes the ministry's own blank into use, on a page.

use testkit::app::TestApp;

use super::browser::Page;
use super::people::People;
use super::walk::is_whole;
use crate::word::packed;

fn key(page: &Page) -> String {
    page.form("/blanks").get("key").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blank_is_taken_into_use_on_a_page_and_a_faulty_one_says_everything() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let lead = people.at_browser("lead").await;
    let page = lead.open("/blanks").await;
    is_whole(&page, "/blanks");
    assert!(page.words().contains("{{body}}") && page.words().contains("no blank of its own yet"), "{}", page.words());
    let key = key(&page);
    let fields = |name: &'static str, since: &'static str| {
        [("key", key.clone()), ("ministry", "mlsp".to_owned()), ("name", name.to_owned()), ("since", since.to_owned())]
    };
    let send = async |fields: &[(&str, String)], file: &[u8]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        lead.upload_with("/blanks", &fields, "бланк.docx", file).await
    };
    let faulty = packed(&["{{salutatoin}}", "{{#if executor}}", "{{body}}"]);
    let page = send(&fields("Жаңа <бланк>", "2023-10-01"), &faulty).await;
    assert_eq!(page.status, 422);
    is_whole(&page, "a blank that is refused");
    let words = page.words();
    assert!(words.contains("salutatoin") && words.contains("{{#if executor}}"), "{words}");
    assert_eq!(page.form("/blanks").get("name"), "Жаңа <бланк>", "what was typed is still there");
    assert_eq!(page.form("/blanks").get("since"), "2023-10-01");
    for (fields, file) in [
        (fields("", "2023-10-01"), faulty.as_slice()),
        (fields("a", "soon"), &faulty),
        (fields("a", "2020-01-01"), &packed(&["{{body}}"])),
        (fields("a", "2023-10-01"), b""),
    ] {
        assert_eq!(send(&fields, file).await.status, 422, "{fields:?}");
    }
    let large = send(&fields("a", "2023-10-01"), &vec![7; 5 * 1024 * 1024 + 1]).await;
    assert_eq!(large.status, 413);
    is_whole(&large, "a blank that is too large");

    let many = lead.upload_with("/blanks", &[("x", "y"); 25], "бланк.docx", b"PK").await;
    assert_eq!(many.status, 400, "more parts than any form has: {}", many.text);
    let long = "y".repeat(9 * 1024);
    assert_eq!(lead.upload_with("/blanks", &[("name", &long)], "бланк.docx", b"PK").await.status, 413);

    let sound = packed(&["Еңбек министрлігі", "{{salutation}}", "{{body}}", "{{annexes}}"]);
    for _ in 0..2 {
        let sent = send(&fields("Бланк 2023", "2023-09-20"), &sound).await;
        assert_eq!((sent.status, sent.place.as_str()), (303, "/blanks?ministry=mlsp&done=yes"));
    }
    let page = lead.open("/blanks?ministry=mlsp&done=yes").await;
    is_whole(&page, "blanks");
    assert_eq!(page.words().matches("Бланк 2023").count(), 1, "a form that is sent twice is taken once");
    assert!(page.words().contains("in force"), "{}", page.words());

    // From the inquiry's page the letter is had on the blank.
    let told = crate::api::story::tell(&app, "ДС-1").await;
    let page = lead.open(&format!("/inquiries/{}", told.id)).await;
    let on_the_blank = format!("/api/v1/inquiries/{}/reply.docx?blank=mlsp", told.id);
    assert!(page.text.contains(&format!("href=\"{on_the_blank}\"")), "{}", page.text);
    app.get("lead", &on_the_blank).await.is(200);
    assert!(page.words().contains("Its facts (JSON)") && page.words().contains("Its forms (JSON)"), "{}", page.words());

    // Whose ministry it is, the account says, and not the form.
    let foreign = people.at_browser("mfa").await;
    let page = foreign.open("/blanks?ministry=mlsp").await;
    assert!(!page.words().contains("Бланк 2023"), "{}", page.words());
    assert_eq!(people.at_browser("clerk").await.get("/blanks").await.status, 403);
}

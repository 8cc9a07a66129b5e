//! A draft's text in the hands of people: typed as Markdown, edited in Word, taken together from contributions, compared.

use testkit::app::TestApp;

use super::browser::{Browser, Form};
use super::people::People;
use super::story::{assigned, command, registered};
use super::walk::is_whole;
use crate::word::{edited, paragraph, replaced};

const FIRST: &str = "Үкімет сауалды қарап, келесіні хабарлайды.";
const SECOND: &str = "Зейнетақы жинағы заңмен қорғалады.";

/// An inquiry that the lead and the foreign ministry work on, with a first version of the draft.
struct Desk<'a> {
    app: &'a TestApp,
    inquiry: String,
    lead: Browser<'a>,
}

impl<'a> Desk<'a> {
    async fn with_a_draft(app: &'a TestApp, people: &People<'a>) -> Self {
        let mut clerk = people.at_browser("clerk").await;
        let inquiry = registered(&mut clerk, app, "ДС-601").await;
        assigned(people, &inquiry).await;
        let lead = people.at_browser("lead").await;
        let mut desk = Self { app, inquiry, lead };
        let first = desk
            .form()
            .await
            .with("body", &format!("{FIRST}\n\n{SECOND}"))
            .with("executor_name", "Ж. Даулетханова")
            .with("executor_phone", "74-53-71")
            .with("answers[1]", "2");
        desk.lead.submit(&first).await;
        desk
    }

    /// The form of a new version as it stands.
    async fn form(&self) -> Form {
        let page = self.lead.open(&format!("{}/commands/revise-draft?kept=none", self.inquiry)).await;
        command(&page, &self.inquiry, "revise-draft")
    }

    /// The draft as a Word file, edited.
    async fn word(&self, change: impl Fn(String) -> String) -> Vec<u8> {
        let place = format!("/api/v1{}/draft.docx", self.inquiry);
        edited(&self.app.get("lead", &place).await.is(200).bytes, change)
    }

    fn upload_place(&self) -> String {
        format!("{}/draft/file", self.inquiry)
    }

    async fn draft(&self) -> serde_json::Value {
        self.app.get("clerk", &format!("/api/v1{}", self.inquiry)).await.is(200).json()["draft"].clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_edited_in_word_looked_over_and_saved_with_the_ordinary_button() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut desk = Desk::with_a_draft(&app, &people).await;
    let page = desk.lead.open(&desk.inquiry).await;
    for link in [
        format!("/api/v1{}/draft.docx", desk.inquiry),
        format!("/api/v1{}/draft.md", desk.inquiry),
        desk.upload_place(),
    ] {
        assert!(page.text.contains(&format!("href=\"{link}\"")), "{link} is missing");
    }
    let asking = desk.lead.open(&desk.upload_place()).await;
    is_whole(&asking, "the page that asks for a file");
    assert!(asking.text.contains("enctype=\"multipart/form-data\""));

    let file = desk
        .word(|xml| {
            let first = paragraph(&xml, FIRST).to_owned();
            let inserted = "<w:ins w:id=\"9\" w:author=\"Б. Редактор\" w:date=\"2023-09-20T10:00:00Z\"><w:r><w:t xml:space=\"preserve\"> Толықтырылды.</w:t></w:r></w:ins></w:p>";
            let tracked = replaced(&first, "</w:p>", inserted);
            let added = replaced(&first, FIRST, "Жаңа кіріспе абзац.");
            let xml = replaced(&xml, &first, &format!("{added}{tracked}"));
            replaced(&replaced(&xml, "заңмен", "кодекспен"), "Құрметті", "Аса құрметті")
        })
        .await;
    let page = desk.lead.upload(&desk.upload_place(), "жоба (2).docx", &file).await;
    assert_eq!(page.status, 200, "{}", page.text);
    is_whole(&page, "what a file says");
    let words = page.words();
    for said in [
        "жоба (2).docx",
        "is not saved yet",
        "Б. Редактор",
        "Changes tracked in the file",
        "кодекспен",
        "Аса құрметті",
        "not taken from the file",
    ] {
        assert!(words.contains(said), "{said} is missing: {words}");
    }
    let marked = |mark: &str, words: &str| {
        let (open, close) = (format!("<{mark}>"), format!("</{mark}>"));
        let mut pieces = page.text.split(&open).skip(1).map(|piece| piece.split(&close).next().unwrap_or_default());
        pieces.any(|piece| piece.contains(words))
    };
    assert!(marked("ins", "кодекспен") && marked("del", "заңмен"), "changes are marked as such: {}", page.text);
    assert!(words.contains("[added:]") && words.contains("[removed:]"), "and said to those who do not see them");
    assert_eq!(desk.draft().await["version"], 1, "nothing is stored by looking");

    let form = command(&page, &desk.inquiry, "revise-draft");
    assert_eq!(
        form.get("body"),
        format!("Жаңа кіріспе абзац.\n\n{FIRST} Толықтырылды.\n\nЗейнетақы жинағы кодекспен қорғалады.")
    );
    assert_eq!(form.get("answers[1]"), "3", "the link followed its paragraph");
    assert_eq!(form.get("executor_name"), "Ж. Даулетханова");
    let saved = desk.lead.submit(&form).await;
    assert!(saved.text.contains("Жаңа кіріспе абзац."));
    let twice = desk.lead.send(&form).await;
    assert_eq!(twice.status, 303, "a second press changes nothing: {}", twice.text);
    let draft = desk.draft().await;
    assert_eq!(draft["version"], 2);
    assert_eq!(draft["content"]["answers"][0]["block"], 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_refused_says_every_place_and_changes_nothing() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let desk = Desk::with_a_draft(&app, &people).await;
    let picture = desk
        .word(|xml| {
            let first = paragraph(&xml, FIRST).to_owned();
            let xml = replaced(&xml, &first, &replaced(&first, "</w:p>", "<w:r><w:drawing/></w:r></w:p>"));
            let second = paragraph(&xml, SECOND).to_owned();
            replaced(&xml, &second, &replaced(&second, "</w:p>", "<w:r><w:pict/></w:r></w:p>"))
        })
        .await;
    let page = desk.lead.upload(&desk.upload_place(), "сурет.docx", &picture).await;
    assert_eq!(page.status, 422);
    is_whole(&page, "a refused file");
    assert_eq!(page.words().matches("a picture has no place in a letter").count(), 2, "{}", page.words());
    assert!(page.words().contains("сурет.docx") && page.words().contains("nothing has changed"));
    let whole = desk.word(|xml| xml).await;
    for (name, bytes, status) in [
        ("a.docx", b"no zip".as_slice(), 422),
        ("a.docx", &whole[..whole.len() / 2], 422),
        ("a.docx", b"".as_slice(), 422),
        ("a.exe", b"MZ", 422),
        ("a.md", b"\xff\xfe", 422),
        ("a.md", "> дәйек".as_bytes(), 422),
        ("a.docx", &vec![b'P'; 21 << 20], 413),
    ] {
        let page = desk.lead.upload(&desk.upload_place(), name, bytes).await;
        assert_eq!(page.status, status, "{name} {}: {}", bytes.len(), page.text);
        assert!(page.text.contains("role=\"alert\"") && page.text.contains("type=\"file\""), "{name}: {}", page.text);
    }
    assert_eq!(desk.draft().await["version"], 1);
    let bare = app.call("POST", &desk.upload_place()).by("lead").header("Accept", "text/html");
    assert_eq!(bare.form(&[("file", "x")]).send().await.status, 400, "a form that is none of ours");

    for (part, status) in [("mfa", 403), ("stranger", 404), ("legal", 403), ("deputy", 403)] {
        let browser = people.at_browser(part).await;
        assert_eq!(browser.upload(&desk.upload_place(), "a.docx", &whole).await.status, status, "{part}");
        assert_eq!(browser.get(&desk.upload_place()).await.status, status, "{part}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_colleague_who_was_faster_costs_nobody_their_word_file() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut desk = Desk::with_a_draft(&app, &people).await;
    let file = desk.word(|xml| replaced(&xml, "заңмен", "кодекспен")).await;
    let page = desk.lead.upload(&desk.upload_place(), "a.docx", &file).await;
    let mine = command(&page, &desk.inquiry, "revise-draft");
    let theirs = desk.form().await.with("body", &format!("{FIRST}\n\nӘріптестің абзацы."));
    let theirs = theirs.with("answers[1]", "");
    desk.lead.submit(&theirs).await;
    let conflict = desk.lead.send(&mine).await;
    assert_eq!(conflict.status, 412, "{}", conflict.text);
    assert!(conflict.text.contains("Әріптестің абзацы."), "what the colleague wrote is shown");
    let form = command(&conflict, &desk.inquiry, "revise-draft");
    assert!(form.get("body").contains("кодекспен"), "what came from the file is kept");
    let saved = desk.lead.submit(&form.and("read_newer", "yes")).await;
    assert!(saved.text.contains("кодекспен"));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_block_came_from_is_kept_through_consolidation_edits_and_word() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut desk = Desk::with_a_draft(&app, &people).await;
    let mut mfa = people.at_browser("mfa").await;
    let contribution =
        "Екіжақты келісім жобасы жіберілді[^1].\n\nКелесі кездесу қазанда өтеді.\n\n[^1]: 2023 жылғы 4 қыркүйек";
    let page = mfa.open(&desk.inquiry).await;
    assert!(
        page.text.contains(&format!("{}/contribution/file", desk.inquiry)),
        "a contribution may come from Word too"
    );
    mfa.submit(&command(&page, &desk.inquiry, "submit-contribution").with("body", contribution)).await;

    let page = desk.lead.open(&format!("{}/commands/revise-draft", desk.inquiry)).await;
    assert!(page.words().contains("MFA, contribution 1"), "{}", page.words());
    let form = command(&page, &desk.inquiry, "revise-draft");
    let own = format!("{FIRST} Сілтеме[^1].\n\n{SECOND}\n\n[^1]: лидтің сілтемесі");
    let taking = form.clone().with("body", &own).and("take_in", "mfa/1").and("more", "take_in");
    let page = desk.lead.send(&taking).await;
    assert_eq!(page.status, 200, "{}", page.text);
    is_whole(&page, "a form with contributions taken in");
    let form = command(&page, &desk.inquiry, "revise-draft");
    let body = form.get("body").to_owned();
    assert_eq!(body.matches("<!-- from mfa/1 -->").count(), 2, "{body}");
    assert!(body.contains("[^1]: лидтің сілтемесі") && body.contains("[^2]: 2023 жылғы 4 қыркүйек"), "{body}");
    assert!(!page.text.contains("value=\"mfa/1\""), "it is not offered twice");
    let broken = desk.lead.send(&taking.with("body", "> дәйек")).await;
    assert_eq!((broken.status, command(&broken, &desk.inquiry, "revise-draft").get("body")), (422, "> дәйек"));

    let saved = desk.lead.submit(&form).await;
    assert!(
        saved.words().contains("MFA, contribution 1") && saved.words().contains("paragraph 3–4"),
        "{}",
        saved.words()
    );
    assert_eq!(desk.draft().await["sources"], serde_json::json!([null, null, "mfa/1", "mfa/1"]));

    let edit = desk.form().await;
    let body = edit.get("body").replace("<!-- from mfa/1 -->\n", "").replace("қазанда", "қарашада");
    desk.lead.submit(&edit.with("body", &body)).await;
    assert_eq!(
        desk.draft().await["sources"],
        serde_json::json!([null, null, "mfa/1", "mfa/1"]),
        "found again by comparison"
    );

    let file = desk
        .word(|xml| {
            let first = paragraph(&xml, FIRST).to_owned();
            replaced(&xml, &first, &format!("{first}<w:p><w:r><w:t>Word ішінде қосылған.</w:t></w:r></w:p>"))
        })
        .await;
    let page = desk.lead.upload(&desk.upload_place(), "a.docx", &file).await;
    desk.lead.submit(&command(&page, &desk.inquiry, "revise-draft")).await;
    assert_eq!(desk.draft().await["sources"], serde_json::json!([null, null, null, "mfa/1", "mfa/1"]));

    let page = mfa.upload(&format!("{}/contribution/file", desk.inquiry), "a.md", "Жаңа ұсыныс.".as_bytes()).await;
    assert_eq!(page.status, 200, "{}", page.text);
    mfa.submit(&command(&page, &desk.inquiry, "submit-contribution")).await;
    let page = desk.lead.open(&format!("{}/commands/revise-draft", desk.inquiry)).await;
    assert!(page.words().contains("MFA, contribution 2"), "the new one is offered");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approver_reads_what_changed_since_their_visa() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut desk = Desk::with_a_draft(&app, &people).await;
    let approval = |page: &super::browser::Page, inquiry: &str| {
        command(page, inquiry, "submit-for-approval")
            .with("visas[0].kind", "legal")
            .with("visas[0].approver", people.name("legal"))
    };
    let page = desk.lead.open(&desk.inquiry).await;
    desk.lead.submit(&approval(&page, &desk.inquiry)).await;
    let mut legal = people.at_browser("legal").await;
    let page = legal.open(&desk.inquiry).await;
    assert!(!page.text.contains("/draft/changes\""), "there is nothing to compare the first version with");
    legal.submit(&command(&page, &desk.inquiry, "visa")).await;
    for body in [
        format!("{FIRST}\n\n{SECOND}\n\nАралық."),
        format!(
            "{FIRST}\n\nЗейнетақы жинағы **заңмен** қорғалады.\n\n| а | б |\n|---|---|\n| 1 | 2 |\n\n- бір\n  - ішкі"
        ),
    ] {
        let form = desk.form().await.with("body", &body);
        desk.lead.submit(&form).await;
    }
    let page = desk.lead.open(&desk.inquiry).await;
    desk.lead.submit(&approval(&page, &desk.inquiry)).await;
    let page = legal.open(&desk.inquiry).await;
    assert!(page.words().contains("What changed since my visa on version 1"), "{}", page.words());
    let changes = legal.open(&format!("{}/draft/changes", desk.inquiry)).await;
    is_whole(&changes, "what changed");
    let words = changes.words();
    for said in ["What changed since your visa", "Unchanged", "Added", "became bold", "ішкі"] {
        assert!(words.contains(said), "{said} is missing: {words}");
    }
    assert!(!words.contains("Аралық."), "what came and went between is no change");
    let other = legal.open(&format!("{}/draft/changes?from=2&to=3", desk.inquiry)).await;
    assert!(other.words().contains("Аралық.") && !other.words().contains("since your visa"));
    assert_eq!(people.at_browser("deputy").await.get(&format!("{}/draft/changes", desk.inquiry)).await.status, 403);
    for (language, said) in [("kk", "Өзгермеген"), ("ru", "Без изменений")] {
        let reader = people.at_browser_in("legal", language).await;
        assert!(reader.open(&format!("{}/draft/changes", desk.inquiry)).await.words().contains(said), "{language}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_of_a_typed_text_are_told_with_line_and_column_and_a_table_can_be_typed() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut desk = Desk::with_a_draft(&app, &people).await;
    let faulty = desk.form().await.with("body", "> дәйек\n\nабзац\n---\n\n[^1]").with("translations[ru]", "![](a)");
    let page = desk.lead.send(&faulty).await;
    assert_eq!(page.status, 422);
    is_whole(&page, "a form with faults");
    for said in [
        "line 1, column 1",
        "line 3, column 1: a line of --- or ===",
        "line 6, column 1: the footnote [^1]",
        "a picture has no place",
    ] {
        assert!(page.words().contains(said), "{said} is missing: {}", page.words());
    }
    assert!(page.text.contains("<details class=\"signs\">"), "the notation stands folded beneath the field");
    let table = "Кіріспе,\nекінші жол.\n\n| Жыл | Сома |\n|---|--:|\n| 2023 | 250 |\n\n- бір\n  1. ішкі";
    let form = command(&page, &desk.inquiry, "revise-draft")
        .with("body", table)
        .with("translations[ru]", "")
        .with("answers[1]", "1");
    desk.lead.submit(&form).await;
    let again = desk.form().await;
    let body = again.get("body");
    assert!(body.starts_with("Кіріспе,\nекінші жол.\n\n| Жыл | Сома |"), "{body}");
    assert!(body.contains("- бір\n  1. ішкі"), "{body}");
    let untouched = desk.lead.send(&again).await;
    assert!(
        untouched.words().contains("same") || untouched.status == 422,
        "an untouched form is no new version: {}",
        untouched.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_is_left_alone_follows_its_paragraph_and_one_that_lost_it_is_asked_about() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut desk = Desk::with_a_draft(&app, &people).await;
    let longer = desk.form().await.with("body", &format!("Жаңа кіріспе абзац осында.\n\n{FIRST}\n\n{SECOND}"));
    assert_eq!(longer.get("answers[1]"), "2");
    desk.lead.submit(&longer).await;
    assert_eq!(desk.form().await.get("answers[1]"), "3");
    let shorter = desk.form().await.with("body", FIRST);
    let page = desk.lead.send(&shorter).await;
    assert_eq!(page.status, 422, "{}", page.text);
    assert!(page.words().contains("Paragraph 3 (") || page.words().contains("Paragraph 3 («"), "{}", page.words());
    let form = command(&page, &desk.inquiry, "revise-draft").with("answers[1]", "");
    desk.lead.submit(&form).await;
    assert_eq!(desk.draft().await["content"]["answers"], serde_json::json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_an_older_version_does_not_undo_a_colleagues_text_unread() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut desk = Desk::with_a_draft(&app, &people).await;
    let file = desk.word(|xml| replaced(&xml, "заңмен", "кодекспен")).await;
    let more = format!("{FIRST}\n\n{SECOND}\n\nӘріптестің абзацы: төлемдер жыл сайын көтеріледі.");
    let form = desk.form().await.with("body", &more);
    desk.lead.submit(&form).await;

    let page = desk.lead.upload(&desk.upload_place(), "ескі.docx", &file).await;
    is_whole(&page, "a file of an older version");
    assert!(page.words().contains("older version: v1"), "{}", page.words());
    let form = command(&page, &desk.inquiry, "revise-draft");
    let refused = desk.lead.send(&form).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    assert!(refused.words().contains("Read the newer version first"), "{}", refused.words());
    assert_eq!(desk.draft().await["version"], 2);
    let read = desk.lead.send(&form.and("read_newer", "yes")).await;
    assert_eq!(read.status, 303, "{}", read.text);

    // The file that is made from the present version is no such file.
    let fresh = desk.word(|xml| replaced(&xml, "жинағы", "жинақтары")).await;
    let page = desk.lead.upload(&desk.upload_place(), "жаңа.docx", &fresh).await;
    assert!(!page.words().contains("older version"), "{}", page.words());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_letters_own_language_is_not_offered_among_the_others() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let desk = Desk::with_a_draft(&app, &people).await;
    let others = |form: &Form| {
        let names = form.fields.iter().map(|(name, _)| name.clone());
        names.filter(|name| name.starts_with("translations[")).collect::<Vec<_>>()
    };
    assert_eq!(others(&desk.form().await), ["translations[ru]", "translations[en]"]);
    let at_the_desk = desk.lead.open(&format!("{}/draft", desk.inquiry)).await;
    let form = command(&at_the_desk, &desk.inquiry, "revise-draft");
    assert_eq!(others(&form), ["translations[ru]", "translations[en]"]);
    // Whoever has written for a language that is then made the letter's own is told, and has the text before them.
    let mut lead = people.at_browser("lead").await;
    let twice = form.with("language", "ru").with("translations[ru]", "Второй раз.");
    let answer = lead.send(&twice).await;
    assert_eq!(answer.status, 422, "{}", answer.text);
    let back = command(&answer, &desk.inquiry, "revise-draft");
    assert_eq!((others(&back).len(), back.get("translations[ru]")), (3, "Второй раз."), "{:?}", others(&back));
}

//! A draft on its way to an editor and back, as a program carries it.

use serde_json::{Value, json};
use testkit::app::{Answer, TestApp};

use super::story::tell;
use super::{command, registered, resolution};
use crate::word::{edited, paragraph, replaced};

const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const MARKDOWN: &str = "text/markdown";

const FIRST: &str = "Үкімет сауалды қарап, келесіні хабарлайды.";
const SECOND: &str = "Екіжақты келісімнің жобасы тараптарға жіберілді.";
const THIRD: &str = "Зейнетақы жинағы заңмен қорғалады.";

/// An inquiry whose draft has three paragraphs, the second of them the foreign ministry's.
struct Desk<'a> {
    app: &'a TestApp,
    id: String,
    version: u64,
}

impl<'a> Desk<'a> {
    async fn with_a_draft(app: &'a TestApp) -> Self {
        let (id, version) = registered(app, "№ ДС-326").await;
        let mut desk = Self { app, id, version };
        desk.step("head", "assign-ministries", resolution()).await;
        desk.step("mfa", "submit-contribution", json!({ "body": body(&[SECOND]), "answers": [2], "files": [] })).await;
        let content = json!({
            "language": "kk",
            "body": body(&[FIRST, SECOND, THIRD]),
            "executor": { "name": "Ж. Даулетханова", "phone": "74-53-71" },
            "answers": [{ "question": 1, "block": 3 }, { "question": 2, "block": 2 }],
            "translations": [],
        });
        desk.step("lead", "revise-draft", json!({ "content": content, "sources": [null, "mfa/1", null] })).await;
        desk
    }

    async fn step(&mut self, account: &str, name: &str, body: Value) {
        self.version = command(self.app, account, &self.id, self.version, name, &body).await.is(200).version();
    }

    fn path(&self, rest: &str) -> String {
        format!("/api/v1/inquiries/{}/{rest}", self.id)
    }

    async fn get(&self, account: &str, rest: &str) -> Answer {
        self.app.get(account, &self.path(rest)).await
    }

    /// Sends a text, with the version that was seen last.
    async fn put(&self, account: &str, rest: &str, key: &str, media: &str, bytes: &[u8]) -> Answer {
        let call = self.app.call("PUT", &self.path(rest)).by(account).key(key).seen(self.version);
        call.body(media, bytes.to_vec()).send().await
    }

    async fn draft(&self) -> Value {
        self.app.get("clerk", &format!("/api/v1/inquiries/{}", self.id)).await.is(200).json()["draft"].clone()
    }
}

fn body(paragraphs: &[&str]) -> Value {
    let paragraph = |text: &&str| json!({ "type": "paragraph", "content": [{ "type": "text", "text": text }] });
    json!({ "blocks": paragraphs.iter().map(paragraph).collect::<Vec<_>>() })
}

fn texts(draft: &Value) -> Vec<String> {
    let blocks = draft["content"]["body"]["blocks"].as_array().unwrap();
    blocks.iter().map(|block| block["content"][0]["text"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_goes_to_word_and_comes_back_as_exactly_its_edits() {
    let app = TestApp::start().await;
    let mut desk = Desk::with_a_draft(&app).await;
    let file = desk.get("lead", "draft.docx").await.is(200);
    assert_eq!(file.header("content-type"), Some(WORD));
    assert_eq!(file.version(), desk.version, "the tag is what a PUT sends in If-Match");
    assert!(file.header("content-disposition").unwrap().starts_with("attachment;"));
    let file = edited(&file.bytes, |xml| {
        let xml = replaced(&xml, "заңмен қорғалады", "Зейнетақы кодексімен қорғалады");
        let first = paragraph(&xml, FIRST).to_owned();
        let added = format!("{first}{}", replaced(&first, FIRST, "Қосымша түсіндірме беріледі."));
        replaced(&xml, &first, &added)
    });

    let read = desk.put("lead", "draft.docx?only_read=true", "look", WORD, &file).await.is(200);
    assert_eq!(read.json().get("version"), None, "{}", read.text());
    assert_eq!(read.json()["body"]["sources"], json!([null, null, "mfa/1", null]));
    assert_eq!(desk.draft().await["version"], 1, "looking records nothing");

    let put = desk.put("lead", "draft.docx?comment=Word", "send", WORD, &file).await.is(200);
    let answer = put.json();
    assert_eq!(answer["version"], desk.version + 1);
    assert_eq!(answer["events"][0]["type"], "draft_revised");
    let states: Vec<&str> = answer["report"]["changed"]["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| change["change"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["kept", "added", "kept", "changed"]);
    assert_eq!(answer["report"]["form"], json!([]), "nothing around the text was touched");
    assert_eq!(
        answer["report"]["answers"]["moved"],
        json!([{ "question": 1, "from": 3, "to": 4 }, { "question": 2, "from": 2, "to": 3 }])
    );
    let draft = desk.draft().await;
    assert_eq!(
        texts(&draft),
        [FIRST, "Қосымша түсіндірме беріледі.", SECOND, "Зейнетақы жинағы Зейнетақы кодексімен қорғалады."]
    );
    assert_eq!(draft["sources"], json!([null, null, "mfa/1", null]), "Word keeps where a block came from");
    assert_eq!(draft["content"]["executor"]["name"], "Ж. Даулетханова", "everything else stays");
    assert_eq!(
        draft["content"]["answers"],
        json!([{ "question": 1, "block": 4 }, { "question": 2, "block": 3 }]),
        "links follow their blocks"
    );

    // The same request again answers the first result, whatever the inquiry has become; other bytes under its key do not.
    let again = desk.put("lead", "draft.docx?comment=Word", "send", WORD, &file).await.is(200);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.json(), answer);
    desk.put("lead", "draft.docx?comment=Word", "send", WORD, b"PK").await.is_problem(422, "idempotency_key_reused");

    // An untouched file is no new version.
    desk.version += 1;
    let untouched = desk.get("lead", "draft.docx").await.is(200).bytes;
    desk.put("lead", "draft.docx", "untouched", WORD, &untouched).await.is_problem(422, "nothing_changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_form_gives_the_text_and_takes_it_back() {
    let app = TestApp::start().await;
    let mut desk = Desk::with_a_draft(&app).await;
    for (form, media) in
        [("md", MARKDOWN), ("json", "application/json"), ("rich.json", "application/json"), ("docx", WORD)]
    {
        let text = desk.get("lead", &format!("draft.{form}")).await.is(200);
        assert!(text.header("content-type").unwrap().starts_with(media), "{form}");
        desk.put("lead", &format!("draft.{form}"), form, media, &text.bytes).await.is_problem(422, "nothing_changed");
    }
    let markdown = desk.get("lead", "draft.md").await.is(200).text();
    assert!(markdown.contains(&format!("<!-- from mfa/1 -->\n{SECOND}")), "{markdown}");
    let table = format!("{markdown}\n| Жыл | Сома |\n|---|--:|\n| 2023 | 250 |\n\n- бір\n  - ішкі\n");
    let put = desk.put("lead", "draft.md", "table", MARKDOWN, table.as_bytes()).await.is(200);
    desk.version = put.version();
    let first = desk.get("lead", "draft.md?version=1").await.is(200);
    assert_eq!(first.text(), markdown, "an earlier version is the one that was written");
    assert!(desk.get("lead", "draft.md").await.is(200).text().contains("| 2023 | 250 |"));
    desk.get("lead", "draft.md?version=9").await.is_problem(404, "not_there_yet");
    desk.get("lead", "draft.odt").await.is_problem(404, "no_such_form");

    desk.get("lead", "draft.md?language=ru").await.is_problem(404, "not_there_yet");
    let russian = "Правительство рассмотрело запрос.\n".as_bytes();
    desk.version = desk.put("lead", "draft.md?language=ru", "ru", MARKDOWN, russian).await.is(200).version();
    assert_eq!(desk.get("legal", "draft.md?language=ru").await.is(200).bytes, russian);
    let draft = desk.draft().await;
    assert_eq!(draft["content"]["translations"][0]["language"], "ru");
    assert_eq!(draft["sources"][1], "mfa/1", "a translation changes nothing about the letter's own blocks");
    assert_eq!(draft["content"]["answers"][0]["block"], 3);
    assert!(desk.get("lead", "draft.docx?language=ru").await.is(200).bytes.starts_with(b"PK"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_letter_cannot_hold_is_refused_with_every_place() {
    let app = TestApp::start().await;
    let desk = Desk::with_a_draft(&app).await;
    let refused = desk.put("lead", "draft.md", "1", MARKDOWN, "> дәйек\n\n![](a.png)\n".as_bytes()).await;
    let faults = refused.is_problem(422, "text_refused")["faults"].clone();
    let places: Vec<_> = faults.as_array().unwrap().iter().map(|fault| (&fault["line"], &fault["column"])).collect();
    assert_eq!(places, [(&json!(1), &json!(1)), (&json!(3), &json!(1))]);

    let file = desk.get("lead", "draft.docx").await.is(200).bytes;
    let tampered = edited(&file, |xml| {
        let first = paragraph(&xml, FIRST).to_owned();
        let xml = replaced(&xml, &first, &replaced(&first, "</w:p>", "<w:r><w:drawing/></w:r></w:p>"));
        let third = paragraph(&xml, THIRD).to_owned();
        let struck = "<w:r><w:rPr><w:strike/></w:rPr><w:t>сызылған</w:t></w:r></w:p>";
        replaced(&xml, &third, &replaced(&third, "</w:p>", struck))
    });
    let call = app.call("PUT", &desk.path("draft.docx")).by("lead").key("2").seen(desk.version);
    let refused = call.header("Accept-Language", "en").body(WORD, tampered).send().await;
    let faults = refused.is_problem(422, "text_refused")["faults"].clone();
    assert_eq!(faults.as_array().unwrap().len(), 2, "{faults}");
    assert!(faults[0]["detail"].as_str().unwrap().contains("a picture has no place in a letter"), "{faults}");
    assert!(faults[0]["paragraph"].as_u64().unwrap() < faults[1]["paragraph"].as_u64().unwrap(), "{faults}");

    for (n, broken) in [b"no zip".as_slice(), b"", b"PK\x03\x04", &file[..file.len() / 2]].into_iter().enumerate() {
        let refused = desk.put("lead", "draft.docx", &format!("broken-{n}"), WORD, broken).await;
        assert_eq!(refused.is_problem(422, "text_refused")["faults"].as_array().unwrap().len(), 1);
    }
    desk.put("lead", "draft.docx", "3", WORD, &vec![b'P'; 21 << 20]).await.is_problem(413, "too_large");
    let refused = desk.put("lead", "draft.json", "4", "application/json", br#"{"blocks":[{"type":"picture"}]}"#).await;
    let faults = refused.is_problem(422, "text_refused")["faults"].clone();
    assert!(faults[0]["pointer"].as_str().unwrap().starts_with("/blocks/0"), "{faults}");
    desk.put("lead", "draft.json", "5", "application/json", b"{").await.is_problem(400, "malformed_json");
    assert_eq!(desk.draft().await["version"], 1, "nothing was recorded");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_files_claim_puts_no_words_into_a_ministrys_mouth() {
    let app = TestApp::start().await;
    let desk = Desk::with_a_draft(&app).await;
    let text = format!("{FIRST}\n\n<!-- from mof/3 -->\n{THIRD}\n\n<!-- from mfa/1 -->\n{SECOND}\n");
    let put = desk.put("lead", "draft.md", "claims", MARKDOWN, text.as_bytes()).await.is(200);
    assert_eq!(put.json()["body"]["sources"], json!([null, null, "mfa/1"]), "nobody sent mof/3");
    assert_eq!(desk.draft().await["sources"], json!([null, null, "mfa/1"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_whose_block_went_is_told_and_not_left_on_another() {
    let app = TestApp::start().await;
    let desk = Desk::with_a_draft(&app).await;
    let text = format!("{FIRST}\n\n{THIRD}\n");
    let put = desk.put("lead", "draft.md", "shorter", MARKDOWN, text.as_bytes()).await.is(200).json();
    assert_eq!(put["report"]["answers"]["lost"], json!([{ "question": 2, "block": 2, "words": SECOND }]));
    assert_eq!(desk.draft().await["content"]["answers"], json!([{ "question": 1, "block": 2 }]));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_edit_at_once_the_slower_is_told_and_a_twin_is_answered_once() {
    let app = TestApp::start().await;
    let mut desk = Desk::with_a_draft(&app).await;
    let text = |words: &str| format!("{FIRST}\n\n{words}\n");
    desk.put("lead", "draft.md", "fast", MARKDOWN, text("Жылдам.").as_bytes()).await.is(200);
    let slow = desk.put("lead", "draft.md", "slow", MARKDOWN, text("Баяу.").as_bytes()).await;
    assert_eq!(slow.is_problem(412, "stale_version")["current_version"], desk.version + 1);
    desk.version += 1;
    let text = text("Егіз.");
    let twins = (0..3).map(|_| desk.put("lead", "draft.md", "twin", MARKDOWN, text.as_bytes()));
    let answers = futures_util::future::join_all(twins).await;
    let first = answers[0].json();
    for answer in answers {
        assert_eq!(answer.is(200).json(), first);
    }
    assert_eq!(desk.draft().await["version"], 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn drafts_are_for_those_who_work_on_them() {
    let app = TestApp::start().await;
    let desk = Desk::with_a_draft(&app).await;
    for place in ["draft.md", "draft.docx", "draft/changes", "draft/changes.txt", "contribution.md?ministry=mfa"] {
        desk.get("deputy", place).await.is_problem(403, "not_permitted");
        desk.get("stranger", place).await.is_problem(404, "no_such_inquiry");
    }
    let text = "Басқа мәтін.".as_bytes();
    desk.put("mfa", "draft.md", "co", MARKDOWN, text).await.is_problem(403, "lead_only");
    desk.put("legal", "draft.md", "approver", MARKDOWN, text).await.is_problem(403, "not_permitted");
    desk.put("stranger", "draft.md", "stranger", MARKDOWN, text).await.is_problem(404, "no_such_inquiry");
    desk.put("lead", "contribution.md", "lead", MARKDOWN, text).await.is_problem(403, "lead_writes_the_draft");
    for account in ["lead", "mfa", "legal", "clerk", "auditor"] {
        desk.get(account, "draft.md").await.is(200);
    }
    let bare = app.call("PUT", &desk.path("draft.md")).by("lead").body(MARKDOWN, text.to_vec());
    bare.send().await.is_problem(400, "idempotency_key_missing");
    let bare = app.call("PUT", &desk.path("draft.md")).by("lead").key("k").body(MARKDOWN, text.to_vec());
    bare.send().await.is_problem(428, "if_match_missing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comparison_begins_at_ones_own_last_visa() {
    let app = TestApp::start().await;
    let mut desk = Desk::with_a_draft(&app).await;
    desk.get("legal", "draft/changes").await.is_problem(404, "not_there_yet");
    let required = json!([{ "kind": "legal", "approver": "legal" }, { "kind": "language", "approver": "language" }]);
    desk.step("lead", "submit-for-approval", json!({ "version": 1, "required": required })).await;
    let hash = desk.draft().await["content_hash"].clone();
    desk.step("legal", "visa", json!({ "version": 1, "content_hash": hash, "kind": "legal" })).await;
    for (key, text) in [
        ("2", format!("{FIRST}\n\n{SECOND}\n\n{THIRD}\n\nЕкінші нұсқа.\n")),
        ("3", format!("{FIRST}\n\n{THIRD}\n\nҮшінші нұсқа.\n")),
    ] {
        desk.version = desk.put("lead", "draft.md", key, MARKDOWN, text.as_bytes()).await.is(200).version();
    }
    for (account, query, from, to) in [
        ("legal", "", 1, 3),
        ("language", "", 2, 3),
        ("lead", "", 2, 3),
        ("legal", "?to=2", 1, 2),
        ("language", "?from=1&to=2", 1, 2),
        ("legal", "?from=3", 3, 3),
    ] {
        let changes = desk.get(account, &format!("draft/changes{query}")).await.is(200).json();
        assert_eq!((&changes["from"], &changes["to"]), (&json!(from), &json!(to)), "{account} {query}");
    }
    let changes = desk.get("legal", "draft/changes").await.is(200).json();
    assert_eq!(changes["text"]["changes"][1]["change"], "removed", "{changes}");
    assert_eq!(changes["answers"]["is"], json!([{ "question": 1, "block": 2 }]), "a visa binds to the links too");
    let text = desk.get("legal", "draft/changes.txt").await.is(200);
    assert!(text.text().contains(SECOND) && text.text().contains("v1 → v3"), "{}", text.text());
    let accepted = app.call("GET", &desk.path("draft/changes")).by("legal").header("Accept", "text/plain");
    assert_eq!(accepted.send().await.is(200).text(), text.text());
    desk.get("legal", "draft/changes?from=9").await.is_problem(404, "not_there_yet");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_executor_contributes_in_word() {
    let app = TestApp::start().await;
    let mut desk = Desk::with_a_draft(&app).await;
    let file = desk.get("mfa", "draft.docx").await.is(200).bytes;
    let file = edited(&file, |xml| replaced(&xml, "тараптарға жіберілді", "тараптарда қаралуда"));
    let put = desk.put("mfa", "contribution.docx", "word", WORD, &file).await.is(200);
    desk.version = put.version();
    assert_eq!(put.json()["events"][0]["type"], "contribution_submitted");
    assert_eq!(put.json()["body"]["sources"], json!([null, null, null]), "a contribution has no sources itself");
    let own = desk.get("mfa", "contribution.md").await.is(200).text();
    assert!(own.contains("тараптарда қаралуда") && !own.contains("<!--"), "{own}");
    let dossier = app.get("lead", &format!("/api/v1/inquiries/{}", desk.id)).await.is(200).json();
    assert_eq!(dossier["contributions"][0]["version"], 2);
    assert_eq!(dossier["contributions"][0]["answers"], json!([2]), "the questions it answers stay");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_letter_comes_as_pictures_and_as_akoma_ntoso() {
    let app = TestApp::start().await;
    let desk = Desk::with_a_draft(&app).await;
    let page = desk.get("legal", "reply/pages/1.png?width=300").await.is(200);
    assert_eq!(page.header("content-type"), Some("image/png"));
    assert!(page.bytes.starts_with(b"\x89PNG"));
    assert_eq!(page.bytes[16..20], [0, 0, 1, 44], "300 dots wide");
    for beyond in ["99", "0", "x", "-1"] {
        desk.get("legal", &format!("reply/pages/{beyond}.png")).await.is_problem(404, "not_there_yet");
    }
    desk.get("legal", "reply/pages/1.png?width=9999").await.is_problem(400, "bad_parameter");
    let akn = desk.get("clerk", "reply.akn.xml").await.is(200);
    assert_eq!(akn.header("content-type"), Some("application/akn+xml"));
    assert!(akn.text().contains("<akomaNtoso") && akn.text().contains("Жинақ қалай қорғалады?"), "{}", akn.text());

    // A deputy sees both once the letter was sent, and neither before.
    for place in ["reply.akn.xml", "reply/pages/1.png"] {
        desk.get("deputy", place).await.is_problem(404, "not_there_yet");
        desk.get("stranger", place).await.is_problem(404, "no_such_inquiry");
    }
    let told = tell(&app, "ДС-2").await;
    let place = format!("/api/v1/inquiries/{}", told.id);
    let sent = app.get("deputy", &format!("{place}/reply.akn.xml")).await.is(200).text();
    assert!(sent.contains("12-11/3841"), "{sent}");
    app.get("deputy", &format!("{place}/reply/pages/1.png")).await.is(200);
}

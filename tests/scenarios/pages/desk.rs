//! A text in writing: kept on the revision that was seen, laid together when two wrote, previewed, recorded by the ordinary form.

mod suggestions;
mod together;

use serde_json::{Value, json};
use testkit::app::{Answer, TestApp};

use super::browser::Browser;
use super::people::People;
use super::story::{address, assigned, command, registered, registration};
use super::walk::is_whole;

const JSON: &str = "application/json";
const FIRST: &str = "Үкімет сауалды қарап, келесіні хабарлайды.";
const SECOND: &str = "Зейнетақы жинағы заңмен қорғалады.";
const THEIRS: &str = "Екіжақты келісім жобасы тараптарға жіберілді.";

/// An inquiry that the lead and the foreign ministry work on.
struct Desk<'a> {
    app: &'a TestApp,
    inquiry: String,
    lead: Browser<'a>,
}

fn paragraph(words: &str) -> Value {
    json!({ "type": "paragraph", "content": [{ "type": "text", "text": words }] })
}

fn sourced(words: &str, source: &str) -> Value {
    json!({ "type": "paragraph", "attrs": { "source": source }, "content": [{ "type": "text", "text": words }] })
}

fn text(blocks: &[Value]) -> Value {
    json!({ "type": "doc", "content": blocks })
}

impl<'a> Desk<'a> {
    async fn assigned(app: &'a TestApp, people: &People<'a>) -> Self {
        let mut clerk = people.at_browser("clerk").await;
        let inquiry = registered(&mut clerk, app, "ДС-701").await;
        assigned(people, &inquiry).await;
        Self { app, inquiry, lead: people.at_browser("lead").await }
    }

    async fn with_a_draft(app: &'a TestApp, people: &People<'a>) -> Self {
        let mut desk = Self::assigned(app, people).await;
        let page = desk.lead.open(&format!("{}/draft", desk.inquiry)).await;
        let form = command(&page, &desk.inquiry, "revise-draft");
        assert_eq!(
            form.get("executor_name"),
            "Бет: lead",
            "whoever writes the first version is offered as its executor"
        );
        let first = form
            .with("body", &format!("{FIRST}\n\n{SECOND}"))
            .with("executor_name", "Ж. Даулетханова")
            .with("executor_phone", "74-53-71");
        desk.lead.submit(&first).await;
        desk
    }

    fn place(&self, step: &str) -> String {
        format!("{}/{step}", self.inquiry)
    }

    async fn contributed(&self, people: &People<'a>) {
        let mut mfa = people.at_browser("mfa").await;
        let page = mfa.open(&self.place("contribution")).await;
        let form = command(&page, &self.inquiry, "submit-contribution").with("body", THEIRS);
        mfa.submit(&form).await;
    }

    /// The text as the editor opens it.
    async fn working(&self, account: &str, step: &str) -> Value {
        self.app.call("GET", &self.place(step)).by(account).header("Accept", JSON).send().await.is(200).json()
    }

    async fn keep(&self, account: &str, step: &str, revision: u64, body: &Value) -> Answer {
        self.app
            .call("PUT", &self.place(step))
            .by(account)
            .header("Accept", JSON)
            .seen(revision)
            .json(body)
            .send()
            .await
    }

    async fn kept(&self, account: &str, step: &str, revision: u64, body: &Value) -> u64 {
        self.keep(account, step, revision, body).await.is(200).json()["revision"].as_u64().unwrap()
    }

    async fn draft(&self) -> Value {
        self.app.get("clerk", &format!("/api/v1{}", self.inquiry)).await.is(200).json()["draft"].clone()
    }
}

fn revision(working: &Value) -> u64 {
    working["revision"].as_u64().unwrap()
}

fn words(working: &Value) -> Vec<&str> {
    let blocks = working["text"]["content"].as_array().unwrap();
    blocks.iter().map(|block| block["content"][0]["text"].as_str().unwrap_or_default()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_is_kept_before_it_is_a_version_and_gone_from_the_desk_when_it_is_one() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut desk = Desk::with_a_draft(&app, &people).await;
    let opened = desk.working("lead", "draft/working").await;
    assert_eq!((opened["revision"].as_u64(), opened["base"].as_u64()), (Some(0), Some(1)));
    assert_eq!(words(&opened), [FIRST, SECOND]);

    let typed = json!({
        "base": 1,
        "text": text(&[paragraph(FIRST), paragraph("Жаңа абзац."), paragraph(SECOND)]),
        "answers": [{ "question": 1, "block": 3 }],
    });
    let kept = desk.kept("lead", "draft/working", 0, &typed).await;
    assert_eq!(desk.draft().await["version"], 1, "keeping records nothing");
    let again = desk.working("lead", "draft/working").await;
    assert_eq!((revision(&again), words(&again)), (kept, vec![FIRST, "Жаңа абзац.", SECOND]));
    assert_eq!(again["answers"], json!([{ "question": 1, "block": 3 }]));

    let page = desk.lead.open(&desk.place("draft")).await;
    is_whole(&page, "the draft in writing");
    let form = command(&page, &desk.inquiry, "revise-draft");
    assert_eq!(form.get("body"), format!("{FIRST}\n\nЖаңа абзац.\n\n{SECOND}"), "without scripts it is there too");
    assert_eq!(form.get("answers[1]"), "3");
    let sent = form
        .with("body", "")
        .and("rich", &typed["text"].to_string())
        .and("working", &kept.to_string())
        .and("working_base", "1");
    desk.lead.submit(&sent).await;
    let draft = desk.draft().await;
    assert_eq!((draft["version"].as_u64(), draft["content"]["answers"][0]["block"].as_u64()), (Some(2), Some(3)));
    let after = desk.working("lead", "draft/working").await;
    assert_eq!((revision(&after), after["base"].as_u64()), (0, Some(2)), "the desk is clear");
    assert_eq!(desk.lead.send(&sent).await.status, 303, "a second press changes nothing");
    assert_eq!(desk.draft().await["version"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_is_written_without_scripts_leaves_the_desk_as_well() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut desk = Desk::with_a_draft(&app, &people).await;
    let body = |base: u32, words: &str| json!({ "base": base, "text": text(&[paragraph(FIRST), paragraph(words)]) });
    desk.kept("lead", "draft/working", 0, &body(1, "Үстелдегі абзац.")).await;
    let page = desk.lead.open(&desk.place("draft")).await;
    let form = command(&page, &desk.inquiry, "revise-draft");
    let more = format!("{}\n\nҚолмен жазылған абзац.", form.get("body"));
    // What is wrong with it is mended on the command's own page, which still knows that the text came from the desk.
    let wrong = desk.lead.send(&form.with("body", &more).with("executor_phone", "")).await;
    assert_eq!(wrong.status, 422, "{}", wrong.text);
    let mended = command(&wrong, &desk.inquiry, "revise-draft").with("executor_phone", "74-53-71");
    desk.lead.submit(&mended).await;
    let after = desk.working("lead", "draft/working").await;
    assert_eq!((revision(&after), after["base"].as_u64(), after["current"].as_u64()), (0, Some(2), Some(2)));
    assert_eq!(words(&after), [FIRST, "Үстелдегі абзац.", "Қолмен жазылған абзац."]);
    let page = desk.lead.open(&desk.place("draft")).await;
    assert!(page.find(&desk.place("commands/revise-draft")).is_some(), "the next version can be written at once");

    // What somebody wrote on meanwhile stays, to be laid together with the version.
    let first = desk.kept("lead", "draft/working", 0, &body(2, "Бірінші.")).await;
    let page = desk.lead.open(&desk.place("draft")).await;
    let form = command(&page, &desk.inquiry, "revise-draft");
    desk.kept("lead", "draft/working", first, &body(2, "Кейінгі.")).await;
    desk.lead.submit(&form).await;
    let after = desk.working("lead", "draft/working").await;
    assert_eq!((after["base"].as_u64(), after["current"].as_u64()), (Some(2), Some(3)));
    assert_eq!(words(&after), [FIRST, "Кейінгі."]);

    // So it is with what a ministry contributes.
    let own = json!({ "base": 0, "text": text(&[paragraph(THEIRS)]) });
    desk.kept("mfa", "contribution/working", 0, &own).await;
    let mut mfa = people.at_browser("mfa").await;
    let page = mfa.open(&desk.place("contribution")).await;
    let form = command(&page, &desk.inquiry, "submit-contribution").with("body", "Қолмен жазылған ұсыныс.");
    mfa.submit(&form).await;
    let after = desk.working("mfa", "contribution/working").await;
    assert_eq!((revision(&after), after["base"].as_u64()), (0, Some(1)));
    assert_eq!(words(&after), ["Қолмен жазылған ұсыныс."]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_slower_is_told_and_a_text_begun_anew_has_no_old_revision() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut desk = Desk::with_a_draft(&app, &people).await;
    let body = |words: &str| json!({ "base": 1, "text": text(&[paragraph(words)]) });
    let first = desk.kept("lead", "draft/working", 0, &body("Бірінші.")).await;
    let problem = desk.keep("lead", "draft/working", 0, &body("Екінші.")).await.is_problem(412, "stale_version");
    assert_eq!(problem["current_version"].as_u64(), Some(first));
    let second = desk.kept("lead", "draft/working", first, &body("Үшінші.")).await;
    desk.keep("lead", "draft/working", first, &body("Төртінші.")).await.is_problem(412, "stale_version");
    assert_eq!(words(&desk.working("lead", "draft/working").await), ["Үшінші."]);

    let page = desk.lead.open(&desk.place("draft")).await;
    let sent = command(&page, &desk.inquiry, "revise-draft")
        .and("rich", &text(&[paragraph("Үшінші.")]).to_string())
        .and("working", &second.to_string())
        .and("working_base", "1");
    desk.lead.submit(&sent).await;
    let anew = desk.kept("lead", "draft/working", 0, &json!({ "base": 2, "text": text(&[paragraph("Жаңа.")]) })).await;
    assert!(anew > second, "a revision is never given twice");
    desk.keep("lead", "draft/working", second, &body("Кешіккен.")).await.is_problem(412, "stale_version");
    let late = app
        .call("PUT", &desk.place("draft/working"))
        .header("Accept", JSON)
        .by("lead")
        .json(&body("Шартсыз."))
        .send()
        .await;
    late.is_problem(428, "if_match_missing");
}

#[tokio::test(flavor = "multi_thread")]
async fn contributions_come_in_with_their_source_and_nobody_elses_words_are_believed() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let desk = Desk::with_a_draft(&app, &people).await;
    desk.contributed(&people).await;
    let opened = desk.working("lead", "draft/working").await;
    assert_eq!(opened["contributions"][0]["source"], "mfa/1");
    assert_eq!(opened["contributions"][0]["blocks"][0]["content"][0]["text"], THEIRS);
    assert!(opened["names"]["mfa/1"].as_str().is_some_and(|name| name.contains("1")));
    let typed = text(&[paragraph(FIRST), sourced(THEIRS, "mfa/1"), sourced("Ойдан шығарылған.", "mof/9")]);
    let kept = desk.kept("lead", "draft/working", 0, &json!({ "base": 1, "text": typed })).await;
    let again = desk.working("lead", "draft/working").await;
    assert_eq!(again["text"]["content"][1]["attrs"]["source"], "mfa/1");
    assert_eq!(again["text"]["content"][2]["attrs"]["source"], Value::Null);

    let mut desk = desk;
    let page = desk.lead.open(&desk.place("draft")).await;
    assert!(page.text.contains("data-insert=\"mfa/1\"") && page.words().contains(THEIRS), "{}", page.text);
    let sent = command(&page, &desk.inquiry, "revise-draft")
        .and("rich", &again["text"].to_string())
        .and("working", &kept.to_string())
        .and("working_base", "1");
    // A contribution that comes in meanwhile is no reason to throw a text back.
    let mut mfa = people.at_browser("mfa").await;
    let form = mfa.open(&desk.place("contribution")).await;
    mfa.submit(&command(&form, &desk.inquiry, "submit-contribution").with("body", "Түзетілген ұсыныс.")).await;
    desk.lead.submit(&sent).await;
    let draft = desk.draft().await;
    assert_eq!((draft["version"].as_u64(), draft["sources"][1].as_str()), (Some(2), Some("mfa/1")));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_an_unsaved_text_are_those_of_the_letter_it_would_be() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let desk = Desk::with_a_draft(&app, &people).await;
    let place = desk.place("draft/preview");
    let ask = |body: Value| app.call("POST", &place).by("lead").header("Accept", JSON).json(&body).send();
    let blocks: Vec<Value> = (0..40).map(|n| paragraph(&format!("{n}. {SECOND} {}", FIRST.repeat(4)))).collect();
    let long = json!({ "text": text(&blocks), "language": null, "executor": { "name": "Ж. Даулетханова", "phone": "74-53-71" } });
    let set = ask(long.clone()).await.is(200).json();
    assert!(set["pages"].as_u64().is_some_and(|pages| pages > 2), "{set}");
    assert_eq!(ask(long).await.is(200).json(), set, "the same words are the same paper");
    let paper = set["paper"].as_str().unwrap();
    let picture = app.get("lead", &format!("{place}/{paper}/2.png")).await.is(200);
    assert_eq!(&picture.bytes[1..4], b"PNG");
    assert_eq!(app.get("lead", &format!("{place}/{paper}/99.png")).await.status, 404);
    assert_eq!(app.get("lead", &format!("{place}/{}/1.png", "0".repeat(64))).await.status, 404);
    assert_eq!(app.get("stranger", &format!("{place}/{paper}/2.png")).await.status, 404, "not theirs to see");
    let other = Desk { inquiry: other_inquiry(&app, &people).await, ..desk };
    let elsewhere = format!("{}/{paper}/2.png", other.place("draft/preview"));
    assert_eq!(app.get("clerk", &elsewhere).await.status, 404, "a paper belongs to its inquiry");
    assert_eq!(other.app.get("clerk", &format!("/api/v1{}", other.inquiry)).await.status, 200);
    ask(json!({ "text": { "type": "doc", "content": [] } })).await.is_problem(404, "not_there_yet");
    app.call("POST", &place).by("auditor").json(&json!({ "text": text(&[paragraph(FIRST)]) })).send().await.is(403);
}

async fn other_inquiry(app: &TestApp, people: &People<'_>) -> String {
    let mut clerk = people.at_browser("clerk").await;
    // About something else: an inquiry that is like another one is asked about before it is registered.
    let page = clerk.open("/inquiries/new").await;
    let form = registration(&page, "ДС-702").with("groups[0].deputies[0].deputy", &app.deputy.to_string());
    clerk.submit(&form.with("subject", "Теміржол туралы")).await;
    address(&clerk)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_text_is_refused_by_its_place_and_leaves_nothing() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let desk = Desk::with_a_draft(&app, &people).await;
    for (text, place) in [
        (json!({ "type": "doc", "content": [{ "type": "script" }] }), "/content/0"),
        (json!({ "type": "doc", "content": [{ "type": "paragraph", "html": "<b>" }] }), "/content/0"),
        (text(&[paragraph("а\u{202e}б")]), "/content/0/content/0/text"),
        (json!({ "type": "doc", "content": [], "marks": [] }), "/"),
        (json!([1, 2]), "/"),
        (
            json!({ "type": "doc", "content": [{ "type": "paragraph", "attrs": { "answers": [1] } }] }),
            "/content/0/attrs",
        ),
    ] {
        let problem = desk.keep("lead", "draft/working", 0, &json!({ "base": 1, "text": text })).await;
        let problem = problem.is_problem(422, "text_refused");
        let said = problem["faults"][0]["detail"].as_str().unwrap();
        assert!(said.starts_with(place), "{said}");
    }
    let mut deep = json!({ "type": "text", "text": "а" });
    for _ in 0..200 {
        deep = json!({ "type": "bullet_list", "content": [{ "type": "list_item", "content": [deep] }] });
    }
    let deep = json!({ "base": 1, "text": text(&[deep]) });
    assert!(matches!(desk.keep("lead", "draft/working", 0, &deep).await.status, 400 | 422));
    for body in [
        json!({ "base": 1 }),
        json!({ "base": -1, "text": text(&[]) }),
        json!({ "base": 1, "text": text(&[]), "by": "admin" }),
    ] {
        desk.keep("lead", "draft/working", 0, &body).await.is_problem(422, "unexpected_content");
    }
    let unlinked = json!({ "base": 1, "text": text(&[paragraph(FIRST)]), "answers": [{ "question": 99, "block": 1 }, { "question": 1, "block": 9 }] });
    desk.kept("lead", "draft/working", 0, &unlinked).await;
    assert_eq!(desk.working("lead", "draft/working").await["answers"], json!([]), "links lead to what there is");
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_in_lists_are_read_by_those_who_may_not_write() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let desk = Desk::with_a_draft(&app, &people).await;
    let item = |blocks: Value| json!({ "type": "list_item", "content": blocks });
    let inner = json!({ "type": "ordered_list", "content": [item(json!([paragraph("Ішкі тармақ.")]))] });
    let list = json!({ "type": "bullet_list", "content": [item(json!([paragraph("Сыртқы тармақ."), inner]))] });
    let nested = json!({ "base": 1, "text": text(&[paragraph(FIRST), list]) });
    desk.kept("lead", "draft/working", 0, &nested).await;
    let mfa = people.at_browser("mfa").await;
    for step in ["draft", "draft?suggest=yes"] {
        let page = mfa.open(&desk.place(step)).await;
        is_whole(&page, step);
        assert_eq!(page.text.matches("Ішкі тармақ.").count(), 1, "{}", page.text);
    }
    desk.kept("mfa", "contribution/working", 0, &json!({ "base": 0, "text": nested["text"] })).await;
    mfa.open(&desk.place("contribution")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_text_is_written_by_whose_it_is() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let desk = Desk::with_a_draft(&app, &people).await;
    let body = json!({ "base": 1, "text": text(&[paragraph("Басқа біреудің сөзі.")]) });
    for (account, status) in
        [("mfa", 403), ("legal", 403), ("clerk", 403), ("auditor", 403), ("stranger", 404), ("deputy", 403)]
    {
        assert_eq!(desk.keep(account, "draft/working", 0, &body).await.status, status, "{account}");
        assert_eq!(revision(&desk.working("lead", "draft/working").await), 0);
    }
    assert_eq!(desk.app.get("mfa", &desk.place("draft/working")).await.status, 200, "co-executors read it");
    assert_eq!(desk.app.get("stranger", &desk.place("draft/working")).await.status, 404);
    assert_eq!(desk.app.get("lead", &desk.place("contribution/working")).await.status, 403, "the lead has none");
    assert_eq!(desk.app.get("legal", &desk.place("contribution")).await.status, 403);
    let own = json!({ "base": 0, "text": text(&[sourced(THEIRS, "mfa/1")]) });
    desk.kept("mfa", "contribution/working", 0, &own).await;
    let again = desk.working("mfa", "contribution/working").await;
    assert_eq!(words(&again), [THEIRS]);
    assert_eq!(again["text"]["content"][0]["attrs"]["source"], Value::Null, "a contribution is a source and has none");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contribution_that_was_sent_back_is_written_on_with_the_remarks_above_it() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut desk = Desk::with_a_draft(&app, &people).await;
    desk.contributed(&people).await;
    let page = desk.lead.open(&desk.inquiry).await;
    let back = command(&page, &desk.inquiry, "return-contribution")
        .with("ministry", "mfa")
        .with("reason", "Сандар жетіспейді.");
    desk.lead.submit(&back).await;
    let mut mfa = people.at_browser("mfa").await;
    let page = mfa.open(&desk.place("contribution")).await;
    is_whole(&page, "a contribution in writing");
    assert!(page.words().contains("Сандар жетіспейді.") && page.words().contains("Екінші сұрақ"), "{}", page.text);
    let kept = desk
        .kept("mfa", "contribution/working", 0, &json!({ "base": 1, "text": text(&[paragraph("Сандарымен.")]) }))
        .await;
    let page = mfa.open(&desk.place("contribution")).await;
    let sent = command(&page, &desk.inquiry, "submit-contribution");
    assert_eq!(sent.get("body"), "Сандарымен.");
    let sent = sent
        .and("rich", &text(&[paragraph("Сандарымен.")]).to_string())
        .and("working", &kept.to_string())
        .and("working_base", "1");
    mfa.submit(&sent).await;
    let after = desk.working("mfa", "contribution/working").await;
    assert_eq!((revision(&after), after["base"].as_u64()), (0, Some(2)));
}

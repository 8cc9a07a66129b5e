//! What people suggest in a text while it is written: each word known by whose it is, settled one by one, and no part of a version before.

use serde_json::{Value, json};
use testkit::app::TestApp;

use super::super::super::api::{command as api_command, draft};
use super::super::browser::Form;
use super::super::people::People;
use super::super::story::command;
use super::super::walk::is_whole;
use super::together::ticked;
use super::{Desk, FIRST, SECOND, paragraph, revision, text, words};

fn run(words: &str, mark: Option<(&str, &str)>) -> Value {
    let mark = mark.map(|(kind, id)| json!({ "type": kind, "attrs": { "id": id } }));
    json!({ "type": "text", "text": words, "marks": mark.into_iter().collect::<Vec<_>>() })
}

/// The first paragraph with a word that is added under an id.
fn with_a_word(id: &str, word: &str) -> Value {
    let runs =
        [run("Үкімет сауалды ", None), run(word, Some(("insertion", id))), run("қарап, келесіні хабарлайды.", None)];
    json!({ "type": "paragraph", "content": runs })
}

/// The second paragraph with its first word struck out under an id.
fn with_a_word_struck(id: &str) -> Value {
    json!({ "type": "paragraph", "content": [run("Зейнетақы", Some(("deletion", id))), run(" жинағы заңмен қорғалады.", None)] })
}

fn body(blocks: &[Value]) -> Value {
    json!({ "base": 1, "text": text(blocks) })
}

fn settling(desk: &Desk<'_>, ids: &[&str], fate: &str) -> Form {
    let ids = ids.iter().map(|id| ("id".to_owned(), (*id).to_owned()));
    Form { action: desk.place("draft/suggestions"), fields: ids.chain([("do".to_owned(), fate.to_owned())]).collect() }
}

#[tokio::test(flavor = "multi_thread")]
async fn words_are_suggested_in_the_shared_text_and_settled_one_by_one() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut desk = Desk::with_a_draft(&app, &people).await;
    let suggested = [with_a_word("aaaa", "мұқият "), with_a_word_struck("bbbb")];
    let kept = desk.kept("mfa", "draft/working", 0, &body(&suggested)).await;
    let opened = desk.working("lead", "draft/working").await;
    let author = &opened["authors"][0];
    assert_eq!((author["by"].as_str(), author["is_mine"].as_bool()), (Some("mfa"), Some(false)), "{opened}");
    assert_eq!(author["name"], "Сынақ: mfa");
    assert_eq!(desk.working("mfa", "draft/working").await["authors"][0]["is_mine"], true);

    let page = desk.lead.open(&desk.place("draft")).await;
    is_whole(&page, "a draft with suggestions");
    assert!(page.text.contains("мұқият") && page.words().contains("Suggestions wait"), "{}", page.text);
    let form = command(&page, &desk.inquiry, "revise-draft");
    assert_eq!(form.get("body"), format!("{FIRST}\n\n{SECOND}"), "what nobody accepted is not in the text");
    let refused = desk.lead.send(&form).await;
    assert_eq!(refused.status, 422);
    assert!(refused.words().contains("Suggestions that are open: 2"), "{}", refused.text);
    assert!(refused.text.contains(&format!("{}#panel-suggestions", desk.place("draft"))), "{}", refused.text);
    assert_eq!(desk.draft().await["version"], 1);

    let onward = desk.lead.submit(&settling(&desk, &["aaaa"], "accept")).await;
    assert!(onward.text.contains("жинағы заңмен"), "the other one waits: {}", onward.text);
    let again = desk.working("lead", "draft/working").await;
    assert!(revision(&again) > kept);
    desk.lead.submit(&settling(&desk, &["bbbb"], "refuse")).await;
    let settled = desk.working("lead", "draft/working").await;
    assert_eq!(words(&settled)[1], SECOND, "refused, it is as it was");
    let page = desk.lead.open(&desk.place("draft")).await;
    let form = command(&page, &desk.inquiry, "revise-draft");
    assert_eq!(form.get("body"), format!("Үкімет сауалды мұқият қарап, келесіні хабарлайды.\n\n{SECOND}"));
    let gone = desk.lead.send(&settling(&desk, &["bbbb"], "accept")).await;
    assert_eq!(gone.status, 404, "decided once");
    desk.lead.submit(&form).await;
    assert_eq!(desk.draft().await["version"], 2, "with nothing open it is recorded");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_only_suggests_changes_nothing_else_and_nobody_speaks_in_anothers_name() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let desk = Desk::with_a_draft(&app, &people).await;
    let first = desk.kept("mfa", "draft/working", 0, &body(&[with_a_word("aaaa", "мұқият "), paragraph(SECOND)])).await;
    for (what, blocks) in [
        ("words without a mark", vec![with_a_word("aaaa", "мұқият "), paragraph("Басқа сөз.")]),
        ("somebody else's words", vec![with_a_word("aaaa", "мұқият емес "), paragraph(SECOND)]),
        ("settling somebody else's", vec![paragraph(FIRST), paragraph(SECOND)]),
        ("accepting it", vec![paragraph("Үкімет сауалды мұқият қарап, келесіні хабарлайды."), paragraph(SECOND)]),
        ("a block that goes", vec![with_a_word("aaaa", "мұқият ")]),
    ] {
        let answer = desk.keep("legal", "draft/working", first, &body(&blocks)).await;
        assert_eq!(answer.status, 403, "{what}");
    }
    let linked = json!({ "base": 1, "text": text(&[with_a_word("aaaa", "мұқият "), paragraph(SECOND)]), "answers": [{ "question": 1, "block": 1 }] });
    assert_eq!(desk.keep("legal", "draft/working", first, &linked).await.status, 403, "what answers what");
    let both = [with_a_word("aaaa", "мұқият "), with_a_word_struck("cccc")];
    let second = desk.kept("legal", "draft/working", first, &body(&both)).await;
    let opened = desk.working("lead", "draft/working").await;
    let by: Vec<&str> =
        opened["authors"].as_array().unwrap().iter().map(|author| author["by"].as_str().unwrap()).collect();
    assert_eq!(by, ["mfa", "legal"]);
    // Their own words they may change, and take back.
    let third = desk
        .kept(
            "mfa",
            "draft/working",
            second,
            &body(&[with_a_word("aaaa", "асқан мұқият "), with_a_word_struck("cccc")]),
        )
        .await;
    desk.kept("mfa", "draft/working", third, &body(&[paragraph(FIRST), with_a_word_struck("cccc")])).await;

    let place = desk.place("draft/suggestions");
    let settle = async |account: &str, fate: &str| {
        app.call("POST", &place).by(account).form(&[("id", "cccc"), ("do", fate)]).send().await.status
    };
    assert_eq!(settle("mfa", "refuse").await, 403, "not theirs to take back");
    assert_eq!(settle("legal", "accept").await, 403, "only the lead accepts");
    assert_eq!(settle("auditor", "refuse").await, 403);
    assert_eq!(settle("stranger", "refuse").await, 404);
    let legal = people.at_browser("legal").await;
    is_whole(&legal.open(&desk.place("draft?suggest=yes")).await, "suggesting");
    let page = app.get("legal", &desk.place("draft?suggest=yes")).await.is(200).text();
    assert!(page.contains("data-suggests=\"only\"") && page.contains("value=\"cccc\""), "{page}");
    assert_eq!(settle("legal", "refuse").await, 303);
    assert_eq!(words(&desk.working("lead", "draft/working").await), [FIRST, SECOND]);
    // Who suggested something is known after it was settled: an undone refusal puts it into nobody else's mouth.
    let now = revision(&desk.working("lead", "draft/working").await);
    desk.kept("lead", "draft/working", now, &body(&both)).await;
    let opened = desk.working("lead", "draft/working").await;
    assert_eq!(opened["authors"].as_array().unwrap().len(), 2);
    assert!(opened["authors"].as_array().unwrap().iter().all(|author| author["by"] != "lead"), "{opened}");
    assert_eq!(desk.keep("auditor", "draft/working", 0, &body(&both)).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_are_settled_at_once_and_a_suggestion_is_not_printed() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut desk = Desk::with_a_draft(&app, &people).await;
    let mut new = paragraph("Қосымша ұсынылған абзац.");
    new["marks"] = json!([{ "type": "insertion", "attrs": { "id": "dddd" } }]);
    let blocks = [with_a_word("aaaa", "мұқият "), with_a_word_struck("bbbb"), new];
    let kept = desk.kept("mfa", "draft/working", 0, &body(&blocks)).await;
    let marked = json!({ "text": text(&blocks), "language": null, "executor": { "name": "Ж. Даулетханова", "phone": "74-53-71" } });
    let preview =
        app.call("POST", &desk.place("draft/preview")).by("lead").header("Accept", "application/json").json(&marked);
    preview.send().await.is_problem(422, "text_refused");
    let page = desk.lead.open(&desk.place("draft")).await;
    let sent = command(&page, &desk.inquiry, "revise-draft")
        .and("rich", &text(&blocks).to_string())
        .and("working", &kept.to_string())
        .and("working_base", "1");
    assert_eq!(desk.lead.send(&sent).await.status, 422, "no version has a suggestion in it");
    let place = desk.place("draft/suggestions");
    let all = page.form(&place);
    assert_eq!(all.fields.iter().filter(|(name, _)| name == "id").count(), 3, "{:?}", all.fields);
    desk.lead.submit(&all.and("do", "accept")).await;
    assert_eq!(
        words(&desk.working("lead", "draft/working").await),
        ["Үкімет сауалды мұқият қарап, келесіні хабарлайды.", " жинағы заңмен қорғалады.", "Қосымша ұсынылған абзац."]
    );
    let stays = desk.working("lead", "draft/working").await["text"].to_string();
    assert!(!stays.contains("insertion") && !stays.contains("deletion"), "{stays}");
    let nothing = desk.lead.send(&settling(&desk, &["aaaa"], "")).await;
    assert_eq!(nothing.status, 400, "what is not said is not guessed");
}

#[tokio::test(flavor = "multi_thread")]
async fn suggestions_are_still_there_when_a_newer_version_is_taken_in() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut desk = Desk::with_a_draft(&app, &people).await;
    let plain = desk.lead.open(&desk.place("commands/revise-draft")).await;
    desk.kept("mfa", "draft/working", 0, &body(&[with_a_word("aaaa", "мұқият "), paragraph(SECOND)])).await;
    let other =
        command(&plain, &desk.inquiry, "revise-draft").with("body", &format!("{FIRST}\n\nЖазып қойылған нұсқа."));
    let refused = desk.lead.send(&other).await;
    assert_eq!(refused.status, 422, "no version goes past what waits: {}", refused.text);
    // A program knows no desk: its version comes in between.
    let paragraphs = [FIRST, "Жазып қойылған нұсқа."]
        .map(|words| json!({ "type": "paragraph", "content": [{ "type": "text", "text": words }] }));
    let mut sent = draft("");
    sent["content"]["body"]["blocks"] = json!(paragraphs);
    let (_, id) = desk.inquiry.rsplit_once('/').unwrap();
    let version = app.get("lead", &format!("/api/v1{}", desk.inquiry)).await.is(200).version();
    api_command(&app, "lead", id, version, "revise-draft", &sent).await.is(200);
    let merge = desk.place("draft/merge");
    let page = desk.lead.open(&merge).await;
    is_whole(&page, "a newer version");
    let mut form = page.form(&merge).and("do", "merge");
    form.fields.retain(|(name, _)| !name.starts_with("pick["));
    let form = ticked(&page).iter().fold(form, |form, (name, value)| form.and(name, value));
    desk.lead.submit(&form).await;
    let merged = desk.working("lead", "draft/working").await;
    assert_eq!((merged["base"].as_u64(), merged["authors"][0]["by"].as_str()), (Some(2), Some("mfa")), "{merged}");
    assert!(merged["text"].to_string().contains("мұқият") && merged["text"].to_string().contains("Жазып"), "{merged}");
}

//! Several people at one text: two who wrote at once, a version that came in between, comments.

use serde_json::json;
use testkit::app::TestApp;

use super::super::browser::{Form, Page};
use super::super::people::People;
use super::super::story::command;
use super::super::walk::is_whole;
use super::{Desk, FIRST, SECOND, THEIRS, paragraph, text, words};

#[tokio::test(flavor = "multi_thread")]
async fn two_who_wrote_at_once_choose_block_by_block_and_lose_nothing() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut desk = Desk::with_a_draft(&app, &people).await;
    let base = json!({ "text": text(&[paragraph(FIRST), paragraph(SECOND)]), "answers": [] });
    let theirs =
        [paragraph(FIRST), paragraph("Зейнетақы жинағы заңмен толық қорғалады."), paragraph("Олардың қосқаны.")];
    desk.kept("lead", "draft/working", 0, &json!({ "base": 1, "text": text(&theirs) })).await;
    let mine =
        [paragraph("Менің кіріспем осында."), paragraph(FIRST), paragraph("Зейнетақы жинағы кодекспен қорғалады.")];
    let mine = json!({ "text": text(&mine), "answers": [{ "question": 1, "block": 1 }] });

    let draft = desk.lead.open(&desk.place("draft")).await;
    let met = draft.form("draft/merge").with("base", &base.to_string()).with("mine", &mine.to_string());
    let merge = desk.place("draft/merge");
    let page = desk.lead.send(&Form { action: merge.clone(), ..met }).await;
    assert_eq!(page.status, 200, "{}", page.text);
    is_whole(&page, "two texts");
    let marked = page.words();
    for said in ["Both changed it", "кодекспен", "толық", "Менің кіріспем осында.", "Олардың қосқаны."]
    {
        assert!(marked.contains(said), "{said} is missing: {marked}");
    }
    let mut form = page.form(&merge).and("do", "merge");
    form.fields.retain(|(name, _)| !name.starts_with("pick["));
    let picks: Vec<String> = page
        .text
        .split("<fieldset")
        .skip(1)
        .map(|row| row.split("name=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned())
        .collect();
    assert_eq!(picks.len(), 3, "one block of mine, one of theirs, one of both: {picks:?}");
    let unchosen = desk.lead.send(&form).await;
    assert_eq!(unchosen.status, 422, "what nobody chose is not guessed");
    assert!(unchosen.words().contains("Choose everywhere"));
    let picked = picks.iter().zip(["mine", "both", "theirs"]).fold(form, |form, (name, pick)| form.and(name, pick));
    let onward = desk.lead.submit(&picked).await;
    assert!(onward.words().contains("The texts were put together"), "{}", onward.text);
    let merged = desk.working("lead", "draft/working").await;
    assert_eq!(
        words(&merged),
        [
            "Менің кіріспем осында.",
            FIRST,
            "Зейнетақы жинағы кодекспен қорғалады.",
            "Зейнетақы жинағы заңмен толық қорғалады.",
            "Олардың қосқаны."
        ]
    );
    assert_eq!(merged["answers"], json!([{ "question": 1, "block": 1 }]));
    let stale = desk.lead.send(&picked).await;
    assert_eq!(stale.status, 412, "over a text that was not read nothing is kept");
    assert!(stale.words().contains("changed again"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_the_text_does_not_know_is_never_written_over() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut desk = Desk::with_a_draft(&app, &people).await;
    let typed = [paragraph(FIRST), paragraph(SECOND), paragraph("Үстелдегі абзац.")];
    let kept = desk.kept("lead", "draft/working", 0, &json!({ "base": 1, "text": text(&typed) })).await;
    let plain = desk.lead.open(&desk.place("commands/revise-draft")).await;
    let other =
        command(&plain, &desk.inquiry, "revise-draft").with("body", &format!("{FIRST}\n\nЖазып қойылған нұсқа."));
    desk.lead.submit(&other).await;

    let page = desk.lead.open(&desk.place("draft")).await;
    assert!(page.words().contains("A newer version was recorded"), "{}", page.text);
    assert!(page.find(&desk.place("commands/revise-draft")).is_none(), "nothing can be recorded from here");
    let plain = desk.lead.open(&desk.place("commands/revise-draft")).await;
    let over = command(&plain, &desk.inquiry, "revise-draft")
        .and("rich", &text(&typed).to_string())
        .and("working", &kept.to_string())
        .and("working_base", "1");
    let refused = desk.lead.send(&over).await;
    assert_eq!((refused.status, refused.place.as_str()), (303, desk.place("draft/merge").as_str()));
    assert_eq!(desk.draft().await["version"], 2);

    let merge = desk.place("draft/merge");
    let page = desk.lead.open(&merge).await;
    let names: Vec<String> = page
        .text
        .split("<fieldset")
        .skip(1)
        .map(|row| row.split("name=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned())
        .collect();
    let mut form = page.form(&merge).and("do", "merge");
    form.fields.retain(|(name, _)| !name.starts_with("pick["));
    let form = names.iter().fold(form, |form, name| form.and(name, "mine"));
    desk.lead.submit(&form).await;
    let merged = desk.working("lead", "draft/working").await;
    assert_eq!((merged["base"].as_u64(), merged["current"].as_u64()), (Some(2), Some(2)));
    assert!(words(&merged).contains(&"Үстелдегі абзац."));
}

/// What is ticked on the page of two texts before anybody chooses.
pub(super) fn ticked(page: &Page) -> Vec<(String, String)> {
    let attribute =
        |tag: &str, name: &str| tag.split(&format!("{name}=\"")).nth(1)?.split('"').next().map(str::to_owned);
    let tags = page.text.split("<input type=\"radio\"").skip(1).filter_map(|rest| rest.split('>').next());
    let ticked = tags.filter(|tag| tag.ends_with(" checked"));
    ticked.filter_map(|tag| Some((attribute(tag, " name")?, attribute(tag, " value")?))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_of_one_ministry_put_their_contribution_together() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let desk = Desk::with_a_draft(&app, &people).await;
    let theirs = json!({ "base": 0, "text": text(&[paragraph(THEIRS)]) });
    desk.kept("mfa", "contribution/working", 0, &theirs).await;
    let mut mfa = people.at_browser("mfa").await;
    let page = mfa.open(&desk.place("contribution")).await;
    let nothing = json!({ "text": text(&[]), "answers": [] }).to_string();
    let mine = json!({ "text": text(&[paragraph("Менің абзацым осында.")]), "answers": [] }).to_string();
    let merge = desk.place("contribution/merge");
    let met = page.form("contribution/merge").with("base", &nothing).with("mine", &mine);
    let page = mfa.send(&Form { action: merge.clone(), ..met }).await;
    is_whole(&page, "two contributions");
    let mut form = page.form(&merge).and("do", "merge");
    form.fields.retain(|(name, _)| !name.starts_with("pick["));
    let form = ticked(&page).iter().fold(form, |form, (name, value)| form.and(name, value));
    let onward = mfa.submit(&form).await;
    assert!(onward.words().contains("Менің абзацым осында."), "{}", onward.text);
    let mut both: Vec<String> =
        words(&desk.working("mfa", "contribution/working").await).into_iter().map(str::to_owned).collect();
    both.sort_unstable();
    let mut wanted = [THEIRS.to_owned(), "Менің абзацым осында.".to_owned()];
    wanted.sort_unstable();
    assert_eq!(both, wanted, "what each of them added alone is there without a choice");
    let lead = people.at_browser("lead").await;
    assert_eq!(lead.get(&merge).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_are_said_once_answered_and_resolved() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let desk = Desk::with_a_draft(&app, &people).await;
    let mut legal = people.at_browser("legal").await;
    let place = desk.place("draft/comments");
    let page = legal.open(&desk.place("draft")).await;
    let form = page.form(&place).with("quote", "заңмен").with("said", "<b>Қай заңмен?</b>");
    legal.submit(&form).await;
    let page = legal.submit(&form).await;
    assert_eq!(page.text.matches("Қай заңмен?").count(), 1, "sent twice, said once");
    assert!(page.text.contains("&lt;b&gt;Қай") && page.text.contains("data-quote"), "{}", page.text);

    let mut mfa = people.at_browser("mfa").await;
    let page = mfa.open(&desk.place("draft")).await;
    let thread =
        page.text.split("name=\"thread\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
    let answer = |fields: &[(&str, &str)]| Form {
        action: place.clone(),
        fields: fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
    };
    let key = "0190a1b2-0000-7000-8000-000000000001";
    mfa.submit(&answer(&[("do", "say"), ("thread", &thread), ("key", key), ("said", "Зейнетақы туралы заңмен.")]))
        .await;
    mfa.submit(&answer(&[("do", "resolve"), ("thread", &thread)])).await;
    let page = legal.open(&desk.place("draft")).await;
    assert!(page.words().contains("Зейнетақы туралы заңмен.") && page.words().contains("Resolved"), "{}", page.text);
    let page = legal.submit(&answer(&[("do", "reopen"), ("thread", &thread)])).await;
    assert!(!page.text.contains("is-resolved"));
    let mut auditor = people.at_browser("auditor").await;
    assert_eq!(auditor.send(&answer(&[("do", "resolve"), ("thread", &thread)])).await.status, 403);
    let nothing = answer(&[("do", "say"), ("key", "0190a1b2-0000-7000-8000-000000000002"), ("said", " ")]);
    let page = legal.send(&nothing).await;
    assert_eq!(page.status, 422);
    is_whole(&page, "a comment that says nothing");
    assert!(page.text.contains("id=\"comment-said-error\""), "{}", page.text);
    // With what was chosen as its words, and for an answer beside the answer.
    let page = legal.send(&page.form(&place).with("quote", "заңмен").with("said", " \n")).await;
    assert_eq!((page.status, page.form(&place).get("quote")), (422, "заңмен"));
    let key = "0190a1b2-0000-7000-8000-000000000004";
    let page = legal.send(&answer(&[("do", "say"), ("thread", &thread), ("key", key), ("said", "")])).await;
    assert!(page.text.contains(&format!("id=\"answer-{thread}-error\"")), "{}", page.text);
    assert!(!page.text.contains("id=\"comment-said-error\""), "{}", page.text);
    let to_nobody =
        answer(&[("do", "say"), ("thread", key), ("key", "0190a1b2-0000-7000-8000-000000000003"), ("said", "жауап")]);
    assert_eq!(legal.send(&to_nobody).await.status, 404, "an answer is no thread");
}

//! Paragraphs of earlier answers in a draft that has them already, and in one that has them under their names of before.

use serde_json::{Value, json};
use testkit::app::TestApp;

use super::super::people::People;
use super::super::story::command;
use super::super::walk::is_whole;
use super::{assigned, leads, said};
use crate::api::story::tell;

/// What a draft's working text says, block by block.
async fn blocks(app: &TestApp, desk: &str) -> Vec<Value> {
    let call = app.call("GET", &format!("{desk}/working")).by("clerk").header("Accept", "application/json");
    call.send().await.is(200).json()["text"]["content"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paragraph_that_the_draft_has_is_taken_over_once_more_only_by_a_second_press() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let first = tell(&app, "ДС-1").await;
    let second = assigned(&app, "ДС-2").await;
    app.settle().await;
    let mut lead = people.at_browser("lead").await;
    let desk = format!("/inquiries/{}/draft", second.id);
    let (answer, takes) = (format!("/inquiries/{}/answer?into={}", first.id, second.id), format!("{desk}/earlier"));
    let page = lead.open(&answer).await;
    assert!(!said(&page).contains("in the draft already"), "{}", said(&page));
    let form = page.form(&takes).and("paragraph", "1");
    lead.submit(&form).await;

    // It is said beside the paragraph before anything is pressed, with the way to where it stands.
    let page = lead.open(&answer).await;
    is_whole(&page, "an answer of which the draft has a paragraph");
    assert!(said(&page).contains("in the draft already, paragraph 1"), "{}", said(&page));
    assert!(leads(&page, &format!("{desk}#sources")), "{}", page.text);
    assert!(lead.open(&desk).await.text.contains("id=\"sources\""), "the link leads somewhere");

    // A press, also of a page that was opened before, takes nothing and tells.
    let told = lead.send(&form).await;
    assert_eq!(told.status, 422, "{}", told.text);
    is_whole(&told, "what stands in the draft already");
    let words = said(&told);
    assert!(words.contains("The draft has these paragraphs already 1: paragraph of the draft 1"), "{words}");
    assert!(words.contains("Nothing was taken over."), "{words}");
    assert_eq!(blocks(&app, &desk).await.len(), 1);

    // The second press is meant: what was ticked is ticked still.
    let again = told.form(&takes);
    assert_eq!((again.get("paragraph"), again.get("again")), ("1", "1"));
    let taken = lead.submit(&again).await;
    assert!(said(&taken).contains("Paragraphs put at the end of the text: 1"), "{}", said(&taken));
    assert_eq!(lead.send(&again).await.status, 422, "the same button pressed once more puts in nothing");
    let blocks = blocks(&app, &desk).await;
    assert_eq!(blocks.len(), 2, "{blocks:?}");
    assert_eq!(blocks[0]["attrs"]["source"], blocks[1]["attrs"]["source"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paragraph_under_its_name_of_before_is_recorded_by_a_lead_who_may_not_see_its_answer() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let first = tell(&app, "ДС-1").await;
    let mut second = assigned(&app, "ДС-2").await;
    app.settle().await;
    let mut lead = people.at_browser("lead").await;
    let (place, desk) = (format!("/inquiries/{}", second.id), format!("/inquiries/{}/draft", second.id));
    let page = lead.open(&format!("/inquiries/{}/answer?into={}", first.id, second.id)).await;
    lead.submit(&page.form(&format!("{desk}/earlier")).and("paragraph", "1")).await;

    // As it lay there before names said which inquiry the letter answered; then another ministry leads.
    let of_before = "update working_text
        set body = regexp_replace(body::text, '(answer-[0-9a-f]{16})-[0-9a-f]{8}/', '\\1/', 'g')::jsonb";
    assert_eq!(app.database.connect().await.execute(of_before, &[]).await.unwrap(), 1);
    let source = blocks(&app, &desk).await[0]["attrs"]["source"].as_str().unwrap().to_owned();
    assert_eq!(source.len(), "answer-0123456789abcdef/1".len(), "{source}");
    let passes = json!({ "from": "mlsp", "to": "mof", "due": "2023-10-06", "reason": "Құзыреті бойынша." });
    second.step(&app, "head", "reassign", passes).await;
    let mut stranger = people.at_browser("stranger").await;
    assert_eq!(stranger.get(&format!("/inquiries/{}", first.id)).await.status, 404);

    let form = command(&stranger.open(&desk).await, &place, "revise-draft");
    assert!(form.get("body").contains(&format!("<!-- from {source} -->")), "{}", form.get("body"));
    let form = form.with("executor_name", "Ж. Даулетханова").with("executor_phone", "74-53-71");
    stranger.submit(&form).await;
    let kept = second.dossier(&app).await["draft"]["sources"][0].clone();
    assert_eq!((&kept["inquiry"], &kept["paragraph"]), (&json!(first.id), &json!(1)), "{kept}");

    // What the draft does not have is no more theirs to name than before; the refusal says which block it is.
    let mut unknown = kept.clone();
    unknown["paragraph"] = json!(2);
    let text = "Үкімет сауалды қарап, келесіні хабарлайды.";
    let ask = super::revision(&[text, "Жаңа."], json!([kept, unknown]));
    let version = second.dossier(&app).await["version"].as_u64().unwrap();
    let path = format!("/api/v1/inquiries/{}/commands/revise-draft", second.id);
    let call = app.call("POST", &path).by("stranger").key("unknown").seen(version).header("Accept-Language", "en");
    let problem = call.json(&ask).send().await.is_problem(422, "bad_field");
    assert!(problem["detail"].as_str().unwrap().contains("Paragraph 2 of the text"), "{problem}");
}

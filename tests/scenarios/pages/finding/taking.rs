//! Paragraphs of earlier answers in a draft that has them already, in one that has them under their names of before, and in one that somebody else writes at
//! the same moment; and an answer in whose place another came.

use serde_json::{Value, json};
use testkit::app::TestApp;

use super::super::people::People;
use super::super::story::command;
use super::super::walk::is_whole;
use super::{assigned, leads, said};
use crate::api::draft;
use crate::api::story::{signature, tell};

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

/// So many times somebody else has written when a working text is to be written.
async fn outrun(app: &TestApp, times: u32) {
    let sql = format!(
        "drop function if exists outrun cascade; drop sequence if exists outrun; create sequence outrun;
         create function outrun() returns trigger language plpgsql security definer as
         $$ begin if nextval('outrun') <= {times} then return null; end if; return new; end $$;
         create trigger outrun before insert or update on working_text for each row execute function outrun()"
    );
    app.database.connect().await.batch_execute(&sql).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_takes_over_while_somebody_else_writes_is_tried_again_and_then_told_with_what_was_ticked() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let first = tell(&app, "ДС-1").await;
    let (second, third) = (assigned(&app, "ДС-2").await, assigned(&app, "ДС-3").await);
    app.settle().await;
    let mut lead = people.at_browser("lead").await;
    let answer = |into: &str| format!("/inquiries/{}/answer?into={into}", first.id);
    let takes = |into: &str| format!("/inquiries/{into}/draft/earlier");

    // Once: nobody notices.
    outrun(&app, 1).await;
    let form = lead.open(&answer(&second.id)).await.form(&takes(&second.id)).and("paragraph", "1");
    let taken = lead.submit(&form).await;
    assert!(said(&taken).contains("Paragraphs put at the end of the text: 1"), "{}", said(&taken));
    assert_eq!(blocks(&app, &format!("/inquiries/{}/draft", second.id)).await.len(), 1);

    // Again and again: it is told, and the button is there to be pressed once more.
    outrun(&app, 2).await;
    let form = lead.open(&answer(&third.id)).await.form(&takes(&third.id)).and("paragraph", "1");
    let told = lead.send(&form).await;
    assert_eq!(told.status, 422, "{}", told.text);
    is_whole(&told, "somebody else wrote at the same moment");
    let words = said(&told);
    assert!(words.contains("Somebody else changed the draft at the same moment Nothing was taken over"), "{words}");
    let again = told.form(&takes(&third.id));
    assert_eq!(again.get("paragraph"), "1", "what was ticked is ticked still");
    let taken = lead.submit(&again).await;
    assert!(said(&taken).contains("Paragraphs put at the end of the text: 1"), "{}", said(&taken));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_take_the_same_over_at_once_the_second_is_told_that_it_stands_there() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let first = tell(&app, "ДС-1").await;
    let second = assigned(&app, "ДС-2").await;
    app.settle().await;
    let (mut one, mut other) = (people.at_browser("lead").await, people.at_browser("lead").await);
    let desk = format!("/inquiries/{}/draft", second.id);
    let (answer, takes) = (format!("/inquiries/{}/answer?into={}", first.id, second.id), format!("{desk}/earlier"));
    let form = one.open(&answer).await.form(&takes).and("paragraph", "1");
    let same = other.open(&answer).await.form(&takes).and("paragraph", "1");
    let (here, there) = tokio::join!(one.send(&form), other.send(&same));
    let mut statuses = [here.status, there.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422], "{} {}", here.text, there.text);
    let late = if here.status == 422 { here } else { there };
    assert!(said(&late).contains("The draft has these paragraphs already"), "{}", said(&late));
    assert_eq!(late.form(&takes).get("paragraph"), "1");
    assert_eq!(blocks(&app, &desk).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_was_replaced_leads_to_the_one_in_force_once_that_is_sent() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut first = tell(&app, "ДС-1").await;
    let second = assigned(&app, "ДС-2").await;
    app.settle().await;
    let lead = people.at_browser("lead").await;
    let dossier = first.dossier(&app).await;
    first.version = dossier["version"].as_u64().unwrap();
    let place = format!("/inquiries/{}/answer", first.id);
    let of = |letter: &str| format!("{place}?letter={letter}&into={}", second.id);
    let before = of(dossier["letter"]["registered_pdf"].as_str().unwrap());
    assert!(!said(&lead.open(&before).await).contains("was replaced since"));

    first.step(&app, "signatory", "replace-reply", json!({ "reason": "Қате түзетіледі." })).await;
    app.settle().await;
    for (language, words) in [
        ("en", "was replaced since; the new letter in its place is not sent yet."),
        ("ru", "новое письмо вместо него ещё не отправлено."),
        ("kk", "оның орнына жаңа хат әлі жөнелтілмеген."),
    ] {
        let page = people.at_browser_in("lead", language).await.open(&before).await;
        assert!(said(&page).contains(words), "{language}: {}", said(&page));
        assert!(!page.text.contains("id=\"in-force\""), "there is none to be led to: {}", page.text);
    }

    first.revised(&app, 2, draft("Түзетілген жауап."), &json!([{ "kind": "legal", "approver": "legal" }])).await;
    let visa = json!({ "version": 2, "content_hash": first.content_hash, "kind": "legal" });
    first.step(&app, "legal", "visa", visa).await;
    first.step(&app, "clerk", "submit-for-signature", json!({ "version": 2 })).await;
    let pdf = app.get("signatory", &format!("/api/v1/inquiries/{}/reply.pdf", first.id)).await.is(200).bytes;
    let mut signed = signature(&first, &pdf);
    signed["version"] = json!(2);
    first.step(&app, "signatory", "sign", signed).await;
    first.step(&app, "clerk", "assign-outgoing-number", json!({})).await;
    first.step(&app, "clerk", "dispatch", json!({})).await;
    app.settle().await;
    let letter = first.dossier(&app).await["letter"].clone();
    let in_force = of(letter["registered_pdf"].as_str().unwrap());
    let page = people.at_browser_in("lead", "en").await.open(&before).await;
    is_whole(&page, "an answer that was replaced");
    let words = said(&page);
    let told = format!("see the one in force. The answer in force: № {}", letter["number"].as_str().unwrap());
    assert!(words.contains(&told), "{words}");
    assert!(page.text.contains("id=\"in-force\"") && leads(&page, &in_force), "{}", page.text);
    let page = lead.open(&in_force).await;
    assert!(page.text.contains("Түзетілген жауап.") && !page.text.contains("id=\"in-force\""), "{}", page.text);
}

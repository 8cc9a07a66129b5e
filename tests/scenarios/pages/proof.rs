//! A signature asks for a proof of identity of the last ten minutes: by each form and over JSON, and whoever gives it comes back to what they
//! were about to sign.

use serde_json::json;
use testkit::app::TestApp;

use super::account::{code, forget_used_codes, with_factor};
use super::browser::Browser;
use super::people::People;
use super::walk::is_whole;
use crate::api::story::{Told, to_the_signatory};

async fn ten_minutes_pass(app: &TestApp) {
    let past = "update session set proved_at = now() - interval '10 minutes 1 second'";
    app.database.connect().await.execute(past, &[]).await.unwrap();
}

async fn stage(app: &TestApp, told: &Told) -> serde_json::Value {
    app.get("clerk", &format!("/api/v1/inquiries/{}", told.id)).await.is(200).json()["state"].clone()
}

/// Proves who one is with the password and comes back.
async fn proves(browser: &mut Browser<'_>, place: &str, password: &str) -> super::browser::Page {
    let proof = browser.open(place).await;
    is_whole(&proof, "/proof");
    browser.submit(&proof.form("/proof").with("proof", password)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_is_signed_by_whoever_has_just_proved_who_they_are() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut signatory = people.at_browser("signatory").await;
    let told = to_the_signatory(&app, "ДС-1").await;
    app.settle().await;
    let place = format!("/signing/letter/{}", told.id);
    let sign = signatory.open(&place).await.form(&place).and("do", "sign");

    ten_minutes_pass(&app).await;
    let sent = signatory.send(&sign).await;
    assert_eq!((sent.status, sent.place.as_str()), (303, format!("/proof?next={place}").as_str()), "{}", sent.text);
    assert_eq!(stage(&app, &told).await, "for_signature");
    let proof = signatory.open(&sent.place).await;
    let wrong = signatory.send(&proof.form("/proof").with("proof", "wrong wrong wrong")).await;
    assert_eq!(wrong.status, 401, "{}", wrong.text);
    is_whole(&wrong, "a proof that was not taken");
    signatory.send(&sign).await;
    assert_eq!(stage(&app, &told).await, "for_signature", "a wrong password signed");

    let before = signatory.cookie();
    let back = proves(&mut signatory, &sent.place, people.password()).await;
    assert_eq!(signatory.place, format!("{place}?proved=yes"));
    assert!(back.words().contains("then sign it"), "{}", back.words());
    app.call("GET", "/api/v1/inquiries").header("Cookie", &before).send().await.is(401);
    // The same bytes as before: what was confirmed is what was shown.
    assert_eq!(back.form(&place).get("read"), sign.get("read"));
    let sign = back.form(&place).and("do", "sign");
    let signed = signatory.send(&sign).await;
    assert!(signed.place.starts_with("/signing?"), "{} {}", signed.status, signed.text);
    assert_eq!(stage(&app, &told).await, "signed");
    // A repeat of what is signed needs no proof: it is told again.
    ten_minutes_pass(&app).await;
    assert_eq!(signatory.send(&sign).await.place, signed.place);
}

#[tokio::test(flavor = "multi_thread")]
async fn several_letters_stay_ticked_as_long_as_they_are_the_same() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut signatory = people.at_browser("signatory").await;
    let letters = [to_the_signatory(&app, "ДС-1").await, to_the_signatory(&app, "ДС-2").await];
    app.settle().await;
    let page = signatory.open("/signing/several").await;
    let values: Vec<&str> =
        page.text.split("name=\"letter\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let value = |told: &Told| *values.iter().find(|value| value.starts_with(&told.id)).unwrap();
    let form = page.form("/signing/several").and("letter", value(&letters[0]));

    ten_minutes_pass(&app).await;
    let sent = signatory.send(&form).await;
    assert!(sent.place.starts_with("/proof?next="), "{} {}", sent.status, sent.text);
    let back = proves(&mut signatory, &sent.place, people.password()).await;
    is_whole(&back, "several letters after the proof");
    assert!(back.text.contains(&format!("value=\"{}\" checked", value(&letters[0]))), "{}", back.text);
    assert_eq!(back.text.matches(" checked").count(), 1);
    // One that is another letter by now is not ticked.
    let forged = signatory.place.replace(&format!("{}.", letters[0].id), &format!("{}.0", letters[0].id));
    assert!(!signatory.open(&forged).await.text.contains(" checked"));
    let done = signatory.send(&back.form("/signing/several")).await;
    assert_eq!(done.status, 200, "{}", done.text);
    assert_eq!([stage(&app, &letters[0]).await, stage(&app, &letters[1]).await], ["signed", "for_signature"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_of_the_command_and_json_over_a_session_ask_for_it_too() {
    let app = TestApp::start().await;
    let people = People::of(&app).await;
    let mut signatory = people.at_browser("signatory").await;
    let (secret, _) = with_factor(&mut signatory).await;
    let told = to_the_signatory(&app, "ДС-1").await;
    let place = format!("/inquiries/{}/commands/sign", told.id);
    let form = signatory.open(&place).await.form(&place).and("read", "yes");
    ten_minutes_pass(&app).await;

    let body = json!({ "version": form.get("draft").parse::<u32>().unwrap(), "content_hash": form.get("content_hash"),
                       "pdf_sha256": form.get("pdf_sha256") });
    let api = format!("/api/v1{place}");
    let by_session = |cookie: String| app.call("POST", &api).header("Cookie", &cookie).header("Origin", &app.base);
    let refused = by_session(signatory.cookie()).key("k1").seen(told.version).json(&body).send().await;
    let problem = refused.is_problem(403, "proof_too_old");
    assert_eq!(problem["hint"], "/proof");

    let sent = signatory.send(&form).await;
    assert_eq!(sent.place, format!("/proof?next={place}"), "{}", sent.text);
    let proof = signatory.open(&sent.place).await;
    assert!(proof.words().contains("Code of your app"), "{}", proof.words());
    forget_used_codes(&app).await;
    let back = signatory.submit(&proof.form("/proof").with("proof", &code(&secret))).await;
    assert_eq!(back.form(&place).get("pdf_sha256"), form.get("pdf_sha256"));
    by_session(signatory.cookie()).key("k2").seen(told.version).json(&body).send().await.is(200);
    assert_eq!(stage(&app, &told).await, "signed");
}

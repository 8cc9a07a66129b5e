//! The pages in a real browser: Debian's Chromium, led by the plays beside this file (README.md says how they are built).
//!
//! The story of ДС-326 is walked four times, so that both pairs of hands meet both devices, in Kazakh on both and in each other language on one. Every
//! page and state on the way is held against axe's rules, may say nothing in the console, and may not scroll sideways.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a play that cannot be staged ends the test, and what it reports is read"
)]

mod history;
mod looked;
mod pictures;
mod stage;
mod tools;

use stage::{Play, play};

const DESK: &str = "desktop";
const PHONE: &str = "phone";

#[tokio::test(flavor = "multi_thread")]
async fn the_story_is_walked_in_kazakh_with_a_mouse_at_a_desk() {
    play(Play { name: "story", language: "kk", input: "mouse", device: DESK }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_story_is_walked_in_kazakh_by_keys_alone_on_a_phone() {
    play(Play { name: "story", language: "kk", input: "keyboard", device: PHONE }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_story_is_walked_in_russian_by_touch_on_a_phone() {
    play(Play { name: "story", language: "ru", input: "mouse", device: PHONE }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_story_is_walked_in_english_by_keys_alone_at_a_desk() {
    play(Play { name: "story", language: "en", input: "keyboard", device: DESK }).await;
}

// These walks are looked at in both sizes of window.

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_beside_it_are_walked_in_kazakh_with_a_mouse() {
    play(Play { name: "pages", language: "kk", input: "mouse", device: DESK }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_beside_it_are_walked_in_russian_by_keys_alone() {
    play(Play { name: "pages", language: "ru", input: "keyboard", device: DESK }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_beside_it_are_walked_in_english_by_touch() {
    play(Play { name: "pages", language: "en", input: "mouse", device: PHONE }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_presses_every_button_twice_does_everything_once() {
    play(Play { name: "story", language: "ru", input: "impatient", device: DESK }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_story_is_walked_without_scripts() {
    play(Play { name: "scriptless", language: "kk", input: "mouse", device: DESK }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_beside_it_are_walked_without_scripts() {
    play(Play { name: "scriptless_pages", language: "ru", input: "mouse", device: PHONE }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stale_forms_going_back_two_clerks_and_an_ended_session_lose_nothing() {
    play(Play { name: "misuse", language: "en", input: "mouse", device: DESK }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_are_read_in_kazakh_with_a_mouse() {
    play(Play { name: "reports", language: "kk", input: "mouse", device: DESK }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_are_read_in_russian_with_a_mouse() {
    play(Play { name: "reports", language: "ru", input: "mouse", device: DESK }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_are_read_in_english_with_a_mouse() {
    play(Play { name: "reports", language: "en", input: "mouse", device: DESK }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_auditor_looks_through_the_journal_in_kazakh() {
    play(Play { name: "auditor", language: "kk", input: "mouse", device: DESK }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_auditor_looks_through_the_journal_in_russian() {
    play(Play { name: "auditor", language: "ru", input: "mouse", device: DESK }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_auditor_looks_through_the_journal_in_english() {
    play(Play { name: "auditor", language: "en", input: "mouse", device: DESK }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_is_signed_on_the_signatory_s_own_device_in_kazakh_with_a_mouse() {
    play(Play { name: "device", language: "kk", input: "mouse", device: DESK }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_is_signed_on_the_signatory_s_own_device_in_russian_by_keys_alone_on_a_phone() {
    play(Play { name: "device", language: "ru", input: "keyboard", device: PHONE }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_records_are_changed_in_kazakh_with_a_mouse() {
    play(Play { name: "records", language: "kk", input: "mouse", device: DESK }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_records_are_changed_in_russian_with_a_mouse() {
    play(Play { name: "records", language: "ru", input: "mouse", device: DESK }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_records_are_changed_in_english_with_a_mouse() {
    play(Play { name: "records", language: "en", input: "mouse", device: DESK }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn something_is_found_kept_and_taken_over_in_kazakh() {
    play(Play { name: "finding", language: "kk", input: "mouse", device: DESK }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn something_is_found_kept_and_taken_over_in_russian() {
    play(Play { name: "finding", language: "ru", input: "mouse", device: DESK }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn something_is_found_kept_and_taken_over_in_english() {
    play(Play { name: "finding", language: "en", input: "mouse", device: DESK }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn administration_is_walked_in_kazakh() {
    play(Play { name: "administration", language: "kk", input: "mouse", device: DESK }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn administration_is_walked_in_russian() {
    play(Play { name: "administration", language: "ru", input: "mouse", device: DESK }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn administration_is_walked_in_english() {
    play(Play { name: "administration", language: "en", input: "mouse", device: DESK }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_past_is_looked_at_in_kazakh() {
    play(Play { name: "past", language: "kk", input: "mouse", device: DESK }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_past_is_looked_at_in_russian() {
    play(Play { name: "past", language: "ru", input: "mouse", device: DESK }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_past_is_looked_at_in_english() {
    play(Play { name: "past", language: "en", input: "mouse", device: DESK }).await;
}

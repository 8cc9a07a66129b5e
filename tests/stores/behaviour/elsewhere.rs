//! What needs the whole program, or tables of inquiries, runs in the package `scenarios`. Each of these tests that passes leaves a
//! note in the build folder (tests/scenarios/told.rs), and the page tells what the notes say.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// A heading, what is said of the group, and its sentences, each with the file and the test that tells it.
type Group = (&'static str, &'static str, [(&'static str, &'static str, &'static str); 4]);

const GROUPS: [Group; 2] = [
    (
        "Rebuild",
        "Run by `cargo test -p scenarios --test scenarios journal::rebuilding`, on tables of inquiries; only *ours* makes tables anew.",
        [
            (
                "a_rebuilt_table_is_the_followed_one_row_for_row",
                "journal/rebuilding.rs",
                "a_rebuilt_table_is_the_followed_one_row_for_row_with_everything_about_it",
            ),
            (
                "cut_at_any_point_a_rebuild_goes_on_and_comes_to_the_same_rows",
                "journal/rebuilding.rs",
                "a_rebuild_that_is_killed_again_and_again_goes_on_where_it_was",
            ),
            (
                "a_rebuild_under_live_traffic_loses_nothing",
                "journal/rebuilding.rs",
                "a_rebuild_under_live_traffic_loses_nothing_and_hinders_nobody",
            ),
            (
                "a_rebuild_sends_no_mail",
                "journal/rebuilding.rs",
                "a_rebuilt_table_is_the_followed_one_row_for_row_with_everything_about_it",
            ),
        ],
    ),
    (
        "Outbox",
        "Run by `cargo test -p scenarios --test scenarios mail::outbox`, with a mail server that is broken on purpose; only *ours* has an \
         outbox.",
        [
            (
                "while_the_mailer_is_down_mail_waits_and_leaves_once_when_it_is_back",
                "mail/outbox.rs",
                "while_the_mailer_is_down_mail_waits_and_leaves_once_when_it_is_back",
            ),
            (
                "a_crash_after_the_mailer_took_a_mail_makes_no_second_one_and_is_counted",
                "mail/outbox.rs",
                "a_crash_after_the_mailer_took_a_mail_makes_no_second_one_and_is_counted",
            ),
            (
                "eight_senders_take_no_mail_twice_within_a_lease",
                "mail/outbox.rs",
                "eight_senders_take_no_mail_twice_within_a_lease",
            ),
            (
                "a_delivery_told_twice_is_recorded_once_by_its_command_id",
                "mail/outbox.rs",
                "a_delivery_told_twice_is_recorded_once_by_its_command_id",
            ),
        ],
    ),
];

/// How many sentences there are.
pub(crate) const COUNT: usize = 8;

fn note(sentence: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("behaviour").join(sentence)
}

/// Whether the test that tells it has passed the last time it was run in this build folder.
pub(crate) fn has_passed(sentence: &str) -> bool {
    note(sentence).exists()
}

/// Whether all of them were run here.
pub(crate) fn were_run() -> bool {
    GROUPS.iter().flat_map(|(.., sentences)| sentences).all(|(sentence, ..)| has_passed(sentence))
}

/// The sections of the page; `passed` says of each sentence whether a run has shown it.
pub(crate) fn sections(passed: impl Fn(&str) -> bool) -> String {
    let mut text = String::new();
    for (heading, about, sentences) in GROUPS {
        writeln!(text, "\n## {heading}\n\n{about}\n\n| | ours |\n|---|---|").unwrap();
        for (sentence, ..) in sentences {
            let outcome = if passed(sentence) { "passes" } else { "was not run" };
            writeln!(text, "| {} | {outcome} |", crate::page::sentence(sentence)).unwrap();
        }
    }
    text
}

#[test]
fn the_sentences_told_elsewhere_are_tests_there() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios");
    let sentences: Vec<_> = GROUPS.iter().flat_map(|(.., sentences)| sentences).collect();
    assert_eq!(sentences.len(), COUNT);
    for (sentence, file, test) in sentences {
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        let from = text.find(&format!("async fn {test}() {{")).unwrap_or_else(|| panic!("{file} has no test {test}"));
        let body = text[from..].split("\n}\n").next().unwrap_or_default();
        assert!(body.contains(&format!("Sentence::begins(\"{sentence}\")")), "{test} does not tell {sentence}");
        assert!(body.trim_end().ends_with(".has_passed();"), "{test} does not end by telling that it has passed");
    }
}

//! The outbox: its scenarios need the whole program and a mail server, so they run in the package `scenarios`
//! (tests/scenarios/mail/outbox.rs). Each that passes leaves a note in the build folder, and the page tells what the notes say.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The tests by their names.
pub(crate) const SCENARIOS: [&str; 4] = [
    "while_the_mailer_is_down_mail_waits_and_leaves_once_when_it_is_back",
    "a_crash_after_the_mailer_took_a_mail_makes_no_second_one_and_is_counted",
    "eight_senders_take_no_mail_twice_within_a_lease",
    "a_delivery_told_twice_is_recorded_once_by_its_command_id",
];

fn note(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("outbox-scenarios").join(name)
}

/// Those that have passed the last time they were run in this build folder.
pub(crate) fn told() -> Vec<&'static str> {
    SCENARIOS.into_iter().filter(|name| note(name).exists()).collect()
}

/// The page's section: what was run and passed; nothing is claimed of what was not.
pub(crate) fn section(told: &[&str]) -> String {
    let mut text = String::from(
        "\n## Outbox\n\nRun by `cargo test -p scenarios --test scenarios mail::outbox`, with the whole program and a mail server that is broken on purpose; only \
         *ours* has an outbox.\n\n| | ours |\n|---|---|\n",
    );
    for name in SCENARIOS {
        let outcome = if told.contains(&name) { "passes" } else { "was not run" };
        writeln!(text, "| {} | {outcome} |", crate::page::sentence(name)).unwrap();
    }
    text
}

#[test]
fn the_scenarios_of_the_outbox_are_tests_of_the_package_scenarios() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios/mail/outbox.rs");
    let text = std::fs::read_to_string(file).unwrap();
    for name in SCENARIOS {
        let test = format!("async fn {name}()");
        assert!(text.contains(&test) && text.contains(&format!("passed(\"{name}\", ")), "{name}");
    }
}

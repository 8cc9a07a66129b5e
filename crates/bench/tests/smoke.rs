//! Everything is measured once, shortly, so that it cannot rot. How fast anything is, is not this test's business.

#![cfg(any(feature = "journal", feature = "letters", feature = "screens", feature = "dispatch"))]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use std::process::Command;

/// The names of the lines that a run printed, the headline last.
fn lines(verb: &str) -> Vec<String> {
    let data = tempfile::tempdir().unwrap();
    let markdown = data.path().join("tables.md");
    let run = Command::new(env!("CARGO_BIN_EXE_saual-bench"))
        .args([verb, "--quick", "--events", "3000", "--data"])
        .arg(data.path().join("server"))
        .arg("--markdown")
        .arg(&markdown)
        .output()
        .unwrap();
    let said = String::from_utf8(run.stdout).unwrap();
    assert!(run.status.success(), "{said}\n{}", String::from_utf8_lossy(&run.stderr));
    let tables = std::fs::read_to_string(markdown).unwrap();
    let lines = said.lines().filter(|line| line.starts_with("bench "));
    let names = lines.map(|line| {
        assert!(tables.contains(line), "{line} is not in the file");
        let (name, rest) = line.trim_start_matches("bench ").split_once(": ratio ").unwrap();
        let ratio: f64 = rest.split(' ').next().unwrap().parse().unwrap();
        assert!(ratio.is_finite() && rest.contains("(ours ") && rest.contains(", peer "), "{line}");
        name.to_owned()
    });
    names.collect()
}

#[cfg(feature = "journal")]
#[test]
fn appends_commands_and_followers_are_measured() {
    let lines = lines("append");
    for writers in [1, 32] {
        for peer in ["pgbench", "postgres-es", "message-db"] {
            assert!(lines.contains(&format!("append-{writers}-{peer}")), "{lines:?}");
        }
    }
    for name in ["commands", "follow", "size-appends"] {
        assert!(lines.iter().any(|line| line == name), "{name}: {lines:?}");
    }
    assert_eq!(lines.last().unwrap(), "append");
}

#[cfg(feature = "journal")]
#[test]
fn reading_rebuilding_and_growth_are_measured() {
    let lines = lines("rebuild");
    for name in ["read", "read-typed", "size-inquiries", "growth-append", "growth-read"] {
        assert!(lines.iter().any(|line| line == name), "{name}: {lines:?}");
    }
    assert_eq!(lines.last().unwrap(), "rebuild");
}

#[cfg(feature = "letters")]
#[test]
fn letters_are_measured_beside_whatever_peers_are_here() {
    let lines = lines("letters");
    for name in ["letters-1-typst", "letters-2-typst", "letters-word", "letters-memory"] {
        assert!(lines.iter().any(|line| line == name), "{name}: {lines:?}");
    }
    assert_eq!(lines.last().unwrap(), "letters");
}

#[cfg(feature = "screens")]
#[test]
fn the_worklist_is_asked_at_its_rate() {
    let lines = lines("screens");
    assert!(lines.iter().any(|line| line == "screens-healthz"), "{lines:?}");
    assert_eq!(lines.last().unwrap(), "screens");
}

#[cfg(feature = "dispatch")]
#[test]
fn mails_are_sent_beside_their_peers() {
    let lines = lines("dispatch");
    for name in ["dispatch-5kb-1-smtp-source", "dispatch-5kb-1-pool", "dispatch-1mb-16-pool"] {
        assert!(lines.iter().any(|line| line == name), "{name}: {lines:?}");
    }
    assert_eq!(lines.last().unwrap(), "dispatch");
}

//! A process that makes letters for weeks does not grow: the typesetter's memory of past letters is cleared after each.

use std::process::Command;

use letter::Letter;

use crate::support::{ENGINE, body_of, unregistered};

const LEAD: &str = "letter-memory:";
const LETTERS: usize = 80;

fn make(number: usize) {
    let text = (0..30).map(|paragraph| format!("{number}-хаттың {paragraph}-абзацы: Үкімет шаралар қабылдауда."));
    ENGINE.pdf(&Letter { body: body_of(text), ..unregistered() }).unwrap();
}

/// Resident memory in KiB.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// Tells how it grew to whoever started this test in a process of its own; beside other tests the figure says nothing.
#[test]
fn many_letters_are_made() {
    (0..20).for_each(make);
    let before = resident();
    (20..20 + LETTERS).for_each(make);
    println!("{LEAD}{}", resident().saturating_sub(before));
}

#[test]
fn a_process_does_not_grow_with_its_letters() {
    let this = std::env::current_exe().unwrap();
    let output = Command::new(this).args(["--exact", "memory::many_letters_are_made", "--nocapture"]).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let grown = said.lines().find_map(|line| line.split_once(LEAD)).unwrap_or_else(|| panic!("{said}")).1;
    let grown: usize = grown.parse().unwrap();
    // Kept for ever, a letter would take about a megabyte.
    assert!(grown < LETTERS * 256, "{LETTERS} letters left {grown} KiB behind");
}

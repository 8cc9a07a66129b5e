//! How every source file is written.

use crate::none_of;
use crate::tree::{files, rust};

/// Most files have 50 to 250 lines, and at 400 it is time to look for the second subject; at this length there surely is one.
const LONG: usize = 600;

#[test]
fn no_lint_is_silenced_without_being_expected() {
    let mut faults = Vec::new();
    for file in rust().iter().filter(|file| !file.is_below("tests/tidy")) {
        for (number, line) in file.text.lines().enumerate() {
            if line.trim_start().starts_with("#[allow(") || line.trim_start().starts_with("#![allow(") {
                faults.push(format!("{}:{}", file.path, number + 1));
            }
        }
    }
    none_of(&faults, "Write #[expect(…, reason = \"…\")], which goes red when it is no longer needed:");
}

#[test]
fn nothing_unfinished_is_left() {
    let marks = ["todo!(", "unimplemented!(", "FIXME", "XXX", "#[ignore"];
    let mut faults = Vec::new();
    let endings = [".rs", ".sql", ".hbs", ".js", ".css", ".typ", ".html"];
    for file in files().iter().filter(|file| endings.iter().any(|ending| file.path.ends_with(ending))) {
        if file.is_below("tests/tidy") {
            continue;
        }
        for (number, line) in file.text.lines().enumerate() {
            faults.extend(
                marks
                    .iter()
                    .filter(|mark| line.contains(**mark))
                    .map(|mark| format!("{}:{}: {mark}", file.path, number + 1)),
            );
        }
    }
    none_of(&faults, "Finish it, or take it out and file what is missing:");
}

#[test]
fn files_have_one_subject() {
    let rust = rust();
    let long = rust.iter().map(|file| (file, file.text.lines().count())).filter(|(_, lines)| *lines > LONG);
    let faults: Vec<String> = long.map(|(file, lines)| format!("{}: {lines} lines", file.path)).collect();
    none_of(&faults, "Look for the second subject in these files and give it a file of its own:");
}

#[test]
fn every_crate_says_what_it_is() {
    let rust = rust();
    let silent = rust.iter().filter(|file| {
        let is_root = file.path.starts_with("crates/") && (file.path.ends_with("/src/lib.rs"));
        let described = file.text.lines().take_while(|line| line.starts_with("//!")).count();
        is_root && (described == 0 || file.text.lines().next().is_some_and(|line| line.len() < "//! What it is.".len()))
    });
    let faults: Vec<String> = silent.map(|file| file.path.clone()).collect();
    none_of(&faults, "Begin these with one sentence, the order of reading, and what the crate never does:");
}

#[test]
fn no_file_knows_one_machine() {
    // Put together here, so that this file does not find itself.
    let homes = ["work", "farm", "root", "home"].map(|name| format!("/{name}/"));
    let mut faults = Vec::new();
    for file in files() {
        for (number, line) in file.text.lines().enumerate() {
            let is_path =
                |at: usize| !line[..at].ends_with(|before: char| before.is_alphanumeric() || "_./".contains(before));
            if homes.iter().any(|home| line.match_indices(home.as_str()).any(|(at, _)| is_path(at))) {
                faults.push(format!("{}:{}", file.path, number + 1));
            }
        }
    }
    none_of(&faults, "Replace these absolute paths by ones that exist on every machine:");
}

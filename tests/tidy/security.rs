//! docs/security.md: every test that it names is there, and what it says of the code is so.

use crate::none_of;
use crate::tree::{files, root, rust};

/// `path::name` between backticks, in the last column of the table.
fn named(text: &str) -> Vec<(&str, &str)> {
    let rows = text.lines().filter(|line| line.starts_with('|'));
    let cells = rows.flat_map(|row| row.split('`').skip(1).step_by(2));
    cells.filter_map(|cell| cell.split_once(".rs::")).collect()
}

#[test]
fn every_control_has_a_test_that_is_there_or_says_that_it_is_open() {
    let text = std::fs::read_to_string(root().join("docs/security.md")).expect("docs/security.md");
    let mut faults = Vec::new();
    for (path, name) in named(&text) {
        let code = std::fs::read_to_string(root().join(format!("{path}.rs"))).unwrap_or_default();
        let is_test = code.match_indices(&format!("fn {name}(")).any(|(at, _)| {
            let before = &code[..at];
            before.rfind("#[").is_some_and(|mark| {
                before[mark..].starts_with("#[test]") || before[mark..].starts_with("#[tokio::test")
            })
        });
        if !is_test {
            faults.push(format!("{path}.rs::{name} is no test"));
        }
    }
    let controls: Vec<&str> =
        text.lines().filter(|line| line.starts_with("| ") && line.as_bytes()[2].is_ascii_digit()).collect();
    for (number, row) in controls.iter().enumerate().map(|(at, row)| (at + 1, row)) {
        if !row.starts_with(&format!("| {number} |")) {
            faults.push(format!("row {number} is not there: {row}"));
        }
        if !row.contains(".rs::") && !row.contains("**open**") {
            faults.push(format!("control {number} names no test and is not said to be open"));
        }
    }
    assert_eq!(controls.len(), 40, "docs/security.md has forty controls");
    none_of(&faults, "docs/security.md speaks of what is not so (any more); say what is true now:");
}

/// Programs are started with fixed arguments by the keeper of the private PostgreSQL, and by nobody else.
#[test]
fn nobody_else_starts_a_program() {
    let mut faults = Vec::new();
    for file in rust() {
        let is_shipped = file.path.starts_with("crates/") && file.path.contains("/src/");
        let apart = ["crates/private_postgres", "crates/bench", "crates/testkit"];
        // `saual bench` hands its arguments over to the benchmarks, which are not shipped.
        let is_bench = file.path == "crates/saual/src/commands/bench.rs";
        if !is_shipped || is_bench || apart.iter().any(|folder| file.is_below(folder)) {
            continue;
        }
        faults.extend(
            file.code()
                .filter(|(_, line)| line.contains("Command::new(") || line.contains("process::Command"))
                .map(|(number, _)| format!("{}:{number}", file.path)),
        );
    }
    none_of(&faults, "What is shipped starts no program but PostgreSQL. Do without:");
}

/// A line of the log says what happened to which number, never whose name, which address, or what somebody looked for.
#[test]
fn no_line_of_the_log_says_who_or_where() {
    let telling = ["email", "full_name", "query_string", "request.path()", ".uri()", "password", "address", "reveal()"];
    let mut faults = Vec::new();
    for file in rust().iter().filter(|file| file.path.starts_with("crates/") && file.path.contains("/src/")) {
        if file.is_below("crates/bench") || file.is_below("crates/testkit") {
            continue;
        }
        for (number, line) in file.code().filter(|(_, line)| line.contains("tracing::")) {
            // What stands between quotation marks are our own words.
            let said: String = line.split('"').step_by(2).collect();
            faults.extend(
                telling
                    .iter()
                    .filter(|word| said.contains(**word))
                    .map(|word| format!("{}:{number}: {word}", file.path)),
            );
        }
    }
    none_of(&faults, "Logs leave the house; name the account's id, the inquiry or the request's number:");
}

/// Values reach SQL as parameters; what is written into a statement is a name of ours.
#[test]
fn what_is_written_into_a_statement_is_a_name_of_ours() {
    let verbs =
        ["select ", "insert into ", "update ", "delete from ", "SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM "];
    // Where a statement is put together from more than constants, each of them looked at.
    let looked_at = [
        "crates/readmodel/src/register/search.rs",
        "crates/readmodel/src/register/walk.rs",
        "crates/readmodel/src/duties/list.rs",
        "crates/readmodel/src/past",
        "crates/readmodel/src/entries/list.rs",
        "crates/readmodel/src/reports",
        "crates/readmodel/src/search/asking.rs",
        "crates/readmodel/src/search/shown.rs",
        "crates/readmodel/src/search/similar.rs",
        "crates/readmodel/src/rebuild",
        "crates/eventstore/src",
        "crates/bench",
        "crates/testkit",
    ];
    let mut faults = Vec::new();
    for file in files().iter().filter(|file| file.path.starts_with("crates/") && file.path.contains("/src/")) {
        if !file.path.ends_with(".rs") || looked_at.iter().any(|place| file.path.starts_with(place)) {
            continue;
        }
        for (at, _) in file.text.match_indices("format!(") {
            let statement = &file.text[at..file.text[at..].find(';').map_or(file.text.len(), |end| at + end)];
            let Some(text) = statement.split('"').nth(1) else { continue };
            let begins = verbs.iter().any(|verb| text.trim_start().starts_with(verb));
            let places = text.split('{').skip(1).filter_map(|rest| rest.split('}').next());
            let is_ours =
                |place: &str| place.is_empty() || place.chars().all(|sign| sign.is_ascii_uppercase() || sign == '_');
            if begins && !places.clone().all(is_ours) {
                faults.push(format!("{}: {}", file.path, text.lines().next().unwrap_or_default().trim()));
            }
        }
    }
    none_of(&faults, "Hand the value over as a parameter ($1), or name a constant:");
}

#[test]
fn names_of_tests_are_read_from_the_table_only() {
    let text = "See `a/b.rs::c`.\n| 1 | x | `a/b.rs::c_d`, `e.rs::f` |\n";
    assert_eq!(named(text), [("a/b", "c_d"), ("e", "f")]);
}

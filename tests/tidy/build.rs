//! The demonstration and the tests share one build of what they depend on.

use std::collections::BTreeSet;
use std::process::Command;

use crate::none_of;
use crate::tree::root;

/// What `make test` builds first, together with the demonstration: everything but what switches on features that the program does without.
/// Of the benchmarks these are the letters and the screens; the journal's peers bring such a thing.
const TOGETHER: [&str; 5] = ["--workspace", "--exclude", "stores", "--features", "bench/letters,bench/screens"];
/// What is left of it, built and tested afterwards.
const APART: [&str; 6] = ["-p", "stores", "-p", "bench", "--features", "bench/journal"];

/// Every package of a tree with the features it is built with.
fn built(arguments: &[&str]) -> BTreeSet<String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["tree", "--locked", "--prefix=none", "--format={p} with {f}"]).args(arguments);
    let said = cargo.current_dir(root()).output().expect("cargo");
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let text = String::from_utf8(said.stdout).expect("text");
    text.lines().map(|line| line.trim_end_matches(" (*)").to_owned()).filter(|line| !line.is_empty()).collect()
}

#[test]
fn the_demo_and_the_tests_share_one_build() {
    let (demo, tests) = (built(&["--package=saual", "--edges=no-dev"]), built(&TOGETHER));
    assert!(demo.len() > 100, "{demo:?}");
    let faults: Vec<String> = demo.difference(&tests).cloned().collect();
    none_of(
        &faults,
        "Something that only tests use switches on more features of these packages, so that they and everything above them are built twice (a \
         quarter of an hour on two cores). `cargo tree --workspace -e features -i PACKAGE` says who; do without it, or name the feature in the root \
         Cargo.toml:",
    );
}

#[test]
fn packages_that_are_built_apart_are_tested_all_the_same() {
    let makefile = std::fs::read_to_string(root().join("Makefile")).expect("a Makefile");
    let told: Vec<&str> = makefile.lines().map(str::trim).collect();
    let wanted = [&TOGETHER[..], &APART[..]].map(|words| format!("cargo test {}", words.join(" ")));
    let faults: Vec<String> = wanted.into_iter().filter(|line| !told.contains(&line.as_str())).collect();
    none_of(
        &faults,
        "The Makefile's `test` runs exactly these, so that everything is tested and nothing is built twice:",
    );
}

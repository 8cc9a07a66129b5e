//! The demonstration and the tests share one build of what they depend on.

use std::collections::BTreeSet;
use std::process::Command;

use crate::none_of;
use crate::tree::root;

/// Packages that are built and tested by themselves, because what they use besides ours switches on features that the program
/// does without. The Makefile's `test` leaves them out of `--workspace` and names each afterwards.
const APART: [&str; 2] = ["bench", "stores"];

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
    let apart = APART.map(|name| format!("--exclude={name}"));
    let together: Vec<&str> = ["--workspace"].into_iter().chain(apart.iter().map(String::as_str)).collect();
    let (demo, tests) = (built(&["--package=saual", "--edges=no-dev"]), built(&together));
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
    let told =
        |words: &str| makefile.lines().any(|line| line.trim_start().starts_with("cargo test") && line.contains(words));
    let faults: Vec<String> = APART
        .iter()
        .filter(|name| !told(&format!("--exclude {name}")) || !told(&format!("-p {name}")))
        .map(|name| (*name).to_owned())
        .collect();
    none_of(
        &faults,
        "Leave these out of `cargo test --workspace` in the Makefile, and test them afterwards (`cargo test -p …`):",
    );
}

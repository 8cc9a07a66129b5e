//! The demonstration, the tests and the checks share one build of what they depend on.

use std::collections::BTreeSet;
use std::process::Command;

use crate::none_of;
use crate::tree::root;

/// What `make test` builds and what `make check` looks at: everything. What it switches on beneath the program is named in the program's own manifest.
const EVERYTHING: [&str; 2] = ["--workspace", "--all-features"];

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
    let (demo, tests) = (built(&["--package=saual", "--edges=no-dev"]), built(&EVERYTHING));
    assert!(demo.len() > 100, "{demo:?}");
    let faults: Vec<String> = demo.difference(&tests).cloned().collect();
    none_of(
        &faults,
        "Something that only tests use switches on more features of these packages, so that they and everything above them are built twice (a \
         quarter of an hour on two cores). `cargo tree --workspace -e features -i PACKAGE` says who; do without it, or name the feature in the root \
         Cargo.toml (of a package that we do not use ourselves, in crates/saual/Cargo.toml):",
    );
}

#[test]
fn the_tests_and_the_checks_build_everything_with_the_same_features() {
    let makefile = std::fs::read_to_string(root().join("Makefile")).expect("a Makefile");
    let told: Vec<&str> =
        makefile.lines().filter(|line| line.contains("cargo test") || line.contains("cargo clippy")).collect();
    let faults: Vec<String> = told
        .iter()
        .filter(|line| !EVERYTHING.iter().all(|word| line.contains(word)))
        .map(|line| (*line).to_owned())
        .collect();
    assert!(told.len() > 2, "{told:?}");
    none_of(&faults, "These lines of the Makefile choose other features, so that what we depend on is built twice:");
}

//! Which of our packages may use which.

use crate::none_of;
use crate::packages::{Package, Purpose, workspace};

/// The arrows of ARCHITECTURE.md: a package and what it may use. A package that is not here may not exist.
const ARROWS: [(&str, &[&str]); 17] = [
    ("directory", &[]),
    ("inquiry", &["directory"]),
    ("letter", &[]),
    ("signature", &[]),
    ("trust", &["signature"]),
    ("eventstore", &[]),
    ("schema", &[]),
    ("private_postgres", &[]),
    ("readmodel", &["eventstore", "inquiry", "directory"]),
    ("dispatch", &["eventstore", "letter", "signature", "inquiry", "directory"]),
    ("web", &["readmodel", "eventstore", "letter", "trust", "signature", "inquiry", "directory"]),
    // Writes the journal's tables as the event store writes them, and asks inquiries what real people ask them (ADR 0041).
    ("synthetic", &["eventstore", "inquiry", "directory"]),
    ("saual", SHIPPED),
    // Not shipped: it measures, the whole program too (ADR 0021), with the mail and the servers of the tests, and names the peers that ours is measured against (ADR 0012).
    (
        "bench",
        &[
            "eventstore",
            "inquiry",
            "directory",
            "readmodel",
            "letter",
            "synthetic",
            "schema",
            "private_postgres",
            "dispatch",
            "web",
            "saual",
            "testkit",
        ],
    ),
    // For tests only: they look at what was made from every side. That nothing shipped uses them is held below.
    ("testkit", SHIPPED),
    ("scenarios", SHIPPED),
    ("stores", SHIPPED),
];

/// All that is shipped.
const SHIPPED: &[&str] = &[
    "directory",
    "inquiry",
    "letter",
    "signature",
    "trust",
    "eventstore",
    "schema",
    "private_postgres",
    "readmodel",
    "dispatch",
    "web",
    "synthetic",
    "saual",
];

/// Who alone may name these packages. `bench` is a program of its own, with a command line and errors for people, as `saual` is.
const ONLY: [(&str, &[&str]); 12] = [
    ("actix-web", &["web"]),
    ("anyhow", &["saual", "bench"]),
    ("clap", &["saual", "bench"]),
    ("handlebars", &["letter", "dispatch", "web"]),
    // As a peer: its pooled transport, which nothing shipped uses (ADR 0025).
    ("lettre", &["dispatch", "bench"]),
    ("postgres-es", &["bench"]),
    ("rustix", &["private_postgres"]),
    ("sqlx", &["bench"]),
    ("typst", &["letter", "bench"]),
    ("cms", &["signature"]),
    ("cryptoki", &["saual"]),
    // The identity provider, the authorities of signatures, and the demonstration, which goes through its own doors.
    ("ureq", &["web", "trust", "saual"]),
];

/// Packages without which there is no runtime, no database, no network, no randomness.
const NOT_IN_PURE: [&str; 12] = [
    "actix-web",
    "argon2",
    "deadpool-postgres",
    "getrandom",
    "lettre",
    "rand",
    "rustls",
    "tokio",
    "tokio-postgres",
    "tokio-rustls",
    "tracing",
    "ureq",
];

/// The packages that are functions of values.
pub(crate) const PURE: [&str; 4] = ["directory", "inquiry", "letter", "signature"];

/// What a package names, other than for its tests.
fn named(package: &Package) -> impl Iterator<Item = &str> {
    package.uses.iter().filter(|one| one.purpose != Purpose::Tests).map(|one| one.name.as_str())
}

#[test]
fn packages_use_each_other_along_the_arrows() {
    let workspace = workspace();
    let ours: Vec<&str> = workspace.iter().map(|package| package.name.as_str()).collect();
    let mut faults = Vec::new();
    for package in &workspace {
        let Some((_, may_use)) = ARROWS.iter().find(|(name, _)| *name == package.name.as_str()) else {
            faults.push(format!("{} is a package without a place in the plan", package.name));
            continue;
        };
        for used in package.uses.iter().filter(|used| ours.contains(&used.name.as_str())) {
            // `testkit` is what tests share; nothing that is shipped may use it.
            let for_tests = used.purpose == Purpose::Tests && used.name == "testkit";
            let itself = used.name == package.name;
            if itself || !(for_tests || may_use.contains(&used.name.as_str())) {
                faults.push(format!("{} -> {}", package.name, used.name));
            }
        }
    }
    none_of(
        &faults,
        "These arrows are not in the plan (ARCHITECTURE.md). Hand the value in from above instead; or write the decision as an ADR and change \
         the plan in tests/tidy/arrows.rs:",
    );
    assert_eq!(ours.len(), ARROWS.len(), "a package of the plan is gone: {ours:?}");
}

#[test]
fn each_foreign_power_has_one_keeper() {
    let workspace = workspace();
    let mut faults = Vec::new();
    for package in &workspace {
        for (power, keepers) in ONLY {
            // Tests may use what they need to look from outside.
            let is_test = ["testkit", "scenarios", "stores"].contains(&package.name.as_str());
            if !is_test && !keepers.contains(&package.name.as_str()) && named(package).any(|name| name == power) {
                faults.push(format!("{} names {power}, which is kept by: {}", package.name, keepers.join(", ")));
            }
        }
    }
    none_of(&faults, "Take these dependencies out of Cargo.toml and ask the keeper for what is needed:");
}

#[test]
fn the_pure_packages_have_no_runtime_database_or_randomness() {
    let workspace = workspace();
    let mut faults = Vec::new();
    for package in workspace.iter().filter(|package| PURE.contains(&package.name.as_str())) {
        for name in named(package).filter(|name| NOT_IN_PURE.contains(name)) {
            faults.push(format!("{} names {name}", package.name));
        }
    }
    none_of(
        &faults,
        "These packages are functions of values. Let the caller do it and hand the result in as an argument:",
    );
}

#[test]
fn every_package_is_under_the_workspace_s_lints() {
    let workspace = workspace();
    let unruly = workspace.iter().filter(|package| {
        let manifest = std::fs::read_to_string(&package.manifest).expect("a manifest");
        !manifest.contains("[lints]\nworkspace = true")
    });
    let faults: Vec<String> = unruly.map(|package| package.name.to_string()).collect();
    none_of(&faults, "Add `[lints]` with `workspace = true` to the Cargo.toml of:");
}

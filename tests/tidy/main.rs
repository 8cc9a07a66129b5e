//! The house's conventions, each a test whose failure says what to do.
//!
//! They read the tree and the output of `cargo metadata`, and need no database. The conventions themselves are told in ARCHITECTURE.md,
//! CONTRIBUTING.md and docs/adding.md.

#![expect(clippy::expect_used, reason = "a test that cannot read the tree says so by panicking")]

mod arrows;
mod build;
mod code;
mod documents;
mod editor;
mod licences;
mod migrations;
mod packages;
mod security;
mod templates;
mod tree;
mod walls;

/// Fails with every fault, one a line, below what to do about them.
fn none_of(faults: &[String], what_to_do: &str) {
    assert!(faults.is_empty(), "{what_to_do}\n  {}\n", faults.join("\n  "));
}

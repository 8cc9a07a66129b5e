//! The letter of ДС-326 and its hostile relatives, through the door that everyone uses.
//!
//! One binary for all of it: every test binary carries the typesetter, and one is enough.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod akn;
mod akn_schema;
mod archive;
mod bilingual;
mod edition;
mod ending;
mod fingerprint;
mod fuzz;
mod golden;
mod injection;
mod layout;
mod media;
mod memory;
mod pages;
mod picture;
mod registration;
mod reproducible;
mod schema;
mod seed;
mod soundness;
mod support;
mod tables;
mod templates;

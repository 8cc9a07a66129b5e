//! `saual demo` as a stranger runs it: the program itself, its exit code, its lines and the files it leaves.
//!
//! Read `story` (the events and the files), `letter` (the words and the signatures), `mails` (what Python's parser reads),
//! `killed` (a kill at any moment loses and doubles nothing), `tampered` (one changed byte is named), `seal` (the seal inside the letter), `heads` (what was signed is
//! kept outside) and `evidence` (the archive that is checked without us).
#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends with the place where it could not")]

mod evidence;
mod generated;
mod heads;
mod killed;
mod letter;
mod mails;
mod program;
mod seal;
mod story;
mod tampered;

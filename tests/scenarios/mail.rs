//! From an ordered dispatch to mail in every deputy's box, through a real journal, with relays that fail in every way.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a helper that cannot do its part ends the test"
)]

mod crash;
mod cut;
mod digests;
mod enqueue;
mod hostile;
mod imap;
mod inbound;
mod kill;
mod nasty;
mod notices;
mod office;
mod outbox;
mod postfix;
mod python;
mod relays;
mod reports;
mod sending;
mod verbs;

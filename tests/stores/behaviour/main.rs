//! How an event store must behave, written once against a trait and run on ours, on a model of it, and on what our users
//! would otherwise pick.
//!
//! Read `store` (what is asked), `scenarios` (the sentences, by group), then the stores: `model` (the reference), `ours`,
//! `peers`. `page` makes docs/event-store-behaviour.md of a run, `snapshots` pins a fault of cqrs-es that no scenario meets.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on ends with the place where it could not"
)]

mod elsewhere;
mod model;
mod notebook;
mod ours;
mod page;
mod peers;
mod scenarios;
mod snapshots;
mod store;

#[test]
fn a_process_that_follows_until_it_is_killed() {
    ours::as_a_process();
}

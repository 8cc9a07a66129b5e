//! The stories, told through the doors that users have, with a real PostgreSQL.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on ends with the place where it could not"
)]

mod api;
mod journal;
mod mail;
mod migrations;
mod pages;
mod private_postgres;
mod told;

//! The tables that screens and lists read, each with the follower that fills it and the questions it answers.
//!
//! Read [`sight`] (through whose eyes a table is read), [`followers`] (all of them, in one place), then [`register`] (one row per inquiry), [`past`] (the same, as it stood), [`deliveries`] (one row per recipient),
//! [`letters`] (one row per signed letter), [`approvals`] (whose visa is awaited), [`duties`] (which ministry owes what), [`search`] (everything that is written, found by its words), [`entries`] (how events stand in the journal, for auditors), [`reports`] (what each inquiry counts as, and who held it when), [`digests`] (the mail of the house, as the worker's tables have it) [`proposals`] (what waits for a clerk) and [`inbound`] (what came to the mailbox, which the mail worker has written down), `folding` (how events become rows, the same way when followed and when rebuilt), [`mod@rebuild`] (a
//! table made again). A follower reads the journal in order and commits its rows together with its place; a table can be thrown away and
//! made again from the journal at any time, and is the same afterwards.
//!
//! This crate decides nothing, records nothing in the journal, and never reads the event table for a question.

pub mod approvals;
pub mod deliveries;
pub mod digests;
pub mod duties;
pub mod entries;
mod error;
mod folding;
pub mod followers;
pub mod inbound;
pub mod letters;
#[cfg(test)]
mod passing;
pub mod past;
mod prepared;
pub mod proposals;
pub mod rebuild;
pub mod register;
pub mod reports;
pub mod search;
pub mod sight;

pub use error::ReadError;
pub use folding::Stamp;
pub use past::AsOf;
pub use sight::{Guard, Reader, Sight, Sitting};

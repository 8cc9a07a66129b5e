//! From events to errands, from errands to delivered mail.
//!
//! Read in this order: [`config`] (what is handed in), [`reactions`] (which event asks for which errand), [`queue`] (the rows
//! and their states), [`message`] (an errand as bytes), [`notices`] (the mail to the people of the house), [`heads`] (the journal's heads, to places outside), [`wire`] (bytes to the relay, and how far they came), [`schedule`]
//! (when to try again) with [`rate`] (how much in a minute), [`worker`] (all of it, round after round); then [`inbound`] (what comes back, and what comes by itself). The why is in
//! docs/adr/0003-outbox.md, docs/adr/0022-office-mail.md, docs/adr/0024-inbound-mail.md and docs/adr/0025-the-way-of-mail.md.
//!
//! This crate never keeps a transaction open while it waits for a relay, never sends a mail again whose fate is unknown, never
//! writes an address or a name into a log, and decides nothing about an inquiry: it reports, and the inquiry records.

pub mod address;
pub mod again;
pub mod config;
pub mod error;
pub mod heads;
pub mod inbound;
pub mod message;
pub mod notices;
pub mod queue;
pub mod rate;
pub mod reactions;
pub mod reports;
pub mod schedule;
pub mod trial;
pub mod wire;
pub mod worker;

mod carrier;
mod concern;
mod file;
mod relays;
mod reporting;
mod text;
mod tls;

use std::sync::Arc;

pub use config::Config;
pub use error::DispatchError;
pub use inbound::{Inbox, check_mailbox};
pub use notices::Notices;
pub use queue::{Counts, Written, answers_with, counts, under_way, written};
pub use reactions::Reactions;
pub use reporting::report_all;
pub use wire::{RelayFault, check_relay};
pub use worker::{Round, Worker};

/// The office's clock, handed in.
pub type Clock = Arc<dyn Fn() -> jiff::Timestamp + Send + Sync>;

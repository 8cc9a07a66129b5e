//! The doors of the office: pages for people, JSON for programs, over actix-web.
//!
//! Read in this order: [`routes`] (the one table of what exists), [`doors`] (what every request passes), [`problem`] (what is
//! answered when something is not done; the only place that knows HTTP statuses), [`accounts`] (who may come in), [`provider`] (who else vouches for them), [`office`] (what
//! is done at the edge of the domain: numbers, letters, seals), [`reads`] (who looked), [`records`] (ministries, deputies and days as they are now), `kept` (what was typed and not sent yet), [`news`] (what is new of searches that people keep), [`desk`] (texts that people are writing, before
//! any is recorded), [`api`] (JSON), [`pages`] and [`screens`] (HTML), [`server`].
//!
//! This crate decides nothing about inquiries: it gathers the facts that a command needs, asks, and tells the answer. It never
//! sends mail and never reads the event table for a list.

pub mod accounts;
mod address;
pub mod api;
pub mod assets;
pub mod desk;
pub mod doors;
mod kept;
mod live;
mod loads;
pub mod moment;
pub mod news;
pub mod office;
pub mod openapi;
pub mod pages;
pub mod permission;
pub mod problem;
pub mod provider;
pub mod reads;
pub mod records;
pub mod report_mails;
pub mod routes;
pub mod screens;
pub mod server;
mod settings;
mod sheet;
pub mod signing;
pub mod speech;
pub mod state;
pub mod time;

pub use doors::caller::{Caller, Speaks, State};
pub use office::seal::{Lasting, Sealing};
pub use permission::Permission;
pub use problem::Problem;
pub use records::Records;
pub use server::{app, serve};
pub use settings::Settings;
pub use speech::Words;
pub use state::{AppState, Clock, Config, HeadSigning, Heads, Mails, Parts, Remade, SystemClock};

//! One append-only log of everything that happened: written once, in one order, provable to the byte.
//!
//! Read [`event`] (the values), [`append`] (what is asked and answered), [`Journal`] (the door), `plan` (what goes into a
//! block, a pure function), `session` (how it is written: boldly or carefully), `memory` (what is dared from), `statements` and
//! `columns` (the SQL and its rows), `writer` (the task that batches), [`follow()`] (readers that
//! keep their place), [`hash`] (the bytes that are hashed) and [`verify()`] (the check of all of it).
//!
//! This crate knows no inquiry, never changes or removes an event, never answers before the block is on disk, and never
//! says that something failed when it may have been recorded.

pub mod append;
pub mod event;
pub mod hash;
pub mod merkle;

mod audit;
mod blobs;
mod bundle;
mod columns;
mod cqrs;
#[cfg(test)]
mod cqrs_fault;
mod error;
mod execute;
mod follow;
mod journal;
mod listen;
mod memory;
mod plan;
#[cfg(test)]
mod plan_laws;
mod proof;
mod read;
mod rows;
mod session;
mod settings;
mod statements;
mod validate;
mod verify;
mod writer;

pub use append::{Append, AppendError, Appended, Claim, Guards, Invalid, StreamWrite, TakeNumber};
pub use audit::{Fault, Verdict};
pub use blobs::Blob;
pub use bundle::{BundleError, check_bundle, export};
pub use cqrs::PgEventStore;
pub use error::StoreError;
pub use event::{CommandId, InvalidStreamId, NewEvent, Origin, PayloadError, Recordable, Recorded, StreamId};
pub use execute::{ExecuteError, Executed, Loaded, fold};
pub use follow::{FollowError, Follower, FollowerError, FollowerState, Pace, follow, follow_at};
pub use hash::{Block, Hash};
pub use journal::{Journal, pool};
pub use proof::{Proof, Unproved};
pub use read::Head;
pub use settings::Settings;
pub use verify::verify;

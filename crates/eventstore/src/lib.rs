//! One append-only log of everything that happened: written once, in one order, provable to the byte.
//!
//! Read [`event`] (the values), [`append`] (what is asked and answered), [`Journal`] (the door), `plan` (what goes into a
//! block, a pure function), `session` (how it is written: boldly or carefully), `memory` (what is dared from), `states` (what
//! need not be folded again), `statements` and `columns` (the SQL and its rows), `writer` (the task that batches), [`follow()`] (readers that keep their place), [`privacy`]
//! (personal texts, sealed so that they can be erased), [`mod@upcast`] (old shapes read as new ones), [`hash`] (the bytes that are
//! hashed), `tree` and `consistency` (blocks as leaves of one tree, so that any two heads are provably one history), `published` (where heads
//! have been published outside) and [`verify()`] (the check of all of it).
//!
//! This crate knows no inquiry, never changes or removes an event, never answers before the block is on disk, and never
//! says that something failed when it may have been recorded.

pub mod append;
pub mod event;
pub mod hash;
pub mod merkle;
pub mod privacy;
pub mod upcast;

mod audit;
mod blobs;
mod bundle;
mod bundle_check;
mod columns;
mod consistency;
mod consistency_document;
mod copied;
mod cqrs;
mod document;
mod document_check;
mod error;
mod execute;
mod export;
mod follow;
mod handover;
mod heads;
mod indexes;
mod journal;
mod listen;
mod memory;
mod passing;
mod plan;
#[cfg(test)]
mod plan_laws;
mod proof;
mod published;
mod read;
mod replay;
mod rows;
mod session;
mod settings;
mod share;
mod sign;
mod statements;
mod states;
mod stretch;
mod told;
mod tree;
mod tree_check;
mod validate;
mod verify;
mod versions;
mod walk;
mod witness;
mod witnesses;
mod writer;

pub use append::{Append, AppendError, Appended, Claim, Guards, Invalid, StreamWrite, TakeNumber};
pub use audit::{Fault, HeadsSeen, Verdict};
pub use blobs::Blob;
pub use bundle::BundleError;
pub use bundle_check::{check_bundle, check_bundle_by};
pub use consistency::is_consistent;
pub use consistency_document::{ConsistencyDocument, Unprovable};
pub use cqrs::PgEventStore;
pub use deadpool_postgres::Transaction;
pub use document::ProofDocument;
pub use document_check::Proved;
pub use error::StoreError;
pub use event::{CommandId, InvalidStreamId, NewEvent, Origin, PayloadError, Recordable, Recorded, StreamId};
pub use execute::{ExecuteError, Executed, Loaded, fold};
pub use export::export;
pub use follow::{
    Concern, FollowError, Follower, FollowerError, FollowerState, Pace, Parked, Retried, follow, follow_at,
};
pub use handover::Handover;
pub use hash::{Block, Hash};
pub use heads::{HeadKey, KeyError, KeyId, PublicKey, SignedHead};
pub use journal::{Domain, Journal, pool};
pub use passing::is_passing;
pub use privacy::{MasterKey, Personal, PersonalText, Sealing, Subject};
pub use proof::{Proof, Unproved};
pub use published::{PlaceKind, PlaceOutcome, PlaceState, TakenPlace};
pub use read::{Head, SeriesState};
pub use replay::{Line, lines, lines_of};
pub use settings::Settings;
pub use sign::SignError;
pub use upcast::{Shape, Upcast};
pub use verify::{Effort, Progress, verify, verify_by};
pub use witnesses::{Kept, Witnesses};

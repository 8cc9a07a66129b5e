//! What may happen to a deputy's inquiry, who may do it, and why not.
//!
//! Read in this order: [`ids`], [`intake`] and [`terms`] (the words everybody shares), [`content`] (what a draft says), [`provenance`] (where its blocks came from), then the decider:
//! [`command`] (what is asked), [`event`] (what happened), [`state`] (where it stands), [`passing`] (whose a place is that passed to another ministry), [`mod@decide`] (the rules: state and command in,
//! events out), [`refusal`] (why not), [`same`] (approved, signed and sent are one letter), [`mod@allowed`] (which buttons to draw), [`authority`] (by what right somebody signs), [`mod@duty`] (which ministry owes what), [`warning`] (what deserves a second look), [`chapter`] (which part of the story an event belongs to), [`words`] (all of it
//! in three languages), [`upcast`] (old shapes of events), [`personal`] (whose texts can be erased), [`link`] (the personal link in a deputy's mail), [`pressing`] (what the mail of the house speaks of), [`waiting`] (where the time went, and why a reply was late), [`proposal`] (what comes from outside and waits for a clerk), and last [`aggregate`], the plug into `cqrs_es`.
//!
//! This crate never reads a clock, an environment variable or a database, never draws a random number or an identity, and does
//! nothing: times, identities, hashes and people are handed in with the command, and a mail is a reaction to an event.
#![deny(clippy::wildcard_enum_match_arm)]

pub mod aggregate;
pub mod allowed;
pub mod authority;
pub mod bounds;
pub mod chapter;
pub mod command;
pub mod content;
pub mod decide;
pub mod duty;
pub mod email;
pub mod event;
pub mod ids;
pub mod intake;
pub mod link;
pub mod passing;
pub mod personal;
pub mod pressing;
pub mod proposal;
pub mod provenance;
pub mod recount;
pub mod refusal;
pub mod same;
pub mod state;
pub mod synthetic;
pub mod terms;
pub mod time;
pub mod upcast;
pub mod waiting;
pub mod warning;
pub mod words;
pub mod working_days;

pub use allowed::allowed;
pub use command::{Ask, Command, CommandName};
pub use decide::decide;
pub use directory::actor::{self, Actor, Role};
pub use event::{Event, EventName};
pub use ids::{BlobHash, ContentHash, ContributionName, DraftVersion, InquiryId, QuestionNo, RecipientNo};
pub use proposal::{Proposal, ProposalId};
pub use provenance::{BlockSource, EarlierAnswer};
pub use refusal::{Family, Refusal};
pub use state::{Dossier, Inquiry, StageName};

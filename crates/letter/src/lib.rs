//! From the facts of a letter to the letter, and from a letter to the bytes people read: PDF, HTML and plain text.
//!
//! Read in this order: [`kinds`] (what has to be known to write a letter of each kind), [`model`] (the letter as content, before any
//! medium), [`body`] (how a draft's text comes in from outside), [`engine`] (the door to everything that makes bytes),
//! [`edition`] (the forms of a day, kept, so that the bytes can be made again), [`registration`] (how number and date reach a letter that is already signed), [`fingerprint`] (what its file says of itself), [`mod@lint`] (what a template may not do), [`words`]
//! (official dates and forms in Kazakh, Russian and English), [`preview`] (the pages as pictures) and [`akn`] (question and answer as
//! Akoma Ntoso).
//!
//! People edit a body in three forms, [`markdown`], [`rich`] and [`docx`]; [`runs`] says what they all see of it, [`mod@diff`] what
//! changed, [`mod@merge`] lays two people's texts together, [`provenance`] says where each block came from. [`blank`] is a ministry's own form,
//! typed in Word. [`sheet`] is what a text is begun on in Word, with what is asked in front. [`incoming`] reads the words of letters that came in: Word files, PDFs, mails.
//!
//! This crate never asks for the time, never opens a connection and never signs: the same facts always give the same bytes.

pub mod akn;
pub mod blank;
pub mod body;
mod canonical;
mod check;
pub mod diff;
pub mod docx;
pub mod edition;
pub mod engine;
pub mod error;
mod escape;
pub mod fingerprint;
mod glue;
pub mod incoming;
pub mod kinds;
pub mod lint;
pub mod markdown;
pub mod merge;
pub mod model;
pub mod preview;
pub mod provenance;
mod qr;
pub mod registration;
pub mod rich;
pub mod runs;
pub mod sheet;
mod templates;
mod typeset;
mod view;
pub mod words;

pub use body::Body;
pub use engine::Engine;
pub use error::{LetterError, Refusal, TemplateFault};
pub use fingerprint::Fingerprint;
pub use lint::lint;
pub use model::{Letter, RegistrationMark};

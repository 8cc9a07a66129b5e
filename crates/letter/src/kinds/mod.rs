//! The kinds of letter: each knows which facts it needs and what they are to its wording.
//!
//! A kind is a file here, with the facts it needs beside those that all letters need ([`facts`]), and a folder of wording,
//! `templates/letters/<kind>/`, with one file a language; it is told to the program by its line in [`Form`] and in [`AnyFacts`].
//! [`mod@compose`] makes letters of all of them and knows none by name.

mod any;
mod check;
mod compose;
mod facts;
mod form;
mod pair;
mod seen;

pub mod acknowledgement;
pub mod contribution_request;
pub mod cover_note;
pub mod extension_notice;
pub mod interim_reply;
pub mod reminder;
pub mod reply;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use self::any::AnyFacts;
pub(crate) use self::check::{check, check_text, read};
pub(crate) use self::compose::{compose, letterhead};
pub use self::facts::{
    Chamber, Common, Executor, FactionRecipient, InquiryReference, Ministry, OneRecipient, OutgoingNumber,
    RecipientList, Recipients, Signatory, To,
};
pub use self::form::Form;
pub(crate) use self::form::Office;
pub(crate) use self::pair::{bound, same_letter};
pub(crate) use self::seen::{Own, seen};

use crate::error::Refusal;
use crate::model::Block;

/// A kind of letter: its facts, and what they are to its wording.
pub trait Kind: Serialize + DeserializeOwned + JsonSchema {
    /// Which kind it is.
    const FORM: Form;

    /// What all letters have to know.
    fn common(&self) -> Common<'_>;

    /// To whom it goes.
    fn to(&self) -> To<'_>;

    /// What this kind's own wording may name, by field.
    fn own(&self) -> Own;

    /// What stands between the opening and the closing words of the form.
    fn text(&self) -> Vec<Block>;

    /// What stands behind the closing words, such as a list of enclosures.
    fn enclosed(&self) -> Vec<Block> {
        Vec::new()
    }

    /// Holds this kind's own facts against the rules of what can be printed; those that all letters know are held already.
    ///
    /// # Errors
    /// A [`Refusal`] that names the place of the first fault.
    fn check_own(&self) -> Result<(), Refusal>;
}

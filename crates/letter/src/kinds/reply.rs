//! The reply to a deputy inquiry.
//!
//! [`ReplyFacts`] is what has to be known; the words around the facts stand in `templates/letters/reply/`, one file a language.

use super::facts::facts;
pub use super::facts::{
    Chamber, Executor, FactionRecipient, InquiryReference, OneRecipient, OutgoingNumber, RecipientList, Recipients,
    Signatory,
};
use super::{Common, Form, Kind, Own, To};
use crate::body::Body;
use crate::error::Refusal;
use crate::model::Block;

facts! {
    /// Everything a reply says that is not the wording of the form.
    ReplyFacts {
        /// The chamber whose deputies asked.
        chamber: Chamber,
        /// To whom the reply goes.
        recipients: Recipients,
        /// What the reply says.
        body: Body,
        /// Who signs besides, in the order in which the letter prints them below each other.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        cosignatories: Vec<Signatory>,
    }
}

impl Kind for ReplyFacts {
    const FORM: Form = Form::Reply;

    fn common(&self) -> Common<'_> {
        Common { cosignatories: &self.cosignatories, ..self.known_to_all() }
    }

    fn to(&self) -> To<'_> {
        To::Deputies(self.chamber, &self.recipients)
    }

    fn own(&self) -> Own {
        Own::new(self.language)
    }

    fn text(&self) -> Vec<Block> {
        self.body.blocks.clone()
    }

    fn check_own(&self) -> Result<(), Refusal> {
        super::check::check_body(&self.body)
    }
}

//! The interim reply: what can be said now; the inquiry stays on control until the reply proper.

use jiff::civil::Date;

use super::facts::facts;
use super::{Chamber, Common, Form, Kind, Own, Recipients, To};
use crate::body::Body;
use crate::error::Refusal;
use crate::model::Block;

facts! {
    /// Everything an interim reply says that is not the wording of the form.
    InterimReplyFacts {
        /// The chamber whose deputies asked.
        chamber: Chamber,
        /// To whom it goes.
        recipients: Recipients,
        /// What can be said now.
        body: Body,
        /// The day by which the reply proper will be given, `YYYY-MM-DD`.
        #[schemars(with = "String", extend("format" = "date"))]
        due: Date,
    }
}

impl Kind for InterimReplyFacts {
    const FORM: Form = Form::InterimReply;

    fn common(&self) -> Common<'_> {
        self.known_to_all()
    }

    fn to(&self) -> To<'_> {
        To::Deputies(self.chamber, &self.recipients)
    }

    fn own(&self) -> Own {
        Own::new(self.language).date("due", Some(self.due))
    }

    fn text(&self) -> Vec<Block> {
        self.body.blocks.clone()
    }

    fn check_own(&self) -> Result<(), Refusal> {
        super::check::check_body(&self.body)
    }
}

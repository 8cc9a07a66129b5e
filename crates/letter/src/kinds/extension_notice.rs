//! The extension notice: the reply will come later, until when and why.

use jiff::civil::Date;

use super::facts::facts;
use super::{Chamber, Common, Form, Kind, Own, Recipients, To};
use crate::body::check_line;
use crate::error::{Fault, Refusal};
use crate::model::Block;

facts! {
    /// Everything an extension notice says that is not the wording of the form.
    ExtensionNoticeFacts {
        /// The chamber whose deputies asked.
        chamber: Chamber,
        /// To whom it goes.
        recipients: Recipients,
        /// The day by which the reply was due, `YYYY-MM-DD`.
        #[schemars(with = "String", extend("format" = "date"))]
        due: Date,
        /// The day by which it is due now, `YYYY-MM-DD`; later than the first.
        #[schemars(with = "String", extend("format" = "date"))]
        extended_to: Date,
        /// Why, as a sentence of its own with its full stop.
        ground: String,
    }
}

impl Kind for ExtensionNoticeFacts {
    const FORM: Form = Form::ExtensionNotice;

    fn common(&self) -> Common<'_> {
        self.known_to_all()
    }

    fn to(&self) -> To<'_> {
        To::Deputies(self.chamber, &self.recipients)
    }

    fn own(&self) -> Own {
        Own::new(self.language)
            .date("due", Some(self.due))
            .date("extended_to", Some(self.extended_to))
            .with("ground", &self.ground)
    }

    fn text(&self) -> Vec<Block> {
        Vec::new()
    }

    fn check_own(&self) -> Result<(), Refusal> {
        if self.extended_to <= self.due {
            return Err(Refusal { at: "/extended_to".to_owned(), fault: Fault::NotLater { than: self.due } });
        }
        check_line(&self.ground, "/ground")
    }
}

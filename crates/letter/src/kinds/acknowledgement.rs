//! The acknowledgement of receipt: the inquiry has come, bears a number of ours and is on control.

use jiff::civil::Date;

use super::facts::facts;
use super::{Chamber, Common, Form, Kind, OutgoingNumber, Own, Recipients, To};
use crate::body::check_line;
use crate::error::{Fault, Refusal};
use crate::model::Block;

facts! {
    /// Everything an acknowledgement says that is not the wording of the form.
    AcknowledgementFacts {
        /// The chamber whose deputies asked.
        chamber: Chamber,
        /// To whom it goes.
        recipients: Recipients,
        /// The number and day of the incoming register.
        incoming: OutgoingNumber,
        /// The day by which the reply is due, `YYYY-MM-DD`.
        #[schemars(with = "String", extend("format" = "date"))]
        due: Date,
    }
}

impl Kind for AcknowledgementFacts {
    const FORM: Form = Form::Acknowledgement;

    fn common(&self) -> Common<'_> {
        self.known_to_all()
    }

    fn to(&self) -> To<'_> {
        To::Deputies(self.chamber, &self.recipients)
    }

    fn own(&self) -> Own {
        Own::new(self.language)
            .with("incoming_number", &self.incoming.number)
            .date("registered", Some(self.incoming.dated))
            .date("due", Some(self.due))
    }

    fn text(&self) -> Vec<Block> {
        Vec::new()
    }

    fn check_own(&self) -> Result<(), Refusal> {
        // Each inquiry gets an incoming number of its own, also when one reply will answer several.
        if !self.also.is_empty() {
            return Err(Refusal { at: "/also".to_owned(), fault: Fault::TooMany { what: "inquiries", limit: 1 } });
        }
        check_line(&self.incoming.number, "/incoming/number")
    }
}

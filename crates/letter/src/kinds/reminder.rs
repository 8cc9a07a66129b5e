//! The reminder: a contribution is due, or overdue.

use jiff::civil::Date;

use super::facts::facts;
use super::{Common, Form, Kind, Ministry, OutgoingNumber, Own, To};
use crate::body::{Body, check_line};
use crate::error::Refusal;
use crate::model::Block;
use crate::words::counted;

facts! {
    /// Everything a reminder says that is not the wording of the form.
    ReminderFacts {
        /// The ministries that are reminded.
        ministries: Vec<Ministry>,
        /// The letter by which they were asked.
        asked: OutgoingNumber,
        /// The day by which the contribution is due, `YYYY-MM-DD`. On a letter dated later it is overdue, and the letter says so.
        #[schemars(with = "String", extend("format" = "date"))]
        due: Date,
        /// What else has to be said.
        #[serde(default)]
        body: Option<Body>,
    }
}

impl ReminderFacts {
    /// By how many days the contribution is late on the letter's date; `None` while it is not.
    fn days_late(&self) -> Option<u32> {
        let days = self.due.until(self.dated).ok()?.get_days();
        u32::try_from(days).ok().filter(|days| *days > 0)
    }
}

impl Kind for ReminderFacts {
    const FORM: Form = Form::Reminder;

    fn common(&self) -> Common<'_> {
        self.known_to_all()
    }

    fn to(&self) -> To<'_> {
        To::Ministries(&self.ministries)
    }

    fn own(&self) -> Own {
        let late = self.days_late().map(|days| counted::by_days(days, self.language));
        Own::new(self.language)
            .with("asked_number", &self.asked.number)
            .date("asked", Some(self.asked.dated))
            .date("due", Some(self.due))
            .with("late", late)
    }

    fn text(&self) -> Vec<Block> {
        self.body.iter().flat_map(|body| body.blocks.clone()).collect()
    }

    fn check_own(&self) -> Result<(), Refusal> {
        check_line(&self.asked.number, "/asked/number")?;
        self.body.as_ref().map_or(Ok(()), super::check::check_body)
    }
}

//! The request for a contribution: what a ministry is asked, and by when.

use jiff::civil::Date;

use super::facts::facts;
use super::{Common, Form, Kind, Ministry, Own, To};
use crate::body::{Body, check_line};
use crate::error::{Fault, Refusal};
use crate::model::{Block, ListItem};

/// Questions that one request may put.
const QUESTIONS: usize = 100;

facts! {
    /// Everything a request for a contribution says that is not the wording of the form.
    ContributionRequestFacts {
        /// The ministries that are asked.
        ministries: Vec<Ministry>,
        /// What they are asked, in order.
        questions: Vec<String>,
        /// Who puts the contributions together, in the nominative, where it is not the addressee.
        #[serde(default)]
        lead: Option<String>,
        /// The day by which the contribution is due, `YYYY-MM-DD`.
        #[schemars(with = "String", extend("format" = "date"))]
        due: Date,
        /// What else has to be said, behind the questions.
        #[serde(default)]
        body: Option<Body>,
    }
}

impl Kind for ContributionRequestFacts {
    const FORM: Form = Form::ContributionRequest;

    fn common(&self) -> Common<'_> {
        self.known_to_all()
    }

    fn to(&self) -> To<'_> {
        To::Ministries(&self.ministries)
    }

    fn own(&self) -> Own {
        Own::new(self.language).with("lead", &self.lead).date("due", Some(self.due))
    }

    fn text(&self) -> Vec<Block> {
        let question = |question: &String| ListItem { blocks: vec![Block::paragraph(question)] };
        let mut blocks = vec![Block::List { ordered: true, items: self.questions.iter().map(question).collect() }];
        blocks.extend(self.body.iter().flat_map(|body| body.blocks.clone()));
        blocks
    }

    fn check_own(&self) -> Result<(), Refusal> {
        let refuse = |fault| Err(Refusal { at: "/questions".to_owned(), fault });
        if self.questions.is_empty() {
            return refuse(Fault::Empty);
        }
        if self.questions.len() > QUESTIONS {
            return refuse(Fault::TooMany { what: "questions", limit: QUESTIONS });
        }
        for (index, question) in self.questions.iter().enumerate() {
            super::check_text(question, &format!("/questions/{index}"))?;
        }
        if let Some(lead) = &self.lead {
            check_line(lead, "/lead")?;
        }
        self.body.as_ref().map_or(Ok(()), super::check::check_body)
    }
}

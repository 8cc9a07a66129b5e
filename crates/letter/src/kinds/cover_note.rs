//! The cover note: what an inquiry is sent to a ministry with.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::facts::facts;
use super::{Common, Form, Kind, Ministry, Own, To};
use crate::body::{Body, check_line};
use crate::error::{Fault, Refusal};
use crate::model::{Block, ListItem};
use crate::words::counted;

/// Enclosures that one note may name.
const ENCLOSURES: usize = 100;

facts! {
    /// Everything a cover note says that is not the wording of the form.
    CoverNoteFacts {
        /// The ministries that get the inquiry.
        ministries: Vec<Ministry>,
        /// The day by which they answer, `YYYY-MM-DD`; absent where the inquiry is sent for information.
        #[serde(default)]
        #[schemars(with = "Option<String>", extend("format" = "date"))]
        due: Option<Date>,
        /// What lies with the note.
        enclosures: Vec<Enclosure>,
        /// What else has to be said, before the enclosures.
        #[serde(default)]
        body: Option<Body>,
    }
}

/// A paper that lies with a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Enclosure {
    /// What it is.
    pub title: String,
    /// How many sheets it has.
    #[schemars(range(min = 1))]
    pub sheets: u32,
}

impl Kind for CoverNoteFacts {
    const FORM: Form = Form::CoverNote;

    fn common(&self) -> Common<'_> {
        self.known_to_all()
    }

    fn to(&self) -> To<'_> {
        To::Ministries(&self.ministries)
    }

    fn own(&self) -> Own {
        Own::new(self.language).date("due", self.due)
    }

    fn text(&self) -> Vec<Block> {
        self.body.iter().flat_map(|body| body.blocks.clone()).collect()
    }

    fn enclosed(&self) -> Vec<Block> {
        let enclosure = |one: &Enclosure| {
            let sheets = counted::on_sheets(one.sheets, self.language);
            ListItem { blocks: vec![Block::paragraph(format!("{}, {sheets}", one.title))] }
        };
        vec![Block::List { ordered: true, items: self.enclosures.iter().map(enclosure).collect() }]
    }

    fn check_own(&self) -> Result<(), Refusal> {
        let refuse = |fault| Err(Refusal { at: "/enclosures".to_owned(), fault });
        if self.enclosures.is_empty() {
            return refuse(Fault::Empty);
        }
        if self.enclosures.len() > ENCLOSURES {
            return refuse(Fault::TooMany { what: "enclosures", limit: ENCLOSURES });
        }
        for (index, enclosure) in self.enclosures.iter().enumerate() {
            check_line(&enclosure.title, &format!("/enclosures/{index}/title"))?;
            if enclosure.sheets == 0 {
                return Err(Refusal { at: format!("/enclosures/{index}/sheets"), fault: Fault::Empty });
            }
        }
        self.body.as_ref().map_or(Ok(()), super::check::check_body)
    }
}

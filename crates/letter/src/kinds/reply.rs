//! The reply to a deputy inquiry.
//!
//! [`ReplyFacts`] is what has to be known; the words around the facts stand in `templates/letters/reply/`, one file a language.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::body::{self, Body};
use crate::error::{Fault, Refusal};
use crate::model::{Group, Language, Verification};

/// Everything a reply says that is not the wording of the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplyFacts {
    /// The language the reply is written in.
    pub language: Language,
    /// The chamber whose deputies asked.
    pub chamber: Chamber,
    /// The inquiry that is answered.
    pub inquiry: InquiryReference,
    /// What the inquiry is about; it names the document and is not printed.
    pub subject: String,
    /// To whom the reply goes.
    pub recipients: Recipients,
    /// What the reply says.
    pub body: Body,
    /// Who signs.
    pub signatory: Signatory,
    /// Who prepared it.
    pub executor: Executor,
    /// The document's own date, in its metadata; not printed. `YYYY-MM-DD`.
    #[schemars(with = "String", extend("format" = "date"))]
    pub dated: Date,
    /// Outgoing number and date; absent until the letter is signed.
    #[serde(default)]
    pub registration: Option<OutgoingNumber>,
    /// The verification mark.
    #[serde(default)]
    pub verify: Option<Verification>,
    /// Whether the word «ЖОБА» lies over the pages.
    #[serde(default)]
    pub draft: bool,
}

/// The chamber whose deputies asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Chamber {
    /// Мәжіліс.
    Mazhilis,
    /// Сенат.
    Senate,
}

/// The number and date of the letter that is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InquiryReference {
    /// The number exactly as the inquiry prints it, with its «№»: `№ДС-326`.
    pub number: String,
    /// Its date, `YYYY-MM-DD`.
    #[schemars(with = "String", extend("format" = "date"))]
    pub dated: Date,
}

/// To whom a reply goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Recipients {
    /// One deputy: no list is annexed and nothing is said of one.
    One(OneRecipient),
    /// A list: the addressee says «(тізім бойынша)» and the list is annexed.
    List(RecipientList),
}

/// A single deputy. The forms are given and not derived: the harmony of a surname's ending is not a matter of its last letters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OneRecipient {
    /// Initial and surname in the dative: `Н. Сәрсенғалиевке`.
    pub dative: String,
    /// How the deputy is addressed. In Kazakh and English the name alone, `Нұртай Салихұлы`; in Russian with the adjective, whose
    /// form depends on the person: `Уважаемый Нуртай Салихович`.
    pub address: String,
}

/// The deputies a reply goes to, under the labels of their own list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecipientList {
    /// The groups, in the inquiry's order.
    pub groups: Vec<Group>,
}

/// Who signs the reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Signatory {
    /// The post line by line; in the genitive if `acting`, because the form then adds «м.а.» (Kazakh) or «И.о.» (Russian).
    pub post: Vec<String>,
    /// Initial and surname.
    pub name: String,
    /// Whether the signatory acts for the holder of the post.
    #[serde(default)]
    pub acting: bool,
}

/// Who prepared the reply and answers the telephone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Executor {
    /// Initial and surname.
    pub name: String,
    /// The telephone number as printed.
    pub phone: String,
}

/// The outgoing number and date of a signed reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OutgoingNumber {
    /// The number without «№».
    pub number: String,
    /// The day it was given, `YYYY-MM-DD`.
    #[schemars(with = "String", extend("format" = "date"))]
    pub dated: Date,
}

impl ReplyFacts {
    /// Reads facts from JSON.
    ///
    /// # Errors
    /// A [`Refusal`] that names the place of the first fault.
    pub fn parse(value: &Value) -> Result<Self, Refusal> {
        // The body first and by its own reader: it says more about a fault than serde can.
        if let Some(body) = value.get("body") {
            body::parse(body).map_err(|refusal| Refusal { at: format!("/body{}", refusal.at), ..refusal })?;
        }
        serde_path_to_error::deserialize(value).map_err(|error| Refusal {
            at: pointer(error.path()),
            fault: Fault::Unreadable(error.inner().to_string()),
        })
    }

    /// The JSON Schema (2020-12) of the facts.
    #[must_use]
    pub fn schema() -> Value {
        schemars::schema_for!(Self).to_value()
    }
}

/// A path of the JSON reader as a JSON pointer.
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter().fold(String::new(), |mut at, segment| {
        at.push('/');
        match segment {
            Segment::Seq { index } => at.push_str(&index.to_string()),
            Segment::Map { key } => at.push_str(&key.replace('~', "~0").replace('/', "~1")),
            Segment::Enum { variant } => at.push_str(variant),
            Segment::Unknown => at.push('?'),
        }
        at
    })
}

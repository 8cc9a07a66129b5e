//! The reply to a deputy inquiry.
//!
//! [`ReplyFacts`] is what has to be known; the words around the facts stand in `templates/letters/reply/`, one file a language.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::body::{self, Body, check_line, check_lines};
use crate::check::{check_groups, check_verification};
use crate::error::{Fault, LetterError, Refusal};
use crate::model::{
    Annex, Group, Language, Letter, Letterhead, LetterheadSide, RegistrationMark, SignatureBlock, Verification,
};
use crate::templates::Wording;
use crate::words;

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
        serde_path_to_error::deserialize(value)
            .map_err(|error| Refusal { at: pointer(error.path()), fault: Fault::Unreadable(error.inner().to_string()) })
    }

    /// Holds the facts against the rules of what can be printed.
    ///
    /// # Errors
    /// A [`Refusal`] that names the place of the first fault.
    pub fn check(&self) -> Result<(), Refusal> {
        check_line(&self.inquiry.number, "/inquiry/number")?;
        check_line(&self.subject, "/subject")?;
        match &self.recipients {
            Recipients::One(one) => {
                check_line(&one.dative, "/recipients/one/dative")?;
                check_line(&one.address, "/recipients/one/address")?;
            }
            Recipients::List(list) => check_groups(&list.groups, "/recipients/list/groups")?,
        }
        self.body.check().map_err(|refusal| Refusal { at: format!("/body{}", refusal.at), ..refusal })?;
        check_lines(&self.signatory.post, "/signatory/post")?;
        check_line(&self.signatory.name, "/signatory/name")?;
        check_line(&self.executor.name, "/executor/name")?;
        check_line(&self.executor.phone, "/executor/phone")?;
        if let Some(registration) = &self.registration {
            check_line(&registration.number, "/registration/number")?;
        }
        match &self.verify {
            Some(verify) => check_verification(verify, "/verify"),
            None => Ok(()),
        }
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

/// What the wording's templates see of the facts.
pub(crate) fn view(facts: &ReplyFacts) -> Value {
    let recipient = match &facts.recipients {
        Recipients::One(one) => Some(one),
        Recipients::List(_) => None,
    };
    json!({
        "subject": facts.subject,
        "chamber": words::chamber_possessive(facts.chamber, facts.language),
        "inquiry": {
            "number": facts.inquiry.number,
            "date": words::date_before_noun(facts.inquiry.dated, facts.language),
        },
        "list": recipient.is_none(),
        "recipient": recipient,
        "signatory": facts.signatory,
        "executor": facts.executor,
    })
}

/// The letter that says `facts` in the words of the reply's templates.
pub(crate) fn compose(facts: &ReplyFacts, wording: &Wording) -> Result<Letter, LetterError> {
    facts.check()?;
    let seen = view(facts);
    let lines = |section: &str| wording.reply(facts.language, section, &seen);
    let line = |section: &str| lines(section).map(|lines| lines.join(" "));
    let side = |lines: &str, address: &str| -> Result<LetterheadSide, LetterError> {
        Ok(LetterheadSide { lines: wording.letterhead(lines)?, address: wording.letterhead(address)?.join(" ") })
    };
    let annexes = match &facts.recipients {
        Recipients::One(_) => Vec::new(),
        Recipients::List(list) => vec![Annex::Deputies { title: lines("annex")?, groups: list.groups.clone() }],
    };
    Ok(Letter {
        language: facts.language,
        title: line("title")?,
        author: line("author")?,
        dated: facts.dated,
        watermark: if facts.draft { Some(line("watermark")?) } else { None },
        letterhead: Letterhead { kk: side("kk", "kk.address")?, ru: side("ru", "ru.address")? },
        registration: facts
            .registration
            .as_ref()
            .map(|given| RegistrationMark::new(given.number.clone(), given.dated, facts.language)),
        addressee: lines("addressee")?,
        reference: lines("reference")?,
        salutation: line("salutation")?,
        body: facts.body.clone(),
        signature: SignatureBlock { post: lines("post")?, name: facts.signatory.name.clone() },
        executor: Some(line("executor")?),
        verification: facts.verify.clone(),
        annexes,
    })
}

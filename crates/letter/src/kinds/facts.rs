//! What all letters have to know, and the small types that their facts are made of.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{Annex, Group, Language, Letterhead, Verification};

/// The chamber whose deputies a letter speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Chamber {
    /// Мәжіліс.
    Mazhilis,
    /// Сенат.
    Senate,
    /// Deputies of both chambers: Parliament alone is named.
    Parliament,
}

/// The number and date of an inquiry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InquiryReference {
    /// The number exactly as the inquiry prints it, with its «№»: `№ДС-326`.
    pub number: String,
    /// Its date, `YYYY-MM-DD`.
    #[schemars(with = "String", extend("format" = "date"))]
    pub dated: Date,
}

/// To which deputies a letter goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Recipients {
    /// One deputy: no list is annexed and nothing is said of one.
    One(OneRecipient),
    /// A list: the addressee says «(тізім бойынша)» and the list is annexed.
    List(RecipientList),
    /// A faction as a whole, by its own name.
    Faction(FactionRecipient),
}

/// A single deputy. The forms are given: the harmony of a surname's ending is not always a matter of its letters ([`crate::words::names`]).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OneRecipient {
    /// Initial and surname in the dative: `Н. Сәрсенғалиевке`.
    pub dative: String,
    /// How the deputy is addressed. In Kazakh and English the name alone, `Нұртай Салихұлы`; in Russian with the adjective, whose
    /// form depends on the person: `Уважаемый Нуртай Салихович`.
    pub address: String,
}

/// The deputies a letter goes to, under the labels of their own list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecipientList {
    /// The groups, in the inquiry's order.
    pub groups: Vec<Group>,
}

/// A faction. Its name is copied from the inquiry in the case that the addressee needs, and never rephrased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FactionRecipient {
    /// The faction in the dative, line by line, as it stands after «Мәжілісінің»: `«Ақ жол» партиясының фракциясына`.
    pub dative: Vec<String>,
    /// Its members who asked, annexed when there are any.
    #[serde(default)]
    pub groups: Vec<Group>,
}

/// A ministry that a letter goes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ministry {
    /// Its name in the dative, line by line: `Қазақстан Республикасының`, `Сыртқы істер министрлігіне`.
    pub dative: Vec<String>,
}

/// Who signs a letter.
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

/// Who prepared a letter and answers the telephone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Executor {
    /// Initial and surname.
    pub name: String,
    /// The telephone number as printed.
    pub phone: String,
}

/// A number and date that a paper got in a register: a letter's outgoing one, an inquiry's incoming one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OutgoingNumber {
    /// The number without «№».
    pub number: String,
    /// The day it was given, `YYYY-MM-DD`.
    #[schemars(with = "String", extend("format" = "date"))]
    pub dated: Date,
}

/// What all letters have to know, by reference into the facts of any kind.
pub struct Common<'a> {
    pub(crate) language: Language,
    pub(crate) letterhead: Option<&'a Letterhead>,
    /// The inquiry, and after it those that are dealt with in the same letter.
    pub(crate) inquiries: Vec<&'a InquiryReference>,
    pub(crate) subject: &'a str,
    pub(crate) signatory: &'a Signatory,
    /// Those who sign besides, in order; replies alone have such.
    pub(crate) cosignatories: &'a [Signatory],
    pub(crate) executor: &'a Executor,
    pub(crate) dated: Date,
    pub(crate) registration: Option<&'a OutgoingNumber>,
    pub(crate) verify: Option<&'a Verification>,
    pub(crate) annexes: &'a [Annex],
    pub(crate) draft: bool,
}

/// To whom a letter goes.
pub enum To<'a> {
    /// To deputies of a chamber.
    Deputies(Chamber, &'a Recipients),
    /// To ministries.
    Ministries(&'a [Ministry]),
}

/// Declares the facts of a kind of letter: between the braces what this kind knows, around it what all letters know. The JSON is one flat
/// object, read strictly, so that a fault's place is the writer's own (`#[serde(flatten)]` would lose both).
macro_rules! facts {
    ($(#[$about:meta])* $name:ident { $($(#[$field_about:meta])* $field:ident: $type:ty,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// The language the letter is written in.
            pub language: $crate::model::Language,
            /// The letterhead of another body than the one whose form this is, such as a minister's.
            #[serde(default)]
            pub letterhead: Option<$crate::model::Letterhead>,
            /// The inquiry the letter is about.
            pub inquiry: $crate::kinds::InquiryReference,
            /// Further inquiries that the same letter is about, after they were merged.
            #[serde(default)]
            pub also: Vec<$crate::kinds::InquiryReference>,
            /// What the inquiry is about; it names the document and is not printed.
            pub subject: String,
            $($(#[$field_about])* pub $field: $type,)+
            /// Who signs.
            pub signatory: $crate::kinds::Signatory,
            /// Who prepared it.
            pub executor: $crate::kinds::Executor,
            /// The document's own date, in its metadata; not printed. `YYYY-MM-DD`.
            #[schemars(with = "String", extend("format" = "date"))]
            pub dated: jiff::civil::Date,
            /// Outgoing number and date; absent until the letter is signed.
            #[serde(default)]
            pub registration: Option<$crate::kinds::OutgoingNumber>,
            /// The verification mark.
            #[serde(default)]
            pub verify: Option<$crate::model::Verification>,
            /// What is added on pages of its own, behind the list of recipients.
            #[serde(default)]
            pub annexes: Vec<$crate::model::Annex>,
            /// Whether the word «ЖОБА» lies over the pages.
            #[serde(default)]
            pub draft: bool,
        }

        impl $name {
            /// Reads facts from JSON.
            ///
            /// # Errors
            /// A [`Refusal`](crate::Refusal) that names the place of the first fault.
            pub fn parse(value: &serde_json::Value) -> Result<Self, $crate::Refusal> {
                $crate::kinds::read(value)
            }

            /// Holds the facts against the rules of what can be printed.
            ///
            /// # Errors
            /// A [`Refusal`](crate::Refusal) that names the place of the first fault.
            pub fn check(&self) -> Result<(), $crate::Refusal> {
                $crate::kinds::check(self)
            }

            /// The JSON Schema (2020-12) of the facts.
            #[must_use]
            pub fn schema() -> serde_json::Value {
                schemars::schema_for!(Self).to_value()
            }

            fn known_to_all(&self) -> $crate::kinds::Common<'_> {
                $crate::kinds::Common {
                    language: self.language,
                    letterhead: self.letterhead.as_ref(),
                    inquiries: std::iter::once(&self.inquiry).chain(&self.also).collect(),
                    subject: &self.subject,
                    signatory: &self.signatory,
                    cosignatories: &[],
                    executor: &self.executor,
                    dated: self.dated,
                    registration: self.registration.as_ref(),
                    verify: self.verify.as_ref(),
                    annexes: &self.annexes,
                    draft: self.draft,
                }
            }
        }
    };
}

pub(crate) use facts;

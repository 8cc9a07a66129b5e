//! Offices of state and the people who hold them, or act for those who do.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::authority::{Authority, Ground};
use crate::ids::{DeputyId, Iin, MinistryCode, OfficeCode, PersonId};
use crate::language::Language;
use crate::names;
use crate::period::Term;
use crate::text::Multilingual;

/// An office, such as that of the Prime Minister.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Office {
    /// Its code.
    pub code: OfficeCode,
    /// Its name.
    pub name: Multilingual,
    /// The post as a signature block prints it; ` / ` stands between lines.
    pub post: Multilingual,
    /// The post of whoever acts for its holder (м.а., и.о.), in the same form.
    pub acting_post: Multilingual,
    /// The ministry that it heads, if any.
    pub ministry: Option<MinistryCode>,
}

/// Somebody who holds an office, or acts in it, for a time.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Holder {
    /// The office.
    pub office: OfficeCode,
    /// Who.
    pub person: PersonId,
    /// The name as a signature block prints it, such as «Ә. Смайылов».
    pub name: Multilingual,
    /// Their identification number, where somebody entered it: whose a certificate is, it decides. It leaves this crate in no answer.
    #[serde(skip)]
    pub iin: Option<Iin>,
    /// Appointed, or acting (м.а., и.о.) by an order.
    pub ground: Ground,
    /// The same person as a deputy, if the directory knows them as one.
    pub deputy: Option<DeputyId>,
    /// From the minute of taking the office up to the minute of leaving it.
    pub term: Term,
}

impl Holder {
    /// By what right they sign.
    #[must_use]
    pub fn authority(&self) -> Authority {
        Authority { office: self.office.clone(), person: self.person, ground: self.ground.clone() }
    }

    /// Does a certificate with this name and this number name this person? Where both are known, the number decides; otherwise the surname and the
    /// initials have to be theirs, in the spelling of any language.
    #[must_use]
    pub fn is_named_by(&self, name: &str, iin: Option<&Iin>) -> bool {
        match (&self.iin, iin) {
            (Some(own), Some(other)) => own == other,
            (None, _) | (_, None) => self.name.spellings().any(|own| names::are_of_one(own, name)),
        }
    }
}

impl Office {
    /// The lines of the post above the name of `holder`.
    #[must_use]
    pub fn post_lines(&self, holder: &Holder, language: Language) -> Vec<&str> {
        if holder.ground.is_acting() { self.acting_post.lines(language) } else { self.post.lines(language) }
    }
}

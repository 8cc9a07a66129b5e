//! Offices of state and the people who hold them, or act for those who do.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{DeputyId, MinistryCode, OfficeCode, PersonId};
use crate::language::Language;
use crate::period::Period;
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
    /// Acting (м.а., и.о.), not appointed.
    pub acting: bool,
    /// The same person as a deputy, if the directory knows them as one.
    pub deputy: Option<DeputyId>,
    /// From the day of taking the office up to the day of leaving it.
    pub period: Period,
}

impl Office {
    /// The lines of the post above the name of `holder`.
    #[must_use]
    pub fn post_lines(&self, holder: &Holder, language: Language) -> Vec<&str> {
        if holder.acting { self.acting_post.lines(language) } else { self.post.lines(language) }
    }
}

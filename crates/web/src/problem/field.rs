//! What is wrong with the fields of something that is handed in, all of it at once.

use directory::Language;
use inquiry::refusal::Refusal;
use schemars::JsonSchema;
use serde::Serialize;

use super::Problem;
use crate::speech::Words;

/// A field that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFault {
    /// Where it stands, such as `groups[0].deputies[2].email`.
    pub field: String,
    /// What is wrong with it and what to do, as a sentence.
    pub what: Words,
    /// The inquiry's own refusal, where it is one.
    pub refusal: Option<Box<Refusal>>,
}

/// A field that cannot be taken, as the API says it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "FieldFault")]
pub struct FieldBody {
    /// Where it stands, such as `groups[0].deputies[2].email`.
    pub field: String,
    /// What is wrong with it and what to do, in the caller's language.
    pub detail: String,
}

impl FieldFault {
    /// All of them as one problem; none when nothing is wrong. One that stands alone is the problem it always was.
    #[must_use]
    pub fn all_of(mut faults: Vec<Self>) -> Option<Problem> {
        if faults.len() > 1 {
            return Some(Problem::BadFields { faults });
        }
        let Self { field, what, refusal } = faults.pop()?;
        Some(refusal.map_or(Problem::BadField { field, what }, Problem::Refused))
    }

    pub(super) fn body(&self, language: Language) -> FieldBody {
        FieldBody { field: self.field.clone(), detail: self.what.in_language(language).to_owned() }
    }
}

/// What is wrong with all of them, one sentence after the other.
pub(super) fn together(faults: &[FieldFault]) -> Words {
    Words::from_fn(|language| faults.iter().map(|fault| fault.what.in_language(language)).collect::<Vec<_>>().join(" "))
}

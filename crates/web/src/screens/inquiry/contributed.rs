//! A contribution for reading: on the inquiry's page, and beside the form that accepts or returns it.

use directory::Language;
use inquiry::state::{Contribution, ContributionStatus};
use serde::Serialize;
use serde_json::Value;

use super::super::names::Names;
use super::super::wording::{self, Ministry};

/// See the module.
#[derive(Debug, Serialize)]
pub(in super::super) struct ContributionText {
    ministry: Ministry,
    version: u32,
    state: String,
    tone: &'static str,
    reason: Option<String>,
    answers: String,
    files: Vec<String>,
    /// The letter's blocks, as its model writes them.
    blocks: Value,
    /// What was sent, when it is not what the letter's model writes.
    raw: Option<String>,
}

impl ContributionText {
    pub(in super::super) fn of(names: &Names, one: &Contribution, language: Language) -> Self {
        let (state, tone) = wording::contribution(&one.status, language);
        let body = letter::body::parse(&one.body).ok().and_then(|body| serde_json::to_value(body.blocks).ok());
        let answers: Vec<String> = one.answers.iter().map(ToString::to_string).collect();
        Self {
            ministry: names.ministry(&one.ministry, language),
            version: one.version,
            state,
            tone,
            reason: if let ContributionStatus::Returned { reason } = &one.status { Some(reason.clone()) } else { None },
            answers: answers.join(", "),
            files: one.files.iter().map(|file| file.name.clone()).collect(),
            raw: if body.is_none() { Some(one.body.to_string()) } else { None },
            blocks: body.unwrap_or_else(|| Value::Array(Vec::new())),
        }
    }
}

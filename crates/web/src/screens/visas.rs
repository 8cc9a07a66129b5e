//! The visas on a version, row by row.

use directory::Language;
use inquiry::state::Draft;
use inquiry::terms::RequiredVisa;
use serde::Serialize;

use super::fields::say;
use super::wording::People;

/// A visa that was given, refused or is awaited.
#[derive(Debug, Serialize)]
pub(super) struct VisaRow {
    pub approver: String,
    pub kind: &'static str,
    pub state: String,
    pub tone: &'static str,
    pub remarks: Option<String>,
}

/// What stands on the current version, and who is missing.
pub(super) fn standing(draft: &Draft, missing: &[RequiredVisa], people: &People, language: Language) -> Vec<VisaRow> {
    let given = draft.visas.iter().map(|visa| VisaRow {
        approver: people.name(&visa.approver).to_owned(),
        kind: visa.kind.words(language),
        state: say(language, "келісті", "согласовано", "approved"),
        tone: "ok",
        remarks: None,
    });
    let refused = draft.refusals.iter().map(|refusal| VisaRow {
        approver: people.name(&refusal.approver).to_owned(),
        kind: refusal.kind.words(language),
        state: say(language, "бас тартты", "отказ", "refused"),
        tone: "bad",
        remarks: Some(refusal.remarks.clone()),
    });
    let awaited = missing.iter().map(|visa| VisaRow {
        approver: people.name(&visa.approver).to_owned(),
        kind: visa.kind.words(language),
        state: say(language, "күтілуде", "ожидается", "awaited"),
        tone: "warn",
        remarks: None,
    });
    given.chain(refused).chain(awaited).collect()
}

//! An attempt to send a mail, and what came about one, in the reader's words: the same beside a delivery and in its evidence.

use directory::Language;
use serde::Serialize;

use super::super::wording;
use crate::office::evidence::{Came, Step};

/// What came of one attempt.
#[derive(Debug, Serialize)]
pub(super) struct Attempted {
    pub at: String,
    pub words: String,
    pub tone: &'static str,
    pub relay: String,
    pub stage: Option<String>,
    pub code: Option<i32>,
    pub answer: Option<String>,
    pub message_sha256: Option<String>,
}

/// What came about a mail.
#[derive(Debug, Serialize)]
pub(super) struct Noticed {
    pub at: String,
    pub words: String,
    pub tone: &'static str,
    pub status: Option<String>,
    pub answer: String,
    /// It was known by nothing but an id that others could guess.
    pub is_uncertain: bool,
    pub mail_sha256: String,
}

pub(super) fn attempted(step: Step, language: Language) -> Attempted {
    let (words, tone) = wording::step(&step.step, language);
    Attempted {
        at: step.at.to_string(),
        words,
        tone,
        stage: step.stage.map(|stage| wording::reached(&stage, language)),
        code: step.code,
        answer: step.answer.map(|answer| wording::answered(Some(&step.relay), answer, language)),
        relay: wording::relay(step.relay, language),
        message_sha256: step.message_sha256,
    }
}

pub(super) fn noticed(came: Came, language: Language) -> Noticed {
    let (words, tone) = wording::notice(&came.kind, language);
    Noticed {
        at: came.at.to_string(),
        words,
        tone,
        // Servers that begin their sentence with the code have said it.
        status: came.status.filter(|status| !came.words.starts_with(status.as_str())),
        answer: came.words,
        is_uncertain: came.found_by == "message_id",
        mail_sha256: came.mail_sha256,
    }
}

//! What the inquiries that joined this one ask: the same reply answers them, so that it stands beside this one's own questions wherever somebody writes.

use directory::Actor;
use directory::number::shown;
use inquiry::Dossier;
use serde::Serialize;

use crate::office::seeing;
use crate::problem::Problem;
use crate::state::AppState;

/// See the module.
#[derive(Debug, Serialize)]
pub(in super::super) struct Joined {
    id: String,
    number: String,
    /// The language it is written in.
    language: &'static str,
    subject: String,
    questions: Vec<String>,
}

impl Joined {
    /// As far as they may be read. `now` is the inquiry as it stands, `then` as it is looked at.
    ///
    /// # Errors
    /// A failure.
    pub(in super::super) async fn of(
        state: &AppState,
        actor: &Actor,
        now: &Dossier,
        then: &Dossier,
    ) -> Result<Vec<Self>, Problem> {
        let joined = seeing::joined(state, actor, now, then).await?;
        Ok(joined.iter().map(|seen| Self::one(&seen.dossier)).collect())
    }

    fn one(dossier: &Dossier) -> Self {
        let intake = &dossier.intake;
        Self {
            id: dossier.inquiry.to_string(),
            number: shown(intake.number.printed()),
            language: intake.language.code(),
            subject: intake.subject.clone(),
            questions: intake.questions.iter().map(|question| question.text.clone()).collect(),
        }
    }
}

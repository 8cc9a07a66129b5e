//! Whom a letter that waits for a signature names as its signatory, by what right they sign, and why whoever looks could not.

use directory::Language;
use inquiry::Dossier;
use inquiry::state::Submission;
use serde::Serialize;

use crate::Caller;
use crate::office::authority;
use crate::state::AppState;

/// The signatory as the letter prints them.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Signatory {
    name: String,
    post: String,
    /// The order by which they act.
    order: Option<String>,
    /// Said in the place of the button: this account may not sign the letter now.
    why_not: Option<String>,
}

impl Signatory {
    pub(super) fn of(
        state: &AppState,
        dossier: &Dossier,
        paper: &Submission,
        caller: &Caller,
        language: Language,
    ) -> Self {
        Self {
            name: paper.signatory.name.clone(),
            post: paper.signatory.post_lines.join(" "),
            order: paper.order.as_ref().map(|order| order.words(language)),
            why_not: authority::why_not(state, &caller.account.actor, dossier, language),
        }
    }

    /// Is there a button, then?
    pub(super) fn may_sign(&self) -> bool {
        self.why_not.is_none()
    }
}

//! Whom a letter that waits for a signature names as its signatory, by what right they sign, and why whoever looks could not.

use directory::Language;
use inquiry::Dossier;
use inquiry::state::{NamedSignatory, Submission};
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
    /// Everybody who signs, where several do.
    all: Vec<One>,
    /// Said in the place of the button: this account may not sign the letter now.
    why_not: Option<String>,
}

/// One of several signatories.
#[derive(Debug, Clone, Serialize)]
pub(super) struct One {
    name: String,
    post: String,
    order: Option<String>,
    /// When they signed; none while their signature is awaited.
    signed_at: Option<String>,
}

impl One {
    /// Everybody who is to sign the letter, in the order in which it prints them.
    pub(super) fn all(paper: &Submission, language: Language) -> Vec<Self> {
        let one = |named: NamedSignatory<'_>| Self {
            name: named.block.name.clone(),
            post: named.block.post_lines.join(" "),
            order: named.order.map(|order| order.words(language)),
            signed_at: named.person.and_then(|person| paper.given_by(person)).map(|given| given.signed_at.to_string()),
        };
        paper.signatories().map(one).collect()
    }
}

impl Signatory {
    pub(super) fn of(
        state: &AppState,
        dossier: &Dossier,
        paper: &Submission,
        caller: &Caller,
        language: Language,
    ) -> Self {
        // Whoever is one of several sees their own block.
        let own = caller.account.actor.person;
        let shown = paper.signatories().find(|named| named.person.is_some() && named.person == own);
        let (block, order) = shown.map_or((&paper.signatory, paper.order.as_ref()), |named| (named.block, named.order));
        Self {
            name: block.name.clone(),
            post: block.post_lines.join(" "),
            order: order.map(|order| order.words(language)),
            all: if paper.also.is_empty() { Vec::new() } else { One::all(paper, language) },
            why_not: authority::why_not(state, &caller.account.actor, dossier, language),
        }
    }

    /// Is there a button, then?
    pub(super) fn may_sign(&self) -> bool {
        self.why_not.is_none()
    }
}

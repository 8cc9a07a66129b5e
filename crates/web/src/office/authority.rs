//! Whose letter it is, and whether whoever asks may sign it at this minute. The rule is [`inquiry::authority`]; here it gets the directory, the
//! clock and the account.

use directory::{Actor, Authority, Language};
use inquiry::state::Stage;
use inquiry::terms::CertificateHolder;
use inquiry::{CommandName, Dossier, Refusal, authority};
use jiff::Timestamp;

use super::Asked;
use super::seeing::Seen;
use crate::problem::Problem;
use crate::state::AppState;

/// By what right whoever asks signs what lies before the signatory, with a certificate of that holder. To be asked of every signature before
/// anything is recorded; the holder is none where the server's seal stands in.
///
/// # Errors
/// The refusal that says who may sign, and what to do.
pub fn at(
    state: &AppState,
    asked: &Asked,
    dossier: &Dossier,
    signer: Option<&CertificateHolder>,
) -> Result<Authority, Problem> {
    Ok(of(state, &asked.by, asked.at, dossier, signer)?)
}

fn of(
    state: &AppState,
    by: &Actor,
    at: Timestamp,
    dossier: &Dossier,
    signer: Option<&CertificateHolder>,
) -> Result<Authority, Refusal> {
    let Stage::ForSignature(paper) = &dossier.stage else {
        return Err(Refusal::WrongStage { command: CommandName::Sign, stage: dossier.stage.name() });
    };
    authority::of(paper, by, at, signer, &state.directory())
}

/// Why this person could not sign the letter now; none when they could.
#[must_use]
pub fn refused(state: &AppState, by: &Actor, dossier: &Dossier) -> Option<Refusal> {
    of(state, by, state.clock.now(), dossier, None).err()
}

/// The same in words. Asked before a button is drawn.
#[must_use]
pub fn why_not(state: &AppState, by: &Actor, dossier: &Dossier, language: Language) -> Option<String> {
    refused(state, by, dossier).map(|refusal| refusal.words(language))
}

/// What this person may ask of the inquiry now: what the inquiry allows, and a signature only where their right to it lasts.
#[must_use]
pub fn allowed(state: &AppState, by: &Actor, seen: &Seen) -> Vec<CommandName> {
    let mut may = inquiry::allowed(&seen.inquiry, by);
    may.retain(|name| *name != CommandName::Sign || refused(state, by, &seen.dossier).is_none());
    may
}

//! What is to be taken back: the change by its record and its version, and how it was taken back already.

use directory::Language;
use directory::changes::{Change, Ledger};
use jiff::civil::Date;
use serde::Serialize;

use super::super::wording::People;
use super::forms::ChangeForm;
use super::told::Called;
use crate::office::unread;
use crate::problem::Problem;
use crate::records;
use crate::state::AppState;

/// How a change was taken back.
#[derive(Debug, Serialize)]
pub(super) struct Gone {
    /// What it said.
    what: String,
    /// Why.
    act: String,
    by: String,
    at: String,
    /// Where its record is.
    href: String,
}

/// The change of that version in the history of that record; nothing for every other form.
///
/// # Errors
/// [`Problem::UnknownAddress`] where there is none; a failure.
pub(super) async fn planned(
    state: &AppState,
    form: ChangeForm,
    code: &str,
    version: &str,
) -> Result<Option<(u64, Change)>, Problem> {
    if form != ChangeForm::TakeBack {
        return Ok(None);
    }
    let version: u64 = version.parse().map_err(|_| Problem::UnknownAddress)?;
    // What another process has recorded may not be known here yet.
    state.records.refresh(&state.journal).await.map_err(unread)?;
    let ledger = state.records.ledger();
    let (change, _) = ledger.at_version(version).ok_or(Problem::UnknownAddress)?;
    // Nobody reads the name of one record above what happens to another.
    if change.subjects().iter().any(|subject| subject.code == code) {
        Ok(Some((version, change.clone())))
    } else {
        Err(Problem::UnknownAddress)
    }
}

/// How that change was taken back; nothing while it stands.
///
/// # Errors
/// A failure.
pub(super) async fn gone(
    state: &AppState,
    code: &str,
    (version, planned): (u64, &Change),
    (today, language): (Date, Language),
) -> Result<Option<Gone>, Problem> {
    let recorded = state.journal.load(&records::stream().map_err(unread)?).await.map_err(unread)?;
    let ledger = eventstore::fold::<Ledger>(&recorded).map_err(unread)?.aggregate;
    let takes_it_back = |change: &Change| match change {
        Change::ChangeTakenBack(event) => event.version == version,
        _ => false,
    };
    let mut both = recorded.iter().zip(ledger.changes());
    let Some((event, back)) = both.find(|(_, change)| takes_it_back(change)) else { return Ok(None) };
    let (directory, people) = (state.directory(), People::of(state).await?);
    let called = Called { directory: &directory, ledger: &ledger, on: today, language };
    Ok(Some(Gone {
        what: called.taken_back(planned, version),
        act: back.act().to_owned(),
        by: people.name(&event.actor).to_owned(),
        at: event.at.to_string(),
        href: format!("/records/{}/{code}", planned.kind().code()),
    }))
}

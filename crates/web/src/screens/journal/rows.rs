//! Entries of the journal as rows of a page: names for accounts, numbers for inquiries, words for kinds; ministries and records as they were called then.

use directory::Language;
use directory::number::shown;
use inquiry::InquiryId;
use readmodel::entries::Entry;
use readmodel::register;
use serde::Serialize;

use super::super::names::Names;
use super::super::wording::People;
use super::about::{About, Stands, Teller};
use crate::office::seeing;
use crate::problem::Problem;
use crate::{Caller, State};

/// An event as people read it.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    position: i64,
    at: String,
    actor: String,
    /// The account, where it is one of somebody.
    account: Option<String>,
    event: String,
    words: Option<&'static str>,
    inquiry: Option<String>,
    number: Option<String>,
    /// The stream, where it is no inquiry's.
    stream: Option<String>,
    /// What that is about.
    about: Option<About>,
    version: i64,
    ministries: Vec<String>,
}

/// The rows of some entries.
///
/// # Errors
/// A failure.
pub(super) async fn of(
    state: &State,
    caller: &Caller,
    entries: &[Entry],
    language: Language,
) -> Result<Vec<Row>, Problem> {
    let people = People::of(state).await?;
    let mut ids: Vec<InquiryId> = entries.iter().filter_map(|entry| entry.inquiry).collect();
    ids.sort_unstable();
    ids.dedup();
    let numbers = register::numbers_of(&state.reader(&caller.account.actor), &ids)
        .await
        .map_err(|error| Problem::failure("name the inquiries of the journal", error))?;
    let names = Names::looking_back(state, entries.iter().map(|entry| (entry.at, entry.position)));
    let streams = entries.iter().filter_map(|entry| entry.stream.as_deref());
    let teller = Teller::of(state, &names, language, streams).await?;
    let about = |entry: &Entry| {
        let Entry { kind, version, at, position, .. } = entry;
        let stream = entry.stream.as_deref()?;
        teller.about(Stands { stream, kind, version: *version, at: *at, position: *position })
    };
    let ministries = |entry: &Entry| -> Vec<String> {
        let at = (entry.at, entry.position);
        let short = |code| names.said_at(at, language, |names| names.ministry(code, language).short);
        entry.ministries.iter().map(short).collect()
    };
    let rows = entries.iter().map(|entry| Row {
        position: entry.position,
        at: entry.at.to_string(),
        actor: people.or_worker(&entry.actor, language).to_owned(),
        account: people.knows(&entry.actor).then(|| entry.actor.clone()),
        event: entry.kind.clone(),
        words: seeing::words_of_entry(entry, language),
        number: entry.inquiry.and_then(|id| numbers.get(&id).map(|number| shown(number))),
        inquiry: entry.inquiry.map(|id| id.to_string()),
        about: about(entry),
        stream: entry.stream.clone(),
        version: entry.version,
        ministries: ministries(entry),
    });
    Ok(rows.collect())
}

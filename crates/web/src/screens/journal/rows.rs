//! Entries of the journal as rows of a page: names for accounts, numbers for inquiries, words for kinds.

use std::collections::HashMap;

use directory::Language;
use directory::accounts::of_stream;
use directory::blanks::MinistryBlanks;
use directory::number::shown;
use inquiry::InquiryId;
use inquiry::proposal::event::ProposalEventName;
use readmodel::entries::Entry;
use readmodel::register;
use serde::Serialize;
use uuid::Uuid;

use super::super::fields::say;
use super::super::wording::{self, People};
use crate::accounts::listing;
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
    about: Option<String>,
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
    let accounts: Vec<Uuid> = entries.iter().filter_map(|entry| of_stream(entry.stream.as_deref()?)).collect();
    let accounts = if accounts.is_empty() {
        HashMap::new()
    } else {
        let client = state.pool.get().await?;
        let named = listing::named(&client, &accounts).await;
        named.map_err(|error| Problem::failure("name the accounts of the journal", error))?
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
        about: entry.stream.as_deref().and_then(|stream| about(state, &accounts, (&entry.kind, stream), language)),
        stream: entry.stream.clone(),
        version: entry.version,
        ministries: entry.ministries.iter().map(|code| wording::ministry(state, code, language).short).collect(),
    });
    Ok(rows.collect())
}

/// What a stream is about that is no inquiry's: a proposal, an account, the records, the settings, or the blanks of a ministry.
fn about(
    state: &State,
    accounts: &HashMap<Uuid, (String, String)>,
    (kind, stream): (&str, &str),
    language: Language,
) -> Option<String> {
    let directory = state.directory();
    if ProposalEventName::from_stored(kind).is_some() {
        return Some(say(language, "Сырттан түскен өтініш", "Обращение извне", "Proposal from outside"));
    }
    if stream == directory::changes::STREAM {
        return Some(say(language, "Анықтамалық", "Справочник", "The records"));
    }
    if stream == directory::settings::STREAM {
        return Some(say(language, "Баптаулар", "Настройки", "Settings"));
    }
    if stream == inquiry::synthetic::STREAM {
        return Some(say(language, "Жасанды тарих", "Синтетическая история", "Made-up history"));
    }
    if let Some(account) = of_stream(stream) {
        let words = say(language, "Есептік жазба", "Учётная запись", "Account");
        return Some(match accounts.get(&account) {
            Some((name, full_name)) => format!("{words}: {full_name} ({name})"),
            None => words,
        });
    }
    let own = directory.ministries().iter().find(|one| MinistryBlanks::stream_id(&one.code) == stream)?;
    let blanks = say(language, "Бланкілер", "Бланки", "Blanks");
    Some(format!("{blanks}: {}", wording::ministry(state, &own.code, language).short))
}

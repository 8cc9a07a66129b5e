//! What an event is about that is no inquiry's: a proposal, an account, a record or a setting by its name, the blanks of a ministry.

use std::collections::HashMap;
use std::sync::Arc;

use directory::accounts::of_stream;
use directory::blanks::MinistryBlanks;
use directory::changes::{self, Change};
use directory::settings::{self, SettingsEvent};
use directory::{ChamberCode, DeputyId, FactionCode, Language, MinistryCode, OfficeCode};
use inquiry::proposal::event::ProposalEventName;
use jiff::Timestamp;
use jiff::civil::Date;
use readmodel::entries::Entry;
use serde::Serialize;
use uuid::Uuid;

use super::super::admin::{series, terms};
use super::super::fields::say;
use super::super::names::Names;
use crate::accounts::listing;
use crate::problem::Problem;
use crate::state::AppState;

/// How many days of the calendar are named.
const DAYS: usize = 3;

/// What an event is about.
#[derive(Debug, Serialize)]
pub(super) struct About {
    words: String,
    /// The page of the record.
    href: Option<String>,
}

/// Where an event stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stands<'a> {
    pub stream: &'a str,
    pub kind: &'a str,
    pub version: i64,
    pub at: Timestamp,
    pub position: i64,
}

/// Who says it.
pub(super) struct Teller<'a> {
    names: &'a Names,
    language: Language,
    accounts: HashMap<Uuid, (String, String)>,
    records: Arc<changes::Ledger>,
    settings: Arc<settings::Ledger>,
}

impl<'a> Teller<'a> {
    /// For events of these streams.
    ///
    /// # Errors
    /// The database is away.
    pub(super) async fn of(
        state: &AppState,
        names: &'a Names,
        language: Language,
        streams: impl Iterator<Item = &'a str>,
    ) -> Result<Self, Problem> {
        let accounts: Vec<Uuid> = streams.filter_map(of_stream).collect();
        let accounts = if accounts.is_empty() {
            HashMap::new()
        } else {
            let client = state.pool.get().await?;
            let named = listing::named(&client, &accounts).await;
            named.map_err(|error| Problem::failure("name the accounts of the journal", error))?
        };
        let (records, settings) = (state.records.ledger(), state.settings.ledger());
        Ok(Self { names, language, accounts, records, settings })
    }

    /// None for a stream that this program does not know, and for an inquiry, which has its number.
    pub(super) fn about(&self, event: Stands<'_>) -> Option<About> {
        let (language, stream) = (self.language, event.stream);
        let plain = |words: String| Some(About { words, href: None });
        if ProposalEventName::from_stored(event.kind).is_some() {
            return plain(say(language, "Сырттан түскен өтініш", "Обращение извне", "Proposal from outside"));
        }
        if stream == changes::STREAM {
            let words = say(language, "Анықтамалық", "Справочник", "The records");
            // Another process may have recorded it a moment ago.
            let Some(change) = nth(event.version, self.records.changes()) else { return plain(words) };
            let subject = change.subjects().into_iter().next();
            return Some(About {
                words: format!("{words}: {}", self.record(change, (event.at, event.position))),
                href: subject.map(|subject| format!("/records/{}/{}", subject.kind.code(), subject.code)),
            });
        }
        if stream == settings::STREAM {
            let words = say(language, "Баптаулар", "Настройки", "Settings");
            return plain(match nth(event.version, self.settings.events()) {
                Some(SettingsEvent::Term(set)) => format!("{words}: {}", terms::told(set, language)),
                Some(SettingsEvent::Series(set)) => format!("{words}: {}", series::told(set, language)),
                None => words,
            });
        }
        if stream == inquiry::synthetic::STREAM {
            return plain(say(language, "Жасанды тарих", "Синтетическая история", "Made-up history"));
        }
        if let Some(account) = of_stream(stream) {
            let words = say(language, "Есептік жазба", "Учётная запись", "Account");
            return plain(match self.accounts.get(&account) {
                Some((name, full_name)) => format!("{words}: {full_name} ({name})"),
                None => words,
            });
        }
        let code: MinistryCode = stream.split_once('-')?.1.parse().ok()?;
        if MinistryBlanks::stream_id(&code) != stream {
            return None;
        }
        let blanks = say(language, "Бланкілер", "Бланки", "Blanks");
        plain(format!("{blanks}: {}", self.ministry(&code, (event.at, event.position))))
    }

    /// The record that a change is of, and where its ministry goes.
    fn record(&self, change: &Change, at: (Timestamp, i64)) -> String {
        let ministry = |code: &MinistryCode| self.ministry(code, at);
        let deputy = |id: DeputyId| {
            self.said(at, |names| {
                names.deputy(id).map_or_else(|| id.to_string(), |known| known.name.words(self.language).to_owned())
            })
        };
        match change {
            Change::MinistryFounded(event) => ministry(&event.code),
            Change::MinistryRenamed(event) => ministry(&event.code),
            Change::MinistryMerged(event) => format!("{} → {}", ministry(&event.code), ministry(&event.into)),
            Change::MinistrySplit(event) => {
                let into: Vec<String> = event.into.iter().map(ministry).collect();
                format!("{} → {}", ministry(&event.code), into.join(", "))
            }
            Change::MinistryAbolished(event) => ministry(&event.code),
            Change::ConvocationBegun(event) => self.convocation(&event.chamber, event.number),
            Change::ConvocationEnded(event) => self.convocation(&event.chamber, event.number),
            Change::FactionFormed(event) => self.faction(&event.code, at),
            Change::FactionEnded(event) => self.faction(&event.code, at),
            Change::DeputyEntered(event) => deputy(event.id),
            Change::DeputyCorrected(event) => deputy(event.id),
            Change::DeputyChangedFaction(event) => deputy(event.id),
            Change::DeputyLeft(event) => deputy(event.id),
            Change::OfficeFounded(event) => self.office(&event.code),
            Change::OfficeTaken(event) => self.office(&event.office),
            Change::OfficeLeft(event) => self.office(&event.office),
            Change::CalendarChanged(event) => {
                let day = |date: Date| date.strftime("%d.%m.%Y").to_string();
                let days: Vec<String> = event.days.iter().take(DAYS).map(|one| day(one.date)).collect();
                let more = event.days.len().saturating_sub(DAYS);
                let more = if more == 0 { String::new() } else { format!(" (+{more})") };
                format!("{}{more}", days.join(", "))
            }
            Change::ChangeTakenBack(event) => match nth(event.version.cast_signed(), self.records.changes()) {
                Some(Change::ChangeTakenBack(_)) | None => event.codes.join(", "),
                // What was to begin by it the records do not know any more: it alone says the name.
                Some(Change::MinistryFounded(planned)) => planned.name.words(self.language).to_owned(),
                Some(Change::FactionFormed(planned)) => planned.name.words(self.language).to_owned(),
                Some(Change::DeputyEntered(planned)) => planned.name.words(self.language).to_owned(),
                Some(taken_back) => self.record(taken_back, at),
            },
        }
    }

    fn said(&self, at: (Timestamp, i64), name: impl Fn(&Names) -> String) -> String {
        self.names.said_at(at, self.language, name)
    }

    fn ministry(&self, code: &MinistryCode, at: (Timestamp, i64)) -> String {
        self.said(at, |names| names.ministry(code, self.language).name)
    }

    fn faction(&self, code: &FactionCode, at: (Timestamp, i64)) -> String {
        self.said(at, |names| {
            names.faction(code).map_or_else(|| code.to_string(), |known| known.name.words(self.language).to_owned())
        })
    }

    fn office(&self, code: &OfficeCode) -> String {
        let known = self.names.office(code);
        known.map_or_else(|| code.to_string(), |known| known.name.words(self.language).to_owned())
    }

    fn convocation(&self, chamber: &ChamberCode, number: u8) -> String {
        let known = self.names.chamber(chamber);
        let chamber = known.map_or_else(|| chamber.to_string(), |known| known.name.words(self.language).to_owned());
        convocation(&chamber, number, self.language)
    }
}

/// What a convocation of that chamber is called.
pub(super) fn convocation(chamber: &str, number: u8, language: Language) -> String {
    match language {
        Language::Kk => format!("{chamber}, {number}-шақырылым"),
        Language::Ru => format!("{chamber}, {number} созыв"),
        Language::En => format!("{chamber}, convocation {number}"),
    }
}

/// The records that an entry's event changed, each by its kind and its code, as in its page's address.
pub(crate) fn records(ledger: &changes::Ledger, entry: &Entry) -> Vec<String> {
    if entry.stream.as_deref() != Some(changes::STREAM) {
        return Vec::new();
    }
    let subjects = nth(entry.version, ledger.changes()).map(Change::subjects).unwrap_or_default();
    subjects.into_iter().map(|subject| format!("{}/{}", subject.kind.code(), subject.code)).collect()
}

/// What a stream says at a version; the first is 1.
fn nth<T>(version: i64, said: &[T]) -> Option<&T> {
    said.get(usize::try_from(version).ok()?.checked_sub(1)?)
}

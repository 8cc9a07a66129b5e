//! What a page calls ministries, factions, deputies and topics: by the names in force on its day. A page of the past takes them from the records
//! as they were known at its moment (docs/adr/0036-the-past.md), so that whatever is called otherwise later, it stays as it is; what
//! the records did not know then goes by its name of today.

use std::collections::HashMap;
use std::sync::Arc;

use directory::chamber::Chamber;
use directory::deputy::Deputy;
use directory::faction::Faction;
use directory::records::View;
use directory::{ChamberCode, DeputyId, Directory, FactionCode, Language, MinistryCode, TopicCode};
use jiff::Timestamp;
use jiff::civil::Date;

use super::wording::Ministry;
use crate::moment::Moment;
use crate::office::records::known_as_of;
use crate::problem::Problem;
use crate::state::AppState;
use crate::time::local_date;

/// The records that a page takes its names from.
#[derive(Debug, Clone)]
pub(super) struct Names {
    /// As they were known at the page's moment.
    known: Arc<Directory>,
    /// The day of that moment.
    day: Date,
    /// As they are known now.
    now: Arc<Directory>,
}

impl Names {
    /// Of a page of the present.
    pub(super) fn now(state: &AppState) -> Self {
        let now = state.directory();
        Self { known: Arc::clone(&now), day: state.today(), now }
    }

    /// Of a page of that moment; without one, of the present.
    ///
    /// # Errors
    /// A failure.
    pub(super) async fn of(state: &AppState, moment: Option<Moment>) -> Result<Self, Problem> {
        match moment {
            Some(moment) => Self::then(state, moment.at, Some(moment.position)).await,
            None => Ok(Self::now(state)),
        }
    }

    /// Of a page of that moment, looked back at from a position where there is one.
    ///
    /// # Errors
    /// A failure.
    pub(super) async fn then(state: &AppState, at: Timestamp, position: Option<i64>) -> Result<Self, Problem> {
        let known = known_as_of(state, at, position).await?;
        Ok(Self { known: Arc::new(known), day: local_date(at), now: state.directory() })
    }

    /// The page's day.
    pub(super) const fn day(&self) -> Date {
        self.day
    }

    /// The records of that day.
    pub(super) fn view(&self) -> View<'_> {
        self.known.at(self.day)
    }

    /// What a ministry is called; a code that no records know stands for itself.
    pub(super) fn ministry(&self, code: &MinistryCode, language: Language) -> Ministry {
        match self.ministry_of(code) {
            Some(known) => Ministry {
                name: known.name.words(language).to_owned(),
                short: known.abbreviation.words(language).to_owned(),
            },
            None => Ministry { name: code.to_string(), short: code.to_string() },
        }
    }

    /// Every ministry of the day, for a select, by name.
    pub(super) fn ministries(&self, language: Language) -> Vec<(String, String)> {
        let ministries = self.view().ministries();
        ministries.map(|one| (one.code.to_string(), one.name.words(language).to_owned())).collect()
    }

    /// A topic of the rubricator, by its name in the reader's language.
    pub(super) fn topic(&self, code: &TopicCode, language: Language) -> String {
        let known = self.view().topic(code).or_else(|| self.known.topic(code)).or_else(|| self.now.topic(code));
        known.map_or_else(|| code.to_string(), |known| known.name.words(language).to_owned())
    }

    /// The topics of the day, for a list to choose from.
    pub(super) fn topics(&self, language: Language) -> Vec<(String, String)> {
        let topics = self.view().topics();
        topics.map(|one| (one.code.to_string(), one.name.words(language).to_owned())).collect()
    }

    /// A faction, whether it exists on the day or not.
    pub(super) fn faction(&self, code: &FactionCode) -> Option<&Faction> {
        self.view().faction(code).or_else(|| latest(&self.known, code)).or_else(|| latest(&self.now, code))
    }

    /// A chamber, also a planned one.
    pub(super) fn chamber(&self, code: &ChamberCode) -> Option<&Chamber> {
        self.now.chamber(code)
    }

    /// A deputy, whether the mandate lasts on the day or not.
    pub(super) fn deputy(&self, id: DeputyId) -> Option<&Deputy> {
        self.view().deputy(id).or_else(|| self.known.deputy(id)).or_else(|| self.now.deputy(id))
    }

    /// A sentence of the rules, which know ministries and offices by their codes, with their names in the reader's language.
    pub(super) fn told(&self, sentence: &str, language: Language) -> String {
        let ministries = self.known.ministries().iter().chain(self.now.ministries());
        let ministries = ministries
            .filter_map(|one| Some((one.code.to_string(), self.ministry_of(&one.code)?.abbreviation.words(language))));
        let offices = self.now.offices().iter();
        let names: HashMap<String, &str> =
            offices.map(|one| (one.code.to_string(), one.name.words(language))).chain(ministries).collect();
        let is_code = |sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == '_';
        let mut text = String::new();
        let mut rest = sentence;
        while let Some(from) = rest.find(is_code) {
            let (before, here) = rest.split_at(from);
            let (word, after) = here.split_at(here.find(|sign| !is_code(sign)).unwrap_or(here.len()));
            text.push_str(before);
            // A code stands alone: what is part of a longer word, an address or a file's name is left as it is.
            let joined = |sign: Option<char>| sign.is_some_and(|sign| sign.is_alphanumeric() || "@-/".contains(sign));
            let is_alone = !joined(before.chars().next_back()) && !joined(after.chars().next());
            text.push_str(names.get(word).filter(|_| is_alone).copied().unwrap_or(word));
            rest = after;
        }
        text.push_str(rest);
        text
    }

    /// In force on the day, or else as it was called last.
    fn ministry_of(&self, code: &MinistryCode) -> Option<&directory::ministry::Ministry> {
        self.view().ministry(code).or_else(|| self.known.ministry(code)).or_else(|| self.now.ministry(code))
    }
}

fn latest<'d>(directory: &'d Directory, code: &FactionCode) -> Option<&'d Faction> {
    directory.factions().iter().rfind(|faction| faction.code == *code)
}

#[cfg(test)]
mod tests {
    use directory::Multilingual;
    use directory::changes::Change;
    use directory::changes::event::{MinistryFounded, MinistryRenamed};
    use jiff::civil::date;

    use super::*;

    const DAY: Date = date(2023, 9, 22);

    fn text(name: &str) -> Multilingual {
        Multilingual::new(name, name, None)
    }

    fn code(code: &str) -> MinistryCode {
        MinistryCode::new(code).unwrap()
    }

    fn short(names: &Names, ministry: &str) -> String {
        names.ministry(&code(ministry), Language::Kk).short
    }

    #[test]
    fn a_name_is_that_of_the_day_as_it_was_known_then_and_what_was_not_known_goes_by_its_name_of_today() {
        let seed = Directory::embedded().unwrap();
        let mut changed = seed.clone();
        let (name, abbreviation, act) = (text("Жаңа атау"), text("ЖА"), "Жарлық".to_owned());
        let (since, predecessors) = (DAY, Vec::new());
        let renamed = MinistryRenamed {
            code: code("mlsp"),
            name: name.clone(),
            abbreviation: abbreviation.clone(),
            since,
            act: act.clone(),
        };
        changed.evolve(&Change::MinistryRenamed(renamed));
        changed.evolve(&Change::MinistryFounded(MinistryFounded {
            code: code("mnew"),
            name,
            abbreviation,
            since,
            predecessors,
            act,
        }));
        let old = short(&Names { known: seed.clone().into(), day: DAY, now: seed.clone().into() }, "mlsp");
        let names = |known: &Directory, day| Names { known: known.clone().into(), day, now: changed.clone().into() };
        // It was not known on the day itself, and it was known before its day.
        assert_eq!(short(&names(&seed, DAY), "mlsp"), old);
        assert_eq!(short(&names(&changed, date(2023, 9, 21)), "mlsp"), old);
        assert_eq!(short(&names(&changed, DAY), "mlsp"), "ЖА");
        assert_eq!(short(&names(&seed, DAY), "mnew"), "ЖА");
        assert_eq!(short(&names(&seed, DAY), "unheard"), "unheard");
        assert_eq!(names(&seed, DAY).told("mlsp: mnew", Language::Kk), format!("{old}: ЖА"));
    }
}

//! What a page calls ministries, factions, deputies and topics: by the names in force on its day. A page of the past takes them from the records
//! as they were known at its moment (docs/adr/0036-the-past.md), so that whatever is called otherwise later, it stays as it is; what
//! the records did not know then goes by its name of today. A page of the present that tells of many moments names everything as it was called at each,
//! and says in brackets what it is called now.

use std::collections::HashMap;
use std::sync::Arc;

use directory::chamber::Chamber;
use directory::deputy::Deputy;
use directory::faction::Faction;
use directory::office::Office;
use directory::records::View;
use directory::{ChamberCode, DeputyId, Directory, FactionCode, Language, MinistryCode, OfficeCode, TopicCode};
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
    /// As they were known at the moments that the page tells of, by the position of each, where that is otherwise than now; none: of a page that
    /// names everything as of one moment.
    then: Option<Arc<HashMap<i64, Arc<Directory>>>>,
}

impl Names {
    /// Of a page of the present.
    pub(super) fn now(state: &AppState) -> Self {
        let now = state.directory();
        Self { known: Arc::clone(&now), day: state.today(), now, then: None }
    }

    /// Of a page of the present that tells of events: when each happened, and its position. The journal is not asked: this process holds the history
    /// of the records.
    pub(super) fn looking_back(state: &AppState, events: impl IntoIterator<Item = (Timestamp, i64)>) -> Self {
        let (now, then) = state.records.looking_back(events);
        Self { known: Arc::clone(&now), day: state.today(), now, then: Some(Arc::new(then)) }
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
        Ok(Self { known: Arc::new(known), day: local_date(at), now: state.directory(), then: None })
    }

    /// What `name` says of the moment of an event, and in brackets what it says now, where that is something else. On a page that names everything as of
    /// one moment, what it says of that.
    pub(super) fn said_at(
        &self,
        (at, position): (Timestamp, i64),
        language: Language,
        name: impl Fn(&Self) -> String,
    ) -> String {
        let Some(then) = &self.then else { return name(self) };
        let known = then.get(&position).unwrap_or(&self.now);
        // What the records know no more, because it was taken back before its day, is called today as it was then.
        let now = name(&Self { known: Arc::clone(&self.known), day: self.day, now: Arc::clone(known), then: None });
        let then =
            name(&Self { known: Arc::clone(known), day: local_date(at), now: Arc::clone(&self.now), then: None });
        if then == now {
            return now;
        }
        match language {
            Language::Kk => format!("{then} (қазір: {now})"),
            Language::Ru => format!("{then} (сейчас: {now})"),
            Language::En => format!("{then} (now: {now})"),
        }
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

    /// An office; what is known of it never changes.
    pub(super) fn office(&self, code: &OfficeCode) -> Option<&Office> {
        self.known.office(code).or_else(|| self.now.office(code))
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
    use directory::changes::event::{MinistryFounded, MinistryRenamed};
    use directory::changes::{Change, Ledger};
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
        let old = short(&Names { known: seed.clone().into(), day: DAY, now: seed.clone().into(), then: None }, "mlsp");
        let names = |known: &Directory, day| Names {
            known: known.clone().into(),
            day,
            now: changed.clone().into(),
            then: None,
        };
        // It was not known on the day itself, and it was known before its day.
        assert_eq!(short(&names(&seed, DAY), "mlsp"), old);
        assert_eq!(short(&names(&changed, date(2023, 9, 21)), "mlsp"), old);
        assert_eq!(short(&names(&changed, DAY), "mlsp"), "ЖА");
        assert_eq!(short(&names(&seed, DAY), "mnew"), "ЖА");
        assert_eq!(short(&names(&seed, DAY), "unheard"), "unheard");
        assert_eq!(names(&seed, DAY).told("mlsp: mnew", Language::Kk), format!("{old}: ЖА"));
    }

    #[test]
    fn an_event_is_told_in_the_names_of_its_moment_and_what_is_called_otherwise_now_says_so_once() {
        let seed = Directory::embedded().unwrap();
        let renamed = |name: &str, since: Date| {
            Change::MinistryRenamed(MinistryRenamed {
                code: code("mlsp"),
                name: text(name),
                abbreviation: text(name),
                since,
                act: "Жарлық".to_owned(),
            })
        };
        let mut ledger = Ledger::default();
        ledger.evolve(renamed("Бір", DAY));
        ledger.evolve(renamed("Екі", date(2023, 10, 2)));
        let now = ledger.directory(&seed);
        // Position 1 stands before both changes, 2 between them, 9 behind both.
        let after = |count| Arc::new(ledger.directory_at(&seed, count));
        let then = Arc::new([(1, after(0)), (2, after(1))].into());
        let names = Names { known: now.clone().into(), day: date(2023, 11, 1), now: now.into(), then: Some(then) };
        let old = short(&Names { known: seed.clone().into(), day: DAY, now: seed.into(), then: None }, "mlsp");
        let said = |day: &str, position, language| {
            let at = format!("{day}T05:00:00Z").parse().unwrap();
            names.said_at((at, position), language, |names| names.ministry(&code("mlsp"), language).short)
        };
        assert_eq!(said("2023-09-21", 1, Language::Kk), format!("{old} (қазір: Екі)"));
        // On the day itself nobody knew of it yet; afterwards it was known.
        assert_eq!(said("2023-09-22", 1, Language::Kk), format!("{old} (қазір: Екі)"));
        assert_eq!(said("2023-09-22", 2, Language::Ru), "Бір (сейчас: Екі)");
        assert_eq!(said("2023-10-01", 9, Language::En), "Бір (now: Екі)");
        assert_eq!(said("2023-10-02", 9, Language::Kk), "Екі");
        // What was planned then and was taken back since is not called by its code now.
        let mut planned = Ledger::default();
        let (name, abbreviation) = (text("Жоспар"), text("ЖМ"));
        let (code_of_it, since, act) = (code("mplan"), date(2023, 12, 1), "Жарлық".to_owned());
        let founded = MinistryFounded { code: code_of_it, name, abbreviation, since, predecessors: Vec::new(), act };
        planned.evolve(Change::MinistryFounded(founded));
        let known = Arc::new(planned.directory(&Directory::embedded().unwrap()));
        let looking_back = Names { then: Some(Arc::new([(3, known)].into())), ..names.clone() };
        let at = ("2023-10-01T05:00:00Z".parse().unwrap(), 3);
        let said = looking_back.said_at(at, Language::Kk, |names| names.ministry(&code("mplan"), Language::Kk).short);
        assert_eq!(said, "ЖМ");
        let as_of_one = Names { then: None, ..names.clone() };
        let at = (Timestamp::UNIX_EPOCH, 1);
        let said = as_of_one.said_at(at, Language::Kk, |names| names.ministry(&code("mlsp"), Language::Kk).short);
        assert_eq!(said, "Екі");
    }
}

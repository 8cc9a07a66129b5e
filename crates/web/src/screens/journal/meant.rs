//! Who and what is meant by a name that somebody typed above the journal: an account, or a record.

use directory::chamber::Convocation;
use directory::changes::{Change, Ledger, Subject, SubjectKind};
use directory::search::{self, are_one_name};
use directory::{ChamberCode, Directory, Language, Multilingual, OfficeCode, Period, Role, dates};
use jiff::civil::Date;
use readmodel::Reader;
use readmodel::entries::{self, Direction, Wanted};

use super::super::fields::{day, say};
use super::super::wording::WORKERS;
use super::about;
use crate::accounts;
use crate::problem::Problem;
use crate::speech::Words;
use crate::state::AppState;

/// As many of those that fit are named.
const MOST: usize = 20;

/// One that answers what was typed.
#[derive(Debug, Clone)]
pub(crate) struct Match {
    /// What means this one alone.
    pub value: String,
    /// What people call it.
    pub words: Words,
    /// What tells it apart from others that are called so: an account's name, a record's kind and code.
    pub note: Words,
}

/// What a name means.
#[derive(Debug)]
pub(super) enum Meant<T> {
    /// Nothing was typed.
    Anything,
    /// This.
    One(T),
    /// Any of these.
    Several(Vec<Match>),
    /// There is none.
    Nothing,
}

impl<T> Meant<T> {
    /// What is looked for, and which could be meant where that has to be chosen first.
    pub(super) fn read(self, field: &'static str, none: Words) -> (Result<Option<T>, Problem>, Vec<Match>) {
        match self {
            Self::Anything => (Ok(None), Vec::new()),
            Self::One(one) => (Ok(Some(one)), Vec::new()),
            Self::Several(several) => {
                let expected = Words::from_fn(|language| {
                    let names =
                        several.iter().map(|one| format!("{} ({})", one.words.in_language(language), one.value));
                    let choose = say(
                        language,
                        "Бірнешеуі сәйкес келеді, біреуін таңдаңыз",
                        "Подходит несколько, выберите одно",
                        "Several fit, choose one",
                    );
                    format!("{choose}: {}.", names.collect::<Vec<_>>().join(", "))
                });
                (Err(Problem::BadParameter { name: field, expected }), several)
            }
            Self::Nothing => (Err(Problem::BadParameter { name: field, expected: none }), Vec::new()),
        }
    }
}

/// Whose acts are looked for: those of an account by its name or its person's, of a worker by its own, or of the program itself, whichever of its
/// workers acted, as lists call them.
///
/// # Errors
/// A failure.
pub(super) async fn person(state: &AppState, reader: &Reader, typed: &str) -> Result<Meant<Vec<String>>, Problem> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(Meant::Anything);
    }
    let client = state.pool.get().await?;
    let everybody = accounts::everybody(&client).await;
    drop(client);
    let everybody = everybody.map_err(|error| Problem::failure("list the accounts", error))?;
    let login = typed.to_lowercase();
    if everybody.iter().any(|known| known.name == login) {
        return Ok(Meant::One(vec![login]));
    }
    if is_the_program(typed) {
        return Ok(Meant::One(WORKERS.into_iter().map(str::to_owned).collect()));
    }
    // Whoever has no account may have acted all the same, under a name that others only begin with: a worker of ours, or somebody at the command line.
    for actor in [login.as_str(), typed] {
        let wanted = Wanted { actors: Some(vec![actor.to_owned()]), ..Wanted::default() };
        let did = entries::list(reader, &wanted, Direction::NewestFirst, None, 1).await;
        if !did.map_err(|error| Problem::failure("list what somebody did", error))?.entries.is_empty() {
            return Ok(Meant::One(vec![actor.to_owned()]));
        }
    }
    let mut found = Found::default();
    for known in everybody {
        found.account(typed, &known.name, &known.full_name);
    }
    Ok(match found.meant() {
        Meant::Anything => Meant::Anything,
        Meant::One(one) => Meant::One(vec![one]),
        Meant::Several(several) => Meant::Several(several),
        Meant::Nothing => Meant::Nothing,
    })
}

/// Is that what lists call the program where it acted by itself?
fn is_the_program(typed: &str) -> bool {
    let words = Language::ALL.map(|language| Role::System.words(language));
    words.into_iter().chain([Role::System.code()]).any(|word| are_one_name(word, typed))
}

/// What of the records is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Looked {
    /// One of them; a day of the calendar is one.
    Record(Subject),
    /// The calendar with all its days.
    Calendar,
}

impl Looked {
    /// By its kind and code, as in its page's address; a day of the calendar in any of the spellings that pages have.
    fn of(typed: &str) -> Option<Self> {
        if typed == SubjectKind::Calendar.code() {
            return Some(Self::Calendar);
        }
        let of_day = |date: Date| Self::Record(Subject { kind: SubjectKind::Calendar, code: date.to_string() });
        if let Some(date) = day(typed).or_else(|| day_in_words(typed)) {
            return Some(of_day(date));
        }
        let (kind, code) = typed.split_once('/')?;
        let kind = SubjectKind::from_code(kind)?;
        if kind == SubjectKind::Calendar {
            return day(code).map(of_day);
        }
        Some(Self::Record(Subject { kind, code: code.to_owned() }))
    }

    fn is_of(&self, change: &Change) -> bool {
        match self {
            Self::Record(subject) => change.subjects().contains(subject),
            Self::Calendar => change.kind() == SubjectKind::Calendar,
        }
    }

    /// What means it alone.
    fn value(&self) -> String {
        match self {
            Self::Record(subject) => format!("{}/{}", subject.kind.code(), subject.code),
            Self::Calendar => SubjectKind::Calendar.code().to_owned(),
        }
    }
}

/// The most characters of a day in words.
const LONGEST_DAY: usize = 40;

/// A day as the pages of the calendar spell it: «5 апреля 2027 года», with its last word or without.
fn day_in_words(typed: &str) -> Option<Date> {
    if typed.chars().count() > LONGEST_DAY {
        return None;
    }
    let year: i16 = typed.split(|c: char| !c.is_ascii_digit()).find(|digits| digits.len() == 4)?.parse().ok()?;
    let (first, with_year) = (Date::new(year, 1, 1).ok()?, format!("{typed} года"));
    let is_typed = |spelled: &str| are_one_name(spelled, typed) || are_one_name(spelled, &with_year);
    let is_meant = |day: Date| Language::ALL.iter().any(|language| is_typed(&dates::words(day, *language)));
    let days = std::iter::successors(Some(first), |day| day.tomorrow().ok());
    days.take_while(|day| day.year() == year).find(|day| is_meant(*day))
}

/// A record, which is meant by its kind and code, as in its page's address, or by its name: its kind and code, and the positions of its changes.
pub(super) fn record(state: &AppState, typed: &str) -> Meant<(String, Vec<i64>)> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Meant::Anything;
    }
    let looked = match Looked::of(typed) {
        Some(looked) => looked,
        None => match named(state, typed).meant() {
            Meant::One(value) => match Looked::of(&value) {
                Some(looked) => looked,
                None => return Meant::Nothing,
            },
            Meant::Several(several) => return Meant::Several(several),
            Meant::Anything | Meant::Nothing => return Meant::Nothing,
        },
    };
    let (ledger, stamps) = state.records.history();
    let changes = stamps.iter().zip(ledger.changes()).filter(|(_, change)| looked.is_of(change));
    let positions = changes.map(|((_, position), _)| *position).collect();
    Meant::One((looked.value(), positions))
}

/// The records of that name: of now, of those beneath every change, and as a change has written it.
fn named(state: &AppState, typed: &str) -> Found {
    let mut found = Found::default();
    let (now, seed) = (state.directory(), state.records.seed());
    for directory in [&now, &seed] {
        found.of(directory, typed);
    }
    found.written(&now, &state.records.ledger(), typed);
    found.calendar(typed);
    found
}

/// Those that answer what was typed, each once, with how well, and whether it is called exactly so.
#[derive(Debug, Default)]
struct Found(Vec<(search::Match, Match, bool)>);

impl Found {
    /// One that several spellings name counts by the best of them, and is called as the first that fitted.
    fn take(&mut self, typed: &str, one: Match, spellings: &[&str]) {
        let Some(how) = search::best(spellings.iter().copied(), typed) else { return };
        let is_whole = spellings.iter().any(|spelling| are_one_name(spelling, typed));
        match self.0.iter_mut().find(|(_, known, _)| known.value == one.value) {
            Some((known_how, _, was_whole)) => {
                *known_how = how.min(*known_how);
                *was_whole |= is_whole;
            }
            None => self.0.push((how, one, is_whole)),
        }
    }

    fn account(&mut self, typed: &str, login: &str, full_name: &str) {
        let (words, note) = (Words::from_fn(|_| full_name.to_owned()), Words::from_fn(|_| login.to_owned()));
        self.take(typed, Match { value: login.to_owned(), words, note }, &[full_name, login]);
    }

    fn record(
        &mut self,
        typed: &str,
        (kind, code): (SubjectKind, &str),
        name: &Multilingual,
        also: Option<&Multilingual>,
    ) {
        let names = name.spellings().chain(also.into_iter().flat_map(Multilingual::spellings));
        let spellings: Vec<&str> = names.chain(std::iter::once(code)).collect();
        let one = Match {
            value: format!("{}/{code}", kind.code()),
            words: Words::from_fn(|language| name.words(language).to_owned()),
            note: Words::from_fn(|language| format!("{} {code}", kind_words(kind, language))),
        };
        self.take(typed, one, &spellings);
    }

    fn convocation(&mut self, typed: &str, directory: &Directory, (chamber, number): (&ChamberCode, u8)) {
        let named = |language| {
            let known = directory.chamber(chamber);
            known.map_or_else(|| chamber.to_string(), |known| known.name.words(language).to_owned())
        };
        let period = Period { from: None, until: None };
        let roman = Convocation { chamber: chamber.clone(), number, period }.roman();
        let code = format!("{chamber}-{number}");
        let as_here = Language::ALL.map(|language| about::convocation(&named(language), number, language));
        let as_there = Language::ALL.map(|language| format!("{}, {roman}", named(language)));
        let spellings = as_here.iter().chain(&as_there).chain([&code]).map(String::as_str).collect::<Vec<_>>();
        let one = Match {
            value: format!("{}/{code}", SubjectKind::Factions.code()),
            words: Words::from_fn(|language| about::convocation(&named(language), number, language)),
            note: Words::new(format!("шақырылым {code}"), format!("созыв {code}"), format!("convocation {code}")),
        };
        self.take(typed, one, &spellings);
    }

    /// An office is found by whoever holds or held it, too.
    fn holder(&mut self, typed: &str, directory: &Directory, (office, name): (&OfficeCode, &Multilingual)) {
        let one = Match {
            value: format!("{}/{office}", SubjectKind::Offices.code()),
            words: Words::from_fn(|language| {
                let name = name.words(language);
                let held = directory.office(office).map(|office| office.name.words(language));
                held.map_or_else(|| name.to_owned(), |held| format!("{name}, {held}"))
            }),
            note: Words::from_fn(|language| format!("{} {office}", kind_words(SubjectKind::Offices, language))),
        };
        self.take(typed, one, &name.spellings().collect::<Vec<_>>());
    }

    /// All days together.
    fn calendar(&mut self, typed: &str) {
        let words = Words::new("Күнтізбе", "Календарь", "Calendar");
        let note = Words::new("барлық күндері", "все дни", "all its days");
        let spellings = [words.kk.clone(), words.ru.clone(), words.en.clone()];
        let one = Match { value: Looked::Calendar.value(), words, note };
        self.take(typed, one, &spellings.each_ref().map(String::as_str));
    }

    fn of(&mut self, directory: &Directory, typed: &str) {
        for one in directory.ministries().iter().rev() {
            self.record(typed, (SubjectKind::Ministries, one.code.as_str()), &one.name, Some(&one.abbreviation));
        }
        for one in directory.deputies().iter().rev() {
            self.record(typed, (SubjectKind::Deputies, one.id.to_string().as_str()), &one.name, None);
        }
        for one in directory.factions().iter().rev() {
            self.record(typed, (SubjectKind::Factions, one.code.as_str()), &one.name, None);
        }
        for one in directory.convocations().iter().rev() {
            self.convocation(typed, directory, (&one.chamber, one.number));
        }
        for one in directory.offices() {
            self.record(typed, (SubjectKind::Offices, one.code.as_str()), &one.name, None);
        }
        for one in directory.holders().iter().rev() {
            self.holder(typed, directory, (&one.office, &one.name));
        }
    }

    /// What was corrected twice, or taken back before its day, bore a name that neither the records of now nor those beneath have.
    fn written(&mut self, directory: &Directory, ledger: &Ledger, typed: &str) {
        for change in ledger.changes() {
            let (name, also) = match change {
                Change::MinistryFounded(event) => (&event.name, Some(&event.abbreviation)),
                Change::MinistryRenamed(event) => (&event.name, Some(&event.abbreviation)),
                Change::FactionFormed(event) => (&event.name, None),
                Change::DeputyEntered(event) => (&event.name, None),
                Change::DeputyCorrected(event) => (&event.name, None),
                Change::OfficeFounded(event) => (&event.name, None),
                Change::OfficeTaken(event) => {
                    self.holder(typed, directory, (&event.office, &event.name));
                    continue;
                }
                Change::ConvocationBegun(event) => {
                    self.convocation(typed, directory, (&event.chamber, event.number));
                    continue;
                }
                _ => continue,
            };
            for Subject { kind, code } in change.subjects() {
                self.record(typed, (kind, code.as_str()), name, also);
            }
        }
    }

    /// The one that is called exactly so, or the only one that fits; otherwise those that do, the best first.
    fn meant(mut self) -> Meant<String> {
        let mut whole = self.0.iter().filter(|(_, _, is_whole)| *is_whole);
        if let (Some((_, one, _)), None) = (whole.next(), whole.next()) {
            return Meant::One(one.value.clone());
        }
        self.0.sort_by_key(|(how, _, is_whole)| (!*is_whole, *how));
        let mut fitting: Vec<Match> = self.0.into_iter().map(|(_, one, _)| one).collect();
        match fitting.len() {
            0 => Meant::Nothing,
            1 => fitting.pop().map_or(Meant::Nothing, |one| Meant::One(one.value)),
            _ => {
                fitting.truncate(MOST);
                Meant::Several(fitting)
            }
        }
    }
}

/// What one record of a kind is.
fn kind_words(kind: SubjectKind, language: Language) -> String {
    let (kk, ru, en) = match kind {
        SubjectKind::Ministries => ("министрлік", "министерство", "ministry"),
        SubjectKind::Deputies => ("депутат", "депутат", "deputy"),
        SubjectKind::Factions => ("фракция", "фракция", "faction"),
        SubjectKind::Offices => ("лауазым", "должность", "office"),
        SubjectKind::Calendar => ("күн", "день", "day"),
    };
    say(language, kk, ru, en)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(typed: &str, people: &[(&str, &str)]) -> Result<String, Vec<String>> {
        let mut found = Found::default();
        for (login, name) in people {
            found.account(typed, login, name);
        }
        match found.meant() {
            Meant::One(one) => Ok(one),
            Meant::Several(several) => Err(several.into_iter().map(|one| one.value).collect()),
            Meant::Anything | Meant::Nothing => Err(Vec::new()),
        }
    }

    #[test]
    fn a_surname_finds_the_account_and_several_are_for_whoever_asks_to_choose_from() {
        let people = [("akhm", "А. Ахметова"), ("akhm2", "Б. Ахметов"), ("seit", "Н. Сейтқали")];
        assert_eq!(meant("сейткали", &people), Ok("seit".to_owned()));
        assert_eq!(meant("Ахметова", &people), Ok("akhm".to_owned()));
        assert_eq!(meant("ахмет", &people), Err(vec!["akhm".to_owned(), "akhm2".to_owned()]));
        assert_eq!(meant("sei", &people), Ok("seit".to_owned()));
        assert_eq!(meant("Жаңа", &people), Err(Vec::new()));
        // One that is called exactly so is meant, whoever else is called like it.
        let alike = [("one", "А. Ахмет"), ("two", "А. Ахметова")];
        assert_eq!(meant("а. ахмет", &alike), Ok("one".to_owned()));
    }

    #[test]
    fn which_fit_is_said_in_every_language() {
        let one = |value: &str| Match {
            value: value.to_owned(),
            words: Words::from_fn(|_| value.to_uppercase()),
            note: Words::from_fn(|_| value.to_owned()),
        };
        let several: Meant<String> = Meant::Several(vec![one("a"), one("b")]);
        let (read, fitting) = several.read("who", Words::new("", "", ""));
        let Err(Problem::BadParameter { name: "who", expected }) = &read else { panic!("{read:?}") };
        assert_eq!(expected.in_language(Language::Ru), "Подходит несколько, выберите одно: A (a), B (b).");
        assert_eq!(fitting.len(), 2);
    }

    #[test]
    fn a_name_that_two_records_bear_with_its_quotation_marks_or_without_means_neither_alone() {
        let name = |kk: &str| Multilingual::new(kk, kk, None);
        let mut found = Found::default();
        found.record("жаңа", (SubjectKind::Ministries, "mnew"), &name("Жаңа министрлік"), Some(&name("Жаңа")));
        found.record("жаңа", (SubjectKind::Ministries, "mold"), &name("Жаңалық министрлігі"), None);
        found.record("жаңа", (SubjectKind::Factions, "new"), &name("«Жаңа»"), None);
        let Meant::Several(several) = found.meant() else { panic!("both are called so") };
        let values: Vec<&str> = several.iter().map(|one| one.value.as_str()).collect();
        assert_eq!(values, ["ministries/mnew", "factions/new", "ministries/mold"], "those that are called so first");
        assert_eq!(several[1].note.in_language(Language::En), "faction new");
        // One that bore it before is called so, too.
        let mut found = Found::default();
        found.record("Жаңа", (SubjectKind::Ministries, "mnew"), &name("Жаңа министрлік"), None);
        found.record("Жаңа", (SubjectKind::Ministries, "mnew"), &name("Жаңа"), None);
        found.record("Жаңа", (SubjectKind::Ministries, "mold"), &name("Жаңалық министрлігі"), None);
        assert!(matches!(found.meant(), Meant::One(value) if value == "ministries/mnew"));
    }

    #[test]
    fn a_day_is_meant_in_every_spelling_and_the_calendar_as_a_whole() {
        let value = |typed: &str| Looked::of(typed).map(|looked| looked.value());
        let spellings = [
            "05.04.2027",
            "2027-04-05",
            "calendar/2027-04-05",
            "calendar/05.04.2027",
            "2027 жылғы 5 сәуір",
            "5 апреля 2027 года",
            "5 апреля 2027",
            "5 April 2027",
        ];
        for typed in spellings {
            assert_eq!(value(typed).as_deref(), Some("calendar/2027-04-05"), "{typed}");
        }
        assert_eq!(value("calendar").as_deref(), Some("calendar"));
        for typed in ["31.02.2027", "5 апреля", "calendar/x", "31 April 2027", "9999"] {
            assert_eq!(value(typed), None, "{typed}");
        }
        for typed in ["Күнтізбе", "календарь", "CALENDAR", "кунтизбе"] {
            let mut found = Found::default();
            found.calendar(typed);
            assert!(matches!(found.meant(), Meant::One(value) if value == "calendar"), "{typed}");
        }
    }

    #[test]
    fn the_program_is_called_as_lists_call_it() {
        assert!(["system", "Система", "ЖҮЙЕ", "жуйе"].into_iter().all(is_the_program));
        assert!(["sys", "система-1", ""].into_iter().all(|typed| !is_the_program(typed)));
    }
}

//! Who and what is meant by a name that somebody typed above the journal: an account, or a record.

use directory::changes::{Change, Ledger, Subject, SubjectKind};
use directory::{Directory, Multilingual, search};
use readmodel::Reader;
use readmodel::entries::{self, Direction, Wanted};

use super::super::fields::say;
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

/// Whose acts are looked for: an account by its name or its person's, or a worker by its own.
///
/// # Errors
/// A failure.
pub(super) async fn person(state: &AppState, reader: &Reader, typed: &str) -> Result<Meant<String>, Problem> {
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
        return Ok(Meant::One(login));
    }
    // Whoever has no account may have acted all the same, under a name that others only begin with: a worker of ours, or somebody at the command line.
    for actor in [login.as_str(), typed] {
        let wanted = Wanted { actor: Some(actor.to_owned()), ..Wanted::default() };
        let did = entries::list(reader, &wanted, Direction::NewestFirst, None, 1).await;
        if !did.map_err(|error| Problem::failure("list what somebody did", error))?.entries.is_empty() {
            return Ok(Meant::One(actor.to_owned()));
        }
    }
    let mut found = Found::default();
    for known in everybody {
        let words = Words::from_fn(|_| known.full_name.clone());
        found.take(typed, known.name.clone(), &[&known.full_name, &known.name], words);
    }
    Ok(found.meant())
}

/// A record, which is meant by its kind and code, as in its page's address, or by its name: its kind and code, and the positions of its changes.
pub(super) fn record(state: &AppState, typed: &str) -> Meant<(String, Vec<i64>)> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Meant::Anything;
    }
    let subject = match subject(typed) {
        Some(subject) => subject,
        None => match named(state, typed).meant() {
            Meant::One(value) => match subject(&value) {
                Some(subject) => subject,
                None => return Meant::Nothing,
            },
            Meant::Several(several) => return Meant::Several(several),
            Meant::Anything | Meant::Nothing => return Meant::Nothing,
        },
    };
    let (ledger, stamps) = state.records.history();
    let changes = stamps.iter().zip(ledger.changes()).filter(|(_, change)| change.subjects().contains(&subject));
    let positions = changes.map(|((_, position), _)| *position).collect();
    Meant::One((format!("{}/{}", subject.kind.code(), subject.code), positions))
}

/// A record by its kind and code.
fn subject(typed: &str) -> Option<Subject> {
    let (kind, code) = typed.split_once('/')?;
    Some(Subject { kind: SubjectKind::from_code(kind)?, code: code.to_owned() })
}

/// The records of that name: of now, of those beneath every change, and as a change has written it.
fn named(state: &AppState, typed: &str) -> Found {
    let mut found = Found::default();
    let (now, seed) = (state.directory(), state.records.seed());
    for directory in [&now, &seed] {
        found.of(directory, typed);
    }
    found.written(&state.records.ledger(), typed);
    found
}

/// Those that answer what was typed, each once, with how well.
#[derive(Debug, Default)]
struct Found(Vec<(search::Match, Match, bool)>);

impl Found {
    fn take(&mut self, typed: &str, value: String, spellings: &[&str], words: Words) {
        let Some(how) = search::best(spellings.iter().copied(), typed) else { return };
        if self.0.iter().all(|(_, known, _)| known.value != value) {
            let is_whole = spellings.iter().any(|spelling| spelling.to_lowercase() == typed.to_lowercase());
            self.0.push((how, Match { value, words }, is_whole));
        }
    }

    fn of(&mut self, directory: &Directory, typed: &str) {
        let mut take = |kind: SubjectKind, code: String, name: &Multilingual, also: Option<&Multilingual>| {
            let spellings: Vec<&str> =
                name.spellings().chain(also.into_iter().flat_map(Multilingual::spellings)).collect();
            let words = Words::from_fn(|language| name.words(language).to_owned());
            self.take(typed, format!("{}/{code}", kind.code()), &spellings, words);
        };
        for one in directory.ministries().iter().rev() {
            take(SubjectKind::Ministries, one.code.to_string(), &one.name, Some(&one.abbreviation));
        }
        for one in directory.deputies().iter().rev() {
            take(SubjectKind::Deputies, one.id.to_string(), &one.name, None);
        }
        for one in directory.factions().iter().rev() {
            take(SubjectKind::Factions, one.code.to_string(), &one.name, None);
        }
        for one in directory.offices() {
            take(SubjectKind::Offices, one.code.to_string(), &one.name, None);
        }
    }

    /// What was corrected twice, or taken back before its day, bore a name that neither the records of now nor those beneath have.
    fn written(&mut self, ledger: &Ledger, typed: &str) {
        for change in ledger.changes() {
            let name = match change {
                Change::MinistryFounded(event) => &event.name,
                Change::MinistryRenamed(event) => &event.name,
                Change::FactionFormed(event) => &event.name,
                Change::DeputyEntered(event) => &event.name,
                Change::DeputyCorrected(event) => &event.name,
                _ => continue,
            };
            for Subject { kind, code } in change.subjects() {
                let (value, spellings) = (format!("{}/{code}", kind.code()), name.spellings().collect::<Vec<_>>());
                self.take(typed, value, &spellings, Words::from_fn(|language| name.words(language).to_owned()));
            }
        }
    }

    /// The one that is called exactly so, or the only one that fits; otherwise the best of them.
    fn meant(mut self) -> Meant<String> {
        let mut whole = self.0.iter().filter(|(_, _, is_whole)| *is_whole);
        if let (Some((_, one, _)), None) = (whole.next(), whole.next()) {
            return Meant::One(one.value.clone());
        }
        self.0.sort_by_key(|(how, _, _)| *how);
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

#[cfg(test)]
mod tests {
    use directory::Language;

    use super::*;

    fn meant(typed: &str, people: &[(&str, &str)]) -> Result<String, Vec<String>> {
        let mut found = Found::default();
        for (login, name) in people {
            found.take(typed, (*login).to_owned(), &[name, login], Words::from_fn(|_| (*name).to_owned()));
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
        let one = |value: &str| Match { value: value.to_owned(), words: Words::from_fn(|_| value.to_uppercase()) };
        let several: Meant<String> = Meant::Several(vec![one("a"), one("b")]);
        let (read, fitting) = several.read("who", Words::new("", "", ""));
        let Err(Problem::BadParameter { name: "who", expected }) = &read else { panic!("{read:?}") };
        assert_eq!(expected.in_language(Language::Ru), "Подходит несколько, выберите одно: A (a), B (b).");
        assert_eq!(fitting.len(), 2);
    }
}

//! What needs to be looked after first: each with where it is put right.

use std::collections::BTreeSet;

use directory::changes::Change;
use directory::ministry::Ministry;
use directory::series::Purpose;
use directory::{Directory, Language, MinistryCode, Role};
use eventstore::FollowerState;
use jiff::civil::{Date, DateTime};
use serde::Serialize;

use super::super::fields::say;
use super::{opening, rights};
use crate::accounts::Account;
use crate::accounts::listing::{self, COUNTED, Filter};
use crate::office::calendar::{self, LOOK_AHEAD};
use crate::office::records::open_with;
use crate::office::unread;
use crate::problem::Problem;
use crate::state::AppState;
use crate::time;

/// Something that needs to be looked after.
#[derive(Debug, Serialize)]
pub(super) struct Item {
    tone: &'static str,
    words: String,
    href: String,
    /// What one finds there.
    leads: String,
}

struct Found {
    language: Language,
    items: Vec<Item>,
}

impl Found {
    fn add(&mut self, tone: &'static str, words: (&str, &str, &str), href: &str, leads: (&str, &str, &str)) {
        self.items.push(Item {
            tone,
            words: say(self.language, words.0, words.1, words.2),
            href: href.to_owned(),
            leads: say(self.language, leads.0, leads.1, leads.2),
        });
    }

    /// The same with a number in front of it.
    fn count(&mut self, tone: &'static str, number: i64, words: (&str, &str, &str), href: &str) {
        if number == 0 {
            return;
        }
        let number = if number > COUNTED { format!("{COUNTED}+") } else { number.to_string() };
        let with = |text: &str| format!("{text}: {number}");
        let (kk, ru, en) = (with(words.0), with(words.1), with(words.2));
        self.add(tone, (&kk, &ru, &en), href, ("Тізім", "Список", "The list"));
    }
}

/// All of it, what is worst first.
///
/// # Errors
/// The database does not answer.
pub(super) async fn of(state: &AppState, language: Language) -> Result<Vec<Item>, Problem> {
    let mut found = Found { language, items: Vec::new() };
    machinery(state, &mut found).await?;
    accounts(state, &mut found).await?;
    for year in calendar::missing(state).await? {
        let what = Language::ALL.map(|language| year.words(language));
        let leads = ("Күнтізбе", "Календарь", "The calendar");
        found.add("warn", (&what[0], &what[1], &what[2]), "/records?kind=calendar", leads);
    }
    records(&state.directory(), state.today(), &mut found);
    Ok(found.items)
}

async fn machinery(state: &AppState, found: &mut Found) -> Result<(), Problem> {
    let journal = ("Журналға", "К журналу", "To the journal");
    let followers = state.journal.followers().await.map_err(unread)?;
    for follower in followers {
        let FollowerState { name, parked, .. } = follower;
        if parked > 0 {
            let what = (
                format!("{name}: {parked} оқиға шетке қойылған, жаңартылмай тұр."),
                format!("{name}: {parked} событий отложено и не учтено."),
                format!("{name}: {parked} events were set aside and are not taken in."),
            );
            found.add("bad", (&what.0, &what.1, &what.2), "/journal", journal);
        }
    }
    let places = state.journal.places().await.map_err(unread)?;
    if places.is_empty() {
        found.add(
            "warn",
            (
                "Журналдың басы сыртта еш жерде жарияланбайды (publish баптауы).",
                "Голова журнала нигде снаружи не публикуется (настройка publish).",
                "The journal's head is published nowhere outside (the setting publish).",
            ),
            "/journal",
            journal,
        );
    }
    let now = state.clock.now();
    for place in places.iter().filter(|place| place.is_silent(now)) {
        let what = (
            format!("Журналдың басы бір тәуліктен бері жетпей тұр: {}", place.place),
            format!("Голова журнала уже сутки не доходит: {}", place.place),
            format!("The journal's head has not arrived for a day: {}", place.place),
        );
        found.add("bad", (&what.0, &what.1, &what.2), "/journal", journal);
    }
    Ok(())
}

async fn accounts(state: &AppState, found: &mut Found) -> Result<(), Problem> {
    let failed = |error| Problem::failure("look after the accounts", error);
    let client = state.pool.get().await?;
    let now = state.wall.now();
    let without = Filter { has_factor: Some(false), ..Filter::default() };
    let without = listing::count(&client, &without, now).await.map_err(failed)?;
    found.count(
        "warn",
        without,
        (
            "Екінші факторсыз, құпиясөзбен кіретіндер",
            "Входят по паролю без второго фактора",
            "Come in by a password alone, without a second factor",
        ),
        "/admin/users?factor=no",
    );
    let braked = Filter { is_braked: true, ..Filter::default() };
    let braked = listing::count(&client, &braked, now).await.map_err(failed)?;
    found.count(
        "warn",
        braked,
        (
            "Құпиясөзі іріктелген соң уақытша тоқтатылғандар",
            "Временно остановлены после подбора пароля",
            "Held for a while after wrong passwords",
        ),
        "/admin/users?braked=yes",
    );
    let bound = listing::bound(&client).await.map_err(failed)?;
    drop(client);
    unwritten_for(state, &bound, found).await?;
    let (today, at) = (state.today(), time::local(state.clock.now()).datetime());
    let directory = state.directory();
    for account in bound {
        if let Some(what) = gone(&directory, &account, today, at, found.language) {
            let name = &account.actor.name;
            let what = format!("{} ({name}): {what}", account.full_name);
            found.items.push(Item {
                tone: "bad",
                words: what,
                href: format!("/admin/users/{name}"),
                leads: say(found.language, "Есептік жазба", "Учётная запись", "The account"),
            });
        }
    }
    Ok(())
}

/// The ministries that have taken another one's work over, or a part of it, and for which nobody writes: what is open with them nobody sees. Of those
/// that came with the program only what is open counts: an office opens accounts as it needs them.
async fn unwritten_for(state: &AppState, bound: &[Account], found: &mut Found) -> Result<(), Problem> {
    let (directory, today) = (state.directory(), state.today());
    let writes = |ministry: &MinistryCode| {
        let own = |one: &Account| one.actor.has(Role::Executor) && one.actor.ministry.as_ref() == Some(ministry);
        bound.iter().any(own)
    };
    let took_over = |ministry: &MinistryCode| {
        directory.ministries().iter().any(|one| one.code == *ministry && !one.predecessors.is_empty())
    };
    let successors = directory.at(today).ministries();
    let successors: Vec<&Ministry> = successors.filter(|one| took_over(&one.code) && !writes(&one.code)).collect();
    let ledger = state.records.ledger();
    let recorded: BTreeSet<&MinistryCode> = ledger.valid().flat_map(|(_, change)| went_into(change, today)).collect();
    for one in successors {
        let (open, name) = (open_with(state, &one.code).await?, |language| one.name.words(language));
        let leads = ("Есептік жазба ашу", "Открыть учётную запись", "Open an account");
        let place = opening::for_ministry(&one.code);
        let (kk, ru, en) = (name(Language::Kk), name(Language::Ru), name(Language::En));
        if open > 0 {
            let what = (
                format!("{kk}: ашық сауалдары бар ({open}), бірақ орындаушысының есептік жазбасы жоқ."),
                format!("{ru}: есть открытые запросы ({open}), а учётной записи исполнителя нет."),
                format!("{en}: it has open inquiries ({open}) and no executor's account."),
            );
            found.add("bad", (&what.0, &what.1, &what.2), &place, leads);
        } else if recorded.contains(&one.code) {
            let what = (
                format!("{kk}: басқа министрліктің жұмысын қабылдады, бірақ орындаушысының есептік жазбасы жоқ."),
                format!("{ru}: приняло дела другого министерства, а учётной записи исполнителя нет."),
                format!("{en}: it has taken over from another ministry and has no executor's account."),
            );
            found.add("warn", (&what.0, &what.1, &what.2), &place, leads);
        }
    }
    Ok(())
}

/// To which ministries the work of another one went by a change whose day has come.
fn went_into(change: &Change, today: Date) -> Vec<&MinistryCode> {
    match change {
        Change::MinistryMerged(event) if event.on <= today => vec![&event.into],
        Change::MinistrySplit(event) if event.on <= today => event.into.iter().collect(),
        _ => Vec::new(),
    }
}

/// What the owner of an open account is no longer; none while they are.
fn gone(directory: &Directory, account: &Account, today: Date, at: DateTime, language: Language) -> Option<String> {
    let actor = &account.actor;
    let fills = |person| {
        directory.holders().iter().any(|held| held.person == person && held.term.until.is_none_or(|until| at < until))
    };
    if actor.person.is_some_and(|person| !fills(person)) {
        return Some(say(
            language,
            "лауазымы аяқталған, есептік жазбасы ашық.",
            "полномочия закончились, запись открыта.",
            "the office has ended, the account is open.",
        ));
    }
    if actor.deputy.is_some_and(|deputy| directory.at(today).deputy(deputy).is_none()) {
        return Some(say(
            language,
            "депутаттық мандаты аяқталған, есептік жазбасы ашық.",
            "мандат закончился, запись открыта.",
            "the mandate has ended, the account is open.",
        ));
    }
    let ministry = actor.ministry.as_ref()?;
    let Some(known) = directory.ministry(ministry) else {
        let never = rights::never_came(ministry, language);
        let open = say(language, "есептік жазбасы ашық.", "запись открыта.", "the account is open.");
        return Some(format!("{never}; {open}"));
    };
    // For one that is to come an account may be opened before its day.
    if known.period.until.is_some_and(|until| until <= today) {
        return Some(say(
            language,
            "министрлігі таратылған, есептік жазбасы ашық.",
            "министерства больше нет, запись открыта.",
            "the ministry is no more, the account is open.",
        ));
    }
    None
}

/// What the records do not know of the time to come.
fn records(directory: &Directory, today: Date, found: &mut Found) {
    let years = if today.month() >= LOOK_AHEAD { vec![today.year(), today.year() + 1] } else { vec![today.year()] };
    for year in years {
        let day = Date::new(year, 12, 31).unwrap_or(today).max(today);
        for purpose in [Purpose::Incoming, Purpose::Outgoing] {
            if directory.at(day).series(purpose).is_none() {
                let what = match purpose {
                    Purpose::Incoming => (
                        format!("{year} жылдың соңында кіріс нөмірлерінің қатары жоқ."),
                        format!("К концу {year} года нет ряда входящих номеров."),
                        format!("There is no series of incoming numbers at the end of {year}."),
                    ),
                    Purpose::Outgoing => (
                        format!("{year} жылдың соңында шығыс нөмірлерінің қатары жоқ."),
                        format!("К концу {year} года нет ряда исходящих номеров."),
                        format!("There is no series of outgoing numbers at the end of {year}."),
                    ),
                };
                found.add("warn", (&what.0, &what.1, &what.2), "/admin/series", ("Нөмірлер", "Номера", "Numbers"));
            }
        }
    }
}

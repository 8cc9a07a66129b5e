//! A kind of records on a day, as they were known at a moment; and what of past changes is still being carried out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use actix_web::{HttpResponse, web};
use directory::calendar::Kind;
use directory::changes::SubjectKind;
use directory::changes::event::{Change, DayKind};
use directory::ministry::Ministry;
use directory::{Directory, Language, Period};
use jiff::Timestamp;
use jiff::civil::Date;
use readmodel::Sight;
use serde::{Deserialize, Serialize};

use super::super::fields::{DayTyped, Narrowing, day, say};
use super::told::Called;
use super::{KEEPS_RECORDS, told};
use crate::office::calendar;
use crate::office::records::errands::{self, Progress};
use crate::office::records::known_at;
use crate::pages::Page;
use crate::problem::Problem;
use crate::speech::Words;
use crate::{Caller, Speaks, State};

/// How many changes that are carried out are told of.
const ERRANDS: u16 = 5;

/// How many inquiries are named that are due in a year without a calendar.
const NAMED: usize = 100;

/// What is asked. Empty fields of the form ask for nothing.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Question {
    /// A kind of records.
    #[serde(default)]
    kind: String,
    /// A day.
    #[serde(default)]
    on: String,
    /// As it was known at the end of that day.
    #[serde(default)]
    known: String,
    /// Also what is not in force.
    #[serde(default)]
    all: String,
    /// Something was recorded just now.
    #[serde(default)]
    done: String,
}

#[derive(Debug, Serialize)]
struct Facts {
    kinds: Vec<Choice>,
    kind: &'static str,
    heading: String,
    on: DayTyped,
    known: DayTyped,
    /// The form cannot be taken: nothing is listed.
    is_wrong: bool,
    /// What is wrong with it, field by field.
    wrong: BTreeMap<&'static str, String>,
    all: bool,
    done: bool,
    keeps: bool,
    rows: Vec<Row>,
    /// How many ministries, deputies and so on that is.
    count: usize,
    is_calendar: bool,
    actions: Vec<Choice>,
    errands: Vec<Errand>,
    missing: Vec<Missing>,
    version: u64,
}

#[derive(Debug, Serialize)]
struct Choice {
    code: String,
    name: String,
    chosen: bool,
}

/// A year whose calendar is not entered.
#[derive(Debug, Serialize)]
struct Missing {
    words: String,
    due: Vec<Due>,
    /// Are there others than those that are named?
    more: bool,
}

/// An inquiry that is due in such a year.
#[derive(Debug, Serialize)]
struct Due {
    id: String,
    number: String,
    due: String,
}

/// A record on the page.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    /// Where its page is.
    href: String,
    pub(super) name: String,
    note: String,
    from: Option<String>,
    until: Option<String>,
    /// What ends then is its name alone.
    goes_on: bool,
    state: String,
    tone: &'static str,
    #[serde(skip)]
    is_in_force: bool,
    #[serde(skip)]
    period: Period,
}

impl Row {
    /// Is it a record of that code?
    pub(super) fn is_of(&self, kind: SubjectKind, code: &str) -> bool {
        self.href.strip_prefix("/records/").and_then(|rest| rest.split_once('/')) == Some((kind.code(), code))
    }

    /// Has it ended by that day?
    pub(super) fn is_over(&self, on: Date) -> bool {
        self.period.until.is_some_and(|until| until <= on)
    }

    /// A ministry that bears another name afterwards has not ended.
    fn renamed(self, on: Date, language: Language) -> Self {
        if self.is_over(on) {
            let state = say(language, "атауы өзгерген", "переименовано", "renamed");
            return Self { state, ..self };
        }
        Self { goes_on: true, ..self }
    }
}

/// The row that names a record on a day, out of all that it has: the one in force, or else the last that was, or else the first that will be. A deputy's
/// name has no day: it is corrected in the last one.
pub(super) fn naming(rows: &[Row], kind: SubjectKind, on: Date) -> Option<&Row> {
    if kind == SubjectKind::Deputies {
        return rows.last();
    }
    let has_begun = |row: &&Row| row.period.from.is_none_or(|from| from <= on);
    rows.iter().rfind(|row| row.is_in_force).or_else(|| rows.iter().rfind(has_begun)).or_else(|| rows.first())
}

/// How many records that is: a ministry has a row for every name, a deputy one for every faction.
fn count(rows: &[Row], kind: SubjectKind) -> usize {
    match kind {
        SubjectKind::Ministries | SubjectKind::Deputies => {
            rows.iter().map(|row| row.href.as_str()).collect::<BTreeSet<_>>().len()
        }
        SubjectKind::Factions | SubjectKind::Offices | SubjectKind::Calendar => rows.len(),
    }
}

#[derive(Debug, Serialize)]
struct Errand {
    what: String,
    act: String,
    found: u32,
    done: u32,
    accounts: String,
    /// Who writes for the ministry that ended still, though the work is done.
    stayed: String,
    began_at: String,
    finished_at: Option<String>,
}

pub(super) async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    question: web::Query<Question>,
) -> Result<HttpResponse, Problem> {
    let kind = SubjectKind::from_code(&question.kind).unwrap_or(SubjectKind::Ministries);
    let mut form = Narrowing::of(&["on", "known"]);
    let on = form.take(asked_day("on", &question.on))?.unwrap_or_else(|| state.today());
    let known = form.take(asked_day("known", &question.known))?;
    let directory = match known.map(end_of) {
        Some(at) => Arc::new(known_at(&state, at).await?),
        None => state.directory(),
    };
    let keeps = KEEPS_RECORDS.allows(Some(&caller.account.actor));
    let all = !question.all.is_empty();
    let mut rows = rows(&directory, kind, on, language);
    if form.is_wrong() {
        rows.clear();
    } else if !all && kind != SubjectKind::Calendar {
        rows.retain(|row| row.is_in_force);
    }
    // How many inquiries there are, and which, is told to whoever sees all of them.
    let sees_all = Sight::of(&caller.account.actor) == Sight::Whole;
    let facts = Facts {
        kinds: SubjectKind::ALL
            .map(|one| Choice { code: one.code().to_owned(), name: told::kind(one, language), chosen: one == kind })
            .into(),
        kind: kind.code(),
        heading: told::kind(kind, language),
        on: if form.is_wrong() { DayTyped::of(question.on.trim()) } else { DayTyped::of(&on.to_string()) },
        known: if form.is_wrong() {
            DayTyped::of(question.known.trim())
        } else {
            DayTyped::of(&known.map(|day| day.to_string()).unwrap_or_default())
        },
        is_wrong: form.is_wrong(),
        wrong: form.said(language),
        all,
        done: !question.done.is_empty(),
        keeps,
        count: count(&rows, kind),
        rows,
        is_calendar: kind == SubjectKind::Calendar,
        actions: if keeps { actions(kind, language) } else { Vec::new() },
        errands: if sees_all { errands_told(&state, on, language).await? } else { Vec::new() },
        // It is so now, whatever day is asked for.
        missing: if sees_all && kind == SubjectKind::Calendar {
            missing_told(&state, language).await?
        } else {
            Vec::new()
        },
        version: state.records.version(),
    };
    let title = Words::new("Анықтамалық", "Справочник", "The records");
    let page = Page { template: "records", title, caller: Some(&caller), language };
    state.pages.answer_with(form.start(), &state, &page, &facts)
}

fn asked_day(name: &'static str, text: &str) -> Result<Option<Date>, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    day(text).map(Some).ok_or_else(|| Problem::BadParameter {
        name,
        expected: Words::new(
            "Күнді КК.АА.ЖЖЖЖ түрінде жазыңыз, мысалы 20.09.2023.",
            "Напишите дату как ДД.ММ.ГГГГ, например 20.09.2023.",
            "Write the date as DD.MM.YYYY, such as 20.09.2023.",
        ),
    })
}

/// The last moment of a day in Astana.
fn end_of(day: Date) -> Timestamp {
    let next = day.tomorrow().map_or(Timestamp::MAX, crate::time::beginning_of);
    next.saturating_sub(std::time::Duration::from_micros(1)).unwrap_or(Timestamp::MAX)
}

/// The changes that begin something, with the words of their links.
fn actions(kind: SubjectKind, language: Language) -> Vec<Choice> {
    let forms: &[&str] = match kind {
        SubjectKind::Ministries => &["found-ministry"],
        SubjectKind::Deputies => &["enter-deputy"],
        SubjectKind::Factions => &["form-faction", "begin-convocation", "end-convocation"],
        SubjectKind::Offices => &["take-office", "found-office"],
        SubjectKind::Calendar => &["set-days"],
    };
    let link = |form: &&str| super::forms::ChangeForm::from_code(form);
    let named = forms.iter().filter_map(link);
    named.map(|form| Choice { code: form.code().to_owned(), name: form.words(language), chosen: false }).collect()
}

/// A row for every record of a kind.
pub(super) fn rows(directory: &Directory, kind: SubjectKind, on: Date, language: Language) -> Vec<Row> {
    let row = |code: String, name: &str, note: String, from: Option<Date>, until: Option<Date>| {
        let (state, tone) = told::standing(from, until, on, language);
        Row {
            href: format!("/records/{}/{code}", kind.code()),
            name: name.to_owned(),
            note,
            from: from.map(|day| day.to_string()),
            until: until.map(|day| day.to_string()),
            goes_on: false,
            is_in_force: tone == "ok",
            state,
            tone,
            period: Period { from, until },
        }
    };
    match kind {
        SubjectKind::Ministries => directory
            .ministries()
            .iter()
            .map(|one| {
                let note = format!("{} · {}", one.abbreviation.words(language), one.code);
                let own = row(one.code.to_string(), one.name.words(language), note, one.period.from, one.period.until);
                // One ministry has one life: what goes on under its code is the same ministry.
                let follows = |next: &Ministry| next.code == one.code && next.period.from == one.period.until;
                let goes_on = one.period.until.is_some() && directory.ministries().iter().any(follows);
                if goes_on { own.renamed(on, language) } else { own }
            })
            .collect(),
        SubjectKind::Deputies => directory
            .deputies()
            .iter()
            .map(|one| {
                let faction = one
                    .faction
                    .as_ref()
                    .and_then(|code| directory.factions().iter().rfind(|known| known.code == *code));
                let chamber = directory.chamber(&one.chamber).map_or("", |chamber| chamber.name.words(language));
                let note = match faction {
                    Some(faction) => format!("{} · {chamber}", faction.name.words(language)),
                    None => chamber.to_owned(),
                };
                row(one.id.to_string(), one.name.words(language), note, one.mandate.from, one.mandate.until)
            })
            .collect(),
        SubjectKind::Factions => {
            let factions = directory.factions().iter().map(|one| {
                let note = format!("{} {}", one.chamber, one.convocation);
                row(one.code.to_string(), one.name.words(language), note, one.period.from, one.period.until)
            });
            let convocations = directory.convocations().iter().map(|one| {
                let name = told::convocation(directory, one, language);
                let note = say(language, "шақырылым", "созыв", "convocation");
                row(format!("{}-{}", one.chamber, one.number), &name, note, one.period.from, one.period.until)
            });
            factions.chain(convocations).collect()
        }
        SubjectKind::Offices => directory
            .holders()
            .iter()
            .map(|one| {
                let office = directory.office(&one.office).map_or("", |office| office.name.words(language));
                let acting = if one.ground.is_acting() {
                    say(language, " (м.а.)", " (и.о.)", " (acting)")
                } else {
                    String::new()
                };
                let day = |at: Option<jiff::civil::DateTime>| at.map(|at| at.date());
                let (from, until) = (day(one.term.from), day(one.term.until));
                row(one.office.to_string(), one.name.words(language), format!("{office}{acting}"), from, until)
            })
            .collect(),
        SubjectKind::Calendar => {
            let (first, last) = (on.first_of_year(), on.last_of_year());
            let days = directory.calendar().exceptions(first, last);
            days.map(|(date, kind, note)| {
                let (kind, tone) = match kind {
                    Kind::DayOff => (DayKind::DayOff, "mute"),
                    Kind::WorkingDay => (DayKind::WorkingDay, "info"),
                };
                Row {
                    href: format!("/records/calendar/{date}"),
                    name: directory::dates::words(date, language),
                    note: directory::calendar::words_of_note(note, language),
                    from: None,
                    until: None,
                    goes_on: false,
                    period: Period { from: None, until: None },
                    state: told::day_kind(kind, language),
                    tone,
                    is_in_force: true,
                }
            })
            .collect()
        }
    }
}

/// The years without a calendar, and what is due in them.
async fn missing_told(state: &State, language: Language) -> Result<Vec<Missing>, Problem> {
    let missing = calendar::missing(state).await?;
    let told = missing.iter().map(|year| {
        let due = year.due.iter().take(NAMED).map(|one| Due {
            id: one.inquiry.to_string(),
            number: directory::number::shown(&one.number),
            due: one.due.to_string(),
        });
        Missing { words: year.words(language), due: due.collect(), more: year.due.len() > NAMED }
    });
    Ok(told.collect())
}

/// What follows from the last changes in open inquiries, and how far that is.
async fn errands_told(state: &State, on: Date, language: Language) -> Result<Vec<Errand>, Problem> {
    let ledger = state.records.ledger();
    let change = |one: &Progress| -> Option<Change> {
        ledger.changes().get(usize::try_from(one.version.checked_sub(1)?).ok()?).cloned()
    };
    let directory = state.directory();
    let called = Called { directory: &directory, ledger: &ledger, on, language };
    let mut told = Vec::new();
    for one in errands::progress(state, ERRANDS).await? {
        let Some(change) = change(&one) else { continue };
        let Some(what) = Change::words(change.stored_name(), language) else { continue };
        let stayed = match one.finished_at {
            Some(_) => errands::stayed(state, &change).await?,
            None => Vec::new(),
        };
        told.push(Errand {
            what: format!("{what}: {}", called.detail(&change)),
            act: change.act().to_owned(),
            found: one.found,
            done: one.done,
            accounts: one.accounts.join(", "),
            stayed: stayed.join(", "),
            began_at: one.began_at.to_string(),
            finished_at: one.finished_at.map(|at| at.to_string()),
        });
    }
    Ok(told)
}

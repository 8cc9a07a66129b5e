//! A record: what is said of it, with its days, and everything that changed in it.

use std::collections::BTreeSet;

use actix_web::{HttpResponse, web};
use directory::changes::{Change, Ledger, SubjectKind};
use directory::{Directory, Language};
use serde::Serialize;

use super::super::fields::say;
use super::super::wording::People;
use super::forms::ChangeForm;
use super::{KEEPS_RECORDS, list, told};
use crate::office::unread;
use crate::pages::Page;
use crate::problem::Problem;
use crate::speech::Words;
use crate::{Caller, Speaks, State, records};

#[derive(Debug, Serialize)]
struct Facts {
    kind: &'static str,
    kinds: String,
    name: String,
    code: String,
    rows: Vec<list::Row>,
    predecessors: String,
    successors: String,
    history: Vec<Line>,
    actions: Vec<Action>,
}

/// A change, the last one first.
#[derive(Debug, Serialize)]
struct Line {
    words: &'static str,
    detail: String,
    act: String,
    by: String,
    at: String,
    version: u64,
    /// It was taken back before its day.
    is_taken_back: bool,
    /// Where it is taken back, while its day has not come.
    take_back: Option<String>,
}

#[derive(Debug, Serialize)]
struct Action {
    href: String,
    words: String,
    is_grave: bool,
}

pub(super) async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (kind, code) = path.into_inner();
    let kind = SubjectKind::from_code(&kind).ok_or(Problem::UnknownAddress)?;
    let (directory, today) = (state.directory(), state.today());
    let on = if kind == SubjectKind::Calendar { code.parse().map_err(|_| Problem::UnknownAddress)? } else { today };
    let mut rows = list::rows(&directory, kind, on, language);
    rows.retain(|row| row.is_of(kind, &code));
    let keeps = KEEPS_RECORDS.allows(Some(&caller.account.actor));
    let mut history = history(&state, &directory, kind, &code, language).await?;
    if rows.is_empty() && history.is_empty() {
        return Err(Problem::UnknownAddress);
    }
    if !keeps {
        history.iter_mut().for_each(|line| line.take_back = None);
    }
    let ministry = code.parse().ok().filter(|_| kind == SubjectKind::Ministries);
    let known = ministry.as_ref().and_then(|code| directory.ministry(code));
    let shorts = |codes: Vec<&directory::MinistryCode>| {
        codes.into_iter().map(|code| told::short_of(&directory, code, language)).collect::<Vec<_>>().join(", ")
    };
    let name = rows.last().map_or_else(|| code.clone(), |row| row.name.clone());
    let facts = Facts {
        kind: kind.code(),
        kinds: told::kind(kind, language),
        predecessors: shorts(known.map(|one| one.predecessors.iter().collect()).unwrap_or_default()),
        successors: shorts(ministry.iter().flat_map(|code| directory.successors(code)).map(|one| &one.code).collect()),
        actions: if keeps { actions(kind, &code, language) } else { Vec::new() },
        name: name.clone(),
        code,
        rows,
        history,
    };
    let title = Words::new(name.clone(), name.clone(), name);
    let page = Page { template: "record", title, caller: Some(&caller), language };
    state.pages.answer(&state, &page, &facts)
}

async fn history(
    state: &State,
    directory: &Directory,
    kind: SubjectKind,
    code: &str,
    language: Language,
) -> Result<Vec<Line>, Problem> {
    let people = People::of(state).await?;
    let recorded = state.journal.load(&records::stream().map_err(unread)?).await.map_err(unread)?;
    let mut ledger = Ledger::default();
    for one in &recorded {
        let change = serde_json::from_str(one.text());
        ledger.evolve(change.map_err(|error| Problem::failure("read what was recorded of the records", error))?);
    }
    let (valid, today): (BTreeSet<u64>, _) = (ledger.valid().map(|(version, _)| version).collect(), state.today());
    let mut lines = Vec::new();
    for (one, change) in recorded.iter().zip(ledger.changes()).rev() {
        if !change.subjects().iter().any(|subject| subject.kind == kind && subject.code == code) {
            continue;
        }
        let detail = match change {
            Change::CalendarChanged(event) => {
                let recount = told::recount(&event.recount, language);
                format!("{}. {recount}", told::detail(change, directory, language))
            }
            Change::ChangeTakenBack(event) => match ledger.at_version(event.version) {
                Some((planned, _)) => told::taken_back(planned, event.version, directory, language),
                None => told::detail(change, directory, language),
            },
            _ => told::detail(change, directory, language),
        };
        let is_taking_back = matches!(change, Change::ChangeTakenBack(_));
        let is_valid = valid.contains(&one.version);
        let is_planned = is_valid && change.since().is_some_and(|day| today < day);
        let form = ChangeForm::TakeBack.code();
        lines.push(Line {
            words: Change::words(change.stored_name(), language).unwrap_or_default(),
            detail,
            act: change.act().to_owned(),
            by: people.name(&one.actor).to_owned(),
            at: one.at.to_string(),
            version: one.version,
            is_taken_back: !is_valid && !is_taking_back,
            take_back: is_planned
                .then(|| format!("/records/change/{form}?code={code}&{}={}", super::forms::PLANNED, one.version)),
        });
    }
    Ok(lines)
}

fn actions(kind: SubjectKind, code: &str, language: Language) -> Vec<Action> {
    let forms: &[ChangeForm] = match kind {
        SubjectKind::Ministries => &[
            ChangeForm::RenameMinistry,
            ChangeForm::MergeMinistry,
            ChangeForm::SplitMinistry,
            ChangeForm::AbolishMinistry,
        ],
        SubjectKind::Deputies => &[ChangeForm::CorrectDeputy, ChangeForm::ChangeFaction, ChangeForm::EndMandate],
        // A convocation is called by its chamber and its number.
        SubjectKind::Factions if code.rsplit('-').next().is_some_and(|end| end.parse::<u8>().is_ok()) => {
            &[ChangeForm::EndConvocation]
        }
        SubjectKind::Factions => &[ChangeForm::EndFaction],
        SubjectKind::Offices => &[ChangeForm::TakeOffice, ChangeForm::LeaveOffice],
        SubjectKind::Calendar => &[ChangeForm::SetDays],
    };
    let action = |form: &ChangeForm| Action {
        href: format!("/records/change/{}?code={code}", form.code()),
        words: form.words(language),
        is_grave: form.is_grave(),
    };
    forms.iter().map(action).collect()
}

/// What a record is called in the title of a form about it.
pub(super) fn name_of(directory: &Directory, kind: SubjectKind, code: &str, language: Language) -> Option<String> {
    if kind == SubjectKind::Calendar || kind == SubjectKind::Offices || code.is_empty() {
        return None;
    }
    let rows = list::rows(directory, kind, jiff::civil::Date::MAX, language);
    rows.iter()
        .rfind(|row| row.is_of(kind, code))
        .map(|row| row.name.clone())
        .or_else(|| Some(say(language, "белгісіз жазба", "неизвестная запись", "an unknown record")))
}

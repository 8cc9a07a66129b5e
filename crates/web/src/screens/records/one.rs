//! A record: what is said of it, with its days, and everything that changed in it.

use std::collections::BTreeSet;

use actix_web::{HttpResponse, web};
use directory::changes::{Change, Ledger, SubjectKind};
use directory::{Directory, MinistryCode};
use eventstore::Recorded;
use serde::Serialize;

use super::super::fields::say;
use super::super::wording::People;
use super::forms::ChangeForm;
use super::told::Called;
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
    let recorded = state.journal.load(&records::stream().map_err(unread)?).await.map_err(unread)?;
    let ledger = eventstore::fold::<Ledger>(&recorded).map_err(unread)?.aggregate;
    let called = Called { directory: &directory, ledger: &ledger, on: today, language };
    let people = People::of(&state).await?;
    let mut history = history(&called, &recorded, &people, (kind, code.as_str()));
    if rows.is_empty() && history.is_empty() {
        return Err(Problem::UnknownAddress);
    }
    if !keeps {
        history.iter_mut().for_each(|line| line.take_back = None);
    }
    let ministry = code.parse().ok().filter(|_| kind == SubjectKind::Ministries);
    let known = ministry.as_ref().and_then(|code| directory.ministry(code));
    let shorts =
        |codes: Vec<&MinistryCode>| codes.into_iter().map(|code| called.short(code)).collect::<Vec<_>>().join(", ");
    let named = list::naming(&rows, kind, on).map(|row| row.name.clone());
    let name = named.or_else(|| called.entered(kind, &code)).unwrap_or_else(|| code.clone());
    let facts = Facts {
        kind: kind.code(),
        kinds: told::kind(kind, language),
        predecessors: shorts(known.map(|one| one.predecessors.iter().collect()).unwrap_or_default()),
        successors: shorts(ministry.iter().flat_map(|code| successors(&directory, code)).collect()),
        actions: if keeps { actions(&called, kind, &code, &rows) } else { Vec::new() },
        name: name.clone(),
        code,
        rows,
        history,
    };
    let title = Words::new(name.clone(), name.clone(), name);
    let page = Page { template: "record", title, caller: Some(&caller), language };
    state.pages.answer(&state, &page, &facts)
}

/// The ministries to which its work went, each once, whatever they have been called since.
fn successors<'d>(directory: &'d Directory, code: &MinistryCode) -> Vec<&'d MinistryCode> {
    let mut codes: Vec<&MinistryCode> = Vec::new();
    for successor in directory.successors(code) {
        if !codes.contains(&&successor.code) {
            codes.push(&successor.code);
        }
    }
    codes
}

fn history(
    called: &Called<'_>,
    recorded: &[Recorded],
    people: &People,
    (kind, code): (SubjectKind, &str),
) -> Vec<Line> {
    let (ledger, language) = (called.ledger, called.language);
    let valid: BTreeSet<u64> = ledger.valid().map(|(version, _)| version).collect();
    let mut lines = Vec::new();
    for (one, change) in recorded.iter().zip(ledger.changes()).rev() {
        if !change.subjects().iter().any(|subject| subject.kind == kind && subject.code == code) {
            continue;
        }
        let detail = match change {
            Change::CalendarChanged(event) => {
                let recount = told::recount(&event.recount, language);
                format!("{}. {recount}", called.detail(change))
            }
            Change::ChangeTakenBack(event) => match ledger.at_version(event.version) {
                Some((planned, _)) => called.taken_back(planned, event.version),
                None => called.detail(change),
            },
            _ => called.detail(change),
        };
        let is_taking_back = matches!(change, Change::ChangeTakenBack(_));
        let is_valid = valid.contains(&one.version);
        let is_planned = is_valid && change.since().is_some_and(|day| called.on < day);
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
    lines
}

/// What may be asked for of a record: nothing that would be refused of one that is over or never came to be.
fn actions(called: &Called<'_>, kind: SubjectKind, code: &str, rows: &[list::Row]) -> Vec<Action> {
    let lives = rows.iter().any(|row| !row.is_over(called.on));
    // A convocation is called by its chamber and its number.
    let is_convocation = code.rsplit('-').next().is_some_and(|end| end.parse::<u8>().is_ok());
    let forms = match kind {
        SubjectKind::Ministries if lives => of_ministry(called.directory, code),
        SubjectKind::Deputies if lives => {
            vec![ChangeForm::CorrectDeputy, ChangeForm::ChangeFaction, ChangeForm::EndMandate]
        }
        SubjectKind::Deputies if !rows.is_empty() => vec![ChangeForm::CorrectDeputy],
        SubjectKind::Factions if lives && is_convocation => vec![ChangeForm::EndConvocation],
        SubjectKind::Factions if lives => vec![ChangeForm::EndFaction],
        SubjectKind::Offices if lives => vec![ChangeForm::TakeOffice, ChangeForm::LeaveOffice],
        SubjectKind::Offices => vec![ChangeForm::TakeOffice],
        SubjectKind::Calendar => vec![ChangeForm::SetDays],
        SubjectKind::Ministries | SubjectKind::Deputies | SubjectKind::Factions => Vec::new(),
    };
    let action = |form: &ChangeForm| Action {
        href: format!("/records/change/{}?code={code}", form.code()),
        words: form.words(called.language),
        is_grave: form.is_grave(),
    };
    forms.iter().map(action).collect()
}

/// What may be asked for of a ministry: one that goes to a successor on a day ahead goes to no other one, and is not abolished.
fn of_ministry(directory: &Directory, code: &str) -> Vec<ChangeForm> {
    let Ok(code) = code.parse::<MinistryCode>() else { return Vec::new() };
    let ends = directory.ministry(&code).is_some_and(|known| known.period.until.is_some());
    let goes_to = if ends { successors(directory, &code).len() } else { 0 };
    let mut forms = vec![ChangeForm::RenameMinistry, ChangeForm::MergeMinistry];
    if goes_to != 1 {
        forms.push(ChangeForm::SplitMinistry);
    }
    if goes_to == 0 {
        forms.push(ChangeForm::AbolishMinistry);
    }
    forms
}

/// What a record is called today in the title of a form about it.
pub(super) fn name_of(called: &Called<'_>, kind: SubjectKind, code: &str) -> Option<String> {
    if kind == SubjectKind::Calendar || kind == SubjectKind::Offices || code.is_empty() {
        return None;
    }
    let mut rows = list::rows(called.directory, kind, called.on, called.language);
    rows.retain(|row| row.is_of(kind, code));
    list::naming(&rows, kind, called.on)
        .map(|row| row.name.clone())
        .or_else(|| called.entered(kind, code))
        .or_else(|| Some(say(called.language, "белгісіз жазба", "неизвестная запись", "an unknown record")))
}

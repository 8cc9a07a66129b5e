//! `/reads`, who looked: for auditors, by person, inquiry and day; and beneath an inquiry, who looked at this one.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, web};
use directory::number::shown;
use directory::{Language, Role};
use inquiry::InquiryId;
use jiff::civil::Date;
use readmodel::register;
use serde::{Deserialize, Serialize};

use super::PAGE;
use super::fields::{DayTyped, Narrowing, say};
use super::inquiry::inquiry_of;
use super::numbered::numbered;
use super::wording::People;
use crate::address;
use crate::moment::bound;
use crate::office::seeing;
use crate::pages::Page;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::reads::PATIENCE;
use crate::reads::list::{self, Kept, Wanted};
use crate::reads::noted::Outcome;
use crate::reads::words::words;
use crate::routes::Route;
use crate::speech::Words;
use crate::time::Edge;
use crate::{Caller, Speaks, State};

/// Who asks who looked. Whoever keeps accounts is watched by this too, and does not see it.
pub(crate) const SEES_READS: Permission = Permission::AnyOf(&[Role::Auditor]);

/// Rows of a page.
const ROWS: u16 = 50;
/// The fields of the form that may be typed wrongly.
const TYPED: &[&str] = &["inquiry", "day", "from", "until"];

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/reads", "reads_page", SEES_READS, page).summary("Who looked, and who was refused.").answer(PAGE),
        Route::get("/inquiries/{id}/reads", "inquiry_reads_page", SEES_READS, of_inquiry)
            .summary("Who looked at the inquiry.")
            .answer(PAGE),
    ]
}

/// What is asked. Empty fields of the form narrow nothing.
#[derive(Debug, Default, Deserialize)]
struct Question {
    /// An account's name.
    #[serde(default)]
    person: String,
    /// A number in any spelling, or an id.
    #[serde(default)]
    inquiry: String,
    /// A day, YYYY-MM-DD.
    #[serde(default)]
    day: String,
    /// From which moment on, in any spelling; of a day its beginning.
    #[serde(default)]
    from: String,
    /// Until which moment, in any spelling; of a day its end.
    #[serde(default)]
    until: String,
    /// Where the page begins.
    before: Option<i64>,
}

#[derive(Debug, Serialize)]
struct Facts {
    /// Of one inquiry: its number and its page.
    of: Option<Subject>,
    person: String,
    inquiry: String,
    day: DayTyped,
    from: String,
    until: String,
    is_narrowed: bool,
    /// The form cannot be taken: nothing is looked for.
    is_wrong: bool,
    /// What is wrong with it, field by field.
    wrong: BTreeMap<&'static str, String>,
    rows: Vec<Row>,
    older: Option<String>,
    beginning: Option<String>,
}

#[derive(Debug, Serialize)]
struct Subject {
    id: String,
    number: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Row {
    at: String,
    name: String,
    account: Option<String>,
    what: Option<&'static str>,
    route: String,
    question: Option<String>,
    inquiry: Option<String>,
    number: Option<String>,
    outcome: String,
    tone: &'static str,
    from: String,
}

async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    question: web::Query<Question>,
) -> Result<HttpResponse, Problem> {
    let question = question.into_inner();
    let person = question.person.trim().to_lowercase();
    let mut form = Narrowing::of(TYPED);
    let wanted = Wanted {
        account: Some(person.clone()).filter(|person| !person.is_empty()),
        inquiries: form.take(numbered(&state, &caller, question.inquiry.trim()).await)?,
        day: form.take(day(question.day.trim()))?,
        from: form.take(bound("from", &question.from, Edge::Begin))?,
        until: form.take(bound("until", &question.until, Edge::End))?,
        before: question.before,
    };
    let address = |before: Option<i64>| {
        let before = before.map(|id| id.to_string()).unwrap_or_default();
        let pairs = [
            ("person", person.as_str()),
            ("inquiry", question.inquiry.trim()),
            ("day", question.day.trim()),
            ("from", question.from.trim()),
            ("until", question.until.trim()),
            ("before", &before),
        ];
        let told: Vec<(&str, &str)> = pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        if told.is_empty() { "/reads".to_owned() } else { format!("/reads?{}", address::query(&told)) }
    };
    let found = if form.is_wrong() {
        Found { rows: Vec::new(), next: None }
    } else {
        found(&state, &caller, &wanted, language).await?
    };
    let facts = Facts {
        of: None,
        is_wrong: form.is_wrong(),
        wrong: form.said(language),
        is_narrowed: form.is_wrong()
            || wanted.account.is_some()
            || wanted.inquiries.is_some()
            || wanted.day.is_some()
            || wanted.from.is_some()
            || wanted.until.is_some(),
        rows: found.rows,
        older: found.next.map(|id| address(Some(id))),
        beginning: question.before.map(|_| address(None)),
        inquiry: question.inquiry.trim().to_owned(),
        day: DayTyped::of(question.day.trim()),
        from: question.from.trim().to_owned(),
        until: question.until.trim().to_owned(),
        person: question.person.trim().to_owned(),
    };
    let title = Words::new("Кім қарады", "Кто смотрел", "Who looked");
    let page = Page { template: "reads", title, caller: Some(&caller), language };
    state.pages.answer_with(form.start(), &state, &page, &facts)
}

/// Where a page of one inquiry's rows begins.
#[derive(Debug, Deserialize)]
struct Before {
    before: Option<i64>,
}

async fn of_inquiry(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    path: web::Path<String>,
    before: web::Query<Before>,
) -> Result<HttpResponse, Problem> {
    let seen = seeing::now(&state, &caller.account.actor, inquiry_of(&path)?).await?;
    let id = seen.dossier.inquiry;
    let wanted = Wanted { inquiries: Some(vec![id]), before: before.before, ..Wanted::default() };
    let found = found(&state, &caller, &wanted, language).await?;
    let place = format!("/inquiries/{id}/reads");
    let number = seen.dossier.intake.number.shown();
    let facts = Facts {
        person: String::new(),
        inquiry: number.clone(),
        day: DayTyped::of(""),
        from: String::new(),
        until: String::new(),
        is_narrowed: false,
        is_wrong: false,
        wrong: BTreeMap::new(),
        rows: found.rows,
        older: found.next.map(|id| format!("{place}?before={id}")),
        beginning: before.before.map(|_| place),
        of: Some(Subject { id: id.to_string(), number }),
    };
    let title = Words::new("Кім қарады", "Кто смотрел", "Who looked");
    state.pages.answer(&state, &Page { template: "reads", title, caller: Some(&caller), language }, &facts)
}

fn day(text: &str) -> Result<Option<Date>, Problem> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| Problem::BadParameter {
        name: "day",
        expected: Words::new("Күні ЖЖЖЖ-АА-КК түрінде.", "Дата в виде ГГГГ-ММ-ДД.", "A date as YYYY-MM-DD."),
    })
}

pub(super) struct Found {
    pub(super) rows: Vec<Row>,
    pub(super) next: Option<i64>,
}

pub(super) async fn found(
    state: &State,
    caller: &Caller,
    wanted: &Wanted,
    language: Language,
) -> Result<Found, Problem> {
    // With what was looked at a moment ago; an old list is better than none.
    if tokio::time::timeout(PATIENCE, state.reads.stand()).await.is_err() {
        tracing::warn!("the last rows of who looked are not shown: they are not written yet");
    }
    let client = state.pool.get().await?;
    let mut kept =
        list::list(&client, wanted, ROWS + 1).await.map_err(|error| Problem::failure("read who looked", error))?;
    drop(client);
    let has_more = kept.len() > usize::from(ROWS);
    kept.truncate(usize::from(ROWS));
    let mut ids: Vec<InquiryId> = kept.iter().filter_map(|one| one.inquiry).collect();
    ids.sort_unstable();
    ids.dedup();
    let numbers = register::numbers_of(&state.reader(&caller.account.actor), &ids)
        .await
        .map_err(|error| Problem::failure("name the inquiries that were looked at", error))?;
    let people = People::of(state).await?;
    let next = kept.last().filter(|_| has_more).map(|last| last.id);
    let row = |one: Kept| Row {
        at: one.at.to_string(),
        name: match &one.account {
            Some(account) => people.name(account).to_owned(),
            None => say(language, "кірмеген адам", "без входа", "not signed in"),
        },
        // Of a program of before there is the route's own name.
        what: words(&one.route, language),
        outcome: outcome(&one, language),
        tone: match one.outcome {
            Outcome::Done => "ok",
            Outcome::Refused => "bad",
            Outcome::Absent | Outcome::Failed => "warn",
        },
        number: one.inquiry.and_then(|id| numbers.get(&id).map(|number| shown(number))),
        inquiry: one.inquiry.map(|id| id.to_string()),
        from: match one.through.as_deref() {
            Some("token") => format!("{} · {}", one.address, say(language, "токен", "токен", "token")),
            _ => one.address,
        },
        account: one.account,
        route: one.route,
        question: one.question,
    };
    Ok(Found { rows: kept.into_iter().map(row).collect(), next })
}

fn outcome(one: &Kept, language: Language) -> String {
    match (one.outcome, one.route.as_str()) {
        (Outcome::Done, "login" | "logout") => say(language, "өтті", "выполнен", "done"),
        (Outcome::Done, _) => say(language, "көрсетілді", "показано", "shown"),
        (Outcome::Refused, _) => say(language, "рұқсат берілмеді", "отказано", "refused"),
        (Outcome::Absent, _) => say(language, "табылмады", "не найдено", "not found"),
        (Outcome::Failed, _) => say(language, "көрсетілмеді", "не показано", "not shown"),
    }
}

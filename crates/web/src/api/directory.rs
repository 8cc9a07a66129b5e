//! Reference data: who is a deputy, which ministries there are, which days are working days, on a day and as it was known at a moment.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Query;
use directory::Directory;
use directory::calendar::Kind;
use directory::chamber::Convocation;
use directory::deputy::Deputy;
use directory::faction::Faction;
use directory::ministry::Ministry;
use directory::office::{Holder, Office};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::office::records::known_at;
use crate::permission::{Permission, STAFF};
use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Words;
use crate::state::AppState;
use crate::{Caller, State};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/directory/deputies", "list_deputies", Permission::SignedIn, deputies)
            .summary("The deputies with a mandate on a day, best match first when something is looked for. Mailboxes are told to staff alone, and are empty for others.")
            .query::<OnQuery>()
            .gives::<DeputiesBody>(200, "The deputies."),
        Route::get("/api/v1/directory/ministries", "list_ministries", Permission::SignedIn, ministries)
            .summary("The ministries that exist on a day, best match first when something is looked for.")
            .query::<OnQuery>()
            .gives::<MinistriesBody>(200, "The ministries."),
        Route::get("/api/v1/directory/calendar", "show_calendar", Permission::SignedIn, calendar)
            .summary("The days off and the working days that deviate from the week, between two days.")
            .query::<SpanQuery>()
            .gives::<CalendarBody>(200, "The exceptions."),
        Route::get("/api/v1/directory/factions", "list_factions", Permission::SignedIn, factions)
            .summary("The factions and the convocations of a day.")
            .query::<DayQuery>()
            .gives::<FactionsBody>(200, "The factions and convocations."),
        Route::get("/api/v1/directory/offices", "list_offices", STAFF, offices)
            .summary("The offices, and who fills them on a day.")
            .query::<DayQuery>()
            .gives::<OfficesBody>(200, "The offices and their holders."),
    ]
}

/// The moment of `known_at`, if it was asked for.
fn moment(text: Option<&str>) -> Result<Option<Timestamp>, Problem> {
    let read = |text: &str| {
        text.parse().map_err(|_| Problem::BadParameter {
            name: "known_at",
            expected: Words::new("RFC 3339 уақыты.", "Момент по RFC 3339.", "A moment by RFC 3339."),
        })
    };
    text.map(read).transpose()
}

/// The directory of now, or as it was known at a moment.
async fn known(state: &AppState, at: Option<&str>) -> Result<Arc<Directory>, Problem> {
    match moment(at)? {
        Some(at) => Ok(Arc::new(known_at(state, at).await?)),
        None => Ok(state.directory()),
    }
}

/// With the version of the records, which a write names in `If-Match`.
fn told(state: &AppState, body: &impl Serialize) -> HttpResponse {
    let version = format!("\"{}\"", state.records.version());
    HttpResponse::Ok().insert_header((header::ETAG, version)).json(body)
}

/// On which day, and looking for what.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct OnQuery {
    /// The day, `YYYY-MM-DD`; today without it.
    on: Option<String>,
    /// A name, or its beginning.
    q: Option<String>,
    /// As the records were known at that moment (RFC 3339); now without it.
    known_at: Option<String>,
}

fn day(name: &'static str, text: Option<&str>, otherwise: Date) -> Result<Date, Problem> {
    text.map_or(Ok(otherwise), |text| {
        let expected = Words::new("Күні ЖЖЖЖ-АА-КК түрінде.", "Дата в виде ГГГГ-ММ-ДД.", "A date as YYYY-MM-DD.");
        text.parse().map_err(|_| Problem::BadParameter { name, expected })
    })
}

/// The deputies of a day.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Deputies")]
struct DeputiesBody {
    /// The day.
    on: Date,
    /// The deputies.
    deputies: Vec<Deputy>,
}

async fn deputies(state: State, caller: Caller, query: Query<OnQuery>) -> Result<HttpResponse, Problem> {
    let on = day("on", query.on.as_deref(), state.today())?;
    let directory = known(&state, query.known_at.as_deref()).await?;
    let view = directory.at(on);
    let found = match query.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        Some(typed) => view.find_deputies(typed),
        None => view.deputies().collect(),
    };
    let mut deputies: Vec<Deputy> = found.into_iter().cloned().collect();
    // Where replies go is the office's business: a deputy needs nobody else's mailbox.
    if !STAFF.allows(Some(&caller.account.actor)) {
        deputies.iter_mut().for_each(|deputy| deputy.email.clear());
    }
    Ok(told(&state, &DeputiesBody { on, deputies }))
}

/// The ministries of a day.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Ministries")]
struct MinistriesBody {
    /// The day.
    on: Date,
    /// The ministries.
    ministries: Vec<Ministry>,
}

async fn ministries(state: State, query: Query<OnQuery>) -> Result<HttpResponse, Problem> {
    let on = day("on", query.on.as_deref(), state.today())?;
    let directory = known(&state, query.known_at.as_deref()).await?;
    let view = directory.at(on);
    let found = match query.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        Some(typed) => view.find_ministries(typed),
        None => view.ministries().collect(),
    };
    Ok(told(&state, &MinistriesBody { on, ministries: found.into_iter().cloned().collect() }))
}

/// On which day.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct DayQuery {
    /// The day, `YYYY-MM-DD`; today without it.
    on: Option<String>,
    /// As the records were known at that moment (RFC 3339); now without it.
    known_at: Option<String>,
}

/// The factions and convocations of a day.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Factions")]
struct FactionsBody {
    /// The day.
    on: Date,
    /// The factions.
    factions: Vec<Faction>,
    /// The convocations.
    convocations: Vec<Convocation>,
}

async fn factions(state: State, query: Query<DayQuery>) -> Result<HttpResponse, Problem> {
    let on = day("on", query.on.as_deref(), state.today())?;
    let directory = known(&state, query.known_at.as_deref()).await?;
    let convocations = directory.convocations().iter().filter(|one| one.period.contains(on)).cloned();
    let body = FactionsBody {
        on,
        factions: directory.at(on).factions().cloned().collect(),
        convocations: convocations.collect(),
    };
    Ok(told(&state, &body))
}

/// The offices, and who fills them on a day.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Offices")]
struct OfficesBody {
    /// The day.
    on: Date,
    /// The offices.
    offices: Vec<Office>,
    /// Whoever holds one of them or acts in it for a part of that day at least.
    holders: Vec<Holder>,
}

async fn offices(state: State, query: Query<DayQuery>) -> Result<HttpResponse, Problem> {
    let on = day("on", query.on.as_deref(), state.today())?;
    let directory = known(&state, query.known_at.as_deref()).await?;
    let holders = directory.holders().iter().filter(|one| one.term.touches(on)).cloned().collect();
    Ok(told(&state, &OfficesBody { on, offices: directory.offices().to_vec(), holders }))
}

/// Between which days.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SpanQuery {
    /// The first day; the first of this year without it.
    from: Option<String>,
    /// As the records were known at that moment (RFC 3339); now without it.
    known_at: Option<String>,
    /// The last day; a year after the first without it, and at most ten years.
    until: Option<String>,
}

/// A part of the working calendar.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Calendar")]
struct CalendarBody {
    /// Which calendar: a deadline names the one it was counted with.
    version: String,
    /// The first day.
    from: Date,
    /// The last day.
    until: Date,
    /// The years that the calendar knows; in others only weekends are days off.
    years: Vec<i16>,
    /// The days that deviate from the week.
    exceptions: Vec<ExceptionBody>,
}

/// A day that deviates from the week.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CalendarException")]
struct ExceptionBody {
    /// The day.
    date: Date,
    /// What it is.
    kind: Kind,
    /// Why.
    note: String,
}

async fn calendar(state: State, query: Query<SpanQuery>) -> Result<HttpResponse, Problem> {
    let directory = known(&state, query.known_at.as_deref()).await?;
    Ok(told(&state, &span(&state, &directory, &query)?))
}

fn span(state: &AppState, directory: &Directory, query: &SpanQuery) -> Result<CalendarBody, Problem> {
    let from = day("from", query.from.as_deref(), state.today().first_of_year())?;
    let until = day("until", query.until.as_deref(), from.saturating_add(1.year()))?;
    if until < from || until > from.saturating_add(10.years()) {
        let expected = Words::new(
            "from күнінен кейін, ең көбі он жыл.",
            "Позже from, не больше десяти лет.",
            "Later than from, ten years at most.",
        );
        return Err(Problem::BadParameter { name: "until", expected });
    }
    let calendar = directory.calendar();
    let exceptions = calendar
        .exceptions(from, until)
        .map(|(date, kind, note)| ExceptionBody { date, kind, note: note.to_owned() })
        .collect();
    Ok(CalendarBody {
        version: calendar.version().to_owned(),
        from,
        until,
        years: calendar.years().collect(),
        exceptions,
    })
}

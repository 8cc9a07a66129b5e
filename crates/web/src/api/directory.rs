//! Reference data, read only: who is a deputy, which ministries there are, which days are working days, on a day.

use actix_web::HttpResponse;
use actix_web::web::Query;
use directory::calendar::Kind;
use directory::deputy::Deputy;
use directory::ministry::Ministry;
use jiff::ToSpan as _;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::State;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Words;
use crate::state::AppState;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/directory/deputies", "list_deputies", Permission::SignedIn, deputies)
            .summary("The deputies with a mandate on a day, best match first when something is looked for.")
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
    ]
}

/// On which day, and looking for what.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct OnQuery {
    /// The day, `YYYY-MM-DD`; today without it.
    on: Option<String>,
    /// A name, or its beginning.
    q: Option<String>,
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

async fn deputies(state: State, query: Query<OnQuery>) -> Result<HttpResponse, Problem> {
    let on = day("on", query.on.as_deref(), state.today())?;
    let directory = state.directory();
    let view = directory.at(on);
    let found = match query.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        Some(typed) => view.find_deputies(typed),
        None => view.deputies().collect(),
    };
    Ok(HttpResponse::Ok().json(DeputiesBody { on, deputies: found.into_iter().cloned().collect() }))
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
    let directory = state.directory();
    let view = directory.at(on);
    let found = match query.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        Some(typed) => view.find_ministries(typed),
        None => view.ministries().collect(),
    };
    Ok(HttpResponse::Ok().json(MinistriesBody { on, ministries: found.into_iter().cloned().collect() }))
}

/// Between which days.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SpanQuery {
    /// The first day; the first of this year without it.
    from: Option<String>,
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
    Ok(HttpResponse::Ok().json(span(&state, &query)?))
}

fn span(state: &AppState, query: &SpanQuery) -> Result<CalendarBody, Problem> {
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
    let directory = state.directory();
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

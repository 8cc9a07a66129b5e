//! Where an inquiry's time went, for programs: the chain of who held it, what stood beside, and what made the reply late.

use actix_web::HttpResponse;
use actix_web::web::Path;
use directory::{Language, MinistryCode};
use inquiry::waiting::{Holder, Interval, Verdict};
use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use super::commands::inquiry_of;
use crate::office::{seeing, waiting};
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::Route;
use crate::{Caller, Speaks, State};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/inquiries/{id}/waiting", "inquiry_waiting", Permission::SignedIn, show)
            .summary("Where the inquiry's time went: who held it, from when until when, and what made its reply late. A deputy is told the line without what became of drafts inside.")
            .gives::<WaitingBody>(200, "The chain and the reasons."),
    ]
}

/// Where an inquiry's time went.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Waiting")]
struct WaitingBody {
    /// The moment at which it is told, by the office's clock.
    now: String,
    /// `not_watched`, `no_reply`, `running`, `in_time` or `late`.
    verdict: &'static str,
    /// The reply's day, where there is one.
    due: Option<Date>,
    /// The day on which the first letter went out.
    sent: Option<Date>,
    /// By how many working days it is late.
    late_working_days: u32,
    /// The same as a sentence in the caller's language.
    words: String,
    /// What made it late, or where its time went, in the order of time.
    reasons: Vec<ReasonBody>,
    /// The main line: at every moment one holder has the paper.
    line: Vec<IntervalBody>,
    /// What was done at the same time.
    beside: Vec<IntervalBody>,
}

/// A reason.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "WaitingReason")]
struct ReasonBody {
    /// In the caller's language.
    words: String,
    /// The positions of the events that show it.
    events: Vec<i64>,
}

/// A stretch of time during which one holder had one thing to do.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "WaitingInterval")]
struct IntervalBody {
    /// What was awaited, such as `draft`, `visas`, `signature`.
    step: &'static str,
    /// The ministry that held it.
    #[serde(skip_serializing_if = "Option::is_none")]
    ministry: Option<String>,
    /// The role of the Office that held it.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    /// Whose contribution it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<String>,
    /// From when.
    from: String,
    /// Until when; none: it lasts.
    until: Option<String>,
    /// How long, by the clock.
    seconds: i64,
    /// How many working days after the first one.
    working_days: u32,
    /// The inner day, where there is one.
    due: Option<Date>,
    /// It lay beyond its inner day.
    is_beyond: bool,
    /// The position of the event that began it.
    begun_by: i64,
    /// The position of the event that ended it.
    ended_by: Option<i64>,
    /// In the caller's language.
    words: String,
}

async fn show(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let directory = state.directory();
    let actor = &caller.account.actor;
    let seen = seeing::now(&state, actor, inquiry_of(&path)?).await?;
    let told = waiting::of(&state, actor, &seen).await?;
    let names = |code: &MinistryCode| {
        directory.ministry(code).map_or_else(|| code.to_string(), |known| known.abbreviation.words(language).to_owned())
    };
    let shows_days = !seeing::is_outside(actor);
    let interval = |one: &Interval| told_interval(one, told.now, directory.calendar(), shows_days, (language, &names));
    let (verdict, due, sent, late_working_days) = match told.explanation.verdict {
        Verdict::NotWatched => ("not_watched", None, None, 0),
        Verdict::NoReply => ("no_reply", None, None, 0),
        Verdict::Running { due, .. } => ("running", Some(due), None, 0),
        Verdict::InTime { due, sent } => ("in_time", Some(due), Some(sent), 0),
        Verdict::Late { due, sent, working_days, .. } => ("late", Some(due), sent, working_days),
    };
    let reasons = told.explanation.reasons.iter().map(|reason| ReasonBody {
        words: reason.words(language, &names),
        events: reason.marks().into_iter().map(|mark| mark.position).collect(),
    });
    Ok(HttpResponse::Ok().json(WaitingBody {
        now: told.now.to_string(),
        verdict,
        due,
        sent,
        late_working_days,
        words: told.explanation.words(language),
        reasons: reasons.collect(),
        line: told.line.iter().map(interval).collect(),
        beside: told.beside.iter().map(interval).collect(),
    }))
}

fn told_interval(
    one: &Interval,
    now: Timestamp,
    calendar: &directory::WorkingCalendar,
    shows_days: bool,
    (language, names): (Language, &dyn Fn(&MinistryCode) -> String),
) -> IntervalBody {
    let lasted = one.lasted(now, calendar);
    let (ministry, role) = match &one.holder {
        Holder::Ministry(code) => (Some(code.to_string()), None),
        Holder::Role(role) => (None, Some(role.code())),
        Holder::Deputies | Holder::Nobody => (None, None),
    };
    IntervalBody {
        step: one.step.code(),
        ministry,
        role,
        about: one.about.as_ref().map(ToString::to_string),
        from: one.from.to_string(),
        until: one.until.map(|until| until.to_string()),
        seconds: lasted.time.as_secs(),
        working_days: lasted.working_days,
        due: one.due.filter(|_| shows_days),
        is_beyond: shows_days && one.is_beyond(now),
        begun_by: one.begun_by.position,
        ended_by: one.ended_by.map(|mark| mark.position),
        words: format!("{}: {}", one.words(language, names), one.holder.words(language, names)),
    }
}

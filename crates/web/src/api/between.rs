//! One inquiry at two moments, for programs.

use actix_web::HttpResponse;
use actix_web::web::{Path, Query};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::commands::inquiry_of;
use super::events::EventBody;
use crate::office::between::{Stood, TwoAsked, compared};
use crate::permission::STAFF;
use crate::problem::Problem;
use crate::routes::Route;
use crate::{Caller, Speaks, State};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/inquiries/{id}/between", "compare_inquiry", STAFF, between)
            .summary("One inquiry at two moments: how it stood at both, and the events between them.")
            .query::<TwoQuery>()
            .gives::<BetweenBody>(200, "Both, and what happened between them."),
    ]
}

/// Which two moments are compared.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TwoQuery {
    /// The first moment: RFC 3339, a day or a day and a minute in Astana, or as an answer's `as_of` has it; without it the
    /// moment at which the inquiry came in.
    from: Option<String>,
    /// The second moment; now without it.
    until: Option<String>,
}

/// An inquiry at two moments.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Between")]
struct BetweenBody {
    /// The earlier moment, with the journal's position.
    from: String,
    /// The later one.
    until: String,
    /// How it stood at the earlier one; none: it had not come in yet.
    was: Option<Stood>,
    /// How it stood at the later one.
    is: Stood,
    /// What happened between them, in order.
    events: Vec<EventBody>,
}

async fn between(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    path: Path<String>,
    query: Query<TwoQuery>,
) -> Result<HttpResponse, Problem> {
    let asked = TwoAsked {
        from: query.from.clone().unwrap_or_default(),
        until: query.until.clone().unwrap_or_default(),
        ..TwoAsked::default()
    };
    let (two, compared) = compared(&state, &caller.account.actor, inquiry_of(&path)?, &asked).await?;
    let body = BetweenBody {
        from: two.from.text(),
        until: two.until.text(),
        was: compared.was.as_ref().map(|was| Stood::of(&was.dossier)),
        is: Stood::of(&compared.is.dossier),
        events: EventBody::all(compared.events(), language)?,
    };
    Ok(HttpResponse::Ok().json(body))
}

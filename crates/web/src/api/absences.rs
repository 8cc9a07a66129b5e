//! Who stands in for whom: the list, naming a substitute, ending a substitution. A program acts in the absent's place by the header `In-Place-Of`.

use std::collections::BTreeSet;

use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use directory::Role;
use directory::accounts::Substitution;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::conditions::{self, Version};
use crate::accounts::absence::{self, Absence};
use crate::office::absences::{self, Naming};
use crate::office::to_the_end;
use crate::permission::STAFF;
use crate::problem::Problem;
use crate::routes::{Condition, Route};
use crate::{Caller, State};

const PATH: &str = "/api/v1/absences";
/// The most rows of the list.
const ROWS: i64 = 200;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(PATH, "list_absences", STAFF, list)
            .summary("Who stands in for whom now and later, as far as the reader may know of it.")
            .gives::<AbsencesBody>(200, "The substitutions, what ends first standing first; 200 at most."),
        Route::post(PATH, "name_substitute", STAFF, name)
            .summary("Names a substitute for somebody's work: one's own, or anybody's for the head of the Office and an administrator.")
            .json::<NameSubstitute>()
            .needs(Condition::Key)
            .gives::<NamedBody>(201, "From its moment on the substitute may act in the absent's place."),
        Route::post(format!("{PATH}/{{id}}/end"), "end_substitution", STAFF, end)
            .summary("Ends a substitution before its time.")
            .json::<EndSubstitution>()
            .needs(Condition::Key)
            .gives::<NamedBody>(200, "Nobody acts by it any more."),
    ]
}

/// The absences that somebody sees.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Absences")]
struct AbsencesBody {
    /// Who stands in for whom.
    absences: Vec<AbsenceBody>,
}

/// Who stands in for whom.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Absence")]
struct AbsenceBody {
    /// The account of the absent.
    absent: String,
    /// Who stands in, for what, from when until when.
    substitution: Substitution,
    /// The account that named them.
    named_by: String,
    /// Why.
    why: String,
}

/// A substitute to be named.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NameSubstitute {
    /// The account of the absent; one's own without it.
    #[serde(default)]
    absent: Option<String>,
    /// The account that stands in.
    substitute: String,
    /// For the work of which roles.
    roles: BTreeSet<Role>,
    /// From that moment on.
    from: Timestamp,
    /// Until that moment.
    until: Timestamp,
    /// Why; kept for ever.
    why: String,
}

/// Why a substitution ends.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct EndSubstitution {
    /// Why; kept for ever.
    why: String,
}

/// A substitution that was named or ended.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "NamedSubstitution")]
struct NamedBody {
    /// Its identity.
    id: Uuid,
    /// The position of the event in the journal.
    position: i64,
}

async fn list(state: State, caller: Caller) -> Result<HttpResponse, Problem> {
    let client = state.pool.get().await?;
    let standing = absence::standing(&client, state.clock.now(), ROWS).await;
    let standing = standing.map_err(|error| Problem::failure("list who stands in for whom", error))?;
    let told =
        |Absence { substitution, absent, named_by, why, .. }| AbsenceBody { absent, substitution, named_by, why };
    let seen = standing.into_iter().filter(|one| absences::sees(&caller.account.actor, one));
    Ok(HttpResponse::Ok().json(AbsencesBody { absences: seen.map(told).collect() }))
}

async fn name(state: State, request: HttpRequest, caller: Caller, body: Bytes) -> Result<HttpResponse, Problem> {
    let (asked, ask) =
        conditions::read::<NameSubstitute>(&state, &request, &caller, &body, "name-substitute", Version::New)?;
    let NameSubstitute { absent, substitute, roles, from, until, why } = ask;
    let absent = absent.unwrap_or_else(|| asked.by.name.clone());
    let (id, naming) = (asked.command.0, Naming { absent, substitute, roles, from, until, why });
    let named = to_the_end(async move { absences::name(&state, &asked, naming).await }).await?;
    Ok(HttpResponse::Created().json(NamedBody { id, position: named.position }))
}

async fn end(
    state: State,
    request: HttpRequest,
    caller: Caller,
    path: Path<String>,
    body: Bytes,
) -> Result<HttpResponse, Problem> {
    let what = format!("end-substitution\n{path}");
    let (asked, EndSubstitution { why }) =
        conditions::read::<EndSubstitution>(&state, &request, &caller, &body, &what, Version::New)?;
    let id: Uuid = path.parse().map_err(|_| Problem::UnknownAddress)?;
    let ended = to_the_end(async move { absences::end(&state, &asked, id, why).await }).await?;
    Ok(HttpResponse::Ok().json(NamedBody { id, position: ended.position }))
}

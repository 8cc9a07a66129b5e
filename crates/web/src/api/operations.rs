//! Is it alive, is it ready, what does it count, how is it described.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header;
use readmodel::followers::Table;
use schemars::JsonSchema;
use serde::Serialize;

use crate::State;
use crate::doors::metrics::Gauge;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::{Answer, Gives, Route};
use crate::state::AppState;

/// How long a list waits at most for the position it is asked to have come to.
const PATIENCE: Duration = Duration::from_secs(2);
/// How many events a follower may be behind before the house counts as not ready.
const BEHIND: i64 = 5_000;
/// Failures at one event after which a follower counts as standing still.
const STANDS_STILL: i32 = 3;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/healthz", "healthz", Permission::Public, healthz).summary("The process runs.").answer(Answer {
            status: 200,
            means: "It does.",
            gives: Gives::Bytes("text/plain"),
        }),
        Route::get("/readyz", "readyz", Permission::Public, readyz)
            .summary("The database answers and the followers are not far behind.")
            .gives::<Ready>(200, "Ready.")
            .gives::<Ready>(503, "Not ready; which part is not."),
        Route::get("/metrics", "metrics", Permission::Public, metrics)
            .summary("Counters in the text format of Prometheus.")
            .answer(Answer { status: 200, means: "The counters.", gives: Gives::Bytes("text/plain") }),
        Route::get("/api/openapi.json", "openapi", Permission::Public, openapi)
            .summary("This document (OpenAPI 3.1).")
            .answer(Answer { status: 200, means: "The document.", gives: Gives::Bytes("application/json") }),
    ]
}

async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

/// What is ready and what is not.
#[derive(Debug, Serialize, JsonSchema)]
struct Ready {
    /// All of it is.
    ready: bool,
    /// The database answers.
    database: bool,
    /// The position of the journal's last event.
    journal: Option<i64>,
    /// How far each follower has come: the tables of this program and whatever else follows the journal.
    followers: Vec<FollowerReady>,
    /// The server is on its way out.
    leaving: bool,
}

/// How far a follower has come.
#[derive(Debug, Serialize, JsonSchema)]
struct FollowerReady {
    /// Its name.
    name: String,
    /// The position it has come to; 0 before it began.
    position: i64,
    /// How often the event after it could not be taken. A follower that fails again and again stands still.
    failures: i32,
}

async fn look(state: &AppState) -> Ready {
    let journal = state.journal.head().await.ok().map(|head| head.position);
    let known = state.journal.followers().await.ok();
    let database = journal.is_some() && known.is_some();
    let mut followers: Vec<FollowerReady> = known
        .unwrap_or_default()
        .into_iter()
        .map(|known| FollowerReady { name: known.name, position: known.position, failures: known.failures })
        .collect();
    for table in Table::ALL {
        if !followers.iter().any(|follower| follower.name == table.name()) {
            followers.push(FollowerReady { name: table.name().to_owned(), position: 0, failures: 0 });
        }
    }
    followers.sort_by(|a, b| a.name.cmp(&b.name));
    let keeps_up = |follower: &FollowerReady| {
        follower.failures < STANDS_STILL && journal.is_some_and(|head| head - follower.position <= BEHIND)
    };
    let leaving = state.is_leaving();
    Ready { ready: database && !leaving && followers.iter().all(keeps_up), database, journal, followers, leaving }
}

async fn readyz(state: State) -> HttpResponse {
    let ready = look(&state).await;
    if ready.ready { HttpResponse::Ok().json(ready) } else { HttpResponse::ServiceUnavailable().json(ready) }
}

async fn metrics(state: State) -> HttpResponse {
    let ready = look(&state).await;
    let mut gauges = Vec::new();
    if let Some(value) = ready.journal {
        gauges.push(Gauge { name: "journal_position", help: "Position of the last event.", label: None, value });
    }
    for follower in ready.followers {
        gauges.push(Gauge {
            name: "follower_position",
            help: "Position a follower has come to.",
            label: Some(("follower", follower.name)),
            value: follower.position,
        });
    }
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(state.metrics.text(&gauges))
}

async fn openapi(state: State) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .body(state.openapi.clone())
}

/// Waits until a table has come to a position, two seconds at most: then whoever asks sees what is there.
pub(super) async fn wait(state: &AppState, table: Table, position: Option<i64>) -> Result<(), Problem> {
    if let Some(position) = position {
        let come = state.journal.wait_for(table.name(), position, PATIENCE).await;
        if let Err(error) = come {
            tracing::debug!(error = %error, "a list did not come to the position asked for in time");
        }
    }
    Ok(())
}

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
    /// How far each follower has come.
    followers: Vec<FollowerReady>,
    /// The server is on its way out.
    leaving: bool,
}

/// How far a follower has come.
#[derive(Debug, Serialize, JsonSchema)]
struct FollowerReady {
    /// Its name.
    name: &'static str,
    /// The position it has come to; none: it could not be asked.
    position: Option<i64>,
}

async fn look(state: &AppState) -> Ready {
    let journal = state.journal.head().await.ok().map(|head| head.position);
    let mut followers = Vec::new();
    for table in Table::ALL {
        let position = state.journal.follower_position(table.name()).await.ok();
        followers.push(FollowerReady { name: table.name(), position });
    }
    let near = |follower: &FollowerReady| journal.is_some_and(|head| head - follower.position.unwrap_or(0) <= BEHIND);
    let leaving = state.is_leaving();
    Ready { ready: !leaving && followers.iter().all(near), database: journal.is_some(), journal, followers, leaving }
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
            label: Some(("follower", follower.name.to_owned())),
            value: follower.position.unwrap_or(0),
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

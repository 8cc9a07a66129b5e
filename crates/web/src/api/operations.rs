//! Is it alive, is it ready, what does it count, how is it described.

use std::time::Duration;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use eventstore::{FollowerState, PlaceState};
use jiff::Timestamp;
use readmodel::deliveries::{self, ClosedRelay, Outbox, Patience};
use readmodel::followers::Table;
use schemars::JsonSchema;
use serde::Serialize;

use crate::State;
use crate::doors::metrics::Gauge;
use crate::doors::proxy;
use crate::office::unread;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::{Answer, Gives, Route};
use crate::speech::Words;
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
            .summary("The database answers, the followers are not far behind, none of them has set an event aside, and the records are those of the last change.")
            .gives::<Ready>(200, "Ready.")
            .gives::<Ready>(503, "Not ready; which part is not."),
        Route::get("/metrics", "metrics", Permission::Public, metrics)
            .summary(
                "Counters in the text format of Prometheus, for whoever asks from where the installation allows it.",
            )
            .problems(&[404])
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
    /// The version of the records that this process answers by.
    records: u64,
    /// It is the journal's last one.
    records_current: bool,
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
    /// How many events the journal has after that.
    lag: i64,
    /// How often its owner has changed.
    epoch: i64,
    /// How often the event after it could not be taken. A follower that fails again and again stands still.
    failures: i32,
    /// How many events it could not digest and has set aside, with those that wait for them.
    parked: i64,
    /// How many events of kinds that only a newer program knows it has passed over.
    unknown_events: i64,
}

impl FollowerReady {
    fn of(known: FollowerState) -> Self {
        Self {
            name: known.name,
            position: known.position,
            lag: known.lag,
            epoch: known.epoch,
            failures: known.failures,
            parked: known.parked,
            unknown_events: known.unknown,
        }
    }

    /// Before it began.
    fn absent(table: Table, journal: Option<i64>) -> Self {
        let name = table.name().to_owned();
        Self { name, position: 0, lag: journal.unwrap_or(0), epoch: 0, failures: 0, parked: 0, unknown_events: 0 }
    }

    fn keeps_up(&self) -> bool {
        self.failures < FollowerState::STANDS_STILL && self.parked == 0 && self.lag <= BEHIND
    }
}

async fn look(state: &AppState) -> Ready {
    let journal = state.journal.head().await.ok().map(|head| head.position);
    let known = state.journal.followers().await.ok();
    let database = journal.is_some() && known.is_some();
    let mut followers: Vec<FollowerReady> = known.unwrap_or_default().into_iter().map(FollowerReady::of).collect();
    for table in Table::ALL {
        if !followers.iter().any(|follower| follower.name == table.name()) {
            followers.push(FollowerReady::absent(table, journal));
        }
    }
    followers.sort_by(|a, b| a.name.cmp(&b.name));
    let leaving = state.is_leaving();
    let records = state.records.version();
    let last = match crate::records::stream() {
        Ok(stream) => state.journal.version(&stream).await.ok(),
        Err(_) => None,
    };
    let records_current = last.is_some_and(|last| last <= records);
    Ready {
        ready: database && !leaving && records_current && followers.iter().all(FollowerReady::keeps_up),
        database,
        journal,
        followers,
        records,
        records_current,
        leaving,
    }
}

async fn readyz(state: State) -> HttpResponse {
    let ready = look(&state).await;
    if ready.ready { HttpResponse::Ok().json(ready) } else { HttpResponse::ServiceUnavailable().json(ready) }
}

/// A gauge that each follower has: its name, its help, its value.
type FollowerGauge = (&'static str, &'static str, fn(&FollowerReady) -> i64);

const FOLLOWER_GAUGES: [FollowerGauge; 6] = [
    ("follower_position", "Position a follower has come to.", |follower| follower.position),
    ("follower_lag", "Events of the journal after that position.", |follower| follower.lag),
    ("follower_epoch", "How often a follower's owner has changed.", |follower| follower.epoch),
    ("follower_failures", "Failures in a row at the next event.", |follower| i64::from(follower.failures)),
    ("follower_parked", "Events set aside because they, or an earlier one, could not be digested.", |follower| {
        follower.parked
    }),
    ("unknown_events", "Events passed over because only a newer program knows their kind.", |follower| {
        follower.unknown_events
    }),
];

/// A gauge of the writer of who looked.
type ReadGauge = (&'static str, &'static str, fn(&AppState) -> i64);

const READ_GAUGES: [ReadGauge; 3] = [
    ("reads_waiting", "Rows of who looked that wait to be written.", |state| {
        i64::try_from(state.reads.waiting()).unwrap_or(i64::MAX)
    }),
    ("reads_written", "Rows of who looked written since the start.", |state| state.reads.written().cast_signed()),
    ("reads_failures", "Batches of who looked that the database refused since the start.", |state| {
        state.reads.failures().cast_signed()
    }),
];

/// The mails: by state, every state that is told of by name also when no mail is in it, so that an alarm can be set on it.
fn of_outbox(outbox: &Outbox, closed: &[ClosedRelay], now: Timestamp) -> Vec<Gauge> {
    const STATES: [&str; 6] = ["queued", "transmitting", "deferred", "refused", "unknown", "dead"];
    let plain = |name, help, value| Gauge { name, help, label: None, value };
    let counted = |state: &str| outbox.states.iter().find(|(known, _)| known == state).map_or(0, |(_, count)| *count);
    let others = outbox.states.iter().map(|(state, _)| state.as_str()).filter(|state| !STATES.contains(state));
    let mut gauges: Vec<Gauge> = STATES
        .into_iter()
        .chain(others)
        .map(|state| Gauge {
            name: "mails",
            help: "Mails by where they stand.",
            label: Some(("state", state.to_owned())),
            value: counted(state),
        })
        .collect();
    let waits = outbox.waiting_since.map_or(0, |since| now.duration_since(since).as_secs().max(0));
    gauges.push(plain("mail_oldest_waiting_seconds", "Age of the oldest order whose mail has not gone.", waits));
    gauges.push(plain(
        "mails_late",
        "Mails that have not gone an hour after their order, or a day before the reply is due.",
        outbox.late,
    ));
    gauges.push(plain("mail_outcomes_untold", "Outcomes that the inquiries have not been told.", outbox.untold));
    let closed = i64::try_from(closed.len()).unwrap_or(i64::MAX);
    gauges.push(plain("mail_relays_closed", "Relays that are left in peace after failures.", closed));
    gauges
}

/// The places where heads are published: which head lies there, how old that is, how often in a row it failed.
fn of_places(places: &[PlaceState], now: Timestamp) -> Vec<Gauge> {
    let mut gauges = Vec::new();
    let mut gauge = |name, help, value: &dyn Fn(&PlaceState) -> Option<i64>| {
        gauges.extend(places.iter().filter_map(|place| {
            let label = Some(("place", place.place.clone()));
            value(place).map(|value| Gauge { name, help, label, value })
        }));
    };
    gauge("journal_head_published_block", "Block of the last head that was published at a place.", &|place| {
        Some(place.block)
    });
    gauge("journal_head_publish_failures", "Failures in a row to publish a head at a place.", &|place| {
        Some(place.failures.into())
    });
    gauge("journal_head_unpublished_seconds", "Since when a place has got no head although it was tried.", &|place| {
        Some(place.failing_since.map_or(0, |since| now.duration_since(since).as_secs().max(0)))
    });
    gauges
}

async fn metrics(state: State, request: HttpRequest) -> Result<HttpResponse, Problem> {
    // Nobody else is told that there are any.
    let asker = proxy::asker(&request).ok_or(Problem::UnknownAddress)?;
    if !state.config.metrics_from.iter().any(|network| network.holds(asker)) {
        return Err(Problem::UnknownAddress);
    }
    let ready = look(&state).await;
    let mut gauges = Vec::new();
    if let Some(value) = ready.journal {
        gauges.push(Gauge { name: "journal_position", help: "Position of the last event.", label: None, value });
    }
    for (name, help, value) in FOLLOWER_GAUGES {
        gauges.extend(ready.followers.iter().map(|follower| Gauge {
            name,
            help,
            label: Some(("follower", follower.name.clone())),
            value: value(follower),
        }));
    }
    // Without the database nothing is counted, and /readyz says why.
    let now = state.clock.now();
    if let Ok(outbox) = deliveries::outbox(&state.pool, Patience::at(now, state.today())).await
        && let Ok(closed) = deliveries::closed_relays(&state.pool, now).await
    {
        gauges.extend(of_outbox(&outbox, &closed, now));
    }
    if let Ok(places) = state.journal.places().await {
        gauges.extend(of_places(&places, now));
    }
    gauges.extend(READ_GAUGES.map(|(name, help, value)| Gauge { name, help, label: None, value: value(&state) }));
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(state.metrics.text(&gauges)))
}

async fn openapi(state: State) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .body(state.openapi.clone())
}

/// Waits until a table has come to a position, two seconds at most: then whoever asks sees what is there. One that the journal has not come to itself is
/// no position: nobody was given it, and nothing would come of waiting.
pub(super) async fn wait(state: &AppState, table: Table, position: Option<i64>) -> Result<(), Problem> {
    if let Some(position) = position {
        is_reached(state, "at_least", position).await?;
        let come = state.journal.wait_for(table.name(), position, PATIENCE).await;
        if let Err(error) = come {
            tracing::debug!(error = %error, "a list did not come to the position asked for in time");
        }
    }
    Ok(())
}

/// Is that a position of the journal, or the beginning before its first one?
pub(super) async fn is_reached(state: &AppState, name: &'static str, position: i64) -> Result<(), Problem> {
    let head = state.journal.head().await.map_err(unread)?.position;
    within(name, position, 0, head).map(|_| ())
}

/// A number between two others, or what they are.
pub(super) fn within(name: &'static str, number: i64, least: i64, most: i64) -> Result<i64, Problem> {
    if (least..=most).contains(&number) {
        return Ok(number);
    }
    Err(Problem::BadParameter {
        name,
        expected: Words::new(
            format!("{least} мен {most} арасындағы сан."),
            format!("Число от {least} до {most}."),
            format!("A number from {least} to {most}."),
        ),
    })
}

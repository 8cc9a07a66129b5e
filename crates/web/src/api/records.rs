//! Writing the records: what changes in ministries, deputies, factions, offices and the calendar; and what has changed.

use actix_web::http::header;
use actix_web::web::{Bytes, Query};
use actix_web::{HttpRequest, HttpResponse};
use directory::changes::{Change, SubjectKind};
use jiff::Timestamp;
use readmodel::Sight;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::conditions::{self, Version};
use crate::office::records::errands::{self, Progress};
use crate::office::records::record;
use crate::office::{to_the_end, unread};
use crate::permission::STAFF;
use crate::problem::Problem;
use crate::routes::{Condition, Route};
use crate::screens::KEEPS_RECORDS;
use crate::speech::Words;
use crate::{Caller, State, records};

/// What follows from so many changes is told.
const ERRANDS: u16 = 50;
/// The most changes of one page.
const MOST: u16 = 200;

pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::get("/api/v1/directory/changes", "list_record_changes", STAFF, list)
            .summary("What has changed in the records, in order, and how far open inquiries have followed.")
            .query::<AfterQuery>()
            .gives::<ChangesBody>(200, "The changes after a version."),
    ];
    routes.extend(SubjectKind::ALL.map(of_kind));
    routes
}

/// The write of one kind of records.
fn of_kind(kind: SubjectKind) -> Route {
    let (path, name) = (format!("/api/v1/directory/{}", kind.code()), format!("record_{}", kind.code()));
    let write = move |state: State, request: HttpRequest, caller: Caller, body: Bytes| {
        write(kind, state, request, caller, body)
    };
    Route::post(path, name, KEEPS_RECORDS, write)
        .summary(format!("Records changes in {}, all of them or none.", kind.code()))
        .json::<WriteBody>()
        .needs(Condition::KeyAndVersion)
        .gives::<WrittenBody>(200, "They are recorded; what the records said already is not among them.")
}

/// Changes to be recorded.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(rename = "RecordChanges")]
#[serde(deny_unknown_fields)]
struct WriteBody {
    /// The changes, in the order in which they are to hold.
    changes: Vec<Change>,
}

/// What was recorded.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "RecordedChanges")]
struct WrittenBody {
    /// The version of the records now.
    version: u64,
    /// The changes that are news.
    changes: Vec<Change>,
}

async fn write(
    kind: SubjectKind,
    state: State,
    request: HttpRequest,
    caller: Caller,
    body: Bytes,
) -> Result<HttpResponse, Problem> {
    let what = format!("record-changes\n{}", kind.code());
    let (asked, WriteBody { changes }) = conditions::read(&state, &request, &caller, &body, &what, Version::Needed)?;
    if let Some(place) = changes.iter().position(|change| change.kind() != kind) {
        let what = Words::new(
            "Бұл өзгеріс басқа мекенжайға жіберіледі.",
            "Это изменение отправляется по другому адресу.",
            "This change belongs to another address.",
        );
        return Err(Problem::BadField { field: format!("changes[{place}]"), what });
    }
    let done = to_the_end(async move { record(&state, &asked, changes).await }).await?;
    let answer = WrittenBody { version: done.version, changes: done.changes };
    let tag = format!("\"{}\"", done.version);
    Ok(HttpResponse::Ok().insert_header((header::ETAG, tag)).json(answer))
}

/// From where.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AfterQuery {
    /// The changes after this version; from the first one without it.
    after: Option<u64>,
}

/// What has changed.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "RecordHistory")]
struct ChangesBody {
    /// The version of the records now.
    version: u64,
    /// The changes, 200 at most.
    changes: Vec<OneChange>,
    /// How far open inquiries have followed the changes that concern them, the last one first; for whoever sees all inquiries.
    followed: Vec<Followed>,
}

/// A change that was recorded.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "OneRecordChange")]
struct OneChange {
    /// The version that it led to.
    version: u64,
    /// Its position in the journal.
    position: i64,
    /// When.
    #[schemars(with = "String")]
    at: Timestamp,
    /// By whom.
    by: String,
    /// What changed.
    change: Change,
}

/// How far open inquiries have followed a change.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "FollowedChange")]
struct Followed {
    /// The version of the change.
    version: u64,
    /// Open inquiries that it touched when the work began.
    found: u32,
    /// In how many of them an event stands.
    done: u32,
    /// The accounts of executors that went over to a successor.
    accounts: Vec<String>,
    /// The work is done.
    finished: bool,
}

impl From<Progress> for Followed {
    fn from(one: Progress) -> Self {
        let Progress { version, found, done, accounts, finished_at, .. } = one;
        Self { version, found, done, accounts, finished: finished_at.is_some() }
    }
}

async fn list(state: State, caller: Caller, query: Query<AfterQuery>) -> Result<HttpResponse, Problem> {
    let recorded = state.journal.load(&records::stream().map_err(unread)?).await.map_err(unread)?;
    let after = query.after.unwrap_or_default();
    let read = |one: &eventstore::Recorded| {
        let change = serde_json::from_str(one.text())
            .map_err(|error| Problem::failure("read what was recorded of the records", error))?;
        Ok(OneChange { version: one.version, position: one.position, at: one.at, by: one.actor.clone(), change })
    };
    let changes = recorded.iter().filter(|one| one.version > after).take(usize::from(MOST)).map(read);
    let version = recorded.last().map_or(0, |last| last.version);
    let body = ChangesBody {
        version,
        changes: changes.collect::<Result<_, Problem>>()?,
        // How many inquiries there are is told to whoever sees all of them.
        followed: if Sight::of(&caller.account.actor) == Sight::Whole {
            errands::progress(&state, ERRANDS).await?.into_iter().map(Followed::from).collect()
        } else {
            Vec::new()
        },
    };
    Ok(HttpResponse::Ok().insert_header((header::ETAG, format!("\"{version}\""))).json(body))
}

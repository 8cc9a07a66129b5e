//! Recording what changes in the records. Facts that the rules cannot know (whether a letter was signed since, whether inquiries are open) are
//! gathered here; what follows for open inquiries is carried out by [`errands`], and told before by [`mod@preview`].

pub mod errands;
pub mod preview;

use directory::changes::decide::decide;
use directory::changes::import::{Against, Report, Table, report};
use directory::changes::{Change, ChangeRefusal, Ledger, RecordChanges, Refused};
use directory::{Directory, MinistryCode};
use eventstore::{ExecuteError, Guards, Origin};
use inquiry::time;
use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp};
use readmodel::{letters, register};
use uuid::Uuid;

use super::{Asked, NAMESPACE, stretch, unread, unrecorded};
use crate::moment::known;
use crate::problem::Problem;
use crate::records;
use crate::speech::Words;
use crate::state::AppState;

/// So long before its day a change is taken back no more: what is asked at the end of its eve may be recorded when the work on it has begun.
const MARGIN: SignedDuration = SignedDuration::from_mins(5);
/// How often somebody may be faster with other records.
const ATTEMPTS: u32 = 16;

/// What was recorded.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// The version of the records now.
    pub version: u64,
    /// The changes; those that the records said already are not among them.
    pub changes: Vec<Change>,
    /// This is the first result, told again.
    pub repeated: bool,
}

/// Records changes, all of them or none; a repeat of the request answers the first result.
///
/// # Errors
/// [`Problem::BadField`] with the place of the change that is refused, and why; a newer version; a failure. That nothing of them is news is no
/// reason to refuse them: whoever sends a list may send it twice.
pub async fn record(state: &AppState, asked: &Asked, changes: Vec<Change>) -> Result<Recorded, Problem> {
    let origin = Origin {
        actor: asked.by.name.clone(),
        at: asked.at,
        command: asked.command,
        request: asked.request,
        correlation: Uuid::new_v5(&NAMESPACE, directory::changes::STREAM.as_bytes()),
        causation: None,
    };
    let stream = records::stream().map_err(unread)?;
    // What was abolished by the first of two equal requests has nothing open in the second one either.
    if state.journal.recorded(&origin).await.map_err(unrecorded)?.is_none() {
        for (place, change) in changes.iter().enumerate() {
            nothing_open(state, change).await?.map_or(Ok(()), |why| Err(refused(state, &Refused { place, why })))?;
        }
    }
    let ask = asking(state, asked.at, changes).await?;
    let executed = state.journal.execute::<Ledger>(&stream, ask, origin, Guards::none(), asked.seen).await;
    let executed = executed.map_err(|error| match error {
        ExecuteError::Refused(refusal) => refused(state, &refusal),
        ExecuteError::Append(error) => unrecorded(error),
    })?;
    state.records.refresh(&state.journal).await.map_err(unread)?;
    let read = |recorded: &eventstore::Recorded| {
        serde_json::from_str(recorded.text())
            .map_err(|error| Problem::failure("read what was recorded of the records", error))
    };
    let changes = executed.events.iter().map(read).collect::<Result<_, _>>()?;
    Ok(Recorded { version: executed.version, changes, repeated: executed.repeated })
}

/// The same for a change that somebody wrote in a form. Whoever changed other records since it was opened is no reason to refuse it: it is
/// decided on the records of now. Where it changes nothing they are told so: nobody is to look in the journal for what is not there.
///
/// # Errors
/// As [`record`]; the same when the records say it already; [`Problem::Stale`] when something was recorded since that the change rests on.
pub async fn record_written(state: &AppState, mut asked: Asked, change: Change) -> Result<Recorded, Problem> {
    for _ in 0..ATTEMPTS {
        let answer = record(state, &asked, vec![change.clone()]).await;
        let Err(Problem::Stale { current }) = answer else { return answer.and_then(|done| news(state, done)) };
        if !is_untouched(state, &change, asked.seen, current).await? {
            // One form pressed twice at once has met itself: its first answer is known by now.
            return record(state, &asked, vec![change]).await.and_then(|done| news(state, done));
        }
        asked.seen = Some(current);
    }
    record(state, &asked, vec![change]).await.and_then(|done| news(state, done))
}

/// What was recorded, if anything was: by this request or, when it is repeated, by the first one.
fn news(state: &AppState, done: Recorded) -> Result<Recorded, Problem> {
    if done.changes.is_empty() { Err(no_news(state)) } else { Ok(done) }
}

fn no_news(state: &AppState) -> Problem {
    refused(state, &Refused { place: 0, why: ChangeRefusal::NoNews })
}

/// Do the rules take a change as things stand, is it any news, and does nothing open stand in its way? Nothing is recorded: it is for whoever tells
/// what a change would do, and must not tell it of one that is refused.
///
/// # Errors
/// [`Problem::BadField`] as [`record`] would answer; a failure.
pub async fn judge(state: &AppState, change: &Change) -> Result<(), Problem> {
    // What another process has recorded may not be known here yet.
    state.records.refresh(&state.journal).await.map_err(unread)?;
    let ask = asking(state, state.clock.now(), vec![change.clone()]).await?;
    let recorded = decide(&state.records.ledger(), &ask).map_err(|why| refused(state, &why))?;
    if recorded.is_empty() {
        return Err(no_news(state));
    }
    nothing_open(state, change).await?.map_or(Ok(()), |why| Err(refused(state, &Refused { place: 0, why })))
}

/// What the rules of records are asked.
async fn asking(state: &AppState, at: Timestamp, changes: Vec<Change>) -> Result<RecordChanges, Problem> {
    let last_signed = last_signed(state).await?;
    let takes_back = changes.iter().any(|change| matches!(change, Change::ChangeTakenBack(_)));
    let at = if takes_back { at.saturating_add(MARGIN).unwrap_or(at) } else { at };
    Ok(RecordChanges { seed: state.records.seed(), today: time::day_of(at), last_signed, changes })
}

/// Does the change rest on nothing that was recorded between two versions?
async fn is_untouched(state: &AppState, change: &Change, seen: Option<u64>, now: u64) -> Result<bool, Problem> {
    // What another process has recorded may not be known here yet.
    state.records.refresh(&state.journal).await.map_err(unread)?;
    let ledger = state.records.ledger();
    let since = stretch(ledger.changes(), seen, now);
    Ok(since.is_some_and(|since| !since.iter().any(|other| change.rests_on(other))))
}

/// Says what a table comes to, before anybody decides; nothing is recorded by it.
///
/// # Errors
/// A failure.
pub async fn import(state: &AppState, table: Table, text: &str, act: &str) -> Result<Report, Problem> {
    let (directory, last_signed) = (state.directory(), last_signed(state).await?);
    Ok(report(table, text, Against { directory: &directory, today: state.today(), last_signed, act }))
}

/// The directory as it was known at a moment.
///
/// # Errors
/// A failure.
pub async fn known_at(state: &AppState, at: Timestamp) -> Result<Directory, Problem> {
    known_as_of(state, at, None).await
}

/// The same without what was recorded behind a position of the journal.
///
/// # Errors
/// A failure.
pub(crate) async fn known_as_of(state: &AppState, at: Timestamp, position: Option<i64>) -> Result<Directory, Problem> {
    let mut events = state.journal.load_until(&records::stream().map_err(unread)?, at).await.map_err(unread)?;
    events.truncate(known(&events, at, position));
    let loaded = eventstore::fold::<Ledger>(&events).map_err(unread)?;
    Ok(loaded.aggregate.directory(&state.records.seed()))
}

async fn last_signed(state: &AppState) -> Result<Option<DateTime>, Problem> {
    let signed = letters::last_signed(&state.house()).await;
    let signed = signed.map_err(|error| Problem::failure("find the last signed letter", error))?;
    Ok(signed.map(time::civil_of))
}

/// A ministry that leaves nobody behind has to leave nothing behind.
async fn nothing_open(state: &AppState, change: &Change) -> Result<Option<ChangeRefusal>, Problem> {
    let Change::MinistryAbolished(event) = change else { return Ok(None) };
    let open = open_with(state, &event.code).await?;
    Ok((open > 0).then(|| ChangeRefusal::OpenInquiries { code: event.code.to_string(), open }))
}

/// How many open inquiries are with a ministry, counted up to a bound.
///
/// # Errors
/// A failure.
pub async fn open_with(state: &AppState, ministry: &MinistryCode) -> Result<u64, Problem> {
    let open = register::count_with_place(&state.house(), ministry).await;
    open.map_err(|error| Problem::failure("count the open inquiries of a ministry", error))
}

fn refused(state: &AppState, refused: &Refused) -> Problem {
    let (directory, today) = (state.directory(), state.today());
    let what = Words::from_fn(|language| refused.why.told(directory.at(today), language));
    Problem::BadField { field: format!("changes[{}]", refused.place), what }
}

//! Where an inquiry's time went, as whoever asks may know it; and how long steps usually take, counted from what was closed last.

use std::sync::Arc;
use std::time::{Duration, Instant};

use directory::Actor;
use inquiry::StageName;
use inquiry::event::Event;
use inquiry::state::Control;
use inquiry::waiting::{Explanation, Facts, Happened, Interval, Reason, Usual, Waiting, explain};
use jiff::Timestamp;
use readmodel::Sight;
use readmodel::register::{self, Filter, Order};
use tokio::sync::Mutex;

use super::seeing::{self, Seen, events_of};
use crate::problem::Problem;
use crate::state::AppState;

/// Of so many inquiries that came in last and are closed it is counted what is usual.
const LOOKED_AT: u16 = 40;
/// How long that stands.
const STANDS: Duration = Duration::from_secs(900);

/// What is usual, as it was counted last.
#[derive(Default)]
pub(crate) struct Kept(Mutex<Option<(Instant, Arc<Usual>)>>);

/// Where the time went.
#[derive(Debug)]
pub struct Told {
    /// The stretches of the line, as this person may know them.
    pub line: Vec<Interval>,
    /// What was done beside; nothing to somebody outside.
    pub beside: Vec<Interval>,
    /// Was it late, and why.
    pub explanation: Explanation,
    /// The moment at which it is told.
    pub now: Timestamp,
    /// How many inquiries stand behind what is called usual; none: nothing is.
    pub compared_with: usize,
}

/// Tells it of an inquiry as it was seen.
///
/// # Errors
/// An event that cannot be read; a failure.
pub async fn of(state: &AppState, actor: &Actor, seen: &Seen) -> Result<Told, Problem> {
    let directory = state.directory();
    let now = state.clock.now();
    let usual = usual(state, actor).await?;
    let waiting = waiting(seen)?.ok_or(Problem::NoSuchInquiry)?;
    let deadline = match &seen.dossier.control {
        Control::On(watch) | Control::Off(watch) => Some(&watch.deadline),
        Control::NotSet => None,
    };
    let mut explanation = explain(&waiting, &Facts { now, calendar: directory.calendar(), deadline, usual: &usual });
    if seeing::is_outside(actor) {
        // Returns, visas and contributions are the Office's own papers.
        explanation.reasons.retain(|reason| matches!(reason, Reason::Extended { .. } | Reason::CalendarChanged { .. }));
        return Ok(Told { line: waiting.told_outside(), beside: Vec::new(), explanation, now, compared_with: 0 });
    }
    let Waiting { line, beside, .. } = waiting;
    Ok(Told { line, beside, explanation, now, compared_with: usual.inquiries })
}

fn waiting(seen: &Seen) -> Result<Option<Waiting>, Problem> {
    let mut events: Vec<(i64, Timestamp, Event)> = Vec::new();
    for recorded in &seen.history {
        events.extend(events_of(recorded)?.into_iter().map(|event| (recorded.position, recorded.at, event)));
    }
    Ok(Waiting::of(events.iter().map(|(position, at, event)| Happened { position: *position, at: *at, event })))
}

/// What is usual in the whole office is told to whoever sees the whole office.
async fn usual(state: &AppState, actor: &Actor) -> Result<Arc<Usual>, Problem> {
    if Sight::of(actor) != Sight::Whole {
        return Ok(Arc::default());
    }
    // Whoever asks while it is being counted waits for the same answer.
    let mut kept = state.usual.0.lock().await;
    if let Some((_, usual)) = kept.as_ref().filter(|(since, _)| since.elapsed() < STANDS) {
        return Ok(Arc::clone(usual));
    }
    let directory = state.directory();
    let closed = Filter { stages: vec![StageName::Closed], ..Filter::all() };
    let page = register::list(&state.reader(actor), &closed, Order::Received, None, LOOKED_AT).await;
    let page = page.map_err(|error| Problem::failure("list what was closed", error))?;
    let mut all = Vec::new();
    for entry in &page.entries {
        all.extend(waiting(&seeing::now(state, actor, entry.inquiry).await?)?);
    }
    let usual = Arc::new(Usual::of(&all, directory.calendar()));
    // Where there is little to compare with, the next inquiry that is closed counts at once.
    if usual.inquiries == usize::from(LOOKED_AT) {
        *kept = Some((Instant::now(), Arc::clone(&usual)));
    }
    Ok(usual)
}

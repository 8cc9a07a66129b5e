//! Settings with a day from which they are in force: the facts that their rules need are gathered here, and what was set is in force at once.

use directory::series::{NumberSeries, Purpose};
use directory::settings::{
    AdoptSeries, AdoptTerm, Ask, Former, Ledger, SeriesAdopted, SettingsEvent, SettingsRefusal, TermAdopted,
};
use directory::{ChamberCode, Directory};
use eventstore::{ExecuteError, Executed, Guards, Origin, SeriesState};
use inquiry::time;
use jiff::civil::Date;
use uuid::Uuid;

use super::accounts::may_administer;
use super::{Asked, NAMESPACE, stretch, unread, unrecorded};
use crate::problem::Problem;
use crate::settings::stream;
use crate::speech::Words;
use crate::state::AppState;

/// The chamber whose convocation decides where a series counts by it.
const CHAMBER: &str = "mazhilis";

/// How many of the numbers given last are looked through for gaps.
pub const LOOKED_THROUGH: i64 = 10_000;

/// How often somebody may be faster with other settings.
const ATTEMPTS: u32 = 16;

/// Sets how a term is counted from a day on.
///
/// # Errors
/// [`Problem::NotPermitted`]; [`Problem::BadField`] with what the rules say; [`Problem::Stale`] when the same term was set since the version
/// that the asker saw; a failure.
pub async fn adopt_term(state: &AppState, asked: &Asked, term: TermAdopted) -> Result<SettingsEvent, Problem> {
    let ask = term_of(state, asked, term);
    record(state, asked, ask).await
}

/// The same as it would be asked, with what is in force as things stand.
#[must_use]
pub fn term_of(state: &AppState, asked: &Asked, term: TermAdopted) -> Ask {
    let directory = state.directory();
    let of_day = |known: &&directory::records::DatedRule| {
        known.rule.rule.code == term.rule.rule.code && known.period.contains(term.since)
    };
    let present = directory.rules().iter().find(of_day).map(|known| known.rule.clone());
    Ask::Term(Box::new(AdoptTerm { term, today: time::day_of(asked.at), present }))
}

/// Sets how our own numbers are written from a day on.
///
/// # Errors
/// As [`adopt_term`].
pub async fn adopt_series(state: &AppState, asked: &Asked, series: SeriesAdopted) -> Result<SettingsEvent, Problem> {
    let ask = series_of(state, asked, series).await?;
    record(state, asked, Ask::Series(Box::new(ask))).await
}

/// The same as it would be asked, with the counts as they stand.
///
/// # Errors
/// As [`count_name`]; a failure.
pub async fn series_of(state: &AppState, asked: &Asked, series: SeriesAdopted) -> Result<AdoptSeries, Problem> {
    let directory = state.directory();
    let since = series.since;
    let present = directory.at(since).series(series.purpose).cloned();
    let others = directory.series().iter();
    let others =
        others.filter(|known| known.purpose != series.purpose && known.period.until.is_none_or(|until| until > since));
    let others = others.map(|known| known.format.clone()).collect();
    let new = NumberSeries {
        purpose: series.purpose,
        format: series.format.clone(),
        scope: series.scope,
        first: series.first,
        period: directory::Period { from: Some(since), until: None },
    };
    let name = count_name(&directory, &new, since)?;
    let running = state.journal.series_state(&name, 0).await.map_err(unread)?.map(|known| known.next);
    let former = former(state, &directory, (&name, series.purpose, since)).await?;
    Ok(AdoptSeries { series, today: time::day_of(asked.at), present, others, running, former })
}

/// The count that is in use on the eve, where it is another one and its numbers bear the same year.
async fn former(
    state: &AppState,
    directory: &Directory,
    (name, purpose, since): (&str, Purpose, Date),
) -> Result<Option<Former>, Problem> {
    let Some(eve) = since.yesterday().ok().filter(|eve| eve.year() == since.year()) else { return Ok(None) };
    let Some(known) = directory.at(eve).series(purpose) else { return Ok(None) };
    let before = count_name(directory, known, eve)?;
    if before == name {
        return Ok(None);
    }
    let next = state.journal.series_state(&before, 0).await.map_err(unread)?.map(|known| known.next);
    Ok(next.map(|next| Former { format: known.format.clone(), next }))
}

/// The name under which the journal counts a series on a day.
///
/// # Errors
/// [`Problem::BadField`] where it counts by convocation and none sits on that day.
pub fn count_name(directory: &Directory, series: &NumberSeries, day: Date) -> Result<String, Problem> {
    let chamber = ChamberCode::new(CHAMBER).map_err(|error| Problem::failure("name a chamber", error))?;
    directory.at(day).series_name(series, &chamber).map_err(|_| Problem::BadField {
        field: "scope".to_owned(),
        what: Words::new(
            "Бұл күнге шақырылым белгісіз: жыл бойынша санаңыз.",
            "На этот день созыв неизвестен: считайте по годам.",
            "No convocation is known for that day: count by years.",
        ),
    })
}

/// How the count of a series stands on a day; none where it has not begun.
///
/// # Errors
/// As [`count_name`]; a failure.
pub async fn state_of(state: &AppState, series: &NumberSeries, day: Date) -> Result<Option<SeriesState>, Problem> {
    let name = count_name(&state.directory(), series, day)?;
    state.journal.series_state(&name, LOOKED_THROUGH).await.map_err(unread)
}

async fn record(state: &AppState, asked: &Asked, ask: Ask) -> Result<SettingsEvent, Problem> {
    if !may_administer(&asked.by) {
        return Err(Problem::NotPermitted { needs: &[directory::Role::Admin] });
    }
    let why = match &ask {
        Ask::Term(ask) => &ask.term.why,
        Ask::Series(ask) => &ask.series.why,
    };
    if inquiry::email::names_one(why) {
        return Err(super::accounts::BooksError::NamesAddress.into());
    }
    let origin = Origin {
        actor: asked.by.name.clone(),
        at: asked.at,
        command: asked.command,
        request: asked.request,
        correlation: Uuid::new_v5(&NAMESPACE, directory::settings::STREAM.as_bytes()),
        causation: asked.causation(),
    };
    let executed = executed(state, asked.seen, &ask, &origin).await?;
    state.settings.refresh(&state.journal).await.map_err(unread)?;
    let recorded = executed.events.last().ok_or_else(|| Problem::failure("set something", "nothing followed"))?;
    serde_json::from_str(recorded.text()).map_err(|error| Problem::failure("read what was set", error))
}

/// Whoever set something else since the asker looked is no reason to refuse it.
async fn executed(state: &AppState, mut seen: Option<u64>, ask: &Ask, origin: &Origin) -> Result<Executed, Problem> {
    for _ in 0..ATTEMPTS {
        let executed = execute(state, seen, ask, origin).await;
        let Err(Problem::Stale { current }) = executed else { return executed };
        if !is_untouched(state, ask, seen, current).await? {
            break;
        }
        seen = Some(current);
    }
    // One form pressed twice at once has met itself: its first answer is known by now.
    execute(state, seen, ask, origin).await
}

async fn execute(state: &AppState, seen: Option<u64>, ask: &Ask, origin: &Origin) -> Result<Executed, Problem> {
    let stream = stream().map_err(unread)?;
    let executed = state.journal.execute::<Ledger>(&stream, ask.clone(), origin.clone(), Guards::none(), seen).await;
    executed.map_err(|error| match error {
        ExecuteError::Refused(refusal) => refused(&refusal),
        ExecuteError::Append(error) => unrecorded(error),
    })
}

/// Was nothing set between two versions that this would take the place of?
async fn is_untouched(state: &AppState, ask: &Ask, seen: Option<u64>, now: u64) -> Result<bool, Problem> {
    // What another process has set may not be known here yet.
    state.settings.refresh(&state.journal).await.map_err(unread)?;
    let ledger = state.settings.ledger();
    let since = stretch(ledger.events(), seen, now);
    Ok(since.is_some_and(|since| !since.iter().any(|event| ask.concerns(event))))
}

/// What the rules say, at its field.
#[must_use]
pub fn refused(refusal: &SettingsRefusal) -> Problem {
    Problem::BadField { field: refusal.field().to_owned(), what: Words::from_fn(|language| refusal.words(language)) }
}

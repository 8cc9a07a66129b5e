//! What follows from a change of the records in every open inquiry, one event each: a part that goes to its ministry's successor, days that follow
//! the calendar.
//!
//! Nothing is kept of it but how far it is. Each inquiry is asked under an id that follows from the change and the inquiry, and has nothing
//! more to record once it has recorded it: whoever is killed in the middle begins again, and two that work at once do each thing once.

use std::collections::BTreeSet;

use directory::accounts::{Ask, Standing};
use directory::changes::event::{CalendarChanged, Change, MinistryMerged, MinistrySplit};
use directory::{Actor, Directory, MinistryCode, Role};
use eventstore::{Append, AppendError, CommandId, Guards, NewEvent, Origin, StreamWrite};
use inquiry::decide::succession::carry_over;
use inquiry::recount::{Calendars, recount};
use inquiry::{Dossier, Event, Inquiry, InquiryId};
use jiff::Timestamp;
use readmodel::register;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::super::accounts::{Books, BooksError, By, Order};
use super::super::{NAMESPACE, stream, unread, unrecorded};
use super::preview::{self, span};
use crate::accounts::books::Secret;
use crate::problem::Problem;
use crate::state::AppState;

/// The name in the journal of whoever carries it out.
pub(crate) const ACTOR: &str = "records";
/// Inquiries that are looked at together.
const PAGE: u16 = 200;
/// How often somebody may be faster at one inquiry.
const ATTEMPTS: u32 = 16;
/// How often the register is gone through: what was given to the ministry meanwhile is found in the second round.
const ROUNDS: u32 = 3;

/// How far the work on a change is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The version of the change.
    pub version: u64,
    /// Open inquiries that it touched when the work began.
    pub found: u32,
    /// In how many of them an event stands.
    pub done: u32,
    /// The accounts that went over; while the work goes on, the one that is about to.
    pub accounts: Vec<String>,
    /// When it began.
    pub began_at: Timestamp,
    /// When it was done; none while it goes on.
    pub finished_at: Option<Timestamp>,
}

/// How far the work on each change is, the last one first; `limit` at most.
///
/// # Errors
/// A failure.
pub async fn progress(state: &AppState, limit: u16) -> Result<Vec<Progress>, Problem> {
    let client = state.pool.get().await?;
    let sql = "select version, found, done, accounts, began_at, finished_at from record_errand
                order by version desc limit $1";
    let rows = client.query(sql, &[&i64::from(limit)]).await;
    let rows = rows.map_err(|error| Problem::failure("read what follows from changes of the records", error))?;
    let read = |row: &tokio_postgres::Row| Progress {
        version: row.get::<_, i64>(0).cast_unsigned(),
        found: row.get::<_, i32>(1).cast_unsigned(),
        done: row.get::<_, i32>(2).cast_unsigned(),
        accounts: row.get(3),
        began_at: row.get(4),
        finished_at: row.get(5),
    };
    Ok(rows.iter().map(read).collect())
}

/// The executors whom a change that is carried out has left with the ministry that ended, by the names of their accounts: the rules let nobody
/// change them. Whoever puts such an account right takes it out of the list.
///
/// # Errors
/// A failure.
pub async fn stayed(state: &AppState, change: &Change) -> Result<Vec<String>, Problem> {
    let from = match change {
        Change::MinistryMerged(event) => &event.code,
        Change::MinistrySplit(event) => &event.code,
        // Nobody goes over by any other.
        _ => return Ok(Vec::new()),
    };
    Ok(executors(state, from).await?.into_iter().map(|one| one.name).collect())
}

/// The changes from which something follows today that is not done yet, by their versions.
///
/// # Errors
/// A failure.
pub async fn pending(state: &AppState) -> Result<Vec<u64>, Problem> {
    let (ledger, today) = (state.records.ledger(), state.today());
    let due = ledger.valid().filter(|(_, change)| is_due(change, today));
    let due: Vec<u64> = due.map(|(version, _)| version).collect();
    if due.is_empty() {
        return Ok(due);
    }
    let client = state.pool.get().await?;
    let rows = client.query("select version from record_errand where finished_at is not null", &[]).await;
    let rows = rows.map_err(|error| Problem::failure("read what follows from changes of the records", error))?;
    let done: BTreeSet<u64> = rows.iter().map(|row| row.get::<_, i64>(0).cast_unsigned()).collect();
    Ok(due.into_iter().filter(|version| !done.contains(version)).collect())
}

fn is_due(change: &Change, today: jiff::civil::Date) -> bool {
    match change {
        Change::MinistryMerged(event) => event.on <= today,
        Change::MinistrySplit(event) => event.on <= today,
        Change::CalendarChanged(event) => event.recount != directory::changes::event::Recount::None,
        Change::MinistryFounded(_)
        | Change::MinistryRenamed(_)
        | Change::MinistryAbolished(_)
        | Change::ConvocationBegun(_)
        | Change::ConvocationEnded(_)
        | Change::FactionFormed(_)
        | Change::FactionEnded(_)
        | Change::DeputyEntered(_)
        | Change::DeputyCorrected(_)
        | Change::DeputyChangedFaction(_)
        | Change::DeputyLeft(_)
        | Change::OfficeFounded(_)
        | Change::OfficeTaken(_)
        | Change::OfficeLeft(_)
        | Change::ChangeTakenBack(_) => false,
    }
}

/// Carries out everything that is due, in the order of the changes.
///
/// # Errors
/// A failure; what is done stays done, and the rest is done by whoever tries again.
pub async fn work(state: &AppState) -> Result<(), Problem> {
    // What another process has taken back may not be known here yet.
    state.records.refresh(&state.journal).await.map_err(unread)?;
    for version in pending(state).await? {
        let ledger = state.records.ledger();
        let Some(change) = usize::try_from(version - 1).ok().and_then(|nth| ledger.changes().get(nth)) else {
            continue;
        };
        let errand = Errand { state, version, act: change.act().to_owned() };
        errand.caught_up().await?;
        match change {
            Change::MinistryMerged(event) => errand.succession(&Succession::from(event)).await?,
            Change::MinistrySplit(event) => errand.succession(&Succession::from(event)).await?,
            Change::CalendarChanged(event) => errand.recount(event).await?,
            // From nothing else does anything follow ([`is_due`]).
            _ => {}
        }
        tracing::info!(version, "what follows from a change of the records was carried out");
    }
    Ok(())
}

/// Which ministry ends, and where its inquiries go.
struct Succession {
    from: MinistryCode,
    otherwise: MinistryCode,
    chosen: Vec<(Uuid, MinistryCode)>,
}

impl From<&MinistryMerged> for Succession {
    fn from(event: &MinistryMerged) -> Self {
        Self { from: event.code.clone(), otherwise: event.into.clone(), chosen: Vec::new() }
    }
}

impl From<&MinistrySplit> for Succession {
    fn from(event: &MinistrySplit) -> Self {
        let chosen = event.chosen.iter().map(|one| (one.inquiry, one.to.clone())).collect();
        Self { from: event.code.clone(), otherwise: event.otherwise.clone(), chosen }
    }
}

impl Succession {
    fn to(&self, inquiry: InquiryId) -> &MinistryCode {
        self.chosen.iter().find(|(chosen, _)| *chosen == inquiry.0).map_or(&self.otherwise, |(_, to)| to)
    }
}

/// An account that writes for a ministry.
struct Executor {
    id: Uuid,
    name: String,
    /// The version of its stream.
    seen: u64,
}

/// The accounts that write for a ministry and can be used, by their names.
async fn executors(state: &AppState, ministry: &MinistryCode) -> Result<Vec<Executor>, Problem> {
    let sql = "select id, name, version from account
                where ministry = $1 and disabled_at is null and $2 = any (roles) order by name";
    let client = state.pool.get().await?;
    let rows = client.query(sql, &[&ministry.as_str(), &Role::Executor.code()]).await;
    let rows = rows.map_err(|error| Problem::failure("list the executors of a ministry", error))?;
    let read = |row: &tokio_postgres::Row| Executor {
        id: row.get(0),
        name: row.get(1),
        seen: row.get::<_, i64>(2).cast_unsigned(),
    };
    Ok(rows.iter().map(read).collect())
}

/// The work on one change.
struct Errand<'a> {
    state: &'a AppState,
    version: u64,
    act: String,
}

impl Errand<'_> {
    /// The register has to know what was given to whom before the change.
    async fn caught_up(&self) -> Result<(), Problem> {
        preview::caught_up(self.state).await
    }

    async fn succession(&self, succession: &Succession) -> Result<(), Problem> {
        let reader = self.state.house();
        let failed = |error| Problem::failure("list the open inquiries of a ministry", error);
        let found = register::count_with_place(&reader, &succession.from).await.map_err(failed)?;
        self.begin(u32::try_from(found).unwrap_or(u32::MAX)).await?;
        for _ in 0..ROUNDS {
            let (mut after, mut any) = (None, false);
            loop {
                let page = register::with_place(&reader, &succession.from, after, PAGE).await.map_err(failed)?;
                let Some(last) = page.last().map(|entry| entry.inquiry) else { break };
                after = Some(last);
                any = true;
                for entry in page {
                    let to = succession.to(entry.inquiry);
                    let event =
                        |dossier: &Dossier| carry_over(dossier, &succession.from, to, &self.act).map(Event::from);
                    self.ask(entry.inquiry, event).await?;
                }
            }
            if !any {
                break;
            }
            self.caught_up().await?;
        }
        self.accounts(succession).await?;
        self.finish().await
    }

    async fn recount(&self, event: &CalendarChanged) -> Result<(), Problem> {
        let (before, now) = self.directories();
        let days = span(before.calendar(), now.calendar(), &event.days);
        let standing = match days {
            Some((first, last)) => register::between(&self.state.house(), first, last).await,
            None => Ok(Vec::new()),
        };
        let standing = standing.map_err(|error| Problem::failure("list the days that a calendar decides", error))?;
        let chosen = standing.iter().map(|days| days.inquiry).filter(|inquiry| event.recount.takes(inquiry.0));
        let chosen: Vec<InquiryId> = chosen.collect();
        let calendars = Calendars { before: before.calendar(), now: now.calendar(), today: self.state.today() };
        self.begin(0).await?;
        for inquiry in chosen {
            self.ask(inquiry, |dossier| recount(dossier, calendars, &self.act).map(Event::from)).await?;
        }
        self.finish().await
    }

    /// The records before the change and after it.
    fn directories(&self) -> (Directory, Directory) {
        let (ledger, seed) = (self.state.records.ledger(), self.state.records.seed());
        let nth = usize::try_from(self.version).unwrap_or(usize::MAX);
        (ledger.directory_at(&seed, nth.saturating_sub(1)), ledger.directory_at(&seed, nth))
    }

    /// Asks one inquiry what follows for it, and records that.
    async fn ask(&self, inquiry: InquiryId, follows: impl Fn(&Dossier) -> Option<Event>) -> Result<(), Problem> {
        let stream = stream(inquiry)?;
        let id = format!("record\n{}\n{inquiry}", self.version);
        let origin = Origin {
            actor: Actor::system(ACTOR).name,
            at: self.state.clock.now(),
            command: CommandId(Uuid::new_v5(&NAMESPACE, id.as_bytes())),
            request: Sha256::digest(id.as_bytes()).into(),
            correlation: inquiry.0,
            causation: None,
        };
        for _ in 0..ATTEMPTS {
            let known = self.state.journal.aggregate::<Inquiry>(&stream).await.map_err(unread)?;
            let Some(event) = known.aggregate.dossier().and_then(&follows) else { return Ok(()) };
            let event = NewEvent {
                event_type: event.stored_name().to_owned(),
                schema_version: event.schema_version(),
                payload: event.to_payload(),
            };
            let write = StreamWrite { stream: stream.clone(), expected: known.version, events: vec![event] };
            let append = Append { origin: origin.clone(), writes: vec![write], guards: Guards::none() };
            match self.state.journal.append(append).await {
                Ok(_) => return self.one_more().await,
                // Somebody worked on it meanwhile: it is asked again.
                Err(AppendError::Conflict { .. }) => {}
                Err(error) => return Err(unrecorded(error)),
            }
        }
        Err(Problem::Busy)
    }

    /// Whoever wrote for the ministry writes for its successor: each account is changed as by an administrator, and its history says by which act.
    ///
    /// The name of each is written down before it goes over, and struck out again where it did not: nobody is forgotten between the two.
    async fn accounts(&self, succession: &Succession) -> Result<(), Problem> {
        let executors = executors(self.state, &succession.from).await?;
        for name in self.noted().await? {
            let is_to_go = executors.iter().any(|one| one.name == name);
            // Whoever was killed before it went over finds it gone elsewhere, or closed.
            if !is_to_go && !self.went_over(&name).await? {
                self.strike_out(&name).await?;
            }
        }
        for one in executors {
            self.note(&one.name).await?;
            if !self.goes_over(&one, &succession.otherwise).await? {
                self.strike_out(&one.name).await?;
            }
        }
        Ok(())
    }

    /// Does that account go over? One whose rights somebody changes in the same moment is looked at again.
    async fn goes_over(&self, one: &Executor, to: &MinistryCode) -> Result<bool, Problem> {
        let books = Books { pool: &self.state.pool, journal: &self.state.journal };
        let known = books.candidate(&one.name).await?;
        let after = Standing { ministry: Some(to.clone()), ..known.standing };
        let by = By { seen: Some(one.seen), ..self.by(&one.name) };
        let ask = Ask::Change(after);
        let order = Order { account: one.name.clone(), ask, why: self.act.clone(), secret: Secret::None };
        match books.change(&by, &order).await {
            Ok(_) => Ok(true),
            // One that the rules let nobody change stays, which the page of the records says; the others go over all the same.
            Err(BooksError::Refused(why)) => {
                let (version, account) = (self.version, one.id);
                tracing::warn!(version, %account, %why, "an account did not go over to a ministry's successor");
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Has that account gone over by this change?
    async fn went_over(&self, name: &str) -> Result<bool, Problem> {
        let By { name: actor, at, command, request, causation, seen: _ } = self.by(name);
        let origin = Origin { actor, at, command, request, correlation: command.0, causation };
        Ok(self.state.journal.recorded(&origin).await.map_err(unrecorded)?.is_some())
    }

    /// Who changes that account by this change: the same for whoever begins again.
    fn by(&self, name: &str) -> By {
        let id = format!("record\n{}\n{name}", self.version);
        By {
            name: Actor::system(ACTOR).name,
            at: self.state.clock.now(),
            command: CommandId(Uuid::new_v5(&NAMESPACE, id.as_bytes())),
            request: Sha256::digest(id.as_bytes()).into(),
            causation: None,
            seen: None,
        }
    }

    /// The accounts whose names are written down.
    async fn noted(&self) -> Result<Vec<String>, Problem> {
        let client = self.state.pool.get().await?;
        let sql = "select accounts from record_errand where version = $1";
        let row = client.query_opt(sql, &[&self.version.cast_signed()]).await;
        let row = row.map_err(|error| Problem::failure("read how far the work on a change is", error))?;
        Ok(row.map(|row| row.get::<_, Vec<String>>(0)).unwrap_or_default())
    }

    async fn note(&self, name: &str) -> Result<(), Problem> {
        let sql = "update record_errand set accounts = array_append(accounts, $2::text)
                    where version = $1 and $2::text <> all (accounts)";
        self.write(sql, &[&self.version.cast_signed(), &name]).await
    }

    async fn strike_out(&self, name: &str) -> Result<(), Problem> {
        let sql = "update record_errand set accounts = array_remove(accounts, $2::text) where version = $1";
        self.write(sql, &[&self.version.cast_signed(), &name]).await
    }

    async fn begin(&self, found: u32) -> Result<(), Problem> {
        let sql = "insert into record_errand (version, found, began_at) values ($1, $2, $3)
                   on conflict (version) do nothing";
        self.write(sql, &[&self.version.cast_signed(), &found.cast_signed(), &self.state.clock.now()]).await
    }

    async fn one_more(&self) -> Result<(), Problem> {
        let sql = "update record_errand set done = done + 1, found = greatest(found, done + 1) where version = $1";
        self.write(sql, &[&self.version.cast_signed()]).await
    }

    async fn finish(&self) -> Result<(), Problem> {
        let sql = "update record_errand set finished_at = $2, done = greatest(done, found)
                    where version = $1 and finished_at is null";
        self.write(sql, &[&self.version.cast_signed(), &self.state.clock.now()]).await
    }

    async fn write(&self, sql: &str, values: &[&(dyn tokio_postgres::types::ToSql + Sync)]) -> Result<(), Problem> {
        let client = self.state.pool.get().await?;
        let done = client.execute(sql, values).await;
        done.map(|_| ()).map_err(|error| Problem::failure("keep how far the work on a change is", error))
    }
}

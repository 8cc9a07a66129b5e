//! From a command to recorded events: load, decide, append.

use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;

use crate::append::{Append, AppendError, Appended, Guards, StreamWrite};
use crate::error::StoreError;
use crate::event::{NewEvent, Origin, Recordable, Recorded, StreamId};
use crate::journal::Journal;

/// How often a command without an expected version is decided anew because somebody was faster.
const ATTEMPTS: u32 = 64;

/// What a command led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Executed {
    /// The stream's version after the command.
    pub version: u64,
    /// The position of its last event; a follower that has come this far has seen it. The journal's head, if the command
    /// led to no event.
    pub position: i64,
    /// The events it led to; a command may lead to none.
    pub events: Vec<Recorded>,
    /// Whether this command had been recorded before and this is its first result.
    pub repeated: bool,
}

/// Why a command led to nothing.
#[derive(Debug, thiserror::Error)]
pub enum ExecuteError<R: std::error::Error + 'static> {
    /// The domain says no.
    #[error("the command was refused")]
    Refused(#[source] R),
    /// Somebody was faster, the id was used before, a claim or a number is taken, or the journal failed.
    #[error(transparent)]
    Append(#[from] AppendError),
}

impl<R: std::error::Error + 'static> From<StoreError> for ExecuteError<R> {
    fn from(error: StoreError) -> Self {
        Self::Append(AppendError::Failure(error))
    }
}

/// An aggregate folded from its stream.
#[derive(Clone, Debug)]
pub struct Loaded<A> {
    /// The state.
    pub aggregate: A,
    /// The stream's version; 0 if there is no such stream.
    pub version: u64,
    /// The position of its last event; 0 if there is none.
    pub position: i64,
}

impl Journal {
    /// Folds an aggregate from its stream.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer or an event cannot be read.
    pub async fn aggregate<A: Aggregate>(&self, stream: &StreamId) -> Result<Loaded<A>, StoreError> {
        fold(&self.load(stream).await?)
    }

    /// What a command led to, if it was recorded before.
    ///
    /// # Errors
    /// [`AppendError::CommandReused`] if its id was used for something else; otherwise as [`Journal::append`].
    pub async fn recorded(&self, origin: &Origin) -> Result<Option<Executed>, AppendError> {
        match self.command(origin.command).await? {
            None => Ok(None),
            Some(row) if row.request != origin.request => Err(AppendError::CommandReused { command: origin.command }),
            Some(row) => Ok(Some(self.answer_again(origin.command, &row).await?.into())),
        }
    }

    /// Decides a command on the stream's present state and records what follows from it.
    ///
    /// A command id that was seen before is answered with its first result, whatever `expected` is, if it asked the same.
    /// With `expected` the command is decided on that version or not at all; without, it is decided again whenever
    /// somebody was faster.
    ///
    /// # Errors
    /// [`ExecuteError::Refused`] with the domain's reason; otherwise as [`Journal::append`].
    pub async fn execute<A>(
        &self,
        stream: &StreamId,
        command: A::Command,
        origin: Origin,
        guards: Guards,
        expected: Option<u64>,
    ) -> Result<Executed, ExecuteError<A::Error>>
    where
        A: Aggregate<Services = ()> + Clone + 'static,
        A::Command: Clone + Send,
        A::Error: 'static,
    {
        let asked = Asked::<A> { stream, command, origin, guards, expected };
        if let Some(executed) = self.execute_from_memory(&asked).await? {
            return Ok(executed);
        }
        if let Some(first) = self.recorded(&asked.origin).await? {
            return Ok(first);
        }
        let mut known = self.aggregate::<A>(stream).await?;
        let mut attempt = 1;
        loop {
            if let Some(expected) = expected.filter(|expected| *expected != known.version) {
                let stream = stream.clone();
                return Err(AppendError::Conflict { stream, expected, actual: known.version }.into());
            }
            let events = match asked.decide(&known.aggregate).await {
                Ok(events) => events,
                Err(refusal) => {
                    self.states().put(stream, known);
                    return Err(ExecuteError::Refused(refusal));
                }
            };
            match self.append(asked.append(known.version, &events)?).await {
                Err(AppendError::Conflict { .. }) if expected.is_none() && attempt < ATTEMPTS => attempt += 1,
                answer => return Ok(self.remember(stream, known, answer?)),
            }
            known = self.aggregate(stream).await?;
        }
    }

    /// Decides on the state that is remembered and records what follows. None where there is none, or when anything but a record
    /// came of it: a refusal or a conflict is told from what the database holds, never from memory.
    async fn execute_from_memory<A>(&self, asked: &Asked<'_, A>) -> Result<Option<Executed>, AppendError>
    where
        A: Aggregate<Services = ()> + Clone + 'static,
        A::Command: Clone,
    {
        let Some(known) = self.states().take::<A>(asked.stream) else { return Ok(None) };
        if asked.expected.is_some_and(|expected| expected != known.version) {
            return Ok(None);
        }
        let events = match asked.decide(&known.aggregate).await {
            Ok(events) if !events.is_empty() => events,
            Ok(_) | Err(_) => return Ok(None),
        };
        match self.append(asked.append(known.version, &events)?).await {
            Ok(appended) => Ok(Some(self.remember(asked.stream, known, appended))),
            Err(
                AppendError::Conflict { .. }
                | AppendError::Claimed { .. }
                | AppendError::NumberTaken { .. }
                | AppendError::CommandReused { .. },
            ) => Ok(None),
            Err(error @ (AppendError::Failure(_) | AppendError::OutcomeUnknown(_) | AppendError::Invalid(_))) => {
                Err(error)
            }
        }
    }

    /// Remembers what the stream has become, folded from what was recorded.
    fn remember<A>(&self, stream: &StreamId, known: Loaded<A>, appended: Appended) -> Executed
    where
        A: Aggregate + 'static,
    {
        if !appended.repeated {
            match known.after(&appended.events) {
                Ok(now) => self.states().put(stream, now),
                Err(error) => tracing::warn!(%error, %stream, "what was just recorded cannot be read back"),
            }
        }
        appended.into()
    }
}

/// A command and what it was asked with.
struct Asked<'a, A: Aggregate> {
    stream: &'a StreamId,
    command: A::Command,
    origin: Origin,
    guards: Guards,
    expected: Option<u64>,
}

impl<A> Asked<'_, A>
where
    A: Aggregate<Services = ()> + Clone,
    A::Command: Clone,
{
    /// Asks the aggregate, which is left as it is.
    async fn decide(&self, state: &A) -> Result<Vec<A::Event>, A::Error> {
        let sink = EventSink::default();
        state.clone().handle(self.command.clone(), &(), &sink).await?;
        Ok(sink.collect().await)
    }

    fn append(&self, version: u64, events: &[A::Event]) -> Result<Append, StoreError> {
        Ok(Append {
            origin: self.origin.clone(),
            writes: vec![StreamWrite { stream: self.stream.clone(), expected: version, events: stored(events)? }],
            guards: self.guards.clone(),
        })
    }
}

impl<A: Aggregate> Loaded<A> {
    /// The state after these events of its stream, which follow it.
    fn after(mut self, events: &[Recorded]) -> Result<Self, StoreError> {
        for event in events {
            for today in A::Event::from_recorded(event)? {
                self.aggregate.apply(today);
            }
            self.version = event.version;
            self.position = event.position;
        }
        Ok(self)
    }
}

/// Folds an aggregate from events that are in order and from the beginning of its stream.
///
/// # Errors
/// [`StoreError::Payload`] when an event cannot be read.
pub fn fold<A: Aggregate>(events: &[Recorded]) -> Result<Loaded<A>, StoreError> {
    Loaded { aggregate: A::default(), version: 0, position: 0 }.after(events)
}

pub(crate) fn stored<E: Recordable>(events: &[E]) -> Result<Vec<NewEvent>, StoreError> {
    Ok(events.iter().map(Recordable::to_new_event).collect::<Result<_, _>>()?)
}

impl From<Appended> for Executed {
    fn from(appended: Appended) -> Self {
        let Appended { last_position, version, events, repeated } = appended;
        Self { version, position: last_position, events, repeated }
    }
}

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
        A: Aggregate<Services = ()>,
        A::Command: Clone + Send,
        A::Error: 'static,
    {
        if let Some(row) = self.command(origin.command).await? {
            if row.request != origin.request {
                return Err(AppendError::CommandReused { command: origin.command }.into());
            }
            return Ok(self.answer_again(origin.command, &row).await?.into());
        }
        let mut attempt = 1;
        loop {
            let Loaded { mut aggregate, version, .. } = self.aggregate::<A>(stream).await?;
            if let Some(expected) = expected.filter(|expected| *expected != version) {
                let stream = stream.clone();
                return Err(AppendError::Conflict { stream, expected, actual: version }.into());
            }
            let events = decide(&mut aggregate, command.clone()).await.map_err(ExecuteError::Refused)?;
            let append = Append {
                origin: origin.clone(),
                writes: vec![StreamWrite { stream: stream.clone(), expected: version, events: stored(&events)? }],
                guards: guards.clone(),
            };
            match self.append(append).await {
                Err(AppendError::Conflict { .. }) if expected.is_none() && attempt < ATTEMPTS => attempt += 1,
                answer => return Ok(answer?.into()),
            }
        }
    }
}

/// Asks the aggregate; its state afterwards is that after the events.
async fn decide<A: Aggregate<Services = ()>>(
    aggregate: &mut A,
    command: A::Command,
) -> Result<Vec<A::Event>, A::Error> {
    let sink = EventSink::default();
    aggregate.handle(command, &(), &sink).await?;
    Ok(sink.collect().await)
}

/// Folds an aggregate from events that are in order and from the beginning of its stream.
///
/// # Errors
/// [`StoreError::Payload`] when an event cannot be read.
pub fn fold<A: Aggregate>(events: &[Recorded]) -> Result<Loaded<A>, StoreError> {
    let mut loaded = Loaded { aggregate: A::default(), version: 0, position: 0 };
    for event in events {
        for today in A::Event::from_recorded(event)? {
            loaded.aggregate.apply(today);
        }
        loaded.version = event.version;
        loaded.position = event.position;
    }
    Ok(loaded)
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

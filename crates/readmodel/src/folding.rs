//! What all tables share: an event becomes something told of its subject (an inquiry, a proposal), and a sheet of rows in memory is changed by it
//! and written out. A follower's page and a rebuild go through the same sheet; they differ in how long they keep it.

use std::collections::{BTreeSet, HashMap};
use std::future::Future;
use std::hash::Hash;

use deadpool_postgres::Transaction;
use eventstore::{Concern, Line, Recorded};
use inquiry::InquiryId;
use inquiry::event::{Event, EventName, UnknownEvent};
use inquiry::proposal::ProposalId;
use inquiry::proposal::event::{ProposalEvent, ProposalEventName};
use jiff::Timestamp;
use uuid::Uuid;

use crate::ReadError;

/// Where and when an event happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Its place in the one order of everything.
    pub position: i64,
    /// Its place in its inquiry.
    pub version: u64,
    /// When, by the office's clock.
    pub at: Timestamp,
}

/// What a table wants to know of a kind of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reads {
    /// What it says.
    Content,
    /// That it happened, and when.
    Stamp,
    /// Nothing: rows do not change by it.
    Nothing,
}

/// An event as it is stored, wherever it was read from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stored<'a> {
    stream: &'a str,
    event_type: &'a str,
    schema_version: u16,
    payload: &'a str,
    stamp: Stamp,
    by: By<'a>,
}

/// Who asked for an event, and by which command.
#[derive(Debug, Clone, Copy)]
struct By<'a> {
    actor: &'a str,
    command: Uuid,
    correlation: Uuid,
}

impl<'a> From<&'a Recorded> for Stored<'a> {
    fn from(recorded: &'a Recorded) -> Self {
        Self {
            stream: recorded.stream.as_str(),
            event_type: &recorded.event_type,
            schema_version: recorded.schema_version,
            payload: recorded.text(),
            stamp: Stamp { position: recorded.position, version: recorded.version, at: recorded.at },
            by: By { actor: &recorded.actor, command: recorded.command.0, correlation: recorded.correlation },
        }
    }
}

impl<'a> From<&'a Line> for Stored<'a> {
    fn from(line: &'a Line) -> Self {
        Self {
            stream: line.stream(),
            event_type: line.event_type(),
            schema_version: line.schema_version,
            payload: line.text(),
            stamp: Stamp { position: line.position, version: line.version, at: line.at },
            by: By { actor: line.actor(), command: line.command.0, correlation: line.correlation },
        }
    }
}

/// What a stored event is to a table.
#[derive(Debug)]
pub(crate) enum Tidings<S: Subject> {
    /// Something told of a subject.
    Told(Told<S>),
    /// Of another stream, or of a kind that leaves the rows as they are.
    Passed,
    /// Of a kind that only a newer program knows.
    Unknown,
}

/// Something that happened to a subject, as far as a table wants to know it.
#[derive(Debug)]
pub(crate) struct Told<S: Subject> {
    pub(crate) subject: S,
    /// What it says, as events of today; none where the table reads the stamp alone.
    pub(crate) events: Vec<S::Event>,
    pub(crate) stamp: Stamp,
    /// How it stands in the journal, for a table that keeps that.
    pub(crate) record: Option<Record>,
}

/// How an event stands in the journal, without what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    /// Its stored name.
    pub(crate) kind: String,
    /// Who acted.
    pub(crate) actor: String,
    /// The id of the command that led to it.
    pub(crate) command: Uuid,
    /// The conversation it belongs to.
    pub(crate) correlation: Uuid,
}

/// What a table is about: one kind of streams, and the events in them.
pub(crate) trait Subject: std::fmt::Debug + Copy + Ord + Hash + Send + Sync + 'static {
    /// What happens to it.
    type Event: std::fmt::Debug + Send + Sync;
    /// The kinds of that.
    type Name: Copy;

    /// The subject whose stream this is.
    fn of_stream(stream: &str) -> Option<Self>;

    /// Its stream.
    fn stream_id(self) -> String;

    /// Its id.
    fn uuid(self) -> Uuid;

    /// The kind of events stored under that name.
    fn name(stored: &str) -> Option<Self::Name>;

    /// Is that a shape of before?
    fn is_old_shape(event_type: &str, schema_version: u16) -> bool;

    /// Reads a stored event.
    fn events(event_type: &str, schema_version: u16, payload: &str) -> Result<Vec<Self::Event>, UnknownEvent>;
}

impl Subject for InquiryId {
    type Event = Event;
    type Name = EventName;

    fn of_stream(stream: &str) -> Option<Self> {
        Self::of_stream(stream)
    }

    fn stream_id(self) -> String {
        Self::stream_id(self)
    }

    fn uuid(self) -> Uuid {
        self.0
    }

    fn name(stored: &str) -> Option<EventName> {
        EventName::from_stored(stored)
    }

    fn is_old_shape(event_type: &str, schema_version: u16) -> bool {
        Event::is_old_shape(event_type, schema_version)
    }

    fn events(event_type: &str, schema_version: u16, payload: &str) -> Result<Vec<Event>, UnknownEvent> {
        Event::from_stored(event_type, schema_version, payload)
    }
}

impl Subject for ProposalId {
    type Event = ProposalEvent;
    type Name = ProposalEventName;

    fn of_stream(stream: &str) -> Option<Self> {
        Self::of_stream(stream)
    }

    fn stream_id(self) -> String {
        Self::stream_id(self)
    }

    fn uuid(self) -> Uuid {
        self.0
    }

    fn name(stored: &str) -> Option<ProposalEventName> {
        ProposalEventName::from_stored(stored)
    }

    fn is_old_shape(_: &str, _: u16) -> bool {
        false
    }

    fn events(event_type: &str, schema_version: u16, payload: &str) -> Result<Vec<ProposalEvent>, UnknownEvent> {
        ProposalEvent::from_stored(event_type, schema_version, payload).map(|event| vec![event])
    }
}

/// A table whose rows follow from the events of one subject each.
pub(crate) trait Fold: Send + 'static {
    /// What it is about.
    type About: Subject;
    /// The rows of one subject.
    type Rows: Default + Send + Sync;
    /// Does it keep how an event stands in the journal?
    const KEEPS_RECORDS: bool = false;

    /// Names one of them.
    type Key: Ord + Copy + Send + Sync;
    /// One of them.
    type Row: Send + Sync;

    /// How many usual rows one of these is as large as: so many fewer are kept in memory.
    const WEIGHT: usize = 1;

    /// What the table wants to know of this kind of event.
    fn reads(name: <Self::About as Subject>::Name) -> Reads;

    /// Changes the rows of a subject; says which of them changed. Rows that have seen the event stay as they are.
    fn fold(rows: &mut Self::Rows, told: &Told<Self::About>) -> Vec<Self::Key>;

    /// What was changed is written: what is needed no more to change the rows again can be forgotten. Most tables keep what they have.
    fn written(_rows: &mut Self::Rows) {}

    /// The row of that name.
    fn row(rows: &Self::Rows, key: Self::Key) -> Option<&Self::Row>;

    /// Reads the rows of these subjects.
    fn load(
        tx: &Transaction<'_>,
        subjects: &[Uuid],
    ) -> impl Future<Output = Result<HashMap<Self::About, Self::Rows>, ReadError>> + Send;

    /// Writes rows, whether they are new or not.
    fn store(tx: &Transaction<'_>, rows: &[&Self::Row]) -> impl Future<Output = Result<(), ReadError>> + Send;

    /// Removes rows that a fold has taken away. Most tables keep what they have.
    fn remove(
        _tx: &Transaction<'_>,
        _gone: &[(Self::About, Self::Key)],
    ) -> impl Future<Output = Result<(), ReadError>> + Send {
        std::future::ready(Ok(()))
    }
}

/// What an event is to the table `F`, by its stream and its kind alone.
pub(crate) fn concern<F: Fold>(recorded: &Recorded) -> Concern {
    if F::About::of_stream(recorded.stream.as_str()).is_none() {
        return Concern::None;
    }
    match wanted::<F>(&recorded.event_type, recorded.schema_version) {
        Some(Reads::Content | Reads::Stamp) => Concern::Mine,
        Some(Reads::Nothing) => Concern::None,
        None => Concern::Unknown,
    }
}

/// What the table `F` wants to know of an event stored under this name; none for a kind that only a newer program knows. What an old
/// shape has become is known when it is read.
fn wanted<F: Fold>(event_type: &str, schema_version: u16) -> Option<Reads> {
    if F::About::is_old_shape(event_type, schema_version) {
        return Some(Reads::Content);
    }
    F::About::name(event_type).map(F::reads)
}

/// Reads a stored event as far as the table `F` wants to know it.
pub(crate) fn read<F: Fold>(stored: Stored<'_>) -> Result<Tidings<F::About>, ReadError> {
    let Some(subject) = F::About::of_stream(stored.stream) else {
        return Ok(Tidings::Passed);
    };
    let Some(reads) = wanted::<F>(stored.event_type, stored.schema_version) else {
        return Ok(Tidings::Unknown);
    };
    let stamp = stored.stamp;
    let record = F::KEEPS_RECORDS.then(|| Record {
        kind: stored.event_type.to_owned(),
        actor: stored.by.actor.to_owned(),
        command: stored.by.command,
        correlation: stored.by.correlation,
    });
    match reads {
        Reads::Nothing => Ok(Tidings::Passed),
        Reads::Stamp => Ok(Tidings::Told(Told { subject, events: Vec::new(), stamp, record })),
        Reads::Content => match F::About::events(stored.event_type, stored.schema_version, stored.payload) {
            Ok(events) => Ok(Tidings::Told(Told { subject, events, stamp, record })),
            Err(UnknownEvent::Name { .. }) => Ok(Tidings::Unknown),
            Err(source) => Err(ReadError::UnknownEvent { position: stamp.position, source }),
        },
    }
}

/// Whether rows may stand in the table before the first event of their subject is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beginnings {
    /// A follower that starts over meets the rows it has left.
    MayBeKnown,
    /// What is made anew begins with the first event, and no row needs to be looked for.
    AreNew,
}

/// Rows in memory, between the events and the table.
pub(crate) struct Sheet<F: Fold> {
    beginnings: Beginnings,
    /// The rows that were looked at last.
    young: HashMap<F::About, F::Rows>,
    /// Those that are forgotten next, unless they are looked at again.
    old: HashMap<F::About, F::Rows>,
    changed: BTreeSet<(F::About, F::Key)>,
}

impl<F: Fold> Sheet<F> {
    /// For one page of a follower.
    pub(crate) fn of_page() -> Self {
        Self::new(Beginnings::MayBeKnown)
    }

    /// For a table that is made anew and that nobody else writes.
    pub(crate) fn of_rebuild() -> Self {
        Self::new(Beginnings::AreNew)
    }

    fn new(beginnings: Beginnings) -> Self {
        Self { beginnings, young: HashMap::new(), old: HashMap::new(), changed: BTreeSet::new() }
    }

    /// Which of these subjects' rows have to be read from the table first.
    pub(crate) fn missing(&mut self, told: &[Told<F::About>]) -> Vec<F::About> {
        let mut missing = BTreeSet::new();
        for Told { subject, stamp, .. } in told {
            if self.young.contains_key(subject) || missing.contains(subject) {
                continue;
            }
            if let Some(rows) = self.old.remove(subject) {
                self.young.insert(*subject, rows);
            } else if self.beginnings == Beginnings::AreNew && stamp.version == 1 {
                self.young.insert(*subject, F::Rows::default());
            } else {
                missing.insert(*subject);
            }
        }
        missing.into_iter().collect()
    }

    /// Reads the rows of these subjects from the table.
    pub(crate) async fn load(&mut self, tx: &Transaction<'_>, subjects: &[F::About]) -> Result<(), ReadError> {
        if !subjects.is_empty() {
            let ids: Vec<Uuid> = subjects.iter().map(|subject| subject.uuid()).collect();
            let mut rows = F::load(tx, &ids).await?;
            // Those without a row are known to have none.
            self.young.extend(subjects.iter().map(|subject| (*subject, F::Rows::default())));
            self.young.extend(rows.drain());
        }
        Ok(())
    }

    /// Changes the rows, which must be here.
    pub(crate) fn fold(&mut self, told: &Told<F::About>) {
        let rows = self.young.entry(told.subject).or_default();
        for key in F::fold(rows, told) {
            self.changed.insert((told.subject, key));
        }
    }

    /// How many rows have changed and are not written yet.
    pub(crate) fn unwritten(&self) -> usize {
        self.changed.len()
    }

    /// The subjects whose rows these are.
    pub(crate) fn changed(&self) -> Vec<F::About> {
        let mut subjects: Vec<F::About> = self.changed.iter().map(|(subject, _)| *subject).collect();
        subjects.dedup();
        subjects
    }

    /// Writes what has changed, in the order of the subjects.
    pub(crate) async fn store(&mut self, tx: &Transaction<'_>) -> Result<(), ReadError> {
        let changed: Vec<&F::Row> = self
            .changed
            .iter()
            .filter_map(|(subject, key)| F::row(self.young.get(subject).or_else(|| self.old.get(subject))?, *key))
            .collect();
        if !changed.is_empty() {
            F::store(tx, &changed).await?;
        }
        let is_gone = |(subject, key): &&(F::About, F::Key)| {
            self.young.get(subject).or_else(|| self.old.get(subject)).is_none_or(|rows| F::row(rows, *key).is_none())
        };
        let gone: Vec<(F::About, F::Key)> = self.changed.iter().filter(is_gone).copied().collect();
        if !gone.is_empty() {
            F::remove(tx, &gone).await?;
        }
        for subject in self.changed() {
            if let Some(rows) = self.young.get_mut(&subject).or_else(|| self.old.get_mut(&subject)) {
                F::written(rows);
            }
        }
        self.changed.clear();
        Ok(())
    }

    /// Forgets the rows that were not looked at for a while, when there are more than `bound`. What is forgotten must have
    /// been written, and the writing committed.
    pub(crate) fn forget(&mut self, bound: usize) {
        debug_assert!(self.changed.is_empty(), "rows would be lost");
        if self.young.len() > bound {
            self.old = std::mem::take(&mut self.young);
        }
    }
}

/// Folds a page of the journal into the table `F`, within the transaction that also moves the follower's place.
pub(crate) async fn take<F: Fold>(tx: &Transaction<'_>, page: &[Recorded]) -> Result<(), ReadError> {
    let mut told = Vec::new();
    for recorded in page {
        match read::<F>(recorded.into())? {
            Tidings::Told(one) => told.push(one),
            // Found again when the program that knows the event makes the table anew.
            Tidings::Passed | Tidings::Unknown => {}
        }
    }
    let mut sheet = Sheet::<F>::of_page();
    let missing = sheet.missing(&told);
    sheet.load(tx, &missing).await?;
    told.iter().for_each(|told| sheet.fold(told));
    sheet.store(tx).await
}

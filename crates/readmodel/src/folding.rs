//! What all tables share: an event becomes something told of an inquiry, and a sheet of rows in memory is changed by it and
//! written out. A follower's page and a rebuild go through the same sheet; they differ in how long they keep it.

use std::collections::{BTreeSet, HashMap};
use std::future::Future;

use deadpool_postgres::Transaction;
use eventstore::{Concern, Line, Recorded};
use inquiry::InquiryId;
use inquiry::event::{Event, EventName, UnknownEvent};
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
}

impl<'a> From<&'a Recorded> for Stored<'a> {
    fn from(recorded: &'a Recorded) -> Self {
        Self {
            stream: recorded.stream.as_str(),
            event_type: &recorded.event_type,
            schema_version: recorded.schema_version,
            payload: recorded.text(),
            stamp: Stamp { position: recorded.position, version: recorded.version, at: recorded.at },
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
        }
    }
}

/// What a stored event is to a table.
#[derive(Debug)]
pub(crate) enum Tidings {
    /// Something told of an inquiry.
    Told(Told),
    /// Of another stream, or of a kind that leaves the rows as they are.
    Passed,
    /// Of a kind that only a newer program knows.
    Unknown,
}

/// Something that happened to an inquiry, as far as a table wants to know it.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) inquiry: InquiryId,
    /// What it says, as events of today; none where the table reads the stamp alone.
    pub(crate) events: Vec<Event>,
    pub(crate) stamp: Stamp,
}

/// A table whose rows follow from the events of one inquiry each.
pub(crate) trait Fold: Send + 'static {
    /// The rows of one inquiry.
    type Rows: Default + Send + Sync;
    /// Names one of them.
    type Key: Ord + Copy + Send + Sync;
    /// One of them.
    type Row: Send + Sync;

    /// What the table wants to know of this kind of event.
    fn reads(name: EventName) -> Reads;

    /// Changes the rows of an inquiry; says which of them changed. Rows that have seen the event stay as they are.
    fn fold(rows: &mut Self::Rows, told: &Told) -> Vec<Self::Key>;

    /// The row of that name.
    fn row(rows: &Self::Rows, key: Self::Key) -> Option<&Self::Row>;

    /// Reads the rows of these inquiries.
    fn load(
        tx: &Transaction<'_>,
        inquiries: &[Uuid],
    ) -> impl Future<Output = Result<HashMap<InquiryId, Self::Rows>, ReadError>> + Send;

    /// Writes rows, whether they are new or not.
    fn store(tx: &Transaction<'_>, rows: &[&Self::Row]) -> impl Future<Output = Result<(), ReadError>> + Send;

    /// Removes rows that a fold has taken away. Most tables keep what they have.
    fn remove(
        _tx: &Transaction<'_>,
        _gone: &[(InquiryId, Self::Key)],
    ) -> impl Future<Output = Result<(), ReadError>> + Send {
        std::future::ready(Ok(()))
    }
}

/// What an event is to the table `F`, by its stream and its kind alone.
pub(crate) fn concern<F: Fold>(recorded: &Recorded) -> Concern {
    if InquiryId::of_stream(recorded.stream.as_str()).is_none() {
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
    if Event::is_old_shape(event_type, schema_version) {
        return Some(Reads::Content);
    }
    EventName::from_stored(event_type).map(F::reads)
}

/// Reads a stored event as far as the table `F` wants to know it.
pub(crate) fn read<F: Fold>(stored: Stored<'_>) -> Result<Tidings, ReadError> {
    let Some(inquiry) = InquiryId::of_stream(stored.stream) else {
        return Ok(Tidings::Passed);
    };
    let Some(reads) = wanted::<F>(stored.event_type, stored.schema_version) else {
        return Ok(Tidings::Unknown);
    };
    let stamp = stored.stamp;
    match reads {
        Reads::Nothing => Ok(Tidings::Passed),
        Reads::Stamp => Ok(Tidings::Told(Told { inquiry, events: Vec::new(), stamp })),
        Reads::Content => match Event::from_stored(stored.event_type, stored.schema_version, stored.payload) {
            Ok(events) => Ok(Tidings::Told(Told { inquiry, events, stamp })),
            Err(UnknownEvent::Name { .. }) => Ok(Tidings::Unknown),
            Err(source) => Err(ReadError::UnknownEvent { position: stamp.position, source }),
        },
    }
}

/// Whether rows may stand in the table before the first event of their inquiry is read.
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
    young: HashMap<InquiryId, F::Rows>,
    /// Those that are forgotten next, unless they are looked at again.
    old: HashMap<InquiryId, F::Rows>,
    changed: BTreeSet<(InquiryId, F::Key)>,
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

    /// Which of these inquiries' rows have to be read from the table first.
    pub(crate) fn missing(&mut self, told: &[Told]) -> Vec<Uuid> {
        let mut missing = BTreeSet::new();
        for Told { inquiry, stamp, .. } in told {
            if self.young.contains_key(inquiry) || missing.contains(&inquiry.0) {
                continue;
            }
            if let Some(rows) = self.old.remove(inquiry) {
                self.young.insert(*inquiry, rows);
            } else if self.beginnings == Beginnings::AreNew && stamp.version == 1 {
                self.young.insert(*inquiry, F::Rows::default());
            } else {
                missing.insert(inquiry.0);
            }
        }
        missing.into_iter().collect()
    }

    /// Reads the rows of these inquiries from the table.
    pub(crate) async fn load(&mut self, tx: &Transaction<'_>, inquiries: &[Uuid]) -> Result<(), ReadError> {
        if !inquiries.is_empty() {
            let mut rows = F::load(tx, inquiries).await?;
            // Those without a row are known to have none.
            self.young.extend(inquiries.iter().map(|id| (InquiryId(*id), F::Rows::default())));
            self.young.extend(rows.drain());
        }
        Ok(())
    }

    /// Changes the rows, which must be here.
    pub(crate) fn fold(&mut self, told: &Told) {
        let rows = self.young.entry(told.inquiry).or_default();
        for key in F::fold(rows, told) {
            self.changed.insert((told.inquiry, key));
        }
    }

    /// How many rows have changed and are not written yet.
    pub(crate) fn unwritten(&self) -> usize {
        self.changed.len()
    }

    /// The inquiries whose rows these are.
    pub(crate) fn changed(&self) -> Vec<InquiryId> {
        let mut inquiries: Vec<InquiryId> = self.changed.iter().map(|(inquiry, _)| *inquiry).collect();
        inquiries.dedup();
        inquiries
    }

    /// Writes what has changed, in the order of the inquiries.
    pub(crate) async fn store(&mut self, tx: &Transaction<'_>) -> Result<(), ReadError> {
        let changed: Vec<&F::Row> = self
            .changed
            .iter()
            .filter_map(|(inquiry, key)| F::row(self.young.get(inquiry).or_else(|| self.old.get(inquiry))?, *key))
            .collect();
        if !changed.is_empty() {
            F::store(tx, &changed).await?;
        }
        let is_gone = |(inquiry, key): &&(InquiryId, F::Key)| {
            self.young.get(inquiry).or_else(|| self.old.get(inquiry)).is_none_or(|rows| F::row(rows, *key).is_none())
        };
        let gone: Vec<(InquiryId, F::Key)> = self.changed.iter().filter(is_gone).copied().collect();
        if !gone.is_empty() {
            F::remove(tx, &gone).await?;
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

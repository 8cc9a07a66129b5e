//! The records of now: what is built in, with every change of the journal's stream. Each process follows the stream and holds the directory of
//! its last version; whoever has just changed something sees it at once.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use directory::changes::{Change, Ledger, STREAM};
use directory::{Current, Directory};
use eventstore::{Journal, Loaded, StoreError, StreamId};
use jiff::Timestamp;

use crate::moment::known_of;

/// The event by which somebody's personal texts become unreadable: a deputy's mailbox may be one.
const ERASED: &str = "subject_erased";
/// How many directories of before are kept: most pages look back behind one of the last changes.
const KEPT: usize = 32;

/// The records of this process.
#[derive(Debug)]
pub struct Records {
    seed: Arc<Directory>,
    current: Current,
    known: Mutex<Known>,
}

#[derive(Debug, Clone, Default)]
struct Known {
    ledger: Arc<Ledger>,
    /// When each of them was recorded, and at which position.
    stamps: Arc<[(Timestamp, i64)]>,
    /// The records after so many of the changes, as pages have asked for them. With the next change, and with an erasure, they are made anew.
    before: Arc<Mutex<BTreeMap<usize, Arc<Directory>>>>,
    version: u64,
    /// Up to which position of the journal there is nothing else.
    position: i64,
}

impl Known {
    /// The records as they were known at events, by the position of each, where one of the changes was not known yet; of all others they are those
    /// of now.
    fn looking_back(
        &self,
        seed: &Directory,
        events: impl IntoIterator<Item = (Timestamp, i64)>,
    ) -> HashMap<i64, Arc<Directory>> {
        let then = |(at, position)| {
            let count = known_of(self.stamps.iter().copied(), at, Some(position));
            (count < self.stamps.len()).then(|| (position, self.after(seed, count)))
        };
        events.into_iter().filter_map(then).collect()
    }

    /// The records after so many of the changes.
    fn after(&self, seed: &Directory, count: usize) -> Arc<Directory> {
        let mut before = self.before.lock().unwrap_or_else(PoisonError::into_inner);
        if before.len() >= KEPT && !before.contains_key(&count) {
            before.clear();
        }
        Arc::clone(before.entry(count).or_insert_with(|| Arc::new(self.ledger.directory_at(seed, count))))
    }
}

impl Records {
    /// The seed with what the journal has recorded.
    ///
    /// # Errors
    /// [`StoreError`] when the journal cannot be read.
    pub async fn open(journal: &Journal, seed: Directory) -> Result<Self, StoreError> {
        let records =
            Self { current: Current::new(seed.clone()), seed: Arc::new(seed), known: Mutex::new(Known::default()) };
        records.reload(journal).await?;
        Ok(records)
    }

    /// The directory of now.
    #[must_use]
    pub fn directory(&self) -> Arc<Directory> {
        self.current.now()
    }

    /// The place that holds it, for whoever lives as long as this process.
    #[must_use]
    pub fn current(&self) -> Current {
        self.current.clone()
    }

    /// What lies beneath the stream.
    #[must_use]
    pub fn seed(&self) -> Arc<Directory> {
        Arc::clone(&self.seed)
    }

    /// Every change that is known here.
    #[must_use]
    pub fn ledger(&self) -> Arc<Ledger> {
        Arc::clone(&self.known().ledger)
    }

    /// The same with when each was recorded, and at which position.
    #[must_use]
    pub fn history(&self) -> (Arc<Ledger>, Arc<[(Timestamp, i64)]>) {
        let Known { ledger, stamps, .. } = self.known();
        (ledger, stamps)
    }

    /// The directory of now, and those that were known at events (when each happened, and its position), by position, where they are others. All of
    /// them come of the same changes, and nothing is asked of the journal.
    #[must_use]
    pub fn looking_back(
        &self,
        events: impl IntoIterator<Item = (Timestamp, i64)>,
    ) -> (Arc<Directory>, HashMap<i64, Arc<Directory>>) {
        let (known, now) = {
            let known = self.lock();
            (known.clone(), self.current.now())
        };
        (now, known.looking_back(&self.seed, events))
    }

    /// The version of the stream that is known here; 0 before the first change.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.known().version
    }

    /// Looks whether the journal has something new, and takes it.
    ///
    /// # Errors
    /// [`StoreError`] when the journal cannot be read; what was known stays.
    pub async fn refresh(&self, journal: &Journal) -> Result<(), StoreError> {
        let head = journal.head().await?.position;
        let after = self.known().position;
        if head <= after {
            return Ok(());
        }
        let kinds: Vec<&str> = Change::STORED.iter().copied().chain([ERASED]).collect();
        if journal.streams_after(after, &kinds, 1).await?.is_empty() {
            let mut known = self.lock();
            known.position = known.position.max(head);
            return Ok(());
        }
        self.reload(journal).await
    }

    /// Follows the journal until it is closed.
    pub async fn follow(&self, journal: &Journal) {
        let mut positions = journal.positions();
        while positions.changed().await.is_ok() {
            if let Err(error) = self.refresh(journal).await {
                tracing::warn!(error = &error as &dyn std::error::Error, "the records could not be looked for changes");
            }
        }
    }

    async fn reload(&self, journal: &Journal) -> Result<(), StoreError> {
        // What is recorded after this position is looked for again.
        let head = journal.head().await?.position;
        let history = journal.load(&stream()?).await?;
        let Loaded { aggregate: ledger, version, .. } = eventstore::fold::<Ledger>(&history)?;
        let stamps = history.iter().map(|event| (event.at, event.position)).collect();
        let mut known = self.lock();
        // Somebody else of this process may have been faster.
        if version >= known.version {
            self.current.replace(ledger.directory(&self.seed));
            let (ledger, position) = (Arc::new(ledger), head.max(known.position));
            *known = Known { ledger, stamps, before: Arc::default(), version, position };
        }
        Ok(())
    }

    fn known(&self) -> Known {
        self.lock().clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The journal's stream of the records.
///
/// # Errors
/// [`StoreError`] never: the name is one.
pub(crate) fn stream() -> Result<StreamId, StoreError> {
    StreamId::new(STREAM).map_err(|error| StoreError::Row(error.to_string()))
}

#[cfg(test)]
mod tests {
    use directory::changes::event::MinistryRenamed;
    use directory::{Language, MinistryCode, Multilingual};
    use jiff::ToSpan as _;
    use jiff::civil::date;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// One ministry is called by each of these names in its turn; each change was recorded ten seconds and two positions behind the one before.
    fn renamed(names: &[&str]) -> Known {
        let mut ledger = Ledger::default();
        for (nth, name) in (0_i64..).zip(names) {
            let name = Multilingual::new(*name, *name, None);
            ledger.evolve(Change::MinistryRenamed(MinistryRenamed {
                code: MinistryCode::new("mlsp").unwrap(),
                name: name.clone(),
                abbreviation: name,
                since: date(2023, 9, 22).saturating_add(nth.days()),
                act: "Жарлық".to_owned(),
            }));
        }
        let stamps = (1_i64..).zip(names).map(|(nth, _)| (at(10 * nth), 2 * nth)).collect();
        Known { ledger: Arc::new(ledger), stamps, ..Known::default() }
    }

    fn name(directory: &Directory) -> String {
        let ministry = directory.at(date(2024, 1, 1)).ministry(&MinistryCode::new("mlsp").unwrap()).unwrap();
        ministry.name.words(Language::Kk).to_owned()
    }

    #[test]
    fn an_event_knows_the_changes_that_were_recorded_before_it_and_each_state_of_then_is_made_once() {
        let seed = Directory::embedded().unwrap();
        let known = renamed(&["Бір", "Екі"]);
        // Whatever knows the last change is told by the records of now, and nothing is made for it.
        assert!(known.looking_back(&seed, [(at(20), 5), (at(30), 6)]).is_empty());
        assert!(known.before.lock().unwrap().is_empty());

        // Position 3 stands between both changes, though it is dated behind them.
        let then = known.looking_back(&seed, [(at(5), 0), (at(9), 1), (at(30), 3), (at(30), 6)]);
        assert_eq!(then.len(), 3);
        assert_eq!(name(&then[&0]), name(&seed));
        assert_eq!(name(&then[&3]), "Бір");
        assert!(Arc::ptr_eq(&then[&0], &then[&1]));
        // What was recorded behind a change and happened before it did not know it.
        let again = known.clone().looking_back(&seed, [(at(5), 7), (at(15), 8)]);
        assert!(Arc::ptr_eq(&again[&7], &then[&0]) && Arc::ptr_eq(&again[&8], &then[&3]));
        assert!(Known::default().looking_back(&seed, [(at(5), 1)]).is_empty());
    }

    #[test]
    fn no_more_states_of_then_are_kept_than_there_is_room_for() {
        let seed = Directory::embedded().unwrap();
        let known = renamed(&["Бір"; KEPT + 2]);
        let events = (0_i64..).take(KEPT + 2).map(|nth| (at(10 * nth), 2 * nth));
        let then = known.looking_back(&seed, events);
        assert_eq!(then.len(), KEPT + 2);
        assert_eq!(name(&then[&0]), name(&seed));
        assert!(known.before.lock().unwrap().len() <= KEPT);
    }
}

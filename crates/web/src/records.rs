//! The records of now: what is built in, with every change of the journal's stream. Each process follows the stream and holds the directory of
//! its last version; whoever has just changed something sees it at once.

use std::sync::{Arc, Mutex, PoisonError};

use directory::changes::{Change, Ledger, STREAM};
use directory::{Current, Directory};
use eventstore::{Journal, Loaded, StoreError, StreamId};

/// The event by which somebody's personal texts become unreadable: a deputy's mailbox may be one.
const ERASED: &str = "subject_erased";

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
    version: u64,
    /// Up to which position of the journal there is nothing else.
    position: i64,
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
        let Loaded { aggregate: ledger, version, .. } = journal.aggregate::<Ledger>(&stream()?).await?;
        let mut known = self.lock();
        // Somebody else of this process may have been faster.
        if version >= known.version {
            self.current.replace(ledger.directory(&self.seed));
            *known = Known { ledger: Arc::new(ledger), version, position: head.max(known.position) };
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

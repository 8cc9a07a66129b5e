//! The settings of now: each process follows the journal's stream of them; whoever has just set something sees it at once.

use std::sync::{Arc, Mutex, PoisonError};

use directory::Current;
use directory::settings::{Ledger, STREAM};
use eventstore::{Journal, Loaded, StoreError, StreamId};

/// The settings of this process.
#[derive(Debug)]
pub struct Settings {
    current: Current,
    known: Mutex<(u64, Arc<Ledger>)>,
}

impl Settings {
    /// What the journal has recorded; `current` holds the directory that they become a part of.
    ///
    /// # Errors
    /// [`StoreError`] when the journal cannot be read.
    pub async fn open(journal: &Journal, current: Current) -> Result<Self, StoreError> {
        let settings = Self { current, known: Mutex::default() };
        settings.refresh(journal).await?;
        Ok(settings)
    }

    /// Everything that was set.
    #[must_use]
    pub fn ledger(&self) -> Arc<Ledger> {
        Arc::clone(&self.lock().1)
    }

    /// How many of them the journal had recorded by then: what a form says of what was seen.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.lock().0
    }

    /// Looks whether the journal has something new, and takes it.
    ///
    /// # Errors
    /// [`StoreError`] when the journal cannot be read; what was known stays.
    pub async fn refresh(&self, journal: &Journal) -> Result<(), StoreError> {
        let known = self.lock().0;
        if journal.version(&stream()?).await? <= known {
            return Ok(());
        }
        let Loaded { aggregate, version, .. } = journal.aggregate::<Ledger>(&stream()?).await?;
        let mut known = self.lock();
        // Somebody else of this process may have been faster.
        if version > known.0 {
            self.current.set(aggregate.clone());
            *known = (version, Arc::new(aggregate));
        }
        Ok(())
    }

    /// Follows the journal until it is closed.
    pub async fn follow(&self, journal: &Journal) {
        let mut positions = journal.positions();
        while positions.changed().await.is_ok() {
            if let Err(error) = self.refresh(journal).await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the settings could not be looked for changes"
                );
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, (u64, Arc<Ledger>)> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The journal's stream of the settings.
///
/// # Errors
/// [`StoreError`] never: the name is one.
pub(crate) fn stream() -> Result<StreamId, StoreError> {
    StreamId::new(STREAM).map_err(|error| StoreError::Row(error.to_string()))
}

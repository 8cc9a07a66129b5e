//! The directory in force at this moment, which is replaced while the program runs.
//!
//! Whoever answers one question takes [`Current::now`] once and keeps it to the end, so that no answer is made of two directories.

use std::sync::{Arc, PoisonError, RwLock};

use crate::records::Directory;
use crate::settings::Ledger;

/// A place that holds the directory of now: the records, with the settings that were adopted since. Every copy of it is the same place.
#[derive(Debug, Clone)]
pub struct Current(Arc<RwLock<Held>>);

#[derive(Debug)]
struct Held {
    records: Directory,
    settings: Ledger,
    /// Both together.
    now: Arc<Directory>,
}

impl Held {
    fn together(&mut self) {
        let mut directory = self.records.clone();
        self.settings.events().iter().for_each(|event| directory.adopt(event));
        self.now = Arc::new(directory);
    }
}

impl Current {
    /// Holds this one until another takes its place.
    #[must_use]
    pub fn new(directory: Directory) -> Self {
        let now = Arc::new(directory.clone());
        Self(Arc::new(RwLock::new(Held { records: directory, settings: Ledger::default(), now })))
    }

    /// The directory of now. What was taken before stays what it was.
    #[must_use]
    pub fn now(&self) -> Arc<Directory> {
        // The lock holds whole values, whatever befell whoever held it.
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner).now)
    }

    /// From now on the records are these; the settings stay.
    pub fn replace(&self, directory: Directory) {
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        held.records = directory;
        held.together();
    }

    /// From now on the settings are these; the records stay.
    pub fn set(&self, settings: Ledger) {
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        held.settings = settings;
        held.together();
    }
}

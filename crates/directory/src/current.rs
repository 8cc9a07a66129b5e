//! The directory in force at this moment, which is replaced while the program runs.
//!
//! Whoever answers one question takes [`Current::now`] once and keeps it to the end, so that no answer is made of two directories.

use std::sync::{Arc, PoisonError, RwLock};

use crate::records::Directory;

/// A place that holds the directory of now. Every copy of it is the same place.
#[derive(Debug, Clone)]
pub struct Current(Arc<RwLock<Arc<Directory>>>);

impl Current {
    /// Holds this one until another takes its place.
    #[must_use]
    pub fn new(directory: Directory) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(directory))))
    }

    /// The directory of now. What was taken before stays what it was.
    #[must_use]
    pub fn now(&self) -> Arc<Directory> {
        // The lock holds one pointer, which is whole whatever befell whoever held it.
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// From now on it is this one.
    pub fn replace(&self, directory: Directory) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(directory);
    }
}

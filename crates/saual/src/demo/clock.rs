//! The clock of the story: set by each step while the story is told, the machine's clock afterwards.

use std::sync::{Mutex, PoisonError};

use jiff::{Timestamp, ToSpan};

/// Tells the moment of the story. Within one step it moves on by a second at each look, so that what the workers record
/// comes after what they answer to.
pub(super) struct StoryClock(Mutex<Option<Timestamp>>);

impl StoryClock {
    pub(super) fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// From now on it is `moment`, unless it is later already: told again from its beginning, the story does not turn time back.
    pub(super) fn set(&self, moment: Timestamp) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = Some(now.map_or(moment, |now| now.max(moment)));
    }

    /// The story is over.
    pub(super) fn release(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl web::Clock for StoryClock {
    fn now(&self) -> Timestamp {
        let mut moment = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match *moment {
            None => Timestamp::now(),
            Some(now) => {
                *moment = Some(now + 1.second());
                now
            }
        }
    }
}

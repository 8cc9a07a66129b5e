//! What this process remembers of the streams it wrote last, so that the next command need not read and fold them again.
//!
//! Nothing here is relied on: an append compares the version that a command was decided on with the stream's own, and whatever is
//! told besides "recorded" is told from what the database holds ([`crate::Journal::execute`]). So it may forget at any time, and
//! forgets all when somebody's texts are erased.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::event::StreamId;
use crate::execute::Loaded;

/// The states that were asked for last, of any kind of aggregate.
pub(crate) struct States {
    least: usize,
    halves: Mutex<Halves>,
}

/// What is asked for moves to the young half. When that is full it becomes the old one, and what nobody asked for meanwhile goes.
#[derive(Default)]
struct Halves {
    young: HashMap<StreamId, State>,
    old: HashMap<StreamId, State>,
}

/// A [`Loaded`] of some aggregate.
type State = Arc<dyn Any + Send + Sync>;

impl States {
    /// Remembers the last `least` streams, and up to as many before them; none if that is nothing.
    pub(crate) fn new(least: usize) -> Self {
        Self { least, halves: Mutex::default() }
    }

    /// The state as it was after the last append that it was remembered with.
    pub(crate) fn get<A: Send + Sync + 'static>(&self, stream: &StreamId) -> Option<Arc<Loaded<A>>> {
        let mut halves = self.halves();
        let state = match halves.young.get(stream) {
            Some(state) => Arc::clone(state),
            None => {
                let state = halves.old.remove(stream)?;
                halves.keep(self.least, stream, Arc::clone(&state));
                state
            }
        };
        state.downcast().ok()
    }

    /// Remembers a state; one that is older than what is remembered is late and does not matter.
    pub(crate) fn put<A: Send + Sync + 'static>(&self, stream: &StreamId, state: Loaded<A>) {
        let version = state.version;
        let is_older = |known: &Arc<Loaded<A>>| known.version <= version;
        if self.least > 0 && self.get::<A>(stream).as_ref().is_none_or(is_older) {
            self.halves().keep(self.least, stream, Arc::new(state));
        }
    }

    pub(crate) fn forget(&self, stream: &StreamId) {
        let mut halves = self.halves();
        halves.young.remove(stream);
        halves.old.remove(stream);
    }

    pub(crate) fn forget_all(&self) {
        *self.halves() = Halves::default();
    }

    fn halves(&self) -> MutexGuard<'_, Halves> {
        self.halves.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Halves {
    fn keep(&mut self, least: usize, stream: &StreamId, state: State) {
        if self.young.len() >= least {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(stream.clone(), state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(number: usize) -> StreamId {
        StreamId::new(format!("stream-{number}")).unwrap()
    }

    fn state<A>(aggregate: A, version: u64) -> Loaded<A> {
        Loaded { aggregate, version, position: 0 }
    }

    fn version(states: &States, number: usize) -> Option<u64> {
        states.get::<u8>(&stream(number)).map(|state| state.version)
    }

    #[test]
    fn the_last_ones_stay_and_those_before_them_go() {
        let states = States::new(5);
        for number in 0..100 {
            states.put(&stream(number), state(0_u8, 1));
            assert_eq!(version(&states, 0), Some(1), "asked for every time, after {number} others");
            assert!((number.saturating_sub(3)..=number).all(|last| version(&states, last).is_some()), "{number}");
        }
        let kept = (0..100).filter(|number| version(&states, *number).is_some()).count();
        assert!(kept <= 10, "{kept}");
    }

    #[test]
    fn a_state_that_comes_late_does_not_replace_a_newer_one() {
        let states = States::new(10);
        for given in [3, 5, 4] {
            states.put(&stream(1), state(0_u8, given));
        }
        assert_eq!(version(&states, 1), Some(5));
    }

    #[test]
    fn another_kind_of_aggregate_of_the_same_stream_is_not_mistaken_for_it() {
        let states = States::new(10);
        states.put(&stream(1), state("words".to_owned(), 3));
        assert_eq!(version(&states, 1), None);
        assert!(states.get::<String>(&stream(1)).is_some());
    }

    #[test]
    fn nothing_is_remembered_where_nothing_should_be_or_after_it_was_forgotten() {
        let none = States::new(0);
        none.put(&stream(1), state(0_u8, 1));
        assert_eq!(version(&none, 1), None);
        let states = States::new(10);
        for number in 0..6 {
            states.put(&stream(number), state(0_u8, 1));
        }
        states.forget(&stream(0));
        assert_eq!((version(&states, 0), version(&states, 1)), (None, Some(1)));
        states.forget_all();
        assert!((0..6).all(|number| version(&states, number).is_none()));
    }
}

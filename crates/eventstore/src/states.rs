//! What this process remembers of the streams it wrote last, so that the next command need not read and fold them again.
//!
//! Nothing here is relied on: an append compares the version that a command was decided on with the stream's own, and whatever is
//! told besides "recorded" is told from what the database holds ([`crate::Journal::execute`]). So it may forget at any time, and
//! forgets all when somebody's texts are erased.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::event::StreamId;
use crate::execute::Loaded;

/// The states that were asked for last, of any kind of aggregate.
pub(crate) struct States {
    least: usize,
    halves: Mutex<Halves>,
}

/// What is put goes into the young half. When that is full it becomes the old one, and what nobody took from that one meanwhile goes.
#[derive(Default)]
struct Halves {
    young: HashMap<StreamId, State>,
    old: HashMap<StreamId, State>,
}

/// A [`Loaded`] of some aggregate.
type State = Box<dyn Any + Send>;

impl States {
    /// Remembers the last `least` streams, and up to as many before them; none if that is nothing.
    pub(crate) fn new(least: usize) -> Self {
        Self { least, halves: Mutex::default() }
    }

    /// The state as it was after the last append that it was remembered with. Whoever takes it puts back what it has become.
    pub(crate) fn take<A: Send + 'static>(&self, stream: &StreamId) -> Option<Loaded<A>> {
        let mut halves = self.halves();
        let state = halves.young.remove(stream).or_else(|| halves.old.remove(stream))?;
        state.downcast().ok().map(|state| *state)
    }

    /// Remembers a state. One that comes late, and so is older than what others have made of the stream, does no harm.
    pub(crate) fn put<A: Send + 'static>(&self, stream: &StreamId, state: Loaded<A>) {
        if self.least > 0 {
            let mut halves = self.halves();
            if halves.young.len() >= self.least {
                halves.old = std::mem::take(&mut halves.young);
            }
            halves.old.remove(stream);
            halves.young.insert(stream.clone(), Box::new(state));
        }
    }

    pub(crate) fn forget_all(&self) {
        *self.halves() = Halves::default();
    }

    fn halves(&self) -> MutexGuard<'_, Halves> {
        self.halves.lock().unwrap_or_else(PoisonError::into_inner)
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
        let state = states.take::<u8>(&stream(number))?;
        let version = state.version;
        states.put(&stream(number), state);
        Some(version)
    }

    #[test]
    fn the_last_ones_stay_and_those_before_them_go() {
        let states = States::new(5);
        for number in 0..100 {
            states.put(&stream(number), state(0_u8, 1));
            assert_eq!(version(&states, 0), Some(1), "asked for every time, after {number} others");
            assert!((number.saturating_sub(3)..=number).all(|last| version(&states, last).is_some()), "{number}");
        }
        let kept = (0..100).filter(|number| states.take::<u8>(&stream(*number)).is_some()).count();
        assert!((5..=10).contains(&kept), "{kept}");
    }

    #[test]
    fn what_was_taken_is_gone_until_it_is_put_back() {
        let states = States::new(5);
        states.put(&stream(1), state(0_u8, 3));
        assert_eq!(states.take::<u8>(&stream(1)).unwrap().version, 3);
        assert!(states.take::<u8>(&stream(1)).is_none());
        states.put(&stream(1), state(0_u8, 4));
        assert_eq!(version(&states, 1), Some(4));
    }

    #[test]
    fn another_kind_of_aggregate_of_the_same_stream_is_not_mistaken_for_it() {
        let states = States::new(10);
        states.put(&stream(1), state("words".to_owned(), 3));
        assert_eq!(version(&states, 1), None);
    }

    #[test]
    fn nothing_is_remembered_where_nothing_should_be_or_after_it_was_forgotten() {
        let none = States::new(0);
        none.put(&stream(1), state(0_u8, 1));
        assert_eq!(version(&none, 1), None);
        let states = States::new(3);
        for number in 0..6 {
            states.put(&stream(number), state(0_u8, 1));
        }
        states.forget_all();
        assert!((0..6).all(|number| version(&states, number).is_none()));
    }
}

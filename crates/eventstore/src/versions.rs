//! How far each stream has come, under short keys: ten million streams take some 400 MB, whatever their names are.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasher as _, BuildHasherDefault, Hasher, RandomState};

/// A stream's key: 128 bits from a secret that each check draws anew, so that nobody can choose names that collide.
pub(crate) type Key = [u64; 2];

/// The secret behind the keys. Clones make the same keys.
#[derive(Clone, Default)]
pub(crate) struct Keys([RandomState; 2]);

impl Keys {
    #[inline]
    pub(crate) fn of(&self, name: &[u8]) -> Key {
        [self.0[0].hash_one(name), self.0[1].hash_one(name)]
    }
}

/// Keys are random already: half of one is as good a hash as any.
#[derive(Default)]
pub(crate) struct Half(u64);

impl Hasher for Half {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        // Of an array of numbers come its length and its bytes in one run.
        if let Some(first) = bytes.first_chunk() {
            self.0 = u64::from_ne_bytes(*first);
        }
    }

    fn write_usize(&mut self, _length: usize) {}
}

type Map<V> = HashMap<Key, V, BuildHasherDefault<Half>>;

/// The last version of each stream.
#[derive(Default)]
pub(crate) struct Versions(Map<u64>);

impl Versions {
    /// The version that is due next.
    pub(crate) fn due(&self, key: Key) -> u64 {
        self.0.get(&key).map_or(1, |version| version.wrapping_add(1))
    }

    pub(crate) fn set(&mut self, key: Key, version: u64) {
        self.0.insert(key, version);
    }

    /// Takes a stream out and answers its version; 0 if it is not there.
    pub(crate) fn take(&mut self, key: Key) -> u64 {
        self.0.remove(&key).unwrap_or(0)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Goes on by what a stretch of events said, if that continues what stands here for every stream. If not, nothing
    /// is changed.
    pub(crate) fn go_on(&mut self, stretch: &Stretch) -> bool {
        for (at, (key, (first, last))) in stretch.0.iter().enumerate() {
            match self.0.entry(*key) {
                Entry::Vacant(vacant) if *first == 1 => {
                    vacant.insert(*last);
                }
                Entry::Occupied(mut held) if held.get().wrapping_add(1) == *first => {
                    held.insert(*last);
                }
                Entry::Vacant(_) | Entry::Occupied(_) => {
                    self.take_back(stretch, at);
                    return false;
                }
            }
        }
        true
    }

    /// Takes back the first `count` streams of a stretch, each of which was due as the stretch says.
    fn take_back(&mut self, stretch: &Stretch, count: usize) {
        for (key, (first, _)) in stretch.0.iter().take(count) {
            match first.wrapping_sub(1) {
                0 => self.0.remove(key),
                before => self.0.insert(*key, before),
            };
        }
    }
}

/// The first and last version of each stream in some events that follow each other.
#[derive(Default)]
pub(crate) struct Stretch(Map<(u64, u64)>);

impl Stretch {
    /// The next event; false if it does not follow the one before in its stream.
    #[inline]
    pub(crate) fn event(&mut self, key: Key, version: u64) -> bool {
        match self.0.entry(key) {
            Entry::Vacant(vacant) => {
                vacant.insert((version, version));
                true
            }
            Entry::Occupied(mut occupied) => {
                let (_, last) = occupied.get_mut();
                let follows = last.wrapping_add(1) == version;
                *last = version;
                follows
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stretch(keys: &Keys, events: &[(&str, u64)]) -> Stretch {
        let mut stretch = Stretch::default();
        for (name, version) in events {
            assert!(stretch.event(keys.of(name.as_bytes()), *version));
        }
        stretch
    }

    #[test]
    fn a_stretch_that_does_not_follow_changes_nothing() {
        let keys = Keys::default();
        let mut versions = Versions::default();
        assert!(versions.go_on(&stretch(&keys, &[("a", 1), ("b", 1), ("a", 2)])));
        let names = ["a", "b", "c", "d", "e", "f"].map(|name| (name, keys.of(name.as_bytes())));
        let due = |versions: &Versions| names.map(|(_, key)| versions.due(key));
        let before = due(&versions);
        assert_eq!(before, [3, 2, 1, 1, 1, 1]);
        for (wrong, _) in names {
            let version = |name: &str, right: u64| if name == wrong { right + 1 } else { right };
            let events = [("a", 3), ("b", 2), ("c", 1), ("d", 1), ("e", 1), ("f", 1)];
            let events = events.map(|(name, right)| (name, version(name, right)));
            assert!(!versions.go_on(&stretch(&keys, &events)), "{wrong}");
            assert_eq!((due(&versions), versions.len()), (before, 2), "{wrong}");
        }
        assert!(versions.go_on(&stretch(&keys, &[("b", 2), ("f", 1)])));
        assert_eq!(due(&versions), [3, 3, 1, 1, 1, 2]);
    }

    #[test]
    fn a_gap_within_a_stretch_is_noticed() {
        let key = Keys::default().of(b"a");
        let mut stretch = Stretch::default();
        assert!(stretch.event(key, 7) && stretch.event(key, 8));
        assert!(!stretch.event(key, 10));
    }
}

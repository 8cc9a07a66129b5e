//! Answers that need not be asked for again for a while: few, in memory, and for no longer than they promise to hold.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// Answers that are kept at most, and their bytes together.
const MOST: usize = 256;
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// What an answer is kept under: its place, and whom it is about (nobody alone: a list).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) address: String,
    pub(crate) about: Option<String>,
}

struct Kept {
    bytes: Arc<Vec<u8>>,
    until: Timestamp,
}

#[derive(Default)]
pub(crate) struct Cache(Mutex<HashMap<Key, Kept>>);

impl Cache {
    /// What was answered, while it holds.
    pub(crate) fn get(&self, key: &Key, now: Timestamp) -> Option<Arc<Vec<u8>>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(key).filter(|one| now < one.until).map(|one| Arc::clone(&one.bytes))
    }

    /// Keeps an answer until its next one is due, and no longer than `at_most`: an authority may revoke before it has promised to speak again. An answer
    /// without that promise is not kept (RFC 6960, 4.2.2.1).
    pub(crate) fn put(
        &self,
        key: Key,
        bytes: &Arc<Vec<u8>>,
        good_until: Option<Timestamp>,
        (now, at_most): (Timestamp, SignedDuration),
    ) {
        let Some(until) = good_until.and_then(|until| Some(until.min(now.checked_add(at_most).ok()?))) else { return };
        if until <= now || bytes.len() > MOST_BYTES {
            return;
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, one| now < one.until);
        kept.insert(key, Kept { bytes: Arc::clone(bytes), until });
        while kept.len() > MOST || kept.values().map(|one| one.bytes.len()).sum::<usize>() > MOST_BYTES {
            let Some(soonest) = kept.iter().min_by_key(|(_, one)| one.until).map(|(key, _)| key.clone()) else {
                return;
            };
            kept.remove(&soonest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> Key {
        Key { address: name.to_owned(), about: None }
    }

    #[test]
    fn an_answer_is_kept_until_the_next_is_due_or_the_limit_is_reached() {
        let (cache, now, hour) = (Cache::default(), Timestamp::UNIX_EPOCH, SignedDuration::from_hours(1));
        let bytes = Arc::new(vec![1]);
        let after = |minutes| now + SignedDuration::from_mins(minutes);
        cache.put(key("soon"), &bytes, Some(after(5)), (now, hour));
        cache.put(key("late"), &bytes, Some(after(500)), (now, hour));
        cache.put(key("never"), &bytes, None, (now, hour));
        cache.put(key("over"), &bytes, Some(now), (now, hour));
        let there = |at| ["soon", "late", "never", "over"].map(|name| cache.get(&key(name), at).is_some());
        assert_eq!(there(after(4)), [true, true, false, false]);
        assert_eq!(there(after(5)), [false, true, false, false]);
        assert_eq!(there(after(60)), [false; 4]);
    }

    #[test]
    fn many_answers_push_out_those_that_end_first() {
        let (cache, now, hour) = (Cache::default(), Timestamp::UNIX_EPOCH, SignedDuration::from_hours(1));
        for index in 0..i64::try_from(MOST).unwrap() + 10 {
            let until = now + SignedDuration::from_secs(100 + index);
            cache.put(key(&index.to_string()), &Arc::new(vec![0]), Some(until), (now, hour));
        }
        assert!(cache.get(&key("9"), now).is_none() && cache.get(&key("10"), now).is_some());
        cache.put(key("large"), &Arc::new(vec![0; MOST_BYTES]), Some(now + hour), (now, hour));
        assert!(cache.get(&key("large"), now).is_some() && cache.get(&key("265"), now).is_none());
    }
}

//! How an event ends one row and begins the next. A pure function: what the register's own fold says of an entry, kept for as long as it was so.

use std::collections::BTreeMap;

use inquiry::event::{Event, EventName};

use super::Version;
use crate::folding::{Reads, Stamp};
use crate::register::{self, Entry};

/// The rows of one inquiry, as far as they are at hand: the present one, and those that ended and are not written yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Versions {
    /// Those that ended, by the version with which they began.
    pub(super) ended: BTreeMap<u64, Version>,
    /// The one that still stands.
    pub(super) current: Option<Version>,
}

/// Of most events the register shows that they happened, and nothing else: these begin no row.
pub(super) const fn reads(name: EventName) -> Reads {
    match register::reads(name) {
        Reads::Content => Reads::Content,
        Reads::Stamp | Reads::Nothing => Reads::Nothing,
    }
}

impl Versions {
    /// The row that begins with this version.
    #[must_use]
    pub fn get(&self, begun: u64) -> Option<&Version> {
        self.current.as_ref().filter(|current| current.begun == begun).or_else(|| self.ended.get(&begun))
    }

    /// All that are at hand, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Version> {
        self.ended.values().chain(&self.current)
    }

    /// Takes in what was recorded once, as the events of today that it is; says which rows changed, by the version with which they begin.
    pub fn fold(&mut self, today: &[Event], stamp: Stamp) -> Vec<u64> {
        let Some(current) = &mut self.current else {
            let Some(entry) = register::fold(None, today, stamp) else { return Vec::new() };
            self.current = Some(begun(entry, stamp, stamp.at));
            return vec![stamp.version];
        };
        // A row that has seen this event stays as it is: a follower that starts over does no harm.
        if current.entry.position >= stamp.position {
            return Vec::new();
        }
        let Some(after) = register::fold(Some(current.entry.clone()), today, stamp).map(bare) else {
            return Vec::new();
        };
        if is_same(&current.entry, &after) {
            return Vec::new();
        }
        // What was dated before its predecessor happened with it: a past is folded from the beginning of a stream, without gaps.
        let since = current.since.max(stamp.at);
        // Of what was recorded together nobody sees a part: registering an inquiry is one row and not three.
        if since == current.since && stamp.position == current.entry.position + 1 {
            current.entry = after;
            return vec![current.begun];
        }
        let next = begun(after, stamp, since);
        let mut before = std::mem::replace(current, next);
        before.until = Some((since, stamp.position));
        let changed = vec![before.begun, stamp.version];
        self.ended.insert(before.begun, before);
        changed
    }
}

fn begun(entry: Entry, stamp: Stamp, since: jiff::Timestamp) -> Version {
    Version { begun: stamp.version, since, position: stamp.position, until: None, entry: bare(entry) }
}

/// Without what the register has: what never changes, and what is today's.
fn bare(entry: Entry) -> Entry {
    Entry {
        number: String::new(),
        number_normal: String::new(),
        subject: String::new(),
        deputies: Vec::new(),
        took_part: Vec::new(),
        words: Vec::new(),
        ..entry
    }
}

/// Does the worklist show both the same?
fn is_same(before: &Entry, after: &Entry) -> bool {
    let Entry { version, changed_at, position, .. } = *before;
    Entry { version, changed_at, position, ..after.clone() } == *before
}

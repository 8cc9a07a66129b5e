//! How an event changes the duties of its inquiry: the work is carried on by the event, and what follows from it is held against what
//! followed before. A pure function, and total.

use std::collections::BTreeMap;

use inquiry::InquiryId;
use inquiry::duty::{self, Duty, Work};
use inquiry::event::{Event, EventName};

use super::{Ended, Kept, Place, Row};
use crate::folding::{Reads, Stamp};

/// What duties follow from, by the rule that says who owes what.
pub(super) const fn reads(name: EventName) -> Reads {
    if duty::reads(name) { Reads::Content } else { Reads::Nothing }
}

/// The rows of one inquiry: the work, the duties that stand, and those that have just ended. What ended before is not looked at again.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    pub(super) rows: BTreeMap<Place, Row>,
}

impl Rows {
    /// The position of the last event folded in.
    pub(super) fn position(&self) -> Option<i64> {
        self.rows.get(&Place::WORK).map(|row| row.position)
    }

    fn work(&self) -> Work {
        match self.rows.get(&Place::WORK).map(|row| &row.kept) {
            Some(Kept::Work(work)) => work.clone(),
            Some(Kept::Duty { .. }) | None => Work::default(),
        }
    }
}

/// Changes the rows of `inquiry`; says which changed, or are no more.
pub(super) fn fold(rows: &mut Rows, inquiry: InquiryId, events: &[Event], stamp: Stamp) -> Vec<Place> {
    let mut changed = vec![Place::WORK];
    let mut work = rows.work();
    for event in events {
        work = work.evolve(event);
        changed.extend(follow(rows, inquiry, &work, event, stamp));
    }
    let row = Row { inquiry, place: Place::WORK, kept: Kept::Work(work), position: stamp.position };
    rows.rows.insert(Place::WORK, row);
    changed
}

fn follow(rows: &mut Rows, inquiry: InquiryId, work: &Work, event: &Event, stamp: Stamp) -> Vec<Place> {
    let mut now = work.duties();
    let mut changed = Vec::new();
    rows.rows.retain(|place, row| {
        let Kept::Duty { duty, ended, .. } = &mut row.kept else { return true };
        if ended.is_some() {
            return true;
        }
        if let Some(same) = now.iter().position(|new| is_same(new, duty)) {
            // What is left keeps the order of the rule, which is the order of the places.
            let new = now.remove(same);
            if *duty != new {
                *duty = new;
                row.position = stamp.position;
                changed.push(*place);
            }
            return true;
        }
        changed.push(*place);
        row.position = stamp.position;
        *ended = duty.ended_by(event).map(|outcome| Ended { at: stamp.at, outcome });
        ended.is_some()
    });
    let begun = i64::try_from(stamp.version).unwrap_or(i64::MAX);
    let last = rows.rows.keys().filter(|place| place.begun == begun).map(|place| place.nth).max().unwrap_or(0);
    for (nth, duty) in (last + 1..).zip(now) {
        let place = Place { begun, nth };
        let kept = Kept::Duty { duty, since: stamp.at, ended: None };
        rows.rows.insert(place, Row { inquiry, place, kept, position: stamp.position });
        changed.push(place);
    }
    changed
}

/// Its day and its words may change, and it is the same duty still.
fn is_same(one: &Duty, other: &Duty) -> bool {
    one.ministry == other.ministry && one.kind == other.kind && one.about == other.about
}

//! Taking a planned change back: until its day comes, and while nothing that was recorded since needs it.

use super::{Desk, says_why, unknown};
use crate::changes::event::{Change, ChangeTakenBack};
use crate::changes::refusal::ChangeRefusal;
use crate::changes::{Ledger, RecordChanges};
use crate::records::Directory;

/// What is to be recorded; none where it was taken back already.
pub(super) fn taken_back(
    known: &Ledger,
    ask: &RecordChanges,
    event: &ChangeTakenBack,
) -> Result<Option<Change>, ChangeRefusal> {
    says_why(&event.act)?;
    let found = known.at_version(event.version).filter(|(change, _)| change.kind() == event.kind);
    let (change, is_valid) = found.ok_or_else(|| unknown(&format!("v{}", event.version)))?;
    if !is_valid {
        return Ok(None);
    }
    // A day of the calendar, an office and what was corrected hold at once.
    let day = change.since().ok_or(ChangeRefusal::NotPlanned)?;
    if day <= ask.today {
        return Err(ChangeRefusal::DayHasCome { since: day });
    }
    if let Some((version, change)) = needed_by(known, ask, event.version) {
        return Err(ChangeRefusal::NeededBy { version, change: Box::new(change.clone()) });
    }
    let codes = change.subjects().into_iter().map(|subject| subject.code).collect();
    Ok(Some(ChangeTakenBack { codes, ..event.clone() }.into()))
}

/// The first later change that the rules would refuse without the one of that version: a merger into a ministry that would not be founded. What they
/// would refuse today in any case, because a mailbox was erased since, needs nothing of it.
fn needed_by<'a>(known: &'a Ledger, ask: &RecordChanges, version: u64) -> Option<(u64, &'a Change)> {
    let mut with = (*ask.seed).clone();
    let mut without = with.clone();
    for (at, change) in known.valid() {
        if at == version {
            with.evolve(change);
            continue;
        }
        if at > version {
            let is_taken = |directory: &Directory| {
                // When letters were signed has been asked in its time.
                let desk = Desk { directory, today: ask.today, last_signed: None };
                desk.judge(change).is_ok()
            };
            if is_taken(&with) && !is_taken(&without) {
                return Some((at, change));
            }
        }
        with.evolve(change);
        without.evolve(change);
    }
    None
}

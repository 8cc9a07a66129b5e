//! A place passes from one ministry to another: whose it is afterwards, and what becomes of what is kept under a ministry's name.
//!
//! Everybody who keeps who has which place (the inquiry's own state, duties, the tables of screens) keeps other things beside it. How the
//! names change is said here alone.

use directory::MinistryCode;

use crate::event::{MinistryReassigned, PartCarriedOver};
use crate::terms::Place;

/// One passing of a place.
#[derive(Debug, Clone, Copy)]
pub struct Passing<'a> {
    from: &'a MinistryCode,
    to: &'a MinistryCode,
    place: Place,
    /// The place is over, because `to` has one that it keeps.
    is_over: bool,
}

impl<'a> Passing<'a> {
    /// The head put one ministry in the place of another. Whoever has a place gets no second one so, except that a co-executor may be made the lead.
    #[must_use]
    pub const fn replaced(event: &'a MinistryReassigned) -> Self {
        Self { from: &event.from, to: &event.to, place: event.place, is_over: false }
    }

    /// A successor took the place of a ministry that ended. `holders` are all that had a place until then: among them the successor keeps its
    /// own, and the lead's is the greater.
    #[must_use]
    pub fn carried<'h>(event: &'a PartCarriedOver, holders: impl IntoIterator<Item = &'h MinistryCode>) -> Self {
        let PartCarriedOver { from, to, place, act: _ } = event;
        let is_over = match place {
            Place::Lead => false,
            Place::CoExecutor => holders.into_iter().any(|holder| holder == to),
        };
        Self { from, to, place: *place, is_over }
    }

    /// Who leads afterwards, in the place of who led.
    pub fn lead(&self, lead: &mut MinistryCode) {
        if self.place == Place::Lead {
            *lead = self.to.clone();
        }
    }

    /// Puts the name of afterwards in the place of a co-executor's, wherever it stands: over its part, or what it handed in. False, and the name stays,
    /// where that part is over: it fell to the lead, or to a co-executor that keeps its own.
    pub fn co_executor(&self, ministry: &mut MinistryCode) -> bool {
        match self.place {
            Place::Lead => ministry != self.to,
            Place::CoExecutor if ministry != self.from => true,
            Place::CoExecutor if self.is_over => false,
            Place::CoExecutor => {
                *ministry = self.to.clone();
                true
            }
        }
    }

    /// The tasks of the co-executors: whoever keeps its own part is asked for both.
    pub(crate) fn tasks<'t>(&self, tasks: impl Iterator<Item = (&'t MinistryCode, &'t mut String)>) {
        if !self.is_over {
            return;
        }
        let (mut own, mut other) = (None, None);
        for (ministry, task) in tasks {
            if ministry == self.to {
                own = Some(task);
            } else if ministry == self.from {
                other = Some(task);
            }
        }
        if let (Some(own), Some(other)) = (own, other)
            && own != other
        {
            *own = format!("{own}; {other}");
        }
    }

    /// The requests to be replaced: what the ministry that ended had asked its successor asks, unless it has asked itself.
    pub(crate) fn requests<T>(&self, requests: &mut Vec<T>, asker: impl Fn(&mut T) -> &mut MinistryCode) {
        let is_over = requests.iter_mut().any(|request| asker(request) == self.to);
        let passing = Self { place: Place::CoExecutor, is_over, ..*self };
        requests.retain_mut(|request| passing.co_executor(asker(request)));
    }
}

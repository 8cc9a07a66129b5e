//! How a change alters the records. Total: what does not fit alters nothing, exactly as the rules have refused it before it was recorded.

use jiff::civil::Date;

use super::Directory;
use crate::chamber::Convocation;
use crate::changes::event::{
    CalendarChanged, Change, ConvocationEnded, DeputyChangedFaction, DeputyCorrected, DeputyEntered, MinistryRenamed,
    MinistrySplit, OfficeTaken,
};
use crate::deputy::Deputy;
use crate::faction::Faction;
use crate::ids::{DeputyId, MinistryCode};
use crate::ministry::Ministry;
use crate::office::{Holder, Office};
use crate::period::{Period, Term};

impl Directory {
    /// The records after a change.
    pub fn evolve(&mut self, change: &Change) {
        match change {
            Change::MinistryFounded(event) => self.ministries.push(Ministry {
                code: event.code.clone(),
                name: event.name.clone(),
                abbreviation: event.abbreviation.clone(),
                period: since(event.since),
                predecessors: event.predecessors.clone(),
            }),
            Change::MinistryRenamed(event) => self.renamed(event),
            Change::MinistryMerged(event) => {
                self.succeeds(&event.into, &event.code);
                self.ministry_ends(&event.code, event.on);
            }
            Change::MinistrySplit(event) => self.split(event),
            Change::MinistryAbolished(event) => self.ministry_ends(&event.code, event.on),
            Change::ConvocationBegun(event) => self.convocations.push(Convocation {
                chamber: event.chamber.clone(),
                number: event.number,
                period: since(event.since),
            }),
            Change::ConvocationEnded(event) => self.convocation_ends(event),
            Change::FactionFormed(event) => self.factions.push(Faction {
                code: event.code.clone(),
                chamber: event.chamber.clone(),
                convocation: event.convocation,
                name: event.name.clone(),
                period: since(event.since),
            }),
            Change::FactionEnded(event) => {
                if let Some(known) = self.factions.iter_mut().rfind(|known| known.code == event.code) {
                    known.period.until = Some(event.on);
                }
            }
            Change::DeputyEntered(event) => self.deputies.push(entered(event)),
            Change::DeputyCorrected(event) => self.deputy_corrected(event),
            Change::DeputyChangedFaction(event) => self.faction_changed(event),
            Change::DeputyLeft(event) => self.mandate_ends(event.id, event.on),
            Change::OfficeFounded(event) => self.offices.push(Office {
                code: event.code.clone(),
                name: event.name.clone(),
                post: event.post.clone(),
                acting_post: event.acting_post.clone(),
                ministry: event.ministry.clone(),
            }),
            Change::OfficeTaken(event) => self.holders.push(taken(event)),
            Change::OfficeLeft(event) => {
                let own = |known: &&mut Holder| {
                    known.office == event.office && known.person == event.person && known.term.contains(event.until)
                };
                if let Some(known) = self.holders.iter_mut().rfind(own) {
                    known.term.until = Some(event.until);
                }
            }
            Change::CalendarChanged(event) => self.calendar_changed(event),
            // What no longer comes to pass the ledger leaves out: nothing that has altered the records is undone.
            Change::ChangeTakenBack(_) => {}
        }
    }

    fn renamed(&mut self, event: &MinistryRenamed) {
        let own = |known: &Ministry| known.code == event.code;
        let renamed_on = self.renamed_on(&event.code);
        let Some(last) = self.ministries.iter().rposition(own) else { return };
        let known = &mut self.ministries[last];
        let is_called_so = known.name == event.name && known.abbreviation == event.abbreviation;
        // The same name from another day: the day alone was wrong.
        if is_called_so && renamed_on.is_some() {
            known.period.from = Some(event.since);
            if let Some(before) = self.ministries[..last].iter_mut().rfind(|known| own(known)) {
                before.period.until = Some(event.since);
            }
            return;
        }
        let mut next = known.clone();
        next.name = event.name.clone();
        next.abbreviation = event.abbreviation.clone();
        if known.period.from == Some(event.since) {
            *known = next;
        } else {
            next.period = Period { from: Some(event.since), until: known.period.until };
            known.period.until = Some(event.since);
            self.ministries.push(next);
        }
    }

    fn split(&mut self, event: &MinistrySplit) {
        for successor in event.into.iter().filter(|successor| **successor != event.code) {
            self.succeeds(successor, &event.code);
        }
        self.ministry_ends(&event.code, event.on);
    }

    fn succeeds(&mut self, successor: &MinistryCode, predecessor: &MinistryCode) {
        if let Some(known) = self.ministries.iter_mut().rfind(|known| known.code == *successor)
            && !known.predecessors.contains(predecessor)
        {
            known.predecessors.push(predecessor.clone());
        }
    }

    fn ministry_ends(&mut self, code: &MinistryCode, on: Date) {
        if let Some(known) = self.ministries.iter_mut().rfind(|known| known.code == *code) {
            known.period.until = Some(on);
        }
    }

    /// A convocation takes its factions with it, and the mandates of the chamber that last.
    fn convocation_ends(&mut self, event: &ConvocationEnded) {
        let own = |known: &&mut Convocation| known.chamber == event.chamber && known.number == event.number;
        if let Some(known) = self.convocations.iter_mut().rfind(own) {
            known.period.until = Some(event.on);
        }
        for faction in &mut self.factions {
            let is_own = faction.chamber == event.chamber && faction.convocation == event.number;
            if is_own && lasts(&faction.period, event.on) {
                faction.period.until = Some(event.on);
            }
        }
        let sits = |deputy: &&Deputy| deputy.chamber == event.chamber && lasts(&deputy.mandate, event.on);
        let sitting: Vec<DeputyId> = self.deputies.iter().filter(sits).map(|deputy| deputy.id).collect();
        for id in sitting {
            self.mandate_ends(id, event.on);
        }
    }

    /// What was known of the mandate for later days, another faction, does not come to pass.
    fn mandate_ends(&mut self, id: DeputyId, on: Date) {
        let own = |known: &&mut Deputy| {
            let Period { from, until } = known.mandate;
            known.id == id && from.is_none_or(|from| from < on) && until.is_none_or(|until| until >= on)
        };
        let Some(known) = self.deputies.iter_mut().rfind(own) else { return };
        let chamber = known.chamber.clone();
        let mut end = known.mandate.until.replace(on);
        while let Some(edge) = end.filter(|edge| !self.begins_convocation(&chamber, *edge)) {
            let goes_on = |known: &Deputy| known.id == id && known.mandate.from == Some(edge);
            let Some(at) = self.deputies.iter().position(goes_on) else { break };
            end = self.deputies.remove(at).mandate.until;
        }
    }

    fn deputy_corrected(&mut self, event: &DeputyCorrected) {
        let Some(known) = self.deputies.iter_mut().rfind(|known| known.id == event.id) else { return };
        known.name = event.name.clone();
        known.dative = event.dative.clone();
        // Whoever was erased has none.
        known.email = event.email.clone().unwrap_or_default();
    }

    fn faction_changed(&mut self, event: &DeputyChangedFaction) {
        let own = |known: &Deputy| known.id == event.id;
        let Some(last) = self.deputies.iter().rposition(own) else { return };
        // Another change may be known for a later day: it stays.
        let then = |known: &Deputy| own(known) && known.mandate.contains(event.since);
        let at = self.deputies.iter().rposition(then).unwrap_or(last);
        let known = &mut self.deputies[at];
        if known.mandate.from == Some(event.since) {
            known.faction = event.faction.clone();
            return;
        }
        let mut next = known.clone();
        next.faction = event.faction.clone();
        next.mandate = Period { from: Some(event.since), until: known.mandate.until };
        known.mandate.until = Some(event.since);
        let place = if at == last { self.deputies.len() } else { at + 1 };
        self.deputies.insert(place, next);
    }

    fn calendar_changed(&mut self, event: &CalendarChanged) {
        self.calendar = self.calendar.with(&event.days);
    }
}

fn entered(event: &DeputyEntered) -> Deputy {
    Deputy {
        id: event.id,
        name: event.name.clone(),
        dative: event.dative.clone(),
        email: event.email.clone().unwrap_or_default(),
        chamber: event.chamber.clone(),
        faction: event.faction.clone(),
        single_mandate: event.single_mandate,
        mandate: since(event.since),
    }
}

fn taken(event: &OfficeTaken) -> Holder {
    Holder {
        office: event.office.clone(),
        person: event.person,
        name: event.name.clone(),
        iin: None,
        ground: event.ground.clone(),
        deputy: event.deputy,
        term: Term { from: Some(event.since), until: event.until },
    }
}

const fn since(day: Date) -> Period {
    Period { from: Some(day), until: None }
}

/// Is it in force on the eve of that day and has no earlier end?
fn lasts(period: &Period, on: Date) -> bool {
    period.from.is_none_or(|from| from < on) && period.until.is_none_or(|until| until > on)
}

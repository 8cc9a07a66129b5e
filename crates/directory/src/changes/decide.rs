//! The rules of records: what may be recorded after what is known. Nothing is looked up here; what letters and inquiries forbid is handed in.
//! Those of ministries stand in `decide/ministries.rs`, those of taking something back in `decide/planned.rs`.

mod ministries;
mod planned;

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Weekday, date};

use super::event::{
    CalendarChanged, Change, ConvocationBegun, ConvocationEnded, DayKind, DaySet, DeputyChangedFaction,
    DeputyCorrected, DeputyEntered, DeputyLeft, FactionEnded, FactionFormed, OfficeFounded, OfficeLeft, OfficeTaken,
};
use super::refusal::{ChangeRefusal, Refused};
use super::{Ledger, MOST, RecordChanges};
use crate::calendar::Kind;
use crate::deputy::Deputy;
use crate::faction::Faction;
use crate::ids::{ChamberCode, DeputyId, FactionCode};
use crate::office::Holder;
use crate::period::{Period, Term};
use crate::records::Directory;
use crate::records::is_address;
use crate::table::is_plain;
use crate::text::Multilingual;

/// The first day that records may speak of: the country's independence.
const FIRST: Date = date(1991, 12, 16);
/// Nobody knows more of the future.
const YEARS_AHEAD: i32 = 5;
/// With so many days a year's calendar is one.
pub(super) const DAYS_OF_A_YEAR: usize = 8;

/// Decides a list of changes: what is to be recorded of them. What the records say already is left out, so that the same list twice records
/// nothing.
///
/// # Errors
/// [`Refused`] names the first change that cannot be recorded; none of them is then.
pub fn decide(ledger: &Ledger, ask: &RecordChanges) -> Result<Vec<Change>, Refused> {
    let whole = |why| Refused { place: 0, why };
    if ask.changes.is_empty() {
        return Err(whole(ChangeRefusal::Nothing));
    }
    if ask.changes.len() > MOST {
        return Err(whole(ChangeRefusal::TooMany { most: MOST }));
    }
    let mut known = ledger.clone();
    let mut directory = known.directory(&ask.seed);
    let mut recorded = Vec::new();
    for (place, change) in ask.changes.iter().enumerate() {
        let news = match change {
            Change::ChangeTakenBack(event) => planned::taken_back(&known, ask, event),
            change => Desk { directory: &directory, today: ask.today, last_signed: ask.last_signed }.judge(change),
        };
        let Some(change) = news.map_err(|why| Refused { place, why })? else { continue };
        known.evolve(change.clone());
        if matches!(change, Change::ChangeTakenBack(_)) {
            directory = known.directory(&ask.seed);
        } else {
            directory.evolve(&change);
        }
        recorded.push(change);
    }
    Ok(recorded)
}

/// The records as they are before one change.
pub(super) struct Desk<'a> {
    pub(super) directory: &'a Directory,
    pub(super) today: Date,
    pub(super) last_signed: Option<DateTime>,
}

type Verdict = Result<bool, ChangeRefusal>;

impl Desk<'_> {
    /// What is to be recorded; none where the records say so already.
    pub(super) fn judge(&self, change: &Change) -> Result<Option<Change>, ChangeRefusal> {
        says_why(change.act())?;
        if let Some(day) = change.since() {
            self.in_range(day)?;
        }
        let is_news = match change {
            Change::MinistryFounded(event) => self.ministry_founded(event),
            Change::MinistryRenamed(event) => self.ministry_renamed(event),
            Change::MinistryMerged(event) => self.ministry_merged(event),
            Change::MinistrySplit(event) => self.ministry_split(event),
            Change::MinistryAbolished(event) => self.ministry_abolished(event),
            Change::ConvocationBegun(event) => self.convocation_begun(event),
            Change::ConvocationEnded(event) => self.convocation_ended(event),
            Change::FactionFormed(event) => self.faction_formed(event),
            Change::FactionEnded(event) => self.faction_ended(event),
            Change::DeputyEntered(event) => self.deputy_entered(event),
            Change::DeputyCorrected(event) => self.deputy_corrected(event),
            Change::DeputyChangedFaction(event) => self.deputy_changed_faction(event),
            Change::DeputyLeft(event) => self.deputy_left(event),
            Change::OfficeFounded(event) => self.office_founded(event),
            Change::OfficeTaken(event) => self.office_taken(event),
            Change::OfficeLeft(event) => self.office_left(event),
            Change::CalendarChanged(event) => return self.calendar_changed(event),
            // Which change that was, the records do not know: the stream is asked ([`planned`]).
            Change::ChangeTakenBack(event) => Err(unknown(&format!("v{}", event.version))),
        };
        Ok(is_news?.then(|| change.clone()))
    }

    fn in_range(&self, day: Date) -> Result<(), ChangeRefusal> {
        let last = self.today.saturating_add(YEARS_AHEAD.years());
        if (FIRST..=last).contains(&day) { Ok(()) } else { Err(ChangeRefusal::OutOfRange { date: day }) }
    }

    fn convocation_begun(&self, event: &ConvocationBegun) -> Verdict {
        self.directory.chamber(&event.chamber).ok_or_else(|| unknown(&event.chamber))?;
        let code = || format!("{}-{}", event.chamber, event.number);
        let own = |number: u8| {
            let known = self.directory.convocations().iter().filter(|known| known.chamber == event.chamber);
            known.filter(move |known| known.number == number)
        };
        if own(event.number).any(|known| known.period.from == Some(event.since)) {
            return Ok(false);
        }
        let next = Period { from: Some(event.since), until: None };
        let mut others = self.directory.convocations().iter().filter(|known| known.chamber == event.chamber);
        if own(event.number).next().is_some() {
            return Err(ChangeRefusal::Taken { code: code() });
        }
        if others.any(|known| known.period.overlaps(&next)) {
            return Err(ChangeRefusal::Overlaps { code: event.chamber.to_string() });
        }
        Ok(true)
    }

    fn convocation_ended(&self, event: &ConvocationEnded) -> Verdict {
        let code = format!("{}-{}", event.chamber, event.number);
        let own = self.directory.convocations().iter();
        let known = own.filter(|known| known.chamber == event.chamber).rfind(|known| known.number == event.number);
        let known = known.ok_or_else(|| unknown(&code))?;
        if known.period.until == Some(event.on) {
            return Ok(false);
        }
        ends(&code, &known.period, event.on)?;
        Ok(true)
    }

    fn faction(&self, code: &FactionCode) -> Option<&Faction> {
        self.directory.factions().iter().rfind(|known| known.code == *code)
    }

    fn faction_formed(&self, event: &FactionFormed) -> Verdict {
        if let Some(known) = self.faction(&event.code) {
            let is_same = known.name == event.name && known.period.from == Some(event.since);
            return if is_same { Ok(false) } else { Err(taken(&event.code)) };
        }
        named(&[&event.name])?;
        let convocation = self.directory.at(event.since).convocation(&event.chamber);
        if convocation.is_none_or(|convocation| convocation.number != event.convocation) {
            let code = format!("{}-{}", event.chamber, event.convocation);
            return Err(ChangeRefusal::NotInForce { code, on: event.since });
        }
        // Whoever registers an inquiry knows the factions of a chamber by their names, as they know ministries.
        let bears = Period { from: Some(event.since), until: None };
        let of_chamber = self.directory.factions().iter().filter(|known| known.chamber == event.chamber);
        for known in of_chamber.filter(|known| known.period.overlaps(&bears)) {
            if let Some(same) = ministries::same_name(&event.name, &known.name) {
                return Err(ChangeRefusal::SameFaction { name: same.to_owned(), code: known.code.to_string() });
            }
        }
        Ok(true)
    }

    fn faction_ended(&self, event: &FactionEnded) -> Verdict {
        let known = self.faction(&event.code).ok_or_else(|| unknown(&event.code))?;
        if known.period.until == Some(event.on) {
            return Ok(false);
        }
        ends(&event.code, &known.period, event.on)?;
        Ok(true)
    }

    fn deputy(&self, id: DeputyId) -> Result<&Deputy, ChangeRefusal> {
        self.directory.deputy(id).ok_or_else(|| unknown(&id))
    }

    fn sits(&self, faction: Option<&FactionCode>, chamber: &ChamberCode, on: Date) -> Result<(), ChangeRefusal> {
        let Some(code) = faction else { return Ok(()) };
        let known = self.faction(code).ok_or_else(|| unknown(code))?;
        if known.chamber == *chamber && known.period.contains(on) {
            Ok(())
        } else {
            Err(ChangeRefusal::OtherChamber { code: code.to_string(), on })
        }
    }

    fn deputy_entered(&self, event: &DeputyEntered) -> Verdict {
        let mandate = Period { from: Some(event.since), until: None };
        let mut own = self.directory.deputies().iter().filter(|known| known.id == event.id);
        // Whoever changed faction since has a record of that day all the same.
        if own.clone().any(|known| known.mandate.from == Some(event.since) && known.name == event.name) {
            return Ok(false);
        }
        if own.any(|known| known.mandate.overlaps(&mandate)) {
            return Err(ChangeRefusal::Overlaps { code: event.name.kk.clone() });
        }
        self.directory.chamber(&event.chamber).ok_or_else(|| unknown(&event.chamber))?;
        person(&event.name, event.dative.as_ref(), event.email.as_deref())?;
        self.sits(event.faction.as_ref(), &event.chamber, event.since)?;
        Ok(true)
    }

    fn deputy_corrected(&self, event: &DeputyCorrected) -> Verdict {
        let known = self.deputy(event.id)?;
        let email = event.email.as_deref().unwrap_or_default();
        if known.name == event.name && known.dative == event.dative && known.email == email {
            return Ok(false);
        }
        person(&event.name, event.dative.as_ref(), event.email.as_deref())?;
        Ok(true)
    }

    fn deputy_changed_faction(&self, event: &DeputyChangedFaction) -> Verdict {
        let latest = self.deputy(event.id)?;
        // A change that is known for a later day does not stand against one before it.
        let known = self.directory.at(event.since).deputy(event.id).unwrap_or(latest);
        if known.faction == event.faction {
            return Ok(false);
        }
        in_force(&known.name.kk, &known.mandate, event.since)?;
        self.sits(event.faction.as_ref(), &known.chamber, event.since)?;
        Ok(true)
    }

    fn deputy_left(&self, event: &DeputyLeft) -> Verdict {
        let known = self.deputy(event.id)?;
        if known.mandate.until == Some(event.on) {
            return Ok(false);
        }
        ends(&known.name.kk, &self.directory.mandate_of(known), event.on)?;
        Ok(true)
    }

    fn office_founded(&self, event: &OfficeFounded) -> Verdict {
        if let Some(known) = self.directory.office(&event.code) {
            let is_same = known.name == event.name && known.post == event.post && known.ministry == event.ministry;
            return if is_same { Ok(false) } else { Err(taken(&event.code)) };
        }
        named(&[&event.name, &event.post, &event.acting_post])?;
        if let Some(ministry) = &event.ministry {
            self.ministry(ministry)?;
        }
        Ok(true)
    }

    /// What a letter prints of its signatory is not made untrue afterwards.
    fn after_letters(&self, since: DateTime) -> Result<(), ChangeRefusal> {
        match self.last_signed {
            Some(signed) if since < signed => Err(ChangeRefusal::BeforeLetters { since, signed }),
            Some(_) | None => Ok(()),
        }
    }

    fn office_taken(&self, event: &OfficeTaken) -> Verdict {
        self.directory.office(&event.office).ok_or_else(|| unknown(&event.office))?;
        named(&[&event.name])?;
        let term = Term { from: Some(event.since), until: event.until };
        if term.is_empty() {
            return Err(ChangeRefusal::NotLater { code: event.name.kk.clone(), from: event.since.date() });
        }
        let is_of_office = |known: &&Holder| known.office == event.office;
        let others: Vec<&Holder> = self.directory.holders().iter().filter(is_of_office).collect();
        if others.iter().any(|known| {
            known.person == event.person && known.term.from == Some(event.since) && known.ground == event.ground
        }) {
            return Ok(false);
        }
        self.after_letters(event.since)?;
        if let Some(order) = event.ground.order()
            && (!is_plain(&order.number) || order.dated > event.since.date())
        {
            return Err(ChangeRefusal::NoOrder);
        }
        if let Some(deputy) = event.deputy {
            self.deputy(deputy)?;
        }
        for known in others {
            let is_of_kind = known.ground.is_acting() == event.ground.is_acting();
            if is_of_kind && known.term.overlaps(&term) {
                return Err(ChangeRefusal::Overlaps { code: known.name.kk.clone() });
            }
            if !is_of_kind && known.person == event.person && known.term.overlaps(&term) {
                return Err(ChangeRefusal::NoOrder);
            }
        }
        Ok(true)
    }

    fn office_left(&self, event: &OfficeLeft) -> Verdict {
        self.directory.office(&event.office).ok_or_else(|| unknown(&event.office))?;
        let own = || {
            let of_office = self.directory.holders().iter().filter(|known| known.office == event.office);
            of_office.filter(|known| known.person == event.person)
        };
        if own().any(|known| known.term.until == Some(event.until)) {
            return Ok(false);
        }
        self.after_letters(event.until)?;
        let known = own().rfind(|known| known.term.contains(event.until));
        let known = known.ok_or_else(|| ChangeRefusal::NotInForce {
            code: own().next_back().map_or_else(|| event.person.to_string(), |known| known.name.kk.clone()),
            on: event.until.date(),
        })?;
        match known.term.from {
            Some(from) if event.until <= from => {
                Err(ChangeRefusal::NotLater { code: known.name.kk.clone(), from: from.date() })
            }
            Some(_) | None => Ok(true),
        }
    }

    /// Only the days that become another are recorded.
    fn calendar_changed(&self, event: &CalendarChanged) -> Result<Option<Change>, ChangeRefusal> {
        let calendar = self.directory.calendar();
        if event.days.is_empty() {
            return Err(ChangeRefusal::Nothing);
        }
        for (nth, day) in event.days.iter().enumerate() {
            self.in_range(day.date)?;
            let is_twice = event.days[..nth].iter().any(|earlier| earlier.date == day.date);
            if is_twice || !fits(day) {
                return Err(ChangeRefusal::NoSuchDay { date: day.date });
            }
            let year = day.date.year();
            let of_year = event.days.iter().filter(|other| other.date.year() == year).count();
            if !calendar.covers(day.date) && of_year < DAYS_OF_A_YEAR {
                return Err(ChangeRefusal::YearUnknown { year });
            }
        }
        let is_news = |day: &&DaySet| {
            let known = calendar.exception(day.date);
            match day.kind {
                DayKind::Ordinary => known.is_some(),
                DayKind::DayOff => known != Some((Kind::DayOff, &day.note)),
                DayKind::WorkingDay => known != Some((Kind::WorkingDay, &day.note)),
            }
        };
        let days: Vec<DaySet> = event.days.iter().filter(is_news).cloned().collect();
        Ok((!days.is_empty()).then(|| CalendarChanged { days, ..event.clone() }.into()))
    }
}

/// It is kept for ever and in clear: nobody's address is named in it.
fn says_why(act: &str) -> Result<(), ChangeRefusal> {
    if !is_plain(act) || act.contains('@') { Err(ChangeRefusal::NoAct) } else { Ok(()) }
}

fn fits(day: &DaySet) -> bool {
    let is_weekend = matches!(day.date.weekday(), Weekday::Saturday | Weekday::Sunday);
    match day.kind {
        DayKind::DayOff => is_plain(&day.note),
        DayKind::WorkingDay => is_weekend && is_plain(&day.note),
        DayKind::Ordinary => day.note.is_empty() || is_plain(&day.note),
    }
}

fn named(texts: &[&Multilingual]) -> Result<(), ChangeRefusal> {
    let mut spellings = texts.iter().flat_map(|text| text.spellings());
    match spellings.find(|spelling| !is_plain(spelling)) {
        Some(text) => Err(ChangeRefusal::NoName { text: text.chars().take(80).collect() }),
        None => Ok(()),
    }
}

fn person(name: &Multilingual, dative: Option<&Multilingual>, email: Option<&str>) -> Result<(), ChangeRefusal> {
    named(&[name])?;
    if let Some(dative) = dative {
        named(&[dative])?;
    }
    if email.is_some_and(is_address) { Ok(()) } else { Err(ChangeRefusal::NoAddress) }
}

fn in_force(code: &impl ToString, period: &Period, on: Date) -> Result<(), ChangeRefusal> {
    if period.contains(on) { Ok(()) } else { Err(ChangeRefusal::NotInForce { code: code.to_string(), on }) }
}

/// An end comes after the beginning, and brings an end that is known already forward at most.
fn ends(code: &impl ToString, period: &Period, on: Date) -> Result<(), ChangeRefusal> {
    match period.from {
        Some(from) if on <= from => Err(ChangeRefusal::NotLater { code: code.to_string(), from }),
        Some(_) | None => in_force(code, period, on),
    }
}

fn unknown(code: &impl ToString) -> ChangeRefusal {
    ChangeRefusal::Unknown { code: code.to_string() }
}

fn taken(code: &impl ToString) -> ChangeRefusal {
    ChangeRefusal::Taken { code: code.to_string() }
}

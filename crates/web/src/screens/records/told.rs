//! What pages say of records: kinds, spans of days, and what a change says.

use directory::chamber::Convocation;
use directory::changes::event::{Change, DayKind, DaySet, Recount};
use directory::changes::{Ledger, SubjectKind};
use directory::ministry::Ministry;
use directory::{
    ChamberCode, DeputyId, Directory, FactionCode, Language, MinistryCode, Multilingual, Period, PersonId,
};
use jiff::civil::Date;

use super::super::fields::say;

/// What a kind of records is called.
pub(super) fn kind(kind: SubjectKind, language: Language) -> String {
    let (kk, ru, en) = match kind {
        SubjectKind::Ministries => ("Министрліктер", "Министерства", "Ministries"),
        SubjectKind::Deputies => ("Депутаттар", "Депутаты", "Deputies"),
        SubjectKind::Factions => ("Фракциялар мен шақырылымдар", "Фракции и созывы", "Factions and convocations"),
        SubjectKind::Offices => ("Лауазымдар", "Должности", "Offices"),
        SubjectKind::Calendar => ("Күнтізбе", "Календарь", "Calendar"),
    };
    say(language, kk, ru, en)
}

/// Whether a record holds on a day, and the colour of its tag.
pub(super) fn standing(
    from: Option<Date>,
    until: Option<Date>,
    on: Date,
    language: Language,
) -> (String, &'static str) {
    let period = Period { from, until };
    if period.contains(on) {
        (say(language, "қолданыста", "действует", "in force"), "ok")
    } else if until.is_some_and(|until| until <= on) {
        (say(language, "аяқталған", "завершено", "ended"), "mute")
    } else {
        (say(language, "басталмаған", "ещё не действует", "not yet"), "info")
    }
}

/// What a day is.
pub(super) fn day_kind(kind: DayKind, language: Language) -> String {
    let (kk, ru, en) = match kind {
        DayKind::DayOff => ("демалыс күні", "выходной", "day off"),
        DayKind::WorkingDay => ("жұмыс күні", "рабочий день", "working day"),
        DayKind::Ordinary => ("апта күні бойынша", "по дню недели", "as its weekday says"),
    };
    say(language, kk, ru, en)
}

/// A day in figures.
pub(super) fn shown(day: Date) -> String {
    day.strftime("%d.%m.%Y").to_string()
}

/// A ministry as a day calls it: what is over, as it was called last, and what has not begun, as it will be first.
pub(super) fn ministry_on<'d>(directory: &'d Directory, code: &MinistryCode, on: Date) -> Option<&'d Ministry> {
    directory.at(on).every_ministry().into_iter().find(|known| known.code == *code)
}

/// What a convocation is called.
pub(super) fn convocation(directory: &Directory, one: &Convocation, language: Language) -> String {
    let chamber = directory.chamber(&one.chamber).map_or("", |chamber| chamber.name.words(language));
    format!("{chamber}, {}", one.roman())
}

/// What changes call ministries, factions and people. What the records do not have, because it was taken back before its day, is called as it was when
/// it was recorded.
#[derive(Clone, Copy)]
pub(super) struct Called<'a> {
    pub directory: &'a Directory,
    /// Everything that was recorded, also what was taken back.
    pub ledger: &'a Ledger,
    /// The day that the page shows: ministries go by their names on it.
    pub on: Date,
    pub language: Language,
}

impl<'a> Called<'a> {
    /// The short form of a ministry.
    pub(super) fn short(&self, code: &MinistryCode) -> String {
        let known = ministry_on(self.directory, code, self.on).map(|known| &known.abbreviation);
        let known = known.or_else(|| {
            self.recorded(|change| match change {
                Change::MinistryFounded(event) if event.code == *code => Some(&event.abbreviation),
                _ => None,
            })
        });
        self.words(known, code)
    }

    /// The name under which a record was entered that the records do not have; what they know of an office that nobody has held.
    pub(super) fn entered(&self, kind: SubjectKind, code: &str) -> Option<String> {
        let mut offices = self.directory.offices().iter().filter(|_| kind == SubjectKind::Offices);
        let office = offices.find(|known| known.code.as_str() == code);
        let own =
            |change: &Change| change.subjects().iter().any(|subject| subject.kind == kind && subject.code == code);
        let begun = || {
            self.ledger.changes().iter().rev().find_map(|change| match change {
                Change::ConvocationBegun(event) if own(change) => Some(self.convocation(&event.chamber, event.number)),
                _ => None,
            })
        };
        let named = office.map(|known| &known.name).or_else(|| {
            self.recorded(|change| match change {
                Change::MinistryFounded(event) if own(change) => Some(&event.name),
                Change::DeputyEntered(event) if own(change) => Some(&event.name),
                Change::FactionFormed(event) if own(change) => Some(&event.name),
                _ => None,
            })
        });
        named.map(|name| name.words(self.language).to_owned()).or_else(begun)
    }

    /// What a change says besides its name and its act.
    pub(super) fn detail(&self, change: &Change) -> String {
        let name = |text: &Multilingual| text.words(self.language).to_owned();
        let since = change.since().map(shown).unwrap_or_default();
        let said = match change {
            Change::MinistryFounded(event) => name(&event.name),
            Change::MinistryRenamed(event) => name(&event.name),
            Change::MinistryMerged(event) => format!("{} → {}", self.short(&event.code), self.short(&event.into)),
            Change::MinistrySplit(event) => {
                let into: Vec<String> = event.into.iter().map(|code| self.short(code)).collect();
                format!("{} → {}", self.short(&event.code), into.join(", "))
            }
            Change::MinistryAbolished(event) => self.short(&event.code),
            Change::ConvocationBegun(event) => self.convocation(&event.chamber, event.number),
            Change::ConvocationEnded(event) => self.convocation(&event.chamber, event.number),
            Change::FactionFormed(event) => name(&event.name),
            // On the day itself it is no more.
            Change::FactionEnded(event) => self.faction(&event.code, event.on.yesterday().unwrap_or(event.on)),
            Change::DeputyEntered(event) => name(&event.name),
            Change::DeputyCorrected(event) => name(&event.name),
            Change::DeputyChangedFaction(event) => {
                let to = event.faction.as_ref().map_or_else(|| "–".to_owned(), |code| self.faction(code, event.since));
                format!("{} → {to}", self.deputy(event.id))
            }
            Change::DeputyLeft(event) => self.deputy(event.id),
            Change::OfficeFounded(event) => name(&event.name),
            Change::OfficeTaken(event) => name(&event.name),
            Change::OfficeLeft(event) => self.person(event.person),
            Change::CalendarChanged(event) => {
                let day = |day: &DaySet| format!("{} – {}", shown(day.date), day_kind(day.kind, self.language));
                let days: Vec<String> = event.days.iter().take(12).map(day).collect();
                let more = if event.days.len() > 12 { " …" } else { "" };
                format!("{}{more}", days.join("; "))
            }
            // What that was, the stream knows ([`Called::taken_back`]).
            Change::ChangeTakenBack(event) => format!("v{}", event.version),
        };
        if since.is_empty() { said } else { format!("{said}, {since}") }
    }

    /// What was taken back, or is to be: its kind, what it says, and its place in the stream.
    pub(super) fn taken_back(&self, change: &Change, version: u64) -> String {
        let words = Change::words(change.stored_name(), self.language).unwrap_or_default();
        format!("{words} (v{version}): {}", self.detail(change))
    }

    /// A faction as it was called on a day: another convocation may have had one of that code.
    fn faction(&self, code: &FactionCode, on: Date) -> String {
        let last = || self.directory.factions().iter().rfind(|known| known.code == *code);
        let known = self.directory.at(on).faction(code).or_else(last).map(|known| &known.name);
        let known = known.or_else(|| {
            self.recorded(|change| match change {
                Change::FactionFormed(event) if event.code == *code => Some(&event.name),
                _ => None,
            })
        });
        self.words(known, code)
    }

    /// A deputy's name has no day: what is corrected in it was wrong before.
    fn deputy(&self, id: DeputyId) -> String {
        let known = self.directory.deputy(id).map(|known| &known.name);
        let known = known.or_else(|| {
            self.recorded(|change| match change {
                Change::DeputyEntered(event) if event.id == id => Some(&event.name),
                _ => None,
            })
        });
        self.words(known, &id)
    }

    fn person(&self, id: PersonId) -> String {
        let known = self.directory.person(id).map(|known| &known.name);
        let known = known.or_else(|| {
            self.recorded(|change| match change {
                Change::OfficeTaken(event) if event.person == id => Some(&event.name),
                _ => None,
            })
        });
        self.words(known, &id)
    }

    fn convocation(&self, chamber: &ChamberCode, number: u8) -> String {
        let one = Convocation { chamber: chamber.clone(), number, period: Period { from: None, until: None } };
        convocation(self.directory, &one, self.language)
    }

    /// The name in the last change that gives one.
    fn recorded(&self, name: impl Fn(&'a Change) -> Option<&'a Multilingual>) -> Option<&'a Multilingual> {
        self.ledger.changes().iter().rev().find_map(name)
    }

    fn words(&self, name: Option<&Multilingual>, code: &impl ToString) -> String {
        name.map_or_else(|| code.to_string(), |name| name.words(self.language).to_owned())
    }
}

/// What becomes of open deadlines.
pub(super) fn recount(recount: &Recount, language: Language) -> String {
    let (kk, ru, en) = match recount {
        Recount::None => ("ашық мерзімдер өзгермейді", "открытые сроки не меняются", "open deadlines stay"),
        Recount::All => {
            ("ашық мерзімдер қайта есептеледі", "открытые сроки пересчитываются", "open deadlines are counted anew")
        }
        Recount::Only { .. } | Recount::AllBut { .. } => (
            "таңдалған мерзімдер қайта есептеледі",
            "пересчитываются выбранные сроки",
            "the chosen deadlines are counted anew",
        ),
    };
    say(language, kk, ru, en)
}

//! What pages say of records: kinds, spans of days, and what a change says.

use directory::changes::SubjectKind;
use directory::changes::event::{Change, DayKind, Recount};
use directory::{Directory, Language, MinistryCode, Multilingual, Period};
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

pub(super) fn short_of(directory: &Directory, code: &MinistryCode, language: Language) -> String {
    directory.ministry(code).map_or_else(|| code.to_string(), |known| known.abbreviation.words(language).to_owned())
}

/// A day in figures.
pub(super) fn shown(day: Date) -> String {
    day.strftime("%d.%m.%Y").to_string()
}

/// What a change says besides its name and its act.
pub(super) fn detail(change: &Change, directory: &Directory, language: Language) -> String {
    let name = |text: &Multilingual| text.words(language).to_owned();
    let short = |code: &MinistryCode| short_of(directory, code, language);
    let since = change.since().map(shown).unwrap_or_default();
    let deputy = |id| directory.deputy(id).map_or_else(String::new, |known| name(&known.name));
    let said = match change {
        Change::MinistryFounded(event) => name(&event.name),
        Change::MinistryRenamed(event) => name(&event.name),
        Change::MinistryMerged(event) => format!("{} → {}", short(&event.code), short(&event.into)),
        Change::MinistrySplit(event) => {
            let into: Vec<String> = event.into.iter().map(short).collect();
            format!("{} → {}", short(&event.code), into.join(", "))
        }
        Change::MinistryAbolished(event) => short(&event.code),
        Change::ConvocationBegun(event) => format!("{} {}", event.chamber, event.number),
        Change::ConvocationEnded(event) => format!("{} {}", event.chamber, event.number),
        Change::FactionFormed(event) => name(&event.name),
        Change::FactionEnded(event) => event.code.to_string(),
        Change::DeputyEntered(event) => name(&event.name),
        Change::DeputyCorrected(event) => name(&event.name),
        Change::DeputyChangedFaction(event) => {
            let to = event.faction.as_ref().map_or_else(|| "–".to_owned(), ToString::to_string);
            format!("{} → {to}", deputy(event.id))
        }
        Change::DeputyLeft(event) => deputy(event.id),
        Change::OfficeFounded(event) => name(&event.name),
        Change::OfficeTaken(event) => name(&event.name),
        Change::OfficeLeft(event) => directory.person(event.person).map_or_else(String::new, |known| name(&known.name)),
        Change::CalendarChanged(event) => {
            let days =
                event.days.iter().take(12).map(|day| format!("{} – {}", shown(day.date), day_kind(day.kind, language)));
            let more = if event.days.len() > 12 { " …" } else { "" };
            format!("{}{more}", days.collect::<Vec<_>>().join("; "))
        }
        // What that was, the stream knows ([`taken_back`]).
        Change::ChangeTakenBack(event) => format!("v{}", event.version),
    };
    if since.is_empty() { said } else { format!("{said}, {since}") }
}

/// What was taken back, or is to be: its kind, what it says, and its place in the stream.
pub(super) fn taken_back(change: &Change, version: u64, directory: &Directory, language: Language) -> String {
    let words = Change::words(change.stored_name(), language).unwrap_or_default();
    format!("{words} (v{version}): {}", detail(change, directory, language))
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

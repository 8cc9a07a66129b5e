//! Working days: weekends, and the days that the year's calendar makes an exception of.
//!
//! The calendar is dated data that can change late: a Saturday can be made a working day, and the day of Kurban Ait is fixed
//! days before it. So every answer carries its reason, and every deadline the [`WorkingCalendar::version`] it was counted with. For
//! a year that the file does not cover there are only weekends, and the answer says so.
//!
//! [`year`] says what a year comes to, and whether it looks whole.

pub mod year;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Weekday};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::changes::event::{DayKind, DaySet};
use crate::language::Language;
use crate::table::{self, DataError, Fault};
use crate::{dates, day_names};

/// What the calendar says about one day that differs from an ordinary week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A holiday, or a weekday given for a holiday that fell on a weekend.
    DayOff,
    /// A Saturday or Sunday on which the country works.
    WorkingDay,
}

/// Why a day is, or is not, a working day.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "why", rename_all = "snake_case", deny_unknown_fields)]
pub enum Why {
    /// Monday to Friday, and nothing in the calendar against it.
    Weekday,
    /// Saturday or Sunday.
    Weekend,
    /// The calendar makes it a day off.
    DayOff {
        /// The calendar's note.
        note: String,
    },
    /// The calendar makes it a working day.
    MadeWorkingDay {
        /// The calendar's note.
        note: String,
    },
    /// No calendar is known for that year: only Saturday and Sunday are told from the other days.
    CalendarNotKnown {
        /// Is it a Saturday or Sunday?
        weekend: bool,
    },
}

impl Why {
    /// The reason in a few words, such as «Республика күні» or «сенбі».
    #[must_use]
    pub fn words(&self, date: Date, language: Language) -> String {
        match self {
            Self::Weekday | Self::Weekend => dates::weekday(date.weekday(), language).to_owned(),
            Self::DayOff { note } | Self::MadeWorkingDay { note } => day_names::words(note, language),
            Self::CalendarNotKnown { .. } => {
                let weekday = dates::weekday(date.weekday(), language);
                match language {
                    Language::Kk => format!("{weekday}; {} жылғы күнтізбе белгісіз", date.year()),
                    Language::Ru => format!("{weekday}; календарь на {} год неизвестен", date.year()),
                    Language::En => format!("{weekday}; calendar not known for {}", date.year()),
                }
            }
        }
    }
}

/// A note of the calendar in a language, where it is one of those that are known; as it was written otherwise.
#[must_use]
pub fn words_of_note(note: &str, language: Language) -> String {
    day_names::words(note, language)
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Exception {
    kind: Kind,
    note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    date: Date,
    kind: Kind,
    note: String,
}

/// The working calendar of the country, as one file of exceptions gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkingCalendar {
    version: String,
    exceptions: BTreeMap<Date, Exception>,
    years: BTreeSet<i16>,
}

impl WorkingCalendar {
    /// Reads a calendar of the form `date,kind,note`, with `kind` one of `day_off`, `working_day`. A year counts as covered when
    /// the file has a row for it. `name` is the first part of the version label, such as `kz`.
    ///
    /// # Errors
    /// [`DataError`] lists every row at fault: unreadable, a second row for a day, a day off without a note, a weekday made
    /// a working day, or a year left out between the first and the last.
    pub fn from_csv(name: &str, text: &str) -> Result<Self, DataError> {
        let mut faults = Vec::new();
        let mut exceptions = BTreeMap::new();
        for (line, row) in table::rows::<Row>("calendar", text, &mut faults) {
            let Row { date, kind, note } = row;
            if let Some(reason) = fault(date, kind, &note, exceptions.contains_key(&date)) {
                faults.push(Fault::new("calendar", line, reason));
            }
            exceptions.insert(date, Exception { kind, note });
        }
        let years: BTreeSet<i16> = exceptions.keys().map(|date| date.year()).collect();
        let (Some(first), Some(last)) = (years.first().copied(), years.last().copied()) else {
            faults.push(Fault::new("calendar", 1, "the calendar is empty".to_owned()));
            return Err(DataError { faults });
        };
        if let Some(missing) = (first..=last).find(|year| !years.contains(year)) {
            faults.push(Fault::new("calendar", 1, format!("the calendar skips {missing}")));
        }
        if !faults.is_empty() {
            return Err(DataError { faults });
        }
        let version = format!("{name}-{first}-{last}-{}", fingerprint(&exceptions));
        Ok(Self { version, exceptions, years })
    }

    /// The same calendar with other days. What cannot be a day of a calendar is left out; the rules have refused it before.
    #[must_use]
    pub fn with(&self, days: &[DaySet]) -> Self {
        let mut exceptions = self.exceptions.clone();
        for DaySet { date, kind, note } in days {
            let kind = match kind {
                DayKind::DayOff => Kind::DayOff,
                DayKind::WorkingDay => Kind::WorkingDay,
                DayKind::Ordinary => {
                    exceptions.remove(date);
                    continue;
                }
            };
            exceptions.insert(*date, Exception { kind, note: note.clone() });
        }
        // A year that is known stays known, also when its last exception is taken out.
        let mut years = self.years.clone();
        years.extend(exceptions.keys().map(|date| date.year()));
        let name = self.version.split('-').next().unwrap_or_default();
        let (first, last) = (years.first().copied().unwrap_or_default(), years.last().copied().unwrap_or_default());
        Self { version: format!("{name}-{first}-{last}-{}", fingerprint(&exceptions)), exceptions, years }
    }

    /// What the calendar says of a day beside its weekday, with the note; none for an ordinary day.
    #[must_use]
    pub fn exception(&self, date: Date) -> Option<(Kind, &str)> {
        self.exceptions.get(&date).map(|exception| (exception.kind, exception.note.as_str()))
    }

    /// Which calendar this is: its name, its years, and a fingerprint of its content, such as `kz-2023-2026-1f2e3d4c`. Two
    /// calendars with one label hold the same days.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The years the calendar knows. Outside of them only weekends are days off.
    pub fn years(&self) -> impl Iterator<Item = i16> {
        self.years.iter().copied()
    }

    /// Is the calendar of that day's year known?
    #[must_use]
    pub fn covers(&self, date: Date) -> bool {
        self.years.contains(&date.year())
    }

    /// Is it a working day, and why?
    #[must_use]
    pub fn is_working(&self, date: Date) -> (bool, Why) {
        let weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        match self.exceptions.get(&date) {
            Some(Exception { kind: Kind::DayOff, note }) => (false, Why::DayOff { note: note.clone() }),
            Some(Exception { kind: Kind::WorkingDay, note }) => (true, Why::MadeWorkingDay { note: note.clone() }),
            None if !self.covers(date) => (!weekend, Why::CalendarNotKnown { weekend }),
            None if weekend => (false, Why::Weekend),
            None => (true, Why::Weekday),
        }
    }

    /// The exceptions between two days, both included, for a calendar on a screen.
    pub fn exceptions(&self, first: Date, last: Date) -> impl Iterator<Item = (Date, Kind, &str)> {
        let from_first = self.exceptions.range(first..);
        from_first.take_while(move |(date, _)| **date <= last).map(|(date, e)| (*date, e.kind, e.note.as_str()))
    }

    /// How many working days lie after `after`, up to and including `until`; none when `until` is not later.
    #[must_use]
    pub fn working_days(&self, after: Date, until: Date) -> u32 {
        let mut count = 0;
        let mut day = after;
        while day < until {
            let Ok(next) = day.tomorrow() else { break };
            day = next;
            count += u32::from(self.is_working(day).0);
        }
        count
    }
}

/// The first eight hexadecimal digits of the SHA-256 over the days in their order, so that the order of rows does not matter.
fn fingerprint(exceptions: &BTreeMap<Date, Exception>) -> String {
    let mut hash = Sha256::new();
    for (date, Exception { kind, note }) in exceptions {
        let kind = match kind {
            Kind::DayOff => "day_off",
            Kind::WorkingDay => "working_day",
        };
        hash.update(format!("{date},{kind},{note}\n"));
    }
    hex::encode(&hash.finalize()[..4])
}

fn fault(date: Date, kind: Kind, note: &str, seen: bool) -> Option<String> {
    let weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
    if seen {
        return Some(format!("a second row for {date}"));
    }
    if !table::is_plain(note) {
        return Some(format!("the note of {date} is empty, too long or holds an invisible character"));
    }
    match kind {
        Kind::WorkingDay if !weekend => Some(format!("{date} is a weekday and needs no row to be a working day")),
        Kind::WorkingDay | Kind::DayOff => None,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn shipped() -> WorkingCalendar {
        WorkingCalendar::from_csv("kz", include_str!("../data/calendar-kz.csv")).unwrap()
    }

    #[test]
    fn a_day_answers_with_its_reason() {
        let calendar = shipped();
        assert_eq!(calendar.is_working(date(2023, 10, 20)), (true, Why::Weekday));
        assert_eq!(calendar.is_working(date(2023, 10, 21)), (false, Why::Weekend));
        let (working, why) = calendar.is_working(date(2023, 10, 25));
        assert!(!working);
        assert_eq!(why.words(date(2023, 10, 25), Language::Kk), "Республика күні");
        let (working, why) = calendar.is_working(date(2023, 7, 1));
        assert!(working && matches!(why, Why::MadeWorkingDay { .. }), "{why:?}");
    }

    #[test]
    fn outside_its_years_the_calendar_says_that_it_knows_weekends_only() {
        let calendar = shipped();
        assert_eq!(calendar.years().collect::<Vec<_>>(), [2023, 2024, 2025, 2026]);
        let new_year = date(2027, 1, 1);
        let (working, why) = calendar.is_working(new_year);
        assert_eq!((working, &why), (true, &Why::CalendarNotKnown { weekend: false }));
        assert_eq!(why.words(new_year, Language::En), "Friday; calendar not known for 2027");
        assert_eq!(calendar.is_working(date(2027, 1, 2)), (false, Why::CalendarNotKnown { weekend: true }));
    }

    #[test]
    fn the_version_names_the_content() {
        let calendar = shipped();
        assert!(calendar.version().starts_with("kz-2023-2026-"));
        let with_crlf = include_str!("../data/calendar-kz.csv").replace('\n', "\r\n");
        assert_eq!(WorkingCalendar::from_csv("kz", &with_crlf).unwrap().version(), calendar.version());
        let (heading, rows) = include_str!("../data/calendar-kz.csv").split_once('\n').unwrap();
        let backwards: Vec<&str> = rows.lines().rev().collect();
        let backwards = format!("{heading}\n{}\n", backwards.join("\n"));
        assert_eq!(WorkingCalendar::from_csv("kz", &backwards).unwrap().version(), calendar.version());
        let changed = include_str!("../data/calendar-kz.csv").replace("2023-10-25,day_off", "2023-10-26,day_off");
        assert_ne!(WorkingCalendar::from_csv("kz", &changed).unwrap().version(), calendar.version());
    }

    #[test]
    fn a_faulty_calendar_is_refused_with_the_lines_at_fault() {
        let faults = |text: &str| WorkingCalendar::from_csv("kz", text).unwrap_err().to_string();
        assert!(faults("date,kind,note\n").contains("empty"));
        assert!(faults("date,kind,note\n2023-02-30,day_off,x\n").contains("line 2"));
        assert!(faults("date,kind,note\n2023-01-02,holiday,x\n").contains("line 2"));
        assert!(faults("date,kind,note\n2023-01-02,day_off,x\n2023-01-02,day_off,x\n").contains("line 3"));
        assert!(faults("date,kind,note\n2023-01-03,working_day,x\n").contains("weekday"));
        assert!(faults("date,kind,note\n2023-01-02,day_off,\n").contains("note"));
        assert!(faults("date,kind,note\n2023-01-02,day_off,x\n2025-01-02,day_off,x\n").contains("skips 2024"));
        assert!(faults("date;kind;note\n2023-01-02;day_off;x\n").contains("line"));
    }

    #[test]
    fn working_days_are_counted_after_the_first_day() {
        let calendar = shipped();
        assert_eq!(calendar.working_days(date(2023, 10, 20), date(2023, 10, 20)), 0);
        assert_eq!(calendar.working_days(date(2023, 10, 20), date(2023, 10, 26)), 3);
        assert_eq!(calendar.working_days(date(2023, 10, 26), date(2023, 10, 20)), 0);
    }

    #[test]
    fn the_exceptions_of_a_month_can_be_listed() {
        let calendar = shipped();
        let october: Vec<_> = calendar.exceptions(date(2023, 10, 1), date(2023, 10, 31)).collect();
        assert_eq!(october, [(date(2023, 10, 25), Kind::DayOff, "Republic Day")]);
        assert_eq!(calendar.exceptions(date(2023, 10, 25), date(2023, 10, 1)).count(), 0);
    }
}

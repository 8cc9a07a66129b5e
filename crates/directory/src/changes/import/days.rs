//! The days of a table: each is held against the rules by itself, so that all that is wrong with a table is told at once.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use csv::StringRecord;
use jiff::civil::{Date, Weekday};

use super::super::decide::{DAYS_OF_A_YEAR, Desk};
use super::super::event::{CalendarChanged, Change, DayKind, DaySet, Recount};
use super::super::refusal::ChangeRefusal;
use super::rows::Rows;
use super::{Against, Import, Reason, RefusedRow, Table, Unread};
use crate::calendar::year::Year;
use crate::columns::{Note, row};
use crate::dates;
use crate::language::Language;
use crate::table::is_plain;

/// The column of the notes.
const NOTE: &str = "note";

row! {
    pub(super) struct DayRow {
        date: Date,
        kind: DayKind,
        note: Option<Note>,
    }
}

impl DayRow {
    pub(super) fn of(headings: &StringRecord, row: &StringRecord) -> Option<Self> {
        row.deserialize(Some(headings)).ok()
    }
}

/// Why a day of a table is not taken, though its row can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WrongDay {
    /// A weekday is made a working day.
    WorksAnyway {
        /// The day.
        date: Date,
    },
    /// A day off, or a weekend that is worked, without a note.
    NoNote {
        /// The day.
        date: Date,
    },
    /// The note is longer than any, or holds what cannot be seen.
    NoteUnfit {
        /// The day.
        date: Date,
    },
    /// A day that is as its weekday says has a note.
    OrdinaryWithNote {
        /// The day.
        date: Date,
    },
    /// Nothing is known of the year, and the table has too little of it to begin it.
    PartOfYear {
        /// How many days of it the table has.
        days: usize,
        /// What the year would be.
        year: Year,
    },
}

impl WrongDay {
    /// As a sentence for people.
    #[must_use]
    pub fn words(&self, language: Language) -> String {
        match self {
            Self::WorksAnyway { date } => {
                let (day, weekday) = (dates::words(*date, language), dates::weekday(date.weekday(), language));
                match language {
                    Language::Kk => format!(
                        "{day} ({weekday}) онсыз да жұмыс күні: working_day тек жұмыс күні болған сенбі мен жексенбіге жазылады."
                    ),
                    Language::Ru => format!(
                        "{day} ({weekday}) – и так рабочий день: working_day пишут только у субботы и воскресенья, ставших рабочими."
                    ),
                    Language::En => format!(
                        "{day} ({weekday}) is worked anyway: working_day is for a Saturday or Sunday that is made a working day."
                    ),
                }
            }
            Self::NoNote { date } => {
                let day = dates::words(*date, language);
                match language {
                    Language::Kk => {
                        format!("«{NOTE}» бағаны бос: day_off пен working_day үшін түсініктеме міндетті ({day}).")
                    }
                    Language::Ru => {
                        format!("Столбец «{NOTE}» пуст: для day_off и working_day пояснение обязательно ({day}).")
                    }
                    Language::En => {
                        format!("The column “{NOTE}” is empty: day_off and working_day need a note ({day}).")
                    }
                }
            }
            Self::NoteUnfit { date } => {
                let day = dates::words(*date, language);
                match language {
                    Language::Kk => format!(
                        "«{NOTE}» бағанындағы түсініктеме бір жолға жазылады, 400 таңбадан аспайды, шетінде бос орын мен көрінбейтін таңба болмайды ({day})."
                    ),
                    Language::Ru => format!(
                        "Пояснение в столбце «{NOTE}» пишут в одну строку, не длиннее 400 знаков, без пробелов по краям и невидимых знаков ({day})."
                    ),
                    Language::En => format!(
                        "The note in the column “{NOTE}” is one line of 400 characters at most, without spaces around it and invisible characters ({day})."
                    ),
                }
            }
            Self::OrdinaryWithNote { date } => {
                let day = dates::words(*date, language);
                match language {
                    Language::Kk => {
                        format!("ordinary үшін «{NOTE}» бағаны бос болады: түсініктемені алып тастаңыз ({day}).")
                    }
                    Language::Ru => {
                        format!("Для ordinary столбец «{NOTE}» оставляют пустым: уберите пояснение ({day}).")
                    }
                    Language::En => {
                        format!("The column “{NOTE}” stays empty for ordinary: take the note out ({day}).")
                    }
                }
            }
            Self::PartOfYear { days, year } => part(*days, year, language),
        }
    }
}

/// What a table has of a year that nothing is known of, and what it lacks.
fn part(days: usize, year: &Year, language: Language) -> String {
    let Year { year, span, empty_months, .. } = year;
    let span = span.map_or_else(String::new, |(first, last)| {
        format!(" ({} {})", dates::from_words(first, language), dates::until_words(last, language))
    });
    let months: Vec<&str> = empty_months.iter().map(|month| dates::month_words(*month, language)).collect();
    let months = months.join(", ");
    let (said, lacks) = match language {
        Language::Kk => (
            format!(
                "{year} жылғы күнтізбе әлі енгізілмеген, ал кестеде сол жылдың {days} күні ғана бар{span}: жыл алғаш рет тұтас енгізіледі, кемінде {DAYS_OF_A_YEAR} күн."
            ),
            format!("Мына айлардың бірде-бір күні жоқ: {months}. Жетпейтін күндерді осы файлға қосыңыз."),
        ),
        Language::Ru => (
            format!(
                "Календарь на {year} год ещё не внесён, а дней этого года в таблице только {days}{span}: впервые год вносят целиком, не менее {DAYS_OF_A_YEAR} дней."
            ),
            format!("Нет ни одного дня таких месяцев: {months}. Добавьте недостающие дни в этот же файл."),
        ),
        Language::En => (
            format!(
                "The calendar of {year} is not known yet, and the table has {days} of its days only{span}: a year is first brought whole, with {DAYS_OF_A_YEAR} days at least."
            ),
            format!("It has no day of {months}. Add the days that are missing to this file."),
        ),
    };
    if empty_months.is_empty() { said } else { format!("{said} {lacks}") }
}

impl Import<'_> {
    /// All days together are one change of the calendar. What cannot be read is handed back.
    pub(super) fn days(&mut self, rows: Rows<DayRow>) -> Vec<(u64, Unread)> {
        let Rows { read, unread, heading, left_out } = rows;
        let first = read.first().map_or(heading, |(line, _)| *line);
        let mut lines: BTreeMap<Date, u64> = BTreeMap::new();
        let mut days: Vec<DaySet> = Vec::with_capacity(read.len());
        let (mut is_wrong, mut lacks_notes) = (false, false);
        for (line, DayRow { date, kind, note }) in read {
            match lines.entry(date) {
                Entry::Occupied(earlier) => {
                    self.again(Table::Calendar, line, *earlier.get());
                    continue;
                }
                Entry::Vacant(place) => {
                    place.insert(line);
                }
            }
            self.report.rows += 1;
            let day = DaySet { date, kind, note: note.map_or_else(String::new, |Note(note)| note) };
            if let Some(why) = self.out_of_range(&day) {
                self.report.refused.push(RefusedRow { line, reason: Reason::Refused(why) });
                is_wrong = true;
                continue;
            }
            match wrong(&day) {
                // Where there is no such column, that is said once, of the heading.
                Some(WrongDay::NoNote { .. }) if left_out.contains(&NOTE) => lacks_notes = true,
                Some(why) => {
                    self.report.refused.push(RefusedRow { line, reason: Reason::Day(why) });
                    is_wrong = true;
                }
                None => {}
            }
            days.push(day);
        }
        if lacks_notes {
            let (table, missing) = (Table::Calendar, vec![NOTE]);
            let unread = Unread::Columns { table, unknown: Vec::new(), missing, twice: Vec::new() };
            self.report.refused.push(RefusedRow { line: heading, reason: Reason::Unreadable(unread) });
        }
        let is_part = self.parts(&days, &lines, unread.len());
        if !days.is_empty() && !is_wrong && !lacks_notes && !is_part {
            self.calendar(days, first);
        }
        unread
    }

    /// Is a year begun of which nothing is known, and with too few days?
    fn parts(&mut self, days: &[DaySet], lines: &BTreeMap<Date, u64>, unread: usize) -> bool {
        let known = self.directory.calendar();
        let mut begun: BTreeMap<i16, usize> = BTreeMap::new();
        for day in days.iter().filter(|day| !known.covers(day.date)) {
            *begun.entry(day.date.year()).or_default() += 1;
        }
        begun.retain(|_, days| *days < DAYS_OF_A_YEAR);
        if begun.is_empty() {
            return false;
        }
        let after = known.with(days);
        for (year, days) in begun {
            // The rows that cannot be read may be those that are missed: they are told, and looked at first.
            if days + unread >= DAYS_OF_A_YEAR {
                continue;
            }
            let line = lines.iter().filter(|(date, _)| date.year() == year).map(|(_, line)| *line).min();
            if let Some(year) = after.year(year) {
                let reason = Reason::Day(WrongDay::PartOfYear { days, year });
                self.report.refused.push(RefusedRow { line: line.unwrap_or(1), reason });
            }
        }
        true
    }

    fn calendar(&mut self, days: Vec<DaySet>, line: u64) {
        let count = days.len();
        let change = CalendarChanged { days, recount: Recount::None, act: self.against.act.to_owned() };
        match self.all(line, vec![change.into()]) {
            Ok(_) => {
                let new = self.report.changes.iter().map(|(_, change)| match change {
                    Change::CalendarChanged(event) => event.days.len(),
                    _ => 0,
                });
                self.report.known = count.saturating_sub(new.sum());
            }
            Err(why) => self.report.refused.push(RefusedRow { line, reason: Reason::Refused(why) }),
        }
    }

    fn out_of_range(&self, day: &DaySet) -> Option<ChangeRefusal> {
        let Against { today, last_signed, act, .. } = self.against;
        let desk = Desk { directory: &self.directory, today, last_signed };
        let alone = CalendarChanged { days: vec![day.clone()], recount: Recount::None, act: act.to_owned() };
        match desk.judge(&alone.into()) {
            Err(why @ ChangeRefusal::OutOfRange { .. }) => Some(why),
            Ok(_) | Err(_) => None,
        }
    }
}

/// What a day cannot be, whatever is known of its year.
fn wrong(DaySet { date, kind, note }: &DaySet) -> Option<WrongDay> {
    let date = *date;
    let is_weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
    match kind {
        DayKind::WorkingDay if !is_weekend => Some(WrongDay::WorksAnyway { date }),
        DayKind::DayOff | DayKind::WorkingDay if note.is_empty() => Some(WrongDay::NoNote { date }),
        DayKind::DayOff | DayKind::WorkingDay => (!is_plain(note)).then_some(WrongDay::NoteUnfit { date }),
        DayKind::Ordinary => (!note.is_empty()).then_some(WrongDay::OrdinaryWithNote { date }),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::{Report, report};
    use super::*;
    use crate::records::Directory;

    fn brought(text: &str) -> Report {
        let directory = Directory::embedded().unwrap();
        let against = Against { directory: &directory, today: date(2023, 9, 20), last_signed: None, act: "№ 318" };
        report(Table::Calendar, text, against)
    }

    fn told(report: &Report) -> Vec<(u64, String)> {
        report.refused.iter().map(|row| (row.line, row.reason.words(Language::En))).collect()
    }

    #[test]
    fn every_wrong_day_is_told_at_once_and_by_its_own_reason() {
        let text = "date,kind,note\n2026-03-10,working_day,x\n2026-03-11,ordinary,x\n2026-03-12,day_off,\n\
                    2026-03-13,day_off, x\n1990-01-01,day_off,x\n2026-03-10,day_off,x\n2026-03-32,day_off,x\n2026-03-16,day_off,x\n";
        let report = brought(text);
        let told = told(&report);
        for (line, said) in [
            (2, "10 March 2026 (Tuesday) is worked anyway"),
            (3, "stays empty for ordinary"),
            (4, "The column “note” is empty"),
            (5, "without spaces around it"),
            (6, "is too early or too late"),
            (7, "stands in line 2 already"),
            (8, "The column “date” holds “2026-03-32”"),
        ] {
            assert!(told.iter().any(|(place, why)| *place == line && why.contains(said)), "{line} {said}: {told:?}");
        }
        assert_eq!((told.len(), report.rows, report.changes.len()), (7, 8, 0));
    }

    #[test]
    fn a_heading_without_the_notes_that_are_needed_is_told_by_the_missing_column() {
        let report = brought("sep=;\ndate;kind\n2026-03-12;day_off\n2026-03-13;day_off\n");
        let [(line, why)] = &told(&report)[..] else { panic!("{:?}", report.refused) };
        assert_eq!(*line, 2);
        assert!(why.starts_with("These columns are missing: note."), "{why}");
        assert_eq!(report.changes, []);
        // Days that are ordinary again need none.
        let report = brought("date,kind\n2023-10-25,ordinary\n");
        assert_eq!((report.changes.len(), report.refused), (1, Vec::new()));
    }

    #[test]
    fn a_part_of_an_unknown_year_says_what_it_has_and_what_it_lacks() {
        let text = "date,kind,note\n2027-08-30,day_off,x\n2027-10-25,day_off,x\n2027-12-16,day_off,x\n";
        let report = brought(text);
        let [(line, why)] = &told(&report)[..] else { panic!("{:?}", report.refused) };
        assert_eq!((*line, report.changes.len()), (2, 0));
        for said in
            ["has 3 of its days only", "30 August 2027", "16 December 2027", "no day of January, March, May, July."]
        {
            assert!(why.contains(said), "{said}: {why}");
        }
        // A wrong row among too few is told beside that; one that cannot be read may be what is missed.
        let report = brought(&format!("{text}2027-03-09,working_day,x\n"));
        assert_eq!(report.refused.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 5]);
        let unread = "2027-13-01,day_off,x\n".repeat(5);
        let report = brought(&format!("{text}{unread}"));
        assert_eq!(report.refused.iter().map(|row| row.line).collect::<Vec<_>>(), [5, 6, 7, 8, 9]);
        assert_eq!(report.changes, []);
    }
}

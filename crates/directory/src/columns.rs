//! The columns of a table that somebody may bring: the fields of its row are what a heading has to name, and the type of a field says what stands
//! below. [`row`] makes both of one list.

use jiff::civil::Date;
use serde::Deserialize;

use crate::changes::event::DayKind;
use crate::ids::{ChamberCode, DeputyId, FactionCode, MinistryCode};
use crate::language::Language;

/// What stands in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Any text.
    Text,
    /// A code of the records.
    Code,
    /// Codes with spaces between them.
    Codes,
    /// The identity of a person.
    Identity,
    /// A day.
    Day,
    /// Yes or no.
    YesNo,
    /// What a day is.
    DayKind,
    /// Why a day is no ordinary one.
    Note,
}

impl Expected {
    /// Can the cell be read as that?
    pub(crate) fn holds(self, cell: &str) -> bool {
        let code = |text: &str| MinistryCode::new(text).is_ok();
        match self {
            Self::Text | Self::Note => true,
            // Every code of the records is written alike.
            Self::Code => code(cell),
            Self::Codes => cell.split_whitespace().all(code),
            Self::Identity => cell.parse::<DeputyId>().is_ok(),
            Self::Day => cell.parse::<Date>().is_ok(),
            Self::YesNo => matches!(cell, "true" | "false"),
            Self::DayKind => matches!(cell, "day_off" | "working_day" | "ordinary"),
        }
    }

    /// What belongs there, for people.
    #[must_use]
    pub const fn words(self, language: Language) -> &'static str {
        let (kk, ru, en) = match self {
            Self::Text => ("мәтін", "текст", "a text"),
            Self::Code => (
                "анықтамалықтағы код, мысалы mof: кіші латын әріптері, цифрлар, - және _",
                "код из справочника, например mof: строчные латинские буквы, цифры, - и _",
                "a code of the records, such as mof: small Latin letters, digits, - and _",
            ),
            Self::Codes => (
                "бос орынмен бөлінген кодтар, мысалы mcs misd",
                "коды через пробел, например mcs misd",
                "codes with spaces between them, such as mcs misd",
            ),
            Self::Identity => (
                "018f3c1e-7a55-7cc1-9d3b-4c2a70b0a001 түріндегі сәйкестендіргіш (UUID)",
                "идентификатор (UUID) вида 018f3c1e-7a55-7cc1-9d3b-4c2a70b0a001",
                "an identity (UUID) such as 018f3c1e-7a55-7cc1-9d3b-4c2a70b0a001",
            ),
            Self::Day => ("2026-11-30 түріндегі күн", "дата вида 2026-11-30", "a day such as 2026-11-30"),
            Self::YesNo => ("true немесе false", "true или false", "true or false"),
            Self::DayKind => (
                "day_off (демалыс күні), working_day (жұмыс күні болған сенбі не жексенбі) немесе ordinary (апта күні бойынша)",
                "day_off (выходной), working_day (суббота или воскресенье, ставшие рабочими) или ordinary (по дню недели)",
                "day_off, working_day (a Saturday or Sunday made one) or ordinary (as its weekday says)",
            ),
            Self::Note => (
                "түсініктеме: day_off пен working_day үшін міндетті, ordinary үшін бос",
                "пояснение: для day_off и working_day обязательно, для ordinary пусто",
                "a note: needed for day_off and working_day, empty for ordinary",
            ),
        };
        match language {
            Language::Kk => kk,
            Language::Ru => ru,
            Language::En => en,
        }
    }
}

/// A column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name in the heading.
    pub name: &'static str,
    /// What stands in it.
    pub expected: Expected,
    /// May the heading leave it out, and a row leave it empty?
    pub optional: bool,
}

impl Column {
    pub(crate) const fn of<C: Cell>(name: &'static str) -> Self {
        Self { name, expected: C::EXPECTED, optional: C::IS_OPTIONAL }
    }

    /// What belongs into its cells, for people; also, that they may be empty.
    #[must_use]
    pub fn words(&self, language: Language) -> String {
        let expected = self.expected.words(language);
        // The kind of the day decides of its note, which is said already.
        if !self.optional || self.expected == Expected::Note {
            return expected.to_owned();
        }
        match language {
            Language::Kk => format!("{expected}; бос болуы мүмкін"),
            Language::Ru => format!("{expected}; может быть пустым"),
            Language::En => format!("{expected}; may be empty"),
        }
    }
}

/// What a cell is read as.
pub(crate) trait Cell {
    const EXPECTED: Expected;
    const IS_OPTIONAL: bool = false;
}

impl<C: Cell> Cell for Option<C> {
    const EXPECTED: Expected = C::EXPECTED;
    const IS_OPTIONAL: bool = true;
}

/// Codes with spaces between them.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Codes(pub(crate) String);

/// Why a day is no ordinary one, in a few words.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Note(pub(crate) String);

macro_rules! cells {
    ($($cell:ty = $expected:ident,)*) => {
        $(impl Cell for $cell {
            const EXPECTED: Expected = Expected::$expected;
        })*
    };
}

cells! {
    String = Text,
    MinistryCode = Code,
    ChamberCode = Code,
    FactionCode = Code,
    Codes = Codes,
    DeputyId = Identity,
    Date = Day,
    bool = YesNo,
    DayKind = DayKind,
    Note = Note,
}

/// The row of a table whose columns are its fields.
macro_rules! row {
    ($seen:vis struct $row:ident { $($column:ident: $cell:ty,)* }) => {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        $seen struct $row {
            $($column: $cell,)*
        }

        impl $row {
            /// The columns of the table, in the order of its heading.
            pub(crate) const COLUMNS: &'static [$crate::columns::Column] =
                &[$($crate::columns::Column::of::<$cell>(stringify!($column)),)*];
        }
    };
}

pub(crate) use row;

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::changes::import::{Against, Report, Table, report};
    use crate::records::Directory;

    fn brought(table: Table, text: &str) -> Report {
        let directory = Directory::embedded().unwrap();
        let against = Against { directory: &directory, today: date(2023, 9, 20), last_signed: None, act: "№ 318" };
        report(table, text, against)
    }

    #[test]
    fn a_file_to_begin_with_is_taken_as_it_is() {
        for table in Table::ALL {
            assert_eq!(table.example().len(), table.columns().len());
            let report = brought(table, &table.template());
            // The row stands in the records: whoever forgets to take it out changes nothing.
            assert_eq!((report.rows, report.known, report.refused), (1, 1, Vec::new()), "{}", table.code());
        }
        assert!(Table::Calendar.template().starts_with("\u{FEFF}date;kind;note\r\n2026-"));
    }

    #[test]
    fn a_column_says_what_belongs_into_it_and_whether_it_may_be_empty() {
        let said = |table: Table, name: &str, language| {
            table.columns().iter().find(|column| column.name == name).unwrap().words(language)
        };
        assert_eq!(said(Table::Deputies, "name_kk", Language::En), "a text");
        assert_eq!(said(Table::Deputies, "name_en", Language::Ru), "текст; может быть пустым");
        assert!(said(Table::Deputies, "mandate_until", Language::Kk).ends_with("күн; бос болуы мүмкін"));
        let note = said(Table::Calendar, "note", Language::En);
        assert!(note.contains("needed for day_off and working_day") && !note.contains("may be"), "{note}");
    }

    #[test]
    fn a_table_of_days_says_what_the_year_comes_to_and_a_refused_one_says_nothing() {
        let before = Directory::embedded().unwrap();
        let day = |month: i8, day: i8| format!("2027-{month:02}-{day:02},day_off,Мереке\n");
        let part: String =
            [(1, 1), (1, 4), (3, 8), (3, 22), (5, 3), (5, 7), (5, 10), (7, 6)].map(|(m, d)| day(m, d)).concat();
        let text = format!("date,kind,note\n{part}2027-05-15,working_day,Ауыстырылған\n");
        let [year] = &brought(Table::Calendar, &text).years(&before)[..] else { panic!("one year") };
        assert_eq!((year.year, year.days_off, year.working_weekends), (2027, 8, 1));
        assert_eq!(year.span, Some((date(2027, 1, 1), date(2027, 7, 6))));
        assert_eq!(year.empty_months, [date(2027, 8, 1), date(2027, 10, 1), date(2027, 12, 1)]);
        assert_eq!(brought(Table::Calendar, &text.replace("2027-05-15", "2027-05-17")).years(&before), []);
        assert_eq!(brought(Table::Deputies, &Table::Deputies.template()).years(&before), []);
    }
}

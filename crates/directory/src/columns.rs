//! The columns of a table that somebody may bring: the fields of its row are what a heading has to name, and the type of a field says what stands
//! below. [`row`] makes both of one list.

use jiff::civil::Date;
use serde::Deserialize;

use crate::changes::event::DayKind;
use crate::ids::{ChamberCode, DeputyId, FactionCode, MinistryCode};

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
}

impl Expected {
    /// Can the cell be read as that?
    pub(crate) fn holds(self, cell: &str) -> bool {
        let code = |text: &str| MinistryCode::new(text).is_ok();
        match self {
            Self::Text => true,
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
    pub(crate) const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
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
                "day_off, working_day немесе ordinary",
                "day_off, working_day или ordinary",
                "day_off, working_day or ordinary",
            ),
        }
    }
}

/// A column of a table.
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) expected: Expected,
    /// May the heading leave it out, and a row leave it empty?
    pub(crate) optional: bool,
}

impl Column {
    pub(crate) const fn of<C: Cell>(name: &'static str) -> Self {
        Self { name, expected: C::EXPECTED, optional: C::IS_OPTIONAL }
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

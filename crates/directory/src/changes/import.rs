//! A table as changes: each row is held against the records, and becomes what has to be recorded so that they say the same.
//!
//! The tables have the columns of those that are built in (`data/README.md`). A row that the records agree with becomes nothing, so the same table
//! twice changes nothing. Rows that a table does not name stay as they are: nothing ends because it is not listed.

mod days;
mod differing;
mod rows;

use std::collections::{BTreeMap, BTreeSet};

use csv::StringRecord;
use jiff::civil::{Date, DateTime};

use super::MOST;
use super::decide::Desk;
use super::event::{
    Change, DaySet, DeputyChangedFaction, DeputyCorrected, DeputyEntered, DeputyLeft, MinistryFounded, MinistryRenamed,
};
use super::refusal::ChangeRefusal;
use crate::calendar::year::Year;
use crate::deputy::Deputy;
use crate::language::Language;
use crate::ministry::Ministry;
use crate::period::Period;
use crate::records::Directory;
use crate::records::read::{self, DeputyRow, MinistryRow, Sources};
use days::DayRow;

pub use crate::columns::{Column, Expected};
pub use days::WrongDay;
pub use differing::anew;
pub use rows::Unread;

/// The tables that can be brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// Ministries.
    Ministries,
    /// Deputies.
    Deputies,
    /// Days.
    Calendar,
}

impl Table {
    /// Every table.
    pub const ALL: [Self; 3] = [Self::Ministries, Self::Deputies, Self::Calendar];

    /// Its name in commands and addresses.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ministries => "ministries",
            Self::Deputies => "deputies",
            Self::Calendar => "calendar",
        }
    }

    /// The table of that name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.code() == code)
    }

    /// Its columns, in the order of its heading.
    #[must_use]
    pub const fn columns(self) -> &'static [Column] {
        match self {
            Self::Ministries => MinistryRow::COLUMNS,
            Self::Deputies => DeputyRow::COLUMNS,
            Self::Calendar => DayRow::COLUMNS,
        }
    }

    /// A row of it as an example, a cell for each of its columns: the one of the built-in table that leaves the fewest of them empty.
    #[must_use]
    pub fn example(self) -> Vec<String> {
        let Sources { ministries, deputies, calendar, .. } = Sources::embedded();
        let text = match self {
            Self::Ministries => ministries,
            Self::Deputies => deputies,
            Self::Calendar => calendar,
        };
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let headings = reader.headers().cloned().unwrap_or_default();
        let filled = |row: &StringRecord| row.iter().filter(|cell| !cell.is_empty()).count();
        // That every row can be read was asked when the program started.
        let fullest = reader.records().flatten().max_by_key(filled).unwrap_or_default();
        let cell = |column: &Column| {
            let place = headings.iter().position(|name| name == column.name);
            place.and_then(|place| fullest.get(place)).unwrap_or_default().to_owned()
        };
        self.columns().iter().map(cell).collect()
    }

    /// A file to begin with, as spreadsheets open it: the heading, and the example.
    #[must_use]
    pub fn template(self) -> String {
        let heading: Vec<&str> = self.columns().iter().map(|column| column.name).collect();
        let quoted = |cell: &String| {
            if cell.contains([';', '"', '\n']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.clone() }
        };
        let example: Vec<String> = self.example().iter().map(quoted).collect();
        format!("\u{FEFF}{}\r\n{}\r\n", heading.join(";"), example.join(";"))
    }
}

/// Why a row is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// It cannot be read.
    Unreadable(Unread),
    /// What it speaks of stands on an earlier line already.
    StandsAlready {
        /// The table.
        table: Table,
        /// The earlier line.
        line: u64,
    },
    /// The day cannot be like that.
    Day(WrongDay),
    /// The rules refuse what it says.
    Refused(ChangeRefusal),
}

impl Reason {
    /// As a sentence for people.
    #[must_use]
    pub fn words(&self, language: Language) -> String {
        match self {
            Self::Refused(refusal) => refusal.words(language),
            Self::Unreadable(unread) => unread.words(language),
            Self::Day(wrong) => wrong.words(language),
            Self::StandsAlready { table, line } => {
                let (kk, ru, en) = match table {
                    Table::Ministries => ("Бұл код", "Этот код", "This code"),
                    Table::Deputies => ("Бұл id", "Этот id", "This id"),
                    Table::Calendar => ("Бұл күн", "Этот день", "This day"),
                };
                match language {
                    Language::Kk => format!("{kk} {line}-жолда бар: екі жолдың бірін қалдырыңыз."),
                    Language::Ru => format!("{ru} уже стоит в строке {line}: оставьте одну из строк."),
                    Language::En => format!("{en} stands in line {line} already: leave one of the two rows."),
                }
            }
        }
    }
}

/// A row that is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedRow {
    /// Its line; the heading is line 1.
    pub line: u64,
    /// Why.
    pub reason: Reason,
}

/// What a table comes to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// How many rows it has.
    pub rows: usize,
    /// What is to be recorded, with the line that asks for it.
    pub changes: Vec<(u64, Change)>,
    /// How many rows say what the records say.
    pub known: usize,
    /// The rows that are not taken. While there is one, nothing of the table is.
    pub refused: Vec<RefusedRow>,
}

impl Report {
    /// The years whose days the table changes, each as its calendar will be afterwards; none while a row is refused, because nothing of it is
    /// recorded then.
    #[must_use]
    pub fn years(&self, before: &Directory) -> Vec<Year> {
        if !self.refused.is_empty() {
            return Vec::new();
        }
        let days: Vec<DaySet> = self
            .changes
            .iter()
            .filter_map(|(_, change)| match change {
                Change::CalendarChanged(event) => Some(event.days.clone()),
                _ => None,
            })
            .flatten()
            .collect();
        let calendar = before.calendar().with(&days);
        let years: BTreeSet<i16> = days.iter().map(|day| day.date.year()).collect();
        years.into_iter().filter_map(|year| calendar.year(year)).collect()
    }
}

/// What a table is held against.
#[derive(Debug, Clone, Copy)]
pub struct Against<'a> {
    /// The records of now.
    pub directory: &'a Directory,
    /// Today, at the office.
    pub today: Date,
    /// When the last letter was signed.
    pub last_signed: Option<DateTime>,
    /// By which act the table is brought.
    pub act: &'a str,
}

/// Reads a table and says what it comes to; nothing is recorded by it.
#[must_use]
pub fn report(table: Table, text: &str, against: Against<'_>) -> Report {
    let mut desk = Import { against, directory: against.directory.clone(), report: Report::default() };
    let unread = match table {
        Table::Ministries => rows::of(table, text, read::ministry).map(|rows| {
            desk.ministries(rows.read);
            rows.unread
        }),
        Table::Deputies => rows::of(table, text, read::deputy).map(|rows| {
            desk.deputies(rows.read);
            rows.unread
        }),
        Table::Calendar => rows::of(table, text, DayRow::of).map(|rows| desk.days(rows)),
    };
    let mut report = desk.report;
    let unread = match unread {
        Ok(unread) => {
            report.rows += unread.len();
            unread
        }
        // What is wrong with the whole table is said of its heading.
        Err(whole) => vec![whole],
    };
    let refused = unread.into_iter().map(|(line, unread)| RefusedRow { line, reason: Reason::Unreadable(unread) });
    report.refused.extend(refused);
    // It would be refused when it is recorded; so it is when it is only looked at.
    if let Some((line, _)) = report.changes.get(MOST) {
        let reason = Reason::Refused(ChangeRefusal::TooMany { most: MOST });
        report.refused.push(RefusedRow { line: *line, reason });
    }
    report.refused.sort_by_key(|row| row.line);
    report
}

struct Import<'a> {
    against: Against<'a>,
    /// As it is after the rows before.
    directory: Directory,
    report: Report,
}

impl Import<'_> {
    fn ministries(&mut self, rows: Vec<(u64, Ministry)>) {
        let act = self.against.act;
        let mut seen = BTreeMap::new();
        for (line, row) in rows {
            // A table may bring what a ministry is called from a later day on, too.
            let again = |known: &Period, own: &Period| clash(known, own) && own.from <= known.from;
            match earlier(&mut seen, row.code.clone(), (line, row.period), again) {
                Some(first) => self.again(Table::Ministries, line, first),
                None => self.row(line, |known| ministry(known, &row, act)),
            }
        }
    }

    fn deputies(&mut self, rows: Vec<(u64, Deputy)>) {
        let act = self.against.act;
        let mut seen = BTreeMap::new();
        for (line, row) in rows {
            match earlier(&mut seen, row.id, (line, row.mandate), clash) {
                Some(first) => self.again(Table::Deputies, line, first),
                None => self.row(line, |known| deputy(known, &row, act)),
            }
        }
    }

    /// A row whose thing stands on an earlier line.
    fn again(&mut self, table: Table, line: u64, first: u64) {
        self.report.rows += 1;
        self.report.refused.push(RefusedRow { line, reason: Reason::StandsAlready { table, line: first } });
    }

    fn row(&mut self, line: u64, changes: impl FnOnce(&Directory) -> Result<Vec<Change>, ChangeRefusal>) {
        self.report.rows += 1;
        let before = self.report.changes.len();
        match changes(&self.directory).and_then(|changes| self.all(line, changes)) {
            Ok(0) => self.report.known += 1,
            Ok(_) => {}
            Err(why) => {
                self.report.changes.truncate(before);
                self.report.refused.push(RefusedRow { line, reason: Reason::Refused(why) });
            }
        }
    }

    /// How many of them are news.
    fn all(&mut self, line: u64, changes: Vec<Change>) -> Result<usize, ChangeRefusal> {
        let mut news = 0;
        for change in changes {
            let Against { today, last_signed, .. } = self.against;
            let desk = Desk { directory: &self.directory, today, last_signed };
            if let Some(change) = desk.judge(&change)? {
                self.directory.evolve(&change);
                self.report.changes.push((line, change));
                news += 1;
            }
        }
        Ok(news)
    }
}

/// Do two rows of one thing speak of the same days?
fn clash(known: &Period, own: &Period) -> bool {
    known == own || known.overlaps(own)
}

/// The line on which the same thing stands already; the row is kept in mind for those that come.
fn earlier<K: Ord>(
    seen: &mut BTreeMap<K, Vec<(u64, Period)>>,
    key: K,
    (line, own): (u64, Period),
    again: impl Fn(&Period, &Period) -> bool,
) -> Option<u64> {
    let rows = seen.entry(key).or_default();
    let first = rows.iter().find(|(_, known)| again(known, &own)).map(|(line, _)| *line);
    rows.push((line, own));
    first
}

fn ministry(known: &Directory, row: &Ministry, act: &str) -> Result<Vec<Change>, ChangeRefusal> {
    let Ministry { code, name, abbreviation, period, predecessors } = row.clone();
    let act = act.to_owned();
    let all = || known.ministries().iter().filter(|one| one.code == row.code);
    // A table may bring what a ministry was called before, too.
    let same = all().find(|one| one.name == row.name && one.abbreviation == row.abbreviation);
    if let Some(same) = same {
        let ends = period.until.is_some() && period.until != same.period.until;
        return if ends { Err(ChangeRefusal::EndedElsewhere { code: code.to_string() }) } else { Ok(Vec::new()) };
    }
    if period.until.is_some() {
        return Err(ChangeRefusal::EndedElsewhere { code: code.to_string() });
    }
    let since = period.from.ok_or(ChangeRefusal::NoDay)?;
    Ok(vec![if all().next().is_none() {
        MinistryFounded { code, name, abbreviation, since, predecessors, act }.into()
    } else {
        MinistryRenamed { code, name, abbreviation, since, act }.into()
    }])
}

fn deputy(known: &Directory, row: &Deputy, act: &str) -> Result<Vec<Change>, ChangeRefusal> {
    let own = known.deputy(row.id);
    let again = |one: &Deputy| match (one.mandate.until, row.mandate.from) {
        (Some(until), Some(from)) => until <= from,
        (None, _) | (_, None) => false,
    };
    let act = || act.to_owned();
    let mut changes: Vec<Change> = Vec::new();
    match own.filter(|one| !again(one)) {
        None => changes.push(
            DeputyEntered {
                id: row.id,
                name: row.name.clone(),
                dative: row.dative.clone(),
                email: Some(row.email.clone()),
                chamber: row.chamber.clone(),
                faction: row.faction.clone(),
                single_mandate: row.single_mandate,
                since: row.mandate.from.ok_or(ChangeRefusal::NoDay)?,
                act: act(),
            }
            .into(),
        ),
        Some(one) => {
            if one.name != row.name || one.dative != row.dative || one.email != row.email {
                let (name, dative, email) = (row.name.clone(), row.dative.clone(), Some(row.email.clone()));
                changes.push(DeputyCorrected { id: row.id, name, dative, email, act: act() }.into());
            }
            if one.faction != row.faction {
                let since = row.mandate.from.ok_or(ChangeRefusal::NoDay)?;
                changes
                    .push(DeputyChangedFaction { id: row.id, faction: row.faction.clone(), since, act: act() }.into());
            }
        }
    }
    // A row that ends where the next one begins tells of another faction, and of no mandate's end.
    let goes_on = |on| known.deputies().iter().any(|one| one.id == row.id && one.mandate.from == Some(on));
    if let Some(on) = row.mandate.until.filter(|on| !goes_on(*on)) {
        changes.push(DeputyLeft { id: row.id, on, act: act() }.into());
    }
    Ok(changes)
}

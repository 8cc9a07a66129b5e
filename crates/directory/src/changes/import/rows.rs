//! The rows of a table that somebody brings, and in words for people why one of them cannot be read.

use csv::StringRecord;

use super::Table;
use crate::columns::{Column, Expected};
use crate::language::Language;
use crate::text::is_invisible;

/// Unknown columns that are named one by one.
const NAMED: usize = 12;
/// Characters of a cell that are shown.
const SHOWN: usize = 40;

/// Why a row, or the whole table, cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unread {
    /// The file is no text.
    NoText,
    /// Nothing stands below the heading.
    NoRows,
    /// The heading does not name the columns of the table.
    Columns {
        /// The table.
        table: Table,
        /// What it names and the table does not have.
        unknown: Vec<String>,
        /// What it leaves out.
        missing: Vec<&'static str>,
        /// What it names more than once.
        twice: Vec<&'static str>,
    },
    /// The row has more cells than the heading, or fewer.
    Cells {
        /// Of the row.
        cells: u64,
        /// Of the heading.
        columns: u64,
    },
    /// A cell does not hold what its column is for.
    Cell {
        /// The column.
        column: &'static str,
        /// The beginning of what stands there.
        cell: String,
        /// What should.
        expected: Expected,
    },
    /// A name in the dative is given in one of the two languages alone.
    OneDative,
    /// None of these.
    Other,
}

impl Unread {
    /// As a sentence for people.
    #[must_use]
    pub fn words(&self, language: Language) -> String {
        let (kk, ru, en) = match self {
            Self::NoText => (
                "Файл UTF-8 кодтауындағы мәтіндік кесте емес: Excel-де оны «CSV UTF-8» түрінде сақтаңыз.".to_owned(),
                "Файл – не текстовая таблица в кодировке UTF-8: в Excel сохраните его как «CSV UTF-8».".to_owned(),
                "The file is no text table in UTF-8: in Excel, save it as “CSV UTF-8”.".to_owned(),
            ),
            Self::NoRows => (
                "Кестеде жол жоқ: тақырыптан кейін ештеңе жазылмаған.".to_owned(),
                "В таблице нет строк: после заголовка ничего нет.".to_owned(),
                "The table has no rows: nothing stands below the heading.".to_owned(),
            ),
            Self::Columns { table, unknown, missing, twice } => {
                return heading(*table, unknown, missing, twice, language);
            }
            Self::Cells { cells, columns } => (
                format!(
                    "Жолда {cells} ұяшық, ал тақырыпта {columns} баған бар. Ішінде бөлгіш бар ұяшық тырнақшаға алынады."
                ),
                format!(
                    "Ячеек в строке: {cells}, а столбцов в заголовке: {columns}. Ячейку, в которой есть разделитель, берут в кавычки."
                ),
                format!(
                    "The row has {cells} cells, and the heading {columns} columns. A cell that holds the separator is put in quotes."
                ),
            ),
            Self::Cell { column, cell, expected } => {
                let [kk, ru, en] = [Language::Kk, Language::Ru, Language::En].map(|one| expected.words(one));
                if cell.is_empty() {
                    (
                        format!("«{column}» бағаны бос, ал керегі: {kk}."),
                        format!("Столбец «{column}» пуст, а нужно: {ru}."),
                        format!("The column “{column}” is empty. What it needs: {en}."),
                    )
                } else {
                    (
                        format!("«{column}» бағанында «{cell}» тұр, ал керегі: {kk}."),
                        format!("В столбце «{column}» стоит «{cell}», а нужно: {ru}."),
                        format!("The column “{column}” holds “{cell}”. What it needs: {en}."),
                    )
                }
            }
            Self::OneDative => (
                "Барыс септігіндегі аты-жөні екі тілде де жазылады немесе мүлде жазылмайды (dative_kk, dative_ru)."
                    .to_owned(),
                "Имя в дательном падеже указывают на обоих языках или не указывают вовсе (dative_kk, dative_ru)."
                    .to_owned(),
                "A name in the dative is given in both languages or in none (dative_kk, dative_ru).".to_owned(),
            ),
            Self::Other => (
                "Жол кестенің бағандарына сай келмейді.".to_owned(),
                "Строка не соответствует столбцам таблицы.".to_owned(),
                "The row does not fit the columns of the table.".to_owned(),
            ),
        };
        match language {
            Language::Kk => kk,
            Language::Ru => ru,
            Language::En => en,
        }
    }
}

fn heading(
    table: Table,
    unknown: &[String],
    missing: &[&'static str],
    twice: &[&'static str],
    language: Language,
) -> String {
    let say = |kk: &'static str, ru: &'static str, en: &'static str| match language {
        Language::Kk => kk,
        Language::Ru => ru,
        Language::En => en,
    };
    let nameless = say("(атауы жоқ)", "(без названия)", "(no name)");
    let unknown: Vec<&str> =
        unknown.iter().map(|name| if name.is_empty() { nameless } else { name.as_str() }).collect();
    let all: Vec<&str> = table.columns().iter().map(|column| column.name).collect();
    let parts = [
        (say("Мына бағандар белгісіз", "Эти столбцы неизвестны", "These columns are not known"), unknown.join(", ")),
        (say("Мына бағандар жоқ", "Не хватает столбцов", "These columns are missing"), missing.join(", ")),
        (
            say("Мына бағандар екі рет жазылған", "Эти столбцы указаны дважды", "These columns are named twice"),
            twice.join(", "),
        ),
        (say("Бұл кестенің бағандары", "Столбцы этой таблицы", "The columns of this table"), all.join(", ")),
    ];
    let said = parts.iter().filter(|(_, names)| !names.is_empty()).map(|(what, names)| format!("{what}: {names}."));
    said.collect::<Vec<_>>().join(" ")
}

/// The rows of a table, each with its line.
pub(super) struct Rows<T> {
    pub(super) read: Vec<(u64, T)>,
    pub(super) unread: Vec<(u64, Unread)>,
    /// The line of the heading.
    pub(super) heading: u64,
    /// The columns that may be left out, and are.
    pub(super) left_out: Vec<&'static str>,
}

/// Reads a table row by row. `take` makes a record of the heading and a row, if it can.
///
/// # Errors
/// Nothing of it is a row of that table; with the line of its heading.
pub(super) fn of<T>(
    table: Table,
    text: &str,
    take: impl Fn(&StringRecord, &StringRecord) -> Option<T>,
) -> Result<Rows<T>, (u64, Unread)> {
    // Spreadsheets write a mark before the first heading, and two signs at the end of a line, which would be counted wrongly.
    let text = text.trim_start_matches('\u{FEFF}').replace("\r\n", "\n");
    if text.chars().any(|c| c.is_ascii_control() && !c.is_ascii_whitespace()) {
        return Err((1, Unread::NoText));
    }
    // Where Excel's own line stands first it is left empty, so that the others keep their numbers.
    let marked = text.split_once('\n').and_then(|(first, below)| Some((named_in(first)?, format!("\n{below}"))));
    let (sign, heading, text) = match marked {
        Some((sign, text)) => (sign, 2, text),
        None => (separator(&text), 1, text),
    };
    let mut reader = csv::ReaderBuilder::new().delimiter(sign).flexible(false).from_reader(text.as_bytes());
    let headings = match reader.headers() {
        Ok(headings) => headings.clone(),
        Err(_) => return Err((heading, Unread::NoText)),
    };
    if headings.is_empty() {
        return Err((heading, Unread::NoRows));
    }
    named(table, &headings).map_err(|unread| (heading, unread))?;
    let left_out = |column: &&Column| column.optional && !headings.iter().any(|name| name == column.name);
    let left_out = table.columns().iter().filter(left_out).map(|column| column.name).collect();
    let mut rows = Rows { read: Vec::new(), unread: Vec::new(), heading, left_out };
    for record in reader.records() {
        match record {
            Ok(record) => {
                let line = record.position().map_or(1, csv::Position::line);
                match take(&headings, &record) {
                    Some(row) => rows.read.push((line, row)),
                    None => rows.unread.push((line, why(table, &headings, &record))),
                }
            }
            Err(error) => {
                let unread = match error.kind() {
                    csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                        Unread::Cells { cells: *len, columns: *expected_len }
                    }
                    _ => Unread::Other,
                };
                rows.unread.push((error.position().map_or(1, csv::Position::line), unread));
            }
        }
    }
    if rows.read.is_empty() && rows.unread.is_empty() { Err((heading, Unread::NoRows)) } else { Ok(rows) }
}

/// Excel's own first line, such as `sep=;`, names what separates the cells, and is no row.
fn named_in(first: &str) -> Option<u8> {
    let (word, sign) = first.trim_matches('"').split_once('=')?;
    match sign.as_bytes() {
        [sign @ (b'\t' | b',' | b';' | b'|' | b':')] if word.eq_ignore_ascii_case("sep") => Some(*sign),
        _ => None,
    }
}

/// The heading decides: Excel writes semicolons where a comma stands in numbers, and what is copied from it has tabs.
fn separator(text: &str) -> u8 {
    let heading = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    [b',', b';', b'\t'].into_iter().find(|sign| heading.as_bytes().contains(sign)).unwrap_or(b',')
}

/// Does the heading name the columns of the table, each once?
fn named(table: Table, headings: &StringRecord) -> Result<(), Unread> {
    let known = table.columns();
    let count = |column: &Column| headings.iter().filter(|name| *name == column.name).count();
    let unknown: Vec<String> = headings
        .iter()
        .filter(|name| !known.iter().any(|column| column.name == *name))
        .take(NAMED)
        .map(shortened)
        .collect();
    let missing: Vec<&'static str> =
        known.iter().filter(|column| !column.optional && count(column) == 0).map(|column| column.name).collect();
    let twice: Vec<&'static str> = known.iter().filter(|column| count(column) > 1).map(|column| column.name).collect();
    if unknown.is_empty() && missing.is_empty() && twice.is_empty() {
        return Ok(());
    }
    Err(Unread::Columns { table, unknown, missing, twice })
}

/// Which cell keeps the row from being read.
fn why(table: Table, headings: &StringRecord, row: &StringRecord) -> Unread {
    for (name, cell) in headings.iter().zip(row.iter()) {
        let Some(column) = table.columns().iter().find(|column| column.name == name) else { continue };
        let left_out = column.optional && cell.is_empty();
        if !left_out && !column.expected.holds(cell) {
            return Unread::Cell { column: column.name, cell: shortened(cell), expected: column.expected };
        }
    }
    let filled = |wanted: &str| headings.iter().zip(row.iter()).any(|(name, cell)| name == wanted && !cell.is_empty());
    if filled("dative_kk") == filled("dative_ru") { Unread::Other } else { Unread::OneDative }
}

fn shortened(text: &str) -> String {
    let mut shown: String = text.chars().filter(|c| !is_invisible(*c)).take(SHOWN).collect();
    if text.chars().count() > SHOWN {
        shown.push('…');
    }
    shown
}

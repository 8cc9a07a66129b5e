//! A table as a workbook for a spreadsheet (ECMA-376, SpreadsheetML): one sheet whose head stays in sight, with days and numbers that a
//! spreadsheet can reckon with and texts that are never formulas.
//!
//! Rows go to the deflater one by one: memory holds the packed file and nothing else.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use jiff::civil::{Date, date};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// The media type of workbooks.
pub(crate) const MEDIA_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// The most characters that a spreadsheet takes in a cell.
const LONGEST: usize = 32_767;

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    Text(String),
    Number(u64),
    Day(Date),
    Nothing,
}

impl Cell {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// As a line of text has it.
    pub(crate) fn words(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Day(day) => Cow::Owned(day.strftime("%d.%m.%Y").to_string()),
            Self::Nothing => Cow::Borrowed(""),
        }
    }
}

/// A column: what stands over it, and how many characters it shows.
pub(crate) struct Column {
    pub head: String,
    pub width: u8,
}

const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>"#;
const RELATIONS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK_RELATIONS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;
const PROPERTIES_TYPE: &str = r#"<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>"#;
const PROPERTIES_RELATION: &str = r#"<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/>"#;
/// How cells look, by number: 0 as it is, 1 a day, 2 the head, 3 a text that goes on in the next line.
const STYLES: &str = r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1"><numFmt numFmtId="164" formatCode="dd\.mm\.yyyy"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1"><alignment vertical="top"/></xf><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top"/></xf><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf></cellXfs></styleSheet>"#;

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// What is said of a workbook as a whole.
pub(crate) struct About {
    /// What its sheet is called.
    pub name: String,
    /// What whoever opens it has to know besides: in its properties, where it breaks no row.
    pub note: Option<String>,
}

/// Writes a workbook of one sheet.
///
/// # Errors
/// Only what a zip of more than four gigabytes would be.
pub(crate) fn workbook(
    about: &About,
    columns: &[Column],
    rows: impl Iterator<Item = Vec<Cell>>,
) -> Result<Vec<u8>, ZipError> {
    // The first moment a zip can name: the same rows give the same bytes.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::DEFAULT);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let book = format!(
        r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="{}" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
        sheet_name(&about.name)
    );
    let properties = about.note.as_deref().map(properties);
    let (types, relations) = match properties {
        Some(_) => (with(TYPES, PROPERTIES_TYPE), with(RELATIONS, PROPERTIES_RELATION)),
        None => (TYPES.to_owned(), RELATIONS.to_owned()),
    };
    let parts = [
        ("[Content_Types].xml", types.as_str()),
        ("_rels/.rels", &relations),
        ("xl/workbook.xml", &book),
        ("xl/_rels/workbook.xml.rels", BOOK_RELATIONS),
        ("xl/styles.xml", STYLES),
    ];
    for (part, xml) in parts.into_iter().chain(properties.as_deref().map(|xml| ("docProps/core.xml", xml))) {
        zip.start_file(part, options)?;
        zip.write_all(DECLARATION.as_bytes())?;
        zip.write_all(xml.as_bytes())?;
    }
    zip.start_file("xl/worksheets/sheet1.xml", options)?;
    zip.write_all(head(columns).as_bytes())?;
    let mut count = 1;
    for cells in rows {
        count += 1;
        zip.write_all(row(count, &cells).as_bytes())?;
    }
    let last = letter(columns.len().saturating_sub(1));
    zip.write_all(format!("</sheetData><autoFilter ref=\"A1:{last}{count}\"/></worksheet>").as_bytes())?;
    Ok(zip.finish()?.into_inner())
}

/// One more part in a list of them, at its end.
fn with(list: &str, part: &str) -> String {
    let end = list.rfind("</").unwrap_or(list.len());
    format!("{}{part}{}", &list[..end], &list[end..])
}

/// The properties of the file (ECMA-376, part 2, 11): title and description.
fn properties(note: &str) -> String {
    let note = escaped(note);
    format!(
        r#"<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{note}</dc:title><dc:description>{note}</dc:description></cp:coreProperties>"#
    )
}

/// Everything of the sheet before its second row.
fn head(columns: &[Column]) -> String {
    let mut xml = format!(
        "{DECLARATION}<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetViews><sheetView \
         tabSelected=\"1\" workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/>\
         </sheetView></sheetViews><cols>"
    );
    for (n, column) in columns.iter().enumerate() {
        let (n, width) = (n + 1, column.width);
        let _written = write!(xml, "<col min=\"{n}\" max=\"{n}\" width=\"{width}\" customWidth=\"1\"/>");
    }
    xml.push_str("</cols><sheetData><row r=\"1\">");
    for (n, column) in columns.iter().enumerate() {
        text(&mut xml, &format!("{}1", letter(n)), 2, &column.head);
    }
    xml.push_str("</row>");
    xml
}

fn row(number: usize, cells: &[Cell]) -> String {
    let mut xml = format!("<row r=\"{number}\">");
    for (n, cell) in cells.iter().enumerate() {
        let place = format!("{}{number}", letter(n));
        match cell {
            Cell::Text(words) if words.is_empty() => {}
            Cell::Text(words) => text(&mut xml, &place, 3, words),
            Cell::Number(number) => {
                let _written = write!(xml, "<c r=\"{place}\" s=\"0\"><v>{number}</v></c>");
            }
            Cell::Day(day) => {
                let _written = write!(xml, "<c r=\"{place}\" s=\"1\"><v>{}</v></c>", serial(*day));
            }
            Cell::Nothing => {}
        }
    }
    xml.push_str("</row>");
    xml
}

/// A text that stands in the cell itself: a spreadsheet never takes it for a formula.
fn text(xml: &mut String, place: &str, style: u8, words: &str) {
    let words = escaped(words);
    let _written = write!(
        xml,
        "<c r=\"{place}\" s=\"{style}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{words}</t></is></c>"
    );
}

/// A text inside XML, without what XML cannot hold; what would be read as an escape of SpreadsheetML is escaped itself (22.9.2.19).
fn escaped(words: &str) -> String {
    let mut xml = String::with_capacity(words.len());
    for (at, sign) in words.char_indices().take(LONGEST) {
        match sign {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' => xml.push_str("&quot;"),
            '_' if is_escape(&words.as_bytes()[at..]) => xml.push_str("_x005F_"),
            '\u{fffe}' | '\u{ffff}' => xml.push(' '),
            sign if sign.is_control() && sign != '\n' => xml.push(' '),
            sign => xml.push(sign),
        }
    }
    xml
}

/// `_x000D_`
fn is_escape(bytes: &[u8]) -> bool {
    matches!(bytes, [b'_', b'x', a, b, c, d, b'_', ..] if [a, b, c, d].iter().all(|digit| digit.is_ascii_hexdigit()))
}

/// What a sheet may be called: 31 characters at most, and none of these.
fn sheet_name(name: &str) -> String {
    let plain: String = name.chars().filter(|sign| !"[]:*?/\\'".contains(*sign)).take(31).collect();
    escaped(&plain)
}

/// The column's letter, from A; a table of ours has no more than there are letters.
fn letter(n: usize) -> char {
    char::from(b'A' + u8::try_from(n.min(25)).unwrap_or(25))
}

/// Days as spreadsheets count them since Lotus took 1900 for a leap year; right from March 1900 on.
fn serial(day: Date) -> i32 {
    date(1899, 12, 30).until(day).map_or(0, |span| span.get_days())
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn days_are_what_a_spreadsheet_takes_them_for() {
        assert_eq!(serial(date(2023, 9, 20)), 45189);
        assert_eq!(serial(date(1900, 3, 1)), 61);
    }

    #[test]
    fn a_text_stays_the_text_that_it_is() {
        assert_eq!(escaped("=1+1 <b>&\"\u{7}_x000D_ _x"), "=1+1 &lt;b&gt;&amp;&quot; _x005F_x000D_ _x");
        assert_eq!(escaped(&"я".repeat(40_000)).chars().count(), LONGEST);
        assert_eq!(sheet_name("a/b:[c]"), "abc");
    }

    #[test]
    fn a_workbook_has_its_parts_and_typed_cells() {
        let columns = ["A", "B"].map(|head| Column { head: head.to_owned(), width: 10 });
        let rows = [vec![Cell::text("=1"), Cell::Day(date(2023, 9, 20))], vec![Cell::Number(7), Cell::Nothing]];
        let about = About { name: "Сауалдар".to_owned(), note: None };
        let book = workbook(&about, &columns, rows.into_iter()).unwrap();
        let mut zip = zip::ZipArchive::new(Cursor::new(book)).unwrap();
        let mut sheet = String::new();
        zip.by_name("xl/worksheets/sheet1.xml").unwrap().read_to_string(&mut sheet).unwrap();
        assert!(sheet.contains("<c r=\"A2\" s=\"3\" t=\"inlineStr\"><is><t xml:space=\"preserve\">=1</t></is></c>"));
        assert!(
            sheet.contains("<c r=\"B2\" s=\"1\"><v>45189</v></c>")
                && sheet.contains("<c r=\"A3\" s=\"0\"><v>7</v></c>")
        );
        assert!(
            sheet.contains("state=\"frozen\"")
                && sheet.contains("<autoFilter ref=\"A1:B3\"/>")
                && !sheet.contains("<f>")
        );
        assert_eq!(zip.len(), 6);
    }

    #[test]
    fn what_is_said_of_a_workbook_stands_in_its_properties() {
        let about = About { name: "A".to_owned(), note: Some("a < b".to_owned()) };
        let mut zip = zip::ZipArchive::new(Cursor::new(workbook(&about, &[], std::iter::empty()).unwrap())).unwrap();
        let mut part = |name: &str| {
            let mut text = String::new();
            zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
            text
        };
        assert!(part("docProps/core.xml").contains("<dc:description>a &lt; b</dc:description>"));
        assert!(part("[Content_Types].xml").ends_with("core-properties+xml\"/></Types>"));
        assert!(part("_rels/.rels").ends_with("Target=\"docProps/core.xml\"/></Relationships>"));
    }
}

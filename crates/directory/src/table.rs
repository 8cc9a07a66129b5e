//! Reading a table of reference data: every row is taken or named with its line and the reason, nothing is skipped in silence.

use serde::de::DeserializeOwned;

use crate::text::is_invisible;

/// One row that cannot be taken, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The table, such as `ministries`.
    pub table: &'static str,
    /// The line of the file, counted from 1; the heading is line 1.
    pub line: u64,
    /// What is wrong, in words.
    pub reason: String,
}

impl Fault {
    pub(crate) fn new(table: &'static str, line: u64, reason: impl Into<String>) -> Self {
        Self { table, line, reason: reason.into() }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, line {}: {}", self.table, self.line, self.reason)
    }
}

/// Reference data that must not be used; nothing of it was taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the reference data has faults: {}", joined(.faults))]
pub struct DataError {
    /// Every fault that was found, in the order of the tables and lines.
    pub faults: Vec<Fault>,
}

fn joined(faults: &[Fault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// Reads the rows of a CSV table (RFC 4180) whose heading names the fields of `R`; a row that cannot be read becomes a fault.
pub(crate) fn rows<R: DeserializeOwned>(table: &'static str, text: &str, faults: &mut Vec<Fault>) -> Vec<(u64, R)> {
    let mut reader = csv::ReaderBuilder::new().flexible(false).from_reader(text.as_bytes());
    let headings = match reader.headers() {
        Ok(headings) => headings.clone(),
        Err(error) => {
            faults.push(Fault::new(table, 1, error.to_string()));
            return Vec::new();
        }
    };
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                faults.push(Fault::new(table, error.position().map_or(1, csv::Position::line), error.to_string()));
                continue;
            }
        };
        let line = record.position().map_or(1, csv::Position::line);
        match record.deserialize(Some(&headings)) {
            Ok(row) => rows.push((line, row)),
            Err(error) => faults.push(Fault::new(table, line, error.to_string())),
        }
    }
    rows
}

/// Is the text fit to be printed as a name: not empty, no spaces around it, at most 400 characters, nothing invisible?
pub(crate) fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.trim() == text && text.chars().count() <= 400 && !text.chars().any(is_invisible)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Row {
        code: String,
        name: Option<String>,
    }

    fn read(text: &str) -> (Vec<(u64, Row)>, Vec<Fault>) {
        let mut faults = Vec::new();
        let rows = rows("things", text, &mut faults);
        (rows, faults)
    }

    #[test]
    fn quoted_fields_hold_commas_and_an_empty_field_is_none() {
        let (rows, faults) = read("code,name\na,\"x, \"\"y\"\"\"\nb,\n");
        assert_eq!(faults, []);
        assert_eq!(rows[0].1.name.as_deref(), Some("x, \"y\""));
        assert_eq!(rows[1], (3, Row { code: "b".to_owned(), name: None }));
    }

    #[test]
    fn a_row_with_too_few_fields_is_named_and_the_others_are_still_read() {
        let (rows, faults) = read("code,name\na\nb,x\n");
        assert_eq!(rows.len(), 1);
        assert_eq!((faults.len(), faults[0].line), (1, 2));
    }

    #[test]
    fn a_name_holds_nothing_that_cannot_be_seen() {
        assert!(is_plain("Қаржы министрлігі"));
        for bad in ["", " a", "a ", "a\nb", "a\u{202E}b", "a\u{200B}b", &"a".repeat(401)] {
            assert!(!is_plain(bad), "{bad:?} was taken");
        }
    }

    #[test]
    fn an_unknown_column_is_a_fault() {
        let (rows, faults) = read("code,name,colour\na,b,c\n");
        assert!(rows.is_empty());
        assert!(faults[0].to_string().starts_with("things, line 2: "), "{}", faults[0]);
    }
}

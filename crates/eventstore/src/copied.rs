//! Rows as `COPY … (FORMAT binary)` sends them, read where they lie: no row, no text and no list is made of them.
//!
//! A row is the number of its columns (2 bytes) and for each its length (4 bytes, -1 for none) and its bytes. Before the first
//! row stands a header, behind the last one a row of -1 columns. See «COPY», «Binary Format», in PostgreSQL's manual.

use std::pin::Pin;

use futures_util::StreamExt as _;
use tokio_postgres::{CopyOutStream, Transaction};

/// What a binary COPY begins with: the signature, no flags, no extension.
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// Instead of a row's number of columns: there are no more.
const TRAILER: [u8; 2] = [0xff, 0xff];

/// Rows of a query, one piece of the server's answer at a time.
pub(crate) struct Copied {
    answer: Pin<Box<CopyOutStream>>,
}

impl Copied {
    /// Asks for the rows of a query, which can have no parameters.
    pub(crate) async fn open(tx: &Transaction<'_>, query: &str) -> Result<Self, tokio_postgres::Error> {
        let answer = tx.copy_out(&format!("COPY ({query}) TO STDOUT (FORMAT binary)")).await?;
        Ok(Self { answer: Box::pin(answer) })
    }

    /// The next row. The server sends each in a message of its own; were it ever otherwise, the row would not be
    /// readable, and whoever reads it says so.
    pub(crate) async fn next(&mut self) -> Result<Option<impl AsRef<[u8]> + use<>>, tokio_postgres::Error> {
        loop {
            let Some(mut row) = self.answer.next().await.transpose()? else { return Ok(None) };
            if row.starts_with(HEADER) {
                // The header rides in front of the first row or alone.
                row = row.slice(HEADER.len()..);
            }
            if !row.is_empty() && *row != TRAILER {
                return Ok(Some(row));
            }
        }
    }
}

/// The columns of one row, from the left. `None` from any of the functions: it is not the row that was asked for.
pub(crate) struct Columns<'a>(&'a [u8]);

impl<'a> Columns<'a> {
    pub(crate) fn of(row: &'a [u8], count: u16) -> Option<Self> {
        let (found, rest) = row.split_first_chunk()?;
        (u16::from_be_bytes(*found) == count).then_some(Self(rest))
    }

    /// The bytes of a column that may be null.
    #[inline]
    pub(crate) fn nullable(&mut self) -> Option<Option<&'a [u8]>> {
        let (length, rest) = self.0.split_first_chunk()?;
        let length = i32::from_be_bytes(*length);
        if length == -1 {
            self.0 = rest;
            return Some(None);
        }
        let (column, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
        self.0 = rest;
        Some(Some(column))
    }

    #[inline]
    pub(crate) fn bytes(&mut self) -> Option<&'a [u8]> {
        self.nullable()?
    }

    /// A column of exactly so many bytes.
    #[inline]
    pub(crate) fn exactly<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
        self.bytes()?.try_into().ok()
    }

    #[inline]
    pub(crate) fn bigint(&mut self) -> Option<i64> {
        self.exactly().map(|bytes| i64::from_be_bytes(*bytes))
    }

    #[inline]
    pub(crate) fn integer(&mut self) -> Option<i32> {
        self.exactly().map(|bytes| i32::from_be_bytes(*bytes))
    }

    /// A time as this program counts it: microseconds since 1970. PostgreSQL counts from 2000.
    #[inline]
    pub(crate) fn microseconds(&mut self) -> Option<i64> {
        const FROM_1970_TO_2000: i64 = 946_684_800_000_000;
        let at = self.bigint()?.checked_add(FROM_1970_TO_2000)?;
        // What this program could not have written is left to those who name it.
        jiff::Timestamp::from_microsecond(at).ok().map(|_| at)
    }

    pub(crate) fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.bytes()?).ok()
    }

    /// Nothing may be left.
    #[inline]
    pub(crate) fn end(&self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_read_where_they_lie_and_what_is_no_row_is_none() {
        let row = b"\0\x03\0\0\0\x08\0\0\0\0\0\0\0\x07\xff\xff\xff\xff\0\0\0\x02ab";
        let mut columns = Columns::of(row, 3).unwrap();
        assert_eq!(columns.bigint(), Some(7));
        assert_eq!(columns.nullable(), Some(None));
        assert_eq!(columns.end(), None);
        assert_eq!(columns.text(), Some("ab"));
        assert_eq!(columns.end(), Some(()));
        assert_eq!(columns.bytes(), None);
        assert!(Columns::of(row, 2).is_none());
        for cut in 0..row.len() {
            let read = |row| -> Option<()> {
                let mut columns = Columns::of(row, 3)?;
                columns.bigint()?;
                columns.nullable()?;
                columns.text()?;
                columns.end()
            };
            assert!(read(&row[..cut]).is_none(), "{cut} bytes");
        }
    }

    #[test]
    fn times_are_counted_from_1970_and_infinity_is_none() {
        let column = |at: i64| [&[0, 1, 0, 0, 0, 8][..], &at.to_be_bytes()].concat();
        let read = |at| Columns::of(&column(at), 1).unwrap().microseconds();
        assert_eq!(read(0), Some(946_684_800_000_000));
        assert_eq!((read(i64::MAX), read(i64::MIN)), (None, None));
    }
}

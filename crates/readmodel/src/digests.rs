//! Digests: the mails to the people of the house that were gathered last, and where each stands.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::{ReadError, Reader};

/// A mail to somebody of the house.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Who was written to.
    pub name: String,
    /// The day it is of.
    pub day: Date,
    /// What it tells.
    pub what: Tells,
    /// Where it stands with the worker; `over`: nothing of it was true any more when its turn came, or nobody could be written to.
    pub state: String,
    /// When that last changed.
    pub changed_at: Timestamp,
    /// What the relay said last.
    pub answer: Option<String>,
}

/// What a mail of the house tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tells {
    /// What presses, in the morning.
    Day,
    /// Reminders of that day.
    Reminders,
    /// A signed head of the journal, to a place outside.
    Head,
    /// Figures of the office.
    Report,
}

/// The last ones, the newest first.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn told(reader: &Reader, most: u16) -> Result<Vec<Told>, ReadError> {
    // One that went into the next mail was called back.
    let sql = "select mail.name, digest.day, case when digest.place is not null then 2 when digest.report is not null then 3 else least(digest.part, 1) end,
                      case when mail.state = 'cancelled' and not mail.called_back then 'over' else mail.state end, coalesce(mail.accepted_at, mail.changed_at), mail.answer
                 from digest join mail on mail.digest = digest.id
                order by digest.id desc limit $1";
    let doing = || ReadError::doing("list the digests");
    let rows = reader.rows(sql, &[&i64::from(most)], "list the digests").await?;
    let read = |row: &tokio_postgres::Row| {
        Ok(Told {
            name: row.try_get(0).map_err(doing())?,
            day: row.try_get(1).map_err(doing())?,
            what: match row.try_get::<_, i32>(2).map_err(doing())? {
                0 => Tells::Day,
                1 => Tells::Reminders,
                2 => Tells::Head,
                _ => Tells::Report,
            },
            state: row.try_get(3).map_err(doing())?,
            changed_at: row.try_get(4).map_err(doing())?,
            answer: row.try_get(5).map_err(doing())?,
        })
    };
    rows.iter().map(read).collect()
}

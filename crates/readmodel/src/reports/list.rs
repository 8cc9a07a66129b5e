//! The inquiries behind a figure: exactly those that it counts, the last received first.

use directory::{MinistryCode, TopicCode};
use inquiry::InquiryId;
use jiff::civil::Date;
use tokio_postgres::Row;

use super::question::{Asked, Figure, Question};
use crate::{ReadError, Reader};

/// The most inquiries of one page.
pub const MAX_LIMIT: u16 = 5_000;

/// Where the next page begins: behind the inquiry of this day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// When it was received.
    pub received: Date,
    /// Which it is.
    pub inquiry: InquiryId,
}

/// One inquiry behind a figure, as it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Which.
    pub inquiry: InquiryId,
    /// Its number as its letter prints it.
    pub number: String,
    /// What it is about.
    pub subject: Option<String>,
    /// The day of receipt.
    pub received: Date,
    /// The day in force.
    pub due: Option<Date>,
    /// The day of the answer.
    pub answered: Option<Date>,
    /// Who leads.
    pub lead: Option<MinistryCode>,
    /// Its topic.
    pub topic: Option<TopicCode>,
    /// It ended without a reply of its own: `withdrawn`, `redirected` or `merged`.
    pub ending: Option<String>,
}

/// A page of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The inquiries.
    pub listed: Vec<Listed>,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
}

/// A page of the inquiries behind a figure.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn list(
    reader: &Reader,
    question: &Question,
    figure: Figure,
    after: Option<Cursor>,
    limit: u16,
) -> Result<Page, ReadError> {
    let limit = limit.clamp(1, MAX_LIMIT);
    let mut asked = Asked::default();
    let members = if question.faction.is_some() { format!("with {} ", asked.members(question)) } else { String::new() };
    let cases = asked.cases(question);
    let day = asked.value(question.day);
    let counted = asked.figure(figure, &day);
    let behind = after.map_or_else(String::new, |after| {
        let (received, inquiry) = (asked.value(after.received), asked.value(after.inquiry.0));
        format!(" and (received, inquiry) < ({received}, {inquiry})")
    });
    // The subject never changes, and stands in the register.
    let sql = format!(
        "{members}, chosen as (
             select inquiry, number, received, due, answered, lead, topic, ending, {day}::date as day from report_case
              where {cases} and {counted}{behind} order by received desc, inquiry desc limit {}
         )
         select chosen.inquiry, chosen.number, subject, chosen.received, chosen.due, answered, chosen.lead, topic, ending
           from chosen left join register on register.inquiry = chosen.inquiry
          order by chosen.received desc, chosen.inquiry desc",
        limit + 1
    );
    let sql = if members.is_empty() { sql.replacen(", chosen as", "with chosen as", 1) } else { sql };
    let rows = reader.rows(&sql, &asked.values(), "list the inquiries of a report").await?;
    let mut listed = rows
        .iter()
        .map(|row| read(row).ok_or(ReadError::Row { table: "report_case" }))
        .collect::<Result<Vec<_>, _>>()?;
    let is_more = listed.len() > usize::from(limit);
    listed.truncate(usize::from(limit));
    let next = listed.last().filter(|_| is_more).map(|last| Cursor { received: last.received, inquiry: last.inquiry });
    Ok(Page { listed, next })
}

fn read(row: &Row) -> Option<Listed> {
    let lead: Option<String> = row.try_get(6).ok()?;
    let topic: Option<String> = row.try_get(7).ok()?;
    Some(Listed {
        inquiry: InquiryId(row.try_get(0).ok()?),
        number: row.try_get(1).ok()?,
        subject: row.try_get(2).ok()?,
        received: row.try_get(3).ok()?,
        due: row.try_get(4).ok()?,
        answered: row.try_get(5).ok()?,
        lead: lead.map(MinistryCode::new).transpose().ok()?,
        topic: topic.map(TopicCode::new).transpose().ok()?,
        ending: row.try_get(8).ok()?,
    })
}

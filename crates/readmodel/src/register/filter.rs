//! Which rows of the register are wanted, and how the database is asked for them.

use directory::{InquiryNumber, MinistryCode};
use inquiry::{InquiryId, StageName};
use jiff::ToSpan;
use jiff::civil::Date;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::words;
use crate::Sight;

/// A reply that is due within so many days, today not counted, presses.
pub const SOON: u16 = 4;

/// The last day that presses on this day.
pub(super) fn last_soon(today: Date) -> Date {
    today.saturating_add(i64::from(SOON).days())
}

/// Which rows are wanted. What is `None` does not narrow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// Standing at one of these stages; empty: at any.
    pub stages: Vec<StageName>,
    /// Open or ended.
    pub open: Option<bool>,
    /// With this ministry as its lead.
    pub lead: Option<MinistryCode>,
    /// With this ministry as lead or co-executor.
    pub ministry: Option<MinistryCode>,
    /// What whoever asks may know of: they see no others.
    pub sight: Sight,
    /// Overdue on this day, or not.
    pub overdue: Option<(bool, Date)>,
    /// A reply is owed and due on this day or within [`SOON`] days after it.
    pub soon: Option<Date>,
    /// Due before this day.
    pub due_before: Option<Date>,
    /// A number in any spelling, or beginnings of words of number, subject and deputies' names.
    pub question: Option<String>,
    /// One of these; empty: any.
    pub inquiries: Vec<InquiryId>,
}

impl Filter {
    /// Everything.
    #[must_use]
    pub const fn all() -> Self {
        Self {
            stages: Vec::new(),
            open: None,
            lead: None,
            ministry: None,
            sight: Sight::Whole,
            overdue: None,
            soon: None,
            due_before: None,
            question: None,
            inquiries: Vec::new(),
        }
    }
}

/// The condition that a filter puts on rows, over parameters $1 to $14. One text for all filters: a parameter that is null narrows
/// nothing.
pub(super) const WANTED: &str = "(cardinality($1::text[]) = 0 or stage = any($1))
       and ($2::boolean is null or open = $2)
       and ($3::text is null or lead = $3)
       and ($4::text is null or lead = $4 or $4 = any(co_executors))
       and ($5::boolean is null
            or (on_control and due < $6::date and stage <> all (array['dispatched', 'closed'])) = $5)
       and ($7::date is null or due < $7)
       and ($8::text is null or number_normal = $9 or words_index @@ $8::tsquery)
       and ($10::text[] is null or took_part && $10 or deputies && $14::uuid[])
       and ($11::date is null
            or (on_control and due between $11 and $12::date and stage <> all (array['dispatched', 'closed'])))
       and (cardinality($13::uuid[]) = 0 or inquiry = any($13))";

/// A filter as parameters $1 to $14.
pub(super) struct Parameters {
    stages: Vec<&'static str>,
    open: Option<bool>,
    lead: Option<String>,
    ministry: Option<String>,
    overdue: Option<bool>,
    today: Option<Date>,
    due_before: Option<Date>,
    words: Option<String>,
    number: Option<String>,
    ministries: Option<Vec<String>>,
    deputies: Vec<Uuid>,
    soon_from: Option<Date>,
    soon_until: Option<Date>,
    inquiries: Vec<Uuid>,
}

impl Parameters {
    pub(super) fn of(filter: &Filter) -> Self {
        let question = filter.question.as_deref().map(str::trim).filter(|question| !question.is_empty());
        let (ministries, deputies) = filter.sight.parts();
        Self {
            stages: filter.stages.iter().map(|stage| stage.code()).collect(),
            open: filter.open,
            lead: filter.lead.as_ref().map(ToString::to_string),
            ministry: filter.ministry.as_ref().map(ToString::to_string),
            overdue: filter.overdue.map(|(wanted, _)| wanted),
            today: filter.overdue.map(|(_, today)| today),
            due_before: filter.due_before,
            // A question without a single word finds nothing, rather than everything.
            words: question.map(|question| words::query(question).unwrap_or_else(|| "'\u{1f}'".to_owned())),
            number: question
                .and_then(|question| InquiryNumber::parse(question).ok())
                .map(|number| number.normal().to_owned()),
            ministries,
            deputies,
            soon_from: filter.soon,
            soon_until: filter.soon.map(last_soon),
            inquiries: filter.inquiries.iter().map(|inquiry| inquiry.0).collect(),
        }
    }

    pub(super) fn values(&self) -> Vec<&(dyn ToSql + Sync)> {
        vec![
            &self.stages,
            &self.open,
            &self.lead,
            &self.ministry,
            &self.overdue,
            &self.today,
            &self.due_before,
            &self.words,
            &self.number,
            &self.ministries,
            &self.soon_from,
            &self.soon_until,
            &self.inquiries,
            &self.deputies,
        ]
    }
}

//! How long inquiries lie at each step, and with whom.

use tokio_postgres::Row;

use super::question::{Asked, Question};
use crate::{ReadError, Reader};

/// Who holds inquiries at a step.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Held {
    /// The step, by its code.
    pub step: String,
    /// A ministry by its code, or a role and the like behind an `@`.
    pub holder: String,
}

/// What is measured of one holder at one step.
#[derive(Debug, Clone, PartialEq)]
pub struct StepLine {
    /// Who, and where.
    pub held: Held,
    /// How many inquiries have lain there.
    pub ever: u64,
    /// How many lie there at the moment of the report.
    pub now: u64,
    /// The days for which half of the stays that have ended lasted; a stay is what lies between being given something and handing it on.
    pub median: Option<f64>,
    /// The days for which nine of ten of them lasted.
    pub p90: Option<f64>,
}

/// Measures the steps of the inquiries that a question is about.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn steps(reader: &Reader, question: &Question) -> Result<Vec<StepLine>, ReadError> {
    let mut asked = Asked::default();
    let members = if question.faction.is_some() { format!("{}, ", asked.members(question)) } else { String::new() };
    let cases = asked.cases(question);
    let ever = asked.held(false, question.moment);
    let now = asked.held(true, question.moment);
    let ended = match question.moment {
        None => "held.until is not null".to_owned(),
        Some(moment) => format!("held.until <= {}", asked.value(moment)),
    };
    let days = "extract(epoch from held.until - held.since)::float8 / 86400";
    let sql = format!(
        "with {members}scope as (select inquiry from report_case where {cases})
         select held.step, held.holder, count(distinct held.inquiry),
                count(distinct held.inquiry) filter (where true{now}),
                percentile_cont(0.5) within group (order by {days}) filter (where {ended}),
                percentile_cont(0.9) within group (order by {days}) filter (where {ended})
           from scope join report_step as held on held.inquiry = scope.inquiry and held.nth <> 0{ever}
          group by held.step, held.holder order by held.step, 3 desc, held.holder"
    );
    let rows = reader.rows(&sql, &asked.values(), "measure the steps of inquiries").await?;
    rows.iter().map(|row| read(row).ok_or(ReadError::Row { table: "report_step" })).collect()
}

fn read(row: &Row) -> Option<StepLine> {
    Some(StepLine {
        held: Held { step: row.try_get(0).ok()?, holder: row.try_get(1).ok()? },
        ever: row.try_get::<_, i64>(2).ok()?.cast_unsigned(),
        now: row.try_get::<_, i64>(3).ok()?.cast_unsigned(),
        median: row.try_get(4).ok()?,
        p90: row.try_get(5).ok()?,
    })
}

//! The figures of a report: one pass over the cases of its period for its rows, one for all of them together.

use tokio_postgres::Row;

use super::question::{Asked, By, Figure, Key, Question};
use crate::{ReadError, Reader};

/// The most rows of one report.
const MOST: i64 = 500;

/// The figures of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Whose they are.
    pub key: Key,
    counts: [u64; Figure::ALL.len()],
    /// The days after which half of the answers had gone.
    pub median: Option<i32>,
    /// The days after which nine of ten had gone.
    pub p90: Option<i32>,
}

/// A report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// Its rows, the one with most inquiries first; months in their order.
    pub lines: Vec<Line>,
    /// All of them, each inquiry once.
    pub all: Line,
}

impl Line {
    /// How many a figure counts.
    #[must_use]
    pub fn of(&self, figure: Figure) -> u64 {
        Figure::ALL.iter().zip(self.counts).find(|(known, _)| **known == figure).map_or(0, |(_, count)| count)
    }

    /// How many have a day that has come: answered by it, answered after it, or not answered at all.
    #[must_use]
    pub fn due(&self) -> u64 {
        self.of(Figure::OnTime) + self.of(Figure::Late) + self.of(Figure::Overdue)
    }

    /// How many have an answer of which somebody said whether it satisfies.
    #[must_use]
    pub fn judged(&self) -> u64 {
        self.of(Figure::Satisfied) + self.of(Figure::Unsatisfied)
    }

    fn read(row: &Row) -> Option<Self> {
        let key: Option<String> = row.try_get(0).ok()?;
        let mut counts = [0; Figure::ALL.len()];
        for (n, count) in counts.iter_mut().enumerate() {
            *count = row.try_get::<_, i64>(n + 1).ok()?.cast_unsigned();
        }
        let after = Figure::ALL.len() + 1;
        Some(Self {
            key: key.map_or(Key::None, Key::Is),
            counts,
            median: row.try_get(after).ok()?,
            p90: row.try_get(after + 1).ok()?,
        })
    }
}

/// Counts a report.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn count(reader: &Reader, question: &Question, by: By) -> Result<Counted, ReadError> {
    let sitting = reader.sit().await?;
    let doing = "count a report";
    let mut asked = Asked::default();
    let sql = statement(&mut asked, question, Some(by));
    let lines = sitting.rows(&sql, &asked.values(), doing).await?;
    let mut asked = Asked::default();
    let sql = statement(&mut asked, question, None);
    let all = sitting.rows(&sql, &asked.values(), doing).await?;
    sitting.rise().await?;
    let read = |row: &Row| Line::read(row).ok_or(ReadError::Row { table: "report_case" });
    let all = all.first().map(read).transpose()?.ok_or(ReadError::Row { table: "report_case" })?;
    Ok(Counted { lines: lines.iter().map(read).collect::<Result<_, _>>()?, all })
}

fn statement(asked: &mut Asked, question: &Question, by: Option<By>) -> String {
    // A faction that is asked for needs the members too.
    let members = if by == Some(By::Faction) || question.faction.is_some() {
        format!("{}, ", asked.members(question))
    } else {
        String::new()
    };
    let cases = asked.cases(question);
    let day = asked.value(question.day);
    let counts: Vec<String> =
        Figure::ALL.iter().map(|figure| format!("count(*) filter (where {})", asked.figure(*figure, &day))).collect();
    let needs = by.map(|by| format!(", {}", by.needs())).unwrap_or_default();
    let keyed = by.map_or("select null::text as key, scope.* from scope", By::keyed);
    let order = match by {
        Some(By::Month) => "1",
        Some(_) => "2 desc, 1 nulls last",
        None => "1",
    };
    // Without rows there is still one line of all.
    let group = if by.is_some() { "group by key" } else { "" };
    let key = if by.is_some() { "key" } else { "null::text" };
    format!(
        "with {members}scope as (
             select inquiry, received, due, answered, ending, outcome, extensions, returns, repeats, verdict{needs}
               from report_case where {cases}
         )
         select {key}, {counts},
                percentile_disc(0.5) within group (order by answered - received) filter (where answered is not null),
                percentile_disc(0.9) within group (order by answered - received) filter (where answered is not null)
           from ({keyed}) as counted {group} order by {order} limit {MOST}",
        counts = counts.join(", "),
    )
}

//! Keeps the cases: reads the state that holds of each inquiry that events are about, and writes back what changed in one statement.

use std::collections::HashMap;

use deadpool_postgres::Transaction;
use directory::{ChamberCode, DeputyId, MinistryCode, TopicCode};
use inquiry::InquiryId;
use inquiry::event::EventName;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::fold::{self, Rows};
use super::{Case, ENDINGS, OUTCOMES, What};
use crate::ReadError;
use crate::folding::{Fold, Reads, Told};
use crate::prepared;

/// How `report_case` follows.
pub(crate) struct Cases;

impl Fold for Cases {
    type About = InquiryId;
    type Rows = Rows;
    type Key = i32;
    type Row = Case;

    fn reads(name: EventName) -> Reads {
        fold::reads(name)
    }

    fn fold(rows: &mut Rows, told: &Told<InquiryId>) -> Vec<i32> {
        // Rows that have seen this event stay as they are: a follower that starts over does no harm.
        if rows.position().is_some_and(|position| position >= told.stamp.position) {
            return Vec::new();
        }
        fold::fold(rows, told.subject, &told.events, told.stamp)
    }

    fn row(rows: &Rows, key: i32) -> Option<&Case> {
        rows.rows.get(&key)
    }

    async fn load(tx: &Transaction<'_>, inquiries: &[Uuid]) -> Result<HashMap<InquiryId, Rows>, ReadError> {
        let sql = format!("select {COLUMNS} from report_case where inquiry = any($1) and until is null");
        let rows = prepared::rows(tx, &sql, &[&inquiries], "read cases of reports").await?;
        let mut known: HashMap<InquiryId, Rows> = HashMap::new();
        for row in &rows {
            let case = read(row).ok_or(ReadError::Row { table: "report_case" })?;
            known.entry(case.inquiry).or_default().rows.insert(case.nth, case);
        }
        Ok(known)
    }

    async fn store(tx: &Transaction<'_>, rows: &[&Case]) -> Result<(), ReadError> {
        store(tx, rows).await
    }
}

/// The columns in the order in which [`read`] takes them.
const COLUMNS: &str =
    "inquiry, nth, since, until, number, chamber, dated, received, topic, lead, co_executors, took_part, deputies,
     due, extensions, returns, repeats, satisfied, unsatisfied, answered, closed, outcome, ending, position";

fn read(row: &Row) -> Option<Case> {
    let codes = |n: usize| {
        let codes: Vec<String> = row.try_get(n).ok()?;
        codes.into_iter().map(MinistryCode::new).collect::<Result<Vec<_>, _>>().ok()
    };
    let one_of = |n: usize, known: &[&'static str]| -> Option<Option<&'static str>> {
        let found: Option<&str> = row.try_get(n).ok()?;
        match found {
            None => Some(None),
            Some(found) => known.iter().find(|one| **one == found).map(|one| Some(*one)),
        }
    };
    let topic: Option<String> = row.try_get(8).ok()?;
    let lead: Option<String> = row.try_get(9).ok()?;
    Some(Case {
        inquiry: InquiryId(row.try_get(0).ok()?),
        nth: row.try_get(1).ok()?,
        since: row.try_get(2).ok()?,
        until: row.try_get(3).ok()?,
        what: What {
            number: row.try_get(4).ok()?,
            chamber: ChamberCode::new(row.try_get::<_, String>(5).ok()?).ok()?,
            dated: row.try_get(6).ok()?,
            received: row.try_get(7).ok()?,
            topic: topic.map(TopicCode::new).transpose().ok()?,
            lead: lead.map(MinistryCode::new).transpose().ok()?,
            co_executors: codes(10)?,
            took_part: codes(11)?,
            deputies: row.try_get::<_, Vec<Uuid>>(12).ok()?.into_iter().map(DeputyId::new).collect(),
            due: row.try_get(13).ok()?,
            extensions: row.try_get(14).ok()?,
            returns: row.try_get(15).ok()?,
            repeats: row.try_get(16).ok()?,
            satisfied: row.try_get(17).ok()?,
            unsatisfied: row.try_get(18).ok()?,
            answered: row.try_get(19).ok()?,
            closed: row.try_get(20).ok()?,
            outcome: one_of(21, &OUTCOMES)?,
            ending: one_of(22, &ENDINGS)?,
        },
        position: row.try_get(23).ok()?,
    })
}

/// Arrays of arrays are not a thing that `unnest` takes apart: lists travel joined by a comma, which no code and no number holds.
fn joined(items: impl Iterator<Item = impl ToString>) -> String {
    items.map(|item| item.to_string()).collect::<Vec<_>>().join(",")
}

async fn store(tx: &Transaction<'_>, rows: &[&Case]) -> Result<(), ReadError> {
    macro_rules! column {
        ($value:expr) => {
            rows.iter().map($value).collect::<Vec<_>>()
        };
    }
    let values: [&(dyn ToSql + Sync); 24] = [
        &column!(|c| c.inquiry.0),
        &column!(|c| c.nth),
        &column!(|c| c.since),
        &column!(|c| c.until),
        &column!(|c| c.what.number.as_str()),
        &column!(|c| c.what.chamber.as_str()),
        &column!(|c| c.what.dated),
        &column!(|c| c.what.received),
        &column!(|c| c.what.topic.as_ref().map(TopicCode::as_str)),
        &column!(|c| c.what.lead.as_ref().map(MinistryCode::as_str)),
        &column!(|c| joined(c.what.co_executors.iter())),
        &column!(|c| joined(c.what.took_part.iter())),
        &column!(|c| joined(c.what.deputies.iter())),
        &column!(|c| c.what.due),
        &column!(|c| c.what.extensions),
        &column!(|c| c.what.returns),
        &column!(|c| c.what.repeats),
        &column!(|c| joined(c.what.satisfied.iter())),
        &column!(|c| joined(c.what.unsatisfied.iter())),
        &column!(|c| c.what.answered),
        &column!(|c| c.what.closed),
        &column!(|c| c.what.outcome),
        &column!(|c| c.what.ending),
        &column!(|c| c.position),
    ];
    let sql = format!(
        "insert into report_case ({COLUMNS})
         select inquiry, nth, since, until, number, chamber, dated, received, topic, lead, string_to_array(co_executors, ','),
                string_to_array(took_part, ','), string_to_array(deputies, ',')::uuid[], due, extensions, returns, repeats,
                string_to_array(satisfied, ',')::int[], string_to_array(unsatisfied, ',')::int[], answered, closed, outcome,
                ending, position
           from unnest($1::uuid[], $2::int[], $3::timestamptz[], $4::timestamptz[], $5::text[], $6::text[], $7::date[],
                       $8::date[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::date[],
                       $15::smallint[], $16::smallint[], $17::smallint[], $18::text[], $19::text[], $20::date[],
                       $21::date[], $22::text[], $23::text[], $24::bigint[])
             as new ({COLUMNS})
         on conflict (inquiry, nth) do update
            set until = excluded.until, topic = excluded.topic, lead = excluded.lead, co_executors = excluded.co_executors,
                took_part = excluded.took_part, due = excluded.due, extensions = excluded.extensions,
                returns = excluded.returns, repeats = excluded.repeats, satisfied = excluded.satisfied,
                unsatisfied = excluded.unsatisfied, answered = excluded.answered, closed = excluded.closed,
                outcome = excluded.outcome, ending = excluded.ending, position = excluded.position"
    );
    prepared::execute(tx, &sql, &values, "write cases of reports").await
}

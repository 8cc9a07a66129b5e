//! Keeps the table: reads the rows that events are about, and writes back what changed in one statement.

use std::collections::HashMap;

use deadpool_postgres::Transaction;
use directory::MinistryCode;
use inquiry::InquiryId;
use inquiry::duty::{Duty, DutyKind, End, Outcome};
use inquiry::event::EventName;
use jiff::Timestamp;
use jiff::civil::Date;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::fold::{self, Rows};
use super::{Ended, Kept, Place, Row};
use crate::ReadError;
use crate::folding::{Fold, Reads, Told};
use crate::prepared;

/// How `duty` follows.
pub(crate) struct Duties;

/// Where nobody watches the clock a duty stands behind those that have a day.
const NO_DAY: Date = Date::constant(9999, 12, 31);

impl Fold for Duties {
    type About = InquiryId;
    type Rows = Rows;
    type Key = Place;
    type Row = Row;

    fn reads(name: EventName) -> Reads {
        fold::reads(name)
    }

    fn fold(rows: &mut Rows, told: &Told<InquiryId>) -> Vec<Place> {
        // Rows that have seen this event stay as they are: a follower that starts over does no harm.
        if rows.position().is_some_and(|position| position >= told.stamp.position) {
            return Vec::new();
        }
        fold::fold(rows, told.subject, &told.events, told.stamp)
    }

    fn row(rows: &Rows, key: Place) -> Option<&Row> {
        rows.rows.get(&key)
    }

    async fn load(tx: &Transaction<'_>, inquiries: &[Uuid]) -> Result<HashMap<InquiryId, Rows>, ReadError> {
        let sql = format!(
            "select {COLUMNS}, begun, nth, work, position from duty where inquiry = any($1) and ended_at is null"
        );
        let rows = prepared::rows(tx, &sql, &[&inquiries], "read rows of the duties").await?;
        let mut known: HashMap<InquiryId, Rows> = HashMap::new();
        for row in &rows {
            let row = try_read(row).ok_or(ReadError::Row { table: "duty" })?;
            known.entry(row.inquiry).or_default().rows.insert(row.place, row);
        }
        Ok(known)
    }

    async fn store(tx: &Transaction<'_>, rows: &[&Row]) -> Result<(), ReadError> {
        store(tx, rows).await
    }

    async fn remove(tx: &Transaction<'_>, gone: &[(InquiryId, Place)]) -> Result<(), ReadError> {
        let inquiries: Vec<Uuid> = gone.iter().map(|(inquiry, _)| inquiry.0).collect();
        let begun: Vec<i64> = gone.iter().map(|(_, place)| place.begun).collect();
        let nth: Vec<i32> = gone.iter().map(|(_, place)| place.nth).collect();
        let sql = "delete from duty using unnest($1::uuid[], $2::bigint[], $3::int[]) as gone (inquiry, begun, nth)
                    where duty.inquiry = gone.inquiry and duty.begun = gone.begun and duty.nth = gone.nth";
        prepared::execute(tx, sql, &[&inquiries, &begun, &nth], "remove rows of the duties").await
    }
}

/// The columns of a duty in the order in which [`read`] takes them.
pub(super) const COLUMNS: &str = "duty.inquiry, duty.ministry, duty.kind, duty.about, duty.due, duty.note, duty.since,
     duty.ended_at, duty.ending, duty.ending_day, duty.ending_note";

/// A duty from a row that begins with [`COLUMNS`].
pub(super) fn read(row: &tokio_postgres::Row) -> Option<(InquiryId, Duty, Timestamp, Option<Ended>)> {
    let code = |n: usize| row.try_get::<_, Option<String>>(n).ok();
    let due: Date = row.try_get(4).ok()?;
    let duty = Duty {
        ministry: MinistryCode::new(code(1)??).ok()?,
        kind: DutyKind::from_code(&code(2)??)?,
        about: code(3)?.map(MinistryCode::new).transpose().ok()?,
        due: Some(due).filter(|due| *due != NO_DAY),
        note: row.try_get(5).ok()?,
    };
    let ended = match row.try_get::<_, Option<Timestamp>>(7).ok()? {
        Some(at) => {
            let end = End::from_code(&code(8)??)?;
            Some(Ended { at, outcome: Outcome { end, day: row.try_get(9).ok()?, note: row.try_get(10).ok()? } })
        }
        None => None,
    };
    Some((InquiryId(row.try_get(0).ok()?), duty, row.try_get(6).ok()?, ended))
}

fn try_read(row: &tokio_postgres::Row) -> Option<Row> {
    let place = Place { begun: row.try_get(11).ok()?, nth: row.try_get(12).ok()? };
    let position = row.try_get(14).ok()?;
    if place == Place::WORK {
        let inquiry = InquiryId(row.try_get(0).ok()?);
        let work = serde_json::from_str(row.try_get(13).ok()?).ok()?;
        return Some(Row { inquiry, place, kept: Kept::Work(work), position });
    }
    let (inquiry, duty, since, ended) = read(row)?;
    Some(Row { inquiry, place, kept: Kept::Duty { duty, since, ended }, position })
}

/// What the rows say of their duties; nothing where a row holds the work.
fn column<'a, T>(
    rows: &[&'a Row],
    what: impl Fn(&'a Duty, &'a Timestamp, Option<&'a Ended>) -> Option<T>,
) -> Vec<Option<T>> {
    let one = |row: &&'a Row| match &row.kept {
        Kept::Work(_) => None,
        Kept::Duty { duty, since, ended } => what(duty, since, ended.as_ref()),
    };
    rows.iter().map(one).collect()
}

async fn store(tx: &Transaction<'_>, rows: &[&Row]) -> Result<(), ReadError> {
    let work = |row: &&Row| match &row.kept {
        Kept::Work(work) => serde_json::to_string(work).map(Some),
        Kept::Duty { .. } => Ok(None),
    };
    let work: Vec<Option<String>> =
        rows.iter().map(work).collect::<Result<_, _>>().map_err(|_| ReadError::Row { table: "duty" })?;
    let values: [&(dyn ToSql + Sync); 16] = [
        &rows.iter().map(|row| row.inquiry.0).collect::<Vec<_>>(),
        &rows.iter().map(|row| row.place.begun).collect::<Vec<_>>(),
        &rows.iter().map(|row| row.place.nth).collect::<Vec<_>>(),
        &column(rows, |duty, _, _| Some(duty.ministry.as_str())),
        &column(rows, |duty, _, _| Some(duty.kind.code())),
        &column(rows, |duty, _, _| Some(duty.kind.is_owed())),
        &column(rows, |duty, _, _| duty.about.as_ref().map(MinistryCode::as_str)),
        &column(rows, |duty, _, _| Some(duty.due.unwrap_or(NO_DAY))),
        &column(rows, |duty, _, _| duty.note.as_deref()),
        &column(rows, |_, since, _| Some(*since)),
        &column(rows, |_, _, ended| ended.map(|ended| ended.at)),
        &column(rows, |_, _, ended| ended.map(|ended| ended.outcome.end.code())),
        &column(rows, |_, _, ended| ended.and_then(|ended| ended.outcome.day)),
        &column(rows, |_, _, ended| ended.and_then(|ended| ended.outcome.note.as_deref())),
        &work,
        &rows.iter().map(|row| row.position).collect::<Vec<_>>(),
    ];
    let sql = "insert into duty
                (inquiry, begun, nth, ministry, kind, is_owed, about, due, note, since, ended_at, ending, ending_day,
                 ending_note, work, position)
         select * from unnest($1::uuid[], $2::bigint[], $3::int[], $4::text[], $5::text[], $6::bool[], $7::text[], $8::date[],
                              $9::text[], $10::timestamptz[], $11::timestamptz[], $12::text[], $13::date[], $14::text[],
                              $15::text[], $16::bigint[])
         on conflict (inquiry, begun, nth) do update
            set due = excluded.due, note = excluded.note, ended_at = excluded.ended_at, ending = excluded.ending,
                ending_day = excluded.ending_day, ending_note = excluded.ending_note, work = excluded.work,
                position = excluded.position";
    prepared::execute(tx, sql, &values, "write rows of the duties").await
}

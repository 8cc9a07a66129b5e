//! Keeps the table: reads the rows that still stand, ends them, and writes those that follow, in one statement.

use std::collections::HashMap;

use deadpool_postgres::Transaction;
use directory::{ChamberCode, Language, MinistryCode, PersonId};
use inquiry::event::EventName;
use inquiry::{InquiryId, StageName};
use jiff::civil::Date;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::Version;
use super::fold::{self, Versions};
use crate::ReadError;
use crate::folding::{Fold, Reads, Told};
use crate::prepared;
use crate::register::{CoExecutor, Entry, joined, ministries};

/// How `register_past` follows.
pub(crate) struct Past;

impl Fold for Past {
    type About = InquiryId;
    type Rows = Versions;
    type Key = u64;
    type Row = Version;

    fn reads(name: EventName) -> Reads {
        fold::reads(name)
    }

    fn fold(rows: &mut Versions, told: &Told<InquiryId>) -> Vec<u64> {
        rows.fold(&told.events, told.stamp)
    }

    fn written(rows: &mut Versions) {
        rows.ended.clear();
    }

    fn row(rows: &Versions, begun: u64) -> Option<&Version> {
        rows.get(begun)
    }

    async fn load(tx: &Transaction<'_>, inquiries: &[Uuid]) -> Result<HashMap<InquiryId, Versions>, ReadError> {
        let sql = "select inquiry, begun, since, position, last_position, version, received, due, on_control, stage, lead, lead_due,
                          co_executors, co_due, handed_in, contributed, recipients, incoming_number, draft_version,
                          outgoing_number, outgoing_dated, cosigned, chamber, dated, language
                     from register_past where inquiry = any($1) and until = 'infinity'";
        let rows = prepared::rows(tx, sql, &[&inquiries], "read rows of the register's past").await?;
        let current = |row: &Row| try_read(row).ok_or(ReadError::Row { table: "register_past" });
        rows.iter()
            .map(|row| {
                let current = current(row)?;
                Ok((current.inquiry(), Versions { current: Some(current), ..Versions::default() }))
            })
            .collect()
    }

    async fn store(tx: &Transaction<'_>, rows: &[&Version]) -> Result<(), ReadError> {
        store(tx, rows).await
    }
}

/// A row that still stands, with nothing in it that the register has.
fn try_read(row: &Row) -> Option<Version> {
    let asked = ministries(row.try_get(12).ok()?)?.into_iter().zip(row.try_get::<_, Vec<Date>>(13).ok()?);
    let since = row.try_get(2).ok()?;
    let lead: Option<String> = row.try_get(10).ok()?;
    let entry = Entry {
        inquiry: InquiryId(row.try_get(0).ok()?),
        number: String::new(),
        number_normal: String::new(),
        incoming_number: row.try_get(17).ok()?,
        chamber: ChamberCode::new(row.try_get::<_, String>(22).ok()?).ok()?,
        dated: row.try_get(23).ok()?,
        received: row.try_get(6).ok()?,
        due: row.try_get(7).ok()?,
        on_control: row.try_get(8).ok()?,
        stage: StageName::from_code(row.try_get(9).ok()?)?,
        lead: lead.map(MinistryCode::new).transpose().ok()?,
        lead_due: row.try_get(11).ok()?,
        co_executors: asked.map(|(ministry, due)| CoExecutor { ministry, due }).collect(),
        handed_in: ministries(row.try_get(14).ok()?)?,
        contributed: ministries(row.try_get(15).ok()?)?,
        took_part: Vec::new(),
        subject: String::new(),
        language: row.try_get::<_, &str>(24).ok()?.parse::<Language>().ok()?,
        recipients: row.try_get::<_, i32>(16).ok()?.cast_unsigned(),
        deputies: Vec::new(),
        draft_version: row.try_get::<_, Option<i32>>(18).ok()?.map(i32::cast_unsigned),
        cosigned: row.try_get::<_, Vec<Uuid>>(21).ok()?.into_iter().map(PersonId::new).collect(),
        outgoing_number: row.try_get(19).ok()?,
        outgoing_dated: row.try_get(20).ok()?,
        version: row.try_get::<_, i64>(5).ok()?.cast_unsigned(),
        changed_at: since,
        position: row.try_get(4).ok()?,
        words: Vec::new(),
    };
    Some(Version {
        begun: row.try_get::<_, i64>(1).ok()?.cast_unsigned(),
        since,
        position: row.try_get(3).ok()?,
        until: None,
        entry,
    })
}

/// One column of a statement over many rows.
macro_rules! column {
    ($rows:expr, $value:expr) => {
        $rows.iter().map($value).collect::<Vec<_>>()
    };
}

fn codes(ministries: &[MinistryCode]) -> String {
    joined(ministries.iter().map(MinistryCode::as_str))
}

fn texts<T: ToString>(items: impl Iterator<Item = T>) -> String {
    joined(items.map(|item| item.to_string()).collect::<Vec<_>>().iter().map(String::as_str))
}

async fn store(tx: &Transaction<'_>, rows: &[&Version]) -> Result<(), ReadError> {
    let values: [&(dyn ToSql + Sync); 27] = [
        &column!(rows, |row| row.entry.inquiry.0),
        &column!(rows, |row| row.begun.cast_signed()),
        &column!(rows, |row| row.since),
        &column!(rows, |row| row.until.map(|(moment, _)| moment)),
        &column!(rows, |row| row.position),
        &column!(rows, |row| row.until.map(|(_, position)| position)),
        &column!(rows, |row| row.entry.position),
        &column!(rows, |row| row.entry.version.cast_signed()),
        &column!(rows, |row| row.entry.received),
        &column!(rows, |row| row.entry.due),
        &column!(rows, |row| row.entry.on_control),
        &column!(rows, |row| row.entry.stage.code()),
        &column!(rows, |row| row.entry.lead.as_ref().map(MinistryCode::as_str)),
        &column!(rows, |row| row.entry.lead_due),
        &column!(rows, |row| joined(row.entry.co_executors.iter().map(|co| co.ministry.as_str()))),
        &column!(rows, |row| texts(row.entry.co_executors.iter().map(|co| co.due))),
        &column!(rows, |row| codes(&row.entry.handed_in)),
        &column!(rows, |row| codes(&row.entry.contributed)),
        &column!(rows, |row| row.entry.recipients.cast_signed()),
        &column!(rows, |row| row.entry.incoming_number.as_deref()),
        &column!(rows, |row| row.entry.draft_version.map(u32::cast_signed)),
        &column!(rows, |row| row.entry.outgoing_number.as_deref()),
        &column!(rows, |row| row.entry.outgoing_dated),
        &column!(rows, |row| texts(row.entry.cosigned.iter())),
        &column!(rows, |row| row.entry.chamber.as_str()),
        &column!(rows, |row| row.entry.dated),
        &column!(rows, |row| row.entry.language.code()),
    ];
    let sql = "insert into register_past
                (inquiry, begun, since, until, position, until_position, last_position, version, received, due, on_control, stage,
                 open, lead, lead_due, co_executors, co_due, handed_in, contributed, recipients, incoming_number, draft_version,
                 outgoing_number, outgoing_dated, cosigned, chamber, dated, language)
         select inquiry, begun, since, coalesce(until, 'infinity'), position, coalesce(until_position, 9223372036854775807),
                last_position, version, received, due, on_control, stage,
                stage <> all (array['closed', 'withdrawn', 'redirected', 'merged']), lead, lead_due,
                string_to_array(co_executors, e'\\x1f'), string_to_array(co_due, e'\\x1f')::date[],
                string_to_array(handed_in, e'\\x1f'), string_to_array(contributed, e'\\x1f'), recipients, incoming_number,
                draft_version, outgoing_number, outgoing_dated, string_to_array(cosigned, e'\\x1f')::uuid[], chamber, dated, language
           from unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $4::timestamptz[], $5::bigint[], $6::bigint[], $7::bigint[],
                       $8::bigint[], $9::date[], $10::date[], $11::boolean[], $12::text[], $13::text[], $14::date[], $15::text[],
                       $16::text[], $17::text[], $18::text[], $19::int[], $20::text[], $21::int[], $22::text[], $23::date[],
                       $24::text[], $25::text[], $26::date[], $27::text[])
             as new (inquiry, begun, since, until, position, until_position, last_position, version, received, due, on_control,
                     stage, lead, lead_due, co_executors, co_due, handed_in, contributed, recipients, incoming_number,
                     draft_version, outgoing_number, outgoing_dated, cosigned, chamber, dated, language)
         on conflict (inquiry, begun) do update
            set until = excluded.until, until_position = excluded.until_position, last_position = excluded.last_position,
                version = excluded.version, due = excluded.due, on_control = excluded.on_control, stage = excluded.stage,
                open = excluded.open, lead = excluded.lead, lead_due = excluded.lead_due, co_executors = excluded.co_executors,
                co_due = excluded.co_due, handed_in = excluded.handed_in, contributed = excluded.contributed,
                recipients = excluded.recipients, incoming_number = excluded.incoming_number,
                draft_version = excluded.draft_version, outgoing_number = excluded.outgoing_number,
                outgoing_dated = excluded.outgoing_dated, cosigned = excluded.cosigned";
    prepared::execute(tx, sql, &values, "write rows of the register's past").await
}

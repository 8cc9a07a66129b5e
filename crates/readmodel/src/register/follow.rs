//! Keeps the table: reads the rows that events are about, and writes them back in one statement.

use std::collections::HashMap;

use deadpool_postgres::Transaction;
use directory::{ChamberCode, DeputyId, MinistryCode, PersonId};
use inquiry::event::EventName;
use inquiry::{InquiryId, StageName};
use jiff::civil::Date;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::{CoExecutor, Entry, fold};
use crate::ReadError;
use crate::folding::{Fold, Reads, Told};
use crate::prepared;

/// How `register` follows.
pub(crate) struct Register;

impl Fold for Register {
    type About = InquiryId;
    type Rows = Option<Entry>;
    type Key = ();
    type Row = Entry;

    fn reads(name: EventName) -> Reads {
        fold::reads(name)
    }

    fn fold(rows: &mut Self::Rows, told: &Told<InquiryId>) -> Vec<()> {
        // A row that has seen this event stays as it is: a follower that starts over does no harm.
        if rows.as_ref().is_some_and(|entry| entry.position >= told.stamp.position) {
            return Vec::new();
        }
        *rows = fold::fold(rows.take(), &told.events, told.stamp);
        if rows.is_some() { vec![()] } else { Vec::new() }
    }

    fn row(rows: &Self::Rows, (): ()) -> Option<&Entry> {
        rows.as_ref()
    }

    async fn load(tx: &Transaction<'_>, inquiries: &[Uuid]) -> Result<HashMap<InquiryId, Self::Rows>, ReadError> {
        let sql = format!("select {COLUMNS} from register where inquiry = any($1)");
        let rows = prepared::rows(tx, &sql, &[&inquiries], "read rows of the register").await?;
        rows.iter().map(|row| read(row).map(|entry| (entry.inquiry, Some(entry)))).collect()
    }

    async fn store(tx: &Transaction<'_>, rows: &[&Entry]) -> Result<(), ReadError> {
        for some in rows.chunks(AT_ONCE) {
            store(tx, some).await?;
        }
        Ok(())
    }
}

/// How many rows one statement writes: a rebuild brings tens of thousands.
const AT_ONCE: usize = 2_000;

/// The columns in the order in which [`read`] takes them.
pub(crate) const COLUMNS: &str = "inquiry, number, number_normal, incoming_number, chamber, dated, received, due, on_control, stage,
     lead, co_executors, subject, language, recipients, draft_version, outgoing_number, outgoing_dated, version, changed_at, position,
     words, deputies, contributed, took_part, lead_due, co_due, handed_in, cosigned";

/// An entry from a row that begins with [`COLUMNS`].
pub(crate) fn read(row: &Row) -> Result<Entry, ReadError> {
    try_read(row).ok_or(ReadError::Row { table: "register" })
}

fn try_read(row: &Row) -> Option<Entry> {
    let lead: Option<String> = row.try_get(10).ok()?;
    let co_executors = ministries(row.try_get(11).ok()?)?;
    let co_due: Vec<Date> = row.try_get(26).ok()?;
    // Written together, each with its day.
    if co_executors.len() != co_due.len() {
        return None;
    }
    let asked = co_executors.into_iter().zip(co_due);
    let contributed: Vec<String> = row.try_get(23).ok()?;
    let took_part: Vec<String> = row.try_get(24).ok()?;
    let handed_in: Vec<String> = row.try_get(27).ok()?;
    Some(Entry {
        inquiry: InquiryId(row.try_get(0).ok()?),
        number: row.try_get(1).ok()?,
        number_normal: row.try_get(2).ok()?,
        incoming_number: row.try_get(3).ok()?,
        chamber: ChamberCode::new(row.try_get::<_, String>(4).ok()?).ok()?,
        dated: row.try_get(5).ok()?,
        received: row.try_get(6).ok()?,
        due: row.try_get(7).ok()?,
        on_control: row.try_get(8).ok()?,
        stage: StageName::from_code(row.try_get(9).ok()?)?,
        lead: lead.map(MinistryCode::new).transpose().ok()?,
        lead_due: row.try_get(25).ok()?,
        co_executors: asked.map(|(ministry, due)| CoExecutor { ministry, due }).collect(),
        handed_in: ministries(handed_in)?,
        contributed: ministries(contributed)?,
        took_part: ministries(took_part)?,
        subject: row.try_get(12).ok()?,
        language: row.try_get::<_, &str>(13).ok()?.parse().ok()?,
        recipients: row.try_get::<_, i32>(14).ok()?.cast_unsigned(),
        draft_version: row.try_get::<_, Option<i32>>(15).ok()?.map(i32::cast_unsigned),
        outgoing_number: row.try_get(16).ok()?,
        outgoing_dated: row.try_get(17).ok()?,
        cosigned: row.try_get::<_, Vec<Uuid>>(28).ok()?.into_iter().map(PersonId::new).collect(),
        version: row.try_get::<_, i64>(18).ok()?.cast_unsigned(),
        changed_at: row.try_get(19).ok()?,
        position: row.try_get(20).ok()?,
        words: row.try_get(21).ok()?,
        deputies: row.try_get::<_, Vec<Uuid>>(22).ok()?.into_iter().map(DeputyId::new).collect(),
    })
}

pub(crate) fn ministries(codes: Vec<String>) -> Option<Vec<MinistryCode>> {
    codes.into_iter().map(MinistryCode::new).collect::<Result<_, _>>().ok()
}

/// One column of a statement over many rows.
macro_rules! column {
    ($entries:expr, $value:expr) => {
        $entries.iter().map($value).collect::<Vec<_>>()
    };
}

/// Arrays of arrays are not a thing that `unnest` takes apart: lists travel joined by U+001F, which no code and no word holds.
pub(crate) fn joined<'a>(items: impl Iterator<Item = &'a str>) -> String {
    items.collect::<Vec<_>>().join("\u{1f}")
}

async fn store(tx: &Transaction<'_>, e: &[&Entry]) -> Result<(), ReadError> {
    let values: [&(dyn ToSql + Sync); 29] = [
        &column!(e, |e| e.inquiry.0),
        &column!(e, |e| e.number.as_str()),
        &column!(e, |e| e.number_normal.as_str()),
        &column!(e, |e| e.incoming_number.as_deref()),
        &column!(e, |e| e.chamber.as_str()),
        &column!(e, |e| e.dated),
        &column!(e, |e| e.received),
        &column!(e, |e| e.due),
        &column!(e, |e| e.on_control),
        &column!(e, |e| e.stage.code()),
        &column!(e, |e| e.lead.as_ref().map(MinistryCode::as_str)),
        &column!(e, |e| joined(e.co_executors.iter().map(|co| co.ministry.as_str()))),
        &column!(e, |e| e.subject.as_str()),
        &column!(e, |e| e.language.code()),
        &column!(e, |e| e.recipients.cast_signed()),
        &column!(e, |e| e.draft_version.map(u32::cast_signed)),
        &column!(e, |e| e.outgoing_number.as_deref()),
        &column!(e, |e| e.outgoing_dated),
        &column!(e, |e| e.version.cast_signed()),
        &column!(e, |e| e.changed_at),
        &column!(e, |e| e.position),
        &column!(e, |e| joined(e.words.iter().map(String::as_str))),
        &column!(e, |e| joined(
            e.deputies.iter().map(ToString::to_string).collect::<Vec<_>>().iter().map(String::as_str)
        )),
        &column!(e, |e| joined(e.contributed.iter().map(MinistryCode::as_str))),
        &column!(e, |e| joined(e.took_part.iter().map(MinistryCode::as_str))),
        &column!(e, |e| e.lead_due),
        &column!(e, |e| joined(
            e.co_executors.iter().map(|co| co.due.to_string()).collect::<Vec<_>>().iter().map(String::as_str)
        )),
        &column!(e, |e| joined(e.handed_in.iter().map(MinistryCode::as_str))),
        &column!(e, |e| joined(
            e.cosigned.iter().map(ToString::to_string).collect::<Vec<_>>().iter().map(String::as_str)
        )),
    ];
    let sql = "insert into register
                (inquiry, number, number_normal, incoming_number, chamber, dated, received, due, on_control, stage, lead,
                 co_executors, subject, language, recipients, draft_version, outgoing_number, outgoing_dated, version,
                 changed_at, position, words, deputies, contributed, took_part, lead_due, co_due, handed_in, cosigned, open)
         select inquiry, number, number_normal, incoming_number, chamber, dated, received, due, on_control, stage, lead,
                string_to_array(co_executors, e'\\x1f'), subject, language, recipients, draft_version, outgoing_number,
                outgoing_dated, version, changed_at, position, string_to_array(words, e'\\x1f'),
                string_to_array(deputies, e'\\x1f')::uuid[], string_to_array(contributed, e'\\x1f'),
                string_to_array(took_part, e'\\x1f'), lead_due, string_to_array(co_due, e'\\x1f')::date[],
                string_to_array(handed_in, e'\\x1f'), string_to_array(cosigned, e'\\x1f')::uuid[],
                stage <> all (array['closed', 'withdrawn', 'redirected', 'merged'])
           from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::date[], $7::date[], $8::date[],
                       $9::boolean[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::int[], $16::int[],
                       $17::text[], $18::date[], $19::bigint[], $20::timestamptz[], $21::bigint[], $22::text[], $23::text[],
                       $24::text[], $25::text[], $26::date[], $27::text[], $28::text[],
                       $29::text[])
             as new (inquiry, number, number_normal, incoming_number, chamber, dated, received, due, on_control, stage, lead,
                     co_executors, subject, language, recipients, draft_version, outgoing_number, outgoing_dated, version,
                     changed_at, position, words, deputies, contributed, took_part, lead_due, co_due, handed_in, cosigned)
         on conflict (inquiry) do update
            set incoming_number = excluded.incoming_number, due = excluded.due, on_control = excluded.on_control,
                stage = excluded.stage, open = excluded.open, lead = excluded.lead, co_executors = excluded.co_executors,
                recipients = excluded.recipients, draft_version = excluded.draft_version,
                outgoing_number = excluded.outgoing_number, outgoing_dated = excluded.outgoing_dated,
                version = excluded.version, changed_at = excluded.changed_at, position = excluded.position,
                words = excluded.words, deputies = excluded.deputies, contributed = excluded.contributed,
                took_part = excluded.took_part, lead_due = excluded.lead_due, co_due = excluded.co_due,
                handed_in = excluded.handed_in, cosigned = excluded.cosigned";
    prepared::execute(tx, sql, &values, "write rows of the register").await
}

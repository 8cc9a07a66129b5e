//! Keeps the table: what is new is written, nothing is ever changed.

use std::collections::{BTreeMap, HashMap};

use deadpool_postgres::Transaction;
use directory::MinistryCode;
use inquiry::InquiryId;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::fold;
use super::stream::{Kind, Stream};
use crate::ReadError;
use crate::folding::{Fold, Reads, Record, Stamp, Told};
use crate::prepared;

/// How `journal_entry` follows.
pub(crate) struct Entries;

/// What of a stream has to be known for its next event, and the rows that were made of it.
#[derive(Default)]
pub(crate) struct Rows {
    position: i64,
    lead: Option<MinistryCode>,
    made: BTreeMap<Key, Row>,
}

/// An event, and which of its rows.
type Key = (i64, i16);

pub(crate) struct Row {
    stream: Stream,
    stamp: Stamp,
    place: i16,
    ministry: Option<MinistryCode>,
    ministries: Vec<MinistryCode>,
    record: Record,
    variant: Option<&'static str>,
    lead: Option<MinistryCode>,
}

impl Fold for Entries {
    type About = Stream;
    type Rows = Rows;
    type Key = Key;
    type Row = Row;

    const KEEPS_RECORDS: bool = true;

    fn reads(kind: Kind) -> Reads {
        fold::reads(kind)
    }

    fn fold(rows: &mut Rows, told: &Told<Stream>) -> Vec<Key> {
        let Some(record) = told.record.as_ref().filter(|_| told.stamp.position > rows.position) else {
            return Vec::new();
        };
        let (ministries, lead) = fold::concerned(&told.subject, rows.lead.as_ref(), &record.kind, &told.events);
        rows.position = told.stamp.position;
        rows.lead.clone_from(&lead);
        let row = |place: i16, ministry: Option<MinistryCode>| Row {
            stream: told.subject,
            stamp: told.stamp,
            place,
            ministry,
            ministries: ministries.clone(),
            record: record.clone(),
            variant: fold::variant(&told.events),
            lead: lead.clone(),
        };
        let mut keys = Vec::new();
        let whom = ministries.iter().cloned().map(Some).chain(ministries.is_empty().then_some(None));
        for (place, ministry) in (0..).zip(whom) {
            let key = (told.stamp.position, place);
            rows.made.insert(key, row(place, ministry));
            keys.push(key);
        }
        keys
    }

    fn row(rows: &Rows, key: Key) -> Option<&Row> {
        rows.made.get(&key)
    }

    async fn load(tx: &Transaction<'_>, inquiries: &[Uuid]) -> Result<HashMap<Stream, Rows>, ReadError> {
        // The last event of each; what is no inquiry's has nothing to remember.
        let sql = "select asked.inquiry, last.position, last.lead
                     from unnest($1::uuid[]) as asked (inquiry)
                    cross join lateral (select position, lead from journal_entry
                                         where inquiry = asked.inquiry and place = 0
                                         order by version desc limit 1) as last";
        let rows = prepared::rows(tx, sql, &[&inquiries], "read rows of the entries").await?;
        let mut known: HashMap<Stream, Rows> = HashMap::new();
        for row in &rows {
            let read = || -> Option<(InquiryId, i64, Option<MinistryCode>)> {
                let lead: Option<String> = row.try_get(2).ok()?;
                let lead = lead.map(|code| code.parse()).transpose().ok()?;
                Some((InquiryId(row.try_get(0).ok()?), row.try_get(1).ok()?, lead))
            };
            let (inquiry, position, lead) = read().ok_or(ReadError::Row { table: "journal_entry" })?;
            let stream = Stream::of(inquiry).ok_or(ReadError::Row { table: "journal_entry" })?;
            known.insert(stream, Rows { position, lead, made: BTreeMap::new() });
        }
        Ok(known)
    }

    async fn store(tx: &Transaction<'_>, rows: &[&Row]) -> Result<(), ReadError> {
        let code = |ministry: &Option<MinistryCode>| ministry.as_ref().map(|code| code.as_str().to_owned());
        let joined =
            |row: &&Row| -> String { row.ministries.iter().map(MinistryCode::as_str).collect::<Vec<_>>().join(" ") };
        let stream = |row: &&Row| row.stream.inquiry().is_none().then(|| row.stream.text().to_owned());
        let values: [&(dyn ToSql + Sync); 14] = [
            &rows.iter().map(|row| row.stamp.position).collect::<Vec<_>>(),
            &rows.iter().map(|row| row.place).collect::<Vec<_>>(),
            &rows.iter().map(|row| code(&row.ministry)).collect::<Vec<_>>(),
            &rows.iter().map(joined).collect::<Vec<_>>(),
            &rows.iter().map(|row| row.stream.inquiry().map(|inquiry| inquiry.0)).collect::<Vec<_>>(),
            &rows.iter().map(stream).collect::<Vec<_>>(),
            &rows.iter().map(|row| row.stamp.version.cast_signed()).collect::<Vec<_>>(),
            &rows.iter().map(|row| row.record.kind.as_str()).collect::<Vec<_>>(),
            &rows.iter().map(|row| row.record.actor.as_str()).collect::<Vec<_>>(),
            &rows.iter().map(|row| row.stamp.at).collect::<Vec<_>>(),
            &rows.iter().map(|row| row.record.command).collect::<Vec<_>>(),
            &rows.iter().map(|row| row.record.correlation).collect::<Vec<_>>(),
            &rows.iter().map(|row| code(&row.lead)).collect::<Vec<_>>(),
            &rows.iter().map(|row| row.variant).collect::<Vec<_>>(),
        ];
        // The codes of ministries have no space in them.
        let sql = "insert into journal_entry (position, place, ministry, ministries, inquiry, stream, version, kind, actor, at, command,
                                              correlation, lead, variant)
             select position, place, ministry, string_to_array(ministries, ' '), inquiry, stream, version, kind, actor, at,
                    command, correlation, lead, variant
               from unnest($1::bigint[], $2::smallint[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::bigint[], $8::text[],
                           $9::text[], $10::timestamptz[], $11::uuid[], $12::uuid[], $13::text[], $14::text[])
                 as new (position, place, ministry, ministries, inquiry, stream, version, kind, actor, at, command, correlation, lead, variant)
             on conflict (position, place) do nothing";
        prepared::execute(tx, sql, &values, "write rows of the entries").await
    }
}

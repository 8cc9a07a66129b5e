//! Keeps the table: reads the letters that events are about, and writes back what changed in one statement.

use std::collections::HashMap;

use deadpool_postgres::Transaction;
use inquiry::InquiryId;
use inquiry::event::EventName;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::fold::Rows;
use super::{COLUMNS, SignedLetter, fold, read};
use crate::ReadError;
use crate::folding::{Fold, Reads, Told};
use crate::prepared;

/// How `letter` follows.
pub(crate) struct Letters;

impl Fold for Letters {
    type About = InquiryId;
    type Rows = Rows;
    type Key = u32;
    type Row = SignedLetter;

    fn reads(name: EventName) -> Reads {
        fold::reads(name)
    }

    fn fold(rows: &mut Rows, told: &Told<InquiryId>) -> Vec<u32> {
        told.events.iter().flat_map(|event| fold::fold(rows, told.subject, event, told.stamp)).collect()
    }

    fn row(rows: &Rows, key: u32) -> Option<&SignedLetter> {
        rows.get(&key)
    }

    async fn load(tx: &Transaction<'_>, inquiries: &[Uuid]) -> Result<HashMap<InquiryId, Rows>, ReadError> {
        let sql = format!("select {COLUMNS} from letter where inquiry = any($1)");
        let rows = prepared::rows(tx, &sql, &[&inquiries], "read rows of the letters").await?;
        let mut known: HashMap<InquiryId, Rows> = HashMap::new();
        for row in &rows {
            let letter = read(row)?;
            known.entry(letter.inquiry).or_default().insert(letter.version, letter);
        }
        Ok(known)
    }

    async fn store(tx: &Transaction<'_>, rows: &[&SignedLetter]) -> Result<(), ReadError> {
        store(tx, rows).await
    }
}

/// One column of a statement over many rows.
macro_rules! column {
    ($rows:expr, $value:expr) => {
        $rows.iter().map($value).collect::<Vec<_>>()
    };
}

async fn store(tx: &Transaction<'_>, rows: &[&SignedLetter]) -> Result<(), ReadError> {
    let values: [&(dyn ToSql + Sync); 13] = [
        &column!(rows, |l| l.code.as_str()),
        &column!(rows, |l| l.inquiry.0),
        &column!(rows, |l| l.version.cast_signed()),
        &column!(rows, |l| l.language.code()),
        &column!(rows, |l| l.signatory.as_str()),
        &column!(rows, |l| l.signed_at),
        &column!(rows, |l| l.by_server),
        &column!(rows, |l| l.signed_pdf.to_string()),
        &column!(rows, |l| l.number.as_deref()),
        &column!(rows, |l| l.dated),
        &column!(rows, |l| l.registered_pdf.map(|pdf| pdf.to_string())),
        &column!(rows, |l| l.replaced_at),
        &column!(rows, |l| l.position),
    ];
    let sql = "insert into letter
                (code, inquiry, version, language, signatory, signed_at, by_server, signed_pdf, number, dated,
                 registered_pdf, replaced_at, position)
         select * from unnest($1::text[], $2::uuid[], $3::int[], $4::text[], $5::text[], $6::timestamptz[], $7::boolean[],
                              $8::text[], $9::text[], $10::date[], $11::text[], $12::timestamptz[], $13::bigint[])
         on conflict (code) do update
            set number = excluded.number, dated = excluded.dated, registered_pdf = excluded.registered_pdf,
                replaced_at = excluded.replaced_at, position = excluded.position";
    prepared::execute(tx, sql, &values, "write rows of the letters").await
}

//! Keeps the table: reads the rows that events are about, and writes back what changed in one statement.

use std::collections::HashMap;

use deadpool_postgres::Transaction;
use inquiry::InquiryId;
use inquiry::event::EventName;
use inquiry::terms::RequiredVisa;
use serde_json::json;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::{Approval, fold};
use crate::ReadError;
use crate::folding::{Fold, Reads, Told};
use crate::prepared;

/// How `approval` follows.
pub(crate) struct Approvals;

impl Fold for Approvals {
    type About = InquiryId;
    type Rows = Option<Approval>;
    type Key = ();
    type Row = Approval;

    fn reads(name: EventName) -> Reads {
        fold::reads(name)
    }

    fn fold(rows: &mut Self::Rows, told: &Told<InquiryId>) -> Vec<()> {
        if rows.as_ref().is_some_and(|row| row.position >= told.stamp.position) {
            return Vec::new();
        }
        let before = rows.is_some();
        for event in &told.events {
            *rows = fold::fold(rows.take(), told.subject, event, told.stamp);
        }
        if before || rows.is_some() { vec![()] } else { Vec::new() }
    }

    fn row(rows: &Self::Rows, (): ()) -> Option<&Approval> {
        rows.as_ref()
    }

    async fn load(tx: &Transaction<'_>, inquiries: &[Uuid]) -> Result<HashMap<InquiryId, Self::Rows>, ReadError> {
        let sql =
            "select inquiry, awaited::text, given::text, refused::text, position from approval where inquiry = any($1)";
        let rows = prepared::rows(tx, sql, &[&inquiries], "read rows of the approvals").await?;
        let read = |row: &Row| try_read(row).ok_or(ReadError::Row { table: "approval" });
        rows.iter().map(|row| read(row).map(|approval| (approval.inquiry, Some(approval)))).collect()
    }

    async fn store(tx: &Transaction<'_>, rows: &[&Approval]) -> Result<(), ReadError> {
        let texts = |of: fn(&Approval) -> &[RequiredVisa]| -> Vec<String> {
            rows.iter().map(|row| json!(of(row)).to_string()).collect()
        };
        let values: [&(dyn ToSql + Sync); 5] = [
            &rows.iter().map(|row| row.inquiry.0).collect::<Vec<_>>(),
            &texts(|row| &row.awaited),
            &texts(|row| &row.given),
            &texts(|row| &row.refused),
            &rows.iter().map(|row| row.position).collect::<Vec<_>>(),
        ];
        let sql = "insert into approval (inquiry, awaited, given, refused, position)
             select inquiry, awaited::jsonb, given::jsonb, refused::jsonb, position
               from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bigint[])
                 as new (inquiry, awaited, given, refused, position)
             on conflict (inquiry) do update
                set awaited = excluded.awaited, given = excluded.given, refused = excluded.refused, position = excluded.position";
        prepared::execute(tx, sql, &values, "write rows of the approvals").await
    }

    async fn remove(tx: &Transaction<'_>, gone: &[(InquiryId, ())]) -> Result<(), ReadError> {
        let inquiries: Vec<Uuid> = gone.iter().map(|(inquiry, ())| inquiry.0).collect();
        let sql = "delete from approval where inquiry = any($1)";
        prepared::execute(tx, sql, &[&inquiries], "remove rows of the approvals").await
    }
}

fn try_read(row: &Row) -> Option<Approval> {
    let visas = |n: usize| serde_json::from_str(row.try_get(n).ok()?).ok();
    Some(Approval {
        inquiry: InquiryId(row.try_get(0).ok()?),
        awaited: visas(1)?,
        given: visas(2)?,
        refused: visas(3)?,
        position: row.try_get(4).ok()?,
    })
}

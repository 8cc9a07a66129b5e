//! Keeps the table: reads the rows that events are about, and writes back what changed in one statement.

use std::collections::HashMap;

use deadpool_postgres::Transaction;
use inquiry::event::EventName;
use inquiry::{InquiryId, RecipientNo};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::fold::Rows;
use super::{Delivery, State, fold};
use crate::ReadError;
use crate::folding::{Fold, Reads, Told};
use crate::prepared;

/// How `delivery` follows.
pub(crate) struct Deliveries;

impl Fold for Deliveries {
    type About = InquiryId;
    type Rows = Rows;
    type Key = RecipientNo;
    type Row = Delivery;

    fn reads(name: EventName) -> Reads {
        fold::reads(name)
    }

    fn fold(rows: &mut Rows, told: &Told<InquiryId>) -> Vec<RecipientNo> {
        // Rows that have seen this event stay as they are: a follower that starts over does no harm.
        let seen = rows.values().any(|row| row.position >= told.stamp.position);
        if seen {
            return Vec::new();
        }
        told.events.iter().flat_map(|event| fold::fold(rows, told.subject, event, told.stamp)).collect()
    }

    fn row(rows: &Rows, key: RecipientNo) -> Option<&Delivery> {
        rows.get(&key)
    }

    async fn load(tx: &Transaction<'_>, inquiries: &[Uuid]) -> Result<HashMap<InquiryId, Rows>, ReadError> {
        let sql = format!("select {COLUMNS} from delivery where inquiry = any($1)");
        let rows = prepared::rows(tx, &sql, &[&inquiries], "read rows of the deliveries").await?;
        let mut known: HashMap<InquiryId, Rows> = HashMap::new();
        for row in &rows {
            let delivery = read(row)?;
            known.entry(delivery.inquiry).or_default().insert(delivery.recipient, delivery);
        }
        Ok(known)
    }

    async fn store(tx: &Transaction<'_>, rows: &[&Delivery]) -> Result<(), ReadError> {
        store(tx, rows).await
    }

    async fn remove(tx: &Transaction<'_>, gone: &[(InquiryId, RecipientNo)]) -> Result<(), ReadError> {
        let inquiries: Vec<Uuid> = gone.iter().map(|(inquiry, _)| inquiry.0).collect();
        let recipients: Vec<i32> = gone.iter().map(|(_, recipient)| i32::from(recipient.0)).collect();
        tx.execute(
            "delete from delivery using unnest($1::uuid[], $2::int[]) as gone (inquiry, recipient)
              where delivery.inquiry = gone.inquiry and delivery.recipient = gone.recipient",
            &[&inquiries, &recipients],
        )
        .await
        .map_err(ReadError::doing("remove rows of the deliveries"))?;
        Ok(())
    }
}

/// The columns in the order in which [`read`] takes them.
pub(super) const COLUMNS: &str = "delivery.inquiry, delivery.recipient, delivery.label, delivery.name, delivery.address,
     delivery.letter, delivery.dispatch, delivery.message_id, delivery.state, delivery.ordered_at, delivery.accepted_at,
     delivery.failed_at, delivery.confirmed_at, delivery.handed_on, delivery.attempts, delivery.answer, delivery.position";

/// A delivery from a row that begins with [`COLUMNS`].
pub(super) fn read(row: &Row) -> Result<Delivery, ReadError> {
    try_read(row).ok_or(ReadError::Row { table: "delivery" })
}

fn try_read(row: &Row) -> Option<Delivery> {
    Some(Delivery {
        inquiry: InquiryId(row.try_get(0).ok()?),
        recipient: RecipientNo(u16::try_from(row.try_get::<_, i32>(1).ok()?).ok()?),
        label: row.try_get(2).ok()?,
        name: row.try_get(3).ok()?,
        address: row.try_get(4).ok()?,
        letter: row.try_get(5).ok()?,
        order: row.try_get::<_, Option<i32>>(6).ok()?.map(i32::cast_unsigned),
        message_id: row.try_get(7).ok()?,
        state: State::from_code(row.try_get(8).ok()?)?,
        ordered_at: row.try_get(9).ok()?,
        accepted_at: row.try_get(10).ok()?,
        failed_at: row.try_get(11).ok()?,
        confirmed_at: row.try_get(12).ok()?,
        handed_on: row.try_get(13).ok()?,
        attempts: row.try_get::<_, i32>(14).ok()?.cast_unsigned(),
        answer: row.try_get(15).ok()?,
        position: row.try_get(16).ok()?,
    })
}

/// One column of a statement over many rows.
macro_rules! column {
    ($rows:expr, $value:expr) => {
        $rows.iter().map($value).collect::<Vec<_>>()
    };
}

async fn store(tx: &Transaction<'_>, rows: &[&Delivery]) -> Result<(), ReadError> {
    let values: [&(dyn ToSql + Sync); 17] = [
        &column!(rows, |d| d.inquiry.0),
        &column!(rows, |d| i32::from(d.recipient.0)),
        &column!(rows, |d| d.label.as_str()),
        &column!(rows, |d| d.name.as_str()),
        &column!(rows, |d| d.address.as_deref()),
        &column!(rows, |d| d.letter.as_deref()),
        &column!(rows, |d| d.order.map(u32::cast_signed)),
        &column!(rows, |d| d.message_id.as_deref()),
        &column!(rows, |d| d.state.code()),
        &column!(rows, |d| d.ordered_at),
        &column!(rows, |d| d.accepted_at),
        &column!(rows, |d| d.failed_at),
        &column!(rows, |d| d.confirmed_at),
        &column!(rows, |d| d.handed_on),
        &column!(rows, |d| d.attempts.cast_signed()),
        &column!(rows, |d| d.answer.as_deref()),
        &column!(rows, |d| d.position),
    ];
    let sql = "insert into delivery
                (inquiry, recipient, label, name, address, letter, dispatch, message_id, state, ordered_at, accepted_at,
                 failed_at, confirmed_at, handed_on, attempts, answer, position)
         select * from unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::text[],
                              $9::text[], $10::timestamptz[], $11::timestamptz[], $12::timestamptz[], $13::timestamptz[],
                              $14::date[], $15::int[], $16::text[], $17::bigint[])
         on conflict (inquiry, recipient) do update
            set label = excluded.label, name = excluded.name, address = excluded.address, letter = excluded.letter,
                dispatch = excluded.dispatch, message_id = excluded.message_id, state = excluded.state,
                ordered_at = excluded.ordered_at, accepted_at = excluded.accepted_at, failed_at = excluded.failed_at,
                confirmed_at = excluded.confirmed_at, handed_on = excluded.handed_on, attempts = excluded.attempts,
                answer = excluded.answer, position = excluded.position";
    prepared::execute(tx, sql, &values, "write rows of the deliveries").await
}

//! Keeps the table: reads the rows that a page of events is about, folds the page, writes back what changed in one statement.

use std::collections::{BTreeMap, BTreeSet};

use eventstore::Recorded;
use inquiry::event::Event;
use inquiry::{InquiryId, RecipientNo};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Row, Transaction};
use uuid::Uuid;

use super::fold::Rows;
use super::{Delivery, State, fold};
use crate::ReadError;
use crate::followers::read_event;

/// Keeps `delivery`.
#[derive(Debug, Clone, Copy)]
pub struct DeliveryFollower;

/// The columns in the order in which [`read`] takes them.
pub(super) const COLUMNS: &str = "delivery.inquiry, delivery.recipient, delivery.label, delivery.name, delivery.address,
     delivery.letter, delivery.dispatch, delivery.message_id, delivery.state, delivery.ordered_at, delivery.accepted_at,
     delivery.failed_at, delivery.confirmed_at, delivery.handed_on, delivery.attempts, delivery.answer, delivery.position";

impl DeliveryFollower {
    /// Folds a page of the journal into the table, within the transaction that also moves the follower's place.
    ///
    /// # Errors
    /// [`ReadError`]; the transaction is then to be given up.
    pub async fn take(&self, tx: &Transaction<'_>, page: &[Recorded]) -> Result<(), ReadError> {
        let mut events: Vec<(InquiryId, Vec<Event>, &Recorded)> = Vec::new();
        for recorded in page {
            if let Some((inquiry, today)) = read_event(recorded)? {
                events.push((inquiry, today, recorded));
            }
        }
        let ids: BTreeSet<Uuid> = events.iter().map(|(inquiry, ..)| inquiry.0).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let mut inquiries = load(tx, &ids.into_iter().collect::<Vec<_>>()).await?;
        let mut changed: BTreeSet<(InquiryId, RecipientNo)> = BTreeSet::new();
        for (inquiry, today, recorded) in events {
            let rows = inquiries.entry(inquiry).or_default();
            // Rows that have seen this event stay as they are: a follower that starts over does no harm.
            if rows.values().any(|row| row.position >= recorded.position) {
                continue;
            }
            for event in &today {
                changed.extend(fold(rows, inquiry, event, recorded).into_iter().map(|recipient| (inquiry, recipient)));
            }
        }
        let is_gone = |(inquiry, recipient): &&(InquiryId, RecipientNo)| {
            inquiries.get(inquiry).is_none_or(|rows| !rows.contains_key(recipient))
        };
        remove(tx, changed.iter().filter(is_gone)).await?;
        let rows: Vec<&Delivery> =
            changed.iter().filter_map(|(inquiry, recipient)| inquiries.get(inquiry)?.get(recipient)).collect();
        store(tx, &rows).await
    }
}

async fn remove<'r>(
    tx: &Transaction<'_>,
    gone: impl Iterator<Item = &'r (InquiryId, RecipientNo)>,
) -> Result<(), ReadError> {
    for (inquiry, recipient) in gone {
        tx.execute(
            "delete from delivery where inquiry = $1 and recipient = $2",
            &[&inquiry.0, &i32::from(recipient.0)],
        )
        .await
        .map_err(ReadError::doing("remove a row of the deliveries"))?;
    }
    Ok(())
}

async fn load(tx: &Transaction<'_>, ids: &[Uuid]) -> Result<BTreeMap<InquiryId, Rows>, ReadError> {
    let sql = format!("select {COLUMNS} from delivery where inquiry = any($1)");
    let rows = tx.query(&sql, &[&ids]).await.map_err(ReadError::doing("read rows of the deliveries"))?;
    let mut inquiries: BTreeMap<InquiryId, Rows> = BTreeMap::new();
    for row in &rows {
        let delivery = read(row)?;
        inquiries.entry(delivery.inquiry).or_default().insert(delivery.recipient, delivery);
    }
    Ok(inquiries)
}

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
    if rows.is_empty() {
        return Ok(());
    }
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
    tx.execute(
        "insert into delivery
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
                answer = excluded.answer, position = excluded.position",
        &values,
    )
    .await
    .map_err(ReadError::doing("write rows of the deliveries"))?;
    Ok(())
}

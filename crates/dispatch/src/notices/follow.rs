//! What the journal's events leave in the tables: what is owed on each inquiry, and a row for everybody who is to hear of a reminder. Both
//! are written in the transaction that moves the follower's place: once each, whatever crashes.

use std::collections::{BTreeSet, HashMap};

use directory::PersonId;
use eventstore::{Concern, Follower, FollowerError, Recorded, Transaction};
use inquiry::event::MinistryReminded;
use inquiry::pressing::{self, Awaited, Pressing};
use inquiry::terms::Owed;
use inquiry::{Event, EventName, InquiryId};
use jiff::Timestamp;
use jiff::civil::Date;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use crate::concern;
use crate::error::{DispatchError, database};

/// The name under which the follower keeps its place.
pub const FOLLOWER: &str = "notices";

/// The follower of the journal that knows who owes what.
#[derive(Debug, Clone, Copy, Default)]
pub struct Notices(());

/// Does this kind of event change what is awaited, or is it a reminder?
const fn concerns(name: EventName) -> bool {
    pressing::reads(name) || matches!(name, EventName::MinistryReminded)
}

impl Follower for Notices {
    fn name(&self) -> &str {
        FOLLOWER
    }

    fn concern(&self, event: &Recorded) -> Concern {
        concern::of_inquiry(event, concerns)
    }

    async fn apply(&self, tx: &Transaction<'_>, page: &[Recorded]) -> Result<(), FollowerError> {
        let inquiries = page.iter().filter_map(|recorded| InquiryId::of_stream(recorded.stream.as_str()));
        let inquiries: BTreeSet<Uuid> = inquiries.map(|inquiry| inquiry.0).collect();
        let mut known = load(tx, &inquiries.into_iter().collect::<Vec<_>>()).await?;
        let mut changed = BTreeSet::new();
        for recorded in page {
            let Some(inquiry) = InquiryId::of_stream(recorded.stream.as_str()) else { continue };
            // Read once more from the beginning, the journal finds what it has left.
            if known.get(&inquiry).is_some_and(|(_, position)| *position >= recorded.position) {
                continue;
            }
            for event in Event::from_stored(&recorded.event_type, recorded.schema_version, recorded.text())? {
                if let Event::MinistryReminded(event) = &event {
                    remind(tx, inquiry, event, recorded.position).await?;
                }
                let before = known.remove(&inquiry).map(|(pressing, _)| pressing);
                if let Some(pressing) = Pressing::after(before, &event, recorded.at) {
                    known.insert(inquiry, (pressing, recorded.position));
                    changed.insert(inquiry);
                }
            }
        }
        let changed = changed.iter().filter_map(|inquiry| known.get_key_value(inquiry));
        store(tx, &changed.map(|(inquiry, (pressing, position))| (*inquiry, pressing, *position)).collect::<Vec<_>>())
            .await?;
        Ok(())
    }
}

async fn load(tx: &Transaction<'_>, inquiries: &[Uuid]) -> Result<HashMap<InquiryId, (Pressing, i64)>, DispatchError> {
    let rows = tx
        .query("select inquiry, known, position from pressing where inquiry = any($1)", &[&inquiries])
        .await
        .map_err(database("read what is owed"))?;
    let read = |row: &tokio_postgres::Row| {
        let inquiry: Uuid = row.get(0);
        let known = serde_json::from_value(row.get(1));
        let known = known.map_err(|error| DispatchError::Row(format!("what presses on {inquiry}: {error}")))?;
        Ok((InquiryId(inquiry), (known, row.get(2))))
    };
    rows.iter().map(read).collect()
}

async fn store(tx: &Transaction<'_>, rows: &[(InquiryId, &Pressing, i64)]) -> Result<(), DispatchError> {
    if rows.is_empty() {
        return Ok(());
    }
    let inquiries: Vec<Uuid> = rows.iter().map(|(inquiry, ..)| inquiry.0).collect();
    let known: Vec<serde_json::Value> = rows
        .iter()
        .map(|(_, pressing, _)| serde_json::to_value(pressing))
        .collect::<Result<_, _>>()
        .map_err(|error| DispatchError::Row(format!("what is owed cannot be written down: {error}")))?;
    let positions: Vec<i64> = rows.iter().map(|(.., position)| *position).collect();
    tx.execute(
        "insert into pressing (inquiry, known, position)
         select * from unnest($1::uuid[], $2::jsonb[], $3::bigint[])
         on conflict (inquiry) do update set known = excluded.known, position = excluded.position",
        &[&inquiries, &known, &positions],
    )
    .await
    .map_err(database("keep what is owed"))?;
    tx.execute("delete from owed where inquiry = any($1)", &[&inquiries])
        .await
        .map_err(database("take away what was owed"))?;
    let owed: Vec<Row<'_>> = rows
        .iter()
        .flat_map(|(inquiry, known, _)| known.awaited().into_iter().map(|one| Row::of(*inquiry, known, one)))
        .collect();
    let values: [&(dyn ToSql + Sync); 8] = [
        &owed.iter().map(|row| row.inquiry.0).collect::<Vec<Uuid>>(),
        &owed.iter().map(|row| row.kind).collect::<Vec<&str>>(),
        &owed.iter().map(|row| row.ministry.as_str()).collect::<Vec<&str>>(),
        &owed.iter().map(|row| row.pressing.number.as_str()).collect::<Vec<&str>>(),
        &owed.iter().map(|row| row.pressing.subject.as_str()).collect::<Vec<&str>>(),
        &owed.iter().map(|row| row.due).collect::<Vec<Option<Date>>>(),
        &owed.iter().map(|row| row.since).collect::<Vec<Option<Timestamp>>>(),
        // Arrays of arrays are not a thing that `unnest` takes apart.
        &owed.iter().map(|row| joined(&row.cosigned)).collect::<Vec<String>>(),
    ];
    tx.execute(
        "insert into owed (inquiry, kind, ministry, number, subject, due, since, cosigned)
         select inquiry, kind, ministry, number, subject, due, since, string_to_array(cosigned, ' ')::uuid[]
           from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::date[], $7::timestamptz[], $8::text[])
             as new (inquiry, kind, ministry, number, subject, due, since, cosigned)",
        &values,
    )
    .await
    .map_err(database("keep who owes what"))?;
    Ok(())
}

fn joined(persons: &[PersonId]) -> String {
    persons.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// A row of `owed`.
struct Row<'d> {
    inquiry: InquiryId,
    pressing: &'d Pressing,
    kind: &'static str,
    ministry: String,
    due: Option<Date>,
    since: Option<Timestamp>,
    /// Whose signature is not awaited any more.
    cosigned: Vec<PersonId>,
}

impl<'d> Row<'d> {
    fn of(inquiry: InquiryId, pressing: &'d Pressing, awaited: Awaited) -> Self {
        let row = Self {
            inquiry,
            pressing,
            kind: REPLY,
            ministry: String::new(),
            due: None,
            since: None,
            cosigned: Vec::new(),
        };
        match awaited {
            Awaited::Part(part) => {
                Self { kind: code(part.owed), ministry: part.ministry.to_string(), due: Some(part.due), ..row }
            }
            Awaited::Reply(due) => Self { due: Some(due), ..row },
            Awaited::Signature(since, cosigned) => Self { kind: SIGNATURE, since: Some(since), cosigned, ..row },
        }
    }
}

/// The kind of row for a reply that the Office owes.
pub(super) const REPLY: &str = "reply";
/// The kind of row for a letter that waits for its signature.
pub(super) const SIGNATURE: &str = "signature";

/// The kind of row for what a ministry owes.
pub(super) const fn code(owed: Owed) -> &'static str {
    match owed {
        Owed::Contribution => "contribution",
        Owed::Draft => "draft",
    }
}

/// One row for the reminder, and one for each person who writes for the ministry and has an address now. An old reminder that is read once
/// more finds its row, and nobody new hears of it.
async fn remind(
    tx: &Transaction<'_>,
    inquiry: InquiryId,
    event: &MinistryReminded,
    position: i64,
) -> Result<(), DispatchError> {
    let people = tx
        .execute(
            "with kept as (
                 insert into reminder (position, inquiry, ministry, owed, noted, at) values ($1, $2, $3, $4, $5, $6)
                 on conflict (position) do nothing
                 returning position
             )
             insert into notice (reminder, account, noted_at)
             select kept.position, account.id, $6
               from kept, account
              where account.ministry = $3 and 'executor' = any(account.roles)
                and account.email is not null and account.disabled_at is null",
            &[
                &position,
                &inquiry.0,
                &event.ministry.as_str(),
                &code(event.owed),
                &event.note.is_some(),
                &event.reminded_at,
            ],
        )
        .await
        .map_err(database("keep a reminder"))?;
    tracing::info!(%inquiry, ministry = %event.ministry, people, "a ministry was reminded");
    Ok(())
}

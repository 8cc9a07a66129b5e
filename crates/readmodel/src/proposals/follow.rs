//! Keeps the table: reads the rows that events are about, and writes back what changed, row by row: proposals are few.

use std::collections::HashMap;

use deadpool_postgres::Transaction;
use inquiry::proposal::Source;
use inquiry::proposal::event::ProposalEventName;
use inquiry::{BlobHash, InquiryId, ProposalId, RecipientNo};
use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::{Entry, State, fold};
use crate::ReadError;
use crate::folding::{Fold, Reads, Told};
use crate::prepared;

/// How `proposal` follows.
pub(crate) struct Proposals;

impl Fold for Proposals {
    type About = ProposalId;
    type Rows = Option<Entry>;
    type Key = ();
    type Row = Entry;

    fn reads(name: ProposalEventName) -> Reads {
        fold::reads(name)
    }

    fn fold(rows: &mut Self::Rows, told: &Told<ProposalId>) -> Vec<()> {
        // A row that has seen this event stays as it is: a follower that starts over does no harm.
        if rows.as_ref().is_some_and(|row| row.position >= told.stamp.position) {
            return Vec::new();
        }
        for event in &told.events {
            *rows = fold::fold(rows.take(), event, told.stamp);
        }
        if rows.is_some() { vec![()] } else { Vec::new() }
    }

    fn row(rows: &Self::Rows, (): ()) -> Option<&Entry> {
        rows.as_ref()
    }

    async fn load(tx: &Transaction<'_>, proposals: &[Uuid]) -> Result<HashMap<ProposalId, Self::Rows>, ReadError> {
        let sql = format!("select {COLUMNS} from proposal where proposal = any($1)");
        let rows = prepared::rows(tx, &sql, &[&proposals], "read rows of the proposals").await?;
        rows.iter().map(|row| read(row).map(|entry| (entry.proposal, Some(entry)))).collect()
    }

    async fn store(tx: &Transaction<'_>, rows: &[&Entry]) -> Result<(), ReadError> {
        for row in rows {
            store(tx, row).await?;
        }
        Ok(())
    }
}

/// The columns in the order in which [`read`] takes them.
pub(super) const COLUMNS: &str = "proposal, inquiry, recipient, questions, state, received_at, decided_at, decided_by, became, reason, position, source, mail";

/// A proposal from a row of [`COLUMNS`].
pub(super) fn read(row: &Row) -> Result<Entry, ReadError> {
    try_read(row).ok_or(ReadError::Row { table: "proposal" })
}

fn try_read(row: &Row) -> Option<Entry> {
    let decided = || {
        let at: Timestamp = row.try_get::<_, Option<Timestamp>>(6).ok()??;
        Some((at, row.try_get::<_, Option<String>>(7).ok()??))
    };
    let state = match row.try_get(4).ok()? {
        "waiting" => State::Waiting,
        "taken" => {
            let (at, by) = decided()?;
            State::Taken { at, by, inquiry: InquiryId(row.try_get::<_, Option<Uuid>>(8).ok()??) }
        }
        "dismissed" => {
            let (at, by) = decided()?;
            State::Dismissed { at, by, reason: row.try_get::<_, Option<String>>(9).ok()?? }
        }
        _ => return None,
    };
    Some(Entry {
        proposal: ProposalId(row.try_get(0).ok()?),
        source: source(row)?,
        questions: row.try_get(3).ok()?,
        state,
        received_at: row.try_get(5).ok()?,
        position: row.try_get(10).ok()?,
    })
}

fn source(row: &Row) -> Option<Source> {
    let inquiry = || row.try_get::<_, Option<Uuid>>(1).ok()?.map(InquiryId);
    let recipient = || u16::try_from(row.try_get::<_, Option<i32>>(2).ok()??).ok().map(RecipientNo);
    let mail = || row.try_get::<_, Option<&[u8]>>(12).ok()??.try_into().ok().map(BlobHash);
    Some(match row.try_get(11).ok()? {
        "deputy_page" => Source::DeputyPage { inquiry: inquiry()?, recipient: recipient()? },
        "mail" => Source::Mail { mail: mail()? },
        "answer" => Source::Answer { inquiry: inquiry()?, recipient: recipient()?, mail: mail()? },
        _ => return None,
    })
}

const fn kind(source: &Source) -> &'static str {
    match source {
        Source::DeputyPage { .. } => "deputy_page",
        Source::Mail { .. } => "mail",
        Source::Answer { .. } => "answer",
    }
}

async fn store(tx: &Transaction<'_>, row: &Entry) -> Result<(), ReadError> {
    let (at, by, became, reason) = match &row.state {
        State::Waiting => (None, None, None, None),
        State::Taken { at, by, inquiry } => (Some(*at), Some(by.as_str()), Some(inquiry.0), None),
        State::Dismissed { at, by, reason } => (Some(*at), Some(by.as_str()), None, Some(reason.as_str())),
    };
    let inquiry = row.source.inquiry().map(|inquiry| inquiry.0);
    let recipient = row.source.recipient().map(|recipient| i32::from(recipient.0));
    let mail = row.source.mail().map(|mail| mail.0.to_vec());
    let source = kind(&row.source);
    let values: [&(dyn ToSql + Sync); 13] = [
        &row.proposal.0,
        &inquiry,
        &recipient,
        &row.questions,
        &row.state.code(),
        &row.received_at,
        &at,
        &by,
        &became,
        &reason,
        &row.position,
        &source,
        &mail,
    ];
    let sql = format!(
        "insert into proposal ({COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         on conflict (proposal) do update
            set state = excluded.state, decided_at = excluded.decided_at, decided_by = excluded.decided_by,
                became = excluded.became, reason = excluded.reason, position = excluded.position"
    );
    prepared::execute(tx, &sql, &values, "write a row of the proposals").await
}

//! Keeps who held an inquiry at which step: the intervals are [`inquiry::waiting`]'s, and the row that keeps what they follow from is all that has to
//! be read again.

use std::collections::{BTreeMap, HashMap};

use deadpool_postgres::Transaction;
use inquiry::InquiryId;
use inquiry::event::EventName;
use inquiry::waiting::{Happened, Holder, Interval, Waiting};
use jiff::Timestamp;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use crate::ReadError;
use crate::folding::{Fold, Reads, Told};
use crate::prepared;

/// How `report_step` follows.
pub(crate) struct Steps;

/// The row that keeps what the others follow from.
const KEPT: i32 = 0;

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StepRow {
    inquiry: InquiryId,
    nth: i32,
    what: What,
    position: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    Waiting(Box<Waiting>),
    Interval(Interval),
}

/// The rows of one inquiry.
#[derive(Debug, Default)]
pub(crate) struct Rows(BTreeMap<i32, StepRow>);

impl Rows {
    fn waiting(&self) -> Option<&Waiting> {
        match self.0.get(&KEPT).map(|row| &row.what) {
            Some(What::Waiting(waiting)) => Some(waiting),
            Some(What::Interval(_)) | None => None,
        }
    }
}

/// A holder as rows name them.
pub(super) fn holder_code(holder: &Holder) -> String {
    match holder {
        Holder::Ministry(ministry) => ministry.to_string(),
        Holder::Role(role) => format!("@{}", role.code()),
        Holder::Deputies => "@deputies".to_owned(),
        Holder::Nobody => "@nobody".to_owned(),
    }
}

/// The intervals by their places: what is on the line counts up, what is beside it down.
fn placed(waiting: &Waiting) -> impl Iterator<Item = (i32, &Interval)> {
    (1..).zip(&waiting.line).chain((1..).map(|nth: i32| -nth).zip(&waiting.beside))
}

impl Fold for Steps {
    type About = InquiryId;
    type Rows = Rows;
    type Key = i32;
    type Row = StepRow;

    fn reads(name: EventName) -> Reads {
        match name {
            // Nobody holds anything by what it is about, or by what is said and sent besides.
            EventName::TopicSet
            | EventName::InterimReplySent
            | EventName::RepeatInquiryLinked
            | EventName::DeputyResponded
            | EventName::MinistryReminded
            | EventName::LinkRevoked
            | EventName::AddressErased => Reads::Nothing,
            EventName::InquiryReceived
            | EventName::InquiryRegistered
            | EventName::ControlSet
            | EventName::MinistriesAssigned
            | EventName::AssignmentContested
            | EventName::MinistryReassigned
            | EventName::ContributionSubmitted
            | EventName::ContributionAccepted
            | EventName::ContributionReturned
            | EventName::DraftRevised
            | EventName::DraftSubmittedForApproval
            | EventName::DraftVisaed
            | EventName::VisaRefused
            | EventName::DraftReturned
            | EventName::SubmittedForSignature
            | EventName::ReplyCosigned
            | EventName::ReplySigned
            | EventName::SigningDeclined
            | EventName::OutgoingNumberAssigned
            | EventName::DispatchOrdered
            | EventName::ReplyAccepted
            | EventName::DeliveryFailed
            | EventName::DeliveryReported
            | EventName::DeliveryConfirmed
            | EventName::DeliveredByHand
            | EventName::ExtensionRequested
            | EventName::ExtensionGranted
            | EventName::ExtensionRefused
            | EventName::ControlRemoved
            | EventName::InquiryClosed
            | EventName::InquiriesMerged
            | EventName::InquiryWithdrawn
            | EventName::InquiryRedirected
            | EventName::ReplyReplaced => Reads::Content,
        }
    }

    fn fold(rows: &mut Rows, told: &Told<InquiryId>) -> Vec<i32> {
        let Told { subject: inquiry, events, stamp } = told;
        // Rows that have seen this event stay as they are: a follower that starts over does no harm.
        if rows.0.get(&KEPT).is_some_and(|row| row.position >= stamp.position) {
            return Vec::new();
        }
        let happened = |event| Happened { position: stamp.position, at: stamp.at, event };
        let waiting =
            events.iter().fold(rows.waiting().cloned(), |known, event| Waiting::after(known, &happened(event)));
        let Some(waiting) = waiting else { return Vec::new() };
        let mut changed = vec![KEPT];
        for (nth, interval) in placed(&waiting) {
            let what = What::Interval(interval.clone());
            if rows.0.get(&nth).is_none_or(|row| row.what != what) {
                rows.0.insert(nth, StepRow { inquiry: *inquiry, nth, what, position: stamp.position });
                changed.push(nth);
            }
        }
        let what = What::Waiting(Box::new(waiting));
        rows.0.insert(KEPT, StepRow { inquiry: *inquiry, nth: KEPT, what, position: stamp.position });
        changed
    }

    fn row(rows: &Rows, key: i32) -> Option<&StepRow> {
        rows.0.get(&key)
    }

    async fn load(tx: &Transaction<'_>, inquiries: &[Uuid]) -> Result<HashMap<InquiryId, Rows>, ReadError> {
        let sql = "select inquiry, waiting, position from report_step where inquiry = any($1) and nth = 0";
        let rows = prepared::rows(tx, sql, &[&inquiries], "read who holds inquiries").await?;
        let mut known = HashMap::new();
        for row in &rows {
            let (inquiry, kept) = read(row).ok_or(ReadError::Row { table: "report_step" })?;
            known.insert(inquiry, kept);
        }
        Ok(known)
    }

    async fn store(tx: &Transaction<'_>, rows: &[&StepRow]) -> Result<(), ReadError> {
        store(tx, rows).await
    }
}

/// The rows of an inquiry, from the one that they follow from: what the others say is in it.
fn read(row: &tokio_postgres::Row) -> Option<(InquiryId, Rows)> {
    let inquiry = InquiryId(row.try_get(0).ok()?);
    let waiting: Waiting = serde_json::from_str(row.try_get(1).ok()?).ok()?;
    let position = row.try_get(2).ok()?;
    let interval = |(nth, interval): (i32, &Interval)| {
        (nth, StepRow { inquiry, nth, what: What::Interval(interval.clone()), position })
    };
    let mut rows: BTreeMap<i32, StepRow> = placed(&waiting).map(interval).collect();
    rows.insert(KEPT, StepRow { inquiry, nth: KEPT, what: What::Waiting(Box::new(waiting)), position });
    Some((inquiry, Rows(rows)))
}

impl StepRow {
    fn interval(&self) -> Option<&Interval> {
        match &self.what {
            What::Interval(interval) => Some(interval),
            What::Waiting(_) => None,
        }
    }
}

async fn store(tx: &Transaction<'_>, rows: &[&StepRow]) -> Result<(), ReadError> {
    let kept = |row: &&StepRow| match &row.what {
        What::Waiting(waiting) => serde_json::to_string(waiting).map(Some),
        What::Interval(_) => Ok(None),
    };
    let kept: Vec<Option<String>> =
        rows.iter().map(kept).collect::<Result<_, _>>().map_err(|_| ReadError::Row { table: "report_step" })?;
    let values: [&(dyn ToSql + Sync); 9] = [
        &rows.iter().map(|row| row.inquiry.0).collect::<Vec<_>>(),
        &rows.iter().map(|row| row.nth).collect::<Vec<_>>(),
        &rows.iter().map(|row| row.interval().map(|one| one.step.code())).collect::<Vec<_>>(),
        &rows.iter().map(|row| row.interval().map(|one| holder_code(&one.holder))).collect::<Vec<_>>(),
        &rows.iter().map(|row| row.interval().map(|_| row.nth > 0)).collect::<Vec<_>>(),
        &rows.iter().map(|row| row.interval().map(|one| one.from)).collect::<Vec<Option<Timestamp>>>(),
        &rows.iter().map(|row| row.interval().and_then(|one| one.until)).collect::<Vec<Option<Timestamp>>>(),
        &kept,
        &rows.iter().map(|row| row.position).collect::<Vec<_>>(),
    ];
    let sql = "insert into report_step (inquiry, nth, step, holder, is_line, since, until, waiting, position)
         select * from unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::bool[], $6::timestamptz[], $7::timestamptz[],
                              $8::text[], $9::bigint[])
         on conflict (inquiry, nth) do update
            set step = excluded.step, holder = excluded.holder, is_line = excluded.is_line, since = excluded.since,
                until = excluded.until, waiting = excluded.waiting, position = excluded.position";
    prepared::execute(tx, sql, &values, "write who holds inquiries").await
}

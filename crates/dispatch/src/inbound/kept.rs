//! The rows of mails that came: the raw bytes first, before anything is decided about them.

use deadpool_postgres::Pool;
use sha2::{Digest, Sha256};
use tokio_postgres::Row;

use super::Moment;
use super::source::Folder;
use crate::error::{DispatchError, database};

/// The most mails that one reading works on of those that wait.
const MOST_WAITING: i64 = 1_000;

/// A mail that came.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) id: i64,
    pub(super) sha256: Vec<u8>,
    /// None once it was erased.
    pub(super) raw: Option<Vec<u8>>,
    pub(super) is_whole: bool,
    pub(super) is_processed: bool,
    is_unreadable: bool,
}

impl Kept {
    pub(super) const fn folder(&self) -> Folder {
        if self.is_unreadable { Folder::Failed } else { Folder::Processed }
    }
}

/// A mail as it is taken out of its mailbox.
pub(super) struct Come<'a> {
    pub(super) mailbox: &'a str,
    pub(super) generation: i64,
    pub(super) place: &'a str,
    pub(super) raw: Vec<u8>,
    pub(super) is_whole: bool,
}

const COLUMNS: &str = "id, sha256, raw, is_whole, processed_at is not null, class is not distinct from 'unreadable'";

fn kept(row: &Row) -> Kept {
    Kept {
        id: row.get(0),
        sha256: row.get(1),
        raw: row.get(2),
        is_whole: row.get(3),
        is_processed: row.get(4),
        is_unreadable: row.get(5),
    }
}

/// What is kept of the mail in that place.
pub(super) async fn at(
    pool: &Pool,
    mailbox: &str,
    generation: i64,
    place: &str,
) -> Result<Option<Kept>, DispatchError> {
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    let sql = format!("select {COLUMNS} from inbound_mail where mailbox = $1 and generation = $2 and place = $3");
    let row = client.query_opt(&sql, &[&mailbox, &generation, &place]).await;
    Ok(row.map_err(database("look for a mail that came"))?.as_ref().map(kept))
}

/// Those that were kept and not worked on to the end.
pub(super) async fn waiting(pool: &Pool) -> Result<Vec<Kept>, DispatchError> {
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    let sql = format!("select {COLUMNS} from inbound_mail where processed_at is null order by id limit $1");
    let rows = client.query(&sql, &[&MOST_WAITING]).await.map_err(database("list mails that came"))?;
    Ok(rows.iter().map(kept).collect())
}

/// Keeps a mail. The same bytes in another place are the same mail.
pub(super) async fn keep(pool: &Pool, come: Come<'_>, now: Moment) -> Result<Kept, DispatchError> {
    let sha256 = Sha256::digest(&come.raw).to_vec();
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    client
        .execute(
            "insert into inbound_mail (mailbox, generation, place, sha256, raw, is_whole, received_at)
             values ($1, $2, $3, $4, $5, $6, $7)
             on conflict do nothing",
            &[&come.mailbox, &come.generation, &come.place, &sha256, &come.raw, &come.is_whole, &now],
        )
        .await
        .map_err(database("keep a mail that came"))?;
    let sql = format!("select {COLUMNS} from inbound_mail where sha256 = $1");
    let row = client.query_opt(&sql, &[&sha256]).await.map_err(database("keep a mail that came"))?;
    row.as_ref().map(kept).ok_or_else(|| {
        DispatchError::Row(format!("{} of {} is another mail than it was before", come.place, come.mailbox))
    })
}

/// The mailbox was read to its end, from this moment on.
pub(super) async fn was_read(pool: &Pool, mailbox: &str, began: Moment) -> Result<(), DispatchError> {
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    client
        .execute(
            "insert into inbound_mailbox (mailbox, read_at) values ($1, $2)
             on conflict (mailbox) do update
                set read_at = greatest(inbound_mailbox.read_at, excluded.read_at), failed_at = null, error = null",
            &[&mailbox, &began],
        )
        .await
        .map_err(database("note that the mailbox was read"))?;
    Ok(())
}

/// It could not be read.
pub(super) async fn was_not_read(
    pool: &Pool,
    mailbox: &str,
    now: Moment,
    error: &DispatchError,
) -> Result<(), DispatchError> {
    let why = std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    let why = why.map(ToString::to_string).collect::<Vec<_>>().join(": ");
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    client
        .execute(
            "insert into inbound_mailbox (mailbox, failed_at, error) values ($1, $2, $3)
             on conflict (mailbox) do update set failed_at = excluded.failed_at, error = excluded.error",
            &[&mailbox, &now, &crate::text::one_line(&why, 500)],
        )
        .await
        .map_err(database("note that the mailbox could not be read"))?;
    Ok(())
}

/// Erases the words of every mail that came from an address; how many those were. Their hashes stay.
///
/// # Errors
/// [`DispatchError`] when the database does not answer.
pub async fn forget_from(pool: &Pool, address: &str) -> Result<u64, DispatchError> {
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    client
        .execute(
            "update inbound_mail set raw = null, sender = null, subject = null, body = null
              where lower(sender) = lower($1) and raw is not null",
            &[&address],
        )
        .await
        .map_err(database("erase what came from an address"))
}

//! The rows of mails that came: the raw bytes first, before anything is decided about them.

use deadpool_postgres::Pool;
use letter::incoming::mail::end_of_head;
use sha2::{Digest, Sha256};
use tokio_postgres::Row;

use super::parsed::Unreadable;
use super::source::Folder;
use super::{Moment, parsed};
use crate::error::{DispatchError, database};

/// The most mails that one reading works on of those that wait.
const MOST_WAITING: i64 = 1_000;
/// How many times a mail is begun to be read; the program has ended each time.
const MOST_TRIES: i32 = 3;

/// A mail that came, without its bytes: there may be many, each as large as a mail may be.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) id: i64,
    pub(super) sha256: Vec<u8>,
    pub(super) is_whole: bool,
    pub(super) is_processed: bool,
    /// It waits until clerks are handed more.
    pub(super) waits_for_clerks: bool,
    is_unreadable: bool,
}

/// What a mail that was begun turned out to be.
#[derive(Debug)]
pub(super) enum Begun {
    /// Its bytes, to be read.
    Raw(Vec<u8>),
    /// It was begun as often as is enough.
    TooOften,
    /// Somebody else has worked on it, or it was erased.
    Gone,
}

/// What a mail waits for. The names stand in its row.
#[derive(Debug, Clone, Copy)]
pub(super) enum WaitsFor {
    /// That clerks are handed more.
    Clerks,
    /// That an attempt ends.
    Attempt,
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

const COLUMNS: &str = "id, sha256, is_whole, processed_at is not null, waits is not distinct from 'clerks',
                       class is not distinct from 'unreadable'";

fn kept(row: &Row) -> Kept {
    Kept {
        id: row.get(0),
        sha256: row.get(1),
        is_whole: row.get(2),
        is_processed: row.get(3),
        waits_for_clerks: row.get(4),
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

/// Those that were kept and not worked on to the end, the oldest first; without room for more proposals, those that wait for it stay.
pub(super) async fn waiting(pool: &Pool, has_room: bool) -> Result<Vec<Kept>, DispatchError> {
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    let sql = format!(
        "select {COLUMNS} from inbound_mail
          where processed_at is null and raw is not null and ($2 or waits is distinct from 'clerks')
          order by id limit $1"
    );
    let rows = client.query(&sql, &[&MOST_WAITING, &has_room]).await.map_err(database("list mails that came"))?;
    Ok(rows.iter().map(kept).collect())
}

/// How many were kept and not worked on to the end.
pub(super) async fn count_waiting(pool: &Pool) -> Result<u64, DispatchError> {
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    let sql = "select count(*) from inbound_mail where processed_at is null and raw is not null";
    let row = client.query_one(sql, &[]).await.map_err(database("count mails that wait"))?;
    Ok(row.get::<_, i64>(0).unsigned_abs())
}

/// Notes, durably, that a mail is about to be read: one that ends the program each time is not read for ever.
pub(super) async fn begin(pool: &Pool, id: i64) -> Result<Begun, DispatchError> {
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    let row = client
        .query_opt(
            "update inbound_mail set tries = tries + 1
              where id = $1 and processed_at is null and raw is not null
          returning tries, case when tries <= $2 then raw end",
            &[&id, &MOST_TRIES],
        )
        .await
        .map_err(database("begin a mail that came"))?;
    Ok(match row.map(|row| row.get(1)) {
        Some(Some(raw)) => Begun::Raw(raw),
        Some(None) => Begun::TooOften,
        None => Begun::Gone,
    })
}

/// Reading it is over, and the program is still here.
pub(super) async fn survived(pool: &Pool, id: i64) -> Result<(), DispatchError> {
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    let sql = "update inbound_mail set tries = greatest(tries - 1, 0) where id = $1";
    client.execute(sql, &[&id]).await.map_err(database("note that a mail was read"))?;
    Ok(())
}

/// It has to wait.
pub(super) async fn wait(pool: &Pool, id: i64, waits_for: WaitsFor) -> Result<(), DispatchError> {
    let name = match waits_for {
        WaitsFor::Clerks => "clerks",
        WaitsFor::Attempt => "attempt",
    };
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    let sql = "update inbound_mail set waits = $2 where id = $1 and processed_at is null";
    client.execute(sql, &[&id, &name]).await.map_err(database("note that a mail waits"))?;
    Ok(())
}

/// Keeps a mail. The same bytes in another place are the same mail.
pub(super) async fn keep(pool: &Pool, come: &Come<'_>, now: Moment) -> Result<Kept, DispatchError> {
    write(pool, come, None, now).await
}

/// Keeps that a mail came, its hash and why nothing else of it could be kept: the mail itself is put away in its mailbox.
pub(super) async fn keep_nothing(
    pool: &Pool,
    come: &Come<'_>,
    why: Unreadable,
    now: Moment,
) -> Result<Kept, DispatchError> {
    write(pool, come, Some(why.code()), now).await
}

async fn write(pool: &Pool, come: &Come<'_>, unkept: Option<&str>, now: Moment) -> Result<Kept, DispatchError> {
    let sha256 = Sha256::digest(&come.raw).to_vec();
    let raw = unkept.is_none().then_some(come.raw.as_slice());
    // Whatever becomes of the mail, an erasure finds it.
    let sender = raw.and_then(|raw| parsed::sender_of_head(&raw[..end_of_head(raw)]));
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    client
        .execute(
            "insert into inbound_mail (mailbox, generation, place, sha256, raw, is_whole, received_at, sender,
                                       error, class, processed_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8,
                     $9, case when $9::text is not null then 'unreadable' end,
                     case when $9 is not null then $7::timestamptz end)
             on conflict do nothing",
            &[&come.mailbox, &come.generation, &come.place, &sha256, &raw, &come.is_whole, &now, &sender, &unkept],
        )
        .await
        .map_err(database("keep a mail that came"))?;
    let sql = format!("select {COLUMNS} from inbound_mail where sha256 = $1");
    let row = client.query_opt(&sql, &[&sha256]).await.map_err(database("keep a mail that came"))?;
    row.as_ref().map(kept).ok_or_else(|| {
        DispatchError::Row(format!("{} of {} is another mail than it was before", come.place, come.mailbox))
    })
}

/// The mailbox was read to its end. From which moment on nothing of it is unknown, if nothing is; and how many mails it did not give out or put away, with
/// the last reason.
pub(super) async fn was_read(
    pool: &Pool,
    mailbox: &str,
    whole_from: Option<Moment>,
    skipped: u64,
    why: Option<&str>,
) -> Result<(), DispatchError> {
    let skipped = i32::try_from(skipped).unwrap_or(i32::MAX);
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    client
        .execute(
            "insert into inbound_mailbox (mailbox, read_at, skipped, skipped_why) values ($1, $2, $3, $4)
             on conflict (mailbox) do update
                set read_at = greatest(inbound_mailbox.read_at, excluded.read_at), failed_at = null, error = null,
                    skipped = excluded.skipped, skipped_why = excluded.skipped_why",
            &[&mailbox, &whole_from, &skipped, &why],
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
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    client
        .execute(
            "insert into inbound_mailbox (mailbox, failed_at, error) values ($1, $2, $3)
             on conflict (mailbox) do update set failed_at = excluded.failed_at, error = excluded.error",
            &[&mailbox, &now, &error.whole()],
        )
        .await
        .map_err(database("note that the mailbox could not be read"))?;
    Ok(())
}

/// Erases the words of every mail that came from an address, whatever has become of it; how many those were. Their hashes stay.
///
/// # Errors
/// [`DispatchError`] when the database does not answer.
pub async fn forget_from(pool: &Pool, address: &str) -> Result<u64, DispatchError> {
    let client = pool.get().await.map_err(DispatchError::Pool)?;
    // Where no sender was found it may stand anywhere, and a server's report has it in what it hands back.
    client
        .execute(
            "update inbound_mail set raw = null, sender = null, subject = null, body = null
              where raw is not null
                and (lower(sender) = lower($1)
                     or ((sender is null and (processed_at is null or class = 'unreadable')
                          or class = 'report' and mail is null)
                         and strpos(lower(encode(raw, 'escape')), lower($1)) > 0))",
            &[&address],
        )
        .await
        .map_err(database("erase what came from an address"))
}

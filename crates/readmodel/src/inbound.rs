//! What came to the office's mailbox, as the mail worker has written it down: for clerks who decide about it, and beside the deliveries it is about.

use std::collections::HashMap;

use deadpool_postgres::Pool;
use inquiry::{BlobHash, InquiryId, RecipientNo};
use jiff::Timestamp;
use tokio_postgres::Row;

use crate::ReadError;

/// A mail that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Its number here.
    pub id: i64,
    /// SHA-256 of its bytes.
    pub sha256: BlobHash,
    /// When it was taken out of the mailbox.
    pub received_at: Timestamp,
    /// What its `From:` says, which proves nothing.
    pub sender: Option<String>,
    /// Its subject.
    pub subject: Option<String>,
    /// Its words, cut.
    pub body: Option<String>,
    /// Why it could not be read: `too_large`, `too_many_parts`, `too_deep`, `broken`, `tried` or `unkeepable`.
    pub error: Option<String>,
    /// Are its bytes still there?
    pub is_here: bool,
}

const COLUMNS: &str = "id, sha256, received_at, sender, subject, body, error, raw is not null";

fn read(row: &Row) -> Result<Mail, ReadError> {
    try_read(row).ok_or(ReadError::Row { table: "inbound_mail" })
}

fn try_read(row: &Row) -> Option<Mail> {
    Some(Mail {
        id: row.try_get(0).ok()?,
        sha256: hash(row.try_get(1).ok()?)?,
        received_at: row.try_get(2).ok()?,
        sender: row.try_get(3).ok()?,
        subject: row.try_get(4).ok()?,
        body: row.try_get(5).ok()?,
        error: row.try_get(6).ok()?,
        is_here: row.try_get(7).ok()?,
    })
}

fn hash(bytes: &[u8]) -> Option<BlobHash> {
    bytes.try_into().ok().map(BlobHash)
}

/// The mails with these hashes.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn of_hashes(pool: &Pool, hashes: &[BlobHash]) -> Result<HashMap<BlobHash, Mail>, ReadError> {
    let hashes: Vec<&[u8]> = hashes.iter().map(|hash| hash.0.as_slice()).collect();
    let sql = format!("select {COLUMNS} from inbound_mail where sha256 = any($1)");
    let client = pool.get().await?;
    let rows = client.query(&sql, &[&hashes]).await.map_err(ReadError::doing("list mails that came"))?;
    rows.iter().map(|row| read(row).map(|mail| (mail.sha256, mail))).collect()
}

/// Those that could not be read, the last first, `most` at most.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn unreadable(pool: &Pool, most: u16) -> Result<Vec<Mail>, ReadError> {
    let sql = format!(
        "select {COLUMNS} from inbound_mail where class = 'unreadable' order by received_at desc, id desc limit $1"
    );
    let client = pool.get().await?;
    let rows = client.query(&sql, &[&i64::from(most)]).await;
    rows.map_err(ReadError::doing("list mails that cannot be read"))?.iter().map(read).collect()
}

/// What programs wrote that is about none of ours, reports and automatic replies, mails to many included: how many there are, and the last first, `most` at most.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn of_programs(pool: &Pool, most: u16) -> Result<(i64, Vec<Mail>), ReadError> {
    let doing = || ReadError::doing("list mails of programs");
    let client = pool.get().await?;
    let count = "select count(*) from inbound_mail where mail is null and class in ('report', 'auto_reply')";
    let count = client.query_one(count, &[]).await.map_err(doing())?;
    let sql = format!(
        "select {COLUMNS} from inbound_mail where mail is null and class in ('report', 'auto_reply')
          order by received_at desc, id desc limit $1"
    );
    let rows = client.query(&sql, &[&i64::from(most)]).await.map_err(doing())?;
    Ok((count.try_get(0).map_err(doing())?, rows.iter().map(read).collect::<Result<_, _>>()?))
}

/// How many mails wait until clerks are handed more in a day.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn waiting(pool: &Pool) -> Result<i64, ReadError> {
    let doing = || ReadError::doing("count mails that wait");
    let client = pool.get().await?;
    let sql = "select count(*) from inbound_mail where processed_at is null and raw is not null and waits = 'clerks'";
    client.query_one(sql, &[]).await.map_err(doing())?.try_get(0).map_err(doing())
}

/// The bytes of a mail as it came; none when there is no such mail, or it was erased.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn raw(pool: &Pool, id: i64) -> Result<Option<Vec<u8>>, ReadError> {
    let client = pool.get().await?;
    let row = client.query_opt("select raw from inbound_mail where id = $1", &[&id]).await;
    Ok(row.map_err(ReadError::doing("read a mail that came"))?.and_then(|row| row.get(0)))
}

/// Something that came about a mail of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Whose mail it is about.
    pub recipient: RecipientNo,
    /// Which order's.
    pub order: u32,
    /// `delivered`, `relayed`, `delayed`, `failed`, `auto_reply`, `answer` or `copy`.
    pub kind: String,
    /// The enhanced status code (RFC 3463).
    pub status: Option<String>,
    /// The server's words, without the address.
    pub words: String,
    /// By what it was known which mail it is about: `return_address`, `envelope_id`, `mark` or `message_id`.
    pub found_by: String,
    /// When it was taken out of the mailbox.
    pub at: Timestamp,
    /// The mail that said it.
    pub inbound: i64,
    /// SHA-256 of that mail.
    pub sha256: BlobHash,
    /// Are its bytes still there?
    pub is_here: bool,
}

/// Everything that came about the mails of one inquiry, in the order of orders, list and time.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn notices(pool: &Pool, inquiry: InquiryId) -> Result<Vec<Notice>, ReadError> {
    let sql = "select mail.recipient, mail.order_no, n.kind, n.status, n.words, n.found_by, n.at, n.inbound, i.sha256,
                      i.raw is not null
                 from mail
                 join mail_notice n on n.mail = mail.id
                 join inbound_mail i on i.id = n.inbound
                where mail.inquiry = $1
                order by mail.order_no, mail.recipient, n.at, n.inbound, n.n";
    let client = pool.get().await?;
    let rows = client.query(sql, &[&inquiry.0]).await.map_err(ReadError::doing("list what came about mails"))?;
    rows.iter().map(|row| try_notice(row).ok_or(ReadError::Row { table: "mail_notice" })).collect()
}

fn try_notice(row: &Row) -> Option<Notice> {
    Some(Notice {
        recipient: RecipientNo(u16::try_from(row.try_get::<_, i32>(0).ok()?).ok()?),
        order: row.try_get::<_, i32>(1).ok()?.cast_unsigned(),
        kind: row.try_get(2).ok()?,
        status: row.try_get(3).ok()?,
        words: row.try_get(4).ok()?,
        found_by: row.try_get(5).ok()?,
        at: row.try_get(6).ok()?,
        inbound: row.try_get(7).ok()?,
        sha256: hash(row.try_get(8).ok()?)?,
        is_here: row.try_get(9).ok()?,
    })
}

/// A mailbox that could not be read the last time somebody tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// When it was tried.
    pub failed_at: Timestamp,
    /// When it was read before.
    pub read_at: Option<Timestamp>,
    /// Why.
    pub error: String,
}

/// The mailboxes that cannot be read.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn closed(pool: &Pool) -> Result<Vec<Closed>, ReadError> {
    let doing = || ReadError::doing("ask for the mailbox");
    let client = pool.get().await?;
    let sql =
        "select failed_at, read_at, error from inbound_mailbox where failed_at is not null order by failed_at desc";
    let rows = client.query(sql, &[]).await.map_err(doing())?;
    rows.iter()
        .map(|row| {
            Ok(Closed {
                failed_at: row.try_get(0).map_err(doing())?,
                read_at: row.try_get(1).map_err(doing())?,
                error: row.try_get(2).map_err(doing())?,
            })
        })
        .collect()
}

/// Mails that could not be taken out of a mailbox, worked on or put away when it was read last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// How many.
    pub mails: i32,
    /// Why the last of them.
    pub why: String,
}

/// The mailboxes that did not give out everything.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn skipped(pool: &Pool) -> Result<Vec<Skipped>, ReadError> {
    let doing = || ReadError::doing("ask for mails that were skipped");
    let client = pool.get().await?;
    let sql = "select skipped, coalesce(skipped_why, '') from inbound_mailbox where skipped > 0 order by mailbox";
    let rows = client.query(sql, &[]).await.map_err(doing())?;
    let skipped =
        |row: &Row| Ok(Skipped { mails: row.try_get(0).map_err(doing())?, why: row.try_get(1).map_err(doing())? });
    rows.iter().map(skipped).collect()
}

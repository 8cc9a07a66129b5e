//! A signed head of the journal, told by mail to somebody outside of the house: put into the queue once for each head and mailbox, and sent from
//! there as any other mail. What is published when is decided by whoever has the journal's keys.

use deadpool_postgres::Pool;
use inquiry::time::day_of;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::{DispatchError, database};

/// A head for one mailbox.
#[derive(Debug, Clone, Copy)]
pub struct HeadMail<'a> {
    /// What the place is called.
    pub place: &'a str,
    /// Its address.
    pub address: &'a str,
    /// The head's block.
    pub block: i64,
    /// Domain of the mail's id.
    pub domain: &'a str,
    /// What it says.
    pub content: &'a HeadContent,
}

/// What such a mail says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadContent {
    /// The position of the last event.
    pub position: i64,
    /// When the head was signed.
    pub signed: Timestamp,
    /// The short name of its key.
    pub key: String,
    /// Did another key take the place of the one before, since the last mail?
    pub key_is_new: bool,
    /// The lines to keep: handovers of keys that were not told yet, and the head.
    pub lines: Vec<String>,
    /// The key that the head is checked with, in PEM.
    pub public_key: String,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Queued {
    /// It waits to be sent.
    Yes,
    /// This head was put into the queue for this place before.
    Already,
    /// The mail of the house is paused, and nothing is gathered.
    Paused,
}

/// Puts a head's mail into the queue.
///
/// # Errors
/// [`DispatchError`] when the database does not answer.
pub async fn queue(pool: &Pool, mail: &HeadMail<'_>, now: Timestamp) -> Result<Queued, DispatchError> {
    let mut client = pool.get().await.map_err(DispatchError::Pool)?;
    let tx = client.transaction().await.map_err(database("queue a head of the journal"))?;
    let paused = "select exists (select from office_mail_pause where resumed_at is null)";
    if tx.query_one(paused, &[]).await.map_err(database("see whether mail is paused"))?.get(0) {
        return Ok(Queued::Paused);
    }
    let content = serde_json::to_value(mail.content).map_err(|error| DispatchError::Row(error.to_string()))?;
    let made = tx
        .query_opt(
            "insert into digest (place, head_block, day, part, language, content, gathered_at)
             values ($1, $2, $3, 0, 'kk', $4, $5)
             on conflict (place, head_block) where place is not null do nothing
             returning id",
            &[&mail.place, &mail.block, &day_of(now), &content, &now],
        )
        .await
        .map_err(database("keep a head's mail"))?;
    let Some(made) = made else { return Ok(Queued::Already) };
    let place = Sha256::digest(mail.place.as_bytes());
    let message_id = format!("<head.{}.{}@{}>", hex::encode(&place[..8]), mail.block, mail.domain);
    tx.execute(
        "insert into mail (digest, name, address, message_id, next_attempt_at, changed_at) values ($1, $2, $3, $4, $5, $5)",
        &[&made.get::<_, i64>(0), &mail.place, &mail.address, &message_id, &now],
    )
    .await
    .map_err(database("queue a head of the journal"))?;
    tx.commit().await.map_err(database("queue a head of the journal"))?;
    Ok(Queued::Yes)
}

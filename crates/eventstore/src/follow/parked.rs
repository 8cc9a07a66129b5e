//! What followers have set aside, and trying it again: key by key, in order, under the lock that fences every page.

use std::sync::Arc;

use jiff::Timestamp;
use tokio_postgres::{Row, Transaction};

use super::Follower;
use super::lease::cut;
use super::page::chain;
use crate::error::StoreError;
use crate::event::Recorded;
use crate::journal::Journal;
use crate::passing::is_passing;
use crate::rows::{self, EVENT_COLUMNS};

/// How many events of a key are read at once.
const AT_ONCE: i64 = 200;

/// An event that a follower has set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parked {
    /// The follower.
    pub follower: String,
    /// What keeps its order, most often the stream.
    pub key: String,
    /// The event.
    pub position: i64,
    /// Why it could not be digested; none: it waits for an earlier one of its key.
    pub failure: Option<String>,
    /// How often it was tried.
    pub attempts: i32,
    /// When it was set aside, by the database's clock.
    pub parked_at: Timestamp,
}

/// What became of parked events that were tried again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retried {
    /// How many were digested and are parked no more.
    pub digested: u64,
    /// What stays parked, by key and position.
    pub left: Vec<Parked>,
}

impl Journal {
    /// What a follower has set aside, by key and position.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn parked(&self, follower: &str, key: Option<&str>) -> Result<Vec<Parked>, StoreError> {
        let doing = || StoreError::doing("read parked events");
        let client = self.pool().get().await?;
        let sql = "SELECT follower, key, position, failure, attempts, parked_at FROM parked_events
                   WHERE follower = $1 AND ($2::text IS NULL OR key = $2) ORDER BY key, position";
        let rows = client.query(sql, &[&follower, &key]).await.map_err(doing())?;
        let parked = |row: &Row| -> Result<Parked, tokio_postgres::Error> {
            Ok(Parked {
                follower: row.try_get(0)?,
                key: row.try_get(1)?,
                position: row.try_get(2)?,
                failure: row.try_get(3)?,
                attempts: row.try_get(4)?,
                parked_at: row.try_get(5)?,
            })
        };
        rows.iter().map(parked).collect::<Result<_, _>>().map_err(doing())
    }

    /// Applies what a follower has set aside, or one key of it, each key in order and in one transaction. The first event of
    /// a key that fails stays with its failure, and so does all that follows it.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot do its part; keys that are done stay done.
    pub async fn retry_parked<F: Follower>(&self, follower: &F, key: Option<&str>) -> Result<Retried, StoreError> {
        let mut keys: Vec<String> =
            self.parked(follower.name(), key).await?.into_iter().map(|parked| parked.key).collect();
        keys.dedup();
        let mut digested = 0;
        for key in keys {
            digested += self.retry_key(follower, &key).await?;
        }
        Ok(Retried { digested, left: self.parked(follower.name(), key).await? })
    }

    async fn retry_key<F: Follower>(&self, follower: &F, key: &str) -> Result<u64, StoreError> {
        let doing = || StoreError::doing("try a parked event again");
        let name = follower.name();
        let mut client = self.pool().get().await?;
        let mut tx = client.transaction().await.map_err(doing())?;
        // No page and no other retry until this is committed: what comes of this key meanwhile waits, and is applied after.
        let lock = "SELECT FROM followers WHERE name = $1 FOR UPDATE";
        tx.query_opt(lock, &[&name]).await.map_err(doing())?;
        let (mut digested, mut after) = (0, 0);
        loop {
            let mut events = waiting(&tx, name, key, after).await?;
            self.make_readable(&mut events).await?;
            let Some(last) = events.last() else { break };
            after = last.position;
            for event in &events {
                let step = tx.transaction().await.map_err(doing())?;
                match follower.apply(&step, std::slice::from_ref(event)).await {
                    Ok(()) => {
                        remove(&step, name, key, event.position).await?;
                        step.commit().await.map_err(doing())?;
                        digested += 1;
                    }
                    Err(error) => {
                        step.rollback().await.map_err(doing())?;
                        if !is_passing(error.as_ref()) {
                            note(&tx, name, key, event.position, &chain(error.as_ref())).await?;
                            tx.commit().await.map_err(doing())?;
                            return Ok(digested);
                        }
                        return Err(StoreError::Interrupted(Arc::from(error)));
                    }
                }
            }
        }
        tx.commit().await.map_err(doing())?;
        Ok(digested)
    }
}

/// The parked events of a key after a position, in order.
async fn waiting(tx: &Transaction<'_>, name: &str, key: &str, after: i64) -> Result<Vec<Recorded>, StoreError> {
    let sql = format!(
        "SELECT {EVENT_COLUMNS} FROM events
         WHERE position = ANY (ARRAY(SELECT position FROM parked_events
                                     WHERE follower = $1 AND key = $2 AND position > $3 ORDER BY position LIMIT $4))
         ORDER BY position"
    );
    let rows =
        tx.query(&sql, &[&name, &key, &after, &AT_ONCE]).await.map_err(StoreError::doing("read parked events"))?;
    rows.iter().map(rows::event).collect()
}

async fn remove(tx: &Transaction<'_>, name: &str, key: &str, position: i64) -> Result<(), StoreError> {
    let sql = "DELETE FROM parked_events WHERE follower = $1 AND key = $2 AND position = $3";
    tx.execute(sql, &[&name, &key, &position]).await.map_err(StoreError::doing("take back a parked event"))?;
    Ok(())
}

async fn note(tx: &Transaction<'_>, name: &str, key: &str, position: i64, why: &str) -> Result<(), StoreError> {
    let sql = "UPDATE parked_events SET failure = $4, attempts = attempts + 1
               WHERE follower = $1 AND key = $2 AND position = $3";
    let noted = tx.execute(sql, &[&name, &key, &position, &cut(why)]).await;
    noted.map_err(StoreError::doing("note why an event stays parked"))?;
    Ok(())
}

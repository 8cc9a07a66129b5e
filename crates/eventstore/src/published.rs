//! How far the journal's heads have been published: one row for each place outside. Whoever publishes takes a place, publishes, and writes down
//! what came of it; if they die in between, the lease runs out and the head is published once more.

use std::time::Duration;

use jiff::Timestamp;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::error::StoreError;
use crate::journal::Journal;

/// What a place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceKind {
    /// A file on other storage.
    File,
    /// A mailbox.
    Mail,
    /// An address that heads are posted to.
    Webhook,
}

impl PlaceKind {
    const ALL: [(Self, &'static str); 3] = [(Self::File, "file"), (Self::Mail, "mail"), (Self::Webhook, "webhook")];

    /// As it is stored.
    #[must_use]
    pub fn code(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, code)| code)
    }
}

/// How a place stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceState {
    /// The place, as people are shown it.
    pub place: String,
    /// What it is.
    pub kind: PlaceKind,
    /// The block of the last head that was published there; 0: none yet.
    pub block: i64,
    /// When.
    pub published_at: Option<Timestamp>,
    /// When somebody last cared for it.
    pub looked_at: Timestamp,
    /// When it is tried next, at the earliest.
    pub next_at: Timestamp,
    /// Failures in a row.
    pub failures: i32,
    /// Since when nothing has arrived.
    pub failing_since: Option<Timestamp>,
    /// What happened last, if it was a failure.
    pub error: Option<String>,
}

impl PlaceState {
    /// Has nothing been published here for a day although it was tried? Then somebody has to be told.
    #[must_use]
    pub fn is_silent(&self, now: Timestamp) -> bool {
        self.failing_since.is_some_and(|since| now.duration_since(since).as_secs() >= 24 * 3600)
    }
}

/// A place that is this publisher's for a while.
#[derive(Clone, Debug)]
pub struct TakenPlace {
    /// The place.
    pub place: String,
    /// The block of the last head that was published there.
    pub block: i64,
    /// How many handovers of keys were published there.
    pub handovers: usize,
    /// Failures in a row before this attempt.
    pub failures: i32,
    token: Uuid,
}

/// What came of an attempt, and when the next one may be made.
#[derive(Clone, Debug)]
pub enum PlaceOutcome {
    /// The head of this block, and so many handovers in all, lie there.
    Published {
        /// The block.
        block: i64,
        /// All handovers so far.
        handovers: usize,
        /// Not before.
        next_at: Timestamp,
    },
    /// They do not.
    Failed {
        /// Why.
        why: String,
        /// Not before.
        next_at: Timestamp,
    },
    /// Nothing was tried, and nothing is wrong: it may not go yet.
    Later(Timestamp),
}

impl Journal {
    /// Takes a place for as long as the lease, if it is due and has not got this head and these handovers yet. A place that is named for the
    /// first time is due.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn take_place(
        &self,
        (place, kind): (&str, PlaceKind),
        (block, handovers): (i64, usize),
        now: Timestamp,
        lease: Duration,
    ) -> Result<Option<TakenPlace>, StoreError> {
        let doing = || StoreError::doing("take a place where heads are published");
        let client = self.pool().get().await?;
        let known = "INSERT INTO published_heads (place, kind, looked_at, next_at) VALUES ($1, $2, $3, $3)
                     ON CONFLICT (place) DO UPDATE SET looked_at = $3";
        client.execute(known, &[&place, &kind.code(), &now]).await.map_err(doing())?;
        let take = "UPDATE published_heads
                       SET lease_token = gen_random_uuid(), lease_until = clock_timestamp() + $5 * interval '1 second'
                     WHERE place = $1 AND next_at <= $2 AND (block < $3 OR handovers < $4)
                       AND (lease_until IS NULL OR lease_until < clock_timestamp())
                 RETURNING block, handovers, failures, lease_token";
        let handovers = i32::try_from(handovers).unwrap_or(i32::MAX);
        let row =
            client.query_opt(take, &[&place, &now, &block, &handovers, &lease.as_secs_f64()]).await.map_err(doing())?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(TakenPlace {
            place: place.to_owned(),
            block: row.try_get(0).map_err(doing())?,
            handovers: usize::try_from(row.try_get::<_, i32>(1).map_err(doing())?).unwrap_or(0),
            failures: row.try_get(2).map_err(doing())?,
            token: row.try_get(3).map_err(doing())?,
        }))
    }

    /// Writes down what came of it, unless the lease ran out and somebody else has the place.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn place_done(
        &self,
        taken: &TakenPlace,
        outcome: &PlaceOutcome,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let client = self.pool().get().await?;
        let (place, token) = (&taken.place, &taken.token);
        let done = match outcome {
            PlaceOutcome::Published { block, handovers, next_at } => {
                let handovers = i32::try_from(*handovers).unwrap_or(i32::MAX);
                let sql = "UPDATE published_heads
                              SET block = greatest(block, $3), handovers = greatest(handovers, $4), published_at = $5, next_at = $6,
                                  failures = 0, failing_since = NULL, error = NULL, lease_until = NULL, lease_token = NULL
                            WHERE place = $1 AND lease_token = $2";
                client.execute(sql, &[place, token, block, &handovers, &now, next_at]).await
            }
            PlaceOutcome::Failed { why, next_at } => {
                let sql = "UPDATE published_heads
                              SET failures = failures + 1, failing_since = coalesce(failing_since, $3), error = $4, next_at = $5,
                                  lease_until = NULL, lease_token = NULL
                            WHERE place = $1 AND lease_token = $2";
                client.execute(sql, &[place, token, &now, why, next_at]).await
            }
            PlaceOutcome::Later(next_at) => {
                let sql = "UPDATE published_heads SET next_at = $3, lease_until = NULL, lease_token = NULL
                            WHERE place = $1 AND lease_token = $2";
                client.execute(sql, &[place, token, next_at]).await
            }
        };
        done.map_err(StoreError::doing("write down where a head was published"))?;
        Ok(())
    }

    /// Every place that is known, in the order of their names.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn places(&self) -> Result<Vec<PlaceState>, StoreError> {
        let client = self.pool().get().await?;
        let sql = "SELECT place, kind, block, published_at, looked_at, next_at, failures, failing_since, error
                     FROM published_heads ORDER BY place";
        let rows = client.query(sql, &[]).await.map_err(StoreError::doing("read where heads are published"))?;
        rows.iter().map(state).collect()
    }

    /// Forgets a place that nobody has looked after since then: it was taken out of the settings.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn forget_places(&self, since: Timestamp) -> Result<u64, StoreError> {
        let client = self.pool().get().await?;
        let sql = "DELETE FROM published_heads WHERE looked_at < $1";
        client.execute(sql, &[&since]).await.map_err(StoreError::doing("forget where heads were published"))
    }
}

fn state(row: &Row) -> Result<PlaceState, StoreError> {
    let doing = || StoreError::doing("read where heads are published");
    let code: &str = row.try_get(1).map_err(doing())?;
    let kind = PlaceKind::ALL.iter().find(|(_, known)| *known == code).map(|(kind, _)| *kind);
    Ok(PlaceState {
        place: row.try_get(0).map_err(doing())?,
        kind: kind.ok_or_else(|| StoreError::Row(format!("a place of the kind {code}")))?,
        block: row.try_get(2).map_err(doing())?,
        published_at: row.try_get(3).map_err(doing())?,
        looked_at: row.try_get(4).map_err(doing())?,
        next_at: row.try_get(5).map_err(doing())?,
        failures: row.try_get(6).map_err(doing())?,
        failing_since: row.try_get(7).map_err(doing())?,
        error: row.try_get(8).map_err(doing())?,
    })
}

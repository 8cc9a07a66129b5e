//! Puts the new table in the place of the old one: one transaction, which holds the table's follower still for as long as it
//! takes to fold what is left, and readers for as long as it takes to change two names.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use deadpool_postgres::Transaction;
use eventstore::{Line, lines};
use futures_util::TryStreamExt as _;
use tokio_postgres::error::SqlState;

use super::site::{quoted, rights, shape};
use super::{LEFT_FOR_THE_SWITCH, RebuildError, Work};
use crate::folding::{Fold, Sheet, Tidings, read};

/// How long the switch waits for a lock at first, and readers behind it; it doubles with every attempt.
const FIRST_WAIT: Duration = Duration::from_millis(100);
/// The longest wait: more than a second, after which the server ends a vacuum that is in the way.
const LONGEST_WAIT: Duration = Duration::from_millis(1_500);
/// How long the switch is tried.
const PATIENCE: Duration = Duration::from_secs(60);

/// The new table is in use.
pub(super) struct Switched {
    /// It holds everything up to here.
    pub(super) position: i64,
    /// So many rows.
    pub(super) rows: i64,
}

/// How an attempt ended.
enum Attempt {
    Done(Switched),
    /// Somebody held the table or its follower's row.
    Held,
    /// So much has come meanwhile that it is better folded outside.
    Behind,
}

impl Work<'_> {
    /// Switches at `position`, up to which the new table is filled. `None` when there is too much left to fold.
    pub(super) async fn switch<F: Fold>(&self, position: i64) -> Result<Option<Switched>, RebuildError> {
        let until = Instant::now() + PATIENCE;
        let mut wait = FIRST_WAIT;
        loop {
            match self.attempt::<F>(position, wait).await? {
                Attempt::Done(switched) => return Ok(Some(switched)),
                Attempt::Behind => return Ok(None),
                Attempt::Held if Instant::now() > until => {
                    return Err(RebuildError::Busy { relation: self.table.relation() });
                }
                Attempt::Held => {
                    // Whoever waited behind us comes first.
                    tokio::time::sleep(wait).await;
                    wait = (wait * 2).min(LONGEST_WAIT);
                }
            }
        }
    }

    async fn attempt<F: Fold>(&self, position: i64, wait: Duration) -> Result<Attempt, RebuildError> {
        let doing = || RebuildError::doing("switch to the new table");
        let mut client = self.pool.get().await?;
        let tx = client.transaction().await.map_err(doing())?;
        tx.batch_execute(&format!("SET LOCAL lock_timeout = {}", wait.as_millis())).await.map_err(doing())?;
        match self.switch_in::<F>(&tx, position).await {
            Ok(Attempt::Done(switched)) => {
                tx.commit().await.map_err(doing())?;
                Ok(Attempt::Done(switched))
            }
            Err(error) if is_held(&error) => Ok(Attempt::Held),
            other => other,
        }
    }

    async fn switch_in<F: Fold>(&self, tx: &Transaction<'_>, position: i64) -> Result<Attempt, RebuildError> {
        let doing = || RebuildError::doing("switch to the new table");
        let (name, relation) = (self.table.name(), self.table.relation());
        // The follower's row first, as every page takes it: from here the follower waits.
        tx.execute("INSERT INTO followers (name) VALUES ($1) ON CONFLICT DO NOTHING", &[&name])
            .await
            .map_err(doing())?;
        let row = tx.query_one("SELECT position FROM followers WHERE name = $1 FOR UPDATE", &[&name]).await;
        let followed: i64 = row.and_then(|row| row.try_get(0)).map_err(doing())?;
        let ours = "SELECT FROM rebuilds WHERE follower = $1 AND epoch = $2 FOR UPDATE";
        if tx.query_opt(ours, &[&name, &self.claim.epoch]).await.map_err(doing())?.is_none() {
            return Err(RebuildError::Overtaken);
        }
        if followed - position > LEFT_FOR_THE_SWITCH {
            return Ok(Attempt::Behind);
        }
        self.fold_the_rest::<F>(tx, position, followed).await?;

        let (home, schema) = (quoted(&self.site.home), quoted(&self.site.schema));
        let replaced = quoted(&format!("{}_replaced", self.site.schema));
        let count = format!("SELECT count(*) FROM {schema}.{relation}");
        let rows = tx.query_one(&count, &[]).await.and_then(|row| row.try_get(0)).map_err(doing())?;
        // A reader comes through a view and then to the table, and so do the locks. To lock a view locks its table too, before the next view; to alter
        // nothing of it does not.
        for view in self.table.views() {
            let lock = format!("ALTER VIEW {home}.{} RESET (security_barrier)", quoted(view));
            tx.batch_execute(&lock).await.map_err(doing())?;
        }
        tx.batch_execute(&format!("LOCK TABLE {home}.{relation} IN ACCESS EXCLUSIVE MODE")).await.map_err(doing())?;
        if shape(&**tx, &self.site.home, relation).await? != shape(&**tx, &self.site.schema, relation).await?
            || rights(&**tx, &self.site.home, relation).await? != rights(&**tx, &self.site.schema, relation).await?
        {
            return Err(RebuildError::Reshaped { relation });
        }
        let views = self.views(tx).await?;
        // The old table goes out of the way before the new one comes: indexes have the same names. What leans on the old one
        // was looked for at the beginning; without CASCADE the last statement refuses what has come since.
        tx.batch_execute(&format!(
            "CREATE SCHEMA {replaced};
             ALTER TABLE {home}.{relation} SET SCHEMA {replaced};
             ALTER TABLE {schema}.{relation} SET SCHEMA {home};
             {views}
             DROP TABLE {replaced}.{relation};
             DROP SCHEMA {replaced};
             DROP SCHEMA {schema}"
        ))
        .await
        .map_err(doing())?;
        // What was parked is digested now. A follower that stood behind us goes on from here; the owner of its lease sees that
        // its place was moved, and takes it anew.
        tx.execute("DELETE FROM parked_events WHERE follower = $1", &[&name]).await.map_err(doing())?;
        tx.execute(
            "UPDATE followers SET position = greatest(position, $2), failures = 0, last_failure = NULL, failed_at = NULL
             WHERE name = $1",
            &[&name, &position],
        )
        .await
        .map_err(doing())?;
        if tx.execute("DELETE FROM rebuilds WHERE follower = $1", &[&name]).await.map_err(doing())? != 1 {
            return Err(RebuildError::Overtaken);
        }
        Ok(Attempt::Done(Switched { position: followed.max(position), rows }))
    }

    /// The statements that make the table's views speak of the table that has its name then.
    async fn views(&self, tx: &Transaction<'_>) -> Result<String, RebuildError> {
        let doing = || RebuildError::doing("read the views of a table");
        let mut statements = String::new();
        for view in self.table.views() {
            let name = format!("{}.{}", quoted(&self.site.home), quoted(view));
            let row = tx.query_one("SELECT pg_get_viewdef($1::text::regclass)", &[&name]).await.map_err(doing())?;
            let definition: String = row.try_get(0).map_err(doing())?;
            let _written = write!(statements, "CREATE OR REPLACE VIEW {name} AS {};", definition.trim_end_matches(';'));
        }
        Ok(statements)
    }

    /// What the follower of the table in use has digested and the new table has not.
    pub(super) async fn fold_the_rest<F: Fold>(
        &self,
        tx: &Transaction<'_>,
        after: i64,
        upto: i64,
    ) -> Result<(), RebuildError> {
        if upto <= after {
            return Ok(());
        }
        tx.batch_execute(&self.site.path()).await.map_err(RebuildError::doing("go to the new table"))?;
        let mut rest: Vec<Line> = lines(&**tx, after, upto, self.options.portion).await?.try_collect().await?;
        self.journal.open_lines(&mut rest).await?;
        let mut told = Vec::new();
        for line in &rest {
            match read::<F>(line.into())? {
                Tidings::Told(one) => told.push(one),
                Tidings::Passed => {}
                Tidings::Unknown => {
                    let event_type = line.event_type().chars().take(80).collect();
                    return Err(RebuildError::Unknown { position: line.position, event_type });
                }
            }
        }
        let mut sheet = Sheet::<F>::of_page();
        let missing = sheet.missing(&told);
        sheet.load(tx, &missing).await?;
        told.iter().for_each(|told| sheet.fold(told));
        Ok(sheet.store(tx).await?)
    }
}

/// A lock was not to be had in time, or two of us waited for each other.
fn is_held(error: &RebuildError) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<tokio_postgres::Error>() {
            return matches!(error.code(), Some(&SqlState::LOCK_NOT_AVAILABLE | &SqlState::T_R_DEADLOCK_DETECTED));
        }
        cause = error.source();
    }
    false
}

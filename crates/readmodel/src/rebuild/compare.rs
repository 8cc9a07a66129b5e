//! Holds a table against the journal: what a rebuild would give is made beside it, both are looked at while the table's follower stands still,
//! and what differs is named. Nothing of the table in use is changed.

use std::time::{Duration, Instant};

use deadpool_postgres::Transaction;
use eventstore::Journal;
use tokio_postgres::Config;

use super::site::quoted;
use super::{Progress, RebuildError, Stage, Work};
use crate::approvals::Approvals;
use crate::deliveries::Deliveries;
use crate::duties::Duties;
use crate::entries::Entries;
use crate::folding::Fold;
use crate::followers::Table;
use crate::letters::Letters;
use crate::past::Past;
use crate::proposals::Proposals;
use crate::rebuild::Options;
use crate::register::Register;
use crate::reports::{Cases, Steps};
use crate::search::Search;

/// How long the table's follower may need to come to where the journal was read.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often it is looked at.
const EVERY: Duration = Duration::from_millis(200);
/// The most rows that are named.
const MOST_NAMED: i64 = 20;

/// A table that was held against the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// Which.
    pub table: Table,
    /// The position of the journal at which both were looked at.
    pub position: i64,
    /// How many rows the journal gives.
    pub rows: i64,
    /// How many rows of the table in use are not as the journal gives them, or are none that it gives.
    pub foreign: i64,
    /// How many rows that the journal gives do not stand in the table in use as it gives them.
    pub missing: i64,
    /// What the first of both are of: an inquiry, or a proposal.
    pub of: Vec<String>,
    /// How many events the table's follower has set aside; what they are of stands still in the table in use.
    pub set_aside: i64,
}

impl Compared {
    /// Is the table in use what the journal says?
    #[must_use]
    pub const fn agrees(&self) -> bool {
        self.foreign == 0 && self.missing == 0
    }
}

/// Makes a table from the journal beside the one in use and compares both; `progress` hears how far it has come.
///
/// # Errors
/// [`RebuildError`], among it [`RebuildError::Behind`] where the table's follower does not come to where the journal is. The table in use is
/// as it was in every case.
pub async fn compare(
    journal: &Journal,
    config: &Config,
    table: Table,
    options: &Options,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Compared, RebuildError> {
    let work = Work::begin(journal, config, table, options).await?;
    let done = of_table!(table, work.hold_against(progress));
    work.claim.give_back().await;
    done
}

impl Work<'_> {
    async fn hold_against<F: Fold>(&self, progress: &(dyn Fn(Progress) + Sync)) -> Result<Compared, RebuildError> {
        let from = self.place().await?;
        let told = |stage, position, head| progress(Progress { stage, from, position, head });
        let position = self.catch_up::<F>(from, &told).await?;
        told(Stage::Comparing, position, position);
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(compared) = self.look::<F>(position).await? {
                return Ok(compared);
            }
            if Instant::now() > until {
                return Err(RebuildError::Behind { table: self.table.name(), position });
            }
            tokio::time::sleep(EVERY).await;
        }
    }

    /// None while the follower has not come to `position`.
    async fn look<F: Fold>(&self, position: i64) -> Result<Option<Compared>, RebuildError> {
        let doing = || RebuildError::doing("compare a table with the journal");
        let name = self.table.name();
        let mut client = self.pool.get().await?;
        let tx = client.transaction().await.map_err(doing())?;
        // From here the follower waits, as it does for a switch; readers do not.
        let row = tx.query_opt("SELECT position FROM followers WHERE name = $1 FOR UPDATE", &[&name]).await;
        let followed = row.and_then(|row| row.map(|row| row.try_get(0)).transpose()).map_err(doing())?.unwrap_or(0);
        if followed < position {
            return Ok(None);
        }
        self.fold_the_rest::<F>(&tx, position, followed).await?;
        let compared = self.differences(&tx, followed).await?;
        tx.execute("DELETE FROM rebuilds WHERE follower = $1 AND epoch = $2", &[&name, &self.claim.epoch])
            .await
            .map_err(doing())?;
        tx.batch_execute(&format!("DROP SCHEMA {} CASCADE", quoted(&self.site.schema))).await.map_err(doing())?;
        tx.commit().await.map_err(doing())?;
        Ok(Some(compared))
    }

    async fn differences(&self, tx: &Transaction<'_>, position: i64) -> Result<Compared, RebuildError> {
        let doing = || RebuildError::doing("compare a table with the journal");
        let (relation, key) = (self.table.relation(), self.table.key());
        let (home, schema) = (quoted(&self.site.home), quoted(&self.site.schema));
        // A row as text is the row with everything in it; what was written by one fold has one text.
        let sql = format!(
            "WITH used AS MATERIALIZED (
                 SELECT t.{key}::text AS subject, t::text AS whole FROM {home}.{relation} AS t),
             given AS MATERIALIZED (
                 SELECT t.{key}::text AS subject, t::text AS whole FROM {schema}.{relation} AS t),
             foreign_rows AS MATERIALIZED (SELECT * FROM used EXCEPT ALL SELECT * FROM given),
             missing_rows AS MATERIALIZED (SELECT * FROM given EXCEPT ALL SELECT * FROM used),
             named AS (SELECT subject FROM foreign_rows UNION SELECT subject FROM missing_rows ORDER BY subject LIMIT {MOST_NAMED})
             SELECT (SELECT count(*) FROM given), (SELECT count(*) FROM foreign_rows), (SELECT count(*) FROM missing_rows),
                    array(SELECT subject FROM named ORDER BY subject),
                    (SELECT count(*) FROM parked_events WHERE follower = $1)"
        );
        let row = tx.query_one(&sql, &[&self.table.name()]).await.map_err(doing())?;
        Ok(Compared {
            table: self.table,
            position,
            rows: row.try_get(0).map_err(doing())?,
            foreign: row.try_get(1).map_err(doing())?,
            missing: row.try_get(2).map_err(doing())?,
            of: row.try_get(3).map_err(doing())?,
            set_aside: row.try_get(4).map_err(doing())?,
        })
    }
}

//! Making a table again from the journal, beside the one that is in use, and putting it in its place.
//!
//! Read [`rebuild`] here, then `claim` (one rebuild of a table at a time), `site` (the new table, in a schema of its own),
//! `fill` (one reader, several workers, each part with its own place) and `switch` (one short transaction). The why is in
//! docs/adr/0009-parked-and-rebuilt.md.
//!
//! A rebuild locks nothing that anybody else uses until the switch, can be killed anywhere and goes on where it was, and
//! leaves the table that is in use as it is when it cannot end. Reactions have no table and are never rebuilt.
//!
//! [`compare()`] makes the new table in the same way, holds it against the one in use, and leaves that as it is.

/// Asks a step of [`Work`] with the fold of a table.
macro_rules! of_table {
    ($table:expr, $work:ident.$step:ident($progress:expr)) => {
        match $table {
            Table::Register => $work.$step::<Register>($progress).await,
            Table::Deliveries => $work.$step::<Deliveries>($progress).await,
            Table::Letters => $work.$step::<Letters>($progress).await,
            Table::Approvals => $work.$step::<Approvals>($progress).await,
            Table::Proposals => $work.$step::<Proposals>($progress).await,
            Table::Duties => $work.$step::<Duties>($progress).await,
            Table::Search => $work.$step::<Search>($progress).await,
            Table::ReportCases => $work.$step::<Cases>($progress).await,
            Table::ReportSteps => $work.$step::<Steps>($progress).await,
            Table::Past => $work.$step::<Past>($progress).await,
            Table::Entries => $work.$step::<Entries>($progress).await,
        }
    };
}

mod claim;
mod compare;
mod culprit;
mod error;
mod fill;
mod site;
mod switch;

use std::num::NonZeroUsize;
use std::time::Duration;

use deadpool_postgres::Pool;
use eventstore::Journal;
use tokio_postgres::Config;

use crate::approvals::Approvals;
use crate::deliveries::Deliveries;
use crate::duties::Duties;
use crate::entries::Entries;
use crate::folding::Fold;
use crate::followers::Table;
use crate::letters::Letters;
use crate::past::Past;
use crate::proposals::Proposals;
use crate::register::Register;
use crate::reports::{Cases, Steps};
use crate::search::Search;

pub use compare::{Compared, compare};
pub use error::RebuildError;

use claim::Claim;
use site::Site;

/// How many events may be left for the switch, which folds them while the table's follower waits.
const LEFT_FOR_THE_SWITCH: i64 = 1_000;

/// How a rebuild works.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many workers fold at once.
    pub workers: usize,
    /// Tells this program from others: what another one has begun is begun anew.
    pub program: String,
    /// How many changed rows the workers together keep before they write them.
    pub rows: usize,
    /// How many events are read by one statement.
    pub portion: usize,
    /// How long a rebuild may be silent before another may go on with it.
    pub lease: Duration,
}

impl Options {
    /// What suits a program of this name and version: a worker for each core.
    #[must_use]
    pub fn usual(program: impl Into<String>) -> Self {
        Self {
            workers: std::thread::available_parallelism().map_or(2, NonZeroUsize::get),
            program: program.into(),
            // An inquiry's events lie weeks apart: what is written sooner is written again for nearly each of them.
            rows: 50_000,
            portion: 20_000,
            lease: Duration::from_secs(5),
        }
    }
}

/// What a rebuild is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Reading the journal and folding it.
    Folding,
    /// Making the indexes.
    Indexing,
    /// Putting the new table in the place of the old one.
    Switching,
    /// Holding the new table against the one in use.
    Comparing,
}

/// How far a rebuild has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What it is doing.
    pub stage: Stage,
    /// Where it began, or goes on: 0 for the whole journal.
    pub from: i64,
    /// The last position that has been read.
    pub position: i64,
    /// The journal's last position when it was looked at last.
    pub head: i64,
}

/// A table that was made again and is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rebuilt {
    /// Which.
    pub table: Table,
    /// Where an earlier attempt had come to; 0 if there was none.
    pub from: i64,
    /// The position up to which it holds everything.
    pub position: i64,
    /// How many rows it has.
    pub rows: i64,
}

/// What the steps of a rebuild share.
struct Work<'a> {
    journal: &'a Journal,
    pool: Pool,
    table: Table,
    options: &'a Options,
    claim: Claim,
    site: Site,
}

/// Makes a table again from the journal and puts it in the place of the one in use; `progress` hears how far it has come. The journal
/// opens what is sealed; everything else goes over connections of the rebuild's own, made by `config`.
///
/// # Errors
/// [`RebuildError`]; the table in use is then as it was. What was done so far is kept where it can be gone on with.
pub async fn rebuild(
    journal: &Journal,
    config: &Config,
    table: Table,
    options: &Options,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Rebuilt, RebuildError> {
    let work = Work::begin(journal, config, table, options).await?;
    let done = of_table!(table, work.replace(progress));
    // Whoever comes next need not wait for the lease to run out.
    work.claim.give_back().await;
    done
}

impl<'a> Work<'a> {
    async fn begin(
        journal: &'a Journal,
        config: &Config,
        table: Table,
        options: &'a Options,
    ) -> Result<Self, RebuildError> {
        // One connection for each worker, and for the reader, the claim and what they share.
        let pool = eventstore::pool(config, options.workers.max(1) + 3)?;
        let claim = Claim::take(&pool, table, options.lease).await?;
        match Site::prepare(&pool, table, &claim, &options.program).await {
            Ok(site) => Ok(Self { journal, pool, table, options, claim, site }),
            Err(error) => {
                claim.give_back().await;
                Err(error)
            }
        }
    }

    async fn replace<F: Fold>(&self, progress: &(dyn Fn(Progress) + Sync)) -> Result<Rebuilt, RebuildError> {
        let from = self.place().await?;
        let told = |stage, position, head| progress(Progress { stage, from, position, head });
        let mut position = self.catch_up::<F>(from, &told).await?;
        told(Stage::Indexing, position, position);
        self.site.finish(&self.pool, self.table, self.options.workers).await?;
        loop {
            // What came while the indexes were made, and whenever the switch had to wait.
            position = self.catch_up::<F>(position, &told).await?;
            told(Stage::Switching, position, position);
            if let Some(switched) = self.switch::<F>(position).await? {
                return Ok(Rebuilt { table: self.table, from, position: switched.position, rows: switched.rows });
            }
        }
    }

    /// Folds until little is left.
    async fn catch_up<F: Fold>(
        &self,
        mut position: i64,
        told: &(dyn Fn(Stage, i64, i64) + Sync),
    ) -> Result<i64, RebuildError> {
        loop {
            let head = self.head().await?;
            if head > position {
                self.fill::<F>(head, &|position| told(Stage::Folding, position, head)).await?;
            }
            let left = head - position;
            position = head;
            if left <= LEFT_FOR_THE_SWITCH {
                return Ok(position);
            }
        }
    }

    async fn head(&self) -> Result<i64, RebuildError> {
        let doing = || RebuildError::doing("read the journal's head");
        let client = self.pool.get().await?;
        let row = client.query_one("SELECT position FROM journal_head", &[]).await.map_err(doing())?;
        row.try_get(0).map_err(doing())
    }
}

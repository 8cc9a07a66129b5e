//! Readers that share one snapshot and the work: each on a thread, with a connection and a runtime of its own, so that what
//! the server sends is hashed where it arrives.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio_postgres::{Client, Config, IsolationLevel, NoTls, Transaction};

use crate::error::StoreError;
use crate::verify::{Piece, Secrets, Shown};

/// How many pieces each reader may be ahead of what has been joined.
const AHEAD: usize = 4;

/// A connection outside of any pool.
pub(crate) async fn connect(config: &Config) -> Result<Client, StoreError> {
    let (client, connection) = config.connect(NoTls).await.map_err(|error| StoreError::Connection(Arc::new(error)))?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "A connection of the journal's check ended.");
        }
    });
    Ok(client)
}

/// Begins a transaction that sees one snapshot to its end.
pub(crate) async fn begin(client: &mut Client) -> Result<Transaction<'_>, tokio_postgres::Error> {
    let tx = client.build_transaction().isolation_level(IsolationLevel::RepeatableRead).read_only(true).start().await?;
    tx.batch_execute(BY_KEY).await?;
    Ok(tx)
}

/// A stretch is read by key, in the order it lies on disk, whatever the statistics of a young table say; and compiling a plan
/// takes longer than running it.
const BY_KEY: &str = "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL jit = off;
                      SET LOCAL max_parallel_workers_per_gather = 0";

/// Some readers and what they have shown.
pub(crate) struct Crew {
    work: Arc<Work>,
    shown: mpsc::UnboundedReceiver<(usize, Result<Shown, StoreError>)>,
    /// What was shown before its turn.
    early: BTreeMap<usize, Result<Shown, StoreError>>,
    turn: usize,
    readers: JoinSet<Result<(), StoreError>>,
}

struct Work {
    pieces: Vec<Piece>,
    next: AtomicUsize,
    /// A permit for each piece that may be read and not yet joined.
    ahead: Semaphore,
    secrets: Secrets,
}

impl Crew {
    /// Starts the readers on the snapshot of a transaction, which must outlive them.
    pub(crate) async fn hire(
        tx: &Transaction<'_>,
        config: &Config,
        readers: usize,
        pieces: Vec<Piece>,
        secrets: Secrets,
    ) -> Result<Self, StoreError> {
        let doing = || StoreError::doing("share the snapshot of the journal's check");
        let row = tx.query_one("SELECT pg_export_snapshot()", &[]).await.map_err(doing())?;
        let snapshot: String = row.try_get(0).map_err(doing())?;
        let ahead = Semaphore::new(readers * AHEAD);
        let work = Arc::new(Work { pieces, next: AtomicUsize::new(0), ahead, secrets });
        let (tell, shown) = mpsc::unbounded_channel();
        let mut crew = Self { work, shown, early: BTreeMap::new(), turn: 0, readers: JoinSet::new() };
        for _ in 0..readers {
            let (config, snapshot, tell) = (config.clone(), snapshot.clone(), tell.clone());
            let work = Arc::clone(&crew.work);
            crew.readers.spawn_blocking(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                let runtime =
                    runtime.map_err(|error| StoreError::Row(format!("no reader could be started: {error}")))?;
                runtime.block_on(read(&config, &snapshot, &work, &tell))
            });
        }
        Ok(crew)
    }

    /// What the next piece showed; `None` after the last one.
    pub(crate) async fn next(&mut self) -> Option<Result<Shown, StoreError>> {
        if self.turn == self.work.pieces.len() {
            return None;
        }
        let shown = loop {
            if let Some(shown) = self.early.remove(&self.turn) {
                break shown;
            }
            match self.shown.recv().await {
                Some((turn, shown)) => {
                    self.early.insert(turn, shown);
                }
                // All readers have ended: one of them says why.
                None => break self.why().await,
            }
        };
        self.turn += 1;
        self.work.ahead.add_permits(1);
        Some(shown)
    }

    async fn why(&mut self) -> Result<Shown, StoreError> {
        while let Some(ended) = self.readers.join_next().await {
            ended.map_err(|error| StoreError::Row(format!("a reader broke off: {error}")))??;
        }
        Err(StoreError::Row("the readers ended before the journal did".to_owned()))
    }

    /// Waits for the readers to end, which they do after the last piece. One that could not even begin is no loss: the
    /// others have done its part.
    pub(crate) async fn dismiss(mut self) {
        while let Some(ended) = self.readers.join_next().await {
            match ended {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::debug!(%error, "A reader of the journal's check could not take part."),
                Err(error) => tracing::debug!(%error, "A reader of the journal's check broke off."),
            }
        }
    }
}

impl Drop for Crew {
    /// Readers that wait for their turn go home; those that read finish their piece and find nobody to show it to.
    fn drop(&mut self) {
        self.work.ahead.close();
    }
}

async fn read(
    config: &Config,
    snapshot: &str,
    work: &Work,
    tell: &mpsc::UnboundedSender<(usize, Result<Shown, StoreError>)>,
) -> Result<(), StoreError> {
    let doing = || StoreError::doing("join the snapshot of the journal's check");
    let mut client = connect(config).await?;
    let tx = client.build_transaction().isolation_level(IsolationLevel::RepeatableRead).read_only(true).start().await;
    let tx = tx.map_err(doing())?;
    tx.batch_execute(&format!("SET TRANSACTION SNAPSHOT '{snapshot}'; {BY_KEY}")).await.map_err(doing())?;
    loop {
        // A permit is given back when the piece is joined; there is none any more when the crew is gone.
        match work.ahead.acquire().await {
            Ok(permit) => permit.forget(),
            Err(_) => return Ok(()),
        }
        let turn = work.next.fetch_add(1, Ordering::Relaxed);
        let Some(piece) = work.pieces.get(turn) else { return Ok(()) };
        if tell.send((turn, piece.read(&tx, &work.secrets).await)).is_err() {
            return Ok(());
        }
    }
}

//! Keeps rows in batches: one task writes what has come while it wrote the batch before. Its queue is bounded: whoever asks waits rather
//! than that a row is lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use deadpool_postgres::Pool;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::noted::Reading;

/// Rows that may wait.
const QUEUE: usize = 1_024;
/// Rows of one statement.
const BATCH: usize = 256;
/// How long the writer waits after the database refused a batch.
const BREATH: Duration = Duration::from_millis(200);
/// How often the last rows are tried again when the program ends.
const LAST_TRIES: u32 = 5;

enum Message {
    /// A row, and who waits until it stands.
    Row(Box<Reading>, Option<oneshot::Sender<()>>),
    /// Somebody waits until everything before it stands.
    Mark(oneshot::Sender<()>),
    /// Nothing comes any more.
    Last(oneshot::Sender<()>),
}

/// How the writer does.
#[derive(Debug, Default)]
struct Counts {
    written: AtomicU64,
    failures: AtomicU64,
}

/// The way to the task that writes.
#[derive(Debug, Clone)]
pub struct Writer {
    sender: mpsc::Sender<Message>,
    counts: Arc<Counts>,
}

impl Writer {
    /// Starts the task on the present runtime.
    #[must_use]
    pub fn start(pool: Pool) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE);
        let counts = Arc::new(Counts::default());
        tokio::spawn(run(pool, receiver, Arc::clone(&counts)));
        Self { sender, counts }
    }

    /// Gives a row to the writer; waits while too many wait already. False: it takes none any more.
    pub(super) async fn hand_over(&self, reading: Reading) -> bool {
        self.sender.send(Message::Row(Box::new(reading), None)).await.is_ok()
    }

    /// Waits until the row stands in the database. False: the writer takes none any more.
    pub(super) async fn write(&self, reading: Reading) -> bool {
        let (stands, standing) = oneshot::channel();
        self.sender.send(Message::Row(Box::new(reading), Some(stands))).await.is_ok() && standing.await.is_ok()
    }

    /// Waits until everything that has come so far stands in the database: for whoever looks at the table.
    pub async fn stand(&self) {
        let (stands, standing) = oneshot::channel();
        if self.sender.send(Message::Mark(stands)).await.is_ok() && standing.await.is_err() {
            tracing::debug!("the writer of who looked ended meanwhile");
        }
    }

    /// Writes what has come so far and takes nothing any more.
    pub async fn finish(&self) {
        let (stands, standing) = oneshot::channel();
        if self.sender.send(Message::Last(stands)).await.is_ok() && standing.await.is_err() {
            tracing::error!("the last rows of who looked are not known to stand");
        }
    }

    /// Rows that wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.sender.max_capacity() - self.sender.capacity()
    }

    /// Rows written since the start.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.counts.written.load(Ordering::Relaxed)
    }

    /// Batches that the database refused since the start.
    #[must_use]
    pub fn failures(&self) -> u64 {
        self.counts.failures.load(Ordering::Relaxed)
    }
}

async fn run(pool: Pool, mut receiver: mpsc::Receiver<Message>, counts: Arc<Counts>) {
    let mut messages = Vec::with_capacity(BATCH);
    while receiver.recv_many(&mut messages, BATCH).await > 0 {
        let (mut rows, mut waiting, mut last) = (Vec::new(), Vec::new(), None);
        for message in messages.drain(..) {
            match message {
                Message::Row(reading, stands) => {
                    rows.push(*reading);
                    waiting.extend(stands);
                }
                Message::Mark(stands) => waiting.push(stands),
                Message::Last(stands) => last = Some(stands),
            }
        }
        let stand = write(&pool, &rows, &counts, last.is_some()).await;
        if !stand {
            tracing::error!(rows = rows.len(), "who looked could not be written down before the program ended");
            return;
        }
        waiting.into_iter().for_each(tell);
        if let Some(stands) = last {
            tell(stands);
            return;
        }
    }
}

/// Whoever waited may have gone away meanwhile.
fn tell(waiting: oneshot::Sender<()>) {
    if waiting.send(()).is_err() {
        tracing::trace!("nobody waits for a row of who looked any more");
    }
}

/// Writes a batch, again and again until it stands; where the program ends, a few times only.
async fn write(pool: &Pool, rows: &[Reading], counts: &Counts, is_last: bool) -> bool {
    let mut tries = 0;
    loop {
        let Err(error) = insert(pool, rows).await else {
            counts.written.fetch_add(rows.len() as u64, Ordering::Relaxed);
            return true;
        };
        tries += 1;
        counts.failures.fetch_add(1, Ordering::Relaxed);
        tracing::warn!(error = %error, rows = rows.len(), tries, "who looked could not be written down; it is tried again");
        if is_last && tries >= LAST_TRIES {
            return false;
        }
        tokio::time::sleep(BREATH).await;
    }
}

#[derive(Debug, thiserror::Error)]
enum InsertError {
    #[error("no connection: {0}")]
    Pool(#[from] deadpool_postgres::PoolError),
    #[error("the database refused: {0}")]
    Statement(#[from] tokio_postgres::Error),
}

/// A line that breaks may have carried the batch over all the same: sent once more, its rows are known by their request.
async fn insert(pool: &Pool, rows: &[Reading]) -> Result<(), InsertError> {
    if rows.is_empty() {
        return Ok(());
    }
    let client = pool.get().await?;
    let sql = "insert into reading (at, request, account, through, address, route, inquiry, question, outcome)
               select * from unnest($1::timestamptz[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::uuid[],
                                    $8::text[], $9::text[])
               on conflict (request) do nothing";
    let statement = client.prepare_cached(sql).await?;
    let inquiries: Vec<Option<Uuid>> = rows.iter().map(|row| row.inquiry.map(|inquiry| inquiry.0)).collect();
    client
        .execute(
            &statement,
            &[
                &rows.iter().map(|row| row.at).collect::<Vec<_>>(),
                &rows.iter().map(|row| row.request).collect::<Vec<_>>(),
                &rows.iter().map(|row| row.account.as_deref()).collect::<Vec<_>>(),
                &rows.iter().map(|row| row.through).collect::<Vec<_>>(),
                &rows.iter().map(|row| row.address.as_str()).collect::<Vec<_>>(),
                &rows.iter().map(|row| row.route).collect::<Vec<_>>(),
                &inquiries,
                &rows.iter().map(|row| row.question.as_deref()).collect::<Vec<_>>(),
                &rows.iter().map(|row| row.outcome.code()).collect::<Vec<_>>(),
            ],
        )
        .await?;
    Ok(())
}

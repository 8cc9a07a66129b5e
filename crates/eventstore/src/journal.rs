//! The journal as the rest of the program sees it.

use std::sync::{Arc, Mutex, PoisonError};

use deadpool_postgres::Pool;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use crate::append::{Append, AppendError, Appended, Invalid};
use crate::error::StoreError;
use crate::listen;
use crate::plan::{Asked, CommandRow};
use crate::session::Session;
use crate::settings::Settings;
use crate::validate;
use crate::writer::{Job, Message, Told, Writer, advance};

/// How many requests may wait for the writer before callers wait to ask.
const INBOX: usize = 4096;

/// The append-only log of everything, behind one writer task. Cloning it is cheap; all clones share the writer.
#[derive(Clone)]
pub struct Journal {
    inner: Arc<Inner>,
}

struct Inner {
    pool: Pool,
    settings: Settings,
    inbox: mpsc::Sender<Message>,
    positions: watch::Sender<i64>,
    /// Moves whenever a follower of this process has committed; whoever waits for one looks again.
    followed: watch::Sender<u64>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Journal").field("position", &*self.inner.positions.borrow()).finish_non_exhaustive()
    }
}

impl Journal {
    /// Opens the journal of a migrated database: `pool` for reading, `writer` for the connection of the batching writer
    /// and that of the listener, which belong to the journal alone.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be reached or has no journal.
    pub async fn open(pool: Pool, writer: tokio_postgres::Config, settings: Settings) -> Result<Self, StoreError> {
        let session = Session::connect(&writer, &settings).await?;
        let (inbox, messages) = mpsc::channel(INBOX);
        let positions = watch::Sender::new(0);
        let inner = Inner {
            pool,
            settings: settings.clone(),
            inbox,
            positions: positions.clone(),
            followed: watch::Sender::new(0),
            tasks: Mutex::new(Vec::new()),
        };
        let journal = Self { inner: Arc::new(inner) };
        let head = journal.head().await?;
        advance(&positions, head.position);
        let listener = tokio::spawn(listen::run(writer.clone(), settings.clone(), positions.clone()));
        let writer =
            Writer { config: writer, settings, session: Some(session), inbox: messages, company: 0, positions };
        let writer = tokio::spawn(async move {
            writer.run().await;
            listener.abort();
        });
        journal.tasks().push(writer);
        Ok(journal)
    }

    /// The connections for reading.
    #[must_use]
    pub fn pool(&self) -> &Pool {
        &self.inner.pool
    }

    /// The numbers it runs by.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// Records all of it or nothing. An append without events is answered at once and leaves no trace.
    ///
    /// # Errors
    /// [`AppendError`]: conflicts and refusals leave nothing behind; after [`AppendError::OutcomeUnknown`] the same
    /// append, with the same command id, is to be asked again.
    pub async fn append(&self, append: Append) -> Result<Appended, AppendError> {
        let append = validate::append(append, self.settings())?;
        if append.writes.iter().all(|write| write.events.is_empty()) {
            return self.nothing_to_append(&append).await;
        }
        let command = append.origin.command;
        match self.ask(Asked::Append(append)).await? {
            Some(Told::Recorded(appended)) => Ok(appended),
            Some(Told::Repeated(row)) => Ok(self.first_result(&row).await?),
            Some(Told::Kept) | None => Err(AppendError::OutcomeUnknown(command)),
        }
    }

    async fn nothing_to_append(&self, append: &Append) -> Result<Appended, AppendError> {
        let version = match append.writes.first() {
            Some(write) => self.version(&write.stream).await?,
            None => 0,
        };
        let last_position = self.head().await?.position;
        Ok(Appended { last_position, version, events: Vec::new(), repeated: false })
    }

    /// The result of a recorded command, read back.
    pub(crate) async fn first_result(&self, row: &CommandRow) -> Result<Appended, StoreError> {
        let events = self.read_after(row.first_position - 1, i64::from(row.events)).await?;
        Ok(Appended { last_position: row.last_position(), version: row.version, events, repeated: true })
    }

    /// Hands a request to the writer. `None` when the writer ended without answering.
    pub(crate) async fn ask(&self, asked: Asked) -> Result<Option<Told>, AppendError> {
        let (answer, told) = oneshot::channel();
        let job = Message::Job(Box::new(Job { asked, answer }));
        self.inner.inbox.send(job).await.map_err(|_| StoreError::Closed)?;
        match told.await {
            Ok(told) => told.map(Some),
            Err(_) => Ok(None),
        }
    }

    /// The position of the last known event, as a signal: it moves after every block of this process at once, and after
    /// those of others when the server tells of them, or a second later. A hint to look, not a promise.
    #[must_use]
    pub fn positions(&self) -> watch::Receiver<i64> {
        self.inner.positions.subscribe()
    }

    pub(crate) fn followed(&self) -> &watch::Sender<u64> {
        &self.inner.followed
    }

    /// Creates a number series that begins at `first`; a series that exists stays as it is.
    ///
    /// # Errors
    /// [`AppendError::Invalid`] for a name that is none, [`AppendError::Failure`] otherwise.
    pub async fn ensure_series(&self, series: &str, first: i64) -> Result<(), AppendError> {
        validate::series(series)?;
        if first == i64::MAX {
            return Err(Invalid::TooLarge(first.unsigned_abs()).into());
        }
        let client = self.pool().get().await.map_err(StoreError::from)?;
        client
            .execute(
                "INSERT INTO number_series (series, first, next) VALUES ($1, $2, $2) ON CONFLICT DO NOTHING",
                &[&series, &first],
            )
            .await
            .map_err(StoreError::doing("create a number series"))?;
        Ok(())
    }

    /// Finishes what was asked and stops the writer; later appends are refused. Followers are stopped by their own signal.
    pub async fn close(&self) {
        if self.inner.inbox.send(Message::Close).await.is_err() {
            tracing::debug!("the journal was closed before");
        }
        let tasks = std::mem::take(&mut *self.tasks());
        for task in tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "the journal's writer ended with a fault");
            }
        }
    }

    fn tasks(&self) -> std::sync::MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.inner.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A pool for reading the journal and whatever else the program reads quickly by key.
///
/// `enable_seqscan` is off on its connections: a plan prepared while a table was young would scan it for ever after.
/// Connections for reports should not come from here.
///
/// # Errors
/// [`StoreError::Pool`] when the pool cannot be built (never for want of a server; it connects later).
pub fn pool(config: &tokio_postgres::Config, connections: usize) -> Result<Pool, StoreError> {
    let mut config = config.clone();
    let options = config.get_options().map(|given| format!("{given} ")).unwrap_or_default();
    config.options(format!("{options}-c enable_seqscan=off"));
    let recycling = deadpool_postgres::ManagerConfig { recycling_method: deadpool_postgres::RecyclingMethod::Fast };
    let manager = deadpool_postgres::Manager::from_config(config, tokio_postgres::NoTls, recycling);
    Pool::builder(manager)
        .max_size(connections)
        .runtime(deadpool_postgres::Runtime::Tokio1)
        .wait_timeout(Some(std::time::Duration::from_secs(30)))
        .create_timeout(Some(std::time::Duration::from_secs(10)))
        .build()
        .map_err(|error| StoreError::Row(error.to_string()))
}

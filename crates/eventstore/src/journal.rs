//! The journal as the rest of the program sees it.

use std::sync::{Arc, Mutex, PoisonError};

use deadpool_postgres::Pool;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use crate::append::{Append, AppendError, Appended, Invalid};
use crate::error::StoreError;
use crate::event::CommandId;
use crate::follow::Seen;
use crate::listen;
use crate::plan::{Asked, CommandRow};
use crate::privacy::{Privacy, Sealing};
use crate::session::Session;
use crate::settings::Settings;
use crate::states::States;
use crate::upcast::Upcast;
use crate::validate;
use crate::writer::{Job, Message, Told, Writer, advance};

/// How many requests may wait for the writer before callers wait to ask.
const INBOX: usize = 4096;

/// The append-only log of everything, behind one writer task. Cloning it is cheap; all clones share the writer.
#[derive(Clone)]
pub struct Journal {
    inner: Arc<Inner>,
}

/// What a journal is told of the domain whose events it keeps; it knows none itself.
#[derive(Clone, Default)]
pub struct Domain {
    /// Whose texts are personal, and the key they are sealed under; without it everything is stored as it comes.
    pub sealing: Option<Sealing>,
    /// What events of before are today; without it every event is read as it is stored.
    pub upcast: Option<Arc<dyn Upcast>>,
}

impl std::fmt::Debug for Domain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Domain").field("sealing", &self.sealing).finish_non_exhaustive()
    }
}

struct Inner {
    pool: Pool,
    settings: Settings,
    privacy: Option<Privacy>,
    upcast: Option<Arc<dyn Upcast>>,
    inbox: mpsc::Sender<Message>,
    positions: watch::Sender<i64>,
    /// Moves whenever a follower of this process has; whoever waits for one looks again.
    followed: watch::Sender<Seen>,
    states: States,
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
        Self::open_for(pool, writer, settings, Domain::default()).await
    }

    /// As [`Journal::open`], for a domain that has personal texts or old shapes.
    ///
    /// # Errors
    /// As [`Journal::open`].
    pub async fn open_for(
        pool: Pool,
        writer: tokio_postgres::Config,
        settings: Settings,
        domain: Domain,
    ) -> Result<Self, StoreError> {
        let session = Session::connect(&writer, &settings).await?;
        let (inbox, messages) = mpsc::channel(INBOX);
        let positions = watch::Sender::new(0);
        let inner = Inner {
            pool,
            settings: settings.clone(),
            privacy: domain.sealing.map(Privacy::new),
            upcast: domain.upcast,
            inbox,
            positions: positions.clone(),
            followed: watch::Sender::new(Seen::new()),
            states: States::new(settings.states),
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
        let (append, plain) = self.sealed(validate::append(append, self.settings())?).await?;
        if append.writes.iter().all(|write| write.events.is_empty()) {
            return self.nothing_to_append(&append).await;
        }
        let command = append.origin.command;
        match self.ask(Asked::Append(append)).await? {
            Some(Told::Recorded(mut appended)) => {
                // The caller's own texts, not read back: what is recorded must not be answered with a failure to read it.
                for (event, plain) in
                    appended.events.iter_mut().zip(plain).filter(|(event, plain)| event.payload != *plain)
                {
                    event.opened = Some(plain);
                }
                Ok(appended)
            }
            Some(Told::Repeated(row)) => self.answer_again(command, &row).await,
            Some(Told::Kept) | None => Err(AppendError::OutcomeUnknown(command)),
        }
    }

    /// The append as it is stored, its personal texts sealed, and if there are any the payloads of all its events as they came.
    async fn sealed(&self, mut append: Append) -> Result<(Append, Vec<String>), AppendError> {
        let Some(privacy) = self.privacy() else { return Ok((append, Vec::new())) };
        let plain = privacy.seal(self.pool(), &mut append).await?;
        if !plain.is_empty() {
            // Sealed texts are longer than plain ones.
            append = validate::append(append, self.settings())?;
        }
        Ok((append, plain))
    }

    async fn nothing_to_append(&self, append: &Append) -> Result<Appended, AppendError> {
        let version = match append.writes.first() {
            Some(write) => self.version(&write.stream).await?,
            None => 0,
        };
        let last_position = self.head().await?.position;
        Ok(Appended { last_position, version, events: Vec::new(), repeated: false })
    }

    /// Answers a recorded command with its first result. It stands: should that not be readable now, it must not be told as
    /// if nothing had been recorded.
    pub(crate) async fn answer_again(&self, command: CommandId, row: &CommandRow) -> Result<Appended, AppendError> {
        self.first_result(row).await.map_err(|error| {
            tracing::warn!(%error, %command, "the first result of a repeated command cannot be read");
            AppendError::OutcomeUnknown(command)
        })
    }

    /// The result of a recorded command, read back.
    async fn first_result(&self, row: &CommandRow) -> Result<Appended, StoreError> {
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

    pub(crate) fn privacy(&self) -> Option<&Privacy> {
        self.inner.privacy.as_ref()
    }

    pub(crate) fn rules(&self) -> Option<&Arc<dyn Upcast>> {
        self.inner.upcast.as_ref()
    }

    pub(crate) fn states(&self) -> &States {
        &self.inner.states
    }

    pub(crate) fn followed(&self) -> &watch::Sender<Seen> {
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
/// `enable_seqscan` is off on its connections: a plan prepared while a table was young would scan it for ever after. And so is
/// `jit`: a table that can only be scanned looks so costly then that PostgreSQL compiles the plan, which takes twenty
/// milliseconds each time. Connections for reports should not come from here.
///
/// # Errors
/// [`StoreError::Pool`] when the pool cannot be built (never for want of a server; it connects later).
pub fn pool(config: &tokio_postgres::Config, connections: usize) -> Result<Pool, StoreError> {
    let mut config = config.clone();
    let options = config.get_options().map(|given| format!("{given} ")).unwrap_or_default();
    config.options(format!("{options}-c enable_seqscan=off -c jit=off"));
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

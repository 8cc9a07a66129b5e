//! One installation put together: database, journal, typesetter, seal, doors and workers, each from its own crate.

mod database;
mod finder;
pub(crate) mod heads;
pub(crate) mod journal;
mod key;
pub(crate) mod links;
pub(crate) mod mail;
mod mails;
pub(crate) mod records;
mod reports;
pub(crate) mod seal;
pub(crate) mod sign_in;
mod slot;
mod texts;
mod workers;

use std::net::TcpListener;
use std::sync::Arc;

use anyhow::Context;
use deadpool_postgres::Pool;
use eventstore::Journal;
use inquiry::link::LinkKeys;
use readmodel::Guard;

use web::Clock;

pub use database::Database;
pub(crate) use database::no_cluster;
pub use reports::ReportMails;
pub use workers::Workers;

use crate::config::{Config, Mail, MailMode, SealKey};
use crate::stop::Stop;

/// Connections for commands and screens. More of them hurt: two a core are as fast as twenty (docs/adr/0001).
const CONNECTIONS: usize = 16;

/// Everything that a running Saual holds.
pub struct Installation {
    /// What the doors reach.
    pub state: web::State,
    /// The log.
    pub journal: Journal,
    /// Connections.
    pub pool: Pool,
    /// The configuration it was put together from.
    pub config: Config,
    /// The office's time.
    pub clock: Arc<dyn Clock>,
    /// The journal is made up: its first event says so.
    pub synthetic: bool,
    /// What deputies' personal links are made and read with.
    pub(crate) links: Arc<LinkKeys>,
    signer: Arc<heads::Signer>,
    /// Holds the records of the journal's last change.
    following: tokio::task::JoinHandle<()>,
}

impl Installation {
    /// Puts the parts together on a migrated database. The database must outlive it.
    ///
    /// # Errors
    /// A part that cannot be made: each error names the part and what to do.
    pub async fn open(config: &Config, database: &Database, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        let seed = records::directory(config)?;
        let engine =
            Arc::new(letter::Engine::new().context("the templates of letters are faulty; run `saual letter lint`")?);
        let authorities = Arc::new(trust::Authorities::new(config.authorities.clone()));
        let (seal, sealing) = sealing(config, &authorities)?;
        let links = Arc::new(links::keys(config)?);
        let pool = eventstore::pool(&database.config, CONNECTIONS)?;
        let guard = guard_of(&pool).await?;
        let journal = journal::open(config, &pool, &database.config).await?;
        let records =
            web::Records::open(&journal, seed).await.context("the records cannot be read from the journal")?;
        let records = Arc::new(records);
        let following = {
            let (records, journal) = (Arc::clone(&records), journal.clone());
            tokio::spawn(async move { records.follow(&journal).await })
        };
        let synthetic = is_synthetic(&journal).await?;
        let settings = web::Settings::open(&journal, records.current()).await;
        let settings = Arc::new(settings.context("the settings cannot be read from the journal")?);
        let config = &if synthetic { staying_here(config) } else { config.clone() };
        let key = sign_in::key(config, &pool).await?;
        let provider = sign_in::provider(config)?;
        let signer = Arc::new(heads::Signer::start(journal.clone(), &config.data, config.sign_every)?);
        let state = web::AppState::new(web::Parts {
            config: web::Config {
                public_url: config.public_base().to_owned(),
                message_domain: config.mail.hello_name.clone(),
                seal_stands_in: config.server_seal_stands_in,
                signing: config.signing.clone(),
                digest_at: config.notices.at,
                mail_stays_here: config.mail.mode == MailMode::File,
                synthetic,
                rates: config.rates,
                metrics_from: config.metrics_from.clone(),
                proxies: config.proxies.clone(),
                workers: std::thread::available_parallelism().map_or(2, usize::from),
            },
            clock: clock.clone(),
            wall: Arc::new(web::SystemClock),
            pool: pool.clone(),
            guard,
            journal: journal.clone(),
            engine,
            seal,
            authorities,
            sealing,
            heads: Arc::<heads::Signer>::clone(&signer),
            mails: Arc::new(mails::Mails::new(
                config,
                synthetic,
                journal.clone(),
                Arc::clone(&links),
                records.current(),
            )?),
            links: Arc::clone(&links),
            records,
            settings,
            key,
            provider,
        })
        .context("the templates of the pages are faulty")?;
        Ok(Self {
            state: web::State::new(state),
            journal,
            pool,
            config: config.clone(),
            clock,
            synthetic,
            links,
            signer,
            following,
        })
    }

    /// Starts the followers and the mail worker; they run until `stop`.
    ///
    /// # Errors
    /// The mail settings cannot be used.
    pub fn start_workers(&self, stop: &Stop) -> anyhow::Result<Workers> {
        Workers::start(self, stop)
    }

    /// Starts the followers alone: mail is queued, and whoever started them sends it.
    #[must_use]
    pub fn start_followers(&self, stop: &Stop) -> Workers {
        Workers::followers(self, stop)
    }

    /// Serves screens and API until `stop`.
    ///
    /// # Errors
    /// The listener cannot be used.
    pub async fn serve(&self, listener: TcpListener, stop: &Stop) -> anyhow::Result<()> {
        let stop = stop.clone();
        web::serve(listener, self.state.clone(), async move { stop.pulled().await }).await?;
        Ok(())
    }

    /// Signs the journal's head now, unless that is done already.
    ///
    /// # Errors
    /// The head could not be read, or the signed one not be kept.
    pub async fn sign_head(&self) -> anyhow::Result<Option<eventstore::SignedHead>> {
        self.signer.sign().await
    }

    /// Publishes what places outside have not got of the signed heads and is due; at how many it was tried.
    ///
    /// # Errors
    /// The state of a place could not be read or written.
    pub async fn publish_heads(&self) -> anyhow::Result<usize> {
        let mut tried = 0;
        for publisher in heads::publish::Publisher::all(self) {
            tried += usize::from(publisher.look().await?);
        }
        Ok(tried)
    }

    /// Writes down who looked last, finishes what was asked of the journal, stops its writer and signs its last head.
    pub async fn close(&self) {
        self.following.abort();
        self.state.reads.finish().await;
        self.journal.close().await;
        self.signer.finish().await;
    }
}

/// The configuration of a made-up journal: nothing on its account leaves the machine, whatever the settings say. Everything behind the doors is
/// made from this one, and nothing else looks whether mail may leave.
fn staying_here(config: &Config) -> Config {
    if config.mail.mode != MailMode::File {
        tracing::warn!("the journal is made up: mail is written to files, whatever mail.mode says");
    }
    Config { mail: Mail { mode: MailMode::File, ..config.mail.clone() }, ..config.clone() }
}

/// Does the journal say of itself that it is made up? One that is empty may still become so, and only while nobody has it open (`saual generate`).
async fn is_synthetic(journal: &Journal) -> anyhow::Result<bool> {
    let first = journal.read_after(0, 1).await.context("the journal's first event cannot be read")?;
    Ok(first.first().is_some_and(|event| event.event_type == inquiry::synthetic::BEGUN))
}

/// The seal, and how it seals. A token that does not sign keeps nothing from starting: whoever reads, answers and writes needs no seal.
fn sealing(
    config: &Config,
    authorities: &Arc<trust::Authorities>,
) -> anyhow::Result<(Arc<signature::Seal>, Arc<web::Sealing>)> {
    let opened = seal::open(config)?;
    match (seal::prove(config, &opened), &config.seal.key) {
        (Ok(()), _) => {}
        (Err(error), SealKey::Token { .. }) => {
            tracing::warn!(error = format!("{error:#}"), "nothing can be sealed: the token does not sign");
        }
        (Err(error), SealKey::Own | SealKey::Files { .. } | SealKey::Pkcs12 { .. }) => return Err(error),
    }
    for complaint in &opened.complaints {
        tracing::warn!(complaint, "the seal's key is open to more people than it should be");
    }
    let lasting = seal::lasting_by(config, authorities);
    if config.seal.level > signature::Level::B && lasting.is_none() {
        tracing::warn!(level = %config.seal.level, "the seal's level needs timestamps, and no authority is named: letters are sealed without");
    }
    let sealing = web::Sealing::new(config.seal.level, lasting, opened.known);
    Ok((Arc::new(opened.seal), Arc::new(sealing)))
}

/// Who holds the rows of screens back, with a word in the log where the server does not.
async fn guard_of(pool: &Pool) -> anyhow::Result<Guard> {
    let client = pool.get().await.context("the database does not answer")?;
    let guard = Guard::found(&client).await.context("the roles of readers cannot be looked for")?;
    if guard == Guard::Nobody {
        tracing::warn!(
            "the server holds no rows back: this login may not become the roles of readers; `saual check` says what to do"
        );
    }
    Ok(guard)
}

/// Binds the address of the doors, with the sentence that a taken port deserves.
///
/// # Errors
/// The address is taken or not ours.
pub fn listen(address: std::net::SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).with_context(|| {
        format!(
            "{address} cannot be listened on; choose another address or port with SAUAL_LISTEN (the demonstration: --listen)"
        )
    })
}

//! What every request can reach: the configuration of the doors, the clocks, the database, the journal, the typesetter, the seal.

use std::pin::Pin;
use std::sync::Arc;

use deadpool_postgres::Pool;
use directory::{Actor, Directory};
use eventstore::Journal;
use inquiry::link::LinkKeys;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use readmodel::{Guard, Reader, Sight};
use signature::Seal;
use tokio::sync::watch;
use trust::Authorities;

use crate::accounts::sealing::InstallationKey;
use crate::desk::papers::Papers;
use crate::doors::limits::{Limits, Rates};
use crate::doors::metrics::Metrics;
use crate::doors::proxy::{Network, Proxies};
use crate::live::Live;
use crate::loads::Counted;
use crate::office::seal::Sealing;
use crate::office::waiting::Kept;
use crate::openapi;
use crate::pages::{PageError, Pages};
use crate::provider::Provider;
use crate::reads::Writer;
use crate::records::Records;
use crate::settings::Settings;

/// Where the time comes from. The office's time (dates of letters, times of events) and the time of the doors (sessions,
/// tokens, brakes on guessing) are two clocks: a demonstration tells a story of a past year to browsers of today.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// A mail that was sent, made again to the byte; none where it cannot be, because an address was erased or a setting has changed since.
pub type Remade = Pin<Box<dyn Future<Output = Option<Vec<u8>>> + Send>>;

/// Makes mails again. Whoever sends them knows how; the doors do not.
pub trait Mails: Send + Sync {
    /// The mail of that Message-ID.
    fn again(&self, message_id: &str) -> Remade;
}

/// A head being signed; a sentence for the log where it was not.
pub type HeadSigning = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

/// Signs the journal's heads. Whoever has their key knows how; the doors have it not.
pub trait Heads: Send + Sync {
    /// Signs the head that the journal has now, unless that is done already.
    fn sign(&self) -> HeadSigning;
}

/// The clock of the machine.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// How the doors are set up.
#[derive(Debug, Clone)]
pub struct Config {
    /// The address people type, without a slash at its end: links in letters are made from it, and with `https` the session
    /// cookie takes the `__Host-` prefix and the attribute `Secure`.
    pub public_url: String,
    /// Domain of Message-IDs.
    pub message_domain: String,
    /// The seal of this installation stands in for personal signatures; every screen and letter says so.
    pub seal_stands_in: bool,
    /// Who makes the signature of a letter.
    pub signing: crate::signing::Signing,
    /// The hour of the digests to the people of the house.
    pub digest_at: Time,
    /// The journal is made up (`inquiry::synthetic`); every screen and every letter that is made anew says so.
    pub synthetic: bool,
    /// Mails are written to files and leave the machine in no case; every screen says so.
    pub mail_stays_here: bool,
    /// Threads that answer requests.
    pub workers: usize,
    /// How often somebody may ask.
    pub rates: Rates,
    /// From where the counters may be read.
    pub metrics_from: Vec<Network>,
    /// The proxies that are believed when they say from where a request came.
    pub proxies: Proxies,
}

impl Config {
    /// Whether browsers reach us over TLS, possibly through a proxy.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// What a file is called that leaves the house. Of a made-up journal its name says so: a table has no line to spare for that.
    #[must_use]
    pub fn file_name(&self, name: &str) -> String {
        if self.synthetic { format!("synthetic-{name}") } else { name.to_owned() }
    }
}

/// What the program hands to the doors when it opens them.
pub struct Parts {
    /// How the doors are set up.
    pub config: Config,
    /// The office's time.
    pub clock: Arc<dyn Clock>,
    /// The doors' time.
    pub wall: Arc<dyn Clock>,
    /// Connections for accounts and for the tables of screens.
    pub pool: Pool,
    /// Who holds rows of those tables back.
    pub guard: Guard,
    /// The journal, with its writer running.
    pub journal: Journal,
    /// The typesetter.
    pub engine: Arc<letter::Engine>,
    /// The seal of this installation.
    pub seal: Arc<Seal>,
    /// Whom the office trusts about signatures, and whom it asks.
    pub authorities: Arc<Authorities>,
    /// How it seals.
    pub sealing: Arc<Sealing>,
    /// Signs the journal's heads.
    pub heads: Arc<dyn Heads>,
    /// The keys of deputies' personal links.
    pub links: Arc<LinkKeys>,
    /// Makes mails again that were sent.
    pub mails: Arc<dyn Mails>,
    /// Ministries, deputies, office holders, calendar, and what changes in them.
    pub records: Arc<Records>,
    /// Settings that are in force from a day on.
    pub settings: Arc<Settings>,
    /// The key under which second factors are sealed.
    pub key: InstallationKey,
    /// Who else vouches for people, if somebody does.
    pub provider: Option<Provider>,
}

/// What every request can reach.
pub struct AppState {
    /// How the doors are set up.
    pub config: Config,
    /// The office's time.
    pub clock: Arc<dyn Clock>,
    /// The doors' time.
    pub wall: Arc<dyn Clock>,
    /// Connections for accounts and for the tables of screens.
    pub pool: Pool,
    /// Who holds rows of those tables back.
    pub guard: Guard,
    /// The journal, with its writer running.
    pub journal: Journal,
    /// The typesetter.
    pub engine: Arc<letter::Engine>,
    /// The seal of this installation.
    pub seal: Arc<Seal>,
    /// Whom the office trusts about signatures, and whom it asks.
    pub authorities: Arc<Authorities>,
    /// How it seals.
    pub sealing: Arc<Sealing>,
    /// Signs the journal's heads.
    pub heads: Arc<dyn Heads>,
    /// The keys of deputies' personal links.
    pub links: Arc<LinkKeys>,
    /// Makes mails again that were sent.
    pub mails: Arc<dyn Mails>,
    /// Ministries, deputies, office holders, calendar, and what changes in them.
    pub records: Arc<Records>,
    /// Settings that are in force from a day on.
    pub settings: Arc<Settings>,
    /// The key under which second factors are sealed.
    pub key: InstallationKey,
    /// Who else vouches for people, if somebody does.
    pub provider: Option<Provider>,
    /// The templates of the pages, compiled.
    pub pages: Pages,
    /// The OpenAPI document, made once from the table of routes.
    pub openapi: String,
    /// Pages of texts that people are writing.
    pub papers: Papers,
    /// Counters for `/metrics`.
    pub metrics: Metrics,
    /// Counts how often somebody asks.
    pub limits: Limits,
    /// Writes down who looked.
    pub reads: Writer,
    /// What tells open pages that the register has moved.
    pub(crate) live: Arc<Live>,
    /// What ministries have to do, as it was counted last.
    pub(crate) loads: Counted,
    /// How long steps usually take, as it was counted last.
    pub(crate) usual: Kept,
    leaving: watch::Sender<bool>,
}

impl AppState {
    /// Compiles the templates, writes the OpenAPI document, and starts the writer of who looked on the present runtime.
    ///
    /// # Errors
    /// [`PageError`] when a template does not compile; that is a fault of this program and stops it before it serves anybody.
    pub fn new(parts: Parts) -> Result<Self, PageError> {
        let Parts {
            config,
            clock,
            wall,
            pool,
            guard,
            journal,
            engine,
            seal,
            authorities,
            sealing,
            heads,
            links,
            mails,
            records,
            settings,
            key,
            provider,
        } = parts;
        let leaving = watch::Sender::new(false);
        follow(&settings, &journal, leaving.subscribe());
        Ok(Self {
            openapi: openapi::document(&config.public_url),
            pages: Pages::new()?,
            papers: Papers::new(),
            metrics: Metrics::new(),
            limits: Limits::new(config.rates),
            reads: Writer::start(pool.clone()),
            live: Arc::default(),
            loads: Counted::default(),
            usual: Kept::default(),
            leaving,
            config,
            clock,
            wall,
            pool,
            guard,
            journal,
            engine,
            seal,
            authorities,
            sealing,
            heads,
            links,
            mails,
            records,
            settings,
            key,
            provider,
        })
    }

    /// Ministries, deputies, office holders and calendar as they are known now. Taken once for each answer, so that it is made of one directory.
    #[must_use]
    pub fn directory(&self) -> Arc<Directory> {
        self.records.directory()
    }

    /// Today in Astana, by the office's clock.
    #[must_use]
    pub fn today(&self) -> Date {
        crate::time::local_date(self.clock.now())
    }

    /// The tables of screens, as this person sees them.
    #[must_use]
    pub fn reader(&self, actor: &Actor) -> Reader {
        self.reader_of(Sight::of(actor))
    }

    /// The tables of screens, through these eyes.
    #[must_use]
    pub fn reader_of(&self, sight: Sight) -> Reader {
        Reader::new(self.pool.clone(), self.guard, sight)
    }

    /// The tables of screens, as the house itself sees them: for what is told to whoever has a key of their own to it.
    #[must_use]
    pub fn house(&self) -> Reader {
        self.reader_of(Sight::Whole)
    }

    /// From now on `/readyz` answers no, so that a balancer sends nobody any more, and answers that have no end come to theirs.
    pub fn leave(&self) {
        self.leaving.send_replace(true);
    }

    /// Is the server on its way out?
    #[must_use]
    pub fn is_leaving(&self) -> bool {
        *self.leaving.borrow()
    }

    /// Hears when the server is on its way out.
    pub(crate) fn leaving(&self) -> watch::Receiver<bool> {
        self.leaving.subscribe()
    }
}

/// Holds what is set in other processes too, for as long as somebody can ask.
fn follow(settings: &Arc<Settings>, journal: &Journal, mut leaving: watch::Receiver<bool>) {
    let (settings, journal) = (Arc::clone(settings), journal.clone());
    tokio::spawn(async move {
        tokio::select! {
            () = settings.follow(&journal) => {}
            // An error means that nobody can ask any more.
            left = leaving.wait_for(|is_leaving| *is_leaving) => drop(left),
        }
    });
}

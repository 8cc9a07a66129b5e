//! A PostgreSQL of our own, run as a child process under a data folder, for whoever has not named one by `DATABASE_URL`.
//!
//! Read [`Server`] first, then `place` (where the cluster lies and who runs it), `binaries` (which server programs), `cluster`
//! (`initdb`), `previous` (what an earlier run left behind) and `guardian` (the thread that starts, keeps and stops the server).
//! `system` holds the calls that Rust's library does not have, and with them the only unsafe code of the program.
//!
//! What is promised: the server listens on a Unix socket only and ends with the program, however the program ends; two programs never
//! use one folder; a half-made cluster is never mistaken for a whole one; a server is never started on another major version's files.
//! It never reads the environment: what may come from there is handed in through [`Settings`].

mod binaries;
mod cluster;
mod error;
mod guardian;
mod place;
mod previous;
mod system;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

pub use crate::error::Error;
use crate::guardian::Guardian;
use crate::place::Place;

/// The name of the database that every private cluster has.
pub const DATABASE: &str = "saual";

/// The database superuser; whoever may open the socket is let in under this name.
const SUPERUSER: &str = "postgres";

/// Where the server lives and where its programs may be found.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The folder of this cluster; made when it is missing. Nobody else should keep files in it.
    pub base: PathBuf,
    /// A folder with `postgres` and `initdb` that is to be used instead of searching (`SAUAL_POSTGRES_BIN`).
    pub binaries: Option<PathBuf>,
    /// Folders to search after the usual ones, in the form of the `PATH` variable.
    pub search_path: Option<OsString>,
}

impl Settings {
    /// The cluster under `base`, with the server programs of the usual places.
    #[must_use]
    pub fn new(base: impl Into<PathBuf>) -> Self {
        Self { base: base.into(), binaries: None, search_path: None }
    }
}

/// A running PostgreSQL; dropping it stops it.
///
/// The server is a child of a thread that lives as long as this value, and the kernel ends it when the program dies without
/// a word (on Linux; elsewhere the next start ends what was left behind).
#[derive(Debug)]
pub struct Server {
    // Fields are dropped in this order: the server has ended before the folder's locks are given up.
    guardian: Guardian,
    place: Place,
    major: u32,
}

impl Server {
    /// Starts the cluster under `base` with the server programs of the usual places: see [`Server::start_with`].
    ///
    /// # Errors
    /// As [`Server::start_with`].
    pub fn start(base: &Path) -> Result<Self, Error> {
        Self::start_with(&Settings::new(base))
    }

    /// Starts the cluster, makes it first when there is none, and returns when it answers and the database [`DATABASE`] exists.
    ///
    /// Blocks the calling thread: some 0.7 s for a new cluster, 40 ms for an existing one, longer after a crash. It may be called inside an
    /// asynchronous runtime, which it neither uses nor needs.
    ///
    /// # Errors
    /// Every [`Error`] says in a sentence what is wrong and what to do about it.
    pub fn start_with(settings: &Settings) -> Result<Self, Error> {
        let place = Place::take(&settings.base)?;
        let made_by = cluster::major_of(&place.data())?;
        let programs = binaries::find(settings, made_by, &place)?;
        if made_by.is_none() {
            cluster::make(&programs, &place)?;
        }
        cluster::note(&programs, &place)?;
        previous::settle(&place.data(), &place.sockets)?;
        let guardian = Guardian::start(&programs, &place)?;
        tracing::info!(major = programs.major, folder = %place.cluster.display(), "a private PostgreSQL is running");
        Ok(Self { guardian, place, major: programs.major })
    }

    /// How to connect to the server that another program of ours runs on the cluster under `base`; `None` when there is no cluster yet.
    /// Whether it runs, connecting tells.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn of_another(base: &Path) -> Result<Option<tokio_postgres::Config>, Error> {
        Ok(place::sockets_of(base)?.map(|sockets| connection(&sockets, DATABASE)))
    }

    /// How to connect to the database `dbname` of this server.
    #[must_use]
    pub fn config(&self, dbname: &str) -> tokio_postgres::Config {
        connection(&self.place.sockets, dbname)
    }

    /// The folder in which cluster and log lie: the given one, or, for root where the given one is out of the server's reach,
    /// one under `/var/lib/saual`.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.place.cluster
    }

    /// The process id of the server (of its postmaster).
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.guardian.pid()
    }

    /// The major version of the server, e.g. 15.
    #[must_use]
    pub fn major(&self) -> u32 {
        self.major
    }

    /// Ends the server in order, with a checkpoint and without waiting for clients (some 20 ms), and returns when it is gone.
    ///
    /// # Errors
    /// [`Error::Ended`] when the server had ended on its own or did not end in order.
    pub fn stop(mut self) -> Result<(), Error> {
        self.guardian.stop()
    }
}

fn connection(sockets: &Path, dbname: &str) -> tokio_postgres::Config {
    let mut config = tokio_postgres::Config::new();
    config.host_path(sockets).user(SUPERUSER).dbname(dbname).application_name("saual");
    config
}

//! Why there is no private server, in sentences that say what to do.

use std::path::PathBuf;
use std::process::ExitStatus;

/// Why a private PostgreSQL could not be started or stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Nowhere on this machine are `postgres` and `initdb` side by side.
    #[error(
        "no PostgreSQL server programs (postgres, initdb) were found; do one of these:\n  \
         Debian, Ubuntu:      sudo apt-get install postgresql\n  \
         macOS:               brew install postgresql@17\n  \
         a server of your own: export DATABASE_URL=postgres://USER:PASSWORD@HOST/DATABASE"
    )]
    NoPrograms,
    /// The folder named by the settings does not hold a server.
    #[error("{folder} holds no working `postgres` and `initdb`; point SAUAL_POSTGRES_BIN at the folder that does, or unset it", folder = .0.display())]
    NotPrograms(PathBuf),
    /// The cluster was made by another major version than the server programs are of.
    #[error(
        "the data in {folder} was made by PostgreSQL {made_by}, but the server programs found are of {found}; install PostgreSQL {made_by} beside them \
         (Debian, Ubuntu: apt-get install postgresql-{made_by}) or carry the data over with pg_dumpall of {made_by}",
        folder = .folder.display()
    )]
    OtherMajor {
        /// The cluster's folder.
        folder: PathBuf,
        /// The major version that made it.
        made_by: u32,
        /// The major versions found, in words.
        found: String,
    },
    /// Another program has this folder's server running.
    #[error("another saual is already using {folder}; stop that one or name another data folder", folder = .0.display())]
    InUse(PathBuf),
    /// PostgreSQL refuses to run as root and there is nobody to run it as.
    #[error(
        "running as root, but this machine has neither a user `postgres` nor `nobody` to run the database server as; add one (useradd --system postgres)"
    )]
    NoAccount,
    /// The cluster belongs to somebody else.
    #[error("{folder} belongs to user id {owner}, not to the one running now; run as that user or as root, or name another data folder", folder = .folder.display())]
    OtherOwner {
        /// The cluster's folder.
        folder: PathBuf,
        /// The numeric id of the user who owns it.
        owner: u32,
    },
    /// The cluster that this folder points to is gone.
    #[error(
        "{note} says that the database lies in {cluster}, which is not there; bring it back, or remove {note} to begin with an empty database",
        note = .note.display(), cluster = .cluster.display()
    )]
    Gone {
        /// The file that names the cluster.
        note: PathBuf,
        /// The folder it names.
        cluster: PathBuf,
    },
    /// A file or folder could not be read, made or changed.
    #[error("could not {action} {path}", path = .path.display())]
    File {
        /// What was to be done.
        action: &'static str,
        /// To which file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A server program could not be run at all.
    #[error("could not run {program}", program = .program.display())]
    Run {
        /// The program.
        program: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// `initdb` failed.
    #[error("initdb could not make a cluster in {folder} ({status}): {said}", folder = .folder.display())]
    Initdb {
        /// The folder of the new cluster.
        folder: PathBuf,
        /// How it ended.
        status: ExitStatus,
        /// What it said.
        said: String,
    },
    /// A server of an earlier run cannot be brought to its end.
    #[error(
        "process {pid}, a PostgreSQL left over from an earlier run, does not end; end it (kill -QUIT {pid}) and start again"
    )]
    Lingers {
        /// Its process id.
        pid: i32,
    },
    /// The server ended when it should not have, or not as it should have.
    #[error("the private PostgreSQL ended ({status}); the last lines of {log}: {said}", log = .log.display())]
    Ended {
        /// How it ended.
        status: String,
        /// Its log.
        log: PathBuf,
        /// The end of that log.
        said: String,
    },
    /// The server runs but did not answer in time.
    #[error("the private PostgreSQL runs but has not answered for {seconds} s; its log is {log}", log = .log.display())]
    Silent {
        /// How long it was waited for.
        seconds: u64,
        /// The server's log.
        log: PathBuf,
    },
    /// The server answers, but the first questions to it failed.
    #[error("the private PostgreSQL refused to make its database")]
    Database(#[from] tokio_postgres::Error),
    /// The thread that keeps the server is gone.
    #[error("the thread that keeps the private PostgreSQL has ended; this is a fault of this program")]
    Guardian,
}

impl Error {
    /// For `map_err`: a file that could not be `action`ed.
    pub(crate) fn file(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { action, path, source }
    }
}

//! The thread that starts the server, waits for its first answer, and stays until the server is to end.
//!
//! It must be one thread for all of this: the kernel ends the server when the thread that started it ends.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio_postgres::NoTls;

use crate::binaries::Programs;
use crate::place::Place;
use crate::system::{Ending, ask_to_end, end_with_this_thread};
use crate::{DATABASE, Error, SUPERUSER, connection};

/// A recovery after a power cut reads at most some gigabytes of log; nothing else takes long.
const FIRST_ANSWER: Duration = Duration::from_secs(300);
/// A checkpoint on a slow disk; then the server is made to end.
const IN_ORDER: Duration = Duration::from_secs(60);
/// A log larger than this is put aside at the next start, in place of the one put aside before.
const LARGE_LOG: u64 = 16 * 1024 * 1024;

/// A handle on the thread; [`Guardian::stop`] or dropping it ends the server and with it the thread.
#[derive(Debug)]
pub(crate) struct Guardian {
    pid: u32,
    end: Sender<()>,
    thread: Option<JoinHandle<Result<(), Error>>>,
}

impl Guardian {
    pub(crate) fn start(programs: &Programs, place: &Place) -> Result<Self, Error> {
        let log = place.log();
        put_large_log_aside(&log)?;
        let file = File::options().create(true).append(true).open(&log).map_err(Error::file("open", &log))?;
        let from = file.metadata().map_err(Error::file("look at", &log))?.len();
        let mut command = Command::new(programs.postgres());
        command.arg("-D").arg(place.data()).arg("-k").arg(&place.sockets).args(["-p", "5432"]);
        for setting in [
            "listen_addresses=",
            "unix_socket_permissions=0700",
            "logging_collector=off",
            "cluster_name=saual",
            "timezone=UTC",
            "log_timezone=UTC",
        ] {
            command.args(["-c", setting]);
        }
        let errors = file.try_clone().map_err(Error::file("open", &log))?;
        // Its own process group: a ^C in the terminal is the program's to act on, which may still want to write.
        // No environment: it may hold secrets, and PG… variables would change what is started.
        command.current_dir("/").env_clear().stdin(Stdio::null()).stdout(file).stderr(errors).process_group(0);
        place.run_as_owner(&mut command);

        let errand = Errand { command, program: programs.postgres(), sockets: place.sockets.clone(), log, from };
        let (end, ending) = channel();
        let (report, started) = channel();
        let thread = std::thread::Builder::new()
            .name("postgres".to_owned())
            .spawn(move || errand.run(&report, &ending))
            .map_err(|source| Error::Run { program: programs.postgres(), source })?;
        let pid = started.recv().map_err(|_| Error::Guardian)??;
        Ok(Self { pid, end, thread: Some(thread) })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.pid
    }

    pub(crate) fn stop(&mut self) -> Result<(), Error> {
        let Some(thread) = self.thread.take() else { return Ok(()) };
        if self.end.send(()).is_err() {
            tracing::debug!("the private PostgreSQL had ended before it was asked to");
        }
        thread.join().map_err(|_| Error::Guardian)?
    }
}

impl Drop for Guardian {
    fn drop(&mut self) {
        if let Err(error) = self.stop() {
            tracing::error!(%error, "the private PostgreSQL did not end in order");
        }
    }
}

/// What the thread is to do.
struct Errand {
    command: Command,
    program: PathBuf,
    sockets: PathBuf,
    log: PathBuf,
    /// Where in the log this run begins.
    from: u64,
}

impl Errand {
    fn run(mut self, report: &Sender<Result<u32, Error>>, ending: &Receiver<()>) -> Result<(), Error> {
        let mut server = match self.start() {
            Ok(server) => server,
            Err(error) => {
                // Whoever asked is waiting in `Guardian::start` and takes the error over.
                return report.send(Err(error)).map_err(|_| Error::Guardian);
            }
        };
        if report.send(Ok(server.id())).is_err() {
            return self.end(&mut server);
        }
        loop {
            match ending.recv_timeout(Duration::from_secs(1)) {
                Ok(()) | Err(RecvTimeoutError::Disconnected) => return self.end(&mut server),
                Err(RecvTimeoutError::Timeout) => {
                    if let Some(status) = self.has_ended(&mut server)? {
                        let error = self.ended(status);
                        tracing::error!(%error, "the private PostgreSQL is gone");
                        return Err(error);
                    }
                }
            }
        }
    }

    fn start(&mut self) -> Result<Child, Error> {
        end_with_this_thread(&mut self.command);
        let mut server = self.command.spawn().map_err(|source| Error::Run { program: self.program.clone(), source })?;
        match self.first_answer(&mut server) {
            Ok(()) => Ok(server),
            Err(error) => {
                // The first error is the one to tell; a server that does not answer is not left running.
                if let Err(second) = self.end(&mut server) {
                    tracing::debug!(error = %second, "the server that failed to start did not end in order either");
                }
                Err(error)
            }
        }
    }

    fn first_answer(&self, server: &mut Child) -> Result<(), Error> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|source| Error::Run { program: self.program.clone(), source })?;
        runtime.block_on(async {
            let began = Instant::now();
            let config = connection(&self.sockets, SUPERUSER);
            let (client, wire) = loop {
                match config.connect(NoTls).await {
                    Ok(connected) => break connected,
                    // No socket yet, or "the database system is starting up".
                    Err(error) => tracing::trace!(%error, "the private PostgreSQL does not answer yet"),
                }
                if let Some(status) = self.has_ended(server)? {
                    return Err(self.ended(status));
                }
                if began.elapsed() > FIRST_ANSWER {
                    return Err(Error::Silent { seconds: FIRST_ANSWER.as_secs(), log: self.log.clone() });
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            };
            let wire = tokio::spawn(wire);
            if client.query_opt("SELECT FROM pg_database WHERE datname = $1", &[&DATABASE]).await?.is_none() {
                client.batch_execute(&format!("CREATE DATABASE {DATABASE}")).await?;
            }
            drop(client);
            // Waits until the farewell is sent.
            wire.await.map_err(|_| Error::Guardian)?.map_err(Error::Database)
        })
    }

    fn end(&self, server: &mut Child) -> Result<(), Error> {
        let pid = i32::try_from(server.id()).map_err(|_| Error::Guardian)?;
        let began = Instant::now();
        let mut how = Ending::InOrder;
        if self.has_ended(server)?.is_none() {
            ask_to_end(pid, how);
        }
        loop {
            if let Some(status) = self.has_ended(server)? {
                return if status.success() { Ok(()) } else { Err(self.ended(status)) };
            }
            if how == Ending::InOrder && began.elapsed() > IN_ORDER {
                how = Ending::AtOnce;
                ask_to_end(pid, how);
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    fn has_ended(&self, server: &mut Child) -> Result<Option<ExitStatus>, Error> {
        server.try_wait().map_err(|source| Error::Run { program: self.program.clone(), source })
    }

    fn ended(&self, status: ExitStatus) -> Error {
        let said = match end_of_log(&self.log, self.from) {
            Ok(said) => said,
            Err(error) => format!("(unreadable: {error})"),
        };
        Error::Ended { status: status.to_string(), log: self.log.clone(), said }
    }
}

fn put_large_log_aside(log: &Path) -> Result<(), Error> {
    match fs::metadata(log) {
        Ok(found) if found.len() > LARGE_LOG => {
            fs::rename(log, log.with_extension("log.old")).map_err(Error::file("put aside", log))
        }
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::file("look at", log)(error)),
        Ok(_) | Err(_) => Ok(()),
    }
}

/// The last lines that were written since byte `from`, without the connection attempts that came too early.
fn end_of_log(log: &Path, from: u64) -> std::io::Result<String> {
    let mut file = File::open(log)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(from.max(length.saturating_sub(8192))))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().filter(|line| !line.contains("the database system is starting up")).collect();
    Ok(lines[lines.len().saturating_sub(5)..].join(" / "))
}

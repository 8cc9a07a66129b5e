//! A server that is killed, and a journal that is carried over to another one, as an administrator would.

use std::io::Write as _;
use std::process::{Command, Stdio};

use testkit::mortal::{Kill, Mortal};
use tokio_postgres::Config;
use tokio_postgres::config::Host;

use crate::store::KillServer;

/// Killed in one way, then in the other.
pub(super) struct Killed {
    server: Mortal,
    next: Kill,
}

impl Killed {
    pub(super) fn new(server: Mortal) -> Self {
        Self { server, next: Kill::All }
    }
}

impl KillServer for Killed {
    fn kill_and_start(&mut self) {
        self.server.kill(self.next);
        self.next = if self.next == Kill::All { Kill::Postmaster } else { Kill::All };
        self.server.start_again();
    }
}

/// The database on a new server, by `pg_dump` and `psql`.
pub(super) fn carried_over(config: &Config) -> Mortal {
    let dump = client("pg_dump", config).arg("--clean").arg("--if-exists").output().unwrap();
    assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
    // The role that the dump grants rights to is there: the new server has been migrated, as `saual` does before anything.
    let server = Mortal::start();
    let mut restoring = client("psql", server.config())
        .args(["--set=ON_ERROR_STOP=1", "--quiet", "--no-psqlrc", "--output=/dev/null"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    restoring.stdin.take().unwrap().write_all(&dump.stdout).unwrap();
    let said = restoring.wait_with_output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    server
}

fn client(program: &str, config: &Config) -> Command {
    let mut command = Command::new(program);
    let host = match &config.get_hosts()[0] {
        Host::Unix(folder) => folder.as_os_str().to_owned(),
        Host::Tcp(host) => host.into(),
    };
    command.env("PGHOST", host).env("PGPORT", config.get_ports().first().copied().unwrap_or(5432).to_string());
    command.env("PGUSER", config.get_user().unwrap()).env("PGDATABASE", config.get_dbname().unwrap());
    if let Some(password) = config.get_password() {
        command.env("PGPASSWORD", std::str::from_utf8(password).unwrap());
    }
    command
}

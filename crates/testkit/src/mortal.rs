//! A PostgreSQL of one test alone, which can be killed without a word and started again from what is on its disk.
#![expect(clippy::expect_used, reason = "a server that cannot be had ends the test, and says which step failed")]

use std::process::Command;

use private_postgres::{DATABASE, Server};
use tempfile::TempDir;
use tokio_postgres::{Config, NoTls};

use crate::folder;

/// Which processes are killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kill {
    /// The first process of the server; those it has started notice, and end.
    Postmaster,
    /// All of them at once, as when the machine goes.
    All,
}

/// The server, with all migrations applied to its one database.
#[derive(Debug)]
pub struct Mortal {
    // Ended before its folder goes.
    server: Option<Server>,
    folder: TempDir,
    config: Config,
}

impl Mortal {
    /// A fresh server; some seconds. Blocks its thread.
    #[must_use]
    pub fn start() -> Self {
        let folder = folder::open_to_others().expect("a folder");
        let server = Server::start(folder.path()).expect("a server");
        let config = server.config(DATABASE);
        let for_migrations = config.clone();
        crate::database::aside(async move {
            let (mut client, connection) = for_migrations.connect(NoTls).await.expect("the server");
            let driver = tokio::spawn(connection);
            schema::migrate(&mut client).await.expect("the migrations applied");
            drop(client);
            driver.await.expect("the database left").expect("the database left");
        });
        Self { server: Some(server), folder, config }
    }

    /// How to connect to its database; the same after every start.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// `kill -9`.
    pub fn kill(&mut self, how: Kill) {
        let Some(server) = self.server.take() else { return };
        let postmaster = server.pid().to_string();
        let mut pids = vec![postmaster.clone()];
        if how == Kill::All {
            pids.extend(children_of(&postmaster));
        }
        let sent = Command::new("kill").arg("-9").args(&pids).output().expect("kill");
        // One of the processes may have ended in the meantime; the first has not.
        assert!(sent.status.success() || pids.len() > 1, "{}", String::from_utf8_lossy(&sent.stderr));
        // Its guardian sees that it is gone.
        drop(server);
    }

    /// Starts it again after [`Mortal::kill`]. Blocks its thread until it has recovered.
    pub fn start_again(&mut self) {
        self.server = Some(Server::start(self.folder.path()).expect("the server recovers"));
    }
}

/// The processes that a process has started; none where there is no `/proc`.
fn children_of(parent: &str) -> Vec<String> {
    let Ok(processes) = std::fs::read_dir("/proc") else { return Vec::new() };
    let is_child = |pid: &String| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        // «pid (name) state ppid …»; the name may hold spaces and brackets.
        stat.rsplit(") ").next().and_then(|after_name| after_name.split(' ').nth(1)) == Some(parent)
    };
    let names = processes.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    names.filter(|name| name.bytes().all(|byte| byte.is_ascii_digit())).filter(is_child).collect()
}

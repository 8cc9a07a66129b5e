//! The server that both sides of every ratio stand on: private, durable, with the settings that are said aloud.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context;
use private_postgres::Server;
use tokio_postgres::config::Host;
use tokio_postgres::{Client, Config, NoTls};

use crate::machine;

/// What differs from PostgreSQL's defaults; `fsync` and `synchronous_commit` stay on. Without the first two a run of some
/// minutes would pay for checkpoints at moments of the server's choosing, and not every round for its own; without the third
/// peers could not have a connection for each of 128 clients; without the last, a quarter of the memory as the manual advises, a register of
/// a million would be read from the kernel again and again.
const SETTINGS: [(&str, &str); 4] =
    [("max_wal_size", "4GB"), ("checkpoint_timeout", "15min"), ("max_connections", "200"), ("shared_buffers", "4GB")];

/// A running server of our own.
pub(crate) struct Ground {
    server: Server,
    admin: Client,
    binaries: PathBuf,
}

/// What the server had written when asked; the difference of two is what a round cost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wal {
    /// Flushes of the log to disk.
    pub(crate) syncs: i64,
    /// Bytes of log.
    pub(crate) bytes: i64,
}

impl Ground {
    /// Starts the server under `data`, making its cluster when there is none.
    pub(crate) async fn start(data: &Path, quick: bool) -> anyhow::Result<Self> {
        let start = || Server::start(data).context("the server of the benchmarks did not start");
        let server = start()?;
        let admin = connect(&server.config("postgres")).await?;
        for (name, value) in SETTINGS {
            admin.batch_execute(&format!("ALTER SYSTEM SET {name} = '{value}'")).await?;
        }
        drop(admin);
        server.stop().context("the server of the benchmarks did not end in order")?;
        let server = start()?;
        let admin = connect(&server.config("postgres")).await?;
        let found = "SELECT setting FROM pg_config() WHERE name = 'BINDIR'";
        let binaries: String = admin.query_one(found, &[]).await?.try_get(0)?;
        if !quick {
            // Long before the first round that counts; never again, because what follows a checkpoint writes whole pages.
            admin.batch_execute("CHECKPOINT").await?;
        }
        Ok(Self { server, admin, binaries: binaries.into() })
    }

    /// A program that came with the server, such as `pgbench`; none where that package is not installed.
    pub(crate) fn program(&self, name: &str) -> Option<PathBuf> {
        let path = self.binaries.join(name);
        path.is_file().then_some(path)
    }

    /// An empty database of that name, whatever was there before.
    pub(crate) async fn database(&self, name: &str) -> anyhow::Result<Config> {
        self.admin.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
        self.admin.batch_execute(&format!("CREATE DATABASE {name}")).await?;
        Ok(self.server.config(name))
    }

    /// A migrated database of that name.
    pub(crate) async fn journal_database(&self, name: &str) -> anyhow::Result<Config> {
        let config = self.database(name).await?;
        let mut client = connect(&config).await?;
        schema::migrate(&mut client).await.context("the benchmark's database could not be migrated")?;
        Ok(config)
    }

    /// Notes that a database is whole, so that another run may use it again.
    pub(crate) async fn keep(&self, name: &str) -> anyhow::Result<()> {
        Ok(self.admin.batch_execute(&format!("COMMENT ON DATABASE {name} IS '{}'", newest_migration())).await?)
    }

    /// The database of that name, where an earlier run has left it whole and by the same migrations.
    pub(crate) async fn kept(&self, name: &str) -> anyhow::Result<Option<Config>> {
        let sql = "SELECT FROM pg_database WHERE datname = $1 AND shobj_description(oid, 'pg_database') = $2";
        let found = self.admin.query_opt(sql, &[&name, &newest_migration()]).await?;
        Ok(found.map(|_| self.server.config(name)))
    }

    /// Removes a database that has served.
    pub(crate) async fn drop(&self, name: &str) -> anyhow::Result<()> {
        Ok(self.admin.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?)
    }

    /// What was written so far. Sessions publish their counts when they end, and once a second when they are idle: whoever
    /// asks about a session that lives on gives it a second and something to do before.
    pub(crate) async fn wal(&self) -> anyhow::Result<Wal> {
        let sql = "SELECT wal_sync, (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint FROM pg_stat_wal";
        let row = self.admin.query_one(sql, &[]).await?;
        Ok(Wal { syncs: row.try_get(0)?, bytes: row.try_get(1)? })
    }

    /// The folder in which the server's sockets lie.
    pub(crate) fn sockets(&self) -> anyhow::Result<PathBuf> {
        let config = self.server.config("postgres");
        let socket = config.get_hosts().iter().find_map(|host| match host {
            Host::Unix(path) => Some(path.clone()),
            Host::Tcp(_) => None,
        });
        socket.context("the private server has no socket")
    }

    /// How long the disk takes to make 8 kB durable: the median of many. Every commit waits for at least one of these.
    pub(crate) fn flush_time(&self) -> anyhow::Result<Duration> {
        let path = self.server.folder().join("flush-time");
        let mut file = File::create(&path).context("the disk under the server cannot be measured")?;
        let page = [7_u8; 8192];
        file.write_all(&page)?;
        file.sync_all()?;
        let mut times = Vec::with_capacity(100);
        for _ in 0..100 {
            let since = Instant::now();
            file.seek(SeekFrom::Start(0))?;
            file.write_all(&page)?;
            file.sync_data()?;
            times.push(since.elapsed());
        }
        std::fs::remove_file(&path)?;
        times.sort_unstable();
        Ok(times.get(times.len() / 2).copied().unwrap_or_default())
    }

    /// Machine, server and settings, in words.
    pub(crate) async fn described(&self) -> anyhow::Result<String> {
        let version: String = self.admin.query_one("SHOW server_version", &[]).await?.try_get(0)?;
        let settings: Vec<String> = SETTINGS.iter().map(|(name, value)| format!("{name}={value}")).collect();
        Ok(format!(
            "{}; PostgreSQL {version} through its Unix socket; fsync=on, {}, all else as PostgreSQL has it; one flush of 8 kB takes {:.2} ms",
            machine::described(),
            settings.join(", "),
            self.flush_time()?.as_secs_f64() * 1e3,
        ))
    }

    /// Ends the server; its folder stays.
    pub(crate) fn stop(self) -> anyhow::Result<()> {
        drop(self.admin);
        self.server.stop().context("the server of the benchmarks did not end in order")
    }
}

/// What the tables of a database made now are like.
fn newest_migration() -> String {
    schema::migrations().last().map(schema::Migration::sha256).unwrap_or_default()
}

/// A connection that lives as long as its client.
pub(crate) async fn connect(config: &Config) -> anyhow::Result<Client> {
    let (client, connection) = config.connect(NoTls).await.context("the benchmark's server does not answer")?;
    tokio::spawn(connection);
    Ok(client)
}

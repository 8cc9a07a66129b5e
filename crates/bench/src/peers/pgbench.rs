//! `pgbench`, the tool that comes with PostgreSQL: the rate at which a server takes single statements from many clients.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};

use crate::ground::Ground;
use crate::load::{Round, payload};

/// One script for one database.
pub(crate) struct Pgbench {
    program: PathBuf,
    sockets: PathBuf,
    database: &'static str,
    script: PathBuf,
    /// Rows that one run of the script makes.
    rows: f64,
}

/// A table of the shape of `events`, with its checks and its two indexes; the position comes from a sequence.
const YARDSTICK: &str = "
    CREATE TABLE yardstick (
        position       bigserial   PRIMARY KEY CHECK (position > 0),
        block          bigint      NOT NULL CHECK (block > 0),
        version        bigint      NOT NULL CHECK (version > 0),
        at             timestamptz NOT NULL,
        command        uuid        NOT NULL,
        correlation    uuid        NOT NULL,
        causation      uuid,
        schema_version integer     NOT NULL CHECK (schema_version BETWEEN 1 AND 65535),
        stream         text        COLLATE \"C\" NOT NULL,
        event_type     text        COLLATE \"C\" NOT NULL,
        actor          text        NOT NULL,
        request        bytea       NOT NULL CHECK (length(request) = 32),
        leaf_hash      bytea       NOT NULL CHECK (length(leaf_hash) = 32),
        payload        text        NOT NULL,
        UNIQUE (stream, version)
    )";

/// The same row as ours, one INSERT a transaction. The variables are sent with every execution, as a program's would be.
const INSERT: &str = r"\set n :n + 1
\set stream :n / 10
\set version :n % 10 + 1
INSERT INTO yardstick (block, version, at, command, correlation, causation, schema_version, stream, event_type, actor, request, leaf_hash, payload) VALUES (1, :version::bigint, now(), gen_random_uuid(), gen_random_uuid(), NULL, 1, 'bench-' || :round::text || '-' || :client_id::text || '-' || :stream::text, 'noted', 'bench', :hash::bytea, :hash::bytea, :payload::text);
";

impl Pgbench {
    /// Single inserts into a table like ours. None where `pgbench` is not installed.
    pub(crate) async fn inserts(ground: &Ground) -> anyhow::Result<Option<Self>> {
        Self::of(ground, "bench_yardstick", YARDSTICK, INSERT).await
    }

    /// A script on a database of its own, made by `setup`.
    pub(crate) async fn of(
        ground: &Ground,
        database: &'static str,
        setup: &str,
        script: &str,
    ) -> anyhow::Result<Option<Self>> {
        let Some(program) = ground.program("pgbench") else { return Ok(None) };
        let config = ground.database(database).await?;
        crate::ground::connect(&config).await?.batch_execute(setup).await?;
        let file = std::env::temp_dir().join(format!("{database}-{}.sql", std::process::id()));
        std::fs::write(&file, script).with_context(|| format!("{} cannot be written", file.display()))?;
        Ok(Some(Self { program, sockets: ground.sockets()?, database, script: file, rows: 1.0 }))
    }

    /// A round with that many clients, each with a connection of its own.
    pub(crate) async fn round(&self, ground: &Ground, clients: usize, time: Duration) -> anyhow::Result<Round> {
        let before = ground.wal().await?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let seconds = time.as_secs().max(1);
        let mut command = Command::new(&self.program);
        command
            .arg("--host")
            .arg(&self.sockets)
            .args(["--username", "postgres", "--no-vacuum", "--protocol", "prepared"])
            .args(["--client", &clients.to_string(), "--jobs", &clients.min(cores).to_string()])
            .args(["--time", &seconds.to_string(), "--define", "n=-1"])
            .args(["--define", &format!("round={}", uuid::Uuid::new_v4().simple())])
            .args(["--define", &format!("hash=\\x{}", "07".repeat(32))])
            .args(["--define", &format!("payload={}", payload(7))])
            .arg("--file")
            .arg(&self.script)
            .arg(self.database)
            .stdin(Stdio::null());
        let ended = tokio::task::spawn_blocking(move || command.output());
        let output = ended.await?.context("pgbench could not be started")?;
        let said = String::from_utf8_lossy(&output.stdout);
        let failed = String::from_utf8_lossy(&output.stderr);
        let found = |label: &str, text: &str| -> Option<f64> {
            let rest = text.lines().find_map(|line| line.trim().strip_prefix(label))?;
            rest.trim_start_matches([' ', '=', ':']).split([' ', '/']).next()?.parse().ok()
        };
        let (Some(rate), Some(done)) = (found("tps", &said), found("number of transactions actually processed", &said))
        else {
            bail!("pgbench measured nothing: {failed}");
        };
        if !output.status.success() || failed.contains("aborted") {
            bail!("pgbench broke off: {failed}");
        }
        let after = ground.wal().await?;
        let mean = Duration::from_secs_f64(found("latency average", &said).unwrap_or(0.0) / 1e3);
        let counted = Round::counted(done * self.rows, time, before, after);
        Ok(Round { rate: rate * self.rows, p50: mean, p99: Duration::ZERO, ..counted })
    }
}

impl Drop for Pgbench {
    fn drop(&mut self) {
        // A file in the temporary folder that stays behind harms nobody.
        let _gone = std::fs::remove_file(&self.script);
    }
}

//! A migrated database for each test, dropped when the test ends.
//!
//! The server is the one that `SAUAL_TEST_DATABASE_URL` names (its user must be allowed to create databases), else a private one,
//! one for each test process, shared by its tests.

#![expect(clippy::expect_used, reason = "a test without its database ends, and says which step failed")]
#![expect(clippy::print_stderr, reason = "what a test's database did belongs to the test's output")]

use std::future::Future;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod};
use private_postgres::Server;
use sha2::{Digest, Sha256};
use tokio_postgres::config::Host;
use tokio_postgres::{Client, Config, NoTls};

use crate::memory;

/// Names the server to use instead of a private one.
pub const SERVER_VARIABLE: &str = "SAUAL_TEST_DATABASE_URL";

/// A database with all migrations applied and nothing in it. It is dropped with this value, whoever is still connected.
#[derive(Debug)]
pub struct TestDatabase {
    /// Connections to it, eight at most.
    pub pool: Pool,
    /// How to connect to it, as its owner.
    pub config: Config,
    /// Its name.
    pub name: String,
}

/// A fresh, migrated database. Panics when there is no server to be had: a test cannot go on without.
pub async fn database() -> TestDatabase {
    fresh(&server().template).await
}

/// A fresh database without any table.
pub async fn empty_database() -> TestDatabase {
    fresh("template0").await
}

async fn fresh(template: &str) -> TestDatabase {
    static NUMBER: AtomicU32 = AtomicU32::new(1);
    let name = format!("saual_test_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    let admin = connect(&server().admin).await;
    let strategy = server().strategy;
    let create = format!("CREATE DATABASE {name} TEMPLATE {template}{strategy}");
    admin.batch_execute(&create).await.expect("a test's database");
    let mut config = server().admin.clone();
    config.dbname(&name);
    let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = Manager::from_config(config.clone(), NoTls, recycling);
    let pool = Pool::builder(manager).max_size(8).build().expect("a pool for a test's database");
    TestDatabase { pool, config, name }
}

impl TestDatabase {
    /// A connection of its own, as the database's owner.
    pub async fn connect(&self) -> Client {
        connect(&self.config).await
    }

    /// The address as the program takes it in `DATABASE_URL`.
    #[must_use]
    pub fn url(&self) -> String {
        let user = self.config.get_user().unwrap_or("postgres");
        let password = self.config.get_password().map(|word| format!(":{}", encode(word))).unwrap_or_default();
        let port = self.config.get_ports().first().copied().unwrap_or(5432);
        let (user, name) = (encode(user), &self.name);
        match self.config.get_hosts().first() {
            Some(Host::Tcp(host)) => format!("postgresql://{user}{password}@{host}:{port}/{name}"),
            Some(Host::Unix(folder)) => {
                let folder = encode(folder.as_os_str().as_encoded_bytes());
                format!("postgresql://{user}{password}@{folder}:{port}/{name}")
            }
            None => panic!("a server without a host"),
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        self.pool.close();
        let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        let admin = server().admin.clone();
        // The test's own runtime may be gone by now.
        let dropped = aside(async move { connect(&admin).await.batch_execute(&drop).await });
        if let Err(error) = dropped {
            eprintln!("the database {} was not dropped: {error}", self.name);
        }
    }
}

/// Percent-encodes everything but letters and digits.
fn encode(text: impl AsRef<[u8]>) -> String {
    text.as_ref()
        .iter()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(*byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[derive(Debug)]
struct Shared {
    admin: Config,
    template: String,
    /// How databases are copied, as the end of the statement.
    strategy: &'static str,
    /// Keeps the private server; the kernel ends it with this process.
    _server: Option<Server>,
}

fn server() -> &'static Shared {
    static SHARED: OnceLock<Shared> = OnceLock::new();
    SHARED.get_or_init(|| {
        let (admin, server) = match std::env::var(SERVER_VARIABLE) {
            Ok(url) => (url.parse().expect("SAUAL_TEST_DATABASE_URL is an address of PostgreSQL"), None),
            Err(_) => {
                let server = private();
                (server.config("postgres"), Some(server))
            }
        };
        let ours_alone = server.is_some();
        // File by file: the checkpoint before and after it costs nothing where nothing is flushed. The usual way since PostgreSQL 15
        // writes every page to the log first.
        let copies_files = server.as_ref().is_some_and(|server| server.major() >= 15);
        let strategy = if copies_files { " STRATEGY FILE_COPY" } else { "" };
        let template = aside({
            let admin = admin.clone();
            async move {
                let client = connect(&admin).await;
                if ours_alone {
                    hurry(&client).await;
                    sweep(&client).await;
                }
                template(&client, &admin).await
            }
        });
        Shared { admin, template, strategy, _server: server }
    })
}

/// A server in memory where that has room, else under the folder for temporary files: under `target` it would often be out of reach of
/// the user that a server of root runs as. Its folder has a fixed name and is used again by later runs, so nothing piles up and starting it
/// takes 40 ms; programs that run at the same time take the next name.
fn private() -> Server {
    let place = memory::folder().map_or_else(std::env::temp_dir, Path::to_path_buf);
    let base = place.join(format!("saual-tests-{}", user()));
    for number in 0..64 {
        match Server::start(&base.join(format!("postgres-{number}"))) {
            Err(private_postgres::Error::InUse(_)) => {}
            server => return server.expect("a private PostgreSQL for the tests"),
        }
    }
    panic!("64 programs use the servers under {}", base.display());
}

fn user() -> u32 {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(Path::new("/proc/self")).map_or(0, |of_process| of_process.uid())
}

/// Nothing of a test outlives its machine, and a server that is killed loses nothing by this: what it has written is with the kernel. A
/// database is then dropped in 10 ms; with the flushes of the checkpoint before it, in 700. Its log is kept short, since it may
/// lie in memory.
async fn hurry(client: &Client) {
    let settings = [("fsync", "off"), ("full_page_writes", "off"), ("max_wal_size", "512MB"), ("min_wal_size", "32MB")];
    for (setting, value) in settings {
        client
            .batch_execute(&format!("ALTER SYSTEM SET {setting} = '{value}'"))
            .await
            .expect("a setting of the tests' server");
    }
    client.batch_execute("SELECT pg_reload_conf()").await.expect("the settings taken");
}

/// Drops what tests that were killed have left behind, and the templates of other migrations than today's.
async fn sweep(client: &Client) {
    let left = "SELECT datname FROM pg_database
                 WHERE datname LIKE 'saual\\_test\\_%' OR (datname LIKE 'saual\\_template\\_%' AND datname <> $1)";
    for row in client.query(left, &[&template_name()]).await.expect("the list of databases") {
        let name: String = row.get(0);
        client.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).await.expect("an old database dropped");
    }
}

/// The same for the same migrations.
fn template_name() -> String {
    let mut hasher = Sha256::new();
    for migration in schema::migrations() {
        hasher.update(migration.sha256());
    }
    format!("saual_template_{}", &hex::encode(hasher.finalize())[..16])
}

/// The migrated database that tests are copied from; made once for each set of migrations.
async fn template(client: &Client, admin: &Config) -> String {
    let name = template_name();
    let exists = "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)";
    // Programs that test at the same time on one server take turns; the lock ends with this connection.
    client.batch_execute("SELECT pg_advisory_lock(hashtext('saual template'))").await.expect("the template's lock");
    if client.query_one(exists, &[&name]).await.expect("the list of databases").get(0) {
        return name;
    }
    let raw = format!("{name}_raw");
    client.batch_execute(&format!("DROP DATABASE IF EXISTS {raw}")).await.expect("a half-made template dropped");
    client
        .batch_execute(&format!("CREATE DATABASE {raw} TEMPLATE template0 ENCODING 'UTF8'"))
        .await
        .expect("a template");
    let mut config = admin.clone();
    config.dbname(&raw);
    let (mut inside, connection) = config.connect(NoTls).await.expect("the template");
    let driver = tokio::spawn(connection);
    schema::migrate(&mut inside).await.expect("the migrations applied");
    drop(inside);
    driver.await.expect("the template left").expect("the template left");
    client.batch_execute(&format!("ALTER DATABASE {raw} RENAME TO {name}")).await.expect("the template named");
    name
}

async fn connect(config: &Config) -> Client {
    let (client, connection) = config.connect(NoTls).await.expect("the tests' server");
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            // Tests end connections on purpose.
            eprintln!("a connection of a test ended: {error}");
        }
    });
    client
}

/// Runs on a runtime of its own, whatever runtime the caller is in.
pub(crate) fn aside<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    let run = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(work)
    };
    thread::spawn(run).join().expect("work on the tests' server")
}

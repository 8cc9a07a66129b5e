//! A line to PostgreSQL that can be cut at a chosen moment: before a statement has left, in the middle of it, or after the
//! server has done it and before its answer comes.
#![expect(clippy::expect_used, reason = "a line that cannot be laid ends the test, and says which step failed")]

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

/// When the line is cut, seen from what the program sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Nothing of it reaches the server.
    Before,
    /// The server gets the first half of the bytes.
    Halfway,
    /// The server gets all of it and ends the transaction; its answer goes nowhere.
    After,
}

/// Stands between the program and PostgreSQL. Once it has cut, it takes no connection until it is healed.
#[derive(Debug)]
pub struct Cut {
    shared: Arc<Shared>,
    config: Config,
    listening: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    server: Server,
    armed: Mutex<Option<(Vec<u8>, When)>>,
    down: watch::Sender<bool>,
    cuts: watch::Sender<u64>,
}

impl Drop for Cut {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl Cut {
    /// A line to the database of `config`.
    pub async fn before(config: &Config) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let address = listener.local_addr().expect("its address");
        let (down, cuts) = (watch::Sender::new(false), watch::Sender::new(0));
        let shared = Arc::new(Shared { server: Server::of(config), armed: Mutex::new(None), down, cuts });
        let state = Arc::clone(&shared);
        let listening = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if !*state.down.borrow() {
                    tokio::spawn(Arc::clone(&state).carry(client));
                }
            }
        });
        Self { shared, config: through(config, address), listening }
    }

    /// How to connect to the database through it.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Cuts the line the next time that the program sends something in which `marker` stands (anything, if it is empty).
    pub fn arm(&self, marker: &str, when: When) {
        *self.shared.armed() = Some((marker.as_bytes().to_owned(), when));
    }

    /// Cuts what is connected now; whoever connects anew is let through.
    pub fn cut(&self) {
        self.shared.cuts.send_modify(|cuts| *cuts += 1);
    }

    /// Waits until it has cut.
    pub async fn has_cut(&self) {
        // The sender is our own.
        self.shared.down.subscribe().wait_for(|down| *down).await.expect("the line's state");
    }

    /// Lets connections through again, and cuts no more.
    pub fn heal(&self) {
        self.shared.armed().take();
        self.shared.down.send_replace(false);
    }
}

impl Shared {
    fn armed(&self) -> std::sync::MutexGuard<'_, Option<(Vec<u8>, When)>> {
        self.armed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fires(&self, sent: &[u8]) -> Option<When> {
        let mut armed = self.armed();
        let is_it = |marker: &[u8]| marker.is_empty() || sent.windows(marker.len()).any(|window| window == marker);
        if armed.as_ref().is_some_and(|(marker, _)| is_it(marker)) { armed.take().map(|(_, when)| when) } else { None }
    }

    /// Cuts this line and every other.
    fn go_down(&self) {
        self.down.send_replace(true);
        self.cuts.send_modify(|cuts| *cuts += 1);
    }

    /// Carries one connection until it ends or is cut. Whatever fails on either side is a cut too.
    async fn carry(self: Arc<Self>, client: TcpStream) {
        let mut cuts = self.cuts.subscribe();
        let Some((mut from_server, mut to_server)) = self.server.connect().await else { return };
        let (mut from_client, mut to_client) = client.into_split();
        let (mut up, mut down) = (vec![0; 1 << 16], vec![0; 1 << 16]);
        let mut last_answer = false;
        loop {
            tokio::select! {
                _ = cuts.changed() => return,
                read = from_client.read(&mut up) => {
                    let Ok(length @ 1..) = read else { return };
                    let sent = &up[..length];
                    match self.fires(sent) {
                        None => {}
                        Some(When::Before) => return self.go_down(),
                        Some(When::Halfway) => {
                            // A server that has gone in the meantime has got even less.
                            drop(to_server.write_all(&sent[..length / 2]).await);
                            return self.go_down();
                        }
                        Some(When::After) => last_answer = true,
                    }
                    let Ok(()) = to_server.write_all(sent).await else { return };
                }
                read = from_server.read(&mut down) => {
                    let Ok(length @ 1..) = read else {
                        if last_answer { self.go_down(); }
                        return;
                    };
                    // "Ready, in no transaction": the server has done all that it was sent.
                    if last_answer && down[..length].ends_with(b"Z\0\0\0\x05I") {
                        return self.go_down();
                    }
                    let Ok(()) = to_client.write_all(&down[..length]).await else { return };
                }
            }
        }
    }
}

/// The same database at another address.
fn through(config: &Config, address: SocketAddr) -> Config {
    let mut through = Config::new();
    through.host("127.0.0.1").port(address.port()).ssl_mode(SslMode::Disable);
    if let Some(name) = config.get_dbname() {
        through.dbname(name);
    }
    if let Some(user) = config.get_user() {
        through.user(user);
    }
    if let Some(password) = config.get_password() {
        through.password(password);
    }
    if let Some(options) = config.get_options() {
        through.options(options);
    }
    through
}

#[derive(Debug, Clone)]
enum Server {
    Unix(PathBuf),
    Tcp(String, u16),
}

type Halves = (Box<dyn AsyncRead + Send + Unpin>, Box<dyn AsyncWrite + Send + Unpin>);

impl Server {
    fn of(config: &Config) -> Self {
        let port = config.get_ports().first().copied().unwrap_or(5432);
        match config.get_hosts().first() {
            Some(Host::Unix(folder)) => Self::Unix(folder.join(format!(".s.PGSQL.{port}"))),
            Some(Host::Tcp(host)) => Self::Tcp(host.clone(), port),
            None => panic!("a server without a host"),
        }
    }

    /// `None` when the server takes no connection now.
    async fn connect(&self) -> Option<Halves> {
        match self {
            Self::Unix(socket) => {
                let (read, write) = UnixStream::connect(socket).await.ok()?.into_split();
                Some((Box::new(read), Box::new(write)))
            }
            Self::Tcp(host, port) => {
                let (read, write) = TcpStream::connect((host.as_str(), *port)).await.ok()?.into_split();
                Some((Box::new(read), Box::new(write)))
            }
        }
    }
}

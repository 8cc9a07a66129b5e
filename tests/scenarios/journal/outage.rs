//! A database that goes away at the worst moments: the answer to a commit that is lost on the way.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use eventstore::{AppendError, Journal, Settings, StoreError};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio_postgres::config::Host;

use super::{append, stream};

/// What is recorded by the block whose answer is lost.
const LOST: &str = r#""the answer to this is lost""#;

/// How long the writer remembers: with a memory it commits by one statement, without one it asks first and says COMMIT.
const BOTH_WAYS: [Duration; 2] = [Duration::from_secs(3600), Duration::ZERO];

/// Stands between the program and PostgreSQL. When armed it lets the next block with [`LOST`] in it through, its commit
/// with it, and then cuts every connection and takes no new one until it is healed: the commit has happened, its answer never
/// comes.
#[derive(Clone)]
struct Cut {
    armed: Arc<AtomicBool>,
    down: Arc<AtomicBool>,
}

impl Cut {
    async fn before(server: Server) -> (Self, SocketAddr) {
        let cut = Self { armed: Arc::default(), down: Arc::default() };
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = cut.clone();
        tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                if !state.down.load(Ordering::SeqCst) {
                    tokio::spawn(state.clone().carry(client, server.clone()));
                }
            }
        });
        (cut, address)
    }

    async fn carry(self, client: TcpStream, server: Server) {
        let (mut from_server, mut to_server) = server.connect().await;
        let (mut from_client, mut to_client) = client.into_split();
        let mut up = vec![0; 1 << 16];
        let mut down = vec![0; 1 << 16];
        loop {
            tokio::select! {
                read = from_client.read(&mut up) => {
                    let Ok(1..) = read else { return };
                    let sent = &up[..read.unwrap()];
                    to_server.write_all(sent).await.unwrap();
                    let commits = sent.windows(LOST.len()).any(|window| window == LOST.as_bytes());
                    if commits && self.armed.swap(false, Ordering::SeqCst) {
                        self.down.store(true, Ordering::SeqCst);
                        // Until the server has answered; the answer goes nowhere.
                        while !ready(from_server.read(&mut down).await.unwrap(), &down) {}
                        return;
                    }
                }
                read = from_server.read(&mut down) => {
                    let Ok(1..) = read else { return };
                    to_client.write_all(&down[..read.unwrap()]).await.unwrap();
                }
            }
            if self.down.load(Ordering::SeqCst) {
                return;
            }
        }
    }
}

/// Whether an answer of the server ends with "ready, in no transaction".
fn ready(length: usize, answer: &[u8]) -> bool {
    answer[..length].ends_with(b"Z\0\0\0\x05I")
}

type Halves = (Box<dyn tokio::io::AsyncRead + Send + Unpin>, Box<dyn tokio::io::AsyncWrite + Send + Unpin>);

#[derive(Clone)]
enum Server {
    Unix(PathBuf),
    Tcp(String, u16),
}

impl Server {
    fn of(config: &tokio_postgres::Config) -> Self {
        let port = config.get_ports().first().copied().unwrap_or(5432);
        match &config.get_hosts()[0] {
            Host::Unix(folder) => Self::Unix(folder.join(format!(".s.PGSQL.{port}"))),
            Host::Tcp(host) => Self::Tcp(host.clone(), port),
        }
    }

    async fn connect(&self) -> Halves {
        match self {
            Self::Unix(socket) => {
                let (read, write) = UnixStream::connect(socket).await.unwrap().into_split();
                (Box::new(read), Box::new(write))
            }
            Self::Tcp(host, port) => {
                let (read, write) = TcpStream::connect((host.as_str(), *port)).await.unwrap().into_split();
                (Box::new(read), Box::new(write))
            }
        }
    }
}

struct Behind {
    journal: Journal,
    database: testkit::TestDatabase,
    cut: Cut,
}

/// A journal whose writer reaches the database only through the cut.
async fn behind_a_cut(patience: Duration, memory: Duration) -> Behind {
    let database = testkit::database().await;
    let (cut, address) = Cut::before(Server::of(&database.config)).await;
    let mut writer = tokio_postgres::Config::new();
    writer
        .host("127.0.0.1")
        .port(address.port())
        .dbname(&database.name)
        .ssl_mode(tokio_postgres::config::SslMode::Disable);
    writer.user(database.config.get_user().unwrap());
    if let Some(password) = database.config.get_password() {
        writer.password(password);
    }
    let settings = Settings { patience, memory, ..Settings::MEASURED };
    let journal = Journal::open(database.pool.clone(), writer, settings).await.unwrap();
    Behind { journal, database, cut }
}

#[tokio::test]
async fn when_the_answer_to_a_commit_is_lost_the_outcome_is_unknown_and_a_repeat_settles_it() {
    for memory in BOTH_WAYS {
        let Behind { journal, database, cut } = behind_a_cut(Duration::from_millis(300), memory).await;
        journal.append(append("inquiry-1", 0, &["1"])).await.unwrap();
        cut.armed.store(true, Ordering::SeqCst);
        let asked = append("inquiry-1", 1, &[LOST]);
        match journal.append(asked.clone()).await {
            Err(AppendError::OutcomeUnknown(command)) => assert_eq!(command, asked.origin.command),
            answer => panic!("{answer:?}"),
        }
        // While the database is away, and nothing was sent: that is a plain failure.
        let never = journal.append(append("inquiry-2", 0, &["1"])).await;
        assert!(matches!(never, Err(AppendError::Failure(StoreError::Connection(_)))), "{never:?}");

        cut.down.store(false, Ordering::SeqCst);
        let settled = journal.append(asked).await.unwrap();
        assert!(settled.repeated);
        assert_eq!((settled.version, settled.last_position), (2, 2));
        assert_eq!(journal.load(&stream("inquiry-1")).await.unwrap().len(), 2);
        assert_eq!(journal.version(&stream("inquiry-2")).await.unwrap(), 0);
        assert!(eventstore::verify(&database.pool).await.unwrap().is_intact());
    }
}

#[tokio::test]
async fn when_the_database_comes_back_in_time_the_writer_settles_it_alone() {
    for memory in BOTH_WAYS {
        let Behind { journal, database, cut } = behind_a_cut(Duration::from_secs(20), memory).await;
        journal.append(append("inquiry-1", 0, &["1"])).await.unwrap();
        cut.armed.store(true, Ordering::SeqCst);
        let asked = append("inquiry-1", 1, &[LOST]);
        let waiting = tokio::spawn({
            let journal = journal.clone();
            async move { journal.append(asked).await }
        });
        while !cut.down.load(Ordering::SeqCst) {
            tokio::task::yield_now().await;
        }
        cut.down.store(false, Ordering::SeqCst);
        let answer = waiting.await.unwrap().unwrap();
        assert_eq!((answer.version, answer.last_position, answer.events.len()), (2, 2, 1));
        assert!(eventstore::verify(&database.pool).await.unwrap().is_intact());
    }
}

#[tokio::test]
async fn a_connection_that_was_cut_between_two_blocks_is_made_anew_and_nobody_notices() {
    let Behind { journal, database, cut } = behind_a_cut(Duration::from_secs(20), BOTH_WAYS[0]).await;
    journal.append(append("inquiry-1", 0, &["1"])).await.unwrap();
    let end = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
               WHERE application_name = 'saual journal writer' AND datname = current_database()";
    let ended: i64 = database.pool.get().await.unwrap().query_one(end, &[]).await.unwrap().get(0);
    assert_eq!(ended, 1);
    drop(cut);
    let appended = journal.append(append("inquiry-1", 1, &["2"])).await.unwrap();
    assert!(!appended.repeated && appended.last_position == 2);
    assert!(eventstore::verify(&database.pool).await.unwrap().is_intact());
}

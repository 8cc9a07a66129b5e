//! An SMTP peer that misbehaves on purpose: a small server on tokio whose every answer a test can choose.
//!
//! The local part of a recipient says what happens to it, so that one peer serves many faults at once: `r450…` and `r550…` are
//! refused at RCPT, `r421…` closes there, `d451…` and `d552…` are refused after the final dot, `drop…` is stored and the line cut
//! without an answer, `lost…` is cut without being stored, `hang…` is stored and never answered. Everything else is taken. A whole
//! stage is scripted with [`Peer::at`].
#![expect(clippy::expect_used, reason = "a peer that cannot be set up ends the test, and says which step failed")]

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// A moment of the conversation at which a fault can be scripted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum At {
    /// The greeting.
    Connect,
    /// EHLO.
    Ehlo,
    /// The answer to STARTTLS.
    StartTls,
    /// AUTH.
    Auth,
    /// MAIL FROM.
    Mail,
    /// RCPT TO.
    Rcpt,
    /// DATA.
    Data,
    /// In the middle of the message.
    Body,
    /// After the final dot.
    Dot,
}

/// What the peer does there instead of its duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Answers this.
    Say(String),
    /// Answers this and closes.
    SayAndClose(String),
    /// Closes without a word.
    Cut,
    /// Never answers again.
    Silence,
    /// Does its duty after this long.
    Late(Duration),
}

impl Act {
    /// Answers `text`.
    #[must_use]
    pub fn say(text: &str) -> Self {
        Self::Say(text.to_owned())
    }
}

/// A mail the peer has taken, or kept although it said nothing.
#[derive(Debug, Clone)]
pub struct Taken {
    /// `MAIL FROM`, without its brackets.
    pub from: String,
    /// The recipients it accepted.
    pub to: Vec<String>,
    /// The message, dots unstuffed.
    pub bytes: Vec<u8>,
    /// Did it come over TLS?
    pub encrypted: bool,
    /// The account it came from, if one logged in.
    pub account: Option<String>,
}

/// How the peer is set up before it listens.
#[derive(Default)]
pub struct Setup {
    tls: Option<TlsAcceptor>,
    implicit: bool,
    account: Option<(String, String)>,
    size: Option<usize>,
}

impl Setup {
    /// A peer in the clear that takes everything.
    #[must_use]
    pub fn plain() -> Self {
        Self::default()
    }

    /// Offers STARTTLS with this certificate.
    #[must_use]
    pub fn starttls(mut self, certificate: &Certificate) -> Self {
        self.tls = Some(certificate.acceptor());
        self
    }

    /// Speaks TLS from the first byte.
    #[must_use]
    pub fn implicit_tls(mut self, certificate: &Certificate) -> Self {
        self.tls = Some(certificate.acceptor());
        self.implicit = true;
        self
    }

    /// Takes mail only from this account.
    #[must_use]
    pub fn account(mut self, user: &str, password: &str) -> Self {
        self.account = Some((user.to_owned(), password.to_owned()));
        self
    }

    /// Says in EHLO that it takes at most this many bytes.
    #[must_use]
    pub const fn size(mut self, limit: usize) -> Self {
        self.size = Some(limit);
        self
    }

    /// Listens on a free port of this machine.
    pub async fn listen(self) -> Peer {
        let socket = TcpSocket::new_v4().expect("a socket");
        // A small window: a message cut in its middle is noticed before the kernels' buffers have swallowed it.
        socket.set_recv_buffer_size(32 * 1024).expect("a receive buffer");
        socket.bind(SocketAddr::from(([127, 0, 0, 1], 0))).expect("a free port");
        let listener = socket.listen(64).expect("a listening socket");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared { setup: self, ..Shared::default() });
        let state = Arc::clone(&shared);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                state.connections.fetch_add(1, Ordering::Relaxed);
                let state = Arc::clone(&state);
                // A broken conversation is what the tests are about: it ends its own task and nothing else.
                tokio::spawn(async move { drop(Conversation::begin(stream, state).await) });
            }
        });
        Peer { address, shared, task }
    }
}

/// A listening peer; it stops when dropped.
pub struct Peer {
    address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    setup: Setup,
    script: Mutex<HashMap<At, Act>>,
    taken: Mutex<Vec<Taken>>,
    took: Notify,
    connections: AtomicUsize,
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Peer {
    /// The port it listens on, at 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// From now on does `act` at this stage, whoever the mail is for.
    pub fn at(&self, at: At, act: Act) {
        lock(&self.shared.script).insert(at, act);
    }

    /// From now on behaves again.
    pub fn behave(&self) {
        lock(&self.shared.script).clear();
    }

    /// Every mail it has kept, in order.
    #[must_use]
    pub fn taken(&self) -> Vec<Taken> {
        lock(&self.shared.taken).clone()
    }

    /// Waits until it has kept so many mails.
    pub async fn has_taken(&self, mails: usize) {
        loop {
            // Listened for before looking, so that none is missed in between.
            let took = self.shared.took.notified();
            if lock(&self.shared.taken).len() >= mails {
                return;
            }
            took.await;
        }
    }

    /// How many connections it has seen.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::Relaxed)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// The conversation is over: said goodbye, cut, or broken.
struct Over;

impl From<std::io::Error> for Over {
    fn from(_: std::io::Error) -> Self {
        Self
    }
}

struct Conversation {
    stream: BufReader<Box<dyn Stream>>,
    shared: Arc<Shared>,
    encrypted: bool,
    account: Option<String>,
    from: String,
    to: Vec<String>,
}

impl Conversation {
    async fn begin(stream: TcpStream, shared: Arc<Shared>) -> Result<(), Over> {
        let mut talk = Self {
            stream: BufReader::new(Box::new(stream)),
            shared,
            encrypted: false,
            account: None,
            from: String::new(),
            to: Vec::new(),
        };
        if talk.shared.setup.implicit {
            talk = talk.encrypt().await?;
        }
        talk.answer(At::Connect, "220 peer.test ESMTP").await?;
        loop {
            let line = talk.line().await?;
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" => {
                    let greeting = talk.greeting();
                    talk.answer(At::Ehlo, &greeting).await?;
                }
                "STARTTLS" => {
                    if talk.answer(At::StartTls, "220 2.0.0 Ready to start TLS").await? {
                        talk = talk.encrypt().await?;
                    }
                }
                "AUTH" => talk.authenticate(&line).await?,
                "MAIL" => talk.mail(&line).await?,
                "RCPT" => talk.rcpt(&line).await?,
                "DATA" => talk.data().await?,
                "RSET" => {
                    talk.to.clear();
                    talk.say("250 2.0.0 Ok").await?;
                }
                "NOOP" => talk.say("250 2.0.0 Ok").await?,
                "QUIT" => {
                    talk.say("221 2.0.0 Bye").await?;
                    return Ok(());
                }
                _ => talk.say("502 5.5.1 Not here").await?,
            }
        }
    }

    fn greeting(&self) -> String {
        let setup = &self.shared.setup;
        let mut lines = vec!["peer.test".to_owned(), "8BITMIME".to_owned()];
        if let Some(size) = setup.size {
            lines.push(format!("SIZE {size}"));
        }
        if setup.tls.is_some() && !self.encrypted {
            lines.push("STARTTLS".to_owned());
        }
        if setup.account.is_some() {
            lines.push("AUTH PLAIN LOGIN".to_owned());
        }
        let last = lines.len() - 1;
        lines
            .iter()
            .enumerate()
            .map(|(i, line)| format!("250{}{line}", if i == last { ' ' } else { '-' }))
            .collect::<Vec<_>>()
            .join("\r\n")
    }

    async fn encrypt(self) -> Result<Self, Over> {
        let acceptor = self.shared.setup.tls.clone().ok_or(Over)?;
        let stream = acceptor.accept(self.stream.into_inner()).await?;
        Ok(Self { stream: BufReader::new(Box::new(stream)), encrypted: true, ..self })
    }

    async fn authenticate(&mut self, line: &str) -> Result<(), Over> {
        let given = line.split_whitespace().nth(2).and_then(|text| STANDARD.decode(text).ok()).unwrap_or_default();
        let wanted = self.shared.setup.account.clone();
        match wanted {
            Some((user, password)) if given == format!("\0{user}\0{password}").into_bytes() => {
                if self.answer(At::Auth, "235 2.7.0 Authentication successful").await? {
                    self.account = Some(user);
                }
                Ok(())
            }
            Some(_) | None => self.say("535 5.7.8 Authentication credentials invalid").await,
        }
    }

    async fn mail(&mut self, line: &str) -> Result<(), Over> {
        if self.shared.setup.account.is_some() && self.account.is_none() {
            return self.say("530 5.7.0 Authentication required").await;
        }
        self.from = bracketed(line);
        self.to.clear();
        self.answer(At::Mail, "250 2.1.0 Ok").await.map(drop)
    }

    async fn rcpt(&mut self, line: &str) -> Result<(), Over> {
        let address = bracketed(line);
        match address.get(..4) {
            Some("r450") => return self.say("450 4.2.1 Mailbox busy, try later").await,
            Some("r550") => return self.say("550 5.1.1 No such deputy").await,
            Some("r421") => {
                self.say("421 4.3.2 Service shutting down").await?;
                return Err(Over);
            }
            Some(_) | None => {}
        }
        if self.answer(At::Rcpt, "250 2.1.5 Ok").await? {
            self.to.push(address);
        }
        Ok(())
    }

    async fn data(&mut self) -> Result<(), Over> {
        if !self.answer(At::Data, "354 End data with <CR><LF>.<CR><LF>").await? {
            return Ok(());
        }
        let body_fault = lock(&self.shared.script).get(&At::Body).cloned();
        if let Some(act) = body_fault {
            let mut some = [0_u8; 1024];
            self.stream.read_exact(&mut some).await?;
            return self.perform(act).await;
        }
        let mut bytes = Vec::new();
        loop {
            let line = self.line().await?;
            match line.as_slice() {
                b".\r\n" => break,
                [b'.', rest @ ..] => bytes.extend_from_slice(rest),
                whole => bytes.extend_from_slice(whole),
            }
        }
        let fault = self.to.first().and_then(|to| to.get(..4)).unwrap_or_default().to_owned();
        match fault.as_str() {
            "d451" => return self.say("451 4.3.0 Content scanner unavailable").await,
            "d552" => return self.say("552 5.3.4 Message too big for this mailbox").await,
            "lost" => return Err(Over),
            _ => {}
        }
        let scripted = lock(&self.shared.script).get(&At::Dot).cloned();
        if let Some(act @ (Act::Say(_) | Act::SayAndClose(_))) = scripted {
            // Whoever says something else than 250 has not taken the mail.
            return self.perform(act).await;
        }
        let number = {
            let mut taken = lock(&self.shared.taken);
            taken.push(Taken {
                from: self.from.clone(),
                to: self.to.clone(),
                bytes,
                encrypted: self.encrypted,
                account: self.account.clone(),
            });
            taken.len()
        };
        self.shared.took.notify_waiters();
        match fault.as_str() {
            "drop" => Err(Over),
            "hang" => self.perform(Act::Silence).await,
            _ => self.answer(At::Dot, &format!("250 2.0.0 Ok: queued as Q{number:05}")).await.map(drop),
        }
    }

    /// Does its duty, unless the test has scripted something else for this stage. Whether it did.
    async fn answer(&mut self, at: At, duty: &str) -> Result<bool, Over> {
        let scripted = lock(&self.shared.script).get(&at).cloned();
        match scripted {
            Some(Act::Late(pause)) => tokio::time::sleep(pause).await,
            Some(act) => return self.perform(act).await.map(|()| false),
            None => {}
        }
        self.say(duty).await.map(|()| true)
    }

    async fn perform(&mut self, act: Act) -> Result<(), Over> {
        match act {
            Act::Say(text) => self.say(&text).await,
            Act::SayAndClose(text) => {
                self.say(&text).await?;
                Err(Over)
            }
            Act::Cut => Err(Over),
            Act::Late(pause) => {
                tokio::time::sleep(pause).await;
                Ok(())
            }
            Act::Silence => {
                std::future::pending::<()>().await;
                Err(Over)
            }
        }
    }

    async fn say(&mut self, text: &str) -> Result<(), Over> {
        let stream = self.stream.get_mut();
        // In one piece: in two, the second waits for the acknowledgement of the first.
        stream.write_all(format!("{text}\r\n").as_bytes()).await?;
        Ok(stream.flush().await?)
    }

    async fn line(&mut self) -> Result<Vec<u8>, Over> {
        let mut line = Vec::new();
        if self.stream.read_until(b'\n', &mut line).await? == 0 {
            return Err(Over);
        }
        Ok(line)
    }
}

fn bracketed(line: &str) -> String {
    let inner = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inner.map(|(address, _)| address.to_owned()).unwrap_or_default()
}

/// A private authority, made afresh for a test, so that no key lies in the repository and none expires.
pub struct Authority {
    folder: PathBuf,
}

/// A certificate for one name, and its key.
pub struct Certificate {
    chain: PathBuf,
    key: PathBuf,
}

impl Authority {
    /// Makes an authority in `folder`.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        openssl(
            folder,
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=Test-CA \
             -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign",
        );
        Self { folder: folder.to_owned() }
    }

    /// The PEM file to trust.
    #[must_use]
    pub fn file(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    /// A certificate for `name`.
    #[must_use]
    pub fn certificate(&self, name: &str) -> Certificate {
        let stem = name.replace('.', "-");
        let names = if name.parse::<std::net::IpAddr>().is_ok() { format!("IP:{name}") } else { format!("DNS:{name}") };
        std::fs::write(self.folder.join("leaf.ext"), format!("subjectAltName={names}\n")).expect("a writable folder");
        openssl(
            &self.folder,
            &format!(
                "req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout {stem}.key -out {stem}.csr -subj /CN={name}"
            ),
        );
        openssl(
            &self.folder,
            &format!(
                "x509 -req -in {stem}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile leaf.ext -out {stem}.pem"
            ),
        );
        Certificate { chain: self.folder.join(format!("{stem}.pem")), key: self.folder.join(format!("{stem}.key")) }
    }
}

impl Certificate {
    /// The PEM files of the certificate and its key, for a server that reads files.
    #[must_use]
    pub fn files(&self) -> (&Path, &Path) {
        (&self.chain, &self.key)
    }

    fn acceptor(&self) -> TlsAcceptor {
        let chain =
            CertificateDer::pem_file_iter(&self.chain).expect("a PEM file").map(|one| one.expect("a certificate"));
        let key = PrivateKeyDer::from_pem_file(&self.key).expect("a key");
        let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("protocol versions")
            .with_no_client_auth()
            .with_single_cert(chain.collect(), key)
            .expect("a key that fits its certificate");
        TlsAcceptor::from(Arc::new(config))
    }
}

fn openssl(folder: &Path, arguments: &str) {
    let run = Command::new("openssl").args(arguments.split_whitespace()).current_dir(folder).output();
    let output = run.expect("openssl is installed (Debian package: openssl)");
    assert!(output.status.success(), "openssl: {}", String::from_utf8_lossy(&output.stderr));
}

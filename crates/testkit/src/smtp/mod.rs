//! An SMTP peer that misbehaves on purpose: a small server on tokio whose every answer a test can choose.
//!
//! The local part of a recipient says what happens to it, so that one peer serves many faults at once: `r450…` and `r550…` are
//! refused at RCPT, `r421…` closes there, `d451…` and `d552…` are refused after the final dot, `drop…` is stored and the line cut
//! without an answer, `lost…` is cut without being stored, `hang…` is stored and never answered. Everything else is taken. A whole
//! stage is scripted with [`Peer::at`].
#![expect(clippy::expect_used, reason = "a peer that cannot be set up ends the test, and says which step failed")]

mod authority;
mod conversation;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::net::TcpSocket;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

pub use authority::{Authority, Certificate};
use conversation::Conversation;

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
    /// Closes its side and goes on listening.
    HangUp,
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
    /// The parameters of MAIL, then those of each RCPT, as they were given.
    pub parameters: Vec<String>,
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
    notices: bool,
    pipelining: bool,
    eager: bool,
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

    /// Says in EHLO that it takes the parameters of RFC 3461.
    #[must_use]
    pub const fn notices(mut self) -> Self {
        self.notices = true;
        self
    }

    /// Offers PIPELINING: whoever speaks to it may say several commands at once.
    #[must_use]
    pub const fn pipelining(mut self) -> Self {
        self.pipelining = true;
        self
    }

    /// Answers 354 to DATA although it has taken no recipient, and waits for a message.
    #[must_use]
    pub const fn eager(mut self) -> Self {
        self.eager = true;
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
                state.moved.notify_waiters();
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
    moved: Notify,
    connections: AtomicUsize,
    most_at_once: AtomicUsize,
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
        self.until(|| lock(&self.shared.taken).len() >= mails).await;
    }

    /// Waits until so many connections have come.
    pub async fn has_seen(&self, connections: usize) {
        self.until(|| self.connections() >= connections).await;
    }

    async fn until(&self, holds: impl Fn() -> bool) {
        loop {
            // Listened for before looking, so that nothing is missed in between.
            let moved = self.shared.moved.notified();
            tokio::pin!(moved);
            moved.as_mut().enable();
            if holds() {
                return;
            }
            moved.await;
        }
    }

    /// How many commands have come in one piece at most.
    #[must_use]
    pub fn most_at_once(&self) -> usize {
        self.shared.most_at_once.load(Ordering::Relaxed)
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

//! The socket under the mail library: patient only so long, and watching the final dot.

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};

/// The end of a message as the library writes it, in a write of its own.
const FINAL_DOT: &[u8] = b"\r\n.\r\n";

/// How long the socket waits in silence; set anew before each stage.
#[derive(Debug)]
pub(super) struct Silence(AtomicU64);

impl Silence {
    pub(super) fn new(limit: Duration) -> Arc<Self> {
        let silence = Arc::new(Self(AtomicU64::new(0)));
        silence.set(limit);
        silence
    }

    pub(super) fn set(&self, limit: Duration) {
        self.0.store(u64::try_from(limit.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    fn get(&self) -> Duration {
        Duration::from_millis(self.0.load(Ordering::Relaxed))
    }
}

/// One direction's timer: armed when an operation has to wait, disarmed when it moves.
#[derive(Debug)]
struct Timer {
    sleep: Pin<Box<Sleep>>,
    armed: bool,
}

impl Timer {
    fn new() -> Self {
        Self { sleep: Box::pin(tokio::time::sleep(Duration::ZERO)), armed: false }
    }

    fn watch<T>(
        &mut self,
        silence: &Silence,
        cx: &mut Context<'_>,
        moved: Poll<io::Result<T>>,
        what: &str,
    ) -> Poll<io::Result<T>> {
        if moved.is_ready() {
            self.armed = false;
            return moved;
        }
        if !self.armed {
            self.sleep.as_mut().reset(Instant::now() + silence.get());
            self.armed = true;
        }
        ready!(self.sleep.as_mut().poll(cx));
        self.armed = false;
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, what.to_owned())))
    }
}

/// A TCP stream with `TCP_NODELAY` that gives up after a stage's time of silence.
#[derive(Debug)]
pub(super) struct Timed {
    stream: TcpStream,
    silence: Arc<Silence>,
    read: Timer,
    write: Timer,
}

impl Timed {
    /// Without `TCP_NODELAY` the final dot waits 40 ms for the acknowledgement of the text before it.
    pub(super) fn new(stream: TcpStream, silence: Arc<Silence>) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        Ok(Self { stream, silence, read: Timer::new(), write: Timer::new() })
    }
}

impl AsyncRead for Timed {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let moved = Pin::new(&mut this.stream).poll_read(cx, buffer);
        this.read.watch(&this.silence, cx, moved, "the relay did not answer in time")
    }
}

impl AsyncWrite for Timed {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let moved = Pin::new(&mut this.stream).poll_write(cx, bytes);
        this.write.watch(&this.silence, cx, moved, "the relay did not take more in time")
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

/// What the tap has seen, shared with whoever speaks.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// The bytes of the EHLO answer: the library keeps neither SIZE nor what else a relay offers, and a second EHLO is refused
    /// by OpenSMTPD.
    greeting: Mutex<Vec<u8>>,
    greeted: AtomicBool,
    in_message: AtomicBool,
    dot_left: AtomicBool,
    write_failed: AtomicBool,
    has_more: AtomicBool,
    spoke_early: Mutex<Vec<u8>>,
}

impl Notes {
    pub(super) fn take_greeting(&self) -> Vec<u8> {
        self.greeted.store(true, Ordering::Relaxed);
        std::mem::take(&mut lock(&self.greeting))
    }

    /// A new mail: nothing of it has left.
    pub(super) fn mail_begins(&self) {
        self.in_message.store(false, Ordering::Relaxed);
        self.dot_left.store(false, Ordering::Relaxed);
        self.write_failed.store(false, Ordering::Relaxed);
        lock(&self.spoke_early).clear();
    }

    /// The next thing written is the message: watch for its dot.
    pub(super) fn message_begins(&self) {
        self.in_message.store(true, Ordering::Relaxed);
    }

    /// Can the relay have seen the final dot? A failed write of it says no: what the kernel or TLS did not take never left.
    pub(super) fn dot_may_have_left(&self) -> bool {
        self.dot_left.load(Ordering::Relaxed) && !self.write_failed.load(Ordering::Relaxed)
    }

    /// Has the relay said more than the library has been given?
    pub(super) fn has_more(&self) -> bool {
        self.has_more.load(Ordering::Relaxed)
    }

    /// What the relay said while we were still sending, if it did.
    pub(super) fn early_answer(&self) -> Vec<u8> {
        std::mem::take(&mut lock(&self.spoke_early))
    }
}

fn lock(bytes: &Mutex<Vec<u8>>) -> MutexGuard<'_, Vec<u8>> {
    // A panic elsewhere leaves bytes, never half a change: they can be read on.
    bytes.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sits between the library and the (perhaps encrypted) stream.
pub(super) struct Tap<S> {
    inner: S,
    /// What the relay has said and the library has not been given yet: it is given one line at a time, so that nothing lies unseen
    /// in its buffers when the final dot leaves.
    said: VecDeque<u8>,
    notes: Arc<Notes>,
    silence: Arc<Silence>,
    dot_limit: Duration,
    peer: SocketAddr,
}

impl<S> Tap<S> {
    /// `already` is said to the library first: after our own STARTTLS it expects a greeting that has been read.
    pub(super) fn new(
        inner: S,
        already: &'static [u8],
        notes: Arc<Notes>,
        silence: Arc<Silence>,
        dot_limit: Duration,
        peer: SocketAddr,
    ) -> Self {
        Self { inner, said: already.iter().copied().collect(), notes, silence, dot_limit, peer }
    }
}

impl<S> fmt::Debug for Tap<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tap")
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Tap<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.said.is_empty() {
            let mut space = [0_u8; 4096];
            let mut read = ReadBuf::new(&mut space);
            ready!(Pin::new(&mut this.inner).poll_read(cx, &mut read))?;
            // Answers in Windows-1251 exist; the library reads UTF-8 only and would take a plain refusal for a broken connection.
            this.said.extend(read.filled().iter().map(|byte| if byte.is_ascii() { *byte } else { b'?' }));
            if !this.notes.greeted.load(Ordering::Relaxed) {
                let mut greeting = lock(&this.notes.greeting);
                if greeting.len() < 8192 {
                    greeting.extend(&this.said);
                }
            }
        }
        let line = this.said.iter().position(|byte| *byte == b'\n').map_or(this.said.len(), |end| end + 1);
        for byte in this.said.drain(..line.min(buffer.remaining())) {
            buffer.put_slice(&[byte]);
        }
        this.notes.has_more.store(!this.said.is_empty(), Ordering::Relaxed);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Tap<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.notes.in_message.load(Ordering::Relaxed) && bytes == FINAL_DOT {
            // A relay that has hung up, or spoken, before the dot has certainly not taken the mail. After the dot nobody can
            // tell any more, so this last look turns many unknown outcomes into certain ones.
            // The look arms the read timer, and from here on it has to be the dot's.
            this.silence.set(this.dot_limit);
            if !this.said.is_empty() {
                this.notes.write_failed.store(true, Ordering::Relaxed);
                lock(&this.notes.spoke_early).extend(this.said.drain(..));
                return Poll::Ready(Err(io::Error::other("the relay spoke before the final dot")));
            }
            let mut early = [0_u8; 512];
            let mut buffer = ReadBuf::new(&mut early);
            if let Poll::Ready(read) = Pin::new(&mut this.inner).poll_read(cx, &mut buffer) {
                this.notes.write_failed.store(true, Ordering::Relaxed);
                read?;
                let said = buffer.filled();
                if said.is_empty() {
                    return Poll::Ready(Err(io::Error::new(
                        io::ErrorKind::ConnectionReset,
                        "the relay hung up before the final dot",
                    )));
                }
                lock(&this.notes.spoke_early).extend_from_slice(said);
                return Poll::Ready(Err(io::Error::other("the relay spoke before the final dot")));
            }
            this.notes.in_message.store(false, Ordering::Relaxed);
            this.notes.dot_left.store(true, Ordering::Relaxed);
        }
        let written = ready!(Pin::new(&mut this.inner).poll_write(cx, bytes));
        if written.is_err() {
            this.notes.write_failed.store(true, Ordering::Relaxed);
        }
        Poll::Ready(written)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let flushed = ready!(Pin::new(&mut this.inner).poll_flush(cx));
        if flushed.is_err() {
            this.notes.write_failed.store(true, Ordering::Relaxed);
        }
        Poll::Ready(flushed)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(cx)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + Sync> AsyncTokioStream for Tap<S> {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.peer)
    }
}

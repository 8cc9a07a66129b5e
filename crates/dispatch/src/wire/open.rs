//! From settings to an open, protected, authenticated connection.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use lettre::transport::smtp::authentication::{Credentials as Account, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::extension::ClientId;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls;

use super::connection::Connection;
use super::socket::{Notes, Silence, Tap, Timed};
use super::{Answer, Outcome, Stage};
use crate::config::{Relay, Security};
use crate::tls::Tls;

/// Opens connections to one relay: its settings read and checked once.
#[derive(Clone)]
pub struct Client {
    relay: Relay,
    protection: Protection,
}

/// The security of the settings, with what each needs.
#[derive(Clone)]
enum Protection {
    None,
    StartTls(Tls),
    Implicit(Tls),
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Client({:?})", self.relay)
    }
}

impl Client {
    /// Reads the certificates and checks what can be checked without asking the relay; the error says which setting is wrong.
    pub fn new(relay: &Relay) -> Result<Self, String> {
        let is_name = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
        if !is_name(&relay.hello) {
            return Err("the name we say in EHLO must be this machine's full name in ASCII".to_owned());
        }
        let tls = || Tls::new("the relay's", &relay.host, relay.tls_name.as_deref(), relay.ca_file.as_deref());
        let protection = match relay.security {
            Security::Plain if relay.credentials.is_some() => {
                return Err("an account needs a protected connection: choose starttls or tls for the relay".to_owned());
            }
            Security::Plain => Protection::None,
            Security::StartTls => Protection::StartTls(tls()?),
            Security::Implicit => Protection::Implicit(tls()?),
        };
        Ok(Self { relay: relay.clone(), protection })
    }

    /// The relay's name in rows and events.
    #[must_use]
    pub fn name(&self) -> String {
        self.relay.name()
    }

    /// A connection ready for MAIL FROM, or what came instead; nothing has been sent then.
    pub async fn open(&self) -> Result<Connection, Outcome> {
        let limits = self.relay.timeouts;
        let silence = Silence::new(limits.command);
        let address = (self.relay.host.as_str(), self.relay.port);
        let stream = timeout(limits.connect, TcpStream::connect(address))
            .await
            .map_err(|_| Outcome::not_sent(Stage::Connect, &"the relay could not be reached in time"))?
            .map_err(|error| Outcome::not_sent(Stage::Connect, &error))?;
        let socket =
            Timed::new(stream, Arc::clone(&silence)).map_err(|error| Outcome::not_sent(Stage::Connect, &error))?;
        let (smtp, notes) = match &self.protection {
            Protection::None => self.greet(socket, b"", &silence).await?,
            Protection::Implicit(tls) => {
                let stream = protected(tls, socket, limits.connect).await?;
                self.greet(stream, b"", &silence).await?
            }
            Protection::StartTls(tls) => {
                let socket = self.ask_for_tls(socket).await?;
                let stream = protected(tls, socket, limits.connect).await?;
                self.greet(stream, b"220 ready\r\n", &silence).await?
            }
        };
        let smtp = self.log_in(smtp).await?;
        Ok(Connection::new(smtp, notes, silence, limits))
    }

    async fn greet<S>(
        &self,
        stream: S,
        inject: &'static [u8],
        silence: &Arc<Silence>,
    ) -> Result<(AsyncSmtpConnection, Arc<Notes>), Outcome>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + Sync + 'static,
    {
        let notes = Arc::new(Notes::default());
        // The address of the peer is asked for by the trait and used by nobody.
        let peer = std::net::SocketAddr::from(([0, 0, 0, 0], self.relay.port));
        let tap = Tap::new(stream, inject, Arc::clone(&notes), Arc::clone(silence), self.relay.timeouts.dot, peer);
        let hello = ClientId::Domain(self.relay.hello.clone());
        // On an error the library still says QUIT and waits; nothing has been sent, so we need not wait with it.
        let greeted =
            timeout(self.relay.timeouts.command, AsyncSmtpConnection::connect_with_transport(Box::new(tap), &hello));
        match greeted.await {
            Err(_) => Err(Outcome::not_sent(Stage::Connect, &"the relay did not greet in time")),
            Ok(Err(error)) => Err(before_mail(Stage::Connect, &error)),
            Ok(Ok(smtp)) => Ok((smtp, notes)),
        }
    }

    /// STARTTLS spoken by ourselves: the library would read on, as if encrypted, what somebody slipped in behind the relay's
    /// answer in the clear.
    async fn ask_for_tls(&self, socket: Timed) -> Result<Timed, Outcome> {
        let network = |error: io::Error| Outcome::not_sent(Stage::Tls, &error);
        let mut reader = BufReader::new(socket);
        let greeting = plain_answer(&mut reader).await.map_err(network)?;
        expect(220, &greeting)?;
        let hello = format!("EHLO {}\r\n", self.relay.hello);
        reader.get_mut().write_all(hello.as_bytes()).await.map_err(network)?;
        let offer = plain_answer(&mut reader).await.map_err(network)?;
        expect(250, &offer)?;
        if !offer.text.to_ascii_uppercase().split('\n').any(|line| line.trim() == "STARTTLS") {
            return Err(Outcome::config(Stage::Tls, &"the relay offers no STARTTLS, and we send nothing in the clear"));
        }
        reader.get_mut().write_all(b"STARTTLS\r\n").await.map_err(network)?;
        let ready = plain_answer(&mut reader).await.map_err(network)?;
        expect(220, &ready)?;
        if !reader.buffer().is_empty() {
            return Err(Outcome::config(Stage::Tls, &"something was slipped in behind the answer to STARTTLS"));
        }
        Ok(reader.into_inner())
    }

    async fn log_in(&self, mut smtp: AsyncSmtpConnection) -> Result<AsyncSmtpConnection, Outcome> {
        let Some(credentials) = &self.relay.credentials else { return Ok(smtp) };
        let account = Account::new(credentials.user.clone(), credentials.password.clone());
        match smtp.auth(&[Mechanism::Plain, Mechanism::Login], &account).await {
            Ok(_) => Ok(smtp),
            Err(error) if error.is_client() => {
                Err(Outcome::config(Stage::Auth, &"the relay offers neither AUTH PLAIN nor AUTH LOGIN"))
            }
            Err(error) => Err(before_mail(Stage::Auth, &error)),
        }
    }
}

/// TLS over a fresh socket, or what came instead.
async fn protected(tls: &Tls, socket: Timed, limit: Duration) -> Result<TlsStream<Timed>, Outcome> {
    let error = match timeout(limit, tls.shake_hands(socket)).await {
        Ok(Ok(stream)) => return Ok(stream),
        Ok(Err(error)) => error,
        Err(_) => return Err(Outcome::not_sent(Stage::Tls, &"the TLS handshake took too long")),
    };
    // A certificate or a protocol that does not fit will not fit next time either; a cut line may.
    let is_ours = error.get_ref().is_some_and(|inner| inner.is::<rustls::Error>());
    Err(if is_ours { Outcome::config(Stage::Tls, &error) } else { Outcome::not_sent(Stage::Tls, &error) })
}

/// An error before MAIL FROM: whatever it is, no mail has been sent, and a permanent one is about us.
fn before_mail(stage: Stage, error: &lettre::transport::smtp::Error) -> Outcome {
    match answer_of(error) {
        Some(answer) if error.is_permanent() => Outcome::config(stage, &answer),
        Some(answer) => Outcome::Deferred { stage, answer },
        None => Outcome::not_sent(stage, &cause(error)),
    }
}

/// The relay's words in an error of the library, if it holds any.
pub(super) fn answer_of(error: &lettre::transport::smtp::Error) -> Option<Answer> {
    let code = error.status()?;
    let text = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    Some(Answer::new(u16::from(code), &text))
}

/// The innermost reason: the library's outer words only say that there was an error.
pub(super) fn cause(error: &lettre::transport::smtp::Error) -> String {
    std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string)
}

fn expect(code: u16, answer: &Answer) -> Result<(), Outcome> {
    match answer.code {
        got if got == code => Ok(()),
        400..=499 => Err(Outcome::Deferred { stage: Stage::Tls, answer: Answer::new(answer.code, &answer.text) }),
        _ => Err(Outcome::config(Stage::Tls, answer)),
    }
}

/// One reply in the clear; its lines stay apart, for EHLO lists one extension on each.
async fn plain_answer<R: AsyncRead + Unpin>(reader: &mut BufReader<R>) -> io::Result<Answer> {
    let broken = || io::Error::new(io::ErrorKind::InvalidData, "the relay does not speak SMTP");
    let mut text = String::new();
    for _ in 0..100 {
        let mut line = Vec::new();
        if (&mut *reader).take(1024).read_until(b'\n', &mut line).await? == 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the relay hung up"));
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end();
        let code = line.get(..3).and_then(|digits| digits.parse::<u16>().ok()).ok_or_else(broken)?;
        text.push_str(line.get(4..).unwrap_or_default());
        if line.as_bytes().get(3) != Some(&b'-') {
            return Ok(Answer { code, text });
        }
        text.push('\n');
    }
    Err(broken())
}

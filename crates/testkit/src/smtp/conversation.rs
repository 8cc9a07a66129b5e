//! The peer's side of one connection.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::{Act, At, Shared, Taken, lock};

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// The conversation is over: said goodbye, cut, or broken.
pub(super) struct Over;

impl From<std::io::Error> for Over {
    fn from(_: std::io::Error) -> Self {
        Self
    }
}

pub(super) struct Conversation {
    stream: BufReader<Box<dyn Stream>>,
    shared: Arc<Shared>,
    encrypted: bool,
    account: Option<String>,
    /// Between MAIL and the end of its mail.
    begun: bool,
    from: String,
    to: Vec<String>,
    parameters: Vec<String>,
}

impl Conversation {
    pub(super) async fn begin(stream: TcpStream, shared: Arc<Shared>) -> Result<(), Over> {
        let mut talk = Self {
            stream: BufReader::new(Box::new(stream)),
            shared,
            encrypted: false,
            account: None,
            begun: false,
            from: String::new(),
            to: Vec::new(),
            parameters: Vec::new(),
        };
        if talk.shared.setup.implicit {
            talk = talk.encrypt().await?;
        }
        talk.answer(At::Connect, "220 peer.test ESMTP").await?;
        loop {
            let line = talk.line().await?;
            let more = talk.stream.buffer().iter().filter(|byte| **byte == b'\n').count();
            talk.shared.most_at_once.fetch_max(1 + more, Ordering::Relaxed);
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
                    talk.forget();
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
        if setup.notices {
            lines.push("DSN".to_owned());
        }
        if setup.pipelining {
            lines.push("PIPELINING".to_owned());
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
        if self.begun {
            return self.say("503 5.5.1 Nested MAIL command").await;
        }
        self.from = bracketed(line);
        self.parameters = vec![behind_bracket(line)];
        self.begun = self.answer(At::Mail, "250 2.1.0 Ok").await?;
        Ok(())
    }

    /// The mail is over; whom it was for.
    fn forget(&mut self) -> Vec<String> {
        self.begun = false;
        std::mem::take(&mut self.to)
    }

    async fn rcpt(&mut self, line: &str) -> Result<(), Over> {
        if !self.begun {
            return self.say("503 5.5.1 MAIL first").await;
        }
        let address = bracketed(line);
        match address.get(..4) {
            Some("r450") => return self.say("450 4.2.1 Mailbox busy, try later").await,
            Some("r550") => return self.say(&format!("550 5.1.1 No such deputy: <{address}>")).await,
            Some("r421") => {
                self.say("421 4.3.2 Service shutting down").await?;
                return Err(Over);
            }
            Some(_) | None => {}
        }
        if self.answer(At::Rcpt, "250 2.1.5 Ok").await? {
            self.to.push(address);
            self.parameters.push(behind_bracket(line));
        }
        Ok(())
    }

    async fn data(&mut self) -> Result<(), Over> {
        if self.to.is_empty() && !self.shared.setup.eager {
            return self.say("554 5.5.1 No valid recipients").await;
        }
        if !self.answer(At::Data, "354 End data with <CR><LF>.<CR><LF>").await? {
            return Ok(());
        }
        let body_fault = lock(&self.shared.script).get(&At::Body).cloned();
        if let Some(act) = body_fault {
            let mut some = [0_u8; 1024];
            self.stream.read_exact(&mut some).await?;
            self.perform(act).await?;
            // Having spoken out of turn, it listens to the rest and understands none of it.
            tokio::io::copy(&mut self.stream, &mut tokio::io::sink()).await?;
            return Err(Over);
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
        let to = self.forget();
        let fault = to.first().and_then(|to| to.get(..4)).unwrap_or_default().to_owned();
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
                to,
                parameters: self.parameters.clone(),
                bytes,
                encrypted: self.encrypted,
                account: self.account.clone(),
            });
            taken.len()
        };
        self.shared.moved.notify_waiters();
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
            // Its duty in other words.
            Some(Act::Say(text)) if text.starts_with('2') => return self.say(&text).await.map(|()| true),
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
            Act::HangUp => Ok(self.stream.get_mut().shutdown().await?),
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

fn behind_bracket(line: &str) -> String {
    line.split_once('>').map(|(_, rest)| rest.trim().to_owned()).unwrap_or_default()
}

fn bracketed(line: &str) -> String {
    let inner = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inner.map(|(address, _)| address.to_owned()).unwrap_or_default()
}

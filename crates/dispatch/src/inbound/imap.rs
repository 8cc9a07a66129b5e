//! A mailbox behind an IMAP server (RFC 9051). The library waits for an answer for ever; every command has its limit here, and after any doubt the
//! session is dropped, which loses nothing.

use std::fmt;
use std::future::Future;
use std::time::Duration;

use async_imap::error::Error;
use futures_util::{StreamExt as _, TryStreamExt as _};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

use letter::incoming::mail::MOST_BYTES;

use super::source::{Folder, Head, LONGEST_HEAD, Mailbox};
use crate::config::{Imap, Security};
use crate::error::DispatchError;
use crate::tls::Tls;

/// How many times the ordinary patience a whole mail may take.
const FOR_A_WHOLE_MAIL: u32 = 5;

/// What the library speaks over.
trait Line: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug> Line for T {}

/// An open session with the folder selected.
pub(super) struct Session {
    session: async_imap::Session<Box<dyn Line>>,
    generation: i64,
    /// How many mails the folder had when it was opened.
    pub(super) mails: u32,
    moves: bool,
    expunges_by_uid: bool,
    processed: Option<String>,
    failed: Option<String>,
    patience: Duration,
}

impl Session {
    pub(super) async fn open(settings: &Imap) -> Result<Self, DispatchError> {
        let patience = settings.patience;
        let line = within("be reached", patience, connect(settings)).await?;
        let mut client = async_imap::Client::new(line);
        // Over STARTTLS the greeting was read in the clear.
        if settings.security != Security::StartTls {
            let greeting = within("greet", patience, async { Ok(client.read_response().await?) }).await?;
            greeting.ok_or_else(|| failed("greet", Error::ConnectionLost))?;
        }
        let (user, password) = (settings.credentials.user.as_str(), settings.credentials.password.as_str());
        let login = async { client.login(user, password).await.map_err(|(error, _)| error) };
        let mut session = within("let us in", patience, login).await?;
        let offered = within("say what it can do", patience, session.capabilities()).await?;
        let selected = within("open the folder", patience, session.select(&settings.folder)).await?;
        let generation = selected
            .uid_validity
            .ok_or_else(|| failed("number its mails", Error::Bad("the server gives no UIDVALIDITY".to_owned())))?;
        let (moves, expunges_by_uid) = (offered.has_str("MOVE"), offered.has_str("UIDPLUS"));
        let (generation, mails) = (i64::from(generation), selected.exists);
        Ok(Self { session, generation, mails, moves, expunges_by_uid, processed: None, failed: None, patience })
    }

    /// The folder of that name, made when it is missing. Some servers keep all folders below the inbox.
    pub(super) async fn folder(&mut self, folder: Folder) -> Result<String, DispatchError> {
        let known = match folder {
            Folder::Processed => &self.processed,
            Folder::Failed => &self.failed,
        };
        if let Some(name) = known {
            return Ok(name.clone());
        }
        let mut refused = Error::No("no folder can be made".to_owned());
        for name in [folder.name().to_owned(), format!("INBOX.{}", folder.name()), format!("INBOX/{}", folder.name())] {
            let is_there =
                match within("look for a folder", self.patience, self.session.status(&name, "(MESSAGES)")).await {
                    Ok(_) => true,
                    // That there is none is a NO; anything else is trouble.
                    Err(DispatchError::Mailbox { source, .. }) if is_refusal(source.as_ref()) => {
                        match timeout(self.patience, self.session.create(&name)).await {
                            Ok(Ok(())) => true,
                            Ok(Err(error @ (Error::No(_) | Error::Bad(_)))) => {
                                refused = error;
                                false
                            }
                            Ok(Err(error)) => return Err(failed("make a folder", error)),
                            Err(_) => return Err(slow("make a folder")),
                        }
                    }
                    Err(error) => return Err(error),
                };
            if is_there {
                match folder {
                    Folder::Processed => self.processed = Some(name.clone()),
                    Folder::Failed => self.failed = Some(name.clone()),
                }
                return Ok(name);
            }
        }
        Err(failed("make a folder", refused))
    }

    async fn fetched(&mut self, place: &str, what: &str, patience: Duration) -> Result<Option<Fetched>, DispatchError> {
        let session = &mut self.session;
        let work = async {
            let mut answers = session.uid_fetch(place, what).await?;
            let mut found = None;
            // To the end: what is left unread would be taken for the answer to the next command.
            while let Some(answer) = answers.next().await {
                let answer = answer?;
                if answer.uid.is_some_and(|uid| uid.to_string() == place) {
                    let bytes = answer.body().or_else(|| answer.header()).unwrap_or_default().to_vec();
                    found = Some(Fetched { bytes, size: answer.size });
                }
            }
            Ok(found)
        };
        let found = within("give out a mail", patience, work).await.map_err(of_one_mail)?;
        // The library keeps a NO to itself, and then nothing comes: is there no such mail, or is it not given out?
        if found.is_none() && !self.is_there(place).await? {
            return Ok(None);
        }
        found.map(Some).ok_or_else(|| {
            of_one_mail(failed("give out a mail", Error::No("it is there and was not given out".to_owned())))
        })
    }

    async fn is_there(&mut self, place: &str) -> Result<bool, DispatchError> {
        let looked = self.session.uid_search(format!("UID {place}"));
        Ok(!within("look for a mail", self.patience, looked).await?.is_empty())
    }
}

struct Fetched {
    bytes: Vec<u8>,
    size: Option<u32>,
}

impl Mailbox for Session {
    fn generation(&self) -> i64 {
        self.generation
    }

    async fn places(&mut self) -> Result<Vec<String>, DispatchError> {
        let found = within("list its mails", self.patience, self.session.uid_search("UNDELETED")).await?;
        let mut uids: Vec<u32> = found.into_iter().collect();
        uids.sort_unstable();
        Ok(uids.iter().map(ToString::to_string).collect())
    }

    async fn head(&mut self, place: &str) -> Result<Option<Head>, DispatchError> {
        let what = format!("(UID RFC822.SIZE BODY.PEEK[HEADER]<0.{LONGEST_HEAD}>)");
        let fetched = self.fetched(place, &what, self.patience).await?;
        Ok(fetched.map(|fetched| Head {
            bytes: fetched.bytes,
            // A server that does not say the size is not believed to have a small one.
            size: fetched.size.and_then(|size| usize::try_from(size).ok()).unwrap_or(usize::MAX),
        }))
    }

    async fn whole(&mut self, place: &str) -> Result<Option<Vec<u8>>, DispatchError> {
        // One byte more than is read: then it is seen that the server was wrong about the size.
        let what = format!("(UID BODY.PEEK[]<0.{}>)", MOST_BYTES + 1);
        let fetched = self.fetched(place, &what, self.patience * FOR_A_WHOLE_MAIL).await?;
        Ok(fetched.map(|fetched| fetched.bytes))
    }

    async fn put_away(&mut self, place: &str, folder: Folder) -> Result<(), DispatchError> {
        let to = self.folder(folder).await?;
        if self.moves {
            let moved = within("put a mail away", self.patience, self.session.uid_mv(place, &to)).await;
            return moved.map_err(of_one_mail);
        }
        let copied = within("put a mail away", self.patience, self.session.uid_copy(place, &to)).await;
        copied.map_err(of_one_mail)?;
        let session = &mut self.session;
        let marked = async {
            session.uid_store(place, "+FLAGS.SILENT (\\Deleted)").await?.try_collect::<Vec<_>>().await.map(drop)
        };
        within("mark a mail as deleted", self.patience, marked).await?;
        if self.expunges_by_uid {
            let session = &mut self.session;
            let removed = async { session.uid_expunge(place).await?.try_collect::<Vec<_>>().await.map(drop) };
            within("remove a mail", self.patience, removed).await?;
        }
        Ok(())
    }

    async fn close(mut self) {
        // Everything is done; a server that does not say goodbye changes nothing.
        if let Ok(Err(error)) = timeout(self.patience, self.session.logout()).await {
            tracing::debug!(%error, "the mailbox did not answer our goodbye");
        }
    }
}

async fn connect(settings: &Imap) -> Result<Box<dyn Line>, Error> {
    let socket = TcpStream::connect((settings.host.as_str(), settings.port)).await?;
    socket.set_nodelay(true)?;
    let unfit = |why: String| Error::Io(std::io::Error::other(why));
    let tls = || Tls::new("the mailbox's", &settings.host, settings.tls_name.as_deref(), settings.ca_file.as_deref());
    Ok(match settings.security {
        Security::Plain => Box::new(socket),
        Security::Implicit => Box::new(tls().map_err(unfit)?.shake_hands(socket).await?),
        Security::StartTls => {
            let tls = tls().map_err(unfit)?;
            Box::new(tls.shake_hands(asked_for_tls(socket).await?).await?)
        }
    })
}

/// STARTTLS spoken by ourselves: whatever somebody slipped in behind the answer in the clear would be read as if encrypted.
async fn asked_for_tls(socket: TcpStream) -> Result<TcpStream, Error> {
    let mut reader = BufReader::new(socket);
    let greeting = line(&mut reader).await?;
    if !greeting.starts_with("* OK") {
        return Err(Error::Bad(greeting));
    }
    reader.get_mut().write_all(b"t1 STARTTLS\r\n").await?;
    let answer = loop {
        let answer = line(&mut reader).await?;
        if !answer.starts_with("* ") {
            break answer;
        }
    };
    if !answer.starts_with("t1 OK") {
        return Err(Error::No(format!("no STARTTLS, and we say nothing in the clear: {answer}")));
    }
    if !reader.buffer().is_empty() {
        return Err(Error::Bad("something was slipped in behind the answer to STARTTLS".to_owned()));
    }
    Ok(reader.into_inner())
}

async fn line(reader: &mut BufReader<TcpStream>) -> Result<String, Error> {
    let mut line = Vec::new();
    if reader.take(2048).read_until(b'\n', &mut line).await? == 0 {
        return Err(Error::ConnectionLost);
    }
    Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
}

async fn within<T>(
    doing: &'static str,
    patience: Duration,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, DispatchError> {
    match timeout(patience, work).await {
        Ok(done) => done.map_err(|error| failed(doing, error)),
        Err(_) => Err(slow(doing)),
    }
}

fn failed(doing: &'static str, error: Error) -> DispatchError {
    DispatchError::Mailbox { doing, source: Box::new(error) }
}

/// A NO to what was asked about one mail says nothing of the others.
fn of_one_mail(error: DispatchError) -> DispatchError {
    match error {
        DispatchError::Mailbox { doing, source } if is_refusal(source.as_ref()) => {
            DispatchError::Mail { doing, source }
        }
        other => other,
    }
}

fn slow(doing: &'static str) -> DispatchError {
    failed(doing, Error::Io(std::io::Error::new(std::io::ErrorKind::TimedOut, "it did not answer in time")))
}

fn is_refusal(error: &(dyn std::error::Error + 'static)) -> bool {
    matches!(error.downcast_ref::<Error>(), Some(Error::No(_) | Error::Bad(_)))
}

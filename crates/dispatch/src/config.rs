//! What `saual` hands in: where mail goes, whose it is, and how patient we are. No field has a default here.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use directory::{Current, Multilingual};
use inquiry::link::{LinkKeys, PersonalLink};
use jiff::Timestamp;
use jiff::civil::Time;

/// The settings of dispatch. A struct literal names every field, so that a new one cannot be forgotten in silence.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where mail goes.
    pub mode: Mode,
    /// The relays that are tried when those before them cannot be reached or do not want us, in this order.
    pub next_relays: Vec<Relay>,
    /// How many mails may go in a minute.
    pub rates: Rates,
    /// The office as it appears in `From:` and under the text.
    pub from: Sender,
    /// Where answers go, when not to [`Config::from`].
    pub reply_to: Option<Sender>,
    /// The mailbox to which bounces return, with a mark of each mail's own behind a `+`: `bounces+<mark>@…` is the envelope sender (`MAIL FROM`).
    /// The address of [`Config::from`], without a mark, when absent.
    pub bounces_to: Option<String>,
    /// The office's own copies, if it keeps any.
    pub copies: Option<Copies>,
    /// The office's mailbox, if somebody is to read it.
    pub inbound: Option<Inbound>,
    /// The office's signature over its mails; none where the relay makes it, or nobody does.
    pub dkim: Option<Dkim>,
    /// The office's signature over the body of its mails, for people's mail programs; none where nobody has set a key.
    pub smime: Option<Smime>,
    /// A letter of more bytes is not attached: its mail leads to the deputy's page, where it lies.
    pub attach_up_to: usize,
    /// What the personal links in the mails are made with.
    pub links: Links,
    /// True where letters bear the server's seal in place of a personal signature; every mail then says so.
    pub sealed_by_server: bool,
    /// A name no other living worker bears. A worker that starts takes back at once what an earlier one of the same name left.
    pub worker: String,
    /// How long a taken errand stays taken when its worker falls silent. Longer than one delivery can last.
    pub lease: Duration,
    /// How many connections to the relay may be open at once.
    pub connections: usize,
    /// After this long of temporary failures a mail is given up and a person is told.
    pub give_up_after: Duration,
    /// How often to look for due mail when nobody pokes.
    pub poll: Duration,
    /// When the people of the house are written to.
    pub notices: Notices,
}

/// When the people of the house are written to.
#[derive(Debug, Clone)]
pub struct Notices {
    /// The hour of the digest, on working days.
    pub at: Time,
    /// For how long reminders are gathered into one mail.
    pub gather: Duration,
    /// The domain of these mails' identities.
    pub domain: String,
    /// Which days are worked.
    pub directory: Current,
}

/// A copy of every mail to a mailbox of ours, in the same transaction as the mail itself: the relay has taken both or none.
#[derive(Debug, Clone)]
pub struct Copies {
    /// The mailbox, with the mail's number behind a `+`: `journal+<number>@…`.
    pub to: String,
    /// How long the mailbox may take to get a copy. Longer than the relay may keep a mail of ours in its queue.
    pub grace: Duration,
    /// Is a mail of unknown fate sent again, with the same Message-ID, when the mailbox has no copy of it? Otherwise a person decides.
    pub resend: bool,
}

/// A mailbox that is read: bounces, answers, new inquiries, and our own copies.
#[derive(Debug, Clone)]
pub struct Inbound {
    /// Where it is.
    pub mailbox: Mailbox,
    /// How often to look.
    pub poll: Duration,
}

/// Where a mailbox is.
#[derive(Debug, Clone)]
pub enum Mailbox {
    /// A folder of this machine in the form that mail servers write (`new`, `cur`).
    Maildir(PathBuf),
    /// Behind a server.
    Imap(Imap),
}

impl Mailbox {
    /// Its name in rows and logs.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Maildir(folder) => format!("maildir:{}", folder.display()),
            Self::Imap(imap) => {
                format!("imap:{}@{}:{}/{}", imap.credentials.user, imap.host, imap.port, imap.folder)
            }
        }
    }
}

/// A mailbox behind an IMAP server.
#[derive(Debug, Clone)]
pub struct Imap {
    /// Host name or address to connect to.
    pub host: String,
    /// Port: 993 with implicit TLS, 143 with STARTTLS.
    pub port: u16,
    /// How the connection is protected. In the clear only a server of this machine is spoken to.
    pub security: Security,
    /// The name its certificate must bear, when that is not [`Imap::host`].
    pub tls_name: Option<String>,
    /// A PEM file with the only authorities to trust; the system's store when absent.
    pub ca_file: Option<PathBuf>,
    /// The account.
    pub credentials: Credentials,
    /// The folder that is read: `INBOX`.
    pub folder: String,
    /// How long to wait for an answer to one command.
    pub patience: Duration,
}

/// How many mails may go in a minute; none: as many as there are. Each worker counts for itself, and from its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// To one relay.
    pub relay: Option<NonZeroU32>,
    /// To the addresses of one domain.
    pub domain: Option<NonZeroU32>,
}

impl Rates {
    /// Without limits.
    pub const UNLIMITED: Self = Self { relay: None, domain: None };
}

/// The key of the office's signature over its mails (DKIM). It signs for the domain of [`Config::from`].
#[derive(Debug, Clone)]
pub struct Dkim {
    /// Under which name the DNS has its public half: `<selector>._domainkey.<domain>`.
    pub selector: String,
    /// PEM file of the private half: RSA of 2048 bits or more, or Ed25519.
    pub key_file: PathBuf,
}

/// The key of the office's signature over the body of its mails (S/MIME).
#[derive(Debug, Clone)]
pub struct Smime {
    /// PEM file of the private half (PKCS #8, P-256).
    pub key_file: PathBuf,
    /// PEM file of its certificate, which mail programs have to trust.
    pub certificate_file: PathBuf,
}

/// Where deputies find their pages, and the keys that make the links to them.
#[derive(Debug, Clone)]
pub struct Links {
    /// The address people type, without a slash at its end.
    pub public_url: String,
    /// The installation's keys.
    pub keys: Arc<LinkKeys>,
}

impl Links {
    /// The address in a mail that was ordered at that moment.
    #[must_use]
    pub fn address(&self, link: PersonalLink, ordered_at: Timestamp) -> String {
        format!("{}/d/{}", self.public_url, self.keys.token(link, ordered_at))
    }
}

/// Where mail goes.
#[derive(Debug, Clone)]
pub enum Mode {
    /// Nothing leaves the machine: one `.eml` file for each mail in this folder.
    File {
        /// The folder, made when it is missing.
        outbox: PathBuf,
    },
    /// A real relay, but every recipient is rewritten to one test address, unless the allow-list names it.
    Redirect {
        /// The relay.
        relay: Relay,
        /// Who gets everything.
        to: String,
        /// Addresses, or domains written `@example.kz`, that are left as they are.
        allowed: Vec<String>,
    },
    /// A real relay and the real recipients.
    Smtp {
        /// The relay.
        relay: Relay,
    },
}

impl Mode {
    /// The relay this mode speaks to, if it speaks to any.
    #[must_use]
    pub const fn relay(&self) -> Option<&Relay> {
        match self {
            Self::File { .. } => None,
            Self::Redirect { relay, .. } | Self::Smtp { relay } => Some(relay),
        }
    }
}

/// A name and an address of our own.
#[derive(Debug, Clone)]
pub struct Sender {
    /// The name in the three languages; the mail takes the letter's.
    pub name: Multilingual,
    /// The address.
    pub address: String,
}

/// A mail server that takes our mail.
#[derive(Clone)]
pub struct Relay {
    /// Host name or address to connect to.
    pub host: String,
    /// Port: 25 or 587 with STARTTLS, 465 with implicit TLS.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// The name its certificate must bear, when that is not [`Relay::host`].
    pub tls_name: Option<String>,
    /// A PEM file with the only authorities to trust; the system's store when absent.
    pub ca_file: Option<PathBuf>,
    /// The account, when the relay wants one. Never sent over an unprotected connection.
    pub credentials: Option<Credentials>,
    /// The name we say in EHLO: this machine's full name.
    pub hello: String,
    /// How long to wait at each stage.
    pub timeouts: Timeouts,
}

/// How a connection to a mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Not at all: for a relay on the same machine.
    Plain,
    /// In the clear first, then TLS before anything of ours is said. A relay that does not offer it is a fault, never a fallback.
    StartTls,
    /// TLS from the first byte.
    Implicit,
}

/// An account at a mail server. Its `Debug` never shows the password.
#[derive(Clone)]
pub struct Credentials {
    /// The account's name.
    pub user: String,
    /// Its password.
    pub password: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials(..)")
    }
}

impl std::fmt::Debug for Relay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Relay({}:{}, {:?})", self.host, self.port, self.security)
    }
}

impl Relay {
    /// The relay's name in rows, events and logs.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}

/// How long to wait for the relay at each stage (RFC 5321, 4.5.3.2). Each is a time of silence, not of the whole.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// For the connection to be made, TLS included.
    pub connect: Duration,
    /// For the greeting and the answers to EHLO, AUTH, MAIL and RCPT.
    pub command: Duration,
    /// For the answer to DATA.
    pub data: Duration,
    /// For the relay to take the next block of the message.
    pub block: Duration,
    /// For the answer to the final dot. A short one makes duplicates: the relay may have taken the mail and be slow to say so.
    pub dot: Duration,
}

impl Timeouts {
    /// The values of the standard, the final dot's from Postfix.
    pub const STANDARD: Self = Self {
        connect: Duration::from_secs(30),
        command: Duration::from_secs(300),
        data: Duration::from_secs(120),
        block: Duration::from_secs(180),
        dot: Duration::from_secs(600),
    };
}

//! Configuration: environment variables `SAUAL_…` over a TOML file over the built-in values, the same keys in each.
//!
//! This module alone reads the environment. A key `mail.relay` of the file is `SAUAL_MAIL_RELAY` in the environment; a secret
//! may be given as a file instead (`SAUAL_MAIL_PASSWORD_FILE`), which is how service managers hand secrets over.

mod mail;
mod publish;
mod read;
mod seal;
mod signing;
mod source;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::civil::Time;
use serde::Deserialize;

pub use publish::{Place, Target};
pub use source::{ConfigError, Environment};
use web::doors::limits::Rates;
use web::doors::proxy::{Network, Proxies};
use web::signing::Signing;

/// Where everything of one installation is told: its folder, its database, its doors and its mail.
#[derive(Debug, Clone)]
pub struct Config {
    /// Folder of everything this installation keeps outside the database: private PostgreSQL, outbox, seal.
    pub data: PathBuf,
    /// `DATABASE_URL`: a PostgreSQL that is already there. Without it a private one runs under `data`.
    pub database_url: Option<Secret>,
    /// Folder of `postgres` and `initdb` when they are not where they usually are.
    pub postgres_bin: Option<PathBuf>,
    /// `PATH`, searched for those programs last.
    pub search_path: Option<OsString>,
    /// Address the screens and the API listen on.
    pub listen: SocketAddr,
    /// The address people type: links in letters and mails are made from it.
    pub public_url: String,
    /// Keys of deputies' personal links, where they do not lie in the data folder: a line each, as `inquiry::link` reads them.
    pub link_keys: Option<Secret>,
    /// A table of office holders and acting orders that is read in the place of the built-in one.
    pub office_holders: Option<PathBuf>,
    /// How mail leaves, if it does.
    pub mail: Mail,
    /// When the people of the house are written to.
    pub notices: Notices,
    /// The key that second factors are sealed under, as 64 hexadecimal digits; without it, a file of the data folder.
    pub sign_in_key: Option<Secret>,
    /// The identity provider that people may sign in through, if there is one.
    pub oidc: Option<Oidc>,
    /// How often the journal's head is signed while something happens; none: only when the program ends.
    pub sign_every: Option<Duration>,
    /// Where signed heads are published outside.
    pub publish: Vec<Place>,
    /// Hours between two mails with a head to one mailbox.
    pub publish_mail_every: u32,
    /// How often somebody may ask.
    pub rates: Rates,
    /// From where the counters may be read.
    pub metrics_from: Vec<Network>,
    /// The proxies that are believed when they say from where a request came.
    pub proxies: Proxies,
    /// What is logged, in the syntax of `RUST_LOG`.
    pub log: String,
    /// Whether log lines are JSON objects (for a collector) or sentences (for a person).
    pub log_format: LogFormat,
    /// Whether the seal of this installation stands in for personal signatures, which every screen and letter then says.
    pub server_seal_stands_in: bool,
    /// Who makes the signature of a letter.
    pub signing: Signing,
    /// What the Office seals with.
    pub seal: Seal,
    /// Whom the office trusts about signatures, and whom it asks.
    pub authorities: trust::Settings,
    /// From when on a new seal's certificate is valid: the demonstration tells a story of a past year.
    pub seal_valid_from: jiff::Timestamp,
    /// What the house where the configuration was read looked like: which file, for `saual check`.
    pub file: Option<PathBuf>,
}

/// An identity provider (OpenID Connect).
#[derive(Debug, Clone)]
pub struct Oidc {
    /// Its address, exactly as it calls itself.
    pub issuer: String,
    /// What it calls us.
    pub client_id: String,
    /// What proves to it that we are that; none for a public client.
    pub client_secret: Option<Secret>,
    /// What people call it, on the button.
    pub name: String,
    /// Levels of assurance (`acr`) of which a proof for a signature has to have one, separated by spaces.
    pub acr: Option<String>,
}

/// What the Office seals registered letters with.
#[derive(Debug, Clone)]
pub struct Seal {
    /// Where its key is.
    pub key: SealKey,
    /// For how long what it seals can be checked.
    pub level: signature::Level,
}

/// Where the seal's key is.
#[derive(Debug, Clone)]
pub enum SealKey {
    /// Made on first use, under the data folder.
    Own,
    /// In files: a private key (PKCS #8, PEM), its certificate and perhaps those above it (PEM).
    Files {
        /// The key.
        key: PathBuf,
        /// The certificates.
        certificate: PathBuf,
    },
    /// In a PKCS #12 file.
    Pkcs12 {
        /// The file.
        file: PathBuf,
        /// What opens it.
        password: Option<Secret>,
    },
    /// In a PKCS #11 token, with the certificates (PEM) in a file.
    Token {
        /// Where.
        place: TokenPlace,
        /// The certificates.
        certificate: PathBuf,
    },
}

/// A key in a PKCS #11 token.
#[derive(Debug, Clone)]
pub struct TokenPlace {
    /// The token's module, a shared library.
    pub module: PathBuf,
    /// The token's label.
    pub token: String,
    /// The key's label.
    pub key: String,
    /// The PIN.
    pub pin: Option<Secret>,
}

/// How replies leave the house.
#[derive(Debug, Clone)]
pub struct Mail {
    /// File, redirect or SMTP.
    pub mode: MailMode,
    /// `host:port` of the relay; of several, separated by commas, the one that is preferred first. All are spoken to alike.
    pub relay: Option<String>,
    /// How many mails a relay may be given in a minute; none: as many as there are.
    pub rate: Option<NonZeroU32>,
    /// How many mails may go to the addresses of one domain in a minute.
    pub domain_rate: Option<NonZeroU32>,
    /// Of the office's own signature over its mails (DKIM): the selector of its key, and the PEM file of that key.
    pub dkim: Option<(String, PathBuf)>,
    /// Key and certificate of the office's signature over the body of its mails.
    pub smime: Option<(PathBuf, PathBuf)>,
    /// How many megabytes a letter may have to be attached to its mail.
    pub attach_up_to: u32,
    /// How the connection to the relay is protected.
    pub tls: MailTls,
    /// PEM file of a private certificate authority that the relay's certificate is checked against.
    pub ca_file: Option<PathBuf>,
    /// Account at the relay.
    pub user: Option<String>,
    /// Its password.
    pub password: Option<Secret>,
    /// Mailbox in `From:`, with its name: `Үкімет Аппараты <replies@…>`.
    pub from: String,
    /// Mailbox in `Reply-To:`.
    pub reply_to: Option<String>,
    /// In mode `redirect`: the one address that gets everything.
    pub redirect_to: Option<String>,
    /// In mode `redirect`: addresses, or domains written `@example.kz`, that get their own mail all the same.
    pub allowed: Vec<String>,
    /// Name said in EHLO and domain of Message-IDs.
    pub hello_name: String,
    /// Mailbox that bounces return to, with a mark of each mail's own behind a `+`.
    pub bounces: Option<String>,
    /// Mailbox that gets a copy of every mail, with the mail's number behind a `+`.
    pub journal: Option<String>,
    /// How long a copy may take.
    pub copy_grace: Duration,
    /// Is a mail of unknown fate sent again when no copy of it came?
    pub resend_without_copy: bool,
    /// The mailbox that is read, if one is.
    pub inbox: Option<Inbox>,
}

/// The mailbox that is read.
#[derive(Debug, Clone)]
pub struct Inbox {
    /// `maildir:/folder`, or `host:port` of an IMAP server.
    pub place: String,
    /// How the connection to that server is protected.
    pub tls: MailTls,
    /// PEM file of a private certificate authority that its certificate is checked against.
    pub ca_file: Option<PathBuf>,
    /// Account there.
    pub user: Option<String>,
    /// Its password.
    pub password: Option<Secret>,
    /// The folder that is read.
    pub folder: String,
    /// How often.
    pub every: Duration,
}

/// When the people of the house are written to.
#[derive(Debug, Clone, Copy)]
pub struct Notices {
    /// The hour of the digest in Astana, on working days.
    pub at: Time,
    /// For how many minutes reminders are gathered into one mail.
    pub gather: u32,
}

/// Where a mail goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailMode {
    /// Written as `.eml` under `outbox/`; nothing leaves the machine.
    File,
    /// A real relay, every recipient replaced by one test address.
    Redirect,
    /// A real relay, the real recipients.
    Smtp,
}

/// How the connection to the relay is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailTls {
    /// Not at all: only for a relay on this machine.
    None,
    /// STARTTLS, required (RFC 3207).
    Starttls,
    /// TLS from the first byte (RFC 8314).
    Implicit,
}

/// Form of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// A sentence a line.
    Text,
    /// A JSON object a line.
    Json,
}

/// A value that is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value itself, for the one place that needs it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(secret)")
    }
}

impl Config {
    /// Reads the configuration: `environment` over the file it names (`SAUAL_CONFIG`, else `saual.toml` here if present).
    pub fn read(environment: &Environment) -> Result<Self, ConfigError> {
        read::read(environment)
    }

    /// The configuration of the demonstration: all built-in values, nothing leaves the machine, whatever the environment says
    /// about mail. Only the place, the port and the PostgreSQL binaries can be chosen.
    pub fn demo(environment: &Environment, data: &Path, listen: SocketAddr) -> Result<Self, ConfigError> {
        let read = read::read(environment)?;
        Ok(Self {
            data: data.to_path_buf(),
            database_url: read.database_url,
            postgres_bin: read.postgres_bin,
            search_path: read.search_path,
            listen,
            public_url: format!("http://{listen}"),
            link_keys: read.link_keys,
            office_holders: None,
            mail: Mail {
                mode: MailMode::File,
                relay: None,
                rate: None,
                domain_rate: None,
                dkim: None,
                smime: None,
                attach_up_to: mail::ATTACH_UP_TO,
                tls: MailTls::Starttls,
                ca_file: None,
                user: None,
                password: None,
                from: read::DEMO_FROM.to_owned(),
                reply_to: None,
                redirect_to: None,
                allowed: Vec::new(),
                hello_name: read::DEMO_DOMAIN.to_owned(),
                bounces: None,
                journal: None,
                copy_grace: mail::COPY_GRACE,
                resend_without_copy: false,
                inbox: None,
            },
            notices: read.notices,
            sign_in_key: read.sign_in_key,
            oidc: read.oidc,
            sign_every: read.sign_every,
            publish: read.publish,
            publish_mail_every: read.publish_mail_every,
            rates: read.rates,
            metrics_from: read.metrics_from,
            proxies: read.proxies,
            log: read.log,
            log_format: read.log_format,
            server_seal_stands_in: true,
            signing: Signing::ServerSeal,
            seal: read.seal,
            authorities: read.authorities,
            seal_valid_from: read::DEMO_BEGINS,
            file: read.file,
        })
    }

    /// The address that links begin with: without a slash at its end.
    pub fn public_base(&self) -> &str {
        self.public_url.trim_end_matches('/')
    }

    /// Folder of the `.eml` files of mail mode `file`.
    pub fn outbox(&self) -> PathBuf {
        self.data.join("outbox")
    }
}

//! From the configuration's words about mail to the settings of `dispatch`.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use directory::{Current, Multilingual};
use dispatch::config as settings;
use dispatch::notices::Finds;
use inquiry::link::LinkKeys;

use crate::config::{Config, Inbox, Mail, MailMode, MailTls, Secret};

/// Longer than one delivery may last: all time limits of one relay's answers together.
const LEASE: Duration = Duration::from_secs(25 * 60);
/// After a day of temporary failures a person decides (docs/adr/0003).
const GIVE_UP_AFTER: Duration = Duration::from_secs(24 * 3600);
/// Two connections to one relay are what relays like (RFC 5321 leaves it open; Postfix counts them).
const RELAY_CONNECTIONS: usize = 2;
/// How long a mailbox's server may take for one answer.
const IMAP_PATIENCE: Duration = Duration::from_secs(60);
/// How often to look for due mail when nobody pokes.
const POLL: Duration = Duration::from_secs(5);

/// The settings of dispatch for this installation.
pub(crate) fn settings(
    config: &Config,
    worker: String,
    synthetic: bool,
    keys: Arc<LinkKeys>,
    directory: Current,
    finds: Arc<dyn Finds>,
) -> anyhow::Result<settings::Config> {
    let mail = &config.mail;
    let mut relays = relays(mail)?.into_iter();
    let mut first = || relays.next().context("mail.relay must be set");
    let mode = match mail.mode {
        MailMode::File => settings::Mode::File { outbox: config.outbox() },
        MailMode::Redirect => settings::Mode::Redirect {
            relay: first()?,
            to: mail.redirect_to.clone().context("mail.redirect_to must be set")?,
            allowed: mail.allowed.clone(),
        },
        MailMode::Smtp => settings::Mode::Smtp { relay: first()? },
    };
    Ok(settings::Config {
        mode,
        next_relays: relays.collect(),
        rates: settings::Rates { relay: mail.rate, domain: mail.domain_rate },
        from: sender(&mail.from)?,
        reply_to: mail.reply_to.as_deref().map(sender).transpose()?,
        bounces_to: mail.bounces.clone(),
        copies: mail.journal.clone().map(|to| settings::Copies {
            to,
            grace: mail.copy_grace,
            resend: mail.resend_without_copy,
        }),
        inbound: mail.inbox.as_ref().map(inbound).transpose()?,
        dkim: dkim(mail),
        smime: smime(mail),
        attach_up_to: attach_up_to(mail),
        links: settings::Links { public_url: config.public_base().to_owned(), keys },
        sealed_by_server: config.server_seal_stands_in,
        synthetic,
        worker,
        lease: LEASE,
        connections: RELAY_CONNECTIONS,
        give_up_after: GIVE_UP_AFTER,
        poll: POLL,
        notices: settings::Notices {
            at: config.notices.at,
            gather: Duration::from_secs(u64::from(config.notices.gather) * 60),
            domain: mail.hello_name.clone(),
            directory,
            finds,
        },
    })
}

/// The mailbox that is read.
pub(crate) fn inbound(inbox: &Inbox) -> anyhow::Result<settings::Inbound> {
    if let Some(folder) = inbox.place.strip_prefix("maildir:") {
        return Ok(settings::Inbound { mailbox: settings::Mailbox::Maildir(folder.into()), poll: inbox.every });
    }
    let (host, port) = host_and_port("mail.inbox", &inbox.place)?;
    let (Some(user), Some(password)) = (&inbox.user, &inbox.password) else {
        anyhow::bail!("mail.inbox_user and mail.inbox_password must be set");
    };
    let imap = settings::Imap {
        host,
        port,
        security: security(inbox.tls),
        tls_name: None,
        ca_file: inbox.ca_file.clone(),
        credentials: settings::Credentials { user: user.clone(), password: password.reveal().to_owned() },
        folder: inbox.folder.clone(),
        patience: IMAP_PATIENCE,
    };
    Ok(settings::Inbound { mailbox: settings::Mailbox::Imap(imap), poll: inbox.every })
}

fn host_and_port(key: &str, place: &str) -> anyhow::Result<(String, u16)> {
    let (host, port) = place.rsplit_once(':').with_context(|| format!("{key} is host:port, not {place}"))?;
    let port = port.parse().with_context(|| format!("{key} is host:port, and {port} is no port"))?;
    Ok((host.trim_matches(['[', ']']).to_owned(), port))
}

const fn security(tls: MailTls) -> settings::Security {
    match tls {
        MailTls::None => settings::Security::Plain,
        MailTls::Starttls => settings::Security::StartTls,
        MailTls::Implicit => settings::Security::Implicit,
    }
}

/// The key of the office's signature over its mails, if there is one.
fn dkim(mail: &Mail) -> Option<settings::Dkim> {
    let (selector, key_file) = mail.dkim.clone()?;
    Some(settings::Dkim { selector, key_file })
}

/// The key of the office's signature over the body of its mails, if there is one.
fn smime(mail: &Mail) -> Option<settings::Smime> {
    let (key_file, certificate_file) = mail.smime.clone()?;
    Some(settings::Smime { key_file, certificate_file })
}

/// In bytes.
fn attach_up_to(mail: &Mail) -> usize {
    usize::try_from(mail.attach_up_to).map_or(usize::MAX, |megabytes| megabytes.saturating_mul(1_000_000))
}

/// The relays in the order in which they are named; none where mail is only written.
fn relays(mail: &Mail) -> anyhow::Result<Vec<settings::Relay>> {
    let named = mail.relay.iter().flat_map(|list| list.split(',')).map(str::trim).filter(|place| !place.is_empty());
    named.map(|place| relay(mail, place)).collect()
}

/// A relay's address and how to speak to it.
fn relay(mail: &Mail, place: &str) -> anyhow::Result<settings::Relay> {
    let (host, port) = host_and_port("mail.relay", place)?;
    Ok(settings::Relay {
        host,
        port,
        security: security(mail.tls),
        tls_name: None,
        ca_file: mail.ca_file.clone(),
        credentials: match (&mail.user, &mail.password) {
            (Some(user), Some(password)) => {
                Some(settings::Credentials { user: user.clone(), password: Secret::reveal(password).to_owned() })
            }
            (Some(_), None) | (None, Some(_) | None) => None,
        },
        hello: mail.hello_name.clone(),
        timeouts: settings::Timeouts::STANDARD,
    })
}

/// `Name <address>` or an address alone; the name in one language or, with « / » between them, in Kazakh, Russian and English.
pub(crate) fn sender(mailbox: &str) -> anyhow::Result<settings::Sender> {
    let (name, address) = match mailbox.split_once('<') {
        Some((name, address)) => (name.trim().trim_matches('"'), address.trim().trim_end_matches('>')),
        None => ("", mailbox.trim()),
    };
    anyhow::ensure!(address.contains('@'), "`{mailbox}` is no mailbox: write `Name <address>`");
    let name = if name.is_empty() { address } else { name };
    let mut languages = name.split(" / ").map(str::trim);
    let kk = languages.next().unwrap_or(address);
    let ru = languages.next().unwrap_or(kk);
    Ok(settings::Sender {
        name: Multilingual::new(kk, ru, languages.next().map(str::to_owned)),
        address: address.to_owned(),
    })
}

//! What the configuration says about mail: how it leaves, and the mailbox that is read.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use super::read::{DEMO_DOMAIN, DEMO_FROM};
use super::source::{ConfigError, kept};
use super::{Inbox, Mail, MailMode, MailTls, Secret};
use crate::installation::mail::sender;

/// How long a copy of a mail may take to our mailbox when nobody says otherwise: relays try again after some minutes.
pub(super) const COPY_GRACE: Duration = Duration::from_secs(15 * 60);
/// How many megabytes a letter may have to be attached, when nobody says otherwise: in base64 a third more, which most mail servers still
/// take.
pub(super) const ATTACH_UP_TO: u32 = 10;
/// How often the mailbox is read when nobody says otherwise, in seconds.
const READ_EVERY: u32 = 60;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MailKeys {
    mode: Option<MailMode>,
    relay: Option<String>,
    rate: Option<u32>,
    domain_rate: Option<u32>,
    dkim_selector: Option<String>,
    dkim_key_file: Option<PathBuf>,
    smime_key_file: Option<PathBuf>,
    smime_certificate_file: Option<PathBuf>,
    attach_up_to: Option<u32>,
    tls: Option<MailTls>,
    ca_file: Option<PathBuf>,
    user: Option<String>,
    password: Option<String>,
    from: Option<String>,
    reply_to: Option<String>,
    redirect_to: Option<String>,
    allowed: Option<String>,
    hello_name: Option<String>,
    bounces: Option<String>,
    journal: Option<String>,
    copy_grace: Option<u32>,
    resend_without_copy: Option<bool>,
    inbox: Option<String>,
    inbox_tls: Option<MailTls>,
    inbox_ca_file: Option<PathBuf>,
    inbox_user: Option<String>,
    inbox_password: Option<String>,
    inbox_folder: Option<String>,
    inbox_every: Option<u32>,
}

/// What was given about mail, with what holds where nothing was.
pub(super) fn settle(keys: Option<MailKeys>) -> Result<Mail, Vec<ConfigError>> {
    let keys = keys.unwrap_or(MailKeys {
        mode: None,
        relay: None,
        rate: None,
        domain_rate: None,
        dkim_selector: None,
        dkim_key_file: None,
        smime_key_file: None,
        smime_certificate_file: None,
        attach_up_to: None,
        tls: None,
        ca_file: None,
        user: None,
        password: None,
        from: None,
        reply_to: None,
        redirect_to: None,
        allowed: None,
        hello_name: None,
        bounces: None,
        journal: None,
        copy_grace: None,
        resend_without_copy: None,
        inbox: None,
        inbox_tls: None,
        inbox_ca_file: None,
        inbox_user: None,
        inbox_password: None,
        inbox_folder: None,
        inbox_every: None,
    });
    let mut faults = Vec::new();
    let inbox = kept(&mut faults, inbox(&keys)).flatten();
    let dkim = pair(("mail.dkim_selector", keys.dkim_selector), ("mail.dkim_key_file", keys.dkim_key_file));
    let dkim = kept(&mut faults, dkim).flatten();
    let smime = ("mail.smime_certificate_file", keys.smime_certificate_file);
    let smime = kept(&mut faults, pair(("mail.smime_key_file", keys.smime_key_file), smime)).flatten();
    let mail = Mail {
        mode: keys.mode.unwrap_or(MailMode::File),
        relay: keys.relay,
        // As with the other limits, 0 is without limit.
        rate: keys.rate.and_then(NonZeroU32::new),
        domain_rate: keys.domain_rate.and_then(NonZeroU32::new),
        dkim,
        smime,
        attach_up_to: keys.attach_up_to.unwrap_or(ATTACH_UP_TO),
        tls: keys.tls.unwrap_or(MailTls::Starttls),
        ca_file: keys.ca_file,
        user: keys.user,
        password: keys.password.map(Secret::new),
        from: keys.from.unwrap_or_else(|| DEMO_FROM.to_owned()),
        reply_to: keys.reply_to,
        redirect_to: keys.redirect_to,
        allowed: keys
            .allowed
            .iter()
            .flat_map(|list| list.split(','))
            .map(|one| one.trim().to_owned())
            .filter(|one| !one.is_empty())
            .collect(),
        hello_name: keys.hello_name.unwrap_or_else(|| DEMO_DOMAIN.to_owned()),
        bounces: keys.bounces,
        journal: keys.journal,
        copy_grace: keys.copy_grace.map_or(COPY_GRACE, |seconds| Duration::from_secs(seconds.into())),
        resend_without_copy: keys.resend_without_copy.unwrap_or(false),
        inbox,
    };
    faults.extend(missing(&mail));
    faults.extend(unfit(&mail));
    if faults.is_empty() { Ok(mail) } else { Err(faults) }
}

/// Two settings that are of use together alone.
fn pair<A, B>(one: (&str, Option<A>), other: (&str, Option<B>)) -> Result<Option<(A, B)>, ConfigError> {
    match (one.1, other.1) {
        (Some(one), Some(other)) => Ok(Some((one, other))),
        (None, None) => Ok(None),
        (Some(_), None) | (None, Some(_)) => {
            Err(ConfigError::Incomplete(format!("{} and {} are set together or not at all", one.0, other.0)))
        }
    }
}

/// The mailbox that is read, with what an IMAP server asks for.
fn inbox(keys: &MailKeys) -> Result<Option<Inbox>, ConfigError> {
    let Some(place) = keys.inbox.clone() else {
        if keys.journal.is_some() {
            let why = "mail.journal sends copies to a mailbox that nobody reads: set mail.inbox to that mailbox";
            return Err(ConfigError::Incomplete(why.to_owned()));
        }
        return Ok(None);
    };
    if !place.starts_with("maildir:") && (keys.inbox_user.is_none() || keys.inbox_password.is_none()) {
        let why = "mail.inbox is an IMAP server, so mail.inbox_user and mail.inbox_password must be set";
        return Err(ConfigError::Incomplete(why.to_owned()));
    }
    Ok(Some(Inbox {
        place,
        tls: keys.inbox_tls.unwrap_or(MailTls::Implicit),
        ca_file: keys.inbox_ca_file.clone().or_else(|| keys.ca_file.clone()),
        user: keys.inbox_user.clone(),
        password: keys.inbox_password.clone().map(Secret::new),
        folder: keys.inbox_folder.clone().unwrap_or_else(|| "INBOX".to_owned()),
        every: Duration::from_secs(keys.inbox_every.unwrap_or(READ_EVERY).max(1).into()),
    }))
}

/// What a mode needs must be there before the first letter is dispatched, not after.
fn missing(mail: &Mail) -> Vec<ConfigError> {
    if mail.mode == MailMode::File {
        return Vec::new();
    }
    let needs = [
        (relays(mail).next().is_none(), "mail.relay (host:port)"),
        (mail.from == DEMO_FROM, "mail.from (the office's own mailbox)"),
        (mail.mode == MailMode::Redirect && mail.redirect_to.is_none(), "mail.redirect_to (the test address)"),
        (mail.user.is_some() != mail.password.is_some(), "both or neither of mail.user and mail.password"),
    ];
    let told = |what: &str| ConfigError::Incomplete(format!("mail.mode is not `file`, so {what} must be set"));
    needs.into_iter().filter(|(is_missing, _)| *is_missing).map(|(_, what)| told(what)).collect()
}

/// The relays that are named, as they are written.
fn relays(mail: &Mail) -> impl Iterator<Item = &str> {
    mail.relay.iter().flat_map(|list| list.split(',')).map(str::trim).filter(|place| !place.is_empty())
}

/// What is no server and no address, by its key: found here, and not by whoever sends the first letter.
fn unfit(mail: &Mail) -> Vec<ConfigError> {
    let is_server = |place: &str| {
        place.rsplit_once(':').is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok())
    };
    let inbox = mail.inbox.iter().map(|inbox| inbox.place.as_str()).filter(|place| !place.starts_with("maildir:"));
    let servers = relays(mail).map(|place| ("mail.relay", place)).chain(inbox.map(|place| ("mail.inbox", place)));
    let servers = servers.filter(|(_, place)| !is_server(place));
    let mut faults: Vec<ConfigError> =
        servers.map(|(key, place)| ConfigError::of_key(key, format!("expected host:port, not {place}"))).collect();
    let is_address = |text: &str| dispatch::address::parse(text).is_ok();
    let of_people = [("mail.from", Some(&mail.from)), ("mail.reply_to", mail.reply_to.as_ref())];
    let is_mailbox = |mailbox: &String| sender(mailbox).is_ok_and(|sender| is_address(&sender.address));
    let of_people = of_people.into_iter().filter(|(_, mailbox)| mailbox.is_some_and(|mailbox| !is_mailbox(mailbox)));
    faults.extend(of_people.map(|(key, _)| ConfigError::of_key(key, "expected an address, or `Name <address>`")));
    let bare =
        [("mail.redirect_to", &mail.redirect_to), ("mail.bounces", &mail.bounces), ("mail.journal", &mail.journal)];
    let bare = bare.into_iter().filter(|(_, address)| address.as_deref().is_some_and(|address| !is_address(address)));
    faults.extend(bare.map(|(key, _)| ConfigError::of_key(key, "expected one address")));
    faults
}

#[cfg(test)]
mod tests {
    use super::super::read::read;
    use super::super::source::Environment;
    use super::*;

    #[test]
    fn every_place_and_address_that_is_none_is_told_at_once_by_its_key() {
        let good = [
            ("SAUAL_MAIL_MODE", "redirect"),
            ("SAUAL_MAIL_RELAY", "relay.a.kz:25, [::1]:2525"),
            ("SAUAL_MAIL_FROM", "Аппарат / Аппарат / Office <office@парламент.қаз>"),
            ("SAUAL_MAIL_REPLY_TO", "replies@a.kz"),
            ("SAUAL_MAIL_REDIRECT_TO", "test@a.kz"),
            ("SAUAL_MAIL_BOUNCES", "bounces@a.kz"),
        ];
        assert!(read(&Environment::of(good)).is_ok());
        for (key, wrong) in [
            ("SAUAL_MAIL_RELAY", "relay.a.kz"),
            ("SAUAL_MAIL_RELAY", "a:25,b:99999"),
            ("SAUAL_MAIL_RELAY", ":25"),
            ("SAUAL_MAIL_FROM", "not an address"),
            ("SAUAL_MAIL_FROM", "Office <a@b@c>"),
            ("SAUAL_MAIL_REPLY_TO", "replies"),
            ("SAUAL_MAIL_REDIRECT_TO", "bad"),
            ("SAUAL_MAIL_BOUNCES", "a b@c.kz"),
        ] {
            let variables = good.map(|(known, value)| (known, if known == key { wrong } else { value }));
            let error = read(&Environment::of(variables)).unwrap_err().to_string();
            assert!(error.contains(key), "{key} = {wrong}: {error}");
        }
        let none = good.map(|(known, value)| (known, if known == "SAUAL_MAIL_RELAY" { "," } else { value }));
        assert!(read(&Environment::of(none)).unwrap_err().to_string().contains("mail.relay"));
        let two = good.map(|(known, value)| (known, if known.ends_with("_TO") { "bad" } else { value }));
        assert_eq!(read(&Environment::of(two)).unwrap_err().to_string().lines().count(), 2);
    }

    #[test]
    fn a_mailbox_is_a_folder_or_a_server_with_an_account_and_its_password_may_be_a_file() {
        assert!(read(&Environment::of([])).unwrap().mail.inbox.is_none());
        let folder = read(&Environment::of([("SAUAL_MAIL_INBOX", "maildir:/var/mail/office")])).unwrap().mail;
        assert_eq!(folder.inbox.map(|inbox| (inbox.folder, inbox.every.as_secs())), Some(("INBOX".to_owned(), 60)));
        let error = read(&Environment::of([("SAUAL_MAIL_INBOX", "imap.a.kz:993")])).unwrap_err();
        assert!(error.to_string().contains("mail.inbox_password"), "{error}");
        let error = read(&Environment::of([("SAUAL_MAIL_JOURNAL", "journal@a.kz")])).unwrap_err();
        assert!(error.to_string().contains("mail.inbox"), "copies that nobody reads prove nothing: {error}");
        let files = tempfile::tempdir().unwrap();
        let secret = files.path().join("password");
        std::fs::write(&secret, "s3cret\n").unwrap();
        let mail = read(&Environment::of([
            ("SAUAL_MAIL_INBOX", "imap.a.kz:993"),
            ("SAUAL_MAIL_INBOX_USER", "office"),
            ("SAUAL_MAIL_INBOX_PASSWORD_FILE", secret.to_str().unwrap()),
            ("SAUAL_MAIL_JOURNAL", "journal@a.kz"),
            ("SAUAL_MAIL_COPY_GRACE", "60"),
        ]))
        .unwrap()
        .mail;
        assert!(!format!("{mail:?}").contains("s3cret"), "a secret is never printed");
        let inbox = mail.inbox.unwrap();
        assert_eq!((inbox.tls, inbox.password.unwrap().reveal()), (MailTls::Implicit, "s3cret"));
        assert_eq!((mail.copy_grace.as_secs(), mail.resend_without_copy), (60, false));
    }
}

//! From variables and a file to a [`Config`]: one table of keys, two spellings.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use jiff::civil::Time;
use serde::Deserialize;
use web::doors::limits::{Rate, Rates};
use web::doors::proxy::{Names, Network, Proxies};

use super::mail::{self, MailKeys};
use super::publish;
use super::seal::{self, SealKeys};
use super::signing::{self, SigningKeys};
use super::source::{ConfigError, Environment, KEYS, file, kept, lay_over, sift};
use super::{Config, LogFormat, Notices, Oidc, Secret};

/// Sender of the demonstration, under a name that the standards reserve (RFC 2606).
pub(super) const DEMO_FROM: &str =
    "Үкімет Аппараты / Аппарат Правительства / Office of the Government <replies@saual.example>";
/// Before the story of the demonstration begins: 2023-01-01 in UTC.
pub(super) const DEMO_BEGINS: jiff::Timestamp = jiff::Timestamp::constant(1_672_531_200, 0);
/// Domain of the demonstration.
pub(super) const DEMO_DOMAIN: &str = "saual.example";

/// How often the journal's head is signed when nobody says otherwise, in seconds: what somebody with the database in hand
/// could rewrite unseen is a minute's work.
const SIGN_EVERY: u32 = 60;
/// Hours between two mails with the head: whoever keeps them by hand keeps one a day.
const MAIL_EVERY: u32 = 24;

/// The keys as they stand in `saual.toml`; each is optional there and can be overruled by its variable.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    data: Option<PathBuf>,
    database_url: Option<String>,
    postgres_bin: Option<PathBuf>,
    listen: Option<SocketAddr>,
    public_url: Option<String>,
    link_keys: Option<String>,
    office_holders: Option<PathBuf>,
    log: Option<String>,
    log_format: Option<LogFormat>,
    server_seal_stands_in: Option<bool>,
    signing: Option<SigningKeys>,
    seal: Option<SealKeys>,
    mail: Option<MailKeys>,
    notices: Option<NoticeKeys>,
    journal: Option<JournalKeys>,
    limits: Option<LimitKeys>,
    trusted_proxies: Option<String>,
    metrics_from: Option<String>,
    proxy_header: Option<ProxyHeader>,
    sign_in: Option<SignInKeys>,
    oidc: Option<OidcKeys>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LimitKeys {
    changes: Option<u32>,
    exports: Option<u32>,
    logins: Option<u32>,
    checks: Option<u32>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ProxyHeader {
    XForwardedFor,
    Forwarded,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SignInKeys {
    key: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OidcKeys {
    issuer: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
    name: Option<String>,
    acr: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct JournalKeys {
    sign_every: Option<u32>,
    publish: Option<String>,
    mail_every: Option<u32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NoticeKeys {
    at: Option<Time>,
    gather: Option<u32>,
}

pub(super) fn read(environment: &Environment) -> Result<Config, ConfigError> {
    let (file, mut table) = file(environment)?;
    let place = file.as_ref().map_or_else(|| "the environment".to_owned(), |file| file.display().to_string());
    let mut faults = lay_over(environment, &mut table);
    faults.extend(sift(&place, &mut table));
    let keys: Keys = serde_path_to_error::deserialize(table).map_err(|error| {
        let what = error.inner().message().to_owned();
        ConfigError::of_key(&error.path().to_string(), what)
    })?;
    match settle(keys, file, environment) {
        Ok(config) => ConfigError::all_of(faults).map_or(Ok(config), Err),
        Err(more) => {
            // What was given and cannot be taken is not missing.
            let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
            let is_given = |fault: &ConfigError| {
                let text = fault.to_string();
                let misses = |key: &str| {
                    text.contains(&format!("{key} ")) || text.ends_with(key) || text.contains(&format!("{key},"))
                };
                KEYS.iter().any(|(key, _)| misses(key) && told.iter().any(|told| told.starts_with(&format!("{key} ("))))
            };
            faults.extend(more.into_iter().filter(|fault| !is_given(fault)));
            Err(ConfigError::all_of(faults)
                .unwrap_or_else(|| ConfigError::Incomplete("the configuration is incomplete".to_owned())))
        }
    }
}

/// Links in letters and mails begin with it.
fn public_url(given: Option<String>, listen: SocketAddr) -> Result<String, ConfigError> {
    match given {
        None => Ok(format!("http://{listen}")),
        Some(url) if url.starts_with("https://") || url.starts_with("http://") => Ok(url),
        Some(url) => {
            Err(ConfigError::of_key("public_url", format!("`{url}` is no address; it begins with https:// or http://")))
        }
    }
}

fn settle(keys: Keys, file: Option<PathBuf>, environment: &Environment) -> Result<Config, Vec<ConfigError>> {
    let mut faults = Vec::new();
    let mail = mail::settle(keys.mail).map_err(|more| faults.extend(more)).ok();
    let signing = signing::settle(keys.signing, keys.server_seal_stands_in).map_err(|more| faults.extend(more)).ok();
    let seal = seal::settle(keys.seal).map_err(|more| faults.extend(more)).ok();
    let oidc = kept(&mut faults, keys.oidc.map(oidc).transpose());
    let metrics_from =
        keys.metrics_from.as_deref().map_or_else(|| Ok(Network::this_machine()), |list| networks("metrics_from", list));
    let metrics_from = kept(&mut faults, metrics_from);
    let proxies = kept(&mut faults, proxies(keys.trusted_proxies.as_deref(), keys.proxy_header));
    let listen = match keys.listen {
        Some(listen) => listen,
        None => SocketAddr::from(([127, 0, 0, 1], 8080)),
    };
    let public_url = kept(&mut faults, public_url(keys.public_url, listen));
    let journal = keys.journal.unwrap_or(JournalKeys { sign_every: None, publish: None, mail_every: None });
    let publish = kept(&mut faults, publish::places(journal.publish.as_deref().unwrap_or_default()));
    let (
        Some(mail),
        Some(signing),
        Some(seal),
        Some(oidc),
        Some(metrics_from),
        Some(proxies),
        Some(public_url),
        Some(publish),
    ) = (mail, signing, seal, oidc, metrics_from, proxies, public_url, publish)
    else {
        return Err(faults);
    };
    Ok(Config {
        data: keys.data.unwrap_or_else(|| PathBuf::from("var/saual")),
        database_url: keys.database_url.map(Secret::new),
        postgres_bin: keys.postgres_bin,
        search_path: environment.get("PATH").map(Into::into),
        listen,
        public_url,
        link_keys: keys.link_keys.map(Secret::new),
        office_holders: keys.office_holders,
        log: keys.log.unwrap_or_else(|| "info,typst=error".to_owned()),
        log_format: keys.log_format.unwrap_or(LogFormat::Text),
        server_seal_stands_in: signing.seal_stands_in,
        signing: signing.signing,
        authorities: signing.authorities,
        mail,
        notices: notices(keys.notices),
        sign_in_key: keys.sign_in.and_then(|sign_in| sign_in.key).map(Secret::new),
        oidc,
        sign_every: match journal.sign_every.unwrap_or(SIGN_EVERY) {
            0 => None,
            seconds => Some(Duration::from_secs(seconds.into())),
        },
        publish,
        publish_mail_every: journal.mail_every.unwrap_or(MAIL_EVERY).max(1),
        rates: rates(keys.limits),
        metrics_from,
        proxies,
        seal,
        seal_valid_from: jiff::Timestamp::now(),
        file,
    })
}

/// Changes, logins and checks a minute, exports an hour; 0 is without limit.
fn rates(keys: Option<LimitKeys>) -> Rates {
    let Some(keys) = keys else { return Rates::USUAL };
    let most = |given: Option<u32>, usual: Rate| Rate { most: given.unwrap_or(usual.most), ..usual };
    Rates {
        changes: most(keys.changes, Rates::USUAL.changes),
        exports: most(keys.exports, Rates::USUAL.exports),
        logins: most(keys.logins, Rates::USUAL.logins),
        checks: most(keys.checks, Rates::USUAL.checks),
    }
}

fn proxies(trusted: Option<&str>, header: Option<ProxyHeader>) -> Result<Proxies, ConfigError> {
    let names = match header {
        None | Some(ProxyHeader::XForwardedFor) => Names::XForwardedFor,
        Some(ProxyHeader::Forwarded) => Names::Forwarded,
    };
    Ok(Proxies { trusted: trusted.map_or(Ok(Vec::new()), |list| networks("trusted_proxies", list))?, names })
}

/// Networks and addresses, separated by commas.
fn networks(key: &str, list: &str) -> Result<Vec<Network>, ConfigError> {
    let listed = list.split(',').map(str::trim).filter(|one| !one.is_empty());
    let read = |one: &str| one.parse::<Network>().map_err(|error| ConfigError::of_key(key, error.to_string()));
    listed.map(read).collect()
}

/// A provider is named whole or not at all: a button that leads nowhere helps nobody.
fn oidc(keys: OidcKeys) -> Result<Oidc, ConfigError> {
    let needs = |what: &str| ConfigError::Incomplete(format!("a provider is named by [oidc], so {what} must be set"));
    let issuer = keys.issuer.ok_or_else(|| needs("oidc.issuer (https://…)"))?;
    Ok(Oidc {
        name: keys.name.unwrap_or_else(|| issuer.trim_start_matches("https://").to_owned()),
        issuer,
        client_id: keys.client_id.ok_or_else(|| needs("oidc.client_id"))?,
        client_secret: keys.client_secret.map(Secret::new),
        acr: keys.acr,
    })
}

/// The digest goes before the day's work begins, and reminders are gathered for as long as somebody usually goes through a list.
fn notices(keys: Option<NoticeKeys>) -> Notices {
    let (at, gather) = keys.map_or((None, None), |keys| (keys.at, keys.gather));
    Notices { at: at.unwrap_or(Time::constant(8, 30, 0, 0)), gather: gather.unwrap_or(10) }
}

#[cfg(test)]
mod tests {
    use super::super::MailMode;
    use super::*;

    #[test]
    fn without_anything_mail_stays_on_the_machine() {
        let config = read(&Environment::of([])).unwrap();
        assert_eq!(config.mail.mode, MailMode::File);
        assert!(config.database_url.is_none());
        assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    }

    #[test]
    fn the_digest_goes_at_half_past_eight_unless_another_hour_is_set() {
        let notices = |variables: [(&str, &str); 2]| read(&Environment::of(variables)).map(|config| config.notices);
        let usual = notices([("SAUAL_NOTICES_AT", ""), ("SAUAL_NOTICES_GATHER", "")]).unwrap();
        assert_eq!((usual.at.to_string().as_str(), usual.gather), ("08:30:00", 10));
        let set = notices([("SAUAL_NOTICES_AT", "07:45"), ("SAUAL_NOTICES_GATHER", "0")]).unwrap();
        assert_eq!((set.at.to_string().as_str(), set.gather), ("07:45:00", 0));
        let error = notices([("SAUAL_NOTICES_AT", "25:00"), ("SAUAL_NOTICES_GATHER", "1")]).unwrap_err();
        assert!(error.to_string().starts_with("notices.at (SAUAL_NOTICES_AT)"), "{error}");
    }

    #[test]
    fn a_misspelt_variable_is_named() {
        let error = read(&Environment::of([("SAUAL_MAIL_MOED", "smtp")])).unwrap_err();
        assert!(error.to_string().starts_with("SAUAL_MAIL_MOED: no setting"), "{error}");
    }

    #[test]
    fn smtp_without_a_relay_is_refused_before_any_mail() {
        let error = read(&Environment::of([("SAUAL_MAIL_MODE", "smtp")])).unwrap_err();
        assert!(error.to_string().contains("mail.relay"), "{error}");
    }

    #[test]
    fn variables_overrule_the_file_and_secrets_may_be_files() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("saual.toml");
        std::fs::write(
            &file,
            "listen = \"0.0.0.0:80\"\n[mail]\nmode = \"smtp\"\nrelay = \"a:25\"\nfrom = \"o@a.kz\"\nuser = \"u\"\n",
        )
        .unwrap();
        let secret = folder.path().join("password");
        std::fs::write(&secret, "s3cret\n").unwrap();
        let config = read(&Environment::of([
            ("SAUAL_CONFIG", file.to_str().unwrap()),
            ("SAUAL_MAIL_RELAY", "b:587"),
            ("SAUAL_MAIL_PASSWORD_FILE", secret.to_str().unwrap()),
        ]))
        .unwrap();
        assert_eq!(config.mail.relay.as_deref(), Some("b:587"));
        assert_eq!(config.listen.port(), 80);
        assert_eq!(config.mail.password.as_ref().map(Secret::reveal), Some("s3cret"));
        assert!(!format!("{config:?}").contains("s3cret"), "a secret is never printed");
    }

    #[test]
    fn heads_are_signed_every_minute_unless_somebody_says_otherwise() {
        let every = |variables: &Environment| read(variables).map(|config| config.sign_every);
        assert_eq!(every(&Environment::of([])).unwrap(), Some(Duration::from_secs(60)));
        assert_eq!(every(&Environment::of([("SAUAL_JOURNAL_SIGN_EVERY", "5")])).unwrap(), Some(Duration::from_secs(5)));
        assert_eq!(every(&Environment::of([("SAUAL_JOURNAL_SIGN_EVERY", "0")])).unwrap(), None);
        for wrong in ["-1", "1m", "4294967296"] {
            let error = every(&Environment::of([("SAUAL_JOURNAL_SIGN_EVERY", wrong)])).unwrap_err();
            assert!(error.to_string().contains("SAUAL_JOURNAL_SIGN_EVERY"), "{error}");
        }
    }

    #[test]
    fn limits_and_proxies_are_settings_and_a_wrong_one_is_named() {
        let config = read(&Environment::of([])).unwrap();
        assert_eq!((config.rates, config.proxies), (Rates::USUAL, Proxies::none()));
        let config = read(&Environment::of([
            ("SAUAL_LIMITS_EXPORTS", "5"),
            ("SAUAL_TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8"),
            ("SAUAL_PROXY_HEADER", "forwarded"),
        ]))
        .unwrap();
        assert_eq!(config.rates, Rates { exports: Rate::an_hour(5), ..Rates::USUAL });
        assert_eq!((config.proxies.trusted.len(), config.proxies.names), (2, Names::Forwarded));
        for (name, value) in [
            ("SAUAL_TRUSTED_PROXIES", "10.0.0.0/33"),
            ("SAUAL_METRICS_FROM", "here"),
            ("SAUAL_PROXY_HEADER", "via"),
            ("SAUAL_LIMITS_LOGINS", "-1"),
        ] {
            let error = read(&Environment::of([(name, value)])).unwrap_err();
            assert!(error.to_string().contains(name), "{error}");
        }
    }

    #[test]
    fn a_provider_is_named_whole_and_its_secret_may_be_a_file() {
        assert!(read(&Environment::of([])).unwrap().oidc.is_none());
        let error = read(&Environment::of([("SAUAL_OIDC_ISSUER", "https://id.example")])).unwrap_err();
        assert!(error.to_string().contains("oidc.client_id"), "{error}");
        let folder = tempfile::tempdir().unwrap();
        let secret = folder.path().join("secret");
        std::fs::write(&secret, "s3cret\n").unwrap();
        let config = read(&Environment::of([
            ("SAUAL_OIDC_ISSUER", "https://id.example"),
            ("SAUAL_OIDC_CLIENT_ID", "saual"),
            ("SAUAL_OIDC_CLIENT_SECRET_FILE", secret.to_str().unwrap()),
        ]))
        .unwrap();
        assert!(!format!("{config:?}").contains("s3cret"), "a secret is never printed");
        let oidc = config.oidc.unwrap();
        assert_eq!((oidc.name.as_str(), oidc.client_secret.unwrap().reveal()), ("id.example", "s3cret"));
    }

    #[test]
    fn every_fault_of_the_file_is_told_at_once_with_its_key_and_what_is_expected() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("saual.toml");
        let text = "listen = \"here\"\nlisen = 1\npublic_url = \"office.kz\"\n[mail]\nmode = \"smpt\"\nrate = -1\npassword = 17\n
            inbox = \"imap.a.kz:993\"\n[limits]\nlogins = \"many\"\n[notices]\nat = \"25:00\"\n[oidc]\nissuer = 7\n";
        std::fs::write(&file, text).unwrap();
        let variables =
            [("SAUAL_CONFIG", file.to_str().unwrap()), ("SAUAL_JOURNAL_SIGN_EVERY", "1m"), ("SAUAL_NONE", "x")];
        let told = read(&Environment::of(variables)).unwrap_err().to_string();
        let lines: Vec<&str> = told.lines().collect();
        for (key, expected) in [
            ("listen (SAUAL_LISTEN)", "an IP address with a port"),
            ("lisen", "no setting has this name"),
            ("public_url (SAUAL_PUBLIC_URL)", "https://"),
            ("mail.mode (SAUAL_MAIL_MODE)", "one of \"file\", \"redirect\", \"smtp\""),
            ("mail.rate (SAUAL_MAIL_RATE)", "a whole number from 0"),
            ("mail.password (SAUAL_MAIL_PASSWORD)", "a text in quotes"),
            ("mail.inbox is an IMAP server", "mail.inbox_password"),
            ("limits.logins (SAUAL_LIMITS_LOGINS)", "a whole number"),
            ("notices.at (SAUAL_NOTICES_AT)", "a time of day"),
            ("journal.sign_every (SAUAL_JOURNAL_SIGN_EVERY)", "a whole number"),
            ("oidc.issuer (SAUAL_OIDC_ISSUER)", "a text in quotes"),
            ("SAUAL_NONE", "no setting has this name"),
        ] {
            let found = lines.iter().any(|line| line.contains(key) && line.contains(expected));
            assert!(found, "{key}: {expected}\n{told}");
        }
        assert_eq!(lines.len(), 12, "what was given wrongly is not told as missing too: {told}");
    }

    #[test]
    fn an_unknown_key_of_the_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("saual.toml");
        std::fs::write(&file, "lisen = \"0.0.0.0:80\"\n").unwrap();
        let error = read(&Environment::of([("SAUAL_CONFIG", file.to_str().unwrap())])).unwrap_err();
        assert!(error.to_string().contains("lisen"), "{error}");
    }
}
